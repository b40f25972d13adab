\echo
\echo '6. Signals in the Baa spread: trend, cycles, and a filter that learns from a network''s errors'
\echo

-- Slow parts of the spread: whole-sample results look ahead, trailing ones do not.
CREATE TABLE baa_signal AS
SELECT month, spread,
	   wavelet_smooth(spread, level => 4) OVER w AS smooth,
	   wavelet_smooth(spread, level => 4, trailing_rows => 120) OVER w AS smooth_as_known_then,
	   emd_lowpass(spread, 3) OVER w AS without_fast_cycles
FROM baa_spread WINDOW w AS (ORDER BY month);

SELECT to_char(month, 'YYYY-MM') AS month, round(spread::numeric, 1) AS spread, round(smooth::numeric, 1) AS smooth,
	   round(smooth_as_known_then::numeric, 1) AS smooth_as_known_then,
	   round(without_fast_cycles::numeric, 1) AS without_fast_cycles
FROM baa_signal WHERE month BETWEEN '2008-06-01' AND '2009-06-01' AND extract(month FROM month)::int % 3 = 0
ORDER BY month;

\echo 'A level seen through noise, by maximum likelihood.'
SELECT round((model).process_covariance[1][1]::numeric, 2) AS process_variance,
	   round((model).observation_covariance[1][1]::numeric, 2) AS observation_variance,
	   round((model).log_likelihood::numeric, 2) AS log_likelihood, (model).converged
FROM (SELECT kalman_fit(month, spread) AS model FROM baa_spread) AS fit;

\echo 'The network''s forecasts of chapter 4, corrected by the filtered deviations of the months before, beside the random walk.'
WITH reflected AS (
	SELECT month, spread, forecast,
		   (reflection_forecast(spread, forecast) OVER (ORDER BY month)).forecast AS corrected
	FROM (SELECT month, spread, (rnn_forecast(model, spread, factor_changes) OVER (ORDER BY month)).forecast
		  FROM baa_input, baa_model) AS made
	WHERE forecast IS NOT NULL
), paired AS (
	SELECT month, lead(spread) OVER w AS actual, forecast, corrected, spread AS random_walk
	FROM reflected WINDOW w AS (ORDER BY month)
)
SELECT forecaster, round((accuracy).mae::numeric, 2) AS mae, round((accuracy).rmse::numeric, 2) AS rmse
FROM (
	SELECT forecaster, forecast_accuracy(actual, value) AS accuracy
	FROM paired, LATERAL (VALUES ('network', forecast), ('network, reflected', corrected), ('random walk', random_walk))
		 AS each (forecaster, value)
	WHERE month >= (SELECT month FROM baa_input WHERE month_number = :last_fitted) AND actual IS NOT NULL
	GROUP BY forecaster
) AS measured
ORDER BY rmse;

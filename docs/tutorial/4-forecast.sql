\echo
\echo '4. Forecasts of the months that the network has not seen, each made one month before'
\echo

CREATE TABLE baa_forecast AS
SELECT lead(month) OVER w AS month, lead(spread) OVER w AS actual, (made).forecast, (made).lower, (made).upper,
	   spread AS random_walk
FROM (
	SELECT month_number, month, spread, rnn_forecast(model, spread, factor_changes) OVER (ORDER BY month) AS made
	FROM baa_input, baa_model
) AS forecasts
WHERE month_number >= :last_fitted
WINDOW w AS (ORDER BY month);
DELETE FROM baa_forecast WHERE actual IS NULL;	-- the month after the last one

SELECT month, round(actual::numeric) AS actual, round(forecast::numeric) AS forecast,
	   round(lower::numeric) AS lower, round(upper::numeric) AS upper,
	   round(random_walk::numeric) AS random_walk
FROM baa_forecast
WHERE month BETWEEN '2020-01-01' AND '2020-12-01'
ORDER BY month;

\echo
\echo '5. Accuracy beside the random walk, basis points'
\echo

SELECT forecaster, n AS months, round(mae::numeric, 2) AS mae, round(rmse::numeric, 2) AS rmse,
	   round(mape::numeric, 4) AS mape, round(rsr::numeric, 4) AS rsr, round(bias::numeric, 2) AS bias
FROM (
	SELECT 'random walk' AS forecaster, (forecast_accuracy(actual, random_walk)).* FROM baa_forecast
	UNION ALL
	SELECT 'network', (forecast_accuracy(actual, forecast)).* FROM baa_forecast
) AS measures;

SELECT round(avg((actual BETWEEN lower AND upper)::int) * 100, 1) AS percent_within_90_percent_interval
FROM baa_forecast;

\echo 'Is the difference more than chance? Diebold-Mariano, first = random walk, second = network'
SELECT loss, round((test).statistic::numeric, 2) AS statistic, round((test).p_value::numeric, 4) AS p_value,
	   (test).better
FROM (
	SELECT loss, dm_test(month, actual, random_walk, forecast, dm_options(loss => loss)) AS test
	FROM baa_forecast, (VALUES ('squared'), ('absolute')) AS losses (loss)
	GROUP BY loss
) AS tests
ORDER BY loss DESC;


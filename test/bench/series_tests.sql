\ir sql_measure.psql
-- walks of 20 years of days, ten forecasts of 1,000 rows, a million rows to trade on; the peer of the tests is series_tests_statsmodels.py
CREATE TABLE series AS
SELECT g, t, date '2000-01-01' + t AS day, sum(sin(t * t * 0.37 * g) + 0.3 * cos(t * 1.7)) OVER (PARTITION BY g ORDER BY t) AS y, cos(t * t * 0.11 * g) AS x
FROM generate_series(1, 20) AS g, generate_series(1, 5000) AS t;
CREATE TABLE forecast AS
SELECT t::bigint AS t, sin(t * 0.01) + 0.1 * cos(t * t * 0.3) AS actual, ARRAY(SELECT sin((t - k) * 0.01) + 0.1 * sin(t * t * 0.7 * k) FROM generate_series(1, 10) AS k) AS forecasts
FROM generate_series(1, 1000) AS t;
CREATE TABLE trade AS
SELECT t, sin(t * 0.01) AS actual, sin(t * 0.01) + 0.1 * cos(t * t * 0.3) AS first, sin(t * 0.01 + 0.02) AS second FROM generate_series(1::bigint, 1000000) AS t;
VACUUM ANALYZE;
SELECT measure('adf_test, 20 series of 5,000 rows, lags by AIC up to 32', 'statsmodels, adfuller', 'SELECT adf_test(t, y) FROM series GROUP BY g', NULL);
SELECT measure('kpss_test, 20 series of 5,000 rows', 'statsmodels, kpss', 'SELECT kpss_test(t, y) FROM series GROUP BY g', NULL);
SELECT measure('granger_test with 4 lags, 20 series of 5,000 rows', 'statsmodels, grangercausalitytests', 'SELECT granger_test(t, y, x, granger_options(lags => 4)) FROM series GROUP BY g', NULL);
SELECT measure('gw_test, 1,000,000 rows', 'avg()', 'SELECT gw_test(t, actual, first, second) FROM trade', 'SELECT avg(actual) FROM trade');
SELECT measure('model_confidence_set, ten forecasts of 1,000 rows, 1,000 draws', 'numpy, the same bootstrap', 'SELECT model_confidence_set(t, actual, forecasts) FROM forecast', NULL);
SELECT measure('strategy_backtest, 1,000,000 rows', 'avg()', 'SELECT strategy_backtest(t, actual, first) FROM trade', 'SELECT avg(actual) FROM trade');
SELECT measure('select_features, 14 features of 1,000 rows, 199 shifts', NULL,
	'SELECT select_features(t, actual, forecasts || forecasts[1:4]) FROM forecast', NULL);
SELECT measure('trend_seasonal_fit, 20 series of 5,000 days, three waves of the year, one of the week', NULL,
	'SELECT trend_seasonal_fit(day, y, trend_seasonal_options(weekly => 1)) FROM series GROUP BY g', NULL);
SELECT measure('state_of_economy, 20 series of 5,000 rows, window of 120', 'avg() over the same window',
	'SELECT count(s) FROM (SELECT state_of_economy(y) OVER (PARTITION BY g ORDER BY t) AS s FROM series) AS q',
	'SELECT count(s) FROM (SELECT avg(y) OVER (PARTITION BY g ORDER BY t ROWS 119 PRECEDING) AS s FROM series) AS q');

-- arima_fit with features and its forecasts.

BEGIN;
\ir helpers.psql
SELECT no_plan();
SET LOCAL client_min_messages = warning;
\ir ../golden/arima_regression.sql

-- ---- reference values -----------------------------------------------------------------------

CREATE TABLE fitted AS
SELECT g.*, m, model_info(m) -> 'model' AS info FROM golden_arima_regression g, LATERAL (SELECT arima_fit(t, y, features, arima_options(orders => g.orders,
	seasonal_orders => CASE WHEN g.period > 1 THEN g.seasonal_orders ELSE '{}' END, period => g.period, constant => g.fitted_constant)) AS m
	FROM golden_arima_regression_rows s WHERE s.series = g.series) AS f;
SELECT is((SELECT count(*) FROM fitted WHERE abs((info ->> 'log_likelihood')::float8 - log_likelihood) < 1e-4), 9::bigint, 'likelihoods of R');
SELECT is((SELECT count(*) FROM fitted, generate_series(1, 2) j WHERE near((info #>> ARRAY['coefficients', (j - 1)::text])::float8, regression[j], 1e-3, 0)), 18::bigint, 'coefficients of R');
SELECT ok((SELECT bool_and((info #>> ARRAY['standard_errors', (j - 1)::text])::float8 BETWEEN 0.01 AND 0.5) FROM fitted, generate_series(0, 1) j), 'with standard errors');
CREATE TABLE made AS
SELECT f.series, f.orders, f.ahead, f.upper, s.t, s.y, arima_forecast(m, s.y, s.features, 2) OVER w AS two, arima_forecast_steps(m, s.y, s.features, '{1,2,3,4,5,6,7}') OVER w AS steps
FROM fitted f JOIN golden_arima_regression_rows s USING (series) WINDOW w AS (PARTITION BY f.series, f.orders, f.fitted_constant ORDER BY s.t);
SELECT is((SELECT count(*) FROM (SELECT f.ahead, f.upper, s.t, arima_forecast_steps(m, s.y, s.features, '{1,6}', 0.5) OVER w AS steps
	FROM fitted f JOIN golden_arima_regression_rows s USING (series) WINDOW w AS (PARTITION BY f.series, f.orders, f.fitted_constant ORDER BY s.t)) q, unnest(steps) l
	WHERE t = 60 AND near((l.upper - l.forecast) * 1.6448536269514722 / 0.6744897501960817, q.upper[l.step] - ahead[l.step], 0.03)), 18::bigint, 'bounds at another level are to those of R as the normal distribution has it');
SELECT is((SELECT count(*) FROM made, unnest(steps, ahead, upper) AS u (step, forecast, lower, high, a, b) WHERE t = 60 AND abs(forecast - a) < 0.002 * (b - a)), 54::bigint,
	'forecasts of R, by features of the rows to come');
SELECT is((SELECT count(*) FROM made WHERE t = 60 AND (steps[7]).step = 7 AND (steps[7]).forecast IS NULL AND (steps[7]).lower IS NULL), 9::bigint, 'where the features end, steps are NULL');
SELECT is((SELECT count(*) FROM made WHERE (two).forecast IS DISTINCT FROM (steps[2]).forecast OR (two).upper IS DISTINCT FROM (steps[2]).upper), 0::bigint, 'several steps at once are those one by one');
SELECT is((SELECT count(*) FROM made WHERE t > 60 AND (two IS NOT NULL OR steps IS NOT NULL)), 0::bigint, 'no forecast where y is NULL');
SELECT is((SELECT string_agg(t::text, ' ' ORDER BY t) FROM made WHERE series = 'short with gaps' AND t BETWEEN 5 AND 60 AND two IS NULL), '16 17 29 31 40 42',
	'nor where a feature is, of the row or of the row ahead');
SELECT ok((SELECT bool_and((two).lower < (two).forecast AND (two).forecast < (two).upper) FROM made WHERE two IS NOT NULL), 'bounds lie on both sides');

-- Without errors that depend: coefficients and errors of least squares.
SELECT ok((SELECT near((i #>> '{coefficients,0}')::float8, regr_slope, 1e-12, 0) AND near((i ->> 'constant')::float8, regr_intercept, 1e-12, 0)
	FROM (SELECT model_info(arima_fit(t, y, ARRAY[features[1]], arima_options(orders => '{0,0,0}'))) -> 'model' AS i, regr_slope(y, features[1]), regr_intercept(y, features[1])
		FROM golden_arima_regression_rows WHERE series = 'short') s), 'orders 0,0,0 are the ordinary regression');

-- ---- the same everywhere ------------------------------------------------------------------------

CREATE TABLE models AS SELECT arima_fit(t, y, features, arima_options()) AS m FROM golden_arima_regression_rows WHERE series = 'walk with gaps';
SELECT is((SELECT m::text FROM models), (SELECT arima_fit(t, y, features, arima_options())::text
	FROM (SELECT * FROM golden_arima_regression_rows WHERE series = 'walk with gaps' ORDER BY md5(t::text)) shuffled), 'the same from shuffled rows');
SELECT is((SELECT m::text::arima_model::text FROM models), (SELECT m::text FROM models), 'text gives the model back');
SELECT is((SELECT model_info(m) #>> '{model,features}' FROM models), '2', 'a model knows how many features it has');
SELECT ok((SELECT model_info(arima_fit(t, y, '{"orders": [1, 0, 0]}')) -> 'model' ->> 'features' IS NULL FROM golden_arima_regression_rows WHERE series = 'short'), 'without features nothing is said of them');
SELECT ok((SELECT arima_fit(t::int + date '2000-01-01', y, features, '{"max_order": 1}') IS NOT NULL FROM golden_arima_regression_rows WHERE series = 'short'), 'by dates');
SELECT ok((SELECT arima_fit(t, y, features, NULL) IS NULL FROM golden_arima_regression_rows WHERE false), 'no rows');

-- Units: of y, and of each feature.
SELECT is((SELECT count(*) FROM (VALUES (1e-9, 1e9), (1e9, 1e-9), (7e5, 1e8)) k (y, x), LATERAL (SELECT model_info(arima_fit(t, r.y, features, o)) -> 'model' AS a,
	model_info(arima_fit(t, k.y * r.y, ARRAY[features[1], k.x * features[2]], o)) -> 'model' AS b FROM golden_arima_regression_rows r, (SELECT arima_options(orders => '{1,1,1}') AS o) o WHERE series = 'walk') m
	WHERE near((b #>> '{coefficients,0}')::float8, k.y * (a #>> '{coefficients,0}')::float8, 1e-4, 0) AND near((b #>> '{coefficients,1}')::float8, k.y / k.x * (a #>> '{coefficients,1}')::float8, 1e-4, 0)
	AND near((b #>> '{standard_errors,1}')::float8, k.y / k.x * (a #>> '{standard_errors,1}')::float8, 1e-3, 0)), 3::bigint, 'coefficients in units of y over those of the feature');

-- ---- bad input ------------------------------------------------------------------------------------

CREATE TABLE bad (query text, state text);
INSERT INTO bad VALUES
	('SELECT arima_fit(t, sin(t * t), ARRAY[cos(t), 2 * cos(t)], ''{}'') FROM generate_series(1, 50) t', '22000'),
	('SELECT arima_fit(t, sin(t * t), ARRAY[0.7], ''{"orders": [1, 0, 0]}'') FROM generate_series(1, 50) t', '22000'),
	('SELECT arima_fit(t, sin(t * t), ARRAY[0.1 * t], ''{"orders": [1, 1, 0]}'') FROM generate_series(1, 50) t', '22000'),
	('SELECT arima_fit(t, 2 + 3 * sin(t * t), ARRAY[sin(t * t)], ''{}'') FROM generate_series(1, 50) t', '22000'),
	('SELECT arima_fit(t, 1, ARRAY[sin(t * t)], ''{}'') FROM generate_series(1, 50) t', '22000'),
	('SELECT arima_fit(t, sin(t), ARRAY[CASE WHEN t = 9 THEN float8 ''NaN'' ELSE cos(t) END], ''{}'') FROM generate_series(1, 50) t', '22003'),
	('SELECT arima_fit(t, sin(t), ARRAY[CASE WHEN t = 9 THEN float8 ''-infinity'' ELSE cos(t) END], ''{}'') FROM generate_series(1, 50) t', '22003'),
	('SELECT arima_fit(t, sin(t), CASE WHEN t < 9 THEN ARRAY[cos(t)] END, ''{}'') FROM generate_series(1, 50) t', '22004'),
	('SELECT arima_fit(t, sin(t), CASE WHEN t < 9 THEN ARRAY[cos(t)] ELSE ''{1,2}'' END, ''{}'') FROM generate_series(1, 50) t', '2202E'),
	('SELECT arima_fit(t, sin(t), array_fill(1.0::float8, ARRAY[65]), ''{}'') FROM generate_series(1, 50) t', '54000'),
	('SELECT arima_fit(t, sin(t), ARRAY[[cos(t)]], ''{}'') FROM generate_series(1, 50) t', '2202E'),
	('SELECT arima_fit(t, sin(t), ARRAY[cos(t)], ''{}'') FROM generate_series(1, 3) t', '22023'),
	('SELECT arima_fit(t, sin(t), ARRAY[cos(t)], ''{"order": 1}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT arima_forecast(m, 1) OVER () FROM models', '22023'),
	('SELECT arima_forecast(m, 1, ARRAY[1.0], 1) OVER () FROM models', '22023'),
	('SELECT arima_forecast(m, 1, ARRAY[1.0, ''NaN''], 1) OVER () FROM models', '22003'),
	('SELECT arima_forecast(m, 1, ARRAY[1.0, 2], 0) OVER () FROM models', '22023'),
	('SELECT arima_forecast(m, 1, ARRAY[1.0, 2], NULL) OVER () FROM models', '22004'),
	('SELECT arima_forecast(NULL::arima_model, 1, ARRAY[1.0, 2], 1) OVER ()', '22004'),
	('SELECT arima_forecast_steps(m, 1, ARRAY[1.0, 2], ''{1,NULL}'') OVER () FROM models', '2202E'),
	('SELECT arima_forecast(m, 1, ARRAY[1.0], 1) OVER () FROM (SELECT arima_fit(t, sin(t * t)) AS m FROM generate_series(1, 50) t) s', '22023'),
	('SELECT replace(m::text, ''"features": 2'', ''"features": 3'')::arima_model FROM models', '22023'),
	('SELECT replace(m::text, ''"features": 2'', ''"features": 1.5'')::arima_model FROM models', '22023'),
	('SELECT replace(m::text, ''"features": 2'', ''"features": 0'')::arima_model FROM models', '22023'),
	('SELECT replace(m::text, ''"standard_errors": ['', ''"standard_errors": [-'')::arima_model FROM models', '22023'),
	('SELECT replace(m::text, ''"features": 2'', ''"feature": 2'')::arima_model FROM models', '22023');
SELECT throws_ok(query, state, NULL, query) FROM bad;
SELECT throws_ok(format('SELECT arima_fit(t, sin(t * t), ARRAY[%s], %L) FROM generate_series(1, 50) t', features, options), '22000',
	format('arima_fit: features[%s] from 1 to 50 is explained by those before it, or by the constant', number), features)
FROM (VALUES ('cos(t), 2 * cos(t)', '{}', 2), ('0.7, cos(t)', '{"orders": [1, 0, 0]}', 1), ('cos(t), sin(t), 3 - cos(t)', '{"orders": [0, 0, 1]}', 3), ('cos(t), 0.1 * t', '{"orders": [1, 1, 0]}', 2)) v (features, options, number);
SELECT ok((SELECT arima_fit(t, sin(t * t), ARRAY[cos(t), 2 * cos(t)], '{"on_error": "null"}') IS NULL FROM generate_series(1, 50) t), 'on_error => null');
SELECT ok((SELECT bool_and(f IS NULL) FROM (SELECT arima_forecast(m, 1, NULL, 1) OVER () AS f FROM models) s), 'no features, no forecast');

SELECT * FROM finish();
ROLLBACK;

-- arima_fit, ets_fit, theta_fit, their forecasts and options.

BEGIN;
\ir helpers.psql
SELECT no_plan();
SET LOCAL client_min_messages = warning;
\ir ../golden/classical.sql

-- ---- reference values -----------------------------------------------------------------------

CREATE TABLE fitted AS
SELECT g.*, model_info((SELECT arima_fit(t, y, arima_options(orders => g.orders, seasonal_orders => CASE WHEN g.period > 1 THEN g.seasonal_orders ELSE '{}' END,
	period => g.period, constant => g.constant)) FROM golden_classical s WHERE s.series = g.series)) AS info
FROM golden_arima g;
SELECT is((SELECT count(*) FROM fitted WHERE (info #>> '{model,log_likelihood}')::float8 > highest - 1e-5), (SELECT count(*) FROM golden_arima),
	'no likelihood is below the largest that scipy''s searches find');
SELECT ok((SELECT bool_and(info #> '{model,orders}' = to_jsonb(orders) AND jsonb_array_length(info #> '{model,ar}') = orders[1]
	AND (info #>> '{model,constant}' IS NULL) = NOT constant) FROM fitted), 'the orders are those that were given');
CREATE TABLE theta AS
SELECT g.*, (SELECT theta_forecast(t, y, 8, theta_options(period => g.period)) FROM golden_classical s WHERE s.series = g.series) AS f FROM golden_theta g;
SELECT is((SELECT count(*) FROM theta, unnest(f, ahead, upper) AS u (step, forecast, lower, high, a, b)
	WHERE abs(forecast - a) < 0.003 * (b - a) AND near(high - forecast, b - a, 0.003, 0)), 32::bigint, 'forecasts of theta_fit are those of R');
SELECT is((SELECT model_info(ets_fit(t, y, ets_options(period => 4))) #>> '{model,season}' FROM golden_classical WHERE series = 'growing'), 'M', 'a season that grows is multiplicative');
SELECT is((SELECT model_info(arima_fit(t, y, arima_options(period => 4))) #>> '{model,seasonal_orders,1}' FROM golden_classical WHERE series = 'seasonal'), '1',
	'a strong season is differenced');

-- ---- the same everywhere ------------------------------------------------------------------------

CREATE TABLE models AS
SELECT arima_fit(t, y, '{"period": 4}') AS arima, ets_fit(t, y, '{"period": 4}') AS ets, theta_fit(t, y, '{"period": 4}') AS theta FROM golden_classical WHERE series = 'growing';
SELECT is((SELECT ROW(arima, ets, theta)::text FROM models), (SELECT ROW(arima_fit(t, y, '{"period": 4}'), ets_fit(t, y, '{"period": 4}'), theta_fit(t, y, '{"period": 4}'))::text
	FROM (SELECT * FROM golden_classical WHERE series = 'growing' ORDER BY md5(t::text)) shuffled), 'the same from shuffled rows');
SELECT is((SELECT ROW(arima::text::arima_model, ets::text::ets_model, theta::text::theta_model)::text FROM models), (SELECT ROW(arima, ets, theta)::text FROM models), 'text gives the model back');
CREATE TABLE made AS
SELECT t, y, arima_forecast(arima, y) OVER w AS a, ets_forecast(ets, y, 3) OVER w AS e, theta_forecast(theta, y, 3) OVER w AS th,
	arima_forecast_steps(arima, y, '{1,3}') OVER w AS arima_steps, ets_forecast_steps(ets, y, '{3,1}') OVER w AS ets_steps, theta_forecast_steps(theta, y, '{3}') OVER w AS theta_steps
FROM golden_classical, models WHERE series = 'growing' WINDOW w AS (ORDER BY t);
SELECT is((SELECT count(*) FROM made WHERE a IS DISTINCT FROM ((arima_steps)[1].forecast, (arima_steps)[1].lower, (arima_steps)[1].upper)::arima_forecast_result AND a IS NOT NULL
	OR e IS DISTINCT FROM ((ets_steps)[1].forecast, (ets_steps)[1].lower, (ets_steps)[1].upper)::ets_forecast_result
	OR th IS DISTINCT FROM ((theta_steps)[1].forecast, (theta_steps)[1].lower, (theta_steps)[1].upper)::theta_forecast_result), 0::bigint, 'several steps at once are those one by one');
SELECT is((SELECT ROW((arima_steps)[2], (ets_steps)[1], (theta_steps)[1])::text FROM made WHERE t = 72),
	(SELECT ROW((arima_forecast(t, y, 3, '{"period": 4}'))[3], (ets_forecast(t, y, 3, '{"period": 4}'))[3], (theta_forecast(t, y, 3, '{"period": 4}'))[3])::text
	FROM golden_classical WHERE series = 'growing'), 'fit and forecast in one call');
SELECT ok((SELECT bool_and((a).lower < (a).forecast AND (a).forecast < (a).upper) FROM made WHERE a IS NOT NULL), 'bounds lie on both sides');
-- Bounds at other levels than that of the fit: as by a model of that level, and by quantiles of the normal distribution.
SELECT ok((SELECT bool_and(near((b).upper - (b).forecast, 1.959963984540054 / 1.6448536269514722 * ((a).upper - (a).forecast), 1e-12) AND near((e95).lower - (e).forecast, 1.959963984540054 / 1.6448536269514722 * ((e).lower - (e).forecast), 1e-12)
		AND b = (b_steps[1].forecast, b_steps[1].lower, b_steps[1].upper)::arima_forecast_result AND th = t90 AND th_steps[1].upper - th_steps[1].forecast < 0.1 * ((th).upper - (th).forecast)) AND count(*) > 60
	FROM (SELECT t, arima_forecast(arima, y, 1, 0.95) OVER w AS b, arima_forecast_steps(arima, y, '{1}', 0.95) OVER w AS b_steps, ets_forecast(ets, y, 3, interval_level => 0.95) OVER w AS e95,
			theta_forecast(theta, y, 3, 0.9) OVER w AS t90, theta_forecast_steps(theta, y, '{3}', 0.05) OVER w AS th_steps FROM golden_classical, models WHERE series = 'growing' WINDOW w AS (ORDER BY t)) l
		JOIN made USING (t) WHERE a IS NOT NULL), 'intervals at other levels than that of the fit');
SELECT is((SELECT (arima_forecast(model, y, 1) OVER (ORDER BY t))::text FROM (SELECT t, y, model FROM golden_classical, (SELECT arima_fit(t, y, '{"period": 4, "interval_level": 0.8}') AS model
	FROM golden_classical WHERE series = 'growing') m WHERE series = 'growing') s ORDER BY t DESC LIMIT 1), (SELECT (arima_forecast(arima, y, 1, 0.8) OVER (ORDER BY t))::text FROM golden_classical, models
	WHERE series = 'growing' ORDER BY t DESC LIMIT 1), 'as by a fit of that level');
SELECT refused(format('SELECT arima_forecast(arima, y, 1, %s) OVER (ORDER BY t) FROM golden_classical, models WHERE series = ''growing''', level), '22023', 'arima_forecast: interval_level is ' || level || ', must be from 0.01 to 0.999')
FROM unnest('{0,1,1.5}'::numeric[]) level;
SELECT refused('SELECT ets_forecast(ets, y, 1, 0.5 + t / 1000.0) OVER (ORDER BY t) FROM golden_classical, models WHERE series = ''growing''', '22023', 'ets_forecast: interval_level in row%', false);
SELECT is((SELECT count(*) FROM (SELECT (f[1]).upper FROM (SELECT arima_forecast_steps(arima, y, '{1}', interval_level => NULL) OVER (ORDER BY t) AS f FROM golden_classical, models WHERE series = 'growing') q) l JOIN made ON (a).upper = l.upper),
	(SELECT count(a) FROM made), 'NULL is the level of the fit');
SELECT is((SELECT count(*) FROM (SELECT arima_forecast(arima, y) OVER w AS a, ets_forecast(ets, y) OVER w AS e, y FROM (SELECT t, nullif(y, y) AS y FROM golden_classical
	WHERE series = 'growing' AND t <= 5 UNION ALL SELECT t + 5, y FROM golden_classical WHERE series = 'growing') s, models WINDOW w AS (ORDER BY t)) f
	JOIN made ON made.y = f.y WHERE made.a IS NOT DISTINCT FROM f.a), 72::bigint, 'rows without a value before the first do nothing');
SELECT is((SELECT (arima_fit(t, y), ets_fit(t, y), theta_fit(t, y))::text FROM golden_classical WHERE false), '(,,)', 'no rows');
SELECT ok((SELECT (theta_forecast(t, y - 1000, 1, '{"lower_bound": 0}'))[1]::text LIKE '(1,0,0,0)' FROM golden_classical WHERE series = 'walk'), 'no forecast is below lower_bound');

-- ---- bad input ------------------------------------------------------------------------------------

CREATE TABLE bad (query text, state text);
INSERT INTO bad VALUES
	('SELECT arima_fit(t, y) FROM (VALUES (1, 1), (2, ''NaN''::float8)) s (t, y)', '22003'),
	('SELECT ets_fit(t, y) FROM (VALUES (1, 1), (2, ''infinity''::float8)) s (t, y)', '22003'),
	('SELECT theta_fit(t, y) FROM (VALUES (1, 1.0), (1, 2.0)) s (t, y)', '23505'),
	('SELECT arima_fit(t, y) FROM (VALUES (1, 1.0)) s (t, y)', '22023'),
	('SELECT ets_fit(t, y) FROM (VALUES (1, 1.0), (2, 2.0), (3, 1.0)) s (t, y)', '22023'),
	('SELECT arima_fit(t, 1) FROM generate_series(1, 50) t', '22000'),
	('SELECT ets_fit(t, 1) FROM generate_series(1, 50) t', '22000'),
	('SELECT theta_fit(t, 1) FROM generate_series(1, 50) t', '22000'),
	('SELECT ets_fit(t, t - 5, ''{"error": "M"}'') FROM generate_series(1, 50) t', '22000'),
	('SELECT arima_fit(t, sin(t), ''{"orders": [1, 1]}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT arima_fit(t, sin(t), ''{"orders": [1, 3, 0]}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT arima_fit(t, sin(t), ''{"seasonal_orders": [1, 0, 0], "period": 4}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT arima_fit(t, sin(t), ''{"orders": [0, 0, 0], "seasonal_orders": [1, 0, 0]}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT ets_fit(t, sin(t), ''{"season": "A"}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT ets_fit(t, 5 + sin(t), ''{"error": "A", "season": "M", "period": 4}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT ets_fit(t, sin(t), ''{"period": 25}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT theta_fit(t, sin(t), ''{"orders": [0, 0, 0]}'') FROM generate_series(1, 50) t', '22023'),
	('SELECT arima_forecast(arima, 1, 0) OVER () FROM models', '22023'),
	('SELECT arima_forecast(arima, 1, 10001) OVER () FROM models', '22023'),
	('SELECT arima_forecast(NULL::arima_model, 1) OVER ()', '22004'),
	('SELECT ets_forecast_steps(ets, 1, ''{1,NULL}'') OVER () FROM models', '2202E'),
	('SELECT ets_forecast_steps(ets, 1, NULL) OVER () FROM models', '22004'),
	('SELECT theta_forecast(t, sin(t), 0) FROM generate_series(1, 50) t', '22023'),
	('SELECT arima_forecast(replace(arima::text, ''"variance": '', ''"variance": -'')::arima_model, 1) OVER () FROM models', '22023');
SELECT throws_ok(query, state, NULL, query) FROM bad;
SELECT is((SELECT count(*) FROM (SELECT arima_fit(t, y, '{"on_error": "null"}') AS m FROM (VALUES (1, 1.0)) s (t, y) UNION ALL SELECT arima_fit(t, 1, '{"on_error": "null"}') FROM generate_series(1, 50) t) n
	WHERE m IS NULL), 2::bigint, 'on_error => null');
SELECT ok((SELECT ets_fit(t, t - 5, '{"error": "M", "on_error": "null"}') IS NULL FROM generate_series(1, 50) t), 'of values that are not positive too');

-- ---- missing values among those that start the differences ----------------------------------

CREATE TABLE gap AS SELECT n, CASE WHEN n % 5 <> 2 THEN 10 + sum(sin(n * n)) OVER (ORDER BY n) + 2 * (n % 4) END AS y FROM generate_series(1, 60) n;
CREATE TABLE gap_model AS
SELECT arima_fit(n, y, arima_options(period => 4, orders => '{0,1,0}', seasonal_orders => '{0,1,1}', constant => false)) AS model FROM gap;
-- statsmodels' SARIMAX with an exact diffuse start, less its -log(2 pi) / 2 of each value that fixes it
SELECT ok((SELECT near((model_info(model) #>> '{model,log_likelihood}')::float8, -54.47652672618717, 1e-8) FROM gap_model), 'the likelihood with a value missing in each season');
SELECT is((SELECT array_agg(n ORDER BY n) FROM (SELECT n, arima_forecast(model, y) OVER (ORDER BY n) AS a FROM gap, gap_model) f WHERE a IS NOT NULL AND n < 12),
	'{6,8,9,10,11}', 'forecasts begin where later rows have told what was missing');
SELECT ok((SELECT arima_fit(n, CASE WHEN n % 11 <> 5 THEN sin(2 * n * pi() / 12) + sin(n * n) / 9 END, arima_options(period => 12)) IS NOT NULL FROM generate_series(1, 150) n),
	'orders are chosen where no season is whole');
SELECT throws_ok($$ SELECT arima_fit(n, CASE WHEN n % 7 <> 5 THEN sin(n * n) END, arima_options(period => 7, orders => '{0,0,1}', seasonal_orders => '{0,1,0}')) FROM generate_series(1, 70) n $$,
	'22023', 'arima_fit: 60 values from 1 to 70 are too few for the model', 'a place of the season that is never there');
SELECT is(model_info(arima_fit(n, CASE WHEN n % 7 <> 5 THEN 9 * sin(2 * n * pi() / 7) + sin(n * n) END, arima_options(period => 7))) #> '{model,seasonal_orders,1}', '0', 'where orders are chosen no season is differenced then')
FROM generate_series(1, 140) n;
SELECT is(model_info(arima_fit(n, CASE WHEN n % 7 <> 5 OR n = 5 THEN 9 * sin(2 * n * pi() / 7) + sin(n * n) END, arima_options(period => 7))) #> '{model,seasonal_orders,1}', '1', 'but it is with a single value there')
FROM generate_series(1, 140) n;
SELECT throws_ok('SELECT ets_fit(1, 5)', '22023', 'ets_fit: 1 values from 1 to 1 are too few for the model', 'one value is too few, not constant');

SELECT * FROM finish();
ROLLBACK;

-- The catalog's method arima with features known in advance: a regression with ARIMA errors, against R and against arima_fit.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT no_plan();
\ir helpers.psql
\ir ../golden/arima_regression.sql

CREATE VIEW forecasts AS SELECT p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
CREATE VIEW runs AS SELECT p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;

-- ---- against R ----------------------------------------------------------------------------------

CREATE TABLE golden AS SELECT format('R %s %s %s', series, orders, fitted_constant) AS model, * FROM golden_arima_regression;
CREATE TABLE golden_rows AS SELECT series, date '2020-01-01' + t::integer AS "time", y, features[1] AS a, features[2] AS b FROM golden_arima_regression_rows;
SELECT format('CALL creditspread.train(%L, %L, ''arima'', ''{1,2,3,4,5,6}'', %L)', model, format('SELECT "time", y, a, b FROM golden_rows WHERE series = %L', series),
	arima_options(orders => orders, seasonal_orders => CASE WHEN period > 1 THEN seasonal_orders ELSE '{}' END, period => period, constant => fitted_constant) || '{"known": ["b", "a"]}')
FROM golden ORDER BY model \gexec
SELECT format('CALL creditspread.forecast(%L)', model) FROM golden ORDER BY model \gexec
SELECT ok(count(*) = 6 AND bool_and(near(f.forecast, g.ahead[f.horizon], 1e-6)), model) FROM golden g LEFT JOIN forecasts f USING (model) GROUP BY model ORDER BY model;

-- ---- series with events -------------------------------------------------------------------------

-- Two series, in which an event adds 4, and whose level follows a rate; both are known six days further.
CREATE TABLE market AS
SELECT entity::text, t, date '2020-01-01' + t AS day, d, rate, CASE WHEN t <= 160 THEN sin(t) END AS other,
	CASE WHEN t <= 160 THEN 100 + 4 * d - 30 * rate + sum(hashint8extended(t, entity) / 9.3e18) OVER (PARTITION BY entity ORDER BY t) END AS y
FROM (SELECT entity, t::integer, (hashint8extended(t, 7 * entity) % 8 = 0)::integer::float8 AS d, sum(hashint8extended(t, 20 + entity) / 9.3e19) OVER (PARTITION BY entity ORDER BY t) AS rate
	FROM generate_series(1, 2) entity, generate_series(1, 166) t) q;
CREATE TABLE saved AS SELECT * FROM market;
CREATE FUNCTION market_query(condition text DEFAULT 'true', d text DEFAULT 'd') RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('SELECT entity, day AS "time", y, other, rate, %s AS d FROM market WHERE %s', d, condition)
$$;
CALL creditspread.train('arima', market_query(), 'arima', '{1,3}', '{"known": ["d", "rate"], "max_order": 2, "interval_levels": [0.5, 0.9]}');
CALL creditspread.train('without', market_query('y IS NOT NULL'), 'arima', '{1,3}', '{"max_order": 2}');
CALL creditspread.train('none', market_query('y IS NOT NULL'), 'arima', '{1,3}', '{"max_order": 2, "known": []}');
SELECT format('CALL creditspread.forecast(%L)', m) FROM unnest('{arima,without,none}'::text[]) m \gexec
SELECT format('CALL creditspread.backtest(%L, origins => 20, refit_every => 10)', m) FROM unnest('{arima,without}'::text[]) m \gexec

CREATE FUNCTION by_hand(fitted integer, origins int4range) RETURNS TABLE (entity text, origin timestamp, horizon integer, forecast float8) LANGUAGE sql AS $$
	SELECT entity, day, f.step, f.forecast
	FROM (SELECT entity, t, day, arima_forecast_steps(model, y, ARRAY[rate, d], '{1,3}') OVER (PARTITION BY entity ORDER BY t) AS f
		FROM market JOIN (SELECT entity, arima_fit(day, y, ARRAY[rate, d], '{"max_order": 2}') AS model FROM market WHERE t <= fitted GROUP BY entity) m USING (entity)) q, unnest(f) f
	WHERE t <@ origins
$$;
CREATE TABLE hands AS
SELECT 'forecast' AS source, * FROM by_hand(160, '[160,160]') UNION ALL SELECT 'backtest', * FROM by_hand(138, '[138,147]') UNION ALL SELECT 'backtest', * FROM by_hand(148, '[148,157]');
SELECT ok(bool_and(near(f.forecast, h.forecast, 1e-9)) AND count(*) = CASE source WHEN 'forecast' THEN 4 ELSE 80 END, source || ': what arima_forecast_steps gives, fitted and made by hand')
FROM hands h LEFT JOIN (SELECT * FROM forecasts WHERE model = 'arima') f USING (source, entity, origin, horizon) GROUP BY source ORDER BY source;
SELECT is(count(*) FILTER (WHERE w.forecast = n.forecast), 4::bigint, 'an empty list is no list') FROM forecasts w JOIN forecasts n USING (entity, origin, horizon) WHERE w.model = 'without' AND n.model = 'none';
SELECT ok(bool_and(near(f.forecast, h.forecast, 1e-12)) AND count(*) = 4, 'without the option it is arima_fit of y alone') FROM forecasts f JOIN (SELECT entity, f.step AS horizon, f.forecast
	FROM (SELECT entity, arima_forecast(day, y, 3, '{"max_order": 2}') AS f FROM market WHERE t <= 160 GROUP BY entity) q, unnest(f) f) h USING (entity, horizon) WHERE model = 'none';
SELECT ok(bool_and(k.rmse < 0.5 * w.rmse) AND count(*) = 4, 'a backtest is better for what is known: ' || string_agg(round((k.rmse / w.rmse)::numeric, 2)::text, ' '))
FROM creditspread.accuracy k JOIN creditspread.accuracy w USING (entity, horizon, source) WHERE k.model = 'arima' AND w.model = 'without' AND source = 'backtest';
SELECT ok(bool_and(f.lower < f.forecast AND f.forecast < f.upper AND cardinality(f.lowers) = 2 AND f.lowers[1] > f.lowers[2] AND f.uppers[1] < f.uppers[2]) AND count(*) = 4, 'intervals at several levels')
FROM forecasts f WHERE model = 'arima' AND source = 'forecast';
SELECT ok(avg((f.actual BETWEEN f.lower AND f.upper)::integer) BETWEEN 0.75 AND 1 AND count(*) = 80, 'the widest covers ' || round(avg((f.actual BETWEEN f.lower AND f.upper)::integer), 2))
FROM forecasts f WHERE model = 'arima' AND source = 'backtest';
SELECT is(array_agg(message ORDER BY model), ARRAY['of the features method arima takes those alone that option known names, not other', NULL, NULL],
	'a training with known features says which others are not used') FROM runs WHERE kind = 'train' AND model IN ('arima', 'none', 'without');

-- No origin of a backtest knows what is later but the features: with y and everything else altered behind t = 145, one fit.
CREATE TABLE before AS SELECT entity, origin, horizon, forecast FROM forecasts WHERE false;
CALL creditspread.backtest('arima', origins => 20, refit_every => 20);
INSERT INTO before SELECT entity, origin, horizon, forecast FROM forecasts WHERE model = 'arima' AND source = 'backtest';
UPDATE market SET y = y + 50, other = -3 WHERE t > 145;
CALL creditspread.backtest('arima', origins => 20, refit_every => 20);
SELECT ok(bool_and(f.forecast = b.forecast) FILTER (WHERE m.t <= 145) AND NOT bool_or(f.forecast = b.forecast) FILTER (WHERE m.t > 145) AND count(*) = 80, 'no origin knows what is later')
FROM before b JOIN forecasts f USING (entity, origin, horizon) JOIN market m ON m.entity = b.entity AND m.day = b.origin WHERE f.model = 'arima' AND f.source = 'backtest';
TRUNCATE market;
INSERT INTO market SELECT * FROM saved;

-- ---- scenarios, explanations ----------------------------------------------------------------------

CREATE TABLE coefficients AS SELECT entity, (model_info(model) #>> '{model,coefficients,0}')::float8 AS rate, (model_info(model) #>> '{model,coefficients,1}')::float8 AS d
FROM (SELECT entity, arima_fit(day, y, ARRAY[rate, d], '{"max_order": 2}') AS model FROM market WHERE t <= 160 GROUP BY entity) q;
SELECT ok(bool_and(near(s.forecast, f.forecast, 1e-12) AND near(s.lower, f.lower, 1e-12) AND s.target_time = f.target_time) AND count(*) = 4, 'a scenario that is the query of the model')
FROM creditspread.scenario('arima', market_query()) s JOIN forecasts f ON f.entity = s.entity AND f.horizon = s.horizon AND f.model = 'arima' AND f.source = 'forecast';
SELECT ok(bool_and(near(b.forecast - a.forecast, c.d * (a.horizon = 1)::integer, 1e-9)) AND count(*) = 4, 'an event on the next day adds its coefficient there, and nothing later')
FROM creditspread.scenario('arima', market_query(d => 'CASE WHEN t > 160 THEN 0 ELSE d END')) a JOIN creditspread.scenario('arima', market_query(d => 'CASE WHEN t > 160 THEN (t = 161)::integer ELSE d END')) b
	USING (entity, horizon) JOIN coefficients c USING (entity);

CREATE TABLE explained AS SELECT a.at, e.* FROM (VALUES (NULL), (timestamp '2020-05-30')) a (at), creditspread.explain('arima', NULL, NULL, a.at) e;
SELECT ok(bool_and(near(e.base + e.added, e.forecast, 1e-9) AND e.base = m.y AND near(e.forecast, coalesce(f.forecast, b.forecast), 1e-9)) AND count(*) = 8, 'contributions add up to the forecast, from the last value')
FROM (SELECT at, entity, horizon, origin, min(base) AS base, min(forecast) AS forecast, sum(contribution) AS added FROM explained GROUP BY 1, 2, 3, 4) e JOIN market m ON m.entity = e.entity AND m.day = e.origin
	LEFT JOIN forecasts f ON e.at IS NULL AND f.model = 'arima' AND f.source = 'forecast' AND f.entity = e.entity AND f.horizon = e.horizon
	LEFT JOIN by_hand(160, '[150,150]') b ON e.at IS NOT NULL AND b.entity = e.entity AND b.horizon = e.horizon AND b.origin = e.origin;
SELECT ok(bool_and(near(e.contribution, CASE e.feature WHEN 'd' THEN c.d * (t.d - o.d) ELSE c.rate * (t.rate - o.rate) END, 1e-9)
		AND e.value = CASE e.feature WHEN 'd' THEN o.d ELSE o.rate END) AND count(*) = 16, 'a feature adds its coefficient times what it moves by')
FROM explained e JOIN coefficients c USING (entity) JOIN market o ON o.entity = e.entity AND o.day = e.origin JOIN market t ON t.entity = e.entity AND t.t = o.t + e.horizon WHERE e.feature <> 'y';
SELECT is(array_agg(DISTINCT feature ORDER BY feature), '{d,rate,y}', 'and no other feature is there') FROM explained;
SELECT ok(bool_and(feature = 'y' AND near(base + contribution, forecast, 1e-12)) AND count(*) = 4, 'without the option all is the contribution of y') FROM creditspread.explain('without', NULL, NULL);

-- ---- another definition; among other methods ------------------------------------------------------

CALL creditspread.alter_model('without', query => market_query(), options => '{"known": ["d"], "max_order": 2}');
CALL creditspread.retrain('without');
CALL creditspread.forecast('without');
SELECT is(array_agg(DISTINCT feature ORDER BY feature), '{d,y}', 'alter_model gives it known features') FROM creditspread.explain('without', NULL, NULL);
CALL creditspread.alter_model('without', options => '{"known": ["d", "rate"], "max_order": 2}');
CALL creditspread.retrain('without');
CALL creditspread.forecast('without');
SELECT ok(bool_and(near(f.forecast, w.forecast, 1e-12)) AND count(*) = 4, 'and others, as if it had been trained with them')
FROM forecasts f JOIN forecasts w USING (source, entity, origin, horizon) WHERE f.model = 'arima' AND w.model = 'without' AND source = 'forecast' AND w.version = 3;
-- a series that fails keeps its fit only where it is one of the same features
UPDATE market SET d = 1 WHERE entity = '1';
CALL creditspread.alter_model('without', options => '{"known": ["rate", "d"], "max_order": 2, "period": 2}', promote => 'always');
CALL creditspread.retrain('without');
SELECT is((SELECT array_agg(a.entity || ' ' || a.status ORDER BY a.entity) FROM creditspread.artifact a JOIN creditspread.model m ON m.id = a.model_id JOIN creditspread.pipeline p ON p.id = m.pipeline_id
	WHERE p.name = 'without' AND m.version = 4), '{"1 failed","2 ready"}', 'a fit of other features is none');
SELECT like((SELECT concat_ws(' ', s.code, s.message) FROM creditspread.run_series s JOIN runs r ON r.id = s.run_id WHERE r.model = 'without' AND s.entity = '1' ORDER BY s.run_id DESC LIMIT 1),
	'22000 arima_fit: feature "d" from % is explained by those before it, or by the constant', 'a feature that never changes fails as in arima_fit');
CALL creditspread.train('silent', market_query(), 'arima', '{1}', '{"known": ["d"], "on_error": "null", "max_order": 1}');
SELECT is((SELECT s.code || ' ' || s.message || ': ' || s.hint FROM creditspread.run_series s JOIN runs r ON r.id = s.run_id WHERE r.model = 'silent' AND s.entity = '1'),
	'22023 arima: the fit is NULL: Without option on_error the error says what is wrong with the rows of the series.', 'with on_error null nothing is said of it but that');
TRUNCATE market;
INSERT INTO market SELECT * FROM saved;
CALL creditspread.train('auto', market_query(), 'auto', '{1,3}', '{"known": ["d", "rate"], "methods": ["linear", "arima"]}');
CALL creditspread.forecast('auto');
SELECT is(count(*) FILTER (WHERE weight > 0.5), 4::bigint, 'auto takes it with what is known') FROM creditspread.explain('auto') WHERE method = 'arima';
SELECT ok(bool_and(near(e.base + e.added, f.forecast, 1e-9)) AND count(*) = 4, 'and its forecasts are taken apart') FROM (SELECT entity, horizon, min(base) AS base, sum(contribution) AS added
	FROM creditspread.explain('auto', NULL, NULL) GROUP BY 1, 2) e JOIN forecasts f ON f.model = 'auto' AND f.entity = e.entity AND f.horizon = e.horizon;

-- ---- what is missing ------------------------------------------------------------------------------

SELECT refused($$ SELECT creditspread.scenario('arima', market_query('t <= 162')) $$, '22004',
	'scenario: the query has 2 rows after 2020-06-09 00:00:00, the last with y, and feature "d", known in advance, is needed for 3');
SELECT refused($$ SELECT creditspread.scenario('arima', market_query(d => 'CASE WHEN t <> 163 OR entity = ''1'' THEN d END')) $$, '22004',
	'scenario: feature "d" at 2020-06-12 00:00:00, known in advance, is NULL');
SELECT refused($$ SELECT creditspread.scenario('arima', market_query(d => 'CASE WHEN t <> 160 THEN d END')) $$, '22004',
	'scenario: feature "d" at 2020-06-09 00:00:00, known in advance, is NULL');
CREATE FUNCTION detail_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN detail;
END
$$;
SELECT is(detail_of($$ SELECT creditspread.scenario('arima', market_query(d => 'CASE WHEN t <> 163 OR entity = ''1'' THEN d END')) $$), 'Series "2".', 'of which series is said beside it');
SELECT is(count(*), 4::bigint, 'a combination goes on without it') FROM creditspread.scenario('auto', market_query(d => 'CASE WHEN t <> 160 THEN d END'));
SELECT is(count(*), 4::bigint, 'one in the middle is a missing value') FROM creditspread.scenario('arima', market_query(d => 'CASE WHEN t <> 90 THEN d END'));
CALL creditspread.train('lenient', market_query(d => 'CASE WHEN t <> 162 THEN d END'), 'arima', '{1,3}', '{"known": ["d"], "on_error": "null", "max_order": 1}');
CALL creditspread.forecast('lenient');
SELECT is(array_agg(entity || ' ' || horizon ORDER BY entity, horizon), '{"1 1","2 1"}', 'with on_error null what can be forecast is') FROM forecasts WHERE model = 'lenient';
CALL creditspread.train('bad', market_query(), 'arima', '{1}', '{"known": ["holiday"]}');
SELECT is(r.code || ' ' || r.message, '42703 creditspread: option "known" has "holiday", which is no feature of the query', 'a feature that the query does not have') FROM creditspread.run r ORDER BY id DESC LIMIT 1;

SELECT * FROM finish();

-- forecast_ahead: forecasts of the next row, made again and again.
BEGIN;
SELECT no_plan();
SET LOCAL client_min_messages = warning;
SET LOCAL jit = off;
\ir helpers.psql

CREATE TABLE walk AS
SELECT name, t::bigint, (10 + sum(step) OVER w)::float8 AS y, (50 + 10 * sum(pull) OVER w)::float8 AS x
FROM (SELECT name, t, (hashint8extended(t, k)::float8 + hashint8extended(t, k + 2)::float8 + 0.5 * hashint8extended(t - 1, 9)) / 3e20 AS step, hashint8extended(t, 9)::float8 / 3e20 AS pull
	FROM generate_series(1, 300) t, (VALUES ('a', 1), ('b', 2)) AS v (name, k)) s WINDOW w AS (PARTITION BY name ORDER BY t);
CREATE TABLE one AS SELECT t, y, x FROM walk WHERE name = 'a';
CREATE TABLE history AS SELECT array_agg(y ORDER BY t) AS y, array_agg(ARRAY[x] ORDER BY t) AS x FROM one;
CREATE TABLE fitted AS SELECT rnn_fit(t, y, ARRAY[x], rnn_options(units => '{4}', epochs => 3, ensemble => 2, horizons => '{1,5}')) AS rnn,
	rnn_fit(t, y, ARRAY[x], rnn_options(units => '{4}', epochs => 2, ensemble => 1, linear => true)) AS rnn_linear,
	transformer_fit(t, y, ARRAY[x], transformer_options(width => 4, epochs => 2, ensemble => 1, target => 'level')) AS transformer,
	linear_fit(t, y, ARRAY[x], linear_options(lags => 3, horizons => '{1,5}')) AS linear,
	boosted_trees_fit(t, y, ARRAY[x], boosted_trees_options(rounds => 30)) AS boosted_trees, random_forest_fit(t, y, ARRAY[x], random_forest_options(rounds => 10)) AS random_forest,
	svr_fit(t, y, ARRAY[x]) AS svr FROM one;
CREATE TABLE pooled AS SELECT rnn_fit(name, t, y, NULL, rnn_options(units => '{4}', epochs => 2, ensemble => 1)) AS panel FROM walk;

-- the forecast that a window function makes on the last row, of rows with those that were forecast before
CREATE FUNCTION by_hand(call text, steps integer, histories text DEFAULT 'SELECT t, y, x FROM one') RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
	made float8[] := '{}';
	next float8;
BEGIN
	FOR step IN 1..steps LOOP
		EXECUTE format($q$ SELECT (f).forecast FROM (SELECT t, %s OVER (ORDER BY t) AS f FROM fitted, pooled,
			(%s UNION ALL SELECT 1000 + i, m, (SELECT x FROM (%2$s) h ORDER BY t DESC LIMIT 1) FROM unnest($1) WITH ORDINALITY AS n (m, i)) AS rows) q ORDER BY t DESC LIMIT 1 $q$,
			call, histories) INTO next USING made;
		made := made || next;
	END LOOP;
	RETURN made;
END $$;
CREATE FUNCTION ahead(call text) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
	made float8[];
BEGIN
	EXECUTE format('SELECT array_agg(a.forecast ORDER BY a.step) FROM fitted, pooled, history, %s AS a', call) INTO made;
	RETURN made;
END $$;

SELECT ok(near(ahead(format('forecast_ahead(%s, y, x, 4, 0)', model)), by_hand(format('%s(%s, y, ARRAY[x])', call, model), 4), 1e-6), model || ' by hand')
FROM (VALUES ('rnn', 'rnn_forecast'), ('rnn_linear', 'rnn_forecast'), ('transformer', 'transformer_forecast'), ('linear', 'linear_forecast'), ('boosted_trees', 'boosted_trees_forecast'),
	('random_forest', 'random_forest_forecast'), ('svr', 'svr_forecast')) AS v (model, call);
SELECT ok(near(ahead('forecast_ahead(panel, y, NULL, 4, 0)'), by_hand('rnn_forecast(panel, y)', 4), 1e-6), 'of a panel''s network by hand');
-- of fewer rows than one looks at
SELECT ok(near(ahead(format('forecast_ahead(%s, y[1:60], %s, 3, 0)', model, features)), by_hand(call, 3, 'SELECT t, y, x FROM one WHERE t <= 60'), 1e-6), model || ', of a short series')
FROM (VALUES ('panel', 'NULL', 'rnn_forecast(panel, y)'), ('rnn_linear', 'x[1:60]', 'rnn_forecast(rnn_linear, y, ARRAY[x])'), ('linear', 'x[1:60]', 'linear_forecast(linear, y, ARRAY[x])')) AS v (model, features, call);
SELECT ok((SELECT count(*) = 5 AND bool_and(lower < upper) FROM fitted, history, forecast_ahead(rnn_linear, y[1:120], x[1:120], 5, 40)), 'with bounds');
SELECT is(ahead('forecast_ahead(linear, y, ARRAY(SELECT unnest(x)), 3)'), ahead('forecast_ahead(linear, y, x, 3)'), 'one feature may be an array of one dimension');

-- ---- bounds ----------------------------------------------------------------------------------------------------------

CREATE TABLE bound AS SELECT model, (a).* FROM (
	SELECT 'rnn' AS model, forecast_ahead(rnn, y, x, 16, 2000) AS a FROM fitted, history UNION ALL SELECT 'linear', forecast_ahead(linear, y, x, 16, 2000) FROM fitted, history
	UNION ALL SELECT 'svr', forecast_ahead(svr, y, x, 16, 2000) FROM fitted, history) q;
SELECT ok(near(b.upper - b.lower, q.width, 0.15), model || ': one row ahead as wide as the model''s own')
FROM bound b JOIN (SELECT 'rnn' AS model, (f).upper - (f).lower AS width FROM (SELECT t, rnn_forecast(rnn, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM one, fitted) w WHERE t = 300
	UNION ALL SELECT 'linear', (f).upper - (f).lower FROM (SELECT t, linear_forecast(linear, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM one, fitted) w WHERE t = 300
	UNION ALL SELECT 'svr', (f).upper - (f).lower FROM (SELECT t, svr_forecast(svr, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM one, fitted) w WHERE t = 300) q USING (model) WHERE step = 1;
SELECT ok(bool_and(ratio BETWEEN 3 AND 6.5), 'sixteen rows ahead some four times as wide, as of a walk: ' || string_agg(round(ratio::numeric, 2)::text, ' '))
FROM (SELECT (f.upper - f.lower) / (n.upper - n.lower) AS ratio FROM bound f JOIN bound n USING (model) WHERE f.step = 16 AND n.step = 1) r;
SELECT ok(bool_and(lower < forecast AND forecast < upper) AND count(*) = 48, 'on either side of the forecast') FROM bound;
SELECT is((SELECT array_agg(a::text ORDER BY step) FROM fitted, history, forecast_ahead(rnn, y, x, 5, 50, 7) a), (SELECT array_agg(a::text ORDER BY step) FROM fitted, history, forecast_ahead(rnn, y, x, 5, 50, 7) a),
	'the same seed, the same bounds');
SELECT ok((SELECT array_agg(lower ORDER BY step) FROM fitted, history, forecast_ahead(linear, y, x, 5, 50, 7)) <> (SELECT array_agg(lower ORDER BY step) FROM fitted, history, forecast_ahead(linear, y, x, 5, 50, -7)),
	'another, others');
SELECT is(ahead('forecast_ahead(linear, y, x, 5, 50, 7)'), ahead('forecast_ahead(linear, y, x, 5, 0, 8)'), 'which the forecast does not depend on');
SELECT ok((SELECT bool_and(lower IS NULL AND upper IS NULL) FROM fitted, history, forecast_ahead(linear, y, x, 5, 0)), 'none without paths');
SELECT ok((SELECT bool_and(lower IS NULL AND forecast IS NOT NULL) AND count(*) = 5 FROM fitted, history, forecast_ahead(svr, y[1:25], x[1:25], 5)), 'or with few errors');
SELECT ok((SELECT bool_and(lower IS NULL) FROM history, (SELECT rnn_fit(t, y, NULL, rnn_options(units => '{2}', epochs => 1, ensemble => 1, validation_fraction => 0)) AS m FROM one) f, forecast_ahead(m, y, NULL, 5)),
	'or of a model without an interval');
SELECT ok((SELECT bool_and(lower = upper AND forecast = 3) AND count(*) = 5 FROM fitted, forecast_ahead(linear, array_fill(3::float8, '{250}'), array_fill(50::float8, '{250,1}'), 5)),
	'a series that stands still stays');
SELECT ok((SELECT min(lower) = 9.9 FROM history, (SELECT linear_fit(t, y, NULL, linear_options(lower_bound => 9.9)) AS m FROM one) f, forecast_ahead(m, ARRAY(SELECT v - y[300] + 9.95 FROM unnest(y) v), NULL, 20)),
	'nothing is below lower_bound');
SELECT ok(near(large.y, ARRAY(SELECT 1e9 * v FROM unnest(small.y) v), 1e-6), 'in any unit')
FROM (SELECT array_agg(forecast ORDER BY step) || array_agg(lower ORDER BY step) AS y FROM history, (SELECT linear_fit(t, 1e-3 * y) AS m FROM one) f, forecast_ahead(m, ARRAY(SELECT 1e-3 * v FROM unnest(y) v), NULL, 10)) AS small,
	(SELECT array_agg(forecast ORDER BY step) || array_agg(lower ORDER BY step) AS y FROM history, (SELECT linear_fit(t, 1e6 * y) AS m FROM one) f, forecast_ahead(m, ARRAY(SELECT 1e6 * v FROM unnest(y) v), NULL, 10)) AS large;

-- ---- missing values -----------------------------------------------------------------------------------------------------

CREATE VIEW gaps AS SELECT t, CASE WHEN t % 7 <> 3 THEN y END AS y, CASE WHEN t % 11 <> 5 THEN x END AS x FROM one;
SELECT ok(near((SELECT array_agg(forecast ORDER BY step) FROM fitted, (SELECT array_agg(y ORDER BY t) AS y, array_agg(ARRAY[x] ORDER BY t) AS x FROM gaps) h, forecast_ahead(rnn, h.y, h.x, 3)),
	by_hand('rnn_forecast(rnn, y, ARRAY[x])', 3, 'TABLE gaps'), 1e-6), 'NULLs do what they do in rnn_forecast');
SELECT ok(near((SELECT array_agg(forecast ORDER BY step) FROM fitted, (SELECT array_agg(y ORDER BY t) AS y, array_agg(ARRAY[x] ORDER BY t) AS x FROM gaps) h, forecast_ahead(rnn_linear, h.y, h.x, 3)),
	by_hand('rnn_forecast(rnn_linear, y, ARRAY[x])', 3, 'TABLE gaps'), 1e-6), 'also where linear forecasts see them');
SELECT ok(near((SELECT array_agg(forecast ORDER BY step) FROM fitted, (SELECT array_agg(y ORDER BY t) AS y, array_agg(ARRAY[x] ORDER BY t) AS x FROM gaps) h, forecast_ahead(linear, h.y, h.x, 3)),
	by_hand('linear_forecast(linear, y, ARRAY[x])', 3, 'TABLE gaps'), 1e-6), 'and in linear_forecast');
SELECT is((SELECT array_agg(a::text ORDER BY step) FROM (SELECT linear_fit(t, y, NULL, linear_options(missing => 'drop')) AS m FROM gaps) f, forecast_ahead(m, (SELECT array_agg(y ORDER BY t) FROM gaps), NULL, 3) a)
	, (SELECT array_agg(a::text ORDER BY step) FROM (SELECT linear_fit(t, y, NULL, linear_options(missing => 'drop')) AS m FROM gaps) f, forecast_ahead(m, (SELECT array_agg(y ORDER BY t) FROM gaps WHERE y IS NOT NULL), NULL, 3) a),
	'rows that are left out are not there');
SELECT is((SELECT count(*) FROM fitted, history, forecast_ahead(linear, y || NULL::float8, x || ARRAY[1::float8])), 0::bigint, 'nothing after a y that is missing');
SELECT is((SELECT count(*) FROM history, forecast_ahead(NULL::linear_model, y)), 0::bigint, 'nothing without a model');
SELECT is((SELECT count(*) FROM fitted, forecast_ahead(rnn, NULL)), 0::bigint, 'without values');
SELECT is((SELECT count(*) FROM fitted, forecast_ahead(rnn, '{}', '{}')), 0::bigint, 'or with none');

-- ---- refused ---------------------------------------------------------------------------------------------------------------

CREATE FUNCTION called(model text, arguments text) RETURNS text LANGUAGE sql AS $$ SELECT format('SELECT * FROM fitted, history, forecast_ahead(%s, %s)', model, arguments) $$;
SELECT refused('SELECT * FROM history, (SELECT linear_fit(t, y, NULL, linear_options(horizons => ''{5}'')) AS m FROM one) f, forecast_ahead(m, y)', '22023', 'forecast_ahead: the model does not forecast the next row');
SELECT refused('SELECT * FROM history, (SELECT svr_fit(t, y, NULL, svr_options(horizons => ''{5}'')) AS m FROM one) f, forecast_ahead(m, y)', '22023', 'forecast_ahead: the model does not forecast the next row');
SELECT refused('SELECT * FROM history, (SELECT rnn_fit(t, y, NULL, rnn_options(horizons => ''{5}'', epochs => 1)) AS m FROM one) f, forecast_ahead(m, y)', '22023', 'forecast_ahead: the model does not forecast the next row');
SELECT refused(called(model, 'y'), '2202E', 'forecast_ahead: features are 0 rows of 0, must be 300 of 1') FROM unnest('{rnn,linear,svr}'::text[]) AS model;
SELECT refused(called('rnn', 'y, x[1:299]'), '2202E', 'forecast_ahead: features are 299 rows of 1, must be 300 of 1');
SELECT refused(called('rnn', 'y, x, 0'), '22023', 'forecast_ahead: steps is 0, must be from 1 to 10000', false);
SELECT refused(called('rnn', 'y, x, 10001'), '22023', 'forecast_ahead: steps is 10001, %', false);
SELECT refused(called('rnn', 'y, x, 1, -1'), '22023', 'forecast_ahead: paths is -1, must be from 0 to 10000', false);
SELECT matches(error_of(called('rnn', arguments)), '^22004', arguments) FROM unnest('{"y, x, NULL","y, x, 1, NULL","y, x, 1, 1, NULL"}'::text[]) AS arguments;
SELECT matches(error_of(called('rnn', arguments)), '^22003', arguments) FROM unnest(ARRAY['y || ''NaN''::float8, x || ARRAY[1::float8]', 'y || 1::float8, x || ARRAY[''infinity''::float8]']) AS arguments;
SELECT matches(error_of(called(model, 'y[1:2], x[1:2]')), '^22023', model || ' of two rows') FROM unnest('{rnn,rnn_linear,transformer,linear,boosted_trees,svr}'::text[]) AS model;
SET LOCAL creditspread.max_model_memory = '1MB';
SELECT matches(error_of(called('linear', 'y, x, 10, 10000')), '^5[34]', 'memory over its limit');

SELECT * FROM finish();
ROLLBACK;

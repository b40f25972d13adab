-- creditspread_internal: all horizons in one pass, the rows that a forecast takes, models as bytes, options before there are rows.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP 1
SET client_min_messages = 'error';

BEGIN;
SELECT no_plan();

CREATE TABLE rows AS
SELECT unit, t, timestamp '2020-01-01' + t * interval '1 day' AS at, 2 + sin(t * 0.37 + ascii(unit)) + (t * t * 31 % 97) * 0.003 AS y,
	ARRAY[cos(t * 0.21) + (t * t * t * 17 % 89) * 0.01, (t * t * 7 % 101)::float8] AS features
FROM unnest('{a,b}'::text[]) AS unit, generate_series(1, 300) AS t;

CREATE TABLE fitted AS
SELECT unit,
	rnn_fit(t, y, features, rnn_options(units => '{3}', epochs => 2, ensemble => 2, look_back => 4, horizons => '{1,3,7}')) AS rnn,
	rnn_fit(t, y, features, rnn_options(units => '{3}', epochs => 2, ensemble => 1, look_back => 30, horizons => '{2}', target => 'level', validation_fraction => 0)) AS rnn_level,
	transformer_fit(t, y, features, transformer_options(layers => 1, width => 4, heads => 2, feed_forward => 4, epochs => 2, ensemble => 2,
		look_back => 25, horizons => '{1,3,7}')) AS transformer,
	var_fit(t, ARRAY[y], var_options(method => 'ar', lags => 3)) AS ar,
	var_fit(t, ARRAY[y] || features, var_options(lags => 2)) AS var,
	var_fit(t, ARRAY[y], NULL::float8[], var_options(lags => 0)) AS mean,
	var_fit(t, ARRAY[y], features, var_options(lags => 2, horizon => 4)) AS direct
FROM rows GROUP BY unit;
CREATE TABLE pooled AS
SELECT rnn_fit(unit, t, y, features, rnn_options(units => '{3}', epochs => 2, ensemble => 1, look_back => 4, horizons => '{1,7}')) AS rnn,
	graph_rank_fit(unit, t, y, features, unit, '{"format": 1, "entities": ["a", "b"], "relations": {"k": "1 2"}}'::relation_graph,
		graph_rank_options(units => '{3}', epochs => 2, ensemble => 1, look_back => 4, horizons => '{1,7}')) AS graph_rank
FROM rows;

-- Rows (unit, t, horizon, forecast, lower, upper) of two queries differ nowhere, to the byte.
CREATE FUNCTION same(all_at_once text, one_by_one text, count bigint, about text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	found bigint;
BEGIN
	RETURN NEXT set_eq(all_at_once, one_by_one, about);
	EXECUTE format('SELECT count(*) FROM (%s) AS q', all_at_once) INTO found;
	RETURN NEXT is(found, count, about || ': so many');
END $$;
CREATE FUNCTION unnested(call text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT unit, t, h.* FROM (SELECT unit, t, %s AS f FROM rows JOIN fitted USING (unit), pooled
		WINDOW w AS (PARTITION BY unit ORDER BY t)) AS q, unnest((f).horizon, (f).forecast, (f).lower, (f).upper) AS h (horizon, forecast, lower, upper)', call)
$$;
CREATE FUNCTION single(call text, horizons integer[]) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT unit, t, h, (f).* FROM (SELECT unit, t, h, %s AS f FROM rows JOIN fitted USING (unit), pooled, unnest(%L::integer[]) AS h
		WINDOW w AS (PARTITION BY unit, h ORDER BY t)) AS q WHERE (f).forecast IS NOT NULL', call, horizons)
$$;

SELECT same(unnested('creditspread_internal.rnn_forecasts(fitted.rnn, y, features) OVER w'),
	single('rnn_forecast(fitted.rnn, y, features, h) OVER w', '{1,3,7}'), 2 * 3 * 296, 'rnn');
SELECT same(unnested('creditspread_internal.rnn_forecasts(rnn_level, y, features) OVER w'),
	single('rnn_forecast(rnn_level, y, features, h) OVER w', '{2}'), 2 * 271, 'rnn of levels without intervals');
SELECT same(unnested('creditspread_internal.rnn_forecasts(pooled.rnn, y, features) OVER w'),
	single('rnn_forecast(pooled.rnn, y, features, h) OVER w', '{1,7}'), 2 * 2 * 296, 'rnn of a panel');
SELECT same(unnested('creditspread_internal.transformer_forecasts(transformer, y, features) OVER w'),
	single('transformer_forecast(transformer, y, features, h) OVER w', '{1,3,7}'), 2 * 3 * 275, 'transformer');
SELECT same(replace(unnested('creditspread_internal.graph_rank_forecasts(graph_rank, unit, at, y, features, unit) OVER w'), 'PARTITION BY unit ORDER BY t', ''),
	replace(replace(single('graph_rank_forecast(graph_rank, unit, at, y, features, unit, h) OVER w', '{1,7}'), 'PARTITION BY unit, h ORDER BY t', 'PARTITION BY h'),
		'(f).*', '(f).forecast, (f).lower, (f).upper'), 2 * 2 * 296, 'graph_rank');
SELECT same(unnested('creditspread_internal.var_forecasts(ar, ARRAY[y], NULL, ''{1,2,20}'', 0.8) OVER w'),
	replace(single('var_forecast(ar, ARRAY[y], NULL, h, 0.8) OVER w', '{1,2,20}'), '(f).*', '(f).forecast[1], (f).lower[1], (f).upper[1]'), 2 * 3 * 298, 'ar');
SELECT same(unnested('creditspread_internal.var_forecasts(mean, ARRAY[y], NULL, ''{5,1}'', 0.8) OVER w'),
	replace(single('var_forecast(mean, ARRAY[y], NULL, h, 0.8) OVER w', '{1,5}'), '(f).*', '(f).forecast[1], (f).lower[1], (f).upper[1]'), 2 * 2 * 300, 'no lags');
SELECT same(unnested('creditspread_internal.var_forecasts(direct, ARRAY[y], features, ''{4}'', 0.8) OVER w'),
	replace(single('var_forecast(direct, ARRAY[y], features, h, 0.8) OVER w', '{4}'), '(f).*', '(f).forecast[1], (f).lower[1], (f).upper[1]'), 2 * 299, 'a direct forecast');
SELECT set_eq($$ SELECT unit, t, h, v, (f).forecast[i][v], (f).lower[i][v], (f).upper[i][v] FROM (SELECT unit, t,
		creditspread_internal.var_forecasts(var, ARRAY[y] || features, NULL, '{1,9}', 0.9) OVER (PARTITION BY unit ORDER BY t) AS f
		FROM rows JOIN fitted USING (unit)) AS q, unnest('{1,9}'::integer[]) WITH ORDINALITY AS h (h, i), generate_series(1, 3) AS v WHERE (f).forecast IS NOT NULL $$,
	$$ SELECT unit, t, h, v, (f).forecast[v], (f).lower[v], (f).upper[v] FROM (SELECT unit, t, h,
		var_forecast(var, ARRAY[y] || features, NULL, h, 0.9) OVER (PARTITION BY unit, h ORDER BY t) AS f
		FROM rows JOIN fitted USING (unit), unnest('{1,9}'::integer[]) AS h) AS q, generate_series(1, 3) AS v WHERE (f).forecast IS NOT NULL $$, 'var: a row for each horizon, a column for each variable');

PREPARE of_ar AS SELECT creditspread_internal.var_forecasts(ar, ARRAY[y], NULL, $1, 0.8) OVER (PARTITION BY unit ORDER BY t) FROM rows JOIN fitted USING (unit);
SELECT throws_ok($$ EXECUTE of_ar('{1,0}') $$, '22023', 'var_forecast: an element of horizons is 0, must be from 1 to 10000');
SELECT throws_ok($$ EXECUTE of_ar(NULL) $$, '22004', 'var_forecast: horizons is NULL');
SELECT throws_ok($$ EXECUTE of_ar('{1,NULL}') $$, '2202E');
SELECT throws_ok($$ EXECUTE of_ar('{}') $$, '2202E');
SELECT throws_ok($$ SELECT creditspread_internal.var_forecasts(direct, ARRAY[y], features, '{1,4}', 0.8) OVER (PARTITION BY unit ORDER BY t) FROM rows JOIN fitted USING (unit) $$,
	'22023', 'var_forecast: an element of horizons is 1, the model forecasts step 4 only');
SELECT throws_ok($$ SELECT creditspread_internal.rnn_forecasts(NULL, y, features) OVER () FROM rows $$, '22004', 'rnn_forecast: the model is NULL');
SELECT throws_ok($$ SELECT creditspread_internal.rnn_forecasts(rnn, y, features) OVER (ORDER BY unit, t) FROM rows JOIN fitted USING (unit) $$, '22023',
	'rnn_forecast: row 301 of the partition has another model than the rows before');

-- ---- the rows that a forecast takes: with these alone it is the same, with one less it is not, or there is none

SELECT is(creditspread_internal.rows_needed(ar), 3, 'of an autoregression') FROM fitted WHERE unit = 'a';
SELECT is(creditspread_internal.rows_needed(mean), 1, 'of a mean') FROM fitted WHERE unit = 'a';
SELECT is(creditspread_internal.rows_needed(rnn), 21, 'of a network with a short window: those of the interval') FROM fitted WHERE unit = 'a';
SELECT is(creditspread_internal.rows_needed(rnn_level), 30, 'of levels, without interval') FROM fitted WHERE unit = 'a';
SELECT is(creditspread_internal.rows_needed(transformer), 26, 'of changes') FROM fitted WHERE unit = 'a';
SELECT is(creditspread_internal.rows_needed(rnn), 250 + 7 + 1, 'of a panel: those of its local scale, and a horizon more') FROM pooled;

-- By how much the forecasts of the last rows change when they are made with so many last rows, `fewer` than are needed, relative to y; NULL: there
-- are none. Batches of other sizes may round otherwise.
CREATE FUNCTION changed(call text, model text, fewer integer, over text DEFAULT 'PARTITION BY unit ORDER BY t') RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	query text := format('SELECT array_agg(x ORDER BY unit, i) FROM (SELECT unit, t, %s OVER (%s) AS f
		FROM (SELECT *, row_number() OVER (PARTITION BY unit ORDER BY t DESC) AS back FROM rows) AS rows JOIN fitted USING (unit), pooled
		WHERE back <= coalesce(creditspread_internal.rows_needed(%s) - $1, back)) AS q,
		unnest((f).forecast || (f).lower || (f).upper) WITH ORDINALITY AS u (x, i) WHERE t = 300', call, over, model);
	whole float8[];
	part float8[];
BEGIN
	EXECUTE query USING NULL::integer INTO STRICT whole;
	EXECUTE query USING fewer INTO part;
	RETURN (SELECT max(abs(a - b)) FROM unnest(whole, part) AS u (a, b));
END $$;
CREATE TABLE calls AS SELECT * FROM (VALUES ('creditspread_internal.rnn_forecasts(fitted.rnn, y, features)', 'fitted.rnn', 'rnn'),
	('creditspread_internal.rnn_forecasts(rnn_level, y, features)', 'rnn_level', 'rnn of levels'),
	('creditspread_internal.transformer_forecasts(transformer, y, features)', 'transformer', 'transformer'),
	('creditspread_internal.var_forecasts(ar, ARRAY[y], NULL, ''{1,5}'', 0.9)', 'ar', 'ar'),
	('creditspread_internal.var_forecasts(var, ARRAY[y] || features, NULL, ''{1,5}'', 0.9)', 'var', 'var')) AS c (call, model, about);
SELECT cmp_ok(changed(call, model, 0), '<', 1e-6::float8, about || ': enough rows') FROM calls;
SELECT cmp_ok(coalesce(changed(call, model, 1), 1), '>', 1e-6::float8, about || ': none is too many') FROM calls;
SELECT cmp_ok(changed('creditspread_internal.rnn_forecasts(pooled.rnn, y, features)', 'pooled.rnn', 0), '<', 1e-6::float8, 'rnn of a panel: enough rows');
SELECT cmp_ok(changed('creditspread_internal.graph_rank_forecasts(graph_rank, unit, at, y, features, unit)', 'graph_rank', 0, ''), '<', 1e-6::float8,
	'graph_rank: enough rows');
-- (the quantile of an interval does not move with every row)
SELECT cmp_ok(changed('creditspread_internal.rnn_forecasts(pooled.rnn, y, features)', 'pooled.rnn', 15), '>', 1e-6::float8, 'rnn of a panel: not far too many');
SELECT cmp_ok(changed('creditspread_internal.graph_rank_forecasts(graph_rank, unit, at, y, features, unit)', 'graph_rank', 15, ''), '>', 1e-6::float8,
	'graph_rank: not far too many');

-- ---- models as bytes

CREATE TABLE bytes AS SELECT unit, creditspread_internal.to_bytes(rnn) AS rnn, creditspread_internal.to_bytes(transformer) AS transformer FROM fitted;
SELECT ok(bool_and(creditspread_internal.from_bytes(b.rnn, NULL::rnn_model) = f.rnn
	AND creditspread_internal.from_bytes(b.transformer, NULL::transformer_model) = f.transformer), 'the same to the byte') FROM bytes b JOIN fitted f USING (unit);
SELECT is(creditspread_internal.from_bytes(creditspread_internal.to_bytes(graph_rank), NULL::graph_rank_model)::text, graph_rank::text, 'of graph ranking') FROM pooled;
SELECT is(creditspread_internal.from_bytes(NULL, NULL::rnn_model), NULL, 'NULL');
SELECT set_eq($$ SELECT t, unit, creditspread_internal.from_bytes(bytes.rnn, NULL::rnn_model)::text FROM rows JOIN bytes USING (unit) $$,
	$$ SELECT t, unit, rnn::text FROM rows JOIN fitted USING (unit) $$, 'in a join, one after the other');
SELECT set_eq(replace(unnested('creditspread_internal.rnn_forecasts(creditspread_internal.from_bytes(bytes.rnn, NULL::rnn_model), y, features) OVER w'), 'JOIN fitted', 'JOIN bytes'),
	unnested('creditspread_internal.rnn_forecasts(fitted.rnn, y, features) OVER w'), 'within the call of a window function');
SELECT throws_ok($$ SELECT creditspread_internal.from_bytes('\x00', NULL::rnn_model) $$, '08P01');
SELECT throws_ok($$ SELECT creditspread_internal.from_bytes(rnn, NULL::transformer_model) FROM bytes $$, '22P03', 'this is not the binary form of a transformer_model of format 2');
SELECT throws_ok($$ SELECT creditspread_internal.from_bytes(rnn || '\x00', NULL::rnn_model) FROM bytes $$, '22P03');
SELECT throws_ok($$ SELECT creditspread_internal.from_bytes('\x', 1) $$, '42883');

-- ---- options before there are rows: what the fit says of them

CREATE FUNCTION said(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE call;
	RETURN 'nothing';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT is(said(format('SELECT creditspread_internal.%s_check_options(%L)', method, options)), message, format('%s of %s', method, options))
FROM (VALUES ('rnn', '{"seed": 0.5}', '22023 rnn_fit: option "seed" is 0.5, must be an integer from 0 to 9007199254740991'),
	('rnn', '{"nothing": 1}', '22023 rnn_fit: unknown option "nothing"'),
	('rnn', '[]', '22023 rnn_fit: the options must be a JSON object'),
	('rnn', '{"patience": 3, "validation_fraction": 0}', '22023 rnn_fit: option "patience" is 3 with "validation_fraction" 0'),
	('rnn', '{"horizons": [5, 1]}', '22023 rnn_fit: option "horizons" has 1 after 5, must be increasing'),
	('rnn', '{"units": [4], "seed": 9007199254740991}', 'nothing'),
	('transformer', '{"heads": 3}', '22023 transformer_fit: option "heads" is 3 with "width" 16'),
	('transformer', '{"preset": "paper_001", "ensemble": 2}', 'nothing'),
	('graph_rank', '{"body": "transformer", "cell": "gru"}', '22023 graph_rank_fit: unknown option "cell"'),
	('graph_rank', '{"body": "transformer", "heads": 1}', 'nothing'),
	('var', '{"lags": 1, "criterion": "bic"}', '22023 var_fit: option "criterion" is given with option "lags"'),
	('var', '{"method": "ar", "max_lags": 4}', 'nothing'),
	('cir', '{"time_step": 0}', '22023 cir_fit: option "time_step" is 0, must be a number from 1e-06 to 1000000'),
	('cir', '{"likelihood": "euler"}', 'nothing'),
	('random_walk', '{"seed": 1}', '22023 random_walk: unknown option "seed"'),
	('mean', '{"interval_level": 0.5}', 'nothing'),
	('mean', '{"interval_level": "0.5"}', '22023 mean: option "interval_level" is "0.5", must be a number from 0.01 to 0.999'),
	('kalman', '{"difference": "yes"}', '22023 kalman: option "difference" is "yes", must be true or false'),
	('kalman', '{"difference": true, "model": "local_level", "interval_level": 0.8}', 'nothing'),
	('reflection', '{"model": "nonsense", "fit_window": -5}', '22023 reflection: option "model" is "nonsense", must be one of local_level, ar1_plus_noise'),
	('reflection', '{"fit_window": 19}', '22023 reflection: option "fit_window" is 19, must be an integer from 20 to 2147483647'),
	('reflection', '{"base": "ar", "lags": 2, "fit_window": 50, "refit_every": 10, "model": "local_level"}', 'nothing'),
	('nelson_siegel', '{"decay": 0}', '22023 nelson_siegel: option "decay" is 0, must be a number from 1e-06 to 1000000'),
	('nelson_siegel', '{"dynamics": "var", "lags": 2, "decay": 0.5}', 'nothing')) AS m (method, options, message);

SELECT finish();
ROLLBACK;

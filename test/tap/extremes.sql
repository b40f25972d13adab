-- Infinity and NaN never come out of finite input: every function of the extension is called with the smallest and the
-- largest numbers among ordinary ones, in its arguments, in its rows and inside of its composite values.

BEGIN;
\ir helpers.psql
SET LOCAL client_min_messages = warning;
-- One of the values that a series may hold, ordinary ones among them, as number `n` decides.
CREATE FUNCTION pick(n bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE n % 20
		WHEN 0 THEN 5e-324 WHEN 1 THEN 1e-160 WHEN 2 THEN 1e155 WHEN 3 THEN 1e308 WHEN 4 THEN -1e308
		WHEN 5 THEN 1.7976931348623157e308 WHEN 6 THEN 0 WHEN 7 THEN 1e-308 WHEN 8 THEN -1e155 WHEN 9 THEN 1e200
		WHEN 10 THEN -5e-324 WHEN 11 THEN 200 ELSE 0.1 * (n % 97) + 0.01 * (n % 89) END
$$;
-- The value of argument `place` in row g: one of pick(), or (but for `share` of 1,024) an ordinary one.
CREATE FUNCTION draw(seed bigint, place bigint, g bigint, share integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN (hashint8extended(seed * 1000003 + place * 101 + g, 7) & 1023) < share THEN pick(hashint8extended(seed * 7919 + place * 13 + g, 3) & 1048575)
		ELSE 1 + 0.1 * (hashint8extended(seed + place * 17 + g, 5) & 31) + 0.05 * g END
$$;
CREATE FUNCTION draws(seed bigint, place bigint, n integer, share integer) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(draw(seed, place, g, share) ORDER BY g) FROM generate_series(1, n) g
$$;
-- An argument of `type` in row g, as SQL.
CREATE FUNCTION argument(type regtype, function text, name text, seed bigint, place bigint, share integer, rows integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	panels constant text := 'graph_rank|rank_backtest|panel|mean_reciprocal|rank_correlation';
	kind "char" := (SELECT typtype FROM pg_type WHERE oid = type);
BEGIN
	IF kind = 'c' AND EXISTS (SELECT FROM valid v WHERE v.type = argument.type) THEN
		RETURN format('jsonb_populate_record(NULL::%s, %L)', type, (SELECT changed(v.value, seed + place) FROM valid v WHERE v.type = argument.type
			ORDER BY v.number OFFSET seed % (SELECT count(*) FROM valid v WHERE v.type = argument.type) LIMIT 1));
	END IF;
	IF kind = 'c' THEN
		RETURN format('ROW(%s)::%s', (SELECT string_agg(argument(a.atttypid::regtype, function, a.attname, seed, place * 10 + a.attnum, share, 1), ', ' ORDER BY a.attnum)
			FROM pg_attribute a JOIN pg_type t ON t.typrelid = a.attrelid WHERE t.oid = type AND a.attnum > 0 AND NOT attisdropped), type);
	END IF;
	RETURN CASE type::text
		WHEN 'double precision' THEN format(CASE WHEN seed % 3 > 0 OR name IN ('maturity', 'price') THEN 'abs' ELSE '' END || '(draw(%s, %s, %s, %s)', seed, place, CASE WHEN rows > 1 THEN 'g' ELSE '1' END, share) || ')'
		WHEN 'double precision[]' THEN CASE
			WHEN name = 'cashflows' THEN format(CASE WHEN seed % 2 = 0 THEN 'ARRAY[[least(abs(draw(%1$s, 1, 1, %2$s)), 1e300), draw(%1$s, 2, 1, %2$s)], [1e307 + abs(draw(%1$s, 3, 1, %2$s)) / 10, draw(%1$s, 4, 1, %2$s)]]'
				ELSE 'ARRAY[[abs(draw(%1$s, 1, 1, %2$s)), abs(draw(%1$s, 2, 1, %2$s))]]' END, seed, share)
			WHEN rows > 1 THEN format('ARRAY[draw(%1$s, %3$s, g, %2$s), draw(%1$s, %3$s + 50, g, %2$s)]', seed, share, place)
			ELSE format('draws(%s, %s, %s, %s)', seed, place, 12, share) END
		WHEN 'integer' THEN (1 + seed * place % 3)::text
		WHEN 'bigint' THEN CASE WHEN function ~ panels AND place = 1 THEN '(g % 3 + 1)::bigint' WHEN function ~ panels THEN '(g / 3)::bigint' ELSE 'g::bigint' END
		WHEN 'boolean' THEN (seed % 2 = 0)::text
		WHEN 'text' THEN CASE WHEN function ~ panels THEN '(g % 3 + 1)::text' WHEN function = 'relation_graph' THEN format('chr((97 + (g * %s) %% 23)::integer)', place) WHEN rows > 1 THEN '''a''' ELSE 'NULL' END
		WHEN 'text[]' THEN '(SELECT array_agg(i::text) FROM generate_series(1, 12) i)'
		WHEN 'date' THEN CASE WHEN function ~ panels THEN 'date ''2020-01-01'' + (g / 3)::integer' ELSE format('date ''2020-01-01'' + (%s * g)::integer', 400 * place) END
		WHEN 'timestamp without time zone' THEN 'timestamp ''2020-01-01'' + g * interval ''1 day'''
		WHEN 'timestamp with time zone' THEN 'timestamptz ''2020-01-01 UTC'' + g * interval ''1 day'''
		WHEN 'rnn_model' THEN '(SELECT m FROM an_rnn)'
		WHEN 'transformer_model' THEN '(SELECT m FROM a_transformer)'
		WHEN 'graph_rank_model' THEN '(SELECT m FROM a_graph_rank)'
		WHEN 'relation_graph' THEN '(SELECT m FROM a_graph)'
		WHEN 'kalman_model' THEN '(SELECT m FROM a_kalman)'
		WHEN 'kalman_state' THEN '(SELECT kalman_state(m) FROM a_kalman)'
		WHEN 'jsonb' THEN CASE WHEN function ~ '^(rnn|transformer|graph_rank)_(fit|forecast)' THEN '''{"epochs": 1, "ensemble": 1, "look_back": 2, "validation_fraction": 0}''' ELSE '''{}''' END || '::jsonb'
	END;
END
$$;
-- A number of a JSON value takes another value, extreme or not.
CREATE FUNCTION changed(value jsonb, seed bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	paths text[];
	path text[] := '{}';
	step text;
	child jsonb := value;
BEGIN
	LOOP
		IF jsonb_typeof(child) = 'object' THEN
			step := (SELECT key FROM jsonb_each(child) e WHERE jsonb_typeof(e.value) IN ('number', 'array', 'object') ORDER BY hashtextextended(key, seed) LIMIT 1);
		ELSIF jsonb_typeof(child) = 'array' AND jsonb_array_length(child) > 0 THEN
			step := (hashint8extended(seed, 11) & 1048575) % jsonb_array_length(child);
		ELSE
			EXIT;
		END IF;
		EXIT WHEN step IS NULL;
		path := path || step;
		child := value #> path;
	END LOOP;
	RETURN CASE WHEN seed % 5 = 0 OR jsonb_typeof(child) <> 'number' THEN value
		ELSE jsonb_set(value, path, to_jsonb(pick(hashint8extended(seed, 3) & 1048575))) END;
END
$$;
CREATE TEMPORARY TABLE valid (number serial, type regtype, value jsonb);
CREATE TEMPORARY TABLE finding (function text, statement text, result text, state text);
CREATE PROCEDURE probe(function regprocedure, seed bigint, share integer) LANGUAGE plpgsql AS $$
DECLARE
	p pg_proc := (SELECT p FROM pg_proc p WHERE oid = function);
	rows integer := CASE WHEN p.proname ~ 'panel|graph_rank|information_co|rank_|var_fit|cir|trend_seasonal_fit|kalman_fit' THEN 66 WHEN p.prokind IN ('a', 'w') THEN 12 ELSE 1 END;
	arguments text;
	statement text;
	result text;
BEGIN
	SELECT string_agg(CASE WHEN p.prokind = 'f' AND place > p.pronargs - p.pronargdefaults THEN format('%I => ', p.proargnames[place]) ELSE '' END ||
		argument(type::regtype, p.proname, p.proargnames[place], seed, place, share, rows), ', ' ORDER BY place)
	INTO arguments
	FROM unnest(p.proargtypes) WITH ORDINALITY t (type, place)
	WHERE NOT (place > p.pronargs - p.pronargdefaults AND ((seed + place) % 3 = 0 AND p.prokind = 'f' OR type = 'text'::regtype OR p.prokind = 'w'));
	statement := format(CASE
		WHEN p.prokind = 'a' THEN 'SELECT %1$I(%2$s)::text FROM generate_series(1, %3$s) g'
		WHEN p.prokind = 'w' THEN 'SELECT string_agg(r, '' '') FROM (SELECT (%1$I(%2$s) OVER (ORDER BY g))::text AS r FROM generate_series(1, %3$s) g) q'
		WHEN p.proretset THEN 'SELECT string_agg(q::text, '' '') FROM (SELECT %1$I(%2$s) AS q FROM generate_series(1, 1) g) q'
		ELSE 'SELECT %1$I(%2$s)::text FROM generate_series(1, 1) g' END, p.proname, arguments, rows);
	EXECUTE statement INTO result;
	INSERT INTO finding VALUES (p.proname, statement, CASE WHEN result ~ 'Infinity|NaN' THEN result END, CASE WHEN result IS NULL THEN 'NULL' ELSE '00000' END);
EXCEPTION WHEN OTHERS THEN
	INSERT INTO finding VALUES (p.proname, statement, SQLERRM, SQLSTATE);
END
$$;
CREATE TEMPORARY TABLE a_series AS SELECT g::bigint AS t, sin(g * 0.7) + g * 0.05 + 0.1 * cos(g * g) AS y, ARRAY[cos(g * 0.3) + 0.2 * sin(g * g * 0.7), (g % 7)::float8] AS x FROM generate_series(1, 40) g;
CREATE TEMPORARY TABLE an_rnn AS SELECT rnn_fit(t, y, x, rnn_options(units => '{2}', epochs => 2, ensemble => 1, look_back => 3)) AS m FROM a_series;
CREATE TEMPORARY TABLE a_transformer AS SELECT transformer_fit(t, y, x, transformer_options(layers => 1, width => 4, heads => 2, feed_forward => 3, epochs => 2, ensemble => 1, look_back => 3)) AS m FROM a_series;
CREATE TEMPORARY TABLE a_graph (m relation_graph);
INSERT INTO a_graph VALUES ('{"format": 1, "entities": ["1", "2", "3"], "relations": {"k": "1 2, 2 3", "l": "3 1"}}');
CREATE TEMPORARY TABLE a_graph_rank AS SELECT graph_rank_fit(t % 3 + 1, t, y, x, NULL, (SELECT m FROM a_graph), graph_rank_options(units => '{2}', epochs => 2, ensemble => 1, look_back => 2)) AS m FROM a_series;
CREATE TEMPORARY TABLE a_kalman AS SELECT kalman_fit(t, y, kalman_options(model => 'ar1_plus_noise')) AS m FROM a_series;
INSERT INTO valid (type, value)
SELECT 'var_model'::regtype, to_jsonb(var_fit(t, ARRAY[y, x[1]], o)) FROM a_series, (VALUES (var_options(lags => 1)), (var_options(lags => 2, horizon => 3))) v (o) GROUP BY o
UNION ALL SELECT 'panel_regression_model', to_jsonb(panel_regression(t % 3, t, y, x)) FROM a_series
UNION ALL SELECT 'principal_components_model', to_jsonb(principal_components(ARRAY[y, x[1], x[2]])) FROM a_series
UNION ALL SELECT 'cir_model', to_jsonb(cir_fit(t, y + 3)) FROM a_series
UNION ALL SELECT 'trend_seasonal_model', to_jsonb(trend_seasonal_fit(t, y, o)) FROM a_series, (VALUES ('{"changepoints": 3}'::jsonb), ('{"changepoints": 0, "period": 9, "harmonics": 1}')) v (o) GROUP BY o
UNION ALL SELECT 'strategy_backtest_result', to_jsonb(strategy_backtest(t, y, y + x[1])) FROM a_series
UNION ALL SELECT 'kalman_model', to_jsonb(m) FROM a_kalman
UNION ALL SELECT 'nelson_siegel_curve', to_jsonb(nelson_siegel_fit(0.25 * t, y)) FROM a_series
UNION ALL SELECT 'svensson_curve', to_jsonb(svensson_fit(0.25 * t, y)) FROM a_series
UNION ALL SELECT 'wavelet_decomposition', to_jsonb(wavelet_decompose(array_agg(y ORDER BY t), 'db2', 2)) FROM a_series
UNION ALL SELECT 'rank_backtest_result', to_jsonb(rank_backtest((t % 3)::text, 'g', t / 3, y, y + x[1])) FROM a_series;
CREATE VIEW probed AS
SELECT p.oid::regprocedure AS function, p.prokind, row_number() OVER (PARTITION BY p.proname, p.prokind, p.pronargs ORDER BY p.oid) AS variant
FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'creditspread'
WHERE p.pronamespace = 'public'::regnamespace
	AND p.proname !~ '_options$';

DO $$
DECLARE
	f regprocedure;
BEGIN
	FOR f IN SELECT function FROM probed WHERE variant = 1 ORDER BY function::text LOOP
		FOR i IN 1..24 LOOP
			CALL probe(f, i, (2 ^ (1 + i % 10))::integer);
		END LOOP;
	END LOOP;
END
$$;

SELECT plan(16);
SELECT is((SELECT string_agg(DISTINCT function || ': ' || statement, E'\n') FROM finding WHERE state = '00000' AND result IS NOT NULL), NULL, 'no result is infinite or NaN');
SELECT is((SELECT string_agg(DISTINCT statement || ': ' || result, E'\n') FROM finding WHERE state ~ '^XX'), NULL, 'no error is an internal one');
SELECT cmp_ok((SELECT count(DISTINCT function) FROM finding WHERE state = '00000'), '>=', 70::bigint, 'most functions gave results');
SELECT cmp_ok((SELECT count(*) FROM finding WHERE state = '22003'), '>=', 300::bigint, 'many calls were refused as out of range');

SELECT throws_ok($$SELECT convexity(100, '{{1e155,200}}')$$, '22003', 'convexity: a result is Infinity', 'convexity');
SELECT throws_ok($$SELECT macaulay_duration(1.3, '{{30,1e308}}')$$, '22003', 'macaulay_duration: a result is Infinity', 'macaulay_duration');
SELECT throws_ok($$SELECT modified_duration(2.4, '{{1e-160,0.61}}', 3)$$, '22003', 'modified_duration: a result is Infinity', 'modified_duration');
SELECT throws_ok(format('SELECT panel_coefficients(jsonb_populate_record(NULL::panel_regression_model, %L))',
	jsonb_set(value, '{standard_errors,0}', '5e-324')), '22003', 'panel_coefficients: a result is ' || CASE WHEN value->'coefficients'->>0 LIKE '-%' THEN '-' ELSE '' END || 'Infinity', 'panel_coefficients')
FROM valid WHERE type = 'panel_regression_model'::regtype;
SELECT throws_ok(format('SELECT var_coefficients(jsonb_populate_record(NULL::var_model, %L))',
	jsonb_set(jsonb_set(value, '{coefficients,0,0}', '1e308'), '{standard_errors,0,0}', '0.01')), '22003', 'var_coefficients: a result is Infinity', 'var_coefficients')
FROM valid WHERE type = 'var_model'::regtype LIMIT 1;
SELECT throws_ok($$SELECT kalman_filter(ARRAY[1e200, 1], 1, 1e-200, 1e-200, initial_state => 0, initial_variance => 1e-200)$$, '22003', 'the Kalman filter: a result is -Infinity', 'the log-likelihood of a row');
SELECT lives_ok('SELECT kalman_filter(ARRAY[1, 2], 1, 1e-2, 1e-2)', 'ordinary values');

-- Counts of crafted states are not added up beyond what a double counts exactly, 2^53.
CREATE AGGREGATE accuracy_of(creditspread_internal.accuracy_state) (SFUNC = creditspread_internal.forecast_accuracy_combine, STYPE = creditspread_internal.accuracy_state, FINALFUNC = creditspread_internal.forecast_accuracy_final);
CREATE AGGREGATE curve_of(creditspread_internal.nelson_siegel_state) (SFUNC = creditspread_internal.nelson_siegel_fit_combine, STYPE = creditspread_internal.nelson_siegel_state, FINALFUNC = creditspread_internal.nelson_siegel_fit_final);
CREATE AGGREGATE components_state(float8[]) (SFUNC = creditspread_internal.principal_components_transition, STYPE = creditspread_internal.principal_components_sums);
CREATE AGGREGATE components_of(creditspread_internal.principal_components_sums) (SFUNC = creditspread_internal.principal_components_combine, STYPE = creditspread_internal.principal_components_sums, FINALFUNC = creditspread_internal.principal_components_final);
CREATE AGGREGATE curve_state(float8, float8, float8) (SFUNC = creditspread_internal.nelson_siegel_fit_transition, STYPE = creditspread_internal.nelson_siegel_state);
CREATE TEMPORARY TABLE crafted AS
SELECT regexp_replace(overlay(hexadecimal(components_state(ARRAY[y, x[1]])::text) PLACING '21' FROM 35), '42200000', '4340000000000000') AS components,
	overlay(hexadecimal(curve_state(0.25 * t, y, 0.7)::text) PLACING '0020000000000000' FROM 3) AS curve FROM a_series;
SELECT throws_ok($$SELECT accuracy_of(('\x0020000000000000' || repeat('00', 592))::creditspread_internal.accuracy_state) FROM generate_series(1, 2)$$, '54000',
	'accuracy_state of 9007199254740992 and of 9007199254740992 observations, the limit is 9007199254740992', 'accuracy_state');
SELECT throws_ok('SELECT curve_of(curve::creditspread_internal.nelson_siegel_state) FROM crafted, generate_series(1, 2)', '54000', NULL, 'nelson_siegel_state');
SELECT throws_ok('SELECT components_of(components::creditspread_internal.principal_components_sums) FROM crafted, generate_series(1, 2)', '54000', NULL, 'principal_components_sums');
SELECT throws_ok($$SELECT replace(components, '4340000000000000', '4340000000000001')::creditspread_internal.principal_components_sums FROM crafted$$, '22P03', NULL,
	'a count beyond it is none of a state');
SELECT throws_ok($$SELECT overlay(curve PLACING '7fffffffffffffff' FROM 3)::creditspread_internal.nelson_siegel_state FROM crafted$$, '22P03', NULL, 'nor of another');
SELECT * FROM finish();
ROLLBACK;

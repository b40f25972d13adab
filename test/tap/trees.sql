-- boosted_trees_fit, random_forest_fit, svr_fit, their forecasts, importance and options. What all three do is
-- tested for each: METHOD stands for its name.
BEGIN;
SELECT no_plan();
\ir helpers.psql
SET LOCAL client_min_messages = warning;

CREATE FUNCTION value_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	value text;
BEGIN
	EXECUTE query INTO value;
	RETURN value;
END $$;

-- y follows the first feature by a row.
CREATE TABLE series AS
SELECT t::bigint, 5 + 0.1 * sum(lead + 0.4 * noise) OVER w AS y, 3 * sum(own) OVER w AS x, sum(other) OVER w AS z
FROM (SELECT t, hashint4(t) / 2147483648.0 AS noise, hashint4(-t) / 2147483648.0 AS own, hashint4(1 - t) / 2147483648.0 AS lead,
	hashint4(t + 5000) / 2147483648.0 AS other FROM generate_series(1, 500) t) n WINDOW w AS (ORDER BY t);
CREATE TABLE method (m text, few jsonb);
INSERT INTO method VALUES ('boosted_trees', '{"rounds": 60, "learning_rate": 0.1}'), ('random_forest', '{"rounds": 30}'), ('svr', '{}');
CREATE TABLE fitted (boosted_trees boosted_trees_model, random_forest random_forest_model, svr svr_model);
INSERT INTO fitted SELECT
	boosted_trees_fit(t, y, ARRAY[x, z], boosted_trees_options(horizons => '{1,5}', rounds => 60, learning_rate => 0.1, feature_names => '{x,z}')),
	random_forest_fit(t, y, ARRAY[x, z], random_forest_options(horizons => '{1,5}', rounds => 30, feature_names => '{x,z}')),
	svr_fit(t, y, ARRAY[x, z], svr_options(horizons => '{1,5}', feature_names => '{x,z}'))
FROM series WHERE t <= 400;

-- The text of an expression, for a method and its options.
CREATE FUNCTION of(m text, query text, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
	SELECT value_of(replace(replace(query, 'METHOD', m), 'OPTIONS', quote_literal(few || more) || '::jsonb')) FROM method WHERE method.m = of.m $$;
CREATE FUNCTION error_for(m text, query text, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
	SELECT error_of(statement) || coalesce(' | ' || nullif(hint_of(statement), ''), '') FROM method, LATERAL (SELECT replace(replace(query, 'METHOD', m), 'OPTIONS', quote_literal(few || more) || '::jsonb') AS statement) q WHERE method.m = error_for.m $$;

-- ---- what leads is learnt ----------------------------------------------------------------------

SELECT is(of(m, $$SELECT rmse(actual, (f).forecast) < 0.6 * rmse(actual, y) FROM (SELECT t, y, lead(y) OVER w AS actual, METHOD_forecast(METHOD, y, ARRAY[x, z]) OVER w AS f
	FROM series, fitted WINDOW w AS (ORDER BY t)) q WHERE t > 400 AND actual IS NOT NULL$$), 'true', m || ': errors are far below the random walk''s') FROM method;
SELECT is(of(m, $$SELECT avg((actual BETWEEN (f).lower AND (f).upper)::int) BETWEEN 0.8 AND 1 FROM (SELECT t, lead(y) OVER w AS actual, METHOD_forecast(METHOD, y, ARRAY[x, z]) OVER w AS f
	FROM series, fitted WINDOW w AS (ORDER BY t)) q WHERE t > 400 AND actual IS NOT NULL$$), 'true', m || ': intervals cover about their level') FROM method;
SELECT is(of(m, $$SELECT count(*) FROM (SELECT METHOD_forecast(METHOD, y, ARRAY[x, z]) OVER w AS one, METHOD_forecast(METHOD, y, ARRAY[x, z], 5) OVER w AS five,
	METHOD_forecast_steps(METHOD, y, ARRAY[x, z]) OVER w AS steps FROM series, fitted WINDOW w AS (ORDER BY t)) q
	WHERE steps IS DISTINCT FROM CASE WHEN one IS NOT NULL THEN ARRAY[(1, (one).forecast, (one).lower, (one).upper)::METHOD_forecast_step, (5, (five).forecast, (five).lower, (five).upper)::METHOD_forecast_step] END$$),
	'0', m || ': forecast_steps gives all horizons at once') FROM method;
SELECT is(of(m, $$SELECT string_agg(t::text, ',' ORDER BY t) FROM (SELECT t, METHOD_forecast(METHOD, y, ARRAY[x, z]) OVER (ORDER BY t) AS f FROM series, fitted WHERE t <= 25) q WHERE f IS NULL$$),
	'1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19', m || ': no forecast without history') FROM method;
SELECT is(of(m, $$SELECT term FROM fitted, METHOD_importance(METHOD) WHERE horizon = 1 ORDER BY shuffled DESC LIMIT 1$$), 'L1.x', m || ': the leading feature is worth most when shuffled') FROM method;
SELECT is(of(m, $$SELECT term FROM fitted, METHOD_importance(METHOD) WHERE horizon = 1 ORDER BY gain DESC NULLS FIRST, shuffled DESC LIMIT 1$$), 'L1.x', m || ': and gains most') FROM method;
SELECT is(of(m, $$SELECT sum(gain)::numeric(9, 6)::text || ' ' || count(*) FROM fitted, METHOD_importance(METHOD) WHERE horizon = 1 HAVING sum(gain) IS NOT NULL$$),
	CASE WHEN m <> 'svr' THEN '1.000000 17' END, m || ': gains are shares') FROM method;
SELECT is(of(m, $$SELECT model_info(METHOD)->'training' FROM fitted$$), '{"rows": 400, "missing": 0, "last_time": 400, "first_time": 1}', m || ': what it was fitted to') FROM method;
SELECT is(of(m, $$SELECT creditspread_internal.rows_needed(METHOD) FROM fitted$$), '201', m || ': rows that a forecast looks at') FROM method;
SELECT is(of(m, $$SELECT f FROM (SELECT t, METHOD_forecast_steps(METHOD, y, ARRAY[x, z]) OVER (ORDER BY t) AS f FROM series, fitted WHERE t > 299) q WHERE t = 500$$),
	of(m, $$SELECT f FROM (SELECT t, METHOD_forecast_steps(METHOD, y, ARRAY[x, z]) OVER (ORDER BY t) AS f FROM series, fitted) q WHERE t = 500$$), m || ': the last of them give what all rows give') FROM method;
SELECT is(of(m, $$SELECT METHOD_fit(t, y, NULL::float8[], METHOD_options()) FROM series WHERE false$$), NULL, m || ': no rows') FROM method;
SELECT is(of(m, $$SELECT count(*) FROM METHOD_importance(NULL)$$), '0', m || ': no model, no importance') FROM method;
SELECT is(of(m, $$SELECT METHOD::text::METHOD_model::text = METHOD::text AND model_size(METHOD) > 1000 FROM fitted$$), 'true', m || ': text and back') FROM method;
SELECT is(of(m, $$SELECT METHOD_fit(t, y, ARRAY[x, z], OPTIONS)::text = (SELECT METHOD_fit(t, y, ARRAY[x, z], OPTIONS ORDER BY hashint8(t))::text FROM series) FROM series$$), 'true', m || ': the same bytes whatever the order') FROM method;
SELECT isnt(of(m, $$SELECT METHOD_fit(t, y, ARRAY[x, z], OPTIONS)::text FROM series$$), of(m, $$SELECT METHOD_fit(t, y, ARRAY[x, z], OPTIONS)::text FROM series$$, '{"seed": 2}'), m || ': another seed, another model') FROM method;
SELECT is(of(m, $$SELECT count(DISTINCT i->'horizons') FROM (SELECT model_info(METHOD_fit(t, y, ARRAY[x], OPTIONS)) i FROM series UNION ALL
	SELECT model_info(METHOD_fit(date '2000-01-01' + t::integer, y, ARRAY[x], OPTIONS)) FROM series UNION ALL
	SELECT model_info(METHOD_fit(timestamp '2000-01-01' + t * interval '1 day', y, ARRAY[x], OPTIONS)) FROM series UNION ALL
	SELECT model_info(METHOD_fit(timestamptz '2000-01-01 UTC' + t * interval '1 day', y, ARRAY[x], OPTIONS)) FROM series) q$$), '1', m || ': all types of the time') FROM method;

-- ---- in any unit -------------------------------------------------------------------------------

-- how many forecasts of the last rows differ when y, or a feature, is in another unit
CREATE FUNCTION differing(m text, unit_y float8, unit_x float8, more jsonb) RETURNS bigint LANGUAGE sql AS $$
	SELECT of(m, format($q$SELECT count(*) FROM
		(SELECT t, METHOD_forecast(a, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM series, (SELECT METHOD_fit(t, y, ARRAY[x], OPTIONS) AS a FROM series) a) p JOIN
		(SELECT t, METHOD_forecast(b, y * %1$s, ARRAY[x * %2$s]) OVER (ORDER BY t) AS g FROM series, (SELECT METHOD_fit(t, y * %1$s, ARRAY[x * %2$s], OPTIONS) AS b FROM series) b) q USING (t)
		WHERE t > 400 AND (f IS NULL OR NOT (near((g).forecast / %1$s, (f).forecast, 1e-4) AND near((g).upper / %1$s, (f).upper, 1e-3)))$q$, unit_y, unit_x), more)::bigint $$;
SELECT is(differing(m, unit, 1 / unit, kind), 0::bigint, format('%s: y times %s, %s', m, unit, kind))
FROM method, unnest('{1e-9,1e9}'::float8[]) unit, unnest(ARRAY['{}', '{"inputs": "levels", "target": "level"}']::jsonb[]) kind;

-- ---- options -----------------------------------------------------------------------------------

SELECT is(of(m, 'SELECT METHOD_options()'), '{}', m || ': no option, no key') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, y, ARRAY[x], '{"tree": 3}') FROM series$$) ~ '^22023 [a-z_]+: unknown option "tree"', true, m || ': unknown option') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, y, ARRAY[x], '{"lags": 0}') FROM series$$), '22023 ' || m || '_fit: option "lags" is 0, must be an integer from 1 to 250', m || ': option out of range') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, y, ARRAY[x], '{"horizons": [5, 1]}') FROM series$$), '22023 ' || m || '_fit: option "horizons" has 1 after 5, must be increasing', m || ': horizons in order') FROM method;
SELECT is(error_for('boosted_trees', $$SELECT METHOD_fit(t, y, ARRAY[x], '{"validation": 0}') FROM series$$),
	'22023 boosted_trees_fit: option "patience" is 50 with "validation" 0 | Early stopping needs validation rows: set patience to 0 or give a validation.', 'early stopping without validation');
CREATE FUNCTION boosted(options jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT model_info(boosted_trees_fit(t, y, ARRAY[x, z], '{"rounds": 40, "learning_rate": 0.1}' || options))->'horizons'->0 FROM series $$;
SELECT is(boosted('{"validation": 0, "patience": 0}')->>'trees', '40', 'all rounds');
SELECT is(boosted('{"validation": 0, "patience": 0}')->>'lower', NULL, 'no interval without validation');
SELECT is((SELECT count(*) FROM (SELECT (boosted_trees_forecast(m, y, ARRAY[x, z]) OVER (ORDER BY t)).* FROM series,
	(SELECT boosted_trees_fit(t, y, ARRAY[x, z], '{"rounds": 5, "validation": 0, "patience": 0}') m FROM series) q) f WHERE forecast IS NOT NULL AND lower IS NULL AND upper IS NULL), 481::bigint, 'its bounds are NULL');
SELECT ok((boosted('{"learning_rate": 1, "depth": 8, "min_rows": 1, "patience": 5, "rounds": 300}')->>'trees')::int < 40, 'fitting ends when the validation gets no better');
CREATE TABLE walk AS SELECT t, sum(hashint8(t) / 1e9) OVER (ORDER BY t) AS y FROM series;
SELECT is(of(m, $$SELECT rmse(actual, forecast) < 1.03 * rmse(actual, y) FROM (SELECT t, y, lead(y) OVER w AS actual, (METHOD_forecast(m, y) OVER w).forecast FROM walk,
	(SELECT METHOD_fit(t, y, NULL::float8[], OPTIONS) AS m FROM walk WHERE t <= 300) q WINDOW w AS (ORDER BY t)) f WHERE t > 300 AND actual IS NOT NULL$$), 'true', m || ': a random walk is left alone') FROM method;
SELECT isnt(boosted(o), boosted('{}'), 'an option does something: ' || o::text)
FROM unnest('{"{\"depth\": 2}","{\"leaves\": 5}","{\"min_rows\": 60}","{\"l1\": 3}","{\"l2\": 50}","{\"min_gain\": 2}","{\"subsample\": 0.5}","{\"columns\": 0.3}","{\"loss\": \"absolute\"}",
	"{\"loss\": \"quantile\"}","{\"lags\": 2}","{\"means\": []}","{\"inputs\": \"levels\"}","{\"target\": \"level\"}","{\"validation\": 0.4}","{\"refit\": false, \"seed\": 3}","{\"interval_level\": 0.5}"}'::jsonb[]) o;
SELECT isnt((SELECT model_info(svr_fit(t, y, ARRAY[x], o))->'horizons' FROM series), (SELECT model_info(svr_fit(t, y, ARRAY[x]))->'horizons' FROM series), 'an option does something: ' || o::text)
FROM unnest('{"{\"cost\": 0.1}","{\"epsilon\": 0.5}","{\"gamma\": 1}","{\"tolerance\": 1e-6}"}'::jsonb[]) o;
SELECT ok((SELECT abs(avg((actual < f)::int) - 0.9) < 0.1 FROM (SELECT t, lead(y) OVER w AS actual, (boosted_trees_forecast(m, y, ARRAY[x, z]) OVER w).forecast AS f FROM series,
	(SELECT boosted_trees_fit(t, y, ARRAY[x, z], '{"loss": "quantile", "quantile": 0.9}') AS m FROM series WHERE t <= 400) q WINDOW w AS (ORDER BY t)) f WHERE t > 400 AND actual IS NOT NULL), 'a quantile: so many values lie below');
SELECT is(of(m, $$SELECT count(*) FROM (SELECT METHOD_forecast_steps(model, y - 5) OVER (ORDER BY t) AS s FROM series,
	(SELECT METHOD_fit(t, y - 5, NULL::float8[], OPTIONS) AS model FROM series) q) f, unnest(s) WHERE least(forecast, lower, upper) < 0$$, '{"lower_bound": 0}'), '0', m || ': nothing is below lower_bound') FROM method;

-- ---- data that cannot be fitted ------------------------------------------------------------------

SELECT is(error_for(m, $$SELECT METHOD_fit(t, y) FROM series WHERE t <= 49$$), '22023 ' || m || '_fit needs at least 50 observations, has 49 from 1 to 49 | Give more rows.', m || ': too few rows') FROM method;
SELECT is(of(m, $$SELECT model_info(METHOD_fit(t, y, NULL::float8[], OPTIONS))->'horizons'->0->>'origins' FROM series WHERE t <= 50$$), '30', m || ': just enough') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, 3, ARRAY[x]) FROM series$$), '22000 ' || m || '_fit: y does not change in the 500 rows from 1 to 500 | A series must vary to be fitted.', m || ': constant y') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, CASE WHEN t % 2 = 0 THEN 1.7e308 ELSE -1.7e308 END) FROM series$$) ~ '^22003 ', true, m || ': overflow') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, y, ARRAY[x, CASE WHEN t <> 7 THEN z END], '{"missing": "error"}') FROM series$$) ~ '^22004 [a-z_]+: features\[2\] at 7 is NULL', true, m || ': missing error') FROM method;
SELECT is(of(m, $$SELECT METHOD_fit(t, y, NULL::float8[], '{"on_error": "null"}') FROM series WHERE t <= 49$$), NULL, m || ': on_error null: too few rows') FROM method;
SELECT is(of(m, $$SELECT METHOD_fit(t, 3, ARRAY[x], '{"on_error": "null"}') FROM series$$), NULL, m || ': on_error null: constant') FROM method;
SELECT is(of(m, $$SELECT METHOD_fit(t, CASE WHEN t % 2 = 0 THEN 1.7e308 ELSE -1.7e308 END, NULL::float8[], '{"on_error": "null"}') FROM series$$), NULL, m || ': on_error null: overflow') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(NULL::bigint, y) FROM series$$) ~ '^22004 ', true, m || ': time NULL') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t / 2, y) FROM series$$) ~ '^23505 ', true, m || ': a time twice') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, 'NaN'::float8) FROM series$$) ~ '^22003 y at 1 ', true, m || ': NaN') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, y, ARRAY[x, 'Infinity']) FROM series$$) ~ '^22003 features\[2\] at 1', true, m || ': infinity') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, y, CASE WHEN t = 5 THEN ARRAY[x, z] ELSE ARRAY[x] END) FROM series$$) ~ '^2202E ', true, m || ': rows that differ') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(t, y, (SELECT array_agg(g::float8 + t) FROM generate_series(1, 300) g)) FROM series$$) ~ '^54000 [a-z_]+: 300 features at 5 lags', true, m || ': too many terms') FROM method;
SET LOCAL creditspread.max_model_memory = '1MB';
SELECT is(error_for(m, $$SELECT METHOD_fit(t, y, (SELECT array_agg(g::float8 + t) FROM generate_series(1, 100) g)) FROM series$$) ~ '^53200 ', true, m || ': more memory than allowed') FROM method;
RESET creditspread.max_model_memory;

-- ---- missing values --------------------------------------------------------------------------------

CREATE TABLE gaps AS SELECT t, CASE WHEN t % 50 <> 17 THEN y END AS y, ARRAY[CASE WHEN t % 40 <> 9 AND t <> 500 THEN x END, CASE WHEN t > 100 THEN z END] AS f FROM series;
SELECT is(of(m, $$SELECT (model_info(METHOD_fit(t, y, f, OPTIONS))->'training'->>'missing') || ' ' || (model_info(METHOD_fit(t, y, f, OPTIONS))->>'flagged') FROM gaps$$), '124 [1, 2]', m || ': missing values are counted and flagged') FROM method;
SELECT is(of(m, $$SELECT METHOD_fit(t, y, f, OPTIONS)::text = (SELECT replace(METHOD_fit(t, y, f, OPTIONS)::text, 'x', 'x') FROM gaps WHERE y IS NOT NULL AND array_position(f, NULL) IS NULL) FROM gaps WHERE y IS NOT NULL AND array_position(f, NULL) IS NULL$$, '{"missing": "drop"}'), 'true', m || ': drop') FROM method;
SELECT is(of(m, $$SELECT count(*) FROM (SELECT t, y, METHOD_forecast(model, y, f) OVER (ORDER BY t) AS forecast FROM gaps, (SELECT METHOD_fit(t, y, f, OPTIONS) AS model FROM gaps) q) g
	WHERE t >= 20 AND (forecast IS NULL) <> (y IS NULL)$$, kind), '0', format('%s, %s: a forecast wherever y is', m, kind)) FROM method, unnest(ARRAY['{}', '{"inputs": "levels"}', '{"inputs": "levels", "target": "level"}']::jsonb[]) kind;
SELECT is(of(m, $$SELECT forecast FROM (SELECT t, METHOD_forecast(model, y, f) OVER (ORDER BY t) AS forecast FROM gaps, (SELECT METHOD_fit(t, y, f, OPTIONS) AS model FROM gaps) q) g WHERE t = 500$$, '{"missing": "drop"}'), NULL, m || ': drop: a row that is left out has no forecast') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_forecast(model, y, f) OVER (ORDER BY t) FROM gaps, (SELECT METHOD_fit(t, y, ARRAY[x, z], OPTIONS) AS model FROM series) q$$, '{"missing": "error"}') ~ '^22004 [a-z_]+: features\[2\] in row 1 of the partition is NULL', true, m || ': missing error: a forecast') FROM method;
-- whether a value is missing says what follows
SELECT ok((SELECT (model_info(boosted_trees_fit(t, y, ARRAY[CASE WHEN hashint8(t + 1) > 0 THEN 1 END]::float8[], '{"inputs": "levels", "rounds": 100, "learning_rate": 0.2, "lags": 1}'))->'horizons'->0->>'rmse')::float8 < 0.7 *
	(model_info(boosted_trees_fit(t, y, NULL::float8[], '{"inputs": "levels", "rounds": 100, "learning_rate": 0.2, "lags": 1}'))->'horizons'->0->>'rmse')::float8
	FROM walk), 'that a value is missing can be what a tree splits on');

-- ---- panels ------------------------------------------------------------------------------------------

CREATE TABLE panel AS SELECT 'e' || k AS entity, k, t, y * 10 ^ k AS y, ARRAY[x, z] AS f FROM series, generate_series(0, 2) k WHERE t <= 300;
SELECT is(of(m, $$SELECT model_info(METHOD_fit('one'::text, t, y, f, OPTIONS))->'horizons' = (SELECT model_info(METHOD_fit(t, y, f, OPTIONS))->'horizons' FROM panel WHERE k = 0) FROM panel WHERE k = 0$$), 'true', m || ': a panel of one series is that series') FROM method;
SELECT is(of(m, $$SELECT (i->'training'->>'rows') || ' ' || (i->'training'->>'entities') || ' ' || (i->'horizons'->0->>'origins') FROM (SELECT model_info(METHOD_fit(entity, t, y, f, OPTIONS)) AS i FROM panel) q$$), '900 3 840', m || ': rows, entities, windows within an entity') FROM method;
SELECT is(of(m, $$SELECT METHOD_fit(k::bigint, t, y, f, OPTIONS)::text = (SELECT METHOD_fit(entity, t, y, f, OPTIONS)::text FROM panel) FROM panel$$), 'true', m || ': entities by number') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(NULL::text, t, y, f) FROM panel$$) ~ '^22004 ', true, m || ': entity NULL') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_fit(entity, t, y, f) FROM panel WHERE t < 20$$) ~ '^22023 [a-z_]+ needs at least 30 rows with history', true, m || ': a panel of short series') FROM method;

-- ---- forecasts: errors ---------------------------------------------------------------------------------

SELECT is(error_for(m, $$SELECT METHOD_forecast(METHOD, y, ARRAY[x, z], 3) OVER (ORDER BY t) FROM series, fitted$$), format('22023 %s_forecast: step is 3, the model forecasts steps 1, 5 | Fit with %s_options(horizons => ...) that contain the step.', m, m), m || ': a step without a fit') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_forecast(METHOD, y, ARRAY[x, z], CASE WHEN t < 5 THEN 1 ELSE 5 END) OVER (ORDER BY t) FROM series, fitted$$) ~ '^22023 [a-z_]+: step is 5 in row 5.*Use [a-z_]+_forecast_steps', true, m || ': one step for a partition') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_forecast(METHOD, y, ARRAY[x]) OVER (ORDER BY t) FROM series, fitted$$), format('2202E %s_forecast: 1 features in row 1 of the partition, the model was fitted with 2 | The features are: x, z.', m), m || ': another number of features') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_forecast(NULL, y, ARRAY[x]) OVER (ORDER BY t) FROM series$$) ~ '^22004 [a-z_]+: the model is NULL', true, m || ': no model') FROM method;
SELECT is(error_for(m, $$SELECT METHOD_forecast(METHOD, 'NaN', ARRAY[x, z]) OVER (ORDER BY t) FROM series, fitted$$) ~ '^22003 y in row 1 ', true, m || ': NaN') FROM method;
SELECT is(of(m, $$SELECT count(DISTINCT forecast) || ' ' || count(*) FILTER (WHERE forecast <> 3) FROM (SELECT (METHOD_forecast(METHOD, 3, NULL::float8[]) OVER (ORDER BY t)).* FROM series, fitted) f$$), '1 0', m || ': a series that stands still is forecast to stand still') FROM method;

-- ---- crafted values --------------------------------------------------------------------------------------

-- a model with one change in its text, its checksum made right: what input says of it
CREATE FUNCTION crafted(m text, change text, value jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	whole jsonb := of(m, 'SELECT METHOD FROM fitted')::jsonb;
	wanted text;
	message text;
BEGIN
	whole := jsonb_set(whole, change::text[], value);
	FOR i IN 1 .. 2 LOOP
		BEGIN
			EXECUTE format('SELECT $1::%s_model', m) USING whole::text;
			RETURN 'no error';
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
			wanted := substring(message FROM 'contents give ([0-9a-f]{8})');
			IF wanted IS NULL THEN
				RETURN SQLSTATE || ' ' || message;
			END IF;
			whole := jsonb_set(whole, '{checksum}', to_jsonb(wanted));
		END;
	END LOOP;
	RETURN message;
END $$;
SELECT is(crafted(m, '{header,features}', '2'), 'no error', m || ': the model itself is one') FROM method;
SELECT is(crafted(m, '{header,horizons,0,shrinkage}', '0.5'), 'no error', m || ': and so is one with another figure') FROM method;
SELECT is(crafted(m, path, value::jsonb) ~ '^22023 ', true, m || ': ' || path || ' = ' || value)
FROM method, (VALUES ('{header,features}', '3'), ('{header,features}', '2.5'), ('{header,flagged}', '[1]'), ('{header,horizons}', '[]'), ('{header,horizons,0}', '1'), ('{header,horizons,0,horizon}', '2'),
	('{header,horizons,0,numbers}', '3'), ('{header,horizons,0,shrinkage}', '1.5'), ('{header,horizons,0,lower}', '0.1'), ('{header,horizons,0,gain}', '[1]'), ('{header,horizons,0,shuffled}', '[1]'),
	('{header,horizons,0,other}', '1'), ('{header,scale,spread}', '0'), ('{header,scale,mean}', '[1]'), ('{header,scale,deviation,0}', '0'), ('{header,scale}', '1'), ('{header,options}', '{}'),
	('{header,options,lags}', '4'), ('{header,options,inputs}', '"levels"'), ('{header,look_back}', '200'), ('{header,training}', '1'), ('{header,other}', '1'), ('{parameters}', '"3f800000"')) v (path, value);
SELECT is(crafted(m, '{header,horizons,0,trees}', '3') ~ '^22023 ', true, m || ': another number of trees') FROM method WHERE m <> 'svr';
SELECT is(crafted('svr', '{header,horizons,0,vectors}', '3') ~ '^22023 ', true, 'svr: another number of support vectors');
-- a tree that points out of itself: the first node's right child
SELECT is(crafted(m, '{parameters}', (of(m, $$SELECT to_jsonb(overlay(METHOD::text::jsonb->>'parameters' PLACING '4b000000' FROM 25)) FROM fitted$$))::jsonb) ~ '^22023 ', true, m || ': a child outside of the tree') FROM method WHERE m <> 'svr';

-- ---- a cancel ------------------------------------------------------------------------------------------------

\ir stops.psql
CREATE AGGREGATE trees_state(bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.boosted_trees_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE trees_panel_state(bigint, bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.boosted_trees_fit_panel_transition, STYPE = creditspread_internal.creditspread_panel);
SELECT stops(format('creditspread_internal.%s_fit_final(s)', m), format('SELECT trees_state(t, y, ARRAY[x, z], %L::jsonb) AS s FROM series', few)) FROM method;
SELECT stops(format('creditspread_internal.%s_fit_panel_final(s)', m), format('SELECT trees_panel_state(k, t, y, f, %L::jsonb) AS s FROM panel', few)) FROM method;
SELECT is(of(m, 'SELECT creditspread_internal.METHOD_fit_final(NULL)'), NULL, m || ': no state') FROM method;
SELECT is(of(m, 'SELECT creditspread_internal.METHOD_fit_panel_final(NULL)'), NULL, m || ': no state of a panel') FROM method;

SELECT * FROM finish();
ROLLBACK;

-- linear_fit, linear_forecast, linear_forecast_steps, linear_coefficients, linear_options.

BEGIN;
\ir helpers.psql
SELECT no_plan();
SET LOCAL client_min_messages = warning;
\ir ../golden/linear.sql

CREATE FUNCTION agrees(a float8, b float8, tolerance float8) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT near(a, b, tolerance, 1e-3) $$;

-- State, message and hint of the error that a statement ends with.
CREATE FUNCTION told_of(query text) RETURNS text LANGUAGE sql AS $$
	SELECT error_of(query) || coalesce(' | ' || nullif(hint_of(query), ''), '')
$$;

-- ---- reference values -----------------------------------------------------------------------

CREATE TABLE reference AS
SELECT linear_fit(t, y, features, linear_options(horizons => '{1,4}', lags => 2, means => '{5,12}', interval_level => 0.8)) AS model FROM golden_linear;
CREATE TABLE found AS
SELECT g.*, h.value AS v, (SELECT array_agg(coefficient) FROM linear_coefficients(model) c WHERE c.horizon = g.horizon) AS shrunk
FROM golden_linear_fit g, reference, jsonb_array_elements(model_info(model)->'horizons') h WHERE (h.value->>'horizon')::integer = g.horizon;
SELECT is((SELECT count(*) FROM found WHERE agrees((v->>'ridge')::float8, ridge, 0) AND agrees((v->>'shrinkage')::float8, shrinkage, 1e-9)
	AND agrees((v->>'deviation')::float8, deviation, 1e-8) AND agrees((v->>'lower')::float8, lower, 1e-9) AND agrees((v->>'upper')::float8, upper, 1e-9)
	AND agrees((v->>'rmse')::float8, rmse, 1e-9) AND agrees((v->>'random_walk_rmse')::float8, random_walk_rmse, 1e-9)), 2::bigint,
	'ridge, shrinkage, deviation, bounds and errors out of fold agree with an implementation in numpy');
SELECT is((SELECT count(*) FROM found, unnest(shrunk, coefficients) c (a, b) WHERE agrees(a, b * shrinkage, 1e-6)), 18::bigint,
	'coefficients agree with a minimum that scipy finds');
SELECT is((SELECT string_agg(term, ' ') FROM reference, linear_coefficients(model) WHERE horizon = 4),
	'L1.y L2.y L1.features[1] L2.features[1] L1.features[2] L2.features[2] M5.y M12.y missing.features[1]', 'the terms');
CREATE TABLE made AS
SELECT t, y, linear_forecast(model, y, features) OVER w AS one, linear_forecast(model, y, features, 4) OVER w AS four,
	linear_forecast_steps(model, y, features) OVER w AS steps
FROM golden_linear, reference WINDOW w AS (ORDER BY t);
SELECT ok((SELECT agrees((one).forecast, a.forecast, 1e-8) AND agrees((four).forecast, b.forecast, 1e-8)
		AND agrees((one).lower, a.forecast + a.scale * a.lower, 1e-8) AND agrees((one).upper, a.forecast + a.scale * a.upper, 1e-8)
		AND agrees((four).lower, b.forecast + b.scale * b.lower, 1e-8) AND agrees((four).upper, b.forecast + b.scale * b.upper, 1e-8)
	FROM made, golden_linear_fit a, golden_linear_fit b WHERE t = 150 AND a.horizon = 1 AND b.horizon = 4), 'forecasts and bounds agree');
SELECT is((SELECT count(*) FROM made WHERE steps IS DISTINCT FROM CASE WHEN one IS NOT NULL THEN ARRAY[
		(1, (one).forecast, (one).lower, (one).upper)::linear_forecast_step, (4, (four).forecast, (four).lower, (four).upper)::linear_forecast_step] END),
	0::bigint, 'linear_forecast_steps gives all horizons at once');
SELECT is((SELECT array_agg(t ORDER BY t) FROM made WHERE one IS NULL), '{1,2,3,4,5,6,7,8,9,10,11,41,72}', 'no forecast without history and where y is NULL');

-- ---- what leads is learnt ----------------------------------------------------------------------

CREATE TABLE series AS
SELECT t::bigint, 5 + 0.1 * sum(lead + 0.4 * noise) OVER w AS y, 3 * sum(own) OVER w AS x, sum(other) OVER w AS z
FROM (SELECT t, hashint4(t) / 2147483648.0 AS noise, hashint4(-t) / 2147483648.0 AS own, hashint4(1 - t) / 2147483648.0 AS lead,
	hashint4(t + 5000) / 2147483648.0 AS other FROM generate_series(1, 700) t) n WINDOW w AS (ORDER BY t);
CREATE TABLE fitted AS SELECT linear_fit(t, y, ARRAY[x, z], linear_options(horizons => '{1,5}', feature_names => '{x,z}')) AS model FROM series WHERE t <= 500;
CREATE TABLE forecasts AS
SELECT t, y, lead(y) OVER w AS actual, linear_forecast(model, y, ARRAY[x, z]) OVER w AS f, linear_forecast(model, y, ARRAY[x, z], 5) OVER w AS five, lead(y, 5) OVER w AS later
FROM series, fitted WINDOW w AS (ORDER BY t);
SELECT ok((SELECT rmse(actual, (f).forecast) < 0.5 * rmse(actual, y) FROM forecasts WHERE t > 500 AND actual IS NOT NULL), 'errors are half of the random walk''s');
SELECT ok((SELECT rmse(later, (five).forecast) < rmse(later, y) FROM forecasts WHERE t > 500 AND later IS NOT NULL), 'and smaller five rows ahead');
SELECT ok((SELECT avg((actual BETWEEN (f).lower AND (f).upper)::int) BETWEEN 0.8 AND 0.97 FROM forecasts WHERE t > 500 AND actual IS NOT NULL), 'intervals cover their level');
SELECT is((SELECT term FROM fitted, linear_coefficients(model) WHERE horizon = 1 ORDER BY abs(coefficient) DESC LIMIT 1), 'L1.x', 'the leading feature has the largest coefficient');
SELECT is((SELECT min(model_info(model)->>'features') FROM fitted), '2', 'model_info');
SELECT is((SELECT model_info(model)->'training' FROM fitted), '{"rows": 500, "missing": 0, "first_time": 1, "last_time": 500}', 'what it was fitted to');
SELECT is((SELECT model_size(model) FROM fitted), (SELECT (model_info(model)->>'bytes')::bigint FROM fitted), 'model_size');
SELECT is((SELECT linear_rows(model) FROM fitted), 205, 'rows that a forecast looks at');
SELECT is((SELECT f FROM (SELECT t, linear_forecast_steps(model, y, ARRAY[x, z]) OVER (ORDER BY t) AS f FROM series, fitted WHERE t > 499) l WHERE t = 700),
	(SELECT f FROM (SELECT t, linear_forecast_steps(model, y, ARRAY[x, z]) OVER (ORDER BY t) AS f FROM series, fitted) l WHERE t = 700), 'the last of them give the forecast that all rows give');
SELECT isnt((SELECT f FROM (SELECT t, linear_forecast_steps(model, y, ARRAY[x, z]) OVER (ORDER BY t) AS f FROM series, fitted WHERE t > 520) l WHERE t = 700),
	(SELECT f FROM (SELECT t, linear_forecast_steps(model, y, ARRAY[x, z]) OVER (ORDER BY t) AS f FROM series, fitted) l WHERE t = 700), 'fewer do not');
SELECT is((SELECT linear_forecast(t, y, ARRAY[x, z], 3) FROM series),
	(SELECT f FROM (SELECT t, linear_forecast_steps(model, y, ARRAY[x, z]) OVER (ORDER BY t) AS f
		FROM series, (SELECT linear_fit(t, y, ARRAY[x, z], '{"horizons": [1, 2, 3]}') AS model FROM series) m) l WHERE t = 700), 'fit and forecast in one call');
SELECT is((SELECT linear_fit(t, y)::text FROM series), (SELECT linear_fit(t, y, NULL, linear_options())::text FROM series), 'features NULL are none, and the default options are the defaults');
SELECT is((SELECT count(*) FROM series, (SELECT linear_fit(t, y) AS model FROM series) m, LATERAL linear_coefficients(model) WHERE t = 1), 7::bigint, 'y alone');
SELECT is((SELECT linear_fit(t, y, NULL::float8[]) FROM series WHERE false), NULL, 'no rows');
SELECT is((SELECT linear_forecast(t, y, NULL, 2) FROM series WHERE false), NULL, 'no rows to forecast');
SELECT is((SELECT count(*) FROM linear_coefficients(NULL)), 0::bigint, 'no model, no coefficients');
SELECT is((SELECT linear_rows(NULL)), NULL, 'no model, no rows');

-- times of every type give the same coefficients
SELECT is((SELECT count(DISTINCT c) FROM (
	SELECT linear_fit(t, y, ARRAY[x]) AS m FROM series UNION ALL
	SELECT linear_fit(date '2000-01-01' + t::integer, y, ARRAY[x]) FROM series UNION ALL
	SELECT linear_fit(timestamp '2000-01-01' + t * interval '1 day', y, ARRAY[x]) FROM series UNION ALL
	SELECT linear_fit(timestamptz '2000-01-01 UTC' + t * interval '1 day', y, ARRAY[x]) FROM series) f,
	LATERAL (SELECT string_agg(coefficient::text, ',') AS c FROM linear_coefficients(m)) k), 1::bigint, 'all types of the time');
SET LOCAL datestyle = 'German, DMY';
SET LOCAL timezone = 'Asia/Tokyo';
SELECT is((SELECT model_info(linear_fit(timestamptz '2000-01-01 UTC' + t * interval '1 day', y))->'training'->>'last_time' FROM series), '2001-12-01T00:00:00+00:00', 'times in a model do not depend on settings');
RESET datestyle;
RESET timezone;

-- ---- options -----------------------------------------------------------------------------------

CREATE FUNCTION info(options jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT model_info(linear_fit(t, y, ARRAY[x, z], options)) FROM series $$;
SELECT is(linear_options(), '{}', 'no option, no key');
SELECT is(linear_options(horizons => '{1,5}', lags => 3, means => '{10}', ridge => 0.5, shrink => false, interval_level => 0.8, lower_bound => 0, missing => 'drop', on_error => 'null', feature_names => '{a,b}'),
	'{"horizons": [1, 5], "lags": 3, "means": [10], "ridge": 0.5, "shrink": false, "interval_level": 0.8, "lower_bound": 0, "missing": "drop", "on_error": "null", "feature_names": ["a", "b"]}', 'linear_options');
SELECT is(info('{"lags": 3, "means": [], "ridge": 0.5, "shrink": false}')->'options',
	'{"horizons": [1], "lags": 3, "means": [], "ridge": 0.5, "shrink": false, "interval_level": 0.9, "lower_bound": null, "missing": "carry", "on_error": "error", "feature_names": [], "known": []}', 'a model keeps its options');
SELECT is(info('{"ridge": 0.5, "shrink": false}')->'horizons'->0->>'ridge', '0.5', 'a ridge that is given');
SELECT is(info('{"ridge": 0.5, "shrink": false}')->'horizons'->0->>'shrinkage', '1', 'no shrinkage');
SELECT is((SELECT bool_and((a->>'lower')::float8 <= (b->>'lower')::float8 AND (a->>'upper')::float8 >= (b->>'upper')::float8) FROM
	(SELECT info('{"interval_level": 0.95}')->'horizons'->0 AS a, info('{"interval_level": 0.5}')->'horizons'->0 AS b) i), true, 'intervals lie within each other');
SELECT is((SELECT bool_and(abs(a.value::float8) < abs(b.value::float8)) FROM jsonb_array_elements_text(info('{"ridge": 100}')->'horizons'->0->'coefficients') WITH ORDINALITY a (value, n)
	JOIN jsonb_array_elements_text(info('{"ridge": 0.01}')->'horizons'->0->'coefficients') WITH ORDINALITY b (value, n) USING (n) WHERE n = 6), true, 'a large ridge makes small coefficients');
SELECT is((SELECT count(*) FROM (SELECT (linear_forecast_steps(model, y - 5) OVER (ORDER BY t)) AS s FROM series,
		(SELECT linear_fit(t, y - 5, NULL::float8[], '{"lower_bound": 0}') AS model FROM series) m) f, unnest(s) WHERE least(forecast, lower, upper) < 0), 0::bigint, 'nothing is below lower_bound');

SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x], '{"lag": 3}') FROM series$$), '22023 linear_fit: unknown option "lag" | The options are: horizons, lags, means, ridge, shrink, interval_level, lower_bound, missing, on_error, feature_names, known.', 'unknown option');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x], '{"lags": 0}') FROM series$$), '22023 linear_fit: option "lags" is 0, must be an integer from 1 to 250', 'option out of range');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x], '{"horizons": [5, 1]}') FROM series$$), '22023 linear_fit: option "horizons" has 1 after 5, must be increasing', 'horizons in order');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x], '{"means": [5, 5]}') FROM series$$), '22023 linear_fit: option "means" has 5 after 5, must be increasing', 'means in order');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x], '{"feature_names": ["a", "b"]}') FROM series$$), '22023 linear_fit: option "feature_names" has 2 names for 1 features | Give a name for each element of the features.', 'names and features');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x, z], '{"feature_names": ["a", "a"]}') FROM series$$), '22023 linear_fit: option "feature_names" has "a" twice', 'names twice');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x], '{"feature_names": ["y"]}') FROM series$$), '22023 linear_fit: option "feature_names" has "y", which names y itself', 'no feature is called y');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x], linear_options(lags => (t % 2 + 1)::integer)) FROM series$$) ~ '^22023 ', true, 'options that differ');

-- ---- data that cannot be fitted ------------------------------------------------------------------

SELECT is(told_of($$SELECT linear_fit(t, y) FROM series WHERE t <= 49$$), '22023 linear_fit needs at least 50 observations, has 49 from 1 to 49 | Give more rows.', 'too few rows');
SELECT is((SELECT model_info(linear_fit(t, y))->'horizons'->0->>'origins' FROM series WHERE t <= 50), '30', 'just enough rows');
SELECT is(told_of($$SELECT linear_fit(t, CASE WHEN t % 2 = 0 THEN y END) FROM series WHERE t <= 120$$),
	'22023 linear_fit needs at least 30 rows with history and with y 1 rows later, has 0 of the 120 rows from 1 to 120 | Give more rows, a shorter horizon or shorter means; a series needs 50 rows.', 'no row after an origin has a y');
SELECT is(told_of($$SELECT linear_fit(t, 3, ARRAY[x]) FROM series$$), '22000 linear_fit: y does not change in the 700 rows from 1 to 700 | A series must vary to be fitted.', 'constant y');
SELECT is(told_of($$SELECT linear_fit(t, CASE WHEN t % 2 = 0 THEN 1.7e308 ELSE -1.7e308 END) FROM series$$),
	'22003 linear_fit: the changes of y or of a feature overflow in the rows from 1 to 700 | Scale the variables.', 'overflow');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x, CASE WHEN t <> 7 THEN z END], linear_options(missing => 'error', feature_names => '{a,b}')) FROM series$$),
	'22004 linear_fit: b at 7 is NULL, with option "missing" error | Use missing => ''carry'' or ''drop''.', 'missing error');
SELECT is(told_of($$SELECT linear_fit('e'::text, t, CASE WHEN t <> 7 THEN y END, NULL, linear_options(missing => 'error')) FROM series$$),
	'22004 linear_fit: y at 7 of entity "e" is NULL, with option "missing" error | Use missing => ''carry'' or ''drop''.', 'missing error in a panel');
SELECT is((SELECT linear_fit(t, y, NULL, '{"on_error": "null"}') FROM series WHERE t <= 49), NULL, 'on_error null: too few rows');
SELECT is((SELECT linear_fit(t, 3, ARRAY[x], '{"on_error": "null"}') FROM series), NULL, 'on_error null: constant');
SELECT is((SELECT linear_fit(t, CASE WHEN t % 2 = 0 THEN y END, NULL, '{"on_error": "null"}') FROM series WHERE t <= 120), NULL, 'on_error null: no pairs');
SELECT is((SELECT linear_fit(t, CASE WHEN t % 2 = 0 THEN 1.7e308 ELSE -1.7e308 END, NULL, '{"on_error": "null"}') FROM series), NULL, 'on_error null: overflow');
SELECT is((SELECT linear_fit(t, y, ARRAY[CASE WHEN t <> 7 THEN z END], '{"on_error": "null", "missing": "error"}') FROM series), NULL, 'on_error null: missing error');
SELECT is((SELECT linear_fit('e'::text, t, y, NULL, '{"on_error": "null"}') FROM series WHERE t <= 30), NULL, 'on_error null: a short panel');
SELECT is((SELECT linear_forecast(t, y, NULL, 2, '{"on_error": "null"}') FROM series WHERE t <= 30), NULL, 'on_error null: linear_forecast');
SELECT is((SELECT array_agg(m IS NULL ORDER BY g) FROM (SELECT t > 670 AS g, linear_fit(t, y, NULL, '{"on_error": "null"}') AS m FROM series GROUP BY 1) f), '{f,t}', 'one short group does not end a statement');
SELECT is(told_of($$SELECT linear_fit(t, y, NULL, '{"on_error": "null", "lags": 0}') FROM series$$) ~ '^22023 ', true, 'a wrong option does');

SELECT is(told_of($$SELECT linear_fit(NULL::bigint, y) FROM series$$) ~ '^22004 ', true, 'time NULL');
SELECT is(told_of($$SELECT linear_fit(date 'infinity', y) FROM series$$) ~ '^22008 ', true, 'infinite time');
SELECT is(told_of($$SELECT linear_fit(t / 2, y) FROM series$$) ~ '^23505 ', true, 'a time twice');
SELECT is(told_of($$SELECT linear_fit(t, 'NaN'::float8) FROM series$$) ~ '^22003 y at 1 ', true, 'NaN in y');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[x, 'Infinity']) FROM series$$) ~ '^22003 features\[2\] at 1', true, 'infinity in a feature');
SELECT is(told_of($$SELECT linear_fit(t, y, CASE WHEN t = 5 THEN ARRAY[x, z] ELSE ARRAY[x] END) FROM series$$) ~ '^2202E ', true, 'rows that differ');
SELECT is(told_of($$SELECT linear_fit(t, y, ARRAY[[x], [z]]) FROM series$$) ~ '^2202E ', true, 'two dimensions');
SELECT is(told_of($$SELECT linear_fit(t, y, (SELECT array_agg(g::float8) FROM generate_series(1, 1001) g)) FROM series$$) ~ '^54000 linear_fit: 1001 features at 1, the limit is 1000', true, 'too many features');
SELECT is(told_of($$SELECT linear_fit(t, y, (SELECT array_agg(g::float8 + t) FROM generate_series(1, 300) g)) FROM series$$),
	'54000 linear_fit: 300 features at 5 lags, the limit is 1024 terms | Use fewer lags, fewer features or principal_components.', 'too many terms');
SET LOCAL creditspread.max_model_memory = '1MB';
SELECT is(told_of($$SELECT linear_fit(t, y, (SELECT array_agg(g::float8 + t) FROM generate_series(1, 100) g)) FROM series$$) ~ '^53200 ', true, 'more memory than allowed');
RESET creditspread.max_model_memory;
SELECT is(told_of($$SELECT linear_forecast(t, y, NULL, 33) FROM series$$), '22023 linear_forecast: horizon is 33, must be from 1 to 32 | For times further ahead fit a model with linear_options(horizons => ...).', 'horizon out of range');
SELECT is(told_of($$SELECT linear_forecast(t, y, NULL, NULL) FROM series$$) ~ '^22004 ', true, 'horizon NULL');
SELECT is(told_of($$SELECT linear_forecast(t, y, NULL, 2, '{"horizons": [1]}') FROM series$$) ~ '^22023 ', true, 'horizons beside the horizon');

-- ---- missing values --------------------------------------------------------------------------------

CREATE TABLE gaps AS SELECT t, CASE WHEN t % 50 <> 17 THEN y END AS y, ARRAY[CASE WHEN t % 40 <> 9 AND t <> 700 THEN x END, CASE WHEN t > 100 THEN z END] AS f FROM series;
CREATE TABLE policy AS SELECT missing, linear_fit(t, y, f, linear_options(missing => missing)) AS model FROM gaps, unnest('{carry,drop}'::text[]) missing GROUP BY missing;
SELECT is((SELECT model_info(model)->'training'->>'missing' FROM policy WHERE missing = 'carry'), '133', 'values that are missing are counted');
SELECT is((SELECT model_info(model)->'flagged' FROM policy WHERE missing = 'carry'), '[1, 2]', 'and are terms');
SELECT is((SELECT model_info(model)->'training'->>'rows' FROM policy WHERE missing = 'drop'), (SELECT count(*)::text FROM gaps WHERE y IS NOT NULL AND array_position(f, NULL) IS NULL), 'drop leaves rows out');
SELECT is((SELECT array_agg(coefficient) FROM policy, linear_coefficients(model) WHERE missing = 'drop'),
	(SELECT array_agg(coefficient) FROM (SELECT linear_fit(t, y, f) AS m FROM gaps WHERE y IS NOT NULL AND array_position(f, NULL) IS NULL) g, linear_coefficients(m)), 'as if they were not there');
CREATE TABLE through AS SELECT missing, t, linear_forecast(model, y, f) OVER (PARTITION BY missing ORDER BY t) AS forecast FROM gaps, policy;
SELECT isnt((SELECT forecast FROM through WHERE missing = 'carry' AND t = 700), NULL, 'carry: a feature that is missing on the newest row stops nothing');
SELECT is((SELECT forecast FROM through WHERE missing = 'drop' AND t = 700), NULL, 'drop: a row that is left out has no forecast');
SELECT is((SELECT count(*) FROM through JOIN gaps USING (t) WHERE missing = 'carry' AND t >= 20 AND (forecast IS NULL) <> (y IS NULL)), 0::bigint, 'carry: a forecast wherever y is');
SELECT is((SELECT forecast FROM through WHERE missing = 'drop' AND t = 699), (SELECT f FROM (SELECT t, linear_forecast(model, y, f) OVER (ORDER BY t) AS f FROM gaps, policy
	WHERE missing = 'drop' AND y IS NOT NULL AND array_position(f, NULL) IS NULL) d WHERE t = 699), 'drop: forecasts as if the rows were not there');
SELECT isnt((SELECT f FROM (SELECT t, linear_forecast(model, y, CASE WHEN t < 700 THEN ARRAY[x, z] END) OVER (ORDER BY t) AS f FROM series, fitted) l WHERE t = 700), NULL,
	'all features missing on the newest row stop nothing');
SELECT is(told_of($$SELECT linear_forecast(m, y, f) OVER (ORDER BY t) FROM gaps, (SELECT linear_fit(t, y, ARRAY[x, z], '{"missing": "error"}') AS m FROM series) m$$),
	'22004 linear_forecast: features[2] in row 1 of the partition is NULL, the model was fitted with missing => ''error'' | Leave such rows out with WHERE, in an aggregate also with FILTER.', 'missing error: a forecast');
SELECT ok(near((SELECT array_agg(coefficient) FROM (SELECT linear_fit(t, y, ARRAY[NULL, x]) AS m FROM series) g, linear_coefficients(m) WHERE term !~ '^L..features.1'),
	(SELECT array_agg(coefficient) FROM (SELECT linear_fit(t, y, ARRAY[x]) AS m FROM series) g, linear_coefficients(m)), 1e-8, 1e-3), 'a feature that is never there is nothing');
SELECT ok((SELECT agrees((SELECT coefficient FROM linear_coefficients(a.model) WHERE term = 'L1.features[1]'), (SELECT coefficient FROM linear_coefficients(m) WHERE term = 'L1.features[1]'), 0.1)
	FROM policy a, (SELECT linear_fit(t, y, ARRAY[x, z]) AS m FROM series) w WHERE missing = 'carry'), 'a few gaps change little');

-- ---- panels ------------------------------------------------------------------------------------------

CREATE TABLE panel AS SELECT 'e' || k AS entity, k, t, y * 10 ^ k AS y, ARRAY[x, z] AS f FROM series, generate_series(0, 2) k;
SELECT is((SELECT array_agg(coefficient) FROM (SELECT linear_fit('one'::text, t, y, ARRAY[x, z]) AS m FROM series) p, linear_coefficients(m)),
	(SELECT array_agg(coefficient) FROM (SELECT linear_fit(t, y, ARRAY[x, z]) AS m FROM series) p, linear_coefficients(m)), 'a panel of one series is that series');
CREATE TABLE pooled AS SELECT linear_fit(entity, t, y, f, linear_options(horizons => '{1,5}')) AS model FROM panel;
SELECT is((SELECT model_info(model)->'training' FROM pooled), '{"rows": 2100, "missing": 0, "entities": 3, "first_time": 1, "last_time": 700}', 'rows and entities of a panel');
SELECT is((SELECT model_info(model)->'horizons'->1->>'origins' FROM pooled), (3 * (700 - 19 - 5))::text, 'windows stay within an entity');
SELECT is((SELECT count(*) FROM (SELECT linear_fit(t, y, ARRAY[x, z], '{"horizons": [1, 5], "ridge": 0.1, "shrink": false}') AS m FROM series) s,
	(SELECT linear_fit(entity, t, y, f, '{"horizons": [1, 5], "ridge": 0.1, "shrink": false}') AS p FROM panel) p,
	LATERAL (SELECT a.coefficient AS a, b.coefficient AS b FROM linear_coefficients(m) a JOIN linear_coefficients(p) b USING (horizon, term)) c WHERE agrees(b, a, 1e-6)),
	34::bigint, 'series that differ in their unit only have the coefficients of one of them');
SELECT is((SELECT count(*) FROM (SELECT t, k, linear_forecast(model, y, f) OVER (PARTITION BY entity ORDER BY t) AS f FROM panel, pooled) a JOIN
	(SELECT t, k, linear_forecast(model, y, f) OVER (PARTITION BY entity ORDER BY t) AS f FROM panel, pooled) b USING (t)
	WHERE a.k = 0 AND b.k = 2 AND NOT (agrees((b.f).forecast, 100 * (a.f).forecast, 1e-9) AND agrees((b.f).lower, 100 * (a.f).lower, 1e-9)) AND t > 20), 0::bigint, 'forecasts in the unit of each series');
SELECT is((SELECT linear_fit(k::bigint, t, y, f)::text FROM panel), (SELECT linear_fit(entity, t, y, f)::text FROM panel), 'entities by number');
SELECT is(told_of($$SELECT linear_fit(NULL::text, t, y, f) FROM panel$$) ~ '^22004 ', true, 'entity NULL');
SELECT is(told_of($$SELECT linear_fit('e'::text, t, y, f) FROM panel$$) ~ '^23505 ', true, 'a time twice for an entity');
SELECT is(told_of($$SELECT linear_fit(entity, t, y, f) FROM panel WHERE t < 20$$) ~ '^22023 linear_fit needs at least 30 rows with history', true, 'a panel of short series');

-- ---- forecasts: errors ---------------------------------------------------------------------------------

SELECT is(told_of($$SELECT linear_forecast(model, y, ARRAY[x, z], 3) OVER (ORDER BY t) FROM series, fitted$$), '22023 linear_forecast: step is 3, the model forecasts steps 1, 5 | Fit with linear_options(horizons => ...) that contain the step.', 'a step without a fit');
SELECT is(told_of($$SELECT linear_forecast(model, y, ARRAY[x, z], NULL) OVER (ORDER BY t) FROM series, fitted$$) ~ '^22023 linear_forecast: step is NULL', true, 'step NULL');
SELECT is(told_of($$SELECT linear_forecast(model, y, ARRAY[x, z], CASE WHEN t < 5 THEN 1 ELSE 5 END) OVER (ORDER BY t) FROM series, fitted$$) ~ '^22023 linear_forecast: step is 5 in row 5', true, 'one step for a partition');
SELECT is(told_of($$SELECT linear_forecast(model, y, ARRAY[x]) OVER (ORDER BY t) FROM series, fitted$$), '2202E linear_forecast: 1 features in row 1 of the partition, the model was fitted with 2 | The features are: x, z.', 'another number of features');
SELECT is(told_of($$SELECT linear_forecast(NULL, y, ARRAY[x]) OVER (ORDER BY t) FROM series$$) ~ '^22004 linear_forecast: the model is NULL', true, 'no model');
SELECT is(told_of($$SELECT linear_forecast(CASE WHEN t < 5 THEN f.model ELSE p.model END, y, ARRAY[x, z]) OVER (ORDER BY t) FROM series, fitted f, pooled p$$) ~ '^22023 linear_forecast: row 5 ', true, 'two models');
SELECT is(told_of($$SELECT linear_forecast(model, 'NaN', ARRAY[x, z]) OVER (ORDER BY t) FROM series, fitted$$) ~ '^22003 y in row 1 ', true, 'NaN');
SELECT is(told_of($$SELECT linear_forecast(model, y, ARRAY[x, 'Infinity']) OVER (ORDER BY t) FROM series, fitted$$) ~ '^22003 z in row 1 ', true, 'infinity, by the name of the feature');
SELECT is(told_of($$SELECT linear_forecast(model, CASE WHEN t % 2 = 0 THEN 1.7e308 ELSE -1.7e308 END, ARRAY[x, z]) OVER (ORDER BY t) FROM series, fitted$$) ~ '^22003 ', true, 'an overflow');
SELECT is((SELECT count(DISTINCT f) FROM (SELECT t, (linear_forecast(model, 3, ARRAY[x, z]) OVER (ORDER BY t)).* FROM series, fitted) l (t, f, lower, upper) WHERE f = lower AND f = upper), 1::bigint, 'a series that stands still is forecast to stand still');

-- ---- crafted values --------------------------------------------------------------------------------------

-- a model with one change in its text, its checksum made right: what input says of it
CREATE FUNCTION crafted(change text, value jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	whole jsonb := (SELECT model::text::jsonb FROM fitted);
	wanted text;
	message text;
BEGIN
	whole := jsonb_set(whole, change::text[], value);
	FOR i IN 1 .. 2 LOOP
		BEGIN
			PERFORM whole::text::linear_model;
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
SELECT is(crafted('{header,features}', '2'), 'no error', 'the model itself is one');
SELECT is(crafted('{header,horizons,0,shrinkage}', '0.5'), 'no error', 'and so is one with another figure');
SELECT is(crafted(path, value::jsonb) ~ '^22023 ', true, path || ' = ' || value)
FROM (VALUES ('{header,features}', '3'), ('{header,features}', '2.5'), ('{header,features}', '-1'), ('{header,features}', '"2"'), ('{header,features}', '100000'),
	('{header,flagged}', '[0]'), ('{header,flagged}', '[1]'), ('{header,flagged}', '[3]'), ('{header,flagged}', '["1"]'), ('{header,flagged}', '1'), ('{header,flagged}', '[2, 1]'),
	('{header,horizons}', '[]'), ('{header,horizons}', '{}'), ('{header,horizons,0}', '1'), ('{header,horizons,0,horizon}', '2'), ('{header,horizons,0,coefficients}', '[1]'),
	('{header,horizons,0,coefficients,3}', '"x"'), ('{header,horizons,0,coefficients,3}', 'null'), ('{header,horizons,0,coefficients,3}', '1e400'),
	('{header,horizons,0,shrinkage}', '1.5'), ('{header,horizons,0,shrinkage}', '-0.1'), ('{header,horizons,0,lower}', '0.1'), ('{header,horizons,0,upper}', '-0.1'), ('{header,horizons,0,upper}', 'null'),
	('{header,horizons,0,ridge}', '-1'), ('{header,horizons,0,deviation}', '-1'), ('{header,horizons,0,rmse}', '-1'), ('{header,horizons,0,mae}', '"x"'), ('{header,horizons,0,origins}', '0.5'), ('{header,horizons,0,other}', '1'),
	('{header,options}', '{}'), ('{header,options,horizons}', '[5, 1]'), ('{header,options,lags}', '4'), ('{header,options,means}', '[5]'), ('{header,options,missing}', '"x"'),
	('{header,options,feature_names}', '["a"]'), ('{header,options,other}', '1'), ('{header,look_back}', '200'), ('{header,training}', '1'), ('{header,extension_version}', '1'), ('{header,other}', '1'),
	('{parameters}', '"3f800000"')) v (path, value);
SELECT is(crafted('{header,horizons,0,coefficients,3}', '1e308'), 'no error', 'a coefficient of any size is one');
SELECT is(told_of($$SELECT linear_forecast((jsonb_set(jsonb_set(model::text::jsonb, '{header,horizons,0,coefficients}', (SELECT jsonb_agg(1e308) FROM generate_series(1, 17))), '{checksum}', '"00000000"'))::text::linear_model, y, ARRAY[x, z]) OVER (ORDER BY t) FROM series, fitted$$) ~ '^22P02 checksum ', true, 'a checksum that is wrong');
SELECT is(told_of($$SELECT '{}'::linear_model$$) ~ '^22023 ', true, 'no model');
SELECT is(told_of($$SELECT 'x'::linear_model$$) ~ '^22P02 ', true, 'no JSON');
SELECT is(told_of($$SELECT (SELECT rnn_fit(t, y, NULL, '{"epochs": 1, "ensemble": 1, "units": [1]}') FROM series)::text::linear_model$$) ~ '^22P02 this is not the text of a linear_model', true, 'another kind of model');

-- states of other aggregates
CREATE AGGREGATE var_state(bigint, float8[]) (SFUNC = creditspread_internal.var_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE rnn_state(bigint, float8) (SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series);
SELECT is(told_of($$SELECT creditspread_internal.linear_fit_final((SELECT rnn_state(t, y) FROM series))$$), '22023 linear_fit: a state of 1 values in a row is not one of linear_fit', 'a state of another function');
SELECT is(told_of($$SELECT creditspread_internal.linear_fit_final((SELECT var_state(t, ARRAY[y]) FROM series))$$) ~ '^22023 linear_fit: a mark of ', true, 'marks that are none');
SELECT is(told_of($$SELECT creditspread_internal.linear_forecast_final((SELECT var_state(t, ARRAY[y]) FROM series))$$) ~ '^22023 ', true, 'a state without a horizon');
SELECT is(creditspread_internal.linear_fit_final(NULL), NULL, 'no state');
SELECT is(creditspread_internal.linear_fit_panel_final(NULL), NULL, 'no state of a panel');
SELECT is(creditspread_internal.linear_forecast_final(NULL), NULL, 'no state of a forecast');

-- ---- a cancel ------------------------------------------------------------------------------------------------

\ir stops.psql
CREATE AGGREGATE linear_state(bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.linear_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE linear_panel_state(bigint, bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.linear_fit_panel_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE linear_ahead_state(bigint, float8, float8[], integer, jsonb) (SFUNC = creditspread_internal.linear_forecast_transition, STYPE = creditspread_internal.creditspread_series);
SELECT stops('creditspread_internal.linear_fit_final(s)', $$SELECT linear_state(t, y, ARRAY[x, z], '{}') AS s FROM series$$);
SELECT stops('creditspread_internal.linear_fit_panel_final(s)', $$SELECT linear_panel_state(k, t, y, f, '{}') AS s FROM panel$$);
SELECT stops('creditspread_internal.linear_forecast_final(s)', $$SELECT linear_ahead_state(t, y, ARRAY[x, z], 2, '{}') AS s FROM series$$);

SELECT * FROM finish();
ROLLBACK;

-- linear_contributions and those of trees, support vectors and networks: they add up to the forecasts, are what the models
-- say, and know bad input; waterfall_chart. What all do is tested for each: METHOD stands for its name.
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

-- y follows the first feature by a row; the second is missing at times.
CREATE TABLE series AS
SELECT t::bigint, (5 + 0.1 * sum(lead + 0.4 * noise) OVER w)::float8 AS y, (3 * sum(own) OVER w)::float8 AS x, CASE WHEN t % 13 <> 0 THEN sum(other) OVER w END::float8 AS z
FROM (SELECT t, hashint4(t) / 2147483648.0 AS noise, hashint4(-t) / 2147483648.0 AS own, hashint4(1 - t) / 2147483648.0 AS lead,
	hashint4(t + 5000) / 2147483648.0 AS other FROM generate_series(1, 260) t) n WINDOW w AS (ORDER BY t);
CREATE TABLE method (m text, few jsonb);
INSERT INTO method VALUES ('linear', '{}'), ('boosted_trees', '{"rounds": 20, "learning_rate": 0.2}'), ('random_forest', '{"rounds": 20}'), ('svr', '{}'),
	('rnn', '{"epochs": 4, "units": [6], "ensemble": 2}'), ('transformer', '{"epochs": 2, "layers": 2, "width": 8, "heads": 2, "feed_forward": 16, "look_back": 5, "ensemble": 1}');
DO $$
DECLARE
	list text := (SELECT string_agg(format('%1$s_fit(t, k * y, ARRAY[x, z / k], %2$L::jsonb || ''{"horizons": [1, 5], "feature_names": ["x", "z"]}'') AS %1$s', m, few), ', ') FROM method);
BEGIN
	EXECUTE format('CREATE TABLE fitted AS SELECT k, %s FROM series, (VALUES (1::float8), (1e-9), (1e9)) AS unit (k) GROUP BY k', list);
END $$;

-- The text of an expression, for a method and its options.
CREATE FUNCTION of(m text, query text) RETURNS text LANGUAGE sql AS $$
	SELECT value_of(replace(replace(query, 'METHOD', m), 'OPTIONS', quote_literal(few) || '::jsonb')) FROM method WHERE method.m = of.m $$;
CREATE FUNCTION error_for(m text, query text) RETURNS text LANGUAGE sql AS $$
	SELECT error_of(statement) || coalesce(' | ' || nullif(hint_of(statement), ''), '') FROM (SELECT replace(query, 'METHOD', m) AS statement) q $$;

CREATE FUNCTION total(c forecast_contributions) RETURNS float8 LANGUAGE sql AS $$ SELECT c.base + sum(v) FROM unnest(c.contribution) AS v $$;

-- ---- they add up, in any unit -----------------------------------------------------------------------------------------

SELECT ok(count(*) = 2 AND bool_and(near(total(c), f, 1e-6)), 'a network with quantiles: the contributions add up to the forecast at each horizon')
FROM (SELECT h, (rnn_forecast(m, y, ARRAY[x, z], step => h) OVER w).forecast AS f, rnn_contributions(m, y, ARRAY[x, z], step => h) OVER w AS c, t
	FROM series, (SELECT rnn_fit(t, y, ARRAY[x, z], '{"epochs": 4, "units": [6], "ensemble": 2, "horizons": [1, 5], "quantiles": [0.1, 0.5, 0.9]}') AS m FROM series) AS fit,
		unnest('{1,5}'::int[]) AS h WINDOW w AS (PARTITION BY h ORDER BY t)) AS q WHERE t = 250;

DO $$
DECLARE
	list text := (SELECT string_agg(format('SELECT %1$L AS m, k, t, h, k * y AS y, (%1$s_forecast(%1$s, k * y, ARRAY[x, z / k], h) OVER w).forecast AS f, %1$s_contributions(%1$s, k * y, ARRAY[x, z / k],
			CASE WHEN t IN (7, 60, 260) OR k = 1 AND t %% 24 = 0 THEN h END) OVER w AS c, %1$s_contributions(%1$s, k * y, ARRAY[x, z / k], CASE WHEN k = 1 AND t IN (60, 260) THEN h END, true) OVER w AS terms
		FROM series, fitted, unnest(ARRAY[1, 5]) AS h WINDOW w AS (PARTITION BY k, h ORDER BY t)', m), ' UNION ALL ') FROM method);
BEGIN
	EXECUTE 'CREATE TABLE told AS ' || list;
END $$;
SELECT is(count(*)::int, CASE WHEN m IN ('rnn', 'transformer') THEN 38 ELSE 32 END, m || ': explained where asked for, but not without history') FROM told WHERE c IS NOT NULL GROUP BY m;
SELECT ok(bool_and((c).forecast IS NOT DISTINCT FROM f OR near((c).forecast, f, 1e-6)), m || ': the forecast is that of METHOD_forecast') FROM told WHERE c IS NOT NULL GROUP BY m;
SELECT ok(bool_and(near(total(c), f, 1e-6)), m || ': base and contributions add up to it') FROM told WHERE c IS NOT NULL GROUP BY m;
SELECT ok(bool_and((c).feature = '{y,x,z}' AND array_position((c).contribution, NULL) IS NULL), m || ': y and the features by name') FROM told WHERE c IS NOT NULL GROUP BY m;
SELECT ok(bool_and((c).value IS NOT DISTINCT FROM ARRAY[k * s.y, s.x, s.z / k]), m || ': the values of the row') FROM told JOIN series s USING (t) WHERE c IS NOT NULL GROUP BY m;
SELECT ok(bool_and(near(a.k * (b.c).contribution[2], (a.c).contribution[2], CASE WHEN a.m IN ('rnn', 'transformer') THEN 0.05 ELSE 1e-6 END, a.k * 1e-3)), a.m || ': in other units')
FROM told a JOIN told b USING (m, t, h) WHERE b.k = 1 AND a.c IS NOT NULL GROUP BY a.m;
SELECT ok(bool_and(near(total(terms), total(c), 1e-9) AND (terms).base = (c).base AND near(x_terms, (c).contribution[2], 1e-9, k * 1e-9)), m || ': terms add up to their features')
FROM told, LATERAL (SELECT sum(v) AS x_terms FROM unnest((terms).feature, (terms).contribution) AS u (n, v) WHERE n LIKE '%.x') q WHERE terms IS NOT NULL AND c IS NOT NULL GROUP BY m;
SELECT ok(bool_and('L1.y' = (terms).feature[1] AND 'L2.x' = ANY ((terms).feature)), m || ': terms by their names') FROM told WHERE terms IS NOT NULL GROUP BY m;
SELECT ok(corr((c).contribution[2], actual - y) > 0.5, m || ': the feature that leads makes the forecasts')
FROM (SELECT m, k, h, t, y, c, lead(y) OVER (PARTITION BY m, k, h ORDER BY t) AS actual FROM told WHERE k = 1 AND h = 1) q WHERE c IS NOT NULL AND m NOT IN ('rnn', 'transformer') GROUP BY m;

SELECT ok((terms).feature[1:2] = '{L1.y,L2.y}' AND (terms).value[1] = y AND (terms).value[4] = x AND near(total(terms), (terms).forecast, 1e-9), 'trees on levels: L1 is the newest value')
FROM (SELECT t, y, x, boosted_trees_contributions(model, y, ARRAY[x], 1, true) OVER (ORDER BY t) AS terms FROM series,
	(SELECT boosted_trees_fit(t, y, ARRAY[x], '{"rounds": 5, "inputs": "levels", "target": "level", "lags": 3, "feature_names": ["x"]}') AS model FROM series) f) q WHERE t = 200;

-- exact: coefficient times term, in volatilities of y
SELECT ok(bool_and(near(contribution / value, scale * coefficient, 1e-9)), 'linear: coefficient times value')
FROM (SELECT t, h, contribution, value, coefficient, max(abs(contribution / nullif(value * coefficient, 0))) OVER (PARTITION BY t, h) AS scale
	FROM told, unnest((terms).feature, (terms).contribution, (terms).value) AS u (term, contribution, value), fitted, linear_coefficients(linear) AS c
	WHERE m = 'linear' AND told.k = 1 AND fitted.k = 1 AND c.horizon = h AND c.term = u.term AND value <> 0) q;
SELECT ok(bool_and((c).base = y), 'linear: from the last value') FROM told WHERE m = 'linear' AND c IS NOT NULL;

-- one tree of one split: what is not on the path adds nothing, a leaf's value less the mean is all
SELECT ok(bool_and((c).contribution[1] = 0 AND (c).contribution[3] = 0 AND near((c).base + (c).contribution[2], (c).forecast, 1e-12)) AND count(DISTINCT (c).contribution[2]) > 1
		AND stddev((c).base - y) / avg(abs((c).contribution[2])) < 0.5, 'a tree of one split')
FROM (SELECT t, y, boosted_trees_contributions(model, y, ARRAY[x, z]) OVER (ORDER BY t) AS c FROM series, (SELECT boosted_trees_fit(t, y, ARRAY[x, z],
	boosted_trees_options(rounds => 1, depth => 1, learning_rate => 1, subsample => 1, columns => 1, shrink => false, patience => 0)) AS model FROM series) f) q WHERE c IS NOT NULL;

-- ---- what is missing, bad input ---------------------------------------------------------------------------------------

SELECT is(of(m, $$SELECT count(*) FROM (SELECT METHOD_contributions(METHOD, y, ARRAY[x, z], NULL) OVER (ORDER BY t) AS c FROM series, fitted WHERE k = 1) q WHERE c IS NOT NULL$$), '0', m || ': a step of NULL asks for nothing') FROM method;
SELECT is(of(m, $$SELECT count(*) FROM (SELECT METHOD_contributions(METHOD, y, ARRAY[x, z], 1, NULL) OVER (ORDER BY t) AS c FROM series, fitted WHERE k = 1 AND t > 200) q WHERE c IS NOT NULL$$), '0', m || ': nor terms of NULL') FROM method;
SELECT is(of(m, $$SELECT c FROM (SELECT t, METHOD_contributions(METHOD, CASE WHEN t < 260 THEN y END, ARRAY[x, z], CASE WHEN t = 260 THEN 1 END) OVER (ORDER BY t) AS c FROM series, fitted WHERE k = 1 AND t > 200) q WHERE t = 260$$), NULL, m || ': none where y is NULL') FROM method;
SELECT is(of(m, $$SELECT ((c).value)[2:3]::text FROM (SELECT t, METHOD_contributions(METHOD, y, CASE WHEN t < 260 OR 'METHOD' IN ('rnn', 'transformer') THEN ARRAY[x, CASE WHEN t < 260 THEN z END] END,
		CASE WHEN t = 260 THEN 1 END) OVER (ORDER BY t) AS c FROM series, fitted WHERE k = 1) q WHERE t = 260 AND near(total(c), (c).forecast, 1e-6)$$),
	CASE WHEN m NOT IN ('rnn', 'transformer') THEN '{NULL,NULL}' ELSE '{' || (SELECT x FROM series WHERE t = 260) || ',NULL}' END, m || ': features that are NULL') FROM method;
SELECT is(of(m, $$SELECT total(c) FROM (SELECT t, METHOD_contributions(METHOD, 7, ARRAY[x, z], CASE WHEN t = 260 THEN 1 END) OVER (ORDER BY t) AS c FROM series, fitted WHERE k = 1) q WHERE t = 260$$)::float8::numeric(20, 5),
	of(m, $$SELECT (f).forecast FROM (SELECT t, METHOD_forecast(METHOD, 7, ARRAY[x, z]) OVER (ORDER BY t) AS f FROM series, fitted WHERE k = 1) q WHERE t = 260$$)::float8::numeric(20, 5), m || ': of a series that stands still') FROM method;
SELECT is(of(m, $$SELECT string_agg(p, ' ') FROM (SELECT pg_typeof(METHOD_contributions(METHOD, y, ARRAY[x, z]) OVER (ORDER BY t))::text AS p FROM series, fitted WHERE false) q$$), NULL, m || ': no rows') FROM method;
SELECT is(error_for(m, 'SELECT METHOD_contributions(METHOD, y, ARRAY[x, z], 2) OVER (ORDER BY t) FROM series, fitted WHERE k = 1'), format('22023 %1$s_contributions: step is 2, the model forecasts steps 1, 5 | '
	'Fit with %1$s_options(horizons => ...) that contain the step.', m), m || ': another step') FROM method;
SELECT is(error_for(m, 'SELECT METHOD_contributions(NULL, y, ARRAY[x, z]) OVER (ORDER BY t) FROM series'), format('22004 %s_contributions: the model is NULL | Join to the table that holds the models; '
	'a fit with on_error => ''null'' may have given none.', m), m || ': no model') FROM method;
SELECT is(error_for(m, 'SELECT METHOD_contributions(METHOD, y, ARRAY[x]) OVER (ORDER BY t) FROM series, fitted WHERE k = 1'), format('2202E %s_contributions: 1 features in row 1 of the partition, the model was fitted with 2 | '
	'The features are: x, z.', m), m || ': another number of features') FROM method;
SELECT ok(error_for(m, 'SELECT METHOD_contributions(METHOD, ''NaN'', ARRAY[x, z]) OVER (ORDER BY t) FROM series, fitted WHERE k = 1') LIKE '22003 y in row 1 of the partition is NaN%', m || ': y is NaN') FROM method;
SELECT ok(error_for(m, 'SELECT METHOD_contributions(METHOD, y, ARRAY[x, ''-inf'']) OVER (ORDER BY t) FROM series, fitted WHERE k = 1') LIKE '22003 %z%in row 1 of the partition is -Infinity%', m || ': a feature is infinite') FROM method;
SELECT ok(error_for(m, 'SELECT METHOD_contributions(METHOD, y, ARRAY[x, z]) OVER (ORDER BY t) FROM series, fitted') LIKE '22023 ' || m || '_contributions: row % of the partition has another model than the rows before%', m || ': two models') FROM method;

-- rows left out, a bound
SELECT ok(near(total(c), (f).forecast, 1e-9) AND NOT EXISTS (SELECT FROM unnest((c).value) v WHERE v IS NULL), 'missing => drop: of the rows that are whole')
FROM (SELECT t, linear_contributions(model, y, ARRAY[x, z]) OVER (ORDER BY t) AS c, linear_forecast(model, y, ARRAY[x, z]) OVER (ORDER BY t) AS f
	FROM series, (SELECT linear_fit(t, y, ARRAY[x, z], '{"missing": "drop"}') AS model FROM series) q) r WHERE t = 259;
SELECT ok((c).forecast = 1000 AND (c).feature = '{y,lower_bound}' AND near(total(c), 1000, 1e-9) AND (c).contribution[2] > 900, m || ': a lower bound that binds')
FROM (SELECT 'linear' AS m, t, linear_contributions(model, y) OVER (ORDER BY t) AS c FROM series, (SELECT linear_fit(t, y, NULL, '{"lower_bound": 1000}') AS model FROM series) q
	UNION ALL SELECT 'svr', t, svr_contributions(model, y) OVER (ORDER BY t) FROM series, (SELECT svr_fit(t, y, NULL, '{"lower_bound": 1000}') AS model FROM series) q) r WHERE t = 260;

-- ---- the picture ------------------------------------------------------------------------------------------------------

SELECT is(texts(waterfall_chart('{base,vix = 15.2,slope,forecast}', 10, '{0.25,-1.5}')), '9.0 | 9.5 | 10.0 | base | 10 | vix = 15.2 | +0.25 | slope | −1.5 | forecast | 8.75', 'waterfall: names and figures');
SELECT is(texts(waterfall_chart('{base,A very long name of a feature that has no room in one line of the chart but in two,"Morewithoutanyblankinitandlongerthantwolinesofthechartoranythingthatanybodywouldcallafeatureinadatabase",forecast}', 1, '{1,2}', '{"width": 400}')),
	'2 | 4 | base | 1 | A very long name of a | feature that has no ... | +1 | Morewithoutanyblankini | tandlongerthantwolin... | +2 | forecast | 4', 'waterfall: long names');
SELECT is(texts(waterfall_chart('{a,b}', 1e-300, '{}')), texts(waterfall_chart('{a,b}', 1e-300, '{}')), 'waterfall: nothing between');
SELECT ok(position('width="720" height="174"' IN waterfall_chart('{a,<&>,c d,e}', 0, '{0,0}')) > 0 AND position('&lt;&amp;&gt;' IN waterfall_chart('{a,<&>,c d,e}', 0, '{0,0}')) > 0, 'waterfall: as high as its rows, names escaped');
SELECT is(waterfall_chart(NULL, 1, '{}'), NULL, 'waterfall: NULL');
SELECT refused($$SELECT waterfall_chart('{a,b,c}', 1, '{}')$$, '2202E', 'waterfall_chart: 3 labels for 0 parts');
SELECT refused($$SELECT waterfall_chart('{a,b,c}', 1, '{NULL}')$$, '22004', '%parts%');
SELECT refused($$SELECT waterfall_chart('{a,b,c}', 'NaN', '{1}')$$, '22003', '%base%NaN%');
SELECT refused($$SELECT waterfall_chart('{a,b,c}', 1e308, '{1e308}')$$, '22003', 'waterfall_chart: a result is Infinity');
SELECT refused($$SELECT waterfall_chart(array_fill('a'::text, ARRAY[103]), 1, array_fill(1::float8, ARRAY[101]))$$, '2202E', 'waterfall_chart: labels has 103 elements, must have 1 to 102', false);
SELECT refused($$SELECT waterfall_chart('{a,b}', 1, '{}', '{"colour": 1}')$$, '22023', '%colour%');

SELECT * FROM finish();
ROLLBACK;

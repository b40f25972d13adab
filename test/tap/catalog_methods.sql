-- Forecasts of the catalog's methods kalman, reflection and nelson_siegel: against their functions, and beside the random walk.
-- With psql -v walks=200 the figures of docs/catalog.md.
\set ON_ERROR_STOP off
SET client_min_messages = error;
\if :{?walks}
\else
\set walks 40
\endif
SELECT plan(25);

CREATE VIEW models AS SELECT p.owner, p.name, m.* FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id;
CREATE VIEW runs AS SELECT p.owner, p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
CREATE VIEW forecasts AS SELECT p.owner, p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
-- Steps that are the same everywhere: nearly normal, of variance 1.
CREATE FUNCTION step(entity bigint, t bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(hashint8extended(t + 100000 * k, entity) / 9223372036854775808.0) FROM generate_series(1, 3) k
$$;
CREATE TABLE walk AS SELECT w AS entity, date '2000-01-01' + t AS day, sum(step(w, t)) OVER (PARTITION BY w ORDER BY t) AS y
FROM generate_series(1, :walks) w, generate_series(1, 400) t;

-- ---- random walks ---------------------------------------------------------------------------

CREATE FUNCTION ratios(of_model text) RETURNS TABLE (horizon integer, ratio float8) LANGUAGE sql AS $$
	SELECT horizon, avg(ratio) FROM (SELECT horizon, sqrt(avg((forecast - actual) ^ 2) / avg((random_walk - actual) ^ 2)) AS ratio
		FROM forecasts WHERE model = of_model AND source = 'backtest' GROUP BY entity, horizon) AS series GROUP BY horizon ORDER BY horizon
$$;
CALL creditspread.train('walk reflection', 'SELECT entity, day AS "time", y FROM walk', 'reflection', '{1,5,20}');
CALL creditspread.backtest('walk reflection', 80, 80);
SELECT cmp_ok(ratio, '<=', 1.005::float8, format('reflection of random walks costs nothing, %s rows ahead', horizon)) FROM ratios('walk reflection');
CALL creditspread.train('walk kalman', 'SELECT entity, day AS "time", y FROM walk', 'kalman', '{1,5,20}');
CALL creditspread.backtest('walk kalman', 80, 80);
SELECT cmp_ok(ratio, '<=', 1.005::float8, format('nor does kalman, %s rows ahead', horizon)) FROM ratios('walk kalman');
SELECT ok(message ~ '^\d+ of \d+ series are forecast by the random walk: kalman found nothing else in them$' AND (regexp_match(message, '^\d+'))[1]::float8 > 0.9 * :walks,
	'and says that it found no more') FROM runs WHERE model = 'walk kalman' AND kind = 'train';
\if :{?show}
SELECT model, horizon, ratio FROM unnest('{walk reflection,walk kalman}'::text[]) model, ratios(model);
\endif

-- ---- changes that tell of the next ones ----------------------------------------------------------

CREATE TABLE wave AS
WITH RECURSIVE path (entity, t, x, y) AS (
	SELECT w, 1, 0::float8, 0::float8 FROM generate_series(1, 6) w
	UNION ALL
	SELECT entity, t + 1, 0.9 * x + 0.4 * step(100 + entity, t), y + 0.9 * x + 0.4 * step(100 + entity, t) + step(200 + entity, t) FROM path WHERE t < 600
) SELECT entity, date '2000-01-01' + t AS day, y FROM path;
CALL creditspread.train('wave kalman', 'SELECT entity, day AS "time", y FROM wave', 'kalman', '{1,5}');
CALL creditspread.backtest('wave kalman', 100, 100);
SELECT cmp_ok(ratio, '<', 0.97::float8, format('kalman takes what changes tell, %s rows ahead', horizon)) FROM ratios('wave kalman');
SELECT is(message, NULL, 'and has nothing to say') FROM runs WHERE model = 'wave kalman' AND kind = 'train';
CALL creditspread.train('wave reflection', 'SELECT entity, day AS "time", y FROM wave', 'reflection', '{1,5}');
CALL creditspread.backtest('wave reflection', 100, 100);
SELECT cmp_ok(ratio, '<', 0.97::float8, format('so does reflection, %s rows ahead', horizon)) FROM ratios('wave reflection');

-- ---- against the functions --------------------------------------------------------------------

CREATE TABLE one AS SELECT day, y FROM wave WHERE entity = 1;
CALL creditspread.train('one', 'SELECT day AS "time", y FROM one', 'kalman', '{1,3}');
CALL creditspread.forecast('one');
SELECT ok(bool_and(abs(f.forecast - e.expected) < 1e-9), 'kalman: the sum of the changes to come')
FROM forecasts f JOIN (SELECT h AS horizon, y + sum((filtered).filtered * a ^ j) AS expected
	FROM (SELECT y, (model).transition[1][1] AS a, kalman_filter(change, model) OVER (ORDER BY day) AS filtered
		FROM (SELECT day, y, y - lag(y) OVER (ORDER BY day) AS change FROM one) AS changes,
			(SELECT kalman_fit(day, change, kalman_options('ar1_plus_noise')) AS model FROM (SELECT day, y - lag(y) OVER (ORDER BY day) AS change FROM one) AS c) AS fit
		ORDER BY day DESC LIMIT 1) AS last, unnest('{1,3}'::int[]) h, generate_series(1, h) j GROUP BY h, y) AS e USING (horizon) WHERE f.model = 'one';
CALL creditspread.train('one level', 'SELECT day AS "time", y FROM one', 'kalman', '{1,3}', kalman_options('local_level'));
CALL creditspread.forecast('one level');
SELECT ok(bool_and(abs(f.forecast - e.filtered) < 1e-9), 'kalman: a level, where it is asked for')
FROM forecasts f, (SELECT (kalman_filter(y, model) OVER (ORDER BY day)).filtered FROM one, (SELECT kalman_fit(day, y) AS model FROM one) AS fit
	ORDER BY day DESC LIMIT 1) AS e WHERE f.model = 'one level';
CALL creditspread.train('one drift', 'SELECT day AS "time", y FROM one', 'kalman', '{1,3}', kalman_options('local_level') || '{"difference": true}');
CALL creditspread.forecast('one drift');
SELECT ok(abs((max(forecast) FILTER (WHERE horizon = 3) - max(random_walk)) - 3 * (max(forecast) FILTER (WHERE horizon = 1) - max(random_walk))) < 1e-9
	AND bool_and(forecast <> random_walk), 'kalman: a drift that moves') FROM forecasts WHERE model = 'one drift';

CALL creditspread.train('one trend', 'SELECT day AS "time", y FROM one', 'trend_seasonal', '{1,3}', trend_seasonal_options(weekly => 1));
CALL creditspread.forecast('one trend');
SELECT ok(bool_and(abs(f.forecast - e.expected) < 1e-9) AND count(*) = 2, 'trend_seasonal: what the model says of the days ahead')
FROM forecasts f JOIN (SELECT h AS horizon, (trend_seasonal_forecast(model, last + h)).forecast AS expected
	FROM (SELECT trend_seasonal_fit(day, y, trend_seasonal_options(weekly => 1)) AS model, max(day) AS last FROM one) AS fit, unnest('{1,3}'::int[]) h) AS e USING (horizon) WHERE f.model = 'one trend';

CALL creditspread.train('one base', 'SELECT day AS "time", y FROM one', 'reflection', '{1,2,3}', '{"base": "ar", "lags": 2, "refit_every": 20}');
CALL creditspread.forecast('one base');
SELECT ok(bool_and(abs(f.forecast - e.expected[f.horizon]) < 1e-9) AND count(*) = 3, 'reflection: the base taken on with the errors that are to be expected')
FROM forecasts f, (SELECT ARRAY[y1, y2, c + p1 * y2 + p2 * y1 + a * a * d] AS expected
	FROM (SELECT *, c + p1 * y1 + p2 * y + a * d AS y2 FROM (SELECT y, base + (r).correction AS y1, (r).correction AS d, (r).transition AS a,
			(model).coefficients[1][1] AS c, (model).coefficients[2][1] AS p1, (model).coefficients[3][1] AS p2
		FROM (SELECT day, y, model, base, reflection_forecast(y, base) OVER (ORDER BY day) AS r
			FROM (SELECT day, y, model, (var_forecast(model, ARRAY[y]) OVER (ORDER BY day)).forecast[1] AS base
				FROM one, (SELECT var_fit(day, ARRAY[y], var_options(method => 'ar', lags => 2)) AS model FROM one) AS fit) AS bases) AS q
		ORDER BY day DESC LIMIT 1) AS last) AS two) AS e WHERE f.model = 'one base';

-- ---- a curve ----------------------------------------------------------------------------------

CREATE TABLE monthly (month date, gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8, gs5 float8, gs7 float8,
	gs10 float8, gs20 float8, gs30 float8, aaa float8, baa float8);
\copy monthly FROM 'docs/data/us_monthly_yields.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE curve AS SELECT month, maturity, y FROM monthly, LATERAL (VALUES (1, gs1), (2, gs2), (3, gs3), (5, gs5), (7, gs7), (10, gs10), (20, gs20)) AS v (maturity, y)
	WHERE month >= '1994-01-01';
CALL creditspread.train('curve', 'SELECT month AS "time", maturity, y FROM curve', 'nelson_siegel', '{1,6}');
CALL creditspread.forecast('curve');
SELECT ok(bool_and(abs(f.forecast - f.random_walk - (nelson_siegel_yield(nelson_siegel_curve((e.f).forecast[1], (e.f).forecast[2], (e.f).forecast[3], 0.7308), f.entity::float8)
		- nelson_siegel_yield(e.curve, f.entity::float8))) < 1e-9) AND count(*) = 14, 'nelson_siegel: y moves as its curve does')
FROM forecasts f JOIN (SELECT DISTINCT ON (h) h AS horizon, curve, var_forecast(model, ARRAY[(curve).level, (curve).slope, (curve).curvature], NULL, h)
		OVER (PARTITION BY h ORDER BY month) AS f
	FROM (SELECT month, nelson_siegel_fit(maturity, y, 0.7308) AS curve FROM curve GROUP BY month) AS curves,
		(SELECT var_fit(month, ARRAY[(curve).level, (curve).slope, (curve).curvature], var_options(method => 'ar', lags => 1)) AS model
			FROM (SELECT month, nelson_siegel_fit(maturity, y, 0.7308) AS curve FROM curve GROUP BY month) AS c) AS fit, unnest('{1,6}'::int[]) h ORDER BY h, month DESC) AS e
	USING (horizon) WHERE f.model = 'curve';
CALL creditspread.backtest('curve', 100, 100);
SELECT cmp_ok(max(ratio), '<=', 1.03::float8, 'and is near the random walk one row ahead, at every maturity')
FROM (SELECT sqrt(avg((forecast - actual) ^ 2) / avg((random_walk - actual) ^ 2)) AS ratio FROM forecasts
	WHERE model = 'curve' AND source = 'backtest' AND horizon = 1 GROUP BY entity) AS maturities;

-- ---- edges --------------------------------------------------------------------------------------

CALL creditspread.train('line', $$ SELECT date '2020-01-01' + t AS "time", t AS y FROM generate_series(1, 60) t $$, 'kalman', '{2}');
CALL creditspread.forecast('line');
SELECT is((SELECT forecast FROM forecasts WHERE model = 'line'), 60::float8, 'changes that do not vary tell no variance: the random walk');
CALL creditspread.train('still', $$ SELECT date '2020-01-01' + t AS "time", 1.5 AS y FROM generate_series(1, 60) t $$, 'kalman', '{2}');
CALL creditspread.forecast('still');
SELECT is((SELECT forecast FROM forecasts WHERE model = 'still'), 1.5::float8, 'nor does a series that never changes');
CALL creditspread.train('far line', $$ SELECT date '2020-01-01' + t AS "time", 1000 + 0.1 * t AS y FROM generate_series(1, 60) t $$, 'kalman', '{2}');
CALL creditspread.backtest('far line', 20, 20);
SELECT ok(bool_and(forecast = random_walk), 'nor do changes that vary in the last digits of y') FROM forecasts WHERE model = 'far line';
SELECT is((SELECT n || ' ' || coalesce(dm_squared_p_value::text, 'untested') FROM creditspread.accuracy WHERE model = 'far line'), '20 untested', 'of which the view tests nothing');
-- a model that errs by another constant than the random walk does, up to rounding
UPDATE creditspread.forecast f SET forecast = actual - 0.1 FROM creditspread.pipeline p WHERE p.id = f.pipeline_id AND p.name = 'far line';
SELECT is((SELECT n || ' ' || coalesce(dm_squared_p_value::text, 'untested') FROM creditspread.accuracy WHERE model = 'far line'), '20 untested', 'nor where errors differ by a constant');
SELECT ok((SELECT dm_squared_holm_p_value IS NULL AND dm_absolute_holm_p_value IS NULL AND tests = 0 FROM creditspread.accuracy_holm WHERE model = 'far line'), 'and adjusts nothing');

SELECT * FROM finish();

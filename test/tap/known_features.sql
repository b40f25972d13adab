-- Features known in advance: option known of linear_fit, boosted_trees_fit, random_forest_fit and svr_fit.
BEGIN;
\ir helpers.psql
SELECT no_plan();

CREATE FUNCTION noise(n bigint, seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(hashint8extended(n + 100000 * k, seed) / 9223372036854775808.0) FROM generate_series(1, 3) k
$$;
-- y is a walk beside which an announced event of a row puts 5; z one that an event moves for good; other tells nothing.
CREATE TEMP TABLE event AS
SELECT t, (hashint8extended(t, 7) % 12 = 0)::integer::float8 AS d, noise(t, 1) AS e, noise(t, 2) AS other FROM generate_series(1, 520) t;
CREATE TEMP TABLE series AS
SELECT t, d, other, CASE WHEN t <= 500 THEN 100 + sum(e) OVER w + 5 * d END AS y, CASE WHEN t <= 500 THEN 100 + sum(e + 5 * d) OVER w END AS z
FROM event WINDOW w AS (ORDER BY t);
CREATE FUNCTION told(known boolean) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT '{"horizons": [1, 3], "feature_names": ["d", "other"]}'::jsonb || CASE WHEN known THEN '{"known": ["d"]}'::jsonb ELSE '{}' END
$$;
CREATE TEMP TABLE fitted AS
SELECT known, linear_fit(t, y, ARRAY[d, other], told(known)) AS linear, linear_fit(t, z, ARRAY[d, other], told(known)) AS moved,
	boosted_trees_fit(t, y, ARRAY[d, other], told(known) || '{"rounds": 200, "learning_rate": 0.1}') AS boosted_trees,
	random_forest_fit(t, y, ARRAY[d, other], told(known) || '{"rounds": 60}') AS random_forest,
	svr_fit(t, y, ARRAY[d, other], told(known)) AS svr
FROM series, (VALUES (false), (true)) AS v (known) WHERE t <= 400 GROUP BY known;

-- ---- what it gives ----------------------------------------------------------------------------

CREATE TEMP TABLE made AS
SELECT known, h, t, y, z, lead(y, h) OVER w AS y_later, lead(z, h) OVER w AS z_later, (linear_forecast(linear, y, ARRAY[d, other], h) OVER w).forecast AS linear,
	(linear_forecast(moved, z, ARRAY[d, other], h) OVER w).forecast AS moved, (boosted_trees_forecast(boosted_trees, y, ARRAY[d, other], h) OVER w).forecast AS boosted_trees,
	(random_forest_forecast(random_forest, y, ARRAY[d, other], h) OVER w).forecast AS random_forest, (svr_forecast(svr, y, ARRAY[d, other], h) OVER w).forecast AS svr
FROM series, fitted, (VALUES (1), (3)) AS v (h) WHERE t <= 500 WINDOW w AS (PARTITION BY known, h ORDER BY t);
CREATE TEMP TABLE worth AS
SELECT known, h, m.method, sqrt(avg((m.forecast - m.later) ^ 2)) AS rmse
FROM made, LATERAL (VALUES ('linear', linear, y_later), ('moved', moved, z_later), ('boosted_trees', boosted_trees, y_later), ('random_forest', random_forest, y_later),
	('svr', svr, y_later)) AS m (method, forecast, later)
WHERE t > 400 GROUP BY known, h, m.method;
-- without the event the noise of h rows is left, whose deviation is near sqrt(h)
SELECT ok(k.rmse < 0.9 * w.rmse AND k.rmse < 1.35 * sqrt(k.h), format('%s with the event known, %s ahead: %s, without %s', k.method, k.h, round(k.rmse::numeric, 2), round(w.rmse::numeric, 2)))
FROM worth k JOIN worth w USING (method, h) WHERE k.known AND NOT w.known ORDER BY method, h;

-- what an event at the target adds, by the forecast with it less that without
CREATE TEMP TABLE asked AS
SELECT v.event, (linear_forecast_steps(linear, y, ARRAY[CASE WHEN t <= 500 THEN d ELSE v.event END, other]) OVER w) AS of_y,
	(linear_forecast_steps(moved, z, ARRAY[CASE WHEN t <= 500 THEN d ELSE v.event END, other]) OVER w) AS of_z, t
FROM series, fitted, (VALUES (0), (1)) AS v (event) WHERE known WINDOW w AS (PARTITION BY v.event ORDER BY t);
SELECT ok(near((b.of_y[1]).forecast - (a.of_y[1]).forecast, 5, 0.15), 'an event is worth 5 at the target') FROM asked a, asked b WHERE a.event = 0 AND b.event = 1 AND a.t = 500 AND b.t = 500;
SELECT ok(near((b.of_z[2]).forecast - (a.of_z[2]).forecast, 15, 0.2), 'and three that stay 15') FROM asked a, asked b WHERE a.event = 0 AND b.event = 1 AND a.t = 500 AND b.t = 500;

SELECT is(array_agg(term ORDER BY n), '{L1.d,L1.other,L1.y,M5.y,change.d,mean.d}', 'terms') FROM (SELECT term, row_number() OVER (ORDER BY term COLLATE "C") AS n
	FROM linear_coefficients((SELECT linear_fit(t, y, ARRAY[d, other], told(true) || '{"lags": 1, "means": [5], "horizons": [1]}') FROM series))) c;
SELECT is(array_agg(term ORDER BY n), '{L1.d,L1.other,L1.y,mean.d,target.d}', 'terms of levels') FROM (SELECT term, row_number() OVER (ORDER BY term COLLATE "C") AS n
	FROM boosted_trees_importance((SELECT boosted_trees_fit(t, y, ARRAY[d, other], told(true) || '{"lags": 1, "inputs": "levels", "rounds": 5, "horizons": [1]}') FROM series))) c;
SELECT ok((model_info(a) -> 'horizons') = (model_info(b) -> 'horizons'), 'a feature by its number is the one by its name')
FROM (SELECT linear_fit(t, y, ARRAY[d, other], told(true)) AS a, linear_fit(t, y, ARRAY[d, other], '{"horizons": [1, 3], "known": ["1"]}') AS b FROM series) m;
SELECT is(rmse.t, rmse.f, 'a model goes through its text') FROM (SELECT linear::text AS t, (linear::text::linear_model)::text AS f FROM fitted WHERE known) rmse;

-- ---- nothing else is seen ---------------------------------------------------------------------

CREATE TEMP TABLE blind AS
SELECT v.what, t, (linear_forecast_steps(linear, yy, ARRAY[dd, oo]) OVER w)::text AS linear, (svr_forecast_steps(svr, yy, ARRAY[dd, oo]) OVER w)::text AS svr,
	(boosted_trees_forecast_steps(boosted_trees, yy, ARRAY[dd, oo]) OVER w)::text AS boosted_trees
FROM fitted, (VALUES ('as it is'), ('y later'), ('other later'), ('event later'), ('event at the target')) AS v (what),
	LATERAL (SELECT t, CASE WHEN what = 'y later' AND t > 450 THEN y * 3 ELSE y END AS yy, CASE WHEN what = 'other later' AND t > 450 THEN 77 ELSE other END AS oo,
		CASE WHEN what = 'event later' AND t > 453 OR what = 'event at the target' AND t = 451 THEN 1 - d ELSE d END AS dd FROM series WHERE t <= 500) s
WHERE known WINDOW w AS (PARTITION BY v.what ORDER BY t);
SELECT ok(b.linear = a.linear AND b.svr = a.svr AND b.boosted_trees = a.boosted_trees, 'no forecast knows: ' || b.what)
FROM blind a JOIN blind b USING (t) WHERE a.what = 'as it is' AND t = 450 AND b.what IN ('y later', 'other later', 'event later');
SELECT ok(b.linear <> a.linear AND b.svr <> a.svr AND b.boosted_trees <> a.boosted_trees, 'but of the event at the target it does')
FROM blind a JOIN blind b USING (t) WHERE a.what = 'as it is' AND t = 450 AND b.what = 'event at the target';
SELECT ok(bool_and((f[1]).step = 1 AND (f[2]).step IS NULL) FILTER (WHERE t IN (498, 499)) AND bool_and(f IS NULL) FILTER (WHERE t = 500) AND count(*) FILTER (WHERE f[2] IS NOT NULL) > 300,
	'where the rows end, the steps that they reach')
FROM (SELECT t, linear_forecast_steps(linear, y, ARRAY[d, other]) OVER (ORDER BY t) AS f FROM series, fitted WHERE known AND t <= 500) q;

-- ---- rows after the last y --------------------------------------------------------------------

-- they change nothing of the fit, whatever missing says and whether the other features are there
SELECT is(model_info(linear_fit(t, y, ARRAY[d, CASE WHEN t <= 500 THEN other END], told(true) || jsonb_build_object('missing', missing))) ->> 'checksum',
	model_info(linear_fit(t, y, ARRAY[d, other], told(true) || jsonb_build_object('missing', missing)) FILTER (WHERE t <= 500)) ->> 'checksum', 'rows after the last y, missing ' || missing)
FROM series, unnest('{carry,drop,error}'::text[]) AS missing GROUP BY missing;
SELECT is(model_info(boosted_trees_fit(t % 2, t, y, ARRAY[d, CASE WHEN t <= 500 THEN other END], told(true) || '{"rounds": 5}')) ->> 'checksum',
	model_info(boosted_trees_fit(t % 2, t, y, ARRAY[d, other], told(true) || '{"rounds": 5}') FILTER (WHERE t <= 500)) ->> 'checksum', 'and of a panel') FROM series;
-- fit and forecast at once is the fit and the forecast on the last row with y
CREATE TEMP TABLE at_once AS
SELECT missing, linear_forecast(t, y, ARRAY[d, CASE WHEN t <= 500 THEN other END], 3, options - 'horizons') AS steps, linear_fit(t, y, ARRAY[d, other], options || '{"horizons": [1, 2, 3]}') AS model
FROM series, unnest('{carry,drop,error}'::text[]) AS missing, LATERAL (SELECT told(true) || jsonb_build_object('missing', missing) AS options) o GROUP BY missing;
SELECT is(a.steps::text, w.steps::text, 'at once, missing ' || missing)
FROM at_once a JOIN (SELECT missing, t, linear_forecast_steps(model, y, ARRAY[d, CASE WHEN t <= 500 THEN other END]) OVER (PARTITION BY missing ORDER BY t) AS steps FROM series, at_once) w USING (missing)
WHERE t = 500;
SELECT is(cardinality(steps), 3, 'all steps') FROM at_once;
SELECT is(cardinality(linear_forecast(t, y, ARRAY[d, other], 3, told(true) - 'horizons' || '{"on_error": "null"}')), 2, 'with on_error null, the steps that the rows reach')
FROM series WHERE t <= 502;
SELECT is(linear_forecast(t, y, ARRAY[d, other], 3, told(true) - 'horizons' || '{"on_error": "null"}'), NULL, 'or none') FROM series WHERE t <= 500;

SELECT refused($$ SELECT linear_forecast(t, y, ARRAY[d, other], 3, told(true) - 'horizons') FROM series WHERE t <= 502 $$, '22004',
	'linear_forecast: d, which is known in advance, is given for 2 rows after 500, the last with y, and the horizon is 3');
SELECT refused($$ SELECT linear_forecast(t, y, ARRAY[CASE WHEN t <> 502 THEN d END, other], 3, told(true) - 'horizons') FROM series $$, '22004',
	'linear_forecast: d at 502, which is known in advance, is NULL');
SELECT refused(format($$ SELECT %1$s_forecast(%1$s, y, ARRAY[CASE WHEN t <> 502 THEN d END, other], 3) OVER (ORDER BY t) FROM series, fitted WHERE known $$, method), '22004',
	method || '_forecast: d in row 502 of the partition, which is known in advance, is NULL') FROM unnest('{linear,boosted_trees,random_forest,svr}'::text[]) AS method;
SELECT lives_ok($$ SELECT linear_forecast(linear, y, ARRAY[CASE WHEN t <> 502 THEN d END, other], 1) OVER (ORDER BY t) FROM series, fitted WHERE known $$, 'what no step needs may be missing');
SELECT is(count(f), 477::bigint, 'before the last y it is carried') FROM (SELECT linear_forecast(linear, y, ARRAY[CASE WHEN t <> 490 THEN d END, other], 3) OVER (ORDER BY t) AS f FROM series, fitted WHERE known AND t <= 499) q;

-- ---- contributions ----------------------------------------------------------------------------

CREATE FUNCTION explained(method text, drops boolean) RETURNS TABLE (t integer, h integer, f float8, c forecast_contributions, terms forecast_contributions) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT t, h, (%1$s_forecast(m, y, ARRAY[d, o], h) OVER w).forecast, %1$s_contributions(m, y, ARRAY[d, o], CASE WHEN t %% 7 = 0 OR t > 496 THEN h END) OVER w,
			%1$s_contributions(m, y, ARRAY[d, o], CASE WHEN t %% 7 = 0 OR t > 496 THEN h END, true) OVER w
		FROM (SELECT %1$s_fit(t, y, ARRAY[d, o], told(true) || %2$L) AS m FROM (SELECT t, y, d, CASE WHEN t %% 11 > 0 AND t <= 500 THEN other END AS o FROM series) s WHERE t <= 400) fit,
			(SELECT t, y, d, CASE WHEN t %% 11 > 0 AND t <= 500 THEN other END AS o FROM series WHERE t <= 502) s, unnest(''{1,3}''::integer[]) h WINDOW w AS (PARTITION BY h ORDER BY t)',
		split_part(method, ' ', 1), CASE WHEN method = 'linear' THEN '{}'::jsonb WHEN method LIKE '% levels' THEN '{"inputs": "levels", "target": "level", "rounds": 40, "learning_rate": 0.2}'
			WHEN method = 'svr' THEN '{}' ELSE '{"rounds": 40}' END || CASE WHEN drops THEN '{"missing": "drop"}'::jsonb ELSE '{}' END || '{"on_error": "null"}');
END $$;
CREATE TEMP TABLE apart AS SELECT v.method, drops, e.*, (SELECT (c).base + sum(v) FROM unnest((c).contribution) v) AS total, (SELECT (terms).base + sum(v) FROM unnest((terms).contribution) v) AS of_terms,
	(SELECT sum(u.v) FROM unnest((terms).feature, (terms).contribution) u (n, v) WHERE n LIKE '%.d') AS d_terms, q.d AS at_target, s.d
FROM unnest('{linear,boosted_trees,boosted_trees levels,random_forest,svr}'::text[]) v (method), unnest('{false,true}'::boolean[]) drops, explained(v.method, drops) e JOIN series s USING (t) JOIN series q ON q.t = e.t + e.h;
SELECT ok(bool_and((c IS NULL) = (f IS NULL)) FILTER (WHERE t % 7 = 0 OR t > 496) AND count(c) > 80 AND bool_or(c IS NOT NULL AND t = 500 AND h = 1), format('%s: explained where it forecasts, drop %s', method, drops)) FROM apart GROUP BY method, drops;
SELECT ok(bool_and(near(total, f, 1e-9) AND near(of_terms, f, 1e-9) AND near((c).forecast, f, 1e-12)), format('%s: contributions add up, drop %s', method, drops)) FROM apart WHERE c IS NOT NULL GROUP BY method, drops;
SELECT ok(bool_and((c).feature = '{y,d,other}' AND (terms).feature @> ARRAY['mean.d', CASE WHEN method LIKE '% levels' THEN 'target.d' ELSE 'change.d' END] AND near(d_terms, (c).contribution[2], 1e-9, 1e-9)),
	format('%s: the terms of a feature known in advance are its own, drop %s', method, drops)) FROM apart WHERE c IS NOT NULL GROUP BY method, drops;
SELECT ok(avg((c).contribution[2]) FILTER (WHERE at_target = 1) - avg((c).contribution[2]) FILTER (WHERE at_target = 0) > 2, format('%s: an event at the target is what moves the forecast, drop %s', method, drops))
FROM apart WHERE c IS NOT NULL AND d = 0 AND h = 1 GROUP BY method, drops;
SELECT ok(bool_and(c IS NULL) AND count(*) = 3, 'what needs rows that are not there is not explained: ' || method)
FROM (SELECT 'linear' AS method, t, linear_contributions(linear, y, ARRAY[d, other], 3) OVER w AS c FROM series, fitted WHERE known AND t <= 502 WINDOW w AS (ORDER BY t)
	UNION ALL SELECT 'svr', t, svr_contributions(svr, y, ARRAY[d, other], 3) OVER w FROM series, fitted WHERE known AND t <= 502 WINDOW w AS (ORDER BY t)) q WHERE t >= 500 GROUP BY method;

-- a series that stands still is forecast by y whatever is known, and nothing adds to that
SELECT ok((f).forecast = 7 AND (c).base + (SELECT sum(v) FROM unnest((c).contribution) v) = 7 AND (c).value[2] = 1, 'of a series that stands still')
FROM (SELECT t, svr_forecast(svr, 7, ARRAY[1, 0], 1) OVER w AS f, svr_contributions(svr, 7, ARRAY[1, 0], 1) OVER w AS c FROM series, fitted WHERE known WINDOW w AS (ORDER BY t)) q WHERE t = 520;

SELECT refused(format($$ SELECT forecast_ahead(%1$s, ARRAY[1, 2], ARRAY[[1, 2], [3, 4]]) FROM fitted WHERE known $$, method), '22023',
	'forecast_ahead: the model was fitted with d known in advance, whose later values have no place here') FROM unnest('{linear,boosted_trees,random_forest,svr}'::text[]) AS method;

-- ---- options ----------------------------------------------------------------------------------

SELECT refused($$ SELECT linear_fit(t, y, ARRAY[d, other], '{"known": ["none"]}') FROM series $$, '22023', 'linear_fit: option "known" has "none", neither the name of a feature nor a number from 1 to 2');
SELECT refused($$ SELECT svr_fit(t, y, ARRAY[d, other], '{"known": ["3"]}') FROM series $$, '22023', 'svr_fit: option "known" has "3", neither%');
SELECT refused($$ SELECT linear_fit(t, y, ARRAY[d, other], told(true) || '{"known": ["d", "1"]}') FROM series $$, '22023', 'linear_fit: option "known" has "d" twice');
SELECT refused($$ SELECT linear_fit(t, y, NULL, '{"known": ["1"]}') FROM series $$, '22023', 'linear_fit: option "known" has "1", neither%');
SELECT is(linear_options(known => '{2,3}') -> 'known', '["2", "3"]', 'an option of names or numbers');

-- ---- units ------------------------------------------------------------------------------------

SELECT ok(near((f[2]).forecast, k * (g[2]).forecast, 1e-9) AND near((f[2]).upper, k * (g[2]).upper, 1e-9), 'y and event in units of ' || k)
FROM (SELECT k, linear_forecast(t, y * k, ARRAY[d / k, other], 2, '{"known": ["1"]}') AS f, linear_forecast(t, y, ARRAY[d, other], 2, '{"known": ["1"]}') AS g
	FROM series, unnest('{1e-9,1e9}'::float8[]) k GROUP BY k) q;
-- an event that has never been is worth nothing
SELECT ok(a.f::text = b.f::text, 'an event that has never been') FROM (SELECT linear_forecast(t, y, ARRAY[0.0], 2, '{"known": ["1"]}') AS f FROM series) a,
	(SELECT linear_forecast(t, y, ARRAY[CASE WHEN t <= 500 THEN 0 ELSE 1 END], 2, '{"known": ["1"]}') AS f FROM series) b;

SELECT * FROM finish();
ROLLBACK;

-- What the views of accuracy say beside the measures: scores of intervals, where a gain comes from, and tests of many series.
\set ON_ERROR_STOP off
SET client_min_messages = error;
\ir helpers.psql
SELECT plan(17);

CREATE TABLE spread AS SELECT entity, date '2000-01-01' + t AS day, 5 + sum(move) OVER (PARTITION BY entity ORDER BY t) AS y
FROM (SELECT entity, t, (hashint8extended(t, e) / 9223372036854775808.0 + 0.4 * e / 6 * hashint8extended(t - 1, e) / 9223372036854775808.0) / 10 AS move
	FROM unnest('{a,b,c,d,e,f}'::text[]) WITH ORDINALITY AS n (entity, e), generate_series(1, 260) t) AS moves;
CALL creditspread.train('ar', 'SELECT entity, day AS "time", y FROM spread', 'ar', '{1,4}', '{"interval_level": 0.8}');
CALL creditspread.backtest('ar', 60, 60);
CALL creditspread.train('mean', 'SELECT entity, day AS "time", y FROM spread', 'mean', '{1,4}');
CALL creditspread.backtest('mean', 60, 60);
CREATE TABLE made AS SELECT f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id AND p.name = 'ar';
CREATE TABLE told AS SELECT * FROM creditspread.accuracy WHERE model = 'ar';
SELECT is((SELECT count(*)::integer FROM told), 12, 'a row for each series and horizon');

-- ---- scores of intervals ----------------------------------------------------------------------------

SELECT ok(bool_and(near(t.coverage, h.coverage, 1e-12) AND near(t.interval_score, h.score, 1e-12) AND near(t.pinball, h.pinball, 1e-12)), 'coverage, interval score and pinball loss by hand')
FROM told t JOIN (SELECT entity, horizon, avg((actual BETWEEN lower AND upper)::integer) AS coverage,
		avg(upper - lower + 2 / 0.2 * (greatest(lower - actual, 0) + greatest(actual - upper, 0))) AS score,
		avg((greatest(0.1 * (actual - lower), -0.9 * (actual - lower)) + greatest(0.5 * (actual - forecast), -0.5 * (actual - forecast))
			+ greatest(0.9 * (actual - upper), -0.1 * (actual - upper))) / 3) AS pinball
	FROM made GROUP BY 1, 2) h USING (entity, horizon);
SELECT ok(bool_and(near(t.crps, h.crps, 1e-12) AND near(t.interval_score, h.interval_score, 1e-12)), 'all as forecast_accuracy has them')
FROM told t JOIN (SELECT entity, horizon, (forecast_accuracy(actual, forecast, lower, upper, level)).* FROM made GROUP BY 1, 2) h USING (entity, horizon);
SELECT ok(bool_and(near(f.interval_score, a.interval_score, 1e-12) AND f.squared_share_of_ten = a.squared_share_of_ten),
	'without a revision the first values say the same') FROM creditspread.accuracy_first f JOIN creditspread.accuracy a USING (model, version, source, entity, horizon);

-- ---- where the difference comes from -----------------------------------------------------------------

CREATE TABLE gains AS SELECT entity, horizon, origin, power, abs(random_walk - actual) ^ power - abs(forecast - actual) ^ power AS gain FROM made, unnest('{1,2}'::int[]) power;
CREATE TABLE shares AS SELECT entity, horizon, power, sum(gain * sign) FILTER (WHERE place <= 10) / abs(sum(gain)) AS share
FROM (SELECT g.*, s.sign, row_number() OVER (PARTITION BY entity, horizon, power ORDER BY gain * sign DESC) AS place
	FROM gains g JOIN (SELECT entity, horizon, power, sign(sum(gain)) AS sign FROM gains GROUP BY 1, 2, 3) s USING (entity, horizon, power)) q GROUP BY 1, 2, 3;
SELECT ok(bool_and(near(CASE power WHEN 2 THEN squared_share_of_ten ELSE absolute_share_of_ten END, share, 1e-9)) AND count(*) = 24, 'the share of the ten best days by hand')
FROM told JOIN shares USING (entity, horizon);
SELECT ok(bool_and(near(c.squared_share_of_ten, h.share, 1e-9)), 'in a comparison, too')
FROM creditspread.comparison c JOIN (SELECT entity, horizon, sum(gain * sign) FILTER (WHERE place <= 10) / abs(sum(gain)) AS share
	FROM (SELECT *, row_number() OVER (PARTITION BY entity, horizon ORDER BY gain * sign DESC) AS place
		FROM (SELECT *, sign(sum(gain) OVER (PARTITION BY entity, horizon)) AS sign
			FROM (SELECT a.entity, a.horizon, (b.forecast - b.actual) ^ 2 - (a.forecast - a.actual) ^ 2 AS gain FROM made a JOIN creditspread.forecast b USING (source, entity, origin, horizon)
				WHERE b.pipeline_id <> a.pipeline_id) g) s) q GROUP BY 1, 2) h USING (entity, horizon);
SELECT is(creditspread_internal.best_share('{0,0,0}', '{1,2,0}', '{3,0,1}', false, 1), 1.6::float8, 'above 1 where the others speak against it');
SELECT is(creditspread_internal.best_share('{0,0}', '{1,2}', '{2,1}', true, 1), NULL, 'none without a difference');
SELECT is(creditspread_internal.best_share('{0,0}', '{1,2}', '{3,3}', true, 2), NULL, 'nor with no more days than that');
SELECT is(creditspread_internal.best_share('{0,0}', '{1e200,2}', '{3,3}', false, 1), NULL, 'nor on overflow');
SELECT matches(error_of($$ SELECT creditspread_internal.best_share('{0,0}', '{1}', '{3,3}', false, 1) $$), '^2202E', 'forecasts of something else');

-- ---- many series ---------------------------------------------------------------------------------------

-- Holm: step down through the p-values, the smallest times the number of series, the next times one less.
CREATE FUNCTION holm(p float8[]) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
	highest float8 := 0;
	adjusted float8[] := p;
	next record;
BEGIN
	FOR next IN SELECT place, value, row_number() OVER (ORDER BY value) AS rank FROM unnest(p) WITH ORDINALITY AS u (value, place) ORDER BY value LOOP
		highest := greatest(highest, (cardinality(p) - next.rank + 1) * next.value);
		adjusted[next.place] := least(1, highest);
	END LOOP;
	RETURN adjusted;
END $$;
SELECT ok(bool_and(near(squared, holm(p_squared), 1e-12) AND near(absolute, holm(p_absolute), 1e-12)) AND bool_or(squared <> p_squared), 'Holm''s adjustment over the series of each horizon')
FROM (SELECT array_agg(dm_squared_holm_p_value ORDER BY entity) AS squared, array_agg(dm_squared_p_value ORDER BY entity) AS p_squared,
	array_agg(dm_absolute_holm_p_value ORDER BY entity) AS absolute, array_agg(dm_absolute_p_value ORDER BY entity) AS p_absolute FROM creditspread.accuracy_holm WHERE model = 'ar' GROUP BY horizon HAVING min(tests) = 6) h;
SELECT ok(bool_and(near(squared, holm(p_squared), 1e-12)), 'and in a comparison')
FROM (SELECT array_agg(dm_squared_holm_p_value ORDER BY entity) AS squared, array_agg(dm_squared_p_value ORDER BY entity) AS p_squared
	FROM creditspread.comparison GROUP BY first_model, second_model, horizon) h;
SELECT results_eq('SELECT DISTINCT horizon, dm_variance FROM told ORDER BY 1', $$ VALUES (1, 'sample'), (4, 'periodogram') $$, 'the estimator of the variance has a name');
SELECT ok(bool_and(near(t.dm_squared_p_value, (h.d).p_value, 1e-12)), 'and is that of dm_test')
FROM told t JOIN (SELECT entity, horizon, dm_test(origin, actual, forecast, random_walk, dm_options(horizon => 4, variance => 'periodogram')) AS d
	FROM made WHERE horizon = 4 GROUP BY 1, 2) h USING (entity, horizon);

CALL creditspread.backtest('ar', 9, 9);
SELECT ok(bool_and(tests = 0 AND num_nulls(dm_squared_p_value, dm_squared_holm_p_value, dm_absolute_holm_p_value) = 3) AND count(*) = 12, 'what is not tested has no adjusted p-value')
FROM creditspread.accuracy_holm WHERE model = 'ar';
SELECT is((SELECT count(*)::integer FROM creditspread.comparison WHERE num_nulls(dm_squared_p_value, dm_squared_holm_p_value, dm_absolute_holm_p_value) NOT IN (0, 3)), 0, 'nor in a comparison');

SELECT * FROM finish();

-- forecast_accuracy of intervals and of quantiles.

BEGIN;
\ir helpers.psql
SELECT no_plan();
SET LOCAL client_min_messages = warning;
\ir ../golden/interval_accuracy.sql

CREATE TABLE levels AS SELECT array_agg((2 * k - 1) / 18.0::float8 ORDER BY k) AS levels FROM generate_series(1, 9) k;

-- ---- reference values ---------------------------------------------------------------------------

CREATE FUNCTION agree(r anyelement, m golden_interval_measures) RETURNS boolean LANGUAGE sql AS $$
	SELECT bool_and(near((to_jsonb(r)->>key)::float8, value::float8, 1e-9)) AND count(*) = 8 FROM jsonb_each_text(to_jsonb(m) - 'form') j (key, value)
$$;
SELECT ok((SELECT agree(r, m) FROM golden_interval_measures m,
	(SELECT forecast_accuracy(actual, forecast, lower, upper, 0.8) AS r FROM golden_interval) s WHERE form = 1), 'scores of intervals are those of their definitions');
SELECT ok((SELECT agree(r, m) FROM golden_interval_measures m,
	(SELECT forecast_accuracy(actual, quantiles, levels) AS r FROM golden_interval, levels) s WHERE form = 2),
	'scores of quantiles, their ranked probability score that of a sample');
SELECT is((SELECT (r).n || to_jsonb(r)::text FROM (SELECT forecast_accuracy(actual, forecast) AS r FROM golden_interval) s),
	(SELECT (r).n || (to_jsonb(r) - '{level,coverage,below,above,width,interval_score,pinball,crps}'::text[])::text
	FROM (SELECT forecast_accuracy(actual, forecast, lower, upper, 0.8) AS r FROM golden_interval) s), 'the measures of the forecast are those without intervals');
SELECT is((SELECT count(*) FROM unnest('{1e-9,1e9}'::float8[]) k, LATERAL (SELECT forecast_accuracy(k * actual, k * forecast, k * lower, k * upper, 0.8) AS r FROM golden_interval) s,
	LATERAL (SELECT forecast_accuracy(k * actual, ARRAY(SELECT k * q FROM unnest(quantiles) q), levels) AS q FROM golden_interval, levels) t,
	golden_interval_measures m, golden_interval_measures n WHERE m.form = 1 AND n.form = 2 AND (r).coverage = m.coverage AND near((r).interval_score, k * m.interval_score, 1e-9)
	AND near((r).crps, k * m.crps, 1e-9) AND near((q).pinball, k * n.pinball, 1e-9) AND near((q).crps, k * n.crps, 1e-9)), 2::bigint, 'in any unit');

-- By hand: one row, y = 4 above the interval from 1 to 3 at level 0.5: score 2 + (4 - 3) / 0.25, losses .25 * 3, .5 * 2 and .75 * 1.
SELECT ok((SELECT ((r).level, (r).coverage, (r).below, (r).above, (r).width, (r).interval_score) = (0.5, 0, 0, 1, 2, 6) AND near((r).pinball, 2.5 / 3, 1e-12)
	AND near((r).crps, 1.625, 1e-12) FROM (SELECT forecast_accuracy(4, 2, 1, 3, 0.5) AS r) s), 'by hand');
SELECT is((SELECT (forecast_accuracy(y, 2, 1, 3, 0.5)).coverage FROM unnest('{0.9,1,2,3}'::float8[]) y), 0.75::float8, 'bounds are within');
SELECT is((SELECT string_agg(DISTINCT (r).level::text, ' ') FROM (SELECT level, forecast_accuracy(2, 2, 1, 3, level) AS r FROM unnest('{0.05,0.5,0.8,0.9,0.95,0.99}'::float8[]) level, generate_series(1, 37) GROUP BY level) s),
	'0.05 0.5 0.8 0.9 0.95 0.99', 'a level reads as it was given');
-- A forecast that is certain and right costs nothing, and one quantile more of the same place adds nothing.
SELECT is((SELECT forecast_accuracy(4, '{4,4,4}', '{0.1,0.5,0.6}')), '(1,0.5,1,0,0,0,0,0,0)'::quantile_accuracy_result, 'a certain forecast');
SELECT ok((SELECT near((forecast_accuracy(4, '{1,1}', '{0.25,0.75}')).crps, 3, 1e-12)), 'of a certain forecast the score is its absolute error');
-- The scores are proper: no interval scores better, in the mean over the distribution, than its own quantiles.
SELECT is((SELECT s FROM (SELECT s, avg(score) AS score FROM unnest('{0.5,0.8,0.9,1,1.1,1.25,2}'::float8[]) s, LATERAL (
	SELECT (forecast_accuracy(u, s * 0 + 50, 50 - 40 * s, 50 + 40 * s, 0.8)).interval_score AS score FROM generate_series(0.05, 99.95, 0.1) u) m GROUP BY s) t
	ORDER BY score LIMIT 1), 1::float8, 'the interval score is smallest at the quantiles');

-- ---- NULL, nothing, faults ------------------------------------------------------------------------

SELECT is((SELECT forecast_accuracy(NULL, 2, 1, 3, 0.5)), NULL, 'no row');
SELECT is((SELECT forecast_accuracy(1, '{1,NULL}', '{0.1,0.9}')), NULL, 'nor with quantiles');
SELECT is((SELECT forecast_accuracy(1, 2, 1, 3, 0.5) FROM golden_interval WHERE false), NULL, 'no rows');
SELECT is((SELECT (forecast_accuracy(CASE n WHEN 1 THEN NULL ELSE actual END, CASE n WHEN 2 THEN NULL ELSE forecast END, CASE n WHEN 3 THEN NULL ELSE lower END,
	CASE n WHEN 4 THEN NULL ELSE upper END, CASE n WHEN 5 THEN NULL ELSE 0.8 END)).n FROM (SELECT *, row_number() OVER () AS n FROM golden_interval) s), 55::bigint,
	'rows with a NULL are left out and not counted');
SELECT refused('SELECT forecast_accuracy(1, 2, 3, 1, 0.5)', '22023', 'forecast_accuracy: lower is 3, upper is 1');
SELECT refused(format('SELECT forecast_accuracy(1, 2, 1, 3, %s)', level), '22023', 'forecast_accuracy: level is %, must be from 0.01 to 0.999') FROM unnest('{0,1,90,-0.5}'::text[]) level;
SELECT refused('SELECT forecast_accuracy(1, 2, ''NaN'', 3, 0.5)', '22003', 'lower is NaN');
SELECT refused('SELECT forecast_accuracy(1, 2, 1, ''Infinity'', 0.5)', '22003', 'upper is Infinity');
SELECT refused('SELECT forecast_accuracy(1, ''{1,2}'', ''{0.5}'')', '2202E', 'forecast_accuracy: 2 quantiles at 1 levels');
SELECT refused('SELECT forecast_accuracy(1, ''{1}'', ''{0.5}'')', '2202E', 'forecast_accuracy: 1 quantiles, needs at least 2');
SELECT is(error_of('SELECT forecast_accuracy(1, ''{1,2}'', ''{0.5,0.5}'')'), '22023 forecast_accuracy: levels[2] is 0.5, must be above 0.5 and below 1', 'levels ascend');
SELECT is(error_of('SELECT forecast_accuracy(1, ''{1,2}'', ''{0,0.5}'')'), '22023 forecast_accuracy: levels[1] is 0, must be above 0 and below 1', 'levels are above 0');
SELECT refused('SELECT forecast_accuracy(1, ''{{1,2}}'', ''{0.1,0.5}'')', '2202E', 'quantiles has 2 dimensions%');
SELECT refused('SELECT forecast_accuracy(1, ''{1,2}'', ''{0.1,NULL}'')', '22004', 'levels%is NULL');
SELECT refused('SELECT forecast_accuracy(1, 0, -1e308, 1e308, 0.5)', '22003', 'forecast_accuracy: the score of an actual value of 1 overflows');
SELECT refused('SELECT forecast_accuracy(1, 0, -5e307, 5e307, 0.5) FROM generate_series(1, 4)', '22003', 'forecast_accuracy of 4 observations overflows');

-- ---- partial aggregation --------------------------------------------------------------------------

CREATE AGGREGATE interval_state(float8, float8, float8, float8, float8) (
	SFUNC = creditspread_internal.interval_accuracy_transition, STYPE = creditspread_internal.interval_sums);
CREATE AGGREGATE interval_union(creditspread_internal.interval_sums) (
	SFUNC = creditspread_internal.interval_accuracy_combine, STYPE = creditspread_internal.interval_sums, FINALFUNC = creditspread_internal.interval_accuracy_final);
SELECT ok((SELECT agree(r, m) FROM golden_interval_measures m, (SELECT interval_union(state::text::creditspread_internal.interval_sums) AS r FROM (
	SELECT interval_state(actual, forecast, lower, upper, 0.8) AS state FROM golden_interval GROUP BY floor(actual)
	UNION ALL SELECT interval_state(1, 1, 1, 1, 0.8) FROM golden_interval WHERE false) p) s WHERE form = 1), 'parts combine, by way of the text form and with an empty one');
SELECT is(error_of('SELECT creditspread_internal.interval_accuracy_transition(NULL, 1, 2, 1, 3, 0.5)'), '42809 interval_sums can only be changed by an aggregate', 'outside of an aggregate');

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE TABLE many AS SELECT g.* FROM golden_interval g, generate_series(1, 50);
ANALYZE many;
SELECT matches(plan_of('SELECT forecast_accuracy(actual, forecast, lower, upper, 0.8) FROM many'), 'Partial Aggregate', 'workers take parts');
SELECT ok((SELECT agree(r, m) FROM golden_interval_measures m, (SELECT forecast_accuracy(actual, forecast, lower, upper, 0.8) AS r FROM many) s WHERE form = 1), 'and find the same');

SELECT * FROM finish();
ROLLBACK;

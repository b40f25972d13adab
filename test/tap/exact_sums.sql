-- Sums whose last digits do not depend on the order of rows, on workers, partitions or parts: forecast_accuracy and its
-- measures, of intervals and quantiles, and dm_test at horizon 1.

BEGIN;
\ir helpers.psql
SELECT plan(15);

-- Errors and values from 1e-13 to 1e13, of either sign; those of group 2 from 1e-60 to 1e60.
CREATE TABLE wild (id int, grp int, day int, a float8, f float8, g float8);
INSERT INTO wild
SELECT row_number() OVER (), grp, day, v, v + e1, v + e2
FROM (SELECT grp, day, sin(day * 1.7 + grp) * 10.0 ^ (size * cos(day * 37.1)) AS v, cos(day * 2.9) * 10.0 ^ (size * sin(day * day * 0.77)) AS e1,
		sin(day * 3.3) * 10.0 ^ (size * cos(day * day * 0.31)) AS e2
	FROM (VALUES (1, 13), (2, 60)) AS s (grp, size), generate_series(1, 3000) AS day) AS made;
CREATE TABLE wild_parts (LIKE wild) PARTITION BY LIST (day);
DO $$
BEGIN
	FOR k IN 0..4 LOOP
		EXECUTE format('CREATE TABLE wild_%s PARTITION OF wild_parts FOR VALUES IN (%s)', k, k);
	END LOOP;
END $$;
INSERT INTO wild_parts SELECT id, grp, day * day % 5, a, f, g FROM wild;
ANALYZE wild, wild_parts;

CREATE FUNCTION results_over(source text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	result text[];
BEGIN
	EXECUTE 'SELECT array_agg(r::text ORDER BY grp) FROM (SELECT grp, forecast_accuracy(a, f), mae(a, f), mape(a, f), rmse(a, f), rsr(a, f), sdape(a, f),
		forecast_accuracy(a, f, least(f, g), greatest(f, g), 0.8), forecast_accuracy(a, ARRAY[least(f, g), f, greatest(f, g)], ARRAY[0.2, 0.5, 0.9]),
		dm_test(day, a, f, g), dm_test(day, a, f, g, dm_options(loss => ''absolute''))
		FROM ' || source || ' GROUP BY grp) AS r' INTO result;
	RETURN result;
END $$;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE kept AS SELECT results_over('wild') AS said;
SELECT is(cardinality(said), 2, 'two groups') FROM kept;
SELECT is(results_over(format('(SELECT * FROM wild ORDER BY sin(id * %s.3)) AS shuffled', k)), said, 'rows in another order') FROM kept, generate_series(1, 3) AS k;
SELECT is(results_over('(SELECT * FROM wild ORDER BY abs(f - a) DESC) AS sorted'), said, 'the largest errors first') FROM kept;
SELECT is(results_over('(SELECT * FROM wild ORDER BY abs(f - a)) AS sorted'), said, 'the smallest errors first') FROM kept;

SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(results_over('wild_parts'), said, 'partitions one by one') FROM kept;
SELECT matches(plan_of('SELECT grp, mae(a, f) FROM wild_parts GROUP BY grp'), 'Partial', 'which are combined');
SET LOCAL enable_partitionwise_aggregate = off;

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
ALTER TABLE wild SET (parallel_workers = 3);
SELECT matches(plan_of('SELECT grp, mae(a, f), dm_test(day, a, f, g) FROM wild GROUP BY grp'), 'Partial', 'workers take parts');
SELECT is(results_over('wild'), said, 'workers with the session') FROM kept;
SET LOCAL parallel_leader_participation = off;
SELECT is(results_over('wild'), said, 'workers alone') FROM kept;
SET LOCAL max_parallel_workers_per_gather = 0;

SELECT is((SELECT count(*) FROM (SELECT forecast_accuracy(a, f) AS r, mae(a, f), mape(a, f), rmse(a, f), rsr(a, f), sdape(a, f) FROM wild GROUP BY grp) AS s
	WHERE (r).mae = mae AND (r).mape = mape AND (r).rmse = rmse AND (r).rsr = rsr AND (r).sdape = sdape), 2::bigint, 'a measure alone, or all of them');

-- the sums are right, too: what cancels, cancels
SELECT is((SELECT (forecast_accuracy(0, e)).bias FROM unnest(ARRAY[1e15, 0.1, 1e-6, -1e15, -1e-6]) AS e), 0.1::float8 / 5, 'what cancels leaves nothing');
SELECT is((SELECT (forecast_accuracy(a, 0)).rsr FROM unnest(ARRAY[1e9, 1e9 + 1, 1e9 + 2]) AS a)::float4,
	(sqrt((1e18 + (1e9 + 1) ^ 2 + (1e9 + 2) ^ 2) / 3))::float4, 'the deviations of large values keep their figures');
SELECT is((SELECT (dm_test(t, 0, sqrt(d), 0, dm_options(loss => 'squared'))).mean_loss_difference = avg(d) FROM (SELECT t, (t % 7)::float8 ^ 2 AS d FROM generate_series(1, 49) AS t) AS s), true,
	'the mean loss difference of whole numbers');

SELECT * FROM finish();
ROLLBACK;

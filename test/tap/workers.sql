-- Many series trained by one statement: with partitions and enable_partitionwise_aggregate the planner trains in the
-- workers, since the final functions say that they cost more than the rows. (Partial aggregates would be
-- combined and trained by the leader, one after the other.)
BEGIN;
\ir helpers.psql
SELECT plan(35);

CREATE TABLE series (bond int, day date, y float8, x float8[]) PARTITION BY HASH (bond);
CREATE TABLE series_0 PARTITION OF series FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE series_1 PARTITION OF series FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE series_2 PARTITION OF series FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO series
SELECT bond, '2010-01-01'::date + t, 2 + sin(t * 0.7 * bond) + 0.1 * cos(t * t * 0.01), ARRAY[cos(t * 0.3)]
FROM generate_series(1, 300) AS bond, generate_series(1, 40) AS t;
ANALYZE series;

CREATE FUNCTION models_of(statement text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	result text[];
BEGIN
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text) FROM (%s) AS q', statement) INTO result;
	RETURN result;
END $$;

CREATE TEMP TABLE fit (name text, statement text);
INSERT INTO fit
SELECT name, format('SELECT bond, %s FROM series GROUP BY bond', call)
FROM (VALUES
	('rnn_fit', $$rnn_fit(day, y, x, rnn_options(units => '{2}', epochs => 1, ensemble => 1, look_back => 3))$$),
	('transformer_fit', $$transformer_fit(day, y, x, transformer_options(width => 4, look_back => 4, epochs => 1, ensemble => 1))$$),
	('rnn_forecast in one call', $$rnn_forecast(day, y, x, 1, rnn_options(units => '{2}', epochs => 1, ensemble => 1, look_back => 3))$$),
	('linear_fit', $$linear_fit(day, y, x, linear_options(means => '{3}'))$$),
	('boosted_trees_fit', $$boosted_trees_fit(day, y, x, boosted_trees_options(means => '{3}', rounds => 5))$$),
	('random_forest_fit', $$random_forest_fit(day, y, x, random_forest_options(means => '{3}', rounds => 5))$$),
	('svr_fit', $$svr_fit(day, y, x, svr_options(means => '{3}'))$$),
	('arima_fit', $$arima_fit(day, y, arima_options(orders => '{1,0,0}'))$$),
	('ets_fit', $$ets_fit(day, y, ets_options(error => 'A', season => 'N'))$$),
	('theta_fit', 'theta_fit(day, y)'),
	('kalman_fit', 'kalman_fit(day, y)'),
	('cir_fit', 'cir_fit(day, y + 2)')) AS f (name, call);

SET LOCAL enable_partitionwise_aggregate = on;
SET LOCAL parallel_setup_cost = 0;	-- the table is small
SELECT matches(plan_of(statement), '^Gather\n.*Parallel Append\n +->  (Hash|Group)Aggregate', name || ': each worker trains whole partitions')
FROM fit;
SELECT unalike(plan_of(statement), '%Partial%', name || ': nothing is left to the leader') FROM fit WHERE name NOT LIKE '%one call';

CREATE TEMP TABLE parallel AS SELECT name, models_of(statement) AS models FROM fit;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is(md5(models_of(statement)::text), md5(models::text), name || ': the models are those of one process')
FROM fit JOIN parallel USING (name);

SELECT * FROM finish();
ROLLBACK;

-- Order, equality and hash of models, graphs and filter states: by their bytes.

BEGIN;
\ir helpers.psql
SELECT no_plan();

CREATE TABLE series AS SELECT g AS t, sin(g * 0.7) AS y, ARRAY[cos(g * 0.3)] AS x FROM generate_series(1, 40) g;
CREATE TABLE graph AS
SELECT k, relation_graph('e' || (g * k) % 7, 'e' || ((g * k) % 7 + 1), 'r') AS v FROM generate_series(1, 3) k, generate_series(1, 2 * k) g GROUP BY k;
CREATE TABLE rnn AS
SELECT k, rnn_fit(t, y, x, rnn_options(units => ARRAY[k], epochs => 1, ensemble => 1)) AS v FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE transformer AS
SELECT k, transformer_fit(t, y, x, transformer_options(layers => 1, width => 2 * k, heads => 1, feed_forward => 2, epochs => 1, ensemble => 1)) AS v
FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE ranking AS
SELECT k, graph_rank_fit('e' || t % 2, t / 2, y, x, NULL, NULL, graph_rank_options(relation_form => 'none', units => ARRAY[k], epochs => 1, ensemble => 1)) AS v
FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE sentiment AS
SELECT k, entity_sentiment_fit(t::bigint, ARRAY[y, x[1]]::real[], ARRAY[0.2, 0.5, 0.3]::real[], entity_sentiment_options(units => ARRAY[k], epochs => 1, ensemble => 1)) AS v
FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE linear AS SELECT k, linear_fit(t, y, x, linear_options(lags => k, means => '{}')) AS v FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE arima AS SELECT k, arima_fit(t, y, arima_options(orders => ARRAY[k, 0, 0])) AS v FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE smoothing AS SELECT k, ets_fit(t, y, ets_options(error => 'A', trend => ('{N,A,Ad}'::text[])[k], season => 'N')) AS v FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE theta AS SELECT k, theta_fit(t, y, theta_options(interval_level => 0.2 * k)) AS v FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE boosted AS SELECT k, boosted_trees_fit(t, y, x, boosted_trees_options(lags => k, means => '{}', rounds => 2)) AS v FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE forest AS SELECT k, random_forest_fit(t, y, x, random_forest_options(lags => k, means => '{}', rounds => 2)) AS v FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE vectors AS SELECT k, svr_fit(t, y, x, svr_options(lags => k, means => '{}')) AS v FROM series, generate_series(1, 3) k GROUP BY k;
CREATE TABLE filter AS SELECT k, kalman_update(kalman_state(0.9, 0.1, 0.2), k) AS v FROM generate_series(1, 3) k;

CREATE TABLE kind (name text, type text);
INSERT INTO kind VALUES ('graph', 'relation_graph'), ('rnn', 'rnn_model'), ('transformer', 'transformer_model'), ('ranking', 'graph_rank_model'), ('linear', 'linear_model'), ('arima', 'arima_model'), ('smoothing', 'ets_model'), ('theta', 'theta_model'), ('boosted', 'boosted_trees_model'), ('forest', 'random_forest_model'), ('vectors', 'svr_model'), ('sentiment', 'entity_sentiment_model'), ('filter', 'kalman_state');

CREATE FUNCTION counted(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE query INTO n;
	RETURN n;
END $$;

-- each value twice, once by its text
SELECT lives_ok(format('INSERT INTO %I SELECT k + 10, v::text::%I FROM %1$I', name, type), type || ': copies through text') FROM kind;
SELECT lives_ok(format('INSERT INTO %I VALUES (NULL, NULL), (NULL, NULL)', name), type || ': NULL') FROM kind;
ANALYZE;

SELECT is(counted(format('SELECT count(*) FROM (SELECT DISTINCT v FROM %I) d', name)), 4::bigint, type || ': DISTINCT') FROM kind;
SELECT is(counted(format('SELECT count(*) FROM (SELECT v FROM %I GROUP BY v HAVING count(*) = 2) d', name)), 4::bigint, type || ': GROUP BY') FROM kind;
SELECT is(counted(format('SELECT count(*) FROM (SELECT v FROM %I WHERE k < 10 UNION SELECT v FROM %1$I) d', name)), 4::bigint, type || ': UNION') FROM kind;
SELECT is(counted(format('SELECT count(*) FROM (SELECT v FROM %I EXCEPT SELECT v FROM %1$I WHERE k = 1) d', name)), 3::bigint, type || ': EXCEPT') FROM kind;
SELECT is(counted(format('SELECT count(DISTINCT v) FROM %I', name)), 3::bigint, type || ': count(DISTINCT)') FROM kind;
SELECT is(counted(format('SELECT count(*) FROM %I a WHERE v IN (SELECT v FROM %1$I WHERE k = 2)', name)), 2::bigint, type || ': IN') FROM kind;
SELECT is(counted(format('SELECT count(*) FROM (SELECT v FROM %I GROUP BY ROLLUP (v)) d', name)), 5::bigint, type || ': ROLLUP') FROM kind;

-- the order is that of the bytes; the operators, compare and hash agree with it
SELECT is(counted(format($$SELECT count(*) FROM %I a, %1$I b, LATERAL (SELECT creditspread_internal.%2$s_send(a.v) = creditspread_internal.%2$s_send(b.v) AS same,
		creditspread_internal.value_compare(a.v, b.v) AS c) o
	WHERE a.k IS NOT NULL AND b.k IS NOT NULL AND ((a.v = b.v) IS DISTINCT FROM same OR (a.v <> b.v) = same OR (c = 0) <> same OR (a.v < b.v) <> (c < 0)
		OR (a.v <= b.v) <> (c <= 0) OR (a.v > b.v) <> (c > 0) OR (a.v >= b.v) <> (c >= 0) OR sign(c) <> -sign(creditspread_internal.value_compare(b.v, a.v))
		OR same AND (creditspread_internal.value_hash(a.v) <> creditspread_internal.value_hash(b.v)
			OR creditspread_internal.value_hash_extended(a.v, 7) <> creditspread_internal.value_hash_extended(b.v, 7)))$$, name, type)),
	0::bigint, type || ': operators, compare and hash agree') FROM kind;
SELECT is(counted(format($$SELECT count(*) FROM (SELECT v, lag(v) OVER (ORDER BY v) AS before FROM %I) o WHERE before > v$$, name)), 0::bigint, type || ': ORDER BY') FROM kind;
SELECT is(counted(format($$SELECT count(*) FROM %I a JOIN %1$I b ON a.k < b.k WHERE creditspread_internal.value_hash_extended(a.v, 0)::bit(32) <> creditspread_internal.value_hash(a.v)::bit(32)$$, name)),
	0::bigint, type || ': with seed 0 the extended hash ends in the hash') FROM kind;
SELECT is(counted(format($$SELECT count(DISTINCT creditspread_internal.value_hash(v)) FROM %I$$, name)), 3::bigint, type || ': other values, other hashes') FROM kind;
SELECT isnt(creditspread_internal.value_hash_extended(v, 1), creditspread_internal.value_hash_extended(v, 2), 'other seeds, other hashes') FROM graph WHERE k = 1;

-- what the planner may do with them
SET enable_nestloop = off;
SET enable_mergejoin = off;
SELECT alike(plan_of(format('SELECT * FROM %I a JOIN %1$I b USING (v)', name)), '%Hash Join%', type || ': hash join') FROM kind;
SELECT is(counted(format('SELECT count(*) FROM %I a JOIN %1$I b USING (v)', name)), 12::bigint, type || ': its rows') FROM kind;
SET enable_hashjoin = off;
SET enable_mergejoin = on;
SELECT alike(plan_of(format('SELECT * FROM %I a JOIN %1$I b USING (v)', name)), '%Merge Join%', type || ': merge join') FROM kind;
SELECT is(counted(format('SELECT count(*) FROM %I a JOIN %1$I b USING (v)', name)), 12::bigint, type || ': its rows') FROM kind;
SET enable_sort = off;
SELECT alike(plan_of(format('SELECT v FROM %I GROUP BY v', name)), '%HashAggregate%', type || ': grouped by hash') FROM kind;
SELECT is(counted(format('SELECT count(*) FROM (SELECT v FROM %I GROUP BY v) d', name)), 4::bigint, type || ': its groups') FROM kind;
RESET ALL;

-- indexes: a hash index takes any size, a btree index what fits into a third of a page
SELECT lives_ok(format('CREATE INDEX %1$s_hash ON %1$I USING hash (v)', name), type || ': hash index') FROM kind;
SET enable_seqscan = off;
SELECT is(counted(format('SELECT count(*) FROM %I WHERE v = (SELECT v FROM %1$I WHERE k = 2)', name)), 2::bigint, type || ': found by it') FROM kind;
SELECT alike(plan_of(format('SELECT * FROM %I WHERE v = (SELECT v FROM %1$I WHERE k = 2)', name)), '%using ' || name || '_hash%', type || ': by it') FROM kind;
CREATE INDEX filter_btree ON filter (v);
CREATE UNIQUE INDEX graph_btree ON graph (v) WHERE k < 10;
DROP INDEX filter_hash, graph_hash;
SELECT alike(plan_of('SELECT * FROM filter WHERE v > (SELECT v FROM filter WHERE k = 2)'), '%using filter_btree%', 'a btree index serves an order');
SELECT is(counted('SELECT count(*) FROM filter WHERE v = (SELECT v FROM filter WHERE k = 2)'), 2::bigint, 'and finds');
SELECT throws_ok('INSERT INTO graph SELECT 4, v FROM graph WHERE k = 1', '23505', NULL, 'a unique index refuses the same bytes');
INSERT INTO rnn SELECT 4, rnn_fit(t, y, x, rnn_options(units => '{32}', epochs => 1, ensemble => 1)) FROM series;
SELECT throws_ok('CREATE INDEX ON rnn (v)', '54000', NULL, 'a model of some size is too large for a btree index, which says so');
RESET enable_seqscan;

-- values that are stored apart, compressed or not, and of another size
CREATE TABLE apart (v relation_graph);
ALTER TABLE apart ALTER v SET STORAGE EXTERNAL;
CREATE TABLE large AS SELECT relation_graph('entity number ' || g, 'entity number ' || g + 1, 'kind') AS v FROM generate_series(1, 3000) g;
INSERT INTO apart SELECT v FROM large;
INSERT INTO apart SELECT relation_graph_shuffle(v, 1) FROM large;
SELECT results_eq('SELECT a.v = l.v, a.v <> l.v, count(*) FROM apart a, large l GROUP BY 1, 2 ORDER BY 1', $$VALUES (false, true, 1::bigint), (true, false, 1)$$, 'stored apart');

-- partitions by hash, and composite types, which have it from the server
CREATE TABLE part (v kalman_state) PARTITION BY HASH (v);
CREATE TABLE part_0 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE part_1 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO part SELECT kalman_update(kalman_state(0.9, 0.1, 0.2), k) FROM generate_series(1, 50) k, generate_series(1, 2);
SELECT is((SELECT count(DISTINCT v) FROM part), 50::bigint, 'a table partitioned by the hash of a state');
SELECT ok((SELECT count(*) FROM part_0) > 20 AND (SELECT count(*) FROM part_1) > 20, 'into parts of about the same size');
SELECT is((SELECT count(*) FROM (SELECT kalman_fit(t, y) AS m FROM series GROUP BY t % 1 UNION SELECT kalman_fit(t, y) FROM series) d), 1::bigint, 'composite models: kalman_model');
SELECT is((SELECT count(*) FROM (SELECT wavelet_decompose(array_agg(y ORDER BY t)) AS d FROM series, generate_series(1, 2) g GROUP BY g) d GROUP BY d), 2::bigint, 'wavelet_decomposition');

SELECT throws_ok('SELECT creditspread_internal.value_equal(r.v, t.v) FROM rnn r, transformer t', '42883', NULL, 'values of other types do not compare');
SELECT is(creditspread_internal.value_compare(NULL::rnn_model, NULL), NULL, 'NULL');
SELECT is((SELECT string_agg(oprname || ' ' || oprleft::regtype, ', ') FROM pg_operator o JOIN pg_depend d ON d.objid = o.oid AND d.classid = 'pg_operator'::regclass AND d.deptype = 'e'
	WHERE oprname = '=' AND NOT (oprcanhash AND oprcanmerge)), NULL, 'every = serves hash and merge joins');
SELECT finish();

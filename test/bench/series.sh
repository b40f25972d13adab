#!/bin/bash
# 1,000 series trained by one statement: by two processes against one, over the hash partitions of a
# table, then by two clusters against one, over foreign partitions of postgres_fdw. Run by run.sh.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
trap 'cluster_stop first fast; cluster_stop second fast' EXIT

for name in first second; do
	cluster_start $name && psql -X -q -h "$(cluster_socket $name)" -d creditspread -c 'CREATE EXTENSION creditspread' || exit 1
done

psql -X -q -v ON_ERROR_STOP=1 -d bench -v first="$(cluster_socket first)" -v second="$(cluster_socket second)" -v port="$PGPORT" <<'SQL'
\pset tuples_only on
\pset format unaligned
\ir test/bench/sql_measure.psql
CREATE EXTENSION postgres_fdw;
SELECT format($$CREATE SERVER %1$s FOREIGN DATA WRAPPER postgres_fdw
	OPTIONS (host %2$L, port %3$L, dbname 'creditspread', extensions 'creditspread', async_capable 'true', batch_size '1000');
	CREATE USER MAPPING FOR CURRENT_USER SERVER %1$s OPTIONS (user 'postgres')$$, server, socket, :'port')
FROM (VALUES ('first', :'first'), ('second', :'second')) AS s (server, socket) \gexec

CREATE TABLE series (bond int, day date, y float8, x float8[]) PARTITION BY HASH (bond);
SELECT format('CREATE TABLE series_%s PARTITION OF series FOR VALUES WITH (MODULUS 16, REMAINDER %1$s)', i) FROM generate_series(0, 15) AS i \gexec
INSERT INTO series
SELECT bond, '2010-01-01'::date + t, 2 + sin(t * 0.07 * bond) + 0.1 * cos(t * t * 0.01), ARRAY[cos(t * 0.3), sin(t * 0.11)]
FROM generate_series(1, 1000) AS bond, generate_series(1, 250) AS t;

-- the halves that one cluster holds alone, and those of which each cluster holds one
CREATE TABLE on_one (LIKE series) PARTITION BY HASH (bond);
CREATE TABLE on_two (LIKE series) PARTITION BY HASH (bond);
CREATE FUNCTION place(whole text, half int, server text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE %1$s_%2$s PARTITION OF %1$s FOR VALUES WITH (MODULUS 2, REMAINDER %2$s)
		SERVER %3$s OPTIONS (table_name %4$L)', whole, half, server, 'half_' || half);
END $$;
SELECT place('on_one', 0, 'first'), place('on_one', 1, 'first'), place('on_two', 0, 'first'), place('on_two', 1, 'second') \g /dev/null
\setenv PGDATABASE creditspread
\! psql -X -q -h "$(dirname "$PGHOST")/first" -c 'CREATE TABLE half_0 (bond int, day date, y float8, x float8[])' -c 'CREATE TABLE half_1 (LIKE half_0)'
\! psql -X -q -h "$(dirname "$PGHOST")/second" -c 'CREATE TABLE half_1 (bond int, day date, y float8, x float8[])'
INSERT INTO on_one SELECT * FROM series;
INSERT INTO on_two_1 SELECT * FROM on_one_1;
VACUUM ANALYZE;
ANALYZE on_one_0, on_one_1, on_two_0, on_two_1;

SET enable_partitionwise_aggregate = on;
SET parallel_leader_participation = off;	-- two processes train, not two and a half
CREATE FUNCTION trained(rows text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT bond, rnn_fit(day, y, x, rnn_options(units => ''{8}'', epochs => 25, patience => 25, ensemble => 1)) FROM %s GROUP BY bond', rows)
$$;
SET max_parallel_workers_per_gather = 2;
SELECT 'EXPLAIN (COSTS OFF) ' || trained('series') \gexec
SELECT 'EXPLAIN (COSTS OFF, VERBOSE) ' || trained('on_two') \gexec
SELECT measure('rnn_fit, 1,000 series in 16 hash partitions, two workers', 'the same, one process',
	'SET max_parallel_workers_per_gather = 2; ' || trained('series'), 'SET max_parallel_workers_per_gather = 0; ' || trained('series'));
SELECT measure('rnn_fit, 1,000 series in foreign partitions on two clusters', 'the same, on one cluster',
	trained('on_two'), trained('on_one'));
SQL

#!/bin/bash
# Models are kept to the byte, and so are their forecasts, by every way that they are copied; a fit
# is the same whatever the order of its rows and however the server divides the work.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
export PGDATABASE=dump_source
trap 'cluster_stop second immediate' EXIT

# What must not change: the text, the binary form and the forecasts to the bit.
signature="
	SELECT md5(string_agg(k || m::text, ',' ORDER BY k)), md5(string_agg(encode(creditspread_internal.rnn_model_send(m), 'hex'), ',' ORDER BY k)), count(*) FROM model;
	SELECT md5(string_agg(coalesce(encode(float8send((f).forecast) || float8send((f).lower) || float8send((f).upper), 'hex'), 'none'), ',' ORDER BY k, t)), count(f)
	FROM (SELECT k, t, rnn_forecast(m, y, x) OVER (PARTITION BY k ORDER BY t) AS f FROM series JOIN model USING (k)) q;
	SELECT md5(string_agg(k || m::text || encode(creditspread_internal.transformer_model_send(m), 'hex'), ',' ORDER BY k)) FROM transformer;
	SELECT md5(string_agg(coalesce(encode(float8send((f).forecast) || float8send((f).lower) || float8send((f).upper), 'hex'), 'none'), ',' ORDER BY k, t)), count(f)
	FROM (SELECT k, t, transformer_forecast(m, y, x) OVER (PARTITION BY k ORDER BY t) AS f FROM series JOIN transformer USING (k)) q;
	SELECT md5(m::text || encode(creditspread_internal.graph_rank_model_send(m), 'hex')) FROM ranking;
	SELECT md5(string_agg(coalesce(encode(float8send((f).forecast), 'hex') || (f).place, 'none'), ',' ORDER BY k, t)), count(f)
	FROM (SELECT k, t, graph_rank_forecast(m, k, t, y, x) OVER () AS f FROM series, ranking) q;
	SELECT md5(string_agg(k || s::text || encode(creditspread_internal.kalman_state_send(s), 'hex') || kalman_update(s, 0.5::float8)::text || fit::text || rates::text || waves::text, ',' ORDER BY k))
	FROM state_space;
	SELECT graph::text || encode(creditspread_internal.relation_graph_send(graph), 'hex') FROM relation"

for database in dump_source dump_plain dump_custom dump_inserts; do
	psql -X -q -d postgres -c "CREATE DATABASE $database"
done
query >"$TEST_TMP/setup" <<-'END'
	CREATE EXTENSION creditspread;
	CREATE TABLE series AS
	SELECT k, g AS t, sin(g * 0.7 * k) + k * g * 0.02 AS y, ARRAY[cos(g * 0.3 + k), (g % 7) * 1e-3] AS x
	FROM generate_series(1, 4) k, generate_series(1, 200) g;
	CREATE TABLE model AS
	SELECT k, rnn_fit(t, y, x, o) AS m
	FROM series JOIN (VALUES (1, rnn_options(units => '{4}', epochs => 5)),
		(2, rnn_options(cell => 'lstm', units => '{5,3}', epochs => 5, ensemble => 2, horizons => '{1,5}')),
		(3, rnn_options(units => '{64}', epochs => 3, target => 'level', loss => 'mse', interval_level => 0.7)),
		(4, rnn_options(units => '{1}', epochs => 1, ensemble => 1, look_back => 1))) o (k, o) USING (k)
	GROUP BY k, o;
	CREATE TABLE transformer AS
	SELECT k, transformer_fit(t, y, x, transformer_options(width => 8, look_back => 7, epochs => 2, ensemble => 1, loss => 'huber')) AS m
	FROM series GROUP BY k;
	CREATE TABLE ranking AS
	SELECT graph_rank_fit(k, t, y, x, NULL, (SELECT relation_graph(g::text, (g % 4 + 1)::text, 'next'::text) FROM generate_series(1, 4) g), graph_rank_options(units => '{4}', epochs => 2)) AS m
	FROM series;
	CREATE TABLE state_space AS
	SELECT k, fit, kalman_update(kalman_update(kalman_state(fit), 0.1::float8), NULL::float8) AS s, rates, waves
	FROM (SELECT k, kalman_fit(t, y, kalman_options(model => 'ar1_plus_noise')) AS fit, cir_fit(t, y + 3) AS rates,
		wavelet_decompose(array_agg(y ORDER BY t), 'db4', 3) AS waves FROM series GROUP BY k) q;
	CREATE TABLE relation AS
	SELECT relation_graph(source, target, kind, relation_graph_options(indirect => '{upstream,downstream}')) AS graph FROM sample_market_relations();
END
cat "$TEST_TMP/setup"
want=$(query -c "$signature")
same 'the models are there' '4' "$(query -c 'SELECT count(*) FROM model')"
same 'one of them is stored out of line' 't' "$(query -c 'SELECT bool_or(pg_column_size(m) > 8000) FROM model')"

# pg_dump marks its scripts with random keys.
dumped() { pg_dump -t model -a -d "$1" | grep -v restrict; }

# ---- copies --------------------------------------------------------------------------------------

pg_dump | query -d dump_plain >"$TEST_TMP/out"
same 'pg_dump | psql' "$want" "$(query -d dump_plain -c "$signature")"
pg_dump -Fc -f "$TEST_TMP/dump" && pg_restore -d dump_custom "$TEST_TMP/dump"
same 'pg_dump -Fc, pg_restore' "$want" "$(query -d dump_custom -c "$signature")"
pg_dump --inserts --rows-per-insert=2 | query -d dump_inserts >"$TEST_TMP/out"
same 'pg_dump --inserts' "$want" "$(query -d dump_inserts -c "$signature")"
same 'a dump of the restored database is the same' "$(dumped dump_source)" "$(dumped dump_plain)"

# with_copy NAME STATEMENTS: what makes of `model` a table `copy`, which then takes its place
with_copy()
{
	same "$1" "$want" "$(query -c 'BEGIN' -c 'CREATE TEMPORARY TABLE copy (LIKE model)' "${@:2}" -c 'SET LOCAL search_path = pg_temp, public' \
		-c 'ALTER TABLE copy RENAME TO model' -c "$signature" -c 'ROLLBACK')"
}
with_copy 'INSERT SELECT' -c 'INSERT INTO copy SELECT * FROM model'
with_copy 'CREATE TABLE AS' -c 'DROP TABLE copy' -c 'CREATE TEMPORARY TABLE copy AS SELECT * FROM model'
query -c "\\copy model TO '$TEST_TMP/model.binary' (FORMAT binary)" -c "\\copy model TO '$TEST_TMP/model.text'" -c "\\copy model TO '$TEST_TMP/model.csv' (FORMAT csv)"
with_copy 'COPY, binary' -c "\\copy copy FROM '$TEST_TMP/model.binary' (FORMAT binary)"
with_copy 'COPY, text' -c "\\copy copy FROM '$TEST_TMP/model.text'"
with_copy 'COPY, CSV' -c "\\copy copy FROM '$TEST_TMP/model.csv' (FORMAT csv)"
with_copy 'through text' -c 'INSERT INTO copy SELECT k, m::text::rnn_model FROM model'
with_copy 'stored in line, compressed or not' -c 'ALTER TABLE copy ALTER m SET STORAGE main' -c 'INSERT INTO copy SELECT * FROM model'
with_copy 'stored extended' -c 'ALTER TABLE copy ALTER m SET STORAGE extended' -c 'INSERT INTO copy SELECT k, m::text::rnn_model FROM model'
with_copy 'in a composite value and an array' -c 'INSERT INTO copy SELECT (r).k, (ARRAY[(r).m])[1] FROM (SELECT model AS r FROM model OFFSET 0) q'
same 'a client of another encoding' "$(query -c "$signature")" "$(PGCLIENTENCODING=LATIN1 query -c "$signature")"

cluster_start second 'wal_level = logical' || echo "# the second cluster did not start"
second=$(cluster_socket second)
pg_dump | query -h "$second" -d creditspread >"$TEST_TMP/out"
same 'in another cluster' "$want" "$(query -h "$second" -d creditspread -c "$signature")"
query -h "$second" -d creditspread -c 'TRUNCATE model' -c "\\copy model FROM '$TEST_TMP/model.binary' (FORMAT binary)"
same 'in another cluster, by binary COPY' "$want" "$(query -h "$second" -d creditspread -c "$signature")"
same 'fitted again in another cluster' \
	"$(query -c "SELECT md5(creditspread_internal.rnn_model_send(rnn_fit(t, y, x, '{\"units\": [6], \"epochs\": 4}'))) FROM series WHERE k = 1")" \
	"$(query -h "$second" -d creditspread -c "SELECT md5(creditspread_internal.rnn_model_send(rnn_fit(t, y, x, '{\"units\": [6], \"epochs\": 4}'))) FROM series WHERE k = 1")"
cluster_stop second

# ---- the same fit --------------------------------------------------------------------------------

options="'{\"units\": [6, 4], \"epochs\": 4, \"ensemble\": 2}'"
query >"$TEST_TMP/setup" <<-'END'
	CREATE TABLE whole AS SELECT t, y, x, (t * 37) % 8 AS part FROM (SELECT g AS t, sin(g * 0.7) + g * 0.002 AS y, ARRAY[cos(g * 0.3)] AS x FROM generate_series(1, 3000) g) q;
	CREATE TABLE shuffled AS SELECT * FROM whole ORDER BY md5(t::text);
	CREATE TABLE parted (LIKE whole) PARTITION BY HASH (part);
	CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 0);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 1);
	CREATE TABLE parted_2 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 2);
	INSERT INTO parted SELECT * FROM shuffled;
	ANALYZE;
END
cat "$TEST_TMP/setup"
fit="SELECT md5(creditspread_internal.rnn_model_send(rnn_fit(t, y, x, $options)))"
groups="SELECT md5(string_agg(m, ' ' ORDER BY part)) FROM (SELECT part, md5(creditspread_internal.rnn_model_send(rnn_fit(t, y, x, $options))) AS m"
want=$(query -c "$fit FROM whole")
want_groups=$(query -c "$groups FROM whole GROUP BY part) q")
for run in 2 3 4 5; do
	same "fit number $run is the first one" "$want" "$(query -c "$fit FROM whole")"
done
same 'shuffled rows' "$want" "$(query -c "$fit FROM shuffled")"
same 'shuffled rows, groups' "$want_groups" "$(query -c "$groups FROM shuffled GROUP BY part) q")"

parallel=(-c 'SET parallel_setup_cost = 0' -c 'SET parallel_tuple_cost = 0' -c 'SET min_parallel_table_scan_size = 0')
for workers in 0 2 4; do
	settings=("${parallel[@]}" -c "SET max_parallel_workers_per_gather = $workers" -c "ALTER TABLE shuffled SET (parallel_workers = $workers)")
	for leader in on off; do
		settings+=(-c "SET parallel_leader_participation = $leader")
		same "$workers workers, leader $leader" "$want" "$(query "${settings[@]}" -c "$fit FROM shuffled")"
		same "$workers workers, leader $leader, groups" "$want_groups" "$(query "${settings[@]}" -c "$groups FROM shuffled GROUP BY part) q")"
	done
	[ $workers -gt 0 ] || continue
	plan=$(query "${settings[@]}" -c "EXPLAIN (ANALYZE, COSTS OFF) SELECT rnn_fit(t, y, x, $options) FROM shuffled")
	same "$workers workers are at work" "Finalize Aggregate, Partial Aggregate, Launched: $workers" \
		"$(grep -o 'Finalize Aggregate' <<<"$plan"), $(grep -o 'Partial Aggregate' <<<"$plan"), $(grep -o 'Launched: [0-9]*' <<<"$plan")"
done
for name in force_parallel_mode debug_parallel_query; do
	[ "$(query -c "SELECT count(*) FROM pg_settings WHERE name = '$name'")" = 1 ] || continue
	same "$name" "$want" "$(query -c "SET $name = on" -c "$fit FROM shuffled")"
	same "$name, forecasts" "$(query -c "$signature")" "$(query -c "SET $name = on" -c "$signature")"
done

partitionwise=(-c 'SET enable_partitionwise_aggregate = on' "${parallel[@]}")
same 'partition-wise, groups' "$want_groups" "$(query "${partitionwise[@]}" -c "$groups FROM parted GROUP BY part) q")"
same 'partition-wise, one series over all partitions' "$want" "$(query "${partitionwise[@]}" -c "$fit FROM parted")"
plan=$(query "${partitionwise[@]}" -c 'SET max_parallel_workers_per_gather = 0' -c "EXPLAIN (COSTS OFF) SELECT part, rnn_fit(t, y, x) FROM parted GROUP BY part")
same 'an aggregate for each partition' 3 "$(grep -c 'Aggregate' <<<"$plan")"
plan=$(query "${partitionwise[@]}" -c 'SET max_parallel_workers_per_gather = 0' -c "EXPLAIN (COSTS OFF) SELECT rnn_fit(t, y, x) FROM parted")
same 'a partial aggregate for each partition' 3 "$(grep -c 'Partial Aggregate' <<<"$plan")"

echo "1..$number"

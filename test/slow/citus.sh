#!/bin/bash
# Three nodes of Citus, where the server has it: every aggregate on its shards and combined from them, windows, models in distributed,
# reference and columnar tables, a shard that moves, the catalog over distributed tables, settings, a cancel.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
[ -e "$CLUSTER_PGXS_LIB/citus.so" ] || { echo "1..0 # SKIP this server has no Citus"; exit 0; }
nodes='coordinator worker_1 worker_2'
trap 'for node in $nodes; do cluster_stop $node immediate; done' EXIT

for node in $nodes; do
	cluster_start "$node" "shared_preload_libraries = 'citus'" 'wal_level = logical' "citus.node_conninfo = 'sslmode=prefer'" \
		"citus.local_hostname = '$(cluster_socket "$node")'" || { echo 'Bail out! a node did not start'; exit 1; }
	query -h "$(cluster_socket "$node")" -d creditspread -c 'CREATE EXTENSION citus' -c 'CREATE EXTENSION creditspread'
done
PGHOST=$(cluster_socket coordinator)
export PGHOST PGDATABASE=creditspread
query -c "SELECT citus_set_coordinator_host('$PGHOST', $PGPORT)" -c "SELECT citus_add_node('$(cluster_socket worker_1)', $PGPORT)" \
	-c "SELECT citus_add_node('$(cluster_socket worker_2)', $PGPORT)" >/dev/null
same 'two nodes hold shards' 2 "$(query -c 'SELECT count(*) FROM pg_dist_node WHERE shouldhaveshards AND isactive')"

# ---- every aggregate ------------------------------------------------------------------------
# by_bond has a whole series on a shard, by_time parts of each on all shards.

query -f "$CREDITSPREAD_TOP/test/tap/every_aggregate.psql" -c "CREATE TABLE expected AS SELECT name, call, results(call, 'series') AS result FROM fit" \
	-c 'CREATE TABLE by_bond (LIKE series)' -c "SELECT create_distributed_table('by_bond', 'bond', shard_count => 8)" -c 'INSERT INTO by_bond SELECT * FROM series' \
	-c 'CREATE TABLE by_time (LIKE series)' -c "SELECT create_distributed_table('by_time', 't', shard_count => 8)" -c 'INSERT INTO by_time SELECT * FROM series' \
	-c "SELECT create_reference_table('one_model')" >/dev/null
query <<'SQL'
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	result text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		result := result || line || chr(10);
	END LOOP;
	RETURN result;
END $$
SQL
same 'there are aggregates' t "$(query -c 'SELECT count(*) > 40 FROM expected')"
# pushed down whole, the coordinator has no Aggregate above the scan; combined, it has one of partial states
nothing 'every aggregate is pushed down whole where its group is on one shard' \
	"$(query -c "SELECT name FROM expected WHERE plan_of('SELECT bond, ' || call || ' FROM by_bond GROUP BY bond') !~ '^Custom Scan .Citus Adaptive.'")"
nothing 'every aggregate has partial states where its group is on several' \
	"$(query -c "SELECT name FROM expected WHERE plan_of('SELECT bond, ' || call || ' FROM by_time GROUP BY bond') !~ 'coord_combine_agg'")"
nothing 'pushed down, every aggregate gives what it gives on one node' "$(query -c "SELECT name FROM expected WHERE results(call, 'by_bond') IS DISTINCT FROM result")"
nothing 'combined, every aggregate gives what it gives on one node' "$(query -c "SELECT name FROM expected WHERE results(call, 'by_time') IS DISTINCT FROM result")"

# ---- models, windows ------------------------------------------------------------------------

fit="linear_fit(t, y, x, '{\"horizons\": [1, 3]}')"
window='(linear_forecast(model, y, x) OVER (PARTITION BY bond ORDER BY t)).forecast'
hash='SELECT md5(string_agg(bond || f::text, '"','"' ORDER BY bond, f::text)) FROM'
query -c "CREATE TABLE model AS SELECT bond, $fit AS model FROM series GROUP BY bond" \
	-c 'CREATE TABLE model_distributed (bond int, model linear_model)' -c "SELECT create_distributed_table('model_distributed', 'bond', colocate_with => 'by_bond')" \
	-c "INSERT INTO model_distributed SELECT bond, $fit FROM by_bond GROUP BY bond" \
	-c 'CREATE TABLE model_reference (bond int, model linear_model)' -c "SELECT create_reference_table('model_reference')" \
	-c "INSERT INTO model_reference SELECT bond, $fit FROM by_bond GROUP BY bond" \
	-c 'CREATE TABLE model_columnar (bond int, model linear_model) USING columnar' -c "SELECT create_distributed_table('model_columnar', 'bond', colocate_with => 'by_bond')" \
	-c "INSERT INTO model_columnar SELECT bond, $fit FROM by_bond GROUP BY bond" \
	-c 'CREATE TABLE columnar (LIKE series) USING columnar' -c "SELECT create_distributed_table('columnar', 'bond', colocate_with => 'by_bond')" \
	-c 'INSERT INTO columnar SELECT * FROM series' >/dev/null
expected=$(query -c "$hash (SELECT bond, model AS f FROM model) q")
for kind in distributed reference columnar; do
	same "a $kind table keeps models to the byte" "$expected" "$(query -c "$hash (SELECT bond, model AS f FROM model_$kind) q")"
done
same 'a fit on columnar rows' "$expected" "$(query -c "$hash (SELECT bond, $fit AS f FROM columnar GROUP BY bond) q")"
expected=$(query -c "$hash (SELECT bond, $window AS f FROM series JOIN model USING (bond)) q")
for kind in distributed reference columnar; do
	same "forecasts by the models of a $kind table" "$expected" "$(query -c "$hash (SELECT bond, $window AS f FROM by_bond JOIN model_$kind USING (bond)) q")"
done
same 'a window over shards that hold parts of each series' "$expected" \
	"$(query -c "$hash (SELECT bond, $window AS f FROM by_time JOIN model_reference USING (bond)) q")"
like 'windows run where their partition is' '^Custom Scan .Citus Adaptive.' \
	"$(query -c "SELECT plan_of('SELECT bond, $window AS f FROM by_bond JOIN model_distributed USING (bond)')" | head -n 1)"

# ---- a shard moves --------------------------------------------------------------------------

moved=$(query -c "SELECT shardid || ' ' || nodename FROM citus_shards WHERE table_name = 'by_bond'::regclass ORDER BY shardid LIMIT 1")
from=${moved#* }
to=$(cluster_socket worker_1)
[ "$from" != "$to" ] || to=$(cluster_socket worker_2)
query -c "SELECT citus_move_shard_placement(${moved% *}, '$from', $PGPORT, '$to', $PGPORT, 'block_writes')" >/dev/null
same 'the shard is on the other node' "$to" "$(query -c "SELECT nodename FROM citus_shards WHERE shardid = ${moved% *}")"
same 'forecasts after a shard has moved, models with it' "$expected" \
	"$(query -c "$hash (SELECT bond, $window AS f FROM by_bond JOIN model_distributed USING (bond)) q")"

# ---- the catalog ----------------------------------------------------------------------------

query -c "CREATE TABLE quote AS SELECT bond, '2024-01-01'::date + t AS day, y FROM series" -c 'CREATE TABLE quote_far (LIKE quote)' \
	-c "SELECT create_distributed_table('quote_far', 'bond', shard_count => 4)" -c 'INSERT INTO quote_far SELECT * FROM quote' >/dev/null
for table in quote quote_far; do
	query -c "CALL creditspread.train('$table', 'SELECT day AS \"time\", bond AS entity, y FROM $table', 'ar', '{1,5}')" -c "CALL creditspread.forecast('$table')" \
		-c "CALL creditspread.backtest('$table', origins => 5)"
done
stored='SELECT md5(string_agg(concat_ws($$,$$, f.source, f.entity, f.origin, f.horizon, f.target_time, f.forecast, f.lower, f.upper), $$;$$ ORDER BY f.source, f.entity, f.origin, f.horizon))
	FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id WHERE p.name ='
same 'the catalog over a distributed table' "$(query -c "$stored 'quote'")" "$(query -c "$stored 'quote_far'")"

# ---- settings, cancel -----------------------------------------------------------------------

setting="SELECT string_agg(DISTINCT result, ',') FROM run_command_on_workers('SHOW creditspread.max_model_memory')"
here=$(query -c 'SHOW creditspread.max_model_memory')
same 'a setting of the session does not reach the workers' "$here" "$(query -c "SET creditspread.max_model_memory = '100kB'" -c "$setting")"
like 'SET LOCAL does, by propagate_set_commands' 'creditspread.max_model_memory' \
	"$(query -c "SET citus.propagate_set_commands = 'local'" -c BEGIN -c "SET LOCAL creditspread.max_model_memory = '100kB'" \
		-c "SELECT bond, rnn_fit(t, y, x) FROM by_bond GROUP BY bond" -c COMMIT)"
query -c "SELECT run_command_on_workers(\$\$ALTER DATABASE creditspread SET creditspread.max_model_memory = '512MB'\$\$)" >/dev/null
same 'a setting of the database on the workers' 512MB "$(query -c "$setting")"

statement="SET application_name = 'to be cancelled'; SELECT bond, rnn_fit(t, y, x, '{\"epochs\": 100000, \"ensemble\": 50, \"patience\": 100000}') FROM by_bond GROUP BY bond"
at_work="SELECT count(*) > 0 FROM run_command_on_workers('SELECT count(*) FROM pg_stat_activity WHERE state = ''active'' AND query LIKE ''%100000%'' AND pid <> pg_backend_pid()') WHERE result::int > 0"
query -c "$statement" >"$TEST_TMP/cancelled" &
client=$!
for _ in $(seq 600); do
	[ "$(query -c "$at_work")" != t ] || break
	sleep 0.1
done
same 'the workers are at work' t "$(query -c "$at_work")"
query -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'to be cancelled'" >/dev/null
wait $client
like 'a cancel ends the statement' 'canceling statement' "$(<"$TEST_TMP/cancelled")"
for _ in $(seq 600); do
	[ "$(query -c "$at_work")" = t ] || break
	sleep 0.1
done
same 'and the work on the nodes' f "$(query -c "$at_work")"

echo "1..$number"

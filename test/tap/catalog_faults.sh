#!/bin/bash
# What happens to the catalog when things break: a killed backend, a timeout, a cancel, two at once, a column that is
# gone; and that a dump keeps all of it.  In a cluster of its own, since a killed backend takes the server down.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
trap 'cluster_stop faults immediate' EXIT
cluster_start faults 'synchronous_commit = on' 'restart_after_crash = on' || exit 1
PGHOST=$(cluster_socket faults)
export PGHOST PGDATABASE=creditspread

query() { psql -X -q -At -v VERBOSITY=verbose "$@" 2>&1; }
code() { sed -n 's/^.*ERROR:  \([0-9A-Z]\{5\}\):.*/\1/p' <<<"$1" | head -1; }

# until_true SECONDS CONDITION: the seconds are those after which something must have gone wrong
until_true()
{
	local end=$((SECONDS + $1))

	while [ $SECONDS -lt $end ]; do
		[ "$(query -c "SELECT $2")" = t ] && return
		sleep 0.05
	done
	echo "# waited in vain for $2"
}

# kill_run MODEL: kills the process of the model's run, and waits for the server to be back.
kill_run()
{
	kill -9 "$(query -c "SELECT pid FROM runs WHERE model = '$1' AND status = 'running'")"
	wait "$client" 2>/dev/null
	until_true 60 true
}

last_run() { query -c "SELECT kind, status, code FROM creditspread.run_log WHERE model = '$1' AND code IS DISTINCT FROM '55P03' ORDER BY run_id DESC LIMIT 1"; }
versions() { query -c "SELECT string_agg(version || CASE WHEN active THEN '*' ELSE '' END || status, ' ' ORDER BY version) FROM models WHERE name = '$1'"; }
forecasts() { query -c "SELECT md5(string_agg(f::text, ' ' ORDER BY entity, origin, horizon)), count(*) FROM forecasts f WHERE model = '$1' AND source = '$2'"; }

query <<-'END'
	CREATE EXTENSION creditspread;
	CREATE VIEW models AS SELECT p.owner, p.name, m.* FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id;
	CREATE VIEW runs AS SELECT p.owner, p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
	CREATE VIEW forecasts AS SELECT p.owner, p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
	-- two short series, and ten that no machine has done with the slow options before it is stopped
	CREATE TABLE series AS SELECT 's' || s AS entity, '1980-01-01'::date + g AS day, 2 + sin(g * g * 0.37 + s) + g * 0.001 AS y, cos(g * g * 0.2) AS x
	FROM generate_series(11, 22) s, generate_series(1, 6000) g WHERE s > 12 OR g > 5850;
	CREATE TABLE pace (epochs integer);
	INSERT INTO pace VALUES (1);
END
data='SELECT entity, day AS "time", y, x FROM series'
slow="'{\"epochs\": 3000, \"patience\": 0, \"ensemble\": 1, \"units\": [16]}'"
fast="'{\"epochs\": 1, \"ensemble\": 1, \"units\": [4]}'"

# ---- kill -9 while a model is trained for the first time

query -c "CALL creditspread.train('first', '$data', 'rnn', options => $slow)" >"$TEST_TMP/out" &
client=$!
until_true 60 "EXISTS (SELECT FROM creditspread.progress WHERE model = 'first' AND series_done > 0 AND seconds_left > 0 AND percent > 8)"
same 'progress is seen from another session' t "$(query -c "SELECT series_total = 12 AND kind = 'train' AND pid > 0 FROM creditspread.progress WHERE model = 'first'")"
kill_run first
same 'train: the log says that it died' 'train|died|' "$(last_run first)"
nothing 'train: no version is active' "$(query -c "SELECT version FROM models WHERE active")"
same 'train: nothing runs' 0 "$(query -c 'SELECT count(*) FROM creditspread.progress')"
same 'train: there is nothing to forecast with' 42704 "$(code "$(query -c "CALL creditspread.forecast('first')")")"
query -c "CALL creditspread.train('first', '$data', 'rnn', options => $fast)"
same 'train: the next one works' '2*ready' "$(versions first)"
same 'train: the log keeps the death' 'died t, done t' \
	"$(query -c "SELECT string_agg(status || ' ' || (ended IS NOT NULL)::text::char, ', ' ORDER BY id) FROM runs WHERE model = 'first'")"
same 'train: no artifact of the dead version' 12 "$(query -c 'SELECT count(*) FROM creditspread.artifact')"

# ---- kill -9 while it is trained again

query -c "CALL creditspread.train('again', '$data', 'rnn', options => $fast)" -c "CALL creditspread.forecast('again')" -c "CALL creditspread.backtest('again', 20, 20)"
backtest=$(forecasts again backtest)
query -c "UPDATE creditspread.model m SET options = $slow FROM creditspread.pipeline p WHERE p.id = pipeline_id AND p.name = 'again'"
before=$(query -c "SELECT md5(string_agg(forecast::text, ' ' ORDER BY entity)) FROM creditspread.forecast_latest WHERE model = 'again'")
query -c "CALL creditspread.retrain('again')" >"$TEST_TMP/out" &
client=$!
until_true 60 "EXISTS (SELECT FROM creditspread.progress WHERE model = 'again' AND series_done >= 2)"
kill_run again
same 'retrain: the log says that it died' 'retrain|died|' "$(last_run again)"
same 'retrain: the old version serves' 1 "$(query -c "SELECT version FROM models WHERE name = 'again' AND active")"
query -c "CALL creditspread.forecast('again')"
same 'retrain: with the same forecasts' "$before" "$(query -c "SELECT md5(string_agg(forecast::text, ' ' ORDER BY entity)) FROM creditspread.forecast_latest WHERE model = 'again'")"
same 'retrain: the half version is removed by the next call' '1*ready' "$(versions again)"

# ---- kill -9 in a backtest

query -c "CALL creditspread.backtest('again', 60, 10)" >"$TEST_TMP/out" &
client=$!
until_true 60 "EXISTS (SELECT FROM creditspread.progress WHERE model = 'again' AND kind = 'backtest' AND steps_done > 0)"
kill_run again
same 'backtest: the log says that it died' 'backtest|died|' "$(last_run again)"
same 'backtest: the earlier one stands' "$backtest" "$(forecasts again backtest)"
query -c "UPDATE creditspread.model m SET options = $fast FROM creditspread.pipeline p WHERE p.id = pipeline_id AND p.name = 'again'" -c "CALL creditspread.backtest('again', 30, 30)"
same 'backtest: the next one works' 360 "$(forecasts again backtest | cut -d'|' -f2)"

# ---- statement_timeout, cancel, the end of a session

query -c "UPDATE creditspread.model m SET options = $slow FROM creditspread.pipeline p WHERE p.id = pipeline_id AND p.name = 'again'"
out=$(query -c "SET statement_timeout = '5s'" -c "CALL creditspread.retrain('again')" -c "SET statement_timeout = 0" -c "SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND classid = 'creditspread.pipeline'::regclass")
same 'timeout: its code' 57014 "$(code "$out")"
same 'timeout: no lock is left in the session' 0 "$(tail -1 <<<"$out")"
same 'timeout: the log says so' 'retrain|failed|57014' "$(last_run again)"
same 'timeout: its message' 'canceling statement due to statement timeout' "$(query -c "SELECT message FROM runs ORDER BY id DESC LIMIT 1")"
same 'timeout: the old version serves, the new one is gone' '1*ready' "$(versions again)"

query -c "CALL creditspread.retrain('again')" >"$TEST_TMP/out" &
client=$!
until_true 60 "EXISTS (SELECT FROM creditspread.progress WHERE model = 'again')"
pid=$(query -c "SELECT pid FROM creditspread.progress WHERE model = 'again'")
for call in "retrain('again')" "forecast('again')" "backtest('again')" "train('again', '$data')" "promote('again', 1)" "rollback('again')" "drop('again')"; do
	out=$(query -c "CALL creditspread.$call")
	same "two at once: ${call%%(*}" "55P03 $pid" "$(code "$out") $(sed -n 's/.*process \([0-9]*\) is at work on model "again".*/\1/p' <<<"$out")"
done
same 'two at once: the first goes on' 1 "$(query -c "SELECT count(*) FROM creditspread.progress WHERE model = 'again'")"
nothing 'two at once: another model is free' "$(query -c "CALL creditspread.forecast('first')")"
query -c "SELECT pg_cancel_backend($pid)" >"$TEST_TMP/cancel"
wait "$client"
same 'cancel: its code' 57014 "$(code "$(cat "$TEST_TMP/out")")"
same 'cancel: the log says so' 'retrain|failed|57014' "$(last_run again)"

query -c "CALL creditspread.retrain('again')" >"$TEST_TMP/out" &
client=$!
until_true 60 "EXISTS (SELECT FROM creditspread.progress WHERE model = 'again')"
query -c "SELECT pg_terminate_backend(pid, 10000) FROM creditspread.progress WHERE model = 'again'" >"$TEST_TMP/cancel"
wait "$client"
same 'terminated: the log says that it died' 'retrain|died|' "$(last_run again)"
rm "$TEST_TMP/out"
query -c 'SET creditspread.progress = on' -c "CALL creditspread.retrain('again')" >"$TEST_TMP/out" &
client=$!
for _ in $(seq 600); do grep -qs 'NOTICE: ' "$TEST_TMP/out" && break; sleep 0.1; done
query -c "SELECT pg_cancel_backend(pid) FROM creditspread.progress WHERE model = 'again'" >"$TEST_TMP/cancel"
wait "$client"
same 'progress is told' t "$(grep -qE 'NOTICE: .*(creditspread.retrain|rnn_fit): [0-9]+ % done, [0-9]+ s left' "$TEST_TMP/out" && echo t)"
query -c "UPDATE creditspread.model m SET options = $fast FROM creditspread.pipeline p WHERE p.id = pipeline_id AND p.name = 'again'" -c "CALL creditspread.retrain('again')"
same 'the next one works' '1ready 7*ready' "$(versions again)"

# ---- a column dropped after the training

query -c 'ALTER TABLE series RENAME x TO gone'
same 'column gone: retrain' 42703 "$(code "$(query -c "CALL creditspread.retrain('again')")")"
same 'column gone: forecast' 42703 "$(code "$(query -c "CALL creditspread.forecast('again')")")"
same 'column gone: the log says so' 'column "x" does not exist' "$(query -c "SELECT message FROM runs ORDER BY id DESC LIMIT 1")"
same 'column gone: the version before stays' '1ready 7*ready' "$(versions again)"
query -c 'ALTER TABLE series RENAME gone TO x' -c "UPDATE creditspread.model m SET options = $fast FROM creditspread.pipeline p WHERE p.id = pipeline_id AND p.name = 'again'" -c "CALL creditspread.retrain('again')"
same 'column back: the next one works' '1ready 7ready 9*ready' "$(versions again)"
query -c 'CREATE ROLE plain' -c 'SET ROLE plain' -c "SET default_transaction_read_only = on" -c "CALL creditspread.train('x', 'SELECT 1')" >"$TEST_TMP/out"
same 'a read-only session' 25006 "$(code "$(cat "$TEST_TMP/out")")"
query -c 'DROP ROLE plain'

# ---- the extended protocol of drivers, where a statement is several messages

for call in "forecast('again')" "backtest('again', 5, 5)" "update_actuals('again')"; do
	echo "CALL creditspread.$call;" >"$TEST_TMP/call.sql"
	same "extended protocol: ${call%%(*}" 0 "$(pgbench -n -M extended -t 1 -f "$TEST_TMP/call.sql" >"$TEST_TMP/out" 2>&1; echo $?)"
done
same 'extended protocol: in a transaction block' 2D000 "$(code "$(query -c 'BEGIN' -c "CALL creditspread.forecast('again')")")"

# ---- a dump keeps all of it, and the work goes on

query -c "CALL creditspread.grant_reader('again', 'pg_monitor')" -c "INSERT INTO creditspread.method SELECT 'mine', description, unit, uses_features, takes_missing, intervals,
	options, reserved_options, check_options, rows_needed, fit, forecast, validation FROM creditspread.method WHERE name = 'mean'"
state="SELECT (SELECT md5(string_agg(m::text, ' ' ORDER BY id)) FROM models m), (SELECT md5(string_agg(a::text, ' ' ORDER BY model_id, entity)) FROM creditspread.artifact a),
	(SELECT md5(string_agg(r::text, ' ' ORDER BY id)) FROM runs r), (SELECT md5(string_agg(s::text, ' ' ORDER BY run_id, entity)) FROM creditspread.run_series s),
	(SELECT md5(string_agg(f::text, ' ' ORDER BY f::text)) FROM forecasts f), (SELECT string_agg(r::text, ' ') FROM creditspread.reader r),
	(SELECT count(*) FROM creditspread.method WHERE name = 'mine')"
for form in plain custom; do
	query -d postgres -c "CREATE DATABASE restored_$form"
	if [ $form = plain ]; then
		pg_dump | query -d restored_plain -v ON_ERROR_STOP=1 >"$TEST_TMP/restore"
	else
		pg_dump -Fc >"$TEST_TMP/dump" && pg_restore -d restored_custom "$TEST_TMP/dump" >"$TEST_TMP/restore" 2>&1
	fi
	same "$form dump: no error" 0 "$(grep -ci error "$TEST_TMP/restore")"
	same "$form dump: every row" "$(query -c "$state")" "$(query -d restored_$form -c "$state")"
done
export PGDATABASE=restored_plain
want=$(query -d creditspread -c "CALL creditspread.forecast('again')" -c "SELECT md5(string_agg(row(entity, origin, horizon, forecast, lower, upper)::text, ' ' ORDER BY entity)) FROM creditspread.forecast_latest WHERE model = 'again'")
query -c "CALL creditspread.forecast('again')"
same 'restored: forecasts go on, the same' "$want" "$(query -c "SELECT md5(string_agg(row(entity, origin, horizon, forecast, lower, upper)::text, ' ' ORDER BY entity)) FROM creditspread.forecast_latest WHERE model = 'again'")"
query -c "CALL creditspread.retrain('again')"
same 'restored: so does training' '1ready 7ready 9ready 10*ready' "$(versions again)"
query -c 'DROP VIEW models, runs, forecasts' -c 'DROP EXTENSION creditspread'
same 'the extension takes its schema with it' 0 "$(query -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'creditspread'")"
query -c 'CREATE EXTENSION creditspread'
same 'and comes back' 0 "$(query -c 'SELECT count(*) FROM creditspread.model')"

echo "1..$number"

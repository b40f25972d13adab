#!/bin/bash
# Several sessions at one run of the catalog: each does a part, the result is that of one; a session that goes leaves its part to the others.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
export PGDATABASE=queue_test
psql -X -q -d postgres -c 'CREATE DATABASE queue_test'

# Method gated waits in each fit until nobody holds the gate, an advisory lock; its forecast is the last value.
gate=8241
query -c 'CREATE EXTENSION creditspread' -c "INSERT INTO creditspread.method (name, description, unit, uses_features, intervals, fit, forecast) VALUES ('gated', 'waits', 'series', true, 'method',
	'SELECT s.unit, convert_to(count(*)::text, ''UTF8'') FROM s, (SELECT pg_advisory_xact_lock_shared($gate)) g GROUP BY s.unit',
	'SELECT a.unit, s.entity, s.\"time\", h AS horizon, s.y AS forecast, s.y - 1 AS lower, s.y + 1 AS upper FROM a JOIN s ON s.unit = a.unit, unnest(\$2) h')" \
	-c "CREATE TABLE quote AS SELECT 'bond ' || b AS entity, '2024-01-01'::date + t AS day, sin(b * t * 0.1) + 0.1 * cos(t * t) AS y FROM generate_series(1, 40) b, generate_series(1, 60) t" \
	-c "CREATE TABLE bad AS SELECT * FROM quote" -c "UPDATE bad SET y = 'NaN' WHERE entity IN ('bond 3', 'bond 39') AND day = '2024-02-01'" \
	-c 'CREATE ROLE queue_stranger LOGIN'

# start NAME STATEMENT: a session of its own, in the background; its words go to $TEST_TMP/NAME
start() { PGAPPNAME=$1 query -c "$2" >"$TEST_TMP/$1" & }
sql_until() { for _ in $(seq 1200); do [ "$(query -c "$1")" != t ] || return 0; sleep 0.05; done; return 1; }
waits() { sql_until "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = '$1' AND wait_event = 'advisory'"; }
gone() { sql_until "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '$1'"; }
close_gate()
{
	PGAPPNAME=keeper query -c "SELECT pg_advisory_lock($gate)" -c 'SELECT pg_sleep(3600)' >/dev/null &
	sql_until "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = $gate AND granted"
}
open_gate() { query -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'keeper'" >/dev/null; gone keeper; }
train() { echo "CALL creditspread.train('$1', 'SELECT day AS \"time\", entity, y FROM $2', '${3:-gated}', '{1,5}')"; }
log_of() { query -c "SELECT r.status, r.series_total, r.series_done, r.series_failed, count(s.*) FROM creditspread.run_log r LEFT JOIN creditspread.run_series s ON s.run_id = r.run_id
	WHERE r.run_id = (SELECT max(id) FROM creditspread.run) GROUP BY r.run_id, 1, 2, 3, 4"; }
# how the sums of a measure end depends on which series come together
fits_of() { query -c "SELECT md5(string_agg(concat_ws(' ', a.entity, a.status, a.artifact, round((a.measures ->> 'mae')::numeric, 12), a.widths), ',' ORDER BY a.entity)) FROM creditspread.artifact a JOIN creditspread.model m ON m.id = a.model_id
	JOIN creditspread.pipeline p ON p.id = m.pipeline_id WHERE p.name = '$1' AND m.active"; }

# two sessions
query -c "$(train alone bad)" >/dev/null
close_gate
start leader "$(train shared bad)"
waits leader
start helper "CALL creditspread.join_run('shared')"
waits helper
result $? 'the session that joined is at work while the other is'
open_gate
gone leader; gone helper
same 'all series are done, each once' 'done|40|40|2|40' "$(log_of)"
same 'two sessions learn what one does' "$(fits_of alone)" "$(fits_of shared)"
like 'the session that joined says what it did' 'NOTICE:  creditspread.join_run: did [1-9][0-9]* series of run [0-9]+' "$(<"$TEST_TMP/helper")"
like 'the other warns of the series that failed, whoever worked on them' 'WARNING:  creditspread.train: 2 of 40 series failed' "$(<"$TEST_TMP/leader")"
like 'and where they are' 'HINT:  See creditspread.run_series of run' "$(<"$TEST_TMP/leader")"
same 'nothing is left in the queue' 0 "$(query -c 'SELECT count(*) FROM creditspread_internal.queue')"

# a session that joined dies
close_gate
start leader "CALL creditspread.retrain('shared')"
waits leader
start helper "CALL creditspread.join_run('shared')"
waits helper
query -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'helper'" >/dev/null
gone helper
open_gate
gone leader
same 'what a dead session had taken is done by the other' 'done|40|40|2|40' "$(log_of)"
same 'and is right' "$(fits_of alone)" "$(fits_of shared)"

# the session that began dies
close_gate
start leader "CALL creditspread.retrain('shared')"
waits leader
start helper "CALL creditspread.join_run('shared')"
waits helper
query -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'leader'" >/dev/null
gone leader
open_gate
gone helper
like 'without the session that began there is nothing to do any more' 'ERROR:  creditspread.join_run: run [0-9]* of model "shared" has ended' "$(<"$TEST_TMP/helper")"
like 'and nothing to repair' 'HINT:  .*Nothing is lost' "$(<"$TEST_TMP/helper")"
same 'the model serves on' "$(fits_of alone)" "$(fits_of shared)"
same 'what was left in the queue' t "$(query -c 'SELECT count(*) > 0 FROM creditspread_internal.queue')"
query -c "CALL creditspread.forecast('alone')" >/dev/null
same 'the next run removes, of whatever model it is' 0 "$(query -c 'SELECT count(*) FROM creditspread_internal.queue')"
query -c "CALL creditspread.retrain('shared')" >/dev/null
same 'and the model can be trained again' 'done|40|40|2|40' "$(log_of)"

# a session joins while the one that began still reads
reading=8243
query -c "CREATE FUNCTION held() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN IF current_setting(''application_name'') LIKE ''leader%'' THEN PERFORM pg_advisory_xact_lock_shared($reading); END IF; RETURN true; END'" \
	-c "CALL creditspread.train('slow', 'SELECT day AS \"time\", entity, y FROM bad, held() AS h WHERE h', 'gated', '{1,5}')" >/dev/null
close_reading()
{
	PGAPPNAME=librarian query -c "SELECT pg_advisory_lock($reading)" -c 'SELECT pg_sleep(3600)' >/dev/null &
	sql_until "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = $reading AND granted"
}
open_reading() { query -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'librarian'" >/dev/null; gone librarian; }
has_read() { sql_until "SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'creditspread_units') AND EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '$1' AND wait_event = 'PgSleep')"; }
close_gate
close_reading
start leader "CALL creditspread.retrain('slow')"
waits leader
start helper "CALL creditspread.join_run('slow', '0')"
has_read helper
result $? 'a session that joins has read before the one that began'
open_reading
waits helper
result $? 'and works when that has read, too'
open_gate
gone leader; gone helper
same 'both do all series, each once' 'done|40|40|2|40' "$(log_of)"
same 'and learn what one does' "$(fits_of alone)" "$(fits_of slow)"
like 'the session that joined did a part' 'NOTICE:  creditspread.join_run: did [1-9][0-9]* series of run' "$(<"$TEST_TMP/helper")"

# it is cancelled; the run ends while it waits, which then waits for the next one
close_reading
start leader "CALL creditspread.retrain('slow')"
waits leader
start helper "CALL creditspread.join_run('slow', '0')"
has_read helper
query -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'helper'" >/dev/null
gone helper
like 'a session that waits is cancelled' 'ERROR:  canceling statement due to user request' "$(<"$TEST_TMP/helper")"
start patient "CALL creditspread.join_run('slow', '1 hour')"
has_read patient
start helper "CALL creditspread.join_run('slow', '0')"
sql_until "SELECT count(*) = 2 FROM pg_class c WHERE relname = 'creditspread_units'"
query -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'leader'" >/dev/null
gone leader; gone helper
like 'the run ends while a session waits for it' 'NOTICE:  creditspread.join_run: no run of model "slow" has series to give' "$(<"$TEST_TMP/helper")"
open_reading
close_gate
start leader "CALL creditspread.retrain('slow')"
waits leader
waits patient
result $? 'one that has time takes part in the next run'
open_gate
gone leader; gone patient
same 'of which nothing is lost' 'done|40|40|2|40' "$(log_of)"

# other data, nothing to join, nobody else's
close_gate
start leader "CALL creditspread.retrain('shared')"
waits leader
query -c "UPDATE bad SET y = 7 WHERE entity = 'bond 9' AND day = '2024-02-02'"
like 'who reads other rows does not join' 'NOTICE:  creditspread.join_run: the query gives other rows than the run has read' "$(query -c "CALL creditspread.join_run('shared')")"
like 'nor another role' 'ERROR:  creditspread.join_run: role "queue_stranger" has no model "shared"' "$(query -U queue_stranger -c "CALL creditspread.join_run('shared', '0')")"
like 'nobody takes from the queue by hand' 'ERROR:  permission denied' "$(query -U queue_stranger -c 'SELECT * FROM creditspread_internal.queue')"
nothing 'even by the functions of the queue' "$(query -U queue_stranger -c "SELECT creditspread_internal.take_back((SELECT max(id) FROM creditspread.run), 40, 1)" -c 'SELECT creditspread_internal.queue_of(1)' | tr -d ',()\n')"
open_gate
gone leader
like 'nothing to join' 'NOTICE:  creditspread.join_run: no run of model "shared" has series to give' "$(query -c "CALL creditspread.join_run('shared', '0')")"
like 'one that came too late says so' 'NOTICE:  creditspread.join_run: did 0 series of run 7' \
	"$(query -c "SELECT creditspread_internal.report_end(jsonb_populate_record(NULL::creditspread_internal.run_state, '{\"joined\": true, \"run_id\": 7}'))")"
like 'no such model' 'ERROR:  creditspread.join_run: role "postgres" has no model "nil"' "$(query -c "CALL creditspread.join_run('nil', '0')")"
like 'not in a transaction' 'ERROR:  creditspread.join_run: cannot run inside a transaction block' "$(query -c 'BEGIN' -c "CALL creditspread.join_run('shared', '0')")"

# who reads other features, names or business days reads other rows
query -c 'CREATE TABLE wide AS SELECT *, 1.0::float8 AS x FROM quote' -c "CREATE TABLE open_day AS SELECT '2024-01-01'::date + g AS day FROM generate_series(0, 200) g" \
	-c "CALL creditspread.train('wide', 'SELECT day AS \"time\", entity, y, x FROM wide', 'gated', '{1}', calendar => 'open_day')" >/dev/null
for change in 'UPDATE wide SET x = 3 - x' "UPDATE wide SET entity = translate(entity, 'bz', 'zb')" "UPDATE open_day SET day = '2025-01-01' WHERE day = '2024-03-03'"; do
	close_gate
	start leader "CALL creditspread.retrain('wide')"
	waits leader
	query -c "$change"
	like "not shared after $change" 'NOTICE:  creditspread.join_run: the query gives other rows' "$(query -c "SET statement_timeout = '20s'" -c "CALL creditspread.join_run('wide')")"
	open_gate
	gone leader
done

# what is known in advance belongs to the rows
query -c "CREATE TABLE told AS SELECT *, 1.0::float8 AS x FROM quote" -c "UPDATE told SET y = NULL WHERE day > '2024-02-25'" \
	-c "UPDATE creditspread.method SET known = 'rows', options = '{known}' WHERE name = 'gated'" \
	-c "CALL creditspread.train('told', 'SELECT day AS \"time\", entity, y, x FROM told', 'gated', '{1}', '{\"known\": [\"x\"]}')" >/dev/null
close_gate
start leader "CALL creditspread.retrain('told')"
waits leader
query -c "UPDATE told SET x = 7 WHERE entity = 'bond 9' AND day = '2024-02-26'"
like 'nor after a change of what is known in advance' 'NOTICE:  creditspread.join_run: the query gives other rows' "$(query -c "SET statement_timeout = '20s'" -c "CALL creditspread.join_run('told')")"
open_gate
gone leader

# a run that fails while another session stores what it learnt
late=8242
query -c "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF current_setting(''application_name'') = ''helper'' THEN PERFORM pg_advisory_xact_lock_shared($late); END IF; RETURN NULL; END'" \
	-c 'CREATE TRIGGER linger AFTER INSERT ON creditspread.artifact EXECUTE FUNCTION linger()'
close_gate
PGAPPNAME=keeper query -c "SELECT pg_advisory_lock($late)" -c 'SELECT pg_sleep(3600)' >/dev/null &
start leader "CALL creditspread.retrain('wide')"
waits leader
PGOPTIONS='-c client_min_messages=error' start helper "CALL creditspread.join_run('wide')"
waits helper
query -c "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE locktype = 'advisory' AND objid = $gate AND mode = 'ExclusiveLock'" >/dev/null
sql_until "SELECT count(*) > 0 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE locktype = 'advisory' AND objid = $late AND NOT granted AND application_name = 'helper'"
result $? 'another session stores what it learnt'
query -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'leader'" >/dev/null
sql_until "SELECT count(*) > 0 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND application_name = 'leader'"
result $? 'for which the end of the run waits'
open_gate
gone leader; gone helper
like 'its log is closed' 'failed\|57014' "$(query -c 'SELECT status, code FROM creditspread.run_log ORDER BY run_id DESC LIMIT 1')"
like 'and it says why it ended' 'ERROR:  canceling statement due to user request' "$(<"$TEST_TMP/leader")"
nothing 'nobody waited for the other' "$(grep -h deadlock "$TEST_TMP/leader" "$TEST_TMP/helper")"
same 'its version is gone' 0 "$(query -c "SELECT count(*) FROM creditspread.model WHERE status = 'training'")"
query -c 'DROP TRIGGER linger ON creditspread.artifact'

# a higher isolation
close_gate
PGOPTIONS='-c default_transaction_isolation=serializable' start leader "CALL creditspread.retrain('wide')"
waits leader
start helper "CALL creditspread.join_run('wide', '0')"
waits helper
open_gate
gone leader; gone helper
same 'the steps of a run are read committed, whatever the session is' 'done|40|40|0|40' "$(log_of)"
like 'so it is shared' 'NOTICE:  creditspread.join_run: did [1-9][0-9]* series of run [0-9]+' "$(<"$TEST_TMP/helper")"
refused=$(PGOPTIONS='-c default_transaction_isolation=repeatable\ read' query -c "CALL creditspread.join_run('wide', '0')")
like 'but such a session cannot join one' 'ERROR:  creditspread.join_run: the transaction isolation is repeatable read' "$refused"
like 'and is told that only its own isolation has to change' "HINT:  SET default_transaction_isolation = 'read committed'; that of the session which begins the run does not matter" "$refused"

# backtest and forecast, by a method of the extension
stored() { query -c "SELECT md5(string_agg(concat_ws(' ', f.source, f.entity, f.origin, f.horizon, f.target_time, f.forecast, f.lower, f.upper, f.actual), ',' ORDER BY f.source, f.entity, f.origin, f.horizon))
	FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id WHERE p.name = '$1'"; }
for model in one two; do
	query -c "$(train $model quote ar)" >/dev/null
done
query -c "CALL creditspread.backtest('one', origins => 10)" -c "CALL creditspread.forecast('one')" >/dev/null
start helper "CALL creditspread.join_run('two')"
query -c "CALL creditspread.backtest('two', origins => 10)" -c "CALL creditspread.forecast('two')" >/dev/null
gone helper
same 'a backtest and a forecast that another session may have joined' "$(stored one)" "$(stored two)"
like 'where no series failed the log has what is to be said' 'HINT:  See creditspread.run_log of run' "$(query -c "CALL creditspread.forecast('one', as_of => '2024-02-20')")"

echo "1..$number"

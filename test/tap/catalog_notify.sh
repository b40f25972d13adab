#!/bin/bash
# What sessions that listen to channel creditspread hear of the catalog's procedures, whoever they are.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
export PGDATABASE=creditspread

finish()
{
	query -c "TRUNCATE creditspread.pipeline, creditspread.run, creditspread.run_series, creditspread.model, creditspread.artifact, creditspread.forecast, creditspread.series, creditspread.reader" \
		-c 'DROP OWNED BY notify_ann, notify_ben' -c 'DROP ROLE notify_ann, notify_ben' >/dev/null
}
trap finish EXIT

query -c 'CREATE ROLE notify_ann LOGIN' -c 'CREATE ROLE notify_ben LOGIN' -c 'CREATE SCHEMA notify_ann AUTHORIZATION notify_ann'
query -U notify_ann -c "CREATE TABLE row AS SELECT s AS entity, '2024-01-01'::date + g AS day, 2 + sin(g * g * 0.7) * 0.2 AS y FROM generate_series(1, 60) g, unnest('{A,B,C}'::text[]) s"

# The payloads that a session of another role gets while the statements run, without numbers of runs.
heard()
{
	local payloads=$TEST_TMP/payloads

	rm -f "$payloads"
	mkfifo "$TEST_TMP/listen"
	psql -X -U notify_ben -f "$TEST_TMP/listen" >"$payloads" 2>&1 &
	exec 9>"$TEST_TMP/listen"
	echo 'LISTEN creditspread; SELECT $$ready$$;' >&9
	for _ in $(seq 1000); do grep -qs ready "$payloads" && break; sleep 0.05; done
	query -U notify_ann -v ON_ERROR_STOP=0 >/dev/null
	echo 'SELECT $$heard$$;' >&9
	exec 9>&-
	wait $!
	rm "$TEST_TMP/listen"
	sed -n 's/.*with payload "\(.*\)" received.*/\1/p' "$payloads" | sed 's/"run": [0-9][0-9]*/"run": 1/'
}

same 'trained, forecast, tested, made active, failed: once for each, whatever the number of series' \
'{"run": 1, "event": "trained", "model": "spread", "owner": "notify_ann", "active": true, "version": 1}
{"run": 1, "rows": 3, "event": "forecast", "model": "spread", "owner": "notify_ann", "version": 1}
{"run": 1, "rows": 60, "event": "backtest", "model": "spread", "owner": "notify_ann", "version": 1}
{"run": 1, "rows": 0, "event": "actuals", "model": "spread", "owner": "notify_ann", "version": 1}
{"run": 1, "event": "trained", "model": "spread", "owner": "notify_ann", "active": true, "version": 2}
{"run": null, "event": "promoted", "model": "spread", "owner": "notify_ann", "version": 1}
{"run": null, "event": "promoted", "model": "spread", "owner": "notify_ann", "version": 2}
{"run": 1, "code": "42P01", "kind": "forecast", "event": "failed", "model": "spread", "owner": "notify_ann", "version": 2}' "$(heard <<'END'
CALL creditspread.train('spread', 'SELECT day AS "time", y, entity FROM row', 'ar');
CALL creditspread.forecast('spread');
CALL creditspread.backtest('spread', 20, 10);
CALL creditspread.update_actuals('spread');
CALL creditspread.retrain('spread');
CALL creditspread.rollback('spread');
CALL creditspread.promote('spread', 2);
BEGIN;
CALL creditspread.rollback('spread');
ROLLBACK;
CALL creditspread.alter_model('spread', method => 'mean');
ALTER TABLE row RENAME TO gone;
CALL creditspread.forecast('spread');
ALTER TABLE gone RENAME TO row;
END
)"

same 'numbers alone, or nothing, where the session says so' \
'{"run": 1, "rows": 3, "event": "forecast", "version": 2}' "$(heard <<'END'
SET creditspread.notify = numbers;
CALL creditspread.forecast('spread');
SET creditspread.notify = off;
CALL creditspread.forecast('spread');
END
)"

same 'a name that JSON makes too long for a payload is left out' \
'{"run": 1, "event": "trained", "model": "'"$(printf 'x%.0s' $(seq 1000))"'", "owner": "notify_ann", "active": true, "version": 1}
{"run": 1, "event": "trained", "model": "'"$(printf '\\u0001%.0s' $(seq 1000))"'", "owner": "notify_ann", "active": true, "version": 1}
{"run": 1, "rows": 3, "event": "forecast", "version": 1}' "$(heard <<'END'
CALL creditspread.train(repeat('x', 1000), 'SELECT day AS "time", y, entity FROM row', 'ar');
CALL creditspread.train(repeat(E'\x01', 1000), 'SELECT day AS "time", y, entity FROM row', 'ar');
\connect - postgres
UPDATE creditspread.pipeline SET name = repeat(E'\x01', 2000) WHERE name = repeat(E'\x01', 1000);
\connect - notify_ann
CALL creditspread.forecast(repeat(E'\x01', 2000));
END
)"

# A session that ends in the middle of its work: whoever comes next tells of it.
query -U notify_ann -c "SET creditspread.notify = off" -c "CALL creditspread.train('slow', 'SELECT day AS \"time\", y, entity FROM row', 'ar')"
query -c "INSERT INTO creditspread.run (id, pipeline_id, version, kind, caller, started, status, pid) SELECT 1000000, id, 1, 'retrain', 'notify_ann', now(), 'running', 1 FROM creditspread.pipeline WHERE name = 'slow'"
same 'a run that died' '{"run": 1, "kind": "retrain", "event": "died", "model": "slow", "owner": "notify_ann", "version": 1}
{"run": 1, "rows": 3, "event": "forecast", "model": "slow", "owner": "notify_ann", "version": 1}' "$(heard <<<"CALL creditspread.forecast('slow');")"

echo "1..$number"

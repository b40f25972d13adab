#!/bin/bash
# The catalog against those who mean harm, or have bad luck: what a role can do to others by calling the functions that write,
# calls that are cancelled at any moment, roles that were dropped and made anew before a restore.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
cd "$CREDITSPREAD_TOP" || exit 1
trap 'cluster_stop outside immediate; cluster_stop elsewhere immediate' EXIT
cluster_start outside || exit 1
PGHOST=$(cluster_socket outside)
export PGHOST PGDATABASE=creditspread

# until_true CONDITION: the time is that after which something must have gone wrong
until_true()
{
	local end=$((SECONDS + 300))

	while [ $SECONDS -lt $end ]; do
		[ "$(query -c "SELECT $1")" = t ] && return
		sleep 0.05
	done
	echo "# waited in vain for $1"
}

# views: those that a superuser cannot read to the last row
views()
{
	local view

	for view in model_overview forecast_vs_actual forecast_interval forecast_latest accuracy accuracy_first accuracy_overall accuracy_holm comparison freshness run_log progress; do
		query -c "SELECT count(v::text) FROM creditspread.$view v" | grep -v '^[0-9]*$' | sed "s/^/$view: /"
	done
}

query <<-'END'
	CREATE EXTENSION creditspread;
	CREATE ROLE ann LOGIN;
	CREATE ROLE eve LOGIN;
	GRANT CREATE ON SCHEMA public TO PUBLIC;
	CREATE TABLE series AS SELECT 's' || s AS entity, date '2026-01-05' + g AS "time", 2 + 0.1 * sin(g * g * 0.37 + s) AS y FROM generate_series(1, 8) s, generate_series(0, 99) g;
	CREATE TABLE many AS SELECT 'm' || m AS entity, "time", y FROM series, generate_series(1, 400) m WHERE entity = 's1' AND "time" > '2026-03-01';
	GRANT SELECT ON series, many TO PUBLIC;
END
query -U ann -c "CALL creditspread.train('m', 'series', method => 'ar', horizons => '{1,5}')" -c "CALL creditspread.forecast('m')" -c "CALL creditspread.train('many', 'many', method => 'random_walk', horizons => '{1,2,3,4}')"
others="SELECT md5(string_agg(t, ' ' ORDER BY t)) FROM (SELECT p::text FROM creditspread.pipeline p WHERE p.owner <> 'eve' UNION ALL SELECT m::text FROM creditspread.model m
	WHERE m.pipeline_id IN (SELECT id FROM creditspread.pipeline WHERE owner <> 'eve') UNION ALL SELECT f::text FROM creditspread.forecast f
	WHERE f.pipeline_id IN (SELECT id FROM creditspread.pipeline WHERE owner <> 'eve')) AS rows (t)"
before=$(query -c "$others")

# ---- a time zone that is none, by the writers and by an import

definition()
{
	cat <<-END
		jsonb_populate_record(NULL::creditspread.model, '{"method": "ar", "query": "TABLE series", "search_path": "public", "horizons": [1], "options": {}, "level": 0.9,
			"pool": false, "time_zone": "$1", "keep": 5, "promote": "always", "on_error": "skip", "ended_after": 20}')
	END
}
query -U eve -v ON_ERROR_STOP=0 >/dev/null <<-END
	SELECT (s).run_id FROM (SELECT creditspread_internal.start_run('train', 'nowhere', $(definition No/Where), '{}') AS s OFFSET 0) q \\gset
	SELECT creditspread_internal.note_data(:run_id, 'timestamp with time zone', '{}', 80, '2026-01-05', '2026-04-05', 'x');
	SELECT creditspread_internal.store_artifacts(:run_id, '{""}', ARRAY['\\x00'::bytea], '{NULL}', '{80}', '{2026-01-05}', '{2026-04-05}', ARRAY[NULL::jsonb], ARRAY[NULL::jsonb]);
	SELECT creditspread_internal.finish_train(:run_id);
	SELECT creditspread_internal.end_run(:run_id, NULL, NULL, NULL);
	SELECT (s).run_id FROM (SELECT creditspread_internal.start_run('forecast', 'nowhere', NULL, '{}') AS s OFFSET 0) q \\gset
	SELECT creditspread_internal.store_forecasts(:run_id, '{""}', '{2026-04-05}', '{1}', '{2026-04-06}', '{1}', '{1}', '{1}', '{NULL}', '{1}');
	SELECT creditspread_internal.note_series(:run_id, '{""}', '{2026-01-05}', '{2026-04-05}', '{80}', '{1}', '{2026-04-05}', '{f}');
	SELECT creditspread_internal.end_run(:run_id, NULL, NULL, NULL);
END
nothing 'a time zone that is none, written by a role, breaks no view' "$(views)"
query -U eve -v ON_ERROR_STOP=0 >/dev/null <<-'END'
	CREATE TABLE hours AS SELECT timestamptz '2026-01-05 16:00Z' + g * interval '1 day' AS "time", sin(g * g) AS y FROM generate_series(0, 79) g;
	CALL creditspread.train('honest', 'hours', method => 'ar', time_zone => 'UTC');
	CALL creditspread.forecast('honest');
	SELECT substr(convert_from(creditspread.export('honest'), 'UTF8'), 87) AS body \gset
	SELECT replace(:'body', '"time_zone":"UTC"', '"time_zone":"No/Where"') AS body \gset
	SELECT creditspread.import(convert_to(format(E'creditspread model 1 %s\n', encode(sha256(convert_to(:'body', 'UTF8')), 'hex')) || :'body', 'UTF8'), 'forged');
	CALL creditspread.promote('forged', 1);
END
nothing 'nor does one in a forged import' "$(views)"
query -c "UPDATE creditspread.pipeline SET time_zone = 'No/Where', in_utc = true WHERE name = 'honest'"
nothing 'nor one that a restore brings and this server does not know' "$(views)"
query -c "UPDATE creditspread.pipeline SET time_zone = 'UTC' WHERE owner = 'eve'"

# ---- a transaction that is left open

# open STATEMENTS: eve does something and stays in the transaction
open()
{
	printf 'BEGIN;\n%s\nSELECT pg_sleep(3600);\n' "$1" | psql -X -q -U eve >/dev/null 2>&1 &
	until_true "EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'eve' AND wait_event = 'PgSleep')"
}
close()
{
	query -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'eve'" >/dev/null
	wait
}
open "SELECT (s).run_id FROM (SELECT creditspread_internal.start_run('train', 'open', $(definition UTC), '{}') AS s OFFSET 0) q \\gset
	SELECT creditspread_internal.log_units(:run_id, 2000000000, 2000000000);
	SELECT creditspread_internal.end_run(:run_id, NULL, NULL, NULL);"
nothing 'a run in an open transaction blocks nobody' "$(query -U ann -c "SET lock_timeout = '1s'" -c "CALL creditspread.forecast('many')")"
close
open "SELECT creditspread.import(creditspread.export('honest'), 'again');"
nothing 'nor does an import' "$(query -c "DELETE FROM creditspread.forecast WHERE pipeline_id = (SELECT id FROM creditspread.pipeline WHERE name = 'many')"; \
	query -U ann -c "SET lock_timeout = '1s'" -c "CALL creditspread.forecast('many')" -c "SELECT creditspread.import(creditspread.export('m'), 'copy') IS NULL" | grep -vx f)"
close
query -U ann -c "CALL creditspread.drop('copy')"
same 'nobody has changed what is of others' "$before" "$(query -c "DELETE FROM creditspread.forecast WHERE pipeline_id = (SELECT id FROM creditspread.pipeline WHERE name = 'many')" -c "$others")"

# ---- calls that are cancelled: two hundred, by the clock and by chance, which say nothing of what is found

query -U ann <<-'END'
	CREATE TABLE outcome (kind text, state text, log text, locks integer, work boolean);
	CALL creditspread.train('c', 'series', method => 'ar', horizons => '{1,5}');
END
for i in $(seq 200); do
	kinds=(train retrain forecast backtest update_actuals)
	kind=${kinds[RANDOM % 5]}
	case $kind in
		train) call="train('c', 'series', method => 'ar', horizons => '{1,5}')" work="(SELECT max(version) > :before FROM creditspread.model_overview WHERE model = 'c' AND active)" ;;
		retrain) call="retrain('c')" work="(SELECT max(version) > :before FROM creditspread.model_overview WHERE model = 'c' AND active)" ;;
		forecast) call="forecast('c')" work="(SELECT count(*) = 16 FROM creditspread.forecast_vs_actual WHERE model = 'c' AND source = 'forecast')" ;;
		backtest) call="backtest('c', 20, 10)" work="(SELECT count(*) = 320 FROM creditspread.forecast_vs_actual WHERE model = 'c' AND source = 'backtest')" ;;
		*) call="update_actuals('c')" work="(SELECT count(*) = 8 FROM creditspread.freshness WHERE model = 'c')" ;;
	esac
	cat <<-END
		CALL creditspread.prune('c', now());
		SELECT max(version) AS before FROM creditspread.model_overview WHERE model = 'c' AND active \\gset
		SELECT coalesce(max(id), 0) AS last FROM creditspread.run \\gset
		SET statement_timeout = $((1 + RANDOM % (i % 2 ? 60 : 400)));
		CALL creditspread.$call;
		\\set state :SQLSTATE
		SET statement_timeout = 0;
		INSERT INTO outcome SELECT '$kind', :'state', (SELECT string_agg(status, ' ') FROM creditspread.run WHERE id > :last),
			(SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND mode = 'ExclusiveLock' AND pid = pg_backend_pid()), $work;
	END
done >"$TEST_TMP/calls"
query -U ann -v ON_ERROR_STOP=0 -f "$TEST_TMP/calls" >"$TEST_TMP/out"
same 'two hundred calls were made' 200 "$(query -U ann -c 'SELECT count(*) FROM outcome')"
nothing 'cancelled: who returned success has done its work and says so' "$(query -U ann -c "SELECT * FROM outcome WHERE state = '00000' AND (NOT work OR log <> 'done')")"
nothing 'cancelled: an error is that of the cancel' "$(query -U ann -c "SELECT * FROM outcome WHERE state NOT IN ('00000', '57014')")"
nothing 'cancelled: no lock stays' "$(query -U ann -c 'SELECT * FROM outcome WHERE locks > 0')"
nothing 'cancelled: the log is closed' "$(query -U ann -c "SELECT kind, count(*) FROM outcome WHERE log = 'running' GROUP BY kind")"
nothing 'cancelled: no version is left in training' "$(query -c "CALL creditspread.drop('nobody')" >/dev/null; query -U ann -c "CALL creditspread.retrain('c')" -c "SELECT version FROM creditspread.model_overview WHERE status <> 'ready'")"

# ---- a role that was dropped and made anew, then a restore

query -d postgres -c 'CREATE DATABASE past'
query -d past -c 'CREATE EXTENSION creditspread' -c 'CREATE ROLE cid LOGIN' -c "CREATE TABLE series AS SELECT date '2026-01-05' + g AS \"time\", sin(g * g) AS y FROM generate_series(0, 99) g" -c 'GRANT SELECT ON series TO PUBLIC'
query -d past -U cid -c "CALL creditspread.train('m', 'series', method => 'mean')" -c "CALL creditspread.train('old', 'series', method => 'mean')"
query -d past -U ann -c "CALL creditspread.train('of_ann', 'series', method => 'mean')" -c "CALL creditspread.grant_reader('of_ann', 'cid')"
query -d past -c 'DROP ROLE cid' -c 'CREATE ROLE cid LOGIN'
nothing 'a new role of an old name reads nothing' "$(query -d past -U cid -c 'SELECT model FROM creditspread.model_overview')"
query -d past -U cid -c "CALL creditspread.train('m', 'series', method => 'ar')"
pg_dump -Fc -f "$TEST_TMP/past" past
cluster_start elsewhere || exit 1
PGHOST=$(cluster_socket elsewhere)
query -c 'CREATE ROLE cid LOGIN' -c 'CREATE ROLE ann LOGIN' -c 'CREATE ROLE eve LOGIN'
nothing 'restored' "$(pg_restore -j2 -d creditspread "$TEST_TMP/past" 2>&1)"
open "SELECT creditspread_internal.start_run('train', 'open', $(definition UTC), '{}') IS NULL;"
nothing 'restored: others go on, whoever came first and stays in his transaction' "$(query -U ann -c "SET lock_timeout = '1s'" -c "CALL creditspread.forecast('of_ann')")"
close
nothing 'restored: so does the role that was made anew' "$(query -U cid -c "CALL creditspread.forecast('m')")"
same 'restored: with its own model' 'ar' "$(query -U cid -c "SELECT method FROM creditspread.model_overview WHERE model = 'm'")"
same 'restored: nothing is lost' '4' "$(query -c 'SELECT count(*) FROM creditspread.model_overview')"
echo "1..$number"

#!/bin/bash
# What restores bring back, whose it is then, who can keep an owner from his model, and that no interrupted call ends as if it were done.
# In a cluster of its own, with roles of its own, and a second one that the dumps go to.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
number=0
trap 'cluster_stop restored immediate; cluster_stop restores immediate' EXIT
cluster_start restores || exit 1
cluster_start restored || exit 1
PGHOST=$(cluster_socket restores)
other=$(cluster_socket restored)
export PGHOST PGDATABASE=creditspread

# same NAME EXPECTED ACTUAL
same()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number - $1"
	else
		printf 'not ok %d - %s\n#   have: %s\n#   want: %s\n' $number "$1" "${3//$'\n'/$'\n#         '}" "${2//$'\n'/$'\n#         '}"
	fi
}

query() { psql -X -q -At -v VERBOSITY=verbose "$@" 2>&1; }
code() { sed -n 's/^.*ERROR:  \([0-9A-Z]\{5\}\):.*/\1/p' <<<"$1" | head -1; }
# until_true CONDITION: it must become true soon
until_true()
{
	for _ in $(seq 600); do
		[ "$(query -c "SELECT $1")" = t ] && return
		sleep 0.05
	done
	echo "# waited in vain for $1"
}

query <<-'END'
	CREATE EXTENSION creditspread;
	CREATE ROLE ann LOGIN;
	CREATE ROLE desk;
	CREATE ROLE ben LOGIN IN ROLE desk;
	CREATE ROLE backup LOGIN BYPASSRLS IN ROLE pg_read_all_data;
	GRANT ALL ON SCHEMA public TO PUBLIC;
END
query -U ann <<-'END'
	CREATE TABLE series AS SELECT 's' || s AS entity, '2020-01-01'::date + g AS day, 2 + sin(g * g * 0.37 + s) + g * 0.001 AS y FROM generate_series(1, 4) s, generate_series(1, 100) g;
	CALL creditspread.train('spread', 'SELECT entity, day AS "time", y FROM series', 'ar', '{1,3}', unit => 'bp', description => 'four');
	CALL creditspread.forecast('spread');
	CALL creditspread.backtest('spread', 10, 5);
	CALL creditspread.alter_model('spread', keep => 4);
	CALL creditspread.grant_reader('spread', 'desk');
	CALL creditspread.train('net', 'SELECT entity, day AS "time", y FROM series', 'rnn', options => '{"epochs": 1, "ensemble": 1, "units": [2]}');
END

# ---- restores: all of it, whatever the order, and the work goes on

state="SELECT (SELECT count(*) FROM creditspread.model), (SELECT md5(string_agg(a::text, ' ' ORDER BY a.model_id, a.entity)) FROM creditspread.artifact a),
	(SELECT md5(string_agg(f::text, ' ' ORDER BY f::text)) FROM creditspread.forecast f), (SELECT count(*) FROM creditspread.run_series),
	(SELECT string_agg(s::text, ' ' ORDER BY entity) FROM creditspread.series s), (SELECT string_agg(reader, ' ') FROM creditspread.reader),
	(SELECT string_agg(concat_ws(' ', name, units, description, changes), ' ' ORDER BY name) FROM creditspread.pipeline)"
want=$(query -c "$state")
psql -X -q -h "$other" -d postgres -c 'CREATE ROLE nobody_1' -c 'CREATE ROLE nobody_2' -c 'CREATE ROLE ann LOGIN' -c 'CREATE ROLE desk' -c 'CREATE ROLE ben LOGIN IN ROLE desk' -c 'CREATE ROLE backup LOGIN'
pg_dump -U backup -Fc >"$TEST_TMP/dump"
same 'a role that reads all, and no more, dumps it' t "$([ -s "$TEST_TMP/dump" ] && echo t)"
for way in serial parallel sections upright; do
	psql -X -q -h "$other" -d postgres -c "CREATE DATABASE $way"
	case $way in
		parallel) pg_restore -h "$other" -j 2 -d $way "$TEST_TMP/dump" ;;
		sections) for section in pre-data data post-data; do pg_restore -h "$other" --section=$section -d $way "$TEST_TMP/dump"; done ;;
		upright) pg_dump -U backup | psql -X -q -h "$other" -d $way -v ON_ERROR_STOP=1 ;;
		*) pg_restore -h "$other" -d $way "$TEST_TMP/dump" ;;
	esac >"$TEST_TMP/restore" 2>&1
	same "$way: without an error" 0 "$(grep -ci error "$TEST_TMP/restore")"
	same "$way: all of it" "$want" "$(query -h "$other" -d $way -c "$state")"
	same "$way: its owner and readers are the roles of those names" 't|t' \
		"$(query -h "$other" -d $way -U ann -c 'SELECT count(*) = 2 FROM creditspread.model_overview')|$(query -h "$other" -d $way -U ben -c 'SELECT count(*) = 1 FROM creditspread.model_overview')"
	same "$way: the work goes on" '1|done' "$(query -h "$other" -d $way -U ann -c "CALL creditspread.forecast('spread')" -c "CALL creditspread.retrain('net')" \
		-c 'SELECT count(DISTINCT owner_oid), (SELECT status FROM creditspread.run ORDER BY id DESC LIMIT 1) FROM creditspread.pipeline')"
done
# A replica has the rows and not the numbers of the sequences.
query -h "$other" -d serial -c "SELECT setval('creditspread.model_id_seq', 1, false), setval('creditspread.run_id_seq', 1, false), setval('creditspread.pipeline_id_seq', 1, false)" >/dev/null
same 'numbers that are taken are not given again' done "$(query -h "$other" -d serial -U ann -c "CALL creditspread.train('new', 'SELECT entity, day AS \"time\", y FROM series', 'mean')" \
	-c 'SELECT status FROM creditspread.run ORDER BY id DESC LIMIT 1')"
query -h "$other" -d serial -U ann -c "CALL creditspread.grant_reader('spread', 'backup')"
same 'readers that came with a restore and have not called yet stay when another one comes' 't|t' \
	"$(query -h "$other" -d serial -U ben -c 'SELECT count(*) = 1 FROM creditspread.model_overview')|$(query -h "$other" -d serial -U backup -c 'SELECT count(*) = 1 FROM creditspread.model_overview')"
same 'a dump of what one may read' t "$(pg_dump -h "$other" -d serial -U ann --enable-row-security -t 'creditspread.*' --extension=creditspread 2>&1 | grep -c spread | awk '{print ($1 > 0 ? "t" : "f")}')"
query -h "$other" -d postgres -c 'CREATE DATABASE without_role'
query -h "$other" -d postgres -c 'DROP DATABASE parallel' -c 'DROP DATABASE sections' -c 'DROP DATABASE upright' -c 'DROP DATABASE serial'
# nobody calls until the roles are others; the rows come as to a replica
query -h "$other" -d postgres -c 'CREATE DATABASE never'
PGOPTIONS='-c session_replication_role=replica' pg_restore -h "$other" --no-owner -d never "$TEST_TMP/dump" >"$TEST_TMP/restore" 2>&1
query -h "$other" -d postgres -c 'ALTER ROLE ann RENAME TO anna'
same 'never called: renamed after the restore, still the heir' 2 "$(query -h "$other" -d never -U anna -c 'SELECT count(*) FROM creditspread.model_overview')"
query -h "$other" -d postgres -c 'DROP ROLE anna' -c 'CREATE ROLE ann LOGIN' -c 'DROP ROLE desk' -c 'CREATE ROLE desk' -c 'GRANT desk TO ben'
never() { query -h "$other" -d never "$@"; }
same 'never called: who is made anew after the restore is no heir, nor a reader' '0|0|42704' "$(never -U ann -c 'SELECT count(*) FROM creditspread.model_overview')|$(
	never -U ben -c 'SELECT count(*) FROM creditspread.model_overview')|$(code "$(never -U ann -c "CALL creditspread.drop('spread')")")"
same 'but may be given them' 'ann|1' "$(never -c "CALL creditspread.transfer('spread', 'ann', 'ann (no role)')" -c "SELECT owner, count(*) FROM creditspread.model_overview WHERE model = 'spread' GROUP BY 1")"
never -c "UPDATE creditspread.pipeline SET cluster = 1, owner_oid = 1, heir = NULL, heir_cluster = NULL WHERE name = 'spread'"	# as a replica is told again
same 'and keeps them when the row comes again' 1 "$(never -U ann -c 'SELECT count(*) FROM creditspread.model_overview')"
query -h "$other" -d postgres -c 'DROP ROLE ann' -c 'CREATE ROLE ann LOGIN'
same 'but not whoever is made anew after him' 0 "$(never -U ann -c 'SELECT count(*) FROM creditspread.model_overview')"
query -h "$other" -d postgres -c 'DROP DATABASE never' -c 'DROP ROLE ann'
pg_restore -h "$other" --no-owner -d without_role "$TEST_TMP/dump" >"$TEST_TMP/restore" 2>&1
query -h "$other" -d without_role -U backup -c "CALL creditspread.train('mine', 'SELECT day AS \"time\", y FROM series', 'mean')" >/dev/null
query -h "$other" -d without_role -c 'CREATE ROLE ann LOGIN' -c 'GRANT SELECT ON series TO ann'
same 'what no role owned at the first write is no later role'\''s' '0|2' "$(query -h "$other" -d without_role -U ann -c 'SELECT count(*) FROM creditspread.model_overview')|$(
	query -h "$other" -d without_role -c "SELECT count(*) FROM creditspread.model_overview WHERE owner = 'ann (no role)'")"

# ---- a role of a dropped role's name

query -c 'ALTER TABLE series OWNER TO postgres' -c 'DROP OWNED BY ann' -c 'DROP ROLE ann' -c 'DROP ROLE desk' -c 'CREATE ROLE ann LOGIN' -c 'CREATE ROLE desk' -c 'GRANT desk TO ben' -c 'GRANT SELECT ON series TO ann'
same 'a new role of an old name sees nothing' 0 "$(query -U ann -c 'SELECT (SELECT count(*) FROM creditspread.model) + (SELECT count(*) FROM creditspread.forecast) + (SELECT count(*) FROM creditspread.run)')"
same 'nor does it drop anything' 42704 "$(code "$(query -U ann -c "CALL creditspread.drop('spread')")")"
same 'nor is it a reader' 0 "$(query -U ben -c 'SELECT count(*) FROM creditspread.model_overview')"
same 'and may have the same names' 1 "$(query -U ann -c "CALL creditspread.train('spread', 'SELECT entity, day AS \"time\", y FROM series', 'mean')" -c 'SELECT count(*) FROM creditspread.model_overview')"
same 'a role that is renamed keeps its models' 'anna|2' "$(query -c 'ALTER ROLE ann RENAME TO anna'; query -U anna -c "CALL creditspread.retrain('spread')" \
	-c 'SELECT owner, max(version) FROM creditspread.model_overview GROUP BY owner')"
query -c 'ALTER ROLE anna RENAME TO ann'

# ---- two at once

# A session that is in the middle of a training waits for the row lock that another one holds.
hold() # STATEMENT: in a transaction that stays open until `release`
{
	rm -f "$TEST_TMP/held"	# what the last one said
	mkfifo "$TEST_TMP/hold"
	query <"$TEST_TMP/hold" >"$TEST_TMP/held" &
	holder=$!
	exec 7>"$TEST_TMP/hold"
	echo "BEGIN; $1; SELECT 'held';" >&7
	until grep -qs held "$TEST_TMP/held"; do sleep 0.05; done
}
release() { echo 'COMMIT;' >&7; exec 7>&-; wait $holder; rm "$TEST_TMP/hold"; }
waiting="EXISTS (SELECT FROM pg_locks WHERE NOT granted)"

query -c "GRANT ALL ON series TO ann"
hold 'LOCK TABLE series'
query -U ann -c "CALL creditspread.retrain('spread')" >"$TEST_TMP/first" &
first=$!
until_true "$waiting"
same 'another one is refused' 55P03 "$(code "$(query -U ann -c "CALL creditspread.forecast('spread')")")"
same 'and the log has it' 'forecast|failed|55P03' "$(query -U ann -c 'SELECT kind, status, code FROM creditspread.run_log ORDER BY run_id DESC LIMIT 1')"
same 'two trainings of one new name' 'done|55P03' "$(query -U ann -c "CALL creditspread.train('fresh', 'SELECT day AS \"time\", y FROM series WHERE entity = ''s1''', 'mean')" >"$TEST_TMP/second" &
	second=$!; until_true "(SELECT count(*) > 1 FROM pg_locks WHERE NOT granted)"
	out=$(query -U ann -c "CALL creditspread.train('fresh', 'SELECT 1', 'mean')"); release; wait $second
	echo "$(query -U ann -c "SELECT status FROM creditspread.run_log WHERE model = 'fresh' ORDER BY run_id LIMIT 1")|$(code "$out")")"
wait $first
exec 7>&-
rm -f "$TEST_TMP/hold"
same 'the first one is done' '' "$(grep ERROR "$TEST_TMP/first")"

# second USER STATEMENT WAY: the SQLSTATE, while another session holds what it waits for, which it then commits
second()
{
	query -U "$1" -c "$2" >"$TEST_TMP/second" &
	local call=$!

	[ "$3" = waits ] && until_true "$waiting"
	[ "$3" = waits ] || wait $call
	release
	wait $call 2>/dev/null
	code "$(cat "$TEST_TMP/second")"
}
one='SELECT day AS "time", y FROM series WHERE entity = $$s1$$'
query -c 'GRANT SELECT ON series TO ben, desk'
for name in twin other; do query -U ann -c "CALL creditspread.train('$name', '$one', 'mean')"; done
query -U ben -c "CALL creditspread.train('twin', '$one', 'mean')"
hold "CALL creditspread.transfer('twin', 'desk', 'ann')"
same 'two models of a name are given to one role' 42710 "$(second postgres "CALL creditspread.transfer('twin', 'desk', 'ben')" waits)"
hold "SET ROLE desk; SELECT creditspread.import(creditspread.export('twin', 'desk'), 'other')"
same 'one comes by an import, the other is given' 42710 "$(second postgres "CALL creditspread.transfer('other', 'desk', 'ann')" waits)"
hold "CALL creditspread.transfer('other', 'ben', 'ann')"
same 'shared by who gives it away at that moment' 42704 "$(second ann "CALL creditspread.grant_reader('other', 'backup')" waits)"
hold "SET ROLE ben; CALL creditspread.drop('twin')"
same 'trained while it is dropped' 55P03 "$(second ben "CALL creditspread.train('twin', '$one', 'mean')" ends)"
hold "SET ROLE ben; CALL creditspread.drop('other')"
same 'shared while it is dropped' 42704 "$(second ben "CALL creditspread.grant_reader('other', 'backup')" waits)"
query -U ben -c "CALL creditspread.train('other', '$one', 'mean')"
query -c 'ALTER ROLE ben RENAME TO benno'	# a run notes the new name: it waits for the row
hold "SET ROLE benno; CALL creditspread.drop('other')"
same 'begun before it was dropped, locked afterwards' 55P03 "$(second benno "CALL creditspread.forecast('other')" waits)"
query -c 'ALTER ROLE benno RENAME TO ben'
same 'nothing is left of what was dropped' '0|0|0' "$(query -c 'SELECT (SELECT count(*) FROM creditspread.run WHERE pipeline_id NOT IN (SELECT id FROM creditspread.pipeline)),
	(SELECT count(*) FROM creditspread.reader WHERE pipeline_id NOT IN (SELECT id FROM creditspread.pipeline)), (SELECT count(*) FROM creditspread.model WHERE pipeline_id NOT IN (SELECT id FROM creditspread.pipeline))')"

# ---- a cancel is an error, wherever it falls

for what in series creditspread.run creditspread.model creditspread.artifact creditspread.run_series creditspread.series; do
	hold "LOCK TABLE $what"
	query -U ann -c "CALL creditspread.retrain('spread')" -c "SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND classid = 'creditspread.pipeline'::regclass" >"$TEST_TMP/first" &
	first=$!
	until_true "$waiting"
	query -c 'SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted' >/dev/null
	# the log may be what is locked: whoever waits for it is told again
	for _ in $(seq 40); do
		kill -0 $first 2>/dev/null || break
		query -c 'SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted' >/dev/null
		sleep 0.1
	done
	release
	wait $first
	same "cancelled while $what is locked: an error, and no lock is left" '57014|0' "$(code "$(cat "$TEST_TMP/first")")|$(tail -1 "$TEST_TMP/first")"
	same "and no run is open" 0 "$(query -U ann -c "SELECT count(*) FROM creditspread.run_log WHERE status = 'running'")"
done
same 'the next one works' done "$(query -U ann -c "CALL creditspread.retrain('spread')" -c 'SELECT status FROM creditspread.run_log ORDER BY run_id DESC LIMIT 1')"
echo "1..$number"

#!/bin/bash
# Cancel and statement_timeout end every long computation with their error, the session lives on, and no
# memory stays.
#
# Each statement of test/stopping.sh is repeated for ever, so that no machine is fast enough to end it:
# once until statement_timeout, which also warms the session's caches, then until it is cancelled, as soon
# as pg_stat_activity shows it at work.  How soon they are answered is measured by test/bench/cancel.sh;
# that each computation itself looks for a cancel is shown by stops.psql.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
. test/stopping.sh
export PGDATABASE=cancel

# cancel_at_work PID LIKE: cancels the process once it is at work on such a statement, unless it has ended.
cancel_at_work()
{
	query <<-SQL >/dev/null
		DO \$\$
		BEGIN
			WHILE EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND NOT (state = 'active' AND query LIKE '$2')) LOOP
				PERFORM pg_stat_clear_snapshot(), pg_sleep(0.01);
			END LOOP;
			PERFORM pg_sleep(0.2), pg_cancel_backend($1);
		END \$\$;
	SQL
}

# session_of FILE: the process that the session's output names, once it does.
session_of()
{
	local pid

	while ! pid=$(sed -n 's/^pid //p' "$1" 2>/dev/null) || [ -z "$pid" ]; do
		jobs -r | grep -q . || return
		sleep 0.01
	done
	echo "$pid"
}

# stopped NAME STATEMENT MOMENT...
stopped()
{
	local pid out=$TEST_TMP/session endless="DO \$do\$ BEGIN LOOP PERFORM * FROM ($2) AS q; END LOOP; END \$do\$"

	rm -f "$out"
	query -v ON_ERROR_STOP=0 -c "SET client_min_messages = 'error'" -c 'SET max_parallel_workers_per_gather = 0' -c "$warm" \
		-c "SET statement_timeout = '500ms'" -c "$endless" -c 'SET statement_timeout = 0' \
		-c "$memory" -c "$memory" -c "SELECT 'pid', pg_backend_pid()" -c "$endless" -c "$memory" -F ' ' -v VERBOSITY=verbose >"$out" 2>&1 &
	pid=$(session_of "$out")
	[ -z "$pid" ] || cancel_at_work "$pid" 'DO %'
	wait
	result $(($(grep -c '^ERROR:  57014: canceling statement due to statement timeout' "$out") != 1)) "$1: ended by statement_timeout"
	result $(($(grep -c '^ERROR:  57014: canceling statement due to user request' "$out") != 1)) "$1: ended by a cancel"
	result "$(awk '/^memory/ { before = after; after = $2; n++ } END { print !(n == 3 && after - before <= 65536) }' "$out")" \
		"$1: no memory stays, the session lives on"
	grep '^ERROR:' "$out" | grep -v 57014 | sed 's/^/# /'
}

psql -X -q -d postgres -c 'CREATE DATABASE cancel'
stopping_tables 500000
stopping_cases

# With creditspread.progress, a fit without end says how far it is until it is stopped: once it has, or, where it
# must not, once other sessions have seen it at work for a while.
fit="$(fit '{"epochs": 1000000, "patience": 0, "ensemble": 100}')"
query -v ON_ERROR_STOP=0 -c 'SET creditspread.progress = on' -c "SELECT 'pid ' || pg_backend_pid()" -c "$fit" >"$TEST_TMP/on" 2>&1 &
pid=$(session_of "$TEST_TMP/on")
started=$SECONDS
until grep -q NOTICE "$TEST_TMP/on"; do
	jobs -r | grep -q . || break
	sleep 0.1
done
query -c "SELECT pg_cancel_backend($pid)" >/dev/null
wait
seconds=$((SECONDS - started + 1))
shown=$(grep NOTICE "$TEST_TMP/on")
result $((! $(grep -cE '^NOTICE:  rnn_fit: [0-9]+ % done, [0-9]+ s left$' <<<"$shown"))) "creditspread.progress = on: $(head -n 1 <<<"$shown")"
result $((2 * $(grep -c . <<<"$shown") > seconds)) 'creditspread.progress = on: a notice every few seconds, not more'
query -v ON_ERROR_STOP=0 -c "SET statement_timeout = '5s'" -c "$fit" >"$TEST_TMP/off" 2>&1
result $(($(grep -c NOTICE "$TEST_TMP/off") > 0)) 'creditspread.progress = off: no notices'

echo "1..$number"

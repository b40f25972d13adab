#!/bin/bash
# fit_progress(): what other sessions see of a running fit, who sees it, and that nothing is left of it
# afterwards.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
export PGDATABASE=fit_progress

query() { psql -X -q -At -F ' ' -v ON_ERROR_STOP=1 "$@"; }

psql -X -q -d postgres -c "CREATE DATABASE $PGDATABASE" -c 'CREATE ROLE analyst LOGIN' -c 'CREATE ROLE stranger LOGIN'
query -c 'CREATE EXTENSION creditspread'
fit="SELECT rnn_fit(t, sin(t * 0.7) + 0.1 * cos(t * t * 0.01), NULL, rnn_options(ensemble => 100, epochs => 1000000, patience => 0)) FROM generate_series(1, 3000) t"

# The first row of CONDITION that another session of ROLE sees.
seen()
{
	local row=''

	while [ -z "$row" ] && jobs -r | grep -q .; do
		row=$(query -U "$1" -c "SELECT * FROM fit_progress() WHERE $2")
		[ -n "$row" ] || sleep 0.1
	done
	echo "$row"
}

# A fit that no machine ends: 100 members of a million epochs.
query -U analyst -c "$fit" >/dev/null 2>&1 &
read -r pid role function _ _ percent left <<<"$(seen analyst true)"
result $([ "$role" = analyst ] && [ "$function" = rnn_fit ]; echo $?) "a session of the same role sees role and function: $role $function"
result $([ "$(query -c "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid AND state = 'active'")" = 1 ]; echo $?) 'with the process at work'
read -r later _ _ _ _ more still <<<"$(seen postgres "percent > $percent AND seconds_left > 0")"
result $([ "$later" = "$pid" ]; echo $?) 'a superuser sees it too'
result $(awk "BEGIN { exit !($percent >= 0 && $more > $percent && $more < 100 && ${left:-1} > 0 && $still > 0) }"; echo $?) \
	"the percentage grows and seconds are left: $percent, then $more"
result $([ "$(query -U stranger -c 'SELECT count(*) FROM fit_progress()')" = 0 ]; echo $?) 'a stranger does not'
query -c 'GRANT pg_read_all_stats TO stranger'
result $([ "$(query -U stranger -c 'SELECT count(*) FROM fit_progress()')" = 1 ]; echo $?) 'unless he may read all statistics'
query -c "SELECT pg_cancel_backend($pid)" >/dev/null
wait
result $([ "$(query -c 'SELECT count(*) FROM fit_progress()')" = 0 ]; echo $?) 'a cancelled fit is gone'

# A computation that polls by itself: cancelled and caught, it leaves nothing to the next of the same statement.
series='(SELECT array_agg(sin(g * 0.7) + 0.1 * cos(g * g * 0.01)) FROM generate_series(1, 3000) g)'
query -c "DO \$\$BEGIN
	BEGIN PERFORM eemd($series, 1000000); EXCEPTION WHEN query_canceled THEN NULL; END;
	PERFORM ceemdan($series, 4000);
END\$\$" >/dev/null 2>&1 &
read -r pid _ function _ <<<"$(seen postgres true)"
result $([ "$function" = eemd ]; echo $?) "eemd is seen: $function"
query -c "SELECT pg_cancel_backend($pid)" >/dev/null
read -r _ _ function _ _ percent _ <<<"$(seen postgres "function <> 'eemd'")"
result $([ "$function" = ceemdan ]; echo $?) "after it was cancelled and caught ceemdan is: $function"
read -r _ _ function _ _ more _ <<<"$(seen postgres "percent > $percent")"
result $([ "$function" = ceemdan ] && awk "BEGIN { exit !($percent >= 0 && $more < 100) }"; echo $?) \
	"with a percentage of its own, which grows: $percent, then $more"
query -c "SELECT pg_cancel_backend($pid)" >/dev/null
wait

query -v ON_ERROR_STOP=0 -c "SET statement_timeout = '1s'" -c "$fit" -c 'RESET statement_timeout' -c 'SELECT count(*) FROM fit_progress()' >"$TEST_TMP/after" 2>/dev/null
result $([ "$(cat "$TEST_TMP/after")" = 0 ]; echo $?) "the session's next statement does not show the one before"

query -c "SELECT 'pid ' || pg_backend_pid()" -c "COPY ($fit) TO STDOUT" >"$TEST_TMP/copy" 2>&1 &
until [ "$(query -c 'SELECT count(*) FROM pg_stat_progress_copy')" = 1 ] || ! jobs -r | grep -q .; do sleep 0.1; done
sleep 1
result $([ "$(query -c 'SELECT count(*) FROM pg_stat_progress_copy')" = 1 ] && [ "$(query -c 'SELECT count(*) FROM fit_progress()')" = 0 ]; echo $?) \
	"COPY keeps the place for its own progress"
query -c "SELECT pg_cancel_backend($(sed -n 's/^pid //p' "$TEST_TMP/copy"))" >/dev/null
wait
echo "1..$number"

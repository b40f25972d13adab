#!/bin/bash
# An evening of SERIES series (2,000; method ar, 250 rows each) by one session and by two, of which the second joins each run: training, forecast and a backtest of
# 20 origins, then the accuracy of all.  Of each: seconds by the clock, processor seconds of each session and its peak memory; what two sessions
# save on an idle machine is the processor seconds of one over those of the busier of two.  Run by run.sh.
set -u
series=${SERIES:-2000}
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
psql -X -q -v ON_ERROR_STOP=1 -d bench -v series="$series" <<'SQL' || exit 1
\i test/bench/session.psql
CREATE TABLE panel AS
SELECT 'bond ' || bond AS entity, '2024-01-01'::date + t AS "time", 2 + sin(t * 0.07 * bond) + 0.1 * cos(t * t * 0.01 + bond) AS y
FROM generate_series(1, :series) AS bond, generate_series(1, 250) AS t;
VACUUM ANALYZE panel;
SQL

# session STATEMENT: prints its processor seconds, seconds by the clock and peak memory
session()
{
	psql -X -q -At -F ' ' -v ON_ERROR_STOP=1 -d bench -c 'SET client_min_messages = warning' -o /dev/null -c "CREATE TEMPORARY TABLE began AS SELECT processor_seconds() AS processor, clock_timestamp() AS clock" \
		-c "$1" -c '\o' -c 'SELECT round((processor_seconds() - processor)::numeric, 2), round(extract(epoch FROM clock_timestamp() - clock)::numeric, 2), peak_megabytes() FROM began'
}

# line NAME STATEMENT: by one session, and by two
line()
{
	local processor seconds memory first first_seconds first_memory second second_memory

	read -r processor seconds memory <<<"$(session "${2//MODEL/one}")"
	session "CALL creditspread.join_run('two')" >"$out/second" &
	read -r first first_seconds first_memory <<<"$(session "${2//MODEL/two}")"
	wait
	read -r second _ second_memory <"$out/second"
	awk -v name="$1, $series series" -v one="$processor" -v clock="$seconds" -v memory="$memory" -v first="$first" -v both="$first_seconds" \
		-v first_memory="$first_memory" -v second="$second" -v second_memory="$second_memory" 'BEGIN {
			busier = first > second ? first : second
			printf "%s: one session %.2f s of its processor, %.2f s by the clock, peak %d MB; two %.2f and %.2f s, %.2f s by the clock, %d and %d MB: %.2f times as fast by the busier session, %.2f by the clock\n",
				name, one, clock, memory, first, second, both, first_memory, second_memory, one / busier, clock / both
			printf "{\"name\": \"%s, the busier of two sessions\", \"peer\": \"one session\", \"seconds\": %s, \"peer_seconds\": %s}\n", name, busier, one }'
}

# a session joins runs of a model that there is
for model in one two; do
	psql -X -q -d bench -c 'SET client_min_messages = error' -c "CALL creditspread.train('$model', 'SELECT * FROM panel WHERE entity < ''bond 10''', 'ar')"
done
line train "CALL creditspread.train('MODEL', 'TABLE panel', 'ar')"
line forecast "CALL creditspread.forecast('MODEL')"
line 'backtest, 20 origins' "CALL creditspread.backtest('MODEL', origins => 20)"
for view in accuracy leaderboard_total; do
	read -r processor seconds memory <<<"$(session "SELECT * FROM creditspread.$view WHERE model = 'one'")"
	echo "$view of these, one session: $processor s of its processor, peak $memory MB"
done

#!/bin/bash
# Cancel and statement_timeout are answered within 100 ms wherever a computation stands, up to the
# largest networks and series, and leave no memory behind.
#
# A case is a statement and moments in milliseconds.  At each moment the statement is stopped, at
# most five times, until the answer comes within the limit: another process may hold the machine
# up once, not five times.  The time runs from the signal to the next reply to the client.
set -u
limit=100
number=0
worst=0
reached=0
export PGDATABASE=cancel

query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

report()
{
	number=$((number + 1))
	if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

# The session's memory in bytes, of the server's memory contexts.
memory='SELECT sum(total_bytes) FROM pg_backend_memory_contexts'

# by_timeout STATEMENT MOMENT: prints milliseconds of delay and bytes left behind; nothing when the
# statement was over before.  The first of the two runs warms the session's caches.
by_timeout()
{
	query -v ON_ERROR_STOP=0 -c 'SET max_parallel_workers_per_gather = 0' \
		-c "SET statement_timeout = $2" -c "$1" -c "$memory" -c '\timing on' -c "$1" -c '\timing off' -c "$memory" 2>&1 |
		awk -v moment="$2" '/statement timeout/ { stopped++ } /^Time: / { delay = $2 - moment } /^[0-9]+$/ { before = after; after = $1 }
			END { if (stopped == 2) printf "%.0f %d\n", delay, after - before }'
}

# by_signal STATEMENT MOMENT: the same with pg_cancel_backend from another session.
by_signal()
{
	local pid sent got

	rm -f "$TEST_TMP/victim"
	query -v ON_ERROR_STOP=0 -c 'SELECT pg_backend_pid()' -c "$1" \
		-c 'SELECT extract(epoch FROM clock_timestamp()) * 1000' >"$TEST_TMP/victim" 2>&1 &
	while ! pid=$(grep -m1 '^[0-9]*$' "$TEST_TMP/victim" 2>/dev/null); do sleep 0.01; done
	sent=$(query -c "SELECT pg_sleep($2 / 1000.0)" -c "SELECT extract(epoch FROM clock_timestamp()) * 1000 FROM (SELECT pg_cancel_backend($pid)) c" | tail -n 1)
	wait
	grep -q 'user request' "$TEST_TMP/victim" || return 0
	got=$(tail -n 1 "$TEST_TMP/victim")
	awk -v a="$sent" -v b="$got" 'BEGIN { printf "%.0f 0\n", b - a }'
}

# answered NAME HOW STATEMENT MOMENT...
answered()
{
	local name=$1 how=$2 statement=$3 moment delay left best stopped=0 slow=0 most=0 kept=0 try
	shift 3

	for moment in "$@"; do
		best=
		for try in 1 2 3 4 5; do
			read -r delay left < <("$how" "$statement" "$moment") || break
			[ -n "$best" ] && [ "$best" -le "$delay" ] || best=$delay
			[ "$left" -le "$kept" ] || kept=$left
			[ "$best" -ge $limit ] || break
		done
		[ -n "$best" ] || continue
		stopped=$((stopped + 1))
		[ "$best" -lt $limit ] || slow=$((slow + 1))
		[ "$best" -le $most ] || most=$best
	done
	[ $most -le $worst ] || worst=$most
	reached=$((reached + stopped))
	report $((stopped == 0)) "$name: stopped at $stopped of $# moments"
	report $((slow > 0)) "$name: answered after $most ms at most"
	report $((kept > 65536)) "$name: $kept bytes left behind at most"
}

psql -X -q -d postgres -c 'CREATE DATABASE cancel'
query <<'END'
	CREATE EXTENSION creditspread;
	CREATE TABLE series AS SELECT g AS t, sin(g * 0.7) + g * 0.002 AS y FROM generate_series(1, 40000) g;
	CREATE TABLE model AS SELECT rnn_fit(t, y, NULL, '{"units": [1024, 1024], "epochs": 1, "ensemble": 1, "look_back": 50}') AS m FROM series WHERE t < 80;
	CREATE TABLE small AS SELECT rnn_fit(t, y, NULL, '{"epochs": 1}') AS m FROM series WHERE t < 80;
	CREATE TABLE large AS SELECT rnn_fit(t, y, NULL, '{"units": [1024, 1024, 1024, 1024, 1024, 1024, 1024], "epochs": 1, "ensemble": 1, "look_back": 1}') AS m FROM series WHERE t < 40;
	-- a state of 5,000,000 rows in no order
	CREATE AGGREGATE state_of(bigint, float8, float8[], jsonb) (SFUNC = rnn_fit_transition, STYPE = creditspread_series);
	CREATE TABLE state (s creditspread_series);
	ALTER TABLE state ALTER s SET STORAGE external;
	INSERT INTO state SELECT state_of(g * 7919 % 5000011, g, NULL, '{"units": [1], "epochs": 1, "ensemble": 1, "batch_size": 8192}')
	FROM generate_series(1::bigint, 5000000) g;
END

# Memory is limited by the default of creditspread.max_model_memory, 1 GB; the large cases come close.
fit() { echo "SELECT model_size(rnn_fit(t, y, ${2:-NULL}, '$1')) FROM series"; }
defaults=$(fit '{"epochs": 100000, "patience": 0}')
deep=$(fit '{"units": [1024, 1024, 1024, 1024, 1024, 1024, 1024], "ensemble": 1, "batch_size": 256}')
forecast='SELECT count(f) FROM (SELECT rnn_forecast(m, y) OVER (ORDER BY t) AS f FROM series, model) q'
horizons=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,10000
answered 'rnn_fit, defaults' by_timeout "$defaults" 100 700
answered 'rnn_fit, defaults, cancelled' by_signal "$defaults" 100 700
answered 'rnn_fit, 7 layers of 1024 units' by_timeout "$deep" 100 250 400 700 2500
answered 'rnn_fit, 7 layers of 1024 units, cancelled' by_signal "$deep" 700
answered 'rnn_fit, lstm, 2 layers of 1024 units, batches of 512' by_timeout \
	"$(fit '{"cell": "lstm", "units": [1024, 1024], "look_back": 20, "ensemble": 1, "batch_size": 512}')" 200 500 2000
answered 'rnn_fit, batches of 8192, look_back 1000' by_timeout "$(fit '{"units": [4], "look_back": 1000, "ensemble": 1, "batch_size": 8192}')" 200 700 1500
answered 'rnn_fit, 1599 features' by_timeout "$(fit '{"units": [64], "batch_size": 8192}' 'array_fill(y, ARRAY[1599])') WHERE t <= 4000" 100 300 600 1000
answered 'rnn_fit, 32 horizons, 100 members' by_timeout "$(fit "{\"units\": [1], \"epochs\": 100, \"ensemble\": 100, \"horizons\": [$horizons]}")" 200 1000
answered 'rnn_fit, sorting 5,000,000 rows' by_timeout 'SELECT model_size(rnn_fit_final(s)) FROM state' 100 200 300 500 700 900 1100
answered 'rnn_forecast, 2 layers of 1024 units' by_timeout "$forecast" 150 500 1500
answered 'rnn_forecast, 2 layers of 1024 units, cancelled' by_signal "$forecast" 500
answered 'rnn_forecast, a million rows' by_timeout \
	'SELECT count(f) FROM (SELECT rnn_forecast(m, sin(g)) OVER (ORDER BY g) AS f FROM generate_series(1, 1000000) g, small) q' 300 600 900 1500
answered 'text of a model of 109 MB' by_timeout 'SELECT length(m::text) FROM large' 100 300 500 800
answered 'binary form of a model of 109 MB' by_timeout 'SELECT length(rnn_model_send(m)) FROM large' 50 100 200
answered 'parameters of a model of 109 MB' by_timeout 'SELECT count(*) FROM large, model_parameters(m)' 100 300 500

# notices PROGRESS: those of five seconds of a fit
notices() { query -v ON_ERROR_STOP=0 -c "SET creditspread.progress = $1" -c "SET statement_timeout = '5s'" -c "$defaults" 2>&1 | grep NOTICE; }
shown=$(notices on)
report $((! $(grep -cE '^NOTICE:  rnn_fit: [0-9]+ % done, [0-9]+ s left$' <<<"$shown"))) "creditspread.progress = on: $(head -n 1 <<<"$shown")"
report $(($(grep -c . <<<"$shown") > 4)) 'creditspread.progress = on: a notice every few seconds, not more'
report $((${#shown} == 0 || $(notices off | wc -l) > 0)) 'creditspread.progress = off: no notices'

echo "# the longest delay: $worst ms, over $reached moments"
echo "1..$number"

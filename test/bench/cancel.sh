#!/bin/bash
# How soon cancel and statement_timeout are answered, for each statement of test/stopping.sh at some
# moments. Run by run.sh.
#
# At each moment the statement is stopped twice in one session: by statement_timeout, which also warms the
# session's caches, then by the signal of pg_cancel_backend. The delay runs from the signal to the
# session's next statement, less what the server process spent waiting for a processor that others held
# (as the kernel counts it, in /proc/PID/schedstat); of three delays, the least counts.
set -u
. test/stopping.sh
out=$(mktemp)
trap 'rm -f "$out"' EXIT
worst=0

end="SELECT 'end', extract(epoch FROM clock_timestamp()) * 1000, split_part(pg_read_file('/proc/self/schedstat'), ' ', 2)::numeric / 1e6"

# delay STATEMENT MOMENT: the delay in milliseconds; nothing when the statement was over before.
delay()
{
	local pid signalled waits

	: >"$out"
	query -v ON_ERROR_STOP=0 -c 'SET max_parallel_workers_per_gather = 0' -c "$warm" -c "SET statement_timeout = $2" -c "$1" \
		-c 'SET statement_timeout = 0' -c "SELECT 'pid', pg_backend_pid()" -c "$1" -c "$end" -F ' ' >"$out" 2>&1 &
	while ! pid=$(sed -n 's/^pid //p' "$out") || [ -z "$pid" ]; do
		jobs -r | grep -q . || { wait; return; }
		sleep 0.01
	done
	sleep "$(printf '%d.%03d' $(($2 / 1000)) $(($2 % 1000)))"
	read -r _ waits _ <"/proc/$pid/schedstat" 2>/dev/null
	signalled=$EPOCHREALTIME
	kill -INT "$pid" 2>/dev/null
	wait
	awk -v signalled="${signalled/,/.}" -v waits="${waits:-0}" '/statement timeout/ { stopped++ } /user request/ { stopped++ }
		/^end/ { delay = $2 - signalled * 1000 - ($3 - waits / 1e6) } END { if (stopped == 2) printf "%.0f\n", delay }' "$out"
}

# stopped NAME STATEMENT MOMENT...
stopped()
{
	local name=$1 statement=$2 moment each least most=0 number=0
	shift 2

	for moment in "$@"; do
		least=
		for _ in 1 2 3; do
			each=$(delay "$statement" "$moment")
			[ -n "$each" ] || break
			[ -n "$least" ] && [ "$least" -le "$each" ] || least=$each
		done
		[ -n "$least" ] || continue
		number=$((number + 1))
		[ "$least" -le "$most" ] || most=$least
	done
	[ "$most" -le "$worst" ] || worst=$most
	printf '%-70s %4d ms at most, at %d of %d moments\n' "$name" "$most" "$number" $#
}

export PGDATABASE=bench
psql -X -q -c 'DROP EXTENSION creditspread'
stopping_tables 5000000
stopping_cases
echo "the longest: $worst ms"

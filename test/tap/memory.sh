#!/bin/bash
# Where the system gives no memory, a statement ends with its result or with error 53200, and its
# session lives on.  Each statement runs in sessions of its own whose address space may grow by less
# and less (as under ulimit -v), among them by less than OpenBLAS's buffer, for which it would wait
# for ever.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
export PGDATABASE=memory_limit

query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

# Prints the lines of a session: the SQLSTATE of STATEMENT while the address space of its process may
# grow by KILOBYTES, and `alive`.  A process that hangs is ended, and the server with it.
limited() # KILOBYTES STATEMENT
{
	local pid out

	out=$(timeout -k 5 200 psql -X -q -At <<-END 2>>"$TEST_TMP/errors"
		\setenv KILOBYTES $1
		LOAD 'creditspread';
		LOAD 'plpgsql';
		SET jit = off;	-- a library of the server's that may not be loaded either
		$prepare;
		SELECT pg_backend_pid() AS pid \gset
		\setenv BACKEND :pid
		\! echo \$BACKEND >"$TEST_TMP/pid"
		\! bash "$TEST_TMP/limit" \$BACKEND \$KILOBYTES
		\o /dev/null
		$2;
		\o
		\echo :SQLSTATE
		\! bash "$TEST_TMP/limit" \$BACKEND
		SELECT 'alive';
	END
	) || {
		pid=$(cat "$TEST_TMP/pid")
		kill -KILL "$pid" 2>/dev/null
	}
	echo "$out" | tail -n 2 | paste -sd ' '
}

# limit PID [KILOBYTES]: as the server's user, whom the kernel lets change the limits of its processes
cat >"$TEST_TMP/limit" <<'END'
	. "$CREDITSPREAD_TOP/test/functions.sh"
	limit=unlimited
	[ $# -eq 1 ] || limit=$((($(awk '/^VmSize/ { print $2 }' "/proc/$1/status") + $2) * 1024))
	as_server prlimit --pid "$1" --as="$limit:"
END

query -d postgres -c "CREATE DATABASE $PGDATABASE"
query >"$TEST_TMP/setup" 2>&1 <<-'END' || sed 's/^/# /' "$TEST_TMP/setup"
	CREATE EXTENSION creditspread;
	CREATE TABLE series AS
	SELECT k, g AS t, sin(g * 0.7 * k) + k * g * 0.02 AS y, ARRAY[cos(g * 0.3 + k), (g % 7) * 1e-3] AS x
	FROM generate_series(1, 4) k, generate_series(1, 200) g;
	CREATE TABLE model AS SELECT rnn_fit(t, y, x, '{"units": [4], "epochs": 2}') AS m FROM series WHERE k = 1;
	CREATE TABLE encoder AS SELECT transformer_fit(t, y, x, '{"width": 8, "layers": 1, "epochs": 1, "ensemble": 1}') AS m FROM series WHERE k = 1;
	CREATE TABLE relation AS SELECT relation_graph(g::text, (g % 4 + 1)::text, 'next'::text) AS graph FROM generate_series(1, 4) g;
	CREATE TABLE ranking AS
	SELECT graph_rank_fit(k, t, y, x, NULL, (SELECT graph FROM relation), '{"units": [4], "epochs": 2}') AS m FROM series;
	CALL creditspread.train('kept', 'SELECT date ''2020-01-01'' + t AS "time", y FROM public.series WHERE k = 1', method => 'rnn',
		options => '{"units": [2], "epochs": 1, "ensemble": 1}');
END

statements=(
	"SELECT rnn_fit(t, y, x, '{\"units\": [64], \"epochs\": 2}') FROM series WHERE k = 1"
	"SELECT rnn_fit(k, t, y, x, '{\"units\": [4], \"epochs\": 1}') FROM series"
	"SELECT rnn_forecast(m, y, x) OVER (ORDER BY t) FROM series, model WHERE k = 1"
	"SELECT rnn_forecast(t, y, x, 3, '{\"units\": [4], \"epochs\": 1}') FROM series WHERE k = 1"
	"SELECT rnn_importance(m, t, y, x) FROM series, model WHERE k = 1"
	"SELECT transformer_fit(t, y, x, '{\"width\": 8, \"layers\": 1, \"epochs\": 1, \"ensemble\": 1}') FROM series WHERE k = 1"
	"SELECT transformer_forecast(m, y, x) OVER (ORDER BY t) FROM series, encoder WHERE k = 1"
	"SELECT transformer_importance(m, t, y, x) FROM series, encoder WHERE k = 1"
	"SELECT graph_rank_fit(k, t, y, x, NULL, graph, '{\"units\": [4], \"epochs\": 1}') FROM series, relation GROUP BY graph::text"
	"SELECT graph_rank_fit(k, t, y, x, NULL, (SELECT graph FROM relation), '{\"units\": [4], \"epochs\": 1}') FROM series"
	"SELECT graph_rank_forecast(m, k, t, y, x) OVER () FROM series, ranking"
	"SELECT graph_rank_linkage(m, k, t, y, x) FROM series, ranking"
	"CALL creditspread.forecast('kept')"
	"SELECT var_fit(t, ARRAY[y, y * y + sin(t)], var_options(lags => 2)) FROM (SELECT t, y FROM series WHERE k = 1) s"
	"SELECT emd(array_agg(y ORDER BY t)) FROM series"
	"SELECT ceemdan(y, 20) OVER (ORDER BY t) FROM series WHERE k = 1"
	"SELECT wavelet_smooth(y) OVER (ORDER BY t) FROM series"
	"SELECT kalman_fit(t, y, kalman_options(model => 'ar1_plus_noise')) FROM series WHERE k = 1"
	"SELECT cir_fit(t, y + 3) FROM series WHERE k = 1"
	"SELECT panel_regression(k, t, y, x) FROM series"
	"SELECT principal_components(ARRAY[y, t, sin(t * k)]) FROM series"
	"SELECT nelson_siegel_fit(t * 0.1, 3 - exp(t * -0.1) + 0.01 * y) FROM series WHERE k = 1"
	"SELECT dm_test(t, y, y + 0.1 * sin(t), y + 0.2 * cos(t)) FROM series WHERE k = 1"
	"SELECT line_chart(t, y, k::text) FROM series"
	"SELECT creditspread.report('kept')"
	"SELECT count(*) FROM sample_market()"
)

# The statement alone, without limit, shows that it is one; then the address space shrinks.
limits=(1000000 120000 16000 4000 1000 300 50)
prepare='SELECT 1'
refused=0
for statement in "${statements[@]}"; do
	reached=$(limited "${limits[0]}" "$statement")
	faults=
	for kilobytes in "${limits[@]:1}"; do
		answer=$(limited "$kilobytes" "$statement")
		case $answer in
			'00000 alive') ;;
			'53200 alive') refused=$((refused + 1)) ;;
			*) faults+=" [$kilobytes kB: $answer]" ;;
		esac
	done
	[ "$reached" = '00000 alive' ] && [ -z "$faults" ]
	result $? "under shrinking memory: ${statement:0:70}" "$reached$faults"
done
[ $refused -gt ${#statements[@]} ]
result $? 'memory was short in many of them' "$refused"

limited 120000 "${statements[0]}" >/dev/null
grep -q 'rnn_fit: the system refuses the [0-9]* kB that OpenBLAS needs' "$TEST_TMP/errors"
result $? 'the buffer of OpenBLAS is refused with its size' "$(tail -n 3 "$TEST_TMP/errors")"
prepare='SELECT rnn_fit(t, y, x, $${"units": [4], "epochs": 1}$$) IS NULL FROM series WHERE k = 1'
answer=$(limited 16000 "${statements[1]}")
[ "$answer" = '00000 alive' ]
result $? 'a session that has the buffer needs it no second time' "$answer"
echo "1..$number"

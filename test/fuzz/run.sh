#!/bin/bash
# Fuzzing of the extension:
#
#	test/fuzz/run.sh [values] [calls] [plain]		all by default
#
# values feeds mutated values to the input functions of the types (fuzz_model.c), calls calls every
# function with random arguments (fuzz_calls.c), both in a private server with the address and
# undefined behaviour sanitizers.  plain makes more calls, then runs sqlsmith, without them.
# Set ITERATIONS (values, 1000000), SANITIZED_CALLS (10000), CALLS (100000), SQLSMITH_SECONDS (300) and
# SEED (1); VERBOSE=1 shows all outcomes.
#
# A crash, a sanitizer's report, an internal error (SQLSTATE class XX), a value that does not come
# back unchanged, a time limit that is not answered or memory that grows is a failure; so is a type of
# which nothing valid came through.  A call is named by seed and number: SELECT fuzz_call(seed, number)
# gives its statement again.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. test/functions.sh
. test/fuzz/functions.sh
# by its full name: the copies of the programs that come into PATH know nothing of headers
PG_CONFIG=$(type -P "${PG_CONFIG:-pg_config}")
export PG_CONFIG
iterations=${ITERATIONS:-1000000} seed=${SEED:-1}
export SEED=$seed CALLS=${CALLS:-100000} SQLSMITH_SECONDS=${SQLSMITH_SECONDS:-300}
fuzz_flags='-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'
work=$(mktemp -d) || exit 1
status=0

finish()
{
	local exit_status=$?

	trap '' HUP INT TERM
	guarded_end
	cluster_remove_all immediate
	rm -rf "$work"
	exit $exit_status
}
trap finish EXIT
exit_on_signals

# A copy of the sources, so that the build with sanitizers stays away from the other one.
build()
{
	mkdir -p "$work/sources"
	cp -r Makefile creditspread.control META.json sql src "$work/sources"
	export CREDITSPREAD_TOP=$work/sources COVERAGE_CFLAGS=$fuzz_flags
	cluster_root_create && installation_create || return 1
	build_module "$fuzz_flags" &&
		gcc -shared -fPIC -Wl,-z,initfirst -o "$CLUSTER_ROOT/preload.so" "$work/module/preload.c"
}

# The first start is without the sanitizer, so that initdb is.
start_server()
{
	cluster_start main "creditspread.max_model_memory = '140MB'" || return 1
	cluster_stop main
	(
		export LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS
		LD_PRELOAD="$(gcc -print-file-name=libasan.so) $CLUSTER_ROOT/preload.so"
		ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:detect_stack_use_after_return=0:disable_coredump=1
		UBSAN_OPTIONS=print_stacktrace=1
		cluster_start main
	)
}

# report NAME FILE: the outcomes of a run, lines of outcome, count and example.
report()
{
	local faults reached

	[ "${VERBOSE:-}" = '' ] || sort -t "$(printf '\t')" -k1 "$2"
	faults=$(grep -E '^(round trip|input XX|use (again )?XX)' "$2")
	reached=$(awk -F'\t' '$1 ~ / accepted$/ { n += $2 } END { print n + 0 }' "$2")
	if [ -s "$2" ] && [ -z "$faults" ] && [ "$reached" -gt 0 ]; then
		record "fuzz $1" 1 0
		return
	fi
	record "fuzz $1" 0 1
	[ -n "$faults" ] && echo "$faults" || cat "$2"
	show_crash
	status=1
}

run_values()
{
	local type share options_iterations=$((iterations / 50))

	while IFS=$'\t' read -r type share; do
		query -c "SELECT fuzz_type(type, seeds, consumers, $share, $seed) FROM fuzz_target WHERE type = '$type'::regtype" \
			>"$work/outcomes" 2>"$work/errors" || cat "$work/errors"
		report "$type: $share values" "$work/outcomes"
	done < <(query -F $'\t' -c "SELECT type, ceil(($iterations - $options_iterations) * weight / sum(weight) OVER ())::bigint FROM fuzz_target")

	query -c "SELECT fuzz_options('SELECT rnn_fit(time, y, features, \$1::jsonb)::text FROM fuzz_series',
		ARRAY['{}', rnn_options(NULL, 'janet', '{2}', true, 'switchable', 0.1, '{2}', 3, '{1,2}', 'change', 'mse', NULL, NULL, 'rmsprop', 0.5, 0.01, 0.1, 1, 8, 2, 0.2, 1, 2, 0.8, 7)::text,
		rnn_options('sam_dgru', units => '{2}', dense => '{}', epochs => 1)::text,
		rnn_options(NULL, 'lstm', '{2,1}', false, 'none', 0, '{}', 2, '{1}', 'level', 'mae', NULL, NULL, 'adam', NULL, 0.01, 0, 0, 16, 2, 0, 0, 1, 0.5, 0)::text],
		$options_iterations, $seed)" >"$work/outcomes" 2>"$work/errors" || cat "$work/errors"
	report "rnn_options: $options_iterations values" "$work/outcomes"
}

[ $# -gt 0 ] || set -- values calls plain
if [[ " $* " == *' plain '* ]]; then
	guarded test/cluster.sh test/fuzz/plain.sh || status=1
	[ $# -gt 1 ] || exit $status
fi
build || { record "fuzz: build" 0 1; exit 1; }
start_server || { record "fuzz: server" 0 1; exit 1; }
export PGHOST PGPORT=5432 PGUSER=postgres PGDATABASE=creditspread PGOPTIONS='-c client_min_messages=error'
PGHOST=$(cluster_socket main)
query -c 'CREATE EXTENSION creditspread' -v seed="$seed" -f test/fuzz/values.sql -f test/fuzz/fuzz.sql -f test/fuzz/calls.sql ||
	{ show_crash; record "fuzz: start" 0 1; exit 1; }
for part in "$@"; do
	case $part in
		values) run_values ;;
		calls) run_calls sanitized "${SANITIZED_CALLS:-10000}" 64 ;;
		plain) ;;
		*) echo "unknown part $part" >&2; status=1 ;;
	esac
done
exit $status

#!/bin/bash
# The part of fuzzing that wants no sanitizer: calls of all functions, then sqlsmith; through
# test/cluster.sh, see run.sh.
set -u
cd "$CREDITSPREAD_TOP" || exit 1
. test/functions.sh
. test/fuzz/functions.sh
work=$(mktemp -d "$CLUSTER_ROOT/fuzz.XXXXXX") || exit 1
status=0 seed=$SEED
export PGOPTIONS='-c client_min_messages=error'

# Statements of its own making, each in a transaction that it rolls back.
run_sqlsmith()
{
	local faults queries

	query -c 'ALTER SYSTEM SET log_error_verbosity = verbose' -c 'SELECT pg_reload_conf()' -f test/fuzz/sqlsmith.sql >"$work/errors" 2>&1 || cat "$work/errors"
	timeout "$SQLSMITH_SECONDS" sqlsmith --exclude-catalog --seed="$seed" --verbose \
		--target="host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE options='-c search_path=sqlsmith,pg_catalog,public -c creditspread.max_model_memory=64MB'" \
		>"$work/sqlsmith" 2>&1
	queries=$(tr -cd '.eS\n' <"$work/sqlsmith" | grep -xE '[.eS]+' | tr -d '\n' | wc -c)
	faults=$(grep -aE -A3 'terminated by signal|PANIC:|(ERROR|FATAL): +XX' "$CLUSTER_ROOT/main/log" | cut -c1-4000)
	if [ "$queries" -lt 10 ] || [ -n "$faults" ]; then
		failed "sqlsmith, seed $seed" < <(tail -n 5 "$work/sqlsmith"; printf '%s\n' "$faults")
	else
		record "fuzz sqlsmith: $queries queries" 1 0
	fi
}

if ! { build_module '' && query -v seed="$seed" -f test/fuzz/values.sql -f test/fuzz/fuzz.sql -f test/fuzz/calls.sql; } >"$work/errors" 2>&1; then
	failed 'start of plain' <"$work/errors"
	exit 1
fi
PGOPTIONS+=' -c creditspread.max_model_memory=64MB' run_calls plain "$CALLS" 64
run_sqlsmith
exit $status

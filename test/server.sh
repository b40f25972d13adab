#!/bin/bash
# The tests that need a server; run through test/cluster.sh.
#
#   test/cluster.sh test/server.sh [regress] [tap] [docs] [tutorial] [slow]		all but slow by default
#
# With TEST_QUEUE, a folder that several clusters share, each takes what no other has taken: test/lanes.sh.
set -u
cd "$CREDITSPREAD_TOP" || exit 1
. test/functions.sh
work=$(mktemp -d "$CLUSTER_ROOT/work.XXXXXX") && chmod a+x "$work" || exit 1	# the server reads what a test has there
status=0

# claim NAME: whether no other cluster has taken it.
claim()
{
	[ -z "${TEST_QUEUE:-}" ] || mkdir "$TEST_QUEUE/${1//\//-}" 2>/dev/null
}

# Whether a test is asked for and this cluster's to run.
mine()
{
	chosen "$1" && claim "$1"
}

# A fresh database with the extension (and more, if named), so that no test leans on another.
fresh_database()
{
	local extension

	psql -X -q -d postgres -c "CREATE DATABASE $1" || return 1
	for extension in creditspread "${@:2}"; do
		psql -X -q -d "$1" -c "CREATE EXTENSION $extension" || return 1
	done
}

# test/sql/NAME.sql against expected/NAME.out, as `make installcheck` does.
run_regress()
{
	local file names='' passed failed

	for file in test/sql/*.sql; do
		[ -e "$file" ] && chosen "$file" && names+=" $(basename "$file" .sql)"
	done
	[ -n "$names" ] && claim regress || return 0
	mkdir -p "$work/regress"
	ln -s "$CREDITSPREAD_TOP/expected" "$work/regress"
	# shellcheck disable=SC2086
	(cd "$work/regress" && "$CLUSTER_PGXS_LIB/pgxs/src/test/regress/pg_regress" --inputdir="$CREDITSPREAD_TOP/test" \
		--bindir="$(dirname "$(type -P postgres)")" --host="$PGHOST" --port="$PGPORT" --user="$PGUSER" \
		--dbname=regress --load-extension=creditspread $names) >"$work/regress.log" 2>&1
	passed=$(grep -cE '^test .* ok +[0-9]+ ms|^ok ' "$work/regress.log")
	failed=$(grep -cE '^test .* FAILED|^not ok ' "$work/regress.log")
	[ $((passed + failed)) -eq "$(wc -w <<<"$names")" ] || failed=$((failed + 1))
	record "SQL regression (pg_regress)" "$passed" "$failed"
	[ "$failed" -eq 0 ] && return
	cat "$work/regress/regression.diffs" 2>/dev/null || cat "$work/regress.log"
	status=1
}

# prove's summary: how many tests ran, how many failed; a bad plan or a bad exit is a failure.
count_prove()
{
	local name=$1 log=$2 exit_status=$3 total failed

	total=$(sed -n 's/^Files=[0-9]*, Tests=\([0-9]*\),.*/\1/p' "$log")
	failed=$(sed -n 's/.*Failed \([0-9]*\)\/[0-9]* subtests.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	[ "$exit_status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
	total=${total:-0}
	record "$name" $((total > failed ? total - failed : 0)) "$failed"
	[ "$failed" -eq 0 ] || { cat "$log"; status=1; }
}

# test/tap/NAME.sql with pgTAP, each in a database of its own.
run_tap_sql()
{
	local file database number=0 exit_status

	for file in test/tap/*.sql; do
		[ -e "$file" ] && mine "$file" || continue
		number=$((number + 1))
		database=tap_$number
		exit_status=0
		fresh_database $database pgtap &&
			timeout --foreground -k 5 900 pg_prove -d $database -v --failures "$file" >"$work/tap.log" 2>&1 </dev/null || exit_status=$?
		count_prove "pgTAP: $(basename "$file")" "$work/tap.log" $exit_status
	done
}

# NAME.sh prints TAP itself; it has PGHOST and the like, and a scratch directory in TEST_TMP.
run_tap_sh()
{
	local file exit_status

	for file in "$1"/*.sh; do
		[ -e "$file" ] && mine "$file" || continue
		exit_status=0
		TEST_TMP=$(mktemp -d "$work/tmp.XXXXXX") timeout --foreground -k 5 "$2" prove -v --failures -e bash "$file" \
			>"$work/tap.log" 2>&1 </dev/null || exit_status=$?
		count_prove "shell: $(basename "$file")" "$work/tap.log" $exit_status
	done
}

run_docs()
{
	local file

	for file in README.md docs/*.md; do
		[ -e "$file" ] && grep -q '^```sql *$' "$file" && mine "$file" || continue
		mkdir -p "$work/$file"
		fresh_database docs && test/docs.sh "$file" docs "$work/$file" || status=1
		psql -X -q -d postgres -c 'DROP DATABASE docs'
	done
}

run_tutorial()
{
	local files=(docs/tutorial/*.sql)

	[ -e "${files[0]}" ] && mine tutorial || return 0
	mkdir -p "$work/tutorial"
	fresh_database tutorial && test/tutorial.sh tutorial "$work/tutorial" || status=1
}

# Whatever the tests did, no server process may have died of it.
check_server()
{
	local deaths death='terminated by signal|PANIC:|server process .* exited with exit code'

	deaths=$(grep -cE "$death" "$CLUSTER_ROOT/main/log")
	record "no server process died" $((deaths == 0)) $((deaths > 0))
	[ "$deaths" -eq 0 ] || { grep -E "$death" "$CLUSTER_ROOT/main/log"; status=1; }
}

[ $# -gt 0 ] || set -- tutorial regress tap docs
for part in "$@"; do
	case $part in
		regress) run_regress ;;
		tap) run_tap_sql; run_tap_sh test/tap 900 ;;
		docs) run_docs ;;
		tutorial) run_tutorial ;;
		slow) run_tap_sh test/slow 7200 ;;
		*) echo "unknown part $part" >&2; status=1 ;;
	esac
done
check_server
exit $status

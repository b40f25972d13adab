#!/bin/bash
# Runs docs/tutorial/*.sql in one session, as `make demo` does; none may fail, and where a NAME.out
# stands beside NAME.sql, NAME must print that.
#
#   test/tutorial.sh DATABASE WORK_DIRECTORY
set -u
. "$(dirname "${BASH_SOURCE[0]}")/functions.sh"
database=$1 work=$2
export DEMO_FOLDER=$work

arguments=()
for file in docs/tutorial/*.sql; do
	arguments+=(-c "\\echo @file $(basename "$file" .sql)" -f "$file")
done
status=0
timeout --foreground -k 5 900 psql -X -q -v ON_ERROR_STOP=1 -d "$database" "${arguments[@]}" -c '\echo @file end' \
	>"$work/session.out" 2>"$work/session.err" </dev/null || status=$?
awk -v work="$work" '/^@file / { if (file) close(file); file = work "/" $2 ".out"; printf "" > file; next }
	file { sub(/[ \t]+$/, ""); print > file }' "$work/session.out"

# psql stops at the first error: the file reached last is the one that failed
reached=$(sed -n 's/^@file //p' "$work/session.out" | tail -n 1)
passed=0
failed=0
for file in docs/tutorial/*.sql; do
	name=$(basename "$file" .sql)
	if [ ! -e "$work/$name.out" ]; then
		echo "$file: not reached"
	elif [ "$name" = "$reached" ]; then
		echo "$file: psql ended with status $status"
		cat "$work/session.err"
	elif [ ! -e "docs/tutorial/$name.out" ] || diff -u "docs/tutorial/$name.out" "$work/$name.out"; then
		passed=$((passed + 1))
		continue
	fi
	failed=$((failed + 1))
done
record "tutorial" $passed $failed
[ $failed -eq 0 ]

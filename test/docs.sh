#!/bin/bash
# Runs the SQL of a page and compares what it prints with what the page says.
#
#   test/docs.sh PAGE DATABASE WORK_DIRECTORY
#
# Every ```sql block is run, in order, in one psql session; ```sql norun is skipped. A ```text block
# that directly follows holds exactly what psql prints for it, messages included (spaces at line ends
# do not matter). A block without one must run without an error. A ```sql picture NAME.svg block is one
# query for the text of docs/pictures/NAME.svg.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/functions.sh"
page=$1 database=$2 work=$3

# blocks: N.sql, N.line, and N.text if the page shows the result
awk -v work="$work" '
	!inside && /^```sql *$/ { n++; inside = "sql"; file = work "/" n ".sql"; print NR > (work "/" n ".line"); after = 0; next }
	!inside && /^```sql picture [a-z0-9_]+\.svg *$/ {
		n++; inside = "sql"; file = work "/" n ".sql"; print NR > (work "/" n ".line"); after = 0
		print $3 > (work "/" n ".picture"); next
	}
	!inside && /^```text *$/ && after { inside = "text"; file = work "/" n ".text"; printf "" > file; next }
	!inside && /^```/ { inside = "other"; after = 0; next }
	inside && /^``` *$/ { if (inside != "other") close(file); after = (inside == "sql"); inside = ""; next }
	inside && inside != "other" { print > file; next }
	!inside && !/^ *$/ { after = 0 }
' "$page"

count=$(find "$work" -name '*.line' | wc -l)
for ((n = 1; n <= count; n++)); do
	printf '\\echo @block %d\n' $n
	[ ! -e "$work/$n.picture" ] || echo '\pset format unaligned' '\pset tuples_only on'
	cat "$work/$n.sql"
	echo
	[ ! -e "$work/$n.picture" ] || echo '\pset format aligned' '\pset tuples_only off'
done >"$work/session.sql"
timeout --foreground -k 5 900 psql -X -q -d "$database" <"$work/session.sql" >"$work/session.out" 2>&1
session_status=$?
awk -v work="$work" '/^@block [0-9]+$/ { if (file) close(file); file = work "/" $2 ".out"; printf "" > file; next }
	file { sub(/[ \t]+$/, ""); print > file }' "$work/session.out"

# psql ends most results with an empty line, pages do not
trimmed()
{
	sed 's/[ \t]*$//' "$1" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

passed=0
failed=0
for ((n = 1; n <= count; n++)); do
	if [ ! -e "$work/$n.out" ]; then
		echo "$page:$(cat "$work/$n.line"): the session ended before this block"
	elif [ -e "$work/$n.picture" ]; then
		picture=$(dirname "$page")/pictures/$(cat "$work/$n.picture")
		diff -u --label "$page:$(cat "$work/$n.line") says" --label 'psql prints' \
			"$picture" "$work/$n.out" && { passed=$((passed + 1)); continue; }
	elif [ -e "$work/$n.text" ]; then
		diff -u --label "$page:$(cat "$work/$n.line") says" --label 'psql prints' \
			<(trimmed "$work/$n.text") <(trimmed "$work/$n.out") && { passed=$((passed + 1)); continue; }
	elif grep -E '^(ERROR|FATAL|PANIC):|^invalid command|^\\copy: |: No such file|^server closed' "$work/$n.out"; then
		echo "$page:$(cat "$work/$n.line"): error"
	else
		passed=$((passed + 1))
		continue
	fi
	failed=$((failed + 1))
done
[ $session_status -eq 0 ] || { echo "$page: psql ended with status $session_status"; failed=$((failed + 1)); }
record "docs: $page" $passed $failed
[ $failed -eq 0 ]

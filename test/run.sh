#!/bin/bash
# Runs all tests and ends with "N passed, N failed".  --all adds what takes longer: the slow tests,
# fuzzing, lint and the coverage thresholds.  `make` has built the extension before.
#
#	test/run.sh [--all | NAME...]		NAME, which may be a pattern: the unit test, pgTAP or shell test, walk and page called so
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. test/functions.sh
TEST_RESULTS=$(mktemp) || exit 1
export TEST_RESULTS
trap 'guarded_end; rm -f "$TEST_RESULTS"' EXIT
exit_on_signals

# A part that breaks off before it has counted its failures is one failure.
part()
{
	local before after

	before=$(failed)
	guarded "$@" && return
	after=$(failed)
	[ "$after" -gt "$before" ] || record "$*" 0 1
}

if [ $# -gt 0 ] && [ "$1" != --all ]; then
	export TEST_NAMES="$*"
	for name in "$@"; do
		compgen -G "test/unit/test_$name.c" || compgen -G "test/tap/$name.s[qh]*" || compgen -G "test/sql/$name.sql" ||
			compgen -G "docs/$name.md" || compgen -G "$name.md" || { echo "no test is called $name" >&2; exit 2; }
	done >/dev/null
fi

passed() { awk '{ n += $1 } END { print n + 0 }' "$TEST_RESULTS"; }
failed() { awk '{ n += $2 } END { print n + 0 }' "$TEST_RESULTS"; }

part test/unit.sh
part test/lanes.sh
if [ "${1:-}" = --all ]; then
	part test/cluster.sh test/server.sh slow
	[ ! -e test/fuzz/run.sh ] || part test/fuzz/run.sh
	part test/lint/run.sh
	part test/coverage/run.sh
fi

echo
awk '$2 > 0 { print "FAILED: " substr($0, index($0, $3)) }' "$TEST_RESULTS"
echo "$(passed) passed, $(failed) failed"
[ "$(failed)" -eq 0 ] && [ "$(passed)" -gt 0 ]

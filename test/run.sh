#!/bin/bash
# Runs all tests and ends with "N passed, N failed".  --all adds what takes longer: the slow tests,
# fuzzing, lint and the coverage thresholds.  `make` has built the extension before.
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

passed() { awk '{ n += $1 } END { print n + 0 }' "$TEST_RESULTS"; }
failed() { awk '{ n += $2 } END { print n + 0 }' "$TEST_RESULTS"; }

part test/unit.sh
part test/cluster.sh test/server.sh
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

#!/bin/bash
# Runs test/server.sh on as many private clusters as there are processors; the tests are a queue, from which
# each takes the next.  A few tests that were named need one cluster only.
#
#   test/lanes.sh [PART...]		as of test/server.sh
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. test/functions.sh

finish()
{
	trap '' HUP INT TERM
	wait
	rm -rf "$TEST_QUEUE"
}
TEST_QUEUE=$(mktemp -d) || exit 1
export TEST_QUEUE
trap finish EXIT
exit_on_signals

lanes=$(nproc)
[ -z "${TEST_NAMES:-}" ] || lanes=1
pids=()
for ((lane = 0; lane < lanes; lane++)); do
	test/cluster.sh test/server.sh "$@" &
	pids+=($!)
done
status=0
for pid in "${pids[@]}"; do
	wait "$pid" || status=1
done
exit $status

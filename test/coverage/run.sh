#!/bin/bash
# Line coverage of src/ by the unit tests and the SQL tests; fails under the thresholds (percent).
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. test/functions.sh
numeric_threshold=95
postgres_threshold=90

tree=$PWD/build/coverage/tree
# The server runs as another user: its counters go to a directory of its own.
counters=$(mktemp -d /tmp/creditspread_gcov.XXXXXX) || exit 1
trap 'guarded_end; rm -rf "$counters"' EXIT
exit_on_signals
chmod 1777 "$counters"

# a copy of the sources, so that instrumented objects never meet those that are installed
rm -rf build/coverage
mkdir -p "$tree"
for entry in *; do
	[ "$entry" = build ] || [ "$entry" = creditspread.so ] || cp -R "$entry" "$tree"
done

# the results of these runs have been counted by `make test`
in_tree()
{
	guarded env -C "$tree" -u TEST_RESULTS MAKEFLAGS= UNIT_CFLAGS='--coverage -Og' COVERAGE_CFLAGS='--coverage -Og' "$@"
}

tests_status=0
{ in_tree test/unit.sh plain && in_tree make -s -j"$(nproc)" all &&
	in_tree GCOV_PREFIX="$counters" test/cluster.sh test/server.sh; } >build/coverage/tests.log 2>&1 || tests_status=1
if [ $tests_status -ne 0 ]; then
	cat build/coverage/tests.log
	record "coverage: tests" 0 1
fi

# each object of the module gets the counters that the server wrote for it
(cd "$counters$tree" && find . -name '*.gcda' -exec cp --parents {} "$tree" \;)
lcov --quiet --capture --directory "$tree/build" --no-external --base-directory "$tree" \
	--output-file build/coverage/lines.info >build/coverage/lcov.log 2>&1 ||
	{ cat build/coverage/lcov.log; record "coverage: lcov" 0 1; exit 1; }

awk -v tree="$tree/src/" -v numeric="$numeric_threshold" -v postgres="$postgres_threshold" '
	function percent(hit, all) { return all ? 100 * hit / all : 100 }
	/^SF:/ { file = substr($0, 4); inside = index(file, tree) == 1; file = substr(file, length(tree) + 1)
		if (index(file, "/")) { folder = file; sub(/\/[^\/]*$/, "", folder) } else folder = "."
		split(folder, parts, "/"); top = parts[1] }
	/^DA:/ && inside { split(substr($0, 4), part, ","); line = file ":" part[1]
		if (!(line in seen)) { seen[line] = 0; files[file]++; folders[folder]++; tops[top]++ }
		if (part[2] > 0 && !seen[line]) { seen[line] = 1; file_hits[file]++; folder_hits[folder]++; top_hits[top]++ } }
	END {
		limit["numeric"] = numeric; limit["postgres"] = postgres
		for (folder in folders)
			printf "%-32s %6.2f %% of %5d lines\n", "src/" folder, percent(folder_hits[folder], folders[folder]), folders[folder] | "sort"
		close("sort")
		for (file in files) { split(file, parts, "/")
			if (percent(file_hits[file], files[file]) < limit[parts[1]])
				printf "  below: %-50s %6.2f %%\n", file, percent(file_hits[file], files[file]) | "sort" }
		close("sort")
		for (i = 1; i <= split("numeric postgres", parts, " "); i++) {
			top = parts[i]
			got = percent(top_hits[top], tops[top])
			printf "%-32s %6.2f %%, at least %d %%\n", "src/" top " in all", got, limit[top]
			if (!(top in tops) || got < limit[top]) bad = 1
		}
		exit bad
	}' build/coverage/lines.info
status=$?
record "coverage: thresholds" $((status == 0)) $((status != 0))
[ $status -eq 0 ] && [ $tests_status -eq 0 ]

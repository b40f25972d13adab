#!/bin/bash
# Style and static analysis of all C, without a warning left:
#
#   test/lint/run.sh [house] [format] [compile] [tidy] [cppcheck]		all by default
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. test/functions.sh
config=${PG_CONFIG:-pg_config}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0

shopt -s nullglob globstar
sources=(src/**/*.c)
tests=(test/unit/*.c test/bench/*.c test/fuzz/*.c)
all=(src/**/*.[ch] test/{unit,bench,fuzz}/*.[ch])	# the tables of test/golden are written by scripts

# the include lines of flags.mk; headers of others are -isystem, so that their warnings are not ours
eval "$(printf 'include src/numeric/flags.mk\nall:\n\t@echo "numeric_includes=\\"$(NUMERIC_CPPFLAGS)\\""\n' | make -s -f -)"
includes=(-Isrc -Itest -Itest/unit)
for include in $numeric_includes "-I$("$config" --includedir-server)"; do
	[ "$include" = -Isrc ] || includes+=(-isystem "${include#-I}")
done
flags=(-std=c11 -D_GNU_SOURCE '-DCREDITSPREAD_VERSION="0"')

# Runs a check over files, two at a time, and shows what it says.
each()
{
	local name=$1
	shift
	if printf '%s\0' "${files[@]}" | xargs -0 -r -n 1 -P "$(nproc)" "$@" >"$work/out" 2>&1; then
		record "lint: $name" 1 0
	else
		grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use -header-filter' "$work/out"
		record "lint: $name" 0 1
		status=1
	fi
}

# What the layout of the sources promises.
house()
{
	local file lines complaints="$work/complaints"

	: >"$complaints"
	for file in "${all[@]}"; do
		lines=$(wc -l <"$file")
		[ "$lines" -le 600 ] || echo "$file: $lines lines, at most 600" >>"$complaints"
	done
	grep -rnE '#include.*(postgres|fmgr|utils/|catalog/|access/)' src/numeric | sed 's/$/ (numeric\/ knows no server)/' >>"$complaints"
	grep -rnE '\b(printf|fprintf|puts|putchar|perror|exit|_exit|abort|rand|srand|random|malloc|calloc|realloc)[ ]*\(' src/numeric |
		grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/?\*|//)' |
		sed 's/$/ (numeric\/ neither prints, exits nor allocates)/' >>"$complaints"
	# FILE INCLUDED, and ROOM ROOM: tsort names what stands in a circle
	grep -rE '^#include "(numeric|postgres)/' src | sed -E 's/^src\/(.*):#include "(.*)"$/\1 \2/' >"$work/includes"
	sed -E 's/\/[^/ ]*( |$)/\1/g' "$work/includes" | sort -u >"$work/rooms"
	for file in includes rooms; do
		tsort "$work/$file" 2>&1 >/dev/null | sed "s/^tsort: [^:]*:/circle of $file:/" >>"$complaints"
	done
	grep -rnE --exclude-dir=node_modules --exclude-dir=dist '\b(T[O]DO|F[I]XME|X[X]X)\b' src sql test docs Makefile 2>/dev/null | grep -v '^test/golden/' >>"$complaints"
	# where clang-format breaks a line of a comment that is too long, or moves its end down
	awk 'FNR == 1 { comment = 0 }
		comment && /^[ \t]*\*[^ \t*\/]/ { print FILENAME ":" FNR ": the comment lost its indentation" }
		comment == FNR && /^[ \t]*\*\/$/ { print FILENAME ":" FNR ": the comment has one line, too long for it" }
		/^[ \t]*\/\*/ { comment = /\/\*$/ ? -1 : FNR + 1 } /\*\// { comment = 0 }' "${all[@]}" >>"$complaints"
	if [ -s "$complaints" ]; then
		cat "$complaints"
		record "lint: house rules" 0 1
		status=1
	else
		record "lint: house rules" 1 0
	fi
}

[ $# -gt 0 ] || set -- house format compile tidy cppcheck
for check in "$@"; do
	files=("${sources[@]}" "${tests[@]}")
	case $check in
		house) house ;;
		format) files=("${all[@]}"); each clang-format clang-format --dry-run -Werror ;;
		compile)
			each gcc gcc "${flags[@]}" "${includes[@]}" -O2 -Wall -Wextra -Werror -c -o /dev/null
			each clang clang "${flags[@]}" "${includes[@]}" -O2 -Wall -Wextra -Werror -fsyntax-only
			;;
		tidy)
			export includes_and_flags="${flags[*]} ${includes[*]}"
			files=("${sources[@]}")
			each clang-tidy bash -c \
				'clang-tidy --quiet --config-file=test/lint/clang-tidy.yaml "$1" -- $includes_and_flags' --
			# the analyzer does not know that the tables of golden values are never empty, and what is
			# float in the library is compared in double
			files=("${tests[@]}")
			each "clang-tidy, tests" bash -c 'clang-tidy --quiet --config-file=test/lint/clang-tidy.yaml \
				--checks="-clang-analyzer-*,-performance-type-promotion-in-math-fn" "$1" -- $includes_and_flags' --
			;;
		cppcheck)
			files=("${sources[@]}")
			each cppcheck cppcheck --quiet --std=c11 --language=c --error-exitcode=1 \
				--enable=warning,performance,portability --suppressions-list=test/lint/cppcheck.suppressions \
				--library=test/lint/cppcheck.cfg -Isrc '-DCREDITSPREAD_VERSION="0"'
			;;
		*) echo "unknown check $check" >&2; status=1 ;;
	esac
done
exit $status

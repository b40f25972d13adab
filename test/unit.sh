#!/bin/bash
# Builds numeric/ as a static library and runs its unit tests: as shipped, and with the address and
# undefined behaviour sanitizers.
#
#   test/unit.sh [FLAVOUR...]		plain, sanitized
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. test/functions.sh

export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1
status=0

run_flavour()
{
	local out=build/$1 flags=() file programs=() program

	[ "$1" = plain ] || flags=(EXTRA_CFLAGS='-O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all')
	[ -z "${UNIT_CFLAGS:-}" ] || flags=(EXTRA_CFLAGS="$UNIT_CFLAGS")
	for file in test/unit/test_*.c; do
		chosen "$file" && programs+=("$out/$(basename "$file" .c).exe")
	done
	[ ${#programs[@]} -gt 0 ] || return 0
	make -s -f test/numeric.mk -j"$(nproc)" OUT="$out" "${flags[@]}" "${programs[@]}" || { record "unit $1: build" 0 1; return 1; }
	for program in "${programs[@]}"; do
		run_program "$1" "$program" || status=1
	done
}

run_program()
{
	local name passed failed exit_status=0 log=$2.log

	name="unit $1: $(basename "$2" .exe)"
	timeout --foreground -k 5 600 "$2" >"$log" 2>&1 || exit_status=$?
	passed=$(grep -c '^ok ' "$log")
	failed=$(grep -c '^not ok ' "$log")
	# a crash, a sanitizer's report or no test at all is a failure too
	[ $exit_status -eq 0 ] && [ "$passed" -gt 0 ] || [ "$failed" -gt 0 ] || failed=1
	record "$name" "$passed" "$failed"
	[ "$failed" -eq 0 ] || { grep -v '^ok ' "$log" | head -n 100; return 1; }
}

[ $# -gt 0 ] || set -- plain sanitized
for flavour in "$@"; do
	run_flavour "$flavour" || status=1
done
exit $status

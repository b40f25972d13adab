#!/bin/bash
# Benchmarks: what test/bench/bench_*.c measure of the numeric library (trees.py beside XGBoost, scikit-learn and ranger), then what test/bench/*.sql and
# test/bench/*.sh measure in a private cluster; how soon a cancel is answered is one of them. With
# PEERS=folder, the scripts bench_*.py and bench_*.R there are run beside, each of which prints one line of
# JSON per measurement. A benchmark never fails a test run.
#
#   test/bench/run.sh [NAME...]		all, or those whose file name contains a NAME
#
# Where OPENBLAS_CORETYPE or OPENBLAS_L2_SIZE is set, all is measured with it, then with what OpenBLAS chooses.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. test/functions.sh
trap 'guarded_end; [ -z "${peers_out:-}" ] || rm -rf "$peers_out"' EXIT
exit_on_signals

wanted()
{
	local name

	[ ${#names[@]} -eq 0 ] && return 0
	for name in "${names[@]}"; do
		[[ $(basename "$1") == *"$name"* ]] && return 0
	done
	return 1
}

title()
{
	printf '\n== %s\n' "$1"
}

if [ "${1:-}" = --inside ]; then
	shift
	names=("$@")
	for file in test/bench/*.sql test/bench/series.sh test/bench/catalog_sessions.sh test/bench/encoders.sh test/bench/cancel.sh; do
		[ -e "$file" ] && wanted "$file" || continue
		title "$(basename "$file")"
		psql -X -q -d postgres -c 'CREATE DATABASE bench' && psql -X -q -d bench -c 'CREATE EXTENSION creditspread' &&
			case $file in
				*.sql) psql -X -q -v ON_ERROR_STOP=1 -d bench -f "$file" ;;
				*.sh) bash "$file" ;;
			esac
		psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS bench WITH (FORCE)'
	done
	exit
fi

if [ "${1:-}" != --collect ]; then
	lines=$(mktemp) || exit 1
	trap 'rm -f "$lines"' EXIT
	make -s -f test/numeric.mk -j"$(nproc)" OUT=build/plain benchmarks || exit 1
	# with OpenBLAS as the environment sets it, and as it chooses by itself
	for unset in '' "${OPENBLAS_CORETYPE:+-u OPENBLAS_CORETYPE} ${OPENBLAS_L2_SIZE:+-u OPENBLAS_L2_SIZE}"; do
		[ -n "${unset// /}" ] || [ -z "${done:-}" ] || continue
		done=1
		# shellcheck disable=SC2086
		env $unset "$0" --collect "$@" | tee "$lines"
		# shellcheck disable=SC2086
		title "All, OpenBLAS for $(env $unset build/plain/bench_blas.exe --core-type)"
		python3 test/bench/table.py <"$lines"
	done
	exit
fi
shift

names=("$@")
chosen='as it chose'
[ -z "${OPENBLAS_CORETYPE:-}${OPENBLAS_L2_SIZE:-}" ] ||
	chosen="by${OPENBLAS_CORETYPE:+ OPENBLAS_CORETYPE=$OPENBLAS_CORETYPE}${OPENBLAS_L2_SIZE:+ OPENBLAS_L2_SIZE=$OPENBLAS_L2_SIZE}"
printf '%s, %s processors, OpenBLAS for %s, %s, %s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
	"$(build/plain/bench_blas.exe --core-type)" "$chosen" "$(date +%F)"
for file in test/bench/bench_*.c; do
	[ -e "$file" ] && wanted "$file" || continue
	title "$(basename "$file")"
	guarded "build/plain/$(basename "$file" .c).exe"
done
# beside other programs, where they are installed
if wanted trees.py && /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
	title trees.py
	guarded /usr/bin/python3 test/bench/trees.py
fi
for file in test/bench/*.sql test/bench/series.sh test/bench/catalog_sessions.sh test/bench/encoders.sh test/bench/cancel.sh; do
	[ -e "$file" ] && wanted "$file" || continue
	guarded test/cluster.sh test/bench/run.sh --inside "$@"
	break
done

# the peer of bench_classical.c, where R's package forecast is installed
if wanted classical.R && Rscript -e 'library(forecast)' >/dev/null 2>&1; then
	title classical.R
	guarded Rscript test/bench/classical.R
fi

# the peers of bench_structural.c
if wanted structural.R && command -v Rscript >/dev/null; then
	title structural.R
	guarded Rscript test/bench/structural.R
fi

# peers of coupon_bond.sql, series_tests.sql and bench_structural.c, where Debian's quantlib-python and python3-statsmodels are installed
for file in coupon_bond_quantlib.py:QuantLib series_tests_statsmodels.py:statsmodels structural.py:statsmodels; do
	wanted "${file%:*}" && /usr/bin/python3 -c "import ${file#*:}" 2>/dev/null || continue
	title "${file%:*}"
	guarded env OPENBLAS_NUM_THREADS=1 /usr/bin/python3 "test/bench/${file%:*}"
done

[ -n "${PEERS:-}" ] || exit 0
peers_out=$(mktemp -d) || exit 1
export PEERS_OUT=$peers_out
for file in "$PEERS"/bench_*.py "$PEERS"/bench_*.R; do
	[ -e "$file" ] && wanted "$file" || continue
	title "$file"
	case $file in
		*.py) guarded /usr/bin/python3 "$file" --threads 1 --blas-threads 1 --repeats 5 ${PEER_OPTIONS:-} ;;
		*.R) guarded env OPENBLAS_NUM_THREADS=1 Rscript "$file" ;;
	esac
done

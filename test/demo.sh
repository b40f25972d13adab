#!/bin/bash
# `make demo`: runs the tutorial in a private cluster. With DATA=file.csv it runs the experiment of
# docs/experiments/paper_003.sql on that file instead, which reads it from psql's standard input.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. test/functions.sh

if [ "${1:-}" = --inside ]; then
	[ -z "${DATA:-}" ] || exec psql -X -q -v ON_ERROR_STOP=1 -f docs/experiments/paper_003.sql <"$DATA"
	arguments=()
	for file in docs/tutorial/*.sql; do
		[ ! -e "$file" ] || arguments+=(-f "$file")
	done
	[ ${#arguments[@]} -gt 0 ] || arguments=(-c "SELECT extversion AS creditspread FROM pg_extension WHERE extname = 'creditspread'")
	exec psql -X -q -v ON_ERROR_STOP=1 "${arguments[@]}"
fi

if [ -n "${DATA:-}" ]; then
	[ -r "$DATA" ] || { echo "DATA=$DATA: no such file" >&2; exit 1; }
	DATA=$(realpath "$DATA")
	export DATA
fi
exec test/cluster.sh test/demo.sh --inside

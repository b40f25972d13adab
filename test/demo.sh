#!/bin/bash
# `make demo`: runs the tutorial in a private cluster. With DATA=file.csv it runs an experiment on that
# file instead: the one of docs/experiments whose first columns, stated in a line `-- CSV: a,b,`, are the
# file's; it reads the file from psql's standard input. EXPERIMENT=name chooses among several.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. test/functions.sh

# experiment_for CSV_FILE: the experiment that reads it.
experiment_for()
{
	local header file columns

	IFS= read -r header <"$1" || [ -n "$header" ] || return 1
	for file in docs/experiments/${EXPERIMENT:-*}.sql; do
		columns=$(sed -n 's/^-- CSV: //p' "$file" | head -n 1)
		[ -n "$columns" ] && [[ $header == "$columns"* ]] && { echo "$file"; return; }
	done
	{
		echo "DATA=$1: no experiment reads a CSV that begins with these columns; known are"
		sed -n 's/^-- CSV: /    /p' docs/experiments/*.sql
	} >&2
	return 1
}

if [ "${1:-}" = --inside ]; then
	[ -z "${DATA:-}" ] || exec psql -X -q -v ON_ERROR_STOP=1 -f "$EXPERIMENT" <"$DATA"
	arguments=()
	for file in docs/tutorial/*.sql; do
		[ ! -e "$file" ] || arguments+=(-f "$file")
	done
	[ ${#arguments[@]} -gt 0 ] || arguments=(-c "SELECT extversion AS creditspread FROM pg_extension WHERE extname = 'creditspread'")
	exec psql -X -q -v ON_ERROR_STOP=1 "${arguments[@]}"
fi

if [ -n "${DATA:-}" ]; then
	[ -r "$DATA" ] || { echo "DATA=$DATA: no such file" >&2; exit 1; }
	EXPERIMENT=$(experiment_for "$DATA") || exit 1
	DATA=$(realpath "$DATA")
	export DATA EXPERIMENT
fi
exec test/cluster.sh test/demo.sh --inside

#!/bin/bash
# `make demo`: runs the tutorial in a private cluster; its pictures lie in build/demo afterwards. With
# DATA=file.csv it runs experiments on that file instead: those of docs/experiments whose first columns,
# stated in a line `-- CSV: a,b,`, are the file's; each reads the file from psql's standard input.
# EXPERIMENT=name chooses one of several.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. test/functions.sh

# experiments_for CSV_FILE: the experiments that read it.
experiments_for()
{
	local header file columns found=''

	IFS= read -r header <"$1" || [ -n "$header" ] || return 1
	for file in docs/experiments/${EXPERIMENT:-*}.sql; do
		columns=$(sed -n 's/^-- CSV: //p' "$file" | head -n 1)
		[ -n "$columns" ] && [[ $header == "$columns"* ]] && found+="$file "
	done
	[ -z "$found" ] || { echo "$found"; return; }
	{
		echo "DATA=$1: no experiment reads a CSV that begins with these columns; known are"
		sed -n 's/^-- CSV: /    /p' docs/experiments/*.sql
	} >&2
	return 1
}

if [ "${1:-}" = --inside ]; then
	if [ -n "${DATA:-}" ]; then
		for file in $EXPERIMENTS; do
			psql -X -q -v ON_ERROR_STOP=1 -f "$file" <"$DATA" || exit
		done
		exit
	fi
	DEMO_FOLDER=$PWD/build/demo
	export DEMO_FOLDER
	mkdir -p "$DEMO_FOLDER"
	arguments=()
	for file in docs/tutorial/*.sql; do
		[ ! -e "$file" ] || arguments+=(-f "$file")
	done
	[ ${#arguments[@]} -gt 0 ] || arguments=(-c "SELECT extversion AS creditspread FROM pg_extension WHERE extname = 'creditspread'")
	exec psql -X -q -v ON_ERROR_STOP=1 "${arguments[@]}"
fi

if [ -n "${DATA:-}" ]; then
	[ -r "$DATA" ] || { echo "DATA=$DATA: no such file" >&2; exit 1; }
	EXPERIMENTS=$(experiments_for "$DATA") || exit 1
	DATA=$(realpath "$DATA")
	export DATA EXPERIMENTS
fi
exec test/cluster.sh test/demo.sh --inside

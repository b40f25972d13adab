#!/bin/bash
# A million random texts of all scripts, and those of the system's message catalogs: pieces and their places as
# BERT's tokenizer written out in Python gives them.  COUNT=100000 for fewer.
set -u
cd "$CREDITSPREAD_TOP" || exit 1
number=0

# same NAME EXPECTED ACTUAL
same()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number - $1"
	else
		printf 'not ok %d - %s\n#   have: %s\n#   want: %s\n' $number "$1" "$3" "$2"
	fi
}

query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@" 2>&1; }

count=${COUNT:-1000000}
export PGDATABASE=word_pieces
query -d postgres -c 'CREATE DATABASE word_pieces TEMPLATE template0 ENCODING UTF8'
query -c 'CREATE EXTENSION creditspread' -c 'CREATE UNLOGGED TABLE sample (text text, pieces text)'
mkdir "$TEST_TMP/drawn"
real=$(/usr/bin/python3 test/slow/word_pieces.py "$TEST_TMP/drawn" "$count" 10000 1)
echo "# $real texts of message catalogs"
chmod -R a+rX "$TEST_TMP"
query -c "\\copy sample FROM '$TEST_TMP/drawn/texts.csv' WITH (FORMAT csv, FORCE_NOT_NULL (text, pieces))"
same 'there are texts' "$((count + real))" "$(query -c 'SELECT count(*) FROM sample')"
export PGOPTIONS="-c creditspread.encoder_path=$TEST_TMP"
same 'most are not all unknown' t "$(query -c "SELECT avg((pieces ~ '(^| )([5-9]|[0-9]{2,}):')::int) > 0.7 FROM sample")"
same 'the same pieces at the same places' '' "$(query -c "SELECT convert_to(text, 'UTF8'), pieces, said FROM sample, LATERAL (SELECT coalesce(string_agg(id || ':' || start || ':' || stop, ' ' ORDER BY position), '') AS said
	FROM text_tokens('drawn', text) WHERE start IS NOT NULL) t WHERE said <> pieces LIMIT 5")"
query -d postgres -c 'DROP DATABASE word_pieces'
echo "1..$number"

#!/bin/bash
# Texts in databases of other encodings: the same numbers, and errors where a text has none.
set -u
cd "$CREDITSPREAD_TOP" || exit 1
. test/tap/helpers.bash
# in_database DATABASE ARGUMENT...: what psql prints, also of an error
in_database() { local database=$1; shift; PGCLIENTENCODING=${ENCODING:-UTF8} psql -X -q -At -d "$database" "$@" 2>&1; }

# is NAME HAVE WANT
is() { same "$1" "$3" "$2"; }

for encoding in UTF8 LATIN1 SQL_ASCII; do
	createdb -T template0 -E "$encoding" --lc-collate=C --lc-ctype=C "text_$encoding" && in_database "text_$encoding" -c 'CREATE EXTENSION creditspread'
done
numbers="SELECT md5(text_embedding('hashing', 'Nestlé rose')::text), (SELECT md5(features::text) FROM entity_features('hashing', 'Nestlé rose', '{nestle}'))"
expected=$(in_database text_UTF8 -c "$numbers")
is 'LATIN1: the same numbers' "$(in_database text_LATIN1 -c "$numbers")" "$expected"
is 'SQL_ASCII, taken for UTF-8: the same numbers' "$(ENCODING=SQL_ASCII in_database text_SQL_ASCII -c "$numbers")" "$expected"
is 'SQL_ASCII: bytes that are no text' "$(ENCODING=SQL_ASCII in_database text_SQL_ASCII -c "SELECT text_embedding('hashing', E'Nestl\\351 rose')" -v VERBOSITY=verbose | head -n 1)" \
	'ERROR:  22021: "Nestl\xe9 rose" is not valid UTF-8'
is 'of an entity' "$(ENCODING=SQL_ASCII in_database text_SQL_ASCII -c "SELECT count(*) FROM entity_features('hashing', 'a', ARRAY[E'\\351'])" | head -n 1)" 'ERROR:  "\xe9" is not valid UTF-8'
is 'the session lives on' "$(ENCODING=SQL_ASCII in_database text_SQL_ASCII -c "SELECT count(*) FROM entity_features('hashing', 'a', '{a}')")" 1
is 'LATIN1: texts in Chinese are an error' "$(in_database text_LATIN1 -v VERBOSITY=sqlstate -c 'SELECT count(*) FROM sample_text_market_texts(1, 5)')" 'ERROR:  22P05'
is 'LATIN1: spreads are not' "$(in_database text_LATIN1 -c 'SELECT count(*) FROM sample_text_market(1, 5)')" 120
is 'SQL_ASCII: nor are the texts' "$(ENCODING=SQL_ASCII in_database text_SQL_ASCII -c 'SELECT md5(string_agg(text, E'"'\\n'"' ORDER BY text_id)) FROM sample_text_market_texts(1, 5)')" \
	"$(in_database text_UTF8 -c 'SELECT md5(string_agg(text, E'"'\\n'"' ORDER BY text_id)) FROM sample_text_market_texts(1, 5)')"
measures="SELECT classification_measures(a, p) FROM (VALUES ('é', 'é'), ('z', 'é'), ('a', 'a')) v (a, p)"
is 'LATIN1: classes in the order of their characters' "$(in_database text_LATIN1 -c "$measures")" "$(in_database text_UTF8 -c "$measures")"
is 'LATIN1: pictures with other characters' "$(in_database text_LATIN1 -c "SELECT matrix_chart('{é}', '{x}', '{{1}}') LIKE '%&#233;%'")" t
echo "1..$number"

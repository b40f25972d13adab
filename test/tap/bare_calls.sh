#!/bin/bash
# Citus calls the functions of an aggregate without what the executor says of a call (fn_expr).
set -u
cd "$CREDITSPREAD_TOP" || exit 1
# the copy of pg_config beside the server's programs knows nothing of headers
PG_CONFIG=$(type -aP "${PG_CONFIG:-pg_config}" | grep -v "^$CLUSTER_ROOT/" | head -n 1)
cp test/fuzz/bare_calls.c test/fuzz/Makefile "$TEST_TMP"
env -u MAKEFLAGS -u MFLAGS make -s -C "$TEST_TMP" PG_CONFIG="$PG_CONFIG" MODULE_big=bare_calls OBJS=bare_calls.o >"$TEST_TMP/log" 2>&1 &&
	cp "$TEST_TMP/bare_calls.so" "$CLUSTER_PGXS_LIB" || { cat "$TEST_TMP/log" >&2; exit 1; }
createdb bare_calls
export PGDATABASE=bare_calls PGOPTIONS='-c client_min_messages=error'
query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

number=0
is_empty()
{
	local found

	number=$((number + 1))
	found=$(query -c "$2" 2>&1)
	[ -z "$found" ] || echo -n "not "
	echo "ok $number - $1"
	[ -z "$found" ] || sed 's/^/# /' <<<"$found"
}

echo 1..3
query -c 'CREATE EXTENSION creditspread' -f test/fuzz/values.sql >/dev/null 2>"$TEST_TMP/log" &&
	query -v module=bare_calls -f test/fuzz/bare_calls.sql >/dev/null 2>>"$TEST_TMP/log" || cat "$TEST_TMP/log" >&2
is_empty "a call without fn_expr gives what a described one gives" \
	"SELECT * FROM bare_outcome WHERE expected IS DISTINCT FROM found"
# fit_progress gives rows only while something is fitted, text_tokens only where there are files; seasonal_naive needs an option
is_empty "every function gave a result with some arguments" \
	"SELECT function, max(call), max(found) FROM bare_outcome GROUP BY function
		HAVING count(*) FILTER (WHERE found !~ '^error') = 0 AND function::text !~ 'fit_progress|text_tokens|seasonal_naive_check_options'"
is_empty "every aggregate and C function was called" \
	"SELECT f.oid::regprocedure FROM fuzz_function f JOIN pg_language l ON l.oid = f.prolang
		WHERE (f.prokind = 'a' OR l.lanname = 'c') AND NOT EXISTS (SELECT FROM bare_outcome b WHERE b.function = f.oid)
			AND f.oid NOT IN (SELECT function FROM bare_left_out)
			AND NOT EXISTS (SELECT FROM pg_aggregate a WHERE f.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn))
			AND NOT EXISTS (SELECT FROM pg_type t WHERE f.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend))"

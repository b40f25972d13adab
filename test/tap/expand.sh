#!/bin/bash
# sql/expand.awk and sql/upgrade.awk: what they write out, and what they refuse, with file and line.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
cd "$TEST_TMP" || exit 1

awks=(-f "$CREDITSPREAD_TOP/sql/options.awk" -f "$CREDITSPREAD_TOP/sql/expand.awk")
expand() { printf '%s\n' "$@" >10-part.sql; awk "${awks[@]}" 10-part.sql 2>&1 | tail -n +4; }
refused() { printf '%s\n' "$@" >10-part.sql; awk "${awks[@]}" 10-part.sql 2>&1 >/dev/null; echo $?; }
# The table in the first argument, used as the second says.
options() { printf '%s\n' '#define MOST 70' >t.h; printf '%s\n' "$1" >fit.def; printf '%s\n' "$2" >10-part.sql; awk "${awks[@]}" t.h fit.def 10-part.sql | tail -n +4; }

# ---- written out

same 'SQL is left as it is' $'SELECT \'[, a]\' AS "--@", 1;\n-- each time: of day' "$(expand "SELECT '[, a]' AS \"--@\", 1;" '-- each time: of day')"
same 'each value' $'a date\n\na timestamp\n\na timestamptz\n\na bigint' "$(expand '--@ each time' 'a @time@' '--@ end')"
same 'values of its own' $'1x\n\n2y x' "$(expand '--@ each n: 1x, 2y x' '@n@' '--@ end')"
same 'blocks in blocks, with one end and with two' $'text 1\n\ntext 2\n\nbigint 1\n\nbigint 2' "$(expand '--@ each entity; each n: 1, 2' '@entity@ @n@' '--@ end')"
same 'the same' "$(expand '--@ each entity; each n: 1, 2' '@entity@ @n@' '--@ end')" "$(expand '--@ each entity' '--@ each n: 1, 2' '@entity@ @n@' '--@ end' '--@ end')"
same 'optional parts' $'f(x, z[])\n\'x\'\n\nf(x, a[], z[])\n\'x, a (...)\'\n\nf(x, a[], b, z[])\n\'x, a (...)\'' \
	"$(expand '--@ optional' 'f(x [, a[] [, b]], z[])' "'x [, a (...)]'" '--@ end')"
same 'the schemas' 'creditspread_internal.f @extschema@.g' "$(expand '@internal@.f @extschema@.g')"
function='CREATE FUNCTION @internal@.a_final(@internal@.s, double precision[]) RETURNS t'
same 'the comment of a support function' "CREATE FUNCTION creditspread_internal.a_final(creditspread_internal.s, double precision[]) RETURNS t
AS 'x';
COMMENT ON FUNCTION creditspread_internal.a_final(creditspread_internal.s, double precision[]) IS 'final function of a';
SELECT 1;" "$(expand "$function" "AS 'x';" 'SELECT 1;')"
same 'unless the part has one' "COMMENT ON FUNCTION creditspread_internal.a_final(creditspread_internal.s, double precision[]) IS 'mine';" \
	"$(expand "$function" "AS 'x';" "COMMENT ON FUNCTION @internal@.a_final(@internal@.s, double precision[]) IS 'mine';" | grep COMMENT)"
same 'a transition function' "CREATE FUNCTION creditspread_internal.f_transition(s, bigint, double precision[]) RETURNS s
AS 'MODULE_PATHNAME', 'creditspread_f' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.f_transition(s, bigint, double precision[]) IS 'transition function of f';

CREATE AGGREGATE f(\"time\" bigint, y double precision[]) (
	SFUNC = creditspread_internal.f_transition, STYPE = s
);" "$(expand '--@ transition creditspread_f' 'CREATE AGGREGATE f("time" bigint, y double precision[]) (' '	SFUNC = @internal@.f_transition, STYPE = s' ');')"
same 'bytes of a state, and those of the part' '	STYPE = creditspread_internal.bond_set, SSPACE = 11264, FINALFUNC = f
	STYPE = creditspread_internal.bond_set, SSPACE = 5, FINALFUNC = f
	STYPE = text, FINALFUNC = f' "$(expand '	STYPE = @internal@.bond_set, FINALFUNC = f' '	STYPE = @internal@.bond_set, SSPACE = 5, FINALFUNC = f' '	STYPE = text, FINALFUNC = f')"
same 'a type' "CREATE FUNCTION creditspread_internal.t_recv(internal) RETURNS t
AS 'MODULE_PATHNAME', 'creditspread_t_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.t_recv(internal) IS 'binary input function of type t';" \
	"$(expand '--@ type t (STORAGE = external)' | grep -A2 '_recv(internal) R')"

table='/* Of a fit. */
OPTION(start.level, DOUBLE(0, 1e6), OF(a_one, "1") OF(a_two, "2"), "of y, in y'"'"'s unit")
OPTION(names, TEXT_LIST(MOST - 1, count),
	OF(every, "{}"), "(a, b)")
OPTION(kind, CHOICE("x", "y", "z"), OF(b, "(chosen)"), "what; it")
OPTION(begin, MODEL, OF(b, "(none)"), "a model")'
same 'options' "CREATE FUNCTION a_options(
	level double precision DEFAULT NULL,
	names text[] DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'level', level, 'names', names));
END;
COMMENT ON FUNCTION a_options(double precision, text[]) IS
	'options of a and b, NULL = default: level, 0 to 1e6: of y, in y''s unit (1); names, up to 69: (a, b) ({})';" \
	"$(options "$table" '--@ options a_options (fit a) of a and b')"
same 'options of another family, and a model' "CREATE FUNCTION o(
	names text[] DEFAULT NULL,
	kind text DEFAULT NULL,
	begin b_model DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'names', names, 'kind', kind))
		|| CASE WHEN begin IS NULL THEN '{}'::jsonb ELSE pg_catalog.jsonb_build_object('begin', begin::text::jsonb) END;
END;
COMMENT ON FUNCTION o(text[], text, b_model) IS
	'options of b, NULL = default: names, up to 69: (a, b) ({}); kind, x, y or z: what; it (chosen); begin: a model (none)';" \
	"$(options "$table" '--@ options o (fit b) of b')"

# ---- refused

same 'a bound without a number' '10-part.sql:1: no #define of a number in a header: LEAST' \
	"$(options 'OPTION(n, INT(LEAST, 2), "1", "rows")' '--@ options o (fit) of f' 2>&1 >/dev/null)"
same 'an option that stands twice' '10-part.sql:1: fit: n stands twice' \
	"$(options $'OPTION(n, INT(1, 2), "1", "rows")\nOPTION(n, BOOL, "true", "again")' '--@ options o (fit) of f' 2>&1 >/dev/null)"
same 'a row without help' 'fit.def:1: OPTION has four arguments: OPTION(n, BOOL, "true")' \
	"$(options 'OPTION(n, BOOL, "true")' '--@ options o (fit) of f' 2>&1 >/dev/null)"
same 'options that no table has' $'10-part.sql:1: no such options: --@ options o (fit) of f\n1' "$(refused '--@ options o (fit) of f')"

same 'an unknown marker' $'10-part.sql:2: unknown marker: --@ every time\n1' "$(refused 'SELECT 1;' '--@ every time')"
same 'an unknown marker beside a known one' $'10-part.sql:1: unknown marker: --@ each time; twice\n1' "$(refused '--@ each time; twice' 'a' '--@ end')"
same 'a block that is not closed' $'10-part.sql:1: no --@ end follows: --@ each time\n1' "$(refused '--@ each time' '@time@')"
same 'an end too many' $'10-part.sql:1: nothing is open to end\n1' "$(refused '--@ end')"
same 'a name without values' $'10-part.sql:1: no values of @day@: --@ each day\n1' "$(refused '--@ each day' '--@ end')"
same 'a name outside of its block' $'10-part.sql:4: nothing to put for @time@\n1' "$(refused '--@ each time' 'a' '--@ end' '@time@')"
same 'the same name twice' $'10-part.sql:2: @time@ is taken by a block around this one\n1' "$(refused '--@ each time' '--@ each time' '--@ end' '--@ end')"
same 'optional parts that are none' $'10-part.sql:1: no part in [, ...] before --@ end\n1' "$(refused '--@ optional' 'f(x)' '--@ end')"
same 'a part that is not closed' $'10-part.sql:2: a [, ...] that is not closed\n1' "$(refused '--@ optional' 'f(x [, y)' '--@ end')"
same 'a transition function without an aggregate' $'10-part.sql:2: no CREATE AGGREGATE follows --@ transition\n1' "$(refused '--@ transition creditspread_f' 'SELECT 1;')"
same 'a support function whose arguments go on' $'10-part.sql:1: the arguments must end in the same line: CREATE FUNCTION f_final(s,\n1' "$(refused 'CREATE FUNCTION f_final(s,' 't)')"
same 'nor at the end' $'10-part.sql:1: no CREATE AGGREGATE follows --@ transition\n1' "$(refused '--@ transition creditspread_f')"

# ---- upgrade scripts

cat >script <<'END'
-- Part 10-first

CREATE FUNCTION f(x integer) RETURNS integer
AS $$ SELECT 1;
SELECT 2 $$ LANGUAGE sql;
COMMENT ON FUNCTION f(integer) IS 'f; one';

CREATE FUNCTION g() RETURNS integer
BEGIN ATOMIC
	SELECT 1;
END;
CREATE TYPE t AS (a integer);
COMMENT ON COLUMN t.a IS 'a';

-- Part 80-second

SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION s.h() RETURNS integer LANGUAGE sql AS 'SELECT 1';
END
upgrade() { printf '%s\n' "$@" >template; awk -f "$CREDITSPREAD_TOP/sql/upgrade.awk" script template 2>&1; }
same 'the statements for a name, with their comments' $'CREATE FUNCTION f(x integer) RETURNS integer\nAS $$ SELECT 1;\nSELECT 2 $$ LANGUAGE sql;\nCOMMENT ON FUNCTION f(integer) IS \'f; one\';' \
	"$(upgrade '--@ create 10-first f')"
same 'of a kind, for names that begin alike' $'CREATE FUNCTION f(x integer) RETURNS integer\nAS $$ SELECT 1;\nSELECT 2 $$ LANGUAGE sql;\nCOMMENT ON FUNCTION f(integer) IS \'f; one\';\n\nCREATE FUNCTION g() RETURNS integer\nBEGIN ATOMIC\n\tSELECT 1;\nEND;' \
	"$(upgrade '--@ create 10-first function *')"
same 'replaced' $'CREATE OR REPLACE FUNCTION g() RETURNS integer\nBEGIN ATOMIC\n\tSELECT 1;\nEND;' "$(upgrade '--@ replace 10-first g')"
same 'comments alone' "COMMENT ON COLUMN t.a IS 'a';" "$(upgrade '--@ comment 10-first t')"
same 'a part, below the line' $'SET LOCAL search_path = pg_catalog, pg_temp;\nCREATE FUNCTION s.h() RETURNS integer LANGUAGE sql AS \'SELECT 1\';' \
	"$(upgrade 'SET LOCAL search_path = pg_catalog, pg_temp;' '--@ create 80-second')"
same 'what is not there' 'template:2: no such statement: --@ create 10-first x' "$(upgrade '' '--@ create 10-first x')"
same 'what cannot be replaced' 'template:1: 10-first has what cannot be replaced: CREATE TYPE t AS (a integer);' "$(upgrade '--@ replace 10-first t')"
same 'on the wrong side of search_path' 'template:1: 80-second belongs below the line SET LOCAL search_path' "$(upgrade '--@ create 80-second')"
same 'or the other' 'template:2: 10-first belongs above the line SET LOCAL search_path' \
	"$(upgrade "SET LOCAL search_path = pg_catalog, pg_temp;" '--@ create 10-first f' | grep template)"
same 'an unknown marker' 'template:1: unknown marker: --@ drop 10-first f' "$(upgrade '--@ drop 10-first f')"

# ---- what make does with them

nothing 'no marker is left in the scripts' "$(cd "$CREDITSPREAD_TOP" && grep -nE '^--@|@[a-z_]+@' build/creditspread--*.sql | grep -v '@extschema@')"
echo "1..$number"

#!/bin/bash
# A database of 0.1.0, with values, models, forecasts and a run log that 0.1.0 wrote, becomes one of today by ALTER EXTENSION UPDATE:
# it has the same objects as a fresh one, its values say what they said, its models go on.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"

for database in fresh upgraded; do query -d postgres -c "CREATE DATABASE $database"; done
query -d fresh -c 'CREATE EXTENSION creditspread'
export PGDATABASE=upgraded
nothing 'a database of 0.1.0' "$(query -c "CREATE EXTENSION creditspread VERSION '0.1.0'" -c 'CREATE TABLE series (day date, entity text, y float8, x float8)' \
	-c 'CREATE TABLE kept (type text, value text, said float8[])' -f test/upgrade/0.1.0.sql | grep -E 'ERROR|FATAL')"

# Values in columns of their types, as users have them, stay where they are.
nothing 'values as columns' "$(query -c "SELECT format('CREATE TABLE %1\$s_column AS SELECT value::%1\$s AS value FROM kept WHERE type = %1\$L;', type) FROM kept" | query -f -)"
# FROM and the columns of the old tables and of what holds the same now
facts()
{
	echo "SELECT (SELECT md5(string_agg(md5(concat_ws(' ', owner, model, version, source, entity, origin, horizon, target_time, forecast, lower, upper, level, random_walk, actual)), ' '
			ORDER BY model, version, source, entity, origin, horizon)) FROM $1), (SELECT md5(string_agg(concat_ws(' ', owner, model, version, kind, status, started), ' ' ORDER BY id)) FROM $2),
		(SELECT string_agg(concat_ws(' ', owner, name, version, active, method, entity, a.status, a.row_count), ', ' ORDER BY m.id, entity) FROM creditspread.artifact a JOIN $3 ON m.id = model_id)"
}
before=$(query -c "$(facts creditspread.forecast creditspread.run 'creditspread.model m')")
nothing 'ALTER EXTENSION UPDATE' "$(query -c 'ALTER EXTENSION creditspread UPDATE')"
of="p ON p.id = pipeline_id"
same 'forecasts, run log and artifacts are kept' "$before" "$(query -c "$(facts "(SELECT p.owner, p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline $of) f" \
	"(SELECT p.owner, p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline $of) r" \
	"(SELECT p.owner, p.name, m.* FROM creditspread.model m JOIN creditspread.pipeline $of) m")")"

# ---- the catalogs

for database in fresh upgraded; do
	query -d $database -f test/upgrade/objects.sql >"$TEST_TMP/$database"
done
same 'there are objects to compare, without an error' 't ' "$([ "$(wc -l <"$TEST_TMP/fresh")" -gt 3000 ] && echo t) $(grep -h 'ERROR' "$TEST_TMP/fresh" "$TEST_TMP/upgraded")"

# Each property that differs: which, and both values from shortly before the first difference on.
differences=$(awk -F '\t' '
	function shown(value, from) { return value == "" ? "(not there)" : (from > 1 ? "..." : "") substr(value, from, 160) }
	{ key = $1 " [" $2 "]"; keys[key]; value[FILENAME, key] = value[FILENAME, key] $3 }
	END {
		for (key in keys) {
			one = value[ARGV[1], key]; other = value[ARGV[2], key]
			if (one == other) continue
			for (i = 1; substr(one, i, 1) == substr(other, i, 1); i++) ;
			i = i > 40 ? i - 40 : 1
			printf "%s\n  fresh:    %s\n  upgraded: %s\n", key, shown(one, i), shown(other, i)
		}
	}' "$TEST_TMP/fresh" "$TEST_TMP/upgraded")
nothing 'every object is that of a fresh database' "$differences"

# ---- values and models go on

# a curve and a kalman_model have more columns now: a text of 0.1.0 needs as many commas more
query -c "UPDATE kept SET value = rtrim(value, ')') || repeat(',', CASE type WHEN 'svensson_curve' THEN 8 WHEN 'kalman_model' THEN 5 ELSE 7 END) || ')' WHERE type LIKE '%curve' OR type = 'kalman_model'"
nothing 'every type of value loads' "$(query -c "SELECT format('SELECT %1\$L WHERE NOT EXISTS (SELECT FROM %1\$s_column AS c, kept WHERE type = %1\$L AND c.value::text = kept.value::%1\$s::text);', type) FROM kept" | query -f -)"
nothing 'and says what it said' "$(query -f test/upgrade/said.sql -c "SELECT s.type, s.said, kept.said FROM said AS s FULL JOIN kept USING (type)
	WHERE (SELECT bool_and(abs(a - b) <= 1e-4 * (1 + abs(b))) FROM unnest(s.said, kept.said) AS v (a, b)) IS NOT true")"
same 'the old versions forecast, the same' t "$(query -c "CREATE TABLE forecast AS SELECT * FROM creditspread.forecast_vs_actual WHERE model = 'rnn' OR version = 2 AND source = 'forecast'" \
	-c "CALL creditspread.forecast('rnn')" -c "SELECT bool_and(abs(n.forecast - o.forecast) < 1e-3) FROM creditspread.forecast_vs_actual AS n JOIN forecast AS o USING (model, version, source, entity, origin, horizon)")"
same 'they are trained again' '1 f|2 t' "$(query -c "CALL creditspread.retrain('rnn')" -c "CALL creditspread.forecast('rnn')" -c "CALL creditspread.forecast('ar')" \
	-c "SELECT string_agg(version || ' ' || left(active::text, 1), '|' ORDER BY version) FROM creditspread.model_overview WHERE model = 'rnn'")"
same 'tested, rolled back and dropped' 0 "$(query -c "CALL creditspread.backtest('ar', origins => 4, refit_every => 2)" -c "CALL creditspread.rollback('rnn')" -c "CALL creditspread.drop('rnn')" \
	-c "SELECT count(*) FROM creditspread.model_overview WHERE model = 'rnn'")"
same 'views and pictures of what 0.1.0 wrote' t "$(query -c "SELECT bool_and(n > 0) FROM creditspread.accuracy WHERE model = 'ar'" -c "SELECT 1 WHERE creditspread.report('ar') NOT LIKE '<!DOCTYPE html>%'")"
nothing 'a dump of it comes back' "$(query -d postgres -c 'CREATE DATABASE upgraded_again'; pg_dump | query -d upgraded_again -f - | grep -E 'ERROR|FATAL')"
same 'it can be dropped' 0 "$(query -c 'SET client_min_messages = warning' -c 'DROP EXTENSION creditspread CASCADE' -c "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'creditspread%'")"

# The text of a curve has more columns than that of 0.1.0: a dump with curves is loaded into 0.1.0 and updated there.
query -d postgres -c 'CREATE DATABASE curves_dumped' -c 'CREATE DATABASE curves_restored'
query -d curves_dumped -c "CREATE EXTENSION creditspread VERSION '0.1.0'" -c 'CREATE TABLE curve (c nelson_siegel_curve, s svensson_curve)' \
	-c 'INSERT INTO curve VALUES (ROW(5, -2, 1, 0.7308, 0.1, 0.9, 8, false), ROW(5, -2, 1, 1, 0.7, 0.1, 0.1, 0.9, 8, false))'
query -d curves_restored -c "CREATE EXTENSION creditspread VERSION '0.1.0'"
pg_dump curves_dumped >"$TEST_TMP/dump.sql"
same 'curves that 0.1.0 dumped' '4.71|t' "$(query -d curves_restored -f "$TEST_TMP/dump.sql" | grep -E 'ERROR|FATAL'
	query -d curves_restored -c 'ALTER EXTENSION creditspread UPDATE' \
		-c 'SELECT round(nelson_siegel_yield(c, 5)::numeric, 2), svensson_yield(s, 5) BETWEEN 3 AND 6 FROM curve')"

echo "1..$number"

#!/bin/bash
# Notices: one a statement, however many partitions and groups have cause.
set -u
number=0
export PGDATABASE=notices

query() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

# given WHAT EXPECTED STATEMENT...: how often the statements together give a notice, and its first line
given()
{
	local what=$1 expected=$2 out count

	shift 2
	out=$(for statement in "$@"; do printf '%s;\n' "$statement"; done | query 2>&1 >/dev/null)
	count=$(grep -c '^NOTICE' <<<"$out")
	number=$((number + 1))
	[ "$count" = "$expected" ] || printf 'not '
	echo "ok $number - $what"
	grep '^NOTICE' <<<"$out" | sort -u | sed 's/^/# /'
}

psql -X -q -d postgres -c "CREATE DATABASE $PGDATABASE"
query -c 'CREATE EXTENSION creditspread' \
	-c 'CREATE TABLE series AS SELECT s, t, (10 + sin(t * 0.7) + t % 2)::float8 AS y FROM generate_series(1, 200) s, generate_series(1, 30) t'

smooth="SELECT wavelet_smooth(y, wavelet => 'db4', level => 6) OVER (PARTITION BY s ORDER BY t) FROM series"
given 'wavelet_smooth over 200 partitions' 1 "$smooth"
given 'a later statement has its own' 2 "$smooth" "$smooth"
given 'two calls in one statement' 1 "SELECT count(a), (SELECT count(b) FROM ($smooth) AS b) FROM ($smooth) AS a"
given 'a loop in one statement' 1 'DO $$ BEGIN FOR i IN 1..3 LOOP PERFORM wavelet_smooth(ARRAY[1, 2, 3, 4, 5, 6]::float8[], level => 5); END LOOP; END $$'
test="SELECT dm_test(t, y, y - 1 - t % 2, y + 1.5, dm_options(horizon => 2, variance => 'rectangular')) FROM series GROUP BY s"
given 'dm_test of 200 groups' 1 "SET max_parallel_workers_per_gather = 0" "$test"
given 'two notices of two kinds' 2 "SET max_parallel_workers_per_gather = 0" "SELECT count(a), count(b) FROM ($smooth) AS a, ($test) AS b"

query -c "CREATE TABLE market AS SELECT * FROM sample_market(1, 60)" \
	-c "CREATE TABLE model AS SELECT graph_rank_fit(industry, day, spread, NULL, sector, (SELECT relation_graph(source, target, kind) FROM sample_market_relations()),
		graph_rank_options(units => '{2}', epochs => 1, ensemble => 1)) AS m FROM market"
given 'graph_rank_forecast by entity: nobody has a neighbour' 1 \
	'SELECT graph_rank_forecast(m, industry, day, spread) OVER (PARTITION BY industry ORDER BY day) FROM market, model'
given 'all entities together: no notice' 0 'SELECT graph_rank_forecast(m, industry, day, spread) OVER () FROM market, model'
given 'an entity without relations: no notice' 0 "SELECT graph_rank_forecast(m, 'elsewhere', day, spread) OVER () FROM market, model WHERE industry = 'coal'"
echo "1..$number"

#!/bin/bash
# Fits are pushed down by postgres_fdw to a second cluster, whole or for each partition, and give the
# same there.
set -u
. "$CREDITSPREAD_TOP/test/functions.sh"
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
export PGDATABASE=fdw_local
trap 'cluster_stop remote immediate' EXIT

tables="
	CREATE TABLE quote AS
	SELECT curve, m AS maturity, 4 - 2 * exp(-0.7 * m) + 0.5 * sin(curve) * m * exp(-0.5 * m) + 0.03 * sin(curve * m) AS yield, 1 / m AS weight
	FROM generate_series(1, 30) AS curve, unnest('{0.25,0.5,1,2,3,4,5,7,10,15,20,30}'::float8[]) AS m;
	CREATE TABLE bond AS
	SELECT issuer, 97 + issuer / 9.0 + sin(issuer * n) AS price,
		bond_cashflows('2005-11-15', '2006-03-01'::date + n * 500, 4 + (n * 7) % 4) AS cashflows,
		nelson_siegel_curve(3 + issuer / 30.0, -1, 0.5, 0.7) AS riskfree
	FROM generate_series(1, 30) AS issuer, generate_series(1, 9) AS n;
	CREATE TABLE series AS
	SELECT bond, t, 2 + sin(t * 0.7 * bond) + 0.1 * cos(t * t * 0.01) AS y, ARRAY[cos(t * 0.3), sin(t * 0.11)] AS x, 'g' || bond % 2 AS sector
	FROM generate_series(1, 5) AS bond, generate_series(1, 80) AS t;"

cluster_start remote || echo '# the second cluster did not start'
remote=$(cluster_socket remote)
query -h "$remote" -d creditspread -c 'CREATE EXTENSION creditspread' -c "$tables" -c 'ANALYZE'
psql -X -q -d postgres -c 'CREATE DATABASE fdw_local'
query -c 'CREATE EXTENSION creditspread' -c "$tables" -c 'CREATE EXTENSION postgres_fdw' \
	-c "CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$remote', port '$PGPORT', dbname 'creditspread', extensions 'creditspread')" \
	-c "CREATE USER MAPPING FOR CURRENT_USER SERVER remote OPTIONS (user 'postgres')" \
	-c 'CREATE SCHEMA far' -c 'IMPORT FOREIGN SCHEMA public LIMIT TO (quote, bond, series) FROM SERVER remote INTO far' -c 'ANALYZE'

# brought NAME SELECT_LIST TABLE KEY: the result over the remote table is that over the local one
brought()
{
	same "$1: the same result" "$(query -c "SELECT md5(string_agg(k || f::text, ',' ORDER BY k)) FROM (SELECT $4, $2 FROM $3 GROUP BY $4) AS q (k, f)")" \
		"$(query -c "SELECT md5(string_agg(k || f::text, ',' ORDER BY k)) FROM (SELECT $4, $2 FROM far.$3 GROUP BY $4) AS q (k, f)")"
}

# pushed, likewise: and it is the remote side that aggregates
pushed()
{
	local plan

	plan=$(query -c "EXPLAIN (VERBOSE, COSTS OFF) SELECT $4, $2 FROM far.$3 GROUP BY $4")
	same "$1: the remote side aggregates" 1 "$(grep -c "Remote SQL: SELECT $4, public\..* GROUP BY 1$" <<<"$plan")"
	brought "$@"
}

pushed 'nelson_siegel_fit, given decay' 'nelson_siegel_fit(maturity, yield, 0.7308)' quote curve
pushed 'nelson_siegel_fit, estimated decay' 'nelson_siegel_fit(maturity, yield)' quote curve
pushed 'nelson_siegel_fit, weights and options' "nelson_siegel_fit(maturity, yield, weight, nelson_siegel_options(decay_upper => 5))" quote curve
pushed 'svensson_fit' 'svensson_fit(maturity, yield)' quote curve
pushed 'empirical_curvature' 'empirical_curvature(maturity, yield)' quote curve
pushed 'nelson_siegel_fit_bonds' 'nelson_siegel_fit_bonds(price, cashflows)' bond issuer
pushed 'nelson_siegel_fit_bonds, risk-free curve and options' \
	"nelson_siegel_fit_bonds(price, cashflows, riskfree, nelson_siegel_bonds_options(decay => 0.7, weights => 'inverse_squared_duration'))" bond issuer

pushed 'rnn_fit' "rnn_fit(t, y, x, rnn_options(units => '{3}', epochs => 2, ensemble => 2))" series bond
pushed 'transformer_fit' 'transformer_fit(t, y, x, transformer_options(width => 4, look_back => 5, epochs => 2, ensemble => 1))' series bond
pushed 'graph_rank_fit' "graph_rank_fit(t % 4, t, y, x, sector, '{\"format\": 1, \"entities\": [\"0\", \"1\", \"2\"], \"relations\": {\"k\": \"1 2, 2 3\"}}', \
	graph_rank_options(units => '{3}', epochs => 2, ensemble => 1, look_back => 2))" series bond
pushed 'kalman_fit' "kalman_fit(t, y, kalman_options(model => 'ar1_plus_noise'))" series bond
pushed 'cir_fit' 'cir_fit(t, y)' series bond
pushed 'information_coefficient' 'information_coefficient(t, x[1], y)' series bond
pushed 'var_fit' 'var_fit(t, ARRAY[y])' series bond
# postgres_fdw hands on no function that returns an array of a composite type
brought 'information_coefficient_decay' 'information_coefficient_decay(t, x[1], y, information_coefficient_options(window_size => 10, max_lag => 3))' series bond
brought 'rnn_forecast, in one call' "rnn_forecast(t, y, x, 2, rnn_options(units => '{2}', epochs => 1, ensemble => 1))" series bond

# one half of the curves here, the other there
query -c 'CREATE TABLE spread_out (LIKE bond) PARTITION BY RANGE (issuer)' \
	-c 'CREATE TABLE here PARTITION OF spread_out FOR VALUES FROM (1) TO (16)' -c 'INSERT INTO here SELECT * FROM bond WHERE issuer < 16' \
	-c "CREATE FOREIGN TABLE there PARTITION OF spread_out FOR VALUES FROM (16) TO (31) SERVER remote OPTIONS (table_name 'half')" -c 'ANALYZE here'
query -h "$remote" -d creditspread -c 'CREATE TABLE half AS SELECT * FROM bond WHERE issuer >= 16' -c 'ANALYZE'
fit='nelson_siegel_fit_bonds(price, cashflows, riskfree)'
plan=$(query -c 'SET enable_partitionwise_aggregate = on' -c "EXPLAIN (VERBOSE, COSTS OFF) SELECT issuer, $fit FROM spread_out GROUP BY issuer")
same 'partition-wise: one half aggregated here, one there' '1 1' \
	"$(grep -c 'HashAggregate\|GroupAggregate' <<<"$plan") $(grep -c 'Remote SQL: SELECT issuer, public\.nelson_siegel_fit_bonds' <<<"$plan")"
same 'partition-wise: the same curves' "$(query -c "SELECT md5(string_agg(issuer || f::text, ',' ORDER BY issuer)) FROM (SELECT issuer, $fit f FROM bond GROUP BY issuer) q")" \
	"$(query -c 'SET enable_partitionwise_aggregate = on' -c "SELECT md5(string_agg(issuer || f::text, ',' ORDER BY issuer)) FROM (SELECT issuer, $fit f FROM spread_out GROUP BY issuer) q")"

echo "1..$number"

#!/bin/bash
# docs/experiments/eur_bonds.sql on bonds that are priced with known curves finds these, and the first
# columns of a CSV choose the experiment.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
export PGDATABASE=eur_bonds

psql -X -q -d postgres -c 'CREATE DATABASE eur_bonds' && psql -X -q -c 'CREATE EXTENSION creditspread'
psql -X -q -v ON_ERROR_STOP=1 <<'END' >"$TEST_TMP/bonds.csv"
COPY (
	SELECT class AS issuer_class, class || n AS isin, maturity_date - 7305 AS issue_date, maturity_date, coupon_rate / 100.0 AS coupon_rate,
		bond_price(bond_cashflows(day, maturity_date, coupon_rate), nelson_siegel_curve(4, -1.5, 0.5, 0.5), spread)
			- accrued_interest(day, maturity_date, coupon_rate) AS clean_price,
		accrued_interest(day, maturity_date, coupon_rate) AS accrued, day AS quote_date
	FROM (VALUES ('GERMANY', 0.0, 12), ('AAA', 0.2, 9), ('BBB', 1.4, 9), ('CCC', 8, 3)) AS class (class, level, bonds),
		generate_series(1, bonds) n, LATERAL (SELECT '2005-11-15'::date AS day, '2006-03-01'::date + n * 500 AS maturity_date,
			3 + n * 7 % 4 AS coupon_rate, nelson_siegel_curve(level, -level / 2, level / 4, 0.6) AS spread) AS bond
) TO STDOUT (FORMAT csv, HEADER);
END
output=$(psql -X -q -v ON_ERROR_STOP=1 -f docs/experiments/eur_bonds.sql <"$TEST_TMP/bonds.csv" 2>&1)
like 'the German curve is found' '2005-11-15 \| +2\.9[0-9] .* 0\.500 \| +12 \| +0\.00$' "$output"
like 'and the spread curve of AAA' '^ AAA .* 9 \| +0\.00 .* 0\.600 \| f$' "$output"
like 'and that of BBB' '^ BBB .* 9 \| +0\.00 .* 0\.600 \| f$' "$output"
like 'a class of three bonds has z-spreads only' '^ CCC +\| +3 \| +[0-9]+ \| +[0-9]+ ' "$output"

echo 'a,b,c' >"$TEST_TMP/other.csv"
like 'a CSV of other columns is refused' 'no experiment reads a CSV that begins with these columns' "$(DATA=$TEST_TMP/other.csv test/demo.sh 2>&1)"
like 'with those that are known' '^ +issuer_class,isin' "$(DATA=$TEST_TMP/other.csv test/demo.sh 2>&1)"

echo "1..$number"

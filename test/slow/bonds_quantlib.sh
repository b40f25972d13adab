#!/bin/bash
# 2,000 random bonds of each convention beside QuantLib: accrued interest, yield, durations, convexity, z-spread; and where QuantLib
# does not say, beside the rules in rational numbers.
set -u
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

export PGDATABASE=bonds_quantlib
query -d postgres -c 'CREATE DATABASE bonds_quantlib'
query -c 'CREATE EXTENSION creditspread' -c 'CREATE TABLE bond (day_count text, frequency int, issue date, first_coupon date, last_coupon date, maturity date, coupon float8, settlement date,
	dirty_price float8, accrued float8, yield float8, macaulay float8, modified float8, convexity float8, z_spread float8)'
/usr/bin/python3 test/slow/bonds_quantlib.py 1 2000 >"$TEST_TMP/bonds.csv"
query -c "\\copy bond FROM '$TEST_TMP/bonds.csv' WITH (FORMAT csv)"
same 'there are bonds of 7 conventions' '7|14000' "$(query -c 'SELECT count(DISTINCT day_count), count(*) FROM bond')"
query -c "CREATE TABLE ours AS SELECT *, accrued_interest(settlement, maturity, coupon, frequency, issue, 100, day_count, first_coupon => first_coupon, last_coupon => last_coupon, end_of_month => false, coupons => coupons) AS a,
		bond_cashflows(settlement, maturity, coupon, frequency, issue, 100, day_count, times, first_coupon => first_coupon, last_coupon => last_coupon, end_of_month => false, coupons => coupons) AS flows,
		bond_cashflows(settlement, maturity, coupon, frequency, issue, 100, day_count, 'ACT/365F', first_coupon => first_coupon, last_coupon => last_coupon, end_of_month => false, coupons => coupons) AS dated
	FROM bond, LATERAL (SELECT CASE WHEN day_count ~ '^30|ICMA' THEN 'equal' ELSE 'day_count' END AS coupons,
		CASE WHEN day_count ~ '^30|ICMA' THEN 'periods' ELSE 'day_count' END AS times) AS t"
for check in 'accrued interest: abs(a - accrued) <= 1e-9' \
	'yield: abs(yield_to_maturity(dirty_price, flows, frequency) - yield) <= 1e-8 * greatest(1, abs(yield))' \
	'Macaulay duration: abs(macaulay_duration(dirty_price, flows) - macaulay) <= 1e-7' \
	'modified duration: abs(modified_duration(dirty_price, flows, frequency) - modified) <= 1e-7' \
	'convexity: abs(convexity(dirty_price, flows, frequency) - convexity) <= 1e-7 * greatest(1, convexity)' \
	'z-spread: abs(z_spread(dirty_price, dated, nelson_siegel_curve(3, 0, 0, 1)) - z_spread) <= 1e-7 * greatest(1, abs(z_spread))'; do
	same "${check%%:*}" '' "$(query -c "SELECT day_count || ': ' || count(*) FROM ours WHERE NOT (${check#*: }) GROUP BY day_count ORDER BY 1")"
done
query -c 'CREATE TABLE exact (day_count text, frequency int, issue date, first_coupon date, last_coupon date, maturity date, end_of_month boolean, coupon float8,
	settlement date, accrued float8, flows float8[])'
/usr/bin/python3 test/slow/bonds_exact.py 1 2000 >"$TEST_TMP/exact.csv"
query -c "\\copy exact FROM '$TEST_TMP/exact.csv' WITH (FORMAT csv)"
same 'there are bonds with exact values' '4|8000' "$(query -c 'SELECT count(DISTINCT day_count), count(*) FROM exact')"
query -c "CREATE TABLE ours_exact AS SELECT *, accrued_interest(settlement, maturity, coupon, frequency, issue, 100, day_count,
		first_coupon => first_coupon, last_coupon => last_coupon, end_of_month => end_of_month) AS a,
	bond_cashflows(settlement, maturity, coupon, frequency, issue, 100, day_count,
		first_coupon => first_coupon, last_coupon => last_coupon, end_of_month => end_of_month) AS f FROM exact"
same 'accrued interest is exact' '' "$(query -c "SELECT day_count || ': ' || count(*) FROM ours_exact WHERE NOT abs(a - accrued) <= 1e-12 * coupon GROUP BY day_count ORDER BY 1")"
same 'cash flows are exact' '' "$(query -c "SELECT day_count || ': ' || count(*) FROM ours_exact WHERE array_length(f, 1) IS DISTINCT FROM array_length(flows, 1)
	OR EXISTS (SELECT FROM generate_series(1, array_length(f, 1)) k WHERE NOT abs(f[k][1] - flows[k][1]) <= 1e-12 * (1 + flows[k][1]) OR NOT abs(f[k][2] - flows[k][2]) <= 1e-12 * flows[k][2])
	GROUP BY day_count ORDER BY 1")"
echo "1..$number"

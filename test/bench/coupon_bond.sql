\ir sql_measure.psql
-- bonds of 1 to 28 years with coupons twice a year, 29 cash flows each; the peer is coupon_bond_quantlib.py
CREATE TABLE bond AS
SELECT '2024-01-02'::date + (n * 37 % 300) AS quote_date, '2025-01-15'::date + (n::bigint * 7919 % 10000)::int AS maturity_date,
	   1 + n * 13 % 64 / 8.0::float8 AS coupon_rate, 80 + n * 17 % 4000 / 100.0::float8 AS clean_price
FROM generate_series(1, 100000) AS n;
VACUUM ANALYZE bond;
SELECT measure('cash flows, accrued interest, yield and duration of 100,000 bonds, 30/360', 'QuantLib, Python loop',
	'SELECT count(y), count(d) FROM (SELECT yield_to_maturity(p + a, f, 2) AS y, modified_duration(p + a, f, 2) AS d
		FROM (SELECT clean_price AS p, accrued_interest(quote_date, maturity_date, coupon_rate, 2, day_count => ''30/360'') AS a,
				bond_cashflows(quote_date, maturity_date, coupon_rate, 2, day_count => ''30/360'') AS f FROM bond OFFSET 0) AS b OFFSET 0) AS m', NULL);

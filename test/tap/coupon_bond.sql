-- bond_cashflows, accrued_interest, yield_to_maturity, durations, convexity, bond_price, z_spread.

BEGIN;
\ir helpers.psql
SELECT plan(65);

-- ---- cash flows -----------------------------------------------------------------------------

SELECT is(bond_cashflows('2005-11-15', '2007-08-31', 6, 2), ARRAY[[105 / 365.25::float8, 3], [289 / 365.25::float8, 3], [470 / 365.25::float8, 3],
	[654 / 365.25::float8, 103]]::float8[], 'coupons at ends of months, ACT/365.25');
SELECT is(bond_cashflows('2005-11-15', '2007-08-31', 6, 2, day_count => '30/360'), ARRAY[[103 / 360.0, 3], [286 / 360.0, 3],
	[463 / 360.0, 3], [646 / 360.0, 103]]::float8[], '30/360');
SELECT ok((SELECT bool_and(near(flow[k][1], 105 / 362.0 + (k - 1) / 2.0, 1e-12, 1e-3)) FROM bond_cashflows('2005-11-15', '2007-08-31', 6, 2,
	day_count => 'act/act') flow, generate_series(1, 4) k), 'ACT/ACT, in lower case');
SELECT is(bond_cashflows('2006-02-28', '2006-08-31', 6, 2, face => 1000), ARRAY[[184 / 365.25::float8, 1030]]::float8[],
	'a coupon on the quote date is the seller''s');
SELECT is(bond_cashflows('2005-12-01', '2006-08-31', 6, 2, '2005-11-30', day_count => 'ACT/ACT'),
	ARRAY[[89 / 362.0, 3 * 90 / 181.0], [89 / 362.0 + 0.5, 103]]::float8[], 'a first coupon for part of a period');
SELECT is(bond_cashflows('2005-12-01', '2006-08-31', 6, 2, '2005-08-31'), bond_cashflows('2005-12-01', '2006-08-31', 6, 2),
	'a bond issued on a coupon date has a whole first coupon');
SELECT is(bond_cashflows('2005-11-15', '2010-11-15', 0), ARRAY[[1826 / 365.25::float8, 100]]::float8[], 'a bond without coupons');
SELECT is(bond_cashflows(NULL, '2010-11-15', 5), NULL, 'NULL quote date gives NULL');
SELECT is(bond_cashflows('2005-11-15', '2010-11-15', 5, NULL), NULL, 'NULL frequency gives NULL');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '2005-11-15', 5)$$, '22023',
	'maturity_date is 2005-11-15, must be after quote_date, 2005-11-15', 'a bond that is due');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '2008-11-15', 5, issue_date => '2005-11-16')$$, '22023',
	'issue_date is 2005-11-16, must not be after quote_date, 2005-11-15', 'a bond that is not issued yet');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', 'infinity', 5)$$, '22008', 'maturity_date is infinite', 'a bond without end');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '2008-11-15', 5, 5)$$, '22023', 'frequency is 5, must be 1, 2, 3, 4, 6 or 12',
	'five coupons a year');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '2008-11-15', -5)$$, '22023', 'coupon_rate is -5, must not be negative',
	'a negative coupon');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '2008-11-15', 'NaN')$$, '22003', 'coupon_rate is NaN', 'a NaN coupon');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '2008-11-15', 1e300, face => 1e300)$$, '22003',
	'the coupons of 1e+300 percent on 1e+300 overflow', 'coupons that overflow');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '2008-11-15', 5, face => 0)$$, '22023', 'face is 0, must be positive', 'no face');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '2008-11-15', 5, day_count => 'ACT/365')$$, '22023',
	'day_count is "ACT/365", must be one of ACT/365.25, ACT/ACT, 30/360', 'another day count');
SELECT throws_ok($$SELECT bond_cashflows('2005-11-15', '3005-11-15', 5, 12)$$, '54000',
	'a bond from 2005-11-15 to 3005-11-15 with 12 coupons a year has more than 2400 cash flows', 'too many coupons');
SELECT is(array_length(bond_cashflows('4713-01-01 BC', '4514-01-01 BC', 5, 12), 1), 2388, 'the first dates of all');

-- ---- accrued interest, as quoted with EUR corporate bonds of 15 November 2005 ---------------

SELECT ok(near(accrued_interest('2005-11-15', '2018-04-30', 5.25, 1, '2003-04-30', day_count => 'ACT/ACT'), 2.862328767, 1e-8, 1e-3),
	'accrued interest, ACT/ACT');
SELECT ok(near(accrued_interest('2005-11-15', '2009-08-20', 5.625, day_count => '30/360'), 1.328125, 1e-12, 1e-3), 'accrued interest, 30/360');
SELECT ok(near(accrued_interest('2005-11-15', '2013-01-29', 4, 1, '2005-06-29', day_count => 'ACT/ACT'), 1.523287671, 1e-8, 1e-3),
	'accrued interest since the issue');
SELECT ok(near(accrued_interest('2005-11-15', '2018-04-30', 5.25), 5.25 * 199 / 365.25::float8, 1e-12, 1e-3), 'accrued interest, ACT/365.25');
SELECT is(accrued_interest('2005-04-30', '2018-04-30', 5.25), 0::float8, 'nothing on a coupon date');
SELECT is(accrued_interest('2005-04-30', NULL, 5.25), NULL, 'NULL gives NULL');
SELECT throws_ok($$SELECT accrued_interest('2018-05-30', '2018-04-30', 5.25)$$, '22023', NULL, 'a bond that is past');

-- ---- yield, durations, convexity ------------------------------------------------------------

CREATE TEMPORARY TABLE bond AS SELECT price, '{{0.4,5},{1.4,5},{2.4,5},{3.4,105}}'::float8[] cashflows
FROM unnest('{50,99,104.2,130}'::float8[]) price;
CREATE FUNCTION value_at(cashflows float8[], yield float8, compounding int) RETURNS float8 LANGUAGE sql AS $$
	SELECT sum(cashflows[k][2] * CASE compounding WHEN 0 THEN exp(-yield / 100 * cashflows[k][1])
		ELSE (1 + yield / 100 / compounding) ^ (-compounding * cashflows[k][1]) END)
	FROM generate_series(1, array_length(cashflows, 1)) k $$;
SELECT ok(bool_and(near(value_at(cashflows, yield_to_maturity(price, cashflows, m), m), price, 1e-12, 1e-3)), 'the yield gives the price again')
FROM bond, unnest('{0,1,2,4,12}'::int[]) m;
SELECT ok(bool_and(yield_to_maturity(price, cashflows) = yield_to_maturity(price, cashflows, 0)), 'continuous by default') FROM bond;
SELECT ok(bool_and(near(modified_duration(price, cashflows, m),
		(value_at(cashflows, y - 0.01, m) - value_at(cashflows, y + 0.01, m)) / 0.02 * 100 / price, 1e-6, 1e-3)
	AND near(convexity(price, cashflows, m),
		(value_at(cashflows, y - 0.01, m) + value_at(cashflows, y + 0.01, m) - 2 * price) / 1e-4 * 1e4 / price, 1e-4, 1e-3)
	AND near(macaulay_duration(price, cashflows), modified_duration(price, cashflows, m) * CASE m WHEN 0 THEN 1 ELSE 1 + y / 100 / m END, 1e-12, 1e-3)),
	'durations and convexity are derivatives of the price')
FROM bond, unnest('{0,1,2}'::int[]) m, yield_to_maturity(price, cashflows, m) y;
SELECT ok(near(macaulay_duration(90, '{{7,100}}'), 7, 1e-12, 1e-3), 'the duration of one cash flow is its time');
SELECT is(yield_to_maturity(NULL, cashflows), NULL, 'NULL price gives NULL') FROM bond LIMIT 1;
SELECT is(macaulay_duration(100, NULL), NULL, 'NULL cash flows give NULL');
SELECT throws_ok($$SELECT yield_to_maturity(0, '{{1,100}}')$$, '22023', 'dirty_price is 0, must be positive', 'a price of zero');
SELECT throws_ok($$SELECT yield_to_maturity('NaN', '{{1,100}}')$$, '22003', 'dirty_price is NaN', 'a NaN price');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{1,100}}', -1)$$, '22023', 'compounding is -1, must be from 0 to 365', 'negative compounding');
SELECT throws_ok($$SELECT yield_to_maturity(99, '{{1e-310,100}}')$$, '22003', 'yield_to_maturity: no yield gives the price 99',
	'a cash flow that is due');
SELECT throws_ok($$SELECT convexity(100, '{{1,100}}', 366)$$, '22023', NULL, 'compounding more than daily');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{}')$$, '2202E', 'cashflows has 0 dimensions of last length 0, must have 2 of 2', 'no cash flows');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{1,100}')$$, '2202E', 'cashflows has 1 dimensions of last length 2, must have 2 of 2', 'a flat array');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{1,100,1}}')$$, '2202E', 'cashflows has 2 dimensions of last length 3, must have 2 of 2', 'rows of three');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{1,NULL}}')$$, '22004', 'cashflows contains NULL', 'a NULL in it');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{1,5},{2,NaN}}')$$, '22003', 'cashflows[2][2] is NaN', 'a NaN amount');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{1,5},{Infinity,5}}')$$, '22003', 'cashflows[2][1] is Infinity', 'an infinite time');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{0,5},{2,5}}')$$, '22023', 'cash flow 1 is 0 years away, must be positive', 'a cash flow of today');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{2,5},{1,5}}')$$, '22023', 'cash flow 2 is 1 years away, the one before 2', 'times out of order');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{1,5},{2,-5}}')$$, '22023', 'cash flow 2 is -5, must be positive', 'a negative amount');
SELECT throws_ok($$SELECT yield_to_maturity(100, array_agg(ARRAY[k, 1]::float8[])) FROM generate_series(1, 10001) k$$, '54000',
	'a bond has 10001 cash flows, the limit is 10000', 'too many cash flows');

-- ---- prices and spreads ---------------------------------------------------------------------

CREATE TEMPORARY TABLE curve AS SELECT nelson_siegel_curve(4.2, -1.9, 0.6, 0.7308) ns,
	svensson_curve(4.2, -2.1, -1.6, 3.8, 0.9, 0.11) sv,
	nelson_siegel_curve(1.5, -0.5, 1, 0.7308) spread;
SELECT ok(bool_and(near(bond_price(cashflows, ns), (SELECT sum(cashflows[k][2] * nelson_siegel_discount(ns, cashflows[k][1]))
	FROM generate_series(1, 4) k), 1e-12, 1e-3)), 'the price with a curve') FROM bond, curve;
SELECT ok(bool_and(near(bond_price(cashflows, sv), (SELECT sum(cashflows[k][2] * svensson_discount(sv, cashflows[k][1]))
	FROM generate_series(1, 4) k), 1e-12, 1e-3)), 'the price with a Svensson curve') FROM bond, curve;
SELECT ok(bool_and(near(bond_price(cashflows, ns, spread), (SELECT sum(cashflows[k][2] * nelson_siegel_discount(ns, cashflows[k][1])
	* nelson_siegel_discount(spread, cashflows[k][1])) FROM generate_series(1, 4) k), 1e-12, 1e-3)), 'the price with a spread curve') FROM bond, curve;
SELECT ok(bool_and(near(bond_price(cashflows, sv, spread), (SELECT sum(cashflows[k][2] * svensson_discount(sv, cashflows[k][1])
	* nelson_siegel_discount(spread, cashflows[k][1])) FROM generate_series(1, 4) k), 1e-12, 1e-3)), 'the price with a spread over a Svensson curve')
FROM bond, curve;
SELECT ok(bool_and(near(z_spread(bond_price(cashflows, ns, nelson_siegel_curve(z, 0, 0, 1)), cashflows, ns), z, 1e-10, 1e-3)),
	'the z-spread of a constant spread') FROM bond, curve, unnest('{-2,0,0.3,15}'::float8[]) z;
SELECT ok(bool_and(near(z_spread(bond_price(cashflows, sv, nelson_siegel_curve(z, 0, 0, 1)), cashflows, sv), z, 1e-10, 1e-3)),
	'the z-spread over a Svensson curve') FROM bond, curve, unnest('{-2,0,0.3,15}'::float8[]) z;
SELECT ok(bool_and(near(z_spread(price, cashflows, nelson_siegel_curve(0, 0, 0, 1)), yield_to_maturity(price, cashflows), 1e-12, 1e-3)),
	'over a curve of zero it is the yield to maturity') FROM bond;
SELECT is(bond_price(cashflows, NULL::nelson_siegel_curve), NULL, 'NULL curve gives NULL') FROM bond LIMIT 1;
SELECT is(z_spread(NULL, cashflows, ns), NULL, 'NULL price gives NULL') FROM bond, curve LIMIT 1;
SELECT is(bond_price(cashflows, ns, NULL), NULL, 'NULL spread curve gives NULL') FROM bond, curve LIMIT 1;
SELECT throws_ok('SELECT bond_price(cashflows, nelson_siegel_curve(1, 1, NULL, 1)) FROM bond', '22004',
	'curvature is NULL', 'a curve without curvature');
SELECT throws_ok('SELECT bond_price(cashflows, nelson_siegel_curve(-1e6, 1, 1, 1)) FROM bond', '22003',
	'the price of the bond is Infinity', 'a price that overflows');
SELECT throws_ok('SELECT z_spread(-1, cashflows, ns) FROM bond, curve', '22023', 'dirty_price is -1, must be positive', 'a negative price');
SELECT throws_ok('SELECT z_spread(100, cashflows, nelson_siegel_curve(1e9, 1, 1, 1)) FROM bond', '22003',
	'z_spread: no yield gives the price 100', 'a curve that leaves nothing of the cash flows');
SELECT throws_ok('SELECT z_spread(100, cashflows, svensson_curve(1, 1, 1, 1, 0, 1)) FROM bond', '22023',
	'decay is 0, must be positive', 'a curve with a decay of zero');
SELECT is((SELECT array_agg(ARRAY[time, amount] ORDER BY time) FROM (VALUES (2.0::float8, 105.0::float8), (1.0, 5.0)) v(time, amount)),
	'{{1,5},{2,105}}'::float8[], 'cash flows from rows');

SELECT is((SELECT count(*) FROM bond WHERE yield_to_maturity(price, cashflows) IS NOT NULL), 4::bigint, 'the session lives on');

SELECT * FROM finish();
ROLLBACK;

-- Conventions of bonds: schedules, accrual and times against QuantLib, published examples and identities.

BEGIN;
\ir helpers.psql
SELECT plan(165);
\ir ../golden/bond_conventions.sql

CREATE TEMPORARY TABLE rule AS SELECT unnest(ARRAY['ACT/ACT ICMA', 'ACT/ACT ISDA', '30/360 US', '30/360 BOND BASIS', '30E/360', 'ACT/360',
	'ACT/365F', 'ACT/365.25']) AS day_count;

-- ---- QuantLib -------------------------------------------------------------------------------

CREATE TEMPORARY TABLE valued AS
SELECT b.*, accrued_interest(settlement, maturity, coupon, frequency, issue, 100, day_count, first_coupon => first_coupon,
		last_coupon => last_coupon, end_of_month => end_of_month, coupons => coupons) AS ours,
	bond_cashflows(settlement, maturity, coupon, frequency, issue, 100, day_count, CASE coupons WHEN 'equal' THEN 'periods' ELSE 'day_count' END,
		first_coupon => first_coupon, last_coupon => last_coupon, end_of_month => end_of_month, coupons => coupons) AS flows,
	bond_cashflows(settlement, maturity, coupon, frequency, issue, 100, day_count, 'ACT/365F',
		first_coupon => first_coupon, last_coupon => last_coupon, end_of_month => end_of_month, coupons => coupons) AS dated
FROM golden_bond b;
SELECT is(count(*) FILTER (WHERE abs(ours - accrued) <= 1e-9), count(*), 'accrued interest, ' || day_count) FROM valued GROUP BY day_count ORDER BY day_count;
SELECT is(count(*) FILTER (WHERE abs(yield_to_maturity(dirty_price, flows, frequency) - yield) <= 1e-8
		AND abs(price_from_yield(yield, flows, frequency) - dirty_price) <= 1e-9 * dirty_price
		AND near(macaulay_duration(dirty_price, flows), macaulay_duration, 1e-9, 1e-3)
		AND near(modified_duration(dirty_price, flows, frequency), modified_duration, 1e-9, 1e-3)
		AND near(convexity(dirty_price, flows, frequency), convexity, 1e-9, 1e-3) AND near(dv01(dirty_price, flows, frequency), dv01, 1e-9, 1e-3)
		AND (simple_yield IS NULL OR abs(yield_to_maturity(dirty_price, flows, frequency, 'simple') - simple_yield) <= 1e-8)), count(*),
	'yields, durations, convexity, ' || day_count) FROM valued WHERE yield IS NOT NULL GROUP BY day_count ORDER BY day_count;
CREATE TEMPORARY TABLE slope AS SELECT '{{0,1},{1,1.5},{2,2},{5,2.75},{10,3.25},{30,3.5}}'::float8[] AS curve, nelson_siegel_curve(3, 0, 0, 1) AS flat;
SELECT is(count(*) FILTER (WHERE abs(z_spread(dirty_price, dated, flat) - z_flat_cont) <= 1e-8
		AND abs(z_spread(dirty_price, dated, flat, 2) - z_flat_semi) <= 1e-8 AND abs(z_spread(dirty_price, dated, curve) - z_slope_cont) <= 1e-8
		AND abs(z_spread(dirty_price, dated, curve, 2) - z_slope_semi) <= 1e-8
		AND abs(z_spread(dirty_price, dated, curve, 0) - z_slope_cont) <= 1e-8), count(*),
	'z-spreads, ' || day_count) FROM valued, slope WHERE yield IS NOT NULL GROUP BY day_count ORDER BY day_count;

-- ---- published examples ---------------------------------------------------------------------

-- how far a printed number may be off: half of its last digit
CREATE FUNCTION as_printed(value float8, printed text) RETURNS boolean LANGUAGE sql AS $$
	SELECT coalesce(abs(value - printed::float8) <= 0.5000001 * 10.0 ^ -length(split_part(printed, '.', 2)), false) $$;
CREATE TEMPORARY TABLE example AS
SELECT p.*, flows, accrued_now, CASE given WHEN 'yield' THEN p.yield::float8
		ELSE yield_to_maturity(p.clean_price::float8 + accrued_now, flows, frequency, first_period) END AS yield_now,
	CASE given WHEN 'yield' THEN price_from_yield(p.yield::float8, flows, frequency, first_period) ELSE p.clean_price::float8 + accrued_now END AS dirty_now
FROM published_bond p,
	LATERAL (SELECT CASE WHEN discounting LIKE 'Treasury%' OR discounting LIKE 'simple%' THEN 'simple' ELSE 'compound' END AS first_period,
		CASE WHEN discounting LIKE 'ex-div%' THEN 7 ELSE 0 END AS ex_days, CASE WHEN discounting LIKE 'ex-div%' THEN '{1999-05-31}'::date[] END AS holidays) w,
	LATERAL (SELECT bond_cashflows(settlement, maturity, coupon, frequency, issue, 100, day_count, first_coupon => first_coupon,
			last_coupon => last_coupon, end_of_month => end_of_month, ex_dividend_days => ex_days, holidays => holidays) AS flows,
		accrued_interest(settlement, maturity, coupon, frequency, issue, 100, day_count, first_coupon => first_coupon,
			last_coupon => last_coupon, end_of_month => end_of_month, ex_dividend_days => ex_days, holidays => holidays) AS accrued_now) f
WHERE settlement IS NOT NULL;
SELECT ok(CASE column_name WHEN 'yield' THEN as_printed(yield_now, yield) WHEN 'clean_price' THEN as_printed(dirty_now - accrued_now, clean_price)
		WHEN 'dirty_price' THEN as_printed(dirty_now, dirty_price) WHEN 'accrued' THEN as_printed(accrued_now, accrued)
		WHEN 'modified_duration' THEN as_printed(modified_duration(dirty_now, flows, frequency), modified_duration)
		WHEN 'macaulay_duration' THEN as_printed(macaulay_duration(dirty_now, flows), macaulay_duration) END, id || ', ' || column_name || ': ' || source)
FROM example, unnest(printed) column_name ORDER BY id, column_name;
SELECT ok(as_printed((SELECT f[1][2] FROM bond_cashflows(coalesce(issue, last_coupon), maturity, coupon, frequency, issue, 100, day_count,
		first_coupon => first_coupon, last_coupon => last_coupon) f), coupon_amount), id || ': ' || source)
FROM published_bond WHERE coupon_amount IS NOT NULL AND last_coupon IS NULL ORDER BY id;
SELECT ok(as_printed((SELECT f[1][2] - 100 FROM bond_cashflows(last_coupon, maturity, coupon, frequency, issue, 100, day_count, last_coupon => last_coupon) f),
	coupon_amount), id || ': ' || source) FROM published_bond WHERE coupon_amount IS NOT NULL AND last_coupon IS NOT NULL ORDER BY id;
-- Worked examples of Hewlett-Packard's manuals (12C, 12C Platinum, 10bII+), which compute by Standard Securities Calculation Methods
-- of the Securities Industry Association; the book prints its benchmarks for buyers only.
CREATE TEMPORARY TABLE hewlett_packard (source text, settlement date, maturity date, coupon float8, day_count text, yield float8, clean_price text, accrued text);
INSERT INTO hewlett_packard VALUES ('12C Platinum, bond price', '2004-04-28', '2018-06-04', 6.75, 'ACT/ACT', 4.75, '120.38', '2.69'),
	('12C Platinum, 30/360', '2004-08-28', '2008-06-01', 5.5, '30/360', 4.75, '102.55', '1.33'),
	('10bII+', '2010-04-28', '2020-06-04', 6.75, 'ACT/ACT', 4.75, '115.89', '2.69'),
	('12C, a zero-coupon bond', '2003-05-19', '2017-06-30', 0, 'ACT/ACT', 14, '14.81', '0.00');
SELECT ok(as_printed(price_from_yield(yield, flows, 2) - a, clean_price) AND as_printed(a, accrued), source) FROM hewlett_packard,
	LATERAL (SELECT accrued_interest(settlement, maturity, coupon, 2, day_count => h.day_count) a, bond_cashflows(settlement, maturity, coupon, 2, day_count => h.day_count) flows
		FROM (SELECT hewlett_packard.day_count) h) f ORDER BY source;
SELECT ok(as_printed(yield_to_maturity(88.25 + accrued_interest('2003-08-10', '2018-05-01', 6.75, 2), bond_cashflows('2003-08-10', '2018-05-01', 6.75, 2), 2), '8.13'), '12C, a yield');
-- a gilt through its ex-dividend days: 7 business days before 7 June 1999, a Monday after a bank holiday
SELECT results_eq($$SELECT day::date, accrued_interest(day::date, '2015-12-07', 8, 2, ex_dividend_days => 7, holidays => '{1999-05-31}') < 0,
		array_length(bond_cashflows(day::date, '2015-12-07', 8, 2, ex_dividend_days => 7, holidays => '{1999-05-31}'), 1)
	FROM unnest('{1999-05-26,1999-05-27,1999-06-04,1999-06-06,1999-06-07}'::date[]) day$$,
	$$VALUES ('1999-05-26'::date, false, 34), ('1999-05-27', true, 33), ('1999-06-04', true, 33), ('1999-06-06', true, 33), ('1999-06-07', false, 33)$$,
	'a gilt is ex dividend from the day after the seventh business day before its coupon');
SELECT ok(bool_and(near(accrued_interest(day::date, '2015-12-07', 8, 2, ex_dividend_days => 7, holidays => '{1999-05-31}'),
	accrued_interest(day::date, '2015-12-07', 8, 2) - CASE WHEN day > '1999-05-26' AND day < '1999-06-07' THEN 4 ELSE 0 END, 1e-12, 1e-3)), 'and its rebate is the rest of the coupon')
FROM generate_series('1999-05-20'::date, '1999-06-10', '1 day') day;

-- ---- over all rules, every day of four years ------------------------------------------------

CREATE TEMPORARY TABLE daily AS
SELECT day_count, frequency, maturity, day::date AS day, a AS accrued, f[1][1] AS time, 6.0::float8 / frequency AS coupon, f AS flows
FROM rule, unnest('{1,2,4,12}'::int[]) frequency, unnest('{2029-01-15,2029-02-28,2028-02-29,2029-04-30,2028-12-31,2029-08-29}'::date[]) maturity,
	generate_series('2024-01-01'::date, '2027-12-31', '1 day') day,
	LATERAL (SELECT accrued_interest(day::date, maturity, 6, frequency, day_count => day_count) a,
		bond_cashflows(day::date, maturity, 6, frequency, day_count => day_count) f) b;
SELECT is(count(*) FILTER (WHERE accrued >= 0 AND accrued <= coupon), count(*), 'accrued is at most the coupon, ' || day_count) FROM daily GROUP BY day_count ORDER BY day_count;
SELECT is(count(*) FILTER (WHERE abs(accrued / coupon + time * frequency - 1) <= 1e-12), count(*),
	'accrued share and periods to the coupon are 1, ' || day_count) FROM daily GROUP BY day_count ORDER BY day_count;
SELECT is(count(*) FILTER (WHERE abs(yield_to_maturity(100, flows, frequency) - 6) <= 1e-10), count(*), 'a par bond on a coupon date yields its coupon, ' || day_count)
FROM daily WHERE accrued = 0 AND abs(time * frequency - 1) < 1e-12 GROUP BY day_count ORDER BY day_count;
SELECT cmp_ok(count(*), '>', 3500::bigint, 'which are coupon dates of all bonds') FROM daily WHERE accrued = 0;
SELECT is(count(*) FILTER (WHERE abs(yield_to_maturity(price_from_yield(y, flows, m), flows, m) - y) <= 1e-10), count(*), 'price to yield to price, ' || day_count)
FROM daily, unnest('{-0.5,3,25}'::float8[]) y, unnest('{0,1,2}'::int[]) m
WHERE extract(day FROM day) IN (28, 30) AND extract(month FROM day) % 3 = 2 GROUP BY day_count ORDER BY day_count;

-- ---- what was wrong in 0.1.0 ----------------------------------------------------------------

SELECT is(accrued_interest('2024-08-30', '2027-08-31', 6, 2, day_count => '30/360'), 3::float8, 'on the 30th before a coupon on the 31st all has accrued');
SELECT ok(flow[1][1] = 0 AND near(yield_to_maturity(103, flow, 2), 6, 1e-12, 1e-3), 'the time of that coupon is 0, and the yield that of the coupon')
FROM bond_cashflows('2024-08-30', '2027-08-31', 6, 2, day_count => '30/360') flow;
SELECT ok((fit).observations = 6 AND (fit).rmse < 1e-9 AND near((fit).level, 4, 1e-6, 1e-3), 'one such bond, and one of which nothing else is left, end no fit with ' || weights)
FROM (SELECT weights, nelson_siegel_fit_bonds(bond_price(flow, curve), flow, nelson_siegel_bonds_options(0.7308, weights => weights)) AS fit
	FROM unnest('{equal,inverse_squared_duration}'::text[]) weights, (SELECT nelson_siegel_curve(4, -1, 1, 0.7308) AS curve) c,
		unnest('{2024-08-31,2025-08-31,2026-08-31,2029-08-31,2034-08-31,2044-08-31}'::date[]) maturity,
		LATERAL (SELECT bond_cashflows('2024-08-30', maturity, 6, 2, day_count => '30/360') AS flow) f GROUP BY weights) g;
SELECT ok(near(yield_to_maturity(100, bond_cashflows(day, maturity, rate, 2, day_count => '30/360'), 2), rate, 1e-12, 1e-3), 'par on ' || day || ' yields ' || rate)
FROM (VALUES ('2024-02-29'::date, '2034-02-28'::date, 6.0::float8), ('2024-02-29', '2034-08-31', 6), ('2025-02-28', '2034-08-31', 6), ('2024-01-31', '2034-07-31', 1.75)) v(day, maturity, rate);
SELECT ok(near(accrued_interest(day::date, '2030-02-28', 6, 2), 3 * extract(day FROM day - '2024-08-31'::date) / 181, 1e-9, 1e-3), 'ACT/ACT is the default')
FROM unnest('{2024-10-15,2025-02-27}'::timestamp[]) day;
SELECT ok(near(f[1][2], 6 * 14 / 12.0, 1e-12, 1e-3) AND array_length(f, 1) = 5, 'a long first coupon is no regular one')
FROM bond_cashflows('2024-02-01', '2029-03-15', 6, 1, '2024-01-15', day_count => '30/360', first_coupon => '2025-03-15') f;
SELECT ok(near(accrued_interest('2024-04-15', '2029-03-15', 6, 2, '2024-04-10', dated_date => '2024-03-15', day_count => '30/360'), 0.5, 1e-12, 1e-3)
	AND near(accrued_interest('2024-04-15', '2029-03-15', 6, 2, '2024-04-10', day_count => '30/360'), 6 * 5 / 360.0, 1e-12, 1e-3), 'interest accrues from the dated date, else from the issue');

-- ---- the other terms ------------------------------------------------------------------------

SELECT results_eq($$SELECT round(f[k][1]::numeric, 10), round(f[k][2]::numeric, 10) FROM bond_cashflows('2024-03-15', '2026-11-15', 6, 2, last_coupon => '2026-03-15',
		day_count => '30/360') f, generate_series(1, 5) k WHERE f[k][1] IS NOT NULL$$,
	$$VALUES (0.5, 3.0), (1.0, 3.0), (1.5, 3.0), (2.0, 3.0), (round(2 + 8 / 12.0, 10), 104.0)$$, 'a long last stub');
SELECT is((SELECT array_agg(f[k][2]) FROM bond_cashflows('2024-03-15', '2026-03-15', 6, 2, face => 1000, repayment_dates => '{2024-09-15,2025-09-15}',
	repayments => '{200,300}') f, generate_series(1, 4) k), '{230,24,324,515}'::float8[], 'coupons on what is left of an amortizing bond');
SELECT ok(near(accrued_interest('2024-12-15', '2026-03-15', 6, 2, face => 1000, repayment_dates => '{2024-09-15,2025-09-15}', repayments => '{200,300}'),
	24 * 91 / 181.0, 1e-12, 1e-3), 'and its accrued interest');
SELECT is((SELECT array_agg(f[k][1]) FROM bond_cashflows('2024-03-15', '2025-03-15', 6, 2, times => 'ACT/365F', business_day => d) f, generate_series(1, 2) k),
	e, 'payments on Sunday, 15 September 2024, and Saturday, 15 March 2025: ' || d)
FROM (VALUES ('unadjusted', ARRAY[184 / 365.0, 1]::float8[]), ('following', ARRAY[185 / 365.0, 367 / 365.0]),
	('preceding', ARRAY[182 / 365.0, 364 / 365.0])) v(d, e);
SELECT is((SELECT f[1][1] FROM bond_cashflows('2024-07-31', '2025-08-31', 6, 2, times => 'ACT/365F', business_day => d, holidays => '{2024-09-02}') f), e / 365.0,
	'Saturday, 31 August 2024, before a holiday: ' || d)
FROM (VALUES ('following', 34::float8), ('modified_following', 30)) v(d, e);
SELECT ok(near((f).yield, yield_to_maturity(104, bond_cashflows('2024-03-15', '2034-03-15', 6, 2, redemption_date => '2027-03-15', redemption_price => 101), 2), 1e-12, 1e-3)
	AND (f).redemption_date = '2027-03-15' AND (f).redemption_price = 101, 'yield to worst is that of a call')
FROM (SELECT yield_to_worst(104, '{2024-01-01,2026-03-15,2027-03-15,2030-03-15}', '{100,103,101,100.5}', 2, '2024-03-15', '2034-03-15', 6, 2) f) w;
SELECT is((SELECT min(y) FROM (SELECT yield_to_call(104, d, p, 2, '2024-03-15', '2034-03-15', 6, 2) y FROM unnest('{2026-03-15,2027-03-15,2030-03-15}'::date[],
	'{103,101,100.5}'::float8[]) u(d, p)) c), (yield_to_worst(104, '{2026-03-15,2027-03-15,2030-03-15}', '{103,101,100.5}', 2, '2024-03-15', '2034-03-15', 6, 2)).yield,
	'the lowest of the yields to call');
SELECT is((yield_to_worst(95, '{2026-03-15}', '{100}', 2, '2024-03-15', '2034-03-15', 6, 2)).redemption_date, '2034-03-15'::date, 'below par it is that to maturity');
SELECT ok(near(yield_to_call(100, '2024-07-15', 100, 2, '2024-03-15', '2034-03-15', 6, 2, day_count => '30/360'),
	200 * ((1 + 0.06 * 4 / 12) ^ (6 / 4.0) - 1), 1e-9, 1e-3), 'a call between coupon dates pays what has accrued');
SELECT is(current_yield(80, 6), 7.5::float8, 'current yield');
SELECT is(bond_cashflows('2024-03-15', '2034-03-15', 0, 2), '{{10,100}}'::float8[], 'a zero coupon bond');
SELECT is(bond_cashflows('2024-03-15', '2034-03-15', 6, 2, NULL, 100, NULL), NULL, 'NULL terms give NULL');

-- ---- bad terms ------------------------------------------------------------------------------

SELECT throws_ok('SELECT bond_cashflows(''2024-01-15'', ''2034-03-15'', 6, 2, ' || term || ')', state, message, message)
FROM (VALUES
	('dated_date => ''2024-02-01''', '22023', 'dated_date is 2024-02-01, must not be after quote_date, 2024-01-15'),
	('first_coupon => ''2024-09-14''', '22023', 'first_coupon is 2024-09-14, which is no coupon date of 2 coupons a year counted back from 2034-03-15'),
	('first_coupon => ''2034-09-15''', '22023', 'first_coupon is 2034-09-15, must be after the dated date and not after the last coupon date'),
	('first_coupon => ''2024-09-15''', '22023', 'quote_date is 2024-01-15, before the period of first_coupon, 2024-09-15'),
	('last_coupon => ''2034-03-15''', '22023', 'last_coupon is 2034-03-15, must be after the dated date and before maturity_date, 2034-03-15'),
	('redemption_date => ''2024-01-15''', '22023', 'redemption_date is 2024-01-15, must be after quote_date, 2024-01-15, and not after maturity_date, 2034-03-15'),
	('redemption_price => 0', '22023', 'redemption_price is 0, must be positive'),
	('ex_dividend_days => -1', '22023', 'ex_dividend_days is -1, must be from 0 to 366'),
	('times => ''years''', '22023', 'times is "years", must be one of periods, day_count, ACT/365.25, ACT/365F'),
	('coupons => ''odd''', '22023', 'coupons is "odd", must be one of equal, day_count'),
	('business_day => ''next''', '22023', 'business_day is "next", must be one of unadjusted, following, modified_following, preceding'),
	('holidays => ARRAY[NULL::date]', '22004', 'holidays contains NULL'),
	('holidays => ''{{2024-01-01}}''', '2202E', 'holidays has 2 dimensions, must have 1'),
	('holidays => ''{infinity}''', '22008', 'holidays is infinite'),
	('repayments => ''{1}''', '22004', 'repayment_dates is NULL, but repayments is not'),
	('repayment_dates => ''{2025-03-15}'', repayments => ''{1,2}''', '2202E', '2 repayments have 1 repayment_dates'),
	('repayment_dates => ''{2025-03-15}'', repayments => ''{-1}''', '22023', 'repayments[1] is -1, must be positive'),
	('repayment_dates => ''{2025-03-16}'', repayments => ''{1}''', '22023', 'repayments do not fit the bond'),
	('repayment_dates => ''{2025-03-15}'', repayments => ''{100}''', '22023', 'repayments do not fit the bond')) v(term, state, message);
SELECT throws_ok($$SELECT price_from_yield(-200, '{{1,100}}', 2)$$, '22023', 'yield is -200, must be above -200 where it is compounded 2 times a year', 'a yield that leaves nothing');
SELECT ok(near(price_from_yield(yield_to_maturity(p, f, 2, 'simple'), f, 2, 'simple'), p, 1e-10, 1e-3), 'a price of ' || p || ' is that of its simple yield') FROM unnest('{20,100,125,500}'::float8[]) p, (SELECT '{{0.05,103}}'::float8[] f) b;
SELECT throws_ok($$SELECT price_from_yield(-400, '{{0.25,100}}', 2, 'simple')$$, '22023', 'yield is -400, must be above -400 where interest is simple for 0.25 years', 'a simple yield that leaves nothing');
SELECT throws_ok($$SELECT price_from_yield(5, '{{1,100}}', 0, 'simple')$$, '22023', 'first_period is "simple", but compounding is 0', 'simple interest needs a period');
SELECT throws_ok($$SELECT price_from_yield(5, '{{1,100}}', 2, 'odd')$$, '22023', 'first_period is "odd", must be one of compound, simple', 'another first period');
SELECT throws_ok($$SELECT price_from_yield(-1e9, '{{1,100}}')$$, '22003', NULL, 'a price that overflows');
SELECT throws_ok($$SELECT yield_to_maturity(100, '{{0,100}}')$$, '22003', 'yield_to_maturity: no yield gives the price 100', 'a single payment of today has no yield');
SELECT throws_ok($$SELECT yield_to_worst(100, '{2026-03-15}', '{100,101}', 2, '2024-03-15', '2034-03-15', 6)$$, '2202E', '1 call_dates have 2 call_prices', 'calls without a price');
SELECT throws_ok($$SELECT yield_to_call(100, '2026-03-15', 'NaN', 2, '2024-03-15', '2034-03-15', 6)$$, '22003', 'call_price is NaN', 'a NaN call price');
SELECT throws_ok($$SELECT current_yield(0, 5)$$, '22023', 'clean_price is 0, must be positive', 'a clean price of zero');

SELECT * FROM finish();
ROLLBACK;

-- sample_bond_market, sample_bond_market_factors, histogram_chart.

BEGIN;
SELECT plan(41);

CREATE TEMPORARY TABLE quote AS SELECT * FROM sample_bond_market(1, 8, 24);
CREATE TEMPORARY TABLE factor AS SELECT * FROM sample_bond_market_factors(1, 8, 24);
SELECT is((SELECT (count(DISTINCT day), count(DISTINCT issuer), min(day), max(day))::text FROM quote), '(24,9,2012-01-15,2013-12-15)', 'quotes of a government and 8 firms in 24 months');
SELECT is((SELECT (count(*), count(DISTINCT day), count(DISTINCT issuer))::text FROM factor), '(216,24,9)', 'their factors');
SELECT is((SELECT count(*) FROM quote WHERE NOT (issue_date <= day AND maturity_date > day) OR frequency <> CASE issuer WHEN 'government' THEN 2 ELSE 1 END
	OR coupon_rate * 8 <> round(coupon_rate * 8) OR coupon_rate <= 0 OR clean_price NOT BETWEEN 50 AND 150), 0::bigint, 'each quote is of a bond that is outstanding');
SELECT cmp_ok(min(n), '>=', 8::bigint, 'of each issuer several at a time') FROM (SELECT count(*) n FROM quote GROUP BY issuer, day) c;
SELECT is((SELECT count(*) FROM (SELECT bond FROM quote GROUP BY bond HAVING count(DISTINCT (issue_date, maturity_date, coupon_rate)) > 1) b), 0::bigint, 'the terms of a bond do not change');
SELECT is((SELECT count(*) FROM (TABLE quote EXCEPT SELECT * FROM sample_bond_market(1, 10, 30)) s), 0::bigint, 'fewer firms and months are the first of more');
SELECT is((SELECT count(*) FROM (SELECT day, issuer, level, variables FROM factor EXCEPT SELECT day, issuer, level, variables FROM sample_bond_market_factors(1, 10, 30)) s), 0::bigint, 'in the factors too');
SELECT cmp_ok((SELECT count(*) FROM quote JOIN sample_bond_market(2, 8, 24) o USING (day, bond) WHERE quote.clean_price = o.clean_price), '<', 50::bigint, 'another seed, another market');
SELECT is((SELECT (clean_price, coupon_rate)::text FROM quote WHERE bond = 'firm 003 7' AND day = '2012-06-15'), '(99.88,6.25)', 'the same quotes on every machine');
SELECT ok(abs(level - 4.1444200436) + abs(slope + 0.3361413698) + abs(variables[1] + 0.6541054493) < 1e-9 AND array_length(variables, 1) = 4, 'and factors')
FROM factor WHERE issuer = 'firm 003' AND day = '2013-12-15';

-- quotes are the price by the curves with an error
CREATE TEMPORARY TABLE error AS
SELECT q.issuer, q.day, maturity_date, clean_price + accrued_interest(q.day, maturity_date, coupon_rate, frequency)
	- CASE q.issuer WHEN 'government' THEN bond_price(flow, f.curve) ELSE bond_price(flow, f.curve, s.curve) END AS error
FROM quote q JOIN (SELECT day, nelson_siegel_curve(level, slope, curvature, 0.7308) AS curve FROM factor WHERE issuer = 'government') f USING (day)
	JOIN (SELECT day, issuer, nelson_siegel_curve(level, slope, curvature, 0.7308) AS curve FROM factor) s USING (day, issuer),
	LATERAL bond_cashflows(q.day, maturity_date, coupon_rate, frequency) AS flow;
SELECT ok(abs(avg(error)) < 0.02 AND max(abs(error)) < 6 * e AND stddev(error) BETWEEN 0.9 * e AND 1.15 * e, 'errors of quotes have deviation ' || e)
FROM error, LATERAL (SELECT CASE issuer WHEN 'government' THEN 0.04 ELSE 0.15 END AS e) d WHERE maturity_date > day + 731 GROUP BY e ORDER BY e;
SELECT cmp_ok(stddev(error), '<', 0.03::float8, 'and less near maturity') FROM error WHERE maturity_date < day + 100;
-- the truth comes back from the quotes
SELECT ok(rmse(truth, found) < 0.1, 'spreads of five years are found from the quotes')
FROM (SELECT nelson_siegel_yield(nelson_siegel_curve(max(level), max(slope), max(curvature), 0.7308), 5) AS truth,
		nelson_siegel_yield(nelson_siegel_fit_bonds(clean_price + accrued_interest(q.day, maturity_date, coupon_rate, frequency),
			bond_cashflows(q.day, maturity_date, coupon_rate, frequency), riskfree, nelson_siegel_bonds_options(0.7308)), 5) AS found
	FROM quote q JOIN factor USING (day, issuer) JOIN (SELECT day, nelson_siegel_curve(level, slope, curvature, 0.7308) AS riskfree FROM factor WHERE issuer = 'government') g USING (day)
	WHERE issuer <> 'government' GROUP BY issuer, day) f;
-- least squares on the factors finds the dynamics
SELECT ok(abs(c[1] - 0.66) < 0.05 AND abs(c[2] - 0.31) < 0.05 AND abs(c[3] + 0.09) < 0.02, 'levels follow their dynamics')
FROM (SELECT array_agg(coefficient) c FROM (SELECT panel_regression(issuer, day, next, ARRAY[level, before, riskfree]) AS r
	FROM (SELECT f.issuer, f.day, f.level, g.level AS riskfree, lag(f.level) OVER w AS before, lead(f.level) OVER w AS next
		FROM sample_bond_market_factors(5, 40, 400) f JOIN sample_bond_market_factors(5, 0, 400) g USING (day) WHERE f.issuer <> 'government'
		WINDOW w AS (PARTITION BY f.issuer ORDER BY f.day)) s WHERE next IS NOT NULL AND before IS NOT NULL) m, panel_coefficients(r)) q;

SELECT throws_ok(format('SELECT * FROM %s(%s)', f, arguments), '22023', message, f || '(' || arguments || ')')
FROM unnest('{sample_bond_market,sample_bond_market_factors}'::text[]) f, (VALUES ('-1', 'sample_bond_market: seed is -1, must be at least 0'),
	('1, 1001', 'sample_bond_market: firms is 1001, must be from 0 to 1000'), ('1, 1, 0', 'sample_bond_market: months is 0, must be from 1 to 1200')) v(arguments, message);
SELECT is((SELECT count(*) FROM sample_bond_market(NULL)), 0::bigint, 'NULL gives no rows');

-- ---- histogram_chart ------------------------------------------------------------------------

-- how high the bars are, in pixels
CREATE FUNCTION bars(svg text) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(m[1], ' ') FROM regexp_matches(svg, 'cs-fill"[^>]* height="([0-9.]+)"', 'g') m $$;
SELECT is(bars(histogram_chart(x, 1)), '80 160 240', 'bars as high as there are values in the bin') FROM unnest('{1.5,0.5,1.6,2.5,2.9999,2}'::float8[]) x;
SELECT is(bars(histogram_chart(x * k)), bars(histogram_chart(x)), 'in units of ' || k) FROM generate_series(1, 40) n, LATERAL (SELECT sin(n) AS x) s, unnest('{1e-9,1e9}'::float8[]) k GROUP BY k ORDER BY k;
SELECT isnt(histogram_chart(7::float8), NULL, 'a single value') FROM generate_series(1, 3);
SELECT is(histogram_chart(x) FILTER (WHERE x < 0), NULL, 'no values give NULL') FROM generate_series(1, 5) x;
SELECT is(histogram_chart(x), (SELECT histogram_chart(x) FROM (SELECT x FROM generate_series(1, 50) x ORDER BY x % 7) s), 'rows in any order; NULL is left out')
FROM (SELECT x FROM generate_series(1, 50) x UNION ALL SELECT NULL) s;
SELECT matches(histogram_chart(x, 10, chart_options(title => 'a & b', x_label => 'x')), '^<svg .*a &amp; b.*</svg>', 'a document with its title') FROM generate_series(1, 50) x;
SELECT throws_ok('SELECT histogram_chart(x, ' || width || ') FROM generate_series(1, 5000) x', state, message, message)
FROM (VALUES ('0', '22023', 'bin_width is 0, must be positive'), ('NULL', '22004', 'bin_width is NULL'), ('''NaN''', '22003', 'bin_width is NaN'),
	('1', '22023', 'histogram_chart: values from 1 to 5000 have more than 500 bins of 1'),
	('x', '22023', 'histogram_chart: bin_width is 2 after 1 in the same group')) v(width, state, message);
SELECT throws_ok($$SELECT histogram_chart(x) FROM unnest('{-1.7e308,1.7e308}'::float8[]) x$$, '22003', 'histogram_chart: values from -1.7e+308 to 1.7e+308 are too far apart', 'values without a distance');
SELECT throws_ok($$SELECT histogram_chart(x, 0.5) FROM unnest(array_fill(1e155::float8, ARRAY[64])) x$$, '22023', 'histogram_chart: bin_width is 0.5, which is lost beside values of 1e+155', 'a width that is lost');
SELECT isnt(histogram_chart(x * k), NULL, 'values that differ by rounding, of ' || k) FROM unnest('{1,1.0000000000000002}'::float8[]) x, unnest('{1e-300,1,1e155}'::float8[]) k GROUP BY k ORDER BY k;
SELECT isnt(histogram_chart(x, 1e-15), NULL, 'a width of a few places') FROM unnest('{1,1.0000000000000002}'::float8[]) x;
SELECT throws_ok($$SELECT histogram_chart('Infinity')$$, '22003', 'value is Infinity', 'an infinite value');

SELECT * FROM finish();
ROLLBACK;

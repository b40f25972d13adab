-- Curves that the data hardly determine: what a fit says of itself, and where it is refused.

BEGIN;
\ir helpers.psql
SELECT plan(43);
\ir ../golden/curve_limits.sql

CREATE FUNCTION size(c nelson_siegel_curve) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT greatest(abs((c).level), abs((c).slope), abs((c).curvature)) $$;
CREATE FUNCTION size(c svensson_curve) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT greatest(abs((c).level), abs((c).slope), abs((c).curvature), abs((c).second_curvature)) $$;

-- ---- reference values -----------------------------------------------------------------------

SELECT is((SELECT count(*) FROM limit_given g
	JOIN (SELECT q.curve, g.decay, nelson_siegel_fit(maturity, yield, g.decay) fit, nelson_siegel_fit(maturity, yield, nelson_siegel_options(decay => g.decay)) same
		FROM limit_quote q JOIN limit_given g USING (curve) GROUP BY q.curve, g.decay) f USING (curve, decay)
	WHERE near((fit).level_error, g.level_error, 1e-6) AND near((fit).slope_error, g.slope_error, 1e-6)
		AND near((fit).curvature_error, g.curvature_error, 1e-6) AND near((fit).condition, g.condition, 1e-6)
		AND near((same).slope_error, g.slope_error, 1e-6) AND near((same).condition, g.condition, 1e-6)
		AND (fit).determined = (g.condition <= 100) AND (same).determined = (g.condition <= 100)),
	(SELECT count(*) FROM limit_given), 'standard errors and condition agree with reference values');
SELECT is((SELECT count(*) FROM limit_free g JOIN (SELECT curve, nelson_siegel_fit(maturity, yield) fit FROM limit_quote GROUP BY curve) f USING (curve)
	WHERE near((fit).decay, g.decay, 1e-6) AND near((fit).level, g.level, 1e-6) AND near((fit).slope, g.slope, 1e-6, size(fit))
		AND near((fit).slope_error, g.slope_error, 1e-4) AND near((fit).condition, g.condition, 1e-6)
		AND (NOT (fit).decay_at_bound OR least(abs((fit).decay / lower - 1), abs((fit).decay / upper - 1)) < 1e-9)),
	(SELECT count(*) FROM limit_free), 'so do estimated decays, between bounds that come from the maturities');
SELECT is((SELECT (fit).shortest_maturity || ' ' || (fit).longest_maturity FROM (SELECT nelson_siegel_fit(maturity, yield, 0.7308) fit
	FROM limit_quote WHERE curve = 3) f), '5 30', 'a given decay knows its maturities');
SELECT is((SELECT (fit).shortest_maturity || ' ' || (fit).longest_maturity FROM (SELECT nelson_siegel_fit_bonds(100, ARRAY[[m - 0.5, 2], [m, 102]],
	nelson_siegel_bonds_options(decay => 0.3)) fit FROM generate_series(2, 9) m) f), '1.5 9', 'bonds reach from their first cash flow to the last');
SELECT is((SELECT (fit).level_error IS NULL AND (fit).condition > 1 FROM (SELECT nelson_siegel_fit(n, n % 3, 0.7308) fit FROM generate_series(1, 3) n) f),
	true, 'no residual freedom, no standard errors');

-- ---- degenerate fits ------------------------------------------------------------------------

CREATE TEMPORARY TABLE fitted AS
SELECT curve, nelson_siegel_fit(maturity, yield) n, svensson_fit(maturity, yield) s FROM limit_quote GROUP BY curve;
SELECT ok(size(n) < 20 AND size(s) < 40, 'factors of curve ' || curve || ' are of the size of its yields') FROM fitted ORDER BY curve;
SELECT ok(svensson_yield(s, 0.5) BETWEEN 8 AND 9.5 AND svensson_yield(s, 40) BETWEEN 8 AND 9, 'September 1978 reaches to 6 months and 40 years')
FROM fitted WHERE curve = 0;
SELECT ok(nelson_siegel_yield(n, 0.25) BETWEEN 12 AND 14, 'November 1979 to 3 months') FROM fitted WHERE curve = 1;
SELECT throws_ok('SELECT nelson_siegel_fit(maturity, yield, 5) FROM limit_quote WHERE curve = 3', '22000',
	'nelson_siegel_fit: the loadings of 10 observations at decay 5 are linearly dependent', 'decay 5 over 5 to 30 years');
SELECT throws_ok('SELECT nelson_siegel_fit(maturity, yield, nelson_siegel_options(decay => 5)) FROM limit_quote WHERE curve = 3', '22000',
	NULL, 'as an option too');
SELECT throws_ok('SELECT svensson_fit(maturity, yield, svensson_options(decay => 5, second_decay => 0.2)) FROM limit_quote WHERE curve = 3', '22000',
	NULL, 'and of a Svensson curve');
SELECT ok((fit).decay >= 0.3 AND NOT (fit).decay > 100, 'one bound is enough')
FROM (SELECT nelson_siegel_fit(maturity, yield, nelson_siegel_options(decay_lower => 0.3)) fit FROM limit_quote WHERE curve = 3) f;

-- Six bonds like those of a government, 2 to 30 years, prices to the cent.
CREATE TEMPORARY TABLE bund AS
SELECT cashflows, round((bond_price(cashflows, nelson_siegel_curve(4.1, -1.7, -0.8, 0.45)) + 0.05 * sin(9 * n))::numeric, 2)::float8 AS price
FROM unnest('{2,3,5,7,10,30}'::int[]) WITH ORDINALITY AS t (years, n),
	LATERAL bond_cashflows('2005-11-15', ('2005-09-01'::date + interval '1 year' * years)::date, 3 + n / 4.0) AS cashflows;
SELECT ok(size(fit) < 20 AND (fit).determined, 'six bonds give a curve') FROM (SELECT nelson_siegel_fit_bonds(price, cashflows) fit FROM bund) f;
SELECT ok(size(nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay => decay))) < 1e4, 'at decay ' || decay)
FROM bund, unnest('{0.05,0.7308,3}'::float8[]) decay GROUP BY decay ORDER BY decay;
SELECT ok((fit).determined IS FALSE, 'a decay that is far too high is not determined')
FROM (SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay => 7)) fit FROM bund) f;

-- Seven sane bonds and one that matures tomorrow, ten cents off.
CREATE TEMPORARY TABLE eight AS
SELECT ARRAY[[n * 1.3, 100]] AS cashflows, 100 * exp(-n * 1.3 * (3 + 0.1 * n) / 100) AS price FROM generate_series(1, 7) n
UNION ALL SELECT ARRAY[[1 / 365.25, 100]], 99.9;
SELECT ok(size(nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(weights => 'inverse_squared_duration', decay => decay))) < 6,
	'a bond of one day does not make the curve, decay ' || coalesce(decay::text, 'estimated'))
FROM eight, unnest('{NULL,0.7308}'::float8[]) decay GROUP BY decay;

-- Issuers of four to eight bonds, prices with errors of a fifth of a percent.
CREATE TEMPORARY TABLE issuer AS
SELECT issuer, cashflows, bond_price(cashflows, nelson_siegel_curve(5.5 + sin(issuer), -2.5, 1, 0.7308)) * (1 + 0.002 * sin(37.0 * issuer * n)) AS price
FROM (SELECT i AS issuer, n, (110 + 3500 * abs(sin(12.9898 * i + 78.233 * n)))::int AS days FROM generate_series(1, 300) i, generate_series(1, 8) n
	WHERE n <= 4 + i % 5) b, LATERAL bond_cashflows('2005-11-15', '2005-11-15'::date + days, 3 + issuer % 4) AS cashflows;
SELECT is((SELECT count(*) FROM (SELECT nelson_siegel_fit_bonds(price, cashflows) fit FROM issuer GROUP BY issuer) f WHERE (fit).determined AND abs((fit).slope) > 100),
	0::bigint, 'no issuer has a slope above 100 percent and is called determined');

-- ---- refusal --------------------------------------------------------------------------------

CREATE TEMPORARY TABLE poor AS
SELECT nelson_siegel_fit(maturity, yield, 2) n, svensson_fit(maturity, yield, svensson_options(decay => 1.5, second_decay => 0.1)) s FROM limit_quote WHERE curve = 3;
SELECT is((SELECT ((n).determined, (s).determined)::text FROM poor), '(f,f)', 'two curves that are not determined');
SELECT ok(abs(nelson_siegel_yield(n, 5) - 4.2) < 0.05 AND abs(nelson_siegel_yield(n, 30) - 4.46) < 0.05 AND nelson_siegel_discount(n, 10) < 1
	AND abs(svensson_yield(s, 12) - 4.36) < 0.05 AND nelson_siegel_forward(n, 20) < 6, 'tell of their maturities') FROM poor;
SELECT throws_like('SELECT nelson_siegel_' || f || '(n, 40) FROM poor', 'nelson_siegel_' || f
	|| ': maturity is 40, but the curve is not determined outside of the maturities of its fit, 5 to 30 (condition 1.38e+04)', f || ' beyond them')
FROM unnest('{yield,discount,forward}'::text[]) f;
SELECT throws_ok('SELECT svensson_' || f || '(s, 4.99) FROM poor', '22023', NULL, 'svensson_' || f || ' before them') FROM unnest('{yield,discount,forward}'::text[]) f;
SELECT throws_ok('SELECT nelson_siegel_par_yield(n, 10) FROM poor', '22023', NULL, 'coupons before them');
SELECT throws_ok('SELECT svensson_par_yield(s, 40, 2) FROM poor', '22023', NULL, 'par yields beyond them');
SELECT throws_ok($$SELECT bond_price('{{2,5},{10,105}}', n) FROM poor$$, '22023', NULL, 'a price');
SELECT throws_ok($$SELECT bond_price('{{40,5}}', nelson_siegel_curve(4, 0, 0, 1), n) FROM poor$$, '22023', NULL, 'a spread curve');
SELECT throws_ok($$SELECT z_spread(100, '{{2,5},{10,105}}', s) FROM poor$$, '22023', NULL, 'a z-spread');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(99, ARRAY[[k + 3, 100]], n) FROM poor, generate_series(1, 5) k$$, '22023', NULL, 'a risk-free curve');
SELECT ok(curve_chart(n) LIKE '<svg%', 'a chart draws what is determined') FROM poor;
SELECT throws_ok('SELECT curve_chart(n, from_maturity => 40, to_maturity => 50) FROM poor', '22023', NULL, 'and nothing else');
SELECT is((SELECT count(*) FROM poor WHERE (n).determined AND nelson_siegel_yield(n, 40) > 0), 0::bigint, 'WHERE leaves such curves out');
SELECT ok(nelson_siegel_yield(ROW((n).level, (n).slope, (n).curvature, (n).decay, 0, 0, 10, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::nelson_siegel_curve, 40) > 0,
	'a curve of which nothing is known may be asked for any maturity') FROM poor;
SELECT ok(nelson_siegel_yield(nelson_siegel_curve((n).level, (n).slope, (n).curvature, (n).decay), 40) > 0, 'so may one made of factors') FROM poor;

SELECT * FROM finish();
ROLLBACK;

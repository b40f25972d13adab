-- Curves in any unit: yields times k give factors times k at the same decays, maturities times m decays over
-- m, prices and cash flows times k the same curve.

BEGIN;
SELECT plan(18);

-- Whether numbers agree to a tolerance of their common size.
CREATE FUNCTION agree(a float8[], b float8[], tolerance float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT bool_and(abs(x - y) <= tolerance * (SELECT max(abs(z)) FROM unnest(b) z)) AND count(x) = count(y)
	FROM unnest(a, b) AS u (x, y) $$;

-- Treasury yields (H.15, monthly means), a flat curve with errors of a basis point, one that is nearly constant.
CREATE TEMPORARY TABLE quote AS
SELECT curve, maturity, yield, 1 / (1 + maturity) AS weight
FROM (VALUES (1, '{3.04,3.22,3.36,3.64,3.69,3.77,3.86,4.00,4.35,4.28}'::float8[]),
             (2, '{4.74,4.95,4.96,4.98,5.00,5.03,5.05,5.10,5.29,5.20}'),
             (3, '{0.14,0.19,0.29,0.62,0.99,1.93,2.66,3.29,4.17,4.42}'),
             (4, '{4.01,4.00,3.99,4.01,4.00,4.00,3.99,4.01,4.00,3.99}'),
             (5, '{4.0000001,4.0000002,4.0000004,4.0000005,4.0000004,4.0000006,4.0000007,4.0000007,4.0000008,4.0000008}')) v(curve, yields),
     unnest('{0.25,0.5,1,2,3,5,7,10,20,30}'::float8[], yields) u(maturity, yield);
CREATE TEMPORARY TABLE unit AS
SELECT k, m FROM unnest('{1e-9,1e-6,1e-4,0.01,3.7,100,1e4,1e6,1e9}'::float8[]) k, unnest('{1,12,365.25}'::float8[]) m;

CREATE FUNCTION factors(c nelson_siegel_curve) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT ARRAY[(c).level, (c).slope, (c).curvature, (c).rmse] $$;
CREATE FUNCTION factors(c svensson_curve) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT ARRAY[(c).level, (c).slope, (c).curvature, (c).second_curvature, (c).rmse] $$;
CREATE FUNCTION errors(c nelson_siegel_curve) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT ARRAY[(c).level_error, (c).slope_error, (c).curvature_error] $$;
CREATE FUNCTION errors(c svensson_curve) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT ARRAY[(c).level_error, (c).slope_error, (c).curvature_error, (c).second_curvature_error] $$;
CREATE FUNCTION times(k float8, a float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(k * x ORDER BY n) FROM unnest(a) WITH ORDINALITY AS u (x, n) $$;

-- same(a, b, k, m): a, of yields times k at maturities times m, is b in these units.
CREATE FUNCTION same(a nelson_siegel_curve, b nelson_siegel_curve, k float8, m float8, tolerance float8) RETURNS boolean LANGUAGE sql AS $$
	SELECT agree(factors(a), times(k, factors(b)), tolerance) AND agree(ARRAY[m * (a).decay], ARRAY[(b).decay], 100 * tolerance)
		AND agree(errors(a), times(k, errors(b)), 1e-4) AND agree(ARRAY[(a).condition], ARRAY[(b).condition], 1e-4)
		AND (a).determined = (b).determined AND (a).decay_at_bound = (b).decay_at_bound
		AND agree(ARRAY[(a).shortest_maturity, (a).longest_maturity], times(m, ARRAY[(b).shortest_maturity, (b).longest_maturity]), 1e-15) $$;
CREATE FUNCTION same(a svensson_curve, b svensson_curve, k float8, m float8, tolerance float8) RETURNS boolean LANGUAGE sql AS $$
	SELECT agree(factors(a), times(k, factors(b)), tolerance)
		AND agree(times(m, ARRAY[(a).decay, (a).second_decay]), ARRAY[(b).decay, (b).second_decay], 100 * tolerance)
		AND agree(errors(a), times(k, errors(b)), 1e-4) AND agree(ARRAY[(a).condition], ARRAY[(b).condition], 1e-4)
		AND (a).determined = (b).determined AND (a).decay_at_bound = (b).decay_at_bound
		AND agree(ARRAY[(a).shortest_maturity, (a).longest_maturity], times(m, ARRAY[(b).shortest_maturity, (b).longest_maturity]), 1e-15) $$;

-- ---- yields -----------------------------------------------------------------------------------

SELECT ok(bool_and(same(a, b, k, m, 1e-11)), 'nelson_siegel_fit, given decay')
FROM (SELECT k, m, nelson_siegel_fit(m * maturity, k * yield, 0.7308 / m) a, nelson_siegel_fit(maturity, yield, 0.7308) b
	FROM quote, unit GROUP BY curve, k, m) q;
SELECT ok(bool_and(same(a, b, k, m, 1e-7)), 'nelson_siegel_fit, estimated decay')
FROM (SELECT k, m, nelson_siegel_fit(m * maturity, k * yield) a, nelson_siegel_fit(maturity, yield) b
	FROM quote, unit GROUP BY curve, k, m) q;
SELECT ok(bool_and(same(a, b, k, m, 1e-7)), 'nelson_siegel_fit, weights, in any unit too')
FROM (SELECT k, m, nelson_siegel_fit(m * maturity, k * yield, weight * m * k, NULL) a, nelson_siegel_fit(maturity, yield, weight, NULL) b
	FROM quote, unit GROUP BY curve, k, m) q;
SELECT ok(bool_and(same(a, b, k, m, 1e-7)), 'nelson_siegel_fit, bounds')
FROM (SELECT k, m, nelson_siegel_fit(m * maturity, k * yield, nelson_siegel_options(decay_lower => 0.05 / m, decay_upper => 10 / m)) a,
		nelson_siegel_fit(maturity, yield, nelson_siegel_options(decay_lower => 0.05, decay_upper => 10)) b
	FROM quote, unit WHERE curve < 4 GROUP BY curve, k, m) q;
SELECT ok(bool_and(same(a, b, k, m, 1e-11)), 'svensson_fit, given decays')
FROM (SELECT k, m, svensson_fit(m * maturity, k * yield, svensson_options(decay => 0.9 / m, second_decay => 0.2 / m)) a,
		svensson_fit(maturity, yield, svensson_options(decay => 0.9, second_decay => 0.2)) b
	FROM quote, unit GROUP BY curve, k, m) q;
SELECT ok(bool_and(same(a, b, k, m, 1e-5)), 'svensson_fit, estimated decays')
FROM (SELECT k, m, svensson_fit(m * maturity, k * yield) a, svensson_fit(maturity, yield) b
	FROM quote, unit WHERE curve < 5 GROUP BY curve, k, m) q;
SELECT is(string_agg(format('%s, %s: %s', k, m, a), E'\n'), NULL, 'svensson_fit of yields of a Nelson-Siegel curve, which any second hump fits: the same pair of decays')
FROM (SELECT k, m, decay, curvature, svensson_fit(m * maturity, k * nelson_siegel_yield(nelson_siegel_curve(3, -2, curvature, decay), maturity)) a
	FROM unit, unnest('{0.25,0.5,1,2,3,5,7,10,20,30}'::float8[]) maturity, (VALUES (0.5, 2), (0.6, 1.5)) v (decay, curvature) GROUP BY k, m, decay, curvature) q
WHERE NOT coalesce((a).decay_at_bound AND abs((a).decay * m / decay - 1) < 1e-5 AND abs((a).second_decay * m * 1.5 / decay - 1) < 1e-5, false);
SELECT ok(bool_and(same(a, b, k, m, 1e-5)), 'svensson_fit, shrinkage and any order')
FROM (SELECT k, m, svensson_fit(m * maturity, k * yield, svensson_options(ordered => false, shrinkage => 1e-4)) a,
		svensson_fit(maturity, yield, svensson_options(ordered => false, shrinkage => 1e-4)) b
	FROM quote, unit WHERE curve < 5 GROUP BY curve, k, m) q;
SELECT ok(bool_and(agree(ARRAY[al, asl, ac], times(k, ARRAY[bl, bsl, bc]), 1e-12)), 'empirical factors')
FROM (SELECT k, empirical_level(maturity, k * yield) al, empirical_slope(maturity, k * yield) asl, empirical_curvature(maturity, k * yield) ac,
		empirical_level(maturity, yield) bl, empirical_slope(maturity, yield) bsl, empirical_curvature(maturity, yield) bc
	FROM quote, unit WHERE m = 1 GROUP BY curve, k) q;
SELECT throws_ok(format('SELECT nelson_siegel_fit(n, %s * (CASE WHEN n %% 2 = 0 THEN 0.1::float8 + 0.2 ELSE 0.3 END)) FROM generate_series(1, 8) n', k),
	'22000', NULL, 'rounding is no curve, times ' || k)
FROM unnest('{1e-9,1,1e9}'::float8[]) k;

-- ---- curves -----------------------------------------------------------------------------------

SELECT ok(bool_and(agree(ARRAY[nelson_siegel_yield(nelson_siegel_curve(k * 4, k * -2, k, 0.5 / m), m * n),
		nelson_siegel_forward(nelson_siegel_curve(k * 4, k * -2, k, 0.5 / m), m * n)],
	times(k, ARRAY[nelson_siegel_yield(nelson_siegel_curve(4, -2, 1, 0.5), n), nelson_siegel_forward(nelson_siegel_curve(4, -2, 1, 0.5), n)]), 1e-13)
	AND agree(ARRAY[svensson_yield(svensson_curve(k * 4, k * -2, k, k * 3, 0.5 / m, 0.1 / m), m * n),
		svensson_forward(svensson_curve(k * 4, k * -2, k, k * 3, 0.5 / m, 0.1 / m), m * n)],
	times(k, ARRAY[svensson_yield(svensson_curve(4, -2, 1, 3, 0.5, 0.1), n), svensson_forward(svensson_curve(4, -2, 1, 3, 0.5, 0.1), n)]), 1e-13)),
	'yields and forward rates')
FROM unit, unnest('{0,0.01,1,7,30}'::float8[]) n;

-- ---- bonds ------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE bond AS
SELECT n, cashflows, bond_price(cashflows, nelson_siegel_curve(4.5, -2, 1.5, 0.6)) + 0.2 * sin(5 * n) AS price
FROM generate_series(1, 8) n, LATERAL bond_cashflows('2005-11-15', '2006-09-01'::date + 450 * n, 3 + n % 3) AS cashflows;
CREATE FUNCTION in_units(cashflows float8[], k float8, m float8) RETURNS float8[] LANGUAGE sql AS $$
	SELECT array_agg(ARRAY[m * cashflows[i][1], k * cashflows[i][2]] ORDER BY i) FROM generate_subscripts(cashflows, 1) i $$;
-- The rmse is in the money of the prices, rates are over the unit of time.
CREATE FUNCTION same_bonds(a nelson_siegel_curve, b nelson_siegel_curve, k float8, m float8, tolerance float8) RETURNS boolean LANGUAGE sql AS $$
	SELECT agree(times(m, ARRAY[(a).level, (a).slope, (a).curvature]), ARRAY[(b).level, (b).slope, (b).curvature], tolerance)
		AND agree(ARRAY[m * (a).decay], ARRAY[(b).decay], 100 * tolerance) AND agree(ARRAY[(a).rmse], ARRAY[k * (b).rmse], 1e-7)
		AND agree(times(m, errors(a)), errors(b), 1e-4) AND agree(ARRAY[(a).condition], ARRAY[(b).condition], 1e-4)
		AND (a).determined = (b).determined AND (a).decay_at_bound = (b).decay_at_bound $$;
SELECT ok(bool_and(same_bonds(a, b, k, m, 1e-8)), 'nelson_siegel_fit_bonds, given decay')
FROM (SELECT k, m, nelson_siegel_fit_bonds(k * price, in_units(cashflows, k, m), nelson_siegel_bonds_options(decay => 0.7308 / m)) a,
		nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay => 0.7308)) b FROM bond, unit GROUP BY k, m) q;
SELECT ok(bool_and(same_bonds(a, b, k, m, 1e-6)), 'estimated decay')
FROM (SELECT k, m, nelson_siegel_fit_bonds(k * price, in_units(cashflows, k, m)) a, nelson_siegel_fit_bonds(price, cashflows) b
	FROM bond, unit GROUP BY k, m) q;
SELECT ok(bool_and(same_bonds(a, b, k, m, 1e-6)), 'inverse squared durations')
FROM (SELECT k, m, nelson_siegel_fit_bonds(k * price, in_units(cashflows, k, m), nelson_siegel_bonds_options(weights => 'inverse_squared_duration')) a,
		nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(weights => 'inverse_squared_duration')) b
	FROM bond, unit GROUP BY k, m) q;
SELECT ok(bool_and(agree(ARRAY[bond_price(in_units(cashflows, k, 1), c)], ARRAY[k * bond_price(cashflows, c)], 1e-13)
	AND agree(ARRAY[z_spread(k * price, in_units(cashflows, k, 1), c)], ARRAY[z_spread(price, cashflows, c)], 1e-9)
	AND agree(ARRAY[m * yield_to_maturity(k * price, in_units(cashflows, k, m)), macaulay_duration(k * price, in_units(cashflows, k, m)) / m],
		ARRAY[yield_to_maturity(price, cashflows), macaulay_duration(price, cashflows)], 1e-10)), 'prices, spreads, yields and durations')
FROM bond, unit, nelson_siegel_curve(4, -1, 1, 0.7) c;
SELECT is((SELECT count(*) FROM unit), 27::bigint, 'in 27 units');

SELECT * FROM finish();
ROLLBACK;

-- Curves and bonds.
SELECT (curve).level::numeric(8, 4), (curve).slope::numeric(8, 4), (curve).curvature::numeric(8, 4), (curve).rmse::numeric(8, 4),
	nelson_siegel_yield(curve, 4)::numeric(8, 4), nelson_siegel_discount(curve, 4)::numeric(8, 6),
	nelson_siegel_forward(curve, 4)::numeric(8, 4), nelson_siegel_par_yield(curve, 4)::numeric(8, 4)
FROM (SELECT nelson_siegel_fit(maturity, yield, 0.7308) AS curve
	FROM (VALUES (0.25, 5.35), (1, 5.23), (2, 4.99), (5, 4.63), (10, 4.61), (20, 4.92), (30, 4.77)) AS quote (maturity, yield)) AS fit;
SELECT (curve).level::numeric(8, 4), (curve).decay::numeric(8, 4), (curve).second_decay::numeric(8, 4), svensson_yield(curve, 4)::numeric(8, 4)
FROM (SELECT svensson_fit(maturity, yield, svensson_options(decay => 0.7, second_decay => 0.1)) AS curve
	FROM (VALUES (0.25, 5.35), (1, 5.23), (2, 4.99), (5, 4.63), (10, 4.61), (20, 4.92), (30, 4.77)) AS quote (maturity, yield)) AS fit;
SELECT empirical_slope(maturity, yield)::numeric(8, 4), empirical_curvature(maturity, yield)::numeric(8, 4)
FROM (VALUES (0.25, 5.35), (2, 4.99), (10, 4.61)) AS quote (maturity, yield);
SELECT accrued_interest('2020-03-01', '2025-09-01', 4, 2)::numeric(8, 4), yield_to_maturity(101.5, cashflows)::numeric(8, 4),
	macaulay_duration(101.5, cashflows)::numeric(8, 4), modified_duration(101.5, cashflows, 2)::numeric(8, 4), convexity(101.5, cashflows)::numeric(8, 4)
FROM bond_cashflows('2020-03-01', '2025-09-01', 4, 2) AS cashflows;
SELECT (curve).level::numeric(8, 3), (curve).observations, z_spread(99, '{{1,5},{2,105}}', curve)::numeric(8, 3), bond_price('{{1,5},{2,105}}', curve)::numeric(8, 3)
FROM (SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay => 0.5)) AS curve
	FROM (VALUES (101.2, '{{0.5,103}}'::float8[]), (102.1, '{{0.5,2},{1,102}}'), (99.8, '{{1,4},{2,104}}'), (98.5, '{{1,4},{2,4},{3,104}}'), (97, '{{2,9},{5,109}}')) AS bond (price, cashflows)) AS fit;
SELECT nelson_siegel_fit(maturity, yield) FROM (VALUES (1, 5.2), (2, 5.0)) AS quote (maturity, yield);

\ir sql_measure.psql
-- 30 issuers, 72 months, 3 to 8 bonds of 3 months to 10 years with annual coupons
CREATE TABLE bond AS
SELECT issuer, month, bond_price(cashflows, riskfree, spread) * (1 + 0.002 * sin(issuer * 7 + month * 13 + n * 17)) AS price,
	   cashflows, riskfree
FROM generate_series(1, 30) AS issuer, generate_series(1, 72) AS month,
	 LATERAL generate_series(1, 3 + (issuer * 5 + month) % 6) AS n,
	 LATERAL bond_cashflows('2005-11-15', '2006-02-20'::date + (n * 971 + issuer * 131 + month * 37) % 3450,
							3 + (n * 37 + issuer) % 40 / 10.0) AS cashflows,
	 LATERAL (SELECT nelson_siegel_curve(4, -2 + month / 72.0, 0.5, 0.7308) AS riskfree,
			  nelson_siegel_curve(1.5, -0.5 + sin(month) / 2, 1, 0.7308) AS spread) AS curves;
VACUUM ANALYZE bond;
SELECT measure('nelson_siegel_fit_bonds, fixed decay, 2,160 curves of 3 to 8 bonds', 'ns/bond_price_fit_anajac',
	'SELECT count(c) FROM (SELECT nelson_siegel_fit_bonds(price, cashflows, riskfree, nelson_siegel_bonds_options(decay => 0.7308)) AS c
		FROM bond GROUP BY issuer, month) AS f', NULL);
SELECT measure('nelson_siegel_fit_bonds, free decay, 1,800 curves of 4 to 8 bonds', 'none',
	'SELECT count(c) FROM (SELECT nelson_siegel_fit_bonds(price, cashflows, riskfree, nelson_siegel_bonds_options(decay_lower => 0.1, decay_upper => 5)) AS c
		FROM bond WHERE (issuer * 5 + month) % 6 > 0 GROUP BY issuer, month) AS f', NULL);

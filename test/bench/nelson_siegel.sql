\ir sql_measure.psql
CREATE TABLE quote AS
SELECT curve, m AS maturity, 4 - 2 * exp(-0.7 * m) + 0.5 * sin(curve) * m * exp(-0.5 * m) + 0.03 * sin(curve * m) AS yield
FROM generate_series(1, 10000) AS curve,
	 unnest(ARRAY[1/12.0, 2/12.0, .25, .5, .75, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50]::float8[]) AS m;
VACUUM ANALYZE quote;
SELECT measure('nelson_siegel_fit, fixed decay, 10,000 curves of 21', 'regr_slope',
	'SELECT count(c) FROM (SELECT nelson_siegel_fit(maturity, yield, 0.7308) AS c FROM quote GROUP BY curve) AS f',
	'SELECT count(c) FROM (SELECT regr_slope(yield, maturity) AS c FROM quote GROUP BY curve) AS f');
SELECT measure('nelson_siegel_fit, free decay, 2,000 curves of 21', 'ns/free_least_squares',
	'SELECT count(c) FROM (SELECT nelson_siegel_fit(maturity, yield) AS c FROM quote WHERE curve <= 2000 GROUP BY curve) AS f', NULL);

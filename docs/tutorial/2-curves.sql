\echo
\echo '2. A Nelson-Siegel curve for every month, its decay fixed at 0.7308 per year'
\echo

CREATE TABLE treasury_curve AS
SELECT month, nelson_siegel_fit(maturity, yield, 0.7308) AS curve
FROM treasury_yield
GROUP BY month;

SELECT month, round((curve).level::numeric, 2) AS level, round((curve).slope::numeric, 2) AS slope,
	   round((curve).curvature::numeric, 2) AS curvature, round((curve).rmse::numeric, 3) AS rmse,
	   (curve).observations AS yields, round(nelson_siegel_yield(curve, 10)::numeric, 2) AS ten_years,
	   round(nelson_siegel_forward(curve, 10)::numeric, 2) AS forward,
	   round(nelson_siegel_discount(curve, 10)::numeric, 4) AS discount
FROM treasury_curve
WHERE month IN ('1958-06-01', '1981-09-01', '2000-07-01', '2008-12-01', '2022-09-01')
ORDER BY month;

\echo 'The factors by decade: level is the long end, slope the short end over it, curvature the middle'
SELECT extract(decade FROM month) * 10 AS decade, count(*) AS months,
	   round(avg((curve).level)::numeric, 2) AS level, round(avg((curve).slope)::numeric, 2) AS slope,
	   round(avg((curve).curvature)::numeric, 2) AS curvature, round(avg((curve).rmse)::numeric, 3) AS rmse
FROM treasury_curve
GROUP BY decade
ORDER BY decade;

\echo 'The same curves with the decay estimated fit more closely where there are enough maturities'
SELECT round(avg((fixed).rmse)::numeric, 4) AS rmse_fixed_decay, round(avg((free).rmse)::numeric, 4) AS rmse_free_decay,
	   round((percentile_cont(0.5) WITHIN GROUP (ORDER BY (free).decay))::numeric, 3) AS median_decay,
	   count(*) AS months
FROM (
	SELECT nelson_siegel_fit(maturity, yield, 0.7308) AS fixed, nelson_siegel_fit(maturity, yield) AS free
	FROM treasury_yield
	GROUP BY month
	HAVING count(*) >= 8
) AS curves;

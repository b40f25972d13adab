-- CSV: month,gs1m,gs3m,gs6m,gs1,gs2,
--
-- How well curves predict a maturity that they were not fitted to, on monthly Treasury yields: a CSV with
-- the columns of docs/data/us_monthly_yields.csv, read from standard input.
--
-- Each month with at least six yields is fitted without one of them, each in turn, and the yield of the
-- curve there is compared with the one left out. Months of six yields leave five, which do not determine
-- the decays of a Svensson curve: its rows have fewer months.
\set QUIET on
\pset footer off
SET client_min_messages = warning;

CREATE TEMP TABLE wide (
	month date PRIMARY KEY, gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8,
	gs5 float8, gs7 float8, gs10 float8, gs20 float8, gs30 float8, aaa float8, baa float8
);
\copy wide FROM pstdin WITH (FORMAT csv, HEADER match)

CREATE TEMP TABLE quote AS
SELECT month, maturity, yield, count(*) OVER (PARTITION BY month) AS quotes,
	   CASE rank() OVER (PARTITION BY month ORDER BY maturity)
		   WHEN 1 THEN 'shortest' WHEN count(*) OVER (PARTITION BY month) THEN 'longest' ELSE 'between' END AS place
FROM wide, unnest(ARRAY[1 / 12.0, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30],
	ARRAY[gs1m, gs3m, gs6m, gs1, gs2, gs3, gs5, gs7, gs10, gs20, gs30]) AS q (maturity, yield)
WHERE yield IS NOT NULL;
DELETE FROM quote WHERE quotes < 6;

CREATE TEMP TABLE method (place int, method text, svensson boolean, options jsonb);
INSERT INTO method VALUES
	(1, 'Nelson-Siegel, decay 0.7308', false, nelson_siegel_options(decay => 0.7308)),
	(2, 'Nelson-Siegel, 0.02436 to 21.924', false, nelson_siegel_options(decay_lower => 0.02436, decay_upper => 21.924)),
	(3, 'Nelson-Siegel', false, nelson_siegel_options()),
	(4, 'Svensson, 0.02436 to 21.924, any order', true, svensson_options(decay_lower => 0.02436, decay_upper => 21.924, ordered => false)),
	(5, 'Svensson, 0.02436 to 21.924', true, svensson_options(decay_lower => 0.02436, decay_upper => 21.924)),
	(6, 'Svensson, any order', true, svensson_options(ordered => false)),
	(7, 'Svensson', true, svensson_options()),
	(8, 'Svensson, shrinkage 1e-5', true, svensson_options(shrinkage => 1e-5)),
	(9, 'Svensson, shrinkage 1e-4', true, svensson_options(shrinkage => 1e-4)),
	(10, 'Svensson, shrinkage 1e-3', true, svensson_options(shrinkage => 1e-3));

CREATE TEMP TABLE fit AS
SELECT method, month, nelson_siegel_fit(maturity, yield, options) AS nelson_siegel, NULL::svensson_curve AS svensson
FROM quote, method WHERE NOT svensson GROUP BY method, month
UNION ALL
SELECT method, month, NULL, svensson_fit(maturity, yield, options)
FROM quote, method WHERE svensson GROUP BY method, month;

\echo
\echo 'The fits of whole months: how many have a factor over 50 %, are not determined, and are at 40 years more than 2 points off the last yield.'
SELECT method, count(*) AS months, count(*) FILTER (WHERE largest > 50) AS over_50, count(*) FILTER (WHERE NOT determined) AS undetermined,
	   count(*) FILTER (WHERE at_bound) AS at_bound, count(*) FILTER (WHERE determined AND abs(at_40 - last) > 2) AS far_at_40
FROM (
	SELECT method, month, coalesce((nelson_siegel).determined, (svensson).determined) AS determined,
		   coalesce((nelson_siegel).decay_at_bound, (svensson).decay_at_bound) AS at_bound,
		   greatest(abs((nelson_siegel).level), abs((nelson_siegel).slope), abs((nelson_siegel).curvature), abs((svensson).level),
			   abs((svensson).slope), abs((svensson).curvature), abs((svensson).second_curvature)) AS largest,
		   CASE WHEN (nelson_siegel).determined THEN nelson_siegel_yield(nelson_siegel, 40)
			   WHEN (svensson).determined THEN svensson_yield(svensson, 40) END AS at_40,
		   (SELECT yield FROM quote WHERE quote.month = fit.month ORDER BY maturity DESC LIMIT 1) AS last
	FROM fit
) AS fits JOIN method USING (method) GROUP BY place, method ORDER BY place;

CREATE TEMP TABLE left_out AS
SELECT method, out.place AS out_place, svensson, out.maturity, out.yield, nelson_siegel_fit(q.maturity, q.yield, options) AS nelson_siegel,
	   NULL::svensson_curve AS svensson_curve
FROM quote AS out JOIN quote AS q ON q.month = out.month AND q.maturity <> out.maturity, method
WHERE NOT svensson GROUP BY method, svensson, out.place, out.month, out.maturity, out.yield
UNION ALL
SELECT method, out.place, svensson, out.maturity, out.yield, NULL, svensson_fit(q.maturity, q.yield, options)
FROM quote AS out JOIN quote AS q ON q.month = out.month AND q.maturity <> out.maturity, method
WHERE svensson AND out.quotes > 6 GROUP BY method, svensson, out.place, out.month, out.maturity, out.yield;

-- What the curve says there, as from a curve without a fit, so that none is refused.
CREATE TEMP TABLE residual AS
SELECT method, out_place, yield - CASE WHEN svensson
	THEN svensson_yield(svensson_curve((svensson_curve).level, (svensson_curve).slope, (svensson_curve).curvature,
		(svensson_curve).second_curvature, (svensson_curve).decay, (svensson_curve).second_decay), maturity)
	ELSE nelson_siegel_yield(nelson_siegel_curve((nelson_siegel).level, (nelson_siegel).slope, (nelson_siegel).curvature,
		(nelson_siegel).decay), maturity) END AS residual
FROM left_out;

\echo 'Root of the mean square and median of what the curve misses the yield left out by, percent.'
SELECT method, round(sqrt(avg(residual ^ 2) FILTER (WHERE out_place = 'between'))::numeric, 3) AS between,
	   round(sqrt(avg(residual ^ 2) FILTER (WHERE out_place = 'shortest'))::numeric, 3) AS shortest,
	   round(sqrt(avg(residual ^ 2) FILTER (WHERE out_place = 'longest'))::numeric, 3) AS longest,
	   round((percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(residual)) FILTER (WHERE out_place = 'between'))::numeric, 3) AS median_between,
	   round((percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(residual)) FILTER (WHERE out_place = 'shortest'))::numeric, 3) AS median_shortest,
	   round((percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(residual)) FILTER (WHERE out_place = 'longest'))::numeric, 3) AS median_longest
FROM residual JOIN method USING (method) GROUP BY place, method ORDER BY place;

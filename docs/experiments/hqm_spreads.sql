-- CSV: month,0.5,1.0,2.0,
--
-- Spread curves of high-quality US corporate bonds, 1984 to 2016, and their forecasts.
--
-- Corporate: the US Treasury's HQM spot curve, monthly averages in percent, read from standard
-- input (columns below, maturities in years).  Government: docs/data/us_monthly_yields.csv, constant
-- maturities.  These are par yields, so a spread over them is exact only where the curve is flat.
--
-- Each month has a Nelson-Siegel curve of the spreads at 0.5 to 10 years and one of the Treasury
-- yields, decay 0.7308 per year.  Forecasts 1, 6 and 12 months ahead are made from 1998-12 on with
-- models fitted again at each origin on the months up to it.
\set QUIET on
\pset footer off
SET client_min_messages = warning;

CREATE TEMP TABLE hqm (
	month date PRIMARY KEY, "0.5" float8, "1.0" float8, "2.0" float8, "3.0" float8, "5.0" float8,
	"7.0" float8, "10.0" float8, "15.0" float8, "20.0" float8, "25.0" float8, "30.0" float8
);
\copy hqm FROM pstdin WITH (FORMAT csv, HEADER match)
CREATE TEMP TABLE treasury (
	month date PRIMARY KEY, gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8,
	gs5 float8, gs7 float8, gs10 float8, gs20 float8, gs30 float8, aaa float8, baa float8
);
\copy treasury FROM 'docs/data/us_monthly_yields.csv' WITH (FORMAT csv, HEADER match)

CREATE TEMP TABLE spread AS
SELECT month, maturity, corporate - government AS spread, government
FROM hqm JOIN treasury USING (month), LATERAL (VALUES (0.5, "0.5", gs6m), (1, "1.0", gs1), (2, "2.0", gs2),
	(3, "3.0", gs3), (5, "5.0", gs5), (7, "7.0", gs7), (10, "10.0", gs10)) AS v (maturity, corporate, government);

CREATE TEMP TABLE curve AS
SELECT month, nelson_siegel_fit(maturity, spread, 0.7308) AS spread, nelson_siegel_fit(maturity, government, 0.7308) AS government
FROM spread GROUP BY month;

-- b: level, slope, curvature of the spreads; f: those of the Treasury yields.
CREATE TEMP TABLE factor AS
SELECT month, ARRAY[(spread).level, (spread).slope, (spread).curvature] AS b,
	   ARRAY[(government).level, (government).slope, (government).curvature] AS f, baa - aaa AS quality
FROM curve JOIN treasury USING (month);

\echo
\echo 'Spread curves by period: factors, fit and the five-year spread, percent.'
SELECT extract(decade FROM month) * 10 AS decade, count(*) AS months, round(avg((c.spread).level)::numeric, 2) AS level,
	   round(avg((c.spread).slope)::numeric, 2) AS slope, round(avg((c.spread).curvature)::numeric, 2) AS curvature,
	   round(avg((c.spread).rmse)::numeric, 3) AS rmse, round(avg(s.spread)::numeric, 2) AS five_years
FROM curve AS c JOIN spread AS s USING (month) WHERE maturity = 5 GROUP BY decade ORDER BY decade;

-- ---- in sample: how many lags, which terms ------------------------------------------------------

CREATE TEMP TABLE regression AS
SELECT maturity, month, lead(spread, 6) OVER w AS ahead, b, lag(b) OVER w AS b1, lag(b, 2) OVER w AS b2,
	   lag(b, 3) OVER w AS b3, f, quality
FROM spread JOIN factor USING (month) WHERE maturity IN (3, 5, 7, 10)
WINDOW w AS (PARTITION BY maturity ORDER BY month);
DELETE FROM regression WHERE ahead IS NULL OR b3 IS NULL;

-- The targets overlap and there is one curve, so t statistics would be far too large; R squared and
-- BIC say what helps.
\echo 'Five-year spread six months ahead, in sample: the spread curve''s factors b and their lags.'
SELECT terms, round((r).r_squared::numeric, 3) AS r_squared, round((r).bic::numeric, 3) AS bic
FROM (
	SELECT place, terms, panel_regression('HQM'::text, month, ahead, x, panel_options(cluster => 'time')) AS r
	FROM regression, LATERAL (VALUES (1, 'b(t)', b), (2, 'b(t), b(t-1)', b || b1),
		(3, 'b(t) to b(t-2)', b || b1 || b2), (4, 'b(t) to b(t-3)', b || b1 || b2 || b3)) AS v (place, terms, x)
	WHERE maturity = 5 GROUP BY place, terms
) AS fits
ORDER BY place;

\echo 'Spreads six months ahead, in sample: M1 (b(t), b(t-1), Treasury factors f(t)), M2 (and Baa less Aaa yield).'
SELECT maturity, model, round((r).r_squared::numeric, 3) AS r_squared, round((r).bic::numeric, 3) AS bic
FROM (
	SELECT maturity, model, panel_regression('HQM'::text, month, ahead, x, panel_options(cluster => 'time')) AS r
	FROM regression, LATERAL (VALUES ('b(t), b(t-1)', b || b1), ('M1', b || b1 || f),
		('M2', b || b1 || f || quality)) AS v (model, x)
	GROUP BY maturity, model
) AS fits
ORDER BY maturity, model DESC;

-- ---- out of sample -------------------------------------------------------------------------------

\echo 'Fitting at each of the origins from 1998-12 ...'
CREATE TEMP TABLE horizon AS SELECT unnest(ARRAY[1, 6, 12]) AS h;
CREATE TEMP TABLE numbered AS
SELECT row_number() OVER (ORDER BY month)::int AS t, month, b, lag(b) OVER (ORDER BY month) AS b1, f FROM factor;
CREATE TEMP TABLE origin AS SELECT t AS origin FROM numbered WHERE month >= '1998-12-01' AND month < '2016-11-01';

-- Factors ahead: one AR(1) for each, a VAR(1), both iterated; M4, direct.
CREATE TEMP TABLE factor_model AS
SELECT origin, var_fit(t, b, var_options(lags => 1, method => 'ar')) AS ar, var_fit(t, b, var_options(lags => 1)) AS var
FROM origin JOIN numbered ON t <= origin GROUP BY origin;
CREATE TEMP TABLE direct_model AS
SELECT origin, h, var_fit(t, b, f, var_options(lags => 2, horizon => h)) AS m4
FROM origin JOIN numbered ON t <= origin, horizon GROUP BY origin, h;

CREATE TEMP TABLE factor_forecast AS
SELECT forecaster, origin, step AS h, nelson_siegel_curve(max(forecast) FILTER (WHERE variable = 1), max(forecast) FILTER (WHERE variable = 2),
	max(forecast) FILTER (WHERE variable = 3), 0.7308) AS curve
FROM (
	SELECT 'AR(1) of the factors' AS forecaster, origin, s.* FROM factor_model, var_forecast(ar, 12) AS s
	UNION ALL
	SELECT 'VAR(1) of the factors', origin, s.* FROM factor_model, var_forecast(var, 12) AS s
	UNION ALL
	SELECT 'M4, direct VAR with Treasury factors', origin, s.* FROM direct_model, var_forecast(m4) AS s
) AS made
WHERE step IN (SELECT h FROM horizon) GROUP BY forecaster, origin, step;

-- M1: the spread itself, direct.
CREATE TEMP TABLE point AS
SELECT t, month, maturity, spread, b || b1 || f AS x FROM spread JOIN numbered USING (month)
WHERE maturity IN (3, 5, 7, 10) AND b1 IS NOT NULL;
CREATE TEMP TABLE spread_model AS
SELECT origin, h, maturity, var_fit(t, ARRAY[spread], x, var_options(lags => 0, horizon => h)) AS m1
FROM origin JOIN point ON t <= origin, horizon GROUP BY origin, h, maturity;

CREATE TEMP TABLE forecast AS
SELECT forecaster, o.h, p.maturity, target.t, target.spread AS actual, forecast
FROM (SELECT origin, h FROM origin, horizon) AS o
JOIN point AS p ON p.t = o.origin
JOIN point AS target ON target.t = o.origin + o.h AND target.maturity = p.maturity,
LATERAL (
	SELECT 'random walk', p.spread
	UNION ALL
	SELECT forecaster, nelson_siegel_yield(curve, p.maturity)
	FROM factor_forecast AS f WHERE f.origin = o.origin AND f.h = o.h
	UNION ALL
	-- what the curve misses today is kept: only its forecast change is added to the spread
	SELECT 'AR(1) of the factors, change', p.spread + nelson_siegel_yield(f.curve, p.maturity) - nelson_siegel_yield(c.spread, p.maturity)
	FROM factor_forecast AS f, curve AS c
	WHERE f.origin = o.origin AND f.h = o.h AND f.forecaster = 'AR(1) of the factors' AND c.month = p.month
	UNION ALL
	SELECT 'M1, direct regression of the spread', s.forecast
	FROM spread_model AS m, var_forecast(m1) AS s
	WHERE m.origin = o.origin AND m.h = o.h AND m.maturity = p.maturity
) AS made (forecaster, forecast);

\echo 'Out of sample: root mean squared errors in percent, by horizon in months and maturity in years.'
SELECT h AS months, forecaster, round(max(rmse) FILTER (WHERE maturity = 3)::numeric, 3) AS "3 years",
	   round(max(rmse) FILTER (WHERE maturity = 5)::numeric, 3) AS "5 years", round(max(rmse) FILTER (WHERE maturity = 7)::numeric, 3) AS "7 years",
	   round(max(rmse) FILTER (WHERE maturity = 10)::numeric, 3) AS "10 years", max(n) AS forecasts
FROM (SELECT h, forecaster, maturity, rmse(actual, forecast) AS rmse, count(*) AS n FROM forecast GROUP BY h, forecaster, maturity) AS measures
GROUP BY h, forecaster ORDER BY h, forecaster = 'random walk' DESC, forecaster;

CREATE TEMP TABLE test AS
SELECT h, m.forecaster, maturity, dm_test(t, m.actual, r.forecast, m.forecast, dm_options(horizon => h)) AS dm
FROM forecast AS m JOIN forecast AS r USING (h, maturity, t)
WHERE r.forecaster = 'random walk' AND m.forecaster <> 'random walk' GROUP BY h, m.forecaster, maturity;

\echo 'Diebold-Mariano statistics against the random walk on squared errors (positive: the model is better; * 5 %).'
SELECT h AS months, forecaster, max(cell) FILTER (WHERE maturity = 3) AS "3 years", max(cell) FILTER (WHERE maturity = 5) AS "5 years",
	   max(cell) FILTER (WHERE maturity = 7) AS "7 years", max(cell) FILTER (WHERE maturity = 10) AS "10 years"
FROM (
	SELECT h, forecaster, maturity, to_char((dm).statistic, 'FM990.00') || CASE WHEN (dm).p_value < 0.05 THEN ' *' ELSE '' END AS cell FROM test
) AS cells
GROUP BY h, forecaster ORDER BY h, forecaster;

\echo 'Where the models are better than the random walk at 5 %, and where they are worse, of all cells.'
SELECT h AS months, count(*) FILTER (WHERE (dm).better = 'second') AS model_better,
	   count(*) FILTER (WHERE (dm).better = 'first') AS random_walk_better, count(*) AS cells
FROM test GROUP BY h ORDER BY h;

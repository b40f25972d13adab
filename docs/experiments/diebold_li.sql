-- CSV: date,m1,m3,m6,
--
-- The experiment of Diebold and Li (2006), "Forecasting the term structure of government bond
-- yields", on their yields (a CSV with the columns below, read from standard input): month ends,
-- unsmoothed Fama-Bliss zero-coupon yields in percent, maturities in months.
--
-- Nelson-Siegel curves at a decay of 0.0609 per month, 1985-01 to 2000-12; factors forecast six
-- months ahead by regressions on the factors of the origin, fitted again at each origin on the
-- months from 1985-01 up to it; 84 targets, 1994-01 to 2000-12.
\set QUIET on
\pset footer off
SET client_min_messages = warning;

CREATE TEMP TABLE wide (
	date date PRIMARY KEY, m1 float8, m3 float8, m6 float8, m9 float8, m12 float8, m15 float8,
	m18 float8, m21 float8, m24 float8, m30 float8, m36 float8, m48 float8, m60 float8, m72 float8,
	m84 float8, m96 float8, m108 float8, m120 float8
);
\copy wide FROM pstdin WITH (FORMAT csv, HEADER match)

CREATE TEMP TABLE yield AS
SELECT (extract(year FROM date) * 12 + extract(month FROM date))::int - 1985 * 12 - 1 AS month, maturity, yield
FROM wide, LATERAL (VALUES (3, m3), (6, m6), (9, m9), (12, m12), (15, m15), (18, m18), (21, m21),
	(24, m24), (30, m30), (36, m36), (48, m48), (60, m60), (72, m72), (84, m84), (96, m96),
	(108, m108), (120, m120)) AS y (maturity, yield)
WHERE date BETWEEN '1985-01-01' AND '2000-12-31';

CREATE TEMP TABLE curve AS
SELECT month, nelson_siegel_fit(maturity / 12.0, yield, 0.0609 * 12) AS curve FROM yield GROUP BY month;

\echo
\echo 'Factors, 1985 to 2000.'
SELECT factor, round(avg(value)::numeric, 3) AS mean, round(stddev(value)::numeric, 3) AS sd
FROM curve, LATERAL (VALUES (1, 'level', (curve).level), (2, 'slope', (curve).slope),
	(3, 'curvature', (curve).curvature)) AS f (place, factor, value)
GROUP BY place, factor ORDER BY place;

-- As in the paper, rmse is sqrt(mean^2 + sd^2) with the sample standard deviation.  Its table has
-- .605 and .779 for the random walk at 3 and 12 months, which follow from the rounded mean and sd.
\echo 'Fit: residuals at five maturities, percent.'
SELECT maturity AS months, round(avg(residual)::numeric, 3) AS mean, round(stddev(residual)::numeric, 3) AS sd,
	   round(sqrt(avg(residual) ^ 2 + variance(residual))::numeric, 3) AS rmse
FROM (
	SELECT maturity, yield - nelson_siegel_yield(curve, maturity / 12.0) AS residual
	FROM yield JOIN curve USING (month) WHERE maturity IN (3, 12, 36, 60, 120)
) AS residuals
GROUP BY maturity ORDER BY maturity;

-- One model for each origin and method, on what was known then.
CREATE TEMP TABLE factor AS
SELECT month, ARRAY[(curve).level, (curve).slope, (curve).curvature] AS y FROM curve;
CREATE TEMP TABLE model AS
SELECT origin.month AS origin, method, var_fit(f.month, f.y, var_options(lags => 1, horizon => 6, method => method)) AS model
FROM factor AS origin JOIN factor AS f ON f.month <= origin.month, unnest(ARRAY['ar', 'var']) AS method
WHERE origin.month + 6 >= 9 * 12 AND origin.month + 6 < 16 * 12
GROUP BY origin.month, method;

CREATE TEMP TABLE factor_forecast AS
SELECT origin, method, nelson_siegel_curve(max(forecast) FILTER (WHERE variable = 1), max(forecast) FILTER (WHERE variable = 2),
	max(forecast) FILTER (WHERE variable = 3), 0.0609 * 12) AS curve
FROM model, var_forecast(model) GROUP BY origin, method;

CREATE TEMP TABLE forecast AS
SELECT forecaster, maturity, target.month, target.yield AS actual, forecast
FROM yield AS target JOIN yield AS origin USING (maturity), LATERAL (
	SELECT 'random walk', origin.yield
	UNION ALL
	SELECT 'Nelson-Siegel, ' || method || '(1)', nelson_siegel_yield(curve, maturity / 12.0)
	FROM factor_forecast AS f WHERE f.origin = origin.month) AS made (forecaster, forecast)
WHERE target.month = origin.month + 6 AND target.month >= 9 * 12 AND maturity IN (3, 12, 36, 60, 120);

\echo 'Six months ahead, targets 1994-01 to 2000-12: errors (actual less forecast), percent.'
SELECT forecaster, maturity AS months, count(*) AS targets, round(avg(actual - forecast)::numeric, 3) AS mean,
	   round(stddev(actual - forecast)::numeric, 3) AS sd, round(sqrt(avg(actual - forecast) ^ 2 + variance(actual - forecast))::numeric, 3) AS rmse
FROM forecast GROUP BY forecaster, maturity ORDER BY forecaster DESC, maturity;

\echo 'Diebold-Mariano against the random walk on squared errors, horizon 6 (positive: the model is better).'
SELECT forecaster, maturity AS months, round((test).statistic::numeric, 2) AS statistic,
	   round((test).p_value::numeric, 3) AS p_value,
	   CASE (test).better WHEN 'first' THEN 'random walk' WHEN 'second' THEN 'model' ELSE 'neither' END AS better
FROM (
	SELECT m.forecaster, maturity, dm_test(month, m.actual, r.forecast, m.forecast, dm_options(horizon => 6)) AS test
	FROM forecast AS m JOIN forecast AS r USING (maturity, month)
	WHERE r.forecaster = 'random walk' AND m.forecaster <> 'random walk' GROUP BY m.forecaster, maturity
) AS tests
ORDER BY forecaster, maturity;

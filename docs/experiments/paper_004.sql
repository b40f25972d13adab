-- CSV: date,oas_master,
--
-- The models M1 to M6 of Zhou, Xiong, Li and Zheng (2019), "Forecasting credit spreads of Chinese
-- corporate bonds with the dynamic Nelson-Siegel (DNS) model", on US data: a CSV with the columns
-- of daily.psql (daily, spreads and yields in percent), read from standard input.
--
-- The paper has bonds of 30 firms; these data have index spreads.  The panel here is the seven
-- rating classes, month ends 1996-12 to 2016-12:
--	b_j(t)	the class's own spread (its level), and slope and curvature of the credit curve, the
--			Nelson-Siegel curve through the spreads of six maturity bands
--	f(t)	level, slope and curvature of the Treasury curve
--	M(t)	market variables for the paper's macroeconomic ones: 12-month return of the S&P 500, VIX,
--			12-month change of the oil price
--	F_j(t)	for the paper's firm variables: volatility of the class's daily spread changes in the
--			month, and its spread's change over three months
-- Spreads go in as logarithms, since they range from 0.5 % to 40 %; errors are of spreads in percent.
\set QUIET on
\pset footer off
SET client_min_messages = warning;

\ir daily.psql

-- The last complete day of each month.
CREATE TEMP TABLE month_end AS
SELECT row_number() OVER (ORDER BY date)::int AS t, *
FROM (
	SELECT DISTINCT ON (date_trunc('month', date)) * FROM daily
	WHERE date < '2017-01-01' AND num_nulls(oas_master, oas_aaa, oas_ccc, oas_1_3y, oas_15y_plus, dgs3mo, dgs10, vix, sp500, wti) = 0
	ORDER BY date_trunc('month', date), date DESC
) AS last_day;

CREATE TEMP TABLE curve AS
SELECT t, (SELECT nelson_siegel_fit(maturity, spread, 0.7308) FROM (VALUES (2, oas_1_3y), (4, oas_3_5y), (6, oas_5_7y),
		(8.5, oas_7_10y), (12.5, oas_10_15y), (22, oas_15y_plus)) AS v (maturity, spread)) AS credit,
	   (SELECT nelson_siegel_fit(maturity, yield, 0.7308) FROM (VALUES (0.25, dgs3mo), (0.5, dgs6mo), (1, dgs1), (2, dgs2),
		(3, dgs3), (5, dgs5), (7, dgs7), (10, dgs10)) AS v (maturity, yield)) AS government
FROM month_end;

CREATE TEMP TABLE class_day AS
SELECT entity, date, spread, spread - lag(spread) OVER (PARTITION BY entity ORDER BY date) AS change
FROM daily, LATERAL (VALUES ('AAA', oas_aaa), ('AA', oas_aa), ('A', oas_a), ('BBB', oas_bbb), ('BB', oas_bb),
	('B', oas_b), ('CCC', oas_ccc)) AS v (entity, spread)
WHERE spread IS NOT NULL;
CREATE TEMP TABLE volatility AS
SELECT entity, date_trunc('month', date) AS month, stddev(change) AS volatility FROM class_day GROUP BY 1, 2;

CREATE TEMP TABLE panel AS
SELECT entity, t, ln(spread) AS s,
	   ARRAY[ln(spread), (credit).slope, (credit).curvature] AS b,
	   ARRAY[(government).level, (government).slope, (government).curvature] AS f,
	   ARRAY[ln(sp500 / lag(sp500, 12) OVER w), vix / 100, ln(wti / lag(wti, 12) OVER w)] AS m,
	   ARRAY[volatility / spread, ln(spread / lag(spread, 3) OVER w)] AS firm
FROM month_end JOIN curve USING (t) JOIN class_day USING (date)
JOIN volatility USING (entity) WHERE month = date_trunc('month', date)
WINDOW w AS (PARTITION BY entity ORDER BY t);

CREATE TEMP TABLE terms AS
SELECT *, lag(b) OVER w AS b1, lag(b, 2) OVER w AS b2, lag(b, 3) OVER w AS b3, lead(s, 6) OVER w AS ahead
FROM panel WINDOW w AS (PARTITION BY entity ORDER BY t);
DELETE FROM terms WHERE array_position(m || firm, NULL) IS NOT NULL OR b3 IS NULL;

SELECT count(*) AS n, count(DISTINCT entity) AS classes, count(DISTINCT t) AS months FROM terms \gset
\echo
\echo 'Panel:' :n 'rows,' :classes 'rating classes,' :months 'months; log spread six months ahead.'

-- ---- table 1: how many lags of b ------------------------------------------------------------------

\echo
\echo 'Table 1. Lags of the spread factors; the last three columns are t statistics of the last lag''s terms.'
CREATE TEMP TABLE lag_fit AS
SELECT lags, panel_regression(entity, t, ahead, x) AS r
FROM terms, LATERAL (VALUES (0, b), (1, b || b1), (2, b || b1 || b2), (3, b || b1 || b2 || b3)) AS v (lags, x)
WHERE ahead IS NOT NULL GROUP BY lags;
SELECT lags, round((r).r_squared_within::numeric, 3) AS r2_within, round((r).r_squared::numeric, 3) AS r2, round((r).bic::numeric, 4) AS bic,
	   max(round(statistic::numeric, 2)) FILTER (WHERE n = 3 * lags + 1) AS spread,
	   max(round(statistic::numeric, 2)) FILTER (WHERE n = 3 * lags + 2) AS slope,
	   max(round(statistic::numeric, 2)) FILTER (WHERE n = 3 * lags + 3) AS curvature
FROM lag_fit, panel_coefficients(r) WITH ORDINALITY AS c (term, coefficient, standard_error, statistic, p_value, n)
GROUP BY lags, r ORDER BY lags;

-- ---- table 2: M1 to M3 in sample -------------------------------------------------------------------

CREATE TEMP TABLE model_terms AS
SELECT model, entity, t, s, ahead, b, x, outside
FROM terms, LATERAL (VALUES ('M1', b || b1 || f, f), ('M2', b || b1 || f || m, f || m), ('M3', b || b1 || f || m || firm, f || m || firm))
	AS v (model, x, outside);
CREATE TEMP TABLE in_sample AS
SELECT model, panel_regression(entity, t, ahead, x) AS r FROM model_terms WHERE ahead IS NOT NULL GROUP BY model;
\echo 'Table 2. M1 to M3 in sample (t statistics clustered by rating class, seven clusters).'
SELECT model, round((r).r_squared_within::numeric, 3) AS r2_within, round((r).r_squared::numeric, 3) AS r2, round((r).bic::numeric, 4) AS bic FROM in_sample ORDER BY model;
SELECT (ARRAY['log spread', 'credit slope', 'credit curvature', 'log spread, t-1', 'credit slope, t-1', 'credit curvature, t-1',
		'Treasury level', 'Treasury slope', 'Treasury curvature', 'S&P 500, 12 months', 'VIX', 'oil, 12 months',
		'own volatility', 'own change, 3 months'])[n] AS term,
	   max(cell) FILTER (WHERE model = 'M1') AS "M1", max(cell) FILTER (WHERE model = 'M2') AS "M2", max(cell) FILTER (WHERE model = 'M3') AS "M3"
FROM (
	SELECT model, n, to_char(coefficient, 'FM990.000') || CASE WHEN p_value < 0.01 THEN ' ***' WHEN p_value < 0.05 THEN ' **' WHEN p_value < 0.1 THEN ' *' ELSE '' END AS cell
	FROM in_sample, panel_coefficients(r) WITH ORDINALITY AS c (term, coefficient, standard_error, statistic, p_value, n)
) AS cells
GROUP BY n ORDER BY n;

-- ---- table 3: out of sample --------------------------------------------------------------------------

-- As in the paper, one split in time, near its share of 5 to 1: fitted on targets to 2012-12,
-- forecast for 2013-01 to 2016-12.
SELECT max(t) AS last_fit FROM month_end WHERE date < '2013-01-01' \gset
CREATE TEMP TABLE fitted AS
SELECT model, panel_regression(entity, t, ahead, x) AS r FROM model_terms WHERE t + 6 <= :last_fit GROUP BY model;
-- M4 to M6: for each class a VAR of its factors, direct, on the same terms.
CREATE TEMP TABLE fitted_factors AS
SELECT 'M' || substr(model, 2)::int + 3 AS model, entity, var_fit(t, b, outside, var_options(lags => 2, horizon => 6)) AS v
FROM model_terms WHERE t <= :last_fit GROUP BY model, entity;

CREATE TEMP TABLE forecast AS
SELECT model, entity, t + 6 AS target, exp(ahead) AS actual, exp(forecast) AS forecast, exp(s) AS random_walk
FROM (
	SELECT model, entity, t, s, ahead, panel_predict(r, entity, x) AS forecast FROM model_terms JOIN fitted USING (model)
	UNION ALL
	SELECT f.model, entity, t, s, ahead, ((var_forecast(v, b, outside) OVER (PARTITION BY f.model, entity ORDER BY t)).forecast)[1]
	FROM model_terms AS p JOIN fitted_factors AS f USING (entity) WHERE f.model = 'M' || substr(p.model, 2)::int + 3
) AS made
WHERE t + 6 > :last_fit AND ahead IS NOT NULL;

\echo 'Table 3. Out of sample, targets 2013-01 to 2016-12: errors in percent points, and of the spread; BIC of the fit.'
SELECT model, count(*) AS n, round(mae(actual, forecast)::numeric, 3) AS mae, round(stddev(abs(actual - forecast))::numeric, 3) AS sd_abs,
	   round(mape(actual, forecast)::numeric, 4) AS mape, round(sdape(actual, forecast)::numeric, 4) AS sdape, round(rmse(actual, forecast)::numeric, 3) AS rmse,
	   (SELECT round((r).bic::numeric, 4) FROM fitted AS f WHERE f.model = u.model) AS bic
FROM (SELECT model, actual, forecast FROM forecast UNION ALL SELECT 'random walk', actual, random_walk FROM forecast WHERE model = 'M1') AS u
GROUP BY model ORDER BY model;

\echo 'Mean over classes of the absolute percentage error, month by month: Diebold-Mariano against the random walk'
\echo '(horizon 6, positive: the model is better).'
SELECT model, round((dm).statistic::numeric, 2) AS statistic, round((dm).p_value::numeric, 3) AS p_value,
	   CASE (dm).better WHEN 'first' THEN 'random walk' WHEN 'second' THEN 'model' ELSE 'neither' END AS better
FROM (
	SELECT model, dm_test(target, 0, random_walk, own, dm_options(loss => 'absolute', horizon => 6)) AS dm
	FROM (SELECT model, target, avg(abs(actual - forecast) / actual) AS own, avg(abs(actual - random_walk) / actual) AS random_walk
		FROM forecast GROUP BY model, target) AS losses
	GROUP BY model
) AS tests
ORDER BY model;

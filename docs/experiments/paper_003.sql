-- CSV: date,oas_master,
--
-- The experiment of Liu, Zhou, Qi and Xiong (2022), "A Novel Methodology for Credit Spread
-- Prediction: Depth-Gated Recurrent Neural Network with Self-Attention Mechanism", on a CSV with the
-- columns of daily.psql, read from standard input.  Spreads come in percent; results are in basis points.
--
-- Sample: business days 2009-01-02 to 2019-01-31; the last 15 % (378 of 2,517) are the test.
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

\ir daily.psql

-- A missing market price is the last one known.
CREATE TEMP TABLE market AS
WITH run AS (
	SELECT *, count(vix) OVER w AS vix_run, count(sp500) OVER w AS sp500_run,
		   count(wti) OVER w AS wti_run
	FROM daily WINDOW w AS (ORDER BY date)
)
SELECT date, oas_master * 100 AS spread, oas_hy * 100 AS hy, oas_bbb * 100 AS bbb, dgs10,
	   max(vix) OVER (PARTITION BY vix_run) AS vix,
	   max(sp500) OVER (PARTITION BY sp500_run) AS sp500,
	   max(wti) OVER (PARTITION BY wti_run) AS wti
FROM run;

CREATE TEMP TABLE sample AS
SELECT row_number() OVER (ORDER BY date) AS day_number, *
FROM (
	SELECT date, spread,
		   ARRAY[hy, bbb, dgs10, vix, sp500, wti] AS levels,
		   ARRAY[hy - lag(hy) OVER w, bbb - lag(bbb) OVER w, dgs10 - lag(dgs10) OVER w,
				 vix - lag(vix) OVER w, ln(sp500 / lag(sp500) OVER w), wti - lag(wti) OVER w] AS changes
	FROM market WINDOW w AS (ORDER BY date)
) AS with_changes
WHERE date BETWEEN '2009-01-02' AND '2019-01-31';

SELECT count(*) AS days, min(date) AS first_day, max(date) AS last_day,
	   floor(count(*) * 0.85)::int AS days_to_fit, count(*) - floor(count(*) * 0.85)::int AS test_days
FROM sample
\gset
\echo
\echo 'Sample:' :days 'business days,' :first_day 'to' :last_day '-' :days_to_fit 'to fit,' :test_days 'to test.'

CREATE TEMP TABLE network (name text PRIMARY KEY, model rnn_model);
\echo 'Fitting the network for changes, then the one for levels ...'
INSERT INTO network
SELECT 'default options', rnn_fit(date, spread, changes, rnn_options(horizons => '{1,5}'))
FROM sample WHERE day_number <= :days_to_fit;
INSERT INTO network
SELECT 'target level', rnn_fit(date, spread, levels,
	rnn_options(target => 'level', horizons => '{1,5}', random_walk_weight => 0))
FROM sample WHERE day_number <= :days_to_fit;

-- One row for each test day, step and forecaster: what was forecast `step` days before.
CREATE TEMP TABLE forecast AS
WITH made AS (
	SELECT step, name, day_number, lead(date, step) OVER w AS date, lead(spread, step) OVER w AS actual,
		   spread AS random_walk, made
	FROM (
		SELECT 1 AS step, name, day_number, date, spread,
			   rnn_forecast(model, spread, CASE name WHEN 'target level' THEN levels ELSE changes END, 1) OVER w AS made
		FROM sample, network WINDOW w AS (PARTITION BY name ORDER BY date)
		UNION ALL
		SELECT 5, name, day_number, date, spread,
			   rnn_forecast(model, spread, CASE name WHEN 'target level' THEN levels ELSE changes END, 5) OVER w
		FROM sample, network WINDOW w AS (PARTITION BY name ORDER BY date)
	) AS every
	WINDOW w AS (PARTITION BY step, name ORDER BY date)
)
SELECT step, name, date, actual, (made).forecast, (made).lower, (made).upper, random_walk
FROM made WHERE day_number >= :days_to_fit AND actual IS NOT NULL;

\echo
\echo 'Basis points; rsr by the sample standard deviation. The paper''s figures are its own, one day ahead, on'
\echo 'the last 366 days of the same sample.'
SELECT step, forecaster, n, round(mae::numeric, 3) AS mae, round(rmse::numeric, 3) AS rmse,
	   round(mape::numeric, 4) AS mape, round(rsr::numeric, 4) AS rsr, round(sdape::numeric, 4) AS sdape
FROM (
	SELECT step, 1 AS place, 'random walk' AS forecaster, (forecast_accuracy(actual, random_walk)).*
	FROM forecast WHERE name = 'default options' GROUP BY step
	UNION ALL
	SELECT step, 2, name, (forecast_accuracy(actual, forecast)).* FROM forecast GROUP BY step, name
	UNION ALL
	SELECT * FROM (VALUES
		(1, 3, 'paper: VAR', 366, 12.7386, .3826, NULL::float8, 1.8340, .2008, NULL::float8),
		(1, 3, 'paper: DJANET', 366, 5.6770, .0479, NULL, .4198, .0316, NULL),
		(1, 3, 'paper: SAM-DJANET, its best', 366, 2.8122, .0215, NULL, .3009, .0219, NULL)
	) AS paper (step, place, forecaster, n, mae, mape, rmse, rsr, sdape, bias)
) AS every
ORDER BY step, place, mae;

SELECT round((rmse(actual, random_walk) / stddev_pop(actual))::numeric, 4) AS rsr_of_random_walk_by_population_sd
FROM forecast WHERE name = 'default options' AND step = 1;

\echo 'Diebold-Mariano against the random walk (positive: the network is better).'
SELECT step, name AS forecaster, loss, round((test).statistic::numeric, 2) AS statistic,
	   round((test).p_value::numeric, 4) AS p_value,
	   CASE (test).better WHEN 'first' THEN 'random walk' WHEN 'second' THEN 'network' ELSE 'neither' END AS better
FROM (
	SELECT step, name, loss,
		   dm_test(date, actual, random_walk, forecast, dm_options(loss => loss, horizon => step)) AS test
	FROM forecast, (VALUES ('squared'), ('absolute')) AS losses (loss)
	GROUP BY step, name, loss
) AS tests
ORDER BY step, name, loss DESC;

\echo 'Share of test days within the 90 % interval.'
SELECT step, name AS forecaster, round(avg((actual BETWEEN lower AND upper)::int), 3) AS coverage
FROM forecast GROUP BY step, name ORDER BY step, name;

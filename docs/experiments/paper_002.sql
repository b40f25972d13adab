-- CSV: date,oas_master,
--
-- The experiment of paper 002, "Reflection Model: A New Predictor for Credit Spread": does a Kalman
-- filter of a forecaster's deviations make its next forecast better?  On the AAA spread of a CSV
-- with the columns of daily.psql, read from standard input.  Spreads come in percent; results are in basis
-- points, one day ahead.
--
-- The paper's spread is an effective yield over the ten-year Treasury; this is the option-adjusted
-- spread of the same index.  Networks and CIR are fitted on the first 80 % of the days.  The next 20 %
-- are forecast; the filter learns from the deviations of those days as they become known, is
-- estimated again every 20 days, and the last 10 % are the test.
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

\ir daily.psql

-- A missing market price is the last one known.
CREATE TEMP TABLE sample AS
WITH run AS (
	SELECT *, count(vix) OVER w AS vix_run, count(sp500) OVER w AS sp500_run, count(ted) OVER w AS ted_run,
		   count(dgs10) OVER w AS dgs10_run, count(dgs2) OVER w AS dgs2_run, count(dgs3mo) OVER w AS dgs3mo_run
	FROM daily WINDOW w AS (ORDER BY date)
), filled AS (
	SELECT date, oas_aaa * 100 AS spread,
		   max(vix) OVER (PARTITION BY vix_run) AS vix, max(sp500) OVER (PARTITION BY sp500_run) AS sp500,
		   max(ted) OVER (PARTITION BY ted_run) AS ted, max(dgs10) OVER (PARTITION BY dgs10_run) AS dgs10,
		   max(dgs2) OVER (PARTITION BY dgs2_run) AS dgs2, max(dgs3mo) OVER (PARTITION BY dgs3mo_run) AS dgs3mo
	FROM run WHERE oas_aaa IS NOT NULL
)
SELECT row_number() OVER w - 1 AS day_number, date, spread,
	   ARRAY[vix, ln(sp500), ted, dgs10 - dgs3mo, 2 * dgs2 - dgs10 - dgs3mo] AS levels,
	   ARRAY[vix - lag(vix) OVER w, ln(sp500 / lag(sp500) OVER w), ted - lag(ted) OVER w,
			 dgs10 - lag(dgs10) OVER w, dgs2 - lag(dgs2) OVER w] AS changes
FROM filled WHERE vix IS NOT NULL AND sp500 IS NOT NULL AND ted IS NOT NULL
WINDOW w AS (ORDER BY date);
DELETE FROM sample WHERE day_number = 0;	-- has no change yet

SELECT count(*) AS days, min(date) AS first_day, max(date) AS last_day,
	   (count(*) * 0.8)::int AS fit_days, (count(*) * 0.9)::int AS test_start, count(*) - (count(*) * 0.9)::int AS test_days
FROM sample
\gset
\echo
\echo 'AAA spread:' :days 'days,' :first_day 'to' :last_day '-' :fit_days 'to fit, the last' :test_days 'to test.'

CREATE TEMP TABLE model AS
SELECT rnn_fit(date, spread, levels, rnn_options(cell => 'lstm', look_back => 3, target => 'level')) AS lstm,
	   rnn_fit(date, spread, changes) AS janet, cir_fit(date, spread / 100) AS cir
FROM sample WHERE day_number <= :fit_days;

-- What each base forecaster says on a day for the next one.
CREATE TEMP TABLE base AS
SELECT forecaster, date, day_number, spread, forecast
FROM (
	SELECT date, day_number, spread,
		   (rnn_forecast(lstm, spread, levels) OVER w).forecast AS lstm,
		   (rnn_forecast(janet, spread, changes) OVER w).forecast AS janet,
		   (cir_forecast(cir, spread / 100)).forecast * 100 AS cir
	FROM sample, model WINDOW w AS (ORDER BY date)
) AS made,
LATERAL (VALUES ('LSTM, level (the paper''s basic model)', lstm), ('JANET, change', janet), ('CIR', cir),
				('random walk', spread)) AS each (forecaster, forecast)
WHERE day_number >= :fit_days;

CREATE TEMP TABLE forecast AS
SELECT forecaster, lead(date) OVER w AS date, lead(spread) OVER w AS actual, spread AS random_walk,
	   forecast AS base, (reflection).forecast AS reflected, (reflection).transition,
	   (reflection).process_variance, (reflection).observation_variance, day_number
FROM (
	SELECT *, reflection_forecast(spread, forecast) OVER (PARTITION BY forecaster ORDER BY date) AS reflection
	FROM base
) AS made
WINDOW w AS (PARTITION BY forecaster ORDER BY date);
DELETE FROM forecast WHERE day_number < :test_start OR date IS NULL;

\echo
\echo 'One day ahead, basis points.'
SELECT name AS forecast, round(mae::numeric, 3) AS mae, round(rmse::numeric, 3) AS rmse, round(mape::numeric, 4) AS mape,
	   round(bias::numeric, 3) AS bias
FROM (
	SELECT forecaster, 1 AS place, forecaster AS name, (forecast_accuracy(actual, base)).*
	FROM forecast GROUP BY forecaster
	UNION ALL
	SELECT forecaster, 2, '    reflected', (forecast_accuracy(actual, reflected)).* FROM forecast GROUP BY forecaster
) AS every
ORDER BY forecaster = 'random walk' DESC, forecaster, place;

\echo 'Diebold-Mariano on squared errors, positive: the second of the two is better.'
SELECT pair AS "first, second", round((test).statistic::numeric, 2) AS statistic,
	   round((test).p_value::numeric, 4) AS p_value, (test).better
FROM (
	SELECT forecaster, 1 AS place, forecaster || ', reflected' AS pair, dm_test(date, actual, base, reflected) AS test
	FROM forecast GROUP BY forecaster
	UNION ALL
	SELECT forecaster, 2, 'random walk, ' || forecaster, dm_test(date, actual, random_walk, base)
	FROM forecast WHERE forecaster <> 'random walk' GROUP BY forecaster
	UNION ALL
	SELECT forecaster, 3, 'random walk, ' || forecaster || ', reflected', dm_test(date, actual, random_walk, reflected)
	FROM forecast WHERE forecaster <> 'random walk' GROUP BY forecaster
) AS tests
ORDER BY forecaster, place;

\echo 'The filter of the deviations on the last day: d(t) = A d(t-1) + w, seen with noise.'
SELECT DISTINCT ON (forecaster) forecaster, round(transition::numeric, 3) AS a, round(process_variance::numeric, 4) AS q,
	   round(observation_variance::numeric, 4) AS r
FROM forecast ORDER BY forecaster, date DESC;

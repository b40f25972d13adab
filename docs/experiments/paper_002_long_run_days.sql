-- CSV: date,oas_master,
--
-- The long run of paper 002 on days: networks on the slow parts of a spread (emd_lowpass of the last 1,250 days at each origin, and
-- of nothing later), its path 250 to 575 days ahead without later data, beside the random walk and the mean so far.  Moody's Aaa and Baa
-- yields less the ten-year Treasury yield, from a CSV with the columns of daily.psql, read from standard input.
--
-- Days are filtered, every fifth is a row: the networks look back 12 rows, horizons of 50 to 115 rows are 250 to 575 days.  Every 100
-- rows the network is fitted anew to all rows before, and forecasts from every row until the next fit.
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

\ir daily.psql

CREATE TEMP TABLE recession (first, last) AS VALUES (date '2001-04-01', date '2001-11-30'), ('2008-01-01', '2009-06-30');

CREATE TEMP TABLE days AS
SELECT grade, row_number() OVER (PARTITION BY grade ORDER BY date)::integer AS day_number, date, spread, dgs10 - dgs3mo AS slope
FROM daily, LATERAL (VALUES ('Aaa', aaa10y), ('Baa', baa10y)) AS g (grade, spread) WHERE spread IS NOT NULL AND dgs10 IS NOT NULL AND dgs3mo IS NOT NULL;

-- What is slow, of the last 1,250 days up to each: the paper draws the sum of IMF 6 to 9.
CREATE TEMP TABLE sample AS
SELECT grade, date, day_number / 5 AS number, spread, slow, slow_slope, EXISTS (SELECT FROM recession WHERE date BETWEEN first AND last) AS recession
FROM (SELECT *, emd_lowpass(spread, 6, trailing_rows => 1250) OVER w AS slow, emd_lowpass(slope, 6, trailing_rows => 1250) OVER w AS slow_slope
	FROM days WINDOW w AS (PARTITION BY grade ORDER BY date)) d
WHERE day_number % 5 = 0;

CREATE TEMP TABLE network AS
SELECT grade, fit, rnn_fit(date, slow, ARRAY[slow_slope, spread - slow], rnn_options(cell => 'lstm', look_back => 12, horizons => '{50,65,80,100,115}')) AS model
FROM generate_series(400, (SELECT max(number) - 50 FROM sample), 100) AS fit, sample WHERE number <= fit GROUP BY grade, fit;

-- The path ahead of each origin: the slow part foretold.
CREATE TEMP TABLE ahead AS
SELECT grade, number AS origin, horizon, number + horizon AS target, spread AS today, forecast
FROM (SELECT grade, fit, number, spread, (rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 50) OVER w).forecast AS h50,
		(rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 65) OVER w).forecast AS h65, (rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 80) OVER w).forecast AS h80,
		(rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 100) OVER w).forecast AS h100, (rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 115) OVER w).forecast AS h115
	FROM network JOIN sample USING (grade) WHERE number < fit + 100 WINDOW w AS (PARTITION BY grade, fit ORDER BY number)) f,
	LATERAL (VALUES (0, spread), (50, h50), (65, h65), (80, h80), (100, h100), (115, h115)) AS v (horizon, forecast)
WHERE number >= fit;

SELECT min(date) AS first_day, max(date) AS last_day, max(day_number) AS days FROM days
\gset
SELECT count(DISTINCT origin) AS origins, min(date) AS first_origin, (SELECT count(*) / 2 FROM network) AS fits FROM ahead JOIN sample ON number = origin
\gset
\echo
\echo :days 'days,' :first_day 'to' :last_day '-' :origins 'origins from' :first_origin 'on,' :fits 'fits. Errors of the path, percentage points:'
SELECT grade, 5 * horizon AS days_ahead, count(*) AS n, round(rmse(spread, forecast)::numeric, 3) AS rmse, round(rmse(spread, today)::numeric, 3) AS random_walk,
	round(rmse(spread, mean)::numeric, 3) AS mean_so_far, round((dm_test(date, spread, today, forecast, dm_options(horizon => horizon))).p_value::numeric, 3) AS p_value
FROM ahead JOIN (SELECT grade, number, date, spread FROM sample) s USING (grade), LATERAL (SELECT avg(p.spread) AS mean FROM sample p WHERE p.number <= origin AND p.grade = ahead.grade) m
WHERE number = target AND horizon > 0 GROUP BY grade, horizon ORDER BY grade, horizon;

\echo 'Of them the last 575 days (the paper''s test), from the one origin before:'
SELECT grade, 5 * horizon AS days_ahead, round(today::numeric, 2) AS today, round(forecast::numeric, 2) AS forecast, round(s.spread::numeric, 2) AS came
FROM ahead JOIN sample s USING (grade) WHERE number = target AND horizon > 0 AND origin = (SELECT max(number) - 115 FROM sample) ORDER BY grade, horizon;

-- The state 250 and 500 days ahead: the rule over what was seen and the path, row by row between its points, in two years and ten.
CREATE TEMP TABLE foretold AS
WITH path AS (
	SELECT grade, origin, forecast + (step - horizon) * (next - forecast) / nullif(next_horizon - horizon, 0) AS spread, origin + step AS number
	FROM (SELECT *, lead(forecast) OVER w AS next, lead(horizon) OVER w AS next_horizon FROM ahead WINDOW w AS (PARTITION BY grade, origin ORDER BY horizon)) p,
		generate_series(horizon + 1, least(next_horizon, 100)) AS step
), whole AS (
	SELECT grade, origin, number, spread FROM path
	UNION ALL
	SELECT s.grade, origin, s.number, s.spread FROM (SELECT DISTINCT grade, origin FROM path) o JOIN sample s ON s.grade = o.grade AND s.number BETWEEN origin - 400 AND origin
)
SELECT grade, origin, number - origin AS horizon, (state_of_economy(spread, 400, 50) OVER (PARTITION BY grade, origin ORDER BY number)).deteriorating FROM whole;

\echo 'Days of recession foretold (NBER), share right; balanced = mean of the shares right in recessions and outside:'
SELECT grade, 5 * horizon AS days_ahead, rule, count(*) AS n, round(avg((said = actual)::int), 3) AS accuracy,
	round((avg((said)::int) FILTER (WHERE actual) + avg((NOT said)::int) FILTER (WHERE NOT actual)) / 2, 3) AS balanced
FROM (SELECT f.grade, f.horizon, s.recession AS actual, r.* FROM foretold f JOIN foretold now ON now.grade = f.grade AND now.origin = f.origin AND now.horizon = 0
		JOIN sample s ON s.grade = f.grade AND s.number = f.origin + f.horizon,
	LATERAL (VALUES ('network on the slow parts', f.deteriorating), ('the state of today', now.deteriorating), ('never a recession', false)) AS r (rule, said)
	WHERE f.horizon IN (50, 100)) j
GROUP BY grade, horizon, rule ORDER BY grade, horizon, accuracy DESC;

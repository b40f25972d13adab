-- CSV: date,BAMLC0A0CMEY,BAMLC0A1CAAAEY,
--
-- The experiment of paper 002, "Reflection Model: A New Predictor for Credit Spread", on its own spread: the effective yield of
-- a grade of US investment grade bonds (AAA, AA, A, BBB) less the ten-year Treasury yield, every weekday, the last value known
-- where one is missing.  The yields are read from standard input; the environment variable MARKET names a second CSV with the
-- columns date, dgs10, dgs2, dgs3mo, ted, vix, sp500 and aaa10y among others:
--
--	MARKET=us_daily.csv make demo DATA=us_effective_yields.csv EXPERIMENT=paper_002_strategies
--
-- Networks and CIR are fitted on the first 80 % of the days; the filter of the reflection learns from the deviations of the
-- next ones as they become known; the last 10 % are the test, one day ahead.  CIR is one of the spread and a percentage point,
-- since this spread falls below zero.  Spreads are in percent, results in basis points.
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

CREATE TEMP TABLE yields (
	date date PRIMARY KEY, master float8, aaa float8, aa float8, a float8, bbb float8, y1_3 float8, y3_5 float8, y5_7 float8,
	y7_10 float8, y10_15 float8, y15 float8, hy float8, bb float8, b float8, ccc float8
);
\copy yields FROM pstdin WITH (FORMAT csv, HEADER)
\set market `cat "$MARKET"`
CREATE TEMP TABLE market AS
WITH line AS (SELECT number, string_to_array(text, ',', '') AS cells FROM regexp_split_to_table(:'market', '\r?\n') WITH ORDINALITY AS l (text, number)),
head AS (SELECT cells FROM line WHERE number = 1)
SELECT line.cells[1]::date AS date, line.cells[array_position(head.cells, 'dgs10')]::float8 AS dgs10, line.cells[array_position(head.cells, 'dgs2')]::float8 AS dgs2,
	line.cells[array_position(head.cells, 'dgs3mo')]::float8 AS dgs3mo, line.cells[array_position(head.cells, 'ted')]::float8 AS ted,
	line.cells[array_position(head.cells, 'vix')]::float8 AS vix, line.cells[array_position(head.cells, 'sp500')]::float8 AS sp500,
	line.cells[array_position(head.cells, 'aaa10y')]::float8 AS moodys_aaa
FROM line, head WHERE number > 1 AND line.cells[1] <> '';

-- Weekdays; the last value known where one is missing.
CREATE TEMP TABLE filled AS
WITH days AS (
	SELECT day::date AS date FROM (SELECT min(date) AS first, max(date) AS last FROM yields WHERE aaa IS NOT NULL) r, generate_series(first, last, interval '1 day') AS day
	WHERE extract(isodow FROM day) < 6
), wide AS (
	SELECT date, ARRAY[aaa, aa, a, bbb, dgs10, dgs2, dgs3mo, ted, vix, sp500] AS v FROM days LEFT JOIN yields USING (date) LEFT JOIN market USING (date)
), long AS (
	SELECT date, place, value, count(value) OVER (PARTITION BY place ORDER BY date) AS run FROM wide, unnest(v) WITH ORDINALITY AS u (value, place)
)
SELECT date, array_agg(value ORDER BY place) AS v FROM (SELECT date, place, max(value) OVER (PARTITION BY place, run) AS value FROM long) l GROUP BY date;

CREATE TEMP TABLE sample AS
SELECT grade, date, row_number() OVER (PARTITION BY grade ORDER BY date) AS day_number, spread - v[5] AS spread,
	ARRAY[v[9], ln(v[10]), v[8], v[5] - v[7], 2 * v[6] - v[5] - v[7]] AS features
FROM filled, unnest(ARRAY['AAA', 'AA', 'A', 'BBB'], v[1:4]) AS g (grade, spread) WHERE array_position(v, NULL) IS NULL;

SELECT count(*) AS days, min(date) AS first_day, max(date) AS last_day, (count(*) * 0.8)::int AS fit_days, (count(*) * 0.9)::int AS test_start,
	count(*) - (count(*) * 0.9)::int AS test_days FROM sample WHERE grade = 'AAA'
\gset
\echo
\echo 'Effective yield less ten-year Treasury:' :days 'weekdays,' :first_day 'to' :last_day '-' :fit_days 'to fit, the last' :test_days 'to test.'
\echo '(The paper: 5,749 days to January 2019, 5,174 and 575.)'

CREATE TEMP TABLE model AS
SELECT grade, rnn_fit(date, spread, features, rnn_options(cell => 'lstm', look_back => 3, target => 'level')) AS lstm,
	cir_fit(date, spread + 1) AS cir
FROM sample WHERE day_number <= :fit_days GROUP BY grade;

-- What each base forecaster says on a day for the next one; its reflection, and what the paper's y* is: that day's forecast and
-- the filtered deviation of the same day, which nobody knows before it ends.
CREATE TEMP TABLE forecast AS
WITH made AS (
	SELECT grade, date, day_number, spread, (rnn_forecast(lstm, spread, features) OVER w).forecast AS lstm, (cir_forecast(cir, spread + 1)).forecast - 1 AS cir
	FROM sample JOIN model USING (grade) WINDOW w AS (PARTITION BY grade ORDER BY date)
), base AS (
	SELECT grade, date, day_number, spread, forecaster, forecast FROM made, LATERAL (VALUES ('LSTM', lstm), ('CIR', cir), ('random walk', spread)) AS v (forecaster, forecast)
	WHERE day_number >= :fit_days
), reflected AS (
	SELECT *, reflection_forecast(spread, forecast) OVER (PARTITION BY grade, forecaster ORDER BY date) AS r FROM base
), ahead AS (
	SELECT grade, forecaster, date, day_number, spread, lag(forecast) OVER w AS plain, lag((r).forecast) OVER w AS reflection,
		lag(forecast) OVER w + coalesce((r).correction / nullif((r).transition, 0), 0) AS hindsight, lag(spread) OVER w AS yesterday
	FROM reflected WINDOW w AS (PARTITION BY grade, forecaster ORDER BY date)
)
SELECT grade, date, spread, yesterday, forecaster || suffix AS forecaster, f.forecast
FROM ahead, LATERAL (VALUES ('', plain), (', reflected', reflection), (', y* of the paper', hindsight)) AS f (suffix, forecast)
WHERE day_number > :test_start AND (forecaster <> 'random walk' OR suffix = '');
INSERT INTO forecast SELECT grade, date, spread, yesterday, 'who knows', spread FROM forecast WHERE forecaster = 'random walk';

\echo
\echo 'One day ahead, by grade: mean absolute and root mean squared error in basis points, the line of actual values over forecasts'
\echo 'with its test of no bias, the lag of the best correlation of values and of changes (hysteresis).'
SELECT grade, forecaster, round(100 * (acc).mae::numeric, 3) AS mae, round(100 * (acc).rmse::numeric, 3) AS rmse, round((mz).slope::numeric, 3) AS slope,
	round((mz).slope_error::numeric, 3) AS error, round((mz).r_squared::numeric, 4) AS r2, round((mz).p_value::numeric, 3) AS p_value,
	(SELECT lag FROM unnest(cc) WHERE best) AS lag, (SELECT lag FROM unnest(cd) WHERE best) AS lag_of_changes
FROM (SELECT grade, forecaster, forecast_accuracy(spread, forecast) AS acc, mincer_zarnowitz(date, spread, forecast, mincer_zarnowitz_options(on_error => 'null')) AS mz,
		cross_correlation(date, spread, forecast) AS cc, cross_correlation(date, spread, forecast, cross_correlation_options(changes => true)) AS cd
	FROM forecast WHERE forecaster <> 'who knows' GROUP BY grade, forecaster) t
ORDER BY array_position('{AAA,AA,A,BBB}', grade), forecaster = 'random walk' DESC, forecaster;

\echo 'Diebold-Mariano on squared errors against the random walk, positive: the forecast is better.'
SELECT grade, forecaster, round((d).statistic::numeric, 2) AS statistic, round((d).p_value::numeric, 4) AS p_value
FROM (SELECT grade, forecaster, dm_test(date, spread, yesterday, forecast) AS d FROM forecast
	WHERE forecaster NOT IN ('random walk', 'who knows') AND forecaster NOT LIKE '%paper' GROUP BY grade, forecaster) t
ORDER BY array_position('{AAA,AA,A,BBB}', grade), forecaster;

\echo 'The paper''s investment, AAA: (forecast - today) / 0.01 units of the spread; 8,000 % would be a total of 80. Costs in basis points of the'
\echo 'spread for each unit bought or sold.'
SELECT forecaster, rule, 100 * cost AS cost, round((b).total::numeric, 2) AS total, round((b).sharpe::numeric, 2) AS sharpe, round((b).sharpe_error::numeric, 2) AS error,
	round((b).max_drawdown::numeric, 2) AS drawdown, round((b).turnover::numeric) AS turnover, round((b).mean_position::numeric, 2) AS held,
	round(100 * (b).break_even_cost::numeric, 3) AS break_even
FROM (SELECT forecaster, rule, cost, strategy_backtest(date, spread, forecast, strategy_options(rule => rule, cost => cost)) AS b
	FROM forecast, (VALUES ('proportional', 0), ('proportional', 0.0025), ('proportional', 0.01), ('sign', 0), ('sign', 0.0025)) AS v (rule, cost)
	WHERE grade = 'AAA' GROUP BY forecaster, rule, cost) t
ORDER BY rule, cost, forecaster = 'random walk' DESC, forecaster;

\echo 'Who knows every change of Moody''s Aaa spread (over the same Treasury yield) in the paper''s own last 575 days, by its rule.'
SELECT (b).periods, round((b).total::numeric, 2) AS total
FROM (SELECT strategy_backtest(date, moodys_aaa, moodys_aaa) AS b
	FROM (SELECT date, moodys_aaa FROM market WHERE moodys_aaa IS NOT NULL AND date <= '2019-01-15' ORDER BY date DESC LIMIT 576) m) t;

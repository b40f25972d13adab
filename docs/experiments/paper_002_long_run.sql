-- CSV: month,aaa,baa,
--
-- The long run of paper 002: networks on the slow parts of a spread (emd_lowpass of what is known at the origin, and of nothing
-- later), its path ahead without later data, and the state of the economy that it foretells, against the recessions of the
-- NBER.  On months from 1953 on: Moody's Baa yield less the ten-year Treasury yield, from a CSV with the columns below, read from
-- standard input.
--
-- Origins roll: every five years the network is fitted anew to all months before, and forecasts from every month until the next
-- fit.  The paper names one figure, 85 % of the days right, over two years without a recession.
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

CREATE TEMP TABLE monthly (
	month date PRIMARY KEY, aaa float8, baa float8, gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8, gs5 float8,
	gs7 float8, gs10 float8, gs20 float8, gs30 float8, tb3ms float8, tb6ms float8, fedfunds float8, indpro float8, unrate float8, cpiaucsl float8,
	payems float8, m2sl float8, sp500 float8, sp_div_yield float8, vix float8, oil float8, usd_twex float8, cp3m float8, gz_spread float8, ebp float8,
	baa_gs10 float8, aaa_gs10 float8, baa_aaa float8
);
\copy monthly FROM pstdin WITH (FORMAT csv, HEADER match)

-- From the month after a peak to the trough (NBER, US Business Cycle Expansions and Contractions; gretl's nber.txt has them too, but
-- for April instead of March 1975).
CREATE TEMP TABLE recession (first, last) AS VALUES (date '1953-08-01', date '1954-05-01'), ('1957-09-01', '1958-04-01'), ('1960-05-01', '1961-02-01'),
	('1970-01-01', '1970-11-01'), ('1973-12-01', '1975-03-01'), ('1980-02-01', '1980-07-01'), ('1981-08-01', '1982-11-01'), ('1990-08-01', '1991-03-01'),
	('2001-04-01', '2001-11-01'), ('2008-01-01', '2009-06-01'), ('2020-03-01', '2020-04-01');

CREATE TEMP TABLE sample AS
SELECT row_number() OVER (ORDER BY month)::integer AS number, month, baa - gs10 AS spread, gs10 - tb3ms AS slope,
	EXISTS (SELECT FROM recession WHERE month BETWEEN first AND last) AS recession
FROM monthly WHERE baa IS NOT NULL AND gs10 IS NOT NULL AND tb3ms IS NOT NULL AND month <= '2022-12-01';

-- What is slow, of the last 240 months up to each: the paper draws the sum of IMF 6 to 9 of days, which are IMF 3 on of months.
CREATE TEMP TABLE slow AS
SELECT *, emd_lowpass(spread, 3, trailing_rows => 240) OVER w AS slow, emd_lowpass(slope, 3, trailing_rows => 240) OVER w AS slow_slope
FROM sample WINDOW w AS (ORDER BY number);

CREATE TEMP TABLE network AS
SELECT fit, rnn_fit(month, slow, ARRAY[slow_slope, spread - slow], rnn_options(cell => 'lstm', look_back => 12, horizons => '{3,6,9,12,18,27}')) AS model
FROM generate_series(180, (SELECT max(number) - 1 FROM sample), 60) AS fit, slow WHERE number <= fit GROUP BY fit;

-- The path ahead of each origin: the slow part foretold.
CREATE TEMP TABLE ahead AS
SELECT number AS origin, horizon, number + horizon AS target, spread AS today, forecast
FROM (SELECT fit, number, spread, (rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 3) OVER w).forecast AS h3,
		(rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 6) OVER w).forecast AS h6, (rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 9) OVER w).forecast AS h9,
		(rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 12) OVER w).forecast AS h12, (rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 18) OVER w).forecast AS h18,
		(rnn_forecast(model, slow, ARRAY[slow_slope, spread - slow], 27) OVER w).forecast AS h27
	FROM network, slow WHERE number < fit + 60 WINDOW w AS (PARTITION BY fit ORDER BY number)) f,
	LATERAL (VALUES (0, spread), (3, h3), (6, h6), (9, h9), (12, h12), (18, h18), (27, h27)) AS v (horizon, forecast)
WHERE number >= fit;

SELECT count(DISTINCT origin) AS origins, (SELECT count(*) FROM network) AS fits FROM ahead
\gset
\echo
\echo :origins 'origins,' :fits 'fits. Errors of the path, percentage points (the paper''s 250 to 575 days are 12 to 27 months):'
SELECT horizon, count(*) AS n, round(rmse(spread, forecast)::numeric, 3) AS rmse, round(rmse(spread, today)::numeric, 3) AS random_walk,
	round(rmse(spread, mean)::numeric, 3) AS mean_so_far, round((dm_test(month, spread, today, forecast, dm_options(horizon => horizon))).p_value::numeric, 3) AS p_value
FROM ahead JOIN (SELECT number, month, spread FROM sample) s ON number = target,
	LATERAL (SELECT avg(p.spread) AS mean FROM sample p WHERE p.number <= origin) m
WHERE horizon > 0 GROUP BY horizon ORDER BY horizon;

-- The state at 6 and at 12 months ahead: the rule over what was seen and the path, month by month between its points.
CREATE TEMP TABLE foretold AS
WITH path AS (
	SELECT origin, target, forecast + (step - horizon) * (next - forecast) / nullif(next_horizon - horizon, 0) AS spread, origin + step AS number
	FROM (SELECT *, lead(forecast) OVER w AS next, lead(horizon) OVER w AS next_horizon FROM ahead WINDOW w AS (PARTITION BY origin ORDER BY horizon)) p,
		generate_series(horizon + 1, least(next_horizon, 12)) AS step
), whole AS (
	SELECT origin, number, spread FROM path
	UNION ALL
	SELECT origin, s.number, s.spread FROM (SELECT DISTINCT origin FROM path) o JOIN sample s ON s.number BETWEEN origin - 180 AND origin
)
SELECT origin, number - origin AS horizon, number, (state_of_economy(spread) OVER (PARTITION BY origin ORDER BY number)).deteriorating FROM whole;

CREATE TEMP TABLE judged AS
SELECT horizon, rule, s.recession AS actual, r.said
FROM (VALUES (6), (12)) AS h (horizon) CROSS JOIN LATERAL (
	SELECT f.origin, f.deteriorating AS network, now.deteriorating AS state_today, o.recession AS recession_today, o.spread > avg2.threshold AS threshold
	FROM foretold f JOIN foretold now ON now.origin = f.origin AND now.horizon = 0 JOIN sample o ON o.number = f.origin,
		LATERAL (SELECT percentile_cont(0.8) WITHIN GROUP (ORDER BY p.spread) AS threshold FROM sample p WHERE p.number <= f.origin) avg2
	WHERE f.horizon = h.horizon
) a JOIN sample s ON s.number = a.origin + h.horizon,
LATERAL (VALUES (1, 'network on the slow parts', network), (2, 'the state of today', state_today), (3, 'spread above four fifths of those so far', threshold),
	(4, 'as today (NBER, known only later)', recession_today), (5, 'never a recession', false)) AS r (place, rule, said);

\echo 'Months of recession foretold, share right (the paper: 85 %); balanced = mean of the shares right in recessions and outside.'
SELECT horizon, rule, count(*) AS n, round(avg((said = actual)::int), 3) AS accuracy, round((avg((said)::int) FILTER (WHERE actual) + avg((NOT said)::int) FILTER (WHERE NOT actual)) / 2, 3) AS balanced,
	round(avg(said::int) FILTER (WHERE actual), 3) AS recall, round(avg(actual::int) FILTER (WHERE said), 3) AS precision
FROM judged GROUP BY horizon, rule ORDER BY horizon, accuracy DESC;

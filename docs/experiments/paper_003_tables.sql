-- CSV: date,oas_master,
--
-- Tables 3 to 8 of Liu, Zhou, Qi and Xiong (2022), "A Novel Methodology for Credit Spread Prediction:
-- Depth-Gated Recurrent Neural Network with Self-Attention Mechanism", rebuilt on a CSV with the columns
-- below, read from standard input.  Spreads come in percent; results are in basis points, one day ahead.
--
-- The paper trains for 100 epochs; these are fewer, for a run of a few minutes.
\set epochs 30
\set look_back_epochs 5
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

CREATE TEMP TABLE daily (
	date date PRIMARY KEY,
	oas_master float8, oas_aaa float8, oas_aa float8, oas_a float8, oas_bbb float8, oas_bb float8,
	oas_b float8, oas_ccc float8, oas_hy float8, oas_1_3y float8, oas_3_5y float8, oas_5_7y float8,
	oas_7_10y float8, oas_10_15y float8, oas_15y_plus float8, dgs1mo float8, dgs3mo float8,
	dgs6mo float8, dgs1 float8, dgs2 float8, dgs3 float8, dgs5 float8, dgs7 float8, dgs10 float8,
	dgs20 float8, dgs30 float8, aaa10y float8, baa10y float8, daaa float8, dbaa float8, dff float8,
	ted float8, vix float8, sp500 float8, wti float8, usd_dtwexb float8, usd_dtwexbgs float8,
	ff_mktrf float8, ff_smb float8, ff_hml float8, ff_rmw float8, ff_cma float8, ff_rf float8,
	t5yifr float8
);
\copy daily FROM pstdin WITH (FORMAT csv, HEADER match)

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

-- The sample of each table; that of table 3 is also that of tables 4 and 6.
CREATE TEMP TABLE split (
	table_number int PRIMARY KEY, first_day date, last_day date, share_to_fit numeric
);
INSERT INTO split VALUES
	(3, '2009-01-02', '2019-01-31', 0.85),
	(5, '2009-01-02', '2019-01-31', 0.85),
	(7, '2009-01-02', '2019-01-31', 0.75),
	(8, '2015-01-01', '2018-12-31', 0.85);

CREATE TEMP TABLE sample AS
SELECT table_number, row_number() OVER split AS day_number,
	   floor(count(*) OVER (PARTITION BY table_number) * share_to_fit)::int AS days_to_fit,
	   date, spread, spread_change, levels, changes, lead(date) OVER split AS next_date,
	   lead(spread) OVER split AS actual
FROM split, (
	SELECT date, spread, spread - lag(spread) OVER w AS spread_change,
		   ARRAY[hy, bbb, dgs10, vix, sp500, wti] AS levels,
		   ARRAY[hy - lag(hy) OVER w, bbb - lag(bbb) OVER w, dgs10 - lag(dgs10) OVER w,
				 vix - lag(vix) OVER w, ln(sp500 / lag(sp500) OVER w), wti - lag(wti) OVER w] AS changes
	FROM market WINDOW w AS (ORDER BY date)
) AS with_changes
WHERE date BETWEEN first_day AND last_day
WINDOW split AS (PARTITION BY table_number ORDER BY date);

\echo
\echo 'Samples: that of table 3 is also that of tables 4 and 6.'
SELECT table_number AS "table", min(date) AS first_day, max(date) AS last_day, count(*) AS days,
	   max(days_to_fit) AS to_fit, count(*) - max(days_to_fit) AS to_test
FROM sample GROUP BY table_number ORDER BY table_number;

-- The paper's networks as they are, which forecast the level from levels, and the same for the change
-- from changes.
CREATE TEMP TABLE network (
	table_number int, name text, target text, look_back int, options jsonb, model rnn_model
);
INSERT INTO network
SELECT table_number, preset, target, 5, rnn_options(preset => preset, target => target, epochs => :epochs)
FROM split, unnest('{drnn,dlstm,dgru,djanet,sam_drnn,sam_dlstm,sam_dgru,sam_djanet}'::text[]) AS preset,
	 unnest('{level,change}'::text[]) AS target
WHERE table_number = 3
   OR table_number IN (7, 8) AND preset NOT LIKE '%drnn' AND (target = 'level' OR preset LIKE '%djanet')
UNION ALL
SELECT table_number, 'default options', 'change', 5, rnn_options()
FROM split WHERE table_number <> 5
UNION ALL
SELECT 5, preset, 'level', look_back,
	   rnn_options(preset => preset, look_back => look_back, epochs => :look_back_epochs)
FROM unnest('{drnn,dlstm,dgru,djanet}'::text[]) AS preset, unnest('{5,20,60,120,180}'::int[]) AS look_back
WHERE look_back <= 60 OR preset = 'djanet';

SELECT count(*) AS networks FROM network
\gset
\echo 'Fitting' :networks 'networks: the paper''s for' :epochs 'epochs, those of table 5 for' :look_back_epochs
\echo '(the paper: 100), the default options as they are ...'
UPDATE network SET model = (
	SELECT rnn_fit(date, spread, CASE target WHEN 'level' THEN levels ELSE changes END, options)
	FROM sample
	WHERE sample.table_number = network.table_number AND day_number <= days_to_fit
);

-- One row for each test day and forecaster: what was forecast for it on the day before.
CREATE TEMP TABLE forecast (
	table_number int, name text, target text, look_back int, date date, actual float8, random_walk float8,
	forecast float8
);
INSERT INTO forecast
SELECT table_number, name, target, look_back, next_date, actual, spread, (made).forecast
FROM (
	SELECT table_number, name, target, look_back, day_number, days_to_fit, next_date, actual, spread,
		   rnn_forecast(model, spread, CASE target WHEN 'level' THEN levels ELSE changes END) OVER w AS made
	FROM network JOIN sample USING (table_number)
	WHERE day_number >= days_to_fit - look_back
	WINDOW w AS (PARTITION BY table_number, name, target, look_back ORDER BY date)
) AS every
WHERE day_number >= days_to_fit AND actual IS NOT NULL;

-- The VAR is one of changes, with the lags that BIC prefers.
WITH fitted AS (
	SELECT table_number, var_fit(date, spread_change || changes) AS model
	FROM sample WHERE day_number <= days_to_fit GROUP BY table_number
), made AS (
	SELECT table_number, day_number, days_to_fit, next_date, actual, spread,
		   spread + ((var_forecast(model, spread_change || changes) OVER w).forecast)[1] AS forecast
	FROM sample JOIN fitted USING (table_number)
	WINDOW w AS (PARTITION BY table_number ORDER BY date)
)
INSERT INTO forecast (table_number, name, target, date, actual, random_walk, forecast)
SELECT table_number, 'VAR', 'change', next_date, actual, spread, forecast
FROM made WHERE day_number >= days_to_fit AND actual IS NOT NULL
UNION ALL
SELECT table_number, 'random walk', '-', next_date, actual, spread, spread
FROM sample WHERE day_number >= days_to_fit AND actual IS NOT NULL;

CREATE TEMP TABLE paper (table_number int, name text, mae numeric, rsr numeric, sdape numeric);
INSERT INTO paper VALUES
	(3, 'VAR', 12.7386, 1.8340, 0.2008), (3, 'drnn', 11.9192, 0.8277, 0.0570),
	(3, 'dlstm', 8.4230, 0.5995, 0.0442), (3, 'dgru', 7.7149, 0.5549, 0.0437),
	(3, 'djanet', 5.6770, 0.4198, 0.0316), (3, 'sam_dlstm', 5.8179, 0.4311, 0.0322),
	(3, 'sam_dgru', 3.2107, 0.3733, 0.0260), (3, 'sam_djanet', 2.8122, 0.3009, 0.0219),
	(7, 'dlstm', 10.560, 0.790, 0.053), (7, 'dgru', 7.747, 0.602, 0.046), (7, 'djanet', 6.202, 0.452, 0.032),
	(7, 'sam_dlstm', 7.056, 0.477, 0.034), (7, 'sam_dgru', 3.924, 0.380, 0.025),
	(7, 'sam_djanet', 3.031, 0.311, 0.022),
	(8, 'dlstm', 9.329, 0.706, 0.051), (8, 'dgru', 7.814, 0.632, 0.046), (8, 'djanet', 5.942, 0.451, 0.031),
	(8, 'sam_dlstm', 6.879, 0.468, 0.033), (8, 'sam_dgru', 3.645, 0.378, 0.026),
	(8, 'sam_djanet', 2.949, 0.307, 0.022);

CREATE TEMP VIEW result AS
SELECT measured.table_number, measured.name, target, round(measured.mae::numeric, 3) AS mae,
	   round(mape::numeric, 4) AS mape, round(measured.rsr::numeric, 4) AS rsr,
	   round(measured.sdape::numeric, 4) AS sdape, round((dm).statistic::numeric, 2) AS dm,
	   round((dm).p_value::numeric, 4) AS p_value, paper.mae AS paper_mae, paper.rsr AS paper_rsr,
	   paper.sdape AS paper_sdape
FROM (
	SELECT table_number, name, target, (forecast_accuracy(actual, forecast)).*,
		   dm_test(date, actual, random_walk, forecast, dm_options(loss => 'absolute'))
			   FILTER (WHERE name <> 'random walk') AS dm
	FROM forecast WHERE table_number <> 5 GROUP BY table_number, name, target
) AS measured
LEFT JOIN paper
	 ON paper.table_number = measured.table_number AND paper.name = measured.name
	AND (target = 'level' OR measured.name = 'VAR');

\echo
\echo 'rsr is by the sample standard deviation. dm is Diebold-Mariano against the random walk by absolute'
\echo 'errors, positive where the forecaster is better. What the paper found stands in the last columns; its'
\echo 'targets are levels, its VAR is in what it found stationary. Its SVR, MLP and RF are not rebuilt.'
\echo
\echo 'Tables 3 and 6: the first 85 % to fit.'
SELECT name AS forecaster, target, mae, mape, rsr, sdape, dm, p_value, paper_mae, paper_rsr, paper_sdape
FROM result WHERE table_number = 3 ORDER BY target = 'level', mae;

\echo 'Table 4: means of the months; networks with target level, paper_true and paper_djanet the paper''s.'
SELECT to_char(month, 'YYYY-MM') AS month, paper_true, paper_djanet, actual, random_walk, default_options,
	   var, djanet, dgru, dlstm, drnn
FROM (
	SELECT date_trunc('month', date) AS month, round(avg(actual)::numeric, 2) AS actual,
		   round(avg(random_walk)::numeric, 2) AS random_walk,
		   round(avg(forecast) FILTER (WHERE name = 'default options')::numeric, 2) AS default_options,
		   round(avg(forecast) FILTER (WHERE name = 'VAR')::numeric, 2) AS var,
		   round(avg(forecast) FILTER (WHERE name = 'djanet' AND target = 'level')::numeric, 2) AS djanet,
		   round(avg(forecast) FILTER (WHERE name = 'dgru' AND target = 'level')::numeric, 2) AS dgru,
		   round(avg(forecast) FILTER (WHERE name = 'dlstm' AND target = 'level')::numeric, 2) AS dlstm,
		   round(avg(forecast) FILTER (WHERE name = 'drnn' AND target = 'level')::numeric, 2) AS drnn
	FROM forecast WHERE table_number = 3 GROUP BY 1
) AS monthly
JOIN (VALUES
	('2017-09-01'::date, 112.89, 114.51), ('2017-10-01', 107.45, 106.21), ('2017-11-01', 104.42, 105.73),
	('2017-12-01', 100.40, 100.97), ('2018-01-01', 94.71, 94.03), ('2018-02-01', 96.52, 95.70),
	('2018-03-01', 109.66, 104.35), ('2018-04-01', 112.47, 112.63), ('2018-05-01', 115.95, 116.33),
	('2018-06-01', 123.95, 122.61), ('2018-07-01', 122.95, 124.95), ('2018-08-01', 117.78, 116.48),
	('2018-09-01', 115.94, 117.47), ('2018-10-01', 117.09, 115.53), ('2018-11-01', 132.20, 130.91),
	('2018-12-01', 151.47, 150.50), ('2019-01-01', 150.14, 151.70)
) AS paper (month, paper_true, paper_djanet) USING (month)
ORDER BY month;

\echo 'Table 5: sdape (and mae) by rows looked back on, target level,' :look_back_epochs 'epochs.'
SELECT look_back, random_walk, djanet, dgru, dlstm, drnn, paper_djanet, paper_dgru, paper_dlstm, paper_drnn
FROM (
	SELECT look_back,
		   max(shown) FILTER (WHERE name = 'djanet') AS djanet,
		   max(shown) FILTER (WHERE name = 'dgru') AS dgru,
		   max(shown) FILTER (WHERE name = 'dlstm') AS dlstm,
		   max(shown) FILTER (WHERE name = 'drnn') AS drnn
	FROM (
		SELECT look_back, name, format('%s (%s)', round(sdape(actual, forecast)::numeric, 4),
			round(mae(actual, forecast)::numeric, 2)) AS shown
		FROM forecast WHERE table_number = 5 AND look_back IS NOT NULL GROUP BY look_back, name
	) AS measured
	GROUP BY look_back
) AS ours
JOIN (VALUES
	(5, 0.0467, 0.0593, 0.0949, 0.1176), (20, 0.0738, 0.1313, 0.1321, 0.1400),
	(60, 0.0783, 0.1005, 0.1019, 0.1105), (120, 0.0856, 0.0836, 0.0977, 0.1155),
	(180, 0.0719, 0.0894, 0.0925, 0.0976)
) AS paper (look_back, paper_djanet, paper_dgru, paper_dlstm, paper_drnn) USING (look_back),
(
	SELECT format('%s (%s)', round(sdape(actual, forecast)::numeric, 4),
		round(mae(actual, forecast)::numeric, 2)) AS random_walk
	FROM forecast WHERE table_number = 5 AND name = 'random walk'
) AS beside
ORDER BY look_back;

\echo 'Diebold-Mariano of the networks of table 5 against the random walk, as above.'
SELECT look_back, round((max(dm) FILTER (WHERE name = 'djanet'))::numeric, 2) AS djanet,
	   round((max(dm) FILTER (WHERE name = 'dgru'))::numeric, 2) AS dgru,
	   round((max(dm) FILTER (WHERE name = 'dlstm'))::numeric, 2) AS dlstm,
	   round((max(dm) FILTER (WHERE name = 'drnn'))::numeric, 2) AS drnn
FROM (
	SELECT look_back, name,
		   (dm_test(date, actual, random_walk, forecast, dm_options(loss => 'absolute'))).statistic AS dm
	FROM forecast WHERE table_number = 5 AND look_back IS NOT NULL GROUP BY look_back, name
) AS tests
GROUP BY look_back ORDER BY look_back;

\echo 'Table 6, and its like in tables 7 and 8: a network with self-attention against the same without; dm is'
\echo 'positive where attention is better.  Each is one network of one seed, whose luck dm takes for skill.'
SELECT tests.table_number AS "table", target, tests.name AS network,
	   round(mae_without::numeric, 3) AS mae_without, round(mae_with::numeric, 3) AS mae_with,
	   round((dm).statistic::numeric, 2) AS dm, round((dm).p_value::numeric, 4) AS p_value, without_sam.mae AS paper_mae_without,
	   with_sam.mae AS paper_mae_with
FROM (
	SELECT table_number, target, plain.name, mae(plain.actual, plain.forecast) AS mae_without,
		   mae(plain.actual, attentive.forecast) AS mae_with,
		   dm_test(date, plain.actual, plain.forecast, attentive.forecast, dm_options(loss => 'absolute'))
			   AS dm
	FROM forecast AS plain
	JOIN forecast AS attentive USING (table_number, target, date)
	WHERE attentive.name = 'sam_' || plain.name
	GROUP BY table_number, target, plain.name
) AS tests
LEFT JOIN paper AS without_sam
	 ON target = 'level' AND without_sam.table_number = tests.table_number AND without_sam.name = tests.name
LEFT JOIN paper AS with_sam
	 ON target = 'level' AND with_sam.table_number = tests.table_number
	AND with_sam.name = 'sam_' || tests.name
ORDER BY 1, target DESC, network;

\echo 'Table 7: the first 75 % to fit.'
SELECT name AS forecaster, target, mae, mape, rsr, sdape, dm, p_value, paper_mae, paper_rsr, paper_sdape
FROM result WHERE table_number = 7 ORDER BY target = 'level', mae;

\echo 'Table 8: 2015 to 2018.'
SELECT name AS forecaster, target, mae, mape, rsr, sdape, dm, p_value, paper_mae, paper_rsr, paper_sdape
FROM result WHERE table_number = 8 ORDER BY target = 'level', mae;

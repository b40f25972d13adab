-- CSV: date,oas_master,
--
-- Tables 3 to 8 of Liu, Zhou, Qi and Xiong (2022), "A Novel Methodology for Credit Spread Prediction:
-- Depth-Gated Recurrent Neural Network with Self-Attention Mechanism", rebuilt on a CSV with the columns
-- of daily.psql, read from standard input.  Spreads come in percent; results are in basis points, one day ahead.
--
-- The paper trains for 100 epochs; these are fewer, for a run of about a quarter of an hour.  Every network is
-- trained with five seeds, since one alone says more of its seed than of its kind.
\set epochs 20
\set look_back_epochs 5
\set seeds 5
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

\ir daily.psql

\ir paper_003_table_2.psql

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
WITH days AS (
	SELECT table_number, row_number() OVER split AS day_number,
		   floor(count(*) OVER (PARTITION BY table_number) * share_to_fit)::int AS days_to_fit,
		   date, spread, spread_change, ratings, table_2, ARRAY[hy, bbb] AS spreads, changes,
		   lead(date) OVER split AS next_date, lead(spread) OVER split AS actual
	FROM split, (
		SELECT *, spread - lag(spread) OVER w AS spread_change,
			   ARRAY[hy - lag(hy) OVER w, bbb - lag(bbb) OVER w, dgs10 - lag(dgs10) OVER w,
					 vix - lag(vix) OVER w, sp500_return, wti - lag(wti) OVER w] AS changes
		FROM market WINDOW w AS (ORDER BY date)
	) AS with_changes
	WHERE date BETWEEN first_day AND last_day
	WINDOW split AS (PARTITION BY table_number ORDER BY date)
), components AS (
	SELECT table_number,
		   principal_components(ratings, principal_components_options(standardize => true, components => 3)) AS model
	FROM days WHERE day_number <= days_to_fit GROUP BY table_number
)
SELECT table_number, day_number, days_to_fit, date, spread, spread_change, changes, next_date, actual,
	   spreads, principal_components_scores(model, ratings) || table_2 AS table_2
FROM days JOIN components USING (table_number);

\echo
\echo 'Samples: that of table 3 is also that of tables 4 and 6.'
SELECT table_number AS "table", min(date) AS first_day, max(date) AS last_day, count(*) AS days,
	   max(days_to_fit) AS to_fit, count(*) - max(days_to_fit) AS to_test
FROM sample GROUP BY table_number ORDER BY table_number;

-- The paper's networks on its inputs, with and without switchable normalization; those without self-attention
-- also with the last 15 % held back (as presets did before version 0.2.0), on the spread, high yield and BBB
-- alone, and for the change from changes.  Tables 5, 7 and 8 with fewer networks.
CREATE TEMP TABLE network (
	table_number int, name text, inputs text, target text, normalization text, held_back boolean, look_back int,
	seed int, options jsonb, model rnn_model
);
INSERT INTO network
SELECT table_number, preset, inputs, target, normalization, held_back, 5, seed,
	   rnn_options(preset => preset, target => target, normalization => normalization, refit => false,
				   validation_fraction => CASE WHEN held_back THEN 0.15 ELSE 0 END, epochs => :epochs, seed => seed)
FROM split, unnest('{drnn,dlstm,dgru,djanet,sam_drnn,sam_dlstm,sam_dgru,sam_djanet}'::text[]) AS preset,
	 (VALUES ('Table 2', 'level', 'switchable', false), ('Table 2', 'level', 'none', false),
			 ('Table 2', 'level', 'switchable', true), ('Table 2', 'level', 'none', true),
			 ('y, HY, BBB', 'level', 'none', false), ('changes', 'change', 'none', false))
		 AS variant (inputs, target, normalization, held_back),
	 generate_series(1, :seeds) AS seed
WHERE table_number = 3 AND (preset NOT LIKE 'sam%' OR inputs = 'Table 2' AND NOT held_back)
   OR table_number IN (7, 8) AND preset IN ('dgru', 'djanet', 'sam_dgru', 'sam_djanet') AND inputs = 'Table 2'
	  AND normalization = 'none' AND NOT held_back
UNION ALL
SELECT table_number, 'default options', 'changes', 'change', 'none', true, 5, 1, rnn_options()
FROM split WHERE table_number <> 5
UNION ALL
SELECT 5, preset, 'Table 2', 'level', 'none', false, look_back, seed,
	   rnn_options(preset => preset, normalization => 'none', refit => false, validation_fraction => 0,
				   look_back => look_back, epochs => :look_back_epochs, seed => seed)
FROM unnest('{dgru,djanet}'::text[]) AS preset, unnest('{5,20,60}'::int[]) AS look_back,
	 generate_series(1, :seeds) AS seed
WHERE look_back <= 20 OR preset = 'djanet'
UNION ALL
SELECT table_number, 'mlp', inputs, target, 'none', false, 1, seed,
	   rnn_options(preset => 'mlp', target => target, refit => false, validation_fraction => 0, epochs => :epochs,
				   seed => seed)
FROM split, (VALUES ('Table 2', 'level'), ('changes', 'change')) AS variant (inputs, target),
	 generate_series(1, :seeds) AS seed
WHERE table_number <> 5;

SELECT count(*) AS networks FROM network
\gset
\echo 'Fitting' :networks 'networks: the paper''s for' :epochs 'epochs, those of table 5 for' :look_back_epochs
\echo '(the paper: 100), the default options as they are ...'
UPDATE network SET model = (
	SELECT rnn_fit(date, spread, CASE inputs WHEN 'Table 2' THEN table_2 WHEN 'changes' THEN changes ELSE spreads END,
				   options)
	FROM sample
	WHERE sample.table_number = network.table_number AND day_number <= days_to_fit
);

-- One row for each test day and forecaster: what was forecast for it on the day before.
CREATE TEMP TABLE forecast (
	table_number int, name text, inputs text, target text, normalization text, held_back boolean, look_back int,
	seed int, date date, actual float8, random_walk float8, forecast float8
);
INSERT INTO forecast
SELECT table_number, name, inputs, target, normalization, held_back, look_back, seed, next_date, actual, spread,
	   (made).forecast
FROM (
	SELECT network.*, day_number, days_to_fit, next_date, actual, spread,
		   rnn_forecast(model, spread,
						CASE inputs WHEN 'Table 2' THEN table_2 WHEN 'changes' THEN changes ELSE spreads END) OVER w AS made
	FROM network JOIN sample USING (table_number)
	WHERE day_number >= days_to_fit - look_back
	WINDOW w AS (PARTITION BY table_number, name, inputs, target, normalization, held_back, look_back, seed
				 ORDER BY date)
) AS every
WHERE day_number >= days_to_fit AND actual IS NOT NULL;

-- The paper's other rivals, support vectors (C = 1, gamma one over the number of terms) and a random forest, and
-- boosted trees, each as the paper has it, levels from the last five values of its inputs, and with our defaults,
-- the change over its volatility from changes.  Table 5 with other numbers of rows looked back on.
CREATE TEMP TABLE rival (
	table_number int, name text, inputs text, target text, look_back int, seed int, options jsonb,
	svr svr_model, forest random_forest_model, boosted boosted_trees_model
);
INSERT INTO rival (table_number, name, inputs, target, look_back, seed, options)
SELECT table_number, name, inputs, target, look_back, seed,
	   CASE target WHEN 'level' THEN jsonb_build_object('inputs', 'levels', 'target', 'level', 'lags', look_back, 'validation', 0)
		   || CASE name WHEN 'boosted trees' THEN '{"patience": 0, "rounds": 200}'::jsonb ELSE '{}' END ELSE '{}' END
	   || CASE name WHEN 'svr' THEN '{}' ELSE jsonb_build_object('seed', seed) END
FROM split, unnest('{svr,random forest,boosted trees}'::text[]) AS name,
	 (VALUES ('Table 2', 'level'), ('changes', 'change')) AS variant (inputs, target),
	 unnest('{5,20,60}'::int[]) AS look_back, generate_series(1, :seeds) AS seed
WHERE CASE table_number WHEN 3 THEN look_back = 5 WHEN 5 THEN target = 'level' AND seed = 1 ELSE look_back = 5 AND seed = 1 END
	AND (name <> 'svr' OR seed = 1);

\echo 'Fitting support vectors, forests and boosted trees ...'
UPDATE rival SET (svr, forest, boosted) = (
	SELECT svr_fit(date, spread, CASE inputs WHEN 'Table 2' THEN table_2 ELSE changes END, options) FILTER (WHERE name = 'svr'),
		   random_forest_fit(date, spread, CASE inputs WHEN 'Table 2' THEN table_2 ELSE changes END, options)
			   FILTER (WHERE name = 'random forest'),
		   boosted_trees_fit(date, spread, CASE inputs WHEN 'Table 2' THEN table_2 ELSE changes END, options)
			   FILTER (WHERE name = 'boosted trees')
	FROM sample WHERE sample.table_number = rival.table_number AND day_number <= days_to_fit
);
WITH given AS (
	SELECT rival.*, day_number, days_to_fit, sample.date, next_date, actual, spread,
		   CASE inputs WHEN 'Table 2' THEN table_2 ELSE changes END AS features
	FROM rival JOIN sample USING (table_number)
), made AS (
	SELECT table_number, name, inputs, target, look_back, seed, day_number, days_to_fit, next_date, actual, spread,
		   (svr_forecast(svr, spread, features) OVER w).forecast
	FROM given WHERE name = 'svr'
	WINDOW w AS (PARTITION BY table_number, inputs, target, look_back, seed ORDER BY date)
	UNION ALL
	SELECT table_number, name, inputs, target, look_back, seed, day_number, days_to_fit, next_date, actual, spread,
		   (random_forest_forecast(forest, spread, features) OVER w).forecast
	FROM given WHERE name = 'random forest'
	WINDOW w AS (PARTITION BY table_number, inputs, target, look_back, seed ORDER BY date)
	UNION ALL
	SELECT table_number, name, inputs, target, look_back, seed, day_number, days_to_fit, next_date, actual, spread,
		   (boosted_trees_forecast(boosted, spread, features) OVER w).forecast
	FROM given WHERE name = 'boosted trees'
	WINDOW w AS (PARTITION BY table_number, inputs, target, look_back, seed ORDER BY date)
)
INSERT INTO forecast (table_number, name, inputs, target, look_back, seed, date, actual, random_walk, forecast)
SELECT table_number, name, inputs, target, look_back, seed, next_date, actual, spread, forecast
FROM made WHERE day_number >= days_to_fit AND actual IS NOT NULL;

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
INSERT INTO forecast (table_number, name, inputs, target, date, actual, random_walk, forecast)
SELECT table_number, 'VAR', 'changes', 'change', next_date, actual, spread, forecast
FROM made WHERE day_number >= days_to_fit AND actual IS NOT NULL
UNION ALL
SELECT table_number, 'random walk', '-', '-', next_date, actual, spread, spread
FROM sample WHERE day_number >= days_to_fit AND actual IS NOT NULL;

ANALYZE forecast;

CREATE TEMP TABLE paper (table_number int, name text, mae numeric, rsr numeric, sdape numeric);
INSERT INTO paper VALUES
	(3, 'VAR', 12.7386, 1.8340, 0.2008), (3, 'drnn', 11.9192, 0.8277, 0.0570),
	(3, 'svr', 12.0704, 1.6920, 0.1154), (3, 'mlp', 10.1098, 0.7263, 0.0526), (3, 'random forest', 9.8887, 0.7076, 0.0471),
	(3, 'dlstm', 8.4230, 0.5995, 0.0442), (3, 'dgru', 7.7149, 0.5549, 0.0437),
	(3, 'djanet', 5.6770, 0.4198, 0.0316), (3, 'sam_dlstm', 5.8179, 0.4311, 0.0322),
	(3, 'sam_dgru', 3.2107, 0.3733, 0.0260), (3, 'sam_djanet', 2.8122, 0.3009, 0.0219),
	(7, 'dlstm', 10.560, 0.790, 0.053), (7, 'dgru', 7.747, 0.602, 0.046), (7, 'djanet', 6.202, 0.452, 0.032),
	(7, 'sam_dlstm', 7.056, 0.477, 0.034), (7, 'sam_dgru', 3.924, 0.380, 0.025),
	(7, 'sam_djanet', 3.031, 0.311, 0.022),
	(8, 'dlstm', 9.329, 0.706, 0.051), (8, 'dgru', 7.814, 0.632, 0.046), (8, 'djanet', 5.942, 0.451, 0.031),
	(8, 'sam_dlstm', 6.879, 0.468, 0.033), (8, 'sam_dgru', 3.645, 0.378, 0.026),
	(8, 'sam_djanet', 2.949, 0.307, 0.022);

-- What each network of one seed did, and the five of a kind.
CREATE TEMP TABLE measured AS
SELECT table_number, name, inputs, target, normalization, held_back, look_back, seed,
	   (forecast_accuracy(actual, forecast)).*,
	   (dm_test(date, actual, random_walk, forecast, dm_options(loss => 'absolute'))
			FILTER (WHERE name <> 'random walk')).statistic AS dm
FROM forecast GROUP BY table_number, name, inputs, target, normalization, held_back, look_back, seed;

CREATE TEMP VIEW result AS
SELECT table_number, name AS forecaster, inputs, target, normalization, held_back, look_back, count(*) AS seeds,
	   round(min(measured.mae)::numeric, 2) AS mae_least,
	   round(percentile_cont(0.5) WITHIN GROUP (ORDER BY measured.mae)::numeric, 2) AS mae_median,
	   round(max(measured.mae)::numeric, 2) AS mae_largest,
	   round(percentile_cont(0.5) WITHIN GROUP (ORDER BY measured.rsr)::numeric, 3) AS rsr,
	   round(percentile_cont(0.5) WITHIN GROUP (ORDER BY measured.sdape)::numeric, 4) AS sdape,
	   round(min(dm)::numeric, 1) AS dm_least, round(max(dm)::numeric, 1) AS dm_largest,
	   CASE WHEN target = 'level' OR name = 'VAR' THEN min(paper.mae) END AS paper_mae,
	   CASE WHEN target = 'level' OR name = 'VAR' THEN min(paper.rsr) END AS paper_rsr
FROM measured LEFT JOIN paper USING (table_number, name)
GROUP BY table_number, name, inputs, target, normalization, held_back, look_back;

\echo
\echo 'Errors are medians, least and largest of the seeds.  rsr is by the sample standard deviation.  dm is'
\echo 'Diebold-Mariano against the random walk by absolute errors, positive where the forecaster is better.'
\echo 'What the paper found stands in the last columns; its targets are levels, its VAR is in what it found'
\echo 'stationary.  Its tables 7 and 8 have no SVR, MLP and RF; boosted trees it has in none.'
\echo
\echo 'Tables 3 and 6: the first 85 % to fit.'
SELECT forecaster, inputs, target, normalization, held_back, seeds, mae_least, mae_median, mae_largest, rsr, sdape,
	   dm_least, dm_largest, paper_mae, paper_rsr
FROM result WHERE table_number = 3
ORDER BY target = 'level', inputs DESC, held_back NULLS FIRST, normalization NULLS FIRST, mae_median;

\echo 'The same, all networks and seeds together: what normalization and the rows held back cost.'
SELECT inputs, target, normalization, held_back, count(*) AS networks, round(min(mae)::numeric, 2) AS mae_least,
	   round(percentile_cont(0.5) WITHIN GROUP (ORDER BY mae)::numeric, 2) AS mae_median,
	   round(max(mae)::numeric, 2) AS mae_largest
FROM measured WHERE table_number = 3 AND normalization IS NOT NULL AND name NOT IN ('default options', 'mlp')
GROUP BY inputs, target, normalization, held_back ORDER BY mae_median;

\echo 'Table 4: means of the months and of the seeds; target level, Table 2, networks without normalization, nothing'
\echo 'held back; paper_... is the paper''s.'
SELECT to_char(month, 'YYYY-MM') AS month, paper_true, actual, random_walk, default_options, paper_djanet, djanet, paper_dgru,
	   dgru, paper_dlstm, dlstm, paper_drnn, drnn, paper_svr, svr, paper_mlp, mlp, paper_rf, rf, boosted, paper_var, var
FROM (
	SELECT date_trunc('month', date) AS month, round(avg(actual)::numeric, 2) AS actual,
		   round(avg(random_walk)::numeric, 2) AS random_walk,
		   round(avg(forecast) FILTER (WHERE name = 'default options')::numeric, 2) AS default_options,
		   round(avg(forecast) FILTER (WHERE name = 'VAR')::numeric, 2) AS var,
		   round(avg(forecast) FILTER (WHERE name = 'djanet' AND plain)::numeric, 2) AS djanet,
		   round(avg(forecast) FILTER (WHERE name = 'dgru' AND plain)::numeric, 2) AS dgru,
		   round(avg(forecast) FILTER (WHERE name = 'dlstm' AND plain)::numeric, 2) AS dlstm,
		   round(avg(forecast) FILTER (WHERE name = 'drnn' AND plain)::numeric, 2) AS drnn,
		   round(avg(forecast) FILTER (WHERE name = 'svr' AND plain)::numeric, 2) AS svr,
		   round(avg(forecast) FILTER (WHERE name = 'mlp' AND plain)::numeric, 2) AS mlp,
		   round(avg(forecast) FILTER (WHERE name = 'random forest' AND plain)::numeric, 2) AS rf,
		   round(avg(forecast) FILTER (WHERE name = 'boosted trees' AND plain)::numeric, 2) AS boosted
	FROM (SELECT *, inputs = 'Table 2' AND coalesce(normalization, 'none') = 'none' AND NOT coalesce(held_back, false) AS plain
		FROM forecast) AS marked
	WHERE table_number = 3 GROUP BY 1
) AS monthly
JOIN (VALUES
	('2017-09-01'::date, 112.89, 114.51, 109.59, 118.56, 115.36, 108.56, 116.97, 117.694, 121.44),
	('2017-10-01', 107.45, 106.21, 107.89, 113.95, 112.15, 106.05, 113.28, 112.76, 115.04),
	('2017-11-01', 104.42, 105.73, 105.31, 110.77, 108.05, 101.11, 106.83, 109.22, 112.30),
	('2017-12-01', 100.40, 100.97, 102.42, 107.45, 105.83, 97.19, 105.64, 105.71, 111.58),
	('2018-01-01', 94.71, 94.03, 98.69, 101.68, 100.32, 94.72, 101.68, 100.51, 106.28),
	('2018-02-01', 96.52, 95.70, 103.21, 106.88, 103.22, 99.78, 98.77, 111.14, 103.21),
	('2018-03-01', 109.66, 104.35, 111.59, 116.20, 111.28, 110.32, 110.56, 112.88, 114.01),
	('2018-04-01', 112.47, 112.63, 118.29, 123.56, 116.87, 117.08, 115.34, 124.02, 116.36),
	('2018-05-01', 115.95, 116.33, 110.80, 113.83, 110.56, 113.03, 117.52, 111.91, 122.35),
	('2018-06-01', 123.95, 122.61, 117.84, 121.34, 118.13, 117.28, 124.91, 116.67, 131.73),
	('2018-07-01', 122.95, 124.95, 117.51, 119.97, 117.96, 117.32, 127.17, 117.46, 131.63),
	('2018-08-01', 117.78, 116.48, 113.22, 115.88, 115.23, 112.03, 122.08, 115.09, 127.66),
	('2018-09-01', 115.94, 117.47, 112.53, 113.81, 113.92, 109.91, 121.54, 116.97, 125.37),
	('2018-10-01', 117.09, 115.53, 113.99, 113.60, 113.21, 110.01, 116.28, 123.65, 122.99),
	('2018-11-01', 132.20, 130.91, 125.84, 130.23, 125.76, 124.81, 130.04, 130.63, 135.14),
	('2018-12-01', 151.47, 150.50, 149.44, 158.19, 146.64, 150.15, 149.32, 152.88, 152.51),
	('2019-01-01', 150.14, 151.70, 150.50, 159.20, 148.31, 148.73, 147.88, 149.66, 154.39)
) AS paper (month, paper_true, paper_djanet, paper_dgru, paper_dlstm, paper_drnn, paper_svr, paper_mlp, paper_rf, paper_var) USING (month)
ORDER BY month;

\echo 'Table 5: rows looked back on, target level, no normalization, nothing held back, networks for' :look_back_epochs
\echo 'epochs.  The paper has DJANET, DGRU, DLSTM and DRNN there.'
SELECT look_back, forecaster, mae_least, mae_median, mae_largest, result.sdape, paper.sdape AS paper_sdape,
	   dm_least, dm_largest
FROM result
LEFT JOIN (VALUES
	(5, 'djanet', 0.0467), (5, 'dgru', 0.0593), (20, 'djanet', 0.0738), (20, 'dgru', 0.1313), (60, 'djanet', 0.0783)
) AS paper (look_back, forecaster, sdape) USING (look_back, forecaster)
WHERE table_number = 5 AND look_back IS NOT NULL ORDER BY look_back, forecaster;

\echo 'Table 6, and its like in tables 7 and 8: networks with self-attention against the same without, nothing held'
\echo 'back.  A Diebold-Mariano test of two single networks tests their seeds: so dm, positive where attention is'
\echo 'better, is given for each of the pairs of seeds, its least and largest, and how often it lies beyond -1.96 and 1.96.'
SELECT table_number AS "table", normalization, name AS network, round(avg(mae_without)::numeric, 2) AS mae_without,
	   round(avg(mae_with)::numeric, 2) AS mae_with, count(*) AS pairs, round(min(dm)::numeric, 1) AS dm_least,
	   round(max(dm)::numeric, 1) AS dm_largest, count(*) FILTER (WHERE dm < -1.96) AS worse,
	   count(*) FILTER (WHERE dm > 1.96) AS better
FROM (
	SELECT table_number, normalization, plain.name, plain.seed, attentive.seed AS other,
		   mae(plain.actual, plain.forecast) AS mae_without, mae(plain.actual, attentive.forecast) AS mae_with,
		   (dm_test(date, plain.actual, plain.forecast, attentive.forecast, dm_options(loss => 'absolute'))).statistic
			   AS dm
	FROM forecast AS plain JOIN forecast AS attentive USING (table_number, inputs, normalization, held_back, date)
	WHERE attentive.name = 'sam_' || plain.name AND inputs = 'Table 2' AND NOT held_back
	GROUP BY table_number, normalization, plain.name, plain.seed, attentive.seed
) AS tests
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

\echo 'The same test between networks that differ by nothing but their seeds.'
SELECT normalization, count(*) AS pairs, round(max(abs(dm))::numeric, 1) AS dm_largest,
	   count(*) FILTER (WHERE abs(dm) > 1.96) AS beyond
FROM (
	SELECT normalization, name, one.seed, other.seed AS another,
		   (dm_test(date, one.actual, one.forecast, other.forecast, dm_options(loss => 'absolute'))).statistic AS dm
	FROM forecast AS one JOIN forecast AS other USING (table_number, name, inputs, normalization, held_back, date)
	WHERE table_number = 3 AND one.seed < other.seed AND inputs = 'Table 2' AND NOT held_back AND name <> 'mlp'
	GROUP BY normalization, name, one.seed, other.seed
) AS tests
GROUP BY normalization ORDER BY normalization;

\echo 'Table 7: the first 75 % to fit.'
SELECT forecaster, inputs, target, normalization, mae_least, mae_median, mae_largest, rsr, sdape, paper_mae, paper_rsr
FROM result WHERE table_number = 7 ORDER BY target = 'level', normalization NULLS FIRST, mae_median;

\echo 'Table 8: 2015 to 2018.'
SELECT forecaster, inputs, target, normalization, mae_least, mae_median, mae_largest, rsr, sdape, paper_mae, paper_rsr
FROM result WHERE table_number = 8 ORDER BY target = 'level', normalization NULLS FIRST, mae_median;

-- CSV: date,BAMLC0A0CM,BAMLC0A1CAAA,
--
-- Graph ranking after paper 000 on real spreads: 48 option-adjusted spreads (US by rating and by
-- maturity, high yield, emerging markets by rating, region and kind), read from standard input as a
-- CSV with a column per series.  Relations are those that the definitions of the indices give.  Split
-- 3:1:1 by time into training, validation and test; spreads come in percent, results are in basis
-- points, one day ahead, beside the forecast of no change.
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

CREATE TEMP TABLE series (code text PRIMARY KEY, family text, rating text, rating_number int, maturity_number int, segment text);
INSERT INTO series VALUES
	('BAMLC0A0CM', 'US grade', NULL, NULL, NULL, 'grade'),
	('BAMLC0A1CAAA', 'US grade', 'AAA', 1, NULL, NULL), ('BAMLC0A2CAA', 'US grade', 'AA', 2, NULL, NULL),
	('BAMLC0A3CA', 'US grade', 'A', 3, NULL, NULL), ('BAMLC0A4CBBB', 'US grade', 'BBB', 4, NULL, NULL),
	('BAMLC1A0C13Y', 'US maturity', NULL, NULL, 1, NULL), ('BAMLC2A0C35Y', 'US maturity', NULL, NULL, 2, NULL),
	('BAMLC3A0C57Y', 'US maturity', NULL, NULL, 3, NULL), ('BAMLC4A0C710Y', 'US maturity', NULL, NULL, 4, NULL),
	('BAMLC7A0C1015Y', 'US maturity', NULL, NULL, 5, NULL), ('BAMLC8A0C15PY', 'US maturity', NULL, NULL, 6, NULL),
	('BAMLEM1BRRAAA2ACRPIOAS', 'EM', 'A', 3, NULL, NULL), ('BAMLEM1RAAA2ALCRPIUSOAS', 'EM US liquid', 'A', 3, NULL, NULL),
	('BAMLEM2BRRBBBCRPIOAS', 'EM', 'BBB', 4, NULL, NULL), ('BAMLEM2RBBBLCRPIUSOAS', 'EM US liquid', 'BBB', 4, NULL, NULL),
	('BAMLEM3BRRBBCRPIOAS', 'EM', 'BB', 5, NULL, NULL), ('BAMLEM3RBBLCRPIUSOAS', 'EM US liquid', 'BB', 5, NULL, NULL),
	('BAMLEM4BRRBLCRPIOAS', 'EM', 'B', 6, NULL, NULL), ('BAMLEM4RBLLCRPIUSOAS', 'EM US liquid', 'B', 6, NULL, NULL),
	('BAMLEM5BCOCRPIOAS', 'EM', NULL, NULL, NULL, 'crossover'), ('BAMLEMXOCOLCRPIUSOAS', 'EM US liquid', NULL, NULL, NULL, 'crossover'),
	('BAMLEMRACRPIASIAOAS', 'EM', NULL, NULL, NULL, 'Asia'), ('BAMLEMALLCRPIASIAUSOAS', 'EM US liquid', NULL, NULL, NULL, 'Asia'),
	('BAMLEMRECRPIEMEAOAS', 'EM', NULL, NULL, NULL, 'Europe, Middle East, Africa'),
	('BAMLEMELLCRPIEMEAUSOAS', 'EM US liquid', NULL, NULL, NULL, 'Europe, Middle East, Africa'),
	('BAMLEMRLCRPILAOAS', 'EM', NULL, NULL, NULL, 'Latin America'), ('BAMLEMLLLCRPILAUSOAS', 'EM US liquid', NULL, NULL, NULL, 'Latin America'),
	('BAMLEMFSFCRPIOAS', 'EM', NULL, NULL, NULL, 'financial'), ('BAMLEMFLFLCRPIUSOAS', 'EM US liquid', NULL, NULL, NULL, 'financial'),
	('BAMLEMNSNFCRPIOAS', 'EM', NULL, NULL, NULL, 'non-financial'), ('BAMLEMNFNFLCRPIUSOAS', 'EM US liquid', NULL, NULL, NULL, 'non-financial'),
	('BAMLEMPBPUBSICRPIOAS', 'EM', NULL, NULL, NULL, 'public'), ('BAMLEMPUPUBSLCRPIUSOAS', 'EM US liquid', NULL, NULL, NULL, 'public'),
	('BAMLEMPTPRVICRPIOAS', 'EM', NULL, NULL, NULL, 'private'), ('BAMLEMPVPRIVSLCRPIUSOAS', 'EM US liquid', NULL, NULL, NULL, 'private'),
	('BAMLEMHBHYCRPIOAS', 'EM', NULL, NULL, NULL, 'high yield'), ('BAMLEMHYHYLCRPIUSOAS', 'EM US liquid', NULL, NULL, NULL, 'high yield'),
	('BAMLEMIBHGCRPIOAS', 'EM', NULL, NULL, NULL, 'grade'), ('BAMLEMHGHGLCRPIUSOAS', 'EM US liquid', NULL, NULL, NULL, 'grade'),
	('BAMLEMCBPIOAS', 'EM', NULL, NULL, NULL, 'all'), ('BAMLEMCLLCRPIUSOAS', 'EM US liquid', NULL, NULL, NULL, 'all'),
	('BAMLEMEBCRPIEOAS', 'EM', NULL, NULL, NULL, 'all'), ('BAMLEMUBCRPIUSOAS', 'EM', NULL, NULL, NULL, 'all'),
	('BAMLH0A0HYM2', 'high yield', NULL, NULL, NULL, 'high yield'), ('BAMLH0A1HYBB', 'high yield', 'BB', 5, NULL, NULL),
	('BAMLH0A2HYB', 'high yield', 'B', 6, NULL, NULL), ('BAMLH0A3HYC', 'high yield', 'CCC', 7, NULL, NULL),
	('BAMLHE00EHYIOAS', 'high yield', NULL, NULL, NULL, 'high yield');

CREATE TEMP TABLE relation AS
SELECT a.code AS source, b.code AS target, kind
FROM series a JOIN series b ON a.code <> b.code CROSS JOIN LATERAL (VALUES
	('same rating', a.rating = b.rating),
	('adjacent rating', abs(a.rating_number - b.rating_number) = 1),
	('neighbouring maturity', abs(a.maturity_number - b.maturity_number) = 1),
	('same region or kind', a.segment = b.segment),
	('same family', a.family = b.family)) r (kind, holds)
WHERE holds;

-- The columns of the CSV are the series.
SELECT string_agg(format('%I float8', code), ', ' ORDER BY n) AS columns
FROM unnest(ARRAY['BAMLC0A0CM','BAMLC0A1CAAA','BAMLC0A2CAA','BAMLC0A3CA','BAMLC0A4CBBB','BAMLC1A0C13Y','BAMLC2A0C35Y','BAMLC3A0C57Y',
	'BAMLC4A0C710Y','BAMLC7A0C1015Y','BAMLC8A0C15PY','BAMLEM1BRRAAA2ACRPIOAS','BAMLEM1RAAA2ALCRPIUSOAS','BAMLEM2BRRBBBCRPIOAS',
	'BAMLEM2RBBBLCRPIUSOAS','BAMLEM3BRRBBCRPIOAS','BAMLEM3RBBLCRPIUSOAS','BAMLEM4BRRBLCRPIOAS','BAMLEM4RBLLCRPIUSOAS','BAMLEM5BCOCRPIOAS',
	'BAMLEMALLCRPIASIAUSOAS','BAMLEMCBPIOAS','BAMLEMCLLCRPIUSOAS','BAMLEMEBCRPIEOAS','BAMLEMELLCRPIEMEAUSOAS','BAMLEMFLFLCRPIUSOAS',
	'BAMLEMFSFCRPIOAS','BAMLEMHBHYCRPIOAS','BAMLEMHGHGLCRPIUSOAS','BAMLEMHYHYLCRPIUSOAS','BAMLEMIBHGCRPIOAS','BAMLEMLLLCRPILAUSOAS',
	'BAMLEMNFNFLCRPIUSOAS','BAMLEMNSNFCRPIOAS','BAMLEMPBPUBSICRPIOAS','BAMLEMPTPRVICRPIOAS','BAMLEMPUPUBSLCRPIUSOAS','BAMLEMPVPRIVSLCRPIUSOAS',
	'BAMLEMRACRPIASIAOAS','BAMLEMRECRPIEMEAOAS','BAMLEMRLCRPILAOAS','BAMLEMUBCRPIUSOAS','BAMLEMXOCOLCRPIUSOAS','BAMLH0A0HYM2','BAMLH0A1HYBB',
	'BAMLH0A2HYB','BAMLH0A3HYC','BAMLHE00EHYIOAS']) WITH ORDINALITY AS t (code, n) \gset
CREATE TEMP TABLE wide (date date, :columns);
\copy wide FROM pstdin WITH (FORMAT csv, HEADER match)

-- Days on which every series has a value: numbered, with the changes of all.
CREATE TEMP TABLE panel AS
WITH long AS (
	SELECT date, key AS code, value::text::float8 * 100 AS spread
	FROM wide CROSS JOIN LATERAL jsonb_each(to_jsonb(wide) - 'date')
	WHERE num_nulls(VARIADIC ARRAY(SELECT jsonb_each_text.value FROM jsonb_each_text(to_jsonb(wide)))) = 0
)
SELECT dense_rank() OVER (ORDER BY date) AS day, date, code, family, spread,
	   spread - lag(spread) OVER w AS change,
	   spread - avg(spread) OVER (w ROWS 4 PRECEDING) AS above_ma5,
	   spread - avg(spread) OVER (w ROWS 9 PRECEDING) AS above_ma10,
	   spread - avg(spread) OVER (w ROWS 14 PRECEDING) AS above_ma15,
	   spread - avg(spread) OVER (w ROWS 19 PRECEDING) AS above_ma20,
	   lead(spread) OVER w AS next_spread,
	   avg(spread) OVER (PARTITION BY date) AS of_all, avg(spread) OVER (PARTITION BY date, family) AS of_family,
	   array_agg(spread) OVER (PARTITION BY date ORDER BY code ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS spreads
FROM long JOIN series USING (code) WINDOW w AS (PARTITION BY code ORDER BY date);
DELETE FROM panel WHERE day <= 20;
SELECT max(day) AS days, (0.8 * max(day))::int AS fit_days, min(date) AS first_day, max(date) AS last_day FROM panel \gset

\echo
\echo 48 spreads on :days days from :first_day to :last_day: fit on :fit_days (a quarter of them validation), the rest is the test.
SELECT kind, count(*) AS relations FROM relation GROUP BY kind ORDER BY kind;

-- Paper 000's networks, of changes and trained in one stage, those of the default options, and those that start from linear
-- forecasts, to which the means of all and of the family are features.
CREATE TEMP TABLE graph AS SELECT relation_graph(source, target, kind) AS graph FROM relation;
CREATE TEMP TABLE choice (model text, options jsonb);
INSERT INTO choice VALUES
	('rank_lstm', graph_rank_options('rank_lstm', target => 'change', training => 'joint', validation_fraction => 0.25)),
	('rlstm_all', graph_rank_options('rlstm_all', target => 'change', training => 'joint', validation_fraction => 0.25)),
	('rlstm_separate', graph_rank_options('rlstm_separate', target => 'change', training => 'joint', validation_fraction => 0.25)),
	('defaults', graph_rank_options(validation_fraction => 0.25)),
	('defaults, no relations', graph_rank_options(relation_form => 'none', validation_fraction => 0.25)),
	('defaults, relations shuffled', graph_rank_options(validation_fraction => 0.25)),
	('linear', graph_rank_options(validation_fraction => 0.25, linear => true)),
	('linear, no relations', graph_rank_options(relation_form => 'none', validation_fraction => 0.25, linear => true));
ALTER TABLE panel ADD above float8[], ADD levels float8[];
UPDATE panel SET above = ARRAY[above_ma5, above_ma10, above_ma15, above_ma20], levels = ARRAY[of_all, of_family];
CREATE TEMP TABLE fitted AS
SELECT c.model, (SELECT graph_rank_fit(code, date, spread, CASE WHEN c.model LIKE 'linear%' THEN levels ELSE above END, family,
		CASE c.model WHEN 'defaults, relations shuffled' THEN relation_graph_shuffle(graph) ELSE graph END, c.options)
	FROM panel WHERE day <= :fit_days) AS network
FROM choice c, graph;

-- Robust linear forecasts: a ridge VAR(1), each spread on the last changes of all; the same with more lags and moving
-- means; and one model for all.
CREATE TEMP TABLE regression AS
SELECT 'ridge VAR(1)' AS model, code, linear_fit(date, spread, spreads, linear_options(lags => 1, means => '{}')) AS fit
FROM panel WHERE day <= :fit_days GROUP BY code
UNION ALL
SELECT 'linear_fit', code, linear_fit(date, spread, spreads, linear_options(lags => 2))
FROM panel WHERE day <= :fit_days GROUP BY code;

-- A vector autoregression of all changes, and one of each series alone.
CREATE TEMP TABLE changes AS
SELECT date, day, array_agg(change ORDER BY code) AS change, array_agg(code ORDER BY code) AS codes FROM panel GROUP BY date, day;
CREATE TEMP TABLE forecast AS
SELECT model, code, date, family, spread, next_spread, (f).forecast AS forecast
FROM (SELECT model, p.*, graph_rank_forecast(network, code, date, spread, CASE WHEN model LIKE 'linear%' THEN levels ELSE above END, family)
		OVER (PARTITION BY model) AS f
	FROM fitted, panel p) AS forecasts
UNION ALL
SELECT 'VAR(1)', code, date, family, spread, next_spread, spread + change_forecast
FROM (SELECT date, codes, (var_forecast(fit, change) OVER (ORDER BY date)).forecast AS change_forecasts
	FROM changes, (SELECT var_fit(date, change, var_options(lags => 1)) AS fit FROM changes WHERE day <= :fit_days) v) AS f
	CROSS JOIN LATERAL unnest(codes, change_forecasts) AS u (code, change_forecast) JOIN panel USING (code, date)
UNION ALL
SELECT 'AR(1)', code, date, family, spread, next_spread, spread + (var_forecast(fit, ARRAY[change]) OVER (PARTITION BY code ORDER BY date)).forecast[1]
FROM panel JOIN (SELECT code, var_fit(date, ARRAY[change], var_options(lags => 1)) AS fit FROM panel WHERE day <= :fit_days GROUP BY code) v USING (code)
UNION ALL
SELECT model, code, date, family, spread, next_spread, (linear_forecast(fit, spread, spreads) OVER (PARTITION BY model, code ORDER BY date)).forecast
FROM panel JOIN regression USING (code)
UNION ALL
SELECT 'linear_fit of the panel', code, date, family, spread, next_spread, (linear_forecast(fit, spread, levels) OVER (PARTITION BY code ORDER BY date)).forecast
FROM panel, (SELECT linear_fit(code, date, spread, levels) AS fit FROM panel WHERE day <= :fit_days) p
UNION ALL
SELECT 'no change', code, date, family, spread, next_spread, spread FROM panel;
DELETE FROM forecast USING panel p
WHERE forecast.code = p.code AND forecast.date = p.date AND (p.day <= :fit_days OR p.next_spread IS NULL);

CREATE TEMP TABLE loss AS
SELECT model, date, avg((forecast - next_spread) ^ 2) AS mse FROM forecast GROUP BY model, date;

\echo
\echo 'The test: mean squared error, the Diebold-Mariano test of its daily means against no change, the order of the'
\echo 'changes within a day (mean reciprocal rank of the largest rise, Spearman correlation) and what the highest less'
\echo 'the lowest forecast of each of the five families would have earned (bp over all days and families).'
SELECT model, round(mse::numeric, 3) AS mse, round((mse / first_value(mse) OVER (ORDER BY model <> 'no change'))::numeric, 4) AS of_no_change,
	   round((dm).statistic::numeric, 2) AS dm, round((dm).p_value::numeric, 4) AS p, round(mrr::numeric, 3) AS mrr,
	   round((rc).mean::numeric, 3) AS spearman, round((b).total::numeric) AS earned, round((b).max_drawdown::numeric) AS drawdown,
	   round((b).turnover::numeric, 2) AS turnover
FROM (SELECT model, avg((forecast - next_spread) ^ 2) AS mse, mean_reciprocal_rank(date, next_spread - spread, forecast - spread) AS mrr,
		rank_backtest(code, family, date, next_spread - spread, forecast - spread) AS b,
		rank_correlation(date, next_spread - spread, forecast - spread) FILTER (WHERE model <> 'no change') AS rc
	FROM forecast GROUP BY model) AS m
	LEFT JOIN (SELECT l.model, dm_test(date, 0::float8, sqrt(n.mse), sqrt(l.mse)) AS dm
		FROM loss l JOIN loss n USING (date) WHERE n.model = 'no change' AND l.model <> 'no change' GROUP BY l.model) AS d USING (model)
ORDER BY mse;

\echo 'Relations against none, with everything else the same, and what each relation counts.'
SELECT first, second, round((dm).statistic::numeric, 2) AS dm, round((dm).p_value::numeric, 4) AS p
FROM (SELECT a.model AS first, b.model AS second, dm_test(date, 0::float8, sqrt(a.mse), sqrt(b.mse)) AS dm
	FROM loss a JOIN loss b USING (date)
	WHERE (a.model, b.model) IN (('defaults, no relations', 'defaults'), ('defaults, relations shuffled', 'defaults'),
		('rank_lstm', 'rlstm_all'), ('rank_lstm', 'rlstm_separate'), ('VAR(1)', 'defaults'), ('rank_lstm', 'defaults'),
		('linear, no relations', 'linear'), ('ridge VAR(1)', 'linear'), ('ridge VAR(1)', 'defaults, no relations'))
	GROUP BY a.model, b.model) AS t
ORDER BY dm DESC;
SELECT relation, round(weight::numeric, 2) AS weight, round(sd::numeric, 2) AS sd
FROM fitted CROSS JOIN LATERAL graph_rank_relations(network) WHERE model = 'defaults' ORDER BY weight DESC;

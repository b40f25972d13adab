\echo
\echo '7. Ranking: which industry''s spread will rise most, from its own past and from those it is related to'
\echo

-- A made-up market, since its relations and their strengths are known: docs/sample_market.md.
CREATE TABLE market AS
SELECT industry, sector, day, spread, lead(spread) OVER w - spread AS change
FROM sample_market(seed => 1, days => 500) WINDOW w AS (PARTITION BY industry ORDER BY day);

-- Three direct kinds of relation, and the two that follow from them.
CREATE TABLE industry_graph AS
SELECT relation_graph(source, target, kind, relation_graph_options(indirect => '{upstream,downstream}')) AS graph
FROM sample_market_relations();

-- The five models of paper 000: without relations; with direct ones or all; pairs of all industries ranked, or
-- of one sector. They forecast the change, trained in one stage. The last fifth of the days is left for the test.
SELECT percentile_disc(0.8) WITHIN GROUP (ORDER BY day) AS last_fitted FROM market \gset
CREATE TABLE ranking AS
SELECT model_name, graph_rank_fit(industry, day, spread, NULL, sector, graph, options) AS model
FROM market, industry_graph, (VALUES
	('rank_lstm', graph_rank_options('rank_lstm', target => 'change', training => 'joint', epochs => 6)),
	('rlstm_all_3', graph_rank_options('rlstm_all', target => 'change', training => 'joint', epochs => 6, kinds => '{same sector,upstream,downstream}')),
	('rlstm_all_5', graph_rank_options('rlstm_all', target => 'change', training => 'joint', epochs => 6)),
	('rlstm_separate_3', graph_rank_options('rlstm_separate', target => 'change', training => 'joint', epochs => 6, kinds => '{same sector,upstream,downstream}')),
	('rlstm_separate_5', graph_rank_options('rlstm_separate', target => 'change', training => 'joint', epochs => 6)),
	('defaults', graph_rank_options(ensemble => 2))) AS o (model_name, options)
WHERE day <= :'last_fitted'
GROUP BY model_name;

-- Forecasts of the change, made on the day before, and that of no change beside them.
CREATE TABLE ranked AS
SELECT model_name, industry, sector, day, change, (forecast).forecast - spread AS forecast
FROM (SELECT model_name, industry, sector, day, spread, change,
			 graph_rank_forecast(model, industry, day, spread, NULL, sector) OVER (PARTITION BY model_name) AS forecast
	  FROM market, ranking) AS made
WHERE day > :'last_fitted' AND change IS NOT NULL
UNION ALL
SELECT 'no change', industry, sector, day, change, 0 FROM market WHERE day > :'last_fitted' AND change IS NOT NULL;

\echo 'Table II: the error, the reciprocal rank of the industry that rose most, and what long the first and short the last of each sector earned.'
SELECT model_name, round(1e4 * avg((change - forecast) ^ 2)::numeric, 2) AS "mse, 1e-4",
	   round(mean_reciprocal_rank(day, change, forecast)::numeric, 3) AS reciprocal_rank,
	   round((rank_correlation(day, change, forecast)).mean::numeric, 3) AS correlation,
	   round((rank_backtest(industry, sector, day, change, forecast)).total::numeric, 2) AS backtest
FROM ranked GROUP BY model_name ORDER BY 2;

-- Whether the relations help beyond chance: each day's error is the root mean square over the industries.
SELECT model_name, round((test).statistic::numeric, 1) AS "DM against rank_lstm", round((test).p_value::numeric, 4) AS p_value
FROM (
	SELECT with_relations.model_name, dm_test(day, 0, without.error, with_relations.error) AS test
	FROM (SELECT model_name, day, sqrt(avg((change - forecast) ^ 2)) AS error FROM ranked GROUP BY 1, 2) AS with_relations
	JOIN (SELECT day, sqrt(avg((change - forecast) ^ 2)) AS error FROM ranked WHERE model_name = 'rank_lstm' GROUP BY 1) AS without USING (day)
	WHERE model_name <> 'rank_lstm' GROUP BY 1
) AS tested ORDER BY 2 DESC;

\echo 'Figures 5 and 6: both sides of the backtest and their difference, summed up, at the end of each month.'
SELECT DISTINCT ON (date_trunc('month', time::date)) time::date AS day, round(value::numeric, 2) AS value, round(long::numeric, 2) AS long, round(short::numeric, 2) AS short,
	   round(median::numeric, 2) AS median, repeat('#', (4 * value)::int) AS curve
FROM (SELECT rank_backtest(industry, sector, day, change, forecast) AS backtest FROM ranked WHERE model_name = 'defaults') AS b,
	 rank_backtest_curve(backtest)
ORDER BY date_trunc('month', time::date), time::date DESC;

\echo 'Figure 7: what each kind of relation counts, beside the strength that it has in the making of the market.'
SELECT relation, round(weight::numeric, 2) AS weight, round(sd::numeric, 2) AS sd, strength
FROM ranking, graph_rank_relations(model) JOIN sample_market_strengths() ON kind = relation
WHERE model_name = 'defaults' ORDER BY strength DESC;

\echo 'How strongly coal acts on steel and steel on coal, at the end of each quarter.'
SELECT quarter, source, target, kinds, round(weight::numeric, 3) AS linkage
FROM (SELECT quarter, unnest(graph_rank_linkage(model, industry, day, spread, NULL)) AS link
	  FROM (SELECT DISTINCT date_trunc('quarter', day)::date AS quarter FROM market WHERE day >= '2011-01-01') AS quarters
	  JOIN market ON day < quarter AND day >= quarter - 20, ranking
	  WHERE model_name = 'defaults' GROUP BY quarter) AS linked, unnest(ARRAY[link]) AS l
WHERE source IN ('coal', 'steel') AND target IN ('coal', 'steel') ORDER BY quarter, source;

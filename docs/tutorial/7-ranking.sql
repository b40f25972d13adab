\echo
\echo '7. Ranking: which industry''s spread will rise most, from its own past and from those it is related to'
\echo

-- A made-up market, since its relations and their strengths are known: docs/sample_market.md.
CREATE TABLE market AS
SELECT industry, sector, day, spread, lead(spread) OVER w - spread AS change
FROM sample_market(seed => 1, days => 600) WINDOW w AS (PARTITION BY industry ORDER BY day);

-- Three direct kinds of relation, and the two that follow from them.
CREATE TABLE industry_graph AS
SELECT relation_graph(source, target, kind, relation_graph_options(indirect => '{upstream,downstream}')) AS graph
FROM sample_market_relations();

-- The five models of paper 000: without relations; with direct ones or all; pairs of all industries ranked, or
-- of one sector. They forecast the change. The last fifth of the days is left for the test.
SELECT percentile_disc(0.8) WITHIN GROUP (ORDER BY day) AS last_fitted FROM market \gset
CREATE TABLE ranking AS
SELECT model_name, graph_rank_fit(industry, day, spread, NULL, sector, graph, options) AS model
FROM market, industry_graph, (VALUES
	('rank_lstm', graph_rank_options('rank_lstm', target => 'change', epochs => 8)),
	('rlstm_all_3', graph_rank_options('rlstm_all', target => 'change', epochs => 8, kinds => '{same sector,upstream,downstream}')),
	('rlstm_all_5', graph_rank_options('rlstm_all', target => 'change', epochs => 8)),
	('rlstm_separate_3', graph_rank_options('rlstm_separate', target => 'change', epochs => 8, kinds => '{same sector,upstream,downstream}')),
	('rlstm_separate_5', graph_rank_options('rlstm_separate', target => 'change', epochs => 8)),
	('defaults', graph_rank_options())) AS o (model_name, options)
WHERE day <= :'last_fitted'
GROUP BY model_name;

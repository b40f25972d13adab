-- What graph_rank_fit must show on sample_market, whose relations and strengths are known: it beats a
-- network without relations, finds the order of the strengths, and gains nothing by shuffled relations.

BEGIN;
SELECT no_plan();

-- The mean change of the day, a feature, tells every network of the movement that all industries share: what
-- relations add is what differs between them.
CREATE TABLE market AS
SELECT seed, industry, sector, day, spread, lead(spread) OVER (PARTITION BY seed, industry ORDER BY day) - spread AS change,
	ARRAY[avg(step) OVER (PARTITION BY seed, day)] AS x
FROM (SELECT *, coalesce(spread - lag(spread) OVER (PARTITION BY seed, industry ORDER BY day), 0) AS step
	FROM generate_series(1, 2) AS seed, sample_market(seed, 600)) s;
CREATE TABLE graph AS
SELECT relation_graph(source, target, kind, relation_graph_options(indirect => '{upstream,downstream}')) AS g FROM sample_market_relations();
SELECT percentile_disc(0.8) WITHIN GROUP (ORDER BY day) AS last_fitted FROM market \gset
CREATE TABLE model AS
SELECT seed, name, graph_rank_fit(industry, day, spread, x, sector, CASE name WHEN 'shuffled' THEN relation_graph_shuffle(g) ELSE g END,
	graph_rank_options(relation_form => CASE name WHEN 'none' THEN 'none' END, look_back => 2, ensemble => 2)) AS m
FROM market, graph, unnest('{none,relations,shuffled}'::text[]) AS name WHERE day <= :'last_fitted' GROUP BY seed, name;
CREATE TABLE forecast AS
SELECT * FROM (
	SELECT seed, name, industry, sector, day, change, (graph_rank_forecast(m, industry, day, spread, x) OVER (PARTITION BY seed, name)).forecast - spread AS forecast
	FROM market JOIN model USING (seed)) f
WHERE day > :'last_fitted' AND change IS NOT NULL;
CREATE TABLE measure AS
SELECT seed, name, sqrt(avg((change - forecast) ^ 2)) AS rmse, mean_reciprocal_rank(day, change, forecast) AS mrr,
	(rank_correlation(day, change, forecast)).mean AS correlation, (rank_backtest(industry, sector, day, change, forecast)).total AS backtest
FROM forecast GROUP BY seed, name;
-- of the days, on each of which an error is the root mean square over the industries
CREATE FUNCTION dm(seed int, first text, second text) RETURNS dm_result LANGUAGE sql AS $$
	SELECT dm_test(day, 0, a, b) FROM (SELECT day, sqrt(avg((change - f.forecast) ^ 2) FILTER (WHERE name = first)) AS a,
		sqrt(avg((change - f.forecast) ^ 2) FILTER (WHERE name = second)) AS b FROM forecast f WHERE f.seed = dm.seed GROUP BY day) d
$$;

SELECT diag(format('market %s, %s: rmse %s, reciprocal rank %s, rank correlation %s, backtest %s', seed, name, rmse, mrr, correlation, backtest)) FROM measure ORDER BY 1;
SELECT ok((r).better = 'second' AND (r).p_value < 0.01, format('market %s: with relations beats without, DM %s', seed, (r).statistic))
FROM (SELECT seed, dm(seed, 'none', 'relations') AS r FROM generate_series(1, 2) seed) q;
SELECT cmp_ok(r.mrr, '>', 1.3 * n.mrr, format('market %s: reciprocal rank', r.seed)) FROM measure r JOIN measure n USING (seed) WHERE r.name = 'relations' AND n.name = 'none';
SELECT cmp_ok(r.backtest, '>', 3 * abs(n.backtest), format('market %s: backtest', r.seed)) FROM measure r JOIN measure n USING (seed) WHERE r.name = 'relations' AND n.name = 'none';
SELECT is((SELECT array_agg(relation ORDER BY weight DESC) FROM graph_rank_relations(m)), (SELECT array_agg(kind ORDER BY strength DESC) FROM sample_market_strengths()), format('market %s: the order of the strengths', seed))
FROM model WHERE name = 'relations';
SELECT ok((r).better <> 'second', format('market %s: shuffled relations gain nothing, DM %s', seed, (r).statistic))
FROM (SELECT seed, dm(seed, 'none', 'shuffled') AS r FROM generate_series(1, 2) seed) q;

SELECT * FROM finish();
ROLLBACK;

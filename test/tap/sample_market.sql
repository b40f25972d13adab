-- sample_market, sample_market_relations, sample_market_strengths.

BEGIN;
SELECT plan(20);

CREATE TEMPORARY TABLE market AS SELECT * FROM sample_market(1, 800);
SELECT is((SELECT (count(*), count(DISTINCT day), count(DISTINCT industry), count(DISTINCT sector), min(day), max(day))::text FROM market), '(28800,800,36,10,2010-01-04,2013-01-25)', '36 industries in 10 sectors on each business day');
SELECT ok((SELECT bool_and(extract(isodow FROM day) < 6) FROM market), 'none on a weekend');
SELECT is((SELECT count(*) FROM (SELECT day, industry, sector, spread, stock FROM sample_market() WHERE day < '2013-01-28' EXCEPT TABLE market) s), 0::bigint, 'fewer days are the first of more; 1500 days of seed 1 by default');
SELECT is((SELECT count(*) FROM sample_market(2, 800) a JOIN market USING (day, industry) WHERE a.spread = market.spread), 0::bigint, 'another seed, another market');
SELECT is((SELECT (spread, stock)::text FROM market WHERE industry = 'cars' AND day = (SELECT max(day) FROM market)), '(3.1642076919363933,1097.6465450607477)', 'the same figures on every machine');
SELECT ok((SELECT min(spread) > 0.1 AND max(spread) < 6 AND min(stock) > 50 FROM generate_series(1, 12) seed, sample_market(seed, 2000)), 'spreads and stocks stay sensible');

-- Relations.
SELECT is((SELECT string_agg(kind || ' ' || n, ', ' ORDER BY kind) FROM (SELECT kind, count(*) n FROM sample_market_relations() GROUP BY kind) s), 'downstream 48, same sector 98, upstream 48', 'relations of three kinds');
SELECT results_eq('SELECT target, source FROM sample_market_relations() WHERE kind = ''downstream'' ORDER BY 1, 2', 'SELECT source, target FROM sample_market_relations() WHERE kind = ''upstream'' ORDER BY 1, 2', 'downstream is upstream reversed');
SELECT results_eq('SELECT source, target FROM sample_market_relations() WHERE kind = ''same sector'' ORDER BY 1, 2',
	'SELECT a.industry, b.industry FROM sample_market(1, 1) a JOIN sample_market(1, 1) b USING (sector) WHERE a.industry <> b.industry ORDER BY 1, 2', 'sectors');
SELECT results_eq('SELECT industry FROM sample_market(1, 1) ORDER BY 1', 'SELECT DISTINCT source FROM sample_market_relations() ORDER BY 1', 'every industry has relations');
CREATE TEMPORARY TABLE graph AS SELECT relation_graph(source, target, kind, relation_graph_options(indirect => '{upstream,downstream}')) AS graph FROM sample_market_relations();
SELECT is((SELECT array_agg(kind ORDER BY kind COLLATE "C") FROM sample_market_strengths()), (SELECT array_agg(DISTINCT kind COLLATE "C") FROM graph, relation_graph_edges(graph)), 'strengths of these and the indirect kinds');

-- Least squares finds the strengths from the series and the relations alone, but not with other relations.
CREATE TEMPORARY TABLE change AS SELECT industry, day, lag(day) OVER w AS before, spread - lag(spread) OVER w AS change FROM market WINDOW w AS (PARTITION BY industry ORDER BY day);
ANALYZE change;
CREATE FUNCTION strengths(relations relation_graph) RETURNS TABLE (kind text, estimate float8, error float8) LANGUAGE sql AS $$
	WITH edge AS MATERIALIZED (SELECT e.*, n.neighbours FROM relation_graph_edges(relations) e
		JOIN (SELECT target, count(DISTINCT source) AS neighbours FROM relation_graph_edges(relations) GROUP BY target) n USING (target)),
	kinds AS (SELECT DISTINCT kind FROM edge),
	part AS (SELECT e.target AS industry, c.day, e.kind, sum(c.change / e.neighbours) AS part FROM edge e JOIN change c ON c.industry = e.source GROUP BY 1, 2, 3),
	explained AS (SELECT c.industry, c.day, c.change, array_agg(coalesce(p.part, 0) ORDER BY k.kind COLLATE "C") AS x
		FROM change c CROSS JOIN kinds k LEFT JOIN part p ON p.industry = c.industry AND p.day = c.before AND p.kind = k.kind
		WHERE c.day > '2010-01-05' GROUP BY 1, 2, 3),
	fit AS (SELECT panel_regression(industry, day, change, x) AS model FROM explained)
	SELECT k.kind, (model).coefficients[k.i], (model).standard_errors[k.i] FROM fit, (SELECT kind, row_number() OVER (ORDER BY kind COLLATE "C") AS i FROM kinds) k $$;
SELECT ok((SELECT bool_and(abs(estimate - strength) < 4 * error AND error < 0.05) FROM graph, strengths(graph) JOIN sample_market_strengths() USING (kind)), 'the strengths are found');
SELECT is((SELECT string_agg(kind, ', ' ORDER BY estimate DESC) FROM graph, strengths(graph)), 'same sector, downstream, upstream, indirect downstream, indirect upstream', 'in their order');
SELECT ok((SELECT count(*) FILTER (WHERE abs(estimate - strength) < 4 * error) < 4 FROM graph, strengths(relation_graph_shuffle(graph)) JOIN sample_market_strengths() USING (kind)), 'with the industries exchanged they are not');

-- Bad input.
SELECT throws_ok('SELECT * FROM sample_market(-1)', '22023', 'sample_market: seed is -1, must be at least 0', 'a negative seed');
SELECT throws_ok('SELECT * FROM sample_market(1, 0)', '22023', 'sample_market: days is 0, must be from 1 to 100000', 'no days');
SELECT throws_ok('SELECT * FROM sample_market(1, 100001)', '22023', 'sample_market: days is 100001, must be from 1 to 100000', 'too many days');
SELECT is((SELECT count(*) FROM sample_market(NULL)), 0::bigint, 'no seed, no market');
SELECT is((SELECT count(*) FROM sample_market(9007199254740993, 1)), 36::bigint, 'a large seed');
\ir stops.psql
SELECT stops('sample_market(s, 100)', $$SELECT 1::bigint AS s$$);

SELECT * FROM finish();
ROLLBACK;

-- Networks and graphs: what holds whatever the processor.
CREATE TABLE spread AS SELECT t, 2 + sin(t * 0.7) AS y, sin((t + 1) * 0.7) AS x FROM generate_series(1, 200) AS t;
CREATE TABLE fitted AS SELECT
	(SELECT rnn_fit(t, y, ARRAY[x], rnn_options(units => '{8}', epochs => 60, ensemble => 2)) FROM spread) AS rnn,
	(SELECT transformer_fit(t, y, ARRAY[x], transformer_options(epochs => 20, ensemble => 1)) FROM spread) AS transformer;
SELECT model_info(rnn) -> 'options' ->> 'cell' AS cell, model_size(rnn) > 0 AS sized, (SELECT count(*) > 0 FROM rnn_training_log(rnn)) AS logged, rnn::text = rnn::text::rnn_model::text AS kept,
	transformer::text = transformer::text::transformer_model::text AS kept FROM fitted;
SELECT count(forecast) AS forecasts, count(*) FILTER (WHERE abs(forecast - next) < 0.5) > 180 AS "near", count(*) FILTER (WHERE lower <= forecast AND forecast <= upper) AS ordered
FROM (SELECT (rnn_forecast(rnn, y, ARRAY[x]) OVER w).*, lead(y) OVER w AS next FROM spread, fitted WINDOW w AS (ORDER BY t)) AS f;
SELECT count(forecast) AS forecasts, count(*) FILTER (WHERE lower <= forecast AND forecast <= upper) AS ordered
FROM (SELECT (transformer_forecast(transformer, y, ARRAY[x]) OVER (ORDER BY t)).* FROM spread, fitted) AS f;
SELECT step, abs(forecast - 2 - sin((200 + step) * 0.7)) < 0.8 AS "near"
FROM unnest((SELECT rnn_forecast(t, y, ARRAY[x], 2, rnn_options(units => '{8}', epochs => 60, ensemble => 1)) FROM spread)) ORDER BY step;
SELECT feature FROM unnest((SELECT rnn_importance(rnn, t, y, ARRAY[x]) FROM spread, fitted)) ORDER BY importance DESC;
\set VERBOSITY terse
SELECT rnn_fit(t, y, ARRAY[x], '{"unit": 3}') FROM spread;
\set VERBOSITY default

CREATE TABLE market AS SELECT * FROM sample_market(1, 80);
CREATE TABLE relations AS SELECT relation_graph(source, target, kind, relation_graph_options(indirect => '{upstream}')) AS graph FROM sample_market_relations();
SELECT cardinality(relation_graph_entities(graph)) AS entities, (SELECT count(*) FROM relation_graph_edges(graph)) AS edges,
	graph::text = graph::text::relation_graph::text AS kept FROM relations;
CREATE TABLE ranked AS SELECT graph_rank_fit(industry, day, spread, NULL, sector, graph, graph_rank_options(units => '{4}', epochs => 2, ensemble => 1)) AS model
FROM market, relations;
SELECT count(forecast) AS forecasts, count(DISTINCT place) AS places
FROM (SELECT day, (graph_rank_forecast(model, industry, day, spread, NULL, sector) OVER ()).* FROM market, ranked) AS f WHERE day = (SELECT max(day) FROM market);
SELECT relation, abs(weight) < 10 AS finite FROM ranked, graph_rank_relations(model);
DROP TABLE spread, fitted, market, relations, ranked;

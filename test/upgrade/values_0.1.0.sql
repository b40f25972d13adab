-- Prints values of the extension's types with names beyond ASCII as lines of CSV: encoding of the
-- database, type, text form, binary form, forecast of the last row.  values_0.1.0.csv is what it
-- printed under release 0.1.0, in databases of the encodings UTF8, LATIN1 and SQL_ASCII, to a client
-- of encoding UTF8 (SQL_ASCII: no conversion).
\set ON_ERROR_STOP on
\pset format csv
\pset tuples_only on
CREATE EXTENSION IF NOT EXISTS creditspread;
SET client_encoding = 'UTF8';
CREATE TEMPORARY TABLE sample AS
SELECT g::bigint AS t, sin(g * 0.7) + g * 0.05 AS y, ARRAY[cos(g * 0.3), (g % 7)::float8] AS x,
	(ARRAY['Köln', 'Zürich', 'Basel'])[g % 3 + 1] AS town
FROM generate_series(1, 42) g;
CREATE TEMPORARY TABLE graph AS
SELECT relation_graph(source, target, kind) AS g
FROM (VALUES ('Köln', 'Zürich', 'für'), ('Zürich', 'Basel', 'für'), ('Basel', 'Köln', 'fus'), ('Köln', 'Basel', 'furs')) v (source, target, kind);
CREATE TEMPORARY TABLE rnn AS
SELECT rnn_fit(t, y, x, rnn_options(units => '{2}', epochs => 1, ensemble => 1, look_back => 2, feature_names => '{größe,x}')) AS m FROM sample;
CREATE TEMPORARY TABLE transformer AS
SELECT transformer_fit(t, y, x, transformer_options(layers => 1, width => 2, heads => 1, feed_forward => 2, epochs => 1, ensemble => 1,
	look_back => 2, feature_names => '{größe,x}')) AS m FROM sample;
CREATE TEMPORARY TABLE ranking AS
SELECT graph_rank_fit(town, t / 3, y, x, NULL, (SELECT g FROM graph),
	graph_rank_options(units => '{2}', epochs => 1, ensemble => 1, look_back => 2, feature_names => '{größe,x}')) AS m FROM sample;
SELECT getdatabaseencoding(), 'rnn_model', m::text, encode(rnn_model_send(m), 'hex'),
	(SELECT round(f::numeric, 5) FROM (SELECT t, (rnn_forecast(m, y, x) OVER (ORDER BY t)).forecast AS f FROM sample) q ORDER BY t DESC LIMIT 1) FROM rnn;
SELECT getdatabaseencoding(), 'transformer_model', m::text, encode(transformer_model_send(m), 'hex'),
	(SELECT round(f::numeric, 5) FROM (SELECT t, (transformer_forecast(m, y, x) OVER (ORDER BY t)).forecast AS f FROM sample) q ORDER BY t DESC LIMIT 1)
FROM transformer;
SELECT getdatabaseencoding(), 'graph_rank_model', m::text, encode(graph_rank_model_send(m), 'hex'),
	(SELECT round(f::numeric, 5) FROM (SELECT t, town, (graph_rank_forecast(m, town, t / 3, y, x) OVER ()).forecast AS f FROM sample) q ORDER BY t DESC LIMIT 1)
FROM ranking;
SELECT getdatabaseencoding(), 'relation_graph', g::text, encode(relation_graph_send(g), 'hex'), NULL FROM graph;

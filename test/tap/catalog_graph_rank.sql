-- The method graph_rank of the catalog: one fit for all series, with groups and a query for the relations.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(7);

CREATE VIEW models AS SELECT p.owner, p.name, m.* FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id;
CREATE VIEW runs AS SELECT p.owner, p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
CREATE VIEW forecasts AS SELECT p.owner, p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
CREATE TABLE industry AS SELECT 'i' || i AS entity, '2020-01-01'::date + g AS day, 2 + i + sin(g * g * 0.37 + i) + g * 0.01 AS y, 's' || i % 2 AS sector
FROM generate_series(1, 6) i, generate_series(1, 150) g;
CREATE TABLE relation AS SELECT 'i' || i AS source, 'i' || i % 6 + 1 AS target, 'up' AS kind FROM generate_series(1, 6) i;
CREATE FUNCTION options() RETURNS jsonb LANGUAGE sql AS $$ SELECT graph_rank_options(epochs => 2, units => '{4}', ensemble => 1) $$;
CALL creditspread.train('rank', 'SELECT entity, day AS "time", y, sector AS "group" FROM industry', 'graph_rank', '{1,2}',
	options() || '{"graph": "SELECT source, target, kind FROM relation -- all"}');
CALL creditspread.forecast('rank');
SELECT is((SELECT string_agg(entity, ' ') FROM creditspread.artifact), '', 'one fit for all');
SELECT is((SELECT artifact FROM creditspread.artifact), (SELECT graph_rank_fit(entity, day::timestamp, y, NULL::float8[], sector, graph,
		options() || '{"horizons": [1, 2], "feature_names": []}')::text FROM industry, (SELECT relation_graph(source, target, kind) AS graph FROM relation OFFSET 0) g), 'that of graph_rank_fit');
SELECT is((SELECT count(*)::integer FROM forecasts), 12, 'a forecast for each series and horizon');
CALL creditspread.backtest('rank', 20, 10);
CREATE TABLE first AS SELECT entity, origin, horizon, forecast, lower, upper FROM forecasts WHERE source = 'backtest' AND origin <= '2020-05-20';
UPDATE industry SET y = y + random() WHERE day > '2020-05-20';
CALL creditspread.backtest('rank', 20, 10);
SELECT set_eq('SELECT * FROM first', $$ SELECT entity, origin, horizon, forecast, lower, upper FROM forecasts WHERE source = 'backtest' AND origin <= '2020-05-20' $$,
	'nothing after an origin changes a byte of a forecast made up to it');
SELECT is((SELECT n FROM creditspread.accuracy WHERE entity = 'i1' AND horizon = 1 AND source = 'backtest'), 20, 'accuracy');
SELECT isnt((SELECT mae FROM creditspread.model_overview), NULL, 'its own validation');
CREATE FUNCTION writes() RETURNS text LANGUAGE sql AS $$ INSERT INTO relation VALUES ('a', 'b', 'up') RETURNING 'up' $$;
CALL creditspread.train('rank', 'SELECT entity, day AS "time", y FROM industry', 'graph_rank', options => options() || '{"graph": "SELECT source, target, writes() FROM relation"}');
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '25006', 'the query for the relations is read-only');
SELECT finish();

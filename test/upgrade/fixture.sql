-- What a database of 0.1.0 holds, for upgrade.sh of test/tap: values of every type with what they say, and a catalog.
\set ON_ERROR_STOP 1
CREATE TABLE series AS
SELECT '2020-01-01'::date + t AS day, 'e' || e AS entity, round((2 + e * 0.3 + sin(t * 0.4 + e) + 0.1 * cos(t * t))::numeric, 3)::float8 AS y, round(cos(t * 0.4 + e)::numeric, 3)::float8 AS x
FROM generate_series(1, 90) AS t, generate_series(1, 3) AS e ORDER BY 1, 2;
CREATE TABLE kept (type text PRIMARY KEY, value text, said float8[]);
INSERT INTO kept SELECT 'relation_graph', relation_graph(a, b, kind)::text, NULL FROM (VALUES ('e1', 'e2', 'upstream'), ('e2', 'e3', 'upstream'), ('e3', 'e1', 'peer')) AS r (a, b, kind);
INSERT INTO kept SELECT 'rnn_model', rnn_fit(day, y, ARRAY[x], rnn_options(units => '{3}', epochs => 3, ensemble => 2))::text, NULL FROM series WHERE entity = 'e1';
INSERT INTO kept SELECT 'transformer_model', transformer_fit(day, y, ARRAY[x], transformer_options(width => 4, heads => 2, feed_forward => 4, epochs => 2, ensemble => 1))::text, NULL FROM series WHERE entity = 'e1';
INSERT INTO kept SELECT 'graph_rank_model', graph_rank_fit(entity, day, y, ARRAY[x], NULL, (SELECT value::relation_graph FROM kept WHERE type = 'relation_graph'), graph_rank_options(units => '{3}', epochs => 3, ensemble => 1))::text, NULL FROM series;
INSERT INTO kept SELECT 'var_model', var_fit(day, ARRAY[y], var_options(lags => 2))::text, NULL FROM series WHERE entity = 'e1';
INSERT INTO kept SELECT 'cir_model', cir_fit(day, y)::text, NULL FROM series WHERE entity = 'e1';
INSERT INTO kept SELECT 'kalman_model', kalman_fit(day, y, kalman_options('ar1_plus_noise'))::text, NULL FROM series WHERE entity = 'e1';
INSERT INTO kept SELECT 'kalman_state', kalman_update(kalman_update(kalman_state(0.9, 0.1, 0.2), 2), 2.5)::text, NULL;
INSERT INTO kept SELECT 'nelson_siegel_curve', nelson_siegel_fit(n, 4 + 1 / n)::text, NULL FROM unnest('{0.5,1,2,5,10}'::float8[]) AS n;
INSERT INTO kept SELECT 'svensson_curve', svensson_fit(n, 4 + 1 / n, svensson_options(decay => 0.7, second_decay => 0.1))::text, NULL FROM unnest('{0.5,1,2,5,10,20}'::float8[]) AS n;
INSERT INTO kept SELECT 'panel_regression_model', panel_regression(entity, day, y, ARRAY[x])::text, NULL FROM series;
INSERT INTO kept SELECT 'principal_components_model', principal_components(ARRAY[x, y])::text, NULL FROM series;
\ir said.sql
UPDATE kept SET said = s.said FROM said AS s WHERE s.type = kept.type;

CALL creditspread.train('ar', 'SELECT entity, day AS "time", y FROM series', method => 'ar', horizons => '{1,5}');
CALL creditspread.train('rnn', 'SELECT day AS "time", y, x FROM series WHERE entity = ''e1''', method => 'rnn', horizons => '{1}', options => rnn_options(units => '{3}', epochs => 3, ensemble => 1));
CALL creditspread.forecast('ar');
CALL creditspread.forecast('rnn');
CALL creditspread.retrain('ar');
CALL creditspread.backtest('ar', origins => 4, refit_every => 2);

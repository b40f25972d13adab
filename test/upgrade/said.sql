-- What the values of the table kept say, in figures.
CREATE TEMPORARY VIEW said (type, said) AS
SELECT 'rnn_model', (SELECT array_agg((f).forecast ORDER BY day) FROM (SELECT day, rnn_forecast((SELECT value::rnn_model FROM kept WHERE type = 'rnn_model'), y, ARRAY[x]) OVER (ORDER BY day) AS f
	FROM series WHERE entity = 'e1') AS r WHERE day > '2020-03-25')
UNION ALL
SELECT 'transformer_model', (SELECT array_agg((f).forecast ORDER BY day) FROM (SELECT day, transformer_forecast((SELECT value::transformer_model FROM kept WHERE type = 'transformer_model'), y, ARRAY[x]) OVER (ORDER BY day) AS f
	FROM series WHERE entity = 'e1') AS r WHERE day > '2020-03-25')
UNION ALL
SELECT 'graph_rank_model', (SELECT array_agg((f).forecast ORDER BY day, entity) FROM (SELECT entity, day, graph_rank_forecast((SELECT value::graph_rank_model FROM kept WHERE type = 'graph_rank_model'), entity, day, y, ARRAY[x]) OVER () AS f
	FROM series) AS r WHERE day > '2020-03-25')
UNION ALL
SELECT 'var_model', (SELECT array_agg(forecast ORDER BY step) FROM kept, var_forecast(value::var_model, 3) WHERE type = 'var_model')
UNION ALL
SELECT 'cir_model', (SELECT ARRAY[(f).forecast, (f).lower, (f).upper] FROM (SELECT cir_forecast(value::cir_model, 2.5) AS f FROM kept WHERE type = 'cir_model') AS r)
UNION ALL
SELECT 'kalman_model', (SELECT array_agg((f).filtered ORDER BY day) FROM (SELECT day, kalman_filter(y, (SELECT value::kalman_model FROM kept WHERE type = 'kalman_model')) OVER (ORDER BY day) AS f
	FROM series WHERE entity = 'e1') AS r WHERE day > '2020-03-25')
UNION ALL
SELECT 'kalman_state', ARRAY[(kalman_estimate(kalman_update(value::kalman_state, 2.2))).filtered] FROM kept WHERE type = 'kalman_state'
UNION ALL
SELECT 'nelson_siegel_curve', ARRAY[nelson_siegel_yield(value::nelson_siegel_curve, 3)] FROM kept WHERE type = 'nelson_siegel_curve'
UNION ALL
SELECT 'svensson_curve', ARRAY[svensson_yield(value::svensson_curve, 3)] FROM kept WHERE type = 'svensson_curve'
UNION ALL
SELECT 'panel_regression_model', ARRAY[panel_predict(value::panel_regression_model, 'e2', '{0.5}')] FROM kept WHERE type = 'panel_regression_model'
UNION ALL
SELECT 'principal_components_model', principal_components_scores(value::principal_components_model, '{0.5,1}') FROM kept WHERE type = 'principal_components_model'
UNION ALL
SELECT 'relation_graph', ARRAY[count(*)::float8, count(DISTINCT e.kind)::float8] FROM kept, relation_graph_edges(value::relation_graph) AS e WHERE type = 'relation_graph';

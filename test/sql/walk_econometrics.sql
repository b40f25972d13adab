-- Regressions, components, accuracy.
CREATE TABLE panel AS SELECT e AS entity, t, sin(t * 0.9 + e) AS x, 0.5 * e + 2 * sin(t * 0.9 + e) + 0.1 * cos(t * t) AS y
FROM generate_series(1, 4) AS e, generate_series(1, 40) AS t;
SELECT term, coefficient::numeric(8, 3), p_value::numeric(8, 3) FROM panel_coefficients((SELECT panel_regression(entity, t, y, ARRAY[x]) FROM panel));
SELECT panel_predict(panel_regression(entity, t, y, ARRAY[x]), 2, '{0.5}')::numeric(8, 3) FROM panel;
SELECT equation, term, coefficient::numeric(8, 3) FROM var_coefficients((SELECT var_fit(t, ARRAY[x + cos(t * t), y], var_options(lags => 1)) FROM panel WHERE entity = 1));
SELECT step, variable, forecast::numeric(8, 3) FROM (SELECT var_fit(t, ARRAY[x + cos(t * t), y], var_options(lags => 1)) AS model FROM panel WHERE entity = 1) AS f, var_forecast(model, 2);
SELECT term, coefficient::numeric(8, 2) FROM linear_coefficients((SELECT linear_fit(t, y, ARRAY[x], linear_options(lags => 1, means => '{}', ridge => 0.1, shrink => false)) FROM panel WHERE entity = 1));
SELECT step, forecast::numeric(8, 2) FROM unnest((SELECT linear_forecast(t, y, ARRAY[x], 2, linear_options(lags => 1, means => '{}', ridge => 0.1, shrink => false)) FROM panel WHERE entity = 1)) AS f;
SELECT component, ratio::numeric(8, 4), score::numeric(8, 4) FROM (SELECT principal_components(ARRAY[x, y]) AS model FROM panel) AS f,
	ROWS FROM (unnest((model).explained_ratio), unnest(principal_components_scores(model, '{0,1}'))) WITH ORDINALITY AS r (ratio, score, component);
SELECT (a).n, (a).mae::numeric(8, 4), (a).rmse::numeric(8, 4), (a).bias::numeric(8, 4) FROM (SELECT forecast_accuracy(y, 2 * x) AS a FROM panel WHERE entity = 1) AS f;
SELECT (d).statistic::numeric(8, 3), (d).observations, (d).better FROM (SELECT dm_test(t, y, 2 * x, 0) AS d FROM panel WHERE entity = 1) AS f;
SELECT (i).mean::numeric(8, 3), (i).windows FROM (SELECT information_coefficient(t, x, y, information_coefficient_options(window_size => 10)) AS i FROM panel WHERE entity = 1) AS f;
SELECT mean_reciprocal_rank(t, y, x)::numeric(8, 3), (rank_correlation(t, y, x)).mean::numeric(8, 3), (rank_backtest(entity, 'all', t, y, x)).total::numeric(8, 3) FROM panel;
DROP TABLE panel;

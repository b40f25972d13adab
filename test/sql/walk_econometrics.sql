-- Regressions, components, accuracy.
CREATE TABLE panel AS SELECT e AS entity, t, sin(t * 0.9 + e) AS x, 0.5 * e + 2 * sin(t * 0.9 + e) + 0.1 * cos(t * t) AS y
FROM generate_series(1, 4) AS e, generate_series(1, 40) AS t;
SELECT term, coefficient::numeric(8, 3), p_value::numeric(8, 3) FROM panel_coefficients((SELECT panel_regression(entity, t, y, ARRAY[x]) FROM panel));
SELECT panel_predict(panel_regression(entity, t, y, ARRAY[x]), 2, '{0.5}')::numeric(8, 3) FROM panel;
SELECT equation, term, coefficient::numeric(8, 3) FROM var_coefficients((SELECT var_fit(t, ARRAY[x + cos(t * t), y], var_options(lags => 1)) FROM panel WHERE entity = 1));
SELECT step, variable, forecast::numeric(8, 3) FROM (SELECT var_fit(t, ARRAY[x + cos(t * t), y], var_options(lags => 1)) AS model FROM panel WHERE entity = 1) AS f, var_forecast(model, 2);
SELECT term, coefficient::numeric(8, 2) FROM linear_coefficients((SELECT linear_fit(t, y, ARRAY[x], linear_options(lags => 1, means => '{}', ridge => 0.1, shrink => false)) FROM panel WHERE entity = 1));
SELECT step, forecast::numeric(8, 2) FROM unnest((SELECT linear_forecast(t, y, ARRAY[x], 2, linear_options(lags => 1, means => '{}', ridge => 0.1, shrink => false)) FROM panel WHERE entity = 1)) AS f;
SELECT term, gain::numeric(8, 1) FROM boosted_trees_importance((SELECT boosted_trees_fit(t, y, ARRAY[x], boosted_trees_options(lags => 1, means => '{}', rounds => 5, subsample => 1, columns => 1, patience => 0, min_rows => 5)) FROM panel WHERE entity = 1));
SELECT (model_info(random_forest_fit(t, y, ARRAY[x], random_forest_options(lags => 1, means => '{}', rounds => 5)))->'horizons'->0->>'trees') AS trees FROM panel WHERE entity = 1;
SELECT count(f) FROM (SELECT svr_forecast(model, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM panel, (SELECT svr_fit(t, y, ARRAY[x], svr_options(lags => 1, means => '{}')) AS model FROM panel WHERE entity = 1) AS m WHERE entity = 1) AS r;
SELECT component, ratio::numeric(8, 4), score::numeric(8, 4) FROM (SELECT principal_components(ARRAY[x, y]) AS model FROM panel) AS f,
	ROWS FROM (unnest((model).explained_ratio), unnest(principal_components_scores(model, '{0,1}'))) WITH ORDINALITY AS r (ratio, score, component);
SELECT (a).n, (a).mae::numeric(8, 4), (a).rmse::numeric(8, 4), (a).bias::numeric(8, 4) FROM (SELECT forecast_accuracy(y, 2 * x) AS a FROM panel WHERE entity = 1) AS f;
SELECT (d).statistic::numeric(8, 3), (d).observations, (d).better FROM (SELECT dm_test(t, y, 2 * x, 0) AS d FROM panel WHERE entity = 1) AS f;
SELECT (i).mean::numeric(8, 3), (i).windows FROM (SELECT information_coefficient(t, x, y, information_coefficient_options(window_size => 10)) AS i FROM panel WHERE entity = 1) AS f;
SELECT mean_reciprocal_rank(t, y, x)::numeric(8, 3), (rank_correlation(t, y, x)).mean::numeric(8, 3), (rank_backtest(entity, 'all', t, y, x)).total::numeric(8, 3) FROM panel;
SELECT (a).statistic::numeric(8, 3), (a).lags, (k).statistic::numeric(8, 3) AS kpss, (p).statistic::numeric(8, 3) AS phillips_perron
FROM (SELECT adf_test(t, y, adf_options(lags => 2)) AS a, kpss_test(t, y) AS k, phillips_perron_test(t, y) AS p FROM panel WHERE entity = 1) AS f;
SELECT (l).statistic::numeric(8, 3), (l).lags, (j).statistic::numeric(8, 3) AS jarque_bera, (g).statistic::numeric(8, 3) AS granger
FROM (SELECT ljung_box_test(t, y) AS l, jarque_bera_test(t, y) AS j, granger_test(t, y, cos(t * t)) AS g FROM panel WHERE entity = 1) AS f;
SELECT (g).statistic::numeric(8, 3), (g).observations, (g).better FROM (SELECT gw_test(t, y, 2 * x, 0) AS g FROM panel WHERE entity = 1) AS f;
SELECT m.forecast, m.mean_loss::numeric(8, 4), m.place FROM (SELECT model_confidence_set(t, y, ARRAY[2 * x, 0]) AS s FROM panel WHERE entity = 1) AS f, unnest(s) AS m;
SELECT (b).periods, (b).total::numeric(8, 3), (b).sharpe::numeric(8, 3), (b).turnover::numeric(8, 2) FROM (SELECT strategy_backtest(t, y, x, strategy_options(rule => 'sign', cost => 0.1)) AS b FROM panel WHERE entity = 1) AS f;
SELECT (m).slope::numeric(8, 3), (m).slope_error::numeric(8, 3), (m).freedom FROM (SELECT mincer_zarnowitz(t, y, x) AS m FROM panel WHERE entity = 1) AS f;
SELECT c.lag, c.correlation::numeric(8, 3) FROM (SELECT cross_correlation(t, y, x) AS r FROM panel WHERE entity = 1) AS f, unnest(r) AS c WHERE c.best;
SELECT (i).information::numeric(8, 3), (i).observations FROM (SELECT mutual_information(t, x, y) AS i FROM panel WHERE entity = 1) AS f;
SELECT s.feature, s.score::numeric(8, 3), s.kept FROM (SELECT select_features(t, y, ARRAY[x, cos(t * t)], select_features_options(measure => 'correlation')) AS r FROM panel WHERE entity = 1) AS f, unnest(r) AS s;
SELECT t, (s).deteriorating, (s).level_score::numeric(8, 3), (s).rise_score::numeric(8, 3) FROM (SELECT t, state_of_economy(y, 10, 3) OVER (ORDER BY t) AS s FROM panel WHERE entity = 1) AS f WHERE t IN (5, 20, 40);
DROP TABLE panel;

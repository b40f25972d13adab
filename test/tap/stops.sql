-- Every long computation looks for a cancel: those of the families whose own files do not say it.

BEGIN;
\ir stops.psql
SELECT plan(49);
SET LOCAL client_min_messages = warning;

CREATE AGGREGATE rnn_state(bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE rnn_panel_state(bigint, bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.rnn_fit_panel_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE rnn_forecast_state(bigint, float8, float8[], integer, jsonb) (SFUNC = creditspread_internal.rnn_forecast_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE rnn_importance_state(rnn_model, bigint, float8, float8[]) (SFUNC = creditspread_internal.rnn_importance_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE transformer_state(bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.transformer_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE graph_rank_state(bigint, bigint, float8, float8[], text, relation_graph, jsonb) (SFUNC = creditspread_internal.graph_rank_fit_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE rnn_importance_panel_state(rnn_model, bigint, bigint, float8, float8[]) (SFUNC = creditspread_internal.rnn_importance_panel_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE graph_rank_importance_state(graph_rank_model, bigint, bigint, float8, float8[]) (SFUNC = creditspread_internal.graph_rank_importance_panel_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE graph_rank_linkage_state(graph_rank_model, bigint, bigint, float8, float8[]) (SFUNC = creditspread_internal.graph_rank_linkage_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE kalman_state_of(bigint, float8) (SFUNC = creditspread_internal.kalman_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE kalman_state_of(bigint, float8, jsonb) (SFUNC = creditspread_internal.kalman_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE classical_state(bigint, float8) (SFUNC = creditspread_internal.arima_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE classical_regression_state(bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.arima_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE classical_forecast_state(bigint, float8, integer) (SFUNC = creditspread_internal.arima_forecast_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE coefficient_state(bigint, float8, float8) (SFUNC = creditspread_internal.information_coefficient_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE one_state(bigint, float8) (SFUNC = creditspread_internal.adf_test_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE two_state(bigint, float8, float8) (SFUNC = creditspread_internal.granger_test_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE three_state(bigint, float8, float8, float8) (SFUNC = creditspread_internal.gw_test_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE reciprocal_state(bigint, float8, float8) (SFUNC = creditspread_internal.mean_reciprocal_rank_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE backtest_state(bigint, text, bigint, float8, float8) (SFUNC = creditspread_internal.rank_backtest_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE line_state(bigint, float8, text) (SFUNC = creditspread_internal.line_chart_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE emd_state(bigint, float8[]) (SFUNC = creditspread_internal.emd_chart_transition, STYPE = creditspread_internal.creditspread_series);

CREATE TEMPORARY TABLE series AS SELECT t, 2 + sin(t * 0.7) + 0.2 * sin(t * t * 0.001) AS y, cos(t * 0.3) AS x FROM generate_series(1::bigint, 120) AS t;
-- what is done within a millisecond looks for no cancel
CREATE TEMPORARY TABLE long AS SELECT t, 2 + sin(t * 0.7) + 0.2 * sin(t * 0.001 * t) AS y, cos(t * 0.3) AS x FROM generate_series(1::bigint, 100000) AS t;
CREATE TEMPORARY TABLE ring AS SELECT relation_graph(i, (i + 1) % 4, 'k') AS g FROM generate_series(0::bigint, 3) AS i;
CREATE TEMPORARY TABLE model AS SELECT (SELECT rnn_fit(t, y, ARRAY[x], '{"epochs": 1, "ensemble": 1, "units": [2]}') FROM series) AS rnn,
	(SELECT graph_rank_fit(t % 4, t / 4, y, NULL, NULL, g, '{"epochs": 1, "ensemble": 1, "units": [2]}') FROM series, ring) AS graph_rank;

SELECT stops('creditspread_internal.rnn_fit_final(s)', $$SELECT rnn_state(t, y, NULL, '{"epochs": 1}') AS s FROM series$$);
SELECT stops('creditspread_internal.rnn_fit_panel_final(s)', $$SELECT rnn_panel_state(t % 2, t, y, NULL, '{"epochs": 1}') AS s FROM series$$);
SELECT stops('creditspread_internal.rnn_forecast_final(s)', $$SELECT rnn_forecast_state(t, y, NULL, 2, '{"epochs": 1}') AS s FROM series$$);
SELECT stops('creditspread_internal.rnn_importance_final(s)', $$SELECT rnn_importance_state(rnn, t, y, ARRAY[x]) AS s FROM series, model$$);
SELECT stops('(SELECT max(a.upper) FROM forecast_ahead(s, y, x, 3, 20) a)', $$SELECT rnn AS s, y, x FROM model, (SELECT array_agg(y ORDER BY t) AS y, array_agg(x ORDER BY t) AS x FROM series) h$$);
SELECT stops('creditspread_internal.transformer_fit_final(s)', $$SELECT transformer_state(t, y, NULL, '{"epochs": 1}') AS s FROM series$$);
SELECT stops('creditspread_internal.graph_rank_fit_final(s)', $$SELECT graph_rank_state(t % 4, t / 4, y, NULL, NULL, g, '{"epochs": 1}') AS s FROM series, ring$$);
SELECT stops('creditspread_internal.graph_rank_linkage_final(s)', $$SELECT graph_rank_linkage_state(graph_rank, t % 4, t / 4, y, NULL) AS s FROM series, model$$);
SELECT stops('creditspread_internal.rnn_importance_panel_final(s)', $$SELECT rnn_importance_panel_state(rnn, t % 2, t, y, ARRAY[x]) AS s FROM series, model$$);
SELECT stops('creditspread_internal.graph_rank_importance_panel_final(s)', $$SELECT graph_rank_importance_state(graph_rank, t % 4, t / 4, y, NULL) AS s FROM series, model$$);
SELECT stops('creditspread_internal.kalman_fit_final(s)', $$SELECT kalman_state_of(t, y) AS s FROM series$$);
SELECT stops('creditspread_internal.kalman_fit_final(s)', $$SELECT kalman_state_of(t, y, '{"seasonal": "dummy", "period": 12}') AS s FROM series$$);
SELECT stops('creditspread_internal.information_coefficient_final(s)', $$SELECT coefficient_state(t, x, y) AS s FROM long$$);
SELECT stops('creditspread_internal.information_coefficient_decay_final(s)', $$SELECT coefficient_state(t, x, y) AS s FROM long$$);
SELECT stops('creditspread_internal.adf_test_final(s)', $$SELECT one_state(t, y) AS s FROM long$$);
SELECT stops('creditspread_internal.trend_seasonal_fit_final(s)', $$SELECT one_state(t, y) AS s FROM long$$);
SELECT stops('creditspread_internal.kpss_test_final(s)', $$SELECT one_state(t, y) AS s FROM long$$);
SELECT stops('creditspread_internal.phillips_perron_test_final(s)', $$SELECT one_state(t, y) AS s FROM long$$);
SELECT stops('creditspread_internal.ljung_box_test_final(s)', $$SELECT one_state(t, y) AS s FROM long$$);
SELECT stops('creditspread_internal.jarque_bera_test_final(s)', $$SELECT one_state(t, y) AS s FROM long$$);
SELECT stops('creditspread_internal.granger_test_final(s)', $$SELECT two_state(t, y, x) AS s FROM long$$);
SELECT stops('creditspread_internal.gw_test_final(s)', $$SELECT three_state(t, y, x, 2) AS s FROM long$$);
SELECT stops('creditspread_internal.model_confidence_set_final(s)', $$SELECT three_state(t, y, x, 2) AS s FROM series$$);
SELECT stops('creditspread_internal.mutual_information_final(s)', $$SELECT two_state(t, x, y) AS s FROM long$$);
SELECT stops('creditspread_internal.select_features_final(s)', $$SELECT two_state(t, y, x) AS s FROM series$$);
SELECT stops('creditspread_internal.mincer_zarnowitz_final(s)', $$SELECT two_state(t, y, x) AS s FROM long$$);
SELECT stops('creditspread_internal.cross_correlation_final(s)', $$SELECT two_state(t, y, x) AS s FROM long$$);
SELECT stops('creditspread_internal.strategy_backtest_final(s)', $$SELECT three_state(t, y, x, 1) AS s FROM long$$);
SELECT stops('creditspread_internal.mean_reciprocal_rank_final(s)', $$SELECT reciprocal_state(t / 10, y, x) AS s FROM series$$);
SELECT stops('creditspread_internal.rank_backtest_final(s)', $$SELECT backtest_state(t % 10, 'g' || t % 2, t / 10, y, x) AS s FROM series$$);
SELECT stops('creditspread_internal.line_chart_final(s)', $$SELECT line_state(t, y, 'y') AS s FROM series$$);
SELECT stops('creditspread_internal.emd_chart_final(s)', $$SELECT emd_state(t, ARRAY[y, x]) AS s FROM series$$);
SELECT stops('creditspread_internal.rnn_model_send(s)', $$SELECT rnn AS s FROM model$$);

SELECT stops('creditspread_internal.arima_fit_final(s)', $$SELECT classical_state(t, y) AS s FROM series$$);
SELECT stops('creditspread_internal.arima_fit_final(s)', $$SELECT classical_regression_state(t, y, ARRAY[x], NULL) AS s FROM series$$);
SELECT stops('creditspread_internal.ets_fit_final(s)', $$SELECT classical_state(t, y) AS s FROM series$$);
SELECT stops('creditspread_internal.theta_fit_final(s)', $$SELECT classical_state(t, y) AS s FROM long$$);
SELECT stops('creditspread_internal.arima_forecast_final(s)', $$SELECT classical_forecast_state(t, y, 10) AS s FROM series$$);

SELECT stops('emd(s)', $$SELECT array_agg(y) AS s FROM long$$);
SELECT stops('emd(s, trailing_rows => 50)', $$SELECT array_agg(y) AS s FROM series$$);
SELECT stops('emd_lowpass(s, 1)', $$SELECT array_agg(y) AS s FROM series$$);
SELECT stops('eemd(s)', $$SELECT array_agg(y) AS s FROM series$$);
SELECT stops('ceemdan(s)', $$SELECT array_agg(y) AS s FROM series$$);
SELECT stops('wavelet_smooth(s)', $$SELECT array_agg(y) AS s FROM long$$);
SELECT stops('wavelet_smooth(s, trailing_rows => 50)', $$SELECT array_agg(y) AS s FROM series$$);
SELECT stops('wavelet_decompose(s)', $$SELECT array_agg(y) AS s FROM long$$);
SELECT stops('kalman_filter(s, 0.9, 0.01, 0.1)', $$SELECT array_agg(y) AS s FROM series$$);
SELECT stops('kalman_smooth(s, 0.9, 0.01, 0.1)', $$SELECT array_agg(y) AS s FROM series$$);
SELECT stops('rolling_information_coefficient(s, s)', $$SELECT array_agg(y) AS s FROM series$$);

SELECT * FROM finish();
ROLLBACK;

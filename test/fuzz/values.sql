-- Values for the tests that call every function of the extension: series and models to make them of,
-- arguments for aggregates by the row number g, and constants by type and name of the argument.

CREATE TABLE fuzz_series AS
SELECT g::bigint AS time, sin(g * 0.7) + g * 0.05 AS y, ARRAY[cos(g * 0.3), (g % 7)::float8] AS features
FROM generate_series(1, 40) g;

CREATE TABLE fuzz_rnn AS
SELECT rnn_fit(time, y, features, rnn_options(units => '{2}', epochs => 2, ensemble => 1, look_back => 3, quantiles => '{0.1,0.8}')) AS m FROM fuzz_series;
CREATE TABLE fuzz_transformer AS
SELECT transformer_fit(time, y, features, transformer_options(layers => 1, width => 4, heads => 2, feed_forward => 3, epochs => 2,
	ensemble => 1, look_back => 3, quantiles => '{0.5}')) AS m FROM fuzz_series;

CREATE TABLE fuzz_linear AS SELECT linear_fit(time, y, features, linear_options(lags => 1, means => '{3}')) AS m FROM fuzz_series;

CREATE TABLE fuzz_classical AS SELECT arima_fit(time, y, arima_options(orders => '{1,0,1}')) AS arima,
	arima_fit(time, y, features, arima_options(orders => '{1,0,0}')) AS regression,
	ets_fit(time, y, ets_options(error => 'A', trend => 'Ad', season => 'N')) AS ets, theta_fit(time, y) AS theta FROM fuzz_series;

CREATE TABLE fuzz_trees AS SELECT
	boosted_trees_fit(time, y, features, '{"lags": 1, "means": [3], "rounds": 3}') AS boosted,
	random_forest_fit(time, y, features, '{"lags": 1, "means": [3], "rounds": 3}') AS forest,
	svr_fit(time, y, features, '{"lags": 1, "means": [3]}') AS svr FROM fuzz_series;

CREATE TABLE fuzz_graph (m relation_graph);
INSERT INTO fuzz_graph VALUES ('{"format": 1, "entities": ["1", "2", "3"], "relations": {"k": "1 2, 2 3", "l": "3 1"}}');
CREATE TABLE fuzz_graph_rank AS
SELECT graph_rank_fit(time % 3 + 1, time, y, features, NULL, (SELECT m FROM fuzz_graph), graph_rank_options(units => '{2}', epochs => 2,
	ensemble => 1, look_back => 2)) AS m FROM fuzz_series;

CREATE TABLE fuzz_sentiment AS
SELECT entity_sentiment_fit(time / 2, (features || y)::real[], '{0.2,0.5,0.3}'::real[], entity_sentiment_options(units => '{2}', epochs => 2, ensemble => 1, encoder => 'hashing')) AS m,
	entity_sentiment_fit(time / 2, 'a and b', 'a', '{0.2,0.5,0.3}'::real[], entity_sentiment_options(units => '{}', epochs => 1, ensemble => 1, encoder => 'hashing')) AS of_texts FROM fuzz_series;

-- An argument for an aggregate or a window function, by what it is for, as an expression of the row number g.
CREATE FUNCTION fuzz_argument(function text, name text, type regtype, place integer) RETURNS text LANGUAGE sql AS $$
	SELECT CASE
		WHEN name = 'decay' THEN '0.7308::float8'
		WHEN name = 'maturity' THEN '(g + 1) * 0.25::float8'
		WHEN name = 'cashflows' THEN 'ARRAY[[0.5 + g * 0.3, 4.0], [1.5 + g * 0.3, 104.0]]::float8[]'
		WHEN function ~ '^(forecast|interval)_accuracy' AND name = 'level' THEN '0.9::float8'
		WHEN function ~ '^(forecast|interval)_accuracy' AND name = 'levels' THEN '''{0.1,0.9}''::float8[]'
		WHEN function ~ '^(forecast|interval)_accuracy' AND name = 'lower' THEN 'sin(g * 1.3)'
		WHEN function ~ '^(forecast|interval)_accuracy' AND name = 'upper' THEN '(3 + sin(g * 1.7))'
		WHEN function ~ '^(forecast|interval)_accuracy' AND name = 'quantiles' THEN 'ARRAY[sin(g * 1.3), 3 + sin(g * 1.7)]'
		WHEN name = 'bin_width' THEN '0.5::float8'
		WHEN name = 'imfs' THEN 'ARRAY[sin(g), g % 7, g]::float8[]'
		WHEN name IN ('entity', 'source') THEN format('(g %% %s + 1)::%s', CASE WHEN function = 'rank_backtest' THEN 4 WHEN function LIKE 'graph\_rank%' THEN 3 ELSE 2 END, type)
		WHEN name = 'target' THEN format('(g %% 2 + 2)::%s', type)
		WHEN name = 'exogenous' THEN 'ARRAY[(g * g * g * 29 % 83) * 0.1]'
		WHEN name = 'at' THEN 'g::float8'
		WHEN function = 'entity_sentiment_fit' AND name = 'text' THEN '''1 up, 2 down''::text'
		WHEN name = 'text_id' THEN format('(g / 2)::%s', type)
		WHEN name = 'features' AND type = 'real[]'::regtype THEN 'ARRAY[sin(g), cos(g * 0.3), g % 7]::real[]'
		WHEN name = 'probabilities' THEN '''{0.2,0.5,0.3}''::real[]'
		WHEN name = 'actual' AND function = 'classification_measures' THEN '(g % 3)::text'
		WHEN name = 'group' AND function LIKE 'graph\_rank%' THEN '''g''::text'
		WHEN name IN ('group', 'kind') THEN format('(g %% 2)::%s', type)
		WHEN type = 'jsonb'::regtype THEN format('jsonb %L', CASE
			WHEN function LIKE '%\_importance' THEN '{"repeats": 1}'
			WHEN function IN ('transformer_fit', 'transformer_forecast') THEN '{"layers": 1, "width": 4, "heads": 2, "feed_forward": 3, "epochs": 2, "ensemble": 1, "look_back": 3}'
			WHEN function IN ('rnn_fit', 'rnn_forecast', 'graph_rank_fit') THEN '{"units": [2], "epochs": 2, "ensemble": 1, "look_back": 3}'
			WHEN function = 'entity_sentiment_fit' THEN '{"units": [2], "epochs": 2, "ensemble": 1, "encoder": "hashing"}'
			WHEN function LIKE 'arima\_%' THEN '{"orders": [1, 0, 0]}'
			WHEN function LIKE 'linear\_%' OR function LIKE 'svr\_%' THEN '{"lags": 1, "means": [3]}'
			WHEN function ~ '^(boosted_trees|random_forest)_' THEN '{"lags": 1, "means": [3], "rounds": 3}'
			WHEN function LIKE 'information\_coefficient%' THEN '{"window_size": 10}'
			ELSE '{}' END)
		WHEN type = ANY ('{date,timestamp,timestamptz,bigint}'::regtype[]) THEN format(
			CASE type WHEN 'date'::regtype THEN 'date ''2020-01-01'' + %s'
				WHEN 'timestamp'::regtype THEN 'timestamp ''2020-01-01'' + %s * interval ''1 day'''
				WHEN 'timestamptz'::regtype THEN 'timestamptz ''2020-01-01 UTC'' + %s * interval ''1 day'''
				ELSE '%s::bigint' END,
			CASE WHEN function IN ('rank_backtest', 'rank_correlation', 'mean_reciprocal_rank') THEN '(g / 4)' ELSE 'g' END)
		ELSE CASE type
			WHEN 'integer'::regtype THEN '2'
			WHEN 'rnn_model'::regtype THEN '(SELECT m FROM fuzz_rnn)'
			WHEN 'transformer_model'::regtype THEN '(SELECT m FROM fuzz_transformer)'
			WHEN 'graph_rank_model'::regtype THEN '(SELECT m FROM fuzz_graph_rank)'
			WHEN 'linear_model'::regtype THEN '(SELECT m FROM fuzz_linear)'
			WHEN 'entity_sentiment_model'::regtype THEN '(SELECT m FROM fuzz_sentiment)'
			WHEN 'arima_model'::regtype THEN '(SELECT arima FROM fuzz_classical)'
			WHEN 'ets_model'::regtype THEN '(SELECT ets FROM fuzz_classical)'
			WHEN 'theta_model'::regtype THEN '(SELECT theta FROM fuzz_classical)'
			WHEN 'boosted_trees_model'::regtype THEN '(SELECT boosted FROM fuzz_trees)'
			WHEN 'random_forest_model'::regtype THEN '(SELECT forest FROM fuzz_trees)'
			WHEN 'svr_model'::regtype THEN '(SELECT svr FROM fuzz_trees)'
			WHEN 'relation_graph'::regtype THEN '(SELECT m FROM fuzz_graph)'
			WHEN 'double precision'::regtype THEN format('(2 + sin(g * 1.3) + (g * g * %s %% 101) * 0.01)', 16 + place)
			WHEN 'double precision[]'::regtype THEN 'ARRAY[cos(g * 0.3) + (g * g * 37 % 101) * 0.01, (g * g * g * 41 % 89) * 0.1]'
			WHEN 'svensson_curve'::regtype THEN '''(3,-1,0.5,0.2,0.7308,0.2,0,1,10,f,0,0,0,0,9,t,1,10)''::svensson_curve'
			WHEN 'nelson_siegel_curve'::regtype THEN '''(3,-1,0.5,0.7308,0,1,10,f,0,0,0,5,t,1,10)''::nelson_siegel_curve'
			WHEN 'text'::regtype THEN '''x''' END
	END
$$;

-- What the extension owns.
CREATE VIEW fuzz_function AS
SELECT p.*
FROM pg_proc p
	JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'creditspread';

-- The arguments that a caller gives.
CREATE TABLE fuzz_function_argument AS
SELECT p.oid AS function, x.place::integer, x.type::regtype AS type, coalesce(n.names[x.place], '') AS name
FROM fuzz_function p
	CROSS JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY x (type, place)
	CROSS JOIN LATERAL (SELECT array(SELECT a.name
		FROM unnest(p.proargnames) WITH ORDINALITY a (name, place)
		WHERE p.proargmodes IS NULL OR p.proargmodes[a.place] IN ('i', 'b', 'v') ORDER BY a.place) AS names) n;

-- Constants: with plausible ones a function gives a result, edges are what it must withstand.  A name
-- of NULL stands for every argument of the type that has no values of its own.
CREATE TABLE fuzz_value (type regtype NOT NULL, name text, expression text NOT NULL, plausible boolean NOT NULL);

INSERT INTO fuzz_value
SELECT type::regtype, nullif(name, ''), expression, true
FROM (VALUES
	('boolean', '', '{true,false}'::text[]),
	('bigint', '', '{1,2,7}'),
	('integer', '', '{1,2,3}'),
	('integer', 'period', '{4,7}'),
	('integer', 'seasonal trend low_pass', '{7,9}'),
	('integer', 'seasonal_degree trend_degree low_pass_degree', '{0,1}'),
	('integer', 'trailing_rows max_imfs max_lag lookahead', '{NULL,5}'),
	('integer', 's_number', '{NULL,4}'),
	('integer', 'fit_window', '{20,30}'),
	('integer', 'step', '{1}'),
	('integer', 'window_size', '{6}'),
	('integer', 'days', '{300}'),
	('integer', 'frequency compounding', '{2,1}'),
	('integer', 'firms months', '{2,5}'),
	('integer', 'ex_dividend_days', '{0,7}'),
	('integer', 'width height', '{640}'),
	('integer', 'heads', '{2}'),
	('integer', 'epochs', '{1,2}'),
	('double precision', '', '{0.5,0.1,2,1}'),
	('double precision', 'dirty_price', '{98.5,101}'),
	('double precision', 'face', '{100}'),
	('double precision', 'coupon_rate', '{4,0}'),
	('double precision', 'call_price redemption_price', '{100,101}'),
	('double precision', 'maturity to_maturity', '{5,10}'),
	('double precision', 'transition', '{0.9,1}'),
	('double precision', 'level interval_level validation_fraction', '{0.9,0.5}'),
	('double precision', 'sd_threshold', '{NULL,0.2}'),
	('double precision', 'dropout momentum', '{0.1,0.5}'),
	('text', '', '{''a'',''b'',NULL}'),
	('text', 'x y feature', '{"''{1,2,1,3,2,1,4,2,1,3,2,5,1,2,3,1,2}''",NULL}'),
	('text', 'at control', '{NULL}'),
	('text', 'encoder', '{''hashing''}'),
	('text', 'pooling', '{''mean'',''max'',''mean_max''}'),
	('text', 'normalization', '{''none'',''layer''}'),
	('text', 'extrema', '{''sample'',''parabola''}'),
	('text', 'wavelet', '{''haar'',''db4'',''sym4''}'),
	('text', 'mode', '{''approximation'',''soft'',''hard''}'),
	('text', 'extension', '{''symmetric'',''periodization''}'),
	('text', 'boundary', '{''symmetric'',''mirror'',''endpoint''}'),
	('text', 'stop', '{''s_number'',''sd''}'),
	('text', 'start', '{''predicted'',''filtered''}'),
	('text', 'correlation', '{''pearson'',''spearman''}'),
	('text', 'day_count', '{''30/360'',''ACT/ACT'',''ACT/365.25'',''ACT/ACT ISDA'',''30E/360''}'),
	('text', 'times', '{''periods'',''day_count'',''ACT/365F''}'),
	('text', 'coupons', '{''equal'',''day_count''}'),
	('text', 'business_day', '{''unadjusted'',''following'',''modified_following''}'),
	('text', 'first_period', '{''compound'',''simple''}'),
	('text', 'optimizer', '{''adam'',''rmsprop''}'),
	('text', 'loss', '{''mse'',''mae''}'),
	('text', 'target', '{''level'',''change''}'),
	('text', 'cell', '{''lstm'',''gru'',''janet''}'),
	('text', 'model_name name', '{''spread''}'),
	('text', 'model', '{''local_level'',''ar1_plus_noise''}'),
	('record', '', '{"ROW(1.5)","ROW(''a''::text)"}'),
	('text[]', '', '{"ARRAY[''a'',''b'',''c'']",NULL}'),
	('text[]', 'entities', '{"ARRAY[''a'',''b'']"}'),
	('real[]', '', '{"ARRAY[1,0.5,2]::real[]","ARRAY[0,1,0]::real[]"}'),
	('real[]', 'embeddings', '{"ARRAY[[1,0,0],[0,1,0],[1,2,3]]::real[]"}'),
	('integer[]', '', '{"ARRAY[2]","ARRAY[1,5]"}'),
	('double precision[]', '', '{"ARRAY[1,2,3,5,4,3,2,1,2,3,4,5,6,5,4,3,2,1,0,1,2,3,2,1,0.5,1.5]","ARRAY[1,2]","ARRAY[0.5]",NULL}'),
	('double precision[]', 'y', '{"ARRAY[1,2,3,5,4,3,2,1,2,3,4,5,6,5,4,3,2,1,0,1,2,3,2,1,0.5,1.5]","ARRAY(SELECT sin(g * 0.7) + g * 0.05 FROM generate_series(1, 40) g)"}'),
	('double precision[]', 'features', '{"(SELECT array_agg(ARRAY[cos(g * 0.3), (g % 7)::float8] ORDER BY g) FROM generate_series(1, 40) g)"}'),
	('double precision[]', 'cashflows', '{"ARRAY[[0.5,4],[1.5,104]]","ARRAY[[1,105]]"}'),
	('double precision[]', 'transition process_covariance initial_covariance', '{"ARRAY[[0.9]]","ARRAY[[0.5]]"}'),
	('double precision[]', 'observation observation_covariance', '{"ARRAY[[0.5]]","ARRAY[0.5]"}'),
	('double precision[]', 'initial_state', '{NULL,"ARRAY[0.5]","ARRAY[1,2]"}'),
	('double precision[]', 'control_effect control at', '{NULL,"ARRAY[0.5]"}'),
	('double precision[]', 'forecasts', '{"ARRAY[3,2]"}'),
	('double precision[]', 'summing', '{"ARRAY[[1],[2]]","ARRAY[[1,0],[0.5,1]]"}'),
	('double precision[]', 'errors', '{NULL,"ARRAY[1,2]","ARRAY[[1,2],[-2,1],[0,1]]"}'),
	('double precision[]', 'exogenous', '{NULL,"ARRAY[0.5,1]"}'),
	('double precision[]', 'bars values', '{"ARRAY[[1,2,3],[2,3,4],[1,0,2]]","ARRAY[1,2,3]"}'),
	('double precision[]', 'curve par_curve', '{"ARRAY[[1,2],[5,3]]"}'),
	('double precision[]', 'keys', '{"ARRAY[1,2,5]"}'),
	('double precision[]', 'call_prices', '{"ARRAY[101]"}'),
	('double precision[]', 'repayments', '{NULL}'),
	('double precision[]', 'imfs', '{"ARRAY[[1,2,3],[2,3,4]]"}'),
	('double precision[]', 'maturities yields', '{"ARRAY[1,2,3]"}'),
	('double precision[]', 'observed one other', '{"ARRAY[1,2,3,5,4]","ARRAY[2,2,4,5,7]"}'),
	('date', '', '{"date ''2020-01-15''"}'),
	('date', 'maturity_date', '{"date ''2026-01-15''"}'),
	('date', 'call_date', '{"date ''2024-01-15''"}'),
	('date', 'dated_date first_coupon last_coupon redemption_date', '{NULL,"date ''2018-07-15''"}'),
	('date[]', 'holidays', '{NULL,"ARRAY[date ''2022-01-03'']"}'),
	('date[]', 'call_dates', '{"ARRAY[date ''2024-01-15'']"}'),
	('date[]', 'repayment_dates', '{NULL}'),
	('date[]', '', '{"ARRAY[date ''2022-01-03'']"}'),
	('date', 'issue_date', '{"date ''2018-03-31''",NULL}'),
	('timestamp', '', '{"timestamp ''2020-01-15 12:00''"}'),
	('timestamptz', '', '{"timestamptz ''2020-01-15 12:00 UTC''"}'),
	('name', '', '{"name ''postgres''"}'),
	('jsonb', '', '{"jsonb ''{}''",NULL}'),
	('cstring', '', '{}')) v (type, names, expressions)
	CROSS JOIN unnest(regexp_split_to_array(names, ' ')) name
	CROSS JOIN LATERAL (SELECT coalesce(e, 'NULL') AS expression FROM unnest(expressions) e) e;

INSERT INTO fuzz_value VALUES
	('text', 'statement', $$'SELECT 1 AS a'$$, true),
	('text', 'query', $$'SELECT 1 AS a'$$, true),
	('text', 'query', $$'SELECT date ''2020-01-01'' + i AS time, sin(i * i) AS y FROM generate_series(1, 40) i'$$, true),
	('text', 'given_path', $$'public'$$, true);

-- Values of the extension's types, as the extension makes them.
CREATE TABLE fuzz_example (type regtype NOT NULL, value text NOT NULL);

INSERT INTO fuzz_example
SELECT 'rnn_model'::regtype, m::text FROM fuzz_rnn
UNION ALL SELECT 'transformer_model', m::text FROM fuzz_transformer
UNION ALL SELECT 'graph_rank_model', m::text FROM fuzz_graph_rank
UNION ALL SELECT 'linear_model', m::text FROM fuzz_linear
UNION ALL SELECT 'entity_sentiment_model', unnest(ARRAY[m, of_texts])::text FROM fuzz_sentiment
UNION ALL SELECT 'classification_result', classification_measures((time % 3)::text, (time % 2)::text)::text FROM fuzz_series
UNION ALL SELECT 'arima_model', unnest(ARRAY[arima, regression])::text FROM fuzz_classical
UNION ALL SELECT 'ets_model', ets::text FROM fuzz_classical
UNION ALL SELECT 'theta_model', theta::text FROM fuzz_classical
UNION ALL SELECT 'boosted_trees_model', boosted::text FROM fuzz_trees
UNION ALL SELECT 'random_forest_model', forest::text FROM fuzz_trees
UNION ALL SELECT 'svr_model', svr::text FROM fuzz_trees
UNION ALL SELECT 'relation_graph', m::text FROM fuzz_graph
UNION ALL SELECT 'var_model', var_fit(time, features, var_options(1))::text FROM fuzz_series
UNION ALL SELECT 'var_model', var_fit(time, ARRAY[y], features, var_options(2))::text FROM fuzz_series
UNION ALL SELECT 'panel_regression_model', panel_regression(chr(97 + (time % 3)::integer), time, y, features)::text FROM fuzz_series
UNION ALL SELECT 'panel_regression_model', panel_regression(time % 3, time, y, features)::text FROM fuzz_series
UNION ALL SELECT 'principal_components_model', principal_components(features || y)::text FROM fuzz_series
UNION ALL SELECT 'principal_components_model', principal_components(features)::text FROM fuzz_series
UNION ALL SELECT 'wavelet_decomposition', wavelet_decompose(array_agg(y ORDER BY time), 'db4', 2)::text FROM fuzz_series
UNION ALL SELECT 'kalman_model', kalman_model('{{0.9}}', '{{0.5}}', '{{0.1}}', '{{0.1}}')::text
UNION ALL SELECT 'kalman_model', kalman_model('{{1,1},{0,1}}', '{{1,0}}', '{{0.1,0},{0,0.01}}', '{{0.5}}')::text
UNION ALL SELECT 'kalman_model', kalman_model('{{1,1},{0,1}}', '{{1,0},{1,1}}', '{{0.1,0},{0,0.01}}', '{{0.5,0.1},{0.1,0.4}}')::text
UNION ALL SELECT 'kalman_model', kalman_fit(time, y, features, kalman_options(seasonal => 'dummy', period => 3))::text FROM fuzz_series
UNION ALL SELECT 'kalman_state', kalman_state(0.9, 0.01, 0.1)::text
UNION ALL SELECT 'kalman_state', kalman_state(kalman_model('{{1,1},{0,1}}', '{{1,0},{1,1}}', '{{0.1,0},{0,0.01}}',
	'{{0.5,0.1},{0.1,0.4}}'))::text
UNION ALL SELECT 'cir_model', cir_fit(time, 2 + abs(y))::text FROM fuzz_series
UNION ALL SELECT 'trend_seasonal_model', trend_seasonal_fit(date '2020-01-01' + time::integer, y, '{"changepoints": 3, "weekly": 1, "holidays": ["a 01-03"]}')::text FROM fuzz_series
UNION ALL SELECT 'trend_seasonal_model', trend_seasonal_fit(time, y, '{"changepoints": 2, "period": 5, "harmonics": 1}')::text FROM fuzz_series
UNION ALL SELECT 'strategy_backtest_result', strategy_backtest(time, y, y / 2)::text FROM fuzz_series
UNION ALL SELECT 'rank_backtest_result', rank_backtest(chr(97 + (time % 2)::integer), chr(97 + (time % 4)::integer), time / 4, y, -y)::text FROM fuzz_series
UNION ALL SELECT 'hazard_curve', '("{2,5}","{1,3}",0.4,0.1,4,f,t)'
UNION ALL SELECT 'creditspread.horizon_list', '{1,5}'
UNION ALL SELECT 'svensson_curve', '(3,-1,0.5,0.2,0.7308,0.2,0,1,10,f,0,0,0,0,9,t,1,10)'
UNION ALL SELECT 'nelson_siegel_curve', '(3,-1,0.5,0.7308,0,1,10,f,0,0,0,5,t,1,10)';

INSERT INTO fuzz_value
SELECT type, NULL, format('%L::%s', value, type), true FROM fuzz_example;

INSERT INTO fuzz_value VALUES
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(m)) FROM fuzz_rnn), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(m)) FROM fuzz_linear), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(boosted)) FROM fuzz_trees), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(forest)) FROM fuzz_trees), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(svr)) FROM fuzz_trees), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(arima)) FROM fuzz_classical), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(ets)) FROM fuzz_classical), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(theta)) FROM fuzz_classical), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(m)) FROM fuzz_transformer), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(m)) FROM fuzz_graph_rank), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(m)) FROM fuzz_graph), true),
	('bytea', 'bytes', (SELECT format('%L::bytea', creditspread_internal.to_bytes(kalman_state(0.9, 0.01, 0.1)))), true);

-- What stands for an argument: the values of its name, or of its type.
CREATE TABLE fuzz_plausible AS
SELECT a.type, a.name, v.expression
FROM (SELECT DISTINCT type, name FROM fuzz_function_argument) a
	JOIN fuzz_value v ON v.type = a.type AND v.plausible AND v.name IS NOT DISTINCT FROM
		(SELECT max(n.name) FROM fuzz_value n WHERE n.type = a.type AND n.plausible AND n.name = a.name);

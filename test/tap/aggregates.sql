-- What holds of every object of the extension, and of every aggregate over a series: the same result
-- however its rows come and however the server divides the work.

BEGIN;
\ir helpers.psql
SELECT no_plan();

-- ---- the catalog --------------------------------------------------------------------------------

CREATE VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS name, obj_description(d.objid, d.classid::regclass::name) AS comment
FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND d.objid = t.oid LEFT JOIN pg_class c ON c.oid = t.typrelid
-- the types of arrays and of rows, which newer servers list beside theirs, are not objects of their own
WHERE e.extname = 'creditspread' AND coalesce(t.typcategory <> 'A' AND (t.typrelid = 0 OR c.relkind = 'c'), true);
SELECT cmp_ok(count(*), '>', 500::bigint, 'the extension has its objects') FROM member;
SELECT is((SELECT string_agg(name, ', ') FROM member WHERE comment IS NULL), NULL, 'every object has a comment');
SELECT is((SELECT string_agg(name, ', ') FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND objid = p.oid WHERE p.proparallel <> 's'
	AND p.proname <> 'fit_progress' AND p.proname !~ 'model_lock|hold_cancel' AND p.prosrc <> 'creditspread_by_caller' AND p.pronamespace <> 'creditspread'::regnamespace
	AND NOT (p.pronamespace = 'creditspread_internal'::regnamespace AND (p.proconfig IS NOT NULL OR p.prokind = 'p' OR p.proname IN ('group_number', 'place_in_group', 'repeats_time')))),
	NULL, 'every function but fit_progress and those of the catalog, its locks and its numbering of rows among them, is parallel safe');
SELECT is((SELECT string_agg(name, ', ') FROM member JOIN pg_aggregate a ON classid = 'pg_proc'::regclass AND objid = a.aggfnoid
	WHERE a.aggcombinefn = 0 OR a.aggtranstype = 'internal'::regtype), NULL, 'every aggregate combines, and its state is a real type');

-- ---- the same everywhere ---------------------------------------------------------------------------

CREATE TABLE series AS
SELECT bond, t, 2 + sin(t * 0.7 * bond) + 0.1 * cos(t * t * 0.01) AS y, ARRAY[cos(t * 0.3), sin(t * 0.11)] AS x
FROM generate_series(1, 6) AS bond, generate_series(1, 80) AS t;
CREATE TABLE shuffled AS SELECT * FROM series ORDER BY md5(bond || '/' || t);
CREATE TABLE by_bond (LIKE series) PARTITION BY HASH (bond);
CREATE TABLE by_bond_0 PARTITION OF by_bond FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_bond_1 PARTITION OF by_bond FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_bond SELECT * FROM shuffled;
CREATE TABLE by_time (LIKE series) PARTITION BY RANGE (t);
CREATE TABLE by_time_0 PARTITION OF by_time FOR VALUES FROM (0) TO (23);
CREATE TABLE by_time_1 PARTITION OF by_time FOR VALUES FROM (23) TO (81);
CREATE TABLE by_time_2 PARTITION OF by_time FOR VALUES FROM (81) TO (200);
INSERT INTO by_time SELECT * FROM shuffled;
ALTER TABLE shuffled SET (parallel_workers = 4);
ANALYZE;

CREATE TABLE one_model AS
SELECT rnn_fit(t, y, x, rnn_options(units => '{2}', epochs => 1, ensemble => 1)) AS rnn,
	transformer_fit(t, y, x, transformer_options(width => 4, look_back => 5, epochs => 1, ensemble => 1)) AS transformer,
	graph_rank_fit(t % 4, t, y, x, NULL, '{"format": 1, "entities": ["0", "1", "2", "3"], "relations": {"near": "1 2, 2 1, 2 3, 3 4", "far": "1 4"}}', graph_rank_options(units => '{2}', epochs => 1, ensemble => 1, look_back => 2)) AS graph_rank
FROM series WHERE bond = 1;
CREATE TABLE fit (name text, call text);
INSERT INTO fit VALUES
	('rnn_fit', $$rnn_fit(t, y, x, '{"units": [3], "epochs": 3, "ensemble": 2}')$$),
	('transformer_fit', $$transformer_fit(t, y, x, '{"width": 4, "look_back": 5, "epochs": 2, "ensemble": 1, "dropout": 0.1}')$$),
	('rnn_fit, panel', $$rnn_fit(bond, t, y, x, '{"units": [3], "epochs": 2, "ensemble": 1}')$$),
	('transformer_fit, panel', $$transformer_fit(bond, t, y, x, '{"width": 4, "look_back": 5, "epochs": 1, "ensemble": 1}')$$),
	('rnn_forecast', $$rnn_forecast(t, y, x, 2, '{"units": [2], "epochs": 1, "ensemble": 1}')$$),
	('transformer_forecast', $$transformer_forecast(t, y, x, 2, '{"width": 4, "look_back": 5, "epochs": 1, "ensemble": 1}')$$),
	('rnn_importance', $$rnn_importance((SELECT rnn FROM one_model), t, y, x, '{"repeats": 1}')$$),
	('transformer_importance', $$transformer_importance((SELECT transformer FROM one_model), t, y, x, '{"repeats": 1}')$$),
	('graph_rank_fit', $$graph_rank_fit(t % 4, t, y, x, NULL, '{"format": 1, "entities": ["0", "1", "2", "3"], "relations": {"near": "1 2, 2 1, 2 3, 3 4", "far": "1 4"}}'::relation_graph, '{"units": [3], "epochs": 2, "ensemble": 1, "look_back": 2}')$$),
	('graph_rank_linkage', $$graph_rank_linkage((SELECT graph_rank FROM one_model), t % 4, t, y, x)$$),
	('rank_backtest', $$rank_backtest(t % 4, 'g' || t % 2, t / 4, y, x[1])$$),
	('linear_fit', $$linear_fit(t, y, x, '{"horizons": [1, 3]}')$$),
	('linear_fit, panel', $$linear_fit('e' || t % 2, t / 2, y, x, '{"means": [3]}')$$),
	('boosted_trees_fit', $$boosted_trees_fit(t, y, x, '{"rounds": 5, "horizons": [1, 3]}')$$),
	('boosted_trees_fit, panel', $$boosted_trees_fit('e' || t % 2, t / 2, y, x, '{"means": [3], "rounds": 5}')$$),
	('random_forest_fit', $$random_forest_fit(t, y, x, '{"rounds": 5, "missing": "drop"}')$$),
	('random_forest_fit, panel', $$random_forest_fit('e' || t % 2, t / 2, y, x, '{"means": [3], "rounds": 5}')$$),
	('svr_fit', $$svr_fit(t, y, x, '{"horizons": [1, 3]}')$$),
	('svr_fit, panel', $$svr_fit('e' || t % 2, t / 2, y, x, '{"means": [3]}')$$),
	('arima_fit', $$arima_fit(t, CASE WHEN t % 9 > 0 THEN y END, '{"orders": [1, 0, 1]}')$$),
	('ets_fit', $$ets_fit(t, y, '{"error": "A"}')$$),
	('theta_fit', 'theta_fit(t, y)'),
	('arima_forecast', $$arima_forecast(t, y, 3, '{"max_order": 2}')$$),
	('ets_forecast', $$ets_forecast(t, y, 3, '{"error": "A"}')$$),
	('theta_forecast', 'theta_forecast(t, y, 3)'),
	('linear_forecast', $$linear_forecast(t, y, x, 2, '{"missing": "drop"}')$$),
	('entity_sentiment_fit', $$entity_sentiment_fit(t::bigint / 2, (x || y)::real[], ARRAY[0.2, 0.5, 0.3]::real[], '{"units": [3], "epochs": 3, "ensemble": 2}')$$),
	('entity_sentiment_fit, texts', $$entity_sentiment_fit(t::bigint / 2, 'b' || bond || ' at ' || t, 'b' || bond, ARRAY[0.2, 0.5, 0.3]::real[], '{"encoder": "hashing", "units": [3], "epochs": 3, "ensemble": 2}')$$),
	('classification_measures', $$classification_measures((t % 3)::text, (t % 2)::text)$$),
	('permutation_test', $$permutation_test(t, y, x[1], x[2], '{"horizon": 3, "permutations": 99}')$$),
	('heatmap_chart', $$heatmap_chart(t, y, bond::text)$$),
	('kalman_fit', $$kalman_fit(t, y, '{"model": "ar1_plus_noise"}')$$),
	('cir_fit', 'cir_fit(t, y)'),
	('trend_seasonal_fit', $$trend_seasonal_fit(t, y, '{"period": 9}')$$),
	('adf_test', 'adf_test(t, y)'),
	('kpss_test', 'kpss_test(t, y)'),
	('phillips_perron_test', 'phillips_perron_test(t, nullif(y, 2))'),
	('ljung_box_test', 'ljung_box_test(t, CASE WHEN t % 7 > 0 THEN y END)'),
	('jarque_bera_test', 'jarque_bera_test(t, y)'),
	('granger_test', 'granger_test(t, y, x[1] + cos(t * t), granger_options(lags => 2))'),
	('gw_test', 'gw_test(t, y, 2, x[1])'),
	('strategy_backtest', $$strategy_backtest(t, y, 2 + 0.1 * x[1], '{"rule": "volatility", "cost": 0.01, "horizon": 2}')$$),
	('mincer_zarnowitz', $$mincer_zarnowitz(t, y, x[1], '{"horizon": 3}')$$),
	('cross_correlation', $$cross_correlation(t, y, x[1], '{"max_lag": 3}')$$),
	('scatter_chart', 'scatter_chart(x[1], y)'),
	('model_confidence_set', $$model_confidence_set(t, y, ARRAY[2, x[1], x[2]], '{"draws": 100}')$$),
	('mutual_information', 'mutual_information(t, x[1], y)'),
	('select_features', $$select_features(t, y, x, '{"shifts": 19}')$$),
	('information_coefficient', $$information_coefficient(t, x[1], y, '{"window_size": 10}')$$),
	('information_coefficient_decay', $$information_coefficient_decay(t, x[1], y, '{"window_size": 10, "max_lag": 3}')$$);

-- One line for all bonds: the results of `call` over the rows of `source`.
CREATE FUNCTION results(call text, source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(bond || f::text, '','' ORDER BY bond)) FROM (SELECT bond, %s AS f FROM %s GROUP BY bond) q', call, source) INTO result;
	RETURN result;
END
$$;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE expected AS SELECT name, call, results(call, 'series') AS result FROM fit;
SELECT isnt(result, NULL, name || ' gives results') FROM expected;
SELECT is(results(call, 'shuffled'), result, name || ': shuffled rows') FROM expected;
SELECT is((SELECT array_agg(DISTINCT results(call, CASE WHEN run > 0 THEN 'series' END)) FROM generate_series(1, 20) run), ARRAY[result], name || ': 20 runs')
FROM expected WHERE name IN ('rnn_fit', 'transformer_fit');

SET LOCAL enable_partitionwise_aggregate = on;
SELECT matches(plan_of('SELECT bond, ' || call || ' FROM by_bond GROUP BY bond'), 'Append\s.*Aggregate\s.*Aggregate', name || ': an aggregate for each partition') FROM expected;
SELECT is(results(call, 'by_bond'), result, name || ': partition-wise') FROM expected;
SELECT is(results(call, 'by_time'), result, name || ': combined from partitions, one of them empty') FROM expected;
SET LOCAL enable_partitionwise_aggregate = off;

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT matches(plan_of('SELECT ' || call || ' FROM shuffled WHERE bond = 1'), 'Workers Planned: 2\s.*Partial Aggregate', name || ': EXPLAIN shows the partial aggregate')
FROM expected WHERE call NOT LIKE '%one_model%';
SELECT is(results(call, 'shuffled'), result, name || ': 2 workers') FROM expected;
SET LOCAL max_parallel_workers_per_gather = 4;
SELECT is(results(call, 'shuffled'), result, name || ': 4 workers') FROM expected;

SELECT * FROM finish();
ROLLBACK;

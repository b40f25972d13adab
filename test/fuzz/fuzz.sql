-- What is fuzzed: a table of targets, one row per base type of the extension, with valid values to
-- start from and the statements that use a value.

CREATE FUNCTION fuzz_type(type regtype, seeds bytea[], consumers text[], iterations bigint, seed bigint)
RETURNS text AS 'fuzz_model' LANGUAGE C;

CREATE FUNCTION fuzz_options(statement text, seeds text[], iterations bigint, seed bigint)
RETURNS text AS 'fuzz_model' LANGUAGE C;

CREATE TABLE fuzz_seed (type regtype NOT NULL, value bytea NOT NULL);
CREATE TABLE fuzz_consumer (type regtype NOT NULL, statement text NOT NULL);

-- States: every aggregate without its final function gives seeds, every final function consumes.
DO $$
DECLARE
	a record;
	number integer := 0;
	arguments text;
BEGIN
	FOR a IN
		SELECT g.aggfnoid, p.proname, g.aggtransfn, g.aggfinalfn, g.aggcombinefn, t.oid::regtype AS type, t.typsend,
			p.proargtypes, row_number() OVER (PARTITION BY t.oid, g.aggfinalfn ORDER BY g.aggfnoid) = 1 AS first
		FROM pg_aggregate g
			JOIN pg_proc p ON p.oid = g.aggfnoid
			JOIN pg_type t ON t.oid = g.aggtranstype
			JOIN pg_depend d ON d.objid = t.oid AND d.classid = 'pg_type'::regclass AND d.deptype = 'e'
			JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'creditspread'
		ORDER BY g.aggfnoid
	LOOP
		number := number + 1;
		SELECT string_agg(fuzz_argument(a.proname, x.name, x.type, x.place), ', ' ORDER BY x.place) INTO arguments
		FROM fuzz_function_argument x WHERE x.function = a.aggfnoid;
		EXECUTE format('CREATE AGGREGATE fuzz_state_%s (%s) (SFUNC = %s, STYPE = %s)', number,
			(SELECT string_agg(x.type::regtype::text, ', ' ORDER BY x.place)
			FROM unnest(a.proargtypes) WITH ORDINALITY x (type, place)),
			a.aggtransfn, a.type);
		EXECUTE format('INSERT INTO fuzz_seed SELECT %L, %s(fuzz_state_%s(%s)) '
			'FROM (SELECT i * 7 %% 24 AS g FROM generate_series(0, 23) i) rows', a.type, a.typsend, number, arguments);
		IF a.first THEN
			EXECUTE format('CREATE AGGREGATE fuzz_final_%s (%s) (SFUNC = %s, STYPE = %s, FINALFUNC = %s)', number,
				a.type, a.aggcombinefn, a.type, a.aggfinalfn);
			INSERT INTO fuzz_consumer VALUES
				(a.type, format('SELECT fuzz_final_%s($1)::text', number)),
				(a.type, format('SELECT fuzz_final_%s(v)::text FROM (VALUES ($1), ($2)) x (v)', number)),
				(a.type, format('SELECT fuzz_final_%s(v)::text FROM (VALUES ($2), ($1)) x (v)', number));
		END IF;
	END LOOP;
END
$$;

-- Models.
INSERT INTO fuzz_seed
SELECT 'rnn_model', creditspread_internal.rnn_model_send(rnn_fit(time, y, features[1:n], options))
FROM fuzz_series,
	(VALUES (0, rnn_options(units => '{2}', epochs => 2, ensemble => 1, look_back => 3)),
		(1, rnn_options(units => '{3,2}', epochs => 2, ensemble => 2, horizons => '{1,5}', cell => 'lstm')),
		(2, rnn_options(units => '{1}', epochs => 1, ensemble => 3, validation_fraction => 0, target => 'level',
			loss => 'mae', look_back => 1)),
		(2, rnn_options(preset => 'sam_dgru', units => '{2}', dense => '{2}', epochs => 1, feature_names => '{a,b}'))) x (n, options)
GROUP BY n, options;

INSERT INTO fuzz_seed
SELECT 'transformer_model', creditspread_internal.transformer_model_send(transformer_fit(time, y, features[1:n], options))
FROM fuzz_series,
	(VALUES (0, transformer_options(layers => 1, width => 4, heads => 2, feed_forward => 3, epochs => 2, ensemble => 1, look_back => 3)),
		(1, transformer_options(layers => 1, width => 4, heads => 2, feed_forward => 3, epochs => 2, ensemble => 2, look_back => 3,
			horizons => '{1,5}', dense => '{2}', loss => 'huber', optimizer => 'rmsprop', momentum => 0.5)),
		(2, transformer_options(layers => 1, width => 2, heads => 1, feed_forward => 3, epochs => 1, ensemble => 1, look_back => 3,
			validation_fraction => 0, target => 'level', loss => 'pinball', quantile => 0.3, positions => false))) x (n, options)
GROUP BY n, options;

INSERT INTO fuzz_seed
SELECT 'graph_rank_model', creditspread_internal.graph_rank_model_send(graph_rank_fit(time % 3 + 1, time, y, features[1:n], 'g', CASE WHEN n <> 1 THEN m END, options))
FROM fuzz_series, fuzz_graph,
	(VALUES (0, graph_rank_options(units => '{2}', epochs => 2, ensemble => 1, look_back => 3)),
		(1, graph_rank_options(relation_form => 'none', units => '{1}', epochs => 1, ensemble => 2, ranking => 'separate')),
		(2, graph_rank_options(relation_form => 'explicit', similarity_features => 1, units => '{2}', epochs => 1, ensemble => 1,
			kinds => '{l}', relation_norm => 'softmax', dense => '{2}'))) x (n, options)
GROUP BY n, options;

INSERT INTO fuzz_consumer VALUES
	('graph_rank_model', 'SELECT model_info($1)::text, model_size($1)'),
	('graph_rank_model', 'SELECT p.*::text FROM model_parameters($1) p'),
	('graph_rank_model', 'SELECT r.*::text FROM graph_rank_relations($1) r'),
	('graph_rank_model', 'SELECT l.*::text FROM graph_rank_training_log($1) l'),
	('graph_rank_model', $$
		SELECT (graph_rank_forecast($1, time % 3 + 1, time, y, (SELECT array_agg(0.1 * g) FROM generate_series(1, (info->>'features')::integer) g),
			'g', coalesce((info->'options'->'horizons'->>0)::integer, 1)) OVER ())::text
		FROM fuzz_series, (SELECT model_info($1) AS info OFFSET 0) i$$),
	('graph_rank_model', $$
		SELECT graph_rank_linkage($1, time % 3 + 1, time, y, (SELECT array_agg(0.1 * g) FROM generate_series(1, (info->>'features')::integer) g))::text
		FROM fuzz_series, (SELECT model_info($1) AS info OFFSET 0) i$$);

INSERT INTO fuzz_seed
SELECT 'entity_sentiment_model', creditspread_internal.entity_sentiment_model_send(entity_sentiment_fit(time / 2, (features || y)::real[], '{0.2,0.5,0.3}'::real[], options))
FROM fuzz_series,
	(VALUES (entity_sentiment_options(units => '{2}', epochs => 2, ensemble => 1, encoder => 'hashing')),
		(entity_sentiment_options(units => '{}', epochs => 1, ensemble => 2, loss => 'cross_entropy', validation_fraction => 0)),
		(entity_sentiment_options(units => '{2,1}', epochs => 1, ensemble => 1, normalization => 'none'))) x (options)
GROUP BY options;

-- One with layers of an encoder, whose files the server of the fuzzing keeps.
BEGIN;
SET LOCAL client_min_messages = error;
\set folder fuzz_encoders
\ir ../tap/encoders.psql
SELECT write_folder('small');
SELECT set_config('creditspread.encoder_path', current_setting('test.place'), true) AS path \gset
INSERT INTO fuzz_seed
SELECT 'entity_sentiment_model', creditspread_internal.entity_sentiment_model_send(entity_sentiment_fit(g, 'the bank up', 'bank', '{0.2,0.5,0.3}'::real[],
	entity_sentiment_options(units => '{}', epochs => 1, ensemble => 2, encoder => 'small', layers => 1))) FROM generate_series(1, 5) g;
SELECT format('ALTER DATABASE %I SET creditspread.encoder_path = %L', current_database(), :'path') \gexec
COMMIT;

INSERT INTO fuzz_consumer VALUES
	('entity_sentiment_model', $$SELECT s.*::text FROM entity_sentiment($1, 'the bank up', '{bank}') s$$),
	('entity_sentiment_model', 'SELECT model_info($1)::text, model_size($1)'),
	('entity_sentiment_model', 'SELECT p.*::text FROM model_parameters($1) p'),
	('entity_sentiment_model', $$
		SELECT entity_sentiment($1, (SELECT array_agg((0.1 * g)::real) FROM generate_series(1, (info->>'features')::integer) g))::text
		FROM (SELECT model_info($1) AS info OFFSET 0) i$$);

INSERT INTO fuzz_consumer
SELECT type::regtype, replace(statement, 'rnn', family)
FROM (VALUES ('rnn_model', 'rnn'), ('transformer_model', 'transformer')) f (type, family),
	(VALUES ('SELECT l.*::text FROM rnn_training_log($1) l'),
		('SELECT rnn_importance($1, time, y, features[1:(model_info($1)->>''features'')::integer], ''{"repeats": 1}'')::text FROM fuzz_series')) s (statement);

INSERT INTO fuzz_consumer VALUES
	('transformer_model', 'SELECT model_info($1)::text, model_size($1)'),
	('transformer_model', 'SELECT p.*::text FROM model_parameters($1) p'),
	('transformer_model', $$
		SELECT (transformer_forecast($1, y, (SELECT array_agg(0.1 * g) FROM generate_series(1, (info->>'features')::integer) g),
			coalesce((info->'options'->'horizons'->>0)::integer, 1)) OVER (ORDER BY time))::text
		FROM fuzz_series, (SELECT model_info($1) AS info OFFSET 0) i$$),
	('rnn_model', 'SELECT model_info($1)::text, model_size($1)'),
	('rnn_model', 'SELECT p.*::text FROM model_parameters($1) p'),
	('rnn_model', $$
		SELECT (rnn_forecast($1, y, (SELECT array_agg(0.1 * g) FROM generate_series(1, (info->>'features')::integer) g),
			coalesce((info->'options'->'horizons'->>0)::integer, 1)) OVER (ORDER BY time))::text
		FROM fuzz_series, (SELECT model_info($1) AS info OFFSET 0) i$$),
	('rnn_model', $$
		SELECT (rnn_forecast(CASE WHEN time < 35 THEN $2 ELSE $1 END, y, features[1:1]) OVER (ORDER BY time))::text
		FROM fuzz_series$$);

INSERT INTO fuzz_seed
SELECT 'linear_model', creditspread_internal.linear_model_send(linear_fit(time, y, features[1:n], options))
FROM fuzz_series,
	(VALUES (0, linear_options(lags => 1, means => '{}')),
		(1, linear_options(lags => 2, means => '{3}', horizons => '{1,2}', missing => 'drop', shrink => false)),
		(2, linear_options(lags => 1, means => '{2,4}', ridge => 0.5, lower_bound => 0, feature_names => '{a,b}'))) x (n, options)
GROUP BY n, options;

INSERT INTO fuzz_consumer VALUES
	('linear_model', 'SELECT model_info($1)::text, model_size($1), linear_rows($1)'),
	('linear_model', 'SELECT c.*::text FROM linear_coefficients($1) c'),
	('linear_model', $$
		SELECT (linear_forecast_steps($1, y, (SELECT array_agg(0.1 * g) FROM generate_series(1, (info->>'features')::integer) g)) OVER (ORDER BY time))::text
		FROM fuzz_series, (SELECT model_info($1) AS info OFFSET 0) i$$);

INSERT INTO fuzz_seed
SELECT 'boosted_trees_model', creditspread_internal.boosted_trees_model_send(boosted_trees_fit(time, y, features[1:n], options))
FROM fuzz_series,
	(VALUES (0, boosted_trees_options(lags => 1, means => '{}', rounds => 3)),
		(1, boosted_trees_options(lags => 2, means => '{3}', rounds => 2, horizons => '{1,2}', loss => 'quantile', patience => 0, validation => 0)),
		(2, boosted_trees_options(lags => 1, inputs => 'levels', target => 'level', rounds => 4, min_rows => 3, depth => 3, lower_bound => 0, feature_names => '{a,b}'))) x (n, options)
GROUP BY n, options;
INSERT INTO fuzz_seed
SELECT 'random_forest_model', creditspread_internal.random_forest_model_send(random_forest_fit(time, y, features[1:1], random_forest_options(lags => 1, means => '{3}', rounds => 2, horizons => '{1,2}')))
FROM fuzz_series;
INSERT INTO fuzz_seed
SELECT 'svr_model', creditspread_internal.svr_model_send(svr_fit(time, y, features[1:1], svr_options(lags => 1, means => '{}', horizons => '{1,2}', epsilon => 1)))
FROM fuzz_series;

INSERT INTO fuzz_consumer
SELECT (m || '_model')::regtype, replace(query, 'METHOD', m)
FROM unnest('{boosted_trees,random_forest,svr}'::text[]) m,
	unnest(ARRAY['SELECT model_info($1)::text, model_size($1), creditspread_internal.rows_needed($1)', 'SELECT c.*::text FROM METHOD_importance($1) c', $$
		SELECT (METHOD_forecast_steps($1, y, (SELECT array_agg(0.1 * g) FROM generate_series(1, (info->>'features')::integer) g)) OVER (ORDER BY time))::text
		FROM fuzz_series, (SELECT model_info($1) AS info OFFSET 0) i$$]) query;

INSERT INTO fuzz_seed
SELECT 'arima_model', creditspread_internal.arima_model_send(arima_fit(time, y, options))
FROM fuzz_series, (VALUES (arima_options(orders => '{2,0,1}')), (arima_options(orders => '{0,1,1}', constant => false, lower_bound => 0)),
	(arima_options(orders => '{1,0,0}', seasonal_orders => '{0,1,1}', period => 4))) x (options) GROUP BY options;
INSERT INTO fuzz_seed
SELECT 'ets_model', creditspread_internal.ets_model_send(ets_fit(time, y + 3, options))
FROM fuzz_series, (VALUES (ets_options(error => 'A', trend => 'N', season => 'N')), (ets_options(error => 'A', trend => 'Ad', season => 'A', period => 4)),
	(ets_options(error => 'M', trend => 'A', season => 'M', period => 4))) x (options) GROUP BY options;
INSERT INTO fuzz_seed
SELECT 'theta_model', creditspread_internal.theta_model_send(theta_fit(time, CASE WHEN time % 4 = 0 THEN 9 ELSE 2 END + y, options))
FROM fuzz_series, (VALUES (theta_options()), (theta_options(period => 4))) x (options) GROUP BY options;

INSERT INTO fuzz_consumer
SELECT (m || '_model')::regtype, replace(query, 'METHOD', m)
FROM unnest('{arima,ets,theta}'::text[]) m,
	unnest(ARRAY['SELECT model_info($1)::text, model_size($1)', $$SELECT (METHOD_forecast_steps($1, y, '{1,3,40}') OVER (ORDER BY time))::text FROM fuzz_series$$,
		$$SELECT (METHOD_forecast(CASE WHEN time < 35 THEN $2 ELSE $1 END, nullif(y, features[1]), 2) OVER (ORDER BY time))::text FROM fuzz_series$$]) query;

-- Relation graphs.
INSERT INTO fuzz_seed
SELECT 'relation_graph', creditspread_internal.relation_graph_send(graph::relation_graph)
FROM (VALUES ('{"format": 1, "entities": ["a", "b", "c"], "relations": {"k": "1 2, 2 3", "l": "3 1"}}'),
	('{"format": 1, "entities": ["a"], "relations": {"none": ""}}')) g (graph);

INSERT INTO fuzz_consumer VALUES
	('relation_graph', 'SELECT relation_graph_info($1)::text, relation_graph_entities($1)'),
	('relation_graph', 'SELECT count(e.*::text) FROM relation_graph_edges($1) e'),
	('relation_graph', 'SELECT relation_graph_shuffle($1, 3)::text');

-- States of a filter, of one and of two states.
INSERT INTO fuzz_seed
SELECT 'kalman_state', creditspread_internal.kalman_state_send(state)
FROM (VALUES (kalman_state(0.9, 0.01, 0.1)), (kalman_update(kalman_state(1, 0.01, 0.1, 0.5, 1.0), 1.5::float8)),
	(kalman_update(kalman_state(kalman_model('{{1,1},{0,1}}', '{{1,0},{1,1}}', '{{0.1,0},{0,0.01}}',
		'{{0.5,0.1},{0.1,0.4}}')), '{1,2}'::float8[]))) x (state);

INSERT INTO fuzz_consumer VALUES
	('kalman_state', 'SELECT kalman_update($1, 0.5::float8)::text'),
	('kalman_state', 'SELECT kalman_update($1, ''{0.5,NULL}''::float8[])::text'),
	('kalman_state', 'SELECT kalman_estimate($1)::text'),
	('kalman_state', 'SELECT kalman_vector_estimate($1)::text');

-- Horizons of the catalog.
INSERT INTO fuzz_seed
SELECT 'creditspread.horizon_list', creditspread_internal.horizon_list_send(h)
FROM unnest(ARRAY['5', '{1,5,20}']::creditspread.horizon_list[]) h;

INSERT INTO fuzz_consumer VALUES ('creditspread.horizon_list', 'SELECT $1::integer[]::text');

-- A base type without seeds or consumers must be added above.
CREATE VIEW fuzz_target AS
SELECT t.oid::regtype AS type, array(SELECT value FROM fuzz_seed s WHERE s.type = t.oid) AS seeds,
	array(SELECT statement FROM fuzz_consumer c WHERE c.type = t.oid) AS consumers,
	CASE WHEN t.typname LIKE '%\_model' THEN 5 WHEN t.typname = 'creditspread_series' THEN 3 ELSE 1 END AS weight
FROM pg_type t
	JOIN pg_depend d ON d.objid = t.oid AND d.classid = 'pg_type'::regclass AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'creditspread'
WHERE t.typtype = 'b' AND t.typelem = 0;

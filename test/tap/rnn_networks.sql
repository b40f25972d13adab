-- Networks beyond a stack of cells, and what surrounds their training: presets, panels, warm starts, the log,
-- names of features, permutation importance, forecasts in one call.
\pset fieldsep '\n'

BEGIN;
\ir helpers.psql
SELECT no_plan();

-- Tomorrow's change is 0.8 x of today, and noise; z says nothing.
CREATE TABLE noise AS
SELECT g AS t, random() - 0.5 AS x, random() - 0.5 AS z, random() - 0.5 AS e
FROM (SELECT setseed(0.42)) s, generate_series(1, 300) g;
CREATE TABLE sample AS
SELECT t, 10 + sum(0.8 * coalesce(last_x, 0) + 0.1 * e) OVER (ORDER BY t) AS y, x, z
FROM (SELECT t, x, z, e, lag(x) OVER (ORDER BY t) AS last_x FROM noise) n;

CREATE FUNCTION fitted(options jsonb DEFAULT '{}', rows integer DEFAULT 120) RETURNS rnn_model LANGUAGE sql AS $$
	SELECT rnn_fit(t, y, ARRAY[x, z], '{"units": [3], "epochs": 3, "ensemble": 1, "learning_rate": 0.01, "cell": "janet",
		"dropout": 0, "refit": false, "random_walk_weight": 0}'::jsonb || options)
	FROM sample WHERE t <= rows
$$;
CREATE FUNCTION tensors(options jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(name || shape::text, ' ' ORDER BY place)
	FROM model_parameters(fitted(options)) WITH ORDINALITY p (name, shape, "values", place)
$$;
CREATE FUNCTION parameters(model rnn_model) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(p::text, '') FROM model_parameters(model) p $$;

-- ---- layers -------------------------------------------------------------------------------------

SELECT is(tensors(format('{"cell": "%s"}', cell)::jsonb), format('layer1.input_weight{%s,3} layer1.recurrent_weight{%s,3} layer1.bias{%s} output.weight{1,3} output.bias{1}',
	3 * gates, 3 * gates, 3 * gates), 'cell: ' || cell || ' has ' || gates || ' gates')
FROM (VALUES ('elman', 1), ('janet', 2), ('gru', 3), ('lstm', 4)) v (cell, gates);
SELECT is(tensors('{"attention": true, "dense": [5, 4]}'), 'attention.query{3,3} attention.key{3,3} attention.value{3,3} '
	'layer1.input_weight{6,3} layer1.recurrent_weight{6,3} layer1.bias{6} dense1.weight{5,3} dense1.bias{5} dense2.weight{4,5} dense2.bias{4} '
	'output.weight{1,4} output.bias{1}', 'attention before, dense behind the recurrent layers');
SELECT is(tensors('{"normalization": "switchable", "dropout": 0.2}'), 'layer1.normalization.scale{3} layer1.normalization.shift{3} '
	'layer1.normalization.mean_weight{3} layer1.normalization.variance_weight{3} layer1.input_weight{6,3} layer1.recurrent_weight{6,3} layer1.bias{6} '
	'output.weight{1,3} output.bias{1} layer1.normalization.running_mean{3} layer1.normalization.running_variance{3}',
	'normalization: weights before the layer, running statistics last; dropout has no tensors');
SELECT isnt(parameters(fitted(o)), parameters(fitted()), 'another network: ' || o::text)
FROM unnest(ARRAY['{"attention": true}', '{"normalization": "switchable"}', '{"dropout": 0.3}', '{"dense": [3]}', '{"cell": "gru"}', '{"cell": "elman"}']::jsonb[]) o;
SELECT is(bytes(fitted(o)), bytes(fitted(o)), 'the same bytes again: ' || o::text)
FROM unnest(ARRAY['{"dropout": 0.3, "ensemble": 2}', '{"attention": true, "normalization": "switchable", "dropout": 0.5, "dense": [4]}']::jsonb[]) o;
SELECT is(parameters(fitted('{"attention": false, "normalization": "none", "dropout": 0, "dense": []}')), parameters(fitted()), 'the defaults are none of these');

CREATE TABLE whole AS
SELECT cell, rnn_fit(t, y, ARRAY[x, z], rnn_options(cell => cell, units => '{8}', attention => true, normalization => 'switchable', dropout => 0.05,
	random_walk_weight => 0, dense => '{6}', epochs => 60, ensemble => 1, learning_rate => 0.01, feature_names => '{driver,noise}')) AS m
FROM sample, unnest(ARRAY['elman', 'janet', 'gru', 'lstm']) cell WHERE t <= 240 GROUP BY cell;
CREATE TABLE made AS
SELECT cell, t, y, lead(y) OVER w AS next_y, (rnn_forecast(m, y, ARRAY[x, z]) OVER w).forecast FROM sample, whole WINDOW w AS (PARTITION BY cell ORDER BY t);
SELECT ok(rmse(next_y, forecast) < 0.75 * rmse(next_y, y), 'a whole network learns: ' || cell)
FROM made WHERE t > 240 AND next_y IS NOT NULL GROUP BY cell ORDER BY cell;
SELECT is((SELECT count(*) FROM made a JOIN (SELECT cell, t, (rnn_forecast(m, CASE WHEN t > 150 THEN -3 * y ELSE y END, ARRAY[CASE WHEN t > 150 THEN 9 ELSE x END, z])
	OVER (PARTITION BY cell ORDER BY t)).forecast FROM sample, whole) b USING (cell, t)
	WHERE t <= 150 AND a.forecast IS NOT DISTINCT FROM b.forecast), 600::bigint, 'changing later rows changes no earlier forecast of a whole network, to the bit');
SELECT is((SELECT count(*) FROM made a JOIN (SELECT cell, t, (rnn_forecast(m, y, ARRAY[x, z]) OVER (PARTITION BY cell ORDER BY t)).forecast
	FROM sample, whole WHERE t <= 123) b USING (cell, t) WHERE abs(a.forecast - b.forecast) < 1e-6), 472::bigint, 'leaving later rows out changes none beyond rounding');
SELECT is(bytes(m::text::rnn_model), bytes(m), 'text form keeps a whole network: ' || cell) FROM whole;

-- ---- presets ------------------------------------------------------------------------------------

CREATE FUNCTION options_of(options jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT model_info(rnn_fit(t, y, ARRAY[x], options || '{"epochs": 1}'))->'options' FROM sample WHERE t <= 40
$$;
SELECT is(options_of(rnn_options(preset => preset)), format('{"cell": "%s", "attention": %s, "units": [128, 64, 32], "normalization": "switchable", "dropout": 0.2,
	"dense": [32], "look_back": 5, "horizons": [1], "target": "level", "loss": "mse", "huber_delta": null, "quantile": null, "optimizer": "adam", "momentum": null, "learning_rate": 0.001, "weight_decay": 0, "clip_norm": 0,
	"batch_size": 32, "epochs": 1, "validation_fraction": 0.15, "patience": 0, "ensemble": 1, "interval_level": 0.9, "seed": 1, "refit": true, "random_walk_weight": 0, "feature_names": []}',
	cell, to_json(attention))::jsonb, 'preset: ' || preset)
FROM (VALUES ('drnn', 'elman', false), ('dlstm', 'lstm', false), ('dgru', 'gru', false), ('djanet', 'janet', false),
	('sam_drnn', 'elman', true), ('sam_dlstm', 'lstm', true), ('sam_dgru', 'gru', true), ('sam_djanet', 'janet', true)) v (preset, cell, attention);
SELECT ok(o @> '{"cell": "janet", "units": [2], "dense": [], "attention": false, "dropout": 0, "normalization": "switchable", "target": "change"}',
	'options that are given override the preset''s')
FROM options_of(rnn_options(preset => 'sam_djanet', units => '{2}', dense => '{}', attention => false, dropout => 0, target => 'change')) o;
SELECT is((SELECT model_info(rnn_fit(t, y, NULL, rnn_options(preset => 'dgru', units => '{2}', dense => '{}')))->'options'->'epochs' FROM sample WHERE t <= 40), '100',
	'a preset has 100 epochs');

-- ---- the log ------------------------------------------------------------------------------------

SELECT is((SELECT array_agg((member, epoch)::text ORDER BY member, epoch) FROM rnn_training_log(fitted('{"ensemble": 2}'))),
	ARRAY['(1,1)', '(1,2)', '(1,3)', '(2,1)', '(2,2)', '(2,3)'], 'rnn_training_log: a row for each member and epoch');
SELECT ok(bool_and(training_loss > 0 AND validation_loss > 0), 'both losses, with patience') FROM rnn_training_log(fitted('{"ensemble": 2}'));
SELECT is((SELECT array_agg(epoch ORDER BY epoch) FROM rnn_training_log(fitted('{"patience": 0}')) WHERE validation_loss IS NOT NULL), ARRAY[3],
	'without patience only the last epoch is validated');
SELECT is((SELECT count(validation_loss) FROM rnn_training_log(fitted('{"validation_fraction": 0}'))), 0::bigint, 'without validation none is');
SELECT ok(abs(training_loss - (facts->>'training_loss')::float8) < 1e-6 AND abs(validation_loss - (facts->>'validation_loss')::float8) < 1e-6,
	'the best epoch''s losses are those of model_info')
FROM (SELECT fitted('{"epochs": 30, "patience": 3}') AS m) f, LATERAL (SELECT model_info(m)->'training'->'members'->0 AS facts) i, rnn_training_log(m)
WHERE epoch = (facts->>'best_epoch')::integer;
SELECT is((SELECT array_agg(DISTINCT epoch % 3) || count(*)::integer FROM rnn_training_log(fitted('{"units": [1], "look_back": 1, "epochs": 2500, "validation_fraction": 0, "batch_size": 256}', 20))),
	ARRAY[0, 833], 'of 2,500 epochs every third is logged');
SELECT is((SELECT count(*) FROM rnn_training_log(NULL)), 0::bigint, 'of NULL nothing is known');

-- ---- names of features ---------------------------------------------------------------------------

SELECT is(model_info(m)->'options'->'feature_names', '["driver", "noise"]', 'a model remembers the names') FROM whole WHERE cell = 'gru';
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x, CASE WHEN t = 7 THEN NULL ELSE z END], rnn_options(feature_names => ''{a,b}'')) FROM sample', '22004', 'feature "b" at 7 is NULL');
SELECT refused('SELECT rnn_fit(t, y, ARRAY[CASE WHEN t = 7 THEN ''NaN'' ELSE x END, z], rnn_options(feature_names => ''{a,b}'')) FROM sample', '22003', 'feature "a" at 7 is NaN');
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x, z], rnn_options(feature_names => ''{a}'')) FROM sample', '22023', '%"feature_names" has 1 names for 2 features');
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x, z], rnn_options(feature_names => ''{a,a}'')) FROM sample', '22023', '%"feature_names" has "a" twice', false);
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x, z], rnn_options(feature_names => ''{x,y}'')) FROM sample', '22023', 'rnn_fit: option "feature_names" has "y", the series itself');
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x, z], ''{"feature_names": ["a", ""]}'') FROM sample', '22023', '%option "feature_names" is%', false);
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x, z], ''{"feature_names": [1, 2]}'') FROM sample', '22023', '%option "feature_names" is%', false);
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x, CASE WHEN t = 9 THEN ''Infinity'' ELSE z END]) OVER (ORDER BY t) FROM sample, whole WHERE cell = ''gru''',
	'22003', 'feature "noise" in row 9 of the partition is Infinity');
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) FROM sample, whole WHERE cell = ''gru''', '2202E', '%1 features in row 1 %fitted with 2');
SELECT refused(format('SELECT rnn_fit(t, y, ARRAY[x, z], ''{"units": [2], "epochs": 1, %s}'') FROM sample', o), '22023', format('rnn_fit: option "%s"%%', substring(o FROM '"(\w+)"')), false)
FROM unnest(ARRAY['"attention": 1', '"attention": "yes"', '"normalization": "batch"', '"dropout": -0.1', '"dropout": 0.95', '"dropout": 1', '"dense": [0]', '"dense": [1025]',
	'"dense": 3', '"dense": [1, 1, 1, 1, 1, 1, 1, 1, 1]', '"preset": "rnn"', '"preset": 1', '"warm_start": 3', '"warm_start": "x"']) o;

-- ---- warm starts ---------------------------------------------------------------------------------

CREATE TABLE first_model AS SELECT fitted('{"epochs": 20, "ensemble": 2, "patience": 0}', 200) AS m;
CREATE FUNCTION warm(options jsonb DEFAULT '{}', features text DEFAULT 'x, z') RETURNS rnn_model LANGUAGE plpgsql AS $$
DECLARE
	result rnn_model;
BEGIN
	EXECUTE format('SELECT rnn_fit(t, y, ARRAY[%s], rnn_options(warm_start => (SELECT m FROM first_model)) || $1) FROM sample', features) INTO result USING options;
	RETURN result;
END
$$;
SELECT is(model_info(warm('{"epochs": 4}'))->'options', (SELECT model_info(m)->'options' || '{"epochs": 4}' FROM first_model),
	'a warm start takes the options of its model, changed by those given');
SELECT is(model_info(warm('{"epochs": 1}'))->'training'->>'warm_start', (SELECT model_info(m)->>'checksum' FROM first_model), 'and tells its checksum');
SELECT ok((SELECT training_loss FROM rnn_training_log(warm('{"epochs": 1}')) WHERE member = 1 AND epoch = 1)
	< 0.7 * (SELECT training_loss FROM rnn_training_log(first.m) WHERE member = 1 AND epoch = 1), 'it begins where the model ended') FROM first_model first;
SELECT is(bytes(warm('{"epochs": 2}')), bytes(warm('{"epochs": 2}')), 'the same bytes again');
SELECT is((SELECT count(*) FROM model_parameters(warm('{"epochs": 1, "ensemble": 1}'))), 5::bigint, 'fewer members than the model has are fine');
SELECT refused('SELECT warm(''{"ensemble": 3}'')', '22023', '%"ensemble" is 3, the model of warm_start has 2');
SELECT refused(format('SELECT warm(%L)', o), '22023', 'rnn_fit: the network to be fitted is %, the model of warm_start is janet of 2 features, units 3, attention off, normalization none, dense none, 1 horizons')
FROM unnest(ARRAY['{"units": [4]}', '{"units": [3, 3]}', '{"cell": "gru"}', '{"attention": true}', '{"normalization": "switchable"}', '{"dense": [3]}', '{"horizons": [1, 2]}']) o;
SELECT refused('SELECT warm(''{}'', ''x'')', '22023', 'rnn_fit: the network to be fitted is janet of 1 features%');
SELECT is(model_info(rnn_fit(t, y, ARRAY[x, z], rnn_options(warm_start => fitted('{"epochs": 2, "patience": 3}', 200), epochs => 1, validation_fraction => 0)))->'options'->>'patience',
	'0', 'without validation windows there is no patience, unless it is given') FROM sample;
SELECT refused('SELECT warm(''{"preset": "dgru"}'')', '22023', '%"preset" and "warm_start" are both given');
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x], ''{"warm_start": {"model": "rnn_model"}}'') FROM sample', '22023', 'rnn_model: %', false);

-- ---- panels --------------------------------------------------------------------------------------

CREATE TABLE panel AS SELECT k, t, y * k AS y, x * k AS x FROM sample, generate_series(1::bigint, 3) k WHERE t <= 60;
SELECT is(parameters(rnn_fit('only', t, y, ARRAY[x, z], '{"units": [3], "epochs": 3, "ensemble": 1, "learning_rate": 0.01, "cell": "janet",
	"dropout": 0, "refit": false, "random_walk_weight": 0}')), parameters(fitted()),
	'a panel of one entity gives the network of the series') FROM sample WHERE t <= 120;
SELECT unnest(ARRAY[is(i->>'rows', '180', 'a panel has all rows'), is(i->>'entities', '3', 'and tells its entities'), is(i->>'first_time', '1', 'first time'), is(i->>'last_time', '60', 'last time'),
	is((i->>'training_windows')::integer + (i->>'validation_windows')::integer, 3 * 54, 'windows do not cross entities: 54 of each')])
FROM (SELECT model_info(rnn_fit(k, t, y, ARRAY[x], '{"units": [2], "epochs": 1}'))->'training' AS i FROM panel) q;
SELECT is((SELECT bytes(rnn_fit(k, t, y, ARRAY[x], '{"units": [2], "epochs": 1}' ORDER BY md5(k::text || t))) FROM panel),
	(SELECT bytes(rnn_fit(k::text, t, y, ARRAY[x], '{"units": [2], "epochs": 1}')) FROM panel), 'order and the type of the entity do not matter');
SELECT is((SELECT count(DISTINCT parameters(m)) FROM (
	SELECT rnn_fit(k, date '2020-01-01' + t, y, ARRAY[x], '{"units": [2], "epochs": 1}') AS m FROM panel
	UNION ALL SELECT rnn_fit(k, timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x], '{"units": [2], "epochs": 1}') FROM panel
	UNION ALL SELECT rnn_fit(k, timestamptz '2020-01-01 UTC' + t * interval '1 h', y, ARRAY[x], '{"units": [2], "epochs": 1}') FROM panel
	UNION ALL SELECT rnn_fit(k, t::bigint, y, ARRAY[x], '{"units": [2], "epochs": 1}') FROM panel) q), 1::bigint, 'nor does the type of the time');
SELECT is((SELECT bytes(rnn_fit(k, t, y, NULL)) FROM panel WHERE t <= 20), (SELECT bytes(rnn_fit(k, t, y, '{}', '{}')) FROM panel WHERE t <= 20), 'features and options may be left out');
SELECT is((SELECT rnn_fit(k, t, y, ARRAY[x]) FROM panel WHERE false)::text, NULL, 'no rows: NULL');
SELECT is(creditspread_internal.rnn_fit_panel_final(NULL)::text, NULL, 'rnn_fit_panel_final of NULL');
SELECT is((SELECT count(*) FROM (SELECT rnn_forecast(m, y, ARRAY[x]) OVER (PARTITION BY k ORDER BY t) AS f
	FROM panel, (SELECT rnn_fit(k, t, y, ARRAY[x], '{"units": [2], "epochs": 1}') AS m FROM panel) q) r WHERE f IS NOT NULL), 3 * 55::bigint, 'its model forecasts each entity');
SELECT refused('SELECT rnn_fit(k, t / 2, y, ARRAY[x]) FROM panel', '23505', 'rnn_fit: the time 1 occurs twice for entity "1"');
SELECT refused('SELECT rnn_fit(NULLIF(k, 2), t, y, ARRAY[x]) FROM panel', '22004', 'the entity of an observation must not be NULL');
SELECT refused('SELECT rnn_fit(k, t, CASE WHEN t = 7 THEN NULL ELSE y END, ARRAY[x]) FROM panel', '22004', 'y at 7 is NULL');
SELECT refused('SELECT rnn_fit(k, t, y, CASE WHEN t = 7 THEN ARRAY[x, x] ELSE ARRAY[x] END) FROM panel', '2202E', 'rnn_fit: 3 values at 7, 2 in the rows before');
SELECT refused('SELECT rnn_fit(k, t, y, ARRAY[x]) FROM panel WHERE t <= 6', '22023', 'rnn_fit needs at least % observations of one entity, the longest of 3 has 6');
SELECT refused('SELECT rnn_fit(k, t, y, ARRAY[x], rnn_options(seed => k)) FROM panel', '22023', 'rnn_fit: the options at 1 differ%');
SELECT refused('SELECT rnn_fit(k, t, 1.0, ARRAY[x]) FROM panel', '22000', 'rnn_fit: %');

-- ---- importance ----------------------------------------------------------------------------------

CREATE TABLE importance AS SELECT i.* FROM (SELECT rnn_importance(m, t, y, ARRAY[x, z]) AS a FROM sample, whole WHERE cell = 'gru') q, unnest(a) i;
SELECT is((SELECT array_agg(feature) FROM importance), ARRAY['y', 'driver', 'noise'], 'rnn_importance: y and the features by their names');
SELECT ok((SELECT importance FROM importance WHERE feature = 'driver') > 5 * abs((SELECT importance FROM importance WHERE feature = 'noise')), 'it finds the driver');
SELECT is((SELECT array_agg(feature) FROM (SELECT (unnest(rnn_importance(fitted(), t, y, ARRAY[x, z]))).* FROM sample) q), ARRAY['y', 'features[1]', 'features[2]'],
	'features without names have numbers');
SELECT is((SELECT rnn_importance(m, t, y, ARRAY[x, z] ORDER BY md5(t::text))::text FROM sample, first_model), (SELECT rnn_importance(m, t, y, ARRAY[x, z], '{"repeats": 5, "seed": 1}')::text
	FROM sample, first_model), 'order does not matter, and the defaults are 5 repeats, seed 1');
SELECT isnt((SELECT rnn_importance(m, t, y, ARRAY[x, z], rnn_importance_options(seed => 2))::text FROM sample, first_model),
	(SELECT rnn_importance(m, t, y, ARRAY[x, z])::text FROM sample, first_model), 'another seed permutes otherwise');
SELECT isnt((SELECT rnn_importance(m, t, y, ARRAY[x, z], rnn_importance_options(step => 3))::text FROM sample, (SELECT fitted('{"horizons": [1, 3]}') AS m) f),
	(SELECT rnn_importance(m, t, y, ARRAY[x, z])::text FROM sample, (SELECT fitted('{"horizons": [1, 3]}') AS m) f), 'step chooses the horizon');
SELECT is((SELECT rnn_importance(m, t, y, ARRAY[x, z]) FROM sample, first_model WHERE false)::text, NULL, 'no rows: NULL');
SELECT is(rnn_importance_options(step => 1, repeats => 2, seed => 3), '{"step": 1, "repeats": 2, "seed": 3}', 'rnn_importance_options');
SELECT is((SELECT array_length(rnn_importance(m, date '2020-01-01' + t, y, ARRAY[x, z]), 1) FROM sample, first_model), 3, 'times may be dates');
SELECT is((SELECT array_length(rnn_importance(m, timestamptz '2020-01-01' + t * interval '1 h', y, ARRAY[x, z]), 1) FROM sample, first_model), 3, 'or with a zone');
SELECT refused('SELECT rnn_importance(NULL::rnn_model, t, y, ARRAY[x, z]) FROM sample', '22004', 'rnn_importance: the model is NULL');
SELECT refused('SELECT rnn_importance(m, t, y, ARRAY[x]) FROM sample, first_model', '2202E', 'rnn_importance: 1 features, the model was fitted with 2');
SELECT refused('SELECT rnn_importance(m, t, y, ARRAY[x, z]) FROM sample, first_model WHERE t <= 6', '22023', 'rnn_importance needs at least 7 observations, has 6');
SELECT lives_ok('SELECT rnn_importance(m, t, y, ARRAY[x, z]) FROM sample, first_model WHERE t <= 7', '7 are enough');
SELECT refused('SELECT rnn_importance(m, t, y, ARRAY[x, z]) FROM sample, whole', '22023', 'rnn_importance: the options at % differ%');
SELECT refused('SELECT rnn_importance(m, t, y, ARRAY[x, z], ''{"step": 2}'') FROM sample, first_model', '22023', 'rnn_importance: step is 2, the model forecasts steps 1');
SELECT refused('SELECT rnn_importance(m, t, y, ARRAY[x, z], ''{"repeats": 0}'') FROM sample, first_model', '22023', 'rnn_importance: option "repeats" is 0%', false);
SELECT refused('SELECT rnn_importance(m, t, y, ARRAY[x, z], ''{"times": 0}'') FROM sample, first_model', '22023', 'rnn_importance: unknown option "times"');
SELECT refused('SELECT rnn_importance(m, t, y, ARRAY[x, z], ''[]'') FROM sample, first_model', '22023', 'rnn_importance: the options must be a JSON object');
SELECT refused('SELECT rnn_importance(m, t, CASE WHEN t = 7 THEN ''NaN'' ELSE y END, ARRAY[x, z]) FROM sample, first_model', '22003', 'y at 7 is NaN');
SELECT refused('SELECT rnn_importance(m, t / 2, y, ARRAY[x, z]) FROM sample, first_model', '23505', '%occurs twice%');
SELECT is(creditspread_internal.rnn_importance_final('\x02040001000000000000000000000000'::creditspread_internal.creditspread_series)::text, NULL, 'a state without rows: NULL');

-- ---- forecasts in one call -----------------------------------------------------------------------

CREATE TABLE ahead AS SELECT s.* FROM (SELECT rnn_forecast(t, y, ARRAY[x, z], 3, rnn_options(units => '{4}', epochs => 20, ensemble => 2)) AS a FROM sample) q, unnest(a) s;
SELECT is((SELECT array_agg(step) FROM ahead), ARRAY[1, 2, 3], 'rnn_forecast: a row for each of the next times');
SELECT ok(bool_and(lower < forecast AND forecast < upper), 'within its interval') FROM ahead;
SELECT is((SELECT array_agg((forecast, lower, upper)::text ORDER BY step) FROM ahead), (SELECT array_agg(((f).forecast, (f).lower, (f).upper)::text ORDER BY step) FROM (
	SELECT t, step, rnn_forecast(m, y, ARRAY[x, z], step) OVER (PARTITION BY step ORDER BY t) AS f FROM sample, generate_series(1, 3) step,
		(SELECT rnn_fit(t, y, ARRAY[x, z], rnn_options(units => '{4}', epochs => 20, ensemble => 2, horizons => '{1,2,3}')) AS m FROM sample) q) r WHERE t = 300),
	'the forecasts and their intervals are those of a model with these horizons, made on the last row');
SELECT is((SELECT array_length(rnn_forecast(t, y, NULL, 2, '{"units": [2], "epochs": 1, "target": "level"}'), 1) FROM sample), 2, 'features may be NULL');
SELECT ok((SELECT bool_and(s.lower IS NULL AND s.forecast IS NOT NULL) FROM (SELECT rnn_forecast(t, y, NULL, 2, '{"units": [2], "epochs": 1, "validation_fraction": 0}') AS a FROM sample) q, unnest(a) s),
	'without validation there is no interval');
SELECT is((SELECT rnn_forecast(t, y, ARRAY[x], 2) FROM sample WHERE false)::text, NULL, 'no rows: NULL');
SELECT is((SELECT rnn_forecast(t, y, ARRAY[x], 2, '{"units": [2], "epochs": 1}' ORDER BY md5(t::text))::text FROM sample),
	(SELECT rnn_forecast(t, y, ARRAY[x], 2, '{"units": [2], "epochs": 1}')::text FROM sample), 'order does not matter');
SELECT is((SELECT count(DISTINCT a::text) FROM (SELECT rnn_forecast(date '2020-01-01' + t, y, ARRAY[x], 2, '{"units": [2], "epochs": 1}') AS a FROM sample
	UNION ALL SELECT rnn_forecast(timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x], 2, '{"units": [2], "epochs": 1}') FROM sample
	UNION ALL SELECT rnn_forecast(t::bigint, y, ARRAY[x], 2, '{"units": [2], "epochs": 1}') FROM sample) q), 1::bigint, 'nor does the type of the time');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[x], 0) FROM sample', '22023', 'rnn_forecast: horizon is 0, must be from 1 to 32');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[x], 33) FROM sample', '22023', 'rnn_forecast: horizon is 33, must be from 1 to 32');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[x], NULL::integer) FROM sample', '22004', 'rnn_forecast: the horizon is NULL');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[x], t) FROM sample', '22023', 'rnn_forecast: the options at 2 differ%');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[x], 2, rnn_options(horizons => ''{1}'')) FROM sample', '22023', 'rnn_forecast: option "horizons" is given beside the horizon');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[x], 2, ''{"unit": 1}'') FROM sample', '22023', 'rnn_forecast: unknown option "unit"');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[x], 2, ''3'') FROM sample', '22023', 'rnn_forecast: the options must be a JSON object');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[x], 20) FROM sample WHERE t <= 20', '22023', 'rnn_forecast needs at least % observations, has 20');
SELECT refused('SELECT rnn_forecast(t, 1.0, ARRAY[x], 2) FROM sample', '22000', 'rnn_forecast: %');
SELECT refused('SELECT rnn_forecast(t, y, ARRAY[CASE WHEN t = 7 THEN ''NaN'' ELSE x END], 2, rnn_options(feature_names => ''{vix}'')) FROM sample', '22003', 'feature "vix" at 7 is NaN');

-- ---- memory, parallel ----------------------------------------------------------------------------

SET LOCAL creditspread.max_model_memory = '256kB';
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x], rnn_options(attention => true, units => ''{2}'', look_back => 250)) FROM sample', '53200', 'rnn_fit needs % kB of memory, creditspread.max_model_memory is 256 kB');
SELECT refused('SELECT rnn_importance(m, t, y, array_fill(x, ARRAY[200])) FROM sample, first_model', '53200', 'rnn_importance needs % kB of memory, creditspread.max_model_memory is 256 kB');
RESET creditspread.max_model_memory;

CREATE TABLE large AS SELECT k, t, y, x FROM sample, generate_series(1, 20) k;
ANALYZE large;
CREATE TABLE serial AS SELECT bytes(rnn_fit(k, t, y, ARRAY[x], '{"units": [2], "epochs": 1, "ensemble": 1, "dropout": 0.1}')) AS b,
	(SELECT rnn_importance(m, t, y, ARRAY[x, x])::text FROM first_model, large WHERE k = 1) AS i,
	(SELECT rnn_forecast(t, y, ARRAY[x], 2, '{"units": [2], "epochs": 1}')::text FROM large WHERE k = 1) AS f FROM large;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT ok(plan_of('SELECT rnn_fit(k, t, y, ARRAY[x]) FROM large') LIKE '%Partial Aggregate%', 'a panel is aggregated in parallel');
SELECT ok(plan_of('SELECT rnn_forecast(t, y, ARRAY[x], 2) FROM large') LIKE '%Partial Aggregate%', 'forecasts in one call too');
SELECT is((SELECT bytes(rnn_fit(k, t, y, ARRAY[x], '{"units": [2], "epochs": 1, "ensemble": 1, "dropout": 0.1}')) FROM large), b, 'with the same model') FROM serial;
SELECT is((SELECT rnn_importance((SELECT m FROM first_model), t, y, ARRAY[x, x])::text FROM large WHERE k = 1), i, 'the same importance') FROM serial;
SELECT is((SELECT rnn_forecast(t, y, ARRAY[x], 2, '{"units": [2], "epochs": 1}')::text FROM large WHERE k = 1), f, 'and the same forecasts') FROM serial;

SELECT * FROM finish();
ROLLBACK;

-- transformer_fit, transformer_forecast, transformer_options and what SQL can ask of a transformer_model.
\pset fieldsep '\n'

BEGIN;
\ir helpers.psql
SELECT no_plan();

-- A series that can be forecast: tomorrow's change is 0.8 x of today, and noise.
CREATE TABLE noise AS
SELECT g AS t, random() - 0.5 AS x, random() - 0.5 AS e
FROM (SELECT setseed(0.42)) s, generate_series(1, 400) g;
CREATE TABLE sample AS
SELECT t, 10 + sum(0.8 * coalesce(last_x, 0) + 0.1 * e) OVER (ORDER BY t) AS y, x, e AS z
FROM (SELECT t, x, e, lag(x) OVER (ORDER BY t) AS last_x FROM noise) n;

-- The model of the sample under some options on top of small ones.
CREATE FUNCTION small() RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT '{"layers": 1, "width": 4, "heads": 2, "feed_forward": 3, "look_back": 5, "epochs": 2, "ensemble": 1, "learning_rate": 0.01}'::jsonb
$$;
CREATE FUNCTION fitted(options jsonb DEFAULT '{}', rows integer DEFAULT 120) RETURNS transformer_model LANGUAGE sql AS $$
	SELECT transformer_fit(t, y, ARRAY[x], small() || options) FROM sample WHERE t <= rows
$$;
CREATE FUNCTION info(options jsonb, rows integer DEFAULT 120) RETURNS jsonb LANGUAGE sql AS $$
	SELECT model_info(fitted(options, rows))
$$;
CREATE FUNCTION bytes(model transformer_model) RETURNS text LANGUAGE sql AS $$ SELECT md5(creditspread_internal.transformer_model_send(model)) $$;
CREATE FUNCTION parameters(model transformer_model) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(p::text, '')) FROM model_parameters(model) p
$$;
CREATE FUNCTION shapes(options jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(name || shape::text, ' ' ORDER BY place)
	FROM model_parameters(fitted(options)) WITH ORDINALITY p (name, shape, "values", place)
$$;

-- ---- forecasts ----------------------------------------------------------------------------------

CREATE TABLE model AS
SELECT transformer_fit(t, y, ARRAY[x], transformer_options(layers => 2, width => 8, feed_forward => 16, look_back => 5, epochs => 60,
	ensemble => 2, learning_rate => 0.005, feature_names => '{driver}')) AS m
FROM sample WHERE t <= 300;
CREATE TABLE forecast AS
SELECT t, y, lead(y) OVER (ORDER BY t) AS next_y, (transformer_forecast(m, y, ARRAY[x]) OVER (ORDER BY t)).*
FROM sample, model;

SELECT ok(rmse(next_y, forecast) < 0.3 * rmse(next_y, y), 'a series that can be forecast is: RMSE out of sample below 0.3 of the random walk''s')
FROM forecast WHERE t > 300 AND next_y IS NOT NULL;
SELECT ok(avg((next_y BETWEEN lower AND upper)::integer) BETWEEN 0.75 AND 1, 'the interval covers about its level out of sample')
FROM forecast WHERE t > 300 AND next_y IS NOT NULL;
SELECT is((SELECT array_agg(t ORDER BY t) FROM forecast WHERE forecast IS NULL), ARRAY[1, 2, 3, 4, 5], 'the first look_back rows have no forecast');
SELECT is((SELECT count(*) FROM forecast a JOIN
	(SELECT t, (transformer_forecast(m, CASE WHEN t > 200 THEN -3 * y ELSE y END, ARRAY[CASE WHEN t > 200 THEN 9 ELSE x END]) OVER (ORDER BY t)).*
	FROM sample, model) b USING (t) WHERE t <= 200 AND a.forecast IS NOT DISTINCT FROM b.forecast), 200::bigint,
	'changing later rows changes no earlier forecast, to the bit');
SELECT is((SELECT count(*) FROM forecast a JOIN
	(SELECT t, (transformer_forecast(m, y, ARRAY[x]) OVER (ORDER BY t)).* FROM sample, model WHERE t <= 123) b USING (t)
	WHERE a.forecast IS NOT DISTINCT FROM b.forecast OR abs(a.forecast - b.forecast) < 1e-6), 123::bigint, 'leaving later rows out changes no forecast but in its rounding, as batches are other ones');
CREATE TABLE grouped AS SELECT k, t, y * k AS y, x FROM sample, generate_series(1::bigint, 3) k WHERE t <= 100;
CREATE TABLE grouped_model AS SELECT k, transformer_fit(t, y, ARRAY[x], small()) AS m FROM grouped GROUP BY k;
SELECT is((SELECT count(DISTINCT bytes(m)) FROM grouped_model), 3::bigint, 'GROUP BY fits one model for each group');
SELECT is((SELECT string_agg((f).forecast::text, ' ' ORDER BY t) FROM (SELECT k, t, transformer_forecast(m, y, ARRAY[x]) OVER (PARTITION BY k ORDER BY t) AS f
	FROM grouped JOIN grouped_model USING (k)) q WHERE k = 2),
	(SELECT string_agg((f).forecast::text, ' ' ORDER BY t) FROM (SELECT t, transformer_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) AS f
	FROM grouped JOIN grouped_model USING (k) WHERE k = 2) q), 'PARTITION BY gives what a query for each series gives');

-- ---- the aggregate ------------------------------------------------------------------------------

SELECT is((SELECT transformer_fit(t, y, ARRAY[x]) FROM sample WHERE false)::text, NULL, 'no rows: NULL');
SELECT is((SELECT bytes(transformer_fit(t, y, ARRAY[x], small() ORDER BY md5(t::text))) FROM sample WHERE t <= 120), bytes(fitted()), 'the order of the rows does not matter');
SELECT is((SELECT bytes(transformer_fit(t, y)) FROM sample WHERE t <= 60), (SELECT bytes(transformer_fit(t, y, NULL, '{}')) FROM sample WHERE t <= 60), 'features and options may be left out');
SELECT is((SELECT count(DISTINCT parameters(m)) FROM (
	SELECT transformer_fit(date '2020-01-01' + t, y, ARRAY[x], small()) AS m FROM sample
	UNION ALL SELECT transformer_fit(timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x], small()) FROM sample
	UNION ALL SELECT transformer_fit(timestamptz '2020-01-01 UTC' + t * interval '1 h', y, ARRAY[x], small()) FROM sample
	UNION ALL SELECT transformer_fit(t::bigint, y, ARRAY[x], small()) FROM sample) q), 1::bigint, 'the type of the time does not matter');
SELECT is(creditspread_internal.transformer_fit_final(NULL)::text, NULL, 'transformer_fit_final of NULL');

-- ---- options ------------------------------------------------------------------------------------

SELECT is(transformer_options(), '{}', 'transformer_options: what is not given is not there');
CREATE TABLE every_option AS SELECT transformer_options(layers => 2, width => 6, heads => 3, feed_forward => 5, positions => false, dropout => 0.3, dense => '{5,6}',
	look_back => 3, horizons => '{1,5}', target => 'level', loss => 'pinball', quantile => 0.3, optimizer => 'rmsprop', momentum => 0.5,
	learning_rate => 0.01, weight_decay => 0.1, clip_norm => 2, batch_size => 16, epochs => 2, validation_fraction => 0.2,
	patience => 1, ensemble => 2, interval_level => 0.8, seed => 11, feature_names => '{x}') AS o;
SELECT is(o, '{"layers": 2, "width": 6, "heads": 3, "feed_forward": 5, "positions": false, "dropout": 0.3, "dense": [5, 6], "look_back": 3, "horizons": [1, 5],
	"target": "level", "loss": "pinball", "quantile": 0.3, "optimizer": "rmsprop", "momentum": 0.5, "learning_rate": 0.01, "weight_decay": 0.1, "clip_norm": 2,
	"batch_size": 16, "epochs": 2, "validation_fraction": 0.2, "patience": 1, "ensemble": 2, "interval_level": 0.8, "seed": 11, "feature_names": ["x"]}',
	'transformer_options: every option under its name') FROM every_option;
SELECT is(info(o)->'options' @> o, true, 'model_info gives the options back') FROM every_option;
SELECT is((SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(info('{}')->'options') key),
	(SELECT array_agg(key ORDER BY key) FROM unnest((SELECT proargnames FROM pg_proc WHERE proname = 'transformer_options')) key WHERE key NOT IN ('preset', 'warm_start', 'missing', 'linear', 'quantiles', 'quantile_correction', 'on_error')),
	'the options of a model are complete');
SELECT ok(obj_description('transformer_options'::regproc) LIKE '%' || replace(key, '_', '\_') || '%'
		AND CASE jsonb_typeof(value) WHEN 'array' THEN obj_description('transformer_options'::regproc) LIKE '%({' || trim(value::text, '[]') || '})%'
			WHEN 'null' THEN true
			ELSE obj_description('transformer_options'::regproc) LIKE '%(' || trim(value::text, '"') || ')%' END,
	'the default of ' || key || ' is documented: ' || value)
FROM (SELECT model_info(transformer_fit(t, y))->'options' AS o FROM sample WHERE t <= 60) q, jsonb_each(o) ORDER BY key;
SELECT is((SELECT model_info(transformer_fit(t, y, NULL, transformer_options(preset => 'paper_001', epochs => 1)))->'options' FROM sample WHERE t <= 60)
	@> '{"layers": 5, "width": 64, "heads": 1, "feed_forward": 64, "positions": false, "dropout": 0.1, "dense": [], "look_back": 21, "horizons": [1], "target": "level", "loss": "rmse", "optimizer": "rmsprop",
	"momentum": 0.9, "learning_rate": 0.0001, "weight_decay": 1e-7, "clip_norm": 0, "batch_size": 32, "epochs": 1, "validation_fraction": 0.15, "patience": 0, "ensemble": 1, "seed": 1}', true, 'preset: paper_001');
SELECT is(shapes('{"layers": 2}'),
	'input.weight{4,2} input.bias{4} ' || string_agg(format('layer%s.in_weight{12,4} layer%1$s.in_bias{12} layer%1$s.out_weight{4,4} layer%1$s.out_bias{4} layer%1$s.feed_forward1_weight{3,4} '
		'layer%1$s.feed_forward1_bias{3} layer%1$s.feed_forward2_weight{4,3} layer%1$s.feed_forward2_bias{4} layer%1$s.norm1_weight{4} layer%1$s.norm1_bias{4} layer%1$s.norm2_weight{4} layer%1$s.norm2_bias{4}', l), ' ' ORDER BY l)
	|| ' output.weight{1,4} output.bias{1}', 'layers, width and feed_forward: the tensors') FROM generate_series(1, 2) l;
SELECT ok(shapes('{"dense": [5], "horizons": [1, 3]}') LIKE '% dense1.weight{5,4} dense1.bias{5} output.weight{2,5} output.bias{2}', 'dense and horizons: the tensors behind the last position');
SELECT is((SELECT count(DISTINCT parameters(fitted(o))) FROM unnest(ARRAY['{}', '{"heads": 1}', '{"positions": false}', '{"dropout": 0.2}', '{"look_back": 6}', '{"target": "level"}', '{"seed": 2}', '{"batch_size": 8}',
	'{"learning_rate": 0.02}', '{"weight_decay": 0.1}', '{"clip_norm": 0.01, "weight_decay": 0.01}', '{"loss": "mse"}', '{"loss": "rmse"}', '{"loss": "huber"}', '{"loss": "huber", "huber_delta": 0.2}', '{"loss": "pinball"}',
	'{"loss": "pinball", "quantile": 0.9}', '{"optimizer": "rmsprop"}', '{"optimizer": "rmsprop", "momentum": 0.9}', '{"validation_fraction": 0.3}']::jsonb[]) o), 20::bigint, 'each of these options gives another network');
SELECT is(bytes(fitted('{"dropout": 0.2, "ensemble": 2}')), bytes(fitted('{"dropout": 0.2, "ensemble": 2}')), 'seed: the same gives the same bytes');
SELECT refused(format('SELECT transformer_fit(t, y, ARRAY[x], ''{%s}'') FROM sample', o), '22023', format('transformer_fit: option "%s"%%', substring(o FROM '"(\w+)"')), false)
FROM unnest(ARRAY['"layers": 0', '"layers": 9', '"layers": null', '"layers": [2]', '"width": 0', '"width": 1025', '"width": 2.5', '"heads": 0', '"heads": 3', '"heads": 64', '"feed_forward": 0', '"feed_forward": 4097',
	'"positions": 1', '"positions": null', '"dropout": 0.95', '"dropout": -0.1', '"look_back": 0', '"look_back": 1001', '"loss": "mape"', '"optimizer": "sgd"', '"momentum": 0.5', '"momentum": 1, "optimizer": "rmsprop"',
	'"huber_delta": 1', '"huber_delta": 0, "loss": "huber"', '"quantile": 0.5', '"quantile": 1, "loss": "pinball"', '"quantile": "0.5", "loss": "pinball"', '"preset": "paper_003"', '"patience": 3, "validation_fraction": 0']) o;
SELECT refused(format('SELECT transformer_fit(t, y, ARRAY[x], ''{"%s": 1}'') FROM sample', o), '22023', format('transformer_fit: unknown option "%s"', o))
FROM unnest(ARRAY['cell', 'units', 'attention', 'normalization', 'layer']) o;
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x], transformer_options(heads => 2)) FROM sample', '22023', 'rnn_fit: unknown option "heads"');

-- ---- bad input ----------------------------------------------------------------------------------

SELECT refused('SELECT transformer_fit(t, y, ARRAY[x], transformer_options(feature_names => ''{y}'')) FROM sample', '22023',
	'transformer_fit: option "feature_names" has "y", the series itself');
SELECT refused('SELECT transformer_fit(k, t, y, ARRAY[x, x], transformer_options(feature_names => ''{x,x}'')) FROM sample, (VALUES (''a'')) v (k)', '22023',
	'transformer_fit: option "feature_names" has "x" twice', false);

SELECT refused(format('SELECT transformer_fit(%s, %s, %s, small()) FROM sample WHERE t <= 60', t, y, x), state, message, false) FROM (VALUES
	('t', 'CASE WHEN t = 7 THEN ''NaN'' ELSE y END', 'ARRAY[x]', '22003', 'y at 7 is NaN'),
	('t', 'y', 'ARRAY[CASE WHEN t = 7 THEN ''Infinity'' ELSE x END]', '22003', 'features[1] at 7 is Infinity'),
	('t', 'y', 'CASE WHEN t = 7 THEN ARRAY[x, x] ELSE ARRAY[x] END', '2202E', 'transformer_fit: 3 values at 7%'),
	('t', 'y', 'array_fill(x, ARRAY[1600])', '54000', 'transformer_fit: 1600 features at 1, the limit is 1599'),
	('t / 2', 'y', 'ARRAY[x]', '23505', 'transformer_fit: the time 1 occurs twice%'),
	('NULLIF(t, 7)', 'y', 'ARRAY[x]', '22004', 'the time of an observation must not be NULL'),
	('t', '1', 'ARRAY[x]', '22000', 'transformer_fit: %constant%')) v (t, y, x, state, message);
SELECT refused('SELECT transformer_fit(t, y) FROM sample WHERE t = 1', '22023', 'transformer_fit needs at least % observations, has 1');
SELECT refused('SELECT transformer_fit(t, y) FROM sample WHERE t <= 10', '22023', 'transformer_fit needs at least % observations, has 10');
SELECT refused('SELECT transformer_forecast(NULL::transformer_model, y, ARRAY[x]) OVER (ORDER BY t) FROM sample', '22004', 'transformer_forecast: the model is NULL');
SELECT refused('SELECT transformer_forecast(m, y) OVER (ORDER BY t) FROM sample, model', '2202E', 'transformer_forecast: 0 features in row 1 of the partition, the model was fitted with 1');
SELECT refused('SELECT transformer_forecast(m, y, ARRAY[x], 2) OVER (ORDER BY t) FROM sample, model', '22023', 'transformer_forecast: step is 2, the model forecasts steps 1');
SELECT refused('SELECT transformer_forecast(m, y, ARRAY[CASE WHEN t = 9 THEN ''NaN'' ELSE x END]) OVER (ORDER BY t) FROM sample, model', '22003', 'feature "driver" in row 9 of the partition is NaN');
SELECT refused('SELECT transformer_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) FROM grouped JOIN grouped_model USING (k)', '22023', 'transformer_forecast: row % of the partition has another model%');
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) FROM sample, model', '42883', '%', true);

-- ---- models as values ---------------------------------------------------------------------------

SELECT is(m::text::transformer_model::text, m::text, 'text and back') FROM model;
SELECT is(bytes(m::text::transformer_model), bytes(m), 'the same bytes') FROM model;
SELECT is((SELECT string_agg((f).forecast::text, ' ' ORDER BY t) FROM (SELECT t, transformer_forecast(m::text::transformer_model, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM sample, model) q),
	(SELECT string_agg(forecast::text, ' ' ORDER BY t) FROM forecast), 'and the same forecasts');
SELECT is(model_info(m)->>'model', 'transformer_model', 'model_info names the type'), is(model_size(m), (model_info(m)->>'bytes')::bigint, 'model_size') FROM model;
SELECT is((SELECT sum(cardinality(p."values")) FROM model_parameters(m) p), (model_info(m)->>'parameters')::bigint, 'model_parameters gives them all') FROM model;
SELECT is((SELECT count(*) FROM transformer_training_log(m)), (SELECT sum((e->>'epochs')::integer) FROM jsonb_array_elements(model_info(m)->'training'->'members') e), 'transformer_training_log: a row for each epoch') FROM model;
SELECT is(ARRAY[model_info(NULL::transformer_model)::text, model_size(NULL::transformer_model)::text], ARRAY[NULL, NULL], 'of NULL nothing is known');
SELECT refused('SELECT m::text::rnn_model FROM model', '22P02', 'this is not the text of a rnn_model%', false);
SELECT refused('SELECT rnn_fit(t, y)::text::transformer_model FROM sample WHERE t <= 40', '22P02', 'this is not the text of a transformer_model%', false);
SELECT refused(format('SELECT replace(m::text, %L, %L)::transformer_model FROM model', a, b), state, message, false) FROM (VALUES
	('"heads": 2', '"heads": 4', '22P02', 'checksum of a transformer_model is %'),
	('"heads": 2', '"heads": 3', '22023', 'transformer_model: option "heads" is 3 with "width" 8'),
	('"heads": 2', '"head": 2', '22023', 'transformer_model: %'),
	('"width": 8', '"width": 6', '22023', 'transformer_model: % parameters, its header needs %'),
	('"momentum": null', '"momentum": 0.5', '22023', 'transformer_model: option "momentum" is out of range'),
	('"quantile": null', '"quantile": 0.5', '22023', 'transformer_model: option "quantile" is out of range'),
	('"loss": "mae"', '"loss": "huber"', '22023', 'transformer_model: option "huber_delta" is out of range'),
	('"layers": 2', '"layers": 3', '22023', 'transformer_model: % parameters, its header needs %'),
	('"features": 1', '"features": 2', '22023', 'transformer_model: %'),
	('"format": 2', '"format": 3', '22P02', '%transformer_model of format 2')) v (a, b, state, message);

-- The binary form, which only COPY reads: whole, cut short anywhere, and with any of its bytes changed.
CREATE TABLE copied (m transformer_model);
SELECT format('%s/transformer.%s', current_setting('data_directory'), pg_backend_pid()) AS file \gset
SELECT set_config('test.file', :'file', true) AS file \g /dev/null
CREATE TABLE form AS SELECT creditspread_internal.transformer_model_send(fitted()) AS b;
SELECT is(error_of_binary(b), NULL, 'binary form: accepted') FROM form;
SELECT is((SELECT creditspread_internal.transformer_model_send(m) FROM copied), b, 'and the same bytes') FROM form;
SELECT is((SELECT count(*) FROM form, generate_series(0, length(b) - 1, 13) n WHERE error_of_binary(substr(b, 1, n)) ~ '^(22|08|54)'), (SELECT count(*) FROM form, generate_series(0, length(b) - 1, 13)), 'cut short: refused')
FROM form;
SELECT is((SELECT string_agg(DISTINCT substr(coalesce(error_of_binary(set_byte(b, n, get_byte(b, n) # 1)), 'accepted'), 1, 5), ' ') FROM form, generate_series(0, length(b) - 1, 7) n) ~ '^(22P03|22P02|22023|22021|22003|54000| )+$', true,
	'a bit changed anywhere: refused');
SELECT ok(error_of_binary(creditspread_internal.rnn_model_send(r)) LIKE '22P03 this is not the binary form of a transformer_model%', 'an rnn_model is none')
FROM (SELECT rnn_fit(t, y, NULL, '{"epochs": 1}') AS r FROM sample) q;

-- ---- warm starts, panels, importance, forecasts in one call --------------------------------------

CREATE FUNCTION warm(options jsonb) RETURNS transformer_model LANGUAGE sql AS $$
	SELECT transformer_fit(t, y, ARRAY[x], transformer_options(warm_start => (SELECT m FROM model)) || options) FROM sample
$$;
SELECT is(model_info(w)->'options', (SELECT model_info(m)->'options' || '{"epochs": 1}' FROM model), 'a warm start takes the options of its model'),
	is(model_info(w)->'training'->>'warm_start', (SELECT model_info(m)->>'checksum' FROM model), 'and tells its checksum'),
	ok((SELECT training_loss FROM transformer_training_log(w) WHERE member = 1) < 0.5 * (SELECT training_loss FROM model, transformer_training_log(m) WHERE member = 1 AND epoch = 1), 'it begins where the model ended')
FROM (SELECT warm('{"epochs": 1}') AS w) q;
SELECT is(model_info(warm('{"epochs": 1, "optimizer": "rmsprop", "momentum": 0.9}'))->'options'->'momentum', '0.9', 'another optimizer may go on');
SELECT refused(format('SELECT warm(%L)', o), '22023', 'transformer_fit: the network to be fitted is %, the model of warm_start is a Transformer of 1 features, layers 2, width 8, heads 2, feed_forward 16, positions on, dense none, 1 horizons')
FROM unnest(ARRAY['{"layers": 1}', '{"width": 6}', '{"heads": 1}', '{"feed_forward": 8}', '{"positions": false}', '{"dense": [3]}', '{"horizons": [1, 2]}']) o;
SELECT refused('SELECT warm(''{"preset": "paper_001"}'')', '22023', '%"preset" and "warm_start" are both given');
SELECT refused('SELECT transformer_fit(t, y, NULL, rnn_options(warm_start => r)) FROM sample, (SELECT rnn_fit(t, y, NULL, ''{"epochs": 1}'') AS r FROM sample) q', '22P02', 'this is not the text of a transformer_model%', false);

SELECT is((SELECT parameters(transformer_fit('only', t, y, ARRAY[x], small())) FROM sample WHERE t <= 120), parameters(fitted()), 'a panel of one entity gives the network of the series');
SELECT is(i->>'rows', '300', 'a panel has all rows'), is(i->>'entities', '3', 'and tells its entities'),
	is((i->>'training_windows')::integer + (i->>'validation_windows')::integer, 3 * 94, 'windows do not cross entities: 94 of each')
FROM (SELECT model_info(transformer_fit(k, t, y, ARRAY[x], small()))->'training' AS i FROM grouped) q;
SELECT is((SELECT count(DISTINCT parameters(m)) FROM (
	SELECT transformer_fit(k, date '2020-01-01' + t, y, ARRAY[x], small()) AS m FROM grouped
	UNION ALL SELECT transformer_fit(k::text, timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x], small()) FROM grouped
	UNION ALL SELECT transformer_fit(k, timestamptz '2020-01-01 UTC' + t * interval '1 h', y, ARRAY[x], small() ORDER BY md5(k::text || t)) FROM grouped
	UNION ALL SELECT transformer_fit(k::text, t::bigint, y, ARRAY[x], small()) FROM grouped) q), 1::bigint, 'order and types of entity and time do not matter');
SELECT is(creditspread_internal.transformer_fit_panel_final(NULL)::text, NULL, 'transformer_fit_panel_final of NULL');
SELECT refused('SELECT transformer_fit(k, t / 2, y, ARRAY[x]) FROM grouped', '23505', 'transformer_fit: the time 1 occurs twice for entity "1"');
SELECT refused('SELECT transformer_fit(k, t, y, ARRAY[x]) FROM grouped WHERE t <= 10', '22023', 'transformer_fit needs at least % observations of one entity, the longest of 3 has 10');

CREATE TABLE importance AS SELECT i.* FROM (SELECT transformer_importance(m, t, y, ARRAY[x, z]) AS a
	FROM sample, (SELECT transformer_fit(t, y, ARRAY[x, z], small() || '{"epochs": 60, "feature_names": ["driver", "noise"]}') AS m FROM sample WHERE t <= 300) q) r, unnest(a) i;
SELECT is((SELECT array_agg(feature) FROM importance), ARRAY['y', 'driver', 'noise'], 'transformer_importance: y and the features by their names');
SELECT ok((SELECT importance FROM importance WHERE feature = 'driver') > 5 * abs((SELECT importance FROM importance WHERE feature = 'noise')), 'it finds the driver');
SELECT is((SELECT transformer_importance(m, t, y, ARRAY[x], transformer_importance_options(step => 1, repeats => 5, seed => 1) ORDER BY md5(t::text))::text FROM sample, model),
	(SELECT transformer_importance(m, t, y, ARRAY[x])::text FROM sample, model), 'order does not matter; the defaults are 5 repeats, seed 1');
SELECT refused('SELECT transformer_importance(NULL::transformer_model, t, y, ARRAY[x]) FROM sample', '22004', 'transformer_importance: the model is NULL');
SELECT refused('SELECT transformer_importance(m, t, y) FROM sample, model', '42883', '%');
SELECT refused('SELECT transformer_importance(m, t, y, NULL) FROM sample, model', '2202E', 'transformer_importance: 0 features, the model was fitted with 1');
SELECT refused('SELECT transformer_importance(m, t, y, ARRAY[x], ''{"step": 2}'') FROM sample, model', '22023', 'transformer_importance: step is 2, the model forecasts steps 1');
SELECT refused('SELECT transformer_importance(m, t, y, ARRAY[x], ''{"repeats": 0}'') FROM sample, model', '22023', 'transformer_importance: option "repeats" is 0%', false);
SELECT refused('SELECT transformer_importance(m, t, y, ARRAY[x]) FROM sample, model WHERE t <= 6', '22023', 'transformer_importance needs at least 7 observations, has 6');

SELECT is((SELECT array_agg(forecast ORDER BY step) FROM (SELECT transformer_forecast(t, y, ARRAY[x], 3, small()) AS a FROM sample) q, unnest(a)),
	(SELECT array_agg((f).forecast ORDER BY step) FROM (SELECT t, step, transformer_forecast(m, y, ARRAY[x], step) OVER (PARTITION BY step ORDER BY t) AS f
	FROM sample, generate_series(1, 3) step, (SELECT transformer_fit(t, y, ARRAY[x], small() || '{"horizons": [1, 2, 3]}') AS m FROM sample) q) r WHERE t = 400),
	'transformer_forecast as an aggregate: the forecasts of a model with these horizons, made on the last row');
SELECT is((SELECT count(DISTINCT a::text) FROM (SELECT transformer_forecast(date '2020-01-01' + t, y, ARRAY[x], 2, small()) AS a FROM sample
	UNION ALL SELECT transformer_forecast(timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x], 2, small()) FROM sample
	UNION ALL SELECT transformer_forecast(timestamptz '2020-01-01' + t * interval '1 h', y, ARRAY[x], 2, small()) FROM sample
	UNION ALL SELECT transformer_forecast(t::bigint, y, ARRAY[x], 2, small()) FROM sample) q), 1::bigint, 'the type of the time does not matter');
SELECT refused('SELECT transformer_forecast(t, y, ARRAY[x], 0) FROM sample', '22023', 'transformer_forecast: horizon is 0, must be from 1 to 32');
SELECT refused('SELECT transformer_forecast(t, y, ARRAY[x], 2, transformer_options(horizons => ''{1}'')) FROM sample', '22023', 'transformer_forecast: option "horizons" is given beside the horizon');

-- ---- memory, parallel ----------------------------------------------------------------------------

SET LOCAL creditspread.max_model_memory = '256kB';
SELECT refused('SELECT transformer_fit(t, y, ARRAY[x]) FROM sample', '53200', 'transformer_fit needs % kB of memory, creditspread.max_model_memory is 256 kB');
RESET creditspread.max_model_memory;
SELECT refused('SELECT transformer_fit(t, y, ARRAY[x], ''{"layers": 8, "width": 1024, "feed_forward": 4096, "epochs": 1000, "patience": 0}'') FROM sample', '54000', '%parameters, the limit is 30000000%');

CREATE TABLE large AS SELECT k, t, y, x FROM sample, generate_series(1, 20) k;
ANALYZE large;
CREATE TABLE serial AS SELECT bytes(transformer_fit(k, t, y, ARRAY[x], small() || '{"dropout": 0.1}')) AS b,
	(SELECT bytes(transformer_fit(t, y, ARRAY[x], small())) FROM large WHERE k = 1) AS one,
	(SELECT transformer_importance((SELECT m FROM model), t, y, ARRAY[x])::text FROM large WHERE k = 1) AS i,
	(SELECT transformer_forecast(t, y, ARRAY[x], 2, small())::text FROM large WHERE k = 1) AS f FROM large;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT ok(plan_of('SELECT transformer_fit(t, y, ARRAY[x]) FROM large') LIKE '%Partial Aggregate%', 'transformer_fit is aggregated in parallel');
SELECT ok(plan_of('SELECT transformer_fit(k, t, y, ARRAY[x]) FROM large') LIKE '%Partial Aggregate%', 'a panel too');
SELECT ok(plan_of('SELECT transformer_forecast(t, y, ARRAY[x], 2) FROM large') LIKE '%Partial Aggregate%', 'forecasts in one call too');
SELECT is((SELECT bytes(transformer_fit(k, t, y, ARRAY[x], small() || '{"dropout": 0.1}')) FROM large), b, 'with the same model of the panel'),
	is((SELECT bytes(transformer_fit(t, y, ARRAY[x], small())) FROM large WHERE k = 1), one, 'the same model of a series'),
	is((SELECT transformer_importance((SELECT m FROM model), t, y, ARRAY[x])::text FROM large WHERE k = 1), i, 'the same importance'),
	is((SELECT transformer_forecast(t, y, ARRAY[x], 2, small())::text FROM large WHERE k = 1), f, 'and the same forecasts') FROM serial;

SELECT * FROM finish();
ROLLBACK;

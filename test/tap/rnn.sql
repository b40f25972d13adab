-- rnn_fit, rnn_forecast, rnn_options and what SQL can ask of an rnn_model.
\pset fieldsep '\n'

BEGIN;
\ir helpers.psql
SELECT no_plan();

-- The message with which a statement fails.
CREATE FUNCTION message_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END
$$;

-- A series that can be forecast: tomorrow's change is 0.8 x of today, and noise.
CREATE TABLE noise AS
SELECT g AS t, random() - 0.5 AS x, random() - 0.5 AS e
FROM (SELECT setseed(0.42)) s, generate_series(1, 400) g;
CREATE TABLE sample AS
SELECT t, 10 + sum(0.8 * coalesce(last_x, 0) + 0.1 * e) OVER (ORDER BY t) AS y, x
FROM (SELECT t, x, e, lag(x) OVER (ORDER BY t) AS last_x FROM noise) n;

-- The model of the sample under some options on top of small ones.
CREATE FUNCTION fitted(options jsonb DEFAULT '{}', rows integer DEFAULT 120) RETURNS rnn_model LANGUAGE sql AS $$
	SELECT rnn_fit(t, y, ARRAY[x], '{"units": [3], "epochs": 3, "ensemble": 1, "learning_rate": 0.01, "loss": "mse",
		"cell": "janet", "dropout": 0, "refit": false, "random_walk_weight": 0}'::jsonb || options)
	FROM sample WHERE t <= rows
$$;
CREATE FUNCTION info(options jsonb, rows integer DEFAULT 120) RETURNS jsonb LANGUAGE sql AS $$
	SELECT model_info(fitted(options, rows))
$$;
CREATE FUNCTION shapes(options jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(name || shape::text, ' ' ORDER BY place)
	FROM model_parameters(fitted(options)) WITH ORDINALITY p (name, shape, "values", place)
$$;
CREATE FUNCTION norm(options jsonb) RETURNS float8 LANGUAGE sql AS $$
	SELECT sqrt(sum(v * v)) FROM model_parameters(fitted(options)) p, unnest(p."values") v
$$;

-- ---- forecasts ----------------------------------------------------------------------------------

CREATE TABLE model AS
SELECT rnn_fit(t, y, ARRAY[x], rnn_options(units => '{6}', epochs => 60, ensemble => 2, learning_rate => 0.01, dropout => 0,
	random_walk_weight => 0)) AS m
FROM sample WHERE t <= 300;
CREATE TABLE forecast AS
SELECT t, y, lead(y) OVER (ORDER BY t) AS next_y, (rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t)).*
FROM sample, model;

SELECT ok(rmse(next_y, forecast) < 0.3 * rmse(next_y, y), 'a series that can be forecast is: RMSE out of sample below 0.3 of the random walk''s')
FROM forecast WHERE t > 300 AND next_y IS NOT NULL;
SELECT ok(avg((next_y BETWEEN lower AND upper)::integer) BETWEEN 0.8 AND 1, 'the interval covers about its level out of sample')
FROM forecast WHERE t > 300 AND next_y IS NOT NULL;
SELECT ok(bool_and(upper - lower > 0 AND abs((upper + lower) / 2 - forecast) < 1e-9), 'the interval lies around the forecast')
FROM forecast WHERE forecast IS NOT NULL;
SELECT ok((i->'training'->>'validation_rmse')::float8 < 0.3 * (i->'training'->>'random_walk_rmse')::float8,
	'model_info says the same of the validation rows') FROM (SELECT model_info(m) AS i FROM model) q;
SELECT is((SELECT array_agg(t ORDER BY t) FROM forecast WHERE forecast IS NULL), ARRAY[1, 2, 3, 4, 5],
	'target change: the first look_back rows have no forecast');
SELECT is((SELECT count(*) FROM (SELECT rnn_forecast(fitted('{"target": "level", "look_back": 7}'), y, ARRAY[x]) OVER (ORDER BY t) AS f FROM sample) q
	WHERE f IS NULL), 6::bigint, 'target level: the first look_back - 1 rows have no forecast');
SELECT is((SELECT count(f) FROM (SELECT rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM sample, model WHERE t <= 5) q),
	0::bigint, 'a partition shorter than look_back has no forecasts');
SELECT is((SELECT count(*) FROM (SELECT rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM sample, model WHERE false) q),
	0::bigint, 'no rows, no forecasts');

-- Causality: rows after the origin changed, removed or added.
SELECT is((SELECT count(*) FROM forecast a JOIN
	(SELECT t, (rnn_forecast(m, CASE WHEN t > 200 THEN -3 * y ELSE y END, ARRAY[CASE WHEN t > 200 THEN 9 ELSE x END]) OVER (ORDER BY t)).*
	FROM sample, model) b USING (t) WHERE t <= 200 AND a.forecast IS NOT DISTINCT FROM b.forecast), 200::bigint,
	'changing later rows changes no earlier forecast, to the bit');
SELECT is((SELECT count(*) FROM forecast a JOIN
	(SELECT t, (rnn_forecast(m, CASE WHEN t > 200 THEN -3 * y ELSE y END, ARRAY[x]) OVER (ORDER BY t)).* FROM sample, model) b USING (t)
	WHERE t > 200 AND a.forecast IS DISTINCT FROM b.forecast), 200::bigint, 'later forecasts do change');
SELECT is((SELECT count(*) FROM forecast a JOIN
	(SELECT t, (rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t)).* FROM sample, model WHERE t <= 123) b USING (t)
	WHERE a.forecast IS NOT DISTINCT FROM b.forecast), 123::bigint, 'leaving later rows out changes no forecast');
SELECT is((SELECT count(*) FROM forecast a JOIN
	(SELECT t, (rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)).* FROM sample, model) b USING (t)
	WHERE a.forecast IS NOT DISTINCT FROM b.forecast), 400::bigint, 'a frame clause changes nothing');
SELECT is((SELECT count(*) FROM forecast a JOIN
	(SELECT t, (rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t)).* FROM sample, model WHERE t > 50) b USING (t)
	WHERE t > 55 AND abs(a.forecast - b.forecast) < 1e-5), 345::bigint, 'rows before the window do not matter');

-- Partitions.
CREATE TABLE panel AS SELECT k, t, y * k AS y, x FROM sample, generate_series(1, 3) k WHERE t <= 150;
CREATE TABLE panel_model AS
SELECT k, rnn_fit(t, y, ARRAY[x], rnn_options(units => '{3}', epochs => 3, ensemble => 1, seed => 5)) AS m FROM panel GROUP BY k;
SELECT is((SELECT count(*) FROM
	(SELECT k, t, rnn_forecast(m, y, ARRAY[x]) OVER (PARTITION BY k ORDER BY t) AS f FROM panel JOIN panel_model USING (k)) a
	JOIN (SELECT 1 AS k, t, rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) AS f FROM panel p JOIN panel_model USING (k) WHERE k = 1
		UNION ALL SELECT 2, t, rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) FROM panel p JOIN panel_model USING (k) WHERE k = 2
		UNION ALL SELECT 3, t, rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) FROM panel p JOIN panel_model USING (k) WHERE k = 3) b
	USING (k, t) WHERE a.f IS NOT DISTINCT FROM b.f), 450::bigint, 'PARTITION BY gives what a query for each series gives');
SELECT is((SELECT count(DISTINCT bytes(m)) FROM panel_model), 3::bigint, 'GROUP BY fits one model for each group');
SELECT is((SELECT bytes(m) FROM panel_model WHERE k = 2),
	(SELECT bytes(rnn_fit(t, y, ARRAY[x], rnn_options(units => '{3}', epochs => 3, ensemble => 1, seed => 5))) FROM panel WHERE k = 2),
	'a group''s model is that of the group alone');

-- ---- the aggregate ------------------------------------------------------------------------------

SELECT is((SELECT rnn_fit(t, y, ARRAY[x]) FROM sample WHERE false)::text, NULL, 'no rows: NULL');
SELECT is((SELECT count(*) FROM (SELECT rnn_fit(t, y) FROM sample WHERE false GROUP BY t % 2) q), 0::bigint, 'no rows, no groups');
SELECT is((SELECT rnn_fit(t, y) FILTER (WHERE t < 0) FROM sample)::text, NULL, 'FILTER that keeps nothing: NULL');
SELECT is((SELECT bytes(rnn_fit(t, y, ARRAY[x], '{"units": [2], "epochs": 2}') FILTER (WHERE t <= 100)) FROM sample),
	(SELECT bytes(rnn_fit(t, y, ARRAY[x], '{"units": [2], "epochs": 2}')) FROM sample WHERE t <= 100), 'FILTER is WHERE');
SELECT is((SELECT bytes(rnn_fit(t, y, ARRAY[x], '{"units": [2], "epochs": 2}' ORDER BY md5(t::text))) FROM sample),
	(SELECT bytes(rnn_fit(t, y, ARRAY[x], '{"units": [2], "epochs": 2}' ORDER BY t)) FROM sample), 'the order of the rows does not matter');
SELECT is((SELECT array_agg(bytes(m) ORDER BY t) FROM
	(SELECT t, rnn_fit(t, y, ARRAY[x], '{"units": [2], "epochs": 1}') OVER (ORDER BY t ROWS BETWEEN 29 PRECEDING AND 29 FOLLOWING) AS m
	FROM sample WHERE t <= 60) q WHERE t IN (1, 30, 60)),
	(SELECT array_agg(bytes(m) ORDER BY n) FROM
	(SELECT n, rnn_fit(t, y, ARRAY[x], '{"units": [2], "epochs": 1}') AS m FROM sample, (VALUES (1, 1, 30), (2, 1, 59), (3, 31, 60)) v (n, low, high)
	WHERE t BETWEEN low AND high GROUP BY n) q), 'as a window aggregate it fits the rows of the frame');
SELECT is((SELECT bytes(rnn_fit(t, y)) FROM sample WHERE t <= 60), (SELECT bytes(rnn_fit(t, y, '{}'::float8[], '{}')) FROM sample WHERE t <= 60),
	'features and options may be left out');
SELECT is((SELECT bytes(rnn_fit(t, y, NULL, NULL)) FROM sample WHERE t <= 60), (SELECT bytes(rnn_fit(t, y)) FROM sample WHERE t <= 60),
	'NULL features and options are none');
SELECT is((SELECT count(*) FROM (SELECT rnn_forecast(m, y) OVER (ORDER BY t) AS f
	FROM sample, (SELECT rnn_fit(t, y, NULL, '{"units": [2], "epochs": 1}') AS m FROM sample) q) r WHERE f IS NOT NULL), 395::bigint,
	'a model without features forecasts without them');

-- The four types of time, and integers that are cast, give one network.
CREATE TABLE by_type AS
SELECT 'date' AS type, rnn_fit(date '2020-01-01' + t, y, ARRAY[x], o) AS m FROM sample, LATERAL (SELECT '{"units": [2], "epochs": 2}'::jsonb AS o) q
UNION ALL SELECT 'timestamp', rnn_fit(timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x], '{"units": [2], "epochs": 2}') FROM sample
UNION ALL SELECT 'timestamptz', rnn_fit(timestamptz '2020-01-01 UTC' + t * interval '1 h', y, ARRAY[x], '{"units": [2], "epochs": 2}') FROM sample
UNION ALL SELECT 'bigint', rnn_fit(t::bigint - 200, y, ARRAY[x], '{"units": [2], "epochs": 2}') FROM sample
UNION ALL SELECT 'smallint', rnn_fit(t::smallint, y, ARRAY[x], '{"units": [2], "epochs": 2}') FROM sample;
SELECT is((SELECT count(DISTINCT (SELECT string_agg(p::text, '') FROM model_parameters(m) p)) FROM by_type), 1::bigint,
	'the type of the time does not change the network');
SELECT is((SELECT count(DISTINCT (model_info(m) #- '{training,first_time}' #- '{training,last_time}') - '{checksum,bytes}'::text[]) FROM by_type), 1::bigint,
	'nor what is known of it');
SET LOCAL TimeZone = 'Asia/Tokyo';
SET LOCAL DateStyle = 'SQL, DMY';
SELECT is((SELECT string_agg(model_info(m)->'training'->>'first_time', ' ' ORDER BY type) FROM by_type),
	'-199 2020-01-02 1 2020-01-01T01:00:00 2020-01-01T01:00:00+00:00', 'first_time by type, whatever DateStyle and TimeZone are');
SELECT is((SELECT bytes(rnn_fit(timestamptz '2020-01-01 UTC' + t * interval '1 h', y, ARRAY[x], '{"units": [2], "epochs": 2}')) FROM sample),
	(SELECT bytes(m) FROM by_type WHERE type = 'timestamptz'), 'a model does not depend on TimeZone');
RESET TimeZone;
RESET DateStyle;
SET LOCAL extra_float_digits = 0;
SELECT is((SELECT bytes(rnn_fit(t::smallint, y, ARRAY[x], '{"units": [2], "epochs": 2}')) FROM sample),
	(SELECT bytes(m) FROM by_type WHERE type = 'smallint'), 'nor on extra_float_digits');
RESET extra_float_digits;

-- ---- options ------------------------------------------------------------------------------------

SELECT is(rnn_options(), '{}', 'rnn_options: what is not given is not there');
SELECT is(rnn_options(cell => 'lstm', units => '{4,2}', attention => true, normalization => 'switchable', dropout => 0.3, dense => '{5,6}',
	look_back => 3, horizons => '{1,5}', target => 'level', loss => 'huber', huber_delta => 2,
	optimizer => 'rmsprop', momentum => 0.5, learning_rate => 0.01, weight_decay => 0.1, clip_norm => 2, batch_size => 16, epochs => 7, validation_fraction => 0.2,
	patience => 3, ensemble => 2, interval_level => 0.8, seed => 11, refit => true, random_walk_weight => 0.3, feature_names => '{x}'),
	'{"cell": "lstm", "units": [4, 2], "attention": true, "normalization": "switchable", "dropout": 0.3, "dense": [5, 6], "feature_names": ["x"], "look_back": 3, "horizons": [1, 5], "target": "level", "loss": "huber", "huber_delta": 2, "optimizer": "rmsprop", "momentum": 0.5, "learning_rate": 0.01,
	"weight_decay": 0.1, "clip_norm": 2, "batch_size": 16, "epochs": 7, "validation_fraction": 0.2, "patience": 3, "ensemble": 2,
	"interval_level": 0.8, "seed": 11, "refit": true, "random_walk_weight": 0.3}', 'rnn_options: every option under its name');
SELECT is(info('{"cell": "lstm", "units": [4, 2], "attention": true, "normalization": "switchable", "dropout": 0.3, "dense": [5, 6], "feature_names": ["x"], "look_back": 3, "horizons": [1, 5], "target": "level", "loss": "huber", "huber_delta": 2, "optimizer": "rmsprop", "momentum": 0.5, "learning_rate": 0.01,
	"weight_decay": 0.1, "clip_norm": 2, "batch_size": 16, "epochs": 2, "validation_fraction": 0.2, "patience": 1, "ensemble": 2,
	"interval_level": 0.8, "seed": 11, "refit": true, "random_walk_weight": 0.3}')->'options',
	'{"cell": "lstm", "units": [4, 2], "attention": true, "normalization": "switchable", "dropout": 0.3, "dense": [5, 6], "feature_names": ["x"], "look_back": 3, "horizons": [1, 5], "target": "level", "loss": "huber", "huber_delta": 2, "optimizer": "rmsprop", "momentum": 0.5, "learning_rate": 0.01,
	"weight_decay": 0.1, "clip_norm": 2, "batch_size": 16, "epochs": 2, "validation_fraction": 0.2, "patience": 1, "ensemble": 2,
	"interval_level": 0.8, "seed": 11, "refit": true, "random_walk_weight": 0.3, "quantile": null}', 'model_info gives the options back');
SELECT is((SELECT count(*) FROM jsonb_object_keys(info('{}')->'options')), 27::bigint, 'the options of a model are complete');
SELECT ok(obj_description('rnn_options'::regproc) LIKE '%' || replace(key, '_', '\_') || '%'
		AND CASE jsonb_typeof(value) WHEN 'array' THEN obj_description('rnn_options'::regproc) LIKE '%({' || trim(value::text, '[]') || '})%'
			WHEN 'null' THEN true
			ELSE obj_description('rnn_options'::regproc) LIKE '%(' || trim(value::text, '"') || ')%' END,
	'the default of ' || key || ' is documented: ' || value)
FROM (SELECT model_info(rnn_fit(t, y))->'options' AS o FROM sample WHERE t <= 40) q, jsonb_each(o) ORDER BY key;

SELECT is((SELECT count(*) FROM (SELECT y, (rnn_forecast(fitted('{"random_walk_weight": 1}'), y, ARRAY[x]) OVER (ORDER BY t)).forecast AS f FROM sample) q WHERE f = y),
	395::bigint, 'random_walk_weight: 1 is the random walk');
SELECT is((SELECT count(*) FROM (SELECT y, (rnn_forecast(fitted('{"random_walk_weight": 0.3}'), y, ARRAY[x]) OVER w).forecast AS f,
	(rnn_forecast(fitted(), y, ARRAY[x]) OVER w).forecast AS g FROM sample WINDOW w AS (ORDER BY t)) q WHERE abs(f - (0.7 * g + 0.3 * y)) < 1e-12),
	395::bigint, 'random_walk_weight: the forecast is the weighted mean');
SELECT ok(info('{"refit": true}')->'interval_half_width' = info('{"refit": false}')->'interval_half_width'
	AND info('{"refit": true}')->'training' = info('{"refit": false}')->'training', 'refit: what is told of the validation rows stays');
SELECT isnt((SELECT string_agg(p::text, '') FROM model_parameters(fitted('{"refit": true}')) p), (SELECT string_agg(p::text, '') FROM model_parameters(fitted('{"refit": false}')) p),
	'refit: the network is another one');
SELECT is((SELECT count(*) FROM (
	SELECT ((f).upper - (f).lower) / 2 AS half_width, (avg(abs(y - last_y)) OVER (ORDER BY t ROWS 19 PRECEDING) / (i->>'usual_change')::float8 + 0.25) / 1.25
		* (i->'interval_half_width'->>0)::float8 AS expected
	FROM (SELECT t, y, lag(y) OVER w AS last_y, rnn_forecast(m, y, ARRAY[x]) OVER w AS f, model_info(m) AS i FROM sample, model WINDOW w AS (ORDER BY t)) r) q
	WHERE abs(half_width - expected) < 1e-9 * expected), 395::bigint, 'the interval is as wide as the last 20 changes are large');
SELECT is(bytes(fitted('{"seed": 7}')), bytes(fitted('{"seed": 7}')), 'seed: the same gives the same bytes');
SELECT isnt(bytes(fitted('{"seed": 7}')), bytes(fitted('{"seed": 8}')), 'seed: another gives another network');
SELECT is((SELECT string_agg(p."values"::text, ' ') FROM model_parameters(fitted('{"seed": 7, "ensemble": 2}')) p WHERE name LIKE 'member2.%'),
	(SELECT string_agg(p."values"::text, ' ') FROM model_parameters(fitted('{"seed": 8}')) p), 'ensemble: the second member is that of the next seed');
SELECT is((SELECT count(*) FROM model_parameters(fitted('{"ensemble": 4}'))),
	4 * (SELECT count(*) FROM model_parameters(fitted('{}'))), 'ensemble: so many sets of tensors');
SELECT is(jsonb_array_length(info('{"ensemble": 4}')->'training'->'members'), 4, 'ensemble: so many members in model_info');
SELECT is((info('{"ensemble": 4}')->>'parameters')::integer, 4 * (info('{}')->>'parameters')::integer, 'ensemble: so many times the parameters');
SELECT ok((SELECT bool_and(abs((f.f).forecast - ((a.f).forecast + (b.f).forecast) / 2) < 1e-6) FROM
	(SELECT t, rnn_forecast(fitted('{"seed": 7, "ensemble": 2}'), y, ARRAY[x]) OVER (ORDER BY t) AS f FROM sample) f
	JOIN (SELECT t, rnn_forecast(fitted('{"seed": 7}'), y, ARRAY[x]) OVER (ORDER BY t) AS f FROM sample) a USING (t)
	JOIN (SELECT t, rnn_forecast(fitted('{"seed": 8}'), y, ARRAY[x]) OVER (ORDER BY t) AS f FROM sample) b USING (t) WHERE t > 5),
	'ensemble: the forecast is the mean of the members''');
SELECT is(shapes('{"units": [4, 3]}'), 'layer1.input_weight{8,2} layer1.recurrent_weight{8,4} layer1.bias{8} '
	'layer2.input_weight{6,4} layer2.recurrent_weight{6,3} layer2.bias{6} output.weight{1,3} output.bias{1}', 'units: the layers of janet');
SELECT is(shapes('{"units": [4], "cell": "lstm"}'), 'layer1.input_weight{16,2} layer1.recurrent_weight{16,4} layer1.bias{16} '
	'output.weight{1,4} output.bias{1}', 'cell: lstm has four gates');
SELECT is(shapes('{"horizons": [1, 2, 10]}'), 'layer1.input_weight{6,2} layer1.recurrent_weight{6,3} layer1.bias{6} output.weight{3,3} output.bias{3}',
	'horizons: an output for each');
SELECT is((SELECT count(DISTINCT f) FROM (SELECT rnn_forecast(m, y, ARRAY[x], 1) OVER w AS a, rnn_forecast(m, y, ARRAY[x], 3) OVER w AS b, t
	FROM sample, (SELECT fitted('{"horizons": [1, 3]}') AS m) q WINDOW w AS (ORDER BY t)) r, LATERAL (VALUES (a), (b)) v (f) WHERE t = 50), 2::bigint,
	'horizons: each step has its forecast');
SELECT ok((SELECT rmse(next_y, (f).forecast) < 0.85 * rmse(next_y, y) FROM (SELECT t, y, lead(y, 2) OVER w AS next_y,
	rnn_forecast(m, y, ARRAY[x], 2) OVER w AS f FROM sample,
	(SELECT rnn_fit(t, y, ARRAY[x], '{"units": [6], "epochs": 60, "ensemble": 1, "learning_rate": 0.01, "horizons": [2]}') AS m FROM sample WHERE t <= 300) q
	WINDOW w AS (ORDER BY t)) r WHERE t > 300 AND next_y IS NOT NULL), 'horizons: two rows ahead is two rows ahead');
SELECT is((info('{"look_back": 9}')->'training'->>'training_windows')::integer + (info('{"look_back": 9}')->'training'->>'validation_windows')::integer, 110,
	'look_back: 120 rows less 9 and a target; one window between training and validation is left out');
SELECT isnt(bytes(fitted('{"target": "level"}')), bytes(fitted('{"target": "change"}')), 'target: level is another fit');
SELECT ok((SELECT abs((f).forecast - y - ((g).forecast - y - 1000)) < 1e-4 FROM (SELECT t, y, rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) AS f,
	rnn_forecast(m, y + 1000, ARRAY[x]) OVER (ORDER BY t) AS g FROM sample, model) q WHERE t = 50), 'target change: a shift of the level shifts the forecast');
SELECT ok((SELECT abs((f).forecast - y - ((g).forecast - y - 1000)) > 100 FROM (SELECT t, y, rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) AS f,
	rnn_forecast(m, y + 1000, ARRAY[x]) OVER (ORDER BY t) AS g FROM sample, (SELECT fitted('{"target": "level"}') AS m) l) q WHERE t = 50),
	'target level: it does not');
SELECT isnt(bytes(fitted('{"loss": "mae"}')), bytes(fitted('{"loss": "mse"}')), 'loss: mae is another fit');
SELECT is((SELECT count(DISTINCT (SELECT md5(string_agg(p::text, '')) FROM model_parameters(fitted(o)) p)) FROM unnest(ARRAY['{"loss": "mse"}', '{"loss": "mae"}', '{"loss": "rmse"}',
	'{"loss": "huber"}', '{"loss": "huber", "huber_delta": 0.3}', '{"loss": "pinball"}', '{"loss": "pinball", "quantile": 0.9}', '{"optimizer": "rmsprop"}',
	'{"optimizer": "rmsprop", "momentum": 0.9}']::jsonb[]) o), 9::bigint, 'loss, huber_delta, quantile, optimizer and momentum: each is another fit');
SELECT is((SELECT count(DISTINCT bytes(fitted(o))) FROM unnest(ARRAY['{}', '{"optimizer": "adam", "momentum": null, "quantile": null, "huber_delta": null}']::jsonb[]) o), 1::bigint,
	'null is as if an option that nothing uses were not given');
SELECT is((SELECT count(DISTINCT bytes(fitted(o))) FROM unnest(ARRAY['{"loss": "huber"}', '{"loss": "huber", "huber_delta": 1}', '{"loss": "huber", "huber_delta": null}']::jsonb[]) o), 1::bigint, 'huber_delta is 1 by default'),
	is((SELECT count(DISTINCT bytes(fitted(o))) FROM unnest(ARRAY['{"loss": "pinball"}', '{"loss": "pinball", "quantile": 0.5}']::jsonb[]) o), 1::bigint, 'quantile 0.5'),
	is((SELECT count(DISTINCT bytes(fitted(o))) FROM unnest(ARRAY['{"optimizer": "rmsprop"}', '{"optimizer": "rmsprop", "momentum": 0}']::jsonb[]) o), 1::bigint, 'momentum 0');
SELECT ok((SELECT avg((next_y < (f).forecast)::integer) FROM (SELECT lead(y) OVER w AS next_y, rnn_forecast(m, y, ARRAY[x]) OVER w AS f
	FROM sample, (SELECT rnn_fit(t, y, ARRAY[x], '{"units": [6], "epochs": 60, "ensemble": 1, "learning_rate": 0.01, "loss": "pinball", "quantile": 0.9}') AS m FROM sample) q
	WINDOW w AS (ORDER BY t)) r WHERE next_y IS NOT NULL AND f IS NOT NULL) BETWEEN 0.8 AND 0.97, 'quantile: 0.9 of the values lie below the forecast');
SELECT ok(norm('{"weight_decay": 1, "epochs": 40, "patience": 0}') < 0.8 * norm('{"weight_decay": 0, "epochs": 40, "patience": 0}'),
	'weight_decay: makes the parameters smaller');
SELECT isnt(bytes(fitted('{"clip_norm": 0.001, "weight_decay": 0.01}')) , bytes(fitted('{"clip_norm": 0, "weight_decay": 0.01}')), 'clip_norm: clips');
SELECT is((SELECT md5(string_agg(p::text, '')) FROM model_parameters(fitted('{"clip_norm": 1e9}')) p),
	(SELECT md5(string_agg(p::text, '')) FROM model_parameters(fitted('{"clip_norm": 0}')) p), 'clip_norm: 0 is no bound');
SELECT isnt(bytes(fitted('{"batch_size": 8}')), bytes(fitted('{"batch_size": 16}')), 'batch_size: another is another fit');
SELECT ok((info('{"learning_rate": 0.05, "epochs": 5}')->'training'->'members'->0->>'training_loss')::float8
	< (info('{"learning_rate": 1e-6, "epochs": 5}')->'training'->'members'->0->>'training_loss')::float8, 'learning_rate: a tiny one learns nothing');
SELECT is(info('{"epochs": 6, "patience": 0}')->'training'->'members'->0->'epochs', '6', 'epochs: so many are run');
SELECT is(info('{"epochs": 6, "patience": 0}')->'training'->'members'->0->'best_epoch', '6', 'patience 0: the last epoch is kept');
SELECT ok((m->>'epochs')::integer < 500 AND (m->>'epochs')::integer = (m->>'best_epoch')::integer + 4,
	'patience: training ends so many epochs after the best one') FROM (SELECT info('{"epochs": 500, "patience": 4, "learning_rate": 0.05}')->'training'->'members'->0 AS m) q;
SELECT is(info('{"validation_fraction": 0.25}')->'training'->'validation_windows', '29', 'validation_fraction: a quarter of 114 windows, rounded up');
SELECT ok(NOT i->'training' ? 'validation_mae' AND i->'interval_half_width' = 'null' AND i->'training'->'validation_windows' = '0' AND i->'options'->'patience' = '0',
	'validation_fraction 0: no validation, no interval, no early stopping') FROM (SELECT info('{"validation_fraction": 0}') AS i) q;
SELECT ok((SELECT bool_and((f).forecast IS NOT NULL AND (f).lower IS NULL AND (f).upper IS NULL) FROM
	(SELECT t, rnn_forecast(fitted('{"validation_fraction": 0}'), y, ARRAY[x]) OVER (ORDER BY t) AS f FROM sample) q WHERE t > 5),
	'validation_fraction 0: forecasts without lower and upper');
SELECT ok((info('{"interval_level": 0.5, "validation_fraction": 0.4}')->'interval_half_width'->>0)::float8
	< (info('{"interval_level": 0.9, "validation_fraction": 0.4}')->'interval_half_width'->>0)::float8, 'interval_level: a higher one is wider');

SELECT is(model_size(m), (model_info(m)->>'bytes')::bigint, 'model_size is the bytes of model_info') FROM model;
SELECT ok(model_size(m) > 4 * (model_info(m)->>'parameters')::bigint, 'model_size covers the parameters') FROM model;
SELECT is((SELECT sum(cardinality(p."values")) FROM model, model_parameters(m) p), (SELECT (model_info(m)->>'parameters')::bigint FROM model),
	'model_parameters gives them all');
SELECT ok(bool_and(cardinality(p."values") = shape[1] * coalesce(shape[2], 1)), 'values fill the shape') FROM model, model_parameters(m) p;
SELECT is(model_info(m)->>'model', 'rnn_model', 'model_info names the type') FROM model;
SELECT is(model_info(m)->>'extension_version', (SELECT extversion FROM pg_extension WHERE extname = 'creditspread'), 'model_info gives the version') FROM model;
SELECT is(model_info(m)->'training'->>'rows', '300', 'model_info gives the rows') FROM model;
SELECT is(ARRAY[model_info(NULL::rnn_model)::text, model_size(NULL::rnn_model)::text], ARRAY[NULL, NULL], 'of NULL nothing is known');

-- ---- bad input ----------------------------------------------------------------------------------

CREATE FUNCTION of_rows(y text, features text, t text DEFAULT 't', options text DEFAULT '''{"units": [2], "epochs": 1}''') RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT rnn_fit(%s, %s, %s, %s) FROM sample WHERE t <= 40', t, y, features, options)
$$;
SELECT refused(of_rows('CASE WHEN t = 7 THEN NULL ELSE y END', 'ARRAY[x]'), '22004', 'y at 7 is NULL%');
SELECT refused(of_rows('CASE WHEN t = 7 THEN ''NaN'' ELSE y END', 'ARRAY[x]'), '22003', 'y at 7 is NaN%');
SELECT refused(of_rows('CASE WHEN t = 7 THEN ''Infinity'' ELSE y END', 'ARRAY[x]'), '22003', 'y at 7 is Infinity%');
SELECT refused(of_rows('CASE WHEN t = 7 THEN ''-Infinity'' ELSE y END', 'ARRAY[x]'), '22003', 'y at 7 is -Infinity%');
SELECT refused(of_rows('y', 'ARRAY[x, CASE WHEN t = 7 THEN NULL ELSE x END]'), '22004', 'features[2] at 7 is NULL%');
SELECT refused(of_rows('y', 'ARRAY[x, CASE WHEN t = 7 THEN ''NaN'' ELSE x END]'), '22003', 'features[2] at 7 is NaN%');
SELECT refused(of_rows('y', 'ARRAY[CASE WHEN t = 7 THEN ''-Infinity'' ELSE x END]'), '22003', 'features[1] at 7 is -Infinity%');
SELECT refused(of_rows('y', 'CASE WHEN t = 7 THEN ARRAY[x, x] ELSE ARRAY[x] END'), '2202E', '%at 7%');
SELECT refused(of_rows('y', 'CASE WHEN t = 7 THEN NULL ELSE ARRAY[x] END'), '2202E', '%at 7%');
SELECT refused(of_rows('y', 'ARRAY[ARRAY[x]]'), '2202E', 'features at 1 has 2 dimensions, must have 1%', false);
SELECT refused(of_rows('y', 'array_fill(x, ARRAY[1600])'), '54000', '%1600 features at 1, the limit is 1599%', false);
SELECT refused(of_rows('y', 'ARRAY[x]', 'CASE WHEN t = 7 THEN NULL ELSE t END'), '22004', 'the time of an observation must not be NULL%');
SELECT refused(of_rows('y', 'ARRAY[x]', 'CASE WHEN t = 7 THEN date ''infinity'' ELSE date ''2020-01-01'' + t END'), '22008', '%finite%');
SELECT refused(of_rows('y', 'ARRAY[x]', 'CASE WHEN t = 7 THEN timestamp ''-infinity'' ELSE timestamp ''2020-01-01'' END'), '22008', '%finite%');
SELECT refused(of_rows('y', 'ARRAY[x]', 'CASE WHEN t = 7 THEN timestamptz ''infinity'' ELSE timestamptz ''2020-01-01'' END'), '22008', '%finite%');
SELECT refused(of_rows('y', 'ARRAY[x]', 'CASE WHEN t = 7 THEN 9 ELSE t END'), '23505', 'rnn_fit: the time 9 occurs twice%');
SELECT refused(of_rows('y', 'ARRAY[x]', 'date ''2020-01-01'' + t / 2'), '23505', 'rnn_fit: the time 2020-01-02 occurs twice%');
SELECT refused(of_rows('1', 'ARRAY[x]'), '22000', 'rnn_fit: %constant%');
SELECT refused(of_rows('y', 'ARRAY[x]', 't', '''[]'''), '22023', 'rnn_fit: the options must be a JSON object');
SELECT refused(of_rows('y', 'ARRAY[x]', 't', '''3'''), '22023', 'rnn_fit: the options must be a JSON object');
SELECT refused(of_rows('y', 'ARRAY[x]', 't', '''{"unit": [2]}'''), '22023', 'rnn_fit: unknown option "unit"');
SELECT refused(of_rows('y', 'ARRAY[x]', 't', '''{"Units": [2]}'''), '22023', 'rnn_fit: unknown option "Units"');
SELECT refused(of_rows('y', 'ARRAY[x]', 't', 'rnn_options(seed => t)'), '22023', 'rnn_fit: the options at 2 differ%');
SELECT refused(of_rows('y', 'ARRAY[x]', 't', format('''{"units": [2], "epochs": 1, %s}''', o)), '22023',
	format('rnn_fit: option "%s"%%', substring(o FROM '"(\w+)"')), false)
FROM unnest(ARRAY['"cell": "perceptron"', '"cell": 1', '"cell": null', '"units": []', '"units": 3', '"units": [0]', '"units": [1.5]', '"units": [null]', '"units": [[2]]',
	'"units": [1, 1, 1, 1, 1, 1, 1, 1, 1]', '"units": [1000000]', '"look_back": 0', '"look_back": 1001', '"look_back": "5"', '"look_back": 2.5', '"look_back": 1e300',
	'"horizons": [0]', '"horizons": [2, 1]', '"horizons": [1, 1]', '"horizons": []', '"horizons": [10001]', '"target": "changes"', '"loss": "hubert"', '"momentum": 0.5', '"momentum": 0', '"optimizer": "sgd"', '"momentum": 1, "optimizer": "rmsprop"', '"momentum": -1, "optimizer": "rmsprop"',
	'"huber_delta": 1', '"huber_delta": 0, "loss": "huber"', '"quantile": 0.5', '"quantile": 0, "loss": "pinball"', '"quantile": 1, "loss": "pinball"', '"learning_rate": 0',
	'"learning_rate": -1', '"learning_rate": 11', '"learning_rate": "NaN"', '"weight_decay": -0.1', '"clip_norm": -1', '"batch_size": 0', '"batch_size": 1000000', '"epochs": 0',
	'"epochs": 1000001', '"validation_fraction": 1', '"validation_fraction": -0.1', '"patience": -1', '"ensemble": 0', '"ensemble": 101', '"interval_level": 0',
	'"interval_level": 1', '"seed": -1', '"seed": 9007199254740993', '"seed": 0.5', '"patience": 3, "validation_fraction": 0']) o;
SELECT refused('SELECT rnn_fit(t, y) FROM sample WHERE t = 1', '22023', 'rnn_fit needs at least % observations, has 1');
SELECT refused('SELECT rnn_fit(t, y) FROM sample WHERE t <= 6', '22023', 'rnn_fit needs at least % observations, has 6');
SELECT refused('SELECT rnn_fit(t, y * 1e307 * (-1) ^ t) FROM sample WHERE t <= 40', '22003', 'rnn_fit: %');
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x * 1e306 * (-1) ^ t], ''{"learning_rate": 10, "clip_norm": 0, "loss": "mse", "patience": 0, "weight_decay": 10, "epochs": 400}'') FROM sample WHERE t <= 40',
	'22003', 'rnn_fit: %');
SELECT refused('SELECT creditspread_internal.rnn_fit_transition(NULL, 1::bigint, 1)', '42809', '%', false);
SELECT refused('SELECT creditspread_internal.creditspread_series_combine(NULL, NULL)', '42809', '%', false);
SELECT is(creditspread_internal.rnn_fit_final(NULL)::text, NULL, 'rnn_fit_final of NULL');

-- The smallest number of rows that the message names is enough.
SELECT lives_ok(format('SELECT rnn_fit(t, y, ARRAY[x], %L) FROM sample WHERE t <= %s', o, n), 'the rows that are asked for are enough: ' || o)
FROM (VALUES ('{"epochs": 1, "ensemble": 1, "look_back": 1}'), ('{"epochs": 1, "ensemble": 1, "horizons": [1, 4]}'),
		('{"epochs": 1, "ensemble": 1, "validation_fraction": 0.9}'), ('{"epochs": 1, "ensemble": 1, "validation_fraction": 0, "target": "level"}')) v (o),
	LATERAL (SELECT substring(message_of(format('SELECT rnn_fit(t, y, ARRAY[x], %L) FROM sample WHERE t <= 2', o)) FROM 'at least (\d+)')::integer AS n) s;

-- rnn_forecast
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x], 2) OVER (ORDER BY t) FROM sample, model', '22023', '%step is 2, the model forecasts steps 1');
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x], 0) OVER (ORDER BY t) FROM sample, model', '22023', '%step is 0, the model forecasts steps 1');
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x], NULL) OVER (ORDER BY t) FROM sample, model', '22023', '%step is NULL%');
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x], t) OVER (ORDER BY t) FROM sample, model', '22023', '%step%');
SELECT refused('SELECT rnn_forecast(m, y) OVER (ORDER BY t) FROM sample, model', '2202E', '%0 features in row 1 of the partition, the model was fitted with 1', false);
SELECT refused('SELECT rnn_forecast(m, y, CASE WHEN t = 9 THEN ARRAY[x, x] ELSE ARRAY[x] END) OVER (ORDER BY t) FROM sample, model', '2202E', '%2 features in row 9 %', false);
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[ARRAY[x]]) OVER (ORDER BY t) FROM sample, model', '2202E', '%2 dimensions%', false);
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[CASE WHEN t = 9 THEN NULL ELSE x END]) OVER (ORDER BY t) FROM sample, model', '22004', 'features[1] in row 9 of the partition is NULL%');
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[CASE WHEN t = 9 THEN ''NaN'' ELSE x END]) OVER (ORDER BY t) FROM sample, model', '22003', '%row 9 %NaN%');
SELECT refused('SELECT rnn_forecast(m, CASE WHEN t = 9 THEN NULL ELSE y END, ARRAY[x]) OVER (ORDER BY t) FROM sample, model', '22004', 'y in row 9 of the partition is NULL');
SELECT refused('SELECT rnn_forecast(m, CASE WHEN t = 9 THEN ''Infinity'' ELSE y END, ARRAY[x]) OVER (ORDER BY t) FROM sample, model', '22003', 'y in row 9 %Infinity');
SELECT refused('SELECT rnn_forecast(NULL, y, ARRAY[x]) OVER (ORDER BY t) FROM sample', '22004', 'rnn_forecast: the model is NULL');
SELECT refused('SELECT rnn_forecast(CASE WHEN t <> 9 THEN m END, y, ARRAY[x]) OVER (ORDER BY t) FROM sample, model', '22023', '%row 9 of the partition%');
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) FROM panel JOIN panel_model USING (k)', '22023', '%another model%');
SELECT refused('SELECT rnn_forecast(m, 1.7e308 * (-1) ^ t, ARRAY[x]) OVER (ORDER BY t) FROM sample, model', '22003', 'rnn_forecast: a result is %Infinity');
SELECT ok(bool_and(abs((f).forecast) < 'Infinity' AND abs((f).lower) < 'Infinity' AND abs((f).upper) < 'Infinity'), 'values far from those of the fit give finite forecasts and intervals')
FROM (SELECT t, rnn_forecast(m, y * 1e306, ARRAY[x * 1e300]) OVER (ORDER BY t) AS f FROM sample, model) q WHERE t > 5;
SELECT is((SELECT count(*) FROM forecast), 400::bigint, 'the session lives on');

-- ---- settings -----------------------------------------------------------------------------------

SELECT is(current_setting('creditspread.threads'), '1', 'one thread');
SELECT is((SELECT boot_val FROM pg_settings WHERE name = 'creditspread.progress'), 'on', 'notices tell of long fits by default');
SELECT refused('SET creditspread.threads = 2', '22023', 'invalid value for parameter "creditspread.threads": 2');
SELECT refused('SET creditspread.threads = 0', '22023', '0 is outside the valid range%', false);
SELECT refused('SET creditspread.max_model_memory = 0', '22023', '%is outside the valid range%', false);
SELECT refused('SET creditspread.max_memory = 1', '42602', 'invalid configuration parameter name%', false);
SET LOCAL creditspread.max_model_memory = '64kB';
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x], ''{"units": [64]}'') FROM sample', '53200', 'rnn_fit needs % kB of memory, creditspread.max_model_memory is 64 kB');
SELECT refused('SELECT rnn_fit(t, y, array_fill(x, ARRAY[100])) FROM sample', '53200', 'rnn_fit needs % kB of memory, creditspread.max_model_memory is 64 kB');
SELECT refused('SELECT rnn_forecast(m, y, ARRAY[x]) OVER (ORDER BY t) FROM generate_series(1, 30) g, sample, model', '53200', 'rnn_forecast needs % kB of memory, creditspread.max_model_memory is 64 kB');
RESET creditspread.max_model_memory;
-- What could not be stored afterwards is not trained before.
SELECT refused('SELECT rnn_fit(t, y, ARRAY[x], ''{"units": [1024, 1024], "ensemble": 20, "epochs": 1000, "patience": 0}'') FROM sample', '54000', '%parameters, the limit is 30000000%');

-- ---- parallel -----------------------------------------------------------------------------------

CREATE TABLE large AS SELECT k, t, y, x FROM sample, generate_series(1, 20) k;
ANALYZE large;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT ok(plan_of('SELECT rnn_fit(t, y, ARRAY[x]) FROM large') LIKE '%Partial Aggregate%', 'rnn_fit is aggregated in parallel');
SELECT ok(plan_of('SELECT k, rnn_fit(t, y, ARRAY[x]) FROM large GROUP BY k') LIKE '%Partial%Aggregate%', 'groups too');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

SELECT * FROM finish();
ROLLBACK;

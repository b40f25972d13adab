-- The container of models: text and binary form, and what is refused of them.

BEGIN;
\ir helpers.psql
SELECT no_plan();

-- SQLSTATE and message with which a text is refused; NULL when it is not.
CREATE FUNCTION error_of_text(value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM value::rnn_model;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
CREATE TABLE copied (m rnn_model);
SELECT format('%s/model.%s', current_setting('data_directory'), pg_backend_pid()) AS file \gset
SELECT set_config('test.file', :'file', true) AS file \g /dev/null
CREATE FUNCTION parts(form bytea, OUT head bytea, OUT header bytea, OUT parameters bytea) LANGUAGE sql AS $$
	SELECT substr(form, 1, 8), substr(form, 17, length), substr(form, 17 + length + 4)
	FROM (SELECT ('x' || encode(substr(form, 13, 4), 'hex'))::bit(32)::integer AS length) l
$$;

CREATE TABLE model AS
SELECT rnn_fit(g, sin(g * 0.7) + g * 0.02, ARRAY[cos(g)], rnn_options(units => '{2}', epochs => 2, ensemble => 1, horizons => '{1,3}')) AS m
FROM generate_series(1, 60) g;
CREATE TABLE form AS SELECT m::text AS t, creditspread_internal.rnn_model_send(m) AS b FROM model;

-- ---- what is there --------------------------------------------------------------------------------

SELECT is(t::jsonb - 'parameters' - 'checksum' - 'header', '{"model": "rnn_model", "format": 2}', 'text form: a JSON object') FROM form;
SELECT is((SELECT string_agg(key, ' ' ORDER BY key) FROM jsonb_object_keys(t::jsonb) key), 'checksum format header model parameters', 'its members') FROM form;
SELECT is(length(t::jsonb->>'parameters'), 8 * (model_info(m)->>'parameters')::integer, 'eight digits for a parameter') FROM form, model;
SELECT is(decode(t::jsonb->>'parameters', 'hex'), (parts(b)).parameters, 'both forms hold the same parameters') FROM form;
SELECT is(decode(substr(t::jsonb->>'parameters', 1, 8), 'hex'), float4send(("values")[1]), 'in network byte order')
FROM form, model, model_parameters(m) WHERE name = 'layer1.input_weight';
SELECT is(t::jsonb->'header', convert_from((parts(b)).header, 'UTF8')::jsonb, 'and the same header') FROM form;
SELECT ok(model_info(m) @> (t::jsonb->'header'), 'which model_info gives') FROM form, model;
SELECT is(encode(substr(b, 9, 4), 'hex'), t::jsonb->>'checksum', 'and the same checksum') FROM form;
SELECT is(t::rnn_model::text, t, 'text form: comes back unchanged') FROM form;
SELECT is(creditspread_internal.rnn_model_send(t::rnn_model), b, 'and is the same value') FROM form;
SELECT is(error_of_binary(b), NULL, 'binary form: is read') FROM form;
SELECT is((SELECT creditspread_internal.rnn_model_send(m) FROM copied), b, 'and comes back unchanged') FROM form;
SELECT is(((t::jsonb)::text)::rnn_model::text, t, 'the order of the members and spaces do not matter') FROM form;
SELECT is(t::rnn_model::text, t, 'with DateStyle and extra_float_digits changed')
FROM form, (SELECT set_config('extra_float_digits', '-10', true), set_config('DateStyle', 'German', true) OFFSET 0) s;
RESET extra_float_digits;
RESET DateStyle;

-- ---- cut short, changed anywhere ------------------------------------------------------------------

SELECT is((SELECT count(*) FROM form, generate_series(0, length(t) - 1) n WHERE coalesce(error_of_text(left(t, n)), 'XX') LIKE 'XX%'), 0::bigint,
	'text form cut short anywhere is refused');
SELECT is((SELECT count(*) FROM form, generate_series(0, length(b) - 1) n WHERE coalesce(error_of_binary(substr(b, 1, n)), 'XX') LIKE 'XX%'), 0::bigint,
	'binary form cut short anywhere is refused');
SELECT is((SELECT count(*) FROM form, generate_series(1, length(t)) n
	WHERE substr(t, n, 1) <> ' ' AND coalesce(error_of_text(overlay(t PLACING CASE substr(t, n, 1) WHEN '7' THEN '3' ELSE '7' END FROM n)), 'XX') LIKE 'XX%'), 0::bigint,
	'text form with any character changed is refused');
SELECT is((SELECT count(*) FROM form, generate_series(0, length(b) - 1) n, LATERAL (SELECT 8 * n + n % 8 AS place) p
	WHERE coalesce(error_of_binary(set_bit(b, place, 1 - get_bit(b, place))), 'XX') LIKE 'XX%'), 0::bigint, 'binary form with a bit of any byte changed is refused');
SELECT is((SELECT count(*) FROM form, generate_series(1, length(b)) n WHERE coalesce(error_of_binary(overlay(b PLACING '\x00'::bytea FROM n FOR 0)), 'XX') LIKE 'XX%'), 0::bigint,
	'binary form with a byte too many anywhere is refused');
SELECT ok(error_of_text(replace(t, '"checksum": "', '"checksum": "0')) ~ '^22P02 checksum of a rnn_model is', 'a checksum of nine digits is refused') FROM form;
SELECT is(error_of_text(overlay(t PLACING '00000000' FROM position('"checksum": "' IN t) + 13)),
	format('22P02 checksum of a rnn_model is 00000000, its contents give %s', t::jsonb->>'checksum'), 'a wrong checksum is told') FROM form;
SELECT ok(error_of_text((jsonb_set(t::jsonb, '{checksum}', to_jsonb(upper(t::jsonb->>'checksum') || ' ')))::text) LIKE '22P02%', 'a checksum with a space is refused') FROM form;

-- ---- not a model ----------------------------------------------------------------------------------

SELECT ok(error_of_text(v) ~ ('^(22P02|22023) '), 'refused: ' || coalesce(nullif(v, ''), 'the empty text') || ' / ' || error_of_text(v))
FROM unnest(ARRAY['', 'x', '{}', '[]', '3', 'null', '"rnn_model"', '{"model": "rnn_model"}', '{"model": "rnn_model", "format": 1, "checksum": "00000000", "header": {}, "parameters": ""}',
	'{"model": "rnn_model", "format": 1, "checksum": "00000000", "header": [], "parameters": ""}', '{"model": "rnn_model", "format": 1, "checksum": 0, "header": {}, "parameters": ""}']) v;
-- The contents are checked before the checksum is, so that a message about the checksum means that they passed.
SELECT ok(e ~ '^(22P02|22023|22003) ' AND e NOT LIKE '%checksum%', format('refused: %s = %s / %s', path, value, e)) FROM (SELECT path, value, error_of_text(jsonb_set(t::jsonb, path, value::jsonb)::text) AS e
FROM form, (VALUES ('{model}'::text[], '"graph_rank_model"'), ('{model}', '1'), ('{format}', '3'), ('{format}', '"1"'), ('{format}', '1.5'), ('{header}', '[]'), ('{header}', '{}'), ('{header}', 'null'),
	('{parameters}', '""'), ('{parameters}', '"0"'), ('{parameters}', '"zz"'), ('{parameters}', '"00000000"'), ('{parameters}', '3'), ('{more}', '1'),
	('{header,options}', '{}'), ('{header,options}', '[]'), ('{header,options,cell}', '"perceptron"'), ('{header,options,units}', '[3]'), ('{header,options,units}', '[]'), ('{header,options,units}', '[1000000]'),
	('{header,options,horizons}', '[3, 1]'), ('{header,options,more}', '1'), ('{header,options,patience}', 'null'), ('{header,options,ensemble}', '2'), ('{header,options,seed}', '-1'),
	('{header,features}', '0'), ('{header,features}', '2'), ('{header,features}', '-1'), ('{header,features}', '1.5'), ('{header,features}', '1e300'), ('{header,features}', '"1"'),
	('{header,input_mean}', '[]'), ('{header,input_mean}', '[1]'), ('{header,input_mean}', '[1, null]'), ('{header,input_mean}', '[1, 1e999]'), ('{header,input_mean}', '{"a": 1, "b": 2}'),
	('{header,input_sd}', '[0, 1]'), ('{header,input_sd}', '[-1, 1]'), ('{header,target_mean}', '[1]'), ('{header,target_sd}', '[1, 0]'), ('{header,target_sd}', '[-1, 1]'),
	('{header,interval_half_width}', '[1]'), ('{header,interval_half_width}', '[-1, 1]'), ('{header,training}', '3'), ('{header,training}', 'null'), ('{header,extension_version}', '3'),
	('{header,log}', '[]'), ('{header,log}', '3'), ('{header,log}', 'null'), ('{header,log,0}', '3'), ('{header,log,0,training_loss}', '[1]'), ('{header,log,0,training_loss}', '[-1, 1]'),
	('{header,log,0,training_loss}', '[null, 1]'), ('{header,log,0,validation_loss}', '["a", 1]'), ('{header,log,0,validation_loss}', '1'), ('{header,log,0,more}', '1'),
	('{header,options,feature_names}', '["a", "b"]'), ('{header,options,feature_names}', '[""]'), ('{header,options,preset}', '"dgru"'), ('{header,options,dense}', '[0]'),
	('{header,options,normalization}', '"switchable"'), ('{header,options,dropout}', '1'), ('{header,parameters}', '99'), ('{header,more}', '1')) v (path, value)) q;
SELECT ok(e ~ '^(22P02|22023) ' AND e NOT LIKE '% is %, its contents give %', format('refused without %s / %s', path, e))
FROM (SELECT path, error_of_text((t::jsonb #- path)::text) AS e FROM form, (SELECT ARRAY[key] AS path FROM form f, jsonb_object_keys(f.t::jsonb) key
	UNION ALL SELECT ARRAY['header', key] FROM form f, jsonb_object_keys(f.t::jsonb->'header') key
	UNION ALL SELECT ARRAY['header', 'options', key] FROM form f, jsonb_object_keys(f.t::jsonb->'header'->'options') key) p) q;

-- NaN and infinity as a parameter
SELECT ok(error_of_text(jsonb_set(t::jsonb, '{parameters}', to_jsonb(v || substr(t::jsonb->>'parameters', 9)))::text) LIKE '22003 parameter 1 of a rnn_model is not finite', 'refused: parameter ' || v)
FROM form, unnest(ARRAY['7f800000', 'ff800000', '7fc00000', '7f800001']) v;

-- Lengths of the binary form that promise more than there is.
SELECT ok(error_of_binary(overlay(b PLACING v FROM place)) ~ '^(22P03|08P01|22P02) ', format('refused: %s at byte %s', v, place))
FROM form, unnest(ARRAY['\xffffffff', '\x7fffffff', '\x80000000', '\x00000000']::bytea[]) v, (SELECT 13 AS place UNION ALL SELECT 17 + length((parts(b)).header) FROM form) p;

-- Other types do not read it.
SELECT ok(error_of('SELECT creditspread_internal.rnn_model_in(''{}'')') IS NOT NULL, 'rnn_model_in checks what it is given');
SELECT ok(error_of(format('SELECT %L::creditspread_internal.creditspread_series', t)) LIKE '22%', 'a model is not a series') FROM form;
SELECT ok(error_of_binary(decode('0101000100000000', 'hex') || int8send(0)) LIKE '22P03%', 'a series is not a model');

-- A model larger than the memory that one may take is not read.
SET LOCAL creditspread.max_model_memory = '64kB';
SELECT ok(error_of_text(jsonb_set(t::jsonb, '{header,more}', to_jsonb(repeat('x', 100000)))::text) ~ '^(53200|22023) ', 'a value over creditspread.max_model_memory is refused') FROM form;
RESET creditspread.max_model_memory;

-- ---- stored -----------------------------------------------------------------------------------------

SELECT is((SELECT attstorage::text || attalign::text FROM pg_attribute WHERE attrelid = 'model'::regclass AND attname = 'm'), 'ed', 'models are stored out of line, uncompressed');
CREATE TABLE large AS SELECT rnn_fit(g, sin(g * 0.7) + g * 0.02, NULL, rnn_options(units => '{40}', epochs => 1, ensemble => 2)) AS m FROM generate_series(1, 60) g;
SELECT ok(pg_column_size(m) > 8000, 'a model that is toasted') FROM large;
SELECT is(bytes, creditspread_internal.rnn_model_send(m), 'is the same after an update of its row') FROM (SELECT creditspread_internal.rnn_model_send(m) AS bytes FROM large) q, large;
CREATE TABLE again AS SELECT m::text::rnn_model AS m FROM large;
SELECT is((SELECT count(f) FROM (SELECT rnn_forecast(m, g) OVER (ORDER BY g) AS f FROM (SELECT m FROM large) l, generate_series(1, 20) g) q), 15::bigint, 'one stored model');
SELECT is(error_of('SELECT rnn_forecast(CASE WHEN g % 2 = 0 THEN l.m ELSE a.m END, g) OVER (ORDER BY g) FROM large l, again a, generate_series(1, 20) g'), NULL,
	'two stored copies of a model are the same model');

SELECT * FROM finish();
ROLLBACK;

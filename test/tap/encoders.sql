-- text_encoders, text_encoder_info, text_tokens, and text_embedding and entity_features by encoders from files, which
-- this file writes: folders as model hubs deliver them, and folders that are none.
BEGIN;
SELECT no_plan();
SET LOCAL client_min_messages = warning;
\ir helpers.psql
\set folder test_encoders
\ir encoders.psql

SELECT results_eq('SELECT * FROM text_encoders()', $$VALUES ('hashing', 'built in')$$, 'a directory that is missing holds none');
SELECT set_config('creditspread.encoder_path', format('/nowhere, %s', current_setting('test.place')), true) AS path \gset
SELECT write_folder('cased', 'cased'), write_folder('lower');
SELECT run(format('cat > /dev/null; mkdir %1$s/empty %1$s/Upper; cp %1$s/lower/config.json %1$s/Upper; mkdir %1$s/hashing; cp %1$s/lower/config.json %1$s/hashing', current_setting('test.place')));
SELECT results_eq('SELECT * FROM text_encoders()', $$VALUES ('hashing', 'built in'), ('cased', 'files'), ('lower', 'files')$$, 'encoders: folders with a config.json and a name');

-- ---- what they are
SELECT is(text_encoder_info('lower') - '{mapped_bytes,memory_bytes,fingerprint}'::text[], '{"name": "lower", "kind": "files", "width": 8, "layers": 2, "heads": 2,
	"feed_forward": 12, "positions": 16, "types": 2, "vocabulary": 28, "activation": "gelu", "norm_epsilon": 1e-12, "pooler": true, "lower_case": true,
	"strip_accents": true, "part_ideographs": true, "format": "F32", "files": ["model.safetensors"]}', 'single precision');
SELECT is(text_encoder_info('cased') - '{name,kind,width,layers,heads,feed_forward,positions,types,mapped_bytes,memory_bytes,fingerprint}'::text[], '{"vocabulary": 20,
	"activation": "gelu_tanh", "norm_epsilon": 1e-05, "pooler": false, "lower_case": false, "strip_accents": false, "part_ideographs": true, "format": "BF16",
	"files": ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]}', 'half precision in two files');
SELECT ok((text_encoder_info('lower') ->> 'memory_bytes')::int < 4000 AND (text_encoder_info('cased') ->> 'memory_bytes')::int > 4 * 1000, 'what is in place takes no memory, what is converted does');
SELECT isnt(text_encoder_info('lower') ->> 'fingerprint', text_encoder_info('cased') ->> 'fingerprint', 'fingerprints tell encoders apart');
SELECT is(text_encoder_info('hashing'), '{"name": "hashing", "kind": "built in"}', 'the one without files');
SELECT is(text_encoder_info(NULL), NULL, 'NULL');

-- ---- tokens and vectors against a program of their own
SELECT is((SELECT array_agg(id ORDER BY position) FROM text_tokens(encoder, source)), ids[:14] || CASE WHEN array_length(ids, 1) > 15 THEN ids[15:15] || ids[array_length(ids, 1):] ELSE ids[15:] END,
	'ids: ' || left(source, 40)) FROM golden_encoder_token;
SELECT is((SELECT array_agg(ARRAY[start, stop] ORDER BY position) FROM text_tokens(encoder, source) WHERE start IS NOT NULL),
	(SELECT array_agg(ARRAY[s, e] ORDER BY n) FROM (SELECT * FROM unnest(start, stop) WITH ORDINALITY u (s, e, n) WHERE s IS NOT NULL ORDER BY n LIMIT 14) v), 'places: ' || left(source, 40))
FROM golden_encoder_token;
SELECT is((SELECT string_agg(piece, ' ' ORDER BY position) FROM text_tokens('lower', 'The banks raised')), '[CLS] the bank ##s rais ##ed [SEP]', 'pieces');
CREATE FUNCTION largest(float8[]) RETURNS float8 LANGUAGE sql AS 'SELECT max(abs(x)) FROM unnest($1) x';
SELECT ok(near(text_embedding(encoder, source)::float8[], cls, 1e-5, largest(cls)) AND near(text_embedding(encoder, source, text_options(pooling => 'cls'))::float8[], cls, 1e-5, largest(cls))
	AND near(text_embedding(encoder, source, text_options(pooling => 'mean'))::float8[], mean, 1e-5, largest(cls))
	AND near(text_embedding(encoder, source, text_options(pooling => 'max'))::float8[], max, 1e-5, largest(cls)), encoder || ': ' || left(source, 40)) FROM golden_encoder_vector;
SELECT ok(near(text_embedding(encoder, source, text_options(pooling => 'pooler'))::float8[], pooler, 1e-5, 1), 'pooler: ' || left(source, 40)) FROM golden_encoder_vector WHERE pooler IS NOT NULL;
SELECT ok(near(sum(x * x), 1, 1e-6), 'unit_length') FROM unnest(text_embedding('lower', 'up', text_options(unit_length => true))) x;
SELECT ok((SELECT near(features::float8[], e.features, 1e-5, largest(e.features)) FROM entity_features(encoder, source, ARRAY[e.entity]) f), 'entity: ' || e.entity || ' of ' || left(source, 40))
FROM golden_encoder_entity e;
SELECT is((SELECT features[9:24] FROM entity_features('lower', 'The bank', '{bank}', text_options(pooling => 'pooler'))),
	(SELECT features[9:24] FROM entity_features('lower', 'The bank', '{bank}')), 'pooler changes the first part of three,');
SELECT is((SELECT features[1:8] FROM entity_features('lower', 'The bank', '{bank}', text_options(pooling => 'pooler'))), text_embedding('lower', 'The bank', text_options(pooling => 'pooler')), 'which is the pooler''s');
SELECT is(text_embedding('lower', '{the bank,up}'::text[]), ARRAY[text_embedding('lower', 'the bank'), text_embedding('lower', 'up')], 'several texts in one call');
SELECT is(text_embedding('lower', '{}'::text[]), '{}', 'none');
SELECT is(text_embedding('lower', NULL::text[]), NULL, 'NULL');
SELECT is((SELECT count(*) FROM text_tokens('lower', NULL)), 0::bigint, 'NULL has no tokens');
SELECT is((SELECT name FROM nearest(text_embedding('lower', 'the bank'), '{a,b}', text_embedding('lower', '{up,the bank}'::text[]), 1)), 'b', 'nearest takes them');

-- ---- settings of the tokenizer
SELECT write_folder('other');
CREATE FUNCTION pieces(source text) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(piece, ' ' ORDER BY position) FROM text_tokens('other', source) WHERE start IS NOT NULL $$;
CREATE FUNCTION set_tokenizer(settings text) RETURNS void LANGUAGE sql AS $$ SELECT write_file('other', 'tokenizer_config.json', settings::bytea) $$;
SELECT is(pieces('Café 中国'), 'cafe 中 国', 'lower case strips accents');
SELECT set_tokenizer('{"do_lower_case": true, "strip_accents": false}');
SELECT is(pieces('Cafe CAFÉ'), 'cafe [UNK]', 'unless it is told not to');
SELECT set_tokenizer('{"do_lower_case": false, "strip_accents": true}');
SELECT is(pieces('Café café'), '[UNK] cafe', 'and without lower case where told to');
SELECT set_tokenizer('{"tokenize_chinese_chars": false}');
SELECT is(pieces('中国 中'), '[UNK] 中', 'ideographs in words');
SELECT run(format('cat > /dev/null; rm %s/other/tokenizer_config.json', current_setting('test.place')));
SELECT is(pieces('UP'), 'up', 'without the file: lower case');
SELECT write_file('other', 'vocab.txt', convert_to(E'[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nup', 'UTF8'));
SELECT is(pieces('UP'), 'up', 'lines that end in CR LF');

-- ---- folders that are replaced
CREATE FUNCTION of_bank() RETURNS real[] LANGUAGE sql AS $$ SELECT text_embedding('other', 'bank') $$;
SELECT write_folder('other');
CREATE TABLE kept AS SELECT of_bank() AS vector;
SELECT run(format('cat > /dev/null; cd %s; mv other gone; cp -r cased other', current_setting('test.place')));
SELECT isnt(of_bank(), (SELECT vector FROM kept), 'a folder that is replaced is read again');
SELECT run(format('cat > /dev/null; cd %s; rm -r other; mv gone other', current_setting('test.place')));
SELECT is(of_bank(), (SELECT vector FROM kept), 'and again');
SELECT is(error_of($$SELECT text_embedding('other', n || ' bank'), CASE n WHEN 1 THEN run(format('cat > /dev/null; cd %s; mv other gone; cp -r cased other', current_setting('test.place'))) END
	FROM generate_series(1, 3) n$$), '55000 text_embedding: the files of the encoder "other" were replaced during the statement', 'but not during a statement');
SELECT is(error_of($$SELECT f.*, CASE n WHEN 1 THEN run(format('cat > /dev/null; cd %s; rm -r other; mv gone other', current_setting('test.place'))) END
	FROM generate_series(1, 3) n, LATERAL (SELECT array_length(features, 1) FROM entity_features('other', n || ' bank', '{bank}') OFFSET 0) f$$),
	'55000 entity_features: the files of the encoder "other" were replaced during the statement', 'nor for entities');

-- ---- models keep the fingerprint
CREATE TABLE head AS SELECT encoder, (SELECT entity_sentiment_fit(n, f.features, CASE n % 2 WHEN 0 THEN '{1,0,0}' ELSE '{0,0,1}' END::real[],
	entity_sentiment_options(encoder => encoder, epochs => 2, units => '{4}', ensemble => 1))
	FROM generate_series(1, 20) n, entity_features(encoder, 'the bank ' || CASE n % 2 WHEN 0 THEN 'up' ELSE 'rate' END, '{bank}', CASE encoder WHEN 'hashing' THEN text_options(buckets => 16) END) f) AS model
	FROM (VALUES ('other'), ('hashing')) e (encoder);
SELECT is((SELECT model_info(model) ->> 'fingerprint' FROM head WHERE encoder = 'other'), text_encoder_info('other') ->> 'fingerprint', 'a model keeps the fingerprint of its encoder');
SELECT is((SELECT (said.entity, said.mentions, said.score) FROM head, entity_sentiment(model, 'bank up, bank', '{bank,cafe}') said WHERE encoder = 'other'),
	(SELECT ('bank'::text, 2, (entity_sentiment(model, features)).score) FROM head, entity_features('other', 'bank up, bank', '{bank}') WHERE encoder = 'other'), 'and answers to texts by it');
SELECT is((SELECT said.score FROM head, entity_sentiment(model, 'the bank up', '{bank}', text_options(buckets => 16)) said WHERE encoder = 'hashing'),
	(SELECT (entity_sentiment(model, features)).score FROM head, entity_features('hashing', 'the bank up', '{bank}', text_options(buckets => 16)) WHERE encoder = 'hashing'), 'or by hashing');
SELECT is((SELECT model::text::entity_sentiment_model FROM head WHERE encoder = 'other'), (SELECT model FROM head WHERE encoder = 'other'), 'text and back');
SELECT is(error_of($$SELECT entity_sentiment_fit(1, '{1,2}', '{1,0,0}', entity_sentiment_options(encoder => 'other'))$$),
	'2202E entity_sentiment_fit: features has 2 elements, the encoder "other" gives 24 of an entity and 8 of a text', 'features that are not of the encoder');
SELECT is(error_of($$SELECT entity_sentiment(entity_sentiment_fit(1, '{1,2}', '{1,0,0}'), 'a', '{a}')$$), '22023 entity_sentiment: the model does not know the encoder of its features', 'a model without one');
SELECT write_file('other', 'vocab.txt', convert_to(E'[PAD]\n[UNK]\n[CLS]\n[SEP]\nbank', 'UTF8'));
SELECT matches(error_of($$SELECT entity_sentiment(model, 'bank', '{bank}') FROM head WHERE encoder = 'other'$$),
	'^55000 entity_sentiment: the encoder "other" has the fingerprint [0-9a-f]{32}, the model was fitted on [0-9a-f]{32}$', 'other files are refused');

-- ---- files that are none
CREATE FUNCTION with_file(name text, content bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM write_folder('bad');
	IF content IS NULL THEN
		PERFORM run(format('cat > /dev/null; rm %s/bad/%s', current_setting('test.place'), name));
	ELSE
		PERFORM write_file('bad', name, content);
	END IF;
	RETURN replace(error_of($q$SELECT text_embedding('bad', 'bank')$q$), 'text_embedding: encoder "bad", file ', '');
END $$;
CREATE TABLE sound AS SELECT decode(content, 'hex') AS content FROM golden_encoder_file WHERE encoder = 'lower' AND name = 'model.safetensors';
-- the length of a header, little-endian; a file with another header, and with data after it
CREATE FUNCTION length_bytes(n bigint) RETURNS bytea LANGUAGE sql AS $$ SELECT string_agg(substr(int8send(n), i, 1), '' ORDER BY i DESC) FROM generate_series(1, 8) i $$;
CREATE FUNCTION header() RETURNS text LANGUAGE sql AS $$ SELECT convert_from(substr(content, 9, 256 * get_byte(content, 1) + get_byte(content, 0)), 'UTF8') FROM sound $$;
CREATE FUNCTION data() RETURNS bytea LANGUAGE sql AS $$ SELECT substr(content, 9 + length(header())) FROM sound $$;
CREATE FUNCTION with_header(header text, data bytea DEFAULT data()) RETURNS text LANGUAGE sql AS $$
	SELECT with_file('model.safetensors', length_bytes(octet_length(header)) || convert_to(header, 'UTF8') || data) $$;
SELECT is(with_header(header()), NULL, 'the file as it was');
SELECT is(with_header(replace(header(), '"pooler.dense.bias"', '"pooler\u002edense.bias"')), NULL, 'a name with an escape');
SELECT is(with_header(' ' || header()), 'F0000 "model.safetensors": at byte 8: the header does not begin with an object', 'a header after a blank');
SELECT is(with_header(replace(header(), 'F32","shape":[30,8]', 'F16","shape":[30,8]')), 'F0000 "model.safetensors": at byte ' || 8 + position('[0,960]' in header()) + 7 || ': data_offsets that do not fit the shape', 'sizes that do not fit');
SELECT is(with_header(replace(header(), '[30,8]', '[8,30]')), 'F0000 "model.safetensors": embeddings.word_embeddings.weight: the tensor''s shape is not the one that config.json says', 'another shape');
SELECT is(with_header(replace(header(), '[30,8]', '[4611686018427387904,16]')), 'F0000 "model.safetensors": at byte 122: a shape whose size overflows', 'sizes that overflow');
SELECT is(with_header(replace(header(), 'pooler.dense.bias', 'pooler.dense.weight')), 'F0000 "model.safetensors": at byte 8: a tensor stands twice', 'a name twice');
SELECT is(with_header(replace(header(), 'pooler.dense.bias', 'pooler.dense.base')), 'F0000 "model.safetensors": pooler.dense.bias: the tensor is missing', 'half a pooler');
SELECT is(with_header(replace(header(), '[0,960]', '[4,964]')), 'F0000 "model.safetensors": at byte ' || 8 + length(header()) || ': bytes that belong to no tensor', 'a gap');
SELECT matches(with_header(regexp_replace(header(), '\[960,\d+\]', '[956,1468]')), '^F0000 "model.safetensors": at byte \d+: (two tensors overlap|data_offsets that do not fit the shape)$', 'an overlap');
SELECT is(with_header(header(), data() || '\x00'), 'F0000 "model.safetensors": at byte ' || 8 + length(header() || '') + length(data()) || ': bytes behind the last tensor', 'bytes at the end');
SELECT is(with_header(replace(header(), '"pt"', repeat('[', 20000))), 'F0000 "model.safetensors": at byte ' || 8 + position('"pt"' in header()) - 1 || ': no string where one must stand', 'metadata that is no text');
SELECT is(with_header(replace(header(), '"F32","shape":[30,8]', '"F32","deep":' || repeat('[', 20000) || ',"shape":[30,8]')) LIKE 'F0000 %: objects and arrays are nested too deeply', true, '20,000 brackets');
SELECT is(with_file('model.safetensors', content), expected, content::text) FROM (VALUES
	('\x'::bytea, 'F0000 "model.safetensors": at byte 0: the file is shorter than the length of its header'),
	('\xffffffffffffffff7b', 'F0000 "model.safetensors": at byte 0: the header is longer than 100 MB'),
	('\x00e1f505000000007b', 'F0000 "model.safetensors": at byte 9: the header goes beyond the end of the file'),
	('\x02000000000000007b7d', 'F0000 "model.safetensors": bert.embeddings.word_embeddings.weight: the tensor is missing')) v (content, expected);
-- cut short anywhere
SELECT is(count(*), 20::bigint, 'a file cut short anywhere is an error') FROM (SELECT with_file('model.safetensors', substr(content, 1, (length(content) - 1) * n / 20)) AS said
	FROM sound, generate_series(1, 20) n) cut WHERE said LIKE 'F0000 "model.safetensors": %';
SELECT is(with_file(name, content), expected, name || ' ' || coalesce(left(convert_from(content, 'LATIN1'), 60), 'is missing')) FROM (VALUES
	('vocab.txt', NULL::bytea, 'F0000 "vocab.txt": the file is missing'),
	('vocab.txt', '', 'F0000 "vocab.txt": no line [UNK]'),
	('vocab.txt', E'[PAD]\n[CLS]\n[SEP]\nbank', 'F0000 "vocab.txt": no line [UNK]'),
	('vocab.txt', E'[UNK]\n[CLS]\nbank', 'F0000 "vocab.txt": no line [SEP]'),
	('vocab.txt', E'[UNK]\n[CLS]\n[SEP]\nbank\nup\nbank', 'F0000 "vocab.txt": line 6: a line that stands twice'),
	('vocab.txt', '\x5b554e4b5d0aff0a', 'F0000 "vocab.txt": line 2: a line that is not UTF-8'),
	('vocab.txt', (SELECT string_agg('w' || n, E'\n') FROM generate_series(1, 32) n)::bytea, 'F0000 "vocab.txt": 32 lines, config.json says 30'),
	('model.safetensors', NULL, 'F0000 "model.safetensors": the file is missing'),
	('tokenizer_config.json', '{"do_lower_case": 1}', 'F0000 "tokenizer_config.json": neither true nor false'),
	('config.json', '', 'F0000 "config.json": no object where one must stand'),
	('config.json', '{"hidden_size": 8}', 'F0000 "config.json": vocab_size: a size is missing'),
	('config.json', '{"hidden_size": 0}', 'F0000 "config.json": hidden_size: a size out of range'),
	('config.json', '{"hidden_size": 1e9}', 'F0000 "config.json": hidden_size: a number that is no size'),
	('config.json', '{"hidden_act": "silu"}', 'F0000 "config.json": hidden_act: an activation other than gelu, gelu_new and relu'),
	('config.json', '{"model_type": "gpt2"}', 'F0000 "config.json": model_type: a kind of model that is not an encoder of BERT''s kind'),
	('config.json', '{"position_embedding_type": "relative_key"}', 'F0000 "config.json": position_embedding_type: a kind of model that is not an encoder of BERT''s kind'),
	('config.json', '{"layer_norm_eps": -1}', 'F0000 "config.json": layer_norm_eps: a number out of range'),
	('config.json', '{"hidden_size": 8} x', 'F0000 "config.json": text behind the end')) v (name, content, expected);
SELECT write_folder('shards', 'cased');
SELECT is((SELECT error_of(format($$SELECT write_file('shards', 'model.safetensors.index.json', %L); SELECT text_embedding('shards', 'x')$$, content::bytea))), expected, content) FROM (VALUES
	('{"weight_map": {"a": "../lower/model.safetensors"}}', 'F0000 text_embedding: encoder "shards", file "model.safetensors.index.json": weight_map: a name that is not that of a file'),
	('{"weight_map": {"a": "absent"}}', 'F0000 text_embedding: encoder "shards", file "absent": the file is missing'),
	('{"weight_map": {}}', 'F0000 text_embedding: encoder "shards", file "model.safetensors.index.json": bert.embeddings.word_embeddings.weight: the tensor is missing'),
	('{}', 'F0000 text_embedding: encoder "shards", file "model.safetensors.index.json": weight_map: an object is missing')) v (content, expected);
SELECT run(format('cat > /dev/null; cd %s/bad; rm vocab.txt; mkfifo vocab.txt; cp ../lower/config.json .', current_setting('test.place')));
SELECT matches(error_of($$SELECT text_embedding('bad', 'x')$$), '^F0000 .* "vocab.txt": it is not a regular file$', 'a pipe is no file');
-- weights that are not finite
SELECT is(with_header(header(), overlay(data() PLACING '\x0000c07f' FROM 1 + 4 * 8 * 2)), '22003 text_embedding: the encoder "bad" gives numbers that are not finite', 'NaN among the weights');
SELECT ok(text_embedding('lower', 'bank') IS NOT NULL, 'the session lives on');

-- ---- calls that are wrong, and limits
SELECT is(error_of(statement), error, statement) FROM (VALUES
	($$SELECT text_embedding('absent', 'a')$$, '42704 text_embedding: there is no encoder "absent"'),
	($$SELECT text_embedding('../lower', 'a')$$, '42704 text_embedding: there is no encoder "../lower"'),
	($$SELECT text_embedding('Upper', 'a')$$, '42704 text_embedding: there is no encoder "Upper"'),
	($$SELECT text_encoder_info('empty')$$, '42704 text_encoder_info: there is no encoder "empty"'),
	($$SELECT text_tokens('hashing', 'a')$$, '22023 text_tokens: the encoder "hashing" has no vocabulary'),
	($$SELECT text_embedding('lower', 'a', text_options(buckets => 16))$$, '22023 text_embedding: the encoder "lower" has no option "buckets"'),
	($$SELECT text_embedding('hashing', 'a', text_options(unit_length => true))$$, '22023 text_embedding: the encoder "hashing" has no option "unit_length"'),
	($$SELECT entity_features('hashing', 'a', '{a}', text_options(pooling => 'cls'))$$, '22023 entity_features: option "pooling" of the encoder "hashing" must be mean, max or mean_max'),
	($$SELECT text_embedding('lower', 'a', text_options(pooling => 'mean_max'))$$, '22023 text_embedding: option "pooling" is mean_max, the encoder "lower" has cls, pooler, mean and max'),
	($$SELECT entity_features('lower', 'bank', '{bank}', text_options(pooling => 'mean'))$$, '22023 entity_features: option "pooling" of the encoder "lower" must be cls or pooler'),
	($$SELECT text_embedding('cased', 'a', text_options(pooling => 'pooler'))$$, '22023 text_embedding: option "pooling" is pooler, the encoder "cased" has none'),
	($$SELECT text_embedding('lower', '{a,NULL}'::text[])$$, '22004 text_embedding: texts[2] is NULL'),
	($$SELECT text_embedding('lower', '{{a},{b}}'::text[])$$, '2202E text_embedding: texts has 2 dimensions, must have 1'),
	($$SET creditspread.encoder_path = 'here'$$, '22023 invalid value for parameter "creditspread.encoder_path": "here"')) v (statement, error);
SELECT is(hint_of($$SELECT text_embedding('absent', 'a')$$), 'The encoders are: hashing, bad, cased, lower, other, shards.', 'the hint lists them');
SELECT is((SELECT array_length(text_embedding('lower', repeat('bank ', 100000)), 1)), 8, 'a long text is cut');
\ir stops.psql
SELECT stops('text_tokens(''lower'', s)', $$SELECT repeat('steel is up ', 20000) AS s$$);
SELECT run(format('cat > /dev/null; rm -rf %s', current_setting('test.place')));
SELECT is(error_of($$SELECT text_embedding('lower', 'a')$$), '42704 text_embedding: there is no encoder "lower"', 'a folder that is gone');
SELECT finish();
ROLLBACK;

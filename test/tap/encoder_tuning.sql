-- entity_sentiment_fit of texts: the encoder's features, and the training of its upper layers with the head; what the
-- model has and says, against its tensors put back into the encoder's files.
BEGIN;
SELECT no_plan();
SET LOCAL client_min_messages = warning;
\ir helpers.psql
\set folder test_tuning
\ir encoders.psql
SELECT set_config('creditspread.encoder_path', current_setting('test.place'), true) AS path \gset
SELECT write_folder('lower'), write_folder('cased', 'cased');

-- two classes that only the order of words tells
CREATE TABLE news AS
SELECT n AS text_id, format('the bank %s %s %s', CASE n % 2 WHEN 0 THEN 'up rate' ELSE 'rate up' END, repeat('the ', n / 2 % 4), CASE n % 3 WHEN 0 THEN 'banks' WHEN 1 THEN '中' ELSE '' END) AS text,
	CASE n % 2 WHEN 0 THEN '{1,0,0}' ELSE '{0,0,1}' END::real[] AS p FROM generate_series(1, 40) n;
CREATE FUNCTION plain() RETURNS jsonb LANGUAGE sql AS $$
	SELECT entity_sentiment_options(encoder => 'lower', units => '{}', normalization => 'none', input_dropout => 0, epochs => 30, ensemble => 2, learning_rate => 0.0001, batch_size => 4) $$;
CREATE FUNCTION tuned() RETURNS jsonb LANGUAGE sql AS $$ SELECT plain() || '{"layers": 2, "encoder_learning_rate": 0.01, "encoder_dropout": 0.02, "patience": 0}' $$;
CREATE FUNCTION last_loss(model entity_sentiment_model) RETURNS float8 LANGUAGE sql AS $$ SELECT (model_info(model) #>> '{training,members,0,training_loss,-1}')::float8 $$;

-- ---- without layers: the head alone
CREATE TABLE model AS
SELECT (SELECT entity_sentiment_fit(text_id, text, 'bank', p, plain()) FROM news) AS head,
	(SELECT entity_sentiment_fit(text_id, text, 'bank', p, tuned()) FROM news) AS tuned;
SELECT is((SELECT head FROM model), (SELECT entity_sentiment_fit(text_id, features, p, plain()) FROM news, entity_features('lower', text, '{bank}')), 'the features that entity_features gives');
SELECT is((SELECT entity_sentiment_fit(text_id, text, 'bank', p, '{"encoder": "hashing", "epochs": 2}') FROM news),
	(SELECT entity_sentiment_fit(text_id, features, p, '{"encoder": "hashing", "epochs": 2}') FROM news, entity_features('hashing', text, '{bank}')), 'of the encoder that needs no files, too');
SELECT is((SELECT entity_sentiment_fit(text_id::text, text, 'BANK', p, plain()) FROM news) IS NOT NULL, true, 'keys that are texts, an entity in capitals');

-- ---- with layers
SELECT cmp_ok(last_loss(tuned), '<', 0.02::float8, 'with two layers the classes are learned') FROM model;
SELECT cmp_ok(last_loss(head), '>', 0.1::float8, 'which a head that hardly moves does not') FROM model;
SELECT is(model_info(tuned) -> 'encoder', '{"layers": 2, "heads": 2, "feed_forward": 12}', 'the model knows the shape of its encoder') FROM model;
SELECT is(model_info(tuned) ->> 'fingerprint', text_encoder_info('lower') ->> 'fingerprint', 'and its fingerprint') FROM model;
SELECT is((SELECT array_agg(name || shape::text ORDER BY n) FROM model, model_parameters(tuned) WITH ORDINALITY u (name, shape, v, n) WHERE n > 14 AND n < 20),
	'{"member1.layer2.in_weight{24,8}","member1.layer2.in_bias{24}","member1.layer2.out_weight{8,8}","member1.layer2.out_bias{8}","member1.layer2.feed_forward1_weight{12,8}"}', 'the tensors have names');
SELECT is((SELECT sum(array_length("values", 1)) FROM model, model_parameters(tuned)), (2 * (3 * 24 + 3 + 2 * (4 * 64 + 4 * 8 + 2 * 96 + 12 + 8 + 4 * 8)))::bigint, 'of all members');
SELECT is((SELECT entity_sentiment_fit(text_id, text, 'bank', p, tuned()) FROM (SELECT * FROM news ORDER BY md5(text_id::text)) r), (SELECT tuned FROM model), 'shuffled rows give the same bytes');
SELECT isnt((SELECT entity_sentiment_fit(text_id, text, 'bank', p, tuned() || '{"seed": 2}') FROM news), (SELECT tuned FROM model), 'another seed does not');
SELECT is(tuned::text::entity_sentiment_model, tuned, 'text and back') FROM model;
SELECT ok((SELECT count(*) = 2 AND bool_and(score BETWEEN -1 AND 1) FROM model, entity_sentiment(tuned, 'the bank up rate, the banks', '{bank,banks,cafe}')), 'entities of a text');
SELECT is((SELECT count(*) FILTER (WHERE (score > 0) = (p[3] = 1)) FROM news, model, entity_sentiment(tuned, text, '{bank}')), 40::bigint, 'it says what it was told');
SELECT is((SELECT count(*) FROM model, entity_sentiment(tuned, NULL, '{bank}')), 0::bigint, 'NULL has no rows');

-- ---- the same by files: the layers of a member written into the encoder's, and the head by hand
CREATE FUNCTION floats(reals real[]) RETURNS bytea LANGUAGE sql AS $$
	SELECT string_agg(substr(b, 4, 1) || substr(b, 3, 1) || substr(b, 2, 1) || substr(b, 1, 1), '' ORDER BY n) FROM unnest(reals) WITH ORDINALITY u (x, n), float4send(x) b $$;
CREATE TABLE tensor AS
SELECT member, format('encoder.layer.%s.%s', layer - 1, place) AS name, floats("values"[1 + part * size : (part + 1) * size]) AS content
FROM model, (SELECT substring(name, 'member(\d)')::int AS member, substring(name, 'layer(\d)')::int AS layer, substring(name, '\.(\w+)$') AS tensor, "values" FROM model, model_parameters(tuned)) t
JOIN (VALUES ('in_weight', 'attention.self.query.weight', 0, 64), ('in_weight', 'attention.self.key.weight', 1, 64), ('in_weight', 'attention.self.value.weight', 2, 64),
	('in_bias', 'attention.self.query.bias', 0, 8), ('in_bias', 'attention.self.key.bias', 1, 8), ('in_bias', 'attention.self.value.bias', 2, 8),
	('out_weight', 'attention.output.dense.weight', 0, 64), ('out_bias', 'attention.output.dense.bias', 0, 8), ('feed_forward1_weight', 'intermediate.dense.weight', 0, 96),
	('feed_forward1_bias', 'intermediate.dense.bias', 0, 12), ('feed_forward2_weight', 'output.dense.weight', 0, 96), ('feed_forward2_bias', 'output.dense.bias', 0, 8),
	('norm1_weight', 'attention.output.LayerNorm.weight', 0, 8), ('norm1_bias', 'attention.output.LayerNorm.bias', 0, 8), ('norm2_weight', 'output.LayerNorm.weight', 0, 8),
	('norm2_bias', 'output.LayerNorm.bias', 0, 8)) p (tensor, place, part, size) USING (tensor);
CREATE FUNCTION write_member(number int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	file bytea := (SELECT decode(content, 'hex') FROM golden_encoder_file WHERE encoder = 'lower' AND name = 'model.safetensors');
	header int := 256 * get_byte(file, 1) + get_byte(file, 0);
	told jsonb := convert_from(substr(file, 9, header), 'UTF8');
	t tensor;
BEGIN
	FOR t IN SELECT * FROM tensor WHERE member = number LOOP
		ASSERT (told #>> ARRAY[t.name, 'data_offsets', '1'])::int - (told #>> ARRAY[t.name, 'data_offsets', '0'])::int = length(t.content);
		file := overlay(file PLACING t.content FROM 9 + header + (told #>> ARRAY[t.name, 'data_offsets', '0'])::int);
	END LOOP;
	PERFORM write_folder('member' || number), write_file('member' || number, 'model.safetensors', file);
END $$;
SELECT write_member(1), write_member(2);
CREATE TABLE asked AS SELECT n, text FROM (VALUES (1, 'the bank up rate'), (2, 'rate up, the bank. bank'), (3, 'bank'), (4, repeat('the up ', 12) || 'bank rate')) v (n, text);
CREATE TABLE logit AS
SELECT n, member, k, sum(f * w * (model_info(tuned) ->> 'scale')::float8) + max(bias) AS z
FROM asked, model, generate_series(1, 2) member, LATERAL (SELECT features FROM entity_features('member' || member, text, '{bank}')) e, generate_series(1, 3) k,
	LATERAL (SELECT "values" AS weight FROM model_parameters(tuned) WHERE name = format('member%s.output.weight', member)) w0,
	LATERAL (SELECT "values"[k] AS bias FROM model_parameters(tuned) WHERE name = format('member%s.output.bias', member)) b0,
	LATERAL unnest(features, weight[1 + 24 * (k - 1) : 24 * k]) u (f, w) GROUP BY n, member, k, tuned;
CREATE TABLE by_hand AS
SELECT n, array_agg(share ORDER BY k) AS shares FROM (SELECT n, k, avg(exp(z) / all_z) AS share FROM logit JOIN (SELECT n, member, sum(exp(z)) AS all_z FROM logit GROUP BY 1, 2) s USING (n, member) GROUP BY n, k) m GROUP BY n;
SELECT ok(near(ARRAY[negative, neutral, positive], shares, 1e-5, 0.1), 'shares of text ' || n || ' as its layers in files give them') FROM asked JOIN by_hand USING (n), model, entity_sentiment(tuned, text, '{bank}');

-- ---- calls that are wrong
CREATE FUNCTION fit_error(options jsonb, source text DEFAULT 'the bank', entity text DEFAULT 'bank', p real[] DEFAULT '{1,0,0}') RETURNS text LANGUAGE sql AS $$
	SELECT replace(error_of(format('SELECT entity_sentiment_fit(1, %L::text, %L::text, %L::real[], %L)', source, entity, p, options)), 'entity_sentiment_fit: ', '') $$;
SELECT is(fit_error(options, source, entity, p), error, error) FROM (VALUES
	(NULL::jsonb, 'the bank', 'bank', '{1,0,0}'::real[], '22023 texts need the option "encoder"'),
	('{}', 'the bank', 'bank', '{1,0,0}', '22023 texts need the option "encoder"'),
	('{"encoder": "absent"}', 'the bank', 'bank', '{1,0,0}', '42704 there is no encoder "absent"'),
	('{"encoder": "hashing", "layers": 1}', 'the bank', 'bank', '{1,0,0}', '22023 option "layers" is 1, the encoder "hashing" has none'),
	('{"encoder": "lower", "layers": 3}', 'the bank', 'bank', '{1,0,0}', '22023 option "layers" is 3, the encoder "lower" has 2'),
	('{"encoder": "lower", "layers": -1}', 'the bank', 'bank', '{1,0,0}', '22023 option "layers" is -1, must be an integer from 0 to 128'),
	('{"encoder": "lower"}', 'the bank', 'cafe', '{1,0,0}', '22023 the entity "cafe" does not occur in text 1'),
	('{"encoder": "lower", "layers": 1}', 'the bank', '', '{1,0,0}', '22023 the entity "" does not occur in text 1'),
	('{"encoder": "lower"}', NULL, 'bank', '{1,0,0}', '22004 text is NULL'),
	('{"encoder": "lower"}', 'the bank', NULL, '{1,0,0}', '22004 entity is NULL'),
	('{"encoder": "lower"}', 'the bank', 'bank', NULL, '22004 probabilities is NULL'),
	('{"encoder": "lower"}', 'the bank', 'bank', '{1,0}', '2202E probabilities has 2 elements, must have 3'),
	('{"encoder": "lower", "layers": 1, "encoder_learning_rate": 1, "learning_rate": 1, "epochs": 1, "validation_fraction": 0.9}', 'the bank', 'bank', '{1,0,0}',
		'22023 all 1 texts are held back for validation, none is left to train on')) v (options, source, entity, p, error);
SELECT is(error_of($$SELECT entity_sentiment_fit(1, '{1,2}'::real[], '{1,0,0}', '{"layers": 2}')$$), '22023 entity_sentiment_fit: option "layers" is 2, must be 0 where features are given', 'features do not lead back to layers');
SELECT is(error_of($$SELECT entity_sentiment(tuned, (SELECT features FROM entity_features('lower', 'bank', '{bank}'))) FROM model$$),
	'22023 entity_sentiment: the model has 2 layers of its encoder, which make features of its own', 'a model with layers is asked with texts,');
SELECT is(error_of($$SELECT entity_sentiment(tuned, 'bank', '{bank}', text_options(pooling => 'pooler')) FROM model$$),
	'22023 entity_sentiment: option "pooling" must be cls where the model has layers of its encoder', 'with the first position,');
SELECT is(error_of($$SELECT entity_sentiment(head, 'bank', '{bank}', text_options(buckets => 16)) FROM (SELECT entity_sentiment_fit(text_id, text, 'bank', p, '{"encoder": "hashing", "epochs": 1}') AS head FROM news) m$$),
	'2202E entity_sentiment: features has 48 elements, the model was fitted on 3072', 'with the options of the fit');
SELECT is((SELECT entity_sentiment_fit(text_id, text, 'bank', p, plain()) FROM news WHERE false), NULL, 'no rows');
-- models that say that their encoder is another, their checksum made right
CREATE FUNCTION crafted(change text, value jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	whole jsonb := jsonb_set((SELECT tuned::text::jsonb FROM model), change::text[], value);
	wanted text;
BEGIN
	whole := jsonb_set(whole, '{checksum}', '"00000000"');
	wanted := substring(error_of(format('SELECT %L::entity_sentiment_model', whole::text)) FROM 'contents give ([0-9a-f]{8})');
	RETURN error_of(format('SELECT entity_sentiment(%L::entity_sentiment_model, ''bank'', ''{bank}'')', jsonb_set(whole, '{checksum}', to_jsonb(coalesce(wanted, '00000000')))::text));
END $$;
SELECT is(crafted('{header,encoder,heads}', '2'), NULL, 'a model as it was');
SELECT is(crafted('{header,encoder,heads}', '4'), '22023 entity_sentiment: the model is of 2 layers of 8 with 4 heads and 12 hidden, the encoder "lower" of 2 layers of 8 with 2 and 12', 'other heads');
SELECT is(crafted('{header,encoder,layers}', '5'), '22023 entity_sentiment: the model is of 5 layers of 8 with 2 heads and 12 hidden, the encoder "lower" of 2 layers of 8 with 2 and 12', 'other layers');
SELECT matches(crafted(path, value::jsonb), '^22023 entity_sentiment_model', path || ' ' || value)
FROM (VALUES ('{header,encoder,feed_forward}', '13'), ('{header,encoder,feed_forward}', '1e9'), ('{header,encoder,heads}', '0'), ('{header,encoder,layers}', '1'), ('{header,encoder}', '1'),
	('{header,options,layers}', '1'), ('{header,options,layers}', '0'), ('{header,features}', '25'), ('{header,features}', '27')) v (path, value);
SELECT write_file('lower', 'vocab.txt', convert_to(E'[PAD]\n[UNK]\n[CLS]\n[SEP]\nbank', 'UTF8'));
SELECT matches(error_of($$SELECT entity_sentiment(tuned, 'bank', '{bank}') FROM model$$),
	'^55000 entity_sentiment: the encoder "lower" has the fingerprint [0-9a-f]{32}, the model was fitted on [0-9a-f]{32}$', 'other files are refused');
SELECT write_folder('lower');
SELECT ok((SELECT score FROM model, entity_sentiment(tuned, 'bank', '{bank}')) IS NOT NULL, 'the first ones are taken again');
SELECT is(error_of($$SELECT said.score, CASE n WHEN 1 THEN run(format('cat > /dev/null; cd %s; mv lower gone; cp -r cased lower', current_setting('test.place'))) END
	FROM generate_series(1, 3) n, model, LATERAL (SELECT score FROM entity_sentiment(tuned, n || ' bank', '{bank}') OFFSET 0) said$$) ~ '^55000 entity_sentiment: ', true, 'files that are replaced during a statement');
SELECT write_folder('lower');

-- ---- cancel
\ir stops.psql
CREATE AGGREGATE labelled_text(bigint, text, text, real[], jsonb) (SFUNC = creditspread_internal.entity_sentiment_text_fit_transition, STYPE = creditspread_internal.creditspread_labelled_text);
SELECT stops('creditspread_internal.entity_sentiment_text_fit_final(s)', $$SELECT labelled_text(text_id, text, 'bank', p, tuned() || '{"epochs": 3}') AS s FROM news$$);
SELECT stops('creditspread_internal.entity_sentiment_text_fit_final(s)', $$SELECT labelled_text(text_id, text, 'bank', p, '{"encoder": "hashing", "epochs": 3}') AS s FROM news$$);
SELECT run(format('cat > /dev/null; rm -rf %s', current_setting('test.place')));
SELECT finish();
ROLLBACK;

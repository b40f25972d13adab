-- Numbers of texts and of the entities in them: entity_features, text_embedding, text_options; encoders: text_encoders,
-- text_encoder_info, text_tokens.

--@ options text_options (text) of entity_features and text_embedding

CREATE FUNCTION entity_features(encoder text, "text" text, entities text[], options jsonb DEFAULT NULL, OUT entity text, OUT mentions integer, OUT features real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_entity_features' LANGUAGE C STABLE PARALLEL SAFE COST 1000 ROWS 3;
COMMENT ON FUNCTION entity_features(text, text, text[], jsonb) IS
	'what a text says of entities, as numbers: a row for each entity of the list that occurs in it, in the order of the list: the entity, how often it occurs, its features by the encoder (hashing, or a folder of files: text_encoders()) [, text_options(...)]; case and accents do not matter, an entity begins and ends where words do; NULL gives no rows; errors: NULL among the entities, an unknown encoder, a text that is not valid in any encoding, memory over creditspread.max_model_memory';

CREATE FUNCTION text_embedding(encoder text, "text" text, options jsonb DEFAULT NULL) RETURNS real[]
AS 'MODULE_PATHNAME', 'creditspread_text_embedding' LANGUAGE C STABLE PARALLEL SAFE COST 500;
COMMENT ON FUNCTION text_embedding(text, text, jsonb) IS
	'the vector of a text by an encoder (hashing, whose vectors have length 1, or a folder of files: text_encoders()) [, text_options(...)]; 0 throughout for a text without words; NULL gives NULL; errors: an unknown encoder, files that are not those of an encoder or were replaced during the statement, a text that is not valid in any encoding';

CREATE FUNCTION text_embedding(encoder text, texts text[], options jsonb DEFAULT NULL) RETURNS real[]
AS 'MODULE_PATHNAME', 'creditspread_text_embeddings' LANGUAGE C STABLE PARALLEL SAFE COST 5000;
COMMENT ON FUNCTION text_embedding(text, text[], jsonb) IS
	'the vectors of several texts, as the rows of an array of two dimensions, which nearest takes; otherwise as text_embedding of one text; NULL gives NULL; errors: NULL among the texts';

CREATE FUNCTION text_encoders(OUT name text, OUT kind text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_text_encoders' LANGUAGE C STABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION text_encoders() IS
	'the encoders of texts: hashing, which is built in, and the folders with a config.json under creditspread.encoder_path, by name';

CREATE FUNCTION text_encoder_info(encoder text) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_text_encoder_info' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION text_encoder_info(text) IS
	'what an encoder is: of one from files its sizes, activation, whether it has a pooler, how it reads texts, its format, bytes that are mapped and memory that the process takes for it, its fingerprint; NULL gives NULL; errors: an unknown encoder, files that are not those of an encoder';

CREATE FUNCTION text_tokens(encoder text, "text" text, OUT "position" integer, OUT piece text, OUT id integer, OUT start integer, OUT stop integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_text_tokens' LANGUAGE C STABLE PARALLEL SAFE COST 500 ROWS 100;
COMMENT ON FUNCTION text_tokens(text, text) IS
	'a text as an encoder from files reads it: position from 0, piece of a word, its id, the characters of the text from 0 that it comes from, the last not included, which [CLS] and [SEP] do not have; no more pieces than the encoder has positions; NULL gives no rows; errors: an encoder without a vocabulary, and those of text_encoder_info';

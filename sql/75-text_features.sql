-- Numbers of texts and of the entities in them: entity_features, text_embedding, text_options.

--@ options text_options (text) of entity_features and text_embedding

CREATE FUNCTION entity_features(encoder text, "text" text, entities text[], options jsonb DEFAULT NULL, OUT entity text, OUT mentions integer, OUT features real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_entity_features' LANGUAGE C STABLE PARALLEL SAFE COST 1000 ROWS 3;
COMMENT ON FUNCTION entity_features(text, text, text[], jsonb) IS
	'what a text says of entities, as numbers: a row for each entity of the list that occurs in it, in the order of the list: the entity, how often it occurs, its features by the encoder (hashing) [, text_options(...)]; case and accents do not matter, an entity begins and ends where words do; NULL gives no rows; errors: NULL among the entities, an unknown encoder, a text that is not valid in any encoding, memory over creditspread.max_model_memory';

CREATE FUNCTION text_embedding(encoder text, "text" text, options jsonb DEFAULT NULL) RETURNS real[]
AS 'MODULE_PATHNAME', 'creditspread_text_embedding' LANGUAGE C STABLE PARALLEL SAFE COST 500;
COMMENT ON FUNCTION text_embedding(text, text, jsonb) IS
	'the vector of a text by an encoder (hashing) [, text_options(...)], of length 1, or 0 throughout for a text without words; NULL gives NULL; errors: an unknown encoder, a text that is not valid in any encoding';

-- Sentiment of entities in texts: the type entity_sentiment_model, entity_sentiment_fit, entity_sentiment.

--@ type entity_sentiment_model (ALIGNMENT = double, STORAGE = external)
COMMENT ON TYPE entity_sentiment_model IS
	'a small network over features of entities in texts: options, scaling, training facts and parameters; made by entity_sentiment_fit, used by entity_sentiment';

CREATE FUNCTION model_info(model entity_sentiment_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_entity_sentiment_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(entity_sentiment_model) IS
	'everything a model says of itself but its parameters: options, number of features, rows and texts it was trained on and held back, accuracy on the latter, losses epoch by epoch, checksum';

CREATE FUNCTION model_size(model entity_sentiment_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_entity_sentiment_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(entity_sentiment_model) IS 'bytes of a model';

CREATE FUNCTION model_parameters(model entity_sentiment_model, OUT name text, OUT shape integer[], OUT "values" real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_entity_sentiment_model_parameters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 30;
COMMENT ON FUNCTION model_parameters(entity_sentiment_model) IS
	'the tensors of a model: name, shape, values in row-major order; the three rows of output.weight are negative, neutral, positive';

--@ options entity_sentiment_options (entity_sentiment) of entity_sentiment_fit

--@ type @internal@.creditspread_labelled creditspread_labelled (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.creditspread_labelled IS 'state of entity_sentiment_fit: features with their labels and the key of their text';

CREATE FUNCTION @internal@.labelled_combine(@internal@.creditspread_labelled, @internal@.creditspread_labelled) RETURNS @internal@.creditspread_labelled
AS 'MODULE_PATHNAME', 'creditspread_labelled_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION @internal@.entity_sentiment_fit_final(@internal@.creditspread_labelled) RETURNS entity_sentiment_model
AS 'MODULE_PATHNAME', 'creditspread_entity_sentiment_fit_final' LANGUAGE C STABLE PARALLEL SAFE COST 1000;

--@ each entity; optional
--@ transition creditspread_entity_sentiment_fit_transition
CREATE AGGREGATE entity_sentiment_fit(text_id @entity@, features real[], probabilities real[] [, options jsonb]) (
	SFUNC = @internal@.entity_sentiment_fit_transition, STYPE = @internal@.creditspread_labelled, FINALFUNC = @internal@.entity_sentiment_fit_final,
	COMBINEFUNC = @internal@.labelled_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE entity_sentiment_fit(@entity@, real[], real[] [, jsonb]) IS
	'trains a small network on labelled entities of texts: key of the text (rows of one text are never parted between training and validation), features as entity_features gives them, probabilities of negative, neutral and positive [, entity_sentiment_options(...)]; rows in any order; errors: any NULL, NaN or infinity, rows that differ in their number of features, probabilities that are not three or do not sum to 1, all features 0, training diverged, memory over creditspread.max_model_memory';
--@ end

--@ type @internal@.creditspread_labelled_text creditspread_labelled_text (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE @internal@.creditspread_labelled_text IS 'state of entity_sentiment_fit of texts: texts and entities with their labels and the key of their text';

CREATE FUNCTION @internal@.labelled_text_combine(@internal@.creditspread_labelled_text, @internal@.creditspread_labelled_text) RETURNS @internal@.creditspread_labelled_text
AS 'MODULE_PATHNAME', 'creditspread_labelled_text_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION @internal@.entity_sentiment_text_fit_final(@internal@.creditspread_labelled_text) RETURNS entity_sentiment_model
AS 'MODULE_PATHNAME', 'creditspread_entity_sentiment_text_fit_final' LANGUAGE C STABLE PARALLEL SAFE COST 1000;

--@ each entity
--@ transition creditspread_entity_sentiment_text_fit_transition
CREATE AGGREGATE entity_sentiment_fit(text_id @entity@, "text" text, entity text, probabilities real[], options jsonb) (
	SFUNC = @internal@.entity_sentiment_text_fit_transition, STYPE = @internal@.creditspread_labelled_text, FINALFUNC = @internal@.entity_sentiment_text_fit_final,
	COMBINEFUNC = @internal@.labelled_text_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE entity_sentiment_fit(@entity@, text, text, real[], jsonb) IS
	'trains on labelled entities of texts, whose features the encoder of the options makes: key of the text, text, an entity that occurs in it, probabilities of negative, neutral and positive, entity_sentiment_options(encoder => ..., layers => ...): with layers, the encoder''s upper ones are trained with the head and are part of the model; rows in any order; errors: any NULL, NaN or infinity, an entity that does not occur, an encoder that is unknown or has fewer layers, the others of entity_sentiment_fit of features';
--@ end

CREATE FUNCTION entity_sentiment(model entity_sentiment_model, features real[],
	OUT negative double precision, OUT neutral double precision, OUT positive double precision, OUT score double precision)
AS 'MODULE_PATHNAME', 'creditspread_entity_sentiment' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION entity_sentiment(entity_sentiment_model, real[]) IS
	'what a model says of an entity by its features: the probabilities of negative, neutral and positive, and the score positive - negative, from -1 to 1; NULL gives NULL; errors: another number of features than at the fit, NULL, NaN or infinity among them, a model that has layers of its encoder';

CREATE FUNCTION entity_sentiment(model entity_sentiment_model, "text" text, entities text[], options jsonb DEFAULT NULL, OUT entity text, OUT mentions integer,
	OUT negative double precision, OUT neutral double precision, OUT positive double precision, OUT score double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_entity_sentiment_of_text' LANGUAGE C STABLE PARALLEL SAFE COST 2000 ROWS 3;
COMMENT ON FUNCTION entity_sentiment(entity_sentiment_model, text, text[], jsonb) IS
	'what a model says of the entities of a list that occur in a text, by the encoder that its option encoder names [, text_options(...), those of the fit]: a row for each as entity_features gives them; NULL gives no rows; errors: a model without an encoder, an encoder whose files are not those of the fit, those of entity_features';

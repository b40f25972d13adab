-- Graph ranking: the type graph_rank_model, graph_rank_fit, graph_rank_forecast, graph_rank_relations,
-- graph_rank_linkage.

--@ type graph_rank_model (ALIGNMENT = double, STORAGE = external)
COMMENT ON TYPE graph_rank_model IS
	'a fitted network of many entities and their relations: options, graph, scaling, training facts and parameters; made by graph_rank_fit, used by graph_rank_forecast';

CREATE FUNCTION model_info(model graph_rank_model) RETURNS jsonb
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_info(graph_rank_model) IS
	'everything a model says of itself but its parameters: options, graph, scaling, rows and times it was trained on, validation errors beside those of the random walk (in units of y), checksum';

CREATE FUNCTION model_size(model graph_rank_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_size(graph_rank_model) IS 'bytes of a model';

CREATE FUNCTION model_parameters(model graph_rank_model, OUT name text, OUT shape integer[], OUT "values" real[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_model_parameters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION model_parameters(graph_rank_model) IS
	'the tensors of a model: name, shape, values in row-major order; relation.weight has an element for each kind of relation, in the order of options->kinds';

CREATE FUNCTION graph_rank_training_log(model graph_rank_model, OUT member integer, OUT epoch integer, OUT training_loss double precision, OUT validation_loss double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_training_log' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION graph_rank_training_log(graph_rank_model) IS
	'how the training (of two stages: the second) went: mean losses of each epoch of each member of the ensemble, in standardized units; of more than 1,000 epochs every so many; validation_loss is NULL where it was not computed';

CREATE FUNCTION graph_rank_options(
	preset text DEFAULT NULL,
	body text DEFAULT NULL,
	cell text DEFAULT NULL,
	units integer[] DEFAULT NULL,
	attention boolean DEFAULT NULL,
	normalization text DEFAULT NULL,
	layers integer DEFAULT NULL,
	width integer DEFAULT NULL,
	heads integer DEFAULT NULL,
	feed_forward integer DEFAULT NULL,
	positions boolean DEFAULT NULL,
	relation_form text DEFAULT NULL,
	relation_norm text DEFAULT NULL,
	kinds text[] DEFAULT NULL,
	similarity_features integer DEFAULT NULL,
	ranking text DEFAULT NULL,
	alpha double precision DEFAULT NULL,
	training text DEFAULT NULL,
	dropout double precision DEFAULT NULL,
	dense integer[] DEFAULT NULL,
	look_back integer DEFAULT NULL,
	horizons integer[] DEFAULT NULL,
	target text DEFAULT NULL,
	loss text DEFAULT NULL,
	huber_delta double precision DEFAULT NULL,
	quantile double precision DEFAULT NULL,
	optimizer text DEFAULT NULL,
	momentum double precision DEFAULT NULL,
	learning_rate double precision DEFAULT NULL,
	weight_decay double precision DEFAULT NULL,
	clip_norm double precision DEFAULT NULL,
	batch_size integer DEFAULT NULL,
	epochs integer DEFAULT NULL,
	validation_fraction double precision DEFAULT NULL,
	patience integer DEFAULT NULL,
	ensemble integer DEFAULT NULL,
	interval_level double precision DEFAULT NULL,
	seed bigint DEFAULT NULL,
	refit boolean DEFAULT NULL,
	random_walk_weight double precision DEFAULT NULL,
	feature_names text[] DEFAULT NULL,
	warm_start graph_rank_model DEFAULT NULL
) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
		'preset', preset, 'body', body, 'cell', cell, 'units', units, 'attention', attention,
		'normalization', normalization, 'layers', layers, 'width', width, 'heads', heads,
		'feed_forward', feed_forward, 'positions', positions, 'relation_form', relation_form,
		'relation_norm', relation_norm, 'kinds', kinds, 'similarity_features', similarity_features,
		'ranking', ranking, 'alpha', alpha, 'training', training, 'dropout', dropout, 'dense', dense,
		'look_back', look_back, 'horizons', horizons, 'target', target, 'loss', loss,
		'huber_delta', huber_delta, 'quantile', quantile, 'optimizer', optimizer, 'momentum', momentum,
		'learning_rate', learning_rate, 'weight_decay', weight_decay, 'clip_norm', clip_norm,
		'batch_size', batch_size, 'epochs', epochs, 'validation_fraction', validation_fraction,
		'patience', patience, 'ensemble', ensemble, 'interval_level', interval_level, 'seed', seed,
		'refit', refit, 'random_walk_weight', random_walk_weight, 'feature_names', feature_names))
		|| CASE WHEN warm_start IS NULL THEN '{}'::jsonb ELSE pg_catalog.jsonb_build_object('warm_start', warm_start::text::jsonb) END;
END;
COMMENT ON FUNCTION graph_rank_options(text, text, text, integer[], boolean, text, integer, integer, integer, integer, boolean, text, text, text[], integer, text, double precision, text, double precision, integer[], integer, integer[], text, text, double precision, double precision, text, double precision, double precision, double precision, double precision, integer, integer, double precision, integer, integer, double precision, bigint, boolean, double precision, text[], graph_rank_model) IS
	'options of graph_rank_fit, NULL = default: preset rank_lstm, rlstm_all or rlstm_separate, the networks of paper 000, which the other options change (none); body recurrent or transformer (recurrent), of a recurrent one cell janet, lstm, gru or elman (gru), units of each layer, lowest first ({16}), attention over the steps of the window (false), normalization none or switchable (none), of a Transformer layers (1), width (32), heads (2), feed_forward (64), positions (true); relation_form implicit, explicit, additive or none (implicit); relation_norm degree, source_degree, softmax or column_softmax (degree); kinds of the graph''s relations that are used ({} = all); similarity_features, how many of the features, the last ones, only weight explicit relations (0); ranking all or separate, pairs of all entities or of those of one group (all); alpha, weight of the ranking loss (0.1); training joint or two_stage (joint); dropout rate (0.3); dense units of dense layers before the output ({}); look_back rows in a window (5); horizons in rows ahead ({1}); target change or level (change); loss mse, mae, huber, rmse or pinball (mse); huber_delta of loss huber (1); quantile of loss pinball (0.5); optimizer adam or rmsprop (adam); momentum of optimizer rmsprop (0); learning_rate (0.001); weight_decay (0); clip_norm, 0 = off (1); batch_size in times (4); epochs at most (50); validation_fraction of the times, the last ones (0.15); patience in epochs, 0 = no early stopping (10); ensemble members averaged (3); interval_level (0.9); seed (1); refit each member on all windows for as many epochs as were best in validation (true); random_walk_weight of y itself in the forecast, 0 to 1 (0); feature_names for messages ({}); warm_start, a model of the same architecture whose parameters training begins with and whose options are the defaults (none)';

CREATE FUNCTION @internal@.graph_rank_fit_final(@internal@.creditspread_panel) RETURNS graph_rank_model
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each entity; each time; optional
--@ transition creditspread_graph_rank_transition
CREATE AGGREGATE graph_rank_fit(entity @entity@, "time" @time@, y double precision, features double precision[], "group" text, graph relation_graph [, options jsonb]) (
	SFUNC = @internal@.graph_rank_fit_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.graph_rank_fit_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(@entity@, @time@, double precision, double precision[], text, relation_graph [, jsonb]) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations) [, graph_rank_options(...)]; rows in any order, no time twice for an entity, no NULL in y; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';
--@ end

CREATE TYPE graph_rank_forecast_result AS (
	forecast double precision,
	place integer,
	group_place integer,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE graph_rank_forecast_result IS
	'a forecast in units of y; its place among those of the entities of the same time, 1 the highest, equal ones sharing one; its place within its group (NULL without); the bounds of its interval (split conformal on the validation errors of the fit; NULL without validation)';

--@ each entity; each time
CREATE FUNCTION graph_rank_forecast(model graph_rank_model, entity @entity@, "time" @time@, y double precision, features double precision[] DEFAULT NULL, "group" text DEFAULT NULL, step integer DEFAULT 1)
RETURNS graph_rank_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION graph_rank_forecast(graph_rank_model, @entity@, @time@, double precision, double precision[], text, integer) IS
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL while the history is shorter than look_back; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity, time, y or within features, another number of features than at the fit, a time twice for an entity';
--@ end

CREATE FUNCTION graph_rank_relations(model graph_rank_model, OUT relation text, OUT weight double precision, OUT sd double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_relations' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 6;
COMMENT ON FUNCTION graph_rank_relations(graph_rank_model) IS
	'the kinds of relations of a model with their learnt weights, means over the ensemble, and the standard deviation between its members (NULL with one): the linkage effect of paper 000; no rows with relation_form none';

CREATE TYPE graph_rank_link AS (
	target text,
	source text,
	kinds text[],
	weight double precision
);
COMMENT ON TYPE graph_rank_link IS
	'how strongly an entity, the source, acts on another at a time: the kinds of relation by which it does, and the weight g of the network, normalized as relation_norm says, mean over the ensemble';

CREATE FUNCTION @internal@.graph_rank_linkage_final(@internal@.creditspread_panel) RETURNS graph_rank_link[]
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_linkage_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each entity; each time
--@ transition creditspread_graph_rank_linkage_transition
CREATE AGGREGATE graph_rank_linkage(model graph_rank_model, entity @entity@, "time" @time@, y double precision, features double precision[]) (
	SFUNC = @internal@.graph_rank_linkage_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.graph_rank_linkage_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_linkage(graph_rank_model, @entity@, @time@, double precision, double precision[]) IS
	'how strongly entities act on each other at the last time of the rows, an array of (target, source, kinds, weight), one for each pair of the graph whose entities have a window then: model, entity, time, y, features or NULL; rows in any order, no time twice for an entity, no NULL; errors: a model without relations, another number of features than at the fit, memory over creditspread.max_model_memory';
--@ end

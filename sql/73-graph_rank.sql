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

--@ options graph_rank_options (network graph_rank) of graph_rank_fit

CREATE FUNCTION @internal@.graph_rank_fit_final(@internal@.creditspread_panel) RETURNS graph_rank_model
AS 'MODULE_PATHNAME', 'creditspread_graph_rank_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each entity; each time; optional
--@ transition creditspread_graph_rank_transition
CREATE AGGREGATE graph_rank_fit(entity @entity@, "time" @time@, y double precision, features double precision[], "group" text, graph relation_graph [, options jsonb]) (
	SFUNC = @internal@.graph_rank_fit_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.graph_rank_fit_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE graph_rank_fit(@entity@, @time@, double precision, double precision[], text, relation_graph [, jsonb]) IS
	'trains one network on all entities of a panel, which see each other along the relations of a graph, to forecast y and its order: entity, time, y, features or NULL, group or NULL, graph (NULL without relations) [, graph_rank_options(...)]; rows in any order, no time twice for an entity; NULL in y and within features by option missing; an entity absent at a time takes no part then, one that the graph lacks has no relations; errors: too few rows, y constant, no entity in the graph, an entity of two groups, training diverged, memory over creditspread.max_model_memory';
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
	'window function, OVER () for all entities together, rows in any order: the forecast made on each row, with the rows of its time and before, for the entity''s row step rows later, and its place; NULL where y is and while the history is shorter than look_back; a NULL before is carried forward, so is one within features; errors: another model than in the rows before, a step that the model was not fitted for, NULL in entity or time, another number of features than at the fit, a time twice for an entity';
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

-- Permutation importance on panels: of recurrent networks and Transformers that were fitted to many series, and of graph ranking.

CREATE TYPE graph_rank_feature_importance AS (
	feature text,
	importance double precision
);
COMMENT ON TYPE graph_rank_feature_importance IS
	'an input of a network, y or a feature by its name, and by how much the mean absolute error of the forecasts of all entities grows when its values are permuted, in units of y';

--@ options graph_rank_importance_options (network_importance) of graph_rank_importance

--@ each family: rnn, transformer, graph_rank
CREATE FUNCTION @internal@.@family@_importance_panel_final(@internal@.creditspread_panel) RETURNS @family@_feature_importance[]
AS 'MODULE_PATHNAME', 'creditspread_@family@_importance_panel_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
--@ end

--@ each family: rnn, transformer, graph_rank; each entity; each time; optional
--@ transition creditspread_@family@_importance_panel_transition
CREATE AGGREGATE @family@_importance(model @family@_model, entity @entity@, "time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.@family@_importance_panel_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.@family@_importance_panel_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @family@_importance(@family@_model, @entity@, @time@, double precision, double precision[] [, jsonb]) IS
	'permutation importance of the inputs of a network on all series of a panel, each permuted within itself, an array of (feature, importance), y first: model, entity, time, y, features or NULL [, @family@_importance_options(...)]; rows in any order, no time twice for an entity, no NULL, one model; errors: too few rows in all series, another number of features than at the fit, memory over creditspread.max_model_memory';
--@ end

-- Models, graphs and filter states compare by their bytes, so that DISTINCT, GROUP BY, UNION, ORDER BY, joins and indexes
-- take them. Composite types have this from the server.

--@ each type: rnn_model, transformer_model, graph_rank_model, linear_model, arima_model, ets_model, theta_model, boosted_trees_model, random_forest_model, svr_model, entity_sentiment_model, relation_graph, kalman_state
CREATE FUNCTION @internal@.value_equal(@type@, @type@) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_value_equal' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_equal(@type@, @type@) IS 'whether two values have the same bytes';

CREATE OPERATOR @extschema@.= (
	FUNCTION = @internal@.value_equal, LEFTARG = @type@, RIGHTARG = @type@, COMMUTATOR = OPERATOR(@extschema@.=),
	NEGATOR = OPERATOR(@extschema@.<>), RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR @extschema@.=(@type@, @type@) IS 'whether two values have the same bytes';

CREATE FUNCTION @internal@.value_unequal(@type@, @type@) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_value_unequal' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_unequal(@type@, @type@) IS 'whether the bytes of two values differ';

CREATE OPERATOR @extschema@.<> (
	FUNCTION = @internal@.value_unequal, LEFTARG = @type@, RIGHTARG = @type@, COMMUTATOR = OPERATOR(@extschema@.<>),
	NEGATOR = OPERATOR(@extschema@.=), RESTRICT = pg_catalog.neqsel, JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR @extschema@.<>(@type@, @type@) IS 'whether the bytes of two values differ';

CREATE FUNCTION @internal@.value_less(@type@, @type@) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_value_less' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_less(@type@, @type@) IS 'whether a value comes before another in the order of their bytes';

CREATE OPERATOR @extschema@.< (
	FUNCTION = @internal@.value_less, LEFTARG = @type@, RIGHTARG = @type@, COMMUTATOR = OPERATOR(@extschema@.>),
	NEGATOR = OPERATOR(@extschema@.>=), RESTRICT = pg_catalog.scalarltsel, JOIN = pg_catalog.scalarltjoinsel
);
COMMENT ON OPERATOR @extschema@.<(@type@, @type@) IS 'whether a value comes before another in the order of their bytes';

CREATE FUNCTION @internal@.value_less_equal(@type@, @type@) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_value_less_equal' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_less_equal(@type@, @type@) IS 'whether a value comes before another in the order of their bytes, or is the same';

CREATE OPERATOR @extschema@.<= (
	FUNCTION = @internal@.value_less_equal, LEFTARG = @type@, RIGHTARG = @type@, COMMUTATOR = OPERATOR(@extschema@.>=),
	NEGATOR = OPERATOR(@extschema@.>), RESTRICT = pg_catalog.scalarlesel, JOIN = pg_catalog.scalarlejoinsel
);
COMMENT ON OPERATOR @extschema@.<=(@type@, @type@) IS 'whether a value comes before another in the order of their bytes, or is the same';

CREATE FUNCTION @internal@.value_greater(@type@, @type@) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_value_greater' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_greater(@type@, @type@) IS 'whether a value comes after another in the order of their bytes';

CREATE OPERATOR @extschema@.> (
	FUNCTION = @internal@.value_greater, LEFTARG = @type@, RIGHTARG = @type@, COMMUTATOR = OPERATOR(@extschema@.<),
	NEGATOR = OPERATOR(@extschema@.<=), RESTRICT = pg_catalog.scalargtsel, JOIN = pg_catalog.scalargtjoinsel
);
COMMENT ON OPERATOR @extschema@.>(@type@, @type@) IS 'whether a value comes after another in the order of their bytes';

CREATE FUNCTION @internal@.value_greater_equal(@type@, @type@) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_value_greater_equal' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_greater_equal(@type@, @type@) IS 'whether a value comes after another in the order of their bytes, or is the same';

CREATE OPERATOR @extschema@.>= (
	FUNCTION = @internal@.value_greater_equal, LEFTARG = @type@, RIGHTARG = @type@, COMMUTATOR = OPERATOR(@extschema@.<=),
	NEGATOR = OPERATOR(@extschema@.<), RESTRICT = pg_catalog.scalargesel, JOIN = pg_catalog.scalargejoinsel
);
COMMENT ON OPERATOR @extschema@.>=(@type@, @type@) IS 'whether a value comes after another in the order of their bytes, or is the same';

CREATE FUNCTION @internal@.value_compare(@type@, @type@) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_value_compare' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_compare(@type@, @type@) IS 'order of two values by their bytes: negative, 0 or positive';

CREATE OPERATOR CLASS @extschema@.@type@_ops DEFAULT FOR TYPE @type@ USING btree AS
	OPERATOR 1 @extschema@.<, OPERATOR 2 @extschema@.<=, OPERATOR 3 @extschema@.=, OPERATOR 4 @extschema@.>=, OPERATOR 5 @extschema@.>,
	FUNCTION 1 @internal@.value_compare(@type@, @type@), FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS @extschema@.@type@_ops USING btree IS 'order of @type@ by its bytes';
COMMENT ON OPERATOR FAMILY @extschema@.@type@_ops USING btree IS 'order of @type@ by its bytes';

CREATE FUNCTION @internal@.value_hash(@type@) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_value_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_hash(@type@) IS 'hash of the bytes of a value';

CREATE FUNCTION @internal@.value_hash_extended(@type@, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_value_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.value_hash_extended(@type@, bigint) IS 'hash of the bytes of a value, with a seed';

CREATE OPERATOR CLASS @extschema@.@type@_ops DEFAULT FOR TYPE @type@ USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @internal@.value_hash(@type@), FUNCTION 2 @internal@.value_hash_extended(@type@, bigint);
COMMENT ON OPERATOR CLASS @extschema@.@type@_ops USING hash IS 'hash of @type@ by its bytes';
COMMENT ON OPERATOR FAMILY @extschema@.@type@_ops USING hash IS 'hash of @type@ by its bytes';
--@ end

-- Paths of the catalog: joint samples of what is to come at all horizons, and in all series, of a model.
--
-- The errors of a backtest from one origin belong together: what links horizons, and series, is in them.  As the errors that make
-- intervals are measured in a scale that the volatility of the origin gives, so are these, in half widths of the interval there.

CREATE FUNCTION creditspread_internal.balanced_draws(seed bigint, draws integer, count integer) RETURNS integer[]
AS 'MODULE_PATHNAME', 'creditspread_balanced_draws' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.balanced_draws(bigint, integer, integer) IS
	'numbers from 1 to count in random order, each as often as each other or once more; errors: not 1 to 1000000 draws of 1 to 1000000';

-- Half the width of an interval; where its lower bound is bounded itself, the upper side.
CREATE FUNCTION creditspread_internal.path_scale(forecast double precision, lower double precision, upper double precision, bounded boolean) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (CASE WHEN bounded THEN upper - forecast ELSE upper / 2 - lower / 2 END) BETWEEN 1e-150 AND 1e150
	THEN CASE WHEN bounded THEN upper - forecast ELSE upper / 2 - lower / 2 END END;
COMMENT ON FUNCTION creditspread_internal.path_scale(double precision, double precision, double precision, boolean) IS
	'what the error of a forecast is measured in; NULL without an interval, or one that has no width';

CREATE TYPE creditspread_internal.path_cell AS (
	entity text,
	horizon integer,
	target_time timestamp,
	target_date date,
	forecast double precision,
	level double precision,
	scale double precision,
	errors double precision[]
);
COMMENT ON TYPE creditspread_internal.path_cell IS 'a forecast that paths are drawn around, its scale, and the errors of joint origins, in the order of these';

CREATE FUNCTION creditspread.forecast_paths(model text, entity text DEFAULT NULL, paths integer DEFAULT 1000, seed bigint DEFAULT 1, owner name DEFAULT NULL,
	OUT series text, OUT path integer, OUT step integer, OUT target_time timestamp, OUT target_date date, OUT value double precision)
RETURNS SETOF record
LANGUAGE plpgsql STABLE ROWS 10000 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	least_origins CONSTANT integer := 20;
	chosen record;
	floor double precision;
	cells creditspread_internal.path_cell[];
	origins timestamp[];
	draws integer[];
BEGIN
	IF paths IS NULL OR paths NOT BETWEEN 1 AND 1000000 OR seed IS NULL THEN
		RAISE EXCEPTION 'forecast_paths: paths is %, seed %', coalesce(paths::text, 'NULL'), coalesce(seed::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give paths from 1 to 1000000 and any whole number as seed.';
	END IF;
	SELECT * INTO chosen FROM creditspread_internal.readable_model(model, owner);
	SELECT (m.options ->> 'lower_bound')::float8 INTO floor FROM creditspread.model m WHERE m.pipeline_id = chosen.pipeline_id AND m.version = chosen.version;
	SELECT array_agg(ROW(f.entity, f.horizon, f.target_time, f.target_date, f.forecast, f.level,
		creditspread_internal.path_scale(f.forecast, f.lower, f.upper, floor IS NOT NULL), NULL)::creditspread_internal.path_cell
		ORDER BY f.entity COLLATE "C", f.horizon) INTO cells
	FROM creditspread.forecast_latest f
	WHERE f.owner = chosen.owner AND f.model = forecast_paths.model AND (forecast_paths.entity IS NULL AND NOT f.ended OR f.entity = forecast_paths.entity);
	IF cells IS NULL THEN
		RAISE EXCEPTION 'forecast_paths: no forecast of model "%"% is stored', model, CASE WHEN entity IS NULL THEN '' ELSE format(', series "%s"', entity) END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('Make one: CALL creditspread.forecast(%L).', model);
	END IF;
	-- an origin counts if the errors of all that is drawn are known
	WITH error AS MATERIALIZED (
		SELECT c.place, e.origin, e.actual - e.forecast AS error, creditspread_internal.path_scale(e.forecast, e.lower, e.upper, floor IS NOT NULL) AS scale, c.scale AS now
		FROM unnest(cells) WITH ORDINALITY AS c (entity, horizon, target_time, target_date, forecast, level, scale, errors, place)
			JOIN creditspread_internal.said_once e ON e.source = 'backtest' AND e.entity = c.entity AND e.horizon = c.horizon AND e.level = c.level
		WHERE e.owner = chosen.owner AND e.model = forecast_paths.model
	), joint AS MATERIALIZED (
		SELECT e.origin FROM error e GROUP BY e.origin HAVING count(*) = cardinality(cells)
	), moved AS (
		SELECT e.place, array_agg(CASE WHEN scaled THEN e.error / e.scale * e.now ELSE e.error END ORDER BY e.origin) AS errors
		FROM (SELECT e.*, bool_and(e.scale IS NOT NULL AND e.now IS NOT NULL) OVER (PARTITION BY e.place) AS scaled FROM error e JOIN joint USING (origin)) e GROUP BY e.place
	)
	SELECT array_agg(ROW(c.entity, c.horizon, c.target_time, c.target_date, c.forecast, c.level, c.scale, m.errors)::creditspread_internal.path_cell ORDER BY c.place),
		(SELECT array_agg(j.origin) FROM joint j) INTO cells, origins
	FROM unnest(cells) WITH ORDINALITY AS c (entity, horizon, target_time, target_date, forecast, level, scale, errors, place) LEFT JOIN moved m USING (place);
	IF coalesce(cardinality(origins), 0) < least_origins THEN
		RAISE EXCEPTION 'forecast_paths: % origins with errors of all % forecasts of model "%", need at least %', coalesce(cardinality(origins), 0), cardinality(cells), model, least_origins
			USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('Make them: CALL creditspread.backtest(%L).%s', model, CASE WHEN entity IS NULL AND cells[1].entity <> cells[cardinality(cells)].entity
				THEN ' Series without times in common need an entity.' ELSE '' END);
	END IF;
	draws := creditspread_internal.balanced_draws(seed, paths, cardinality(origins));
	RETURN QUERY SELECT c.entity, d.path::integer, c.horizon, c.target_time, c.target_date, greatest(c.forecast + c.errors[d.origin], floor)
	FROM unnest(cells) AS c, unnest(draws) WITH ORDINALITY AS d (origin, path) ORDER BY c.entity COLLATE "C", d.path, c.horizon;
END
$$;
COMMENT ON FUNCTION creditspread.forecast_paths(text, text, integer, bigint, name) IS
	'sample paths of what the last forecasts of a model are of: model [, entity (NULL: all series jointly), paths, seed, owner]; each path has the errors that a backtest made from one origin, at all horizons and in all series, in units of its intervals; rows series, path, step (rows ahead), target_time, target_date, value in units of y; the same seed gives the same paths; errors: no such model 42704, no forecast, fewer than 20 origins with all errors 55000';

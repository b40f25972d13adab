-- scenario: what a model would forecast if the rows were those of another query.

CREATE TYPE creditspread_internal.scenario_forecast AS (entity text, origin timestamp, target_time timestamp, horizon integer,
	forecast double precision, lower double precision, upper double precision, level double precision, random_walk double precision);
COMMENT ON TYPE creditspread_internal.scenario_forecast IS 'a row of creditspread.scenario';

CREATE FUNCTION creditspread_internal.scenario_block(m creditspread.model, from_unit integer, to_unit integer) RETURNS SETOF creditspread_internal.scenario_forecast
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET enable_bitmapscan = off SET enable_memoize = off
AS $$
BEGIN
	PERFORM creditspread_internal.list_last_steps(m, from_unit, to_unit);
	RETURN QUERY EXECUTE format('SELECT f.entity, f.origin, f.target_time, f.horizon, f.forecast, f.lower, f.upper, $3, f.random_walk FROM (%s) AS f ORDER BY f.entity, f.horizon',
		creditspread_internal.last_forecasts(m))
	USING creditspread_internal.method_options(m), m.horizons, m.level, m.features, m.pool, m.search_path, from_unit, to_unit, m;
END
$$;
COMMENT ON FUNCTION creditspread_internal.scenario_block(creditspread.model, integer, integer) IS
	'the forecasts made on the last row of each series of units';

CREATE FUNCTION creditspread_internal.scenario_rows(model_name text, query text, model_owner name, given_path text) RETURNS SETOF creditspread_internal.scenario_forecast
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET jit = off
AS $$
DECLARE
	m creditspread.model;
	memory text := current_setting('work_mem');
	bad record;
BEGIN
	IF coalesce(btrim(query, E' \t\r\n;'), '') = '' THEN
		RAISE EXCEPTION 'creditspread.scenario: argument query is empty' USING ERRCODE = '22004', HINT = 'Give a query with the columns of that of the model.';
	END IF;
	SELECT q.* INTO m FROM creditspread_internal.readable_model(model_name, model_owner) r JOIN creditspread.model q ON q.pipeline_id = r.pipeline_id AND q.active;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.scenario: no version of model "%" is active', model_name USING ERRCODE = '55000', HINT = 'CALL creditspread.train makes one.';
	END IF;
	m.query := creditspread_internal.as_query(query);
	m.search_path := coalesce(given_path, m.search_path);
	m := creditspread_internal.read_rows(m);
	PERFORM creditspread_internal.make_units(m);
	PERFORM creditspread_internal.refuse_unfitted(m);
	PERFORM creditspread_internal.refuse_unknown(m);
	SELECT u.unit, u.code, u.message, u.hint INTO bad FROM pg_temp.creditspread_units u WHERE u.code IS NOT NULL ORDER BY u.number LIMIT 1;
	IF FOUND THEN
		PERFORM creditspread_internal.raise_error(bad.code, replace(bad.message, 'forecast:', 'scenario:'), bad.hint, CASE WHEN bad.unit <> '' THEN format('Series "%s".', left(bad.unit, 100)) END);
	END IF;
	RETURN QUERY SELECT * FROM creditspread_internal.scenario_block(m, 1, (SELECT max(u.number) FROM pg_temp.creditspread_units u));
	PERFORM creditspread_internal.drop_rows();
	PERFORM set_config('work_mem', memory, true);	-- read_rows has raised it
END
$$;
COMMENT ON FUNCTION creditspread_internal.scenario_rows(text, text, name, text) IS
	'the forecasts of a model from the rows of a query, run with a search_path or (NULL) that of its training';

CREATE FUNCTION creditspread.scenario(name text, query text, owner name DEFAULT NULL, OUT entity text, OUT origin timestamp, OUT target_time timestamp, OUT horizon integer,
	OUT forecast double precision, OUT lower double precision, OUT upper double precision, OUT level double precision, OUT random_walk double precision)
RETURNS SETOF record
LANGUAGE sql COST 10000 ROWS 100
BEGIN ATOMIC
	SELECT r.entity, r.origin, r.target_time, r.horizon, r.forecast, r.lower, r.upper, r.level, r.random_walk
	FROM creditspread_internal.scenario_rows(scenario.name, scenario.query, scenario.owner, current_setting('search_path')) AS r;
END;
COMMENT ON FUNCTION creditspread.scenario(text, text, name) IS
	'what the active version of a model would forecast from the last rows of another query with the columns of its own: other values of features known in advance, or of the last rows; run read-only, with the rights of the caller; nothing is stored; owner of the model (NULL = the caller, or the only one whose model he may read); errors: no such model 42704, a series that it has no fit of 55000, a value known in advance is missing 22004, and those of forecast';

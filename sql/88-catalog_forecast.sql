-- forecast and update_actuals: the forecasts of the last rows, and what came true of earlier ones.

CREATE FUNCTION creditspread_internal.store_forecasts(caller oid, run_id bigint, entities text[], origins timestamp[], horizons integer[], target_times timestamp[],
	forecasts double precision[], lowers double precision[], uppers double precision[], bounds creditspread_internal.level_bounds[], random_walks double precision[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
	r creditspread.run := creditspread_internal.working(caller, run_id);
	stored bigint;
BEGIN
	INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, revision, query_number, target_time, forecast, lower, upper, level,
		levels, lowers, uppers, random_walk, made_at, run_id, hindsight)
	SELECT r.pipeline_id, 'forecast', n.entity, n.origin, n.horizon, m.version, coalesce(l.revision + 1, 0), m.query_number, n.target_time, n.forecast, n.lower, n.upper,
		m.level, CASE WHEN n.lower_bounds IS NOT NULL THEN creditspread_internal.interval_levels(m.options, m.level) END, n.lower_bounds, n.upper_bounds, n.random_walk, clock_timestamp(), r.id,
		coalesce(m.data_to > (r.arguments ->> 'as_of')::timestamp, false)
	FROM unnest(entities, origins, horizons, target_times, forecasts, store_forecasts.lowers, store_forecasts.uppers, bounds, random_walks)
			AS n (entity, origin, horizon, target_time, forecast, lower, upper, lower_bounds, upper_bounds, random_walk)
		JOIN creditspread.model m ON m.pipeline_id = r.pipeline_id AND m.version = r.version AND r.kind = 'forecast'
		LEFT JOIN LATERAL (SELECT f.revision, f.forecast, f.lower, f.upper, f.lowers, f.uppers, f.random_walk FROM creditspread.forecast f
			WHERE f.pipeline_id = r.pipeline_id AND f.source = 'forecast' AND f.entity = n.entity AND f.origin = n.origin AND f.horizon = n.horizon
				AND f.version = m.version ORDER BY f.revision DESC LIMIT 1) l ON true
	WHERE l.revision IS NULL OR (l.forecast, l.lower, l.upper, l.lowers, l.uppers, l.random_walk)
		IS DISTINCT FROM (n.forecast, n.lower, n.upper, n.lower_bounds, n.upper_bounds, n.random_walk);
	GET DIAGNOSTICS stored = ROW_COUNT;
	UPDATE creditspread.run q SET rows_stored = q.rows_stored + stored WHERE q.id = r.id;
	RETURN stored;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.store_forecasts(oid, bigint, text[], timestamp[], integer[], timestamp[], double precision[], double precision[], double precision[],
	creditspread_internal.level_bounds[], double precision[]) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.store_forecasts(oid, bigint, text[], timestamp[], integer[], timestamp[], double precision[], double precision[], double precision[],
	creditspread_internal.level_bounds[], double precision[]) IS 'stores forecasts, see store_forecasts()';

CREATE FUNCTION creditspread_internal.store_forecasts(run_id bigint, entities text[], origins timestamp[], horizons integer[], target_times timestamp[],
	forecasts double precision[], lowers double precision[], uppers double precision[], bounds creditspread_internal.level_bounds[], random_walks double precision[]) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.store_forecasts(bigint, text[], timestamp[], integer[], timestamp[], double precision[], double precision[], double precision[],
	creditspread_internal.level_bounds[], double precision[]) IS
	'stores forecasts of the version of a run; what was said from the same origin stays, what says something else is added as its next revision; returns the number of rows that were added';

CREATE FUNCTION creditspread_internal.prepare_rows(state creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	followed record;
BEGIN
	state.model := creditspread_internal.read_rows(state.model);
	IF state.joined THEN
		PERFORM creditspread_internal.mark_ended(state.model);
		RETURN state;
	END IF;
	SELECT * INTO followed FROM creditspread_internal.follow_data(state.run_id, state.model);
	IF followed.ended > 0 THEN
		state.note := format('%s series ended, nothing is forecast for %s any more', followed.ended, CASE followed.ended WHEN 1 THEN 'it' ELSE 'them' END);
	END IF;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.prepare_rows(creditspread_internal.run_state) IS
	'reads the data of a run of forecast, backtest or update_actuals; actual values follow them, unless the run is another session''s';

CREATE FUNCTION creditspread_internal.prepare_update(state creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$ SELECT * FROM creditspread_internal.prepare_rows(state) $$;
COMMENT ON FUNCTION creditspread_internal.prepare_update(creditspread_internal.run_state) IS 'all that a run of update_actuals does';

CREATE FUNCTION creditspread_internal.refuse_unfitted(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE pg_temp.creditspread_units u SET code = '55000', message = format('forecast: version %s has no fit of this series', m.version),
		hint = 'CALL creditspread.retrain fits the series that the query gives now.'
	WHERE u.code IS NULL AND u.unit NOT IN (SELECT a.entity FROM creditspread.artifact a WHERE a.model_id = m.id AND a.status IN ('ready', 'stale'));
END
$$;
COMMENT ON FUNCTION creditspread_internal.refuse_unfitted(creditspread.model) IS 'gives units that a version has no fit of an error';

CREATE FUNCTION creditspread_internal.prepare_forecast(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state := creditspread_internal.prepare_rows(given);
	m creditspread.model := state.model;
	as_of timestamp := state.arguments ->> 'as_of';
	trained_to timestamp := (given.model).data_to;
BEGIN
	IF as_of IS NOT NULL THEN
		m := creditspread_internal.relist_series(m, as_of);
		IF m.data_to IS NULL THEN
			RAISE EXCEPTION 'creditspread.forecast: the query of the model gives no row up to %', as_of
				USING ERRCODE = '22023', HINT = format('Its first row is of %s.', (state.model).data_from);
		ELSIF trained_to > as_of THEN
			state.note := concat_ws('; ', state.note, format('version %s was trained on rows up to %s, after %s: no accuracy counts these forecasts', m.version, trained_to, as_of));
		END IF;
		PERFORM creditspread_internal.mark_ended(m);
		state.model := m;
	END IF;
	PERFORM creditspread_internal.make_units(m);
	DELETE FROM pg_temp.creditspread_rows r USING pg_temp.creditspread_series s WHERE s.ended AND r.entity_number = s.entity_number;
	DELETE FROM pg_temp.creditspread_units u WHERE NOT EXISTS (SELECT FROM pg_temp.creditspread_series s WHERE s.unit_number = u.number AND NOT s.ended);
	PERFORM creditspread_internal.refuse_unfitted(m);
	PERFORM creditspread_internal.refuse_unknown(m);
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.prepare_forecast(creditspread_internal.run_state) IS
	'reads the data of a run of forecast; series that have ended are left out';

-- Where features are known in advance, the query says which times are forecast.
CREATE FUNCTION creditspread_internal.last_forecasts(m creditspread.model) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('SELECT f.*, %s AS target_time FROM (%s) AS f JOIN pg_temp.creditspread_series s ON s.entity_number = f.entity_number AND s.origin = f.origin AND NOT s.ended '
			'JOIN creditspread_internal.target_times($9, $7, $8) AS t ON t.entity_number = f.entity_number AND t.horizon = f.horizon%s',
		CASE WHEN known THEN 'coalesce(h."time", t.target_time)' ELSE 't.target_time' END, creditspread_internal.interval_query(m),
		CASE WHEN known THEN ' LEFT JOIN creditspread_internal.rows_ahead($9) AS h ON h.entity_number = f.entity_number AND h.place = f.place + f.horizon' END)
	FROM (SELECT creditspread_internal.known_features(m) <> '{}') AS q (known)
$$;
COMMENT ON FUNCTION creditspread_internal.last_forecasts(creditspread.model) IS
	'the query for the forecasts of a model made on the last row of each series, by the fits of the block at work, with the times that they are for';

CREATE FUNCTION creditspread_internal.forecast_block(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET enable_bitmapscan = off SET enable_memoize = off
AS $$
DECLARE
	m creditspread.model := state.model;
	made record;
BEGIN
	EXECUTE format('SELECT array_agg(f.entity) AS entities, array_agg(f.origin) AS origins, array_agg(f.horizon) AS horizons, array_agg(f.target_time) AS times, '
			'array_agg(f.forecast) AS forecasts, array_agg(f.lower) AS lowers, array_agg(f.upper) AS uppers, array_agg(f.bounds) AS bounds, array_agg(f.random_walk) AS walks, '
			'array_agg(DISTINCT f.unit) AS units FROM (%s) AS f', creditspread_internal.last_forecasts(m))
	INTO made USING creditspread_internal.method_options(m), m.horizons, m.level, m.features, m.pool, m.search_path, from_unit, to_unit, m;
	PERFORM creditspread_internal.store_forecasts(state.run_id, made.entities, made.origins, made.horizons, made.times, made.forecasts, made.lowers, made.uppers, made.bounds, made.walks);
	UPDATE pg_temp.creditspread_block b SET done = true WHERE b.unit = ANY (made.units);
END
$$;
COMMENT ON FUNCTION creditspread_internal.forecast_block(creditspread_internal.run_state, integer, integer) IS
	'stores the forecasts made on the last row of each series of units';

CREATE FUNCTION creditspread_internal.list_last_steps(m creditspread.model, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO pg_temp.creditspread_block (number, unit, from_step, to_step, artifact, widths)
	SELECT b.number, b.unit, b.from_step, b.to_step, a.artifact, a.widths
	FROM (SELECT u.number, u.unit, min(CASE WHEN c.simple THEN s.origin_place
			ELSE (SELECT r.step FROM pg_temp.creditspread_rows r WHERE r.entity_number = s.entity_number AND r.place = s.origin_place) END) AS from_step,
			CASE WHEN c.simple THEN min(s.origin_place) ELSE u.steps END AS to_step
		FROM creditspread_internal.step_columns(m) c, pg_temp.creditspread_units u
		JOIN pg_temp.creditspread_series s ON s.unit_number = u.number AND NOT s.ended AND s.origin_place IS NOT NULL
		WHERE u.number BETWEEN from_unit AND to_unit AND u.code IS NULL GROUP BY u.number, u.unit, u.steps, c.simple) b
	JOIN creditspread.artifact a ON a.model_id = m.id AND a.entity = b.unit AND a.status IN ('ready', 'stale');
END
$$;
COMMENT ON FUNCTION creditspread_internal.list_last_steps(creditspread.model, integer, integer) IS
	'puts the last rows of units and what their version learnt into creditspread_block';

CREATE FUNCTION creditspread_internal.forecast_units(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM creditspread_internal.empty_tables(ARRAY['creditspread_block']::text[]);
	PERFORM creditspread_internal.list_last_steps(state.model, from_unit, to_unit);
	PERFORM creditspread_internal.try_units('forecast_block'::text, state, from_unit, to_unit, true);
	UPDATE pg_temp.creditspread_units u SET code = '22023', message = 'forecast: no forecast can be made on the last row',
		hint = 'The series needs rows, and as many before the last one as the method looks back.'
	WHERE u.number BETWEEN from_unit AND to_unit AND u.code IS NULL AND NOT EXISTS (SELECT FROM pg_temp.creditspread_block b WHERE b.number = u.number AND b.done);
END
$$;
COMMENT ON FUNCTION creditspread_internal.forecast_units(creditspread_internal.run_state, integer, integer) IS
	'forecasts units with what their version learnt';

-- What came true of forecasts as of a time that has passed is in the rows already.
CREATE FUNCTION creditspread_internal.finish_forecast(run_id bigint) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	SELECT q.* INTO m FROM creditspread.run r JOIN creditspread.model q ON q.pipeline_id = r.pipeline_id AND q.version = r.version
	WHERE r.id = finish_forecast.run_id AND r.arguments ? 'as_of';
	IF FOUND THEN
		PERFORM creditspread_internal.follow_data(finish_forecast.run_id, creditspread_internal.relist_series(m, NULL::timestamp));
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION creditspread_internal.finish_forecast(bigint) IS 'after forecasts as of a time: actual values of theirs that are known';

CREATE FUNCTION creditspread_internal.begin_forecast(name text, as_of timestamp) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT isfinite(as_of) THEN
		RAISE EXCEPTION 'creditspread.forecast: as_of is %', as_of
			USING ERRCODE = '22008', HINT = 'Give the time of the last row that the forecasts may know, or leave it out.';
	END IF;
	RETURN creditspread_internal.begin_run('forecast'::text, name, NULL::creditspread.model, jsonb_strip_nulls(jsonb_build_object('as_of', as_of)));
END
$$;
COMMENT ON FUNCTION creditspread_internal.begin_forecast(text, timestamp) IS 'checks the arguments of forecast and begins its run';

CREATE PROCEDURE creditspread.forecast(name text, as_of timestamp DEFAULT NULL)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.begin_forecast(name, as_of));
END
$$;
COMMENT ON PROCEDURE creditspread.forecast(text, timestamp) IS
	'runs the query of a model again and stores the forecasts of its active version made on the last row of each series, in creditspread.forecast; actual values of earlier ones follow the data; as_of, a time as column origin has it: forecasts as if it were then, from the rows up to it, by the newest version up to the active one that was trained on rows up to it, or else by the active one, with a warning; errors: no such model 42704, it is worked on 55P03, a feature is missing 42703, no row up to as_of 22023, inside a transaction block 2D000';

CREATE PROCEDURE creditspread.update_actuals(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.begin_run('update_actuals'::pg_catalog.text, name, NULL::creditspread.model, '{}'::pg_catalog.jsonb));
END
$$;
COMMENT ON PROCEDURE creditspread.update_actuals(text) IS
	'runs the query of a model again; what has come true of its stored forecasts follows the data, as with forecast and retrain, too; errors as of forecast';

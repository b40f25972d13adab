-- backtest: what the method would have forecast, refitted as time goes on, each forecast from the rows up to its origin.

CREATE FUNCTION creditspread_internal.store_backtest(caller oid, run_id bigint, entities text[], series text[], origins timestamp[], horizons integer[],
	target_times timestamp[], forecasts double precision[], lowers double precision[], uppers double precision[], bounds creditspread_internal.level_bounds[], random_walks double precision[],
	actuals double precision[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
	r creditspread.run := creditspread_internal.working(caller, run_id);
	stored bigint;
BEGIN
	DELETE FROM creditspread.forecast f
	WHERE f.pipeline_id = r.pipeline_id AND f.source = 'backtest' AND f.entity = ANY (entities) AND f.version = r.version AND r.kind = 'backtest';
	INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, levels, lowers, uppers, random_walk,
		made_at, run_id, actual, first_actual, first_known_at)
	SELECT r.pipeline_id, 'backtest', n.entity, n.origin, n.horizon, m.version, m.query_number, n.target_time, n.forecast, n.lower, n.upper, m.level,
		CASE WHEN n.lower_bounds IS NOT NULL THEN creditspread_internal.interval_levels(m.options, m.level) END, n.lower_bounds, n.upper_bounds, n.random_walk,
		t.now, r.id, n.actual, n.actual, t.now
	FROM unnest(series, origins, horizons, target_times, forecasts, store_backtest.lowers, store_backtest.uppers, bounds, random_walks, actuals)
			AS n (entity, origin, horizon, target_time, forecast, lower, upper, lower_bounds, upper_bounds, random_walk, actual)
		JOIN creditspread.model m ON m.pipeline_id = r.pipeline_id AND m.version = r.version AND r.kind = 'backtest', (SELECT clock_timestamp() AS now) t;
	GET DIAGNOSTICS stored = ROW_COUNT;
	UPDATE creditspread.run q SET rows_stored = q.rows_stored + stored WHERE q.id = r.id;
	RETURN stored;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.store_backtest(oid, bigint, text[], text[], timestamp[], integer[], timestamp[], double precision[], double precision[],
	double precision[], creditspread_internal.level_bounds[], double precision[], double precision[]) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.store_backtest(oid, bigint, text[], text[], timestamp[], integer[], timestamp[], double precision[], double precision[],
	double precision[], creditspread_internal.level_bounds[], double precision[], double precision[]) IS 'stores the forecasts of a backtest, see store_backtest()';

CREATE FUNCTION creditspread_internal.store_backtest(run_id bigint, entities text[], series text[], origins timestamp[], horizons integer[],
	target_times timestamp[], forecasts double precision[], lowers double precision[], uppers double precision[], bounds creditspread_internal.level_bounds[], random_walks double precision[],
	actuals double precision[]) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.store_backtest(bigint, text[], text[], timestamp[], integer[], timestamp[], double precision[], double precision[],
	double precision[], creditspread_internal.level_bounds[], double precision[], double precision[]) IS
	'stores the forecasts of a backtest of some entities, in the place of those of an earlier one; returns their number';

CREATE FUNCTION creditspread_internal.prepare_backtest(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
	state creditspread_internal.run_state := creditspread_internal.prepare_rows(given);
	m creditspread.model := state.model;
	origins integer := state.arguments ->> 'origins';
	gap integer := state.arguments ->> 'gap';
	furthest integer := (SELECT max(h) FROM unnest(m.horizons) h);
BEGIN
	PERFORM creditspread_internal.make_units(m);
	UPDATE pg_temp.creditspread_units u SET code = '22023', hint = 'Ask for fewer origins.',
		message = format('backtest: %s times, of which %s origins, horizon %s and gap %s leave none to fit', u.steps, origins, furthest, gap)
	WHERE u.code IS NULL AND u.steps - furthest - origins + 1 - gap < 1;
	PERFORM creditspread_internal.make_fit_tables();
	CREATE TEMPORARY TABLE creditspread_backtest (number integer, entity text, origin timestamp, horizon integer, target_time timestamp,
		forecast double precision, lower double precision, upper double precision, bounds creditspread_internal.level_bounds, random_walk double precision, actual double precision) WITH (log_autovacuum_min_duration = 1928374650);
	CREATE INDEX ON pg_temp.creditspread_backtest (number);
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.prepare_backtest(creditspread_internal.run_state) IS
	'reads the data of a backtest and makes a temporary table for the forecasts of units until they are complete';

CREATE FUNCTION creditspread_internal.backtest_block(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET enable_bitmapscan = off SET enable_memoize = off
AS $$
DECLARE
	m creditspread.model := state.model;
BEGIN
	EXECUTE format('INSERT INTO pg_temp.creditspread_backtest SELECT f.number, f.entity, f.origin, f.horizon, t."time", f.forecast, f.lower, f.upper, f.bounds, f.random_walk, t.y '
			'FROM (%s) AS f, LATERAL (SELECT t."time", t.y FROM pg_temp.creditspread_rows t WHERE t.entity_number = f.entity_number AND t.place = f.place + f.horizon AND t.y IS NOT NULL OFFSET 0) t',
		creditspread_internal.interval_query(m))
	USING creditspread_internal.method_options(m), m.horizons, m.level, m.features, m.pool, m.search_path, from_unit, to_unit;
END
$$;
COMMENT ON FUNCTION creditspread_internal.backtest_block(creditspread_internal.run_state, integer, integer) IS
	'the forecasts of units from the origins of a block';

CREATE FUNCTION creditspread_internal.keep_backtest(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n integer;
BEGIN
	FOR n IN SELECT generate_series(from_unit, to_unit, 25) LOOP
		PERFORM creditspread_internal.store_backtest(state.run_id, ARRAY(SELECT s.entity FROM pg_temp.creditspread_series s
				JOIN pg_temp.creditspread_units u ON u.number = s.unit_number AND u.code IS NULL WHERE s.unit_number BETWEEN n AND least(n + 24, to_unit)),
			array_agg(b.entity), array_agg(b.origin), array_agg(b.horizon), array_agg(b.target_time), array_agg(b.forecast), array_agg(b.lower), array_agg(b.upper), array_agg(b.bounds),
			array_agg(b.random_walk), array_agg(b.actual))
		FROM pg_temp.creditspread_backtest b JOIN pg_temp.creditspread_units u ON u.number = b.number AND u.code IS NULL
		WHERE b.number BETWEEN n AND least(n + 24, to_unit);
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditspread_internal.keep_backtest(creditspread_internal.run_state, integer, integer) IS 'stores the forecasts of units that are complete';

-- Origins stand at the last times that all horizons are known of; a block is a fit and the origins until the next one.
CREATE FUNCTION creditspread_internal.backtest_units(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model := state.model;
	origins integer := state.arguments ->> 'origins';
	refit_every integer := state.arguments ->> 'refit_every';
	gap integer := state.arguments ->> 'gap';
	rolling boolean := state.arguments ->> 'window_type' = 'rolling';
	furthest integer := (SELECT max(h) FROM unnest(m.horizons) h);
BEGIN
	IF state.block = 0 THEN
		PERFORM creditspread_internal.empty_tables(ARRAY['creditspread_backtest']::text[]);
	END IF;
	PERFORM creditspread_internal.empty_tables(ARRAY['creditspread_block', 'creditspread_parts', 'creditspread_errors']::text[]);
	INSERT INTO pg_temp.creditspread_block (number, unit, fit_from, fit_to, from_step, to_step)
	SELECT u.number, u.unit, CASE WHEN rolling THEN state.block * refit_every + 1 ELSE 1 END, p.origin - gap, p.origin,
		least(p.origin + refit_every - 1, u.steps - furthest)
	FROM pg_temp.creditspread_units u, LATERAL (SELECT u.steps - furthest - origins + 1 + state.block * refit_every AS origin) p
	WHERE u.number BETWEEN from_unit AND to_unit AND u.code IS NULL;
	PERFORM creditspread_internal.try_units('fit_block'::text, state, from_unit, to_unit, true);
	DELETE FROM pg_temp.creditspread_block b WHERE b.artifact IS NULL;
	IF creditspread_internal.by_validation(m) THEN
		PERFORM creditspread_internal.validate_units(state, from_unit, to_unit);
	END IF;
	PERFORM creditspread_internal.try_units('backtest_block'::text, state, from_unit, to_unit, true);
	IF state.block + 1 = (state.arguments ->> 'blocks')::integer THEN
		PERFORM creditspread_internal.try_units('keep_backtest'::text, state, from_unit, to_unit, true);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.backtest_units(creditspread_internal.run_state, integer, integer) IS
	'fits units on the rows up to an origin less the gap and forecasts from that origin and those until the next fit; the last block puts the forecasts of all in the place of an earlier backtest';

CREATE FUNCTION creditspread_internal.begin_backtest(name text, origins integer, refit_every integer, window_type text, gap integer) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	bad text;
BEGIN
	SELECT format('%s is %s', a.name, coalesce(a.value::text, 'NULL')) INTO bad
	FROM (VALUES ('origins', origins, 1), ('refit_every', refit_every, 1), ('gap', gap, 0)) AS a (name, value, least_value)
	WHERE a.value IS NULL OR a.value NOT BETWEEN a.least_value AND 1000000 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.backtest: %', bad
			USING ERRCODE = '22023', HINT = 'Give origins and refit_every from 1, gap from 0, all to 1000000.';
	ELSIF window_type IS NULL OR window_type NOT IN ('expanding', 'rolling') THEN
		RAISE EXCEPTION 'creditspread.backtest: window_type is %', coalesce(format('"%s"', window_type), 'NULL')
			USING ERRCODE = '22023', HINT = 'Give ''expanding'' or ''rolling''.';
	END IF;
	RETURN creditspread_internal.begin_run('backtest'::text, name, NULL::creditspread.model, jsonb_build_object('origins', origins, 'refit_every', refit_every,
		'window_type', window_type, 'gap', gap, 'blocks', (origins + refit_every - 1) / refit_every));
END
$$;
COMMENT ON FUNCTION creditspread_internal.begin_backtest(text, integer, integer, text, integer) IS
	'checks the arguments of backtest and begins its run';

CREATE PROCEDURE creditspread.backtest(name text, origins integer DEFAULT 250, refit_every integer DEFAULT 20,
	window_type text DEFAULT 'expanding', gap integer DEFAULT 0)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.begin_backtest(name, origins, refit_every, window_type, gap));
END
$$;
COMMENT ON PROCEDURE creditspread.backtest(text, integer, integer, text, integer) IS
	'stores what the active version''s method would have forecast: name; origins, the last ones whose targets are all known; refit_every so many origins, on the rows up to the origin less gap; window_type expanding or rolling, as many rows as the first fit; replaces an earlier backtest series by series; errors: arguments, too few rows 22023, and those of forecast';

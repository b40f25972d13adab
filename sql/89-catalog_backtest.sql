-- backtest: what the method would have forecast, refitted as time goes on, each forecast from the rows up to its origin.

CREATE FUNCTION creditspread_internal.prepare_backtest() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.creditspread_backtest;
	CREATE TEMPORARY TABLE creditspread_backtest (entity text, origin timestamp, horizon integer, forecast double precision,
		lower double precision, upper double precision, random_walk double precision, target_time timestamp, actual double precision);
END
$$;
COMMENT ON FUNCTION creditspread_internal.prepare_backtest() IS 'a temporary table for the forecasts of a series until it is complete';

-- Origins stand at the last times that all horizons are known of; a block is a fit and the origins until the next one.
CREATE FUNCTION creditspread_internal.backtest_block(r creditspread.run, m creditspread.model, in_unit text, block integer,
	OUT stored bigint, OUT finished boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	origins integer := r.arguments ->> 'origins';
	refit_every integer := r.arguments ->> 'refit_every';
	gap integer := r.arguments ->> 'gap';
	times timestamp[];
	last_origin integer;
	first_origin integer;
	block_origin integer;
	fit_from timestamp := '-infinity';
	fit_to timestamp;
	artifact text;
	widths jsonb;
	series text;
BEGIN
	SELECT array_agg(q."time" ORDER BY q."time") INTO times
	FROM (SELECT DISTINCT s."time" FROM pg_temp.creditspread_rows s WHERE s.unit = in_unit) q;
	last_origin := coalesce(cardinality(times), 0) - (SELECT max(h) FROM unnest(m.horizons) h);
	first_origin := last_origin - origins + 1;
	IF first_origin - gap < 1 THEN
		RAISE EXCEPTION 'backtest: % times, of which % origins, horizon % and gap % leave none to fit', coalesce(cardinality(times), 0),
			origins, (SELECT max(h) FROM unnest(m.horizons) h), gap USING ERRCODE = '22023', HINT = 'Ask for fewer origins.';
	END IF;
	block_origin := first_origin + block * refit_every;
	fit_to := times[block_origin - gap];
	IF r.arguments ->> 'window_type' = 'rolling' THEN
		fit_from := times[block_origin - first_origin + 1];
	END IF;
	IF block = 0 THEN
		DELETE FROM pg_temp.creditspread_backtest;
	END IF;
	artifact := creditspread_internal.fit_rows(m, in_unit, fit_from, fit_to);
	IF (SELECT k.intervals = 'validation' FROM creditspread.method k WHERE k.name = m.method) THEN
		SELECT v.widths INTO widths FROM creditspread_internal.validate_rows(m, in_unit, fit_from, fit_to) v;
	END IF;
	INSERT INTO pg_temp.creditspread_backtest
	SELECT f.* FROM creditspread_internal.forecast_rows(m, in_unit, artifact, widths, times[block_origin],
		times[least(block_origin + refit_every - 1, last_origin)]) f
	WHERE f.actual IS NOT NULL;
	stored := 0;
	finished := block_origin + refit_every > last_origin;
	IF finished THEN
		FOR series IN SELECT DISTINCT q.entity FROM pg_temp.creditspread_rows q WHERE q.unit = in_unit LOOP
			DELETE FROM creditspread.forecast f WHERE f.owner = current_user AND f.model = m.name AND f.version = m.version
				AND f.source = 'backtest' AND f.entity = series;
		END LOOP;
		INSERT INTO creditspread.forecast (model, version, source, entity, origin, horizon, target_time, forecast, lower, upper, level,
			random_walk, actual, made_at, run_id)
		SELECT m.name, m.version, 'backtest', b.entity, b.origin, b.horizon, b.target_time, b.forecast, b.lower, b.upper, m.level,
			b.random_walk, b.actual, clock_timestamp(), r.id
		FROM pg_temp.creditspread_backtest b;
		GET DIAGNOSTICS stored = ROW_COUNT;
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.backtest_block(creditspread.run, creditspread.model, text, integer) IS
	'fits a unit on the rows up to an origin less the gap and forecasts that origin and those until the next fit; the last block puts the forecasts of all in the place of an earlier backtest';

CREATE FUNCTION creditspread_internal.start_backtest(name text, origins integer, refit_every integer, window_type text, gap integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
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
	m := creditspread_internal.active_model(name, 'backtest'::text);
	RETURN creditspread_internal.start_run('backtest'::text, m.name, m.version, jsonb_build_object('origins', origins, 'refit_every', refit_every,
		'window_type', window_type, 'gap', gap, 'blocks', (origins + refit_every - 1) / refit_every));
END
$$;
COMMENT ON FUNCTION creditspread_internal.start_backtest(text, integer, integer, text, integer) IS
	'checks the arguments of backtest and begins its run';

CREATE PROCEDURE creditspread.backtest(name text, origins integer DEFAULT 250, refit_every integer DEFAULT 20,
	window_type text DEFAULT 'expanding', gap integer DEFAULT 0)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.start_backtest(name, origins, refit_every, window_type, gap));
END
$$;
COMMENT ON PROCEDURE creditspread.backtest(text, integer, integer, text, integer) IS
	'stores what the active version''s method would have forecast: name; origins, the last ones whose targets are all known; refit_every so many origins, on the rows up to the origin less gap; window_type expanding or rolling, as many rows as the first fit; replaces an earlier backtest series by series; errors: arguments, too few rows 22023, and those of forecast';

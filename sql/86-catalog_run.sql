-- A run: one loop for all kinds, and what all kinds do with the methods.
--
-- The procedures commit between the steps, so they can have neither a SET clause nor a handler for errors: they hold
-- qualified names and no operator, and all work is done by functions that set their search_path and catch what goes
-- wrong, a cancel included.  The error of a step comes back in the state of the run; the log is closed and committed, and then
-- it is raised.

CREATE FUNCTION creditspread_internal.in_transaction_block() RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_in_transaction_block' LANGUAGE C PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread_internal.in_transaction_block() IS 'whether a BEGIN, or the other statements of a string of several, holds the transaction open';

CREATE FUNCTION creditspread_internal.is_of_environment(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT left(code, 2) = ANY ('{08,25,40,53,57,58,F0,XX}') OR code = '55P03' $$;
COMMENT ON FUNCTION creditspread_internal.is_of_environment(text) IS
	'whether an error says nothing of the series at work: connection, transaction, resources, locks, a cancel, the system, an internal error';

-- ---- the steps of units: fit, validate, forecast -----------------------------------------------------------------
--
-- They work on the units of creditspread_block from one number to another.

CREATE FUNCTION creditspread_internal.step_columns(m creditspread.model, OUT number text, OUT step text, OUT simple boolean, OUT by_time boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN simple THEN 'entity_number' ELSE 'unit_number' END, CASE WHEN simple THEN 'place' ELSE 'step' END, simple, by_time
	FROM (SELECT k.unit IN ('series', 'series or panel') AND NOT m.pool AS simple, k.unit IN ('panel', 'curve') AS by_time
		FROM creditspread.method k WHERE k.name = m.method) kind
$$;
COMMENT ON FUNCTION creditspread_internal.step_columns(creditspread.model) IS
	'by which columns of creditspread_rows the steps of a unit are found; simple: each series is a unit; by_time: a forecast takes the rows of all series at a time';

CREATE FUNCTION creditspread_internal.fit_block(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model := state.model;
BEGIN
	EXECUTE (SELECT format('WITH s AS (SELECT r.unit, r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM pg_temp.creditspread_block b '
			'JOIN pg_temp.creditspread_rows r ON r.%s = b.number AND r.%s BETWEEN b.fit_from AND b.fit_to WHERE b.number BETWEEN $7 AND $8) '
			'INSERT INTO pg_temp.creditspread_fits (number, unit, artifact) SELECT b.number, a.unit, a.artifact FROM (%s) AS a '
			'JOIN pg_temp.creditspread_block b ON b.unit = a.unit WHERE a.artifact IS NOT NULL', c.number, c.step, k.fit)
		FROM creditspread.method k, creditspread_internal.step_columns(m) c WHERE k.name = m.method)
	USING m.options, m.horizons, m.level, m.features, m.pool, m.search_path, from_unit, to_unit;
	IF from_unit = to_unit AND EXISTS (SELECT FROM pg_temp.creditspread_block b WHERE b.number = from_unit)
		AND NOT EXISTS (SELECT FROM pg_temp.creditspread_fits f WHERE f.number = from_unit) THEN
		RAISE EXCEPTION '%: no row to fit', m.method USING ERRCODE = '22023', HINT = 'Look at the rows of the series.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.fit_block(creditspread_internal.run_state, integer, integer) IS
	'fits units on the steps from fit_from to fit_to; the artifacts are put into creditspread_fits';

-- A forecast looks at so many rows before its own as the method needs; for methods that see all series at a time, at the rows of all.
CREATE FUNCTION creditspread_internal.forecast_query(m creditspread.model, fits text, steps text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('WITH b AS MATERIALIZED (SELECT q.number, q.unit, %7$s FROM pg_temp.creditspread_block q WHERE q.number BETWEEN $7 AND $8), '
		'a AS MATERIALIZED (%1$s), n (unit, rows) AS MATERIALIZED (%2$s), %3$s, f AS (%4$s), '
		'o AS (SELECT r.unit, r.entity, r."time", r.entity_number, r.place, r.y, b.to_step FROM b JOIN pg_temp.creditspread_rows r '
		'ON r.%5$s = b.number AND r.%6$s BETWEEN b.from_step AND b.to_step WHERE r.y IS NOT NULL) '
		'SELECT f.unit, f.entity, o.entity_number, o."time" AS origin, o.place, f.horizon, f.forecast, f.lower, f.upper, o.y AS random_walk, o.to_step '
		'FROM f JOIN o ON o.unit = f.unit AND o.entity = f.entity AND o."time" = f."time" WHERE f.forecast IS NOT NULL',
		fits, coalesce(k.rows_needed, 'SELECT NULL::text AS unit, NULL::integer AS rows WHERE false'),
		CASE WHEN c.simple THEN 's AS (SELECT r.unit, r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM b LEFT JOIN n ON n.unit = b.unit '
				'JOIN pg_temp.creditspread_rows r ON r.entity_number = b.number AND r.place BETWEEN b.from_step - coalesce(n.rows, b.from_step) + 1 AND b.to_step)'
			ELSE 'e AS MATERIALIZED (SELECT r.entity_number, b.number, b.unit, b.to_step, min(r.place) AS place FROM b '
				'JOIN pg_temp.creditspread_rows r ON r.unit_number = b.number AND r.step BETWEEN b.from_step AND b.to_step GROUP BY 1, 2, 3, 4), '
				|| CASE WHEN c.by_time THEN 'g AS MATERIALIZED (SELECT e.number, e.to_step, min(r.step) AS step FROM e LEFT JOIN n ON n.unit = e.unit '
					'JOIN pg_temp.creditspread_rows r ON r.entity_number = e.entity_number AND r.place = greatest(1, e.place - coalesce(n.rows, e.place) + 1) GROUP BY 1, 2), '
					's AS (SELECT r.unit, r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM g '
					'JOIN pg_temp.creditspread_rows r ON r.unit_number = g.number AND r.step BETWEEN g.step AND g.to_step)'
				ELSE 's AS (SELECT r.unit, r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM e LEFT JOIN n ON n.unit = e.unit '
					'JOIN pg_temp.creditspread_rows r ON r.entity_number = e.entity_number AND r.place >= e.place - coalesce(n.rows, e.place) + 1 AND r.step <= e.to_step)' END
			END, k.forecast, c.number, c.step, steps)
	FROM creditspread.method k, creditspread_internal.step_columns(m) c WHERE k.name = m.method
$$;
COMMENT ON FUNCTION creditspread_internal.forecast_query(creditspread.model, text, text) IS
	'the query for the forecasts made on steps of units, given as from_step and to_step, beside y of their rows: a template of a method over the fits of a query (unit, artifact); no forecast knows a later row';

CREATE FUNCTION creditspread_internal.square(x double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(x) < 1e-150 THEN 0 ELSE x ^ 2 END;
COMMENT ON FUNCTION creditspread_internal.square(double precision) IS 'the square of an error; zero, and not an error for underflow, below 1e-150';

-- Validation of methods that have none of their own, and the widths of their intervals: split conformal, as for the networks.
CREATE FUNCTION creditspread_internal.validate_block(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model := state.model;
	cut text := 'q.fit_from - 1 + ceil(0.85 * (q.fit_to - q.fit_from + 1)::double precision)::integer';
BEGIN
	EXECUTE (SELECT format('UPDATE pg_temp.creditspread_fits v SET measures = q.measures, widths = q.widths FROM ('
			'SELECT h.unit, jsonb_build_object(''n'', sum(h.n), ''mae'', sum(h.error) / sum(h.n), ''rmse'', sqrt(sum(h.square) / sum(h.n)), '
			'''random_walk_mae'', sum(h.walk_error) / sum(h.n), ''random_walk_rmse'', sqrt(sum(h.walk_square) / sum(h.n))) AS measures, '
			'jsonb_object_agg(h.horizon, h.sorted[ceil((h.n + 1) * $3)::integer]) AS widths '
			'FROM (SELECT f.unit, f.horizon, count(*) AS n, sum(abs(f.forecast - t.y)) AS error, sum(creditspread_internal.square(f.forecast - t.y)) AS square, '
			'sum(abs(f.random_walk - t.y)) AS walk_error, sum(creditspread_internal.square(f.random_walk - t.y)) AS walk_square, '
			'array_agg(abs(f.forecast - t.y) ORDER BY abs(f.forecast - t.y)) AS sorted FROM (%s) AS f '
			'JOIN pg_temp.creditspread_rows t ON t.entity_number = f.entity_number AND t.place = f.place + f.horizon '
			'WHERE t.y IS NOT NULL AND t.%s <= f.to_step GROUP BY f.unit, f.horizon) AS h GROUP BY h.unit) AS q WHERE q.unit = v.unit',
		creditspread_internal.forecast_query(m, format('WITH s AS (SELECT r.unit, r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM b '
			'JOIN pg_temp.creditspread_rows r ON r.%s = b.number AND r.%s BETWEEN b.fit_from AND b.from_step) SELECT * FROM (%s) AS fitted', c.number, c.step, k.fit),
			format('q.fit_from, %s AS from_step, q.fit_to AS to_step', cut)), c.step)
		FROM creditspread.method k, creditspread_internal.step_columns(m) c WHERE k.name = m.method)
	USING m.options, m.horizons, m.level, m.features, m.pool, m.search_path, from_unit, to_unit;
END
$$;
COMMENT ON FUNCTION creditspread_internal.validate_block(creditspread_internal.run_state, integer, integer) IS
	'errors of the forecasts of the last 15 % of the steps that were fitted by a fit to those before them, and for each horizon the quantile of the absolute errors';

-- On an error the units are halved until the one that fails is alone, so that one subtransaction serves many.
CREATE FUNCTION creditspread_internal.try_units(work text, state creditspread_internal.run_state, from_unit integer, to_unit integer, must boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	half integer := (from_unit + to_unit) / 2;
	error_code text;
	error_message text;
	error_hint text;
BEGIN
	BEGIN
		EXECUTE format('SELECT creditspread_internal.%I($1, $2, $3)', work) USING state, from_unit, to_unit;
		RETURN;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS error_message = MESSAGE_TEXT, error_code = RETURNED_SQLSTATE, error_hint = PG_EXCEPTION_HINT;
		IF creditspread_internal.is_of_environment(error_code) OR NOT must AND error_code LIKE '42%' THEN
			RAISE;
		END IF;
	END;
	IF from_unit = to_unit THEN
		UPDATE pg_temp.creditspread_units u SET code = error_code, message = error_message, hint = nullif(error_hint, '') WHERE u.number = from_unit AND must;
	ELSE
		PERFORM creditspread_internal.try_units(work, state, from_unit, half, must);
		PERFORM creditspread_internal.try_units(work, state, half + 1, to_unit, must);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.try_units(text, creditspread_internal.run_state, integer, integer, boolean) IS
	'does a piece of work for the units from one number to another; those that fail keep their error, if they must not; errors of the environment go on';

-- ---- the loop ------------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.run_kind(kind text, OUT prepare text, OUT step text, OUT finish text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT v.prepare, v.step, v.finish FROM (VALUES
		('train', 'prepare_train', 'train_units', 'finish_train'),
		('retrain', 'prepare_train', 'train_units', 'finish_train'),
		('forecast', 'prepare_forecast', 'forecast_units', 'finish_other'),
		('backtest', 'prepare_backtest', 'backtest_units', 'finish_other'),
		('update_actuals', 'prepare_update', NULL, 'finish_other')) AS v (name, prepare, step, finish)
	WHERE v.name = kind
$$;
COMMENT ON FUNCTION creditspread_internal.run_kind(text) IS
	'the functions of a kind of run: prepare reads the data and lists the units, step works on some of them, finish completes what they are for and says what is to be said';

CREATE FUNCTION creditspread_internal.finish_other(run_id bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN NULL::text;
COMMENT ON FUNCTION creditspread_internal.finish_other(bigint) IS 'nothing is left to do at the end of a run that is no training';

CREATE FUNCTION creditspread_internal.begin_run(kind text, model_name text, definition creditspread.model, arguments jsonb)
RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state;
BEGIN
	IF NOT has_database_privilege(current_database(), 'TEMPORARY') THEN
		RAISE EXCEPTION 'creditspread.%: role "%" has no privilege TEMPORARY on database "%"', kind, current_user, current_database()
			USING ERRCODE = '42501', HINT = format('The rows of a run are put into temporary tables: GRANT TEMPORARY ON DATABASE %I TO %I;', current_database(), current_user);
	END IF;
	state := creditspread_internal.start_run(kind, model_name, definition, arguments);
	IF creditspread_internal.in_transaction_block() THEN
		RAISE EXCEPTION 'creditspread.%: cannot run inside a transaction block', kind
			USING ERRCODE = '2D000', HINT = 'It commits its work as it goes: call it outside of BEGIN and COMMIT; in a driver, turn autocommit on.';
	END IF;
	state.more := state.code IS NULL;
	state.started := clock_timestamp();
	state.told := state.started;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.begin_run(text, text, creditspread.model, jsonb) IS
	'begins a run; errors: inside a transaction block 2D000, no right to make temporary tables 42501, no such model 42704';

CREATE FUNCTION creditspread_internal.tell_progress(state creditspread_internal.run_state) RETURNS timestamptz
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	share double precision := (state.next - 1 + state.block::double precision / coalesce((state.arguments ->> 'blocks')::integer, 1)
		* least(state.size, state.units - state.next + 1)) / state.units;
	seconds double precision := extract(epoch FROM clock_timestamp() - state.started);
BEGIN
	IF coalesce(current_setting('creditspread.progress', true), 'on') <> 'on' OR share <= 0 OR clock_timestamp() < state.told + interval '5 s' THEN
		RETURN state.told;
	END IF;
	RAISE NOTICE 'creditspread.%: % %% done, % s left of %', state.kind, floor(100 * share), ceil(seconds / share - seconds), ceil(seconds / share);
	RETURN clock_timestamp();
END
$$;
COMMENT ON FUNCTION creditspread_internal.tell_progress(creditspread_internal.run_state) IS
	'with creditspread.progress on, a notice of the progress every five seconds; returns when it told last';

CREATE FUNCTION creditspread_internal.log_done(state creditspread_internal.run_state, from_unit integer, to_unit integer, steps integer, seconds double precision) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.log_series(state.run_id, array_agg(CASE WHEN octet_length(u.unit) > 1000 THEN format('%s... (%s)', left(u.unit, 100), md5(u.unit)) ELSE u.unit END),
		array_agg(u.code), array_agg(u.message), array_agg(u.hint), log_done.steps, log_done.seconds / count(*))
	FROM pg_temp.creditspread_units u WHERE u.number BETWEEN from_unit AND to_unit HAVING count(*) > 0
$$;
COMMENT ON FUNCTION creditspread_internal.log_done(creditspread_internal.run_state, integer, integer, integer, double precision) IS
	'logs the units from one number to another as done or failed, those with a name that is too long under a shortened one';

CREATE FUNCTION creditspread_internal.work_on(state creditspread_internal.run_state, step text) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	began timestamptz := clock_timestamp();
	until integer := least(state.next + state.size - 1, state.units);
	blocks integer := coalesce((state.arguments ->> 'blocks')::integer, 1);
	bad record;
	seconds double precision;
BEGIN
	EXECUTE format('SELECT creditspread_internal.%I($1, $2, $3)', step) USING state, state.next, until;
	seconds := greatest(extract(epoch FROM clock_timestamp() - began), 1e-4);
	state.block := state.block + 1;
	PERFORM creditspread_internal.log_steps(state.run_id, until - state.next + 1);
	IF state.block < blocks AND EXISTS (SELECT FROM pg_temp.creditspread_units u WHERE u.number BETWEEN state.next AND until AND u.code IS NULL) THEN
		RETURN state;
	END IF;
	PERFORM creditspread_internal.log_steps(state.run_id, (blocks - state.block) * (until - state.next + 1));
	PERFORM creditspread_internal.log_done(state, state.next, until, state.block, seconds * state.block);
	IF (state.model).on_error = 'stop' THEN
		SELECT u.* INTO bad FROM pg_temp.creditspread_units u WHERE u.number BETWEEN state.next AND until AND u.code IS NOT NULL ORDER BY u.number LIMIT 1;
		IF FOUND THEN
			state.code := bad.code;
			state.hint := bad.hint;
			state.message := CASE WHEN bad.unit = '' THEN bad.message ELSE format('series "%s": %s', bad.unit, bad.message) END;
			state.more := false;
		END IF;
	END IF;
	state.next := until + 1;
	state.block := 0;
	state.size := least(greatest(1, floor(state.size * least(8, 0.5 / seconds))), 500);
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.work_on(creditspread_internal.run_state, text) IS
	'one step: a block of as many units as take about half a second; logs those that are complete; with on_error stop, the error of one ends the run';

CREATE FUNCTION creditspread_internal.complete_run(state creditspread_internal.run_state, finish text) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	bad record;
	note text;
	total integer;
	failed integer;
BEGIN
	state.more := false;
	SELECT count(*), count(*) FILTER (WHERE u.code IS NOT NULL) INTO total, failed FROM pg_temp.creditspread_units u;
	IF failed = total AND total > 0 THEN
		SELECT u.* INTO bad FROM pg_temp.creditspread_units u ORDER BY u.number LIMIT 1;
		state.code := bad.code;
		state.hint := bad.hint;
		state.message := CASE WHEN bad.unit = '' THEN bad.message
			ELSE format('all of %s series failed, "%s" with: %s', total, left(bad.unit, 100), bad.message) END;
		RETURN state;
	END IF;
	EXECUTE format('SELECT creditspread_internal.%I($1)', finish) INTO note USING state.run_id;
	note := nullif(concat_ws('; ', note, state.note, CASE WHEN failed > 0 THEN format('%s of %s series failed', failed, total) END), '');
	PERFORM creditspread_internal.end_run(state.run_id, NULL::text, note, NULL::text);
	PERFORM creditspread_internal.drop_rows();
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.complete_run(creditspread_internal.run_state, text) IS 'completes a run, all at once; an error if every series failed';

CREATE FUNCTION creditspread_internal.step_run(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET jit = off
AS $$
DECLARE
	state creditspread_internal.run_state := given;
	kind record;
BEGIN
	SELECT * INTO kind FROM creditspread_internal.run_kind(state.kind);
	IF state.units IS NULL THEN
		EXECUTE format('SELECT * FROM creditspread_internal.%I($1)', kind.prepare) INTO state USING state;
		state.next := 1;
		state.size := CASE state.kind WHEN 'forecast' THEN 64 ELSE 1 END;
		state.block := 0;
		SELECT coalesce(max(u.number), 0) INTO state.units FROM pg_temp.creditspread_units u;
		PERFORM creditspread_internal.log_units(state.run_id, count(*)::integer, (count(*) * coalesce((state.arguments ->> 'blocks')::integer, 1))::integer)
		FROM pg_temp.creditspread_units;
	ELSIF state.next <= state.units THEN
		state := creditspread_internal.work_on(state, kind.step);
		state.told := creditspread_internal.tell_progress(state);
	ELSE
		state := creditspread_internal.complete_run(state, kind.finish);
	END IF;
	RETURN state;
EXCEPTION WHEN query_canceled OR assert_failure OR OTHERS THEN
	state := given;
	GET STACKED DIAGNOSTICS state.message = MESSAGE_TEXT, state.code = RETURNED_SQLSTATE, state.hint = PG_EXCEPTION_HINT, state.detail = PG_EXCEPTION_DETAIL;
	state.more := false;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.step_run(creditspread_internal.run_state) IS
	'does the next step of a run; any error, a cancel included, comes back in the state';

CREATE FUNCTION creditspread_internal.raise_error(code text, message text, hint text, detail text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF detail <> '' AND hint <> '' THEN
		RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint, DETAIL = detail;
	ELSIF detail <> '' THEN
		RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, DETAIL = detail;
	ELSIF hint <> '' THEN
		RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint;
	END IF;
	RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message;
END
$$;
COMMENT ON FUNCTION creditspread_internal.raise_error(text, text, text, text) IS 'raises an error, with hint and detail if they are given';

-- The error that ended the run is raised in any case, so what goes wrong here may not take its place.
CREATE FUNCTION creditspread_internal.close_failed(state creditspread_internal.run_state) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF state.code IS NULL OR (state.model).id IS NULL THEN
		RETURN;
	END IF;
	BEGIN
		PERFORM creditspread_internal.end_run(state.run_id, state.code, state.message, state.hint);
	EXCEPTION WHEN OTHERS THEN
		RAISE WARNING 'creditspread.%: the log of run % could not be closed: %', state.kind, state.run_id, SQLERRM;
	END;
	BEGIN
		PERFORM creditspread_internal.drop_rows();
	EXCEPTION WHEN OTHERS THEN
		NULL;	-- not ours, or in use: the next run says so
	END;
END
$$;
COMMENT ON FUNCTION creditspread_internal.close_failed(creditspread_internal.run_state) IS
	'closes the log of a run that failed, removes the version that it was training, and gives the lock back';

CREATE FUNCTION creditspread_internal.report_end(state creditspread_internal.run_state) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run;
BEGIN
	IF state.code IS NOT NULL THEN
		PERFORM creditspread_internal.raise_error(state.code, state.message, state.hint, state.detail);
	END IF;
	SELECT * INTO STRICT r FROM creditspread.run q WHERE q.id = state.run_id;
	IF r.status <> 'done' THEN
		RAISE EXCEPTION 'creditspread.%: the log of run % says that it is %', state.kind, state.run_id, r.status
			USING ERRCODE = '55000', HINT = 'Another session may have changed the log: call again.';
	ELSIF r.message <> '' THEN
		RAISE WARNING 'creditspread.%: %', state.kind, r.message USING HINT = format('See creditspread.run_series of run %s.', r.id);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.report_end(creditspread_internal.run_state) IS
	'raises the error that a run ended with; it has ended well only if its log says so';

CREATE PROCEDURE creditspread_internal.carry_out_run(state creditspread_internal.run_state)
LANGUAGE plpgsql
AS $$
BEGIN
	COMMIT;
	WHILE state.more LOOP
		state := creditspread_internal.step_run(state);
		COMMIT;
	END LOOP;
	PERFORM creditspread_internal.close_failed(state);
	COMMIT;
	PERFORM creditspread_internal.report_end(state);
END
$$;
COMMENT ON PROCEDURE creditspread_internal.carry_out_run(creditspread_internal.run_state) IS
	'commits the start of a run, does all its steps and ends it; errors: where no commit is possible 2D000, and the one that the run ended with';

-- A run: one loop for all kinds.
--
-- The procedures commit between the steps, so they can have neither a SET clause nor a handler for errors: they hold
-- qualified names and no operator, and all work is done by functions that set their search_path and catch what goes
-- wrong, a cancel included.  The error of a step comes back in the state of the run; the log is closed and committed, and then
-- it is raised.

CREATE FUNCTION creditspread_internal.in_transaction_block() RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_in_transaction_block' LANGUAGE C PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread_internal.in_transaction_block() IS 'whether a BEGIN, or the other statements of a string of several, holds the transaction open';

CREATE FUNCTION creditspread_internal.can_commit() RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_can_commit' LANGUAGE C SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread_internal.can_commit() IS
	'whether the procedure that calls this can commit: not where a function, or a procedure with a SET clause, is around it';

CREATE FUNCTION creditspread_internal.hold_cancel(hold boolean) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_hold_cancel' LANGUAGE C STRICT;
COMMENT ON FUNCTION creditspread_internal.hold_cancel(boolean) IS
	'lets a cancel wait, or takes notice of it again: between the steps of a run, where nothing could catch it';

CREATE FUNCTION creditspread_internal.run_kind(kind text, OUT prepare text, OUT step text, OUT finish text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT v.prepare, v.step, v.finish FROM (VALUES
		('train', 'prepare_train', 'train_units', 'finish_train'),
		('retrain', 'prepare_train', 'train_units', 'finish_train'),
		('forecast', 'prepare_forecast', 'forecast_units', 'finish_forecast'),
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

-- The last commit of a run waits until it is on disk, as the session wants it, and with it all before it: if the server stops in
-- between, a run loses its last steps with the rest of its work, and the log says that it died.
CREATE FUNCTION creditspread_internal.commit_soon(more boolean) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$ SELECT set_config('synchronous_commit', 'off', true) WHERE more $$;
COMMENT ON FUNCTION creditspread_internal.commit_soon(boolean) IS
	'the commit of this transaction does not wait for the disk, if the run has more to do';

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
			USING ERRCODE = '2D000', HINT = 'It commits its work as it goes: call it outside of BEGIN and COMMIT, and of blocks with EXCEPTION; in a driver, turn autocommit on.';
	END IF;
	state.more := state.code IS NULL;
	state.started := clock_timestamp();
	state.told := state.started;
	PERFORM creditspread_internal.hold_cancel(true);
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.begin_run(text, text, creditspread.model, jsonb) IS
	'begins a run, whose row in the log is on the disk before there is work; errors: inside a transaction block 2D000, no right to make temporary tables 42501, no such model 42704';

CREATE FUNCTION creditspread_internal.tell_progress(state creditspread_internal.run_state) RETURNS timestamptz
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	share double precision;
	seconds double precision := extract(epoch FROM clock_timestamp() - state.started);
BEGIN
	IF coalesce(current_setting('creditspread.progress', true), 'on') <> 'on' OR clock_timestamp() < state.told + interval '5 s' THEN
		RETURN state.told;
	END IF;
	SELECT r.steps_done::double precision / nullif(r.steps_total, 0) INTO share FROM creditspread.run r WHERE r.id = state.run_id;
	IF share > 0 IS NOT TRUE THEN
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
	blocks integer := coalesce((state.arguments ->> 'blocks')::integer, 1);
	bad record;
	seconds double precision;
BEGIN
	EXECUTE format('SELECT creditspread_internal.%I($1, $2, $3)', step) USING state, state.next, state.until;
	seconds := greatest(extract(epoch FROM clock_timestamp() - began), 1e-4);
	state.block := state.block + 1;
	PERFORM creditspread_internal.log_steps(state.run_id, state.until - state.next + 1);
	IF state.block < blocks AND EXISTS (SELECT FROM pg_temp.creditspread_units u WHERE u.number BETWEEN state.next AND state.until AND u.code IS NULL) THEN
		RETURN state;
	END IF;
	IF state.block < blocks THEN
		PERFORM creditspread_internal.log_steps(state.run_id, (blocks - state.block) * (state.until - state.next + 1));
	END IF;
	PERFORM creditspread_internal.log_done(state, state.next, state.until, state.block, seconds * state.block);
	state.units_done := coalesce(state.units_done, 0) + state.until - state.next + 1;
	IF (state.model).on_error = 'stop' THEN
		SELECT u.* INTO bad FROM pg_temp.creditspread_units u WHERE u.number BETWEEN state.next AND state.until AND u.code IS NOT NULL ORDER BY u.number LIMIT 1;
		IF FOUND THEN
			state.code := bad.code;
			state.hint := bad.hint;
			state.message := CASE WHEN bad.unit = '' THEN bad.message ELSE format('series "%s": %s', bad.unit, bad.message) END;
			state.more := false;
		END IF;
	END IF;
	SELECT least(greatest(1, floor(sum(u.row_count) * least(8, 0.5 / seconds))), 2e9) INTO state.size
	FROM pg_temp.creditspread_units u WHERE u.number BETWEEN state.next AND state.until;
	state.size := coalesce(state.size, 1);
	state.next := state.until + 1;
	RETURN CASE WHEN state.code IS NULL THEN creditspread_internal.next_block(state) ELSE state END;
END
$$;
COMMENT ON FUNCTION creditspread_internal.work_on(creditspread_internal.run_state, text) IS
	'one step: a block of as many units as take about half a second, by their rows; logs those that are complete; with on_error stop, the error of one ends the run';

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
	IF state.queued IS NULL THEN
		SELECT count(*), count(*) FILTER (WHERE u.code IS NOT NULL) INTO total, failed FROM pg_temp.creditspread_units u;
	ELSE	-- others may have worked on some of them
		SELECT r.series_total, r.series_failed INTO total, failed FROM creditspread.run r WHERE r.id = state.run_id;
	END IF;
	IF failed = total AND total > 0 THEN
		SELECT u.unit, coalesce(u.code, l.code) AS code, coalesce(u.message, l.message) AS message, coalesce(u.hint, l.hint) AS hint INTO bad
		FROM pg_temp.creditspread_units u LEFT JOIN creditspread.run_series l ON l.run_id = state.run_id AND l.entity = u.unit ORDER BY u.number LIMIT 1;
		state.code := bad.code;
		state.hint := bad.hint;
		state.message := CASE WHEN bad.unit = '' THEN bad.message
			ELSE format('all of %s series failed, "%s" with: %s', total, left(bad.unit, 100), bad.message) END;
		RETURN state;
	END IF;
	EXECUTE format('SELECT creditspread_internal.%I($1)', finish) INTO note USING state.run_id;
	note := nullif(concat_ws('; ', note, state.note, CASE WHEN failed > 0 THEN format('%s of %s series failed', failed, total) END), '');
	PERFORM creditspread_internal.drop_rows();
	PERFORM creditspread_internal.end_run(state.run_id, NULL::text, note, NULL::text);
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.complete_run(creditspread_internal.run_state, text) IS 'completes a run, all at once; an error if every series failed';

CREATE FUNCTION creditspread_internal.release_done(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state := given;
BEGIN
	IF cardinality(state.done) > 0 THEN
		PERFORM creditspread_internal.let_go(d) FROM unnest(state.done) d;
		state.done := NULL;
	END IF;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.release_done(creditspread_internal.run_state) IS
	'gives the locks back of what is done and committed';

CREATE FUNCTION creditspread_internal.step_run(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET jit = off
AS $$
DECLARE
	state creditspread_internal.run_state := given;
	kind record;
BEGIN
	PERFORM creditspread_internal.hold_cancel(false);
	state := creditspread_internal.release_done(state);
	SELECT * INTO kind FROM creditspread_internal.run_kind(state.kind);
	IF state.joined AND state.queued IS NOT TRUE AND (state.run_id IS NULL OR state.units IS NOT NULL) THEN
		state := creditspread_internal.await_queue(state);
	ELSIF state.units IS NULL THEN
		EXECUTE format('SELECT * FROM creditspread_internal.%I($1)', kind.prepare) INTO state USING state;
		SELECT coalesce(max(u.number), 0) INTO state.units FROM pg_temp.creditspread_units u;
		IF state.joined IS NOT TRUE THEN
			PERFORM creditspread_internal.log_units(state.run_id, count(*)::integer, (count(*) * coalesce((state.arguments ->> 'blocks')::integer, 1))::integer)
			FROM pg_temp.creditspread_units;
		END IF;
		state := creditspread_internal.first_block(state);
		PERFORM creditspread_internal.commit_soon(true);
	ELSIF state.next <= state.until THEN
		state := creditspread_internal.work_on(state, kind.step);
		PERFORM creditspread_internal.commit_soon(state.more);
		state.told := creditspread_internal.tell_progress(state);
	ELSIF state.joined AND state.queued THEN
		state := creditspread_internal.next_block(state);
	ELSIF state.queued THEN
		state := creditspread_internal.wait_for_others(state);
	ELSE
		state := creditspread_internal.complete_run(state, kind.finish);
	END IF;
	PERFORM creditspread_internal.hold_cancel(true);
	RETURN state;
EXCEPTION WHEN query_canceled OR assert_failure OR OTHERS THEN
	state := given;
	GET STACKED DIAGNOSTICS state.message = MESSAGE_TEXT, state.code = RETURNED_SQLSTATE, state.hint = PG_EXCEPTION_HINT, state.detail = PG_EXCEPTION_DETAIL;
	state.more := false;
	PERFORM creditspread_internal.hold_cancel(true);
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
	PERFORM creditspread_internal.release_done(state);
	IF state.joined THEN
		PERFORM creditspread_internal.let_go(state.range_id);
	ELSIF state.code IS NULL OR (state.model).id IS NULL THEN
		RETURN;
	END IF;
	BEGIN
		PERFORM creditspread_internal.hold_cancel(false);
		IF state.joined IS NOT TRUE THEN
			PERFORM creditspread_internal.end_run(state.run_id, state.code, state.message, state.hint);
		END IF;
	EXCEPTION WHEN query_canceled THEN
		-- a cancel that waited; the next one is for whoever waits here for a lock on the log
		IF state.joined IS NOT TRUE THEN
			PERFORM creditspread_internal.end_run(state.run_id, state.code, state.message, state.hint);
		END IF;
	WHEN OTHERS THEN
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
	'closes the log of a run that failed, removes the version that it was training, and gives the lock back; leaves a run of another session as it is';

CREATE FUNCTION creditspread_internal.report_end(state creditspread_internal.run_state) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run;
BEGIN
	PERFORM creditspread_internal.hold_cancel(false);
	IF state.code IS NOT NULL THEN
		PERFORM creditspread_internal.raise_error(state.code, state.message, state.hint, state.detail);
	ELSIF state.joined THEN
		RAISE NOTICE 'creditspread.join_run: %', coalesce(state.note, format('did %s series of run %s', coalesce(state.units_done, 0), state.run_id));
		RETURN;
	END IF;
	SELECT * INTO STRICT r FROM creditspread.run q WHERE q.id = state.run_id;
	IF r.status <> 'done' THEN
		RAISE EXCEPTION 'creditspread.%: the log of run % says that it is %', state.kind, state.run_id, r.status
			USING ERRCODE = '55000', HINT = 'Another session may have changed the log: call again.';
	ELSIF r.message <> '' THEN
		RAISE WARNING 'creditspread.%: %', state.kind, r.message
			USING HINT = format('See creditspread.%s of run %s.', CASE WHEN r.series_failed > 0 THEN 'run_series' ELSE 'run_log' END, r.id);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.report_end(creditspread_internal.run_state) IS
	'raises the error that a run ended with; it has ended well only if its log says so';

CREATE PROCEDURE creditspread_internal.carry_out_run(state creditspread_internal.run_state)
LANGUAGE plpgsql
AS $$
BEGIN
	IF NOT creditspread_internal.can_commit() THEN
		PERFORM creditspread_internal.raise_error('2D000'::pg_catalog.text, pg_catalog.format('creditspread.%s: cannot run inside a function, or a procedure with a SET clause', state.kind),
			'It commits its work as it goes: call it by a CALL of its own, or in a procedure or DO without SET and EXCEPTION.'::pg_catalog.text, NULL::pg_catalog.text);
	END IF;
	-- The steps of a run read rows once, and write what only it writes: what is serializable would fail by runs of other models.
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	WHILE state.more LOOP
		state := creditspread_internal.step_run(state);
		COMMIT;
		SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	END LOOP;
	PERFORM creditspread_internal.close_failed(state);
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	PERFORM creditspread_internal.report_end(state);
END
$$;
COMMENT ON PROCEDURE creditspread_internal.carry_out_run(creditspread_internal.run_state) IS
	'commits the start of a run, does all its steps and ends it; errors: where no commit is possible 2D000, and the one that the run ended with';

CREATE FUNCTION creditspread_internal.begin_join(name text, wait interval) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state;
BEGIN
	IF NOT has_database_privilege(current_database(), 'TEMPORARY') THEN
		RAISE EXCEPTION 'creditspread.join_run: role "%" has no privilege TEMPORARY on database "%"', current_user, current_database()
			USING ERRCODE = '42501', HINT = format('The rows of a run are put into temporary tables: GRANT TEMPORARY ON DATABASE %I TO %I;', current_database(), current_user);
	END IF;
	state := creditspread_internal.find_shared(name);
	IF NOT creditspread_internal.sees_others() THEN
		RAISE EXCEPTION 'creditspread.join_run: the transaction isolation is %', current_setting('transaction_isolation')
			USING ERRCODE = '0A000', HINT = 'SET default_transaction_isolation = ''read committed''; that of the session which begins the run does not matter.';
	ELSIF creditspread_internal.in_transaction_block() THEN
		RAISE EXCEPTION 'creditspread.join_run: cannot run inside a transaction block'
			USING ERRCODE = '2D000', HINT = 'It commits its work as it goes: call it outside of BEGIN and COMMIT, and of blocks with EXCEPTION; in a driver, turn autocommit on.';
	END IF;
	state.joined := true;
	state.wait_until := clock_timestamp() + wait;
	state.more := true;
	state.started := clock_timestamp();
	state.told := state.started;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.begin_join(text, interval) IS
	'checks the arguments of join_run, and looks for a run of the model that can be joined';

CREATE PROCEDURE creditspread.join_run(name text, wait interval DEFAULT '1 minute')
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.begin_join(name, wait));
END
$$;
COMMENT ON PROCEDURE creditspread.join_run(text, interval) IS
	'takes a part in the run of a model that another session of its owner has begun (train, retrain, forecast, backtest), or begins within the time to wait: reads the same rows and works series by series from the end, until none is left; the result is the same; errors: no such model 42704, inside a transaction block 2D000, in a transaction isolation above read committed 0A000';

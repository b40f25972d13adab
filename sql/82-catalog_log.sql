-- Locks of models, and the log of runs.

-- One session works on a model at a time, and on a row of the queue of a run.  The locks are of the kind that DDL takes on objects, so
-- that nobody can take them from outside, are taken for who may act on the model, and go with the session, with an error, or when they
-- are given back.

--@ each kind: model, queue
CREATE FUNCTION creditspread_internal.take_@kind@_lock(id bigint) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_take_@kind@_lock' LANGUAGE C VOLATILE STRICT;
REVOKE EXECUTE ON FUNCTION creditspread_internal.take_@kind@_lock(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.take_@kind@_lock(bigint) IS
	'takes the lock of a model, or of a row of the queue, as the name says, for the session, without waiting, until it is released or a transaction fails; false when another session has it, or this one already';

CREATE FUNCTION creditspread_internal.release_@kind@_lock(id bigint) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_release_@kind@_lock' LANGUAGE C VOLATILE STRICT;
REVOKE EXECUTE ON FUNCTION creditspread_internal.release_@kind@_lock(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.release_@kind@_lock(bigint) IS 'releases the lock that the session has; whether it had it';

CREATE FUNCTION creditspread_internal.holds_@kind@_lock(id bigint) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_holds_@kind@_lock' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION creditspread_internal.holds_@kind@_lock(bigint) IS 'whether this session has the lock of a model, or of a row of the queue';
--@ end

CREATE FUNCTION creditspread_internal.take_model_lock_in_transaction(pipeline bigint) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_take_model_lock_in_transaction' LANGUAGE C VOLATILE STRICT;
REVOKE EXECUTE ON FUNCTION creditspread_internal.take_model_lock_in_transaction(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.take_model_lock_in_transaction(bigint) IS
	'takes the lock of a model until the transaction ends, without waiting; false when another session has it, or a run of this one';

CREATE FUNCTION creditspread_internal.model_lock_holder(pipeline bigint) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_model_lock_holder' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION creditspread_internal.model_lock_holder(bigint) IS 'the process that has the lock of a model; NULL: none';

CREATE FUNCTION creditspread_internal.lock_briefly(pipeline bigint, function text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT creditspread_internal.take_model_lock_in_transaction(pipeline) THEN
		RAISE EXCEPTION 'creditspread.%: process % is at work on model "%"', function,
			coalesce(creditspread_internal.model_lock_holder(pipeline)::text, 'of another session'), (SELECT p.name FROM creditspread.pipeline p WHERE p.id = pipeline)
			USING ERRCODE = '55P03', HINT = 'See creditspread.progress, and call again when it is done.';
	END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.lock_briefly(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.lock_briefly(bigint, text) IS
	'takes the lock of a model until the transaction ends; error 55P03, in the name of a function of schema creditspread, names the process that has it';

-- ---- the log ------------------------------------------------------------------------------------------------------

CREATE TYPE creditspread_internal.run_state AS (
	run_id bigint,
	pipeline_id bigint,
	kind text,
	model creditspread.model,
	arguments jsonb,
	more boolean,
	units integer,
	next integer,
	until integer,
	last integer,
	size integer,
	block integer,
	queued boolean,
	joined boolean,
	wait_until timestamptz,
	range_id bigint,
	done bigint[],
	units_done integer,
	started timestamptz,
	told timestamptz,
	note text,
	code text,
	message text,
	hint text,
	detail text
);
COMMENT ON TYPE creditspread_internal.run_state IS
	'where a run stands: run and model, whether there is more to do, how many units, the next one, that until which the session has them and the last one, how many rows together, the block of a backtest, whether others can take units (of a session that joins: whether it has seen that they can), whether this session has joined another''s run, until when it waits for one, the row of the queue that it works on and those that it is done with, how many units it did, when it began and told of itself, what is to be said at its end, the error that ended it';

CREATE FUNCTION creditspread_internal.next_id(sequence regclass, highest bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	id bigint := nextval(sequence);
BEGIN
	IF id <= highest THEN
		SELECT max(nextval(sequence)) INTO id FROM generate_series(id, highest);
	END IF;
	RETURN id;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.next_id(regclass, bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.next_id(regclass, bigint) IS
	'the next number of a sequence; where the highest that is taken is beyond it, as on a replica that was promoted, from there on';

CREATE FUNCTION creditspread_internal.log_start(caller oid, kind text, pipeline bigint, version integer, arguments jsonb, status text) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO creditspread.run (id, pipeline_id, version, kind, arguments, caller, started, status, pid)
	VALUES (creditspread_internal.next_id('creditspread.run_id_seq'::regclass, (SELECT max(r.id) FROM creditspread.run r)), pipeline, version, kind, arguments,
		pg_get_userbyid(caller), clock_timestamp(), status, pg_backend_pid())
	RETURNING id
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.log_start(oid, text, bigint, integer, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.log_start(oid, text, bigint, integer, jsonb, text) IS 'puts a run into the log; returns its number';

CREATE FUNCTION creditspread_internal.own_pipeline(caller oid, kind text, model_name text, zone text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found bigint;
BEGIN
	PERFORM creditspread_internal.adopt_rows(caller);
	found := creditspread_internal.find_pipeline(caller, model_name);
	IF found IS NULL AND kind = 'train' THEN
		INSERT INTO creditspread.pipeline (id, owner, owner_oid, cluster, name, time_zone, created_at)
		VALUES (creditspread_internal.next_id('creditspread.pipeline_id_seq'::regclass, (SELECT max(p.id) FROM creditspread.pipeline p)), pg_get_userbyid(caller), caller,
			creditspread_internal.cluster(), model_name, zone, clock_timestamp())
		ON CONFLICT (cluster, owner_oid, owner, name) DO NOTHING;
		found := creditspread_internal.find_pipeline(caller, model_name);
	END IF;
	IF found IS NULL OR kind <> 'train' AND NOT EXISTS (SELECT FROM creditspread.model m WHERE m.pipeline_id = found AND m.active) THEN
		RAISE EXCEPTION 'creditspread.%: role "%" has no trained model "%"', kind, pg_get_userbyid(caller), model_name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview; creditspread.train makes a model.';
	END IF;
	UPDATE creditspread.pipeline p SET owner = pg_get_userbyid(caller) WHERE p.id = found AND p.owner <> pg_get_userbyid(caller);
	RETURN found;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.own_pipeline(oid, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.own_pipeline(oid, text, text, text) IS
	'number of the model that a run is of, made by its first training; error 42704 if the role has no such model with an active version';

CREATE FUNCTION creditspread_internal.add_version(pipeline bigint, m creditspread.model) RETURNS creditspread.model
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	made creditspread.model;
BEGIN
	INSERT INTO creditspread.model (id, pipeline_id, version, status, method, query, query_number, search_path, features, horizons, options, level,
		pool, calendar, time_zone, keep, promote, on_error, ended_after, seed, extension_version)
	SELECT creditspread_internal.next_id('creditspread.model_id_seq'::regclass, (SELECT max(q.id) FROM creditspread.model q)), pipeline,
		greatest((SELECT max(q.version) FROM creditspread.model q WHERE q.pipeline_id = pipeline),
			(SELECT max(q.version) FROM creditspread.run q WHERE q.pipeline_id = pipeline),
			(SELECT max(q.version) FROM creditspread.forecast q WHERE q.pipeline_id = pipeline), 0) + 1,
		'training', m.method, m.query,
		coalesce((SELECT max(q.query_number) FROM creditspread.model q WHERE q.pipeline_id = pipeline AND q.query = m.query AND q.search_path = m.search_path),
			greatest((SELECT max(q.query_number) FROM creditspread.model q WHERE q.pipeline_id = pipeline),
				(SELECT max(q.query_number) FROM creditspread.forecast q WHERE q.pipeline_id = pipeline), 0) + 1),
		m.search_path, m.features, m.horizons, m.options, m.level, m.pool, m.calendar, m.time_zone, m.keep, m.promote, m.on_error, m.ended_after, m.seed, e.extversion
	FROM pg_extension e WHERE e.extname = 'creditspread'
	RETURNING * INTO made;
	RETURN made;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.add_version(bigint, creditspread.model) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.add_version(bigint, creditspread.model) IS 'the next version of a model, to be trained';

CREATE FUNCTION creditspread_internal.drop_version(model_id bigint) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	DELETE FROM creditspread.artifact a WHERE a.model_id = drop_version.model_id;
	DELETE FROM creditspread.model m WHERE m.id = model_id
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.drop_version(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.drop_version(bigint) IS 'removes a version and what it learnt; its forecasts stay';

-- Any role may listen.  A name may have 2000 bytes, JSON makes six of one, and a payload takes fewer than 8000.
CREATE FUNCTION creditspread_internal.tell(event text, pipeline bigint, version integer, run_id bigint, more jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	how text := coalesce(current_setting('creditspread.notify', true), 'names');
	payload text;
BEGIN
	SELECT (jsonb_build_object('event', event, 'version', version, 'run', run_id) || more
		|| CASE WHEN how = 'names' AND octet_length(to_json(p.name)::text) < 7000 THEN jsonb_build_object('owner', p.owner, 'model', p.name) ELSE '{}' END)::text
	INTO payload FROM creditspread.pipeline p WHERE p.id = pipeline;
	IF how <> 'off' AND payload IS NOT NULL THEN
		PERFORM pg_notify('creditspread', payload);
	END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.tell(text, bigint, integer, bigint, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.tell(text, bigint, integer, bigint, jsonb) IS
	'notifies those who listen to channel creditspread, as the setting creditspread.notify says: event, version, run and what else is given, with owner and name of the model or without';

CREATE FUNCTION creditspread_internal.refuse_run(caller oid, given creditspread_internal.run_state, error_code text, error_message text, error_hint text)
RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state := given;
BEGIN
	state.code := error_code;
	state.message := error_message;
	state.hint := error_hint;
	PERFORM FROM creditspread.pipeline p WHERE p.id = state.pipeline_id FOR KEY SHARE SKIP LOCKED;
	IF FOUND THEN	-- else it is being dropped, with its log, or given away
		state.run_id := creditspread_internal.log_start(caller, state.kind, state.pipeline_id, NULL::integer, state.arguments, 'failed'::text);
		UPDATE creditspread.run r SET ended = clock_timestamp(), code = error_code, message = error_message, hint = error_hint WHERE r.id = state.run_id;
		PERFORM creditspread_internal.tell('failed'::text, state.pipeline_id, NULL::integer, state.run_id, jsonb_build_object('kind', state.kind, 'code', error_code));
	END IF;
	RETURN state;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.refuse_run(oid, creditspread_internal.run_state, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.refuse_run(oid, creditspread_internal.run_state, text, text, text) IS 'logs a run that is not begun, with the error that its state has from now on';

-- A run that is refused is logged, too: the caller of this function raises the error after its COMMIT.
CREATE FUNCTION creditspread_internal.start_run(caller oid, kind text, model_name text, definition creditspread.model, arguments jsonb)
RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state;
	m creditspread.model := definition;
	gone bigint;
BEGIN
	state.kind := kind;
	state.arguments := arguments;
	state.pipeline_id := creditspread_internal.own_pipeline(caller, kind, model_name, definition.time_zone);
	IF NOT creditspread_internal.take_model_lock(state.pipeline_id) THEN
		RETURN creditspread_internal.refuse_run(caller, state, '55P03'::text, format('creditspread.%s: process %s is at work on model "%s"', kind,
			coalesce(creditspread_internal.model_lock_holder(state.pipeline_id)::text, 'of another session'), model_name),
			'See creditspread.progress, and call again when it is done.'::text);
	END IF;
	PERFORM FROM creditspread.pipeline p WHERE p.id = state.pipeline_id FOR KEY SHARE;
	IF creditspread_internal.find_pipeline(caller, model_name) IS DISTINCT FROM state.pipeline_id THEN
		RAISE EXCEPTION 'creditspread.%: model "%" has just been dropped or given away', kind, model_name
			USING ERRCODE = '55P03', HINT = 'See creditspread.model_overview, and call again.';
	END IF;
	WITH died AS (
		UPDATE creditspread.run r SET status = 'died', ended = clock_timestamp() WHERE r.pipeline_id = state.pipeline_id AND r.status = 'running' RETURNING r.*
	)
	SELECT count(creditspread_internal.tell('died'::text, d.pipeline_id, d.version, d.id, jsonb_build_object('kind', d.kind))) INTO gone FROM died d;
	PERFORM creditspread_internal.clear_queue();
	FOR gone IN SELECT q.id FROM creditspread.model q WHERE q.pipeline_id = state.pipeline_id AND q.status = 'training' LOOP
		PERFORM creditspread_internal.drop_version(gone);
	END LOOP;
	IF kind <> 'train' THEN
		SELECT q.* INTO STRICT m FROM creditspread.model a JOIN creditspread.model q ON q.pipeline_id = a.pipeline_id AND q.query_number = a.query_number AND q.status = 'ready'
		WHERE a.pipeline_id = state.pipeline_id AND a.active AND (q.active OR q.version < a.version AND q.data_to <= (arguments ->> 'as_of')::timestamp)
		ORDER BY q.data_to > (arguments ->> 'as_of')::timestamp, q.version DESC LIMIT 1;
	END IF;
	IF kind = 'retrain' THEN
		SELECT n.* INTO m FROM creditspread.pipeline p, jsonb_populate_record(m, coalesce(p.changes - 'unit', '{}')) n WHERE p.id = state.pipeline_id;
	END IF;
	IF NOT EXISTS (SELECT FROM creditspread.method k WHERE k.name = m.method) THEN
		PERFORM creditspread_internal.release_model_lock(state.pipeline_id);
		RETURN creditspread_internal.refuse_run(caller, state, '42704'::text, format('creditspread.%s: there is no method "%s" any more', kind, m.method),
			'Bring its row of creditspread.method back, or train the model anew with another.'::text);
	END IF;
	IF kind IN ('train', 'retrain') THEN
		m := creditspread_internal.add_version(state.pipeline_id, m);
	END IF;
	state.model := m;
	state.run_id := creditspread_internal.log_start(caller, kind, state.pipeline_id, m.version, arguments, 'running'::text);
	RETURN state;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.start_run(oid, text, text, creditspread.model, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.start_run(oid, text, text, creditspread.model, jsonb) IS 'begins a run of a role, see start_run()';

CREATE FUNCTION creditspread_internal.start_run(kind text, model_name text, definition creditspread.model, arguments jsonb)
RETURNS creditspread_internal.run_state
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.start_run(text, text, creditspread.model, jsonb) IS
	'begins a run, takes the lock of its model and notes which runs before it died; a training adds a version of the definition given; error 42704: no such model; the state has an error 55P03 if another is at work, 42704 if the method is gone';

CREATE FUNCTION creditspread_internal.running(caller oid, run_id bigint) RETURNS creditspread.run
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run;
BEGIN
	SELECT q.* INTO r FROM creditspread.run q JOIN creditspread.pipeline p ON p.id = q.pipeline_id
	WHERE q.id = running.run_id AND q.status = 'running' AND q.pid = pg_backend_pid()
		AND p.cluster = creditspread_internal.cluster() AND p.owner_oid = running.caller
		AND creditspread_internal.holds_model_lock(p.id);
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread: run % is not at work in this session', running.run_id
			USING ERRCODE = '55000', HINT = 'Only the procedures of schema creditspread call this function.';
	END IF;
	RETURN r;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.running(oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.running(oid, bigint) IS
	'the run, if it is at work in this session, for this role, with the lock of its model; else error 55000';

CREATE FUNCTION creditspread_internal.log_units(caller oid, run_id bigint, total integer, steps integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
BEGIN
	UPDATE creditspread.run q SET series_total = greatest(total, 0), steps_total = greatest(steps, 0) WHERE q.id = r.id;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.log_units(oid, bigint, integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.log_units(oid, bigint, integer, integer) IS 'logs how much a run has to do, see log_units()';

CREATE FUNCTION creditspread_internal.log_units(run_id bigint, total integer, steps integer) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.log_units(bigint, integer, integer) IS 'logs how many series and steps a run has to do';

CREATE FUNCTION creditspread_internal.log_series(caller oid, run_id bigint, entities text[], codes text[], messages text[], hints text[], steps integer,
	seconds double precision) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.working(caller, run_id);
BEGIN
	INSERT INTO creditspread.run_series (run_id, entity, status, code, message, hint, steps_done, seconds)
	SELECT r.id, s.entity, CASE WHEN s.code IS NULL THEN 'done' ELSE 'failed' END, s.code, s.message, s.hint, steps, seconds
	FROM unnest(entities, codes, messages, hints) AS s (entity, code, message, hint)
	ON CONFLICT ON CONSTRAINT run_series_pkey DO NOTHING;
	UPDATE creditspread.run q SET series_done = q.series_done + cardinality(entities), series_failed = q.series_failed + cardinality(array_remove(codes, NULL))
	WHERE q.id = r.id;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.log_series(oid, bigint, text[], text[], text[], text[], integer, double precision) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.log_series(oid, bigint, text[], text[], text[], text[], integer, double precision) IS 'logs series that are done, see log_series()';

CREATE FUNCTION creditspread_internal.log_series(run_id bigint, entities text[], codes text[], messages text[], hints text[], steps integer, seconds double precision) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.log_series(bigint, text[], text[], text[], text[], integer, double precision) IS
	'logs series that are done, those with a code as failed, with the steps of each and the seconds that each took';

CREATE FUNCTION creditspread_internal.log_steps(caller oid, run_id bigint, steps integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.working(caller, run_id);
BEGIN
	UPDATE creditspread.run q SET steps_done = least(q.steps_done::bigint + greatest(steps, 0), q.steps_total) WHERE q.id = r.id;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.log_steps(oid, bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.log_steps(oid, bigint, integer) IS 'logs steps that are done, see log_steps()';

CREATE FUNCTION creditspread_internal.log_steps(run_id bigint, steps integer) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.log_steps(bigint, integer) IS 'logs that so many further steps are done';

-- The server gathers statistics of tables that grew only after a minute or more.
CREATE FUNCTION creditspread_internal.analyze_grown(rows bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = error
AS $$
DECLARE
	grown text;
BEGIN
	IF creditspread_internal.in_transaction_block() THEN
		RETURN;
	END IF;
	FOR grown IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'creditspread'::regnamespace AND c.relkind = 'r' AND rows > greatest(1000, 0.2 * c.reltuples) LOOP
		EXECUTE 'ANALYZE (SKIP_LOCKED) ' || grown;
	END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.analyze_grown(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.analyze_grown(bigint) IS 'ANALYZE of the tables that have less than five times as many rows as were written, but for those that another session works on, and not in a transaction block, which would keep them';

CREATE FUNCTION creditspread_internal.end_run(caller oid, run_id bigint, error_code text, error_message text, error_hint text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
BEGIN
	-- the run before its queue, as those who work on it
	UPDATE creditspread.run q SET ended = clock_timestamp(), status = CASE WHEN error_code IS NULL THEN 'done' ELSE 'failed' END, code = error_code,
		message = error_message, hint = nullif(error_hint, '')
	WHERE q.id = r.id;
	DELETE FROM creditspread_internal.queue q WHERE q.run_id = r.id;
	IF error_code IS NOT NULL AND r.kind IN ('train', 'retrain') THEN
		PERFORM creditspread_internal.drop_version(m.id) FROM creditspread.model m
		WHERE m.pipeline_id = r.pipeline_id AND m.version = r.version AND m.status = 'training';
	END IF;
	PERFORM creditspread_internal.tell(CASE WHEN error_code IS NOT NULL THEN 'failed' WHEN r.kind IN ('train', 'retrain') THEN 'trained' WHEN r.kind = 'update_actuals' THEN 'actuals'
			ELSE r.kind END, r.pipeline_id, r.version, r.id, CASE WHEN error_code IS NOT NULL THEN jsonb_build_object('kind', r.kind, 'code', error_code)
			WHEN r.kind IN ('train', 'retrain') THEN jsonb_build_object('active', EXISTS (SELECT FROM creditspread.model m WHERE m.pipeline_id = r.pipeline_id
				AND m.version = r.version AND m.active)) ELSE jsonb_build_object('rows', r.rows_stored) END);
	PERFORM creditspread_internal.analyze_grown(greatest(r.rows_stored, r.series_total));
	PERFORM creditspread_internal.release_model_lock(r.pipeline_id);
	RETURN CASE WHEN error_code IS NULL THEN 'done' ELSE 'failed' END;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.end_run(oid, bigint, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.end_run(oid, bigint, text, text, text) IS 'ends a run, see end_run()';

CREATE FUNCTION creditspread_internal.end_run(run_id bigint, error_code text, error_message text, error_hint text) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.end_run(bigint, text, text, text) IS
	'ends a run in the log, with an error or without, removes the version that a failed training made, and gives the lock back; returns the status';

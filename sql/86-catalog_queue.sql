-- Several sessions at one run: what has not been begun stands in a queue, the session that began the run takes from its front, those
-- that joined it from its back.  What a session took it locks, as a model is locked, so that what one that died has taken is taken again.
--
-- The queue of a run is opened with its first piece of work, and a short run never has one.  Sessions that join read the rows while the one
-- that began the run does, and then wait for it.

CREATE SEQUENCE creditspread_internal.queue_id_seq;
COMMENT ON SEQUENCE creditspread_internal.queue_id_seq IS 'numbers of the rows of creditspread_internal.queue';

CREATE UNLOGGED TABLE creditspread_internal.queue (
	id bigint PRIMARY KEY,
	run_id bigint NOT NULL,
	first integer NOT NULL,
	last integer NOT NULL,
	taken boolean NOT NULL,
	fingerprint text
);
CREATE INDEX queue_run_id ON creditspread_internal.queue (run_id);
COMMENT ON TABLE creditspread_internal.queue IS 'units of runs under way that nobody works on yet, and those that sessions which joined a run have taken';
COMMENT ON INDEX creditspread_internal.queue_run_id IS 'finds the units of a run';
COMMENT ON COLUMN creditspread_internal.queue.id IS 'key, and the number of the lock of who has taken the units';
COMMENT ON COLUMN creditspread_internal.queue.run_id IS 'the run';
COMMENT ON COLUMN creditspread_internal.queue.first IS 'number of the first unit';
COMMENT ON COLUMN creditspread_internal.queue.last IS 'number of the last unit';
COMMENT ON COLUMN creditspread_internal.queue.taken IS 'whether a session has taken them';
COMMENT ON COLUMN creditspread_internal.queue.fingerprint IS 'of the data that the run has read';

CREATE FUNCTION creditspread_internal.refuse_ended(caller oid, run_id bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	model_name text;
BEGIN
	SELECT p.name INTO model_name FROM creditspread.run q JOIN creditspread.pipeline p ON p.id = q.pipeline_id
	WHERE q.id = refuse_ended.run_id AND q.pid <> pg_backend_pid() AND p.cluster = creditspread_internal.cluster() AND p.owner_oid = refuse_ended.caller
		AND (q.status <> 'running' OR creditspread_internal.model_lock_holder(p.id) IS DISTINCT FROM q.pid);
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.join_run: run % of model "%" has ended', refuse_ended.run_id, model_name
			USING ERRCODE = '55000', HINT = 'See creditspread.run_log for how. Nothing is lost, the model serves as before: when a run of it is called again, this can be called again, too.';
	END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.refuse_ended(oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.refuse_ended(oid, bigint) IS 'error 55000 if a run of another session has ended, however it did';

-- Whoever joined has the row of the run before it writes anything of it: an end of the run comes before that, or after the commit.
CREATE FUNCTION creditspread_internal.working(caller oid, run_id bigint) RETURNS creditspread.run
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run;
BEGIN
	SELECT q.* INTO r FROM creditspread.run q JOIN creditspread.pipeline p ON p.id = q.pipeline_id
	WHERE q.id = working.run_id AND q.status = 'running' AND q.pid <> pg_backend_pid() AND p.cluster = creditspread_internal.cluster() AND p.owner_oid = working.caller
		AND EXISTS (SELECT FROM creditspread_internal.queue w WHERE w.run_id = q.id AND creditspread_internal.holds_queue_lock(w.id))
		AND creditspread_internal.model_lock_holder(p.id) = q.pid
	FOR NO KEY UPDATE OF q;
	IF NOT FOUND THEN
		PERFORM creditspread_internal.refuse_ended(caller, run_id);
		r := creditspread_internal.running(caller, run_id);
	END IF;
	RETURN r;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.working(oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.working(oid, bigint) IS
	'the run, if it is at work in this session, see running(), or if this session has joined it and has units of it; else error 55000';

CREATE FUNCTION creditspread_internal.open_queue(caller oid, run_id bigint, first integer, last integer, fingerprint text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
BEGIN
	INSERT INTO creditspread_internal.queue (id, run_id, first, last, taken, fingerprint)
	VALUES (nextval('creditspread_internal.queue_id_seq'), r.id, open_queue.first, open_queue.last, false, open_queue.fingerprint);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.open_queue(oid, bigint, integer, integer, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.open_queue(oid, bigint, integer, integer, text) IS 'opens the queue of a run, see open_queue()';

CREATE FUNCTION creditspread_internal.open_queue(run_id bigint, first integer, last integer, fingerprint text) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.open_queue(bigint, integer, integer, text) IS 'puts the units of a run, from one number to another, into the queue';

-- Sessions that still work for a run that died are not waited for.
CREATE FUNCTION creditspread_internal.clear_queue() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF creditspread_internal.sees_others() THEN
		DELETE FROM creditspread_internal.queue q WHERE q.id IN (SELECT w.id FROM creditspread_internal.queue w
			WHERE NOT EXISTS (SELECT FROM creditspread.run r WHERE r.id = w.run_id AND r.status = 'running' AND creditspread_internal.model_lock_holder(r.pipeline_id) = r.pid)
			FOR UPDATE OF w SKIP LOCKED);
	END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.clear_queue() FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.clear_queue() IS 'removes what runs that have died left in the queue, whosever they were';

CREATE FUNCTION creditspread_internal.take_front(caller oid, run_id bigint, up_to integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
	reached integer;
BEGIN
	UPDATE creditspread_internal.queue q SET first = least(greatest(up_to, q.first - 1), q.last) + 1 WHERE q.run_id = r.id AND NOT q.taken RETURNING q.first - 1 INTO reached;
	RETURN reached;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.take_front(oid, bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.take_front(oid, bigint, integer) IS 'takes units from the front of the queue of a run, see take_front()';

CREATE FUNCTION creditspread_internal.take_front(run_id bigint, up_to integer) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.take_front(bigint, integer) IS
	'the session that began the run takes its next units, those up to a number if nobody else has them; returns the number up to which they are taken';

CREATE FUNCTION creditspread_internal.take_back(caller oid, run_id bigint, last integer, count integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	taken creditspread_internal.queue;
BEGIN
	UPDATE creditspread_internal.queue q SET last = take_back.last - take_back.count
	FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id
	WHERE q.run_id = take_back.run_id AND NOT q.taken AND q.last = take_back.last AND take_back.count BETWEEN 1 AND q.last - q.first + 1
		AND r.id = q.run_id AND r.status = 'running' AND p.cluster = creditspread_internal.cluster() AND p.owner_oid = take_back.caller
	RETURNING q.* INTO taken;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	taken.id := nextval('creditspread_internal.queue_id_seq');
	taken.first := take_back.last - take_back.count + 1;
	taken.last := take_back.last;
	taken.taken := true;
	INSERT INTO creditspread_internal.queue SELECT taken.*;
	PERFORM creditspread_internal.take_queue_lock(taken.id);
	RETURN taken.id;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.take_back(oid, bigint, integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.take_back(oid, bigint, integer, integer) IS 'takes units from the back of the queue of a run, see take_back()';

CREATE FUNCTION creditspread_internal.take_back(run_id bigint, last integer, count integer) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.take_back(bigint, integer, integer) IS
	'a session that joined the run takes so many units from the back of the queue; returns the number of their row, NULL when others took from the queue since it was looked at, or the run has ended';

CREATE FUNCTION creditspread_internal.take_abandoned(caller oid, run_id bigint, OUT id bigint, OUT first integer, OUT last integer, OUT busy boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
	q creditspread_internal.queue;
BEGIN
	busy := false;
	FOR q IN SELECT w.* FROM creditspread_internal.queue w WHERE w.run_id = r.id AND w.taken ORDER BY w.first LOOP
		IF NOT creditspread_internal.take_queue_lock(q.id) THEN
			busy := true;
			CONTINUE;
		END IF;
		-- it may have been done while the lock was waited for
		SELECT w.id, w.first, w.last INTO id, first, last FROM creditspread_internal.queue w WHERE w.id = q.id;
		IF FOUND THEN
			RETURN;
		END IF;
		PERFORM creditspread_internal.release_queue_lock(q.id);
	END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.take_abandoned(oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.take_abandoned(oid, bigint) IS 'takes units whose session has gone, see take_abandoned()';

CREATE FUNCTION creditspread_internal.take_abandoned(run_id bigint, OUT id bigint, OUT first integer, OUT last integer, OUT busy boolean) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.take_abandoned(bigint) IS
	'the session that began the run takes units that one which is gone had taken; busy: others are at work on theirs';

CREATE FUNCTION creditspread_internal.give_back(caller oid, run_id bigint, id bigint, next integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.working(caller, run_id);
BEGIN
	IF NOT creditspread_internal.holds_queue_lock(give_back.id) THEN
		RAISE EXCEPTION 'creditspread: this session has no units % of the queue', give_back.id
			USING ERRCODE = '55000', HINT = 'Only the procedures of schema creditspread call this function.';
	END IF;
	UPDATE creditspread_internal.queue q SET first = give_back.next WHERE q.id = give_back.id AND q.run_id = r.id;
	DELETE FROM creditspread_internal.queue q WHERE q.id = give_back.id AND q.run_id = r.id AND q.first > q.last;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.give_back(oid, bigint, bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.give_back(oid, bigint, bigint, integer) IS 'notes what is done of taken units, see give_back()';

CREATE FUNCTION creditspread_internal.give_back(run_id bigint, id bigint, next integer) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.give_back(bigint, bigint, integer) IS 'of units that this session has taken, those before a number are done; when all are, their row goes';

CREATE FUNCTION creditspread_internal.let_go(caller oid, id bigint) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT creditspread_internal.release_queue_lock(let_go.id) $$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.let_go(oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.let_go(oid, bigint) IS 'gives a lock of the queue back, see let_go()';

CREATE FUNCTION creditspread_internal.let_go(id bigint) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.let_go(bigint) IS 'gives the lock of a row of the queue back, if this session has it';

CREATE FUNCTION creditspread_internal.queue_of(caller oid, run_id bigint, OUT first integer, OUT last integer, OUT fingerprint text, OUT reading boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	SELECT q.first, q.last, q.fingerprint, r.series_total IS NULL
	FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id LEFT JOIN creditspread_internal.queue q ON q.run_id = r.id AND NOT q.taken
	WHERE r.id = queue_of.run_id AND r.status = 'running' AND p.cluster = creditspread_internal.cluster() AND p.owner_oid = queue_of.caller
		AND creditspread_internal.model_lock_holder(p.id) = r.pid
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.queue_of(oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.queue_of(oid, bigint) IS 'the queue of a run, see queue_of()';

CREATE FUNCTION creditspread_internal.queue_of(run_id bigint, OUT first integer, OUT last integer, OUT fingerprint text, OUT reading boolean) RETURNS record
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.queue_of(bigint) IS 'the units of a run under way that nobody has taken, and the fingerprint of its data (NULL: it has no queue); whether it still reads its data; NULL: it has ended';

CREATE FUNCTION creditspread_internal.find_shared(caller oid, model_name text) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state;
	r creditspread.run;
	m creditspread.model;
BEGIN
	state.pipeline_id := creditspread_internal.find_pipeline(caller, model_name);
	IF state.pipeline_id IS NULL THEN
		RAISE EXCEPTION 'creditspread.join_run: role "%" has no model "%"', pg_get_userbyid(caller), model_name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview; creditspread.train makes a model.';
	END IF;
	SELECT w.* INTO r FROM creditspread.run w LEFT JOIN creditspread_internal.queue q ON q.run_id = w.id AND NOT q.taken
	WHERE w.pipeline_id = state.pipeline_id AND w.status = 'running' AND w.pid <> pg_backend_pid() AND (w.series_total IS NULL OR q.first <= q.last)
		AND creditspread_internal.model_lock_holder(state.pipeline_id) = w.pid AND (SELECT k.step IS NOT NULL FROM creditspread_internal.run_kind(w.kind) k);
	IF NOT FOUND THEN
		RETURN state;
	END IF;
	SELECT * INTO STRICT m FROM creditspread.model q WHERE q.pipeline_id = r.pipeline_id AND q.version = r.version;
	IF m.on_error <> 'skip' OR m.pool OR (SELECT k.unit = 'panel' FROM creditspread.method k WHERE k.name = m.method) IS NOT FALSE THEN
		RETURN state;
	END IF;
	state.model := m;
	state.run_id := r.id;
	state.kind := r.kind;
	state.arguments := r.arguments;
	RETURN state;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.find_shared(oid, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.find_shared(oid, text) IS 'the run of a model that can be joined, see find_shared()';

CREATE FUNCTION creditspread_internal.find_shared(model_name text) RETURNS creditspread_internal.run_state
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.find_shared(text) IS
	'the state with which a session joins the run of a model that is under way; without the number of a run where none has work to give, or will perhaps when it has read its data; error 42704: no such model';

-- ---- taking units ------------------------------------------------------------------------------------------------

-- Others' changes of the row of a run, or of the queue, would be errors.
CREATE FUNCTION creditspread_internal.sees_others() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') $$;
COMMENT ON FUNCTION creditspread_internal.sees_others() IS 'whether a statement sees what others committed since the transaction began';

CREATE FUNCTION creditspread_internal.fingerprint(m creditspread.model) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found text;
BEGIN
	SELECT concat_ws(' ', m.data_hash, array_to_string(m.features, ',', '*'), sum(hash_record_extended(ROW(s.unit_number, s.entity_number, s.unit, s.ended), 0))) INTO found
	FROM pg_temp.creditspread_series s;
	IF creditspread_internal.known_features(m) <> '{}' THEN
		SELECT concat_ws(' ', found, count(*), sum(hash_record_extended(ROW(a.entity_number, a.place, a."time", a.features), 0))) INTO found FROM pg_temp.creditspread_ahead a;
	END IF;
	IF m.calendar IS NOT NULL THEN
		SELECT concat_ws(' ', found, count(*), sum(hashint4extended(c.day - '2000-01-01', 0))) INTO found FROM pg_temp.creditspread_calendar c;
	END IF;
	RETURN md5(found);
END
$$;
COMMENT ON FUNCTION creditspread_internal.fingerprint(creditspread.model) IS 'of the rows that a run has read, those known in advance, the series among them that have ended, and the calendar: two sessions that work on the same have the same';

CREATE FUNCTION creditspread_internal.block_end(state creditspread_internal.run_state) RETURNS integer
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	SELECT least(coalesce((SELECT max(q.number) FROM (SELECT u.number, sum(u.row_count) OVER (ORDER BY u.number) AS total FROM pg_temp.creditspread_units u
		WHERE u.number BETWEEN state.next AND state.next + 499) q WHERE q.total <= state.size), state.next), state.last)
$$;
COMMENT ON FUNCTION creditspread_internal.block_end(creditspread_internal.run_state) IS 'the last unit of the next block: so many units as have the rows that fit, at least one';

CREATE FUNCTION creditspread_internal.first_block(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state := given;
BEGIN
	state.next := 1;
	state.until := 0;
	state.block := 0;
	state.last := state.units;
	state.size := CASE state.kind WHEN 'forecast' THEN 20000 ELSE 1 END;
	IF state.joined THEN
		state.note := NULL;	-- what is to be said of the run says who began it
	ELSIF state.units > 0 AND (SELECT k.step IS NOT NULL FROM creditspread_internal.run_kind(state.kind) k) THEN
		state.until := creditspread_internal.block_end(state);
		IF state.until < state.units AND (state.model).on_error = 'skip' AND creditspread_internal.sees_others() THEN
			state.queued := true;
			PERFORM creditspread_internal.open_queue(state.run_id, state.until + 1, state.units, creditspread_internal.fingerprint(state.model));
		END IF;
	ELSE
		state.next := state.units + 1;
	END IF;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.first_block(creditspread_internal.run_state) IS
	'after the units are listed: which are worked on first; what is left goes into the queue, unless the first error ends the run';

CREATE FUNCTION creditspread_internal.await_queue(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state := given;
	model_name text := (SELECT p.name FROM creditspread.pipeline p WHERE p.id = given.pipeline_id);
	queued record;
	found creditspread_internal.run_state;
BEGIN
	SELECT * INTO queued FROM creditspread_internal.queue_of(state.run_id);
	IF queued.fingerprint IS NOT NULL THEN
		state.queued := true;
		IF queued.fingerprint <> creditspread_internal.fingerprint(state.model) THEN
			state.more := false;
			state.note := 'the query gives other rows than the run has read';
		END IF;
		RETURN state;
	ELSIF queued.reading THEN
		PERFORM pg_sleep(0.02);
		RETURN state;
	END IF;
	found := creditspread_internal.find_shared(model_name);
	IF found.run_id <> state.run_id OR found.run_id IS NOT NULL AND state.run_id IS NULL THEN
		state.run_id := found.run_id;
		state.model := found.model;
		state.kind := found.kind;
		state.arguments := found.arguments;
		state.units := NULL;
	ELSIF found.run_id IS NULL AND clock_timestamp() < state.wait_until THEN
		PERFORM pg_sleep(0.1);
	ELSIF found.run_id IS NULL THEN
		state.more := false;
		state.note := format('no run of model "%s" has series to give', model_name);
	END IF;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.await_queue(creditspread_internal.run_state) IS
	'of a session that joins and has read the data: waits a moment for the run to open its queue, and sees whether it has read the same; if there is none, looks for a run that can be joined, as long as there is time to wait';

-- Those that joined leave half of what is left at least, so that nobody waits long for the last one.
CREATE FUNCTION creditspread_internal.next_block(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state := given;
	queued record;
BEGIN
	state.block := 0;
	IF state.range_id IS NOT NULL THEN
		PERFORM creditspread_internal.give_back(state.run_id, state.range_id, state.next);
		IF state.next <= state.last THEN
			state.until := creditspread_internal.block_end(state);
			RETURN state;
		END IF;
		state.done := array_append(state.done, state.range_id);
		state.range_id := NULL;
	END IF;
	IF state.joined THEN
		SELECT * INTO queued FROM creditspread_internal.queue_of(state.run_id);
		state.more := coalesce(queued.first <= queued.last, false);
		IF state.more THEN
			state.next := greatest(queued.first, (SELECT coalesce(min(q.number), queued.last) FROM (SELECT u.number, sum(u.row_count) OVER (ORDER BY u.number DESC) AS total
				FROM pg_temp.creditspread_units u WHERE u.number BETWEEN greatest(queued.last - 499, (queued.first + queued.last + 1) / 2) AND queued.last) q WHERE q.total <= state.size));
			state.range_id := creditspread_internal.take_back(state.run_id, queued.last, queued.last - state.next + 1);
			state.last := queued.last;
			state.until := CASE WHEN state.range_id IS NULL THEN state.next - 1 ELSE state.last END;
		END IF;
		RETURN state;
	END IF;
	state.until := state.next - 1;
	IF state.queued AND state.next <= state.last THEN
		state.until := creditspread_internal.take_front(state.run_id, creditspread_internal.block_end(state));
	ELSIF state.queued IS NOT TRUE AND state.next <= state.units THEN
		state.until := creditspread_internal.block_end(state);
	END IF;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.next_block(creditspread_internal.run_state) IS
	'takes the next units for a session; until is before next if there are none in the queue';

CREATE FUNCTION creditspread_internal.wait_for_others(given creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state := given;
	abandoned record;
BEGIN
	SELECT * INTO abandoned FROM creditspread_internal.take_abandoned(state.run_id);
	IF abandoned.id IS NOT NULL THEN
		state.range_id := abandoned.id;
		state.next := abandoned.first;
		state.last := abandoned.last;
		state.until := creditspread_internal.block_end(state);
	ELSIF abandoned.busy THEN
		PERFORM pg_sleep(0.02);
	ELSE
		state.queued := false;
	END IF;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.wait_for_others(creditspread_internal.run_state) IS
	'when the queue of a run is empty: takes what a session that is gone has left, waits a moment for those at work, or finds that all is done';

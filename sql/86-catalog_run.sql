-- What train, retrain, forecast and backtest share: a run takes the lock, reads the data, goes step by step, ends.
--
-- The procedures commit between the steps, so they can have neither a SET clause nor a handler for errors: they hold
-- qualified names and no operator, and all work is done by functions that set their search_path and catch what goes
-- wrong, a cancel included, so that the log says so and the lock is given back before the error is raised again. Each
-- begins a run by its own function and hands it to carry_out_run.

CREATE FUNCTION creditspread_internal.refuse(message text, hint text, code text DEFAULT '22023') RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint;
END
$$;
COMMENT ON FUNCTION creditspread_internal.refuse(text, text, text) IS 'raises an error where a statement needs an expression';

CREATE FUNCTION creditspread_internal.in_transaction_block() RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_in_transaction_block' LANGUAGE C PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread_internal.in_transaction_block() IS 'whether a BEGIN, or the other statements of a string of several, holds the transaction open';

-- A first lock lasts until the first COMMIT, so that a call where none is possible leaves none behind.
CREATE FUNCTION creditspread_internal.start_run(kind text, model_name text, version integer, arguments jsonb) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	run_id bigint;
BEGIN
	IF creditspread_internal.in_transaction_block() THEN
		RAISE EXCEPTION 'creditspread.%: cannot run inside a transaction block', kind
			USING ERRCODE = '2D000', HINT = 'It commits its work as it goes: call it outside of BEGIN and COMMIT.';
	END IF;
	PERFORM creditspread_internal.take_lock(kind, model_name, false);
	UPDATE creditspread.run r SET status = 'died', ended = now()
	WHERE r.owner = current_user AND r.model = model_name AND r.status = 'running';
	DELETE FROM creditspread.model m
	WHERE m.owner = current_user AND m.name = model_name AND m.status = 'training' AND m.version IS DISTINCT FROM start_run.version;
	INSERT INTO creditspread.run (model, version, kind, arguments, started, status, pid, reported)
	VALUES (model_name, start_run.version, start_run.kind, start_run.arguments, clock_timestamp(), 'running', pg_backend_pid(),
		clock_timestamp())
	RETURNING id INTO run_id;
	RETURN run_id;
END
$$;
COMMENT ON FUNCTION creditspread_internal.start_run(text, text, integer, jsonb) IS
	'begins a run, whose number it returns, and notes which runs before it died; errors: inside a transaction block 2D000, the model is worked on 55P03';

-- ---- the data ---------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.run_read_only(statement text, given_path text) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_run_read_only' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1;
COMMENT ON FUNCTION creditspread_internal.run_read_only(text, text) IS
	'runs a statement around a query that a user gave, with his search_path; returns the number of rows; what the query calls cannot write: error 25006; temporary tables can be filled';

CREATE FUNCTION creditspread_internal.rows_read_only(statement text, given_path text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_rows_read_only' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1;
COMMENT ON FUNCTION creditspread_internal.rows_read_only(text, text) IS
	'like run_read_only, returns the rows; the caller lists their columns';

CREATE FUNCTION creditspread_internal.value_as_given(statement text, given_path text) RETURNS text
LANGUAGE sql STRICT SET search_path = pg_catalog, pg_temp
AS $$
	SELECT r.value FROM creditspread_internal.rows_read_only(statement, given_path) AS r (value pg_catalog.text)
$$;
COMMENT ON FUNCTION creditspread_internal.value_as_given(text, text) IS
	'the one value, a text, of a statement around a query that a user gave, run read-only with his search_path; NULL for no statement';

CREATE FUNCTION creditspread_internal.query_columns(query text, given_path text, OUT name text, OUT type oid, OUT number integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_query_columns' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread_internal.query_columns(text, text) IS 'the columns of a query, which is not run, with their types';

-- Who owns a type may cast it to text by a function of his own, which would run as the role that trains on his table.
CREATE FUNCTION creditspread_internal.as_text(value record) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_as_text' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.as_text(record) IS 'the value of a row of one, cast to text, by what PostgreSQL brings alone: no cast that others made runs';

CREATE FUNCTION creditspread_internal.read_calendar(calendar text, given_path text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
	days text := format('SELECT c.day FROM (%s) AS c (day)',
		CASE WHEN calendar ~* '^[\s(]*(select|with|values|table)\M' THEN E'\n' || calendar || E'\n' ELSE 'TABLE ' || calendar END);
	expression text;
BEGIN
	SELECT CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN 'd.day' ELSE 'creditspread_internal.as_text(ROW(d.day))' END INTO expression
	FROM creditspread_internal.query_columns(days, given_path) q JOIN pg_type t ON t.oid = q.type;
	DROP TABLE IF EXISTS pg_temp.creditspread_calendar;
	CREATE TEMPORARY TABLE creditspread_calendar (day date);
	PERFORM creditspread_internal.run_read_only(
		format('INSERT INTO pg_temp.creditspread_calendar SELECT DISTINCT %s::pg_catalog.date FROM (%s) AS d', expression, days), given_path);
	DELETE FROM pg_temp.creditspread_calendar WHERE day IS NULL OR NOT isfinite(day);
	IF NOT EXISTS (SELECT FROM pg_temp.creditspread_calendar) THEN
		RAISE EXCEPTION 'creditspread: the calendar has no day' USING ERRCODE = '22023',
			HINT = 'Give a table, or a query, whose first column holds the business days.';
	END IF;
	CREATE INDEX ON pg_temp.creditspread_calendar (day);
END
$$;
COMMENT ON FUNCTION creditspread_internal.read_calendar(text, text) IS 'reads the business days of a model into a temporary table';

-- The expressions of creditspread_rows over the columns of a query; names and casts are qualified, since they are run
-- with the search_path of the user.
CREATE FUNCTION creditspread_internal.row_expressions(m creditspread.model, unit text, OUT time_type text, OUT features text[], OUT list text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	names text[];
	entity text;
	others text;
BEGIN
	SELECT array_agg(c.name ORDER BY c.number), max(format_type(c.type, NULL)) FILTER (WHERE c.name = 'time'),
		array_agg(c.name ORDER BY c.number) FILTER (WHERE c.name <> ALL (ARRAY['time', 'y', 'entity', 'group'])
			AND (unit <> 'curve' OR c.name <> 'maturity')),
		string_agg(format('"%s" is of type %s', c.name, format_type(c.type, NULL)), ', ' ORDER BY c.number)
			FILTER (WHERE c.name <> ALL (ARRAY['time', 'entity', 'group'])
				AND c.type <> ALL (ARRAY['int2', 'int4', 'int8', 'float4', 'float8', 'numeric']::regtype[]))
	INTO names, time_type, features, others
	FROM creditspread_internal.query_columns(m.query, m.search_path) c;
	features := coalesce(features, '{}');
	IF time_type IS NULL OR 'y' <> ALL (names) THEN
		RAISE EXCEPTION 'creditspread: the query has no column "%"', CASE WHEN time_type IS NULL THEN 'time' ELSE 'y' END
			USING ERRCODE = '42703', HINT = 'Name its columns with AS: "time" and y, perhaps entity, and features by any other name.';
	ELSIF time_type NOT IN ('date', 'timestamp without time zone', 'timestamp with time zone') THEN
		RAISE EXCEPTION 'creditspread: column "time" of the query is of type %', time_type
			USING ERRCODE = '42804', HINT = 'Give a date, timestamp or timestamptz: forecasts are stored with the dates they are for.';
	ELSIF others IS NOT NULL THEN
		RAISE EXCEPTION 'creditspread: column % in the query, not a number', others
			USING ERRCODE = '42804', HINT = 'Leave it out, or cast it to double precision; the name of a series goes into column entity.';
	ELSIF unit = 'curve' AND 'maturity' <> ALL (names) THEN
		RAISE EXCEPTION 'creditspread: the query has no column "maturity", which method % needs', m.method
			USING ERRCODE = '42703', HINT = 'Give a row for each yield: "time", maturity in years, y.';
	ELSIF unit <> 'panel' AND 'group' = ANY (names) THEN
		RAISE EXCEPTION 'creditspread: method % makes no use of column "group" of the query', m.method
			USING ERRCODE = '42611', HINT = 'Leave it out.';
	END IF;
	SELECT string_agg(format('"%s"', f), ', ') INTO others FROM unnest(m.features) f WHERE f <> ALL (features);
	IF others IS NOT NULL THEN
		RAISE EXCEPTION 'creditspread: the query has no column % any more, a feature of model "%"', others, m.name
			USING ERRCODE = '42703', HINT = 'Bring it back, or train the model anew without it.';
	END IF;
	features := coalesce(m.features, features);
	entity := CASE WHEN 'entity' = ANY (names) THEN 'creditspread_internal.as_text(ROW(q.entity))' ELSE '''''' END;
	SELECT concat_ws(', ', CASE WHEN m.pool OR unit = 'panel' THEN '''''' ELSE entity END || ' AS unit',
		CASE WHEN unit <> 'curve' THEN entity WHEN 'entity' = ANY (names) THEN 'pg_catalog.concat(q.entity, '' '', q.maturity)'
			ELSE 'q.maturity::pg_catalog.text' END || ' AS entity',
		CASE time_type WHEN 'timestamp with time zone' THEN 'pg_catalog.timezone(''UTC'', q."time")' ELSE 'q."time"::pg_catalog.timestamp' END
			|| ' AS "time"', 'q.y::pg_catalog.float8 AS y',
		CASE WHEN features = '{}' THEN 'NULL' ELSE format('ARRAY[%s]', (SELECT string_agg(format('q.%I::pg_catalog.float8', f), ', ' ORDER BY o)
			FROM unnest(features) WITH ORDINALITY AS given (f, o))) END || '::pg_catalog.float8[] AS features',
		CASE WHEN unit = 'curve' THEN 'q.maturity' ELSE 'NULL' END || '::pg_catalog.float8 AS maturity',
		CASE WHEN 'group' = ANY (names) THEN 'creditspread_internal.as_text(ROW(q."group"))' ELSE 'NULL::pg_catalog.text' END || ' AS "group"')
	INTO list;
END
$$;
COMMENT ON FUNCTION creditspread_internal.row_expressions(creditspread.model, text) IS
	'checks the columns of a model''s query and says how its rows are made of them; errors: a column that is missing 42703, of a wrong type 42804, without use 42611';

CREATE FUNCTION creditspread_internal.read_rows(m creditspread.model) RETURNS creditspread.model
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
	columns record;
	bad record;
BEGIN
	SELECT e.* INTO columns FROM creditspread.method k, creditspread_internal.row_expressions(m, k.unit) e WHERE k.name = m.method;
	DROP TABLE IF EXISTS pg_temp.creditspread_rows;
	CREATE TEMPORARY TABLE creditspread_rows (unit text, entity text, "time" timestamp, y double precision,
		features double precision[], maturity double precision, "group" text, place bigint);
	m.row_count := creditspread_internal.run_read_only(format(
		E'INSERT INTO pg_temp.creditspread_rows SELECT r.*, pg_catalog.row_number() OVER (PARTITION BY r.unit, r.entity ORDER BY r."time")'
		'\nFROM (SELECT %s FROM (\n%s\n) AS q) AS r', columns.list, m.query), m.search_path);
	SELECT r.* INTO bad FROM pg_temp.creditspread_rows r
	WHERE r.entity IS NULL OR r.unit IS NULL OR r."time" IS NULL OR NOT isfinite(r."time") LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread: a row of the query has % of %', CASE WHEN bad."time" IS NULL THEN 'no time' ELSE 'a time' END,
			CASE WHEN bad.entity IS NULL OR bad.unit IS NULL THEN 'no entity' ELSE coalesce(bad."time"::text, format('entity "%s"', bad.entity)) END
			USING ERRCODE = CASE WHEN bad."time" IS NULL OR bad.entity IS NULL OR bad.unit IS NULL THEN '22004' ELSE '22008' END,
			HINT = 'Leave such rows out in the query.';
	ELSIF m.row_count = 0 THEN
		RAISE EXCEPTION 'creditspread: the query of model "%" gives no row', m.name
			USING ERRCODE = '22023', HINT = 'Run it by itself, with the rights of the role that calls.';
	END IF;
	CREATE INDEX ON pg_temp.creditspread_rows (unit, entity, place);
	CREATE INDEX ON pg_temp.creditspread_rows (entity, "time");
	ANALYZE pg_temp.creditspread_rows;
	m.time_type := columns.time_type;
	m.features := columns.features;
	SELECT min(r."time"), max(r."time"), md5(concat(count(*), ' ',
		sum(hash_record_extended(ROW(r.entity, r."time", r.y, r.features, r.maturity, r."group"), 0)::numeric)))
	INTO m.data_from, m.data_to, m.data_hash FROM pg_temp.creditspread_rows r;
	IF m.calendar IS NOT NULL THEN
		PERFORM creditspread_internal.read_calendar(m.calendar, m.search_path);
	END IF;
	RETURN m;
END
$$;
COMMENT ON FUNCTION creditspread_internal.read_rows(creditspread.model) IS
	'runs the query of a model, once for all series of a run, into a temporary table; returns the model with what is known of the data';

CREATE FUNCTION creditspread_internal.check_rows(m creditspread.model, in_unit text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	bad record;
BEGIN
	SELECT r.entity, r."time", r.y INTO bad FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit AND NOT abs(r.y) < 1e150 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '%: y at % is %', m.method, bad."time", bad.y
			USING ERRCODE = '22003', HINT = 'Leave the row out, or give NULL where the method takes a missing value.';
	END IF;
	IF cardinality(m.features) > 0 AND (SELECT k.uses_features FROM creditspread.method k WHERE k.name = m.method) THEN
		SELECT r."time", m.features[array_position(r.features, NULL)] AS feature INTO bad FROM pg_temp.creditspread_rows r
		WHERE r.unit = in_unit AND array_position(r.features, NULL) IS NOT NULL LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION '%: feature "%" at % is NULL', m.method, bad.feature, bad."time"
				USING ERRCODE = '22004', HINT = 'Leave such rows out in the query, or fill them there.';
		END IF;
	END IF;
	SELECT r.entity, r."time" INTO bad FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit
	GROUP BY r.entity, r."time" HAVING count(*) > 1 LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '%: time % is there twice', m.method, bad."time"
			USING ERRCODE = '23505', HINT = 'Give one row for each time, and the name of each series in column entity.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.check_rows(creditspread.model, text) IS
	'refuses rows that no method takes: y that is NaN, infinite or above 1e150 (22003), a feature that is NULL (22004), the same time twice (23505)';

-- ---- the steps --------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.prepare_run(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF r.kind IN ('train', 'retrain') THEN
		PERFORM creditspread_internal.prepare_train(r);
	ELSE
		PERFORM creditspread_internal.prepare_forecast(r);
	END IF;
	UPDATE creditspread.run SET series_total = n, steps_total = n * coalesce((r.arguments ->> 'blocks')::integer, 1)
	FROM (SELECT count(*) AS n FROM creditspread.run_series s WHERE s.run_id = r.id) AS counted WHERE id = r.id;
END
$$;
COMMENT ON FUNCTION creditspread_internal.prepare_run(creditspread.run) IS 'reads the data of a run and lists its series';

CREATE FUNCTION creditspread_internal.next_series(r creditspread.run) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
	s creditspread.run_series;
	began timestamptz := clock_timestamp();
	stored bigint := 0;
	finished boolean := true;
BEGIN
	SELECT * INTO s FROM creditspread.run_series q WHERE q.run_id = r.id AND q.status = 'pending' ORDER BY q.entity LIMIT 1;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	SELECT * INTO STRICT m FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND q.version = r.version;
	BEGIN
		PERFORM creditspread_internal.check_rows(m, s.entity);
		IF r.kind = 'forecast' THEN
			stored := creditspread_internal.forecast_series(r, m, s.entity);
		ELSIF r.kind = 'backtest' THEN
			SELECT b.stored, b.finished INTO stored, finished FROM creditspread_internal.backtest_block(r, m, s.entity, s.steps_done) b;
		ELSE
			PERFORM creditspread_internal.train_series(m, s.entity);
		END IF;
		s.status := CASE WHEN finished THEN 'done' ELSE 'pending' END;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS s.message = MESSAGE_TEXT, s.code = RETURNED_SQLSTATE, s.hint = PG_EXCEPTION_HINT;
		IF m.on_error = 'stop' THEN
			RAISE EXCEPTION USING ERRCODE = s.code, HINT = s.hint,
				MESSAGE = CASE WHEN s.entity = '' THEN s.message ELSE format('series "%s": %s', s.entity, s.message) END;
		END IF;
		s.status := 'failed';
		finished := true;
	END;
	IF s.status = 'failed' AND r.kind IN ('train', 'retrain') THEN
		INSERT INTO creditspread.artifact (model_id, entity, status, message, row_count, data_from, data_to)
		SELECT m.id, s.entity, 'failed', s.message, count(*), min(q."time"), max(q."time")
		FROM pg_temp.creditspread_rows q WHERE q.unit = s.entity;
	END IF;
	UPDATE creditspread.run_series q SET status = s.status, message = s.message, hint = nullif(s.hint, ''), code = s.code, steps_done = s.steps_done + 1,
		seconds = s.seconds + extract(epoch FROM clock_timestamp() - began)
	WHERE q.run_id = r.id AND q.entity = s.entity;
	UPDATE creditspread.run q SET series_done = q.series_done + finished::integer,
		series_failed = q.series_failed + (s.status = 'failed')::integer, rows_stored = q.rows_stored + stored,
		steps_done = q.steps_done + CASE WHEN finished THEN q.steps_total / q.series_total - s.steps_done ELSE 1 END
	WHERE q.id = r.id;
	RETURN true;
END
$$;
COMMENT ON FUNCTION creditspread_internal.next_series(creditspread.run) IS
	'does a step of the next series and logs it; an error is logged, or raised with on_error stop; false when no series is left';

CREATE FUNCTION creditspread_internal.drop_rows() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
	DROP TABLE IF EXISTS pg_temp.creditspread_rows, pg_temp.creditspread_calendar, pg_temp.creditspread_backtest;
EXCEPTION WHEN OTHERS THEN
	NULL;	-- not ours, or in use: the next run says so
END
$$;
COMMENT ON FUNCTION creditspread_internal.drop_rows() IS 'drops the temporary tables of a run';

CREATE FUNCTION creditspread_internal.finish_run(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	failed creditspread.run_series;
	note text;
BEGIN
	IF NOT EXISTS (SELECT FROM creditspread.run_series s WHERE s.run_id = r.id AND s.status = 'done') THEN
		SELECT * INTO failed FROM creditspread.run_series s WHERE s.run_id = r.id AND s.status = 'failed' ORDER BY s.entity LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION USING ERRCODE = failed.code, HINT = coalesce(failed.hint, ''), MESSAGE = CASE WHEN failed.entity = '' THEN failed.message
				ELSE format('all of %s series failed, "%s" with: %s', r.series_total, failed.entity, failed.message) END;
		END IF;
	END IF;
	IF r.kind IN ('train', 'retrain') THEN
		note := creditspread_internal.finish_train(r);
	END IF;
	UPDATE creditspread.run q SET status = 'done', ended = clock_timestamp(), message = nullif(concat_ws('; ', note,
		CASE WHEN q.series_failed > 0 THEN format('%s of %s series failed', q.series_failed, q.series_total) END), '')
	WHERE q.id = r.id;
	PERFORM creditspread_internal.drop_rows();
END
$$;
COMMENT ON FUNCTION creditspread_internal.finish_run(creditspread.run) IS 'completes a run; an error if every series failed';

CREATE FUNCTION creditspread_internal.fail_run(r creditspread.run, error_code text, error_message text, error_hint text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE creditspread.run q SET status = 'failed', ended = clock_timestamp(), code = error_code, message = error_message,
		hint = nullif(error_hint, '')
	WHERE q.id = r.id;
	DELETE FROM creditspread.model m
	WHERE m.owner = current_user AND m.name = r.model AND m.version = r.version AND m.status = 'training';
	PERFORM creditspread_internal.drop_rows();
END
$$;
COMMENT ON FUNCTION creditspread_internal.fail_run(creditspread.run, text, text, text) IS
	'logs that a run failed and removes the version that it was training';

CREATE FUNCTION creditspread_internal.report_run(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF current_setting('creditspread.progress', true) = 'on' AND clock_timestamp() >= r.reported + interval '2 s' THEN
		RAISE NOTICE 'creditspread.%: % %% done, % s left', r.kind, round(100.0 * r.steps_done / r.steps_total),
			coalesce(round(extract(epoch FROM clock_timestamp() - r.started) * (r.steps_total - r.steps_done)
				/ nullif(r.steps_done, 0))::text, '?');
		UPDATE creditspread.run q SET reported = clock_timestamp() WHERE q.id = r.id;
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.report_run(creditspread.run) IS 'with creditspread.progress on, a notice of the progress every two seconds';

-- Steps of less than 0.2 s are committed together.
CREATE FUNCTION creditspread_internal.step_run(run_id bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 SET jit = off
AS $$
DECLARE
	r creditspread.run;
	began timestamptz := clock_timestamp();
	more boolean := true;
	code text;
	message text;
	hint text;
BEGIN
	SELECT * INTO STRICT r FROM creditspread.run q WHERE q.id = step_run.run_id;
	IF r.status <> 'running' THEN
		RETURN false;
	ELSIF r.steps_total IS NULL THEN
		PERFORM creditspread_internal.take_lock(r.kind, r.model, true);
		PERFORM creditspread_internal.prepare_run(r);
	ELSE
		WHILE more AND clock_timestamp() < began + interval '0.2 s' LOOP
			more := creditspread_internal.next_series(r);
		END LOOP;
		SELECT * INTO STRICT r FROM creditspread.run q WHERE q.id = step_run.run_id;
		IF more THEN
			PERFORM creditspread_internal.report_run(r);
		ELSE
			PERFORM creditspread_internal.finish_run(r);
		END IF;
	END IF;
	RETURN more;
EXCEPTION WHEN query_canceled OR assert_failure OR OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, code = RETURNED_SQLSTATE, hint = PG_EXCEPTION_HINT;
	PERFORM creditspread_internal.fail_run(r, code, message, hint);
	RETURN false;
END
$$;
COMMENT ON FUNCTION creditspread_internal.step_run(bigint) IS
	'does the next steps of a run; false when it has ended, well or not; any error, a cancel included, ends in the log';

CREATE FUNCTION creditspread_internal.end_run(run_id bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run;
BEGIN
	SELECT * INTO STRICT r FROM creditspread.run q WHERE q.id = end_run.run_id;
	IF creditspread_internal.is_at_work(current_user, r.model, pg_backend_pid()) THEN
		PERFORM pg_advisory_unlock(creditspread_internal.lock_key(current_user, r.model));
	END IF;
	IF r.status = 'died' THEN
		RAISE EXCEPTION 'creditspread.%: another session began to work on model "%"', r.kind, r.model
			USING ERRCODE = '55P03', HINT = 'See creditspread.progress, and call again when it is done.';
	ELSIF r.status = 'failed' AND r.hint IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = r.code, MESSAGE = r.message;
	ELSIF r.status = 'failed' THEN
		RAISE EXCEPTION USING ERRCODE = r.code, MESSAGE = r.message, HINT = r.hint;
	ELSIF r.message <> '' THEN
		RAISE WARNING 'creditspread.%: %', r.kind, r.message USING HINT = format('See creditspread.run_series of run %s.', r.id);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.end_run(bigint) IS 'gives the lock back and raises the error that a run ended with';

CREATE PROCEDURE creditspread_internal.carry_out_run(run_id bigint)
LANGUAGE plpgsql
AS $$
DECLARE
	more boolean DEFAULT true;
BEGIN
	COMMIT;
	WHILE more LOOP
		more := creditspread_internal.step_run(run_id);
		COMMIT;
	END LOOP;
	PERFORM creditspread_internal.end_run(run_id);
END
$$;
COMMENT ON PROCEDURE creditspread_internal.carry_out_run(bigint) IS
	'commits the start of a run, does all its steps and ends it; errors: where no commit is possible 2D000, and the one that the run ended with';

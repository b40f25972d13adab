-- train, retrain, promote, rollback, drop and the readers of a model.

CREATE FUNCTION creditspread_internal.check_options(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	k creditspread.method;
	bad text;
BEGIN
	SELECT * INTO k FROM creditspread.method q WHERE q.name = m.method;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.train: no method "%"', m.method USING ERRCODE = '22023',
			HINT = format('Methods are %s.', (SELECT string_agg(q.name, ', ' ORDER BY q.name) FROM creditspread.method q));
	ELSIF m.pool AND k.unit NOT IN ('series or panel', 'panel') THEN
		RAISE EXCEPTION 'creditspread.train: method % has no common fit of many series', m.method USING ERRCODE = '0A000',
			HINT = format('Leave pool out, or take one of %s.', (SELECT string_agg(q.name, ', ' ORDER BY q.name)
				FROM creditspread.method q WHERE q.unit IN ('series or panel', 'panel')));
	ELSIF jsonb_typeof(m.options) <> 'object' THEN
		RAISE EXCEPTION 'creditspread.train: options are a jsonb %, not an object', jsonb_typeof(m.options)
			USING ERRCODE = '22023', HINT = 'Use the options function of the method, as rnn_options(...).';
	END IF;
	SELECT o INTO bad FROM jsonb_object_keys(m.options) o WHERE o = ANY (k.reserved_options) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: option "%" is not to be given', bad USING ERRCODE = '22023',
			HINT = 'It is set from the arguments of train: method, horizons and the columns of the query.';
	END IF;
	SELECT o INTO bad FROM jsonb_object_keys(m.options) o WHERE o <> 'interval_level' AND o <> ALL (k.options) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: method % has no option "%"', m.method, bad USING ERRCODE = '22023',
			HINT = format('Options are %s.', array_to_string(k.options || 'interval_level'::text, ', '));
	ELSIF jsonb_typeof(m.options -> 'interval_level') <> 'number' OR NOT m.level BETWEEN 0.01 AND 0.999 THEN
		RAISE EXCEPTION 'creditspread.train: option "interval_level" is %', m.options -> 'interval_level'
			USING ERRCODE = '22023', HINT = 'Give the coverage of the intervals, 0.01 to 0.999.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.check_options(creditspread.model) IS
	'refuses an unknown method, an unknown or reserved option (22023), pool where there is no common fit (0A000)';

CREATE FUNCTION creditspread_internal.check_definition(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing text;
BEGIN
	SELECT a.name INTO missing FROM (VALUES ('name', nullif(m.name, '')), ('query', nullif(btrim(m.query, E' \t\n;'), '')), ('method', m.method),
		('horizons', m.horizons::text), ('pool', m.pool::text), ('keep', m.keep::text), ('promote', m.promote), ('on_error', m.on_error))
		AS a (name, value) WHERE a.value IS NULL LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: argument % is empty', missing USING ERRCODE = '22004', HINT = 'Only options and calendar may be NULL.';
	ELSIF coalesce(array_ndims(m.horizons), 0) <> 1 OR array_position(m.horizons, NULL) IS NOT NULL
		OR (SELECT count(DISTINCT h) < count(*) OR min(h) < 1 OR max(h) > 10000 FROM unnest(m.horizons) h) THEN
		RAISE EXCEPTION 'creditspread.train: horizons are %', m.horizons
			USING ERRCODE = '22023', HINT = 'Give numbers of rows ahead, 1 to 10000, none twice.';
	ELSIF m.keep NOT BETWEEN 1 AND 1000 THEN
		RAISE EXCEPTION 'creditspread.train: keep is %', m.keep USING ERRCODE = '22023', HINT = 'Give the versions to keep, 1 to 1000.';
	ELSIF m.promote NOT IN ('always', 'if_better') THEN
		RAISE EXCEPTION 'creditspread.train: promote is "%"', m.promote USING ERRCODE = '22023', HINT = 'Give ''always'' or ''if_better''.';
	ELSIF m.on_error NOT IN ('skip', 'stop') THEN
		RAISE EXCEPTION 'creditspread.train: on_error is "%"', m.on_error USING ERRCODE = '22023', HINT = 'Give ''skip'' or ''stop''.';
	END IF;
	PERFORM creditspread_internal.check_options(m);
END
$$;
COMMENT ON FUNCTION creditspread_internal.check_definition(creditspread.model) IS
	'refuses arguments of train that are NULL (22004) or out of their range (22023)';

CREATE FUNCTION creditspread_internal.add_version(m creditspread.model, kind text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	run_id bigint;
BEGIN
	SELECT greatest((SELECT max(q.version) FROM creditspread.model q WHERE q.owner = current_user AND q.name = m.name),
		(SELECT max(q.version) FROM creditspread.run q WHERE q.owner = current_user AND q.model = m.name),
		(SELECT max(q.version) FROM creditspread.forecast q WHERE q.owner = current_user AND q.model = m.name), 0) + 1 INTO m.version;
	run_id := creditspread_internal.start_run(kind, m.name, m.version, '{}'::jsonb);
	INSERT INTO creditspread.model (name, version, status, method, query, search_path, features, horizons, options, level, pool, calendar,
		keep, promote, on_error, seed, extension_version)
	SELECT m.name, m.version, 'training', m.method, m.query, m.search_path, m.features, m.horizons, m.options, m.level, m.pool, m.calendar,
		m.keep, m.promote, m.on_error, (m.options ->> 'seed')::bigint, e.extversion
	FROM pg_extension e WHERE e.extname = 'creditspread';
	RETURN run_id;
END
$$;
COMMENT ON FUNCTION creditspread_internal.add_version(creditspread.model, text) IS 'begins the run that trains a new version of a model';

CREATE FUNCTION creditspread_internal.start_train(name text, query text, method text, horizons integer[], options jsonb, pool boolean, calendar text,
	keep integer, promote text, on_error text, given_path text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	m.name := name;
	m.query := rtrim(query, E' \t\n;');
	m.method := method;
	m.horizons := (SELECT array_agg(h ORDER BY h) FROM unnest(horizons) h);
	m.options := coalesce(options, '{}');
	m.level := CASE WHEN jsonb_typeof(m.options -> 'interval_level') = 'number' THEN (m.options ->> 'interval_level')::float8 ELSE 0.9 END;
	m.pool := pool;
	m.calendar := calendar;
	m.keep := keep;
	m.promote := promote;
	m.on_error := on_error;
	m.search_path := given_path;
	IF array_ndims(horizons) > 1 THEN
		m.horizons := horizons;
	END IF;
	PERFORM creditspread_internal.check_definition(m);
	RETURN creditspread_internal.add_version(m, 'train'::text);
END
$$;
COMMENT ON FUNCTION creditspread_internal.start_train(text, text, text, integer[], jsonb, boolean, text, integer, text, text, text) IS
	'checks the arguments of train and begins its run';

CREATE FUNCTION creditspread_internal.active_model(model_name text, caller text) RETURNS creditspread.model
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	SELECT * INTO m FROM creditspread.model q WHERE q.owner = current_user AND q.name = model_name AND q.active;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.%: role "%" has no trained model "%"', caller, current_user, model_name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview; creditspread.train makes a model.';
	END IF;
	RETURN m;
END
$$;
COMMENT ON FUNCTION creditspread_internal.active_model(text, text) IS 'the active version of a model of the current role; error 42704 if there is none';

CREATE FUNCTION creditspread_internal.start_retrain(name text) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$ SELECT creditspread_internal.add_version(creditspread_internal.active_model(name, 'retrain'::text), 'retrain'::text) $$;
COMMENT ON FUNCTION creditspread_internal.start_retrain(text) IS 'begins the run that trains the next version of a model';

-- ---- the fit ----------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.fit_rows(m creditspread.model, in_unit text, from_time timestamp, to_time timestamp) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	template text;
	artifact text;
BEGIN
	SELECT k.fit INTO template FROM creditspread.method k WHERE k.name = m.method;
	EXECUTE 'WITH s AS (SELECT r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM pg_temp.creditspread_rows r '
		'WHERE r.unit = $8 AND r."time" BETWEEN $9 AND $10)' || template
	INTO artifact USING m.options, m.horizons, m.level, m.features, m.pool, NULL::text, m.search_path, in_unit, from_time, to_time;
	IF artifact IS NULL THEN
		RAISE EXCEPTION '%: no row to fit', m.method USING ERRCODE = '22023', HINT = format('Look at the data up to %s.', to_time);
	END IF;
	RETURN artifact;
END
$$;
COMMENT ON FUNCTION creditspread_internal.fit_rows(creditspread.model, text, timestamp, timestamp) IS
	'fits the rows of a unit from a time to a time, both included; returns the artifact';

CREATE FUNCTION creditspread_internal.forecast_rows(m creditspread.model, in_unit text, artifact text, widths jsonb, from_time timestamp, to_time timestamp,
	OUT entity text, OUT origin timestamp, OUT horizon integer, OUT forecast double precision, OUT lower double precision,
	OUT upper double precision, OUT random_walk double precision, OUT target_time timestamp, OUT actual double precision)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	template text;
BEGIN
	SELECT k.forecast INTO template FROM creditspread.method k WHERE k.name = m.method;
	RETURN QUERY EXECUTE 'WITH r AS (SELECT * FROM pg_temp.creditspread_rows WHERE unit = $8), '
		's AS (SELECT r.entity, r."time", r.y, r.features, r.maturity, r."group" FROM r WHERE r."time" <= $10), '
		'f AS (' || template || ') '
		'SELECT f.entity, f."time", f.horizon, f.forecast, coalesce(f.lower, f.forecast - ($11 ->> f.horizon::text)::float8), '
		'coalesce(f.upper, f.forecast + ($11 ->> f.horizon::text)::float8), o.y, t."time", t.y '
		'FROM f JOIN r AS o ON o.entity = f.entity AND o."time" = f."time" '
		'LEFT JOIN r AS t ON t.entity = o.entity AND t.place = o.place + f.horizon '
		'WHERE f."time" >= $9 AND f.forecast IS NOT NULL AND o.y IS NOT NULL'
	USING m.options, m.horizons, m.level, m.features, m.pool, artifact, m.search_path, in_unit, from_time, to_time, widths;
END
$$;
COMMENT ON FUNCTION creditspread_internal.forecast_rows(creditspread.model, text, text, jsonb, timestamp, timestamp) IS
	'the forecasts made on the rows of a unit from a time to a time, beside the random walk and the row they are for, if it is there; no forecast knows a later row';

CREATE FUNCTION creditspread_internal.square(x double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(x) < 1e-150 THEN 0 ELSE x ^ 2 END;
COMMENT ON FUNCTION creditspread_internal.square(double precision) IS 'the square of an error; zero, and not an error for underflow, below 1e-150';

-- Validation of methods that have none of their own, and the widths of their intervals: split conformal, as for the networks.
CREATE FUNCTION creditspread_internal.validate_rows(m creditspread.model, in_unit text, from_time timestamp, to_time timestamp,
	OUT measures jsonb, OUT widths jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	cut timestamp;
BEGIN
	SELECT percentile_disc(0.85) WITHIN GROUP (ORDER BY r."time") INTO cut
	FROM (SELECT DISTINCT q."time" FROM pg_temp.creditspread_rows q WHERE q.unit = in_unit AND q."time" BETWEEN from_time AND to_time) r;
	SELECT jsonb_build_object('n', sum(h.n), 'mae', sum(h.error) / sum(h.n), 'rmse', sqrt(sum(h.square) / sum(h.n)),
			'random_walk_mae', sum(h.walk_error) / sum(h.n), 'random_walk_rmse', sqrt(sum(h.walk_square) / sum(h.n))),
		jsonb_object_agg(h.horizon, h.sorted[ceil((h.n + 1) * m.level)::integer])
	INTO measures, widths
	FROM (SELECT f.horizon, count(*) AS n, sum(abs(f.forecast - f.actual)) AS error, sum(creditspread_internal.square(f.forecast - f.actual)) AS square,
			sum(abs(f.random_walk - f.actual)) AS walk_error, sum(creditspread_internal.square(f.random_walk - f.actual)) AS walk_square,
			array_agg(abs(f.forecast - f.actual) ORDER BY abs(f.forecast - f.actual)) AS sorted
		FROM creditspread_internal.forecast_rows(m, in_unit, creditspread_internal.fit_rows(m, in_unit, from_time, cut), NULL::jsonb, cut, to_time) f
		WHERE f.actual IS NOT NULL AND f.target_time <= to_time GROUP BY f.horizon) h
	HAVING count(*) > 0;
EXCEPTION WHEN OTHERS THEN
	measures := NULL;
	widths := NULL;
END
$$;
COMMENT ON FUNCTION creditspread_internal.validate_rows(creditspread.model, text, timestamp, timestamp) IS
	'errors of the forecasts of the last 15 % of the times by a fit to those before them, and for each horizon the quantile of the absolute errors; NULL if there are too few rows';

CREATE FUNCTION creditspread_internal.train_series(m creditspread.model, in_unit text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a creditspread.artifact;
	template text;
BEGIN
	a.artifact := creditspread_internal.fit_rows(m, in_unit, timestamp '-infinity', timestamp 'infinity');
	SELECT k.validation INTO template FROM creditspread.method k WHERE k.name = m.method;
	IF template IS NULL THEN
		SELECT v.measures, v.widths INTO a.measures, a.widths FROM creditspread_internal.validate_rows(m, in_unit, timestamp '-infinity', timestamp 'infinity') v;
	ELSE
		EXECUTE 'SELECT jsonb_build_object(''n'', n, ''mae'', mae, ''rmse'', rmse, ''random_walk_mae'', walk_mae, ''random_walk_rmse'', '
			'walk_rmse) FROM (' || template || ') AS v (n, mae, rmse, walk_mae, walk_rmse) WHERE mae IS NOT NULL'
		INTO a.measures USING m.options, m.horizons, m.level, m.features, m.pool, a.artifact, m.search_path;
	END IF;
	INSERT INTO creditspread.artifact (model_id, entity, artifact, status, row_count, data_from, data_to, measures, widths)
	SELECT m.id, in_unit, a.artifact, 'ready', count(*), min(r."time"), max(r."time"), a.measures,
		CASE WHEN k.intervals = 'validation' THEN a.widths END
	FROM creditspread.method k, pg_temp.creditspread_rows r WHERE k.name = m.method AND r.unit = in_unit GROUP BY k.intervals;
END
$$;
COMMENT ON FUNCTION creditspread_internal.train_series(creditspread.model, text) IS 'fits and validates a unit and stores its artifact';

CREATE FUNCTION creditspread_internal.prepare_train(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	SELECT * INTO STRICT m FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND q.version = r.version;
	m := creditspread_internal.read_rows(m);
	UPDATE creditspread.model q SET time_type = m.time_type, features = m.features, row_count = m.row_count, data_from = m.data_from,
		data_to = m.data_to, data_hash = m.data_hash WHERE q.id = m.id;
	INSERT INTO creditspread.run_series (run_id, entity, status)
	SELECT DISTINCT r.id, q.unit, 'pending' FROM pg_temp.creditspread_rows q;
	PERFORM creditspread_internal.fill_actuals(m);
END
$$;
COMMENT ON FUNCTION creditspread_internal.prepare_train(creditspread.run) IS 'reads the data of a training';

CREATE FUNCTION creditspread_internal.finish_train(r creditspread.run) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
	before creditspread.model;
	note text;
	walks text;
BEGIN
	SELECT * INTO before FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND q.active;
	UPDATE creditspread.model q SET status = 'ready', trained_at = clock_timestamp(), validation_mae = v.mae, validation_rmse = v.rmse,
		validation_random_walk_mae = v.walk_mae, validation_random_walk_rmse = v.walk_rmse
	FROM creditspread.model w, LATERAL (SELECT sum(x.n * x.mae) / sum(x.n) AS mae, sqrt(sum(x.n * creditspread_internal.square(x.rmse)) / sum(x.n)) AS rmse,
			sum(x.n * x.random_walk_mae) / sum(x.n) AS walk_mae, sqrt(sum(x.n * creditspread_internal.square(x.random_walk_rmse)) / sum(x.n)) AS walk_rmse
		FROM creditspread.artifact a, jsonb_to_record(a.measures)
			AS x (n float8, mae float8, rmse float8, random_walk_mae float8, random_walk_rmse float8)
		WHERE a.model_id = w.id AND x.n > 0) v
	WHERE q.id = w.id AND w.owner = current_user AND w.name = r.model AND w.version = r.version
	RETURNING q.* INTO STRICT m;
	IF before.id IS NULL OR m.promote = 'always' OR coalesce(m.validation_mae * before.validation_random_walk_mae
			< before.validation_mae * m.validation_random_walk_mae, before.validation_mae IS NULL) THEN
		PERFORM creditspread_internal.make_active(m.name, m.version);
	ELSE
		note := format('version %s stays active, version %s is not better in validation', before.version, m.version);
	END IF;
	DELETE FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND NOT q.active AND q.version <= (
		SELECT k.version FROM creditspread.model k WHERE k.owner = current_user AND k.name = r.model ORDER BY k.version DESC
		OFFSET m.keep LIMIT 1);
	SELECT format('%s of %s series are forecast by the random walk: %s found nothing else in them',
		count(*) FILTER (WHERE a.random_walk), count(*), m.method) INTO walks
	FROM (SELECT strpos(q.artifact, '"random_walk": true') > 0 AS random_walk FROM creditspread.artifact q
		WHERE q.model_id = m.id AND q.status = 'ready') a
	HAVING bool_or(a.random_walk);
	RETURN nullif(concat_ws('; ', note, walks), '');
END
$$;
COMMENT ON FUNCTION creditspread_internal.finish_train(creditspread.run) IS
	'completes a version, makes it active if it may, and removes versions beyond those to keep; all at once';

-- ---- what users call --------------------------------------------------------------------------------------------

CREATE PROCEDURE creditspread.train(name text, query text, method text DEFAULT 'rnn', horizons integer[] DEFAULT '{1}',
	options jsonb DEFAULT NULL, pool boolean DEFAULT false, calendar text DEFAULT NULL, keep integer DEFAULT 5,
	promote text DEFAULT 'always', on_error text DEFAULT 'skip')
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.start_train(name, query, method, horizons, options, pool, calendar, keep, promote, on_error,
		pg_catalog.current_setting('search_path')));
END
$$;
COMMENT ON PROCEDURE creditspread.train(text, text, text, integer[], jsonb, boolean, text, integer, text, text) IS
	'trains a named model, as its next version: name; query with columns "time", y, perhaps entity, and features; method, one of creditspread.method; horizons in rows ahead; options of the method; pool, one fit for all series; calendar, a table or query of business days; keep, versions kept; promote always or if_better; on_error of a series skip or stop; commits as it goes, so not inside a transaction block (2D000); errors: the model is worked on 55P03, arguments 22004 and 22023, columns 42703 and 42804, a query that writes 25006';

CREATE PROCEDURE creditspread.retrain(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.start_retrain(name));
END
$$;
COMMENT ON PROCEDURE creditspread.retrain(text) IS
	'trains the next version of a model on the data of now; the version before serves until it is complete, and on if the training fails; errors as of train, no such model 42704';

CREATE FUNCTION creditspread_internal.make_active(model_name text, to_version integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE creditspread.model q SET active = false WHERE q.owner = current_user AND q.name = model_name AND q.active;
	UPDATE creditspread.model q SET active = true
	WHERE q.owner = current_user AND q.name = model_name AND q.version = to_version AND q.status = 'ready';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.promote: model "%" has no version %', model_name, to_version
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.make_active(text, integer) IS 'makes a version of a model of the current role the active one; error 42704 if there is none';

CREATE FUNCTION creditspread_internal.lock_briefly(model_name text, caller text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM creditspread.model q WHERE q.owner = current_user AND q.name = model_name)
		AND NOT (caller = 'drop' AND EXISTS (SELECT FROM creditspread.run q WHERE q.owner = current_user AND q.model = model_name)) THEN
		RAISE EXCEPTION 'creditspread.%: role "%" has no model "%"', caller, current_user, model_name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	END IF;
	PERFORM creditspread_internal.take_lock(caller, model_name, false);
END
$$;
COMMENT ON FUNCTION creditspread_internal.lock_briefly(text, text) IS
	'takes the lock of a model until the transaction ends; errors: no such model 42704, it is worked on 55P03';

CREATE PROCEDURE creditspread.promote(name text, version integer)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM creditspread_internal.lock_briefly(name, 'promote'::text);
	PERFORM creditspread_internal.make_active(name, version);
END
$$;
COMMENT ON PROCEDURE creditspread.promote(text, integer) IS
	'makes a version of a model the active one; errors: no such model or version 42704, the model is worked on 55P03';

CREATE PROCEDURE creditspread.rollback(name text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	before integer;
BEGIN
	PERFORM creditspread_internal.lock_briefly(name, 'rollback'::text);
	SELECT max(q.version) INTO before FROM creditspread.model q
	WHERE q.owner = current_user AND q.name = rollback.name AND q.status = 'ready' AND q.version < (
		SELECT a.version FROM creditspread.model a WHERE a.owner = current_user AND a.name = rollback.name AND a.active);
	IF before IS NULL THEN
		RAISE EXCEPTION 'creditspread.rollback: model "%" has no version before the active one', name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview; keep says how many versions are kept.';
	END IF;
	PERFORM creditspread_internal.make_active(name, before);
END
$$;
COMMENT ON PROCEDURE creditspread.rollback(text) IS
	'makes the version before the active one the active one; errors: there is none 42704, the model is worked on 55P03';

CREATE PROCEDURE creditspread.drop(name text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM creditspread_internal.lock_briefly(name, 'drop'::text);
	DELETE FROM creditspread.forecast q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.run q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.reader q WHERE q.owner = current_user AND q.model = name;
	DELETE FROM creditspread.model q WHERE q.owner = current_user AND q.name = drop.name;
END
$$;
COMMENT ON PROCEDURE creditspread.drop(text) IS
	'removes a model with its versions, forecasts, log and readers; errors: no such model 42704, it is worked on 55P03';

CREATE PROCEDURE creditspread.grant_reader(model text, role text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM creditspread.model q WHERE q.owner = current_user AND q.name = model) THEN
		RAISE EXCEPTION 'creditspread.grant_reader: role "%" has no model "%"', current_user, model
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	ELSIF NOT EXISTS (SELECT FROM pg_roles q WHERE q.rolname = role) THEN
		RAISE EXCEPTION 'creditspread.grant_reader: no role "%"', role
			USING ERRCODE = '42704', HINT = 'CREATE ROLE makes one.';
	END IF;
	INSERT INTO creditspread.reader (model, reader) VALUES (model, role) ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON PROCEDURE creditspread.grant_reader(text, text) IS
	'lets a role, and its members, read a model, its forecasts and its log; errors: no such model or role 42704';

CREATE PROCEDURE creditspread.revoke_reader(model text, role text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM creditspread.reader q WHERE q.owner = current_user AND q.model = revoke_reader.model AND q.reader = role;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.revoke_reader: role "%" does not read model "%" of role "%"', role, model, current_user
			USING ERRCODE = '42704', HINT = 'See creditspread.reader.';
	END IF;
END
$$;
COMMENT ON PROCEDURE creditspread.revoke_reader(text, text) IS 'takes back what grant_reader gave; error 42704 if it gave nothing';

-- The life of a model beside its runs: which version is active, who may read it, whose it is, what is forgotten, and taking it
-- elsewhere.
--
-- Each procedure hands its arguments to the function of its name in creditspread_internal, which acts as the owner of the tables and
-- is told who calls (by_caller).

-- The new owner of a model that is transferred, or the end of the transaction that drops it, may come before the lock.
CREATE FUNCTION creditspread_internal.held_pipeline(caller oid, model text, owner text, function text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found bigint;
BEGIN
	LOOP
		found := creditspread_internal.pipeline_of(caller, model, owner, function);
		PERFORM creditspread_internal.lock_briefly(found, function);
		PERFORM FROM creditspread.pipeline p WHERE p.id = found FOR KEY SHARE;
		IF found = creditspread_internal.pipeline_of(caller, model, owner, function) THEN
			RETURN found;
		END IF;
	END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.held_pipeline(oid, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.held_pipeline(oid, text, text, text) IS
	'number of the model that a role is to act on, see pipeline_of(), whose lock the transaction has from now on; error 55P03 if it is worked on';

CREATE FUNCTION creditspread_internal.promote(caller oid, name text, version integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.held_pipeline(caller, name, NULL::text, 'promote'::text);
BEGIN
	IF NOT EXISTS (SELECT FROM creditspread.model m WHERE m.pipeline_id = pipeline AND m.version = promote.version AND m.status = 'ready') THEN
		RAISE EXCEPTION 'creditspread.promote: model "%" has no version %', name, coalesce(version::text, 'NULL')
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	END IF;
	PERFORM creditspread_internal.make_active(pipeline, version);
	PERFORM creditspread_internal.tell('promoted'::text, pipeline, version, NULL::bigint, '{}'::jsonb);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.promote(oid, text, integer) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.promote(oid, text, integer) IS 'creditspread.promote for a role';

CREATE PROCEDURE creditspread.promote(name text, version integer)
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON PROCEDURE creditspread.promote(text, integer) IS
	'makes a version of a model the active one; errors: no such model or version 42704, the model is worked on 55P03';

CREATE FUNCTION creditspread_internal.rollback(caller oid, name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.held_pipeline(caller, name, NULL::text, 'rollback'::text);
	before integer;
BEGIN
	SELECT max(m.version) INTO before FROM creditspread.model m
	WHERE m.pipeline_id = pipeline AND m.status = 'ready'
		AND m.version < (SELECT a.version FROM creditspread.model a WHERE a.pipeline_id = pipeline AND a.active);
	IF before IS NULL THEN
		RAISE EXCEPTION 'creditspread.rollback: model "%" has no version before the active one', name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview; keep says how many versions are kept.';
	END IF;
	PERFORM creditspread_internal.make_active(pipeline, before);
	PERFORM creditspread_internal.tell('promoted'::text, pipeline, before, NULL::bigint, '{}'::jsonb);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.rollback(oid, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.rollback(oid, text) IS 'creditspread.rollback for a role';

CREATE PROCEDURE creditspread.rollback(name text)
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON PROCEDURE creditspread.rollback(text) IS
	'makes the version before the active one the active one; errors: there is none 42704, the model is worked on 55P03';

CREATE FUNCTION creditspread_internal."drop"(caller oid, name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.held_pipeline(caller, name, NULL::text, 'drop'::text);
BEGIN
	DELETE FROM creditspread.pipeline p WHERE p.id = pipeline;	-- first: nobody logs a run of it, or adds a reader, from here on
	DELETE FROM creditspread.artifact a USING creditspread.model m WHERE m.pipeline_id = pipeline AND a.model_id = m.id;
	DELETE FROM creditspread.model m WHERE m.pipeline_id = pipeline;
	DELETE FROM creditspread.run_series s USING creditspread.run r WHERE r.pipeline_id = pipeline AND s.run_id = r.id;
	DELETE FROM creditspread.run r WHERE r.pipeline_id = pipeline;
	DELETE FROM creditspread.forecast f WHERE f.pipeline_id = pipeline;
	DELETE FROM creditspread.series s WHERE s.pipeline_id = pipeline;
	DELETE FROM creditspread.reader r WHERE r.pipeline_id = pipeline;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal."drop"(oid, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal."drop"(oid, text) IS 'creditspread.drop for a role';

CREATE PROCEDURE creditspread.drop(name text)
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON PROCEDURE creditspread.drop(text) IS
	'removes a model with its versions, forecasts, log and readers; errors: no such model 42704, it is worked on 55P03';

-- ---- readers -----------------------------------------------------------------------------------------------------

-- Not the lock of the model: its owner may share it while it is trained.
CREATE FUNCTION creditspread_internal.shared_pipeline(caller oid, model text, function text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found bigint;
BEGIN
	LOOP
		found := creditspread_internal.owned_pipeline(caller, model, function);
		PERFORM FROM creditspread.pipeline p WHERE p.id = found FOR NO KEY UPDATE;
		IF found = creditspread_internal.owned_pipeline(caller, model, function) THEN
			RETURN found;
		END IF;
	END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.shared_pipeline(oid, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.shared_pipeline(oid, text, text) IS
	'number of a role''s model whose readers are to be changed: until the transaction ends nobody else changes them, drops it or gives it away';

-- A role that was renamed reads on, under its name of now; what was granted to one that is gone goes, too.
CREATE FUNCTION creditspread_internal.set_readers(pipeline bigint, roles oid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM creditspread.reader q WHERE q.pipeline_id = pipeline;
	INSERT INTO creditspread.reader (pipeline_id, reader, reader_oid, cluster)
	SELECT pipeline, r.rolname, r.oid, creditspread_internal.cluster() FROM pg_roles r WHERE r.oid = ANY (roles);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.set_readers(bigint, oid[]) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.set_readers(bigint, oid[]) IS 'a model has these readers and no others';

CREATE FUNCTION creditspread_internal.grant_reader(caller oid, model text, role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.shared_pipeline(caller, model, 'grant_reader'::text);
	reading oid := (SELECT r.oid FROM pg_roles r WHERE r.rolname = role);
BEGIN
	IF reading IS NULL THEN
		RAISE EXCEPTION 'creditspread.grant_reader: no role "%"', role USING ERRCODE = '42704', HINT = CASE lower(role) WHEN 'public'
			THEN 'Name a role that the readers are members of, as pg_read_all_data or one that CREATE ROLE makes.' ELSE 'CREATE ROLE makes one.' END;
	END IF;
	PERFORM creditspread_internal.set_readers(pipeline, creditspread_internal.readers_of(pipeline) || reading);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.grant_reader(oid, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.grant_reader(oid, text, text) IS 'creditspread.grant_reader for a role';

CREATE PROCEDURE creditspread.grant_reader(model text, role text)
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON PROCEDURE creditspread.grant_reader(text, text) IS
	'lets a role, and its members, read a model, its forecasts and its log; errors: no such model or role 42704';

CREATE FUNCTION creditspread_internal.revoke_reader(caller oid, model text, role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.shared_pipeline(caller, model, 'revoke_reader'::text);
	readers oid[] := creditspread_internal.readers_of(pipeline);
	reading oid := (SELECT r.oid FROM pg_roles r WHERE r.rolname = role);
	gone boolean := EXISTS (SELECT FROM creditspread.reader q WHERE q.pipeline_id = pipeline AND q.reader = role
		AND creditspread_internal.role_here(q.reader, q.reader_oid, q.cluster, q.heir, q.heir_cluster) IS NULL);
BEGIN
	PERFORM creditspread_internal.set_readers(pipeline, array_remove(readers, reading));
	IF NOT (gone OR coalesce(reading = ANY (readers), false)) THEN
		RAISE EXCEPTION 'creditspread.revoke_reader: role "%" does not read model "%" of role "%"', role, model, pg_get_userbyid(caller)
			USING ERRCODE = '42704', HINT = 'See creditspread.reader.';
	END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.revoke_reader(oid, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.revoke_reader(oid, text, text) IS 'creditspread.revoke_reader for a role';

CREATE PROCEDURE creditspread.revoke_reader(model text, role text)
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON PROCEDURE creditspread.revoke_reader(text, text) IS 'takes back what grant_reader gave; error 42704 if it gave nothing';

-- ---- owners ------------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread.owned_by(role text, OUT model text, OUT active_version integer, OUT versions integer, OUT trained_at timestamptz, OUT readers text)
RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT p.name, max(m.version) FILTER (WHERE m.active), count(m.version)::integer, max(m.trained_at),
		(SELECT string_agg(coalesce(g.rolname, r.reader)::text, ', ' ORDER BY coalesce(g.rolname, r.reader)) FROM creditspread.reader r
			LEFT JOIN pg_roles g ON g.oid = creditspread_internal.role_here(r.reader, r.reader_oid, r.cluster, r.heir, r.heir_cluster) WHERE r.pipeline_id = p.id)
	FROM creditspread_internal.readable_pipelines() p LEFT JOIN creditspread.model m ON m.pipeline_id = p.id
	WHERE p.owner = role OR p.owner = role || ' (no role)'
	GROUP BY p.id, p.name ORDER BY p.name
$$;
COMMENT ON FUNCTION creditspread.owned_by(text) IS
	'the models of a role, of those that the caller may read: name, active version, number of versions, last training, readers; also of a role that is gone; creditspread.transfer gives them to another';

CREATE FUNCTION creditspread_internal.pipeline_of(caller oid, model text, owner text, function text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found bigint[];
BEGIN
	IF owner IS NULL THEN
		RETURN creditspread_internal.owned_pipeline(caller, model, function);
	END IF;
	PERFORM creditspread_internal.adopt_rows(caller);
	PERFORM creditspread_internal.adopt_rows(r.oid) FROM pg_roles r, pg_roles s WHERE r.rolname = pipeline_of.owner AND s.oid = caller AND s.rolsuper;
	SELECT array_agg(p.id) INTO found FROM unnest(creditspread_internal.list_readable_pipelines(caller)) p
	WHERE p.name = model AND (p.owner = pipeline_of.owner OR p.owner = pipeline_of.owner || ' (no role)');
	IF found IS NULL THEN
		RAISE EXCEPTION 'creditspread.%: role "%" has no model "%"', function, owner, model
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	ELSIF cardinality(found) > 1 THEN
		RAISE EXCEPTION 'creditspread.%: % roles by the name "%" have a model "%"', function, cardinality(found), owner, model
			USING ERRCODE = '42P08', HINT = format('Those that are gone: give "%s (no role)".', owner);
	ELSIF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.oid = caller) AND found[1] IS DISTINCT FROM creditspread_internal.find_pipeline(caller, model) THEN
		RAISE EXCEPTION 'creditspread.%: model "%" is of role "%"', function, model, owner
			USING ERRCODE = '42501', HINT = 'Its owner gives it away, or a superuser.';
	END IF;
	RETURN found[1];
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.pipeline_of(oid, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.pipeline_of(oid, text, text, text) IS
	'number of the model that a role is to act on: its own, or, for superusers, that of the owner given; errors 42704, 42P08, 42501, in the name of a function of schema creditspread';

-- The new owner will run the model's query: only who could act as him may give him one.
CREATE FUNCTION creditspread_internal.transfer(caller oid, model text, role text, owner text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.held_pipeline(caller, model, owner, 'transfer'::text);
	receiver oid := (SELECT r.oid FROM pg_roles r WHERE r.rolname = role);
BEGIN
	IF receiver IS NULL THEN
		RAISE EXCEPTION 'creditspread.transfer: no role "%"', role USING ERRCODE = '42704', HINT = 'CREATE ROLE makes one.';
	ELSIF NOT pg_has_role(caller, receiver, CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END) THEN
		RAISE EXCEPTION 'creditspread.transfer: role "%" is no member of role "%"', pg_get_userbyid(caller), role
			USING ERRCODE = '42501', HINT = 'Who may act as the new owner, or a superuser, gives him a model: its query will run with his rights.';
	END IF;
	PERFORM creditspread_internal.adopt_rows(receiver);
	BEGIN
		IF creditspread_internal.find_pipeline(receiver, model) <> pipeline THEN
			RAISE unique_violation;
		END IF;
		UPDATE creditspread.pipeline p SET owner = role, owner_oid = receiver, cluster = creditspread_internal.cluster() WHERE p.id = pipeline;
	EXCEPTION WHEN unique_violation THEN	-- his one may have come in the meantime
		RAISE EXCEPTION 'creditspread.transfer: role "%" has a model "%"', role, model
			USING ERRCODE = '42710', HINT = 'creditspread.export and import give it another name.';
	END;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.transfer(oid, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.transfer(oid, text, text, text) IS 'creditspread.transfer for a role';

CREATE PROCEDURE creditspread.transfer(model text, role text, owner text DEFAULT NULL)
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON PROCEDURE creditspread.transfer(text, text, text) IS
	'gives a model to another role, whose member the caller must be; owner (NULL = the caller): for superusers, whose model it is, also of a role that is gone; errors: no such model or role 42704, no right 42501, the role has a model of that name 42710, the model is worked on 55P03';

-- ---- what is forgotten ---------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.prune(caller oid, name text, before timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.held_pipeline(caller, name, NULL::text, 'prune'::text);
BEGIN
	IF before IS NULL THEN
		RAISE EXCEPTION 'creditspread.prune: before is NULL' USING ERRCODE = '22004', HINT = 'Give a time, such as now() - interval ''2 years''.';
	END IF;
	DELETE FROM creditspread.forecast f WHERE f.pipeline_id = pipeline AND f.made_at < before;
	DELETE FROM creditspread.run_series s USING creditspread.run r WHERE r.pipeline_id = pipeline AND r.started < before AND s.run_id = r.id;
	DELETE FROM creditspread.run r WHERE r.pipeline_id = pipeline AND r.started < before;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.prune(oid, text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.prune(oid, text, timestamptz) IS 'creditspread.prune for a role';

CREATE PROCEDURE creditspread.prune(name text, before timestamptz)
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON PROCEDURE creditspread.prune(text, timestamptz) IS
	'removes the forecasts of a model that were made, and the log of its runs that began, before a time; versions stay; errors: no such model 42704, NULL 22004, it is worked on 55P03';

CREATE FUNCTION creditspread_internal.forget(caller oid, model text, entity text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.held_pipeline(caller, model, NULL::text, 'forget'::text);
	known boolean;
BEGIN
	DELETE FROM creditspread.series s WHERE s.pipeline_id = pipeline AND s.entity = forget.entity;
	known := FOUND;
	DELETE FROM creditspread.forecast f WHERE f.pipeline_id = pipeline AND f.source IN ('forecast', 'backtest') AND f.entity = forget.entity;
	known := known OR FOUND;
	DELETE FROM creditspread.artifact a USING creditspread.model m, creditspread.method k
	WHERE m.pipeline_id = pipeline AND a.model_id = m.id AND a.entity = forget.entity AND k.name = m.method AND NOT m.pool AND k.unit <> 'panel';
	IF NOT known AND NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.forget: model "%" has no series "%"', model, coalesce(entity, 'NULL')
			USING ERRCODE = '42704', HINT = 'See creditspread.freshness.';
	END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.forget(oid, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.forget(oid, text, text) IS 'creditspread.forget for a role';

CREATE PROCEDURE creditspread.forget(model text, entity text)
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON PROCEDURE creditspread.forget(text, text) IS
	'removes a series from a model: what is known of it, its forecasts and its fits; the log stays; if the query still gives it, the next run knows it again; errors: no such model or series 42704, the model is worked on 55P03';

-- ---- a model as one value ------------------------------------------------------------------------------------------
--
-- A first line with the format and the SHA-256 of the rest, which is JSON, all in UTF-8: rows of the tables, without numbers
-- that mean something in one catalog only.

CREATE FUNCTION creditspread_internal.readable_model(model text, INOUT owner name, OUT pipeline_id bigint, OUT version integer, OUT method text,
	OUT query_number integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	found creditspread_internal.readable_pipeline[];
	owners text;
BEGIN
	SELECT array_agg(p ORDER BY p.own AND p.owner = current_user DESC, p.owner), string_agg(p.owner, ', ' ORDER BY p.owner) INTO found, owners
	FROM creditspread_internal.readable_pipelines() p
	WHERE p.name = model AND (readable_model.owner IS NULL OR p.owner = readable_model.owner);
	IF found IS NULL THEN
		RAISE EXCEPTION 'there is no model "%"', model USING ERRCODE = 'undefined_object',
			HINT = 'creditspread.model_overview lists the models; a reader needs creditspread.grant_reader.';
	ELSIF cardinality(found) > 1 AND NOT (found[1].own AND found[1].owner = current_user) THEN
		RAISE EXCEPTION '% roles have a model "%"', cardinality(found), model USING ERRCODE = 'ambiguous_parameter',
			HINT = format('Give the owner: %s.', owners);
	END IF;
	pipeline_id := found[1].id;
	owner := found[1].owner;
	SELECT m.version, m.method, m.query_number INTO version, method, query_number FROM creditspread.model m
	WHERE m.pipeline_id = readable_model.pipeline_id ORDER BY m.active DESC, m.version DESC LIMIT 1;
END $$;
COMMENT ON FUNCTION creditspread_internal.readable_model(text, name) IS
	'the model of a name that charts, reports and exports are of: of the owner, or (NULL) the caller''s own or the only one that he may read; its active version, or the last; errors: no such model, several owners';

CREATE FUNCTION creditspread.export(model text, owner name DEFAULT NULL, forecasts boolean DEFAULT true) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
DECLARE
	pipeline bigint := (SELECT r.pipeline_id FROM creditspread_internal.readable_model(model, owner) r);
	stored bigint;
	body bytea;
BEGIN
	SELECT sum(octet_length(f.entity) + 400) INTO stored FROM creditspread.forecast f WHERE f.pipeline_id = pipeline AND forecasts;
	SELECT coalesce(stored, 0) + coalesce(sum(2 * octet_length(a.artifact) + 300), 0) INTO stored
	FROM creditspread.artifact a JOIN creditspread.model m ON m.id = a.model_id WHERE m.pipeline_id = pipeline;
	IF stored > 1000000000 THEN
		RAISE EXCEPTION 'creditspread.export: model "%" takes some % MB, more than one value can hold', model, stored / 1000000
			USING ERRCODE = '54000', HINT = CASE WHEN forecasts THEN 'Leave its forecasts out with forecasts => false, or use pg_dump.' ELSE 'Use pg_dump.' END;
	END IF;
	SELECT convert_to(json_build_object(
		'name', p.name, 'time_zone', p.time_zone, 'in_utc', p.in_utc, 'created_at', p.created_at,
		'description', p.description, 'units', p.units, 'changes', p.changes,
		'versions', (SELECT coalesce(json_agg(m ORDER BY m.version), '[]') FROM creditspread.model m WHERE m.pipeline_id = p.id AND m.status = 'ready'),
		'artifacts', (SELECT coalesce(json_agg(a), '[]') FROM creditspread.artifact a JOIN creditspread.model m ON m.id = a.model_id WHERE m.pipeline_id = p.id AND m.status = 'ready'),
		'series', (SELECT coalesce(json_agg(s), '[]') FROM creditspread.series s WHERE s.pipeline_id = p.id),
		'runs', (SELECT coalesce(json_agg(r ORDER BY r.id), '[]') FROM creditspread.run r WHERE r.pipeline_id = p.id),
		'run_series', (SELECT coalesce(json_agg(s), '[]') FROM creditspread.run_series s JOIN creditspread.run r ON r.id = s.run_id WHERE r.pipeline_id = p.id),
		'forecasts', (SELECT coalesce(json_agg(f), '[]') FROM creditspread.forecast f WHERE f.pipeline_id = p.id AND forecasts))::text, 'UTF8')
	INTO body FROM creditspread.pipeline p WHERE p.id = pipeline;
	RETURN convert_to(format(E'creditspread model 1 %s\n', encode(sha256(body), 'hex')), 'UTF8') || body;
END
$$;
COMMENT ON FUNCTION creditspread.export(text, name, boolean) IS
	'a model as one value for creditspread.import, in this database or another, whatever its encoding: versions, fits, log and, unless forecasts is false, stored forecasts; without its readers; owner (NULL = the caller, or the only one whose model he may read); errors: no such model 42704, several owners 42P08, more than a value can hold 54000';

CREATE FUNCTION creditspread_internal.exported(value bytea) RETURNS json
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	line integer := position(E'\\x0a'::bytea IN coalesce(value, ''));
	body bytea := substr(value, line + 1);
BEGIN
	IF line <> 86 OR substr(value, 1, 20) <> 'creditspread model 1'::bytea THEN
		RAISE EXCEPTION 'creditspread.import: the value is none of creditspread.export' USING ERRCODE = '22023',
			HINT = 'Give the bytes as creditspread.export returned them.';
	ELSIF convert_to(encode(sha256(body), 'hex'), 'UTF8') <> substr(value, 22, 64) THEN
		RAISE EXCEPTION 'creditspread.import: the value of % bytes is damaged', length(value) USING ERRCODE = '22023',
			HINT = 'Give the bytes as creditspread.export returned them.';
	END IF;
	RETURN convert_from(body, 'UTF8');
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.exported(bytea) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.exported(bytea) IS 'what creditspread.export put into a value; error 22023 for any other bytes';

CREATE FUNCTION creditspread_internal.import_pipeline(caller oid, given json, name text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	made bigint;
	unknown text;
BEGIN
	PERFORM creditspread_internal.adopt_rows(caller);
	SELECT z.name INTO unknown FROM (SELECT given ->> 'time_zone' UNION ALL SELECT v ->> 'time_zone' FROM json_array_elements(given -> 'versions') v) z (name)
	WHERE NOT creditspread_internal.is_time_zone(z.name) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.import: this server has no time zone "%"', unknown
			USING ERRCODE = '22023', HINT = 'The zones that it knows are in pg_timezone_names.';
	END IF;
	IF creditspread_internal.find_pipeline(caller, name) IS NULL THEN
		INSERT INTO creditspread.pipeline (id, owner, owner_oid, cluster, name, time_zone, in_utc, created_at, description, units, changes)
		VALUES (creditspread_internal.next_id('creditspread.pipeline_id_seq'::regclass, (SELECT max(p.id) FROM creditspread.pipeline p)), pg_get_userbyid(caller), caller,
			creditspread_internal.cluster(), name, given ->> 'time_zone', (given ->> 'in_utc')::boolean, (given ->> 'created_at')::timestamptz,
			given ->> 'description', coalesce((given ->> 'units')::jsonb, '{}'), (given ->> 'changes')::jsonb)
		ON CONFLICT DO NOTHING RETURNING id INTO made;
	END IF;
	IF made IS NULL THEN
		RAISE EXCEPTION 'creditspread.import: role "%" has a model "%"', pg_get_userbyid(caller), name
			USING ERRCODE = '42710', HINT = 'Give another name as the second argument.';
	END IF;
	RETURN made;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.import_pipeline(oid, json, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.import_pipeline(oid, json, text) IS 'makes the model of an import; error 42710 if the role has one of the name';

CREATE FUNCTION creditspread_internal.import_log(pipeline bigint, given json) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	numbers jsonb;
	stored bigint;
BEGIN
	SELECT coalesce(jsonb_object_agg(r.id, creditspread_internal.next_id('creditspread.run_id_seq'::regclass, (SELECT max(q.id) FROM creditspread.run q))), '{}')
	INTO numbers FROM (SELECT q.id FROM json_populate_recordset(NULL::creditspread.run, given -> 'runs') q ORDER BY q.id) r;
	INSERT INTO creditspread.run SELECT n.* FROM json_populate_recordset(NULL::creditspread.run, given -> 'runs') r,
		jsonb_populate_record(r, jsonb_build_object('id', numbers -> r.id::text, 'pipeline_id', pipeline,
			'status', CASE r.status WHEN 'running' THEN 'died' ELSE r.status END)) n;
	INSERT INTO creditspread.run_series SELECT n.* FROM json_populate_recordset(NULL::creditspread.run_series, given -> 'run_series') s,
		jsonb_populate_record(s, jsonb_build_object('run_id', numbers -> s.run_id::text)) n;
	INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, revision, query_number, target_time, forecast, lower, upper, level,
		levels, lowers, uppers, random_walk, made_at, run_id, actual, first_actual, first_known_at)
	SELECT pipeline, f.source, f.entity, f.origin, f.horizon, f.version, f.revision, f.query_number, f.target_time, f.forecast, f.lower, f.upper, f.level,
		f.levels, f.lowers, f.uppers, f.random_walk, f.made_at, coalesce((numbers ->> f.run_id::text)::bigint, 0), f.actual, f.first_actual, f.first_known_at
	FROM json_populate_recordset(NULL::creditspread.forecast, given -> 'forecasts') f;
	GET DIAGNOSTICS stored = ROW_COUNT;
	PERFORM creditspread_internal.analyze_grown(stored);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.import_log(bigint, json) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.import_log(bigint, json) IS 'stores the runs of an import, under numbers of this catalog, and their forecasts';

CREATE FUNCTION creditspread_internal.import(caller oid, value bytea, name text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD'
AS $$
DECLARE
	given json;
	pipeline bigint;
	numbers jsonb;
BEGIN
	given := creditspread_internal.exported(value);
	name := coalesce(name, CASE json_typeof(given) WHEN 'object' THEN given ->> 'name' END, '');
	IF octet_length(name) NOT BETWEEN 1 AND 1000 THEN
		RAISE EXCEPTION 'creditspread.import: name has % bytes', octet_length(name) USING ERRCODE = '22023', HINT = 'Give a name of 1 to 1000 bytes.';
	END IF;
	pipeline := creditspread_internal.import_pipeline(caller, given, name);
	SELECT coalesce(jsonb_object_agg(m.id, creditspread_internal.next_id('creditspread.model_id_seq'::regclass, (SELECT max(q.id) FROM creditspread.model q))), '{}')
	INTO numbers FROM json_populate_recordset(NULL::creditspread.model, given -> 'versions') m;
	INSERT INTO creditspread.model SELECT n.* FROM json_populate_recordset(NULL::creditspread.model, given -> 'versions') m,
		jsonb_populate_record(m, jsonb_build_object('id', numbers -> m.id::text, 'pipeline_id', pipeline)) n;
	INSERT INTO creditspread.artifact SELECT n.* FROM json_populate_recordset(NULL::creditspread.artifact, given -> 'artifacts') a,
		jsonb_populate_record(a, jsonb_build_object('model_id', numbers -> a.model_id::text)) n;
	INSERT INTO creditspread.series SELECT n.* FROM json_populate_recordset(NULL::creditspread.series, given -> 'series') s,
		jsonb_populate_record(s, jsonb_build_object('pipeline_id', pipeline)) n;
	PERFORM creditspread_internal.horizons_of(m.horizons) FROM creditspread.model m WHERE m.pipeline_id = pipeline;
	PERFORM creditspread_internal.horizons_of(m.horizons) FROM creditspread.pipeline p, jsonb_populate_record(NULL::creditspread.model, p.changes - 'unit') m
	WHERE p.id = pipeline AND p.changes IS NOT NULL;
	PERFORM creditspread_internal.import_log(pipeline, given);
	RETURN name;
EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
	IF SQLERRM LIKE 'creditspread.import: %' OR SQLSTATE = '22P05' THEN
		RAISE;
	END IF;
	RAISE EXCEPTION 'creditspread.import: the value holds no model: %', SQLERRM
		USING ERRCODE = '22023', HINT = 'Give the bytes as creditspread.export returned them.';
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.import(oid, bytea, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.import(oid, bytea, text) IS 'creditspread.import for a role';

CREATE FUNCTION creditspread.import(value bytea, name text DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread.import(bytea, text) IS
	'makes a model of the caller from a value of creditspread.export, under its own name or another, which is returned; nothing of it runs: look at its query before the first call that does; errors: the value is none of export or damaged 22023, the caller has a model of the name 42710, a character that the encoding of the database lacks 22P05';

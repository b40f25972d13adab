-- Whose a model is, and who may see it.
--
-- A role is known by its oid in the cluster where a row was written.  Elsewhere, after a restore or on a replica, its name says
-- who its heir is, once, when the row comes; rows that came without triggers have that of their name until he makes them his
-- own.  A role that was made anew under an old name so gets nothing.

-- Functions that need to know who calls and write, or read, as the owner of the tables come in pairs: f(caller, ...), which
-- nobody else may execute, and f(...), which hands the caller's oid to it.
CREATE FUNCTION creditspread_internal.cluster() RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_cluster' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.cluster() IS 'the number of this cluster: oids of roles are those of one cluster';

CREATE FUNCTION creditspread_internal.note_heir() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	here bigint := creditspread_internal.cluster();
	role text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
	NEW.heir := NULL;
	NEW.heir_cluster := CASE WHEN NEW.cluster <> here THEN here END;
	IF NEW.cluster <> here AND TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> TG_ARGV[0] = role THEN	-- what a replica is sent again
		NEW.heir := CASE here WHEN OLD.cluster THEN (to_jsonb(OLD) ->> (TG_ARGV[0] || '_oid'))::oid WHEN OLD.heir_cluster THEN OLD.heir END;
	END IF;
	IF NEW.cluster <> here AND NEW.heir IS NULL THEN
		NEW.heir := coalesce((SELECT r.oid FROM pg_roles r WHERE r.rolname = role), 0);
	END IF;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION creditspread_internal.note_heir() IS
	'trigger: the heir of a row of another cluster is the role that bears its name, in the column that the argument says, when the row comes';

CREATE TRIGGER note_heir BEFORE INSERT OR UPDATE ON creditspread.pipeline FOR EACH ROW EXECUTE FUNCTION creditspread_internal.note_heir('owner');
COMMENT ON TRIGGER note_heir ON creditspread.pipeline IS 'who the heir is where the row comes from another cluster';
CREATE TRIGGER note_heir BEFORE INSERT OR UPDATE ON creditspread.reader FOR EACH ROW EXECUTE FUNCTION creditspread_internal.note_heir('reader');
COMMENT ON TRIGGER note_heir ON creditspread.reader IS 'who the heir is where the row comes from another cluster';
-- on replicas, too
ALTER TABLE creditspread.pipeline ENABLE ALWAYS TRIGGER note_heir;
ALTER TABLE creditspread.reader ENABLE ALWAYS TRIGGER note_heir;

CREATE FUNCTION creditspread_internal.role_here(role name, role_oid oid, row_cluster bigint, heir oid, heir_cluster bigint) RETURNS oid
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT r.oid FROM pg_roles r WHERE CASE creditspread_internal.cluster() WHEN row_cluster THEN r.oid = role_oid WHEN heir_cluster THEN r.oid = heir ELSE r.rolname = role END
$$;
COMMENT ON FUNCTION creditspread_internal.role_here(name, oid, bigint, oid, bigint) IS
	'the role that a row means: that of its oid where it was written in this cluster, else its heir or, without one, that of its name; NULL if there is none';

-- A role that was made anew has a higher oid than the one that was dropped.
CREATE FUNCTION creditspread_internal.roles_elsewhere(OUT cluster bigint, OUT role name, OUT role_oid oid) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT k.cluster, k.role, max(k.role_oid) FROM (SELECT p.cluster, p.owner, p.owner_oid FROM creditspread.pipeline p
		UNION ALL SELECT r.cluster, r.reader, r.reader_oid FROM creditspread.reader r) AS k (cluster, role, role_oid)
	WHERE k.cluster <> (SELECT creditspread_internal.cluster()) GROUP BY k.cluster, k.role
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.roles_elsewhere() FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.roles_elsewhere() IS
	'the roles of rows that another cluster wrote: of each name the one that was made last there, which alone the role of that name here stands for';

CREATE FUNCTION creditspread_internal.is_time_zone(name text) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_is_time_zone' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.is_time_zone(text) IS 'whether this server knows a time zone of that name';

CREATE TYPE creditspread_internal.readable_pipeline AS (
	id bigint,
	owner text,
	name text,
	time_zone text,
	in_utc boolean,
	own boolean,
	description text,
	units jsonb
);
COMMENT ON TYPE creditspread_internal.readable_pipeline IS 'a model that a role may read: own, if it is a member of the owner, whose name of now is given';

CREATE FUNCTION creditspread_internal.list_readable_pipelines(caller oid) RETURNS creditspread_internal.readable_pipeline[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	WITH roles AS MATERIALIZED (
		SELECT r.oid, r.rolname, pg_has_role(caller, r.oid, 'MEMBER') AS mine FROM pg_roles r
	), elsewhere AS MATERIALIZED (
		SELECT k.cluster, k.role, k.role_oid, r.oid FROM creditspread_internal.roles_elsewhere() k LEFT JOIN roles r ON r.rolname = k.role
	), owned AS MATERIALIZED (
		SELECT p.id, coalesce(o.rolname::text, format('%s (no role)', p.owner)) AS owner, p.name,
			CASE WHEN creditspread_internal.is_time_zone(p.time_zone) THEN p.time_zone ELSE 'UTC' END AS time_zone, p.in_utc, coalesce(o.mine, false) AS own, p.description, p.units
		FROM creditspread.pipeline p LEFT JOIN roles o ON o.oid = CASE WHEN p.cluster = (SELECT creditspread_internal.cluster())
			THEN p.owner_oid ELSE (SELECT CASE p.heir_cluster WHEN creditspread_internal.cluster() THEN p.heir ELSE n.oid END
				FROM elsewhere n WHERE n.cluster = p.cluster AND n.role = p.owner AND n.role_oid = p.owner_oid) END
	)
	SELECT coalesce(array_agg(ROW(o.id, o.owner, o.name, o.time_zone, o.in_utc, o.own, o.description, o.units)::creditspread_internal.readable_pipeline), '{}') FROM owned o
	WHERE o.own OR (SELECT s.rolsuper FROM pg_roles s WHERE s.oid = caller)
		OR o.id IN (SELECT r.pipeline_id FROM creditspread.reader r JOIN roles g ON g.oid = CASE WHEN r.cluster = (SELECT creditspread_internal.cluster())
			THEN r.reader_oid ELSE (SELECT CASE r.heir_cluster WHEN creditspread_internal.cluster() THEN r.heir ELSE n.oid END
				FROM elsewhere n WHERE n.cluster = r.cluster AND n.role = r.reader AND n.role_oid = r.reader_oid) END WHERE g.mine)
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.list_readable_pipelines(oid) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.list_readable_pipelines(oid) IS 'the models that a role may read, see readable_pipelines()';

CREATE FUNCTION creditspread_internal.list_readable_pipelines() RETURNS creditspread_internal.readable_pipeline[]
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.list_readable_pipelines() IS 'the models that the current role may read, see readable_pipelines()';

CREATE FUNCTION creditspread_internal.readable_pipelines() RETURNS SETOF creditspread_internal.readable_pipeline
LANGUAGE sql STABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp
AS $$ SELECT (p).* FROM unnest(creditspread_internal.list_readable_pipelines()) AS p $$;
COMMENT ON FUNCTION creditspread_internal.readable_pipelines() IS
	'the models that the current role may read: those of the roles that it is a member of (own), those shared with them, and all for superusers';

ALTER TABLE creditspread.pipeline ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.model ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.artifact ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.run ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.run_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.series ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.forecast ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.reader ENABLE ROW LEVEL SECURITY;

CREATE POLICY read ON creditspread.pipeline FOR SELECT USING (id IN (SELECT p.id FROM creditspread_internal.readable_pipelines() p));
CREATE POLICY read ON creditspread.model FOR SELECT USING (pipeline_id IN (SELECT p.id FROM creditspread_internal.readable_pipelines() p));
CREATE POLICY read ON creditspread.artifact FOR SELECT USING (model_id IN (SELECT m.id FROM creditspread.model m));
CREATE POLICY read ON creditspread.run FOR SELECT USING (pipeline_id IN (SELECT p.id FROM creditspread_internal.readable_pipelines() p));
CREATE POLICY read ON creditspread.run_series FOR SELECT USING (run_id IN (SELECT r.id FROM creditspread.run r));
CREATE POLICY read ON creditspread.series FOR SELECT USING (pipeline_id IN (SELECT p.id FROM creditspread_internal.readable_pipelines() p));
CREATE POLICY read ON creditspread.forecast FOR SELECT USING (pipeline_id IN (SELECT p.id FROM creditspread_internal.readable_pipelines() p));
CREATE POLICY read ON creditspread.reader FOR SELECT USING (
	pipeline_id IN (SELECT p.id FROM creditspread_internal.readable_pipelines() p WHERE p.own)
	OR pg_has_role(current_user, creditspread_internal.role_here(reader, reader_oid, cluster, heir, heir_cluster), 'MEMBER'));

GRANT SELECT ON creditspread.method, creditspread.pipeline, creditspread.model, creditspread.artifact, creditspread.run, creditspread.run_series,
	creditspread.series, creditspread.forecast, creditspread.reader TO PUBLIC;
-- pg_dump reads them
GRANT SELECT ON creditspread.pipeline_id_seq, creditspread.model_id_seq, creditspread.run_id_seq TO PUBLIC;

-- ---- what writers share: functions that only the owner of the tables may execute ---------------------------------

CREATE FUNCTION creditspread_internal.adopt_pipeline(pipeline bigint, to_role oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p creditspread.pipeline;
	new_name text;
BEGIN
	SELECT * INTO STRICT p FROM creditspread.pipeline q WHERE q.id = pipeline;
	FOR n IN 0..1000 LOOP
		new_name := CASE n WHEN 0 THEN p.name ELSE format('%s (restored, %s)', left(p.name, 400), concat_ws('.', p.id, nullif(n, 1))) END;
		CONTINUE WHEN EXISTS (SELECT FROM creditspread.pipeline o WHERE o.cluster = creditspread_internal.cluster() AND o.owner_oid = to_role AND o.name = new_name
			AND (to_role <> 0 OR o.owner = p.owner));
		BEGIN
			UPDATE creditspread.pipeline q SET cluster = creditspread_internal.cluster(), owner_oid = to_role, name = new_name WHERE q.id = pipeline;
			RETURN;
		EXCEPTION WHEN unique_violation THEN
			NULL;	-- it came in the meantime: the next name
		END;
	END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.adopt_pipeline(bigint, oid) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.adopt_pipeline(bigint, oid) IS
	'a model that another cluster wrote is from now on that of a role, or (0) of superusers alone; its name gets a number where the role has one of that name';

-- Each role adopts what it is the heir of, and what nobody is: so nobody has to wait for another.
CREATE FUNCTION creditspread_internal.adopt_rows(caller oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	here bigint := creditspread_internal.cluster();
	p record;
BEGIN
	FOR p IN SELECT q.id, CASE WHEN (q.cluster, q.owner, q.owner_oid) IN (SELECT e.cluster, e.role, e.role_oid FROM creditspread_internal.roles_elsewhere() e)
				THEN caller ELSE 0::oid END AS to_role
		FROM creditspread.pipeline q WHERE q.cluster <> here AND creditspread_internal.role_here(q.owner, q.owner_oid, q.cluster, q.heir, q.heir_cluster) = caller
		ORDER BY q.id FOR UPDATE LOOP
		PERFORM creditspread_internal.adopt_pipeline(p.id, p.to_role);
	END LOOP;
	FOR p IN SELECT q.id FROM creditspread.pipeline q
		WHERE q.cluster <> here AND creditspread_internal.role_here(q.owner, q.owner_oid, q.cluster, q.heir, q.heir_cluster) IS NULL
		ORDER BY q.id FOR UPDATE SKIP LOCKED LOOP
		PERFORM creditspread_internal.adopt_pipeline(p.id, 0::oid);
	END LOOP;
	UPDATE creditspread.reader q SET cluster = here, reader_oid = CASE WHEN q.reader_oid = e.role_oid THEN caller ELSE 0::oid END
	FROM creditspread_internal.roles_elsewhere() e
	WHERE q.cluster <> here AND creditspread_internal.role_here(q.reader, q.reader_oid, q.cluster, q.heir, q.heir_cluster) = caller
		AND e.cluster = q.cluster AND e.role = q.reader;
	UPDATE creditspread.reader q SET cluster = here, reader_oid = 0
	WHERE (q.pipeline_id, q.reader) IN (SELECT r.pipeline_id, r.reader FROM creditspread.reader r
		WHERE r.cluster <> here AND creditspread_internal.role_here(r.reader, r.reader_oid, r.cluster, r.heir, r.heir_cluster) IS NULL FOR UPDATE SKIP LOCKED);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.adopt_rows(oid) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.adopt_rows(oid) IS
	'rows that another cluster wrote and a role is the heir of are from now on its own; those of an earlier role of that name, and of roles that are not here, of superusers alone until transfer';

CREATE FUNCTION creditspread_internal.readers_of(pipeline bigint) RETURNS oid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(array_agg(h.role), '{}') FROM creditspread.reader q, creditspread_internal.role_here(q.reader, q.reader_oid, q.cluster, q.heir, q.heir_cluster) h (role)
	WHERE q.pipeline_id = pipeline AND h.role IS NOT NULL AND (q.cluster = creditspread_internal.cluster()
		OR (q.cluster, q.reader, q.reader_oid) IN (SELECT e.cluster, e.role, e.role_oid FROM creditspread_internal.roles_elsewhere() e))
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.readers_of(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.readers_of(bigint) IS 'the roles that a model was shared with and that are still there';

CREATE FUNCTION creditspread_internal.find_pipeline(caller oid, model_name text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT p.id FROM creditspread.pipeline p
	WHERE p.name = model_name AND p.cluster = creditspread_internal.cluster() AND p.owner_oid = caller
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.find_pipeline(oid, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.find_pipeline(oid, text) IS 'number of a role''s model of a name; NULL if it has none';

CREATE FUNCTION creditspread_internal.owned_pipeline(caller oid, model_name text, function text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found bigint;
BEGIN
	PERFORM creditspread_internal.adopt_rows(caller);
	found := creditspread_internal.find_pipeline(caller, model_name);
	IF found IS NULL THEN
		RAISE EXCEPTION 'creditspread.%: role "%" has no model "%"', function, pg_get_userbyid(caller), model_name
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	END IF;
	RETURN found;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.owned_pipeline(oid, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.owned_pipeline(oid, text, text) IS
	'number of the model that a role is to act on; error 42704, in the name of a function of schema creditspread, if it has none';

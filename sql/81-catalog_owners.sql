-- Whose a model is, and who may see it.
--
-- A role is known by its oid in the cluster where a row was written, and by its name elsewhere, after a restore or on a
-- replica, until the first write there: then names are looked up once and for all.  A role that was made anew under an old
-- name so gets nothing.

-- Functions that need to know who calls and write, or read, as the owner of the tables come in pairs: f(caller, ...), which
-- nobody else may execute, and f(...), which hands the caller's oid to it.
CREATE FUNCTION creditspread_internal.cluster() RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_cluster' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.cluster() IS 'the number of this cluster: oids of roles are those of one cluster';

CREATE FUNCTION creditspread_internal.role_here(role name, role_oid oid, row_cluster bigint) RETURNS oid
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT r.oid FROM pg_roles r WHERE CASE WHEN row_cluster = creditspread_internal.cluster() THEN r.oid = role_oid ELSE r.rolname = role END
$$;
COMMENT ON FUNCTION creditspread_internal.role_here(name, oid, bigint) IS
	'the role that a row means: that of its oid where it was written in this cluster, else that of its name; NULL if there is none';

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
	own boolean
);
COMMENT ON TYPE creditspread_internal.readable_pipeline IS 'a model that a role may read: own, if it is a member of the owner, whose name of now is given';

CREATE FUNCTION creditspread_internal.list_readable_pipelines(caller oid) RETURNS creditspread_internal.readable_pipeline[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
	WITH roles AS MATERIALIZED (
		SELECT r.oid, r.rolname, pg_has_role(caller, r.oid, 'MEMBER') AS mine FROM pg_roles r
	), elsewhere AS MATERIALIZED (
		SELECT k.cluster, k.role_oid, r.oid FROM creditspread_internal.roles_elsewhere() k JOIN roles r ON r.rolname = k.role
	), owned AS MATERIALIZED (
		SELECT p.id, coalesce(o.rolname::text, format('%s (no role)', p.owner)) AS owner, p.name,
			CASE WHEN creditspread_internal.is_time_zone(p.time_zone) THEN p.time_zone ELSE 'UTC' END AS time_zone, p.in_utc, coalesce(o.mine, false) AS own
		FROM creditspread.pipeline p LEFT JOIN roles o ON o.oid = CASE WHEN p.cluster = (SELECT creditspread_internal.cluster())
			THEN p.owner_oid ELSE (SELECT n.oid FROM elsewhere n WHERE n.cluster = p.cluster AND n.role_oid = p.owner_oid) END
	)
	SELECT coalesce(array_agg(ROW(o.id, o.owner, o.name, o.time_zone, o.in_utc, o.own)::creditspread_internal.readable_pipeline), '{}') FROM owned o
	WHERE o.own OR (SELECT s.rolsuper FROM pg_roles s WHERE s.oid = caller)
		OR o.id IN (SELECT r.pipeline_id FROM creditspread.reader r JOIN roles g ON g.oid = CASE WHEN r.cluster = (SELECT creditspread_internal.cluster())
			THEN r.reader_oid ELSE (SELECT n.oid FROM elsewhere n WHERE n.cluster = r.cluster AND n.role_oid = r.reader_oid) END WHERE g.mine)
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
	OR pg_has_role(current_user, creditspread_internal.role_here(reader, reader_oid, cluster), 'MEMBER'));

GRANT SELECT ON creditspread.method, creditspread.pipeline, creditspread.model, creditspread.artifact, creditspread.run, creditspread.run_series,
	creditspread.series, creditspread.forecast, creditspread.reader TO PUBLIC;
-- pg_dump reads them
GRANT SELECT ON creditspread.pipeline_id_seq, creditspread.model_id_seq, creditspread.run_id_seq TO PUBLIC;

-- ---- what writers share: functions that only the owner of the tables may execute ---------------------------------

CREATE FUNCTION creditspread_internal.adopt_pipeline(pipeline bigint, heir oid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE creditspread.pipeline p SET cluster = creditspread_internal.cluster(), owner_oid = heir, name = CASE
		WHEN EXISTS (SELECT FROM creditspread.pipeline o WHERE o.cluster = creditspread_internal.cluster() AND o.owner_oid = heir AND o.name = p.name
			AND (heir <> 0 OR o.owner = p.owner)) THEN format('%s (restored, %s)', left(p.name, 400), p.id) ELSE p.name END
	WHERE p.id = pipeline
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.adopt_pipeline(bigint, oid) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.adopt_pipeline(bigint, oid) IS
	'a model that another cluster wrote is from now on that of a role, or (0) of superusers alone; its name gets a number where the role has one of that name';

-- Each role adopts what bears its name, and what bears that of nobody: so nobody has to wait for another.
CREATE FUNCTION creditspread_internal.adopt_rows(caller oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	here bigint := creditspread_internal.cluster();
	me name := pg_get_userbyid(caller);
	p record;
BEGIN
	FOR p IN SELECT q.id, CASE WHEN EXISTS (SELECT FROM creditspread_internal.roles_elsewhere() e
				WHERE e.cluster = q.cluster AND e.role = q.owner AND e.role_oid = q.owner_oid) THEN caller ELSE 0::oid END AS heir
		FROM creditspread.pipeline q WHERE q.cluster <> here AND q.owner = me ORDER BY q.id FOR UPDATE LOOP
		PERFORM creditspread_internal.adopt_pipeline(p.id, p.heir);
	END LOOP;
	FOR p IN SELECT q.id FROM creditspread.pipeline q
		WHERE q.cluster <> here AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = q.owner) ORDER BY q.id FOR UPDATE SKIP LOCKED LOOP
		PERFORM creditspread_internal.adopt_pipeline(p.id, 0::oid);
	END LOOP;
	UPDATE creditspread.reader q SET cluster = here, reader_oid = CASE WHEN q.reader_oid = e.role_oid THEN caller ELSE 0::oid END
	FROM creditspread_internal.roles_elsewhere() e
	WHERE q.cluster <> here AND q.reader = me AND e.cluster = q.cluster AND e.role = q.reader;
	UPDATE creditspread.reader q SET cluster = here, reader_oid = 0
	WHERE (q.pipeline_id, q.reader) IN (SELECT r.pipeline_id, r.reader FROM creditspread.reader r
		WHERE r.cluster <> here AND NOT EXISTS (SELECT FROM pg_roles g WHERE g.rolname = r.reader) FOR UPDATE SKIP LOCKED);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.adopt_rows(oid) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.adopt_rows(oid) IS
	'rows of its name that another cluster wrote are from now on a role''s own; those of an earlier role of that name, and of roles that are not here, of superusers alone until transfer';

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

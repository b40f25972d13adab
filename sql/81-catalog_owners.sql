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
	), owned AS MATERIALIZED (
		SELECT p.id, coalesce(o.rolname::text, format('%s (no role)', p.owner)) AS owner, p.name, p.time_zone, p.in_utc,
			coalesce(o.mine, false) AS own
		FROM creditspread.pipeline p LEFT JOIN roles o ON o.oid = CASE WHEN p.cluster = (SELECT creditspread_internal.cluster())
			THEN p.owner_oid ELSE (SELECT n.oid FROM roles n WHERE n.rolname = p.owner) END
	)
	SELECT coalesce(array_agg(ROW(o.id, o.owner, o.name, o.time_zone, o.in_utc, o.own)::creditspread_internal.readable_pipeline), '{}') FROM owned o
	WHERE o.own OR (SELECT s.rolsuper FROM pg_roles s WHERE s.oid = caller)
		OR o.id IN (SELECT r.pipeline_id FROM creditspread.reader r JOIN roles g ON g.oid = CASE WHEN r.cluster = (SELECT creditspread_internal.cluster())
			THEN r.reader_oid ELSE (SELECT n.oid FROM roles n WHERE n.rolname = r.reader) END WHERE g.mine)
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

CREATE FUNCTION creditspread_internal.adopt_rows() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	here bigint := creditspread_internal.cluster();
BEGIN
	IF NOT EXISTS (SELECT FROM creditspread.pipeline p WHERE p.cluster <> here) AND NOT EXISTS (SELECT FROM creditspread.reader r WHERE r.cluster <> here) THEN
		RETURN;
	END IF;
	LOCK TABLE creditspread.pipeline IN SHARE ROW EXCLUSIVE MODE;
	UPDATE creditspread.pipeline p SET cluster = here, owner_oid = coalesce((SELECT r.oid FROM pg_roles r WHERE r.rolname = p.owner), 0),
		name = p.name || CASE WHEN EXISTS (SELECT FROM creditspread.pipeline q JOIN pg_roles r ON r.oid = q.owner_oid
			WHERE q.cluster = here AND r.rolname = p.owner AND q.name = p.name) THEN format(' (restored, %s)', p.id) ELSE '' END
	WHERE p.cluster <> here;
	UPDATE creditspread.reader q SET cluster = here, reader_oid = coalesce((SELECT r.oid FROM pg_roles r WHERE r.rolname = q.reader), 0)
	WHERE q.cluster <> here;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.adopt_rows() FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.adopt_rows() IS
	'rows that another cluster wrote are from now on those of the roles that bear their names here; where there is none, of superusers alone until transfer';

CREATE FUNCTION creditspread_internal.find_pipeline(caller oid, model_name text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT p.id FROM creditspread.pipeline p
	WHERE p.name = model_name AND creditspread_internal.role_here(p.owner, p.owner_oid, p.cluster) = caller
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.find_pipeline(oid, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.find_pipeline(oid, text) IS 'number of a role''s model of a name; NULL if it has none';

CREATE FUNCTION creditspread_internal.owned_pipeline(caller oid, model_name text, function text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found bigint;
BEGIN
	PERFORM creditspread_internal.adopt_rows();
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

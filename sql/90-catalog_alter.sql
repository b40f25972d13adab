-- alter_model: another definition for the versions to come.
--
-- What is changed waits in creditspread.pipeline until a retrain has made a version of it that is active; versions keep the
-- definition that they were trained with.

CREATE FUNCTION creditspread_internal.other_options(given jsonb, base creditspread.model) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN o.options IS NULL THEN '{}' ELSE jsonb_build_object('options', o.options, 'level', creditspread_internal.level_of(o.options),
		'seed', creditspread_internal.seed_of(o.options)) END
	FROM (SELECT CASE WHEN given ? 'options' THEN given -> 'options' WHEN given ->> 'method' <> base.method THEN coalesce((SELECT jsonb_object_agg(q.key, q.value)
		FROM jsonb_each(base.options) q WHERE q.key = ANY ('{interval_level,interval_levels,lower_bound}')), '{}') END AS options) o
$$;
COMMENT ON FUNCTION creditspread_internal.other_options(jsonb, creditspread.model) IS
	'options, level and seed that a change of a definition brings: another method begins with its defaults, the intervals stay';

CREATE FUNCTION creditspread_internal.other_columns(given jsonb, active creditspread.model) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN given ? 'features' OR NOT given ? 'query' THEN '{}' ELSE jsonb_build_object('features',
		CASE WHEN given ->> 'query' = active.query AND given ->> 'search_path' = active.search_path THEN active.features END) END
$$;
COMMENT ON FUNCTION creditspread_internal.other_columns(jsonb, creditspread.model) IS
	'features that another query brings: all its further columns, unless it is that of the active version';

CREATE FUNCTION creditspread_internal.check_changes(name text, m creditspread.model, unit text, description text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	message text;
	code text;
	hint text;
BEGIN
	PERFORM creditspread_internal.check_definition(name, m);
	PERFORM creditspread_internal.check_words(unit, description);
	IF array_ndims(m.features) > 1 OR cardinality(m.features) <> (SELECT count(DISTINCT f) FROM unnest(m.features) f) THEN
		RAISE EXCEPTION 'creditspread.train: features are %', m.features USING ERRCODE = '22023', HINT = 'Give names of columns of the query, each once.';
	END IF;
EXCEPTION WHEN data_exception OR feature_not_supported THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, code = RETURNED_SQLSTATE, hint = PG_EXCEPTION_HINT;
	PERFORM creditspread_internal.raise_error(code, replace(message, 'creditspread.train: ', 'creditspread.alter_model: '), hint, NULL::text);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.check_changes(text, creditspread.model, text, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.check_changes(text, creditspread.model, text, text) IS 'refuses a changed definition as train does';

CREATE FUNCTION creditspread_internal.alter_model(caller oid, name text, given jsonb) RETURNS creditspread.model
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pipeline bigint := creditspread_internal.held_pipeline(caller, name, NULL::text, 'alter_model'::text);
	p creditspread.pipeline := (SELECT q FROM creditspread.pipeline q WHERE q.id = pipeline);
	active creditspread.model := (SELECT q FROM creditspread.model q WHERE q.pipeline_id = pipeline AND q.active);
	before jsonb := CASE WHEN given ? 'discard' THEN '{}' ELSE coalesce(p.changes, '{}') END;
	later jsonb := given - '{unit,description,discard}'::text[];
	base creditspread.model;
BEGIN
	IF active.id IS NULL THEN
		RAISE EXCEPTION 'creditspread.alter_model: model "%" has no active version', name USING ERRCODE = '42704', HINT = 'creditspread.train makes one.';
	ELSIF given = '{}' THEN
		RAISE EXCEPTION 'creditspread.alter_model: nothing is to be changed' USING ERRCODE = '22004', HINT = 'Give query, method, horizons, options or another argument of creditspread.train.';
	END IF;
	base := jsonb_populate_record(active, before - 'unit');
	later := before || later || creditspread_internal.other_options(later, base) || creditspread_internal.other_columns(later, active);
	base := jsonb_populate_record(active, later - 'unit');
	PERFORM creditspread_internal.check_changes(name, base, given ->> 'unit', given ->> 'description');
	SELECT coalesce(jsonb_object_agg(c.key, c.value), '{}') INTO later FROM jsonb_each(later) c WHERE c.key = 'unit' OR c.value IS DISTINCT FROM to_jsonb(active) -> c.key;
	IF given ? 'unit' AND (later ? 'query' OR later ? 'search_path') THEN
		later := later || jsonb_build_object('unit', given -> 'unit');
	END IF;
	UPDATE creditspread.pipeline q SET changes = nullif(later, '{}'),
		description = CASE WHEN given ? 'description' THEN nullif(given ->> 'description', '') ELSE q.description END,
		units = CASE WHEN NOT given ? 'unit' OR later ? 'unit' THEN q.units WHEN given ->> 'unit' = '' THEN q.units - active.query_number::text
			ELSE q.units || jsonb_build_object(active.query_number, given -> 'unit') END
	WHERE q.id = pipeline;
	RETURN base;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.alter_model(oid, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.alter_model(oid, text, jsonb) IS 'notes changes of a model for a role, see alter_model()';

CREATE FUNCTION creditspread_internal.alter_model(name text, given jsonb) RETURNS creditspread.model
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.alter_model(text, jsonb) IS
	'notes changes of a model, by columns of creditspread.model, and unit, description, discard; returns the definition that the next retrain takes';

CREATE FUNCTION creditspread_internal.alter_definition(name text, query text, method text, horizons integer[], options jsonb, features text[], pool boolean, calendar text,
	keep integer, promote text, on_error text, time_zone text, ended_after integer, unit text, description text, discard boolean, given_path text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	given jsonb := jsonb_strip_nulls(jsonb_build_object('method', method, 'horizons', horizons, 'pool', pool, 'keep', keep, 'promote', promote, 'on_error', on_error,
		'time_zone', time_zone, 'ended_after', ended_after, 'unit', unit, 'description', description, 'discard', nullif(discard, false)));
	m creditspread.model;
BEGIN
	IF query IS NOT NULL THEN
		given := given || jsonb_build_object('query', creditspread_internal.as_query(query), 'search_path', given_path);
	END IF;
	IF options IS NOT NULL THEN
		given := given || jsonb_build_object('options', options);
	END IF;
	IF features IS NOT NULL THEN
		given := given || jsonb_build_object('features', features);
	END IF;
	IF calendar IS NOT NULL THEN
		given := given || jsonb_build_object('calendar', nullif(calendar, ''));
	END IF;
	m := creditspread_internal.alter_model(name, given);
	PERFORM FROM creditspread.method k, creditspread_internal.row_expressions(m, k.unit) WHERE k.name = m.method;
	IF m.calendar IS NOT NULL AND given ?| '{query,calendar}' THEN
		PERFORM creditspread_internal.calendar_query(m.calendar, m.search_path);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.alter_definition(text, text, text, integer[], jsonb, text[], boolean, text, integer, text, text, text, integer, text, text, boolean, text) IS
	'creditspread.alter_model with the search_path of its caller: notes the changes and looks at the columns of the query, as he may';

CREATE PROCEDURE creditspread.alter_model(name text, query text DEFAULT NULL, method text DEFAULT NULL, horizons creditspread.horizon_list DEFAULT NULL,
	options jsonb DEFAULT NULL, features text[] DEFAULT NULL, pool boolean DEFAULT NULL, calendar text DEFAULT NULL, keep integer DEFAULT NULL,
	promote text DEFAULT NULL, on_error text DEFAULT NULL, time_zone text DEFAULT NULL, ended_after integer DEFAULT NULL,
	unit text DEFAULT NULL, description text DEFAULT NULL, discard boolean DEFAULT false)
LANGUAGE sql
BEGIN ATOMIC
	SELECT creditspread_internal.alter_definition(name, query, method, creditspread_internal.horizon_array(horizons), options, features, pool, calendar, keep, promote, on_error,
		time_zone, ended_after, unit, description, discard, pg_catalog.current_setting('search_path'));
END;
COMMENT ON PROCEDURE creditspread.alter_model(text, text, text, creditspread.horizon_list, jsonb, text[], boolean, text, integer, text, text, text, integer, text, text, boolean) IS
	'changes the definition of a model for its next retrain: name; query, method, horizons, options, pool, calendar (empty: none), keep, promote, on_error, time_zone and ended_after as of train; features, the columns of the query that are taken (NULL: with another query all of them); what is NULL stays as it is, but the options of another method are its defaults; unit of y, at once unless the query changes with it, and description (empty: none); discard forgets changes that no retrain has taken yet; until the new version is active the old one forecasts by its own definition, and what is stored stays; errors: no such model 42704, nothing to change 22004, the model is worked on 55P03, and those of train';

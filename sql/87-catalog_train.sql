-- train and retrain: the next version of a model, and when it becomes the active one.

-- The methods of a combination: named once each, of series as it is itself, their options theirs.
CREATE FUNCTION creditspread_internal.check_members(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	member creditspread.model;
	bad text;
BEGIN
	IF NOT m.options ? 'methods' AND m.method <> 'auto' OR m.options ? 'methods' AND (jsonb_typeof(m.options -> 'methods') <> 'array'
		OR jsonb_path_exists(m.options, '$.methods[*] ? (@.type() != "string")') OR jsonb_array_length(m.options -> 'methods') NOT BETWEEN 1 AND 20) THEN
		RAISE EXCEPTION 'creditspread.train: option "methods" is %', coalesce(left((m.options -> 'methods')::text, 100), 'not given')
			USING ERRCODE = '22023', HINT = 'Give 1 to 20 names of methods, as {"methods": ["linear", "ar"]}.';
	ELSIF m.options ? 'weights' AND coalesce(m.options ->> 'weights' NOT IN ('equal', 'errors'), true) THEN
		RAISE EXCEPTION 'creditspread.train: option "weights" is %', m.options -> 'weights' USING ERRCODE = '22023', HINT = 'Give "equal" or "errors".';
	ELSIF jsonb_typeof(m.options -> 'options') <> 'object' THEN
		RAISE EXCEPTION 'creditspread.train: option "options" is a jsonb %, not an object', jsonb_typeof(m.options -> 'options')
			USING ERRCODE = '22023', HINT = 'Give the options of the methods by their names, as {"options": {"ar": {"lags": 2}}}.';
	END IF;
	SELECT o INTO bad FROM jsonb_object_keys(m.options -> 'options') o WHERE o <> ALL (ARRAY(SELECT n.method FROM creditspread_internal.members(m) n)) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: option "options" is for "%", which is not one of the methods', bad
			USING ERRCODE = '22023', HINT = format('Methods are %s.', (SELECT string_agg(n.method, ', ') FROM creditspread_internal.members(m) n));
	END IF;
	FOR member IN SELECT * FROM creditspread_internal.members(m) LOOP
		IF EXISTS (SELECT FROM creditspread.method k WHERE k.name = member.method AND (k.members IS NOT NULL OR k.unit NOT IN ('series', 'series or panel'))) THEN
			RAISE EXCEPTION 'creditspread.train: method % cannot be combined with others', member.method
				USING ERRCODE = '0A000', HINT = format('Those that can be are %s.', (SELECT string_agg(k.name, ', ' ORDER BY k.name) FROM creditspread.method k
					WHERE k.members IS NULL AND k.unit IN ('series', 'series or panel')));
		ELSIF member.options ?| '{interval_level,interval_levels,lower_bound}' THEN
			RAISE EXCEPTION 'creditspread.train: options of method % have the interval of one', member.method
				USING ERRCODE = '22023', HINT = 'Give interval_level, interval_levels and lower_bound beside "options": they are those of the combination.';
		ELSIF creditspread_internal.has_quantiles(member) THEN
			RAISE EXCEPTION 'creditspread.train: options of method % have quantiles', member.method
				USING ERRCODE = '22023', HINT = 'Intervals of a combination come from its errors: give interval_levels beside "options".';
		ELSIF m.options ? 'methods' OR m.options ? 'options' THEN
			PERFORM creditspread_internal.check_options(member);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditspread_internal.check_members(creditspread.model) IS
	'refuses the methods of a combination, their options or its weights where they are unknown (22023) or cannot be combined (0A000)';

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
	SELECT o INTO bad FROM jsonb_object_keys(m.options) o WHERE o <> ALL ('{interval_level,interval_levels,lower_bound}'::text[]) AND o <> ALL (k.options) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: method % has no option "%"', m.method, bad USING ERRCODE = '22023',
			HINT = format('Options are %s.', array_to_string(k.options || '{interval_level,interval_levels,lower_bound}'::text[], ', '));
	ELSIF jsonb_typeof(m.options -> 'interval_level') <> 'number' OR NOT m.level BETWEEN 0.01 AND 0.999 THEN
		RAISE EXCEPTION 'creditspread.train: option "interval_level" is %', m.options -> 'interval_level'
			USING ERRCODE = '22023', HINT = 'Give the coverage of the intervals, 0.01 to 0.999.';
	ELSIF m.options ? 'interval_levels' AND (jsonb_typeof(m.options -> 'interval_levels') <> 'array' OR jsonb_array_length(m.options -> 'interval_levels') NOT BETWEEN 1 AND 20
		OR jsonb_path_exists(m.options, 'strict $.interval_levels[*] ? (@.type() != "number" || @ < 0.01 || @ > 0.999)')) THEN
		RAISE EXCEPTION 'creditspread.train: option "interval_levels" is %', left((m.options -> 'interval_levels')::text, 100)
			USING ERRCODE = '22023', HINT = 'Give 1 to 20 coverages from 0.01 to 0.999, as {"interval_levels": [0.5, 0.8, 0.95]}.';
	ELSIF m.options ? 'interval_levels' AND creditspread_internal.has_quantiles(m) THEN
		RAISE EXCEPTION 'creditspread.train: options "interval_levels" and "quantiles" are both given'
			USING ERRCODE = '22023', HINT = 'Intervals come from errors or from quantiles: give interval_levels or pairs of quantiles, as {"quantiles": [0.05, 0.25, 0.75, 0.95]}.';
	ELSIF m.options ? 'lower_bound' AND (jsonb_typeof(m.options -> 'lower_bound') <> 'number' OR abs((m.options ->> 'lower_bound')::numeric) > 1e100) THEN
		RAISE EXCEPTION 'creditspread.train: option "lower_bound" is %', left((m.options -> 'lower_bound')::text, 100)
			USING ERRCODE = '22023', HINT = 'Give the number that no bound of an interval is to be below, as {"lower_bound": 0}.';
	ELSIF m.options ? 'known' AND (jsonb_typeof(m.options -> 'known') <> 'array' OR jsonb_path_exists(m.options, 'strict $.known[*] ? (@.type() != "string")')
		OR (SELECT count(*) > count(DISTINCT f) FROM jsonb_array_elements(m.options -> 'known') f)) THEN
		RAISE EXCEPTION 'creditspread.train: option "known" is %', left((m.options -> 'known')::text, 100)
			USING ERRCODE = '22023', HINT = 'Give the names of the features that are known in advance, each once, as {"known": ["holiday", "fomc"]}.';
	END IF;
	IF k.check_options IS NOT NULL THEN
		EXECUTE k.check_options USING creditspread_internal.method_options(m), m.horizons;
	END IF;
	IF k.members IS NOT NULL THEN
		PERFORM creditspread_internal.check_members(m);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.check_options(creditspread.model) IS
	'refuses an unknown method, an unknown or reserved option or one out of its range (22023), pool where there is no common fit (0A000)';

CREATE FUNCTION creditspread_internal.check_definition(name text, m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	bad text;
BEGIN
	SELECT a.name INTO bad FROM (VALUES ('name', nullif(check_definition.name, '')), ('query', nullif(btrim(m.query, E' \t\r\n;'), '')), ('method', m.method),
		('horizons', m.horizons::text), ('pool', m.pool::text), ('keep', m.keep::text), ('promote', m.promote), ('on_error', m.on_error),
		('ended_after', m.ended_after::text), ('calendar', nullif(btrim(coalesce(m.calendar, 'none'), E' \t\r\n;'), ''))) AS a (name, value) WHERE a.value IS NULL LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread.train: argument % is empty', bad USING ERRCODE = '22004', HINT = 'Only options, calendar and time_zone may be NULL.';
	ELSIF octet_length(check_definition.name) > 1000 THEN
		RAISE EXCEPTION 'creditspread.train: name has % bytes', octet_length(check_definition.name) USING ERRCODE = '22001', HINT = 'Give a name of at most 1000 bytes.';
	ELSIF m.keep NOT BETWEEN 1 AND 1000 THEN
		RAISE EXCEPTION 'creditspread.train: keep is %', m.keep USING ERRCODE = '22023', HINT = 'Give the versions to keep, 1 to 1000.';
	ELSIF m.promote NOT IN ('complete', 'always', 'if_better') THEN
		RAISE EXCEPTION 'creditspread.train: promote is "%"', m.promote USING ERRCODE = '22023', HINT = 'Give ''complete'', ''always'' or ''if_better''.';
	ELSIF m.on_error NOT IN ('skip', 'stop') THEN
		RAISE EXCEPTION 'creditspread.train: on_error is "%"', m.on_error USING ERRCODE = '22023', HINT = 'Give ''skip'' or ''stop''.';
	ELSIF m.ended_after NOT BETWEEN 1 AND 1000000 THEN
		RAISE EXCEPTION 'creditspread.train: ended_after is %', m.ended_after
			USING ERRCODE = '22023', HINT = 'Give the rows that a series may be behind the others before it has ended, 1 to 1000000.';
	ELSIF NOT creditspread_internal.is_time_zone(m.time_zone) THEN
		RAISE EXCEPTION 'creditspread.train: time_zone is "%"', m.time_zone USING ERRCODE = '22023', HINT = 'Give a name of pg_timezone_names, such as Europe/Berlin.';
	END IF;
	PERFORM creditspread_internal.check_options(m);
END
$$;
COMMENT ON FUNCTION creditspread_internal.check_definition(text, creditspread.model) IS
	'refuses arguments of train that are NULL (22004) or out of their range (22023)';

-- ---- the work ----------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.note_data(caller oid, run_id bigint, time_type text, features text[], row_count bigint, data_from timestamp, data_to timestamp,
	data_hash text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
BEGIN
	UPDATE creditspread.model q SET time_type = note_data.time_type, features = note_data.features, row_count = note_data.row_count, data_from = note_data.data_from,
		data_to = note_data.data_to, data_hash = note_data.data_hash,
		-- what was forecast for times that are stored otherwise is not what the query gives now
		query_number = CASE WHEN EXISTS (SELECT FROM creditspread.model o WHERE o.pipeline_id = q.pipeline_id AND o.query_number = q.query_number AND o.version <> q.version
			AND creditspread_internal.in_utc(o.time_type) <> creditspread_internal.in_utc(note_data.time_type))
			THEN greatest((SELECT max(o.query_number) FROM creditspread.model o WHERE o.pipeline_id = q.pipeline_id),
				(SELECT max(f.query_number) FROM creditspread.forecast f WHERE f.pipeline_id = q.pipeline_id)) + 1 ELSE q.query_number END
	WHERE q.pipeline_id = r.pipeline_id AND q.version = r.version AND q.status = 'training';
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.note_data(oid, bigint, text, text[], bigint, timestamp, timestamp, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.note_data(oid, bigint, text, text[], bigint, timestamp, timestamp, text) IS 'notes the data of a training, see note_data()';

CREATE FUNCTION creditspread_internal.note_data(run_id bigint, time_type text, features text[], row_count bigint, data_from timestamp, data_to timestamp, data_hash text) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.note_data(bigint, text, text[], bigint, timestamp, timestamp, text) IS 'notes what is known of the data of a training; times of another kind, in UTC or not, make its query another one';

CREATE FUNCTION creditspread_internal.note_query(caller oid, run_id bigint, query_number integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
BEGIN
	UPDATE creditspread.model q SET query_number = note_query.query_number
	WHERE q.pipeline_id = r.pipeline_id AND q.version = r.version AND q.status = 'training'
		AND EXISTS (SELECT FROM creditspread.model a WHERE a.pipeline_id = r.pipeline_id AND a.active AND a.query_number = note_query.query_number);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.note_query(oid, bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.note_query(oid, bigint, integer) IS 'notes whose y the query of a training gives, see note_query()';

CREATE FUNCTION creditspread_internal.note_query(run_id bigint, query_number integer) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.note_query(bigint, integer) IS 'notes that the query of a training gives the y of the active version''s';

-- Of another query the forecasts tell whether it gives what they forecast, with other features perhaps: by y of their origins.
CREATE FUNCTION creditspread_internal.continued_query(m creditspread.model) RETURNS integer
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	SELECT a.query_number FROM creditspread.model a
	WHERE a.pipeline_id = m.pipeline_id AND a.active AND a.query_number <> m.query_number AND a.time_type = m.time_type
		AND (SELECT 2 * count(*) FILTER (WHERE r.y = f.random_walk) > count(*)
			FROM (SELECT DISTINCT q.entity, q.origin, q.random_walk FROM creditspread.forecast q
				WHERE q.pipeline_id = a.pipeline_id AND q.query_number = a.query_number AND q.source IN ('forecast', 'backtest')) f
			JOIN pg_temp.creditspread_series s ON s.entity = f.entity
			JOIN pg_temp.creditspread_rows r ON r.entity_number = s.entity_number AND r."time" = f.origin AND r.y IS NOT NULL)
$$;
COMMENT ON FUNCTION creditspread_internal.continued_query(creditspread.model) IS
	'query_number of the active version, if it has another query, of which most origins of stored forecasts have the same y in the rows of this one';

CREATE FUNCTION creditspread_internal.store_artifacts(caller oid, run_id bigint, entities text[], artifacts bytea[], messages text[], row_counts bigint[],
	data_from timestamp[], data_to timestamp[], measures jsonb[], widths jsonb[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.working(caller, run_id);
BEGIN
	INSERT INTO creditspread.artifact (model_id, entity, artifact, status, message, fitted_version, row_count, data_from, data_to, measures, widths)
	SELECT m.id, a.entity, a.artifact, CASE WHEN a.artifact IS NULL THEN 'failed' ELSE 'ready' END, a.message, CASE WHEN a.artifact IS NOT NULL THEN m.version END,
		a.row_count, a.data_from, a.data_to, a.measures, a.widths
	FROM creditspread.model m, unnest(entities, artifacts, messages, row_counts, store_artifacts.data_from, store_artifacts.data_to, store_artifacts.measures, store_artifacts.widths)
		AS a (entity, artifact, message, row_count, data_from, data_to, measures, widths)
	WHERE m.pipeline_id = r.pipeline_id AND m.version = r.version AND m.status = 'training' AND r.kind IN ('train', 'retrain');
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.store_artifacts(oid, bigint, text[], bytea[], text[], bigint[], timestamp[], timestamp[], jsonb[], jsonb[]) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.store_artifacts(oid, bigint, text[], bytea[], text[], bigint[], timestamp[], timestamp[], jsonb[], jsonb[]) IS
	'stores what a training learnt, see store_artifacts()';

CREATE FUNCTION creditspread_internal.store_artifacts(run_id bigint, entities text[], artifacts bytea[], messages text[], row_counts bigint[],
	data_from timestamp[], data_to timestamp[], measures jsonb[], widths jsonb[]) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.store_artifacts(bigint, text[], bytea[], text[], bigint[], timestamp[], timestamp[], jsonb[], jsonb[]) IS
	'stores what a training learnt of series; those without an artifact failed';

CREATE FUNCTION creditspread_internal.list_units(given creditspread_internal.run_state, m creditspread.model) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	state creditspread_internal.run_state := given;
BEGIN
	IF state.joined THEN
		PERFORM creditspread_internal.mark_ended(m);
	END IF;
	PERFORM creditspread_internal.make_units(m);
	PERFORM creditspread_internal.make_fit_tables();
	state.model := m;
	RETURN state;
END
$$;
COMMENT ON FUNCTION creditspread_internal.list_units(creditspread_internal.run_state, creditspread.model) IS 'lists the units of a training whose data is read';

CREATE FUNCTION creditspread_internal.prepare_train(state creditspread_internal.run_state) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model := creditspread_internal.read_rows(state.model);
	continued integer;
BEGIN
	IF state.joined THEN
		RETURN creditspread_internal.list_units(state, m);
	END IF;
	continued := creditspread_internal.continued_query(m);
	IF state.kind = 'retrain' AND EXISTS (SELECT FROM creditspread.pipeline p WHERE p.id = state.pipeline_id AND p.changes IS NOT NULL) THEN
		PERFORM creditspread_internal.check_definition('altered'::text, m);
	END IF;
	IF continued IS NOT NULL THEN
		m.query_number := continued;
		PERFORM creditspread_internal.note_query(state.run_id, continued);
	END IF;
	PERFORM creditspread_internal.note_data(state.run_id, m.time_type, m.features, m.row_count, m.data_from, m.data_to, m.data_hash);
	PERFORM creditspread_internal.follow_data(state.run_id, m);
	RETURN creditspread_internal.list_units(state, m);
END
$$;
COMMENT ON FUNCTION creditspread_internal.prepare_train(creditspread_internal.run_state) IS 'reads the data of a training';

CREATE FUNCTION creditspread_internal.measure_block(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model := state.model;
BEGIN
	EXECUTE (SELECT format('WITH a AS (SELECT f.unit, f.artifact FROM pg_temp.creditspread_block f WHERE f.number BETWEEN $7 AND $8) '
			'UPDATE pg_temp.creditspread_block f SET measures = jsonb_build_object(''n'', v.n, ''mae'', v.mae, ''rmse'', v.rmse, '
			'''random_walk_mae'', v.walk_mae, ''random_walk_rmse'', v.walk_rmse) '
			'FROM (%s) AS v (unit, n, mae, rmse, walk_mae, walk_rmse) WHERE v.unit = f.unit AND v.mae IS NOT NULL', k.validation)
		FROM creditspread.method k WHERE k.name = m.method)
	USING creditspread_internal.method_options(m), m.horizons, m.level, m.features, m.pool, m.search_path, from_unit, to_unit;
END
$$;
COMMENT ON FUNCTION creditspread_internal.measure_block(creditspread_internal.run_state, integer, integer) IS 'errors in the validation that the fits of units made themselves';

CREATE FUNCTION creditspread_internal.train_units(state creditspread_internal.run_state, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	k creditspread.method;
	first integer;
BEGIN
	SELECT * INTO k FROM creditspread.method q WHERE q.name = (state.model).method;
	PERFORM creditspread_internal.empty_tables(ARRAY['creditspread_block', 'creditspread_parts', 'creditspread_errors']::text[]);
	INSERT INTO pg_temp.creditspread_block (number, unit, fit_from, fit_to)
	SELECT u.number, u.unit, 1, u.steps FROM pg_temp.creditspread_units u WHERE u.number BETWEEN from_unit AND to_unit AND u.code IS NULL;
	PERFORM creditspread_internal.try_units('fit_block'::text, state, from_unit, to_unit, true);
	DELETE FROM pg_temp.creditspread_block b WHERE b.artifact IS NULL;
	IF k.validation IS NULL OR creditspread_internal.by_validation(state.model) THEN
		PERFORM creditspread_internal.validate_units(state, from_unit, to_unit);
	END IF;
	IF k.validation IS NOT NULL THEN
		PERFORM creditspread_internal.try_units('measure_block'::text, state, from_unit, to_unit, false);
	END IF;
	FOR first IN SELECT generate_series(from_unit, to_unit, 200) LOOP
		PERFORM creditspread_internal.store_artifacts(state.run_id, array_agg(u.unit), array_agg(f.artifact), array_agg(u.message), array_agg(u.row_count),
			array_agg(u.data_from), array_agg(u.data_to), array_agg(f.measures), array_agg(CASE WHEN creditspread_internal.by_validation(state.model) THEN f.widths END))
		FROM pg_temp.creditspread_units u LEFT JOIN pg_temp.creditspread_block f ON f.number = u.number
		WHERE u.number BETWEEN first AND least(first + 199, to_unit) AND octet_length(u.unit) <= 1000;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditspread_internal.train_units(creditspread_internal.run_state, integer, integer) IS 'fits and validates units and stores what they learnt';

-- ---- which version is active -------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.make_active(pipeline bigint, to_version integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE creditspread.model q SET active = false WHERE q.pipeline_id = pipeline AND q.active AND q.version <> to_version;
	UPDATE creditspread.model q SET active = true WHERE q.pipeline_id = pipeline AND q.version = to_version AND q.status = 'ready';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'creditspread.promote: model "%" has no version %', (SELECT p.name FROM creditspread.pipeline p WHERE p.id = pipeline), to_version
			USING ERRCODE = '42704', HINT = 'See creditspread.model_overview.';
	END IF;
	UPDATE creditspread.pipeline p SET time_zone = m.time_zone, in_utc = coalesce(creditspread_internal.in_utc(m.time_type), false),
		changes = CASE WHEN jsonb_populate_record(m, (SELECT jsonb_object_agg(c.key, c.value) FROM jsonb_each(p.changes - 'unit') c WHERE c.value <> 'null')) IS DISTINCT FROM m THEN p.changes END
	FROM creditspread.model m WHERE p.id = pipeline AND m.pipeline_id = p.id AND m.version = to_version;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.make_active(bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.make_active(bigint, integer) IS 'makes a version of a model the active one, and forgets changes that it was made with; error 42704 if there is none';

CREATE FUNCTION creditspread_internal.known_by_method(m creditspread.model) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT jsonb_object_agg(n.method, n.options -> 'known') FROM creditspread_internal.members(m) n WHERE n.options ? 'known' $$;
COMMENT ON FUNCTION creditspread_internal.known_by_method(creditspread.model) IS 'the option known of each method of a model';

CREATE FUNCTION creditspread_internal.note_unused(m creditspread.model) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('of the features method %s takes those alone that option known names, not %s', m.method, string_agg(f, ', '))
	FROM creditspread.method k, creditspread_internal.known_features(m) AS named (list), unnest(m.features) AS f
	WHERE k.name = m.method AND k.known IS NOT NULL AND NOT k.uses_features AND named.list <> '{}' AND f <> ALL (named.list) HAVING count(*) > 0
$$;
COMMENT ON FUNCTION creditspread_internal.note_unused(creditspread.model) IS
	'which features of the query a method leaves out that takes those known in advance alone; NULL if none, or if it is given no such features';

CREATE FUNCTION creditspread_internal.keep_fits(m creditspread.model, before creditspread.model) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE creditspread.artifact n SET status = 'stale', artifact = o.artifact, fitted_version = o.fitted_version, row_count = o.row_count, data_from = o.data_from,
		data_to = o.data_to, widths = o.widths
	FROM creditspread.artifact o
	WHERE n.model_id = m.id AND n.status = 'failed' AND o.model_id = before.id AND o.entity = n.entity AND o.status IN ('ready', 'stale')
		AND (m.method, m.horizons, m.features, m.pool, m.query_number) IS NOT DISTINCT FROM (before.method, before.horizons, before.features, before.pool, before.query_number)
		AND creditspread_internal.known_by_method(m) IS NOT DISTINCT FROM creditspread_internal.known_by_method(before)
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.keep_fits(creditspread.model, creditspread.model) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.keep_fits(creditspread.model, creditspread.model) IS
	'series that failed in a version keep their fit of the version before, if that has the same method, horizons, features, those known in advance, pool and y';

-- A version is compared with the one before it over the series that both have fitted.
CREATE FUNCTION creditspread_internal.is_better(m creditspread.model, before creditspread.model) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(sum(n.n * n.mae) * sum(o.n * o.random_walk_mae) < sum(o.n * o.mae) * sum(n.n * n.random_walk_mae), before.validation_mae IS NULL)
	FROM creditspread.artifact a, jsonb_to_record(a.measures) AS n (n float8, mae float8, random_walk_mae float8),
		creditspread.artifact b, jsonb_to_record(b.measures) AS o (n float8, mae float8, random_walk_mae float8)
	WHERE a.model_id = m.id AND b.model_id = before.id AND a.entity = b.entity AND a.status = 'ready' AND b.status = 'ready' AND n.n > 0 AND o.n > 0
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.is_better(creditspread.model, creditspread.model) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.is_better(creditspread.model, creditspread.model) IS
	'whether the mean absolute error of a version in validation, over that of the random walk, is below that of another';

CREATE FUNCTION creditspread_internal.choose_active(m creditspread.model, before creditspread.model) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	lost integer;
	fitted integer;
BEGIN
	SELECT count(*) FILTER (WHERE n.status <> 'ready'), count(*) INTO lost, fitted FROM creditspread.artifact o JOIN creditspread.artifact n ON n.entity = o.entity
	WHERE o.model_id = before.id AND n.model_id = m.id AND o.status = 'ready';
	IF before.id IS NULL OR m.promote = 'always' OR lost = 0 AND (m.promote = 'complete' OR creditspread_internal.is_better(m, before)) THEN
		PERFORM creditspread_internal.make_active(m.pipeline_id, m.version);
		RETURN NULL;
	ELSIF lost > 0 THEN
		RETURN format('version %s stays active, version %s lost %s of its %s series: creditspread.promote makes it active', before.version, m.version, lost, fitted);
	END IF;
	RETURN format('version %s stays active, version %s is not better in validation', before.version, m.version);
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.choose_active(creditspread.model, creditspread.model) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.choose_active(creditspread.model, creditspread.model) IS
	'makes a new version active if it may: with promote complete if all series that the active one has fitted are fitted again, with if_better if it is better, too, with always in any case; else says why not';

CREATE FUNCTION creditspread_internal.note_unit(m creditspread.model, before creditspread.model, r creditspread.run) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE creditspread.pipeline p SET description = CASE WHEN r.arguments ? 'description' THEN nullif(r.arguments ->> 'description', '') ELSE p.description END,
		units = p.units || jsonb_strip_nulls(jsonb_build_object(m.query_number, nullif(CASE WHEN r.kind = 'train' THEN r.arguments ->> 'unit' WHEN p.changes ? 'unit' THEN p.changes ->> 'unit'
			ELSE coalesce(p.units ->> m.query_number::text, p.units ->> before.query_number::text) END, '')))
	WHERE p.id = m.pipeline_id
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.note_unit(creditspread.model, creditspread.model, creditspread.run) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.note_unit(creditspread.model, creditspread.model, creditspread.run) IS
	'notes the unit and the description that a training was given, or that alter_model was given for it; else the unit stays what it was';

CREATE FUNCTION creditspread_internal.finish_train(caller oid, run_id bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
	m creditspread.model;
	before creditspread.model;
	note text;
	walks text;
BEGIN
	SELECT * INTO before FROM creditspread.model q WHERE q.pipeline_id = r.pipeline_id AND q.active;
	UPDATE creditspread.model q SET status = 'ready', trained_at = clock_timestamp(), validation_mae = v.mae, validation_rmse = v.rmse,
		validation_random_walk_mae = v.walk_mae, validation_random_walk_rmse = v.walk_rmse
	FROM creditspread.model w, LATERAL (SELECT sum(x.n * x.mae) / sum(x.n) AS mae, sqrt(sum(x.n * creditspread_internal.square(x.rmse)) / sum(x.n)) AS rmse,
			sum(x.n * x.random_walk_mae) / sum(x.n) AS walk_mae, sqrt(sum(x.n * creditspread_internal.square(x.random_walk_rmse)) / sum(x.n)) AS walk_rmse
		FROM creditspread.artifact a, jsonb_to_record(a.measures)
			AS x (n float8, mae float8, rmse float8, random_walk_mae float8, random_walk_rmse float8)
		WHERE a.model_id = w.id AND x.n > 0) v
	WHERE q.id = w.id AND w.pipeline_id = r.pipeline_id AND w.version = r.version AND w.status = 'training' AND r.kind IN ('train', 'retrain')
	RETURNING q.* INTO STRICT m;
	PERFORM creditspread_internal.keep_fits(m, before);
	PERFORM creditspread_internal.note_unit(m, before, r);
	note := creditspread_internal.choose_active(m, before);
	PERFORM creditspread_internal.drop_version(q.id) FROM creditspread.model q WHERE q.pipeline_id = r.pipeline_id AND NOT q.active AND q.version <= (
		SELECT k.version FROM creditspread.model k WHERE k.pipeline_id = r.pipeline_id ORDER BY k.version DESC OFFSET m.keep LIMIT 1);
	SELECT format('%s of %s series are forecast by the random walk: %s found nothing else in them',
		count(*) FILTER (WHERE a.random_walk), count(*), m.method) INTO walks
	FROM (SELECT position(convert_to('"random_walk": true', 'UTF8') IN q.artifact) > 0 AS random_walk FROM creditspread.artifact q
		WHERE q.model_id = m.id AND q.status = 'ready' AND octet_length(q.artifact) < 10000) a
	HAVING bool_or(a.random_walk);
	RETURN nullif(concat_ws('; ', note, creditspread_internal.note_unused(m), walks), '');
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.finish_train(oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.finish_train(oid, bigint) IS 'completes a version, see finish_train()';

CREATE FUNCTION creditspread_internal.finish_train(run_id bigint) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.finish_train(bigint) IS
	'completes a version, makes it active if it may, and removes versions beyond those to keep; all at once';

-- ---- what users call ---------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.level_of(options jsonb) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN jsonb_typeof(options -> 'interval_level') = 'number' THEN (options ->> 'interval_level')::float8
		ELSE coalesce((SELECT max(l::text::float8) FROM jsonb_path_query(options, 'lax $.interval_levels[*] ? (@.type() == "number" && @ >= 0.01 && @ <= 0.999)') AS l),
			(SELECT max(l.level) FROM (SELECT creditspread_internal.quantile_level(o) AS level FROM creditspread_internal.quantile_orders(options) AS o) l
				WHERE l.level BETWEEN 0.01 AND 0.999 AND -l.level IN (SELECT creditspread_internal.quantile_level(o) FROM creditspread_internal.quantile_orders(options) AS o)), 0.9) END
$$;
COMMENT ON FUNCTION creditspread_internal.level_of(jsonb) IS 'the coverage that intervals aim at by the options of a method: interval_level, or else the widest of interval_levels or of the pairs of quantiles, or else 0.9';

CREATE FUNCTION creditspread_internal.seed_of(options jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE WHEN options ->> 'seed' ~ E'^-?\\d{1,18}$' THEN (options ->> 'seed')::bigint END $$;
COMMENT ON FUNCTION creditspread_internal.seed_of(jsonb) IS 'the seed in the options of a method; NULL if there is none';

CREATE FUNCTION creditspread_internal.check_words(unit text, description text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF octet_length(unit) > 100 OR unit ~ '[[:cntrl:]]' THEN
		RAISE EXCEPTION 'creditspread.train: unit is "%"', left(unit, 100)
			USING ERRCODE = '22023', HINT = 'Give the unit of y in at most 100 bytes of one line, as percent or bp.';
	ELSIF octet_length(description) > 10000 THEN
		RAISE EXCEPTION 'creditspread.train: description has % bytes', octet_length(description) USING ERRCODE = '22023', HINT = 'Give at most 10000 bytes.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.check_words(text, text) IS 'refuses a unit or a description that is too long (22023)';

CREATE FUNCTION creditspread_internal.begin_train(name text, query text, method text, horizons integer[], options jsonb, pool boolean, calendar text,
	keep integer, promote text, on_error text, time_zone text, ended_after integer, unit text, description text, given_path text) RETURNS creditspread_internal.run_state
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	m.query := creditspread_internal.as_query(query);
	m.method := method;
	m.horizons := horizons;
	m.options := coalesce(options, '{}');
	m.level := creditspread_internal.level_of(m.options);
	m.seed := creditspread_internal.seed_of(m.options);
	m.pool := pool;
	m.calendar := calendar;
	m.keep := keep;
	m.promote := promote;
	m.on_error := on_error;
	m.time_zone := coalesce(time_zone, current_setting('TimeZone'));
	m.ended_after := ended_after;
	m.search_path := given_path;
	PERFORM creditspread_internal.check_definition(name, m);
	PERFORM creditspread_internal.check_words(unit, description);
	RETURN creditspread_internal.begin_run('train'::text, name, m, jsonb_strip_nulls(jsonb_build_object('unit', unit, 'description', description)));
END
$$;
COMMENT ON FUNCTION creditspread_internal.begin_train(text, text, text, integer[], jsonb, boolean, text, integer, text, text, text, integer, text, text, text) IS
	'checks the arguments of train and begins its run';

CREATE PROCEDURE creditspread.train(name text, query text, method text DEFAULT 'auto', horizons creditspread.horizon_list DEFAULT '{1}',
	options jsonb DEFAULT NULL, pool boolean DEFAULT false, calendar text DEFAULT NULL, keep integer DEFAULT 5,
	promote text DEFAULT 'complete', on_error text DEFAULT 'skip', time_zone text DEFAULT NULL, ended_after integer DEFAULT 20,
	unit text DEFAULT NULL, description text DEFAULT NULL)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.begin_train(name, query, method, creditspread_internal.horizon_array(horizons), options, pool, calendar,
		keep, promote, on_error, time_zone, ended_after, unit, description, pg_catalog.current_setting('search_path')));
END
$$;
COMMENT ON PROCEDURE creditspread.train(text, text, text, creditspread.horizon_list, jsonb, boolean, text, integer, text, text, text, integer, text, text) IS
	'trains a named model, as its next version: name; query with columns "time", y, perhaps entity, and features, or a table; method, one of creditspread.method; horizons in rows ahead; options of the method; pool, one fit for all series; calendar, a table or query of business days; keep, versions kept; promote complete, always or if_better; on_error of a series skip or stop; time_zone in which days are counted (NULL: of the session); ended_after so many rows behind the others a series has ended; unit of y (percent, bp, ...) and description, for views and charts; commits as it goes, so not inside a transaction block (2D000); errors: the model is worked on 55P03, arguments 22004 and 22023, columns 42703 and 42804, a query that writes 25006';

CREATE PROCEDURE creditspread.retrain(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.begin_run('retrain'::pg_catalog.text, name, NULL::creditspread.model, '{}'::pg_catalog.jsonb));
END
$$;
COMMENT ON PROCEDURE creditspread.retrain(text) IS
	'trains the next version of a model on the data of now, with what alter_model changed; the version before serves until it is complete, and on if the training fails; errors as of train, no such model 42704';

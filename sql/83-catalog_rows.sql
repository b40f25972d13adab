-- From the query of a model to rows: how its columns are read, its series, and what has come true.

CREATE FUNCTION creditspread_internal.refuse(message text, hint text, code text DEFAULT '22023') RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message, HINT = hint;
END
$$;
COMMENT ON FUNCTION creditspread_internal.refuse(text, text, text) IS 'raises an error where a statement needs an expression';

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

CREATE FUNCTION creditspread_internal.as_query(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN plain = '' OR plain ~* E'^(\\s|\\(|--[^\\n]*\\n|/\\*.*?\\*/)*(select|with|values|table)\\M' THEN plain ELSE 'TABLE ' || plain END
	FROM rtrim(given, E' \t\r\n;') AS plain
$$;
COMMENT ON FUNCTION creditspread_internal.as_query(text) IS 'a query as it is given, less semicolons at its end, or for the name of a table that of its rows';

CREATE FUNCTION creditspread_internal.calendar_query(calendar text, given_path text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	days text := format(E'SELECT c.day FROM (\n%s\n) AS c (day)', creditspread_internal.as_query(calendar));
	t pg_type;
BEGIN
	SELECT k.* INTO t FROM creditspread_internal.query_columns(days, given_path) q JOIN pg_type k ON k.oid = q.type;
	IF t.typnamespace <> 'pg_catalog'::regnamespace THEN
		RETURN format('SELECT DISTINCT creditspread_internal.as_text(ROW(d.day))::pg_catalog.date FROM (%s) AS d', days);
	ELSIF t.oid <> 'date'::regtype AND t.typcategory NOT IN ('S', 'X') AND NOT EXISTS (SELECT FROM pg_cast c WHERE c.castsource = t.oid AND c.casttarget = 'date'::regtype) THEN
		RAISE EXCEPTION 'creditspread: the first column of the calendar is of type %', format_type(t.oid, NULL)
			USING ERRCODE = '42804', HINT = 'Give a table, or a query, whose first column holds the business days.';
	END IF;
	RETURN format('SELECT DISTINCT d.day::pg_catalog.date FROM (%s) AS d', days);
END
$$;
COMMENT ON FUNCTION creditspread_internal.calendar_query(text, text) IS
	'the query for the business days of a calendar; error 42804 if its first column cannot hold days';

CREATE FUNCTION creditspread_internal.read_calendar(calendar text, given_path text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
BEGIN
	CREATE TEMPORARY TABLE creditspread_calendar (day date) WITH (log_autovacuum_min_duration = 1928374650);
	PERFORM creditspread_internal.run_read_only('INSERT INTO pg_temp.creditspread_calendar ' || creditspread_internal.calendar_query(calendar, given_path), given_path);
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
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off
AS $$
DECLARE
	names text[];
	entity text;
	others text;
BEGIN
	SELECT array_agg(c.name ORDER BY c.number), max(format_type(c.type, NULL)) FILTER (WHERE c.name = 'time'),
		coalesce(max(format_type(c.type, NULL)) FILTER (WHERE c.name = 'entity'), ''),
		array_agg(c.name ORDER BY c.number) FILTER (WHERE c.name <> ALL (ARRAY['time', 'y', 'entity', 'group'])
			AND (unit <> 'curve' OR c.name <> 'maturity')),
		string_agg(format('"%s" is of type %s', c.name, format_type(c.type, NULL)), ', ' ORDER BY c.number)
			FILTER (WHERE c.name <> ALL (ARRAY['time', 'entity', 'group'])
				AND c.type <> ALL (ARRAY['int2', 'int4', 'int8', 'float4', 'float8', 'numeric']::regtype[]))
	INTO names, time_type, entity, features, others
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
		RAISE EXCEPTION 'creditspread: the query has no column % any more, a feature of model "%"', others, (SELECT p.name FROM creditspread.pipeline p WHERE p.id = m.pipeline_id)
			USING ERRCODE = '42703', HINT = 'Bring it back, or train the model anew without it.';
	END IF;
	features := coalesce(m.features, features);
	entity := CASE WHEN entity = 'text' OR entity = 'character varying' THEN 'q.entity::pg_catalog.text' WHEN entity <> '' THEN 'creditspread_internal.as_text(ROW(q.entity))'
		ELSE '''''::pg_catalog.text' END || ' COLLATE pg_catalog."C"';
	SELECT concat_ws(', ', CASE WHEN m.pool OR unit = 'panel' THEN '''''::pg_catalog.text COLLATE pg_catalog."C" AS unit' WHEN unit = 'curve' THEN entity || ' AS unit' END,
		CASE WHEN unit <> 'curve' THEN entity ELSE CASE WHEN 'entity' = ANY (names) THEN 'pg_catalog.concat(q.entity, '' '', q.maturity)'
			ELSE 'q.maturity::pg_catalog.text' END || ' COLLATE pg_catalog."C"' END || ' AS entity',
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

-- Rows come in the order of their groups.
CREATE FUNCTION creditspread_internal.group_number(first text, second text) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_group_number' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10;
COMMENT ON FUNCTION creditspread_internal.group_number(text, text) IS
	'of rows that come in the order of their groups, two texts each: the number of the group of this one';

CREATE FUNCTION creditspread_internal.place_in_group(first text, second text) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_place_in_group' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10;
COMMENT ON FUNCTION creditspread_internal.place_in_group(text, text) IS
	'of rows that come in the order of their groups: the place of this one among those of its group';

CREATE FUNCTION creditspread_internal.repeats_time(first text, second text, "time" timestamp) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_repeats_time' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 10;
COMMENT ON FUNCTION creditspread_internal.repeats_time(text, text, timestamp) IS
	'of rows that come in the order of their groups and times: whether the row before this one is of the same group and time';

-- A temporary table is one of a run if it has an option that means nothing for it, with a value that nobody gives: what a user
-- calls so is his.
CREATE FUNCTION creditspread_internal.drop_rows() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
	own text := (SELECT string_agg(format('pg_temp.%I', c.relname), ', ') FROM pg_class c WHERE c.relnamespace = pg_my_temp_schema() AND c.relkind = 'r'
		AND c.relname LIKE E'creditspread\\_%' AND c.reloptions @> '{log_autovacuum_min_duration=1928374650}');
BEGIN
	IF own IS NOT NULL THEN
		EXECUTE 'DROP TABLE ' || own;
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.drop_rows() IS 'drops the temporary tables of a run';

-- Rows stand in the order of their series and times, by bytes; units, entities and places among the rows of an entity and among the times
-- of a unit are numbers, so that whatever is done with them finds them by one index, whatever the statistics.  Where each series is a
-- unit, the rows have neither name nor number of one, and their place is the step: what many rows say again is left out, and read once
-- for each series.  Each table costs files: those that a run needs and no more.
CREATE FUNCTION creditspread_internal.make_row_tables() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
	taken name[] := ARRAY(SELECT c.relname FROM pg_class c WHERE c.relnamespace = pg_my_temp_schema()
		AND c.relname = ANY ('{creditspread_rows,creditspread_series,creditspread_units,creditspread_block,creditspread_parts,creditspread_errors,creditspread_calendar,creditspread_backtest,creditspread_ahead}'));
	others text;
BEGIN
	IF taken <> '{}' THEN
		PERFORM creditspread_internal.drop_rows();
		SELECT c.relname INTO others FROM pg_class c WHERE c.relnamespace = pg_my_temp_schema() AND c.relname = ANY (taken) ORDER BY c.relname LIMIT 1;
		IF FOUND THEN
			RAISE EXCEPTION 'creditspread: this session has a temporary relation "%" of its own, a name that runs need', others
				USING ERRCODE = '42P07', HINT = format('Give it another name: ALTER TABLE pg_temp.%1$I RENAME TO my_%1$s;', others);
		END IF;
	END IF;
	CREATE TEMPORARY TABLE creditspread_rows (unit text COLLATE "C", entity text COLLATE "C", "time" timestamp, y double precision,
		features double precision[], maturity double precision, "group" text COLLATE "C", unit_number integer, entity_number integer,
		place integer, step integer, again boolean, later double precision[]) WITH (log_autovacuum_min_duration = 1928374650);
	CREATE TEMPORARY TABLE creditspread_series (entity_number integer, unit_number integer, unit text, entity text,
		row_count integer, data_from timestamp, data_to timestamp, data_hash numeric, other_hash numeric, origin timestamp, origin_place integer,
		bad_time boolean, bad_y boolean, bad_feature boolean, again boolean, ended boolean) WITH (log_autovacuum_min_duration = 1928374650);
	CREATE TEMPORARY TABLE creditspread_units (number integer, unit text, steps integer, row_count bigint, data_from timestamp,
		data_to timestamp, code text, message text, hint text) WITH (log_autovacuum_min_duration = 1928374650);
	CREATE TEMPORARY TABLE creditspread_block (number integer, unit text, fit_from integer, fit_to integer, from_step integer, to_step integer,
		fold integer, cut_from integer, cut_to integer, artifact bytea, measures jsonb, widths jsonb, done boolean NOT NULL DEFAULT false) WITH (log_autovacuum_min_duration = 1928374650);
END
$$;
COMMENT ON FUNCTION creditspread_internal.make_row_tables() IS
	'makes the temporary tables of a run anew: the rows of its query, the series, the units that are fitted, and, of the units at work, the steps that are fitted and forecast from, and what the fits learnt';

CREATE FUNCTION creditspread_internal.make_fit_tables() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	CREATE TEMPORARY TABLE creditspread_parts (number integer, method text, artifact bytea, message text, PRIMARY KEY (number, method)) WITH (log_autovacuum_min_duration = 1928374650);
	CREATE TEMPORARY TABLE creditspread_errors (number integer, fold integer, method text, entity_number integer, place integer, horizon integer, error double precision,
		walk_error double precision, volatility double precision, scale double precision) WITH (log_autovacuum_min_duration = 1928374650);
END
$$;
COMMENT ON FUNCTION creditspread_internal.make_fit_tables() IS
	'makes the temporary tables of a run that fits: of the units at work, what the methods of a combination learnt, and the errors of the forecasts of their validation';

CREATE FUNCTION creditspread_internal.refuse_rows(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	bad record;
BEGIN
	IF m.row_count = 0 THEN
		RAISE EXCEPTION 'creditspread: the query of model "%" gives no row', (SELECT p.name FROM creditspread.pipeline p WHERE p.id = m.pipeline_id)
			USING ERRCODE = '22023', HINT = 'Run it by itself, with the rights of the role that calls.';
	ELSIF EXISTS (SELECT FROM pg_temp.creditspread_series s WHERE s.bad_time OR s.entity IS NULL OR s.unit IS NULL) THEN
		SELECT r.*, r.entity IS NULL OR s.unit IS NULL AS unnamed INTO bad FROM pg_temp.creditspread_rows r JOIN pg_temp.creditspread_series s USING (entity_number)
		WHERE r.entity IS NULL OR s.unit IS NULL OR r."time" IS NULL OR NOT isfinite(r."time") LIMIT 1;
		RAISE EXCEPTION 'creditspread: a row of the query has % of %', CASE WHEN bad."time" IS NULL THEN 'no time' ELSE 'a time' END,
			CASE WHEN bad.unnamed THEN 'no entity' ELSE coalesce(bad."time"::text, format('entity "%s"', bad.entity)) END
			USING ERRCODE = CASE WHEN bad."time" IS NULL OR bad.unnamed THEN '22004' ELSE '22008' END,
			HINT = 'Leave such rows out in the query.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.refuse_rows(creditspread.model) IS
	'refuses what a query gives as a whole: no row 22023, a row without time or entity 22004, an infinite time 22008';

CREATE FUNCTION creditspread_internal.list_series(simple boolean, until timestamp) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	series integer;
BEGIN
	INSERT INTO pg_temp.creditspread_series
	SELECT g.entity_number, CASE WHEN simple THEN g.entity_number ELSE f.unit_number END, CASE WHEN simple THEN f.entity ELSE f.unit END, f.entity, g.row_count,
		g.data_from, g.data_to, g.data_hash, g.other_hash, g.origin, g.origin_place, g.bad_time, g.bad_y, g.bad_feature, g.again, false
	FROM (SELECT r.entity_number, count(*)::integer AS row_count, min(r."time") AS data_from, max(r."time") AS data_to,
			sum(hashfloat8extended(coalesce(r.y, 'NaN'), timestamp_hash_extended(r."time", 0))) AS data_hash,
			sum(CASE WHEN r.features IS NOT NULL OR r.maturity IS NOT NULL OR r."group" IS NOT NULL
				THEN hash_record_extended(ROW(r."time", r.features, r.maturity, r."group"), 0) END) AS other_hash,
			max(r."time") FILTER (WHERE r.y IS NOT NULL) AS origin, max(r.place) FILTER (WHERE r.y IS NOT NULL) AS origin_place, NOT coalesce(bool_and(isfinite(r."time")) AND count(r."time") = count(*), false) AS bad_time,
			coalesce(bool_or(NOT abs(r.y) < 1e150), false) AS bad_y,
			bool_or(r.features IS NOT NULL AND array_position(r.features, NULL) IS NOT NULL) AS bad_feature, coalesce(bool_or(r.again), false) AS again
		FROM pg_temp.creditspread_rows r WHERE until IS NULL OR r."time" <= until GROUP BY r.entity_number) g,
		LATERAL (SELECT r.* FROM pg_temp.creditspread_rows r WHERE r.entity_number = g.entity_number AND r.place = 1 OFFSET 0) f;
	GET DIAGNOSTICS series = ROW_COUNT;
	IF series > 200 AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = 'pg_temp.creditspread_series'::regclass) THEN
		CREATE UNIQUE INDEX ON pg_temp.creditspread_series (entity_number);
		ANALYZE pg_temp.creditspread_series;
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.list_series(boolean, timestamp) IS
	'lists the series of the rows up to a time (NULL: of all); simple: each of them is a unit';

CREATE FUNCTION creditspread_internal.relist_series(m creditspread.model, until timestamp) RETURNS creditspread.model
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM creditspread_internal.empty_tables(ARRAY['creditspread_series']::text[]);
	PERFORM creditspread_internal.list_series(k.unit IN ('series', 'series or panel') AND NOT m.pool, until) FROM creditspread.method k WHERE k.name = m.method;
	SELECT min(s.data_from), max(s.data_to) INTO m.data_from, m.data_to FROM pg_temp.creditspread_series s;
	RETURN m;
END
$$;
COMMENT ON FUNCTION creditspread_internal.relist_series(creditspread.model, timestamp) IS
	'lists the series anew, as they were with the rows up to a time, or (NULL) as they are; returns the model with the times of these data';

CREATE FUNCTION creditspread_internal.in_utc(time_type text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN time_type = 'timestamp with time zone';
COMMENT ON FUNCTION creditspread_internal.in_utc(text) IS 'whether times of a type are stored in UTC; NULL where the type is not known';

CREATE FUNCTION creditspread_internal.read_rows(m creditspread.model) RETURNS creditspread.model
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	columns record;
BEGIN
	SELECT k.unit IN ('series', 'series or panel') AND NOT m.pool AS simple, e.* INTO columns
	FROM creditspread.method k, creditspread_internal.row_expressions(m, k.unit) e WHERE k.name = m.method;
	IF creditspread_internal.in_utc(m.time_type) <> creditspread_internal.in_utc(columns.time_type) THEN
		RAISE EXCEPTION 'creditspread: column "time" of the query is of type %, version % was trained on %', columns.time_type, m.version, m.time_type
			USING ERRCODE = '42804', HINT = 'CALL creditspread.retrain makes a version with such times; the query may cast them as well.';
	END IF;
	PERFORM creditspread_internal.make_row_tables();
	PERFORM set_config('work_mem', current_setting('maintenance_work_mem'), true);
	-- The rows are numbered where they come together: OFFSET 0 keeps Citus from numbering those of each shard by themselves.
	m.row_count := creditspread_internal.run_read_only(format(
		E'INSERT INTO pg_temp.creditspread_rows (unit, entity, "time", y, features, maturity, "group", unit_number, entity_number, place, step, again)\n'
		'SELECT %1$s, r.entity, r."time", r.y, r.features, r.maturity, r."group", %8$s, '
		'creditspread_internal.group_number(%2$s, r.entity), creditspread_internal.place_in_group(%2$s, r.entity), '
		'%3$s, CASE WHEN creditspread_internal.repeats_time(%2$s, r.entity, r."time") THEN true END'
		'\nFROM (SELECT q.*%4$s FROM (SELECT %5$s FROM (\n%6$s\n) AS q) AS q ORDER BY %7$s, q."time" OFFSET 0) AS r',
		CASE WHEN columns.simple THEN 'NULL' ELSE 'r.unit' END,
		CASE WHEN columns.simple THEN 'r.entity' ELSE 'r.unit' END,
		CASE WHEN columns.simple THEN 'NULL' ELSE 'r.step' END,
		CASE WHEN NOT columns.simple THEN ', pg_catalog.dense_rank() OVER (PARTITION BY q.unit ORDER BY q."time") AS step' END,
		columns.list, m.query, CASE WHEN columns.simple THEN 'q.entity' ELSE 'q.unit, q.entity' END,
		CASE WHEN columns.simple THEN 'NULL' ELSE 'creditspread_internal.group_number(r.unit, NULL::pg_catalog.text)' END), m.search_path);
	m.row_count := m.row_count - creditspread_internal.set_known_aside(creditspread_internal.known_features(m), columns.features);
	CREATE INDEX ON pg_temp.creditspread_rows (entity_number, place);
	PERFORM creditspread_internal.put_known_later(m, columns.features);
	IF NOT columns.simple THEN
		CREATE INDEX ON pg_temp.creditspread_rows (unit_number, step);
	END IF;
	PERFORM creditspread_internal.list_series(columns.simple, NULL::timestamp);
	PERFORM creditspread_internal.refuse_rows(m);
	m.time_type := columns.time_type;
	m.features := columns.features;
	SELECT min(s.data_from), max(s.data_to), md5(concat(count(*), ' ', sum(hash_record_extended(ROW(s.entity, s.row_count, s.bad_y, s.data_hash, s.other_hash), 0))))
	INTO m.data_from, m.data_to, m.data_hash FROM pg_temp.creditspread_series s;
	IF m.calendar IS NOT NULL THEN
		PERFORM creditspread_internal.read_calendar(m.calendar, m.search_path);
	END IF;
	RETURN m;
END
$$;
COMMENT ON FUNCTION creditspread_internal.read_rows(creditspread.model) IS
	'runs the query of a model, once for all series of a run, into temporary tables; returns the model with what is known of the data';

-- ---- series that are not worked on -------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.fault_of(m creditspread.model, s pg_catalog.int4, OUT code text, OUT message text, OUT hint text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	series record;
	bad record;
BEGIN
	SELECT * INTO series FROM pg_temp.creditspread_series q WHERE q.entity_number = s;
	IF octet_length(series.entity) > 1000 THEN
		code := '22001';
		message := format('%s: the name of the series has %s bytes', m.method, octet_length(series.entity));
		hint := 'Give names of at most 1000 bytes in column entity.';
	ELSIF series.bad_y THEN
		SELECT r."time", r.y INTO bad FROM pg_temp.creditspread_rows r WHERE r.entity_number = s AND NOT abs(r.y) < 1e150 ORDER BY r.place LIMIT 1;
		code := '22003';
		message := format('%s: y at %s is %s', m.method, bad."time", bad.y);
		hint := 'Leave the row out, or give NULL where the method takes a missing value.';
	ELSIF series.bad_feature THEN
		SELECT r."time", m.features[array_position(r.features, NULL)] AS feature INTO bad FROM pg_temp.creditspread_rows r
		WHERE r.entity_number = s AND array_position(r.features, NULL) IS NOT NULL ORDER BY r.place LIMIT 1;
		code := '22004';
		message := format('%s: feature "%s" at %s is NULL', m.method, bad.feature, bad."time");
		hint := 'Leave such rows out in the query, or fill them there.';
	ELSIF series.origin_place IS NULL AND NOT series.again THEN
		code := '22023';
		message := format('%s: y is NULL in all rows, %s of the series', m.method, series.row_count);
		hint := 'Leave the series out in the query until it has values.';
	ELSE
		SELECT r."time" INTO bad FROM pg_temp.creditspread_rows r WHERE r.entity_number = s AND r.again ORDER BY r.place LIMIT 1;
		code := '23505';
		message := format('%s: time %s is there twice', m.method, bad."time");
		hint := 'Give one row for each time, and the name of each series in column entity.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.fault_of(creditspread.model, integer) IS 'why a series cannot be worked on, and the remedy';

CREATE FUNCTION creditspread_internal.make_units(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	refuses_missing boolean := (SELECT k.uses_features AND NOT k.takes_missing FROM creditspread.method k WHERE k.name = m.method);
	is_unit boolean := (SELECT c.simple FROM creditspread_internal.step_columns(m) c);
	units integer;
BEGIN
	UPDATE pg_temp.creditspread_series SET bad_feature = false WHERE bad_feature AND NOT refuses_missing;
	INSERT INTO pg_temp.creditspread_units (number, unit, steps, row_count, data_from, data_to)
	SELECT s.unit_number, min(s.unit), max(CASE WHEN is_unit THEN s.row_count
		ELSE (SELECT r.step FROM pg_temp.creditspread_rows r WHERE r.entity_number = s.entity_number AND r.place = s.row_count) END),
		sum(s.row_count), min(s.data_from), max(s.data_to)
	FROM pg_temp.creditspread_series s GROUP BY s.unit_number;
	GET DIAGNOSTICS units = ROW_COUNT;
	UPDATE pg_temp.creditspread_units u SET code = f.code, message = f.message, hint = f.hint
	FROM (SELECT DISTINCT ON (s.unit_number) s.unit_number, fault.*
		FROM pg_temp.creditspread_series s, creditspread_internal.fault_of(m, s.entity_number) fault
		WHERE s.bad_y OR s.bad_feature OR s.again OR octet_length(s.entity) > 1000 OR (s.origin_place IS NULL AND s.unit_number IN (
			SELECT o.unit_number FROM pg_temp.creditspread_series o GROUP BY o.unit_number HAVING count(o.origin_place) = 0)) ORDER BY s.unit_number, s.entity_number) f
	WHERE u.number = f.unit_number;
	IF units > 200 THEN
		CREATE UNIQUE INDEX ON pg_temp.creditspread_units (number);
		ANALYZE pg_temp.creditspread_units;
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.make_units(creditspread.model) IS
	'lists the units of the data: series, or all of them together; those with rows that no method takes have an error: y that is NaN, infinite or above 1e150 (22003), a feature that is NULL where the method takes none (22004), no value of y at all (22023), the same time twice (23505), a name of more than 1000 bytes (22001)';

-- ---- what has come true --------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.note_series(caller oid, run_id bigint, entities text[], data_from timestamp[], data_to timestamp[], row_counts integer[],
	hashes numeric[], origins timestamp[], ended boolean[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
	ends integer;
	gone integer;
BEGIN
	SELECT count(*) INTO ends FROM unnest(entities, ended) AS s (entity, ended)
	WHERE s.ended AND NOT (SELECT q.ended FROM creditspread.series q WHERE q.pipeline_id = r.pipeline_id AND q.entity = s.entity);
	INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, data_hash, seen_at, last_origin, ended)
	SELECT r.pipeline_id, s.entity, s.data_from, s.data_to, s.row_count, s.hash, clock_timestamp(), s.origin, s.ended
	FROM unnest(entities, data_from, data_to, row_counts, hashes, origins, ended) AS s (entity, data_from, data_to, row_count, hash, origin, ended)
	ON CONFLICT ON CONSTRAINT series_pkey DO UPDATE SET data_from = excluded.data_from, data_to = excluded.data_to, row_count = excluded.row_count,
		data_hash = excluded.data_hash, seen_at = excluded.seen_at, last_origin = excluded.last_origin, ended = excluded.ended;
	UPDATE creditspread.series q SET ended = true
	WHERE q.pipeline_id = r.pipeline_id AND NOT q.ended AND q.seen_at < r.started;
	GET DIAGNOSTICS gone = ROW_COUNT;
	RETURN ends + gone;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.note_series(oid, bigint, text[], timestamp[], timestamp[], integer[], numeric[], timestamp[], boolean[]) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.note_series(oid, bigint, text[], timestamp[], timestamp[], integer[], numeric[], timestamp[], boolean[]) IS
	'notes what the query gives of each series, see note_series()';

CREATE FUNCTION creditspread_internal.note_series(run_id bigint, entities text[], data_from timestamp[], data_to timestamp[], row_counts integer[],
	hashes numeric[], origins timestamp[], ended boolean[]) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.note_series(bigint, text[], timestamp[], timestamp[], integer[], numeric[], timestamp[], boolean[]) IS
	'notes what the query gives of each series now; series that it gives no more have ended; returns how many have ended since the run before';

-- The forecasts are found by the index, and then by their places, whatever the statistics of a table that has just grown.
CREATE FUNCTION creditspread_internal.store_actuals(caller oid, run_id bigint, entities text[], origins timestamp[], horizons integer[], origin_values double precision[],
	target_times timestamp[], actuals double precision[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
	r creditspread.run := creditspread_internal.running(caller, run_id);
	stored bigint;
BEGIN
	UPDATE creditspread.forecast f SET actual = a.actual, target_time = coalesce(a.target_time, f.target_time),
		first_actual = coalesce(f.first_actual, a.actual), first_known_at = CASE WHEN f.first_actual IS NULL AND a.actual IS NOT NULL THEN clock_timestamp() ELSE f.first_known_at END
	FROM unnest(entities, origins, horizons, origin_values, target_times, actuals) AS a (entity, origin, horizon, origin_value, target_time, actual),
		LATERAL (SELECT k.ctid AS place FROM creditspread.forecast k WHERE k.pipeline_id = r.pipeline_id AND k.source IN ('forecast', 'backtest')
			AND k.entity = a.entity AND k.origin = a.origin AND k.horizon = a.horizon AND (k.actual IS DISTINCT FROM a.actual OR k.target_time <> a.target_time)
			AND (k.random_walk = a.origin_value
				OR k.query_number = (SELECT m.query_number FROM creditspread.model m WHERE m.pipeline_id = r.pipeline_id AND m.version = r.version)) OFFSET 0) q
	WHERE f.ctid = q.place;
	GET DIAGNOSTICS stored = ROW_COUNT;
	UPDATE creditspread.run q SET rows_stored = q.rows_stored + stored WHERE q.id = r.id AND q.kind = 'update_actuals';
	RETURN stored;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.store_actuals(oid, bigint, text[], timestamp[], integer[], double precision[], timestamp[], double precision[]) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.store_actuals(oid, bigint, text[], timestamp[], integer[], double precision[], timestamp[], double precision[]) IS
	'stores what has come true of forecasts, see store_actuals()';

CREATE FUNCTION creditspread_internal.store_actuals(run_id bigint, entities text[], origins timestamp[], horizons integer[], origin_values double precision[],
	target_times timestamp[], actuals double precision[]) RETURNS bigint
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C;
COMMENT ON FUNCTION creditspread_internal.store_actuals(bigint, text[], timestamp[], integer[], double precision[], timestamp[], double precision[]) IS
	'stores what has come true of forecasts: only of versions with the same query, or where the origin has the value that the forecast knew; the value that was known first stays; returns the number of forecasts that changed';

CREATE FUNCTION creditspread_internal.mark_ended(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	in_utc boolean := creditspread_internal.in_utc(m.time_type);
BEGIN
	UPDATE pg_temp.creditspread_series s SET ended = true
	FROM (SELECT l.entity_number, creditspread_internal.to_local(l.data_to, m.time_zone, in_utc) AS last, g.*
		FROM pg_temp.creditspread_series l, LATERAL (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY v.gap) AS gap,
				bool_and(extract(isodow FROM v."time") < 6) AND count(*) > 5 AS weekdays
			FROM (SELECT t."time", t."time" - lag(t."time") OVER (ORDER BY t.place) AS gap
				FROM (SELECT r.place, creditspread_internal.to_local(r."time", m.time_zone, in_utc) AS "time" FROM pg_temp.creditspread_rows r
					WHERE r.entity_number = l.entity_number AND r.place > l.row_count - 60 AND r.place <= l.row_count) t) v) g
		WHERE l.data_to < m.data_to) q
	WHERE s.entity_number = q.entity_number AND CASE WHEN q.gap BETWEEN interval '20 hours' AND interval '28 hours' AND q.weekdays
			THEN q.last + (m.ended_after + 2 * ((extract(isodow FROM q.last)::integer - 1 + m.ended_after) / 5)) * interval '1 day'
			ELSE q.last + m.ended_after * coalesce(q.gap, interval '1 day') END < creditspread_internal.to_local(m.data_to, m.time_zone, in_utc);
END
$$;
COMMENT ON FUNCTION creditspread_internal.mark_ended(creditspread.model) IS
	'marks the series that lie more than ended_after of their own spacings, or of business days, behind the last time of the data';

-- A name may get another query, of other data: what that gives is not what the versions before it forecast; store_actuals sees to it.
CREATE FUNCTION creditspread_internal.follow_data(run_id bigint, m creditspread.model, OUT stored bigint, OUT ended integer)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	n record;
BEGIN
	stored := 0;
	PERFORM creditspread_internal.mark_ended(m);
	-- of series whose past is what it was, the forecasts without an actual value; of others all
	WITH known AS MATERIALIZED (
		SELECT s.entity, s.entity_number, s.data_from, NOT coalesce(s.row_count >= b.row_count
			AND s.data_hash - coalesce((SELECT sum(hashfloat8extended(coalesce(r.y, 'NaN'), timestamp_hash_extended(r."time", 0))) FROM pg_temp.creditspread_rows r
				WHERE r.entity_number = s.entity_number AND r.place > b.row_count), 0) = b.data_hash, false) AS revised
		FROM pg_temp.creditspread_series s LEFT JOIN creditspread.series b ON b.pipeline_id = m.pipeline_id AND b.entity = s.entity
		WHERE octet_length(s.entity) <= 1000 AND NOT s.again
	), told AS MATERIALIZED (
		SELECT k.entity_number, f.* FROM known k, LATERAL (SELECT f.entity, f.origin, f.horizon, f.actual, f.target_time FROM creditspread.forecast f
			WHERE f.pipeline_id = m.pipeline_id AND f.source IN ('forecast', 'backtest') AND f.entity = k.entity AND f.origin >= k.data_from AND f.actual IS NULL OFFSET 0) f
		WHERE NOT k.revised
		UNION ALL
		SELECT k.entity_number, f.* FROM known k, LATERAL (SELECT f.entity, f.origin, f.horizon, f.actual, f.target_time FROM creditspread.forecast f
			WHERE f.pipeline_id = m.pipeline_id AND f.source IN ('forecast', 'backtest') AND f.entity = k.entity AND f.origin >= k.data_from OFFSET 0) f
		WHERE k.revised
	), recent AS MATERIALIZED (
		SELECT r.entity_number, r."time", r.place, r.y FROM pg_temp.creditspread_rows r WHERE r."time" >= (SELECT min(k.origin) FROM told k)
	), placed AS MATERIALIZED (	-- the row of an origin may have been withdrawn
		SELECT k.*, o.y AS origin_value, CASE WHEN o.place IS NOT NULL THEN o.place
			ELSE (SELECT max(r.place) FROM pg_temp.creditspread_rows r WHERE r.entity_number = k.entity_number AND r."time" < k.origin) END AS place
		FROM told k LEFT JOIN recent o ON o.entity_number = k.entity_number AND o."time" = k.origin
	)
	SELECT array_agg(k.entity) AS entities, array_agg(k.origin) AS origins, array_agg(k.horizon) AS horizons, array_agg(k.origin_value) AS origin_values,
		array_agg(k."time") AS times, array_agg(k.actual) AS actuals INTO n
	FROM (SELECT DISTINCT k.entity, k.origin, k.horizon, k.origin_value, t."time", t.y AS actual
		FROM placed k LEFT JOIN recent t ON t.entity_number = k.entity_number AND t.place = k.place + k.horizon AND abs(t.y) < 1e150
		WHERE k.actual IS DISTINCT FROM t.y OR k.target_time <> t."time") k;
	IF n.entities IS NOT NULL THEN
		stored := creditspread_internal.store_actuals(run_id, n.entities, n.origins, n.horizons, n.origin_values, n.times, n.actuals);
	END IF;
	SELECT creditspread_internal.note_series(run_id, array_agg(s.entity), array_agg(s.data_from), array_agg(s.data_to), array_agg(s.row_count),
		array_agg(s.data_hash), array_agg(s.origin), array_agg(s.ended)) INTO ended
	FROM pg_temp.creditspread_series s WHERE octet_length(s.entity) <= 1000;
END
$$;
COMMENT ON FUNCTION creditspread_internal.follow_data(bigint, creditspread.model) IS
	'actual values and target times of a model''s forecasts follow the rows that the query gives now; notes what it gives of each series, and which have ended; returns the number of forecasts that changed, and of series that ended since the run before';

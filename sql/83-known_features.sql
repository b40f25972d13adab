-- Features known in advance: rows of the query after the last y of a series, which hold their values at the times to be forecast.
--
-- Such rows are set aside, so that to everything else a series ends with its last y.  A method sees the rows up to the origin and, of
-- those behind it, the features known in advance alone, whether they are set aside or are rows of the past: as rows, or as further features
-- of each row (creditspread.method.known).

CREATE FUNCTION creditspread_internal.known_features(m creditspread.model) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN ARRAY(SELECT DISTINCT k.name FROM creditspread_internal.members(m) AS n,
		jsonb_array_elements_text(CASE jsonb_typeof(n.options -> 'known') WHEN 'array' THEN n.options -> 'known' ELSE '[]' END) AS k (name) ORDER BY k.name);
END
$$;
COMMENT ON FUNCTION creditspread_internal.known_features(creditspread.model) IS
	'the features of a model, or of those that it combines, that are known in advance: their option known';

CREATE FUNCTION creditspread_internal.known_values(features double precision[], names text[], known text[]) RETURNS double precision[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT CASE WHEN q.name = ANY (known) THEN q.value END FROM unnest(features, names) WITH ORDINALITY AS q (value, name, place) ORDER BY q.place);
COMMENT ON FUNCTION creditspread_internal.known_values(double precision[], text[], text[]) IS 'the values of features that are known in advance, NULL for the others';

CREATE FUNCTION creditspread_internal.known_ones(features double precision[], names text[], options jsonb) RETURNS double precision[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT q.value FROM unnest(features, names) WITH ORDINALITY AS q (value, name, place) WHERE options -> 'known' ? q.name ORDER BY q.place);
COMMENT ON FUNCTION creditspread_internal.known_ones(double precision[], text[], jsonb) IS 'the values of those features alone that are known in advance by the options of a model';

CREATE FUNCTION creditspread_internal.set_known_aside(known text[], features text[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
	unknown text;
	moved bigint := 0;
BEGIN
	IF known = '{}' THEN
		RETURN moved;
	END IF;
	SELECT k INTO unknown FROM unnest(known) k WHERE k <> ALL (features) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'creditspread: option "known" has "%", which is no feature of the query', unknown
			USING ERRCODE = '42703', HINT = CASE features WHEN '{}' THEN 'The query has no features.' ELSE format('Features are %s.', array_to_string(features, ', ')) END;
	END IF;
	CREATE TEMPORARY TABLE creditspread_ahead (entity text COLLATE "C", "time" timestamp, features double precision[], maturity double precision, "group" text COLLATE "C",
		entity_number integer, place integer, again boolean) WITH (log_autovacuum_min_duration = 1928374650);
	WITH told AS (
		SELECT r.entity_number, max(r.place) FILTER (WHERE r.y IS NOT NULL) AS place FROM pg_temp.creditspread_rows r GROUP BY r.entity_number
	), gone AS (
		DELETE FROM pg_temp.creditspread_rows r USING told t WHERE r.entity_number = t.entity_number AND r.place > t.place AND isfinite(r."time") RETURNING r.*
	)
	INSERT INTO pg_temp.creditspread_ahead
	SELECT g.entity, g."time", creditspread_internal.known_values(g.features, set_known_aside.features, known), g.maturity, g."group", g.entity_number, g.place, g.again FROM gone g;
	GET DIAGNOSTICS moved = ROW_COUNT;
	CREATE INDEX ON pg_temp.creditspread_ahead (entity_number, place);
	RETURN moved;
END
$$;
COMMENT ON FUNCTION creditspread_internal.set_known_aside(text[], text[]) IS
	'sets the rows after the last y of each series aside, where there are features known in advance; returns their number; error 42703: one that the query does not have';

CREATE FUNCTION creditspread_internal.takes_known(m creditspread.model, how text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN EXISTS (SELECT FROM creditspread_internal.members(m) AS n JOIN creditspread.method k ON k.name = n.method
		WHERE k.known = how AND n.options ? 'known' AND n.options -> 'known' <> '[]');
END
$$;
COMMENT ON FUNCTION creditspread_internal.takes_known(creditspread.model, text) IS
	'whether a model, or one of those that it combines, has features known in advance and takes them as rows, or as columns';

CREATE FUNCTION creditspread_internal.later_features(m creditspread.model, OUT expression text, OUT name text, OUT feature text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN mean THEN format('CASE WHEN count(r.features[%1$s]) OVER h%2$s = %2$s THEN avg(r.features[%1$s]) OVER h%2$s END', array_position(m.features, k.name), h)
			ELSE format('lead(r.features[%s], %s) OVER w', array_position(m.features, k.name), h) END,
		concat(CASE WHEN mean THEN 'mean ' END, k.name, ' +', h), k.name
	FROM unnest(m.horizons) WITH ORDINALITY AS ahead (h, o), unnest('{false,true}'::boolean[]) AS mean,
		jsonb_array_elements_text(CASE jsonb_typeof(m.options -> 'known') WHEN 'array' THEN m.options -> 'known' ELSE '[]' END) WITH ORDINALITY AS k (name, place)
	WHERE h > 1 OR NOT mean ORDER BY o, mean, k.place
$$;
COMMENT ON FUNCTION creditspread_internal.later_features(creditspread.model) IS
	'the further features that a model takes of those known in advance, horizon by horizon, and which each is of: the values that many rows later and, beyond 1, their means up to there';

CREATE FUNCTION creditspread_internal.method_features(m creditspread.model) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN k.known = 'columns' THEN m.features || ARRAY(SELECT l.name FROM creditspread_internal.later_features(m) l) ELSE m.features END
	FROM creditspread.method k WHERE k.name = m.method
$$;
COMMENT ON FUNCTION creditspread_internal.method_features(creditspread.model) IS 'the names of the features that the method of a model is given';

-- Of a combination all methods that take them as columns have the same ones.
CREATE FUNCTION creditspread_internal.later_columns(m creditspread.model, entity text, OUT list text, OUT windows text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT creditspread_internal.takes_known(m, 'columns'::text) THEN
		RETURN;
	END IF;
	m.options := jsonb_build_object('known', (SELECT n.options -> 'known' FROM creditspread_internal.members(m) AS n JOIN creditspread.method k ON k.name = n.method
		WHERE k.known = 'columns' AND n.options ? 'known' LIMIT 1));
	SELECT format('ARRAY[%s]', string_agg(l.expression, ', ' ORDER BY l.number)), format('WINDOW w AS (PARTITION BY r.%I ORDER BY r.place)%s', entity,
			(SELECT string_agg(DISTINCT format(', h%1$s AS (w ROWS BETWEEN 1 FOLLOWING AND %1$s FOLLOWING)', h), '') FROM unnest(m.horizons) h WHERE h > 1))
		INTO list, windows FROM creditspread_internal.later_features(m) WITH ORDINALITY AS l (expression, name, feature, number);
END
$$;
COMMENT ON FUNCTION creditspread_internal.later_columns(creditspread.model, text) IS
	'the array of further features of rows r, with places in a series that the column entity names, and the windows that it needs; NULL for a model without any';

CREATE FUNCTION creditspread_internal.put_known_later(m creditspread.model, given text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	later record;
BEGIN
	m.features := given;
	SELECT c.* INTO later FROM creditspread_internal.later_columns(m, 'entity_number'::text) c;
	IF later.list IS NOT NULL THEN
		EXECUTE format('UPDATE pg_temp.creditspread_rows r SET later = q.later FROM ('
			'SELECT r.entity_number, r.place, %s AS later FROM (SELECT t.entity_number, t.place, t.features FROM pg_temp.creditspread_rows t '
			'UNION ALL SELECT h.entity_number, h.place, h.features FROM pg_temp.creditspread_ahead h) r %s) q '
			'WHERE q.entity_number = r.entity_number AND q.place = r.place', later.list, later.windows);
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.put_known_later(creditspread.model, text[]) IS
	'puts what is known in advance beside the rows of methods that take it as columns';

CREATE FUNCTION creditspread_internal.row_features(m creditspread.model) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN k.known = 'columns' AND creditspread_internal.takes_known(m, 'columns'::text) THEN 'r.features || r.later AS features' ELSE 'r.features' END
	FROM creditspread.method k WHERE k.name = m.method
$$;
COMMENT ON FUNCTION creditspread_internal.row_features(creditspread.model) IS 'the features of a row as the method of a model takes them';

CREATE FUNCTION creditspread_internal.split_features(features double precision[], names text[], known jsonb, horizons integer[], horizon integer,
	OUT own double precision[], OUT exogenous double precision[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT ARRAY(SELECT q.value FROM unnest(features[:given], names[:given]) WITH ORDINALITY AS q (value, name, place) WHERE NOT known ? q.name ORDER BY q.place),
		ARRAY(SELECT q.value FROM unnest(features[:given], names[:given]) WITH ORDINALITY AS q (value, name, place) WHERE known ? q.name ORDER BY q.place)
			|| features[given + before + 1:given + before + size]
	FROM (SELECT cardinality(features) - sum(s.size)::integer AS given, (sum(s.size) FILTER (WHERE s.place < array_position(horizons, horizon)))::integer AS told,
			max(s.size) FILTER (WHERE s.place = array_position(horizons, horizon)) AS size
		FROM (SELECT h.place, jsonb_array_length(known) * CASE WHEN h.horizon > 1 THEN 2 ELSE 1 END AS size FROM unnest(horizons) WITH ORDINALITY AS h (horizon, place)) s) q,
		LATERAL (SELECT coalesce(q.told, 0) AS before) t
$$;
COMMENT ON FUNCTION creditspread_internal.split_features(double precision[], text[], jsonb, integer[], integer) IS
	'the features that are not known in advance, and what is told of those that are at a horizon: their values on the row and the further features of later_features';

-- What is not known in advance is hidden in the rows behind those that a forecast may see; they end before the first that lacks something.
CREATE FUNCTION creditspread_internal.known_rows(m creditspread.model, simple boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known text[] := creditspread_internal.known_features(m);
BEGIN
	RETURN CASE WHEN creditspread_internal.takes_known(m, 'rows'::text) THEN format('SELECT v.* FROM (SELECT w.entity, w."time", w.y, w.features, w.maturity, w."group", '
			'bool_and(w.place <= w.last OR cardinality(array_remove(w.features, NULL)) = %1$s) OVER (ORDER BY w.place) AS whole FROM ('
			'SELECT u.*, coalesce(max(u.place) FILTER (WHERE u.y IS NOT NULL) OVER (), 0) AS last FROM ('
			'SELECT r.entity, r."time", CASE WHEN t.told THEN r.y END AS y, CASE WHEN t.told THEN r.features ELSE creditspread_internal.known_values(r.features, %2$L, %3$L) END AS features, '
			'r.maturity, r."group", r.place FROM pg_temp.creditspread_rows r, LATERAL (SELECT r.%4$s <= k.to_step AS told) t '
			'WHERE r.entity_number = k.entity_number AND r.place >= k.place%5$s UNION ALL '
			'SELECT r.entity, r."time", NULL, creditspread_internal.known_values(r.features, %2$L, %3$L), r.maturity, r."group", r.place FROM pg_temp.creditspread_ahead r '
			'WHERE r.entity_number = k.entity_number%5$s) u) w) v WHERE v.whole',
		cardinality(known), m.features, known, CASE WHEN simple THEN 'place' ELSE 'step' END,
		CASE WHEN simple THEN ' AND r.place <= k.to_step + ' || (SELECT max(h) FROM unnest(m.horizons) h) END) END;
END
$$;
COMMENT ON FUNCTION creditspread_internal.known_rows(creditspread.model, boolean) IS
	'the query for the rows of a series k that forecasts are made from, with what is known in advance of the later ones; NULL for a model without such features';

CREATE FUNCTION creditspread_internal.rows_ahead(m creditspread.model, OUT entity_number integer, OUT place integer, OUT "time" timestamp, OUT features double precision[], OUT again boolean)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known text[] := creditspread_internal.known_features(m);
	furthest integer := (SELECT max(h) FROM unnest(m.horizons) h);
BEGIN
	RETURN QUERY SELECT a.* FROM pg_temp.creditspread_series s, LATERAL (
		SELECT r.entity_number, r.place, r."time", creditspread_internal.known_values(r.features, m.features, known), r.again FROM pg_temp.creditspread_rows r
		WHERE r.entity_number = s.entity_number AND r.place BETWEEN s.origin_place + 1 AND s.origin_place + furthest
		UNION ALL
		SELECT h.entity_number, h.place, h."time", h.features, h.again FROM pg_temp.creditspread_ahead h
		WHERE h.entity_number = s.entity_number AND h.place <= s.origin_place + furthest OFFSET 0) a WHERE NOT s.ended;
END
$$;
COMMENT ON FUNCTION creditspread_internal.rows_ahead(creditspread.model) IS
	'the rows of each series after its last with y, as far as they are forecast, with what is known of them in advance';

CREATE FUNCTION creditspread_internal.refuse_unknown(m creditspread.model) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known text[] := creditspread_internal.known_features(m);
	furthest integer := (SELECT max(h) FROM unnest(m.horizons) h);
	may_lack boolean := coalesce(m.options ->> 'on_error' = 'null', false) AND NOT creditspread_internal.takes_known(m, 'columns'::text);
	at_origin boolean := (SELECT k.known IS NOT NULL AND NOT k.uses_features FROM creditspread.method k WHERE k.name = m.method);	-- a regression has no error to go on from where one of its features is missing
BEGIN
	IF known = '{}' THEN
		RETURN;
	END IF;
	WITH ahead AS MATERIALIZED (
		SELECT * FROM creditspread_internal.rows_ahead(m)
		UNION ALL
		SELECT r.entity_number, r.place, r."time", creditspread_internal.known_values(r.features, m.features, known), false
		FROM pg_temp.creditspread_series s JOIN pg_temp.creditspread_rows r ON r.entity_number = s.entity_number AND r.place = s.origin_place WHERE at_origin AND NOT s.ended
	)
	UPDATE pg_temp.creditspread_units u SET code = CASE WHEN f.again THEN '23505' ELSE '22004' END, message = 'forecast: ' || CASE
			WHEN f.again THEN format('time %s is there twice', f.bad_time)
			WHEN f.bad_time IS NOT NULL THEN format('feature "%s" at %s, known in advance, is NULL', f.feature, f.bad_time)
			ELSE format('the query has %s rows after %s, the last with y, and feature "%s", known in advance, is needed for %s', f.n, f.origin, known[1], furthest) END
			|| CASE f.entity WHEN u.unit THEN '' ELSE format(', in series "%s"', f.entity) END,
		hint = CASE WHEN f.again THEN 'Give one row for each time, and the name of each series in column entity.'
			WHEN f.bad_time = f.origin THEN format('Method %s goes on from the last row with y: give the features known in advance there, too.', m.method)
			ELSE 'Give rows for the times to be forecast, in which y is NULL and the features known in advance are not; or the option on_error "null", which leaves out what needs them.' END
	FROM (SELECT DISTINCT ON (s.unit_number) s.unit_number, s.entity, s.origin, coalesce(a.n, 0) AS n, b."time" AS bad_time, coalesce(b.again, false) AS again,
			(SELECT min(k) FROM unnest(known) k WHERE b.features[array_position(m.features, k)] IS NULL) AS feature
		FROM pg_temp.creditspread_series s
			LEFT JOIN (SELECT h.entity_number, count(*) - at_origin::integer AS n FROM ahead h GROUP BY h.entity_number) a ON a.entity_number = s.entity_number
			LEFT JOIN (SELECT DISTINCT ON (h.entity_number) h.* FROM ahead h
				WHERE h.again OR NOT may_lack AND cardinality(array_remove(h.features, NULL)) < cardinality(known) ORDER BY h.entity_number, h.place) b ON b.entity_number = s.entity_number
		WHERE NOT s.ended AND s.origin IS NOT NULL AND (b."time" IS NOT NULL OR coalesce(a.n, 0) < furthest AND NOT may_lack) ORDER BY s.unit_number, s.entity_number) f
	WHERE u.number = f.unit_number AND u.code IS NULL;
END
$$;
COMMENT ON FUNCTION creditspread_internal.refuse_unknown(creditspread.model) IS
	'gives units an error in which a feature known in advance is missing for a forecast: 22004, or 23505 where a time to be forecast is there twice';

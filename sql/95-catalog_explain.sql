-- creditspread.explain: what each feature adds to a forecast of a model.
--
-- Methods that forecast y from nothing but its past have one contribution, that of y: the forecast less its last value.

--@ each method: linear, boosted_trees, random_forest, svr, rnn, transformer
CREATE FUNCTION @internal@.@method@_contributions(model @extschema@.@method@_model, y double precision, features double precision[], step integer, terms boolean) RETURNS @extschema@.forecast_contributions
AS 'MODULE_PATHNAME', 'creditspread_@method@_contributions' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @internal@.@method@_contributions(@extschema@.@method@_model, double precision, double precision[], integer, boolean) IS '@method@_contributions for the statements of the catalog';

UPDATE creditspread.method SET explain = $explain$
SELECT unit, entity, "time", horizon, (c).base, (c).forecast, (c).feature, (c).contribution, (c).value
FROM (SELECT s.unit, s.entity, s."time", s.wanted, ahead.horizon, @internal@.@method@_contributions(creditspread_internal.from_bytes(a.artifact, NULL::@extschema@.@method@_model), s.y, s.features,
		CASE WHEN s.wanted THEN ahead.horizon END, false) OVER (PARTITION BY s.unit, s.entity, ahead.horizon ORDER BY s."time") AS c
	FROM s JOIN a USING (unit), unnest($2) AS ahead (horizon)) AS explained
WHERE wanted AND c IS NOT NULL
$explain$ WHERE name = '@method@' OR name = 'mlp' AND '@method@' = 'rnn';
--@ end

-- A vector autoregression is linear: what a column adds is what the forecast loses where it, and what is known of it in advance, is its mean, of all rows so far (p).
UPDATE creditspread.method SET explain = $explain$
SELECT unit, entity, "time", horizon, max(forecast) FILTER (WHERE held = -1), max(forecast) FILTER (WHERE held = 0), ARRAY['y'::text] || $4,
	array_agg(whole - forecast ORDER BY held) FILTER (WHERE held > 0), ARRAY[min(y)] || min(features)
FROM (SELECT unit, entity, "time", y, features, held, horizon, (f).forecast[1][1] AS forecast,
		max((f).forecast[1][1]) FILTER (WHERE held = 0) OVER (PARTITION BY unit, entity, horizon) AS whole
	FROM (SELECT s.unit, s.entity, s."time", s.y, s.features[:coalesce(cardinality($4), 0)] AS features, s.wanted, holds.held, fitted.horizon, creditspread_internal.var_forecasts(fitted.model,
			ARRAY[CASE WHEN holds.held IN (-1, 1) THEN means.mean[1] ELSE s.y END] || split.own, CASE WHEN $1 ? 'known' THEN split.exogenous END, ARRAY[fitted.horizon], $3)
			OVER (PARTITION BY s.unit, s.entity, fitted.horizon, holds.held ORDER BY s."time") AS f
		FROM s JOIN (SELECT unit, horizon, CASE WHEN $1 ? 'known' THEN convert_from(artifact, 'UTF8')::jsonb ->> horizon::text ELSE convert_from(artifact, 'UTF8') END::@extschema@.var_model AS model
				FROM a, unnest($2) AS horizon OFFSET 0) AS fitted USING (unit)
			JOIN (SELECT entity, array_agg(mean ORDER BY place) AS mean FROM (SELECT p.entity, u.place, avg(u.value) AS mean
				FROM p, unnest(ARRAY[p.y] || p.features) WITH ORDINALITY AS u (value, place) GROUP BY p.entity, u.place) AS columns GROUP BY entity) AS means USING (entity),
			generate_series(-1, 1 + coalesce(cardinality($4), 0)) AS holds (held),
			LATERAL creditspread_internal.split_features(creditspread_internal.held_features(s.features, means.mean, holds.held, $4, $1 -> 'known', $9), $4, coalesce($1 -> 'known', '[]'), $9, fitted.horizon)
				AS split) AS forecasts
	WHERE wanted) AS told
GROUP BY unit, entity, "time", horizon HAVING max(forecast) FILTER (WHERE held = 0) IS NOT NULL
$explain$ WHERE name = 'var';

-- A regression with ARIMA errors adds coefficient x (value on the row that is forecast - value on the origin); the rest is what y makes of itself.
UPDATE creditspread.method SET explain = $explain$
SELECT unit, entity, "time", horizon, y, ahead.forecast, '{y}'::text[] || parts.names, ARRAY[ahead.forecast - y - coalesce(parts.total, 0)] || parts.contributions, ARRAY[y] || x
FROM (SELECT s.unit, s.entity, s."time", s.wanted, s.y, given.x, ahead.horizon, fitted.coefficients, lead(given.x, ahead.horizon) OVER w AS later,
		creditspread_internal.arima_forecast_steps(fitted.model, s.y, given.x, $2) OVER w AS f
	FROM (SELECT unit, model, (info #>> '{training,first_time}')::timestamp AS first_time, info #> '{model,coefficients}' AS coefficients
			FROM (SELECT unit, model, creditspread_internal.model_info(model) AS info
				FROM (SELECT unit, creditspread_internal.from_bytes(artifact, NULL::@extschema@.arima_model) AS model FROM a OFFSET 0) AS stored OFFSET 0) AS described OFFSET 0) AS fitted
		JOIN s ON s.unit = fitted.unit AND s."time" >= fitted.first_time, unnest($2) AS ahead (horizon),
		LATERAL (SELECT creditspread_internal.known_ones(s.features, $4, $1) AS x) AS given
	WINDOW w AS (PARTITION BY s.unit, s.entity, ahead.horizon ORDER BY s."time")) AS forecasts, unnest(f) AS ahead,
	LATERAL (SELECT array_agg(u.name ORDER BY u.place) AS names, array_agg(u.part ORDER BY u.place) AS contributions, sum(u.part) AS total
		FROM (SELECT k.name, k.place, (coefficients ->> (k.place - 1)::integer)::float8 * (later[k.place] - x[k.place]) AS part
			FROM (SELECT q.name, row_number() OVER (ORDER BY q.place) AS place FROM unnest($4) WITH ORDINALITY AS q (name, place) WHERE $1 -> 'known' ? q.name) AS k) AS u) AS parts
WHERE wanted AND ahead.step = horizon AND ahead.forecast IS NOT NULL
$explain$ WHERE name = 'arima';

-- Columns: y, the features, and behind them what is told of those known in advance, as later_features has it.
CREATE FUNCTION creditspread_internal.held_features(features double precision[], means double precision[], held integer, names text[], known jsonb, horizons integer[]) RETURNS double precision[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT ARRAY(SELECT CASE WHEN held = -1 OR held = q.of + 1 THEN means[q.of + 1] ELSE q.value END FROM (SELECT u.value, u.place, CASE WHEN u.place <= given THEN u.place ELSE parents[u.place - given] END AS of
		FROM unnest(features) WITH ORDINALITY AS u (value, place), (SELECT coalesce(cardinality(names), 0) AS given, ARRAY(SELECT array_position(names, l.feature)
			FROM creditspread_internal.later_features(jsonb_populate_record(NULL::creditspread.model, jsonb_build_object('features', names, 'horizons', horizons, 'options',
				jsonb_build_object('known', known)))) WITH ORDINALITY AS l (expression, name, feature, number) ORDER BY l.number) AS parents) AS shape) AS q ORDER BY q.place)
$$;
COMMENT ON FUNCTION creditspread_internal.held_features(double precision[], double precision[], integer, text[], jsonb, integer[]) IS
	'the features of a row and what is told of those known in advance, with one of them (the number of its column, y is 1), or all (-1), at their means';

CREATE FUNCTION creditspread_internal.told_of(given integer, parents text[], INOUT feature text[], INOUT value double precision[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN further THEN feature[:given] || parents || feature[last + 1:] ELSE feature END,
		CASE WHEN further THEN value[:given] || array_fill(NULL::float8, ARRAY[cardinality(parents)]) || value[last + 1:] ELSE value END
	FROM (SELECT cardinality(feature) >= given + cardinality(parents) AS further, given + cardinality(parents) AS last) AS q
$$;
COMMENT ON FUNCTION creditspread_internal.told_of(integer, text[], text[], double precision[]) IS
	'features and values in which those behind the given ones, if there are any, are called after the features known in advance that they are of, without a value';

CREATE FUNCTION creditspread_internal.explain_query(m creditspread.model, fits text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('WITH a AS MATERIALIZED (%1$s), n (unit, rows) AS MATERIALIZED (%2$s), '
		'l AS MATERIALIZED (SELECT o.entity, o.place AS last, (SELECT coalesce(max(w.place), 1) FROM p AS w WHERE w.entity = o.entity AND w.place <= o.place - coalesce(n.rows, o.place) + 1 '
		'AND w.y IS NOT NULL AND array_position(w.features, NULL) IS NULL) AS first FROM o LEFT JOIN n ON n.unit = o.unit), '
		's AS MATERIALIZED (SELECT p.unit, p.entity, p."time", p.y, %5$s, p.maturity, p."group", p.place = l.last AS wanted FROM p JOIN l ON l.entity = p.entity AND p.place BETWEEN l.first AND l.last%4$s), '
		'e (unit, entity, "time", horizon, base, forecast, feature, contribution, value) AS MATERIALIZED (%3$s) SELECT %6$s',
		fits, coalesce(k.rows_needed, 'SELECT NULL::text AS unit, NULL::bigint AS rows WHERE false'),
		regexp_replace(coalesce(k.explain, format('SELECT s.unit, s.entity, s."time", f.horizon, s.y, f.forecast, ARRAY[''y''::text], ARRAY[f.forecast - s.y], ARRAY[s.y] '
			'FROM (%s) AS f JOIN s ON s.unit = f.unit AND s.entity = f.entity AND s."time" = f."time" WHERE s.wanted AND f.forecast IS NOT NULL', k.forecast)),
			E'\\$1(?!\\d)', replace(quote_literal(creditspread_internal.method_options(m)), E'\\', E'\\\\') || '::jsonb', 'g'),
		CASE WHEN creditspread_internal.takes_known(m, 'rows'::text) THEN format(' UNION ALL SELECT r.unit, r.entity, r."time", NULL, creditspread_internal.known_values(r.features, %L::text[], %L::text[]), '
			'r.maturity, r."group", false FROM r JOIN l ON l.entity = r.entity AND r.place BETWEEN l.last + 1 AND l.last + %s',
			m.features, creditspread_internal.known_features(m), (SELECT max(h) FROM unnest(m.horizons) h)) END,
		CASE WHEN later THEN 'p.features || p.later AS features' ELSE 'p.features' END,
		CASE WHEN later THEN format('e.unit, e.entity, e."time", e.horizon, e.base, e.forecast, t.feature, e.contribution, t.value FROM e, creditspread_internal.told_of(%s, %L::text[], e.feature, e.value) AS t',
			1 + cardinality(m.features), ARRAY(SELECT l.feature FROM creditspread_internal.later_features(m) WITH ORDINALITY AS l (expression, name, feature, number) ORDER BY l.number)) ELSE 'e.* FROM e' END)
	FROM creditspread.method k, creditspread_internal.takes_known(m, 'columns'::text) AS later WHERE k.name = m.method
$$;
COMMENT ON FUNCTION creditspread_internal.explain_query(creditspread.model, text) IS
	'the query for the contributions to the forecasts of a method, no combination, over the fits of a query (unit, artifact), the rows p with their places in the series, the last of them that is wanted, o, and all rows, r, where what is known in advance is taken as rows; as columns it stands in p as later';

CREATE FUNCTION creditspread_internal.explained(m creditspread.model, entity text, horizons integer[], at timestamp)
RETURNS TABLE (series text, origin timestamp, horizon integer, base double precision, forecast double precision, feature text, contribution double precision, value double precision)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	list text := (SELECT e.list FROM creditspread.method k, creditspread_internal.row_expressions(m, k.unit) e WHERE k.name = m.method);
	together boolean := (SELECT k.unit IN ('panel', 'curve') FROM creditspread.method k WHERE k.name = m.method);
	fits text := format('SELECT f.entity AS unit, f.artifact FROM creditspread.artifact f WHERE f.model_id = %L AND f.status IN (''ready'', ''stale'')', m.id);
	later record;
	told text;
	parts text;
BEGIN
	SELECT c.* INTO later FROM creditspread_internal.later_columns(m, 'entity'::text) c;
	IF creditspread_internal.is_combination(m) THEN
		told := format('SELECT c.unit, convert_from(c.artifact, ''UTF8'')::jsonb AS told FROM (%s) AS c OFFSET 0', fits);
		parts := (SELECT string_agg(format('SELECT f.unit, f.entity, f."time", f.horizon, f.base, f.forecast, f.feature, f.contribution, f.value, %1$L AS method, '
				'coalesce((t.told #>> ARRAY[''weights'', f.horizon::text, %1$L])::float8, 0) AS weight '
				'FROM (%2$s) AS f (unit, entity, "time", horizon, base, forecast, feature, contribution, value) JOIN (%3$s) AS t ON t.unit = f.unit', n.method,
				creditspread_internal.explain_query(n, format('SELECT p.unit, decode(p.told -> ''parts'' ->> %1$L, ''base64'') AS artifact FROM (%2$s) AS p WHERE p.told -> ''parts'' ? %1$L',
					n.method, told)), told), ' UNION ALL ') FROM creditspread_internal.members(m) n);
	ELSE
		parts := format('SELECT f.*, ''random_walk'' AS method, 1::float8 AS weight FROM (%s) AS f (unit, entity, "time", horizon, base, forecast, feature, contribution, value)',
			creditspread_internal.explain_query(m, fits));
	END IF;
	RETURN QUERY EXECUTE format('WITH g AS MATERIALIZED (SELECT r.*, row_number() OVER w + CASE WHEN lag(r."time") OVER w = r."time" THEN creditspread_internal.refuse(concat(''explain: series "'', r.entity, ''" has '', '
				'r."time", '' twice''), ''Give each time once.''::text, ''23505''::text)::bigint ELSE 0 END AS place '
			'FROM creditspread_internal.rows_read_only(%1$L::text, %2$L::text) AS r (unit text, entity text, "time" timestamp, y float8, features float8[], maturity float8, "group" text) WINDOW w AS (PARTITION BY r.entity ORDER BY r."time")), '
			'r AS MATERIALIZED (SELECT r.*, %5$s AS later FROM g AS r %6$s), '
			'o AS MATERIALIZED (SELECT r.unit, r.entity, max(r.place) AS place FROM r WHERE r."time" <= %4$L::timestamp AND r.y IS NOT NULL AND ($7 IS NULL OR $8 OR r.entity = $7) GROUP BY r.unit, r.entity), '
			'p AS MATERIALIZED (SELECT r.* FROM o JOIN r AS e ON e.entity = o.entity AND e.place = o.place AND array_position(e.later, NULL) IS NULL JOIN r ON r.entity = o.entity AND r.place <= o.place), '
			'q AS MATERIALIZED (%3$s), '
			't AS MATERIALIZED (SELECT q.entity, q."time", q.horizon, sum(q.weight) AS weight, coalesce(sum(q.weight * q.base) / nullif(sum(q.weight), 0), max(q.base) FILTER (WHERE q.method = ''random_walk'')) AS base, '
			'coalesce(sum(q.weight * q.forecast) / nullif(sum(q.weight), 0), max(q.base) FILTER (WHERE q.method = ''random_walk'')) AS forecast FROM q GROUP BY q.entity, q."time", q.horizon), '
			'c AS (SELECT q.entity, q.horizon, u.feature, sum(q.weight * u.contribution) AS contribution, max(u.value) AS value '
			'FROM q, unnest(q.feature, q.contribution, q.value) AS u (feature, contribution, value) GROUP BY q.entity, q.horizon, u.feature) '
			'SELECT t.entity, t."time", t.horizon, t.base, t.forecast, c.feature, coalesce(c.contribution / nullif(t.weight, 0), 0) + 0, c.value '
			'FROM t JOIN c ON c.entity = t.entity AND c.horizon = t.horizon WHERE $7 IS NULL OR t.entity = $7',
		format('SELECT %s, d.entity, d."time", d.y, d.features, d.maturity, d."group" FROM (SELECT %s FROM (' || E'\n%s\n' || ') AS q) AS d WHERE d."time" OPERATOR(pg_catalog.<=) %L::pg_catalog.timestamp%s',
			CASE WHEN m.pool OR together THEN 'd.unit' ELSE 'd.entity' END, list, m.query, CASE WHEN creditspread_internal.known_features(m) <> '{}' THEN 'infinity' ELSE coalesce(at, 'infinity') END,
			CASE WHEN entity IS NOT NULL AND NOT together THEN format(' AND d.entity OPERATOR(pg_catalog.=) %L::pg_catalog.text', entity) END), m.search_path, parts, coalesce(at, 'infinity'),
		coalesce(later.list, 'NULL::float8[]'), later.windows)
	USING m.options, horizons, m.level, m.features, m.pool, m.search_path, entity, together, m.horizons;
END
$$;
COMMENT ON FUNCTION creditspread_internal.explained(creditspread.model, text, integer[], timestamp) IS
	'the contributions to the forecasts of a model made on the last row up to a time, from its query, run read-only as the caller; those of a combination are the means of its methods'' by their weights';

CREATE FUNCTION creditspread.explain(model text, INOUT entity text, INOUT horizon integer, at timestamp DEFAULT NULL,
	OUT origin timestamp, OUT feature text, OUT contribution double precision, OUT value double precision, OUT base double precision, OUT forecast double precision)
RETURNS SETOF record
LANGUAGE plpgsql ROWS 50 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	chosen record;
	m creditspread.model;
	unable text;
BEGIN
	SELECT * INTO chosen FROM creditspread_internal.readable_model(model, NULL::name);
	SELECT q.* INTO m FROM creditspread.model q WHERE q.pipeline_id = chosen.pipeline_id AND q.version = chosen.version;
	IF NOT EXISTS (SELECT FROM creditspread_internal.readable_pipelines() p WHERE p.id = chosen.pipeline_id AND p.own AND p.owner = current_user) THEN
		RAISE EXCEPTION 'explain: model "%" is of role "%"', model, chosen.owner USING ERRCODE = 'insufficient_privilege',
			HINT = 'What is explained comes from the query of the model, which runs for its owner alone.';
	ELSIF m.active IS NOT TRUE THEN
		RAISE EXCEPTION 'explain: model "%" has no active version', model USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'See creditspread.model_overview; creditspread.train makes one.';
	ELSIF horizon <> ALL (m.horizons) THEN
		RAISE EXCEPTION 'explain: horizon is %, model "%" forecasts horizons %', horizon, model, array_to_string(m.horizons, ', ')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'NULL explains all of them.';
	ELSIF entity IS NOT NULL AND NOT EXISTS (SELECT FROM creditspread.series s WHERE s.pipeline_id = m.pipeline_id AND s.entity = explain.entity) THEN
		RAISE EXCEPTION 'explain: model "%" has no series "%"', model, entity USING ERRCODE = 'invalid_parameter_value', HINT = 'creditspread.series lists them; NULL explains all.';
	END IF;
	SELECT string_agg(DISTINCT k.name, ', ' ORDER BY k.name) INTO unable FROM creditspread_internal.members(m) n JOIN creditspread.method k ON k.name = n.method
	WHERE k.explain IS NULL AND k.uses_features;
	IF unable IS NOT NULL THEN
		RAISE EXCEPTION 'explain: forecasts of method % cannot be taken apart', unable USING ERRCODE = 'feature_not_supported',
			HINT = format('Those of these can: %s, and of all that use no features.', (SELECT string_agg(k.name, ', ' ORDER BY k.name) FROM creditspread.method k WHERE k.explain IS NOT NULL));
	END IF;
	RETURN QUERY SELECT e.series, e.horizon, e.origin, e.feature, e.contribution, e.value, e.base, e.forecast
		FROM creditspread_internal.explained(m, entity, CASE WHEN horizon IS NULL THEN m.horizons ELSE ARRAY[horizon] END, at) e
		ORDER BY e.series, e.horizon, abs(e.contribution) DESC, e.feature;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'explain: model "%" has no forecast%', model, concat(', series "' || entity || '"', ' at ' || at) USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = 'The series needs a fit of the active version, a row with y, as many rows before that as the method looks back, and values of what is known in advance for the rows after it.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread.explain(text, text, integer, timestamp) IS
	'what y and each feature add to the forecasts of the active version of a model, in units of y, the largest first: model, entity (NULL = all series), horizon (NULL = all), at (the forecast made on the last row up to it; NULL = on the last row); base + sum of contributions = forecast, repeated on each row; the rows come from the model''s query, run read-only as the caller, who must own the model; errors: no such model 42704, of another role 42501, no such series or horizon 22023, a method that uses features and has no explanation 0A000, no forecast 55000';

-- ---- the picture ---------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.waterfall_chart(labels text[], base double precision, parts double precision[], options jsonb) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_waterfall_chart' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION creditspread_internal.waterfall_chart(text[], double precision, double precision[], jsonb) IS 'waterfall_chart for the statements of the catalog';

CREATE FUNCTION creditspread_internal.short_number(value double precision) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN value = 0 THEN '0' WHEN abs(value) >= 1e7 OR abs(value) < 1e-4 THEN regexp_replace(to_char(value, '9.99EEEE'), ' ', '')
	ELSE trim_scale(round(value::numeric, greatest(0, 3 - floor(log(abs(value)))::integer)))::text END;
COMMENT ON FUNCTION creditspread_internal.short_number(double precision) IS 'a number with four significant digits';

CREATE FUNCTION creditspread.explain_chart(model text, entity text DEFAULT NULL, horizon integer DEFAULT NULL, at timestamp DEFAULT NULL, most integer DEFAULT 12, options jsonb DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	chosen record;
	series text[];
	unit text;
	chart text;
BEGIN
	IF most IS NULL OR most NOT BETWEEN 1 AND 99 THEN
		RAISE EXCEPTION 'explain_chart: most is %, must be from 1 to 99', coalesce(most::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is the number of features that are drawn; the others are one row together.';
	END IF;
	SELECT * INTO chosen FROM creditspread_internal.readable_model(model, NULL::name);
	unit := creditspread_internal.unit_label(chosen.pipeline_id, chosen.query_number) ->> 'y_label';
	IF entity IS NULL THEN
		SELECT array_agg(s.entity ORDER BY s.entity) INTO series FROM creditspread.series s WHERE s.pipeline_id = chosen.pipeline_id AND NOT s.ended;
		IF cardinality(series) > 1 THEN
			RAISE EXCEPTION 'explain_chart: model "%" has % series', model, cardinality(series) USING ERRCODE = 'invalid_parameter_value',
				HINT = format('Give one as entity: %s.', creditspread_internal.some_names(series));
		END IF;
		entity := series[1];
	END IF;
	horizon := coalesce(horizon, (SELECT m.horizons[1] FROM creditspread.model m WHERE m.pipeline_id = chosen.pipeline_id AND m.version = chosen.version));
	WITH told AS MATERIALIZED (
		SELECT e.*, row_number() OVER (ORDER BY abs(e.contribution) DESC, e.feature) AS place, count(*) OVER () AS n FROM creditspread.explain(model, entity, horizon, at) e
	), shown AS (
		SELECT CASE WHEN t.place < explain_chart.most OR t.n <= explain_chart.most THEN t.place ELSE explain_chart.most END AS place, max(t.feature) AS feature, max(t.value) AS value,
			sum(t.contribution) AS contribution, count(*) AS features FROM told t GROUP BY 1
	), labelled AS (
		SELECT s.place, s.contribution, CASE WHEN s.features > 1 THEN s.features || ' others' WHEN s.value IS NULL THEN s.feature || ' missing'
			ELSE s.feature || ' = ' || creditspread_internal.short_number(s.value) END AS label FROM shown s
	)
	SELECT creditspread_internal.waterfall_chart('{base}'::text[] || array_agg(l.label ORDER BY l.place) || 'forecast'::text, (SELECT max(t.base) FROM told t), array_agg(l.contribution ORDER BY l.place),
		jsonb_build_object('title', format('%s%s: %s row%s ahead, made on %s', model, CASE entity WHEN '' THEN '' ELSE ', ' || entity END, horizon, CASE horizon WHEN 1 THEN '' ELSE 's' END,
			(SELECT max(regexp_replace(t.origin::text, ' 00:00:00$', '')) FROM told t)))
			|| CASE WHEN unit IS NULL THEN '{}' ELSE jsonb_build_object('x_label', unit) END || coalesce(options, '{}'))
	INTO chart FROM labelled l;
	RETURN chart;
END
$$;
COMMENT ON FUNCTION creditspread.explain_chart(text, text, integer, timestamp, integer, jsonb) IS
	'draws what creditspread.explain tells of one forecast as an SVG document: a waterfall from its base to the forecast, the largest contributions first: model, entity (may be left out where the model has one series), horizon (NULL = the shortest), at, most (how many features are drawn, 12 by default; the others are one row together), options from chart_options; errors as of creditspread.explain, several series without an entity 22023';

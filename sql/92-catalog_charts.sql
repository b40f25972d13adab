-- Charts of the catalog: creditspread.forecast_chart, accuracy_chart.

CREATE FUNCTION creditspread_internal.xml_escape(text) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_xml_escape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread_internal.xml_escape(text) IS
	'text as it stands in XML and HTML: what they reserve is escaped, control characters become blanks';

CREATE FUNCTION creditspread_internal.observed(pipeline bigint, query_number integer, entity text, until timestamp, history integer)
RETURNS TABLE ("time" timestamp, y double precision)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	m creditspread.model;
	list text;
BEGIN
	SELECT q.* INTO m FROM creditspread_internal.readable_pipelines() p JOIN creditspread.model q ON q.pipeline_id = p.id
	JOIN creditspread.method k ON k.name = q.method
	WHERE p.id = pipeline AND p.own AND p.owner = current_user AND q.query_number = observed.query_number ORDER BY q.version DESC LIMIT 1;
	IF NOT FOUND THEN
		RETURN QUERY SELECT k.t, max(k.y) FROM (
			SELECT f.origin AS t, f.random_walk AS y FROM creditspread.forecast f
			WHERE f.pipeline_id = pipeline AND f.source IN ('forecast', 'backtest') AND f.entity = observed.entity AND f.query_number = observed.query_number
			UNION ALL
			SELECT f.target_time, f.actual FROM creditspread.forecast f
			WHERE f.pipeline_id = pipeline AND f.source IN ('forecast', 'backtest') AND f.entity = observed.entity AND f.query_number = observed.query_number) AS k
		WHERE k.y IS NOT NULL AND k.t <= until GROUP BY k.t ORDER BY k.t DESC LIMIT history;
		RETURN;
	END IF;
	m.features := '{}';	-- only y is drawn
	SELECT e.list INTO list FROM creditspread.method k, creditspread_internal.row_expressions(m, k.unit) e WHERE k.name = m.method;
	RETURN QUERY SELECT r.t, r.y FROM creditspread_internal.rows_read_only(format($query$
		SELECT d."time", d.y FROM (SELECT %s FROM (
%s
) AS q) AS d
		WHERE d.entity OPERATOR(pg_catalog.=) %L::pg_catalog.text AND d."time" OPERATOR(pg_catalog.<=) %L::pg_catalog.timestamp AND d.y IS NOT NULL
		ORDER BY d."time" DESC LIMIT %L $query$, list, m.query, entity, until, history), m.search_path) AS r (t timestamp, y double precision);
END $$;
COMMENT ON FUNCTION creditspread_internal.observed(bigint, integer, text, timestamp, integer) IS
	'the last values of a series of a model up to a time: for the owner of the model from its query, run read-only, for others those that are kept with the forecasts';

CREATE FUNCTION creditspread_internal.unit_label(pipeline bigint, query_number integer) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce((SELECT jsonb_build_object('y_label', p.units ->> query_number::text) FROM creditspread_internal.readable_pipelines() p
		WHERE p.id = pipeline AND p.units ? query_number::text), '{}')
$$;
COMMENT ON FUNCTION creditspread_internal.unit_label(bigint, integer) IS 'options of a chart that name the unit of a model''s y, if it is known';

-- A name may be empty, or have a comma.
CREATE FUNCTION creditspread_internal.some_names(names text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT string_agg(quote_literal(left(n.name, 60)), ', ' ORDER BY n.place) || CASE WHEN cardinality(names) > 10 THEN ', ...' ELSE '' END
	FROM unnest(names[:10]) WITH ORDINALITY AS n (name, place)
$$;
COMMENT ON FUNCTION creditspread_internal.some_names(text[]) IS 'the first of some names, as they are written in SQL';

CREATE FUNCTION creditspread.forecast_chart(
	model text,
	entity text DEFAULT NULL,
	history integer DEFAULT 250,
	origin timestamp DEFAULT NULL,
	owner name DEFAULT NULL,
	options jsonb DEFAULT NULL,
	scenario text DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	chosen record;
	shown record;
	entities text[];
	band text;
	further text[];
	asked creditspread_internal.scenario_forecast[];
	chart text;
BEGIN
	IF history IS NULL OR history NOT BETWEEN 1 AND 1000000 THEN
		RAISE EXCEPTION 'forecast_chart: history is %, must be from 1 to 1000000', coalesce(history::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is the number of observed values before the forecast.';
	END IF;
	SELECT * INTO chosen FROM creditspread_internal.readable_model(model, owner);
	SELECT array_agg(n.entity ORDER BY n.entity) INTO entities FROM creditspread.series n
	WHERE n.pipeline_id = chosen.pipeline_id AND EXISTS (SELECT FROM creditspread.forecast f
		WHERE f.pipeline_id = n.pipeline_id AND f.source IN ('forecast', 'backtest') AND f.entity = n.entity);
	IF entity IS NULL AND cardinality(entities) > 1 THEN
		RAISE EXCEPTION 'forecast_chart: model "%" has % series', model, cardinality(entities) USING ERRCODE = 'invalid_parameter_value',
			HINT = format('Give one as entity: %s.', creditspread_internal.some_names(entities));
	END IF;
	entity := coalesce(entity, entities[1]);
	SELECT f.version, f.source, f.origin, max(f.query_number) AS query_number, max(f.level) AS level, max(f.target_time) AS last_target,
		bool_or(f.lower IS NOT NULL) AS bounded INTO shown
	FROM creditspread.forecast f
	WHERE f.pipeline_id = chosen.pipeline_id AND f.source IN ('forecast', 'backtest') AND f.entity = forecast_chart.entity
		AND (forecast_chart.origin IS NULL OR f.origin = forecast_chart.origin)
	GROUP BY f.version, f.source, f.origin
	ORDER BY max(f.query_number) = chosen.query_number DESC, f.source = 'forecast' DESC, f.origin DESC, f.version = chosen.version DESC, f.version DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'forecast_chart: no forecast of model "%"% is stored', model,
			CASE WHEN coalesce(entity, '') = '' THEN '' ELSE format(', series "%s"', entity) END || coalesce(' from ' || origin, '') USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('Make one: CALL creditspread.forecast(%L).', model);
	END IF;
	band := CASE WHEN shown.bounded THEN format('forecast, %s %% interval', round((100 * shown.level)::numeric, 1)::double precision) ELSE 'forecast' END;
	further := ARRAY(SELECT format('%s %% interval', round((100 * l.level)::numeric, 1)::double precision) FROM creditspread.forecast f, unnest(f.levels, f.lowers, f.uppers) AS l (level, lower, upper)
		WHERE f.pipeline_id = chosen.pipeline_id AND f.source = shown.source AND f.entity = forecast_chart.entity AND f.origin = shown.origin AND f.version = shown.version
			AND l.level <> shown.level AND l.lower IS NOT NULL AND l.upper IS NOT NULL GROUP BY l.level ORDER BY l.level DESC LIMIT 10);
	IF scenario IS NOT NULL THEN
		asked := ARRAY(SELECT q FROM creditspread_internal.scenario_rows(model, scenario, chosen.owner, NULL::text) q WHERE q.entity = forecast_chart.entity);
	END IF;
	WITH target AS (
		SELECT DISTINCT ON (f.horizon) f.target_time, f.forecast, f.lower, f.upper, f.levels, f.lowers, f.uppers, f.random_walk, f.actual FROM creditspread.forecast f
		WHERE f.pipeline_id = chosen.pipeline_id AND f.source = shown.source AND f.entity = forecast_chart.entity AND f.origin = shown.origin
			AND f.version = shown.version AND (f.revision = 0 OR forecast_chart.origin IS NULL)
		ORDER BY f.horizon, f.revision DESC
	), row (t, y, lower, upper, series) AS (
		SELECT o."time", o.y, NULL::double precision, NULL::double precision, 'observed'
		FROM creditspread_internal.observed(chosen.pipeline_id, shown.query_number, entity, shown.origin, history) o WHERE o."time" < shown.origin
		UNION ALL
		SELECT o."time", o.y, NULL, NULL, 'observed'
		FROM creditspread_internal.observed(chosen.pipeline_id, shown.query_number, entity, shown.last_target, history) o
		WHERE o."time" > shown.origin AND o."time" NOT IN (SELECT t.target_time FROM target t WHERE t.actual IS NOT NULL)
		UNION ALL SELECT t.target_time, t.actual, NULL, NULL, 'observed' FROM target t WHERE t.actual IS NOT NULL
		UNION ALL SELECT t.target_time, t.forecast, t.lower, t.upper, band FROM target t
		UNION ALL SELECT t.target_time, t.random_walk, NULL, NULL, 'random walk' FROM target t
		UNION ALL SELECT q.target_time, q.forecast, q.lower, q.upper, 'scenario' FROM unnest(asked) q
		UNION ALL (SELECT q.origin, q.random_walk, q.random_walk, q.random_walk, 'scenario' FROM unnest(asked) q LIMIT 1)
		UNION ALL SELECT t.target_time, NULL, l.lower, l.upper, n.name FROM target t, unnest(t.levels, t.lowers, t.uppers) AS l (level, lower, upper),
			format('%s %% interval', round((100 * l.level)::numeric, 1)::double precision) AS n (name) WHERE l.level <> shown.level AND n.name = ANY (further)
		UNION ALL SELECT shown.origin, NULL, t.random_walk, t.random_walk, n.name FROM (SELECT r.random_walk FROM target r LIMIT 1) t, unnest(further) AS n (name)
		UNION ALL SELECT * FROM (SELECT shown.origin, t.random_walk, start.bound, start.bound, start.series
			FROM target t, LATERAL (VALUES ('observed', NULL), (band, CASE WHEN shown.bounded THEN t.random_walk END), ('random walk', NULL)) AS start (series, bound)
			ORDER BY t.target_time LIMIT 3) AS first
	)
	SELECT creditspread_internal.line_chart(r.t, r.y, r.lower, r.upper, r.series,
		jsonb_build_object('title', model || CASE entity WHEN '' THEN '' ELSE ', ' || entity END,
			'series', ARRAY['observed', band, 'random walk'] || CASE WHEN asked <> '{}' THEN ARRAY['scenario'] END || further, 'faint', ARRAY['random walk'] || further)
			|| creditspread_internal.unit_label(chosen.pipeline_id, shown.query_number) || coalesce(options, '{}'))
	INTO chart FROM row r;
	RETURN chart;
END $$;
COMMENT ON FUNCTION creditspread.forecast_chart(text, text, integer, timestamp, name, jsonb, text) IS
	'draws the latest stored forecast of a model, as it was said last, or that of an origin (of a backtest if there is no other), as it was said first, as an SVG document: observed values before it (as many as history says; for the owner from the model''s query, run read-only, for others those kept with the forecasts), the forecast with its interval (with several levels the others, at most ten, as faint bands), the random walk as a faint line, and what came true; entity, the series (NULL = the only one); owner of the model (NULL = the caller, or the only one whose model he may read); options made by chart_options over those of the chart; scenario, a query: what creditspread.scenario gives for it is drawn beside, run with the search_path of the training; errors: no such model, no forecast, several series or owners, history not from 1 to 1000000, unknown options';

-- The test below a horizon is that of the loss which the bars show.
CREATE FUNCTION creditspread.accuracy_chart(
	model text,
	entity text DEFAULT NULL,
	measure text DEFAULT 'mae',
	source text DEFAULT NULL,
	owner name DEFAULT NULL,
	options jsonb DEFAULT NULL,
	version integer DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	chosen record;
	shown record;
	overall boolean;
	chart text;
BEGIN
	IF measure IS NULL OR measure NOT IN ('mae', 'rmse') THEN
		RAISE EXCEPTION 'accuracy_chart: measure is %, must be mae or rmse', coalesce('"' || measure || '"', 'NULL') USING ERRCODE = 'invalid_parameter_value',
			HINT = 'mae is the mean absolute error, rmse the root mean squared error.';
	ELSIF source NOT IN ('forecast', 'backtest') THEN
		RAISE EXCEPTION 'accuracy_chart: source is "%", must be forecast or backtest', source USING ERRCODE = 'invalid_parameter_value',
			HINT = 'NULL takes the backtest of the active version if there is one.';
	END IF;
	SELECT * INTO chosen FROM creditspread_internal.readable_model(model, owner);
	SELECT f.source, f.version, max(f.query_number) AS query_number INTO shown FROM creditspread.forecast f
	WHERE f.pipeline_id = chosen.pipeline_id AND f.source = coalesce(accuracy_chart.source, f.source) AND f.entity = coalesce(accuracy_chart.entity, f.entity)
		AND f.version = coalesce(accuracy_chart.version, f.version) AND f.revision = 0 AND NOT f.hindsight AND f.actual IS NOT NULL
		AND (f.source = 'backtest' OR accuracy_chart.version IS NOT NULL OR f.query_number = chosen.query_number)
	GROUP BY f.source, f.version
	ORDER BY f.source = 'backtest' AND f.version = chosen.version DESC, f.source = 'forecast' DESC, f.version = chosen.version DESC, f.version DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'accuracy_chart: no forecast of model "%"% has an actual value yet', model,
			concat(', series "' || entity || '"', ', version ' || version)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('Make some of the past: CALL creditspread.backtest(%L).', model);
	END IF;
	overall := shown.source = 'forecast' AND version IS NULL;
	SELECT creditspread_internal.bar_chart(array_agg(g.horizon || coalesce(E'\n' || CASE WHEN g.p < 0.001 THEN 'p < 0.001' ELSE 'p = ' || round(g.p::numeric, 3) END, '') ORDER BY g.horizon),
		ARRAY[chosen.method, 'random walk'], ARRAY[array_agg(g.error ORDER BY g.horizon), array_agg(g.random_walk ORDER BY g.horizon)],
		jsonb_build_object('title', format('%s%s: %s, %s of %s', model,
				CASE WHEN max(g.entities) > 1 THEN format(', %s series', max(g.entities)) WHEN min(g.entity) <> '' THEN ', ' || min(g.entity) ELSE '' END,
				CASE measure WHEN 'mae' THEN 'mean absolute error' ELSE 'root mean squared error' END, CASE shown.source WHEN 'backtest' THEN 'backtest' ELSE 'forecasts' END,
				CASE WHEN overall AND max(g.versions) > 1 THEN max(g.versions) || ' versions' ELSE 'version ' || shown.version END),
			'x_label', 'horizon, rows ahead' || CASE WHEN bool_or(g.p IS NOT NULL) THEN format('; p of the Diebold-Mariano test of %s errors',
				CASE measure WHEN 'mae' THEN 'absolute' ELSE 'squared' END) ELSE '' END)
			|| creditspread_internal.unit_label(chosen.pipeline_id, shown.query_number) || coalesce(options, '{}'))
	INTO chart
	FROM (SELECT a.horizon, count(*) AS entities, min(a.entity) AS entity, max(a.versions) AS versions,
			CASE WHEN count(*) = 1 THEN CASE measure WHEN 'mae' THEN max(a.dm_absolute_p_value) ELSE max(a.dm_squared_p_value) END END AS p,
			CASE measure WHEN 'mae' THEN sum(a.n * a.mae) / sum(a.n) ELSE sqrt(sum(a.n * creditspread_internal.square(a.rmse)) / sum(a.n)) END AS error,
			CASE measure WHEN 'mae' THEN sum(a.n * a.random_walk_mae) / sum(a.n) ELSE sqrt(sum(a.n * creditspread_internal.square(a.random_walk_rmse)) / sum(a.n)) END AS random_walk
		FROM (SELECT v.entity, v.horizon, v.n, v.mae, v.rmse, v.random_walk_mae, v.random_walk_rmse, v.dm_absolute_p_value, v.dm_squared_p_value, 1 AS versions
			FROM creditspread.accuracy v
			WHERE NOT overall AND v.owner = chosen.owner AND v.model = accuracy_chart.model AND v.version = shown.version AND v.source = shown.source
				AND (accuracy_chart.entity IS NULL OR v.entity = accuracy_chart.entity)
			UNION ALL
			SELECT v.entity, v.horizon, v.n, v.mae, v.rmse, v.random_walk_mae, v.random_walk_rmse, v.dm_absolute_p_value, v.dm_squared_p_value, v.versions
			FROM creditspread.accuracy_overall v
			WHERE overall AND v.owner = chosen.owner AND v.model = accuracy_chart.model AND (accuracy_chart.entity IS NULL OR v.entity = accuracy_chart.entity)) AS a
		GROUP BY a.horizon) AS g;
	RETURN chart;
END $$;
COMMENT ON FUNCTION creditspread.accuracy_chart(text, text, text, text, name, jsonb, integer) IS
	'draws the errors of a model''s stored forecasts beside those of the random walk, per horizon, as an SVG document, with the p-values of the Diebold-Mariano test of a single series, of absolute errors beside mae and of squared ones beside rmse: entity, the series (NULL = all, weighted by their forecasts); measure mae or rmse, in units of y; source forecast or backtest (NULL = backtest of the active version if there is one); owner of the model (NULL = the caller, or the only one whose model he may read); options made by chart_options over those of the chart; version (NULL = of backtests the active or newest one, of forecasts all over the life of the model); errors: no such model, no forecast whose actual value is known, several owners, another measure or source, unknown options';

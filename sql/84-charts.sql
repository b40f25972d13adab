-- Charts and report of the catalog: creditspread.forecast_chart, accuracy_chart, report.

CREATE FUNCTION creditspread.xml_escape(text) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_xml_escape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditspread.xml_escape(text) IS
	'text as it stands in XML and HTML: what they reserve is escaped, control characters are blanks';

CREATE FUNCTION creditspread.readable_model(model text, INOUT owner name, OUT version integer, OUT method text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	owners name[];
BEGIN
	SELECT array_agg(DISTINCT m.owner::name) INTO owners FROM creditspread.model_overview m
	WHERE m.model = readable_model.model AND (readable_model.owner IS NULL OR m.owner = readable_model.owner);
	IF owners IS NULL THEN
		RAISE EXCEPTION 'there is no model "%"', model USING ERRCODE = 'undefined_object',
			HINT = 'creditspread.model_overview lists the models; a reader needs creditspread.grant_reader.';
	END IF;
	owner := CASE WHEN current_user = ANY (owners) THEN current_user ELSE owners[1] END;
	IF cardinality(owners) > 1 AND owner <> current_user THEN
		RAISE EXCEPTION '% roles have a model "%"', cardinality(owners), model USING ERRCODE = 'ambiguous_parameter',
			HINT = format('Give the owner: %s.', array_to_string(owners, ', '));
	END IF;
	SELECT m.version, m.method INTO version, method FROM creditspread.model_overview m
	WHERE m.model = readable_model.model AND m.owner = readable_model.owner ORDER BY m.active DESC, m.version DESC LIMIT 1;
END $$;
COMMENT ON FUNCTION creditspread.readable_model(text, name) IS
	'the model of a name that charts and reports show: of the owner, or (NULL) the caller''s own or the only one that he may read; its active version, or the last; errors: no such model, several owners';

CREATE FUNCTION creditspread.observed(owner name, model text, version integer, entity text, until timestamp, history integer)
RETURNS TABLE ("time" timestamp, y double precision)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET transaction_read_only = on AS $$
DECLARE
	asked record;
BEGIN
	SELECT m.query, m.search_path, m.time_type INTO asked FROM creditspread.model m
	WHERE m.owner = observed.owner AND m.name = observed.model AND m.version = observed.version
		AND observed.owner = current_user AND m.method <> 'nelson_siegel';
	IF NOT FOUND THEN
		RETURN QUERY SELECT k.t, max(k.y) FROM (
			SELECT f.origin AS t, f.random_walk AS y FROM creditspread.forecast_vs_actual f
			WHERE f.owner = observed.owner AND f.model = observed.model AND f.entity = observed.entity
			UNION ALL
			SELECT f.target_time, f.actual FROM creditspread.forecast_vs_actual f
			WHERE f.owner = observed.owner AND f.model = observed.model AND f.entity = observed.entity) AS k
		WHERE k.y IS NOT NULL AND k.t <= until GROUP BY k.t ORDER BY k.t DESC LIMIT history;
		RETURN;
	END IF;
	PERFORM set_config('search_path', asked.search_path, true);
	RETURN QUERY EXECUTE format($query$
		SELECT d.t, d.y FROM (SELECT ''::pg_catalog.text AS entity) AS single, LATERAL (
			SELECT entity::pg_catalog.text AS name, %s AS t, y::pg_catalog.float8 AS y FROM (%s
			) AS data) AS d
		WHERE d.name OPERATOR(pg_catalog.=) $1 AND d.t OPERATOR(pg_catalog.<=) $2 AND d.y IS NOT NULL
		ORDER BY d.t DESC LIMIT $3 $query$,
		CASE WHEN asked.time_type LIKE '%with time zone' OR asked.time_type = 'timestamptz' THEN 'pg_catalog.timezone(''UTC'', "time")'
			ELSE '"time"::pg_catalog.timestamp' END, regexp_replace(asked.query, ';\s*$', ''))
	USING entity, until, history;
END $$;
COMMENT ON FUNCTION creditspread.observed(name, text, integer, text, timestamp, integer) IS
	'the last values of a series up to a time: for the owner of the model from its query, run read-only, for others those that are kept with the forecasts';

CREATE FUNCTION creditspread.forecast_chart(
	model text,
	entity text DEFAULT NULL,
	history integer DEFAULT 250,
	origin timestamp DEFAULT NULL,
	owner name DEFAULT NULL,
	options jsonb DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	chosen record;
	shown record;
	entities text[];
	band text;
	chart text;
BEGIN
	IF history IS NULL OR history NOT BETWEEN 1 AND 1000000 THEN
		RAISE EXCEPTION 'forecast_chart: history is %, must be from 1 to 1000000', coalesce(history::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is the number of observed values before the forecast.';
	END IF;
	SELECT * INTO chosen FROM creditspread.readable_model(model, owner);
	SELECT array_agg(DISTINCT f.entity ORDER BY f.entity) INTO entities FROM creditspread.forecast_vs_actual f
	WHERE f.owner = chosen.owner AND f.model = forecast_chart.model;
	IF entity IS NULL AND cardinality(entities) > 1 THEN
		RAISE EXCEPTION 'forecast_chart: model "%" has % series', model, cardinality(entities) USING ERRCODE = 'invalid_parameter_value',
			HINT = format('Give one as entity: %s%s.', array_to_string(entities[:10], ', '), CASE WHEN cardinality(entities) > 10 THEN ', ...' ELSE '' END);
	END IF;
	entity := coalesce(entity, entities[1]);
	SELECT f.version, f.source, f.origin, max(f.level) AS level, max(f.target_time) AS last_target, bool_or(f.lower IS NOT NULL) AS bounded INTO shown
	FROM creditspread.forecast_vs_actual f
	WHERE f.owner = chosen.owner AND f.model = forecast_chart.model AND f.entity = forecast_chart.entity
		AND (forecast_chart.origin IS NULL OR f.origin = forecast_chart.origin)
	GROUP BY f.version, f.source, f.origin ORDER BY f.source = 'forecast' DESC, f.origin DESC, f.version = chosen.version DESC, f.version DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'forecast_chart: no forecast of model "%"% is stored', model,
			CASE WHEN entity IS NULL THEN '' ELSE format(', series "%s"', entity) END || coalesce(' from ' || origin, '') USING ERRCODE = 'no_data_found',
			HINT = format('Make one: CALL creditspread.forecast(%L).', model);
	END IF;
	band := CASE WHEN shown.bounded THEN format('forecast, %s %% interval', round((100 * shown.level)::numeric, 1)::double precision) ELSE 'forecast' END;
	WITH target AS (
		SELECT f.target_time, f.forecast, f.lower, f.upper, f.random_walk, f.actual FROM creditspread.forecast_vs_actual f
		WHERE f.owner = chosen.owner AND f.model = forecast_chart.model AND f.entity = forecast_chart.entity
			AND f.version = shown.version AND f.source = shown.source AND f.origin = shown.origin
	), row (t, y, lower, upper, series) AS (
		SELECT o."time", o.y, NULL::double precision, NULL::double precision, 'observed'
		FROM creditspread.observed(chosen.owner, model, shown.version, entity, shown.origin, history) o WHERE o."time" < shown.origin
		UNION ALL
		SELECT o."time", o.y, NULL, NULL, 'observed'
		FROM creditspread.observed(chosen.owner, model, shown.version, entity, shown.last_target, history) o
		WHERE o."time" > shown.origin AND o."time" NOT IN (SELECT t.target_time FROM target t WHERE t.actual IS NOT NULL)
		UNION ALL SELECT t.target_time, t.actual, NULL, NULL, 'observed' FROM target t WHERE t.actual IS NOT NULL
		UNION ALL SELECT t.target_time, t.forecast, t.lower, t.upper, band FROM target t
		UNION ALL SELECT t.target_time, t.random_walk, NULL, NULL, 'random walk' FROM target t
		UNION ALL SELECT * FROM (SELECT shown.origin, t.random_walk, start.bound, start.bound, start.series
			FROM target t, LATERAL (VALUES ('observed', NULL), (band, CASE WHEN shown.bounded THEN t.random_walk END), ('random walk', NULL)) AS start (series, bound)
			ORDER BY t.target_time LIMIT 3) AS first
	)
	SELECT @extschema@.line_chart(r.t, r.y, r.lower, r.upper, r.series,
		@extschema@.chart_options(title => model || CASE entity WHEN '' THEN '' ELSE ', ' || entity END,
			series => ARRAY['observed', band, 'random walk'], faint => '{random walk}') || coalesce(options, '{}'))
	INTO chart FROM row r;
	RETURN chart;
END $$;
COMMENT ON FUNCTION creditspread.forecast_chart(text, text, integer, timestamp, name, jsonb) IS
	'draws the latest stored forecast of a model, or that of an origin (of a backtest if there is no other), as an SVG document: observed values before it (as many as history says; for the owner from the model''s query, run read-only, for others those kept with the forecasts), the forecast with its interval, the random walk as a faint line, and what came true; entity, the series (NULL = the only one); owner of the model (NULL = the caller, or the only one whose model he may read); options made by chart_options over those of the chart; errors: no such model, no forecast, several series or owners, history not from 1 to 1000000, unknown options';

CREATE FUNCTION creditspread.accuracy_chart(
	model text,
	entity text DEFAULT NULL,
	measure text DEFAULT 'mae',
	source text DEFAULT NULL,
	owner name DEFAULT NULL,
	options jsonb DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	chosen record;
	shown record;
	chart text;
BEGIN
	IF measure IS NULL OR measure NOT IN ('mae', 'rmse') THEN
		RAISE EXCEPTION 'accuracy_chart: measure is %, must be mae or rmse', coalesce('"' || measure || '"', 'NULL') USING ERRCODE = 'invalid_parameter_value';
	ELSIF source NOT IN ('forecast', 'backtest') THEN
		RAISE EXCEPTION 'accuracy_chart: source is "%", must be forecast or backtest', source USING ERRCODE = 'invalid_parameter_value',
			HINT = 'NULL takes the backtest if there is one.';
	END IF;
	SELECT * INTO chosen FROM creditspread.readable_model(model, owner);
	SELECT a.version, a.source, count(DISTINCT a.entity) AS entities, min(a.entity) AS entity INTO shown FROM creditspread.accuracy a
	WHERE a.owner = chosen.owner AND a.model = accuracy_chart.model AND (accuracy_chart.entity IS NULL OR a.entity = accuracy_chart.entity)
		AND (accuracy_chart.source IS NULL OR a.source = accuracy_chart.source)
	GROUP BY a.version, a.source ORDER BY a.version = chosen.version DESC, a.version DESC, a.source = 'backtest' DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'accuracy_chart: no forecast of model "%"% has an actual value yet', model, coalesce(format(', series "%s"', entity), '')
			USING ERRCODE = 'no_data_found', HINT = format('Make some of the past: CALL creditspread.backtest(%L).', model);
	END IF;
	SELECT @extschema@.bar_chart(array_agg(g.horizon || coalesce(E'\n' || CASE WHEN g.p < 0.001 THEN 'p < 0.001' ELSE 'p = ' || round(g.p::numeric, 3) END, '') ORDER BY g.horizon),
		ARRAY[chosen.method, 'random walk'], ARRAY[array_agg(g.error ORDER BY g.horizon), array_agg(g.random_walk ORDER BY g.horizon)],
		@extschema@.chart_options(title => format('%s%s: %s, %s of version %s', model,
				CASE WHEN shown.entities > 1 THEN format(', %s series', shown.entities) WHEN shown.entity <> '' THEN ', ' || shown.entity ELSE '' END,
				CASE measure WHEN 'mae' THEN 'mean absolute error' ELSE 'root mean squared error' END, CASE shown.source WHEN 'backtest' THEN 'backtest' ELSE 'forecasts' END, shown.version),
			x_label => 'horizon, rows ahead' || CASE WHEN bool_or(g.p IS NOT NULL) THEN '; p of the Diebold-Mariano test against the random walk' ELSE '' END)
			|| coalesce(options, '{}'))
	INTO chart
	FROM (SELECT a.horizon, CASE WHEN shown.entities = 1 THEN max(a.dm_p_value) END AS p,
			CASE measure WHEN 'mae' THEN sum(a.n * a.mae) / sum(a.n) ELSE sqrt(sum(a.n * a.rmse ^ 2) / sum(a.n)) END AS error,
			CASE measure WHEN 'mae' THEN sum(a.n * a.random_walk_mae) / sum(a.n) ELSE sqrt(sum(a.n * a.random_walk_rmse ^ 2) / sum(a.n)) END AS random_walk
		FROM creditspread.accuracy a
		WHERE a.owner = chosen.owner AND a.model = accuracy_chart.model AND a.version = shown.version AND a.source = shown.source
			AND (accuracy_chart.entity IS NULL OR a.entity = accuracy_chart.entity)
		GROUP BY a.horizon) AS g;
	RETURN chart;
END $$;
COMMENT ON FUNCTION creditspread.accuracy_chart(text, text, text, text, name, jsonb) IS
	'draws the errors of a model''s stored forecasts beside those of the random walk, per horizon, as an SVG document, with the p-values of the Diebold-Mariano test of a single series: entity, the series (NULL = all, weighted by their forecasts); measure mae or rmse, in units of y; source forecast or backtest (NULL = backtest if there is one); owner of the model (NULL = the caller, or the only one whose model he may read); options made by chart_options over those of the chart; errors: no such model, no forecast whose actual value is known, several owners, another measure or source, unknown options';

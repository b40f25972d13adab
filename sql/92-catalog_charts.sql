-- Charts and report of the catalog: creditspread.forecast_chart, accuracy_chart, report.

CREATE FUNCTION creditspread_internal.xml_escape(text) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_xml_escape' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread_internal.xml_escape(text) IS
	'text as it stands in XML and HTML: what they reserve is escaped, control characters become blanks';

CREATE FUNCTION creditspread_internal.readable_model(model text, INOUT owner name, OUT version integer, OUT method text)
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
COMMENT ON FUNCTION creditspread_internal.readable_model(text, name) IS
	'the model of a name that charts and reports show: of the owner, or (NULL) the caller''s own or the only one that he may read; its active version, or the last; errors: no such model, several owners';

CREATE FUNCTION creditspread_internal.observed(owner name, model text, version integer, entity text, until timestamp, history integer)
RETURNS TABLE ("time" timestamp, y double precision)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	m creditspread.model;
	list text;
BEGIN
	SELECT q.* INTO m FROM creditspread.model q JOIN creditspread.method k ON k.name = q.method
	WHERE q.owner = observed.owner AND q.name = observed.model AND q.version = observed.version AND observed.owner = current_user;
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
	m.features := '{}';	-- only y is drawn
	SELECT e.list INTO list FROM creditspread.method k, creditspread_internal.row_expressions(m, k.unit) e WHERE k.name = m.method;
	RETURN QUERY SELECT r.t, r.y FROM creditspread_internal.rows_read_only(format($query$
		SELECT d."time", d.y FROM (SELECT %s FROM (
%s
) AS q) AS d
		WHERE d.entity OPERATOR(pg_catalog.=) %L::pg_catalog.text AND d."time" OPERATOR(pg_catalog.<=) %L::pg_catalog.timestamp AND d.y IS NOT NULL
		ORDER BY d."time" DESC LIMIT %L $query$, list, m.query, entity, until, history), m.search_path) AS r (t timestamp, y double precision);
END $$;
COMMENT ON FUNCTION creditspread_internal.observed(name, text, integer, text, timestamp, integer) IS
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
	SELECT * INTO chosen FROM creditspread_internal.readable_model(model, owner);
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
			CASE WHEN coalesce(entity, '') = '' THEN '' ELSE format(', series "%s"', entity) END || coalesce(' from ' || origin, '') USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('Make one: CALL creditspread.forecast(%L).', model);
	END IF;
	band := CASE WHEN shown.bounded THEN format('forecast, %s %% interval', round((100 * shown.level)::numeric, 1)::double precision) ELSE 'forecast' END;
	WITH target AS (
		SELECT f.target_time, f.forecast, f.lower, f.upper, f.random_walk, f.actual FROM creditspread.forecast_vs_actual f
		WHERE f.owner = chosen.owner AND f.model = forecast_chart.model AND f.entity = forecast_chart.entity
			AND f.version = shown.version AND f.source = shown.source AND f.origin = shown.origin
	), row (t, y, lower, upper, series) AS (
		SELECT o."time", o.y, NULL::double precision, NULL::double precision, 'observed'
		FROM creditspread_internal.observed(chosen.owner, model, shown.version, entity, shown.origin, history) o WHERE o."time" < shown.origin
		UNION ALL
		SELECT o."time", o.y, NULL, NULL, 'observed'
		FROM creditspread_internal.observed(chosen.owner, model, shown.version, entity, shown.last_target, history) o
		WHERE o."time" > shown.origin AND o."time" NOT IN (SELECT t.target_time FROM target t WHERE t.actual IS NOT NULL)
		UNION ALL SELECT t.target_time, t.actual, NULL, NULL, 'observed' FROM target t WHERE t.actual IS NOT NULL
		UNION ALL SELECT t.target_time, t.forecast, t.lower, t.upper, band FROM target t
		UNION ALL SELECT t.target_time, t.random_walk, NULL, NULL, 'random walk' FROM target t
		UNION ALL SELECT * FROM (SELECT shown.origin, t.random_walk, start.bound, start.bound, start.series
			FROM target t, LATERAL (VALUES ('observed', NULL), (band, CASE WHEN shown.bounded THEN t.random_walk END), ('random walk', NULL)) AS start (series, bound)
			ORDER BY t.target_time LIMIT 3) AS first
	)
	SELECT creditspread_internal.line_chart(r.t, r.y, r.lower, r.upper, r.series,
		jsonb_build_object('title', model || CASE entity WHEN '' THEN '' ELSE ', ' || entity END,
			'series', ARRAY['observed', band, 'random walk'], 'faint', ARRAY['random walk']) || coalesce(options, '{}'))
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
	SELECT * INTO chosen FROM creditspread_internal.readable_model(model, owner);
	SELECT a.version, a.source, count(DISTINCT a.entity) AS entities, min(a.entity) AS entity INTO shown FROM creditspread.accuracy a
	WHERE a.owner = chosen.owner AND a.model = accuracy_chart.model AND (accuracy_chart.entity IS NULL OR a.entity = accuracy_chart.entity)
		AND (accuracy_chart.source IS NULL OR a.source = accuracy_chart.source)
	GROUP BY a.version, a.source ORDER BY a.version = chosen.version DESC, a.version DESC, a.source = 'backtest' DESC LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'accuracy_chart: no forecast of model "%"% has an actual value yet', model, CASE WHEN entity IS NULL THEN '' ELSE format(', series "%s"', entity) END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('Make some of the past: CALL creditspread.backtest(%L).', model);
	END IF;
	SELECT creditspread_internal.bar_chart(array_agg(g.horizon || coalesce(E'\n' || CASE WHEN g.p < 0.001 THEN 'p < 0.001' ELSE 'p = ' || round(g.p::numeric, 3) END, '') ORDER BY g.horizon),
		ARRAY[chosen.method, 'random walk'], ARRAY[array_agg(g.error ORDER BY g.horizon), array_agg(g.random_walk ORDER BY g.horizon)],
		jsonb_build_object('title', format('%s%s: %s, %s of version %s', model,
				CASE WHEN shown.entities > 1 THEN format(', %s series', shown.entities) WHEN shown.entity <> '' THEN ', ' || shown.entity ELSE '' END,
				CASE measure WHEN 'mae' THEN 'mean absolute error' ELSE 'root mean squared error' END, CASE shown.source WHEN 'backtest' THEN 'backtest' ELSE 'forecasts' END, shown.version),
			'x_label', 'horizon, rows ahead' || CASE WHEN bool_or(g.p IS NOT NULL) THEN '; p of the Diebold-Mariano test' ELSE '' END)
			|| coalesce(options, '{}'))
	INTO chart
	FROM (SELECT a.horizon, CASE WHEN shown.entities = 1 THEN max(a.dm_p_value) END AS p,
			CASE measure WHEN 'mae' THEN sum(a.n * a.mae) / sum(a.n) ELSE sqrt(sum(a.n * creditspread_internal.square(a.rmse)) / sum(a.n)) END AS error,
			CASE measure WHEN 'mae' THEN sum(a.n * a.random_walk_mae) / sum(a.n) ELSE sqrt(sum(a.n * creditspread_internal.square(a.random_walk_rmse)) / sum(a.n)) END AS random_walk
		FROM creditspread.accuracy a
		WHERE a.owner = chosen.owner AND a.model = accuracy_chart.model AND a.version = shown.version AND a.source = shown.source
			AND (accuracy_chart.entity IS NULL OR a.entity = accuracy_chart.entity)
		GROUP BY a.horizon) AS g;
	RETURN chart;
END $$;
COMMENT ON FUNCTION creditspread.accuracy_chart(text, text, text, text, name, jsonb) IS
	'draws the errors of a model''s stored forecasts beside those of the random walk, per horizon, as an SVG document, with the p-values of the Diebold-Mariano test of a single series: entity, the series (NULL = all, weighted by their forecasts); measure mae or rmse, in units of y; source forecast or backtest (NULL = backtest if there is one); owner of the model (NULL = the caller, or the only one whose model he may read); options made by chart_options over those of the chart; errors: no such model, no forecast whose actual value is known, several owners, another measure or source, unknown options';

-- The pieces of the report: text in HTML, a number with so many decimals, a time in UTC, a table of rows.

CREATE FUNCTION creditspread_internal.number_text(value double precision, decimals integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN value IS NULL THEN '&#8211;' ELSE replace(CASE WHEN abs(value) < 1e9 THEN round(value::numeric, decimals)::text
		WHEN abs(value) < 'infinity' THEN btrim(to_char(value, '9.999EEEE')) ELSE value::text END, '-', '&#8722;') END
$$;
COMMENT ON FUNCTION creditspread_internal.number_text(double precision, integer) IS
	'a number as the report shows it, with so many decimals, or from 1e9 on with three and its power of ten; NULL as a dash';

CREATE FUNCTION creditspread_internal.time_text(value timestamp) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(replace(replace(to_char(value, CASE WHEN value = date_trunc('day', value) THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI' END
		|| CASE WHEN value < '0001-01-01' THEN ' BC' ELSE '' END), '-', '&#8209;'), ' ', '&#160;'), '&#8211;')
$$;
COMMENT ON FUNCTION creditspread_internal.time_text(timestamp) IS 'a time as the report shows it: the date, and hours and minutes unless it is midnight; NULL as a dash';

CREATE FUNCTION creditspread_internal.html_table(columns text[], rows text, texts integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT '<div class="wide"><table><thead><tr>' || string_agg(format('<th scope="col"%s>%s</th>', CASE WHEN place > texts THEN ' class="number"' ELSE '' END, name), '' ORDER BY place)
		|| E'</tr></thead><tbody>\n' || rows || E'</tbody></table></div>\n'
	FROM unnest(columns) WITH ORDINALITY AS named (name, place)
$$;
COMMENT ON FUNCTION creditspread_internal.html_table(text[], text, integer) IS
	'a table of HTML rows; the columns after the first `texts` ones hold numbers; NULL rows give NULL';

CREATE FUNCTION creditspread_internal.html_row(texts text[], numbers text[] DEFAULT '{}') RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT '<tr>' || coalesce((SELECT string_agg('<td><span>' || coalesce(cell, '') || '</span></td>', '' ORDER BY place) FROM unnest(texts) WITH ORDINALITY AS t (cell, place)), '')
		|| coalesce((SELECT string_agg('<td class="number">' || coalesce(cell, '&#8211;') || '</td>', '' ORDER BY place) FROM unnest(numbers) WITH ORDINALITY AS n (cell, place)), '')
		|| E'</tr>\n'
$$;
COMMENT ON FUNCTION creditspread_internal.html_row(text[], text[]) IS 'a row of a table from cells of HTML: texts, then numbers, which stand at the right';

CREATE FUNCTION creditspread_internal.report_summary(owner name, model text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT E'<dl>\n' || string_agg(format(E'<div><dt>%s</dt><dd>%s</dd></div>\n', item.name, item.value), '' ORDER BY item.place) || E'</dl>\n'
	FROM (SELECT * FROM creditspread.model_overview o WHERE o.owner = report_summary.owner AND o.model = report_summary.model
			ORDER BY o.active DESC, o.version DESC LIMIT 1) AS m
	LEFT JOIN creditspread.method d ON d.name = m.method,
	LATERAL (VALUES
		(1, 'method', creditspread_internal.xml_escape(m.method) || coalesce(': ' || creditspread_internal.xml_escape(d.description), '')),
		(2, 'version', m.version || CASE WHEN m.active THEN ', active' ELSE ', not active' END || CASE WHEN m.status <> 'ready' THEN ', ' || m.status ELSE '' END),
		(3, 'trained', creditspread_internal.time_text(timezone('UTC', m.trained_at)::timestamp(0)) || CASE WHEN m.trained_at IS NULL THEN '' ELSE ' UTC' END
			|| ', extension ' || creditspread_internal.xml_escape(m.extension_version)),
		(4, 'data', creditspread_internal.time_text(m.data_from) || ' to ' || creditspread_internal.time_text(m.data_to) || coalesce(', ' || m.rows || ' rows', '')
			|| ', ' || m.entities || CASE m.entities WHEN 1 THEN ' fit' ELSE ' fits' END || CASE WHEN m.failed > 0 THEN ', ' || m.failed || ' failed' ELSE '' END),
		(5, 'horizons', m.horizons || ' rows ahead'),
		(6, 'features', creditspread_internal.xml_escape(coalesce(nullif(m.features, ''), 'none'))),
		(7, 'options', '<code>' || creditspread_internal.xml_escape(m.options) || '</code>'),
		(8, 'validation', 'mean absolute error ' || creditspread_internal.number_text(m.mae, 4) || ', random walk ' || creditspread_internal.number_text(m.random_walk_mae, 4))
	) AS item (place, name, value)
$$;
COMMENT ON FUNCTION creditspread_internal.report_summary(name, text) IS 'what a model is, as HTML for the report';

CREATE FUNCTION creditspread_internal.report_forecasts(owner name, model text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.html_table(CASE WHEN bool_or(f.entity <> '') THEN '{series}' ELSE '{}'::text[] END
			|| '{origin,target,rows ahead,forecast,lower,upper,random walk,actual}', string_agg(
			creditspread_internal.html_row(CASE WHEN named THEN ARRAY[creditspread_internal.xml_escape(f.entity)] ELSE '{}' END
				|| ARRAY[creditspread_internal.time_text(f.origin), creditspread_internal.time_text(f.target_time)],
				ARRAY[f.horizon::text, creditspread_internal.number_text(f.forecast, 4), creditspread_internal.number_text(f.lower, 4), creditspread_internal.number_text(f.upper, 4),
					creditspread_internal.number_text(f.random_walk, 4), creditspread_internal.number_text(f.actual, 4)]), '' ORDER BY f.entity, f.horizon),
			CASE WHEN bool_or(named) THEN 3 ELSE 2 END)
	FROM (SELECT *, bool_or(l.entity <> '') OVER () AS named, row_number() OVER (ORDER BY l.entity, l.horizon) AS place FROM creditspread.forecast_latest l
		WHERE l.owner = report_forecasts.owner AND l.model = report_forecasts.model) AS f
	WHERE place <= 200
$$;
COMMENT ON FUNCTION creditspread_internal.report_forecasts(name, text) IS 'the latest forecasts of a model, at most 200 rows, as HTML for the report; NULL without any';

CREATE FUNCTION creditspread_internal.report_accuracy(owner name, model text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.html_table(CASE WHEN bool_or(a.named) THEN '{series}' ELSE '{}'::text[] END
			|| '{source,version,rows ahead,n,MAE,random walk,RMSE,random walk,bias,coverage,DM,p}', string_agg(
			creditspread_internal.html_row(CASE WHEN a.named THEN ARRAY[creditspread_internal.xml_escape(a.entity)] ELSE '{}' END || ARRAY[a.source],
				ARRAY[a.version::text, a.horizon::text, a.n::text, creditspread_internal.number_text(a.mae, 4), creditspread_internal.number_text(a.random_walk_mae, 4),
					creditspread_internal.number_text(a.rmse, 4), creditspread_internal.number_text(a.random_walk_rmse, 4), creditspread_internal.number_text(a.bias, 4),
					creditspread_internal.number_text(100 * a.coverage, 1) || CASE WHEN a.coverage IS NULL THEN '' ELSE ' %' END,
					creditspread_internal.number_text(a.dm_statistic, 2), creditspread_internal.number_text(a.dm_p_value, 3)]), '' ORDER BY a.place),
			CASE WHEN bool_or(a.named) THEN 2 ELSE 1 END)
	FROM (SELECT *, bool_or(c.entity <> '') OVER () AS named,
			row_number() OVER (ORDER BY c.version DESC, c.source, c.entity, c.horizon) AS place FROM creditspread.accuracy c
		WHERE c.owner = report_accuracy.owner AND c.model = report_accuracy.model) AS a
	WHERE place <= 200
$$;
COMMENT ON FUNCTION creditspread_internal.report_accuracy(name, text) IS 'how good the forecasts of a model were, at most 200 rows, as HTML for the report; NULL if nothing is known yet';

CREATE FUNCTION creditspread_internal.report_history(owner name, model text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT E'<h2>Versions</h2>\n' || coalesce((SELECT creditspread_internal.html_table('{method,status,trained (UTC),data to,version,rows,fits,failed,MAE,random walk}'::text[], string_agg(
			creditspread_internal.html_row(ARRAY[creditspread_internal.xml_escape(m.method), m.status || CASE WHEN m.active THEN ', active' ELSE '' END,
					creditspread_internal.time_text(timezone('UTC', m.trained_at)::timestamp(0)), creditspread_internal.time_text(m.data_to)],
				ARRAY[m.version::text, m.rows::text, m.entities::text, m.failed::text, creditspread_internal.number_text(m.mae, 4), creditspread_internal.number_text(m.random_walk_mae, 4)]),
			'' ORDER BY m.version DESC), 4)
		FROM (SELECT * FROM creditspread.model_overview o WHERE o.owner = report_history.owner AND o.model = report_history.model
			ORDER BY o.version DESC LIMIT 20) AS m), '')
	|| coalesce(E'<h2>Last runs</h2>\n' || (SELECT creditspread_internal.html_table('{run,started (UTC),status,message,version,seconds,series,failed}'::text[], string_agg(
			creditspread_internal.html_row(ARRAY[r.kind, creditspread_internal.time_text(timezone('UTC', r.started)::timestamp(0)), r.status, creditspread_internal.xml_escape(coalesce(r.message, ''))],
				ARRAY[r.version::text, creditspread_internal.number_text(CASE WHEN r.ended IS NULL THEN NULL ELSE r.seconds END, 1), r.series_done::text, r.series_failed::text]),
			'' ORDER BY r.run_id DESC), 4)
		FROM (SELECT * FROM creditspread.run_log l WHERE l.owner = report_history.owner AND l.model = report_history.model
			ORDER BY l.run_id DESC LIMIT 20) AS r), '')
$$;
COMMENT ON FUNCTION creditspread_internal.report_history(name, text) IS 'the last 20 versions and runs of a model, as HTML for the report';

CREATE FUNCTION creditspread.report(name text, owner name DEFAULT NULL, history integer DEFAULT 250, charts integer DEFAULT 6) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	chosen record;
	series text;
	forecasts text;
	accuracy text;
	body text;
BEGIN
	IF charts IS NULL OR charts NOT BETWEEN 0 AND 100 THEN
		RAISE EXCEPTION 'report: charts is %, must be from 0 to 100', coalesce(charts::text, 'NULL') USING ERRCODE = 'invalid_parameter_value',
			HINT = 'It is the number of series that have their forecast drawn.';
	END IF;
	SELECT * INTO chosen FROM creditspread_internal.readable_model(name, owner);
	forecasts := creditspread_internal.report_forecasts(chosen.owner, name);
	accuracy := creditspread_internal.report_accuracy(chosen.owner, name);
	body := format(E'<header><h1>%s</h1><p>owner %s, %s UTC</p></header>\n<main>\n', creditspread_internal.xml_escape(name), creditspread_internal.xml_escape(chosen.owner::text),
			to_char(timezone('UTC', now()), 'YYYY-MM-DD HH24:MI')) || creditspread_internal.report_summary(chosen.owner, name) || E'<h2>Forecasts</h2>\n';
	FOR series IN SELECT DISTINCT l.entity FROM creditspread.forecast_latest l WHERE l.owner = chosen.owner AND l.model = name ORDER BY 1 LIMIT charts
	LOOP
		body := body || E'<figure>' || creditspread.forecast_chart(name, series, history, NULL::timestamp, chosen.owner, NULL::jsonb) || E'</figure>\n';
	END LOOP;
	body := body || coalesce(forecasts, E'<p>None is stored.</p>\n') || E'<h2>Accuracy</h2>\n';
	IF accuracy IS NOT NULL THEN
		body := body || '<figure>' || creditspread.accuracy_chart(name, NULL::text, 'mae'::text, NULL::text, chosen.owner, NULL::jsonb) || E'</figure>\n';
	END IF;
	body := body || coalesce(accuracy || E'<p>MAE mean absolute error, RMSE root mean squared error, bias mean of forecast less actual, all in units of y. DM is the Diebold-Mariano statistic against the random walk, negative when the model is better, with its two-sided p-value.</p>\n',
		E'<p>No forecast has an actual value yet.</p>\n') || creditspread_internal.report_history(chosen.owner, name);
	RETURN format(E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n<meta name="viewport" content="width=device-width"/>\n'
		'<meta name="color-scheme" content="light dark"/>\n<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n%s</main>\n</body>\n</html>\n', creditspread_internal.xml_escape(name), $style$
:root{color-scheme:light dark}
body{margin:0 auto;padding:24px;max-width:920px;font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;color:#24292f;background:#fff}
h1{margin:0;font-size:26px}h2{margin:36px 0 12px;font-size:18px;border-bottom:1px solid #d5d9de;padding-bottom:4px}
header p{margin:2px 0 18px;color:#5b626b}
dl{display:grid;gap:4px;margin:0}dl div{display:grid;grid-template-columns:110px 1fr;gap:12px}dt{color:#5b626b}dd{margin:0;overflow-wrap:anywhere}
code{font:13px ui-monospace,"DejaVu Sans Mono",monospace}
figure{margin:0 0 16px}figure svg{width:100%;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px;width:100%}
th,td{padding:4px 7px;text-align:left;border-bottom:1px solid #e3e6ea;vertical-align:top}th{font-weight:600;color:#5b626b;vertical-align:bottom}
.number{text-align:right;font-variant-numeric:tabular-nums}td{white-space:nowrap}td span{white-space:normal;overflow-wrap:break-word}
@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#15181c}header p,dt,th{color:#a0a7b0}h2{border-color:#3a4048}th,td{border-color:#2b3037}}
@media print{body{max-width:none;padding:0;font-size:12px}figure,tr{break-inside:avoid}h2{break-after:avoid}.wide{overflow:visible}}
$style$, body);
END $$;
COMMENT ON FUNCTION creditspread.report(text, name, integer, integer) IS
	'a model as an HTML document that needs nothing beside itself: what it is, its latest forecasts with charts of the first series (as many as charts says, 0 to 100, each with as many observed values as history says), its accuracy beside the random walk, versions and runs; name of the model; owner (NULL = the caller, or the only one whose model he may read); in UTF-8 if the client''s encoding is; errors: no such model, several owners, numbers out of range';

-- The report of a model, an HTML document: creditspread.report.

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
			|| ', ' || m.entities || CASE m.entities WHEN 1 THEN ' fit' ELSE ' fits' END || CASE WHEN m.failed > 0 THEN ', ' || m.failed || ' failed' ELSE '' END || CASE WHEN m.stale > 0 THEN ', ' || m.stale || ' of an earlier version' ELSE '' END),
		(5, 'horizons', m.horizons || ' rows ahead, days of ' || creditspread_internal.xml_escape(m.time_zone)),
		(6, 'features', creditspread_internal.xml_escape(coalesce(nullif(m.features, ''), 'none'))),
		(7, 'options', '<code>' || creditspread_internal.xml_escape(m.options) || '</code>'),
		(8, 'validation', 'mean absolute error ' || creditspread_internal.number_text(m.mae, 4) || ', random walk ' || creditspread_internal.number_text(m.random_walk_mae, 4)),
		(9, 'unit of y', creditspread_internal.xml_escape(m.unit)),
		(0, 'what for', creditspread_internal.xml_escape(m.description))
	) AS item (place, name, value)
	WHERE item.value IS NOT NULL
$$;
COMMENT ON FUNCTION creditspread_internal.report_summary(name, text) IS 'what a model is, as HTML for the report';

CREATE FUNCTION creditspread_internal.report_forecasts(owner name, model text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.html_table(CASE WHEN bool_or(f.entity <> '') THEN '{series}' ELSE '{}'::text[] END
			|| ('{origin,target,rows ahead,forecast,lower,upper,random walk,actual}'::text[]), string_agg(
			creditspread_internal.html_row(CASE WHEN named THEN ARRAY[creditspread_internal.xml_escape(f.entity) || CASE WHEN f.ended THEN ' (ended)' ELSE '' END] ELSE '{}' END
				|| ARRAY[creditspread_internal.time_text(f.origin), creditspread_internal.time_text(f.target_time)],
				ARRAY[f.horizon::text, creditspread_internal.number_text(f.forecast, 4), creditspread_internal.number_text(f.lower, 4), creditspread_internal.number_text(f.upper, 4),
					creditspread_internal.number_text(f.random_walk, 4), creditspread_internal.number_text(f.actual, 4)]), '' ORDER BY f.place),
			CASE WHEN bool_or(named) THEN 3 ELSE 2 END) || format(E'<p>Times are in %s.</p>\n', creditspread_internal.xml_escape(min(f.time_zone)))
	FROM (SELECT *, bool_or(l.entity <> '') OVER () AS named, row_number() OVER (ORDER BY l.ended, l.entity, l.horizon) AS place FROM creditspread.forecast_latest l
		WHERE l.owner = report_forecasts.owner AND l.model = report_forecasts.model) AS f
	WHERE place <= 200
	HAVING count(*) > 0
$$;
COMMENT ON FUNCTION creditspread_internal.report_forecasts(name, text) IS 'the latest forecasts of a model, at most 200 rows, as HTML for the report; NULL without any';

CREATE FUNCTION creditspread_internal.report_accuracy(owner name, model text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT string_agg(t.html, '' ORDER BY t.part) FROM (
		SELECT a.part, format(E'<h3>%s</h3>\n', CASE a.part WHEN 1 THEN 'Over the life of the model' ELSE 'Of each version' END)
			|| creditspread_internal.html_table(CASE WHEN bool_or(a.named) THEN '{series,source}' ELSE '{source}'::text[] END
				|| CASE a.part WHEN 1 THEN 'versions' ELSE 'version' END
				|| ('{rows ahead,n,MAE,random walk,RMSE,random walk,bias,coverage,DM of absolute errors,p,DM of squared errors,p}'::text[]), string_agg(
				creditspread_internal.html_row(CASE WHEN a.named THEN ARRAY[creditspread_internal.xml_escape(a.entity)] ELSE '{}' END || a.source,
					ARRAY[a.version::text, a.horizon::text, a.n::text, creditspread_internal.number_text(a.mae, 4), creditspread_internal.number_text(a.random_walk_mae, 4),
						creditspread_internal.number_text(a.rmse, 4), creditspread_internal.number_text(a.random_walk_rmse, 4), creditspread_internal.number_text(a.bias, 4),
						creditspread_internal.number_text(100 * a.coverage, 1) || CASE WHEN a.coverage IS NULL THEN '' ELSE ' %' END,
						creditspread_internal.number_text(a.dm_absolute_statistic, 2), creditspread_internal.number_text(a.dm_absolute_p_value, 3),
						creditspread_internal.number_text(a.dm_squared_statistic, 2), creditspread_internal.number_text(a.dm_squared_p_value, 3)]), '' ORDER BY a.place),
				CASE WHEN bool_or(a.named) THEN 2 ELSE 1 END) AS html
		FROM (SELECT *, bool_or(c.entity <> '') OVER () AS named,
				row_number() OVER (PARTITION BY c.part ORDER BY CASE c.part WHEN 2 THEN c.version END DESC, c.source, c.entity, c.horizon) AS place
			FROM (SELECT 1 AS part, v.versions AS version, v.source, v.entity, v.horizon, v.n, v.mae, v.random_walk_mae, v.rmse, v.random_walk_rmse, v.bias, v.coverage,
					v.dm_absolute_statistic, v.dm_absolute_p_value, v.dm_squared_statistic, v.dm_squared_p_value
				FROM creditspread.accuracy_overall v WHERE v.owner = report_accuracy.owner AND v.model = report_accuracy.model
				UNION ALL
				SELECT 2, v.version, v.source, v.entity, v.horizon, v.n, v.mae, v.random_walk_mae, v.rmse, v.random_walk_rmse, v.bias, v.coverage,
					v.dm_absolute_statistic, v.dm_absolute_p_value, v.dm_squared_statistic, v.dm_squared_p_value
				FROM creditspread.accuracy v WHERE v.owner = report_accuracy.owner AND v.model = report_accuracy.model) AS c) AS a
		WHERE place <= 200 GROUP BY a.part) AS t
$$;
COMMENT ON FUNCTION creditspread_internal.report_accuracy(name, text) IS
	'how good the forecasts of a model were over its life and by its versions, at most 200 rows of each, as HTML for the report; NULL if nothing is known yet';

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

-- Others than the owner have no rows to explain; what cannot be explained is left out.
CREATE FUNCTION creditspread_internal.report_contributions(owner name, model text, charts integer) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	series text;
	body text;
BEGIN
	IF owner <> current_user THEN
		RETURN NULL;
	END IF;
	FOR series IN SELECT l.entity FROM creditspread.forecast_latest l WHERE l.owner = report_contributions.owner AND l.model = report_contributions.model AND NOT l.ended
		GROUP BY l.entity ORDER BY l.entity LIMIT charts
	LOOP
		BEGIN
			body := concat(body, '<figure>', creditspread.explain_chart(model, series, NULL::integer, NULL::timestamp, 12, NULL::jsonb), E'</figure>\n');
		EXCEPTION WHEN data_exception OR object_not_in_prerequisite_state OR feature_not_supported OR insufficient_privilege THEN
			CONTINUE;
		END;
	END LOOP;
	RETURN E'<h2>What the latest forecasts are made of</h2>\n' || body
		|| E'<p>From the base, the forecast with every feature at its usual value, to the forecast: what y and each feature add, in units of y, the largest first.</p>\n';
END
$$;
COMMENT ON FUNCTION creditspread_internal.report_contributions(name, text, integer) IS
	'what makes the latest forecasts of the first series of a model, as HTML for the report; NULL for others than the owner, and where nothing can be explained';

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
	IF history IS NULL OR history NOT BETWEEN 1 AND 1000000 THEN
		RAISE EXCEPTION 'report: history is %, must be from 1 to 1000000', coalesce(history::text, 'NULL') USING ERRCODE = 'invalid_parameter_value',
			HINT = 'It is the number of observed values before each forecast that is drawn.';
	END IF;
	SELECT * INTO chosen FROM creditspread_internal.readable_model(name, owner);
	forecasts := creditspread_internal.report_forecasts(chosen.owner, name);
	accuracy := creditspread_internal.report_accuracy(chosen.owner, name);
	body := format(E'<header><h1>%s</h1><p>owner %s, %s UTC</p></header>\n<main>\n', creditspread_internal.xml_escape(name), creditspread_internal.xml_escape(chosen.owner::text),
			to_char(timezone('UTC', now()), 'YYYY-MM-DD HH24:MI')) || creditspread_internal.report_summary(chosen.owner, name) || E'<h2>Forecasts</h2>\n';
	FOR series IN SELECT l.entity FROM creditspread.forecast_latest l WHERE l.owner = chosen.owner AND l.model = name
		GROUP BY l.entity, l.ended ORDER BY l.ended, l.entity LIMIT charts
	LOOP
		body := body || E'<figure>' || creditspread.forecast_chart(name, series, history, NULL::timestamp, chosen.owner, NULL::jsonb, NULL::text) || E'</figure>\n';
	END LOOP;
	body := body || coalesce(forecasts, E'<p>None is stored.</p>\n') || coalesce(creditspread_internal.report_contributions(chosen.owner, name, charts), '') || E'<h2>Accuracy</h2>\n';
	IF accuracy IS NOT NULL THEN
		body := body || '<figure>' || creditspread.accuracy_chart(name, NULL::text, 'mae'::text, NULL::text, chosen.owner, NULL::jsonb, NULL::integer) || E'</figure>\n';
	END IF;
	body := body || coalesce(accuracy || E'<p>MAE mean absolute error, RMSE root mean squared error, bias mean of forecast less actual, all in units of y. DM is the Diebold-Mariano statistic against the random walk, of the loss named, negative when the model is better, with its two-sided p-value. Over the life of the model counts what was said first from each origin, whichever version said it.</p>\n',
		E'<p>No forecast has an actual value yet.</p>\n') || creditspread_internal.report_history(chosen.owner, name);
	RETURN format(E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n<meta name="viewport" content="width=device-width"/>\n'
		'<meta name="color-scheme" content="light dark"/>\n<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n%s</main>\n</body>\n</html>\n', creditspread_internal.xml_escape(name), $style$
:root{color-scheme:light dark}
body{margin:0 auto;padding:24px;max-width:920px;font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;color:#24292f;background:#fff}
h1{margin:0;font-size:26px}h3{margin:18px 0 8px;font-size:15px}h2{margin:36px 0 12px;font-size:18px;border-bottom:1px solid #d5d9de;padding-bottom:4px}
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
	'a model as an HTML document that needs nothing beside itself: what it is, its latest forecasts with charts of the first series (as many as charts says, 0 to 100, each with as many observed values as history says), to its owner what y and each feature add to them, its accuracy beside the random walk, versions and runs; name of the model; owner (NULL = the caller, or the only one whose model he may read); in UTF-8 if the client''s encoding is; errors: no such model, several owners, numbers out of range';

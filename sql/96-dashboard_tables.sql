-- What the dashboard tells: the series most worth seeing, how models are, and its tables.
--
-- Of each series only its last rows are looked at, by the key of the table; what the document lists and draws is bounded, whatever is
-- stored.  All is read as the caller, and nothing but what is stored: no query of a model runs.

CREATE TYPE creditspread_internal.dashboard_model AS (
	place integer,
	pipeline_id bigint,
	owner text,
	model text,
	label text,
	method text,
	version integer,
	active boolean,
	query_number integer,
	horizon integer,
	unit text
);
COMMENT ON TYPE creditspread_internal.dashboard_model IS 'a model of the dashboard: its active version, or the last, the shortest horizon, and the unit of y';

CREATE TYPE creditspread_internal.dashboard_series AS (
	place bigint,
	model integer,
	entity text,
	level double precision,
	move double precision,
	surprise_time timestamp,
	surprise_actual double precision,
	surprise_forecast double precision,
	surprise_lower double precision,
	surprise_upper double precision,
	surprise double precision,
	p_value double precision,
	surprise_place bigint,
	series bigint,
	moves bigint,
	outcomes bigint,
	surprises bigint
);
COMMENT ON TYPE creditspread_internal.dashboard_series IS
	'a series of the dashboard: the size of its largest expected move, and its least likely outcome, both in half widths of their intervals, its places by these, and counts over all series';

CREATE TYPE creditspread_internal.dashboard_move AS (
	place bigint,
	model integer,
	entity text,
	level double precision,
	last_value double precision,
	horizon integer,
	target_time timestamp,
	forecast double precision,
	lower double precision,
	upper double precision,
	move double precision,
	largest boolean
);
COMMENT ON TYPE creditspread_internal.dashboard_move IS
	'the change that is forecast of a series at a horizon, in half widths of the interval on the side of the last value; largest, of all horizons of the series';

CREATE FUNCTION creditspread_internal.dashboard_models(models text[]) RETURNS SETOF creditspread_internal.dashboard_model
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT (row_number() OVER (ORDER BY p.name COLLATE "C", p.owner COLLATE "C", p.id))::integer, p.id, p.owner, p.name,
		p.name || CASE WHEN count(*) OVER (PARTITION BY p.name) > 1 THEN ' (' || p.owner || ')' ELSE '' END, m.method, m.version, m.active, m.query_number,
		(SELECT min(h) FROM unnest(m.horizons) h), p.units ->> m.query_number::text
	FROM creditspread_internal.readable_pipelines() p
	LEFT JOIN LATERAL (SELECT v.* FROM creditspread.model v WHERE v.pipeline_id = p.id ORDER BY v.active DESC, v.version DESC LIMIT 1) m ON true
	WHERE models IS NULL OR p.name = ANY (models)
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_models(text[]) IS 'the models of these names, or all, that the current role may read, those too whose first training failed';

-- Live forecasts go before those of a backtest, of which one version counts.
CREATE FUNCTION creditspread_internal.recent_outcomes(pipeline bigint, series text, query_number integer, version integer, horizon integer, n integer,
	OUT target_time timestamp, OUT origin timestamp, OUT forecast double precision, OUT lower double precision, OUT upper double precision,
	OUT level double precision, OUT random_walk double precision, OUT actual double precision)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT o.target_time, o.origin, o.forecast, o.lower, o.upper, o.level, o.random_walk, o.actual
	FROM (SELECT DISTINCT ON (u.target_time) u.* FROM (
			(SELECT q.source, q.version, q.made_at, q.target_time, q.origin, q.forecast, q.lower, q.upper, q.level, q.random_walk, q.actual FROM creditspread.forecast q
			WHERE q.pipeline_id = recent_outcomes.pipeline AND q.source = 'forecast' AND q.entity = recent_outcomes.series AND q.horizon = recent_outcomes.horizon
				AND q.revision = 0 AND NOT q.hindsight AND q.query_number = recent_outcomes.query_number AND q.actual IS NOT NULL
			ORDER BY q.origin DESC LIMIT recent_outcomes.n * 3)
			UNION ALL
			(SELECT q.source, q.version, q.made_at, q.target_time, q.origin, q.forecast, q.lower, q.upper, q.level, q.random_walk, q.actual FROM creditspread.forecast q
			WHERE q.pipeline_id = recent_outcomes.pipeline AND q.source = 'backtest' AND q.entity = recent_outcomes.series AND q.horizon = recent_outcomes.horizon
				AND q.revision = 0 AND NOT q.hindsight AND q.query_number = recent_outcomes.query_number AND q.actual IS NOT NULL
				AND q.version = (SELECT b.version FROM creditspread.forecast b
					WHERE b.pipeline_id = recent_outcomes.pipeline AND b.source = 'backtest' AND b.entity = recent_outcomes.series AND b.query_number = recent_outcomes.query_number
					ORDER BY b.origin DESC, b.version = recent_outcomes.version DESC, b.version DESC LIMIT 1)
			ORDER BY q.origin DESC LIMIT recent_outcomes.n)) AS u
		ORDER BY u.target_time DESC, u.source DESC, u.made_at, u.version LIMIT recent_outcomes.n) AS o;
END;
COMMENT ON FUNCTION creditspread_internal.recent_outcomes(bigint, text, integer, integer, integer, integer) IS
	'the last n forecasts of a series at a horizon whose actual value is known, each time once: live as it was said first, else of the backtest of the given version or the newest';

CREATE FUNCTION creditspread_internal.half_widths(value double precision, forecast double precision, lower double precision, upper double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN lower <= forecast AND forecast <= upper THEN CASE WHEN value >= forecast THEN creditspread_internal.relative(value - forecast, upper - forecast)
	ELSE -creditspread_internal.relative(forecast - value, forecast - lower) END END;
COMMENT ON FUNCTION creditspread_internal.half_widths(double precision, double precision, double precision, double precision) IS
	'how far a value is above the forecast, or below it when negative, in half widths of the interval on that side; NULL without one';

CREATE FUNCTION creditspread_internal.dashboard_moves(chosen creditspread_internal.dashboard_model[], entities text[]) RETURNS SETOF creditspread_internal.dashboard_move
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH latest AS MATERIALIZED (
		SELECT l.owner, l.model, l.entity, l.level, l.random_walk, l.horizon, l.target_time, l.forecast, l.lower, l.upper FROM creditspread.forecast_latest l
		WHERE NOT l.ended AND (entities IS NULL OR l.entity = ANY (entities))
	)
	SELECT NULL::bigint, q.model, q.entity, q.level, q.random_walk, q.horizon, q.target_time, q.forecast, q.lower, q.upper, q.move,
		row_number() OVER (PARTITION BY q.model, hashtext(q.entity), q.entity ORDER BY abs(q.move) DESC NULLS LAST, q.horizon DESC) = 1
	FROM (SELECT m.place AS model, l.entity, l.level, l.random_walk, l.horizon, l.target_time, l.forecast, l.lower, l.upper,
			-creditspread_internal.half_widths(l.random_walk, l.forecast, l.lower, l.upper) AS move
		FROM unnest(chosen) m JOIN latest l ON l.owner = m.owner AND l.model = m.model) q
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_moves(creditspread_internal.dashboard_model[], text[]) IS 'the changes that are forecast of all series at all horizons; series that have ended are left out';

CREATE FUNCTION creditspread_internal.dashboard_largest_moves(chosen creditspread_internal.dashboard_model[], entities text[]) RETURNS SETOF creditspread_internal.dashboard_move
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT ROW(q.place, q.model, q.entity, q.level, q.last_value, q.horizon, q.target_time, q.forecast, q.lower, q.upper, q.move, q.largest)::creditspread_internal.dashboard_move
	FROM (SELECT l.model, l.entity, l.level, l.last_value, l.horizon, l.target_time, l.forecast, l.lower, l.upper, l.move, l.largest,
			row_number() OVER (ORDER BY abs(l.move) DESC, l.model, l.entity COLLATE "C", l.horizon) AS place,
			row_number() OVER (PARTITION BY l.largest ORDER BY abs(l.move) DESC, l.model, l.entity COLLATE "C", l.horizon) AS largest_place,
			row_number() OVER (PARTITION BY l.model, l.horizon ORDER BY abs(l.move) DESC, l.entity COLLATE "C") AS own_place,
			dense_rank() OVER (PARTITION BY l.model ORDER BY l.horizon) AS horizon_place
		FROM creditspread_internal.dashboard_moves(chosen, entities) l WHERE l.move <> 0) q
	WHERE q.largest AND q.largest_place <= 60 OR q.own_place <= 8 AND q.horizon_place <= 5 AND q.model <= 8
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_largest_moves(creditspread_internal.dashboard_model[], text[]) IS
	'the changes that the table of moves lists: the 60 largest, of each series one, and the eight largest of each of the first models and horizons';

CREATE FUNCTION creditspread_internal.dashboard_watch(chosen creditspread_internal.dashboard_model[], entities text[], series integer, recent integer)
RETURNS SETOF creditspread_internal.dashboard_series
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH moved AS MATERIALIZED (
		SELECT l.model, l.entity, max(l.level) AS level, max(abs(l.move)) AS move FROM creditspread_internal.dashboard_moves(chosen, entities) l GROUP BY l.model, l.entity
	), surprised AS MATERIALIZED (
		SELECT m.place AS model, s.entity, w.*
		FROM unnest(chosen) m JOIN creditspread.series s ON s.pipeline_id = m.pipeline_id
		CROSS JOIN LATERAL (SELECT o.*, count(o.surprise) OVER () AS outcomes, count(*) FILTER (WHERE o.p_value <= 0.01) OVER () AS surprises
			FROM (SELECT h.*, creditspread_internal.tail_p_value(abs(h.surprise), h.level) AS p_value
				FROM (SELECT r.*, creditspread_internal.half_widths(r.actual, r.forecast, r.lower, r.upper) AS surprise
					FROM creditspread_internal.recent_outcomes(m.pipeline_id, s.entity, m.query_number, m.version, m.horizon, recent) r) h) o
			ORDER BY abs(o.surprise) DESC NULLS LAST, o.target_time DESC LIMIT 1) w
		WHERE NOT s.ended AND (entities IS NULL OR s.entity = ANY (entities))
	), both_sides AS (
		SELECT coalesce(v.model, s.model) AS model, coalesce(v.entity, s.entity) AS entity, coalesce(v.level, s.level) AS level, v.move,
			s.target_time AS surprise_time, s.actual, s.forecast, s.lower, s.upper, s.surprise, s.p_value, s.outcomes, s.surprises
		FROM moved v FULL JOIN surprised s ON s.model = v.model AND s.entity = v.entity
	), placed AS (
		SELECT b.*, row_number() OVER (ORDER BY greatest(abs(b.surprise), b.move) DESC NULLS LAST, b.model, b.entity COLLATE "C") AS place,
			row_number() OVER (ORDER BY abs(b.surprise) DESC NULLS LAST, b.model, b.entity COLLATE "C") AS surprise_place,
			row_number() OVER (PARTITION BY b.model ORDER BY abs(b.surprise) DESC NULLS LAST, b.entity COLLATE "C") AS own_place,
			count(*) OVER () AS all_series, count(*) FILTER (WHERE b.move > 1) OVER () AS all_moves, sum(b.outcomes) OVER () AS all_outcomes, sum(b.surprises) OVER () AS all_surprises
		FROM both_sides b
	)
	SELECT ROW(q.place, q.model, q.entity, q.level, q.move, q.surprise_time, q.actual, q.forecast, q.lower, q.upper, q.surprise, q.p_value,
		CASE WHEN q.surprise_place <= 60 OR q.own_place <= 12 AND q.model <= 20 THEN q.surprise_place END,
		q.all_series, q.all_moves, q.all_outcomes, q.all_surprises)::creditspread_internal.dashboard_series
	FROM placed q
	WHERE q.place <= greatest(series, 1) OR q.surprise_place <= 60 OR q.own_place <= 12 AND q.model <= 20
	ORDER BY q.place
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_watch(creditspread_internal.dashboard_model[], text[], integer, integer) IS
	'the series most worth seeing: as many as are to be drawn, and those that the table of surprises lists; series that have ended are left out';

-- ---- sections ------------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.dashboard_table(list text, columns text[], numbers integer[], shown integer, rows text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT '<div class="wide"><table><thead><tr>' || string_agg(format('<th scope="col"%s>%s</th>', CASE WHEN name = 'n' THEN ' class="number extra"' WHEN place = ANY (numbers) THEN ' class="number"'
			WHEN name IN ('', 'trained') THEN ' class="extra"' ELSE '' END, CASE WHEN name = '' THEN '<span aria-hidden="true">&#160;</span>' ELSE name END), '' ORDER BY place)
		|| format(E'</tr></thead><tbody id="%s"%s data-list="%s">\n', list, CASE WHEN shown < 100 THEN ' class="top"' ELSE '' END, shown) || rows || E'</tbody></table></div>\n'
		|| format(E'<p class="say" id="%s-none" hidden="hidden">None of those listed fits the choice.</p>\n', list)
	FROM unnest(columns) WITH ORDINALITY AS c (name, place)
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_table(text, text[], integer[], integer, text) IS
	'a table of the dashboard that shows so many rows at once; numbers, the columns that stand at the right; a column without a name has pictures; NULL rows give NULL';

CREATE FUNCTION creditspread_internal.dashboard_label(m creditspread_internal.dashboard_model, entity text, more text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('<span class="s"><bdi>%s</bdi></span>', creditspread_internal.dashboard_name(CASE entity WHEN '' THEN m.label ELSE entity END))
		|| coalesce('<small>' || nullif(concat_ws(', ', CASE WHEN entity <> '' THEN '<bdi>' || creditspread_internal.dashboard_name(m.label) || '</bdi>' END, more), '') || '</small>', '')
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_label(creditspread_internal.dashboard_model, text, text) IS 'name of a series, its model below it';

CREATE FUNCTION creditspread_internal.dashboard_surprises(chosen creditspread_internal.dashboard_model[], watched creditspread_internal.dashboard_series[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.dashboard_table('surprises'::text, '{series,"",actual,forecast,half widths}'::text[], '{3,4,5}'::integer[], 12, string_agg(format(
			E'<tr data-m="%s"><td>%s</td><td class="extra">%s</td><td class="number">%s</td><td class="number">%s<small>%s to %s</small></td><td class="number">%s<small>p %s</small></td></tr>\n',
			w.model, creditspread_internal.dashboard_label(m, w.entity, concat_ws(', ', creditspread_internal.time_text(w.surprise_time), creditspread_internal.dashboard_name(m.unit))), creditspread_internal.dashboard_mark(w.surprise, 'dot'::text, 12::double precision),
			creditspread_internal.dashboard_number(w.surprise_actual, r.size), creditspread_internal.dashboard_number(w.surprise_forecast, r.size),
			creditspread_internal.dashboard_number(w.surprise_lower, r.size), creditspread_internal.dashboard_number(w.surprise_upper, r.size),
			creditspread_internal.dashboard_signed(w.surprise, 1::double precision), creditspread_internal.dashboard_p(w.p_value)), '' ORDER BY w.surprise_place))
	FROM unnest(watched) w JOIN unnest(chosen) m ON m.place = w.model, LATERAL (SELECT (w.surprise_upper - w.surprise_lower) / 2 AS size) r
	WHERE w.surprise_place IS NOT NULL AND w.p_value <= 0.01
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_surprises(creditspread_internal.dashboard_model[], creditspread_internal.dashboard_series[]) IS
	'table of the outcomes that were least likely; NULL without any';

CREATE FUNCTION creditspread_internal.dashboard_move_table(chosen creditspread_internal.dashboard_model[], moves creditspread_internal.dashboard_move[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.dashboard_table('moves'::text, '{series,"",last,forecast,change}'::text[], '{3,4,5}'::integer[], 12, string_agg(format(
			E'<tr data-m="%s" data-h="%s"%s><td>%s</td><td class="extra">%s</td><td class="number">%s</td><td class="number">%s<small>%s to %s</small></td><td class="number">%s</td></tr>\n',
			l.model, l.horizon, CASE WHEN l.largest THEN '' ELSE ' data-also="" class="also"' END,
			creditspread_internal.dashboard_label(m, l.entity, concat_ws(', ', creditspread_internal.dashboard_counted(l.horizon::bigint, 'row'::text) || ' ahead', creditspread_internal.time_text(l.target_time), creditspread_internal.dashboard_name(m.unit))),
			creditspread_internal.dashboard_mark(-l.move, 'last'::text, 30::double precision),
			creditspread_internal.dashboard_number(l.last_value, r.size), creditspread_internal.dashboard_number(l.forecast, r.size), creditspread_internal.dashboard_number(l.lower, r.size),
			creditspread_internal.dashboard_number(l.upper, r.size), creditspread_internal.dashboard_signed(l.forecast - l.last_value, r.size)), '' ORDER BY NOT l.largest, l.place))
	FROM unnest(moves) l JOIN unnest(chosen) m ON m.place = l.model, LATERAL (SELECT (l.upper - l.lower) / 2 AS size) r
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_move_table(creditspread_internal.dashboard_model[], creditspread_internal.dashboard_move[]) IS
	'table of the largest expected moves; those of a series at other horizons are shown to who asks for the horizon; NULL without any';

CREATE TYPE creditspread_internal.dashboard_health AS (
	place bigint,
	model integer,
	status text,
	reasons text,
	trained_at timestamptz,
	data_to timestamp,
	series bigint,
	ended bigint,
	runs text
);
COMMENT ON TYPE creditspread_internal.dashboard_health IS 'how a model of the dashboard is, the worst first: as in creditspread.health, with its last run and the next one';

CREATE FUNCTION creditspread_internal.dashboard_healths(chosen creditspread_internal.dashboard_model[]) RETURNS SETOF creditspread_internal.dashboard_health
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH health AS MATERIALIZED (
		SELECT q.owner, q.model, q.status, q.reasons, q.series, q.series_ended, q.next_run, q.next_run_kind FROM creditspread.health q
	), fresh AS MATERIALIZED (
		SELECT q.pipeline_id, max(q.data_to) AS data_to FROM creditspread.series q GROUP BY q.pipeline_id
	), run AS MATERIALIZED (
		SELECT l.run_id, l.kind, l.status, l.started FROM creditspread.run_log l
		WHERE l.run_id = ANY (ARRAY(SELECT (SELECT r.id FROM creditspread.run r WHERE r.pipeline_id = m.pipeline_id ORDER BY r.id DESC LIMIT 1) FROM unnest(chosen) m))
	)
	SELECT ROW(row_number() OVER (ORDER BY array_position('{error,warning,ok}'::text[], h.status), m.place), m.place, h.status, h.reasons, v.trained_at, f.data_to, h.series, h.series_ended,
		concat_ws(', ', r.kind || ' ' || r.status || ' ' || to_char(timezone('UTC', r.started), 'YYYY-MM-DD HH24:MI') || ' UTC',
			'next ' || h.next_run_kind || ' ' || to_char(timezone('UTC', h.next_run), 'YYYY-MM-DD HH24:MI') || ' UTC'))::creditspread_internal.dashboard_health
	FROM unnest(chosen) m JOIN health h ON h.owner = m.owner AND h.model = m.model
	LEFT JOIN creditspread.model v ON v.pipeline_id = m.pipeline_id AND v.version = m.version
	LEFT JOIN fresh f ON f.pipeline_id = m.pipeline_id
	LEFT JOIN run r ON r.run_id = (SELECT n.id FROM creditspread.run n WHERE n.pipeline_id = m.pipeline_id ORDER BY n.id DESC LIMIT 1)
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_healths(creditspread_internal.dashboard_model[]) IS
	'how models are, the worst first, with the last run of each and the next one';

CREATE FUNCTION creditspread_internal.dashboard_health_table(chosen creditspread_internal.dashboard_model[], healths creditspread_internal.dashboard_health[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.dashboard_table('models'::text, '{status,model,trained,data to,series}'::text[], '{5}'::integer[], 100, string_agg(format(
			E'<tr data-m="%s"><td%s>%s</td><td><b><bdi>%s</bdi></b><small>%s</small></td><td class="day extra">%s</td><td class="day">%s</td><td class="number">%s%s</td></tr>\n',
			h.model, CASE h.status WHEN 'ok' THEN '' ELSE ' class="bad"' END, CASE h.status WHEN 'error' THEN '&#9650;&#160;' WHEN 'warning' THEN '&#9651;&#160;' ELSE '' END || h.status,
			creditspread_internal.dashboard_name(m.label),
			concat_ws('<br/>', concat_ws(', ', creditspread_internal.dashboard_name(m.method), 'version ' || m.version, creditspread_internal.xml_escape(nullif(h.runs, ''))),
				creditspread_internal.xml_escape(nullif(CASE WHEN length(h.reasons) > 240 THEN left(h.reasons, 237) || '...' ELSE h.reasons END, ''))),
			creditspread_internal.time_text(date_trunc('day', timezone('UTC', h.trained_at))), creditspread_internal.time_text(h.data_to),
			creditspread_internal.dashboard_count(h.series), CASE WHEN h.ended > 0 THEN '<small>' || creditspread_internal.dashboard_count(h.ended) || ' ended</small>' ELSE '' END), '' ORDER BY h.place))
	FROM unnest(healths) h JOIN unnest(chosen) m ON m.place = h.model WHERE h.place <= 100
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_health_table(creditspread_internal.dashboard_model[], creditspread_internal.dashboard_health[]) IS
	'table of the models, the worst first, at most 100; NULL without any';

-- Where series of a model have different rivals, the board of most forecasts stands for it.
CREATE FUNCTION creditspread_internal.dashboard_scores(chosen creditspread_internal.dashboard_model[]) RETURNS SETOF creditspread.leaderboard_total
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH board AS MATERIALIZED (SELECT t FROM creditspread.leaderboard_total t)
	SELECT (q.t).* FROM (SELECT DISTINCT ON (m.place, (b.t).source, (b.t).horizon) b.t
		FROM board b JOIN unnest(chosen) m ON m.owner = (b.t).owner AND m.model = (b.t).model
		ORDER BY m.place, (b.t).source, (b.t).horizon, (b.t).n DESC, (b.t).compared COLLATE "C") q
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_scores(creditspread_internal.dashboard_model[]) IS 'models over all series beside the random walk, a row for each source and horizon';

CREATE FUNCTION creditspread_internal.dashboard_accuracy(chosen creditspread_internal.dashboard_model[], scores creditspread.leaderboard_total[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT creditspread_internal.dashboard_table('accuracy'::text, '{model,"",MAE,p,inside,n}'::text[], '{3,4,5,6}'::integer[], 60, string_agg(format(
			E'<tr data-m="%s" data-h="%s"><td><b><bdi>%s</bdi></b><small>%s ahead, %s</small></td><td class="extra">%s</td><td class="number">%s<small>RMSE %s</small></td><td class="number">%s<small>%s</small></td>'
			'<td class="number">%s<small>%s</small></td><td class="number extra">%s<small>%s</small></td></tr>' || E'\n',
			s.model_place, s.horizon, creditspread_internal.dashboard_name(s.label), creditspread_internal.dashboard_counted(s.horizon::bigint, 'row'::text), CASE s.source WHEN 'forecast' THEN 'live' ELSE s.source END,
			creditspread_internal.dashboard_bar(s.relative_mae, s.most), creditspread_internal.dashboard_percent(s.relative_mae - 1), creditspread_internal.dashboard_percent(s.relative_rmse - 1),
			creditspread_internal.dashboard_p(s.dm_absolute_holm_p_value), CASE WHEN s.dm_absolute_holm_p_value IS NULL THEN 'too few' WHEN s.dm_absolute_holm_p_value >= 0.05 THEN 'may be chance'
				WHEN s.dm_absolute_statistic < 0 THEN 'better' ELSE 'worse' END,
			creditspread_internal.number_text(100 * s.coverage, 1) || CASE WHEN s.coverage IS NULL THEN '' ELSE '&#160;%' END,
			coalesce('aim ' || round((100 * s.level)::numeric, 1)::double precision || '&#160;%', ''),
			creditspread_internal.dashboard_count(s.n::bigint), creditspread_internal.dashboard_counted(s.series::bigint, 'series'::text)), '' ORDER BY s.number))
	FROM (SELECT t.*, m.place AS model_place, m.label, max(least(abs(t.relative_mae - 1), 1)) FILTER (WHERE t.relative_mae <> 1) OVER () AS most,
			row_number() OVER (ORDER BY t.source DESC, t.horizon, t.relative_mae, m.place) AS number
		FROM unnest(scores) t JOIN unnest(chosen) m ON m.owner = t.owner AND m.model = t.model) s
	WHERE s.number <= 240
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_accuracy(creditspread_internal.dashboard_model[], creditspread.leaderboard_total[]) IS
	'table of the models beside the random walk; NULL without any';

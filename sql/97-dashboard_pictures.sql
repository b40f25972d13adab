-- The small pictures of the dashboard.
--
-- Lengths are in tenths of a unit of the viewBox of 260 by 112. All cards have the same margins, those of a model the same times, so that
-- they stand in line; each has values of its own.

CREATE TYPE creditspread_internal.dashboard_point AS (
	kind text,
	horizon integer,
	t timestamp,
	y double precision
);
COMMENT ON TYPE creditspread_internal.dashboard_point IS
	'a point of a small picture; kind: seen, what was observed; lower, upper, the interval of the past; dot, a surprise; said, walk, below, above, forecast and random walk ahead with the interval';

CREATE TYPE creditspread_internal.dashboard_card AS (
	m creditspread_internal.dashboard_model,
	w creditspread_internal.dashboard_series,
	name_place bigint,
	points creditspread_internal.dashboard_point[],
	low double precision,
	high double precision,
	since timestamp,
	until timestamp,
	from_time timestamp,
	to_time timestamp,
	size double precision
);
COMMENT ON TYPE creditspread_internal.dashboard_card IS
	'a small picture: its model and series, points, values from low to high, its own times and those of all of its model, and the size of a difference in values';

CREATE FUNCTION creditspread_internal.dashboard_points(m creditspread_internal.dashboard_model, series text, history integer) RETURNS creditspread_internal.dashboard_point[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH past AS MATERIALIZED (
		SELECT o.*, creditspread_internal.tail_p_value(abs(creditspread_internal.half_widths(o.actual, o.forecast, o.lower, o.upper)), o.level) <= 0.01 AS surprise
		FROM creditspread_internal.recent_outcomes(m.pipeline_id, series, m.query_number, m.version, m.horizon, history) o
	), ahead AS MATERIALIZED (
		SELECT f.*, row_number() OVER (ORDER BY f.horizon) - 1 AS number, count(*) OVER () - 1 AS last
		FROM creditspread.forecast_latest f WHERE f.owner = m.owner AND f.model = m.model AND f.entity = series
	), fan AS MATERIALIZED (
		SELECT a.* FROM ahead a WHERE a.last < 40 OR a.number = 0 OR a.number * 39 / a.last <> (a.number - 1) * 39 / a.last
	), observed AS (
		SELECT DISTINCT ON (k.t) k.t, k.y FROM (SELECT p.target_time AS t, p.actual AS y, 1 AS rank FROM past p UNION ALL SELECT p.origin, p.random_walk, 2 FROM past p
			UNION ALL SELECT f.origin, f.random_walk, 0 FROM fan f) k ORDER BY k.t DESC, k.rank LIMIT history
	)
	SELECT array_agg(ROW(p.kind, p.horizon, p.t, p.y)::creditspread_internal.dashboard_point ORDER BY p.kind, p.horizon, p.t) FROM (
		SELECT 'seen' AS kind, 0 AS horizon, o.t, o.y FROM observed o
		UNION ALL
		SELECT v.kind, 0, v.t, v.y FROM past p, LATERAL (VALUES ('lower', p.target_time, p.lower), ('upper', p.target_time, p.upper),
			('dot', p.target_time, CASE WHEN p.surprise THEN p.actual END)) AS v (kind, t, y) WHERE v.t >= (SELECT min(o.t) FROM observed o)
		UNION ALL
		SELECT v.kind, f.horizon, f.target_time, v.y FROM fan f, LATERAL (VALUES ('said', f.forecast), ('walk', f.random_walk), ('below', f.lower), ('above', f.upper)) AS v (kind, y)
		UNION ALL
		SELECT k, 0, f.origin, f.random_walk FROM fan f, unnest('{said,walk,below,above}'::text[]) k WHERE f.number = 0) p
	WHERE p.y IS NOT NULL
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_points(creditspread_internal.dashboard_model, text, integer) IS
	'what is drawn of a series: the last values that are kept with its forecasts, the intervals of the past at the shortest horizon, and the latest forecast, at most 40 horizons of it; NULL without any';

CREATE FUNCTION creditspread_internal.dashboard_drawn(chosen creditspread_internal.dashboard_model[], watched creditspread_internal.dashboard_series[], drawn integer, history integer)
RETURNS SETOF creditspread_internal.dashboard_card
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH card AS MATERIALIZED (
		SELECT m, w, row_number() OVER (ORDER BY w.model, w.entity COLLATE "C") AS name_place, creditspread_internal.dashboard_points(m, w.entity, history) AS points
		FROM unnest(watched) w JOIN unnest(chosen) m ON m.place = w.model WHERE w.place <= drawn
	)
	SELECT ROW(c.m, c.w, c.name_place, c.points, s.low - s.pad, s.high + s.pad, s.since, s.until, min(s.since) OVER model, max(s.until) OVER model,
		coalesce(nullif(s.size, 0), s.pad) / 3)::creditspread_internal.dashboard_card
	FROM card c CROSS JOIN LATERAL (SELECT q.*, CASE WHEN q.high - q.low > 1e-290 THEN 0.06 * (q.high - q.low) WHEN q.high <> 0 THEN greatest(0.01 * abs(q.high), 1e-300) ELSE 1 END AS pad
		FROM (SELECT min(p.y) AS low, max(p.y) AS high, min(p.t) AS since, max(p.t) AS until,
				(max(p.y) FILTER (WHERE p.kind = 'above') - min(p.y) FILTER (WHERE p.kind = 'below')) / 2 AS size
			FROM unnest(c.points) p WHERE p.kind NOT IN ('lower', 'upper')) q) s
	WHERE c.points IS NOT NULL WINDOW model AS (PARTITION BY (c.w).model)
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_drawn(creditspread_internal.dashboard_model[], creditspread_internal.dashboard_series[], integer, integer) IS
	'the small pictures of the first series, as many as are to be drawn, with what is in them and their scales';

CREATE FUNCTION creditspread_internal.dashboard_ticks(low double precision, high double precision, OUT y double precision, OUT label text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT t.y, creditspread_internal.dashboard_number(CASE WHEN abs(t.y) < step / 2 THEN 0 ELSE t.y END, 10 * step)
	FROM (SELECT least(1e300, (high - low) / 2.2) AS rough) a, LATERAL (SELECT CASE WHEN rough > 1e-290 THEN 10::double precision ^ floor(log(rough)) ELSE 1 END AS base) b,
		LATERAL (SELECT base * CASE WHEN rough < 2 * base THEN 1 WHEN rough < 5 * base THEN 2 ELSE 5 END AS step) c,
		generate_series(0, 4) n, LATERAL (SELECT (ceil(low / step) + n) * step AS y) t
	WHERE high > low AND t.y <= high
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_ticks(double precision, double precision) IS 'two to four round numbers between two others, for an axis';

CREATE FUNCTION creditspread_internal.dashboard_labels(c creditspread_internal.dashboard_card, OUT kind text, OUT y double precision, OUT label text) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 'tick', t.y, t.label FROM creditspread_internal.dashboard_ticks(c.low, c.high) t
	UNION ALL
	SELECT p.kind, p.y, creditspread_internal.dashboard_number(p.y, c.size) FROM unnest(c.points) p
	WHERE p.kind IN ('said', 'below', 'above') AND p.horizon = (SELECT max(q.horizon) FROM unnest(c.points) q) AND p.horizon > 0
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_labels(creditspread_internal.dashboard_card) IS 'the numbers in a small picture: of its axis at the left, of the last forecast at the right';

-- The labels at the right keep a line's distance from that of the forecast.
CREATE FUNCTION creditspread_internal.dashboard_picture(c creditspread_internal.dashboard_card, x0 numeric, x1 numeric) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH point AS MATERIALIZED (
		SELECT p.kind, p.horizon, p.t, x0 + round((x1 - x0) * (extract(epoch FROM p.t) - extract(epoch FROM c.from_time)) / greatest(extract(epoch FROM c.to_time) - extract(epoch FROM c.from_time), 1)) AS x,
			round(60 + 840 * (1 - greatest(-0.03, least(1.03, (p.y - c.low) / (c.high - c.low))))) AS y
		FROM unnest(c.points) p
	), line AS MATERIALIZED (
		SELECT p.kind, count(*) AS n, string_agg(p.x || ',' || p.y, ' ' ORDER BY p.t, p.horizon) AS forth, string_agg(p.x || ',' || p.y, ' ' ORDER BY p.t DESC, p.horizon DESC) AS back FROM point p GROUP BY p.kind
	), label AS (
		SELECT q.*, greatest(165, least(795, max(q.py) FILTER (WHERE q.kind = 'said') OVER ())) AS middle
		FROM (SELECT l.*, round(60 + 840 * (1 - (l.y - c.low) / (c.high - c.low))) AS py FROM creditspread_internal.dashboard_labels(c) l) q
	)
	SELECT '<g transform="scale(.1)">' || concat((SELECT string_agg(CASE l.kind WHEN 'tick' THEN format('<path class="grid" d="M%s %sH%s"/><text x="%s" y="%s" text-anchor="end">%s</text>', x0, l.py, x1, x0 - 30, l.py + 34, l.label)
				ELSE format('<text%s x="%s" y="%s">%s</text>', CASE l.kind WHEN 'said' THEN ' class="f"' ELSE '' END, x1 + 40, CASE l.kind WHEN 'said' THEN l.middle
					WHEN 'above' THEN least(l.py, l.middle - 105) ELSE greatest(l.py, l.middle + 105) END + 34, l.label) END, '' ORDER BY l.kind DESC, l.y) FROM label l),
			(SELECT string_agg(format('<polygon class="band" points="%s %s"/>', a.forth, b.back), '' ORDER BY a.kind) FROM line a JOIN line b ON a.kind = 'upper' AND b.kind = 'lower' OR a.kind = 'above' AND b.kind = 'below'
				WHERE a.n > 1),
			(SELECT string_agg(format('<polyline class="%s" points="%s"/>', a.kind, a.forth), '' ORDER BY a.kind DESC) FROM line a WHERE a.kind IN ('seen', 'walk', 'said')),
			(SELECT string_agg(CASE p.kind WHEN 'dot' THEN format('<circle class="dot" cx="%s" cy="%s" r="34"/>', p.x, p.y) ELSE format('<circle class="point" cx="%s" cy="%s" r="22" data-h="%s"/>', p.x, p.y, p.horizon) END, '' ORDER BY p.t, p.horizon)
				FROM point p WHERE p.kind = 'dot' OR p.kind = 'said' AND p.horizon > 0 AND (SELECT a.n FROM line a WHERE a.kind = 'said') <= 13))
		|| format('<text x="%s" y="1090">%s</text><text x="%s" y="1090" text-anchor="end">%s</text></g>', x0, creditspread_internal.time_text(c.from_time), x1, creditspread_internal.time_text(c.to_time))
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_picture(creditspread_internal.dashboard_card, numeric, numeric) IS 'a small picture as SVG, its values between x0 and x1';

CREATE FUNCTION creditspread_internal.dashboard_errors(m creditspread_internal.dashboard_model, series text, OUT horizon integer, OUT mae double precision, OUT walk double precision) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT DISTINCT ON (g.horizon) g.horizon, g.mae, g.walk
	FROM (SELECT o.source, o.horizon, count(*) AS n, avg(abs(o.forecast - o.actual)) AS mae, avg(abs(o.random_walk - o.actual)) AS walk
		FROM (SELECT * FROM creditspread_internal.said_once s WHERE s.owner = m.owner AND s.model = m.model AND s.entity = series ORDER BY s.source, s.horizon, s.origin) o
		GROUP BY o.source, o.horizon) g
	ORDER BY g.horizon, g.n >= 20 DESC, g.source DESC
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_errors(creditspread_internal.dashboard_model, text) IS
	'mean absolute errors of a series beside those of the random walk: live, or of its backtest where fewer than 20 live forecasts have come true';

CREATE FUNCTION creditspread_internal.dashboard_card(c creditspread_internal.dashboard_card, x0 numeric, x1 numeric) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH listed AS (
		SELECT q.* FROM (SELECT p.horizon, p.forecast, p.lower, p.upper, e.mae, e.walk, row_number() OVER (ORDER BY p.horizon) - 1 AS number, count(*) OVER () - 1 AS last
			FROM (SELECT u.horizon, max(u.y) FILTER (WHERE u.kind = 'said') AS forecast, max(u.y) FILTER (WHERE u.kind = 'below') AS lower, max(u.y) FILTER (WHERE u.kind = 'above') AS upper
				FROM unnest(c.points) u WHERE u.horizon > 0 GROUP BY u.horizon) p
			LEFT JOIN creditspread_internal.dashboard_errors(c.m, (c.w).entity) e ON e.horizon = p.horizon) q
		WHERE q.last < 6 OR q.number = 0 OR q.number * 5 / q.last <> (q.number - 1) * 5 / q.last
	), told AS (
		SELECT l.*, creditspread_internal.dashboard_number(l.forecast, c.size) AS said,
			CASE WHEN l.lower IS NULL OR l.upper IS NULL THEN '&#8211;' ELSE creditspread_internal.dashboard_number(l.lower, c.size) || ' to ' || creditspread_internal.dashboard_number(l.upper, c.size) END AS between_them,
			CASE WHEN l.mae IS NULL THEN '&#8211;' ELSE creditspread_internal.dashboard_number(l.mae, l.walk / 10) || ' / ' || creditspread_internal.dashboard_number(l.walk, l.walk / 10) END AS errors FROM listed l
	)
	SELECT format(E'<figure class="card" data-m="%s" data-o="%s" data-v="%s" data-g="%s" data-a="%s"><figcaption>%s</figcaption><svg viewBox="0 0 260 112" role="img" aria-label="%s">%s</svg>%s</figure>\n',
		(c.m).place, (c.w).place, coalesce(round(-(c.w).move::numeric, 4), 1), coalesce(round(creditspread_internal.relative(f.mae, f.walk)::numeric, 4), 1000000), c.name_place,
		creditspread_internal.dashboard_label(c.m, (c.w).entity, 'last ' || y.said || coalesce(' ' || creditspread_internal.dashboard_name((c.m).unit), '') || ' on ' || creditspread_internal.time_text(y.t)),
		concat_ws(', ', creditspread_internal.dashboard_name(CASE (c.w).entity WHEN '' THEN (c.m).label ELSE (c.w).entity END) || ': last ' || y.said || coalesce(' ' || creditspread_internal.dashboard_name((c.m).unit), ''),
			(SELECT format('forecast %s %s ahead, interval %s', t.said, creditspread_internal.dashboard_counted(t.horizon::bigint, 'row'::text), t.between_them) FROM told t ORDER BY t.horizon DESC LIMIT 1)),
		creditspread_internal.dashboard_picture(c, x0, x1),
		(SELECT format('<table><thead><tr><th scope="col">rows</th><th scope="col" class="number">forecast</th><th scope="col" class="number">%s&#160;%% interval</th><th scope="col" class="number">MAE / walk</th></tr></thead><tbody>%s</tbody></table>',
				round((100 * (c.w).level)::numeric, 1)::double precision, string_agg(format('<tr data-h="%s"><td>%s</td><td class="number">%s</td><td class="number">%s</td><td class="number">%s</td></tr>',
					t.horizon, t.horizon, t.said, t.between_them, t.errors), '' ORDER BY t.horizon)) FROM told t HAVING count(*) > 0))
	FROM (SELECT p.t, creditspread_internal.dashboard_number(p.y, c.size) AS said FROM unnest(c.points) p WHERE p.kind = 'seen' ORDER BY p.t DESC LIMIT 1) y
	LEFT JOIN listed f ON f.number = 0
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_card(creditspread_internal.dashboard_card, numeric, numeric) IS 'a small picture with its name above and its figures below; of more than six horizons six are listed';

CREATE FUNCTION creditspread_internal.dashboard_cards(chosen creditspread_internal.dashboard_model[], watched creditspread_internal.dashboard_series[], drawn integer, history integer) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH card AS MATERIALIZED (
		SELECT c FROM creditspread_internal.dashboard_drawn(chosen, watched, drawn, history) c
	), margin AS MATERIALIZED (
		SELECT 40::numeric + 62 * coalesce(max(length(l.label)) FILTER (WHERE l.kind = 'tick'), 1) AS x0, 2550::numeric - 62 * coalesce(max(length(l.label)) FILTER (WHERE l.kind <> 'tick'), 1) AS x1
		FROM (SELECT n.kind, regexp_replace(n.label, '&#[0-9]+;', '-', 'g') AS label FROM card d, creditspread_internal.dashboard_labels(d.c) n) l
	)
	SELECT string_agg(creditspread_internal.dashboard_card(d.c, x0, x1), '' ORDER BY ((d.c).w).place) FROM card d CROSS JOIN margin
$$;
COMMENT ON FUNCTION creditspread_internal.dashboard_cards(creditspread_internal.dashboard_model[], creditspread_internal.dashboard_series[], integer, integer) IS
	'the small pictures of the first series, as many as are to be drawn; NULL without any';

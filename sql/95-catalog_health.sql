-- Quantiles of stored forecasts for reports and BI tools, and whether a model is well.
--
-- As in 91-catalog_views.sql: readable_pipelines() runs as the caller, and no plan rests on statistics.

-- ---- quantiles ----------------------------------------------------------------------------------------------------

CREATE VIEW creditspread.forecast_quantiles WITH (security_barrier) AS
SELECT p.owner, p.name AS model, f.version, k.source, f.entity, f.origin, creditspread_internal.local_date(f.origin, p.time_zone, p.in_utc) AS origin_date, f.horizon,
	f.target_time, creditspread_internal.local_date(f.target_time, p.time_zone, p.in_utc) AS target_date, round(q.quantile::numeric, 9)::double precision AS quantile, q.value, f.actual, f.actual <= q.value AS below,
	f.made_at, f.revision, CASE WHEN p.in_utc THEN 'UTC' ELSE p.time_zone END AS time_zone, p.units ->> f.query_number::text AS unit
FROM creditspread_internal.readable_pipelines() p
CROSS JOIN (VALUES ('forecast'), ('backtest')) AS k (source)
JOIN creditspread.forecast f ON f.pipeline_id = p.id AND f.source = k.source
CROSS JOIN LATERAL (SELECT 0.5::double precision AS quantile, f.forecast AS value
	UNION ALL SELECT (1 + s.sign * l.level) / 2, CASE s.sign WHEN 1 THEN l.upper ELSE l.lower END
	FROM unnest(coalesce(f.levels, ARRAY[f.level]), CASE WHEN f.levels IS NULL THEN ARRAY[f.lower] ELSE f.lowers END,
		CASE WHEN f.levels IS NULL THEN ARRAY[f.upper] ELSE f.uppers END) AS l (level, lower, upper), (VALUES (-1), (1)) AS s (sign)) q
WHERE q.value IS NOT NULL;
COMMENT ON VIEW creditspread.forecast_quantiles IS
	'quantiles of all stored forecasts, a row for each: the bounds of the intervals, and at 0.5 the forecast itself';
COMMENT ON COLUMN creditspread.forecast_quantiles.quantile IS 'the chance that the actual value is not above: 0.05 and 0.95 of the interval at level 0.9; 0.5 of the forecast itself';
COMMENT ON COLUMN creditspread.forecast_quantiles.value IS 'the quantile, in units of y';
COMMENT ON COLUMN creditspread.forecast_quantiles.below IS 'whether actual is not above it; NULL until it is known';
--@ each column: owner, model, version, source, entity, origin, origin_date, horizon, target_time, target_date, actual, made_at, revision, time_zone, unit
COMMENT ON COLUMN creditspread.forecast_quantiles.@column@ IS 'as in creditspread.forecast_vs_actual';
--@ end

CREATE VIEW creditspread.forecast_wide WITH (security_barrier) AS
SELECT p.owner, p.name AS model, f.version, k.source, f.entity, f.origin, creditspread_internal.local_date(f.origin, p.time_zone, p.in_utc) AS origin_date, f.horizon,
	f.target_time, creditspread_internal.local_date(f.target_time, p.time_zone, p.in_utc) AS target_date, f.forecast, f.random_walk, f.actual,
	q.q005, q.q025, q.q05, q.q10, q.q25, f.forecast AS q50, q.q75, q.q90, q.q95, q.q975, q.q995,
	f.made_at, f.revision, CASE WHEN p.in_utc THEN 'UTC' ELSE p.time_zone END AS time_zone, p.units ->> f.query_number::text AS unit
FROM creditspread_internal.readable_pipelines() p
CROSS JOIN (VALUES ('forecast'), ('backtest')) AS k (source)
JOIN creditspread.forecast f ON f.pipeline_id = p.id AND f.source = k.source
CROSS JOIN LATERAL (SELECT max(l.lower) FILTER (WHERE l.percent = 99) AS q005, max(l.upper) FILTER (WHERE l.percent = 99) AS q995,
		max(l.lower) FILTER (WHERE l.percent = 95) AS q025, max(l.upper) FILTER (WHERE l.percent = 95) AS q975,
		max(l.lower) FILTER (WHERE l.percent = 90) AS q05, max(l.upper) FILTER (WHERE l.percent = 90) AS q95,
		max(l.lower) FILTER (WHERE l.percent = 80) AS q10, max(l.upper) FILTER (WHERE l.percent = 80) AS q90,
		max(l.lower) FILTER (WHERE l.percent = 50) AS q25, max(l.upper) FILTER (WHERE l.percent = 50) AS q75
	FROM (SELECT round((100 * u.level)::numeric, 6) AS percent, u.lower, u.upper FROM unnest(coalesce(f.levels, ARRAY[f.level]),
		CASE WHEN f.levels IS NULL THEN ARRAY[f.lower] ELSE f.lowers END, CASE WHEN f.levels IS NULL THEN ARRAY[f.upper] ELSE f.uppers END) AS u (level, lower, upper)) l) q;
COMMENT ON VIEW creditspread.forecast_wide IS
	'all stored forecasts with quantiles as columns, from the intervals at levels 0.5, 0.8, 0.9, 0.95 and 0.99; those at other levels are in creditspread.forecast_quantiles';
--@ each column: owner, model, version, source, entity, origin, origin_date, horizon, target_time, target_date, forecast, random_walk, actual, made_at, revision, time_zone, unit
COMMENT ON COLUMN creditspread.forecast_wide.@column@ IS 'as in creditspread.forecast_vs_actual';
--@ end
COMMENT ON COLUMN creditspread.forecast_wide.q005 IS 'lower bound at level 0.99, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q025 IS 'lower bound at level 0.95, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q05 IS 'lower bound at level 0.9, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q10 IS 'lower bound at level 0.8, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q25 IS 'lower bound at level 0.5, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q50 IS 'the forecast itself, which the intervals stand around';
COMMENT ON COLUMN creditspread.forecast_wide.q75 IS 'upper bound at level 0.5, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q90 IS 'upper bound at level 0.8, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q95 IS 'upper bound at level 0.9, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q975 IS 'upper bound at level 0.95, or NULL';
COMMENT ON COLUMN creditspread.forecast_wide.q995 IS 'upper bound at level 0.99, or NULL';

-- ---- what is scheduled ----------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.cron_field(field text, lowest integer, highest integer) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	part text;
	m text[];
	numbers integer[] := '{}';
BEGIN
	IF field IS NULL THEN
		RETURN NULL;
	END IF;
	FOREACH part IN ARRAY string_to_array(field, ',') LOOP
		m := regexp_match(part, E'^(?:(\\*)|(\\d{1,2})(?:-(\\d{1,2}))?)(?:/0*([1-9]\\d?))?$');
		IF m IS NULL THEN
			RETURN NULL;
		END IF;
		numbers := numbers || ARRAY(SELECT generate_series(coalesce(m[2]::integer, lowest), coalesce(m[3]::integer, CASE WHEN m[4] IS NULL THEN m[2]::integer END, highest),
			coalesce(m[4]::integer, 1)));
	END LOOP;
	RETURN numbers;
END
$$;
COMMENT ON FUNCTION creditspread_internal.cron_field(text, integer, integer) IS
	'the numbers of a field of a cron schedule; names of days or months are not read; NULL where it is none';

-- A day fits by its place in the month or in the week where both are given, as in cron.
CREATE FUNCTION creditspread_internal.next_cron_time(schedule text, after timestamptz, zone text) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	line text := CASE lower(btrim(schedule)) WHEN '@hourly' THEN '0 * * * *' WHEN '@daily' THEN '0 0 * * *' WHEN '@midnight' THEN '0 0 * * *' WHEN '@weekly' THEN '0 0 * * 0'
		WHEN '@monthly' THEN '0 0 1 * *' WHEN '@yearly' THEN '0 0 1 1 *' WHEN '@annually' THEN '0 0 1 1 *' ELSE btrim(schedule) END;
	f text[] := regexp_split_to_array(line, E'\\s+');
	minutes integer[] := creditspread_internal.cron_field(f[1], 0, 59);
	hours integer[] := creditspread_internal.cron_field(f[2], 0, 23);
	days integer[] := CASE f[3] WHEN '$' THEN '{}' ELSE creditspread_internal.cron_field(f[3], 1, 31) END;
	months integer[] := creditspread_internal.cron_field(f[4], 1, 12);
	weekdays integer[] := creditspread_internal.cron_field(f[5], 0, 6);
	local timestamp := timezone(zone, after);
	found timestamp;
BEGIN
	IF line ~ E'^[1-5]?\\d seconds?$' THEN
		RETURN after + line::interval;
	ELSIF cardinality(f) <> 5 OR minutes IS NULL OR hours IS NULL OR days IS NULL OR months IS NULL OR weekdays IS NULL THEN
		RETURN NULL;
	END IF;
	SELECT min(d.day + make_interval(hours => h, mins => n)) INTO found
	FROM (SELECT q.day FROM generate_series(date_trunc('day', local), local + interval '1500 days', interval '1 day') AS q (day),
			LATERAL (SELECT extract(day FROM q.day)::integer = ANY (days) OR f[3] = '$' AND extract(day FROM q.day + interval '1 day') = 1 AS by_month,
				extract(dow FROM q.day)::integer = ANY (weekdays) OR extract(dow FROM q.day) = 0 AND 7 = ANY (weekdays) AS by_week) fits
		WHERE extract(month FROM q.day)::integer = ANY (months)
			AND CASE WHEN left(f[3], 1) = '*' OR left(f[5], 1) = '*' THEN fits.by_month AND fits.by_week ELSE fits.by_month OR fits.by_week END
		ORDER BY q.day LIMIT 2) d, unnest(hours) h, unnest(minutes) n
	WHERE d.day + make_interval(hours => h, mins => n) > local;
	RETURN timezone(zone, found);
END
$$;
COMMENT ON FUNCTION creditspread_internal.next_cron_time(text, timestamptz, text) IS
	'the next time of a schedule of cron after a time, within four years; NULL where there is none or the schedule is not understood';

CREATE FUNCTION creditspread_internal.cron_zone(caller oid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(current_setting('cron.timezone', true), 'GMT') $$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.cron_zone(oid) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.cron_zone(oid) IS 'the time zone of pg_cron, see cron_zone()';

CREATE FUNCTION creditspread_internal.cron_zone() RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_by_caller' LANGUAGE C STABLE;
COMMENT ON FUNCTION creditspread_internal.cron_zone() IS 'the time zone of pg_cron''s schedules, which newer versions of it show to few roles';

-- Only a table of the extension itself is read: anybody may have a schema of that name.
CREATE FUNCTION creditspread_internal.scheduled_runs(OUT owner text, OUT command text, OUT schedule text, OUT zone text) RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	jobs oid := (SELECT c.oid FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e' AND d.classid = 'pg_class'::regclass
		JOIN pg_class c ON c.oid = d.objid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE e.extname = 'pg_cron' AND n.nspname = 'cron' AND c.relname = 'job' AND c.relkind = 'r');
BEGIN
	IF jobs IS NOT NULL AND has_schema_privilege('cron', 'USAGE') AND has_table_privilege(jobs, 'SELECT') THEN
		RETURN QUERY EXECUTE 'SELECT j.username::text, j.command::text, j.schedule::text, $1 FROM cron.job j '
			'WHERE j.active AND j.database = current_database() AND j.command ~ ''creditspread'''
		USING creditspread_internal.cron_zone();
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.scheduled_runs() IS
	'active jobs of pg_cron in this database, those that the caller may see, that call the catalog: whose they are, what they run and when, in which zone; none where it is not installed';

-- ---- health ------------------------------------------------------------------------------------------------------------

-- A series is late when three of its mean spacings and a day have passed.  Of coverage, the share of an origin is that over its
-- series, whose errors go together: the spread of these shares is what chance makes, and targets of horizon h overlap.  The rows of
-- each model are found one model after the other, so that one that is asked for costs no more than it has.
CREATE VIEW creditspread.health WITH (security_barrier) AS
SELECT p.owner, p.name AS model, CASE WHEN why.errors IS NOT NULL THEN 'error' WHEN why.warnings IS NOT NULL THEN 'warning' ELSE 'ok' END AS status,
	concat_ws('; ', why.errors, why.warnings) AS reasons, m.version, d.changes IS NOT NULL AS change_pending, r.trained_at, r.forecast_at, n.next_run, n.kind AS next_run_kind,
	s.series::integer AS series, s.ended::integer AS series_ended, s.late::integer AS series_stale, s.never::integer AS series_never_forecast, x.failing::integer AS series_failing,
	s.due::bigint AS actuals_due, c.coverage, c.level, c.origins::integer AS coverage_origins,
	f.forecasts, (f.forecasts * g.size)::bigint AS forecast_bytes, r.rows_per_day::double precision AS forecasts_per_day, r.runs, r.log_rows::bigint AS log_rows, r.log_bytes::bigint AS log_bytes,
	v.versions::integer AS versions, v.bytes::bigint AS version_bytes, CASE WHEN p.in_utc THEN 'UTC' ELSE p.time_zone END AS time_zone
FROM creditspread_internal.readable_pipelines() p
JOIN creditspread.pipeline d ON d.id = p.id
LEFT JOIN creditspread.model m ON m.pipeline_id = p.id AND m.active
CROSS JOIN LATERAL (SELECT count(*) AS series, count(*) FILTER (WHERE q.ended) AS ended, count(*) FILTER (WHERE NOT q.ended AND w.patience < creditspread_internal.days_since(q.data_to, p.time_zone, p.in_utc)) AS late,
		count(*) FILTER (WHERE NOT q.ended AND NOT EXISTS (SELECT FROM creditspread.forecast f
			WHERE f.pipeline_id = p.id AND f.source = 'forecast' AND f.entity = q.entity AND f.query_number = m.query_number)) AS never,
		coalesce(sum((SELECT count(*) FROM creditspread.forecast f WHERE f.pipeline_id = p.id AND f.source = 'forecast' AND f.entity = q.entity
			AND f.actual IS NULL AND f.query_number = m.query_number AND w.patience < creditspread_internal.days_since(f.target_time, p.time_zone, p.in_utc))) FILTER (WHERE NOT q.ended), 0) AS due
	FROM creditspread.series q, LATERAL (SELECT 1 + 3 * (extract(epoch FROM q.data_to) - extract(epoch FROM q.data_from))::double precision / 86400 / greatest(q.row_count - 1, 1) AS patience) w
	WHERE q.pipeline_id = p.id) s
CROSS JOIN LATERAL (SELECT count(*) AS runs, count(*) + coalesce(sum(q.series_done), 0) AS log_rows, coalesce(sum(pg_column_size(q)), 0) + coalesce(sum(q.series_done), 0)
			* coalesce((SELECT avg(pg_column_size(a)) FROM (SELECT e.* FROM creditspread.run_series e WHERE e.run_id = max(q.id) LIMIT 100) a), 60) AS log_bytes,
		coalesce(sum(q.rows_stored) FILTER (WHERE q.kind = 'forecast' AND q.started > now() - interval '30 days'), 0)
			/ least(greatest(extract(epoch FROM now() - min(q.started)) / 86400, 1), 30) AS rows_per_day,
		max(q.ended) FILTER (WHERE q.status = 'done' AND q.kind IN ('train', 'retrain')) AS trained_at, max(q.ended) FILTER (WHERE q.status = 'done' AND q.kind = 'forecast') AS forecast_at
	FROM creditspread.run q WHERE q.pipeline_id = p.id) r
CROSS JOIN LATERAL (SELECT string_agg(e.told, '; ' ORDER BY e.id DESC) FILTER (WHERE e.part <> 'other') AS failed, string_agg(e.told, '; ') FILTER (WHERE e.part = 'other' AND e.id = e.newest) AS last_failed
	FROM (SELECT o.part, o.id, max(o.id) OVER () AS newest, CASE WHEN o.status IN ('failed', 'died') THEN format('%s %s %s UTC%s', o.kind, o.status,
				to_char(timezone('UTC', coalesce(o.ended, o.started)), 'YYYY-MM-DD HH24:MI'), coalesce(': ' || left(o.message, 500), '')) END AS told
		FROM (SELECT DISTINCT ON (g.part) g.part, q.id, q.kind, q.started, q.ended, q.message, k.status
			FROM creditspread.run q, LATERAL (SELECT CASE WHEN q.kind IN ('train', 'retrain') THEN 'train' WHEN q.kind = 'forecast' THEN 'forecast' ELSE 'other' END AS part) g,
				LATERAL (SELECT CASE WHEN q.status <> 'running' OR pg_is_in_recovery()
					OR creditspread_internal.model_lock_holder(q.pipeline_id) IS NOT DISTINCT FROM q.pid THEN q.status ELSE 'died' END AS status) k
			WHERE q.pipeline_id = p.id AND NOT (q.version IS NULL AND coalesce(q.code, '') = '55P03') AND k.status <> 'running' ORDER BY g.part, q.id DESC) o) e) l
CROSS JOIN LATERAL (SELECT count(*) AS failing FROM (SELECT e.entity FROM (SELECT q.id FROM creditspread.run q WHERE q.pipeline_id = p.id AND q.kind IN ('train', 'retrain', 'forecast')
			AND q.status <> 'running' AND q.series_done > 0 ORDER BY q.id DESC LIMIT 3) q
		JOIN creditspread.run_series e ON e.run_id = q.id GROUP BY e.entity HAVING count(*) = 3 AND bool_and(e.status = 'failed')) a) x
LEFT JOIN LATERAL (SELECT o.coverage, o.level, o.origins, (o.coverage - o.level) * sqrt(o.origins::double precision / m.horizons[1])
		/ nullif(greatest(o.deviation, sqrt(o.level * (1 - o.level) / o.series)), 0) AS z
	FROM (SELECT avg(t.share) AS coverage, round(avg(t.level)::numeric, 9)::double precision AS level, count(*) AS origins, stddev_samp(t.share) AS deviation, max(t.series) AS series
		FROM (SELECT q.origin, avg(q.inside::integer)::double precision AS share, avg(q.level) AS level, count(*) AS series
			FROM (SELECT e.entity FROM creditspread.series e WHERE e.pipeline_id = p.id AND NOT e.ended ORDER BY e.entity LIMIT 200) e
			CROSS JOIN LATERAL (SELECT f.origin, f.actual BETWEEN f.lower AND f.upper AS inside, f.level FROM creditspread.forecast f
				WHERE f.pipeline_id = p.id AND f.source = 'forecast' AND f.entity = e.entity AND f.horizon = m.horizons[1] AND f.revision = 0 AND NOT f.hindsight
					AND f.query_number = m.query_number AND f.actual IS NOT NULL AND f.lower <= f.upper ORDER BY f.origin DESC LIMIT 60) q
			GROUP BY q.origin ORDER BY q.origin DESC LIMIT 60) t) o WHERE o.origins > 0) c ON true
CROSS JOIN LATERAL (SELECT count(*) AS versions, coalesce(sum((SELECT sum(pg_column_size(a)) FROM creditspread.artifact a WHERE a.model_id = q.id)), 0) AS bytes,
		max((SELECT count(*) FROM creditspread.artifact a WHERE a.model_id = q.id AND a.status <> 'ready')) FILTER (WHERE q.active) AS unfit
	FROM creditspread.model q WHERE q.pipeline_id = p.id) v
CROSS JOIN LATERAL (SELECT count(*) AS forecasts FROM creditspread.forecast q WHERE q.pipeline_id = p.id) f
CROSS JOIN LATERAL (SELECT avg(pg_column_size(q)) AS size FROM (SELECT e.* FROM creditspread.forecast e WHERE e.pipeline_id = p.id LIMIT 100) q) g
LEFT JOIN LATERAL (SELECT creditspread_internal.next_cron_time(j.schedule, now(), j.zone) AS next_run, (regexp_match(j.command, E'creditspread\\s*\\.\\s*([a-z_]+)'))[1] AS kind
	FROM creditspread_internal.scheduled_runs() j WHERE j.owner = p.owner AND strpos(j.command, quote_literal(p.name)) > 0 ORDER BY next_run LIMIT 1) n ON true
CROSS JOIN LATERAL (SELECT nullif(concat_ws('; ', l.failed), '') AS errors, nullif(concat_ws('; ', CASE WHEN m.id IS NULL AND l.failed IS NULL THEN 'no version is trained' END, l.last_failed,
	CASE WHEN s.late > 0 THEN format('no new rows of %s of %s series', s.late, s.series) END,
	CASE WHEN m.id IS NOT NULL AND s.never > 0 THEN format('no forecast of %s of %s series', s.never, s.series) END,
	CASE WHEN x.failing > 0 THEN format('%s series failed in each of the last three runs', x.failing) END,
	CASE WHEN v.unfit > 0 THEN format('version %s has no fit of its own of %s series', m.version, v.unfit) END,
	CASE WHEN s.due > 0 THEN format('no actual value yet of %s forecasts', s.due) END,
	CASE WHEN c.origins >= 20 AND abs(c.z) > 3 AND abs(c.coverage - c.level) >= 0.03
		THEN format('intervals at level %s covered %s of the last %s origins', c.level, round(c.coverage::numeric, 3), c.origins) END), '') AS warnings) why;
COMMENT ON VIEW creditspread.health IS
	'whether models are well: a row for each, with what is wrong, how much is stored of it and when it runs next';
COMMENT ON COLUMN creditspread.health.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.health.model IS 'name of the model';
COMMENT ON COLUMN creditspread.health.status IS 'error: the last training or forecast failed; warning: something else is to be looked at; ok';
COMMENT ON COLUMN creditspread.health.reasons IS 'why it is not ok, errors first; empty if it is';
COMMENT ON COLUMN creditspread.health.version IS 'active version; NULL without one';
COMMENT ON COLUMN creditspread.health.change_pending IS 'whether alter_model changed what no retrain has taken yet';
COMMENT ON COLUMN creditspread.health.trained_at IS 'when a training was complete last, of those in the log';
COMMENT ON COLUMN creditspread.health.forecast_at IS 'when a forecast was complete last, of those in the log';
COMMENT ON COLUMN creditspread.health.next_run IS 'when pg_cron runs it next, by the owner''s jobs in this database that the caller may see and that give its name as a plain literal; NULL without';
COMMENT ON COLUMN creditspread.health.next_run_kind IS 'what is run then: forecast, retrain, ...';
COMMENT ON COLUMN creditspread.health.series IS 'series that the query has given';
COMMENT ON COLUMN creditspread.health.series_ended IS 'of these have ended';
COMMENT ON COLUMN creditspread.health.series_stale IS 'had no new row, when the query was run last, for three of their mean spacings and a day';
COMMENT ON COLUMN creditspread.health.series_never_forecast IS 'have no forecast by the query of the active version, though they have not ended';
COMMENT ON COLUMN creditspread.health.series_failing IS 'failed in each of the last three trainings and forecasts';
COMMENT ON COLUMN creditspread.health.actuals_due IS 'forecasts of series that have not ended whose actual value should be known by now';
COMMENT ON COLUMN creditspread.health.coverage IS 'share of the actual values inside of their interval, over the last 60 origins at the shortest horizon, of at most 200 series; NULL without';
COMMENT ON COLUMN creditspread.health.level IS 'share that these intervals aim at';
COMMENT ON COLUMN creditspread.health.coverage_origins IS 'origins that coverage is of; a warning takes 20, and three standard errors';
COMMENT ON COLUMN creditspread.health.forecasts IS 'rows in creditspread.forecast, backtests among them';
COMMENT ON COLUMN creditspread.health.forecast_bytes IS 'their bytes, by the size of a hundred of them; indexes take about as much again';
COMMENT ON COLUMN creditspread.health.forecasts_per_day IS 'rows that forecasts added per day, over the last 30 days or since the first run in the log';
COMMENT ON COLUMN creditspread.health.runs IS 'runs in the log';
COMMENT ON COLUMN creditspread.health.log_rows IS 'rows of the log: runs, and of each its series';
COMMENT ON COLUMN creditspread.health.log_bytes IS 'their bytes, by the size of a hundred of them';
COMMENT ON COLUMN creditspread.health.versions IS 'versions that are kept';
COMMENT ON COLUMN creditspread.health.version_bytes IS 'bytes of what they learnt';
COMMENT ON COLUMN creditspread.health.time_zone IS 'zone of the model''s times: UTC where the query gives timestamptz';

GRANT SELECT ON creditspread.forecast_quantiles, creditspread.forecast_wide, creditspread.health TO PUBLIC;

-- forecast and update_actuals: the forecasts of the last rows, the times they are for, and what came true.

-- Times are expected from the calendar, or from the last 300 rows: months, business days (no weekend among them), else the median spacing.
CREATE FUNCTION creditspread_internal.target_times(m creditspread.model, in_unit text,
	OUT entity text, OUT origin timestamp, OUT horizon integer, OUT target_time timestamp)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF m.calendar IS NOT NULL THEN
		RETURN QUERY SELECT l.entity, l.origin, h, coalesce((SELECT c.day FROM pg_temp.creditspread_calendar c WHERE c.day > l.origin::date
				ORDER BY c.day OFFSET h - 1 LIMIT 1), creditspread_internal.refuse(
				format('forecast: the calendar has no %s days after %s, the origin', h, l.origin::date), 'Extend the calendar.'::text, '22023'::text)::date)
				+ (l.origin - date_trunc('day', l.origin))
			FROM (SELECT r.entity, max(r."time") AS origin FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit AND r.y IS NOT NULL
				GROUP BY r.entity) l, unnest(m.horizons) h;
		RETURN;
	END IF;
	RETURN QUERY SELECT s.entity, s.origin, h, CASE
			WHEN s.gap >= interval '27 days' AND s.varying AND s.month_ends THEN
				date_trunc('month', s.origin) + (h * s.months + 1) * interval '1 month' - interval '1 day' + (s.origin - date_trunc('day', s.origin))
			WHEN s.gap >= interval '27 days' AND s.varying THEN s.origin + h * s.months * interval '1 month'
			WHEN s.gap BETWEEN interval '20 hours' AND interval '28 hours' AND s.weekdays THEN
				s.origin + (h + 2 * ((extract(isodow FROM s.origin)::integer - 1 + h) / 5)) * interval '1 day'
			ELSE s.origin + h * coalesce(s.gap, interval '1 day') END
		FROM (SELECT g.entity, max(g."time") FILTER (WHERE g.y IS NOT NULL) AS origin,
				percentile_disc(0.5) WITHIN GROUP (ORDER BY g.gap) AS gap, min(g.gap) < max(g.gap) AS varying,
				round(percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM g.gap)) / (86400 * 30.436875))::integer AS months,
				bool_and(extract(isodow FROM g."time") < 6) AND count(*) > 5 AS weekdays,
				bool_and(extract(day FROM g."time" + interval '1 day') = 1) AS month_ends
			FROM (SELECT r.entity, r."time", r.y, r."time" - lag(r."time") OVER (PARTITION BY r.entity ORDER BY r.place) AS gap,
					max(r.place) OVER (PARTITION BY r.entity) - r.place AS back
				FROM pg_temp.creditspread_rows r WHERE r.unit = in_unit) g
			WHERE g.back < 300 GROUP BY g.entity) s, unnest(m.horizons) h
		WHERE s.origin IS NOT NULL;
END
$$;
COMMENT ON FUNCTION creditspread_internal.target_times(creditspread.model, text) IS
	'for each series of a unit its last row with a value, and the times expected at the horizons after it; error 22023 if the calendar ends before';

-- A name may get another query, of other data: what that gives is not what the versions before it forecast.
CREATE FUNCTION creditspread_internal.fill_actuals(m creditspread.model) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	filled bigint;
BEGIN
	UPDATE creditspread.forecast f SET actual = t.y, target_time = t."time"
	FROM pg_temp.creditspread_rows o JOIN pg_temp.creditspread_rows t ON t.unit = o.unit AND t.entity = o.entity
	WHERE f.owner = current_user AND f.model = m.name AND f.actual IS NULL AND o.entity = f.entity AND o."time" = f.origin
		AND t.place = o.place + f.horizon AND abs(t.y) < 1e150
		AND (o.y = f.random_walk OR EXISTS (SELECT FROM creditspread.model q WHERE q.owner = f.owner AND q.name = f.model
			AND q.version = f.version AND q.query = m.query AND q.search_path = m.search_path));
	GET DIAGNOSTICS filled = ROW_COUNT;
	RETURN filled;
END
$$;
COMMENT ON FUNCTION creditspread_internal.fill_actuals(creditspread.model) IS
	'fills in what has come true of a model''s forecasts: value and time of the row that stands horizon rows after the origin; only of versions with the same query, or where the origin has the value that the forecast knew; returns their number';

CREATE FUNCTION creditspread_internal.prepare_forecast(r creditspread.run) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
	filled bigint;
BEGIN
	SELECT * INTO STRICT m FROM creditspread.model q WHERE q.owner = current_user AND q.name = r.model AND q.version = r.version;
	m := creditspread_internal.read_rows(m);
	filled := creditspread_internal.fill_actuals(m);
	IF r.kind = 'update_actuals' THEN
		UPDATE creditspread.run q SET rows_stored = filled WHERE q.id = r.id;
		RETURN;
	ELSIF r.kind = 'backtest' THEN
		PERFORM creditspread_internal.prepare_backtest();
	END IF;
	INSERT INTO creditspread.run_series (run_id, entity, status)
	SELECT r.id, u.unit, 'pending' FROM (SELECT q.unit FROM pg_temp.creditspread_rows q
		UNION SELECT a.entity FROM creditspread.artifact a WHERE a.model_id = m.id) u;
END
$$;
COMMENT ON FUNCTION creditspread_internal.prepare_forecast(creditspread.run) IS
	'reads the data of a run of forecast, backtest or update_actuals and fills in what has come true';

CREATE FUNCTION creditspread_internal.forecast_series(r creditspread.run, m creditspread.model, in_unit text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a creditspread.artifact;
	stored bigint;
BEGIN
	SELECT * INTO a FROM creditspread.artifact q WHERE q.model_id = m.id AND q.entity = in_unit AND q.status = 'ready';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'forecast: version % has no fit of this series', m.version
			USING ERRCODE = '55000', HINT = 'CALL creditspread.retrain fits the series that the query gives now.';
	END IF;
	INSERT INTO creditspread.forecast (model, version, source, entity, origin, horizon, target_time, forecast, lower, upper, level,
		random_walk, made_at, run_id)
	SELECT m.name, m.version, 'forecast', f.entity, f.origin, f.horizon, t.target_time, f.forecast, f.lower, f.upper, m.level,
		f.random_walk, clock_timestamp(), r.id
	FROM (SELECT q.* FROM creditspread_internal.target_times(m, in_unit) q OFFSET 0) t
	JOIN creditspread_internal.forecast_rows(m, in_unit, a.artifact, a.widths,
		(SELECT min(l.origin) FROM (SELECT max(q."time") AS origin FROM pg_temp.creditspread_rows q
			WHERE q.unit = in_unit AND q.y IS NOT NULL GROUP BY q.entity) l), timestamp 'infinity') f
		ON f.entity = t.entity AND f.origin = t.origin AND f.horizon = t.horizon
	ON CONFLICT (owner, model, version, source, entity, origin, horizon) DO UPDATE SET target_time = excluded.target_time,
		forecast = excluded.forecast, lower = excluded.lower, upper = excluded.upper, level = excluded.level,
		random_walk = excluded.random_walk, actual = NULL, made_at = excluded.made_at, run_id = excluded.run_id;
	GET DIAGNOSTICS stored = ROW_COUNT;
	IF stored = 0 THEN
		RAISE EXCEPTION 'forecast: no forecast can be made on the last row' USING ERRCODE = '22023',
			HINT = 'The series needs rows, and as many before the last one as the method looks back.';
	END IF;
	RETURN stored;
END
$$;
COMMENT ON FUNCTION creditspread_internal.forecast_series(creditspread.run, creditspread.model, text) IS
	'stores the forecasts made on the last row of each series of a unit; returns their number';

CREATE FUNCTION creditspread_internal.start_forecast(name text, kind text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m creditspread.model;
BEGIN
	m := creditspread_internal.active_model(name, kind);
	RETURN creditspread_internal.start_run(kind, m.name, m.version, '{}'::jsonb);
END
$$;
COMMENT ON FUNCTION creditspread_internal.start_forecast(text, text) IS 'begins a run of forecast or update_actuals with the active version';

CREATE PROCEDURE creditspread.forecast(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.start_forecast(name, 'forecast'::pg_catalog.text));
END
$$;
COMMENT ON PROCEDURE creditspread.forecast(text) IS
	'runs the query of a model again and stores the forecasts of its active version made on the last row of each series, in creditspread.forecast; fills in what has come true of earlier ones; errors: no such model 42704, it is worked on 55P03, a feature is missing 42703, inside a transaction block 2D000';

CREATE PROCEDURE creditspread.update_actuals(name text)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL creditspread_internal.carry_out_run(creditspread_internal.start_forecast(name, 'update_actuals'::pg_catalog.text));
END
$$;
COMMENT ON PROCEDURE creditspread.update_actuals(text) IS
	'runs the query of a model again and fills in what has come true of its stored forecasts, as forecast and retrain do too; errors as of forecast';

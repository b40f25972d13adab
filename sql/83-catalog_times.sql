-- The times that are forecast: months, business days, or what the spacing of the last rows tells.

CREATE FUNCTION creditspread_internal.to_local(t timestamp, zone text, in_utc boolean) RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN in_utc THEN timezone(zone, timezone('UTC', t)) ELSE t END;
COMMENT ON FUNCTION creditspread_internal.to_local(timestamp, text, boolean) IS 'a stored time as clocks of the model''s zone show it';

CREATE FUNCTION creditspread_internal.from_local(t timestamp, zone text, in_utc boolean) RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN in_utc THEN timezone('UTC', timezone(zone, t)) ELSE t END;
COMMENT ON FUNCTION creditspread_internal.from_local(timestamp, text, boolean) IS 'the stored time of what clocks of the model''s zone show';

CREATE FUNCTION creditspread_internal.calendar_times(m creditspread.model, from_unit integer, to_unit integer,
	OUT entity_number integer, OUT horizon integer, OUT target_time timestamp)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	in_utc boolean := creditspread_internal.in_utc(m.time_type);
	days date[] := ARRAY(SELECT c.day FROM pg_temp.creditspread_calendar c ORDER BY c.day);
BEGIN
	RETURN QUERY SELECT o.entity_number, h, creditspread_internal.from_local(coalesce(days[width_bucket(o.local::date, days) + h], creditspread_internal.refuse(
			format('forecast: the calendar has no %s days after %s, the origin', h, o.local::date), 'Extend the calendar.'::text, '22023'::text)::date)
			+ (o.local - date_trunc('day', o.local)), m.time_zone, in_utc)
		FROM (SELECT s.entity_number, creditspread_internal.to_local(s.origin, m.time_zone, in_utc) AS local
			FROM pg_temp.creditspread_series s WHERE s.unit_number BETWEEN from_unit AND to_unit AND s.origin IS NOT NULL AND NOT s.ended) o, unnest(m.horizons) h;
END
$$;
COMMENT ON FUNCTION creditspread_internal.calendar_times(creditspread.model, integer, integer) IS
	'the days of the calendar at the horizons after the origin of each series; error 22023 if it ends before';

-- On which day of their months rows lie.  A month whose last weekday is a holiday has its row earlier, so some rows may lie elsewhere.
CREATE FUNCTION creditspread_internal.day_of_months(days date[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN bool_and(extract(day FROM d + 1) = 1) THEN 'last day'
		WHEN count(*) <= 5 OR count(DISTINCT extract(day FROM d)) = 1 THEN 'same day'
		WHEN count(*) FILTER (WHERE weekday < 6 AND extract(day FROM d + CASE weekday WHEN 5 THEN 3 ELSE 1 END) <= CASE weekday WHEN 5 THEN 3 ELSE 1 END) >= 0.8 * count(*) THEN 'last weekday'
		WHEN count(*) FILTER (WHERE weekday < 6 AND extract(day FROM d) <= CASE weekday WHEN 1 THEN 3 ELSE 1 END) >= 0.8 * count(*) THEN 'first weekday'
		ELSE 'same day' END
	FROM (SELECT d, extract(isodow FROM d)::integer AS weekday FROM unnest(days) AS d) AS given
$$;
COMMENT ON FUNCTION creditspread_internal.day_of_months(date[]) IS 'on which day of their months days lie: last day, last weekday, first weekday or same day';

CREATE FUNCTION creditspread_internal.months_later(t timestamp, months integer, on_day text) RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE on_day WHEN 'last day' THEN last + (t - date_trunc('day', t))
		WHEN 'last weekday' THEN last - greatest(extract(isodow FROM last)::integer - 5, 0) * interval '1 day' + (t - date_trunc('day', t))
		WHEN 'first weekday' THEN first + CASE extract(isodow FROM first) WHEN 6 THEN interval '2 days' WHEN 7 THEN interval '1 day' ELSE interval '0' END + (t - date_trunc('day', t))
		ELSE t + months * interval '1 month' END
	FROM (SELECT f, f + interval '1 month' - interval '1 day' FROM (SELECT date_trunc('month', t) + months * interval '1 month' AS f) AS begins) AS month (first, last)
$$;
COMMENT ON FUNCTION creditspread_internal.months_later(timestamp, integer, text) IS 'the time so many months later, on the day that day_of_months tells';

-- What the last rows tell: months, business days (no weekend among them), else the median spacing.  Below a day it is time that
-- has passed which counts; from a day on, what clocks show.
CREATE FUNCTION creditspread_internal.target_times(m creditspread.model, from_unit integer, to_unit integer,
	OUT entity_number integer, OUT horizon integer, OUT target_time timestamp)
RETURNS SETOF record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	in_utc boolean := creditspread_internal.in_utc(m.time_type);
BEGIN
	IF m.calendar IS NOT NULL THEN
		RETURN QUERY SELECT * FROM creditspread_internal.calendar_times(m, from_unit, to_unit);
		RETURN;
	END IF;
	RETURN QUERY SELECT t.entity_number, h, CASE WHEN t.gap < interval '20 hours' THEN t.origin + h * t.gap
			ELSE creditspread_internal.from_local(CASE
				WHEN t.gap >= interval '27 days' AND t.varying THEN creditspread_internal.months_later(t.local, h * t.months, t.on_day)
				WHEN t.gap <= interval '28 hours' AND t.weekdays THEN
					t.local + (h + 2 * ((extract(isodow FROM t.local)::integer - 1 + h) / 5)) * interval '1 day'
				ELSE t.local + h * coalesce(t.gap, interval '1 day') END, m.time_zone, in_utc) END
		FROM (SELECT s.entity_number, s.origin, creditspread_internal.to_local(s.origin, m.time_zone, in_utc) AS local, g.*,
				round(extract(epoch FROM g.gap) / (86400 * 30.436875))::integer AS months,
				CASE WHEN g.gap >= interval '27 days' THEN creditspread_internal.day_of_months(ARRAY(SELECT creditspread_internal.to_local(r."time", m.time_zone, in_utc)::date
					FROM pg_temp.creditspread_rows r WHERE r.entity_number = s.entity_number AND r.place > s.row_count - 60 AND r.place <= s.row_count)) END AS on_day
			FROM pg_temp.creditspread_series s, LATERAL (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY l.gap) AS gap, min(l.gap) < max(l.gap) AS varying,
					bool_and((l."time"::date - date '4000-01-01 BC') % 7 < 5) AND count(*) > 5 AS weekdays
				FROM (SELECT v."time", v."time" - lag(v."time") OVER (ORDER BY v.place) AS gap FROM (
						SELECT r.place, creditspread_internal.to_local(r."time", m.time_zone, in_utc) AS "time" FROM pg_temp.creditspread_rows r
						WHERE r.entity_number = s.entity_number AND r.place > s.row_count - 60 AND r.place <= s.row_count) v) l) g
			WHERE s.unit_number BETWEEN from_unit AND to_unit AND s.origin IS NOT NULL AND NOT s.ended) t, unnest(m.horizons) h;
END
$$;
COMMENT ON FUNCTION creditspread_internal.target_times(creditspread.model, integer, integer) IS
	'the times expected at the horizons after the last row with a value, for each series of the units from one number to another; error 22023 if the calendar ends before';

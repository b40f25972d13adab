-- Views of the catalog for reports and BI tools: plain types, no NaN, and each caller sees what he may read.
--
-- Functions in a view run as its caller, so readable_pipelines() gives what he may read, though the tables are read with the
-- rights of the view's owner.  No plan rests on statistics, which rows of this evening do not have yet: each model's or
-- series' rows are found by the key of the table from those few rows.

-- Times near the ends of what a timestamp can be have no local time.
CREATE FUNCTION creditspread_internal.local_date(t timestamp, zone text, in_utc boolean) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN in_utc AND t BETWEEN timestamp '4700-01-01 BC' AND timestamp '294000-01-01'
	THEN timezone(zone, timezone('UTC', t)) ELSE t END::date;
COMMENT ON FUNCTION creditspread_internal.local_date(timestamp, text, boolean) IS 'the date that a stored time of a model has in its time zone';

CREATE FUNCTION creditspread_internal.days_since(t timestamp, zone text, in_utc boolean) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (extract(epoch FROM now()) - extract(epoch FROM CASE WHEN in_utc OR t NOT BETWEEN timestamp '4700-01-01 BC' AND timestamp '294000-01-01'
	THEN timezone('UTC', t) ELSE timezone(zone, t) END))::double precision / 86400;
COMMENT ON FUNCTION creditspread_internal.days_since(timestamp, text, boolean) IS 'days from a stored time of a model to now';

CREATE VIEW creditspread.model_overview WITH (security_barrier) AS
SELECT p.owner, p.name AS model, m.version, m.method, m.active, m.status, m.trained_at, m.data_from, m.data_to,
	least(m.row_count, 2147483647)::integer AS rows, coalesce(a.entities, 0)::integer AS entities, coalesce(a.failed, 0)::integer AS failed, coalesce(a.stale, 0)::integer AS stale,
	array_to_string(m.horizons, ', ') AS horizons, array_to_string(m.features, ', ') AS features, m.options::text AS options, m.level,
	m.validation_mae AS mae, m.validation_random_walk_mae AS random_walk_mae,
	m.validation_rmse AS rmse, m.validation_random_walk_rmse AS random_walk_rmse,
	1 - CASE WHEN m.validation_mae BETWEEN 1e-150 AND 1e150 AND m.validation_random_walk_mae BETWEEN 1e-150 AND 1e150
		THEN m.validation_mae / m.validation_random_walk_mae WHEN m.validation_mae = 0 AND m.validation_random_walk_mae > 0 THEN 0 END AS gain,
	m.extension_version, m.time_zone, m.promote, p.units ->> m.query_number::text AS unit, p.description
FROM creditspread_internal.readable_pipelines() p
JOIN creditspread.model m ON m.pipeline_id = p.id
CROSS JOIN LATERAL (SELECT count(*) AS entities, count(*) FILTER (WHERE q.status = 'failed') AS failed, count(*) FILTER (WHERE q.status = 'stale') AS stale
	FROM creditspread.artifact q WHERE q.model_id = m.id) a;
COMMENT ON VIEW creditspread.model_overview IS
	'versions of models: what they are and how good they were in validation';
COMMENT ON COLUMN creditspread.model_overview.owner IS 'role that the model is of';
COMMENT ON COLUMN creditspread.model_overview.model IS 'name of the model';
COMMENT ON COLUMN creditspread.model_overview.version IS 'version, counted from 1';
COMMENT ON COLUMN creditspread.model_overview.method IS 'method, as in creditspread.method';
COMMENT ON COLUMN creditspread.model_overview.active IS 'whether forecasts are made with this version';
COMMENT ON COLUMN creditspread.model_overview.status IS 'training or ready';
COMMENT ON COLUMN creditspread.model_overview.trained_at IS 'when the training was complete';
COMMENT ON COLUMN creditspread.model_overview.data_from IS 'first time of the data';
COMMENT ON COLUMN creditspread.model_overview.data_to IS 'last time of the data';
COMMENT ON COLUMN creditspread.model_overview.rows IS 'rows of the data';
COMMENT ON COLUMN creditspread.model_overview.entities IS 'fits: one for each series, or one for all';
COMMENT ON COLUMN creditspread.model_overview.failed IS 'fits that failed';
COMMENT ON COLUMN creditspread.model_overview.stale IS 'fits that failed, where that of an earlier version serves on';
COMMENT ON COLUMN creditspread.model_overview.horizons IS 'rows ahead';
COMMENT ON COLUMN creditspread.model_overview.features IS 'names of the features';
COMMENT ON COLUMN creditspread.model_overview.options IS 'options of the method';
COMMENT ON COLUMN creditspread.model_overview.level IS 'coverage that the intervals aim at';
COMMENT ON COLUMN creditspread.model_overview.mae IS 'mean absolute error in validation, in units of y';
COMMENT ON COLUMN creditspread.model_overview.random_walk_mae IS 'that of the random walk on the same rows';
COMMENT ON COLUMN creditspread.model_overview.rmse IS 'root mean squared error in validation, in units of y';
COMMENT ON COLUMN creditspread.model_overview.random_walk_rmse IS 'that of the random walk on the same rows';
COMMENT ON COLUMN creditspread.model_overview.gain IS 'share of the random walk''s mae that the model saves; negative when it is worse';
COMMENT ON COLUMN creditspread.model_overview.extension_version IS 'version of the extension that trained it';
COMMENT ON COLUMN creditspread.model_overview.time_zone IS 'time zone in which its days are counted';
COMMENT ON COLUMN creditspread.model_overview.promote IS 'when a new version becomes active: complete, always or if_better';
COMMENT ON COLUMN creditspread.model_overview.unit IS 'unit of y, as train or alter_model was given it, or NULL';
COMMENT ON COLUMN creditspread.model_overview.description IS 'what the model is for, as train or alter_model was given it, or NULL';

CREATE VIEW creditspread.forecast_vs_actual WITH (security_barrier) AS
SELECT p.owner, p.name AS model, f.version, k.source, f.entity, f.origin, creditspread_internal.local_date(f.origin, p.time_zone, p.in_utc) AS origin_date, f.horizon,
	f.target_time, creditspread_internal.local_date(f.target_time, p.time_zone, p.in_utc) AS target_date, f.forecast, f.lower, f.upper, f.level, f.random_walk, f.actual,
	f.forecast - f.actual AS error, f.random_walk - f.actual AS random_walk_error,
	f.actual BETWEEN f.lower AND f.upper AS inside_interval, f.made_at, f.revision, f.first_actual, f.first_known_at, f.run_id,
	f.query_number, CASE WHEN p.in_utc THEN 'UTC' ELSE p.time_zone END AS time_zone, p.units ->> f.query_number::text AS unit, f.hindsight
FROM creditspread_internal.readable_pipelines() p
CROSS JOIN (VALUES ('forecast'), ('backtest')) AS k (source)
JOIN creditspread.forecast f ON f.pipeline_id = p.id AND f.source = k.source;
COMMENT ON VIEW creditspread.forecast_vs_actual IS
	'all stored forecasts beside what came true';
COMMENT ON COLUMN creditspread.forecast_vs_actual.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.forecast_vs_actual.model IS 'name of the model';
COMMENT ON COLUMN creditspread.forecast_vs_actual.version IS 'version that made the forecast';
COMMENT ON COLUMN creditspread.forecast_vs_actual.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.forecast_vs_actual.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.forecast_vs_actual.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast_vs_actual.origin_date IS 'its date in the model''s time zone';
COMMENT ON COLUMN creditspread.forecast_vs_actual.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast_vs_actual.target_time IS 'time that is forecast; expected until the row is known';
COMMENT ON COLUMN creditspread.forecast_vs_actual.target_date IS 'its date in the model''s time zone';
COMMENT ON COLUMN creditspread.forecast_vs_actual.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast_vs_actual.lower IS 'lower bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_vs_actual.upper IS 'upper bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_vs_actual.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast_vs_actual.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast_vs_actual.actual IS 'what came true, as the data say it now; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast_vs_actual.error IS 'forecast less actual';
COMMENT ON COLUMN creditspread.forecast_vs_actual.random_walk_error IS 'random walk less actual';
COMMENT ON COLUMN creditspread.forecast_vs_actual.inside_interval IS 'whether actual lies between lower and upper';
COMMENT ON COLUMN creditspread.forecast_vs_actual.made_at IS 'when the forecast was made';
COMMENT ON COLUMN creditspread.forecast_vs_actual.revision IS
	'0 is what was said first; 1, 2, ... what the same version said later from the same origin';
COMMENT ON COLUMN creditspread.forecast_vs_actual.first_actual IS 'the value that was known first';
COMMENT ON COLUMN creditspread.forecast_vs_actual.first_known_at IS 'when it was first known';
COMMENT ON COLUMN creditspread.forecast_vs_actual.run_id IS 'run that made it';
COMMENT ON COLUMN creditspread.forecast_vs_actual.query_number IS 'the same for all versions of a model with the same query';
COMMENT ON COLUMN creditspread.forecast_vs_actual.time_zone IS 'zone of origin and target_time: UTC where the query gives timestamptz';
COMMENT ON COLUMN creditspread.forecast_vs_actual.unit IS 'unit of y, or NULL';
COMMENT ON COLUMN creditspread.forecast_vs_actual.hindsight IS
	'whether it was made as of a time before the last row that its version was trained on: no measure of accuracy counts it';

CREATE VIEW creditspread.forecast_interval WITH (security_barrier) AS
SELECT p.owner, p.name AS model, f.version, k.source, f.entity, f.origin, creditspread_internal.local_date(f.origin, p.time_zone, p.in_utc) AS origin_date, f.horizon,
	f.target_time, creditspread_internal.local_date(f.target_time, p.time_zone, p.in_utc) AS target_date, l.level, f.forecast, l.lower, l.upper, f.actual,
	f.actual BETWEEN l.lower AND l.upper AS inside_interval, f.made_at, f.revision, CASE WHEN p.in_utc THEN 'UTC' ELSE p.time_zone END AS time_zone, p.units ->> f.query_number::text AS unit
FROM creditspread_internal.readable_pipelines() p
CROSS JOIN (VALUES ('forecast'), ('backtest')) AS k (source)
JOIN creditspread.forecast f ON f.pipeline_id = p.id AND f.source = k.source
CROSS JOIN LATERAL unnest(coalesce(f.levels, ARRAY[f.level]), CASE WHEN f.levels IS NULL THEN ARRAY[f.lower] ELSE f.lowers END,
	CASE WHEN f.levels IS NULL THEN ARRAY[f.upper] ELSE f.uppers END) AS l (level, lower, upper)
WHERE l.lower IS NOT NULL AND l.upper IS NOT NULL;
COMMENT ON VIEW creditspread.forecast_interval IS
	'the intervals of all stored forecasts, a row for each level';
COMMENT ON COLUMN creditspread.forecast_interval.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast_interval.lower IS 'its lower bound';
COMMENT ON COLUMN creditspread.forecast_interval.upper IS 'its upper bound';
--@ each column: owner, model, version, source, entity, origin, origin_date, horizon, target_time, target_date, forecast, actual, inside_interval, made_at, revision, time_zone, unit
COMMENT ON COLUMN creditspread.forecast_interval.@column@ IS 'as in creditspread.forecast_vs_actual';
--@ end

CREATE VIEW creditspread.forecast_latest WITH (security_barrier) AS
SELECT p.owner, p.name AS model, f.version, s.entity, f.origin, creditspread_internal.local_date(f.origin, p.time_zone, p.in_utc) AS origin_date, f.horizon,
	f.target_time, creditspread_internal.local_date(f.target_time, p.time_zone, p.in_utc) AS target_date, f.forecast, f.lower, f.upper, f.level,
	f.random_walk, f.actual, f.made_at, f.revision, CASE WHEN p.in_utc THEN 'UTC' ELSE p.time_zone END AS time_zone, s.ended,
	p.units ->> f.query_number::text AS unit
FROM creditspread_internal.readable_pipelines() p
LEFT JOIN creditspread.model a ON a.pipeline_id = p.id AND a.active
JOIN creditspread.series s ON s.pipeline_id = p.id
CROSS JOIN LATERAL (SELECT q.origin FROM creditspread.forecast q
	WHERE q.pipeline_id = s.pipeline_id AND q.source = 'forecast' AND q.entity = s.entity AND q.query_number = coalesce(a.query_number, q.query_number)
	ORDER BY q.origin DESC LIMIT 1) l
CROSS JOIN LATERAL (SELECT q.version FROM creditspread.forecast q
	WHERE q.pipeline_id = s.pipeline_id AND q.source = 'forecast' AND q.entity = s.entity AND q.origin = l.origin
		AND q.query_number = coalesce(a.query_number, q.query_number)
	ORDER BY q.version IS NOT DISTINCT FROM a.version DESC, q.version DESC LIMIT 1) v
CROSS JOIN LATERAL (SELECT DISTINCT ON (q.horizon) q.* FROM creditspread.forecast q
	WHERE q.pipeline_id = s.pipeline_id AND q.source = 'forecast' AND q.entity = s.entity AND q.origin = l.origin AND q.version = v.version
	ORDER BY q.horizon, q.revision DESC) f;
COMMENT ON VIEW creditspread.forecast_latest IS
	'the forecasts of the last origin of each series, by the active version if it has made some, as it said them last';
COMMENT ON COLUMN creditspread.forecast_latest.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.forecast_latest.model IS 'name of the model';
COMMENT ON COLUMN creditspread.forecast_latest.version IS 'version that made the forecast';
COMMENT ON COLUMN creditspread.forecast_latest.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.forecast_latest.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast_latest.origin_date IS 'its date in the model''s time zone';
COMMENT ON COLUMN creditspread.forecast_latest.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast_latest.target_time IS 'time that is forecast; expected until the row is known';
COMMENT ON COLUMN creditspread.forecast_latest.target_date IS 'its date in the model''s time zone';
COMMENT ON COLUMN creditspread.forecast_latest.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast_latest.lower IS 'lower bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_latest.upper IS 'upper bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_latest.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast_latest.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast_latest.actual IS 'what came true, as the data say it now; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast_latest.made_at IS 'when the forecast was made';
COMMENT ON COLUMN creditspread.forecast_latest.revision IS 'how often the version had said something else from this origin before';
COMMENT ON COLUMN creditspread.forecast_latest.time_zone IS 'zone of origin and target_time: UTC where the query gives timestamptz';
COMMENT ON COLUMN creditspread.forecast_latest.ended IS 'whether the series has ended: nothing more is forecast';
COMMENT ON COLUMN creditspread.forecast_latest.unit IS 'unit of y, or NULL';

-- Sums are taken in the order of time, so that they are the same whatever the plan.  Sorting by a hash of the name first is
-- sorting by a number; rules of a language are slow.
CREATE VIEW creditspread.accuracy WITH (security_barrier) AS
SELECT p.owner, p.name AS model, g.version, k.source, g.entity, g.horizon, g.n, (g.measures).mae, (g.measures).mape, (g.measures).rmse,
	(g.measures).rsr, (g.measures).sdape, (g.measures).bias, (g.walk).mae AS random_walk_mae, (g.walk).rmse AS random_walk_rmse, g.coverage, g.level,
	(g.squared).statistic AS dm_squared_statistic, (g.squared).p_value AS dm_squared_p_value,
	CASE (g.squared).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (g.squared).better END AS better_by_squares,
	(g.absolute).statistic AS dm_absolute_statistic, (g.absolute).p_value AS dm_absolute_p_value,
	CASE (g.absolute).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (g.absolute).better END AS better_by_absolutes,
	CASE g.horizon WHEN 1 THEN 'sample' ELSE 'periodogram' END AS dm_variance, g.squared_share AS squared_share_of_ten, g.absolute_share AS absolute_share_of_ten,
	(g.interval).interval_score, (g.interval).pinball, (g.interval).crps, p.units ->> g.query_number::text AS unit
FROM creditspread_internal.readable_pipelines() p
CROSS JOIN (VALUES ('forecast'), ('backtest')) AS k (source)
CROSS JOIN LATERAL (SELECT f.version, f.entity, f.horizon, max(f.query_number) AS query_number, count(*)::integer AS n,
		creditspread_internal.forecast_accuracy_or_null(f.actual, f.forecast) AS measures, creditspread_internal.forecast_accuracy_or_null(f.actual, f.random_walk) AS walk,
		avg((f.actual BETWEEN f.lower AND f.upper)::integer)::double precision AS coverage, max(f.level) AS level,
		creditspread_internal.dm_test_or_null(f.origin, f.actual, f.forecast, f.random_walk, jsonb_build_object('horizon', f.horizon)) AS squared,
		creditspread_internal.dm_test_or_null(f.origin, f.actual, f.forecast, f.random_walk, jsonb_build_object('horizon', f.horizon, 'loss', 'absolute')) AS absolute,
		creditspread_internal.best_share(array_agg(f.actual), array_agg(f.forecast), array_agg(f.random_walk), false, 10) AS squared_share,
		creditspread_internal.best_share(array_agg(f.actual), array_agg(f.forecast), array_agg(f.random_walk), true, 10) AS absolute_share,
		creditspread_internal.interval_accuracy_or_null(f.actual, f.forecast, f.lower, f.upper, f.level) FILTER (WHERE f.lower <= f.upper AND f.level BETWEEN 0.01 AND 0.999) AS interval
	FROM (SELECT hashtext(q.entity) AS place, q.entity, q.version, q.horizon, q.origin, q.actual, q.forecast, q.lower, q.upper, q.level, q.random_walk, q.query_number
		FROM creditspread.forecast q
		WHERE q.pipeline_id = p.id AND q.source = k.source AND q.revision < 1 AND NOT q.hindsight AND q.actual IS NOT NULL
		ORDER BY place, q.entity, q.version, q.horizon, q.origin) AS f
	GROUP BY f.place, f.entity, f.version, f.horizon) AS g;
COMMENT ON VIEW creditspread.accuracy IS
	'how good the stored forecasts were, beside the random walk: a row for each version, source, series and horizon, over the forecasts whose actual value is known, as it was said first and against what the data say now';

CREATE VIEW creditspread.accuracy_first WITH (security_barrier) AS
SELECT p.owner, p.name AS model, g.version, k.source, g.entity, g.horizon, g.n, (g.measures).mae, (g.measures).mape, (g.measures).rmse,
	(g.measures).rsr, (g.measures).sdape, (g.measures).bias, (g.walk).mae AS random_walk_mae, (g.walk).rmse AS random_walk_rmse, g.coverage, g.level,
	(g.squared).statistic AS dm_squared_statistic, (g.squared).p_value AS dm_squared_p_value,
	CASE (g.squared).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (g.squared).better END AS better_by_squares,
	(g.absolute).statistic AS dm_absolute_statistic, (g.absolute).p_value AS dm_absolute_p_value,
	CASE (g.absolute).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (g.absolute).better END AS better_by_absolutes,
	CASE g.horizon WHEN 1 THEN 'sample' ELSE 'periodogram' END AS dm_variance, g.squared_share AS squared_share_of_ten, g.absolute_share AS absolute_share_of_ten,
	(g.interval).interval_score, (g.interval).pinball, (g.interval).crps, p.units ->> g.query_number::text AS unit
FROM creditspread_internal.readable_pipelines() p
CROSS JOIN (VALUES ('forecast'), ('backtest')) AS k (source)
CROSS JOIN LATERAL (SELECT f.version, f.entity, f.horizon, max(f.query_number) AS query_number, count(*)::integer AS n,
		creditspread_internal.forecast_accuracy_or_null(f.first_actual, f.forecast) AS measures, creditspread_internal.forecast_accuracy_or_null(f.first_actual, f.random_walk) AS walk,
		avg((f.first_actual BETWEEN f.lower AND f.upper)::integer)::double precision AS coverage, max(f.level) AS level,
		creditspread_internal.dm_test_or_null(f.origin, f.first_actual, f.forecast, f.random_walk, jsonb_build_object('horizon', f.horizon)) AS squared,
		creditspread_internal.dm_test_or_null(f.origin, f.first_actual, f.forecast, f.random_walk, jsonb_build_object('horizon', f.horizon, 'loss', 'absolute')) AS absolute,
		creditspread_internal.best_share(array_agg(f.first_actual), array_agg(f.forecast), array_agg(f.random_walk), false, 10) AS squared_share,
		creditspread_internal.best_share(array_agg(f.first_actual), array_agg(f.forecast), array_agg(f.random_walk), true, 10) AS absolute_share,
		creditspread_internal.interval_accuracy_or_null(f.first_actual, f.forecast, f.lower, f.upper, f.level) FILTER (WHERE f.lower <= f.upper AND f.level BETWEEN 0.01 AND 0.999) AS interval
	FROM (SELECT hashtext(q.entity) AS place, q.entity, q.version, q.horizon, q.origin, q.first_actual, q.forecast, q.lower, q.upper, q.level, q.random_walk, q.query_number
		FROM creditspread.forecast q
		WHERE q.pipeline_id = p.id AND q.source = k.source AND q.revision < 1 AND NOT q.hindsight AND q.first_actual IS NOT NULL
		ORDER BY place, q.entity, q.version, q.horizon, q.origin) AS f
	GROUP BY f.place, f.entity, f.version, f.horizon) AS g;
COMMENT ON VIEW creditspread.accuracy_first IS
	'as creditspread.accuracy, but against the values that were known first, before any revision';

-- Who retrains every week has few forecasts of any version, and no test of them.
CREATE VIEW creditspread.accuracy_overall WITH (security_barrier) AS
SELECT p.owner, p.name AS model, 'forecast' AS source, g.entity, g.horizon, g.n, (g.measures).mae, (g.measures).mape, (g.measures).rmse,
	(g.measures).rsr, (g.measures).sdape, (g.measures).bias, (g.walk).mae AS random_walk_mae, (g.walk).rmse AS random_walk_rmse, g.coverage, g.level,
	(g.squared).statistic AS dm_squared_statistic, (g.squared).p_value AS dm_squared_p_value,
	CASE (g.squared).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (g.squared).better END AS better_by_squares,
	(g.absolute).statistic AS dm_absolute_statistic, (g.absolute).p_value AS dm_absolute_p_value,
	CASE (g.absolute).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (g.absolute).better END AS better_by_absolutes,
	CASE g.horizon WHEN 1 THEN 'sample' ELSE 'periodogram' END AS dm_variance, g.squared_share AS squared_share_of_ten, g.absolute_share AS absolute_share_of_ten,
	(g.interval).interval_score, (g.interval).pinball, (g.interval).crps,
	g.versions, g.first_origin, g.last_origin, p.units ->> a.query_number::text AS unit
FROM creditspread_internal.readable_pipelines() p
JOIN creditspread.model a ON a.pipeline_id = p.id AND a.active
CROSS JOIN LATERAL (SELECT f.entity, f.horizon, count(*)::integer AS n,
		creditspread_internal.forecast_accuracy_or_null(f.actual, f.forecast) AS measures, creditspread_internal.forecast_accuracy_or_null(f.actual, f.random_walk) AS walk,
		avg((f.actual BETWEEN f.lower AND f.upper)::integer)::double precision AS coverage, max(f.level) AS level,
		creditspread_internal.dm_test_or_null(f.origin, f.actual, f.forecast, f.random_walk, jsonb_build_object('horizon', f.horizon)) AS squared,
		creditspread_internal.dm_test_or_null(f.origin, f.actual, f.forecast, f.random_walk, jsonb_build_object('horizon', f.horizon, 'loss', 'absolute')) AS absolute,
		creditspread_internal.best_share(array_agg(f.actual), array_agg(f.forecast), array_agg(f.random_walk), false, 10) AS squared_share,
		creditspread_internal.best_share(array_agg(f.actual), array_agg(f.forecast), array_agg(f.random_walk), true, 10) AS absolute_share,
		creditspread_internal.interval_accuracy_or_null(f.actual, f.forecast, f.lower, f.upper, f.level) FILTER (WHERE f.lower <= f.upper AND f.level BETWEEN 0.01 AND 0.999) AS interval,
		count(DISTINCT f.version)::integer AS versions, min(f.origin) AS first_origin, max(f.origin) AS last_origin
	FROM (SELECT DISTINCT ON (place, q.entity, q.horizon, q.origin) hashtext(q.entity) AS place, q.entity, q.version, q.horizon, q.origin, q.actual,
			q.forecast, q.lower, q.upper, q.level, q.random_walk FROM creditspread.forecast q
		WHERE q.pipeline_id = p.id AND q.source = 'forecast' AND q.revision < 1 AND NOT q.hindsight AND q.actual IS NOT NULL AND q.query_number = a.query_number
		ORDER BY place, q.entity, q.horizon, q.origin, q.made_at, q.version) AS f
	GROUP BY f.place, f.entity, f.horizon) AS g;
COMMENT ON VIEW creditspread.accuracy_overall IS
	'how good a model was over its life, beside the random walk: a row for each series and horizon, over what was said first from each origin, by whichever version served then; of all versions with the query of the active one; backtests are no part of it';

--@ each view: accuracy, accuracy_first
COMMENT ON COLUMN creditspread.@view@.version IS 'version that made the forecasts';
--@ end

--@ each view: accuracy, accuracy_first, accuracy_overall
COMMENT ON COLUMN creditspread.@view@.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.@view@.model IS 'name of the model';
COMMENT ON COLUMN creditspread.@view@.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.@view@.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.@view@.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.@view@.n IS 'forecasts with a known actual value';
COMMENT ON COLUMN creditspread.@view@.mae IS 'mean absolute error, in units of y';
COMMENT ON COLUMN creditspread.@view@.mape IS 'mean of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN creditspread.@view@.rmse IS 'root mean squared error, in units of y';
COMMENT ON COLUMN creditspread.@view@.rsr IS 'rmse over the standard deviation of the actual values; NULL when they do not vary';
COMMENT ON COLUMN creditspread.@view@.sdape IS 'standard deviation of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN creditspread.@view@.bias IS 'mean of forecast less actual, in units of y';
COMMENT ON COLUMN creditspread.@view@.random_walk_mae IS 'mean absolute error of the random walk';
COMMENT ON COLUMN creditspread.@view@.random_walk_rmse IS 'root mean squared error of the random walk';
COMMENT ON COLUMN creditspread.@view@.coverage IS 'share of the actual values inside of the interval; NULL without intervals';
COMMENT ON COLUMN creditspread.@view@.level IS 'share that the interval aims at';
COMMENT ON COLUMN creditspread.@view@.dm_squared_statistic IS
	'Diebold-Mariano statistic of squared errors against the random walk, negative when the model is better; NULL with fewer than 10 or 2 * horizon forecasts, or when all losses are equal';
COMMENT ON COLUMN creditspread.@view@.dm_squared_p_value IS 'its two-sided p-value';
COMMENT ON COLUMN creditspread.@view@.better_by_squares IS 'model or random_walk, if dm_squared_p_value is below 0.05; else neither; NULL without a test';
COMMENT ON COLUMN creditspread.@view@.dm_absolute_statistic IS
	'Diebold-Mariano statistic of absolute errors against the random walk, negative when the model is better; NULL as the other';
COMMENT ON COLUMN creditspread.@view@.dm_absolute_p_value IS 'its two-sided p-value';
COMMENT ON COLUMN creditspread.@view@.better_by_absolutes IS 'model or random_walk, if dm_absolute_p_value is below 0.05; else neither; NULL without a test';
COMMENT ON COLUMN creditspread.@view@.dm_variance IS
	'how the variance of the mean loss difference is estimated, see dm_test: sample, that of independent differences, at horizon 1, else periodogram';
COMMENT ON COLUMN creditspread.@view@.squared_share_of_ten IS
	'of the difference in the sums of squared errors the share of the ten forecasts that speak most for the better one, model or random walk; above 1 where the others speak against it; NULL with not more than ten';
COMMENT ON COLUMN creditspread.@view@.absolute_share_of_ten IS 'the same of absolute errors';
COMMENT ON COLUMN creditspread.@view@.interval_score IS
	'mean of the width of the interval plus 2 / (1 - level) times what an actual value is outside, in units of y; smaller is better; NULL without intervals, as the two that follow';
COMMENT ON COLUMN creditspread.@view@.pinball IS 'mean pinball loss of lower, forecast and upper, in units of y; smaller is better';
COMMENT ON COLUMN creditspread.@view@.unit IS 'unit of y, or NULL';
COMMENT ON COLUMN creditspread.@view@.crps IS 'continuous ranked probability score as these three tell it, in units of y; smaller is better';
--@ end

COMMENT ON COLUMN creditspread.accuracy_overall.versions IS 'versions that made them';
COMMENT ON COLUMN creditspread.accuracy_overall.first_origin IS 'origin of the first of them';
COMMENT ON COLUMN creditspread.accuracy_overall.last_origin IS 'origin of the last of them';

-- Holm's adjustment (Scandinavian J. Statistics 6, 1979).  A view of its own: it looks at all series of a model, whichever are asked for.
CREATE VIEW creditspread.accuracy_holm WITH (security_barrier) AS
SELECT q.owner, q.model, q.version, q.source, q.entity, q.horizon, q.n, q.mae, q.random_walk_mae, q.rmse, q.random_walk_rmse, q.dm_variance, q.squared_tests::integer AS tests,
	q.dm_squared_p_value, CASE WHEN q.dm_squared_p_value IS NOT NULL THEN least(1, max(q.squared_step) OVER (PARTITION BY q.owner, q.model, q.version, q.source, q.horizon
		ORDER BY q.dm_squared_p_value)) END AS dm_squared_holm_p_value,
	q.dm_absolute_p_value, CASE WHEN q.dm_absolute_p_value IS NOT NULL THEN least(1, max(q.absolute_step) OVER (PARTITION BY q.owner, q.model, q.version, q.source, q.horizon
		ORDER BY q.dm_absolute_p_value)) END AS dm_absolute_holm_p_value
FROM (SELECT a.*, count(a.dm_squared_p_value) OVER w AS squared_tests,
		(count(a.dm_squared_p_value) OVER w - row_number() OVER (w ORDER BY a.dm_squared_p_value) + 1) * a.dm_squared_p_value AS squared_step,
		(count(a.dm_absolute_p_value) OVER w - row_number() OVER (w ORDER BY a.dm_absolute_p_value) + 1) * a.dm_absolute_p_value AS absolute_step
	FROM creditspread.accuracy a WINDOW w AS (PARTITION BY a.owner, a.model, a.version, a.source, a.horizon)) AS q;
COMMENT ON VIEW creditspread.accuracy_holm IS
	'the tests of creditspread.accuracy where a model has many series: p-values adjusted for their number, so that where none differs any of them is below 0.05 in at most one case of twenty';
--@ each column: owner, model, version, source, entity, horizon, n, mae, random_walk_mae, rmse, random_walk_rmse, dm_variance, dm_squared_p_value, dm_absolute_p_value
COMMENT ON COLUMN creditspread.accuracy_holm.@column@ IS 'as in creditspread.accuracy';
--@ end
COMMENT ON COLUMN creditspread.accuracy_holm.tests IS 'series of the model, of the same version and source, that are tested at the horizon';
COMMENT ON COLUMN creditspread.accuracy_holm.dm_squared_holm_p_value IS 'dm_squared_p_value adjusted by Holm for so many tests';
COMMENT ON COLUMN creditspread.accuracy_holm.dm_absolute_holm_p_value IS 'dm_absolute_p_value adjusted by Holm for so many tests';

-- Where another run has seen a corrected value already, that row is left out; models of other data agree at few rows, if any.
CREATE VIEW creditspread.comparison WITH (security_barrier) AS
SELECT q.first_owner, q.first_model, q.first_version, q.second_owner, q.second_model, q.second_version, q.source, q.entity, q.horizon,
	q.n, q.first_mae, q.second_mae, q.first_rmse, q.second_rmse, q.dm_squared_statistic, q.dm_squared_p_value, q.better_by_squares,
	q.dm_absolute_statistic, q.dm_absolute_p_value, q.better_by_absolutes, q.dm_variance, q.squared_share_of_ten, q.absolute_share_of_ten,
	CASE WHEN q.dm_squared_p_value IS NOT NULL THEN least(1, max(q.squared_step) OVER (PARTITION BY q.first_owner, q.first_model, q.first_version, q.second_owner, q.second_model, q.second_version, q.source, q.horizon ORDER BY q.dm_squared_p_value)) END AS dm_squared_holm_p_value,
	CASE WHEN q.dm_absolute_p_value IS NOT NULL THEN least(1, max(q.absolute_step) OVER (PARTITION BY q.first_owner, q.first_model, q.first_version, q.second_owner, q.second_model, q.second_version, q.source, q.horizon ORDER BY q.dm_absolute_p_value)) END AS dm_absolute_holm_p_value
FROM (SELECT c.*,
	(count(c.dm_squared_p_value) OVER (PARTITION BY c.first_owner, c.first_model, c.first_version, c.second_owner, c.second_model, c.second_version, c.source, c.horizon) - row_number() OVER (PARTITION BY c.first_owner, c.first_model, c.first_version, c.second_owner, c.second_model, c.second_version, c.source, c.horizon ORDER BY c.dm_squared_p_value) + 1) * c.dm_squared_p_value AS squared_step,
	(count(c.dm_absolute_p_value) OVER (PARTITION BY c.first_owner, c.first_model, c.first_version, c.second_owner, c.second_model, c.second_version, c.source, c.horizon) - row_number() OVER (PARTITION BY c.first_owner, c.first_model, c.first_version, c.second_owner, c.second_model, c.second_version, c.source, c.horizon ORDER BY c.dm_absolute_p_value) + 1) * c.dm_absolute_p_value AS absolute_step
FROM (SELECT g.first_owner, g.first_model, g.first_version, g.second_owner, g.second_model, g.second_version, g.source, g.entity, g.horizon,
	g.n, (g.first).mae AS first_mae, (g.second).mae AS second_mae, (g.first).rmse AS first_rmse, (g.second).rmse AS second_rmse,
	(g.squared).statistic AS dm_squared_statistic, (g.squared).p_value AS dm_squared_p_value, (g.squared).better AS better_by_squares,
	(g.absolute).statistic AS dm_absolute_statistic, (g.absolute).p_value AS dm_absolute_p_value, (g.absolute).better AS better_by_absolutes,
	CASE g.horizon WHEN 1 THEN 'sample' ELSE 'periodogram' END AS dm_variance, g.squared_share AS squared_share_of_ten, g.absolute_share AS absolute_share_of_ten
FROM (SELECT f.first_owner, f.first_model, f.first_version, f.second_owner, f.second_model, f.second_version, f.source, f.entity, f.horizon,
		count(*) FILTER (WHERE f.same)::integer AS n,
		creditspread_internal.forecast_accuracy_or_null(f.actual, f.first) FILTER (WHERE f.same) AS first,
		creditspread_internal.forecast_accuracy_or_null(f.actual, f.second) FILTER (WHERE f.same) AS second,
		creditspread_internal.dm_test_or_null(f.origin, f.actual, f.first, f.second, jsonb_build_object('horizon', f.horizon)) FILTER (WHERE f.same) AS squared,
		creditspread_internal.dm_test_or_null(f.origin, f.actual, f.first, f.second, jsonb_build_object('horizon', f.horizon, 'loss', 'absolute'))
			FILTER (WHERE f.same) AS absolute,
		creditspread_internal.best_share(array_agg(f.actual) FILTER (WHERE f.same), array_agg(f.first) FILTER (WHERE f.same), array_agg(f.second) FILTER (WHERE f.same), false, 10) AS squared_share,
		creditspread_internal.best_share(array_agg(f.actual) FILTER (WHERE f.same), array_agg(f.first) FILTER (WHERE f.same), array_agg(f.second) FILTER (WHERE f.same), true, 10) AS absolute_share
	FROM (SELECT a.place AS first_place, a.owner AS first_owner, a.name AS first_model, a.version AS first_version,
			b.place AS second_place, b.owner AS second_owner, b.name AS second_model, b.version AS second_version,
			a.source, hashtext(a.entity) AS place, a.entity, a.horizon, a.origin, a.actual, a.forecast AS first, b.forecast AS second, a.actual = b.actual AS same
		FROM (SELECT p.place, p.owner, p.name, f.* FROM creditspread.forecast f
				JOIN (SELECT r.*, row_number() OVER (ORDER BY r.owner, r.name, r.id) AS place FROM creditspread_internal.readable_pipelines() r) p ON p.id = f.pipeline_id
				WHERE f.revision < 1 AND NOT f.hindsight AND f.actual IS NOT NULL) AS a
		JOIN (SELECT p.place, p.owner, p.name, f.* FROM creditspread.forecast f
				JOIN (SELECT r.*, row_number() OVER (ORDER BY r.owner, r.name, r.id) AS place FROM creditspread_internal.readable_pipelines() r) p ON p.id = f.pipeline_id
				WHERE f.revision < 1 AND NOT f.hindsight AND f.actual IS NOT NULL) AS b
			ON b.source = a.source AND b.entity = a.entity AND b.horizon = a.horizon AND b.origin = a.origin
		WHERE a.place < b.place OR a.place = b.place AND a.version < b.version
		ORDER BY first_place, second_place, first_version, second_version, a.source, place, a.entity, a.horizon, first_owner, first_model, second_owner, second_model,
			a.origin) AS f
	GROUP BY f.first_place, f.second_place, f.first_version, f.second_version, f.source, f.place, f.entity, f.horizon,
		f.first_owner, f.first_model, f.second_owner, f.second_model
	HAVING 2 * count(*) FILTER (WHERE f.same) > count(*)) AS g) AS c) AS q;
COMMENT ON VIEW creditspread.comparison IS
	'any two models, or versions of one, of the same data: their forecasts of the same series, origins and horizons; where most of the actual values are the same, over those that are';
COMMENT ON COLUMN creditspread.comparison.first_owner IS 'owner of the first model';
COMMENT ON COLUMN creditspread.comparison.first_model IS 'name of the first model';
COMMENT ON COLUMN creditspread.comparison.first_version IS 'its version';
COMMENT ON COLUMN creditspread.comparison.second_owner IS 'owner of the second model';
COMMENT ON COLUMN creditspread.comparison.second_model IS 'name of the second model';
COMMENT ON COLUMN creditspread.comparison.second_version IS 'its version';
COMMENT ON COLUMN creditspread.comparison.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.comparison.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.comparison.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.comparison.n IS 'common forecasts with the same known actual value';
COMMENT ON COLUMN creditspread.comparison.first_mae IS 'mean absolute error of the first, in units of y';
COMMENT ON COLUMN creditspread.comparison.second_mae IS 'mean absolute error of the second';
COMMENT ON COLUMN creditspread.comparison.first_rmse IS 'root mean squared error of the first';
COMMENT ON COLUMN creditspread.comparison.second_rmse IS 'root mean squared error of the second';
COMMENT ON COLUMN creditspread.comparison.dm_squared_statistic IS
	'Diebold-Mariano statistic of squared errors, negative when the first is better; NULL with fewer than 10 or 2 * horizon forecasts, or when all losses are equal';
COMMENT ON COLUMN creditspread.comparison.dm_squared_p_value IS 'its two-sided p-value';
COMMENT ON COLUMN creditspread.comparison.better_by_squares IS
	'first or second, if dm_squared_p_value is below 0.05; else neither; NULL without a test';
COMMENT ON COLUMN creditspread.comparison.dm_absolute_statistic IS
	'Diebold-Mariano statistic of absolute errors, negative when the first is better; NULL as the other';
COMMENT ON COLUMN creditspread.comparison.dm_absolute_p_value IS 'its two-sided p-value';
COMMENT ON COLUMN creditspread.comparison.better_by_absolutes IS
	'first or second, if dm_absolute_p_value is below 0.05; else neither; NULL without a test';
COMMENT ON COLUMN creditspread.comparison.dm_variance IS
	'how the variance of the mean loss difference is estimated, see dm_test: sample, that of independent differences, at horizon 1, else periodogram';
COMMENT ON COLUMN creditspread.comparison.squared_share_of_ten IS
	'of the difference in the sums of squared errors the share of the ten forecasts that speak most for the better one; above 1 where the others speak against it; NULL with not more than ten';
COMMENT ON COLUMN creditspread.comparison.absolute_share_of_ten IS 'the same of absolute errors';
COMMENT ON COLUMN creditspread.comparison.dm_squared_holm_p_value IS
	'dm_squared_p_value adjusted by Holm for the number of series in which the two are compared at the horizon';
COMMENT ON COLUMN creditspread.comparison.dm_absolute_holm_p_value IS 'the same of dm_absolute_p_value';

CREATE VIEW creditspread.freshness WITH (security_barrier) AS
SELECT p.owner, p.name AS model, m.version, s.entity, m.trained_at, s.data_to, s.seen_at, f.made_at AS forecast_at, l.origin AS last_origin, f.next_target,
	k.target_time AS last_actual,
	((extract(epoch FROM now()) - extract(epoch FROM m.trained_at)) / 86400)::double precision AS model_age,
	creditspread_internal.days_since(s.data_to, p.time_zone, p.in_utc) AS data_age,
	creditspread_internal.days_since(l.origin, p.time_zone, p.in_utc) AS forecast_age,
	s.ended, NOT s.ended AND coalesce(creditspread_internal.days_since(f.next_target, p.time_zone, p.in_utc) > 1, true) AS stale
FROM creditspread_internal.readable_pipelines() p
JOIN creditspread.model m ON m.pipeline_id = p.id AND m.active
JOIN creditspread.series s ON s.pipeline_id = p.id
LEFT JOIN LATERAL (SELECT q.origin FROM creditspread.forecast q
	WHERE q.pipeline_id = s.pipeline_id AND q.source = 'forecast' AND q.entity = s.entity AND q.query_number = m.query_number
	ORDER BY q.origin DESC LIMIT 1) l ON true
LEFT JOIN LATERAL (SELECT max(q.made_at) AS made_at, min(q.target_time) AS next_target FROM creditspread.forecast q
	WHERE q.pipeline_id = s.pipeline_id AND q.source = 'forecast' AND q.entity = s.entity AND q.origin = l.origin) f ON true
LEFT JOIN LATERAL (SELECT q.target_time FROM creditspread.forecast q
	WHERE q.pipeline_id = s.pipeline_id AND q.source = 'forecast' AND q.entity = s.entity AND q.query_number = m.query_number AND q.actual IS NOT NULL
	ORDER BY q.origin DESC, q.horizon DESC LIMIT 1) k ON true;
COMMENT ON VIEW creditspread.freshness IS
	'how old the active models, the data of their series and their forecasts are';
COMMENT ON COLUMN creditspread.freshness.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.freshness.model IS 'name of the model';
COMMENT ON COLUMN creditspread.freshness.version IS 'active version';
COMMENT ON COLUMN creditspread.freshness.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.freshness.trained_at IS 'when the version was trained';
COMMENT ON COLUMN creditspread.freshness.data_to IS 'last time of the series in the data, when they were read last';
COMMENT ON COLUMN creditspread.freshness.seen_at IS 'when the query gave the series last';
COMMENT ON COLUMN creditspread.freshness.forecast_at IS 'when forecasts of it were made last';
COMMENT ON COLUMN creditspread.freshness.last_origin IS 'last row that a forecast knew';
COMMENT ON COLUMN creditspread.freshness.next_target IS 'nearest time forecast from there';
COMMENT ON COLUMN creditspread.freshness.last_actual IS 'time of the last forecast whose actual value is known';
COMMENT ON COLUMN creditspread.freshness.model_age IS 'days since the training';
COMMENT ON COLUMN creditspread.freshness.data_age IS 'days since data_to';
COMMENT ON COLUMN creditspread.freshness.forecast_age IS 'days since the last origin';
COMMENT ON COLUMN creditspread.freshness.ended IS
	'whether the series has ended: so far behind the others, or gone from the query, that nothing is forecast any more';
COMMENT ON COLUMN creditspread.freshness.stale IS
	'whether the nearest time forecast passed more than a day ago, or no forecast was made, of a series that has not ended: newer data should be there';

-- A standby knows no locks of sessions of the primary: what runs is said to be running there.
CREATE VIEW creditspread.run_log WITH (security_barrier) AS
SELECT r.id AS run_id, p.owner, p.name AS model, r.version, r.kind, r.started, r.ended, s.status,
	r.message, r.code, r.pid, r.series_total, r.series_done, r.series_failed, r.steps_total, r.steps_done, least(r.rows_stored, 2147483647)::integer AS rows_stored,
	CASE WHEN s.status <> 'died' OR r.ended IS NOT NULL
		THEN (extract(epoch FROM coalesce(r.ended, clock_timestamp())) - extract(epoch FROM r.started))::double precision END AS seconds,
	r.caller::text COLLATE "default" AS caller, r.hint
FROM creditspread_internal.readable_pipelines() p
JOIN creditspread.run r ON r.pipeline_id = p.id
CROSS JOIN LATERAL (SELECT CASE WHEN r.status <> 'running' OR pg_is_in_recovery()
	OR creditspread_internal.model_lock_holder(r.pipeline_id) IS NOT DISTINCT FROM r.pid THEN r.status ELSE 'died' END AS status) s;
COMMENT ON VIEW creditspread.run_log IS
	'log of the procedures';
COMMENT ON COLUMN creditspread.run_log.run_id IS 'number of the run';
COMMENT ON COLUMN creditspread.run_log.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.run_log.model IS 'name of the model';
COMMENT ON COLUMN creditspread.run_log.version IS 'version that was trained or used';
COMMENT ON COLUMN creditspread.run_log.kind IS 'train, retrain, forecast, backtest or update_actuals';
COMMENT ON COLUMN creditspread.run_log.started IS 'when it began';
COMMENT ON COLUMN creditspread.run_log.ended IS 'when it ended; NULL while it runs';
COMMENT ON COLUMN creditspread.run_log.status IS 'running, done, failed, or died: its session ended before it';
COMMENT ON COLUMN creditspread.run_log.message IS 'the error of a failed run, or what is to be said of a complete one';
COMMENT ON COLUMN creditspread.run_log.code IS 'SQLSTATE of a failed run';
COMMENT ON COLUMN creditspread.run_log.pid IS 'process of the session';
COMMENT ON COLUMN creditspread.run_log.series_total IS 'fits or series to work on';
COMMENT ON COLUMN creditspread.run_log.series_done IS 'how many of them are done, the failed ones included';
COMMENT ON COLUMN creditspread.run_log.series_failed IS 'how many of them failed';
COMMENT ON COLUMN creditspread.run_log.steps_total IS 'steps of work: a fit or a series each, in a backtest a fit and the forecasts of its origins';
COMMENT ON COLUMN creditspread.run_log.steps_done IS 'how many of them are done';
COMMENT ON COLUMN creditspread.run_log.rows_stored IS 'forecasts stored, or actual values filled in or revised';
COMMENT ON COLUMN creditspread.run_log.seconds IS 'time that it took, or has taken so far; NULL if it died and nobody knows when';
COMMENT ON COLUMN creditspread.run_log.caller IS 'role that ran it';
COMMENT ON COLUMN creditspread.run_log.hint IS 'the remedy, if the error names one';

CREATE VIEW creditspread.progress WITH (security_barrier) AS
SELECT r.run_id, r.owner, r.model, r.version, r.kind, r.started, r.pid, r.series_total, r.series_done, r.series_failed, r.steps_total, r.steps_done,
	100.0::double precision * r.steps_done / nullif(r.steps_total, 0) AS percent, r.seconds,
	r.seconds * (r.steps_total::double precision - r.steps_done) / nullif(r.steps_done, 0) AS seconds_left, f.function, f.percent AS function_percent
FROM creditspread.run_log r LEFT JOIN creditspread_internal.fit_progress() f ON f.pid = r.pid AND f.role = r.caller
WHERE r.status = 'running';
COMMENT ON VIEW creditspread.progress IS
	'what runs now; steps of work are seen as they are committed, and how far the function at work is as it goes';
COMMENT ON COLUMN creditspread.progress.run_id IS 'number of the run';
COMMENT ON COLUMN creditspread.progress.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.progress.model IS 'name of the model';
COMMENT ON COLUMN creditspread.progress.version IS 'version that is trained or used';
COMMENT ON COLUMN creditspread.progress.kind IS 'train, retrain, forecast, backtest or update_actuals';
COMMENT ON COLUMN creditspread.progress.started IS 'when it began';
COMMENT ON COLUMN creditspread.progress.pid IS 'process of the session';
COMMENT ON COLUMN creditspread.progress.series_total IS 'fits or series to work on; NULL until the data is read';
COMMENT ON COLUMN creditspread.progress.series_done IS 'how many of them are done';
COMMENT ON COLUMN creditspread.progress.series_failed IS 'how many of them failed';
COMMENT ON COLUMN creditspread.progress.steps_total IS 'steps of work: a fit or a series each, in a backtest a fit and the forecasts of its origins';
COMMENT ON COLUMN creditspread.progress.steps_done IS 'how many of them are done';
COMMENT ON COLUMN creditspread.progress.percent IS 'share of the work that is done; NULL until the data is read';
COMMENT ON COLUMN creditspread.progress.seconds IS 'time since the start';
COMMENT ON COLUMN creditspread.progress.seconds_left IS 'estimate of the time left, from the pace so far; NULL before the first step is done';
COMMENT ON COLUMN creditspread.progress.function IS 'function at work, such as rnn_fit; NULL to roles that are no members of the owner';
COMMENT ON COLUMN creditspread.progress.function_percent IS 'share of its work that is done';

GRANT SELECT ON creditspread.model_overview, creditspread.forecast_vs_actual, creditspread.forecast_interval, creditspread.forecast_latest, creditspread.accuracy, creditspread.accuracy_first,
	creditspread.accuracy_overall, creditspread.accuracy_holm, creditspread.comparison, creditspread.freshness, creditspread.run_log, creditspread.progress TO PUBLIC;

-- ---- why a method was chosen ---------------------------------------------------------------------------------------

CREATE FUNCTION creditspread.explain(model text, entity text DEFAULT NULL,
	OUT owner text, OUT version integer, OUT series text, OUT horizon integer, OUT method text, OUT weight double precision, OUT n bigint,
	OUT rmse double precision, OUT random_walk_rmse double precision, OUT mae double precision, OUT random_walk_mae double precision, OUT message text)
RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
	WITH fitted AS MATERIALIZED (
		SELECT p.owner, m.version, m.method, a.entity, a.measures, k.members IS NOT NULL AS combined, CASE WHEN k.members IS NOT NULL THEN convert_from(a.artifact, 'UTF8')::jsonb - 'parts' END AS told
		FROM creditspread_internal.readable_pipelines() p JOIN creditspread.model m ON m.pipeline_id = p.id AND m.active
			JOIN creditspread.artifact a ON a.model_id = m.id JOIN creditspread.method k ON k.name = m.method
		WHERE p.name = explain.model AND (explain.entity IS NULL OR a.entity = explain.entity) AND a.status IN ('ready', 'stale')
	)
	SELECT x.* FROM (
		SELECT f.owner, f.version, f.entity, h.horizon::integer, t.method, coalesce((t.weights ->> t.method)::float8, CASE WHEN t.method <> f.method THEN 0 END) AS weight,
			e.n, e.rmse, e.random_walk_rmse, e.mae, e.random_walk_mae, f.told -> 'failed' ->> t.method AS message
		FROM fitted f, jsonb_each(f.told -> 'weights') AS h (horizon, weights),
			LATERAL (SELECT DISTINCT q.method, h.weights FROM (SELECT jsonb_object_keys(h.weights) AS method UNION SELECT jsonb_object_keys(f.told -> 'failed')
				UNION SELECT jsonb_object_keys(f.told -> 'errors' -> h.horizon)) q) AS t
			LEFT JOIN LATERAL jsonb_to_record(f.told -> 'errors' -> h.horizon -> t.method) AS e (n bigint, rmse float8, random_walk_rmse float8, mae float8, random_walk_mae float8) ON true
		WHERE f.combined
		UNION ALL
		SELECT f.owner, f.version, f.entity, NULL, f.method, 1, e.n, e.rmse, e.random_walk_rmse, e.mae, e.random_walk_mae, NULL
		FROM fitted f LEFT JOIN LATERAL jsonb_to_record(f.measures) AS e (n bigint, rmse float8, random_walk_rmse float8, mae float8, random_walk_mae float8) ON true
		WHERE NOT f.combined) AS x (owner, version, series, horizon, method, weight, n, rmse, random_walk_rmse, mae, random_walk_mae, message)
	ORDER BY x.owner, x.series COLLATE "C", x.horizon, x.weight DESC NULLS FIRST, x.method COLLATE "C"
$$;
COMMENT ON FUNCTION creditspread.explain(text, text) IS
	'what the active version of a model forecasts a series with, and why: model [, entity]; for each horizon of a combination its methods with their weights, the errors of each in validation beside those of the random walk on the same rows, of the combination itself (weight NULL), and why one could not be fitted; of other methods one row';

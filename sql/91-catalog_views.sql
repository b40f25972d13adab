-- Views of the catalog for reports and BI tools: plain types, no NaN, and each caller sees what he may read.

-- Functions in a view run as its caller, so these conditions hold for him, in every version of PostgreSQL, though
-- the tables are read with the rights of the view's owner.

CREATE VIEW creditspread.model_overview WITH (security_barrier) AS
SELECT m.owner::text AS owner, m.name AS model, m.version, m.method, m.active, m.status, m.trained_at, m.data_from, m.data_to,
	least(greatest(m.row_count, 0), 2147483647)::integer AS rows, coalesce(a.entities, 0)::integer AS entities, coalesce(a.failed, 0)::integer AS failed,
	array_to_string(m.horizons, ', ') AS horizons, array_to_string(m.features, ', ') AS features, m.options::text AS options, m.level,
	m.validation_mae AS mae, m.validation_random_walk_mae AS random_walk_mae,
	m.validation_rmse AS rmse, m.validation_random_walk_rmse AS random_walk_rmse,
	1 - CASE WHEN m.validation_mae BETWEEN 1e-150 AND 1e150 AND m.validation_random_walk_mae BETWEEN 1e-150 AND 1e150
		THEN m.validation_mae / m.validation_random_walk_mae WHEN m.validation_mae = 0 AND m.validation_random_walk_mae > 0 THEN 0 END AS gain, m.extension_version
FROM creditspread.model m
LEFT JOIN (SELECT model_id, count(*) AS entities, count(*) FILTER (WHERE status = 'failed') AS failed
		FROM creditspread.artifact GROUP BY model_id) a ON a.model_id = m.id
WHERE m.owner = ANY ((SELECT creditspread_internal.readable_owners())::name[])
	OR (m.owner, m.name) IN (SELECT s.owner, s.model FROM creditspread_internal.shared_models() s);
COMMENT ON VIEW creditspread.model_overview IS 'versions of models: what they are and how good they were in validation';
COMMENT ON COLUMN creditspread.model_overview.owner IS 'role that trained it';
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

CREATE VIEW creditspread.forecast_vs_actual WITH (security_barrier) AS
SELECT f.owner::text AS owner, f.model, f.version, f.source, f.entity, f.origin, f.origin::date AS origin_date, f.horizon,
	f.target_time, f.target_time::date AS target_date, f.forecast, f.lower, f.upper, f.level, f.random_walk, f.actual,
	f.forecast - f.actual AS error, f.random_walk - f.actual AS random_walk_error,
	f.actual BETWEEN f.lower AND f.upper AS inside_interval, f.made_at
FROM creditspread.forecast f
WHERE f.owner = ANY ((SELECT creditspread_internal.readable_owners())::name[])
	OR (f.owner, f.model) IN (SELECT s.owner, s.model FROM creditspread_internal.shared_models() s);
COMMENT ON VIEW creditspread.forecast_vs_actual IS 'all stored forecasts beside what came true';
COMMENT ON COLUMN creditspread.forecast_vs_actual.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.forecast_vs_actual.model IS 'name of the model';
COMMENT ON COLUMN creditspread.forecast_vs_actual.version IS 'version that made the forecast';
COMMENT ON COLUMN creditspread.forecast_vs_actual.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.forecast_vs_actual.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.forecast_vs_actual.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast_vs_actual.origin_date IS 'its date';
COMMENT ON COLUMN creditspread.forecast_vs_actual.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast_vs_actual.target_time IS 'time that is forecast; expected until the row is known';
COMMENT ON COLUMN creditspread.forecast_vs_actual.target_date IS 'its date';
COMMENT ON COLUMN creditspread.forecast_vs_actual.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast_vs_actual.lower IS 'lower bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_vs_actual.upper IS 'upper bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_vs_actual.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast_vs_actual.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast_vs_actual.actual IS 'what came true; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast_vs_actual.error IS 'forecast less actual';
COMMENT ON COLUMN creditspread.forecast_vs_actual.random_walk_error IS 'random walk less actual';
COMMENT ON COLUMN creditspread.forecast_vs_actual.inside_interval IS 'whether actual lies between lower and upper';
COMMENT ON COLUMN creditspread.forecast_vs_actual.made_at IS 'when the forecast was made';

CREATE VIEW creditspread.forecast_latest WITH (security_barrier) AS
SELECT owner, model, version, entity, origin, origin_date, horizon, target_time, target_date, forecast, lower, upper, level,
	random_walk, actual, made_at
FROM (SELECT f.*, rank() OVER (PARTITION BY f.owner, f.model, f.entity ORDER BY m.version IS NULL, f.version DESC) AS place
	FROM creditspread.forecast_vs_actual f
	JOIN (SELECT owner, model, entity, max(origin) AS origin FROM creditspread.forecast_vs_actual
			WHERE source = 'forecast' GROUP BY owner, model, entity) l USING (owner, model, entity, origin)
	LEFT JOIN (SELECT owner, name, version FROM creditspread.model WHERE active) m
		ON m.owner = f.owner AND m.name = f.model AND m.version = f.version
	WHERE f.source = 'forecast') AS ranked
WHERE place = 1;
COMMENT ON VIEW creditspread.forecast_latest IS
	'the forecasts of the last origin of each series, by the active version if it has made some';
COMMENT ON COLUMN creditspread.forecast_latest.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.forecast_latest.model IS 'name of the model';
COMMENT ON COLUMN creditspread.forecast_latest.version IS 'version that made the forecast';
COMMENT ON COLUMN creditspread.forecast_latest.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.forecast_latest.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast_latest.origin_date IS 'its date';
COMMENT ON COLUMN creditspread.forecast_latest.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast_latest.target_time IS 'time that is forecast; expected until the row is known';
COMMENT ON COLUMN creditspread.forecast_latest.target_date IS 'its date';
COMMENT ON COLUMN creditspread.forecast_latest.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast_latest.lower IS 'lower bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_latest.upper IS 'upper bound of the interval, or NULL';
COMMENT ON COLUMN creditspread.forecast_latest.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast_latest.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast_latest.actual IS 'what came true; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast_latest.made_at IS 'when the forecast was made';

-- dm_test refuses too few losses and losses that differ by the last digits of the values only, and there are forecasts whose
-- squares, or errors over the actual value, are no numbers: such groups are left out, since an error of one would take the view from all.  Sums are
-- taken in the order of time, so that they are the same whatever the plan.
CREATE VIEW creditspread.accuracy WITH (security_barrier) AS
SELECT owner, model, version, source, entity, horizon, n, (measures).mae, (measures).mape, (measures).rmse,
	(measures).rsr, (measures).sdape, (measures).bias, (walk).mae AS random_walk_mae, (walk).rmse AS random_walk_rmse,
	coverage, level, (test).statistic AS dm_statistic, (test).p_value AS dm_p_value,
	CASE (test).better WHEN 'first' THEN 'model' WHEN 'second' THEN 'random_walk' ELSE (test).better END AS better
FROM (SELECT owner, model, version, source, entity, horizon, count(*)::integer AS n,
		creditspread_internal.forecast_accuracy(actual, forecast ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS measures,
		creditspread_internal.forecast_accuracy(actual, random_walk ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS walk, avg(inside_interval::integer)::double precision AS coverage, max(level) AS level,
		creditspread_internal.dm_test(origin, actual, forecast, random_walk, jsonb_build_object('horizon', horizon))
			FILTER (WHERE observations >= greatest(10, 2::bigint * horizon) AND horizon > 0 AND isfinite(origin) AND widest < 1e70 AND 1e9 * deviation > largest
				AND 1e14 * greatest(deviation, 1e-150) / greatest(least(widest, 1e70), 1e-150) > least(widest, 1e70) + level_size) AS test
	FROM (SELECT *, count(*) OVER g AS observations, max(greatest(abs(error), abs(random_walk_error))) OVER g AS widest,
			coalesce(min(abs(nullif(actual, 0))) OVER g, 1) AS least,
			max(least(abs(actual), 1e70)) OVER g AS level_size,
			stddev_pop(creditspread_internal.square(error) - creditspread_internal.square(random_walk_error)) FILTER (WHERE abs(error) < 1e70 AND abs(random_walk_error) < 1e70) OVER g AS deviation,
			max(abs(creditspread_internal.square(error) - creditspread_internal.square(random_walk_error))) OVER g AS largest
		FROM creditspread.forecast_vs_actual WHERE actual IS NOT NULL
		WINDOW g AS (PARTITION BY owner, model, version, source, entity, horizon)) AS known
	GROUP BY owner, model, version, source, entity, horizon) AS grouped;
COMMENT ON VIEW creditspread.accuracy IS
	'how good the stored forecasts were, beside the random walk: a row for each version, source, series and horizon, over the forecasts whose actual value is known';
COMMENT ON COLUMN creditspread.accuracy.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.accuracy.model IS 'name of the model';
COMMENT ON COLUMN creditspread.accuracy.version IS 'version that made the forecasts';
COMMENT ON COLUMN creditspread.accuracy.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.accuracy.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.accuracy.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.accuracy.n IS 'forecasts with a known actual value';
COMMENT ON COLUMN creditspread.accuracy.mae IS 'mean absolute error, in units of y';
COMMENT ON COLUMN creditspread.accuracy.mape IS 'mean of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN creditspread.accuracy.rmse IS 'root mean squared error, in units of y';
COMMENT ON COLUMN creditspread.accuracy.rsr IS 'rmse over the standard deviation of the actual values; NULL when they do not vary';
COMMENT ON COLUMN creditspread.accuracy.sdape IS 'standard deviation of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN creditspread.accuracy.bias IS 'mean of forecast less actual, in units of y';
COMMENT ON COLUMN creditspread.accuracy.random_walk_mae IS 'mean absolute error of the random walk';
COMMENT ON COLUMN creditspread.accuracy.random_walk_rmse IS 'root mean squared error of the random walk';
COMMENT ON COLUMN creditspread.accuracy.coverage IS 'share of the actual values inside of the interval; NULL without intervals';
COMMENT ON COLUMN creditspread.accuracy.level IS 'share that the interval aims at';
COMMENT ON COLUMN creditspread.accuracy.dm_statistic IS
	'Diebold-Mariano statistic of squared errors against the random walk, Bartlett weights, negative when the model is better; NULL with fewer than 10 or 2 * horizon forecasts, when all losses are equal, or with an error of 1e70 or more';
COMMENT ON COLUMN creditspread.accuracy.dm_p_value IS 'its two-sided p-value';
COMMENT ON COLUMN creditspread.accuracy.better IS 'model or random_walk, if the p-value is below 0.05; else neither; NULL without a test';

CREATE VIEW creditspread.comparison WITH (security_barrier) AS
SELECT first_owner, first_model, first_version, second_owner, second_model, second_version, source, entity, horizon,
	n, (first).mae AS first_mae, (second).mae AS second_mae,
	(first).rmse AS first_rmse, (second).rmse AS second_rmse, (test).statistic AS dm_statistic, (test).p_value AS dm_p_value, (test).better
FROM (SELECT first_owner, first_model, first_version, second_owner, second_model, second_version, source, entity, horizon,
		count(*)::integer AS n, bool_and(same) AS same, creditspread_internal.forecast_accuracy(actual, first ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS first,
		creditspread_internal.forecast_accuracy(actual, second ORDER BY origin) FILTER (WHERE widest < 1e140 * least) AS second,
		creditspread_internal.dm_test(origin, actual, first, second, jsonb_build_object('horizon', horizon))
			FILTER (WHERE observations >= greatest(10, 2::bigint * horizon) AND horizon > 0 AND isfinite(origin) AND widest < 1e70 AND 1e9 * deviation > largest
				AND 1e14 * greatest(deviation, 1e-150) / greatest(least(widest, 1e70), 1e-150) > least(widest, 1e70) + level_size) AS test
	FROM (SELECT a.owner AS first_owner, a.model AS first_model, a.version AS first_version, b.owner AS second_owner,
			b.model AS second_model, b.version AS second_version, a.source, a.entity, a.horizon, a.origin, a.actual,
			a.forecast AS first, b.forecast AS second, a.actual = b.actual AS same, count(*) OVER g AS observations,
			max(greatest(abs(a.error), abs(b.error))) OVER g AS widest, coalesce(min(abs(nullif(a.actual, 0))) OVER g, 1) AS least,
			max(least(abs(a.actual), 1e70)) OVER g AS level_size,
			max(abs(creditspread_internal.square(a.error) - creditspread_internal.square(b.error))) OVER g AS largest,
			stddev_pop(creditspread_internal.square(a.error) - creditspread_internal.square(b.error)) FILTER (WHERE abs(a.error) < 1e70 AND abs(b.error) < 1e70) OVER g AS deviation
		FROM creditspread.forecast_vs_actual a
		JOIN creditspread.forecast_vs_actual b USING (source, entity, horizon, origin)
		WHERE a.actual IS NOT NULL AND b.actual IS NOT NULL AND (a.owner, a.model, a.version) < (b.owner, b.model, b.version)
		WINDOW g AS (PARTITION BY a.owner, a.model, a.version, b.owner, b.model, b.version, a.source, a.entity, a.horizon)) AS pair
	GROUP BY first_owner, first_model, first_version, second_owner, second_model, second_version, source, entity, horizon) AS grouped
WHERE same;
COMMENT ON VIEW creditspread.comparison IS
	'any two models, or versions of one, of the same data: their forecasts of the same series, origins and horizons, if the actual values are the same at all of them';
COMMENT ON COLUMN creditspread.comparison.first_owner IS 'owner of the first model';
COMMENT ON COLUMN creditspread.comparison.first_model IS 'name of the first model';
COMMENT ON COLUMN creditspread.comparison.first_version IS 'its version';
COMMENT ON COLUMN creditspread.comparison.second_owner IS 'owner of the second model';
COMMENT ON COLUMN creditspread.comparison.second_model IS 'name of the second model';
COMMENT ON COLUMN creditspread.comparison.second_version IS 'its version';
COMMENT ON COLUMN creditspread.comparison.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.comparison.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.comparison.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.comparison.n IS 'common forecasts with a known actual value';
COMMENT ON COLUMN creditspread.comparison.first_mae IS 'mean absolute error of the first, in units of y';
COMMENT ON COLUMN creditspread.comparison.second_mae IS 'mean absolute error of the second';
COMMENT ON COLUMN creditspread.comparison.first_rmse IS 'root mean squared error of the first';
COMMENT ON COLUMN creditspread.comparison.second_rmse IS 'root mean squared error of the second';
COMMENT ON COLUMN creditspread.comparison.dm_statistic IS
	'Diebold-Mariano statistic of squared errors, Bartlett weights, negative when the first is better; NULL with fewer than 10 or 2 * horizon forecasts, when all losses are equal, or with an error of 1e70 or more';
COMMENT ON COLUMN creditspread.comparison.dm_p_value IS 'its two-sided p-value';
COMMENT ON COLUMN creditspread.comparison.better IS 'first or second, if the p-value is below 0.05; else neither; NULL without a test';

CREATE VIEW creditspread.freshness WITH (security_barrier) AS
SELECT m.owner, m.model, m.version, m.trained_at, m.data_to, f.made_at AS forecast_at, f.origin AS last_origin, f.next_target,
	f.last_actual,
	((extract(epoch FROM now()) - extract(epoch FROM m.trained_at)) / 86400)::double precision AS model_age,
	((extract(epoch FROM timezone('UTC', now())) - extract(epoch FROM f.origin)) / 86400)::double precision AS forecast_age,
	coalesce(f.next_target < timezone('UTC', now()) - interval '1 day', true) AS stale
FROM creditspread.model_overview m
LEFT JOIN (SELECT owner, model, max(made_at) AS made_at, max(origin) AS origin, max(last_actual) AS last_actual,
		min(next_target) FILTER (WHERE latest) AS next_target
	FROM (SELECT owner, model, origin, max(made_at) AS made_at, max(target_time) FILTER (WHERE actual IS NOT NULL) AS last_actual,
			min(target_time) AS next_target, origin = max(origin) OVER (PARTITION BY owner, model) AS latest
		FROM creditspread.forecast_vs_actual WHERE source = 'forecast' GROUP BY owner, model, origin) AS day
	GROUP BY owner, model) f ON f.owner = m.owner AND f.model = m.model
WHERE m.active;
COMMENT ON VIEW creditspread.freshness IS 'how old the active models and their forecasts are';
COMMENT ON COLUMN creditspread.freshness.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.freshness.model IS 'name of the model';
COMMENT ON COLUMN creditspread.freshness.version IS 'active version';
COMMENT ON COLUMN creditspread.freshness.trained_at IS 'when it was trained';
COMMENT ON COLUMN creditspread.freshness.data_to IS 'last time of the data it was trained on';
COMMENT ON COLUMN creditspread.freshness.forecast_at IS 'when forecasts were made last';
COMMENT ON COLUMN creditspread.freshness.last_origin IS 'last row that a forecast knew';
COMMENT ON COLUMN creditspread.freshness.next_target IS 'nearest time forecast from there';
COMMENT ON COLUMN creditspread.freshness.last_actual IS 'last time forecast whose actual value is known';
COMMENT ON COLUMN creditspread.freshness.model_age IS 'days since the training';
COMMENT ON COLUMN creditspread.freshness.forecast_age IS 'days since the last origin';
COMMENT ON COLUMN creditspread.freshness.stale IS
	'whether the nearest time forecast passed more than a day ago, or no forecast was made: newer data should be there';

CREATE VIEW creditspread.run_log WITH (security_barrier) AS
SELECT r.id AS run_id, r.owner::text AS owner, r.model, r.version, r.kind, r.started, r.ended,
	CASE WHEN r.status = 'running' AND NOT creditspread_internal.is_at_work(r.owner, r.model, r.pid) THEN 'died' ELSE r.status END AS status,
	r.message, r.code, r.pid, r.series_total, r.series_done, r.series_failed, r.steps_total, r.steps_done, least(greatest(r.rows_stored, 0), 2147483647)::integer AS rows_stored,
	(extract(epoch FROM coalesce(r.ended, clock_timestamp())) - extract(epoch FROM r.started))::double precision AS seconds
FROM creditspread.run r
WHERE r.owner = ANY ((SELECT creditspread_internal.readable_owners())::name[])
	OR (r.owner, r.model) IN (SELECT s.owner, s.model FROM creditspread_internal.shared_models() s);
COMMENT ON VIEW creditspread.run_log IS 'log of the procedures';
COMMENT ON COLUMN creditspread.run_log.run_id IS 'number of the run';
COMMENT ON COLUMN creditspread.run_log.owner IS 'role that ran it';
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
COMMENT ON COLUMN creditspread.run_log.rows_stored IS 'forecasts stored, or actual values filled in';
COMMENT ON COLUMN creditspread.run_log.seconds IS 'time that it took, or has taken so far';

CREATE VIEW creditspread.progress WITH (security_barrier) AS
SELECT r.run_id, r.owner, r.model, r.version, r.kind, r.started, r.pid, r.series_total, r.series_done, r.series_failed, r.steps_total, r.steps_done,
	100.0::double precision * r.steps_done / nullif(r.steps_total, 0) AS percent, r.seconds,
	r.seconds * (r.steps_total::double precision - r.steps_done) / nullif(r.steps_done, 0) AS seconds_left, f.function, f.percent AS function_percent
FROM creditspread.run_log r LEFT JOIN creditspread_internal.fit_progress() f ON f.pid = r.pid AND f.role = r.owner
WHERE r.status = 'running';
COMMENT ON VIEW creditspread.progress IS 'what runs now; steps of work are seen as they are committed, and how far the function at work is as it goes';
COMMENT ON COLUMN creditspread.progress.run_id IS 'number of the run';
COMMENT ON COLUMN creditspread.progress.owner IS 'role that runs it';
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

GRANT SELECT ON creditspread.model_overview, creditspread.forecast_vs_actual, creditspread.forecast_latest, creditspread.accuracy,
	creditspread.comparison, creditspread.freshness, creditspread.run_log, creditspread.progress TO PUBLIC;

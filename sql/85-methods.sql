-- The methods that creditspread.train knows: a row each, with the fit and the forecast of many units as templates; and those that combine others.
--
-- ar, arima, ets, theta, var, cir, trend_seasonal and kalman of y itself have bounds of their own, which know no wild and calm days: they stand where validation has too few errors.
-- The arguments of a function of ours have the very types that it declares, NULL cast: no other can fit better.  What a fit
-- learnt is decoded once for a unit and not for each of its rows, where it is text.

INSERT INTO creditspread.method (name, description, unit, uses_features, takes_missing, intervals, options, reserved_options, check_options, rows_needed, fit, forecast, validation, provided)
VALUES
('random_walk', 'the last value', 'series or panel', false, false, 'validation', '{}', '{}',
'SELECT creditspread_internal.random_walk_check_options($1 - ''interval_level'')', 'SELECT unit, 1 FROM a',
$fit$
SELECT unit, convert_to(jsonb_build_object('rows', count(y))::text, 'UTF8') AS artifact FROM s GROUP BY unit
$fit$,
$forecast$
SELECT s.unit, s.entity, s."time", horizon, s.y AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s, unnest($2) AS horizon
$forecast$, NULL, true),

('mean', 'the mean of all values', 'series or panel', false, false, 'validation', '{}', '{}',
'SELECT creditspread_internal.mean_check_options($1 - ''interval_level'')', 'SELECT unit, 1 FROM a',
$fit$
SELECT unit, convert_to(jsonb_object_agg(entity, mean)::text, 'UTF8') AS artifact
FROM (SELECT unit, entity, avg(y) AS mean FROM s GROUP BY unit, entity) AS means GROUP BY unit
$fit$,
$forecast$
SELECT s.unit, s.entity, s."time", horizon, means.mean AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s JOIN (SELECT unit, entity, mean::float8 AS mean FROM a, jsonb_each_text(convert_from(artifact, 'UTF8')::jsonb) AS told (entity, mean)) AS means USING (unit, entity),
	unnest($2) AS horizon
$forecast$, NULL, true),

('drift', 'the last value and the mean change of the fitted rows for each row ahead', 'series', false, false, 'validation', '{}', '{}',
'SELECT creditspread_internal.drift_check_options($1 - ''interval_level'')', 'SELECT unit, 1 FROM a',
$fit$
WITH placed AS MATERIALIZED (
	SELECT unit, y, row_number() OVER (PARTITION BY unit ORDER BY "time") AS place FROM s
), ends AS (
	SELECT unit, min(place) AS first, max(place) AS last FROM placed WHERE y IS NOT NULL GROUP BY unit
)
SELECT unit, convert_to(jsonb_build_object('drift', coalesce((later.y - earlier.y) / nullif(last - first, 0), 0))::text, 'UTF8') AS artifact
FROM ends JOIN placed AS earlier USING (unit) JOIN placed AS later USING (unit) WHERE earlier.place = first AND later.place = last
$fit$,
$forecast$
SELECT s.unit, s.entity, s."time", horizon, s.y + horizon * drift AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s JOIN (SELECT unit, (convert_from(artifact, 'UTF8')::jsonb ->> 'drift')::float8 AS drift FROM a OFFSET 0) AS told USING (unit), unnest($2) AS horizon
$forecast$, NULL, true),

('seasonal_naive', 'the value of the same season in the last period', 'series', false, false, 'validation', NULL, '{}',
'SELECT creditspread_internal.seasonal_naive_check_options($1 - ''interval_level'')',
'SELECT unit, (convert_from(artifact, ''UTF8'')::jsonb ->> ''period'')::integer FROM a',
$fit$
SELECT unit, convert_to(CASE WHEN count(y) < period
	THEN creditspread_internal.refuse(format('seasonal_naive needs at least %s values, has %s', period, count(y)), 'Give more rows or a shorter period.')
	ELSE jsonb_build_object('period', period, 'rows', count(y))::text END, 'UTF8') AS artifact
FROM s, (SELECT ($1 ->> 'period')::integer AS period) AS option GROUP BY unit, period
$fit$,
$forecast$
SELECT unit, entity, "time", horizon, forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM (SELECT s.unit, s.entity, s."time", horizon, lag(s.y, period - 1 - (horizon - 1) % period) OVER (PARTITION BY s.unit, s.entity, horizon ORDER BY s."time") AS forecast
	FROM s JOIN (SELECT unit, (convert_from(artifact, 'UTF8')::jsonb ->> 'period')::integer AS period FROM a OFFSET 0) AS told USING (unit), unnest($2) AS horizon) AS seasons
$forecast$, NULL, true),

('ar', 'autoregression, see var_fit', 'series', false, false, 'validation', NULL, '{method,horizon}',
'SELECT creditspread_internal.var_check_options($1 - ''interval_level'')',
'SELECT unit, creditspread_internal.rows_needed(convert_from(artifact, ''UTF8'')::@extschema@.var_model) FROM a',
$fit$
SELECT unit, convert_to(creditspread_internal.var_fit("time", ARRAY[y], $1 - 'interval_level' || '{"method": "ar"}')::text, 'UTF8') AS artifact FROM s GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", horizon, (f).forecast[place][1] AS forecast, (f).lower[place][1] AS lower, (f).upper[place][1] AS upper
FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.var_forecasts(fitted.model, ARRAY[s.y], NULL::float8[], $2, $3)
		OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f
	FROM s JOIN (SELECT unit, convert_from(artifact, 'UTF8')::@extschema@.var_model AS model FROM a OFFSET 0) AS fitted USING (unit)) AS forecasts,
	unnest((f).horizon) WITH ORDINALITY AS ahead (horizon, place)
$forecast$, NULL, true),

('var', 'vector autoregression of y and the features, see var_fit', 'series', true, true, 'validation', NULL, '{horizon}',
'SELECT creditspread_internal.var_check_options($1 - ''{interval_level,known}''::text[])',
'SELECT unit, max(creditspread_internal.rows_needed(model::@extschema@.var_model)) FROM (SELECT unit, convert_from(artifact, ''UTF8'') AS told FROM a OFFSET 0) AS texts, '
	'LATERAL (SELECT told AS model WHERE told LIKE ''(%'' UNION ALL SELECT value FROM jsonb_each_text(CASE WHEN told LIKE ''{%'' THEN told::jsonb END)) AS models GROUP BY unit',
-- with features known in advance a direct fit for each horizon, which they are exogenous terms of
$fit$
SELECT unit, convert_to(CASE WHEN $1 ? 'known' THEN jsonb_object_agg(horizon, model)::text ELSE max(model) END, 'UTF8') AS artifact
FROM (SELECT unit, 0 AS horizon, creditspread_internal.var_fit("time", ARRAY[y] || features, $1 - '{interval_level,known}'::text[])::text AS model
	FROM s WHERE NOT $1 ? 'known' GROUP BY unit
	UNION ALL
	SELECT unit, horizon, creditspread_internal.var_fit("time", ARRAY[y] || own, exogenous, $1 - '{interval_level,known}'::text[] || jsonb_build_object('horizon', horizon))::text
	FROM s, unnest($2) AS horizon, creditspread_internal.split_features(features, $4, $1 -> 'known', $2, horizon) WHERE $1 ? 'known' GROUP BY unit, horizon) AS fits
GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", horizon, (f).forecast[place][1] AS forecast, (f).lower[place][1] AS lower, (f).upper[place][1] AS upper
FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.var_forecasts(fitted.model, ARRAY[s.y] || s.features, NULL::float8[], $2, $3)
		OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f
	FROM s JOIN (SELECT unit, convert_from(artifact, 'UTF8')::@extschema@.var_model AS model FROM a WHERE NOT $1 ? 'known' OFFSET 0) AS fitted USING (unit)
	UNION ALL
	SELECT s.unit, s.entity, s."time", creditspread_internal.var_forecasts(fitted.model, ARRAY[s.y] || own, exogenous, ARRAY[horizon], $3)
		OVER (PARTITION BY s.unit, s.entity, horizon ORDER BY s."time")
	FROM s JOIN (SELECT unit, horizon, (convert_from(artifact, 'UTF8')::jsonb ->> horizon::text)::@extschema@.var_model AS model FROM a, unnest($2) AS horizon
		WHERE $1 ? 'known' OFFSET 0) AS fitted USING (unit), creditspread_internal.split_features(s.features, $4, $1 -> 'known', $2, horizon)) AS forecasts,
	unnest((f).horizon) WITH ORDINALITY AS ahead (horizon, place)
$forecast$, NULL, true),

('cir', 'the square-root process of Cox, Ingersoll and Ross, see cir_fit', 'series', false, false, 'validation', NULL, '{}',
'SELECT creditspread_internal.cir_check_options($1 - ''interval_level'')', 'SELECT unit, 1 FROM a',
$fit$
SELECT unit, convert_to(creditspread_internal.cir_fit("time", y, $1 - 'interval_level')::text, 'UTF8') AS artifact FROM s GROUP BY unit
$fit$,
$forecast$
SELECT s.unit, s.entity, s."time", horizon, f.forecast, f.lower, f.upper
FROM (SELECT unit, convert_from(artifact, 'UTF8')::@extschema@.cir_model AS model FROM a OFFSET 0) AS fitted JOIN s USING (unit), unnest($2) AS horizon,
	LATERAL creditspread_internal.cir_forecast(fitted.model, s.y, horizon, $3) AS f
$forecast$, NULL, true),

('trend_seasonal', 'trend of straight pieces with seasons and holidays, see trend_seasonal_fit', 'series', false, false, 'validation', NULL, '{}',
'SELECT creditspread_internal.trend_seasonal_check_options($1 - ''interval_level'')', 'SELECT unit, 1 FROM a',
$fit$
SELECT unit, convert_to(creditspread_internal.trend_seasonal_fit("time", y, $1 - 'interval_level')::text, 'UTF8') AS artifact FROM s GROUP BY unit
$fit$,
-- rows ahead lie as far from each other as those of the fit did on average
$forecast$
SELECT s.unit, s.entity, s."time", horizon, f.forecast, f.lower, f.upper
FROM (SELECT unit, convert_from(artifact, 'UTF8')::@extschema@.trend_seasonal_model AS model FROM a OFFSET 0) AS fitted JOIN s USING (unit), unnest($2) AS horizon,
	LATERAL creditspread_internal.trend_seasonal_forecast(fitted.model, s."time" + horizon * (fitted.model).step * interval '1 day', $3) AS f
$forecast$, NULL, true),

('kalman', 'autoregression with noise of the changes of y, or one of the models of kalman_fit; y may be missing', 'series', false, false, 'validation',
NULL, '{}', 'SELECT creditspread_internal.kalman_check_options($1 - ''interval_level'')', NULL,
-- The autoregression has mean zero: levels are centred for it.  Changes must tell more than noise does, by the Bayesian
-- information criterion, which counts two parameters for it, and vary by more
-- than the last digits of y; else, and where a level has no noise, it is the random walk.
$fit$
SELECT unit, convert_to(jsonb_build_object('mean', mean, 'difference', difference, 'model', CASE WHEN noise THEN
		'{"transition": [[0]], "observation": [[1]], "process_covariance": [[0]], "observation_covariance": [[1]], "start": "predicted"}'::jsonb
		ELSE to_jsonb(model) END,
	'random_walk', noise OR one_state AND model_name = 'local_level' AND NOT difference AND coalesce((model).at_bound = 'observation_variance', false))::text, 'UTF8') AS artifact
FROM (SELECT unit, mean, difference, model_name, model, one_state, difference AND CASE WHEN one_state THEN coalesce((model).log_likelihood
		+ 0.5 * n * (ln(2 * pi() * nullif(square, 0)) + 1) <= ln(n), true) ELSE (model).transition IS NULL END AS noise
	FROM (SELECT unit, mean, difference, model_name, model_name IN ('local_level', 'ar1_plus_noise') AND NOT coalesce('none' <> ANY (ARRAY[$1 ->> 'seasonal', $1 ->> 'cycle']), false) AS one_state,
			sum(value * value) / nullif(count(value), 0) AS square, count(value)::float8 AS n,
			creditspread_internal.kalman_fit("time", value, given) FILTER (WHERE NOT difference OR varies) AS model
		FROM (SELECT *, max(value) OVER of_unit / 2 - min(value) OVER of_unit / 2 > 5e-15 * max(abs(y)) OVER of_unit AS varies
			FROM (SELECT s.unit, s."time", s.y, mean, difference, model_name, $1 - '{interval_level,difference}'::text[] || jsonb_build_object('model', model_name) AS given,
					CASE WHEN difference THEN s.y - lag(s.y) OVER (PARTITION BY s.unit ORDER BY s."time") ELSE s.y - mean END AS value
				FROM s JOIN (SELECT unit, difference, model_name, CASE WHEN model_name = 'ar1_plus_noise' AND NOT difference THEN avg(y) ELSE 0 END AS mean
					FROM s, (SELECT difference, coalesce($1 ->> 'model',
							CASE WHEN difference AND NOT coalesce('none' <> ANY (ARRAY[$1 ->> 'seasonal', $1 ->> 'cycle']), false) THEN 'ar1_plus_noise' ELSE 'local_level' END) AS model_name
						FROM (SELECT coalesce(($1 ->> 'difference')::boolean, NOT ($1 ? 'model' OR coalesce('none' <> ANY (ARRAY[$1 ->> 'seasonal', $1 ->> 'cycle']), false))) AS difference) AS form) AS named
					GROUP BY unit, difference, model_name) AS centre USING (unit)) AS taken WINDOW of_unit AS (PARTITION BY unit)) AS told
		GROUP BY unit, mean, difference, model_name, given) AS fits) AS compared
$fit$,
$forecast$
WITH fitted AS MATERIALIZED (
	SELECT unit, (told ->> 'mean')::float8 AS mean, coalesce((told ->> 'difference')::boolean, false) AS difference,
		jsonb_populate_record(NULL::@extschema@.kalman_model, told -> 'model') AS model
	FROM (SELECT unit, convert_from(artifact, 'UTF8')::jsonb AS told FROM a OFFSET 0) AS parsed OFFSET 0
), taken AS MATERIALIZED (
	SELECT s.unit, s.entity, s."time", s.y, mean, difference, difference AND array_length((model).transition, 1) = 1 AS summed, model,
		CASE WHEN difference THEN s.y - lag(s.y) OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") ELSE s.y - mean END AS value
	FROM s JOIN fitted USING (unit)
), ahead AS (
	SELECT unit, entity, "time", y, mean, difference, creditspread_internal.kalman_forecast_steps(model, value,
		CASE WHEN difference THEN ARRAY(SELECT generate_series(1, (SELECT max(h) FROM unnest($2) AS h))) ELSE $2 END,
		NULL::float8[], NULL::float8[], $3) OVER (PARTITION BY unit, entity ORDER BY "time") AS f
	FROM taken WHERE NOT summed
)
SELECT unit, entity, "time", horizon, CASE WHEN transition = 1 THEN y + filtered * horizon
		ELSE y + coalesce(filtered * transition * (1 - transition ^ horizon) / (1 - transition), 0) END AS forecast,
	NULL::float8 AS lower, NULL::float8 AS upper
FROM (SELECT unit, entity, "time", y, (model).transition[1][1] AS transition,
		(creditspread_internal.kalman_filter(value, model, NULL::float8[]) OVER (PARTITION BY unit, entity ORDER BY "time")).filtered AS filtered
	FROM taken WHERE summed) AS states, unnest($2) AS horizon
UNION ALL
SELECT unit, entity, "time", step, mean + forecast, mean + lower, mean + upper FROM ahead, unnest(f) WHERE NOT difference
UNION ALL
SELECT unit, entity, "time", horizon, y + (SELECT sum(forecast) FROM unnest(f) WHERE step <= horizon), NULL::float8, NULL::float8
FROM ahead, unnest($2) AS horizon WHERE difference
$forecast$, NULL, true),

('reflection', 'random walk or autoregression, corrected by its filtered errors, see reflection_forecast', 'series', false, false, 'validation',
NULL, '{}', 'SELECT creditspread_internal.reflection_check_options($1 - ''interval_level'')', NULL,
$fit$
SELECT unit, convert_to(CASE coalesce($1 ->> 'base', 'random_walk')
	WHEN 'ar' THEN creditspread_internal.var_fit("time", ARRAY[y],
		jsonb_strip_nulls(jsonb_build_object('method', 'ar', 'lags', $1 -> 'lags')))::text
	ELSE 'random_walk' END, 'UTF8') AS artifact
FROM s GROUP BY unit
$fit$,
-- Deviations are those of one row ahead, which do not overlap: d(t) = y(t) - f(t - 1).  What is expected of the next ones,
-- fading by A, moves the base forecast h rows ahead by the response of the base, psi(h - j) to that of row j.
$forecast$
WITH RECURSIVE told AS MATERIALIZED (
	SELECT unit, convert_from(artifact, 'UTF8') AS base FROM a
), fitted AS MATERIALIZED (
	SELECT unit, base::@extschema@.var_model AS model FROM told WHERE base <> 'random_walk'
), response (unit, psi, phi) AS (
	SELECT unit, ARRAY[1::float8], '{1}'::float8[] FROM told WHERE base = 'random_walk'
	UNION ALL
	SELECT unit, ARRAY[1::float8], ARRAY(SELECT (model).coefficients[place][1] FROM generate_series(2, array_length((model).coefficients, 1)) AS place ORDER BY place) FROM fitted
	UNION ALL
	SELECT unit, psi || (SELECT sum(psi[cardinality(psi) + 1 - i] * phi[i]) FROM generate_series(1, least(cardinality(psi), cardinality(phi))) AS i), phi
	FROM response WHERE cardinality(psi) < (SELECT max(h) FROM unnest($2) AS h)
), next AS (
	SELECT unit, entity, "time", creditspread_internal.reflection_forecast(y, base, ($1 ->> 'fit_window')::integer, ($1 ->> 'refit_every')::integer,
			coalesce($1 ->> 'model', 'ar1_plus_noise')) OVER (PARTITION BY unit, entity ORDER BY "time") AS f
	FROM (SELECT s.unit, s.entity, s."time", s.y, (creditspread_internal.var_forecasts(fitted.model, ARRAY[s.y], NULL::float8[], '{1}'::integer[], $3)
				OVER (PARTITION BY s.unit, s.entity ORDER BY s."time")).forecast[1][1] AS base
			FROM s JOIN fitted USING (unit)
			UNION ALL
			SELECT s.unit, s.entity, s."time", s.y, s.y FROM s JOIN told USING (unit) WHERE told.base = 'random_walk') AS ahead
), moved AS (
	SELECT unit, transition, horizon, (SELECT sum(psi[horizon - j] * transition ^ j) FROM generate_series(0, horizon - 1) AS j) AS weight
	FROM (SELECT DISTINCT unit, (f).transition AS transition FROM next WHERE (f).correction <> 0) AS models
		JOIN (SELECT DISTINCT ON (unit) unit, psi FROM response ORDER BY unit, cardinality(psi) DESC) AS longest USING (unit), unnest($2) AS horizon
), bases AS (
	SELECT unit, entity, "time", horizon, (f).forecast[place][1] AS base
	FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.var_forecasts(fitted.model, ARRAY[s.y], NULL::float8[], $2, $3)
			OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f FROM s JOIN fitted USING (unit)) AS forecasts,
		unnest((f).horizon) WITH ORDINALITY AS ahead (horizon, place)
	UNION ALL
	SELECT s.unit, s.entity, s."time", horizon, s.y FROM s JOIN told USING (unit), unnest($2) AS horizon WHERE told.base = 'random_walk'
)
SELECT bases.unit, bases.entity, bases."time", bases.horizon, base + CASE WHEN (f).correction <> 0 THEN (f).correction * weight ELSE 0 END AS forecast,
	NULL::float8 AS lower, NULL::float8 AS upper
FROM bases JOIN next USING (unit, entity, "time")
	LEFT JOIN moved ON moved.unit = bases.unit AND moved.transition = (f).transition AND moved.horizon = bases.horizon
$forecast$, NULL, true),

('nelson_siegel', 'dynamic Nelson-Siegel: factors of each curve and their autoregression; the query has a column maturity', 'curve', false, false,
'validation', NULL, '{}', 'SELECT creditspread_internal.nelson_siegel_check_options($1 - ''interval_level'')', NULL,
$fit$
SELECT unit, convert_to(jsonb_build_object('decay', decay, 'model', creditspread_internal.var_fit("time", ARRAY[(curve).level, (curve).slope, (curve).curvature],
		jsonb_strip_nulls(jsonb_build_object('method', coalesce($1 ->> 'dynamics', 'ar'), 'lags', coalesce($1 -> 'lags', '1')))))::text, 'UTF8') AS artifact
FROM (SELECT unit, "time", decay, creditspread_internal.nelson_siegel_fit(maturity, y, decay) AS curve
	FROM s, (SELECT coalesce(($1 ->> 'decay')::float8, 0.7308) AS decay) AS option
	WHERE y IS NOT NULL GROUP BY unit, "time", decay HAVING count(*) >= 3) AS curves
GROUP BY unit, decay
$fit$,
-- what y is off its curve stays: y moves as its curve does
$forecast$
SELECT s.unit, s.entity, s."time", horizon,
	s.y + creditspread_internal.nelson_siegel_yield(ROW((f).forecast[place][1] - (curve).level, (f).forecast[place][2] - (curve).slope, (f).forecast[place][3] - (curve).curvature,
		decay, 0, 1, 3, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::@extschema@.nelson_siegel_curve, s.maturity) AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s JOIN (SELECT unit, "time", decay, curve, creditspread_internal.var_forecasts(model, ARRAY[(curve).level, (curve).slope, (curve).curvature],
			NULL::float8[], $2, $3) OVER (PARTITION BY unit ORDER BY "time") AS f
		FROM (SELECT s.unit, s."time", creditspread_internal.nelson_siegel_fit(s.maturity, s.y, decays.decay) AS curve
				FROM s JOIN (SELECT unit, (convert_from(artifact, 'UTF8')::jsonb ->> 'decay')::float8 AS decay FROM a OFFSET 0) AS decays USING (unit)
				WHERE s.y IS NOT NULL GROUP BY s.unit, s."time" HAVING count(*) >= 3) AS curves
			JOIN (SELECT unit, (told ->> 'decay')::float8 AS decay, jsonb_populate_record(NULL::@extschema@.var_model, told -> 'model') AS model
				FROM (SELECT unit, convert_from(artifact, 'UTF8')::jsonb AS told FROM a OFFSET 0) AS parsed OFFSET 0) AS fitted USING (unit)) AS factors
	USING (unit, "time"), unnest((f).horizon) WITH ORDINALITY AS ahead (horizon, place)
$forecast$, NULL, true),

('linear', 'robust linear model of changes, see linear_fit; y and features may be missing', 'series or panel', true, true, 'method', NULL, '{horizons,feature_names}',
'SELECT creditspread_internal.linear_check_options($1 || jsonb_build_object(''horizons'', $2))',
'SELECT unit, creditspread_internal.linear_rows(creditspread_internal.from_bytes(artifact, NULL::@extschema@.linear_model)) FROM a',
$fit$
SELECT unit, creditspread_internal.to_bytes(coalesce(creditspread_internal.linear_fit("time", y, features, options) FILTER (WHERE NOT $5),
		creditspread_internal.linear_fit(entity, "time", y, features, options) FILTER (WHERE $5))) AS artifact
FROM s, (SELECT $1 || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", ahead.step AS horizon, ahead.forecast, ahead.lower, ahead.upper
FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.linear_forecast_steps(creditspread_internal.from_bytes(a.artifact, NULL::@extschema@.linear_model), s.y, s.features)
		OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f
	FROM s JOIN a USING (unit)) AS forecasts, unnest(f) AS ahead
$forecast$,
$validation$
SELECT unit, sum(tested)::bigint, sum(tested * mae) / sum(tested), sqrt(sum(tested * creditspread_internal.square(rmse)) / sum(tested)),
	sum(tested * random_walk_mae) / sum(tested), sqrt(sum(tested * creditspread_internal.square(random_walk_rmse)) / sum(tested))
FROM a, jsonb_to_recordset(creditspread_internal.model_info(creditspread_internal.from_bytes(artifact, NULL::@extschema@.linear_model)) -> 'horizons')
	AS h (tested float8, mae float8, rmse float8, random_walk_mae float8, random_walk_rmse float8)
WHERE tested > 0 GROUP BY unit
$validation$, true),

('rnn', 'recurrent network, see rnn_fit', 'series or panel', true, true, 'method', NULL, '{horizons,feature_names}',
'SELECT creditspread_internal.rnn_check_options($1 - ''known'')',
'SELECT unit, creditspread_internal.rows_needed(creditspread_internal.from_bytes(artifact, NULL::@extschema@.rnn_model)) FROM a',
$fit$
SELECT unit, creditspread_internal.to_bytes(coalesce(creditspread_internal.rnn_fit("time", y, features, options) FILTER (WHERE NOT $5),
		creditspread_internal.rnn_fit(entity, "time", y, features, options) FILTER (WHERE $5))) AS artifact
FROM s, (SELECT $1 - 'known' || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", ahead.horizon, ahead.forecast, ahead.lower, ahead.upper, (f).quantiles[ahead.place:ahead.place] AS quantiles
FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.rnn_forecasts(creditspread_internal.from_bytes(a.artifact, NULL::@extschema@.rnn_model), s.y, s.features)
		OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f
	FROM s JOIN a USING (unit)) AS forecasts,
	unnest((f).horizon, (f).forecast, (f).lower, (f).upper) WITH ORDINALITY AS ahead (horizon, forecast, lower, upper, place)
$forecast$,
$validation$
SELECT unit, (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT unit, creditspread_internal.model_info(creditspread_internal.from_bytes(artifact, NULL::@extschema@.rnn_model)) -> 'training' AS info FROM a OFFSET 0) AS described
$validation$, true),

('transformer', 'Transformer, see transformer_fit', 'series or panel', true, true, 'method', NULL, '{horizons,feature_names}',
'SELECT creditspread_internal.transformer_check_options($1 - ''known'')',
'SELECT unit, creditspread_internal.rows_needed(creditspread_internal.from_bytes(artifact, NULL::@extschema@.transformer_model)) FROM a',
$fit$
SELECT unit, creditspread_internal.to_bytes(coalesce(creditspread_internal.transformer_fit("time", y, features, options) FILTER (WHERE NOT $5),
		creditspread_internal.transformer_fit(entity, "time", y, features, options) FILTER (WHERE $5))) AS artifact
FROM s, (SELECT $1 - 'known' || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", ahead.horizon, ahead.forecast, ahead.lower, ahead.upper, (f).quantiles[ahead.place:ahead.place] AS quantiles
FROM (SELECT s.unit, s.entity, s."time",
		creditspread_internal.transformer_forecasts(creditspread_internal.from_bytes(a.artifact, NULL::@extschema@.transformer_model), s.y, s.features)
		OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f
	FROM s JOIN a USING (unit)) AS forecasts,
	unnest((f).horizon, (f).forecast, (f).lower, (f).upper) WITH ORDINALITY AS ahead (horizon, forecast, lower, upper, place)
$forecast$,
$validation$
SELECT unit, (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT unit, creditspread_internal.model_info(creditspread_internal.from_bytes(artifact, NULL::@extschema@.transformer_model)) -> 'training' AS info FROM a OFFSET 0) AS described
$validation$, true),

('graph_rank', 'network of many series that see each other along relations, see graph_rank_fit', 'panel', true, true, 'method', NULL,
'{horizons,feature_names}', 'SELECT creditspread_internal.graph_rank_check_options($1 - ''graph'')',
'SELECT unit, creditspread_internal.rows_needed(creditspread_internal.from_bytes(artifact, NULL::@extschema@.graph_rank_model)) FROM a',
-- the option graph is a query for source, target and kind of the relations
$fit$
SELECT unit, creditspread_internal.to_bytes(creditspread_internal.graph_rank_fit(entity, "time", y, features, "group", graph, options)) AS artifact
FROM s, (SELECT creditspread_internal.value_as_given(CASE WHEN $1 ? 'graph' THEN format('SELECT creditspread_internal.relation_graph(creditspread_internal.as_text(ROW(q.source)), '
			'creditspread_internal.as_text(ROW(q.target)), creditspread_internal.as_text(ROW(q.kind)))::pg_catalog.text '
			|| E'FROM (\n%s\n) AS q (source, target, kind)', creditspread_internal.as_query($1 ->> 'graph')) END, $6)::@extschema@.relation_graph AS graph,
		$1 - 'graph' || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", ahead.horizon, ahead.forecast, ahead.lower, ahead.upper
FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.graph_rank_forecasts(
			creditspread_internal.from_bytes(a.artifact, NULL::@extschema@.graph_rank_model), s.entity, s."time", s.y, s.features, s."group")
		OVER (PARTITION BY s.unit) AS f
	FROM s JOIN a USING (unit)) AS forecasts,
	unnest((f).horizon, (f).forecast, (f).lower, (f).upper) AS ahead (horizon, forecast, lower, upper)
$forecast$,
$validation$
SELECT unit, (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT unit, creditspread_internal.model_info(creditspread_internal.from_bytes(artifact, NULL::@extschema@.graph_rank_model)) -> 'training' AS info FROM a OFFSET 0) AS described
$validation$, true);

--@ each method: boosted_trees, random_forest, svr
INSERT INTO creditspread.method (name, description, unit, uses_features, takes_missing, intervals, options, reserved_options, check_options, rows_needed, fit, forecast, validation, provided)
VALUES
('@method@', 'a forecast from the last rows, see @method@_fit; y and features may be missing', 'series or panel', true, true, 'method', NULL, '{horizons,feature_names}',
'SELECT creditspread_internal.@method@_check_options($1 || jsonb_build_object(''horizons'', $2))',
'SELECT unit, creditspread_internal.rows_needed(creditspread_internal.from_bytes(artifact, NULL::@extschema@.@method@_model)) FROM a',
$fit$
SELECT unit, creditspread_internal.to_bytes(coalesce(creditspread_internal.@method@_fit("time", y, features, options) FILTER (WHERE NOT $5),
		creditspread_internal.@method@_fit(entity, "time", y, features, options) FILTER (WHERE $5))) AS artifact
FROM s, (SELECT $1 || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", ahead.step AS horizon, ahead.forecast, ahead.lower, ahead.upper
FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.@method@_forecast_steps(creditspread_internal.from_bytes(a.artifact, NULL::@extschema@.@method@_model), s.y, s.features)
		OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f
	FROM s JOIN a USING (unit)) AS forecasts, unnest(f) AS ahead
$forecast$,
$validation$
SELECT unit, sum(tested)::bigint, sum(tested * mae) / sum(tested), sqrt(sum(tested * creditspread_internal.square(rmse)) / sum(tested)),
	sum(tested * random_walk_mae) / sum(tested), sqrt(sum(tested * creditspread_internal.square(random_walk_rmse)) / sum(tested))
FROM a, jsonb_to_recordset(creditspread_internal.model_info(creditspread_internal.from_bytes(artifact, NULL::@extschema@.@method@_model)) -> 'horizons')
	AS h (tested float8, mae float8, rmse float8, random_walk_mae float8, random_walk_rmse float8)
WHERE tested > 0 GROUP BY unit
$validation$, true);
--@ end

-- the network without recurrence: a preset of rnn
INSERT INTO creditspread.method (name, description, unit, uses_features, takes_missing, intervals, options, reserved_options, check_options, rows_needed, fit, forecast, validation, provided)
SELECT 'mlp', 'network without recurrence, see rnn_options(preset => ''mlp'')', unit, uses_features, takes_missing, intervals, options, reserved_options || '{preset,warm_start}',
	'SELECT creditspread_internal.rnn_check_options($1 - ''known'' || ''{"preset": "mlp"}'')', rows_needed,
	replace(fit, '$1 -', '''{"preset": "mlp"}'' || $1 -'), forecast, validation, provided
FROM creditspread.method WHERE name = 'rnn';

-- A model begins with what it knows before the first row of its fit: rows before that one are none of its own.
--@ each method: ets, theta
INSERT INTO creditspread.method (name, description, unit, uses_features, takes_missing, intervals, options, reserved_options, check_options, rows_needed, fit, forecast, validation, provided)
VALUES
('@method@', 'see @method@_fit; y may be missing', 'series', false, true, 'validation', NULL, '{}', 'SELECT creditspread_internal.@method@_check_options($1)', NULL,
$fit$
SELECT unit, creditspread_internal.to_bytes(creditspread_internal.@method@_fit("time", y, $1 || jsonb_build_object('interval_level', $3))) AS artifact FROM s GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", ahead.step AS horizon, ahead.forecast, ahead.lower, ahead.upper
FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.@method@_forecast_steps(fitted.model, s.y, $2) OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f
	FROM (SELECT unit, model, (creditspread_internal.model_info(model) #>> '{training,first_time}')::timestamp AS first_time
			FROM (SELECT unit, creditspread_internal.from_bytes(artifact, NULL::@extschema@.@method@_model) AS model FROM a OFFSET 0) AS stored OFFSET 0) AS fitted
		JOIN s ON s.unit = fitted.unit AND s."time" >= fitted.first_time) AS forecasts, unnest(f) AS ahead
$forecast$, NULL, true);
--@ end

-- Of the features it takes those that are known in advance: a regression has no forecast by others.
INSERT INTO creditspread.method (name, description, unit, uses_features, takes_missing, intervals, options, reserved_options, check_options, rows_needed, fit, forecast, validation, provided)
VALUES
('arima', 'see arima_fit; y may be missing; features known in advance are a regression whose errors are the ARIMA', 'series', false, true, 'validation', NULL, '{}',
'SELECT creditspread_internal.arima_check_options($1 - ''known'')', NULL,
$fit$
SELECT unit, creditspread_internal.to_bytes(creditspread_internal.arima_fit("time", y,
		CASE WHEN $1 ? 'known' THEN creditspread_internal.known_ones(features, $4, $1) ELSE '{}'::float8[] END, options)) AS artifact
FROM s, (SELECT $1 - 'known' || jsonb_build_object('interval_level', $3) AS options OFFSET 0) AS given GROUP BY unit
$fit$,
$forecast$
SELECT unit, entity, "time", ahead.step AS horizon, ahead.forecast, ahead.lower, ahead.upper
FROM (SELECT s.unit, s.entity, s."time", creditspread_internal.arima_forecast_steps(fitted.model, s.y,
		CASE WHEN $1 ? 'known' THEN creditspread_internal.known_ones(s.features, $4, $1) ELSE '{}'::float8[] END, $2)
		OVER (PARTITION BY s.unit, s.entity ORDER BY s."time") AS f
	FROM (SELECT unit, model, (creditspread_internal.model_info(model) #>> '{training,first_time}')::timestamp AS first_time
			FROM (SELECT unit, creditspread_internal.from_bytes(artifact, NULL::@extschema@.arima_model) AS model FROM a OFFSET 0) AS stored OFFSET 0) AS fitted
		JOIN s ON s.unit = fitted.unit AND s."time" >= fitted.first_time) AS forecasts, unnest(f) AS ahead
$forecast$, NULL, true);

INSERT INTO creditspread.method (name, description, unit, uses_features, takes_missing, intervals, options, members, provided)
VALUES
('combination', 'the mean of the forecasts of several methods, the random walk among them', 'series or panel', true, true, 'validation', '{methods,options,weights,known}',
'SELECT method, $1 -> ''options'' -> method FROM (SELECT jsonb_array_elements_text($1 -> ''methods'') UNION SELECT ''random_walk'') AS given (method) ORDER BY method', true),
('auto', 'for each horizon the best of several methods, their mean or the random walk, by errors in the past of each series', 'series or panel', true, true, 'validation',
'{methods,options,known}',
'SELECT method, $1 -> ''options'' -> method FROM (SELECT jsonb_array_elements_text(coalesce($1 -> ''methods'', (CASE WHEN $2 THEN ''["linear"]'' ELSE ''["linear", "ar", "kalman"]'' END)::jsonb)) '
	'UNION SELECT ''random_walk'') AS given (method) ORDER BY method', true);

UPDATE creditspread.method SET known = CASE WHEN name = ANY ('{linear,boosted_trees,random_forest,svr,arima}') THEN 'rows' ELSE 'columns' END
WHERE name = ANY ('{linear,boosted_trees,random_forest,svr,arima,var,rnn,transformer,mlp}');

-- ---- combinations --------------------------------------------------------------------------------------------------

-- The methods that a method combines, each as a model of its own; else the method itself.
CREATE FUNCTION creditspread_internal.members(m creditspread.model) RETURNS SETOF creditspread.model
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	named text := (SELECT k.members FROM creditspread.method k WHERE k.name = m.method);
	whole jsonb := m.options;
	given record;
BEGIN
	IF named IS NULL THEN
		RETURN NEXT m;
		RETURN;
	END IF;
	FOR given IN EXECUTE format('SELECT q.method::text, coalesce(q.options, ''{}'')::jsonb AS options FROM (%s) AS q (method, options)', named) USING m.options, m.pool LOOP
		m.method := given.method;
		m.options := CASE WHEN whole ? 'known' AND EXISTS (SELECT FROM creditspread.method k WHERE k.name = given.method AND k.known IS NOT NULL)
			THEN jsonb_build_object('known', whole -> 'known') ELSE '{}' END || given.options;
		RETURN NEXT m;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditspread_internal.members(creditspread.model) IS
	'a model for each of the methods that the method of a model combines, which have its features known in advance where they take some; the model itself where it is no combination';

CREATE FUNCTION creditspread_internal.is_combination(m creditspread.model) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT k.members IS NOT NULL FROM creditspread.method k WHERE k.name = m.method $$;
COMMENT ON FUNCTION creditspread_internal.is_combination(creditspread.model) IS 'whether the method of a model combines others';

CREATE FUNCTION creditspread_internal.square(x double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(x) < 1e-150 THEN 0 ELSE x ^ 2 END;
COMMENT ON FUNCTION creditspread_internal.square(double precision) IS 'the square of an error; zero, and not an error for underflow, below 1e-150';

-- The squares of errors are taken in volatilities, so that wild days do not decide.  auto takes of each horizon the best of its
-- methods or their mean by what each gained over the random walk, whichever had the smaller errors, and of that what is not
-- chance: 1 - 1/t^2 of it, the rest is the random walk.  Overlapping targets count once in t.
CREATE FUNCTION creditspread_internal.choose_weights(m creditspread.model, from_unit integer, to_unit integer, folds integer,
	OUT number integer, OUT horizon integer, OUT method text, OUT weight double precision)
RETURNS SETOF record
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	WITH loss AS MATERIALIZED (
		SELECT e.number, e.horizon, e.method, e.entity_number, e.place, e.error / e.volatility AS error, e.walk_error / e.volatility AS walk_error
		FROM pg_temp.creditspread_errors e
		WHERE e.number BETWEEN from_unit AND to_unit AND e.fold <= folds AND e.method <> m.method AND e.volatility > 0
	), scored AS MATERIALIZED (
		SELECT l.number, l.horizon, l.method, sum(creditspread_internal.square(l.error)) AS square, sum(creditspread_internal.square(l.walk_error)) AS walk_square
		FROM loss l GROUP BY l.number, l.horizon, l.method
	), shared AS MATERIALIZED (
		SELECT s.number, s.horizon, f.form, s.method, CASE f.form WHEN 'winner' THEN (row_number() OVER w = 1)::integer ELSE 1 - s.square / s.walk_square END AS share
		FROM scored s, unnest('{winner,mean}'::text[]) AS f (form)
		WHERE m.method = 'auto' AND s.method <> 'random_walk' AND s.square < s.walk_square
		WINDOW w AS (PARTITION BY s.number, s.horizon, f.form ORDER BY s.square / s.walk_square, s.method)
	), formed AS MATERIALIZED (
		SELECT l.number, l.horizon, s.form, l.entity_number, l.place, creditspread_internal.square(sum(s.share * l.error) / sum(s.share)) AS square,
			creditspread_internal.square(min(l.walk_error)) AS walk_square
		FROM loss l JOIN shared s USING (number, horizon, method) WHERE s.share > 0 GROUP BY 1, 2, 3, 4, 5
	), chosen AS (
		SELECT DISTINCT ON (f.number, f.horizon) f.number, f.horizon, f.form FROM formed f GROUP BY f.number, f.horizon, f.form
		ORDER BY f.number, f.horizon, avg(f.square), f.form
	), worth AS (
		SELECT b.number, b.horizon, b.form, CASE WHEN count(*) >= 8 AND avg(b.gain) > 0
			THEN greatest(1 - var_samp(b.gain) / count(*) / creditspread_internal.square(avg(b.gain)), 0) ELSE 0 END AS worth
		FROM (SELECT f.number, f.horizon, f.form, sum(f.walk_square - f.square) AS gain FROM formed f JOIN chosen c USING (number, horizon, form)
			GROUP BY f.number, f.horizon, f.form, f.entity_number, f.place / f.horizon) b GROUP BY 1, 2, 3
	)
	SELECT w.number, w.horizon, s.method, w.worth * s.share / sum(s.share) OVER (PARTITION BY w.number, w.horizon) FROM worth w JOIN shared s USING (number, horizon, form)
	UNION ALL
	SELECT s.number, s.horizon, 'random_walk', 1 - coalesce((SELECT w.worth FROM worth w WHERE w.number = s.number AND w.horizon = s.horizon), 0)
	FROM scored s WHERE m.method = 'auto' AND s.method = 'random_walk'
	UNION ALL
	SELECT s.number, s.horizon, s.method, CASE WHEN m.options ->> 'weights' = 'errors' AND min(s.square) OVER w > 0
		THEN (1.0 / count(*) OVER w + 1 / s.square / sum(1 / nullif(s.square, 0)) OVER w) / 2 ELSE 1.0 / count(*) OVER w END
	FROM scored s WHERE m.method <> 'auto' WINDOW w AS (PARTITION BY s.number, s.horizon)
$$;
COMMENT ON FUNCTION creditspread_internal.choose_weights(creditspread.model, integer, integer, integer) IS
	'the weights of the methods of a combination, by the errors in the first folds of the validation; equal, or half equal and half by the reciprocals of the mean squares, or as auto has it';

-- The errors of a combination: in each part of the validation with the weights that the parts before it give, in the first with equal ones.
CREATE FUNCTION creditspread_internal.combine_errors(m creditspread.model, from_unit integer, to_unit integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	FOR part IN 1..3 LOOP
		INSERT INTO pg_temp.creditspread_errors (number, fold, method, entity_number, place, horizon, error, walk_error, volatility, scale)
		SELECT e.number, part, m.method, e.entity_number, e.place, e.horizon, CASE WHEN sum(e.weight) > 0 THEN sum(e.weight * e.error) / sum(e.weight) ELSE min(e.walk_error) END,
			min(e.walk_error), min(e.volatility), min(e.scale)
		FROM (SELECT q.*, CASE WHEN part = 1 THEN 1 ELSE coalesce(w.weight, 0) END AS weight FROM pg_temp.creditspread_errors q
			LEFT JOIN creditspread_internal.choose_weights(m, from_unit, to_unit, part - 1) w USING (number, horizon, method)
			WHERE q.number BETWEEN from_unit AND to_unit AND q.fold = part AND q.method <> m.method ORDER BY q.method COLLATE "C") e
		GROUP BY e.number, e.entity_number, e.place, e.horizon ORDER BY e.number, e.entity_number, e.place, e.horizon;
	END LOOP;
END
$$;
COMMENT ON FUNCTION creditspread_internal.combine_errors(creditspread.model, integer, integer) IS 'adds the errors of a combination to those of its methods';

CREATE FUNCTION creditspread_internal.put_together(m creditspread.model, from_unit integer, to_unit integer) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
	WITH weights AS MATERIALIZED (
		SELECT * FROM creditspread_internal.choose_weights(m, from_unit, to_unit, 3)
	), told AS (
		SELECT w.number, jsonb_object_agg(w.horizon, w.weights) AS weights
		FROM (SELECT w.number, w.horizon, jsonb_object_agg(w.method, w.weight) FILTER (WHERE w.weight > 0) AS weights
			FROM weights w JOIN pg_temp.creditspread_parts p ON p.number = w.number AND p.method = w.method AND p.artifact IS NOT NULL GROUP BY 1, 2) w GROUP BY w.number
	), errors AS (
		SELECT e.number, jsonb_object_agg(e.horizon, e.errors) AS errors
		FROM (SELECT e.number, e.horizon, jsonb_object_agg(e.method, to_jsonb(e) - '{number,horizon,method}'::text[]) AS errors
			FROM (SELECT e.number, e.horizon, e.method, count(*) AS n, sqrt(avg(creditspread_internal.square(e.error))) AS rmse, avg(abs(e.error)) AS mae,
					sqrt(avg(creditspread_internal.square(e.walk_error))) AS random_walk_rmse, avg(abs(e.walk_error)) AS random_walk_mae
				FROM pg_temp.creditspread_errors e WHERE e.number BETWEEN from_unit AND to_unit GROUP BY 1, 2, 3) e GROUP BY 1, 2) e GROUP BY e.number
	), parts AS (
		SELECT p.number, jsonb_object_agg(p.method, translate(encode(p.artifact, 'base64'), E'\n', '')) FILTER (WHERE p.artifact IS NOT NULL AND (p.method = 'random_walk'
				OR m.method <> 'auto' OR EXISTS (SELECT FROM weights w WHERE w.number = p.number AND w.method = p.method AND w.weight > 0))) AS parts,
			jsonb_object_agg(p.method, p.message) FILTER (WHERE p.message IS NOT NULL) AS failed,
			jsonb_object_agg(p.method, 1) FILTER (WHERE p.artifact IS NOT NULL AND (m.method <> 'auto' OR p.method = 'random_walk')) AS equal
		FROM pg_temp.creditspread_parts p WHERE p.number BETWEEN from_unit AND to_unit GROUP BY p.number
	)
	UPDATE pg_temp.creditspread_block f SET artifact = convert_to(jsonb_build_object('weights', coalesce(t.weights, (SELECT jsonb_object_agg(h, p.equal) FROM unnest(m.horizons) h)),
		'errors', coalesce(e.errors, '{}'), 'failed', coalesce(p.failed, '{}'), 'parts', p.parts)::text, 'UTF8')
	FROM parts p LEFT JOIN told t USING (number) LEFT JOIN errors e USING (number) WHERE f.number = p.number AND p.parts ? 'random_walk'
$$;
COMMENT ON FUNCTION creditspread_internal.put_together(creditspread.model, integer, integer) IS
	'the artifacts of a combination: the weights of its methods and the errors that they come from, why a method could not be fitted, and what those of weight learnt';

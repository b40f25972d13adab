-- The methods that creditspread.train knows: a row each, with the fit and the forecast as templates.
--
-- The arguments of a function of ours have the very types that it declares, NULL cast: no other can fit better.

INSERT INTO creditspread.method (name, description, unit, uses_features, intervals, options, reserved_options, fit, forecast, validation, provided)
VALUES
('random_walk', 'the last value', 'series or panel', false, 'validation', '{}', '{}',
$fit$
SELECT jsonb_build_object('rows', count(y))::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, y AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s, unnest($2) AS horizon
$forecast$, NULL, true),

('mean', 'the mean of all values', 'series or panel', false, 'validation', '{}', '{}',
$fit$
SELECT jsonb_object_agg(entity, mean)::text FROM (SELECT entity, avg(y) AS mean FROM s GROUP BY entity) AS means
$fit$,
$forecast$
SELECT entity, "time", horizon, ($6::jsonb ->> entity)::float8 AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s, unnest($2) AS horizon
$forecast$, NULL, true),

('ar', 'autoregression, see var_fit', 'series', false, 'method', NULL, '{method,horizon}',
$fit$
SELECT creditspread_internal.var_fit("time", ARRAY[y], $1 - 'interval_level' || '{"method": "ar"}')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast[1] AS forecast, (f).lower[1] AS lower, (f).upper[1] AS upper
FROM (SELECT entity, "time", horizon, creditspread_internal.var_forecast((SELECT $6::@extschema@.var_model), ARRAY[y], NULL::float8[], horizon, $3)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$, NULL, true),

('var', 'vector autoregression of y and the features, see var_fit', 'series', true, 'method', NULL, '{horizon}',
$fit$
SELECT creditspread_internal.var_fit("time", ARRAY[y] || features, $1 - 'interval_level')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast[1] AS forecast, (f).lower[1] AS lower, (f).upper[1] AS upper
FROM (SELECT entity, "time", horizon,
		creditspread_internal.var_forecast((SELECT $6::@extschema@.var_model), ARRAY[y] || features, NULL::float8[], horizon, $3)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$, NULL, true),

('cir', 'the square-root process of Cox, Ingersoll and Ross, see cir_fit', 'series', false, 'method', NULL, '{}',
$fit$
SELECT creditspread_internal.cir_fit("time", y, $1 - 'interval_level')::text FROM s
$fit$,
$forecast$
SELECT entity, "time", horizon, f.forecast, f.lower, f.upper
FROM (SELECT $6::@extschema@.cir_model AS model OFFSET 0) AS fitted, s, unnest($2) AS horizon,
	LATERAL creditspread_internal.cir_forecast(fitted.model, s.y, horizon, $3) AS f
$forecast$, NULL, true),

('kalman', 'autoregression with noise of the changes of y, or one of the models of kalman_fit; y may be missing', 'series', false, 'validation',
'{model,difference}', '{}',
-- The autoregression has mean zero: levels are centred for it.  Changes must tell more than noise does, by the Bayesian
-- information criterion, which counts two parameters for it, and vary by more
-- than the last digits of y; else, and where a level has no noise, it is the random walk.
$fit$
SELECT jsonb_build_object('mean', mean, 'difference', difference, 'model', CASE WHEN noise THEN
		'{"transition": [[0]], "observation": [[1]], "process_covariance": [[0]], "observation_covariance": [[1]], "start": "predicted"}'::jsonb
		ELSE to_jsonb(model) END,
	'random_walk', noise OR model_name = 'local_level' AND NOT difference AND coalesce((model).at_bound = 'observation_variance', false))::text
FROM (SELECT mean, difference, model_name, model, difference AND coalesce((model).log_likelihood
		+ 0.5 * n * (ln(2 * pi() * square) + 1) <= ln(n), true) AS noise
	FROM (SELECT mean, difference, model_name, avg(value * value) AS square, count(value)::float8 AS n,
			creditspread_internal.kalman_fit("time", value, given) FILTER (WHERE NOT difference OR varies) AS model
		FROM (SELECT *, max(value) OVER () / 2 - min(value) OVER () / 2 > 5e-15 * max(abs(y)) OVER () AS varies FROM (SELECT "time", y, mean, difference, model_name, $1 - '{interval_level,difference}'::text[] || jsonb_build_object('model', model_name) AS given,
				CASE WHEN difference THEN y - lag(y) OVER (ORDER BY "time") ELSE y - mean END AS value
			FROM s, (SELECT difference, model_name, CASE WHEN model_name = 'ar1_plus_noise' AND NOT difference THEN avg(y) ELSE 0 END AS mean
				FROM s, (SELECT difference, coalesce($1 ->> 'model', CASE WHEN difference THEN 'ar1_plus_noise' ELSE 'local_level' END) AS model_name
					FROM (SELECT coalesce(($1 ->> 'difference')::boolean, NOT $1 ? 'model') AS difference) AS form) AS named
				GROUP BY difference, model_name) AS centre) AS taken) AS told
		GROUP BY mean, difference, model_name, given) AS fits) AS compared
$fit$,
$forecast$
SELECT entity, "time", horizon, CASE WHEN NOT difference THEN mean + filtered * transition ^ horizon
		WHEN transition = 1 THEN y + filtered * horizon
		ELSE y + coalesce(filtered * transition * (1 - transition ^ horizon) / (1 - transition), 0) END AS forecast,
	NULL::float8 AS lower, NULL::float8 AS upper
FROM (SELECT entity, "time", y, mean, difference, (model).transition[1][1] AS transition,
		(creditspread_internal.kalman_filter(value, model, NULL::float8[]) OVER (PARTITION BY entity ORDER BY "time")).filtered AS filtered
	FROM (SELECT s.entity, s."time", y, mean, difference, model,
			CASE WHEN difference THEN y - lag(y) OVER (PARTITION BY s.entity ORDER BY s."time") ELSE y - mean END AS value
		FROM s, (SELECT ($6::jsonb ->> 'mean')::float8 AS mean, coalesce(($6::jsonb ->> 'difference')::boolean, false) AS difference,
				jsonb_populate_record(NULL::@extschema@.kalman_model, $6::jsonb -> 'model') AS model OFFSET 0) AS fitted) AS taken) AS states,
	unnest($2) AS horizon
$forecast$, NULL, true),

('reflection', 'random walk or autoregression, corrected by its filtered errors, see reflection_forecast', 'series', false, 'validation',
'{base,lags,fit_window,refit_every,model}', '{}',
$fit$
SELECT CASE coalesce($1 ->> 'base', 'random_walk')
	WHEN 'ar' THEN creditspread_internal.var_fit("time", ARRAY[y],
		jsonb_strip_nulls(jsonb_build_object('method', 'ar', 'lags', $1 -> 'lags')))::text
	WHEN 'random_walk' THEN 'random_walk'
	ELSE creditspread_internal.refuse(format('reflection: option "base" is "%s"', $1 ->> 'base'),
		'Give ''ar'' or ''random_walk''.'::text, '22023'::text) END
FROM s
$fit$,
-- Deviations are those of one row ahead, which do not overlap: d(t) = y(t) - f(t - 1).  What is expected of the next ones,
-- fading by A, moves the base forecast h rows ahead by the response of the base, psi(h - j) to that of row j.
$forecast$
WITH RECURSIVE response (psi, phi) AS (
	SELECT ARRAY[1::float8], CASE WHEN $6 = 'random_walk' THEN '{1}'::float8[]
		ELSE ARRAY(SELECT coefficient::float8 FROM jsonb_array_elements(fitted -> 'coefficients') WITH ORDINALITY AS c (row, place), jsonb_array_elements_text(row) AS coefficient
			WHERE place > 1 ORDER BY place) END
	FROM (SELECT CASE WHEN $6 <> 'random_walk' THEN to_jsonb($6::@extschema@.var_model) END AS fitted OFFSET 0) AS given
	UNION ALL
	SELECT psi || (SELECT sum(psi[cardinality(psi) + 1 - i] * phi[i]) FROM generate_series(1, least(cardinality(psi), cardinality(phi))) AS i), phi
	FROM response WHERE cardinality(psi) < (SELECT max(h) FROM unnest($2) AS h)
), next AS (
	SELECT entity, "time", creditspread_internal.reflection_forecast(y, base, ($1 ->> 'fit_window')::integer, ($1 ->> 'refit_every')::integer,
			coalesce($1 ->> 'model', 'ar1_plus_noise')) OVER (PARTITION BY entity ORDER BY "time") AS f
	FROM (SELECT entity, "time", y, (creditspread_internal.var_forecast((SELECT $6::@extschema@.var_model), ARRAY[y], NULL::float8[], 1, $3)
				OVER (PARTITION BY entity ORDER BY "time")).forecast[1] AS base
			FROM s WHERE $6 <> 'random_walk'
			UNION ALL
			SELECT entity, "time", y, y FROM s WHERE $6 = 'random_walk') AS ahead
), moved AS (
	SELECT transition, horizon, (SELECT sum(psi[horizon - j] * transition ^ j) FROM generate_series(0, horizon - 1) AS j) AS weight
	FROM (SELECT DISTINCT (f).transition AS transition FROM next WHERE (f).correction <> 0) AS models, unnest($2) AS horizon,
		(SELECT psi FROM response ORDER BY cardinality(psi) DESC LIMIT 1) AS longest
)
SELECT bases.entity, bases."time", bases.horizon, base + CASE WHEN (f).correction <> 0 THEN (f).correction * weight ELSE 0 END AS forecast,
	NULL::float8 AS lower, NULL::float8 AS upper
FROM (SELECT entity, "time", horizon, (creditspread_internal.var_forecast((SELECT $6::@extschema@.var_model),
				ARRAY[y], NULL::float8[], horizon, $3) OVER (PARTITION BY entity, horizon ORDER BY "time")).forecast[1] AS base
		FROM s, unnest($2) AS horizon WHERE $6 <> 'random_walk'
		UNION ALL
		SELECT entity, "time", horizon, y FROM s, unnest($2) AS horizon WHERE $6 = 'random_walk') AS bases
	JOIN next USING (entity, "time")
	LEFT JOIN moved ON moved.transition = (f).transition AND moved.horizon = bases.horizon
$forecast$, NULL, true),

('nelson_siegel', 'dynamic Nelson-Siegel: factors of each curve and their autoregression; the query has a column maturity', 'curve', false,
'validation', '{decay,dynamics,lags}', '{}',
$fit$
SELECT jsonb_build_object('decay', decay, 'model', creditspread_internal.var_fit("time", ARRAY[(curve).level, (curve).slope, (curve).curvature],
		jsonb_strip_nulls(jsonb_build_object('method', coalesce($1 ->> 'dynamics', 'ar'), 'lags', coalesce($1 -> 'lags', '1')))))::text
FROM (SELECT "time", decay, creditspread_internal.nelson_siegel_fit(maturity, y, decay) AS curve
	FROM s, (SELECT coalesce(($1 ->> 'decay')::float8, 0.7308) AS decay) AS option
	WHERE y IS NOT NULL GROUP BY "time", decay HAVING count(*) >= 3) AS curves
GROUP BY decay
$fit$,
-- what y is off its curve stays: y moves as its curve does
$forecast$
SELECT s.entity, s."time", horizon,
	s.y + creditspread_internal.nelson_siegel_yield(ROW((f).forecast[1] - (curve).level, (f).forecast[2] - (curve).slope, (f).forecast[3] - (curve).curvature,
		decay, 0, 1, 3, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::@extschema@.nelson_siegel_curve, s.maturity) AS forecast, NULL::float8 AS lower, NULL::float8 AS upper
FROM s JOIN (SELECT "time", decay, horizon, curve, creditspread_internal.var_forecast(model, ARRAY[(curve).level, (curve).slope, (curve).curvature],
			NULL::float8[], horizon, $3) OVER (PARTITION BY horizon ORDER BY "time") AS f
		FROM (SELECT "time", decay, model, creditspread_internal.nelson_siegel_fit(maturity, y, decay) AS curve
			FROM s, (SELECT ($6::jsonb ->> 'decay')::float8 AS decay,
				jsonb_populate_record(NULL::@extschema@.var_model, $6::jsonb -> 'model') AS model OFFSET 0) AS fitted
			WHERE y IS NOT NULL GROUP BY "time", decay, model HAVING count(*) >= 3) AS curves, unnest($2) AS horizon) AS factors
	USING ("time")
WHERE (f).forecast IS NOT NULL
$forecast$, NULL, true),

('rnn', 'recurrent network, see rnn_fit', 'series or panel', true, 'method', NULL, '{horizons,feature_names}',
$fit$
SELECT coalesce(creditspread_internal.rnn_fit("time", y, features, options) FILTER (WHERE NOT $5),
		creditspread_internal.rnn_fit(entity, "time", y, features, options) FILTER (WHERE $5))::text
FROM s, (SELECT $1 || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon, creditspread_internal.rnn_forecast((SELECT $6::@extschema@.rnn_model), y, features, horizon)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT creditspread_internal.model_info($6::@extschema@.rnn_model) -> 'training' AS info) AS described
$validation$, true),

('transformer', 'Transformer, see transformer_fit', 'series or panel', true, 'method', NULL, '{horizons,feature_names}',
$fit$
SELECT coalesce(creditspread_internal.transformer_fit("time", y, features, options) FILTER (WHERE NOT $5),
		creditspread_internal.transformer_fit(entity, "time", y, features, options) FILTER (WHERE $5))::text
FROM s, (SELECT $1 || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon, creditspread_internal.transformer_forecast((SELECT $6::@extschema@.transformer_model), y, features, horizon)
		OVER (PARTITION BY entity, horizon ORDER BY "time") AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT creditspread_internal.model_info($6::@extschema@.transformer_model) -> 'training' AS info) AS described
$validation$, true),

('graph_rank', 'network of many series that see each other along relations, see graph_rank_fit', 'panel', true, 'method', NULL,
'{horizons,feature_names}',
-- the option graph is a query for source, target and kind of the relations
$fit$
SELECT creditspread_internal.graph_rank_fit(entity, "time", y, features, "group", graph, options)::text
FROM s, (SELECT creditspread_internal.value_as_given(format('SELECT creditspread_internal.relation_graph(creditspread_internal.as_text(ROW(q.source)), '
			'creditspread_internal.as_text(ROW(q.target)), creditspread_internal.as_text(ROW(q.kind)))::pg_catalog.text '
			|| E'FROM (\n%s\n) AS q (source, target, kind)', $1 ->> 'graph'), $7)::@extschema@.relation_graph AS graph,
		$1 - 'graph' || jsonb_build_object('horizons', $2, 'feature_names', $4) AS options OFFSET 0) AS given
$fit$,
$forecast$
SELECT entity, "time", horizon, (f).forecast, (f).lower, (f).upper
FROM (SELECT entity, "time", horizon,
		creditspread_internal.graph_rank_forecast((SELECT $6::@extschema@.graph_rank_model), entity, "time", y, features, "group", horizon)
		OVER (PARTITION BY horizon) AS f
	FROM s, unnest($2) AS horizon) AS forecasts
$forecast$,
$validation$
SELECT (info ->> 'validation_windows')::bigint, (info ->> 'validation_mae')::float8, (info ->> 'validation_rmse')::float8,
	(info ->> 'random_walk_mae')::float8, (info ->> 'random_walk_rmse')::float8
FROM (SELECT creditspread_internal.model_info($6::@extschema@.graph_rank_model) -> 'training' AS info) AS described
$validation$, true);

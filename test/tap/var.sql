-- var_fit, var_forecast, var_coefficients, var_options.

BEGIN;
\ir helpers.psql
SELECT plan(121);
\ir ../golden/var.sql

-- ---- reference values -----------------------------------------------------------------------

CREATE TABLE fitted AS
SELECT g.model_order AS lags, var_fit(t, y, var_options(lags => g.model_order)) AS model
FROM golden_series, golden_var g GROUP BY g.model_order;

SELECT is((SELECT count(*) FROM golden_var g JOIN fitted f ON f.lags = g.model_order
	WHERE near((model).coefficients, g.coefficients, 1e-9, 1e-3) AND near((model).standard_errors, g.standard_errors, 1e-9)
		AND near((model).sigma, g.sigma, 1e-9, 1e-3) AND near((model).sigma_ml, g.sigma_ml, 1e-9, 1e-3)),
	3::bigint, 'coefficients, standard errors and covariances agree with reference values to 1e-9');
SELECT is((SELECT count(*) FROM golden_var g JOIN fitted f ON f.lags = g.model_order
	WHERE near((model).aic, g.aic, 1e-9) AND near((model).bic, g.bic, 1e-9) AND near((model).hqic, g.hqic, 1e-9)
		AND near((model).log_likelihood, g.log_likelihood, 1e-9) AND (model).observations = g.observations),
	3::bigint, 'so do the criteria');
SELECT is((SELECT count(*) FROM golden_var g JOIN fitted f ON f.lags = g.model_order
	WHERE near((model).root_moduli, g.root_moduli, 1e-9) AND (model).stable),
	3::bigint, 'and the moduli of the roots');
SELECT is((SELECT count(*) FROM golden_var g JOIN
		(SELECT lags, array_agg(forecast ORDER BY step, variable) AS forecast, min(step) AS first, max(step) AS last
		FROM fitted, var_forecast(model, 5) GROUP BY lags) f ON f.lags = g.model_order
	WHERE first = 1 AND last = 5 AND near(f.forecast, (SELECT array_agg(e) FROM unnest(g.forecast) e), 1e-9, 1e-3)),
	3::bigint, 'and the forecasts of five steps');
SELECT is((SELECT array_agg((var_fit).lags ORDER BY criterion) FROM (SELECT criterion, var_fit(t, y, var_options(max_lags => 6, criterion => criterion))
	FROM golden_series, unnest('{aic,bic,hqic}'::text[]) criterion GROUP BY criterion) f), '{1,1,1}', 'the order is chosen as in the reference');
SELECT is((SELECT var_fit(t, y)::text FROM golden_series), (SELECT model::text FROM fitted WHERE lags = 1),
	'the default chooses by BIC, and fits the order chosen to all rows');

-- ---- one variable: SQL's own regression ------------------------------------------------------

CREATE TEMPORARY TABLE single AS
SELECT t, y[1] AS y, y[2] AS x, lag(y[1]) OVER w AS y1, lag(y[2]) OVER w AS x1, lag(y[2], 6) OVER w AS x6,
	lag(y[1], 6) OVER w AS y6 FROM golden_series WINDOW w AS (ORDER BY t);
SELECT ok((SELECT near((m).coefficients, ARRAY[[i], [s]], 1e-9) FROM
	(SELECT var_fit(t, ARRAY[y], var_options(lags => 1)) m, regr_intercept(y, y1) i, regr_slope(y, y1) s FROM single) q),
	'an AR(1) is a regression on the row before');
SELECT ok((SELECT near((m).coefficients, ARRAY[[i], [s]], 1e-9) AND (m).exogenous = 1 AND (m).observations = 149 FROM
	(SELECT var_fit(t, ARRAY[y], ARRAY[x], var_options(lags => 0)) m, regr_intercept(y, x1) i, regr_slope(y, x1) s FROM single) q),
	'an exogenous term is that of the row before');
SELECT ok((SELECT near((m).coefficients, ARRAY[[i], [s]], 1e-9) AND (m).observations = 144 AND (m).stable IS NULL AND (m).root_moduli IS NULL FROM
	(SELECT var_fit(t, ARRAY[y], ARRAY[x], var_options(lags => 0, horizon => 6)) m, regr_intercept(y, x6) i, regr_slope(y, x6) s FROM single) q),
	'or of the row that lies the horizon before');
SELECT ok((SELECT near((m).coefficients, ARRAY[[avg]], 1e-9) AND near((m).sigma, ARRAY[[variance]], 1e-9) AND near((m).standard_errors, ARRAY[[sqrt(variance / 150)]], 1e-9)
		AND (m).root_moduli = '{}' AND (m).stable AND (m).last_y = '{}' FROM
	(SELECT var_fit(t, ARRAY[y], var_options(lags => 0)) m, avg(y), variance(y) FROM single) q),
	'without lags it is the mean');
SELECT ok((SELECT near(array_agg((m).coefficients[1 + k][k]), array_agg(s), 1e-9) AND bool_and((m).method = 'ar') FROM
	(SELECT var_fit(t, y, var_options(lags => 1, method => 'ar')) m FROM golden_series) v,
	LATERAL (SELECT k, regr_slope(y, before) s FROM (SELECT k, y[k] y, lag(y[k]) OVER (PARTITION BY k ORDER BY t) before
		FROM golden_series, generate_series(1, 3) k) l GROUP BY k ORDER BY k) r), 'method ar is one AR for each variable');
SELECT is((SELECT count(*) FROM (SELECT var_fit(t, y, var_options(lags => 1, method => 'ar')) m FROM golden_series) v,
	generate_series(1, 3) i, generate_series(1, 3) k WHERE i <> k AND (m).coefficients[1 + i][k] = 0), 6::bigint, 'and nothing of the others');

-- ---- coefficients as rows --------------------------------------------------------------------

SELECT is((SELECT string_agg(equation || ':' || term, ' ') FROM var_coefficients(
	(SELECT var_fit(t, y[1:2], y[3:3], var_options(lags => 2)) FROM golden_series))),
	'1:constant 1:L1.y1 1:L1.y2 1:L2.y1 1:L2.y2 1:x1 2:constant 2:L1.y1 2:L1.y2 2:L2.y1 2:L2.y2 2:x1', 'the terms of each equation');
SELECT is((SELECT string_agg(equation || ':' || term, ' ') FROM var_coefficients(
	(SELECT var_fit(t, y, var_options(lags => 2, method => 'ar')) FROM golden_series))),
	'1:constant 1:L1.y1 1:L2.y1 2:constant 2:L1.y2 2:L2.y2 3:constant 3:L1.y3 3:L2.y3', 'and of separate equations');
SELECT ok((SELECT bool_and(near(statistic, coefficient / standard_error, 1e-12) AND p_value BETWEEN 0 AND 1
		AND coefficient = (model).coefficients[1 + (i - 1) % 4][equation] AND standard_error = (model).standard_errors[1 + (i - 1) % 4][equation])
	FROM fitted, var_coefficients(model) WITH ORDINALITY AS c (equation, term, coefficient, standard_error, statistic, p_value, i)
	WHERE lags = 1), 'their figures are those of the model');
-- 2.9 on 4 degrees of freedom: 1 - I(4 / (4 + t^2); 2, 1/2) in closed form
SELECT ok((SELECT near(p_value, 1 - s * (1 + (1 - s * s) / 2), 1e-9) FROM
	(SELECT statistic, p_value, abs(statistic) / sqrt(4 + statistic ^ 2) AS s FROM var_coefficients(
		(SELECT var_fit(t, y[1:1], var_options(lags => 1)) FROM golden_series WHERE t BETWEEN 3 AND 9)) WHERE term = 'L1.y1') c),
	'p-values refer to t with observations less terms degrees of freedom');
SELECT is((SELECT count(*) FROM var_coefficients(NULL)), 0::bigint, 'no model, no coefficients');

-- ---- forecasts -------------------------------------------------------------------------------

CREATE TEMPORARY TABLE made AS
SELECT lags, t, var_forecast(model, y) OVER w AS one, var_forecast(model, y, step => 3) OVER w AS three,
	var_forecast(model, y, step => 3, level => 0.5) OVER w AS narrow
FROM fitted, golden_series WINDOW w AS (PARTITION BY lags ORDER BY t);
SELECT is((SELECT string_agg(DISTINCT lags || ':' || t, ' ') FROM made WHERE one IS NULL), '2:1 4:1 4:2 4:3',
	'rows without history give NULL');
SELECT ok((SELECT bool_and(near((one).forecast, f, 1e-12) AND near((three).forecast, f3, 1e-12) AND near((three).lower, l3, 1e-12) AND near((three).upper, u3, 1e-12))
	FROM made JOIN (SELECT lags, array_agg(forecast ORDER BY variable) FILTER (WHERE step = 1) f,
			array_agg(forecast ORDER BY variable) FILTER (WHERE step = 3) f3,
			array_agg(lower ORDER BY variable) FILTER (WHERE step = 3) l3,
			array_agg(upper ORDER BY variable) FILTER (WHERE step = 3) u3
		FROM fitted, var_forecast(model, 3) GROUP BY lags) s USING (lags) WHERE t = 150),
	'the last row forecasts what follows the sample');
SELECT ok((SELECT bool_and(near((one).forecast[1], (model).coefficients[1][1] + (model).coefficients[2][1] * y[1]
		+ (model).coefficients[3][1] * y[2] + (model).coefficients[4][1] * y[3], 1e-9)
		AND near(((one).upper[2] - (one).forecast[2]) / 1.6448536269514722, sqrt((model).sigma[2][2]), 1e-9)
		AND near((one).upper[2] + (one).lower[2], 2 * (one).forecast[2], 1e-9))
	FROM made JOIN golden_series USING (t) JOIN fitted USING (lags) WHERE lags = 1), 'a forecast is its formula, the interval that of the residuals');
-- A^2 Sigma by hand: MSE(2) = Sigma + A Sigma A'
SELECT ok((SELECT near(((upper - forecast) / 1.6448536269514722) ^ 2, (model).sigma[1][1] + a.s, 1e-9)
	FROM fitted, var_forecast(model, 2), LATERAL (SELECT sum((model).coefficients[1 + i][1] * (model).sigma[i][j] * (model).coefficients[1 + j][1]) s
		FROM generate_series(1, 3) i, generate_series(1, 3) j) a WHERE lags = 1 AND step = 2 AND variable = 1), 'the interval of two steps');
SELECT ok((SELECT bool_and((narrow).forecast = (three).forecast AND near(((narrow).upper[1] - (narrow).forecast[1]) / ((three).upper[1] - (three).forecast[1]),
	0.6744897501960817 / 1.6448536269514722::float8, 1e-9)) FROM made WHERE t > 10), 'level is the coverage');
SELECT is((SELECT count(*) FROM (SELECT lags, t, var_forecast(model, y, step => 3) OVER (PARTITION BY lags ORDER BY t) AS three
		FROM fitted, (SELECT t, CASE WHEN t > 100 THEN ARRAY[9, -9, 99] ELSE y END y FROM golden_series) g) c
	JOIN made USING (lags, t) WHERE t <= 100 AND c.three IS DISTINCT FROM made.three), 0::bigint, 'later rows change no forecast');
CREATE TEMPORARY TABLE direct AS
SELECT var_fit(t, y[1:2], y[3:3], var_options(lags => 2, horizon => 6)) AS model FROM golden_series;
SELECT is((SELECT string_agg(step || ':' || variable, ' ') FROM direct, var_forecast(model)), '6:1 6:2', 'a direct forecast has one step');
SELECT ok((SELECT array_agg(s.forecast ORDER BY variable) = (SELECT (f).forecast FROM
		(SELECT t, var_forecast(model, y[1:2], y[3:3]) OVER (ORDER BY t) f FROM golden_series, direct) w WHERE t = 150)
	FROM direct, var_forecast(model, 6) s), 'the same from the window');
SELECT ok((SELECT near(sqrt((model).sigma[1][1]), (upper - forecast) / 1.6448536269514722, 1e-9) FROM direct, var_forecast(model) WHERE variable = 1),
	'with the interval of its residuals');
SELECT is((SELECT count(*) FROM var_forecast(NULL::var_model, 3)), 0::bigint, 'no model, no forecast');
SELECT throws_ok('SELECT * FROM direct, var_forecast(model, 3)', '22023', 'var_forecast: steps is 3, the model forecasts step 6 only', 'a step of no direct model');
SELECT is(hint_of('SELECT * FROM direct, var_forecast(model, 3)'), 'Fit with var_options(horizon => 3); only a model of horizon 1 without exogenous terms is iterated.', 'with a hint');
SELECT throws_ok('SELECT var_forecast(model, y[1:2], y[3:3], step => 1) OVER () FROM direct, golden_series', '22023',
	'var_forecast: step is 1, the model forecasts step 6 only', 'nor in a window');
SELECT throws_ok('SELECT * FROM fitted, var_forecast(model, 0)', '22023', 'var_forecast: steps is 0, must be from 1 to 10000', 'no step');
SELECT throws_ok('SELECT * FROM fitted, var_forecast(model, 10001)', '22023', 'var_forecast: steps is 10001, must be from 1 to 10000', 'too many steps');
SELECT throws_ok('SELECT * FROM fitted, var_forecast(model, 1, 1)', '22023', 'var_forecast: level is 1, must be from 0.01 to 0.999', 'level 1');
SELECT throws_ok('SELECT * FROM fitted, var_forecast(model, 1, NULL)', '22023', 'var_forecast: level is NULL, must be from 0.01 to 0.999', 'level NULL');
SELECT throws_ok($$SELECT * FROM fitted, var_forecast(model, 1, 'NaN')$$, '22023', 'var_forecast: level is NaN, must be from 0.01 to 0.999', 'level NaN');
SELECT throws_ok('SELECT var_forecast(NULL, y) OVER () FROM golden_series', '22004', 'var_forecast: the model is NULL', 'a window without a model');
SELECT throws_ok('SELECT var_forecast(model, y) OVER (ORDER BY t) FROM fitted, golden_series', '22023',
	'var_forecast: row 2 of the partition has another model than the rows before', 'two models in a partition');
SELECT throws_ok('SELECT var_forecast(model, CASE WHEN t <> 7 THEN y END) OVER (ORDER BY t) FROM fitted, golden_series WHERE lags = 1', '22004',
	'row 7 of the partition, y is NULL', 'NULL in a window');
SELECT throws_ok('SELECT var_forecast(model, y[1:2]) OVER (ORDER BY t) FROM fitted, golden_series WHERE lags = 1', '2202E',
	'row 1 of the partition, y has 2 elements, the model was fitted with 3', 'another number of variables');
SELECT throws_ok('SELECT var_forecast(model, y, y) OVER (ORDER BY t) FROM fitted, golden_series WHERE lags = 1', '2202E',
	'row 1 of the partition, exogenous has 3 elements, the model was fitted with 0', 'exogenous terms that the model has not');
SELECT throws_ok($$SELECT var_forecast(model, CASE WHEN t <> 7 THEN y ELSE '{1,NaN,2}' END) OVER (ORDER BY t) FROM fitted, golden_series WHERE lags = 1$$, '22003',
	'row 7 of the partition, y[2] is NaN', 'NaN in a window');
SELECT throws_ok($$SELECT * FROM (SELECT var_fit(t, ARRAY[exp(t / 3.0) + 1e-3 * sin(t * t)], var_options(lags => 1)) m FROM generate_series(1, 40) t) f, var_forecast(m, 10000)$$,
	'22003', 'var_forecast: the forecast of y1 overflows', 'a forecast that overflows');
SELECT ok((SELECT NOT (m).stable AND (m).root_moduli[1] < 1 FROM (SELECT var_fit(t, ARRAY[exp(t / 3.0) + 1e-3 * sin(t * t)], var_options(lags => 1)) m
	FROM generate_series(1, 40) t) f), 'an explosive model is not stable');

-- ---- time ------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE reference AS SELECT var_fit(t, y)::text AS plain, var_fit(t, y[1:2], y[3:3])::text AS exogenous,
	var_fit(t, y, var_options(lags => 2))::text AS options, var_fit(t, y[1:2], y[3:3], var_options(lags => 2))::text AS both FROM golden_series;
SELECT is((SELECT (var_fit(date '2020-01-01' + t::int, y)::text, var_fit(date '2020-01-01' + t::int, y[1:2], y[3:3])::text,
		var_fit(date '2020-01-01' + t::int, y, var_options(lags => 2))::text, var_fit(date '2020-01-01' + t::int, y[1:2], y[3:3], var_options(lags => 2))::text)::text
	FROM golden_series), (SELECT reference::text FROM reference), 'time may be a date');
SELECT is((SELECT (var_fit(timestamp '2020-01-01' + t * interval '1 h', y)::text, var_fit(timestamp '2020-01-01' + t * interval '1 h', y[1:2], y[3:3])::text,
		var_fit(timestamp '2020-01-01' + t * interval '1 h', y, var_options(lags => 2))::text,
		var_fit(timestamp '2020-01-01' + t * interval '1 h', y[1:2], y[3:3], var_options(lags => 2))::text)::text
	FROM golden_series), (SELECT reference::text FROM reference), 'time may be a timestamp');
SELECT is((SELECT (var_fit(timestamptz '2020-01-01' + t * interval '1 h', y)::text, var_fit(timestamptz '2020-01-01' + t * interval '1 h', y[1:2], y[3:3])::text,
		var_fit(timestamptz '2020-01-01' + t * interval '1 h', y, var_options(lags => 2))::text,
		var_fit(timestamptz '2020-01-01' + t * interval '1 h', y[1:2], y[3:3], var_options(lags => 2))::text)::text
	FROM golden_series), (SELECT reference::text FROM reference), 'time may be a timestamptz');
SELECT is((SELECT var_fit(t::int, y)::text FROM golden_series), (SELECT plain FROM reference), 'time may be an integer');
SELECT throws_ok('SELECT var_fit(date ''2020-01-01'' + (t / 2)::int, y) FROM golden_series', '23505',
	'var_fit: the time 2020-01-02 occurs twice in one series', 'the same time twice');
SELECT throws_ok('SELECT var_fit(NULL::date, y) FROM golden_series', '22004', 'the time of an observation must not be NULL', 'NULL time');
SELECT throws_ok('SELECT var_fit(timestamp ''infinity'', y) FROM golden_series', '22008', 'the time of an observation must be finite', 'infinite time');

-- ---- bad input -------------------------------------------------------------------------------

SELECT is((SELECT var_fit(t, y) FROM golden_series WHERE t < 0), NULL, 'no rows give NULL');
SELECT throws_ok('SELECT var_fit(t, y) FROM golden_series WHERE t = 1', '22023', 'var_fit with 1 lags needs at least 8 observations, has 1', 'one row');
SELECT throws_ok('SELECT var_fit(t, y, var_options(lags => 2)) FROM golden_series WHERE t BETWEEN 11 AND 21', '22023',
	'var_fit with 2 lags needs at least 12 observations, has 11', 'too few rows');
SELECT lives_ok('SELECT var_fit(t, y, var_options(lags => 2)) FROM golden_series WHERE t BETWEEN 11 AND 22', 'just enough rows');
SELECT throws_ok('SELECT var_fit(t, y, var_options(max_lags => 30)) FROM golden_series WHERE t < 100', '22023',
	'var_fit with 30 lags needs at least 124 observations, has 99', 'too few rows for max_lags');
SELECT throws_ok('SELECT var_fit(t, y, var_options(lags => 2, horizon => 5)) FROM golden_series WHERE t BETWEEN 11 AND 20', '22023',
	'var_fit with 2 lags needs at least 16 observations, has 10', 'too few rows for the horizon');
SELECT throws_ok('SELECT var_fit(t, CASE WHEN t <> 7 THEN y END) FROM golden_series', '22004', 'y at 7 is NULL', 'NULL y');
SELECT throws_ok('SELECT var_fit(t, CASE WHEN t <> 7 THEN y ELSE ARRAY[1, NULL, 2] END) FROM golden_series', '22004', 'y[2] at 7 is NULL', 'NULL in y');
SELECT throws_ok($$SELECT var_fit(t, CASE WHEN t <> 7 THEN y ELSE '{1,NaN,2}' END) FROM golden_series$$, '22003', 'y[2] at 7 is NaN', 'NaN in y');
SELECT throws_ok($$SELECT var_fit(t, y, CASE WHEN t <> 7 THEN y ELSE '{1,2,-Infinity}' END) FROM golden_series$$, '22003',
	'exogenous[3] at 7 is -Infinity', 'infinity in an exogenous term');
SELECT throws_ok('SELECT var_fit(t, ARRAY[y, y]) FROM golden_series', '2202E', 'y at 1 has 2 dimensions, must have 1', 'two dimensions');
SELECT throws_ok('SELECT var_fit(t, CASE WHEN t <> 7 THEN y ELSE y[1:2] END) FROM golden_series', '2202E', 'var_fit: 3 values at 7, 4 in the rows before', 'fewer variables in a row');
SELECT throws_ok('SELECT var_fit(t, CASE WHEN t <> 7 THEN y ELSE y[1:2] END, CASE WHEN t = 7 THEN y[1:1] END) FROM golden_series', '2202E',
	'var_fit: y has 2 elements at 7, 3 in the rows before', 'fewer variables but more exogenous terms');
SELECT throws_ok($$SELECT var_fit(t, '{}'::float8[]) FROM golden_series$$, '2202E', 'var_fit: y at 1 has no elements', 'no variable');
SELECT throws_ok('SELECT var_fit(t, ARRAY[y[1], 3]) FROM golden_series', '22000',
	'var_fit: with 8 lags the term L1.y2 is constant or a linear combination of the terms before it', 'a constant variable');
SELECT throws_ok('SELECT var_fit(t, ARRAY[y[1], y[2], y[1] - 2 * y[2]], var_options(lags => 1)) FROM golden_series', '22000',
	'var_fit: with 1 lags the term L1.y3 is constant or a linear combination of the terms before it', 'a redundant variable');
SELECT throws_ok('SELECT var_fit(t, y[1:1], y[1:1], var_options(lags => 1)) FROM golden_series', '22000',
	'var_fit: with 1 lags the term x1 is constant or a linear combination of the terms before it', 'an exogenous term that is a lag');
SELECT throws_ok('SELECT var_fit(t, ARRAY[t]) FROM golden_series', '22000', NULL, 'a straight line');
SELECT throws_ok('SELECT var_fit(t, ARRAY[t], var_options(lags => 1)) FROM golden_series', '22000', 'var_fit: with 1 lags the variable y1 is fitted exactly', 'a straight line with one lag');
SELECT throws_ok('SELECT var_fit(t, ARRAY[y[1], y[1] + 1], var_options(lags => 0)) FROM golden_series', '22000',
	'var_fit: with 0 lags the residuals of the variables are linearly dependent', 'the same variable twice, without lags');
SELECT throws_ok('SELECT var_fit(t, ARRAY[1e200 * y[1]], var_options(lags => 1)) FROM golden_series', '22003', 'var_fit: the fit overflows', 'overflow');
SELECT throws_ok('SELECT var_fit(t, array_fill(sin(t * t), ARRAY[129])) FROM golden_series', '54000', NULL, 'too many variables');
SELECT throws_ok('SELECT var_fit(t, y, array_fill(sin(t * t), ARRAY[256])) FROM golden_series', '54000', NULL, 'too many exogenous terms');
SELECT throws_ok('SELECT var_fit(t, y, var_options(lags => 43)) FROM golden_series', '54000',
	'var_fit: 3 variables at 43 lags and 0 exogenous terms, the limits are 128 lagged and 256 terms in an equation', 'too many lags');
SELECT throws_ok('SELECT var_fit(t, array_fill(1.0::float8, ARRAY[1000]), array_fill(1.0::float8, ARRAY[700])) FROM golden_series', '54000',
	'var_fit: 700 values in exogenous at 1, the limit is 599', 'more values than a row takes');
SELECT is((SELECT count(*) FROM fitted), 3::bigint, 'the session lives on after errors');

-- ---- options ---------------------------------------------------------------------------------

SELECT is(var_options(lags => 2, method => 'ar', horizon => 6), '{"lags": 2, "method": "ar", "horizon": 6}', 'var_options names what is given');
SELECT is(var_options(), '{}', 'var_options leaves out what is not');
SELECT throws_ok($$SELECT var_fit(t, y, '{"order": 2}'::jsonb) FROM golden_series$$, '22023', 'var_fit: unknown option "order"', 'unknown option');
SELECT is(hint_of($$SELECT var_fit(t, y, '{"order": 2}'::jsonb) FROM golden_series$$), 'The options are: lags, max_lags, criterion, method, horizon.', 'the hint lists the known ones');
SELECT throws_ok('SELECT var_fit(t, y, var_options(lags => -1)) FROM golden_series', '22023', 'var_fit: option "lags" is -1, must be an integer from 0 to 128', 'negative lags');
SELECT throws_ok('SELECT var_fit(t, y, var_options(criterion => ''sic'')) FROM golden_series', '22023', 'var_fit: option "criterion" is "sic", must be one of aic, bic, hqic', 'unknown criterion');
SELECT throws_ok('SELECT var_fit(t, y, var_options(method => ''vecm'')) FROM golden_series', '22023', NULL, 'unknown method');
SELECT throws_ok('SELECT var_fit(t, y, var_options(horizon => 0)) FROM golden_series', '22023', NULL, 'horizon 0');
SELECT throws_ok('SELECT var_fit(t, y, var_options(lags => 1, criterion => ''bic'')) FROM golden_series', '22023',
	'var_fit: option "criterion" is given with option "lags"', 'a criterion for lags that are given');
SELECT throws_ok('SELECT var_fit(t, y, var_options(lags => 1, max_lags => 2)) FROM golden_series', '22023',
	'var_fit: option "max_lags" is given with option "lags"', 'max_lags for lags that are given');
SELECT throws_ok('SELECT var_fit(t, y, var_options(lags => 1 + t::int / 50)) FROM golden_series', '22023', 'var_fit: the options at 50 differ from those of the rows before', 'options that change');
SELECT is((SELECT (var_fit(t, y, var_options(max_lags => 0))).lags FROM golden_series), 0, 'max_lags 0');
SELECT ok((SELECT (var_fit(t, ARRAY[y], var_options(max_lags => 6, criterion => 'aic', method => 'ar'))).lags BETWEEN 1 AND 6 FROM
	(SELECT t, sum(s) OVER (ORDER BY t ROWS 3 PRECEDING) y FROM (SELECT t, sin(t * t * 1.7) s FROM generate_series(1, 300) t) u) q), 'a longer memory takes more lags');

-- ---- values made by hand ---------------------------------------------------------------------

CREATE FUNCTION changed(what text) RETURNS text LANGUAGE sql AS $$
	SELECT 'SELECT * FROM (SELECT ' || string_agg(CASE WHEN what LIKE attname || '=%' THEN split_part(what, '=', 2) ELSE '(model).' || attname END, ', ' ORDER BY attnum)
		|| ' FROM fitted WHERE lags = 1) AS part, LATERAL (SELECT part::var_model AS model) AS m, var_forecast(model, 2)'
	FROM pg_attribute WHERE attrelid = 'var_model'::regclass AND attnum > 0
$$;
SELECT lives_ok(changed(''), 'a row of the columns is a model again');
SELECT throws_ok(changed('method=''arma'''), '22023', 'method of a var_model is "arma", must be var or ar', 'unknown method');
SELECT throws_ok(changed('method=NULL::text'), '22004', 'method of a var_model is NULL', 'no method');
SELECT throws_ok(changed('lags=2'), '2202E', 'coefficients of a var_model has 4 x 3 elements, must have 7 x 3', 'other lags');
SELECT throws_ok(changed('lags=-1'), '22023', 'lags of a var_model is -1, must be from 0 to 128', 'negative lags');
SELECT throws_ok(changed('horizon=0'), '22023', 'horizon of a var_model is 0, must be from 1 to 10000', 'no horizon');
SELECT throws_ok(changed('variables=NULL::int'), '22004', 'variables of a var_model is NULL', 'no variables');
SELECT throws_ok(changed('variables=129'), '22023', NULL, 'too many variables');
SELECT throws_ok(changed('lags=100'), '22023', 'a var_model of 3 variables, 100 lags and 0 exogenous terms is too large', 'too many terms');
SELECT throws_ok(changed('exogenous=1'), '2202E', NULL, 'exogenous terms without coefficients');
SELECT throws_ok(changed('observations=4::bigint'), '22023', NULL, 'fewer observations than terms');
SELECT throws_ok(changed('coefficients=ARRAY[1.0::float8]'), '2202E', 'coefficients of a var_model has 1 elements, must have 4 x 3', 'a vector of coefficients');
SELECT throws_ok(changed('coefficients=array_fill(NULL::float8, ARRAY[4, 3])'), '22004', 'coefficients of a var_model contains NULL', 'NULL coefficients');
SELECT throws_ok(changed('sigma=array_fill(''NaN''::float8, ARRAY[3, 3])'), '22003', 'sigma of a var_model is NaN', 'NaN covariance');
SELECT throws_ok(changed('sigma=array_fill(-1::float8, ARRAY[3, 3])'), '22023', 'a variance in sigma of a var_model is negative', 'negative variance');
SELECT throws_ok(changed('last_y=''{}''::float8[]'), '2202E', 'last_y of a var_model has 0 elements, must have 1 x 3', 'no last rows');
SELECT is((SELECT count(*) FROM (SELECT (ROW('var', 0, 1, 1, 0, 9, '{{2}}', '{{0}}', '{{0}}', '{{0}}', NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{}')::var_model) m) q,
	var_coefficients(m) WHERE coefficient = 2 AND statistic IS NULL AND p_value IS NULL), 1::bigint, 'a standard error of zero has no statistic');

-- ---- the same everywhere ---------------------------------------------------------------------

CREATE TABLE series (entity int, t bigint, y float8[]);
INSERT INTO series SELECT k, t, ARRAY[y[1] + 0.1 * sin(k * t), y[2], y[3] * k] FROM golden_series, generate_series(1, 30) k;
CREATE TABLE series_by_entity (LIKE series) PARTITION BY HASH (entity);
SELECT format('CREATE TABLE series_by_entity_%s PARTITION OF series_by_entity FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i)
FROM generate_series(0, 2) i \gexec
CREATE TABLE series_by_time (LIKE series) PARTITION BY RANGE (t);
CREATE TABLE series_early PARTITION OF series_by_time FOR VALUES FROM (0) TO (60);
CREATE TABLE series_late PARTITION OF series_by_time FOR VALUES FROM (60) TO (1000);
CREATE TABLE series_none PARTITION OF series_by_time FOR VALUES FROM (1000) TO (2000);
INSERT INTO series_by_entity SELECT * FROM series;
INSERT INTO series_by_time SELECT * FROM series;
ANALYZE series, series_by_entity, series_by_time;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE serial AS SELECT entity, var_fit(t, y, var_options(max_lags => 3)) AS model FROM series GROUP BY entity;
CREATE FUNCTION same(source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s JOIN (SELECT entity, var_fit(t, y, var_options(max_lags => 3)) AS model
		FROM ' || source || ' GROUP BY entity) p USING (entity) WHERE p.model::text = s.model::text' INTO result;
	RETURN result;
END $$;
SELECT is(same('(SELECT * FROM series ORDER BY sin(t * 100 + entity)) s'), 30::bigint, 'shuffled rows: to the last bit');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same('series_by_entity'), 30::bigint, 'partition-wise');
SELECT matches(plan_of('SELECT entity, var_fit(t, y) FROM series_by_entity GROUP BY entity'), 'Append\s+->  HashAggregate', 'EXPLAIN shows the partition-wise aggregate');
SELECT is(same('series_by_time'), 30::bigint, 'combined from partitions, one of them empty');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE series SET (parallel_workers = 2);
SELECT is(same('series'), 30::bigint, '2 workers');
SELECT matches(plan_of('SELECT var_fit(t, y) FROM series WHERE entity = 1'), 'Workers Planned: 2\s.*Partial Aggregate', 'EXPLAIN shows Partial Aggregate');
SET LOCAL max_parallel_workers_per_gather = 4;
ALTER TABLE series SET (parallel_workers = 4);
SELECT is(same('series'), 30::bigint, '4 workers');
SET LOCAL max_parallel_workers_per_gather = 0;

CREATE AGGREGATE state_of(bigint, float8[], jsonb) (SFUNC = creditspread_internal.var_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE var_of(creditspread_internal.creditspread_series) (SFUNC = creditspread_internal.creditspread_series_combine, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.var_fit_final);
SELECT is((SELECT count(*) FROM serial s JOIN (SELECT entity, var_of(state) AS model FROM
		(SELECT entity, (entity * 31 + t * 101) % 7 AS part, state_of(t, y, var_options(max_lags => 3)) AS state FROM series GROUP BY entity, part
		UNION ALL SELECT entity, 100, NULL FROM generate_series(1, 30) entity) parts GROUP BY entity) p USING (entity)
	WHERE p.model::text = s.model::text), 30::bigint, 'from states of random parts, NULL among them');
CREATE AGGREGATE other_state(bigint, float8, float8, float8, jsonb) (SFUNC = creditspread_internal.dm_test_transition, STYPE = creditspread_internal.creditspread_series);
SELECT throws_ok($$SELECT creditspread_internal.var_fit_final(s) FROM (SELECT other_state(t, 0, y[1], y[2], '{"horizon": 2}') s FROM golden_series) s$$, NULL, NULL, 'the state of another aggregate');
SELECT throws_ok($$SELECT creditspread_internal.var_fit_final(s) FROM (SELECT other_state(t, 0, y[1] + 0.5, y[2], '{"horizon": 2}') s FROM golden_series) s$$, '22023',
	'var_fit: a state of 2 values in a row is not one of var_fit', 'or of one that cannot be ours');
SELECT throws_ok('SELECT creditspread_internal.var_fit_transition(NULL, 1::bigint, ARRAY[1.0::float8])', '42809', 'var_fit must be called as an aggregate', 'the transition function outside of an aggregate');

CREATE TEMPORARY TABLE kept (LIKE fitted);
DO $$
BEGIN
	EXECUTE format('COPY fitted TO %L (FORMAT binary)', current_setting('data_directory') || '/var_model.copy');
	EXECUTE format('COPY kept FROM %L (FORMAT binary)', current_setting('data_directory') || '/var_model.copy');
END $$;
SELECT results_eq('SELECT lags, model::text FROM kept ORDER BY 1', 'SELECT lags, model::text FROM fitted ORDER BY 1', 'models keep their binary form');
SELECT results_eq('SELECT lags, model::text::var_model::text FROM fitted ORDER BY 1', 'SELECT lags, model::text FROM fitted ORDER BY 1', 'and their text form');

-- ---- bounded and stoppable -------------------------------------------------------------------

SET LOCAL creditspread.max_model_memory = '64kB';
SELECT throws_ok($$SELECT var_fit(t, array_fill(0.1::float8, ARRAY[100])) FROM golden_series$$, '53200', NULL, 'memory over the limit is refused');
RESET creditspread.max_model_memory;
CREATE TEMPORARY TABLE long AS SELECT t::bigint t, array_agg(sin(t * (1 + k * 0.37) + k * t::float8 * t * 0.01)) y FROM generate_series(1, 2000) t, generate_series(1, 16) k GROUP BY t;
\ir stops.psql
SELECT stops('creditspread_internal.var_fit_final(s)', $$SELECT state_of(t, y, var_options(lags => 8)) AS s FROM long$$);

SELECT * FROM finish();
ROLLBACK;

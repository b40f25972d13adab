-- Regressions, tests and measures in any unit: what has the unit of y scales with it, the rest stays.

BEGIN;
SELECT plan(32);
SET LOCAL client_min_messages = warning;

-- A walk, ticks of a quarter, a cycle with a trend, and one that hardly varies: positive all.
CREATE TABLE series AS
SELECT kind, t::bigint, CASE kind
		WHEN 'walk' THEN 5 + walk
		WHEN 'ticks' THEN 5 + round(8 * walk) / 8
		WHEN 'cycle' THEN 5 + sin(t * 0.3) + 0.01 * t + 0.1 * noise
		ELSE 5 + 1e-4 * noise + 1e-5 * walk END AS y,
	cos(t * 0.7) + hashint4(-t) / 2147483648.0 AS x
FROM (SELECT t, noise, 0.2 * sum(noise) OVER (ORDER BY t) AS walk
		FROM generate_series(1, 160) t, LATERAL (SELECT hashint4(t) / 2147483648.0 + sin(t * 12.9898) AS noise) n) w,
	unnest('{walk,ticks,cycle,flat}'::text[]) kind;

CREATE TABLE unit AS SELECT k FROM unnest('{1e-9,3e-7,1e-2,100,1e9}'::float8[]) k;

-- The measures of both units, divided by powers of k (the last for all that follow), agree.
CREATE FUNCTION same(one float8[], other float8[], k float8, powers float8[], tolerance float8) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(bool_and(CASE WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL
		ELSE abs(b / k ^ powers[least(i, array_length(powers, 1))] - a) <= tolerance * abs(a) + 1e-13 END), false)
	FROM unnest(one, other) WITH ORDINALITY AS v (a, b, i)
$$;

-- those that fail, by kind and unit
CREATE FUNCTION differing(measure text, powers text, tolerance float8, kinds text[] DEFAULT '{walk,ticks,cycle,flat}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('CREATE OR REPLACE FUNCTION pg_temp.measure(wanted text, k float8) RETURNS float8[] LANGUAGE sql AS %L',
		'WITH s AS (SELECT t, y * k AS y, x, y AS own, lag(y * k, 1, y * k) OVER (ORDER BY t) AS forecast,
			y * k * (1 + 0.01 * sin(t * 3.3)) AS second FROM series WHERE kind = wanted) ' || measure);
	SELECT string_agg(format('%s in %s: %s, not %s', kind, k, m.own, m.base), E'\n') INTO result
	FROM unit, unnest(kinds) kind,
		LATERAL (SELECT pg_temp.measure(kind, 1) AS base, pg_temp.measure(kind, k) AS own) m
	WHERE NOT same(m.base, m.own, k, powers::float8[], tolerance);
	RETURN result;
END $$;

SELECT is(differing('SELECT ARRAY[a.mae, a.rmse, a.bias, a.mape, a.rsr, a.sdape] FROM (SELECT (forecast_accuracy(y, forecast)).* FROM s) a',
	'{1,1,1,0,0,0}', 1e-9), NULL, 'forecast_accuracy');
SELECT is(differing('SELECT ARRAY[d.statistic, d.p_value, d.mean_loss_difference] FROM
	(SELECT (dm_test(t, y, forecast, second)).* FROM s) d', '{0,0,2}', 1e-8), NULL, 'dm_test of squares');
SELECT is(differing('SELECT ARRAY[d.statistic, d.p_value, d.mean_loss_difference] FROM
	(SELECT (dm_test(t, y, forecast, second, dm_options(loss => ''absolute'', horizon => 4))).* FROM s) d', '{0,0,1}', 1e-8), NULL,
	'dm_test of absolute values four ahead');
-- a straight line, of which both forecasts err by the same all along
CREATE FUNCTION line_test(k float8, level float8, horizon integer, loss text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT dm_test(t, k * (level + 0.1 * t), k * (level + 0.1 * t - 0.1), k * (level + 0.1 * t - 0.2),
		dm_options(horizon => horizon, loss => loss))::text FROM generate_series(1, 140) t);
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END $$;
SELECT is((SELECT string_agg(format('%s at %s: %s', k, level, test), E'\n') FROM unit, unnest('{0,100,1000,1e6}'::float8[]) level,
		unnest('{squared,absolute}'::text[]) loss, line_test(k, level, horizon, loss) AS test WHERE test IS NOT NULL), NULL,
	format('dm_test: losses at horizon %s that vary in the last digits of values do not vary', horizon))
FROM unnest('{1,3}'::int[]) horizon;
SELECT ok((SELECT abs(d.statistic / e.statistic - 1) < 1e-5 FROM (SELECT (dm_test(t, 1e6, 1e6 + x * 1e-3, 1e6 + (y - 5) * 1e-3, dm_options(horizon => 3))).* FROM series WHERE kind = 'walk') d,
	(SELECT (dm_test(t, 0, x * 1e-3, (y - 5) * 1e-3, dm_options(horizon => 3))).* FROM series WHERE kind = 'walk') e), 'dm_test: small errors of large values do vary');
SELECT is(differing('SELECT ARRAY[a.statistic, a.p_value, a.lags] FROM (SELECT (adf_test(t, y)).* FROM s) a', '{0}', 1e-6), NULL, 'adf_test');
SELECT is(differing('SELECT ARRAY[a.statistic, a.p_value, a.lags] FROM (SELECT (kpss_test(t, y, kpss_options(trend => ''linear''))).* FROM s) a', '{0}', 1e-6), NULL, 'kpss_test');
SELECT is(differing('SELECT ARRAY[a.statistic, a.p_value, a.alpha_statistic, a.alpha_p_value] FROM (SELECT (phillips_perron_test(t, y)).* FROM s) a', '{0}', 1e-6), NULL,
	'phillips_perron_test');
SELECT is(differing('SELECT ARRAY[a.statistic, a.p_value] FROM (SELECT (ljung_box_test(t, y)).* FROM s) a', '{0}', 1e-6), NULL, 'ljung_box_test');
SELECT is(differing('SELECT ARRAY[a.statistic, a.p_value, a.skewness, a.kurtosis] FROM (SELECT (jarque_bera_test(t, y)).* FROM s) a', '{0}', 1e-6), NULL, 'jarque_bera_test');
SELECT is(differing('SELECT ARRAY[a.statistic, a.p_value] FROM (SELECT (granger_test(t, y, x, granger_options(lags => 3))).* FROM s) a', '{0}', 1e-6), NULL, 'granger_test');
SELECT is(differing('SELECT ARRAY[d.statistic, d.p_value, d.mean_loss_difference, d.next_loss_difference] FROM
	(SELECT (gw_test(t, y, forecast, second, gw_options(horizon => 2))).* FROM s) d', '{0,0,2,2}', 1e-6), NULL, 'gw_test');
SELECT is(differing('SELECT ARRAY[(b).turnover, (b).sharpe, (b).sharpe_error, (b).mean_position, (b).total, (b).cost_total, (b).max_drawdown, (b).break_even_cost] FROM
	(SELECT strategy_backtest(t, y, second, strategy_options(rule => ''volatility'', unit => 0.01 * $2, cost => 0.001 * $2, threshold => 0.01 * $2)) AS b FROM s) d',
	'{0,0,0,0,1,1,1,1}', 1e-6), NULL, 'strategy_backtest');
SELECT is(differing('SELECT ARRAY[m.slope, m.slope_error, m.statistic, m.p_value, m.r_squared, m.intercept, m.intercept_error] FROM
	(SELECT (mincer_zarnowitz(t, y, second, mincer_zarnowitz_options(horizon => 2))).* FROM s) m', '{0,0,0,0,0,1,1}', 1e-5), NULL, 'mincer_zarnowitz');
SELECT is(differing('SELECT array_agg(c.correlation ORDER BY c.lag) || array_agg(c.best::int::float8 ORDER BY c.lag) FROM
	(SELECT cross_correlation(t, x, y) AS rows FROM s) r, unnest(rows) c', '{0}', 1e-6), NULL, 'cross_correlation');
SELECT is(differing('SELECT array_agg(m.p_value ORDER BY m.forecast) || array_agg(m.statistic ORDER BY m.forecast) || array_agg(m.mean_loss ORDER BY m.forecast) FROM
	(SELECT model_confidence_set(t, y, ARRAY[forecast, second, 0], model_confidence_set_options(draws => 100)) AS rows FROM s) d, unnest(rows) m',
	'{0,0,0,0,0,0,2,2,2}', 1e-6), NULL, 'model_confidence_set');
SELECT is(differing('SELECT ARRAY[i.information] FROM (SELECT (mutual_information(t, x, y, mutual_information_options(lag => 1))).* FROM s) i', '{0}', 1e-9), NULL,
	'mutual_information');
SELECT is(differing('SELECT array_agg(f.score ORDER BY f.feature) || array_agg(f.p_value ORDER BY f.feature) FROM
	(SELECT select_features(t, y, ARRAY[x, forecast, second], select_features_options(shifts => 19)) AS rows FROM s) r, unnest(rows) f', '{0}', 1e-9), NULL,
	'select_features');
SELECT is(differing('SELECT ARRAY[i.mean, i.standard_deviation, i.windows, i.constant_windows] FROM
	(SELECT (information_coefficient(t, x, y)).* FROM s) i', '{0,0,0,0}', 1e-7), NULL, 'information_coefficient');
SELECT is(differing('SELECT array_agg(f.forecast[1] ORDER BY t) || array_agg(f.upper[1] - f.lower[1] ORDER BY t) FROM
	(SELECT t, (var_forecast(m, ARRAY[y, x]) OVER (ORDER BY t)).* FROM s, (SELECT var_fit(t, ARRAY[y, x]) AS m FROM s) v) f
	WHERE t > 155', '{1,1,1,1,1,1,1,1,1,1}', 1e-7), NULL, 'var_fit and var_forecast, one of two variables in another unit');
SELECT is(differing('SELECT array_agg(f.forecast ORDER BY t) || array_agg(f.upper - f.lower ORDER BY t) FROM
	(SELECT t, (linear_forecast(m, y, ARRAY[x]) OVER (ORDER BY t)).* FROM s, (SELECT linear_fit(t, y, ARRAY[x]) AS m FROM s) v) f
	WHERE t > 155', '{1,1,1,1,1,1,1,1,1,1}', 1e-6), NULL, 'linear_fit and linear_forecast, y in another unit');
SELECT is(differing('SELECT array_agg(coefficient) FROM (SELECT linear_fit(t, x, ARRAY[y]) AS m FROM s) v, linear_coefficients(m)', '{0}', 1e-6), NULL,
	'linear_coefficients, a feature in another unit');
SELECT is(differing('SELECT array_agg(statistic) FROM (SELECT var_fit(t, ARRAY[y, x]) AS m FROM s) v, var_coefficients(m)
	WHERE term <> ''intercept''', '{0}', 1e-5), NULL, 'var_coefficients');
SELECT is(differing('SELECT (m).coefficients || (m).standard_errors || ARRAY[(m).r_squared_within, (m).residual_sd, (m).intercept] FROM
	(SELECT panel_regression(''e'' || t % 7, t, forecast, ARRAY[y, x]) AS m FROM s) p', '{0,1,0,1,0,1,1}', 1e-6), NULL, 'panel_regression');
SELECT is(differing('SELECT (m).explained_ratio || (m).explained_variance FROM
	(SELECT principal_components(ARRAY[y, y * own, x], principal_components_options(standardize => true)) AS m FROM s) p', '{0}', 1e-7), NULL,
	'principal_components of correlations, two variables in another unit');
SELECT is(differing('SELECT (m).explained_ratio || (m).explained_variance || (m).mean FROM
	(SELECT principal_components(ARRAY[y, 2 * y - forecast]) AS m FROM s) p',
	'{0,0,2,2,1,1}', 1e-6), NULL, 'principal_components of covariances');
SELECT is(differing('SELECT ARRAY[(m).penalty, (m).r_squared, (m).residual_sd, (f).forecast, (f).lower, (f).upper] FROM
	(SELECT m, trend_seasonal_forecast(m, 170::bigint) AS f FROM (SELECT trend_seasonal_fit(t, y, trend_seasonal_options(period => 21, harmonics => 2)) AS m FROM s) c) p',
	'{0,0,1,1,1,1}', 1e-6), NULL, 'trend_seasonal_fit and trend_seasonal_forecast');
SELECT is(differing('SELECT ARRAY[(m).a, (m).b, (m).sigma, (f).forecast, (f).lower, (f).upper] FROM
	(SELECT m, cir_forecast(m, last, 3, 0.9) AS f FROM (SELECT cir_fit(t, y) AS m, max(y) AS last FROM s) c) p',
	'{1,0,0.5,1,1,1}', 1e-5, '{walk,ticks,cycle}'), NULL, 'cir_fit and cir_forecast');
-- the exact density of a series that hardly varies has fewer digits
SELECT is(differing('SELECT ARRAY[(m).a, (m).b, (m).sigma, (f).forecast, (f).lower, (f).upper] FROM
	(SELECT m, cir_forecast(m, last, 3, 0.9) AS f FROM (SELECT cir_fit(t, y) AS m, max(y) AS last FROM s) c) p',
	'{1,0,0.5,1,1,1}', 1e-3, '{flat}'), NULL, 'and of a series that hardly varies');
SELECT is(differing('SELECT ARRAY[mean_reciprocal_rank(t / 8, y, second), (rank_correlation(t / 8, y, second)).mean,
	(rank_backtest(''e'' || t % 8, ''g''::text, t / 8, y, second)).total] FROM s', '{0,0,1}', 1e-7), NULL, 'rank measures');
SELECT is(differing('SELECT ARRAY[empirical_level(m, y), empirical_slope(m, y), empirical_curvature(m, y)] FROM
	(SELECT * FROM s, unnest(''{0.25,2,10}''::float8[]) WITH ORDINALITY u (m, n) WHERE s.t = 7 * n) c', '{1,1,1}', 1e-9), NULL,
	'empirical factors');
SELECT * FROM finish();
ROLLBACK;

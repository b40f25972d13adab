-- Filters and decompositions of a series; windows and arrays say the same.
CREATE TABLE signal AS SELECT t, 2 + sin(t * 0.7) + 0.02 * t AS y FROM generate_series(1, 64) AS t;
SELECT t, array_length(imfs, 1) AS imfs, (SELECT sum(v) FROM unnest(imfs) AS v)::numeric(8, 4) AS total, y::numeric(8, 4)
FROM (SELECT t, y, emd(y) OVER (ORDER BY t) AS imfs FROM signal) AS e WHERE t % 32 = 1 ORDER BY t;
SELECT count(*) FROM (SELECT t, wavelet_smooth(y, level => 2) OVER (ORDER BY t) AS smooth FROM signal) AS rows
JOIN (SELECT wavelet_smooth(array_agg(y ORDER BY t), level => 2) AS whole FROM signal) AS a ON abs(smooth - whole[t]) < 1e-12;
SELECT max(abs(x - y)) < 1e-9 AS "reconstructed" FROM (SELECT wavelet_reconstruct(wavelet_decompose(array_agg(y ORDER BY t), level => 2)) AS back FROM signal) AS w,
	unnest(back) WITH ORDINALITY AS u (x, n) JOIN signal ON n = t;
SELECT t, smoothing_spline(y, 0.5) OVER (ORDER BY t)::numeric(8, 3) AS spline FROM signal ORDER BY t LIMIT 3;
SELECT t, (s).trend::numeric(8, 3), (s).seasonal::numeric(8, 3), ((s).trend + (s).seasonal + (s).remainder)::numeric(8, 3) AS total
FROM (SELECT t, stl_decompose(y, 9) OVER (ORDER BY t) AS s FROM signal) AS d ORDER BY t LIMIT 3;
SELECT t, (k).predicted::numeric(8, 4), (k).filtered::numeric(8, 4), (s).smoothed::numeric(8, 4)
FROM (SELECT t, kalman_filter(y, 1, 0.1, 0.2) OVER w AS k, kalman_smooth(y, 1, 0.1, 0.2) OVER w AS s FROM signal WINDOW w AS (ORDER BY t)) AS f ORDER BY t LIMIT 3;
SELECT (kalman_estimate(kalman_update(kalman_update(kalman_state(1, 0.1, 0.2), 2), 2.5))).filtered::numeric(8, 4);
SELECT (m).log_likelihood IS NOT NULL AS fitted FROM (SELECT kalman_fit(t, y, kalman_options('local_level')) AS m FROM signal) AS f;
SELECT t, (r).forecast::numeric(8, 4) FROM (SELECT t, reflection_forecast(y, 2.0, 1, 0.1, 0.2) OVER (ORDER BY t) AS r FROM signal) AS f ORDER BY t LIMIT 2;
SELECT (m).slope::numeric(8, 3), (trend_seasonal_forecast(m, 70::bigint)).forecast::numeric(8, 2) FROM (SELECT trend_seasonal_fit(t, y, trend_seasonal_options(period => 9, harmonics => 1)) AS m FROM signal) AS f;
SELECT (m).long_run_mean::numeric(8, 2), (cir_forecast(m, 2.5)).forecast::numeric(8, 2) FROM (SELECT cir_fit(t, y) AS m FROM signal) AS f;
SELECT model_info(m) #> '{model,orders}' AS orders, count(f), count((f).lower) FROM (SELECT m, arima_forecast(m, y) OVER (ORDER BY t) AS f
	FROM signal, (SELECT arima_fit(t, y, arima_options(orders => '{2,1,0}')) AS m FROM signal) AS a) AS r GROUP BY 1;
SELECT step, forecast::numeric(8, 2) FROM (SELECT ets_forecast(t, y, 2, ets_options(period => 9, error => 'A', trend => 'A', season => 'A')) AS f FROM signal) AS e, unnest(f);
SELECT step, forecast::numeric(8, 2) FROM (SELECT theta_forecast_steps(m, y, '{1,9}') OVER (ORDER BY t) AS f, t FROM signal, (SELECT theta_fit(t, y, theta_options(period => 9)) AS m FROM signal) AS h) AS r, unnest(f) WHERE t = 64;
DROP TABLE signal;

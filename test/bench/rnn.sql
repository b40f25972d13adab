\ir sql_measure.psql
CREATE TABLE panel AS
SELECT day, sin(day / 7.0) + 0.1 * sin(day * 1.7) AS y,
	   ARRAY(SELECT sin(day / (f + 3.0)) FROM generate_series(1, 10) AS f) AS x
FROM generate_series(1::bigint, 100004) AS day;
VACUUM ANALYZE panel;
CREATE TABLE network AS
SELECT preset, peer, rnn_fit(day, y, x, rnn_options(preset => preset, epochs => 1, validation_fraction => 0)) AS model
FROM panel, (VALUES ('djanet', 'janet'), ('dgru', 'gru'), ('dlstm', 'lstm'),
	('sam_djanet', 'sam_janet'), ('sam_dgru', 'sam_gru'), ('sam_dlstm', 'sam_lstm')) AS networks (preset, peer)
WHERE day <= 2145
GROUP BY preset, peer;
SELECT measure('rnn_forecast, ' || preset || ' 128/64/32, 100,000 windows, rows in and out', 'rnn_infer/' || peer,
	format('SELECT count((f).forecast) FROM (SELECT rnn_forecast(model, y, x) OVER (ORDER BY day) AS f FROM panel, network WHERE preset = %L) AS r', preset), NULL)
FROM network ORDER BY preset;

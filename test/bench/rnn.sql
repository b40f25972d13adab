\ir sql_measure.psql
CREATE TABLE panel AS
SELECT day, sin(day / 7.0) + 0.1 * sin(day * 1.7) AS y,
	   ARRAY(SELECT sin(day / (f + 3.0)) FROM generate_series(1, 10) AS f) AS x
FROM generate_series(1::bigint, 100004) AS day;
VACUUM ANALYZE panel;
CREATE TABLE network AS
SELECT cell, rnn_fit(day, y, x, rnn_options(cell => cell, units => '{128,64,32}', epochs => 1, ensemble => 1,
	target => 'level', validation_fraction => 0)) AS model
FROM panel, (VALUES ('janet'), ('lstm')) AS cells (cell)
WHERE day <= 2145
GROUP BY cell;
SELECT measure('rnn_forecast, ' || cell || ' 128/64/32, 100,000 windows, rows in and out', 'rnn_infer/' || cell,
	format('SELECT count((f).forecast) FROM (SELECT rnn_forecast(model, y, x) OVER (ORDER BY day) AS f FROM panel, network WHERE cell = %L) AS r', cell), NULL)
FROM network ORDER BY cell;

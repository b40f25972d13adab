-- Pictures and what they say.
SELECT left(chart, 4), right(chart, 7), chart LIKE '%<polyline%' OR chart LIKE '%<path%' AS drawn FROM (SELECT line_chart(t, sin(t), 'sine') AS chart FROM generate_series(1, 50) AS t) AS c;
SELECT left(chart, 4), right(chart, 7) FROM (SELECT emd_chart(t, emd) AS chart FROM (SELECT t, emd(sin(t * 0.3) + t * 0.01) OVER (ORDER BY t) FROM generate_series(1, 60) AS t) AS e) AS c;
SELECT left(chart, 4), right(chart, 7), chart LIKE '%fitted line%' AS fitted FROM (SELECT scatter_chart(t, sin(t)) AS chart FROM generate_series(1, 60) AS t) AS c;
SELECT * FROM fit_progress();

-- How time grows: the exponent of processor seconds over rows, series, entities and horizons, by least squares of logarithms over
-- four sizes, each twice the one before; the seconds are those of the largest.
\pset tuples_only on
\pset format unaligned
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
\ir session.psql
CREATE TABLE series AS
SELECT s, t, 2 + 0.5 * sin(t * 0.05 * s) + 0.1 * sum(hashint4(t * 1000 + s) / 2147483648.0) OVER w AS y, ARRAY[cos(t * 0.3), hashint4(t) / 2147483648.0] AS x
FROM generate_series(1, 800) AS s, generate_series(1, 250) AS t WINDOW w AS (PARTITION BY s ORDER BY t);
CREATE TABLE long AS
SELECT t, 2 + 0.5 * sin(t * 0.05) + 0.1 * sum(hashint4(t) / 2147483648.0) OVER (ORDER BY t) AS y, ARRAY[cos(t * 0.3), hashint4(-t) / 2147483648.0] AS x FROM generate_series(1, 8000) AS t;
CREATE TABLE cross_section AS
SELECT s, t, 2 + 0.1 * sum(hashint4(t * 1000 + s) / 2147483648.0) OVER (PARTITION BY s ORDER BY t) AS y FROM generate_series(0, 159) AS s, generate_series(1, 120) AS t;
VACUUM ANALYZE series, long, cross_section;

-- growth(name, statement, sizes): the statement holds SIZE; the median of three runs for each size, a run being so many executions
-- as take a tenth of a second, since the clock of the processor ticks.
CREATE FUNCTION growth(name text, statement text, sizes int[]) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	sized text;
	began float8;
	times int;
	took float8[];
	medians float8[] := '{}';
BEGIN
	FOR i IN 1..cardinality(sizes) LOOP
		sized := replace(statement, 'SIZE', sizes[i]::text);
		EXECUTE sized;
		began := extract(epoch FROM clock_timestamp());
		EXECUTE sized;
		times := ceil(0.1 / greatest(extract(epoch FROM clock_timestamp()) - began, 1e-4));
		took := '{}';
		FOR run IN 1..3 LOOP
			began := processor_seconds();
			FOR execution IN 1..times LOOP
				EXECUTE sized;
			END LOOP;
			took := took || (processor_seconds() - began) / times;
		END LOOP;
		medians := medians || (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v) FROM unnest(took) v);
	END LOOP;
	RETURN (SELECT json_build_object('name', format('%s: grows with the power %s over %s', name, round(regr_slope(ln(m), ln(z))::numeric, 2), array_to_string(sizes, ', ')),
		'seconds', round(medians[cardinality(medians)]::numeric, 5)) FROM unnest(medians, sizes) AS u (m, z));
END $$;

SELECT growth('rows, ' || call, 'SELECT ' || call || ' FROM long WHERE t <= SIZE', '{1000,2000,4000,8000}')
FROM unnest(ARRAY['linear_fit(t, y, x)', 'var_fit(t, ARRAY[y])', 'kalman_fit(t, y)', 'arima_fit(t, y, ''{"orders": [1, 1, 1]}'')', 'ets_fit(t, y, ''{"error": "A", "trend": "N"}'')',
	'boosted_trees_fit(t, y, x)', 'rnn_fit(t, y, x, ''{"epochs": 2, "ensemble": 1, "units": [16]}'')', 'transformer_fit(t, y, x, ''{"epochs": 1, "ensemble": 1}'')',
	'emd(array_agg(y ORDER BY t))', 'smoothing_spline(array_agg(y ORDER BY t))', 'information_coefficient(t, x[1], y)', 'dm_test(t, y, x[1], x[2])']) AS call;
SELECT growth('series, ' || call, 'SELECT count(f) FROM (SELECT ' || call || ' AS f FROM series WHERE s <= SIZE GROUP BY s) AS q', '{100,200,400,800}')
FROM unnest(ARRAY['linear_fit(t, y, x)', 'arima_fit(t, y, ''{"orders": [1, 1, 1]}'')', 'rnn_fit(t, y, x, ''{"epochs": 1, "ensemble": 1, "units": [8]}'')']) AS call;
SELECT growth('entities, graph_rank_fit', $$SELECT graph_rank_fit(s, t, y, NULL, NULL, (SELECT relation_graph(a.s::text, b.s::text, 'near') FROM generate_series(0, SIZE - 1) AS a (s), generate_series(0, SIZE - 1) AS b (s)
	WHERE (b.s - a.s + SIZE) % SIZE IN (1, 2)), '{"epochs": 1, "ensemble": 1, "units": [8]}') FROM cross_section WHERE s < SIZE$$, '{20,40,80,160}');
SELECT growth('horizons, ' || method, format('SELECT %s_fit(t, y, x, %L::jsonb || jsonb_build_object(''horizons'', ARRAY(SELECT generate_series(1, SIZE)))) FROM long WHERE t <= 1000', method, options), '{1,2,4,8}')
FROM (VALUES ('linear', '{}'), ('boosted_trees', '{"rounds": 50}'), ('rnn', '{"epochs": 2, "ensemble": 1, "units": [16]}')) AS m (method, options);

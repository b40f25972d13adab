-- stl_decompose.

BEGIN;
SELECT plan(44);
\ir ../golden/stl.sql

CREATE TEMPORARY TABLE golden_rows AS
SELECT g.*, v.* FROM golden_stl g, LATERAL unnest(g.x, g.trend, g.seasonal, g.remainder, g.weight) WITH ORDINALITY AS v (value, level, season, rest, share, t)
ORDER BY md5(sample || ',' || t);

-- ---- reference values -------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM (SELECT *, stl_decompose(value, period, seasonal_window, trend_window, low_pass, outer_iterations > 0, seasonal_degree, trend_degree, low_pass_degree,
		inner_iterations, outer_iterations) OVER (PARTITION BY sample ORDER BY t) AS c FROM golden_rows) w
	WHERE greatest(abs((c).trend - level), abs((c).seasonal - season), abs((c).remainder - rest), abs((c).weight - share)) < 1e-9),
	(SELECT sum(cardinality(x)) FROM golden_stl), 'components agree with reference values, over rows stored in any order');
SELECT is((SELECT count(*) FROM golden_rows r JOIN LATERAL (SELECT * FROM golden_stl g, stl_decompose(g.x, g.period, g.seasonal_window, g.trend_window, g.low_pass, false, g.seasonal_degree, g.trend_degree, g.low_pass_degree,
		g.inner_iterations, g.outer_iterations) WITH ORDINALITY AS c (c_trend, c_seasonal, c_remainder, c_weight, place)) c ON c.sample = r.sample AND c.place = r.t
	WHERE greatest(abs(c_trend - level), abs(c_seasonal - season), abs(c_remainder - rest), abs(c_weight - share)) < 1e-9),
	(SELECT sum(cardinality(x)) FROM golden_stl), 'and over arrays');
SELECT is((SELECT count(*) FROM (SELECT *, stl_decompose(value, period) OVER (PARTITION BY sample ORDER BY t) AS c FROM golden_rows WHERE sample IN (0, 2)) w
	WHERE greatest(abs((c).trend - level), abs((c).seasonal - season)) < 1e-9 AND (c).weight = 1), 166::bigint, 'the defaults are those of the reference');
SELECT is((SELECT count(*) FROM (SELECT *, stl_decompose(value, period, robust => true) OVER (PARTITION BY sample ORDER BY t) AS c FROM golden_rows WHERE sample IN (1, 3)) w
	WHERE greatest(abs((c).trend - level), abs((c).seasonal - season), abs((c).weight - share)) < 1e-9), 166::bigint, 'robust ones too');
SELECT is((SELECT array_agg(c ORDER BY t) FROM (SELECT t, stl_decompose(value, 12, robust => true) OVER (ORDER BY t) AS c FROM golden_rows WHERE sample = 0) w),
	(SELECT array_agg(c::stl_component) FROM golden_stl g, stl_decompose(g.x, 12, robust => true) c WHERE sample = 0), 'window and array agree to the bit');
SELECT is((SELECT array_agg(c ORDER BY t) FROM (SELECT t, stl_decompose(value, 12, NULL, NULL, NULL, NULL, NULL, NULL, NULL) OVER (ORDER BY t) AS c FROM golden_rows WHERE sample = 0) w),
	(SELECT array_agg(c ORDER BY t) FROM (SELECT t, stl_decompose(value, 12) OVER (ORDER BY t) AS c FROM golden_rows WHERE sample = 0) w), 'NULL stands for the default');
SELECT ok((SELECT bool_and(abs((c).trend + (c).seasonal + (c).remainder - value) < 1e-14) FROM (SELECT value, stl_decompose(value, 12) OVER (ORDER BY t) AS c FROM golden_rows WHERE sample = 0) w), 'the parts add up');
SELECT is((SELECT count(DISTINCT f) FROM (SELECT (stl_decompose(value, 12) OVER w).trend FROM golden_rows WHERE sample = 0 WINDOW w AS (ORDER BY t)) s (f)), 96::bigint, 'one call for each row');

-- each option changes something
SELECT is((SELECT count(DISTINCT c) FROM (SELECT t, unnest(ARRAY[stl_decompose(value, 12) OVER w, stl_decompose(value, 12, seasonal => 9) OVER w, stl_decompose(value, 12, trend => 31) OVER w,
		stl_decompose(value, 12, low_pass => 15) OVER w, stl_decompose(value, 12, robust => true) OVER w, stl_decompose(value, 12, seasonal_degree => 0) OVER w,
		stl_decompose(value, 12, trend_degree => 0) OVER w, stl_decompose(value, 12, low_pass_degree => 0) OVER w, stl_decompose(value, 12, inner_iterations => 1) OVER w,
		stl_decompose(value, 12, outer_iterations => 1) OVER w, stl_decompose(value, 12, trailing_rows => 50) OVER w]) AS c
	FROM golden_rows WHERE sample = 0 WINDOW w AS (ORDER BY t)) s WHERE t = 95), 11::bigint, 'every option counts, in a window');
SELECT is((SELECT count(DISTINCT c) FROM golden_stl g, LATERAL (SELECT * FROM stl_decompose(x, 12) WITH ORDINALITY UNION ALL SELECT * FROM stl_decompose(x, 12, seasonal => 9) WITH ORDINALITY
		UNION ALL SELECT * FROM stl_decompose(x, 12, trend => 31) WITH ORDINALITY UNION ALL SELECT * FROM stl_decompose(x, 12, low_pass => 15) WITH ORDINALITY
		UNION ALL SELECT * FROM stl_decompose(x, 12, robust => true) WITH ORDINALITY UNION ALL SELECT * FROM stl_decompose(x, 12, seasonal_degree => 0) WITH ORDINALITY
		UNION ALL SELECT * FROM stl_decompose(x, 12, trend_degree => 0) WITH ORDINALITY UNION ALL SELECT * FROM stl_decompose(x, 12, low_pass_degree => 0) WITH ORDINALITY
		UNION ALL SELECT * FROM stl_decompose(x, 12, inner_iterations => 1) WITH ORDINALITY UNION ALL SELECT * FROM stl_decompose(x, 12, outer_iterations => 1) WITH ORDINALITY
		UNION ALL SELECT * FROM stl_decompose(x, 12, trailing_rows => 50) WITH ORDINALITY) c WHERE sample = 0 AND ordinality = 95), 11::bigint, 'and of an array');

-- ---- trailing: strictly causal --------------------------------------------------------------------

CREATE TEMPORARY TABLE series AS SELECT t, sin(t * 0.5236) * 2 + (t * 7919 % 104729) / 104729.0 AS x FROM generate_series(1, 200) AS t;
SELECT is((SELECT count(*) FROM (SELECT t, stl_decompose(x, 12, robust => true, trailing_rows => 60) OVER (ORDER BY t) AS f,
		stl_decompose(CASE WHEN t > 120 THEN -x ELSE x END, 12, robust => true, trailing_rows => 60) OVER (ORDER BY t) AS g FROM series) c WHERE t <= 120 AND f IS DISTINCT FROM g),
	0::bigint, 'trailing: later rows change no bit');
SELECT ok((SELECT bool_or(f <> g) FROM (SELECT t, stl_decompose(x, 12) OVER (ORDER BY t) AS f, stl_decompose(CASE WHEN t > 120 THEN -x ELSE x END, 12) OVER (ORDER BY t) AS g FROM series) c WHERE t <= 120),
	'without trailing they do');
SELECT is((SELECT f FROM (SELECT t, stl_decompose(x, 12, trailing_rows => 60) OVER (ORDER BY t) AS f FROM series) s WHERE t = 150),
	(SELECT c::stl_component FROM (SELECT array_agg(x ORDER BY t) AS x FROM series WHERE t BETWEEN 91 AND 150) a, stl_decompose(x, 12) WITH ORDINALITY AS d, LATERAL (SELECT ROW(trend, seasonal, remainder, weight)::stl_component) r (c) WHERE ordinality = 60),
	'a row is the last of the rows that it sees');
SELECT is((SELECT max(t) FROM (SELECT t, stl_decompose(x, 12, trailing_rows => 60) OVER (ORDER BY t) AS f FROM series) s WHERE f IS NULL), 23, 'NULL where a row sees fewer than two periods');
SELECT is((SELECT count(*) FROM (SELECT array_agg(x ORDER BY t) AS x FROM series) a, stl_decompose(x, 12, trailing_rows => 60) c WHERE c.trend IS NULL AND c.weight IS NULL), 23::bigint, 'rows of NULLs from an array');

-- ---- small and empty ---------------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM stl_decompose(NULL::float8[], 12)), 0::bigint, 'NULL gives no rows');
SELECT is((SELECT count(*) FROM stl_decompose('{}'::float8[], 12)), 0::bigint, 'an empty array none');
SELECT is((SELECT count(*) FROM (SELECT stl_decompose(x, 12) OVER () FROM series WHERE false) s), 0::bigint, 'no rows');
SELECT is((SELECT count(*) FROM stl_decompose(array_fill(5::float8, ARRAY[24]), 12, robust => true) WHERE abs(trend - 5) < 1e-12 AND abs(seasonal) < 1e-12), 24::bigint, 'a constant series');
SELECT is((SELECT count(*) FROM stl_decompose('{1,2,3,4}'::float8[], 2)), 4::bigint, 'two periods of two');

-- ---- bad input -----------------------------------------------------------------------------------------

CREATE FUNCTION fails(arguments text, state text, message text, name text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT throws_ok(format('SELECT stl_decompose(x, %s) OVER (ORDER BY t) FROM series', arguments), state, message, name)
$$;
SELECT fails('NULL', '22004', 'stl_decompose: period is NULL', 'period NULL');
SELECT fails('1', '22023', 'stl_decompose: period is 1, it must be at least 2', 'period 1');
SELECT fails('101', '22023', 'stl_decompose with period 101 needs at least 202 observations, has 200', 'fewer than two periods');
SELECT fails('12, trailing_rows => 23', '22023', 'stl_decompose with period 12 needs at least 24 observations, has 23', 'fewer by trailing');
SELECT fails('12, trailing_rows => -1', '22023', 'stl_decompose: trailing_rows is -1, it must be at least 1', 'trailing -1');
SELECT fails('12, seasonal => 8', '22023', 'stl_decompose: seasonal is 8, it must be odd', 'an even window');
SELECT fails('12, seasonal => 1', '22023', 'stl_decompose: seasonal is 1, it must be at least 3', 'a window of 1');
SELECT fails('12, trend => 11', '22023', 'stl_decompose: trend is 11, it must be odd and larger than the period, 12', 'trend too short');
SELECT fails('12, trend => 24', '22023', 'stl_decompose: trend is 24, it must be odd and larger than the period, 12', 'trend even');
SELECT fails('12, low_pass => 9', '22023', 'stl_decompose: low_pass is 9, it must be odd and larger than the period, 12', 'low_pass too short');
SELECT fails('12, seasonal_degree => 2', '22023', 'stl_decompose: seasonal_degree is 2, it must be 0 or 1', 'degree 2');
SELECT fails('12, trend_degree => -1', '22023', 'stl_decompose: trend_degree is -1, it must be at least 0', 'degree -1');
SELECT fails('12, low_pass_degree => 3', '22023', 'stl_decompose: low_pass_degree is 3, it must be 0 or 1', 'degree 3');
SELECT fails('12, inner_iterations => 0', '22023', 'stl_decompose: inner_iterations is 0, it must be at least 1', 'no inner iteration');
SELECT fails('12, outer_iterations => -1', '22023', 'stl_decompose: outer_iterations is -1, it must be at least 0', 'negative iterations');
SELECT fails('10 + t / 150', '22023', 'stl_decompose: period in row 150 of the partition is not what it is in the first', 'a period that differs');
SELECT throws_ok('SELECT stl_decompose(CASE WHEN t <> 5 THEN x END, 12) OVER (ORDER BY t) FROM series', '22004', 'stl_decompose: x in row 5 of the partition is NULL', 'NULL in a row');
SELECT throws_ok('SELECT stl_decompose(''{1,2,3,NaN,5}''::float8[], 2)', '22003', NULL, 'NaN in an array');
SELECT throws_ok('SELECT stl_decompose(''{{1,2},{3,4}}''::float8[], 2)', '2202E', 'stl_decompose: x has 2 dimensions, must have 1', 'two dimensions');
SELECT throws_ok('SELECT stl_decompose(''{1.7e308,-1.7e308,1.7e308,-1.7e308,1.7e308}''::float8[], 2)', '22003', 'stl_decompose: a value is not finite', 'overflow');

-- ---- bounded and stoppable ----------------------------------------------------------------------------

\ir stops.psql
SELECT array_agg(sin(t * 0.31) + (t * 7919::bigint % 104729) / 104729.0) AS x INTO TEMPORARY long FROM generate_series(1, 1000000) AS t;
SET LOCAL creditspread.max_model_memory = '16MB';
SELECT throws_ok('SELECT stl_decompose(x, 12) FROM long', '53200', NULL, 'memory over the limit is refused');
RESET creditspread.max_model_memory;
SELECT stops('stl_decompose(s, 12, robust => true)', $$SELECT array_agg(sin(t * 0.31) + (t * 7919::bigint % 104729) / 104729.0) AS s FROM generate_series(1, 4000) AS t$$);
SELECT stops('stl_decompose(s, 1600)', $$SELECT array_agg(sin(t * 0.31) + (t * 7919::bigint % 104729) / 104729.0) AS s FROM generate_series(1, 4000) AS t$$);
SELECT stops('stl_decompose(s, 12, trailing_rows => 500)', $$SELECT array_agg(sin(t * 0.31) + (t * 7919::bigint % 104729) / 104729.0) AS s FROM generate_series(1, 2000) AS t$$);

SELECT * FROM finish();
ROLLBACK;

-- wavelet_smooth, wavelet_decompose, wavelet_reconstruct, wavelet_approximation, wavelet_detail.

BEGIN;
\ir helpers.psql
SELECT plan(73);
\ir ../golden/wavelet.sql
SET LOCAL client_min_messages = warning;

-- ---- reference values -------------------------------------------------------------------------

SELECT is(count(*), 7::bigint, 'the approximation of arrays agrees with reference values to 1e-9') FROM golden_wavelet
WHERE near(wavelet_smooth(x, wavelet, level, 'approximation', extension), approximation, 1e-9, 1e-5);
SELECT is(count(*), 7::bigint, 'soft thresholds too') FROM golden_wavelet
WHERE near(wavelet_smooth(x, wavelet, level, mode => 'soft', extension => extension), soft, 1e-9, 1e-5);
SELECT is(count(*), 7::bigint, 'hard thresholds too') FROM golden_wavelet
WHERE near(wavelet_smooth(x, wavelet, level, mode => 'hard', extension => extension), hard, 1e-9, 1e-5);
SELECT is(count(*), 7::bigint, 'the coefficients too') FROM golden_wavelet
WHERE near((wavelet_decompose(x, wavelet, level, extension)).coefficients, coefficients, 1e-9, 1e-5);
SELECT is(count(*), 7::bigint, 'in levels of the same lengths') FROM golden_wavelet, wavelet_decompose(x, wavelet, level, extension) d
WHERE d.lengths = golden_wavelet.lengths AND d.observations = cardinality(x) AND d.wavelet = golden_wavelet.wavelet AND d.extension = golden_wavelet.extension;
SELECT is(count(*), 7::bigint, 'and the series come back') FROM golden_wavelet
WHERE near(wavelet_reconstruct(wavelet_decompose(x, wavelet, level, extension)), x, 1e-12, 0.01);

CREATE TEMPORARY TABLE golden_row AS
SELECT sample, t, v AS x, wavelet, level, extension FROM golden_wavelet, unnest(x) WITH ORDINALITY AS u (v, t) ORDER BY sin(t), sample;
CREATE TEMPORARY TABLE by_rows AS
SELECT sample, t, x, m, wavelet_smooth(x, wavelet, level, m, extension) OVER (PARTITION BY sample, m ORDER BY t) AS y,
	wavelet_smooth(x, wavelet, level, m, extension, 40) OVER (PARTITION BY sample, m ORDER BY t) AS trailing_y
FROM golden_row, unnest('{approximation,soft,hard}'::text[]) m;
SELECT is(count(*), 21::bigint, 'the window function over shuffled rows has the bits of the array function, in each partition and mode')
FROM golden_wavelet g JOIN (SELECT sample, m, array_agg(y ORDER BY t) AS y FROM by_rows GROUP BY sample, m) r USING (sample)
WHERE wavelet_smooth(g.x, wavelet, level, m, extension) = y;
SELECT is(count(*), 21::bigint, 'with trailing too')
FROM golden_wavelet g JOIN (SELECT sample, m, array_agg(trailing_y ORDER BY t) AS y FROM by_rows GROUP BY sample, m) r USING (sample)
WHERE wavelet_smooth(g.x, wavelet, level, m, extension, 40) = y;
SELECT is(count(*), (SELECT sum(3 * cardinality(x)) FROM golden_wavelet), 'a trailing value is the last one of the rows that it sees, to the bit')
FROM by_rows r JOIN golden_wavelet g USING (sample)
WHERE trailing_y = (wavelet_smooth(g.x[greatest(1, t - 39):t], wavelet, level, m, extension))[least(t, 40)];

-- ---- every wavelet and extension ------------------------------------------------------------------

CREATE TEMPORARY TABLE known AS
SELECT w, e FROM unnest('{db1,db2,db3,db4,db5,db6,db7,db8,db9,db10,sym4,sym5,sym6,sym7,sym8,coif1,coif2,coif3}'::text[]) w,
	unnest('{symmetric,periodization}'::text[]) e;
CREATE TEMPORARY TABLE irregular AS
SELECT n, array_agg(sin(t * t) * (1 + t % 7) + t / 50.0 ORDER BY t) AS x
FROM unnest('{1,2,3,4,5,17,100,257}'::int[]) n, generate_series(1, n) t GROUP BY n;
SELECT is(count(*), 288::bigint, 'all reconstruct series of any length')
FROM known, irregular WHERE near(wavelet_reconstruct(wavelet_decompose(x, w, 3, e)), x, 1e-11, 0.01);
SELECT is(count(*), 36::bigint, 'a smooth series is a reconstruction without details')
FROM known, irregular, wavelet_decompose(x, w, 3, e) d
WHERE n = 257 AND near(wavelet_smooth(x, w, 3, extension => e),
	wavelet_reconstruct(ROW(d.wavelet, d.extension, d.observations, d.lengths,
		wavelet_approximation(d) || array_fill(0::float8, ARRAY[cardinality(d.coefficients) - d.lengths[1]]))::wavelet_decomposition), 1e-12, 0.01);
SELECT is(count(*), 36::bigint, 'the parts of a decomposition are all of it') FROM known, irregular, wavelet_decompose(x, w, 3, e) d
WHERE n = 257 AND wavelet_approximation(d) || wavelet_detail(d, 3) || wavelet_detail(d, 2) || wavelet_detail(d, 1) = d.coefficients;
SELECT is(count(DISTINCT wavelet_smooth(x, w, 3, extension => e)), 35::bigint, 'no two are the same but those of db1, which never sees past the ends') FROM known, irregular WHERE n = 257;

-- ---- defaults and values by hand ------------------------------------------------------------------

SELECT is(wavelet_smooth(x), wavelet_smooth(x, 'db4', 6, 'approximation', 'symmetric', NULL), 'defaults of wavelet_smooth') FROM irregular WHERE n = 257;
SELECT is(wavelet_decompose(x), wavelet_decompose(x, 'db4', 6, 'symmetric'), 'defaults of wavelet_decompose') FROM irregular WHERE n = 257;
SELECT ok(near(wavelet_smooth('{1,3,5,9}'::float8[], 'db1', 1), '{2,2,7,7}', 1e-15, 10), 'means of pairs by db1');
SELECT ok(near(wavelet_smooth('{1,3,5}'::float8[], 'db1', 1), '{2,2,5}', 1e-15, 10), 'an odd series');
SELECT ok(near(wavelet_smooth('{7}'::float8[], 'coif3', 30), '{7}', 1e-12, 0.01), 'one value, the highest level');
SELECT is(wavelet_smooth('{}'::float8[]), '{}', 'an empty array');
SELECT is(wavelet_smooth(NULL::float8[]), NULL, 'NULL');
SELECT is(wavelet_decompose('{}'::float8[])::text, NULL, 'no decomposition of an empty array');
SELECT is(wavelet_decompose(NULL)::text, NULL, 'nor of NULL');
SELECT is(wavelet_reconstruct(NULL), NULL, 'no decomposition, no series');
SELECT is(wavelet_detail(NULL, 1), NULL, 'nor details');
SELECT is((SELECT count(*) FROM (SELECT wavelet_smooth(x) OVER (ORDER BY t) FROM golden_row WHERE sample < 0) s), 0::bigint, 'no rows');
SELECT ok(bool_and(abs(wavelet_smooth - 4) < 1e-12), 'a constant stays as it is') FROM
	(SELECT wavelet_smooth(4, 'sym6', 5, m) OVER (PARTITION BY m ORDER BY t) FROM generate_series(1, 200) t, unnest('{approximation,soft,hard}'::text[]) m) s;
SELECT ok(near(wavelet_smooth(x, mode => 'soft'), x, 1e-12, 0.01), 'a series of few events has a threshold of zero')
FROM (SELECT array_agg(CASE WHEN t % 40 = 0 THEN 1.0 ELSE 0 END::float8 ORDER BY t) AS x FROM generate_series(1, 400) t) s;

-- ---- causality ------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE day AS SELECT t, sin(t * t) + t / 30.0 AS x FROM generate_series(1, 300) t;
CREATE TEMPORARY TABLE causal AS
SELECT m, e, cut, t, wavelet_smooth(CASE WHEN t <= cut THEN x ELSE x * 1000 - 7 END, 'db4', 3, m, e, 64) OVER (PARTITION BY m, e, cut ORDER BY t) AS y
FROM day, unnest('{approximation,soft,hard}'::text[]) m, unnest('{symmetric,periodization}'::text[]) e, unnest('{1,63,64,65,200,300}'::int[]) cut;
SELECT is(count(*), 0::bigint, 'later rows change no bit of a trailing value') FROM causal c JOIN causal w USING (m, e, t)
WHERE w.cut = 300 AND t <= c.cut AND float8send(c.y) <> float8send(w.y);
SELECT ok(bool_and(differs), 'they change what follows') FROM
	(SELECT bool_or(c.y <> w.y) AS differs FROM causal c JOIN causal w USING (m, e, t) WHERE w.cut = 300 AND c.cut < 300 AND t > c.cut GROUP BY m, e, c.cut) d;
SELECT is(count(*), 0::bigint, 'rows before the window change no bit either') FROM (
	SELECT t, wavelet_smooth(x, trailing_rows => 64, level => 3) OVER (ORDER BY t) AS a,
		wavelet_smooth(CASE WHEN t > 100 THEN x ELSE -x END, trailing_rows => 64, level => 3) OVER (ORDER BY t) AS b FROM day) s
WHERE t >= 164 AND float8send(a) <> float8send(b);
SELECT ok(bool_or(a <> b), 'the whole partition is not causal') FROM (
	SELECT t, wavelet_smooth(x) OVER (ORDER BY t) AS a, wavelet_smooth(CASE WHEN t <= 290 THEN x ELSE -x END) OVER (ORDER BY t) AS b FROM day) s WHERE t <= 290;
SELECT ok(near(wavelet_smooth(array_agg(x ORDER BY t), trailing_rows => 1), array_agg(x ORDER BY t), 1e-12, 0.01), 'with a window of one row each sees itself') FROM day;
SELECT ok((wavelet_smooth(x, trailing_rows => 300))[300] = (wavelet_smooth(x))[300], 'the last row sees all with a long window')
FROM (SELECT array_agg(x ORDER BY t) AS x FROM day) s;
SELECT is(wavelet_smooth(x, trailing_rows => 2147483647), wavelet_smooth(x, trailing_rows => 300), 'a longer window than there are rows')
FROM (SELECT array_agg(x ORDER BY t) AS x FROM day) s;

-- ---- bad input ------------------------------------------------------------------------------------

SELECT throws_ok('SELECT wavelet_smooth(CASE WHEN t <> 7 THEN x END) OVER (ORDER BY t) FROM day', '22004', 'wavelet_smooth: x in row 7 of the partition is NULL', 'NULL in a row');
SELECT throws_ok('SELECT wavelet_smooth(CASE WHEN t <> 7 THEN x ELSE ''NaN'' END) OVER (ORDER BY t) FROM day', '22003', 'wavelet_smooth: x in row 7 of the partition is NaN', 'NaN in a row');
SELECT throws_ok('SELECT wavelet_smooth(CASE WHEN t <> 7 THEN x ELSE ''-Infinity'' END) OVER (ORDER BY t) FROM day', '22003', NULL, 'infinity in a row');
SELECT throws_ok('SELECT wavelet_smooth(''{1,NULL,3}''::float8[])', '22004', 'wavelet_smooth: x[2] is NULL', 'NULL in an array');
SELECT throws_ok('SELECT wavelet_smooth(''{1,2,NaN}''::float8[])', '22003', 'wavelet_smooth: x[3] is NaN', 'NaN in an array');
SELECT throws_ok('SELECT wavelet_smooth(''{Infinity}''::float8[])', '22003', 'wavelet_smooth: x[1] is Infinity', 'infinity in an array');
SELECT throws_ok('SELECT wavelet_smooth(''{{1},{2}}''::float8[])', '2202E', 'wavelet_smooth: x has 2 dimensions, must have 1', 'two dimensions');
SELECT throws_ok('SELECT wavelet_smooth(''{1}''::float8[], ''haar'')', '22023', 'wavelet_smooth: unknown wavelet "haar"', 'unknown wavelet');
SELECT throws_ok('SELECT wavelet_smooth(''{1}''::float8[], mode => ''median'')', '22023', 'wavelet_smooth: unknown mode "median"', 'unknown mode');
SELECT throws_ok('SELECT wavelet_smooth(''{1}''::float8[], extension => ''zero'')', '22023', 'wavelet_smooth: unknown extension "zero"', 'unknown extension');
SELECT throws_ok('SELECT wavelet_smooth(''{1}''::float8[], level => 0)', '22023', 'wavelet_smooth: level is 0, it must be from 1 to 30', 'level 0');
SELECT throws_ok('SELECT wavelet_smooth(''{1}''::float8[], level => 31)', '22023', NULL, 'level 31');
SELECT throws_ok('SELECT wavelet_smooth(''{1}''::float8[], trailing_rows => 0)', '22023', 'wavelet_smooth: trailing_rows is 0, it must be at least 1', 'trailing 0');
SELECT throws_ok('SELECT wavelet_smooth(''{}''::float8[], NULL)', '22004', 'wavelet_smooth: wavelet is NULL', 'no wavelet');
SELECT throws_ok('SELECT wavelet_smooth(''{1}''::float8[], level => NULL)', '22004', 'wavelet_smooth: level is NULL', 'no level');
SELECT throws_ok('SELECT wavelet_smooth(x, mode => NULL) OVER (ORDER BY t) FROM day', '22004', 'wavelet_smooth: mode is NULL', 'no mode');
SELECT throws_ok('SELECT wavelet_smooth(x, extension => NULL) OVER (ORDER BY t) FROM day', '22004', 'wavelet_smooth: extension is NULL', 'no extension');
SELECT throws_ok('SELECT wavelet_smooth(x, level => CASE WHEN t < 9 THEN 2 ELSE 3 END) OVER (ORDER BY t) FROM day', '22023',
	'wavelet_smooth: level in row 9 of the partition is not what it is in the first', 'a level that varies');
SELECT throws_ok('SELECT wavelet_smooth(x, trailing_rows => NULLIF(t, 5)) OVER (ORDER BY t) FROM day', '22023',
	'wavelet_smooth: trailing_rows in row 2 of the partition is not what it is in the first', 'a window that varies');
SELECT throws_ok('SELECT wavelet_smooth(x) FROM day', '42809', NULL, 'the function of rows needs OVER');
SELECT throws_ok('SELECT wavelet_smooth(''{1.7e308,-1.7e308,1.7e308,1.7e308,1.7e308,1.7e308,1.7e308}''::float8[])', '22003', NULL, 'overflow');
SELECT throws_ok('SELECT wavelet_decompose(''{1.7e308,1.7e308,1.7e308}''::float8[])', '22003', NULL, 'overflow of coefficients');
SELECT throws_ok('SELECT wavelet_decompose(''{1,NULL}''::float8[])', '22004', 'wavelet_decompose: x[2] is NULL', 'NULL to be decomposed');
SELECT throws_ok('SELECT wavelet_decompose(''{1}''::float8[], level => NULL)', '22004', 'wavelet_decompose: level is NULL', 'no level to decompose to');
SET LOCAL creditspread.max_model_memory = '64kB';
SELECT throws_ok('SELECT wavelet_smooth(array_agg(x + s ORDER BY t, s)) FROM day, generate_series(1, 20) s', '53200',
	'wavelet_smooth needs 159 kB of memory, creditspread.max_model_memory is 64 kB', 'memory over the limit');
RESET creditspread.max_model_memory;

CREATE FUNCTION made(wavelet text, extension text, observations int, lengths int[], coefficients float8[]) RETURNS wavelet_decomposition
LANGUAGE sql AS $$ SELECT ROW(wavelet, extension, observations, lengths, coefficients)::wavelet_decomposition $$;
SELECT ok(near(wavelet_reconstruct(made('db1', 'symmetric', 3, '{2,2}', ARRAY[sqrt(2), sqrt(8), 0, 0])), '{1,1,2}', 1e-12, 0.01), 'a decomposition made by hand');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db1', 'symmetric', 3, '{2,1}', '{1,2,3}'))$$, '22023', 'lengths[2] of a wavelet_decomposition is 1, 3 observations have 2', 'wrong lengths');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db1', 'symmetric', 3, '{2,NULL}', '{1,2,3,4}'))$$, '22004', 'lengths of a wavelet_decomposition contains NULL', 'NULL in lengths');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db1', 'symmetric', 3, '{2}', '{1,2}'))$$, '2202E', NULL, 'no details');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db1', 'symmetric', 3, '{2,2}', '{1,2,3}'))$$, '2202E', 'coefficients of a wavelet_decomposition has 3 elements, must have 4', 'too few coefficients');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db1', 'symmetric', 3, '{2,2}', '{1,2,3,NaN}'))$$, '22003', NULL, 'NaN in the coefficients');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db1', 'symmetric', 3, '{2,2}', '{1,2,3,NULL}'))$$, '22004', 'coefficients of a wavelet_decomposition contains NULL', 'NULL in the coefficients');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db1', 'symmetric', 0, '{2,2}', '{1,2,3,4}'))$$, '22023', NULL, 'no observations');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db0', 'symmetric', 3, '{2,2}', '{1,2,3,4}'))$$, '22023', 'wavelet_reconstruct: unknown wavelet "db0"', 'an unknown wavelet in a decomposition');
SELECT throws_ok($$SELECT wavelet_approximation(made('db1', NULL, 3, '{2,2}', '{1,2,3,4}'))$$, '22004', 'extension of a wavelet_decomposition is NULL', 'no extension in a decomposition');
SELECT throws_ok($$SELECT wavelet_reconstruct(made('db1', 'symmetric', 3, '{2,2}', '{1.7e308,1,1.7e308,1}'))$$, '22003', NULL, 'a reconstruction that overflows');
SELECT throws_ok($$SELECT wavelet_detail(made('db1', 'symmetric', 3, '{2,2}', '{1,2,3,4}'), 2)$$, '22023', 'wavelet_detail: level is 2, the decomposition has 1 to 1', 'details of another level');

-- ---- memory and parallel plans --------------------------------------------------------------------

CREATE TABLE many AS SELECT s, t, sin(s * t) AS x FROM generate_series(1, 300) s, generate_series(1, 100) t;
CREATE INDEX ON many (s, t);
ANALYZE many;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_sort = off;
-- the memory of the session while partition 10, then partition 300, is being read
SELECT ok(max(used) FILTER (WHERE s = 300) - max(used) FILTER (WHERE s = 10) < 4096, 'memory does not grow with the number of partitions')
FROM (SELECT s, y, CASE WHEN t = 100 AND s IN (10, 300) THEN (SELECT sum(used_bytes) FROM pg_backend_memory_contexts WHERE s > 0) END AS used
	FROM (SELECT s, t, wavelet_smooth(x, level => 3) OVER (PARTITION BY s ORDER BY t) AS y FROM many) r) m;
RESET enable_seqscan;
RESET enable_sort;
CREATE TABLE series AS SELECT s, array_agg(x ORDER BY t) AS x FROM many GROUP BY s;
ANALYZE series;
CREATE TEMPORARY TABLE serial AS SELECT s, wavelet_smooth(x, level => 3) AS y FROM series;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT set_config(name, 'on', true) AS forced FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query') \gset
CREATE TEMPORARY TABLE parallel AS SELECT s, wavelet_smooth(x, level => 3) AS y FROM series;
SELECT is(count(*), 300::bigint, 'parallel workers find the same bits') FROM serial JOIN parallel USING (s, y);

SELECT * FROM finish();
ROLLBACK;

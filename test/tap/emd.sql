-- emd, emd_lowpass, eemd, ceemdan: window functions and array functions.

BEGIN;
SELECT plan(94);
\ir ../golden/emd.sql

-- Whether the rows of a matrix add up to x, to 1e-12 of its range.
CREATE FUNCTION adds_up(imfs float8[], x float8[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT array_length(imfs, 2) = cardinality(x) AND bool_and(abs(s.sum - x[s.i]) <= 1e-12 * range)
	FROM (SELECT i, sum(imfs[k][i]) FROM generate_subscripts(imfs, 1) k, generate_subscripts(imfs, 2) i GROUP BY i) s,
		(SELECT max(v) - min(v) AS range FROM unnest(x) v) r
$$;

-- The rows of a window function, one array each, as the array function lays them out.
CREATE FUNCTION transposed(imfs_of_rows float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(r ORDER BY k) FROM (SELECT k, array_agg(imfs_of_rows[i][k] ORDER BY i) AS r
		FROM generate_subscripts(imfs_of_rows, 1) i, generate_subscripts(imfs_of_rows, 2) k GROUP BY k) q
$$;

CREATE TEMPORARY TABLE walk AS SELECT array_agg(x ORDER BY i) AS x FROM golden_walk;

-- ---- reference properties ---------------------------------------------------------------------

CREATE TEMPORARY TABLE tone AS
SELECT id, i, size_high * sin(2 * pi() * i / period_high + phase_high) AS high, size_low * sin(2 * pi() * i / period_low + phase_low) AS low, constant + trend * i AS line
FROM golden_tones, generate_series(0, n - 1) i;
CREATE TEMPORARY TABLE tone_imfs AS
SELECT id, i, high, low, line + high + low AS x, emd(line + high + low) OVER (PARTITION BY id ORDER BY i) AS imfs FROM tone;
SELECT is((SELECT count(*) FROM golden_tones g JOIN (SELECT id, corr(imfs[1], high) AS high, corr(imfs[2], low) AS low
		FROM tone_imfs JOIN golden_tones USING (id) WHERE i >= n / 8 AND i < n - n / 8 GROUP BY id) c USING (id)
	WHERE c.high >= correlation_high AND c.low >= correlation_low), 3::bigint, 'two tones come apart (reference correlations, without an eighth at each end)');
SELECT is((SELECT count(*) FROM golden_tones g JOIN (SELECT id, min(cardinality(imfs)) - 1 AS fewest, max(cardinality(imfs)) - 1 AS most FROM tone_imfs GROUP BY id) c USING (id)
	WHERE c.fewest = c.most AND c.fewest BETWEEN g.fewest AND g.most), 3::bigint, 'into as many IMFs as the reference allows, the same in each row');
SELECT ok((SELECT bool_and(abs((SELECT sum(v) FROM unnest(imfs) v) - x) < 1e-12) FROM tone_imfs), 'which add up to the series');
SELECT is((SELECT count(*) FROM (SELECT corr(imfs[1], high) AS high, corr(imfs[2], low) AS low FROM tone_imfs GROUP BY id) c WHERE high > 0.999 AND low > 0.9995), 3::bigint, 'over the whole length too');
SELECT is(emd(array_agg(x ORDER BY i)), (SELECT ARRAY[array_agg(x ORDER BY i)] FROM golden_monotone), 'a monotone series is its own residue') FROM golden_monotone;
SELECT is(emd(array_fill(3::float8, ARRAY[50])), ARRAY[array_fill(3::float8, ARRAY[50])], 'a constant series too');
SELECT is((SELECT count(DISTINCT imfs) FROM (SELECT emd(3) OVER () AS imfs FROM generate_series(1, 50)) q WHERE imfs = '{3}'), 1::bigint, 'the window function as well');
SELECT ok(adds_up(emd(x), x), 'a random walk: IMFs and residue add up to it') FROM walk;
SELECT ok(adds_up(emd(x, boundary), x), 'boundary ' || boundary) FROM walk, unnest('{symmetric,mirror,endpoint}'::text[]) boundary;
SELECT ok(adds_up(emd(x, stop => 'sd'), x), 'stop sd') FROM walk;

-- ---- window and array functions agree ------------------------------------------------------------

CREATE FUNCTION window_of(call text) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
	result float8[];
BEGIN
	EXECUTE 'SELECT array_agg(r ORDER BY i) FROM (SELECT i, ' || replace(call, '(x', '(w.x') || ' OVER (ORDER BY i) AS r FROM golden_walk w) q' INTO result;
	RETURN result;
END $$;
CREATE FUNCTION array_of(call text) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
	result float8[];
BEGIN
	EXECUTE 'SELECT ' || call || ' FROM walk' INTO result;
	RETURN result;
END $$;
SELECT is(transposed(window_of(call)), array_of(call), call || ': window and array agree')
FROM unnest(ARRAY['emd(x)', 'emd(x, ''endpoint'')', 'emd(x, stop => ''sd'')', 'emd(x, s_number => 1)', 'emd(x, stop => ''sd'', sd_threshold => 0.01)', 'emd(x, max_siftings => 1)',
	'emd(x, max_imfs => 2)', 'emd(x, ''mirror'', extrema => ''parabola'')', 'eemd(x, 6)', 'eemd(x, 6, extrema => ''parabola'')', 'eemd(x, 5, 0.1, 7, max_imfs => 3)', 'ceemdan(x, 6)', 'ceemdan(x, 5, 0.1, 7, boundary => ''endpoint'')']) call;
SELECT is(window_of(call), array_of(call), call || ': window and array agree')
FROM unnest(ARRAY['emd_lowpass(x, 1)', 'emd_lowpass(x, 3)', 'emd_lowpass(x, 3, trailing_rows => 50)', 'emd_lowpass(x, 3, ''endpoint'', stop => ''sd'', max_imfs => 1)']) call;

-- ---- each argument -------------------------------------------------------------------------------

SELECT isnt(array_of(a), array_of('emd(x)'), a || ' is not emd(x)')
FROM unnest(ARRAY['emd(x, ''endpoint'')', 'emd(x, ''mirror'')', 'emd(x, stop => ''sd'')', 'emd(x, s_number => 1)', 'emd(x, max_siftings => 1)', 'emd(x, max_imfs => 2)', 'emd(x, trailing_rows => 100)', 'emd(x, extrema => ''parabola'')']) a;
SELECT isnt(array_of('emd(x, stop => ''sd'', sd_threshold => 0.01)'), array_of('emd(x, stop => ''sd'')'), 'sd_threshold plays a part');
SELECT is(array_of('emd(x, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)'), array_of('emd(x)'), 'NULL stands for the default');
SELECT is(array_of('emd(x, ''symmetric'', ''s_number'', 4, NULL, 50, 64, NULL, ''sample'')'), array_of('emd(x)'), 'the defaults');
SELECT is(array_of('emd(x, stop => ''sd'', sd_threshold => 0.2)'), array_of('emd(x, stop => ''sd'')'), 'the default of sd_threshold');
SELECT is(array_length(emd(x, max_imfs => 2), 1), 3, 'max_imfs') FROM walk;
SELECT isnt(array_of(a), array_of(b), a || ' is not ' || b)
FROM (VALUES ('eemd(x, 6)', 'eemd(x, 8)'), ('eemd(x, 6)', 'eemd(x, 6, 0.3)'), ('eemd(x, 6)', 'eemd(x, 6, seed => 2)'), ('eemd(x, 6)', 'ceemdan(x, 6)'), ('ceemdan(x, 6)', 'ceemdan(x, 6, seed => 2)')) c (a, b);
SELECT is(array_of(a), array_of(b), a || ' is ' || b)
FROM (VALUES ('eemd(x)', 'eemd(x, 100, 0.2, 1)'), ('ceemdan(x, 6)', 'ceemdan(x, 6, 0.2, 1)'), ('emd_lowpass(x, 1)', 'x'), ('emd_lowpass(x, 60)', '(SELECT array_agg(r ORDER BY i) FROM (SELECT i, (emd(x) OVER (ORDER BY i)) AS f FROM golden_walk) q, LATERAL (SELECT f[cardinality(f)]) l (r))')) c (a, b);
SELECT ok(adds_up(eemd(x, 6), x), 'the IMFs of eemd add up') FROM walk;
SELECT ok(adds_up(ceemdan(x, 6), x), 'and those of ceemdan') FROM walk;
SELECT ok((SELECT bool_and(abs(low[i] - (SELECT sum(imfs[k][i]) FROM generate_series(3, array_length(imfs, 1)) k)) < 1e-12)
	FROM (SELECT emd_lowpass(x, 3) AS low, emd(x) AS imfs FROM walk OFFSET 0) q, generate_subscripts(low, 1) i), 'emd_lowpass is the sum of the IMFs from from_imf on');

-- ---- trailing --------------------------------------------------------------------------------------

SELECT ok((SELECT bool_and(w.imfs = (SELECT array_agg(e.m[k][array_length(e.m, 2)] ORDER BY k) FROM (SELECT emd(x[greatest(1, w.i - 59):w.i]) AS m FROM walk OFFSET 0) e, generate_subscripts(e.m, 1) k))
	FROM (SELECT i::int, emd(x, trailing_rows => 60) OVER (ORDER BY i) AS imfs FROM golden_walk) w), 'a row of emd with trailing is the last of its rows alone');
SELECT ok((SELECT bool_and(m.m[array_length(m.m, 1)][w.i] = w.imfs[cardinality(w.imfs)] AND (SELECT bool_and(m.m[k][w.i] IS NOT DISTINCT FROM CASE WHEN k < cardinality(w.imfs) THEN w.imfs[k] END)
		FROM generate_series(1, array_length(m.m, 1) - 1) k))
	FROM (SELECT i::int, emd(x, trailing_rows => 60) OVER (ORDER BY i) AS imfs FROM golden_walk) w, (SELECT emd(x, trailing_rows => 60) AS m FROM walk OFFSET 0) m), 'the array function has NULL where a row has fewer IMFs');
-- Every row after the 100th changes; no bit up to it may.
CREATE TEMPORARY TABLE changed AS SELECT i, CASE WHEN i > 100 THEN -7 * x * x + i % 3 ELSE x END AS x FROM golden_walk;
CREATE FUNCTION early_rows(call text, source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT string_agg(r::text, '';'' ORDER BY i) FROM (SELECT i, %s OVER (ORDER BY i) AS r FROM %I) q WHERE i <= 100', call, source) INTO result;
	RETURN result;
END $$;
SELECT is(early_rows(call, 'changed'), early_rows(call, 'golden_walk'), call || ' is causal')
FROM unnest(ARRAY['emd(x, trailing_rows => 60)', 'emd(x, ''endpoint'', ''sd'', trailing_rows => 500)', 'emd_lowpass(x, 2, trailing_rows => 60)', 'eemd(x, 4, trailing_rows => 60)', 'ceemdan(x, 4, trailing_rows => 60)']) call;
SELECT isnt(early_rows('emd(x)', 'changed'), early_rows('emd(x)', 'golden_walk'), 'the whole series is not');
SELECT is((SELECT array_agg(DISTINCT r) FROM (SELECT emd(x, trailing_rows => 1) OVER (ORDER BY i) = ARRAY[x] AS r FROM golden_walk) q), '{t}', 'a row alone is its own residue');

-- ---- as version 0.1.0 declared it ------------------------------------------------------------------------

SELECT format($$CREATE FUNCTION old_emd(float8[], boundary text, stop text, s_number integer, sd_threshold float8, max_siftings integer, max_imfs integer, trailing_rows integer) RETURNS float8[] AS %L, 'creditspread_emd_array' LANGUAGE C;
	CREATE FUNCTION old_emd(float8, boundary text, stop text, s_number integer, sd_threshold float8, max_siftings integer, max_imfs integer, trailing_rows integer) RETURNS float8[] AS %1$L, 'creditspread_emd_window' LANGUAGE C WINDOW$$, probin)
FROM pg_proc WHERE prosrc = 'creditspread_emd_array' LIMIT 1 \gexec
SELECT is(old_emd(x, 'mirror', 's_number', NULL, NULL, 50, NULL, NULL), emd(x, 'mirror'), 'without extrema: the array function') FROM walk;
SELECT is((SELECT count(*) FROM (SELECT old_emd(x, 'mirror', 's_number', NULL, NULL, 50, NULL, NULL) OVER w = emd(x, 'mirror') OVER w AS same FROM golden_walk WINDOW w AS (ORDER BY i)) q WHERE same), 400::bigint, 'and the window function');

-- ---- partitions and orders ----------------------------------------------------------------------------

SELECT ok((SELECT bool_and(a.imfs = b.imfs) FROM (SELECT i, emd(x) OVER (ORDER BY i) AS imfs FROM golden_walk) a
	JOIN (SELECT p, i, emd(x) OVER (PARTITION BY p ORDER BY i) AS imfs FROM (SELECT * FROM golden_walk, generate_series(1, 3) p ORDER BY md5(i::text || p)) s) b USING (i)), 'partitions, and rows that come shuffled');
SELECT is((SELECT count(*) FROM (SELECT emd(x) OVER (PARTITION BY i) AS imfs, x FROM golden_walk) q WHERE imfs = ARRAY[x]), 400::bigint, 'partitions of one row');

-- ---- bad input ------------------------------------------------------------------------------------------

SELECT is(emd(NULL::float8[]), NULL, 'a NULL array');
SELECT is(emd('{}'::float8[]), '{}', 'an empty array');
SELECT is(emd('{5}'::float8[]), '{{5}}', 'one element');
SELECT is((SELECT count(*) FROM (SELECT emd(1) OVER () FROM golden_walk WHERE false) q), 0::bigint, 'no rows');
SELECT throws_ok('SELECT emd(CASE WHEN i <> 3 THEN x END) OVER (ORDER BY i) FROM golden_walk', '22004', NULL, 'NULL in a row');
SELECT throws_ok('SELECT emd(CASE WHEN i <> 3 THEN x ELSE ''NaN'' END) OVER (ORDER BY i) FROM golden_walk', '22003', NULL, 'NaN in a row');
SELECT throws_ok('SELECT emd(''{1,2,NULL}''::float8[])', '22004', NULL, 'NULL in an array');
SELECT throws_ok('SELECT eemd(''{1,2,Infinity}''::float8[])', '22003', NULL, 'infinity in an array');
SELECT throws_ok('SELECT emd(''{{1,2},{3,4}}''::float8[])', '2202E', 'emd: x has 2 dimensions, must have 1', 'a matrix');
SELECT throws_ok('SELECT emd(''{1e308,-1e308,1e308,-1e308,1e308,-1.5e308,1e308}''::float8[])', '22003', NULL, 'an overflow');
CREATE FUNCTION throws(call text, message text) RETURNS text LANGUAGE sql AS $$
	SELECT throws_ok('SELECT ' || call || ' FROM walk', '22023', message, call)
$$;
SELECT throws('emd(x, ''wall'')', 'emd: boundary is "wall", must be "symmetric", "mirror" or "endpoint"');
SELECT throws('emd(x, extrema => ''spline'')', 'emd: extrema is "spline", must be "sample" or "parabola"');
SELECT throws('emd(x, stop => ''never'')', 'emd: stop is "never", must be "s_number" or "sd"');
SELECT throws('emd(x, s_number => 0)', 'emd: s_number is 0, must be at least 1');
SELECT throws('emd(x, stop => ''sd'', sd_threshold => 0)', 'emd: sd_threshold is 0, must be finite and above 0');
SELECT throws('emd(x, sd_threshold => 0.2)', 'emd: sd_threshold has no use where stop is "s_number"');
SELECT throws('emd_lowpass(x, 2, stop => ''sd'', s_number => 4)', 'emd_lowpass: s_number has no use where stop is "sd"');
SELECT throws('emd(x, max_siftings => 0)', 'emd: max_siftings is 0, must be at least 1');
SELECT throws('ceemdan(x, max_imfs => 65)', 'ceemdan: max_imfs is 65, must be from 1 to 64');
SELECT throws('emd(x, trailing_rows => 0)', 'emd: trailing_rows is 0, it must be at least 1');
SELECT throws('emd_lowpass(x, 0)', 'emd_lowpass: from_imf is 0, must be at least 1');
SELECT throws('eemd(x, 0)', 'eemd: trials is 0, must be at least 1');
SELECT throws('eemd(x, noise => -1)', 'eemd: noise is -1, must be finite and at least 0');
SELECT throws_ok('SELECT emd_lowpass(x, NULL) FROM walk', '22004', 'emd_lowpass: from_imf is NULL', 'no from_imf');
SELECT throws_ok('SELECT emd(x, max_imfs => i::int) OVER (ORDER BY i) FROM golden_walk WHERE i < 9', '22023', 'emd: max_imfs in row 2 of the partition is not what it is in the first', 'an option that changes');
SET LOCAL creditspread.max_model_memory = '1MB';
SELECT throws_ok('SELECT ceemdan(x, 1000) FROM walk', '53200', NULL, 'more memory than allowed');
SELECT throws_ok('SELECT emd(sin(g * g)) OVER (ORDER BY g) FROM generate_series(1, 20000) g', '53200', NULL, 'more memory than allowed, by rows');

SELECT * FROM finish();
ROLLBACK;

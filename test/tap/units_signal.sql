-- Decompositions and smoothers in any unit, f(k x) = k f(x), and of series read backwards: all
-- functions, over arrays and over rows, on the kinds of series whose ties, zeros and exact fits
-- leave decisions to rounding.

BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(75);
\ir ../golden/emd.sql

CREATE TEMPORARY TABLE kind AS
SELECT kind, array_agg(value ORDER BY i) AS x
FROM (SELECT i - 1 AS i, x, (i - 1) % 12 AS phase FROM golden_walk WHERE i <= 144) AS s,
	LATERAL (VALUES ('walk', x), ('ticks of 0.25', 0.25 * floor(40 * x)), ('ticks of 0.01', 0.01 * floor(800 * x) - 0.01 * floor(700 * x)),
		('sine', sin(pi() * phase / 6)), ('square', CASE WHEN phase < 6 THEN 0.1 ELSE -0.1 END), ('saw', 0.1 * phase),
		('alternating', CASE WHEN i % 2 = 0 THEN 0.7 ELSE 0.1 END), ('spikes on a trend', 0.01 * i + CASE WHEN phase = 3 THEN 0.7 ELSE 0.1 END),
		('two tones', sin(pi() * i / 4) + sin(pi() * i / 30)), ('nearly constant', 3 + 1e-7 * x), ('constant', 0.1), ('line', 0.3 + 0.1 * i),
		('rare moves', 0.25 * floor(8 * x) * (i % 7 = 0)::int), ('two cycles', CASE WHEN i < 24 THEN 0.1 * (i * 7 % 12) END)) AS v (kind, value)
WHERE value IS NOT NULL
GROUP BY kind;

-- A call of x, the array, or of v, the value of a row; k is the unit.
CREATE FUNCTION result_of(call text, x float8[], k float8) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
	result float8[];
BEGIN
	IF call LIKE '%OVER%' THEN
		EXECUTE 'SELECT array_agg(e ORDER BY i, place) FROM (SELECT i, ' || call || ' AS f FROM unnest($1) WITH ORDINALITY AS u (v, i), LATERAL (SELECT $2) AS p (k) WINDOW w AS (ORDER BY i)) q,
			unnest(f) WITH ORDINALITY AS e (e, place)' INTO result USING x, k;
	ELSE
		EXECUTE 'SELECT ' || call || ' FROM (SELECT $1 AS x, $2 AS k) AS p' INTO result USING x, k;
	END IF;
	RETURN result;
END $$;

CREATE FUNCTION size_of(x float8[]) RETURNS float8 LANGUAGE sql AS $$ SELECT max(abs(v)) FROM unnest(x) v $$;
CREATE FUNCTION scaled(x float8[], k float8) RETURNS float8[] LANGUAGE sql AS $$ SELECT array_agg(k * v ORDER BY i) FROM unnest(x) WITH ORDINALITY AS u (v, i) $$;
-- a matrix row by row
CREATE FUNCTION flat(x float8[]) RETURNS float8[] LANGUAGE sql AS $$ SELECT array_agg(v ORDER BY i) FROM unnest(x) WITH ORDINALITY AS u (v, i) $$;
CREATE FUNCTION backwards(x float8[]) RETURNS float8[] LANGUAGE sql AS $$ SELECT array_agg(v ORDER BY i DESC) FROM unnest(x) WITH ORDINALITY AS u (v, i) $$;

-- The largest difference, in units of `size`; infinite where the shapes differ.
CREATE FUNCTION difference(a float8[], b float8[], factor float8, size float8) RETURNS float8 LANGUAGE sql AS $$
	SELECT CASE WHEN array_dims(a) IS DISTINCT FROM array_dims(b) THEN 'infinity' ELSE
		(SELECT coalesce(max(CASE WHEN (u IS NULL) <> (v IS NULL) THEN 'infinity' ELSE abs(u - v / factor) / size END), 0) FROM unnest(a, b) AS p (u, v)) END
$$;

CREATE FUNCTION holds_in_units(call text, power integer, tolerance float8, kinds text[] DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT is(string_agg(format('%s times %s: %s', kind, k, d), '; '), NULL, call)
	FROM (SELECT kind, k, difference(usual, result_of(call, scaled(x, k), k), k ^ power, CASE power WHEN 0 THEN 1 ELSE size_of(x) END) AS d
		FROM (SELECT kind, x, result_of(call, x, 1) AS usual FROM kind WHERE kinds IS NULL OR kind = ANY (kinds) OFFSET 0) AS once, unnest('{1e-9,3e-7,1e-2,100,1e9}'::float8[]) AS k) AS all_of_them
	WHERE d > tolerance
$$;

CREATE FUNCTION holds_backwards(call text, tolerance float8, kinds text[] DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT is(string_agg(format('%s: %s', kind, d), '; '), NULL, call || ' backwards')
	FROM (SELECT kind, max(abs(a[place] - b[place + n - 1 - 2 * ((place - 1) % n)])) / size_of(x) AS d, count(*) FILTER (WHERE b[place] IS NULL) AS missing
		FROM (SELECT kind, x, cardinality(x) AS n, flat(result_of(call, x, 1)) AS a, flat(result_of(call, backwards(x), 1)) AS b FROM kind WHERE kinds IS NULL OR kind = ANY (kinds) OFFSET 0) AS s,
			generate_series(1, greatest(cardinality(a), cardinality(b))) AS place
		GROUP BY kind, x) AS all_of_them
	WHERE d > tolerance OR d IS NULL OR missing > 0
$$;

-- ---- units ----------------------------------------------------------------------------------------------

SELECT holds_in_units(call, 1, 1e-9)
FROM unnest(ARRAY['emd(x)', 'emd(x, ''mirror'')', 'emd(x, ''endpoint'')', 'emd(x, stop => ''sd'')', 'emd(x, ''mirror'', ''sd'')', 'emd(x, ''endpoint'', ''sd'')', 'emd(x, max_siftings => 3)',
	'emd_lowpass(x, 2)', 'emd_lowpass(x, 3, ''mirror'')', 'emd_lowpass(x, 2, ''endpoint'')', 'eemd(x, 4)', 'eemd(x, 3, 0.1, 7, ''endpoint'')', 'ceemdan(x, 4)',
	'ceemdan(x, 3, 0.1, 7, ''mirror'')', 'ceemdan(x, 3, 0.1, 7, ''endpoint'')', 'emd(v) OVER w', 'ARRAY[emd_lowpass(v, 2, ''endpoint'') OVER w]', 'eemd(v, 4) OVER w', 'ceemdan(v, 4) OVER w',
	'smoothing_spline(x)', 'smoothing_spline(x, 0.5 * k * k)', 'smoothing_spline(x, 1e-3 * k * k)', 'smoothing_spline(x, 0)',
	'smoothing_spline(x, at => (SELECT array_agg(i + 0.3 * sin(i)) FROM generate_subscripts(x, 1) AS i))', 'ARRAY[smoothing_spline(v) OVER w]', 'wavelet_smooth(x, level => 3)',
	'wavelet_smooth(x, ''sym8'', 3, ''soft'')', 'wavelet_smooth(x, ''db4'', 3, ''hard'')', 'wavelet_smooth(x, ''db1'', 2, ''hard'', ''periodization'')',
	'wavelet_smooth(x, ''coif2'', 2, ''soft'', ''periodization'')', 'ARRAY[wavelet_smooth(v, ''db4'', 3, ''soft'') OVER w]', '(wavelet_decompose(x, ''db4'', 3)).coefficients',
	'wavelet_reconstruct(wavelet_decompose(x, ''db4'', 3))', 'wavelet_approximation(wavelet_decompose(x, ''sym4'', 2))', 'wavelet_detail(wavelet_decompose(x, ''coif1'', 2), 1)']) AS call;
-- a decomposition for each row: fewer kinds
SELECT holds_in_units(call, 1, 1e-9, '{walk,ticks of 0.25,square,rare moves}')
FROM unnest(ARRAY['emd(x, trailing_rows => 40)', 'emd(x, ''endpoint'', trailing_rows => 40)', 'emd_lowpass(x, 2, trailing_rows => 40)', 'eemd(x, 2, trailing_rows => 40)',
	'ceemdan(x, 2, trailing_rows => 40)', 'emd(v, ''endpoint'', trailing_rows => 40) OVER w', 'ceemdan(v, 2, trailing_rows => 40) OVER w', 'smoothing_spline(x, trailing_rows => 30)',
	'smoothing_spline(x, 0.01 * k * k, 30)', 'ARRAY[smoothing_spline(v, 0.01 * k * k, 30) OVER w]', 'wavelet_smooth(x, ''db4'', 2, ''hard'', trailing_rows => 40)',
	'ARRAY[wavelet_smooth(v, ''db4'', 2, ''hard'', trailing_rows => 40) OVER w]']) AS call;
-- parabolas move with the values, and rounding grows from sifting to sifting
SELECT holds_in_units(call, 1, 1e-6, (SELECT array_agg(kind) FROM kind WHERE kind <> 'alternating'))
FROM unnest(ARRAY['emd(x, extrema => ''parabola'')', 'emd(x, ''mirror'', extrema => ''parabola'')', 'ceemdan(x, 3, extrema => ''parabola'')', 'emd(v, extrema => ''parabola'') OVER w']) AS call;
SELECT holds_in_units(replace('(SELECT ARRAY[array_agg(trend ORDER BY place), array_agg(seasonal ORDER BY place), array_agg(remainder ORDER BY place)] FROM stl_decompose(x, 12#) WITH ORDINALITY AS s (trend, seasonal, remainder, weight, place))', '#', options), 1, 1e-9, kinds)
FROM (VALUES ('', NULL::text[]), (', robust => true', NULL), (', 35, robust => true', NULL), (', robust => true, trailing_rows => 40', '{ticks of 0.25,square}')) AS o (options, kinds);
SELECT holds_in_units('(SELECT array_agg(weight ORDER BY place) FROM stl_decompose(x, 12, robust => true) WITH ORDINALITY AS s (trend, seasonal, remainder, weight, place))', 0, 1e-4);
SELECT holds_in_units('ARRAY[((stl_decompose(v, 12, robust => true) OVER w)).trend]', 1, 1e-9);

-- ---- backwards ------------------------------------------------------------------------------------------

SELECT holds_backwards(call, 1e-9)
FROM unnest(ARRAY['emd(x)', 'emd(x, ''mirror'')', 'emd(x, ''endpoint'')', 'emd_lowpass(x, 2, stop => ''sd'')', 'smoothing_spline(x)', 'smoothing_spline(x, 0.01)']) AS call;
SELECT holds_backwards('emd(x, extrema => ''parabola'')', 1e-6, (SELECT array_agg(kind) FROM kind WHERE kind <> 'alternating'));
-- wavelets where the filter is symmetric and the pairs of samples stay pairs
SELECT holds_backwards('wavelet_smooth(x, ''db1'', 3, ''soft'')', 1e-9);
SELECT holds_backwards('(SELECT ARRAY[array_agg(trend ORDER BY place), array_agg(seasonal ORDER BY place), array_agg(remainder ORDER BY place)] FROM stl_decompose(x, 12, robust => true) WITH ORDINALITY AS s (trend, seasonal, remainder, weight, place))', 1e-9);

-- ---- the Baa spread of 834 months, which steps by 0.01 but for rounding ----------------------------------

CREATE TEMPORARY TABLE monthly (month date, gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8, gs5 float8, gs7 float8, gs10 float8, gs20 float8, gs30 float8, aaa float8, baa float8);
\copy monthly FROM 'docs/data/us_monthly_yields.csv' WITH (FORMAT csv, HEADER)
INSERT INTO kind SELECT 'monthly spread', array_agg(baa - gs10 ORDER BY month) FROM monthly;
SELECT holds_in_units(call, 1, 1e-9, '{monthly spread}')
FROM unnest(ARRAY['emd(x)', 'emd(x, ''mirror'')', 'emd_lowpass(x, 3, ''endpoint'')', 'ceemdan(x, 4)', 'ceemdan(x, 2, 0.2, 1, ''mirror'')', 'smoothing_spline(x)']) AS call;

-- ---- sums, and what is known ----------------------------------------------------------------------------

SELECT is((SELECT string_agg(kind || ' ' || k, '; ') FROM kind, unnest('{1e-9,1,100,1e9}'::float8[]) AS k, LATERAL (SELECT scaled(x, k) OFFSET 0) AS s (y), LATERAL (SELECT ceemdan(y, 4) OFFSET 0) AS c (imfs)
	WHERE (SELECT max(abs(total - y[i])) FROM (SELECT i, sum(imfs[j][i]) AS total FROM generate_subscripts(imfs, 1) AS j, generate_subscripts(imfs, 2) AS i GROUP BY i) AS t)
		> greatest(1e-12 * (SELECT max(v) - min(v) FROM unnest(y) AS v), 4e-16 * size_of(y))), NULL, 'IMFs of ceemdan add up to 1e-12 of the range');
SELECT is((SELECT count(*) FROM kind, stl_decompose(x, 12, robust => true) AS s WHERE kind IN ('square', 'saw', 'sine', 'constant', 'line', 'two cycles') AND (s.weight <> 1 OR abs(s.remainder) > 1e-13 * (1 + size_of(x)))), 0::bigint,
	'stl: exact cycles leave nothing, and each row has its whole weight');
SELECT is((SELECT min(s.weight) FROM kind, stl_decompose(x || x, 12, robust => true) AS s WHERE kind = 'two cycles'), 1::float8, 'so do four cycles');

SELECT * FROM finish();
ROLLBACK;

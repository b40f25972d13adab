-- mutual_information and select_features.
BEGIN;
\ir helpers.psql
SELECT no_plan();
\ir ../golden/mutual_information.sql
SET LOCAL client_min_messages = warning;

SELECT is((SELECT count(*) FROM golden_information g, LATERAL (SELECT (mutual_information(t, x, y,
			mutual_information_options(neighbours => g.neighbours))).* FROM golden_pair p WHERE p.name = g.name) r
	WHERE near(r.information, g.information, 1e-9, 1) AND r.observations = 160),
	(SELECT count(*) FROM golden_information), 'mutual_information agrees with all distances in numpy');
SELECT cmp_ok((SELECT count(*) FROM golden_information), '>=', 18::bigint, 'there are many of them');
CREATE TABLE pair AS SELECT t, x, y FROM golden_pair WHERE name = 'gauss';
SELECT is((SELECT (mutual_information(t, x, y))::text FROM pair), (SELECT (mutual_information(t, x, y, mutual_information_options(neighbours => 3, lag => 0)))::text FROM pair),
	'the defaults are 3 neighbours and no lag');
SELECT ok((SELECT near((SELECT (mutual_information(t, x, z, mutual_information_options(lag => 4))).information FROM (SELECT t, x, lag(y, 4) OVER (ORDER BY t) AS z FROM pair
		UNION ALL SELECT t + 160, 0, NULL FROM pair) s WHERE z IS NOT NULL OR t <= 4), NULL, 1, 1) IS NOT NULL), 'lag takes rows');
SELECT ok(near((SELECT (mutual_information(t, x, z, mutual_information_options(lag => 4))).information FROM (SELECT t, x, coalesce(lag(y, 4) OVER (ORDER BY t), 0) AS z FROM pair) s),
	(SELECT (mutual_information(t, x, y)).information FROM pair WHERE t <= 156), 1e-9), 'lag: the feature lag rows before y');

-- y whose change tells of one feature as a line, of one as a square
CREATE TABLE series AS
SELECT t, a, b, sum(lag_a + lag_b * lag_b + 0.2 * noise) OVER (ORDER BY t) AS y, sin(t * 0.05) AS slow FROM (
	SELECT t, a, b, noise, coalesce(lag(a) OVER (ORDER BY t), 0) AS lag_a, coalesce(lag(b) OVER (ORDER BY t), 0) AS lag_b
	FROM generate_series(1::bigint, 200) t, LATERAL (SELECT hashint8(t) / 1e9 AS a, hashint8(-t) / 1e9 AS b, hashint8(t * 77) / 1e9 AS noise) h) s;
CREATE FUNCTION selected(features text, options text, filter text DEFAULT 'true') RETURNS SETOF feature_score LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT f.* FROM (SELECT select_features(t, y, ARRAY[%s]%s) AS rows FROM (SELECT * FROM series WHERE %s ORDER BY sin(t * 100)) s) r, unnest(rows) f',
		features, options, filter);
END $$;
SELECT is((SELECT string_agg(feature::text, ',' ORDER BY feature) FROM selected('a, b, slow', '') WHERE kept), '1,2', 'what tells is kept, as a line and as a square');
SELECT is((SELECT string_agg(feature::text, ',' ORDER BY feature) FROM selected('a, b, slow', ', select_features_options(measure => ''correlation'')') WHERE kept), '1',
	'a correlation sees the line alone');
SELECT ok((SELECT near(s.score, (SELECT abs(corr(a, change)) FROM (SELECT a, lead(y) OVER (ORDER BY t) - y AS change FROM series) c), 1e-9)
	FROM selected('a', ', select_features_options(measure => ''correlation'')') s), 'the correlation is that of the feature and the change after it');
SELECT ok((SELECT near(s.score, (SELECT abs(corr(a, y)) FROM (SELECT a, lead(y, 3) OVER (ORDER BY t) AS y FROM series) c), 1e-9)
	FROM selected('a', ', select_features_options(measure => ''correlation'', target => ''level'', horizon => 3)') s), 'or the level three rows later');
SELECT ok((SELECT bool_and(near(s.score, greatest((SELECT (mutual_information(t, CASE feature WHEN 1 THEN a ELSE b END, change)).information
	FROM (SELECT t, a, b, lead(y) OVER (ORDER BY t) - y AS change FROM series) c), 0), 1e-9)) FROM selected('a, b', '') s), 'the information that of mutual_information');
SELECT is((SELECT string_agg(format('%s %s %s', score, p_value, kept), ',' ORDER BY feature) FROM selected('3, a', '')),
	(SELECT string_agg(format('%s %s %s', score, p_value, kept), ',' ORDER BY feature) FROM (VALUES (1, NULL, NULL, false)) v (feature, score, p_value, kept))
	|| (SELECT format(',%s %s %s', score, p_value, kept) FROM selected('a', '')), 'a feature that does not vary has no score');
SELECT is((SELECT p_value FROM (SELECT select_features(n, CASE WHEN n > 30 THEN 0.4 ELSE 0.3 END, ARRAY[cos(n * n * 0.3)], select_features_options(shifts => 19)) AS rows
	FROM generate_series(1, 60) n) s, unnest(rows)), 1.0::float8, 'no information but for rounding is none');
SELECT is((SELECT count(*) FROM selected('a, b, slow', ', select_features_options(most => 1)') WHERE kept), 1::bigint, 'most');
SELECT ok((SELECT bool_and(kept = (p_value <= 0.5)) FROM selected('a, b, slow', ', select_features_options(significance_level => 0.5)')), 'significance_level decides');
SELECT is((SELECT array_agg(s) FROM selected('a, b, slow', '') s), (SELECT array_agg(s) FROM selected('a, b, slow', ', select_features_options(seed => 1)') s), 'the same seed, the same rows');
SELECT isnt((SELECT array_agg(p_value) FROM selected('sin(t), cos(t * t)', '')), (SELECT array_agg(p_value) FROM selected('sin(t), cos(t * t)', ', select_features_options(seed => 2)')), 'another, others');
SELECT is((SELECT array_agg(s) FROM selected('CASE WHEN t % 9 > 0 THEN a END, b', '') s), (SELECT array_agg(s) FROM selected('a, b', '', 't % 9 > 0') s), 'rows with NULL are left out');
SELECT is((SELECT max(observations) FROM selected('a', '', 't <= 120')), 120::bigint, 'and counted');

-- only the past: a window sees the rows up to each
SELECT is((SELECT w::text FROM (SELECT t, select_features(t, y, ARRAY[a, b], select_features_options(on_error => 'null', shifts => 19)) OVER (ORDER BY t) AS w FROM series WHERE t <= 60) s WHERE t = 50),
	(SELECT select_features(t, y, ARRAY[a, b], select_features_options(shifts => 19))::text FROM series WHERE t <= 50), 'as a window function it sees the past alone');

-- ---- bad input ----------------------------------------------------------------------------------

SELECT is((SELECT mutual_information(t, x, y) FROM pair WHERE false), NULL, 'no rows give NULL');
SELECT is((SELECT mutual_information(t, NULL, y) FROM pair), NULL, 'nor do NULLs alone');
SELECT is((SELECT select_features(t, y, ARRAY[a]) FROM series WHERE false), NULL, 'select_features: no rows give NULL');
SELECT is((SELECT select_features(t, NULL, ARRAY[a]) FROM series), NULL, 'nor do NULLs alone');
SELECT throws_ok('SELECT mutual_information(t, x, y) FROM pair WHERE t <= 3', '22023', 'mutual_information needs at least 4 rows, has 3 rows without NULL from 1 to 3', 'too few rows');
SELECT is((SELECT mutual_information(t, x, y, mutual_information_options(on_error => 'null')) FROM pair WHERE t <= 3), NULL, 'or NULL');
SELECT throws_ok('SELECT mutual_information(t, 3, y) FROM pair', '22000', 'mutual_information: the feature or y does not vary in the 160 rows without NULL from 1 to 160', 'a constant');
SELECT is((SELECT mutual_information(t, 3, y, mutual_information_options(on_error => 'null')) FROM pair), NULL, 'or NULL');
SELECT throws_ok('SELECT mutual_information(t / 2, x, y) FROM pair', '23505', 'mutual_information: the time 1 occurs twice in one series', 'a time twice');
SELECT throws_ok($$SELECT mutual_information(t, 'NaN', y) FROM pair WHERE t = 3$$, '22003', 'the feature at 3 is NaN', 'NaN');
SELECT throws_ok($$SELECT mutual_information(t, x, y, '{"k": 3}') FROM pair$$, '22023', NULL, 'an unknown option');
SELECT throws_ok('SELECT mutual_information(t, x, y, mutual_information_options(neighbours => 101)) FROM pair', '22023', NULL, 'too many neighbours');
SELECT throws_ok('SELECT select_features(t, y, ARRAY[a]) FROM series WHERE t <= 4', '22023', 'select_features at horizon 1 needs at least 5 rows, has 4 rows without NULL from 1 to 4',
	'select_features: too few rows');
SELECT is((SELECT select_features(t, y, ARRAY[a], select_features_options(on_error => 'null')) FROM series WHERE t <= 4), NULL, 'or NULL');
SELECT throws_ok('SELECT select_features(t, 0.1 * t, ARRAY[a]) FROM series', '22000', 'select_features at horizon 1: the target does not vary in the 200 rows without NULL from 1 to 200', 'y a line');
SELECT throws_ok('SELECT select_features(t, y, ''{}'') FROM series', '2202E', 'select_features: no features in the rows', 'no features');
SELECT throws_ok('SELECT select_features(t, y, CASE WHEN t = 9 THEN ARRAY[a] ELSE ARRAY[a, b] END) FROM series', '2202E', NULL, 'rows that differ in their number of features');
SELECT throws_ok('SELECT select_features(t, y, ARRAY[a], select_features_options(shifts => 5)) FROM series', '22023', NULL, 'too few shifts');
SELECT throws_ok('SELECT select_features(t, y, ARRAY[a], select_features_options(shifts => 19, significance_level => 0.01)) FROM series', '22023',
	'select_features: option "significance_level" is 0.01, but no p-value is below 0.05 with option "shifts" 19', 'a level that no p-value reaches');
SELECT lives_ok('SELECT select_features(t, y, ARRAY[a], select_features_options(shifts => 99, significance_level => 0.01)) FROM series', 'with the shifts of the hint');
SELECT is((SELECT count(*) FROM selected('a, b, slow', ', select_features_options(shifts => 19, significance_level => 0.15)') WHERE p_value * 20 <> round(p_value * 20) OR p_value > 1
	OR kept <> (round(p_value * 20) <= 3)), 0::bigint, 'p-values are whole numbers of shifts, and that at the level is kept');
SELECT ok((SELECT bool_and(near(s.score, base.score, 1e-9)) FROM unnest('{1e-300,1e300}'::float8[]) k, LATERAL (SELECT (unnest(select_features(t, k * y, ARRAY[a, k * b],
		select_features_options(measure => 'correlation', shifts => 19, target => 'level')))).* FROM (SELECT * FROM series WHERE t <= 60) r) s
	JOIN selected('a, b', ', select_features_options(measure => ''correlation'', shifts => 19, target => ''level'')', 't <= 60') base USING (feature)), 'a correlation of values near the largest and the smallest');
SELECT finish();
ROLLBACK;

-- information_coefficient, information_coefficient_decay, rolling_information_coefficient and their options.

BEGIN;
\ir helpers.psql
SELECT plan(47);
\ir ../golden/information_coefficient.sql
SET LOCAL client_min_messages = warning;

-- ---- reference values -----------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_ic g, LATERAL (SELECT (information_coefficient(t, feature, y,
			information_coefficient_options(window_size => g.window_size, lag => g.lag, correlation => g.correlation))).* FROM golden_ic_row) r
	WHERE near(r.mean, g.mean, 1e-9, 1) AND near(r.standard_deviation, g.mean / r.information_ratio, 1e-9, 1) AND near(r.standard_deviation, g.standard_deviation, 1e-9, 1)
		AND r.windows = g.windows AND r.constant_windows = g.constant_windows AND r.observations = 90), 5::bigint,
	'means agree with reference values');
CREATE FUNCTION rolled(window_size int, lag int, correlation text) RETURNS TABLE (t bigint, value float8)
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT r.t, rolling_information_coefficient(feature, y, rolled.window_size, rolled.lag, rolled.correlation) OVER (ORDER BY r.t)
	FROM golden_ic_row r;
END $$;
SELECT is((SELECT count(*) FROM golden_ic g, LATERAL rolled(window_size, lag, correlation) r JOIN golden_ic_value v USING (t)
	WHERE v.window_size = g.window_size AND v.lag = g.lag AND v.correlation = g.correlation
		AND ((v.value IS NULL AND r.value IS NULL) OR near(v.value, r.value, 1e-9, 1))), 450::bigint, 'the values on the rows agree with reference values');
SELECT is((SELECT count(*) FROM golden_ic g, LATERAL (SELECT array_agg(value ORDER BY t) w FROM rolled(window_size, lag, correlation)) r,
		(SELECT array_agg(feature ORDER BY t) f, array_agg(y ORDER BY t) y FROM golden_ic_row) a
	WHERE w = rolling_information_coefficient(f, a.y, window_size, lag, correlation)), 5::bigint, 'window and array function agree to the last bit');
SELECT is((SELECT information_coefficient(t, feature, y)::text FROM golden_ic_row),
	(SELECT information_coefficient(t, feature, y, information_coefficient_options(30, 1, 'pearson'))::text FROM golden_ic_row),
	'the defaults are 30 pairs, lag 1 and pearson');
SELECT is((SELECT information_coefficient(t, feature, y, NULL)::text FROM golden_ic_row),
	(SELECT information_coefficient(t, feature, y)::text FROM golden_ic_row), 'NULL options: the defaults');
SELECT ok((SELECT near((i).mean, m, 1e-9, 1) AND near((i).standard_deviation, s, 1e-9, 1) AND (i).windows = n FROM
	(SELECT information_coefficient(t, feature, y) i FROM golden_ic_row) a,
	(SELECT avg(v) m, stddev_samp(v) s, count(v) n FROM (SELECT rolling_information_coefficient(feature, y) OVER (ORDER BY t) v FROM golden_ic_row) r) b),
	'the mean is that of the moving values, with the same defaults');

-- ---- decay ----------------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM (SELECT (unnest(information_coefficient_decay(t, feature, y))).* FROM golden_ic_row) d,
		LATERAL (SELECT information_coefficient(t, feature, y, information_coefficient_options(lag => d.lag)) i FROM golden_ic_row) r
	WHERE d.mean = (i).mean AND d.standard_deviation = (i).standard_deviation AND d.information_ratio = (i).information_ratio
		AND d.windows = (i).windows AND d.constant_windows = (i).constant_windows), 30::bigint, 'decay is the coefficient of each lag, 30 by default');
SELECT is((SELECT array_agg(d.lag || ' ' || windows || ' ' || constant_windows) FROM (SELECT (unnest(information_coefficient_decay(t, feature, y,
		information_coefficient_options(window_size => 8, correlation => 'spearman', max_lag => 3)))).* FROM golden_ic_row) d),
	'{1 76 6,2 75 6,3 74 6}', 'the options of decay');

-- ---- causality, partitions ------------------------------------------------------------------

SELECT is((SELECT count(*) FROM (VALUES ('pearson'), ('spearman')) c(correlation), (VALUES (0), (3)) l(lag), generate_series(1, 90) k,
		(SELECT array_agg(feature ORDER BY t) f, array_agg(y ORDER BY t) y,
			array_agg(feature * sin(t * 3) + 7 ORDER BY t) f2, array_agg(y - t ORDER BY t) y2 FROM golden_ic_row) a
	WHERE (rolling_information_coefficient(f, a.y, 7, lag, correlation))[:k] IS NOT DISTINCT FROM
		(rolling_information_coefficient(f[:k] || f2[k + 1:], a.y[:k] || y2[k + 1:], 7, lag, correlation))[:k]), 360::bigint,
	'no later row changes a bit');
SELECT is((SELECT count(*) FROM (SELECT t, k, rolling_information_coefficient(feature * k, y, 8) OVER (PARTITION BY k ORDER BY t) v
		FROM golden_ic_row, generate_series(1, 3) k) p JOIN (SELECT t, rolling_information_coefficient(feature, y, 8) OVER (ORDER BY t) v FROM golden_ic_row) o USING (t)
	WHERE near(p.v, o.v, 1e-9, 1) OR (p.v IS NULL AND o.v IS NULL)), 270::bigint, 'partitions');
SELECT is((SELECT count(v) FROM (SELECT rolling_information_coefficient(feature, y, 8) OVER (ORDER BY t) v FROM golden_ic_row WHERE t < 9) r), 0::bigint,
	'too few rows give NULL on each row');
SELECT is(rolling_information_coefficient('{1,2,4,5}'::float8[], '{3,1,7,7}', 2, 1), '{NULL,NULL,1,NULL}'::float8[], 'a small example');
SELECT is(rolling_information_coefficient('{}'::float8[], '{}'), '{}'::float8[], 'empty arrays');
SELECT is(rolling_information_coefficient(NULL::float8[], '{1}'), NULL, 'a NULL array');

-- ---- bad input ------------------------------------------------------------------------------

SELECT is((SELECT information_coefficient(t, feature, y) FROM golden_ic_row WHERE t < 0), NULL, 'no rows give NULL');
SELECT is((SELECT information_coefficient_decay(t, feature, y) FROM golden_ic_row WHERE t < 0), NULL, 'no rows give NULL, decay');
SELECT throws_ok('SELECT information_coefficient(t, feature, y) FROM golden_ic_row WHERE t = 1', '22023',
	'information_coefficient with window_size 30 and lag 1 needs at least 31 observations, has 1', 'one row');
SELECT throws_ok('SELECT information_coefficient_decay(t, feature, y) FROM golden_ic_row WHERE t < 60', '22023',
	'information_coefficient_decay with window_size 30 and max_lag 30 needs at least 60 observations, has 59', 'too few rows for the largest lag');
SELECT is((SELECT (information_coefficient_decay(t, feature, y))[30].windows FROM golden_ic_row WHERE t <= 60), 1::bigint, 'just enough of them');
SELECT is((SELECT information_coefficient(t, 5, y)::text FROM golden_ic_row), '(,,,0,60,90)', 'a constant feature leaves every window out');
SELECT is((SELECT information_coefficient(t, feature, 5, information_coefficient_options(correlation => 'spearman'))::text FROM golden_ic_row),
	'(,,,0,60,90)', 'a constant y');
SELECT is((SELECT information_coefficient(t, t, t + 0.0, information_coefficient_options(lag => 0))::text FROM golden_ic_row),
	'(1,0,,61,0,90)', 'correlations that are all one have no information ratio');
SELECT throws_ok('SELECT information_coefficient(t, CASE WHEN t <> 7 THEN 1 END, y) FROM golden_ic_row', '22004', 'the feature at 7 is NULL', 'NULL feature');
SELECT throws_ok('SELECT information_coefficient(t, 1, CASE WHEN t <> 7 THEN y END) FROM golden_ic_row', '22004', 'y at 7 is NULL', 'NULL y');
SELECT throws_ok($$SELECT information_coefficient(t, 'NaN', y) FROM golden_ic_row WHERE t = 3$$, '22003', 'the feature at 3 is NaN', 'NaN feature');
SELECT throws_ok($$SELECT information_coefficient(t, 1, '-Infinity') FROM golden_ic_row WHERE t = 3$$, '22003', 'y at 3 is -Infinity', 'infinite y');
SELECT throws_ok('SELECT information_coefficient(t / 2, feature, y) FROM golden_ic_row', '23505',
	'information_coefficient: the time 1 occurs twice in one series', 'a time twice');
SELECT throws_ok('SELECT information_coefficient(t, feature * 1e200, y) FROM golden_ic_row', '22003',
	'information_coefficient: the moments of a window are too large or too small', 'overflow');
SELECT throws_ok($$SELECT information_coefficient(t, feature, y, '{"widow": 2}') FROM golden_ic_row$$, '22023',
	'information_coefficient: unknown option "widow"', 'unknown option');
SELECT throws_ok('SELECT information_coefficient(t, feature, y, information_coefficient_options(max_lag => 2)) FROM golden_ic_row', '22023',
	'information_coefficient: unknown option "max_lag"', 'max_lag is an option of decay');
SELECT throws_ok('SELECT information_coefficient_decay(t, feature, y, information_coefficient_options(lag => 2)) FROM golden_ic_row', '22023',
	'information_coefficient_decay: unknown option "lag"', 'lag is not');
SELECT throws_ok('SELECT information_coefficient(t, feature, y, information_coefficient_options(window_size => 1)) FROM golden_ic_row', '22023', NULL, 'window of one');
SELECT throws_ok('SELECT information_coefficient(t, feature, y, information_coefficient_options(lag => -1)) FROM golden_ic_row', '22023', NULL, 'negative lag');
SELECT throws_ok('SELECT information_coefficient(t, feature, y, information_coefficient_options(correlation => ''kendall'')) FROM golden_ic_row', '22023', NULL, 'unknown correlation');
SELECT throws_ok('SELECT rolling_information_coefficient(feature, y, 1) OVER (ORDER BY t) FROM golden_ic_row', '22023',
	'rolling_information_coefficient: window_size is 1, must be from 2 to 100000', 'window of one, on rows');
SELECT throws_ok('SELECT rolling_information_coefficient(feature, y, NULL) OVER (ORDER BY t) FROM golden_ic_row', '22023',
	'rolling_information_coefficient: window_size is NULL, must be from 2 to 100000', 'NULL window');
SELECT throws_ok('SELECT rolling_information_coefficient(feature, y, 5, -1) OVER (ORDER BY t) FROM golden_ic_row', '22023',
	'rolling_information_coefficient: lag is -1, must be from 0 to 100000', 'negative lag, on rows');
SELECT throws_ok('SELECT rolling_information_coefficient(feature, y, 5, 1, ''kendall'') OVER (ORDER BY t) FROM golden_ic_row', '22023',
	'rolling_information_coefficient: correlation is "kendall", must be "pearson" or "spearman"', 'unknown correlation, on rows');
SELECT throws_ok('SELECT rolling_information_coefficient(feature, y, (4 + t / 50)::int) OVER (ORDER BY t) FROM golden_ic_row', '22023',
	'rolling_information_coefficient: window_size in row 50 of the partition is not what it is in the first', 'a window that changes');
SELECT throws_ok('SELECT rolling_information_coefficient(CASE WHEN t <> 7 THEN 1 END, y) OVER (ORDER BY t) FROM golden_ic_row', '22004',
	'rolling_information_coefficient: the feature in row 7 of the partition is NULL', 'NULL feature, on rows');
SELECT throws_ok($$SELECT rolling_information_coefficient('{1,2,NULL}'::float8[], '{1,2,3}')$$, '22004',
	'rolling_information_coefficient: feature[3] is NULL', 'NULL in an array');
SELECT throws_ok($$SELECT rolling_information_coefficient('{1,2,NaN}'::float8[], '{1,2,3}')$$, '22003',
	'rolling_information_coefficient: feature[3] is NaN', 'NaN in an array');
SELECT throws_ok($$SELECT rolling_information_coefficient('{1,2,3}'::float8[], '{1,2}')$$, '2202E',
	'rolling_information_coefficient: the feature has 3 elements, y has 2', 'arrays of different lengths');
SELECT throws_ok($$SELECT rolling_information_coefficient('{{1,2}}'::float8[], '{1,2}')$$, '2202E',
	'rolling_information_coefficient: feature has 2 dimensions, must have 1', 'two dimensions');

-- ---- the same everywhere --------------------------------------------------------------------

SELECT is((SELECT count(*) FROM (SELECT information_coefficient(date '2020-01-01' + t::int, feature, y)::text a,
		information_coefficient(timestamp '2020-01-01' + t * interval '1 h', feature, y)::text b,
		information_coefficient(timestamptz '2020-01-01' + t * interval '1 h', feature, y)::text c,
		information_coefficient_decay(t, feature, y)::text d FROM (SELECT * FROM golden_ic_row ORDER BY sin(t * 100)) s) s,
		(SELECT information_coefficient(t, feature, y)::text o, information_coefficient_decay(date '2020-01-01' + t::int, feature, y)::text p FROM golden_ic_row) r
	WHERE a = o AND b = o AND c = o AND d = p), 1::bigint, 'time of any type, rows in any order: the same to the last bit');
CREATE AGGREGATE ic_of(creditspread_internal.creditspread_series) (SFUNC = creditspread_internal.creditspread_series_combine, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.information_coefficient_final);
CREATE AGGREGATE state_of(bigint, float8, float8) (SFUNC = creditspread_internal.information_coefficient_transition, STYPE = creditspread_internal.creditspread_series);
SELECT is((SELECT ic_of(s::text::creditspread_internal.creditspread_series)::text FROM (SELECT state_of(t, feature, y) s FROM golden_ic_row GROUP BY t * 31 % 7 UNION ALL SELECT NULL) p),
	(SELECT information_coefficient(t, feature, y)::text FROM golden_ic_row), 'from states of parts, NULL among them, through text');
CREATE TABLE many AS SELECT k, t, feature * sin(k) + cos(k * t) feature, y FROM golden_ic_row, generate_series(1, 10) k;
ANALYZE many;
CREATE TEMPORARY TABLE serial AS SELECT k, information_coefficient(t, feature, y)::text i FROM many GROUP BY k;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE many SET (parallel_workers = 2);
SELECT is((SELECT count(*) FROM serial s JOIN (SELECT k, information_coefficient(t, feature, y)::text i FROM many GROUP BY k) p USING (k)
	WHERE s.i = p.i), 10::bigint, '2 workers');
SELECT * FROM finish();
ROLLBACK;

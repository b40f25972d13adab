-- svensson_fit, given and estimated decays, weights; the functions of a curve.

BEGIN;
\ir helpers.psql
SELECT plan(46);
\ir ../golden/svensson.sql

-- ---- reference values -----------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_curve g
	JOIN (SELECT curve, svensson_fit(maturity, yield, weight, svensson_options(decay => 0.7308, second_decay => 0.12)) fit
		FROM golden_quote GROUP BY curve) f USING (curve)
	WHERE near((fit).level, g.fixed_level, 1e-9) AND near((fit).slope, g.fixed_slope, 1e-9)
		AND near((fit).curvature, g.fixed_curvature, 1e-9)
		AND near((fit).second_curvature, g.fixed_second_curvature, 1e-9)
		AND near((fit).rmse ^ 2 * g.weight, g.fixed_sse, 1e-9) AND (fit).decay = 0.7308 AND (fit).second_decay = 0.12
		AND (fit).observations = g.observations AND NOT (fit).decay_at_bound), 4::bigint,
	'given decays agree with reference values to 1e-9');
SELECT is((SELECT count(*) FROM golden_curve g
	JOIN (SELECT curve, svensson_fit(maturity, yield, weight,
		svensson_options(decay_lower => 0.02436, decay_upper => 21.924, ordered => false)) fit FROM golden_quote GROUP BY curve) f USING (curve)
	WHERE near((fit).decay, g.decay, 1e-6) AND near((fit).second_decay, g.second_decay, 1e-6)
		AND near((fit).level, g.level, 1e-6) AND near((fit).slope, g.slope, 1e-6)
		AND near((fit).curvature, g.curvature, 1e-6) AND near((fit).second_curvature, g.second_curvature, 1e-6)
		AND near((fit).rmse ^ 2 * g.weight, g.sse, 1e-9) AND NOT (fit).decay_at_bound), 4::bigint,
	'estimated decays agree with reference values to 1e-6');
SELECT is((SELECT string_agg(svensson_fit::text, ' ') FROM (SELECT svensson_fit(maturity, yield) FROM golden_quote WHERE curve = 0) f),
	(SELECT string_agg(svensson_fit::text, ' ') FROM (SELECT svensson_fit(maturity, yield, 4, svensson_options()) FROM golden_quote
		WHERE curve = 0) f), 'equal weights and no options are the defaults');

-- ---- the functions of a curve ---------------------------------------------------------------

CREATE TEMPORARY TABLE one AS
SELECT svensson_curve(4.2, -2.1, -1.6, 3.8, 0.9, 0.11) curve;
SELECT is(svensson_yield(curve, 0), 4.2::float8 - 2.1, 'the yield at maturity 0 is level + slope') FROM one;
SELECT is(svensson_forward(curve, 0), 4.2::float8 - 2.1, 'so is the forward rate') FROM one;
SELECT is(svensson_discount(curve, 0), 1::float8, 'the discount factor at maturity 0 is 1') FROM one;
SELECT ok(bool_and(near(svensson_yield(curve, n),
		nelson_siegel_yield(nelson_siegel_curve(4.2, -2.1, -1.6, 0.9), n)
			+ 3.8 * ((1 - exp(-0.11 * n)) / (0.11 * n) - exp(-0.11 * n)), 1e-12)
		AND near(svensson_discount(curve, n), exp(-svensson_yield(curve, n) / 100 * n), 1e-14)
		AND near(svensson_forward(curve, n),
			-100 * (ln(svensson_discount(curve, n + 1e-5)) - ln(svensson_discount(curve, n - 1e-5))) / 2e-5, 1e-7)),
	'yield, discount factor and forward rate agree with their formulas')
FROM one, unnest(ARRAY[0.25, 1, 5, 10, 30]::float8[]) n;
SELECT ok(bool_and(near(p / 2 * (SELECT sum(svensson_discount(curve, k / 2.0)) FROM generate_series(1, 2 * n) k)
		+ 100 * svensson_discount(curve, n), 100, 1e-12)), 'a bond that pays the par yield is worth its face')
FROM one, generate_series(1, 30) n, svensson_par_yield(curve, n, 2) p;
SELECT is(svensson_yield(curve, NULL), NULL, 'NULL maturity gives NULL') FROM one;
SELECT is(svensson_yield(NULL, 1), NULL, 'NULL curve gives NULL');
SELECT throws_ok('SELECT svensson_yield(curve, -1) FROM one', '22023', 'maturity is -1, must not be negative', 'negative maturity');
SELECT throws_ok($$SELECT svensson_forward(curve, 'NaN') FROM one$$, '22003', 'maturity is NaN', 'NaN maturity');
SELECT throws_ok('SELECT svensson_yield(svensson_curve(4, 1, 1, NULL, 0.7, 0.1), 1)', '22004',
	'second_curvature is NULL', 'a curve without second curvature');
SELECT throws_ok('SELECT svensson_yield(svensson_curve(4, 1, 1, 1, 0.7, 0), 1)', '22023',
	'second_decay is 0, must be positive', 'a curve with a second decay of zero');
SELECT throws_ok('SELECT svensson_discount(svensson_curve(-1e6, 1, 1, 1, 0.7, 0.1), 1)', '22003',
	'svensson_discount at maturity 1 overflows', 'a discount factor that overflows');
SELECT throws_ok('SELECT svensson_par_yield(curve, 0) FROM one', '22023', NULL, 'the par yield of nothing');

-- ---- bad input ------------------------------------------------------------------------------

SELECT is((SELECT svensson_fit(maturity, yield) FROM golden_quote WHERE curve < 0), NULL, 'no rows give NULL');
SELECT is((SELECT svensson_fit(maturity, NULL) FROM golden_quote), NULL, 'no yields give NULL');
SELECT is((SELECT svensson_fit(maturity, y)::text FROM (SELECT maturity, yield y FROM golden_quote WHERE curve = 0
		UNION ALL SELECT 4.5, NULL) q), (SELECT svensson_fit(maturity, yield)::text FROM golden_quote WHERE curve = 0),
	'a row without a yield is left out');
SELECT throws_ok('SELECT svensson_fit(1, 4)', '22023',
	'svensson_fit: estimating the decays needs at least 6 different maturities, 1 observations have 1', 'one row');
SELECT throws_ok('SELECT svensson_fit(m % 5, m) FROM generate_series(1, 12) m', '22023',
	'svensson_fit: estimating the decays needs at least 6 different maturities, 12 observations have 5', 'five maturities');
SELECT throws_ok('SELECT svensson_fit(m % 3, m, svensson_options(1, 2)) FROM generate_series(1, 12) m', '22023',
	'svensson_fit: a curve needs at least 4 different maturities, 12 observations have 3', 'three maturities, given decays');
SELECT throws_ok('SELECT svensson_fit(m, 4.1) FROM generate_series(1, 8) m', '22000',
	'svensson_fit: the decays cannot be estimated, all 8 yields are 4.1', 'equal yields');
SELECT is((SELECT regexp_replace(svensson_fit(m, 4.5, svensson_options(1, 0.2))::text, '(\.\d{5})\d+', '\1') FROM generate_series(1, 8) m), '(4.5,0,0,0,1,0.2,0,,8,f,0,0,0,0,410.07395,f,1,8)',
	'equal yields with given decays, and the session lives on after errors');
SELECT throws_ok('SELECT svensson_fit(1e6 * m, m, svensson_options(decay_lower => 0.02, decay_upper => 20)) FROM generate_series(1, 8) m', '22000',
	'svensson_fit: the loadings of 8 observations are linearly dependent at every decay of the search', 'bounds that are not those of the maturities');
SELECT throws_ok('SELECT svensson_fit(m, m % 3, svensson_options(shrinkage => -1)) FROM generate_series(1, 8) m', '22023', NULL, 'negative shrinkage');
SELECT ok(abs((shrunk).second_curvature) < abs((plain).second_curvature) AND (shrunk).condition < (plain).condition AND (shrunk).rmse > (plain).rmse,
	'shrinkage makes factors smaller and better known')
FROM (SELECT svensson_fit(maturity, yield) plain, svensson_fit(maturity, yield, svensson_options(shrinkage => 1e-3)) shrunk FROM golden_quote WHERE curve = 0) f;
SELECT ok((any_order).rmse <= (ordered).rmse AND (any_order).decay < (any_order).second_decay AND (ordered).decay > (ordered).second_decay,
	'decays in any order fit at least as closely')
FROM (SELECT svensson_fit(maturity, yield) ordered, svensson_fit(maturity, yield, svensson_options(ordered => false)) any_order
	FROM golden_quote WHERE curve = 2) f;
SELECT throws_ok('SELECT svensson_fit(NULL, 4)', '22004', 'maturity is NULL', 'NULL maturity');
SELECT throws_ok('SELECT svensson_fit(-1, 4)', '22023', 'maturity is -1, must not be negative', 'negative maturity');
SELECT throws_ok($$SELECT svensson_fit(1, 'Infinity')$$, '22003', 'yield is Infinity', 'infinite yield');
SELECT throws_ok('SELECT svensson_fit(m, m, 0, NULL) FROM generate_series(1, 9) m', '22023', 'weight is 0, must be positive', 'a weight of zero');
SELECT throws_ok('SELECT svensson_fit(m, CASE m % 2 WHEN 0 THEN 1e300 ELSE -1e300 END) FROM generate_series(1, 9) m', '22003',
	'svensson_fit: the fit of 9 observations overflows', 'overflow');
SELECT throws_ok('SELECT svensson_fit(m, m % 7) FROM generate_series(1, 200001) m', '54000',
	'svensson_fit estimates the decay of at most 200000 observations, has 200001', 'too many observations');
SELECT throws_ok('SELECT svensson_fit(m, m % 7, svensson_options(decay => 1)) FROM generate_series(1, 9) m', '22023',
	'svensson_fit: options "decay" and "second_decay" are not both given', 'one decay of two');
SELECT throws_ok('SELECT svensson_fit(m, m % 7, svensson_options(1, 1)) FROM generate_series(1, 9) m', '22023',
	'svensson_fit: options "decay" and "second_decay" are equal', 'the same decay twice');
SELECT throws_ok('SELECT svensson_fit(m, m % 7, svensson_options(decay_lower => 1, decay_upper => 2)) FROM generate_series(1, 9) m', '22023',
	'svensson_fit: option "decay_upper" is 2, must be at least 2.25, 2.25 times "decay_lower"', 'bounds too close for two decays');
SELECT throws_ok($$SELECT svensson_fit(m, m % 7, '{"weight": 1}'::jsonb) FROM generate_series(1, 9) m$$, '22023',
	'svensson_fit: unknown option "weight"', 'an unknown option');
SELECT is((SELECT (fit).decay_at_bound FROM (SELECT svensson_fit(maturity, yield, svensson_options(decay_lower => 2, decay_upper => 9)) fit
	FROM golden_quote WHERE curve = 0) f), true, 'a decay on its bound is told');

-- ---- the same everywhere --------------------------------------------------------------------

CREATE TABLE quote (curve int, maturity float8, yield float8);
INSERT INTO quote SELECT g.curve + 4 * k, maturity, yield + 0.003 * sin(k * maturity)
FROM golden_quote g, generate_series(0, 4) k;
CREATE TABLE quote_by_maturity (LIKE quote) PARTITION BY RANGE (maturity);
CREATE TABLE quote_short PARTITION OF quote_by_maturity FOR VALUES FROM (0) TO (2);
CREATE TABLE quote_long PARTITION OF quote_by_maturity FOR VALUES FROM (2) TO (100);
CREATE TABLE quote_none PARTITION OF quote_by_maturity FOR VALUES FROM (100) TO (200);
INSERT INTO quote_by_maturity SELECT * FROM quote;
ANALYZE quote, quote_by_maturity;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE serial AS SELECT curve, svensson_fit(maturity, yield) fit FROM quote GROUP BY curve;
CREATE FUNCTION same(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s JOIN (' || query || ') p USING (curve) WHERE p.fit::text = s.fit::text' INTO result;
	RETURN result;
END $$;
SELECT is(same('SELECT curve, svensson_fit(maturity, yield) fit FROM (SELECT * FROM quote ORDER BY sin(curve * 100 + maturity * 7)) q
	GROUP BY curve'), 20::bigint, 'shuffled rows: to the last bit');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same('SELECT curve, svensson_fit(maturity, yield) fit FROM quote_by_maturity GROUP BY curve'), 20::bigint,
	'curves combined from partitions, one of them empty');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE quote SET (parallel_workers = 2);
SELECT is(same('SELECT curve, svensson_fit(maturity, yield) fit FROM quote GROUP BY curve'), 20::bigint, '2 workers: to the last bit');
SELECT matches(plan_of('SELECT curve, svensson_fit(maturity, yield) FROM quote GROUP BY curve'),
	'Workers Planned: 2\s.*Partial (Hash|Group)Aggregate', 'EXPLAIN shows Partial Aggregate');
SELECT throws_ok('SELECT svensson_fit(maturity, yield, CASE WHEN maturity < 2 THEN svensson_options(1, 2) END) FROM quote', '22023', NULL,
	'two options are an error in parallel too');
SET LOCAL max_parallel_workers_per_gather = 0;

-- ---- stopping -------------------------------------------------------------------------------

CREATE TEMPORARY TABLE many AS
	SELECT m / 7000.0::float8 maturity, 4 + sin(m / 1000.0)::float8 yield FROM generate_series(1, 200000) m;
CREATE AGGREGATE state_of(float8, float8) (SFUNC = creditspread_internal.svensson_fit_transition, STYPE = creditspread_internal.creditspread_series);
\ir stops.psql
SELECT stops('creditspread_internal.svensson_fit_final(s)', $$SELECT state_of(m / 70.0, 4 + sin(m / 10.0)) AS s FROM generate_series(1, 2000) AS m$$);
SET LOCAL creditspread.max_model_memory = '1MB';
SELECT throws_ok('SELECT svensson_fit(maturity, yield) FROM many', '53200', NULL, 'memory over the limit is refused');

SELECT * FROM finish();
ROLLBACK;

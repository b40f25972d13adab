-- nelson_siegel_fit, given and estimated decay; the functions of a curve; their states.

BEGIN;
\ir helpers.psql
SELECT plan(101);
\ir ../golden/nelson_siegel.sql

-- ---- reference values -----------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_curve g
	JOIN (SELECT q.curve, nelson_siegel_fit(maturity, yield, c.decay) fit
		FROM golden_quote q JOIN golden_curve c USING (curve) GROUP BY q.curve) f USING (curve)
	WHERE near((fit).level, g.level, 1e-9) AND near((fit).slope, g.slope, 1e-9)
		AND near((fit).curvature, g.curvature, 1e-9) AND (fit).decay = g.decay
		AND near((fit).rmse, g.rmse, 1e-9, greatest(g.rmse, 1e-4))
		AND (near((fit).r_squared, g.r_squared, 1e-9) OR (fit).r_squared IS NULL AND g.r_squared IS NULL)
		AND NOT (fit).decay_at_bound), 12::bigint, 'a given decay agrees with reference values to 1e-9');

SELECT is((SELECT count(*) FROM golden_curve g
	JOIN (SELECT curve, nelson_siegel_fit(maturity, yield) fit FROM golden_quote WHERE curve < 9
		GROUP BY curve) f USING (curve)
	WHERE near((fit).decay, g.free_decay, 1e-6) AND near((fit).level, g.free_level, 1e-6)
		AND near((fit).slope, g.free_slope, 1e-6)
		AND near((fit).curvature, g.free_curvature, 1e-6, greatest(abs(g.free_slope), abs(g.free_curvature)))
		AND near((fit).rmse ^ 2 * (fit).observations, g.free_sse, 1e-9)
		AND NOT (fit).decay_at_bound), 9::bigint, 'an estimated decay agrees with reference values to 1e-6');

SELECT is((SELECT count(*) FROM (SELECT nelson_siegel_fit(maturity, yield, 0.7308) fit FROM golden_quote
		WHERE curve = 11) f WHERE (fit).observations = 3 AND (fit).r_squared IS NULL AND (fit).rmse < 1e-12),
	1::bigint, 'three observations leave no residual and no r_squared');

-- ---- the functions of a curve ---------------------------------------------------------------

CREATE TEMPORARY TABLE one AS
SELECT nelson_siegel_curve(4.2, -1.9, 0.6, 0.7308) curve;

SELECT is(nelson_siegel_yield(curve, 0), 4.2::float8 - 1.9, 'the yield at maturity 0 is level + slope') FROM one;
SELECT is(nelson_siegel_forward(curve, 0), 4.2::float8 - 1.9, 'so is the forward rate') FROM one;
SELECT is(nelson_siegel_discount(curve, 0), 1::float8, 'the discount factor at maturity 0 is 1') FROM one;
SELECT ok(bool_and(near(nelson_siegel_yield(curve, n),
		4.2 - 1.9 * (1 - exp(-0.7308 * n)) / (0.7308 * n)
			+ 0.6 * ((1 - exp(-0.7308 * n)) / (0.7308 * n) - exp(-0.7308 * n)), 1e-12)
		AND near(nelson_siegel_discount(curve, n), exp(-nelson_siegel_yield(curve, n) / 100 * n), 1e-14)
		AND near(nelson_siegel_forward(curve, n),
			-100 * (ln(nelson_siegel_discount(curve, n + 1e-5)) - ln(nelson_siegel_discount(curve, n - 1e-5))) / 2e-5, 1e-7)),
	'yield, discount factor and forward rate agree with their formulas')
FROM one, unnest(ARRAY[0.25, 1, 5, 10, 30]::float8[]) n;
SELECT is(nelson_siegel_yield(curve, NULL), NULL, 'NULL maturity gives NULL') FROM one;
SELECT is(nelson_siegel_yield(NULL, 1), NULL, 'NULL curve gives NULL');
SELECT throws_ok('SELECT nelson_siegel_yield(curve, -1) FROM one', '22023',
	'maturity is -1, must not be negative', 'negative maturity');
SELECT throws_ok($$SELECT nelson_siegel_forward(curve, 'NaN') FROM one$$, '22003', 'maturity is NaN', 'NaN maturity');
SELECT throws_ok($$SELECT nelson_siegel_discount(curve, 'Infinity') FROM one$$, '22003', 'maturity is Infinity',
	'infinite maturity');
SELECT throws_ok('SELECT nelson_siegel_yield(nelson_siegel_curve(4, NULL, 1, 0.7), 1)', '22004',
	'slope is NULL', 'a curve without slope');
SELECT throws_ok('SELECT nelson_siegel_yield(nelson_siegel_curve(4, -1, 1, -0.7), 1)', '22023',
	'decay is -0.7, must be positive', 'a curve with a negative decay');
SELECT throws_ok($$SELECT nelson_siegel_yield(nelson_siegel_curve(4, -1, 'NaN', 0.7), 1)$$, '22003',
	'curvature is NaN', 'a curve with NaN curvature');
SELECT throws_ok('SELECT nelson_siegel_discount(nelson_siegel_curve(-1e6, -1, 1, 0.7), 1)', '22003',
	'nelson_siegel_discount at maturity 1 overflows', 'a discount factor that overflows');
SELECT is((SELECT count(*) FROM (SELECT (nelson_siegel_fit(maturity, yield, 0.7308)).* FROM golden_quote
		WHERE curve = 3) f
	WHERE nelson_siegel_yield(f::nelson_siegel_curve, 10) BETWEEN 3 AND 5), 1::bigint,
	'a row of the columns is a curve again');

-- ---- bad input, given decay -----------------------------------------------------------------

SELECT is((SELECT nelson_siegel_fit(maturity, yield, 0.7308) FROM golden_quote WHERE curve < 0), NULL,
	'no rows give NULL');
SELECT is((SELECT nelson_siegel_fit(maturity, NULL, 0.7308) FROM golden_quote), NULL, 'no yields give NULL');
SELECT is((SELECT nelson_siegel_fit(maturity, y, 0.7308)::text FROM (SELECT maturity, yield y FROM golden_quote
			WHERE curve = 3 UNION ALL SELECT 4.5, NULL) q),
	(SELECT nelson_siegel_fit(maturity, yield, 0.7308)::text FROM golden_quote WHERE curve = 3),
	'a row without a yield is left out');
SELECT throws_ok('SELECT nelson_siegel_fit(1, 4, 0.7308)', '22023',
	'nelson_siegel_fit needs at least 3 observations, has 1', 'one row');
SELECT throws_ok('SELECT nelson_siegel_fit(m, 4 + m, 0.7308) FROM generate_series(1, 2) m', '22023',
	'nelson_siegel_fit needs at least 3 observations, has 2', 'two rows');
SELECT throws_ok('SELECT nelson_siegel_fit(m % 2, m, 0.7308) FROM generate_series(1, 6) m', '22000',
	'nelson_siegel_fit: the loadings of 6 observations at decay 0.7308 are linearly dependent',
	'two different maturities are singular');
SELECT throws_ok('SELECT nelson_siegel_fit(800 + m, m, 0.7308) FROM generate_series(1, 9) m', '22000',
	'nelson_siegel_fit: the loadings of 9 observations at decay 0.7308 are linearly dependent',
	'so are maturities at which slope and curvature are one column');
SELECT is((SELECT regexp_replace((nelson_siegel_fit(m, 4.1, 0.7308))::text, '(\.\d{5})\d+', '\1') FROM generate_series(1, 9) m),
	'(4.1,0,0,0.7308,0,,9,f,0,0,0,12.75187,t,1,9)', 'equal yields give a flat curve, and the session lives on after errors');
SELECT throws_ok('SELECT nelson_siegel_fit(NULL, 4, 0.7308)', '22004', 'maturity is NULL', 'NULL maturity');
SELECT throws_ok('SELECT nelson_siegel_fit(1, 4, NULL::float8)', '22004', 'decay is NULL', 'NULL decay');
SELECT throws_ok('SELECT nelson_siegel_fit(-0.5, 4, 0.7308)', '22023', 'maturity is -0.5, must not be negative',
	'negative maturity');
SELECT throws_ok($$SELECT nelson_siegel_fit('NaN', 4, 0.7308)$$, '22003', 'maturity is NaN', 'NaN maturity');
SELECT throws_ok($$SELECT nelson_siegel_fit('Infinity', 4, 0.7308)$$, '22003', 'maturity is Infinity', 'infinite maturity');
SELECT throws_ok($$SELECT nelson_siegel_fit(1, 'NaN', 0.7308)$$, '22003', 'yield is NaN', 'NaN yield');
SELECT throws_ok($$SELECT nelson_siegel_fit(1, '-Infinity', 0.7308)$$, '22003', 'yield is -Infinity', 'infinite yield');
SELECT throws_ok('SELECT nelson_siegel_fit(1, 4, 0)', '22023', 'decay is 0, must be positive', 'decay of zero');
SELECT throws_ok('SELECT nelson_siegel_fit(1, 4, -1)', '22023', 'decay is -1, must be positive', 'negative decay');
SELECT throws_ok($$SELECT nelson_siegel_fit(1, 4, 'Infinity'::float8)$$, '22003', 'decay is Infinity', 'infinite decay');
SELECT throws_ok('SELECT nelson_siegel_fit(m, m, 0.7308 + m / 10 * 0.1) FROM generate_series(1, 12) m', '22023',
	'nelson_siegel_fit: decay is 0.8308 after 0.7308 in the same group', 'two decays in one group');
SELECT throws_ok('SELECT nelson_siegel_fit(m, CASE m % 2 WHEN 0 THEN 1e300 ELSE -1e300 END, 0.7308) FROM generate_series(1, 9) m',
	'22003', 'nelson_siegel_fit: the fit of 9 observations overflows', 'overflow');

-- ---- bad input, estimated decay -------------------------------------------------------------

SELECT is((SELECT nelson_siegel_fit(maturity, yield) FROM golden_quote WHERE curve < 0), NULL, 'no rows give NULL');
SELECT is((SELECT nelson_siegel_fit(maturity, NULL) FROM golden_quote), NULL, 'no yields give NULL');
SELECT is((SELECT nelson_siegel_fit(maturity, y)::text FROM (SELECT 4.5 maturity, NULL y UNION ALL
			SELECT maturity, yield FROM golden_quote WHERE curve = 3 UNION ALL SELECT 4.5, NULL) q),
	(SELECT nelson_siegel_fit(maturity, yield)::text FROM golden_quote WHERE curve = 3),
	'a row without a yield is left out');
SELECT throws_ok('SELECT nelson_siegel_fit(1, 4)', '22023',
	'nelson_siegel_fit: estimating the decay needs at least 4 different maturities, 1 observations have 1', 'one row');
SELECT throws_ok('SELECT nelson_siegel_fit(m % 3, m) FROM generate_series(1, 8) m', '22023',
	'nelson_siegel_fit: estimating the decay needs at least 4 different maturities, 8 observations have 3',
	'three different maturities');
SELECT throws_ok('SELECT nelson_siegel_fit(m, 4.1) FROM generate_series(1, 8) m', '22000',
	'nelson_siegel_fit: the decay cannot be estimated, all 8 yields are 4.1', 'equal yields');
SELECT throws_ok('SELECT nelson_siegel_fit(1e6 * m, m, nelson_siegel_options(decay_lower => 0.02, decay_upper => 20)) FROM generate_series(1, 8) m',
	'22000', 'nelson_siegel_fit: the loadings of 8 observations are linearly dependent at every decay of the search',
	'bounds that are not those of the maturities');
SELECT throws_ok('SELECT nelson_siegel_fit(NULL, 4)', '22004', 'maturity is NULL', 'NULL maturity');
SELECT throws_ok('SELECT nelson_siegel_fit(-1, 4)', '22023', 'maturity is -1, must not be negative', 'negative maturity');
SELECT throws_ok($$SELECT nelson_siegel_fit('NaN', 4)$$, '22003', 'maturity is NaN', 'NaN maturity');
SELECT throws_ok($$SELECT nelson_siegel_fit(1, 'Infinity')$$, '22003', 'yield is Infinity', 'infinite yield');
SELECT throws_ok('SELECT nelson_siegel_fit(m, CASE m % 2 WHEN 0 THEN 1e300 ELSE -1e300 END) FROM generate_series(1, 9) m',
	'22003', 'nelson_siegel_fit: the fit of 9 observations overflows', 'overflow');
SELECT throws_ok('SELECT nelson_siegel_fit(m, m % 7) FROM generate_series(1, 1000001) m', '54000',
	'nelson_siegel_fit estimates the decay of at most 1000000 observations, has 1000001', 'too many observations');
SELECT is((SELECT round((fit).decay::numeric, 4) || ' ' || (fit).decay_at_bound FROM (SELECT nelson_siegel_fit(m, 5 + m) fit
		FROM generate_series(0, 6) m) f), '0.4480 true', 'a straight line puts the decay on its bound');
SELECT is((SELECT count(*) FROM (SELECT nelson_siegel_fit(maturity + CASE n WHEN 2 THEN 0.0 ELSE -0.0::float8 END, yield) fit
			FROM golden_quote, generate_series(1, 2) n WHERE curve = 3) f
		JOIN golden_curve g ON g.curve = 3
	WHERE near((fit).decay, g.free_decay, 1e-6) AND (fit).observations = 34), 1::bigint,
	'every quote twice gives the same curve');

-- ---- options and weights ---------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_curve g
	JOIN (SELECT q.curve, nelson_siegel_fit(maturity, yield, nelson_siegel_options(decay => c.decay)) fit
		FROM golden_quote q JOIN golden_curve c USING (curve) GROUP BY q.curve) f USING (curve)
	WHERE near((fit).level, g.level, 1e-9) AND near((fit).slope, g.slope, 1e-9)
		AND near((fit).curvature, g.curvature, 1e-9) AND (fit).decay = g.decay
		AND near((fit).rmse, g.rmse, 1e-9, greatest(g.rmse, 1e-4))
		AND (near((fit).r_squared, g.r_squared, 1e-9) OR (fit).r_squared IS NULL AND g.r_squared IS NULL)
		AND NOT (fit).decay_at_bound), 12::bigint, 'a decay given as an option agrees with reference values');
SELECT is((SELECT nelson_siegel_fit(maturity, yield, nelson_siegel_options())::text FROM golden_quote WHERE curve = 3),
	(SELECT nelson_siegel_fit(maturity, yield)::text FROM golden_quote WHERE curve = 3), 'no options are the defaults');
SELECT is((SELECT nelson_siegel_fit(maturity, yield, NULL::jsonb)::text FROM golden_quote WHERE curve = 3),
	(SELECT nelson_siegel_fit(maturity, yield)::text FROM golden_quote WHERE curve = 3), 'NULL options are the defaults');
SELECT is((SELECT nelson_siegel_fit(maturity, yield, 4, NULL)::text FROM golden_quote WHERE curve = 3),
	(SELECT nelson_siegel_fit(maturity, yield)::text FROM golden_quote WHERE curve = 3), 'equal weights change nothing');
SELECT is((SELECT count(*) FROM golden_curve g
	JOIN (SELECT curve, nelson_siegel_fit(maturity, yield, 1 + (maturity * 4)::int % 3, o) weighted FROM golden_quote,
			(VALUES (nelson_siegel_options()), (nelson_siegel_options(decay => 0.6))) v(o) WHERE curve < 9 GROUP BY curve, o) w USING (curve)
	JOIN (SELECT curve, nelson_siegel_fit(maturity, yield, o) repeated FROM golden_quote,
			(VALUES (nelson_siegel_options()), (nelson_siegel_options(decay => 0.6))) v(o), generate_series(0, (maturity * 4)::int % 3)
			WHERE curve < 9 GROUP BY curve, o) r USING (curve)
	WHERE ((weighted).decay = 0.6) = ((repeated).decay = 0.6)
		AND near((weighted).level, (repeated).level, 1e-6) AND near((weighted).decay, (repeated).decay, 1e-6)
		AND near((weighted).rmse, (repeated).rmse, 1e-9) AND near((weighted).r_squared, (repeated).r_squared, 1e-9)),
	18::bigint, 'a weight of k is k observations');
SELECT is((SELECT (fit).decay || ' ' || (fit).decay_at_bound FROM (SELECT nelson_siegel_fit(maturity, yield,
		nelson_siegel_options(decay_lower => 3, decay_upper => 5)) fit FROM golden_quote WHERE curve = 3) f), '3 true',
	'bounds are kept and told');
SELECT throws_ok('SELECT nelson_siegel_fit(m, m % 3, 1 - m / 4, NULL) FROM generate_series(1, 9) m', '22023',
	'weight is 0, must be positive', 'a weight of zero');
SELECT throws_ok('SELECT nelson_siegel_fit(m, m % 3, NULL, NULL) FROM generate_series(1, 9) m', '22004', 'weight is NULL', 'a NULL weight');
SELECT throws_ok($$SELECT nelson_siegel_fit(m, m % 3, 'NaN', NULL) FROM generate_series(1, 9) m$$, '22003', 'weight is NaN', 'a NaN weight');
SELECT throws_ok($$SELECT nelson_siegel_fit(m, m % 3, '{"decays": 1}'::jsonb) FROM generate_series(1, 9) m$$, '22023',
	'nelson_siegel_fit: unknown option "decays"', 'an unknown option');
SELECT throws_ok($$SELECT nelson_siegel_fit(m, m % 3, '[]'::jsonb) FROM generate_series(1, 9) m$$, '22023',
	'nelson_siegel_fit: the options must be a JSON object', 'options that are no object');
SELECT throws_ok('SELECT nelson_siegel_fit(m, m % 3, nelson_siegel_options(decay => 0)) FROM generate_series(1, 9) m', '22023',
	'nelson_siegel_fit: option "decay" is 0, must be a number from 1e-06 to 1000000', 'a decay of zero as an option');
SELECT throws_ok('SELECT nelson_siegel_fit(m, m % 3, nelson_siegel_options(decay => 1, decay_upper => 2)) FROM generate_series(1, 9) m',
	'22023', 'nelson_siegel_fit: option "decay" is 1, so that bounds mean nothing', 'a decay and a bound');
SELECT throws_ok('SELECT nelson_siegel_fit(m, m % 3, nelson_siegel_options(decay_lower => 22, decay_upper => 21)) FROM generate_series(1, 9) m', '22023',
	'nelson_siegel_fit: option "decay_lower" is 22, must be below "decay_upper", 21', 'bounds the wrong way round');
SELECT throws_ok('SELECT nelson_siegel_fit(m, m % 3, nelson_siegel_options(decay_lower => m)) FROM generate_series(1, 9) m', '22023',
	'nelson_siegel_fit: the options of a row differ from those of the rows before', 'two options in a group');
SELECT throws_ok('SELECT nelson_siegel_fit(m % 2, m, nelson_siegel_options(decay => 1)) FROM generate_series(1, 9) m', '22023',
	'nelson_siegel_fit: a curve needs at least 3 different maturities, 9 observations have 2', 'two maturities, given decay as an option');
SELECT is((SELECT regexp_replace(nelson_siegel_fit(m, 4.5, nelson_siegel_options(decay => 1))::text, '(\.\d{5})\d+', '\1')
	FROM generate_series(1, 9) m), '(4.5,0,0,1,0,,9,f,0,0,0,12.20388,t,1,9)',
	'equal yields with a given decay');

-- ---- par yields -----------------------------------------------------------------------------

SELECT ok(near(nelson_siegel_par_yield(nelson_siegel_curve(5, 0, 0, 1), 7, 2), 200 * (exp(0.025) - 1), 1e-12),
	'the par yield of a flat curve');
SELECT ok(bool_and(near(p * (SELECT sum(nelson_siegel_discount(curve, k)) FROM generate_series(1, n) k)
		+ 100 * nelson_siegel_discount(curve, n), 100, 1e-12)), 'a bond that pays the par yield is worth its face')
FROM one, generate_series(1, 30) n, nelson_siegel_par_yield(curve, n) p;
SELECT throws_ok('SELECT nelson_siegel_par_yield(curve, 0) FROM one', '22023',
	'nelson_siegel_par_yield: maturity is 0, must be positive and have at most 2400 coupons', 'the par yield of nothing');
SELECT throws_ok('SELECT nelson_siegel_par_yield(curve, 1e9) FROM one', '22023', NULL, 'the par yield of too many coupons');
SELECT throws_ok('SELECT nelson_siegel_par_yield(curve, 5, 5) FROM one', '22023',
	'frequency is 5, must be 1, 2, 3, 4, 6 or 12', 'a coupon frequency that months do not give');
SELECT is(nelson_siegel_par_yield(curve, NULL), NULL, 'NULL maturity gives NULL') FROM one;

-- ---- the same everywhere --------------------------------------------------------------------

CREATE TABLE quote (curve int, maturity float8, yield float8);
INSERT INTO quote SELECT g.curve + 12 * k, maturity, yield + 0.01 * sin(k * maturity)
FROM golden_quote g, generate_series(0, 39) k WHERE g.curve < 9;
CREATE TABLE quote_by_curve (LIKE quote) PARTITION BY HASH (curve);
CREATE TABLE quote_by_maturity (LIKE quote) PARTITION BY RANGE (maturity);
SELECT format('CREATE TABLE quote_by_curve_%s PARTITION OF quote_by_curve FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i)
FROM generate_series(0, 2) i \gexec
CREATE TABLE quote_short PARTITION OF quote_by_maturity FOR VALUES FROM (0) TO (2);
CREATE TABLE quote_long PARTITION OF quote_by_maturity FOR VALUES FROM (2) TO (100);
CREATE TABLE quote_none PARTITION OF quote_by_maturity FOR VALUES FROM (100) TO (200);
INSERT INTO quote_by_curve SELECT * FROM quote;
INSERT INTO quote_by_maturity SELECT * FROM quote;
ANALYZE quote, quote_by_curve, quote_by_maturity;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE fixed_serial AS
	SELECT curve, nelson_siegel_fit(maturity, yield, 0.7308) fit FROM quote GROUP BY curve;
CREATE TEMPORARY TABLE free_serial AS
	SELECT curve, nelson_siegel_fit(maturity, yield) fit FROM quote GROUP BY curve;

CREATE FUNCTION same_fixed(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM fixed_serial s JOIN (' || query || ') p USING (curve)
		WHERE near((p.fit).level, (s.fit).level, 1e-9) AND near((p.fit).slope, (s.fit).slope, 1e-9)
			AND near((p.fit).curvature, (s.fit).curvature, 1e-9, (s.fit).slope)
			AND near((p.fit).rmse, (s.fit).rmse, 1e-9) AND near((p.fit).r_squared, (s.fit).r_squared, 1e-9)
			AND (p.fit).observations = (s.fit).observations' INTO result;
	RETURN result;
END $$;
CREATE FUNCTION same_free(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM free_serial s JOIN (' || query || ') p USING (curve)
		WHERE p.fit::text = s.fit::text' INTO result;
	RETURN result;
END $$;

SELECT is((SELECT count(*) FROM fixed_serial), 360::bigint, 'curves fitted one by one');
SELECT is(same_fixed('SELECT curve, nelson_siegel_fit(maturity, yield, 0.7308) fit
	FROM (SELECT * FROM quote ORDER BY sin(curve * 100 + maturity * 7)) q GROUP BY curve'), 360::bigint,
	'shuffled rows, given decay');
SELECT is(same_free('SELECT curve, nelson_siegel_fit(maturity, yield) fit
	FROM (SELECT * FROM quote ORDER BY sin(curve * 100 + maturity * 7)) q GROUP BY curve'), 360::bigint,
	'shuffled rows, estimated decay: to the last bit');

SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same_fixed('SELECT curve, nelson_siegel_fit(maturity, yield, 0.7308) fit FROM quote_by_curve GROUP BY curve'),
	360::bigint, 'partition-wise, given decay');
SELECT is(same_fixed('SELECT curve, nelson_siegel_fit(maturity, yield, 0.7308) fit FROM quote_by_maturity GROUP BY curve'),
	360::bigint, 'curves combined from partitions, one of them empty, given decay');
SELECT is(same_free('SELECT curve, nelson_siegel_fit(maturity, yield) fit FROM quote_by_maturity GROUP BY curve'),
	360::bigint, 'curves combined from partitions, estimated decay');
SELECT matches(plan_of('SELECT curve, nelson_siegel_fit(maturity, yield) FROM quote_by_curve GROUP BY curve'),
	'Append\s+->  HashAggregate', 'EXPLAIN shows the partition-wise aggregate');
SET LOCAL enable_hashagg = off;
SELECT matches(plan_of('SELECT curve, nelson_siegel_fit(maturity, yield) FROM quote_by_maturity GROUP BY curve'),
	'Finalize GroupAggregate[^P]*->  .*Partial GroupAggregate', 'EXPLAIN shows the aggregate by partitions');
SET LOCAL enable_hashagg = on;

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE quote SET (parallel_workers = 2);
SELECT is(same_fixed('SELECT curve, nelson_siegel_fit(maturity, yield, 0.7308) fit FROM quote GROUP BY curve'),
	360::bigint, '2 workers, given decay');
SELECT is(same_free('SELECT curve, nelson_siegel_fit(maturity, yield) fit FROM quote GROUP BY curve'),
	360::bigint, '2 workers, estimated decay: to the last bit');
SELECT matches(plan_of('SELECT curve, nelson_siegel_fit(maturity, yield, 0.7308) FROM quote GROUP BY curve'),
	'Workers Planned: 2\s.*Partial (Hash|Group)Aggregate', 'EXPLAIN shows Partial Aggregate, given decay');
SELECT matches(plan_of('SELECT curve, nelson_siegel_fit(maturity, yield) FROM quote GROUP BY curve'),
	'Workers Planned: 2\s.*Partial (Hash|Group)Aggregate', 'EXPLAIN shows Partial Aggregate, estimated decay');
SELECT matches(plan_of('SELECT nelson_siegel_fit(maturity, yield, 0.7308) FROM quote'),
	'Workers Planned: 2\s.*Partial Aggregate', 'EXPLAIN shows Partial Aggregate without groups');
SET LOCAL max_parallel_workers_per_gather = 4;
ALTER TABLE quote SET (parallel_workers = 4);
SELECT is(same_fixed('SELECT curve, nelson_siegel_fit(maturity, yield, 0.7308) fit FROM quote GROUP BY curve'),
	360::bigint, '4 workers, given decay');
SELECT is(same_free('SELECT curve, nelson_siegel_fit(maturity, yield) fit FROM quote GROUP BY curve'),
	360::bigint, '4 workers, estimated decay: to the last bit');
SELECT throws_ok('SELECT nelson_siegel_fit(maturity, yield, CASE WHEN curve < 200 THEN 0.5 ELSE 0.7 END) FROM quote', '22023',
	NULL, 'two decays are an error in parallel too');
SET LOCAL max_parallel_workers_per_gather = 0;

CREATE TEMPORARY TABLE placed AS
	SELECT maturity, yield, row_number() OVER (ORDER BY maturity) place FROM quote WHERE curve = 3;
SELECT is((SELECT count(*) FROM (SELECT place, nelson_siegel_fit(maturity, yield, 0.7308) OVER w fixed,
			nelson_siegel_fit(maturity, yield) OVER w free
			FROM placed WINDOW w AS (ORDER BY place ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING)) o,
		LATERAL (SELECT nelson_siegel_fit(maturity, yield, 0.7308) fixed, nelson_siegel_fit(maturity, yield) free
			FROM placed WHERE place BETWEEN o.place - 5 AND o.place + 5) a
	WHERE near((o.fixed).level, (a.fixed).level, 1e-9) AND near((o.fixed).rmse, (a.fixed).rmse, 1e-9)
		AND o.free::text = a.free::text), 17::bigint, 'moving window frames');

-- ---- the state ------------------------------------------------------------------------------

CREATE AGGREGATE state_of(float8, float8, float8) (SFUNC = creditspread_internal.nelson_siegel_fit_transition, STYPE = creditspread_internal.nelson_siegel_state);
CREATE AGGREGATE curve_of(creditspread_internal.nelson_siegel_state) (SFUNC = creditspread_internal.nelson_siegel_fit_combine, STYPE = creditspread_internal.nelson_siegel_state,
	FINALFUNC = creditspread_internal.nelson_siegel_fit_final);
CREATE TEMPORARY TABLE part AS
	SELECT curve, part, state_of(maturity, yield, 0.7308) FILTER (WHERE part > 1) AS state
	FROM (SELECT *, 1 + ((curve * 31 + maturity * 101)::int % 5) part FROM
		(SELECT * FROM quote UNION ALL SELECT curve, 0.1 * part, NULL FROM quote, generate_series(1, 2) part) u) q
	GROUP BY curve, part;
CREATE TEMPORARY TABLE whole AS
	SELECT curve, nelson_siegel_fit(maturity, yield, 0.7308) fit
	FROM (SELECT *, 1 + ((curve * 31 + maturity * 101)::int % 5) part FROM quote) q WHERE part > 1 GROUP BY curve;
CREATE FUNCTION same_whole(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM whole w JOIN (' || query || ') p USING (curve)
		WHERE near((p.fit).level, (w.fit).level, 1e-9) AND near((p.fit).rmse, (w.fit).rmse, 1e-9)' INTO result;
	RETURN result;
END $$;
SELECT is(same_whole('SELECT curve, curve_of(state) fit FROM part GROUP BY curve'), 360::bigint,
	'curves from states of random parts, empty ones and NULL among them');
SELECT is(same_whole('SELECT curve, curve_of(state::text::creditspread_internal.nelson_siegel_state) fit FROM part GROUP BY curve'), 360::bigint,
	'states keep their text form');
CREATE TEMPORARY TABLE part_copy (LIKE part);
DO $$
BEGIN
	EXECUTE format('COPY part TO %L (FORMAT binary)', current_setting('data_directory') || '/nelson_siegel_state.copy');
	EXECUTE format('COPY part_copy FROM %L (FORMAT binary)', current_setting('data_directory') || '/nelson_siegel_state.copy');
END $$;
SELECT results_eq('SELECT curve, part, state::text FROM part_copy ORDER BY 1, 2',
	'SELECT curve, part, state::text FROM part ORDER BY 1, 2', 'states keep their binary form');
SELECT throws_ok($$SELECT '\x00'::creditspread_internal.nelson_siegel_state$$, '22P03', 'nelson_siegel_state has 112 bytes, not 1', 'a short state');
SELECT throws_ok($$SELECT overlay(hexadecimal(state::text) placing 'f' from 3 for 1)::creditspread_internal.nelson_siegel_state FROM part WHERE state IS NOT NULL LIMIT 1$$,
	'22P03', NULL, 'a state of a negative number of observations');
SELECT throws_ok($$SELECT overlay(hexadecimal(state::text) placing '7ff8' from 35 for 4)::creditspread_internal.nelson_siegel_state FROM part WHERE state IS NOT NULL LIMIT 1$$,
	'22P03', 'member 3 of nelson_siegel_state cannot be NaN', 'a state with NaN');
SELECT throws_ok('SELECT creditspread_internal.nelson_siegel_fit_transition(state, 1, 4, 0.7308) FROM part', '42809',
	'nelson_siegel_state can only be changed by an aggregate', 'the transition function outside of an aggregate');

CREATE AGGREGATE other_state(bigint, float8, float8, float8, jsonb) (SFUNC = creditspread_internal.dm_test_transition, STYPE = creditspread_internal.creditspread_series);
SELECT throws_ok($$SELECT creditspread_internal.nelson_siegel_fit_final(s) FROM (SELECT other_state(1, 1, 2, 3, '{"horizon": 2}') s) s$$, '22023',
	'nelson_siegel_fit: a state of 2 values in a row is not one of maturities and yields', 'a state of another aggregate');

-- ---- stopping -------------------------------------------------------------------------------

CREATE AGGREGATE series_of(float8, float8) (SFUNC = creditspread_internal.nelson_siegel_fit_transition, STYPE = creditspread_internal.creditspread_series);
\ir stops.psql
SELECT stops('creditspread_internal.nelson_siegel_fit_final(s)', $$SELECT series_of(m / 30.0, 4 + sin(m / 10.0)) AS s FROM generate_series(1, 2000) AS m$$);

SELECT * FROM finish();
ROLLBACK;

-- empirical_level, empirical_slope, empirical_curvature.

BEGIN;
SELECT plan(19);

CREATE TABLE quote (curve int, maturity float8, yield float8);
INSERT INTO quote SELECT curve, m, 4 + curve / 10.0 + sin(curve + m) FROM generate_series(1, 50) curve,
	unnest('{0.25,0.5,1,2,3,5,10,30}'::float8[]) m;

CREATE FUNCTION same(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM (SELECT curve, max(yield) FILTER (WHERE maturity = 10) long,
			max(yield) FILTER (WHERE maturity = 0.25) short, max(yield) FILTER (WHERE maturity = 2) medium
			FROM quote GROUP BY curve) q JOIN (SELECT curve, empirical_level(maturity, yield) level,
				empirical_slope(maturity, yield) slope, empirical_curvature(maturity, yield) curvature
			FROM ' || query || ' GROUP BY curve) f USING (curve)
		WHERE level = long AND abs(slope - (long - short)) < 1e-12
			AND abs(curvature - (2 * medium - long - short)) < 1e-12' INTO result;
	RETURN result;
END $$;

SELECT is(same('quote'), 50::bigint, 'level, slope and curvature are what they are defined to be');
SELECT is(same('(SELECT * FROM quote ORDER BY sin(100 * curve + 7 * maturity)) s'), 50::bigint, 'shuffled rows');
SELECT is(same('(SELECT curve, maturity + 0.0009, yield FROM quote) s(curve, maturity, yield)'), 50::bigint, 'rounded maturities');
SELECT is(empirical_level(m, m), NULL, 'no 10 years, no level') FROM unnest('{0.25,2}'::float8[]) m;
SELECT is(empirical_slope(m, m), NULL, 'no 3 months, no slope') FROM unnest('{2,10}'::float8[]) m;
SELECT is(empirical_curvature(m, m), NULL, 'no 2 years, no curvature') FROM unnest('{0.25,10}'::float8[]) m;
SELECT is(empirical_slope(m, m), 9.75::float8, 'the slope needs no 2 years') FROM unnest('{0.25,10}'::float8[]) m;
SELECT is(empirical_level(m, m), NULL, 'no rows give NULL') FROM unnest('{}'::float8[]) m;
SELECT is(empirical_level(m, NULL), NULL, 'no yields give NULL') FROM unnest('{10}'::float8[]) m;
SELECT throws_ok('SELECT empirical_level(10, y) FROM generate_series(1, 2) y', '23505', 'the maturity 10 occurs 2 times in one curve',
	'a maturity twice');
SELECT throws_ok('SELECT empirical_level(NULL, 1)', '22004', 'maturity is NULL', 'NULL maturity');
SELECT throws_ok('SELECT empirical_level(-1, 1)', '22023', 'maturity is -1, must not be negative', 'negative maturity');
SELECT throws_ok($$SELECT empirical_level(10, 'NaN')$$, '22003', 'yield is NaN', 'NaN yield');
SELECT throws_ok('SELECT empirical_slope(m, CASE m WHEN 10 THEN 1.7e308 ELSE -1.7e308 END) FROM unnest(ARRAY[0.25, 10]::float8[]) m', '22003',
	'the factor is Infinity', 'overflow');

CREATE AGGREGATE state_of(float8, float8) (SFUNC = creditspread_internal.empirical_factor_transition, STYPE = creditspread_internal.empirical_factor_sums);
CREATE AGGREGATE slope_of(creditspread_internal.empirical_factor_sums) (SFUNC = creditspread_internal.empirical_factor_combine, STYPE = creditspread_internal.empirical_factor_sums,
	FINALFUNC = creditspread_internal.empirical_slope_final);
SELECT is((SELECT count(*) FROM (SELECT curve, slope_of(state::text::creditspread_internal.empirical_factor_sums) slope FROM
		(SELECT curve, maturity > 1 AS half, state_of(maturity, yield) state FROM quote GROUP BY 1, 2
			UNION ALL SELECT curve, NULL, NULL FROM quote) s GROUP BY curve) c
	JOIN (SELECT curve, empirical_slope(maturity, yield) FROM quote GROUP BY curve) w USING (curve) WHERE slope = empirical_slope),
	50::bigint, 'slopes from states of parts, NULL among them, through their text form');
SELECT throws_ok('SELECT slope_of(s) FROM (SELECT state_of(10, y) s FROM generate_series(1, 2) y GROUP BY y) q', '23505',
	'the maturity 10 occurs 2 times in one curve', 'a maturity twice in two parts');
SELECT throws_ok($$SELECT '\x00'::creditspread_internal.empirical_factor_sums$$, '22P03', 'empirical_factor_sums has 48 bytes, not 1', 'a short state');

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE quote SET (parallel_workers = 2);
ANALYZE quote;
SELECT is(same('quote'), 50::bigint, '2 workers');
SELECT is((SELECT count(*) FROM (SELECT empirical_level(maturity, yield) OVER (PARTITION BY curve) l FROM quote) w WHERE l IS NOT NULL),
	400::bigint, 'as a window function');

SELECT * FROM finish();
ROLLBACK;

-- nelson_siegel_fit_bonds: reference values, options, errors, its state.

BEGIN;
\ir helpers.psql
SELECT plan(64);
\ir ../golden/nelson_siegel_bonds.sql

CREATE FUNCTION curve(level float8, slope float8, curvature float8, decay float8) RETURNS nelson_siegel_curve
LANGUAGE sql IMMUTABLE AS $$ SELECT nelson_siegel_curve(level, slope, curvature, decay) $$;

-- ---- reference values -----------------------------------------------------------------------

CREATE TEMPORARY TABLE golden AS
SELECT b.*, curve(riskfree_level, riskfree_slope, riskfree_curvature, decay) riskfree, decay
FROM golden_bond b JOIN golden_spread_curve USING (issuer);
CREATE TEMPORARY TABLE fitted AS
SELECT issuer, nelson_siegel_fit_bonds(dirty_price, cashflows, riskfree, nelson_siegel_bonds_options(decay => decay)) fit
FROM golden GROUP BY issuer;
SELECT is((SELECT count(*) FROM fitted JOIN golden_spread_curve g USING (issuer)
	WHERE near((fit).level, g.level, 1e-6) AND near((fit).slope, g.slope, 1e-6) AND near((fit).curvature, g.curvature, 1e-6)
		AND (fit).decay = g.decay AND near((fit).rmse ^ 2 * (fit).observations, sse, 1e-9)
		AND (fit).r_squared IS NULL AND NOT (fit).decay_at_bound), 4::bigint, 'a given decay agrees with reference values');
SELECT is((SELECT count(*) FROM golden JOIN fitted USING (issuer)
	WHERE near(bond_price(cashflows, riskfree, fit) - dirty_price, price_error, 1e-6, 1)),
	(SELECT count(*) FROM golden), 'so do the price errors');

-- A curve of its own, from prices that it gives.
CREATE TEMPORARY TABLE known AS SELECT k AS issuer, curve(1 + k / 5.0, sin(k), cos(k), 0.3 + k / 10.0) spread FROM generate_series(1, 9) k;
CREATE TEMPORARY TABLE priced AS
SELECT issuer, cashflows, bond_price(cashflows, curve(4, -1, 1, 0.7)) government_price,
	bond_price(cashflows, curve(4, -1, 1, 0.7), spread) price, spread
FROM known, generate_series(1, 12) n,
	bond_cashflows('2005-11-15', ('2006-03-01'::date + n * 500), 3 + (n * 7) % 4) cashflows;
CREATE FUNCTION same_curve(a nelson_siegel_curve, b nelson_siegel_curve) RETURNS boolean LANGUAGE sql AS $$
	SELECT near((a).level, (b).level, 1e-6) AND near((a).slope, (b).slope, 1e-6) AND near((a).curvature, (b).curvature, 1e-6)
		AND near((a).decay, (b).decay, 1e-6) AND (a).rmse < 1e-9 AND NOT (a).decay_at_bound $$;
SELECT ok(same_curve(nelson_siegel_fit_bonds(government_price, cashflows), curve(4, -1, 1, 0.7)), 'a curve is found again from its prices')
FROM priced WHERE issuer = 1;
SELECT ok(bool_and(same_curve(fit, spread)), 'spread curves are found again from their prices')
FROM (SELECT issuer, spread, nelson_siegel_fit_bonds(price, cashflows, curve(4, -1, 1, 0.7)) fit FROM priced GROUP BY 1, 2) f;
SELECT ok(bool_and(same_curve(fit, spread)), 'over a risk-free Svensson curve too')
FROM (SELECT issuer, spread, nelson_siegel_fit_bonds(bond_price(cashflows, riskfree, spread), cashflows, riskfree) fit
	FROM priced, (SELECT svensson_curve(4.2, -2.1, -1.6, 3.8, 0.9, 0.11) riskfree) r GROUP BY 1, 2) f;
SELECT ok(bool_and(same_curve(fit, spread)), 'and with options')
FROM (SELECT issuer, spread, nelson_siegel_fit_bonds(bond_price(cashflows, riskfree, spread), cashflows, riskfree,
		nelson_siegel_bonds_options(decay_lower => 0.2, decay_upper => 2, weights => 'inverse_squared_duration')) fit
	FROM priced, (SELECT svensson_curve(4.2, -2.1, -1.6, 3.8, 0.9, 0.11) riskfree) r GROUP BY 1, 2) f;
SELECT is((SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options())::text FROM priced WHERE issuer = 1),
	(SELECT nelson_siegel_fit_bonds(price, cashflows)::text FROM priced WHERE issuer = 1), 'no options are the defaults');
SELECT is((SELECT nelson_siegel_fit_bonds(price, cashflows, NULL::jsonb)::text FROM priced WHERE issuer = 1),
	(SELECT nelson_siegel_fit_bonds(price, cashflows)::text FROM priced WHERE issuer = 1), 'NULL options are the defaults');

-- ---- weights --------------------------------------------------------------------------------

-- The weighted sum of squares of a fit must not fall when a factor is moved.
CREATE TEMPORARY TABLE noisy AS SELECT cashflows, government_price + sin(n * 3) * 0.4 AS price
FROM (SELECT *, row_number() OVER (ORDER BY price) n FROM priced WHERE issuer = 1) p;
CREATE FUNCTION weighted_squares(c nelson_siegel_curve, power float8) RETURNS float8 LANGUAGE sql AS $$
	SELECT sum((price - bond_price(cashflows, c)) ^ 2 / greatest(macaulay_duration(price, cashflows), median / 4) ^ power)
	FROM noisy, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY macaulay_duration(price, cashflows)) AS median FROM noisy) m $$;
CREATE FUNCTION is_minimum(fit nelson_siegel_curve, power float8) RETURNS boolean LANGUAGE sql AS $$
	SELECT bool_and(weighted_squares(curve((fit).level + l, (fit).slope + s, (fit).curvature + c, (fit).decay * d), power)
		> weighted_squares(fit, power))
	FROM (VALUES (1e-3, 0, 0, 1), (-1e-3, 0, 0, 1), (0, 1e-3, 0, 1), (0, -1e-3, 0, 1), (0, 0, 1e-3, 1), (0, 0, -1e-3, 1),
		(0, 0, 0, 1.001), (0, 0, 0, 0.999)) v(l, s, c, d) $$;
SELECT ok(is_minimum(nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay_lower => 0.3, decay_upper => 3)), 0),
	'equal weights give a minimum of the squares') FROM noisy;
SELECT ok(is_minimum(nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay_lower => 0.3, decay_upper => 3,
	weights => 'inverse_squared_duration')), 2), 'weights give a minimum of the weighted squares') FROM noisy;
SELECT ok(NOT is_minimum(nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay_lower => 0.3, decay_upper => 3)), 2),
	'which is another one') FROM noisy;
SELECT ok(near((fit).rmse, sqrt(weighted_squares(fit, 0) / 12), 1e-9), 'rmse has no weights')
FROM (SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(weights => 'inverse_squared_duration')) fit FROM noisy) f;
SELECT is((SELECT (fit).decay || ' ' || (fit).decay_at_bound FROM (SELECT nelson_siegel_fit_bonds(price, cashflows,
	nelson_siegel_bonds_options(decay_lower => 8, decay_upper => 9)) fit FROM noisy) f) IN ('8 true', '9 true'), true, 'a decay on its bound is told');

-- ---- bad input ------------------------------------------------------------------------------

SELECT is((SELECT nelson_siegel_fit_bonds(price, cashflows) FROM noisy WHERE price < 0), NULL, 'no rows give NULL');
SELECT is((SELECT nelson_siegel_fit_bonds(NULL, cashflows) FROM noisy), NULL, 'no prices give NULL');
SELECT is((SELECT nelson_siegel_fit_bonds(NULL, NULL, NULL::nelson_siegel_curve) FROM noisy), NULL, 'nothing at all gives NULL, too');
SELECT is((SELECT nelson_siegel_fit_bonds(p, c, CASE WHEN p IS NOT NULL THEN curve(0, 0, 0, 1) END)::text FROM (SELECT price p, cashflows c FROM noisy UNION ALL SELECT NULL, NULL) q),
	(SELECT nelson_siegel_fit_bonds(price, cashflows, curve(0, 0, 0, 1))::text FROM noisy), 'rows without a price are left out, whatever else is NULL');
SELECT is((SELECT nelson_siegel_fit_bonds(p, c)::text FROM (SELECT price p, cashflows c FROM noisy UNION ALL SELECT NULL, NULL) q),
	(SELECT nelson_siegel_fit_bonds(price, cashflows)::text FROM noisy), 'without a risk-free curve, too');
SELECT is((SELECT nelson_siegel_fit_bonds(p, cashflows)::text FROM (SELECT price p, cashflows FROM noisy UNION ALL SELECT NULL, '{{1,2}}') q),
	(SELECT nelson_siegel_fit_bonds(price, cashflows)::text FROM noisy), 'a row without a price is left out');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(100, '{{1,5},{2,105}}')$$, '22023',
	'nelson_siegel_fit_bonds: estimating the decay needs at least 4 bonds of different maturity, 1 bonds have 1', 'one bond');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows) FROM (SELECT * FROM noisy LIMIT 3) n', '22023',
	'nelson_siegel_fit_bonds: estimating the decay needs at least 4 bonds of different maturity, 3 bonds have 3', 'three bonds');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows) FROM (SELECT * FROM noisy LIMIT 3) n, generate_series(1, 2)', '22023',
	'nelson_siegel_fit_bonds: estimating the decay needs at least 4 bonds of different maturity, 6 bonds have 3', 'three bonds, twice');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(0.7)) FROM (SELECT * FROM noisy LIMIT 2) n',
	'22023', 'nelson_siegel_fit_bonds: a curve needs at least 3 bonds of different maturity, 2 bonds have 2', 'two bonds, given decay');
SELECT ok((fit).rmse < 1e-9, 'three bonds with a given decay leave no error')
FROM (SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(0.7)) fit FROM (SELECT * FROM noisy LIMIT 3) n) f;
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(99 - k, ARRAY[[1 + k * 1e-13, 100]], nelson_siegel_bonds_options(0.7)) FROM generate_series(1, 5) k$$,
	'22000', 'nelson_siegel_fit_bonds: the prices of 5 bonds do not determine level, slope and curvature', 'bonds of one maturity, nearly');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(1e200, ARRAY[[k, 100]]::float8[]) FROM generate_series(1, 5) k$$, '22003',
	'nelson_siegel_fit_bonds: the fit of 5 bonds overflows', 'overflow');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(100, NULL)', '22004', 'cashflows is NULL', 'NULL cash flows');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, NULL::nelson_siegel_curve) FROM noisy', '22004',
	'nelson_siegel_fit_bonds: the risk-free curve is NULL', 'NULL risk-free curve');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, NULL::svensson_curve) FROM noisy', '22004',
	'nelson_siegel_fit_bonds: the risk-free curve is NULL', 'NULL risk-free Svensson curve');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, curve(1, 1, NULL, 1)) FROM noisy', '22004', 'curvature is NULL',
	'a risk-free curve without curvature');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, curve(1e9, 1, 1, 1)) FROM noisy', '22003',
	NULL, 'a risk-free curve that leaves nothing');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(0, cashflows) FROM noisy', '22023', 'dirty_price is 0, must be positive', 'a price of zero');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds('NaN', cashflows) FROM noisy$$, '22003', 'dirty_price is NaN', 'a NaN price');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds('Infinity', cashflows) FROM noisy$$, '22003', 'dirty_price is Infinity', 'an infinite price');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(100, '{1,2}')$$, '2202E', NULL, 'cash flows of one dimension');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(100, '{{-1,2}}')$$, '22023', 'cash flow 1 is -1 years away, must not be negative', 'a cash flow of the past');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(price, cashflows, '{"decai": 1}'::jsonb) FROM noisy$$, '22023',
	'nelson_siegel_fit_bonds: unknown option "decai"', 'an unknown option');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(weights => 'duration')) FROM noisy$$, '22023',
	'nelson_siegel_fit_bonds: option "weights" is "duration", must be one of equal, inverse_squared_duration', 'unknown weights');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(1, 2)) FROM noisy', '22023',
	'nelson_siegel_fit_bonds: option "decay" is 1, so that bounds mean nothing', 'a decay and a bound');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay_lower => 3, decay_upper => 2)) FROM noisy',
	'22023', 'nelson_siegel_fit_bonds: option "decay_lower" is 3, must be below "decay_upper", 2', 'bounds the wrong way round');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(price)) FROM noisy', '22023',
	'nelson_siegel_fit_bonds: the options of a row differ from those of the rows before', 'two options in a group');
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(99, f) FROM generate_series(1, 101), (SELECT array_agg(ARRAY[k, 1]::float8[] ORDER BY k) f FROM generate_series(1, 10000) k) c$$,
	'54000', 'nelson_siegel_fit_bonds: 101 bonds have more than 1000000 cash flows', 'too many cash flows');
SELECT is((SELECT count(*) FROM fitted), 4::bigint, 'the session lives on');

-- ---- the same everywhere --------------------------------------------------------------------

CREATE TABLE bond (issuer int, number int, price float8, cashflows float8[]);
INSERT INTO bond SELECT issuer + 9 * k, row_number() OVER (), price + sin(k + price) * 0.3, cashflows FROM priced, generate_series(0, 9) k;
CREATE TABLE bond_by_issuer (LIKE bond) PARTITION BY HASH (issuer);
SELECT format('CREATE TABLE bond_by_issuer_%s PARTITION OF bond_by_issuer FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i)
FROM generate_series(0, 2) i \gexec
CREATE TABLE bond_by_number (LIKE bond) PARTITION BY RANGE (number);
CREATE TABLE bond_low PARTITION OF bond_by_number FOR VALUES FROM (0) TO (400);
CREATE TABLE bond_high PARTITION OF bond_by_number FOR VALUES FROM (400) TO (2000);
CREATE TABLE bond_none PARTITION OF bond_by_number FOR VALUES FROM (2000) TO (3000);
INSERT INTO bond_by_issuer SELECT * FROM bond;
INSERT INTO bond_by_number SELECT * FROM bond;
ANALYZE bond, bond_by_issuer, bond_by_number;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE serial AS
SELECT issuer, nelson_siegel_fit_bonds(price, cashflows, curve(4, -1, 1, 0.7), nelson_siegel_bonds_options(decay_upper => 5)) fit
FROM bond GROUP BY issuer;
CREATE FUNCTION same(source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s JOIN (SELECT issuer, nelson_siegel_fit_bonds(price, cashflows, curve(4, -1, 1, 0.7),
		nelson_siegel_bonds_options(decay_upper => 5)) fit FROM ' || source || ' GROUP BY issuer) p USING (issuer)
		WHERE p.fit::text = s.fit::text' INTO result;
	RETURN result;
END $$;
SELECT is((SELECT count(*) FROM serial), 90::bigint, 'curves fitted one by one');
SELECT is(same('(SELECT * FROM bond ORDER BY sin(number * 100)) b'), 90::bigint, 'shuffled rows: to the last bit');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same('bond_by_issuer'), 90::bigint, 'partition-wise: to the last bit');
SELECT is(same('bond_by_number'), 90::bigint, 'combined from partitions, one of them empty: to the last bit');
SELECT matches(plan_of('SELECT issuer, nelson_siegel_fit_bonds(price, cashflows) FROM bond_by_issuer GROUP BY issuer'),
	'Append\s+->  HashAggregate', 'EXPLAIN shows the partition-wise aggregate');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE bond SET (parallel_workers = 2);
SELECT is(same('bond'), 90::bigint, '2 workers: to the last bit');
SELECT matches(plan_of('SELECT issuer, nelson_siegel_fit_bonds(price, cashflows) FROM bond GROUP BY issuer'),
	'Workers Planned: 2\s.*Partial (Hash|Group)Aggregate', 'EXPLAIN shows Partial Aggregate');
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(CASE WHEN number < 300 THEN 0.5 ELSE 0.7 END)) FROM bond',
	'22023', 'nelson_siegel_fit_bonds: the options of a row differ from those of the rows before', 'two options are an error in parallel too');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT count(*) FROM (SELECT nelson_siegel_fit_bonds(price, cashflows) OVER (PARTITION BY issuer) fit FROM bond WHERE issuer < 5) w
	WHERE (fit).observations = 12), 48::bigint, 'as a window function');

-- ---- the state ------------------------------------------------------------------------------

CREATE AGGREGATE state_of(float8, float8[], nelson_siegel_curve, jsonb) (SFUNC = creditspread_internal.nelson_siegel_fit_bonds_transition, STYPE = creditspread_internal.bond_set);
CREATE AGGREGATE curve_of(creditspread_internal.bond_set) (SFUNC = creditspread_internal.bond_set_combine, STYPE = creditspread_internal.bond_set, FINALFUNC = creditspread_internal.nelson_siegel_fit_bonds_final);
CREATE TEMPORARY TABLE part AS
SELECT issuer, part, state_of(price, cashflows, curve(4, -1, 1, 0.7), nelson_siegel_bonds_options(decay_upper => 5)) AS state
FROM (SELECT *, number % 5 part FROM bond UNION ALL SELECT issuer, 0, NULL, '{{1,1}}', 9 FROM bond) q GROUP BY issuer, part;
SELECT is((SELECT count(*) FROM (SELECT issuer, curve_of(state ORDER BY part DESC) fit FROM part GROUP BY issuer) p JOIN serial s USING (issuer)
	WHERE p.fit::text = s.fit::text), 90::bigint, 'curves from states of parts, NULL among them');
SELECT is((SELECT count(*) FROM (SELECT issuer, curve_of(state::text::creditspread_internal.bond_set) fit FROM part GROUP BY issuer) p JOIN serial s USING (issuer)
	WHERE p.fit::text = s.fit::text), 90::bigint, 'states keep their text form');
CREATE TEMPORARY TABLE part_copy (LIKE part);
DO $$
BEGIN
	EXECUTE format('COPY part TO %L (FORMAT binary)', current_setting('data_directory') || '/bond_set.copy');
	EXECUTE format('COPY part_copy FROM %L (FORMAT binary)', current_setting('data_directory') || '/bond_set.copy');
END $$;
SELECT results_eq('SELECT issuer, part, state::text FROM part_copy ORDER BY 1, 2', 'SELECT issuer, part, state::text FROM part ORDER BY 1, 2',
	'states keep their binary form');
CREATE TEMPORARY TABLE small AS SELECT hexadecimal(state_of(101, '{{1,2},{2,102}}', curve(0, 0, 0, 1), NULL)::text) state;
SELECT is(state, '\x02000000' || '00000000' || '0000000000000001' || '0a01' || '000201' || '006400010165',
	'the binary form: version, no time, no columns, options, bonds; that all have 5 numbers or up to 255 more, which are 1 or up to 255 more; price, times, amounts') FROM small;
SELECT throws_ok(format('SELECT %L::creditspread_internal.bond_set', left(state, length(state) - n)), '22P03', NULL, 'a state cut short by ' || n / 2 || ' bytes')
FROM small, unnest('{2,8}'::int[]) n;
-- values that are all alike take bytes, so that a short text is not a state of gigabytes
SELECT is(hexadecimal(one), '\x02000000' || '00000000' || '0000000000000001' || '0601' || '000201' || '00000000', 'equal values take a byte each')
FROM (SELECT state_of(1, '{{1,1}}', curve(0, 0, 0, 1), NULL)::text AS one) s;
SELECT throws_ok($$SELECT '\x020000000000000000000000000180b6e57f0100020000'::creditspread_internal.bond_set$$, '22P03', 'invalid form of the rows of a bond_set', '134 million values of no bytes');
-- any byte changed: refused, or a state that still holds
CREATE FUNCTION survives(state text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM curve_of(s) FROM (SELECT state::creditspread_internal.bond_set UNION ALL SELECT state::creditspread_internal.bond_set) t(s);
	RETURN true;
EXCEPTION WHEN internal_error OR program_limit_exceeded THEN
	RETURN false;
WHEN others THEN
	RETURN true;
END $$;
SELECT is((SELECT count(*) FROM small, generate_series(3, length(state) - 1, 2) place, unnest('{00,01,7f,80,ff}'::text[]) byte
	WHERE NOT survives(overlay(state placing byte from place for 2))), 0::bigint, 'no changed byte of a state does harm');
SELECT throws_ok('SELECT creditspread_internal.nelson_siegel_fit_bonds_transition(state, 1, ''{{1,1}}'') FROM part', '42809',
	'nelson_siegel_fit_bonds must be called as an aggregate', 'the transition function outside of an aggregate');

-- ---- stopping -------------------------------------------------------------------------------

CREATE AGGREGATE plain_state(float8, float8[]) (SFUNC = creditspread_internal.nelson_siegel_fit_bonds_transition, STYPE = creditspread_internal.bond_set);
CREATE TEMPORARY TABLE many AS SELECT 100 + sin(b) AS price, f AS cashflows FROM generate_series(1, 9500) b,
	LATERAL (SELECT array_agg(ARRAY[k / 4.0 + b / 38000.0, 1 + CASE k WHEN 100 THEN 99 ELSE 0 END]::float8[] ORDER BY k) f FROM generate_series(1, 100) k) c;
\ir stops.psql
SELECT stops('creditspread_internal.nelson_siegel_fit_bonds_final(s)', $$SELECT plain_state(price, cashflows) AS s FROM noisy$$);
SET LOCAL creditspread.max_model_memory = '1MB';
SELECT throws_ok('SELECT nelson_siegel_fit_bonds(price, cashflows) FROM many', '53200', NULL, 'memory over the limit is refused');

SELECT * FROM finish();
ROLLBACK;

-- hazard_fit and the functions of a hazard_curve; curve_residuals and Huber's loss.

BEGIN;
\ir helpers.psql
SELECT plan(121);
\ir ../golden/hazard.sql

CREATE FUNCTION hazard(knots float8[], hazards float8[], recovery float8) RETURNS hazard_curve
LANGUAGE sql IMMUTABLE AS $$ SELECT ROW(knots, hazards, recovery, 0, 1, false, true)::hazard_curve $$;
CREATE TEMPORARY TABLE priced AS SELECT * FROM golden_issuer_bond JOIN golden_issuer USING (issuer);

-- ---- right ----------------------------------------------------------------------------------

SELECT ok(bool_and(near(hazard_price(cashflows, riskfree, hazard(knots, hazards, recovery)), dirty_price, CASE issuer WHEN 'near default' THEN 5e-5 ELSE 2e-6 END, 1e-3)),
	'prices of ' || issuer || ' by quadrature') FROM priced GROUP BY issuer ORDER BY issuer;
CREATE TEMPORARY TABLE fitted AS
SELECT issuer, (array_agg(riskfree))[1] AS riskfree, max(hazards) AS truth, hazard_fit(dirty_price, cashflows, riskfree, hazard_options(recovery => recovery)) AS given,
	hazard_fit(dirty_price, cashflows, riskfree) AS free, hazard_fit(dirty_price, cashflows, riskfree, hazard_options(weights => 'inverse_squared_duration', recovery => recovery)) AS weighted,
	hazard_fit(1e6 * dirty_price, (SELECT array_agg(ARRAY[cashflows[k][1], 1e6 * cashflows[k][2]] ORDER BY k) FROM generate_series(1, array_length(cashflows, 1)) k),
		riskfree, hazard_options(recovery => recovery, face => 1e8)) AS million
FROM priced GROUP BY issuer;
SELECT ok((given).knots = '{3,7,20}' AND bool_and(near((given).hazards[j], truth[j], CASE issuer WHEN 'near default' THEN 1e-2 ELSE 1e-4 END, 1e-3)
	AND near((weighted).hazards[j], truth[j], CASE issuer WHEN 'near default' THEN 1e-2 ELSE 1e-4 END, 1e-3)), 'the hazards of ' || issuer || ' come back')
FROM fitted, generate_series(1, 3) j GROUP BY issuer, given ORDER BY issuer;
SELECT ok(bool_and(near((million).hazards[j], (given).hazards[j], 1e-6, 1e-3)) AND near((million).rmse, 1e6 * (given).rmse, 1e-3, 1e-3), 'in any money: ' || issuer)
FROM fitted, generate_series(1, 3) j GROUP BY issuer, million, given ORDER BY issuer;
SELECT ok((free).recovery = 0.4, 'a recovery of 0.4 where nothing else is said: ' || issuer) FROM fitted WHERE issuer <> 'near default' ORDER BY issuer;
SELECT ok(near((free).recovery, 0.1, 1e-2, 1e-3) AND (free).rmse < 0.01 AND (given).rmse < 0.01 AND (free).observations = 9, 'bonds at 20 are priced, their recovery follows') FROM fitted WHERE issuer = 'near default';
-- one rate and flat curves have a closed form
SELECT ok(near(hazard_price('{{1,100}}', nelson_siegel_curve(5, 0, 0, 1), hazard('{1}', '{3}', 0.4)), 100 * exp(-0.08) + 40 * 0.03 / 0.08 * (1 - exp(-0.08)), 1e-6, 1e-3), 'a closed form');
SELECT ok(near(hazard_spread(hazard('{1}', '{3}', 0), nelson_siegel_curve(5, 0, 0, 1), t), 3, 1e-9, 1e-3), 'without recovery the spread is the hazard') FROM unnest('{0,0.01,1,7.3,50}'::float8[]) t;
SELECT ok(near(hazard_spread(hazard('{1}', '{3}', 0.4), nelson_siegel_curve(5, 0, 0, 1), 0), 1.8, 1e-12, 1e-3) AND near(hazard_spread(hazard('{1}', '{3}', 0.4), nelson_siegel_curve(5, 0, 0, 1), 1e-6), 1.8, 1e-5, 1e-3),
	'at once it is the expected loss');
SELECT ok(near(survival_probability(h, t) + default_probability(h, t), 1, 1e-12, 1e-3) AND near(survival_probability(h, t), exp(-least(t, 2) * 0.01 - greatest(t - 2, 0) * 0.05), 1e-12, 1e-3), 'survival for ' || t || ' years')
FROM (SELECT hazard('{2,5}', '{1,5}', 0.4) h) x, unnest('{0,1e-12,1,2,4,9}'::float8[]) t;
SELECT ok(near(default_probability(hazard('{2,5}', '{1,5}', 0.4), 1e-12), 1e-14, 1e-9, 1e-3), 'small probabilities keep their digits');
SELECT ok((f).hazards = '{0,0,0}' AND (f).at_bound AND (f).converged, 'bonds ' || k || ' times above risk-free have no hazard, and say so')
FROM (SELECT k, hazard_fit(k * bond_price(cashflows, riskfree), cashflows, riskfree) f FROM priced, unnest('{1.02,2}'::float8[]) k WHERE issuer = 'good' GROUP BY k) x ORDER BY k;
SELECT is(hazard_spread(hazard('{1}', '{10000}', 0), nelson_siegel_curve(5, 0, 0, 1), 30), 10000::float8, 'also where no survival is left');
SELECT is((SELECT array_length((hazard_fit(dirty_price, cashflows, riskfree)).knots, 1) FROM (SELECT * FROM priced WHERE issuer = 'good' ORDER BY cashflows[1][1] LIMIT n) p),
	e, n || ' bonds have ' || e || ' intervals') FROM (VALUES (1, 1), (2, 1), (3, 2), (6, 3)) v(n, e);
SELECT ok(near(hazard_price(cashflows, riskfree, f), dirty_price, 1e-9, 1e-3), 'one bond is priced exactly')
FROM (SELECT cashflows, riskfree, dirty_price, hazard_fit(dirty_price, cashflows, riskfree) OVER (PARTITION BY cashflows) f FROM priced WHERE issuer = 'poor') x;

CREATE TEMPORARY TABLE humped AS SELECT issuer, dirty_price, cashflows, riskfree, svensson_curve((riskfree).level, (riskfree).slope, (riskfree).curvature, 0, (riskfree).decay, 0.2) AS flat,
	svensson_curve((riskfree).level, (riskfree).slope, (riskfree).curvature, 1, (riskfree).decay, 0.2) AS hump FROM priced;
SELECT is((hazard_fit(dirty_price, cashflows, flat)).hazards::text, (hazard_fit(dirty_price, cashflows, riskfree)).hazards::text, 'a Svensson curve without a second hump') FROM humped WHERE issuer = 'poor';
SELECT ok(bool_and(near(hazard_price(cashflows, hump, h), bond_price(cashflows, hump), 1e-9, 1e-3) AND near(hazard_price(cashflows, flat, k), hazard_price(cashflows, riskfree, k), 1e-12, 1e-3)
	AND near(hazard_spread(k, flat, 5), hazard_spread(k, riskfree, 5), 1e-12, 1e-3) AND hazard_spread(k, hump, 5) <> hazard_spread(k, riskfree, 5)), 'prices and spreads over Svensson curves')
FROM humped, hazard('{3}', '{0}', 0.4) h, hazard('{2,5}', '{1,5}', 0.4) k;

-- ---- bad input ------------------------------------------------------------------------------

SELECT is((SELECT hazard_fit(dirty_price, cashflows, riskfree) FROM priced WHERE false), NULL, 'no rows give NULL');
SELECT is((SELECT hazard_fit(NULL, cashflows, riskfree) FROM priced), NULL, 'no prices give NULL');
SELECT is((SELECT hazard_fit(NULL, NULL, NULL::nelson_siegel_curve) FROM priced), NULL, 'nothing at all gives NULL, too');
SELECT is(hazard_fit(CASE WHEN n = 0 THEN dirty_price END, CASE WHEN n < 2 THEN cashflows END, CASE WHEN n < 3 THEN riskfree END)::text, hazard_fit(dirty_price, cashflows, riskfree) FILTER (WHERE n = 0)::text,
	'rows without a price are left out, whatever else is NULL') FROM priced, generate_series(0, 3) n WHERE issuer = 'good';
SELECT is((hazard_fit(dirty_price, cashflows, riskfree)).converged, true, 'the search ended: ' || issuer) FROM priced GROUP BY issuer ORDER BY issuer;
SELECT throws_ok('SELECT hazard_fit(dirty_price, cashflows, NULL::nelson_siegel_curve) FROM priced', '22004', 'hazard_fit: the risk-free curve is NULL', 'no curve');
SELECT throws_ok('SELECT hazard_fit(dirty_price, NULL, riskfree) FROM priced', '22004', 'cashflows is NULL', 'no cash flows');
SELECT throws_ok($$SELECT hazard_fit('NaN', cashflows, riskfree) FROM priced$$, '22003', 'dirty_price is NaN', 'a NaN price');
SELECT throws_ok($$SELECT hazard_fit(dirty_price, cashflows, riskfree, hazard_options(recovery => 0.9)) FROM priced WHERE issuer = 'near default'$$, '22023',
	'hazard_fit: a price is not above the recovery, 0.9 of 100', 'a recovery above a price');
SELECT throws_ok($$SELECT hazard_fit(dirty_price, cashflows, riskfree, hazard_options(intervals => 4)) FROM (SELECT * FROM priced LIMIT 3) p$$, '22023',
	'hazard_fit: 4 intervals need as many different maturities, 3 bonds have 3', 'too few maturities');
SELECT throws_ok($$SELECT hazard_fit(dirty_price, cashflows, riskfree, hazard_options(recovery => 1)) FROM priced$$, '22023', NULL, 'a recovery of everything');
SELECT is(eval, NULL, 'NULL by on_error: ' || what) FROM (
	SELECT 'too few maturities' what, hazard_fit(dirty_price, cashflows, riskfree, hazard_options(intervals => 4, on_error => 'null')) eval FROM (SELECT * FROM priced LIMIT 3) p
	UNION ALL SELECT 'a recovery above a price', hazard_fit(dirty_price, cashflows, riskfree, hazard_options(recovery => 0.9, on_error => 'null')) FROM priced WHERE issuer = 'near default'
	UNION ALL SELECT 'a curve that is NULL', hazard_fit(dirty_price, cashflows, CASE WHEN cashflows[1][1] < 1 THEN riskfree END, hazard_options(on_error => 'null')) FROM priced WHERE issuer = 'good'
	UNION ALL SELECT 'a Svensson curve that is NULL', hazard_fit(dirty_price, cashflows, NULL::svensson_curve, hazard_options(on_error => 'null')) FROM priced
	UNION ALL SELECT 'a price that no yield gives', hazard_fit(1e300, '{{1e-3,1}}', nelson_siegel_curve(1, 0, 0, 1), hazard_options(weights => 'inverse_squared_duration', on_error => 'null'))
	UNION ALL SELECT 'an overflow', hazard_fit(1e300, cashflows, riskfree, hazard_options(on_error => 'null')) FROM priced) v;
SELECT is((SELECT count(f) FROM (SELECT hazard_fit(dirty_price, cashflows, riskfree, hazard_options(recovery => 0.5, on_error => 'null')) f FROM priced GROUP BY issuer) g),
	(SELECT count(DISTINCT issuer) - 1 FROM priced), 'one issuer does not end the statement of the others');
SELECT is(hazard_fit(dirty_price, cashflows, riskfree, hazard_options(on_error => 'null'))::text, hazard_fit(dirty_price, cashflows, riskfree)::text, 'what can be fitted is') FROM priced WHERE issuer = 'good';
SELECT throws_ok($$SELECT hazard_fit('NaN', cashflows, riskfree, hazard_options(on_error => 'null')) FROM priced$$, '22003', 'dirty_price is NaN', 'NaN is an error whatever on_error says');
SELECT throws_ok($$SELECT hazard_fit(dirty_price, cashflows, riskfree, '{"on_error": "null", "face": -1}') FROM priced$$, '22023', NULL, 'and so is a wrong option');
SELECT throws_ok($$SELECT hazard_fit(100, '{{1e5,200}}', nelson_siegel_curve(1,0,0,1))$$, '54000', NULL, 'a bond of a thousand centuries');
SELECT throws_ok(format('SELECT survival_probability(hazard(%L, %L, %L), 1)', k, z, r), state, NULL, 'no hazard_curve: ' || coalesce(k, 'NULL') || ' ' || z || ' ' || r)
FROM (VALUES ('{1,1}', '{1,1}', '0.4', '22023'), ('{0}', '{1}', '0.4', '22023'), ('{1}', '{-1}', '0.4', '22023'), ('{1}', '{1}', '1', '22023'), ('{1}', '{1}', 'NaN', '22003'),
	('{1}', '{NaN}', '0.4', '22003'), ('{}', '{}', '0.4', '2202E'), ('{1,2}', '{1}', '0.4', '2202E'), ('{1,2,3,4,5}', '{1,2,3,4,5}', '0.4', '2202E'), (NULL, '{1}', '0.4', '22004')) v(k, z, r, state);
SELECT throws_ok('SELECT survival_probability(hazard(''{1}'', ''{1}'', 0), -1)', '22023', 'maturity is -1, must not be negative', 'the past');
SELECT is(survival_probability(NULL, 1), NULL, 'NULL gives NULL');

-- ---- the same everywhere --------------------------------------------------------------------

CREATE TABLE issue (issuer text, number int, dirty_price float8, cashflows float8[], riskfree nelson_siegel_curve);
INSERT INTO issue SELECT issuer || k, row_number() OVER (), dirty_price + 0.3 * sin(k + dirty_price), cashflows, riskfree FROM priced, generate_series(1, 10) k WHERE issuer <> 'near default';
CREATE TEMPORARY TABLE serial AS SELECT issuer, hazard_fit(dirty_price, cashflows, riskfree)::text fit FROM issue GROUP BY issuer;
SELECT results_eq('SELECT issuer, hazard_fit(dirty_price, cashflows, riskfree)::text FROM (SELECT * FROM issue ORDER BY sin(number)) i GROUP BY issuer ORDER BY 1', 'SELECT * FROM serial ORDER BY 1', 'shuffled');
CREATE AGGREGATE state_of(float8, float8[], nelson_siegel_curve) (SFUNC = creditspread_internal.hazard_fit_transition, STYPE = creditspread_internal.hazard_set);
CREATE AGGREGATE fit_of(creditspread_internal.hazard_set) (SFUNC = creditspread_internal.hazard_set_combine, STYPE = creditspread_internal.hazard_set, FINALFUNC = creditspread_internal.hazard_fit_final);
SELECT results_eq('SELECT issuer, fit_of(s::text::creditspread_internal.hazard_set)::text FROM (SELECT issuer, state_of(dirty_price, cashflows, riskfree) s FROM issue GROUP BY issuer, number % 4
	UNION ALL SELECT issuer, NULL FROM serial) p GROUP BY issuer ORDER BY 1', 'SELECT * FROM serial ORDER BY 1', 'combined from states as text, NULL among them');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE issue SET (parallel_workers = 2);
SELECT results_eq('SELECT issuer, hazard_fit(dirty_price, cashflows, riskfree)::text FROM issue GROUP BY issuer ORDER BY 1', 'SELECT * FROM serial ORDER BY 1', '2 workers');
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE small AS SELECT hexadecimal(state_of(101, '{{1,2},{2,102}}', nelson_siegel_curve(1, 0, 0, 1))::text) state;
CREATE FUNCTION survives(state text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM fit_of(s) FROM (SELECT state::creditspread_internal.hazard_set UNION ALL SELECT state::creditspread_internal.hazard_set) t(s);
	RETURN true;
EXCEPTION WHEN internal_error OR program_limit_exceeded THEN
	RETURN SQLERRM LIKE '%ends in%';
WHEN others THEN
	RETURN true;
END $$;
SELECT is((SELECT count(*) FROM small, generate_series(3, length(state) - 1, 2) place, unnest('{00,01,7f,80,ff}'::text[]) byte
	WHERE NOT survives(overlay(state placing byte from place for 2))), 0::bigint, 'no changed byte of a state does harm');
\ir stops.psql
SELECT stops('creditspread_internal.hazard_fit_final(s)', 'SELECT state_of(dirty_price, cashflows, riskfree) AS s FROM priced');

-- ---- residuals ------------------------------------------------------------------------------

CREATE TEMPORARY TABLE market AS SELECT nelson_siegel_curve(4, -1.5, 1, 0.7) AS curve, nelson_siegel_curve(1.2, -0.4, 0.6, 0.7) AS spread;
SELECT ok(near(fitted_price, bond_price(cashflows, curve), 1e-12, 1e-3) AND near(price_residual, dirty_price - bond_price(cashflows, curve), 1e-9, 1e-3)
	AND near(yield_residual, yield_to_maturity(dirty_price, cashflows) - yield_to_maturity(bond_price(cashflows, curve), cashflows), 1e-9, 1e-3)
	AND near(spread_residual, z_spread(dirty_price, cashflows, curve), 1e-9, 1e-3), 'residuals of a bond at ' || round(dirty_price::numeric, 1))
FROM priced, market, curve_residuals(dirty_price, cashflows, curve) WHERE issuer = 'poor';
SELECT ok(near(price_residual, 0.5, 1e-9, 1e-3) AND yield_residual < 0 AND spread_residual < 0, 'a rich bond over a spread curve')
FROM priced, market, curve_residuals(0.5 + bond_price(cashflows, curve, spread), cashflows, curve, spread) WHERE issuer = 'poor';

-- ---- spreads over curves --------------------------------------------------------------------

CREATE TEMPORARY TABLE one AS SELECT 97.3::float8 AS price, '{{0.4,4},{1.4,4},{2.4,4},{3.4,4},{4.4,104}}'::float8[] AS cashflows, curve,
	'{{0,1},{1,1.5},{2,2},{5,2.75},{10,3.25}}'::float8[] AS zeros FROM market;
SELECT ok(near(spread_duration(price, cashflows, curve), (bond_price(cashflows, curve, nelson_siegel_curve(z - 1e-4, 0, 0, 1)) - bond_price(cashflows, curve, nelson_siegel_curve(z + 1e-4, 0, 0, 1)))
	/ 2e-4 * 100 / price, 1e-7, 1e-3), 'the spread duration is a derivative') FROM one, z_spread(price, cashflows, curve) z;
CREATE FUNCTION value_at(flows float8[], zeros float8[], z float8, m int) RETURNS float8 LANGUAGE sql AS $$
	SELECT sum(flows[k][2] * (1 + (m * (exp(y / 100 / m) - 1) * 100 + z) / 100 / m) ^ (-m * flows[k][1])) FROM generate_series(1, array_length(flows, 1)) k,
		LATERAL (SELECT -100 / flows[k][1] * ln(bond_price(ARRAY[[flows[k][1], 1]]::float8[], zeros)) y) c $$;
SELECT ok(near(value_at(cashflows, zeros, z_spread(price, cashflows, zeros, m), m), price, 1e-10, 1e-3)
	AND near(spread_duration(price, cashflows, zeros, m), (value_at(cashflows, zeros, z_spread(price, cashflows, zeros, m) - 1e-4, m)
		- value_at(cashflows, zeros, z_spread(price, cashflows, zeros, m) + 1e-4, m)) / 2e-4 * 100 / price, 1e-6, 1e-3), 'compounded ' || m || ' times a year') FROM one, unnest('{1,2,12}'::int[]) m;
SELECT ok(near((SELECT sum(d) FROM unnest(key_rate_duration(price, cashflows, curve, '{0.5,1,2,3,5,10}')) d), spread_duration(price, cashflows, curve), 1e-10, 1e-3),
	'key-rate durations add up to the duration') FROM one;
SELECT ok(bool_and(near(d, (price - bond_price(cashflows, over.shifted)) / 1e-4 * 100 / price, 1e-3, 1e-3)), 'each is a derivative by a tent')
FROM one, z_spread(price, cashflows, zeros) z, unnest(key_rate_duration(price, cashflows, zeros, '{0,1,2,5,10}')) WITH ORDINALITY k(d, j),
	LATERAL (SELECT array_agg(ARRAY[zeros[i][1], zeros[i][2] + z + CASE i WHEN j THEN 1e-4 ELSE 0 END] ORDER BY i) shifted FROM generate_series(1, 5) i) over
WHERE d > 1e-3;
SELECT ok(near(g_spread(price, cashflows, curve, 1), yield_to_maturity(price, cashflows, 1) - nelson_siegel_par_yield(curve, 4.4, 1), 1e-10, 1e-3)
	AND near(i_spread(price, cashflows, zeros, 1), yield_to_maturity(price, cashflows, 1) - (2 + 0.75 * 2.4 / 3), 1e-10, 1e-3), 'g- and i-spread') FROM one;
SELECT ok(near(asset_swap_spread(price, cashflows, curve, 1), 100 * (bond_price(cashflows, curve) - price)
	/ (100 * (0.4 * nelson_siegel_discount(curve, 0.4) + nelson_siegel_discount(curve, 1.4) + nelson_siegel_discount(curve, 2.4) + nelson_siegel_discount(curve, 3.4)
	+ nelson_siegel_discount(curve, 4.4))), 1e-10, 1e-3), 'the par asset-swap spread') FROM one;
SELECT ok(near(g_spread(bond_price(f, zeros), f, zeros, 1), 0, 1e-9, 1e-3), 'a par bond of the curve has no g-spread')
FROM one, LATERAL (SELECT ARRAY[[1, c], [2, c], [3, c], [4, 100 + c]]::float8[] f FROM (SELECT 100 * (1 - bond_price('{{4,1}}', zeros)) / bond_price('{{1,1},{2,1},{3,1},{4,1}}', zeros) c) x) y;

-- ---- Huber's loss ---------------------------------------------------------------------------

CREATE TEMPORARY TABLE quoted AS SELECT n, f AS cashflows, bond_price(f, curve, spread) + 0.1 * sin(n * 7) AS price, curve, spread
FROM market, generate_series(1, 12) n, LATERAL (SELECT bond_cashflows('2020-06-15', ('2020-06-15'::date + interval '11 months' * n)::date, 3 + n % 4, 2, times => 'ACT/365.25') f) b;
CREATE FUNCTION far_off(fit nelson_siegel_curve, truth nelson_siegel_curve) RETURNS float8 LANGUAGE sql AS $$
	SELECT max(abs(nelson_siegel_yield(fit, t) - nelson_siegel_yield(truth, t))) FROM generate_series(1, 10) t $$;
CREATE TEMPORARY TABLE robust AS
SELECT bad, weights, far_off(nelson_siegel_fit_bonds(CASE WHEN n = bad THEN 20 ELSE price END, cashflows, curve, nelson_siegel_bonds_options(decay => 0.7, weights => weights, loss => 'huber')), (array_agg(spread))[1]) AS huber,
	far_off(nelson_siegel_fit_bonds(CASE WHEN n = bad THEN 20 ELSE price END, cashflows, curve, nelson_siegel_bonds_options(decay => 0.7, weights => weights)), (array_agg(spread))[1]) AS squares,
	far_off(nelson_siegel_fit_bonds(price, cashflows, curve, nelson_siegel_bonds_options(decay => 0.7, weights => weights)) FILTER (WHERE n <> bad), (array_agg(spread))[1]) AS without
FROM (SELECT n, cashflows, price, curve, spread FROM quoted) q, generate_series(1, 12) bad, unnest('{equal,inverse_squared_duration}'::text[]) weights GROUP BY bad, weights;
SELECT cmp_ok(max(huber), '<', 0.14::float8, 'a bond at 20, whichever it is, hardly moves the curve: ' || weights) FROM robust GROUP BY weights ORDER BY weights;
SELECT cmp_ok((SELECT max(far_off(fit, spread)) FROM (SELECT nelson_siegel_fit_bonds(CASE WHEN n = bad THEN k * price ELSE price END, cashflows, curve, nelson_siegel_bonds_options(decay => 0.7, loss => 'huber')) AS fit, (array_agg(spread))[1] AS spread
	FROM quoted, generate_series(1, 12) bad, unnest('{1e-6,0.01,100,1e4,1e6}'::float8[]) k GROUP BY bad, k) f), '<', 0.33::float8, 'nor does a price with its decimal point elsewhere');
\ir ../golden/nelson_siegel_huber.sql
SELECT ok(bool_and(near((f).level, level, 1e-6, 1e-3) AND near((f).slope, slope, 1e-6, 1e-3) AND near((f).curvature, curvature, 1e-6, 1e-3)), 'scipy''s minimum: ' || weights)
FROM golden_huber_curve g, LATERAL (SELECT nelson_siegel_fit_bonds(dirty_price, cashflows, nelson_siegel_bonds_options(decay => g.decay, weights => g.weights, loss => 'huber')) f
	FROM golden_huber_bond b WHERE b.issuer = g.issuer) x GROUP BY weights ORDER BY weights;
SELECT cmp_ok(min(squares), '>', 2::float8, 'which squares let it do') FROM robust;
SELECT ok(near((h).level, (s).level, 1e-6, 1e-3) AND near((h).curvature, (s).curvature, 1e-6, 1e-3), 'without errors both are the same')
FROM (SELECT nelson_siegel_fit_bonds(bond_price(cashflows, spread), cashflows, nelson_siegel_bonds_options(decay => 0.7, loss => 'huber')) h,
	nelson_siegel_fit_bonds(bond_price(cashflows, spread), cashflows, nelson_siegel_bonds_options(decay => 0.7)) s FROM quoted) x;
SELECT ok(near((h).level, (s).level, 1e-7, 1e-3), 'a threshold that nothing passes gives squares')
FROM (SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay => 0.7, loss => 'huber', huber_threshold => 1000)) h,
	nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(decay => 0.7)) s FROM quoted) x;
SELECT throws_ok($$SELECT nelson_siegel_fit_bonds(price, cashflows, nelson_siegel_bonds_options(loss => 'tukey')) FROM quoted$$, '22023',
	'nelson_siegel_fit_bonds: option "loss" is "tukey", must be one of squared, huber', 'another loss');

SELECT * FROM finish();
ROLLBACK;

-- M1 to M6 and the random walk on ten made-up markets, seeds 2 to 11 of sample_bond_market: the way of
-- docs/bond_market.md, whose market is that of seed 1, with its split.  Nothing is read.
--
--	psql -f bond_market_seeds.sql
--
-- Spreads of five years six months ahead, fitted to what was known before 2017, forecast for 2017: mean absolute
-- errors, percent.
\set QUIET on
\pset footer off
SET client_min_messages = warning;

CREATE TEMP TABLE quote AS
SELECT seed, q.*, clean_price + accrued_interest(day, maturity_date, coupon_rate, frequency) AS dirty_price,
	   bond_cashflows(day, maturity_date, coupon_rate, frequency, times => 'ACT/365.25') AS cashflows
FROM generate_series(2, 11) AS seed, sample_bond_market(seed) AS q;

CREATE TEMP TABLE riskfree AS
SELECT seed, day, nelson_siegel_fit_bonds(dirty_price, cashflows, nelson_siegel_bonds_options(decay => 0.7308)) AS curve
FROM quote WHERE issuer = 'government' GROUP BY seed, day;

CREATE TEMP TABLE spread_curve AS
SELECT seed, issuer, day, riskfree.curve AS riskfree,
	   nelson_siegel_fit_bonds(dirty_price, cashflows, riskfree.curve, nelson_siegel_bonds_options(decay => 0.7308)) AS curve
FROM quote JOIN riskfree USING (seed, day) WHERE issuer <> 'government'
GROUP BY seed, issuer, day, riskfree.curve;

CREATE TEMP TABLE terms AS
SELECT c.seed, c.issuer, day, row_number() OVER w AS t, spread, lead(spread, 6) OVER w AS ahead,
	   b, lag(b) OVER w AS b1, f, economy.variables AS macro, own.variables AS firm
FROM (SELECT *, nelson_siegel_yield(curve, 5) AS spread, ARRAY[(curve).level, (curve).slope, (curve).curvature] AS b,
			 ARRAY[(riskfree).level, (riskfree).slope, (riskfree).curvature] AS f FROM spread_curve) AS c
JOIN (SELECT seed, f.* FROM generate_series(2, 11) AS seed, sample_bond_market_factors(seed) AS f) AS own USING (seed, issuer, day)
JOIN (SELECT seed, f.* FROM generate_series(2, 11) AS seed, sample_bond_market_factors(seed, 0) AS f) AS economy USING (seed, day)
WINDOW w AS (PARTITION BY c.seed, c.issuer ORDER BY day);

CREATE TEMP TABLE model_terms AS
SELECT seed, model, issuer, day, t, spread, ahead, b, x, outside
FROM terms, LATERAL (VALUES ('M1', b || b1 || f, f), ('M2', b || b1 || f || macro, f || macro),
							('M3', b || b1 || f || macro || firm, f || macro || firm)) AS v (model, x, outside)
WHERE b1 IS NOT NULL;

CREATE TEMP TABLE fitted AS
SELECT seed, model, panel_regression(issuer, day, ahead, x) AS r
FROM model_terms WHERE day + interval '6 months' < '2017-01-01' GROUP BY seed, model;
CREATE TEMP TABLE fitted_factors AS
SELECT seed, 'M' || right(model, 1)::int + 3 AS model, issuer, var_fit(t, b, outside, var_options(lags => 2, horizon => 6)) AS v
FROM model_terms WHERE day < '2017-01-01' GROUP BY seed, model, issuer;

CREATE TEMP TABLE forecast AS
SELECT seed, model, day, ahead, panel_predict(r, issuer, x) AS forecast FROM model_terms JOIN fitted USING (seed, model)
UNION ALL
SELECT seed, model, day, ahead, nelson_siegel_yield(nelson_siegel_curve(f[1], f[2], f[3], 0.7308), 5)
FROM (SELECT seed, f.model, day, ahead, (var_forecast(v, b, outside) OVER (PARTITION BY seed, f.model, issuer ORDER BY t)).forecast AS f
	  FROM model_terms AS m JOIN fitted_factors AS f USING (seed, issuer) WHERE f.model = 'M' || right(m.model, 1)::int + 3) AS v
WHERE f IS NOT NULL
UNION ALL
SELECT seed, 'random walk', day, ahead, spread FROM terms;

CREATE TEMP TABLE error AS
SELECT seed, model, mae(ahead, forecast) AS mae
FROM forecast WHERE day + interval '6 months' >= '2017-01-01' AND ahead IS NOT NULL GROUP BY seed, model;

\echo 'mean absolute errors over ten markets, and in how many M1 has the smaller one'
SELECT e.model, round(avg(e.mae)::numeric, 4) AS mae, round(min(e.mae)::numeric, 4) AS lowest, round(max(e.mae)::numeric, 4) AS highest,
	   round(avg(e.mae / m1.mae)::numeric, 3) AS over_m1, count(*) FILTER (WHERE m1.mae < e.mae) AS m1_better, count(*) FILTER (WHERE e.mae = best) AS best_of_all
FROM error AS e JOIN error AS m1 ON m1.seed = e.seed AND m1.model = 'M1'
JOIN (SELECT seed, min(mae) AS best FROM error GROUP BY seed) AS b ON b.seed = e.seed
GROUP BY e.model ORDER BY e.model;
\echo 'each'
SELECT seed, round(max(mae) FILTER (WHERE model = 'M1')::numeric, 4) AS m1, round(max(mae) FILTER (WHERE model = 'M2')::numeric, 4) AS m2,
	   round(max(mae) FILTER (WHERE model = 'M3')::numeric, 4) AS m3, round(max(mae) FILTER (WHERE model = 'random walk')::numeric, 4) AS random_walk
FROM error GROUP BY seed ORDER BY seed;

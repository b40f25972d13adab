\pset footer off
\pset null ''
SET client_min_messages = warning;
\echo
\echo '1. Real data: monthly US Treasury yields and Moody''s corporate yields, percent'
\echo

CREATE TABLE us_monthly (
	month date PRIMARY KEY,
	gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8, gs5 float8,
	gs7 float8, gs10 float8, gs20 float8, gs30 float8, aaa float8, baa float8
);
\copy us_monthly FROM 'docs/data/us_monthly_yields.csv' WITH (FORMAT csv, HEADER)

-- One row for each yield, as curves want them: maturities in years.
CREATE TABLE treasury_yield AS
SELECT month, maturity, yield
FROM us_monthly,
	 LATERAL (VALUES (1 / 12.0, gs1m), (0.25, gs3m), (0.5, gs6m), (1, gs1), (2, gs2), (3, gs3), (5, gs5),
					 (7, gs7), (10, gs10), (20, gs20), (30, gs30)) AS quote (maturity, yield)
WHERE yield IS NOT NULL;

-- The credit spread: Moody's Baa yield over the ten-year Treasury, in basis points.
CREATE TABLE baa_spread AS
SELECT month, (baa - gs10) * 100 AS spread FROM us_monthly;

SELECT count(*) AS months, min(month) AS first_month, max(month) AS last_month,
	   round(avg(spread)::numeric, 1) AS mean_spread_bp, round(min(spread)::numeric) AS lowest,
	   round(max(spread)::numeric) AS highest
FROM baa_spread;

-- A made-up market of government and corporate bonds whose curves move by known dynamics:
-- sample_bond_market, sample_bond_market_factors.

CREATE FUNCTION sample_bond_market(seed bigint DEFAULT 1, firms integer DEFAULT 30, months integer DEFAULT 72,
	OUT day date, OUT issuer text, OUT bond text, OUT issue_date date, OUT maturity_date date, OUT coupon_rate double precision,
	OUT frequency integer, OUT clean_price double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_bond_market' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 28000;
COMMENT ON FUNCTION sample_bond_market(bigint, integer, integer) IS
	'a made-up market of coupon bonds: quotes on the 15th of each month from January 2012, of the government and of firms (issuer, bond, issue and maturity date, coupon rate, coupons a year, clean price per 100, ACT/ACT); curves follow sample_bond_market_factors, quotes have errors of standard deviation 0.04 and 0.15, less in the last two years; seed at least 0, firms from 0 to 1000, months from 1 to 1200; fewer firms or months are the first of more';

CREATE FUNCTION sample_bond_market_factors(seed bigint DEFAULT 1, firms integer DEFAULT 30, months integer DEFAULT 72,
	OUT day date, OUT issuer text, OUT level double precision, OUT slope double precision, OUT curvature double precision, OUT variables double precision[])
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_bond_market_factors' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 2200;
COMMENT ON FUNCTION sample_bond_market_factors(bigint, integer, integer) IS
	'the truth of sample_bond_market: the factors of the risk-free curve (issuer government) and of each firm''s spread curve over it, Nelson-Siegel with decay 0.7308, and four variables, macroeconomic or of the firm, that act on nothing; arguments as of sample_bond_market';

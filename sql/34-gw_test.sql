-- The test of equal predictive ability of Giacomini and White: gw_test, gw_options.

CREATE TYPE gw_result AS (
	statistic double precision,
	p_value double precision,
	mean_loss_difference double precision,
	next_loss_difference double precision,
	observations bigint,
	better text
);
COMMENT ON TYPE gw_result IS 'what gw_test returns';
COMMENT ON COLUMN gw_result.statistic IS 'Wald statistic, never negative';
COMMENT ON COLUMN gw_result.p_value IS 'of equal predictive ability, by the chi-square distribution with 2 degrees of freedom, 1 where unconditional';
COMMENT ON COLUMN gw_result.mean_loss_difference IS 'mean loss of the first forecast less that of the second, in units of the loss';
COMMENT ON COLUMN gw_result.next_loss_difference IS 'the loss difference that the last row foretells for the time horizon rows later; the mean where unconditional';
COMMENT ON COLUMN gw_result.observations IS 'rows without NULL';
COMMENT ON COLUMN gw_result.better IS 'first or second, if its losses are foretold to be smaller and the p-value is below 0.05; else neither';

--@ options gw_options (gw) of gw_test

CREATE FUNCTION @internal@.gw_test_final(@internal@.creditspread_series) RETURNS gw_result
AS 'MODULE_PATHNAME', 'creditspread_gw_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_gw_test_transition
CREATE AGGREGATE gw_test("time" @time@, actual double precision, first double precision, second double precision [, options jsonb]) (
	SFUNC = @internal@.gw_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.gw_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gw_test(@time@, double precision, double precision, double precision [, jsonb]) IS
	'tests whether two forecasts have equal predictive ability, given what was known (Giacomini and White 2006): time, actual value, first and second forecast [, gw_options(...)]; rows in any order, those with a NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows for the horizon, losses that do not differ [, unknown option]';
--@ end

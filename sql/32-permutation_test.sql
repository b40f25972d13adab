-- Equal forecast accuracy by permutation: permutation_test, permutation_options.

CREATE TYPE permutation_result AS (
	mean_loss_difference double precision,
	p_value double precision,
	observations bigint,
	blocks bigint,
	permutations bigint,
	better text
);
COMMENT ON TYPE permutation_result IS 'what permutation_test returns';
COMMENT ON COLUMN permutation_result.mean_loss_difference IS 'mean loss of the first forecast less that of the second, in units of the loss';
COMMENT ON COLUMN permutation_result.p_value IS 'share of the permutations that are at least as extreme, by the alternative asked for';
COMMENT ON COLUMN permutation_result.observations IS 'number of times';
COMMENT ON COLUMN permutation_result.blocks IS 'number of blocks whose forecasts change places together';
COMMENT ON COLUMN permutation_result.permutations IS 'number of permutations gone through; 2^blocks if all were';
COMMENT ON COLUMN permutation_result.better IS 'first or second, if its losses are smaller and the two-sided p-value is below 0.05; else neither';

--@ options permutation_options (permutation) of permutation_test

CREATE FUNCTION @internal@.permutation_test_final(@internal@.creditspread_series) RETURNS permutation_result
AS 'MODULE_PATHNAME', 'creditspread_permutation_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_permutation_test_transition
CREATE AGGREGATE permutation_test("time" @time@, actual double precision, first double precision, second double precision [, options jsonb]) (
	SFUNC = @internal@.permutation_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.permutation_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE permutation_test(@time@, double precision, double precision, double precision [, jsonb]) IS
	'tests whether two forecasts of the same values are equally accurate, by exchanging them at random times, in blocks when they were made more than one time ahead: time, actual value, first and second forecast [, permutation_options(...)]; rows in any order, those with a NULL value are left out; errors: a NULL time, NaN or infinity, fewer than 2 times, a time twice';
--@ end

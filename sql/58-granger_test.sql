-- The test of Granger causality: granger_test, granger_options.

CREATE TYPE granger_result AS (
	statistic double precision,
	p_value double precision,
	lags integer,
	freedom bigint,
	observations bigint
);
COMMENT ON TYPE granger_result IS 'what granger_test returns';
COMMENT ON COLUMN granger_result.statistic IS 'F statistic of all lags of cause';
COMMENT ON COLUMN granger_result.p_value IS 'of a past of cause that says nothing of y, by the F distribution';
COMMENT ON COLUMN granger_result.lags IS 'of y and of cause, and degrees of freedom of the numerator';
COMMENT ON COLUMN granger_result.freedom IS 'degrees of freedom of the denominator';
COMMENT ON COLUMN granger_result.observations IS 'rows without NULL';

--@ options granger_options (granger) of granger_test

CREATE FUNCTION @internal@.granger_test_final(@internal@.creditspread_series) RETURNS granger_result
AS 'MODULE_PATHNAME', 'creditspread_granger_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_granger_test_transition
CREATE AGGREGATE granger_test("time" @time@, y double precision, cause double precision [, options jsonb]) (
	SFUNC = @internal@.granger_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.granger_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE granger_test(@time@, double precision, double precision [, jsonb]) IS
	'tests whether the past of cause says something of y that the past of y does not (Granger 1969): time, y, cause, each in any unit [, granger_options(...)]; rows in any order, taken as equally spaced, those with a NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows for the lags, a series constant, lags that follow from each other [, unknown option]';
--@ end

-- The test of equal forecast accuracy of Diebold and Mariano: dm_test, dm_options.

CREATE TYPE dm_result AS (
	statistic double precision,
	p_value double precision,
	mean_loss_difference double precision,
	observations bigint,
	better text
);
COMMENT ON TYPE dm_result IS 'what dm_test returns';
COMMENT ON COLUMN dm_result.statistic IS 'Diebold-Mariano statistic; negative when the first forecast has the smaller losses';
COMMENT ON COLUMN dm_result.p_value IS 'p-value of the alternative asked for, by the t distribution';
COMMENT ON COLUMN dm_result.mean_loss_difference IS 'mean loss of the first forecast less that of the second, in units of the loss';
COMMENT ON COLUMN dm_result.observations IS 'number of times';
COMMENT ON COLUMN dm_result.better IS 'first or second, if its losses are smaller and the two-sided p-value is below 0.05; else neither';

--@ options dm_options (dm) of dm_test

CREATE FUNCTION @internal@.dm_test_final(@internal@.creditspread_series) RETURNS dm_result
AS 'MODULE_PATHNAME', 'creditspread_dm_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time
--@ transition creditspread_dm_test_transition
CREATE AGGREGATE dm_test("time" @time@, actual double precision, first double precision, second double precision) (
	SFUNC = @internal@.dm_test_transition, STYPE = @internal@.creditspread_series, SSPACE = 512, FINALFUNC = @internal@.dm_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(@time@, double precision, double precision, double precision) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast; rows in any order, those with a NULL value are left out; errors: a NULL time, NaN or infinity, fewer than 2 times, losses that do not differ';

--@ transition creditspread_dm_test_transition
CREATE AGGREGATE dm_test("time" @time@, actual double precision, first double precision, second double precision, options jsonb) (
	SFUNC = @internal@.dm_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.dm_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dm_test(@time@, double precision, double precision, double precision, jsonb) IS
	'tests whether two forecasts of the same values are equally accurate (Diebold and Mariano 1995; Harvey, Leybourne and Newbold 1997): time, actual value, first and second forecast, options made by dm_options; rows in any order, those with a NULL value are left out; errors: a NULL time, NaN or infinity, too few times for the horizon, a time twice at a horizon above 1, unknown option, losses that do not differ';
--@ end

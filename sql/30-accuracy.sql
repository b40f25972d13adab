-- Measures of forecast accuracy: forecast_accuracy, mae, mape, rmse, rsr, sdape.

--@ type @internal@.accuracy_state (INTERNALLENGTH = 600, ALIGNMENT = double)
COMMENT ON TYPE @internal@.accuracy_state IS
	'state of the accuracy measures: counts and exact sums; for partial aggregation, not for storing';

--@ type @internal@.error_state (INTERNALLENGTH = 160, ALIGNMENT = double)
COMMENT ON TYPE @internal@.error_state IS
	'state of mae and rmse: a count and exact sums; for partial aggregation, not for storing';

--@ type @internal@.ratio_state (INTERNALLENGTH = 168, ALIGNMENT = double)
COMMENT ON TYPE @internal@.ratio_state IS
	'state of mape and sdape: counts and exact sums; for partial aggregation, not for storing';

CREATE TYPE accuracy_result AS (
	n bigint,
	mae double precision,
	mape double precision,
	rmse double precision,
	rsr double precision,
	sdape double precision,
	bias double precision
);
COMMENT ON TYPE accuracy_result IS 'what forecast_accuracy returns';
COMMENT ON COLUMN accuracy_result.n IS 'rows with both an actual value and a forecast';
COMMENT ON COLUMN accuracy_result.mae IS 'mean absolute error, in units of the values';
COMMENT ON COLUMN accuracy_result.mape IS 'mean of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN accuracy_result.rmse IS 'root mean squared error, in units of the values';
COMMENT ON COLUMN accuracy_result.rsr IS 'rmse over the standard deviation (divisor n - 1) of the actual values; NULL for 1 row or equal actual values';
COMMENT ON COLUMN accuracy_result.sdape IS 'standard deviation (divisor n) of |error / actual|, a fraction; NULL when an actual value is zero';
COMMENT ON COLUMN accuracy_result.bias IS 'mean of forecast less actual, in units of the values: positive when forecasts are too high';

CREATE FUNCTION @internal@.forecast_accuracy_transition(@internal@.accuracy_state, double precision, double precision) RETURNS @internal@.accuracy_state
AS 'MODULE_PATHNAME', 'creditspread_accuracy_state_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.forecast_accuracy_transition(@internal@.accuracy_state, double precision, double precision) IS
	'transition function of forecast_accuracy and rsr';

CREATE FUNCTION @internal@.forecast_accuracy_combine(@internal@.accuracy_state, @internal@.accuracy_state) RETURNS @internal@.accuracy_state
AS 'MODULE_PATHNAME', 'creditspread_accuracy_state_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.forecast_accuracy_combine(@internal@.accuracy_state, @internal@.accuracy_state) IS
	'combine function of forecast_accuracy and rsr';

--@ each state: error, ratio
CREATE FUNCTION @internal@.@state@_transition(@internal@.@state@_state, double precision, double precision) RETURNS @internal@.@state@_state
AS 'MODULE_PATHNAME', 'creditspread_@state@_state_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.@state@_transition(@internal@.@state@_state, double precision, double precision) IS
	'transition function of the measures whose state is @state@_state';

CREATE FUNCTION @internal@.@state@_combine(@internal@.@state@_state, @internal@.@state@_state) RETURNS @internal@.@state@_state
AS 'MODULE_PATHNAME', 'creditspread_@state@_state_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.@state@_combine(@internal@.@state@_state, @internal@.@state@_state) IS
	'combine function of the measures whose state is @state@_state';
--@ end

CREATE FUNCTION @internal@.forecast_accuracy_final(@internal@.accuracy_state) RETURNS accuracy_result
AS 'MODULE_PATHNAME', 'creditspread_accuracy_state_all' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE forecast_accuracy(actual double precision, forecast double precision) (
	SFUNC = @internal@.forecast_accuracy_transition, STYPE = @internal@.accuracy_state, FINALFUNC = @internal@.forecast_accuracy_final,
	COMBINEFUNC = @internal@.forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_accuracy(double precision, double precision) IS
	'all measures of forecast accuracy: n, mae, mape, rmse, rsr, sdape, bias; NULL for a measure that cannot be computed (an actual value of zero, actual values all equal); errors: NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION @internal@.mae_final(@internal@.error_state) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_error_state_mae' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE mae(actual double precision, forecast double precision) (
	SFUNC = @internal@.error_transition, STYPE = @internal@.error_state, FINALFUNC = @internal@.mae_final,
	COMBINEFUNC = @internal@.error_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mae(double precision, double precision) IS
	'mean absolute error, in units of the values; errors: NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION @internal@.mape_final(@internal@.ratio_state) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_ratio_state_mape' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE mape(actual double precision, forecast double precision) (
	SFUNC = @internal@.ratio_transition, STYPE = @internal@.ratio_state, FINALFUNC = @internal@.mape_final,
	COMBINEFUNC = @internal@.ratio_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mape(double precision, double precision) IS
	'mean absolute percentage error, mean of |error / actual|, a fraction; errors: an actual value of zero, NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION @internal@.rmse_final(@internal@.error_state) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_error_state_rmse' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE rmse(actual double precision, forecast double precision) (
	SFUNC = @internal@.error_transition, STYPE = @internal@.error_state, FINALFUNC = @internal@.rmse_final,
	COMBINEFUNC = @internal@.error_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rmse(double precision, double precision) IS
	'root mean squared error, in units of the values; errors: NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION @internal@.rsr_final(@internal@.accuracy_state) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_accuracy_state_rsr' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE rsr(actual double precision, forecast double precision) (
	SFUNC = @internal@.forecast_accuracy_transition, STYPE = @internal@.accuracy_state, FINALFUNC = @internal@.rsr_final,
	COMBINEFUNC = @internal@.forecast_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rsr(double precision, double precision) IS
	'rmse over the standard deviation (divisor n - 1) of the actual values (Moriasi et al. 2007); errors: fewer than 2 rows, actual values all equal, NaN or infinity, overflow; rows without an actual value or a forecast are left out';

CREATE FUNCTION @internal@.sdape_final(@internal@.ratio_state) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_ratio_state_sdape' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE sdape(actual double precision, forecast double precision) (
	SFUNC = @internal@.ratio_transition, STYPE = @internal@.ratio_state, FINALFUNC = @internal@.sdape_final,
	COMBINEFUNC = @internal@.ratio_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sdape(double precision, double precision) IS
	'standard deviation (divisor n) of |error / actual|, a fraction; errors: an actual value of zero, NaN or infinity, overflow; rows without an actual value or a forecast are left out';

-- Measures of forecasts that are intervals or quantiles: forecast_accuracy with further arguments.

--@ type @internal@.interval_sums (INTERNALLENGTH = 1064, ALIGNMENT = double)
COMMENT ON TYPE @internal@.interval_sums IS
	'state of the accuracy measures of intervals and quantiles: counts and exact sums; for partial aggregation, not for storing';

CREATE TYPE interval_accuracy_result AS (
	n bigint,
	mae double precision,
	mape double precision,
	rmse double precision,
	rsr double precision,
	sdape double precision,
	bias double precision,
	level double precision,
	coverage double precision,
	below double precision,
	above double precision,
	width double precision,
	interval_score double precision,
	pinball double precision,
	crps double precision
);
COMMENT ON TYPE interval_accuracy_result IS
	'what forecast_accuracy returns for forecasts with intervals: n to bias as in accuracy_result, of the rows whose arguments are all there; then the measures of the interval';
COMMENT ON COLUMN interval_accuracy_result.level IS 'mean of the levels given: what coverage should be';
COMMENT ON COLUMN interval_accuracy_result.coverage IS 'share of actual values within their interval, bounds included';
COMMENT ON COLUMN interval_accuracy_result.below IS 'share of actual values below lower';
COMMENT ON COLUMN interval_accuracy_result.above IS 'share of actual values above upper';
COMMENT ON COLUMN interval_accuracy_result.width IS 'mean of upper less lower, in units of the values';
COMMENT ON COLUMN interval_accuracy_result.interval_score IS 'mean of width plus 2 / (1 - level) times what an actual value is outside (Gneiting and Raftery 2007), in units of the values; smaller is better';
COMMENT ON COLUMN interval_accuracy_result.pinball IS 'mean pinball loss of lower, forecast and upper as the quantiles (1 - level) / 2, 1/2 and (1 + level) / 2, in units of the values; smaller is better';
COMMENT ON COLUMN interval_accuracy_result.crps IS 'continuous ranked probability score as these three quantiles tell it, in units of the values; smaller is better';

CREATE TYPE quantile_accuracy_result AS (
	n bigint,
	level double precision,
	coverage double precision,
	below double precision,
	above double precision,
	width double precision,
	interval_score double precision,
	pinball double precision,
	crps double precision
);
COMMENT ON TYPE quantile_accuracy_result IS 'what forecast_accuracy returns for forecasts of quantiles; the interval is from the first to the last of them';
COMMENT ON COLUMN quantile_accuracy_result.n IS 'rows whose arguments are all there';
COMMENT ON COLUMN quantile_accuracy_result.level IS 'mean of the last level less the first: what coverage should be';
COMMENT ON COLUMN quantile_accuracy_result.coverage IS 'share of actual values from the first quantile to the last';
COMMENT ON COLUMN quantile_accuracy_result.below IS 'share of actual values below the first quantile';
COMMENT ON COLUMN quantile_accuracy_result.above IS 'share of actual values above the last quantile';
COMMENT ON COLUMN quantile_accuracy_result.width IS 'mean of the last quantile less the first, in units of the values';
COMMENT ON COLUMN quantile_accuracy_result.interval_score IS 'mean of width plus what an actual value is outside over the probability that it was to be there, in units of the values; smaller is better';
COMMENT ON COLUMN quantile_accuracy_result.pinball IS 'mean pinball loss over the quantiles, in units of the values; smaller is better';
COMMENT ON COLUMN quantile_accuracy_result.crps IS 'continuous ranked probability score, twice the pinball loss summed over the quantiles, each weighted by the levels nearest to its own, in units of the values; smaller is better';

CREATE FUNCTION @internal@.interval_accuracy_transition(@internal@.interval_sums, double precision, double precision, double precision, double precision, double precision)
RETURNS @internal@.interval_sums
AS 'MODULE_PATHNAME', 'creditspread_interval_accuracy_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.interval_accuracy_transition(@internal@.interval_sums, double precision, double precision, double precision, double precision, double precision) IS
	'transition function of forecast_accuracy of intervals';

CREATE FUNCTION @internal@.quantile_accuracy_transition(@internal@.interval_sums, double precision, double precision[], double precision[])
RETURNS @internal@.interval_sums
AS 'MODULE_PATHNAME', 'creditspread_quantile_accuracy_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.quantile_accuracy_transition(@internal@.interval_sums, double precision, double precision[], double precision[]) IS
	'transition function of forecast_accuracy of quantiles';

CREATE FUNCTION @internal@.interval_accuracy_combine(@internal@.interval_sums, @internal@.interval_sums) RETURNS @internal@.interval_sums
AS 'MODULE_PATHNAME', 'creditspread_interval_accuracy_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.interval_accuracy_combine(@internal@.interval_sums, @internal@.interval_sums) IS
	'combine function of forecast_accuracy of intervals and quantiles';

CREATE FUNCTION @internal@.interval_accuracy_final(@internal@.interval_sums) RETURNS interval_accuracy_result
AS 'MODULE_PATHNAME', 'creditspread_interval_accuracy_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION @internal@.quantile_accuracy_final(@internal@.interval_sums) RETURNS quantile_accuracy_result
AS 'MODULE_PATHNAME', 'creditspread_quantile_accuracy_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE AGGREGATE forecast_accuracy(actual double precision, forecast double precision, lower double precision, upper double precision, level double precision) (
	SFUNC = @internal@.interval_accuracy_transition, STYPE = @internal@.interval_sums, FINALFUNC = @internal@.interval_accuracy_final,
	COMBINEFUNC = @internal@.interval_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_accuracy(double precision, double precision, double precision, double precision, double precision) IS
	'measures of forecasts with intervals: those of forecast_accuracy(actual, forecast), and coverage, shares below and above, width, interval score (Gneiting and Raftery 2007), pinball loss, continuous ranked probability score; level from 0.01 to 0.999; errors: NaN or infinity, lower above upper, overflow; rows with a NULL are left out';

CREATE AGGREGATE forecast_accuracy(actual double precision, quantiles double precision[], levels double precision[]) (
	SFUNC = @internal@.quantile_accuracy_transition, STYPE = @internal@.interval_sums, FINALFUNC = @internal@.quantile_accuracy_final,
	COMBINEFUNC = @internal@.interval_accuracy_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE forecast_accuracy(double precision, double precision[], double precision[]) IS
	'measures of forecasts of quantiles at levels, two or more, ascending within 0 and 1: pinball loss, continuous ranked probability score, and coverage, shares below and above, width and interval score from the first quantile to the last; errors: NaN or infinity, levels that do not ascend or are not as many as quantiles, overflow; rows with a NULL, also among the quantiles, are left out';

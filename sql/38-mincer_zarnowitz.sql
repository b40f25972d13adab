-- Whether forecasts are on the line of what came true, and how late they come: mincer_zarnowitz, cross_correlation and their
-- options.

CREATE TYPE mincer_zarnowitz_result AS (
	intercept double precision,
	slope double precision,
	intercept_error double precision,
	slope_error double precision,
	r_squared double precision,
	statistic double precision,
	p_value double precision,
	freedom bigint,
	observations bigint
);
COMMENT ON TYPE mincer_zarnowitz_result IS 'what mincer_zarnowitz returns';
COMMENT ON COLUMN mincer_zarnowitz_result.intercept IS 'of the line, in units of the values; 0 of a forecast without bias';
COMMENT ON COLUMN mincer_zarnowitz_result.slope IS 'of the line; 1 of a forecast without bias';
COMMENT ON COLUMN mincer_zarnowitz_result.intercept_error IS 'standard error of intercept, by the long-run covariance of the errors';
COMMENT ON COLUMN mincer_zarnowitz_result.slope_error IS 'standard error of slope, likewise';
COMMENT ON COLUMN mincer_zarnowitz_result.r_squared IS 'share of the variance that the line explains';
COMMENT ON COLUMN mincer_zarnowitz_result.statistic IS 'F statistic of intercept 0 and slope 1';
COMMENT ON COLUMN mincer_zarnowitz_result.p_value IS 'of intercept 0 and slope 1, by the F distribution with 2 and freedom degrees of freedom';
COMMENT ON COLUMN mincer_zarnowitz_result.freedom IS 'degrees of freedom of the denominator of the F statistic';
COMMENT ON COLUMN mincer_zarnowitz_result.observations IS 'points of the line';

--@ options mincer_zarnowitz_options (mincer_zarnowitz) of mincer_zarnowitz

CREATE FUNCTION @internal@.mincer_zarnowitz_final(@internal@.creditspread_series) RETURNS mincer_zarnowitz_result
AS 'MODULE_PATHNAME', 'creditspread_mincer_zarnowitz_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_mincer_zarnowitz_transition
CREATE AGGREGATE mincer_zarnowitz("time" @time@, actual double precision, forecast double precision [, options jsonb]) (
	SFUNC = @internal@.mincer_zarnowitz_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.mincer_zarnowitz_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mincer_zarnowitz(@time@, double precision, double precision [, jsonb]) IS
	'the line of actual values over their forecasts, and whether it is that of forecasts without bias (Mincer and Zarnowitz 1969): time, actual value, forecast [, mincer_zarnowitz_options(...)]; rows in any order, taken as equally spaced, those with a NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows, forecasts that do not vary, an exact fit [, unknown option]';
--@ end

CREATE TYPE cross_correlation_lag AS (
	lag integer,
	correlation double precision,
	observations bigint,
	best boolean
);
COMMENT ON TYPE cross_correlation_lag IS 'an element of what cross_correlation returns';
COMMENT ON COLUMN cross_correlation_lag.lag IS 'rows by which the second value comes after the first';
COMMENT ON COLUMN cross_correlation_lag.correlation IS 'of the pairs at this lag; NULL where one of them does not vary';
COMMENT ON COLUMN cross_correlation_lag.observations IS 'pairs';
COMMENT ON COLUMN cross_correlation_lag.best IS 'whether it is the largest correlation; of equal ones that of the lag nearest to 0';

--@ options cross_correlation_options (cross_correlation) of cross_correlation

CREATE FUNCTION @internal@.cross_correlation_final(@internal@.creditspread_series) RETURNS cross_correlation_lag[]
AS 'MODULE_PATHNAME', 'creditspread_cross_correlation_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_cross_correlation_transition
CREATE AGGREGATE cross_correlation("time" @time@, first double precision, second double precision [, options jsonb]) (
	SFUNC = @internal@.cross_correlation_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.cross_correlation_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cross_correlation(@time@, double precision, double precision [, jsonb]) IS
	'correlations of two series at lags, an array to unnest: time, first, second, such as the actual value and its forecast [, cross_correlation_options(...)]; the best lag says by how many rows the second comes after the first; rows in any order, taken as equally spaced, those with a NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows for the lags, a series constant [, unknown option]';
--@ end

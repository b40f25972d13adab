-- Trend, seasons and holidays: trend_seasonal_fit, trend_seasonal_forecast, trend_seasonal_options.

CREATE TYPE trend_seasonal_model AS (
	calendar boolean,
	first_time double precision,
	last_time double precision,
	step double precision,
	intercept double precision,
	slope double precision,
	changepoints double precision[],
	slope_changes double precision[],
	changepoint_range double precision,
	periods double precision[],
	waves double precision[],
	holidays text[],
	holiday_effects double precision[],
	penalty double precision,
	residual_sd double precision,
	r_squared double precision,
	observations bigint
);
COMMENT ON TYPE trend_seasonal_model IS 'a trend of straight pieces with seasons and holidays; made by trend_seasonal_fit, used by trend_seasonal_forecast';
COMMENT ON COLUMN trend_seasonal_model.calendar IS 'whether times are days since 2000-01-01; else integers';
COMMENT ON COLUMN trend_seasonal_model.first_time IS 'of the rows, in days or integers, from which seasons and the intercept count';
COMMENT ON COLUMN trend_seasonal_model.last_time IS 'of the rows';
COMMENT ON COLUMN trend_seasonal_model.step IS 'mean distance of the rows';
COMMENT ON COLUMN trend_seasonal_model.intercept IS 'trend at first_time, in units of y';
COMMENT ON COLUMN trend_seasonal_model.slope IS 'of the trend before the first bend, in units of y per day or integer';
COMMENT ON COLUMN trend_seasonal_model.changepoints IS 'times where the trend may bend; NULL without any';
COMMENT ON COLUMN trend_seasonal_model.slope_changes IS 'by how much the slope changes there';
COMMENT ON COLUMN trend_seasonal_model.changepoint_range IS 'share of the sample that they lie in';
COMMENT ON COLUMN trend_seasonal_model.periods IS 'of each wave, in days or integers; NULL without seasons';
COMMENT ON COLUMN trend_seasonal_model.waves IS 'coefficients of the cosine and the sine of each wave';
COMMENT ON COLUMN trend_seasonal_model.holidays IS 'names and days; NULL without any';
COMMENT ON COLUMN trend_seasonal_model.holiday_effects IS 'what a holiday adds, in units of y';
COMMENT ON COLUMN trend_seasonal_model.penalty IS 'of the bends, as a share of the smallest that leaves none';
COMMENT ON COLUMN trend_seasonal_model.residual_sd IS 'standard deviation of what is left, divisor observations';
COMMENT ON COLUMN trend_seasonal_model.r_squared IS 'share of the variance that is explained';
COMMENT ON COLUMN trend_seasonal_model.observations IS 'rows without NULL';

--@ options trend_seasonal_options (trend_seasonal) of trend_seasonal_fit

CREATE FUNCTION @internal@.trend_seasonal_fit_final(@internal@.creditspread_series) RETURNS trend_seasonal_model
AS 'MODULE_PATHNAME', 'creditspread_trend_seasonal_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_trend_seasonal_fit_transition
CREATE AGGREGATE trend_seasonal_fit("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.trend_seasonal_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.trend_seasonal_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE trend_seasonal_fit(@time@, double precision [, jsonb]) IS
	'fits a trend of straight pieces, whose bends have an L1 penalty, with seasons and holidays (Taylor and Letham 2018): time, y [, trend_seasonal_options(...)]; rows in any order, at any distance, those with y NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows for the seasons, y constant [, unknown option]';
--@ end

CREATE TYPE trend_seasonal_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision,
	trend double precision,
	season double precision,
	holiday double precision
);
COMMENT ON TYPE trend_seasonal_forecast_result IS 'what trend_seasonal_forecast returns, in units of y';
COMMENT ON COLUMN trend_seasonal_forecast_result.forecast IS 'trend + season + holiday';
COMMENT ON COLUMN trend_seasonal_forecast_result.lower IS 'lower end of the interval';
COMMENT ON COLUMN trend_seasonal_forecast_result.upper IS 'upper end of the interval';
COMMENT ON COLUMN trend_seasonal_forecast_result.trend IS 'the trend at the time';
COMMENT ON COLUMN trend_seasonal_forecast_result.season IS 'what all seasons add';
COMMENT ON COLUMN trend_seasonal_forecast_result.holiday IS 'what holidays add';

--@ each time
CREATE FUNCTION trend_seasonal_forecast(model trend_seasonal_model, "time" @time@, level double precision DEFAULT 0.9) RETURNS trend_seasonal_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_trend_seasonal_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION trend_seasonal_forecast(trend_seasonal_model, @time@, double precision) IS
	'what a trend_seasonal_model says of a time, in or after its sample, with a normal interval of coverage level, 0.01 to 0.999, which widens after the sample as bends are to come; NULL if any argument is; errors: a time of another type than the fit had or infinite, level out of range, a model that no fit returned, overflow';
--@ end

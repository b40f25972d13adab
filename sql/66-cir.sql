-- The square-root process of Cox, Ingersoll and Ross: cir_fit, cir_forecast, cir_options.

CREATE TYPE cir_model AS (
	a double precision,
	b double precision,
	sigma double precision,
	time_step double precision,
	likelihood text,
	log_likelihood double precision,
	observations bigint,
	long_run_mean double precision,
	mean_reverting boolean,
	feller boolean,
	at_bound text,
	iterations integer,
	converged boolean
);
COMMENT ON TYPE cir_model IS
	'a fitted square-root process, dR = (a - b R) dt + sigma sqrt(R) dW; made by cir_fit, used by cir_forecast';
COMMENT ON COLUMN cir_model.a IS 'drift at zero, in units of y per unit of time';
COMMENT ON COLUMN cir_model.b IS 'speed of reversion to the long-run mean, per unit of time; not positive when there is none';
COMMENT ON COLUMN cir_model.sigma IS 'volatility, in roots of units of y per root of unit of time';
COMMENT ON COLUMN cir_model.time_step IS 'time between two observations, in the unit that the user chose';
COMMENT ON COLUMN cir_model.likelihood IS 'exact, or euler: of the process in steps with normal errors';
COMMENT ON COLUMN cir_model.log_likelihood IS 'of all values but the first, given the value before each';
COMMENT ON COLUMN cir_model.observations IS 'steps from one value to the next that were fitted: one less than rows where no value is missing';
COMMENT ON COLUMN cir_model.long_run_mean IS 'a / b, in units of y; NULL unless b is positive';
COMMENT ON COLUMN cir_model.mean_reverting IS 'whether b is positive';
COMMENT ON COLUMN cir_model.feller IS 'whether 2 a > sigma^2, so that the process never reaches zero';
COMMENT ON COLUMN cir_model.at_bound IS 'a when the likelihood is largest at a = 0, b when at the fastest reversion that can be told from independence; else NULL';
COMMENT ON COLUMN cir_model.iterations IS 'of Newton''s method; 0 for likelihood euler, whose maximum is a closed form';
COMMENT ON COLUMN cir_model.converged IS 'whether the maximum was reached';

--@ options cir_options (cir) of cir_fit

CREATE FUNCTION @internal@.cir_fit_final(@internal@.creditspread_series) RETURNS cir_model
AS 'MODULE_PATHNAME', 'creditspread_cir_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_cir_transition
CREATE AGGREGATE cir_fit("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.cir_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.cir_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cir_fit(@time@, double precision [, jsonb]) IS
	'fits the square-root process by maximum likelihood (Cox, Ingersoll and Ross 1985): time, y [, cir_options(...)]; rows in any order, taken as equally spaced; steps from and to a NULL y are left out, see option missing; errors: y not positive, a time twice, a NULL time, NaN or infinity, fewer than 4 rows, values that do not vary [, unknown option]';
--@ end

CREATE TYPE cir_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision,
	variance double precision
);
COMMENT ON TYPE cir_forecast_result IS 'what cir_forecast returns';
COMMENT ON COLUMN cir_forecast_result.forecast IS 'mean of the value, given the one that it was made from, in units of y';
COMMENT ON COLUMN cir_forecast_result.lower IS 'lower end of the interval, in units of y';
COMMENT ON COLUMN cir_forecast_result.upper IS 'upper end of the interval, in units of y';
COMMENT ON COLUMN cir_forecast_result.variance IS 'variance of the value, in squared units of y';

CREATE FUNCTION cir_forecast(model cir_model, y double precision, step integer DEFAULT 1,
	interval_level double precision DEFAULT 0.9)
RETURNS cir_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_cir_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cir_forecast(cir_model, double precision, integer, double precision) IS
	'the forecast from the value y for step observations later, 1 to 10000, with an interval of coverage interval_level, 0.01 to 0.999: exact by the noncentral chi-square distribution, or normal for a model of likelihood euler; the parameters are taken as known; NULL if any argument is; errors: y negative, NaN or infinite, step or interval_level out of range, a model that no fit returned, overflow';

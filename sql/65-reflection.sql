-- The reflection model: reflection_forecast.

CREATE TYPE reflection_estimate AS (
	forecast double precision,
	correction double precision,
	variance double precision,
	transition double precision,
	process_variance double precision,
	observation_variance double precision
);
COMMENT ON TYPE reflection_estimate IS 'a base forecast corrected by the deviation that is to be expected';
COMMENT ON COLUMN reflection_estimate.forecast IS 'the corrected forecast for the next row; the base forecast itself as long as no deviation is known; NULL where there is no base forecast';
COMMENT ON COLUMN reflection_estimate.correction IS 'the deviation to be expected of the next row';
COMMENT ON COLUMN reflection_estimate.variance IS 'of the error of the corrected forecast, by the model';
COMMENT ON COLUMN reflection_estimate.transition IS 'A of the model in use; NULL before there is one';
COMMENT ON COLUMN reflection_estimate.process_variance IS 'Q of the model in use';
COMMENT ON COLUMN reflection_estimate.observation_variance IS 'R of the model in use';

CREATE FUNCTION reflection_forecast(
	y double precision,
	forecast double precision,
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted'
) RETURNS reflection_estimate
AS 'MODULE_PATHNAME', 'creditspread_reflection_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION reflection_forecast(double precision, double precision, double precision, double precision, double precision, double precision, double precision, text) IS
	'window function: y and the base forecast made on the row for the next one (NULL = missing), and the filter of the deviations as in kalman_filter; the result knows the rows up to its own only; errors as those of kalman_filter';

CREATE FUNCTION reflection_forecast(
	y double precision,
	forecast double precision,
	fit_window integer DEFAULT NULL,
	refit_every integer DEFAULT 20,
	model text DEFAULT 'ar1_plus_noise'
) RETURNS reflection_estimate
AS 'MODULE_PATHNAME', 'creditspread_reflection_forecast_fitted' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION reflection_forecast(double precision, double precision, integer, integer, text) IS
	'window function: the same with a model that is fitted by maximum likelihood to the deviations of the last fit_window rows (20 or more, NULL = all) up to the row, anew every refit_every rows (1 or more; NULL: when the rows are a fifth more, at least 20); no correction before 20 deviations, nor where the fit is not better than noise by the Bayesian information criterion; model ar1_plus_noise or local_level; errors: NaN or infinity, an argument that is out of range or not the same in all rows, overflow';

-- The Kalman filter: kalman_filter, kalman_smooth, kalman_fit, kalman_model, kalman_state.

CREATE TYPE kalman_estimate AS (
	predicted double precision,
	filtered double precision,
	variance double precision,
	gain double precision,
	innovation double precision,
	predicted_variance double precision,
	innovation_variance double precision,
	log_likelihood double precision
);
COMMENT ON TYPE kalman_estimate IS
	'what the Kalman filter of one state knows on a row; NULL where there is no value: all that needs an observation where it is missing, all that needs a start as long as nothing is known';
COMMENT ON COLUMN kalman_estimate.predicted IS 'the state, given the rows before';
COMMENT ON COLUMN kalman_estimate.filtered IS 'the state, given this row too';
COMMENT ON COLUMN kalman_estimate.variance IS 'of the error of filtered';
COMMENT ON COLUMN kalman_estimate.gain IS 'what filtered takes over of the innovation';
COMMENT ON COLUMN kalman_estimate.innovation IS 'the observation less its prediction';
COMMENT ON COLUMN kalman_estimate.predicted_variance IS 'of the error of predicted';
COMMENT ON COLUMN kalman_estimate.innovation_variance IS 'of the innovation';
COMMENT ON COLUMN kalman_estimate.log_likelihood IS 'of the observation given those before; its sum over the rows is that of the series';

CREATE TYPE kalman_vector_estimate AS (
	predicted double precision[],
	filtered double precision[],
	variance double precision[],
	gain double precision[],
	innovation double precision[],
	predicted_variance double precision[],
	innovation_variance double precision[],
	log_likelihood double precision
);
COMMENT ON TYPE kalman_vector_estimate IS
	'what the Kalman filter of several states knows on a row; elements are NULL where there is no value, an array of nothing else is NULL';
COMMENT ON COLUMN kalman_vector_estimate.predicted IS 'the states, given the rows before';
COMMENT ON COLUMN kalman_vector_estimate.filtered IS 'the states, given this row too';
COMMENT ON COLUMN kalman_vector_estimate.variance IS 'covariance matrix of the errors of filtered';
COMMENT ON COLUMN kalman_vector_estimate.gain IS 'a row for each state, a column for each observation, 0 where that is missing';
COMMENT ON COLUMN kalman_vector_estimate.innovation IS 'the observations less their predictions';
COMMENT ON COLUMN kalman_vector_estimate.predicted_variance IS 'covariance matrix of the errors of predicted';
COMMENT ON COLUMN kalman_vector_estimate.innovation_variance IS 'covariance matrix of the innovations';
COMMENT ON COLUMN kalman_vector_estimate.log_likelihood IS 'of the observations given those before; its sum over the rows is that of the series';

CREATE TYPE kalman_smoothed AS (
	smoothed double precision,
	variance double precision
);
COMMENT ON TYPE kalman_smoothed IS 'the state on a row given later rows too';
COMMENT ON COLUMN kalman_smoothed.smoothed IS 'the state; NULL where no row tells';
COMMENT ON COLUMN kalman_smoothed.variance IS 'of its error';

CREATE TYPE kalman_vector_smoothed AS (
	smoothed double precision[],
	variance double precision[]
);
COMMENT ON TYPE kalman_vector_smoothed IS 'the states on a row given later rows too';
COMMENT ON COLUMN kalman_vector_smoothed.smoothed IS 'the states; NULL where no row tells';
COMMENT ON COLUMN kalman_vector_smoothed.variance IS 'covariance matrix of their errors';

CREATE TYPE kalman_model AS (
	transition double precision[],
	observation double precision[],
	process_covariance double precision[],
	observation_covariance double precision[],
	initial_state double precision[],
	initial_covariance double precision[],
	control_effect double precision[],
	start text,
	log_likelihood double precision,
	observations bigint,
	iterations integer,
	converged boolean,
	at_bound text,
	observation_effect double precision[],
	states text[],
	parameters text[],
	estimates double precision[],
	standard_errors double precision[]
);
COMMENT ON TYPE kalman_model IS
	'a linear state space model, x(t) = A x(t-1) + B u(t) + w, z(t) = H x(t) + D u(t) + v; made by kalman_model or kalman_fit';
COMMENT ON COLUMN kalman_model.transition IS 'A, a row and a column for each state';
COMMENT ON COLUMN kalman_model.observation IS 'H, a row for each observation, a column for each state';
COMMENT ON COLUMN kalman_model.process_covariance IS 'Q, covariance matrix of w';
COMMENT ON COLUMN kalman_model.observation_covariance IS 'R, covariance matrix of v';
COMMENT ON COLUMN kalman_model.initial_state IS 'the states at the start; NULL: nothing is known of them (diffuse)';
COMMENT ON COLUMN kalman_model.initial_covariance IS 'covariance matrix of their errors, or NULL likewise';
COMMENT ON COLUMN kalman_model.control_effect IS 'B, a row for each state, a column for each control; NULL: no control';
COMMENT ON COLUMN kalman_model.start IS 'predicted: the start is that of the first row, before its observation; filtered: that of the row before';
COMMENT ON COLUMN kalman_model.log_likelihood IS 'of the fit; NULL for a model that was not fitted; so the columns that follow';
COMMENT ON COLUMN kalman_model.observations IS 'that were not missing';
COMMENT ON COLUMN kalman_model.iterations IS 'Newton or quasi-Newton steps, of all starting points';
COMMENT ON COLUMN kalman_model.converged IS 'whether the search ended where the likelihood has its maximum';
COMMENT ON COLUMN kalman_model.at_bound IS 'process_variance, observation_variance or another where that is 0, transition where it is 1 or -1 up to rounding, frequency and damping of a cycle at the ends of their ranges, with commas between them; NULL: the maximum lies inside';
COMMENT ON COLUMN kalman_model.observation_effect IS 'D, a row for each observation, a column for each control (or feature of kalman_fit); NULL: none; with it, an observation whose controls are not known is a missing one';
COMMENT ON COLUMN kalman_model.states IS 'names of the states, of a model made by kalman_fit';
COMMENT ON COLUMN kalman_model.parameters IS 'names of what was estimated: variances, frequency (radians a row) and damping of a cycle, transition, features[1], ...';
COMMENT ON COLUMN kalman_model.estimates IS 'their values';
COMMENT ON COLUMN kalman_model.standard_errors IS 'their standard errors, by the observed information; NULL at a bound, and all of them where the likelihood does not tell the parameters apart';

CREATE FUNCTION kalman_model(
	transition double precision[],
	observation double precision[],
	process_covariance double precision[],
	observation_covariance double precision[],
	initial_state double precision[] DEFAULT NULL,
	initial_covariance double precision[] DEFAULT NULL,
	control_effect double precision[] DEFAULT NULL,
	start text DEFAULT 'predicted'
) RETURNS kalman_model
AS 'MODULE_PATHNAME', 'creditspread_kalman_model' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_model(double precision[], double precision[], double precision[], double precision[], double precision[], double precision[], double precision[], text) IS
	'a linear state space model of up to 64 states, observations and controls: transition A, observation H, covariances Q and R, start (NULL = diffuse), control_effect B; matrices as arrays of rows; errors: NULL, NaN or infinity, wrong shapes, a covariance that is none, an observation of nothing';

CREATE FUNCTION kalman_filter(
	y double precision,
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted',
	control double precision DEFAULT NULL
) RETURNS kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(double precision, double precision, double precision, double precision, double precision, double precision, text, double precision) IS
	'window function: Kalman filter of x(t) = A x(t-1) + B u(t) + w, y(t) = x(t) + v, by the rows up to each; y NULL = missing, transition A, process_variance Q, observation_variance R (both not negative, not both 0), start (both NULL = nothing is known; predicted: of the first row before its observation, filtered: of the row before), control: the effect B u of the row, NULL = none; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_filter(
	y double precision[],
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted',
	control double precision[] DEFAULT NULL
) RETURNS SETOF kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_array' LANGUAGE C ROWS 1000 IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(double precision[], double precision, double precision, double precision, double precision, double precision, text, double precision[]) IS
	'the filter over the elements of an array, a row for each; y elements NULL = missing, transition A, process_variance Q, observation_variance R (both not negative, not both 0), start (both NULL = nothing is known; predicted: of the first row before its observation, filtered: of the row before), control: the effect B u of the row, NULL = none; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_smooth(
	y double precision,
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted',
	control double precision DEFAULT NULL,
	lookahead integer DEFAULT NULL
) RETURNS kalman_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(double precision, double precision, double precision, double precision, double precision, double precision, text, double precision, integer) IS
	'window function: Rauch-Tung-Striebel smoother, looks ahead; y NULL = missing, transition A, process_variance Q, observation_variance R (both not negative, not both 0), start (both NULL = nothing is known; predicted: of the first row before its observation, filtered: of the row before), control: the effect B u of the row, NULL = none, lookahead: number of later rows that a row is smoothed with, NULL = all; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_smooth(
	y double precision[],
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted',
	control double precision[] DEFAULT NULL,
	lookahead integer DEFAULT NULL
) RETURNS SETOF kalman_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth_array' LANGUAGE C ROWS 1000 IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(double precision[], double precision, double precision, double precision, double precision, double precision, text, double precision[], integer) IS
	'the smoother over the elements of an array, a row for each; transition A, process_variance Q, observation_variance R (both not negative, not both 0), start (both NULL = nothing is known; predicted: of the first row before its observation, filtered: of the row before), control: the effect B u of the row, NULL = none, lookahead: number of later rows that a row is smoothed with, NULL = all; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_filter(
	y double precision,
	model kalman_model,
	control double precision[] DEFAULT NULL
) RETURNS kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_model' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(double precision, kalman_model, double precision[]) IS
	'window function: Kalman filter by a kalman_model of one state and one observation, NULL = missing; control u of the row, NULL = none; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_smooth(
	y double precision,
	model kalman_model,
	control double precision[] DEFAULT NULL,
	lookahead integer DEFAULT NULL
) RETURNS kalman_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth_model' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(double precision, kalman_model, double precision[], integer) IS
	'window function: smoother by a kalman_model of one state and one observation, NULL = missing; looks ahead; control u of the row, NULL = none; lookahead: number of later rows that a row is smoothed with, NULL = all; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_filter(
	y double precision[],
	model kalman_model,
	control double precision[] DEFAULT NULL
) RETURNS kalman_vector_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_vector' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(double precision[], kalman_model, double precision[]) IS
	'window function: Kalman filter by a kalman_model of several states; y has an element for each observation, NULL = missing; control u of the row, NULL = none; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

CREATE FUNCTION kalman_smooth(
	y double precision[],
	model kalman_model,
	control double precision[] DEFAULT NULL,
	lookahead integer DEFAULT NULL
) RETURNS kalman_vector_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth_vector' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(double precision[], kalman_model, double precision[], integer) IS
	'window function: smoother by a kalman_model of several states; y has an element for each observation, NULL = missing; looks ahead; control u of the row, NULL = none; lookahead: number of later rows that a row is smoothed with, NULL = all; errors: NaN or infinity, NULL where it has no meaning, a parameter that is out of range or not the same in all rows, overflow';

--@ options kalman_options (kalman) of kalman_fit

CREATE FUNCTION @internal@.kalman_fit_final(@internal@.creditspread_series) RETURNS kalman_model
AS 'MODULE_PATHNAME', 'creditspread_kalman_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_kalman_fit_transition
CREATE AGGREGATE kalman_fit("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.kalman_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.kalman_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(@time@, double precision [, jsonb]) IS
	'maximum likelihood estimate of a state space model, with standard errors: time, y (NULL = missing) [, kalman_options(...)]; rows in any order, taken as equally spaced; errors: a time twice, NULL times, NaN or infinity, fewer observations than the model needs (4 for one state), observations that are all equal or that the model explains but for rounding, options that are unknown or contradict each other';
--@ end

--@ each time
--@ transition creditspread_kalman_fit_features_transition
CREATE AGGREGATE kalman_fit("time" @time@, y double precision, features double precision[], options jsonb) (
	SFUNC = @internal@.kalman_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.kalman_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kalman_fit(@time@, double precision, double precision[], jsonb) IS
	'the same with a regression: time, y, features (up to 64, as many in every row; where one is NULL, y counts as missing), kalman_options(...); their coefficients are observation_effect of the model, which takes the features as controls; errors: as without them, and features that say the same as others or as the states';
--@ end

CREATE TYPE kalman_forecast_result AS (
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE kalman_forecast_result IS 'a forecast of the observation and the bounds of its interval, by the model''s own normal distribution';

CREATE FUNCTION kalman_forecast(
	model kalman_model,
	y double precision,
	step integer DEFAULT 1,
	control double precision[] DEFAULT NULL,
	control_ahead double precision[] DEFAULT NULL,
	interval_level double precision DEFAULT 0.9
) RETURNS kalman_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_kalman_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_forecast(kalman_model, double precision, integer, double precision[], double precision[], double precision) IS
	'window function: the forecast made on each row, with that row and those before it, of the observation step rows later (1 to 10000), and its interval; needs OVER (... ORDER BY time); control: of the row; control_ahead: those of the rows ahead, a row for each, as they are known on the row, NULL = the last ones stay; NULL where y is missing, and as long as the rows do not tell the states; errors: NaN and infinity, a model of several observations, a step or level out of its range or not the same in all rows, overflow';

CREATE TYPE kalman_forecast_step AS (
	step integer,
	forecast double precision,
	lower double precision,
	upper double precision
);
COMMENT ON TYPE kalman_forecast_step IS
	'the forecast for so many rows after the one that it was made on, and the bounds of its interval';

CREATE FUNCTION kalman_forecast_steps(
	model kalman_model,
	y double precision,
	horizons integer[],
	control double precision[] DEFAULT NULL,
	control_ahead double precision[] DEFAULT NULL,
	interval_level double precision DEFAULT 0.9
) RETURNS kalman_forecast_step[]
AS 'MODULE_PATHNAME', 'creditspread_kalman_forecast_steps' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_forecast_steps(kalman_model, double precision, integer[], double precision[], double precision[], double precision) IS
	'window function: kalman_forecast for several horizons at once, an array of (step, forecast, lower, upper) on each row, without those that the rows do not tell yet; needs OVER (... ORDER BY time); NULL where there is no forecast';

--@ type kalman_state (ALIGNMENT = double, STORAGE = extended)
COMMENT ON TYPE kalman_state IS
	'a Kalman filter between two rows: model, what is known of the state, results of the last row; text form JSON, exact';

CREATE FUNCTION kalman_state(
	transition double precision,
	process_variance double precision,
	observation_variance double precision,
	initial_state double precision DEFAULT NULL,
	initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted'
) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_scalar' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_state(double precision, double precision, double precision, double precision, double precision, text) IS
	'a Kalman filter before its first row; arguments and errors as those of kalman_filter';

CREATE FUNCTION kalman_state(model kalman_model) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_model' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_state(kalman_model) IS 'a Kalman filter by a model before its first row; errors as those of kalman_filter';

CREATE FUNCTION kalman_update(
	state kalman_state,
	observation double precision,
	control double precision DEFAULT NULL
) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_update' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_update(kalman_state, double precision, double precision) IS
	'the filter one row later: observation, NULL = missing; control of the row, NULL = none; to the last bit what kalman_filter makes of the same rows; a state of one state and one observation only; NULL state gives NULL; errors: NaN or infinity, overflow';

CREATE FUNCTION kalman_update(
	state kalman_state,
	observation double precision[],
	control double precision[] DEFAULT NULL
) RETURNS kalman_state
AS 'MODULE_PATHNAME', 'creditspread_kalman_update_vector' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_update(kalman_state, double precision[], double precision[]) IS
	'the filter one row later: observations, NULL = missing; controls of the row, NULL = none; to the last bit what kalman_filter makes of the same rows; NULL state gives NULL; errors: NaN or infinity, arrays of another length than the model has, overflow';

CREATE FUNCTION kalman_estimate(state kalman_state) RETURNS kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_estimate(kalman_state) IS
	'the results of the last row of a filter of one state and one observation; error 22023 if it has more';

CREATE FUNCTION kalman_vector_estimate(state kalman_state) RETURNS kalman_vector_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_state_vector_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_vector_estimate(kalman_state) IS 'the results of the last row of a filter, as arrays';

CREATE FUNCTION kalman_summary(
	state kalman_state,
	OUT states integer,
	OUT observed integer,
	OUT "rows" bigint,
	OUT observations bigint,
	OUT log_likelihood double precision
)
AS 'MODULE_PATHNAME', 'creditspread_kalman_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION kalman_summary(kalman_state) IS
	'number of states and of observations in a row; rows taken, those with an observation, and the log-likelihood so far';

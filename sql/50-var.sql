-- Vector autoregressions: var_fit, var_forecast, var_coefficients, var_options.

CREATE TYPE var_model AS (
	method text,
	lags integer,
	horizon integer,
	variables integer,
	exogenous integer,
	observations bigint,
	coefficients double precision[],
	standard_errors double precision[],
	sigma double precision[],
	sigma_ml double precision[],
	aic double precision,
	bic double precision,
	hqic double precision,
	log_likelihood double precision,
	root_moduli double precision[],
	stable boolean,
	last_y double precision[],
	last_exogenous double precision[]
);
COMMENT ON TYPE var_model IS
	'a fitted vector autoregression, y(t + horizon) = c + A1 y(t) + ... + Ap y(t - p + 1) + B x(t); made by var_fit, used by var_forecast and var_coefficients';
COMMENT ON COLUMN var_model.method IS 'var, or ar: each variable on its own lags only';
COMMENT ON COLUMN var_model.lags IS 'number of lags p';
COMMENT ON COLUMN var_model.horizon IS 'rows ahead that the equations explain; above 1 the forecast is direct';
COMMENT ON COLUMN var_model.variables IS 'number of variables y';
COMMENT ON COLUMN var_model.exogenous IS 'number of exogenous terms x';
COMMENT ON COLUMN var_model.observations IS 'rows explained, T';
COMMENT ON COLUMN var_model.coefficients IS 'a row for each term (constant, y1, y2, ... at lag 1, ..., x1, ...), a column for each equation';
COMMENT ON COLUMN var_model.standard_errors IS 'of the coefficients, least squares';
COMMENT ON COLUMN var_model.sigma IS 'residual covariance, divisor observations less terms of an equation';
COMMENT ON COLUMN var_model.sigma_ml IS 'residual covariance, divisor observations';
COMMENT ON COLUMN var_model.aic IS 'Akaike: ln|sigma_ml| + 2 q / T, q the number of coefficients';
COMMENT ON COLUMN var_model.bic IS 'Schwarz: ln|sigma_ml| + ln(T) q / T';
COMMENT ON COLUMN var_model.hqic IS 'Hannan-Quinn: ln|sigma_ml| + 2 ln(ln(T)) q / T';
COMMENT ON COLUMN var_model.log_likelihood IS 'of normal residuals';
COMMENT ON COLUMN var_model.root_moduli IS 'moduli of the roots of the characteristic polynomial, ascending; NULL for horizons above 1';
COMMENT ON COLUMN var_model.stable IS 'whether all roots lie outside of the unit circle; NULL for horizons above 1';
COMMENT ON COLUMN var_model.last_y IS 'as many last rows of y as there are lags, oldest first';
COMMENT ON COLUMN var_model.last_exogenous IS 'x of the last row';

--@ options var_options (var) of var_fit

CREATE FUNCTION @internal@.var_fit_final(@internal@.creditspread_series) RETURNS var_model
AS 'MODULE_PATHNAME', 'creditspread_var_fit_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time
--@ optional
--@ transition creditspread_var_transition
CREATE AGGREGATE var_fit("time" @time@, y double precision[] [, exogenous double precision[]]) (
	SFUNC = @internal@.var_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.var_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(@time@, double precision[] [, double precision[]]) IS
	'fits a vector autoregression by least squares: time, y [, exogenous terms]; rows in any order, taken as equally spaced; NULL elements are carried forward, see option missing; errors: a time twice, a NULL time or array, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';
--@ end

--@ optional
--@ transition creditspread_var_transition
CREATE AGGREGATE var_fit("time" @time@, y double precision[] [, exogenous double precision[]], options jsonb) (
	SFUNC = @internal@.var_fit_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.var_fit_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE var_fit(@time@, double precision[] [, double precision[]], jsonb) IS
	'fits a vector autoregression by least squares: time, y [, exogenous terms], var_options(...); rows in any order, taken as equally spaced; NULL elements are carried forward, see option missing; errors: a time twice, a NULL time or array, NaN or infinity, rows that differ in their number of elements, too few rows, terms that are constant or combinations of others, unknown option';
--@ end
--@ end

CREATE TYPE var_forecast_result AS (
	forecast double precision[],
	lower double precision[],
	upper double precision[]
);
COMMENT ON TYPE var_forecast_result IS 'the forecasts of all variables made on a row, and the bounds of their intervals';
COMMENT ON COLUMN var_forecast_result.forecast IS 'of each variable, in its units';
COMMENT ON COLUMN var_forecast_result.lower IS 'lower bound of the interval of each variable (normal errors, parameters taken as known)';
COMMENT ON COLUMN var_forecast_result.upper IS 'upper bound, likewise';

CREATE FUNCTION var_forecast(model var_model, y double precision[], exogenous double precision[] DEFAULT NULL, step integer DEFAULT NULL, level double precision DEFAULT 0.9)
RETURNS var_forecast_result
AS 'MODULE_PATHNAME', 'creditspread_var_forecast' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION var_forecast(var_model, double precision[], double precision[], integer, double precision) IS
	'window function: the forecast made on each row, with that row and those before it, for the row step rows later (NULL = the model''s horizon); needs OVER (... ORDER BY time); NULL while the history is shorter than the lags; errors: a step that the model cannot forecast, NULL in y, other numbers of elements than at the fit, a forecast that overflows';

CREATE FUNCTION var_forecast(model var_model, steps integer DEFAULT NULL, level double precision DEFAULT 0.9,
	OUT step integer, OUT variable integer, OUT forecast double precision, OUT lower double precision, OUT upper double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_var_forecast_steps' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 12;
COMMENT ON FUNCTION var_forecast(var_model, integer, double precision) IS
	'the forecasts of the next steps after the sample that the model was fitted to, with intervals (normal errors, parameters taken as known); steps NULL = the model''s horizon; a model of horizon above 1 or with exogenous terms gives that horizon only';

CREATE FUNCTION var_coefficients(model var_model,
	OUT equation integer, OUT term text, OUT coefficient double precision, OUT standard_error double precision, OUT statistic double precision, OUT p_value double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_var_coefficients' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION var_coefficients(var_model) IS
	'the coefficients of a model as rows: equation (1 = y1), term (constant, L1.y1 = y1 at lag 1, x1), coefficient, standard error, t statistic, two-sided p-value (observations less terms degrees of freedom)';

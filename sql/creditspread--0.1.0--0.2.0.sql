\echo Use "ALTER EXTENSION creditspread UPDATE TO '0.2.0'" to load this file. \quit

-- From 0.1.0 to 0.2.0: what the parts of the script changed, in their order.

-- 31-dm_test
COMMENT ON COLUMN dm_result.statistic IS 'Diebold-Mariano statistic; negative when the first forecast has the smaller losses';
COMMENT ON COLUMN dm_result.p_value IS 'p-value of the alternative asked for, by the t distribution';
COMMENT ON FUNCTION dm_options(text, double precision, integer, text, text) IS
	'options of dm_test, NULL = default: loss squared, absolute, percentage (of actual) or power (squared); power of the absolute error, only with loss power, 0.01 to 100; horizon of the forecasts in times, 1 to 100000 (1); alternative two_sided, less (the second forecast is less accurate) or greater (two_sided); variance periodogram (the mean of its first ordinates, t distribution with twice their number of degrees of freedom; Coroneo and Iacone 2020), rectangular or bartlett (weights of the autocovariances below the horizon, t distribution with observations - 1) (periodogram); all the same at horizon 1';

-- 51-panel_regression
COMMENT ON COLUMN panel_regression_model.intercept IS 'the mean effect over the observations that inform';
COMMENT ON COLUMN panel_regression_model.clusters IS 'number of clusters; tests have clusters - 1 degrees of freedom; entities of a single row do not count';
COMMENT ON COLUMN panel_regression_model.observations IS 'number n of rows of entities with more than one, which alone inform';
COMMENT ON COLUMN panel_regression_model.residual_sd IS 'standard deviation of the residuals, divisor n less entities of more than one row less regressors';
COMMENT ON COLUMN panel_regression_model.bic IS 'Schwarz criterion per observation, (-2 log likelihood + (regressors + entities of more than one row) ln n) / n; NULL for an exact fit';

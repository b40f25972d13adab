\echo Use "ALTER EXTENSION creditspread UPDATE TO '0.2.0'" to load this file. \quit

-- From 0.1.0 to 0.2.0: what the parts of the script changed, in their order.

-- 31-dm_test
COMMENT ON COLUMN dm_result.statistic IS 'Diebold-Mariano statistic; negative when the first forecast has the smaller losses';
COMMENT ON COLUMN dm_result.p_value IS 'p-value of the alternative asked for, by the t distribution';
COMMENT ON FUNCTION dm_options(text, double precision, integer, text, text) IS
	'options of dm_test, NULL = default: loss squared, absolute, percentage (of actual) or power (squared); power of the absolute error, only with loss power, 0.01 to 100; horizon of the forecasts in times, 1 to 100000 (1); alternative two_sided, less (the second forecast is less accurate) or greater (two_sided); variance periodogram (the mean of its first ordinates, t distribution with twice their number of degrees of freedom; Coroneo and Iacone 2020), rectangular or bartlett (weights of the autocovariances below the horizon, t distribution with observations - 1) (periodogram); all the same at horizon 1';

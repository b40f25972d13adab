-- Forecasts of parts and wholes made to add up: reconcile.

CREATE FUNCTION reconcile(forecasts double precision[], summing double precision[], errors double precision[] DEFAULT NULL)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_reconcile' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION reconcile(double precision[], double precision[], double precision[]) IS
	'forecasts of parts and wholes made to add up, by minimum trace (Wickramasuriya, Athanasopoulos and Hyndman 2019): forecasts; summing, a row for each forecast and a column for each part, 1 where the part is in the sum; errors: NULL, each sum weighs by its number of parts (structural scaling); an array of the variances of the forecasts'' errors; or past errors, a row for each time and a column for each forecast, whose correlations are shrunk (Schaefer and Strimmer 2005); returns the forecasts in their order and unit; NULL for NULL or no forecasts; errors: other shapes, NULL, NaN or infinity within, columns that depend on one another, a variance of zero';


-- Smoothing splines: smoothing_spline.

CREATE FUNCTION smoothing_spline(x double precision, smoothing double precision DEFAULT NULL, trailing_rows integer DEFAULT NULL, at double precision DEFAULT NULL)
RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_smoothing_spline' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smoothing_spline(double precision, double precision, integer, double precision) IS
	'window function: natural cubic smoothing spline through x, in units of x (Reinsch 1967); smoothing bounds the sum of squared residuals, in squared units of x, 0 interpolates, NULL = generalized cross-validation; trailing_rows = each row sees only so many rows up to itself, NULL = the whole partition; at = place of the row, increasing, NULL = equal distances; NULL where a row sees fewer than 4 rows and smoothing is NULL; errors: NULL, NaN or infinity in x or at, places that do not increase, smoothing below 0, fewer than 4 rows for cross-validation, arguments that differ between rows';

CREATE FUNCTION smoothing_spline(x double precision[], smoothing double precision DEFAULT NULL, trailing_rows integer DEFAULT NULL, at double precision[] DEFAULT NULL)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_smoothing_spline_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smoothing_spline(double precision[], double precision, integer, double precision[]) IS
	'natural cubic smoothing spline through the elements of x, in units of x (Reinsch 1967); smoothing bounds the sum of squared residuals, in squared units of x, 0 interpolates, NULL = generalized cross-validation; trailing_rows = each element sees only so many elements up to itself, NULL = all; at = place of each element, increasing, NULL = equal distances; an element is NULL where fewer than 4 are seen and smoothing is NULL; errors: NULL, NaN or infinity in x or at, more than one dimension, places that do not increase, smoothing below 0, fewer than 4 elements for cross-validation';

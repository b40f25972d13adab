
-- Seasonal decomposition by local regressions: stl_decompose.

CREATE TYPE stl_component AS (
	trend double precision,
	seasonal double precision,
	remainder double precision,
	weight double precision
);
COMMENT ON TYPE stl_component IS 'the parts of a value, in its units: trend + seasonal + remainder; made by stl_decompose';
COMMENT ON COLUMN stl_component.trend IS 'what changes slowly';
COMMENT ON COLUMN stl_component.seasonal IS 'what repeats with the period';
COMMENT ON COLUMN stl_component.remainder IS 'the value less both';
COMMENT ON COLUMN stl_component.weight IS 'robustness weight of the row, 0 (outlier) to 1';

CREATE FUNCTION stl_decompose(x double precision, period integer, seasonal integer DEFAULT 7, trend integer DEFAULT NULL, low_pass integer DEFAULT NULL,
	robust boolean DEFAULT false, seasonal_degree integer DEFAULT 1, trend_degree integer DEFAULT 1, low_pass_degree integer DEFAULT 1,
	inner_iterations integer DEFAULT NULL, outer_iterations integer DEFAULT NULL, trailing_rows integer DEFAULT NULL)
RETURNS stl_component
AS 'MODULE_PATHNAME', 'creditspread_stl_decompose' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stl_decompose(double precision, integer, integer, integer, integer, boolean, integer, integer, integer, integer, integer, integer) IS
	'window function: trend, seasonal component and remainder of x (STL: Cleveland, Cleveland, McRae and Terpenning 1990); period = rows of a season, at least 2; seasonal, trend, low_pass = windows in cycles, rows and rows, odd, at least 3, the last two larger than the period; robust = outliers get small weights; degrees 0 or 1; inner_iterations (5, robust 2) and outer_iterations (0, robust 15); trailing_rows = each row sees only so many rows up to itself, NULL = the whole partition; NULL where a row sees fewer than two periods; errors: NULL, NaN or infinity in x, fewer rows than two periods, arguments out of range or that differ between rows';

CREATE FUNCTION stl_decompose(x double precision[], period integer, seasonal integer DEFAULT 7, trend integer DEFAULT NULL, low_pass integer DEFAULT NULL,
	robust boolean DEFAULT false, seasonal_degree integer DEFAULT 1, trend_degree integer DEFAULT 1, low_pass_degree integer DEFAULT 1,
	inner_iterations integer DEFAULT NULL, outer_iterations integer DEFAULT NULL, trailing_rows integer DEFAULT NULL)
RETURNS SETOF stl_component
AS 'MODULE_PATHNAME', 'creditspread_stl_decompose_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stl_decompose(double precision[], integer, integer, integer, integer, boolean, integer, integer, integer, integer, integer, integer) IS
	'trend, seasonal component and remainder of the elements of x, one row each, in order (STL: Cleveland, Cleveland, McRae and Terpenning 1990); arguments as of the window function; a row of NULLs where an element sees fewer than two periods; errors: NULL, NaN or infinity in x, more than one dimension, fewer elements than two periods, arguments out of range';

-- The information coefficient: information_coefficient, information_coefficient_decay,
-- rolling_information_coefficient, information_coefficient_options.

CREATE TYPE information_coefficient_result AS (
	mean double precision,
	standard_deviation double precision,
	information_ratio double precision,
	windows bigint,
	constant_windows bigint,
	observations bigint
);
COMMENT ON TYPE information_coefficient_result IS 'what information_coefficient returns';
COMMENT ON COLUMN information_coefficient_result.observations IS 'number of rows';

CREATE TYPE information_coefficient_lag AS (
	lag integer,
	mean double precision,
	standard_deviation double precision,
	information_ratio double precision,
	windows bigint,
	constant_windows bigint
);
COMMENT ON TYPE information_coefficient_lag IS 'an element of what information_coefficient_decay returns';
COMMENT ON COLUMN information_coefficient_lag.lag IS 'rows from the feature to y';
COMMENT ON COLUMN information_coefficient_result.mean IS 'mean of the correlations of all windows; NULL without any';
COMMENT ON COLUMN information_coefficient_result.standard_deviation IS 'of these correlations, divisor one less than their number; NULL of fewer than two';
COMMENT ON COLUMN information_coefficient_result.information_ratio IS 'mean / standard_deviation; NULL where that is NULL or zero';
COMMENT ON COLUMN information_coefficient_result.windows IS 'number of windows with a correlation';
COMMENT ON COLUMN information_coefficient_result.constant_windows IS 'number of windows left out because the feature or y is constant in them';
COMMENT ON COLUMN information_coefficient_lag.mean IS 'mean of the correlations of all windows; NULL without any';
COMMENT ON COLUMN information_coefficient_lag.standard_deviation IS 'of these correlations, divisor one less than their number; NULL of fewer than two';
COMMENT ON COLUMN information_coefficient_lag.information_ratio IS 'mean / standard_deviation; NULL where that is NULL or zero';
COMMENT ON COLUMN information_coefficient_lag.windows IS 'number of windows with a correlation';
COMMENT ON COLUMN information_coefficient_lag.constant_windows IS 'number of windows left out because the feature or y is constant in them';

--@ options information_coefficient_options (information_coefficient) of information_coefficient and information_coefficient_decay

CREATE FUNCTION @internal@.information_coefficient_final(@internal@.creditspread_series) RETURNS information_coefficient_result
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION @internal@.information_coefficient_decay_final(@internal@.creditspread_series) RETURNS information_coefficient_lag[]
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_decay_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time
CREATE FUNCTION @internal@.information_coefficient_transition(@internal@.creditspread_series, @time@, double precision, double precision) RETURNS @internal@.creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.information_coefficient_transition(@internal@.creditspread_series, @time@, double precision, double precision) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" @time@, feature double precision, y double precision) (
	SFUNC = @internal@.information_coefficient_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.information_coefficient_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(@time@, double precision, double precision) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit; rows in any order, those with a NULL in feature or y are left out, the others taken as equally spaced; errors: a time twice, a NULL time, NaN or infinity, fewer rows than window_size and lag need';

CREATE AGGREGATE information_coefficient_decay("time" @time@, feature double precision, y double precision) (
	SFUNC = @internal@.information_coefficient_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.information_coefficient_decay_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(@time@, double precision, double precision) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit; rows in any order, those with a NULL in feature or y are left out, the others taken as equally spaced; errors: a time twice, a NULL time, NaN or infinity, fewer rows than window_size and lag need';

CREATE FUNCTION @internal@.information_coefficient_transition(@internal@.creditspread_series, @time@, double precision, double precision, jsonb) RETURNS @internal@.creditspread_series
AS 'MODULE_PATHNAME', 'creditspread_information_coefficient_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @internal@.information_coefficient_transition(@internal@.creditspread_series, @time@, double precision, double precision, jsonb) IS
	'transition function of information_coefficient and information_coefficient_decay';

CREATE AGGREGATE information_coefficient("time" @time@, feature double precision, y double precision, options jsonb) (
	SFUNC = @internal@.information_coefficient_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.information_coefficient_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient(@time@, double precision, double precision, jsonb) IS
	'mean of the moving correlations between a feature and y some rows later (Grinold and Kahn 2000): time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, those with a NULL in feature or y are left out, the others taken as equally spaced; errors: a time twice, a NULL time, NaN or infinity, fewer rows than window_size and lag need, unknown option';

CREATE AGGREGATE information_coefficient_decay("time" @time@, feature double precision, y double precision, options jsonb) (
	SFUNC = @internal@.information_coefficient_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.information_coefficient_decay_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE information_coefficient_decay(@time@, double precision, double precision, jsonb) IS
	'the information coefficient for each lag from 1 to max_lag, an array to unnest: time, feature, y, each in any unit, information_coefficient_options(...); rows in any order, those with a NULL in feature or y are left out, the others taken as equally spaced; errors: a time twice, a NULL time, NaN or infinity, fewer rows than window_size and lag need, unknown option';
--@ end

CREATE FUNCTION rolling_information_coefficient(feature double precision, y double precision, window_size integer DEFAULT 30,
	lag integer DEFAULT 1, correlation text DEFAULT 'pearson')
RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_rolling_information_coefficient' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rolling_information_coefficient(double precision, double precision, integer, integer, text) IS
	'window function: on each row the correlation of the last pairs up to it, a pair being y of a row and the feature lag rows before; NULL while there are fewer than window_size pairs, and where a side is constant; needs OVER (... ORDER BY time); window_size 2 to 100000 pairs, lag 0 to 100000 rows, correlation pearson or spearman; errors: NULL, NaN or infinity in feature or y, an argument out of range';

CREATE FUNCTION rolling_information_coefficient(feature double precision[], y double precision[], window_size integer DEFAULT 30,
	lag integer DEFAULT 1, correlation text DEFAULT 'pearson')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_rolling_information_coefficient_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rolling_information_coefficient(double precision[], double precision[], integer, integer, text) IS
	'the same of arrays, an element for each row; NULL if feature or y is; window_size 2 to 100000 pairs, lag 0 to 100000 rows, correlation pearson or spearman; errors: NULL, NaN or infinity in feature or y, an argument out of range, arrays of different lengths';

-- The functions that take a series from rows or as an array, for a literal without a type: '{1,2,1,3}'
-- alone could be either, and a literal looks like a text first.

CREATE FUNCTION emd(x text, boundary text DEFAULT 'symmetric', stop text DEFAULT 's_number', s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL, max_siftings integer DEFAULT 50, max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL, extrema text DEFAULT 'sample')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd(text, text, text, integer, double precision, integer, integer, integer, text) IS
	'emd of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION emd_lowpass(x text, from_imf integer, boundary text DEFAULT 'symmetric', stop text DEFAULT 's_number',
	s_number integer DEFAULT NULL, sd_threshold double precision DEFAULT NULL, max_siftings integer DEFAULT 50,
	max_imfs integer DEFAULT NULL, trailing_rows integer DEFAULT NULL, extrema text DEFAULT 'sample')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_emd_lowpass_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_lowpass(text, integer, text, text, integer, double precision, integer, integer, integer, text) IS
	'emd_lowpass of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION eemd(x text, trials integer DEFAULT 100, noise double precision DEFAULT 0.2, seed bigint DEFAULT 1,
	boundary text DEFAULT 'symmetric', stop text DEFAULT 's_number', s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL, max_siftings integer DEFAULT 50, max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL, extrema text DEFAULT 'sample')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_eemd_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION eemd(text, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer, text) IS
	'eemd of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION ceemdan(x text, trials integer DEFAULT 100, noise double precision DEFAULT 0.2, seed bigint DEFAULT 1,
	boundary text DEFAULT 'symmetric', stop text DEFAULT 's_number', s_number integer DEFAULT NULL,
	sd_threshold double precision DEFAULT NULL, max_siftings integer DEFAULT 50, max_imfs integer DEFAULT NULL,
	trailing_rows integer DEFAULT NULL, extrema text DEFAULT 'sample')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_ceemdan_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ceemdan(text, integer, double precision, bigint, text, text, integer, double precision, integer, integer, integer, text) IS
	'ceemdan of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION wavelet_smooth(x text, wavelet text DEFAULT 'db4', level integer DEFAULT 6, mode text DEFAULT 'approximation',
	extension text DEFAULT 'symmetric', trailing_rows integer DEFAULT NULL)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_wavelet_smooth_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION wavelet_smooth(text, text, integer, text, text, integer) IS
	'wavelet_smooth of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION smoothing_spline(x text, smoothing double precision DEFAULT NULL, trailing_rows integer DEFAULT NULL, at text DEFAULT NULL)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_smoothing_spline_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION smoothing_spline(text, double precision, integer, text) IS
	'smoothing_spline of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION stl_decompose(x text, period integer, seasonal integer DEFAULT 7, trend integer DEFAULT NULL, low_pass integer DEFAULT NULL,
	robust boolean DEFAULT false, seasonal_degree integer DEFAULT 1, trend_degree integer DEFAULT 1,
	low_pass_degree integer DEFAULT 1, inner_iterations integer DEFAULT NULL,
	outer_iterations integer DEFAULT NULL, trailing_rows integer DEFAULT NULL)
RETURNS SETOF stl_component
AS 'MODULE_PATHNAME', 'creditspread_stl_decompose_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION stl_decompose(text, integer, integer, integer, integer, boolean, integer, integer, integer, integer, integer, integer) IS
	'stl_decompose of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION kalman_filter(y text, transition double precision, process_variance double precision, observation_variance double precision,
	initial_state double precision DEFAULT NULL, initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted', control text DEFAULT NULL)
RETURNS SETOF kalman_estimate
AS 'MODULE_PATHNAME', 'creditspread_kalman_filter_literal' LANGUAGE C ROWS 1000 IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_filter(text, double precision, double precision, double precision, double precision, double precision, text, text) IS
	'kalman_filter of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION kalman_smooth(y text, transition double precision, process_variance double precision, observation_variance double precision,
	initial_state double precision DEFAULT NULL, initial_variance double precision DEFAULT NULL,
	start text DEFAULT 'predicted', control text DEFAULT NULL, lookahead integer DEFAULT NULL)
RETURNS SETOF kalman_smoothed
AS 'MODULE_PATHNAME', 'creditspread_kalman_smooth_literal' LANGUAGE C ROWS 1000 IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kalman_smooth(text, double precision, double precision, double precision, double precision, double precision, text, text, integer) IS
	'kalman_smooth of an array written as a literal without a type; arguments, result and errors as of the array form';

CREATE FUNCTION rolling_information_coefficient(feature text, y text, window_size integer DEFAULT 30, lag integer DEFAULT 1,
	correlation text DEFAULT 'pearson')
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'creditspread_rolling_information_coefficient_literal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rolling_information_coefficient(text, text, integer, integer, text) IS
	'rolling_information_coefficient of an array written as a literal without a type; arguments, result and errors as of the array form';

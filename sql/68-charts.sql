-- Charts as SVG documents: chart_options, line_chart, bar_chart, emd_chart, curve_chart, scatter_chart, heatmap_chart, matrix_chart.

--@ options chart_options (chart) of charts

CREATE FUNCTION @internal@.line_chart_final(@internal@.creditspread_panel) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_line_chart_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time
--@ transition creditspread_line_chart_transition
CREATE AGGREGATE line_chart("time" @time@, value double precision, series text) (
	SFUNC = @internal@.line_chart_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.line_chart_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(@time@, double precision, text) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap) and the name of its series; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series';

--@ transition creditspread_line_chart_transition
CREATE AGGREGATE line_chart("time" @time@, value double precision, series text, options jsonb) (
	SFUNC = @internal@.line_chart_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.line_chart_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(@time@, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), the name of its series, options made by chart_options; rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';

--@ transition creditspread_line_chart_transition
CREATE AGGREGATE line_chart("time" @time@, value double precision, lower double precision, upper double precision, series text, options jsonb) (
	SFUNC = @internal@.line_chart_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.line_chart_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE line_chart(@time@, double precision, double precision, double precision, text, jsonb) IS
	'draws series over time as an SVG document: time (timestamptz in UTC), value (NULL = a gap), lower and upper end of its interval (NULL = none), the name of its series, options made by chart_options (NULL = none); rows in any order; errors: time or series NULL, NaN or infinity, a time twice in one series, more than 20 series, unknown or different options';
--@ end

CREATE FUNCTION bar_chart(labels text[], series text[], bars double precision[], options jsonb DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_bar_chart' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION bar_chart(text[], text[], double precision[], jsonb) IS
	'draws groups of bars as an SVG document: labels of the groups (a line break makes two lines), names of the series, a row of bars for each series with one for each label (NULL = no bar), options made by chart_options: title, x_label, y_label, width, height; any of the first three NULL gives NULL; errors: numbers that do not fit each other, NULL in labels or series, NaN or infinity, more than 20 series or 500 labels, unknown options';

CREATE FUNCTION @internal@.emd_chart_final(@internal@.creditspread_series) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_emd_chart_transition
CREATE AGGREGATE emd_chart("time" @time@, imfs double precision[] [, options jsonb]) (
	SFUNC = @internal@.emd_chart_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.emd_chart_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE emd_chart(@time@, double precision[] [, jsonb]) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document: time (timestamptz in UTC), what the window function emd, eemd or ceemdan gives at it (IMFs, then the residue) [, options made by chart_options: title, x_label, y_label (the name of the series), width, height]; rows in any order; errors: NULL, NaN or infinity, a time twice, rows that differ in their number of elements, more than 65 elements, a height too small for the panels [, unknown or different options]';
--@ end

CREATE FUNCTION emd_chart(imfs double precision[], options jsonb DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_emd_chart_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emd_chart(double precision[], jsonb) IS
	'draws a series and its intrinsic mode functions below each other as an SVG document, over the numbers of the observations: what emd, eemd or ceemdan of an array gives (a row for each IMF, then the residue; NULL = a gap), options made by chart_options: title, x_label, y_label (the name of the series), width, height; NULL or an empty array gives NULL; errors: not two dimensions, NaN or infinity, more than 65 rows, a height too small for the panels, unknown options';

CREATE FUNCTION @internal@.histogram_chart_final(@internal@.creditspread_series) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_histogram_chart_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ optional
--@ transition creditspread_histogram_chart_transition
CREATE AGGREGATE histogram_chart(value double precision [, options jsonb]) (
	SFUNC = @internal@.histogram_chart_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.histogram_chart_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE histogram_chart(double precision [, jsonb]) IS
	'draws how often values lie in bins of equal width (by the rule of Freedman and Diaconis, rounded up to 1, 2 or 5 times a power of ten) as an SVG document [, options made by chart_options: title, x_label, y_label, width, height]; NULL values are left out; rows in any order; errors: NaN or infinity [, unknown or different options]';
--@ end

--@ optional
--@ transition creditspread_histogram_chart_transition_width
CREATE AGGREGATE histogram_chart(value double precision, bin_width double precision [, options jsonb]) (
	SFUNC = @internal@.histogram_chart_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.histogram_chart_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE histogram_chart(double precision, double precision [, jsonb]) IS
	'draws how often values lie in bins of a width as an SVG document: value, width of the bins, which begin at its multiples [, options made by chart_options: title, x_label, y_label, width, height]; NULL values are left out; rows in any order; errors: NaN or infinity, width NULL, not positive or not the same in all rows, more than 500 bins [, unknown or different options]';
--@ end

CREATE FUNCTION @internal@.scatter_chart_final(@internal@.creditspread_series) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_scatter_chart_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ optional
--@ transition creditspread_scatter_chart_transition
CREATE AGGREGATE scatter_chart(x double precision, y double precision [, options jsonb]) (
	SFUNC = @internal@.scatter_chart_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.scatter_chart_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE scatter_chart(double precision, double precision [, jsonb]) IS
	'draws pairs of values, such as forecasts and what came true, and the least squares line through them as an SVG document: x, y [, options made by chart_options: title, x_label, y_label, width, height, diagonal]; rows with a NULL are left out, in any order; errors: NaN or infinity, values too far apart [, unknown or different options]';
--@ end

CREATE FUNCTION curve_chart(
	curve nelson_siegel_curve,
	maturities double precision[] DEFAULT NULL,
	yields double precision[] DEFAULT NULL,
	from_maturity double precision DEFAULT NULL,
	to_maturity double precision DEFAULT NULL,
	options jsonb DEFAULT NULL
) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_curve_chart_nelson_siegel' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION curve_chart(nelson_siegel_curve, double precision[], double precision[], double precision, double precision, jsonb) IS
	'draws a Nelson-Siegel curve as an SVG document: the curve (NULL gives NULL), maturities in years and yields in percent of observations to draw as points (NULL = none; a yield that is NULL is left out), from_maturity (NULL = 0) and to_maturity (NULL = the last observed, or 30) in years, options made by chart_options: title, x_label, y_label, width, height, zero; errors: maturities without yields or of another number, NULL, negative or not finite maturities, NaN or infinity, to_maturity not above from_maturity, a factor of the curve NULL, NaN or infinite, decay not positive, unknown options';

CREATE FUNCTION curve_chart(
	curve svensson_curve,
	maturities double precision[] DEFAULT NULL,
	yields double precision[] DEFAULT NULL,
	from_maturity double precision DEFAULT NULL,
	to_maturity double precision DEFAULT NULL,
	options jsonb DEFAULT NULL
) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_curve_chart_svensson' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION curve_chart(svensson_curve, double precision[], double precision[], double precision, double precision, jsonb) IS
	'draws a Svensson curve as an SVG document: the curve (NULL gives NULL), maturities in years and yields in percent of observations to draw as points (NULL = none; a yield that is NULL is left out), from_maturity (NULL = 0) and to_maturity (NULL = the last observed, or 30) in years, options made by chart_options: title, x_label, y_label, width, height, zero; errors: maturities without yields or of another number, NULL, negative or not finite maturities, NaN or infinity, to_maturity not above from_maturity, a factor of the curve NULL, NaN or infinite, decay not positive, unknown options';

CREATE FUNCTION @internal@.heatmap_chart_final(@internal@.creditspread_panel) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_heatmap_chart_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_heatmap_chart_transition
CREATE AGGREGATE heatmap_chart("time" @time@, value double precision, "row" text [, options jsonb]) (
	SFUNC = @internal@.heatmap_chart_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.heatmap_chart_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE heatmap_chart(@time@, double precision, text [, jsonb]) IS
	'draws many series as rows of colours over time as an SVG document, blue above 0 and orange below: time (timestamptz in UTC), value, the name of its row [, options made by chart_options: title, x_label, y_label, width, height, colour_limit]; means where there is no room for each time; rows in any order; errors: NULL, NaN or infinity, a time twice in one row, more than 200 rows [, unknown or different options]';
--@ end

CREATE FUNCTION matrix_chart(rows text[], columns text[], "values" double precision[], options jsonb DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_matrix_chart' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION matrix_chart(text[], text[], double precision[], jsonb) IS
	'draws a matrix, such as one of correlations, as colours in an SVG document, blue above 0 and orange below: names of the rows and of the columns, the values (NULL = no cell), options made by chart_options: title, x_label, y_label, width, height, colour_limit; any of the first three NULL gives NULL; errors: numbers that do not fit each other, NULL in names, NaN or infinity, more than 200 rows or 500 columns, unknown options';

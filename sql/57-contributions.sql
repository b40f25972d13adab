-- Explanations: what each feature adds to one forecast, for linear models, trees, support vectors and networks.

CREATE TYPE forecast_contributions AS (
	base double precision,
	forecast double precision,
	feature text[],
	contribution double precision[],
	value double precision[]
);
COMMENT ON TYPE forecast_contributions IS
	'a forecast taken apart, forecast = base + sum of contributions, all in units of y; an element for each feature, y first';
COMMENT ON COLUMN forecast_contributions.base IS 'the forecast where nothing is known of the features but their mean (of linear models: where nothing has changed)';
COMMENT ON COLUMN forecast_contributions.forecast IS 'the forecast';
COMMENT ON COLUMN forecast_contributions.feature IS 'y, and the features by their names; or terms; at the end lower_bound where the forecast would be below that';
COMMENT ON COLUMN forecast_contributions.contribution IS 'what each adds to the forecast';
COMMENT ON COLUMN forecast_contributions.value IS 'the value of each on the row, NULL where it is; of a term what the model sees';

--@ each method: linear, boosted_trees, random_forest, svr, rnn, transformer
CREATE FUNCTION @method@_contributions(model @method@_model, y double precision, features double precision[] DEFAULT NULL, step integer DEFAULT 1, terms boolean DEFAULT false)
RETURNS forecast_contributions
AS 'MODULE_PATHNAME', 'creditspread_@method@_contributions' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @method@_contributions(@method@_model, double precision, double precision[], integer, boolean) IS
	'window function: what y and each feature add to the forecast that @method@_forecast makes on a row for the row step rows later, with terms each of their lags and means by itself; needs OVER (... ORDER BY time); NULL where step or terms is NULL, on rows that nobody asks for, and where there is no forecast; errors: those of @method@_forecast, contributions that do not add up to the forecast (1e-6)';
--@ end

CREATE FUNCTION waterfall_chart(labels text[], base double precision, parts double precision[], options jsonb DEFAULT NULL) RETURNS text
AS 'MODULE_PATHNAME', 'creditspread_waterfall_chart' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterfall_chart(text[], double precision, double precision[], jsonb) IS
	'draws the way from a base to a total as an SVG document, a row for each part (100 at most) with a bar from the sum before it to the sum with it; NULL where labels, base or parts are; labels, of the base, each part and the total, 2202E if there are others; options (NULL = none) from chart_options: title, x_label, y_label, width, height';

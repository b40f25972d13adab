-- The model confidence set: model_confidence_set, model_confidence_set_options.

CREATE TYPE model_confidence_set_forecast AS (
	forecast integer,
	mean_loss double precision,
	statistic double precision,
	p_value double precision,
	included boolean,
	place integer,
	observations bigint
);
COMMENT ON TYPE model_confidence_set_forecast IS 'an element of what model_confidence_set returns';
COMMENT ON COLUMN model_confidence_set_forecast.forecast IS 'its number in the array of forecasts, from 1';
COMMENT ON COLUMN model_confidence_set_forecast.mean_loss IS 'in units of the loss';
COMMENT ON COLUMN model_confidence_set_forecast.statistic IS 'of the test after which the forecast was left out; 0 of the last';
COMMENT ON COLUMN model_confidence_set_forecast.p_value IS 'largest of the tests up to that one; 1 of the last';
COMMENT ON COLUMN model_confidence_set_forecast.included IS 'whether it is in the set: the p-value is not below significance_level';
COMMENT ON COLUMN model_confidence_set_forecast.place IS '1 = the last that was left';
COMMENT ON COLUMN model_confidence_set_forecast.observations IS 'rows without NULL';

--@ options model_confidence_set_options (model_confidence_set) of model_confidence_set

CREATE FUNCTION @internal@.model_confidence_set_final(@internal@.creditspread_series) RETURNS model_confidence_set_forecast[]
AS 'MODULE_PATHNAME', 'creditspread_model_confidence_set_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_model_confidence_set_transition
CREATE AGGREGATE model_confidence_set("time" @time@, actual double precision, forecasts double precision[] [, options jsonb]) (
	SFUNC = @internal@.model_confidence_set_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.model_confidence_set_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE model_confidence_set(@time@, double precision, double precision[] [, jsonb]) IS
	'the forecasts among which the best is with a given confidence (Hansen, Lunde and Nason 2011), an array to unnest: time, actual value, 2 to 200 forecasts [, model_confidence_set_options(...)]; rows in any order, those with a NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, rows that differ in their number of forecasts, not more rows than a block has, losses that differ by a constant [, unknown option]';
--@ end

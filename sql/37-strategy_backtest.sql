-- What trading on a forecast would have earned: strategy_backtest, strategy_backtest_curve, strategy_options.

CREATE TYPE strategy_backtest_result AS (
	periods bigint,
	total double precision,
	gross_total double precision,
	carry_total double precision,
	cost_total double precision,
	mean double precision,
	sd double precision,
	sharpe double precision,
	sharpe_error double precision,
	max_drawdown double precision,
	turnover double precision,
	mean_position double precision,
	break_even_cost double precision,
	lags integer,
	times text[],
	position double precision[],
	cumulative_gross double precision[],
	cumulative_value double precision[]
);
COMMENT ON TYPE strategy_backtest_result IS 'what strategy_backtest returns; amounts in units of y times units held';
COMMENT ON COLUMN strategy_backtest_result.periods IS 'rows of the curve: from the first that a forecast is held for to the last';
COMMENT ON COLUMN strategy_backtest_result.total IS 'sum of the gains: changes and carry less costs';
COMMENT ON COLUMN strategy_backtest_result.gross_total IS 'sum of what was held times the change of y';
COMMENT ON COLUMN strategy_backtest_result.carry_total IS 'sum of what was held times option carry';
COMMENT ON COLUMN strategy_backtest_result.cost_total IS 'turnover times option cost';
COMMENT ON COLUMN strategy_backtest_result.mean IS 'mean gain of a row';
COMMENT ON COLUMN strategy_backtest_result.sd IS 'standard deviation of the gains, divisor periods - 1; NULL of one row';
COMMENT ON COLUMN strategy_backtest_result.sharpe IS 'mean / sd times the root of option periods_per_year; NULL where the gains do not vary';
COMMENT ON COLUMN strategy_backtest_result.sharpe_error IS 'its standard error, which knows skewness, kurtosis and autocorrelations; NULL likewise';
COMMENT ON COLUMN strategy_backtest_result.max_drawdown IS 'largest fall of the sum of gains from 0 or an earlier value, at least 0';
COMMENT ON COLUMN strategy_backtest_result.turnover IS 'units bought and sold in all, the first and the closing of the last among them';
COMMENT ON COLUMN strategy_backtest_result.mean_position IS 'mean of the units held, without their sign';
COMMENT ON COLUMN strategy_backtest_result.break_even_cost IS 'cost of a unit bought or sold at which the total is 0; NULL without turnover';
COMMENT ON COLUMN strategy_backtest_result.lags IS 'autocorrelations in sharpe_error';
COMMENT ON COLUMN strategy_backtest_result.times IS 'the times of the curve, ISO 8601 (UTC), ascending';
COMMENT ON COLUMN strategy_backtest_result.position IS 'units held up to each time, from the one before';
COMMENT ON COLUMN strategy_backtest_result.cumulative_gross IS 'sum, up to each time, of what was held times the change of y';
COMMENT ON COLUMN strategy_backtest_result.cumulative_value IS 'sum of the gains up to each time';

--@ options strategy_options (strategy) of strategy_backtest

CREATE FUNCTION @internal@.strategy_backtest_final(@internal@.creditspread_series) RETURNS strategy_backtest_result
AS 'MODULE_PATHNAME', 'creditspread_strategy_backtest_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_strategy_backtest_transition
CREATE AGGREGATE strategy_backtest("time" @time@, actual double precision, forecast double precision [, options jsonb]) (
	SFUNC = @internal@.strategy_backtest_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.strategy_backtest_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE strategy_backtest(@time@, double precision, double precision [, jsonb]) IS
	'what trading on forecasts would have earned: time, actual value, its forecast made horizon rows before [, strategy_options(...)]; holds what the rule makes of forecast less the value at the origin; a row without forecast (NULL) asks for nothing, one without actual value is left out; rows in any order; errors: a time NULL, infinite or twice, NaN or infinity, no forecast after the first horizon rows, an overflow [, unknown option, an option that the rule does not know]';
--@ end

CREATE FUNCTION strategy_backtest_curve(backtest strategy_backtest_result,
	OUT "time" text, OUT "position" double precision, OUT gross double precision, OUT value double precision, OUT drawdown double precision)
RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT c."time", c."position", c.gross, c.value, greatest(0, pg_catalog.max(c.value) OVER (ORDER BY c.number)) - c.value
	FROM ROWS FROM (pg_catalog.unnest((backtest).times), pg_catalog.unnest((backtest)."position"), pg_catalog.unnest((backtest).cumulative_gross),
		pg_catalog.unnest((backtest).cumulative_value)) WITH ORDINALITY AS c ("time", "position", gross, value, number)
	ORDER BY c.number;
END;
COMMENT ON FUNCTION strategy_backtest_curve(strategy_backtest_result) IS
	'the curve of a backtest as rows: time (ISO 8601, to be cast to the type it had), position = units held up to it, gross = sum of changes, value = sum of gains after carry and costs, drawdown below the highest value so far';

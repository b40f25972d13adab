-- How well forecasts order the entities of each time: mean_reciprocal_rank, rank_correlation, rank_backtest.

CREATE FUNCTION @internal@.mean_reciprocal_rank_final(@internal@.creditspread_series) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_mean_reciprocal_rank_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time
--@ transition creditspread_mean_reciprocal_rank_transition
CREATE AGGREGATE mean_reciprocal_rank("time" @time@, actual double precision, forecast double precision) (
	SFUNC = @internal@.mean_reciprocal_rank_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.mean_reciprocal_rank_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mean_reciprocal_rank(@time@, double precision, double precision) IS
	'mean over the times of 1 / (place that the forecasts, from the highest down, give to the entity with the highest actual value), from 0 to 1; a row for each entity and time, in any order, those with a NULL value are left out; ties earn their mean; a time with a single entity is left out, none left: NULL; errors: NULL elsewhere, NaN or infinity, more than 100000 rows at one time';
--@ end

CREATE TYPE rank_correlation_result AS (
	mean double precision,
	sd double precision,
	information_ratio double precision,
	times bigint,
	undefined_times bigint
);
COMMENT ON TYPE rank_correlation_result IS 'what rank_correlation returns';
COMMENT ON COLUMN rank_correlation_result.mean IS 'mean of the rank correlations of the times, from -1 to 1; NULL without one';
COMMENT ON COLUMN rank_correlation_result.sd IS 'their standard deviation, divisor times - 1; NULL with fewer than 2';
COMMENT ON COLUMN rank_correlation_result.information_ratio IS 'mean / sd; NULL where sd is NULL or 0; its t statistic is sqrt(times) times it';
COMMENT ON COLUMN rank_correlation_result.times IS 'number of times with a rank correlation';
COMMENT ON COLUMN rank_correlation_result.undefined_times IS 'number of times without: a single entity, or all actual values or all forecasts equal';

CREATE FUNCTION @internal@.rank_correlation_final(@internal@.creditspread_series) RETURNS rank_correlation_result
AS 'MODULE_PATHNAME', 'creditspread_rank_correlation_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time
--@ transition creditspread_rank_correlation_transition
CREATE AGGREGATE rank_correlation("time" @time@, actual double precision, forecast double precision) (
	SFUNC = @internal@.rank_correlation_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.rank_correlation_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_correlation(@time@, double precision, double precision) IS
	'Spearman correlation of actual and forecast values over the entities of each time: its mean, standard deviation and information ratio over the times; a row for each entity and time, in any order, those with a NULL value are left out; ties at their mean rank; errors: NULL elsewhere, NaN or infinity, more than 100000 rows at one time';
--@ end

CREATE TYPE rank_backtest_result AS (
	times text[],
	cumulative_value double precision[],
	cumulative_long double precision[],
	cumulative_short double precision[],
	cumulative_median double precision[],
	days bigint,
	total double precision,
	long_total double precision,
	short_total double precision,
	median_total double precision,
	turnover double precision,
	max_drawdown double precision
);
COMMENT ON TYPE rank_backtest_result IS 'what rank_backtest returns; amounts in units of the actual values, sums over groups and times';
COMMENT ON COLUMN rank_backtest_result.times IS 'the times of the curve, ISO 8601 (UTC), ascending';
COMMENT ON COLUMN rank_backtest_result.cumulative_value IS 'long less short, summed up to each time';
COMMENT ON COLUMN rank_backtest_result.cumulative_long IS 'actual values of the highest forecasts, summed up to each time';
COMMENT ON COLUMN rank_backtest_result.cumulative_short IS 'actual values of the lowest forecasts, summed up to each time';
COMMENT ON COLUMN rank_backtest_result.cumulative_median IS 'medians of the actual values, summed up to each time: what choosing without knowledge gives';
COMMENT ON COLUMN rank_backtest_result.days IS 'number of times of the curve';
COMMENT ON COLUMN rank_backtest_result.total IS 'the last cumulative_value';
COMMENT ON COLUMN rank_backtest_result.long_total IS 'the last cumulative_long';
COMMENT ON COLUMN rank_backtest_result.short_total IS 'the last cumulative_short';
COMMENT ON COLUMN rank_backtest_result.median_total IS 'the last cumulative_median';
COMMENT ON COLUMN rank_backtest_result.turnover IS 'mean share of the positions exchanged from one time to the next, from 0 to 1; NULL with fewer than 2 times';
COMMENT ON COLUMN rank_backtest_result.max_drawdown IS 'largest fall of cumulative_value from 0 or an earlier value, at least 0';

CREATE FUNCTION @internal@.rank_backtest_final(@internal@.creditspread_panel) RETURNS rank_backtest_result
AS 'MODULE_PATHNAME', 'creditspread_rank_backtest_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each entity; each time
--@ transition creditspread_rank_backtest_transition
CREATE AGGREGATE rank_backtest(entity @entity@, "group" text, "time" @time@, actual double precision, forecast double precision) (
	SFUNC = @internal@.rank_backtest_transition, STYPE = @internal@.creditspread_panel, FINALFUNC = @internal@.rank_backtest_final,
	COMBINEFUNC = @internal@.creditspread_panel_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_backtest(@entity@, text, @time@, double precision, double precision) IS
	'backtest of a ranking: at each time and in each group long the entity with the highest forecast, short the one with the lowest, beside the median; entity, group, time, actual value, forecast; rows in any order, those with a NULL value are left out; tied forecasts share a position; a group with a single entity is left out; errors: NULL elsewhere, NaN or infinity, a time twice for one entity of a group, more than 100000 rows at one time';
--@ end

CREATE FUNCTION rank_backtest_curve(backtest rank_backtest_result,
	OUT "time" text, OUT value double precision, OUT long double precision, OUT short double precision, OUT median double precision, OUT drawdown double precision)
RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
	SELECT c."time", c.value, c.long, c.short, c.median,
		greatest(0, pg_catalog.max(c.value) OVER (ORDER BY c.number)) - c.value
	FROM ROWS FROM (pg_catalog.unnest((backtest).times), pg_catalog.unnest((backtest).cumulative_value), pg_catalog.unnest((backtest).cumulative_long),
		pg_catalog.unnest((backtest).cumulative_short), pg_catalog.unnest((backtest).cumulative_median)) WITH ORDINALITY
		AS c ("time", value, long, short, median, number)
	ORDER BY c.number;
END;
COMMENT ON FUNCTION rank_backtest_curve(rank_backtest_result) IS
	'the cumulative curve of a backtest as rows: time (ISO 8601, to be cast to the type it had), value = long less short, long, short, median, drawdown below the highest value so far';

-- For forecasts_us.sql and forecasts_em.sql: backtests of methods of the catalog over the last :origins days of the first
-- :share of the table day whose targets are known, fitted again every 250 days to all days before, and
--
--   rmse, mae        over those of the random walk, mean over the series; worst is the largest rmse of a series
--   coverage         of 90 % intervals, in all, and in the third of the days with the greatest volatility, which is the
--                    mean of the last 200 absolute changes with weights 0.97^age
--   interval score   over that of the random walk with the 451st of its last 500 absolute errors at the horizon for width
--   tests            Diebold-Mariano of squared and of absolute errors against the random walk, p-values adjusted by
--                    Holm over the series at a horizon and over all tests of the table
CREATE TABLE spread AS
SELECT (:'series'::text[])[s] AS entity, number, date AS "time", values[s] AS y,
	   o[1] AS o1, o[2] AS o2, o[3] AS o3, o[4] AS o4, o[5] AS o5, o[6] AS o6, o[7] AS o7
FROM day, generate_series(1, cardinality(:'series'::text[])) AS s, LATERAL (SELECT values[1:s - 1] || values[s + 1:] AS o) AS rest
WHERE number <= floor(:share * (SELECT count(*) FROM day));

CALL creditspread.train('random_walk', 'SELECT entity, "time", y FROM spread', 'random_walk', '{1,5,20}');
CALL creditspread.train('linear', 'SELECT entity, "time", y, ' || :'features' || ' FROM spread', 'linear', '{1,5,20}');
CALL creditspread.train('auto', 'SELECT entity, "time", y, ' || :'features' || ' FROM spread', 'auto', '{1,5,20}');
CALL creditspread.backtest('random_walk', :origins, 250);
CALL creditspread.backtest('linear', :origins, 250);
CALL creditspread.backtest('auto', :origins, 250);

CREATE TABLE error AS
SELECT entity, number, "time" AS origin_date, h AS horizon, abs(y - lag(y) OVER w) AS change, abs(lead(y, h) OVER w - y) AS error
FROM spread, unnest('{1,5,20}'::int[]) AS h WINDOW w AS (PARTITION BY entity, h ORDER BY number);
ALTER TABLE error ADD PRIMARY KEY (entity, horizon, number);

CREATE TABLE past AS
SELECT o.entity, o.origin_date, o.horizon,
	   (SELECT sum(e.change * 0.97 ^ (o.number - e.number)) / sum(0.97 ^ (o.number - e.number)) FROM error e
		WHERE e.entity = o.entity AND e.horizon = o.horizon AND e.number BETWEEN o.number - 199 AND o.number) AS volatility,
	   (SELECT (array_agg(e.error ORDER BY e.error))[451] FROM error e
		WHERE e.entity = o.entity AND e.horizon = o.horizon AND e.number BETWEEN o.number - o.horizon - 499 AND o.number - o.horizon) AS width
FROM error o JOIN creditspread.forecast_vs_actual f USING (entity, horizon, origin_date) WHERE f.model = 'random_walk';

CREATE TABLE score AS
SELECT model, entity, horizon, count(*) AS n, min(target_date) AS first_target, max(target_date) AS last_target,
	   rmse(actual, forecast) / rmse(actual, random_walk) AS rmse, mae(actual, forecast) / mae(actual, random_walk) AS mae,
	   avg((actual BETWEEN lower AND upper)::int) AS coverage,
	   avg((actual BETWEEN lower AND upper)::int) FILTER (WHERE volatility >= wild) AS wild_coverage,
	   avg(upper - lower + 20 * greatest(lower - actual, actual - upper, 0))
		   / avg(2 * width + 20 * greatest(abs(actual - random_walk) - width, 0)) AS interval_score
FROM creditspread.forecast_vs_actual JOIN past USING (entity, horizon, origin_date)
	 JOIN (SELECT entity, horizon, percentile_cont(2 / 3.0) WITHIN GROUP (ORDER BY volatility) AS wild FROM past GROUP BY entity, horizon) AS w
		USING (entity, horizon)
WHERE actual IS NOT NULL GROUP BY model, entity, horizon;

\echo
SELECT min(first_target) AS first, max(last_target) AS last, max(n) AS n FROM score \gset
\echo :n 'forecasts for each series and horizon, of days from' :first 'to' :last
SELECT model, horizon, round(avg(rmse)::numeric, 3) AS rmse, round(max(rmse)::numeric, 3) AS worst, round(avg(mae)::numeric, 3) AS mae,
	   round(avg(coverage)::numeric, 3) AS coverage, round(avg(wild_coverage)::numeric, 3) AS wild_third, round(avg(interval_score)::numeric, 3) AS interval_score
FROM score GROUP BY model, horizon ORDER BY model, horizon;

WITH test AS (
	SELECT s.*, d.loss, d.p, d.share, d.holm
	FROM score s JOIN creditspread.accuracy a USING (model, entity, horizon) JOIN creditspread.accuracy_holm h USING (model, entity, horizon),
		LATERAL (VALUES ('squared', a.dm_squared_p_value, a.squared_share_of_ten, h.dm_squared_holm_p_value),
			('absolute', a.dm_absolute_p_value, a.absolute_share_of_ten, h.dm_absolute_holm_p_value)) AS d (loss, p, share, holm)
	WHERE a.source = 'backtest' AND h.source = 'backtest'
), step AS (
	SELECT *, count(p) OVER () AS tests, (count(p) OVER () - row_number() OVER (ORDER BY p) + 1) * p AS step FROM test
), adjusted AS (
	SELECT *, CASE WHEN p IS NOT NULL THEN least(1, max(step) OVER (ORDER BY p)) END AS holm_of_all FROM step
)
SELECT model, horizon, entity, round(min(rmse)::numeric, 3) AS rmse, round(min(mae)::numeric, 3) AS mae,
	   round(min(coverage)::numeric, 3) AS coverage, round(min(wild_coverage)::numeric, 3) AS wild_third,
	   round(min(interval_score)::numeric, 3) AS interval_score,
	   round(min(p) FILTER (WHERE loss = 'squared')::numeric, 4) AS p_squared, round(min(holm) FILTER (WHERE loss = 'squared')::numeric, 4) AS holm_squared,
	   round(min(holm_of_all) FILTER (WHERE loss = 'squared')::numeric, 4) AS holm_all_squared,
	   round(min(share) FILTER (WHERE loss = 'squared')::numeric, 2) AS ten_days_squared,
	   round(min(p) FILTER (WHERE loss = 'absolute')::numeric, 4) AS p_absolute, round(min(holm) FILTER (WHERE loss = 'absolute')::numeric, 4) AS holm_absolute,
	   round(min(holm_of_all) FILTER (WHERE loss = 'absolute')::numeric, 4) AS holm_all_absolute,
	   round(min(share) FILTER (WHERE loss = 'absolute')::numeric, 2) AS ten_days_absolute
FROM adjusted GROUP BY model, horizon, entity ORDER BY model, horizon, entity;

CALL creditspread.drop('random_walk');
CALL creditspread.drop('linear');
CALL creditspread.drop('auto');
DROP TABLE spread, error, past, score;

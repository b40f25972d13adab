-- For quantiles_us.sql and quantiles_em.sql: quantiles that networks forecast beside their conformal intervals and those of
-- the random walk of the catalog, which are scaled by volatility, too. Backtests over the last 500 days of the first 80 % of
-- the table day, fitted every 250 days to all days before, 1, 5 and 20 days ahead, each index with the changes of the others
-- as features. Of intervals of 90 %: coverage, in all and in the third of the days with the greatest volatility, and the
-- interval score over that of the random walk, mean over the series, worst series, and how many series are better; then the
-- coverage of each pair of quantiles.
CREATE TABLE spread AS
SELECT entity, number, "time", y, x1, x2, x3, x4, x5, x6, x7 FROM (
	SELECT (:'series'::text[])[s] AS entity, number, date AS "time", values[s] AS y, o[1] - lag(o[1]) OVER w AS x1, o[2] - lag(o[2]) OVER w AS x2,
		   o[3] - lag(o[3]) OVER w AS x3, o[4] - lag(o[4]) OVER w AS x4, o[5] - lag(o[5]) OVER w AS x5, o[6] - lag(o[6]) OVER w AS x6, o[7] - lag(o[7]) OVER w AS x7
	FROM day, generate_series(1, cardinality(:'series'::text[])) AS s, LATERAL (SELECT values[1:s - 1] || values[s + 1:] AS o) AS rest
	WHERE number <= floor(0.8 * (SELECT count(*) FROM day)) WINDOW w AS (PARTITION BY s ORDER BY number)) AS changes
WHERE number > 1;

CALL creditspread.train('random walk', 'SELECT entity, "time", y FROM spread', 'random_walk', '{1,5,20}');
CALL creditspread.train('conformal', 'SELECT entity, "time", y, ' || :'features' || ' FROM spread', 'rnn', '{1,5,20}', rnn_options(ensemble => 5));
CALL creditspread.train('quantiles', 'SELECT entity, "time", y, ' || :'features' || ' FROM spread', 'rnn', '{1,5,20}', rnn_options(ensemble => 5, quantiles => '{0.05,0.25,0.5,0.75,0.95}'));
CALL creditspread.train('uncorrected', 'SELECT entity, "time", y, ' || :'features' || ' FROM spread', 'rnn', '{1,5,20}', rnn_options(ensemble => 5, quantiles => '{0.05,0.25,0.5,0.75,0.95}', quantile_correction => false));
CALL creditspread.backtest('random walk', 500, 250);
CALL creditspread.backtest('conformal', 500, 250);
CALL creditspread.backtest('quantiles', 500, 250);
CALL creditspread.backtest('uncorrected', 500, 250);

CREATE TABLE calm AS
SELECT entity, "time" AS origin_date, ntile(3) OVER (PARTITION BY entity ORDER BY volatility) AS third
FROM (SELECT entity, number, "time", avg(abs(change)) OVER (PARTITION BY entity ORDER BY number ROWS 19 PRECEDING) AS volatility
	FROM (SELECT entity, number, "time", y - lag(y) OVER (PARTITION BY entity ORDER BY number) AS change FROM spread) AS c) AS v
WHERE "time" >= (SELECT min(origin_date) FROM creditspread.forecast_vs_actual);

CREATE TABLE score AS
SELECT model, entity, horizon, rmse(actual, forecast) / rmse(actual, random_walk) AS rmse,
	   avg((actual BETWEEN lower AND upper)::int) AS coverage, avg((actual BETWEEN lower AND upper)::int) FILTER (WHERE third = 3) AS wild_third,
	   avg(upper - lower + 20 * greatest(lower - actual, actual - upper, 0)) AS score
FROM creditspread.forecast_vs_actual JOIN calm USING (entity, origin_date) GROUP BY model, entity, horizon;

SELECT model, horizon, round(avg(s.rmse)::numeric, 3) AS rmse, round(avg(coverage)::numeric, 3) AS coverage, round(avg(wild_third)::numeric, 3) AS wild_third,
	   round(avg(s.score / w.score)::numeric, 3) AS interval_score, round(max(s.score / w.score)::numeric, 3) AS worst, count(*) FILTER (WHERE s.score < w.score) AS better, count(*) AS of
FROM score s JOIN (SELECT entity, horizon, score FROM score WHERE model = 'random walk') AS w USING (entity, horizon) GROUP BY model, horizon ORDER BY model, horizon;
SELECT model, level, horizon, round(avg(inside_interval::int), 3) AS coverage FROM creditspread.forecast_interval WHERE model IN ('quantiles', 'uncorrected') AND source = 'backtest'
GROUP BY model, level, horizon ORDER BY model, level, horizon;

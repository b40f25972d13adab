-- CSV: date,oas_master,
--
-- A year of evening runs of the catalog. On every trading day of the last year of a CSV with the columns
-- of daily.psql (spreads in percent; here in basis points) the day's four spreads come in: AAA, all, BBB and high
-- yield; every Friday the models are trained again on the last five years, and every evening they
-- forecast 1, 5 and 20 days ahead. Then the books are checked by queries written by hand: each forecast that must be
-- there is there, each actual value is the spread of the day forecast, the view accuracy is right.
--
-- Two models: rnn, a JANET network of 8 units without features for each spread, 2 networks averaged, at most 20
-- epochs; and ar, least squares. Small networks are chosen for the time that 52 trainings of 4 series take.
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;
SELECT clock_timestamp() AS began \gset

\ir daily.psql

-- what will come in, with the number of its day, and what has
CREATE TABLE future AS
SELECT date, entity, spread * 100 AS spread, row_number() OVER (PARTITION BY entity ORDER BY date) AS place
FROM daily, LATERAL (VALUES ('AAA', oas_aaa), ('all', oas_master), ('BBB', oas_bbb), ('HY', oas_hy)) AS s (entity, spread)
WHERE spread IS NOT NULL;
CREATE INDEX ON future (date);
CREATE TABLE arrived (date date, entity text, spread float8, PRIMARY KEY (date, entity));
SELECT max(date) - interval '1 year' AS first_evening FROM future \gset
INSERT INTO arrived SELECT date, entity, spread FROM future WHERE date < :'first_evening';
ANALYZE arrived;

\set query 'SELECT date AS "time", entity, spread AS y FROM arrived WHERE date > (SELECT max(date) FROM arrived) - 1826'
CALL creditspread.train('rnn', :'query', method => 'rnn', horizons => '{1,5,20}',
	options => rnn_options(units => '{8}', ensemble => 2, epochs => 20));
CALL creditspread.train('ar', :'query', method => 'ar', horizons => '{1,5,20}');

DO $$
DECLARE
	evening date;
BEGIN
	FOR evening IN SELECT DISTINCT date FROM future WHERE date > (SELECT max(date) FROM arrived) ORDER BY date LOOP
		INSERT INTO arrived SELECT date, entity, spread FROM future WHERE date = evening;
		IF extract(dow FROM evening) = 5 THEN
			CALL creditspread.retrain('rnn');
			CALL creditspread.retrain('ar');
		END IF;
		CALL creditspread.forecast('rnn');
		CALL creditspread.forecast('ar');
	END LOOP;
END $$;

\echo
\echo The year
WITH evening AS (SELECT count(DISTINCT date) AS n FROM future WHERE date >= :'first_evening')
SELECT r.model, n AS evenings, count(*) FILTER (WHERE kind = 'retrain') AS retrainings, count(*) FILTER (WHERE status <> 'done') AS failed,
	   (SELECT count(*) FROM creditspread.forecast_vs_actual f WHERE f.model = r.model) AS forecasts, n * 4 * 3 AS "must be",
	   (SELECT count(actual) FROM creditspread.forecast_vs_actual f WHERE f.model = r.model) AS known, 4 * (3 * n - 1 - 5 - 20) AS "must be",
	   round(sum(seconds) FILTER (WHERE kind <> 'forecast')::numeric, 1) AS "training, s",
	   round(sum(seconds) FILTER (WHERE kind = 'forecast')::numeric, 1) AS "forecasting, s"
FROM creditspread.run_log r, evening GROUP BY r.model, n ORDER BY 1;

\echo Forecasts whose random walk, target or actual value is not that of the data
SELECT count(*) AS wrong
FROM creditspread.forecast_vs_actual f
JOIN future o ON o.entity = f.entity AND o.date = f.origin_date
LEFT JOIN future t ON t.entity = f.entity AND t.place = o.place + f.horizon
WHERE f.random_walk <> o.spread OR f.actual IS DISTINCT FROM t.spread OR f.target_date <> t.date;

\echo Rows of the view accuracy, and those that differ from a query written by hand
WITH by_hand AS (
	SELECT model, version, f.entity, horizon, count(*) AS n, avg(abs(t.spread - forecast)) AS mae, sqrt(avg((t.spread - forecast) ^ 2)) AS rmse,
		   avg(abs(t.spread - forecast) / t.spread) AS mape, avg(forecast - t.spread) AS bias, avg(abs(t.spread - o.spread)) AS random_walk_mae,
		   sqrt(avg((t.spread - o.spread) ^ 2)) AS random_walk_rmse, avg((t.spread BETWEEN lower AND upper)::integer) AS coverage
	FROM creditspread.forecast_vs_actual f
	JOIN future o ON o.entity = f.entity AND o.date = f.origin_date
	JOIN future t ON t.entity = f.entity AND t.place = o.place + f.horizon
	WHERE f.revision = 0
	GROUP BY model, version, f.entity, horizon
)
SELECT count(*) AS rows, count(*) FILTER (WHERE h.n IS NULL OR a.n IS NULL OR a.n <> h.n OR greatest(abs(a.mae / h.mae - 1), abs(a.rmse / h.rmse - 1),
		   abs(a.mape / h.mape - 1), abs(a.bias - h.bias) / h.mae, abs(a.random_walk_mae - h.random_walk_mae),
		   abs(a.random_walk_rmse - h.random_walk_rmse), abs(a.coverage - h.coverage::float8)) > 1e-12) AS different
FROM creditspread.accuracy a FULL JOIN by_hand h USING (model, version, entity, horizon);

\echo Errors over the year, all versions together, basis points
SELECT model, horizon, entity, n, round(mae::numeric, 3) AS mae, round(random_walk_mae::numeric, 3) AS "random walk's",
	   round(((1 - mae / random_walk_mae) * 100)::numeric, 1) AS "gain, %", round((coverage * 100)::numeric, 1) AS "inside 90 %",
	   better_by_squares, round(dm_squared_p_value::numeric, 3) AS "p, squares", better_by_absolutes, round(dm_absolute_p_value::numeric, 3) AS "p, absolutes"
FROM creditspread.accuracy_overall ORDER BY model, horizon, entity;

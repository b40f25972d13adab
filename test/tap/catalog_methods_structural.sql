-- The catalog's method kalman with components, and the methods drift and seasonal_naive, against R's rwf(drift = TRUE) and snaive.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(14);

CREATE VIEW forecasts AS SELECT p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
CREATE VIEW runs AS SELECT p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;

-- ---- drift and seasonal_naive: x <- ts(c(3, 7, 2, 8.5, 4, 9, 3.5, 8, 6, 10.25), frequency = 4) -----------------------
CREATE TABLE given AS SELECT date '2020-01-01' + place::integer AS "time", y FROM unnest('{3,7,2,8.5,4,9,3.5,8,6,10.25}'::float8[]) WITH ORDINALITY AS v (y, place);
CALL creditspread.train('drift', 'given', 'drift', '{1,2,3,6}');
CALL creditspread.forecast('drift');
SELECT ok(bool_and(abs(forecast - expected) < 1e-12) AND count(*) = 4, 'drift: forecast::rwf(x, drift = TRUE)')
FROM forecasts JOIN (VALUES (1, 11.0555555555555556), (2, 11.8611111111111111), (3, 12.6666666666666667), (6, 15.0833333333333333)) v (horizon, expected) USING (horizon) WHERE model = 'drift';
CALL creditspread.train('naive', 'given', 'seasonal_naive', '{1,2,3,4,5,10}', '{"period": 4}');
CALL creditspread.forecast('naive');
SELECT results_eq($$SELECT horizon, forecast FROM forecasts WHERE model = 'naive' ORDER BY horizon$$,
	$$VALUES (1, 3.5::float8), (2, 8), (3, 6), (4, 10.25), (5, 3.5), (10, 8)$$, 'seasonal_naive: forecast::snaive(x)');
CALL creditspread.train('naive of one', 'given', 'seasonal_naive', '{1,3}', '{"period": 1}');
CALL creditspread.forecast('naive of one');
SELECT ok(bool_and(forecast = 10.25), 'of period 1 it is the random walk') FROM forecasts WHERE model = 'naive of one';
SELECT throws_ok(format('CALL creditspread.train(''bad'', ''given'', ''seasonal_naive'', ''{1}'', %L)', options), '22023', said, said)
FROM (VALUES ('{}', 'seasonal_naive: option "period" is missing'), ('{"period": 0}', 'seasonal_naive: option "period" is 0, must be an integer from 1 to 10000')) v (options, said);
CALL creditspread.train('short', 'given', 'seasonal_naive', '{1}', '{"period": 11}');
SELECT is((SELECT code || ' ' || message FROM creditspread.run ORDER BY id DESC LIMIT 1), '22023 seasonal_naive needs at least 11 values, has 10', 'seasonal_naive: too few rows');

-- ---- many series, gaps, a backtest -----------------------------------------------------------------------------------
CREATE TABLE seasonal AS
SELECT entity::text, date '2010-01-01' + t AS "time", CASE WHEN (t + entity) % 17 <> 2
	THEN 100 + 0.1 * t + 4 * sin(pi() / 2 * t) + sum(hashint8extended(t, entity) / 9.3e18) OVER (PARTITION BY entity ORDER BY t) END AS y
FROM generate_series(1, 2) entity, generate_series(1, 140) t;
CALL creditspread.train('naive of many', 'seasonal', 'seasonal_naive', '{1,4,6}', '{"period": 4}');
CALL creditspread.backtest('naive of many', 20, 10);
SELECT ok(bool_and(f.forecast = s.y) AND count(*) > 80, 'seasonal_naive: a backtest takes the value of the same season before')
FROM forecasts f JOIN seasonal s ON s.entity = f.entity AND s."time" = f.origin + (f.horizon - 4 * ((f.horizon + 3) / 4)) * interval '1 day'
WHERE model = 'naive of many' AND source = 'backtest';
SELECT ok(bool_and(lower <= forecast AND forecast <= upper AND lower < upper), 'with intervals') FROM forecasts WHERE model = 'naive of many';

CREATE TABLE tried (model text, options jsonb);
INSERT INTO tried VALUES ('season', kalman_options(seasonal => 'dummy', period => 4)), ('trend', kalman_options('local_linear_trend', seasonal => 'trigonometric', period => 4)),
	('cycle', kalman_options('local_level', cycle => 'damped', cycle_shortest => 3, cycle_longest => 8)), ('changes', '{"seasonal": "dummy", "period": 4, "difference": true}');
DO $$
DECLARE
	t tried;
BEGIN
	FOR t IN SELECT * FROM tried LOOP
		CALL creditspread.train(t.model, 'seasonal', 'kalman', '{1,6}', t.options);
		CALL creditspread.forecast(t.model);
	END LOOP;
END $$;
CALL creditspread.backtest('season', 20, 20);
SELECT ok(bool_and(abs(f.forecast - s.forecast) < 1e-9) AND count(*) = 4, format('kalman, %s: what kalman_forecast_steps gives', h.model))
FROM (SELECT model, entity, kalman_forecast_steps(m, y, '{1,6}') OVER (PARTITION BY model, entity ORDER BY "time") AS steps, "time"
	FROM seasonal JOIN (SELECT model, entity, kalman_fit("time", y, options) AS m FROM seasonal, tried WHERE model <> 'changes' GROUP BY model, entity) q USING (entity)) h,
	unnest(steps) s JOIN forecasts f ON f.horizon = s.step
WHERE f.model = h.model AND f.entity = h.entity AND h."time" = '2010-05-21' AND f.source = 'forecast' GROUP BY h.model ORDER BY h.model;
SELECT ok(bool_and(abs(f.forecast - (SELECT y + sum(s.forecast) FROM unnest(steps) s WHERE s.step <= f.horizon)) < 1e-9) AND count(*) = 4, 'kalman, changes: the last value and the sum of the changes ahead')
FROM (SELECT entity, "time", y, kalman_forecast_steps(m, change, '{1,2,3,4,5,6}') OVER (PARTITION BY entity ORDER BY "time") AS steps
	FROM (SELECT *, y - lag(y) OVER (PARTITION BY entity ORDER BY "time") AS change FROM seasonal) c
		JOIN (SELECT entity, kalman_fit("time", change, kalman_options(seasonal => 'dummy', period => 4)) AS m
			FROM (SELECT *, y - lag(y) OVER (PARTITION BY entity ORDER BY "time") AS change FROM seasonal) c GROUP BY entity) q USING (entity)) h
	JOIN forecasts f USING (entity) WHERE f.model = 'changes' AND f.source = 'forecast' AND h."time" = '2010-05-21';
SELECT ok(avg(abs(forecast - actual)) < 0.5 * avg(abs(random_walk - actual)), 'kalman: a backtest of a season beats the random walk')
FROM forecasts WHERE model = 'season' AND source = 'backtest' AND horizon = 1;
SELECT is((SELECT count(*) FROM runs JOIN tried USING (model) WHERE message IS NOT NULL), 0::bigint, 'and no run says that it is the random walk');

SELECT * FROM finish();

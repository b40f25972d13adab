-- The catalog's methods arima, ets and theta, against their functions.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(28);

CREATE VIEW runs AS SELECT p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
CREATE VIEW forecasts AS SELECT p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
-- Two series with a season and missing values, at the very start of one of them too; a third is too short.
CREATE TABLE seasonal AS
SELECT entity::text, date '2010-01-01' + t AS "time", CASE WHEN (t + entity) % 17 <> 2
	THEN 100 + 0.1 * t + 4 * sin(pi() / 2 * t) + sum(hashint8extended(t, entity) / 9.3e18) OVER (PARTITION BY entity ORDER BY t) END AS y
FROM generate_series(1, 3) entity, generate_series(1, 140) t WHERE entity < 3 OR t > 138;
CREATE TABLE tried (method text, options jsonb);
INSERT INTO tried VALUES ('arima', '{"period": 4, "max_order": 2, "max_seasonal_order": 1}'), ('ets', '{"period": 4, "error": "A"}'), ('theta', '{"period": 4}');

-- What the functions give at the days `origins`, fitted to the days of `fitted`, on rows from the first of these on.
CREATE TABLE by_hand (method text, kind text, entity text, origin timestamp, horizon integer, forecast float8);
CREATE PROCEDURE do_by_hand(t tried, kind text, fitted int4range, origins int4range) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($q$
		INSERT INTO by_hand
		SELECT %2$L, %3$L, entity, "time", step, forecast
		FROM (SELECT s.entity, day, "time", %1$s_forecast_steps(model, y, '{1,6}') OVER (PARTITION BY s.entity ORDER BY "time") AS f
			FROM (SELECT *, "time" - date '2010-01-01' AS day FROM seasonal) s
				JOIN (SELECT entity, %1$s_fit("time", y, $3) AS model FROM seasonal WHERE "time" - date '2010-01-01' <@ $1 AND entity < '3' GROUP BY entity) m USING (entity)
			WHERE day >= lower($1)) q, unnest(f) WHERE day <@ $2$q$, t.method, t.method, kind) USING fitted, origins, t.options;
END $$;
-- A backtest of 20 origins, the last of them 6 rows before the last, fits after 115 rows and after 125.
DO $$
DECLARE
	t tried;
BEGIN
	FOR t IN SELECT * FROM tried LOOP
		CALL creditspread.train(t.method, 'seasonal', t.method, '{1,6}', t.options);
		CALL creditspread.forecast(t.method);
		CALL creditspread.backtest(t.method, 20, 10);
		CALL creditspread.train(t.method || ' rolling', 'SELECT * FROM seasonal WHERE entity < ''3''', t.method, '{1,6}', t.options);
		CALL creditspread.backtest(t.method || ' rolling', 20, 10, 'rolling');
		CALL do_by_hand(t, 'forecast', '[1,140]', '[140,140]');
		CALL do_by_hand(t, 'backtest', '[1,115]', '[115,124]');
		CALL do_by_hand(t, 'backtest', '[1,125]', '[125,134]');
		CALL do_by_hand(t, 'rolling', '[1,115]', '[115,124]');
		CALL do_by_hand(t, 'rolling', '[11,125]', '[125,134]');
	END LOOP;
END $$;
CREATE VIEW made AS SELECT split_part(model, ' ', 1) AS method, CASE WHEN model ~ 'rolling' THEN 'rolling' ELSE source END AS kind, * FROM forecasts;
-- where the target is missing, a backtest has no forecast
SELECT ok((SELECT count(*) FILTER (WHERE m.forecast IS NULL) = 0 AND bool_and(abs(m.forecast - h.forecast) < 1e-9) AND count(*) = CASE kind WHEN 'forecast' THEN 4 ELSE count_of END
	FROM by_hand h LEFT JOIN made m USING (method, kind, entity, origin, horizon)
	WHERE h.method = t.method AND h.kind = k AND (k = 'forecast' OR EXISTS (SELECT FROM seasonal s WHERE s.entity = h.entity AND s."time" = h.origin + h.horizon * interval '1 day' AND s.y IS NOT NULL))
	GROUP BY kind), format('%s: what the functions give, %s', t.method, k))
FROM tried t, unnest('{forecast,backtest,rolling}'::text[]) k, LATERAL (SELECT count(*) AS count_of FROM made WHERE made.method = t.method AND made.kind = k) c;
SELECT ok(bool_and(lower < forecast AND forecast < upper) AND count(*) = 4, t.method || ': with bounds') FROM tried t JOIN made USING (method) WHERE kind = 'forecast' GROUP BY t.method;
SELECT ok(avg(abs(forecast - actual)) < avg(abs(random_walk - actual)), t.method || ': a backtest of a season beats the random walk')
FROM tried t JOIN made USING (method) WHERE kind = 'backtest' AND horizon = 1 GROUP BY t.method;
SELECT is((SELECT string_agg(s.entity || ' ' || s.code || ' ' || split_part(s.message, ':', 1), ', ') FROM creditspread.run_series s JOIN runs r ON r.id = s.run_id
	WHERE r.model = method AND r.kind = 'train' AND s.status = 'failed'), '3 22023 ' || method || '_fit', method || ': a series that is too short fails alone')
FROM tried;
SELECT ok(count(*) = 3, 'they are methods of single series without features, y may be missing')
FROM creditspread.method m JOIN tried t ON t.method = m.name WHERE m.unit = 'series' AND NOT m.uses_features AND m.takes_missing AND m.intervals = 'validation' AND m.provided;

-- ---- options ----------------------------------------------------------------------------------

SELECT throws_ok(format('CALL creditspread.train(''bad'', ''seasonal'', %L, ''{1}'', %L)', method, bad), '22023', NULL, format('%s: %s is refused before there are rows', method, bad))
FROM tried, unnest(ARRAY['{"nothing": 1}', '{"period": 401}']) AS bad;
SELECT is((SELECT count(*)::integer FROM creditspread.pipeline WHERE name = 'bad'), 0, 'and no model is made');

-- ---- with others ------------------------------------------------------------------------------

CALL creditspread.train('mixed', 'SELECT * FROM seasonal WHERE entity < ''3''', 'auto', '{1,6}',
	'{"methods": ["arima", "ets", "theta"], "options": {"arima": {"orders": [0, 1, 1], "seasonal_orders": [0, 1, 1], "period": 4}, "ets": {"period": 4}, "theta": {"period": 4}}}');
CALL creditspread.forecast('mixed');
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model = 'mixed'), 4, 'auto chooses among them');
CALL creditspread.train('drift', 'SELECT * FROM seasonal WHERE entity < ''3''', 'arima', '{2}', '{"orders": [0, 1, 0], "constant": true, "interval_level": 0.8}');
CALL creditspread.forecast('drift');
SELECT ok((SELECT bool_and(abs(f.forecast - s.last - 2 * (s.last - s.first) / s.steps) < 1e-9) AND bool_and(f.level = 0.8)
	FROM forecasts f JOIN (SELECT entity, (array_agg(y ORDER BY "time") FILTER (WHERE y IS NOT NULL))[1] AS first, (array_agg(y ORDER BY "time" DESC))[1] AS last,
		max("time") - min("time") FILTER (WHERE y IS NOT NULL) AS steps FROM seasonal GROUP BY entity) s USING (entity) WHERE model = 'drift'),
	'a random walk with drift, from the first value to the last, over what is missing');

SELECT * FROM finish();

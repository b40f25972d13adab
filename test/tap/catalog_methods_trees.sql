-- The catalog's methods boosted_trees, random_forest, svr and mlp, against their functions.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(49);

CREATE VIEW models AS SELECT p.owner, p.name, m.* FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id;
CREATE VIEW runs AS SELECT p.name AS model, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
CREATE VIEW forecasts AS SELECT p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
CREATE FUNCTION step(entity bigint, t bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(hashint8extended(t + 100000 * k, entity) / 9223372036854775808.0) FROM generate_series(1, 3) k
$$;
-- Three series that follow a leader a day later, which is missing on some days.
CREATE TABLE led AS SELECT entity::text, date '2000-01-01' + t AS "time", sum(move) OVER w AS y, CASE WHEN t % 7 <> 0 THEN sum(ahead) OVER w END AS leader
FROM (SELECT entity, t, step(300 + entity, t) AS ahead, step(400 + entity, t) + 0.8 * lag(step(300 + entity, t), 1, 0::float8) OVER (PARTITION BY entity ORDER BY t) AS move
	FROM generate_series(1, 3) entity, generate_series(1, 300) t) AS moves WINDOW w AS (PARTITION BY entity ORDER BY t);
CREATE TABLE tried AS SELECT * FROM (VALUES ('boosted_trees', 'boosted_trees', '{"rounds": 30, "learning_rate": 0.1}'::jsonb, '{}'::jsonb),
	('random_forest', 'random_forest', '{"rounds": 10}', '{}'), ('svr', 'svr', '{"cost": 0.5}', '{}'),
	('mlp', 'rnn', '{"epochs": 3, "units": [4]}', '{"preset": "mlp"}')) AS v (method, family, options, preset);

-- ---- against the functions --------------------------------------------------------------------

-- What the functions give: a fit for each series, and one for all.
CREATE TABLE by_hand (method text, pool boolean, entity text, day date, horizon integer, forecast float8, lower float8, upper float8);
CREATE TABLE told (method text, pool boolean, entity text, mae float8);
CREATE PROCEDURE do_by_hand(t tried) LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE fitted (pool boolean, entity text, model text);
	EXECUTE format($q$
		WITH given AS (SELECT %2$L::jsonb || '{"horizons": [1, 5], "feature_names": ["leader"], "interval_level": 0.8}' AS options)
		INSERT INTO fitted
		SELECT false, entity, %1$s_fit("time", y, ARRAY[leader], options)::text FROM led, given GROUP BY entity
		UNION ALL SELECT true, '', %1$s_fit(entity, "time", y, ARRAY[leader], options)::text FROM led, given$q$, t.family, t.options || t.preset);
	EXECUTE format($q$
		INSERT INTO by_hand
		SELECT %2$L, f.pool, l.entity, "time", h, (%1$s_forecast(model::%1$s_model, y, ARRAY[leader], h) OVER (PARTITION BY f.pool, l.entity, h ORDER BY "time")).*
		FROM led l JOIN fitted f ON f.pool OR f.entity = l.entity, unnest('{1,5}'::integer[]) h$q$, t.family, t.method);
	EXECUTE format($q$
		INSERT INTO told
		SELECT %2$L, pool, entity, coalesce((info -> 'training' ->> 'validation_mae')::float8,
			(SELECT sum((h ->> 'tested')::float8 * (h ->> 'mae')::float8) / sum((h ->> 'tested')::float8) FROM jsonb_array_elements(info -> 'horizons') h))
		FROM (SELECT pool, entity, model_info(model::%1$s_model) AS info FROM fitted) i$q$, t.family, t.method);
	DROP TABLE fitted;
END $$;
DO $$
DECLARE
	t tried;
BEGIN
	FOR t IN SELECT * FROM tried LOOP
		CALL creditspread.train(t.method, 'led', t.method, '{1,5}', t.options || '{"interval_level": 0.8}');
		CALL creditspread.forecast(t.method);
		CALL creditspread.backtest(t.method, 60, 30);
		CALL creditspread.train(t.method || ' pooled', 'led', t.method, '{1,5}', t.options || '{"interval_level": 0.8}', pool => true);
		CALL creditspread.forecast(t.method || ' pooled');
		CALL do_by_hand(t);
	END LOOP;
END $$;
SELECT is((SELECT count(*)::integer FROM forecasts f JOIN by_hand b ON f.source = 'forecast' AND b.method = t.method AND b.pool = p AND f.entity = b.entity AND f.horizon = b.horizon AND f.origin = b.day
	WHERE f.model = t.method || CASE WHEN p THEN ' pooled' ELSE '' END AND b.lower < b.forecast AND b.forecast < b.upper
		AND abs(f.forecast - b.forecast) + abs(f.lower - b.lower) + abs(f.upper - b.upper) < 1e-5), 6,
	format('%s: what the functions give, %s', method, CASE WHEN p THEN 'one fit for all series' ELSE 'a fit for each series' END))
FROM tried t, unnest('{f,t}'::boolean[]) p;
SELECT ok((SELECT bool_and(abs((a.measures ->> 'mae')::float8 - told.mae) < 1e-9) AND count(*) = CASE WHEN p THEN 1 ELSE 3 END
	FROM models m JOIN creditspread.artifact a ON a.model_id = m.id JOIN told ON told.method = t.method AND told.entity = a.entity AND told.pool = p
	WHERE m.name = t.method || CASE WHEN p THEN ' pooled' ELSE '' END), t.method || ': validated by the fit itself')
FROM tried t, unnest('{f,t}'::boolean[]) p;
SELECT ok(count(*) = 4, 'they are methods of series and panels, with features that may be missing')
FROM creditspread.method m JOIN tried t ON t.method = m.name WHERE m.unit = 'series or panel' AND m.uses_features AND m.takes_missing AND m.intervals = 'method' AND m.provided;
SELECT ok((SELECT sqrt(avg((forecast - actual) ^ 2)) < 0.95 * sqrt(avg((random_walk - actual) ^ 2)) FROM forecasts WHERE model = t.method AND source = 'backtest' AND horizon = 1),
	t.method || ': a backtest of series that can be told beats the random walk')
FROM tried t WHERE t.method <> 'mlp';

-- ---- a series that cannot be fitted ---------------------------------------------------------------

CREATE TABLE short AS SELECT entity, "time", y FROM led UNION ALL SELECT '9', "time", y FROM led WHERE entity = '1' AND "time" > (SELECT max("time") - 2 FROM led);
DO $$
DECLARE
	t tried;
BEGIN
	FOR t IN SELECT * FROM tried LOOP
		CALL creditspread.train(t.method || ' short', 'short', t.method, '{1}', t.options);
		CALL creditspread.forecast(t.method || ' short');
	END LOOP;
END $$;
SELECT is((SELECT string_agg(entity || ' ' || s.code || ' ' || split_part(s.message, ' ', 1), ', ') FROM creditspread.run_series s JOIN runs r ON r.id = s.run_id
	WHERE r.model = t.method || ' short' AND r.kind = 'train' AND s.status = 'failed'), '9 22023 ' || t.family || '_fit', t.method || ': a series that is too short fails alone')
FROM tried t;
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model = t.method || ' short'), 3, 'and the others forecast') FROM tried t;

-- ---- options ----------------------------------------------------------------------------------

SELECT throws_ok(format('CALL creditspread.train(''bad'', ''led'', %L, ''{1}'', %L)', method, bad), '22023', NULL, format('%s: %s is refused before there are rows', method, bad))
FROM tried, unnest(ARRAY['{"nothing": 1}', '{"horizons": [2]}']) AS bad;
SELECT throws_ok(format('CALL creditspread.train(''bad'', ''led'', %L, ''{1,1001}'')', method), '22023', NULL, method || ': so is a horizon that it has not')
FROM tried WHERE method <> 'mlp';
SELECT throws_ok($$ CALL creditspread.train('bad', 'led', 'mlp', '{1}', '{"preset": "dgru"}') $$, '22023', NULL, 'mlp: so is another preset');
SELECT is((SELECT count(*)::integer FROM models WHERE name = 'bad'), 0, 'and no model is made');

-- ---- an evening without a feature ------------------------------------------------------------------

INSERT INTO led SELECT entity, max("time") + 1, max(y), NULL FROM led GROUP BY entity;
DO $$
DECLARE
	t tried;
BEGIN
	FOR t IN SELECT * FROM tried LOOP
		CALL creditspread.forecast(t.method);
		CALL creditspread.retrain(t.method);
	END LOOP;
END $$;
SELECT is((SELECT count(*)::integer FROM forecasts WHERE model = t.method AND source = 'forecast' AND origin = (SELECT max("time") FROM led) AND forecast IS NOT NULL), 6, t.method || ': a feature that is missing stops no evening') FROM tried t;
SELECT is((SELECT status FROM runs WHERE model = t.method AND kind = 'retrain'), 'done', 'nor a training') FROM tried t;

SELECT * FROM finish();

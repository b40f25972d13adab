-- The catalog and features known in advance, against the functions; scenarios.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT no_plan();
\ir helpers.psql

CREATE FUNCTION noise(n bigint, seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(hashint8extended(n + 100000 * k, seed) / 9223372036854775808.0) FROM generate_series(1, 3) k
$$;
-- Two walks, and events beside them that are known for six days after the last y; weekends are left out, and so is a day among those to come.
CREATE TABLE event AS
SELECT entity::text, row_number() OVER (PARTITION BY entity ORDER BY day) AS t, day, (hashint8extended(day - date '2020-01-01', 7 * entity) % 8 = 0)::integer::float8 AS d,
	noise(day - date '2020-01-01', entity) AS e, noise(day - date '2020-01-01', 10 + entity) AS other
FROM (SELECT entity, date '2020-01-01' + n AS day FROM generate_series(1, 2) entity, generate_series(0, 440) n) q
WHERE extract(isodow FROM day) < 6 AND day <> '2021-03-02';
CREATE TABLE market AS
SELECT entity, t, day, d, CASE WHEN t <= 300 THEN other END AS other, CASE WHEN t <= 300 THEN 100 + sum(e) OVER w + 4 * d END AS y FROM event WHERE t <= 306
WINDOW w AS (PARTITION BY entity ORDER BY t);
CREATE FUNCTION market_query(condition text DEFAULT 'true', d text DEFAULT 'd') RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('SELECT entity, day AS "time", y, %s AS d, other FROM market WHERE %s', d, condition)
$$;
CREATE VIEW forecasts AS SELECT p.name AS model, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
CREATE TABLE tried AS SELECT * FROM (VALUES ('linear', 'linear', '{}'::jsonb, false), ('pooled', 'linear', '{}', true), ('boosted_trees', 'boosted_trees', '{"rounds": 60, "learning_rate": 0.1}', false),
	('svr', 'svr', '{}', false), ('rnn', 'rnn', '{"epochs": 8, "ensemble": 1, "units": [4]}', false), ('mlp', 'mlp', '{"epochs": 8, "ensemble": 1}', false), ('var', 'var', '{"lags": 1}', false))
	AS v (name, method, options, pool);

SELECT format('CALL creditspread.train(%L, %L, %L, ''{1,3}'', %L, pool => %L)', name, market_query(), method, options || '{"known": ["d"]}', pool) FROM tried ORDER BY name \gexec
SELECT format('CALL creditspread.train(%L, %L, %L, ''{1,3}'', %L, pool => %L)', name || ' without', market_query('y IS NOT NULL'), method, options, pool) FROM tried ORDER BY name \gexec
CALL creditspread.train('auto', market_query(), 'auto', '{1,3}', '{"known": ["d"], "methods": ["linear", "var", "ar"]}');
SELECT format('CALL creditspread.forecast(%L)', name) FROM creditspread.pipeline ORDER BY name \gexec
SELECT is(count(*), 4::bigint, 'forecasts of ' || name) FROM creditspread.pipeline p LEFT JOIN forecasts f ON f.model = p.name GROUP BY name ORDER BY name;
SELECT is(array_agg(DISTINCT m.row_count || ' ' || m.data_to::date), '{"600 2021-02-23"}', 'rows and times of the data are those with y') FROM creditspread.model m;
SELECT is(array_agg(DISTINCT f.origin::date || ' ' || f.horizon || ' ' || f.target_time::date ORDER BY f.origin::date || ' ' || f.horizon || ' ' || f.target_time::date),
	(SELECT array_agg(DISTINCT o.day || ' ' || h || ' ' || t.day ORDER BY o.day || ' ' || h || ' ' || t.day) FROM market o, unnest('{1,3}'::integer[]) h JOIN market t ON t.t = 300 + h WHERE o.t = 300),
	'target times are those of the rows after the last y') FROM forecasts f WHERE model NOT LIKE '% without';

-- ---- against the functions --------------------------------------------------------------------

CREATE TABLE by_hand AS
WITH made AS (SELECT entity, linear_fit(day, y, ARRAY[d, other], '{"horizons": [1, 3], "known": ["1"]}') AS linear, boosted_trees_fit(day, y, ARRAY[d, other],
		'{"horizons": [1, 3], "known": ["1"], "rounds": 60, "learning_rate": 0.1}') AS boosted_trees FROM market GROUP BY entity),
	pooled AS (SELECT linear_fit(entity, day, y, ARRAY[d, other], '{"horizons": [1, 3], "known": ["1"]}') AS model FROM market),
	put AS (SELECT *, ARRAY[d, other, lead(d, 1) OVER w, lead(d, 3) OVER w, (lead(d, 1) OVER w + lead(d, 2) OVER w + lead(d, 3) OVER w) / 3] AS later FROM market WINDOW w AS (PARTITION BY entity ORDER BY day)),
	networks AS (SELECT entity, rnn_fit(day, y, later, '{"horizons": [1, 3], "epochs": 8, "ensemble": 1, "units": [4]}') AS model FROM put WHERE t <= 300 GROUP BY entity),
	direct AS (SELECT entity, var_fit(day, ARRAY[y, other], ARRAY[d, later[3]], '{"lags": 1, "horizon": 1}') AS one, var_fit(day, ARRAY[y, other], ARRAY[d, later[4], later[5]], '{"lags": 1, "horizon": 3}') AS three
		FROM put WHERE t <= 300 GROUP BY entity)
SELECT 'linear' AS model, entity, t, f.step AS horizon, f.forecast FROM (SELECT entity, t, linear_forecast_steps(linear, y, ARRAY[d, other]) OVER w AS f FROM market JOIN made USING (entity)
	WINDOW w AS (PARTITION BY entity ORDER BY t)) q, unnest(f) f
UNION ALL SELECT 'pooled', entity, t, f.step, f.forecast FROM (SELECT entity, t, linear_forecast_steps(model, y, ARRAY[d, other]) OVER w AS f FROM market, pooled
	WINDOW w AS (PARTITION BY entity ORDER BY t)) q, unnest(f) f
UNION ALL SELECT 'boosted_trees', entity, t, f.step, f.forecast FROM (SELECT entity, t, boosted_trees_forecast_steps(boosted_trees, y, ARRAY[d, other]) OVER w AS f FROM market JOIN made USING (entity)
	WINDOW w AS (PARTITION BY entity ORDER BY t)) q, unnest(f) f
UNION ALL SELECT 'rnn', entity, t, h, (rnn_forecast(model, y, later, h) OVER (PARTITION BY entity, h ORDER BY t)).forecast FROM put JOIN networks USING (entity), unnest('{1,3}'::integer[]) h WHERE t <= 300
UNION ALL SELECT 'var', entity, t, 1, (var_forecast(one, ARRAY[y, other], ARRAY[d, later[3]], 1, 0.9) OVER w).forecast[1] FROM put JOIN direct USING (entity) WHERE t <= 300 WINDOW w AS (PARTITION BY entity ORDER BY t)
UNION ALL SELECT 'var', entity, t, 3, (var_forecast(three, ARRAY[y, other], ARRAY[d, later[4], later[5]], 3, 0.9) OVER w).forecast[1] FROM put JOIN direct USING (entity) WHERE t <= 300 WINDOW w AS (PARTITION BY entity ORDER BY t);
SELECT is(count(*) FILTER (WHERE near(f.forecast, b.forecast, CASE model WHEN 'rnn' THEN 1e-5 ELSE 1e-9 END)), 4::bigint, model || ' forecasts what its function does')
FROM by_hand b LEFT JOIN forecasts f USING (model, entity, horizon) WHERE t = 300 GROUP BY model ORDER BY model;

-- ---- backtests --------------------------------------------------------------------------------

-- one fit, so that what is altered behind an origin cannot come through it
SELECT format('CALL creditspread.backtest(%L, origins => 60, refit_every => 60)', name) FROM creditspread.pipeline ORDER BY name \gexec
SELECT ok(k.rmse < 0.93 * w.rmse, format('%s, %s ahead: %s, without %s', k.model, k.horizon, round(k.rmse::numeric, 3), round(w.rmse::numeric, 3)))
FROM (SELECT model, horizon, sqrt(avg(rmse ^ 2)) AS rmse, sum(n) AS n FROM creditspread.accuracy WHERE source = 'backtest' GROUP BY model, horizon) k
	JOIN (SELECT model, horizon, sqrt(avg(rmse ^ 2)) AS rmse FROM creditspread.accuracy WHERE source = 'backtest' GROUP BY model, horizon) w ON w.model = k.model || ' without' AND w.horizon = k.horizon
WHERE k.horizon = 1 AND k.model NOT IN ('rnn', 'mlp') ORDER BY k.model;	-- networks are trained for too short to learn it
SELECT is(array_agg(DISTINCT n), '{60}', 'all origins of a backtest') FROM (SELECT count(*) AS n FROM forecasts WHERE source = 'backtest' GROUP BY model, entity, horizon) q;
CREATE TABLE before AS SELECT model, entity, origin, horizon, forecast FROM forecasts WHERE source = 'backtest' AND model NOT LIKE '% without' AND model <> 'auto';
CREATE TABLE saved AS SELECT * FROM market;
UPDATE market SET y = y + 50, other = -3 WHERE t > 280;
SELECT format('CALL creditspread.backtest(%L, origins => 60, refit_every => 60)', name) FROM tried ORDER BY name \gexec
SELECT ok(bool_and(f.forecast IS NOT DISTINCT FROM b.forecast) FILTER (WHERE m.t <= 280) AND NOT bool_and(f.forecast = b.forecast) FILTER (WHERE m.t > 280), 'no origin knows what is later but the event: ' || model)
FROM before b JOIN forecasts f USING (model, entity, origin, horizon) JOIN market m ON m.entity = b.entity AND m.day = b.origin WHERE f.source = 'backtest' GROUP BY model ORDER BY model;
TRUNCATE market;
INSERT INTO market SELECT * FROM saved;

-- ---- scenarios --------------------------------------------------------------------------------

CREATE TABLE stored AS SELECT (SELECT count(*) FROM creditspread.forecast) AS n, (SELECT max(id) FROM creditspread.run) AS run;
CREATE TABLE asked AS SELECT t.name, s.* FROM tried t, creditspread.scenario(t.name, market_query()) s;
SELECT ok(bool_and(f.forecast = s.forecast AND f.lower IS NOT DISTINCT FROM s.lower AND f.target_time = s.target_time AND f.random_walk = s.random_walk) AND count(*) = 4, 'a scenario that is the query of the model: ' || s.name)
FROM asked s JOIN forecasts f ON f.model = s.name AND f.entity = s.entity AND f.horizon = s.horizon WHERE f.source = 'forecast' GROUP BY s.name ORDER BY s.name;
CREATE TABLE told AS SELECT t.name, event, s.* FROM tried t, unnest('{0,1}'::integer[]) event,
	creditspread.scenario(t.name, market_query(d => format('CASE WHEN t > 300 THEN %s * (t = 301)::integer ELSE d END', event))) s WHERE t.method IN ('linear', 'var');
SELECT ok(min(b.forecast - a.forecast) > 2 AND max(b.forecast - a.forecast) < 6, 'an event on the next day, by ' || name)
FROM told a JOIN told b USING (name, entity, horizon) WHERE horizon = 1 AND a.event = 0 AND b.event = 1 GROUP BY name ORDER BY name;
SELECT is(count(*), 4::bigint, 'a scenario of a combination') FROM creditspread.scenario('auto', market_query());
SELECT is(count(*), 2::bigint, 'a scenario of one series') FROM creditspread.scenario('linear', market_query('entity = ''2'''));
SELECT ok(bool_and(s.random_walk = 500), 'of a model without such features, from other last rows')
FROM creditspread.scenario('linear without', 'SELECT entity, day AS "time", CASE t WHEN 300 THEN 500 ELSE y END AS y, d, other FROM market WHERE t <= 300') s;
SELECT is((SELECT count(*) FROM creditspread.forecast), n, 'nothing is stored') FROM stored;
SELECT is((SELECT max(id) FROM creditspread.run), run, 'nor is a run') FROM stored;
SELECT ok(texts(creditspread.forecast_chart('linear', '1', 20, scenario => market_query(d => '1 - d'))) LIKE '%scenario%'
	AND texts(creditspread.forecast_chart('linear', '1', 20)) NOT LIKE '%scenario%', 'a scenario is drawn beside');

-- ---- as of a time -----------------------------------------------------------------------------

CALL creditspread.forecast('linear', as_of => '2021-01-15');
CALL creditspread.forecast('var', as_of => '2021-01-15');
SELECT ok(bool_and(near(f.forecast, b.forecast, 1e-9) AND f.target_time = t.day) AND count(*) = 4, 'as of a time in the past, with the event of the days after it: ' || f.model)
FROM forecasts f JOIN market m ON m.entity = f.entity AND m.day = f.origin JOIN market t ON t.entity = m.entity AND t.t = m.t + f.horizon
	JOIN by_hand b ON b.model = f.model AND b.entity = f.entity AND b.t = m.t AND b.horizon = f.horizon
WHERE f.source <> 'backtest' AND f.origin <= '2021-01-15' AND f.origin > '2021-01-10' GROUP BY f.model ORDER BY f.model;

-- ---- explanations -----------------------------------------------------------------------------

CALL creditspread.train('transformer', market_query(), 'transformer', '{1,3}', '{"known": ["d"], "epochs": 2, "ensemble": 1, "width": 8, "heads": 1, "feed_forward": 8}', pool => true);
CALL creditspread.train('several', 'SELECT entity, day AS "time", y, other, d, t % 5 AS "cycle +1" FROM market', 'var', '{3,1}', '{"known": ["cycle +1", "d"], "lags": 2}');
SELECT format('CALL creditspread.forecast(%L)', name) FROM unnest('{transformer,several}'::text[]) name \gexec
CREATE TABLE explained AS SELECT p.name AS model, a.at, e.*, sum(e.contribution) OVER (PARTITION BY p.name, a.at, e.entity, e.horizon) AS added
FROM unnest('{linear,pooled,boosted_trees,svr,rnn,mlp,var,auto,transformer,several}'::text[]) p (name), (VALUES (NULL), (timestamp '2021-01-15')) a (at), creditspread.explain(p.name, NULL, NULL, a.at) e;
SELECT ok(bool_and(near(e.base + e.added, e.forecast, CASE WHEN e.model IN ('rnn', 'mlp', 'transformer') THEN 1e-6 ELSE 1e-9 END) AND near(e.forecast, f.forecast, 1e-6)) AND count(*) = CASE e.model WHEN 'several' THEN 16 ELSE 12 END,
	'what is known in advance is part of what a forecast is made of: ' || model)
FROM explained e LEFT JOIN forecasts f USING (model, entity, horizon, origin) WHERE e.at IS NULL AND f.source = 'forecast' GROUP BY model ORDER BY model;
SELECT ok(bool_and(near(e.base + e.added, e.forecast, CASE e.model WHEN 'rnn' THEN 1e-6 ELSE 1e-9 END) AND near(e.forecast, b.forecast, CASE e.model WHEN 'rnn' THEN 1e-5 ELSE 1e-9 END)) AND count(*) = 12, 'and of one made on a day of the past: ' || e.model)
FROM explained e JOIN market m ON m.entity = e.entity AND m.day = e.origin JOIN by_hand b ON b.model = e.model AND b.entity = e.entity AND b.horizon = e.horizon AND b.t = m.t
WHERE e.at IS NOT NULL GROUP BY e.model ORDER BY e.model;
SELECT ok(bool_and(contribution <> 0) AND count(*) = 4, 'the event adds to it: ' || model) FROM explained WHERE at IS NULL AND feature = 'd' AND model <> 'boosted_trees' GROUP BY model ORDER BY model;
SELECT is(array_agg(DISTINCT feature ORDER BY feature), CASE model WHEN 'several' THEN '{cycle +1,d,other,y}'::text[] ELSE '{d,other,y}' END, 'each feature once, under its own name: ' || model) FROM explained GROUP BY model ORDER BY model;
SELECT ok(bool_and(e.value IS NOT DISTINCT FROM CASE e.feature WHEN 'd' THEN m.d WHEN 'other' THEN m.other WHEN 'y' THEN m.y ELSE m.t % 5 END), 'with its value on the row')
FROM explained e JOIN market m ON m.entity = e.entity AND m.day = e.origin;
-- of var: coefficient times deviation from the mean, over the lags of a column, and over what is told of the rows ahead
CREATE TABLE by_row AS SELECT entity, t, ARRAY[lag(y) OVER w, lag(other) OVER w] AS before, ARRAY[y, other] AS now, lead(d, 1) OVER w AS d1, lead(d, 3) OVER w AS d3, avg(d) OVER (w ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING) AS dm, d,
	lead(t % 5, 1) OVER w AS c1, lead(t % 5, 3) OVER w AS c3, avg(t % 5) OVER (w ROWS BETWEEN 1 FOLLOWING AND 3 FOLLOWING) AS cm, t % 5 AS c FROM market WINDOW w AS (PARTITION BY entity ORDER BY t);
CREATE TABLE terms AS SELECT entity, k.horizon::integer, c.term, c.coefficient FROM (SELECT a.entity, convert_from(a.artifact, 'UTF8')::jsonb AS made FROM creditspread.artifact a
	JOIN creditspread.model m ON m.id = a.model_id JOIN creditspread.pipeline p ON p.id = m.pipeline_id WHERE p.name = 'several') q, jsonb_each_text(made) k (horizon, model), var_coefficients(k.model::var_model) c WHERE equation = 1;
SELECT is(array_agg(DISTINCT term ORDER BY term), ARRAY['L1.y1', 'L1.y2', 'L2.y1', 'L2.y2', 'constant', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6'], 'terms of var') FROM terms WHERE horizon = 3;
CREATE TABLE means AS SELECT x.at, m.entity, avg(y) AS y, avg(other) AS other, avg(d) AS d, avg(t % 5) AS c FROM market m, (VALUES (timestamp '2021-02-23'), ('2021-01-15')) x (at) WHERE day <= at GROUP BY 1, 2;
SELECT ok(bool_and(near(e.contribution, h.contribution, 1e-8, 1e-6)) AND count(*) = 8, 'var: ' || e.feature) FROM explained e JOIN (
	SELECT s.at, s.entity, c.horizon, s.feature, sum(c.coefficient * (s.value - s.mean)) AS contribution FROM (
		SELECT n.at, q.entity, h AS horizon, f.* FROM by_row q JOIN market m USING (entity, t) JOIN means n ON n.entity = q.entity AND n.at = m.day, unnest('{1,3}'::integer[]) h, LATERAL (VALUES ('L1.y1', 'y', now[1], n.y), ('L2.y1', 'y', before[1], n.y),
			('L1.y2', 'other', now[2], n.other), ('L2.y2', 'other', before[2], n.other), ('x1', 'd', q.d, n.d), ('x2', 'cycle +1', q.c, n.c), ('x3', 'cycle +1', CASE h WHEN 1 THEN c1 ELSE c3 END, n.c), ('x4', 'd', CASE h WHEN 1 THEN d1 ELSE d3 END, n.d),
			('x5', 'cycle +1', cm, n.c), ('x6', 'd', dm, n.d)) f (term, feature, value, mean)) s
		JOIN terms c USING (entity, horizon, term) GROUP BY 1, 2, 3, 4) h ON h.entity = e.entity AND h.horizon = e.horizon AND h.feature = e.feature AND h.at = e.origin
	WHERE e.model = 'several' GROUP BY e.feature ORDER BY e.feature;
SELECT ok(bool_and(near(e.contribution, x.contribution, 1e-12)) AND count(*) = 6, 'one horizon alone is the same: ' || e.model)
FROM unnest('{several,rnn,auto}'::text[]) n, creditspread.explain(n, NULL, 3) x JOIN explained e USING (entity, horizon, feature) WHERE e.model = n AND e.at IS NULL AND e.feature <> 'cycle +1' GROUP BY e.model ORDER BY 1;
SELECT ok(min(f) LIKE '<svg%', 'a picture of it') FROM creditspread.explain_chart('rnn', '1', 3) f;
UPDATE market SET d = NULL WHERE t = 302;
SELECT refused(format('SELECT creditspread.explain(%L, NULL, NULL)', name), '55000', format('explain: model "%s" has no forecast', name)) FROM unnest('{var,rnn}'::text[]) name;
TRUNCATE market;
INSERT INTO market SELECT * FROM saved;
SELECT lives_ok($$ SELECT creditspread.explain('var without', NULL, NULL) $$, 'without such features they can');

-- ---- what is missing --------------------------------------------------------------------------

SELECT refused($$ SELECT creditspread.scenario('linear', market_query('t <= 302')) $$, '22004',
	'scenario: the query has 2 rows after 2021-02-23 00:00:00, the last with y, and feature "d", known in advance, is needed for 3');
SELECT refused($$ SELECT creditspread.scenario('var', market_query(d => 'CASE WHEN t <> 303 OR entity = ''1'' THEN d END')) $$, '22004',
	'scenario: feature "d" at 2021-02-26 00:00:00, known in advance, is NULL');
SELECT refused($$ SELECT creditspread.scenario('pooled', market_query(d => 'CASE WHEN t <> 302 OR entity = ''1'' THEN d END')) $$, '22004',
	'scenario: feature "d" at 2021-02-25 00:00:00, known in advance, is NULL, in series "2"');
SELECT refused($$ SELECT creditspread.scenario('linear', market_query() || ' UNION ALL ' || market_query('t = 301')) $$, '23505', 'scenario: time 2021-02-24 00:00:00 is there twice');
SELECT lives_ok($$ SELECT creditspread.scenario('linear', market_query(d => 'CASE WHEN t <> 304 THEN d END')) $$, 'what no horizon needs may be missing');
SELECT refused($$ SELECT creditspread.scenario('linear', 'SELECT day AS "time", y FROM market') $$, '42703', 'creditspread: the query has no column "d", "other" any more%');
SELECT refused($$ SELECT creditspread.scenario('none', market_query()) $$, '42704', 'there is no model "none"');
SELECT refused($$ SELECT creditspread.scenario('linear', ' ') $$, '22004', 'creditspread.scenario: argument query is empty');
SELECT refused($$ SELECT creditspread.scenario('linear', replace(market_query(), 'entity,', 'entity || ''x'' AS entity,')) $$, '55000', 'scenario: version 1 has no fit of this series');
SELECT refused($$ SELECT creditspread.scenario('linear', 'SELECT nextval(''creditspread.run_id_seq'') AS y, now()::timestamp AS "time", 1 AS d, 2 AS other') $$, '25006', '%read-only%', false);

UPDATE market SET d = NULL WHERE t = 302 AND entity = '2';
CALL creditspread.forecast('linear');
SELECT is(string_agg(concat_ws(' ', s.entity, s.code, s.message), '; ' ORDER BY s.entity), '1; 2 22004 forecast: feature "d" at 2021-02-25 00:00:00, known in advance, is NULL', 'a series without a value that is needed fails')
FROM creditspread.run_series s WHERE s.run_id = (SELECT max(r.id) FROM creditspread.run r);
CALL creditspread.train('lenient', market_query(), 'linear', '{1,3}', '{"known": ["d"], "on_error": "null"}');
CALL creditspread.forecast('lenient');
SELECT is(array_agg(entity || ' ' || horizon ORDER BY entity, horizon), '{"1 1","1 3","2 1"}', 'with on_error null what can be forecast is') FROM forecasts WHERE model = 'lenient';
SELECT is(creditspread.scenario('lenient', market_query('t <= 300')) IS NULL, NULL, 'or nothing') WHERE false;

-- ---- options ----------------------------------------------------------------------------------

CREATE FUNCTION checked(method text, known jsonb) RETURNS void LANGUAGE sql AS $$
	SELECT creditspread_internal.check_options(jsonb_populate_record(NULL::creditspread.model,
		jsonb_build_object('method', method, 'options', jsonb_build_object('known', known), 'horizons', '[1]'::jsonb, 'level', 0.9, 'pool', false)))
$$;
SELECT refused($$ SELECT checked('linear', '"d"') $$, '22023', 'creditspread.train: option "known" is "d"');
SELECT refused($$ SELECT checked('rnn', '["d", "d"]') $$, '22023', 'creditspread.train: option "known" is ["d", "d"]');
SELECT refused($$ SELECT checked('var', '[1]') $$, '22023', 'creditspread.train: option "known" is [1]');
SELECT refused($$ SELECT checked('random_walk', '["d"]') $$, '22023', 'creditspread.train: method random_walk has no option "known"');
SELECT refused($$ SELECT checked('cir', '["d"]') $$, '22023', '%unknown option "known"');
CALL creditspread.train('bad', market_query(), 'linear', '{1}', '{"known": ["holiday"]}');
SELECT is(r.code || ' ' || r.message, '42703 creditspread: option "known" has "holiday", which is no feature of the query', 'a feature that the query does not have') FROM creditspread.run r ORDER BY id DESC LIMIT 1;

SELECT * FROM finish();

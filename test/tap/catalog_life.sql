-- The life of a model: versions, readers, owners, what is forgotten, and taking it elsewhere.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(112);

CREATE ROLE life_ann;
CREATE ROLE life_ben;
CREATE ROLE life_desk;
GRANT life_desk TO life_ann;
CREATE SCHEMA life AUTHORIZATION life_ann;
CREATE TABLE life.series AS SELECT s AS bond, '2024-01-01'::date + g AS day, 2 + sin(g * g + length(s)) + g * 0.01 AS y FROM generate_series(1, 90) g, unnest(ARRAY['A', ' Ä"''', '日']) s;
ALTER TABLE life.series OWNER TO life_ann;
GRANT USAGE ON SCHEMA life TO PUBLIC;
GRANT SELECT ON life.series TO PUBLIC;
CREATE FUNCTION public.all_of(model text) RETURNS text LANGUAGE sql AS $$
	SELECT md5(concat((SELECT string_agg(concat_ws(',', f.source, f.entity, f.origin, f.horizon, f.version, f.revision, f.target_time, f.forecast, f.lower, f.upper, f.actual, f.first_actual, f.first_known_at, f.made_at, f.query_number),
			';' ORDER BY f.source, f.entity, f.origin, f.horizon, f.version, f.revision) FROM creditspread.forecast f WHERE f.pipeline_id = p.id),
		(SELECT string_agg(concat_ws(',', m.version, m.active, m.method, m.query, m.options, m.horizons, m.trained_at, m.data_hash, a.entity, md5(a.artifact), a.measures, a.widths), ';' ORDER BY m.version, a.entity)
			FROM creditspread.model m JOIN creditspread.artifact a ON a.model_id = m.id WHERE m.pipeline_id = p.id),
		(SELECT string_agg(concat_ws(',', r.kind, r.status, r.started, r.series_done, r.message, s.entity, s.code), ';' ORDER BY r.started, s.entity)
			FROM creditspread.run r LEFT JOIN creditspread.run_series s ON s.run_id = r.id WHERE r.pipeline_id = p.id),
		(SELECT string_agg(concat_ws(',', s.entity, s.data_from, s.data_to, s.row_count, s.data_hash, s.last_origin, s.ended), ';' ORDER BY s.entity) FROM creditspread.series s WHERE s.pipeline_id = p.id)))
	FROM creditspread.pipeline p WHERE p.name = model
$$;

-- ---- versions ----------------------------------------------------------------------------------------------------

SET SESSION AUTHORIZATION life_ann;
CALL creditspread.train('spread', 'SELECT day AS "time", y, bond AS entity FROM life.series WHERE day <= ''2024-03-20''', 'ar', '{1,2}');
CALL creditspread.forecast('spread');
CALL creditspread.backtest('spread', 20, 10);
CALL creditspread.retrain('spread');
CALL creditspread.forecast('spread');
CREATE FUNCTION pg_temp.versions(text) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(version || CASE WHEN active THEN '*' ELSE '' END, ' ' ORDER BY version) FROM creditspread.model_overview WHERE model = $1 $$;
SELECT is(pg_temp.versions('spread'), '1 2*', 'the second version serves');
CALL creditspread.rollback('spread');
SELECT is(pg_temp.versions('spread'), '1* 2', 'rollback');
SELECT throws_ok($$ CALL creditspread.rollback('spread') $$, '42704', 'creditspread.rollback: model "spread" has no version before the active one', 'no further');
CALL creditspread.promote('spread', 2);
SELECT is(pg_temp.versions('spread'), '1 2*', 'promote');
SELECT throws_ok(format('CALL creditspread.%s', call), state, message, call) FROM (VALUES
	('promote($$spread$$, 3)', '42704', 'creditspread.promote: model "spread" has no version 3'),
	('promote($$spread$$, NULL)', '42704', 'creditspread.promote: model "spread" has no version NULL'),
	('promote($$none$$, 1)', '42704', 'creditspread.promote: role "life_ann" has no model "none"'),
	('rollback($$none$$)', '42704', 'creditspread.rollback: role "life_ann" has no model "none"'),
	('drop($$none$$)', '42704', 'creditspread.drop: role "life_ann" has no model "none"'),
	('drop(NULL)', '42704', 'creditspread.drop: role "life_ann" has no model "<NULL>"'),
	('grant_reader($$none$$, $$life_ben$$)', '42704', 'creditspread.grant_reader: role "life_ann" has no model "none"'),
	('grant_reader($$spread$$, $$nobody at all$$)', '42704', 'creditspread.grant_reader: no role "nobody at all"'),
	('grant_reader($$spread$$, NULL)', '42704', 'creditspread.grant_reader: no role "<NULL>"'),
	('revoke_reader($$spread$$, $$life_ben$$)', '42704', 'creditspread.revoke_reader: role "life_ben" does not read model "spread" of role "life_ann"'),
	('prune($$none$$, now())', '42704', 'creditspread.prune: role "life_ann" has no model "none"'),
	('prune($$spread$$, NULL)', '22004', 'creditspread.prune: before is NULL'),
	('forget($$none$$, $$A$$)', '42704', 'creditspread.forget: role "life_ann" has no model "none"'),
	('forget($$spread$$, $$B$$)', '42704', 'creditspread.forget: model "spread" has no series "B"'),
	('forget($$spread$$, NULL)', '42704', 'creditspread.forget: model "spread" has no series "NULL"'),
	('transfer($$none$$, $$life_desk$$)', '42704', 'creditspread.transfer: role "life_ann" has no model "none"'),
	('transfer($$spread$$, $$nobody at all$$)', '42704', 'creditspread.transfer: no role "nobody at all"'),
	('transfer($$spread$$, $$life_ben$$)', '42501', 'creditspread.transfer: role "life_ann" is no member of role "life_ben"')) AS bad (call, state, message);

-- a model that is worked on, or that stands still for another session's transaction, is told from one that is free
RESET SESSION AUTHORIZATION;
BEGIN;
SELECT creditspread_internal.take_model_lock(p.id) FROM creditspread.pipeline p WHERE p.name = 'spread' \g /dev/null
SET LOCAL ROLE life_ann;
SELECT throws_ok(format('CALL creditspread.%s', call), '55P03', NULL, call || ' while a run is at work')
FROM unnest('{"promote($$spread$$, 1)",rollback($$spread$$),drop($$spread$$),"prune($$spread$$, now())","forget($$spread$$, $$A$$)","transfer($$spread$$, $$life_desk$$)"}'::text[]) AS call;
ROLLBACK;

-- ---- readers -----------------------------------------------------------------------------------------------------

SET SESSION AUTHORIZATION life_ann;
CALL creditspread.grant_reader('spread', 'life_ben');
CALL creditspread.grant_reader('spread', 'life_ben');
SET SESSION AUTHORIZATION life_ben;
SELECT is((SELECT count(*)::integer FROM creditspread.forecast_latest), 6, 'a reader reads');
SELECT throws_ok(format('CALL creditspread.%s', call), '42704', NULL, 'and does no ' || call)
FROM unnest('{"promote($$spread$$, 1)",rollback($$spread$$),drop($$spread$$),"prune($$spread$$, now())","forget($$spread$$, $$A$$)","transfer($$spread$$, $$life_ben$$)","grant_reader($$spread$$, $$life_desk$$)"}'::text[]) AS call;
SELECT throws_ok($$ CALL creditspread.transfer('spread', 'life_ben', 'life_ann') $$, '42501', 'creditspread.transfer: model "spread" is of role "life_ann"', 'nor takes he the model');
SELECT throws_ok(format('SELECT creditspread_internal.%s', call), '42501', NULL, 'nor in the name of its owner: ' || call)
FROM unnest('{"promote($$life_ann$$::regrole, $$spread$$, 1)","drop($$life_ann$$::regrole, $$spread$$)","transfer($$life_ann$$::regrole, $$spread$$, $$life_ben$$, NULL)","import($$life_ann$$::regrole, $$$$, NULL)","exported($$$$)"}'::text[]) AS call;
RESET SESSION AUTHORIZATION;
ALTER ROLE life_ben RENAME TO life_ben_now;
SET SESSION AUTHORIZATION life_ben_now;
SELECT is((SELECT count(*)::integer FROM creditspread.forecast_latest), 6, 'a role that is renamed reads on');
RESET SESSION AUTHORIZATION;
CREATE ROLE life_ben;
SET SESSION AUTHORIZATION life_ben;
SELECT is((SELECT count(*)::integer FROM creditspread.model_overview), 0, 'another of its old name does not');
SET SESSION AUTHORIZATION life_ann;
CALL creditspread.grant_reader('spread', 'life_ben');
SELECT is((SELECT string_agg(readers, '') FROM creditspread.owned_by('life_ann')), 'life_ben, life_ben_now', 'until it is granted');
CALL creditspread.revoke_reader('spread', 'life_ben_now');
SELECT is((SELECT string_agg(readers, '') FROM creditspread.owned_by('life_ann')), 'life_ben', 'the other one is taken back by its name of now');
RESET SESSION AUTHORIZATION;
DROP ROLE life_ben;
ALTER ROLE life_ben_now RENAME TO life_ben;
SET SESSION AUTHORIZATION life_ben;
SELECT is((SELECT count(*)::integer FROM creditspread.model_overview), 0, 'what a role that is gone read, its heir by name does not');

-- ---- one value ---------------------------------------------------------------------------------------------------

SET SESSION AUTHORIZATION life_ann;
CREATE TEMPORARY TABLE exported AS SELECT creditspread.export('spread') AS value, creditspread.export('spread', forecasts => false) AS bare;
SELECT is(creditspread.import(value, E'it''s "new"\n日'), E'it''s "new"\n日', 'import under another name') FROM exported;
SELECT is(all_of(E'it''s "new"\n日'), all_of('spread'), 'gives back everything, to the last digit');
SELECT isnt(all_of('spread'), NULL, 'which is something');
SELECT is((SELECT count(DISTINCT run_id)::integer FROM creditspread.forecast_vs_actual), 2 * (SELECT count(DISTINCT run_id)::integer FROM creditspread.forecast_vs_actual WHERE model = 'spread'), 'under run numbers of its own');
SELECT throws_ok($$ SELECT creditspread.import(value) FROM exported $$, '42710', 'creditspread.import: role "life_ann" has a model "spread"', 'a name that is taken');
CALL creditspread.drop('spread');
SELECT is((SELECT count(*)::integer FROM creditspread.pipeline), 1, 'dropped');
SELECT is(creditspread.import(bare), 'spread', 'its own name is free then') FROM exported;
SELECT is((SELECT count(*)::integer FROM creditspread.forecast_vs_actual WHERE model = 'spread'), 0, 'without forecasts');
SELECT is(pg_temp.versions('spread'), '1 2*', 'but with its versions');
CALL creditspread.forecast('spread');
CALL creditspread.forecast(E'it''s "new"\n日');
SELECT is((SELECT count(*)::integer FROM creditspread.forecast_latest a JOIN creditspread.forecast_latest b USING (entity, origin, horizon, forecast, lower, upper) WHERE a.model < b.model), 6,
	'both forecast on, and the same');
CALL creditspread.retrain(E'it''s "new"\n日');
SELECT is(pg_temp.versions(E'it''s "new"\n日'), '1 2 3*', 'and are retrained');
SELECT throws_ok(format('SELECT creditspread.import(%s) FROM exported', value), '22023', message, 'import of ' || value) FROM (VALUES
	('NULL', 'creditspread.import: the value is none of creditspread.export'), ('$$$$', 'creditspread.import: the value is none of creditspread.export'),
	('substr(value, 1, 1000)', 'creditspread.import: the value of 1000 bytes is damaged'), ('set_byte(value, 300, 1)', NULL), ('sha256(value)', 'creditspread.import: the value is none of creditspread.export')) AS v (value, message);
SELECT is((SELECT count(*)::integer FROM creditspread.model_overview), 5, 'nothing of these stays');
SELECT throws_ok($$ SELECT creditspread.export('none') $$, '42704', 'there is no model "none"', 'nothing to export');
SELECT throws_ok($$ SELECT creditspread.import(value, '') FROM exported $$, '22023', 'creditspread.import: name has 0 bytes', 'a name is not empty');
SELECT throws_ok($$ SELECT creditspread.import(value, repeat('x', 1001)) FROM exported $$, '22023', 'creditspread.import: name has 1001 bytes', 'nor too long');
-- values that somebody made
CREATE FUNCTION pg_temp.made(body text) RETURNS bytea LANGUAGE sql AS $$
	SELECT convert_to(format(E'creditspread model 1 %s\n', encode(sha256(convert_to(body, 'UTF8')), 'hex')) || body, 'UTF8') $$;
SELECT throws_ok(format('SELECT creditspread.import(pg_temp.made(%L))', body), '22023', NULL, 'made: ' || body) FROM (VALUES (''), ('1'), ('{"name": 1}'),
	('{"name": "made", "time_zone": "Nowhere", "in_utc": false, "created_at": "2024-01-01"}'), ('{"name": "made", "time_zone": "UTC", "in_utc": false, "created_at": "infinity"}'),
	('{"name": "made", "time_zone": "UTC", "in_utc": false, "created_at": "2024-01-01", "versions": 1}'),
	('{"name": "made", "time_zone": "UTC", "in_utc": false, "created_at": "2024-01-01", "artifacts": [{"model_id": 1, "entity": "x", "status": "ready", "row_count": 1}]}'),
	('{"name": "made", "time_zone": "UTC", "in_utc": false, "created_at": "2024-01-01", "run_series": [{"run_id": 1, "entity": "x", "status": "done", "steps_done": 1, "seconds": 1}]}'),
	('{"name": "made", "time_zone": "UTC", "in_utc": false, "created_at": "2024-01-01", "forecasts": [{"source": "forecast", "entity": "x", "origin": "2024-01-01", "horizon": 1, "version": 1, "revision": 0, "query_number": 1, "target_time": "2024-01-01", "forecast": "NaN", "level": 0.9, "random_walk": 1, "made_at": "2024-01-01", "run_id": 1}]}')) AS v (body);
CREATE FUNCTION pg_temp.altered(old text, new text) RETURNS bytea LANGUAGE sql AS $$ SELECT pg_temp.made(replace(substr(convert_from(value, 'UTF8'), 87), old, new)) FROM exported $$;
SELECT throws_ok(format('SELECT creditspread.import(pg_temp.altered(%L, %L), %L)', old, new, 'altered'), '22023', NULL, 'altered: ' || new) FROM (VALUES
	('"horizons":[1,2]', '"horizons":[1,1]'), ('"horizons":[1,2]', '"horizons":[]'), ('"version":1', '"version":2147483647'), ('"query_number":1', '"query_number":2147483647'),
	('"options":{}', '"options":[]'), ('"level":0.9', '"level":2'), ('"entity":"A"', '"entity":"日"'), ('"pid":', '"pid":99999999999, "x":')) AS v (old, new);
SELECT is((SELECT count(*)::integer FROM creditspread.model_overview WHERE model = 'altered'), 0, 'nothing of these stays');
-- a method that somebody removed, or another database lacks
SELECT is(creditspread.import(pg_temp.altered('"method":"ar"', '"method":"gone"'), 'altered'), 'altered', 'a method that is not here');
CALL creditspread.forecast('altered');
CALL creditspread.retrain('altered');
SELECT is((SELECT string_agg(concat_ws(' ', kind, status, code, message), ', ' ORDER BY run_id) FROM creditspread.run_log WHERE model = 'altered' AND started > (SELECT max(trained_at) FROM creditspread.model_overview)),
	'forecast failed 42704 creditspread.forecast: there is no method "gone" any more, retrain failed 42704 creditspread.retrain: there is no method "gone" any more', 'forecasts nothing, nor is it trained, and the log says why');
CALL creditspread.drop('altered');

GRANT SELECT ON exported TO life_ben;
SET SESSION AUTHORIZATION life_ben;
SELECT is(creditspread.import(value, 'gift'), 'gift', 'another role takes it as its own') FROM pg_temp.exported;
SELECT is(owner, 'life_ben', 'who then owns it') FROM creditspread.model_overview WHERE model = 'gift' AND active;
CALL creditspread.drop('gift');

-- ---- what is forgotten -------------------------------------------------------------------------------------------

SET SESSION AUTHORIZATION life_ann;
CALL creditspread.backtest('spread', 20, 10);
CALL creditspread.forget('spread', ' Ä"''');
SELECT is((SELECT string_agg(DISTINCT entity, ',') FROM (SELECT entity FROM creditspread.forecast_vs_actual WHERE model = 'spread' UNION SELECT entity FROM creditspread.freshness WHERE model = 'spread') e), 'A,日', 'a series is forgotten');
SELECT is((SELECT sum(entities)::integer FROM creditspread.model_overview WHERE model = 'spread'), 4, 'with its fits');
CALL creditspread.forecast('spread');
CALL creditspread.retrain('spread');
SELECT is((SELECT entities FROM creditspread.model_overview WHERE model = 'spread' AND active), 3, 'until the next training, since the query gives it still');
SELECT count(*) AS runs FROM creditspread.run_log WHERE model = 'spread' \gset
CALL creditspread.prune('spread', '2000-01-01');
SELECT is((SELECT count(*)::integer FROM creditspread.run_log WHERE model = 'spread'), :runs, 'nothing is that old');
CALL creditspread.prune('spread', now());
SELECT is((SELECT (SELECT count(*) FROM creditspread.run_log WHERE model = 'spread') + (SELECT count(*) FROM creditspread.forecast_vs_actual WHERE model = 'spread') + (SELECT count(*) FROM creditspread.run_series s
	WHERE s.run_id NOT IN (SELECT id FROM creditspread.run))), 0::bigint, 'log and forecasts go');
SELECT is(pg_temp.versions('spread'), '1 2 3*', 'versions stay');
SELECT isnt((SELECT count(*)::integer FROM creditspread.forecast_vs_actual), 0, 'and other models');

-- ---- readers whose names change ----------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.readers() RETURNS text LANGUAGE sql AS $$ SELECT readers FROM creditspread.owned_by('life_ann') WHERE model = 'spread' $$;
RESET SESSION AUTHORIZATION;
CREATE ROLE life_r1;
CREATE ROLE life_r2;
CREATE ROLE life_r3;
SET SESSION AUTHORIZATION life_ann;
CALL creditspread.grant_reader('spread', 'life_r1');
CALL creditspread.grant_reader('spread', 'life_r2');
CALL creditspread.grant_reader('spread', 'life_r3');
RESET SESSION AUTHORIZATION;
ALTER ROLE life_r3 RENAME TO life_r0;
ALTER ROLE life_r2 RENAME TO life_r3;
ALTER ROLE life_r1 RENAME TO life_r2;
ALTER ROLE life_r0 RENAME TO life_r1;
SET SESSION AUTHORIZATION life_ann;
CALL creditspread.grant_reader('spread', 'life_r1');
SELECT is(pg_temp.readers(), 'life_r1, life_r2, life_r3', 'names go round, the readers stay');
RESET SESSION AUTHORIZATION;
DROP ROLE life_r2;
SET SESSION AUTHORIZATION life_ann;
CALL creditspread.revoke_reader('spread', 'life_r3');
SELECT is(pg_temp.readers(), 'life_r1', 'one is taken away, and one is gone');
CALL creditspread.revoke_reader('spread', 'life_r1');
SELECT throws_ok($$ CALL creditspread.revoke_reader('spread', 'life_r2') $$, '42704', NULL, 'who is gone reads nothing');

-- ---- owners ------------------------------------------------------------------------------------------------------

CALL creditspread.transfer('spread', 'life_desk');
SELECT results_eq($$ SELECT model, active_version, versions FROM creditspread.owned_by('life_desk') $$, $$ VALUES ('spread', 3, 3) $$, 'given to a role that one is a member of');
SELECT throws_ok($$ CALL creditspread.promote('spread', 1) $$, '42704', NULL, 'it is not one''s own any more');
SET ROLE life_desk;
CALL creditspread.promote('spread', 1);
SELECT is(pg_temp.versions('spread'), '1* 2 3', 'but the other''s');
RESET ROLE;
SELECT creditspread.import(value) FROM exported \g /dev/null
SET ROLE life_desk;
SELECT throws_ok($$ CALL creditspread.transfer('spread', 'life_ann') $$, '42501', NULL, 'not to whom one is no member of');
RESET SESSION AUTHORIZATION;
SELECT throws_ok($$ CALL creditspread.transfer('spread', 'life_ann', 'life_desk') $$, '42710', 'creditspread.transfer: role "life_ann" has a model "spread"', 'nor to who has one of the name');
SELECT throws_ok($$ CALL creditspread.transfer('spread', 'life_ann') $$, '42704', NULL, 'a superuser''s own is meant without an owner');
ALTER ROLE life_ann RENAME TO life_anne;
SELECT is((SELECT string_agg(model, ',' ORDER BY model) FROM creditspread.owned_by('life_anne')), E'it''s "new"\n日,spread', 'a role that is renamed keeps its models');
REASSIGN OWNED BY life_anne TO CURRENT_USER;
REVOKE life_desk FROM life_anne;
DROP ROLE life_anne;
CREATE ROLE life_ann;
SET SESSION AUTHORIZATION life_ann;
SELECT is((SELECT count(*)::integer FROM creditspread.pipeline), 0, 'the heir of a name inherits nothing');
SELECT throws_ok($$ CALL creditspread.drop('spread') $$, '42704', NULL, 'and can do nothing');
RESET SESSION AUTHORIZATION;
SELECT results_eq($$ SELECT DISTINCT owner FROM creditspread.model_overview WHERE model = E'it''s "new"\n日' $$, $$ VALUES ('life_ann (no role)') $$, 'what a role that is gone had, superusers see');
CALL creditspread.transfer(E'it''s "new"\n日', 'life_ben', 'life_ann');
CALL creditspread.transfer('spread', 'life_ben', 'life_ann (no role)');
SELECT is((SELECT string_agg(model, ',' ORDER BY model) FROM creditspread.owned_by('life_ben')), E'it''s "new"\n日,spread', 'and give away');
SET SESSION AUTHORIZATION life_ben;
CALL creditspread.forecast(E'it''s "new"\n日');
SELECT is((SELECT status FROM creditspread.run_log ORDER BY run_id DESC LIMIT 1), 'done', 'who then works with it');
CALL creditspread.drop('spread');
CALL creditspread.drop(E'it''s "new"\n日');
RESET SESSION AUTHORIZATION;
CALL creditspread.transfer('spread', 'postgres', 'life_desk');
CALL creditspread.drop('spread');
SELECT is((SELECT (SELECT count(*) FROM creditspread.pipeline) + (SELECT count(*) FROM creditspread.model) + (SELECT count(*) FROM creditspread.artifact) + (SELECT count(*) FROM creditspread.run)
	+ (SELECT count(*) FROM creditspread.run_series) + (SELECT count(*) FROM creditspread.series) + (SELECT count(*) FROM creditspread.forecast) + (SELECT count(*) FROM creditspread.reader)), 0::bigint, 'what is dropped leaves nothing');

SELECT * FROM finish();
DROP SCHEMA life CASCADE;
DROP FUNCTION all_of(text);
DROP TABLE pg_temp.exported;
DROP ROLE life_ann, life_ben, life_desk, life_r1, life_r3;

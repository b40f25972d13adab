-- A model's definition is changed, and its history stays: alter_model, units of y.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(69);

CREATE ROLE alter_ann;
CREATE ROLE alter_ben;
CREATE SCHEMA altered AUTHORIZATION alter_ann;
CREATE SCHEMA other AUTHORIZATION alter_ann;
SET SESSION AUTHORIZATION alter_ann;
CREATE TABLE altered.row AS SELECT s AS bond, '2024-01-01'::date + g AS day, 2 + sin(g * g * 0.7 + length(s)) * 0.2 + g * 0.01 AS y, cos(g * 0.3) AS x, sin(g * 0.9) AS z
FROM generate_series(1, 90) g, unnest('{A,BB}'::text[]) s;
CREATE VIEW altered.first AS SELECT day AS "time", bond AS entity, y FROM altered.row;
CREATE FUNCTION pg_temp.definition(integer) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws('|', m.method, m.query, m.query_number, m.features, m.horizons, m.options, m.level, m.active) FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id
	WHERE p.name = 'm' AND m.version = $1 $$;
CREATE FUNCTION pg_temp.changes() RETURNS jsonb LANGUAGE sql AS $$ SELECT changes FROM creditspread.pipeline WHERE name = 'm' $$;
CREATE FUNCTION pg_temp.said() RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(f::text, ';' ORDER BY source, entity, origin, horizon)) FROM creditspread.forecast_vs_actual f WHERE model = 'm' AND version = 1 AND origin <= '2024-03-31' $$;
CREATE FUNCTION pg_temp.last_run() RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', kind, version, status, code, message) FROM creditspread.run_log WHERE model = 'm' ORDER BY run_id DESC LIMIT 1 $$;

CALL creditspread.train('m', 'altered.first', 'ar', '{1,2}', options => '{"interval_levels": [0.5, 0.9]}', unit => 'percent', description => 'two bonds');
CALL creditspread.forecast('m');
CALL creditspread.backtest('m', 20, 10);
SELECT is((SELECT concat_ws(' ', unit, description) FROM creditspread.model_overview WHERE model = 'm'), 'percent two bonds', 'unit and description are kept');
SELECT pg_temp.definition(1) AS first, pg_temp.said() AS said \gset

-- ---- what waits ----------------------------------------------------------------------------------------------------

CALL creditspread.alter_model('m', query => 'SELECT day AS "time", bond AS entity, y, x, z, 1 / (day - ''2024-04-01''::date) AS w FROM row ORDER BY day;', method => 'linear', horizons => '{1,2,3}');
SELECT is(pg_temp.changes(), NULL, 'a query that cannot be planned is refused, and nothing of the call stays');
SET search_path = altered, public;
CALL creditspread.alter_model('m', query => 'SELECT day AS "time", bond AS entity, y, x, z, 1 / (day - ''2024-04-01''::date) AS w FROM row ORDER BY day;', method => 'linear', horizons => '{1,2,3}');
RESET search_path;
SELECT is(pg_temp.definition(1), :'first', 'the version that serves is what it was');
SELECT is((SELECT change_pending FROM creditspread.health WHERE model = 'm'), true, 'health tells of the change');
INSERT INTO altered.row SELECT s, '2024-03-31'::date + 1, 3.1, 0, 0 FROM unnest('{A,BB}'::text[]) s;
CALL creditspread.forecast('m');
SELECT is(pg_temp.last_run(), 'forecast 1 done', 'and forecasts on, by its own query');
CALL creditspread.retrain('m');
SELECT is(pg_temp.last_run(), 'retrain 2 failed 22012 division by zero', 'the next training runs the new one');
SELECT is(pg_temp.changes() ->> 'method', 'linear', 'which waits on when it fails');
CALL creditspread.forecast('m');
SELECT is(pg_temp.last_run(), 'forecast 1 done', 'while the old version serves');

-- ---- the same y, other features --------------------------------------------------------------------------------------

SET search_path = altered, public;
CALL creditspread.alter_model('m', query => 'SELECT day AS "time", bond AS entity, y, x, z FROM row', features => '{z}');
RESET search_path;
CALL creditspread.retrain('m');
SELECT is(pg_temp.last_run(), 'retrain 3 done', 'a training takes all changes');
SELECT is(pg_temp.definition(3), 'linear|SELECT day AS "time", bond AS entity, y, x, z FROM row|1|{z}|{1,2,3}|{"interval_levels": [0.5, 0.9]}|0.9|t',
	'method, query, features and horizons are new; the levels of the intervals and the number of what is forecast are not');
SELECT is(pg_temp.definition(1), replace(:'first', '|t', '|f'), 'the old version is what it was trained as');
SELECT is(pg_temp.changes(), NULL, 'nothing waits any more');
SELECT is((SELECT change_pending FROM creditspread.health WHERE model = 'm'), false, 'says health, too');
CALL creditspread.forecast('m');
SELECT is((SELECT string_agg(DISTINCT version || ' ' || source, ', ' ORDER BY version || ' ' || source) FROM creditspread.forecast_vs_actual WHERE model = 'm'), '1 backtest, 1 forecast, 3 forecast', 'forecasts and backtests of all versions are there');
SELECT is((SELECT array_agg(DISTINCT horizon ORDER BY horizon) FROM creditspread.forecast_latest WHERE model = 'm' AND version = 3), '{1,2,3}', 'at the new horizons');
INSERT INTO altered.row SELECT s, '2024-04-01'::date + g, 3 + g * 0.01, cos(g), sin(g) FROM generate_series(1, 2) g, unnest('{A,BB}'::text[]) s;
CALL creditspread.forecast('m');
INSERT INTO altered.row SELECT s, '2024-04-01'::date + g, 3 + g * 0.01, cos(g), sin(g) FROM generate_series(3, 5) g, unnest('{A,BB}'::text[]) s;
CALL creditspread.update_actuals('m');
SELECT is((SELECT count(*)::integer FROM creditspread.forecast_vs_actual WHERE model = 'm' AND version = 1 AND source = 'forecast' AND actual IS NULL), 0, 'what came true of the old version''s forecasts is known by the new query');
SELECT is((SELECT array_agg(versions ORDER BY horizon) FROM creditspread.accuracy_overall WHERE model = 'm' AND entity = 'A'), '{2,2,1}', 'and the life of the model goes on over the change');
SELECT is((SELECT count(*)::integer FROM creditspread.accuracy WHERE model = 'm' AND version = 1 AND source = 'backtest'), 4, 'the backtest of the old version keeps its accuracy');
CALL creditspread.retrain('m');
SELECT is(replace(pg_temp.definition(3), '|f', ''), replace(pg_temp.definition(4), '|t', ''), 'a further training is of the same definition');

-- ---- another y -------------------------------------------------------------------------------------------------------

SELECT count(actual) AS known FROM creditspread.forecast_vs_actual WHERE model = 'm' \gset
CALL creditspread.alter_model('m', query => 'SELECT day AS "time", bond AS entity, 100 * y AS y FROM altered.row', unit => 'bp');
SELECT is((SELECT string_agg(DISTINCT unit, ',') FROM creditspread.forecast_vs_actual WHERE model = 'm'), 'percent', 'the unit of another query waits with it');
CALL creditspread.retrain('m');
INSERT INTO altered.row SELECT s, '2024-04-07', 3.2, 0, 0 FROM unnest('{A,BB}'::text[]) s;
CALL creditspread.forecast('m');
SELECT is((SELECT string_agg(DISTINCT concat_ws(' ', version, query_number, unit), ', ' ORDER BY concat_ws(' ', version, query_number, unit)) FROM creditspread.forecast_vs_actual WHERE model = 'm'),
	'1 1 percent, 3 1 percent, 5 2 bp', 'forecasts keep the unit of what they forecast');
SELECT is((SELECT count(actual)::text FROM creditspread.forecast_vs_actual WHERE model = 'm' AND query_number = 1), :'known', 'and basis points are no actual values of percent');
SELECT ok((SELECT bool_and(abs(actual) < 10) FROM creditspread.forecast_vs_actual WHERE model = 'm' AND unit = 'percent'), 'nor have any taken their place');
SELECT is((SELECT string_agg(DISTINCT unit, ',') FROM creditspread.forecast_latest WHERE model = 'm'), 'bp', 'the latest are of the new one');
SELECT is((SELECT string_agg(DISTINCT version || unit, ',' ORDER BY version || unit) FROM creditspread.accuracy WHERE model = 'm'), '1percent,3percent', 'measures have it');
SELECT is((SELECT string_agg(DISTINCT unit, ',') FROM creditspread.forecast_interval WHERE model = 'm' AND version = 5), 'bp', 'intervals');
SELECT ok(creditspread.forecast_chart('m', 'A') LIKE '%>bp</text>%', 'charts name it at the axis');
SELECT ok(creditspread.forecast_chart('m', 'A', options => '{"y_label": "mine"}') LIKE '%>mine</text>%', 'unless they are told another label');
SELECT ok(creditspread.accuracy_chart('m', 'A', source => 'backtest', version => 1) LIKE '%>percent</text>%', 'of errors as well, each version its own');
SELECT ok(creditspread.report('m') LIKE '%<dt>unit of y</dt><dd>bp</dd>%' AND creditspread.report('m') LIKE '%<dd>two bonds</dd>%', 'and the report');

-- ---- versions and what waits -------------------------------------------------------------------------------------------

CALL creditspread.rollback('m');
CALL creditspread.retrain('m');
SELECT is((SELECT concat_ws(' ', method, unit) FROM creditspread.model_overview WHERE model = 'm' AND version = 6), 'linear percent', 'after a rollback a training is of the version that serves');
CALL creditspread.alter_model('m', method => 'mean', promote => 'if_better', options => '{"interval_level": 0.8}');
CALL creditspread.retrain('m');
SELECT is((SELECT string_agg(concat_ws(' ', version, method), ', ') FROM creditspread.model_overview WHERE model = 'm' AND active), '6 linear', 'a version that is no better does not serve');
SELECT is((SELECT concat_ws(' ', method, level) FROM creditspread.model_overview WHERE model = 'm' AND version = 7), 'mean 0.8', 'though it was made as it was asked for');
SELECT isnt(pg_temp.changes(), NULL, 'and what is changed waits on');
CALL creditspread.promote('m', 7);
SELECT is(pg_temp.changes(), NULL, 'until it is made active');
CALL creditspread.alter_model('m', horizons => 4, keep => 3);
CALL creditspread.alter_model('m', horizons => ARRAY[5]);
SELECT is(pg_temp.changes(), '{"keep": 3, "horizons": [5]}', 'changes add up');
CALL creditspread.alter_model('m', horizons => '{1,2,3}', keep => 5);
SELECT is(pg_temp.changes(), NULL, 'what is set back does not wait');
CALL creditspread.alter_model('m', horizons => 4);
CALL creditspread.alter_model('m', discard => true, description => '');
SELECT is((SELECT concat(changes, description) FROM creditspread.pipeline WHERE name = 'm'), '', 'discard forgets; a description goes with an empty one');
CALL creditspread.alter_model('m', unit => 'basis points');
SELECT is((SELECT string_agg(DISTINCT unit, ',') FROM creditspread.model_overview WHERE model = 'm' AND version > 5), 'basis points', 'a unit alone holds at once');
CALL creditspread.alter_model('m', unit => '');
SELECT is((SELECT count(unit)::integer FROM creditspread.forecast_vs_actual WHERE model = 'm' AND version = 3), 0, 'and an empty one is none');
CALL creditspread.alter_model('m', unit => 'percent');
CALL creditspread.alter_model('m', calendar => 'SELECT generate_series(''2024-01-01''::date, ''2025-01-01'', ''1 day'')');
SELECT is(pg_temp.changes() -> 'calendar' IS NOT NULL, true, 'a calendar');
CALL creditspread.alter_model('m', calendar => '');
SELECT is(pg_temp.changes(), NULL, 'and none');
CALL creditspread.alter_model('m', method => 'random_walk', pool => true, on_error => 'stop', ended_after => 7, time_zone => 'Europe/Berlin', promote => 'always', options => '{"interval_levels": [0.5, 0.95]}');
BEGIN;
CALL creditspread.alter_model('m', discard => true);
ROLLBACK;
SELECT is(pg_temp.changes() ->> 'level', '0.95', 'a change that is rolled back is none');

-- ---- elsewhere ---------------------------------------------------------------------------------------------------------

SELECT creditspread.import(creditspread.export('m'), 'copy') \g /dev/null
SELECT is((SELECT row(units, description, changes)::text FROM creditspread.pipeline WHERE name = 'copy'), (SELECT row(units, description, changes)::text FROM creditspread.pipeline WHERE name = 'm'),
	'an export has what waits, and the units');
SELECT is((SELECT md5(string_agg(row(f.entity, f.origin, f.horizon, f.version, f.level, f.lower, f.upper, f.unit)::text, ';' ORDER BY f.source, f.entity, f.origin, f.horizon, f.version, f.level)) FROM creditspread.forecast_interval f WHERE model = 'copy'),
	(SELECT md5(string_agg(row(f.entity, f.origin, f.horizon, f.version, f.level, f.lower, f.upper, f.unit)::text, ';' ORDER BY f.source, f.entity, f.origin, f.horizon, f.version, f.level)) FROM creditspread.forecast_interval f WHERE model = 'm'),
	'and all levels of the intervals');
SELECT is((SELECT count(DISTINCT level)::integer FROM creditspread.forecast_interval WHERE model = 'copy' AND version = 3), 2, 'which are two');
CALL creditspread.retrain('copy');
SELECT is((SELECT concat_ws(' ', m.method, m.pool, m.on_error, m.ended_after, m.time_zone, m.level) FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id WHERE p.name = 'copy' AND m.active),
	'random_walk t stop 7 Europe/Berlin 0.95', 'the next training there takes it');
RESET SESSION AUTHORIZATION;
CALL creditspread.transfer('m', 'alter_ben', 'alter_ann');
SELECT is((SELECT changes ->> 'method' FROM creditspread.pipeline WHERE name = 'm'), 'random_walk', 'a new owner gets it, too');
CALL creditspread.transfer('m', 'alter_ann', 'alter_ben');

-- ---- who, and what not -------------------------------------------------------------------------------------------------

SET SESSION AUTHORIZATION alter_ann;
CALL creditspread.grant_reader('m', 'alter_ben');
SET SESSION AUTHORIZATION alter_ben;
SELECT throws_ok($$ CALL creditspread.alter_model('m', method => 'ar') $$, '42704', 'creditspread.alter_model: role "alter_ben" has no model "m"', 'a reader changes nothing');
SELECT throws_ok($$ SELECT creditspread_internal.alter_model('alter_ann'::regrole, 'm', '{}') $$, '42501', NULL, 'nor in the name of the owner');
SET SESSION AUTHORIZATION alter_ann;
SELECT throws_ok(format('CALL creditspread.alter_model(''m'', %s)', call), state, message, call) FROM (VALUES
	('NULL', '22004', 'creditspread.alter_model: nothing is to be changed'),
	('discard => NULL', '22004', 'creditspread.alter_model: nothing is to be changed'),
	('method => ''none''', '22023', 'creditspread.alter_model: no method "none"'),
	('query => ''  ;''', '22004', 'creditspread.alter_model: argument query is empty'),
	('query => ''SELECT 1 AS "time"''', '42703', 'creditspread: the query has no column "y"'),
	('query => ''altered.nothing''', '42P01', 'relation "altered.nothing" does not exist'),
	('features => ''{nothing}''', '42703', 'creditspread: the query has no column "nothing" any more, a feature of model "m"'),
	('features => ''{x,x}''', '22023', 'creditspread.alter_model: features are {x,x}'),
	('features => ''{{x},{z}}''', '22023', 'creditspread.alter_model: features are {{x},{z}}'),
	('features => ''{x,NULL}''', '22023', 'creditspread.alter_model: features are {x,NULL}'),
	('keep => 0', '22023', 'creditspread.alter_model: keep is 0'),
	('options => ''[]''', '22023', 'creditspread.alter_model: options are a jsonb array, not an object'),
	('method => ''linear'', options => ''{"lag": 1}''', '22023', NULL),
	('method => ''cir'', pool => true', '0A000', 'creditspread.alter_model: method cir has no common fit of many series'),
	('time_zone => ''Nowhere''', '22023', 'creditspread.alter_model: time_zone is "Nowhere"'),
	('unit => repeat(''x'', 101)', '22023', NULL),
	('unit => E''a\nb''', '22023', NULL),
	('calendar => ''nothing at all''', '42601', NULL)) AS bad (call, state, message);
RESET SESSION AUTHORIZATION;
SELECT creditspread_internal.take_model_lock(p.id) FROM creditspread.pipeline p WHERE p.name = 'm' \g /dev/null
SET ROLE alter_ann;
SELECT throws_ok($$ CALL creditspread.alter_model('m', method => 'ar') $$, '55P03', NULL, 'a model that is worked on is not changed');
RESET ROLE;
SELECT creditspread_internal.release_model_lock(p.id) FROM creditspread.pipeline p WHERE p.name = 'm' \g /dev/null

SET ROLE alter_ann;
CALL creditspread.drop('m');
CALL creditspread.drop('copy');
RESET ROLE;
DROP OWNED BY alter_ann, alter_ben;
DROP ROLE alter_ann, alter_ben;
SELECT * FROM finish();

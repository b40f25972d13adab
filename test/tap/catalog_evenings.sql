-- The catalog as time passes: what is revised, late, lost, ended; which version serves; whose days are counted; what is refused before
-- anything is done.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(60);

CREATE VIEW models AS SELECT p.name, p.time_zone AS zone, p.in_utc, m.* FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id;
CREATE VIEW forecasts AS SELECT p.name, f.* FROM creditspread.forecast f JOIN creditspread.pipeline p ON p.id = f.pipeline_id;
CREATE VIEW runs AS SELECT p.name, r.* FROM creditspread.run r JOIN creditspread.pipeline p ON p.id = r.pipeline_id;
CREATE FUNCTION active(of text) RETURNS integer LANGUAGE sql AS $$ SELECT version FROM models WHERE name = of AND active $$;
CREATE FUNCTION note(of text) RETURNS text LANGUAGE sql AS $$ SELECT message FROM runs WHERE name = of ORDER BY id DESC LIMIT 1 $$;

-- ---- actual values follow the data, what was said stays

CREATE TABLE price AS SELECT date '2024-03-04' + g AS day, 100 + g::float8 AS y FROM generate_series(0, 4) g;
CALL creditspread.train('price', 'SELECT day AS "time", y FROM price', 'random_walk', '{1,2}', ended_after => 5);
CALL creditspread.forecast('price');
INSERT INTO price VALUES ('2024-03-11', 110), ('2024-03-12', 111);
CALL creditspread.forecast('price');
SELECT results_eq($$ SELECT horizon, target_time::date, actual, first_actual FROM forecasts WHERE origin = '2024-03-08' ORDER BY 1 $$,
	$$ VALUES (1, '2024-03-11'::date, 110::float8, 110::float8), (2, '2024-03-12', 111, 111) $$, 'what came true');
CREATE TABLE known AS SELECT horizon, first_known_at FROM forecasts WHERE origin = '2024-03-08';
UPDATE price SET y = 112 WHERE day = '2024-03-12';
CALL creditspread.update_actuals('price');
SELECT results_eq($$ SELECT horizon, actual, first_actual FROM forecasts WHERE origin = '2024-03-08' ORDER BY 1 $$, $$ VALUES (1, 110::float8, 110::float8), (2, 112, 111) $$,
	'a corrected price; the first one stays visible');
SELECT is((SELECT count(*) FROM forecasts f JOIN known k USING (horizon) WHERE f.origin = '2024-03-08' AND f.first_known_at = k.first_known_at), 2::bigint, 'and when it was known');
SELECT is((SELECT rows_stored FROM runs WHERE kind = 'update_actuals' ORDER BY id DESC LIMIT 1), 1::bigint, 'one row changed');
INSERT INTO price VALUES ('2024-03-09', 109);
CALL creditspread.update_actuals('price');
SELECT results_eq($$ SELECT horizon, target_time::date, actual, first_actual FROM forecasts WHERE origin = '2024-03-08' ORDER BY 1 $$,
	$$ VALUES (1, '2024-03-09'::date, 109::float8, 110::float8), (2, '2024-03-11', 110, 111) $$, 'a row that comes late moves those after it');
DELETE FROM price WHERE day IN ('2024-03-09', '2024-03-12');
CALL creditspread.update_actuals('price');
SELECT results_eq($$ SELECT horizon, target_time::date, actual, first_actual FROM forecasts WHERE origin = '2024-03-08' ORDER BY 1 $$,
	$$ VALUES (1, '2024-03-11'::date, 110::float8, 110::float8), (2, '2024-03-11', NULL, 111) $$, 'and a row that is taken back is not known any more');
CALL creditspread.update_actuals('price');
SELECT is((SELECT rows_stored FROM runs ORDER BY id DESC LIMIT 1), 0::bigint, 'the same data change nothing');
CALL creditspread.forecast('price');
UPDATE price SET y = 115 WHERE day = '2024-03-11';
CALL creditspread.forecast('price');
SELECT results_eq($$ SELECT revision, forecast, random_walk FROM forecasts WHERE origin = '2024-03-11' AND horizon = 1 ORDER BY 1 $$, $$ VALUES (0, 110::float8, 110::float8), (1, 115, 115) $$,
	'made again from the same origin, what was said first stays beside what is said now');
CALL creditspread.forecast('price');
SELECT is((SELECT count(*) FROM forecasts WHERE origin = '2024-03-11'), 4::bigint, 'nothing is added where nothing else is said');

-- revisions of the whole past, against a query by hand
CREATE TABLE walk AS SELECT s AS entity, date '2023-01-02' + g AS day, sin(g * s) + g * 0.01 AS y FROM generate_series(1, 3) s, generate_series(1, 60) g;
CALL creditspread.train('walk', 'SELECT entity, day AS "time", y FROM walk', 'random_walk', '{1,3}');
CALL creditspread.backtest('walk', 30, 30);
UPDATE walk SET y = y + 1 WHERE day > '2023-02-10' AND entity = 2;
CALL creditspread.update_actuals('walk');
SELECT set_eq($$ SELECT entity, origin::date, horizon, actual FROM forecasts WHERE name = 'walk' $$,
	$$ SELECT entity::text, day, h, later FROM (SELECT entity, day, h, lead(y, h) OVER (PARTITION BY entity, h ORDER BY day) AS later, row_number() OVER (PARTITION BY entity, h ORDER BY day) AS n
		FROM walk, unnest('{1,3}'::integer[]) h) q WHERE n BETWEEN 28 AND 57 $$, 'all actual values are those of the data of now');
SELECT is((SELECT count(*) FROM forecasts WHERE name = 'walk' AND actual <> first_actual), 40::bigint, 'those that were revised keep their first value');

-- ---- a version that lost series

CREATE TABLE ten AS SELECT 's' || s AS entity, date '2023-01-02' + g AS day, sin(g * g * s) + g * 0.01 AS y FROM generate_series(1, 10) s, generate_series(1, 60) g;
CREATE TABLE sound AS SELECT * FROM ten;
CALL creditspread.train('ten', 'SELECT entity, day AS "time", y FROM ten', 'ar');
CALL creditspread.train('better', 'SELECT entity, day AS "time", y FROM ten', 'ar', promote => 'if_better');
CALL creditspread.train('any', 'SELECT entity, day AS "time", y FROM ten', 'ar', promote => 'always');
UPDATE ten SET y = 1 WHERE entity <> 's1';
CALL creditspread.retrain('ten');
CALL creditspread.retrain('better');
CALL creditspread.retrain('any');
SELECT is(active('ten'), 1, 'a version that lost series is not activated');
SELECT matches(note('ten'), '^version 1 stays active, version 2 lost 9 of its 10 series: creditspread.promote makes it active; 9 of 10 series failed$', 'and the log says so');
SELECT is(active('better'), 1, 'nor is it better for the one that is left');
SELECT is(active('any'), 2, 'unless it is asked for');
SELECT results_eq($$ SELECT a.status, a.fitted_version, count(*) FROM creditspread.artifact a JOIN models m ON m.id = model_id WHERE name = 'any' AND version = 2 GROUP BY 1, 2 ORDER BY 2 $$,
	$$ VALUES ('stale', 1, 9::bigint), ('ready', 2, 1) $$, 'series that failed keep their last fit, marked');
CALL creditspread.forecast('any');
SELECT is((SELECT row(status, series_failed, rows_stored)::text FROM runs WHERE name = 'any' ORDER BY id DESC LIMIT 1), '(done,0,10)', 'which serves on');
UPDATE ten SET y = sound.y FROM sound WHERE ten.entity = sound.entity AND ten.day = sound.day;
CALL creditspread.retrain('ten');
SELECT is(active('ten'), 3, 'a complete version is activated again');
CALL creditspread.promote('ten', 2);
SELECT is(active('ten'), 2, 'and any by hand');

-- ---- series that end, are renamed, begin

CREATE TABLE bond AS SELECT 'old' AS entity, date '2024-01-01' + g AS day, g::float8 AS y FROM generate_series(1, 40) g
	UNION ALL SELECT 'new', date '2024-01-01' + g, g FROM generate_series(1, 50) g;
CALL creditspread.train('bond', 'SELECT entity, day AS "time", y FROM bond', 'random_walk');
CALL creditspread.forecast('bond');
SELECT is((SELECT count(*) FROM forecasts WHERE name = 'bond'), 2::bigint, 'a series that is some rows behind is forecast');
INSERT INTO bond SELECT 'new', date '2024-01-01' + g, g FROM generate_series(51, 70) g;
CALL creditspread.forecast('bond');
SELECT is(note('bond'), '1 series ended, nothing is forecast for it any more', 'a series that has ended is told of');
SELECT is((SELECT string_agg(entity, ' ') FROM creditspread.series s JOIN creditspread.pipeline p ON p.id = pipeline_id WHERE name = 'bond' AND ended), 'old', 'known');
CALL creditspread.forecast('bond');
SELECT is((SELECT row(status, message, series_total)::text FROM runs ORDER BY id DESC LIMIT 1), '(done,,1)', 'and left out from then on');
SELECT is((SELECT count(*) FROM forecasts WHERE name = 'bond' AND entity = 'old'), 1::bigint, 'without forecasts for the past');
UPDATE bond SET entity = 'renamed' WHERE entity = 'new';
CALL creditspread.forecast('bond');
SELECT results_eq($$ SELECT entity, code FROM creditspread.run_series WHERE run_id = (SELECT max(id) FROM runs) $$, $$ VALUES ('renamed', '55000') $$, 'a new name needs a fit');
CALL creditspread.retrain('bond');
CALL creditspread.forecast('bond');
SELECT is((SELECT row(status, series_total, series_failed)::text FROM runs ORDER BY id DESC LIMIT 1), '(done,1,0)', 'and has it after the next training');

-- ---- days are those of the model's zone

CREATE TABLE spot AS SELECT zone, timezone(zone, date '2024-03-18' + g + clock) AS at, g::float8 AS y
	FROM (VALUES ('Asia/Tokyo', time '08:00'), ('America/New_York', time '20:00'), ('Europe/Berlin', time '00:00')) v (zone, clock), generate_series(0, 11) g
	WHERE extract(isodow FROM date '2024-03-18' + g) < 6;
DO $$
DECLARE
	z text;
BEGIN
	FOR z IN SELECT DISTINCT zone FROM spot LOOP
		CALL creditspread.train(z, format('SELECT at AS "time", y FROM spot WHERE zone = %L', z), 'random_walk', '{1,2}', time_zone => z);
		CALL creditspread.forecast(z);
	END LOOP;
END $$;
SELECT results_eq($$ SELECT name, array_agg(timezone(name, timezone('UTC', target_time)) ORDER BY horizon) FROM forecasts WHERE name LIKE '%/%' GROUP BY name ORDER BY name $$,
	$$ VALUES ('America/New_York', '{2024-04-01 20:00,2024-04-02 20:00}'::timestamp[]), ('Asia/Tokyo', '{2024-04-01 08:00,2024-04-02 08:00}'),
		('Europe/Berlin', '{2024-04-01 00:00,2024-04-02 00:00}') $$, 'business days on the clock of the zone, the same hour over its change');
SELECT results_eq($$ SELECT model, array_agg(target_date ORDER BY horizon) FROM creditspread.forecast_latest WHERE model LIKE '%/%' GROUP BY model ORDER BY model $$,
	$$ SELECT zone, '{2024-04-01,2024-04-02}'::date[] FROM (SELECT DISTINCT zone FROM spot ORDER BY zone) z $$, 'in the views, too');
CREATE TABLE open_day AS SELECT unnest('{2024-03-29,2024-04-02,2024-04-04}'::date[]) AS day;
SET TimeZone = 'Asia/Tokyo';
CALL creditspread.train('tokyo days', 'SELECT at AS "time", y FROM spot WHERE zone = ''Asia/Tokyo''', 'random_walk', 2, calendar => 'open_day');
RESET TimeZone;
CALL creditspread.forecast('tokyo days');
SELECT is((SELECT timezone('Asia/Tokyo', timezone('UTC', target_time)) FROM forecasts WHERE name = 'tokyo days'), '2024-04-04 08:00', 'a calendar in the zone of the session that trained');
CREATE TABLE hourly AS SELECT timestamptz '2024-03-30 20:00+00' + g * interval '1 hour' AS "time", g::float8 AS y FROM generate_series(0, 4) g;
CALL creditspread.train('hourly', 'hourly', 'random_walk', '{1,3}', time_zone => 'Europe/Berlin');
CALL creditspread.forecast('hourly');
SELECT is((SELECT array_agg(target_time ORDER BY horizon) FROM forecasts WHERE name = 'hourly'), '{2024-03-31 01:00,2024-03-31 03:00}'::timestamp[], 'hours are hours that pass; a table will do for a query');

-- ---- refused before anything is done

SELECT throws_ok(format('CALL creditspread.train(''refused'', ''price'', %s)', given), code, NULL, given) FROM (VALUES
	($$'reflection', options => '{"model":"nonsense"}'$$, '22023'), ($$'reflection', options => '{"fit_window":-5}'$$, '22023'),
	($$'rnn', options => '{"seed":0.5}'$$, '22023'), ($$'kalman', options => '{"model":"x"}'$$, '22023'), ($$'nelson_siegel', options => '{"decay":-1}'$$, '22023'),
	($$'ar', options => '{"lags":-1}'$$, '22023'), ($$'mean', time_zone => 'Nowhere/Land'$$, '22023'), ($$'mean', ended_after => 0$$, '22023'),
	($$'mean', horizons => 0$$, '22023')) v (given, code);
SELECT is((SELECT count(*) FROM creditspread.pipeline WHERE name = 'refused'), 0::bigint, 'and nothing is left of it');

-- ---- names

CREATE TABLE named AS SELECT e AS entity, date '2024-01-01' + g AS "time", g::float8 AS y FROM unnest(ARRAY['a"b', 'it''s', E'two\nlines', ' A', 'Ä', '価格', repeat('x', 63), repeat('n', 5000)]) e, generate_series(1, 30) g;
CALL creditspread.train(E'o''dd "name"\n', 'named', 'random_walk');
SELECT is((SELECT row(status, series_total, series_failed)::text FROM runs ORDER BY id DESC LIMIT 1), '(done,8,1)', 'names of all kinds; one of several kB fails alone');
SELECT results_eq($$ SELECT code, length(entity) < 200, message FROM creditspread.run_series WHERE status = 'failed' AND run_id = (SELECT max(id) FROM runs) $$,
	$$ VALUES ('22001', true, 'random_walk: the name of the series has 5000 bytes') $$, 'with an error that says so');
CALL creditspread.forecast(E'o''dd "name"\n');
SELECT is((SELECT count(*) FROM forecasts WHERE name LIKE 'o%'), 7::bigint, 'the others are forecast');
SELECT ok(creditspread.forecast_chart(E'o''dd "name"\n', ' A') LIKE '%<path%', 'a chart of a name with a blank before it');

-- ---- the log

CREATE TABLE bad AS SELECT 's' || s AS entity, date '2024-01-01' + g AS "time", CASE s WHEN 1 THEN 'NaN'::float8 ELSE 1 END AS y FROM generate_series(1, 3) s, generate_series(1, 20) g;
CALL creditspread.train('bad', 'bad', 'ar');
SELECT is((SELECT row(status, code, series_failed)::text FROM runs WHERE name = 'bad'), '(failed,22003,3)', 'a run that fails whole');
SELECT is((SELECT count(DISTINCT s.code || s.message) FROM creditspread.run_series s JOIN runs r ON r.id = run_id WHERE name = 'bad' AND s.status = 'failed'), 2::bigint, 'has each series'' own error in its log');
SELECT is((SELECT count(*) FROM models WHERE name = 'bad'), 0::bigint, 'and leaves no version');

-- rows are numbered as window functions would
CREATE TABLE numbered AS SELECT a COLLATE "C" AS a, b COLLATE "C" AS b, t FROM (VALUES ('x', 'y', '2024-01-01'::timestamp), ('x', 'y', '2024-01-01'), ('x', 'y', '2024-01-02'), ('xy', '', '2024-01-02'),
	('x', NULL, '2024-01-02'), ('', 'xy', '2024-01-02'), (NULL, '', '2024-01-02'), (NULL, '', NULL), (NULL, NULL, '2024-01-03'), (NULL, NULL, '2024-01-03'), ('', NULL, '2024-01-01')) AS v (a, b, t);
SELECT set_eq($$ SELECT q.*, creditspread_internal.group_number(q.a, NULL::text) AS first, creditspread_internal.group_number(q.a, q.b) AS second, creditspread_internal.place_in_group(q.a, q.b),
		creditspread_internal.repeats_time(q.a, q.b, q.t) FROM (SELECT * FROM numbered ORDER BY a, b, t) q $$,
	$$ SELECT a, b, t, (dense_rank() OVER (ORDER BY a))::integer AS first, (dense_rank() OVER (ORDER BY a, b))::integer AS second, (row_number() OVER w)::integer, coalesce(lag(t) OVER w = t, false)
		FROM numbered WINDOW w AS (PARTITION BY a, b ORDER BY t) $$, 'rows of groups are numbered in one pass');
SET synchronous_commit = on;
CALL creditspread.forecast('price');
SELECT is(current_setting('synchronous_commit'), 'on', 'a run leaves the setting of the session as it was');

SELECT is((SELECT count(*) FROM runs WHERE status = 'running'), 0::bigint, 'no run is left open');
SELECT hasnt_relation('pg_temp', 'creditspread_rows', 'no temporary table is left');
DROP ROLE IF EXISTS evening_reader;
CREATE ROLE evening_reader;
REVOKE TEMPORARY ON DATABASE :"DBNAME" FROM PUBLIC;
SET SESSION AUTHORIZATION evening_reader;
CALL creditspread.train('x', 'SELECT 1', 'mean');
RESET SESSION AUTHORIZATION;
SELECT is(:'LAST_ERROR_SQLSTATE' || ' ' || (:'LAST_ERROR_MESSAGE' LIKE '%role "evening_reader" has no privilege TEMPORARY on database%')::text, '42501 true', 'a role without TEMPORARY is told so');
GRANT TEMPORARY ON DATABASE :"DBNAME" TO PUBLIC;
DROP ROLE evening_reader;

-- ---- where a run cannot commit; and whatever the session has set

CREATE FUNCTION calls(of text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL creditspread.forecast(of); END $$;
CREATE PROCEDURE catches(of text) LANGUAGE plpgsql AS $$ BEGIN CALL creditspread.forecast(of); EXCEPTION WHEN division_by_zero THEN NULL; END $$;
CREATE PROCEDURE with_setting(of text) LANGUAGE plpgsql SET work_mem = '4MB' AS $$ BEGIN CALL creditspread.forecast(of); END $$;
CREATE FUNCTION refusal(code text, message text) RETURNS text LANGUAGE sql AS $$ SELECT code || ' ' || (message LIKE '%creditspread.forecast: cannot run inside a function%')::text $$;
SELECT calls('price');
SELECT is(refusal(:'LAST_ERROR_SQLSTATE', :'LAST_ERROR_MESSAGE'), '2D000 true', 'a function is told');
CALL catches('price');
SELECT is(:'LAST_ERROR_SQLSTATE' || ' ' || :'LAST_ERROR_MESSAGE', '2D000 creditspread.forecast: cannot run inside a transaction block', 'so is a handler for errors');
CALL with_setting('price');
SELECT is(refusal(:'LAST_ERROR_SQLSTATE', :'LAST_ERROR_MESSAGE'), '2D000 true', 'and a procedure with a SET clause');
CREATE PROCEDURE plainly(of text) LANGUAGE plpgsql AS $$ BEGIN CALL creditspread.forecast(of); END $$;
CALL plainly('price');
DO $$ BEGIN CALL creditspread.forecast('price'); END $$;
SELECT is((SELECT string_agg(status, ' ') FROM (SELECT status FROM runs WHERE name = 'price' ORDER BY id DESC LIMIT 2) r), 'done done', 'others may call it');
CREATE FUNCTION digest(of text) RETURNS text LANGUAGE sql SET search_path FROM CURRENT AS $$
	SELECT md5(concat((SELECT string_agg(concat_ws(',', m.data_hash, m.time_type, md5(a.artifact), a.measures, a.widths, a.data_from), ';') FROM models m JOIN creditspread.artifact a ON a.model_id = m.id WHERE m.name = of),
		(SELECT string_agg(concat_ws(',', source, origin, horizon, forecast, lower, upper, target_time, actual), ';' ORDER BY source, origin, horizon) FROM forecasts WHERE name = of))) $$;
CREATE VIEW hours AS SELECT timestamptz '2024-03-25 16:00Z' + g * interval '1 day' AS "time", 100 + sin(g * g) AS y FROM generate_series(0, 39) g;
CALL creditspread.train('plain', 'TABLE hours', 'ar', '{1,2}', time_zone => 'Europe/Berlin');
CALL creditspread.forecast('plain');
CALL creditspread.backtest('plain', 5, 5);
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'iso_8601';
SET timezone = 'Asia/Tokyo';
SET bytea_output = 'escape';
SET extra_float_digits = -15;
SET quote_all_identifiers = on;
SET array_nulls = off;
SET default_transaction_isolation = 'serializable';
SET enable_indexscan = off;
CALL creditspread.train('set', 'TABLE hours', 'ar', '{1,2}', time_zone => 'Europe/Berlin');
CALL creditspread.forecast('set');
CALL creditspread.backtest('set', 5, 5);
RESET ALL;
SET client_min_messages = error;
SELECT is(digest('set'), digest('plain'), 'settings of the session change no byte');

-- ---- a window that moves on: no row is written again but those whose actual value is new

CREATE TABLE today AS SELECT date '2023-07-01' AS day;
CREATE TABLE long AS SELECT 'l' || i AS entity, date '2023-01-02' + g AS "time", 2 + sin(g * g * 0.37 + i) AS y FROM generate_series(1, 2) i, generate_series(0, 299) g;
CREATE VIEW rolling AS SELECT l.* FROM long l, today t WHERE l."time" <= t.day AND l."time" > t.day - 60;
CALL creditspread.train('rolling', 'rolling', method => 'mean', horizons => '{1,3}');
CREATE PROCEDURE evenings(n integer) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..n LOOP
		UPDATE today SET day = day + 1;
		COMMIT;
		CALL creditspread.forecast('rolling');
	END LOOP;
END
$$;
CALL evenings(6);
CREATE TABLE before AS SELECT f.ctid AS place, f.entity, f.origin, f.horizon, f.actual FROM forecasts f0 JOIN creditspread.forecast f USING (pipeline_id, source, entity, origin, horizon, version, revision) WHERE f0.name = 'rolling';
CALL evenings(1);
SELECT is((SELECT concat_ws(' of ', count(*) FILTER (WHERE f.ctid <> b.place), count(*)) || ', ' || count(*) FILTER (WHERE f.ctid = b.place AND f.actual IS DISTINCT FROM b.actual) FROM before b
	JOIN creditspread.forecast f USING (entity, origin, horizon) JOIN creditspread.pipeline p ON p.id = f.pipeline_id AND p.name = 'rolling'), '4 of 24, 0', 'one for each series and horizon');

-- ---- of many stored forecasts those of a revised series are looked at, even by a server that has no statistics of them yet

CREATE TABLE many AS SELECT 'm' || s AS entity, date '2023-01-02' + g AS day, sin(g * s) + g * 0.01 AS y FROM generate_series(1, 10) s, generate_series(1, 300) g;
CALL creditspread.train('many', 'SELECT entity, day AS "time", y FROM many', 'random_walk', '{1,3}');
CALL creditspread.backtest('many', 250, 250);
SET allow_system_table_mods = on;
DELETE FROM pg_statistic WHERE starelid = 'creditspread.forecast'::regclass;
RESET allow_system_table_mods;
DISCARD PLANS;
UPDATE many SET y = y + 1 WHERE entity = 'm1' AND day = '2023-06-01';
SELECT pg_stat_force_next_flush() \g /dev/null
SELECT idx_tup_fetch AS fetched FROM pg_stat_user_tables WHERE relid = 'creditspread.forecast'::regclass \gset
CALL creditspread.update_actuals('many');
SELECT pg_stat_force_next_flush() \g /dev/null
SELECT is((SELECT rows_stored FROM runs ORDER BY id DESC LIMIT 1), 2::bigint, 'two actual values of 5,000 change');
SELECT cmp_ok((SELECT idx_tup_fetch - :fetched FROM pg_stat_user_tables WHERE relid = 'creditspread.forecast'::regclass), '<', 1000::bigint, 'a tenth of the forecasts is read');

SELECT * FROM finish();

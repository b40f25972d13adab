-- Queries, calendars and rows as they come: semicolons and line ends of editors, ends of months that are business days, series without a
-- value; and sessions in which a backslash in a string is no plain character.
\set ECHO none
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(52);

CREATE TABLE row AS SELECT date '2024-01-01' + g AS "time", 's' || s AS entity, 2 + sin(g * g * 0.37 + s) AS y, cos(g * 0.3) AS x
FROM generate_series(1, 2) s, generate_series(0, 99) g;
CREATE TABLE workday AS SELECT d::date AS day, 1 AS number, '05:00'::time AS closes FROM generate_series('2024-01-01'::date, '2024-12-31', '1 day') d WHERE extract(isodow FROM d) < 6;
CREATE FUNCTION pg_temp.targets(text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(target_date::text, ' ' ORDER BY horizon) FROM creditspread.forecast_latest WHERE model = $1 $$;
CREATE FUNCTION pg_temp.said(text) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', status, code, message) FROM creditspread.run_log WHERE model = $1 ORDER BY run_id DESC LIMIT 1 $$;

-- ---- what stands at the end of a query -----------------------------------------------------------------------------

CALL creditspread.train('end', E'SELECT "time", y\r\nFROM row\r\nWHERE entity = ''s1'';\r\n', method => 'ar', horizons => '{1,3}', calendar => E'SELECT day FROM workday;\r\n');
SELECT is(:'SQLSTATE'::text, '00000', 'a query and a calendar may end in a semicolon and a line end of Windows');
CALL creditspread.forecast('end');
SELECT is(pg_temp.targets('end'), '2024-04-10 2024-04-12', 'the days are those of the calendar');
CALL creditspread.train('table', E'row;\r\n', method => 'ar');
SELECT is(:'SQLSTATE'::text, '00000', 'so may the name of a table');
CALL creditspread.alter_model('end', calendar => 'workday ;');
SELECT is(:'SQLSTATE'::text, '00000', 'a changed calendar, too');
CALL creditspread.retrain('end');
CALL creditspread.forecast('end');
SELECT is(pg_temp.targets('end'), '2024-04-10 2024-04-12', 'and gives its days');
SELECT is((SELECT count(*)::integer FROM creditspread.scenario('table', E'TABLE row;\r\n')), 2, 'a scenario reads such a query');
CALL creditspread.train('empty', E' ;\r\n', method => 'ar');
SELECT is(:'SQLSTATE'::text, '22004', 'a query of nothing else is empty');
CALL creditspread.train('ranked', 'row', method => 'graph_rank', options => '{"graph": "SELECT ''s1'', ''s2'', ''peer'' ;\r\n", "epochs": 1, "ensemble": 1}');
SELECT is(pg_temp.said('ranked'), 'done', 'the query of a graph may end so');

-- ---- calendars that hold no days -----------------------------------------------------------------------------------

CALL creditspread.train('days', 'SELECT "time", y FROM row WHERE entity = ''s1''', method => 'ar', calendar => 'SELECT number FROM workday');
SELECT is(pg_temp.said('days'), 'failed 42804 creditspread: the first column of the calendar is of type integer', 'numbers are no days');
CALL creditspread.train('days', 'SELECT "time", y FROM row WHERE entity = ''s1''', method => 'ar', calendar => 'SELECT closes FROM workday');
SELECT is(pg_temp.said('days'), 'failed 42804 creditspread: the first column of the calendar is of type time without time zone', 'hours are no days');
CALL creditspread.alter_model('end', calendar => 'SELECT number FROM workday');
SELECT is(:'SQLSTATE'::text, '42804', 'a change of the calendar looks at its column');
CALL creditspread.train('days', 'SELECT "time", y FROM row WHERE entity = ''s1''', method => 'ar', calendar => 'SELECT day::text FROM workday');
SELECT is(pg_temp.said('days'), 'done', 'days may be text');
CALL creditspread.train('days', 'SELECT "time", y FROM row WHERE entity = ''s1''', method => 'ar', calendar => 'SELECT day + closes FROM workday');
SELECT is(pg_temp.said('days'), 'done', 'or have a time');

-- ---- months --------------------------------------------------------------------------------------------------------

-- months KIND: sixty rows
CREATE FUNCTION pg_temp.months(kind text) RETURNS TABLE ("time" date, y float8) LANGUAGE sql AS $$
	SELECT CASE kind WHEN 'end' THEN last WHEN 'weekday' THEN last - greatest(extract(isodow FROM last)::integer - 5, 0) - CASE WHEN last = '2020-05-31' THEN 1 ELSE 0 END
			WHEN 'begin' THEN first + CASE extract(isodow FROM first) WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END WHEN 'fifteenth' THEN first + 14 ELSE first END, sin(g * g)
	FROM (SELECT g, (date '2018-01-01' + g * interval '1 month')::date, (date '2018-01-01' + (g + 1) * interval '1 month')::date - 1 FROM generate_series(0, 59) g) AS m (g, first, last)
	WHERE kind <> 'quarter' OR g % 3 = 0 $$;
CREATE TABLE monthly AS SELECT k AS kind, m.* FROM unnest('{end,weekday,begin,fifteenth,first,quarter}'::text[]) k, pg_temp.months(k) m;
SELECT format('CALL creditspread.train(%L, %L, ''random_walk'', ''{1,2,5}'')', k, format('SELECT "time", y FROM monthly WHERE kind = %L', k)), format('CALL creditspread.forecast(%L)', k)
FROM unnest('{end,weekday,begin,fifteenth,first,quarter}'::text[]) k \gexec
SELECT is(pg_temp.targets('end'), '2023-01-31 2023-02-28 2023-05-31', 'from last days to last days');
SELECT is(pg_temp.targets('weekday'), '2023-01-31 2023-02-28 2023-05-31', 'from last weekdays to last weekdays');
SELECT is(pg_temp.targets('begin'), '2023-01-02 2023-02-01 2023-05-01', 'from first weekdays to first weekdays');
SELECT is(pg_temp.targets('fifteenth'), '2023-01-15 2023-02-15 2023-05-15', 'from the fifteenth to the fifteenth');
SELECT is(pg_temp.targets('first'), '2023-01-01 2023-02-01 2023-05-01', 'from the first to the first, whatever the weekday');
SELECT is(pg_temp.targets('quarter'), '2023-01-01 2023-04-01 2024-01-01', 'quarters likewise');
SELECT is(creditspread_internal.months_later('2023-01-31 16:00', 8, 'last weekday'), '2023-09-29 16:00', 'a last weekday before a weekend');
SELECT is(creditspread_internal.months_later('2023-01-31 16:00', 1, 'last day'), '2023-02-28 16:00', 'a last day');
SELECT is(creditspread_internal.months_later('2023-01-02', 6, 'first weekday'), '2023-07-03', 'a first weekday after a weekend');
SELECT is(creditspread_internal.months_later('2023-01-31', 1, 'same day'), '2023-02-28', 'the same day, or the last');
SELECT is(creditspread_internal.day_of_months('{2023-03-31,2023-04-28,2023-05-31}'), 'same day', 'of few rows nobody knows whether they are last weekdays');

-- ---- series without a value ----------------------------------------------------------------------------------------

CREATE VIEW hollow AS SELECT "time", entity, CASE WHEN entity = 's1' THEN y END AS y FROM row;
SELECT format('CALL creditspread.train(%L, ''hollow'', %1$L, ''{1,5}'', options => %L)', name, CASE name WHEN 'seasonal_naive' THEN '{"period": 5}' END)
FROM unnest('{random_walk,mean,drift,seasonal_naive,ar,kalman,theta,linear,auto}'::text[]) AS name \gexec
SELECT is(array_agg(DISTINCT s.entity || ' ' || s.code || ' ' || split_part(s.message, ': ', 2)), '{"s2 22023 y is NULL in all rows, 100 of the series"}',
	'no method fits a series without a value, and each says why') FROM creditspread.run_series s JOIN creditspread.run_log r USING (run_id)
	WHERE r.model IN ('random_walk', 'mean', 'drift', 'seasonal_naive', 'ar', 'kalman', 'theta', 'linear', 'auto') AND s.status = 'failed';
SELECT is(count(*)::integer, 9, 'and the other series is fitted') FROM creditspread.model_overview m WHERE m.failed = 1 AND m.entities = 2 AND m.active;
CALL creditspread.train('pooled', 'hollow', 'random_walk', pool => true);
SELECT is(pg_temp.said('pooled'), 'done', 'a fit of all series needs a value in one of them');
CALL creditspread.train('nothing', 'SELECT "time", NULL::float8 AS y FROM row WHERE entity = ''s1''', 'random_walk');
SELECT is(pg_temp.said('nothing'), 'failed 22023 random_walk: y is NULL in all rows, 100 of the series', 'a query without any value fails');

-- ---- times that become others ------------------------------------------------------------------------------------

SET TimeZone = 'America/New_York';
CREATE TABLE turned AS SELECT "time", y FROM row WHERE entity = 's1';
CALL creditspread.train('turned', 'turned', 'ar', '{1,5}');
CALL creditspread.forecast('turned');
ALTER TABLE turned ALTER "time" TYPE timestamptz;
INSERT INTO turned VALUES ('2024-04-10', 2);
CALL creditspread.forecast('turned');
SELECT is(pg_temp.said('turned'), 'failed 42804 creditspread: column "time" of the query is of type timestamp with time zone, version 1 was trained on date',
	'days that have become instants are no rows of a version of days');
CALL creditspread.update_actuals('turned');
SELECT is(:'SQLSTATE'::text, '42804', 'nor do they say what came true of it');
SELECT is(pg_temp.targets('turned'), '2024-04-10 2024-04-14', 'so nothing stored is turned by hours');
CALL creditspread.retrain('turned');
CALL creditspread.forecast('turned');
SELECT is(pg_temp.targets('turned'), '2024-04-11 2024-04-15', 'a retraining takes them as they are');
INSERT INTO turned VALUES ('2024-04-11', 3);
CALL creditspread.forecast('turned');
SELECT is(array_agg(ROW(version, horizon, actual)::text ORDER BY version, horizon), '{"(1,1,)","(1,5,)","(2,1,3)"}', 'and only what it forecast comes true by them')
	FROM creditspread.forecast_vs_actual WHERE model = 'turned' AND (version = 1 OR actual IS NOT NULL);
CALL creditspread.train('plain_turned', 'SELECT "time"::timestamp, y FROM turned', 'ar', '{1}');
SELECT throws_ok('SELECT count(*) FROM creditspread.scenario(''plain_turned'', ''turned'')', '42804', NULL, 'a scenario has to have times of the same kind, too');
RESET TimeZone;

-- ---- names in hints ------------------------------------------------------------------------------------------------

SELECT is(creditspread_internal.some_names('{"","a, ''b''"}'), $$'', 'a, ''b'''$$, 'an empty name and one with a comma are told apart');
SELECT is(creditspread_internal.some_names(array_agg(n::text)), $$'1', '2', '3', '4', '5', '6', '7', '8', '9', '10', ...$$, 'ten names are listed') FROM generate_series(1, 11) AS n;

-- ---- columns in messages -------------------------------------------------------------------------------------------

SELECT is(creditspread_internal.name_column(message, ARRAY['vix', 'the "slope"']), expected, message)
FROM (VALUES ('features[2] at 2024-01-05 is NaN', 'feature "the "slope"" at 2024-01-05 is NaN'), ('y[1] at 2024-01-05 is NULL', 'y at 2024-01-05 is NULL'),
	('y[2] at 2024-01-05 is NULL', 'feature "vix" at 2024-01-05 is NULL'), ('features[3] is NaN', 'features[3] is NaN'), ('my[1], features', 'my[1], features')) AS v (message, expected);
CALL creditspread.train('wrong', 'SELECT "time", y, x, CASE WHEN x > 0.99 THEN ''NaN'' ELSE y END AS "the slope" FROM row WHERE entity = ''s1''', 'linear');
SELECT is(pg_temp.said('wrong'), 'failed 22003 feature "the slope" at 2024-01-01 00:00:00 is NaN', 'a column is called by its name');

-- ---- sessions that are serializable ------------------------------------------------------------------------------

SET default_transaction_isolation = serializable;
CALL creditspread.train('alone', 'SELECT "time", entity, y FROM row WHERE current_setting(''transaction_isolation'') = ''read committed''', 'ar');
SELECT is(pg_temp.said('alone'), 'done', 'a run is read committed after its first step, so that no run of another model fails it');
SELECT is(current_setting('transaction_isolation'), 'serializable', 'the session stays what it was');
RESET default_transaction_isolation;

-- ---- PUBLIC --------------------------------------------------------------------------------------------------------

SELECT throws_ok('CALL creditspread.grant_reader(''table'', ''public'')', '42704', 'creditspread.grant_reader: no role "public"', 'PUBLIC is no role');

-- ---- strings in which a backslash escapes --------------------------------------------------------------------------

CALL creditspread.train('plain', 'row', 'linear', '{1,5}');
CALL creditspread.forecast('plain');
CALL creditspread.backtest('plain', 10, 5);
CREATE FUNCTION pg_temp.stored(text) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(ROW(source, entity, origin, horizon, forecast, lower, upper, actual)::text, ';' ORDER BY source, entity, origin, horizon)) FROM creditspread.forecast_vs_actual WHERE model = $1 $$;
CREATE FUNCTION pg_temp.explained(text) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(e::text, ';' ORDER BY e::text)) FROM creditspread.explain($1, NULL, 5) AS e $$;
SELECT pg_temp.explained('plain') AS explained, pg_temp.stored('plain') AS stored \gset
SET standard_conforming_strings = off;
SET escape_string_warning = off;
CALL creditspread.train('escaped', 'row', 'linear', '{1,5}');
CALL creditspread.forecast('escaped');
CALL creditspread.backtest('escaped', 10, 5);
SELECT is(pg_temp.stored('escaped'), :'stored'::text, 'standard_conforming_strings = off: forecasts and a backtest are the same');
SELECT is(pg_temp.explained('escaped'), :'explained'::text, 'so is what explains them');
CALL creditspread.train('seeded', 'row', 'rnn', options => '{"seed": 3, "epochs": 1, "ensemble": 1, "units": [4], "quantiles": [0.1, 0.5, 0.9]}');
SELECT is(m.seed, 3::bigint, 'the seed is noted') FROM creditspread.model m JOIN creditspread.pipeline p ON p.id = m.pipeline_id WHERE p.name = 'seeded';
CALL creditspread.forecast('seeded');
SELECT is(array_agg(DISTINCT level ORDER BY level), '{0.8}', 'quantiles are intervals') FROM creditspread.forecast_interval WHERE model = 'seeded';
SELECT is(creditspread.import(creditspread.export('plain'), 'imported'), 'imported', 'a model is exported and imported');
SELECT is(count(*)::integer, 4, 'a scenario is read') FROM creditspread.scenario('plain', 'SELECT * FROM row');
SELECT is(creditspread_internal.next_cron_time('30 18 * * 1-5', '2024-01-06 00:00+00', 'UTC'), '2024-01-08 18:30+00', 'times of jobs are read');
RESET standard_conforming_strings;

SELECT * FROM finish();

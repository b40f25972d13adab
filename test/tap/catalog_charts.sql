-- creditspread.forecast_chart, accuracy_chart, report. The catalog's rows are put in by hand, so that every value is known.

BEGIN;
\ir helpers.psql
SELECT plan(80);

CREATE FUNCTION path(svg text, place integer) RETURNS text LANGUAGE sql AS $$
	SELECT (xpath('//s:path[@class="cs-line" and string-length(@d) > 16]/@d', svg::xml, '{{s,http://www.w3.org/2000/svg}}'))[place]::text
$$;
CREATE FUNCTION points(svg text, place integer) RETURNS integer LANGUAGE sql AS $$
	SELECT regexp_count FROM (SELECT length(regexp_replace(path(svg, place), '[^ML]', '', 'g')) AS regexp_count) c
$$;

CREATE FUNCTION significant(v float8) RETURNS text LANGUAGE sql AS 'SELECT trim_scale(round(v::numeric, 2 - floor(log(v))::int))::text';

CREATE TABLE daily AS SELECT date '2020-01-01' + i AS day, 2 + sin(i * 0.3) + 0.01 * i AS y, s AS bond FROM generate_series(0, 99) i, unnest('{A,<b>}'::text[]) s;
CREATE TABLE touched (n integer);
CREATE FUNCTION insert_model(name text, version integer, active boolean, query text, method text DEFAULT 'mean', owner name DEFAULT current_user) RETURNS void LANGUAGE sql AS $$
	INSERT INTO creditspread.pipeline SELECT nextval('creditspread.pipeline_id_seq'), owner, owner::regrole, creditspread_internal.cluster(), name, 'UTC', false, now()
	WHERE NOT EXISTS (SELECT FROM creditspread.pipeline p WHERE p.name = insert_model.name AND p.owner = insert_model.owner);
	INSERT INTO creditspread.model (id, pipeline_id, version, active, status, method, query, query_number, search_path, time_type, horizons, options, level, pool, time_zone, keep, promote,
		on_error, trained_at, data_from, data_to, row_count, extension_version, validation_mae, validation_random_walk_mae)
	SELECT nextval('creditspread.model_id_seq'), p.id, version, active, 'ready', method, query, 1, current_setting('search_path'), 'date', '{1,5}', '{"x": "<&>"}', 0.9, false, 'UTC', 5, 'complete',
		'skip', '2020-04-09 18:00+00', '2020-01-01', '2020-04-09', 200, '0.1.0', 0.125, 0.25
	FROM creditspread.pipeline p WHERE p.name = insert_model.name AND p.owner = insert_model.owner
$$;
CREATE FUNCTION insert_forecast(name text, version integer, entity text, query text, source text, bounded boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO creditspread.series (pipeline_id, entity, data_from, data_to, row_count, seen_at) SELECT p.id, entity, '2020-01-01', '2020-04-09', 100, now()
	FROM creditspread.pipeline p WHERE p.name = insert_forecast.name ON CONFLICT DO NOTHING;
	EXECUTE format('INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, random_walk, actual, first_actual, made_at, run_id)
		SELECT (SELECT id FROM creditspread.pipeline WHERE name = %L), %L, %L, t, h, %s, 1, t + h * interval ''1 day'', y + 0.1 * h, CASE WHEN %L THEN y - h END, CASE WHEN %L THEN y + h END,
		0.9, y, next, next, t + interval ''18 hours'', 1 FROM (SELECT "time"::timestamp AS t, y, h, lead(y, h) OVER (PARTITION BY h ORDER BY "time") AS next, row_number() OVER (PARTITION BY h ORDER BY "time" DESC) AS last
		FROM (%s) q, unnest(''{1,5}''::int[]) h) q WHERE CASE %L WHEN ''forecast'' THEN last = 1 WHEN ''life'' THEN last BETWEEN 20 AND 39 ELSE last BETWEEN 10 AND 40 END',
		name, replace(source, 'life', 'forecast'), entity, version, bounded, bounded, query, source);
END $$;
SELECT insert_model('one', v, v = 2, 'SELECT day AS "time", y FROM daily WHERE bond = $$A$$ -- the last line') FROM generate_series(1, 2) v;
SELECT insert_forecast('one', 2, '', 'SELECT day AS "time", y FROM daily WHERE bond = $$A$$', s, true) FROM unnest('{forecast,backtest}'::text[]) s;
SELECT insert_model('two', 1, true, 'SELECT day AS "time", y, bond AS entity FROM daily');
SELECT insert_forecast('two', 1, b, format('SELECT day AS "time", y FROM daily WHERE bond = %L', b), s, false) FROM unnest('{A,<b>}'::text[]) b, unnest('{forecast,backtest}'::text[]) s;
SELECT insert_model('bare', 1, true, 'SELECT day AS "time", y FROM daily');
INSERT INTO creditspread.run (id, pipeline_id, version, kind, caller, started, ended, status, message, pid, series_total)
SELECT 1, id, 1, 'train', 'postgres', '2020-04-09 18:00+00', '2020-04-09 18:01:30+00', 'failed', 'column "<x>" does not exist', 1, 2 FROM creditspread.pipeline WHERE name = 'two';

-- ---- forecast_chart -----------------------------------------------------------------------------

CREATE TEMPORARY TABLE chart AS SELECT creditspread.forecast_chart('one', history => 20) AS latest,
	creditspread.forecast_chart('one', history => 20, origin => '2020-03-15', options => chart_options(title => 'Mine', height => 200)) AS past;
SELECT ok(xml_is_well_formed_document(latest), 'a document') FROM chart;
SELECT matches(texts(latest), '^one \| observed \| forecast, 90 % interval \| random walk \| ', 'with its legend') FROM chart;
SELECT is((SELECT array_agg(points(latest, n)) FROM generate_series(1, 3) n), '{3,3,20}', 'random walk and forecast from the origin, as much history as asked for') FROM chart;
SELECT is((SELECT array_agg(points(past, n)) FROM generate_series(1, 3) n), '{3,3,25}', 'an origin of the past, with what came true') FROM chart;
SELECT matches(past, '^<svg [^>]*height="200".*<title>Mine</title>', 'options over those of the chart') FROM chart;
SELECT is(split_part(path(latest, 1), 'L', 1), split_part(path(latest, 2), 'L', 1), 'both begin at the same point') FROM chart;
SELECT matches(path(latest, 3), replace(substr(split_part(path(latest, 2), 'L', 1), 2), '.', '\.') || '$', 'where the history ends') FROM chart;
SELECT is(creditspread.forecast_chart('one', '', 20), latest, 'the single series by its name') FROM chart;
SELECT matches(texts(creditspread.forecast_chart('two', '<b>')), '^two, &lt;b&gt; \| observed \| forecast \| random walk', 'a series by its name, without interval');
UPDATE daily SET y = 999 WHERE day > '2020-03-20';
SELECT is((SELECT array_agg(points(creditspread.forecast_chart('one', history => 20, origin => '2020-03-15'), n)) FROM generate_series(1, 3) n), '{3,3,25}', 'stored values go before those of the query');

-- the query is run as it was given, and cannot write
SELECT insert_model('writer', 1, true, 'SELECT day AS "time", y FROM daily, LATERAL (SELECT touch()) t');
SELECT insert_forecast('writer', 1, '', 'SELECT day AS "time", y FROM daily WHERE bond = $$A$$', 'forecast', true);
CREATE FUNCTION touch() RETURNS integer LANGUAGE sql VOLATILE AS 'INSERT INTO touched VALUES (1) RETURNING n';
SELECT throws_ok($$SELECT creditspread.forecast_chart('writer')$$, '25006', 'cannot execute INSERT in a read-only transaction', 'a query that writes');
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.line_chart(timestamp, float8, float8, float8, text, jsonb) RETURNS text LANGUAGE sql AS $$SELECT 'hostile'$$;
CREATE FUNCTION hostile.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR hostile.= (FUNCTION = hostile.same, LEFTARG = text, RIGHTARG = text);
SET LOCAL search_path = hostile, pg_catalog, public;
CREATE TEMPORARY TABLE hostile_chart AS SELECT creditspread.forecast_chart('one', history => 20, origin => '2020-03-15', options => public.chart_options(title => 'Mine', height => 200)) AS past;
SET LOCAL search_path = public;
SELECT is(h.past, c.past, 'a hostile search_path changes nothing') FROM hostile_chart h, chart c WHERE h.past = c.past OR true LIMIT 1;

-- ---- accuracy_chart -----------------------------------------------------------------------------

SELECT matches(texts(creditspread.accuracy_chart('one')), '^one: mean absolute error, backtest of version 2 \| mean \| random walk \| .*1 \| p [=<] 0\.\d+ \| 5 \| p [=<] 0\.\d+ \| horizon, rows ahead; p of the Diebold-Mariano test of absolute errors$', 'errors by horizon');
SELECT ok(texts(creditspread.accuracy_chart('one', measure => 'mae')) LIKE '%| ' || significant(mae) || ' |%' AND texts(creditspread.accuracy_chart('one')) LIKE '%| ' || significant(random_walk_mae) || ' |%', 'the mean absolute errors of the view')
FROM creditspread.accuracy WHERE model = 'one' AND horizon = 5;
SELECT ok(texts(creditspread.accuracy_chart('one', measure => 'rmse')) LIKE '%root mean squared error%| ' || significant(rmse) || ' |%', 'or the root mean squared ones')
FROM creditspread.accuracy WHERE model = 'one' AND horizon = 5;
SELECT ok(texts(creditspread.accuracy_chart('two')) LIKE 'two, 2 series: %| ' || significant(sum(n * mae) / sum(n)) || ' |%| 1 | 5 | horizon, rows ahead', 'several series together')
FROM creditspread.accuracy WHERE model = 'two' AND horizon = 5;
SELECT matches(texts(creditspread.accuracy_chart('two', '<b>')), '^two, &lt;b&gt;: ', 'one of them');

-- the life of a model, whichever version served
SELECT insert_model('weekly', v, v = 2, 'SELECT day AS "time", y FROM daily WHERE bond = $$A$$') FROM generate_series(1, 2) v;
SELECT insert_forecast('weekly', 1, '', 'SELECT day AS "time", y FROM daily WHERE bond = $$A$$ AND day < $$2020-03-20$$', 'life', true);
SELECT insert_forecast('weekly', 2, '', 'SELECT day AS "time", y FROM daily WHERE bond = $$A$$', 'life', true);
SELECT matches(texts(creditspread.accuracy_chart('weekly')), '^weekly: mean absolute error, forecasts of 2 versions ', 'the life of a model');
SELECT ok(texts(creditspread.accuracy_chart('weekly')) LIKE '%| ' || significant(mae) || ' |%' AND n = 40 AND versions = 2, 'with the errors of all versions together')
FROM creditspread.accuracy_overall WHERE model = 'weekly' AND horizon = 5;
SELECT matches(texts(creditspread.accuracy_chart('weekly', measure => 'rmse', version => 1)), '^weekly: root mean squared error, forecasts of version 1 .* test of squared errors$', 'or a version by itself');

-- whatever a series is called
CREATE TEMPORARY TABLE called (entity text);
INSERT INTO called VALUES (' A'), ('A '), ('b''"\'), (E'x\ny'), ('Äß'), ('日本'), ('<b>&');
INSERT INTO daily SELECT '2020-01-01'::date + i, sin(i), entity FROM called, generate_series(0, 49) i;
SELECT insert_model('names', 1, true, 'SELECT day AS "time", y, bond AS entity FROM daily');
SELECT insert_forecast('names', 1, entity, format('SELECT day AS "time", y FROM daily WHERE bond = %L', entity), 'forecast', true) FROM called;
SELECT is(points(creditspread.forecast_chart('names', entity, 20), 3), 20, 'the chart of series ' || to_json(entity)) FROM called;

-- ---- report ---------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE reported AS SELECT name, creditspread.report(name, history => 20) AS html FROM unnest('{one,two,bare}'::text[]) name;
SELECT ok(xml_is_well_formed_document(html), name || ' is well formed') FROM reported;
SELECT ok(html LIKE E'<!DOCTYPE html>\n<html lang="en">%<meta charset="utf-8"/>%<title>' || name || '</title>%</html>' || E'\n', name || ' is HTML') FROM reported;
SELECT ok(html !~* '<script|<link|<img|<iframe|@import|url\(|\shref|\ssrc|javascript:' AND html !~* 'https?://(?!www\.w3\.org/2000/svg")', name || ' needs nothing beside itself') FROM reported;
SELECT is((SELECT count(*) FROM regexp_matches(html, '<figure><svg ', 'g'))::integer, figures, name || ' has its charts')
FROM reported JOIN (VALUES ('one', 2), ('two', 3), ('bare', 0)) AS v (name, figures) USING (name);
SELECT is((SELECT string_agg(h::text, ', ' ORDER BY o) FROM unnest(xpath('//h2/text()', html::xml)) WITH ORDINALITY u (h, o)),
	CASE name WHEN 'two' THEN 'Forecasts, Accuracy, Versions, Last runs' ELSE 'Forecasts, Accuracy, Versions' END, name || ' has its parts') FROM reported;
SELECT is((SELECT string_agg(d::text, '; ' ORDER BY o) FROM unnest(xpath('//dd//text()', html::xml)) WITH ORDINALITY u (d, o)),
	'mean: the mean of all values; 2, active; 2020‑04‑09 18:00 UTC, extension 0.1.0; 2020‑01‑01 to 2020‑04‑09, 200 rows, 0 fits; 1, 5 rows ahead, days of UTC; none; '
	|| '{"x": "&lt;&amp;&gt;"}; mean absolute error 0.1250, random walk 0.2500', 'what the model is') FROM reported WHERE name = 'one';
SELECT is((SELECT string_agg(t::text, ' ' ORDER BY o) FROM unnest(xpath('(//table)[1]/tbody/tr[1]/td//text()', html::xml)) WITH ORDINALITY u (t, o)),
	format('2020‑04‑09 2020‑04‑10 1 %s %s %s %s –', round((y + 0.1)::numeric, 4), round((y - 1)::numeric, 4), round((y + 1)::numeric, 4), round(y::numeric, 4)), 'a row of the forecasts')
FROM reported, (SELECT random_walk AS y FROM creditspread.forecast_latest WHERE model = 'one' AND horizon = 1) f WHERE name = 'one';
SELECT ok(html LIKE '%<h3>Over the life of the model</h3>%<h3>Of each version</h3>%', 'accuracy over the life of a model, and of its versions')
FROM (SELECT creditspread.report('weekly') AS html) r;
SELECT ok(html LIKE '%DM of absolute errors%DM of squared errors%', 'with the loss of each test') FROM reported WHERE name = 'one';
SELECT matches(html, 'column &quot;&lt;x&gt;&quot; does not exist', 'a message of a run is text') FROM reported WHERE name = 'two';
SELECT matches(html, 'None is stored\..*No forecast has an actual value yet\.', 'a model without forecasts') FROM reported WHERE name = 'bare';
SELECT is((SELECT count(*) FROM regexp_matches(creditspread.report('two', charts => 1), '<figure>', 'g')), 2::bigint, 'fewer charts');

SELECT is((SELECT array_agg(creditspread_internal.number_text(v, d) ORDER BY n) FROM (VALUES (1, 1e9, 4), (2, -1e9, 4), (3, 2.5e9, 0), (4, 1e300, 4),
		(5, -1.7976931348623157e308, 2), (6, 999999999.99996, 4), (7, 999999999.99996, 0), (8, 1e-300, 4), (9, -5e-324, 4), (10, 0, 4), (11, -1.25, 1),
		(12, 1234.5, -2), (13, 'NaN', 4), (14, 'Infinity', 4), (15, '-Infinity', 4), (16, NULL, 4)) v (n, v, d)),
	'{1.000e+09,&#8722;1.000e+09,2.500e+09,1.000e+300,&#8722;1.798e+308,1000000000.0000,1000000000,0.0000,0.0000,0.0000,&#8722;1.3,1200,NaN,Infinity,&#8722;Infinity,&#8211;}',
	'a number of any size as text');
SELECT insert_model('large', 1, true, 'SELECT day AS "time", y * 1e9 AS y FROM daily WHERE bond = $$A$$', 'mean');
SELECT insert_forecast('large', 1, '', 'SELECT day AS "time", y * 1e9 AS y FROM daily WHERE bond = $$A$$', s, true) FROM unnest('{forecast,backtest}'::text[]) s;
SELECT matches(creditspread.report('large'), '>[1-9]\.[0-9]{3}e\+[0-9]{2}<', 'a report with large values');

-- ---- rights -----------------------------------------------------------------------------------------

CREATE ROLE chart_reader;
CREATE ROLE chart_stranger;
INSERT INTO creditspread.reader SELECT id, 'chart_reader', 'chart_reader'::regrole, cluster FROM creditspread.pipeline WHERE name IN ('one', 'writer');
GRANT SELECT ON chart TO chart_reader;
SET LOCAL ROLE chart_reader;
SELECT is((SELECT array_agg(length(regexp_replace(creditspread.forecast_chart('one', history => 20), '[^M]', '', 'g')) > 0)), '{t}', 'a reader sees the chart, without a right to the data');
SELECT lives_ok($$SELECT creditspread.forecast_chart('writer')$$, 'and does not run the query of another');
SELECT lives_ok($$SELECT creditspread.report('one')$$, 'nor for a report');
SELECT throws_ok($$SELECT creditspread.forecast_chart('two', 'A')$$, '42704', 'there is no model "two"', 'he sees no other model');
SET LOCAL ROLE chart_stranger;
SELECT throws_ok(format('SELECT creditspread.%s(%L)', f, 'one'), '42704', 'there is no model "one"', 'a stranger has no ' || f) FROM unnest('{forecast_chart,accuracy_chart,report}'::text[]) f;
RESET ROLE;
SELECT insert_model('two', 1, true, '', 'mean', 'chart_stranger');
SELECT lives_ok($$SELECT creditspread.forecast_chart('two', 'A')$$, 'the caller''s own model comes first');
UPDATE creditspread.pipeline SET owner = 'chart_reader', owner_oid = 'chart_reader'::regrole WHERE name = 'two' AND owner = current_user;
SELECT throws_ok($$SELECT creditspread.report('two')$$, '42P08', '2 roles have a model "two"', 'several owners');
SELECT lives_ok($$SELECT creditspread.report('two', 'chart_reader')$$, 'one of them');

-- ---- bad input ----------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT creditspread.%s', call), state, message, call) FROM (VALUES
	('forecast_chart(NULL)', '42704', 'there is no model "<NULL>"'),
	('forecast_chart($$none$$)', '42704', 'there is no model "none"'),
	('forecast_chart($$bare$$)', '55000', 'forecast_chart: no forecast of model "bare" is stored'),
	('forecast_chart($$one$$, $$x$$)', '55000', 'forecast_chart: no forecast of model "one", series "x" is stored'),
	('forecast_chart($$one$$, origin => $$1999-01-01$$)', '55000', 'forecast_chart: no forecast of model "one" from 1999-01-01 00:00:00 is stored'),
	('forecast_chart($$one$$, history => 0)', '22023', 'forecast_chart: history is 0, must be from 1 to 1000000'),
	('forecast_chart($$one$$, history => NULL)', '22023', 'forecast_chart: history is NULL, must be from 1 to 1000000'),
	('forecast_chart($$one$$, options => $${"x": 1}$$)', '22023', 'line_chart: unknown option "x"'),
	('accuracy_chart($$bare$$)', '55000', 'accuracy_chart: no forecast of model "bare" has an actual value yet'),
	('accuracy_chart($$one$$, version => 9)', '55000', 'accuracy_chart: no forecast of model "one", version 9 has an actual value yet'),
	('accuracy_chart($$one$$, source => $$forecast$$)', '55000', 'accuracy_chart: no forecast of model "one" has an actual value yet'),
	('accuracy_chart($$one$$, source => $$x$$)', '22023', 'accuracy_chart: source is "x", must be forecast or backtest'),
	('accuracy_chart($$one$$, measure => $$x$$)', '22023', 'accuracy_chart: measure is "x", must be mae or rmse'),
	('accuracy_chart($$one$$, measure => NULL)', '22023', 'accuracy_chart: measure is NULL, must be mae or rmse'),
	('accuracy_chart($$one$$, options => $${"zero": true}$$)', '22023', 'bar_chart: unknown option "zero"'),
	('report($$none$$)', '42704', 'there is no model "none"'),
	('report($$one$$, charts => 101)', '22023', 'report: charts is 101, must be from 0 to 100'),
	('report($$one$$, history => NULL, charts => 0)', '22023', 'report: history is NULL, must be from 1 to 1000000'),
	('report($$one$$, history => 0)', '22023', 'report: history is 0, must be from 1 to 1000000')) AS bad (call, state, message);

SELECT * FROM finish();
ROLLBACK;

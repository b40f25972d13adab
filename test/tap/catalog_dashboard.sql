-- creditspread.dashboard. The catalog's rows are put in by hand, so that what is to be seen is known.
BEGIN;
\ir helpers.psql
SELECT no_plan();

CREATE FUNCTION part(html text, path text) RETURNS text[] LANGUAGE sql AS $$
	SELECT array_agg(x::text ORDER BY n) FROM unnest(xpath(path, regexp_replace(html, '^<!DOCTYPE html>\n', '')::xml)) WITH ORDINALITY AS u (x, n)
$$;
CREATE FUNCTION cells(html text, list text, place integer) RETURNS text LANGUAGE sql AS $$
	SELECT translate(string_agg(btrim(regexp_replace(regexp_replace(td, '<(small|br)[^>]*>', ' / ', 'g'), '<[^>]+>', '', 'g')), ' | ' ORDER BY n), U&'\00A0\2011', ' -')
	FROM unnest(part(html, format('//tbody[@id="%s"]/tr[%s]/td[not(contains(@class, "extra")) or . != ""]', list, place))) WITH ORDINALITY AS u (td, n)
$$;
CREATE FUNCTION figures(html text) RETURNS text LANGUAGE sql AS $$ SELECT array_to_string(part(html, '//ul[@class="tiles"]//b/text()'), ' | ') $$;

-- ---- nothing to be seen --------------------------------------------------------------------------

CREATE TEMPORARY TABLE empty AS SELECT creditspread.dashboard() AS html;
SELECT ok(xml_is_well_formed_document(html), 'an empty catalog has a document') FROM empty;
SELECT is(figures(html), '0 | 0 | 0 | –', 'with nothing in it') FROM empty;
SELECT is((SELECT array_agg(s::text) FROM unnest(part(html, '//section/p/text()')) s), '{No forecast with an interval has an actual value yet; creditspread.backtest makes some of the past.,'
	'No forecast has an actual value yet; creditspread.backtest makes some of the past.,No forecast with an interval differs from the last value.,There are none that this role may read.,No forecast is stored.}',
	'which it says') FROM empty;

-- ---- a catalog of known forecasts ---------------------------------------------------------------

CREATE FUNCTION add_model(id bigint, name text, versions integer DEFAULT 1, horizons integer[] DEFAULT '{1,5}', owner name DEFAULT current_user) RETURNS void LANGUAGE sql AS $$
	INSERT INTO creditspread.pipeline VALUES (id, owner, owner::regrole, creditspread_internal.cluster(), name, 'UTC', false, now());
	INSERT INTO creditspread.model (id, pipeline_id, version, active, status, method, query, query_number, search_path, time_type, horizons, options, level, pool,
		time_zone, keep, promote, on_error, trained_at, data_to, extension_version)
	SELECT id * 100 + v, id, v, v = versions, 'ready', 'ar', 'SELECT 1', 1, 'public', 'date', horizons, '{}', 0.9, false, 'UTC', 5, 'complete', 'skip', '2024-03-01 18:00+00', '2024-02-19', '0.2.0'
	FROM generate_series(1, versions) v
$$;
CREATE FUNCTION add_series(model bigint, name text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO creditspread.series VALUES (model, name, '2024-01-01', '2024-02-19', 50, 1, now(), '2024-02-19', false)
$$;
-- Values of 50 days around 100, forecasts of all but the first nine, with an interval of 2 on either side of the forecast.
CREATE FUNCTION value(i integer, s integer) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$ SELECT 100 + s + sin(i * 0.7 + s) + 0.2 * cos(i * s) $$;
CREATE FUNCTION add_forecasts(model bigint, name text, s integer, source text DEFAULT 'forecast', scale double precision DEFAULT 1, width double precision DEFAULT 2, since integer DEFAULT 10, version integer DEFAULT 1) RETURNS void LANGUAGE sql AS $$
	INSERT INTO creditspread.forecast (pipeline_id, source, entity, origin, horizon, version, query_number, target_time, forecast, lower, upper, level, random_walk, made_at, run_id, actual, first_actual)
	SELECT model, source, name, timestamp '2023-12-31' + i * interval '1 day', h, version, 1, timestamp '2023-12-31' + (i + h) * interval '1 day', scale * f, scale * (f - width), scale * (f + width), 0.9,
		scale * value(i, s), timestamptz '2024-01-01 18:00+00' + i * interval '1 day', 1, CASE WHEN i + h <= 50 THEN scale * value(i + h, s) END, CASE WHEN i + h <= 50 THEN scale * value(i + h, s) END
	FROM creditspread.model m, unnest(m.horizons) h, generate_series(since, 50) i, LATERAL (SELECT value(i, s) + 0.3 * sin(i * h + s) AS f) f
	WHERE m.pipeline_id = model AND m.active
$$;
SELECT add_model(1, 'issuers', 2), add_model(2, 'second');
SELECT add_series(1, 'issuer ' || s), add_forecasts(1, 'issuer ' || s, s) FROM generate_series(1, 12) s;
SELECT add_series(2, 'issuer ' || s), add_forecasts(2, 'issuer ' || s, s, 'backtest') FROM generate_series(1, 8) s;
-- a surprise three half widths above, one that is too old, one of a later word, a move of one and a half half widths down
UPDATE creditspread.forecast SET actual = forecast + 6 WHERE pipeline_id = 1 AND entity = 'issuer 7' AND horizon = 1 AND origin = '2024-02-15';
UPDATE creditspread.forecast SET actual = forecast + 8 WHERE pipeline_id = 1 AND entity = 'issuer 8' AND horizon = 1 AND origin = '2024-01-25';
INSERT INTO creditspread.forecast SELECT (jsonb_populate_record(f, '{"revision": 1, "forecast": 50, "lower": 49, "upper": 51}')).* FROM creditspread.forecast f
WHERE pipeline_id = 1 AND entity = 'issuer 9' AND origin = '2024-02-15' AND horizon = 1;
UPDATE creditspread.forecast SET forecast = random_walk - 3, lower = random_walk - 5, upper = random_walk - 1 WHERE pipeline_id = 1 AND entity = 'issuer 11' AND horizon = 5 AND origin = '2024-02-19';
INSERT INTO creditspread.run (id, pipeline_id, version, kind, caller, started, ended, status, message, pid)
VALUES (1, 1, 1, 'train', 'postgres', '2024-02-19 18:00+00', '2024-02-19 18:01+00', 'failed', 'column "<x>" does not exist', 1),
	(2, 1, 2, 'train', 'postgres', '2024-02-19 19:00+00', '2024-02-19 19:01+00', 'done', NULL, 1), (3, 2, 1, 'forecast', 'postgres', '2024-02-19 18:00+00', '2024-02-19 18:01+00', 'failed', 'column "<x>" does not exist', 1);
UPDATE creditspread.series SET ended = true WHERE pipeline_id = 1 AND entity = 'issuer 1';

CREATE TEMPORARY TABLE page AS SELECT creditspread.dashboard() AS html;
SELECT ok(xml_is_well_formed_document(html), 'a document') FROM page;
SELECT matches(html, 'Showing 19 of 19 series\.', 'which says how much it shows') FROM page;
SELECT is(cardinality(part(html, '//figure')), 19, 'so many series are drawn') FROM page;
SELECT is(figures(html), '1 | 1 | 2 | ' || (SELECT count(*) FILTER (WHERE relative_mae < 1) || ' of ' || count(*) FROM creditspread.leaderboard_total), 'one surprise, one move, two models to look at') FROM page;
SELECT matches((SELECT array_to_string(part(html, '//ul[@class="tiles"]//small/text()'), ' | ')), '^of 190 outcomes; 2 by chance \| of 19 series', 'of so many') FROM page;
SELECT matches(cells(html, 'surprises', 1), '^issuer 7 / issuers, 2024-02-16 \| 114\.1 \| 108\.1 / 106\.1 to 110\.1 \| \+3\.0 / p 0\.0010$', 'the surprise, in half widths') FROM page;
SELECT is(cardinality(part(html, '//tbody[@id="surprises"]/tr')), (SELECT count(*)::integer FROM creditspread.anomalies('issuers', 0.01) a WHERE a.target_time > '2024-02-09'), 'no other') FROM page;
SELECT is((SELECT count(*)::integer FROM unnest(part(html, '//tbody[@id="surprises"]/tr'))), 2, 'and an older one where more outcomes are looked at') FROM (SELECT creditspread.dashboard(recent => 40) AS html) p;
SELECT matches(cells(html, 'moves', 1), '^issuer 11 / issuers, 5 rows ahead, 2024-02-24 \| 111\.7 \| 108\.7 / 106\.7 to 110\.7 \| −3\.0$', 'the move') FROM page;
SELECT is((SELECT array_agg(DISTINCT h ORDER BY h) FROM unnest(part(html, '//tbody[@id="moves"]/tr/@data-h')) h), '{1,5}', 'moves at each horizon') FROM page;
SELECT is(cells(html, 'models', n), format(told, coalesce(' / ' || nullif(replace(replace(h.reasons, '<', '&lt;'), '>', '&gt;'), ''), '')), 'models, the worst first') FROM page, (VALUES
	(1, 'second', 'error', '▲ error | second / ar, version 1, forecast failed 2024-02-19 18:00 UTC%s | 2024-03-01 | 2024-02-19 | 8'),
	(2, 'issuers', 'warning', '△ warning | issuers / ar, version 2, train done 2024-02-19 19:00 UTC%s | 2024-03-01 | 2024-02-19 | 12 / 1 ended')) AS v (n, name, status, told)
	LEFT JOIN creditspread.health h ON h.model = v.name AND h.status = v.status;
SELECT is(cells(html, 'accuracy', 1), format('issuers / 1 row ahead, live | %s %% / RMSE %s %% | %s / %s | %s %% / aim 90 %% | %s / 12 series', to_char(100 * (t.relative_mae - 1), 'FMSG990.0'),
		to_char(100 * (t.relative_rmse - 1), 'FMSG990.0'), round(t.dm_absolute_holm_p_value::numeric, 4), 'may be chance', round(100 * t.coverage::numeric, 1), t.n), 'accuracy of live forecasts, as in leaderboard_total')
FROM page, creditspread.leaderboard_total t WHERE t.source = 'forecast' AND t.horizon = 1;

-- ---- it needs nothing beside itself ----------------------------------------------------------------

SELECT ok(html !~* '<link|<img|<iframe|<object|@import|url\(|\ssrc=|javascript:|https?:|\sstyle=|\son[a-z]+=' AND (SELECT bool_and(h ~ '^#see-') FROM unnest(part(html, '//@href')) h), 'nothing is loaded, no tag has a style or a handler') FROM page;
SELECT is(cardinality(part(html, '//script')) + cardinality(part(html, '//style')), 2, 'one script, one style') FROM page;
SELECT ok(bool_and(html LIKE '%' || kind || '-src ''sha256-' || encode(sha256(convert_to(substring(html FROM '<' || tag || '>(.*)</' || tag || '>'), 'UTF8')), 'base64') || '''%'), 'both named by the policy')
FROM page, (VALUES ('script', 'script'), ('style', 'style')) AS v (kind, tag);
SELECT ok(html !~ ' style="' AND html LIKE '%default-src ''none''%' AND html NOT LIKE '%unsafe%', 'which allows nothing else') FROM page;
SELECT is((SELECT array_agg(DISTINCT m) FROM unnest(part(html, '//*/@data-m')) m WHERE NOT m = ANY (part(html, '//select[@name="model"]/option/@value'))), NULL, 'what is filtered can be chosen') FROM page;
SELECT is(part(html, '//select[@name="ahead"]/option/text()'), '{all,1,5}', 'by horizon, too') FROM page;
SELECT ok(bool_and(a LIKE '%: last %') AND count(*) FILTER (WHERE a LIKE '%, forecast % rows ahead, interval % to %') = 11 AND count(*) = 19, 'pictures are told in words') FROM page, unnest(part(html, '//figure/*[name()="svg"]/@aria-label')) a;

-- ---- small pictures ---------------------------------------------------------------------------------

SELECT ok(bool_and(x BETWEEN 0 AND 2600 AND y BETWEEN 0 AND 1120) AND count(*) > 1500, 'all points are inside')
FROM page, unnest(part(html, '//*[name()="polyline" or name()="polygon"]/@points')) p, regexp_split_to_table(p, ' ') xy, LATERAL (SELECT split_part(xy, ',', 1)::integer AS x, split_part(xy, ',', 2)::integer AS y) q;
SELECT ok(bool_and(CASE WHEN t LIKE '%text-anchor="end"%' THEN x - w >= -1 ELSE x + w <= 2601 END), 'and all labels, of whatever length')
FROM page, unnest(part(html, '//figure//*[name()="text"]')) t, LATERAL (SELECT substring(t FROM ' x="(\d+)"')::integer AS x, 58 * length(substring(t FROM '>([^<]*)<')) AS w) q WHERE t NOT LIKE '%y="1090"%';
SELECT is((SELECT count(*)::integer FROM unnest(part(html, '//figure//*[name()="polyline" and @class="seen"]/@points')) p WHERE cardinality(string_to_array(p, ' ')) = 41), 19, 'all that is known of a series: 41 values') FROM page;
SELECT is((SELECT max(cardinality(string_to_array(p, ' '))) FROM unnest(part(html, '//figure//*[name()="polyline" and @class="seen"]/@points')) p), 15, 'or as much as is asked for') FROM (SELECT creditspread.dashboard(history => 15) AS html) p;
SELECT is(part(html, '//figure//span[@class="s"]//text()'), '{issuer 6,issuer 6}', 'the series that are named, of both models') FROM (SELECT creditspread.dashboard(entities => '{issuer 6,none}') AS html) p;
SELECT is(part(html, '//figure[1]//tbody/tr[1]/td/text()'), ARRAY['1', round(f.forecast::numeric, 2)::text, round(f.lower::numeric, 2) || ' to ' || round(f.upper::numeric, 2),
	round(a.mae::numeric, 2 + (a.random_walk_mae < 1)::integer) || ' / ' || round(a.random_walk_mae::numeric, 2 + (a.random_walk_mae < 1)::integer)], 'figures of a series, its errors beside those of the random walk')
FROM (SELECT creditspread.dashboard('{issuers}', '{issuer 6}') AS html) p, creditspread.forecast_latest f, creditspread.accuracy_overall a
WHERE f.model = 'issuers' AND f.entity = 'issuer 6' AND f.horizon = 1 AND a.model = f.model AND a.entity = f.entity AND a.horizon = 1;
SELECT is(creditspread.dashboard(series => 0) LIKE '%Showing 0 of 19 series%<figure%', false, 'none may be drawn');

-- the same picture in any unit; of long horizons, without an interval, of one forecast alone, of a constant
SELECT add_model(3, 'large'), add_model(4, 'small'), add_model(5, 'far', 1, ARRAY(SELECT generate_series(1, 60))), add_model(6, 'bare'), add_model(7, 'alone'), add_model(8, 'constant');
UPDATE creditspread.pipeline SET units = '{"1": "<bp>"}' WHERE id = 3;
SELECT add_series(m, ''), add_forecasts(m, '', 3, 'forecast', scale) FROM (VALUES (3, 2::float8 ^ 40), (4, 2::float8 ^ -40), (5, 1), (6, 1)) AS v (m, scale);
SELECT add_series(7, ''), add_forecasts(7, '', 3, since => 50), add_series(8, ''), add_forecasts(8, '', 3, 'forecast', 0);
UPDATE creditspread.forecast SET lower = NULL, upper = NULL WHERE pipeline_id = 6;
CREATE TEMPORARY TABLE other AS SELECT creditspread.dashboard('{large,small,far,bare,alone,constant}') AS html;
SELECT ok(xml_is_well_formed_document(html) AND html !~ 'NaN|Infinity', 'models of other kinds') FROM other;
CREATE FUNCTION lines_of(name text, entity text) RETURNS text[] LANGUAGE sql AS $$
	SELECT part('<svg>' || creditspread_internal.dashboard_picture(c, 100, 2000) || '</svg>', '//*/@points') FROM creditspread_internal.dashboard_models(ARRAY[name]) d,
		creditspread_internal.dashboard_drawn(ARRAY[d], ARRAY(SELECT w FROM creditspread_internal.dashboard_watch(ARRAY[d], ARRAY[entity], 1, 10) w), 1, 120) c
$$;
SELECT is(lines_of(name, ''), lines_of('issuers', 'issuer 3'), 'another unit changes no picture: ' || name) FROM unnest('{large,small}'::text[]) name;
SELECT ok((part(html, '//figure[contains(., "large")]/figcaption//small/text()'))[1] ~ '^last [0-9.]+(e\+[0-9]+)? &lt;bp&gt; on ', 'the unit of y') FROM other;
SELECT is(cardinality(part(html, '//figure[contains(., "far")]//tbody/tr')), 6, 'of many horizons six are listed') FROM other;
SELECT ok(cardinality(string_to_array((part(html, '//figure[contains(., "far")]//*[@class="said"]/@points'))[1], ' ')) BETWEEN 30 AND 41, 'and some forty drawn') FROM other;
SELECT is(part(html, '//figure[contains(., "bare")]//tbody/tr/td[3]/text()'), '{–,–}', 'no interval is a dash') FROM other;

UPDATE creditspread.forecast SET hindsight = true WHERE pipeline_id = 1 AND entity = 'issuer 7';
SELECT is(figures(creditspread.dashboard('{issuers}')) ~ '^0 ', true, 'what was said in hindsight is no surprise');
UPDATE creditspread.forecast SET hindsight = false WHERE pipeline_id = 1 AND entity = 'issuer 7';

-- ---- names --------------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE called (entity text);
INSERT INTO called VALUES ('</script><img src=x onerror=alert(1)>'), ('"><svg onload=''x''>&amp;'), (E'a\x01\x1f\nb'), (']]>'), ('%s %1$s \1'), ('日本, ÄÖ'), (E'\u202Eright to left'), (repeat('"', 1000));
SELECT add_model(9, '</script><img src=x onerror=alert(1)>');
SELECT add_series(9, entity), add_forecasts(9, entity, 3, since => 40) FROM called;
CREATE TEMPORARY TABLE named AS SELECT creditspread.dashboard(ARRAY['</script><img src=x onerror=alert(1)>']) AS html;
SELECT ok(xml_is_well_formed_document(html), 'names of all kinds') FROM named;
SELECT is(part(html, '//img'), NULL, 'a name is no tag') FROM named;
SELECT is((SELECT count(*)::integer FROM regexp_matches(html, '</?script', 'gi')), 2, 'and ends no script') FROM named;
SELECT is(cardinality(part(html, '//figure')), 8, 'each is drawn') FROM named;
SELECT ok(part(html, '//figure//span[@class="s"]//text()') @> '{&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;,]]&gt;,"%s %1$s \\1","日本, ÄÖ"}', 'by its name') FROM named;
SELECT ok(length(html) < 120000, 'a long name is cut') FROM named;

-- ---- rights, the same bytes, errors ---------------------------------------------------------------------

CREATE ROLE dashboard_reader;
CREATE ROLE dashboard_stranger;
INSERT INTO creditspread.reader SELECT id, 'dashboard_reader', 'dashboard_reader'::regrole, cluster FROM creditspread.pipeline WHERE name = 'second';
CREATE TEMPORARY TABLE before AS SELECT creditspread.dashboard('{issuers,second}') AS html;
SET LOCAL ROLE dashboard_reader;
SELECT ok(html LIKE '%Showing 8 of 8 series%' AND html NOT LIKE '%issuers%' AND html NOT LIKE '%onerror%' AND html LIKE '%what role <bdi>dashboard_reader</bdi> may read%', 'a reader sees what he may read') FROM (SELECT creditspread.dashboard() AS html) p;
SELECT throws_ok($$SELECT creditspread.dashboard('{issuers}')$$, '42704', 'there is no model "issuers"', 'and nothing else');
SET LOCAL ROLE dashboard_stranger;
SELECT ok(html NOT LIKE '%issuer%' AND html LIKE '%There are none%', 'a stranger sees nothing') FROM (SELECT creditspread.dashboard() AS html) p;
RESET ROLE;
UPDATE creditspread.forecast SET run_id = 2 WHERE pipeline_id = 1 AND md5(entity) > '7';
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.xml_escape(text) RETURNS text LANGUAGE sql AS $$SELECT 'hostile'$$;
CREATE FUNCTION hostile.abs(double precision) RETURNS double precision LANGUAGE sql AS $$SELECT 0.0::float8$$;
SET LOCAL search_path = hostile, pg_catalog, public;
SET LOCAL enable_seqscan = off;
SET LOCAL work_mem = '64kB';
SELECT public.is(creditspread.dashboard('{issuers,second}'), html, 'the same bytes, however the rows lie, with any settings') FROM before;
SET LOCAL search_path = public;
SELECT throws_ok(format('SELECT creditspread.dashboard(%s)', b.call), b.state, b.message, b.call) FROM (VALUES
	('series => 151', '22023', 'dashboard: series is 151, must be from 0 to 150'), ('series => NULL', '22023', 'dashboard: series is NULL, must be from 0 to 150'),
	('history => 1', '22023', 'dashboard: history is 1, must be from 2 to 250'), ('recent => 0', '22023', 'dashboard: recent is 0, must be from 1 to 100'),
	('$${none,issuers}$$', '42704', 'there is no model "none"'), ('$${NULL}$$', '42704', 'there is no model ""')) AS b (call, state, message);

-- ---- a model whose first training failed ---------------------------------------------------------------

INSERT INTO creditspread.pipeline VALUES (77, current_user, current_user::regrole, creditspread_internal.cluster(), 'hopeless', 'UTC', false, now());
SELECT ok(xml_is_well_formed_document(html) AND html LIKE '%0 series of 1 model, data to%', 'alone it has a document') FROM (SELECT creditspread.dashboard('{hopeless}') AS html) p;
SELECT alike(cells(creditspread.dashboard('{hopeless}'), 'models', 1), '% hopeless%no version is trained%', 'which says what it lacks');
SELECT ok(html LIKE '%hopeless%', 'it stands among the others') FROM (SELECT creditspread.dashboard() AS html) p;
DELETE FROM creditspread.pipeline WHERE id = 77;

-- ---- size -------------------------------------------------------------------------------------------------

SELECT add_series(1, 'issuer ' || s), add_forecasts(1, 'issuer ' || s, s) FROM generate_series(13, 120) s;
SELECT ok(count(*) > 10000, 'more than ten thousand forecasts') FROM creditspread.forecast;
CREATE TEMPORARY TABLE full_page AS SELECT creditspread.dashboard() AS html;
SELECT ok(xml_is_well_formed_document(html) AND octet_length(html) < 500000, 'a document of bounded size') FROM full_page;
SELECT ok(html LIKE '%Showing 60 of 141 series: those of the largest%' AND cardinality(part(html, '//figure')) = 60, 'that says what it shows of them') FROM full_page;

SELECT * FROM finish();
ROLLBACK;

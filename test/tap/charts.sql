-- chart_options, line_chart, bar_chart, emd_chart, curve_chart.

BEGIN;
\ir helpers.psql
SELECT plan(140);

-- How many elements of a name and class a chart has, and their attributes.
CREATE FUNCTION elements(svg text, path text) RETURNS integer LANGUAGE sql AS $$
	SELECT cardinality(xpath(path, svg::xml, '{{s,http://www.w3.org/2000/svg}}'))
$$;
CREATE FUNCTION attribute(svg text, path text) RETURNS text LANGUAGE sql AS $$
	SELECT (xpath(path, svg::xml, '{{s,http://www.w3.org/2000/svg}}'))[1]::text
$$;
-- Whether it is a document that stands for itself: no script, no reference to anything.
CREATE FUNCTION is_svg(svg text) RETURNS boolean LANGUAGE sql AS $$
	SELECT xml_is_well_formed_document(svg) AND svg LIKE '<svg %</svg>' AND elements(svg, '//s:script') = 0
		AND elements(svg, '//@href | //@*[starts-with(name(), "on")]') = 0 AND svg !~ 'url\(|@import|nan|inf[^o]'
$$;

-- ---- lines --------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE spread AS
SELECT date '2020-01-31' + 30 * i AS day, i, 2 + sin(i * 0.5) AS y, 2 + sin(i * 0.5) - 0.25 AS low, 2 + sin(i * 0.5) + 0.25 AS high, s
FROM generate_series(0, 40) AS i, unnest('{Baa,Aaa}'::text[]) AS s;
CREATE TEMPORARY TABLE drawn AS
SELECT line_chart(day, y + (s = 'Baa')::int, s) AS plain,
	line_chart(day, y + (s = 'Baa')::int, low, high, s, chart_options(title => 'Spreads', x_label => 'month', y_label => 'percent', width => 500, height => 400,
		zero => true, series => '{Caa,Baa}', faint => '{Aaa}', points => '{Baa}')) AS rich FROM spread;
SELECT ok(is_svg(plain) AND is_svg(rich), 'a chart is a document of its own') FROM drawn;
SELECT is(texts(plain), 'Aaa | Baa | 1 | 2 | 3 | 4 | Jul | 2020 | Jan | 2021 | Jul | Jan | 2022 | Jul | Jan | 2023', 'its legend and ticks') FROM drawn;
SELECT is(texts(rich), 'Spreads | Baa | Aaa | percent | 0 | 1 | 2 | 3 | 4 | 2021 | 2022 | 2023 | month', 'title, order of the series, names of the axes, zero') FROM drawn;
SELECT is(attribute(rich, '/s:svg/@width') || ' x ' || attribute(rich, '/s:svg/@height') || ' ' || attribute(rich, '/s:svg/@viewBox'), '500 x 400 0 0 500 400', 'size') FROM drawn;
SELECT is(attribute(plain, '/s:svg/@width') || ' x ' || attribute(plain, '/s:svg/@height'), '720 x 320', 'default size') FROM drawn;
SELECT is(elements(rich, '//s:g[@class="cs-faint"]'), 2, 'a faint series, in legend and plot') FROM drawn;
SELECT is(elements(rich, '//s:g[@class="cs-c1"]/s:circle'), 41 + 1, 'a series of points keeps the colour of its place') FROM drawn;
SELECT is(elements(rich, '//s:g/s:path[@class="cs-area"]'), 2, 'intervals') FROM drawn;
SELECT is(elements(plain, '//*[@class="cs-area"]'), 0, 'none without them') FROM drawn;
SELECT is((SELECT line_chart(day, y, s) FROM spread WHERE s = 'Aaa'), (SELECT line_chart(day, y, s, NULL) FROM spread WHERE s = 'Aaa'), 'options may be NULL');
SELECT is((SELECT line_chart(day, y, NULL, NULL, s, NULL) FROM spread), (SELECT line_chart(day, y, s) FROM spread), 'and intervals');
SELECT is((SELECT line_chart(day, y, s, '{}') FROM (SELECT * FROM spread ORDER BY md5(s || i)) AS shuffled), (SELECT line_chart(day, y, s) FROM spread),
	'rows in any order give the same bytes');
SELECT is((SELECT count(DISTINCT replace(c, '>0<', '><')) FROM (VALUES ((SELECT line_chart(day, y, s) FROM spread)), ((SELECT line_chart(day::timestamp, y, s) FROM spread)),
	((SELECT line_chart(day::timestamp AT TIME ZONE 'UTC', y, s) FROM spread))) AS v (c)), 1::bigint, 'date, timestamp and timestamptz give the same');
SELECT is((SELECT texts(line_chart(i, y, 'x')) FROM spread WHERE s = 'Aaa'), 'x | 1.0 | 1.5 | 2.0 | 2.5 | 3.0 | 0 | 5 | 10 | 15 | 20 | 25 | 30 | 35 | 40', 'integers');
SELECT is((SELECT line_chart(t, y, 'x') FROM (SELECT 1::bigint AS t, 2.0::float8 AS y WHERE false) AS none), NULL, 'no rows give NULL');

-- The places of points of a chart of 720 x 320 with a legend, by hand: the plot reaches from 14 + 2 x 6.1 + 8 = 34.2 to 698 and from
-- 42 to 290; the values with a twentieth of their range at both ends, from -0.5 to 10.5.
CREATE TEMPORARY TABLE place AS SELECT line_chart(t, y, 'x') AS c FROM (VALUES (0, 0), (1, 10), (4, 5)) AS v (t, y);
SELECT is(texts(c), 'x | 0 | 2 | 4 | 6 | 8 | 10 | 0 | 1 | 2 | 3 | 4', 'ticks of three points') FROM place;
SELECT is(attribute(c, '//s:g[@class="cs-c0"][2]/s:path/@d'), 'M34.2 278.7L200.1 53.3L698 166', 'points lie where they should') FROM place;

-- gaps, single points, constant series, extreme values
SELECT is((SELECT attribute(line_chart(t, y, 'x'), '//s:g[2]/s:path/@d') ~ '^M[0-9. ]+L[0-9. ]+M[0-9. ]+L[0-9. ]+$' FROM (VALUES (1, 1), (2, 2), (3, NULL), (4, 1), (5, 2)) AS v (t, y)), true,
	'NULL is a gap');
SELECT is((SELECT elements(line_chart(t, y, 'x'), '//s:g[2]/s:circle') FROM (SELECT t, CASE WHEN t % 30 <> 15 AND t % 30 <> 13 THEN t END AS y FROM generate_series(1, 90) t) AS v), 3, 'a point alone is seen');
SELECT is((SELECT texts(line_chart(t, NULL::float8, 'x')) FROM generate_series(1, 3) t), 'x | 0.0 | 0.2 | 0.4 | 0.6 | 0.8 | 1.0 | 1 | 2 | 3', 'no value at all');
SELECT is((SELECT texts(line_chart(t, 5, 'x')) FROM generate_series(1, 3) t), 'x | 4.6 | 4.8 | 5.0 | 5.2 | 5.4 | 1 | 2 | 3', 'a constant series is in the middle');
SELECT is((SELECT texts(line_chart(t, 0, 'x')) FROM generate_series(1, 3) t), 'x | −1.0 | −0.5 | 0.0 | 0.5 | 1.0 | 1 | 2 | 3', 'also zeros');
SELECT is(texts(line_chart(date '2008-09-15', 3, 'x')), 'x | 2.7 | 2.8 | 2.9 | 3.0 | 3.1 | 3.2 | 15 Sep | 2008', 'one date');
SELECT is(texts(line_chart(timestamp '2008-09-15 14:30:05', 3, 'x')), 'x | 2.7 | 2.8 | 2.9 | 3.0 | 3.1 | 3.2 | 14:30:05 | 15 Sep 2008', 'one time');
SELECT ok(is_svg((SELECT line_chart(t, y, 'x') FROM (VALUES (1, -1.7976931348623157e308), (2, 1.7976931348623157e308), (3, 5e-324)) AS v (t, y))), 'the largest numbers');
SELECT ok(is_svg(line_chart(1, v, 'x')), 'one value ' || v) FROM unnest('{1.7976931348623157e308,-1.7976931348623157e308,5e-324,-2.2e-308,1e150,1e-150}'::float8[]) v GROUP BY v;
SELECT ok(is_svg((SELECT line_chart(t, y, 'x') FROM (VALUES (1, 1.0::float8), (2, 1 + 2.3e-16::float8)) AS v (t, y))), 'neighbouring numbers');
SELECT is((SELECT texts(line_chart(t, y, 'x')) FROM (VALUES (1, 1e-9), (2, 4e-9)) AS v (t, y)), 'x | 1e−9 | 2e−9 | 3e−9 | 4e−9 | 1 | 2', 'small numbers');
SELECT is((SELECT texts(line_chart(t, y, 'x')) FROM (VALUES (1, -2.5e12), (2, 4e12)) AS v (t, y)), 'x | −2e12 | 0 | 2e12 | 4e12 | 1 | 2', 'large numbers');

-- times
SELECT is((SELECT texts(line_chart(t, 1, 'x')) FROM (VALUES (first), (last)) AS v (t)), 'x | 0.90 | 0.95 | 1.00 | 1.05 | 1.10 | ' || ticks, first || ' to ' || last)
FROM (VALUES (timestamp '2019-12-20', timestamp '2020-01-20', '23 Dec | 2019 | 30 Dec | 6 Jan | 2020 | 13 Jan | 20 Jan'),
	('2020-03-01', '2020-03-05', '1 Mar | 2020 | 2 Mar | 3 Mar | 4 Mar | 5 Mar'),
	('2020-03-01', '2020-03-03 06:00', '00:00 | 1 Mar 2020 | 06:00 | 12:00 | 18:00 | 00:00 | 2 Mar 2020 | 06:00 | 12:00 | 18:00 | 00:00 | 3 Mar 2020 | 06:00'),
	('2020-02-28 21:00', '2020-02-29 15:00', '21:00 | 28 Feb 2020 | 00:00 | 29 Feb 2020 | 03:00 | 06:00 | 09:00 | 12:00 | 15:00'),
	('2020-01-01 10:00:00', '2020-01-01 10:00:01', '10:00:00.0 | 1 Jan 2020 | 10:00:00.2 | 10:00:00.4 | 10:00:00.6 | 10:00:00.8 | 10:00:01.0'),
	('0050-06-01 BC', '0051-01-01', '41 BC | 21 BC | 1 BC | 20 | 40')) AS case_ (first, last, ticks);
SELECT ok(is_svg((SELECT line_chart(t, 1, 'x') FROM (VALUES (timestamp '4713-01-01 00:00 BC'), ('294276-12-31 23:59:59.999999')) AS v (t))), 'all of timestamp');
SELECT ok(is_svg((SELECT line_chart(t, 1, 'x') FROM (VALUES (date '4713-01-01 BC'), ('5874897-12-31')) AS v (t))), 'all of date');
SELECT ok(is_svg((SELECT line_chart(t, 1, 'x') FROM (VALUES (-9223372036854775808), (9223372036854775807)) AS v (t))), 'all of bigint');
SELECT ok(is_svg((SELECT line_chart(t, 1, 'x') FROM (VALUES (timestamp '294276-12-31 23:59:59.999998'), ('294276-12-31 23:59:59.999999')) AS v (t))), 'the last two times');
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT is(texts(line_chart(timestamptz '2020-01-01 00:00+00', 1, 'x')), 'x | 0.90 | 0.95 | 1.00 | 1.05 | 1.10 | 1 Jan | 2020', 'timestamptz is shown in UTC');

-- many points are thinned, the extremes stay
CREATE TEMPORARY TABLE many AS
SELECT line_chart(t, CASE t WHEN 76543 THEN 1000 WHEN 12345 THEN -500 ELSE sin(t * 0.37) END, -500, 1000, 'x', NULL) AS c FROM generate_series(1, 100000) t;
SELECT ok(length(c) < 60000 AND is_svg(c), 'a hundred thousand points') FROM many;
SELECT is((SELECT array_agg(v) FROM (SELECT min((m)[1]::numeric) AS v FROM regexp_matches(attribute(c, '//s:g[2]/s:path[@class="cs-line"]/@d'), ' ([0-9.]+)', 'g') m
	UNION ALL SELECT max((m)[1]::numeric) FROM regexp_matches(attribute(c, '//s:g[2]/s:path[@class="cs-line"]/@d'), ' ([0-9.]+)', 'g') m) q), '{53.3,278.7}', 'show their lowest and highest') FROM many;

-- names
SELECT is(texts(line_chart(1, 1, E'<script>alert("1")</script>&''\x01')), '&lt;script&gt;alert("1")&lt;/script&gt;&amp;''  | 0.90 | 0.95 | 1.00 | 1.05 | 1.10 | 1', 'a hostile name is text');
SELECT ok(is_svg(line_chart(1, 1, n, chart_options(title => n, x_label => n, y_label => n))), 'names: ' || left(n, 12))
FROM unnest(ARRAY['</svg><script>', ']]>', '<!--', '&lt;', repeat('x', 10000), repeat('ä', 300), 'x', E'a\tc', U&'\FFFE\FFFF', '"onload="x']) n GROUP BY n;
SELECT is(texts(line_chart(1, 1, repeat('ä', 61))) LIKE repeat('ä', 60) || '… |%', true, 'a long name is cut at a character');
SELECT is(elements((SELECT line_chart(1, 1, 's' || i) FROM generate_series(1, 20) i), '//s:g/s:circle'), 20, 'twenty series');

-- ---- the same however the work is divided -------------------------------------------------------

CREATE TABLE divided AS SELECT i, s, day, y, low, high, ARRAY[y, i] AS imfs FROM spread ORDER BY md5(s || i);
ALTER TABLE divided SET (parallel_workers = 4);
CREATE FUNCTION charts() RETURNS text[] LANGUAGE sql AS $$
	SELECT ARRAY[line_chart(day, y, s), line_chart(day, y, low, high, s, '{"zero": true}'), emd_chart(day, imfs) FILTER (WHERE s = 'Aaa')] FROM divided
$$;
CREATE TEMPORARY TABLE serial AS SELECT charts() AS c;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 4;
SELECT matches(plan_of('SELECT line_chart(day, y, s), emd_chart(day, imfs) FROM divided'), 'Partial Aggregate', 'charts are made in parallel');
SELECT is(charts(), c, 'to the same bytes') FROM serial;
SET LOCAL max_parallel_workers_per_gather = 0;

-- ---- line_chart: bad input ------------------------------------------------------------------------

SELECT throws_ok(format('SELECT line_chart(%s)', call), state, message, call) FROM (VALUES
	('NULL::date, 1, $$x$$', '22004', 'the time of an observation must not be NULL'),
	('$$infinity$$::date, 1, $$x$$', '22008', 'the time of an observation must be finite'),
	('1, 1, NULL', '22004', 'the entity of an observation must not be NULL'),
	('7, $$NaN$$, $$x$$', '22003', 'value at 7 is NaN'),
	('7, $$-Infinity$$, $$x$$', '22003', 'value at 7 is -Infinity'),
	('7, 1, $$NaN$$, 1, $$x$$, NULL', '22003', 'lower at 7 is NaN'),
	('7, 1, 1, $$Infinity$$, $$x$$, NULL', '22003', 'upper at 7 is Infinity'),
	('1, 1, $$x$$, $${"colour": 1}$$', '22023', 'line_chart: unknown option "colour"'),
	('1, 1, $$x$$, $${"width": 239}$$', '22023', 'line_chart: option "width" is 239, must be an integer from 240 to 4000'),
	('1, 1, $$x$$, $${"height": 5000}$$', '22023', 'line_chart: option "height" is 5000, must be an integer from 160 to 4000'),
	('1, 1, $$x$$, $${"height": 200.5}$$', '22023', 'line_chart: option "height" is 200.5, must be an integer from 160 to 4000'),
	('1, 1, $$x$$, $${"title": 1}$$', '22023', 'line_chart: option "title" is 1, must be a text'),
	('1, 1, $$x$$, $${"width": 1e70}$$', '22023', 'line_chart: option "width" is 1' || repeat('0', 59) || '..., must be an integer from 240 to 4000'),
	('1, 1, $$x$$, $${"width": "' || repeat('é', 40) || '"}$$', '22023', 'line_chart: option "width" is "' || repeat('é', 30) || '...", must be an integer from 240 to 4000'),
	('1, 1, $$x$$, $${"wi\ndth": 1}$$', '22023', 'line_chart: unknown option "wi\ndth"'),
	('1, 1, $$x$$, $${"zero": "a\nb"}$$', '22023', 'line_chart: option "zero" is "a\nb", must be true or false'),
	('1, 1, $$x$$, $${"zero": 1}$$', '22023', 'line_chart: option "zero" is 1, must be true or false'),
	('1, 1, $$x$$, $${"faint": "x"}$$', '22023', 'line_chart: option "faint" is "x", must be an array of texts'),
	('1, 1, $$x$$, $$[]$$', '22023', 'line_chart: the options must be a JSON object')) AS bad (call, state, message);
SELECT throws_ok('SELECT line_chart(1, 1, s) FROM unnest($${a,a}$$::text[]) s', '23505', 'line_chart: the time 1 occurs twice for entity "a"', 'a time twice');
SELECT throws_ok('SELECT line_chart(1, 1, i::text) FROM generate_series(1, 21) i', '54000', 'line_chart: 21 series, the limit is 20', 'too many series');
SELECT throws_ok('SELECT creditspread_internal.line_chart_final(creditspread_internal.panel_regression_transition(NULL, $$a$$, 1, 1, $${1}$$))', '42809', NULL, 'a state of another aggregate cannot be made');

-- ---- bars -----------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE bars AS
SELECT bar_chart(ARRAY[E'1\np = 0.03', '5', '20'], '{rnn,random walk}', '{{1,2,-3},{1.5,NULL,0}}', chart_options(title => 'Errors', x_label => 'horizon', y_label => 'percent', height => 250)) AS c;
SELECT ok(is_svg(c), 'bars are a document') FROM bars;
SELECT is(texts(c), 'Errors | rnn | random walk | percent | −2 | 0 | 2 | 1 | 2 | −3 | 1.5 | 0 | 1 | p = 0.03 | 5 | 20 | horizon', 'with labels in two lines, values and legend') FROM bars;
SELECT is(elements(c, '//s:g/s:rect[@height > 0 and @width > 12]'), 4, 'a bar for each value that is not zero') FROM bars;
SELECT ok(is_svg(bar_chart(ARRAY(SELECT 'a long label ' || i FROM generate_series(1, 500) i), '{x}', ARRAY[ARRAY(SELECT i::float8 FROM generate_series(1, 500) i)])), 'five hundred bars');
SELECT is(texts(bar_chart('{a,b}', '{x}', '{{NULL,NULL}}')), 'x | 0.0 | 0.2 | 0.4 | 0.6 | 0.8 | 1.0 | a | b', 'no value');
SELECT ok(is_svg(bar_chart(ARRAY['<b>' || repeat('ö', 50)], '{"&"}', '{{1e300}}')), 'names of bars');
SELECT is(bar_chart(NULL, '{x}', '{{1}}'), NULL, 'NULL gives NULL');
SELECT throws_ok(format('SELECT bar_chart(%s)', call), state, message, call) FROM (VALUES
	('$${a}$$, $${x}$$, $${1}$$', '2202E', 'bar_chart: bars has 1 dimensions, must have 2'),
	('$${a,b}$$, $${x}$$, $${{1}}$$', '2202E', 'bar_chart: 1 x 1 bars for 1 series and 2 labels'),
	('$${}$$, $${x}$$, $${{1}}$$', '2202E', 'bar_chart: labels has 0 elements, must have 1 to 500'),
	('$${{a}}$$, $${x}$$, $${{1}}$$', '2202E', 'bar_chart: labels has 2 dimensions, must have 1'),
	('$${NULL}$$, $${x}$$, $${{1}}$$', '22004', 'bar_chart: labels[1] is NULL'),
	('$${a}$$, $${NULL}$$, $${{1}}$$', '22004', 'bar_chart: series[1] is NULL'),
	('$${a,b}$$, $${x}$$, $${{1,NaN}}$$', '22003', 'bar_chart: bars[1][2] is NaN'),
	('$${a}$$, $${x}$$, $${{1}}$$, $${"zero": true}$$', '22023', 'bar_chart: unknown option "zero"')) AS bad (call, state, message);

-- ---- panels of a decomposition ----------------------------------------------------------------------

CREATE TEMPORARY TABLE wave AS
SELECT i, date '2000-01-01' + i AS day, emd(3 + sin(i * 0.9) + 2 * sin(i * 0.1)) OVER (ORDER BY i) AS imfs FROM generate_series(0, 400) i;
CREATE TEMPORARY TABLE panels AS
SELECT emd_chart(day, imfs, chart_options(title => 'Waves', y_label => 'wave', x_label => 'day')) AS c,
	emd_chart(day, imfs) AS plain, cardinality(min(imfs)) AS parts FROM wave;
SELECT ok(is_svg(c) AND is_svg(plain), 'panels are a document') FROM panels;
SELECT is(elements(c, '//s:path[@class="cs-line"]'), parts + 1, 'a panel for the series and each part') FROM panels;
SELECT matches(texts(c), '^Waves \| .*wave \| .*IMF 1 \| .*IMF 2 \| .*residue \| .*Jan \| 2000 .* day$', 'with names') FROM panels;
SELECT matches(texts(plain), 'series', 'a series without a name') FROM panels;
SELECT is((SELECT emd_chart(day, imfs, '{}') FROM (SELECT * FROM wave ORDER BY md5(i::text)) w), (SELECT emd_chart(day, imfs) FROM wave), 'rows in any order give the same bytes');
SELECT is((SELECT emd_chart(emd(array_agg(3 + sin(i * 0.9) + 2 * sin(i * 0.1) ORDER BY i))) FROM wave), (SELECT emd_chart(i + 1, imfs) FROM wave), 'the matrix of the array function gives the same');
SELECT is(emd_chart('{}'::float8[]), NULL, 'an empty array gives NULL');
SELECT is(emd_chart(NULL::float8[]), NULL, 'NULL gives NULL');
SELECT is((SELECT emd_chart(i, imfs) FROM wave WHERE false), NULL, 'no rows give NULL');
SELECT ok(is_svg(emd_chart('{{1,NULL,2},{1,2,3}}'::float8[])), 'a part that is not everywhere');
SELECT ok(is_svg(emd_chart(1, ARRAY[1.5])), 'one row');
SELECT throws_ok(format('SELECT emd_chart(%s)', call), state, message, call) FROM (VALUES
	('1, NULL::float8[]', '22004', 'imfs at 1 is NULL'),
	('1, $${}$$::float8[]', '2202E', 'imfs at 1 has 0 elements, must have 1 to 65'),
	('1, $${1,NULL}$$::float8[]', '22004', 'imfs[2] at 1 is NULL'),
	('1, $${1,NaN}$$::float8[]', '22003', 'imfs[2] at 1 is NaN'),
	('1, $${1e308,1e308}$$::float8[]', '22003', 'emd_chart: the sum of the 2 parts at place 1 overflows'),
	('$${1,2}$$::float8[]', '2202E', 'emd_chart: imfs has 1 dimensions, must have 2'),
	('$${{1,Infinity}}$$::float8[]', '22003', 'emd_chart: imfs[1][2] is Infinity'),
	('array_fill(1::float8, $${66,2}$$)', '2202E', 'emd_chart: imfs has 66 rows, must have 1 to 65'),
	('array_fill(1::float8, $${9,2}$$), $${"height": 200}$$', '22023', 'emd_chart: a height of 200 leaves 16 for each of 10 panels, at least 24'),
	('1, $${1}$$::float8[], $${"series": ["x"]}$$', '22023', 'emd_chart: unknown option "series"')) AS bad (call, state, message);
SELECT throws_ok('SELECT emd_chart(i, array_fill(1::float8, ARRAY[i])) FROM generate_series(1, 2) i', '2202E', 'emd_chart: 2 values at 2, 1 in the rows before', 'rows of different length');

-- ---- curves -----------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE curve AS
SELECT nelson_siegel_fit(m, y) AS curve, svensson_fit(m, y) AS svensson, array_agg(m ORDER BY m) AS m, array_agg(y ORDER BY m) AS y
FROM (VALUES (0.25, 1.2), (0.5, 1.4), (1, 1.7), (2, 2.3), (3, 2.6), (5, 3.1), (7, 3.3), (10, 3.4), (20, 3.6)) AS v (m, y);
SELECT ok(is_svg(curve_chart(curve)) AND is_svg(curve_chart(svensson, m, y)), 'curves are documents') FROM curve;
SELECT is(texts(curve_chart(curve, m, y, NULL, NULL, chart_options(title => 'Curve', zero => true))), 'Curve | curve | observed | yield, percent | 0 | 1 | 2 | 3 | 0 | 2 | 4 | 6 | 8 | 10 | 12 | 14 | 16 | 18 | 20 | maturity, years', 'with axes') FROM curve;
SELECT is(elements(curve_chart(curve, m, y), '//s:circle'), 9 + 1, 'and the observed yields') FROM curve;
SELECT is(elements(curve_chart(curve, m, y, 1, 10), '//s:circle'), 6 + 1, 'those between the maturities that are shown') FROM curve;
SELECT is(elements(curve_chart(curve, '{1,2}', '{1,NULL}'), '//s:circle'), 1 + 1, 'and that are there') FROM curve;
SELECT matches(texts(curve_chart(curve)), '30 \| maturity, years$', 'to 30 years by default') FROM curve;
SELECT matches(texts(curve_chart(curve, to_maturity => 2, options => '{"x_label": "n", "y_label": "r"}')), '^r \| .* 2.0 \| n$', 'or as given, with names of the axes') FROM curve;
SELECT is(curve_chart(NULL::nelson_siegel_curve), NULL, 'NULL gives NULL');
SELECT throws_ok(format('SELECT curve_chart(%s) FROM curve', call), state, message, call) FROM (VALUES
	('curve, $${1}$$', '22023', 'curve_chart: maturities and yields must be given together'),
	('curve, $${1,2}$$, $${1}$$', '2202E', 'curve_chart: 2 maturities, 1 yields'),
	('curve, $${NULL}$$, $${1}$$', '22004', 'curve_chart: maturities[1] is NULL'),
	('curve, $${1}$$, $${NaN}$$', '22003', 'curve_chart: yields[1] is NaN'),
	('curve, $${-1}$$, $${1}$$', '22023', 'curve_chart: maturities[1] is -1, must not be negative'),
	('curve, NULL, NULL, 5, 5', '22023', 'curve_chart: to_maturity is 5, must be above from_maturity, 5'),
	('curve, NULL, NULL, -5', '22023', 'maturity is -5, must not be negative'),
	('curve, NULL, NULL, 0, $$Infinity$$', '22003', 'maturity is Infinity'),
	('nelson_siegel_curve(1, NULL, 1, 1)', '22004', 'slope is NULL'),
	('nelson_siegel_curve(1.7e308, 1.7e308, 1, 1)', '22003', 'curve_chart: the yield at maturity 0 overflows'),
	('curve, options => $${"faint": []}$$', '22023', 'curve_chart: unknown option "faint"')) AS bad (call, state, message);

SELECT * FROM finish();
ROLLBACK;

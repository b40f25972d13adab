-- trend_seasonal_fit and trend_seasonal_forecast; the numbers of the fit are held to reference values in test_trend_seasonal.c.
BEGIN;
\ir helpers.psql
SELECT no_plan();
SET LOCAL client_min_messages = warning;

CREATE TABLE series AS
SELECT t, date '2010-01-01' + t AS day, 3 + 0.001 * t - 0.003 * greatest(0, t - 700) + 0.4 * sin(2 * pi() * t / 365.25) + 0.1 * cos(2 * pi() * t / 7) + 0.05 * sin(t * t)
	+ CASE to_char(date '2010-01-01' + t, 'MM-DD') WHEN '01-01' THEN 0.7 WHEN '07-04' THEN -0.4 ELSE 0 END AS y
FROM generate_series(0, 1599) t;
CREATE TABLE fit AS SELECT trend_seasonal_fit(day, y, trend_seasonal_options(weekly => 1, holidays => '{new_year 01-01,summer 2010-07-04 2011-07-04 2012-07-04 2014-07-04}')) AS m FROM series;

-- ---- what is there is found ---------------------------------------------------------------------

SELECT ok(near((m).slope, 0.001, 0.03) AND near((SELECT sum(b) FROM unnest((m).slope_changes) b), -0.003, 0.03), 'the slope and its change') FROM fit;
SELECT ok((SELECT count(*) FROM unnest((m).slope_changes) b WHERE b <> 0) BETWEEN 1 AND 6, 'by few bends') FROM fit;
SELECT ok(near((m).holiday_effects, '{0.7,-0.4}', 0.15, 0.7), 'holidays: the summer of 2013 is none') FROM fit;
SELECT ok(cardinality((m).periods) = 4 AND cardinality((m).waves) = 8 AND (m).periods[4] = 7 AND near((m).periods[2], 182.625, 1e-12), 'three waves of the year, one of the week') FROM fit;
SELECT ok(near((m).waves[7] ^ 2 + (m).waves[8] ^ 2, 0.01, 0.1), 'the week') FROM fit;
SELECT ok((m).calendar AND (m).first_time = 3653 AND (m).last_time = 3653 + 1599 AND (m).step = 1 AND (m).observations = 1600, 'times in days since 2000') FROM fit;
SELECT ok(near((f).trend, 3 + 0.001 * 1826 - 0.003 * 1126, 0.05) AND near((f).forecast, (f).trend + (f).season + (f).holiday, 1e-12) AND near((f).holiday, 0.7, 0.15)
	AND (f).upper - (f).forecast > 1.645 * (m).residual_sd, 'a year ahead') FROM (SELECT m, trend_seasonal_forecast(m, date '2015-01-01') AS f FROM fit) s;
SELECT cmp_ok((SELECT avg((y BETWEEN (f).lower AND (f).upper)::int) FROM (SELECT y, trend_seasonal_forecast(m, day) AS f FROM fit, series) s), '>', 0.85, 'the interval covers the sample');
SELECT ok(near(avg(y - (f).forecast), 0, 1e-9, 1) AND near(stddev_pop(y - (f).forecast), (m).residual_sd, 1e-6), 'residuals as told')
FROM (SELECT y, m, trend_seasonal_forecast(m, day) AS f FROM fit, series) s GROUP BY m;

-- ---- rows ----------------------------------------------------------------------------------------

SELECT is((SELECT trend_seasonal_fit(day, y)::text FROM (SELECT * FROM series ORDER BY sin(t)) s), (SELECT trend_seasonal_fit(day, y)::text FROM series), 'rows in any order');
SELECT is((SELECT trend_seasonal_fit(day::timestamp, y)::text FROM series), (SELECT trend_seasonal_fit(day, y)::text FROM series), 'a timestamp');
SELECT is((SELECT trend_seasonal_fit(day::timestamp AT TIME ZONE 'UTC', y)::text FROM series), (SELECT trend_seasonal_fit(day, y)::text FROM series), 'a timestamptz');
SELECT ok((SELECT near((trend_seasonal_forecast(b, 1700::bigint)).forecast, (trend_seasonal_forecast(d, date '2010-01-01' + 1700)).forecast, 1e-7) FROM
	(SELECT trend_seasonal_fit(t, y, trend_seasonal_options(period => 365.25)) AS b, trend_seasonal_fit(day, y) AS d FROM series) s), 'integers with a period of their own');
SELECT is((SELECT trend_seasonal_fit(day, CASE WHEN t % 3 > 0 THEN y END)::text FROM series), (SELECT trend_seasonal_fit(day, y)::text FROM series WHERE t % 3 > 0), 'rows with NULL are left out');
SELECT is((SELECT trend_seasonal_fit(day, NULL) FROM series), NULL, 'nothing but NULL gives NULL');
SELECT is((SELECT trend_seasonal_fit(day, y) FROM series WHERE false), NULL, 'no rows give NULL');
SELECT is((SELECT (trend_seasonal_fit(day, y)).periods FROM series WHERE t < 700), NULL, 'no year in less than two');
SELECT is((SELECT count(*) FROM unnest((SELECT (trend_seasonal_fit(t, y, trend_seasonal_options(penalty => 1))).slope_changes FROM series)) b WHERE b <> 0), 0::bigint, 'a penalty of 1 leaves no bend');
SELECT is((SELECT (trend_seasonal_fit(t, y, trend_seasonal_options(changepoints => 0))).changepoints FROM series), NULL, 'no places, no bends');
SELECT is((SELECT trend_seasonal_forecast(m::text::trend_seasonal_model, date '2016-01-01') FROM fit), (SELECT trend_seasonal_forecast(m, date '2016-01-01') FROM fit), 'the text of a model is one');
SELECT is((SELECT trend_seasonal_forecast(m, NULL::date) FROM fit), NULL, 'no time, no forecast');

-- ---- errors --------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT trend_seasonal_fit(%s) FROM series', call), state, message, about) FROM (VALUES
	('NULL::date, y', '22004', NULL, 'a time NULL'),
	('day, ''NaN''', '22003', 'y at 2010-01-01 is NaN', 'NaN'),
	('t / 2, y', '23505', NULL, 'a time twice'),
	('day, 3', '22000', 'trend_seasonal_fit: y does not vary in the 1600 rows without NULL from 2010-01-01 to 2014-05-19', 'a constant'),
	('t, y, trend_seasonal_options(yearly => 1)', '22023', NULL, 'a year of integers'),
	('t, y, trend_seasonal_options(holidays => ''{a 01-01}'')', '22023', NULL, 'a holiday of integers'),
	('day, y, trend_seasonal_options(holidays => ''{easter}'')', '22023', 'trend_seasonal_fit: holiday "easter" is not a name and its days', 'a holiday without days'),
	('day, y, trend_seasonal_options(holidays => ''{a 02-30}'')', '22023', NULL, 'a day that there is not'),
	('day, y, trend_seasonal_options(holidays => ''{a 2019-13-01}'')', '22023', NULL, 'nor such a month'),
	('day, y, trend_seasonal_options(holidays => ''{a 2019-02-29}'')', '22023', NULL, 'nor such a day in that year'),
	('day, y, trend_seasonal_options(harmonics => 2)', '22023', NULL, 'waves of no period'),
	('day, y, trend_seasonal_options(penalty => 2)', '22023', NULL, 'a penalty out of range'),
	('day, y, ''{"season": 3}''', '22023', NULL, 'an unknown option')) AS v (call, state, message, about);
SELECT lives_ok('SELECT trend_seasonal_fit(day, y, trend_seasonal_options(holidays => ''{leap 02-29}'')) FROM series', 'the 29th of February is a day');
SELECT throws_ok('SELECT trend_seasonal_fit(day, y, trend_seasonal_options(weekly => 3)) FROM series WHERE t < 9', '22023',
	'trend_seasonal_fit needs at least 10 rows, has 9 rows without NULL from 2010-01-01 to 2010-01-09', 'too few rows');
SELECT is((SELECT trend_seasonal_fit(day, y, trend_seasonal_options(weekly => 3, on_error => 'null')) FROM series WHERE t < 9), NULL, 'with on_error null');
SELECT throws_ok('SELECT trend_seasonal_fit(9223372036854775807 - t, y) FROM series', '22003',
	'trend_seasonal_fit: the times 9223372036854774208 and 9223372036854774209 are the same in double precision', 'integers too far from 0 to be told apart');
SELECT is((SELECT trend_seasonal_fit(9223372036854775807 - t, y, trend_seasonal_options(on_error => 'null')) FROM series), NULL, 'or NULL');
SELECT throws_ok('SELECT trend_seasonal_forecast(m, 5::bigint) FROM fit', '42804', NULL, 'a time of another type');
SELECT throws_ok('SELECT trend_seasonal_forecast(m, date ''infinity'') FROM fit', '22008', NULL, 'an infinite time');
SELECT throws_ok('SELECT trend_seasonal_forecast(m, date ''2016-01-01'', 1) FROM fit', '22023', NULL, 'a level of 1');
SELECT throws_ok(format('SELECT trend_seasonal_forecast(jsonb_populate_record(m, %L), date ''2016-01-01'') FROM fit', change), NULL, NULL, 'crafted: ' || change)
FROM unnest(ARRAY['{"calendar": null}', '{"slope": null}', '{"slope": "NaN"}', '{"last_time": 0}', '{"periods": [0, 1, 1, 7]}', '{"waves": [1]}', '{"slope_changes": [1]}', '{"holidays": ["x"]}',
	'{"holiday_effects": null}', '{"residual_sd": -1}', '{"changepoint_range": 0}', '{"changepoints": null}']) change;
SELECT * FROM finish();
ROLLBACK;

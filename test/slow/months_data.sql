-- The raw data of months.sh: each row with the evening on which it came, was corrected, or withdrawn.  An evening is ten
-- times the days since the first of February.

CREATE TABLE market.price (place text NOT NULL, entity text, at timestamptz, y double precision, PRIMARY KEY (entity, at));

CREATE TABLE hand.place (place text PRIMARY KEY, zone text, clock interval, holidays date[]);
INSERT INTO hand.place VALUES
	('tokyo', 'Asia/Tokyo', '8 hours', '{2026-02-11,2026-03-20}'),
	('new_york', 'America/New_York', '20 hours', '{2026-02-16,2026-04-03}'),
	('berlin', 'Europe/Berlin', '0', '{2026-04-03,2026-04-06,2026-05-01}');

CREATE TABLE hand.evening (step integer PRIMARY KEY, day date, began timestamptz, ended timestamptz);
CREATE TABLE hand.said (step integer, model text, version integer, entity text, origin timestamp, horizon integer, target_time timestamp,
	forecast double precision, lower double precision, upper double precision, random_walk double precision, revision integer);

CREATE FUNCTION hand.step(day date) RETURNS integer LANGUAGE sql IMMUTABLE RETURN greatest(10 * (day - date '2026-02-01'), 0);

CREATE TABLE hand.row (place text, entity text, day date, at timestamptz, y double precision, came integer, corrected integer, corrected_y double precision, gone integer,
	PRIMARY KEY (entity, at));

-- Three series in each place since October, and N3 until 13 March.  Values follow one another with some noise.
INSERT INTO hand.row (place, entity, day, at, y, came)
SELECT p.place, upper(left(p.place, 1)) || s, d::date, timezone(p.zone, d::date + p.clock),
	s + 0.3 * sin(n * 0.11 * s) + 0.05 * sin(n * n * 0.37 + s) + 0.002 * ((n * 7919 + s * 104729) % 41), hand.step(d::date)
FROM hand.place p, generate_series(1, 3) s, LATERAL (SELECT d, row_number() OVER (ORDER BY d) AS n
	FROM generate_series(timestamp '2025-10-01', '2026-05-29', '1 day') d WHERE extract(isodow FROM d) < 6 AND d::date <> ALL (p.holidays)) days
WHERE NOT (p.place = 'new_york' AND s = 3 AND d > '2026-03-13');

-- B4 begins on 16 March, with what was known of it elsewhere since January
INSERT INTO hand.row (place, entity, day, at, y, came) SELECT place, 'B4', day, at, 9 - y, hand.step('2026-03-16') FROM hand.row
WHERE entity = 'B1' AND day >= '2026-01-05';
UPDATE hand.row SET came = hand.step(day) WHERE entity = 'B4' AND day > '2026-03-16';

-- every 17th row is corrected on the fourth evening after
UPDATE hand.row r SET corrected = hand.step(e.day), corrected_y = r.y + 0.07
FROM (SELECT entity, at, row_number() OVER (ORDER BY entity, at) AS n, lead(day, 4) OVER (PARTITION BY entity ORDER BY at) AS day FROM hand.row) e
WHERE e.entity = r.entity AND e.at = r.at AND e.n % 17 = 0 AND hand.step(e.day) > 0;
-- the row of 10 March comes two evenings late, that of 8 April without its value
UPDATE hand.row SET came = hand.step('2026-03-12') WHERE entity = 'T2' AND day = '2026-03-10';
UPDATE hand.row SET corrected = hand.step('2026-04-10'), corrected_y = y, y = NULL WHERE entity = 'B1' AND day = '2026-04-08';
-- the last row of 24 March is wrong by far until the second run of that evening
UPDATE hand.row SET corrected = 511, corrected_y = y, y = 777 WHERE entity = 'T1' AND day = '2026-03-24';

-- a second row of 14 April is withdrawn two evenings later, and the one after it corrected when it is gone
INSERT INTO hand.row (place, entity, day, at, y, came, gone)
SELECT place, entity, day, at + interval '4 hours', y + 0.2, came, hand.step('2026-04-16') FROM hand.row WHERE entity = 'T3' AND day = '2026-04-14';
UPDATE hand.row SET corrected = hand.step('2026-04-17'), corrected_y = y + 0.04 WHERE entity = 'T3' AND day = '2026-04-15';

-- What is known on an evening, and that in the table of prices.
CREATE FUNCTION hand.known(step integer, OUT place text, OUT entity text, OUT at timestamptz, OUT y double precision) RETURNS SETOF record
LANGUAGE sql STABLE
AS $$ SELECT r.place, r.entity, r.at, CASE WHEN r.corrected <= known.step THEN r.corrected_y ELSE r.y END FROM hand.row r
	WHERE r.came <= known.step AND known.step < coalesce(r.gone, 10001) $$;

CREATE FUNCTION hand.release(step integer) RETURNS void
LANGUAGE sql
AS $$
	DELETE FROM market.price p USING hand.row r WHERE r.entity = p.entity AND r.at = p.at AND r.gone <= step;
	INSERT INTO market.price SELECT k.place, k.entity, k.at, k.y FROM hand.known(step) k
	ON CONFLICT (entity, at) DO UPDATE SET y = excluded.y WHERE price.y IS DISTINCT FROM excluded.y
$$;

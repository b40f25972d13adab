-- For forecasts_us.sql and forecasts_em.sql: reads the columns :series and :others of a CSV from standard input into the
-- table day, the numbered days on which every series has a value.
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

CREATE TABLE line (number int GENERATED ALWAYS AS IDENTITY, cells text[], text text);
\copy line (text) FROM pstdin WITH (DELIMITER E'\x01')
UPDATE line SET cells = string_to_array(rtrim(text, E'\r'), ',');

CREATE TABLE day AS
SELECT row_number() OVER (ORDER BY date) AS number, date, values
FROM (SELECT l.cells[1]::date AS date, array_agg(nullif(l.cells[h.place], '')::float8 ORDER BY w.number) AS values
	FROM unnest((:'series'::text[] || :'others'::text[])) WITH ORDINALITY AS w (name, number)
	JOIN (SELECT name, place FROM line, unnest(cells) WITH ORDINALITY AS c (name, place) WHERE line.number = 1) AS h USING (name),
		line AS l
	WHERE l.number > 1 GROUP BY l.cells[1]) AS wide
WHERE num_nulls(VARIADIC values[1:cardinality(:'series'::text[])]) = 0;

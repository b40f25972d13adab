-- How the catalog grows: a model (ar, forecasts 1, 5 and 20 days ahead) of made-up series, each with its last 250 to 299 days, whose first one moves
-- on every 50 evenings; every evening a day comes in and the model forecasts, every fifth one it is trained again.  In an empty database with the extension:
--
--	psql -v series=200 -v evenings=250 -v kept=0 -f docs/experiments/catalog_growth.sql
--
-- prints what the tables with their indexes have at some evenings, in MB.  With kept=125 each fifth evening prunes what is older than 125
-- evenings; the tables are vacuumed then, as the server does by itself in the days between.
\set QUIET on
\pset footer off
SET client_min_messages = error;
SELECT clock_timestamp() AS began \gset

CREATE TABLE quote AS
SELECT 'bond ' || bond AS entity, '2024-01-01'::date + t + 2 * ((t - 1) / 5) AS day, t AS place, 2 + sin(t * 0.07 * bond) + 0.1 * cos(t * t * 0.01 + bond) AS y
FROM generate_series(1, :series) AS bond, generate_series(1, 250 + :evenings) AS t;
CREATE INDEX ON quote (place);
CREATE TABLE evening (place integer, began timestamptz DEFAULT clock_timestamp());
INSERT INTO evening VALUES (250);
CREATE TABLE size (evening integer, name text, rows bigint, bytes bigint);
VACUUM ANALYZE quote;

CALL creditspread.train('all', 'SELECT day AS "time", entity, y FROM quote WHERE place > (SELECT max(place) / 50 * 50 - 250 FROM evening) AND place <= (SELECT max(place) FROM evening)',
	'ar', '{1,5,20}');

CREATE FUNCTION began(evening integer) RETURNS timestamptz LANGUAGE sql AS 'SELECT e.began FROM evening e WHERE e.place = $1';
CREATE PROCEDURE measure(evening integer) LANGUAGE plpgsql AS $$
DECLARE
	name text;
	n bigint;
BEGIN
	FOR name IN SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'creditspread'::regnamespace AND c.relkind = 'r' LOOP
		EXECUTE format('SELECT count(*) FROM %s', name) INTO n;
		INSERT INTO size VALUES (evening, name, n, pg_total_relation_size(name::regclass));
	END LOOP;
END $$;

SELECT format('INSERT INTO evening VALUES (%s)', 250 + n), CASE WHEN n % 5 = 0 THEN 'CALL creditspread.retrain(''all'')' END, 'CALL creditspread.forecast(''all'')',
	CASE WHEN :kept > 0 AND n % 5 = 0 AND n > :kept THEN format('CALL creditspread.prune(''all'', began(%s))', 250 + n - :kept) END,
	CASE WHEN :kept > 0 AND n % 5 = 0 AND n > :kept THEN 'VACUUM creditspread.forecast, creditspread.run, creditspread.run_series' END,
	CASE WHEN n % 50 = 0 OR n = :evenings THEN format('CALL measure(%s)', n) END
FROM generate_series(1, :evenings) AS n ORDER BY n
\gexec

SELECT name, evening, rows, round(bytes / 1e6, 2) AS mb FROM size WHERE rows > 10 ORDER BY name, evening;
SELECT evening, round(sum(bytes) / 1e6, 1) AS "MB in all", (SELECT round(extract(epoch FROM clock_timestamp() - :'began')::numeric)) AS seconds FROM size GROUP BY evening ORDER BY evening;

-- The catalog's train and forecast beside what an analyst writes by hand, method ar: processor seconds of the session, once each, and
-- its peak memory.  By hand are the fits and the forecasts stored in tables with a key; the validated ones are fits, those to 55, 70 and 85 %
-- of the rows, their errors up to the next of these, and of each series the mean square and a quantile of these.
\pset tuples_only on
\pset format unaligned
SET client_min_messages = warning;
\ir session.psql
CREATE FUNCTION line(work text, megabytes int, own float8, peer text, peer_seconds float8) RETURNS json LANGUAGE sql AS $$
	SELECT json_build_object('name', format('%s (peak %s MB)', work, megabytes), 'peer', peer, 'seconds', round(own::numeric, 2), 'peer_seconds', round(peer_seconds::numeric, 2))
$$;
CREATE TABLE fitted (entity text PRIMARY KEY, model var_model);
CREATE TABLE measured (entity text PRIMARY KEY, rmse float8, width float8);
CREATE TABLE forecasts (entity text, origin date, horizon int, forecast float8, lower float8, upper float8, PRIMARY KEY (entity, origin, horizon));

\set series 1000
\ir catalog.psql
\set series 5000
\ir catalog.psql
\set series 10000
\ir catalog.psql

-- An evening of networks of two series, and backtests of them at one and at eight horizons
CREATE TABLE panel AS
SELECT 'bond ' || bond AS entity, '2014-01-01'::date + t AS "time", 2 + sin(t * 0.07 * bond) + 0.1 * cos(t * t * 0.01 + bond) AS y
FROM generate_series(1, 2) AS bond, generate_series(1, 2500) AS t;
VACUUM ANALYZE panel;
\set options '{"units": [8], "epochs": 3, "ensemble": 1}'
CALL creditspread.train('one', 'TABLE panel', 'rnn', '{1}', :'options');
CALL creditspread.train('eight', 'TABLE panel', 'rnn', '{1,2,3,4,5,6,7,8}', :'options');
CREATE TABLE network AS SELECT entity, rnn_fit("time", y, NULL::float8[], :'options'::jsonb || '{"horizons": [1,2,3,4,5,6,7,8]}') AS model FROM panel GROUP BY entity;
CREATE FUNCTION by_hand() RETURNS void LANGUAGE sql AS $$
	TRUNCATE forecasts;
	INSERT INTO forecasts
	SELECT entity, "time", s.* FROM (SELECT DISTINCT ON (entity) entity, "time", f
		FROM (SELECT p.entity, p."time", creditspread_internal.rnn_forecasts(n.model, p.y, NULL::float8[]) OVER (PARTITION BY p.entity ORDER BY p."time") AS f
			FROM (SELECT *, row_number() OVER (PARTITION BY entity ORDER BY "time" DESC) AS place FROM panel) AS p JOIN network n USING (entity) WHERE place <= 30) AS made
		ORDER BY entity, "time" DESC) AS last, unnest((f).horizon, (f).forecast, (f).lower, (f).upper) AS s
$$;
\set times 20
\c
CALL creditspread.forecast('one');
SELECT processor_seconds() AS began \gset
SELECT format('CALL creditspread.forecast(%L)', 'one') FROM generate_series(1, :times) \gexec
SELECT (processor_seconds() - :began) / :times AS one, processor_seconds() AS began \gset
SELECT format('CALL creditspread.forecast(%L)', 'eight') FROM generate_series(1, :times) \gexec
SELECT (processor_seconds() - :began) / :times AS eight, peak_megabytes() AS memory, processor_seconds() AS began \gset
\o /dev/null
SELECT 'SELECT by_hand()' FROM generate_series(1, :times) \gexec
\o
SELECT (processor_seconds() - :began) / :times AS hand \gset
SELECT json_build_object('name', 'creditspread.forecast, rnn, 2 series of 2,500 rows, one horizon', 'peer', 'rnn_forecasts over the last 30 rows by hand', 'seconds', round(:one::numeric, 4), 'peer_seconds', round(:hand::numeric, 4));
SELECT json_build_object('name', 'the same at eight horizons', 'peer', 'the same', 'seconds', round(:eight::numeric, 4), 'peer_seconds', round(:hand::numeric, 4));
\c
SELECT processor_seconds() AS began \gset
CALL creditspread.backtest('one', 250, 50);
SELECT processor_seconds() - :began AS one, processor_seconds() AS began \gset
CALL creditspread.backtest('eight', 250, 50);
SELECT json_build_object('name', 'creditspread.backtest, rnn, 2 series, 250 origins, 5 fits, eight horizons', 'peer', 'the same at one horizon', 'seconds', round((processor_seconds() - :began)::numeric, 3), 'peer_seconds', round(:one::numeric, 3));

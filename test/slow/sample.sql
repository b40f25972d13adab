-- What the tests of BI clients and of the dashboard read: models of real spreads, forecast and backtested, one trained
-- twice, one with a series that cannot be fitted; shared with the role bi_reader.
\set ON_ERROR_STOP on
CREATE TABLE monthly (month date, gs1m float8, gs3m float8, gs6m float8, gs1 float8, gs2 float8, gs3 float8, gs5 float8,
	gs7 float8, gs10 float8, gs20 float8, gs30 float8, aaa float8, baa float8);
\copy monthly FROM 'docs/data/us_monthly_yields.csv' WITH (FORMAT csv, HEADER)
CREATE TABLE spread AS
SELECT month, rating, yield - gs10 AS spread, gs10
FROM monthly CROSS JOIN LATERAL (VALUES ('Aaa', aaa), ('Baa', baa)) AS r (rating, yield) WHERE month >= '1990-01-01';
INSERT INTO spread VALUES ('2020-01-01', 'one row', 1, 1);

CREATE TABLE ten (month date, y double precision);
INSERT INTO ten SELECT month, gs10 FROM monthly WHERE month BETWEEN '1990-01-01' AND '1999-12-01';
-- forecasts that have come true, for the accuracy of a model over its life
CALL creditspread.train('ten', 'SELECT month AS "time", y FROM ten', method => 'random_walk', horizons => '{1}');
CALL creditspread.forecast('ten');
INSERT INTO ten SELECT month, gs10 FROM monthly WHERE month = '2000-01-01';
CALL creditspread.forecast('ten');

CALL creditspread.train('baa', 'SELECT month AS "time", spread AS y FROM spread WHERE rating = ''Baa''',
	method => 'ar', horizons => '{1,3,12}');
CALL creditspread.train('baa_mean', 'SELECT month AS "time", spread AS y FROM spread WHERE rating = ''Baa''',
	method => 'mean', horizons => '{1,3,12}');
CALL creditspread.train('ratings', 'SELECT month AS "time", rating AS entity, spread AS y FROM spread',
	method => 'ar', horizons => '{1,3}');
CALL creditspread.forecast('baa');
CALL creditspread.backtest('baa', origins => 120, refit_every => 60);
CALL creditspread.backtest('baa_mean', origins => 120, refit_every => 60);
CALL creditspread.backtest('ratings', origins => 60, refit_every => 60);
CALL creditspread.retrain('baa');
CALL creditspread.forecast('baa');
CALL creditspread.forecast('ratings');
CREATE ROLE bi_reader LOGIN;
CALL creditspread.grant_reader('ten', 'bi_reader');
CALL creditspread.grant_reader('baa', 'bi_reader');
CALL creditspread.grant_reader('baa_mean', 'bi_reader');
CALL creditspread.grant_reader('ratings', 'bi_reader');

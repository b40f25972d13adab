-- A named model from training to report.
CREATE TABLE quote AS SELECT '2020-01-01'::date + t AS day, 2 + sin(t * 0.3) + 0.1 * cos(t * t) AS y FROM generate_series(1, 200) AS t;
CALL creditspread.train('walk', 'SELECT day AS "time", y FROM quote', method => 'ar', horizons => '{1,5}');
CALL creditspread.forecast('walk');
SELECT horizon, target_date, forecast::numeric(8, 3), lower < forecast AND forecast < upper AS inside FROM creditspread.forecast_latest WHERE model = 'walk' ORDER BY horizon;
CALL creditspread.backtest('walk', origins => 30, refit_every => 10);
SELECT horizon, n, mae::numeric(8, 3), random_walk_mae::numeric(8, 3), better FROM creditspread.accuracy WHERE model = 'walk' AND source = 'backtest' ORDER BY horizon;
INSERT INTO quote VALUES ('2020-07-20', 2.1);
CALL creditspread.update_actuals('walk');
CALL creditspread.retrain('walk');
SELECT version, active, status FROM creditspread.model_overview WHERE model = 'walk' ORDER BY version;
CALL creditspread.rollback('walk');
SELECT kind, status FROM creditspread.run_log WHERE model = 'walk' ORDER BY run_id;
SELECT left(creditspread.report('walk'), 15) AS report, left(creditspread.forecast_chart('walk'), 4) AS chart;
CALL creditspread.drop('walk');
SELECT count(*) FROM creditspread.model_overview WHERE model = 'walk';
DROP TABLE quote;

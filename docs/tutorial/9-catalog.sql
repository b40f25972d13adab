\echo
\echo '9. A model to live with: trained by name, its forecasts stored, tested on the past, drawn'
\echo

-- The query is kept with the model; columns beside "time" and y are features.
CALL creditspread.train('baa',
	$$ SELECT month AS "time", spread AS y, factor_changes[1] AS level_change, factor_changes[2] AS slope_change FROM baa_input $$,
	method => 'rnn', horizons => '{1,3,6}', options => rnn_options(units => '{16}', ensemble => 3, epochs => 40));
CALL creditspread.forecast('baa');

\echo 'Forecasts of the months to come, basis points; the random walk stands beside.'
SELECT origin_date, horizon, target_date, round(forecast::numeric) AS forecast, round(lower::numeric) AS lower,
	   round(upper::numeric) AS upper, round(random_walk::numeric) AS random_walk
FROM creditspread.forecast_latest WHERE model = 'baa' ORDER BY horizon;

\echo 'The past ten years again, with what was known at each time, refitted every two years.'
CALL creditspread.backtest('baa', origins => 120, refit_every => 24);
SELECT horizon, n, round(mae::numeric, 2) AS mae, round(random_walk_mae::numeric, 2) AS random_walk_mae,
	   round(rmse::numeric, 2) AS rmse, round(random_walk_rmse::numeric, 2) AS random_walk_rmse,
	   round(coverage::numeric, 2) AS coverage, round(dm_absolute_p_value::numeric, 3) AS p_value, better_by_absolutes AS better
FROM creditspread.accuracy WHERE model = 'baa' AND source = 'backtest' ORDER BY horizon;

-- In the evening CALL creditspread.forecast('baa'), at the weekend CALL creditspread.retrain('baa'): docs/scheduling.md.
SELECT kind, version, status, series_total, rows_stored FROM creditspread.run_log WHERE model = 'baa' ORDER BY run_id;

-- Pictures and the report are text: \g writes them into files.
\getenv folder DEMO_FOLDER
\if :{?folder}
\else
\set folder .
\endif
\set chart :folder /baa_forecast.svg
\set report :folder /baa_report.html
\pset format unaligned
\pset tuples_only on
SELECT creditspread.forecast_chart('baa', history => 120) \g :chart
SELECT creditspread.report('baa') \g :report
\pset format aligned
\pset tuples_only off
\echo 'The chart:  ' :chart
\echo 'The report: ' :report

\echo
\echo 'Where to go on: README.md lists the functions, docs/ has a page for each with its formulas and errors.'
\echo 'Your own data: psql, CREATE EXTENSION creditspread, and the statements of docs/tutorial.'

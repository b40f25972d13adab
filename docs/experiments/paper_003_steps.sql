-- CSV: date,oas_master,
--
-- The steps of Liu, Zhou, Qi and Xiong (2022), "A Novel Methodology for Credit Spread Prediction: Depth-Gated Recurrent Neural
-- Network with Self-Attention Mechanism", one after the other on a CSV with the columns of daily.psql, read from standard input: unit
-- roots, components, Nelson-Siegel factors, selection, networks, tests of the forecasts and of their residuals.  Its tables
-- stand in paper_003_tables.sql.  All is learnt on the first 85 % of the days.  Spreads come in percent; results are in basis
-- points, one day ahead.
\set epochs 20
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

\ir daily.psql

\ir paper_003_table_2.psql

CREATE TEMP TABLE days AS
SELECT row_number() OVER w AS day_number, floor(count(*) OVER () * 0.85)::int AS days_to_fit, *
FROM (SELECT *, lag(spread) OVER w AS yesterday, spread - lag(spread) OVER w AS change,
		ARRAY[hy - lag(hy) OVER w, bbb - lag(bbb) OVER w, dgs10 - lag(dgs10) OVER w, vix - lag(vix) OVER w, sp500_return, wti - lag(wti) OVER w] AS changes
	FROM market WINDOW w AS (ORDER BY date)) c
WHERE date BETWEEN '2009-01-02' AND '2019-01-31' WINDOW w AS (ORDER BY date);

CREATE TEMP TABLE component AS
SELECT principal_components(ratings, principal_components_options(standardize => true, components => 3)) AS model FROM days WHERE day_number <= days_to_fit;

CREATE TEMP TABLE sample AS
SELECT day_number, days_to_fit, date, spread, yesterday, change, changes, principal_components_scores(model, ratings) || table_2 AS inputs FROM days, component;
CREATE TEMP TABLE input AS
SELECT * FROM unnest('{level of spreads,slope of spreads,curvature of spreads,level of yields,slope of yields,curvature of yields,market return,small minus big,high minus low,S&P 500 return,VIX,dollar index,WTI,TED spread}'::text[])
	WITH ORDINALITY AS i (name, place);
SELECT count(*) AS days, max(days_to_fit) AS to_fit, count(*) - max(days_to_fit) AS to_test FROM sample
\gset
\echo
\echo :days 'days,' :to_fit 'to fit,' :to_test 'to test.  Swap spread and RJ/CRB index are not in the file.'

\echo
\echo '1. Unit roots of the first 85 %: p-values of ADF and Phillips-Perron (a unit root) and of KPSS (none), of values and of changes.'
SELECT name, round((adf).p_value::numeric, 3) AS adf, round((pp).p_value::numeric, 3) AS pp, round((kpss).p_value::numeric, 3) AS kpss,
	round((adf_of_changes).p_value::numeric, 3) AS adf_of_changes, round((kpss_of_changes).p_value::numeric, 3) AS kpss_of_changes
FROM (SELECT place, name, adf_test(date, value) AS adf, phillips_perron_test(date, value) AS pp, kpss_test(date, value) AS kpss,
		adf_test(date, change) AS adf_of_changes, kpss_test(date, change) AS kpss_of_changes
	FROM (SELECT 0::bigint AS place, 'spread' AS name, date, spread AS value, change FROM sample WHERE day_number <= days_to_fit
		UNION ALL
		SELECT place, name, date, inputs[place], inputs[place] - lag(inputs[place]) OVER (PARTITION BY place ORDER BY date) FROM sample, input WHERE day_number <= days_to_fit) s
	GROUP BY place, name) t ORDER BY place;

\echo '2. Principal components of seven spreads by rating: shares of their variance.  3. Nelson-Siegel factors of seven Treasury yields.'
SELECT array_agg(round(share::numeric, 4)) AS shares FROM component, unnest((model).explained_ratio) AS share;
SELECT name, round(avg(inputs[place])::numeric, 3) AS mean, round(stddev(inputs[place])::numeric, 3) AS sd, round(min(inputs[place])::numeric, 3) AS least, round(max(inputs[place])::numeric, 3) AS most
FROM sample, input WHERE place BETWEEN 4 AND 6 AND day_number <= days_to_fit GROUP BY place, name ORDER BY place;

\echo '4. Selection: what an input says of the next spread, and its change of the next change; p-values against circular shifts, first 85 %.'
SELECT name, round(v.score::numeric, 3) AS score, round(v.p_value::numeric, 3) AS p_value, v.kept, round(c.score::numeric, 4) AS score_of_change, round(c.p_value::numeric, 3) AS p_of_change, c.kept AS kept_of_change
FROM (SELECT select_features(date, spread, inputs) AS rows FROM sample WHERE day_number <= days_to_fit) l, unnest(l.rows) v
	JOIN input ON place = v.feature JOIN (SELECT f.* FROM (SELECT select_features(date, change, moves) AS rows
			FROM (SELECT date, change, array_agg(move ORDER BY place) AS moves
				FROM (SELECT date, change, place, inputs[place] - lag(inputs[place]) OVER (PARTITION BY place ORDER BY date) AS move FROM sample, input WHERE day_number <= days_to_fit) m
				GROUP BY date, change) s WHERE array_position(moves, NULL) IS NULL) r, unnest(r.rows) f) c ON c.feature = v.feature
ORDER BY place;

\echo '5. Networks and rivals, one day ahead.  Fitting ...'
CREATE TEMP TABLE model AS
SELECT rnn_fit(date, spread, inputs, rnn_options(preset => 'sam_djanet', epochs => :epochs)) AS sam_djanet,
	rnn_fit(date, spread, inputs, rnn_options(preset => 'djanet', normalization => 'none', refit => false, validation_fraction => 0, epochs => :epochs)) AS djanet,
	rnn_fit(date, spread, changes) AS network, var_fit(date, ARRAY[change] || changes, var_options(lags => 2)) AS var
FROM sample WHERE day_number <= days_to_fit;
CREATE TEMP TABLE forecast AS
SELECT name, date, spread, yesterday, f.forecast
FROM (SELECT day_number, date, spread, yesterday, lag(djanet) OVER w AS djanet, lag(sam_djanet) OVER w AS sam_djanet, lag(network) OVER w AS network, lag(var) OVER w AS var
	FROM (SELECT day_number, date, spread, yesterday, (rnn_forecast(model.djanet, spread, inputs) OVER w).forecast AS djanet, (rnn_forecast(model.sam_djanet, spread, inputs) OVER w).forecast AS sam_djanet,
			(rnn_forecast(network, spread, changes) OVER w).forecast AS network, spread + (var_forecast(model.var, ARRAY[change] || changes) OVER w).forecast[1] AS var
		FROM sample, model WINDOW w AS (ORDER BY date)) made WINDOW w AS (ORDER BY date)) ahead,
	LATERAL (VALUES ('djanet without normalization', djanet), ('sam_djanet, the paper''s', sam_djanet), ('default options, of changes', network), ('VAR of changes', var), ('random walk', yesterday)) AS f (name, forecast)
WHERE day_number > :to_fit;

SELECT name, n, round(mae::numeric, 3) AS mae, round(rmse::numeric, 3) AS rmse, round(mape::numeric, 4) AS mape, round(rsr::numeric, 4) AS rsr, round(sdape::numeric, 4) AS sdape
FROM (SELECT name, (forecast_accuracy(spread, forecast)).* FROM forecast GROUP BY name) a ORDER BY mae;

\echo '6. Against the random walk: Diebold-Mariano and Giacomini-White on squared errors (positive: the forecast is better), the line of'
\echo 'actual values over forecasts, and what is left in the errors (Ljung-Box at 10 lags, Jarque-Bera; the paper: 3.07, p = .19).'
SELECT name, round((dm).statistic::numeric, 2) AS dm, round((dm).p_value::numeric, 4) AS dm_p, round((gw).p_value::numeric, 4) AS gw_p, round((mz).slope::numeric, 3) AS slope,
	round((mz).p_value::numeric, 3) AS mz_p, (SELECT lag FROM unnest(cc) WHERE best) AS lag, round((lb).statistic::numeric, 1) AS ljung_box, round((lb).p_value::numeric, 4) AS lb_p, round((jb).p_value::numeric, 4) AS jb_p
FROM (SELECT name, dm_test(date, spread, yesterday, forecast, dm_options(on_error => 'null')) AS dm, gw_test(date, spread, yesterday, forecast, gw_options(on_error => 'null')) AS gw,
		mincer_zarnowitz(date, spread, forecast) AS mz, cross_correlation(date, spread, forecast) AS cc, ljung_box_test(date, spread - forecast, ljung_box_options(lags => 10)) AS lb, jarque_bera_test(date, spread - forecast) AS jb
	FROM forecast GROUP BY name) t ORDER BY name = 'random walk' DESC, name;

-- The one policy of missing values, of data that cannot be used and of option on_error: docs/missing_values.md, cell by cell.

BEGIN;
\ir helpers.psql
SELECT no_plan();
SET LOCAL client_min_messages = warning;

CREATE TABLE rows AS
SELECT t, 100 + 10 * sin(t * 0.7) + t * t * 31 % 17 / 5.0 + 0.1 * t AS y, sin(t * 1.3) + (t * t * t * 7 + t) % 13 / 6.0 AS x, 3 * cos(t * t * 0.31) AS z
FROM generate_series(1::bigint, 140) t;
-- The same with holes, each in a row of its own.
CREATE TABLE holes AS
SELECT t, CASE WHEN t NOT IN (40, 41, 90) THEN y END AS y, CASE WHEN t NOT IN (30, 77) THEN x END AS x, z FROM rows;
CREATE TABLE curve AS
SELECT m, 3 + 2 * exp(-m / 3) + 0.1 * sin(m * 7) AS yield FROM unnest(ARRAY[0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30]::float8[]) m;

-- ---- on_error: every fit and every test -------------------------------------------------------

-- A call of each over `rows` or `curve`, %s its options; condition that leaves too few rows; options that make it quick.
CREATE TABLE calls (name text, call text, source text, few text, options text, flat text);
INSERT INTO calls VALUES
('nelson_siegel_fit', 'nelson_siegel_fit(m, yield, %s)', 'curve', 'm < 1', 'nelson_siegel_options(%s)', NULL),
('nelson_siegel_fit of weights', 'nelson_siegel_fit(m, yield, 1.0, %s)', 'curve', 'm < 1', 'nelson_siegel_options(%s)', NULL),
('nelson_siegel_fit, decay given', 'nelson_siegel_fit(m, yield, %s)', 'curve', 'm < 1', 'nelson_siegel_options(decay => 0.5, %s)', NULL),
('svensson_fit', 'svensson_fit(m, yield, %s)', 'curve', 'm < 5', 'svensson_options(%s)', NULL),
('nelson_siegel_fit_bonds', 'nelson_siegel_fit_bonds(100 * exp(-m * yield / 100), ARRAY[[m, 100]], %s)', 'curve', 'm < 1', 'nelson_siegel_bonds_options(%s)', NULL),
('dm_test', 'dm_test(t, y, y + x, y + z, %s)', 'rows', 't < 2', 'dm_options(%s)', 'dm_test(t, 1.0, 2.0, 2.0, %s)'),
('dm_test of a horizon', 'dm_test(t, y, y + x, y + z, %s)', 'rows', 't < 4', 'dm_options(horizon => 5, %s)', 'dm_test(t, 1.0, 2.0, 2.0, %s)'),
('permutation_test', 'permutation_test(t, y, y + x, y + z, %s)', 'rows', 't < 2', 'permutation_options(permutations => 99, %s)', NULL),
('hazard_fit', 'hazard_fit(100 * exp(-m * (yield + 1) / 100), ARRAY[[m, 100]], nelson_siegel_curve(3, 0, 0, 1), %s)', 'curve', 'm < 1', 'hazard_options(recovery => 0.3, intervals => 3, %s)', 'hazard_fit(20, ARRAY[[m, 100]], nelson_siegel_curve(3, 0, 0, 1), %s)'),
('boosted_trees_fit', 'boosted_trees_fit(t, y, ARRAY[x], %s)', 'rows', 't < 20', 'boosted_trees_options(rounds => 3, %s)', 'boosted_trees_fit(t, 1.0, ARRAY[x], %s)'),
('random_forest_fit', 'random_forest_fit(t, y, ARRAY[x], %s)', 'rows', 't < 20', 'random_forest_options(rounds => 3, %s)', 'random_forest_fit(t, 1.0, ARRAY[x], %s)'),
('svr_fit', 'svr_fit(t, y, ARRAY[x], %s)', 'rows', 't < 20', 'svr_options(%s)', 'svr_fit(t, 1.0, ARRAY[x], %s)'),
('rnn_fit', 'rnn_fit(t, y, ARRAY[x], %s)', 'rows', 't < 5', 'rnn_options(units => ''{2}'', epochs => 1, ensemble => 1, %s)', 'rnn_fit(t, 1.0, ARRAY[x], %s)'),
('rnn_fit of a panel', 'rnn_fit(''a''::text, t, y, ARRAY[x], %s)', 'rows', 't < 5', 'rnn_options(units => ''{2}'', epochs => 1, ensemble => 1, %s)', 'rnn_fit(''a''::text, t, 1.0, ARRAY[x], %s)'),
('rnn_forecast', 'rnn_forecast(t, y, ARRAY[x], 2, %s)', 'rows', 't < 5', 'rnn_options(units => ''{2}'', epochs => 1, ensemble => 1, %s)', 'rnn_forecast(t, 1.0, ARRAY[x], 2, %s)'),
('transformer_fit', 'transformer_fit(t, y, ARRAY[x], %s)', 'rows', 't < 5', 'transformer_options(layers => 1, width => 4, look_back => 5, epochs => 1, ensemble => 1, %s)', 'transformer_fit(t, 1.0, ARRAY[x], %s)'),
('transformer_forecast', 'transformer_forecast(t, y, ARRAY[x], 2, %s)', 'rows', 't < 5', 'transformer_options(layers => 1, width => 4, look_back => 5, epochs => 1, ensemble => 1, %s)', 'transformer_forecast(t, 1.0, ARRAY[x], 2, %s)'),
('graph_rank_fit', 'graph_rank_fit((t %% 2)::text, t / 2, y, ARRAY[x], ''g'', NULL::relation_graph, %s)', 'rows', 't < 5', 'graph_rank_options(units => ''{2}'', relation_form => ''none'', epochs => 1, ensemble => 1, %s)', 'graph_rank_fit((t %% 2)::text, t / 2, 1.0, ARRAY[x], ''g'', NULL::relation_graph, %s)'),
('var_fit', 'var_fit(t, ARRAY[y, x], %s)', 'rows', 't < 5', 'var_options(%s)', 'var_fit(t, ARRAY[y, 1.0], %s)'),
('var_fit of one order', 'var_fit(t, ARRAY[y, x], %s)', 'rows', 't < 5', 'var_options(lags => 2, %s)', 'var_fit(t, ARRAY[y, 2 * y], %s)'),
('panel_regression', 'panel_regression(t %% 3, t, y, ARRAY[x], %s)', 'rows', 't < 4', 'panel_options(%s)', 'panel_regression(t %% 3, t, y, ARRAY[1.0], %s)'),
('panel_regression of one entity', 'panel_regression(t %% 3, t, y, ARRAY[x], %s)', 'rows', 't %% 3 = 1', 'panel_options(%s)', 'panel_regression(t %% 3, t, 1.0, ARRAY[x], %s)'),
('principal_components', 'principal_components(ARRAY[x, y], %s)', 'rows', 't < 2', 'principal_components_options(%s)', 'principal_components(ARRAY[1.0, 2.0], %s)'),
('linear_fit', 'linear_fit(t, y, ARRAY[x], %s)', 'rows', 't < 20', 'linear_options(%s)', 'linear_fit(t, 1.0, ARRAY[x], %s)'),
('linear_fit of a panel', 'linear_fit(''a''::text, t, y, ARRAY[x], %s)', 'rows', 't < 20', 'linear_options(%s)', 'linear_fit(''a''::text, t, 1.0, ARRAY[x], %s)'),
('linear_forecast', 'linear_forecast(t, y, ARRAY[x], 2, %s)', 'rows', 't < 20', 'linear_options(%s)', 'linear_forecast(t, 1.0, ARRAY[x], 2, %s)'),
('arima_fit', 'arima_fit(t, y, %s)', 'rows', 't < 2', 'arima_options(max_order => 2, %s)', 'arima_fit(t, 1.0, %s)'),
('arima_fit of an order', 'arima_fit(t, y, %s)', 'rows', 't < 4', 'arima_options(orders => ''{1,1,1}'', %s)', 'arima_fit(t, 2.0 * t, %s)'),
('arima_fit of features', 'arima_fit(t, y, ARRAY[x], %s)', 'rows', 't < 3', 'arima_options(orders => ''{1,0,0}'', %s)', 'arima_fit(t, 2.0 * x, ARRAY[x], %s)'),
('arima_forecast', 'arima_forecast(t, y, 3, %s)', 'rows', 't < 4', 'arima_options(orders => ''{1,1,1}'', %s)', 'arima_forecast(t, 2.0 * t, 3, %s)'),
('ets_fit', 'ets_fit(t, y, %s)', 'rows', 't < 4', 'ets_options(error => ''A'', %s)', 'ets_fit(t, 1.0, %s)'),
('ets_forecast', 'ets_forecast(t, y, 3, %s)', 'rows', 't < 4', 'ets_options(error => ''A'', %s)', 'ets_forecast(t, 1.0, 3, %s)'),
('theta_fit', 'theta_fit(t, y, %s)', 'rows', 't < 4', 'theta_options(%s)', 'theta_fit(t, 1.0, %s)'),
('theta_forecast', 'theta_forecast(t, y, 3, %s)', 'rows', 't < 4', 'theta_options(%s)', 'theta_forecast(t, 1.0, 3, %s)'),
('kalman_fit', 'kalman_fit(t, y, %s)', 'rows', 't < 3', 'kalman_options(%s)', 'kalman_fit(t, 1.0, %s)'),
('cir_fit', 'cir_fit(t, y, %s)', 'rows', 't < 4', 'cir_options(%s)', 'cir_fit(t, 1.0, %s)'),
('information_coefficient', 'information_coefficient(t, x, y, %s)', 'rows', 't < 5', 'information_coefficient_options(%s)', NULL),
('information_coefficient_decay', 'information_coefficient_decay(t, x, y, %s)', 'rows', 't < 5', 'information_coefficient_options(%s)', NULL);

CREATE FUNCTION statement_of(call text, options text, given text, source text, condition text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT (%s)::text FROM %s WHERE %s', format(call, format(options, given)), source, condition)
$$;
-- What a statement says: its error's state, 'null' or 'value'.
CREATE FUNCTION outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE statement INTO result;
	RETURN CASE WHEN result IS NULL THEN 'null' ELSE 'value' END;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;

SELECT is(outcome(statement_of(call, options, 'on_error => ''error''', source, 'true')), 'value', name || ' works') FROM calls;
SELECT is(outcome(statement_of(call, options, 'on_error => ''null''', source, 'true')), 'value', name || ' with on_error null gives what there is') FROM calls;
SELECT matches(outcome(statement_of(call, options, 'on_error => ''error''', source, format(few))), '^(22023|22000)$', name || ': too few rows are an error') FROM calls;
SELECT is(outcome(statement_of(call, options, 'on_error => ''null''', source, format(few))), 'null', name || ': too few rows give NULL') FROM calls;
SELECT matches(outcome(statement_of(flat, options, 'on_error => ''error''', source, 'true')), '^22', name || ': nothing to fit is an error')
FROM calls WHERE flat IS NOT NULL;
SELECT is(outcome(statement_of(flat, options, 'on_error => ''null''', source, 'true')), 'null', name || ': nothing to fit gives NULL')
FROM calls WHERE flat IS NOT NULL;
SELECT is(outcome(replace(statement_of(call, options, 'on_error => ''null''', source, 'true'), ', ' || format(options, 'on_error => ''null''') || ')',
	', ''{"on_error": "null", "nonsense": 1}''::jsonb)')), '22023', name || ': a wrong option is an error whatever on_error says') FROM calls;
SELECT is(outcome(statement_of(call, options, 'on_error => ''nothing''', source, 'true')), '22023', name || ': a wrong on_error is one') FROM calls;
SELECT is(outcome(statement_of(replace(call, source || '.', ''), options, 'on_error => ''null''', '(SELECT * FROM ' || source || ' UNION ALL SELECT * FROM '
	|| source || ') s', 'true')), '23505', name || ': a time twice is an error whatever on_error says')
FROM calls WHERE source = 'rows' AND name NOT IN ('dm_test', 'principal_components');
SELECT is(outcome(replace(statement_of(call, options, 'on_error => ''null''', source, 'true'), '(t, y', '(t, ''NaN''::float8 * y')), '22003',
	name || ': NaN is an error whatever on_error says') FROM calls WHERE call LIKE '%(t, y%';

-- What is not of the data rises.
SET LOCAL creditspread.max_model_memory = '64kB';
SELECT is(outcome(statement_of('rnn_fit(t, y, ARRAY[x], %s)', 'rnn_options(units => ''{200}'', %s)', 'on_error => ''null''', 'rows', 'true')), '53200', 'too little memory');
RESET creditspread.max_model_memory;

-- One short group does not end a statement.
SELECT results_eq($$ SELECT t > 135, cir_fit(t, y, cir_options(likelihood => 'euler', on_error => 'null')) IS NULL FROM rows WHERE t <= 138 GROUP BY 1 ORDER BY 1 $$,
	$$ VALUES (false, false), (true, true) $$, 'a short group among others');

-- A row that is refused: the group gives NULL, however its rows are spread and combined.
SELECT is(outcome($$ SELECT cir_fit(t, CASE t WHEN 60 THEN -y ELSE y END) FROM rows $$), '22023', 'cir_fit of a value that is not positive');
SELECT is(outcome($$ SELECT cir_fit(t, CASE t WHEN 60 THEN -y ELSE y END, cir_options(on_error => 'null')) FROM rows $$), 'null', 'and with on_error null');
SELECT is(outcome($$ SELECT dm_test(t, CASE t WHEN 60 THEN 0 ELSE y END, y + x, y + z, dm_options(loss => 'percentage')) FROM rows $$), '22012', 'dm_test of a percentage of 0');
SELECT is(outcome(format($$ SELECT dm_test(t, CASE t WHEN 60 THEN 0 ELSE y END, y + x, y + z, dm_options(loss => 'percentage', horizon => %s, on_error => 'null')) FROM rows $$, h)),
	'null', 'and with on_error null at horizon ' || h) FROM unnest(ARRAY[1, 3]) h;
SELECT is(outcome($$ SELECT nelson_siegel_fit(m, yield, 1 - m, nelson_siegel_options(on_error => 'null')) FROM curve $$), 'null', 'a weight that is not positive');
SELECT is(outcome($$ SELECT nelson_siegel_fit(nullif(m, 3), yield, nelson_siegel_options(on_error => 'null')) FROM curve $$), 'null', 'a maturity that is NULL');
SELECT is(outcome($$ SELECT nelson_siegel_fit(nullif(m, 3), yield, nelson_siegel_options()) FROM curve $$), '22004', 'and without on_error null');
SELECT is(outcome($$ SELECT nelson_siegel_fit_bonds(90, ARRAY[[m, 100]], NULL::nelson_siegel_curve, nelson_siegel_bonds_options(on_error => 'null')) FROM curve $$), 'null',
	'no risk-free curve, as a fit with on_error null leaves it');
SELECT is(outcome($$ SELECT nelson_siegel_fit_bonds(90, ARRAY[[m, 100]], NULL::nelson_siegel_curve) FROM curve $$), '22004', 'and without on_error null');
SELECT is(outcome($$ SELECT hazard_fit(90, ARRAY[[m, 100]], nullif(nelson_siegel_curve(m, 0, 0, 1), nelson_siegel_curve(3, 0, 0, 1)), hazard_options(on_error => 'null')) FROM curve $$), 'null',
	'no risk-free curve for a bond');
SELECT is(outcome($$ SELECT hazard_fit(90, ARRAY[[m, 100]], NULL::nelson_siegel_curve, hazard_options()) FROM curve $$), '22004', 'and without on_error null');
SELECT is(outcome($$ SELECT permutation_test(t, CASE t WHEN 60 THEN 0 ELSE y END, y + x, y + z, permutation_options(loss => 'percentage')) FROM rows $$), '22012', 'permutation_test of a percentage of 0');
SELECT is(outcome($$ SELECT permutation_test(t, CASE t WHEN 60 THEN 0 ELSE y END, y + x, y + z, permutation_options(loss => 'percentage', on_error => 'null')) FROM rows $$), 'null',
	'and with on_error null');
SELECT is((SELECT permutation_test(t, y, y + x, y + z, permutation_options(permutations => 99)) FROM holes),
	(SELECT permutation_test(t, y, y + x, y + z, permutation_options(permutations => 99)) FROM holes WHERE y + x IS NOT NULL), 'permutation_test leaves rows with a NULL out');
SELECT is((SELECT (permutation_test(t, y, y + x, y + z)).observations FROM holes), 135::bigint, 'and says how many it used');
SELECT is(outcome($$ SELECT cir_fit(t, -y, '{"on_error": "null", "likelihod": "euler"}') FROM rows $$), '22023', 'a wrong option beside a refused row');
SELECT is(outcome($$ SELECT cir_fit(t, CASE t WHEN 60 THEN -y ELSE y END, CASE WHEN t < 100 THEN cir_options(on_error => 'null') END) FROM rows $$), '22023',
	'other options after a refused row');

CREATE TABLE parts AS
SELECT t % 4 AS part, t, CASE WHEN t % 4 = 2 THEN -y ELSE y END AS y FROM rows;
CREATE AGGREGATE cir_state("time" bigint, y float8, options jsonb) (
	SFUNC = creditspread_internal.cir_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE cir_union(creditspread_internal.creditspread_series) (
	SFUNC = creditspread_internal.creditspread_series_combine, STYPE = creditspread_internal.creditspread_series,
	FINALFUNC = creditspread_internal.cir_fit_final);
CREATE TABLE states AS SELECT part, cir_state(t, y, cir_options(on_error => 'null')) AS state FROM parts GROUP BY part;
SELECT is((SELECT cir_union(state) FROM states WHERE part <> 2) IS NULL, false, 'parts without a refused row combine to a model');
SELECT is((SELECT cir_union(state ORDER BY part) FROM states), NULL, 'with one that has some to NULL');
SELECT is((SELECT cir_union(state ORDER BY part <> 2, part) FROM states), NULL, 'also where it comes first,');
SELECT is((SELECT cir_union(state ORDER BY part DESC) FROM states), NULL, 'or in the middle,');
SELECT is((SELECT cir_union(state::text::creditspread_internal.creditspread_series ORDER BY part) FROM states), NULL, 'and by way of the text form');
SELECT is((SELECT string_agg((state::text::creditspread_internal.creditspread_series)::text, ' ' ORDER BY part) FROM states),
	(SELECT string_agg(state::text, ' ' ORDER BY part) FROM states), 'which is whole');

-- ---- missing: regressions -----------------------------------------------------------------------

SELECT is((SELECT panel_regression(t % 3, t, y, ARRAY[x]) FROM holes), (SELECT panel_regression(t % 3, t, y, ARRAY[x]) FROM holes WHERE y + x IS NOT NULL),
	'panel_regression leaves rows with a NULL out');
SELECT is((SELECT (panel_regression(t % 3, t, y, ARRAY[x])).observations FROM holes), 135::bigint, 'and says how many it used');
SELECT is((SELECT panel_regression(t % 3, t, y, CASE WHEN x IS NOT NULL THEN ARRAY[x] END) FROM holes), (SELECT panel_regression(t % 3, t, y, ARRAY[x]) FROM holes),
	'also where the array is NULL');
SELECT is((SELECT principal_components(ARRAY[x, y]) FROM holes), (SELECT principal_components(ARRAY[x, y]) FROM holes WHERE y + x IS NOT NULL),
	'principal_components leaves rows with a NULL out');
SELECT is((SELECT (principal_components(ARRAY[x, y])).observations FROM holes), 135::bigint, 'and says how many it used');
SELECT is((SELECT dm_test(t, y, y + x, y + z) FROM holes), (SELECT dm_test(t, y, y + x, y + z) FROM holes WHERE y + x IS NOT NULL), 'dm_test leaves rows with a NULL out');
SELECT is((SELECT (dm_test(t, y, y + x, y + z, dm_options(horizon => 2))).observations FROM holes), 135::bigint, 'and says how many it used');
SELECT is((SELECT information_coefficient(t, x, y) FROM holes), (SELECT information_coefficient(t, x, y) FROM holes WHERE y + x IS NOT NULL),
	'information_coefficient leaves rows with a NULL out');
SELECT is((SELECT (information_coefficient(t, x, y)).observations FROM holes), 135::bigint, 'and says how many it used');
SELECT is((SELECT information_coefficient_decay(t, x, y) FROM holes), (SELECT information_coefficient_decay(t, x, y) FROM holes WHERE y + x IS NOT NULL),
	'so does information_coefficient_decay');
SELECT is((SELECT n FROM (SELECT (forecast_accuracy(y, x)).n FROM holes) s), 135::bigint, 'and forecast_accuracy');
SELECT is((SELECT (kalman_fit(t, y)).observations FROM holes), 137::bigint, 'kalman_fit predicts through missing observations');

-- cir_fit by least squares: the same as an ordinary regression, weighted by 1 / y, of the steps that are there.
SELECT ok((SELECT near((m).b, -(w.slope - 1), 1e-9) AND (m).observations = 134
	FROM (SELECT cir_fit(t, y, cir_options(likelihood => 'euler')) AS m FROM holes) f,
		LATERAL (SELECT (s * sxy - sx * sy) / (s * sxx - sx * sx) AS slope FROM (
			SELECT sum(1 / a) AS s, sum(1.0::float8) AS sx, sum(b / a) AS sy, sum(a) AS sxx, sum(b) AS sxy
			FROM (SELECT y AS a, lead(y) OVER (ORDER BY t) AS b FROM holes) p WHERE a + b IS NOT NULL) q) w), 'cir_fit leaves the steps from and to a NULL out');
SELECT is(outcome('SELECT cir_fit(t, CASE WHEN t % 2 = 0 THEN y END) FROM rows'), '22023', 'no step at all');
SELECT is(outcome($$ SELECT cir_fit(t, CASE WHEN t % 2 = 0 THEN y END, cir_options(on_error => 'null')) FROM rows $$), 'null', 'and with on_error null');

-- var_fit of order 1 against sums over the observations that are left.
SELECT ok((SELECT near((m).coefficients[2][1], w.slope, 1e-9) AND (m).observations = w.n
	FROM (SELECT var_fit(t, ARRAY[y], var_options(lags => 1)) AS m FROM holes) f,
		LATERAL (SELECT regr_slope(b, a) AS slope, count(*) AS n FROM (SELECT y AS a, lead(y) OVER (ORDER BY t) AS b FROM holes) p WHERE a + b IS NOT NULL) w),
	'var_fit leaves observations of and right after a NULL out');
SELECT ok((SELECT near((m).coefficients[2][1], w.slope, 1e-9) AND (m).observations = w.n
	FROM (SELECT var_fit(t, ARRAY[y], ARRAY[x], var_options(lags => 0)) AS m FROM holes) f,
		LATERAL (SELECT regr_slope(b, a) AS slope, count(*) AS n FROM (
			SELECT lead(y) OVER (ORDER BY t) AS b, first_value(x) OVER (PARTITION BY g ORDER BY t) AS a
			FROM (SELECT t, y, x, count(x) OVER (ORDER BY t) AS g FROM holes) h) p WHERE b IS NOT NULL) w),
	'and carries exogenous terms forward');
SELECT is((SELECT var_fit(t, ARRAY[y, x], var_options(missing => 'drop', lags => 2)) FROM holes), (SELECT var_fit(t, ARRAY[y, x], var_options(lags => 2)) FROM holes WHERE y + x IS NOT NULL),
	'missing drop leaves the row out');
SELECT is((SELECT var_fit(t, ARRAY[y, x], var_options(lags => 2)) FROM (SELECT -t AS t, NULL::float8 AS y, x FROM rows WHERE t < 5 UNION ALL SELECT t, y, x FROM rows) s),
	(SELECT var_fit(t, ARRAY[y, x], var_options(lags => 2)) FROM rows), 'rows before there is anything to carry are left out');
SELECT is(outcome('SELECT var_fit(t, CASE t WHEN 50 THEN NULL ELSE ARRAY[y, x] END) FROM rows'), '22004', 'an array that is NULL says nothing of its elements');
SELECT is(outcome('SELECT var_fit(t, ARRAY[CASE WHEN t % 2 = 0 THEN y END], var_options(lags => 1)) FROM rows'), '22023', 'no observation at all');
SELECT is(outcome($$ SELECT var_fit(t, ARRAY[CASE WHEN t % 2 = 0 THEN y END], var_options(lags => 1, on_error => 'null')) FROM rows $$), 'null', 'and with on_error null');

-- missing error, and with on_error null.
CREATE TABLE refusing (name text, call text, options text);
INSERT INTO refusing VALUES
('panel_regression', 'panel_regression(t %% 3, t, y, ARRAY[x], %s)', 'panel_options(missing => ''error'', %s)'),
('principal_components', 'principal_components(ARRAY[x, y], %s)', 'principal_components_options(missing => ''error'', %s)'),
('var_fit', 'var_fit(t, ARRAY[y, x], %s)', 'var_options(missing => ''error'', %s)'),
('var_fit with exogenous terms', 'var_fit(t, ARRAY[y], ARRAY[x], %s)', 'var_options(missing => ''error'', %s)'),
('cir_fit', 'cir_fit(t, y, %s)', 'cir_options(missing => ''error'', %s)'),
('linear_fit', 'linear_fit(t, y, ARRAY[x], %s)', 'linear_options(missing => ''error'', %s)'),
('linear_fit of a panel', 'linear_fit(''a''::text, t, y, ARRAY[x], %s)', 'linear_options(missing => ''error'', %s)');
-- ---- missing: networks ----------------------------------------------------------------------------

CREATE TABLE carried AS
SELECT t, y, y IS NOT NULL AS known, first_value(y) OVER (PARTITION BY g ORDER BY t) AS filled_y, x, first_value(x) OVER (PARTITION BY h ORDER BY t) AS filled_x
FROM (SELECT *, count(y) OVER (ORDER BY t) AS g, count(x) OVER (ORDER BY t) AS h FROM holes) s;
CREATE FUNCTION small_rnn(missing text) RETURNS jsonb LANGUAGE sql AS $$ SELECT rnn_options(units => '{3}', epochs => 3, ensemble => 1, horizons => '{1,4}', missing => missing) $$;
CREATE FUNCTION small_transformer(missing text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT transformer_options(layers => 1, width => 4, look_back => 5, epochs => 2, ensemble => 1, missing => missing) $$;
CREATE TABLE networks AS
SELECT rnn_fit(t, y, ARRAY[x], small_rnn('carry')) AS rnn, transformer_fit(t, y, ARRAY[x], small_transformer('carry')) AS transformer,
	rnn_fit('a'::text, t, y, ARRAY[x], small_rnn('carry')) AS panel FROM holes;
-- Origins 6 to 139 and 136 of 140 rows; a window is lost for its own row and for one and four rows before each of 40, 41, 90.
SELECT is((SELECT (m->>'training_windows')::integer + (m->>'validation_windows')::integer FROM (SELECT model_info(rnn)->'training' AS m FROM networks) s)
	- (SELECT (m->>'training_windows')::integer + (m->>'validation_windows')::integer FROM (SELECT model_info(rnn_fit(t, y, ARRAY[x], small_rnn('carry')))->'training' AS m FROM rows) s),
	-(SELECT count(DISTINCT hole - ahead)::integer FROM unnest('{40,41,90}'::int[]) hole, unnest('{0,1,4}'::int[]) ahead), 'windows that end with or aim at a NULL are left out');
SELECT is((SELECT model_info(panel)->'training'->'training_windows' FROM networks), (SELECT model_info(rnn)->'training'->'training_windows' FROM networks), 'of a panel too');
SELECT is((SELECT rnn_fit(t, y, ARRAY[x], small_rnn('drop')) FROM holes), (SELECT rnn_fit(t, y, ARRAY[x], small_rnn('carry')) FROM holes WHERE y + x IS NOT NULL),
	'missing drop leaves the row out');
SELECT is((SELECT rnn_fit(k, t, y, ARRAY[x], small_rnn('drop')) FROM holes, (VALUES ('a'), ('b')) v (k)),
	(SELECT rnn_fit(k, t, y, ARRAY[x], small_rnn('carry')) FROM holes, (VALUES ('a'), ('b')) v (k) WHERE y + x IS NOT NULL), 'of a panel too');
SELECT is((SELECT rnn_fit(t, y, ARRAY[x], small_rnn('carry')) FROM (SELECT -t AS t, y, NULL::float8 AS x FROM rows WHERE t < 5 UNION ALL SELECT t, y, x FROM rows) s),
	(SELECT rnn_fit(t, y, ARRAY[x], small_rnn('carry')) FROM rows), 'rows before there is anything to carry are left out');
SELECT is((SELECT rnn_fit(k, t, y, ARRAY[x], small_rnn('carry')) FROM (SELECT 'a' AS k, t, y, x FROM rows UNION ALL SELECT 'b', t, NULL, x FROM rows UNION ALL SELECT 'c', t, y, x FROM rows) s),
	(SELECT rnn_fit(k, t, y, ARRAY[x], small_rnn('carry')) FROM (SELECT 'a' AS k, t, y, x FROM rows UNION ALL SELECT 'c', t, y, x FROM rows) s), 'and series that have nothing');
-- A feature alone is carried: the same as to be given what was carried.
SELECT is((SELECT rnn_fit(c.t, r.y, ARRAY[c.x], small_rnn('carry')) FROM carried c JOIN rows r USING (t)), (SELECT rnn_fit(c.t, r.y, ARRAY[filled_x], small_rnn('carry')) FROM carried c JOIN rows r USING (t)),
	'features are carried forward');
SELECT is((SELECT transformer_fit(c.t, r.y, ARRAY[c.x], small_transformer('carry')) FROM carried c JOIN rows r USING (t)),
	(SELECT transformer_fit(c.t, r.y, ARRAY[filled_x], small_transformer('carry')) FROM carried c JOIN rows r USING (t)), 'of a Transformer too');
SELECT is(outcome($$ SELECT rnn_fit(t, NULL, ARRAY[x]) FROM rows $$), '22023', 'nothing but NULL');
SELECT is(outcome($$ SELECT rnn_fit(t, NULL, ARRAY[x], rnn_options(on_error => 'null')) FROM rows $$), 'null', 'and with on_error null');
SELECT is(outcome($$ SELECT rnn_fit('a'::text, t, NULL, ARRAY[x], rnn_options(on_error => 'null')) FROM rows $$), 'null', 'of a panel');
SELECT is(outcome($$ SELECT graph_rank_fit((t % 2)::text, t / 2, NULL, ARRAY[x], 'g', g, graph_rank_options(on_error => 'null')) FROM rows, (SELECT relation_graph('0'::text, '1'::text, 'k') AS g) g $$),
	'null', 'of a graph');
SELECT is(outcome($$ SELECT graph_rank_fit((t % 2)::text, t / 2, NULL, ARRAY[x], 'g', g) FROM rows, (SELECT relation_graph('0'::text, '1'::text, 'k') AS g) g $$), '22023', 'and without');

-- Forecasts: a missing feature is carried, a missing y has none and is carried in the windows of later rows.
CREATE TABLE forecasts AS
SELECT t, known, rnn_forecast(rnn, y, ARRAY[x], 4) OVER w AS f, rnn_forecast(rnn, filled_y, ARRAY[filled_x], 4) OVER w AS g,
	transformer_forecast(transformer, y, ARRAY[x]) OVER w AS tf, transformer_forecast(transformer, filled_y, ARRAY[filled_x]) OVER w AS tg
FROM carried, networks WINDOW w AS (ORDER BY t);
SELECT is((SELECT array_agg(t ORDER BY t) FROM forecasts WHERE t > 10 AND f IS NULL), '{40,41,90}', 'rows whose y is NULL have no forecast');
SELECT is((SELECT count(*) FROM forecasts WHERE known AND (f, tf) IS DISTINCT FROM (g, tg)), 0::bigint, 'others the one of the values that are carried');
SELECT ok((SELECT f IS NOT NULL AND tf IS NOT NULL FROM (SELECT t, rnn_forecast(rnn, y, ARRAY[CASE WHEN t < 140 THEN x END]) OVER w AS f,
	transformer_forecast(transformer, y, ARRAY[CASE WHEN t < 140 THEN x END]) OVER w AS tf FROM rows, networks WINDOW w AS (ORDER BY t)) s WHERE t = 140),
	'a feature missing on the newest row stops nothing');
SELECT is((SELECT count(f) FROM (SELECT t, rnn_forecast(rnn, y, ARRAY[CASE WHEN t > 20 THEN x END]) OVER (ORDER BY t) AS f FROM rows, networks) s WHERE t < 26), 0::bigint,
	'before there is anything to carry there is none');
SELECT is((SELECT count(f) FROM (SELECT rnn_forecast(rnn, NULL, ARRAY[x]) OVER (ORDER BY t) AS f FROM rows, networks) s), 0::bigint, 'without any y there is none');
SELECT is((SELECT rnn_forecast(t, CASE WHEN t < 140 THEN y END, ARRAY[x], 2, rnn_options(units => '{2}', epochs => 1, ensemble => 1)) FROM rows), NULL, 'at once: NULL where the last y is');
SELECT isnt((SELECT rnn_forecast(t, y, ARRAY[CASE WHEN t < 140 THEN x END], 2, rnn_options(units => '{2}', epochs => 1, ensemble => 1)) FROM rows), NULL, 'but not for a feature');

CREATE TABLE market AS SELECT k, t, CASE WHEN (k, t) NOT IN (('a', 50), ('b', 60)) THEN y + n * z END AS y, CASE WHEN (k, t) <> ('a', 100) THEN x END AS x
FROM rows, (VALUES ('a', 1), ('b', 2), ('c', 3)) v (k, n);
CREATE TABLE ranks AS SELECT graph_rank_fit(k, t, y, ARRAY[x], 'g', NULL::relation_graph, graph_rank_options(units => '{2}', relation_form => 'none', epochs => 1, ensemble => 1)) AS m FROM market;
SELECT is((SELECT (i->>'training_windows')::integer + (i->>'validation_windows')::integer FROM (SELECT model_info(m)->'training' AS i FROM ranks) s), 3 * 134 - 4, 'windows of a ranking network');
SELECT results_eq($$ SELECT k, t FROM (SELECT k, t, graph_rank_forecast(m, k, t, y, ARRAY[x], 'g') OVER () AS f FROM market, ranks) s WHERE f IS NULL AND t > 10 ORDER BY 1, 2 $$,
	$$ VALUES ('a', 50::bigint), ('b', 60) $$, 'its forecasts');
SELECT is((SELECT count(f) FROM (SELECT graph_rank_forecast(m, k, t, NULL, ARRAY[x], 'g') OVER () AS f FROM market, ranks) s), 0::bigint, 'none without any y');
INSERT INTO refusing VALUES
('rnn_fit', 'rnn_fit(t, y, ARRAY[x], %s)', 'rnn_options(units => ''{2}'', epochs => 1, ensemble => 1, missing => ''error'', %s)'),
('rnn_fit of a panel', 'rnn_fit(''a''::text, t, y, ARRAY[x], %s)', 'rnn_options(units => ''{2}'', epochs => 1, ensemble => 1, missing => ''error'', %s)'),
('rnn_forecast', 'rnn_forecast(t, y, ARRAY[x], 1, %s)', 'rnn_options(units => ''{2}'', epochs => 1, ensemble => 1, missing => ''error'', %s)'),
('transformer_fit', 'transformer_fit(t, y, ARRAY[x], %s)', 'transformer_options(layers => 1, width => 4, look_back => 5, epochs => 1, ensemble => 1, missing => ''error'', %s)'),
('graph_rank_fit', 'graph_rank_fit((t %% 2)::text, t / 2, y, ARRAY[x], ''g'', NULL::relation_graph, %s)', 'graph_rank_options(units => ''{2}'', relation_form => ''none'', epochs => 1, ensemble => 1, missing => ''error'', %s)');

SELECT is(outcome(statement_of(call, options, 'on_error => ''error''', 'holes', 'true')), '22004', name || ': missing error') FROM refusing;
SELECT is(outcome(statement_of(call, options, 'on_error => ''null''', 'holes', 'true')), 'null', name || ': missing error, on_error null') FROM refusing;
SELECT is(outcome(statement_of(call, options, 'on_error => ''error''', 'rows', 'true')), 'value', name || ': missing error and nothing missing') FROM refusing;
SELECT refused($$ SELECT var_fit(t, ARRAY[y, x], var_options(missing => 'error')) FROM holes $$, '22004', 'y[2] at 30 is NULL');

-- ---- the other rows of the table -------------------------------------------------------------------

CREATE TABLE cells (call text, expected text);
INSERT INTO cells VALUES
('emd(y) OVER (ORDER BY t) FROM holes', '22004'), ('eemd(y, 2) OVER (ORDER BY t) FROM holes', '22004'), ('ceemdan(y, 2) OVER (ORDER BY t) FROM holes', '22004'),
('wavelet_smooth(y) OVER (ORDER BY t) FROM holes', '22004'), ('smoothing_spline(y) OVER (ORDER BY t) FROM holes', '22004'),
('rolling_information_coefficient(x, y, 5) OVER (ORDER BY t) FROM holes', '22004'),
('var_forecast(m, ARRAY[y]) OVER (ORDER BY t) FROM holes, (SELECT var_fit(t, ARRAY[y]) AS m FROM holes) f', '22004'),
('rnn_importance(rnn, t, y, ARRAY[x]) FROM holes, networks', '22004'),
('transformer_importance(transformer, t, y, ARRAY[x]) FROM holes, networks', '22004');
SELECT is(outcome('SELECT ' || call), expected, call) FROM cells;
SELECT is((SELECT count(*) FROM (SELECT kalman_filter(y, 1, 1, 1) OVER (ORDER BY t) AS e FROM holes) s WHERE (e).predicted IS NOT NULL), 139::bigint, 'kalman_filter predicts through');
SELECT is((SELECT nelson_siegel_fit(m, CASE WHEN m <> 3 THEN yield END, nelson_siegel_options()) FROM curve), (SELECT nelson_siegel_fit(m, yield, nelson_siegel_options()) FROM curve WHERE m <> 3),
	'nelson_siegel_fit leaves rows without yield out');
SELECT is((SELECT svensson_fit(m, CASE WHEN m <> 3 THEN yield END) FROM curve), (SELECT svensson_fit(m, yield) FROM curve WHERE m <> 3), 'so does svensson_fit');
SELECT is((SELECT nelson_siegel_fit_bonds(CASE WHEN m <> 3 THEN 100 * exp(-m * yield / 100) END, ARRAY[[m, 100]]) FROM curve),
	(SELECT nelson_siegel_fit_bonds(100 * exp(-m * yield / 100), ARRAY[[m, 100]]) FROM curve WHERE m <> 3), 'and nelson_siegel_fit_bonds those without price');
SELECT is((SELECT (mean_reciprocal_rank(t / 5, y, x), rank_correlation(t / 5, y, x), rank_backtest((t % 5)::text, 'g', t / 5, y, x))::text FROM holes),
	(SELECT (mean_reciprocal_rank(t / 5, y, x), rank_correlation(t / 5, y, x), rank_backtest((t % 5)::text, 'g', t / 5, y, x))::text FROM holes WHERE y + x IS NOT NULL),
	'rank measures leave rows with a NULL out');
SELECT is(outcome('SELECT ' || replace(replace(call, 'T', 'NULL::bigint'), '%s', '''{}''::jsonb')), '22004', 'a NULL time: ' || call) FROM unnest(ARRAY[
	'dm_test(T, y, y + x, y + z, %s) FROM rows', 'rnn_fit(T, y, ARRAY[x], %s) FROM rows', 'var_fit(T, ARRAY[y], %s) FROM rows', 'cir_fit(T, y, %s) FROM rows', 'kalman_fit(T, y, %s) FROM rows',
	'linear_fit(T, y, ARRAY[x], %s) FROM rows', 'information_coefficient(T, x, y, %s) FROM rows', 'panel_regression(1::bigint, T, y, ARRAY[x], %s) FROM rows',
	'mean_reciprocal_rank(T, y, x) FROM rows']) call;

SELECT * FROM finish();
ROLLBACK;

-- panel_regression, panel_coefficients, panel_predict, panel_options.

BEGIN;
\ir helpers.psql
SELECT plan(94);

-- An unbalanced panel of 12 entities whose x is correlated with their effect.
CREATE TABLE panel AS
SELECT 'issuer ' || i AS entity, t::bigint, 2.0 * i + 0.7 * x - 0.4 * z + 0.3 * sin(17 * t + i * t) AS y, x, z
FROM (SELECT i, t, i + sin(t * i * 1.3) AS x, cos(t * 0.9 + i * i) + 0.2 * sin(i * t * 2.1) AS z
	FROM generate_series(1, 12) i, generate_series(1, 40) t WHERE t > i) s;

-- ---- the estimator, written out in SQL --------------------------------------------------------

CREATE TEMPORARY TABLE deviation AS
SELECT entity, t, y - avg(y) OVER e AS y, x - avg(x) OVER e AS x, y AS own_y FROM panel WINDOW e AS (PARTITION BY entity);
CREATE TEMPORARY TABLE single AS
SELECT b, sxx, n, ssr, syy, total FROM (SELECT sum(x * y) / sum(x * x) b, sum(x * x) sxx, sum(y * y) syy, count(*)::float8 n, var_pop(own_y) * count(*) total FROM deviation) d,
	LATERAL (SELECT sum((y - b * x) ^ 2) ssr FROM deviation) r;
CREATE TEMPORARY TABLE one AS
SELECT panel_regression(entity, t, y, ARRAY[x]) AS model, panel_regression(entity, t, y, ARRAY[x], panel_options(cluster => 'time')) AS by_time FROM panel;
SELECT ok(near((model).coefficients[1], b, 1e-9) AND (model).observations = n, 'the coefficient is that of the deviations from the means') FROM one, single;
SELECT ok(near((model).r_squared_within, 1 - ssr / syy, 1e-9) AND near((model).r_squared, 1 - ssr / total, 1e-9)
	AND near((model).residual_sd, sqrt(ssr / (n - 13)), 1e-9)
	AND near((model).log_likelihood, -n / 2 * (ln(2 * pi() * ssr / n) + 1), 1e-9)
	AND near((model).bic, (13 * ln(n) - 2 * (model).log_likelihood) / n, 1e-9), 'so are R squared, the likelihood and BIC') FROM one, single;
SELECT ok((SELECT bool_and(near((model).effects[array_position((model).entities, entity)], e, 1e-9)) FROM one, single,
	LATERAL (SELECT entity, avg(y) - b * avg(x) e FROM panel GROUP BY entity) p), 'the effects are means less the coefficient times means');
SELECT ok((SELECT near((model).intercept, avg(y) - b * avg(x), 1e-9) FROM panel, one, single GROUP BY model, b), 'the intercept is their mean');
SELECT ok((SELECT near((model).standard_errors[1], sqrt(12 / 11.0::float8 * (n - 1) / (n - 2) * sum(s * s)) / sxx, 1e-9) AND (model).clusters = 12 AND (model).cluster = 'entity'
	FROM one, single, LATERAL (SELECT sum(x * (y - b * x)) s FROM deviation GROUP BY entity) c GROUP BY model, n, sxx), 'the error is clustered by entity');
SELECT ok((SELECT near((by_time).standard_errors[1], sqrt(39 / 38.0::float8 * (n - 1) / (n - 2) * sum(s * s)) / sxx, 1e-9) AND (by_time).clusters = 39 AND (by_time).cluster = 'time'
	AND (by_time).coefficients = (model).coefficients
	FROM one, single, LATERAL (SELECT sum(x * (y - b * x)) s FROM deviation GROUP BY t) c GROUP BY model, by_time, n, sxx), 'or by time');

SELECT ok((SELECT near((m).standard_errors[1], (model).standard_errors[1], 1e-12) AND near((m).coefficients[1], (model).coefficients[1], 1e-12)
		AND (m).clusters = 12 AND (m).observations = (model).observations AND near((m).bic, (model).bic, 1e-12)
		AND near((m).r_squared, (model).r_squared, 1e-12) AND array_length((m).entities, 1) = 512
		AND near(panel_predict(m, 'single 7', '{3}'::float8[]), 7 + (3 - 49) * (m).coefficients[1], 1e-9)
	FROM one, (SELECT panel_regression(entity, t, y, ARRAY[x]) AS m FROM (SELECT entity, t, y, x FROM panel
		UNION ALL SELECT 'single ' || i, i, i, i * i FROM generate_series(1, 500) i) p) s), 'entities of a single row change no inference');

CREATE TEMPORARY TABLE two AS SELECT panel_regression(entity, t, y, ARRAY[x, z]) AS model FROM panel;
-- Frisch and Waugh: the coefficient of x is that of what z does not explain.
SELECT ok((SELECT near((model).coefficients[1], sum(y * e) / sum(e * e), 1e-9) FROM two, LATERAL (SELECT y, x - z * (sum(x * z) OVER () / sum(z * z) OVER ()) e
	FROM (SELECT y - avg(y) OVER p y, x - avg(x) OVER p x, z - avg(z) OVER p z FROM panel WINDOW p AS (PARTITION BY entity)) d) f GROUP BY model),
	'two regressors');
SELECT ok((SELECT abs((model).coefficients[1] - 0.7) < 0.05 AND abs((model).coefficients[2] + 0.4) < 0.05 FROM two), 'find what the panel was made with');
SELECT is((SELECT (model).entities FROM two), (SELECT array_agg(DISTINCT entity COLLATE "C") FROM panel), 'the entities are in order');

-- ---- coefficients and predictions --------------------------------------------------------------

SELECT is((SELECT string_agg(term, ' ') FROM two, panel_coefficients(model)), 'x1 x2', 'a row for each regressor');
SELECT ok((SELECT bool_and(coefficient = (model).coefficients[i] AND standard_error = (model).standard_errors[i]
		AND near(statistic, coefficient / standard_error, 1e-12) AND p_value BETWEEN 0 AND 1)
	FROM two, panel_coefficients(model) WITH ORDINALITY AS c (term, coefficient, standard_error, statistic, p_value, i)), 'with the figures of the model');
-- Two degrees of freedom: p = 1 - |t| / sqrt(2 + t^2).
SELECT ok((SELECT near(p_value, 1 - abs(statistic) / sqrt(2 + statistic ^ 2), 1e-9) FROM
	(SELECT panel_regression(entity, t, y, ARRAY[x]) model FROM panel WHERE entity IN ('issuer 1', 'issuer 2', 'issuer 3')) p, panel_coefficients(model)),
	'p-values refer to t with clusters less one degrees of freedom');
SELECT is((SELECT count(*) FROM panel_coefficients(NULL)), 0::bigint, 'no model, no coefficients');
SELECT ok((SELECT bool_and(near(panel_predict(model, entity, ARRAY[x, z]), (model).effects[array_position((model).entities, entity)]
		+ (model).coefficients[1] * x + (model).coefficients[2] * z, 1e-9)) FROM panel, two), 'a prediction is effect plus coefficients times x');
SELECT ok((SELECT near(sqrt(sum((y - panel_predict(model, entity, ARRAY[x, z])) ^ 2) / (count(*) - 14)), (model).residual_sd, 1e-9) FROM panel, two GROUP BY model),
	'what it leaves are the residuals');
SELECT is((SELECT panel_predict(model, 'issuer 99', '{1,2}') FROM two), NULL, 'an entity that was not in the regression has no prediction');
SELECT is((SELECT panel_predict(model, NULL::text, '{1,2}') FROM two), NULL, 'nor has NULL');
SELECT is((SELECT panel_predict(model, 'issuer 1', NULL) FROM two), NULL, 'nor NULL regressors');
SELECT is((SELECT count(DISTINCT p) FROM (SELECT panel_predict(model, 'issuer 4', '{1}') p FROM
	(SELECT model FROM one UNION ALL SELECT panel_regression(entity, t, 2 * y, ARRAY[x]) FROM panel UNION ALL SELECT by_time FROM one) m) q), 2::bigint, 'models may differ from row to row');
SELECT throws_ok('SELECT panel_predict(model, ''issuer 1'', ''{1}'') FROM two', '2202E', 'panel_predict: x has 1 elements, the model has 2 regressors', 'too few regressors');
SELECT throws_ok('SELECT panel_predict(model, ''issuer 1'', ''{1,NULL}'') FROM two', '22004', 'x[2] is NULL', 'NULL among them');
SELECT throws_ok('SELECT panel_predict(model, ''issuer 1'', ''{1,Infinity}'') FROM two', '22003', 'x[2] is Infinity', 'infinity among them');
SELECT throws_ok('SELECT panel_predict(model, ''issuer 1'', ''{1e308,-1e308}'') FROM (SELECT panel_regression(entity, t, 1e3 * y, ARRAY[x, z]) AS model FROM panel) m',
	'22003', 'panel_predict: the value is Infinity', 'a prediction that overflows');

-- ---- entities and times ------------------------------------------------------------------------

CREATE TEMPORARY TABLE numbered AS SELECT substr(entity, 8)::bigint AS id, * FROM panel;
CREATE TEMPORARY TABLE reference AS SELECT panel_regression(id, t, y, ARRAY[x, z])::text AS plain,
	panel_regression(id, t, y, ARRAY[x, z], panel_options(cluster => 'time'))::text AS options FROM numbered;
SELECT is((SELECT (panel_regression(id::text, t, y, ARRAY[x, z])::text, panel_regression(id::text, t, y, ARRAY[x, z], panel_options(cluster => 'time'))::text)::text FROM numbered),
	(SELECT reference::text FROM reference), 'an entity may be a text or an integer');
SELECT is((SELECT panel_predict(m, 7, '{1,2}') FROM (SELECT panel_regression(id, t, y, ARRAY[x, z]) m FROM numbered) q),
	(SELECT panel_predict(m, '7'::text, '{1,2}') FROM (SELECT panel_regression(id, t, y, ARRAY[x, z]) m FROM numbered) q), 'and predict likewise');
SELECT is((SELECT (panel_regression(id, date '2020-01-01' + t::int, y, ARRAY[x, z])::text,
	panel_regression(id, date '2020-01-01' + t::int, y, ARRAY[x, z], panel_options(cluster => 'time'))::text)::text FROM numbered), (SELECT reference::text FROM reference), 'time may be a date');
SELECT is((SELECT (panel_regression(id, timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x, z])::text,
	panel_regression(id, timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x, z], panel_options(cluster => 'time'))::text)::text FROM numbered), (SELECT reference::text FROM reference), 'time may be a timestamp');
SELECT is((SELECT (panel_regression(id, timestamptz '2020-01-01' + t * interval '1 h', y, ARRAY[x, z])::text,
	panel_regression(id, timestamptz '2020-01-01' + t * interval '1 h', y, ARRAY[x, z], panel_options(cluster => 'time'))::text)::text FROM numbered), (SELECT reference::text FROM reference), 'time may be a timestamptz');
SELECT is((SELECT (panel_regression(id::text, date '2020-01-01' + t::int, y, ARRAY[x, z])::text, panel_regression(id::text, timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x, z])::text,
		panel_regression(id::text, timestamptz '2020-01-01' + t * interval '1 h', y, ARRAY[x, z])::text)::text FROM numbered),
	(SELECT (plain, plain, plain)::text FROM reference), 'of text entities too');
SELECT is((SELECT (panel_regression(id::text, date '2020-01-01' + t::int, y, ARRAY[x, z], '{"cluster": "time"}')::text,
		panel_regression(id::text, timestamp '2020-01-01' + t * interval '1 h', y, ARRAY[x, z], '{"cluster": "time"}')::text,
		panel_regression(id::text, timestamptz '2020-01-01' + t * interval '1 h', y, ARRAY[x, z], '{"cluster": "time"}')::text)::text FROM numbered),
	(SELECT (options, options, options)::text FROM reference), 'with options');
SELECT throws_ok('SELECT panel_regression(entity, date ''2020-01-01'' + (t / 2)::int, y, ARRAY[x]) FROM panel', '23505',
	'panel_regression: the time 2020-01-02 occurs twice for entity "issuer 1"', 'the same time twice for an entity');
SELECT throws_ok('SELECT panel_regression(entity, NULL::date, y, ARRAY[x]) FROM panel', '22004', 'the time of an observation must not be NULL', 'NULL time');
SELECT throws_ok('SELECT panel_regression(NULL::text, t, y, ARRAY[x]) FROM panel', '22004', 'the entity of an observation must not be NULL', 'NULL entity');
SELECT throws_ok('SELECT panel_regression(entity, timestamp ''-infinity'', y, ARRAY[x]) FROM panel', '22008', 'the time of an observation must be finite', 'infinite time');

-- ---- bad input ----------------------------------------------------------------------------------

SELECT is((SELECT panel_regression(entity, t, y, ARRAY[x]) FROM panel WHERE t < 0), NULL, 'no rows give NULL');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x]) FROM panel WHERE t = 2', '22023',
	'panel_regression of 1 regressors on 0 entities of more than one row needs at least 2 observations, has 0', 'one row');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x, z]) FROM panel WHERE t = 20', '22023',
	'panel_regression of 2 regressors on 0 entities of more than one row needs at least 3 observations, has 0', 'one row for each entity');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x]) FROM panel WHERE entity = ''issuer 3''', '22023',
	'panel_regression needs at least 2 clusters, has 1', 'one entity is one cluster');
SELECT is(hint_of('SELECT panel_regression(entity, t, y, ARRAY[x]) FROM panel WHERE entity = ''issuer 3'''), 'For a single entity use panel_options(cluster => ''time'').', 'with a hint');
SELECT lives_ok('SELECT panel_regression(entity, t, y, ARRAY[x], panel_options(cluster => ''time'')) FROM panel WHERE entity = ''issuer 3''', 'which helps');
SELECT throws_ok('SELECT panel_regression(entity, t, CASE WHEN t <> 7 THEN y END, ARRAY[x], panel_options(missing => ''error'')) FROM panel', '22004', 'y at 7 is NULL', 'NULL y');
SELECT throws_ok('SELECT panel_regression(entity, t, y, CASE WHEN t <> 7 THEN ARRAY[x] END, panel_options(missing => ''error'')) FROM panel', '22004', 'x at 7 is NULL', 'NULL x');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x, CASE WHEN t <> 7 THEN z END], panel_options(missing => ''error'')) FROM panel', '22004', 'x[2] at 7 is NULL', 'NULL in x');
SELECT throws_ok('SELECT panel_regression(entity, t, CASE WHEN t <> 7 THEN y ELSE ''NaN'' END, ARRAY[x]) FROM panel', '22003', 'y at 7 is NaN', 'NaN y');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x, CASE WHEN t <> 7 THEN z ELSE ''Infinity'' END]) FROM panel', '22003', 'x[2] at 7 is Infinity', 'infinite x');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ''{}''::float8[]) FROM panel', '2202E', 'panel_regression: x at 2 has 0 elements, must have 1 to 256', 'no regressor');
SELECT throws_ok('SELECT panel_regression(entity, t, y, array_fill(x, ARRAY[257])) FROM panel', '2202E', 'panel_regression: x at 2 has 257 elements, must have 1 to 256', 'too many regressors');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[ARRAY[x, z]]) FROM panel', '2202E', 'x at 2 has 2 dimensions, must have 1', 'two dimensions');
SELECT throws_ok('SELECT panel_regression(entity, t, y, CASE WHEN t < 7 THEN ARRAY[x] ELSE ARRAY[x, z] END) FROM panel', '2202E', 'panel_regression: 3 values at 7, 2 in the rows before', 'regressors that come and go');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x, length(entity)]) FROM panel', '22000',
	'panel_regression: within the entities, x[2] is constant or a linear combination of the regressors before it', 'a regressor that does not vary in time');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x, z, 3 * z - x]) FROM panel', '22000',
	'panel_regression: within the entities, x[3] is constant or a linear combination of the regressors before it', 'a redundant regressor');
SELECT throws_ok('SELECT panel_regression(entity, t, 0.1 * length(entity), ARRAY[x]) FROM panel', '22000', 'panel_regression: y does not vary within the entities', 'constant y');
SELECT throws_ok('SELECT panel_regression(entity, t, y * 1e200, ARRAY[x]) FROM panel', '22003', 'panel_regression: the fit overflows', 'overflow');
SELECT is((SELECT (m).bic IS NULL AND (m).log_likelihood IS NULL AND near((m).coefficients[1], 2, 1e-12) FROM (SELECT panel_regression(entity, t, 2 * x, ARRAY[x]) m FROM panel) q), true,
	'an exact fit has no likelihood, and the session lives on after errors');

-- ---- options and values made by hand --------------------------------------------------------------

SELECT is(panel_options(cluster => 'time'), '{"cluster": "time"}', 'panel_options names what is given');
SELECT is(panel_options(), '{}', 'panel_options leaves out what is not');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x], ''{"effects": "time"}'') FROM panel', '22023', 'panel_regression: unknown option "effects"', 'unknown option');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x], panel_options(cluster => ''both'')) FROM panel', '22023',
	'panel_regression: option "cluster" is "both", must be one of entity, time', 'unknown cluster');
SELECT throws_ok('SELECT panel_regression(entity, t, y, ARRAY[x], panel_options(cluster => CASE WHEN t > 9 THEN ''time'' END)) FROM panel', '22023',
	'panel_regression: the options at 10 differ from those of the rows before', 'options that change');
CREATE FUNCTION made(entities text[], effects float8[], coefficients float8[], standard_errors float8[], clusters bigint) RETURNS panel_regression_model
LANGUAGE sql AS $$ SELECT ROW(entities, effects, coefficients, standard_errors, 0, 'entity', clusters, 9, 0, 0, 1, NULL, NULL)::panel_regression_model $$;
SELECT is(panel_predict(made('{a,b}', '{1,2}', '{3}', '{0}', 2), 'b'::text, '{10}'), 32::float8, 'a model made by hand');
SELECT is((SELECT count(*) FROM panel_coefficients(made('{a,b}', '{1,2}', '{3}', '{0}', 2)) WHERE statistic IS NULL), 1::bigint, 'an error of zero has no statistic');
SELECT throws_ok($$SELECT panel_predict(made('{b,a}', '{1,2}', '{3}', '{1}', 2), 'b'::text, '{10}')$$, '22023', 'entities of a panel_regression_model are not in ascending order', 'entities out of order');
SELECT throws_ok($$SELECT panel_predict(made('{a,b}', '{1}', '{3}', '{1}', 2), 'b'::text, '{10}')$$, '2202E', 'effects of a panel_regression_model has 1 elements, must have 2', 'too few effects');
SELECT throws_ok($$SELECT panel_predict(made('{a,NULL}', '{1,2}', '{3}', '{1}', 2), 'b'::text, '{10}')$$, '22004', 'entities of a panel_regression_model contains NULL', 'NULL entity');
SELECT throws_ok($$SELECT panel_predict(made(NULL, '{1,2}', '{3}', '{1}', 2), 'b'::text, '{10}')$$, '22004', 'entities of a panel_regression_model is NULL', 'no entities');
SELECT throws_ok($$SELECT panel_predict(made('{a,b}', '{1,NaN}', '{3}', '{1}', 2), 'b'::text, '{10}')$$, '22003', 'effects of a panel_regression_model is NaN', 'NaN effect');
SELECT throws_ok($$SELECT panel_predict(made('{a,b}', '{1,2}', '{}', '{1}', 2), 'b'::text, '{10}')$$, '2202E', 'coefficients of a panel_regression_model has 0 elements, must have 1 to 256', 'no coefficients');
SELECT throws_ok($$SELECT panel_coefficients(made('{a,b}', '{1,2}', '{3}', '{1,2}', 2))$$, '2202E', 'standard_errors of a panel_regression_model has 2 elements, must have 1', 'too many errors');
SELECT throws_ok($$SELECT panel_coefficients(made('{a,b}', '{1,2}', '{3}', '{1}', 1))$$, '22023', NULL, 'one cluster');

-- ---- the same everywhere ----------------------------------------------------------------------------

CREATE TABLE panels (portfolio int, entity text, t bigint, y float8, x float8[]);
INSERT INTO panels SELECT k, entity, t, y + 0.1 * sin(k * t), ARRAY[x, z * k] FROM panel, generate_series(1, 20) k;
CREATE TABLE panels_by_portfolio (LIKE panels) PARTITION BY HASH (portfolio);
SELECT format('CREATE TABLE panels_by_portfolio_%s PARTITION OF panels_by_portfolio FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i)
FROM generate_series(0, 2) i \gexec
CREATE TABLE panels_by_time (LIKE panels) PARTITION BY RANGE (t);
CREATE TABLE panels_early PARTITION OF panels_by_time FOR VALUES FROM (0) TO (15);
CREATE TABLE panels_late PARTITION OF panels_by_time FOR VALUES FROM (15) TO (1000);
CREATE TABLE panels_none PARTITION OF panels_by_time FOR VALUES FROM (1000) TO (2000);
INSERT INTO panels_by_portfolio SELECT * FROM panels;
INSERT INTO panels_by_time SELECT * FROM panels;
ANALYZE panels, panels_by_portfolio, panels_by_time;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE serial AS SELECT portfolio, panel_regression(entity, t, y, x, panel_options(cluster => 'time')) AS model FROM panels GROUP BY portfolio;
CREATE FUNCTION same(source text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s JOIN (SELECT portfolio, panel_regression(entity, t, y, x, panel_options(cluster => ''time'')) AS model
		FROM ' || source || ' GROUP BY portfolio) p USING (portfolio) WHERE p.model::text = s.model::text' INTO result;
	RETURN result;
END $$;
SELECT is(same('(SELECT * FROM panels ORDER BY sin(t * 100 + length(entity) * portfolio)) s'), 20::bigint, 'shuffled rows: to the last bit');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same('panels_by_portfolio'), 20::bigint, 'partition-wise');
SELECT matches(plan_of('SELECT portfolio, panel_regression(entity, t, y, x) FROM panels_by_portfolio GROUP BY portfolio'), 'Append\s+->  HashAggregate', 'EXPLAIN shows the partition-wise aggregate');
SELECT is(same('panels_by_time'), 20::bigint, 'combined from partitions, one of them empty');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE panels SET (parallel_workers = 2);
SELECT is(same('panels'), 20::bigint, '2 workers');
SELECT matches(plan_of('SELECT panel_regression(entity, t, y, x) FROM panels WHERE portfolio = 1'), 'Workers Planned: 2\s.*Partial Aggregate', 'EXPLAIN shows Partial Aggregate');
SET LOCAL max_parallel_workers_per_gather = 4;
ALTER TABLE panels SET (parallel_workers = 4);
SELECT is(same('panels'), 20::bigint, '4 workers');
SET LOCAL max_parallel_workers_per_gather = 0;

-- ---- the state ---------------------------------------------------------------------------------------

CREATE AGGREGATE state_of(text, bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.panel_regression_transition, STYPE = creditspread_internal.creditspread_panel);
CREATE AGGREGATE panel_of(creditspread_internal.creditspread_panel) (SFUNC = creditspread_internal.creditspread_panel_combine, STYPE = creditspread_internal.creditspread_panel, FINALFUNC = creditspread_internal.panel_regression_final);
CREATE TABLE part AS
SELECT portfolio, (portfolio * 31 + t * 101) % 7 AS part, state_of(entity, t, y, x, panel_options(cluster => 'time')) AS state FROM panels GROUP BY 1, 2
UNION ALL SELECT portfolio, 100, NULL FROM generate_series(1, 20) portfolio;
SELECT is((SELECT count(*) FROM serial s JOIN (SELECT portfolio, panel_of(state) AS model FROM part GROUP BY portfolio) p USING (portfolio)
	WHERE p.model::text = s.model::text), 20::bigint, 'from states of random parts, NULL among them');
SELECT is((SELECT count(*) FROM serial s JOIN (SELECT portfolio, panel_of(state::text::creditspread_internal.creditspread_panel) AS model FROM part GROUP BY portfolio) p USING (portfolio)
	WHERE p.model::text = s.model::text), 20::bigint, 'states keep their text form');
CREATE TEMPORARY TABLE part_copy (LIKE part);
DO $$
BEGIN
	EXECUTE format('COPY part TO %L (FORMAT binary)', current_setting('data_directory') || '/creditspread_panel.copy');
	EXECUTE format('COPY part_copy FROM %L (FORMAT binary)', current_setting('data_directory') || '/creditspread_panel.copy');
END $$;
SELECT results_eq('SELECT portfolio, part, state::text FROM part_copy ORDER BY 1, 2', 'SELECT portfolio, part, state::text FROM part ORDER BY 1, 2', 'and their binary form');
CREATE TEMPORARY TABLE text_state AS SELECT hexadecimal(state_of(entity, t, y, x, '{}')::text) AS state FROM panels WHERE portfolio = 1 AND t < 5;
CREATE FUNCTION refused(state text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	value creditspread_internal.creditspread_panel;
BEGIN
	value := state::creditspread_internal.creditspread_panel;
	PERFORM creditspread_internal.panel_regression_final(value);
	RETURN false;
EXCEPTION WHEN internal_error OR assert_failure THEN
	RETURN NULL;
WHEN OTHERS THEN
	RETURN true;
END $$;
SELECT is((SELECT count(*) FROM text_state, generate_series(0, length(state) / 2 - 2) n WHERE NOT coalesce(refused(left(state, 2 + 2 * n)), false)), 0::bigint, 'a state cut short anywhere is refused');
SELECT is((SELECT count(*) FROM text_state, generate_series(3, length(state) - 1, 2) n WHERE refused(overlay(state placing 'ff' from n for 2)) IS NULL), 0::bigint,
	'a byte changed anywhere is no internal error');
SELECT throws_ok($$SELECT creditspread_internal.panel_regression_final(('\x02040000000000000000000000000001' || '0a020000' || '020000000161' || '00' || '0100')::creditspread_internal.creditspread_panel)$$, '22023',
	'panel_regression: a state of 0 values in a row is not one of panel_regression', 'a state without values');
SELECT throws_ok($$SELECT '\x01040000000000000000000000000000'::creditspread_internal.creditspread_panel$$, '22P03', 'invalid head of a creditspread_panel', 'another version is refused');
SELECT throws_ok($$SELECT ('\x02040000000000000000000000000001' || '0a020000' || '00' || '00' || '0000')::creditspread_internal.creditspread_panel$$, '22P03', 'a row of a creditspread_panel has no entity',
	'a row without an entity');
SELECT throws_ok($$SELECT '\x020000000000000000000000000000010000000161ffffffff'::creditspread_internal.creditspread_panel$$, '22P03', 'invalid head of a creditspread_panel', 'rows without a time');
SELECT throws_ok($$SELECT creditspread_internal.panel_regression_final(('\x02040002000000000000000000000001' || '0a020000' || '2020' || '020000000161' || '020000000167' || '3f8000003f800000' || '0101')::creditspread_internal.creditspread_panel)$$,
	'22023', 'panel_regression: a state with an entity "a" of a group is not one of panel_regression', 'a state with groups');
SELECT throws_ok('SELECT (state || ''00'')::creditspread_internal.creditspread_panel FROM text_state', '22P03', 'invalid form of the rows of a creditspread_panel', 'a state too long');
SELECT throws_ok('SELECT creditspread_internal.panel_regression_transition(NULL, ''a''::text, 1::bigint, 1, ''{1}'')', '42809', 'panel_regression must be called as an aggregate', 'the transition function outside of an aggregate');
SELECT throws_ok('SELECT creditspread_internal.creditspread_panel_combine(state, state) FROM part', '42809', 'creditspread_panel_combine must be called by an aggregate', 'and the combine function');
SELECT throws_ok('SELECT panel_of(state) FROM (SELECT state FROM part WHERE portfolio = 1 UNION ALL SELECT state_of(entity, t, y, ''{1}'', panel_options(cluster => ''time'')) FROM panel) s', '2202E', NULL, 'states of different shape');
CREATE AGGREGATE dated_state_of(text, date, float8, float8[], jsonb) (SFUNC = creditspread_internal.panel_regression_transition, STYPE = creditspread_internal.creditspread_panel);
SELECT throws_ok('SELECT panel_of(state) FROM (SELECT state FROM part WHERE portfolio = 1 UNION ALL SELECT dated_state_of(entity, date ''2020-01-01'' + t::int, y, ARRAY[x, z], panel_options(cluster => ''time'')) FROM panel) s',
	'42804', 'combine: the rows differ in the type of their time', 'states of different time types');

-- ---- bounded and stoppable ------------------------------------------------------------------------------

SET LOCAL creditspread.max_model_memory = '64kB';
SELECT throws_ok('SELECT panel_regression(entity || portfolio, t, y, x) FROM panels', '53200', NULL, 'memory over the limit is refused');
RESET creditspread.max_model_memory;
CREATE TEMPORARY TABLE long AS SELECT (t % 10)::text entity, t::bigint t, sin(t) y, (SELECT array_agg(sin(t * (1 + k * 0.37) + k * t::float8 * t * 0.01)) FROM generate_series(1, 50) k) x
FROM generate_series(1, 6000) t;
\ir stops.psql
SELECT stops('creditspread_internal.panel_regression_final(s)', $$SELECT state_of(entity, t, y, x, NULL) AS s FROM long$$);

SELECT * FROM finish();
ROLLBACK;

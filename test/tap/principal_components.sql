-- principal_components, principal_components_scores, principal_components_options.

BEGIN;
\ir helpers.psql
SELECT plan(59);
\ir ../golden/principal_components.sql

-- Whether the rows of two matrices agree up to their signs.
CREATE FUNCTION near_rows(a float8[], b float8[], tolerance float8) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT array_dims(a) = array_dims(b) AND bool_and(agrees)
	FROM generate_subscripts(a, 1) i, LATERAL (
		SELECT bool_and(abs(a[i][j] - b[i][j]) <= tolerance) OR bool_and(abs(a[i][j] + b[i][j]) <= tolerance) AS agrees
		FROM generate_subscripts(a, 2) j) r
$$;

-- ---- reference values -------------------------------------------------------------------------

CREATE TABLE fitted AS
SELECT sample, principal_components(x) AS model, principal_components(x, principal_components_options(standardize => true)) AS standardized
FROM golden_row GROUP BY sample;
SELECT is((SELECT count(*) FROM golden_components g JOIN fitted USING (sample)
	WHERE near((model).mean, g.mean, 1e-9) AND near((model).explained_variance, g.variance, 1e-9) AND near((model).explained_ratio, g.ratio, 1e-9)
		AND near_rows((model).components, g.components, 1e-9)), 2::bigint, 'components and variances agree with reference values to 1e-9');
SELECT is((SELECT count(*) FROM golden_components g JOIN fitted USING (sample)
	WHERE near((standardized).explained_variance, g.standardized_variance, 1e-9) AND near_rows((standardized).components, g.standardized_components, 1e-9)),
	2::bigint, 'standardized ones too');
CREATE TEMPORARY TABLE scored AS
SELECT sample, t, principal_components_scores(model, x) AS score, principal_components_scores(standardized, x) AS standardized FROM golden_row JOIN fitted USING (sample);
SELECT is((SELECT count(*) FROM (SELECT sample, i, bool_and(abs(score[i] - g.scores[t][i]) < 1e-9) OR bool_and(abs(score[i] + g.scores[t][i]) < 1e-9) AS plain,
		bool_and(abs(s.standardized[i] - g.standardized_scores[t][i]) < 1e-9) OR bool_and(abs(s.standardized[i] + g.standardized_scores[t][i]) < 1e-9) AS standardized
	FROM scored s JOIN golden_components g USING (sample), generate_series(1, 6) i GROUP BY sample, i) c WHERE plain AND standardized), 12::bigint, 'and the scores');
SELECT ok((SELECT bool_and((SELECT bool_and(greatest(max, -min) = max) FROM (SELECT max((model).components[i][j]), min((model).components[i][j])
	FROM generate_series(1, 6) i, generate_series(1, 6) j GROUP BY i) r)) FROM fitted), 'the loading of largest absolute value is positive');
SELECT is((SELECT count(*) FROM scored s JOIN fitted f USING (sample), generate_series(1, 6) i GROUP BY sample, i, model
	HAVING abs(variance(score[i]) - (model).explained_variance[i]) > 1e-9 * (model).explained_variance[i]), NULL, 'the variances are those of the scores');
SELECT ok((SELECT bool_and((model).scale = array_fill(1.0::float8, ARRAY[6])) FROM fitted), 'scale is 1 when not standardized');
SELECT ok((SELECT bool_and(near((standardized).scale, s, 1e-9)) FROM fitted JOIN (SELECT sample, array_agg(s ORDER BY j) s FROM
	(SELECT sample, j, stddev(x[j]) s FROM golden_row, generate_series(1, 6) j GROUP BY sample, j) d GROUP BY sample) d USING (sample)), 'and the standard deviations when it is');
SELECT ok((SELECT bool_and((kept).components = (model).components[1:2] AND (kept).explained_variance = (model).explained_variance[1:2]
		AND (kept).explained_ratio = (model).explained_ratio[1:2])
	FROM fitted JOIN (SELECT sample, principal_components(x, principal_components_options(components => 2)) AS kept FROM golden_row GROUP BY sample) k USING (sample)), 'two of them');
SELECT ok((SELECT bool_and(principal_components_scores(kept, x) = (principal_components_scores(model, x))[1:2])
	FROM golden_row JOIN fitted USING (sample) JOIN (SELECT sample, principal_components(x, principal_components_options(components => 2)) AS kept FROM golden_row GROUP BY sample) k USING (sample)), 'with their scores');
SELECT is((SELECT (principal_components(ARRAY[x])).components::text FROM generate_series(1, 5) x), '{{1}}', 'one column is its own component');

-- ---- bad input ----------------------------------------------------------------------------------

SELECT is((SELECT principal_components(x) FROM golden_row WHERE sample < 0), NULL, 'no rows give NULL');
SELECT throws_ok('SELECT principal_components(x) FROM golden_row WHERE sample = 0 AND t = 1', '22023', 'principal_components needs at least 2 observations, has 1', 'one row');
SELECT throws_ok('SELECT principal_components(CASE WHEN t <> 7 THEN x END, principal_components_options(missing => ''error'')) FROM golden_row', '22004', 'x is NULL', 'NULL');
SELECT throws_ok('SELECT principal_components(CASE WHEN t <> 7 THEN x ELSE ''{1,2,3,4,5,NULL}'' END, principal_components_options(missing => ''error'')) FROM golden_row', '22004', 'x[6] is NULL', 'NULL in x');
SELECT throws_ok('SELECT principal_components(CASE WHEN t <> 7 THEN x ELSE ''{1,2,3,4,5,NaN}'' END) FROM golden_row', '22003', 'x[6] is NaN', 'NaN');
SELECT throws_ok('SELECT principal_components(CASE WHEN t <> 7 THEN x ELSE ''{1,2,-Infinity,4,5,6}'' END) FROM golden_row', '22003', 'x[3] is -Infinity', 'infinity');
SELECT throws_ok('SELECT principal_components(CASE WHEN t <> 7 THEN x ELSE x[1:5] END) FROM golden_row', '2202E', 'principal_components: 5 values in a row, 6 in the rows before', 'fewer elements in a row');
SELECT throws_ok('SELECT principal_components(ARRAY[x]) FROM golden_row', '2202E', 'x has 2 dimensions, must have 1', 'two dimensions');
SELECT throws_ok('SELECT principal_components(''{}''::float8[]) FROM golden_row', '2202E', 'principal_components: x has 0 elements, must have 1 to 512', 'no elements');
SELECT throws_ok('SELECT principal_components(array_fill(x[1], ARRAY[513])) FROM golden_row', '2202E', 'principal_components: x has 513 elements, must have 1 to 512', 'too many elements');
SELECT throws_ok('SELECT principal_components(''{0.1,3}''::float8[]) FROM golden_row', '22000', 'principal_components: no element of x varies', 'constant rows');
SELECT throws_ok('SELECT principal_components(x[1:2] || 0.1::float8, principal_components_options(standardize => true)) FROM golden_row', '22000',
	'principal_components: x[3] is constant and cannot be standardized', 'a constant element, standardized');
SELECT is((SELECT (principal_components(x[1:2] || 0.1::float8)).explained_variance[3] < 1e-25 FROM golden_row), true, 'it has no variance otherwise');
SELECT throws_ok('SELECT principal_components(ARRAY[x[1] * 1e200, x[2]]) FROM golden_row', '22003', 'principal_components: the sums overflow', 'overflow');
SELECT is((SELECT (principal_components(ARRAY[x[1], x[2], x[1] + x[2]])).explained_ratio[3] < 1e-25 FROM golden_row), true, 'a redundant element is a component without variance');
SELECT throws_ok('SELECT principal_components(x, ''{"standardise": true}'') FROM golden_row', '22023', 'principal_components: unknown option "standardise"', 'unknown option');
SELECT throws_ok('SELECT principal_components(x, ''{"standardize": 1}'') FROM golden_row', '22023', 'principal_components: option "standardize" is 1, must be true or false', 'an option of another type');
SELECT throws_ok('SELECT principal_components(x, principal_components_options(components => 7)) FROM golden_row', '22023',
	'principal_components: option "components" is 7, x has 6 elements', 'more components than elements');
SELECT throws_ok('SELECT principal_components(x, principal_components_options(components => 0)) FROM golden_row', '22023', NULL, 'no components');
SELECT throws_ok('SELECT principal_components(x, principal_components_options(components => 1 + t / 20)) FROM golden_row', '22023',
	'principal_components: the options of a row differ from those of the rows before', 'options that change');
SELECT is(principal_components_options(standardize => true, components => 3), '{"components": 3, "standardize": true}', 'principal_components_options names what is given');
SELECT is(principal_components_options(), '{}', 'principal_components_options leaves out what is not');

SELECT is(principal_components_scores(NULL, '{1}'), NULL, 'no model, no scores');
SELECT throws_ok('SELECT principal_components_scores(model, ''{1,2}'') FROM fitted', '2202E', 'principal_components_scores: x has 2 elements, the model has 6', 'scores of too few elements');
SELECT throws_ok('SELECT principal_components_scores(model, ''{1,2,3,4,5,NULL}'') FROM fitted', '22004', 'x[6] is NULL', 'scores of NULL');
SELECT throws_ok('SELECT principal_components_scores(model, ''{1,2,3,4,5,NaN}'') FROM fitted', '22003', 'x[6] is NaN', 'scores of NaN');
CREATE FUNCTION made(mean float8[], scale float8[], components float8[], variance float8[]) RETURNS principal_components_model
LANGUAGE sql AS $$ SELECT ROW(9, mean, scale, components, variance, variance)::principal_components_model $$;
SELECT is(principal_components_scores(made('{1,2}', '{1,2}', '{{0.6,0.8}}', '{1}'), '{2,6}'), '{2.2}', 'a model made by hand');
SELECT throws_ok($$SELECT principal_components_scores(made('{1,2}', '{1,0}', '{{0.6,0.8}}', '{1}'), '{2,6}')$$, '22023', 'scale of a principal_components_model is 0, must be positive', 'a scale of zero');
SELECT throws_ok($$SELECT principal_components_scores(made('{1,2}', '{1,1}', '{0.6,0.8}', '{1}'), '{2,6}')$$, '2202E',
	'components of a principal_components_model has 2 elements, must have 1 x 2', 'components without rows');
SELECT throws_ok($$SELECT principal_components_scores(made('{1}', '{1}', '{{1},{1}}', '{1,1}'), '{2}')$$, '2202E', NULL, 'more components than elements');
SELECT throws_ok($$SELECT principal_components_scores(made(NULL, '{1}', '{{1}}', '{1}'), '{2}')$$, '22004', 'mean of a principal_components_model is NULL', 'no mean');
SELECT throws_ok($$SELECT principal_components_scores(made('{-1e308}', '{1e-10}', '{{1}}', '{1}'), '{1e308}')$$, '22003', NULL, 'scores that overflow');

-- ---- the same everywhere --------------------------------------------------------------------------

CREATE TABLE rows (sample int, t int, x float8[]);
INSERT INTO rows SELECT k, t, x[1:5] || x[6] + sin(k * t) FROM golden_row, generate_series(1, 30) k WHERE sample = 0;
CREATE TABLE rows_by_sample (LIKE rows) PARTITION BY HASH (sample);
SELECT format('CREATE TABLE rows_by_sample_%s PARTITION OF rows_by_sample FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i)
FROM generate_series(0, 2) i \gexec
CREATE TABLE rows_by_time (LIKE rows) PARTITION BY RANGE (t);
CREATE TABLE rows_early PARTITION OF rows_by_time FOR VALUES FROM (0) TO (15);
CREATE TABLE rows_late PARTITION OF rows_by_time FOR VALUES FROM (15) TO (1000);
CREATE TABLE rows_none PARTITION OF rows_by_time FOR VALUES FROM (1000) TO (2000);
INSERT INTO rows_by_sample SELECT * FROM rows;
INSERT INTO rows_by_time SELECT * FROM rows;
ANALYZE rows, rows_by_sample, rows_by_time;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE serial AS SELECT sample, principal_components(x, principal_components_options(components => 4)) AS model FROM rows GROUP BY sample;
CREATE FUNCTION same(source text, model text DEFAULT 'principal_components(x, principal_components_options(components => 4))') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM serial s JOIN (SELECT sample, ' || model || ' AS model FROM ' || source || ' GROUP BY sample) p USING (sample)
		WHERE near((p.model).mean, (s.model).mean, 1e-12, 1) AND near((p.model).components, (s.model).components, 1e-9, 1)
			AND near((p.model).explained_variance, (s.model).explained_variance, 1e-10) AND (p.model).observations = 40' INTO result;
	RETURN result;
END $$;
SELECT is(same('(SELECT * FROM rows ORDER BY sin(t * 100 + sample)) s'), 30::bigint, 'shuffled rows');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(same('rows_by_sample'), 30::bigint, 'partition-wise');
SELECT matches(plan_of('SELECT sample, principal_components(x) FROM rows_by_sample GROUP BY sample'), 'Append\s+->  HashAggregate', 'EXPLAIN shows the partition-wise aggregate');
SELECT is(same('rows_by_time'), 30::bigint, 'combined from partitions, one of them empty');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE rows SET (parallel_workers = 2);
SELECT is(same('rows'), 30::bigint, '2 workers');
SELECT matches(plan_of('SELECT principal_components(x) FROM rows'), 'Workers Planned: 2\s.*Partial Aggregate', 'EXPLAIN shows Partial Aggregate');
SET LOCAL max_parallel_workers_per_gather = 4;
ALTER TABLE rows SET (parallel_workers = 4);
SELECT is(same('rows'), 30::bigint, '4 workers');
SET LOCAL max_parallel_workers_per_gather = 0;

-- ---- the state --------------------------------------------------------------------------------------

CREATE AGGREGATE state_of(float8[], jsonb) (SFUNC = creditspread_internal.principal_components_transition, STYPE = creditspread_internal.principal_components_sums);
CREATE AGGREGATE components_of(creditspread_internal.principal_components_sums) (SFUNC = creditspread_internal.principal_components_combine, STYPE = creditspread_internal.principal_components_sums, FINALFUNC = creditspread_internal.principal_components_final);
CREATE TABLE part AS
SELECT sample, (sample * 31 + t * 101) % 7 AS part, state_of(x, principal_components_options(components => 4)) AS state FROM rows GROUP BY 1, 2
UNION ALL SELECT sample, 100, NULL FROM generate_series(1, 30) sample;
SELECT is(same('part', 'components_of(state)'), 30::bigint, 'from states of random parts, NULL among them');
SELECT is(same('part', 'components_of(state::text::creditspread_internal.principal_components_sums)'), 30::bigint, 'states keep their text form');
CREATE TEMPORARY TABLE part_copy (LIKE part);
DO $$
BEGIN
	EXECUTE format('COPY part TO %L (FORMAT binary)', current_setting('data_directory') || '/principal_components_sums.copy');
	EXECUTE format('COPY part_copy FROM %L (FORMAT binary)', current_setting('data_directory') || '/principal_components_sums.copy');
END $$;
SELECT results_eq('SELECT sample, part, state::text FROM part_copy ORDER BY 1, 2', 'SELECT sample, part, state::text FROM part ORDER BY 1, 2', 'and their binary form');
CREATE TEMPORARY TABLE text_state AS SELECT hexadecimal(state_of(x, '{}')::text) AS state FROM rows WHERE sample = 1;
CREATE FUNCTION refused(state text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	value creditspread_internal.principal_components_sums;
BEGIN
	value := state::creditspread_internal.principal_components_sums;
	PERFORM creditspread_internal.principal_components_final(value);
	RETURN false;
EXCEPTION WHEN internal_error OR assert_failure THEN
	RETURN NULL;
WHEN OTHERS THEN
	RETURN true;
END $$;
SELECT is((SELECT count(*) FROM text_state, generate_series(0, length(state) / 2 - 2) n WHERE NOT coalesce(refused(left(state, 2 + 2 * n)), false)), 0::bigint, 'a state cut short anywhere is refused');
SELECT is((SELECT count(*) FROM text_state, generate_series(3, length(state) - 1, 2) n, unnest('{ff,7f,00}'::text[]) byte WHERE refused(overlay(state placing byte from n for 2)) IS NULL), 0::bigint,
	'a byte changed anywhere is no internal error');
SELECT throws_ok('SELECT creditspread_internal.principal_components_transition(NULL, ''{1}'')', '42809', 'principal_components must be called as an aggregate', 'the transition function outside of an aggregate');
SELECT throws_ok('SELECT creditspread_internal.principal_components_combine(state, state) FROM part', '42809', 'principal_components_sums_combine must be called by an aggregate', 'and the combine function');
SELECT throws_ok('SELECT components_of(state) FROM (SELECT state FROM part WHERE sample = 1 UNION ALL SELECT state_of(x[1:3], principal_components_options(components => 4)) FROM rows) s', '2202E', NULL, 'states of different shape');

-- ---- bounded and stoppable ----------------------------------------------------------------------------

CREATE TEMPORARY TABLE long AS SELECT t, (SELECT array_agg(sin(t * (1 + k * 0.37) + k * t::float8 * t * 0.01)) FROM generate_series(1, 512) k) x FROM generate_series(1, 600) t;
SET LOCAL creditspread.max_model_memory = '64kB';
SELECT throws_ok('SELECT principal_components(x) FROM long', '53200', NULL, 'memory over the limit is refused');
RESET creditspread.max_model_memory;
\ir stops.psql
SELECT stops('creditspread_internal.principal_components_final(s)', $$SELECT state_of(x, NULL) AS s FROM long$$);

SELECT * FROM finish();
ROLLBACK;

-- graph_rank_fit, graph_rank_forecast, graph_rank_relations, graph_rank_linkage, graph_rank_options, graph_rank_model.

BEGIN;
\ir helpers.psql
SELECT plan(201);

-- The bytes of every forecast of `source` made with `model`, in order of industry and day.
CREATE FUNCTION forecast_bytes(source text, model text, condition text DEFAULT 'true') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT md5(string_agg(industry || day || coalesce(encode(float8send((f).forecast) || float8send((f).lower) || float8send((f).upper), ''hex'')
		|| (f).place || ''/'' || (f).group_place, ''none''), '','' ORDER BY industry, day))
		FROM (SELECT industry, day, graph_rank_forecast(m, industry, day, spread, x, sector) OVER () AS f FROM %s, model WHERE name = %L) q WHERE %s', source, model, condition) INTO result;
	RETURN result;
END $$;

CREATE TABLE market AS
SELECT industry, sector, day, spread, ARRAY[stock / lag(stock) OVER w - 1, spread - lag(spread, 5) OVER w] AS x
FROM sample_market(3, 125) WINDOW w AS (PARTITION BY industry ORDER BY day);
DELETE FROM market WHERE day < '2010-01-11';
-- some are listed late, one ends early, and days are missing here and there
DELETE FROM market WHERE industry = 'coal' AND day < '2010-03-01' OR industry = 'steel' AND day > '2010-05-20' OR length(industry || day) % 7 = 3 AND extract(day FROM day)::int % 9 = 4;
CREATE TABLE graph AS
SELECT relation_graph(source, target, kind, relation_graph_options(indirect => '{upstream,downstream}')) AS g FROM sample_market_relations();

-- ---- options --------------------------------------------------------------------------------------

SELECT is(graph_rank_options(), '{}', 'no options');
SELECT is(graph_rank_options(relation_form => 'explicit', kinds => '{a,b}', alpha => 0.5, batch_size => 2),
	'{"alpha": 0.5, "kinds": ["a", "b"], "batch_size": 2, "relation_form": "explicit"}', 'options as an object');

-- Small networks of every sort.
CREATE TABLE sort (name text, options jsonb);
INSERT INTO sort
SELECT name, '{"units": [3], "epochs": 2, "ensemble": 1, "seed": 5}' || options FROM (VALUES
	('default', '{}'::jsonb),
	('none', '{"relation_form": "none"}'),
	('explicit', '{"relation_form": "explicit"}'),
	('additive', '{"relation_form": "additive"}'),
	('source_degree', '{"relation_norm": "source_degree"}'),
	('softmax', '{"relation_norm": "softmax"}'),
	('column_softmax', '{"relation_norm": "column_softmax"}'),
	('kinds', '{"kinds": ["same sector", "downstream"]}'),
	('similarity', '{"relation_form": "explicit", "similarity_features": 1}'),
	('separate', '{"ranking": "separate", "alpha": 1}'),
	('alpha', '{"alpha": 1}'),
	('no ranking', '{"alpha": 0}'),
	('two_stage', '{"training": "two_stage"}'),
	('lstm', '{"cell": "lstm", "units": [3, 2], "dense": [2]}'),
	('attention', '{"attention": true, "normalization": "switchable", "dropout": 0.2}'),
	('level', '{"target": "level", "loss": "huber", "huber_delta": 2}'),
	('horizons', '{"horizons": [1, 5]}'),
	('ensemble', '{"ensemble": 3}'),
	('batch', '{"batch_size": 7}'),
	('look_back', '{"look_back": 2}'),
	('no validation', '{"validation_fraction": 0}'),
	('seed', '{"seed": 6}')) AS v (name, options)
UNION ALL
SELECT 'transformer', '{"body": "transformer", "width": 4, "heads": 2, "layers": 1, "feed_forward": 5, "epochs": 2, "ensemble": 1}'
UNION ALL
SELECT 'preset ' || preset, jsonb_build_object('preset', preset, 'epochs', 1, 'units', '{4}'::int[]) FROM unnest('{rank_lstm,rlstm_all,rlstm_separate}'::text[]) AS preset;
CREATE TABLE model AS
SELECT name, options, (SELECT graph_rank_fit(industry, day, spread, x, sector, g, options) FROM market, graph) AS m FROM sort;

SELECT is((SELECT count(DISTINCT md5(creditspread_internal.graph_rank_model_send(m))) FROM model), (SELECT count(*) FROM sort), 'every option makes another model');
SELECT is((SELECT count(DISTINCT forecast_bytes('market', name)) FROM model), (SELECT count(*) FROM sort), 'with other forecasts');
SELECT is((SELECT string_agg(name, ', ') FROM model CROSS JOIN jsonb_each(options) o WHERE key NOT IN ('preset', 'kinds') AND model_info(m)->'options'->key <> value), NULL, 'and keeps its options');
SELECT is(model_info(m)->'options'->'kinds', '["downstream", "same sector"]', 'the kinds chosen') FROM model WHERE name = 'kinds';
SELECT is(model_info(m)->'graph'->'relations' ? 'upstream', false, 'the graph of a model has those alone') FROM model WHERE name = 'kinds';
SELECT is(jsonb_array_length(model_info(m)->'options'->'kinds'), 5, 'all kinds of the graph') FROM model WHERE name = 'default';
SELECT is(model_info(m)->'graph', 'null', 'none without relations') FROM model WHERE name = 'none';
SELECT is((model_info(m)->'training'->>'entities')::int, 36, 'the entities') FROM model WHERE name = 'default';
SELECT ok(NOT model_info(m)->'training' ? 'validation_mae' AND model_info(m)->'interval_half_width' = 'null', 'no validation, no interval') FROM model WHERE name = 'no validation';
SELECT ok((model_info(m)->'training'->>'random_walk_rmse')::float8 BETWEEN 0.02 AND 0.06, 'the zero-change forecast beside the network') FROM model WHERE name = 'default';
SELECT is(model_info(m)->'options'->>'training', CASE name WHEN 'preset rank_lstm' THEN 'joint' ELSE 'two_stage' END, name || ': its training')
FROM model WHERE name LIKE 'preset%';
SELECT is((model_info(m)->'options') - '{seed,huber_delta,momentum,quantile,feature_names,kinds,dense,refit,weight_decay,interval_level,dropout,patience,ensemble,random_walk_weight,positions,attention,normalization}'::text[],
	'{"body": "recurrent", "cell": "lstm", "loss": "mse", "alpha": 0.1, "units": [4], "epochs": 1, "target": "level", "ranking": "separate", "horizons": [1], "training": "two_stage", "clip_norm": 0,
	"look_back": 4, "optimizer": "adam", "batch_size": 1, "learning_rate": 0.001, "relation_form": "explicit", "relation_norm": "degree", "similarity_features": 0, "validation_fraction": 0.25}', 'the paper''s preset')
FROM model WHERE name = 'preset rlstm_separate';
SELECT is((SELECT count(*) FROM model, graph_rank_training_log(m) WHERE name = 'ensemble'), 6::bigint, 'the log of each member and epoch');
SELECT is((SELECT sum(cardinality(p."values")) FROM model, model_parameters(m) p WHERE model.name = 'ensemble'), (SELECT (model_info(m)->>'parameters')::bigint FROM model WHERE name = 'ensemble'), 'all parameters');
SELECT cmp_ok(model_size(m), '<', 20000::bigint, 'the size of a model') FROM model WHERE name = 'default';

-- ---- relations ------------------------------------------------------------------------------------

SELECT is((SELECT array_agg(relation ORDER BY n) FROM model, graph_rank_relations(m) WITH ORDINALITY AS r (relation, weight, sd, n) WHERE name = 'default'),
	'{downstream,indirect downstream,indirect upstream,same sector,upstream}', 'a weight for each kind');
SELECT is((SELECT array_agg(weight ORDER BY n) FROM model, graph_rank_relations(m) WITH ORDINALITY AS r (relation, weight, sd, n) WHERE name = 'default'),
	(SELECT p."values"::float8[] FROM model, model_parameters(m) p WHERE p.name = 'relation.weight' AND model.name = 'default'), 'that of the network');
SELECT is((SELECT count(*) FROM model, graph_rank_relations(m) WHERE name = 'default' AND sd IS NOT NULL), 0::bigint, 'one member has no standard deviation');
SELECT results_eq($$SELECT relation, round(weight::numeric, 5), round(sd::numeric, 5) FROM model, graph_rank_relations(m) WHERE name = 'ensemble' ORDER BY 1$$,
	$$SELECT kind, round(avg(v)::numeric, 5), round(stddev_samp(v)::numeric, 5) FROM model, model_parameters(m) p, LATERAL jsonb_array_elements_text(model_info(m)->'options'->'kinds') WITH ORDINALITY k (kind, n),
		LATERAL unnest(p."values"::float8[]) WITH ORDINALITY w (v, n) WHERE model.name = 'ensemble' AND p.name LIKE '%relation.weight' AND k.n = w.n GROUP BY kind ORDER BY 1$$, 'means over the members');
SELECT is((SELECT count(*) FROM model, graph_rank_relations(m) WHERE name = 'none'), 0::bigint, 'none without relations');

-- ---- forecasts ------------------------------------------------------------------------------------

CREATE TABLE made AS
SELECT industry, sector, day, spread, (f).*, f IS NULL AS short, row_number() OVER (PARTITION BY industry ORDER BY day) AS n
FROM (SELECT *, graph_rank_forecast(m, industry, day, spread, x, sector) OVER () AS f FROM market, model WHERE name = 'default') q;
SELECT is((SELECT array_agg(DISTINCT short = (n <= 5)) FROM made), '{t}', 'no forecast while the history is short, the change of its first row included');
SELECT is((SELECT count(*) FROM (SELECT place, rank() OVER (PARTITION BY day ORDER BY forecast DESC) AS expected FROM made WHERE NOT short) q WHERE place <> expected), 0::bigint, 'places from the highest forecast down');
SELECT is((SELECT count(*) FROM (SELECT group_place, rank() OVER (PARTITION BY day, sector ORDER BY forecast DESC) AS expected FROM made WHERE NOT short) q WHERE group_place <> expected), 0::bigint, 'within the group');
SELECT ok(bool_and(lower < forecast AND forecast < upper), 'an interval') FROM made WHERE NOT short;
SELECT ok(bool_and((f).lower IS NULL AND (f).upper IS NULL), 'no interval without validation')
FROM (SELECT graph_rank_forecast(m, industry, day, spread, x, sector) OVER () AS f FROM market, model WHERE name = 'no validation') q WHERE NOT f IS NULL;
SELECT ok(bool_and((f).group_place IS NULL), 'no place in a group without groups')
FROM (SELECT graph_rank_forecast(m, industry, day, spread, x) OVER () AS f FROM market, model WHERE name = 'default') q WHERE NOT f IS NULL;
SELECT is((SELECT count(f) FROM (SELECT graph_rank_forecast(m, industry, day, spread, x) OVER () AS f FROM market, model WHERE name = 'separate') q), (SELECT count(*) FROM made WHERE NOT short), 'groups are not needed to forecast');
SELECT is((SELECT count(*) FROM (SELECT forecast, place, (graph_rank_forecast(m, row_number, day, spread, x) OVER ()).place AS other
	FROM (SELECT made.*, x, m, dense_rank() OVER (ORDER BY industry) AS row_number FROM made JOIN market USING (industry, day), model WHERE name = 'none') q) q2
	WHERE forecast IS NOT NULL AND other IS NULL), 0::bigint, 'entities by number');
SELECT ok((SELECT count(DISTINCT (f).forecast) FROM (SELECT graph_rank_forecast(m, industry, day, spread, x, sector, step) OVER () AS f, industry, day FROM market, model, (VALUES (5)) s (step) WHERE name = 'horizons') q) > 3000, 'another step');
SELECT is(forecast_bytes('(SELECT * FROM market ORDER BY md5(industry || day)) s', 'ensemble'), forecast_bytes('market', 'ensemble'), 'rows in any order');
SELECT is(forecast_bytes('(SELECT industry, sector, day, CASE WHEN day > ''2010-05-05'' THEN 7 - spread ELSE spread END AS spread, x FROM market) s', name, 'day <= ''2010-05-05'''),
	forecast_bytes('market', name, 'day <= ''2010-05-05'''), name || ': later rows change no earlier byte') FROM model;
SELECT isnt(forecast_bytes('(SELECT industry, sector, day, CASE WHEN day > ''2010-05-05'' THEN 7 - spread ELSE spread END AS spread, x FROM market) s', 'default', 'day > ''2010-05-05'''),
	forecast_bytes('market', 'default', 'day > ''2010-05-05'''), 'but later ones');
-- relations matter: another entity's past changes a forecast exactly where there is a path of one relation
SELECT is((SELECT array_agg(DISTINCT a.industry ORDER BY a.industry) FROM
	(SELECT industry, day, (graph_rank_forecast(m, industry, day, spread, x) OVER ()).forecast FROM market, model WHERE name = 'default') a JOIN
	(SELECT industry, day, (graph_rank_forecast(m, industry, day, spread, x) OVER ()).forecast FROM (SELECT industry, day, CASE industry WHEN 'coal' THEN spread + 0.1 * cos(day - date '2010-01-01') ELSE spread END AS spread, x FROM market) s, model WHERE name = 'default') b USING (industry, day)
	WHERE a.forecast <> b.forecast), (SELECT array_agg(DISTINCT i ORDER BY i) FROM (SELECT target FROM graph, relation_graph_edges(g) WHERE source = 'coal' UNION SELECT 'coal') e (i)), 'what acts on whom');
SELECT is((SELECT count(*) FROM (SELECT f FROM (SELECT name, graph_rank_forecast(m, industry, day, spread, x, sector) OVER (PARTITION BY name) AS f FROM market, model WHERE name IN ('default', 'explicit')) q) q2),
	(SELECT 2 * count(*) FROM market), 'a model for each partition');
SELECT is((SELECT count(f) FROM (SELECT graph_rank_forecast(m, 'planet'::text, day, spread, x) OVER () AS f FROM market, model WHERE name = 'default' AND industry = 'cars') q),
	(SELECT count(*) - 5 FROM market WHERE industry = 'cars'), 'an entity that the graph lacks');

-- a day with a single entity, and a graph with entities that have no rows
SELECT ok((SELECT graph_rank_fit(industry, day, spread, x, NULL, g, '{"units": [2], "epochs": 1, "ensemble": 1}') FROM market, graph WHERE sector = 'energy') IS NOT NULL, 'entities without rows');
SELECT ok((SELECT graph_rank_fit(industry, day, spread, x, sector, g) FROM market, graph WHERE false) IS NULL, 'no rows');

-- ---- linkage --------------------------------------------------------------------------------------

CREATE TABLE link AS
SELECT name, day, (l).* FROM (SELECT name, day, unnest(links) AS l FROM (
	SELECT name, d.day, graph_rank_linkage(m, industry, market.day, spread, x) AS links
	FROM market, model, (VALUES (date '2010-03-10'), ('2010-06-25')) d (day) WHERE market.day <= d.day AND name NOT IN ('none', 'preset rank_lstm') GROUP BY name, d.day) q) q;
CREATE VIEW present AS SELECT day, industry FROM market;
SELECT is((SELECT string_agg(name, ', ' ORDER BY name) FROM (SELECT name FROM model EXCEPT SELECT name FROM link) q), 'none, preset rank_lstm', 'links of every model with relations');
SELECT results_eq($$SELECT target, source, kinds FROM link WHERE name = 'default' AND day = '2010-03-10' ORDER BY 1, 2$$,
	$$SELECT target, source, array_agg(kind ORDER BY kind COLLATE "C") FROM graph, relation_graph_edges(g) JOIN present t ON t.industry = target JOIN present s ON s.industry = source
		WHERE t.day = '2010-03-10' AND s.day = t.day GROUP BY 1, 2 ORDER BY 1, 2$$, 'the pairs of the graph that are present');
SELECT is((SELECT count(*) FROM link WHERE 'steel' IN (source, target) AND day = '2010-06-25'), 0::bigint, 'none of an entity that is absent');
SELECT ok(bool_and(abs(sum - 1) < 1e-5), 'softmax over the neighbours') FROM (SELECT sum(weight) FROM link WHERE name = 'softmax' GROUP BY day, target) q;
SELECT ok(bool_and(abs(sum - 1) < 1e-5), 'softmax over those acted on') FROM (SELECT sum(weight) FROM link WHERE name = 'column_softmax' GROUP BY day, source) q;
SELECT is((SELECT count(DISTINCT kinds) FROM link WHERE name = 'kinds'), 3::bigint, 'of the kinds chosen') ;
-- explicit weights: the ratio of two pairs of the same embeddings, each way round, is that of their kinds
SELECT ok(count(*) > 10 AND bool_and(abs(a.weight * na.n / nullif(b.weight * nb.n, 0) - ga.g / gb.g) < 1e-3), 'explicit weights are phi(w''a + b) times the similarity, by degree')
FROM (SELECT * FROM link WHERE name = 'explicit' AND day = '2010-03-10') a JOIN (SELECT * FROM link WHERE name = 'explicit' AND day = '2010-03-10') b ON a.target = b.source AND a.source = b.target AND a.kinds <> b.kinds
JOIN (SELECT target, count(*) AS n FROM link WHERE name = 'explicit' AND day = '2010-03-10' GROUP BY 1) na ON na.target = a.target JOIN (SELECT target, count(*) AS n FROM link WHERE name = 'explicit' AND day = '2010-03-10' GROUP BY 1) nb ON nb.target = b.target,
LATERAL (SELECT sum(weight) FILTER (WHERE relation = ANY (a.kinds)), sum(weight) FILTER (WHERE relation = ANY (b.kinds)) FROM model, graph_rank_relations(m) WHERE name = 'explicit') w (a, b),
LATERAL (SELECT p."values"[1]::float8 FROM model, model_parameters(m) p WHERE model.name = 'explicit' AND p.name = 'relation.bias') bias (b),
LATERAL (SELECT greatest(w.a + bias.b, 0.2 * (w.a + bias.b))) ga (g), LATERAL (SELECT greatest(w.b + bias.b, 0.2 * (w.b + bias.b))) gb (g);
SELECT is((SELECT md5(graph_rank_linkage(m, industry, day, spread, x)::text) FROM (SELECT * FROM market ORDER BY md5(industry || day)) s, model WHERE name = 'ensemble'),
	(SELECT md5(graph_rank_linkage(m, industry, day, spread, x)::text) FROM market, model WHERE name = 'ensemble'), 'rows in any order');
SELECT is((SELECT cardinality(graph_rank_linkage(m, industry, day, spread, x)) FROM market, model WHERE name = 'default' AND day < '2010-01-15'), 0, 'too little history: no links');
SELECT ok((SELECT graph_rank_linkage(m, industry, day, spread, x) FROM market, model WHERE false) IS NULL, 'no rows');
SELECT is((SELECT cardinality(graph_rank_linkage(m, dense_rank, t, spread, x)) FROM (SELECT *, dense_rank() OVER (ORDER BY industry), day - date '2010-01-01' AS t FROM market) s, model WHERE name = 'default'), 0, 'entities by number, unknown to the graph');
SELECT throws_ok(format('SELECT graph_rank_linkage(%s) FROM market, model WHERE name = %L', arguments, name), state, message, arguments) FROM (VALUES
	('none', 'm, industry, day, spread, x', '22023', 'graph_rank_linkage: the model was fitted with relation_form "none"'),
	('default', 'm, industry, day, spread, NULL', '2202E', 'graph_rank_linkage: 0 features, the model was fitted with 2'),
	('default', 'NULL, industry, day, spread, x', '22004', 'graph_rank_linkage: the model is NULL'),
	('default', 'm, industry, day, NULL, x', '22004', NULL),
	('default', 'm, industry, date ''2010-01-01'', spread, x', '23505', NULL)) AS v (name, arguments, state, message);
SELECT throws_ok($$SELECT graph_rank_linkage(m, industry, day, spread, x) FROM market, model WHERE name IN ('default', 'explicit')$$, '22023', NULL, 'two models');

-- ---- the same everywhere --------------------------------------------------------------------------

CREATE TABLE markets AS
SELECT seed, m.* FROM generate_series(1, 3) AS seed, LATERAL (SELECT industry, sector, day, spread, NULL::float8[] AS x FROM sample_market(seed, 30)) m;
CREATE TABLE shuffled AS SELECT * FROM markets ORDER BY md5(seed || industry || day);
CREATE TABLE by_seed (LIKE markets) PARTITION BY HASH (seed);
CREATE TABLE by_seed_0 PARTITION OF by_seed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_seed_1 PARTITION OF by_seed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_seed SELECT * FROM shuffled;
CREATE TABLE by_day (LIKE markets) PARTITION BY RANGE (day);
CREATE TABLE by_day_0 PARTITION OF by_day FOR VALUES FROM ('2009-01-01') TO ('2010-01-20');
CREATE TABLE by_day_1 PARTITION OF by_day FOR VALUES FROM ('2010-01-20') TO ('2011-01-01');
CREATE TABLE by_day_2 PARTITION OF by_day FOR VALUES FROM ('2011-01-01') TO ('2012-01-01');
INSERT INTO by_day SELECT * FROM shuffled;
ALTER TABLE shuffled SET (parallel_workers = 4);
ANALYZE;
CREATE FUNCTION fits(source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT string_agg(md5(creditspread_internal.graph_rank_model_send(m)), '','' ORDER BY seed) FROM (SELECT seed, graph_rank_fit(industry, day, spread, x, sector, (SELECT g FROM graph),
		''{"units": [2], "epochs": 1, "ensemble": 1, "ranking": "separate"}'') AS m FROM %s GROUP BY seed) q', source) INTO result;
	RETURN result;
END $$;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE expected AS SELECT fits('markets') AS f;
SELECT isnt(f, NULL, 'fits') FROM expected;
SELECT is(fits('markets'), f, 'the same seed, the same bytes') FROM expected;
SELECT is(fits('shuffled'), f, 'shuffled rows') FROM expected;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(fits('by_seed'), f, 'partition-wise') FROM expected;
SELECT is(fits('by_day'), f, 'combined from partitions, one of them empty') FROM expected;
SET LOCAL enable_partitionwise_aggregate = off;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT matches(plan_of('SELECT graph_rank_fit(industry, day, spread, x, sector, (SELECT g FROM graph)) FROM shuffled WHERE seed = 1'), 'Workers Planned: 2\s.*Partial Aggregate', 'EXPLAIN shows the partial aggregate');
SELECT is(fits('shuffled'), f, 'two workers') FROM expected;
SET LOCAL max_parallel_workers_per_gather = 4;
SELECT is(fits('shuffled'), f, 'four workers') FROM expected;
SET LOCAL max_parallel_workers_per_gather = 0;

-- the types of time and entity
CREATE TABLE typed AS SELECT industry, dense_rank() OVER (ORDER BY industry) AS number, sector, day, day - date '2010-01-01' AS n, spread FROM markets WHERE seed = 1;
SELECT is(md5(string_agg(p."values"::text, ' ')), (SELECT md5(string_agg(p."values"::text, ' ')) FROM (SELECT graph_rank_fit(industry, day, spread, NULL, sector, g, '{"units": [2], "epochs": 1}') AS m FROM typed, graph) q, model_parameters(m) p), 'time of type ' || type)
FROM (SELECT 'timestamp' AS type, graph_rank_fit(industry, day::timestamp, spread, NULL, sector, g, '{"units": [2], "epochs": 1}') AS m FROM typed, graph
	UNION ALL SELECT 'timestamptz', graph_rank_fit(industry, day::timestamptz, spread, NULL, sector, g, '{"units": [2], "epochs": 1}') AS m FROM typed, graph
	UNION ALL SELECT 'bigint', graph_rank_fit(industry, n, spread, NULL, sector, g, '{"units": [2], "epochs": 1}') AS m FROM typed, graph) q, model_parameters(m) p GROUP BY type;
SELECT is((SELECT count(m) FROM (SELECT graph_rank_fit(number, day, spread, NULL, NULL, (SELECT relation_graph(1::bigint, 2::bigint, 'k'::text)), '{"units": [2], "epochs": 1}') AS m FROM typed) q), 1::bigint, 'entities by number');

-- ---- stored and sent ------------------------------------------------------------------------------

SELECT is(m::text::graph_rank_model::text, m::text, name || ': through text') FROM model;
SELECT throws_ok(format('SELECT %L::graph_rank_model', changed), state, message, reason)
FROM (SELECT m::text AS t FROM model WHERE name = 'kinds') q, LATERAL (VALUES
	('a shorter text', left(t, 900), '22P02', NULL),
	('another graph', replace(t, '"same sector": "', '"same sector": "1 3, '), '22P02', NULL),
	('a kind of another name', replace(t, '"same sector"', '"some sector"'), '22P02', NULL),
	('a kind that the graph lacks', replace(t, '"kinds": ["downstream", "same sector"]', '"kinds": ["downstream", "upstream"]'), '22023', 'graph_rank_model: option "kinds" has "upstream", which is not a kind of the graph'),
	('a kind twice', replace(t, '"kinds": ["downstream", "same sector"]', '"kinds": ["downstream", "downstream"]'), '22023', 'graph_rank_model: option "kinds" has "downstream" twice'),
	('fewer kinds', replace(t, '"kinds": ["downstream", "same sector"]', '"kinds": []'), '22023', 'graph_rank_model: "graph" has 2 kinds with relation_form "implicit" and 0 "kinds"'),
	('no relations', replace(t, '"relation_form": "implicit"', '"relation_form": "none"'), '22023', 'graph_rank_model: option "kinds" is given with relation_form "none"'),
	('another form', replace(t, '"relation_form": "implicit"', '"relation_form": "explicit"'), '22023', NULL),
	('another body', replace(t, '"body": "recurrent"', '"body": "transformer"'), '22023', NULL),
	('no body', replace(t, '"body": "recurrent", ', ''), '22023', NULL),
	('no graph', regexp_replace(t, ', "graph": .*, "input_sd"', ', "input_sd"'), '22023', NULL),
	('series scaled over one row', replace(t, '"local_rows": 250', '"local_rows": 1'), '22023', 'graph_rank_model: "local_rows" must be an integer from 2 to 1000'),
	('over half a row more', replace(t, '"local_rows": 250', '"local_rows": 250.5'), '22023', 'graph_rank_model: "local_rows" must be an integer from 2 to 1000'),
	('over rows that are none', replace(t, '"local_rows": 250', '"local_rows": "250"'), '22023', NULL),
	('over other rows', replace(t, '"local_rows": 250', '"local_rows": 251'), '22P02', NULL),
	('a graph of no entities', regexp_replace(t, '"entities": \[[^]]*\]', '"entities": []'), '22P02', NULL)) AS c (reason, changed, state, message);
SELECT throws_ok(format('SELECT %L::rnn_model', m::text), '22P02', NULL, 'a model of another type') FROM model WHERE name = 'default';

-- ---- warm start -----------------------------------------------------------------------------------

SELECT is(model_info(graph_rank_fit(industry, day, spread, x, sector, g, graph_rank_options(warm_start => (SELECT m FROM model WHERE name = 'default'), epochs => 1)))->'options'->'units', '[3]', 'a warm start takes the model''s options') FROM market, graph;
SELECT is(model_info(graph_rank_fit(industry, day, spread, x, sector, g, graph_rank_options(warm_start => (SELECT m FROM model WHERE name = 'transformer'), epochs => 1)))->'options'->'width', '4', 'of a Transformer too') FROM market, graph;
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, x, sector, g, graph_rank_options(warm_start => (SELECT m FROM model WHERE name = 'default'), kinds => '{upstream}')) FROM market, graph$$,
	'22023', NULL, 'other kinds');
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, x, sector, g, graph_rank_options(warm_start => (SELECT m FROM model WHERE name = 'kinds'), kinds => '{upstream,downstream}')) FROM market, graph$$,
	'22023', 'graph_rank_fit: the relations have the kind "upstream" where those of warm_start have "same sector"', 'as many other kinds');
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, x, sector, g, graph_rank_options(warm_start => (SELECT m FROM model WHERE name = 'two_stage'))) FROM market, graph$$,
	'22023', 'graph_rank_fit: option "training" is "two_stage" with a warm_start', 'two stages');

-- ---- bad input ------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT graph_rank_fit(industry, day, spread, x, sector, g, %L) FROM market, graph', options), state, message, options) FROM (VALUES
	('{"relation_form": "implizit"}', '22023', NULL),
	('{"form": 1}', '22023', NULL),
	('{"width": 4}', '22023', NULL),
	('{"body": "transformer", "cell": "gru"}', '22023', NULL),
	('{"body": "tree"}', '22023', NULL),
	('{"alpha": -1}', '22023', NULL),
	('{"alpha": 1e7}', '22023', NULL),
	('{"kinds": ["same"]}', '22023', 'graph_rank_fit: option "kinds" has "same", which is not a kind of the graph'),
	('{"feature_names": ["y"]}', '22023', 'graph_rank_fit: option "feature_names" has "y", the series itself'),
	('{"kinds": ["upstream", "upstream"]}', '22023', 'graph_rank_fit: option "kinds" has "upstream" twice'),
	('{"kinds": ["upstream"], "relation_form": "none"}', '22023', 'graph_rank_fit: option "kinds" is given with relation_form "none"'),
	('{"training": "two_stage", "relation_form": "none"}', '22023', 'graph_rank_fit: option "training" is given with relation_form "none"'),
	('{"relation_norm": "softmax", "relation_form": "none"}', '22023', 'graph_rank_fit: option "relation_norm" is "softmax" with relation_form "none"'),
	('{"similarity_features": 1}', '22023', 'graph_rank_fit: option "similarity_features" is 1 with relation_form "implicit"'),
	('{"similarity_features": 3, "relation_form": "explicit"}', '22023', 'graph_rank_fit: option "similarity_features" is 3 with 2 features'),
	('{"similarity_features": 1, "relation_form": "explicit", "training": "two_stage"}', '22023', 'graph_rank_fit: option "similarity_features" is 1 with training "two_stage"'),
	('{"preset": "rlstm"}', '22023', NULL),
	('{"body": "transformer", "preset": "rank_lstm"}', '22023', 'graph_rank_fit: unknown option "preset"'),
	('{"feature_names": ["a"]}', '22023', 'graph_rank_fit: option "feature_names" has 1 names for 2 features'),
	('{"batch_size": 0}', '22023', NULL)) AS v (options, state, message);
SELECT throws_ok(format('SELECT graph_rank_fit(%s) FROM market, graph', arguments), state, message, arguments) FROM (VALUES
	('NULL::text, day, spread, x, sector, g', '22004', 'the entity of an observation must not be NULL'),
	('industry, NULL::date, spread, x, sector, g', '22004', 'the time of an observation must not be NULL'),
	('industry, day, NULL, x, sector, g', '22004', NULL),
	('industry, day, ''NaN'', x, sector, g', '22003', NULL),
	('industry, day, spread, ARRAY[1, NULL]::float8[], sector, g', '22004', NULL),
	('industry, day, spread, ARRAY[1, ''inf'']::float8[], sector, g', '22003', NULL),
	('industry, day, spread, ARRAY[[1, 2]]::float8[], sector, g', '2202E', NULL),
	('industry, ''infinity''::date, spread, x, sector, g', '22008', NULL),
	('industry, date ''2010-01-01'', spread, x, sector, g', '23505', NULL),
	('industry, day, 1, NULL, sector, g', '22000', NULL),
	('industry, day, spread, x, sector, NULL', '22004', 'graph_rank_fit: the graph is NULL with relation_form "implicit"'),
	('industry, day, spread, x, NULL, g, ''{"ranking": "separate"}''', '22004', 'graph_rank_fit: the group of entity "agriculture" is NULL with ranking "separate"'),
	('industry, day, spread, x, day::text, g', '22023', 'graph_rank_fit: entity "agriculture" has more than one group'),
	('''x'' || industry, day, spread, x, sector, g', '22023', NULL),
	('industry, day, spread, x, sector, g, ''[]''', '22023', NULL)) AS v (arguments, state, message);
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, x, sector, g) FROM market, graph WHERE day < '2010-01-15'$$, '22023', NULL, 'too few rows');
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, x, sector, g) FROM market, graph WHERE day = '2010-01-15'$$, '22023', NULL, 'one day');
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, CASE WHEN day > '2010-02-01' THEN x END, sector, g) FROM market, graph$$, '2202E', NULL, 'features that come and go');
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, x, sector, g, CASE WHEN day > '2010-02-01' THEN '{"alpha": 1}'::jsonb ELSE '{}' END) FROM market, graph$$, '22023', NULL, 'options that differ');
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, x, sector, CASE WHEN day > '2010-02-01' THEN g ELSE relation_graph_shuffle(g) END) FROM market, graph$$, '22023', NULL, 'graphs that differ');
SELECT throws_ok($$SELECT creditspread_internal.graph_rank_fit_transition(NULL, 'a'::text, 1::bigint, 1, NULL, NULL, NULL)$$, '42809', 'graph_rank_fit must be called as an aggregate', 'the transition function outside of an aggregate');
CREATE AGGREGATE panel_state(text, bigint, float8, float8[]) (SFUNC = creditspread_internal.rnn_fit_panel_transition, STYPE = creditspread_internal.creditspread_panel);
SELECT throws_ok($$SELECT creditspread_internal.graph_rank_fit_final(panel_state('a', g, g, NULL)) FROM generate_series(1, 50) g$$, '22023', 'graph_rank_fit: the state is not one of graph_rank_fit', 'a state of rnn_fit');

SELECT throws_ok(format('SELECT graph_rank_forecast(%s) OVER () FROM market, model WHERE name = ''default''', arguments), state, message, arguments) FROM (VALUES
	('NULL::graph_rank_model, industry, day, spread, x', '22004', 'graph_rank_forecast: the model is NULL'),
	('m, NULL::text, day, spread, x', '22004', NULL),
	('m, industry, NULL::date, spread, x', '22004', NULL),
	('m, industry, day, NULL, x', '22004', NULL),
	('m, industry, day, ''NaN'', x', '22003', NULL),
	('m, industry, day, spread', '2202E', NULL),
	('m, industry, day, spread, ''{1}''', '2202E', NULL),
	('m, industry, day, spread, ''{1,NULL}''', '22004', NULL),
	('m, industry, day, spread, x, day::text', '22023', 'graph_rank_forecast: entity "agriculture" has more than one group'),
	('m, ''a''::text, day, spread, x', '23505', NULL),
	('m, industry, day, spread, x, sector, 2', '22023', 'graph_rank_forecast: step is 2, the model forecasts steps 1'),
	('m, industry, day, spread, x, sector, NULL', '22023', 'graph_rank_forecast: step is NULL, the model forecasts steps 1'),
	('m, industry, day, spread, x, sector, CASE industry WHEN ''cars'' THEN 2 ELSE 1 END', '22023', NULL)) AS v (arguments, state, message);
SELECT throws_ok($$SELECT graph_rank_forecast(m, industry, day, spread, x) OVER () FROM market, model WHERE name IN ('default', 'explicit')$$, '22023', NULL, 'two models');

SET LOCAL creditspread.max_model_memory = '1MB';
SELECT throws_ok($$SELECT graph_rank_fit(industry, day, spread, x, sector, g, '{"units": [512]}') FROM market, graph$$, '53200', NULL, 'memory over the limit is refused');
SELECT throws_ok($$SELECT graph_rank_forecast(m, industry || n, day, spread, x) OVER () FROM market, model, generate_series(1, 20) n WHERE name = 'default'$$, '53200', NULL, 'in forecasts too');

SELECT * FROM finish();
ROLLBACK;

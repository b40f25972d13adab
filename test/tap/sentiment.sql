-- entity_features, text_embedding, entity_sentiment_fit, entity_sentiment, cosine_similarity, nearest, expanding_zscore,
-- classification_measures, permutation_test, sample_text_market, heatmap_chart.
BEGIN;
SELECT no_plan();
SET LOCAL client_min_messages = warning;
\ir helpers.psql

-- ---- entities
CREATE TABLE found AS
SELECT row_number() OVER () AS place, * FROM entity_features('hashing', 'Tong Guang surged 11%, Tian Lu fell. NESTLÉ and A.B.C. (USA) [x*] fell; 中国石油上涨，中石化下跌; Lucky tian  lu',
	'{Tian Lu,nestle,Tong Guang,A.B.C. (USA),[x*],中石化,石油,Lu,absent,"",Tian Lu,TIAN LU," Nestlé ",urged,Guang surged}');
SELECT is((SELECT string_agg(entity || ' ' || mentions, ', ' ORDER BY place) FROM found),
	'Tian Lu 1, nestle 1, Tong Guang 1, A.B.C. (USA) 1, [x*] 1, 中石化 1, 石油 1, Lu 2, TIAN LU 1,  Nestlé  1, Guang surged 1', 'entities that occur, in the order of the list, each once');
SELECT is((SELECT array_agg(DISTINCT array_length(features, 1)) FROM found), '{3072}', '3 parts of 1,024 buckets');
SELECT is((SELECT count(DISTINCT features) FROM found WHERE entity IN ('Tian Lu', 'TIAN LU')), 1::bigint, 'case does not matter');
SELECT is((SELECT count(DISTINCT features) FROM found WHERE entity IN ('Tian Lu', 'Tong Guang')), 2::bigint, 'who rose and who fell differ');
SELECT is((SELECT count(*) FROM entity_features('hashing', 'A rose, while B fell', '{A,B}') a, entity_features('hashing', 'A rose, while B fell', '{B,A}', '{}') b
	WHERE a.entity = b.entity AND a.features = b.features), 2::bigint, 'whatever the order of the list');
SELECT is((SELECT array_agg(array_length(features, 1)) FROM entity_features('hashing', 'a b', '{a}', text_options(buckets => 16, pooling => 'mean_max'))), '{80}', 'buckets and poolings');
SELECT is((SELECT features[17:48] FROM entity_features('hashing', 'x', '{x}', text_options(buckets => 16))), array_fill(0::real, '{32}'), 'nothing beside an entity is 0');
SELECT is((SELECT count(*) FROM entity_features('hashing', NULL, '{a}')) + (SELECT count(*) FROM entity_features('hashing', 'a', NULL))
	+ (SELECT count(*) FROM entity_features('hashing', '', '{a}')) + (SELECT count(*) FROM entity_features('hashing', 'a', '{}')), 0::bigint, 'NULL and nothing give no rows');
SELECT is((SELECT array_agg(mentions ORDER BY entity) FROM entity_features('hashing', repeat('Tian Lu dropped 中国石油上涨 ', 20000), '{Tian Lu,石油}')), '{20000,20000}', 'half a megabyte and more');
SELECT is((SELECT string_agg(entity, ',') FROM entity_features('hashing', 'name 4711 and name 3', (SELECT array_agg('Name ' || i) FROM generate_series(1, 10000) i))), 'Name 3,Name 4711', '10,000 entities');
SELECT is((SELECT count(DISTINCT features) FROM generate_series(1, 3), LATERAL (SELECT features FROM (VALUES ('a up'), ('a down')) t (x), entity_features('hashing', x, '{a}')) f), 2::bigint, 'lists are kept from call to call, texts are not');
SELECT is(round((SELECT sum(x * x) FROM unnest(text_embedding('hashing', 'Steel rose')) x)::numeric, 5), 1.00000, 'an embedding has length 1');
SELECT is(text_embedding('hashing', ' '), array_fill(0::real, '{1024}'), 'or is 0');
SELECT is(text_embedding('hashing', 'É'), text_embedding('hashing', 'e'), 'accents do not matter');
SELECT is(text_embedding('hashing', NULL), NULL, 'NULL');
SELECT is(error_of(statement), error, statement) FROM (VALUES
	($$SELECT entity_features('bert', 'a', '{a}')$$, '42704 entity_features: there is no encoder "bert"'),
	($$SELECT text_embedding('', 'a')$$, '42704 text_embedding: there is no encoder ""'),
	($$SELECT entity_features('hashing', 'a', '{a,NULL}')$$, '22004 entity_features: entities[2] is NULL'),
	($$SELECT entity_features('hashing', 'a', '{{a},{b}}')$$, '2202E entity_features: entities has 2 dimensions, must have 1'),
	($$SELECT entity_features('hashing', 'a', '{a}', '{"buckets": 8}')$$, '22023 entity_features: option "buckets" is 8, must be an integer from 16 to 65536'),
	($$SELECT cosine_similarity('{1,2}', '{1}')$$, '2202E cosine_similarity: the vectors have 2 and 1 elements'),
	($$SELECT cosine_similarity('{1,NaN}', '{1,2}')$$, '22003 cosine_similarity: the first vector has NaN in element 2'),
	($$SELECT nearest('{1,2}', '{a}', '{{1,2},{3,4}}')$$, '2202E nearest: 1 names for 2 vectors'),
	($$SELECT nearest('{1}', '{a,b}', '{{1,2},{3,4}}')$$, '2202E nearest: embedding has 1 elements, those of embeddings have 2'),
	($$SELECT nearest('{1,2}', '{a,b}', '{{1,2},{3,4}}', 0)$$, '22023 nearest: k is 0, must be at least 1'),
	($$SELECT nearest('{1,2}', '{a,NULL}', '{{1,2},{3,4}}')$$, '22004 nearest: names[2] is NULL'),
	($$SELECT nearest('{1,2}', '{a,b}', '{1,2}')$$, '2202E nearest: embeddings has 1 dimensions, must have 2'),
	($$SELECT expanding_zscore('NaN') OVER ()$$, '22003 expanding_zscore: x in row 1 of the partition is NaN'),
	($$SELECT sample_text_market(-1)$$, '22023 sample_text_market: seed is -1, must be at least 0'),
	($$SELECT sample_text_market_texts(1, 0)$$, '22023 sample_text_market: days is 0, must be from 1 to 100000'),
	($$SELECT sample_text_market(1, 1, 'NaN')$$, '22023 sample_text_market: link is NaN, must be from -100 to 100'),
	($$SELECT matrix_chart('{a}', '{b,c}', '{{1}}')$$, '2202E matrix_chart: 1 x 1 values for 1 rows and 2 columns')) e (statement, error);

-- ---- topics
SELECT results_eq($$SELECT name, round(similarity::numeric, 4) FROM nearest('{1,0,0}', '{a,b,c,d}', '{{1,1,0},{1,0,0},{0,1,0},{0,0,0}}', 3)$$,
	$$VALUES ('b', 1.0000), ('a', 0.7071), ('c', 0.0000)$$, 'nearest');
SELECT is((SELECT string_agg(name, '') FROM nearest('{1,0,0}', '{a,b,c,d}', '{{1,1,0},{1,0,0},{0,1,0},{0,0,0}}', 9, 0.5)), 'ba', 'with a threshold');
SELECT is((SELECT count(*) FROM nearest('{0,0}', '{a}', '{{1,2}}')) + (SELECT count(*) FROM nearest('{1,2}', '{}', '{}')) + (SELECT count(*) FROM nearest(NULL, '{a}', '{{1,2}}')), 0::bigint, 'near to nothing');
SELECT is(cosine_similarity('{0,0}', '{1,1}'), NULL, 'a vector of 0 has no direction');

-- what a statement holds while it goes on
CREATE FUNCTION bytes_now(n int) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$ BEGIN RETURN (SELECT sum(total_bytes) FROM pg_backend_memory_contexts); END $$;
SELECT cmp_ok((SELECT max(bytes) - min(bytes) FROM (SELECT CASE WHEN n % 4000 = 1000 THEN bytes_now(n) END AS bytes FROM generate_series(1, 5000) n, entity_features('hashing', 'up ' || n, '{up}')) s), '<', 500000::bigint, 'texts leave no memory behind');
SELECT cmp_ok((SELECT max(bytes) - min(bytes) FROM (SELECT CASE WHEN n % 4000 = 1000 THEN bytes_now(n) END AS bytes FROM generate_series(1, 5000) n, nearest(ARRAY[n, 1]::real[], '{a}', '{{1,2}}', 1)) s), '<', 500000::bigint, 'nor do the topics that are near to them');

-- ---- equations 4 to 8 against a program of their own
\ir ../golden/sentiment.sql
CREATE VIEW golden_industry AS
SELECT day, industry, expanding_zscore(raw, true) OVER (ORDER BY day) AS whole, expanding_zscore(raw) OVER (ORDER BY day) AS causal
FROM (SELECT day, industry, coalesce(sum(x), 0) AS raw
	FROM golden_day CROSS JOIN generate_series(0, 3) AS industry
	LEFT JOIN (SELECT t.day, unnest(golden_topic.industries) AS industry, similarity * score AS x
		FROM golden_told t, (SELECT array_agg(topic ORDER BY topic) AS names, array_agg(embedding ORDER BY topic) AS embeddings FROM golden_topic) topics,
			nearest(t.embedding, names, embeddings, 5, 0.1) JOIN golden_topic ON topic = name) told USING (day, industry)
	GROUP BY 1, 2) summed;
SELECT is((SELECT count(*) FROM golden_composite g JOIN (
		SELECT bond, day, coalesce(firm, 0) + meso_whole AS whole, coalesce(firm, 0) + meso_causal AS causal
		FROM (SELECT bond, day, avg(whole) AS meso_whole, avg(causal) AS meso_causal FROM golden_bond JOIN golden_industry ON industry = ANY (industries) GROUP BY 1, 2) m
		LEFT JOIN (SELECT day, bond, avg(score) AS firm FROM golden_firm GROUP BY 1, 2) f USING (bond, day)) c USING (bond, day)
	WHERE abs(g.whole - c.whole) < 1e-12 AND abs(g.causal - c.causal) < 1e-12), 200::bigint, 'composite sentiment, whole and causal, to 1e-12');

-- ---- the head
CREATE TABLE news AS SELECT * FROM sample_text_market_texts(1, 60);
CREATE TABLE label AS SELECT * FROM sample_text_market_labels(1, 60);
CREATE TABLE mention AS
SELECT n.text_id, n.day, f.entity, f.features, CASE label WHEN 'negative' THEN '{1,0,0}' WHEN 'neutral' THEN '{0,1,0}' ELSE '{0,0,1}' END::real[] AS p, label
FROM news n CROSS JOIN LATERAL entity_features('hashing', text, (SELECT array_agg(name) FROM sample_text_market_bonds(), unnest(names) name), text_options(buckets => 64)) f
	JOIN label l ON l.text_id = n.text_id AND l.entity = f.entity;
SELECT is((SELECT count(*) FROM mention), (SELECT count(*) FROM label WHERE entity IS NOT NULL), 'every entity that the texts are about is found, and no other');
CREATE TABLE model AS
SELECT entity_sentiment_fit(text_id, features, p, entity_sentiment_options(units => '{16}', ensemble => 1, epochs => 25)) AS m FROM mention WHERE day < '2015-03-09';
SELECT ok((SELECT (classification_measures(label, CASE greatest((s).negative, (s).neutral, (s).positive) WHEN (s).negative THEN 'negative' WHEN (s).neutral THEN 'neutral' ELSE 'positive' END)).accuracy > 0.7
	FROM (SELECT label, entity_sentiment(m, features) AS s FROM mention, model WHERE day >= '2015-03-09' OFFSET 0) q), 'labels of later texts are found');
SELECT ok((SELECT bool_and(abs((s).negative + (s).neutral + (s).positive - 1) < 1e-6 AND (s).score = (s).positive - (s).negative) FROM (SELECT entity_sentiment(m, features) AS s FROM mention, model) q), 'shares sum to 1');
SELECT is((SELECT md5(entity_sentiment_fit(text_id, features, p, '{"units": [4], "epochs": 2}')::text) FROM (SELECT * FROM mention ORDER BY md5(features::text)) s),
	(SELECT md5(entity_sentiment_fit(text_id, features, p, '{"units": [4], "epochs": 2}')::text) FROM mention), 'rows in any order');
SELECT is((SELECT (entity_sentiment(m, features)).score FROM mention, model ORDER BY text_id, entity LIMIT 1),
	(SELECT (entity_sentiment(m::text::entity_sentiment_model, features)).score FROM mention, model ORDER BY text_id, entity LIMIT 1), 'through text');
SELECT ok((SELECT model_info(m) #>> '{training,rows}' = (SELECT count(*)::text FROM mention WHERE day < '2015-03-09') AND (model_info(m) #> '{training,validation_texts}')::int > 10
	AND model_size(m) > 4 * 192 * 16 FROM model), 'model_info and model_size');
SELECT is((SELECT string_agg(name || ' ' || shape::text, ', ') FROM model, model_parameters(m)),
	'dense1.weight {16,192}, dense1.bias {16}, dense1.scale {16}, dense1.shift {16}, output.weight {3,16}, output.bias {3}', 'model_parameters');
SELECT is((SELECT entity_sentiment(m, NULL) FROM model), NULL, 'no features, no sentiment');
SELECT ok(bool_and(least(s.negative, s.neutral, s.positive) >= 0 AND greatest(s.negative, s.neutral, s.positive) <= 1 AND abs(s.score) <= 1), 'features far out are sure, and no more than that')
FROM (SELECT entity_sentiment_fit(i, ARRAY[1, i]::real[], '{1,0,0}', '{"learning_rate": 1, "epochs": 200}') AS m FROM generate_series(1::bigint, 10) i) f, unnest('{-1e30,-3,1e4,1e30}'::real[]) x, entity_sentiment(m, ARRAY[x, -x]) s;
SELECT is((SELECT string_agg(round(z::numeric, 6)::text, ' ' ORDER BY t) FROM (SELECT t, expanding_zscore(k * x) OVER (ORDER BY t) z FROM (VALUES (1, 1), (2, 3), (3, 4)) v (t, x)) s), '0.000000 1.000000 1.069045', 'z-scores in units of ' || k)
FROM unnest('{1e-307,1,4e307}'::float8[]) k;
SELECT is((SELECT entity_sentiment_fit(text_id, features, p) FROM mention WHERE false), NULL, 'no rows, no model');
-- what the parts of the network make of one row, by SQL alone
SELECT ok((SELECT abs(s.score - (e[3] - e[1]) / (e[1] + e[2] + e[3])) < 1e-4
	FROM (SELECT m, features FROM mention, model ORDER BY text_id LIMIT 1) one, entity_sentiment(m, features) s,
	LATERAL (SELECT array_agg("values" ORDER BY number) AS v FROM (SELECT (row_number() OVER ())::int AS number, "values"::text AS "values" FROM model_parameters(m)) p) p,
	LATERAL (SELECT array_agg(z ORDER BY h) AS z FROM (SELECT h, sum(w * f * (model_info(m) ->> 'scale')::float8) + (v[2]::real[])[h] AS z
		FROM generate_series(1, 16) h, unnest((v[1]::real[])[(h - 1) * 192 + 1:h * 192], features) AS u (w, f) GROUP BY h, v[2]) q) d,
	LATERAL (SELECT array_agg(greatest(0, (v[3]::real[])[h] * (z[h] - (SELECT avg(x) FROM unnest(z) x)) / sqrt((SELECT var_pop(x) FROM unnest(z) x) + 1e-5) + (v[4]::real[])[h]) ORDER BY h) AS a
		FROM generate_series(1, 16) h) r,
	LATERAL (SELECT array_agg(exp(o) ORDER BY k) AS e FROM (SELECT k, sum((v[5]::real[])[(k - 1) * 16 + h] * a[h]) + (v[6]::real[])[k] AS o FROM generate_series(1, 3) k, generate_series(1, 16) h GROUP BY k, v[6]) q) l),
	'the network by its tensors');
SELECT is(error_of(format('SELECT entity_sentiment_fit(%s) FROM (SELECT 1::bigint AS i UNION ALL SELECT 2) s', arguments)), error, arguments) FROM (VALUES
	($$NULL::bigint, '{1}', '{1,0,0}'$$, '22004 the entity of an observation must not be NULL'),
	($$i, NULL, '{1,0,0}'$$, '22004 entity_sentiment_fit: features is NULL'),
	($$i, '{1}', NULL$$, '22004 entity_sentiment_fit: probabilities is NULL'),
	($$i, '{}', '{1,0,0}'$$, '2202E entity_sentiment_fit: features has 0 elements, must have 1 to 60000'),
	($$i, '{{1}}', '{1,0,0}'$$, '2202E entity_sentiment_fit: features has 2 dimensions, must have 1'),
	($$i, '{1,Infinity}', '{1,0,0}'$$, '22003 entity_sentiment_fit: features has an infinity in element 2'),
	($$i, array_fill(1::real, ARRAY[i::int]), '{1,0,0}'$$, '2202E entity_sentiment_fit: 5 values in a row, 4 in the rows before'),
	($$i, '{1}', '{1,0}'$$, '2202E entity_sentiment_fit: probabilities has 2 elements, must have 3'),
	($$i, '{1}', '{0.5,0.4,0}'$$, '22023 entity_sentiment_fit: the probabilities 0.5, 0.4, 0 sum to 0.9, must sum to 1'),
	($$i, '{1}', '{1.5,-0.5,0}'$$, '22023 entity_sentiment_fit: probabilities[1] is 1.5, must be from 0 to 1'),
	($$i, '{0}', '{1,0,0}'$$, '22000 entity_sentiment_fit: the features of all 2 rows are 0'),
	($$1::bigint, '{1}', '{1,0,0}', '{"validation_fraction": 0.9}'$$, '22023 entity_sentiment_fit: all 1 texts are held back for validation, none is left to train on'),
	($$i, '{1}', '{1,0,0}', '{"unit": 3}'$$, '22023 entity_sentiment_fit: unknown option "unit"')) e (arguments, error);
SELECT is((SELECT count(m) FROM (SELECT entity_sentiment_fit(i, '{0}', '{1,0,0}', '{"on_error": "null"}') AS m FROM generate_series(1, 2) i
	UNION ALL SELECT entity_sentiment_fit(1, '{1}', '{1,0,0}', '{"validation_fraction": 0.9, "on_error": "null"}')) n), 0::bigint, 'data that cannot be trained on give NULL with on_error');
SELECT is(error_of('SELECT entity_sentiment(m, ''{1,2}'') FROM model'), '2202E entity_sentiment: features has 2 elements, the model was fitted on 192', 'other features than at the fit');
SELECT is(left(error_of(format('SELECT %L::entity_sentiment_model', replace(m::text, '"features": 192', '"features": 191'))), 5), '22023', 'a model with other features than its parameters') FROM model;
SELECT is(left(error_of(format('SELECT %L::entity_sentiment_model', replace(m::text, '"scale": ', '"scale": -'))), 5), '22023', 'or with a negative scale') FROM model;
SET LOCAL creditspread.max_model_memory = '200kB';
SELECT is(left(error_of('SELECT entity_sentiment_fit(text_id, features, p) FROM mention'), 5), '53200', 'memory over the limit is refused');
RESET creditspread.max_model_memory;

-- ---- classes
SELECT is((classification_measures(a, p))::text, '(4,0.5,0.3333333333333333,0.5,0.38888888888888884,"{n,p,u}","{0.5,0.5,NULL}","{0.5,1,0}","{0.5,0.6666666666666666,0}","{{1,1,0},{0,1,0},{1,0,0}}")', 'measures of classes')
FROM (VALUES ('n', 'n'), ('n', 'p'), ('p', 'p'), ('u', 'n'), (NULL, 'n'), ('n', NULL)) v (a, p);
SELECT is((SELECT string_agg(c::text, ' ') FROM (SELECT classification_measures(a, p) AS r FROM (VALUES ('n', 'n'), ('n', 'p'), ('u', 'n')) v (a, p)) s, classification_classes(r) c), '(n,2,0.5,0.5,0.5) (p,0,0,,0) (u,1,,0,0)', 'as rows');
SELECT is((SELECT sum(n) FROM (SELECT classification_measures(a, p) AS r FROM (VALUES ('n', 'n'), ('n', 'p'), ('u', 'n')) v (a, p)) s, classification_confusion(r)), 3::numeric, 'and the confusion');
SELECT is(classification_measures(NULL, 'a'), NULL, 'no rows');
SELECT is(left(error_of('SELECT classification_measures(i::text, ''a'') FROM generate_series(1, 200) i'), 5), '54000', 'values are no classes');

-- ---- permutation_test: exchanged forecasts, units, order, faults
CREATE TABLE pair AS SELECT t, sin(t * 0.7) AS y, sin(t * 0.7) + 0.3 * cos(t * 1.9) AS a, sin(t * 0.7) + 0.5 * cos(t * 2.3 + 1) AS b FROM generate_series(1::bigint, 80) t;
SELECT is((SELECT (permutation_test(t, y, a, b)).better FROM pair), 'first', 'the better forecast');
SELECT is((SELECT (permutation_test(t, y, b, a)).p_value FROM pair), (SELECT (permutation_test(t, y, a, b)).p_value FROM pair), 'two-sided');
SELECT is((SELECT (permutation_test(t, y * k, a * k, b * k)).p_value FROM pair), (SELECT (permutation_test(t, y, a, b)).p_value FROM pair), 'in units of ' || k) FROM unnest('{1e-9,1e9}'::float8[]) k;
SELECT is((SELECT permutation_test(t, y, a, b, permutation_options(horizon => 3))::text FROM (SELECT * FROM pair ORDER BY md5(t::text)) s), (SELECT permutation_test(t, y, a, b, permutation_options(horizon => 3))::text FROM pair), 'rows in any order');
SELECT is((SELECT ((permutation_test(t, y, a, b, permutation_options(horizon => 3))).blocks, (permutation_test(t, y, a, b, permutation_options(block_length => 10))).permutations)::text FROM pair), '(9,256)', 'blocks, all of whose permutations are gone through');
SELECT is((SELECT (permutation_test(t, y, a, a)).p_value FROM pair), 1::float8, 'the same forecast twice');
SELECT is(error_of(format('SELECT permutation_test(%s) FROM pair', arguments)), error, arguments) FROM (VALUES
	('NULL::integer, y, a, b', '22004 the time of an observation must not be NULL'), ('t / 2, y, a, b', '23505 permutation_test: the time 1 occurs twice in one series'),
	($$t, y, a, b, '{"loss": "power"}'$$, '22023 permutation_test: option "power" is missing, but option "loss" is "power"'),
	($$t, t - 1, a, b, '{"loss": "percentage"}'$$, '22012 permutation_test: actual at 1 is zero, which a percentage cannot be taken of')) e (arguments, error);
SELECT is(left(error_of('SELECT permutation_test(t, y, a, b) FROM pair WHERE t = 1'), 5), '22023', 'a single time');

-- ---- nothing of the chain looks ahead
CREATE TABLE chain AS
SELECT cut, day, wavelet_smooth(z, 'db4', level => 3, trailing_rows => 32) OVER (PARTITION BY cut ORDER BY day) AS sentiment
FROM (SELECT cut, day, expanding_zscore(coalesce(sum(score), 0)) OVER (PARTITION BY cut ORDER BY day) AS z
	FROM unnest(ARRAY['2015-03-02', '2015-12-31']::date[]) AS cut JOIN (SELECT DISTINCT day FROM news) d ON day < cut
	LEFT JOIN (SELECT day, (entity_sentiment(m, features)).score FROM mention, model) s USING (day) GROUP BY 1, 2) q;
SELECT is((SELECT count(*) FROM chain a JOIN chain b USING (day) WHERE a.cut < b.cut AND a.sentiment = b.sentiment), (SELECT count(DISTINCT day) FROM news WHERE day < '2015-03-02'), 'later texts change no earlier feature');

-- ---- the market
SELECT is((SELECT (count(*), count(DISTINCT bond), min(day), count(*) FILTER (WHERE defaulted))::text FROM sample_text_market(1, 400)), '(9409,24,2015-01-05,2)', 'bonds, days, defaults');
SELECT is((SELECT count(*) FROM (SELECT day, bond, spread FROM sample_text_market() WHERE day < '2015-03-30' EXCEPT SELECT day, bond, spread FROM sample_text_market(1, 60)) e), 0::bigint, 'fewer days are the first of more');
SELECT is((SELECT md5(string_agg(text, '' ORDER BY text_id)) FROM sample_text_market_texts(3, 40)), (SELECT md5(string_agg(text, '' ORDER BY text_id)) FROM sample_text_market_texts(3, 50) WHERE day < '2015-03-02'), 'also of the texts');
SELECT ok((SELECT count(*) FILTER (WHERE language = 'zh') BETWEEN 0.3 * count(*) AND 0.5 * count(*) FROM news), 'in two languages');
SELECT is((SELECT count(*) FROM sample_text_market_topics(), unnest(industries) i WHERE i NOT IN (SELECT unnest(industries) FROM sample_text_market_bonds())), 0::bigint, 'topics act on industries of bonds');
-- what the news mean, known, explains the changes: by least squares, at the strength of the process
CREATE TABLE meaning AS
SELECT n.day, n.about, n.text, l.entity, CASE label WHEN 'negative' THEN -1 WHEN 'positive' THEN 1 ELSE 0 END AS tone
FROM sample_text_market_texts(1, 150) AS n JOIN sample_text_market_labels(1, 150) AS l USING (text_id);
CREATE TABLE named AS SELECT bond, industries, unnest(names) AS entity FROM sample_text_market_bonds();
-- a definition has its English words, then its Chinese ones; a text on the topic begins with those of its language
CREATE TABLE industry_tone AS
SELECT day, industry, sum(tone) AS tone
FROM meaning JOIN (SELECT unnest(industries) AS industry, regexp_replace(definition, ' [^ ]*$', '') AS english, regexp_replace(definition, '^.* ', '') AS chinese FROM sample_text_market_topics()) AS t
	ON starts_with(text, english) OR starts_with(text, chinese)
WHERE about = 'topic' GROUP BY 1, 2;
CREATE TABLE tone AS
SELECT bond, row_number() OVER (PARTITION BY bond ORDER BY day) AS t, coalesce(firm, 0) + meso AS a
FROM (SELECT day, bond, avg(coalesce(tone, 0)) AS meso FROM (SELECT DISTINCT day FROM sample_text_market(1, 150)) AS days CROSS JOIN
		(SELECT bond, unnest(industries) AS industry FROM sample_text_market_bonds()) AS b LEFT JOIN industry_tone USING (day, industry) GROUP BY 1, 2) AS m
	LEFT JOIN (SELECT day, bond, avg(tone) AS firm FROM meaning JOIN named USING (entity) GROUP BY 1, 2) AS f USING (day, bond);
CREATE TABLE response AS
SELECT now.bond, now.t, sum(0.15 * 0.85 ^ (now.t - 2 - past.t)::float8 * past.a) AS r FROM tone AS now JOIN tone AS past ON past.bond = now.bond AND past.t <= now.t - 2 GROUP BY 1, 2;
SELECT ok((SELECT bool_and(abs((fit).coefficients[1] + 0.06 * link) < 4 * (fit).standard_errors[1] AND (fit).standard_errors[1] < 0.004)
	FROM (SELECT link, panel_regression(bond, t, change, ARRAY[r, before]) AS fit
		FROM response JOIN (SELECT link, bond, row_number() OVER w AS t, lag(spread) OVER w AS before, spread - lag(spread) OVER w AS change
			FROM generate_series(0, 1) AS link, sample_text_market(1, 150, link) WINDOW w AS (PARTITION BY link, bond ORDER BY day)) AS s USING (bond, t)
		GROUP BY link) AS fitted), 'news move spreads as the page says, or not');

-- ---- pictures
SELECT matches(heatmap_chart(day, z, bond), '^<svg .*<g class="cs-c1">.*<g class="cs-c0">.*B01.*</svg>$', 'heatmap_chart over time') FROM (SELECT day, bond, spread - avg(spread) OVER (PARTITION BY bond) AS z FROM sample_text_market(1, 30)) s;
SELECT is((SELECT md5(heatmap_chart(day, z, bond, '{"colour_limit": 2}')) FROM (SELECT day, bond, spread - 2 AS z FROM sample_text_market(1, 30) ORDER BY md5(bond || day)) s),
	(SELECT md5(heatmap_chart(day, spread - 2, bond, '{"colour_limit": 2}')) FROM sample_text_market(1, 30)), 'rows in any order');
SELECT matches(matrix_chart('{一,<b>}', '{x,y}', '{{1,-1},{NULL,0.5}}'), '^<svg .*一.*&lt;b&gt;.*</svg>$', 'matrix_chart');
SELECT ok(length(heatmap_chart(t, sin(t), 'a')) < 60000, 'many times share columns') FROM generate_series(1::bigint, 5000) t;
SELECT ok(heatmap_chart(1::bigint, 0, 'a') LIKE '<svg %', 'a single cell of 0');
SELECT is(error_of('SELECT heatmap_chart(t, t, t::text) FROM generate_series(1::bigint, 201) t'), '54000 heatmap_chart: 201 rows, the limit is 200', 'too many rows');

-- ---- workers
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
ANALYZE news;
SELECT matches(plan_of($$SELECT count(*) FROM news, entity_features('hashing', text, '{Lanternbank}')$$), 'Parallel Seq Scan on news', 'workers share the texts');
SELECT matches(plan_of($$SELECT classification_measures(label, entity) FROM label$$), 'Partial Aggregate', 'and the rows of classification_measures');

-- ---- cancel
\ir stops.psql
CREATE AGGREGATE labelled_state(bigint, real[], real[], jsonb) (SFUNC = creditspread_internal.entity_sentiment_fit_transition, STYPE = creditspread_internal.creditspread_labelled);
CREATE AGGREGATE pair_state(bigint, float8, float8, float8) (SFUNC = creditspread_internal.permutation_test_transition, STYPE = creditspread_internal.creditspread_series);
SELECT stops('creditspread_internal.entity_sentiment_fit_final(s)', $$SELECT labelled_state(text_id, features, p, '{"epochs": 5}') AS s FROM mention$$);
SELECT stops('creditspread_internal.permutation_test_final(s)', $$SELECT pair_state(t, y, a, b) AS s FROM pair$$);
SELECT stops('entity_features(''hashing'', s, ''{up}'')', $$SELECT repeat('steel is up ', 20000) AS s$$);
SELECT stops('text_embedding(''hashing'', s)', $$SELECT repeat('steel is up ', 20000) AS s$$);
SELECT stops('sample_text_market(s, 100)', $$SELECT 1::bigint AS s$$);

SELECT finish();
ROLLBACK;

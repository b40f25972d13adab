\ir sql_measure.psql
-- texts of 222 characters, each with 3.6 mentions of 48 names in two languages
CREATE TABLE news AS
SELECT number AS text_id, string_agg(text, ' ' ORDER BY text_id) AS text
FROM (SELECT text_id, text, text_id % 100000 AS number FROM sample_text_market_texts(1, 48000) WHERE text_id < 300000) AS three
GROUP BY number;
CREATE TABLE names AS SELECT array_agg(name) AS entities FROM sample_text_market_bonds(), unnest(names) AS name;
VACUUM ANALYZE news;
SELECT jsonb_build_object('texts', count(*), 'characters', round(avg(length(text)), 1)) FROM news;
SET work_mem = '64MB';
SET jit = off;	-- its compiler takes some 40 MB once, which is not of the texts
CREATE FUNCTION peak_kilobytes() RETURNS int LANGUAGE sql VOLATILE AS $$
	SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+)')::int
$$;
CREATE FUNCTION told(texts int) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT count(*), sum(mentions) FROM news, entity_features(''hashing'', text, (SELECT entities FROM names)) WHERE text_id < %s', texts)
$$;

-- first what counts as the session's own: the pages of the table that it has looked at
SELECT sum(length(lower(text))) FROM news \g /dev/null
SELECT told(10000) \gexec
SELECT peak_kilobytes() AS before \gset
SELECT told(100000) \gexec
SELECT jsonb_build_object('memory', 'peak of the session after 10,000 and 100,000 texts', 'kilobytes', ARRAY[:before, peak_kilobytes()]);
SELECT measure('entity_features, 100,000 texts of 220 characters', 'reading the same texts',
	told(100000), 'SELECT sum(length(lower(text))) FROM news');
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SET min_parallel_table_scan_size = 0;
SELECT 'EXPLAIN (COSTS OFF) ' || told(100000) \gexec
SELECT measure('entity_features, 100,000 texts, two workers', 'the same, one process',
	'SET max_parallel_workers_per_gather = 2; ' || told(100000), 'SET max_parallel_workers_per_gather = 0; ' || told(100000));
SET max_parallel_workers_per_gather = 0;

-- 117 topics of 1,024 elements, a hundred texts
CREATE TABLE topic AS
SELECT 'topic ' || n AS name, (SELECT array_agg((sin(n * k * 0.7) + cos(k + n))::real) FROM generate_series(1, 1024) AS k) AS embedding FROM generate_series(1, 117) AS n;
CREATE TABLE topics AS SELECT array_agg(name) AS names, array_agg(embedding) AS embeddings FROM topic;
CREATE TABLE embedded AS SELECT text_id, text_embedding('hashing', text) AS embedding FROM news ORDER BY text_id LIMIT 100;
SELECT measure('nearest of 117 topics of 1,024 elements, 100 texts', 'cosines in plain SQL',
	'SELECT text_id, name, similarity FROM embedded, topics, nearest(embedding, names, embeddings, 5)',
	'SELECT text_id, near.* FROM embedded AS e, LATERAL (
		SELECT name, (SELECT sum(a * b) / sqrt(sum(a * a) * sum(b * b)) FROM unnest(e.embedding, t.embedding) AS u (a, b)) AS similarity
		FROM topic AS t ORDER BY similarity DESC LIMIT 5) AS near');

-- as many labelled entities as FinEntity has, 3 x 1,024 features
CREATE TABLE mention AS
SELECT text_id, features, CASE label WHEN 'negative' THEN '{1,0,0}' WHEN 'neutral' THEN '{0,1,0}' ELSE '{0,0,1}' END::real[] AS shares
FROM sample_text_market_texts(1, 300) JOIN (SELECT * FROM sample_text_market_labels(1, 300) WHERE entity IS NOT NULL) AS label USING (text_id),
	entity_features('hashing', text, ARRAY[entity]) ORDER BY text_id LIMIT 1379;
SELECT measure('entity_sentiment_fit, 1,379 entities of 3,072 features, three networks', 'none',
	'SELECT entity_sentiment_fit(text_id, features, shares) FROM mention', NULL);

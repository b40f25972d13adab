-- Texts, entities, sentiment, topics and what measures them.
SELECT entity, mentions, array_length(features, 1) AS elements FROM entity_features('hashing', 'Redhill Steel rose while Blackmoor Coal fell; Redhill Steel said so.',
	'{Redhill Steel,Blackmoor Coal,Lanternbank}', text_options(buckets => 32));
CREATE TABLE mention AS
SELECT i AS text_id, label, features
FROM generate_series(1::bigint, 150) AS i, LATERAL (VALUES (0, 'negative', 'missed a payment and warned of losses'), (1, 'neutral', 'will hold its meeting in May'), (2, 'positive', 'repaid its loan and raised its outlook')) AS v (kind, label, words),
	LATERAL entity_features('hashing', format('In the news of day %s Firm %s %s.', i, i % 7, words), ARRAY['Firm ' || i % 7], text_options(buckets => 64))
WHERE i % 3 = kind;
CREATE TABLE head AS
SELECT entity_sentiment_fit(text_id, features, CASE label WHEN 'negative' THEN '{1,0,0}' WHEN 'neutral' THEN '{0,1,0}' ELSE '{0,0,1}' END::real[],
	entity_sentiment_options(units => '{8}', epochs => 20, ensemble => 1)) AS model FROM mention WHERE text_id <= 100;
SELECT model_info(model) #> '{training,texts}' AS texts, model_info(model) -> 'features' AS features FROM head;
SELECT (measures).n, (measures).accuracy > 0.9 AS accurate, (measures).classes FROM (
	SELECT classification_measures(label, CASE greatest((s).negative, (s).neutral, (s).positive) WHEN (s).negative THEN 'negative' WHEN (s).neutral THEN 'neutral' ELSE 'positive' END) AS measures
	FROM (SELECT label, entity_sentiment(model, features) AS s FROM mention, head WHERE text_id > 100) AS asked) AS measured;
SELECT name, similarity::numeric(6, 3) FROM (SELECT array_agg(topic ORDER BY topic) AS names, array_agg(text_embedding('hashing', topic) ORDER BY topic) AS embeddings
	FROM unnest('{coal prices at the pits,sales of homes,interest rates}'::text[]) AS topic) AS topics,
	nearest(text_embedding('hashing', 'new curbs on coal prices'), names, embeddings, 2);
SELECT day, expanding_zscore(x) OVER (ORDER BY day)::numeric(6, 3) AS z FROM (VALUES (1, 1.0::float8), (1, 2), (2, 4), (3, 0)) AS v (day, x);
SELECT (permutation_test(t, 0, 1 + sin(t), 0.5 + cos(t), permutation_options(horizon => 2))).better FROM generate_series(1::bigint, 60) AS t;
SELECT left(heatmap_chart(day, spread - 2, bond), 4) AS heatmap, left(matrix_chart('{a,b}', '{a,b}', '{{1,0.5},{0.5,1}}'), 4) AS matrix FROM sample_text_market(1, 20);
DROP TABLE mention, head;

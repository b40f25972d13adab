\echo
\echo '8. Sentiment: what the news say of issuers and industries, and whether it helps to forecast'
\echo

-- A made-up market with news in English and Chinese, since their meaning and their effect are known: docs/sentiment.md.
CREATE TABLE news AS SELECT * FROM sample_text_market_texts(1, 400);
CREATE TABLE news_label AS SELECT * FROM sample_text_market_labels(1, 400);
CREATE TABLE issuer AS SELECT * FROM sample_text_market_bonds();
\echo 'Some texts:'
SELECT text FROM news WHERE text_id IN (2, 6, 9, 12) ORDER BY text_id;

-- Numbers of each issuer in each text, pooled in three ways, and of the texts about topics.
CREATE TABLE mention AS
SELECT text_id, day, entity, pooling, features
FROM news, unnest('{mean,max,mean_max}'::text[]) AS pooling,
	 entity_features('hashing', text, (SELECT array_agg(name) FROM issuer, unnest(names) AS name), text_options(buckets => 128, pooling => pooling))
WHERE about = 'issuer';
CREATE TABLE topic_news AS SELECT text_id, day, text_embedding('hashing', text) AS embedding FROM news WHERE about = 'topic';
CREATE FUNCTION shares(label text) RETURNS real[] LANGUAGE sql IMMUTABLE
RETURN CASE label WHEN 'negative' THEN '{1,0,0}' WHEN 'neutral' THEN '{0,1,0}' ELSE '{0,0,1}' END::real[];

-- Two heads, trained on the labels of the first 100 days.
CREATE TABLE head AS
SELECT pooling, entity_sentiment_fit(text_id, features, shares(label), entity_sentiment_options(ensemble => 1)) AS model
FROM mention JOIN news_label USING (text_id, entity) WHERE day < '2015-06-01' GROUP BY pooling;
CREATE TABLE topic_head AS
SELECT entity_sentiment_fit(text_id, embedding, shares(label), entity_sentiment_options(ensemble => 1)) AS model
FROM topic_news JOIN news_label USING (text_id) WHERE day < '2015-06-01';
CREATE TABLE score AS
SELECT pooling, text_id, day, entity, (s).*
FROM (SELECT pooling, text_id, day, entity, entity_sentiment(model, features) AS s FROM mention JOIN head USING (pooling) OFFSET 0) AS asked;

\echo 'Table I: poolings, on the days after.'
SELECT pooling, (m).n, round((m).accuracy::numeric, 2) AS accuracy, round((m).macro_f1::numeric, 2) AS macro_f1
FROM (SELECT pooling, classification_measures(label, CASE greatest(negative, neutral, positive) WHEN negative THEN 'negative' WHEN neutral THEN 'neutral' ELSE 'positive' END) AS m
	  FROM score JOIN news_label USING (text_id, entity) WHERE day >= '2015-06-01' GROUP BY pooling) AS measured ORDER BY pooling;

-- Equations 4 to 8: firm, industry by the five nearest topics, both, and what lasts of them, all from what was known on the day.
CREATE TABLE topic AS SELECT topic, industries, text_embedding('hashing', definition) AS embedding FROM sample_text_market_topics();
CREATE TABLE industry_sentiment AS
SELECT day, industry, expanding_zscore(raw) OVER (ORDER BY day) AS z
FROM (SELECT day, industry, coalesce(sum(similarity * score), 0) AS raw
	  FROM (SELECT DISTINCT day FROM news) AS days CROSS JOIN (SELECT DISTINCT unnest(industries) AS industry FROM issuer) AS all_industries
	  LEFT JOIN (SELECT told.day, unnest(topic.industries) AS industry, similarity, (entity_sentiment(model, told.embedding)).score
				 FROM topic_news AS told, topic_head, (SELECT array_agg(topic ORDER BY topic) AS names, array_agg(embedding ORDER BY topic) AS embeddings FROM topic) AS topics,
					  nearest(told.embedding, names, embeddings, 5, 0.2) JOIN topic ON topic = name) AS by_topic USING (day, industry)
	  GROUP BY 1, 2) AS summed;
CREATE TABLE composite AS
SELECT day, bond, coalesce(firm, 0) AS firm, industry, coalesce(firm, 0) + industry AS composite
FROM (SELECT day, bond, avg(z) AS industry FROM (SELECT bond, unnest(industries) AS industry FROM issuer) AS belongs JOIN industry_sentiment USING (industry) GROUP BY 1, 2) AS meso
LEFT JOIN (SELECT day, bond, avg(score) AS firm FROM score JOIN (SELECT bond, unnest(names) AS entity FROM issuer) AS named USING (entity)
		   WHERE pooling = 'mean' GROUP BY 1, 2) AS micro USING (day, bond);
CREATE TABLE sentiment AS
SELECT *, wavelet_smooth(firm, 'db4', level => 3, trailing_rows => 128) OVER w AS firm_smooth,
	   wavelet_smooth(industry, 'db4', level => 3, trailing_rows => 128) OVER w AS industry_smooth,
	   wavelet_smooth(composite, 'db4', level => 3, trailing_rows => 128) OVER w AS level_3,
	   wavelet_smooth(composite, 'db4', level => 4, trailing_rows => 128) OVER w AS level_4,
	   smoothing_spline(composite, smoothing => 16, trailing_rows => 64) OVER w AS spline
FROM composite WINDOW w AS (PARTITION BY bond ORDER BY day);
CREATE TABLE spread_news AS
SELECT link, day, bond, spread, name, features
FROM generate_series(0, 1) AS link, sample_text_market(1, 400, link) JOIN sentiment USING (day, bond)
JOIN (SELECT bond, lag(bond, 7, 'V02') OVER (ORDER BY bond) AS other FROM issuer) AS exchange USING (bond)
JOIN (SELECT day, bond AS other, level_3 AS exchanged FROM sentiment) AS of_other USING (day, other),
	 LATERAL (VALUES ('none', '{}'::float8[]), ('firm', ARRAY[firm_smooth]), ('industry', ARRAY[industry_smooth]), ('both, not smoothed', ARRAY[composite]),
		('both, apart', ARRAY[firm_smooth, industry_smooth]), ('both, spline', ARRAY[spline]), ('both, db4 level 4', ARRAY[level_4]),
		('both, db4 level 3', ARRAY[level_3]), ('of another issuer', ARRAY[exchanged])) AS v (name, features)
WHERE link = 1 OR name IN ('none', 'both, db4 level 3');

-- A Transformer with each of them, fitted on the first year; and on 17 of the 24 bonds, where 2 more are for validation.
CREATE TABLE split AS
SELECT 'time' AS split, bond, day, day < '2016-01-01' AS fitted, day >= '2016-01-01' AS tested FROM sentiment
UNION ALL SELECT 'bond', bond, day, number <= 19, number > 19 FROM sentiment JOIN (SELECT bond, row_number() OVER (ORDER BY md5(bond)) AS number FROM issuer) AS numbered USING (bond);
CREATE TABLE news_model AS
SELECT split, link, name, transformer_fit(bond, day, spread, features, transformer_options(layers => 1, width => 16, heads => 2, feed_forward => 32,
		   look_back => 10, epochs => 6, ensemble => 1, horizons => '{1,2,3,4}')) AS model
FROM spread_news JOIN split USING (bond, day) WHERE fitted AND (split = 'time' OR link = 1 AND name IN ('none', 'both, db4 level 3')) GROUP BY split, link, name;
CREATE TABLE news_error AS
SELECT split, link, name, q, day, sqrt(avg((forecast - actual) ^ 2)) AS error, avg(abs(forecast - actual)) AS mae, avg(abs(forecast / actual - 1)) AS mape
FROM (SELECT split, link, name, q, bond, day, lead(spread, q) OVER w AS actual, (transformer_forecast(model, spread, features, q) OVER w).forecast
	  FROM spread_news JOIN news_model USING (link, name), generate_series(1, 4) AS q
	  WHERE q = 2 OR name IN ('none', 'both, db4 level 3')
	  WINDOW w AS (PARTITION BY split, link, name, q, bond ORDER BY day)) AS made JOIN split USING (split, bond, day)
WHERE tested AND actual IS NOT NULL AND forecast IS NOT NULL GROUP BY split, link, name, q, day;
CREATE VIEW news_test AS
SELECT split, link, q, other.name, round(100 * avg(other.mae)::numeric, 2) AS mae, round(100 * avg(other.mape)::numeric, 2) AS mape,
	   round(100 * (1 - avg(other.mae) / avg(without.mae))::numeric, 1) AS mae_less, round(100 * (1 - avg(other.mape) / avg(without.mape))::numeric, 1) AS mape_less,
	   CASE WHEN other.name <> 'none' THEN round((permutation_test(day, 0, without.error, other.error, permutation_options(horizon => q)) FILTER (WHERE other.name <> 'none')).p_value::numeric, 4) END AS p
FROM news_error AS without JOIN news_error AS other USING (split, link, q, day) WHERE without.name = 'none' GROUP BY 1, 2, 3, 4;

\echo 'Table III: forecasts one to four days ahead with sentiment and without, split by time and by bond. MAE in hundredths of a point, MAPE and both reductions in percent.'
SELECT split, q, name, mae, mape, mae_less, mape_less, p FROM news_test WHERE link = 1 AND name IN ('none', 'both, db4 level 3') ORDER BY split DESC, q, mae_less;
\echo 'The same where the news have no effect on spreads.'
SELECT q, name, mae, mape, mae_less, mape_less, p FROM news_test WHERE link = 0 ORDER BY q, name DESC;
\echo 'Tables IV and V: what of it helps, two days ahead, and what lets it last.'
SELECT name, mae, mape, mae_less, mape_less, p FROM news_test WHERE link = 1 AND split = 'time' AND q = 2 ORDER BY mae_less, name;

-- Sentiment of entities in real texts, five-fold by text: how often the class is right, beside the commonest class.
--
-- Tang, Yang, Huang, Tam and Tang (FinEntity: entity-level sentiment classification for financial texts, EMNLP 2023).
-- CSV: text_id,text,entity,start,stop,label

CREATE TABLE labelled (text_id bigint, text text, entity text, start integer, stop integer, label text);
\copy labelled FROM pstdin WITH (FORMAT csv, HEADER)

CREATE TABLE mention AS
SELECT text_id, label, features, text_id * 7919 % 1000003 % 5 AS fold
FROM (SELECT DISTINCT text_id, text, entity, label FROM labelled) AS l, entity_features('hashing', text, ARRAY[entity]);
CREATE FUNCTION shares(label text) RETURNS real[] LANGUAGE sql IMMUTABLE
RETURN CASE label WHEN 'negative' THEN '{1,0,0}' WHEN 'neutral' THEN '{0,1,0}' ELSE '{0,0,1}' END::real[];

CREATE TABLE fitted AS
SELECT left_out, entity_sentiment_fit(text_id, features, shares(label)) AS model
FROM mention, generate_series(0, 4) AS left_out WHERE fold <> left_out GROUP BY left_out;
CREATE TABLE told AS
SELECT label, CASE greatest((s).negative, (s).neutral, (s).positive) WHEN (s).negative THEN 'negative' WHEN (s).neutral THEN 'neutral' ELSE 'positive' END AS predicted
FROM (SELECT label, entity_sentiment(model, features) AS s FROM mention JOIN fitted ON left_out = fold OFFSET 0) AS asked;

\echo 'Five-fold by text, and always the commonest class:'
SELECT name, (m).n, round((m).accuracy::numeric, 3) AS accuracy, round((m).macro_f1::numeric, 3) AS macro_f1
FROM (SELECT 'entity_sentiment' AS name, classification_measures(label, predicted) AS m FROM told
	  UNION ALL SELECT 'commonest', classification_measures(label, (SELECT mode() WITHIN GROUP (ORDER BY label) FROM told)) FROM told) AS measured;
SELECT class, n, round(precision::numeric, 3) AS precision, round(recall::numeric, 3) AS recall, round(f1::numeric, 3) AS f1
FROM (SELECT classification_measures(label, predicted) AS m FROM told) AS measured, classification_classes(m);
SELECT actual, predicted, n FROM (SELECT classification_measures(label, predicted) AS m FROM told) AS measured, classification_confusion(m);

-- A made-up bond market with its news: sample_text_market and its texts, labels, bonds and topics.

CREATE FUNCTION sample_text_market(seed bigint DEFAULT 1, days integer DEFAULT 500, link double precision DEFAULT 1,
	OUT day date, OUT bond text, OUT spread double precision, OUT defaulted boolean)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_text_market' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 12000;
COMMENT ON FUNCTION sample_text_market(bigint, integer, double precision) IS
	'a made-up market of 24 bonds in 8 industries, on business days from 2015-01-05: spread (percentage points) and whether this is the day of its default; what sample_text_market_texts say of issuers and topics moves spreads two days later and for some time, link times as much (0: not at all); seed at least 0, days 1 to 100000; the same seed gives the same figures on every machine, and fewer days the first of more';

CREATE FUNCTION sample_text_market_texts(seed bigint DEFAULT 1, days integer DEFAULT 500,
	OUT text_id bigint, OUT day date, OUT language text, OUT about text, OUT "text" text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_text_market_texts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3000;
COMMENT ON FUNCTION sample_text_market_texts(bigint, integer) IS
	'the news of sample_text_market of that seed: texts in English (en) and Chinese (zh), made of sentences, about one to three issuers (issuer) or a topic (topic); errors: a database whose encoding has no Chinese';

CREATE FUNCTION sample_text_market_labels(seed bigint DEFAULT 1, days integer DEFAULT 500,
	OUT text_id bigint, OUT entity text, OUT label text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_text_market_labels' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5000;
COMMENT ON FUNCTION sample_text_market_labels(bigint, integer) IS
	'what the news of sample_text_market mean: for each issuer in a text (its name in that text), or for a text about a topic as a whole (entity NULL), negative, neutral or positive';

CREATE FUNCTION sample_text_market_bonds(OUT bond text, OUT names text[], OUT industries text[]) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_text_market_bonds' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 24;
COMMENT ON FUNCTION sample_text_market_bonds() IS 'the bonds of sample_text_market: names of the issuer in English and Chinese, one or two industries';

CREATE FUNCTION sample_text_market_topics(OUT topic text, OUT definition text, OUT industries text[]) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_text_market_topics' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 12;
COMMENT ON FUNCTION sample_text_market_topics() IS 'the topics of sample_text_market: name, definition in English and Chinese, the industries that its news act on';

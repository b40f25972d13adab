-- Near vectors and comparable series, for topics and industries: cosine_similarity, nearest, expanding_zscore.

CREATE FUNCTION cosine_similarity(real[], real[]) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_cosine_similarity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION cosine_similarity(real[], real[]) IS
	'the cosine of two vectors, from -1 to 1; NULL where one of them is NULL or 0 throughout; errors: vectors of unlike length, more than one dimension, NULL, NaN or infinity among the elements';

CREATE FUNCTION nearest(embedding real[], names text[], embeddings real[], k integer DEFAULT 5, threshold double precision DEFAULT NULL, OUT name text, OUT similarity double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_nearest' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 5;
COMMENT ON FUNCTION nearest(real[], text[], real[], integer, double precision) IS
	'the k vectors of an array of two dimensions that are nearest to one by cosine, the nearest first: embedding, names of the vectors, the vectors as rows, k (5), threshold that the cosine must exceed (NULL = none); NULL gives no rows, a vector of 0 is near to none; errors: numbers that do not fit each other, NULL, NaN or infinity among the elements';

CREATE FUNCTION expanding_zscore(x double precision, whole_sample boolean DEFAULT false) RETURNS double precision
AS 'MODULE_PATHNAME', 'creditspread_expanding_zscore' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION expanding_zscore(double precision, boolean) IS
	'window function, OVER (ORDER BY time): x less the mean of all rows up to its time, those of the same time included, in their standard deviations (divisor n); 0 where they do not vary; whole_sample = of all rows of the partition, which uses later rows too; errors: NULL, NaN or infinity in x';

-- What features say of y: mutual_information, select_features and their options.

CREATE TYPE mutual_information_result AS (
	information double precision,
	observations bigint
);
COMMENT ON TYPE mutual_information_result IS 'what mutual_information returns';
COMMENT ON COLUMN mutual_information_result.information IS 'in nats; 0 of independent series, somewhat below by chance';
COMMENT ON COLUMN mutual_information_result.observations IS 'rows without NULL; as many pairs less lag';

--@ options mutual_information_options (mutual_information) of mutual_information

CREATE FUNCTION @internal@.mutual_information_final(@internal@.creditspread_series) RETURNS mutual_information_result
AS 'MODULE_PATHNAME', 'creditspread_mutual_information_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_mutual_information_transition
CREATE AGGREGATE mutual_information("time" @time@, feature double precision, y double precision [, options jsonb]) (
	SFUNC = @internal@.mutual_information_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.mutual_information_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mutual_information(@time@, double precision, double precision [, jsonb]) IS
	'mutual information of a feature and y by nearest neighbours, in nats (Kraskov, Stoegbauer and Grassberger 2004): time, feature, y, each in any unit [, mutual_information_options(...)]; rows in any order, those with a NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows, a side constant [, unknown option]';
--@ end

CREATE TYPE feature_score AS (
	feature integer,
	score double precision,
	p_value double precision,
	kept boolean,
	observations bigint
);
COMMENT ON TYPE feature_score IS 'an element of what select_features returns';
COMMENT ON COLUMN feature_score.feature IS 'its number in the array of features, from 1';
COMMENT ON COLUMN feature_score.score IS 'mutual information in nats, or absolute correlation; NULL of a feature that does not vary';
COMMENT ON COLUMN feature_score.p_value IS 'share of shifted targets of which the best score of any feature reaches this one; NULL of a feature that does not vary';
COMMENT ON COLUMN feature_score.kept IS 'whether the p-value is not above significance_level, and the score among the largest';
COMMENT ON COLUMN feature_score.observations IS 'rows without NULL; as many pairs less horizon';

--@ options select_features_options (select_features) of select_features

CREATE FUNCTION @internal@.select_features_final(@internal@.creditspread_series) RETURNS feature_score[]
AS 'MODULE_PATHNAME', 'creditspread_select_features_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;

--@ each time; optional
--@ transition creditspread_select_features_transition
CREATE AGGREGATE select_features("time" @time@, y double precision, features double precision[] [, options jsonb]) (
	SFUNC = @internal@.select_features_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.select_features_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE select_features(@time@, double precision, double precision[] [, jsonb]) IS
	'which features say something of y some rows later, an array to unnest: time, y, features, each in any unit [, select_features_options(...)]; uses the given rows alone, so that a window OVER (ORDER BY time) sees the past only; rows in any order, those with a NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, rows that differ in their number of features, too few rows, a target that does not vary [, unknown option]';
--@ end

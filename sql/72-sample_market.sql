-- A made-up bond market whose relations are known: sample_market, sample_market_relations,
-- sample_market_strengths.

CREATE FUNCTION sample_market(seed bigint DEFAULT 1, days integer DEFAULT 1500,
	OUT day date, OUT industry text, OUT sector text, OUT spread double precision, OUT stock double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_market' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 54000;
COMMENT ON FUNCTION sample_market(bigint, integer) IS
	'a made-up bond market of 36 industries in 10 sectors: business day from 2010-01-04, industry, sector, spread (percentage points), stock index (1000 before the first day); spreads spill over along sample_market_relations() by sample_market_strengths(); seed at least 0, days from 1 to 100000; the same seed gives the same figures on every machine, and fewer days the first of more';

CREATE FUNCTION sample_market_relations(OUT source text, OUT target text, OUT kind text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_market_relations' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION sample_market_relations() IS
	'the direct relations of sample_market: the source is ''upstream'' or ''downstream'' of the target, or of the ''same sector''; for relation_graph';

CREATE FUNCTION sample_market_strengths(OUT kind text, OUT strength double precision) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_sample_market_strengths' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION sample_market_strengths() IS
	'what the relations of sample_market are worth: for each kind, direct or indirect, the percentage points that a shock of one in every neighbour by that kind, if there were no others, adds to a spread on the next day';

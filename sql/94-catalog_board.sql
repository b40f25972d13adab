-- Boards of the catalog: models over the same forecasts beside the random walk, and what came true outside of its interval.
--
-- As in 91-catalog_views.sql: readable_pipelines() runs as the caller, no plan rests on statistics, and sums are taken in the
-- order of time.  The rows of a series stay in one group, sorted once, and no step joins them with themselves.

-- Each origin once: of live forecasts what was said first, by whichever version served; of backtests the active version's, or
-- else that of the newest.
CREATE VIEW creditspread_internal.said_once WITH (security_barrier) AS
SELECT p.place, p.owner, p.name AS model, p.time_zone, p.in_utc, k.source, f.bucket, f.entity, f.horizon, f.origin, f.target_time, f.version,
	f.forecast, f.lower, f.upper, f.level, f.random_walk, f.actual, p.units ->> a.query_number::text AS unit
FROM (SELECT r.*, row_number() OVER (ORDER BY r.owner, r.name, r.id)::integer AS place FROM creditspread_internal.readable_pipelines() r) p
JOIN creditspread.model a ON a.pipeline_id = p.id AND a.active
CROSS JOIN (VALUES ('forecast'), ('backtest')) AS k (source)
CROSS JOIN LATERAL (SELECT DISTINCT ON (bucket, q.entity, q.horizon, q.origin) hashtext(q.entity) AS bucket, q.entity, q.horizon, q.origin, q.target_time, q.version,
		q.forecast, q.lower, q.upper, q.level, q.random_walk, q.actual
	FROM creditspread.forecast q
	WHERE q.pipeline_id = p.id AND q.source = k.source AND q.revision < 1 AND NOT q.hindsight AND q.actual IS NOT NULL AND q.query_number = a.query_number
	ORDER BY bucket, q.entity, q.horizon, q.origin, CASE WHEN q.source = 'backtest' THEN CASE WHEN q.version = a.version THEN 1000000001 ELSE q.version END END DESC,
		q.made_at, q.version) AS f;
COMMENT ON VIEW creditspread_internal.said_once IS
	'forecasts with a known actual value, one for each model that the current role may read, source, series, horizon and origin, of versions with the query of the active one';
GRANT SELECT ON creditspread_internal.said_once TO PUBLIC;

-- ---- which models are compared -------------------------------------------------------------------------------------

CREATE TYPE creditspread_internal.board_cell AS (
	place integer,
	origin timestamp,
	version integer,
	forecast double precision,
	lower double precision,
	upper double precision,
	level double precision,
	random_walk double precision,
	actual double precision
);
COMMENT ON TYPE creditspread_internal.board_cell IS 'a forecast of the model at a place, see creditspread_internal.board_row';

CREATE TYPE creditspread_internal.board_set AS (
	members integer[],
	cells creditspread_internal.board_cell[]
);
COMMENT ON TYPE creditspread_internal.board_set IS 'the forecasts that just these models have from the same origins, with the same actual values';

CREATE FUNCTION creditspread_internal.boards(sets creditspread_internal.board_set[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH counted AS MATERIALIZED (
		SELECT s.members, cardinality(s.cells) / cardinality(s.members) AS n FROM unnest(boards.sets) s
	), common AS MATERIALIZED (
		SELECT a.place AS first, b.place AS second, sum(c.n) AS n FROM counted c, unnest(c.members) AS a (place), unnest(c.members) AS b (place) GROUP BY a.place, b.place
	), lead AS (
		SELECT p.first AS place, min(p.second) AS leader FROM common p JOIN common x ON x.first = p.first AND x.second = p.first
			JOIN common y ON y.first = p.second AND y.second = p.second
		WHERE 2 * p.n > greatest(x.n, y.n) GROUP BY p.first
	)
	SELECT array_agg(b.board::text ORDER BY b.board) FROM (SELECT array_agg(l.place ORDER BY l.place) AS board FROM lead l GROUP BY l.leader) b
$$;
COMMENT ON FUNCTION creditspread_internal.boards(creditspread_internal.board_set[]) IS
	'the models of a series that are compared, as texts of arrays of places: those that share more than half of the forecasts of either with the first of them';

CREATE VIEW creditspread_internal.board_row WITH (security_barrier) AS
SELECT g.bucket, g.horizon, g.entity, g.source, b.board, c.place, c.origin, c.version, c.forecast, c.lower, c.upper, c.level, c.random_walk, c.actual
FROM (SELECT s.bucket, s.horizon, s.entity, s.source, array_agg(ROW(s.members, s.cells)::creditspread_internal.board_set) AS sets,
		CASE WHEN count(*) = 1 THEN ARRAY[min(s.members)::text]
			ELSE creditspread_internal.boards(array_agg(ROW(s.members, s.cells)::creditspread_internal.board_set)) END AS boards
	FROM (SELECT w.bucket, w.horizon, w.entity, w.source, w.members, array_agg(ROW(w.place, w.origin, w.version, w.forecast, w.lower, w.upper, w.level,
				w.random_walk, w.actual)::creditspread_internal.board_cell) AS cells
		FROM (SELECT f.*, array_agg(f.place) OVER (PARTITION BY f.bucket, f.horizon, f.entity, f.source, f.origin, f.actual
					ORDER BY f.place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS members
			FROM creditspread_internal.said_once f) w
		GROUP BY w.bucket, w.horizon, w.entity, w.source, w.members) s
	GROUP BY s.bucket, s.horizon, s.entity, s.source) g
CROSS JOIN LATERAL (SELECT x.board::integer[] AS board FROM unnest(g.boards) AS x (board)) b
CROSS JOIN LATERAL unnest(g.sets) t
CROSS JOIN LATERAL unnest(t.cells) c
WHERE t.members @> b.board AND c.place = ANY (b.board);
COMMENT ON VIEW creditspread_internal.board_row IS
	'the forecasts from those origins that all compared models of a series and horizon have; board holds the places of these models';

-- ---- measures ------------------------------------------------------------------------------------------------------

CREATE FUNCTION creditspread_internal.relative(measure double precision, to_measure double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN measure BETWEEN 1e-150 AND 1e150 AND to_measure BETWEEN 1e-150 AND 1e150 THEN measure / to_measure
	WHEN measure = 0 AND to_measure > 0 THEN 0 END;
COMMENT ON FUNCTION creditspread_internal.relative(double precision, double precision) IS
	'the first measure over the second; NULL where the second is zero, or either too large or small to divide';

CREATE FUNCTION creditspread_internal.scaled_loss(loss double precision, scale double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(loss) BETWEEN 1e-100 * scale AND 1e100 * scale THEN abs(loss) / scale WHEN abs(loss) > scale THEN 1e100 WHEN abs(loss) < scale THEN 0 END;
COMMENT ON FUNCTION creditspread_internal.scaled_loss(double precision, double precision) IS
	'|loss| over the scale, a number from 1e-150 to 1e150; at most 1e100, and zero below 1e-100, so that its square is a number';

CREATE FUNCTION creditspread_internal.interval_score(actual double precision, lower double precision, upper double precision, level double precision)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN upper - lower + 2 / (1 - level) * CASE WHEN actual < lower THEN lower - actual WHEN actual > upper THEN actual - upper
	WHEN actual BETWEEN lower AND upper THEN 0 END;
COMMENT ON FUNCTION creditspread_internal.interval_score(double precision, double precision, double precision, double precision) IS
	'interval score of one forecast (Gneiting and Raftery 2007); NULL without bounds';

-- owners and names by the place of a model
CREATE VIEW creditspread_internal.board_name WITH (security_barrier) AS
SELECT array_agg(r.owner ORDER BY r.owner, r.name, r.id) AS owners, array_agg(r.name ORDER BY r.owner, r.name, r.id) AS names
FROM creditspread_internal.readable_pipelines() r;
COMMENT ON VIEW creditspread_internal.board_name IS 'owners and names of the models that the current role may read, in the order of their places';

CREATE VIEW creditspread.leaderboard WITH (security_barrier) AS
SELECT r.owners[g.place] AS owner, r.names[g.place] AS model, g.source, g.entity, g.horizon, cardinality(g.board) AS models,
	array_to_string(ARRAY(SELECT r.names[m.place] FROM unnest(g.board) WITH ORDINALITY AS m (place, i) ORDER BY m.i), ', ') AS compared,
	g.n, g.versions, g.first_origin, g.last_origin, (g.measures).mae, (g.measures).rmse, (g.interval).interval_score, (g.interval).coverage, g.level,
	(g.walk).mae AS random_walk_mae, (g.walk).rmse AS random_walk_rmse, (g.walk_interval).interval_score AS random_walk_interval_score,
	(g.walk_interval).coverage AS random_walk_coverage,
	creditspread_internal.relative((g.measures).mae, (g.walk).mae) AS relative_mae, creditspread_internal.relative((g.measures).rmse, (g.walk).rmse) AS relative_rmse,
	creditspread_internal.relative((g.interval).interval_score, (g.walk_interval).interval_score) AS relative_interval_score,
	CASE WHEN (g.measures).mae IS NOT NULL THEN rank() OVER (board ORDER BY (g.measures).mae) END::integer AS place_by_absolutes,
	CASE WHEN (g.measures).rmse IS NOT NULL THEN rank() OVER (board ORDER BY (g.measures).rmse) END::integer AS place_by_squares,
	CASE WHEN (g.interval).interval_score IS NOT NULL THEN rank() OVER (board ORDER BY (g.interval).interval_score) END::integer AS place_by_interval_score,
	(g.absolute).statistic AS dm_absolute_statistic, (g.absolute).p_value AS dm_absolute_p_value,
	(g.squared).statistic AS dm_squared_statistic, (g.squared).p_value AS dm_squared_p_value
FROM creditspread_internal.board_name r
CROSS JOIN (SELECT f.bucket, f.horizon, f.entity, f.source, f.board, f.place, count(*)::integer AS n, count(DISTINCT f.version)::integer AS versions,
		min(f.origin) AS first_origin, max(f.origin) AS last_origin,
		creditspread_internal.forecast_accuracy_or_null(f.actual, f.forecast) AS measures, creditspread_internal.forecast_accuracy_or_null(f.actual, f.random_walk) AS walk,
		creditspread_internal.interval_accuracy_or_null(f.actual, f.forecast, f.lower, f.upper, f.level)
			FILTER (WHERE f.lower <= f.upper AND f.level BETWEEN 0.01 AND 0.999) AS interval, max(f.level) AS level,
		creditspread_internal.interval_accuracy_or_null(f.actual, f.random_walk, f.lower - f.forecast + f.random_walk, f.upper - f.forecast + f.random_walk, f.level)
			FILTER (WHERE f.lower <= f.upper AND f.level BETWEEN 0.01 AND 0.999) AS walk_interval,
		creditspread_internal.dm_test_or_null(f.origin, f.actual, f.forecast, f.random_walk, jsonb_build_object('horizon', f.horizon)) AS squared,
		creditspread_internal.dm_test_or_null(f.origin, f.actual, f.forecast, f.random_walk, jsonb_build_object('horizon', f.horizon, 'loss', 'absolute')) AS absolute
	FROM (SELECT * FROM creditspread_internal.board_row r ORDER BY r.bucket, r.horizon, r.entity, r.source, r.place, r.board, r.origin) AS f
	GROUP BY f.bucket, f.horizon, f.entity, f.source, f.place, f.board) AS g
WINDOW board AS (PARTITION BY g.bucket, g.horizon, g.entity, g.source, g.board);
COMMENT ON VIEW creditspread.leaderboard IS
	'models over the same forecasts of a series and horizon, beside the random walk: compared are those of the same data that share more than half of their origins, over the origins that all of them have; live forecasts as they were said first, by whichever version served, and backtests of the active version or else the newest';

-- Losses are measured in the random walk's own mean of the series, so that series of any unit add up, and added up over the series
-- before the test: errors of one day are no independent observations.
CREATE VIEW creditspread.leaderboard_total WITH (security_barrier) AS
SELECT r.owners[t.place] AS owner, r.names[t.place] AS model, t.source, t.horizon, cardinality(t.board) AS models,
	array_to_string(ARRAY(SELECT r.names[m.place] FROM unnest(t.board) WITH ORDINALITY AS m (place, i) ORDER BY m.i), ', ') AS compared,
	t.series, t.n, t.origins, t.relative_mae, t.relative_rmse, t.relative_interval_score, t.coverage, t.random_walk_coverage, t.level,
	CASE WHEN t.relative_mae IS NOT NULL THEN rank() OVER (board ORDER BY t.relative_mae) END::integer AS place_by_absolutes,
	CASE WHEN t.relative_rmse IS NOT NULL THEN rank() OVER (board ORDER BY t.relative_rmse) END::integer AS place_by_squares,
	CASE WHEN t.relative_interval_score IS NOT NULL THEN rank() OVER (board ORDER BY t.relative_interval_score) END::integer AS place_by_interval_score,
	(t.absolute).statistic AS dm_absolute_statistic, (t.absolute).p_value AS dm_absolute_p_value,
	CASE WHEN t.absolute IS NOT NULL THEN least(1, max((t.absolute_tests - t.absolute_rank + 1) * (t.absolute).p_value) OVER (PARTITION BY t.source, t.board
		ORDER BY t.absolute_rank)) END AS dm_absolute_holm_p_value,
	(t.squared).statistic AS dm_squared_statistic, (t.squared).p_value AS dm_squared_p_value,
	CASE WHEN t.squared IS NOT NULL THEN least(1, max((t.squared_tests - t.squared_rank + 1) * (t.squared).p_value) OVER (PARTITION BY t.source, t.board
		ORDER BY t.squared_rank)) END AS dm_squared_holm_p_value,
	t.absolute_tests::integer AS absolute_comparisons, t.squared_tests::integer AS squared_comparisons
FROM creditspread_internal.board_name r
CROSS JOIN (SELECT s.*, count((s.absolute).p_value) OVER family AS absolute_tests, row_number() OVER (family ORDER BY (s.absolute).p_value, s.horizon, s.place) AS absolute_rank,
		count((s.squared).p_value) OVER family AS squared_tests, row_number() OVER (family ORDER BY (s.squared).p_value, s.horizon, s.place) AS squared_rank
	FROM (SELECT d.source, d.board, d.horizon, d.place, sum(d.series)::integer AS series, sum(d.n)::integer AS n, count(*)::integer AS origins,
			sum(d.absolute) / sum(d.walk_absolute) AS relative_mae, sqrt(sum(d.square) / sum(d.walk_square)) AS relative_rmse,
			sum(d.score) / nullif(sum(d.walk_score), 0) AS relative_interval_score, sum(d.inside)::double precision / nullif(sum(d.intervals), 0) AS coverage,
			sum(d.walk_inside)::double precision / nullif(sum(d.intervals), 0) AS random_walk_coverage, max(d.level) AS level,
			creditspread_internal.dm_test_or_null(d.origin, 0, d.absolute, d.walk_absolute, jsonb_build_object('horizon', d.horizon, 'loss', 'absolute')) AS absolute,
			creditspread_internal.dm_test_or_null(d.origin, 0, d.square, d.walk_square, jsonb_build_object('horizon', d.horizon, 'loss', 'absolute')) AS squared
		FROM (SELECT l.source, l.board, l.horizon, l.place, l.origin, count(*) FILTER (WHERE l.origin = l.first_origin) AS series, count(*) AS n,
				sum(creditspread_internal.scaled_loss(l.forecast - l.actual, l.mae)) AS absolute,
				sum(creditspread_internal.scaled_loss(l.random_walk - l.actual, l.mae)) AS walk_absolute,
				sum(creditspread_internal.scaled_loss(l.forecast - l.actual, l.rmse) ^ 2) AS square,
				sum(creditspread_internal.scaled_loss(l.random_walk - l.actual, l.rmse) ^ 2) AS walk_square,
				sum(creditspread_internal.scaled_loss(creditspread_internal.interval_score(l.actual, l.lower, l.upper, l.level), l.mae)) AS score,
				sum(creditspread_internal.scaled_loss(creditspread_internal.interval_score(l.actual, l.lower - l.forecast + l.random_walk,
					l.upper - l.forecast + l.random_walk, l.level), l.mae)) AS walk_score,
				count(l.upper - l.lower) AS intervals, count(*) FILTER (WHERE l.actual BETWEEN l.lower AND l.upper) AS inside,
				count(*) FILTER (WHERE l.actual BETWEEN l.lower - l.forecast + l.random_walk AND l.upper - l.forecast + l.random_walk) AS walk_inside,
				max(l.level) AS level
			FROM (SELECT f.*, (creditspread_internal.forecast_accuracy_or_null(f.actual, f.random_walk) OVER series).mae,
					(creditspread_internal.forecast_accuracy_or_null(f.actual, f.random_walk) OVER series).rmse, min(f.origin) OVER series AS first_origin
				FROM creditspread_internal.board_row f
				WINDOW series AS (PARTITION BY f.bucket, f.horizon, f.entity, f.source, f.place, f.board ORDER BY f.origin
					ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
				ORDER BY f.place, f.horizon, f.origin, f.source, f.board, f.bucket, f.entity) l
			WHERE l.mae BETWEEN 1e-150 AND 1e150 AND l.rmse BETWEEN 1e-150 AND 1e150
			GROUP BY l.place, l.horizon, l.origin, l.source, l.board
			ORDER BY l.place, l.horizon, l.source, l.board, l.origin) d
		GROUP BY d.place, d.horizon, d.source, d.board) s
	WINDOW family AS (PARTITION BY s.source, s.board)) t
WINDOW board AS (PARTITION BY t.source, t.board, t.horizon);
COMMENT ON VIEW creditspread.leaderboard_total IS
	'the leaderboard over all series on which the same models are compared: losses in units of the random walk''s mean loss of the series, and tests against it of their sums over the series, with p-values adjusted by Holm over the models and horizons of one source; series on which the random walk has no error are left out';

--@ each view: leaderboard, leaderboard_total
COMMENT ON COLUMN creditspread.@view@.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.@view@.model IS 'name of the model';
COMMENT ON COLUMN creditspread.@view@.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.@view@.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.@view@.models IS 'models that are compared, this one among them';
COMMENT ON COLUMN creditspread.@view@.compared IS 'their names';
COMMENT ON COLUMN creditspread.@view@.coverage IS 'share of the actual values inside of the interval; NULL without intervals';
COMMENT ON COLUMN creditspread.@view@.level IS 'share that the interval aims at';
COMMENT ON COLUMN creditspread.@view@.random_walk_coverage IS 'share inside of the same interval moved onto the random walk';
COMMENT ON COLUMN creditspread.@view@.relative_interval_score IS
	'interval score over that of the same interval moved onto the random walk; below 1 the forecast is the better middle';
COMMENT ON COLUMN creditspread.@view@.place_by_absolutes IS 'place among the compared models by absolute errors, 1 the best; equal ones share a place';
COMMENT ON COLUMN creditspread.@view@.place_by_squares IS 'place by squared errors';
COMMENT ON COLUMN creditspread.@view@.place_by_interval_score IS 'place by interval score; NULL without intervals';
--@ end

COMMENT ON COLUMN creditspread.leaderboard.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.leaderboard.n IS 'forecasts with a known actual value, from the origins that all compared models have';
COMMENT ON COLUMN creditspread.leaderboard.versions IS 'versions of the model that made them';
COMMENT ON COLUMN creditspread.leaderboard.first_origin IS 'the first of these origins';
COMMENT ON COLUMN creditspread.leaderboard.last_origin IS 'the last of these origins';
COMMENT ON COLUMN creditspread.leaderboard.mae IS 'mean absolute error, in units of y';
COMMENT ON COLUMN creditspread.leaderboard.rmse IS 'root mean squared error, in units of y';
COMMENT ON COLUMN creditspread.leaderboard.interval_score IS
	'mean of the width plus 2 / (1 - level) times what an actual value is outside, in units of y (Gneiting and Raftery 2007); NULL without intervals';
COMMENT ON COLUMN creditspread.leaderboard.random_walk_mae IS 'mean absolute error of the random walk';
COMMENT ON COLUMN creditspread.leaderboard.random_walk_rmse IS 'root mean squared error of the random walk';
COMMENT ON COLUMN creditspread.leaderboard.random_walk_interval_score IS 'interval score of the same interval moved onto the random walk';
COMMENT ON COLUMN creditspread.leaderboard.relative_mae IS 'mae over that of the random walk; NULL when the random walk has no error';
COMMENT ON COLUMN creditspread.leaderboard.relative_rmse IS 'rmse over that of the random walk';
COMMENT ON COLUMN creditspread.leaderboard.dm_absolute_statistic IS
	'Diebold-Mariano statistic of absolute errors against the random walk, negative when the model is better; NULL with fewer than 10 or 2 * horizon forecasts, or when all losses are equal';
COMMENT ON COLUMN creditspread.leaderboard.dm_absolute_p_value IS 'its two-sided p-value, as if no other were looked at';
COMMENT ON COLUMN creditspread.leaderboard.dm_squared_statistic IS 'Diebold-Mariano statistic of squared errors against the random walk; NULL as the other';
COMMENT ON COLUMN creditspread.leaderboard.dm_squared_p_value IS 'its two-sided p-value, as if no other were looked at';

COMMENT ON COLUMN creditspread.leaderboard_total.series IS 'series on which just these models are compared, and on which the random walk has errors';
COMMENT ON COLUMN creditspread.leaderboard_total.n IS 'forecasts of these series';
COMMENT ON COLUMN creditspread.leaderboard_total.origins IS 'times that they were made on';
COMMENT ON COLUMN creditspread.leaderboard_total.relative_mae IS
	'mean of the absolute errors, each in units of the random walk''s mae of its series';
COMMENT ON COLUMN creditspread.leaderboard_total.relative_rmse IS
	'root of the mean of the squared errors, each in units of the random walk''s rmse of its series';
COMMENT ON COLUMN creditspread.leaderboard_total.dm_absolute_statistic IS
	'Diebold-Mariano statistic, over the origins, of these absolute errors added up over the series, against those of the random walk; negative when the model is better; NULL with fewer than 10 or 2 * horizon origins';
COMMENT ON COLUMN creditspread.leaderboard_total.dm_absolute_p_value IS 'its two-sided p-value, as if no other were looked at';
COMMENT ON COLUMN creditspread.leaderboard_total.dm_absolute_holm_p_value IS
	'that p-value adjusted (Holm 1979) for absolute_comparisons: the chance of calling any of them different is held';
COMMENT ON COLUMN creditspread.leaderboard_total.dm_squared_statistic IS 'the same of squared errors';
COMMENT ON COLUMN creditspread.leaderboard_total.dm_squared_p_value IS 'its two-sided p-value, as if no other were looked at';
COMMENT ON COLUMN creditspread.leaderboard_total.dm_squared_holm_p_value IS 'that p-value adjusted for squared_comparisons';
COMMENT ON COLUMN creditspread.leaderboard_total.absolute_comparisons IS
	'tests of absolute errors that dm_absolute_holm_p_value is adjusted for: those of the compared models at all horizons of the source';
COMMENT ON COLUMN creditspread.leaderboard_total.squared_comparisons IS 'tests of squared errors that dm_squared_holm_p_value is adjusted for';

-- ---- what was not to be expected -----------------------------------------------------------------------------------

-- Exponential tails beyond the forecast, as wide on each side as the interval is there: spreads jump, and a normal law would
-- find nothing but anomalies among their jumps.
CREATE FUNCTION creditspread_internal.tail_p_value(half_widths double precision, level double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN exp(CASE WHEN half_widths * ln(1 - level) < -700 THEN -700 ELSE half_widths * ln(1 - level) END);
COMMENT ON FUNCTION creditspread_internal.tail_p_value(double precision, double precision) IS
	'chance of an error so many half widths of the interval or more, by a Laplace distribution that gives the interval its level: (1 - level) ^ half_widths, not below 1e-304';

CREATE VIEW creditspread_internal.surprise WITH (security_barrier) AS
SELECT e.place, e.owner, e.model, e.source, e.entity, e.horizon, e.shortest, e.origin, e.target_time,
	creditspread_internal.local_date(e.target_time, e.time_zone, e.in_utc) AS target_date, e.version, e.actual, e.forecast, e.lower, e.upper, e.level,
	creditspread_internal.relative(abs(e.outside), e.upper - e.lower) * sign(e.outside) AS distance, e.half_widths,
	creditspread_internal.tail_p_value(e.half_widths, e.level) AS p_value,
	CASE WHEN e.half_widths IS NOT NULL THEN rank() OVER (series ORDER BY e.half_widths DESC NULLS LAST)::double precision / count(e.half_widths) OVER series END AS rank_p_value,
	(count(e.half_widths) OVER series)::integer AS n, CASE WHEN e.in_utc THEN 'UTC' ELSE e.time_zone END AS time_zone, e.unit
FROM (SELECT f.*, f.horizon = min(f.horizon) OVER (PARTITION BY f.place, f.source, f.bucket, f.entity) AS shortest,
		f.actual - greatest(least(f.actual, f.upper), f.lower) AS outside,
		CASE WHEN f.actual >= f.forecast THEN creditspread_internal.relative(f.actual - f.forecast, f.upper - f.forecast)
			ELSE creditspread_internal.relative(f.forecast - f.actual, f.forecast - f.lower) END AS half_widths
	FROM creditspread_internal.said_once f WHERE f.lower <= f.upper) e
WINDOW series AS (PARTITION BY e.place, e.bucket, e.horizon, e.entity, e.source);
COMMENT ON VIEW creditspread_internal.surprise IS 'how far each actual value was from what was forecast for it, see creditspread.anomaly';
GRANT SELECT ON creditspread_internal.surprise TO PUBLIC;

CREATE VIEW creditspread.anomaly WITH (security_barrier) AS
SELECT s.owner, s.model, s.source, s.entity, s.target_time, s.target_date, s.horizon, s.origin, s.version, s.actual, s.forecast, s.lower, s.upper, s.level,
	s.distance, s.p_value, s.rank_p_value, s.n, s.time_zone, s.unit
FROM creditspread_internal.surprise s WHERE s.shortest AND NOT s.actual BETWEEN s.lower AND s.upper;
COMMENT ON VIEW creditspread.anomaly IS
	'actual values outside of the interval that was forecast for them, at the shortest horizon of the series, live or in a backtest; creditspread.anomalies has them at any horizon, by a limit of p';

CREATE FUNCTION creditspread.anomalies(model text, p double precision DEFAULT 0.01, horizon integer DEFAULT NULL, entity text DEFAULT NULL,
	OUT owner text, OUT source text, OUT series text, OUT target_time timestamp, OUT target_date date, OUT rows_ahead integer, OUT origin timestamp, OUT version integer,
	OUT actual double precision, OUT forecast double precision, OUT lower double precision, OUT upper double precision, OUT level double precision,
	OUT distance double precision, OUT p_value double precision, OUT rank_p_value double precision, OUT n integer)
RETURNS SETOF record
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT s.owner, s.source, s.entity, s.target_time, s.target_date, s.horizon, s.origin, s.version, s.actual, s.forecast, s.lower, s.upper, s.level,
		s.distance, s.p_value, s.rank_p_value, s.n
	FROM creditspread_internal.surprise s
	WHERE s.model = anomalies.model AND s.p_value <= anomalies.p AND (anomalies.entity IS NULL OR s.entity = anomalies.entity)
		AND CASE WHEN anomalies.horizon IS NULL THEN s.shortest ELSE s.horizon = anomalies.horizon END
	ORDER BY s.owner, s.source, s.p_value, s.entity COLLATE "C", s.target_time;
END;
COMMENT ON FUNCTION creditspread.anomalies(text, double precision, integer, text) IS
	'actual values of a model''s series that were not to be expected, the least likely first: model [, p, horizon, entity]; those with p_value at most p (default 0.01), at the horizon, or the shortest of each series; columns as in creditspread.anomaly, series and rows_ahead are its entity and horizon';

COMMENT ON COLUMN creditspread.anomaly.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.anomaly.model IS 'name of the model';
COMMENT ON COLUMN creditspread.anomaly.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.anomaly.entity IS 'the series; empty if there is one only';
COMMENT ON COLUMN creditspread.anomaly.target_time IS 'time of the value';
COMMENT ON COLUMN creditspread.anomaly.target_date IS 'its date in the model''s time zone';
COMMENT ON COLUMN creditspread.anomaly.horizon IS 'rows ahead that it was forecast, the shortest of the series';
COMMENT ON COLUMN creditspread.anomaly.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.anomaly.version IS 'version that made the forecast';
COMMENT ON COLUMN creditspread.anomaly.actual IS 'the value, as the data say it now';
COMMENT ON COLUMN creditspread.anomaly.forecast IS 'what was forecast, as it was said first';
COMMENT ON COLUMN creditspread.anomaly.lower IS 'lower bound of the interval';
COMMENT ON COLUMN creditspread.anomaly.upper IS 'upper bound of the interval';
COMMENT ON COLUMN creditspread.anomaly.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.anomaly.distance IS 'how far above upper, or below lower when negative, in widths of the interval; NULL when it has none';
COMMENT ON COLUMN creditspread.anomaly.p_value IS
	'chance of an error so large or larger on either side, by a Laplace distribution around the forecast that gives each side of the interval its level: (1 - level) to the power of error over half width; NULL without a width';
COMMENT ON COLUMN creditspread.anomaly.rank_p_value IS
	'share of the errors of the series and horizon, this one among them, that were so large in half widths or larger; by no distribution';
COMMENT ON COLUMN creditspread.anomaly.n IS 'forecasts of the series and horizon that it is a share of';
COMMENT ON COLUMN creditspread.anomaly.time_zone IS 'zone of origin and target_time: UTC where the query gives timestamptz';
COMMENT ON COLUMN creditspread.anomaly.unit IS 'unit of y, or NULL';

GRANT SELECT ON creditspread.leaderboard, creditspread.leaderboard_total, creditspread.anomaly TO PUBLIC;

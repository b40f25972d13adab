-- What long computations of all sessions are at: fit_progress().

CREATE FUNCTION fit_progress(OUT pid integer, OUT role text, OUT function text, OUT started timestamptz,
	OUT percent double precision, OUT seconds_left double precision)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'creditspread_fit_progress' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION fit_progress() IS
	'the long computations of this extension that run now in any session of a role that the caller is a member of (in all sessions for members of pg_read_all_stats): process, role, function, when it began, percent done, seconds left by the pace so far (NULL before the first step); published four times a second at most, not from within COPY and the like, which use the same place; as pg_stat_activity, a transaction sees one moment';

-- Locks of models, and the log of runs.

-- One session works on a model at a time.  The lock is of the kind that DDL takes on objects, so that nobody can take it from outside,
-- is taken for who may act on the model, and goes with the session, with an error, or when it is given back.

CREATE FUNCTION creditspread_internal.take_model_lock(pipeline_id bigint) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_take_model_lock' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp;
REVOKE EXECUTE ON FUNCTION creditspread_internal.take_model_lock(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.take_model_lock(bigint) IS
	'takes the lock of a model for the session, without waiting; whether it has it now; an error anywhere gives it back';

CREATE FUNCTION creditspread_internal.take_model_lock_briefly(pipeline_id bigint) RETURNS boolean
AS 'MODULE_PATHNAME', 'creditspread_take_model_lock_briefly' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp;
REVOKE EXECUTE ON FUNCTION creditspread_internal.take_model_lock_briefly(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.take_model_lock_briefly(bigint) IS
	'takes the lock of a model until the transaction ends, without waiting; whether it has it now';

CREATE FUNCTION creditspread_internal.release_model_lock(pipeline_id bigint) RETURNS void
AS 'MODULE_PATHNAME', 'creditspread_release_model_lock' LANGUAGE C STRICT SET search_path = pg_catalog, pg_temp;
REVOKE EXECUTE ON FUNCTION creditspread_internal.release_model_lock(bigint) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.release_model_lock(bigint) IS 'gives the session''s lock of a model back';

CREATE FUNCTION creditspread_internal.model_lock_holder(pipeline_id bigint) RETURNS integer
AS 'MODULE_PATHNAME', 'creditspread_model_lock_holder' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION creditspread_internal.model_lock_holder(bigint) IS 'process that works on a model; NULL if none does';

CREATE FUNCTION creditspread_internal.lock_briefly(pipeline bigint, function text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT creditspread_internal.take_model_lock_briefly(pipeline) THEN
		RAISE EXCEPTION 'creditspread.%: process % is at work on model "%"', function,
			coalesce(creditspread_internal.model_lock_holder(pipeline)::text, 'of another session'), (SELECT p.name FROM creditspread.pipeline p WHERE p.id = pipeline)
			USING ERRCODE = '55P03', HINT = 'See creditspread.progress, and call again when it is done.';
	END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION creditspread_internal.lock_briefly(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION creditspread_internal.lock_briefly(bigint, text) IS
	'takes the lock of a model until the transaction ends; error 55P03, in the name of a function of schema creditspread, names the process that has it';

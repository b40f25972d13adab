-- The catalog, schema creditspread: tables of named models, their versions, runs and forecasts, and who may see them.

-- Whatever operators and functions others have put into the schema of the extension: from here on to the end of the
-- script, views, constraints and policies find those of pg_catalog alone, and all names of the extension are qualified.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE SCHEMA creditspread;
COMMENT ON SCHEMA creditspread IS
	'named forecasting models of extension creditspread: versions, runs, stored forecasts and their accuracy';
GRANT USAGE ON SCHEMA creditspread TO PUBLIC;

CREATE TABLE creditspread.method (
	name text PRIMARY KEY,
	description text NOT NULL,
	unit text NOT NULL CHECK (unit IN ('series', 'series or panel', 'panel', 'curve')),
	uses_features boolean NOT NULL,
	intervals text NOT NULL CHECK (intervals IN ('method', 'validation')),
	options text[],
	reserved_options text[] NOT NULL DEFAULT '{}',
	fit text NOT NULL,
	forecast text NOT NULL,
	validation text,
	provided boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE creditspread.method IS
	'the methods of creditspread.train, a row each; written by the owner of the extension only. The templates are SELECT statements over the relation s (entity text, "time" timestamp, y double precision, features double precision[], maturity double precision, "group" text), the rows of one fit; their parameters are $1 options jsonb, $2 horizons integer[], $3 interval level, $4 names of the features text[], $5 pool boolean, $6 artifact text, $7 search_path of the training text';
COMMENT ON COLUMN creditspread.method.name IS 'as given to creditspread.train';
COMMENT ON COLUMN creditspread.method.description IS 'one line for people';
COMMENT ON COLUMN creditspread.method.unit IS
	'what one fit takes: series; series or panel (all series with pool); panel (always all series); curve (all maturities of an entity)';
COMMENT ON COLUMN creditspread.method.uses_features IS 'whether further columns of the query go into the forecasts';
COMMENT ON COLUMN creditspread.method.intervals IS
	'whose the bounds are: method, of its own; validation, the forecast plus and minus the quantile of the absolute errors in validation';
COMMENT ON COLUMN creditspread.method.options IS
	'options that the method knows beside interval_level; NULL: the function that fits checks them';
COMMENT ON COLUMN creditspread.method.reserved_options IS 'options of the fit that arguments of creditspread.train stand for';
COMMENT ON COLUMN creditspread.method.fit IS 'template that gives the artifact as one text';
COMMENT ON COLUMN creditspread.method.forecast IS
	'template that gives (entity, "time", horizon, forecast, lower, upper) for every row that a forecast can be made on';
COMMENT ON COLUMN creditspread.method.validation IS
	'template that gives (n, mae, rmse, random_walk_mae, random_walk_rmse) from the artifact; NULL: the last 15 % of the times are forecast by a fit to those before them';
COMMENT ON COLUMN creditspread.method.provided IS 'whether the row came with the extension';

CREATE TABLE creditspread.model (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner name NOT NULL DEFAULT current_user,
	name text NOT NULL CHECK (name <> ''),
	version integer NOT NULL,
	active boolean NOT NULL DEFAULT false,
	status text NOT NULL CHECK (status IN ('training', 'ready')),
	method text NOT NULL,
	query text NOT NULL,
	search_path text NOT NULL,
	time_type text,
	features text[],
	horizons integer[] NOT NULL,
	options jsonb NOT NULL,
	level double precision NOT NULL,
	pool boolean NOT NULL,
	calendar text,
	keep integer NOT NULL,
	promote text NOT NULL,
	on_error text NOT NULL,
	trained_at timestamptz,
	data_from timestamp,
	data_to timestamp,
	row_count bigint,
	data_hash text,
	seed bigint,
	extension_version text NOT NULL,
	validation_mae double precision,
	validation_rmse double precision,
	validation_random_walk_mae double precision,
	validation_random_walk_rmse double precision,
	UNIQUE (owner, name, version)
);
CREATE UNIQUE INDEX model_active ON creditspread.model (owner, name) WHERE active;
COMMENT ON TABLE creditspread.model IS 'versions of named models: what was asked for, what it was trained on, how good it was in validation';
COMMENT ON INDEX creditspread.model_active IS 'at most one version of a model is active';
COMMENT ON SEQUENCE creditspread.model_id_seq IS 'numbers of versions over all models';
COMMENT ON COLUMN creditspread.model.id IS 'key';
COMMENT ON COLUMN creditspread.model.owner IS 'role that trained it';
COMMENT ON COLUMN creditspread.model.name IS 'name of the model, one namespace for each owner';
COMMENT ON COLUMN creditspread.model.version IS 'counted from 1 by train and retrain';
COMMENT ON COLUMN creditspread.model.active IS 'whether forecasts are made with this version';
COMMENT ON COLUMN creditspread.model.status IS 'training or ready';
COMMENT ON COLUMN creditspread.model.method IS 'a name in creditspread.method';
COMMENT ON COLUMN creditspread.model.query IS 'query for the data, run as the owner and read-only';
COMMENT ON COLUMN creditspread.model.search_path IS 'search_path that the query is run with: that of the session that called train';
COMMENT ON COLUMN creditspread.model.time_type IS 'type of the query''s column "time"; timestamptz is stored as timestamp in UTC';
COMMENT ON COLUMN creditspread.model.features IS 'names of the further numeric columns, in the order in which the model takes them';
COMMENT ON COLUMN creditspread.model.horizons IS 'rows ahead';
COMMENT ON COLUMN creditspread.model.options IS 'options of the method';
COMMENT ON COLUMN creditspread.model.level IS 'coverage that the intervals aim at';
COMMENT ON COLUMN creditspread.model.pool IS 'whether one fit stands for all series';
COMMENT ON COLUMN creditspread.model.calendar IS 'query for the business days, or NULL: from the spacing of the data';
COMMENT ON COLUMN creditspread.model.keep IS 'versions that retrain keeps';
COMMENT ON COLUMN creditspread.model.promote IS 'always or if_better';
COMMENT ON COLUMN creditspread.model.on_error IS 'what the error of one series does: skip or stop';
COMMENT ON COLUMN creditspread.model.trained_at IS 'when the training was complete';
COMMENT ON COLUMN creditspread.model.data_from IS 'first time of the data';
COMMENT ON COLUMN creditspread.model.data_to IS 'last time of the data';
COMMENT ON COLUMN creditspread.model.row_count IS 'rows of the data';
COMMENT ON COLUMN creditspread.model.data_hash IS 'hash of the data, whatever the order of its rows';
COMMENT ON COLUMN creditspread.model.seed IS 'seed of the options; NULL if the method draws no random numbers or by its default';
COMMENT ON COLUMN creditspread.model.extension_version IS 'version of the extension that trained it';
COMMENT ON COLUMN creditspread.model.validation_mae IS 'mean absolute error in validation over all series and horizons, in units of y';
COMMENT ON COLUMN creditspread.model.validation_rmse IS 'root mean squared error in validation, in units of y';
COMMENT ON COLUMN creditspread.model.validation_random_walk_mae IS 'mean absolute error of the random walk on the same rows';
COMMENT ON COLUMN creditspread.model.validation_random_walk_rmse IS 'root mean squared error of the random walk on the same rows';

CREATE TABLE creditspread.artifact (
	model_id bigint NOT NULL REFERENCES creditspread.model ON DELETE CASCADE,
	entity text NOT NULL,
	artifact text,
	status text NOT NULL CHECK (status IN ('ready', 'failed')),
	message text,
	row_count bigint NOT NULL,
	data_from timestamp,
	data_to timestamp,
	measures jsonb,
	widths jsonb,
	PRIMARY KEY (model_id, entity)
);
ALTER TABLE creditspread.artifact ALTER artifact SET STORAGE EXTERNAL;
COMMENT ON TABLE creditspread.artifact IS 'what a version learnt, a row for each fit';
COMMENT ON COLUMN creditspread.artifact.model_id IS 'the version';
COMMENT ON COLUMN creditspread.artifact.entity IS 'the series; empty for the single series of a query without entities, and for a fit of all series';
COMMENT ON COLUMN creditspread.artifact.artifact IS 'the fitted model in the text form of its type, exact; NULL if the fit failed';
COMMENT ON COLUMN creditspread.artifact.status IS 'ready or failed';
COMMENT ON COLUMN creditspread.artifact.message IS 'the error of a failed fit';
COMMENT ON COLUMN creditspread.artifact.row_count IS 'rows of the fit';
COMMENT ON COLUMN creditspread.artifact.data_from IS 'first time of the fit';
COMMENT ON COLUMN creditspread.artifact.data_to IS 'last time of the fit';
COMMENT ON COLUMN creditspread.artifact.measures IS
	'errors in validation: n, mae, rmse, random_walk_mae, random_walk_rmse, in units of y';
COMMENT ON COLUMN creditspread.artifact.widths IS 'half width of the interval for each horizon, if it comes from validation';

CREATE TABLE creditspread.run (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner name NOT NULL DEFAULT current_user,
	model text NOT NULL,
	version integer,
	kind text NOT NULL CHECK (kind IN ('train', 'retrain', 'forecast', 'backtest', 'update_actuals')),
	arguments jsonb NOT NULL DEFAULT '{}',
	started timestamptz NOT NULL,
	ended timestamptz,
	status text NOT NULL CHECK (status IN ('running', 'done', 'failed', 'died')),
	message text,
	hint text,
	code text,
	pid integer NOT NULL,
	series_total integer,
	series_done integer NOT NULL DEFAULT 0,
	series_failed integer NOT NULL DEFAULT 0,
	steps_total integer,
	steps_done integer NOT NULL DEFAULT 0,
	reported timestamptz,
	rows_stored bigint NOT NULL DEFAULT 0
);
CREATE INDEX run_model ON creditspread.run (model, owner, id);
COMMENT ON TABLE creditspread.run IS 'log of the procedures: a row for each call that began its work';
COMMENT ON INDEX creditspread.run_model IS 'finds the runs of a model';
COMMENT ON SEQUENCE creditspread.run_id_seq IS 'numbers of runs';
COMMENT ON COLUMN creditspread.run.id IS 'key';
COMMENT ON COLUMN creditspread.run.owner IS 'role that ran it';
COMMENT ON COLUMN creditspread.run.model IS 'name of the model';
COMMENT ON COLUMN creditspread.run.version IS 'version that was trained or used';
COMMENT ON COLUMN creditspread.run.kind IS 'train, retrain, forecast, backtest or update_actuals';
COMMENT ON COLUMN creditspread.run.arguments IS 'arguments of a backtest';
COMMENT ON COLUMN creditspread.run.started IS 'when it began';
COMMENT ON COLUMN creditspread.run.ended IS 'when it ended, or when its death was noticed';
COMMENT ON COLUMN creditspread.run.status IS
	'running, done, failed or died; the view creditspread.run_log tells a running one from one whose session is gone';
COMMENT ON COLUMN creditspread.run.message IS 'the error of a failed run, or what is to be said of a complete one';
COMMENT ON COLUMN creditspread.run.hint IS 'the remedy, if the error names one';
COMMENT ON COLUMN creditspread.run.code IS 'SQLSTATE of a failed run';
COMMENT ON COLUMN creditspread.run.pid IS 'process of the session';
COMMENT ON COLUMN creditspread.run.series_total IS 'fits or series to work on';
COMMENT ON COLUMN creditspread.run.series_done IS 'how many of them are done, the failed ones included';
COMMENT ON COLUMN creditspread.run.series_failed IS 'how many of them failed';
COMMENT ON COLUMN creditspread.run.steps_total IS 'steps of work: a fit or a series each, in a backtest a fit and the forecasts of its origins';
COMMENT ON COLUMN creditspread.run.steps_done IS 'how many of them are done';
COMMENT ON COLUMN creditspread.run.reported IS 'when a notice told of the progress last';
COMMENT ON COLUMN creditspread.run.rows_stored IS 'forecasts stored, or actual values filled in';

CREATE TABLE creditspread.run_series (
	run_id bigint NOT NULL REFERENCES creditspread.run ON DELETE CASCADE,
	entity text NOT NULL,
	status text NOT NULL CHECK (status IN ('pending', 'done', 'failed')),
	message text,
	hint text,
	code text,
	steps_done integer NOT NULL DEFAULT 0,
	seconds double precision NOT NULL DEFAULT 0,
	PRIMARY KEY (run_id, entity)
);
CREATE INDEX run_series_pending ON creditspread.run_series (run_id, entity) WHERE status = 'pending';
COMMENT ON TABLE creditspread.run_series IS 'log of the procedures, series by series';
COMMENT ON INDEX creditspread.run_series_pending IS 'finds the next series of a run';
COMMENT ON COLUMN creditspread.run_series.run_id IS 'the run';
COMMENT ON COLUMN creditspread.run_series.entity IS 'the series, as in creditspread.artifact';
COMMENT ON COLUMN creditspread.run_series.status IS 'pending, done or failed';
COMMENT ON COLUMN creditspread.run_series.message IS 'the error of a failed series';
COMMENT ON COLUMN creditspread.run_series.hint IS 'the remedy, if the error names one';
COMMENT ON COLUMN creditspread.run_series.code IS 'its SQLSTATE';
COMMENT ON COLUMN creditspread.run_series.steps_done IS 'steps of work done';
COMMENT ON COLUMN creditspread.run_series.seconds IS 'time taken';

CREATE TABLE creditspread.forecast (
	owner name NOT NULL DEFAULT current_user,
	model text NOT NULL,
	version integer NOT NULL,
	source text NOT NULL CHECK (source IN ('forecast', 'backtest')),
	entity text NOT NULL,
	origin timestamp NOT NULL,
	horizon integer NOT NULL,
	target_time timestamp NOT NULL,
	forecast double precision NOT NULL CHECK (abs(forecast) < 1e150),
	lower double precision CHECK (abs(lower) < 1e150),
	upper double precision CHECK (abs(upper) < 1e150),
	level double precision NOT NULL,
	random_walk double precision NOT NULL CHECK (abs(random_walk) < 1e150),
	actual double precision CHECK (abs(actual) < 1e150),
	made_at timestamptz NOT NULL,
	run_id bigint NOT NULL,
	PRIMARY KEY (model, owner, version, source, entity, origin, horizon)	-- the model first: that is what views are asked for
);
CREATE INDEX forecast_open ON creditspread.forecast (owner, model, entity, origin) WHERE actual IS NULL;
COMMENT ON TABLE creditspread.forecast IS 'stored forecasts; making one again replaces it';
COMMENT ON INDEX creditspread.forecast_open IS 'finds the forecasts whose actual value is not known yet';
COMMENT ON COLUMN creditspread.forecast.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.forecast.model IS 'name of the model';
COMMENT ON COLUMN creditspread.forecast.version IS 'version that made it';
COMMENT ON COLUMN creditspread.forecast.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.forecast.entity IS 'the series; empty for the single series of a query without entities';
COMMENT ON COLUMN creditspread.forecast.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast.target_time IS
	'time that is forecast: expected from calendar or spacing, and that of the row itself as soon as it is known';
COMMENT ON COLUMN creditspread.forecast.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast.lower IS 'lower bound of the interval; NULL if the method gives none';
COMMENT ON COLUMN creditspread.forecast.upper IS 'upper bound of the interval; NULL if the method gives none';
COMMENT ON COLUMN creditspread.forecast.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast.actual IS 'y of the row horizon rows after the origin; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast.made_at IS 'when it was made';
COMMENT ON COLUMN creditspread.forecast.run_id IS 'run that made it';

CREATE TABLE creditspread.reader (
	owner name NOT NULL DEFAULT current_user,
	model text NOT NULL,
	reader name NOT NULL,
	PRIMARY KEY (owner, model, reader)
);
COMMENT ON TABLE creditspread.reader IS 'roles that may read what is stored of a model, beside the members of its owner';
COMMENT ON COLUMN creditspread.reader.owner IS 'owner of the model';
COMMENT ON COLUMN creditspread.reader.model IS 'name of the model';
COMMENT ON COLUMN creditspread.reader.reader IS 'role that may read, with its members';

-- Who may read what. Policies and views ask the same two functions, once for a query and not once for a row.

CREATE FUNCTION creditspread_internal.readable_owners() RETURNS name[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(array_agg(rolname), '{}') FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') $$;
COMMENT ON FUNCTION creditspread_internal.readable_owners() IS 'roles that the current one is a member of, itself included: it may read their models';

CREATE FUNCTION creditspread_internal.shared_models(OUT owner name, OUT model text) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT DISTINCT r.owner, r.model FROM creditspread.reader r WHERE r.reader = ANY (creditspread_internal.readable_owners())
$$;
COMMENT ON FUNCTION creditspread_internal.shared_models() IS 'models that grant_reader shared with the current role';

ALTER TABLE creditspread.model ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.artifact ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.run ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.run_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.forecast ENABLE ROW LEVEL SECURITY;
ALTER TABLE creditspread.reader ENABLE ROW LEVEL SECURITY;

CREATE POLICY own ON creditspread.model USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY read ON creditspread.model FOR SELECT USING (
	owner = ANY ((SELECT creditspread_internal.readable_owners())::name[])
	OR (owner, name) IN (SELECT s.owner, s.model FROM creditspread_internal.shared_models() s));
CREATE POLICY own ON creditspread.artifact
	USING (model_id IN (SELECT m.id FROM creditspread.model m WHERE m.owner = current_user))
	WITH CHECK (model_id IN (SELECT m.id FROM creditspread.model m WHERE m.owner = current_user));
CREATE POLICY read ON creditspread.artifact FOR SELECT USING (model_id IN (SELECT m.id FROM creditspread.model m));
CREATE POLICY own ON creditspread.run USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY read ON creditspread.run FOR SELECT USING (
	owner = ANY ((SELECT creditspread_internal.readable_owners())::name[])
	OR (owner, model) IN (SELECT s.owner, s.model FROM creditspread_internal.shared_models() s));
CREATE POLICY own ON creditspread.run_series
	USING (run_id IN (SELECT r.id FROM creditspread.run r WHERE r.owner = current_user))
	WITH CHECK (run_id IN (SELECT r.id FROM creditspread.run r WHERE r.owner = current_user));
CREATE POLICY read ON creditspread.run_series FOR SELECT USING (run_id IN (SELECT r.id FROM creditspread.run r));
CREATE POLICY own ON creditspread.forecast USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY read ON creditspread.forecast FOR SELECT USING (
	owner = ANY ((SELECT creditspread_internal.readable_owners())::name[])
	OR (owner, model) IN (SELECT s.owner, s.model FROM creditspread_internal.shared_models() s));
CREATE POLICY own ON creditspread.reader USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY read ON creditspread.reader FOR SELECT USING (
	owner = ANY ((SELECT creditspread_internal.readable_owners())::name[])
	OR reader = ANY ((SELECT creditspread_internal.readable_owners())::name[]));

GRANT SELECT ON creditspread.method TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON creditspread.artifact, creditspread.run_series, creditspread.forecast, creditspread.reader TO PUBLIC;
-- All columns but id: a number that others get next, taken before them, would make their calls fail.
GRANT SELECT, UPDATE, DELETE ON creditspread.model, creditspread.run TO PUBLIC;
GRANT INSERT (owner, name, version, active, status, method, query, search_path, time_type, features, horizons, options, level, pool, calendar, keep,
	promote, on_error, trained_at, data_from, data_to, row_count, data_hash, seed, extension_version, validation_mae, validation_rmse,
	validation_random_walk_mae, validation_random_walk_rmse) ON creditspread.model TO PUBLIC;
GRANT INSERT (owner, model, version, kind, arguments, started, ended, status, message, hint, code, pid, series_total, series_done, series_failed,
	steps_total, steps_done, reported, rows_stored) ON creditspread.run TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('creditspread.method', 'WHERE NOT provided');
SELECT pg_catalog.pg_extension_config_dump('creditspread.model', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.model_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.artifact', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run_series', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.forecast', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.reader', '');

-- One session works on a model at a time: an advisory lock of the session, which ends with it however it ends.

CREATE FUNCTION creditspread_internal.lock_key(owner name, model text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT hashtextextended(format('creditspread %L %L', owner, model), 0) $$;
COMMENT ON FUNCTION creditspread_internal.lock_key(name, text) IS 'key of the advisory lock that is held while a procedure works on a model';

CREATE FUNCTION creditspread_internal.lock_holder(owner name, model text) RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.pid FROM pg_locks l, creditspread_internal.lock_key(owner, model) k
	WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
		AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
		AND l.classid::bigint = (k >> 32) & 4294967295 AND l.objid::bigint = k & 4294967295
$$;
COMMENT ON FUNCTION creditspread_internal.lock_holder(name, text) IS 'process that works on a model; NULL if none does';

CREATE FUNCTION creditspread_internal.is_at_work(owner name, model text, pid integer) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(creditspread_internal.lock_holder(owner, model) = pid, false) $$;
COMMENT ON FUNCTION creditspread_internal.is_at_work(name, text, integer) IS 'whether a process holds the lock of a model';

CREATE FUNCTION creditspread_internal.take_lock(caller text, model_name text, for_session boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	key bigint := creditspread_internal.lock_key(current_user, model_name);
	holder integer := creditspread_internal.lock_holder(current_user, model_name);
	taken boolean;
BEGIN
	taken := CASE WHEN NOT for_session THEN pg_try_advisory_xact_lock(key)
		WHEN holder = pg_backend_pid() THEN true ELSE pg_try_advisory_lock(key) END;
	IF NOT taken THEN
		RAISE EXCEPTION 'creditspread.%: process % is at work on model "%"', caller, coalesce(holder::text, 'of another session'), model_name
			USING ERRCODE = '55P03', HINT = 'See creditspread.progress, and call again when it is done.';
	END IF;
END
$$;
COMMENT ON FUNCTION creditspread_internal.take_lock(text, text, boolean) IS
	'takes the lock of a model until the transaction or the session ends; error 55P03 names the process that has it';

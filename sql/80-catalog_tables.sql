-- The catalog, schema creditspread: tables of named models, their versions, runs and forecasts.
--
-- A restore may bring rows in any order, or several tables at once: no foreign keys, and no triggers that look at other rows.  Rows
-- are written by functions of creditspread_internal alone, which run as the owner of the tables.

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
	takes_missing boolean NOT NULL DEFAULT false,
	intervals text NOT NULL CHECK (intervals IN ('method', 'validation')),
	options text[],
	reserved_options text[] NOT NULL DEFAULT '{}',
	check_options text,
	rows_needed text,
	fit text,
	forecast text,
	validation text,
	members text,
	provided boolean NOT NULL DEFAULT false,
	explain text,
	known text CHECK (known IN ('rows', 'columns')),
	CHECK (members IS NULL AND fit IS NOT NULL AND forecast IS NOT NULL OR members IS NOT NULL AND fit IS NULL AND forecast IS NULL)
);
COMMENT ON TABLE creditspread.method IS
	'the methods of creditspread.train, a row each; written by the owner of the extension only. The templates are SELECT statements over the relation s (unit text, entity text, "time" timestamp, y double precision, features double precision[], maturity double precision, "group" text), the rows of many fits, and the relation a (unit text, artifact bytea), what the fits learnt; unit names the fit that a row belongs to. Their parameters are $1 options jsonb, $2 horizons integer[], $3 interval level, $4 names of the features text[], $5 pool boolean, $6 search_path of the training text';
COMMENT ON COLUMN creditspread.method.name IS 'as given to creditspread.train';
COMMENT ON COLUMN creditspread.method.description IS 'one line for people';
COMMENT ON COLUMN creditspread.method.unit IS
	'what one fit takes: series; series or panel (all series with pool); panel (always all series); curve (all maturities of an entity)';
COMMENT ON COLUMN creditspread.method.uses_features IS 'whether further columns of the query go into the forecasts; false, with known: those alone that option known names';
COMMENT ON COLUMN creditspread.method.takes_missing IS 'whether features may be NULL: the fit and the forecast decide what that does';
COMMENT ON COLUMN creditspread.method.intervals IS
	'whose the bounds are: method, of its own; validation, the forecast and quantiles of the errors in validation, measured in the scale that the changes of the series before the row of each give; with too few errors for that those that the method gives';
COMMENT ON COLUMN creditspread.method.options IS
	'options that the method knows beside interval_level; NULL: check_options, or the function that fits, checks their names';
COMMENT ON COLUMN creditspread.method.reserved_options IS 'options of the fit that arguments of creditspread.train stand for';
COMMENT ON COLUMN creditspread.method.check_options IS
	'statement that raises an error if the options, $1, cannot be used with the horizons, $2; creditspread.train runs it before anything else; NULL: the fit checks them';
COMMENT ON COLUMN creditspread.method.rows_needed IS
	'template that gives (unit, rows): how many of the last rows of each series a forecast looks at; NULL, or no row for a unit: all of them';
COMMENT ON COLUMN creditspread.method.fit IS 'template that gives (unit, artifact bytea), a row for each unit of s';
COMMENT ON COLUMN creditspread.method.forecast IS
	'template that gives (unit, entity, "time", horizon, forecast, lower, upper) for every row of s that a forecast can be made on, at all horizons; with option quantiles also quantiles double precision[], in the order of the option';
COMMENT ON COLUMN creditspread.method.validation IS
	'template that gives (unit, n, mae, rmse, random_walk_mae, random_walk_rmse) from the artifacts; NULL: the last 15 % of the times are forecast by a fit to those before them; NULL, too, with intervals by validation';
COMMENT ON COLUMN creditspread.method.members IS
	'of a combination of methods: template over $1, the options, and $2, the pool, that gives (method, options jsonb), random_walk among them; then it has no fit and no forecast of its own';
COMMENT ON COLUMN creditspread.method.provided IS 'whether the row came with the extension';
COMMENT ON COLUMN creditspread.method.explain IS
	'template that gives (unit, entity, "time", horizon, base, forecast, features text[], contributions float8[], values float8[]) for the rows of s whose column wanted is true (p has all rows up to them, unit and entity alike; $9 integer[] are all horizons of the model, $2 those asked for; features known in advance as columns stand behind the others), base and contributions adding up to the forecast; NULL: without features all is the contribution of y, with features there is none';
COMMENT ON COLUMN creditspread.method.known IS
	'how it is given the values of the features that option known names at the times to be forecast: rows, as rows of s after the last y, in which everything else is NULL; columns, as further features of each row, for each horizon the values that many rows later and, beyond 1, their means over the rows up to there; NULL: it has no option known';

CREATE SEQUENCE creditspread.pipeline_id_seq;
COMMENT ON SEQUENCE creditspread.pipeline_id_seq IS 'numbers of models';
CREATE SEQUENCE creditspread.model_id_seq;
COMMENT ON SEQUENCE creditspread.model_id_seq IS 'numbers of versions over all models';
CREATE SEQUENCE creditspread.run_id_seq;
COMMENT ON SEQUENCE creditspread.run_id_seq IS 'numbers of runs';

CREATE TABLE creditspread.pipeline (
	id bigint PRIMARY KEY CHECK (id > 0),
	owner name NOT NULL,
	owner_oid oid NOT NULL,
	cluster bigint NOT NULL,
	name text NOT NULL CHECK (name <> '' AND octet_length(name) <= 2000),
	time_zone text NOT NULL,
	in_utc boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL CHECK (isfinite(created_at)),
	heir oid,
	heir_cluster bigint,
	description text CHECK (octet_length(description) <= 10000),
	units jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(units) = 'object'),
	changes jsonb CHECK (jsonb_typeof(changes) = 'object'),
	UNIQUE (cluster, owner_oid, owner, name)
);
CREATE INDEX pipeline_name ON creditspread.pipeline (name);
COMMENT ON TABLE creditspread.pipeline IS 'named models; their versions are rows of creditspread.model';
COMMENT ON INDEX creditspread.pipeline_name IS 'finds the models of a name';
COMMENT ON COLUMN creditspread.pipeline.id IS 'key';
COMMENT ON COLUMN creditspread.pipeline.owner IS 'name of the role that trained it';
COMMENT ON COLUMN creditspread.pipeline.owner_oid IS
	'that role in the cluster where the row was written: there it decides whose the model is, elsewhere the name does';
COMMENT ON COLUMN creditspread.pipeline.cluster IS 'system identifier of that cluster';
COMMENT ON COLUMN creditspread.pipeline.name IS 'name of the model, one namespace for each owner';
COMMENT ON COLUMN creditspread.pipeline.time_zone IS 'time zone of the active version, in which its days, weekdays, months and calendars are counted';
COMMENT ON COLUMN creditspread.pipeline.in_utc IS
	'whether its times are stored in UTC, those of a timestamptz query; else they are stored as the query gives them';
COMMENT ON COLUMN creditspread.pipeline.created_at IS 'when it was trained first';
COMMENT ON COLUMN creditspread.pipeline.heir IS
	'of a row that came from another cluster: the role that bore the owner''s name here at that time, 0 for none';
COMMENT ON COLUMN creditspread.pipeline.heir_cluster IS 'system identifier of the cluster that heir is a role of';
COMMENT ON COLUMN creditspread.pipeline.description IS 'what the model is for, for people';
COMMENT ON COLUMN creditspread.pipeline.units IS 'unit of y by query_number: forecasts keep theirs when the query changes';
COMMENT ON COLUMN creditspread.pipeline.changes IS
	'what creditspread.alter_model changed of the definition and the next retrain takes, by columns of creditspread.model; NULL: nothing';

CREATE TABLE creditspread.model (
	id bigint PRIMARY KEY CHECK (id > 0),
	pipeline_id bigint NOT NULL,
	version integer NOT NULL CHECK (version BETWEEN 1 AND 1000000000),
	active boolean NOT NULL DEFAULT false,
	status text NOT NULL CHECK (status IN ('training', 'ready')),
	method text NOT NULL,
	query text NOT NULL,
	query_number integer NOT NULL CHECK (query_number BETWEEN 0 AND 1000000000),
	search_path text NOT NULL,
	time_type text,
	features text[],
	horizons integer[] NOT NULL CHECK (cardinality(horizons) > 0 AND 1 <= ALL (horizons) AND 10000 >= ALL (horizons)),
	options jsonb NOT NULL CHECK (jsonb_typeof(options) = 'object'),
	level double precision NOT NULL CHECK (level > 0 AND level < 1),
	pool boolean NOT NULL,
	calendar text,
	time_zone text NOT NULL,
	keep integer NOT NULL CHECK (keep BETWEEN 1 AND 1000),
	promote text NOT NULL CHECK (promote IN ('complete', 'always', 'if_better')),
	on_error text NOT NULL CHECK (on_error IN ('skip', 'stop')),
	ended_after integer NOT NULL DEFAULT 20 CHECK (ended_after > 0),
	trained_at timestamptz CHECK (isfinite(trained_at)),
	data_from timestamp CHECK (isfinite(data_from)),
	data_to timestamp CHECK (isfinite(data_to)),
	row_count bigint CHECK (row_count >= 0),
	data_hash text,
	seed bigint,
	extension_version text NOT NULL,
	validation_mae double precision CHECK (validation_mae >= 0 AND validation_mae < 'infinity'),
	validation_rmse double precision CHECK (validation_rmse >= 0 AND validation_rmse < 'infinity'),
	validation_random_walk_mae double precision CHECK (validation_random_walk_mae >= 0 AND validation_random_walk_mae < 'infinity'),
	validation_random_walk_rmse double precision CHECK (validation_random_walk_rmse >= 0 AND validation_random_walk_rmse < 'infinity'),
	UNIQUE (pipeline_id, version)
);
CREATE UNIQUE INDEX model_active ON creditspread.model (pipeline_id) WHERE active;
COMMENT ON TABLE creditspread.model IS 'versions of named models: what was asked for, what it was trained on, how good it was in validation';
COMMENT ON INDEX creditspread.model_active IS 'at most one version of a model is active';
COMMENT ON COLUMN creditspread.model.id IS 'key';
COMMENT ON COLUMN creditspread.model.pipeline_id IS 'the model, in creditspread.pipeline';
COMMENT ON COLUMN creditspread.model.version IS 'counted from 1 by train and retrain';
COMMENT ON COLUMN creditspread.model.active IS 'whether forecasts are made with this version';
COMMENT ON COLUMN creditspread.model.status IS 'training or ready';
COMMENT ON COLUMN creditspread.model.method IS 'a name in creditspread.method';
COMMENT ON COLUMN creditspread.model.query IS 'query for the data, run as the owner and read-only';
COMMENT ON COLUMN creditspread.model.query_number IS
	'the same for all versions of a model with the same query and search_path, or with one that gives the same y: what it gives is what they forecast';
COMMENT ON COLUMN creditspread.model.search_path IS 'search_path that the query is run with: that of the session that called train';
COMMENT ON COLUMN creditspread.model.time_type IS 'type of the query''s column "time"; timestamptz is stored as timestamp in UTC';
COMMENT ON COLUMN creditspread.model.features IS 'names of the further numeric columns, in the order in which the model takes them';
COMMENT ON COLUMN creditspread.model.horizons IS 'rows ahead';
COMMENT ON COLUMN creditspread.model.options IS 'options of the method';
COMMENT ON COLUMN creditspread.model.level IS 'coverage that the intervals aim at';
COMMENT ON COLUMN creditspread.model.pool IS 'whether one fit stands for all series';
COMMENT ON COLUMN creditspread.model.calendar IS 'table of, or query for, the business days, or NULL: from the spacing of the data';
COMMENT ON COLUMN creditspread.model.time_zone IS 'time zone in which days, weekdays, months and the calendar are counted where times are timestamptz';
COMMENT ON COLUMN creditspread.model.keep IS 'versions that retrain keeps';
COMMENT ON COLUMN creditspread.model.promote IS 'when a new version becomes active: complete, always or if_better';
COMMENT ON COLUMN creditspread.model.on_error IS 'what the error of one series does: skip or stop';
COMMENT ON COLUMN creditspread.model.ended_after IS 'rows that a series may be behind the newest ones of the query before it is held to have ended';
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
	model_id bigint NOT NULL,
	entity text NOT NULL CHECK (octet_length(entity) <= 2000),
	artifact bytea,
	status text NOT NULL CHECK (status IN ('ready', 'stale', 'failed')),
	message text,
	fitted_version integer,
	row_count bigint NOT NULL CHECK (row_count >= 0),
	data_from timestamp CHECK (isfinite(data_from)),
	data_to timestamp CHECK (isfinite(data_to)),
	measures jsonb,
	widths jsonb,
	PRIMARY KEY (model_id, entity)
);
ALTER TABLE creditspread.artifact ALTER artifact SET STORAGE EXTERNAL;
COMMENT ON TABLE creditspread.artifact IS 'what a version learnt, a row for each fit';
COMMENT ON COLUMN creditspread.artifact.model_id IS 'the version';
COMMENT ON COLUMN creditspread.artifact.entity IS 'the series; empty for the single series of a query without entities, and for a fit of all series';
COMMENT ON COLUMN creditspread.artifact.artifact IS
	'the fitted model, exact: a value of a base type in its binary form, others as text in UTF-8; NULL if the fit failed';
COMMENT ON COLUMN creditspread.artifact.status IS
	'ready, failed, or stale: the series failed in the training of this version, and its fit of an earlier version serves on';
COMMENT ON COLUMN creditspread.artifact.message IS 'the error of a fit that failed';
COMMENT ON COLUMN creditspread.artifact.fitted_version IS 'version whose training made the artifact; NULL if the fit failed';
COMMENT ON COLUMN creditspread.artifact.row_count IS 'rows of the fit';
COMMENT ON COLUMN creditspread.artifact.data_from IS 'first time of the fit';
COMMENT ON COLUMN creditspread.artifact.data_to IS 'last time of the fit';
COMMENT ON COLUMN creditspread.artifact.measures IS
	'errors in validation: n, mae, rmse, random_walk_mae, random_walk_rmse, in units of y';
COMMENT ON COLUMN creditspread.artifact.widths IS 'half width of the interval for each horizon, if it comes from validation';

CREATE TABLE creditspread.run (
	id bigint PRIMARY KEY CHECK (id > 0),
	pipeline_id bigint NOT NULL,
	version integer CHECK (version BETWEEN 1 AND 1000000000),
	kind text NOT NULL CHECK (kind IN ('train', 'retrain', 'forecast', 'backtest', 'update_actuals')),
	arguments jsonb NOT NULL DEFAULT '{}',
	caller name NOT NULL,
	started timestamptz NOT NULL CHECK (isfinite(started)),
	ended timestamptz CHECK (isfinite(ended)),
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
	rows_stored bigint NOT NULL DEFAULT 0 CHECK (rows_stored >= 0)
);
CREATE INDEX run_pipeline ON creditspread.run (pipeline_id, id);
COMMENT ON TABLE creditspread.run IS 'log of the procedures: a row for each call that began its work, or was refused because another was at work';
COMMENT ON INDEX creditspread.run_pipeline IS 'finds the runs of a model';
COMMENT ON COLUMN creditspread.run.id IS 'key';
COMMENT ON COLUMN creditspread.run.pipeline_id IS 'the model, in creditspread.pipeline';
COMMENT ON COLUMN creditspread.run.version IS 'version that was trained or used';
COMMENT ON COLUMN creditspread.run.kind IS 'train, retrain, forecast, backtest or update_actuals';
COMMENT ON COLUMN creditspread.run.arguments IS 'arguments of a backtest, as_of of a forecast, unit and description of a training';
COMMENT ON COLUMN creditspread.run.caller IS 'role that ran it';
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
COMMENT ON COLUMN creditspread.run.rows_stored IS 'forecasts stored, or actual values filled in or revised';

CREATE TABLE creditspread.run_series (
	run_id bigint NOT NULL,
	entity text NOT NULL CHECK (octet_length(entity) <= 2000),
	status text NOT NULL CHECK (status IN ('done', 'failed')),
	message text,
	hint text,
	code text,
	steps_done integer NOT NULL DEFAULT 0,
	seconds double precision NOT NULL DEFAULT 0 CHECK (seconds < 'infinity'),
	PRIMARY KEY (run_id, entity)
);
COMMENT ON TABLE creditspread.run_series IS 'log of the procedures, series by series';
COMMENT ON COLUMN creditspread.run_series.run_id IS 'the run';
COMMENT ON COLUMN creditspread.run_series.entity IS 'the series, as in creditspread.artifact';
COMMENT ON COLUMN creditspread.run_series.status IS 'done or failed';
COMMENT ON COLUMN creditspread.run_series.message IS 'the error of a failed series';
COMMENT ON COLUMN creditspread.run_series.hint IS 'the remedy, if the error names one';
COMMENT ON COLUMN creditspread.run_series.code IS 'its SQLSTATE';
COMMENT ON COLUMN creditspread.run_series.steps_done IS 'steps of work done';
COMMENT ON COLUMN creditspread.run_series.seconds IS 'time taken; series that are worked on together share it';

CREATE TABLE creditspread.series (
	pipeline_id bigint NOT NULL,
	entity text NOT NULL CHECK (octet_length(entity) <= 2000),
	data_from timestamp NOT NULL CHECK (isfinite(data_from)),
	data_to timestamp NOT NULL CHECK (isfinite(data_to)),
	row_count bigint NOT NULL CHECK (row_count >= 0),
	data_hash numeric,
	seen_at timestamptz NOT NULL CHECK (isfinite(seen_at)),
	last_origin timestamp CHECK (isfinite(last_origin)),
	ended boolean NOT NULL DEFAULT false,
	PRIMARY KEY (pipeline_id, entity)
);
COMMENT ON TABLE creditspread.series IS 'what a model''s query gave of each series when it was run last';
COMMENT ON COLUMN creditspread.series.pipeline_id IS 'the model, in creditspread.pipeline';
COMMENT ON COLUMN creditspread.series.entity IS 'the series; empty for the single series of a query without entities';
COMMENT ON COLUMN creditspread.series.data_from IS 'first time of its rows';
COMMENT ON COLUMN creditspread.series.data_to IS 'last time of its rows';
COMMENT ON COLUMN creditspread.series.row_count IS 'its rows';
COMMENT ON COLUMN creditspread.series.data_hash IS
	'hash of times and values up to data_to: as long as it stays, no row of the past was revised; NULL: not known';
COMMENT ON COLUMN creditspread.series.seen_at IS 'when the query gave it last';
COMMENT ON COLUMN creditspread.series.last_origin IS 'last row with a value, from which forecasts are made';
COMMENT ON COLUMN creditspread.series.ended IS 'whether it is so far behind the others that nothing is forecast any more';

CREATE TABLE creditspread.forecast (
	pipeline_id bigint NOT NULL,
	source text NOT NULL CHECK (source IN ('forecast', 'backtest')),
	entity text NOT NULL CHECK (octet_length(entity) <= 2000),
	origin timestamp NOT NULL CHECK (isfinite(origin)),
	horizon integer NOT NULL CHECK (horizon BETWEEN 1 AND 10000),
	version integer NOT NULL CHECK (version BETWEEN 1 AND 1000000000),
	revision integer NOT NULL DEFAULT 0 CHECK (revision >= 0),
	query_number integer NOT NULL DEFAULT 0 CHECK (query_number BETWEEN 0 AND 1000000000),
	target_time timestamp NOT NULL CHECK (isfinite(target_time)),
	forecast double precision NOT NULL CHECK (abs(forecast) < 1e150),
	lower double precision CHECK (abs(lower) < 1e150),
	upper double precision CHECK (abs(upper) < 1e150),
	level double precision NOT NULL CHECK (level > 0 AND level < 1),
	levels double precision[] CHECK (cardinality(levels) > 0 AND 0 < ALL (levels) AND 1 > ALL (levels)),
	lowers double precision[] CHECK (-1e150 < ALL (lowers) AND 1e150 > ALL (lowers)),
	uppers double precision[] CHECK (-1e150 < ALL (uppers) AND 1e150 > ALL (uppers)),
	random_walk double precision NOT NULL CHECK (abs(random_walk) < 1e150),
	made_at timestamptz NOT NULL CHECK (isfinite(made_at)),
	run_id bigint NOT NULL,
	actual double precision CHECK (abs(actual) < 1e150),
	first_actual double precision CHECK (abs(first_actual) < 1e150),
	first_known_at timestamptz CHECK (isfinite(first_known_at)),
	hindsight boolean NOT NULL DEFAULT false,
	PRIMARY KEY (pipeline_id, source, entity, origin, horizon, version, revision),
	CHECK ((cardinality(levels) = cardinality(lowers) AND cardinality(levels) = cardinality(uppers)) IS NOT FALSE)
);
CREATE INDEX forecast_open ON creditspread.forecast (pipeline_id, entity, origin) WHERE actual IS NULL;
COMMENT ON TABLE creditspread.forecast IS 'stored forecasts: what was said stays, and what came true follows the data';
COMMENT ON INDEX creditspread.forecast_open IS 'finds the forecasts whose actual value is not known yet';
COMMENT ON COLUMN creditspread.forecast.pipeline_id IS 'the model, in creditspread.pipeline';
COMMENT ON COLUMN creditspread.forecast.source IS 'forecast or backtest';
COMMENT ON COLUMN creditspread.forecast.entity IS 'the series; empty for the single series of a query without entities';
COMMENT ON COLUMN creditspread.forecast.origin IS 'time of the last row that the forecast knew';
COMMENT ON COLUMN creditspread.forecast.horizon IS 'rows ahead';
COMMENT ON COLUMN creditspread.forecast.version IS 'version that made it';
COMMENT ON COLUMN creditspread.forecast.revision IS
	'0 is what was said first; the same version made again from the same origin adds 1, 2, ... where it says something else';
COMMENT ON COLUMN creditspread.forecast.query_number IS 'that of its version, see creditspread.model';
COMMENT ON COLUMN creditspread.forecast.target_time IS
	'time that is forecast: expected from calendar or spacing, and that of the row itself as soon as it is known';
COMMENT ON COLUMN creditspread.forecast.forecast IS 'the forecast, in units of y';
COMMENT ON COLUMN creditspread.forecast.lower IS 'lower bound of the interval; NULL if the method gives none';
COMMENT ON COLUMN creditspread.forecast.upper IS 'upper bound of the interval; NULL if the method gives none';
COMMENT ON COLUMN creditspread.forecast.level IS 'coverage that the interval aims at';
COMMENT ON COLUMN creditspread.forecast.levels IS 'with option interval_levels or quantiles the levels of all intervals, ascending, level among them; else NULL';
COMMENT ON COLUMN creditspread.forecast.lowers IS 'their lower bounds; a wider interval encloses a narrower one; NULL where there is none, as for a quantile alone on its side';
COMMENT ON COLUMN creditspread.forecast.uppers IS 'their upper bounds';
COMMENT ON COLUMN creditspread.forecast.random_walk IS 'forecast of the random walk: y of the origin';
COMMENT ON COLUMN creditspread.forecast.made_at IS 'when it was made';
COMMENT ON COLUMN creditspread.forecast.run_id IS 'run that made it';
COMMENT ON COLUMN creditspread.forecast.actual IS 'y of the row horizon rows after the origin, as the data say it now; NULL until it is known';
COMMENT ON COLUMN creditspread.forecast.first_actual IS 'the value that was known first';
COMMENT ON COLUMN creditspread.forecast.first_known_at IS 'when it was first known';
COMMENT ON COLUMN creditspread.forecast.hindsight IS
	'whether it was made as of a time before the last row that its version was trained on: no measure of accuracy counts it';

CREATE TABLE creditspread.reader (
	pipeline_id bigint NOT NULL,
	reader name NOT NULL,
	reader_oid oid NOT NULL,
	cluster bigint NOT NULL,
	heir oid,
	heir_cluster bigint,
	PRIMARY KEY (pipeline_id, reader)
);
COMMENT ON TABLE creditspread.reader IS 'roles that may read what is stored of a model, beside the members of its owner';
COMMENT ON COLUMN creditspread.reader.pipeline_id IS 'the model, in creditspread.pipeline';
COMMENT ON COLUMN creditspread.reader.reader IS 'name of the role that may read, with its members';
COMMENT ON COLUMN creditspread.reader.reader_oid IS 'that role in the cluster where the row was written';
COMMENT ON COLUMN creditspread.reader.cluster IS 'system identifier of that cluster';
COMMENT ON COLUMN creditspread.reader.heir IS 'of a row that came from another cluster: the role that bore the name here at that time, 0 for none';
COMMENT ON COLUMN creditspread.reader.heir_cluster IS 'system identifier of the cluster that heir is a role of';

SELECT pg_catalog.pg_extension_config_dump('creditspread.method', 'WHERE NOT provided');
SELECT pg_catalog.pg_extension_config_dump('creditspread.pipeline', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.pipeline_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.model', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.model_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.artifact', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.run_series', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.series', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.forecast', '');
SELECT pg_catalog.pg_extension_config_dump('creditspread.reader', '');

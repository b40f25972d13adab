-- Tests of a unit root and of stationarity: adf_test, kpss_test, phillips_perron_test and their options.

CREATE TYPE adf_result AS (
	statistic double precision,
	p_value double precision,
	p_value_clipped boolean,
	lags integer,
	observations bigint,
	critical_value_1 double precision,
	critical_value_5 double precision,
	critical_value_10 double precision
);
COMMENT ON TYPE adf_result IS 'what adf_test returns';
COMMENT ON COLUMN adf_result.statistic IS 't statistic of the value before; far below zero speaks against a unit root';
COMMENT ON COLUMN adf_result.p_value IS 'of a unit root (MacKinnon 1994)';
COMMENT ON COLUMN adf_result.p_value_clipped IS 'whether the statistic lies beyond the published surface, whose end the p-value then is of';
COMMENT ON COLUMN adf_result.lags IS 'differences before that the regression has';
COMMENT ON COLUMN adf_result.observations IS 'rows without NULL';
COMMENT ON COLUMN adf_result.critical_value_1 IS 'at 1 per cent, for the rows of the regression (MacKinnon 2010)';
COMMENT ON COLUMN adf_result.critical_value_5 IS 'at 5 per cent, likewise';
COMMENT ON COLUMN adf_result.critical_value_10 IS 'at 10 per cent, likewise';

--@ options adf_options (adf) of adf_test

CREATE FUNCTION @internal@.adf_test_final(@internal@.creditspread_series) RETURNS adf_result
AS 'MODULE_PATHNAME', 'creditspread_adf_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_adf_test_transition
CREATE AGGREGATE adf_test("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.adf_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.adf_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE adf_test(@time@, double precision [, jsonb]) IS
	'the augmented Dickey-Fuller test of a unit root (Said and Dickey 1984): time, y in any unit [, adf_options(...)]; rows in any order, taken as equally spaced, those with y NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows for the lags, y constant or exactly explained [, unknown option]';
--@ end

CREATE TYPE kpss_result AS (
	statistic double precision,
	p_value double precision,
	p_value_clipped boolean,
	lags integer,
	observations bigint,
	critical_value_1 double precision,
	critical_value_5 double precision,
	critical_value_10 double precision
);
COMMENT ON TYPE kpss_result IS 'what kpss_test returns';
COMMENT ON COLUMN kpss_result.statistic IS 'a large one speaks against stationarity';
COMMENT ON COLUMN kpss_result.p_value IS 'of stationarity, between .01 and .1 (Kwiatkowski et al. 1992, table 1)';
COMMENT ON COLUMN kpss_result.p_value_clipped IS 'whether it lies beyond: .1 stands for .1 or more, .01 for .01 or less';
COMMENT ON COLUMN kpss_result.lags IS 'of the long-run variance';
COMMENT ON COLUMN kpss_result.observations IS 'rows without NULL';
COMMENT ON COLUMN kpss_result.critical_value_1 IS 'at 1 per cent';
COMMENT ON COLUMN kpss_result.critical_value_5 IS 'at 5 per cent';
COMMENT ON COLUMN kpss_result.critical_value_10 IS 'at 10 per cent';

--@ options kpss_options (kpss) of kpss_test

CREATE FUNCTION @internal@.kpss_test_final(@internal@.creditspread_series) RETURNS kpss_result
AS 'MODULE_PATHNAME', 'creditspread_kpss_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_kpss_test_transition
CREATE AGGREGATE kpss_test("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.kpss_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.kpss_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kpss_test(@time@, double precision [, jsonb]) IS
	'the test of stationarity of Kwiatkowski, Phillips, Schmidt and Shin (1992): time, y in any unit [, kpss_options(...)]; rows in any order, taken as equally spaced, those with y NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows, y constant or a line [, unknown option]';
--@ end

CREATE TYPE phillips_perron_result AS (
	statistic double precision,
	p_value double precision,
	p_value_clipped boolean,
	lags integer,
	observations bigint,
	critical_value_1 double precision,
	critical_value_5 double precision,
	critical_value_10 double precision,
	alpha_statistic double precision,
	alpha_p_value double precision,
	alpha_p_value_clipped boolean
);
COMMENT ON TYPE phillips_perron_result IS 'what phillips_perron_test returns';
COMMENT ON COLUMN phillips_perron_result.statistic IS 'Z-tau, of the t statistic of the value before; far below zero speaks against a unit root';
COMMENT ON COLUMN phillips_perron_result.p_value IS 'of a unit root by Z-tau (MacKinnon 1994)';
COMMENT ON COLUMN phillips_perron_result.p_value_clipped IS 'whether the statistic lies beyond the published surface, whose end the p-value then is of';
COMMENT ON COLUMN phillips_perron_result.lags IS 'of the long-run variance';
COMMENT ON COLUMN phillips_perron_result.observations IS 'rows without NULL';
COMMENT ON COLUMN phillips_perron_result.critical_value_1 IS 'of Z-tau at 1 per cent, for the rows of the regression (MacKinnon 2010)';
COMMENT ON COLUMN phillips_perron_result.critical_value_5 IS 'at 5 per cent, likewise';
COMMENT ON COLUMN phillips_perron_result.critical_value_10 IS 'at 10 per cent, likewise';
COMMENT ON COLUMN phillips_perron_result.alpha_statistic IS 'Z-alpha, of the coefficient of the value before less one, times the rows of the regression';
COMMENT ON COLUMN phillips_perron_result.alpha_p_value IS 'of a unit root by Z-alpha, between .01 and .99 (Fuller 1976, table 8.5.1)';
COMMENT ON COLUMN phillips_perron_result.alpha_p_value_clipped IS 'whether it lies beyond: .01 stands for .01 or less, .99 for .99 or more';

--@ options phillips_perron_options (phillips_perron) of phillips_perron_test

CREATE FUNCTION @internal@.phillips_perron_test_final(@internal@.creditspread_series) RETURNS phillips_perron_result
AS 'MODULE_PATHNAME', 'creditspread_phillips_perron_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_phillips_perron_test_transition
CREATE AGGREGATE phillips_perron_test("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.phillips_perron_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.phillips_perron_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE phillips_perron_test(@time@, double precision [, jsonb]) IS
	'the test of a unit root of Phillips and Perron (1988): time, y in any unit [, phillips_perron_options(...)]; rows in any order, taken as equally spaced, those with y NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, too few rows, y constant or exactly explained [, unknown option]';
--@ end

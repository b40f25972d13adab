-- Tests of residuals: ljung_box_test, jarque_bera_test and their options.

CREATE TYPE ljung_box_result AS (
	statistic double precision,
	p_value double precision,
	lags integer,
	freedom integer,
	observations bigint
);
COMMENT ON TYPE ljung_box_result IS 'what ljung_box_test returns';
COMMENT ON COLUMN ljung_box_result.statistic IS 'n (n + 2) times the sum of squared autocorrelations at lag k over n - k';
COMMENT ON COLUMN ljung_box_result.p_value IS 'of no autocorrelation, by the chi-square distribution';
COMMENT ON COLUMN ljung_box_result.lags IS 'autocorrelations that were tested';
COMMENT ON COLUMN ljung_box_result.freedom IS 'degrees of freedom: lags less fitted parameters';
COMMENT ON COLUMN ljung_box_result.observations IS 'rows without NULL';

--@ options ljung_box_options (ljung_box) of ljung_box_test

CREATE FUNCTION @internal@.ljung_box_test_final(@internal@.creditspread_series) RETURNS ljung_box_result
AS 'MODULE_PATHNAME', 'creditspread_ljung_box_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_ljung_box_test_transition
CREATE AGGREGATE ljung_box_test("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.ljung_box_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.ljung_box_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ljung_box_test(@time@, double precision [, jsonb]) IS
	'the test of no autocorrelation of Ljung and Box (1978): time, y in any unit [, ljung_box_options(...)]; rows in any order, taken as equally spaced, those with y NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, not more rows than lags, y constant [, unknown option, fitted parameters not below lags]';
--@ end

CREATE TYPE jarque_bera_result AS (
	statistic double precision,
	p_value double precision,
	skewness double precision,
	kurtosis double precision,
	observations bigint
);
COMMENT ON TYPE jarque_bera_result IS 'what jarque_bera_test returns';
COMMENT ON COLUMN jarque_bera_result.statistic IS 'n / 6 times skewness² + (kurtosis - 3)² / 4';
COMMENT ON COLUMN jarque_bera_result.p_value IS 'of a normal distribution, by the chi-square distribution with 2 degrees of freedom';
COMMENT ON COLUMN jarque_bera_result.skewness IS 'third moment over the second to the power 1.5, divisors n';
COMMENT ON COLUMN jarque_bera_result.kurtosis IS 'fourth moment over the square of the second, divisors n: 3 of a normal distribution';
COMMENT ON COLUMN jarque_bera_result.observations IS 'rows without NULL';

--@ options jarque_bera_options (jarque_bera) of jarque_bera_test

CREATE FUNCTION @internal@.jarque_bera_test_final(@internal@.creditspread_series) RETURNS jarque_bera_result
AS 'MODULE_PATHNAME', 'creditspread_jarque_bera_test_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ each time; optional
--@ transition creditspread_jarque_bera_test_transition
CREATE AGGREGATE jarque_bera_test("time" @time@, y double precision [, options jsonb]) (
	SFUNC = @internal@.jarque_bera_test_transition, STYPE = @internal@.creditspread_series, FINALFUNC = @internal@.jarque_bera_test_final,
	COMBINEFUNC = @internal@.creditspread_series_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE jarque_bera_test(@time@, double precision [, jsonb]) IS
	'the test of a normal distribution of Jarque and Bera (1987): time, y in any unit [, jarque_bera_options(...)]; rows in any order, those with y NULL left out; errors: a time NULL, infinite or twice, NaN or infinity, fewer than 2 rows, y constant [, unknown option]';
--@ end

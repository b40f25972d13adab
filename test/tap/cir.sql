-- cir_fit, cir_forecast and cir_options.

BEGIN;
\ir helpers.psql
SELECT plan(53);
\ir ../golden/cir.sql
SET LOCAL client_min_messages = warning;

-- ---- reference values -----------------------------------------------------------------------

SELECT is((SELECT count(*) FROM golden_cir g, LATERAL (SELECT (cir_fit(t, y, cir_options(likelihood => g.likelihood,
			time_step => g.time_step))).* FROM golden_cir_y WHERE series = g.series) f
	WHERE near(f.a, g.a, 1e-6) AND near(f.b, g.b, 1e-6) AND near(f.sigma, g.sigma, 1e-6)
		AND near(f.log_likelihood, g.log_likelihood, 1e-9) AND f.likelihood = g.likelihood AND f.converged
		AND f.time_step = g.time_step AND f.at_bound IS NULL), 8::bigint, 'fits agree with reference values');
SELECT is((SELECT count(*) FROM golden_cir g, LATERAL (SELECT (cir_fit(t, y, cir_options(likelihood => 'euler',
			time_step => g.time_step))).* FROM golden_cir_y WHERE series = g.series) f
	WHERE g.likelihood = 'euler' AND near(f.a, g.a, 1e-9) AND near(f.b, g.b, 1e-9) AND near(f.sigma, g.sigma, 1e-9)
		AND f.iterations = 0), 4::bigint, 'the closed form to 1e-9');
SELECT is((SELECT count(*) FROM golden_cir_forecast g, LATERAL cir_forecast(ROW(a, b, sigma, time_step, 'exact', 0, 0, 0,
			true, true, NULL, 0, true)::cir_model, y, steps, level) f
	WHERE near(f.forecast, g.mean, 1e-9) AND near(f.variance, g.variance, 1e-9) AND near(f.lower, g.lower, 1e-9)
		AND near(f.upper, g.upper, 1e-9)), 8::bigint, 'forecasts agree with reference values');

CREATE TEMPORARY TABLE series AS SELECT t, y FROM golden_cir_y WHERE series = 0;
CREATE TEMPORARY TABLE model AS SELECT cir_fit(t, y) m FROM series;
SELECT is((SELECT cir_fit(t, y, cir_options())::text FROM series), (SELECT m::text FROM model), 'without options: the defaults');
SELECT is((SELECT cir_fit(t, y, NULL)::text FROM series), (SELECT m::text FROM model), 'NULL options: the defaults');
SELECT ok((SELECT (m).time_step = 1 AND (m).likelihood = 'exact' AND (m).observations = 79 AND (m).iterations > 0
	AND near((m).long_run_mean, (m).a / (m).b, 1e-15) AND (m).mean_reverting AND (m).feller FROM model), 'the columns of a model');
SELECT ok((SELECT NOT (m).feller AND (m).mean_reverting FROM (SELECT cir_fit(t, y) m FROM golden_cir_y WHERE series = 2) f),
	'a process that reaches zero');
SELECT ok((SELECT (m).long_run_mean IS NULL AND NOT (m).mean_reverting FROM (SELECT cir_fit(t, y) m FROM golden_cir_y WHERE series = 3) f),
	'a process that does not revert');
SELECT ok((SELECT near((y).a, 12 * (m).a, 1e-8) AND near((y).b, 12 * (m).b, 1e-8) AND near((y).sigma, sqrt(12) * (m).sigma, 1e-8)
	AND near((y).log_likelihood, (m).log_likelihood, 1e-12)
	FROM model, (SELECT cir_fit(t, y, cir_options(time_step => 1 / 12.0)) y FROM series) s), 'time may be measured in years');
SELECT ok((SELECT NOT (m).converged AND (m).iterations = 1 FROM (SELECT cir_fit(t, y, cir_options(max_iterations => 1)) m FROM series) f),
	'an iteration limit that is reached is told');
SELECT is((SELECT (cir_fit(t, 2 + 0.5 * (-1) ^ t + 0.1 * sin(t * t))).at_bound FROM generate_series(1::bigint, 200) t), 'b',
	'a series that turns back and forth ends on the bound of b');
SELECT ok((SELECT (m).at_bound = 'a' AND (m).a = 0 AND NOT (m).feller FROM
	(SELECT cir_fit(t, 4 - 0.01 * t + 0.01 * sin(t * t)) m FROM generate_series(1::bigint, 300) t) f), 'a series that falls straight ends on a = 0');

-- ---- forecasts ------------------------------------------------------------------------------

SELECT ok((SELECT near((f).forecast, (m).long_run_mean, 1e-6) AND (f).lower < (f).forecast AND (f).forecast < (f).upper
	FROM model, LATERAL cir_forecast(m, 0.3, 200) f), 'a far forecast is the long-run mean');
SELECT ok((SELECT near((e).forecast, (e1).forecast, 1e-15) AND (w).lower < (e).lower AND (e).upper < (w).upper
	FROM model, LATERAL (SELECT cir_forecast(m, 2) e, cir_forecast(m, 2, 1, 0.9) e1, cir_forecast(m, 2, interval_level => 0.99) w) f),
	'the defaults are one step and 0.9, and a higher level is wider');
SELECT ok((SELECT near((f).forecast, 2 + (m).a - (m).b * 2, 1e-12) AND near((f).variance, (m).sigma ^ 2 * 2, 1e-12)
	AND near((f).upper - (f).forecast, 1.6448536269514722 * sqrt((f).variance), 1e-12)
	AND near((f).forecast - (f).lower, 1.6448536269514722 * sqrt((f).variance), 1e-12)
	FROM (SELECT cir_fit(t, y, cir_options(likelihood => 'euler')) m FROM series) e, LATERAL cir_forecast(m, 2) f), 'Euler''s forecast');
SELECT ok((SELECT (f).forecast > 0 AND (f).lower > 0 FROM model, LATERAL cir_forecast(m, 0) f), 'a forecast from zero');
SELECT is((SELECT cir_forecast(m, NULL) FROM model), NULL, 'NULL y gives NULL');
SELECT is(cir_forecast(NULL, 2), NULL, 'a NULL model gives NULL');
SELECT throws_ok('SELECT cir_forecast(m, -1) FROM model', '22023', 'cir_forecast: y is -1, must not be negative', 'negative y');
SELECT throws_ok($$SELECT cir_forecast(m, 'NaN') FROM model$$, '22003', 'y is NaN', 'NaN y');
SELECT throws_ok($$SELECT cir_forecast(m, 'Infinity') FROM model$$, '22003', 'y is Infinity', 'infinite y');
SELECT throws_ok('SELECT cir_forecast(m, 1, 0) FROM model', '22023', 'cir_forecast: step is 0, must be from 1 to 10000', 'step 0');
SELECT throws_ok('SELECT cir_forecast(m, 1, 10001) FROM model', '22023', 'cir_forecast: step is 10001, must be from 1 to 10000', 'too many steps');
SELECT throws_ok('SELECT cir_forecast(m, 1, 1, 1) FROM model', '22023',
	'cir_forecast: interval_level is 1, must be from 0.01 to 0.999', 'level 1');
SELECT throws_ok($$SELECT cir_forecast(m, 1, 1, 'NaN') FROM model$$, '22023',
	'cir_forecast: interval_level is NaN, must be from 0.01 to 0.999', 'level NaN');

CREATE FUNCTION made(a float8, b float8, sigma float8, step float8, likelihood text) RETURNS cir_model
LANGUAGE sql IMMUTABLE AS $$ SELECT ROW(a, b, sigma, step, likelihood, 0, 0, 0, true, true, NULL, 0, true)::cir_model $$;
SELECT throws_ok('SELECT cir_forecast(made(1, 1, 0, 1, ''exact''), 1)', '22023',
	'cir_forecast: a cir_model of a 1, sigma 0 and time_step 1 has no distribution', 'no volatility');
SELECT throws_ok('SELECT cir_forecast(made(-1, 1, 1, 1, ''exact''), 1)', '22023',
	'cir_forecast: a cir_model of a -1, sigma 1 and time_step 1 has no distribution', 'negative a');
SELECT throws_ok('SELECT cir_forecast(made(1, 1, 1, 0, ''euler''), 1)', '22023',
	'cir_forecast: a cir_model of a 1, sigma 1 and time_step 0 has no distribution', 'no time step');
SELECT throws_ok('SELECT cir_forecast(made(1, 1, 1, 1, ''exakt''), 1)', '22023',
	'likelihood of a cir_model is "exakt", must be "exact" or "euler"', 'unknown likelihood');
SELECT throws_ok('SELECT cir_forecast(made(NULL, 1, 1, 1, ''exact''), 1)', '22004', 'a of a cir_model is NULL', 'a NULL in a model');
SELECT throws_ok('SELECT cir_forecast(made(1, ''NaN'', 1, 1, ''exact''), 1)', '22003', 'b of a cir_model is NaN', 'NaN in a model');
SELECT throws_ok('SELECT cir_forecast(made(1, -40, 1, 1, ''exact''), 1, 100)', '22003',
	'cir_forecast: the distribution 100 steps ahead overflows or turns negative', 'a model that explodes');
SELECT throws_ok('SELECT cir_forecast(made(-5, 0.1, 1, 1, ''euler''), 1, 3)', '22003',
	'cir_forecast: the distribution 3 steps ahead overflows or turns negative', 'a mean that turns negative');

-- ---- bad input ------------------------------------------------------------------------------

SELECT is((SELECT cir_fit(t, y) FROM series WHERE t < 0), NULL, 'no rows give NULL');
SELECT throws_ok('SELECT cir_fit(t, y) FROM series WHERE t <= 1', '22023', 'cir_fit needs at least 4 observations, has 1', 'one row');
SELECT throws_ok('SELECT cir_fit(t, y) FROM series WHERE t <= 3', '22023', 'cir_fit needs at least 4 observations, has 3', 'too few rows');
SELECT throws_ok('SELECT cir_fit(t, 2) FROM series', '22000', 'cir_fit: the 80 values but the last are all 2', 'a constant series');
SELECT throws_ok('SELECT cir_fit(t, 4 + 0.5 ^ t) FROM series WHERE t < 11', '22000',
	'cir_fit: each of the 10 values follows exactly from the one before', 'a series without a random part');
SELECT throws_ok('SELECT cir_fit(t, y * 1e307) FROM series', '22003', 'cir_fit: the likelihood overflows', 'values that overflow');
SELECT throws_ok('SELECT cir_fit(t, CASE WHEN t <> 7 THEN y ELSE 0 END) FROM series', '22023',
	'cir_fit: y at 7 is 0, must be positive', 'zero');
SELECT throws_ok('SELECT cir_fit(date ''2020-01-01'' + t::int, y - 3) FROM series WHERE t = 1', '22023',
	'cir_fit: y at 2020-01-02 is -1, must be positive', 'a negative value');
SELECT throws_ok('SELECT cir_fit(t, CASE WHEN t <> 7 THEN y END) FROM series', '22004', 'y at 7 is NULL', 'NULL');
SELECT throws_ok('SELECT cir_fit(t, ''NaN'') FROM series WHERE t = 3', '22003', 'y at 3 is NaN', 'NaN');
SELECT throws_ok('SELECT cir_fit(t / 2, y) FROM series', '23505', 'cir_fit: the time 1 occurs twice in one series', 'a time twice');
SELECT throws_ok('SELECT cir_fit(NULL::date, y) FROM series', '22004', 'the time of an observation must not be NULL', 'NULL time');
SELECT throws_ok($$SELECT cir_fit(t, y, '{"likelyhood": 1}') FROM series$$, '22023', 'cir_fit: unknown option "likelyhood"', 'unknown option');
SELECT throws_ok('SELECT cir_fit(t, y, cir_options(likelihood => ''qml'')) FROM series', '22023', NULL, 'unknown likelihood of a fit');
SELECT throws_ok('SELECT cir_fit(t, y, cir_options(time_step => 0)) FROM series', '22023', NULL, 'time step 0');
SELECT throws_ok('SELECT cir_fit(t, y, cir_options(max_iterations => 0)) FROM series', '22023', NULL, 'no iterations');

-- ---- the same everywhere --------------------------------------------------------------------

SELECT is((SELECT count(*) FROM model, (SELECT cir_fit(date '2020-01-01' + t::int, y) a, cir_fit(timestamp '2020-01-01' + t * interval '1 h', y) b,
		cir_fit(timestamptz '2020-01-01' + t * interval '1 h', y) c, cir_fit(t, y) d FROM (SELECT * FROM series ORDER BY sin(t * 100)) s) s
	WHERE a::text = m::text AND b::text = m::text AND c::text = m::text AND d::text = m::text), 1::bigint,
	'time of any type, rows in any order: the same to the last bit');
CREATE AGGREGATE cir_of(creditspread_internal.creditspread_series) (SFUNC = creditspread_internal.creditspread_series_combine, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.cir_fit_final);
CREATE AGGREGATE state_of(bigint, float8) (SFUNC = creditspread_internal.cir_fit_transition, STYPE = creditspread_internal.creditspread_series);
SELECT is((SELECT cir_of(s::text::creditspread_internal.creditspread_series)::text FROM (SELECT state_of(t, y) s FROM series GROUP BY t * 31 % 7 UNION ALL SELECT NULL) p),
	(SELECT m::text FROM model), 'from states of parts, NULL among them, through text');
CREATE TABLE many AS SELECT series, t, y FROM golden_cir_y;
ANALYZE many;
CREATE TEMPORARY TABLE serial AS SELECT series, cir_fit(t, y) m FROM many GROUP BY series;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE many SET (parallel_workers = 2);
SELECT is((SELECT count(*) FROM serial s JOIN (SELECT series, cir_fit(t, y) m FROM many GROUP BY series) p USING (series)
	WHERE s.m::text = p.m::text), 4::bigint, '2 workers');
SET LOCAL max_parallel_workers_per_gather = 0;

-- ---- stopping -------------------------------------------------------------------------------

\ir stops.psql
SELECT stops('creditspread_internal.cir_fit_final(s)', $$SELECT state_of(t, 2 + sin(t * 0.01) + 0.1 * sin(t::float8 * t)) AS s FROM generate_series(1::bigint, 5000) AS t$$);
SELECT * FROM finish();
ROLLBACK;

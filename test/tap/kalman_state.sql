-- kalman_state, kalman_update and what they tell.

BEGIN;
SELECT plan(35);

CREATE TABLE series AS
SELECT p, t, CASE WHEN (t * 7 + p) % 11 = 3 THEN NULL ELSE p + sin(t / 5.0) + 0.3 * cos(t * t + p) END AS y, cos(t) / 10 AS u
FROM generate_series(1, 3) p, generate_series(1, 200) t;

-- A table that a trigger keeps filtered, row by row.
CREATE TABLE spread (p int, t int, y float8, u float8, estimate kalman_estimate);
CREATE TABLE running (p int PRIMARY KEY, state kalman_state);
CREATE FUNCTION filter_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO running VALUES (NEW.p, kalman_update(kalman_state(0.9, 0.05, 0.1), NEW.y, NEW.u))
	ON CONFLICT (p) DO UPDATE SET state = kalman_update(running.state, NEW.y, NEW.u);
	NEW.estimate := (SELECT kalman_estimate(state) FROM running WHERE p = NEW.p);
	RETURN NEW;
END $$;
CREATE TRIGGER filter_row BEFORE INSERT ON spread FOR EACH ROW EXECUTE FUNCTION filter_row();
INSERT INTO spread SELECT p, t, y, u FROM series ORDER BY t, p;
SELECT is((SELECT count(*) FROM (SELECT estimate, kalman_filter(y, 0.9, 0.05, 0.1, control => u) OVER (PARTITION BY p ORDER BY t) AS f FROM spread) q
	WHERE record_image_eq(estimate, f)), 600::bigint, 'a trigger and the window function agree to the last bit');
SELECT is((SELECT count(*) FROM running, kalman_summary(state) s WHERE s.states = 1 AND s.observed = 1 AND s.rows = 200 AND s.observations = (SELECT count(y) FROM spread WHERE spread.p = running.p)),
	3::bigint, 'the state counts rows and observations');
SELECT is((SELECT count(*) FROM running, kalman_summary(state) s WHERE abs(s.log_likelihood - (SELECT sum((estimate).log_likelihood) FROM spread WHERE spread.p = running.p)) < 1e-9),
	3::bigint, 'and sums the log-likelihood');

-- The same of a model of several states, through text and binary at every row.
CREATE TABLE model AS SELECT kalman_model('{{1,1},{0,0.9}}', '{{1,0},{1,1}}', '{{0.1,0},{0,0.01}}', '{{0.5,0.1},{0.1,0.4}}', control_effect => '{{1},{0}}') AS m;
CREATE FUNCTION steps(exchange boolean) RETURNS SETOF kalman_vector_estimate LANGUAGE plpgsql AS $$
DECLARE
	s kalman_state := (SELECT kalman_state(m) FROM model);
	r record;
BEGIN
	FOR r IN SELECT * FROM series WHERE p = 1 ORDER BY t LOOP
		s := kalman_update(s, ARRAY[r.y, r.y + r.u], ARRAY[r.u]);
		IF exchange THEN
			s := s::text::kalman_state;
		END IF;
		RETURN NEXT kalman_vector_estimate(s);
	END LOOP;
END $$;
SELECT is((SELECT string_agg(f::text, ';') FROM steps(false) f), (SELECT string_agg(f::text, ';' ORDER BY t) FROM
	(SELECT t, kalman_filter(ARRAY[y, y + u], m, ARRAY[u]) OVER (ORDER BY t) AS f FROM series, model WHERE p = 1) q),
	'a state of several states and the window function agree to the last bit');
SELECT is((SELECT string_agg(f::text, ';') FROM steps(true) f), (SELECT string_agg(f::text, ';') FROM steps(false) f), 'text keeps a state to the last bit');
CREATE TABLE stored (s kalman_state);
\copy (SELECT state FROM running ORDER BY p) TO '/dev/null' (FORMAT binary)
INSERT INTO stored SELECT state FROM running;
SELECT is((SELECT count(*) FROM stored WHERE creditspread_internal.kalman_state_send(s) = creditspread_internal.kalman_state_send(s::text::kalman_state)), 3::bigint, 'text and binary form agree');
SELECT ok(kalman_update(NULL, 1) IS NULL, 'a NULL state gives NULL');
SELECT ok(kalman_update(NULL, '{1}'::float8[]) IS NULL, 'of arrays too');
SELECT is(kalman_estimate(kalman_state(1, 1, 1)), '(,,,,,,,)'::kalman_estimate, 'before the first row there is no estimate');
SELECT is((kalman_estimate(kalman_update(kalman_update(kalman_state(-1, 1, 1, '-0', 1), NULL::float8)::text::kalman_state, NULL::float8))).filtered::text, '0', 'the sign of zero is kept');
SELECT is((kalman_estimate(kalman_update(kalman_state(1, 1, 1, 2, 1, 'filtered'), NULL::float8, 0.5))).filtered, 2.5::float8, 'a control moves the state');

-- Format 1 had the covariance and what is unknown as matrices: a trend after its first row.
SELECT is(kalman_vector_estimate(kalman_update((jsonb_build_object('format', 1, 'covariance', '[0.5, 0, 0, 0]'::jsonb, 'unknown', '[0, 0, 0, 1]'::jsonb)
		|| (state::text::jsonb - '{format,covariance_factor,unknown}'::text[]))::text::kalman_state, '{5}'::float8[])),
	kalman_vector_estimate(kalman_update(state, '{5}'::float8[])), 'a state of format 1 goes on as one of today')
FROM kalman_update(kalman_state(kalman_model('{{1,1},{0,1}}', '{{1,0}}', '{{0.5,0},{0,0.25}}', '{{0.5}}')), '{3}'::float8[]) AS state;

-- ---- bad input ------------------------------------------------------------------------------

SELECT throws_ok(statement, state, message, message)
FROM (VALUES
	($$SELECT kalman_update(kalman_state(1, 1, 1), 'NaN'::float8)$$, '22003', 'kalman_update: the observation in row 1 is NaN'),
	($$SELECT kalman_update(kalman_state(1, 1, 1), 1::float8, 'Infinity')$$, '22003', 'kalman_update: control in row 1 is Infinity'),
	($$SELECT kalman_update(kalman_state(1, 1, 1), '{1,2}'::float8[])$$, '2202E', 'kalman_update: y in row 1 has 2 elements, the model has 1'),
	($$SELECT kalman_update(kalman_state(m), 1) FROM model$$, '22023', 'kalman_update: the state has 2 states and 2 observations in a row, must have 1 of each'),
	($$SELECT kalman_estimate(kalman_state(m)) FROM model$$, '22023', 'kalman_estimate: the state has 2 states and 2 observations in a row, must have 1 of each'),
	($$SELECT kalman_update(kalman_state(kalman_model('{{1}}', '{{1}}', '{{1}}', '{{1}}')), 1, 1)$$, '22023', 'kalman_update: the model has 0 controls, one is given'),
	($$SELECT kalman_state(1, -1, 1)$$, '22023', 'kalman_state: process_variance is -1, must not be negative'),
	($$SELECT kalman_update(kalman_state(1, 1, 0, 0, 0), 1)$$, '22000', 'kalman_update: the observation of row 1 has no variance, given the state'),
	($$SELECT '{}'::kalman_state$$, '22P02', 'invalid kalman_state: it must be a JSON object of 17 fields'),
	($$SELECT '[1]'::kalman_state$$, '22P02', 'invalid kalman_state: it must be a JSON object of 17 fields')
) v (statement, state, message);
CREATE FUNCTION changed(key text, value jsonb) RETURNS text LANGUAGE sql AS $$
	SELECT (kalman_update(kalman_state(0.5, 1, 1), 2)::text::jsonb || jsonb_build_object(key, value))::text
$$;
SELECT throws_ok(format('SELECT %L::kalman_state', changed(key, value)), '22P02', 'invalid kalman_state: ' || message, message)
FROM (VALUES
	('format', '3'::jsonb, '"format" must be 1 or 2'),
	('states', '0', '0 states, 1 observations and 1 controls, the limits are 1 to 64, 1 to 64 and 0 to 64'),
	('states', '2', '"transition" must be an array of 4 numbers'),
	('predicted', '1', '"predicted" must be true or false'),
	('rows', '-1', '"rows" is -1, must be a count'),
	('rows', '0', '1 observations in 0 rows, log-likelihood 0'),
	('log_likelihood', 'null', '1 observations in 1 rows, log-likelihood NaN'),
	('transition', '[null]', 'transition has a value that is not finite'),
	('transition', '["x"]', 'transition has a value that is not finite'),
	('covariance_factor', '[-1]', 'covariance_factor is not the factor of a covariance matrix'),
	('unknown', '[0, -1]', 'unknown is not a covariance matrix'),
	('observation', '[0]', 'row 1 of observation is all zero'),
	('last_row', '[1]', '"last_row" must be an array of 8 numbers')
) v (key, value, message);

SELECT * FROM finish();
ROLLBACK;

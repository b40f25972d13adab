-- creditspread.explain and explain_chart: contributions add up to what the catalog forecasts, by every kind of method, and the
-- report shows them.
\set ON_ERROR_STOP off
SET client_min_messages = error;
SELECT plan(55);
\ir helpers.psql

CREATE FUNCTION step(entity bigint, t bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(hashint8extended(t + 100000 * k, entity) / 9223372036854775808.0) FROM generate_series(1, 3) k
$$;
-- Two series that follow a leader a day later; the leader is missing on some days, and on the last.
CREATE TABLE led AS SELECT CASE entity WHEN 1 THEN 'A' ELSE '<b>' END AS entity, date '2000-01-01' + t AS day, 50 + sum(move) OVER w AS y,
	CASE WHEN t % 7 <> 0 AND t < 240 THEN sum(ahead) OVER w END AS leader, sum(other) OVER w AS noise
FROM (SELECT entity, t::integer, step(300 + entity, t) AS ahead, step(500 + entity, t) AS other, 0.5 * step(400 + entity, t) + lag(step(300 + entity, t), 1, 0::float8) OVER (PARTITION BY entity ORDER BY t) AS move
	FROM generate_series(1, 2) entity, generate_series(1, 240) t) AS moves WINDOW w AS (PARTITION BY entity ORDER BY t);
CREATE TABLE tried AS SELECT * FROM (VALUES ('linear', 'linear', false, '{}'::jsonb), ('pooled', 'linear', true, '{}'), ('boosted_trees', 'boosted_trees', false, '{"rounds": 20, "learning_rate": 0.2}'),
	('random_forest', 'random_forest', true, '{"rounds": 10}'), ('svr', 'svr', false, '{}'), ('rnn', 'rnn', true, '{"epochs": 3, "units": [4]}'), ('mlp', 'mlp', false, '{"epochs": 3}'),
	('transformer', 'transformer', true, '{"epochs": 2, "layers": 1, "width": 8, "heads": 1, "feed_forward": 8}'), ('combination', 'combination', false, '{"methods": ["linear", "ar", "boosted_trees"], "options": {"boosted_trees": {"rounds": 10}}}'),
	('auto', 'auto', false, '{}'), ('ets', 'ets', false, '{}'), ('var', 'var', false, '{"lags": 2}'), ('kalman', 'kalman', false, '{}'), ('mean', 'mean', true, '{}'), ('bounded', 'linear', false, '{"lower_bound": 1000}')) AS v (name, method, pool, options);
DO $$
DECLARE
	t tried;
BEGIN
	FOR t IN SELECT * FROM tried LOOP
		CALL creditspread.train(t.name, query => CASE WHEN t.method IN ('ets', 'kalman', 'mean') THEN 'SELECT entity, day AS "time", y FROM led'
			ELSE 'SELECT entity, day AS "time", y, leader, noise AS "other noise" FROM led' || CASE t.method WHEN 'var' THEN ' WHERE leader IS NOT NULL' ELSE '' END END, method => t.method, horizons => '{1,5}', options => t.options, pool => t.pool);
		CALL creditspread.forecast(t.name);
	END LOOP;
END $$;

CREATE TABLE explained AS SELECT t.name, t.method, e.* FROM tried t, creditspread.explain(t.name, NULL, NULL) e;
CREATE TABLE sums AS SELECT name, method, entity, horizon, origin, base, forecast, base + sum(contribution) AS total, array_agg(feature ORDER BY abs(contribution) DESC, feature) AS features
FROM explained GROUP BY name, method, entity, horizon, origin, base, forecast;
SELECT ok(count(*) = 4 AND bool_and(near(s.forecast, f.forecast, 1e-6) AND near(s.total, f.forecast, 1e-6)), t.name || ': base and contributions add up to what was forecast')
FROM tried t LEFT JOIN sums s ON s.name = t.name LEFT JOIN creditspread.forecast_latest f ON f.model = t.name AND f.entity = s.entity AND f.horizon = s.horizon AND f.origin = s.origin GROUP BY t.name;
SELECT is(string_agg(DISTINCT f, ',' ORDER BY f), CASE WHEN t.name IN ('ets', 'kalman', 'mean') THEN 'y' ELSE 'leader,other noise,y' END, t.name || ': features by their names')
FROM tried t JOIN sums s USING (name), unnest(features) AS f GROUP BY t.name;
SELECT ok(count(*) = 0, 'sorted by size') FROM (SELECT abs(contribution) > lag(abs(contribution)) OVER (PARTITION BY entity, horizon ORDER BY place) AS larger
	FROM creditspread.explain('linear', NULL, NULL) WITH ORDINALITY AS e (entity, horizon, origin, feature, contribution, value, base, forecast, place)) q WHERE larger;
SELECT ok(bool_and(value IS NULL) AND count(*) = 4, 'the value of a feature that is missing') FROM explained WHERE name = 'linear' AND feature = 'leader';

-- of var: coefficient times deviation from the mean, one row ahead
SELECT ok(near(e.contribution, h.contribution, 1e-9, 1e-9), 'var: ' || e.feature) FROM explained e JOIN (
	SELECT name, sum(coefficient * (value - mean)) AS contribution
	FROM (SELECT c.coefficient, substr(c.term, 5)::int AS number, substr(c.term, 2, 1)::int AS lag FROM (SELECT convert_from(a.artifact, 'UTF8')::var_model AS model FROM creditspread.artifact a
			JOIN creditspread.model m ON m.id = a.model_id JOIN creditspread.pipeline p ON p.id = m.pipeline_id WHERE p.name = 'var' AND a.entity = 'A') f, var_coefficients(model) c WHERE equation = 1 AND term LIKE 'L%') c
		JOIN (VALUES (1, 'y'), (2, 'leader'), (3, 'other noise')) AS n (number, name) USING (number)
		JOIN (SELECT number, row_number() OVER (PARTITION BY number ORDER BY day DESC) AS lag, value, avg(value) OVER (PARTITION BY number) AS mean
			FROM led, unnest(ARRAY[y, leader, noise]) WITH ORDINALITY AS u (value, number) WHERE entity = 'A' AND leader IS NOT NULL) l USING (number, lag)
	GROUP BY name) h ON h.name = e.feature WHERE e.name = 'var' AND e.entity = 'A' AND e.horizon = 1;

-- one series, one horizon, a day of the past
CREATE TABLE past AS SELECT * FROM creditspread.explain('linear', 'A', 1, at => '2000-05-01 12:00');
SELECT is(string_agg(DISTINCT concat_ws(' ', entity, horizon, origin), ', '), 'A 1 2000-05-01 00:00:00', 'of a day of the past') FROM past;
SELECT ok(near(max(past.forecast), max(h.forecast), 1e-9) AND max(value) FILTER (WHERE feature = 'y') = max(h.y), 'as the model forecast from there')
FROM past, (SELECT * FROM (SELECT day, y, (linear_forecast(model, y, ARRAY[leader, noise]) OVER (ORDER BY day)).forecast FROM led,
	(SELECT creditspread_internal.from_bytes(a.artifact, NULL::linear_model) AS model FROM creditspread.artifact a JOIN creditspread.model m ON m.id = a.model_id JOIN creditspread.pipeline p ON p.id = m.pipeline_id
		WHERE p.name = 'linear' AND a.entity = 'A') f WHERE entity = 'A') q WHERE day = '2000-05-01') h;
SELECT ok(bool_and((feature = 'leader') = (place = 1)) AND count(*) = 3, 'what leads is the largest contribution') FROM (SELECT feature, row_number() OVER (ORDER BY abs(contribution) DESC) AS place FROM past) q;

-- the picture
SELECT matches(texts(creditspread.explain_chart('linear', 'A', at => '2000-05-01')), '^linear, A: 1 row ahead, made on 2000-05-01 \| .*base \| [\d.]+ \| leader = .* \| forecast \| [\d.]+$', 'a picture of it');
SELECT matches(texts(creditspread.explain_chart('linear', '<b>', 5, most => 2, options => chart_options(title => 'Mine', width => 500))), '^Mine .*base .* \| 2 others \| .* \| forecast', 'the smaller ones together, options');
CALL creditspread.alter_model('linear', unit => 'bp');
SELECT matches(texts(creditspread.explain_chart('linear', 'A')), ' \| bp \| ', 'in its unit');
SELECT refused($$SELECT creditspread.explain_chart('linear')$$, '22023', 'explain_chart: model "linear" has 2 series');
SELECT refused($$SELECT creditspread.explain_chart('linear', 'A', most => 0)$$, '22023', 'explain_chart: most is 0, must be from 1 to 99');
SELECT is((SELECT count(*) FROM regexp_matches(html, '<figure><svg ', 'g'))::integer || ' ' || (html LIKE '%<h2>What the latest forecasts are made of</h2>%') || xml_is_well_formed_document(html), '4 truetrue', 'the report draws the forecasts of both series, and what they are made of')
FROM creditspread.report('linear') AS html;

-- curves: a maturity is explained with all others of its time
CREATE TABLE curve AS SELECT date '2001-01-01' + t AS day, m AS maturity, 3 + sin(t * 0.1) - 0.5 * cos(t * 0.07) * exp(-m) + 0.01 * m + 0.1 * step(900 + m::bigint, t) AS y FROM generate_series(1, 80) t, unnest('{1,2,5,10}'::float8[]) m;
CALL creditspread.train('curve', query => 'SELECT day AS "time", maturity, y FROM curve', method => 'nelson_siegel', horizons => '{1,5}');
CALL creditspread.forecast('curve');
SELECT ok(count(*) = 8 AND bool_and(near(e.base + e.contribution, f.forecast, 1e-9) AND e.feature = 'y'), 'nelson_siegel: of all maturities')
FROM creditspread.explain('curve', NULL, NULL) e LEFT JOIN creditspread.forecast_latest f ON f.model = 'curve' AND f.entity = e.entity AND f.horizon = e.horizon;
SELECT is((SELECT row(e)::text FROM creditspread.explain('curve', entity, 5) e), (SELECT row(e)::text FROM creditspread.explain('curve', NULL, 5) e WHERE e.entity = f.entity), 'of one of them') FROM creditspread.forecast_latest f WHERE model = 'curve' LIMIT 1;

-- errors
SELECT refused($$SELECT * FROM creditspread.explain('nobody', NULL, NULL)$$, '42704', 'there is no model "nobody"');
SELECT refused($$SELECT * FROM creditspread.explain('linear', 'C', NULL)$$, '22023', 'explain: model "linear" has no series "C"');
SELECT refused($$SELECT * FROM creditspread.explain('linear', 'A', 2)$$, '22023', 'explain: horizon is 2, model "linear" forecasts horizons 1, 5');
SELECT refused($$SELECT * FROM creditspread.explain('linear', 'A', 1, '1999-01-01')$$, '55000', 'explain: model "linear" has no forecast, series "A" at 1999-01-01 00:00:00');
CALL creditspread.train('ranked', query => 'SELECT entity, day AS "time", y, noise FROM led', method => 'graph_rank', horizons => '{1}', options => '{"epochs": 1, "units": [4], "relation_form": "none"}');
SELECT refused($$SELECT * FROM creditspread.explain('ranked', NULL, NULL)$$, '0A000', 'explain: forecasts of method graph_rank cannot be taken apart');
SELECT ok(creditspread.report('ranked') NOT LIKE '%made of</h2>%', 'then the report says nothing of it');
CREATE ROLE explain_reader;
CALL creditspread.grant_reader('linear', 'explain_reader');
SET ROLE explain_reader;
SELECT refused($$SELECT * FROM creditspread.explain('linear', 'A', 1)$$, '42501', 'explain: model "linear" is of role "%"');
SELECT ok(creditspread.report('linear') NOT LIKE '%made of</h2>%', 'readers have no rows to explain');
RESET ROLE;

INSERT INTO led SELECT * FROM led WHERE entity = 'A' AND day = '2000-03-01';
SELECT refused($$SELECT * FROM creditspread.explain('linear', 'A', 1)$$, '23505', 'explain: series "A" has 2000-03-01 00:00:00 twice');

SELECT * FROM finish();

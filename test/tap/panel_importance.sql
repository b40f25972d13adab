-- rnn_importance and transformer_importance on panels, graph_rank_importance.
BEGIN;
SELECT no_plan();
\ir helpers.psql
SET LOCAL client_min_messages = warning;

-- The change of y is that of x a row before; z is noise.
CREATE TABLE panel AS SELECT e, t::bigint, (100 * ascii(e) + sum(0.8 * lead + 0.1 * noise) OVER w)::float8 AS y, x::float8, z::float8
FROM (SELECT e, t, hashint4(t * 7 + ascii(e)) / 2147483648.0 AS x, hashint4((t - 1) * 7 + ascii(e)) / 2147483648.0 AS lead, hashint4(t * 13 + ascii(e)) / 2147483648.0 AS noise,
	hashint4(t * 17 + ascii(e)) / 2147483648.0 AS z FROM generate_series(1, 120) t, unnest('{a,b,c}'::text[]) e) q WINDOW w AS (PARTITION BY e ORDER BY t);
CREATE TABLE fitted AS SELECT
	(SELECT rnn_fit(e, t, y, ARRAY[x, z], '{"epochs": 12, "units": [6], "ensemble": 1, "horizons": [1, 3], "feature_names": ["x", "z"]}') FROM panel) AS rnn,
	(SELECT transformer_fit(e, t, y, ARRAY[x, z], '{"epochs": 5, "layers": 1, "width": 8, "heads": 1, "feed_forward": 8, "look_back": 4, "ensemble": 1, "horizons": [1, 3], "feature_names": ["x", "z"]}') FROM panel) AS transformer,
	(SELECT graph_rank_fit(e, t, y, ARRAY[x, z], NULL, (SELECT relation_graph(s, r, 'k') FROM (VALUES ('a', 'b'), ('b', 'c')) AS g (s, r)),
		'{"epochs": 12, "units": [6], "horizons": [1, 3], "feature_names": ["x", "z"]}') FROM panel) AS graph_rank;
CREATE TABLE told (m text, a jsonb);
SELECT lives_ok(format($$INSERT INTO told SELECT %1$L, to_jsonb((SELECT %1$s_importance(%1$s, e, t, y, ARRAY[x, z], '{"repeats": 2}') FROM panel)) FROM fitted$$, m), m || ': on a panel') FROM unnest('{rnn,transformer,graph_rank}'::text[]) m;
SELECT is((SELECT string_agg(i ->> 'feature', ',') FROM jsonb_array_elements(a) i), 'y,x,z', m || ': y and the features by name') FROM told;
SELECT ok((a -> 1 ->> 'importance')::float8 > 0.03 AND (a -> 1 ->> 'importance')::float8 > 5 * abs((a -> 2 ->> 'importance')::float8), m || ': what leads is what the forecasts live on') FROM told;

-- one series as a panel is one series; of several the error is that of all their rows
SELECT is((SELECT rnn_importance(rnn, e, t, y, ARRAY[x, z])::text FROM panel WHERE e = 'a'), (SELECT rnn_importance(rnn, t, y, ARRAY[x, z])::text FROM panel WHERE e = 'a'), 'rnn: a panel of one series') FROM fitted;
SELECT is((SELECT transformer_importance(transformer, ascii(e)::bigint, date '2000-01-01' + t::int, y, ARRAY[x, z], '{"step": 3}')::text FROM panel WHERE e = 'a'),
	(SELECT transformer_importance(transformer, date '2000-01-01' + t::int, y, ARRAY[x, z], '{"step": 3}')::text FROM panel WHERE e = 'a'), 'transformer: likewise, another step') FROM fitted;
SELECT is((SELECT graph_rank_importance(graph_rank, e, t, y, ARRAY[x, z], graph_rank_importance_options(repeats => 2))::text FROM panel), (SELECT graph_rank_importance(graph_rank, e, t, y, ARRAY[x, z], '{"repeats": 2}' ORDER BY y)::text FROM panel), 'graph_rank: the order of rows does not matter') FROM fitted;
SELECT isnt((SELECT graph_rank_importance(graph_rank, e, t, y, ARRAY[x, z], graph_rank_importance_options(repeats => 2))::text FROM panel), (SELECT graph_rank_importance(graph_rank, e, t, y, ARRAY[x, z], graph_rank_importance_options(seed => 2, repeats => 2))::text FROM panel), 'graph_rank: another seed') FROM fitted;
SELECT is((SELECT graph_rank_importance(graph_rank, e, t, y, ARRAY[x, z])::text FROM panel WHERE false), NULL, 'no rows') FROM fitted;

-- ---- bad input ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION error_for(m text, arguments text, source text DEFAULT 'panel') RETURNS text LANGUAGE sql AS $$
	SELECT error_of(format('SELECT %1$s_importance(%2$s) FROM %3$s, fitted', m, replace(arguments, 'MODEL', m), source)) $$;
SELECT is(error_for(m, 'MODEL, e, t, y, ARRAY[x]'), format('2202E %s_importance: 1 features, the model was fitted with 2', m), m || ': another number of features') FROM told;
SELECT is(error_for(m, 'MODEL, e, t, y, ARRAY[x, z], ''{"step": 2}'''), format('22023 %s_importance: step is 2, the model forecasts steps 1, 3', m), m || ': another step') FROM told;
SELECT is(error_for(m, 'MODEL, e, t, y, ARRAY[x, z], ''{"times": 2}'''), format('22023 %s_importance: unknown option "times"', m), m || ': unknown option') FROM told;
SELECT is(error_for(m, 'MODEL, e, t, y, ARRAY[x, z]', '(SELECT * FROM panel WHERE t < 3) AS few'), format('22023 %s_importance needs at least %s observations, has 2', m,
	(SELECT CASE m WHEN 'rnn' THEN (model_info(rnn) #>> '{options,look_back}')::int WHEN 'transformer' THEN 4 ELSE (model_info(graph_rank) #>> '{options,look_back}')::int END FROM fitted) + 2), m || ': too few rows') FROM told;
SELECT ok(error_for(m, 'MODEL, e, t, CASE WHEN t <> 9 THEN y END, ARRAY[x, z]') LIKE '22004 %', m || ': y is NULL') FROM told;
SELECT ok(error_for(m, 'MODEL, e, t, y, ARRAY[x, CASE WHEN t <> 9 THEN z END]') LIKE '22004 %', m || ': a feature is NULL') FROM told;
SELECT ok(error_for(m, 'MODEL, e, t, ''inf''::float8, ARRAY[x, z]') LIKE '22003 %', m || ': y is infinite') FROM told;
SELECT ok(error_for(m, 'NULL, e, t, y, ARRAY[x, z]') LIKE format('22004 %s_importance: the model is NULL', m), m || ': no model') FROM told;
SELECT ok(error_for(m, 'MODEL, NULL::text, t, y, ARRAY[x, z]') LIKE '22004 %', m || ': no entity') FROM told;
SELECT ok(error_for(m, 'MODEL, e, 5::bigint, y, ARRAY[x, z]') LIKE '23505 %', m || ': a time twice') FROM told;
CREATE AGGREGATE state_of(text, bigint, float8, float8[]) (SFUNC = creditspread_internal.linear_fit_panel_transition, STYPE = creditspread_internal.creditspread_panel);
SELECT is(error_of(format('SELECT creditspread_internal.%s_importance_panel_final(state_of(e, t, y, ARRAY[x, z])) FROM panel', m)), format('22023 %1$s_importance: the state is not one of %1$s_importance', m), m || ': a state of others') FROM told;

SELECT * FROM finish();
ROLLBACK;

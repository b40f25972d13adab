-- creditspread_series, the state of aggregates over a time series: its forms, combine and the final functions.

BEGIN;
\ir helpers.psql
SELECT no_plan();

-- Aggregates that give and that combine states.
CREATE AGGREGATE state_of(date, float8, float8[], jsonb) (SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE state_of(timestamp, float8) (SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE state_of(timestamptz, float8) (SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE state_of(bigint, float8) (SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE state_of(bigint, float8, float8[], jsonb) (SFUNC = creditspread_internal.rnn_fit_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE combined(creditspread_internal.creditspread_series) (SFUNC = creditspread_internal.creditspread_series_combine, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE fit_of(creditspread_internal.creditspread_series) (SFUNC = creditspread_internal.creditspread_series_combine, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.rnn_fit_final);

CREATE TABLE sample AS SELECT g AS t, sin(g * 0.7) + g * 0.02 AS y, ARRAY[cos(g * 0.3)] AS x, '{"units": [2], "epochs": 2, "ensemble": 1}'::jsonb AS o
FROM generate_series(1, 50) g;
CREATE TABLE empty AS SELECT ('\x02040002' || lpad(to_hex(length(o::text)), 8, '0') || encode(o::text::bytea, 'hex') || repeat('0', 16))::creditspread_internal.creditspread_series AS e
FROM sample WHERE t = 1;
CREATE TABLE whole AS SELECT bytes(rnn_fit(t, y, x, o)) AS b, state_of(t, y, x, o) AS s FROM sample;

-- ---- forms ------------------------------------------------------------------------------------------

SELECT is(state_of(5::bigint, 1.5)::text, '\x02040001' || '00000000' || '0000000000000001' || '0000000000000005' || '3ff8000000000000',
	'text form: version, type of time, values in a row, bytes of options, rows; then time and values');
SELECT is(state_of(date '2000-01-02', -1, '{}', NULL)::text, '\x02010001' || '00000000' || '0000000000000001' || '0000000000000001' || 'bff0000000000000', 'a date counts days');
SELECT is(state_of(timestamp '2000-01-01 00:00:01', 0)::text, '\x02020001' || '00000000' || '0000000000000001' || '00000000000f4240' || '0000000000000000', 'a timestamp microseconds');
SELECT is(state_of(timestamptz '2000-01-01 00:00:01 UTC', 0)::text, '\x02030001' || '00000000' || '0000000000000001' || '00000000000f4240' || '0000000000000000', 'a timestamptz too');
SELECT is(state_of(5::bigint, 1, ARRAY[2::float8], '{"a": 1}')::text, '\x02040002' || '00000008' || encode('{"a": 1}', 'hex') || '0000000000000001' || '0000000000000005'
	|| '3ff0000000000000' || '4000000000000000', 'options are JSON text');
SELECT is(s::text::creditspread_internal.creditspread_series::text, s::text, 'comes back unchanged') FROM whole;
SELECT is('\x' || encode(creditspread_internal.creditspread_series_send(s), 'hex'), s::text, 'the text form is the binary form in hexadecimal') FROM whole;
SELECT is(bytes(creditspread_internal.rnn_fit_final(s::text::creditspread_internal.creditspread_series)), b, 'a state that was sent is the same') FROM whole;
CREATE TABLE stored AS SELECT s FROM whole;
SELECT is((SELECT s::text FROM stored), (SELECT s::text FROM whole), 'a state can be stored');

SELECT ok(error_of(format('SELECT %L::creditspread_internal.creditspread_series', v)) ~ '^(22P03|22P02|22023|22003|08P01|22008) ', format('refused: %s / %s', v, error_of(format('SELECT %L::creditspread_internal.creditspread_series', v))))
FROM unnest(ARRAY['', 'x', '\x', '\x02', '\x0204000100000000', '\x01040001000000000000000000000000', '\x02050001000000000000000000000000',
	'\x02040641000000000000000000000000', '\x0204ffff000000000000000000000000', '\x02040001ffffffff0000000000000000', '\x020400017fffffff0000000000000000',
	'\x02040001000000000000000000000001', '\x0204000100000000ffffffffffffffff', '\x02040001000000007fffffffffffffff', '\x02040001000000000fffffffffffffff0000000000000000',
	'\x0204000100000001780000000000000000', '\x020400010000000000000000000000000' || '0', '\x02040001000000000000000000000001' || '0000000000000005' || '7ff0000000000000',
	'\x02040001000000000000000000000001' || '0000000000000005' || 'fff0000000000000',
	-- rows without time and values, which take no bytes
	'\x02000000000000000000000000000001', '\x02000000000000007fffffffffffffff',
	-- dates and timestamps that there are not
	'\x02010001000000000000000000000001' || '7fffffffffffffff' || '0000000000000000', '\x02010001000000000000000000000001' || '000000007fffffff' || '0000000000000000',
	'\x02020001000000000000000000000001' || '7fffffffffffffff' || '0000000000000000', '\x02030001000000000000000000000001' || '8000000000000000' || '0000000000000000']) v;
SELECT is((SELECT count(*) FROM whole, generate_series(2, length(s::text) - 1) n
	WHERE coalesce(error_of(format('SELECT %L::creditspread_internal.creditspread_series', left(s::text, n))), 'XX') LIKE 'XX%'), 0::bigint, 'cut short anywhere: refused');

-- States that are valid, but not of this aggregate.
SELECT ok(error_of(format('SELECT creditspread_internal.rnn_fit_final(%L)', v)) ~ '^(22023|22003|2202E) ', format('not fitted: %s / %s', left(v, 60), error_of(format('SELECT creditspread_internal.rnn_fit_final(%L)', v))))
FROM (SELECT '\x0204' || '0000' || '00000000' || lpad(to_hex(30), 16, '0') || string_agg(lpad(to_hex(g), 16, '0'), '') FROM generate_series(1, 30) g
	UNION ALL SELECT '\x0204' || '0001' || '00000002' || encode('[]', 'hex') || lpad(to_hex(30), 16, '0') || string_agg(repeat(lpad(to_hex(g), 16, '0'), 2), '') FROM generate_series(1, 30) g
	UNION ALL SELECT '\x0204' || '0001' || '00000000' || lpad(to_hex(30), 16, '0') || string_agg(lpad(to_hex(g), 16, '0') || '7ff8000000000000', '') FROM generate_series(1, 30) g) x (v);
SELECT is(creditspread_internal.rnn_fit_final('\x02040001000000000000000000000000')::text, NULL, 'no rows: NULL');
SELECT is(error_of(format('SELECT creditspread_internal.%s(%L)', final, '\x02000002' || '00000000' || lpad('1', 16, '0') || repeat('3ff0000000000000', 2))),
	format('22023 %s: a state without times is not one of %s', regexp_replace(final, '_final', ''), regexp_replace(final, '_final', '')), 'rows without a time: ' || final)
FROM unnest('{rnn_fit_final,var_fit_final,rank_correlation_final,information_coefficient_final}'::text[]) final;

-- What version 0.1.0 kept in a table is not read as if it were of today's form.
CREATE TYPE stored_bytes;
SET LOCAL client_min_messages = warning;
CREATE FUNCTION stored_bytes_in(cstring) RETURNS stored_bytes LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION stored_bytes_out(stored_bytes) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
RESET client_min_messages;
CREATE TYPE stored_bytes (INPUT = stored_bytes_in, OUTPUT = stored_bytes_out, ALIGNMENT = double, STORAGE = extended);
CREATE CAST (stored_bytes AS creditspread_internal.creditspread_series) WITHOUT FUNCTION;
CREATE CAST (stored_bytes AS creditspread_internal.creditspread_panel) WITHOUT FUNCTION;
CREATE TABLE old AS
SELECT b::creditspread_internal.creditspread_series AS s, b::creditspread_internal.creditspread_panel AS p FROM (SELECT ('\x01' || repeat('0', 200))::stored_bytes AS b) x;
SELECT is(error_of(q), '0A000 the state of an aggregate is of form 1, not 2', 'a stored state of another version: ' || q)
FROM unnest(ARRAY['SELECT s::text FROM old', 'SELECT creditspread_internal.creditspread_panel_send(p) FROM old', 'SELECT creditspread_internal.rnn_fit_final(s) FROM old',
	'SELECT combined(s) FROM old']) q;

-- ---- combine ----------------------------------------------------------------------------------------

SELECT is(combined(s)::text, NULL, 'combine: nothing') FROM whole WHERE false;
SELECT is(combined(v)::text, NULL, 'combine: NULL and NULL') FROM (VALUES (NULL::creditspread_internal.creditspread_series), (NULL)) x (v);
SELECT is(combined(v)::text, (SELECT s::text FROM whole), 'combine: with NULL before and after')
FROM (SELECT NULL::creditspread_internal.creditspread_series AS v UNION ALL SELECT s FROM whole UNION ALL SELECT NULL) x;
SELECT is(bytes(fit_of(v)), (SELECT b FROM whole), 'combine: with an empty state before and after')
FROM (SELECT e AS v, 1 AS n FROM empty UNION ALL SELECT s, 2 FROM whole UNION ALL SELECT e, 3 FROM empty ORDER BY n) x;
SELECT is(count(*) FILTER (WHERE bytes = b), 20::bigint, 'combine: twenty random splits into up to seven parts, some empty, give the same model')
FROM whole, (SELECT split, bytes(fit_of(s ORDER BY md5(part::text || split))) AS bytes FROM
		(SELECT split, part, state_of(t, y, x, o ORDER BY md5(t::text || split)) AS s
		FROM sample, generate_series(1, 20) split, LATERAL (SELECT abs(hashint4(t * 31 + split)) % (1 + split % 7) AS part) p GROUP BY split, part
		UNION ALL SELECT split, 100, NULL FROM generate_series(1, 20) split
		UNION ALL SELECT split, 101, e FROM empty, generate_series(1, 20) split) q
	GROUP BY split) r;
SELECT is((SELECT s::text FROM stored), (SELECT s::text FROM whole), 'combine: leaves its arguments as they are');
SELECT ok(error_of('SELECT fit_of(v) FROM (SELECT s AS v FROM whole UNION ALL SELECT s FROM whole) x') LIKE '23505 rnn_fit: the time 1 occurs twice%', 'combine: a time that is in both is found');
SELECT ok(error_of('SELECT combined(v) FROM (SELECT state_of(1::bigint, 1) AS v UNION ALL SELECT state_of(date ''2020-01-01'', 1, NULL, NULL)) x') LIKE '42804 %', 'combine: times of two types');
SELECT ok(error_of('SELECT combined(v) FROM (SELECT s AS v FROM whole UNION ALL SELECT state_of(t::bigint, y) FROM sample) x') LIKE '2202E %', 'combine: rows of two lengths');
SELECT ok(error_of('SELECT combined(v) FROM (SELECT s AS v FROM whole UNION ALL SELECT state_of(t, y, x, ''{}'') FROM sample) x') LIKE '22023 %', 'combine: two options');

-- ---- sizes ------------------------------------------------------------------------------------------

SELECT is(bytes(rnn_fit(t, y, NULL, o ORDER BY md5(t::text))), bytes(rnn_fit(t, y, NULL, o ORDER BY t)), 'many rows, shuffled')
FROM (SELECT g AS t, sin(g * 0.7) AS y, '{"units": [1], "epochs": 1, "ensemble": 1, "batch_size": 1000}'::jsonb AS o FROM generate_series(1, 20000) g) q;
SET LOCAL creditspread.max_model_memory = '100kB';
SELECT ok(error_of('SELECT state_of(g::bigint, g) FROM generate_series(1, 20000) g') ~ '^53200 rnn_fit needs \d+ kB of memory, creditspread.max_model_memory is 100 kB', 'a series over creditspread.max_model_memory is refused');
RESET creditspread.max_model_memory;

-- Growing gives memory back: from the first row on the session grows by the state's bytes, not by those of its smaller copies too.
CREATE TABLE used (bytes bigint);
CREATE FUNCTION watched(n integer) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO used SELECT sum(total_bytes) FROM pg_backend_memory_contexts;
	RETURN 1;
END
$$;
SELECT ok(length(creditspread_internal.creditspread_series_send(state_of(g::bigint, CASE WHEN g IN (1, 524289) THEN watched(g) ELSE 1 END))) > 8000000, 'a series of 525,000 rows') FROM generate_series(1, 525000) g;
SELECT ok(max(bytes) - min(bytes) < 1.5 * 16 * 524288, format('growing leaves no old copies behind: %s bytes', max(bytes) - min(bytes))) FROM used;

SELECT * FROM finish();
ROLLBACK;

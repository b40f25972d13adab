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

SELECT is(hexadecimal(state_of(5::bigint, 1.5)::text), '\x02040001' || '00000000' || '0000000000000001' || '0a020000' || '20' || '3fc00000',
	'version, type of time, values in a row, bytes of options, rows; the first time, the step, the least of them and bytes of the rest; the form of the values, float4; the row');
SELECT is(hexadecimal(state_of(date '2000-01-02', -1.1, '{}', NULL)::text), '\x02010001' || '00000000' || '0000000000000001' || '02020000' || '21' || 'bff199999999999a', 'a date counts days; float8');
SELECT is(hexadecimal(state_of(timestamp '2000-01-01 00:00:01', 0)::text), '\x02020001' || '00000000' || '0000000000000001' || '80897a020000' || '20' || '00000000', 'a timestamp microseconds');
SELECT is(hexadecimal(state_of(timestamptz '2000-01-01 00:00:01 UTC', 0)::text), '\x02030001' || '00000000' || '0000000000000001' || '80897a020000' || '20' || '00000000', 'a timestamptz too');
SELECT is(hexadecimal(state_of(5::bigint, 1, ARRAY[2::float8], '{"a": 1}')::text), '\x02040002' || '00000008' || encode('{"a": 1}', 'hex') || '0000000000000001' || '0a020000' || '2020'
	|| '3f80000040000000', 'options are JSON text');
SELECT is(hexadecimal(state_of(7 * g, 99.5 + g / 100.0)::text), '\x02040001' || '00000000' || '000000000000000a' || '000e0200' || '02be9b01' || '01' || '00010203040506070809',
	'a step of 7 that all rows have, and hundredths above 9951') FROM generate_series(1, 10) g;
SELECT is(s::text::creditspread_internal.creditspread_series::text, s::text, 'comes back unchanged') FROM whole;
SELECT is('\x' || encode(creditspread_internal.creditspread_series_send(s), 'hex'), hexadecimal(s::text), 'the text form is the binary form in base64') FROM whole;
SELECT is(hexadecimal(s::text)::creditspread_internal.creditspread_series::text, s::text, 'hexadecimal is read, too') FROM whole;
SELECT is(bytes(creditspread_internal.rnn_fit_final(s::text::creditspread_internal.creditspread_series)), b, 'a state that was sent is the same') FROM whole;
CREATE TABLE stored AS SELECT s FROM whole;
SELECT is((SELECT s::text FROM stored), (SELECT s::text FROM whole), 'a state can be stored');

SELECT ok(error_of(format('SELECT %L::creditspread_internal.creditspread_series', v)) ~ '^(22P03|22P02|22023|22003|08P01|22008) ', format('refused: %s / %s', v, error_of(format('SELECT %L::creditspread_internal.creditspread_series', v))))
FROM unnest(ARRAY['', 'x', '\x', '\x02', '\x0204000100000000', '\x01040001000000000000000000000000', '\x02050001000000000000000000000000',
	'\x02040641000000000000000000000000', '\x0204ffff000000000000000000000000', '\x02040001ffffffff0000000000000000', '\x020400017fffffff0000000000000000',
	'\x02040001000000000000000000000001', '\x0204000100000000ffffffffffffffff', '\x02040001000000007fffffffffffffff', '\x02040001000000000fffffffffffffff0000000000000000',
	'\x0204000100000001780000000000000000', '\x020400010000000000000000000000000' || '0', '\x0204000100000000000000000000000000', 'AgQA', 'AgQAAQAAAAA=', 'AgQ AAQAAAAA', 'AgQAA-AAAAA', 'AgQAAQAAAAAAAAAAAAAAA',
	-- rows without time and values, which take no bytes
	'\x02000000000000000000000000000001', '\x02000000000000007fffffffffffffff']) v;
-- the forms of time and value, and rows: time, value, then the rows
SELECT ok(error_of(format('SELECT %L::creditspread_internal.creditspread_series', v)) ~ '^(22P03|22003|08P01|22008|53200) ', format('refused: %s / %s', v, error_of(format('SELECT %L::creditspread_internal.creditspread_series', v))))
FROM (SELECT '\x02' || kind || '0001' || '00000000' || lpad(count, 16, '0') || form AS v FROM (VALUES
	-- a row too few, a byte too many, no value, no rows
	('04', '2', '0a020001' || '20' || '003fc00000'), ('04', '2', '0a020001' || '20' || '003fc00000013fc0000000'), ('04', '2', '0a020001'), ('04', '2', '0a020001' || '20'),
	-- a width of 9, a step of 0 and of -1, a number that does not end, one beyond 64 bits
	('04', '2', '0a020009' || '20' || repeat('00', 26)), ('04', '2', '0a000000' || '20' || '3fc000003fc00000'), ('04', '2', '0a010000' || '20' || '3fc000003fc00000'), ('04', '2', repeat('ff', 40)),
	('04', '2', 'ffffffffffffffffff02020000' || '20' || '3fc000003fc00000'),
	-- ten places, forms that there are not, a width of 9 of values
	('04', '2', '0a020000' || '0a0000'), ('04', '2', '0a020000' || '1a0000'), ('04', '2', '0a020000' || '22' || repeat('00', 16)), ('04', '2', '0a020000' || 'ff' || repeat('00', 16)), ('04', '2', '0a020000' || '000009' || repeat('00', 18)),
	-- infinite values
	('04', '1', '0a020000' || '20' || '7f800000'), ('04', '1', '0a020000' || '21' || 'fff0000000000000'),
	-- dates and timestamps that there are not, in the first row and in the second
	('01', '1', 'feffffffffffffffff01020000' || '20' || '3fc00000'), ('01', '1', 'feffffff0f020000' || '20' || '3fc00000'), ('01', '2', '00' || 'feffffff0f' || '0001' || '20' || '003fc00000013fc00000'),
	('02', '1', 'feffffffffffffffff01020000' || '20' || '3fc00000'), ('03', '1', 'ffffffffffffffffff01020000' || '20' || '3fc00000'),
	-- so many rows there cannot be, rows of no bytes, a row too few
	('04', '7fffffffffffffff', '0a020201' || '020000'), ('04', '3', '0a020200' || '020000'), ('04', '3', '0a020201' || '0200000000')) AS x (kind, count, form)) y;
SELECT is((SELECT count(*) FROM whole, generate_series(0, length(s::text) - 1) n
	WHERE coalesce(error_of(format('SELECT %L::creditspread_internal.creditspread_series', left(s::text, n))), 'XX') LIKE 'XX%'), 0::bigint, 'cut short anywhere: refused');

-- States that are valid, but not of this aggregate.
SELECT ok(error_of(format('SELECT creditspread_internal.rnn_fit_final(%L)', v)) ~ '^(22023|22003|2202E) ', format('not fitted: %s / %s', left(v, 60), error_of(format('SELECT creditspread_internal.rnn_fit_final(%L)', v))))
FROM (VALUES ('\x0204' || '0000' || '00000000' || lpad(to_hex(30), 16, '0') || '00020201' || repeat('00', 30)),
	('\x0204' || '0001' || '00000002' || encode('[]', 'hex') || lpad(to_hex(30), 16, '0') || '00020200' || '20' || repeat('3fc00000', 30)),
	('\x0204' || '0001' || '00000000' || lpad(to_hex(30), 16, '0') || '00020200' || '21' || repeat('7ff8000000000000', 30))) x (v);
SELECT is(creditspread_internal.rnn_fit_final('\x02040001000000000000000000000000')::text, NULL, 'no rows: NULL');
SELECT is(error_of(format('SELECT creditspread_internal.%s(%L)', final, '\x02000002' || '00000000' || lpad('1', 16, '0') || '2020' || repeat('3f800000', 2))),
	format('22023 %s: a state without times is not one of %s', regexp_replace(final, '_final', ''), regexp_replace(final, '_final', '')), 'rows without a time: ' || final)
FROM unnest('{rnn_fit_final,var_fit_final,rank_correlation_final,information_coefficient_final}'::text[]) final;

-- Times and values of every kind come back to the last bit: a coefficient that depends on all of them is the same.
CREATE AGGREGATE pairs_of(bigint, float8, float8, jsonb) (SFUNC = creditspread_internal.information_coefficient_transition, STYPE = creditspread_internal.creditspread_series);
CREATE AGGREGATE coefficient_of(creditspread_internal.creditspread_series) (SFUNC = creditspread_internal.creditspread_series_combine, STYPE = creditspread_internal.creditspread_series, FINALFUNC = creditspread_internal.information_coefficient_final);
CREATE TABLE kind AS
SELECT t, v, array_agg(place ORDER BY g) AS time, array_agg(value ORDER BY g) AS value, array_agg(sin(g * 1.3) * exp(sin(g * 0.7)) ORDER BY g) AS other
FROM generate_series(1, 70) AS g, LATERAL (VALUES ('days', 7000 + g::bigint), ('weeks', 7 * g::bigint), ('backwards', -g::bigint), ('shuffled', g * 37::bigint % 71 * 1000003), ('squares', g * g::bigint - 4000),
		('the ends', CASE g % 2 WHEN 0 THEN 9223372036854775807 - g ELSE -9223372036854775807 + g END)) AS p (t, place),
	LATERAL (VALUES ('equal', 3.5 + g / 70), ('integers', g * 17 % 29 - 9), ('hundredths', 95 + (g * 31 % 97) / 100.0::float8), ('nine places', (g * 123456789::bigint % 987654321) / 1e9::float8),
		('a place later', CASE WHEN g < 40 THEN g ELSE g + 0.125 END), ('a float later', CASE WHEN g < 40 THEN g / 10.0::float8 ELSE exp(sin(g)) END), ('float4', sin(g)::float4::float8), ('float8', sin(g)),
		('zeros of both signs', CASE g % 3 WHEN 0 THEN '-0' WHEN 1 THEN '0' ELSE g END::float8), ('up to 2^50', (g - 35) * 35184372088833), ('large', 1e100 * (1 + g % 3)), ('small', 1e-100 * (1 + g % 5)),
		('a large one', CASE WHEN g = 50 THEN 1e15 ELSE g / 100.0::float8 END), ('beyond float4', CASE WHEN g = 50 THEN 1e39 ELSE g * 0.5 END)) AS q (v, value)
GROUP BY t, v;
SELECT is(count(*) FILTER (WHERE direct = sent AND length(direct) > 20), 84::bigint, 'every kind of times and values comes back')
FROM kind, (SELECT jsonb_build_object('window_size', 10, 'lag', 0) AS options) AS given,
	LATERAL (SELECT information_coefficient(r.t, r.v, r.o, options)::text AS direct FROM unnest(time, value, other) AS r (t, v, o)) AS one,
	LATERAL (SELECT coefficient_of(s::text::creditspread_internal.creditspread_series)::text AS sent
		FROM (SELECT pairs_of(r.t, r.v, r.o, options) AS s FROM unnest(time, value, other) AS r (t, v, o) GROUP BY r.t % 3) AS part) AS two;

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
SELECT is(length(creditspread_internal.creditspread_series_send(state_of(g::bigint, CASE WHEN g IN (1, 524289) THEN watched(g) ELSE 1 END))), 16 + 4 + 3 + 525000, 'a series of 525,000 rows, all alike') FROM generate_series(1, 525000) g;
SELECT ok(max(bytes) - min(bytes) < 1.5 * 16 * 524288, format('growing leaves no old copies behind: %s bytes', max(bytes) - min(bytes))) FROM used;

SELECT * FROM finish();
ROLLBACK;

/*
 * fuzz_model.c
 *		A test-only module that feeds mutated values to the input functions of the extension's
 *		types.
 *
 * fuzz_type(type, seeds, consumers, iterations, seed) starts from binary forms of valid values.  It
 * changes bytes, chunks, JSON tokens and integers of their binary and text forms; in the types
 * whose layout it knows it also changes one part and puts lengths and checksum right again, so that
 * the checks behind those are reached.  What is accepted must come back unchanged through both
 * forms, and is handed to the consumers, SQL statements on $1 (the value) and $2 (a valid value).
 * fuzz_mutants(type, seeds, count, seed) gives so many values, as text, that were accepted.
 * fuzz_options(statement, seeds, iterations, seed) runs a statement on mutated JSON texts, $1.
 *
 * The others return a line per outcome: outcome, TAB, count, TAB, an example.  Outcomes are "input"
 * or "use" with "accepted" or an SQLSTATE; "round trip ..." is always a fault.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "port/pg_crc32c.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "fuzz_mutate.h"
#include "fuzz_outcome.h"

PG_MODULE_MAGIC;

#define MODEL_HEAD 16 /* bytes before the header of a model's binary form */
#define MODEL_CHECKSUM_OFFSET 8
#define SERIES_HEAD 8 /* bytes before the options of a series */

typedef enum Layout
{
	LAYOUT_PLAIN,
	LAYOUT_MODEL,
	LAYOUT_SERIES
} Layout;

typedef struct Fuzz
{
	uint64 random;
	const char *type_name;
	Layout layout;
	FmgrInfo receive;
	FmgrInfo send;
	FmgrInfo input;
	FmgrInfo output;
	Oid receive_parameter;
	Oid input_parameter;
	int seed_count;
	bytea **seed; /* [seed_count] */
	Datum *seed_value;
	char **seed_text;
	int consumer_count;
	SPIPlanPtr *consumer; /* [consumer_count] */
	Outcomes outcomes;
	MemoryContext scratch;
} Fuzz;

/* ---- the layouts that are known ---- */

static StringInfoData
piece(const char *bytes, int length)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	appendBinaryStringInfo(&buffer, bytes, length);
	return buffer;
}

static uint32
read_uint32(const char *bytes)
{
	uint32 value;

	memcpy(&value, bytes, sizeof(value));
	return pg_ntoh32(value);
}

/* The header as the container stores it; as it is when it is no JSON. */
static char *
normalized_header(Fuzz *fuzz, const StringInfoData *header)
{
	char *volatile result = header->data;

	PG_TRY();
	{
		Jsonb *json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(header->data)));

		result = JsonbToCString(NULL, &json->root, VARSIZE(json));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(fuzz->scratch);
		FlushErrorState();
	}
	PG_END_TRY();
	return result;
}

static uint32
contents_checksum(Fuzz *fuzz, const StringInfoData *header, const StringInfoData *parameters)
{
	char *text = normalized_header(fuzz, header);
	pg_crc32c crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, text, strlen(text));
	COMP_CRC32C(crc, parameters->data, parameters->len);
	FIN_CRC32C(crc);
	return crc;
}

/* One part of a model mutated, all else made to fit; in the binary or in the text form. */
static StringInfoData
mutated_model(Fuzz *fuzz, const bytea *seed, bool as_text)
{
	const char *bytes = VARDATA_ANY(seed);
	int header_length = read_uint32(bytes + MODEL_HEAD - 4);
	int parameters_at = MODEL_HEAD + header_length + 4;
	StringInfoData header = piece(bytes + MODEL_HEAD, header_length);
	StringInfoData parameters =
		piece(bytes + parameters_at, VARSIZE_ANY_EXHDR(seed) - parameters_at);
	StringInfoData result;
	uint32 checksum;

	if (below(&fuzz->random, 3) == 0)
		mutate(&fuzz->random, &parameters, false);
	else
		mutate(&fuzz->random, &header, true);
	checksum = contents_checksum(fuzz, &header, &parameters);
	if (as_text)
	{
		char *hex = palloc(parameters.len * 2 + 1);

		hex[hex_encode(parameters.data, parameters.len, hex)] = '\0';
		initStringInfo(&result);
		appendStringInfo(&result, "{\"model\": \"%s\", \"format\": 1, \"checksum\": \"%08x\", ",
						 fuzz->type_name, checksum);
		appendStringInfo(&result, "\"header\": %s, \"parameters\": \"%s\"}", header.data, hex);
		return result;
	}
	pq_begintypsend(&result);
	result.len = 0;
	appendBinaryStringInfo(&result, bytes, MODEL_CHECKSUM_OFFSET);
	pq_sendint32(&result, checksum);
	pq_sendint32(&result, header.len);
	pq_sendbytes(&result, header.data, header.len);
	pq_sendint32(&result, parameters.len / 4);
	pq_sendbytes(&result, parameters.data, parameters.len);
	return result;
}

/* Options, columns or rows of a series mutated, the lengths made to fit. */
static StringInfoData
mutated_series(Fuzz *fuzz, const bytea *seed)
{
	const char *bytes = VARDATA_ANY(seed);
	int options_length = read_uint32(bytes + SERIES_HEAD - 4);
	int rows_at = SERIES_HEAD + options_length + 8;
	StringInfoData options = piece(bytes + SERIES_HEAD, options_length);
	StringInfoData rows = piece(bytes + rows_at, VARSIZE_ANY_EXHDR(seed) - rows_at);
	StringInfoData result = piece(bytes, SERIES_HEAD - 4);
	int columns = (unsigned char) bytes[2] * 256 + (unsigned char) bytes[3];
	int row_size;

	switch (below(&fuzz->random, 3))
	{
		case 0:
			mutate(&fuzz->random, &options, true);
			break;
		case 1:
			mutate(&fuzz->random, &rows, false);
			break;
		default:
			result.data[1] = (char) below(&fuzz->random, 6);
			columns =
				below(&fuzz->random, 4) ? below(&fuzz->random, 5) : below(&fuzz->random, 1700);
			result.data[2] = (char) (columns >> 8);
			result.data[3] = (char) columns;
	}
	row_size = Max((result.data[1] != 0 ? 8 : 0) + 8 * columns, 1); /* 0 = no time */
	rows.len -= rows.len % row_size;
	pq_sendint32(&result, options.len);
	pq_sendbytes(&result, options.data, options.len);
	pq_sendint64(&result, rows.len / row_size);
	pq_sendbytes(&result, rows.data, rows.len);
	return result;
}

static StringInfoData
hexadecimal(const StringInfoData *bytes)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "\\x");
	enlargeStringInfo(&text, bytes->len * 2 + 1);
	text.len += hex_encode(bytes->data, bytes->len, text.data + text.len);
	text.data[text.len] = '\0';
	return text;
}

static StringInfoData
next_value(Fuzz *fuzz, int seed, bool as_text)
{
	bool known = below(&fuzz->random, 3) != 0;
	StringInfoData value;

	if (known && fuzz->layout == LAYOUT_MODEL)
		return mutated_model(fuzz, fuzz->seed[seed], as_text);
	if (known && fuzz->layout == LAYOUT_SERIES)
	{
		value = mutated_series(fuzz, fuzz->seed[seed]);
		return as_text ? hexadecimal(&value) : value;
	}
	value = as_text ? piece(fuzz->seed_text[seed], strlen(fuzz->seed_text[seed]))
					: piece(VARDATA_ANY(fuzz->seed[seed]), VARSIZE_ANY_EXHDR(fuzz->seed[seed]));
	mutate(&fuzz->random, &value, as_text && fuzz->layout == LAYOUT_MODEL);
	if (as_text)
		value.len = strlen(value.data);
	return value;
}

/* ---- feeding ---- */

/* From a block of exactly its size, so that a read past its end is seen. */
static bool
accepted(Fuzz *fuzz, const StringInfoData *value, bool as_text, Datum *result)
{
	char *bytes = malloc(value->len + 1);
	volatile bool success = false;

	memcpy(bytes, value->data, value->len);
	bytes[value->len] = '\0';
	PG_TRY();
	{
		if (as_text)
		{
			/* text comes to the server through this check */
			pg_verifymbstr(bytes, value->len, false);
			*result = InputFunctionCall(&fuzz->input, bytes, fuzz->input_parameter, -1);
		}
		else
		{
			StringInfoData message = {.data = bytes, .len = value->len, .maxlen = value->len + 1};

			*result = ReceiveFunctionCall(&fuzz->receive, &message, fuzz->receive_parameter, -1);
			/* as the server does it after a receive function */
			if (message.cursor != message.len)
				ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
								errmsg("bytes left over after the value")));
		}
		success = true;
		count_outcome(&fuzz->outcomes, "input", "accepted", as_text ? "text" : "binary");
	}
	PG_CATCH();
	{
		count_error(&fuzz->outcomes, fuzz->scratch, "input");
	}
	PG_END_TRY();
	free(bytes);
	return success;
}

static bool
same_bytes(bytea *a, bytea *b)
{
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

static Datum
received(Fuzz *fuzz, bytea *bytes)
{
	StringInfoData message = piece(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));

	return ReceiveFunctionCall(&fuzz->receive, &message, fuzz->receive_parameter, -1);
}

static void
check_round_trip(Fuzz *fuzz, Datum value)
{
	PG_TRY();
	{
		bytea *bytes = SendFunctionCall(&fuzz->send, value);
		char *text = OutputFunctionCall(&fuzz->output, value);
		Datum from_text = InputFunctionCall(&fuzz->input, text, fuzz->input_parameter, -1);
		Datum from_bytes = received(fuzz, bytes);

		if (!same_bytes(bytes, SendFunctionCall(&fuzz->send, from_text)) ||
			!same_bytes(bytes, SendFunctionCall(&fuzz->send, from_bytes)) ||
			strcmp(text, OutputFunctionCall(&fuzz->output, from_text)) != 0 ||
			strcmp(text, OutputFunctionCall(&fuzz->output, from_bytes)) != 0)
			count_outcome(&fuzz->outcomes, "round trip", "differs", text);
	}
	PG_CATCH();
	{
		count_error(&fuzz->outcomes, fuzz->scratch, "round trip");
	}
	PG_END_TRY();
}

/* How often a statement may run that is late, as one is now and then on a busy machine. */
#define ATTEMPTS 3

static void
run_statement(Fuzz *fuzz, SPIPlanPtr plan, Datum *values)
{
	for (int i = 0; i < ATTEMPTS; i++)
	{
		ErrorData *error = run_limited(&fuzz->outcomes, i == 0 ? "use" : "use again", fuzz->scratch,
									   (Limited){.plan = plan, .values = values});

		if (error == NULL || error->sqlerrcode != ERRCODE_QUERY_CANCELED)
			return;
	}
	count_outcome(&fuzz->outcomes, "use", "late each time",
				  fuzz->type_name == NULL ? TextDatumGetCString(values[0])
										  : OutputFunctionCall(&fuzz->output, values[0]));
}

/* ---- the SQL functions ---- */

/* Small blocks: all but the smallest chunks are blocks of their own, with red zones around them. */
static void
start(Fuzz *fuzz, int64 seed)
{
	fuzz->random = (uint64) seed;
	fuzz->outcomes.context = CurrentMemoryContext;
	fuzz->scratch = AllocSetContextCreate(CurrentMemoryContext, "fuzz", 0, 1024, 1024);
}

static SPIPlanPtr
prepared(const char *statement, int parameters, Oid *types)
{
	SPIPlanPtr plan = SPI_prepare(statement, parameters, types);

	if (plan == NULL)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("cannot prepare %s", statement)));
	return plan;
}

static void
describe_type(Fuzz *fuzz, Oid type)
{
	Oid function;
	bool varlena;

	fuzz->type_name = format_type_be(type);
	if (strcmp(fuzz->type_name, "creditspread_internal.creditspread_series") == 0)
		fuzz->layout = LAYOUT_SERIES;
	else if (strlen(fuzz->type_name) > 6 &&
			 strcmp(fuzz->type_name + strlen(fuzz->type_name) - 6, "_model") == 0)
		fuzz->layout = LAYOUT_MODEL;
	getTypeBinaryInputInfo(type, &function, &fuzz->receive_parameter);
	fmgr_info(function, &fuzz->receive);
	getTypeInputInfo(type, &function, &fuzz->input_parameter);
	fmgr_info(function, &fuzz->input);
	getTypeBinaryOutputInfo(type, &function, &varlena);
	fmgr_info(function, &fuzz->send);
	getTypeOutputInfo(type, &function, &varlena);
	fmgr_info(function, &fuzz->output);
}

static int
array_elements(ArrayType *array, Oid type, Datum **elements)
{
	int count;
	bool *nulls;

	deconstruct_array(array, type, -1, false, TYPALIGN_INT, elements, &nulls, &count);
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("an array has a NULL")));
	return count;
}

static void
read_seeds(Fuzz *fuzz, ArrayType *seeds)
{
	Datum *elements;

	fuzz->seed_count = array_elements(seeds, BYTEAOID, &elements);
	if (fuzz->seed_count == 0)
		ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND),
						errmsg("type %s has no value to start from", fuzz->type_name)));
	fuzz->seed = palloc(sizeof(bytea *) * fuzz->seed_count);
	fuzz->seed_value = palloc(sizeof(Datum) * fuzz->seed_count);
	fuzz->seed_text = palloc(sizeof(char *) * fuzz->seed_count);
	for (int i = 0; i < fuzz->seed_count; i++)
	{
		fuzz->seed[i] = DatumGetByteaPP(elements[i]);
		fuzz->seed_value[i] = received(fuzz, fuzz->seed[i]);
		fuzz->seed_text[i] = OutputFunctionCall(&fuzz->output, fuzz->seed_value[i]);
	}
}

PG_FUNCTION_INFO_V1(fuzz_mutants);
Datum
fuzz_mutants(PG_FUNCTION_ARGS)
{
	Fuzz *fuzz = palloc0(sizeof(Fuzz));
	int count = PG_GETARG_INT32(2);
	Datum *texts = palloc(sizeof(Datum) * count);
	int found = 0;

	start(fuzz, PG_GETARG_INT64(3));
	describe_type(fuzz, PG_GETARG_OID(0));
	read_seeds(fuzz, PG_GETARG_ARRAYTYPE_P(1));
	for (int64 i = 0; found < count && i < (int64) count * 1000; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(fuzz->scratch);
		bool as_text = below(&fuzz->random, 2);
		StringInfoData bytes = next_value(fuzz, below(&fuzz->random, fuzz->seed_count), as_text);
		Datum value;
		char *text = accepted(fuzz, &bytes, as_text, &value)
						 ? OutputFunctionCall(&fuzz->output, value)
						 : NULL;

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(old);
		if (text != NULL)
			texts[found++] = PointerGetDatum(cstring_to_text(text));
		MemoryContextReset(fuzz->scratch);
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(texts, found, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(fuzz_type);
Datum
fuzz_type(PG_FUNCTION_ARGS)
{
	Fuzz *fuzz = palloc0(sizeof(Fuzz));
	Oid types[2] = {PG_GETARG_OID(0), PG_GETARG_OID(0)};
	Datum *elements;

	start(fuzz, PG_GETARG_INT64(4));
	describe_type(fuzz, types[0]);
	read_seeds(fuzz, PG_GETARG_ARRAYTYPE_P(1));
	SPI_connect();
	fuzz->consumer_count = array_elements(PG_GETARG_ARRAYTYPE_P(2), TEXTOID, &elements);
	fuzz->consumer = palloc(sizeof(SPIPlanPtr) * Max(fuzz->consumer_count, 1));
	for (int i = 0; i < fuzz->consumer_count; i++)
		fuzz->consumer[i] = prepared(TextDatumGetCString(elements[i]), 2, types);
	for (int64 i = 0; i < PG_GETARG_INT64(3); i++)
	{
		MemoryContext old = MemoryContextSwitchTo(fuzz->scratch);
		bool as_text = below(&fuzz->random, 2);
		int seed = below(&fuzz->random, fuzz->seed_count);
		StringInfoData bytes = next_value(fuzz, seed, as_text);
		Datum values[2] = {0, fuzz->seed_value[below(&fuzz->random, fuzz->seed_count)]};

		CHECK_FOR_INTERRUPTS();
		if (accepted(fuzz, &bytes, as_text, &values[0]))
		{
			check_round_trip(fuzz, values[0]);
			if (fuzz->consumer_count > 0)
				run_statement(fuzz, fuzz->consumer[below(&fuzz->random, fuzz->consumer_count)],
							  values);
		}
		MemoryContextSwitchTo(old);
		MemoryContextReset(fuzz->scratch);
	}
	SPI_finish();
	PG_RETURN_TEXT_P(outcomes_text(&fuzz->outcomes));
}

PG_FUNCTION_INFO_V1(fuzz_options);
Datum
fuzz_options(PG_FUNCTION_ARGS)
{
	Fuzz *fuzz = palloc0(sizeof(Fuzz));
	Oid type = TEXTOID;
	Datum *seeds;
	int seed_count = array_elements(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, &seeds);
	SPIPlanPtr plan;

	start(fuzz, PG_GETARG_INT64(3));
	SPI_connect();
	plan = prepared(text_to_cstring(PG_GETARG_TEXT_PP(0)), 1, &type);
	for (int64 i = 0; i < PG_GETARG_INT64(2); i++)
	{
		MemoryContext old = MemoryContextSwitchTo(fuzz->scratch);
		const text *seed = DatumGetTextPP(seeds[below(&fuzz->random, seed_count)]);
		StringInfoData bytes = piece(VARDATA_ANY(seed), VARSIZE_ANY_EXHDR(seed));
		Datum value;

		CHECK_FOR_INTERRUPTS();
		mutate_json(&fuzz->random, &bytes);
		value = PointerGetDatum(cstring_to_text(bytes.data));
		run_statement(fuzz, plan, &value);
		MemoryContextSwitchTo(old);
		MemoryContextReset(fuzz->scratch);
	}
	SPI_finish();
	PG_RETURN_TEXT_P(outcomes_text(&fuzz->outcomes));
}

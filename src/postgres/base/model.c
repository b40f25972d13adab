/*
 * model.c
 *		The container that every model type shares, its text and its binary form.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "port/pg_crc32c.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "postgres/base/interrupts.h"
#include "postgres/base/model.h"
#include "postgres/base/options.h"
#include "postgres/base/settings.h"
#include "postgres/base/text_encoding.h"

#define MODEL_MAGIC 0x4353504d /* "CSPM" */

/*
 * Format 2 keeps the header as jsonb_to_ascii writes it, so that a value, its text and its checksum
 * are the same in every database.  Format 1, of release 0.1.0, kept it in the encoding of the
 * database; such values are read where they lie, and become format 2 on their way in or out.
 */
#define MODEL_FORMAT 2
#define MODEL_FORMAT_ENCODED 1

static uint32
float_to_network(float value)
{
	uint32 bits;

	memcpy(&bits, &value, sizeof(bits));
	return pg_hton32(bits);
}

static float
float_from_network(uint32 bits)
{
	float value;

	bits = pg_ntoh32(bits);
	memcpy(&value, &bits, sizeof(value));
	return value;
}

const float *
model_values(const Model *model)
{
	return (const float *) (model->data + MAXALIGN(model->header_length));
}

/* The checksum of the parameters with this text of the header. */
static uint32
checksum_with(const Model *model, const char *header, Size length)
{
	const float *values = model_values(model);
	pg_crc32c crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, header, length);
	for (uint32 i = 0; i < model->parameter_count; i++)
	{
		uint32 bits = float_to_network(values[i]);

		check_interrupts(i);
		COMP_CRC32C(crc, &bits, sizeof(bits));
	}
	FIN_CRC32C(crc);
	return crc;
}

static uint32
model_checksum(const Model *model)
{
	return checksum_with(model, model->data, model->header_length);
}

static Jsonb *
parse_json(const char *text)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
}

Jsonb *
model_header(const Model *model)
{
	char *text = pnstrdup(model->data, model->header_length);

	return parse_json(model->format == MODEL_FORMAT_ENCODED ? text : json_from_ascii(text));
}

/*
 * An empty container; the parameters are the caller's to fill in, then finish_model.  Only what
 * comes from format 1 may have names that are in no known encoding; it keeps that format.
 */
static Model *
allocate_model(const ModelKind *kind, const Jsonb *header, Size parameter_count, int from_format)
{
	char *text = JsonbToCString(NULL, (JsonbContainer *) &header->root, VARSIZE(header));
	bool keep = from_format == MODEL_FORMAT_ENCODED && !is_convertible(text, strlen(text));
	Size length;
	Size size;
	Model *model;

	if (!keep)
		text = jsonb_to_ascii(header);
	length = strlen(text);
	size = offsetof(Model, data) + MAXALIGN(length) + parameter_count * sizeof(float);
	check_memory(kind->name, size);
	model = palloc0(size);
	SET_VARSIZE(model, size);
	model->magic = MODEL_MAGIC;
	model->format = keep ? MODEL_FORMAT_ENCODED : MODEL_FORMAT;
	model->kind = kind->code;
	model->header_length = length;
	model->parameter_count = parameter_count;
	memcpy(model->data, text, length);
	return model;
}

void
check_parameter_count(const ModelKind *kind, Size count)
{
	if (count > MODEL_MAX_PARAMETERS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s of %zu parameters, the limit is %d", kind->name, count,
							   MODEL_MAX_PARAMETERS),
						errhint("Use fewer units, layers or ensemble members.")));
}

static void
finish_model(const ModelKind *kind, Model *model)
{
	const float *values = model_values(model);

	for (uint32 i = 0; i < model->parameter_count; i++)
		if (!isfinite(values[i]))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("parameter %u of a %s is not finite", i + 1, kind->name)));
	if (kind->check_parameters != NULL)
		kind->check_parameters(model);
	model->checksum = model_checksum(model);
}

Model *
model_create(const ModelKind *kind, const char *header, const float *parameters,
			 Size parameter_count)
{
	Jsonb *json = parse_json(header);
	Model *model;

	check_parameter_count(kind, parameter_count);
	kind->check_header(json, parameter_count);
	model = allocate_model(kind, json, parameter_count, MODEL_FORMAT);
	memcpy((char *) model_values(model), parameters, parameter_count * sizeof(float));
	finish_model(kind, model);
	return model;
}

const Model *
model_of_datum(Datum datum, const ModelKind *kind)
{
	const Model *model = (const Model *) PG_DETOAST_DATUM(datum);

	if (VARSIZE(model) < offsetof(Model, data) || model->magic != MODEL_MAGIC ||
		(model->format != MODEL_FORMAT && model->format != MODEL_FORMAT_ENCODED) ||
		model->kind != kind->code ||
		VARSIZE(model) != offsetof(Model, data) + MAXALIGN((Size) model->header_length) +
							  (Size) model->parameter_count * sizeof(float) ||
		model->checksum != model_checksum(model))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
						errmsg("the stored bytes of a %s are damaged", kind->name),
						errhint("Restore the row from a backup, or fit the model again.")));
	return model;
}

bool
model_same(Datum left, Datum right)
{
	struct varlena *a = (struct varlena *) DatumGetPointer(left);
	struct varlena *b = (struct varlena *) DatumGetPointer(right);

	if (a == b)
		return true;
	if (VARSIZE_ANY(a) == VARSIZE_ANY(b) && memcmp(a, b, VARSIZE_ANY(a)) == 0)
		return true;
	a = PG_DETOAST_DATUM_PACKED(left);
	b = PG_DETOAST_DATUM_PACKED(right);
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

typedef struct KeptModel
{
	MemoryContext context;
	Datum stored;
	void *unpacked;
} KeptModel;

void *
model_kept(FunctionCallInfo fcinfo, Datum *stored, ModelUnpack unpack, const void *family)
{
	KeptModel *kept = fcinfo->flinfo->fn_extra;
	MemoryContext context;
	MemoryContext old;

	if (kept != NULL && model_same(kept->stored, *stored))
	{
		*stored = kept->stored;
		return kept->unpacked;
	}
	/* until it is whole it goes with the memory of the call */
	context = AllocSetContextCreate(CurrentMemoryContext, "kept model", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	kept = palloc(sizeof(KeptModel));
	kept->context = context;
	kept->stored = *stored = datumCopy(*stored, false, -1);
	kept->unpacked = unpack(family, kept->stored);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, fcinfo->flinfo->fn_mcxt);
	if (fcinfo->flinfo->fn_extra != NULL)
		MemoryContextDelete(((KeptModel *) fcinfo->flinfo->fn_extra)->context);
	fcinfo->flinfo->fn_extra = kept;
	return kept->unpacked;
}

/* Parameters from the hexadecimal of their network byte order. */
static void
read_parameters(const ModelKind *kind, Model *model, const char *hex)
{
	float *values = (float *) model_values(model);

	for (uint32 i = 0; i < model->parameter_count; i++)
	{
		const char *digits = hex + (Size) i * 8;
		uint32 bits;

		check_interrupts(i);
		for (int d = 0; d < 8; d++)
			if (digits[d] == '\0' || strchr("0123456789abcdef", digits[d]) == NULL)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						 errmsg("character %zu of the parameters of a %s is not a hexadecimal "
								"digit",
								(Size) i * 8 + d + 1, kind->name)));
		hex_decode(digits, 8, (char *) &bits);
		values[i] = float_from_network(bits);
	}
}

/*
 * Whether a checksum of format 1 is that of the model.  The value may come from a database of any
 * encoding that has the characters of its names, so all are tried, that of this database first.
 */
static bool
encoded_checksum_agrees(const Model *model, const Jsonb *header, uint32 said)
{
	char *text = JsonbToCString(NULL, (JsonbContainer *) &header->root, VARSIZE(header));

	if (checksum_with(model, text, strlen(text)) == said)
		return true;
	if (model->header_length == strlen(text))
		return false; /* all of it is ASCII */
	for (int encoding = 0; PG_VALID_BE_ENCODING(encoding); encoding++)
	{
		text = jsonb_in_encoding(header, encoding);
		if (text != NULL && checksum_with(model, text, strlen(text)) == said)
			return true;
	}
	return false;
}

static bool
checksum_agrees(const Model *model, int format, const Jsonb *header, uint32 said)
{
	return format == MODEL_FORMAT ? said == model->checksum
								  : encoded_checksum_agrees(model, header, said);
}

static void
report_checksum(const ModelKind *kind, int sqlstate, uint32 said, uint32 computed)
{
	ereport(ERROR,
			(errcode(sqlstate),
			 errmsg("checksum of a %s is %08x, its contents give %08x", kind->name, said, computed),
			 errhint("The value was cut short or changed on its way.")));
}

Datum
model_in(const ModelKind *kind, char *text)
{
	Jsonb *json = parse_json(json_from_ascii(text));
	JsonbValue header;
	char *name;
	char *hex;
	char *checksum;
	char *end;
	uint32 said;
	double format;
	Jsonb *header_json;
	Model *model;

	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("the text of a %s must be a JSON object", kind->name)));
	name = json_text(&json->root, "model", kind->name);
	format = json_double(&json->root, "format", kind->name);
	checksum = json_text(&json->root, "checksum", kind->name);
	hex = json_text(&json->root, "parameters", kind->name);
	if (strcmp(name, kind->name) != 0 ||
		(format != MODEL_FORMAT && format != MODEL_FORMAT_ENCODED) || JB_ROOT_COUNT(json) != 5)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("this is not the text of a %s of format %d", kind->name, MODEL_FORMAT)));
	header = json_child_object(&json->root, "header", kind->name);
	if (strlen(hex) % 8 != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("the parameters of a %s have %zu hexadecimal digits, must be a "
							   "multiple of 8",
							   kind->name, strlen(hex))));
	check_parameter_count(kind, strlen(hex) / 8);
	header_json = JsonbValueToJsonb(&header);
	kind->check_header(header_json, strlen(hex) / 8);
	model = allocate_model(kind, header_json, strlen(hex) / 8, format);
	read_parameters(kind, model, hex);
	finish_model(kind, model);
	said = (uint32) strtoul(checksum, &end, 16);
	if (strlen(checksum) != 8 || *end != '\0' || !checksum_agrees(model, format, header_json, said))
		report_checksum(kind, ERRCODE_INVALID_TEXT_REPRESENTATION, said, model->checksum);
	return PointerGetDatum(model);
}

/* The model as it goes out: of the present format, unless its names are in no known encoding. */
static const Model *
model_to_send(const ModelKind *kind, Datum datum)
{
	const Model *model = model_of_datum(datum, kind);
	Model *result;

	if (model->format == MODEL_FORMAT || !is_convertible(model->data, model->header_length))
		return model;
	result = allocate_model(kind, model_header(model), model->parameter_count, MODEL_FORMAT);
	memcpy((char *) model_values(result), model_values(model),
		   model->parameter_count * sizeof(float));
	finish_model(kind, result);
	return result;
}

Datum
model_out(const ModelKind *kind, Datum datum)
{
	const Model *model = model_to_send(kind, datum);
	const float *values = model_values(model);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "{\"model\": \"%s\", \"format\": %d, \"checksum\": \"%08x\", ",
					 kind->name, model->format, model->checksum);
	appendStringInfo(&text, "\"header\": %.*s, \"parameters\": \"", (int) model->header_length,
					 model->data);
	enlargeStringInfo(&text, (Size) model->parameter_count * 8 + 3);
	for (uint32 i = 0; i < model->parameter_count; i++)
	{
		uint32 bits = float_to_network(values[i]);

		check_interrupts(i);
		text.len += hex_encode((const char *) &bits, sizeof(bits), text.data + text.len);
	}
	appendStringInfoString(&text, "\"}");
	return CStringGetDatum(text.data);
}

Datum
model_receive(const ModelKind *kind, StringInfo buffer)
{
	uint32 magic = pq_getmsgint(buffer, 4);
	uint32 format = pq_getmsgint(buffer, 2);
	uint32 code = pq_getmsgint(buffer, 2);
	uint32 said = pq_getmsgint(buffer, 4);
	uint32 header_length = pq_getmsgint(buffer, 4);
	uint32 count;
	int length;
	Jsonb *header;
	Model *model;
	float *values;

	if (magic != MODEL_MAGIC || (format != MODEL_FORMAT && format != MODEL_FORMAT_ENCODED) ||
		code != kind->code)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("this is not the binary form of a %s of format %d", kind->name,
							   MODEL_FORMAT)));
	if (header_length > (uint32) (buffer->len - buffer->cursor))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("%s: a header of %u bytes in a message with %d left", kind->name,
							   header_length, buffer->len - buffer->cursor)));
	header = parse_json(json_from_ascii(pq_getmsgtext(buffer, header_length, &length)));
	count = pq_getmsgint(buffer, 4);
	if ((Size) count * sizeof(float) != (Size) (buffer->len - buffer->cursor))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("%s: %u parameters in a message with %d bytes left", kind->name,
							   count, buffer->len - buffer->cursor)));
	if (!JB_ROOT_IS_OBJECT(header))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("%s: the header must be an object", kind->name)));
	check_parameter_count(kind, count);
	kind->check_header(header, count);
	model = allocate_model(kind, header, count, format);
	values = (float *) model_values(model);
	for (uint32 i = 0; i < count; i++)
	{
		check_interrupts(i);
		values[i] = pq_getmsgfloat4(buffer);
	}
	finish_model(kind, model);
	if (!checksum_agrees(model, format, header, said))
		report_checksum(kind, ERRCODE_INVALID_BINARY_REPRESENTATION, said, model->checksum);
	return PointerGetDatum(model);
}

Datum
model_send(const ModelKind *kind, Datum datum)
{
	const Model *model = model_to_send(kind, datum);
	const float *values = model_values(model);
	char *header = pnstrdup(model->data, model->header_length);
	StringInfoData buffer;

	header = pg_server_to_client(header, model->header_length);
	pq_begintypsend(&buffer);
	pq_sendint32(&buffer, MODEL_MAGIC);
	pq_sendint16(&buffer, model->format);
	pq_sendint16(&buffer, kind->code);
	pq_sendint32(&buffer, model->checksum);
	pq_sendint32(&buffer, strlen(header));
	pq_sendbytes(&buffer, header, strlen(header));
	pq_sendint32(&buffer, model->parameter_count);
	for (uint32 i = 0; i < model->parameter_count; i++)
	{
		check_interrupts(i);
		pq_sendfloat4(&buffer, values[i]);
	}
	return PointerGetDatum(pq_endtypsend(&buffer));
}

Datum
model_information(const ModelKind *kind, Datum datum)
{
	const Model *model = model_of_datum(datum, kind);
	char *header = pnstrdup(model->data, model->header_length);
	StringInfoData text;

	if (model->format == MODEL_FORMAT)
		header = json_from_ascii(header);
	initStringInfo(&text);
	appendStringInfo(&text,
					 "{\"model\": \"%s\", \"format\": %d, \"checksum\": \"%08x\", "
					 "\"parameters\": %u, \"bytes\": %zu, ",
					 kind->name, model->format, model->checksum, model->parameter_count,
					 (Size) VARSIZE(model));
	/* the header is an object with members: its own brace is already open */
	appendStringInfoString(&text, header + 1);
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data));
}

/* ---- parts of headers ---- */

void
model_report_header(const char *what, const char *key, const char *expected)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s: \"%s\" must be %s", what, key, expected)));
}

JsonbContainer *
model_header_array(const char *what, const JsonbContainer *object, const char *key, uint32 least,
				   uint32 most)
{
	JsonbValue value;

	if (!json_field(object, key, &value) || value.type != jbvBinary ||
		!JsonContainerIsArray(value.val.binary.data) ||
		JsonContainerSize(value.val.binary.data) < least ||
		JsonContainerSize(value.val.binary.data) > most)
		model_report_header(what, key,
							least == most ? psprintf("an array of %u elements", least)
										  : psprintf("an array of up to %u elements", most));
	return value.val.binary.data;
}

double
model_header_number(const char *what, const JsonbContainer *object, const char *key, double low,
					double high)
{
	double value = json_double(object, key, what);

	if (!(value >= low && value <= high))
		model_report_header(what, key, psprintf("from %g to %g", low, high));
	return value;
}

int64
model_header_integer(const char *what, const JsonbContainer *object, const char *key, double low,
					 double high)
{
	double value = json_double(object, key, what);

	if (!(value >= low && value <= high) || value != floor(value))
		model_report_header(what, key, psprintf("an integer from %.0f to %.0f", low, high));
	return (int64) value;
}

void
model_check_measure(const char *what, const JsonbContainer *object, const char *key)
{
	JsonbValue value;

	if (!json_field(object, key, &value) || value.type != jbvNull)
		model_header_number(what, object, key, 0, DBL_MAX);
}

/*
 * encoder_functions.c
 *		text_encoders, text_encoder_info: which encoders there are, and what they are; text_tokens:
 *		how one reads a text.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"

#include "postgres/base/options.h"
#include "postgres/base/text_encoding.h"
#include "postgres/text/encoder_files.h"
#include "postgres/text/encoder_text.h"

static void
put_encoder(ReturnSetInfo *result, const char *name, const char *kind)
{
	Datum row[2] = {CStringGetTextDatum(name), CStringGetTextDatum(kind)};
	bool nulls[2] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);
}

/* text_encoders(): name, kind. */
PG_FUNCTION_INFO_V1(creditspread_text_encoders);
Datum
creditspread_text_encoders(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	List *names;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	put_encoder(result, hashing_encoder.name, "built in");
	names = file_encoder_names();
	foreach (cell, names)
		put_encoder(result, lfirst(cell), "files");
	return (Datum) 0;
}

static const char *
truth(bool value)
{
	return value ? "true" : "false";
}

static void
append_shape(StringInfo json, const FileEncoder *encoder)
{
	static const char *const activations[] = {"relu", "gelu", "gelu_tanh"};
	static const char *const formats[] = {"F32", "F16", "BF16"};
	const cs_bert_shape *shape = &encoder->bert.shape;

	appendStringInfo(json,
					 ", \"width\": %d, \"layers\": %d, \"heads\": %d, \"feed_forward\": %d, "
					 "\"positions\": %d, \"types\": %d, \"vocabulary\": %zu, "
					 "\"activation\": \"%s\", \"norm_epsilon\": ",
					 shape->width, shape->layers, shape->heads, shape->feed_forward,
					 shape->positions, shape->types, encoder->vocabulary.count,
					 activations[shape->activation]);
	append_json_double(json, shape->norm_epsilon);
	appendStringInfo(json,
					 ", \"pooler\": %s, \"lower_case\": %s, \"strip_accents\": %s, "
					 "\"part_ideographs\": %s, \"format\": \"%s\", \"mapped_bytes\": %zu, "
					 "\"memory_bytes\": %zu, \"fingerprint\": \"%s\", \"files\": [",
					 truth(encoder->bert.pooler_weight != NULL), truth(encoder->rules.lower),
					 truth(encoder->rules.strip_accents), truth(encoder->rules.part_ideographs),
					 formats[encoder->bert.token.format], encoder->mapped, encoder->copied,
					 encoder->fingerprint);
	for (int i = 0; i < encoder->shards; i++)
		appendStringInfo(json, "%s\"%s\"", i == 0 ? "" : ", ", encoder->shard[i].name);
	appendStringInfoChar(json, ']');
}

/* text_encoder_info(name): jsonb. */
PG_FUNCTION_INFO_V1(creditspread_text_encoder_info);
Datum
creditspread_text_encoder_info(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const TextEncoder *encoder = text_encoder(name, "text_encoder_info");
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\"name\": ");
	escape_json(&json, name);
	if (encoder == &hashing_encoder)
		appendStringInfoString(&json, ", \"kind\": \"built in\"");
	else
	{
		appendStringInfoString(&json, ", \"kind\": \"files\"");
		append_shape(&json, (const FileEncoder *) encoder);
	}
	appendStringInfoChar(&json, '}');
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
}

/* ---- tokens ---- */

static void
put_token(ReturnSetInfo *result, int position, const FileEncoder *encoder, uint32_t id,
		  const cs_token *token)
{
	const cs_piece *piece = encoder->vocabulary.piece + id;
	char *text = text_from_utf8(piece->text, piece->length);
	Datum row[5] = {Int32GetDatum(position), CStringGetTextDatum(text), Int32GetDatum((int32) id),
					(Datum) 0, (Datum) 0};
	bool nulls[5] = {false, false, false, token == NULL, token == NULL};

	if (token != NULL)
	{
		row[3] = Int32GetDatum((int32) token->start);
		row[4] = Int32GetDatum((int32) token->stop);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);
	pfree(text);
}

/* text_tokens(encoder, text): position, piece, id, start, stop. */
PG_FUNCTION_INFO_V1(creditspread_text_tokens);
Datum
creditspread_text_tokens(PG_FUNCTION_ARGS)
{
	static const char what[] = "text_tokens";
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const TextEncoder *encoder;
	const FileEncoder *files;
	text *source;
	char *utf8;
	cs_word_pieces pieces;
	Size inner;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	encoder = text_encoder(text_to_cstring(PG_GETARG_TEXT_PP(0)), what);
	if (encoder == &hashing_encoder)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the encoder \"%s\" has no vocabulary", what, encoder->name),
						errhint("Name an encoder from files: SELECT * FROM text_encoders().")));
	check_encoder_use(encoder_use(fcinfo->flinfo), encoder, what);
	files = (const FileEncoder *) encoder;
	source = PG_GETARG_TEXT_PP(1);
	utf8 = text_to_utf8(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source));
	pieces = read_word_pieces(files, utf8, strlen(utf8), what);
	inner = Min(pieces.count, (Size) files->bert.shape.positions - 2);
	put_token(result, 0, files, files->vocabulary.start, NULL);
	for (Size i = 0; i < inner; i++)
		put_token(result, (int) i + 1, files, pieces.token[i].id, &pieces.token[i]);
	put_token(result, (int) inner + 1, files, files->vocabulary.stop, NULL);
	return (Datum) 0;
}

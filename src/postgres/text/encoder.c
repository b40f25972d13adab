/*
 * encoder.c
 *		The encoders by name, and their options.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "postgres/base/options.h"
#include "postgres/text/encoder.h"
#include "postgres/text/encoder_files.h"

static const OptionSpec text_specs[] = {
#define OPTIONS_OF TextOptions
#include "postgres/options/text.def"
};
static const OptionTable text_table = OPTION_TABLE(text_specs, 0);

static bool
has_option(const TextEncoder *encoder, const char *name)
{
	for (const char *const *own = encoder->options; *own != NULL; own++)
		if (strcmp(*own, name) == 0)
			return true;
	return false;
}

/* The options in `json` are those of the encoder. */
static void
check_options(const Jsonb *json, const char *what, const TextEncoder *encoder)
{
	for (int i = 0; i < text_table.count; i++)
	{
		const char *name = text_specs[i].member;
		StringInfoData own;
		JsonbValue value;

		if (has_option(encoder, name) || !json_field(&json->root, name, &value))
			continue;
		initStringInfo(&own);
		for (const char *const *option = encoder->options; *option != NULL; option++)
			appendStringInfo(&own, "%s%s", own.len == 0 ? "" : ", ", *option);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: the encoder \"%s\" has no option \"%s\"", what, encoder->name, name),
				 errhint("Its options are: %s.", own.data)));
	}
}

TextOptions
text_read_options(const Jsonb *json, const char *what, const TextEncoder *encoder)
{
	TextOptions options = {.pooling = TEXT_POOLING_DEFAULT};

	read_options(json, what, &text_table, &options);
	if (json != NULL)
		check_options(json, what, encoder);
	return options;
}

const TextEncoder *
text_encoder(const char *name, const char *what)
{
	const TextEncoder *encoder;
	StringInfoData known;
	List *names;
	ListCell *cell;

	if (strcmp(name, hashing_encoder.name) == 0)
		return &hashing_encoder;
	encoder = file_encoder(name, what);
	if (encoder != NULL)
		return encoder;
	initStringInfo(&known);
	appendStringInfoString(&known, hashing_encoder.name);
	names = file_encoder_names();
	foreach (cell, names)
		appendStringInfo(&known, ", %s", (const char *) lfirst(cell));
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("%s: there is no encoder \"%s\"", what, name),
					errhint("The encoders are: %s.", known.data)));
}

void
check_encoder_use(EncoderUse *use, const TextEncoder *encoder, const char *what)
{
	if (strcmp(use->name, encoder->name) == 0 &&
		strcmp(use->fingerprint, encoder->fingerprint) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s: the files of the encoder \"%s\" were replaced during the statement",
						what, encoder->name),
				 errhint("Run it again.")));
	strlcpy(use->name, encoder->name, sizeof(use->name));
	strlcpy(use->fingerprint, encoder->fingerprint, sizeof(use->fingerprint));
}

EncoderUse *
encoder_use(FmgrInfo *function)
{
	if (function->fn_extra == NULL)
		function->fn_extra = MemoryContextAllocZero(function->fn_mcxt, sizeof(EncoderUse));
	return function->fn_extra;
}

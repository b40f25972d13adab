/*
 * encoder.c
 *		The encoders by name, and their options.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "postgres/base/options.h"
#include "postgres/text/encoder.h"

static const TextEncoder *const built_in[] = {&hashing_encoder};

static const OptionSpec text_specs[] = {
#define OPTIONS_OF TextOptions
#include "postgres/options/text.def"
};
static const OptionTable text_table = OPTION_TABLE(text_specs, 0);

TextOptions
text_read_options(const Jsonb *json, const char *what)
{
	TextOptions options;

	read_options(json, what, &text_table, &options);
	return options;
}

const TextEncoder *
text_encoder(const char *name, const char *what)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < (int) lengthof(built_in); i++)
	{
		if (strcmp(built_in[i]->name, name) == 0)
			return built_in[i];
		appendStringInfo(&known, "%s%s", i == 0 ? "" : ", ", built_in[i]->name);
	}
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("%s: there is no encoder \"%s\"", what, name),
					errhint("The encoders are: %s.", known.data)));
}

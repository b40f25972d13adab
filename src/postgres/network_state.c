/*
 * network_state.c
 *		Arguments that stay the same from row to row, kept in an aggregate's state.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "postgres/options.h"
#include "postgres/network_state.h"

/* The arguments of the last call and the object that was made of them. */
typedef struct ConstantArguments
{
	MemoryContext context;
	const ModelKind *kind; /* NULL: an integer */
	Datum argument;		   /* an integer, or a copy of a model as it was given */
	bool has_options;
	Datum options;
	const Jsonb *object;
} ConstantArguments;

static bool
same_arguments(FunctionCallInfo fcinfo, const ConstantArguments *last, int argno, int options_argno,
			   bool has_options)
{
	if (last->object == NULL || last->has_options != has_options)
		return false;
	if (last->kind != NULL ? !model_same(last->argument, PG_GETARG_DATUM(argno))
						   : last->argument != PG_GETARG_DATUM(argno))
		return false;
	return !has_options || model_same(last->options, PG_GETARG_DATUM(options_argno));
}

static void
make_object(FunctionCallInfo fcinfo, ConstantArguments *result, int argno, int options_argno,
			const char *what)
{
	MemoryContext old;
	StringInfoData text;

	result->object = NULL;
	MemoryContextReset(result->context);
	old = MemoryContextSwitchTo(result->context);
	initStringInfo(&text);
	result->argument = PG_GETARG_DATUM(argno);
	if (result->kind != NULL)
	{
		result->argument = datumCopy(result->argument, false, -1);
		appendStringInfo(&text, "{\"argument\": %s",
						 DatumGetCString(model_out(result->kind, result->argument)));
	}
	else
		appendStringInfo(&text, "{\"argument\": %d", DatumGetInt32(result->argument));
	if (result->has_options)
	{
		Jsonb *options;

		result->options = datumCopy(PG_GETARG_DATUM(options_argno), false, -1);
		options = DatumGetJsonbP(result->options);
		if (!JB_ROOT_IS_OBJECT(options))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s: the options must be a JSON object", what),
					 errhint("Build them with the function of options that belongs to %s.", what)));
		appendStringInfo(&text, ", \"options\": %s",
						 JsonbToCString(NULL, &options->root, VARSIZE(options)));
	}
	appendStringInfoChar(&text, '}');
	result->object = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text.data)));
	pfree(text.data);
	MemoryContextSwitchTo(old);
}

const Jsonb *
constant_arguments(FunctionCallInfo fcinfo, int argno, const ModelKind *kind, const char *what,
				   const char *name, int options_argno)
{
	ConstantArguments *last = fcinfo->flinfo->fn_extra;
	bool has_options = PG_NARGS() > options_argno && !PG_ARGISNULL(options_argno);

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s: the %s is NULL", what, name),
				 errhint("Give the same %s in every row.", name)));
	if (last == NULL)
	{
		last = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(ConstantArguments));
		last->context =
			AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "rnn arguments", ALLOCSET_SMALL_SIZES);
		last->kind = kind;
		fcinfo->flinfo->fn_extra = last;
	}
	if (!same_arguments(fcinfo, last, argno, options_argno, has_options))
	{
		last->has_options = has_options;
		make_object(fcinfo, last, argno, options_argno, what);
	}
	return last->object;
}

const Jsonb *
constant_options(const Jsonb *arguments)
{
	JsonbValue value;

	if (!json_field(&arguments->root, "options", &value))
		return NULL;
	value = json_child_object(&arguments->root, "options", "an aggregate's state");
	return JsonbValueToJsonb(&value);
}

/*
 * network_state.c
 *		Arguments that stay the same from row to row, kept in an aggregate's state.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "postgres/base/arguments.h"
#include "postgres/base/model.h"
#include "postgres/base/options.h"
#include "postgres/network/network_state.h"

/* The arguments of the last call and the object that was made of them. */
typedef struct ConstantArguments
{
	MemoryContext context;
	Oid output; /* of the argument's type */
	bool by_value;
	bool is_null;
	Datum argument; /* an integer, or a copy of a value as it was given */
	bool has_options;
	Datum options;
	const Jsonb *object;
	const void *state; /* the last one that it was compared with */
} ConstantArguments;

static bool
same_arguments(FunctionCallInfo fcinfo, const ConstantArguments *last, int argno, int options_argno,
			   bool has_options)
{
	if (last->object == NULL || last->has_options != has_options ||
		last->is_null != PG_ARGISNULL(argno))
		return false;
	if (!last->is_null && (last->by_value ? last->argument != PG_GETARG_DATUM(argno)
										  : !model_same(last->argument, PG_GETARG_DATUM(argno))))
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
	result->state = NULL;
	MemoryContextReset(result->context);
	old = MemoryContextSwitchTo(result->context);
	initStringInfo(&text);
	result->is_null = PG_ARGISNULL(argno);
	if (!result->is_null)
		result->argument = datumCopy(PG_GETARG_DATUM(argno), result->by_value, -1);
	appendStringInfo(&text, "{\"argument\": %s",
					 result->is_null ? "null"
									 : OidOutputFunctionCall(result->output, result->argument));
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
constant_arguments(FunctionCallInfo fcinfo, int argno, const char *what, const char *name,
				   int options_argno)
{
	ConstantArguments *last = fcinfo->flinfo->fn_extra;
	bool has_options = PG_NARGS() > options_argno && !PG_ARGISNULL(options_argno);
	Oid type = argument_type(fcinfo, argno);
	bool varlena;

	if (PG_ARGISNULL(argno) && name != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s: the %s is NULL", what, name),
				 errhint("Give the same %s in every row.", name)));
	if (last == NULL)
	{
		last = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(ConstantArguments));
		last->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "constant arguments",
											  ALLOCSET_SMALL_SIZES);
		getTypeOutputInfo(type, &last->output, &varlena);
		last->by_value = !varlena;
		fcinfo->flinfo->fn_extra = last;
	}
	if (!same_arguments(fcinfo, last, argno, options_argno, has_options))
	{
		last->has_options = has_options;
		make_object(fcinfo, last, argno, options_argno, what);
	}
	return last->object;
}

bool
constant_arguments_seen(FunctionCallInfo fcinfo, const void *state)
{
	ConstantArguments *last = fcinfo->flinfo->fn_extra;
	bool seen = state != NULL && last->state == state;

	last->state = state;
	return seen;
}

Jsonb *
constant_argument(const Jsonb *arguments, const char *what)
{
	JsonbValue value = json_child_object(&arguments->root, "argument", what);

	return JsonbValueToJsonb(&value);
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

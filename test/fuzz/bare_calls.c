/*
 * bare_calls.c
 *		A test-only module that calls functions as Citus does: with an FmgrInfo that says nothing of
 *		the call (fn_expr NULL, so that get_fn_expr_argtype gives 0).
 *
 * A wrapper has the arguments and the result of its target, and a name that ends in the kind of the
 * call and the target's oid, as in final_1_16423.  bare_call stands for a plain, a set-returning or
 * a window function; bare_transition and bare_final make up an aggregate that runs another one
 * within its own context, a new FmgrInfo for each row, as worker_partial_agg does.  The kinds add
 * up: KIND_SPLIT deals the rows to two states, which pass through their text and binary forms and
 * are combined; KIND_DESCRIBED gives the transitions what the executor gives, for comparison.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "parser/parse_agg.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

PG_MODULE_MAGIC;

#define KIND_SPLIT 1
#define KIND_DESCRIBED 2

typedef struct Wrapped
{
	int kind;
	Oid transition;
	Oid combine;
	Oid final;
	Oid type;
	int16 length;
	bool by_value;
	FmgrInfo described; /* fn_oid 0 = not wanted */
	int64 rows;
	Datum state[2];
	bool isnull[2];
} Wrapped;

static Oid
target(FunctionCallInfo fcinfo, int *kind)
{
	char *name = get_func_name(fcinfo->flinfo->fn_oid);
	char *number = name == NULL ? NULL : strchr(name, '_');

	if (number == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("no target in the name")));
	*kind = (int) strtol(number + 1, &number, 10);
	return (Oid) strtoul(number + 1, NULL, 10);
}

PG_FUNCTION_INFO_V1(bare_call);
Datum
bare_call(PG_FUNCTION_ARGS)
{
	FmgrInfo *info = fcinfo->flinfo->fn_extra;
	LOCAL_FCINFO(call, FUNC_MAX_ARGS);
	Datum result;

	if (info == NULL)
	{
		int kind;

		info = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(FmgrInfo));
		fmgr_info_cxt(target(fcinfo, &kind), info, fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = info;
	}
	InitFunctionCallInfoData(*call, info, fcinfo->nargs, fcinfo->fncollation, fcinfo->context,
							 fcinfo->resultinfo);
	memcpy(call->args, fcinfo->args, sizeof(NullableDatum) * fcinfo->nargs);
	result = FunctionCallInvoke(call);
	fcinfo->isnull = call->isnull;
	return result;
}

/* ---- aggregates ------------------------------------------------------------------------------ */

static void
describe(Wrapped *wrapped, FunctionCallInfo fcinfo, MemoryContext context)
{
	Oid *types;
	int count;
	Expr *expression;

	get_func_signature(wrapped->transition, &types, &count);
	build_aggregate_transfn_expr(types + 1, count - 1, 0, false, wrapped->type, fcinfo->fncollation,
								 wrapped->transition, InvalidOid, &expression, NULL);
	fmgr_info_cxt(wrapped->transition, &wrapped->described, context);
	fmgr_info_set_expr((Node *) expression, &wrapped->described);
}

static Wrapped *
start(FunctionCallInfo fcinfo, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Wrapped *wrapped = palloc0(sizeof(Wrapped));
	HeapTuple tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(target(fcinfo, &wrapped->kind)));
	Form_pg_aggregate form;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("no such aggregate")));
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	wrapped->transition = form->aggtransfn;
	wrapped->combine = form->aggcombinefn;
	wrapped->final = form->aggfinalfn;
	wrapped->type = form->aggtranstype;
	if (!heap_attisnull(tuple, Anum_pg_aggregate_agginitval, NULL) ||
		func_strict(wrapped->transition))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("an initial value or a strict transition")));
	get_typlenbyval(wrapped->type, &wrapped->length, &wrapped->by_value);
	ReleaseSysCache(tuple);
	wrapped->isnull[0] = wrapped->isnull[1] = true;
	if (wrapped->kind & KIND_DESCRIBED)
		describe(wrapped, fcinfo, context);
	MemoryContextSwitchTo(old);
	return wrapped;
}

/* As the executor keeps a state: in the aggregate's context, the one before released. */
static void
keep_state(Wrapped *wrapped, int part, Datum state, bool isnull, MemoryContext context)
{
	Datum before = wrapped->state[part];

	if (!isnull && !wrapped->isnull[part] && state == before)
		return;
	if (!isnull && !wrapped->by_value)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		state = datumCopy(state, false, wrapped->length);
		MemoryContextSwitchTo(old);
	}
	if (!wrapped->isnull[part] && !wrapped->by_value)
		pfree(DatumGetPointer(before));
	wrapped->state[part] = isnull ? (Datum) 0 : state;
	wrapped->isnull[part] = isnull;
}

PG_FUNCTION_INFO_V1(bare_transition);
Datum
bare_transition(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	Wrapped *wrapped;
	int part;
	FmgrInfo info;
	LOCAL_FCINFO(call, FUNC_MAX_ARGS);
	Datum result;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("not in an aggregate")));
	wrapped = PG_ARGISNULL(0) ? start(fcinfo, context) : (Wrapped *) PG_GETARG_POINTER(0);
	part = (wrapped->kind & KIND_SPLIT) ? wrapped->rows % 2 : 0;
	wrapped->rows++;
	fmgr_info(wrapped->transition, &info);
	InitFunctionCallInfoData(*call, (wrapped->kind & KIND_DESCRIBED) ? &wrapped->described : &info,
							 fcinfo->nargs, fcinfo->fncollation, fcinfo->context, NULL);
	memcpy(call->args, fcinfo->args, sizeof(NullableDatum) * fcinfo->nargs);
	call->args[0].value = wrapped->state[part];
	call->args[0].isnull = wrapped->isnull[part];
	result = FunctionCallInvoke(call);
	keep_state(wrapped, part, result, call->isnull, context);
	PG_RETURN_POINTER(wrapped);
}

/* A function of one or two states; strict ones get none that is NULL. */
static Datum
call_states(FunctionCallInfo fcinfo, Oid function, int count, const Datum *states,
			const bool *nulls, bool *isnull)
{
	FmgrInfo info;
	LOCAL_FCINFO(call, 2);
	Datum result;

	fmgr_info(function, &info);
	InitFunctionCallInfoData(*call, &info, count, fcinfo->fncollation, fcinfo->context, NULL);
	for (int i = 0; i < count; i++)
	{
		call->args[i] = (NullableDatum){states[i], nulls[i]};
		if (nulls[i] && info.fn_strict)
		{
			*isnull = count == 1 || nulls[1 - i];
			return count == 1 ? (Datum) 0 : states[1 - i];
		}
	}
	result = FunctionCallInvoke(call);
	*isnull = call->isnull;
	return result;
}

/* What the other end of a connection makes of a state. */
static Datum
travelled(Oid type, Datum state, bool as_text)
{
	Oid out, in, parameter;
	bool varlena;

	if (as_text)
	{
		getTypeOutputInfo(type, &out, &varlena);
		getTypeInputInfo(type, &in, &parameter);
		return OidInputFunctionCall(in, OidOutputFunctionCall(out, state), parameter, -1);
	}
	else
	{
		StringInfoData message;
		bytea *bytes;

		getTypeBinaryOutputInfo(type, &out, &varlena);
		getTypeBinaryInputInfo(type, &in, &parameter);
		bytes = OidSendFunctionCall(out, state);
		initStringInfo(&message);
		appendBinaryStringInfo(&message, VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ);
		return OidReceiveFunctionCall(in, &message, parameter, -1);
	}
}

/* Each part is combined with an empty state first, as a coordinator begins. */
static void
combine_parts(FunctionCallInfo fcinfo, Wrapped *wrapped, MemoryContext context)
{
	Datum sum = 0;
	bool sum_isnull = true;

	for (int part = 0; part < 2; part++)
	{
		Datum states[2] = {sum, 0};
		bool nulls[2] = {sum_isnull, wrapped->isnull[part]};
		MemoryContext old = MemoryContextSwitchTo(context);

		if (!wrapped->isnull[part])
			states[1] = travelled(wrapped->type, wrapped->state[part], part == 0);
		sum = call_states(fcinfo, wrapped->combine, 2, states, nulls, &sum_isnull);
		MemoryContextSwitchTo(old);
	}
	wrapped->state[0] = sum;
	wrapped->isnull[0] = sum_isnull;
}

PG_FUNCTION_INFO_V1(bare_final);
Datum
bare_final(PG_FUNCTION_ARGS)
{
	Wrapped *wrapped = (Wrapped *) PG_GETARG_POINTER(0);
	MemoryContext context;

	AggCheckCallContext(fcinfo, &context);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (wrapped->kind & KIND_SPLIT)
		combine_parts(fcinfo, wrapped, context);
	return call_states(fcinfo, wrapped->final, 1, wrapped->state, wrapped->isnull, &fcinfo->isnull);
}

/*
 * network_model_functions.c
 *		What SQL can do with a model of a network: its tensors, the log of its training.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/network/network_model.h"

/* rnn_training_log(model): member, epoch, training_loss, validation_loss. */
static Datum
training_log(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const Model *model = model_of_datum(PG_GETARG_DATUM(0), family->model);
	const cs_sequence_options *options = &network_model_unpack(model)->options.network;
	Jsonb *header = model_header(model);
	JsonbValue log;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	json_field(&header->root, "log", &log);
	for (int m = 0; m < options->ensemble; m++)
	{
		JsonbValue *member = getIthJsonbValueFromContainer(log.val.binary.data, m);
		JsonbValue losses[2];

		json_field(member->val.binary.data, "training_loss", &losses[0]);
		json_field(member->val.binary.data, "validation_loss", &losses[1]);
		for (uint32 e = 0; e < JsonContainerSize(losses[0].val.binary.data); e++)
		{
			Datum row[4];
			bool nulls[4] = {false};

			row[0] = Int32GetDatum(m + 1);
			row[1] = Int32GetDatum((e + 1) * cs_sequence_log_stride(options));
			for (int i = 0; i < 2; i++)
			{
				JsonbValue *loss = getIthJsonbValueFromContainer(losses[i].val.binary.data, e);

				nulls[2 + i] = loss->type == jbvNull;
				if (!nulls[2 + i])
					row[2 + i] = DirectFunctionCall1(numeric_float8_no_overflow,
													 NumericGetDatum(loss->val.numeric));
			}
			tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);
		}
	}
	return (Datum) 0;
}

MODEL_FUNCTION(training_log, training_log)

/* The tensors of a model, one after the other. */
typedef struct ParameterScan
{
	const float *values;
	Size member_count; /* floats of a member */
	int members;
	int view_count;
	cs_parameter_view views[CS_MAX_VIEWS];
} ParameterScan;

static ParameterScan *
start_parameter_scan(const Model *model)
{
	NetworkModel *fitted = network_model_unpack(model);
	ParameterScan *scan = palloc(sizeof(ParameterScan));
	cs_sequence_architecture architecture;

	cs_sequence_options_architecture(&fitted->options.network, fitted->features + 1, &architecture);
	scan->values = model_values(model);
	scan->member_count =
		cs_sequence_parameter_count(&fitted->options.network, fitted->features + 1);
	scan->members = fitted->options.network.ensemble;
	scan->view_count = cs_sequence_model_views(&architecture, scan->views);
	return scan;
}

static ArrayType *
int_array(const int *values, int count)
{
	Datum elements[2];

	for (int i = 0; i < count; i++)
		elements[i] = Int32GetDatum(values[i]);
	return construct_array(elements, count, INT4OID, sizeof(int32), true, TYPALIGN_INT);
}

static ArrayType *
float4_array(const float *values, Size count)
{
	Datum *elements = palloc(sizeof(Datum) * count);

	for (Size i = 0; i < count; i++)
		elements[i] = Float4GetDatum(values[i]);
	return construct_array(elements, count, FLOAT4OID, sizeof(float4), true, TYPALIGN_INT);
}

/* model_parameters(model): name, shape, values. */
static Datum
parameters(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	FuncCallContext *context;
	ParameterScan *scan;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		context = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		scan = start_parameter_scan(model_of_datum(PG_GETARG_DATUM(0), family->model));
		context->user_fctx = scan;
		context->max_calls = (uint64) scan->members * scan->view_count;
		context->tuple_desc = result_descriptor(fcinfo);
		MemoryContextSwitchTo(old);
	}
	context = SRF_PERCALL_SETUP();
	scan = context->user_fctx;
	if (context->call_cntr < context->max_calls)
	{
		int member = context->call_cntr / scan->view_count;
		const cs_parameter_view *view = &scan->views[context->call_cntr % scan->view_count];
		Size count = (Size) view->shape[0] * (view->rank == 2 ? view->shape[1] : 1);
		const float *values = scan->values + member * scan->member_count + view->offset;
		bool nulls[3] = {false};
		Datum row[3];

		row[0] = CStringGetTextDatum(
			scan->members == 1 ? view->name : psprintf("member%d.%s", member + 1, view->name));
		row[1] = PointerGetDatum(int_array(view->shape, view->rank));
		row[2] = PointerGetDatum(float4_array(values, count));
		SRF_RETURN_NEXT(context,
						HeapTupleGetDatum(heap_form_tuple(context->tuple_desc, row, nulls)));
	}
	SRF_RETURN_DONE(context);
}

MODEL_FUNCTION(model_parameters, parameters)

/*
 * rows_needed(model): how many last rows of a series its last row's forecast takes
 */
static Datum
rows_needed(FunctionCallInfo fcinfo, const NetworkFamily *family)
{
	const NetworkModel *fitted =
		network_model_unpack(model_of_datum(PG_GETARG_DATUM(0), family->model));

	PG_RETURN_INT32(
		(int32) cs_sequence_rows_needed(&fitted->options.network, fitted->has_interval));
}

MODEL_FUNCTION(rows_needed, rows_needed)

/*
 * sentiment_fit.c
 *		The aggregate entity_sentiment_fit: rows of features with their labels into a model; and the
 *		training, which that of texts shares.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "postgres/base/arguments.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/base/composite.h"
#include "postgres/base/on_error.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/state/panel_state.h"
#include "postgres/text/encoder_text.h"
#include "postgres/text/real_array.h"
#include "postgres/text/sentiment_fit.h"

#define WHAT SENTIMENT_FIT

/* How far the shares of a label may be from 1 together: labels are rounded. */
#define LABEL_TOLERANCE 1e-3

/* ---- the state: features, then the three shares; the key of the text ---- */

void
check_sentiment_label(const double *label)
{
	double sum = 0;

	for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
	{
		sum += label[k];
		if (!(label[k] >= 0 && label[k] <= 1))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg(WHAT ": probabilities[%d] is %g, must be from 0 to 1", k + 1,
								   label[k])));
	}
	if (!(fabs(sum - 1) <= LABEL_TOLERANCE))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(WHAT ": the probabilities %g, %g, %g sum to %g, must sum to 1", label[0],
						label[1], label[2], sum),
				 errhint("Give the shares of negative, neutral and positive, as counts / total.")));
}

static void
check_row(const Row *row)
{
	int features = row->columns - CS_SENTIMENT_CLASSES;

	if (features < 1 || row->text[0] == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a row of a creditspread_labelled of %d values%s is none",
							   row->columns, row->text[0] == NULL ? " without a key" : "")));
	for (int i = 0; i < features; i++)
		check_finite(row->values[i], "a feature of a creditspread_labelled", NULL);
	check_sentiment_label(row->values + features);
}

static const RowType labelled_type = {.type = ROW_STATE_TYPE("creditspread_labelled"),
									  .columns = CS_SENTIMENT_MAX_FEATURES + CS_SENTIMENT_CLASSES,
									  .texts = 1,
									  .may_untimed = true,
									  .check = check_row};

ROW_STATE_FUNCTIONS(labelled, &labelled_type)

static const float *
vector_argument(FunctionCallInfo fcinfo, int argno, const char *what, const char *name, int *length)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s: %s is NULL", what, name), errhint(LEAVE_ROWS_OUT)));
	return real_array_values(PG_GETARG_ARRAYTYPE_P(argno), what, name, length);
}

void
sentiment_label_argument(FunctionCallInfo fcinfo, int argno, double *label)
{
	int classes;
	const float *given = vector_argument(fcinfo, argno, WHAT, "probabilities", &classes);

	if (classes != CS_SENTIMENT_CLASSES)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(WHAT ": probabilities has %d elements, must have %d", classes,
							   CS_SENTIMENT_CLASSES),
						errhint("Give the shares of negative, neutral and positive.")));
	for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
		label[k] = given[k];
	check_sentiment_label(label);
}

/* transition(state, text_id, features, probabilities [, options]) */
PG_FUNCTION_INFO_V1(creditspread_entity_sentiment_fit_transition);
Datum
creditspread_entity_sentiment_fit_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_NARGS() > 4 && !PG_ARGISNULL(4) ? PG_GETARG_JSONB_P(4) : NULL;
	char *key = entity_argument(fcinfo, 1);
	int features;
	const float *feature = vector_argument(fcinfo, 2, WHAT, "features", &features);
	Row row = {.columns = features + CS_SENTIMENT_CLASSES};
	double *values;

	if (features < 1 || features > CS_SENTIMENT_MAX_FEATURES)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(WHAT ": features has %d elements, must have 1 to %d", features,
							   CS_SENTIMENT_MAX_FEATURES)));
	row.count = row.columns;
	row.values = values = palloc(sizeof(double) * row.count);
	for (int i = 0; i < features; i++)
		values[i] = feature[i];
	sentiment_label_argument(fcinfo, 3, values + features);
	row.text[0] = key;
	row.length[0] = strlen(key);
	state = row_state_append(fcinfo, &labelled_type, WHAT, state, &row, options);
	pfree(values);
	PG_RETURN_POINTER(state);
}

/* ---- rows in order ---- */

typedef struct SortItem
{
	const char *key;
	int32 length;
	const double *values;
	int columns;
} SortItem;

static inline int
compare_keys(const SortItem *a, const SortItem *b)
{
	int order = memcmp(a->key, b->key, Min(a->length, b->length));

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Rows of one text by their values: rows that have all in common may change places. */
static inline int
compare_items(const SortItem *a, const SortItem *b)
{
	int order = compare_keys(a, b);

	for (int i = 0; order == 0 && i < a->columns; i++)
		order = (a->values[i] > b->values[i]) - (a->values[i] < b->values[i]);
	return order;
}

#define ST_SORT sort_items
#define ST_ELEMENT_TYPE SortItem
#define ST_COMPARE(a, b) compare_items(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The rows by text, as numeric/ takes them. */
static cs_sentiment_data
sorted_data(const RowState *state)
{
	SortItem *items = allocate_checked(WHAT, sizeof(SortItem) * state->count);
	int features = state->columns - CS_SENTIMENT_CLASSES;
	cs_sentiment_data data = {.rows = state->count, .features = features};
	Size *texts = allocate_checked(WHAT, sizeof(Size) * state->count);
	float *feature = allocate_checked(WHAT, sizeof(float) * state->count * features);
	float *label = allocate_checked(WHAT, sizeof(float) * state->count * CS_SENTIMENT_CLASSES);
	int64 position = 0;

	for (int64 i = 0; i < state->count; i++)
	{
		Row row;

		position = row_state_read(&labelled_type, state, position, &row);
		items[i] = (SortItem){row.text[0], row.length[0], row.values, state->columns};
	}
	sort_items(items, state->count);
	for (int64 i = 0; i < state->count; i++)
	{
		if (i == 0 || compare_keys(&items[i - 1], &items[i]) != 0)
			data.texts++;
		texts[i] = data.texts - 1;
		for (int c = 0; c < features; c++)
			*feature++ = (float) items[i].values[c];
		for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
			*label++ = (float) items[i].values[features + k];
		CHECK_FOR_INTERRUPTS();
	}
	pfree(items);
	data.text = texts;
	data.feature = feature - state->count * features;
	data.label = label - state->count * CS_SENTIMENT_CLASSES;
	return data;
}

/* ---- the fit ---- */

/* The fingerprint of the encoder that the options name, to which the features must fit. */
static const char *
fingerprint_of(const SentimentOptions *options, int features)
{
	const TextOptions plain = {.pooling = TEXT_POOLING_DEFAULT};
	const TextEncoder *encoder;

	if (options->encoder[0] == '\0')
		return "";
	encoder = text_encoder(options->encoder, WHAT);
	/* one without files has as many as its options say */
	if (encoder->fingerprint[0] != '\0' && features != encoder->entity_width(encoder, &plain) &&
		features != encoder->text_width(encoder, &plain))
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg(WHAT ": features has %d elements, the encoder \"%s\" gives %d of an "
									"entity and %d of a text",
							   features, encoder->name, encoder->entity_width(encoder, &plain),
							   encoder->text_width(encoder, &plain)),
						errhint("Name the encoder that made the features.")));
	return pstrdup(encoder->fingerprint);
}

static void
report_fault(cs_status status, const cs_sentiment_fit *fit, const SentimentOptions *options)
{
	if (status == CS_OUT_OF_RANGE)
		check_encoder_status(CS_NOT_FINITE, text_encoder(options->encoder, WHAT), WHAT);
	if (status == CS_TOO_FEW)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": all %zu texts are held back for validation, none is left to "
									"train on",
							   fit->data->texts),
						errhint("Give more texts, or a smaller validation_fraction.")));
	if (status == CS_CONSTANT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg(WHAT ": the features of all %zu rows are 0", fit->training_rows)));
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg(WHAT ": the training diverged"),
						errhint("Choose a smaller learning_rate, or look for extreme features.")));
	check_status(status, WHAT);
}

Model *
sentiment_train(const cs_sentiment_data *data, const SentimentOptions *options,
				const char *fingerprint)
{
	cs_sentiment_fit fit;
	cs_workspace workspace;
	Size size;
	Progress progress;
	cs_status status;

	cs_workspace_count(&workspace);
	cs_sentiment_fit_create(&fit, &options->head, data, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_for_network(WHAT, size), size);
	check_status(cs_sentiment_fit_create(&fit, &options->head, data, &workspace), WHAT);
	progress_start(&progress, WHAT);
	progress_enter(&progress, 0, 1);
	status = cs_sentiment_fit_run(&fit);
	progress_leave(&progress);
	if (gives_null(status, options->on_error))
		return NULL;
	report_fault(status, &fit, options);
	return sentiment_model_create(&fit, options, fingerprint);
}

PG_FUNCTION_INFO_V1(creditspread_entity_sentiment_fit_final);
Datum
creditspread_entity_sentiment_fit_final(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	SentimentOptions options;
	const char *fingerprint;
	cs_sentiment_data data;
	Model *model;
	int features;

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	check_row_columns(WHAT, state->columns, CS_SENTIMENT_CLASSES + 1,
					  CS_SENTIMENT_MAX_FEATURES + CS_SENTIMENT_CLASSES);
	features = state->columns - CS_SENTIMENT_CLASSES;
	options = sentiment_read_options(row_state_options(state), WHAT);
	if (options.layers > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"layers\" is %d, must be 0 where features are given",
							   options.layers),
						errhint("Give the text and the entity in place of features.")));
	fingerprint = fingerprint_of(&options, features);
	check_parameter_count(&entity_sentiment_model_kind,
						  sentiment_parameter_count(&options, features, NULL));
	data = sorted_data(state);
	model = sentiment_train(&data, &options, fingerprint);
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}

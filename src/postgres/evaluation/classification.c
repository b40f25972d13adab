/*
 * classification.c
 *		The aggregate classification_measures, over counts of (actual, predicted).
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/evaluation/classification.h"
#include "postgres/base/composite.h"
#include "postgres/base/settings.h"
#include "postgres/base/text_encoding.h"
#include "postgres/state/row_state.h"
#include "postgres/state/sums_state.h"

#define WHAT "classification_measures"
#define MOST_CLASSES 100

/* The texts of a row. */
enum
{
	ACTUAL,
	PREDICTED,
	TEXTS
};

static void
check_row(const Row *row)
{
	if (row->columns != 1 || !(row->values[0] >= 1 && row->values[0] <= (double) MAX_EXACT_COUNT) ||
		row->values[0] != floor(row->values[0]) || row->text[ACTUAL] == NULL ||
		row->text[PREDICTED] == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("a row of a creditspread_confusion is no count of two classes")));
}

/* A row for each pair of classes: how often it occurred. Parts combined may have it again. */
static const RowType confusion_type = {.type = ROW_STATE_TYPE("creditspread_confusion"),
									   .columns = 1,
									   .texts = TEXTS,
									   .may_untimed = true,
									   .check = check_row};

ROW_STATE_FUNCTIONS(confusion, &confusion_type)

static bool
same_texts(const Row *a, const Row *b)
{
	for (int t = 0; t < TEXTS; t++)
		if (a->length[t] != b->length[t] || memcmp(a->text[t], b->text[t], a->length[t]) != 0)
			return false;
	return true;
}

/* Counts a row among those that the state has; false where it is new. */
static bool
count_again(RowState *state, const Row *row)
{
	int64 position = 0;

	for (int64 i = 0; state != NULL && i < state->count; i++)
	{
		Row known;

		position = row_state_read(&confusion_type, state, position, &known);
		if (same_texts(&known, row))
		{
			check_counts(WHAT, (int64) known.values[0], 1);
			*(double *) known.values += 1;
			return true;
		}
	}
	return false;
}

/* transition(state, actual, predicted) */
PG_FUNCTION_INFO_V1(creditspread_classification_measures_transition);
Datum
creditspread_classification_measures_transition(PG_FUNCTION_ARGS)
{
	static const double once = 1;
	RowState *state = row_state_argument(fcinfo, 0);
	Row row = {.columns = 1, .count = 1, .values = &once};

	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s must be called as an aggregate", WHAT)));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2)) /* as of measures of forecasts: left out */
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	for (int t = 0; t < TEXTS; t++)
	{
		text *class = PG_GETARG_TEXT_PP(1 + t);

		row.text[t] = VARDATA_ANY(class);
		row.length[t] = VARSIZE_ANY_EXHDR(class);
	}
	if (!count_again(state, &row))
		state = row_state_append(fcinfo, &confusion_type, WHAT, state, &row, NULL);
	if (state->count > MOST_CLASSES * MOST_CLASSES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg(WHAT ": more than %d pairs of classes", MOST_CLASSES * MOST_CLASSES),
						errhint("Give classes, not values.")));
	PG_RETURN_POINTER(state);
}

/* ---- the classes and their table ---- */

typedef struct Confusion
{
	char *class[MOST_CLASSES];
	int classes;
	int64 *count; /* [classes][classes] */
} Confusion;

static int
compare_names(const void *left, const void *right)
{
	return compare_as_utf8(*(char *const *) left, *(char *const *) right);
}

static int
class_of(const Confusion *confusion, const char *name)
{
	for (int k = 0; k < confusion->classes; k++)
		if (strcmp(confusion->class[k], name) == 0)
			return k;
	return -1;
}

static void
take_classes(Confusion *confusion, const RowState *state)
{
	int64 position = 0;

	for (int64 i = 0; i < state->count; i++)
	{
		Row row;

		position = row_state_read(&confusion_type, state, position, &row);
		for (int t = 0; t < TEXTS; t++)
		{
			char *name = pnstrdup(row.text[t], row.length[t]);

			if (class_of(confusion, name) >= 0)
				continue;
			if (confusion->classes == MOST_CLASSES)
				ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
								errmsg(WHAT ": more than %d classes", MOST_CLASSES),
								errhint("Give classes, not values.")));
			confusion->class[confusion->classes++] = name;
		}
		CHECK_FOR_INTERRUPTS();
	}
	qsort(confusion->class, confusion->classes, sizeof(char *), compare_names);
}

static void
take_counts(Confusion *confusion, const RowState *state)
{
	int64 position = 0;

	confusion->count = palloc0(sizeof(int64) * confusion->classes * confusion->classes);
	for (int64 i = 0; i < state->count; i++)
	{
		Row row;
		int pair[TEXTS];
		int64 *count;

		position = row_state_read(&confusion_type, state, position, &row);
		for (int t = 0; t < TEXTS; t++)
			pair[t] = class_of(confusion, pnstrdup(row.text[t], row.length[t]));
		count = confusion->count + pair[ACTUAL] * confusion->classes + pair[PREDICTED];
		check_counts(WHAT, *count, (int64) row.values[0]);
		*count += (int64) row.values[0];
		CHECK_FOR_INTERRUPTS();
	}
}

static Datum
nullable_doubles(const double *values, int count)
{
	Datum elements[MOST_CLASSES];
	bool nulls[MOST_CLASSES];
	int lower = 1;

	for (int i = 0; i < count; i++)
	{
		nulls[i] = isnan(values[i]);
		elements[i] = Float8GetDatum(values[i]);
	}
	return PointerGetDatum(construct_md_array(elements, nulls, 1, &count, &lower, FLOAT8OID,
											  sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static Datum
class_names(const Confusion *confusion)
{
	Datum elements[MOST_CLASSES];

	for (int k = 0; k < confusion->classes; k++)
		elements[k] = CStringGetTextDatum(confusion->class[k]);
	return PointerGetDatum(
		construct_array(elements, confusion->classes, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
counts_datum(const Confusion *confusion)
{
	int all = confusion->classes * confusion->classes;
	Datum *elements = palloc(sizeof(Datum) * all);
	int dimensions[2] = {confusion->classes, confusion->classes};
	int lower[2] = {1, 1};

	for (int i = 0; i < all; i++)
		elements[i] = Int64GetDatum(confusion->count[i]);
	return PointerGetDatum(construct_md_array(elements, NULL, 2, dimensions, lower, INT8OID,
											  sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

PG_FUNCTION_INFO_V1(creditspread_classification_measures_final);
Datum
creditspread_classification_measures_final(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	Confusion confusion = {0};
	cs_classification measures;
	double precision[MOST_CLASSES];
	double recall[MOST_CLASSES];
	double f1[MOST_CLASSES];
	Datum values[10];
	bool nulls[10] = {false};

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	take_classes(&confusion, state);
	take_counts(&confusion, state);
	cs_classification_measure(&measures, precision, recall, f1, confusion.count, confusion.classes);
	values[0] = Int64GetDatum(measures.n);
	values[1] = Float8GetDatum(measures.accuracy);
	values[2] = Float8GetDatum(measures.macro_precision);
	values[3] = Float8GetDatum(measures.macro_recall);
	values[4] = Float8GetDatum(measures.macro_f1);
	values[5] = class_names(&confusion);
	values[6] = nullable_doubles(precision, confusion.classes);
	values[7] = nullable_doubles(recall, confusion.classes);
	values[8] = nullable_doubles(f1, confusion.classes);
	values[9] = counts_datum(&confusion);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

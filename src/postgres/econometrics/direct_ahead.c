/*
 * direct_ahead.c
 *		forecast_ahead of linear_model, boosted_trees_model, random_forest_model and svr_model.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "postgres/base/forecast_ahead.h"
#include "postgres/base/settings.h"
#include "postgres/econometrics/direct.h"

typedef struct DirectAhead
{
	const DirectFamily *family;
	DirectModel *model;
} DirectAhead;

/* The forecasts of the next row from row `from` of each of the series, and from those after it. */
static void
forecast_series(const AheadModel *ahead, const double *values, int64 series, int64 rows, int64 from,
				double *forecast, double *scale)
{
	const DirectAhead *direct = ahead->model;
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "forecast_ahead", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	size_t *start = allocate_checked(AHEAD_WHAT, sizeof(size_t) * series);
	cs_linear_data data = direct_data(direct->model, values, series * rows, start);
	const void *prepared;

	for (int64 s = 0; s < series; s++)
		start[s] = s * rows;
	data.series_count = series;
	prepared = direct->family->prepare(direct->model, &data, AHEAD_WHAT);
	for (int64 s = 0; s < series; s++)
		for (int64 i = from; i < rows; i++, forecast++, scale++)
		{
			DirectRow row = {.start = start[s], .end = start[s] + rows, .row = start[s] + i};

			CHECK_FOR_INTERRUPTS();
			*forecast = NAN;
			*scale = 0;
			direct->family->forecast_row(direct->model, prepared, row, ahead->horizon, 1, forecast,
										 scale);
		}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

static void
every_row(const AheadModel *ahead, const double *values, const bool *known, int64 rows,
		  double *forecast, double *scale)
{
	(void) known; /* what is missing is NaN */
	forecast_series(ahead, values, 1, rows, 0, forecast, scale);
}

static void
last_rows(const AheadModel *ahead, const double *values, const bool *known, int64 series,
		  int64 rows, double *forecast, double *scale)
{
	(void) known; /* what is missing is NaN */
	forecast_series(ahead, values, series, rows, rows - 1, forecast, scale);
}

static void
read_direct(Datum stored, const DirectFamily *family, const char *options, AheadModel *ahead)
{
	DirectAhead *direct = palloc(sizeof(DirectAhead));
	DirectModel *model = family->unpack(family, model_of_datum(stored, family->kind));
	const LinearOptions *base = model->options;
	int column = 1;

	if (base->linear.horizons[0] != 1)
		report_no_next_row(options);
	while (model->ahead != NULL && !model->ahead[column])
		column++;
	if (model->ahead != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: the model was fitted with %s known in advance, whose later "
							   "values have no place here",
							   AHEAD_WHAT, linear_column_label(base, column)),
						errhint("Use %s_steps with rows ahead, or fit without option known.",
								family->forecast)));
	*direct = (DirectAhead){.family = family, .model = model};
	*ahead =
		(AheadModel){.model = direct,
					 .features = model->features,
					 .drop = base->missing == MISSING_DROP,
					 .rows_needed = family->look_back(base),
					 .level = base->linear.interval_level,
					 .half_width = model->bounds[0].has_interval
									   ? model->bounds[0].upper / 2 - model->bounds[0].lower / 2
									   : -1,
					 .lower_bound = base->lower_bound,
					 .every_row = every_row,
					 .last_rows = last_rows};
}

#define DIRECT_AHEAD(FAMILY)                                                                       \
	static void read_##FAMILY(Datum model, AheadModel *ahead)                                      \
	{                                                                                              \
		read_direct(model, &FAMILY##_family, #FAMILY "_options", ahead);                           \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_##FAMILY##_ahead);                                            \
	Datum creditspread_##FAMILY##_ahead(PG_FUNCTION_ARGS)                                          \
	{                                                                                              \
		return forecast_ahead(fcinfo, read_##FAMILY);                                              \
	}

DIRECT_AHEAD(linear)
DIRECT_AHEAD(boosted_trees)
DIRECT_AHEAD(random_forest)
DIRECT_AHEAD(svr)

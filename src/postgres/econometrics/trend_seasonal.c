/*
 * trend_seasonal.c
 *		The aggregate trend_seasonal_fit.
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "numeric/econometrics/trend_seasonal.h"
#include "postgres/base/composite.h"
#include "postgres/base/on_error.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/econometrics/trend_seasonal.h"
#include "postgres/state/test_rows.h"

#define WHAT "trend_seasonal_fit"

#define DAYS_OF_YEAR 365.25
#define DAYS_OF_WEEK 7

/* What an option is that was not given. */
#define NOT_GIVEN (-1)

/* Waves of a year, and of a period, where they are not given. */
#define DEFAULT_WAVES 3

typedef struct TrendSeasonalOptions
{
	int changepoints;
	double changepoint_range;
	double penalty;
	int yearly;
	int weekly;
	double period;
	int harmonics;
	char **holidays;
	int holiday_count;
	int on_error;
} TrendSeasonalOptions;

static const OptionSpec trend_seasonal_specs[] = {
#define OPTIONS_OF TrendSeasonalOptions
#include "postgres/options/trend_seasonal.def"
};
static const OptionTable trend_seasonal_table = OPTION_TABLE(trend_seasonal_specs, 0);

TEST_TRANSITION(trend_seasonal_fit, {"y"}, NULL)

double
trend_time(TimePoint time)
{
	if (time.type == TIME_DATE || time.type == TIME_BIGINT)
		return (double) time.value;
	return (double) time.value / (double) USECS_PER_DAY;
}

/* Reads YYYY-MM-DD or MM-DD; false otherwise. */
static bool
parse_day(const char *text, HolidayDay *day)
{
	int parts[3];
	int count = 0;
	int year, month, of_month;

	for (const char *p = text; count < 3; p++)
	{
		int digits = 0;

		parts[count] = 0;
		for (; isdigit((unsigned char) *p) && digits < 5; p++, digits++)
			parts[count] = 10 * parts[count] + *p - '0';
		if (digits == 0 || digits > 4)
			return false;
		count++;
		if (*p == '\0')
			break;
		if (*p != '-' || count == 3)
			return false;
	}
	if (count < 2)
		return false;
	*day = (HolidayDay){count == 3 ? parts[0] : 0, parts[count - 2], parts[count - 1]};
	if (day->month < 1 || day->month > MONTHS_PER_YEAR || day->day < 1 ||
		(count == 3 && day->year < 1))
		return false;
	/* of every year, also 29 February is one */
	j2date(date2j(count == 3 ? day->year : 2000, day->month, day->day), &year, &month, &of_month);
	return month == day->month && of_month == day->day;
}

Holiday
holiday_parse(const char *what, const char *text)
{
	char *copy = pstrdup(text);
	char *rest = NULL;
	char *name = strtok_r(copy, " ", &rest);
	Holiday holiday = {.text = text, .days = palloc(sizeof(HolidayDay) * (strlen(text) / 2 + 1))};
	bool good = name != NULL;

	for (char *day = strtok_r(NULL, " ", &rest); good && day != NULL;
		 day = strtok_r(NULL, " ", &rest))
		good = parse_day(day, &holiday.days[holiday.count++]);
	if (!good || holiday.count == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: holiday \"%s\" is not a name and its days", what, text),
						errhint("Write it as \"new_year 01-01\", or with the days of each year, "
								"\"easter 2019-04-21 2020-04-12\".")));
	pfree(copy);
	return holiday;
}

bool
holiday_is(const Holiday *holiday, double time)
{
	int year, month, day;

	j2date((int) floor(time) + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	for (int i = 0; i < holiday->count; i++)
		if (holiday->days[i].month == month && holiday->days[i].day == day &&
			(holiday->days[i].year == 0 || holiday->days[i].year == year))
			return true;
	return false;
}

/* The rows and what is asked of them, as the kernel takes them. */
typedef struct Problem
{
	cs_trend_seasonal_form form;
	double *periods;
	Holiday *holidays;
	double *time;
	double *y;
	unsigned char *holiday; /* [count][holidays] */
	bool calendar;
} Problem;

static void
check_options(const TrendSeasonalOptions *options)
{
	if (options->harmonics != NOT_GIVEN && isnan(options->period))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"harmonics\" is %d without option \"period\"",
							   options->harmonics),
						errhint("Give the period that they are of, or yearly or weekly.")));
	for (int i = 0; i < options->holiday_count; i++)
		(void) holiday_parse(WHAT, options->holidays[i]);
}

static void
check_calendar(const TrendSeasonalOptions *options, bool calendar)
{
	if (!calendar && (options->yearly > 0 || options->weekly > 0 || options->holiday_count > 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": options \"yearly\", \"weekly\" and \"holidays\" are of "
									"days, but time is a bigint"),
						errhint("Give \"period\", in units of the time.")));
}

static void
add_season(Problem *problem, double period, int waves)
{
	for (int k = 1; k <= waves; k++)
		problem->periods[problem->form.waves++] = period / k;
}

/* Integers far from 0, or moments in a far year, may be one in double precision. */
static bool
refuse_times(const Series *series, const double *time, int on_error)
{
	int64 i = 1;

	while (i < series->count && time[i] > time[i - 1])
		i++;
	if (i >= series->count)
		return false;
	if (!gives_null(CS_NOT_FINITE, on_error))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg(WHAT ": the times %s and %s are the same in double precision",
						time_text(series_time(series, i - 1)), time_text(series_time(series, i))),
				 errhint("Count the times from a nearer origin, such as the first of them.")));
	return true;
}

static Problem
read_problem(const Series *series, const TrendSeasonalOptions *options)
{
	Problem problem = {.calendar = series->time_type != TIME_BIGINT};
	int holidays = options->holiday_count;
	int yearly = options->yearly;

	check_calendar(options, problem.calendar);
	problem.periods = palloc(sizeof(double) * TREND_SEASONAL_MOST_WAVES);
	problem.holidays = palloc(sizeof(Holiday) * Max(1, holidays));
	for (int h = 0; h < holidays; h++)
		problem.holidays[h] = holiday_parse(WHAT, options->holidays[h]);
	problem.time = allocate_checked(WHAT, sizeof(double) * series->count);
	problem.y = series->values;
	problem.holiday = allocate_checked(WHAT, (Size) series->count * Max(1, holidays));
	for (int64 i = 0; i < series->count; i++)
	{
		problem.time[i] = trend_time(series_time(series, i));
		for (int h = 0; h < holidays; h++)
			problem.holiday[i * holidays + h] = holiday_is(&problem.holidays[h], problem.time[i]);
	}
	if (yearly == NOT_GIVEN)
		yearly = problem.calendar &&
						 problem.time[series->count - 1] - problem.time[0] >= 2 * DAYS_OF_YEAR
					 ? DEFAULT_WAVES
					 : 0;
	add_season(&problem, DAYS_OF_YEAR, yearly);
	add_season(&problem, DAYS_OF_WEEK, options->weekly);
	if (!isnan(options->period))
		add_season(&problem, options->period,
				   options->harmonics == NOT_GIVEN ? DEFAULT_WAVES : options->harmonics);
	problem.form.bends = options->changepoints;
	problem.form.range = options->changepoint_range;
	problem.form.penalty = isnan(options->penalty) ? CS_TREND_SEASONAL_CHOOSE : options->penalty;
	problem.form.periods = problem.periods;
	problem.form.holidays = holidays;
	return problem;
}

static cs_status
run(const Problem *problem, int64 count, cs_trend_seasonal_fit *fit)
{
	const cs_trend_seasonal_form *form = &problem->form;
	Size size = cs_trend_seasonal_size(count, form);
	cs_workspace workspace;
	Progress progress;
	cs_status status;

	fit->place = palloc(sizeof(double) * (form->bends + 1));
	fit->bend = palloc(sizeof(double) * (form->bends + 1));
	fit->wave = palloc(sizeof(double) * (2 * form->waves + 1));
	fit->effect = palloc(sizeof(double) * (form->holidays + 1));
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	progress_start(&progress, WHAT);
	progress_enter(&progress, 0, 1);
	status = cs_trend_seasonal_fit_rows(problem->time, problem->y, problem->holiday, count, form,
										&workspace, fit);
	progress_leave(&progress);
	return status;
}

/* An array, or NULL where there is none of what it holds. */
static Datum
array_or_null(const double *values, int count, bool *isnull)
{
	*isnull = count == 0;
	return count == 0 ? (Datum) 0 : doubles_datum(WHAT, values, count, 0);
}

static Datum
texts_or_null(char **texts, int count, bool *isnull)
{
	Datum *elements = palloc(sizeof(Datum) * Max(1, count));

	*isnull = count == 0;
	for (int i = 0; i < count; i++)
		elements[i] = CStringGetTextDatum(texts[i]);
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
model_datum(FunctionCallInfo fcinfo, const Problem *problem, const TrendSeasonalOptions *options,
			int64 count, const cs_trend_seasonal_fit *fit)
{
	int bends = (int) problem->form.bends;
	int waves = (int) problem->form.waves;
	double last = problem->time[count - 1];
	Datum values[TREND_COLUMNS];
	bool nulls[TREND_COLUMNS] = {false};

	values[TREND_CALENDAR] = BoolGetDatum(problem->calendar);
	values[TREND_FIRST_TIME] = finite_datum(WHAT, problem->time[0]);
	values[TREND_LAST_TIME] = finite_datum(WHAT, last);
	values[TREND_STEP] = finite_datum(WHAT, (last - problem->time[0]) / (double) (count - 1));
	values[TREND_INTERCEPT] = finite_datum(WHAT, fit->intercept);
	values[TREND_SLOPE] = finite_datum(WHAT, fit->slope);
	values[TREND_CHANGEPOINTS] = array_or_null(fit->place, bends, &nulls[TREND_CHANGEPOINTS]);
	values[TREND_SLOPE_CHANGES] = array_or_null(fit->bend, bends, &nulls[TREND_SLOPE_CHANGES]);
	values[TREND_CHANGEPOINT_RANGE] = Float8GetDatum(problem->form.range);
	values[TREND_PERIODS] = array_or_null(problem->periods, waves, &nulls[TREND_PERIODS]);
	values[TREND_WAVES] = array_or_null(fit->wave, 2 * waves, &nulls[TREND_WAVES]);
	values[TREND_HOLIDAYS] =
		texts_or_null(options->holidays, options->holiday_count, &nulls[TREND_HOLIDAYS]);
	values[TREND_HOLIDAY_EFFECTS] =
		array_or_null(fit->effect, options->holiday_count, &nulls[TREND_HOLIDAY_EFFECTS]);
	values[TREND_PENALTY] = finite_datum(WHAT, fit->penalty);
	values[TREND_RESIDUAL_SD] = finite_datum(WHAT, fit->residual_sd);
	values[TREND_R_SQUARED] = finite_datum(WHAT, fit->r_squared);
	values[TREND_OBSERVATIONS] = Int64GetDatum(count);
	return HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls));
}

static void
default_trend_options(const Jsonb *given, TrendSeasonalOptions *options)
{
	*options = (TrendSeasonalOptions){
		.penalty = NAN, .yearly = NOT_GIVEN, .period = NAN, .harmonics = NOT_GIVEN};
	read_options(given, WHAT, &trend_seasonal_table, options);
	check_options(options);
}

PG_FUNCTION_INFO_V1(creditspread_trend_seasonal_fit_final);
Datum
creditspread_trend_seasonal_fit_final(PG_FUNCTION_ARGS)
{
	TrendSeasonalOptions options;
	Series series;
	Problem problem;
	cs_trend_seasonal_fit fit;
	cs_status status;

	if (!test_rows(fcinfo, WHAT, 1, 1, &series))
		PG_RETURN_NULL();
	default_trend_options(series.options, &options);
	problem = read_problem(&series, &options);
	if (refuse_times(&series, problem.time, options.on_error))
		PG_RETURN_NULL();
	status = run(&problem, series.count, &fit);
	if (test_fault(
			WHAT, &series, options.on_error, status,
			(int64) (2 + 2 * problem.form.waves + problem.form.holidays + CS_TREND_SEASONAL_SPARE),
			"y"))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(model_datum(fcinfo, &problem, &options, series.count, &fit));
}

/* trend_seasonal_check_options(options): the errors that the fit has of them, without rows */
PG_FUNCTION_INFO_V1(creditspread_trend_seasonal_check_options);
Datum
creditspread_trend_seasonal_check_options(PG_FUNCTION_ARGS)
{
	TrendSeasonalOptions options;

	default_trend_options(PG_GETARG_JSONB_P(0), &options);
	PG_RETURN_VOID();
}

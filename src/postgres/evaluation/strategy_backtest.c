/*
 * strategy_backtest.c
 *		The aggregate strategy_backtest: what trading on a forecast would have earned, after costs.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "numeric/evaluation/strategy.h"
#include "postgres/base/composite.h"
#include "postgres/base/options.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/state/test_rows.h"

#define WHAT "strategy_backtest"

/* lags as it is when the option is not given. */
#define LAGS_BY_RULE (-1)

typedef struct StrategyOptions
{
	int rule; /* a cs_strategy_rule */
	double unit;
	double cap;
	double decay;
	double threshold;
	int horizon;
	double cost;
	double carry;
	double periods_per_year;
	int lags;
	int on_error;
} StrategyOptions;

static const OptionSpec strategy_specs[] = {
#define OPTIONS_OF StrategyOptions
#include "postgres/options/strategy.def"
};
static const OptionTable strategy_table = OPTION_TABLE(strategy_specs, 0);

/* The columns of a row of the state. */
typedef enum RowColumn
{
	ROW_ACTUAL,
	ROW_FORECAST, /* 0 where there is none */
	ROW_KNOWN,	  /* whether there is */
	ROW_COLUMNS
} RowColumn;

/* The columns of strategy_backtest_result, in order. */
typedef enum ResultColumn
{
	RESULT_PERIODS,
	RESULT_TOTAL,
	RESULT_GROSS_TOTAL,
	RESULT_CARRY_TOTAL,
	RESULT_COST_TOTAL,
	RESULT_MEAN,
	RESULT_SD,
	RESULT_SHARPE,
	RESULT_SHARPE_ERROR,
	RESULT_MAX_DRAWDOWN,
	RESULT_TURNOVER,
	RESULT_MEAN_POSITION,
	RESULT_BREAK_EVEN_COST,
	RESULT_LAGS,
	RESULT_TIMES,
	RESULT_POSITION,
	RESULT_GROSS,
	RESULT_VALUE,
	RESULT_COLUMNS
} ResultColumn;

/* transition(state, time, actual, forecast [, options]) */
PG_FUNCTION_INFO_V1(creditspread_strategy_backtest_transition);
Datum
creditspread_strategy_backtest_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	TimePoint time = time_argument(fcinfo, 1);
	const Jsonb *options = PG_NARGS() > 4 && !PG_ARGISNULL(4) ? PG_GETARG_JSONB_P(4) : NULL;
	double row[ROW_COLUMNS] = {0};

	if (PG_ARGISNULL(2))
		return row_state_unchanged(fcinfo, state);
	row[ROW_ACTUAL] = finite_argument(fcinfo, 2, "actual", &time);
	row[ROW_KNOWN] = !PG_ARGISNULL(3);
	if (row[ROW_KNOWN] != 0)
		row[ROW_FORECAST] = finite_argument(fcinfo, 3, "the forecast", &time);
	PG_RETURN_POINTER(series_state_append(fcinfo, WHAT, state, time, row, ROW_COLUMNS, options));
}

/* Error 22023 for an option that the rule does not know. */
static void
check_rule(const char *name, double value, bool known, int rule)
{
	if (!isnan(value) && !known)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"%s\" is %g, but option \"rule\" is \"%s\"", name,
							   value, option_spec(&strategy_table, "rule")->choices[rule]),
						errhint("Leave it out, or choose another rule.")));
}

static cs_strategy_options
kernel_options(const StrategyOptions *options)
{
	int rule = options->rule;

	check_rule("unit", options->unit, rule != CS_STRATEGY_SIGN, rule);
	check_rule("cap", options->cap, rule == CS_STRATEGY_CAPPED, rule);
	check_rule("decay", options->decay, rule == CS_STRATEGY_VOLATILITY, rule);
	return (cs_strategy_options){
		.rule = rule,
		.unit = isnan(options->unit) ? 0.01 : options->unit,
		.cap = isnan(options->cap) ? 1 : options->cap,
		.decay = isnan(options->decay) ? 0.97 : options->decay,
		.threshold = options->threshold,
		.cost = options->cost,
		.carry = options->carry,
		.periods_per_year = options->periods_per_year,
		.horizon = options->horizon,
		.lags = options->lags == LAGS_BY_RULE ? CS_STRATEGY_LAGS_BY_RULE : (size_t) options->lags,
	};
}

/* What the kernel fills, an element for each row of the series. */
typedef struct Curve
{
	double *position;
	double *gross;
	double *net;
} Curve;

static cs_status
run(const Series *series, const cs_strategy_options *options, Curve *curve,
	cs_strategy_result *result)
{
	cs_strategy_row *rows = allocate_checked(WHAT, sizeof(cs_strategy_row) * series->count);
	Size size = cs_strategy_size(series->count);
	cs_workspace workspace;
	Progress progress;
	cs_status status;

	for (int64 i = 0; i < series->count; i++)
	{
		const double *row = series->values + i * ROW_COLUMNS;

		rows[i].actual = row[ROW_ACTUAL];
		rows[i].forecast = row[ROW_KNOWN] != 0 ? row[ROW_FORECAST] : NAN;
	}
	curve->position = allocate_checked(WHAT, sizeof(double) * series->count);
	curve->gross = allocate_checked(WHAT, sizeof(double) * series->count);
	curve->net = allocate_checked(WHAT, sizeof(double) * series->count);
	cs_workspace_initialize(&workspace, allocate_checked(WHAT, size), size);
	progress_start(&progress, WHAT);
	progress_enter(&progress, 0, 1);
	status = cs_strategy_backtest(rows, series->count, options, &workspace, curve->position,
								  curve->gross, curve->net, result);
	progress_leave(&progress);
	return status;
}

static void
fill_curve(const Series *series, const Curve *curve, const cs_strategy_result *result,
		   Datum *values)
{
	int periods = (int) result->periods;
	Datum *times = allocate_checked(WHAT, sizeof(Datum) * result->periods);

	for (int i = 0; i < periods; i++)
		times[i] = time_iso(series_time(series, (int64) result->first + i));
	values[RESULT_TIMES] =
		PointerGetDatum(construct_array(times, periods, TEXTOID, -1, false, TYPALIGN_INT));
	values[RESULT_POSITION] = doubles_datum(WHAT, curve->position + result->first, periods, 0);
	values[RESULT_GROSS] = doubles_datum(WHAT, curve->gross + result->first, periods, 0);
	values[RESULT_VALUE] = doubles_datum(WHAT, curve->net + result->first, periods, 0);
}

PG_FUNCTION_INFO_V1(creditspread_strategy_backtest_final);
Datum
creditspread_strategy_backtest_final(PG_FUNCTION_ARGS)
{
	StrategyOptions options = {.unit = NAN, .cap = NAN, .decay = NAN, .lags = LAGS_BY_RULE};
	cs_strategy_options kernel;
	Series series;
	Curve curve;
	cs_strategy_result result;
	cs_status status;
	Datum values[RESULT_COLUMNS];
	bool nulls[RESULT_COLUMNS] = {false};

	if (!test_rows(fcinfo, WHAT, ROW_COLUMNS, ROW_COLUMNS, &series))
		PG_RETURN_NULL();
	read_options(series.options, WHAT, &strategy_table, &options);
	kernel = kernel_options(&options);
	status = run(&series, &kernel, &curve, &result);
	if (status == CS_TOO_FEW && options.on_error == ON_ERROR_ERROR)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": none of the %lld rows without NULL in actual has a forecast "
									"%d rows after another one",
							   (long long) series.count, options.horizon),
						errhint("Give actual values from the first origin on, or on_error => "
								"'null' for a NULL.")));
	if (test_fault(WHAT, &series, options.on_error, status, 0, "a position or a gain"))
		PG_RETURN_NULL();
	values[RESULT_PERIODS] = Int64GetDatum((int64) result.periods);
	values[RESULT_TOTAL] = finite_datum(WHAT, result.total);
	values[RESULT_GROSS_TOTAL] = finite_datum(WHAT, result.gross);
	values[RESULT_CARRY_TOTAL] = finite_datum(WHAT, result.carry);
	values[RESULT_COST_TOTAL] = finite_datum(WHAT, result.cost);
	values[RESULT_MEAN] = finite_datum(WHAT, result.mean);
	values[RESULT_SD] = nullable_datum(WHAT, result.sd, &nulls[RESULT_SD]);
	values[RESULT_SHARPE] = nullable_datum(WHAT, result.sharpe, &nulls[RESULT_SHARPE]);
	values[RESULT_SHARPE_ERROR] =
		nullable_datum(WHAT, result.sharpe_error, &nulls[RESULT_SHARPE_ERROR]);
	values[RESULT_MAX_DRAWDOWN] = finite_datum(WHAT, result.drawdown);
	values[RESULT_TURNOVER] = finite_datum(WHAT, result.turnover);
	values[RESULT_MEAN_POSITION] = finite_datum(WHAT, result.mean_position);
	values[RESULT_BREAK_EVEN_COST] =
		nullable_datum(WHAT, result.break_even_cost, &nulls[RESULT_BREAK_EVEN_COST]);
	values[RESULT_LAGS] = Int32GetDatum((int32) result.lags);
	fill_curve(&series, &curve, &result, values);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(result_descriptor(fcinfo), values, nulls)));
}

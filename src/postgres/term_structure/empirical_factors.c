/*
 * empirical_factors.c
 *		The aggregates empirical_level, empirical_slope and empirical_curvature: factors read off
 *		the yields at 3 months, 2 years and 10 years (Diebold and Li 2006).
 */
#include "postgres.h"

#include <math.h>

#include "numeric/term_structure/nelson_siegel.h"
#include "postgres/base/arguments.h"
#include "postgres/term_structure/curve.h"
#include "postgres/state/sums_state.h"

/* How far a maturity may be off, in years: half a day and more than any rounding of months. */
#define MATURITY_TOLERANCE 0.002

enum
{
	THREE_MONTHS,
	TWO_YEARS,
	TEN_YEARS,
	POINTS
};

static const double point_maturity[POINTS] = {0.25, 2, 10};

typedef struct FactorSums
{
	int64 count[POINTS];
	double yield[POINTS];
} FactorSums;

static const SumsType factor_type = SUMS_TYPE("empirical_factor_sums", "nnnxxx");

StaticAssertDecl(sizeof(FactorSums) == 6 * sizeof(int64), "empirical_factor_sums has 6 members");

SUMS_TYPE_FUNCTIONS(empirical_factor_sums, &factor_type)

static void
check_count(const FactorSums *sums, int point)
{
	if (sums->count[point] > 1)
		ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
						errmsg("the maturity %g occurs %lld times in one curve",
							   point_maturity[point], (long long) sums->count[point]),
						errhint("Group the rows by curve.")));
}

/*
 * transition(state, maturity, yield): other maturities, and rows without a yield, are left out.
 */
PG_FUNCTION_INFO_V1(creditspread_empirical_factor_transition);
Datum
creditspread_empirical_factor_transition(PG_FUNCTION_ARGS)
{
	bool created;
	FactorSums *sums = sums_argument(fcinfo, &factor_type, &created);
	double maturity = maturity_argument(fcinfo, 1);

	if (PG_ARGISNULL(2))
		PG_RETURN_POINTER(sums);
	check_finite(PG_GETARG_FLOAT8(2), "yield", NULL);
	for (int point = 0; point < POINTS; point++)
		if (fabs(maturity - point_maturity[point]) <= MATURITY_TOLERANCE)
		{
			sums->count[point]++;
			sums->yield[point] = PG_GETARG_FLOAT8(2);
			check_count(sums, point);
		}
	PG_RETURN_POINTER(sums);
}

PG_FUNCTION_INFO_V1(creditspread_empirical_factor_combine);
Datum
creditspread_empirical_factor_combine(PG_FUNCTION_ARGS)
{
	bool created;
	FactorSums *sums = sums_argument(fcinfo, &factor_type, &created);
	const FactorSums *other;

	if (PG_ARGISNULL(1))
	{
		if (created)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(sums);
	}
	other = (const FactorSums *) PG_GETARG_POINTER(1);
	for (int point = 0; point < POINTS; point++)
	{
		if (other->count[point] > 0)
			sums->yield[point] = other->yield[point];
		sums->count[point] += other->count[point];
		check_count(sums, point);
	}
	PG_RETURN_POINTER(sums);
}

/* The sum of the yields times `factor`; NULL when one that counts is absent. */
static Datum
combination(FunctionCallInfo fcinfo, const double *factor)
{
	const FactorSums *sums;
	double result = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sums = (const FactorSums *) PG_GETARG_POINTER(0);
	for (int point = 0; point < POINTS; point++)
	{
		if (factor[point] == 0)
			continue;
		if (sums->count[point] == 0)
			PG_RETURN_NULL();
		result += factor[point] * sums->yield[point];
	}
	check_finite(result, "the factor", NULL);
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(creditspread_empirical_level_final);
Datum
creditspread_empirical_level_final(PG_FUNCTION_ARGS)
{
	return combination(fcinfo, (const double[POINTS]){0, 0, 1});
}

PG_FUNCTION_INFO_V1(creditspread_empirical_slope_final);
Datum
creditspread_empirical_slope_final(PG_FUNCTION_ARGS)
{
	return combination(fcinfo, (const double[POINTS]){-1, 0, 1});
}

PG_FUNCTION_INFO_V1(creditspread_empirical_curvature_final);
Datum
creditspread_empirical_curvature_final(PG_FUNCTION_ARGS)
{
	return combination(fcinfo, (const double[POINTS]){-1, 2, -1});
}

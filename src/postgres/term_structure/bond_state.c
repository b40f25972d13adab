/*
 * bond_state.c
 *		The state of nelson_siegel_fit_bonds: a row of numbers for each bond, sorted.
 */
#include "postgres.h"

#include <math.h>

#include "postgres/term_structure/bond_state.h"
#include "postgres/base/interrupts.h"
#include "postgres/base/settings.h"

#define WHAT "nelson_siegel_fit_bonds"

/* The values of a bond's row: its price, n times, n amounts. */
#define BOND_VALUES(n) (1 + 2 * (int64) (n))

static Bond
bond_of_row(const Row *row)
{
	int n = (int) (row->count / 2);

	return (Bond){row->values[0], n, row->values + 1, row->values + 1 + n};
}

static void
check_row(const Row *row)
{
	Bond bond;

	if (row->count < BOND_VALUES(1) || row->count > BOND_VALUES(MAX_CASHFLOWS) ||
		row->count % 2 == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("a bond of a bond_set cannot have %lld values", (long long) row->count)));
	for (int64 v = 0; v < row->count; v++)
	{
		bool is_time = v > 0 && v <= row->count / 2;

		if (!isfinite(row->values[v]) || row->values[v] < 0 || (row->values[v] == 0 && !is_time))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("a %s of a bond_set is %g, must be %s", is_time ? "time" : "value",
							row->values[v], is_time ? "at least 0" : "positive")));
	}
	bond = bond_of_row(row);
	for (int k = 1; k < bond.n; k++)
		if (bond.time[k] < bond.time[k - 1])
			ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
							errmsg("the cash flows of a bond_set are not in order of time")));
}

static const RowType bond_type = {
	.type = ROW_STATE_TYPE("bond_set"), .may_untimed = true, .counted = true, .check = check_row};

ROW_STATE_FUNCTIONS(bond_set, &bond_type)

RowState *
bond_state_append(FunctionCallInfo fcinfo, RowState *state, double price,
				  const Cashflows *cashflows, const Jsonb *options)
{
	int n = cashflows->n;
	double *values = palloc(sizeof(double) * BOND_VALUES(n));
	Row row = {.count = BOND_VALUES(n), .values = values};

	values[0] = price;
	memcpy(values + 1, cashflows->time, sizeof(double) * n);
	memcpy(values + 1 + n, cashflows->amount, sizeof(double) * n);
	return row_state_append(fcinfo, &bond_type, WHAT, state, &row, options);
}

RowState *
bond_state_refuse(FunctionCallInfo fcinfo, RowState *state, const Jsonb *options)
{
	return row_state_refuse(fcinfo, WHAT, state, (TimePoint){TIME_NONE, 0}, options);
}

static int
compare_doubles(const double *left, const double *right, int n)
{
	for (int i = 0; i < n; i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

static int
compare_bonds(const void *a, const void *b)
{
	const Bond *left = a;
	const Bond *right = b;
	int order;

	if (left->price != right->price)
		return left->price < right->price ? -1 : 1;
	if (left->n != right->n)
		return left->n < right->n ? -1 : 1;
	order = compare_doubles(left->time, right->time, left->n);
	return order != 0 ? order : compare_doubles(left->amount, right->amount, left->n);
}

Bond *
bond_state_sorted(const RowState *state, Size *cashflows)
{
	Bond *bonds = allocate_checked(WHAT, state->count * sizeof(Bond));
	int64 position = 0;

	*cashflows = 0;
	for (int64 i = 0; i < state->count; i++)
	{
		Row row;

		position = row_state_read(&bond_type, state, position, &row);
		bonds[i] = bond_of_row(&row);
		*cashflows += bonds[i].n;
		check_interrupts_slow(i);
	}
	qsort(bonds, state->count, sizeof(Bond), compare_bonds);
	return bonds;
}

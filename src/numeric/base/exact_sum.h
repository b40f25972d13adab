/*
 * exact_sum.h
 *		Sums that do not depend on the order of their terms: each term is cut at the marks of a
 *		fixed grid, and what lies between two marks is summed by itself, without rounding (Demmel
 *		and Nguyen, IEEE Trans. Computers 64, 2015). Of the grid a window is kept, from the largest
 *		term downwards.
 *
 * The value is the double nearest to the sum as long as no term is below 2^-66 of the largest in
 * size; of smaller ones what lies below 2^-119 of the largest is left out, of all in the same way,
 * so that sums of parts combine to the same value in any order and grouping.
 */
#ifndef CREDITSPREAD_NUMERIC_EXACT_SUM_H
#define CREDITSPREAD_NUMERIC_EXACT_SUM_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bins of a sum, and bits between the marks. */
#define CS_EXACT_BINS 4
#define CS_EXACT_WIDTH 40

/*
 * Several sums side by side, which one call adds to, are so many doubles, all zero at first:
 *
 *		[1]						calls of add since the bins were emptied into the carries
 *		[sums]					a mark that all terms are below; 0 = no term, -1 = one not finite
 *		[CS_EXACT_BINS][sums]	bins, from the top
 *		[CS_EXACT_BINS][sums]	carries, each of 2^CS_EXACT_WIDTH of its bin
 */
#define CS_EXACT_SIZE(sums) (1 + (1 + 2 * CS_EXACT_BINS) * (sums))

/* Terms are scaled by this, so that nothing overflows before a sum does. */
#define CS_EXACT_SCALE 0x1p-60

/* Calls of add after which the bins are emptied; each may bring two terms, of 2^39 at the most. */
#define CS_EXACT_CALLS 4096

/* Two doubles that the processor handles together. */
typedef double cs_exact_pair __attribute__((vector_size(16)));

/* Makes room for the scaled terms; those that do not count become 0. */
extern void cs_exact_raise(size_t sums, double *exact, cs_exact_pair *terms);

/* Moves what bins have above their width into the carries. */
extern void cs_exact_carry(size_t sums, double *exact);

/* The bins of a pair lie apart in memory: gcc -O2 does not see by itself that they are worth
 * unrolling. */
#if defined(__clang__)
#define CS_EXACT_UNROLL
#else
#define CS_EXACT_UNROLL _Pragma("GCC unroll 4")
#endif

static inline cs_exact_pair
cs_exact_load(const double *place)
{
	cs_exact_pair pair;

	memcpy(&pair, place, sizeof(pair));
	return pair;
}

/* Adds scaled terms to the first `pairs` of so many sums; each is below its mark. */
static inline void
cs_exact_put(size_t sums, double *exact, size_t pairs, const cs_exact_pair *terms)
{
	CS_EXACT_UNROLL
	for (size_t i = 0; i < pairs; i++)
	{
		cs_exact_pair rest = terms[i];
		/* 1.5 * 2^52 units of the bin, to which a sum is rounded */
		cs_exact_pair rounder =
			cs_exact_load(exact + 1 + 2 * i) * (cs_exact_pair){0x1.8p13, 0x1.8p13};

		CS_EXACT_UNROLL
		for (size_t k = 0; k < CS_EXACT_BINS; k++)
		{
			double *place = exact + 1 + sums * (1 + k) + 2 * i;
			cs_exact_pair part = (rest + rounder) - rounder;
			cs_exact_pair bin = cs_exact_load(place) + part;

			memcpy(place, &bin, sizeof(bin));
			rest -= part;
			rounder *= (cs_exact_pair){0x1p-40, 0x1p-40};
		}
	}
}

/* Adds a term to each sum, of which there is an even number; the terms become scaled ones. */
static inline void
cs_exact_add(size_t sums, double *exact, cs_exact_pair *terms)
{
	bool fits = true;

	CS_EXACT_UNROLL
	for (size_t i = 0; i < sums / 2; i++)
	{
		cs_exact_pair mark = cs_exact_load(exact + 1 + 2 * i);

		terms[i] *= (cs_exact_pair){CS_EXACT_SCALE, CS_EXACT_SCALE};
		fits &= (fabs(terms[i][0]) < mark[0]) & (fabs(terms[i][1]) < mark[1]);
	}
	if (!fits)
		cs_exact_raise(sums, exact, terms);
	cs_exact_put(sums, exact, sums / 2, terms);
	if (++exact[0] >= CS_EXACT_CALLS)
		cs_exact_carry(sums, exact);
}

/*
 * What the double nearest to x^2 lacks of it, 0 where that is no finite number: Dekker's product,
 * of Veltkamp's halves of x (Numerische Mathematik 18, 1971).
 */
static inline double
cs_exact_square_rest(double x)
{
	double square = x * x;
	double scaled = 134217729.0 * x;
	double head = scaled - (scaled - x);
	double tail = x - head;
	double rest = ((head * head - square) + 2 * head * tail) + tail * tail;

	return square < INFINITY ? rest : 0;
}

/* Adds what the terms just added to the first two sums lack of squares. */
static inline void
cs_exact_add_rests(size_t sums, double *exact, cs_exact_pair rests)
{
	rests[0] *= exact[1] < 0 ? 0 : CS_EXACT_SCALE;
	rests[1] *= exact[2] < 0 ? 0 : CS_EXACT_SCALE;
	cs_exact_put(sums, exact, 1, &rests);
}

/* Adds the terms of other sums. */
extern void cs_exact_combine(size_t sums, double *exact, const double *other);

/* The double nearest to sum `i`, of two the even one; an infinity beyond the range or after one. */
extern double cs_exact_value(size_t sums, const double *exact, size_t i);

/* The sum of (x - mean)^2 of `count` numbers, from their sum and that of their squares. */
extern double cs_exact_centred_square(size_t sums, const double *exact, size_t sum, size_t square,
									  int64_t count);

/* Whether doubles from elsewhere are such sums. */
extern bool cs_exact_valid(size_t sums, const double *exact);

#endif

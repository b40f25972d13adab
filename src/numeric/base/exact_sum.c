/*
 * exact_sum.c
 *		Sums that do not depend on the order of their terms: windows, and their values, by integers.
 */
#include "numeric/base/exact_sum.h"

#include <string.h>

/* Marks are 2^(CS_EXACT_WIDTH j) for j between these; below, the work on bins would be with
 * subnormal numbers. */
#define LEAST_MARK (-22)
#define MOST_MARK 25

/* Limbs of a sum, an integer, and of n times that of squares beside the square of that of terms. */
#define SUM_LIMBS 4
#define SQUARE_LIMBS (2 * SUM_LIMBS + 4)

/* Bits that the unit of squares is above the square of the unit of terms, at the most. */
#define MOST_ABOVE 256

/* Where the doubles of sums stand. */
#define MARK(exact, i) ((exact)[1 + (i)])
#define BIN(exact, sums, k, i) ((exact)[1 + (sums) * (1 + (k)) + (i)])
#define CARRY(exact, sums, k, i) BIN(exact, sums, CS_EXACT_BINS + (k), i)

/* The j of a mark. */
static int
mark_number(double mark)
{
	return ilogb(mark) / CS_EXACT_WIDTH;
}

/* What bin k counts in: 2 to the power of this. */
static int
bin_exponent(double mark, int k)
{
	return ilogb(mark) + 1 - CS_EXACT_WIDTH * (k + 1);
}

/* Moves the window of a sum up to a mark. */
static void
raise_to(size_t sums, double *exact, size_t i, double mark)
{
	double before = MARK(exact, i);
	int up = before == 0 ? CS_EXACT_BINS : mark_number(mark) - mark_number(before);

	for (int k = CS_EXACT_BINS - 1; k >= 0; k--)
	{
		BIN(exact, sums, k, i) = k >= up ? BIN(exact, sums, k - up, i) : 0;
		CARRY(exact, sums, k, i) = k >= up ? CARRY(exact, sums, k - up, i) : 0;
	}
	MARK(exact, i) = mark;
}

/* The sum is not finite, and so remains. */
static void
give_up(size_t sums, double *exact, size_t i)
{
	for (size_t k = 0; k < CS_EXACT_BINS; k++)
		BIN(exact, sums, k, i) = CARRY(exact, sums, k, i) = 0;
	MARK(exact, i) = -1;
}

void
cs_exact_raise(size_t sums, double *exact, cs_exact_pair *terms)
{
	for (size_t i = 0; i < sums; i++)
	{
		double mark = MARK(exact, i);
		double term = terms[i / 2][i % 2];

		if (mark >= 0 && !isfinite(term))
			give_up(sums, exact, i);
		else if (mark >= 0 && !(fabs(term) < mark))
		{
			int above = term == 0 ? CS_EXACT_WIDTH * LEAST_MARK : ilogb(term) + 1;
			int number = above >= 0 ? (above + CS_EXACT_WIDTH - 1) / CS_EXACT_WIDTH
									: -(-above / CS_EXACT_WIDTH);

			raise_to(sums, exact, i,
					 ldexp(1, CS_EXACT_WIDTH * (number < LEAST_MARK ? LEAST_MARK : number)));
		}
		if (MARK(exact, i) < 0)
			terms[i / 2][i % 2] = 0;
	}
}

void
cs_exact_carry(size_t sums, double *exact)
{
	exact[0] = 0;
	for (size_t i = 0; i < sums; i++)
		for (int k = 0; k < CS_EXACT_BINS && MARK(exact, i) > 0; k++)
		{
			double unit = ldexp(1, bin_exponent(MARK(exact, i), k) + CS_EXACT_WIDTH);
			/* no term reaches a unit below the smallest number */
			double carry = unit == 0 ? 0 : rint(BIN(exact, sums, k, i) / unit);

			BIN(exact, sums, k, i) -= carry * unit;
			CARRY(exact, sums, k, i) += carry;
		}
}

void
cs_exact_combine(size_t sums, double *exact, const double *other)
{
	cs_exact_carry(sums, exact);
	for (size_t i = 0; i < sums; i++)
	{
		double mark = MARK(other, i);
		int down;

		if (MARK(exact, i) < 0 || mark == 0)
			continue;
		if (mark < 0)
		{
			give_up(sums, exact, i);
			continue;
		}
		if (MARK(exact, i) < mark)
			raise_to(sums, exact, i, mark);
		down = mark_number(MARK(exact, i)) - mark_number(mark);
		for (int k = down; k < CS_EXACT_BINS; k++)
		{
			BIN(exact, sums, k, i) += BIN(other, sums, k - down, i);
			CARRY(exact, sums, k, i) += CARRY(other, sums, k - down, i);
		}
	}
	cs_exact_carry(sums, exact);
}

/* Of sums that are none, too, some number. */
static int64_t
whole(double count)
{
	if (fabs(count) > 0x1p62)
		return count > 0 ? INT64_C(1) << 62 : -(INT64_C(1) << 62);
	return (int64_t) count;
}

/* The bins and carries added up, in limbs from the lowest; true: what they are is negative. */
static bool
add_up(size_t sums, const double *exact, size_t i, uint64_t *limbs)
{
	static const double width[CS_EXACT_BINS] = {1, 0x1p40, 0x1p80, 0x1p120};
	double scale = ldexp(1, -bin_exponent(MARK(exact, i), 0));
	__int128 carry = 0;
	bool negative;

	memset(limbs, 0, SUM_LIMBS * sizeof(*limbs));
	/* 40 bits at a time, from the lowest bin on */
	for (int digit = 0; digit * CS_EXACT_WIDTH < 64 * SUM_LIMBS; digit++)
	{
		int k = CS_EXACT_BINS - 1 - digit;
		int bit = digit * CS_EXACT_WIDTH;
		uint64_t bits;

		if (k >= 0)
			carry += whole(BIN(exact, sums, k, i) * scale * width[k]);
		if (k + 1 >= 0 && k + 1 < CS_EXACT_BINS)
			carry += whole(CARRY(exact, sums, k + 1, i));
		bits = (uint64_t) carry & ((UINT64_C(1) << CS_EXACT_WIDTH) - 1);
		carry >>= CS_EXACT_WIDTH;
		limbs[bit / 64] |= bits << bit % 64;
		if (bit % 64 + CS_EXACT_WIDTH > 64 && bit / 64 + 1 < SUM_LIMBS)
			limbs[bit / 64 + 1] |= bits >> (64 - bit % 64);
	}
	negative = limbs[SUM_LIMBS - 1] >> 63 != 0;
	if (negative)
	{
		carry = 1;
		for (int l = 0; l < SUM_LIMBS; l++)
		{
			carry += ~limbs[l];
			limbs[l] = (uint64_t) carry;
			carry >>= 64;
		}
	}
	return negative;
}

/* The integer, rounded to a double, times 2^exponent over the divisor. */
static double
rounded(const uint64_t *limbs, int count, int exponent, double divisor)
{
	uint64_t bits, rest, kept;
	bool more = false;
	int at = count - 1;
	int shift = 0;

	while (at > 0 && limbs[at] == 0)
		at--;
	bits = limbs[at];
	if (bits == 0)
		return 0;
	while (bits >> 63 == 0)
	{
		bits <<= 1;
		shift++;
	}
	if (at > 0)
	{
		bits |= limbs[at - 1] >> 1 >> (63 - shift);
		more = limbs[at - 1] << shift != 0;
		for (int i = 0; i < at - 1; i++)
			more = more || limbs[i] != 0;
	}
	kept = bits >> 11;
	rest = bits & 0x7ff;
	if (rest > 0x400 || (rest == 0x400 && (more || (kept & 1))))
		kept++;
	return ldexp((double) kept / divisor, exponent + 64 * at - shift + 11);
}

/* The power of two that the limbs of a sum count in. */
static int
unit_of(const double *exact, size_t i)
{
	return bin_exponent(MARK(exact, i), CS_EXACT_BINS - 1) - ilogb(CS_EXACT_SCALE);
}

double
cs_exact_value(size_t sums, const double *exact, size_t i)
{
	uint64_t limbs[SUM_LIMBS];
	bool negative;
	double value;

	if (MARK(exact, i) < 0)
		return INFINITY;
	if (MARK(exact, i) == 0)
		return 0;
	negative = add_up(sums, exact, i, limbs);
	value = rounded(limbs, SUM_LIMBS, unit_of(exact, i), 1);
	return negative ? -value : value;
}

/* to[] += factor * from[] << 64 * at. */
static void
add_product(uint64_t *to, int at, const uint64_t *from, int count, uint64_t factor)
{
	unsigned __int128 carry = 0;

	for (int i = 0; at + i < SQUARE_LIMBS; i++)
	{
		carry += to[at + i];
		if (i < count)
			carry += (unsigned __int128) from[i] * factor;
		to[at + i] = (uint64_t) carry;
		carry >>= 64;
	}
}

/* By integers: n times the sum of squares, less the square of the sum. */
double
cs_exact_centred_square(size_t sums, const double *exact, size_t sum, size_t square, int64_t count)
{
	uint64_t terms[SUM_LIMBS], squares[SUM_LIMBS];
	uint64_t left[SQUARE_LIMBS] = {0};
	uint64_t right[SQUARE_LIMBS] = {0};
	__int128 borrow = 0;
	int unit, above;

	if (MARK(exact, sum) < 0 || MARK(exact, square) < 0)
		return INFINITY;
	if (MARK(exact, sum) == 0 || MARK(exact, square) == 0 || count < 2)
		return 0;
	unit = 2 * unit_of(exact, sum);
	above = unit_of(exact, square) - unit;
	if (add_up(sums, exact, square, squares) || above < 0 || above > MOST_ABOVE)
		return fmax(0, cs_exact_value(sums, exact, square));
	add_product(left, above / 64, squares, SUM_LIMBS, (uint64_t) count);
	if (above % 64 > 0)
	{
		uint64_t whole[SQUARE_LIMBS];

		memcpy(whole, left, sizeof(left));
		memset(left, 0, sizeof(left));
		add_product(left, 0, whole, SQUARE_LIMBS, UINT64_C(1) << above % 64);
	}
	add_up(sums, exact, sum, terms);
	for (int l = 0; l < SUM_LIMBS; l++)
		add_product(right, l, terms, SUM_LIMBS, terms[l]);
	for (int l = 0; l < SQUARE_LIMBS; l++)
	{
		borrow += (__int128) left[l] - right[l];
		left[l] = (uint64_t) borrow;
		borrow >>= 64;
	}
	return borrow < 0 ? 0 : rounded(left, SQUARE_LIMBS, unit, (double) count);
}

/* A whole number of units of a bin, or of carries, not above what doubles count. */
static bool
is_count(double value)
{
	return fabs(value) <= 0x1p53 && value == rint(value);
}

bool
cs_exact_valid(size_t sums, const double *exact)
{
	if (!(exact[0] >= 0 && exact[0] < CS_EXACT_CALLS) || exact[0] != rint(exact[0]))
		return false;
	for (size_t i = 0; i < sums; i++)
	{
		double mark = MARK(exact, i);
		bool none = mark == 0 || mark == -1;

		if (!none && (!(mark > 0 && mark <= ldexp(1, CS_EXACT_WIDTH * MOST_MARK)) ||
					  mark != ldexp(1, CS_EXACT_WIDTH * mark_number(mark)) ||
					  mark_number(mark) < LEAST_MARK))
			return false;
		for (int k = 0; k < CS_EXACT_BINS; k++)
		{
			double bin = BIN(exact, sums, k, i);
			double carry = CARRY(exact, sums, k, i);

			if (none ? bin != 0 || carry != 0
					 : !is_count(ldexp(bin, -bin_exponent(mark, k))) || !is_count(carry))
				return false;
		}
	}
	return true;
}

/*
 * chosen_rows.c
 *		Products with rows that are chosen by number, four at a time.
 */
#include "numeric/network/chosen_rows.h"

#include "numeric/base/vector_math_inline.h"

/* Rows that are gone through together: what they have in common is loaded, or stored, once. */
#define FOUR 4

CS_INLINE size_t
place_of(const int32_t *chosen, size_t p, int width)
{
	return (size_t) chosen[p] * width;
}

CS_TARGET_CLONES
void
cs_dot_rows(float *product, const float *row, const float *rows, const int32_t *chosen,
			size_t count, int width, bool add)
{
	size_t p = 0;

	for (; p + FOUR <= count; p += FOUR)
	{
		const float *other0 = rows + place_of(chosen, p, width);
		const float *other1 = rows + place_of(chosen, p + 1, width);
		const float *other2 = rows + place_of(chosen, p + 2, width);
		const float *other3 = rows + place_of(chosen, p + 3, width);
		float sum[FOUR] = {0};

		for (int h = 0; h < width; h++)
		{
			sum[0] += row[h] * other0[h];
			sum[1] += row[h] * other1[h];
			sum[2] += row[h] * other2[h];
			sum[3] += row[h] * other3[h];
		}
		for (int i = 0; i < FOUR; i++)
			product[p + i] = add ? product[p + i] + sum[i] : sum[i];
	}
	for (; p < count; p++)
	{
		const float *other = rows + place_of(chosen, p, width);
		float sum = 0;

		for (int h = 0; h < width; h++)
			sum += row[h] * other[h];
		product[p] = add ? product[p] + sum : sum;
	}
}

CS_TARGET_CLONES
void
cs_gather_rows(float *row, const float *factor, const float *rows, const int32_t *chosen,
			   size_t count, int width)
{
	size_t p = 0;

	for (; p + FOUR <= count; p += FOUR)
	{
		const float *other0 = rows + place_of(chosen, p, width);
		const float *other1 = rows + place_of(chosen, p + 1, width);
		const float *other2 = rows + place_of(chosen, p + 2, width);
		const float *other3 = rows + place_of(chosen, p + 3, width);
		const float by[] = {factor[p], factor[p + 1], factor[p + 2], factor[p + 3]};

		CS_INDEPENDENT
		for (int h = 0; h < width; h++)
			row[h] += by[0] * other0[h] + by[1] * other1[h] + by[2] * other2[h] + by[3] * other3[h];
	}
	for (; p < count; p++)
	{
		const float *other = rows + place_of(chosen, p, width);
		float by = factor[p];

		CS_INDEPENDENT
		for (int h = 0; h < width; h++)
			row[h] += by * other[h];
	}
}

CS_TARGET_CLONES
void
cs_scatter_rows(float *rows, const float *factor, const float *row, const int32_t *chosen,
				size_t count, int width)
{
	size_t p = 0;

	for (; p + FOUR <= count; p += FOUR)
	{
		float *other0 = rows + place_of(chosen, p, width);
		float *other1 = rows + place_of(chosen, p + 1, width);
		float *other2 = rows + place_of(chosen, p + 2, width);
		float *other3 = rows + place_of(chosen, p + 3, width);
		const float by[] = {factor[p], factor[p + 1], factor[p + 2], factor[p + 3]};

		CS_INDEPENDENT
		for (int h = 0; h < width; h++)
		{
			other0[h] += by[0] * row[h];
			other1[h] += by[1] * row[h];
			other2[h] += by[2] * row[h];
			other3[h] += by[3] * row[h];
		}
	}
	for (; p < count; p++)
	{
		float *other = rows + place_of(chosen, p, width);
		float by = factor[p];

		CS_INDEPENDENT
		for (int h = 0; h < width; h++)
			other[h] += by * row[h];
	}
}

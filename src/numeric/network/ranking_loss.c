/*
 * ranking_loss.c
 *		The ranking loss, one row of the matrix of pairs after the other.
 */
#include "numeric/network/ranking_loss.h"

#include <stddef.h>

#include "numeric/base/vector_math_inline.h"

/*
 * Sums over j of max(0, -(p_i - p_j)(y_i - y_j)), returned, and of y_i - y_j where that is above 0,
 * in *slope.
 */
CS_TARGET_CLONES
static float
row_loss(float *slope, const float *output, const float *target, int count, int i)
{
	float p = output[i];
	float y = target[i];
	float loss = 0;
	float sum = 0;

	for (int j = 0; j < count; j++)
	{
		float apart = y - target[j];
		float miss = (output[j] - p) * apart;

		loss += miss > 0.0f ? miss : 0.0f;
		sum += miss > 0.0f ? apart : 0.0f;
	}
	*slope = sum;
	return loss;
}

CS_TARGET_CLONES
static float
grouped_row_loss(float *slope, const float *output, const float *target, const int32_t *group,
				 int count, int i)
{
	float p = output[i];
	float y = target[i];
	int32_t own = group[i];
	float loss = 0;
	float sum = 0;

	for (int j = 0; j < count; j++)
	{
		float apart = group[j] == own ? y - target[j] : 0.0f;
		float miss = (output[j] - p) * apart;

		loss += miss > 0.0f ? miss : 0.0f;
		sum += miss > 0.0f ? apart : 0.0f;
	}
	*slope = sum;
	return loss;
}

double
cs_ranking_loss(float *gradient, const float *output, const float *target, const int32_t *group,
				int count, int first, int rows, double scale)
{
	double pairs = (double) count * count;
	double loss = 0;

	for (int i = first; i < first + rows; i++)
	{
		float slope;

		loss += group == NULL ? row_loss(&slope, output, target, count, i)
							  : grouped_row_loss(&slope, output, target, group, count, i);
		/* each pair counts twice, (i, j) and (j, i) */
		if (gradient != NULL)
			gradient[i] -= (float) (2 * scale / pairs * slope);
	}
	return loss / pairs;
}

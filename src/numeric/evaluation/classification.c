/*
 * classification.c
 *		Measures of a table of classes.
 */
#include "numeric/evaluation/classification.h"

#include <math.h>

static double
ratio(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

static double
or_zero(double x)
{
	return isnan(x) ? 0 : x;
}

void
cs_classification_measure(cs_classification *result, double *precision, double *recall, double *f1,
						  const int64_t *count, size_t classes)
{
	int64_t right = 0;

	*result = (cs_classification){0};
	for (size_t k = 0; k < classes; k++)
	{
		int64_t actual = 0;
		int64_t predicted = 0;
		int64_t hit = count[k * classes + k];

		for (size_t j = 0; j < classes; j++)
		{
			actual += count[k * classes + j];
			predicted += count[j * classes + k];
		}
		right += hit;
		result->n += actual;
		precision[k] = ratio((double) hit, (double) predicted);
		recall[k] = ratio((double) hit, (double) actual);
		f1[k] = or_zero(ratio(2 * (double) hit, (double) (actual + predicted)));
		result->macro_precision += or_zero(precision[k]) / (double) classes;
		result->macro_recall += or_zero(recall[k]) / (double) classes;
		result->macro_f1 += f1[k] / (double) classes;
	}
	result->accuracy = ratio((double) right, (double) result->n);
}

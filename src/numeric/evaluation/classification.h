/*
 * classification.h
 *		How well classes were told, from a table of counts (actual, predicted): precision of a class
 *		= right / predicted, recall = right / actual, F1 their harmonic mean.
 */
#ifndef CREDITSPREAD_NUMERIC_CLASSIFICATION_H
#define CREDITSPREAD_NUMERIC_CLASSIFICATION_H

#include <stddef.h>
#include <stdint.h>

typedef struct cs_classification
{
	int64_t n;
	double accuracy;
	double macro_precision; /* means over the classes, a measure that is not defined as 0 */
	double macro_recall;
	double macro_f1;
} cs_classification;

/*
 * count (K, K): rows actual, columns predicted.  precision[K] is NAN for a class that was never
 * predicted, recall[K] for one that never occurred; f1[K] is then 0.
 */
extern void cs_classification_measure(cs_classification *result, double *precision, double *recall,
									  double *f1, const int64_t *count, size_t classes);

#endif

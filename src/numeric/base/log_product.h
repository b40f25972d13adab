/*
 * log_product.h
 *		The sum of the logarithms of many positive numbers by few logarithms: they are multiplied as
 *		long as the product is far from the ends of what a double holds.
 */
#ifndef CREDITSPREAD_NUMERIC_LOG_PRODUCT_H
#define CREDITSPREAD_NUMERIC_LOG_PRODUCT_H

#include <math.h>

typedef struct cs_log_product
{
	double product; /* 1 at first */
	double logs;
} cs_log_product;

static inline void
cs_log_product_add(cs_log_product *sum, double value)
{
	double next = sum->product * value;

	if (next > 1e-100 && next < 1e100)
		sum->product = next;
	else
	{
		sum->logs += log(sum->product) + log(value);
		sum->product = 1;
	}
}

static inline double
cs_log_product_sum(const cs_log_product *sum)
{
	return sum->logs + log(sum->product);
}

#endif

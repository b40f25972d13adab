/*
 * kalman_unknown.h
 *		What a diffuse start leaves unknown: the state is x + D' d, where nothing is known of d.
 *
 * The rows of D are directions, a factor of the unbounded part U = D' D of the covariance, so an
 * observation takes exactly one of them out and none is left over as rounding.  Whether it sees
 * any is decided against the rounding that D has gathered, whose covariance E (in squares of the
 * machine's epsilon) follows the recursion of the filter itself: no unit of a state or of an
 * observation and no condition of the model has part in it.
 *
 * Legend: n states, d directions left.  `unknown` is D [n][n], the rows from d on zero, and after
 * it E [n][n].
 */
#ifndef CREDITSPREAD_NUMERIC_KALMAN_UNKNOWN_H
#define CREDITSPREAD_NUMERIC_KALMAN_UNKNOWN_H

#include <stdbool.h>
#include <stddef.h>

/* Of the array `unknown`. */
static inline size_t
cs_kalman_unknown_doubles(size_t n)
{
	return 2 * n * n;
}

/* From U [n][n], as it was kept once, whose rounding is not known. */
extern void cs_kalman_unknown_of_covariance(size_t n, const double *u, double *unknown);

/* d */
extern size_t cs_kalman_unknown_count(size_t n, const double *unknown);

/* D = D A', one row on; returns d, 0 once all that is left is rounding; work[n][n] */
extern size_t cs_kalman_unknown_predict(size_t n, size_t count, const double *a, double *unknown,
										double *work);

/* seen[d] = D h and its square, 0 where that is rounding; work[n] */
extern double cs_kalman_unknown_seen(size_t n, size_t count, const double *unknown, const double *h,
									 double *seen, double *work);

/*
 * Takes the direction that h sees out, as `seen` and `square` from above say; gives the gain[n] on
 * the observation; work[2][n]
 */
extern void cs_kalman_unknown_remove(size_t n, size_t count, double *unknown, const double *h,
									 const double *seen, double square, double *gain, double *work);

/* Whether state i is unknown. */
extern bool cs_kalman_unknown_has(size_t n, size_t count, const double *unknown, size_t i);

#endif

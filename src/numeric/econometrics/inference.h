/*
 * inference.h
 *		The distributions that coefficient tables and forecast intervals refer to.
 */
#ifndef CREDITSPREAD_NUMERIC_INFERENCE_H
#define CREDITSPREAD_NUMERIC_INFERENCE_H

/*
 * Two-sided p-value of a t statistic with `freedom` > 0 degrees of freedom; NaN when the statistic
 * is NaN or there is no freedom.
 */
extern double cs_student_p_value(double statistic, double freedom);

/* The z with P(|N(0, 1)| <= z) = level, 0 < level < 1. */
extern double cs_normal_half_width(double level);

#endif

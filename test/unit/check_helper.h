/*
 * check_helper.h
 *		What tests of numbers share; a failure names the line of the test.
 */
#ifndef CREDITSPREAD_TEST_CHECK_HELPER_H
#define CREDITSPREAD_TEST_CHECK_HELPER_H

#include <stddef.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* |value - expected| is at most tolerance times |expected|, or |size| where that is larger. */
#define assert_near(value, expected, tolerance, size)                                              \
	check_near(value, expected, tolerance, size, #value, __FILE__, __LINE__)
extern void check_near(double value, double expected, double tolerance, double size,
					   const char *text, const char *file, int line);

/* lowest <= count <= highest, of whole numbers. */
#define assert_between(count, lowest, highest)                                                     \
	check_between((double) (count), (double) (lowest), (double) (highest), #count, __FILE__,       \
				  __LINE__)
extern void check_between(double count, double lowest, double highest, const char *text,
						  const char *file, int line);

/* No element of values is off by more than tolerance times the largest of expected. */
#define assert_tensor(name, values, expected, count, tolerance)                                    \
	check_tensor(name, values, expected, count, tolerance, __FILE__, __LINE__)
extern void check_tensor(const char *name, const float *values, const double *expected,
						 size_t count, double tolerance, const char *file, int line);

/* Memory of test_calloc; one float more than count, so that there may be none. */
extern float *floats(size_t count);

/* Parameters of a layer are constant to the layer, not to its tests. */
extern void copy(const float *to, const double *from, size_t count);
extern void randomize(const float *values, size_t count, float bound, uint64_t seed);

/* For qsort of doubles. */
extern int compare_doubles(const void *a, const void *b);

#endif

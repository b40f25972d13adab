/*
 * accuracy.c
 *		Sums of forecast errors and the measures made of them.
 */
#include "numeric/evaluation/accuracy.h"

#include <math.h>

#include "numeric/base/rounding.h"

cs_status
cs_accuracy_state_add(cs_accuracy_state *state, double actual, double forecast)
{
	double error = forecast - actual;
	double ratio = actual == 0 ? 0 : fabs(error / actual);
	/* in the order of cs_accuracy_sum */
	cs_exact_pair terms[CS_ACCURACY_SUMS / 2] = {{actual * actual, ratio * ratio},
												 {ratio, fabs(error)},
												 {error, error * error},
												 {actual, 0}};
	cs_exact_pair rests = {cs_exact_square_rest(actual), cs_exact_square_rest(ratio)};

	if (!isfinite(actual) || !isfinite(forecast))
		return CS_NOT_FINITE;
	state->n++;
	state->zeros += actual == 0;
	cs_exact_add(CS_ACCURACY_SUMS, state->exact, terms);
	cs_exact_add_rests(CS_ACCURACY_SUMS, state->exact, rests);
	return CS_OK;
}

void
cs_accuracy_state_combine(cs_accuracy_state *state, const cs_accuracy_state *other)
{
	state->n += other->n;
	state->zeros += other->zeros;
	cs_exact_combine(CS_ACCURACY_SUMS, state->exact, other->exact);
}

static double
value_of(const cs_accuracy_state *state, cs_accuracy_sum sum)
{
	return cs_exact_value(CS_ACCURACY_SUMS, state->exact, sum);
}

void
cs_accuracy_state_sums(const cs_accuracy_state *state, cs_accuracy_sums *sums)
{
	int64_t ratios = state->n - state->zeros;

	*sums = (cs_accuracy_sums){
		.n = state->n,
		.zeros = state->zeros,
		.absolute = value_of(state, CS_SUM_ABSOLUTE),
		.error = value_of(state, CS_SUM_ERROR),
		.square = value_of(state, CS_SUM_SQUARE),
		.actual_mean = state->n == 0 ? 0 : value_of(state, CS_SUM_ACTUAL) / (double) state->n,
		.actual_square = cs_exact_centred_square(CS_ACCURACY_SUMS, state->exact, CS_SUM_ACTUAL,
												 CS_SUM_ACTUAL_SQUARE, state->n),
		.ratio_mean = ratios == 0 ? 0 : value_of(state, CS_SUM_RATIO) / (double) ratios,
		.ratio_square = cs_exact_centred_square(CS_ACCURACY_SUMS, state->exact, CS_SUM_RATIO,
												CS_SUM_RATIO_SQUARE, ratios)};
}

cs_status
cs_error_state_add(cs_error_state *state, double actual, double forecast)
{
	double error = forecast - actual;
	cs_exact_pair terms = {fabs(error), error * error};

	if (!isfinite(actual) || !isfinite(forecast))
		return CS_NOT_FINITE;
	state->n++;
	cs_exact_add(2, state->exact, &terms);
	return CS_OK;
}

void
cs_error_state_combine(cs_error_state *state, const cs_error_state *other)
{
	state->n += other->n;
	cs_exact_combine(2, state->exact, other->exact);
}

void
cs_error_state_sums(const cs_error_state *state, cs_accuracy_sums *sums)
{
	*sums = (cs_accuracy_sums){.n = state->n,
							   .absolute = cs_exact_value(2, state->exact, 0),
							   .square = cs_exact_value(2, state->exact, 1)};
}

cs_status
cs_ratio_state_add(cs_ratio_state *state, double actual, double forecast)
{
	double ratio = actual == 0 ? 0 : fabs((forecast - actual) / actual);
	cs_exact_pair terms = {ratio * ratio, ratio};
	cs_exact_pair rests = {cs_exact_square_rest(ratio), 0};

	if (!isfinite(actual) || !isfinite(forecast))
		return CS_NOT_FINITE;
	state->n++;
	state->zeros += actual == 0;
	cs_exact_add(2, state->exact, &terms);
	cs_exact_add_rests(2, state->exact, rests);
	return CS_OK;
}

void
cs_ratio_state_combine(cs_ratio_state *state, const cs_ratio_state *other)
{
	state->n += other->n;
	state->zeros += other->zeros;
	cs_exact_combine(2, state->exact, other->exact);
}

void
cs_ratio_state_sums(const cs_ratio_state *state, cs_accuracy_sums *sums)
{
	int64_t ratios = state->n - state->zeros;

	*sums = (cs_accuracy_sums){
		.n = state->n,
		.zeros = state->zeros,
		.ratio_mean = ratios == 0 ? 0 : cs_exact_value(2, state->exact, 1) / (double) ratios,
		.ratio_square = cs_exact_centred_square(2, state->exact, 1, 0, ratios)};
}

/* Welford's update of a mean and its centred sum of squares by the n-th value. */
static void
add_value(double value, double n, double *mean, double *square)
{
	double difference = value - *mean;

	*mean += difference / n;
	*square += difference * (value - *mean);
}

/* Chan's union of two groups of n and m values. */
static void
combine_values(double n, double m, double *mean, double *square, double other_mean,
			   double other_square)
{
	double difference = other_mean - *mean;

	if (m == 0)
		return;
	*mean += difference * (m / (n + m));
	*square += other_square + difference * difference * (n * (m / (n + m)));
}

static cs_status
finite_or_status(double value, double *result)
{
	if (!isfinite(value))
		return CS_NOT_FINITE;
	*result = value;
	return CS_OK;
}

cs_status
cs_accuracy_sums_add(cs_accuracy_sums *sums, double actual, double forecast)
{
	double error = forecast - actual;

	if (!isfinite(actual) || !isfinite(forecast))
		return CS_NOT_FINITE;
	sums->n++;
	sums->absolute += fabs(error);
	sums->error += error;
	sums->square += error * error;
	add_value(actual, (double) sums->n, &sums->actual_mean, &sums->actual_square);
	if (actual == 0)
		sums->zeros++;
	else
		add_value(fabs(error / actual), (double) (sums->n - sums->zeros), &sums->ratio_mean,
				  &sums->ratio_square);
	return CS_OK;
}

void
cs_accuracy_sums_combine(cs_accuracy_sums *sums, const cs_accuracy_sums *other)
{
	combine_values((double) sums->n, (double) other->n, &sums->actual_mean, &sums->actual_square,
				   other->actual_mean, other->actual_square);
	combine_values((double) (sums->n - sums->zeros), (double) (other->n - other->zeros),
				   &sums->ratio_mean, &sums->ratio_square, other->ratio_mean, other->ratio_square);
	sums->n += other->n;
	sums->zeros += other->zeros;
	sums->absolute += other->absolute;
	sums->error += other->error;
	sums->square += other->square;
}

cs_status
cs_accuracy_mae(const cs_accuracy_sums *sums, double *result)
{
	if (sums->n == 0)
		return CS_TOO_FEW;
	return finite_or_status(sums->absolute / (double) sums->n, result);
}

cs_status
cs_accuracy_mape(const cs_accuracy_sums *sums, double *result)
{
	if (sums->n == 0)
		return CS_TOO_FEW;
	if (sums->zeros > 0)
		return CS_ZERO_DIVISOR;
	return finite_or_status(sums->ratio_mean, result);
}

cs_status
cs_accuracy_rmse(const cs_accuracy_sums *sums, double *result)
{
	if (sums->n == 0)
		return CS_TOO_FEW;
	return finite_or_status(sqrt(sums->square / (double) sums->n), result);
}

cs_status
cs_accuracy_rsr(const cs_accuracy_sums *sums, double *result)
{
	double rmse = 0;
	cs_status status = cs_accuracy_rmse(sums, &rmse);

	if (status != CS_OK)
		return status;
	if (sums->n < 2)
		return CS_TOO_FEW;
	if (sqrt(sums->actual_square / (double) sums->n) <= CS_ROUNDING * fabs(sums->actual_mean))
		return CS_CONSTANT;
	return finite_or_status(rmse / sqrt(sums->actual_square / (double) (sums->n - 1)), result);
}

cs_status
cs_accuracy_sdape(const cs_accuracy_sums *sums, double *result)
{
	if (sums->n == 0)
		return CS_TOO_FEW;
	if (sums->zeros > 0)
		return CS_ZERO_DIVISOR;
	return finite_or_status(sqrt(sums->ratio_square / (double) sums->n), result);
}

cs_status
cs_accuracy_bias(const cs_accuracy_sums *sums, double *result)
{
	if (sums->n == 0)
		return CS_TOO_FEW;
	return finite_or_status(sums->error / (double) sums->n, result);
}

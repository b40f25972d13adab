/*
 * kalman.c
 *		The filter row by row, in Joseph's form; the variance recursion is left out as soon as it
 *		repeats itself exactly.
 */
#include "numeric/state_space/kalman.h"

#include <math.h>
#include <gsl/gsl_math.h>

static bool
is_variance(double value)
{
	return isfinite(value) && value >= 0;
}

cs_status
cs_kalman_initialize(cs_kalman *filter, const cs_kalman_model *model, cs_kalman_start start,
					 double state, double variance)
{
	bool diffuse = start == CS_KALMAN_DIFFUSE;

	if (!isfinite(model->transition) || !isfinite(model->observation) || model->observation == 0 ||
		!is_variance(model->process_variance) || !is_variance(model->observation_variance) ||
		(model->process_variance == 0 && model->observation_variance == 0) ||
		(!diffuse && (!isfinite(state) || !is_variance(variance))))
		return CS_OUT_OF_RANGE;
	*filter = (cs_kalman){.model = *model,
						  .state = diffuse ? NAN : state,
						  .variance = diffuse ? NAN : variance,
						  .diffuse = diffuse,
						  .predicted = start != CS_KALMAN_FILTERED,
						  .predicted_variance = NAN};
	return CS_OK;
}

static inline double
next_variance(const cs_kalman_model *model, double variance)
{
	return model->transition * variance * model->transition + model->process_variance;
}

/* Rows up to the first observation, after which the state is known from it alone. */
static cs_status
diffuse_step(cs_kalman *filter, double y, cs_kalman_row *row)
{
	double h = filter->model.observation;

	*row = (cs_kalman_row){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	filter->predicted = false;
	if (isnan(y))
		return CS_OK;
	filter->diffuse = false;
	row->gain = 1 / h;
	row->filtered = filter->state = y / h;
	row->variance = filter->variance = filter->model.observation_variance / (h * h);
	return isfinite(row->filtered) && isfinite(row->variance) ? CS_OK : CS_NOT_FINITE;
}

/* The variances of an observed row; they depend on no observation. */
static inline void
update_variance(cs_kalman *filter, double predicted)
{
	double h = filter->model.observation;
	double r = filter->model.observation_variance;
	double kept;

	if (predicted == filter->predicted_variance)
	{
		filter->steady = true;
		return;
	}
	filter->predicted_variance = predicted;
	filter->innovation_variance = h * predicted * h + r;
	filter->gain = predicted * h / filter->innovation_variance;
	kept = 1 - filter->gain * h;
	filter->variance = kept * predicted * kept + filter->gain * r * filter->gain;
	filter->log_constant = log(2 * M_PI * filter->innovation_variance);
}

cs_status
cs_kalman_step(cs_kalman *filter, double y, double control, cs_kalman_row *row)
{
	const cs_kalman_model *model = &filter->model;
	double predicted_variance = filter->predicted_variance;

	if (filter->diffuse && !filter->predicted && model->transition == 0)
	{
		filter->diffuse = false;
		filter->state = filter->variance = 0;
	}
	if (filter->diffuse)
		return diffuse_step(filter, y, row);
	if (!filter->predicted)
		filter->state = model->transition * filter->state + control;
	if (!filter->steady)
		predicted_variance =
			filter->predicted ? filter->variance : next_variance(model, filter->variance);
	filter->predicted = false;
	row->predicted = filter->state;
	row->predicted_variance = predicted_variance;
	if (isnan(y))
	{
		filter->steady = false;
		filter->predicted_variance = NAN;
		filter->variance = predicted_variance;
		row->gain = row->innovation = row->innovation_variance = row->log_likelihood = NAN;
	}
	else
	{
		if (!filter->steady)
			update_variance(filter, predicted_variance);
		if (!(filter->innovation_variance > 0))
			return CS_ZERO_VARIANCE;
		row->innovation = y - model->observation * filter->state;
		filter->state += filter->gain * row->innovation;
		row->gain = filter->gain;
		row->innovation_variance = filter->innovation_variance;
		row->log_likelihood = -0.5 * (filter->log_constant + row->innovation * row->innovation /
																 filter->innovation_variance);
	}
	row->filtered = filter->state;
	row->variance = filter->variance;
	return isfinite(filter->state) && isfinite(filter->variance) ? CS_OK : CS_NOT_FINITE;
}

cs_kalman_moments
cs_kalman_predict(const cs_kalman *filter)
{
	cs_kalman_moments moments = {filter->state, filter->variance};

	if (filter->predicted)
		return moments;
	moments.mean *= filter->model.transition;
	moments.variance = next_variance(&filter->model, moments.variance);
	return moments;
}

void
cs_kalman_smooth_step(const cs_kalman_model *model, const cs_kalman_moments *filtered,
					  double control, cs_kalman_moments *smoothed)
{
	double a = model->transition;
	double q = model->process_variance;
	double next = next_variance(model, filtered->variance);
	double gain;
	double kept;

	if (isnan(filtered->mean))
	{
		/* known from the rows to come alone */
		*smoothed = (cs_kalman_moments){a == 0 ? NAN : (smoothed->mean - control) / a,
										a == 0 ? NAN : (smoothed->variance + q) / (a * a)};
		return;
	}
	gain = next > 0 ? filtered->variance * a / next : 0;
	kept = 1 - gain * a;
	smoothed->mean = filtered->mean + gain * (smoothed->mean - (a * filtered->mean + control));
	smoothed->variance = kept * filtered->variance * kept + gain * (q + smoothed->variance) * gain;
}

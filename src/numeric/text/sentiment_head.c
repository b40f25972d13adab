/*
 * sentiment_head.c
 *		Trains the sentiment head, member by member, epoch by epoch; and its shares of new rows.
 */
#include "numeric/text/sentiment_head.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"
#include "numeric/base/vector_math.h"

/* What a parameter costs in multiply-adds at a step of the optimizer. */
#define PARAMETER_COST 10

/* Parameters that are gone through between two polls. */
#define PARAMETERS_AT_ONCE ((size_t) 1 << 17)

static int
batch_of(const cs_sentiment_options *options, size_t rows)
{
	return rows < (size_t) options->batch_size ? (int) rows : options->batch_size;
}

cs_status
cs_sentiment_fit_create(cs_sentiment_fit *fit, const cs_sentiment_options *options,
						const cs_sentiment_data *data, cs_workspace *workspace)
{
	size_t members = (size_t) options->ensemble;
	size_t count = cs_sentiment_parameter_count(options, data->features);

	memset(fit, 0, sizeof(*fit));
	fit->options = options;
	fit->data = data;
	fit->head_count = count;
	fit->batch = batch_of(options, data->rows);
	cs_sentiment_pass_create(&fit->pass, options, data->features, fit->batch, true, workspace);
	if (data->tuning != NULL)
	{
		count = cs_saturated_sum(count, cs_sentiment_tuned_parameters(data->tuning));
		fit->pass.input_slope =
			cs_workspace_take(workspace, (size_t) data->features, sizeof(float));
		cs_sentiment_tuned_lay(&fit->tuned, data->tuning, workspace);
	}
	fit->parameter_count = count;
	fit->order = cs_workspace_take(workspace, data->rows, sizeof(int32_t));
	fit->text_order = cs_workspace_take(workspace, data->texts, sizeof(int32_t));
	fit->label =
		cs_workspace_take(workspace, (size_t) fit->batch * CS_SENTIMENT_CLASSES, sizeof(float));
	fit->gradient = cs_workspace_take(workspace, count, sizeof(float));
	fit->first = cs_workspace_take(workspace, count, sizeof(float));
	fit->second = cs_workspace_take(workspace, count, sizeof(float));
	fit->best = cs_workspace_take(workspace, count, sizeof(float));
	fit->parameters =
		cs_workspace_take(workspace, cs_saturated_product(members, count), sizeof(float));
	fit->member = cs_workspace_take(workspace, members, sizeof(cs_sentiment_member));
	fit->log =
		cs_workspace_take(workspace, members * (size_t) options->epochs, sizeof(cs_sentiment_log));
	return workspace->failed ? CS_NO_MEMORY : CS_OK;
}

/* Which texts are held back: the first of a shuffle.  `order` then has their rows last. */
static void
split(cs_sentiment_fit *fit)
{
	const cs_sentiment_data *data = fit->data;
	size_t training = 0;
	size_t validation = data->rows;
	size_t held;

	cs_random_seed(&fit->random, fit->options->seed);
	for (size_t i = 0; i < data->texts; i++)
		fit->text_order[i] = (int32_t) i;
	cs_random_shuffle(&fit->random, fit->text_order, data->texts);
	held = (size_t) floor(fit->options->validation_fraction * (double) data->texts + 0.5);
	fit->validation_texts = held;
	/* text_order becomes the places in the shuffle: a text is held back if its place is low */
	for (size_t i = 0; i < data->rows; i++)
		if ((size_t) fit->text_order[data->text[i]] < held)
			fit->order[--validation] = (int32_t) i;
		else
			fit->order[training++] = (int32_t) i;
	fit->training_rows = training;
	fit->validation_rows = data->rows - training;
}

/* The features of a row, as they stand or by the encoder's layers at hand, into *feature. */
static cs_status
features_of(cs_sentiment_fit *fit, const float **feature, const float *parameters, size_t row)
{
	const cs_sentiment_data *data = fit->data;

	*feature = data->tuning != NULL ? fit->tuned.features : data->feature + row * data->features;
	if (data->tuning == NULL)
		return CS_OK;
	return cs_sentiment_tuned_features(&fit->tuned, parameters + fit->head_count, row,
									   fit->pass.noise);
}

/* The encoder's layers as they are before the training. */
static void
copy_layers(cs_sentiment_fit *fit, float *parameters)
{
	const cs_sentiment_tuning *tuning = fit->data->tuning;

	cs_bert_upper_copy(parameters + fit->head_count, tuning->bert, tuning->layers);
}

/* `parameters` has the encoder's layers as they are before the training. */
static cs_status
take_scale(cs_sentiment_fit *fit, const float *parameters)
{
	size_t features = (size_t) fit->data->features;
	double square = 0;
	double largest = 0;

	for (size_t i = 0; i < fit->training_rows; i++)
	{
		const float *row;
		cs_status status = features_of(fit, &row, parameters, (size_t) fit->order[i]);

		if (status != CS_OK)
			return status;
		for (size_t c = 0; c < features; c++)
		{
			square += (double) row[c] * row[c];
			largest = fmax(largest, fabs((double) row[c]));
		}
		cs_work(features);
	}
	if (!(largest > 0))
		return CS_CONSTANT;
	fit->scale = 1 / sqrt(square / (double) (fit->training_rows * features));
	return cs_all_finite_double(&fit->scale, 1) ? CS_OK : CS_NOT_FINITE;
}

/* Rows `from` to from + batch - 1 of the order into the pass. */
static void
gather(cs_sentiment_fit *fit, const float *parameters, size_t from, int batch)
{
	size_t features = (size_t) fit->data->features;

	for (int n = 0; n < batch; n++)
	{
		size_t row = (size_t) fit->order[from + (size_t) n];
		const float *feature;
		float *input = fit->pass.input + (size_t) n * features;

		/* what is not finite has been found, or makes the loss so */
		(void) features_of(fit, &feature, parameters, row);
		for (size_t c = 0; c < features; c++)
			input[c] = (float) (feature[c] * fit->scale);
		memcpy(fit->label + (size_t) n * CS_SENTIMENT_CLASSES,
			   fit->data->label + row * CS_SENTIMENT_CLASSES, CS_SENTIMENT_CLASSES * sizeof(float));
		cs_work(features);
	}
}

static int
next_batch(const cs_sentiment_fit *fit, size_t from, size_t end)
{
	return end - from < (size_t) fit->batch ? (int) (end - from) : fit->batch;
}

/* Moves `all` parameters along `scale` times their gradient, which is cleared. */
static void
update(cs_optimizer *optimizer, float *parameters, float *gradient, double scale, size_t all)
{
	size_t count;

	cs_optimizer_step(optimizer);
	for (size_t from = 0; from < all; from += count)
	{
		count = all - from < PARAMETERS_AT_ONCE ? all - from : PARAMETERS_AT_ONCE;
		cs_optimizer_update(optimizer, parameters, gradient, scale, from, count);
		memset(gradient + from, 0, count * sizeof(float));
		cs_work(PARAMETER_COST * count);
	}
}

/* A step over given features; returns the sum of the rows' losses. */
static double
train_batch(cs_sentiment_fit *fit, float *parameters, size_t from, int batch)
{
	double loss;

	gather(fit, parameters, from, batch);
	fit->pass.noise = cs_random_bits(&fit->random) | 1;
	cs_sentiment_forward(&fit->pass, parameters, batch);
	loss = cs_sentiment_backward(&fit->pass, fit->gradient, parameters, fit->label, batch);
	update(&fit->optimizer, parameters, fit->gradient, 1, fit->head_count);
	return batch * loss;
}

/* Likewise through the encoder's layers, row by row. */
static double
tune_batch(cs_sentiment_fit *fit, float *parameters, size_t from, int batch)
{
	size_t features = (size_t) fit->data->features;
	size_t head = fit->head_count;
	double sum = 0;

	for (int n = 0; n < batch; n++)
	{
		size_t row = (size_t) fit->order[from + (size_t) n];

		fit->pass.noise = cs_random_bits(&fit->random) | 1;
		gather(fit, parameters, from + (size_t) n, 1);
		cs_sentiment_forward(&fit->pass, parameters, 1);
		sum += cs_sentiment_backward(&fit->pass, fit->gradient, parameters, fit->label, 1);
		for (size_t c = 0; c < features; c++)
			fit->pass.input_slope[c] *= (float) fit->scale;
		cs_sentiment_tuned_backward(&fit->tuned, fit->gradient + head, parameters + head, row,
									fit->pass.input_slope);
	}
	update(&fit->optimizer, parameters, fit->gradient, 1.0 / batch, head);
	update(&fit->upper, parameters + head, fit->gradient + head, 1.0 / batch,
		   fit->parameter_count - head);
	return sum;
}

static double
train_epoch(cs_sentiment_fit *fit, float *parameters)
{
	double sum = 0;
	int batch;

	cs_random_shuffle(&fit->random, fit->order, fit->training_rows);
	for (size_t from = 0; from < fit->training_rows; from += (size_t) batch)
	{
		batch = next_batch(fit, from, fit->training_rows);
		sum += fit->data->tuning != NULL ? tune_batch(fit, parameters, from, batch)
										 : train_batch(fit, parameters, from, batch);
	}
	return sum / (double) fit->training_rows;
}

static double
validate(cs_sentiment_fit *fit, const float *parameters)
{
	double sum = 0;
	int batch;

	fit->pass.noise = 0;
	for (size_t from = fit->training_rows; from < fit->data->rows; from += (size_t) batch)
	{
		batch = next_batch(fit, from, fit->data->rows);
		gather(fit, parameters, from, batch);
		cs_sentiment_forward(&fit->pass, parameters, batch);
		sum += batch * cs_sentiment_batch_loss(&fit->pass, fit->label, batch);
	}
	return sum / (double) fit->validation_rows;
}

static void
draw(cs_sentiment_fit *fit, float *parameters)
{
	cs_parameter_view views[CS_SENTIMENT_MAX_VIEWS];
	int count = cs_sentiment_views(fit->options, fit->data->features, views);

	for (int i = 0; i < count; i++)
		cs_view_initialize(parameters, views + i, &fit->random);
	cs_optimizer_initialize(&fit->optimizer, CS_OPTIMIZER_ADAM, fit->options->learning_rate,
							fit->first, fit->second);
	fit->optimizer.weight_decay = fit->options->weight_decay;
	cs_optimizer_clear(&fit->optimizer, 0, fit->parameter_count);
	if (fit->data->tuning != NULL)
	{
		copy_layers(fit, parameters);
		cs_optimizer_initialize(&fit->upper, CS_OPTIMIZER_ADAM, fit->data->tuning->learning_rate,
								fit->first + fit->head_count, fit->second + fit->head_count);
	}
	memset(fit->gradient, 0, fit->parameter_count * sizeof(float));
}

static cs_status
train_member(cs_sentiment_fit *fit, int number)
{
	const cs_sentiment_options *options = fit->options;
	float *parameters = fit->parameters + (size_t) number * fit->parameter_count;
	cs_sentiment_member *member = fit->member + number;
	bool stops = options->patience > 0 && fit->validation_rows > 0;

	cs_random_seed(&fit->random, options->seed + 1 + (uint64_t) number);
	draw(fit, parameters);
	*member = (cs_sentiment_member){.validation_loss = -1};
	for (int epoch = 1; epoch <= options->epochs; epoch++)
	{
		double loss[2] = {train_epoch(fit, parameters), -1};

		if (fit->validation_rows > 0)
			loss[1] = validate(fit, parameters);
		if (!cs_all_finite_double(loss, 2))
			return CS_NOT_FINITE;
		fit->log[(size_t) number * options->epochs + epoch - 1] =
			(cs_sentiment_log){(float) loss[0], (float) loss[1]};
		member->epochs = epoch;
		cs_poll(number + (double) epoch / options->epochs, options->ensemble);
		if (stops && epoch > 1 && !(loss[1] < member->validation_loss))
		{
			if (epoch - member->best_epoch >= options->patience)
				break;
			continue;
		}
		member->best_epoch = epoch;
		member->training_loss = loss[0];
		member->validation_loss = loss[1];
		if (stops)
			memcpy(fit->best, parameters, fit->parameter_count * sizeof(float));
	}
	if (stops)
		memcpy(parameters, fit->best, fit->parameter_count * sizeof(float));
	return cs_all_finite_float(parameters, fit->parameter_count) ? CS_OK : CS_NOT_FINITE;
}

static int
largest(const float *shares)
{
	int best = 0;

	for (int k = 1; k < CS_SENTIMENT_CLASSES; k++)
		best = shares[k] > shares[best] ? k : best;
	return best;
}

/* The share of validation rows whose largest label has the largest share. */
static void
take_accuracy(cs_sentiment_fit *fit)
{
	size_t right = 0;
	int batch;

	fit->validation_accuracy = -1;
	fit->pass.noise = 0;
	for (size_t from = fit->training_rows; from < fit->data->rows; from += (size_t) batch)
	{
		batch = next_batch(fit, from, fit->data->rows);
		for (int n = 0; n < batch; n++)
		{
			float sum[CS_SENTIMENT_CLASSES] = {0};

			for (int m = 0; m < fit->options->ensemble; m++)
			{
				const float *parameters = fit->parameters + (size_t) m * fit->parameter_count;

				gather(fit, parameters, from + (size_t) n, 1);
				cs_sentiment_forward(&fit->pass, parameters, 1);
				for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
					sum[k] += fit->pass.output[fit->options->layers][k];
			}
			right += largest(sum) == largest(fit->label);
		}
	}
	if (fit->validation_rows > 0)
		fit->validation_accuracy = (double) right / (double) fit->validation_rows;
}

cs_status
cs_sentiment_fit_run(cs_sentiment_fit *fit)
{
	cs_status status;

	split(fit);
	if (fit->training_rows == 0)
		return CS_TOO_FEW;
	if (fit->data->tuning != NULL)
	{
		copy_layers(fit, fit->parameters);
		status = cs_sentiment_tuned_prepare(&fit->tuned);
		if (status != CS_OK)
			return status;
	}
	status = take_scale(fit, fit->parameters);
	for (int m = 0; status == CS_OK && m < fit->options->ensemble; m++)
		status = train_member(fit, m);
	if (status == CS_OK)
		take_accuracy(fit);
	return status;
}

void
cs_sentiment_predict(cs_sentiment_pass *pass, const float *parameters, double scale,
					 const float *feature, size_t rows, int batch, double *shares)
{
	size_t features = (size_t) pass->features;
	size_t count = cs_sentiment_parameter_count(pass->options, pass->features);
	int now;

	for (size_t from = 0; from < rows; from += (size_t) now)
	{
		now = rows - from < (size_t) batch ? (int) (rows - from) : batch;
		for (int m = 0; m < pass->options->ensemble; m++)
		{
			for (size_t i = 0; i < (size_t) now * features; i++)
				pass->input[i] = (float) (feature[from * features + i] * scale);
			cs_sentiment_forward(pass, parameters + (size_t) m * count, now);
			for (int i = 0; i < now * CS_SENTIMENT_CLASSES; i++)
			{
				double share = pass->output[pass->options->layers][i] / pass->options->ensemble;
				double *sum = shares + from * CS_SENTIMENT_CLASSES + i;

				*sum = m == 0 ? share : *sum + share;
			}
		}
	}
	for (double *row = shares; row < shares + rows * CS_SENTIMENT_CLASSES;
		 row += CS_SENTIMENT_CLASSES)
	{
		/* floats sum to 1 but for rounding, and may lie above it */
		double sum = row[0] + row[1] + row[2];

		for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
			row[k] /= sum;
	}
}

void
cs_sentiment_tuned_predict(cs_sentiment_pass *pass, cs_bert_upper *upper, const float *parameters,
						   double scale, const float *lower, const bool *chosen, double *shares)
{
	size_t head = cs_sentiment_parameter_count(pass->options, pass->features);
	size_t count = head + (size_t) upper->layers * cs_bert_layer_parameters(&upper->shape);
	int members = pass->options->ensemble;

	memset(shares, 0, CS_SENTIMENT_CLASSES * sizeof(double));
	for (int m = 0; m < members; m++, parameters += count)
	{
		cs_bert_upper_forward(upper, parameters + head, lower, 0, 0);
		cs_bert_entity_features(pass->input, upper->hidden, chosen, upper->steps,
								upper->shape.width);
		for (int c = 0; c < pass->features; c++)
			pass->input[c] = (float) (pass->input[c] * scale);
		cs_sentiment_forward(pass, parameters, 1);
		for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
			shares[k] += pass->output[pass->options->layers][k] / (double) members;
	}
}

/*
 * sentiment_tuning.c
 *		Features of entities by an encoder whose upper layers are trained, one row at a time.
 */
#include "numeric/text/sentiment_tuning.h"

#include <string.h>

#include "numeric/base/poll.h"

size_t
cs_sentiment_tuned_parameters(const cs_sentiment_tuning *tuning)
{
	return cs_saturated_product((size_t) tuning->layers,
								cs_bert_layer_parameters(&tuning->bert->shape));
}

void
cs_sentiment_tuned_lay(cs_sentiment_tuned *tuned, const cs_sentiment_tuning *tuning,
					   cs_workspace *workspace)
{
	size_t width = (size_t) tuning->bert->shape.width;
	cs_workspace count;

	memset(tuned, 0, sizeof(*tuned));
	tuned->tuning = tuning;
	cs_workspace_count(&count);
	cs_bert_pass_create(&tuned->pass, tuning->bert, tuning->steps, &count);
	tuned->pass_size = cs_workspace_total(&count);
	cs_workspace_count(&count);
	cs_bert_upper_create(&tuned->upper, &tuning->bert->shape, tuning->layers, tuning->steps, true,
						 &count);
	tuned->upper_size = cs_workspace_total(&count);
	tuned->pass_block = cs_workspace_take(workspace, tuned->pass_size, 1);
	tuned->upper_block = cs_workspace_take(workspace, tuned->upper_size, 1);
	if (tuning->keeps_lower)
		tuned->lower = cs_workspace_take(
			workspace, cs_saturated_product(tuning->start[tuning->rows], width), sizeof(float));
	tuned->features = cs_workspace_take(workspace, CS_BERT_FEATURE_PARTS * width, sizeof(float));
}

static int
steps_of(const cs_sentiment_tuning *tuning, size_t row)
{
	return (int) (tuning->start[row + 1] - tuning->start[row]);
}

/* The hidden state below the layers that are trained, in `pass`. */
static cs_status
compute_lower(cs_sentiment_tuned *tuned, size_t row)
{
	const cs_sentiment_tuning *tuning = tuned->tuning;
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, tuned->pass_block, tuned->pass_size);
	cs_bert_pass_create(&tuned->pass, tuning->bert, steps_of(tuning, row), &workspace);
	status = cs_bert_forward_lower(&tuned->pass, tuning->id + tuning->start[row],
								   tuning->bert->shape.layers - tuning->layers);
	return status == CS_NOT_FINITE ? CS_OUT_OF_RANGE : status;
}

cs_status
cs_sentiment_tuned_prepare(cs_sentiment_tuned *tuned)
{
	const cs_sentiment_tuning *tuning = tuned->tuning;
	size_t width = (size_t) tuning->bert->shape.width;

	for (size_t row = 0; tuned->lower != NULL && row < tuning->rows; row++)
	{
		cs_status status = compute_lower(tuned, row);
		size_t count = (size_t) steps_of(tuning, row) * width;

		if (status != CS_OK)
			return status;
		memcpy(tuned->lower + tuning->start[row] * width, tuned->pass.hidden,
			   count * sizeof(float));
		cs_work(count);
	}
	return CS_OK;
}

cs_status
cs_sentiment_tuned_features(cs_sentiment_tuned *tuned, const float *parameters, size_t row,
							uint64_t noise)
{
	const cs_sentiment_tuning *tuning = tuned->tuning;
	int width = tuning->bert->shape.width;
	int steps = steps_of(tuning, row);
	const float *lower = NULL;
	cs_workspace workspace;

	if (tuned->lower != NULL)
		lower = tuned->lower + tuning->start[row] * (size_t) width;
	else
	{
		cs_status status = compute_lower(tuned, row);

		if (status != CS_OK)
			return status;
		lower = tuned->pass.hidden;
	}
	cs_workspace_initialize(&workspace, tuned->upper_block, tuned->upper_size);
	cs_bert_upper_create(&tuned->upper, &tuning->bert->shape, tuning->layers, steps, true,
						 &workspace);
	cs_bert_upper_forward(&tuned->upper, parameters, lower, tuning->dropout, noise);
	cs_bert_entity_features(tuned->features, tuned->upper.hidden,
							tuning->chosen + tuning->start[row], steps, width);
	return CS_OK;
}

void
cs_sentiment_tuned_backward(cs_sentiment_tuned *tuned, float *gradient, const float *parameters,
							size_t row, const float *slope)
{
	const cs_sentiment_tuning *tuning = tuned->tuning;

	cs_bert_entity_features_backward(tuned->upper.slope, slope, tuned->upper.hidden,
									 tuning->chosen + tuning->start[row], tuned->upper.steps,
									 tuning->bert->shape.width);
	cs_bert_upper_backward(&tuned->upper, gradient, parameters);
}

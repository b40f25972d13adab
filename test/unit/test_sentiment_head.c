/*
 * test_sentiment_head.c
 *		The sentiment head: gradients by central differences, what it learns, when it stops, units,
 *		polls; and the made-up market with its news.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/text/sample_text_market.h"
#include "numeric/text/sentiment_head.h"

#include "check_helper.h"
#include "poll_helper.h"

#define FEATURES 7
#define ROWS 90
#define BATCH 5

static cs_sentiment_options
options_of(int layers, bool normalized, cs_sentiment_loss loss)
{
	return (cs_sentiment_options){.layers = layers,
								  .units = {6, 4},
								  .normalization =
									  normalized ? CS_SENTIMENT_LAYER_NORM : CS_SENTIMENT_NO_NORM,
								  .loss = loss,
								  .learning_rate = 0.01,
								  .batch_size = 16,
								  .epochs = 60,
								  .validation_fraction = 0.2,
								  .patience = 10,
								  .ensemble = 2,
								  .seed = 3};
}

static void *
create_pass(cs_sentiment_pass *pass, const cs_sentiment_options *options)
{
	cs_workspace workspace;
	size_t size;
	void *block;

	cs_workspace_count(&workspace);
	assert_true(cs_sentiment_pass_create(pass, options, FEATURES, BATCH, true, &workspace));
	size = cs_workspace_total(&workspace);
	block = malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	assert_true(cs_sentiment_pass_create(pass, options, FEATURES, BATCH, true, &workspace));
	return block;
}

static void
fill(float *values, size_t count, cs_random *random)
{
	for (size_t i = 0; i < count; i++)
		values[i] = cs_random_uniform_float(random, -1, 1);
}

static double
loss_at(cs_sentiment_pass *pass, const float *parameters, const float *input, const float *label)
{
	memcpy(pass->input, input, sizeof(float) * BATCH * FEATURES);
	cs_sentiment_forward(pass, parameters, BATCH);
	return cs_sentiment_batch_loss(pass, label, BATCH);
}

/* With dropout too: the key of the batch says again what was dropped. */
static void
check_gradient(const cs_sentiment_options *options, uint64_t noise)
{
	size_t count = cs_sentiment_parameter_count(options, FEATURES);
	float *parameters = malloc(count * sizeof(float));
	float *gradient = calloc(count, sizeof(float));
	float input[BATCH * FEATURES];
	float label[BATCH * CS_SENTIMENT_CLASSES];
	cs_sentiment_pass pass;
	void *block = create_pass(&pass, options);
	cs_random random;

	cs_random_seed(&random, 11);
	fill(parameters, count, &random);
	fill(input, BATCH * FEATURES, &random);
	for (int n = 0; n < BATCH; n++)
	{
		label[3 * n] = 0.1f * (float) (n + 1);
		label[3 * n + 1] = 0.3f;
		label[3 * n + 2] = 1 - label[3 * n] - label[3 * n + 1];
	}
	pass.noise = noise;
	loss_at(&pass, parameters, input, label);
	cs_sentiment_backward(&pass, gradient, parameters, label, BATCH);
	for (size_t i = 0; i < count; i++)
	{
		float before = parameters[i];
		double up;
		double down;

		parameters[i] = before + 0.001f;
		up = loss_at(&pass, parameters, input, label);
		parameters[i] = before - 0.001f;
		down = loss_at(&pass, parameters, input, label);
		parameters[i] = before;
		assert_true(fabs((up - down) / 0.002 - gradient[i]) < 3e-4 + 0.02 * fabs(gradient[i]));
	}
	free(parameters);
	free(gradient);
	free(block);
}

static void
test_gradients(void **state)
{
	(void) state;
	for (int layers = 0; layers <= 2; layers++)
		for (int normalized = 0; normalized < 2; normalized++)
			for (int loss = 0; loss < 2; loss++)
			{
				cs_sentiment_options options =
					options_of(layers, normalized != 0, (cs_sentiment_loss) loss);

				check_gradient(&options, 0);
				options.input_dropout = 0.3;
				options.dropout = 0.3;
				check_gradient(&options, 12345);
			}
}

typedef struct Fit
{
	cs_sentiment_fit fit;
	cs_sentiment_data data;
	float feature[ROWS * FEATURES];
	float label[ROWS * CS_SENTIMENT_CLASSES];
	size_t text[ROWS];
	void *block;
} Fit;

/* Two rows of each text; the first feature says which class it is. */
static void
make_data(Fit *of, double scale)
{
	cs_random random;

	cs_random_seed(&random, 2);
	fill(of->feature, ROWS * FEATURES, &random);
	memset(of->label, 0, sizeof(of->label));
	for (int i = 0; i < ROWS; i++)
	{
		float *row = of->feature + (size_t) i * FEATURES;

		of->text[i] = (size_t) i / 2;
		of->label[3 * i + (row[0] < -0.3f ? 0 : row[0] < 0.3f ? 1 : 2)] = 1;
		for (int c = 0; c < FEATURES; c++)
			row[c] *= (float) scale;
	}
	of->data = (cs_sentiment_data){.rows = ROWS,
								   .features = FEATURES,
								   .feature = of->feature,
								   .label = of->label,
								   .text = of->text,
								   .texts = ROWS / 2};
}

static cs_status
run(Fit *of, const cs_sentiment_options *options)
{
	cs_workspace workspace;
	size_t size;

	cs_workspace_count(&workspace);
	cs_sentiment_fit_create(&of->fit, options, &of->data, &workspace);
	size = cs_workspace_total(&workspace);
	of->block = malloc(size);
	cs_workspace_initialize(&workspace, of->block, size);
	assert_int_equal(cs_sentiment_fit_create(&of->fit, options, &of->data, &workspace), CS_OK);
	return cs_sentiment_fit_run(&of->fit);
}

static void
test_learns(void **state)
{
	cs_sentiment_options options = options_of(1, true, CS_SENTIMENT_MSE);
	Fit *of = malloc(sizeof(Fit));
	float *first;
	size_t bytes;

	(void) state;
	make_data(of, 1);
	assert_int_equal(run(of, &options), CS_OK);
	assert_true(of->fit.validation_accuracy > 0.75);
	assert_int_equal(of->fit.validation_texts, 9);
	assert_int_equal(of->fit.validation_rows, 18);
	/* no text on both sides */
	for (size_t i = 0; i < of->fit.training_rows; i++)
		for (size_t j = of->fit.training_rows; j < ROWS; j++)
			assert_true(of->text[of->fit.order[i]] != of->text[of->fit.order[j]]);
	assert_true(of->fit.member[0].best_epoch <= of->fit.member[0].epochs);
	/* the same seed, the same bytes; another, others */
	bytes = 2 * of->fit.parameter_count * sizeof(float);
	first = malloc(bytes);
	memcpy(first, of->fit.parameters, bytes);
	free(of->block);
	assert_int_equal(run(of, &options), CS_OK);
	assert_memory_equal(first, of->fit.parameters, bytes);
	free(of->block);
	options.seed = 4;
	assert_int_equal(run(of, &options), CS_OK);
	assert_memory_not_equal(first, of->fit.parameters, bytes);
	free(of->block);
	free(first);
	free(of);
}

/* The shares of new rows are the means of the members'; batches of any size give the same. */
static void
test_predicts(void **state)
{
	cs_sentiment_options options = options_of(2, true, CS_SENTIMENT_MSE);
	Fit *of = malloc(sizeof(Fit));
	double shares[2][ROWS * CS_SENTIMENT_CLASSES];
	int right = 0;

	(void) state;
	make_data(of, 1);
	assert_int_equal(run(of, &options), CS_OK);
	for (int way = 0; way < 2; way++)
	{
		cs_sentiment_pass pass;
		void *block = create_pass(&pass, &options);

		cs_sentiment_predict(&pass, of->fit.parameters, of->fit.scale, of->feature, ROWS,
							 way == 0 ? 1 : BATCH, shares[way]);
		free(block);
	}
	for (int i = 0; i < ROWS; i++)
	{
		const double *row = shares[0] + 3 * i;
		int best = row[0] > row[1] ? (row[0] > row[2] ? 0 : 2) : (row[1] > row[2] ? 1 : 2);

		assert_true(fabs(row[0] + row[1] + row[2] - 1) < 1e-6);
		for (int k = 0; k < 3; k++)
			assert_true(fabs(row[k] - shares[1][3 * i + k]) < 1e-6);
		right += of->label[3 * i + best] == 1;
	}
	assert_true(right > 75);
	free(of->block);
	free(of);
}

/* A power of two is a unit without rounding. */
static void
test_units(void **state)
{
	cs_sentiment_options options = options_of(2, true, CS_SENTIMENT_CROSS_ENTROPY);
	Fit *of = malloc(sizeof(Fit));
	float *first;
	size_t bytes;

	(void) state;
	make_data(of, 1);
	assert_int_equal(run(of, &options), CS_OK);
	bytes = 2 * of->fit.parameter_count * sizeof(float);
	first = malloc(bytes);
	memcpy(first, of->fit.parameters, bytes);
	free(of->block);
	make_data(of, 0x1p30);
	assert_int_equal(run(of, &options), CS_OK);
	assert_memory_equal(first, of->fit.parameters, bytes);
	free(of->block);
	free(first);
	free(of);
}

static void
test_faults(void **state)
{
	cs_sentiment_options options = options_of(1, false, CS_SENTIMENT_MSE);
	Fit *of = malloc(sizeof(Fit));

	(void) state;
	make_data(of, 0);
	assert_int_equal(run(of, &options), CS_CONSTANT);
	free(of->block);
	make_data(of, 1);
	of->data.texts = 1;
	memset(of->text, 0, sizeof(of->text));
	options.validation_fraction = 0.9;
	assert_int_equal(run(of, &options), CS_TOO_FEW);
	free(of->block);
	options.validation_fraction = 0;
	assert_int_equal(run(of, &options), CS_OK);
	assert_true(of->fit.validation_accuracy == -1 && of->fit.member[0].epochs == options.epochs);
	free(of->block);
	free(of);
}

static void
test_polls(void **state)
{
	cs_sentiment_options options = options_of(2, true, CS_SENTIMENT_MSE);
	Fit *of = malloc(sizeof(Fit));
	poll_count count;

	(void) state;
	make_data(of, 1);
	poll_count_start();
	assert_int_equal(run(of, &options), CS_OK);
	count = poll_count_end();
	assert_true(count.polls > 0 && count.most < 2000000 && count.in_order && count.reports > 0);
	free(of->block);
	free(of);
}

/* The market: fewer days are the first of more, and the link changes nothing but spreads. */
static void
test_market(void **state)
{
	cs_text_market *market = malloc(2 * sizeof(cs_text_market));
	double difference = 0;
	int texts = 0;

	(void) state;
	cs_text_market_initialize(market, 1, 1);
	cs_text_market_initialize(market + 1, 1, 0);
	for (int day = 0; day < 400; day++)
	{
		cs_text_market_step(market);
		cs_text_market_step(market + 1);
		assert_int_equal(market[0].news_count, market[1].news_count);
		for (int n = 0; n < market->news_count; n++)
		{
			assert_string_equal(market[0].news[n].text, market[1].news[n].text);
			assert_between(strlen(market->news[n].text), 5, CS_TEXT_MARKET_LENGTH - 2);
			texts++;
		}
		for (int i = 0; i < CS_TEXT_MARKET_ISSUERS; i++)
		{
			assert_true(market->spread[i] >= 0.2 && market->spread[i] < 12);
			assert_true(market[0].response[i] == market[1].response[i]);
			difference += fabs(market[0].spread[i] - market[1].spread[i]);
		}
	}
	assert_true(texts > 1500 && difference > 100);
	free(market);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients), cmocka_unit_test(test_learns),
		cmocka_unit_test(test_predicts),  cmocka_unit_test(test_units),
		cmocka_unit_test(test_faults),	  cmocka_unit_test(test_polls),
		cmocka_unit_test(test_market),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_sentiment_tuning.c
 *		The sentiment head with the upper layers of an encoder: a first step against differences of
 *		the loss, what is learned that the head alone cannot, the same whether lower states are kept
 *		or not, memory, faults.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/text/sentiment_head.h"

#include "check_helper.h"
#include "poll_helper.h"

#define WIDTH 8
#define HEADS 2
#define HIDDEN 12
#define LAYERS 3
#define WORDS 6
#define STEPS 7
#define ROWS 24
#define FEATURES (CS_BERT_FEATURE_PARTS * WIDTH)

#define DRAWN 8000

typedef struct test_tuning
{
	cs_bert bert;
	cs_bert_layer layer[LAYERS];
	float *drawn;
	cs_sentiment_tuning tuning;
	cs_sentiment_data data;
	size_t start[ROWS + 1];
	uint32_t id[ROWS * STEPS];
	bool chosen[ROWS * STEPS];
	float label[ROWS * CS_SENTIMENT_CLASSES];
	size_t text[ROWS];
	cs_sentiment_options options;
	cs_sentiment_fit fit;
	void *block;
} test_tuning;

static void
make_encoder(test_tuning *test)
{
	float *next;

	test->drawn = floats(DRAWN);
	randomize(test->drawn, DRAWN, 0.4F, 5);
	next = test->drawn + 600;
	test->bert.shape = (cs_bert_shape){.vocabulary = WORDS,
									   .width = WIDTH,
									   .layers = LAYERS,
									   .heads = HEADS,
									   .feed_forward = HIDDEN,
									   .positions = STEPS,
									   .types = 1,
									   .activation = CS_ACTIVATION_GELU,
									   .norm_epsilon = 1e-12};
	test->bert.token.bytes = (const unsigned char *) test->drawn;
	test->bert.position.bytes = (const unsigned char *) (test->drawn + 100);
	test->bert.type.bytes = (const unsigned char *) (test->drawn + 200);
	for (int j = 0; j < WIDTH; j++)
		test->drawn[300 + j] += 1;
	test->bert.norm_weight = test->drawn + 300;
	test->bert.norm_bias = test->drawn + 400;
	test->bert.layer = test->layer;
	for (int l = 0; l < LAYERS; l++)
		for (int tensor = 0; tensor < CS_BERT_TENSORS; tensor++, next += 100)
		{
			test->layer[l].tensor[tensor] = next;
			if (tensor == CS_BERT_NORM1_WEIGHT || tensor == CS_BERT_NORM2_WEIGHT)
				for (int j = 0; j < WIDTH; j++)
					next[j] += 1;
		}
	assert_true(next - test->drawn < DRAWN - 100);
}

/* Texts of 4 to 7 positions; the class is whether word 3 stands before or behind word 4. */
static void
make_rows(test_tuning *test)
{
	size_t at = 0;

	for (size_t i = 0; i < ROWS; i++)
	{
		size_t steps = 4 + i % 4;

		test->start[i] = at;
		for (size_t t = 0; t < steps; t++)
		{
			test->id[at + t] = t == 0 ? 0 : t == steps - 1 ? 1 : 2 + (uint32_t) (i / 2 * t % 4);
			test->chosen[at + t] = t == 1;
		}
		test->id[at + 1] = i % 2 == 0 ? 3 : 4;
		test->id[at + 2] = i % 2 == 0 ? 4 : 3;
		at += steps;
		memset(test->label + 3 * i, 0, 3 * sizeof(float));
		test->label[3 * i + (i % 2 == 0 ? 0 : 2)] = 1;
		test->text[i] = i / 2;
	}
	test->start[ROWS] = at;
}

static void
set_up(test_tuning *test, int layers)
{
	memset(test, 0, sizeof(*test));
	make_encoder(test);
	make_rows(test);
	test->options = (cs_sentiment_options){
		.learning_rate = 0.001, .batch_size = ROWS, .epochs = 1, .ensemble = 1, .seed = 3};
	test->tuning = (cs_sentiment_tuning){.bert = &test->bert,
										 .layers = layers,
										 .learning_rate = 0.001,
										 .rows = ROWS,
										 .steps = STEPS,
										 .start = test->start,
										 .id = test->id,
										 .chosen = test->chosen,
										 .keeps_lower = true};
	test->data = (cs_sentiment_data){.rows = ROWS,
									 .features = FEATURES,
									 .label = test->label,
									 .text = test->text,
									 .texts = ROWS / 2,
									 .tuning = &test->tuning};
}

static size_t
lay(test_tuning *test)
{
	cs_workspace workspace;
	size_t size;

	cs_workspace_count(&workspace);
	cs_sentiment_fit_create(&test->fit, &test->options, &test->data, &workspace);
	size = cs_workspace_total(&workspace);
	test->block = test_calloc(1, size);
	cs_workspace_initialize(&workspace, test->block, size);
	assert_int_equal(CS_OK,
					 cs_sentiment_fit_create(&test->fit, &test->options, &test->data, &workspace));
	return size;
}

static void
tear_down(test_tuning *test)
{
	test_free(test->block);
	test_free(test->drawn);
}

/* The mean loss over all rows with these parameters, by what answers questions. */
static double
loss_of(test_tuning *test, const float *parameters, double scale)
{
	cs_sentiment_pass pass;
	cs_workspace workspace;
	size_t size;
	void *block;
	double sum = 0;

	cs_workspace_count(&workspace);
	cs_sentiment_pass_create(&pass, &test->options, FEATURES, 1, false, &workspace);
	size = cs_workspace_total(&workspace);
	block = test_calloc(1, size);
	cs_workspace_initialize(&workspace, block, size);
	cs_sentiment_pass_create(&pass, &test->options, FEATURES, 1, false, &workspace);
	for (size_t i = 0; i < ROWS; i++)
	{
		int steps = (int) (test->start[i + 1] - test->start[i]);
		cs_workspace counted;
		cs_bert_upper upper;
		void *memory;
		double shares[CS_SENTIMENT_CLASSES];

		cs_workspace_count(&counted);
		cs_bert_upper_create(&upper, &test->bert.shape, test->tuning.layers, steps, false,
							 &counted);
		size = cs_workspace_total(&counted);
		memory = test_calloc(1, size);
		cs_workspace_initialize(&counted, memory, size);
		cs_bert_upper_create(&upper, &test->bert.shape, test->tuning.layers, steps, false,
							 &counted);
		cs_sentiment_tuned_predict(&pass, &upper, parameters, scale,
								   test->fit.tuned.lower + test->start[i] * WIDTH,
								   test->chosen + test->start[i], shares);
		for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
			sum += (shares[k] - test->label[3 * i + (size_t) k]) *
				   (shares[k] - test->label[3 * i + (size_t) k]) / CS_SENTIMENT_CLASSES;
		test_free(memory);
	}
	test_free(block);
	return sum / ROWS;
}

/* Adam's first step moves each parameter against the sign of its slope, by the learning rate. */
static void
test_first_step(void **state)
{
	const float distance = 2e-3F;
	test_tuning test;
	float *before;
	float *moved;
	size_t count;
	size_t head;
	size_t seen = 0;

	(void) state;
	set_up(&test, 2);
	lay(&test);
	assert_int_equal(CS_OK, cs_sentiment_fit_run(&test.fit));
	count = test.fit.parameter_count;
	head = test.fit.head_count;
	assert_int_equal(count, head + 2 * cs_bert_layer_parameters(&test.bert.shape));
	before = floats(count);
	moved = floats(count);
	memcpy(before, test.fit.parameters, head * sizeof(float));
	cs_bert_upper_copy(before + head, &test.bert, 2);
	for (size_t p = head; p < count; p += 3)
	{
		double slope;

		/* the head of the fit has taken its step; its slopes are those of before to first order */
		memcpy(moved, before, count * sizeof(float));
		moved[p] = before[p] + distance;
		slope = loss_of(&test, moved, test.fit.scale);
		moved[p] = before[p] - distance;
		slope = (slope - loss_of(&test, moved, test.fit.scale)) / (2 * distance);
		if (fabs(slope) < 2e-3)
			continue;
		assert_near(test.fit.parameters[p] - before[p], slope > 0 ? -0.001 : 0.001, 0.02, 0.001);
		seen++;
	}
	assert_true(seen > 50);
	test_free(before);
	test_free(moved);
	tear_down(&test);
}

/* A linear head that may hardly move learns through the layers, whose states may be kept or not. */
static void
test_learns(void **state)
{
	test_tuning kept;
	test_tuning computed;
	test_tuning resting;
	size_t sizes[3];

	(void) state;
	for (int i = 0; i < 3; i++)
	{
		test_tuning *test = i == 0 ? &kept : i == 1 ? &computed : &resting;

		set_up(test, 2);
		test->options.epochs = 40;
		test->options.batch_size = 5;
		test->options.learning_rate = 1e-6;
		test->options.validation_fraction = 0.2;
		test->options.patience = 40;
		test->options.ensemble = 2;
		test->tuning.learning_rate = i < 2 ? 0.01 : 1e-9;
		test->tuning.dropout = 0.1;
		test->tuning.keeps_lower = i == 0;
		sizes[i] = lay(test);
		assert_int_equal(CS_OK, cs_sentiment_fit_run(&test->fit));
	}
	assert_true(sizes[0] > sizes[1] + kept.start[ROWS] * WIDTH * sizeof(float) / 2);
	assert_memory_equal(kept.fit.parameters, computed.fit.parameters,
						2 * kept.fit.parameter_count * sizeof(float));
	assert_true(kept.fit.member[0].training_loss < 0.02);
	assert_true(kept.fit.member[0].validation_loss < 0.05);
	assert_near(kept.fit.validation_accuracy, 1, 0, 0);
	assert_true(resting.fit.member[0].training_loss > 0.06);
	tear_down(&resting);
	tear_down(&kept);
	tear_down(&computed);
}

static void
test_faults(void **state)
{
	test_tuning test;

	(void) state;
	for (int keeps = 0; keeps < 2; keeps++)
	{
		set_up(&test, 1);
		test.tuning.keeps_lower = keeps == 1;
		test.drawn[100] = NAN;
		lay(&test);
		assert_int_equal(CS_OUT_OF_RANGE, cs_sentiment_fit_run(&test.fit));
		tear_down(&test);
	}
	set_up(&test, 1);
	test.tuning.learning_rate = 1e30;
	test.options.epochs = 5;
	lay(&test);
	assert_int_equal(CS_NOT_FINITE, cs_sentiment_fit_run(&test.fit));
	tear_down(&test);
}

static void
test_polls(void **state)
{
	const double positions = ROWS * 5.5;
	test_tuning test;
	poll_count count;
	double work;

	(void) state;
	set_up(&test, 2);
	test.options.epochs = 200;
	lay(&test);
	/* two of three layers forward and backward for each position */
	work = 200 * positions * 2 * 3 * (double) cs_bert_layer_parameters(&test.bert.shape);
	poll_count_start();
	assert_int_equal(CS_OK, cs_sentiment_fit_run(&test.fit));
	count = poll_count_end();
	assert_true(count.polls > 100 && count.in_order && count.work > work / 2);
	assert_true(count.most < 2e6);
	tear_down(&test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_first_step),
									   cmocka_unit_test(test_learns), cmocka_unit_test(test_faults),
									   cmocka_unit_test(test_polls)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

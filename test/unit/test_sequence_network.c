/*
 * test_sequence_network.c
 *		Paper 003's network with and without self-attention, whole, against PyTorch: output,
 *		gradient tensor by tensor, and ten steps of Adam.
 *
 * N batch, T steps, C columns.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "numeric/network/loss.h"
#include "numeric/network/optimizer.h"
#include "numeric/network/sequence_model.h"
#include "check_helper.h"
#include "sequence_helper.h"
#include "golden/layers.h"

typedef struct test_network
{
	const golden_network *golden;
	cs_sequence_architecture architecture;
	cs_sequence_pass pass;
	cs_random random;
	size_t trained;
	float *parameters;
	float *gradient;
	void *block;
} test_network;

static void
create_network(test_network *network, const golden_network *golden)
{
	cs_sequence_architecture *architecture = &network->architecture;
	size_t total;
	cs_workspace workspace;

	memset(network, 0, sizeof(*network));
	network->golden = golden;
	*architecture = (cs_sequence_architecture){.attention = golden->attention,
											   .cell = CS_CELL_JANET,
											   .layers = 3,
											   .normalization = CS_NORMALIZATION_SWITCHABLE,
											   .dense_layers = 1,
											   .dense = {golden->dense},
											   .steps = golden->steps,
											   .inputs = golden->columns,
											   .outputs = 1};
	memcpy(architecture->units, golden->units, sizeof(golden->units));
	network->trained = cs_sequence_model_trained_count(architecture);
	network->parameters =
		test_calloc(cs_sequence_model_parameter_count(architecture), sizeof(float));
	network->gradient = test_calloc(network->trained, sizeof(float));
	total = helper_pass_size(architecture, golden->batch, true);
	network->block = test_malloc(total);
	cs_workspace_initialize(&workspace, network->block, total);
	assert_true(
		cs_sequence_pass_create(&network->pass, architecture, golden->batch, true, &workspace));
	for (size_t i = 0; i < network->trained; i++)
		network->parameters[i] = (float) golden->parameters[i];
}

static void
free_network(test_network *network)
{
	test_free(network->parameters);
	test_free(network->gradient);
	test_free(network->block);
}

/* Forward and backward in training; returns the mean squared error. */
static double
run(test_network *network)
{
	const golden_network *golden = network->golden;
	cs_sequence_pass *pass = &network->pass;
	float target[16];
	double loss;

	for (int i = 0; i < golden->steps * golden->batch * golden->columns; i++)
		pass->input[i] = (float) golden->input[i];
	for (int n = 0; n < golden->batch; n++)
		target[n] = (float) golden->target[n];
	cs_sequence_training_forward(pass, network->parameters, golden->batch, &network->random);
	loss = cs_loss_sum(pass->output_gradient, pass->output, target, (size_t) golden->batch,
					   CS_LOSS_MSE, 0) /
		   golden->batch;
	memset(network->gradient, 0, network->trained * sizeof(float));
	cs_sequence_backward(pass, network->gradient);
	return loss;
}

static void
assert_block(const test_network *network, const float *values, const double *expected,
			 double tolerance)
{
	cs_parameter_view views[CS_MAX_VIEWS];
	int count = cs_sequence_model_views(&network->architecture, views);

	for (int view = 0; view < count && views[view].trained; view++)
		assert_tensor(views[view].name, values + views[view].offset, expected + views[view].offset,
					  cs_view_count(views + view), tolerance);
}

static void
test_golden(void **state)
{
	(void) state;
	for (size_t c = 0; c < 2; c++)
	{
		const golden_network *golden = golden_networks + c;
		test_network network;
		float *moments;
		cs_optimizer adam;

		create_network(&network, golden);
		moments = test_calloc(2 * network.trained, sizeof(float));
		cs_optimizer_initialize(&adam, CS_OPTIMIZER_ADAM, golden->learning_rate, moments,
								moments + network.trained);
		for (int update = 0; update < golden->updates; update++)
		{
			double loss = run(&network);

			assert_true(fabs(loss - golden->losses[update]) <= 1e-5 * golden->losses[0]);
			if (update == 0)
			{
				assert_tensor("output", network.pass.output, golden->output, (size_t) golden->batch,
							  1e-5);
				assert_block(&network, network.gradient, golden->gradient, 1e-5);
			}
			cs_optimizer_step(&adam);
			cs_optimizer_update(&adam, network.parameters, network.gradient, 1, 0, network.trained);
		}
		assert_block(&network, network.parameters, golden->trained, 1e-4);
		test_free(moments);
		free_network(&network);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

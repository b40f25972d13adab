/*
 * classical_helper.c
 *		Fits of classical models for their tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "classical_helper.h"

cs_status
fit_classical(const cs_classical_options *options, const double *y, const double *x, size_t n,
			  cs_classical_model *model)
{
	cs_classical_fit *fit = test_calloc(1, sizeof(cs_classical_fit));
	cs_workspace workspace;
	cs_status status;
	size_t size;
	void *block;

	cs_workspace_count(&workspace);
	cs_classical_fit_lay_out(fit, options, n, &workspace);
	size = cs_workspace_total(&workspace);
	block = test_malloc(size);
	cs_workspace_initialize(&workspace, block, size);
	cs_classical_fit_lay_out(fit, options, n, &workspace);
	status = cs_classical_fit_features(fit, y, x, model);
	test_free(block);
	test_free(fit);
	return status;
}

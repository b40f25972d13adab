/*
 * contributions.c
 *		Contributions add up.
 */
#include "numeric/base/contributions.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"

void
cs_contributions_lay_out(cs_contributions *contributions, size_t terms, cs_workspace *workspace)
{
	*contributions = (cs_contributions){.terms = terms};
	contributions->contribution = cs_workspace_take(workspace, terms, sizeof(double));
	contributions->value = cs_workspace_take(workspace, terms, sizeof(double));
	contributions->column = cs_workspace_take(workspace, terms, sizeof(int32_t));
}

cs_status
cs_contributions_finish(cs_contributions *contributions)
{
	double *contribution = contributions->contribution;
	double sum = 0;
	double size = 0;
	double rest;
	double scale;

	for (size_t k = 0; k < contributions->terms; k++)
	{
		sum += contribution[k];
		size += fabs(contribution[k]);
	}
	rest = contributions->forecast - contributions->base - sum;
	if (!isfinite(rest) || !isfinite(size))
		return CS_NOT_FINITE;
	scale = fmax(fmax(fabs(contributions->forecast), fabs(contributions->base)), size);
	if (fabs(rest) > CS_CONTRIBUTIONS_TOLERANCE * scale)
		return CS_NOT_CONVERGED;
	for (size_t k = 0; size > 0 && k < contributions->terms; k++)
		contribution[k] += rest * (fabs(contribution[k]) / size);
	cs_work(4 * contributions->terms);
	return CS_OK;
}

void
cs_contributions_by_column(const cs_contributions *contributions, size_t columns, double *sum)
{
	memset(sum, 0, columns * sizeof(double));
	for (size_t k = 0; k < contributions->terms; k++)
		sum[contributions->column[k]] += contributions->contribution[k];
	cs_work(contributions->terms);
}

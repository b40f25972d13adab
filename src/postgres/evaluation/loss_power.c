/*
 * loss_power.c
 *		Whether the options loss and power fit each other.
 */
#include "postgres.h"

#include <math.h>

#include "numeric/evaluation/dm_test.h"
#include "postgres/evaluation/loss_power.h"

void
check_loss_power(const char *what, const OptionTable *table, int loss, double power)
{
	if (loss == CS_DM_POWER && isnan(power))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"loss\" is \"power\" without option \"power\"", what),
						errhint("Give the power of the absolute error, from 0.01 to 100.")));
	if (loss != CS_DM_POWER && !isnan(power))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"power\" is %g, but option \"loss\" is \"%s\"", what,
							   power, option_spec(table, "loss")->choices[loss]),
						errhint("Give loss => 'power' with it.")));
}

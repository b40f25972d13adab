/*
 * loss_power.h
 *		The options loss and power of tests of forecasts, which belong together.
 */
#ifndef CREDITSPREAD_POSTGRES_EVALUATION_LOSS_POWER_H
#define CREDITSPREAD_POSTGRES_EVALUATION_LOSS_POWER_H

#include "postgres/base/options.h"

/* Error 22023 for the loss power without a power (NaN), and for a power with another loss. */
extern void check_loss_power(const char *what, const OptionTable *table, int loss, double power);

#endif

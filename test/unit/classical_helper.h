/*
 * classical_helper.h
 *		Fits of classical models for their tests.
 */
#ifndef CREDITSPREAD_UNIT_CLASSICAL_HELPER_H
#define CREDITSPREAD_UNIT_CLASSICAL_HELPER_H

#include "numeric/state_space/classical.h"

/* Fits y[n] on x[n][...], or without features where x is NULL; the model is set where the status is
 * CS_OK. */
extern cs_status fit_classical(const cs_classical_options *options, const double *y,
							   const double *x, size_t n, cs_classical_model *model);

#endif

/*
 * status.c
 *		One clause for each status.
 */
#include "numeric/base/status.h"

const char *
cs_status_message(cs_status status)
{
	switch (status)
	{
		case CS_OK:
			return "no error";
		case CS_TOO_FEW:
			return "too few observations";
		case CS_SINGULAR:
			return "the design matrix is singular";
		case CS_CONSTANT:
			return "the series is constant";
		case CS_NOT_FINITE:
			return "a value is not finite";
		case CS_OUT_OF_RANGE:
			return "an argument is out of range";
		case CS_NOT_CONVERGED:
			return "the iteration did not converge";
		case CS_NO_MEMORY:
			return "the workspace is too small";
		case CS_SIZE_OVERFLOW:
			return "the requested sizes are too large";
		case CS_ZERO_DIVISOR:
			return "an actual value is zero";
		case CS_ZERO_VARIANCE:
			return "the variance is zero";
		case CS_WRONG_PRODUCTS:
			return "the matrix products of BLAS are wrong";
	}
	return "unknown status";
}

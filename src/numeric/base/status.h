/*
 * status.h
 *		What a numeric routine reports.  The server side turns each code into an SQLSTATE.
 */
#ifndef CREDITSPREAD_NUMERIC_STATUS_H
#define CREDITSPREAD_NUMERIC_STATUS_H

typedef enum cs_status
{
	CS_OK = 0,
	CS_TOO_FEW,		  /* fewer observations than the method needs */
	CS_SINGULAR,	  /* the design matrix is rank deficient */
	CS_CONSTANT,	  /* a series that must vary does not */
	CS_NOT_FINITE,	  /* a NaN or an infinity came in or arose */
	CS_OUT_OF_RANGE,  /* an argument lies outside of its range */
	CS_NOT_CONVERGED, /* the iteration limit was reached first */
	CS_NO_MEMORY,	  /* the workspace is too small, or a library could not allocate */
	CS_SIZE_OVERFLOW, /* the sizes asked for do not fit a size_t */
	CS_ZERO_DIVISOR,  /* an actual value of zero where a ratio to it is asked for */
	CS_ZERO_VARIANCE, /* a statistic would divide by a variance of zero */
	CS_WRONG_PRODUCTS /* the BLAS multiplies wrongly on this processor */
} cs_status;

/* A short factual clause for the status, without a full stop; never NULL. */
extern const char *cs_status_message(cs_status status);

#endif

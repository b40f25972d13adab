/*
 * creditspread.c
 *		Module start: the settings, the error handling of the libraries, interrupts in computations.
 */
#include "postgres.h"

#include "fmgr.h"

#include <gsl/gsl_errno.h>

#include "postgres/base/compatibility.h"
#include "postgres/base/progress.h"
#include "postgres/base/settings.h"
#include "postgres/base/stack.h"

PG_MODULE_MAGIC;

void _PG_init(void);

void
_PG_init(void)
{
	/* GSL's default handler aborts the process, which would take the whole server down. */
	gsl_set_error_handler_off();
	define_settings();
	progress_initialize();
	reserve_stack();
}

/*
 * settings.c
 *		The settings creditspread.*, and memory taken under them.
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"
#include "utils/memutils.h"

#include <cblas.h>

#include "postgres/base/blas_buffer.h"
#include "postgres/base/settings.h"

/* Kilobytes: 1 GB, which no example of the pages exceeds. */
#define DEFAULT_MODEL_MEMORY (1024 * 1024)

static int max_model_memory = DEFAULT_MODEL_MEMORY;
bool progress_notices = false;

static int threads = 1;

static bool
check_threads(int *newval, void **extra pg_attribute_unused(),
			  GucSource source pg_attribute_unused())
{
	if (*newval > 1 && openblas_get_parallel() == 0)
	{
		GUC_check_errdetail(
			"The OpenBLAS that is loaded is the serial build, which runs one thread.");
		GUC_check_errhint("Let the server run fits side by side: partitions and parallel workers.");
		return false;
	}
	/* each further thread takes a buffer when it starts */
	if (*newval > openblas_get_num_threads() &&
		!blas_buffers_available(*newval - openblas_get_num_threads()))
	{
		GUC_check_errcode(ERRCODE_OUT_OF_MEMORY);
		GUC_check_errmsg("the system refuses the memory of %d threads of OpenBLAS", *newval);
		return false;
	}
	return true;
}

static void
assign_threads(int newval, void *extra pg_attribute_unused())
{
	openblas_set_num_threads(newval);
}

void
define_settings(void)
{
	DefineCustomIntVariable("creditspread.threads",
							"Threads that OpenBLAS may use inside one backend.",
							"More than 1 needs a threaded build of OpenBLAS.", &threads, 1, 1, 1024,
							PGC_SUSET, 0, check_threads, assign_threads, NULL);
	DefineCustomIntVariable("creditspread.max_model_memory",
							"Largest amount of memory that one fit, model or series may take.",
							"A request above it is refused before the memory is taken.",
							&max_model_memory, DEFAULT_MODEL_MEMORY, 64, MAX_KILOBYTES, PGC_SUSET,
							GUC_UNIT_KB, NULL, NULL, NULL);
	DefineCustomBoolVariable("creditspread.progress",
							 "Reports the progress of long computations as notices.",
							 "A notice every five seconds gives the percentage and the time left.",
							 &progress_notices, true, PGC_USERSET, 0, NULL, NULL, NULL);
	MarkGUCPrefixReserved("creditspread");
}

void
check_memory(const char *what, Size bytes)
{
	Size limit = (Size) max_model_memory * 1024;

	if (bytes == SIZE_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s needs more memory than can be addressed", what),
						errhint("Use a smaller network or fewer rows.")));
	if (bytes > limit)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("%s needs %zu kB of memory, creditspread.max_model_memory is %d kB", what,
						bytes / 1024 + (bytes % 1024 != 0), max_model_memory),
				 errhint("Use fewer rows or a smaller network, or have an administrator raise "
						 "creditspread.max_model_memory.")));
}

void *
allocate_checked(const char *what, Size bytes)
{
	check_memory(what, bytes);
	return MemoryContextAllocHuge(CurrentMemoryContext, Max(bytes, 1));
}

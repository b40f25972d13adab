/*
 * settings.c
 *		The settings creditspread.*, and memory taken under them.
 */
#include "postgres.h"

#include <limits.h>

#include "nodes/pg_list.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

#include <cblas.h>

#include "postgres/base/blas_buffer.h"
#include "postgres/base/settings.h"

/* Kilobytes: 1 GB, which no example of the pages exceeds. */
#define DEFAULT_MODEL_MEMORY (1024 * 1024)

static int max_model_memory = DEFAULT_MODEL_MEMORY;
bool progress_notices = false;
char *encoder_path;

/* Only the statements of the catalog ask for it, by its name. */
enum
{
	NOTIFY_OFF,
	NOTIFY_NUMBERS,
	NOTIFY_NAMES
};

static const struct config_enum_entry notify_values[] = {{"off", NOTIFY_OFF, false},
														 {"numbers", NOTIFY_NUMBERS, false},
														 {"names", NOTIFY_NAMES, false},
														 {NULL, 0, false}};
static int notify = NOTIFY_NAMES;

#define DEFAULT_ENCODER_PATH ENCODER_SHARE "/creditspread"

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

/* Absolute directories, or such below the server's share directory. */
static bool
check_encoder_path(char **newval, void **extra pg_attribute_unused(),
				   GucSource source pg_attribute_unused())
{
	char *copy = pstrdup(*newval);
	List *directories;
	ListCell *cell;

	if (!SplitDirectoriesString(copy, ',', &directories))
	{
		GUC_check_errdetail("The list of directories has no valid syntax.");
		return false;
	}
	foreach (cell, directories)
	{
		const char *directory = lfirst(cell);

		if (!is_absolute_path(directory) && strcmp(directory, ENCODER_SHARE) != 0 &&
			strncmp(directory, ENCODER_SHARE "/", strlen(ENCODER_SHARE "/")) != 0)
		{
			GUC_check_errdetail("The directory \"%s\" is not absolute.", directory);
			GUC_check_errhint(
				"Begin it with / or, below the server's share directory, with " ENCODER_SHARE ".");
			return false;
		}
	}
	list_free_deep(directories);
	return true;
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
	DefineCustomEnumVariable("creditspread.notify",
							 "What the catalog's procedures tell those who listen to it.",
							 "Any role may listen: with names, or numbers alone.", &notify,
							 NOTIFY_NAMES, notify_values, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("creditspread.encoder_path",
							   "Directories in which folders of text encoders are looked for.",
							   "Separated by commas; " ENCODER_SHARE
							   " stands for the server's share directory.",
							   &encoder_path, DEFAULT_ENCODER_PATH, PGC_SUSET, GUC_SUPERUSER_ONLY,
							   check_encoder_path, NULL, NULL);
	MarkGUCPrefixReserved("creditspread");
}

bool
is_within_memory(Size bytes)
{
	return bytes <= (Size) max_model_memory * 1024;
}

void
check_memory(const char *what, Size bytes)
{
	if (bytes == SIZE_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s needs more memory than can be addressed", what),
						errhint("Use a smaller model or fewer rows.")));
	if (!is_within_memory(bytes))
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY),
						errmsg("%s needs %zu kB of memory, creditspread.max_model_memory is %d kB",
							   what, bytes / 1024 + (bytes % 1024 != 0), max_model_memory),
						errhint("Use fewer rows or a smaller model, or have an administrator raise "
								"creditspread.max_model_memory.")));
}

/* What a memory context may keep in hand of the small blocks that a state has outgrown. */
#define SMALL_PIECES (4 * ALLOCSET_DEFAULT_INITSIZE)

void
check_groups_memory(const char *what, MemoryContext groups, Size before, Size size)
{
	Size held = MemoryContextMemAllocated(groups, false);
	Size bytes = held - Min(held, before + SMALL_PIECES) + size;

	if (!is_within_memory(bytes))
		ereport(
			ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("%s: the rows of all groups at hand need %zu kB of memory, "
					"creditspread.max_model_memory is %d kB",
					what, bytes / 1024 + (bytes % 1024 != 0), max_model_memory),
			 errhint("Let the rows be sorted by group, by SET enable_hashagg = off, so that one "
					 "group is at hand at a time, or have an administrator raise "
					 "creditspread.max_model_memory.")));
}

void *
allocate_checked(const char *what, Size bytes)
{
	check_memory(what, bytes);
	return MemoryContextAllocHuge(CurrentMemoryContext, Max(bytes, 1));
}

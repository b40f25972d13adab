/*
 * settings.h
 *		The settings creditspread.*, and memory taken under them.
 */
#ifndef CREDITSPREAD_POSTGRES_SETTINGS_H
#define CREDITSPREAD_POSTGRES_SETTINGS_H

/* creditspread.progress */
extern bool progress_notices;

/* What stands for the server's share directory. */
#define ENCODER_SHARE "$share"

/* creditspread.encoder_path: directories, as SplitDirectoriesString takes them. */
extern char *encoder_path;

extern void define_settings(void);

/*
 * Errors (53200, with both figures) when `bytes` exceeds creditspread.max_model_memory or SIZE_MAX
 * says that the size overflowed; `what` names the work, e.g. "rnn_fit".
 */
extern void check_memory(const char *what, Size bytes);

/*
 * The same for all that an aggregate's memory context holds, the states of its groups, when one of
 * them is to take `size` bytes instead of `before`.
 */
extern void check_groups_memory(const char *what, MemoryContext groups, Size before, Size size);

/* Whether creditspread.max_model_memory allows for it. */
extern bool is_within_memory(Size bytes);

/* palloc of a checked size in the current context; may exceed 1 GB; not cleared. */
extern void *allocate_checked(const char *what, Size bytes);

#endif

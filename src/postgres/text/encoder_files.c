/*
 * encoder_files.c
 *		Finds, maps and checks the folders of encoders.
 *
 * A folder holds config.json, vocab.txt, tokenizer_config.json (without it: lower case) and
 * model.safetensors, or model.safetensors.index.json with the files that it names.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/cryptohash.h"
#include "common/sha2.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

#include "numeric/text/bert_weights.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/text/encoder_files.h"

#define CONFIG "config.json"
#define TOKENIZER "tokenizer_config.json"
#define VOCABULARY "vocab.txt"
#define WEIGHTS "model.safetensors"
#define WEIGHTS_INDEX "model.safetensors.index.json"

/* Where a fingerprint looks into a file of weights. */
#define SAMPLES 64
#define SAMPLE_BYTES 64

#define FINGERPRINT_BYTES 16

/* Those that this process has mapped. */
static FileEncoder *loaded = NULL;

/* ---- folders ---- */

/* Letters in lower case, digits and _.-, not beginning with a dot: no way out of a directory. */
static bool
is_encoder_name(const char *name)
{
	Size length = strlen(name);

	return length > 0 && length < NAMEDATALEN && name[0] != '.' &&
		   strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == length;
}

/* The directories of creditspread.encoder_path. */
static List *
directories(void)
{
	List *entries;
	List *result = NIL;
	ListCell *cell;
	char share[MAXPGPATH];

	if (!SplitDirectoriesString(pstrdup(encoder_path), ',', &entries))
		return NIL;
	get_share_path(my_exec_path, share);
	foreach (cell, entries)
	{
		char *entry = lfirst(cell);

		if (strncmp(entry, ENCODER_SHARE, strlen(ENCODER_SHARE)) == 0)
			entry = psprintf("%s%s", share, entry + strlen(ENCODER_SHARE));
		result = lappend(result, entry);
	}
	return result;
}

static bool
is_folder_of_encoder(const char *folder)
{
	char *path = psprintf("%s/%s", folder, CONFIG);
	struct stat status;
	bool is = stat(path, &status) == 0;

	pfree(path);
	return is;
}

/* The first folder of that name; NULL: there is none. */
static char *
find_folder(const char *name)
{
	List *places = directories();
	ListCell *cell;

	foreach (cell, places)
	{
		char *folder = psprintf("%s/%s", (char *) lfirst(cell), name);

		if (is_folder_of_encoder(folder))
			return folder;
	}
	return NULL;
}

static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

List *
file_encoder_names(void)
{
	List *places = directories();
	List *names = NIL;
	ListCell *cell;
	ListCell *name;

	foreach (cell, places)
	{
		const char *directory = lfirst(cell);
		DIR *opened = AllocateDir(directory);
		struct dirent *entry;

		/* a directory that is missing holds none */
		while (opened != NULL && (entry = ReadDirExtended(opened, directory, LOG)) != NULL)
			if (is_encoder_name(entry->d_name) &&
				strcmp(entry->d_name, hashing_encoder.name) != 0 &&
				is_folder_of_encoder(psprintf("%s/%s", directory, entry->d_name)))
				names = lappend(names, pstrdup(entry->d_name));
		if (opened != NULL)
			FreeDir(opened);
	}
	list_sort(names, compare_names);
	foreach (name, names)
		if (foreach_current_index(name) > 0 &&
			strcmp(lfirst(name), list_nth(names, foreach_current_index(name) - 1)) == 0)
			names = foreach_delete_current(names, name);
	return names;
}

/* ---- files ---- */

_Noreturn static void
fault(const char *what, const FileEncoder *encoder, const char *file, const char *clause)
{
	ereport(ERROR, (errcode(ERRCODE_CONFIG_FILE_ERROR),
					errmsg("%s: encoder \"%s\", file \"%s\": %s", what, encoder->encoder.name, file,
						   clause),
					errhint("Have an administrator copy the folder again from where it is from.")));
}

static bool
look_at(const FileEncoder *encoder, const char *name, struct stat *status)
{
	char *path = psprintf("%s/%s", encoder->folder, name);
	bool exists = stat(path, status) == 0;

	pfree(path);
	return exists;
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
		   a->st_mtime == b->st_mtime && a->st_ctime == b->st_ctime;
}

/* Maps a file of the folder, which need not exist unless it is `needed`. */
static void
map_file(FileEncoder *encoder, EncoderFile *file, const char *name, bool needed, const char *what)
{
	char *path = psprintf("%s/%s", encoder->folder, name);
	int descriptor = OpenTransientFile(path, O_RDONLY | O_NONBLOCK);
	void *bytes = NULL;

	strlcpy(file->name, name, sizeof(file->name));
	file->exists = descriptor >= 0;
	if (!file->exists)
	{
		if (!needed && errno == ENOENT)
			return;
		fault(what, encoder, name,
			  errno == ENOENT ? "the file is missing" : "the server cannot open it");
	}
	if (fstat(descriptor, &file->status) != 0 || !S_ISREG(file->status.st_mode))
		fault(what, encoder, name, "it is not a regular file");
	if (file->status.st_size > 0)
	{
		bytes = mmap(NULL, file->status.st_size, PROT_READ, MAP_SHARED, descriptor, 0);
		if (bytes == MAP_FAILED)
			ereport(ERROR,
					(errcode(ERRCODE_OUT_OF_MEMORY),
					 errmsg("%s: encoder \"%s\", file \"%s\": the system refuses to map %lld "
							"bytes: %m",
							what, encoder->encoder.name, name, (long long) file->status.st_size),
					 errhint("Raise the server's limit of address space (ulimit -v).")));
	}
	CloseTransientFile(descriptor);
	file->bytes = bytes;
	file->size = file->status.st_size;
	pfree(path);
}

static void
unmap_file(EncoderFile *file)
{
	if (file->bytes != NULL)
		munmap(unconstify(char *, file->bytes), file->size);
	file->bytes = NULL;
}

/* When the memory of an encoder goes. */
static void
unmap_all(void *argument)
{
	FileEncoder *encoder = argument;

	unmap_file(&encoder->config);
	unmap_file(&encoder->tokenizer);
	unmap_file(&encoder->vocabulary_file);
	unmap_file(&encoder->index);
	for (int i = 0; i < encoder->shards; i++)
		unmap_file(&encoder->shard[i]);
}

static bool
is_current_file(const FileEncoder *encoder, const EncoderFile *file)
{
	struct stat status;
	bool exists = look_at(encoder, file->name, &status);

	return exists == file->exists && (!exists || is_same_file(&status, &file->status));
}

/* Whether the files are those that were mapped: one cut short would end the process. */
static bool
is_current(const FileEncoder *encoder)
{
	for (int i = 0; i < encoder->shards; i++)
		if (!is_current_file(encoder, &encoder->shard[i]))
			return false;
	return is_current_file(encoder, &encoder->config) &&
		   is_current_file(encoder, &encoder->tokenizer) &&
		   is_current_file(encoder, &encoder->vocabulary_file) &&
		   (encoder->index.name[0] == '\0' || is_current_file(encoder, &encoder->index));
}

/* ---- what the files say ---- */

static void
check_config(cs_status status, const cs_config_fault *wrong, const FileEncoder *encoder,
			 const EncoderFile *file, const char *what)
{
	if (status != CS_OK)
		fault(what, encoder, file->name,
			  wrong->key == NULL ? wrong->clause : psprintf("%s: %s", wrong->key, wrong->clause));
}

static void
read_configs(FileEncoder *encoder, const char *what)
{
	cs_config_fault wrong;

	map_file(encoder, &encoder->config, CONFIG, true, what);
	map_file(encoder, &encoder->tokenizer, TOKENIZER, false, what);
	check_config(cs_bert_config_read(&encoder->bert.shape, &wrong, encoder->config.bytes,
									 encoder->config.size),
				 &wrong, encoder, &encoder->config, what);
	encoder->rules =
		(cs_word_piece_rules){.lower = true, .strip_accents = true, .part_ideographs = true};
	if (encoder->tokenizer.exists)
		check_config(cs_word_piece_config_read(&encoder->rules, &wrong, encoder->tokenizer.bytes,
											   encoder->tokenizer.size),
					 &wrong, encoder, &encoder->tokenizer, what);
}

static void
read_vocabulary(FileEncoder *encoder, const char *what)
{
	EncoderFile *file = &encoder->vocabulary_file;
	cs_vocabulary *vocabulary = &encoder->vocabulary;
	cs_workspace workspace;
	Size size;

	map_file(encoder, file, VOCABULARY, true, what);
	cs_vocabulary_count(vocabulary, file->bytes, file->size);
	if (vocabulary->count > (Size) encoder->bert.shape.vocabulary)
		fault(what, encoder, VOCABULARY,
			  psprintf("%zu lines, " CONFIG " says %d", vocabulary->count,
					   encoder->bert.shape.vocabulary));
	cs_workspace_count(&workspace);
	cs_vocabulary_create(vocabulary, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	cs_vocabulary_create(vocabulary, &workspace);
	if (cs_vocabulary_read(vocabulary, file->bytes, file->size) != CS_OK)
		fault(what, encoder, VOCABULARY,
			  vocabulary->fault_line == 0
				  ? vocabulary->fault
				  : psprintf("line %zu: %s", vocabulary->fault_line, vocabulary->fault));
	encoder->copied += size;
}

typedef struct ShardList
{
	char (*name)[CS_FILE_NAME];
	int count;
} ShardList;

static bool
add_shard(void *context, const char *name)
{
	ShardList *list = context;

	for (int i = 0; i < list->count; i++)
		if (strcmp(list->name[i], name) == 0)
			return true;
	if (list->count == ENCODER_MAX_SHARDS)
		return false;
	strlcpy(list->name[list->count++], name, CS_FILE_NAME);
	return true;
}

static void
map_weights(FileEncoder *encoder, const char *what)
{
	ShardList list = {.name = palloc(ENCODER_MAX_SHARDS * CS_FILE_NAME)};
	cs_config_fault wrong;
	struct stat status;

	if (look_at(encoder, WEIGHTS, &status) || !look_at(encoder, WEIGHTS_INDEX, &status))
		add_shard(&list, WEIGHTS);
	else
	{
		map_file(encoder, &encoder->index, WEIGHTS_INDEX, true, what);
		check_config(cs_tensor_index_read(&wrong, encoder->index.bytes, encoder->index.size,
										  add_shard, &list),
					 &wrong, encoder, &encoder->index, what);
	}
	encoder->shard = palloc0(sizeof(EncoderFile) * Max(list.count, 1));
	while (encoder->shards < list.count)
	{
		EncoderFile *file = &encoder->shard[encoder->shards];

		encoder->shards++;
		map_file(encoder, file, list.name[encoder->shards - 1], true, what);
		encoder->mapped += file->size;
	}
	pfree(list.name);
}

/* The tensors of a file, in the current context. */
static void
read_tensors(cs_safetensors *tensors, const FileEncoder *encoder, const EncoderFile *file,
			 const char *what)
{
	const unsigned char *bytes = (const unsigned char *) file->bytes;
	cs_status status = cs_safetensors_count(tensors, bytes, file->size);

	if (status == CS_OK)
	{
		cs_workspace workspace;
		Size size;

		cs_workspace_count(&workspace);
		cs_safetensors_create(tensors, &workspace);
		size = cs_workspace_total(&workspace);
		cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
		cs_safetensors_create(tensors, &workspace);
		status = cs_safetensors_read(tensors, bytes, file->size);
	}
	if (status != CS_OK)
		fault(what, encoder, file->name,
			  psprintf("at byte %zu: %s", tensors->fault_at, tensors->fault));
}

static void
lay_weights(cs_bert_weights *weights, FileEncoder *encoder, cs_workspace *workspace,
			const char *what)
{
	if (cs_bert_weights_lay(weights, &encoder->bert, workspace) != CS_OK)
		fault(what, encoder, encoder->index.exists ? WEIGHTS_INDEX : WEIGHTS,
			  psprintf("%s: %s", weights->tensor, weights->fault));
}

static void
read_weights(FileEncoder *encoder, const char *what)
{
	MemoryContext kept = CurrentMemoryContext;
	MemoryContext temporary =
		AllocSetContextCreate(CurrentMemoryContext, "tensors", ALLOCSET_DEFAULT_SIZES);
	cs_bert_weights weights = {0};
	cs_safetensors *tensors;
	cs_workspace workspace;
	Size size;
	void *block;

	map_weights(encoder, what);
	MemoryContextSwitchTo(temporary);
	tensors = palloc(sizeof(cs_safetensors) * encoder->shards);
	for (int i = 0; i < encoder->shards; i++)
		read_tensors(&tensors[i], encoder, &encoder->shard[i], what);
	weights.file = tensors;
	weights.files = encoder->shards;
	cs_workspace_count(&workspace);
	lay_weights(&weights, encoder, &workspace, what);
	size = cs_workspace_total(&workspace);
	MemoryContextSwitchTo(kept);
	block = allocate_checked(psprintf("%s: encoder \"%s\", whose weights have to be converted,",
									  what, encoder->encoder.name),
							 size);
	cs_workspace_initialize(&workspace, block, size);
	lay_weights(&weights, encoder, &workspace, what);
	encoder->copied += size;
	MemoryContextDelete(temporary);
}

/* ---- fingerprints ---- */

static void
add_to_hash(pg_cryptohash_ctx *hash, const void *bytes, Size size)
{
	if (pg_cryptohash_update(hash, bytes, size) < 0)
		elog(ERROR, "SHA-256 failed: %s", pg_cryptohash_error(hash));
}

/* Samples, so that a second process need not read what is mapped. */
static void
add_samples(pg_cryptohash_ctx *hash, const EncoderFile *file)
{
	uint64 size = file->size;

	add_to_hash(hash, &size, sizeof(size));
	for (int i = 0; i < SAMPLES; i++)
	{
		Size at = size / SAMPLES * i;

		add_to_hash(hash, file->bytes + at, Min((Size) SAMPLE_BYTES, size - at));
	}
}

static void
take_fingerprint(FileEncoder *encoder)
{
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);
	uint8 digest[PG_SHA256_DIGEST_LENGTH];

	if (pg_cryptohash_init(hash) < 0)
		elog(ERROR, "SHA-256 failed: %s", pg_cryptohash_error(hash));
	add_to_hash(hash, encoder->config.bytes, encoder->config.size);
	add_to_hash(hash, &encoder->rules, sizeof(encoder->rules));
	add_to_hash(hash, encoder->vocabulary_file.bytes, encoder->vocabulary_file.size);
	for (int i = 0; i < encoder->shards; i++)
		add_samples(hash, &encoder->shard[i]);
	if (pg_cryptohash_final(hash, digest, sizeof(digest)) < 0)
		elog(ERROR, "SHA-256 failed: %s", pg_cryptohash_error(hash));
	pg_cryptohash_free(hash);
	for (int i = 0; i < FINGERPRINT_BYTES; i++)
		snprintf(encoder->fingerprint + 2 * i, 3, "%02x", digest[i]);
}

/* ---- those that are loaded ---- */

static void
unload(FileEncoder *encoder)
{
	for (FileEncoder **link = &loaded; *link != NULL; link = &(*link)->next)
		if (*link == encoder)
		{
			*link = encoder->next;
			break;
		}
	MemoryContextDelete(encoder->context);
}

/* Others give way where all together would take more memory than one may. */
static void
make_room(const FileEncoder *next)
{
	Size sum = next->copied;
	FileEncoder *following;

	for (FileEncoder *encoder = loaded; encoder != NULL; encoder = encoder->next)
		sum += encoder->copied;
	if (is_within_memory(sum))
		return;
	for (FileEncoder *encoder = loaded; encoder != NULL; encoder = following)
	{
		following = encoder->next;
		unload(encoder);
	}
}

static FileEncoder *
load(const char *name, const char *folder, const char *what)
{
	MemoryContext old = MemoryContextSwitchTo(
		AllocSetContextCreate(CurrentMemoryContext, "text encoder", ALLOCSET_DEFAULT_SIZES));
	FileEncoder *encoder = palloc0(sizeof(FileEncoder));
	MemoryContextCallback *callback = palloc0(sizeof(MemoryContextCallback));

	encoder->context = CurrentMemoryContext;
	encoder->encoder = bert_encoder;
	encoder->encoder.name = pstrdup(name);
	encoder->encoder.fingerprint = encoder->fingerprint;
	encoder->folder = pstrdup(folder);
	callback->func = unmap_all;
	callback->arg = encoder;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
	read_configs(encoder, what);
	read_vocabulary(encoder, what);
	read_weights(encoder, what);
	take_fingerprint(encoder);
	make_room(encoder);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(encoder->context, TopMemoryContext);
	encoder->next = loaded;
	loaded = encoder;
	return encoder;
}

const TextEncoder *
file_encoder(const char *name, const char *what)
{
	char *folder = is_encoder_name(name) ? find_folder(name) : NULL;
	FileEncoder *encoder = loaded;

	while (encoder != NULL && strcmp(encoder->encoder.name, name) != 0)
		encoder = encoder->next;
	if (encoder != NULL &&
		(folder == NULL || strcmp(encoder->folder, folder) != 0 || !is_current(encoder)))
	{
		unload(encoder);
		encoder = NULL;
	}
	if (encoder == NULL && folder != NULL)
		encoder = load(name, folder, what);
	return encoder == NULL ? NULL : &encoder->encoder;
}

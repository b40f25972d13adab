/*
 * encoder_files.h
 *		Encoders that are folders of files on the server, under creditspread.encoder_path: found by
 *		name, mapped, and kept by the process for as long as the files stay the same.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_ENCODER_FILES_H
#define CREDITSPREAD_POSTGRES_TEXT_ENCODER_FILES_H

#include <sys/stat.h>

#include "nodes/pg_list.h"

#include "numeric/network/bert.h"
#include "numeric/text/bert_config.h"
#include "numeric/text/word_piece.h"
#include "postgres/text/encoder.h"

/* Most files of weights. */
#define ENCODER_MAX_SHARDS 64

/* A file of the folder. */
typedef struct EncoderFile
{
	char name[CS_FILE_NAME];
	bool exists;
	const char *bytes; /* mapped read-only */
	Size size;
	struct stat status; /* when it was mapped */
} EncoderFile;

typedef struct FileEncoder
{
	TextEncoder encoder;
	MemoryContext context; /* of all of it; unmaps the files when it goes */
	char *folder;
	EncoderFile config;
	EncoderFile tokenizer;
	EncoderFile vocabulary_file;
	EncoderFile index; /* exists only where there is no single file of weights */
	EncoderFile *shard;
	int shards;
	cs_word_piece_rules rules;
	cs_vocabulary vocabulary;
	cs_bert bert;
	Size mapped; /* bytes of weights that are mapped, */
	Size copied; /* and memory of the process */
	char fingerprint[33];
	struct FileEncoder *next;
} FileEncoder;

/* NULL where there is no such folder; error F0000 where it is not one of an encoder. */
extern const TextEncoder *file_encoder(const char *name, const char *what);

/* Names of the folders (char *), sorted. */
extern List *file_encoder_names(void);

/* bert_encoder.c: what an encoder from files does. */
extern const TextEncoder bert_encoder;

#endif

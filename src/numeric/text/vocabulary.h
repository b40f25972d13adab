/*
 * vocabulary.h
 *		The pieces of words that an encoder knows, by their text: the lines of a vocab.txt.
 */
#ifndef CREDITSPREAD_NUMERIC_VOCABULARY_H
#define CREDITSPREAD_NUMERIC_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

typedef struct cs_piece
{
	const char *text; /* UTF-8, in the file's bytes */
	uint32_t length;  /* bytes */
} cs_piece;

typedef struct cs_vocabulary
{
	cs_piece *piece; /* [count], by id */
	size_t count;
	uint32_t *slot; /* [slots] id + 1 by hash, 0: free */
	size_t slots;	/* a power of 2 */
	size_t longest; /* bytes of the longest piece */
	uint32_t unknown;
	uint32_t start;	   /* [CLS] */
	uint32_t stop;	   /* [SEP] */
	const char *fault; /* a clause; NULL: none */
	size_t fault_line; /* from 1; 0: of none */
} cs_vocabulary;

/* Counts the lines of a vocab.txt. */
extern void cs_vocabulary_count(cs_vocabulary *vocabulary, const char *text, size_t length);

extern bool cs_vocabulary_create(cs_vocabulary *vocabulary, cs_workspace *workspace);

/*
 * Reads the lines that were counted.  CS_OUT_OF_RANGE with a fault: a line that is not UTF-8, that
 * stands twice, or a vocabulary without [UNK], [CLS] or [SEP].
 */
extern cs_status cs_vocabulary_read(cs_vocabulary *vocabulary, const char *text, size_t length);

/* The id of a piece with that hash. */
extern bool cs_vocabulary_find(const cs_vocabulary *vocabulary, uint32_t hash, const char *text,
							   size_t length, uint32_t *id);

/* FNV-1a: CS_PIECE_HASH of nothing, and one byte after the other. */
#define CS_PIECE_HASH 2166136261u

static inline uint32_t
cs_piece_hash_byte(uint32_t hash, char byte)
{
	return (hash ^ (unsigned char) byte) * 16777619u;
}

static inline uint32_t
cs_piece_hash(uint32_t hash, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = cs_piece_hash_byte(hash, text[i]);
	return hash;
}

#endif

/*
 * word_piece.h
 *		A text as pieces of words that a vocabulary has, as BERT reads it (Devlin, Chang, Lee and
 *		Toutanova 2019): controls dropped, ideographs set apart, lower case and without accents
 *		where the encoder was trained so, parted at blanks and punctuation; of each word the longest
 *		piece that the vocabulary has, from the left, pieces within a word written with ## before
 *		them (Wu and others 2016).
 */
#ifndef CREDITSPREAD_NUMERIC_WORD_PIECE_H
#define CREDITSPREAD_NUMERIC_WORD_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/text/vocabulary.h"

/* Longest word in characters; a longer one is unknown. */
#define CS_WORD_PIECE_LONGEST 100

typedef struct cs_word_piece_rules
{
	bool lower;
	bool strip_accents;
	bool part_ideographs;
} cs_word_piece_rules;

typedef struct cs_token
{
	uint32_t id;
	uint32_t start; /* characters of the source from 0, from the first to after the last that the */
	uint32_t stop;	/* piece comes from */
	uint32_t start_byte; /* and bytes */
	uint32_t stop_byte;
} cs_token;

/* A character as words have it, with the place that it comes from. */
typedef struct cs_read_character
{
	uint32_t value;
	uint32_t at;   /* character of the source */
	uint32_t byte; /* its first byte, */
	uint32_t size; /* and how many */
} cs_read_character;

typedef struct cs_word_pieces
{
	cs_token *token; /* [count], without [CLS] and [SEP] */
	size_t count;
	size_t capacity;
	cs_read_character *word; /* the word at hand */
	size_t length;
	size_t run; /* where the combining characters at its end begin */
} cs_word_pieces;

/* Room for any text of `length` bytes. */
extern bool cs_word_pieces_create(cs_word_pieces *pieces, size_t length, cs_workspace *workspace);

/* Reads a text of UTF-8; CS_OUT_OF_RANGE where it is not valid, CS_SIZE_OVERFLOW without room. */
extern cs_status cs_word_pieces_read(cs_word_pieces *pieces, const cs_vocabulary *vocabulary,
									 const cs_word_piece_rules *rules, const char *source,
									 size_t length);

#endif

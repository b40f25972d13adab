/*
 * normal_text.h
 *		A text as methods read it: characters in lower case, decomposed (NFD, Unicode Annex 15) and
 *		without their nonspacing marks (Mn) and control characters, each of a class and with the
 *		place in the source that it comes from.  What Unicode says of characters is libutf8proc's.
 */
#ifndef CREDITSPREAD_NUMERIC_NORMAL_TEXT_H
#define CREDITSPREAD_NUMERIC_NORMAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"

typedef enum cs_character_class
{
	CS_CHARACTER_SPACE,
	CS_CHARACTER_WORD,		  /* letters, marks and digits of scripts that part words */
	CS_CHARACTER_IDEOGRAPH,	  /* ideographs and kana: each a word of its own */
	CS_CHARACTER_PUNCTUATION, /* likewise, and symbols */
} cs_character_class;

typedef struct cs_normal_text
{
	uint32_t *character; /* [count] code points */
	uint32_t *origin;	 /* [count] byte of the source at which its character begins */
	uint8_t *class;		 /* [count] cs_character_class */
	size_t count;
	size_t capacity;
} cs_normal_text;

/* Room for any text of `length` bytes; false when the workspace is too small. */
extern bool cs_normal_text_create(cs_normal_text *text, size_t length, cs_workspace *workspace);

/*
 * Reads a text of `length` bytes, UTF-8.  CS_OUT_OF_RANGE where it is not valid; CS_SIZE_OVERFLOW
 * when there is no room.
 */
extern cs_status cs_normal_text_read(cs_normal_text *text, const char *source, size_t length);

/* Whether a word may begin, or one end, before character `at`. */
extern bool cs_normal_text_boundary(const cs_normal_text *text, size_t at);

#endif

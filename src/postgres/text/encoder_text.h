/*
 * encoder_text.h
 *		Texts as encoders from files read them.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_ENCODER_TEXT_H
#define CREDITSPREAD_POSTGRES_TEXT_ENCODER_TEXT_H

#include "numeric/text/pooling.h"
#include "postgres/text/encoder_files.h"

/* The pieces of a text of UTF-8, palloc'd. */
extern cs_word_pieces read_word_pieces(const FileEncoder *encoder, const char *source, Size length,
									   const char *what);

#endif

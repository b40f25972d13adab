/*
 * encoder_text.h
 *		Texts as encoders from files read them: pieces, and the window of them that an encoder takes
 *		at once.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_ENCODER_TEXT_H
#define CREDITSPREAD_POSTGRES_TEXT_ENCODER_TEXT_H

#include "numeric/text/pooling.h"
#include "postgres/text/encoder_files.h"

/* The pieces of a text of UTF-8, palloc'd. */
extern cs_word_pieces read_word_pieces(const FileEncoder *encoder, const char *source, Size length,
									   const char *what);

typedef struct TextWindow
{
	const FileEncoder *encoder;
	const EncoderInput *input;
	cs_word_pieces pieces;
	int steps;	  /* positions: pieces between [CLS] and [SEP] */
	Size start;	  /* the piece at which it begins */
	uint32_t *id; /* [steps] */
	bool *chosen; /* [steps], of text_window_for_entity */
} TextWindow;

/* The window at the beginning of the text, palloc'd. */
extern void text_window_read(TextWindow *window, const FileEncoder *encoder,
							 const EncoderInput *input);

/* Moves it to piece `start`, at most the number of pieces less those of the window. */
extern void text_window_move(TextWindow *window, Size start);

/*
 * Moves it to where an entity is first mentioned: the beginning where that lies there, else around
 * the first mention; positions that overlap a mention are chosen.
 */
extern void text_window_for_entity(TextWindow *window, const cs_mention *mention, Size count);

/* Error 22003 unless the status of an encoder's pass says that all is finite. */
extern void check_encoder_status(cs_status status, const TextEncoder *encoder, const char *what);

#endif

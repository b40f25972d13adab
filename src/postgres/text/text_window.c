/*
 * text_window.c
 *		The pieces of a text, and the window of them that an encoder takes at once.
 */
#include "postgres.h"

#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/text/encoder_text.h"

/* [CLS] and [SEP]. */
#define SPECIALS 2

cs_word_pieces
read_word_pieces(const FileEncoder *encoder, const char *source, Size length, const char *what)
{
	cs_word_pieces pieces;
	cs_workspace workspace;
	Size size;
	cs_status status;

	cs_workspace_count(&workspace);
	cs_word_pieces_create(&pieces, length, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_checked(what, size), size);
	cs_word_pieces_create(&pieces, length, &workspace);
	status = cs_word_pieces_read(&pieces, &encoder->vocabulary, &encoder->rules, source, length);
	if (status == CS_OUT_OF_RANGE)
		ereport(ERROR, (errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
						errmsg("%s: a text of %zu bytes is not valid UTF-8", what, length)));
	check_status(status, what);
	return pieces;
}

void
text_window_read(TextWindow *window, const FileEncoder *encoder, const EncoderInput *input)
{
	Size most = encoder->bert.shape.positions - SPECIALS;

	window->encoder = encoder;
	window->input = input;
	window->pieces = read_word_pieces(encoder, input->source, input->length, input->what);
	window->steps = (int) Min(window->pieces.count, most) + SPECIALS;
	window->id = palloc(sizeof(uint32_t) * window->steps);
	window->chosen = palloc0(sizeof(bool) * window->steps);
	text_window_move(window, 0);
}

void
text_window_move(TextWindow *window, Size start)
{
	const cs_vocabulary *vocabulary = &window->encoder->vocabulary;
	int inner = window->steps - SPECIALS;

	window->start = start;
	window->id[0] = vocabulary->start;
	for (int i = 0; i < inner; i++)
		window->id[1 + i] = window->pieces.token[start + i].id;
	window->id[1 + inner] = vocabulary->stop;
}

/* The byte of the source after a character of the normal text. */
static Size
end_of_character(const EncoderInput *input, Size character)
{
	Size at = input->text->origin[character] + 1;

	while (at < input->length && (input->source[at] & 0xc0) == 0x80)
		at++;
	return at;
}

/* Whether a piece overlaps one of the mentions. */
static bool
is_mentioned(const TextWindow *window, Size piece, const cs_mention *mention, Size count)
{
	const cs_token *token = &window->pieces.token[piece];

	for (Size i = 0; i < count; i++)
		if (token->stop_byte > window->input->text->origin[mention[i].start] &&
			token->start_byte < end_of_character(window->input, mention[i].stop - 1))
			return true;
	return false;
}

static Size
start_for(const TextWindow *window, const cs_mention *mention)
{
	Size inner = window->steps - SPECIALS;
	Size first = 0;

	while (first < window->pieces.count && !is_mentioned(window, first, mention, 1))
		first++;
	if (first < inner || first == window->pieces.count)
		return 0;
	return Min(first - inner / 2, window->pieces.count - inner);
}

void
text_window_for_entity(TextWindow *window, const cs_mention *mention, Size count)
{
	text_window_move(window, start_for(window, mention));
	for (int i = 0; i < window->steps - SPECIALS; i++)
		window->chosen[1 + i] = is_mentioned(window, window->start + i, mention, count);
}

void
check_encoder_status(cs_status status, const TextEncoder *encoder, const char *what)
{
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: the encoder \"%s\" gives numbers that are not finite", what,
							   encoder->name),
						errhint("Its weights have NaN, infinity or numbers that are too large.")));
	check_status(status, what);
}

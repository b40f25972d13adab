/*
 * bert_encoder.c
 *		Encoders from files: a text's pieces through a BERT; of a text the first position, the
 *		pooler, or mean or largest elements of its pieces; of an entity the first position (or the
 *		pooler), then mean and largest elements of the pieces that overlap its mentions.
 */
#include "postgres.h"

#include "postgres/base/blas_buffer.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/text/encoder_files.h"
#include "postgres/text/encoder_text.h"

/* First position or pooler, mean, largest elements. */
#define ENTITY_PARTS 3

/* [CLS] and [SEP]. */
#define SPECIALS 2

typedef struct EncodedText
{
	const FileEncoder *encoder;
	const EncoderInput *input;
	cs_word_pieces pieces;
	Size most;	/* pieces of a window */
	Size start; /* the piece at which the window at hand begins */
	bool ready; /* the hidden state is that of the window */
	cs_bert_pass pass;
	uint32_t *id;
	bool *chosen; /* positions of the window */
} EncodedText;

static const FileEncoder *
files_of(const TextEncoder *encoder)
{
	return (const FileEncoder *) encoder;
}

static int
text_width(const TextEncoder *encoder, const TextOptions *options pg_attribute_unused())
{
	return files_of(encoder)->bert.shape.width;
}

static int
entity_width(const TextEncoder *encoder, const TextOptions *options pg_attribute_unused())
{
	return ENTITY_PARTS * files_of(encoder)->bert.shape.width;
}

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

static void *
read_text(const TextEncoder *encoder, const EncoderInput *input)
{
	const FileEncoder *files = files_of(encoder);
	EncodedText *text = palloc0(sizeof(EncodedText));
	cs_workspace workspace;
	Size size;
	int steps;

	if (input->options->pooling == TEXT_POOLING_POOLER && files->bert.pooler_weight == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"pooling\" is pooler, the encoder \"%s\" has none",
							   input->what, encoder->name),
						errhint("Choose cls, mean or max.")));
	text->encoder = files;
	text->input = input;
	text->pieces = read_word_pieces(files, input->source, input->length, input->what);
	text->most = files->bert.shape.positions - SPECIALS;
	steps = (int) Min(text->pieces.count, text->most) + SPECIALS;
	cs_workspace_count(&workspace);
	cs_bert_pass_create(&text->pass, &files->bert, steps, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_for_network(input->what, size), size);
	cs_bert_pass_create(&text->pass, &files->bert, steps, &workspace);
	text->id = palloc(sizeof(uint32_t) * steps);
	text->chosen = palloc(sizeof(bool) * steps);
	return text;
}

/* The hidden state of the window that begins at piece `start`. */
static void
run_window(EncodedText *text, Size start)
{
	const cs_vocabulary *vocabulary = &text->encoder->vocabulary;
	int inner = text->pass.steps - SPECIALS;
	cs_status status;

	if (text->ready && text->start == start)
		return;
	text->id[0] = vocabulary->start;
	for (int i = 0; i < inner; i++)
		text->id[1 + i] = text->pieces.token[start + i].id;
	text->id[1 + inner] = vocabulary->stop;
	text->ready = false;
	status = cs_bert_forward(&text->pass, text->id);
	if (status == CS_NOT_FINITE)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s: the encoder \"%s\" gives numbers that are not finite",
							   text->input->what, text->encoder->encoder.name),
						errhint("Its weights have NaN, infinity or numbers that are too large.")));
	check_status(status, text->input->what);
	text->start = start;
	text->ready = true;
}

/* The vector of the first position, or what the pooler makes of it. */
static void
first_position(EncodedText *text, float *vector)
{
	Size bytes = sizeof(float) * text->encoder->bert.shape.width;

	if (text->input->options->pooling != TEXT_POOLING_POOLER)
		memcpy(vector, text->pass.hidden, bytes);
	else
	{
		cs_bert_pool(&text->pass);
		memcpy(vector, text->pass.pooled, bytes);
	}
}

static void
embed(void *encoded, float *vector)
{
	EncodedText *text = encoded;
	int pooling = text->input->options->pooling;
	int width = text->encoder->bert.shape.width;

	if (pooling == CS_POOLING_MEAN_MAX)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"pooling\" is mean_max, the encoder \"%s\" has cls, "
							   "pooler, mean and max",
							   text->input->what, text->encoder->encoder.name),
						errhint("Choose one of these.")));
	run_window(text, 0);
	for (int t = 0; t < text->pass.steps; t++)
		text->chosen[t] = t > 0 && t < text->pass.steps - 1;
	if (pooling == CS_POOLING_MEAN)
		cs_bert_mean_max(vector, NULL, text->pass.hidden, text->chosen, text->pass.steps, width);
	else if (pooling == CS_POOLING_MAX)
		cs_bert_mean_max(NULL, vector, text->pass.hidden, text->chosen, text->pass.steps, width);
	else
		first_position(text, vector);
	if (text->input->options->unit_length)
		cs_bert_normalize(vector, width);
}

/* ---- entities ---- */

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
is_mentioned(const EncodedText *text, const cs_token *token, const cs_mention *mention, Size count)
{
	for (Size i = 0; i < count; i++)
		if (token->stop_byte > text->input->text->origin[mention[i].start] &&
			token->start_byte < end_of_character(text->input, mention[i].stop - 1))
			return true;
	return false;
}

/* Where the window for an entity begins: at 0 when a mention lies there, else around the first. */
static Size
window_of(const EncodedText *text, const cs_mention *mention, Size count)
{
	Size inner = text->pass.steps - SPECIALS;
	Size first = 0;

	while (first < text->pieces.count &&
		   !is_mentioned(text, &text->pieces.token[first], mention, 1))
		first++;
	if (first < inner || first == text->pieces.count || count == 0)
		return 0;
	return Min(first - inner / 2, text->pieces.count - inner);
}

static void
entity_features(void *encoded, const cs_mention *mention, Size count, float *vector)
{
	EncodedText *text = encoded;
	int pooling = text->input->options->pooling;
	int width = text->encoder->bert.shape.width;
	int inner = text->pass.steps - SPECIALS;

	if (pooling != TEXT_POOLING_DEFAULT && pooling != TEXT_POOLING_CLS &&
		pooling != TEXT_POOLING_POOLER)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: option \"pooling\" of the encoder \"%s\" must be cls or pooler",
						text->input->what, text->encoder->encoder.name),
				 errhint("Mean and largest elements are always among an entity's features.")));
	run_window(text, window_of(text, mention, count));
	first_position(text, vector);
	memset(text->chosen, 0, sizeof(bool) * text->pass.steps);
	for (int i = 0; i < inner; i++)
		text->chosen[1 + i] =
			is_mentioned(text, &text->pieces.token[text->start + i], mention, count);
	cs_bert_mean_max(vector + width, vector + 2 * width, &text->pass, text->chosen);
}

static const char *const own_options[] = {"pooling", "unit_length", NULL};

const TextEncoder bert_encoder = {.options = own_options,
								  .text_width = text_width,
								  .entity_width = entity_width,
								  .read = read_text,
								  .embed = embed,
								  .entity_features = entity_features};

/*
 * bert_encoder.c
 *		Encoders from files: a text's pieces through a BERT; of a text the first position, the
 *		pooler, or mean or largest elements of its pieces; of an entity the first position (or the
 *		pooler), then mean and largest elements of the pieces that overlap its mentions.
 */
#include "postgres.h"

#include "numeric/network/bert_upper.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/text/encoder_files.h"
#include "postgres/text/encoder_text.h"

typedef struct EncodedText
{
	TextWindow window;
	bool ready; /* the hidden state is that of the window that begins at piece `at` */
	Size at;
	cs_bert_pass pass;
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
	return CS_BERT_FEATURE_PARTS * files_of(encoder)->bert.shape.width;
}

static void *
read_text(const TextEncoder *encoder, const EncoderInput *input)
{
	const FileEncoder *files = files_of(encoder);
	EncodedText *text = palloc0(sizeof(EncodedText));
	cs_workspace workspace;
	Size size;

	if (input->options->pooling == TEXT_POOLING_POOLER && files->bert.pooler_weight == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"pooling\" is pooler, the encoder \"%s\" has none",
							   input->what, encoder->name),
						errhint("Choose cls, mean or max.")));
	text_window_read(&text->window, files, input);
	cs_workspace_count(&workspace);
	cs_bert_pass_create(&text->pass, &files->bert, text->window.steps, &workspace);
	size = cs_workspace_total(&workspace);
	cs_workspace_initialize(&workspace, allocate_for_network(input->what, size), size);
	cs_bert_pass_create(&text->pass, &files->bert, text->window.steps, &workspace);
	return text;
}

/* The hidden state of the window at hand. */
static void
run_window(EncodedText *text)
{
	const TextWindow *window = &text->window;

	if (text->ready && text->at == window->start)
		return;
	text->ready = false;
	check_encoder_status(cs_bert_forward(&text->pass, window->id), &window->encoder->encoder,
						 window->input->what);
	text->at = window->start;
	text->ready = true;
}

/* The vector of the first position, or what the pooler makes of it. */
static void
first_position(EncodedText *text, float *vector)
{
	Size bytes = sizeof(float) * text->window.encoder->bert.shape.width;

	if (text->window.input->options->pooling != TEXT_POOLING_POOLER)
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
	TextWindow *window = &text->window;
	const EncoderInput *input = window->input;
	int pooling = input->options->pooling;
	int width = window->encoder->bert.shape.width;

	if (pooling == CS_POOLING_MEAN_MAX)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: option \"pooling\" is mean_max, the encoder \"%s\" has cls, "
							   "pooler, mean and max",
							   input->what, window->encoder->encoder.name),
						errhint("Choose one of these.")));
	text_window_move(window, 0);
	run_window(text);
	for (int t = 0; t < window->steps; t++)
		window->chosen[t] = t > 0 && t < window->steps - 1;
	if (pooling == CS_POOLING_MEAN)
		cs_bert_mean_max(vector, NULL, text->pass.hidden, window->chosen, window->steps, width);
	else if (pooling == CS_POOLING_MAX)
		cs_bert_mean_max(NULL, vector, text->pass.hidden, window->chosen, window->steps, width);
	else
		first_position(text, vector);
	if (input->options->unit_length)
		cs_bert_normalize(vector, width);
}

static void
entity_features(void *encoded, const cs_mention *mention, Size count, float *vector)
{
	EncodedText *text = encoded;
	TextWindow *window = &text->window;
	int pooling = window->input->options->pooling;

	if (pooling != TEXT_POOLING_DEFAULT && pooling != TEXT_POOLING_CLS &&
		pooling != TEXT_POOLING_POOLER)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s: option \"pooling\" of the encoder \"%s\" must be cls or pooler",
						window->input->what, window->encoder->encoder.name),
				 errhint("Mean and largest elements are always among an entity's features.")));
	text_window_for_entity(window, mention, count);
	run_window(text);
	cs_bert_entity_features(vector, text->pass.hidden, window->chosen, window->steps,
							window->encoder->bert.shape.width);
	first_position(text, vector);
}

static const char *const own_options[] = {"pooling", "unit_length", NULL};

const TextEncoder bert_encoder = {.options = own_options,
								  .text_width = text_width,
								  .entity_width = entity_width,
								  .read = read_text,
								  .embed = embed,
								  .entity_features = entity_features};

/*
 * sentiment_text_fit.c
 *		The aggregate entity_sentiment_fit over texts: an encoder makes the features of the entities
 *		in them, and its upper layers may be trained with the head.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "postgres/base/arguments.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/base/settings.h"
#include "postgres/state/panel_state.h"
#include "postgres/text/encoder_text.h"
#include "postgres/text/entity_list.h"
#include "postgres/text/sentiment_fit.h"
#include "postgres/text/text_argument.h"

#define WHAT SENTIMENT_FIT

/* ---- the state: the three shares; key of the text, text, entity ---- */

enum
{
	KEY,
	SOURCE,
	ENTITY,
	TEXTS
};

static void
check_row(const Row *row)
{
	for (int i = 0; i < TEXTS; i++)
		if (row->text[i] == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("a row of a creditspread_labelled_text without all of key, text and "
							"entity is none")));
	check_sentiment_label(row->values);
}

static const RowType labelled_text_type = {.type = ROW_STATE_TYPE("creditspread_labelled_text"),
										   .columns = CS_SENTIMENT_CLASSES,
										   .texts = TEXTS,
										   .may_untimed = true,
										   .check = check_row};

ROW_STATE_FUNCTIONS(labelled_text, &labelled_text_type)

/* A text argument of a row, not ended by a zero. */
static void
set_text(FunctionCallInfo fcinfo, int argno, const char *name, Row *row, int number)
{
	text *given;

	if (PG_ARGISNULL(argno))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg(WHAT ": %s is NULL", name),
						errhint(LEAVE_ROWS_OUT)));
	given = PG_GETARG_TEXT_PP(argno);
	row->text[number] = VARDATA_ANY(given);
	row->length[number] = (int32) VARSIZE_ANY_EXHDR(given);
}

/* transition(state, text_id, text, entity, probabilities, options) */
PG_FUNCTION_INFO_V1(creditspread_entity_sentiment_text_fit_transition);
Datum
creditspread_entity_sentiment_text_fit_transition(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	const Jsonb *options = PG_ARGISNULL(5) ? NULL : PG_GETARG_JSONB_P(5);
	char *key = entity_argument(fcinfo, 1);
	double label[CS_SENTIMENT_CLASSES];
	Row row = {.columns = CS_SENTIMENT_CLASSES, .count = CS_SENTIMENT_CLASSES, .values = label};

	row.text[KEY] = key;
	row.length[KEY] = (int32) strlen(key);
	set_text(fcinfo, 2, "text", &row, SOURCE);
	set_text(fcinfo, 3, "entity", &row, ENTITY);
	sentiment_label_argument(fcinfo, 4, label);
	PG_RETURN_POINTER(row_state_append(fcinfo, &labelled_text_type, WHAT, state, &row, options));
}

/* ---- rows in order ---- */

static inline int
compare_texts(const Row *a, const Row *b, int number)
{
	int order = memcmp(a->text[number], b->text[number], Min(a->length[number], b->length[number]));

	return order != 0
			   ? order
			   : (a->length[number] > b->length[number]) - (a->length[number] < b->length[number]);
}

/* Rows that have all in common may change places. */
static inline int
compare_rows(const Row *a, const Row *b)
{
	int order = 0;

	for (int i = 0; order == 0 && i < TEXTS; i++)
		order = compare_texts(a, b, i);
	for (int k = 0; order == 0 && k < CS_SENTIMENT_CLASSES; k++)
		order = (a->values[k] > b->values[k]) - (a->values[k] < b->values[k]);
	return order;
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE Row
#define ST_COMPARE(a, b) compare_rows(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static Row *
sorted_rows(const RowState *state)
{
	Row *rows = allocate_checked(WHAT, sizeof(Row) * state->count);
	int64 position = 0;

	for (int64 i = 0; i < state->count; i++)
		position = row_state_read(&labelled_text_type, state, position, &rows[i]);
	sort_rows(rows, state->count);
	return rows;
}

/* Labels, and which rows are of one text. */
static void
set_labels(cs_sentiment_data *data, const Row *rows)
{
	Size *texts = allocate_checked(WHAT, sizeof(Size) * data->rows);
	float *label = allocate_checked(WHAT, sizeof(float) * data->rows * CS_SENTIMENT_CLASSES);

	for (Size i = 0; i < data->rows; i++)
	{
		if (i == 0 || compare_texts(&rows[i - 1], &rows[i], KEY) != 0)
			data->texts++;
		texts[i] = data->texts - 1;
		for (int k = 0; k < CS_SENTIMENT_CLASSES; k++)
			label[i * CS_SENTIMENT_CLASSES + k] = (float) rows[i].values[k];
	}
	data->text = texts;
	data->label = label;
}

/* ---- what the encoder makes of the rows ---- */

typedef struct ReadRow
{
	NormalText normal;
	Mentions mentions;
	EncoderInput input;
} ReadRow;

/* Reads the text of a row and finds its entity in it, in the current context. */
static void
read_row(ReadRow *read, const Row *row, const TextOptions *options)
{
	NormalText name =
		normal_text_of(pnstrdup(row->text[ENTITY], row->length[ENTITY]), row->length[ENTITY], WHAT);
	cs_entity entity;

	cs_entity_take(&entity, &name.text, 0);
	read->normal =
		normal_text_of(pnstrdup(row->text[SOURCE], row->length[SOURCE]), row->length[SOURCE], WHAT);
	read->mentions = find_mentions(&entity, 1, &read->normal.text, WHAT);
	if (read->mentions.count == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": the entity \"%s\" does not occur in text %s",
							   pnstrdup(row->text[ENTITY], row->length[ENTITY]),
							   pnstrdup(row->text[KEY], row->length[KEY])),
						errhint("Leave such rows out: FILTER (WHERE EXISTS (SELECT FROM "
								"entity_features(encoder, text, ARRAY[entity]))).")));
	read->input = (EncoderInput){.what = WHAT,
								 .source = read->normal.source,
								 .length = read->normal.length,
								 .text = &read->normal.text,
								 .options = options};
}

/* The features of rows whose encoder stays as it is. */
static void
set_features(cs_sentiment_data *data, const Row *rows, const TextEncoder *encoder,
			 const TextOptions *options)
{
	float *feature;
	MemoryContext temporary;
	MemoryContext old;

	data->features = encoder->entity_width(encoder, options);
	feature = allocate_checked(
		WHAT, cs_saturated_product(data->rows, sizeof(float) * (Size) data->features));
	temporary = AllocSetContextCreate(CurrentMemoryContext, WHAT, ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(temporary);
	for (Size i = 0; i < data->rows; i++)
	{
		ReadRow read;

		read_row(&read, &rows[i], options);
		encoder->entity_features(encoder->read(encoder, &read.input), read.mentions.mention,
								 read.mentions.count, feature + i * data->features);
		MemoryContextReset(temporary);
		CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(temporary);
	data->feature = feature;
}

/* Positions of all rows, which grow as the rows are read. */
typedef struct Positions
{
	uint32_t *id;
	bool *chosen;
	Size room;
} Positions;

static void
make_positions(Positions *positions, Size used, Size more)
{
	Positions larger = {.room = Max(2 * positions->room, used + more)};

	if (used + more <= positions->room)
		return;
	larger.id = allocate_checked(WHAT, cs_saturated_product(larger.room, sizeof(uint32_t)));
	larger.chosen = allocate_checked(WHAT, larger.room);
	if (used > 0)
	{
		memcpy(larger.id, positions->id, sizeof(uint32_t) * used);
		memcpy(larger.chosen, positions->chosen, used);
		pfree(positions->id);
		pfree(positions->chosen);
	}
	*positions = larger;
}

/* The positions that the encoder takes of each row. */
static void
set_positions(cs_sentiment_tuning *tuning, const Row *rows, const FileEncoder *files,
			  const TextOptions *options)
{
	Size *start = allocate_checked(WHAT, sizeof(Size) * (tuning->rows + 1));
	Positions positions = {0};
	MemoryContext temporary =
		AllocSetContextCreate(CurrentMemoryContext, WHAT, ALLOCSET_DEFAULT_SIZES);

	start[0] = 0;
	for (Size i = 0; i < tuning->rows; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(temporary);
		TextWindow window;
		ReadRow read;

		read_row(&read, &rows[i], options);
		text_window_read(&window, files, &read.input);
		text_window_for_entity(&window, read.mentions.mention, read.mentions.count);
		MemoryContextSwitchTo(old);
		make_positions(&positions, start[i], window.steps);
		memcpy(positions.id + start[i], window.id, sizeof(uint32_t) * window.steps);
		memcpy(positions.chosen + start[i], window.chosen, window.steps);
		start[i + 1] = start[i] + window.steps;
		tuning->steps = Max(tuning->steps, window.steps);
		MemoryContextReset(temporary);
		CHECK_FOR_INTERRUPTS();
	}
	MemoryContextDelete(temporary);
	tuning->start = start;
	tuning->id = positions.id;
	tuning->chosen = positions.chosen;
}

/* Whether what the lower layers give of all rows may be kept beside the rest. */
static bool
may_keep_lower(const cs_sentiment_data *data, cs_sentiment_tuning *tuning,
			   const SentimentOptions *options)
{
	cs_workspace workspace;
	cs_sentiment_fit fit;
	Size size;

	tuning->keeps_lower = true;
	cs_workspace_count(&workspace);
	cs_sentiment_fit_create(&fit, &options->head, data, &workspace);
	size = cs_workspace_total(&workspace);
	return is_within_memory(cs_saturated_sum(size, blas_buffer_size()));
}

static Model *
tune(cs_sentiment_data data, const Row *rows, const FileEncoder *files,
	 const SentimentOptions *options, const TextOptions *text_options, const char *fingerprint)
{
	cs_sentiment_tuning tuning = {.bert = &files->bert,
								  .layers = options->layers,
								  .learning_rate = options->encoder_learning_rate,
								  .dropout = options->encoder_dropout,
								  .rows = data.rows};

	set_positions(&tuning, rows, files, text_options);
	data.features = CS_BERT_FEATURE_PARTS * files->bert.shape.width;
	data.tuning = &tuning;
	tuning.keeps_lower = may_keep_lower(&data, &tuning, options);
	return sentiment_train(&data, options, fingerprint);
}

/* The encoder of the options, whose layers may be trained. */
static const TextEncoder *
encoder_of(const SentimentOptions *options)
{
	const TextEncoder *encoder;
	const cs_bert_shape *shape;

	if (options->encoder[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": texts need the option \"encoder\""),
						errhint("Name one of text_encoders().")));
	encoder = text_encoder(options->encoder, WHAT);
	if (options->layers == 0)
		return encoder;
	if (encoder == &hashing_encoder)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"layers\" is %d, the encoder \"%s\" has none",
							   options->layers, encoder->name),
						errhint("Choose an encoder from files.")));
	shape = &((const FileEncoder *) encoder)->bert.shape;
	if (options->layers > shape->layers)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg(WHAT ": option \"layers\" is %d, the encoder \"%s\" has %d",
							   options->layers, encoder->name, shape->layers)));
	check_parameter_count(
		&entity_sentiment_model_kind,
		sentiment_parameter_count(options, CS_BERT_FEATURE_PARTS * shape->width, shape));
	return encoder;
}

PG_FUNCTION_INFO_V1(creditspread_entity_sentiment_text_fit_final);
Datum
creditspread_entity_sentiment_text_fit_final(PG_FUNCTION_ARGS)
{
	RowState *state = row_state_argument(fcinfo, 0);
	SentimentOptions options;
	TextOptions text_options;
	const TextEncoder *encoder;
	const char *fingerprint;
	cs_sentiment_data data = {0};
	Model *model;
	Row *rows;

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	check_row_columns(WHAT, state->columns, CS_SENTIMENT_CLASSES, CS_SENTIMENT_CLASSES);
	options = sentiment_read_options(row_state_options(state), WHAT);
	encoder = encoder_of(&options);
	fingerprint = pstrdup(encoder->fingerprint);
	text_options = text_read_options(NULL, WHAT, encoder);
	rows = sorted_rows(state);
	data.rows = state->count;
	set_labels(&data, rows);
	if (options.layers > 0)
		model =
			tune(data, rows, (const FileEncoder *) encoder, &options, &text_options, fingerprint);
	else
	{
		set_features(&data, rows, encoder, &text_options);
		check_parameter_count(&entity_sentiment_model_kind,
							  sentiment_parameter_count(&options, data.features, NULL));
		model = sentiment_train(&data, &options, fingerprint);
	}
	if (model == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(model);
}

/*
 * bert_config.c
 *		Reads the settings of an encoder and checks that they are those of a BERT that can be run.
 */
#include "numeric/text/bert_config.h"

#include <stddef.h>
#include <string.h>

#include "numeric/text/json_reader.h"

#define REQUIRED (-1)

typedef struct size_field
{
	const char *key;
	size_t offset; /* in cs_bert_shape, an int */
	int least;
	int most;
	int value; /* without the key */
} size_field;

/* Bounds far beyond any encoder, which keep sizes from overflowing. */
static const size_field size_fields[] = {
	{"vocab_size", offsetof(cs_bert_shape, vocabulary), 4, 10000000, REQUIRED},
	{"hidden_size", offsetof(cs_bert_shape, width), 1, 16384, REQUIRED},
	{"num_hidden_layers", offsetof(cs_bert_shape, layers), 1, CS_BERT_MAX_LAYERS, REQUIRED},
	{"num_attention_heads", offsetof(cs_bert_shape, heads), 1, 1024, REQUIRED},
	{"intermediate_size", offsetof(cs_bert_shape, feed_forward), 1, 65536, REQUIRED},
	{"max_position_embeddings", offsetof(cs_bert_shape, positions), 3, 65536, REQUIRED},
	{"type_vocab_size", offsetof(cs_bert_shape, types), 1, 65536, 2}};
#define SIZE_FIELDS ((int) (sizeof(size_fields) / sizeof(size_fields[0])))

typedef struct activation_name
{
	const char *name;
	cs_activation activation;
} activation_name;

static const activation_name activation_names[] = {{"gelu", CS_ACTIVATION_GELU},
												   {"gelu_python", CS_ACTIVATION_GELU},
												   {"gelu_new", CS_ACTIVATION_GELU_TANH},
												   {"gelu_fast", CS_ACTIVATION_GELU_TANH},
												   {"gelu_pytorch_tanh", CS_ACTIVATION_GELU_TANH},
												   {"relu", CS_ACTIVATION_RELU}};
#define ACTIVATION_NAMES (sizeof(activation_names) / sizeof(activation_names[0]))

#define DEFAULT_NORM_EPSILON 1e-12
#define LARGEST_NORM_EPSILON 0.1

static cs_status
fail(cs_config_fault *fault, const char *clause, const char *key)
{
	fault->clause = clause;
	fault->key = key;
	return CS_OUT_OF_RANGE;
}

static int *
size_at(cs_bert_shape *shape, const size_field *field)
{
	return (int *) (void *) ((char *) shape + field->offset);
}

/* Whether the key is one of the sizes, which is read then. */
static bool
read_size(cs_json *json, cs_bert_shape *shape, const cs_json_text *key, cs_config_fault *fault)
{
	for (int i = 0; i < SIZE_FIELDS; i++)
	{
		const size_field *field = size_fields + i;
		uint64_t value;

		if (!cs_json_text_is(key, field->key))
			continue;
		if (cs_json_size(json, &value) &&
			(value < (uint64_t) field->least || value > (uint64_t) field->most))
			fail(fault, "a size out of range", field->key);
		else if (json->fault != NULL)
			fail(fault, json->fault, field->key);
		else
			*size_at(shape, field) = (int) value;
		return true;
	}
	return false;
}

static void
read_activation(cs_json *json, cs_bert_shape *shape, cs_config_fault *fault)
{
	cs_json_text text;

	if (!cs_json_string(json, &text))
		return;
	for (size_t i = 0; i < ACTIVATION_NAMES; i++)
		if (cs_json_text_is(&text, activation_names[i].name))
		{
			shape->activation = activation_names[i].activation;
			return;
		}
	fail(fault, "an activation other than gelu, gelu_new and relu", "hidden_act");
}

static void
read_epsilon(cs_json *json, cs_bert_shape *shape, cs_config_fault *fault)
{
	double value;

	if (!cs_json_number(json, &value))
		return;
	if (!(value >= 0 && value <= LARGEST_NORM_EPSILON))
		fail(fault, "a number out of range", "layer_norm_eps");
	shape->norm_epsilon = value;
}

static void
expect_text(cs_json *json, const char *key, const char *value, cs_config_fault *fault)
{
	cs_json_text text;

	if (cs_json_string(json, &text) && !cs_json_text_is(&text, value))
		fail(fault, "a kind of model that is not an encoder of BERT's kind", key);
}

static void
read_setting(cs_json *json, cs_bert_shape *shape, const cs_json_text *key, cs_config_fault *fault)
{
	bool decoder;

	if (read_size(json, shape, key, fault))
		return;
	if (cs_json_text_is(key, "hidden_act"))
		read_activation(json, shape, fault);
	else if (cs_json_text_is(key, "layer_norm_eps"))
		read_epsilon(json, shape, fault);
	else if (cs_json_text_is(key, "model_type"))
		expect_text(json, "model_type", "bert", fault);
	else if (cs_json_text_is(key, "position_embedding_type"))
		expect_text(json, "position_embedding_type", "absolute", fault);
	else if (cs_json_text_is(key, "is_decoder"))
	{
		if (cs_json_boolean(json, &decoder) && decoder)
			fail(fault, "a kind of model that is not an encoder of BERT's kind", "is_decoder");
	}
	else
		cs_json_skip(json);
}

cs_status
cs_bert_config_read(cs_bert_shape *shape, cs_config_fault *fault, const char *text, size_t length)
{
	cs_json json;
	cs_json_text key;

	memset(shape, 0, sizeof(*shape));
	memset(fault, 0, sizeof(*fault));
	for (int i = 0; i < SIZE_FIELDS; i++)
		*size_at(shape, size_fields + i) = size_fields[i].value;
	shape->activation = CS_ACTIVATION_GELU;
	shape->norm_epsilon = DEFAULT_NORM_EPSILON;
	cs_json_start(&json, text, length);
	if (cs_json_enter(&json, '{'))
		while (fault->clause == NULL && cs_json_key(&json, &key))
			read_setting(&json, shape, &key, fault);
	if (fault->clause != NULL)
		return CS_OUT_OF_RANGE;
	if (!cs_json_finish(&json))
		return fail(fault, json.fault, NULL);
	for (int i = 0; i < SIZE_FIELDS; i++)
		if (*size_at(shape, size_fields + i) == REQUIRED)
			return fail(fault, "a size is missing", size_fields[i].key);
	if (shape->width % shape->heads != 0)
		return fail(fault, "the number of heads does not divide hidden_size",
					"num_attention_heads");
	return CS_OK;
}

/* true, false, or null for what the default is. */
static void
read_switch(cs_json *json, int *value)
{
	bool is;

	if (cs_json_peek(json) == 'n')
		cs_json_skip(json);
	else if (cs_json_boolean(json, &is))
		*value = is;
}

cs_status
cs_word_piece_config_read(cs_word_piece_rules *rules, cs_config_fault *fault, const char *text,
						  size_t length)
{
	cs_json json;
	cs_json_text key;
	int lower = true;
	int strip = -1;
	int ideographs = true;
	int basic = true;

	memset(fault, 0, sizeof(*fault));
	cs_json_start(&json, text, length);
	if (cs_json_enter(&json, '{'))
		while (cs_json_key(&json, &key))
		{
			if (cs_json_text_is(&key, "do_lower_case"))
				read_switch(&json, &lower);
			else if (cs_json_text_is(&key, "strip_accents"))
				read_switch(&json, &strip);
			else if (cs_json_text_is(&key, "tokenize_chinese_chars"))
				read_switch(&json, &ideographs);
			else if (cs_json_text_is(&key, "do_basic_tokenize"))
				read_switch(&json, &basic);
			else
				cs_json_skip(&json);
		}
	if (!cs_json_finish(&json))
		return fail(fault, json.fault, NULL);
	if (!basic)
		return fail(fault, "texts that come split into words", "do_basic_tokenize");
	rules->lower = lower != 0;
	rules->strip_accents = strip < 0 ? rules->lower : strip != 0;
	rules->part_ideographs = ideographs != 0;
	return CS_OK;
}

/* A plain name of a file; false: it is none. */
static bool
file_name(char *to, const cs_json_text *text)
{
	size_t length;

	if (text->length == 0 || text->length >= CS_FILE_NAME)
		return false;
	length = cs_json_unescape(to, text);
	to[length] = '\0';
	return to[0] != '.' && strspn(to, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
									  "0123456789_.-") == length;
}

cs_status
cs_tensor_index_read(cs_config_fault *fault, const char *text, size_t length,
					 bool (*found)(void *context, const char *file), void *context)
{
	cs_json json;
	cs_json_text key;
	cs_json_text value;
	char name[CS_FILE_NAME];
	bool mapped = false;

	memset(fault, 0, sizeof(*fault));
	cs_json_start(&json, text, length);
	if (cs_json_enter(&json, '{'))
		while (cs_json_key(&json, &key))
		{
			if (!cs_json_text_is(&key, "weight_map"))
			{
				cs_json_skip(&json);
				continue;
			}
			mapped = true;
			if (!cs_json_enter(&json, '{'))
				break;
			while (cs_json_key(&json, &key) && cs_json_string(&json, &value))
				if (!file_name(name, &value))
					return fail(fault, "a name that is not that of a file", "weight_map");
				else if (!found(context, name))
					return fail(fault, "too many files", "weight_map");
		}
	if (!cs_json_finish(&json))
		return fail(fault, json.fault, NULL);
	return mapped ? CS_OK : fail(fault, "an object is missing", "weight_map");
}

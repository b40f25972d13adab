/*
 * test_bert.c
 *		Encoders out of the bytes of their files: tensors, vocabulary, pieces, hidden states,
 *		against test/golden/make_bert.py; and bytes that are no such files.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/base/random.h"
#include "numeric/network/bert.h"
#include "numeric/text/bert_config.h"
#include "numeric/text/bert_weights.h"
#include "numeric/text/word_piece.h"

#include "golden/bert.h"
#include "check_helper.h"
#include "poll_helper.h"

#define MAX_SHARDS 2
#define WIDTH 8

/* Hidden states differ from those in double precision by rounding in single precision. */
#define TOLERANCE 1e-5

typedef struct test_encoder
{
	cs_bert bert;
	cs_vocabulary vocabulary;
	cs_word_piece_rules rules;
	cs_safetensors shard[MAX_SHARDS];
	unsigned char *bytes[MAX_SHARDS]; /* copies of their own, so that sanitizers see their ends */
	int shards;
	void *block[MAX_SHARDS + 2];
	int blocks;
} test_encoder;

static const golden_encoder_files_case *
file_of(const char *encoder, const char *name)
{
	for (size_t i = 0; i < COUNT(golden_encoder_files); i++)
		if (strcmp(golden_encoder_files[i].encoder, encoder) == 0 &&
			strcmp(golden_encoder_files[i].name, name) == 0)
			return golden_encoder_files + i;
	return NULL;
}

/* A block of what the workspace counted, over which it is laid. */
static void *
lay_block(test_encoder *test, cs_workspace *workspace)
{
	size_t size = cs_workspace_total(workspace);
	void *block = malloc(size);

	test->block[test->blocks++] = block;
	cs_workspace_initialize(workspace, block, size);
	return block;
}

static cs_status
read_safetensors(cs_safetensors *file, const unsigned char *bytes, size_t size, void **block)
{
	cs_workspace workspace;
	cs_status status = cs_safetensors_count(file, bytes, size);

	*block = NULL;
	if (status != CS_OK)
		return status;
	cs_workspace_count(&workspace);
	cs_safetensors_create(file, &workspace);
	*block = malloc(cs_workspace_total(&workspace));
	cs_workspace_initialize(&workspace, *block, cs_workspace_total(&workspace));
	assert_true(cs_safetensors_create(file, &workspace));
	return cs_safetensors_read(file, bytes, size);
}

static bool
count_name(void *context, const char *name)
{
	*(int *) context += name[0] != '\0';
	return true;
}

static void
add_shard(test_encoder *test, const golden_encoder_files_case *file)
{
	unsigned char *bytes = malloc((size_t) file->size);

	memcpy(bytes, file->content, (size_t) file->size);
	test->bytes[test->shards] = bytes;
	assert_int_equal(CS_OK, read_safetensors(&test->shard[test->shards], bytes, (size_t) file->size,
											 &test->block[test->blocks++]));
	test->shards++;
}

static void
load(test_encoder *test, const char *name)
{
	const golden_encoder_files_case *config = file_of(name, "config.json");
	const golden_encoder_files_case *tokenizer = file_of(name, "tokenizer_config.json");
	const golden_encoder_files_case *lines = file_of(name, "vocab.txt");
	cs_config_fault fault;
	cs_bert_weights weights = {0};
	cs_workspace workspace;

	memset(test, 0, sizeof(*test));
	assert_int_equal(CS_OK,
					 cs_bert_config_read(&test->bert.shape, &fault, (const char *) config->content,
										 (size_t) config->size));
	assert_int_equal(CS_OK, cs_word_piece_config_read(&test->rules, &fault,
													  (const char *) tokenizer->content,
													  (size_t) tokenizer->size));
	cs_vocabulary_count(&test->vocabulary, (const char *) lines->content, (size_t) lines->size);
	cs_workspace_count(&workspace);
	cs_vocabulary_create(&test->vocabulary, &workspace);
	lay_block(test, &workspace);
	cs_vocabulary_create(&test->vocabulary, &workspace);
	assert_int_equal(CS_OK, cs_vocabulary_read(&test->vocabulary, (const char *) lines->content,
											   (size_t) lines->size));
	if (file_of(name, "model.safetensors") != NULL)
		add_shard(test, file_of(name, "model.safetensors"));
	else
	{
		const golden_encoder_files_case *index = file_of(name, "model.safetensors.index.json");
		int names = 0;

		assert_int_equal(CS_OK, cs_tensor_index_read(&fault, (const char *) index->content,
													 (size_t) index->size, count_name, &names));
		assert_true(names > 30);
		add_shard(test, file_of(name, "model-00001-of-00002.safetensors"));
		add_shard(test, file_of(name, "model-00002-of-00002.safetensors"));
	}
	weights.file = test->shard;
	weights.files = test->shards;
	cs_workspace_count(&workspace);
	assert_int_equal(CS_OK, cs_bert_weights_lay(&weights, &test->bert, &workspace));
	lay_block(test, &workspace);
	assert_int_equal(CS_OK, cs_bert_weights_lay(&weights, &test->bert, &workspace));
	/* in place but where a float is of another kind or lies unaligned */
	if (strcmp(name, "cased") == 0)
		assert_true(weights.copied > 0);
}

static void
unload(test_encoder *test)
{
	for (int i = 0; i < test->blocks; i++)
		free(test->block[i]);
	for (int i = 0; i < test->shards; i++)
		free(test->bytes[i]);
}

/* The text that hexadecimal digits stand for, and its length. */
static size_t
from_hexadecimal(char *to, const char *digits)
{
	size_t length = strlen(digits) / 2;

	for (size_t i = 0; i < length; i++)
	{
		char pair[3] = {digits[2 * i], digits[2 * i + 1], '\0'};

		to[i] = (char) strtol(pair, NULL, 16);
	}
	return length;
}

static size_t
read_pieces(cs_word_pieces *pieces, const test_encoder *test, const char *source, size_t length,
			void **block)
{
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	cs_word_pieces_create(pieces, length, &workspace);
	*block = malloc(cs_workspace_total(&workspace));
	cs_workspace_initialize(&workspace, *block, cs_workspace_total(&workspace));
	assert_true(cs_word_pieces_create(pieces, length, &workspace));
	assert_int_equal(CS_OK,
					 cs_word_pieces_read(pieces, &test->vocabulary, &test->rules, source, length));
	return pieces->count;
}

static void
check_pieces(const test_encoder *test, const golden_encoder_texts_case *golden)
{
	char *source = malloc(strlen(golden->source) / 2 + 1);
	size_t length = from_hexadecimal(source, golden->source);
	cs_word_pieces pieces;
	void *block;

	assert_true(read_pieces(&pieces, test, source, length, &block) + 2 >= (size_t) golden->count);
	assert_int_equal(golden->id[0], test->vocabulary.start);
	for (int i = 1; i < golden->count - 1; i++)
	{
		assert_int_equal(golden->id[i], pieces.token[i - 1].id);
		assert_int_equal(golden->start[i], pieces.token[i - 1].start);
		assert_int_equal(golden->stop[i], pieces.token[i - 1].stop);
	}
	assert_int_equal(golden->id[golden->count - 1], test->vocabulary.stop);
	free(block);
	free(source);
}

/* The pooler in double precision, and its answer at length 1. */
static void
check_pooled(cs_bert_pass *pass)
{
	double pooled[WIDTH];
	double square = 0;

	cs_bert_pool(pass);
	for (int i = 0; i < WIDTH; i++)
	{
		double sum = pass->bert->pooler_bias[i];

		for (int j = 0; j < WIDTH; j++)
			sum += (double) pass->bert->pooler_weight[i * WIDTH + j] * pass->hidden[j];
		pooled[i] = tanh(sum);
		square += pooled[i] * pooled[i];
		assert_near(pass->pooled[i], pooled[i], TOLERANCE, 1);
	}
	cs_bert_normalize(pass->pooled, WIDTH);
	for (int i = 0; i < WIDTH; i++)
		assert_near(pass->pooled[i], pooled[i] / sqrt(square), TOLERANCE, 1);
}

static void
check_hidden(const test_encoder *test, const golden_encoder_texts_case *golden)
{
	cs_bert_pass pass;
	cs_workspace workspace;
	uint32_t id[64];
	double size = 0;
	void *block;

	for (int i = 0; i < golden->count; i++)
		id[i] = (uint32_t) golden->id[i];
	for (int i = 0; i < golden->count * WIDTH; i++)
		size = fmax(size, fabs(golden->hidden[i]));
	cs_workspace_count(&workspace);
	cs_bert_pass_create(&pass, &test->bert, golden->count, &workspace);
	block = malloc(cs_workspace_total(&workspace));
	cs_workspace_initialize(&workspace, block, cs_workspace_total(&workspace));
	assert_true(cs_bert_pass_create(&pass, &test->bert, golden->count, &workspace));
	assert_int_equal(CS_OK, cs_bert_forward(&pass, id));
	for (int i = 0; i < golden->count * WIDTH; i++)
		assert_true(fabs(pass.hidden[i] - golden->hidden[i]) <= TOLERANCE * size);
	if (test->bert.pooler_weight != NULL)
		check_pooled(&pass);
	free(block);
}

static void
test_texts(void **state)
{
	static const char *const names[] = {"lower", "cased"};

	(void) state;
	for (int e = 0; e < 2; e++)
	{
		test_encoder test;
		int texts = 0;

		load(&test, names[e]);
		for (size_t i = 0; i < COUNT(golden_encoder_texts); i++)
			if (strcmp(golden_encoder_texts[i].encoder, names[e]) == 0)
			{
				check_pieces(&test, golden_encoder_texts + i);
				check_hidden(&test, golden_encoder_texts + i);
				texts++;
			}
		assert_true(texts > 9);
		unload(&test);
	}
}

static void
test_lengths(void **state)
{
	float vector[] = {3, 0, -4};
	float zero[] = {0, 0, 0};

	(void) state;
	cs_bert_normalize(vector, 3);
	assert_near(vector[0], 0.6, 1e-7, 1);
	assert_near(vector[2], -0.8, 1e-7, 1);
	cs_bert_normalize(zero, 3);
	assert_true(zero[0] == 0 && zero[1] == 0 && zero[2] == 0);
}

static void
test_vocabularies(void **state)
{
	static const struct
	{
		const char *lines;
		const char *fault; /* NULL: none */
		size_t line;
	} cases[] = {
		{"[UNK]\n[CLS]\n[SEP]\nup\n##s\n", NULL, 0},
		{"[UNK]\r\n[CLS]\r\n[SEP]\r\nup\r\n##s", NULL, 0},
		{"[UNK]\n[CLS]\n[SEP]\nup\n\xff\n", "a line that is not UTF-8", 5},
		{"[UNK]\n[CLS]\n[SEP]\nup\n\xe4\xb8", "a line that is not UTF-8", 5},
		{"[UNK]\n[CLS]\n[SEP]\nup\r\nup\n", "a line that stands twice", 5},
		{"[CLS]\n[SEP]\nup\n", "no line [UNK]", 0},
		{"[UNK]\n[SEP]\nup\n", "no line [CLS]", 0},
		{"[UNK]\n[CLS]\nup\n", "no line [SEP]", 0},
		{"", "no line [UNK]", 0},
	};

	(void) state;
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		size_t length = strlen(cases[i].lines);
		cs_vocabulary vocabulary;
		cs_workspace workspace;
		uint32_t id;
		void *block;

		cs_vocabulary_count(&vocabulary, cases[i].lines, length);
		cs_workspace_count(&workspace);
		cs_vocabulary_create(&vocabulary, &workspace);
		block = malloc(cs_workspace_total(&workspace));
		cs_workspace_initialize(&workspace, block, cs_workspace_total(&workspace));
		assert_true(cs_vocabulary_create(&vocabulary, &workspace));
		assert_int_equal(cs_vocabulary_read(&vocabulary, cases[i].lines, length),
						 cases[i].fault == NULL ? CS_OK : CS_OUT_OF_RANGE);
		assert_int_equal(vocabulary.fault_line, cases[i].line);
		if (cases[i].fault != NULL)
			assert_string_equal(vocabulary.fault, cases[i].fault);
		else
		{
			assert_true(cs_vocabulary_find(&vocabulary, cs_piece_hash(CS_PIECE_HASH, "##s", 3),
										   "##s", 3, &id));
			assert_int_equal(id, 4);
			assert_false(
				cs_vocabulary_find(&vocabulary, cs_piece_hash(CS_PIECE_HASH, "s", 1), "s", 1, &id));
			assert_int_equal(vocabulary.count, 5);
			assert_int_equal(vocabulary.longest, 5);
			assert_int_equal(vocabulary.stop, 2);
		}
		free(block);
	}
}

/* Bytes changed, and files cut short: an answer, never a crash, nor a byte read beyond. */
static void
test_damage(void **state)
{
	const golden_encoder_files_case *file = file_of("lower", "model.safetensors");
	size_t size = (size_t) file->size;
	cs_random random;

	(void) state;
	cs_random_seed(&random, 7);
	for (size_t cut = 0; cut < size; cut += cut < 16 ? 1 : 97)
	{
		unsigned char *bytes = malloc(cut + 1);
		cs_safetensors read;
		void *block;

		memcpy(bytes, file->content, cut);
		assert_int_equal(CS_OUT_OF_RANGE, read_safetensors(&read, bytes, cut, &block));
		assert_non_null(read.fault);
		assert_true(read.fault_at <= cut + 1);
		free(block);
		free(bytes);
	}
	for (int i = 0; i < 3000; i++)
	{
		unsigned char *bytes = malloc(size);
		cs_safetensors read;
		void *block;

		memcpy(bytes, file->content, size);
		for (int k = 0; k <= i % 3; k++)
			bytes[cs_random_below(&random, 4000)] = (unsigned char) cs_random_below(&random, 256);
		if (read_safetensors(&read, bytes, size, &block) == CS_OK)
			assert_true(read.count > 0 || read.header_length < 8);
		free(block);
		free(bytes);
	}
}

static void
test_damaged_configs(void **state)
{
	static const char *const names[] = {"config.json", "tokenizer_config.json",
										"model.safetensors.index.json"};
	cs_random random;

	(void) state;
	cs_random_seed(&random, 8);
	for (int i = 0; i < 3000; i++)
	{
		const golden_encoder_files_case *file = file_of("cased", names[i % 3]);
		size_t size = i % 2 == 0 ? (size_t) file->size
								 : (size_t) cs_random_below(&random, (uint64_t) file->size);
		char *bytes = malloc(size + 1);
		cs_bert_shape shape;
		cs_word_piece_rules rules;
		cs_config_fault fault;
		int found = 0;

		memcpy(bytes, file->content, size);
		if (size > 0)
			bytes[cs_random_below(&random, size)] = (char) cs_random_below(&random, 256);
		if (cs_bert_config_read(&shape, &fault, bytes, size) == CS_OK)
			assert_true(shape.width > 0 && shape.width % shape.heads == 0 && shape.layers > 0);
		cs_word_piece_config_read(&rules, &fault, bytes, size);
		cs_tensor_index_read(&fault, bytes, size, count_name, &found);
		free(bytes);
	}
}

/* Random texts, of characters of all kinds: pieces lie within the text, one after the other. */
static void
test_random_texts(void **state)
{
	static const char *const characters[] = {"a",
											 "u",
											 "p",
											 " ",
											 "\xe4\xb8\xad",
											 "\xcc\x81",
											 "\xc3\x89",
											 ".",
											 "\xe2\x80\x8b",
											 "\xea\xb0\x80",
											 "$",
											 "\xf0\x9f\x98\x80",
											 "\xc4\xb0",
											 "I",
											 "\xe2\x82\xac",
											 "\n"};
	test_encoder test;
	cs_random random;

	(void) state;
	load(&test, "lower");
	cs_random_seed(&random, 9);
	for (int i = 0; i < 500; i++)
	{
		char source[4 * 200 + 1] = "";
		uint32_t count = (uint32_t) cs_random_below(&random, 200);
		cs_word_pieces pieces;
		void *block;

		for (uint32_t k = 0; k < count; k++)
			strcat(source, characters[cs_random_below(&random, COUNT(characters))]);
		read_pieces(&pieces, &test, source, strlen(source), &block);
		for (size_t k = 0; k < pieces.count; k++)
		{
			assert_true(pieces.token[k].start < pieces.token[k].stop);
			assert_true(pieces.token[k].stop <= count);
			assert_true(pieces.token[k].stop_byte <= strlen(source));
			assert_true(pieces.token[k].id < test.vocabulary.count);
			assert_true(k == 0 || pieces.token[k].start >= pieces.token[k - 1].start);
		}
		free(block);
	}
	unload(&test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),			cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_vocabularies),	cmocka_unit_test(test_damage),
		cmocka_unit_test(test_damaged_configs), cmocka_unit_test(test_random_texts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

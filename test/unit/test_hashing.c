/*
 * test_hashing.c
 *		Normal texts, entities in them, their hashed vectors and pooling, against a program that
 *		shares nothing with them but the description (test/golden/make_sentiment.py).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/text/entity_search.h"
#include "numeric/text/hashing.h"
#include "numeric/text/pooling.h"

#include "golden/sentiment.h"
#include "check_helper.h"
#include "poll_helper.h"

#define GOLDEN_BUCKETS 16

#define TEXTS COUNT(golden_texts)
#define ENTITIES COUNT(golden_entities)
#define CASES COUNT(golden_mentions)
#define MOST_MENTIONS 32

static const cs_hashing hashing = {.buckets = GOLDEN_BUCKETS, .window = 25, .half_distance = 30};

typedef struct Text
{
	cs_normal_text text;
	void *block;
} Text;

static cs_status
read_bytes(Text *text, const char *source, size_t length)
{
	cs_workspace workspace;
	size_t size;

	cs_workspace_count(&workspace);
	assert_true(cs_normal_text_create(&text->text, length, &workspace));
	size = cs_workspace_total(&workspace);
	text->block = malloc(size);
	cs_workspace_initialize(&workspace, text->block, size);
	assert_true(cs_normal_text_create(&text->text, length, &workspace));
	return cs_normal_text_read(&text->text, source, length);
}

static Text
read_text(const char *source)
{
	Text text;

	assert_int_equal(read_bytes(&text, source, strlen(source)), CS_OK);
	return text;
}

static void
test_texts(void **state)
{
	(void) state;
	for (size_t t = 0; t < TEXTS; t++)
	{
		float vector[GOLDEN_BUCKETS];
		Text text = read_text(golden_texts[t].text);

		cs_hashing_text(vector, &hashing, &text.text);
		for (int i = 0; i < GOLDEN_BUCKETS; i++)
			assert_true(fabs(vector[i] - golden_texts[t].vector[i]) < 1e-6);
		free(text.block);
	}
}

typedef struct Found
{
	cs_mention mention[MOST_MENTIONS];
	size_t count;
} Found;

static void
keep(void *context, const cs_mention *mention)
{
	Found *found = context;

	assert_true(found->count < MOST_MENTIONS);
	found->mention[found->count++] = *mention;
}

/* The vector of one entity; returns how often it occurs. */
static size_t
features_of(float *vector, const cs_normal_text *text, const cs_normal_text *name,
			cs_pooling pooling)
{
	cs_entity entity;
	Found found = {.count = 0};
	float sides[2 * GOLDEN_BUCKETS];

	cs_entity_take(&entity, name, 0);
	cs_entity_search(text, &entity, 1, keep, &found);
	cs_hashing_text(vector, &hashing, text);
	for (size_t i = 0; i < found.count; i++)
	{
		cs_hashing_mention(sides, &hashing, text, found.mention[i].start, found.mention[i].stop);
		cs_pooling_add(vector + GOLDEN_BUCKETS, pooling, sides, 2 * GOLDEN_BUCKETS, i);
	}
	cs_pooling_finish(vector + GOLDEN_BUCKETS, pooling, 2 * GOLDEN_BUCKETS, found.count);
	return found.count;
}

static void
test_mentions(void **state)
{
	(void) state;
	for (size_t c = 0; c < CASES; c++)
	{
		float vector[5 * GOLDEN_BUCKETS];
		Text text = read_text(golden_texts[golden_mentions[c].text].text);
		Text name = read_text(golden_entities[golden_mentions[c].entity].name);
		cs_pooling pooling = (cs_pooling) golden_mentions[c].pooling;
		int width = (1 + 2 * cs_pooling_parts(pooling)) * GOLDEN_BUCKETS;

		assert_int_equal(features_of(vector, &text.text, &name.text, pooling),
						 golden_mentions[c].mentions);
		for (int i = 0; i < width; i++)
			assert_true(fabs(vector[i] - golden_mentions[c].vector[i]) < 1e-6);
		free(text.block);
		free(name.block);
	}
}

/* All entities at once find what each finds alone, and nothing more. */
static void
test_many_entities(void **state)
{
	Text name[ENTITIES];
	cs_entity entity[ENTITIES];
	size_t cases = 0;

	(void) state;
	for (size_t e = 0; e < ENTITIES; e++)
		name[e] = read_text(golden_entities[e].name);
	for (size_t t = 0; t < TEXTS; t++)
	{
		Text text = read_text(golden_texts[t].text);
		int count[ENTITIES] = {0};
		Found found = {.count = 0};

		for (size_t e = 0; e < ENTITIES; e++)
			cs_entity_take(entity + e, &name[e].text, e);
		cs_entities_sort(entity, ENTITIES);
		cs_entity_search(&text.text, entity, ENTITIES, keep, &found);
		for (size_t i = 0; i < found.count; i++)
			count[found.mention[i].entity]++;
		for (size_t c = 0; c < CASES; c += 3)
			if (golden_mentions[c].text == (int) t)
			{
				assert_int_equal(count[golden_mentions[c].entity], golden_mentions[c].mentions);
				cases++;
				count[golden_mentions[c].entity] = 0;
			}
		for (size_t e = 0; e < ENTITIES; e++)
			assert_int_equal(count[e], 0);
		free(text.block);
	}
	assert_int_equal(cases, CASES / 3);
	for (size_t e = 0; e < ENTITIES; e++)
		free(name[e].block);
}

/* Mentions of one entity do not overlap; those of several may. */
static void
test_overlaps(void **state)
{
	Text text = read_text("\346\261\211\346\261\211\346\261\211\346\261\211\346\261\211");
	Text two = read_text("\346\261\211\346\261\211");
	Text one = read_text("\346\261\211");
	cs_entity entity[2];
	Found found = {.count = 0};

	(void) state;
	cs_entity_take(entity, &two.text, 0);
	cs_entity_take(entity + 1, &one.text, 1);
	cs_entities_sort(entity, 2);
	cs_entity_search(&text.text, entity, 2, keep, &found);
	assert_int_equal(found.count, 2 + 5);
	free(text.block);
	free(two.block);
	free(one.block);
}

static void
test_origins(void **state)
{
	Text text = read_text("\303\211a\342\200\213\tB"); /* E acute, a, a zero-width space, tab, B */

	(void) state;
	assert_int_equal(text.text.count, 4);
	assert_int_equal(text.text.character[0], 'e');
	assert_int_equal(text.text.origin[0], 0);
	assert_int_equal(text.text.origin[1], 2);
	assert_int_equal(text.text.class[2], CS_CHARACTER_SPACE);
	assert_int_equal(text.text.origin[3], 7);
	assert_int_equal(text.text.character[3], 'b');
	free(text.block);
}

static void
test_bad_bytes(void **state)
{
	static const char *const bad[] = {"\377", "a\303", "\355\240\200", "\300\200",
									  "\364\220\200\200"};
	Text text;

	(void) state;
	for (size_t i = 0; i < COUNT(bad); i++)
	{
		assert_int_equal(read_bytes(&text, bad[i], strlen(bad[i])), CS_OUT_OF_RANGE);
		free(text.block);
	}
	assert_int_equal(read_bytes(&text, "", 0), CS_OK);
	assert_int_equal(text.text.count, 0);
	free(text.block);
}

/* Every code point that Unicode has fits the room for its bytes. */
static void
test_all_characters(void **state)
{
	(void) state;
	for (uint32_t c = 0x80; c < 0x110000; c++)
	{
		char utf8[5] = {0};
		Text text;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		if (c < 0x800)
			utf8[0] = (char) (0xc0 | c >> 6);
		else if (c < 0x10000)
		{
			utf8[0] = (char) (0xe0 | c >> 12);
			utf8[1] = (char) (0x80 | (c >> 6 & 63));
		}
		else
		{
			utf8[0] = (char) (0xf0 | c >> 18);
			utf8[1] = (char) (0x80 | (c >> 12 & 63));
			utf8[2] = (char) (0x80 | (c >> 6 & 63));
		}
		utf8[strlen(utf8)] = (char) (0x80 | (c & 63));
		text = read_text(utf8);
		free(text.block);
	}
}

static void
test_polls(void **state)
{
	char *source = malloc(400001);
	float vector[GOLDEN_BUCKETS];
	poll_count count;
	Text text;

	(void) state;
	for (int i = 0; i < 400000; i++)
		source[i] = (char) (i % 7 == 6 ? ' ' : 'a' + i % 13);
	source[400000] = '\0';
	poll_count_start();
	text = read_text(source);
	count = poll_count_end();
	assert_true(count.polls > 5 && count.most < 2000000);
	poll_count_start();
	cs_hashing_text(vector, &hashing, &text.text);
	count = poll_count_end();
	assert_true(count.polls > 10 && count.most < 2000000);
	free(text.block);
	free(source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),		   cmocka_unit_test(test_mentions),
		cmocka_unit_test(test_many_entities),  cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_origins),		   cmocka_unit_test(test_bad_bytes),
		cmocka_unit_test(test_all_characters), cmocka_unit_test(test_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

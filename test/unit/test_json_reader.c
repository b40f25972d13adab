/*
 * test_json_reader.c
 *		Values of JSON and what is none (RFC 8259): escapes, numbers, nesting.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "numeric/text/json_reader.h"

#include "check_helper.h"

static void
strings_are_unescaped(void **state)
{
	static const struct
	{
		const char *json;
		const char *expected; /* NULL: a fault */
	} cases[] = {
		{"\"plain\"", "plain"},
		{" \"\" ", ""},
		{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
		{"\"\\u0041\\u007a\"", "Az"},
		{"\"\\u00e9\\u00E9\"", "\xc3\xa9\xc3\xa9"},
		{"\"a\\u20ACb\"", "a\xe2\x82\xac"
						  "b"},
		{"\"\\uD83D\\uDE00\"", "\xf0\x9f\x98\x80"}, /* a pair of surrogates */
		{"\"\\ud800\\udc00\"", "\xf0\x90\x80\x80"},
		{"\"\xf0\x9f\x98\x80\"", "\xf0\x9f\x98\x80"},
		{"\"\\uD83D\"", NULL},		  /* half a pair */
		{"\"\\uD83D\\u0041\"", NULL}, /* with another than its half */
		{"\"\\uDE00\\uD83D\"", NULL}, /* the wrong way round */
		{"\"\\u00g1\"", NULL},
		{"\"\\u12\"", NULL},
		{"\"\\x41\"", NULL},
		{"\"\\", NULL},
		{"\"open", NULL},
		{"\"\n\"", NULL}, /* a control character */
		{"\"\xff\"", NULL},
		{"1", NULL},
		{"", NULL},
	};

	(void) state;
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		char bytes[64];
		cs_json json;
		cs_json_text text;
		bool found;

		cs_json_start(&json, cases[i].json, strlen(cases[i].json));
		found = cs_json_string(&json, &text) && cs_json_finish(&json);
		assert_int_equal(found, cases[i].expected != NULL);
		assert_int_equal(json.fault != NULL, cases[i].expected == NULL);
		if (found)
		{
			assert_int_equal(cs_json_unescape(bytes, &text), strlen(cases[i].expected));
			assert_memory_equal(bytes, cases[i].expected, strlen(cases[i].expected));
		}
	}
}

static void
numbers_are_read(void **state)
{
	static const struct
	{
		const char *json;
		bool is_number;
		double expected;
	} cases[] = {
		{"0", true, 0},			{"-12.5e-1", true, -1.25}, {"1E+2", true, 100},
		{"1e300", true, 1e300}, {"1e301", false, 0},	   {"-1e999", false, 0},
		{"01", false, 0},		{"1.", false, 0},		   {".5", false, 0},
		{"+1", false, 0},		{"1e", false, 0},		   {"-", false, 0},
		{"Infinity", false, 0}, {"true", false, 0},		   {"1 2", false, 0},
	};

	(void) state;
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		cs_json json;
		double value;

		cs_json_start(&json, cases[i].json, strlen(cases[i].json));
		assert_int_equal(cs_json_number(&json, &value) && cs_json_finish(&json),
						 cases[i].is_number);
		if (cases[i].is_number)
			assert_near(value, cases[i].expected, 1e-15, cases[i].expected);
	}
}

static void
sizes_end_at_the_largest_integer(void **state)
{
	static const char *const bad[] = {"9223372036854775808", "-1", "1.0", "1e3", "\"1\""};
	cs_json json;
	uint64_t value;

	(void) state;
	cs_json_start(&json, "9223372036854775807", 19);
	assert_true(cs_json_size(&json, &value) && value == INT64_MAX);
	for (size_t i = 0; i < COUNT(bad); i++)
	{
		cs_json_start(&json, bad[i], strlen(bad[i]));
		assert_false(cs_json_size(&json, &value));
		assert_non_null(json.fault);
	}
}

/* As deep as is read, and one deeper; skipped, with what stands beside it. */
static void
nesting_has_an_end(void **state)
{
	(void) state;
	for (size_t depth = 1; depth <= CS_JSON_DEPTH + 1; depth++)
	{
		char text[2 * CS_JSON_DEPTH + 3];
		cs_json json;

		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		cs_json_start(&json, text, 2 * depth);
		cs_json_skip(&json);
		assert_int_equal(cs_json_finish(&json), depth <= CS_JSON_DEPTH);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_unescaped),
		cmocka_unit_test(numbers_are_read),
		cmocka_unit_test(sizes_end_at_the_largest_integer),
		cmocka_unit_test(nesting_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

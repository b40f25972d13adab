/*
 * fuzz_mutate.c
 *		Random changes to bytes and to JSON text.
 */
#include "postgres.h"

#include "fuzz_mutate.h"

/* splitmix64 */
uint64
draw(uint64 *random)
{
	uint64 z = (*random += UINT64CONST(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

int
below(uint64 *random, int n)
{
	return n <= 0 ? 0 : (int) (draw(random) % (uint64) n);
}

/* Replaces `length` bytes at `position`; the buffer stays terminated by a zero byte. */
static void
splice(StringInfo buffer, int position, int length, const char *with, int with_length)
{
	int tail_length = buffer->len - position - length;
	char *tail = memcpy(palloc(tail_length + 1), buffer->data + position + length, tail_length);

	buffer->len = position;
	buffer->data[position] = '\0';
	appendBinaryStringInfo(buffer, with, with_length);
	appendBinaryStringInfo(buffer, tail, tail_length);
}

static void
change_integer(uint64 *random, StringInfo buffer)
{
	static const int sizes[] = {1, 2, 4, 8};
	static const uint64 edges[] = {0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
								   0x80000000, 0xffffffff, UINT64CONST(0x7fffffffffffffff),
								   UINT64CONST(0x8000000000000000), UINT64CONST(0xffffffffffffffff),
								   /* doubles and floats: infinite, NaN, largest, smallest */
								   UINT64CONST(0x7ff0000000000000), UINT64CONST(0x7ff8000000000001),
								   UINT64CONST(0x7fefffffffffffff), 0x7f800000, 0x7fc00001,
								   0x7f7fffff};
	int size = sizes[below(random, lengthof(sizes))];
	int range = buffer->len - size + 1;
	int position;
	uint64 value = edges[below(random, lengthof(edges))];

	if (range <= 0)
		return;
	/* half of the time in the head, where lengths and counts stand */
	position = below(random, below(random, 2) ? range : Min(range, 48));
	if (below(random, 4) == 0)
		value = buffer->data[position] + (uint64) (below(random, 5) - 2);
	for (int i = 0; i < size; i++)
		buffer->data[position + i] = (char) (value >> (8 * (size - 1 - i)));
}

/* Another value in place of a JSON number, string, literal or bracket. */
static void
change_token(uint64 *random, StringInfo buffer)
{
	static const char *const tokens[] = {
		"0",	   "1",			  "-1",			 "2",			"3",
		"7",	   "1.5",		  "1e-320",		 "1e308",		"-1e308",
		"1e999",   "2147483647",  "2147483648",	 "-2147483649", "9007199254740993",
		"1e-12",   "1e12",		  "null",		 "true",		"false",
		"\"\"",	   "\"x\"",		  "\"lstm\"",	 "\"janet\"",	"\"level\"",
		"\"NaN\"", "\"\\u0000\"", "\"\\ud800\"", "[]",			"{}",
		"[0]",	   "[1, 2]",	  "[1, [2]]",	 "[null]",		"{\"a\": 1}",
		"options", "\"features\""};
	const char *token = tokens[below(random, lengthof(tokens))];
	int start = below(random, buffer->len);
	int end;

	while (start < buffer->len && strchr(" ,:]}", buffer->data[start]) != NULL)
		start++;
	if (start >= buffer->len)
		return;
	/* back to where the token begins, then to where it ends */
	while (start > 0 && strchr(" ,:[]{}", buffer->data[start - 1]) == NULL)
		start--;
	end = start + 1;
	while (end < buffer->len && strchr(",:]}", buffer->data[end]) == NULL)
		end++;
	if (end < buffer->len && (buffer->data[start] == '[' || buffer->data[start] == '{'))
		end++;
	splice(buffer, start, end - start, token, strlen(token));
}

/* Leaves a JSON member or element out, or has one twice. */
static void
change_members(uint64 *random, StringInfo buffer)
{
	int start = below(random, buffer->len);
	int end;
	char *member;

	while (start < buffer->len && buffer->data[start] != ',')
		start++;
	end = start + 1;
	while (end < buffer->len && buffer->data[end] != ',' && buffer->data[end] != '}')
		end++;
	if (end >= buffer->len)
		return;
	member = memcpy(palloc(end - start), buffer->data + start, end - start);
	if (below(random, 2))
		splice(buffer, start, end - start, "", 0);
	else
		splice(buffer, start, 0, member, end - start);
}

static void
change_chunk(uint64 *random, StringInfo buffer)
{
	int from = below(random, buffer->len);
	int longest = below(random, 4) ? 16 : buffer->len;
	int length = below(random, Min(buffer->len - from, longest) + 1);
	int to = below(random, buffer->len + 1);
	char *chunk = memcpy(palloc(length + 1), buffer->data + from, length);

	switch (below(random, 3))
	{
		case 0:
			splice(buffer, from, length, "", 0);
			break;
		case 1:
			splice(buffer, to, 0, chunk, length);
			break;
		default:
			length = Min(length, buffer->len - to);
			splice(buffer, to, length, chunk, length);
	}
}

static void
insert_random(uint64 *random, StringInfo buffer)
{
	char bytes[16];
	int length = 1 + below(random, sizeof(bytes));

	for (int i = 0; i < length; i++)
		bytes[i] = (char) draw(random);
	splice(buffer, below(random, buffer->len + 1), 0, bytes, length);
}

static void
mutate_once(uint64 *random, StringInfo buffer, bool json)
{
	if (buffer->len == 0 || below(random, 24) == 0)
	{
		insert_random(random, buffer);
		return;
	}
	if (json && below(random, 4) != 0)
	{
		if (below(random, 4) == 0)
			change_members(random, buffer);
		else
			change_token(random, buffer);
		return;
	}
	switch (below(random, 6))
	{
		case 0:
			buffer->data[below(random, buffer->len)] ^= (char) (1 << below(random, 8));
			break;
		case 1:
			buffer->data[below(random, buffer->len)] = (char) draw(random);
			break;
		case 2:
			buffer->len = below(random, buffer->len + 1);
			buffer->data[buffer->len] = '\0';
			break;
		case 3:
			change_chunk(random, buffer);
			break;
		default:
			change_integer(random, buffer);
	}
}

void
mutate(uint64 *random, StringInfo buffer, bool json)
{
	int times = 1 + (below(random, 3) == 0 ? below(random, 4) : 0);

	for (int i = 0; i < times; i++)
		mutate_once(random, buffer, json);
}

void
mutate_json(uint64 *random, StringInfo buffer)
{
	for (int i = 1 + below(random, 3); i > 0 && buffer->len > 0; i--)
	{
		if (below(random, 3) == 0)
			change_members(random, buffer);
		else
			change_token(random, buffer);
	}
}

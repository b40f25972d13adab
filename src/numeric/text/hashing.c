/*
 * hashing.c
 *		Units of a text into buckets.
 *
 * Hashes are a multiply-and-shift over the code points, finished as splitmix64 does (Steele, Lea
 * and Flood 2014): the same on every machine.
 */
#include "numeric/text/hashing.h"

#include <math.h>
#include <string.h>

#include "numeric/base/poll.h"

/* Kinds of units. */
enum
{
	UNIT_WORD = 1,
	UNIT_PAIR,
	UNIT_PART,
	UNIT_TRIPLE
};

#define SHORTEST_PART 3
#define LONGEST_PART 5

/* Longest word whose parts are taken; beyond it no word of a language lies. */
#define LONGEST_WORD 64

/* What a unit costs in multiply-adds. */
#define UNIT_COST 20

/* A part of the text while its units are added. */
typedef struct region
{
	float *bucket;
	uint32_t buckets;
	const cs_normal_text *text;
	size_t from; /* characters */
	size_t to;
	bool before;		  /* distances count from the end, else from the beginning */
	double half_distance; /* 0: none count */
} region;

static uint64_t
finished(uint64_t hash)
{
	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
	return hash ^ (hash >> 31);
}

static uint64_t
hash_with(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ (hash >> 32);
}

static uint32_t
hashed_character(uint32_t c)
{
	return c >= '0' && c <= '9' ? '0' : c;
}

uint64_t
cs_hash_characters(uint64_t kind, const uint32_t *character, size_t count)
{
	uint64_t hash = hash_with(kind, count);

	for (size_t i = 0; i < count; i++)
		hash = hash_with(hash, hashed_character(character[i]));
	return finished(hash);
}

/* The high half chooses the bucket, the lowest bit the sign. */
static void
add(const region *of, uint64_t hash, float weight)
{
	uint32_t bucket = (uint32_t) (((hash >> 32) * of->buckets) >> 32);

	of->bucket[bucket] += (hash & 1) != 0 ? weight : -weight;
	cs_work(UNIT_COST);
}

/* Runs of characters of a word between two blanks. */
static void
add_parts(const region *of, size_t from, size_t to, float weight)
{
	uint32_t word[LONGEST_WORD + 2];
	size_t length = to - from < LONGEST_WORD ? to - from : LONGEST_WORD;

	word[0] = ' ';
	memcpy(word + 1, of->text->character + from, length * sizeof(uint32_t));
	word[length + 1] = ' ';
	for (size_t n = SHORTEST_PART; n <= LONGEST_PART; n++)
		for (size_t at = 0; at + n <= length + 2; at++)
			add(of, cs_hash_characters(UNIT_PART, word + at, n), weight);
}

/* How much a word counts; the last two of the arguments are its ends. */
static float
weight_of(const region *of, size_t from, size_t to)
{
	size_t distance = of->before ? of->to - to : from - of->from;

	return of->half_distance > 0 ? (float) exp2(-(double) distance / of->half_distance) : 1.0f;
}

/* The end of the word that begins at `at`. */
static size_t
word_end(const region *of, size_t at)
{
	const uint8_t *class = of->text->class;

	if (class[at] != CS_CHARACTER_WORD)
		return at + 1;
	while (at < of->to && class[at] == CS_CHARACTER_WORD)
		at++;
	return at;
}

static void
add_units(const region *of)
{
	const cs_normal_text *text = of->text;
	uint64_t last = 0; /* hash of the word before */
	float last_weight = 0;
	size_t run = 0; /* ideographs that follow each other */
	size_t end;

	for (size_t at = of->from; at < of->to; at = end)
	{
		uint64_t hash;
		float weight;

		end = word_end(of, at);
		if (text->class[at] == CS_CHARACTER_SPACE)
			continue;
		hash = cs_hash_characters(UNIT_WORD, text->character + at, end - at);
		weight = weight_of(of, at, end);
		add(of, hash, weight);
		if (last != 0)
			add(of, finished(hash_with(hash_with(UNIT_PAIR, last), hash)),
				of->before ? weight : last_weight);
		if (text->class[at] == CS_CHARACTER_WORD)
			add_parts(of, at, end, weight);
		run = text->class[at] == CS_CHARACTER_IDEOGRAPH ? run + 1 : 0;
		if (run >= 3)
			add(of, cs_hash_characters(UNIT_TRIPLE, text->character + at - 2, 3), weight);
		last = hash;
		last_weight = weight;
	}
}

static void
add_region(const region *of)
{
	double square = 0;
	float scale;

	memset(of->bucket, 0, of->buckets * sizeof(float));
	add_units(of);
	for (uint32_t i = 0; i < of->buckets; i++)
		square += (double) of->bucket[i] * of->bucket[i];
	if (!(square > 0))
		return;
	scale = (float) (1 / sqrt(square));
	for (uint32_t i = 0; i < of->buckets; i++)
		of->bucket[i] *= scale;
}

void
cs_hashing_text(float *vector, const cs_hashing *hashing, const cs_normal_text *text)
{
	add_region(&(region){
		.bucket = vector, .buckets = (uint32_t) hashing->buckets, .text = text, .to = text->count});
}

void
cs_hashing_mention(float *vector, const cs_hashing *hashing, const cs_normal_text *text,
				   size_t start, size_t stop)
{
	size_t window = (size_t) hashing->window;
	region side = {.bucket = vector,
				   .buckets = (uint32_t) hashing->buckets,
				   .text = text,
				   .from = start > window ? start - window : 0,
				   .to = start,
				   .before = true,
				   .half_distance = hashing->half_distance};

	add_region(&side);
	side.bucket = vector + hashing->buckets;
	side.from = stop;
	side.to = text->count - stop > window ? stop + window : text->count;
	side.before = false;
	add_region(&side);
}

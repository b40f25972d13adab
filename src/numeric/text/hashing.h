/*
 * hashing.h
 *		A text as numbers without a dictionary: its words, pairs of words and parts of words are
 *		hashed into D buckets, each with a sign (Weinberger, Dasgupta, Langford, Smola and Attenberg
 *		2009).  What stands before and after a mention of an entity has buckets of its own, and
 *		counts the less the farther it is away.
 *
 * A word is a run of word characters, or a single ideograph, or a single sign.  Units: words; pairs
 * of words that follow each other; of words of word characters the runs of 3 to 5 characters, with
 * a blank at each end; of ideographs the triples that follow each other.  Digits count as 0.  Each
 * unit adds its weight, 1 or 2^(-distance / half distance), times its sign to its bucket; each part
 * has length 1 then, or is 0 throughout.
 */
#ifndef CREDITSPREAD_NUMERIC_HASHING_H
#define CREDITSPREAD_NUMERIC_HASHING_H

#include "numeric/text/normal_text.h"

typedef struct cs_hashing
{
	int buckets;		  /* D */
	int window;			  /* characters before and after a mention */
	double half_distance; /* characters at which a unit counts half; 0: all count 1 */
} cs_hashing;

/* vector (D) of the whole text. */
extern void cs_hashing_text(float *vector, const cs_hashing *hashing, const cs_normal_text *text);

/* vector (2, D): before and after the mention from character `start` to before `stop`. */
extern void cs_hashing_mention(float *vector, const cs_hashing *hashing, const cs_normal_text *text,
							   size_t start, size_t stop);

/* The hash of a unit of `count` code points; `kind` tells kinds of units apart. */
extern uint64_t cs_hash_characters(uint64_t kind, const uint32_t *character, size_t count);

#endif

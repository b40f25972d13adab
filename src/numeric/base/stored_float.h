/*
 * stored_float.h
 *		Floats as files keep them: IEEE single and half precision, bfloat16, little-endian.
 */
#ifndef CREDITSPREAD_NUMERIC_STORED_FLOAT_H
#define CREDITSPREAD_NUMERIC_STORED_FLOAT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum cs_float_format
{
	CS_FLOAT_32,
	CS_FLOAT_16,
	CS_BFLOAT_16
} cs_float_format;

typedef struct cs_stored_floats
{
	const unsigned char *bytes; /* anywhere in memory */
	cs_float_format format;
} cs_stored_floats;

/* Bytes of a float. */
extern size_t cs_stored_float_size(cs_float_format format);

/* `count` floats from number `from` on. */
extern void cs_stored_floats_read(float *to, cs_stored_floats stored, size_t from, size_t count);

/* The floats where they lie, or NULL where they have to be read. */
extern const float *cs_stored_floats_in_place(cs_stored_floats stored);

#endif

/*
 * position_encoding.h
 *		Sinusoidal positions (Vaswani et al. 2017, section 3.5): feature 2i of position t is
 *		sin(t / 10000^(2i/D)), feature 2i + 1 the cosine of the same.
 */
#ifndef CREDITSPREAD_NUMERIC_POSITION_ENCODING_H
#define CREDITSPREAD_NUMERIC_POSITION_ENCODING_H

/* Adds the encoding of position `position` to encoding (D). */
extern void cs_position_encoding_add(float *encoding, int position, int width);

#endif

/*
 * bert_weights.h
 *		The tensors of a BERT out of files: found by the names that model hubs use, checked against
 *		the shape, pointed to where they lie and copied only where they lie unaligned or in half
 *		precision.
 */
#ifndef CREDITSPREAD_NUMERIC_BERT_WEIGHTS_H
#define CREDITSPREAD_NUMERIC_BERT_WEIGHTS_H

#include "numeric/base/workspace.h"
#include "numeric/network/bert.h"
#include "numeric/text/safetensors.h"

#define CS_TENSOR_NAME 128

typedef struct cs_bert_weights
{
	const cs_safetensors *file; /* [files] */
	int files;
	const char *prefix;			 /* of all names: "bert." or nothing */
	const char *fault;			 /* a clause; NULL: none */
	char tensor[CS_TENSOR_NAME]; /* of which it speaks */
	size_t copied;				 /* floats that are copied */
	size_t tensors;				 /* that the encoder takes */
} cs_bert_weights;

/*
 * Points `bert`, whose shape is set, to its tensors.  Over a workspace that counts nothing is
 * read, and the fault is the same.  CS_OUT_OF_RANGE with a fault.
 */
extern cs_status cs_bert_weights_lay(cs_bert_weights *weights, cs_bert *bert,
									 cs_workspace *workspace);

#endif

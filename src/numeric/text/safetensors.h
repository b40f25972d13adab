/*
 * safetensors.h
 *		Files of named tensors: 8 bytes, little-endian, the length of a header; the header, JSON,
 *		an object {name: {"dtype", "shape", "data_offsets": [begin, end]}, ...} with an optional
 *		"__metadata__" of strings; then the data, little-endian, without a gap.
 *
 * All of it is checked, since anybody may have written the file: names that stand once, sizes that
 * are those of type and shape, no byte that belongs to two tensors or to none.
 */
#ifndef CREDITSPREAD_NUMERIC_SAFETENSORS_H
#define CREDITSPREAD_NUMERIC_SAFETENSORS_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/text/json_reader.h"

/* The format's own limit of the header's length. */
#define CS_SAFETENSORS_MAX_HEADER ((size_t) 100000000)

#define CS_TENSOR_MAX_RANK 8

typedef struct cs_tensor
{
	const char *name; /* UTF-8 */
	size_t name_length;
	const char *type; /* "F32", "I64", ... */
	int rank;
	size_t shape[CS_TENSOR_MAX_RANK];
	const unsigned char *data;
	size_t begin; /* in the data */
	size_t end;
} cs_tensor;

typedef struct cs_safetensors
{
	cs_tensor *tensor; /* [count], by name */
	size_t count;
	size_t header_length;
	size_t name_bytes; /* of all names together */
	char *names;
	const char *fault; /* a clause that says what is wrong with the file; NULL: nothing */
	size_t fault_at;   /* the byte of the file at which it showed */
} cs_safetensors;

/* Looks at the header and counts; CS_OUT_OF_RANGE with a fault. */
extern cs_status cs_safetensors_count(cs_safetensors *file, const unsigned char *bytes,
									  size_t size);

/* Room for what was counted; false when the workspace is too small. */
extern bool cs_safetensors_create(cs_safetensors *file, cs_workspace *workspace);

/* Takes and checks all tensors of the file that was counted; CS_OUT_OF_RANGE with a fault. */
extern cs_status cs_safetensors_read(cs_safetensors *file, const unsigned char *bytes, size_t size);

/* The tensor of that name, ended by 0; NULL: there is none. */
extern const cs_tensor *cs_safetensors_find(const cs_safetensors *file, const char *name);

#endif

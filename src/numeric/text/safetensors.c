/*
 * safetensors.c
 *		Reads the header of a file of tensors and checks it against the file.
 */
#include "numeric/text/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "numeric/base/poll.h"

#define LENGTH_BYTES 8

/* What a comparison costs in multiply-adds. */
#define COMPARE_COST 20

typedef struct element_type
{
	const char *name;
	size_t size;
} element_type;

static const element_type element_types[] = {
	{"F32", 4},	 {"F16", 2},	 {"BF16", 2}, {"F64", 8},	 {"I64", 8}, {"I32", 4},
	{"I16", 2},	 {"I8", 1},		 {"U64", 8},  {"U32", 4},	 {"U16", 2}, {"U8", 1},
	{"BOOL", 1}, {"F8_E4M3", 1}, {"C64", 8},  {"F8_E5M2", 1}};
#define ELEMENT_TYPES (sizeof(element_types) / sizeof(element_types[0]))

static cs_status
fail(cs_safetensors *file, const char *fault, size_t at)
{
	file->fault = fault;
	file->fault_at = at;
	return CS_OUT_OF_RANGE;
}

static cs_status
json_fault(cs_safetensors *file, const cs_json *json)
{
	return fail(file, json->fault, LENGTH_BYTES + (size_t) (json->at - json->start));
}

/* Opens the header; false with a fault. */
static bool
open_header(cs_safetensors *file, cs_json *json, const unsigned char *bytes, size_t size)
{
	uint64_t length = 0;

	file->fault = NULL;
	if (size < LENGTH_BYTES)
		return fail(file, "the file is shorter than the length of its header", size) == CS_OK;
	for (int i = LENGTH_BYTES - 1; i >= 0; i--)
		length = length << 8 | bytes[i];
	if (length > CS_SAFETENSORS_MAX_HEADER)
		return fail(file, "the header is longer than 100 MB", 0) == CS_OK;
	if (length > size - LENGTH_BYTES)
		return fail(file, "the header goes beyond the end of the file", size) == CS_OK;
	file->header_length = (size_t) length;
	cs_json_start(json, (const char *) bytes + LENGTH_BYTES, file->header_length);
	if (length == 0 || bytes[LENGTH_BYTES] != '{')
		return fail(file, "the header does not begin with an object", LENGTH_BYTES) == CS_OK;
	return cs_json_enter(json, '{');
}

static void
read_metadata(cs_json *json)
{
	cs_json_text text;

	if (cs_json_enter(json, '{'))
		while (cs_json_key(json, &text))
			cs_json_string(json, &text);
}

static void
read_type(cs_json *json, cs_tensor *tensor, size_t *element_size)
{
	cs_json_text text;

	if (!cs_json_string(json, &text))
		return;
	for (size_t i = 0; i < ELEMENT_TYPES; i++)
		if (cs_json_text_is(&text, element_types[i].name))
		{
			tensor->type = element_types[i].name;
			*element_size = element_types[i].size;
			return;
		}
	cs_json_fail(json, "a dtype that is not known");
}

/* *elements is the product of the shape. */
static void
read_shape(cs_json *json, cs_tensor *tensor, uint64_t *elements)
{
	uint64_t value;

	*elements = 1;
	tensor->rank = 0;
	if (!cs_json_enter(json, '['))
		return;
	while (cs_json_element(json) && cs_json_size(json, &value))
	{
		if (tensor->rank == CS_TENSOR_MAX_RANK)
			cs_json_fail(json, "a shape of more than 8 dimensions");
		else if (__builtin_mul_overflow(*elements, value, elements))
			cs_json_fail(json, "a shape whose size overflows");
		else
			tensor->shape[tensor->rank++] = (size_t) value;
	}
}

static void
read_offsets(cs_json *json, cs_tensor *tensor)
{
	uint64_t offset[2] = {0, 0};
	int count = 0;

	if (!cs_json_enter(json, '['))
		return;
	while (cs_json_element(json))
		if (count == 2)
			cs_json_fail(json, "data_offsets with more than two numbers");
		else
			cs_json_size(json, &offset[count++]);
	if (json->fault == NULL && count != 2)
		cs_json_fail(json, "data_offsets with fewer than two numbers");
	tensor->begin = (size_t) offset[0];
	tensor->end = (size_t) offset[1];
}

/* The description of a tensor; `data_size` bytes are there. */
static void
read_tensor(cs_json *json, cs_tensor *tensor, size_t data_size)
{
	enum
	{
		TYPE = 1,
		SHAPE = 2,
		OFFSETS = 4,
		ALL = 7
	};
	int seen = 0;
	uint64_t elements = 0;
	size_t element_size = 0;
	cs_json_text key;

	if (!cs_json_enter(json, '{'))
		return;
	while (cs_json_key(json, &key))
	{
		int field = cs_json_text_is(&key, "dtype")			? TYPE
					: cs_json_text_is(&key, "shape")		? SHAPE
					: cs_json_text_is(&key, "data_offsets") ? OFFSETS
															: 0;

		if ((seen & field) != 0)
			cs_json_fail(json, "a tensor that says the same twice");
		seen |= field;
		if (field == TYPE)
			read_type(json, tensor, &element_size);
		else if (field == SHAPE)
			read_shape(json, tensor, &elements);
		else if (field == OFFSETS)
			read_offsets(json, tensor);
		else
			cs_json_skip(json);
	}
	if (json->fault == NULL && seen != ALL)
		cs_json_fail(json, "a tensor without dtype, shape or data_offsets");
	if (json->fault == NULL && (tensor->begin > tensor->end || tensor->end > data_size))
		cs_json_fail(json, "data_offsets outside of the file");
	if (json->fault == NULL &&
		(__builtin_mul_overflow(elements, (uint64_t) element_size, &elements) ||
		 elements != tensor->end - tensor->begin))
		cs_json_fail(json, "data_offsets that do not fit the shape");
}

/* Goes through the header; takes what it says where the file has room for it. */
static cs_status
walk(cs_safetensors *file, const unsigned char *bytes, size_t size)
{
	cs_json json = {0};
	cs_json_text key;
	size_t count = 0;
	size_t name_bytes = 0;
	bool metadata = false;

	if (!open_header(file, &json, bytes, size))
		return file->fault != NULL ? CS_OUT_OF_RANGE : json_fault(file, &json);
	while (cs_json_key(&json, &key))
	{
		cs_tensor tensor = {0};

		if (cs_json_text_is(&key, "__metadata__"))
		{
			if (metadata)
				cs_json_fail(&json, "__metadata__ stands twice");
			metadata = true;
			read_metadata(&json);
			continue;
		}
		read_tensor(&json, &tensor, size - LENGTH_BYTES - file->header_length);
		if (json.fault == NULL && file->tensor != NULL)
		{
			tensor.name = file->names + name_bytes;
			tensor.name_length = cs_json_unescape(file->names + name_bytes, &key);
			tensor.data = bytes + LENGTH_BYTES + file->header_length + tensor.begin;
			file->tensor[count] = tensor;
		}
		count++;
		name_bytes += key.length;
	}
	if (!cs_json_finish(&json))
		return json_fault(file, &json);
	file->count = count;
	file->name_bytes = name_bytes;
	return CS_OK;
}

cs_status
cs_safetensors_count(cs_safetensors *file, const unsigned char *bytes, size_t size)
{
	memset(file, 0, sizeof(*file));
	return walk(file, bytes, size);
}

bool
cs_safetensors_create(cs_safetensors *file, cs_workspace *workspace)
{
	/* one more, so that there is a place even for none */
	file->tensor = cs_workspace_take(workspace, file->count + 1, sizeof(cs_tensor));
	file->names = cs_workspace_take(workspace, file->name_bytes + 1, 1);
	return !workspace->failed;
}

static int
compare_places(const void *left, const void *right)
{
	const cs_tensor *a = left;
	const cs_tensor *b = right;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

static int
compare_text(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int order = memcmp(a, b, a_length < b_length ? a_length : b_length);

	return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int
compare_names(const void *left, const void *right)
{
	const cs_tensor *a = left;
	const cs_tensor *b = right;

	return compare_text(a->name, a->name_length, b->name, b->name_length);
}

cs_status
cs_safetensors_read(cs_safetensors *file, const unsigned char *bytes, size_t size)
{
	cs_status status = walk(file, bytes, size);
	size_t start = LENGTH_BYTES + file->header_length;
	size_t end = 0;

	if (status != CS_OK)
		return status;
	qsort(file->tensor, file->count, sizeof(cs_tensor), compare_places);
	for (size_t i = 0; i < file->count; i++)
	{
		if (file->tensor[i].begin != end)
			return fail(file,
						file->tensor[i].begin < end ? "two tensors overlap"
													: "bytes that belong to no tensor",
						start + end);
		end = file->tensor[i].end;
		cs_work(COMPARE_COST);
	}
	if (start + end != size)
		return fail(file, "bytes behind the last tensor", start + end);
	qsort(file->tensor, file->count, sizeof(cs_tensor), compare_names);
	for (size_t i = 1; i < file->count; i++)
	{
		if (compare_names(file->tensor + i - 1, file->tensor + i) == 0)
			return fail(file, "a tensor stands twice", LENGTH_BYTES);
		cs_work(COMPARE_COST);
	}
	return CS_OK;
}

const cs_tensor *
cs_safetensors_find(const cs_safetensors *file, const char *name)
{
	size_t length = strlen(name);
	size_t low = 0;
	size_t high = file->count;

	while (low < high)
	{
		size_t middle = low + (high - low) / 2;
		const cs_tensor *tensor = file->tensor + middle;
		int order = compare_text(tensor->name, tensor->name_length, name, length);

		if (order == 0)
			return tensor;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

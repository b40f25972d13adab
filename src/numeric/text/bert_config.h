/*
 * bert_config.h
 *		What config.json, tokenizer_config.json and model.safetensors.index.json say of an encoder.
 */
#ifndef CREDITSPREAD_NUMERIC_BERT_CONFIG_H
#define CREDITSPREAD_NUMERIC_BERT_CONFIG_H

#include "numeric/base/status.h"
#include "numeric/network/bert.h"
#include "numeric/text/word_piece.h"

/* Longest name of a file. */
#define CS_FILE_NAME 128

/* What was wrong with a file. */
typedef struct cs_config_fault
{
	const char *clause;
	const char *key; /* NULL: the clause says it all */
} cs_config_fault;

/* Each gives CS_OUT_OF_RANGE with a fault. */
extern cs_status cs_bert_config_read(cs_bert_shape *shape, cs_config_fault *fault, const char *text,
									 size_t length);
extern cs_status cs_word_piece_config_read(cs_word_piece_rules *rules, cs_config_fault *fault,
										   const char *text, size_t length);

/* Calls `found` with each name of a file, as often as it stands in the index. */
extern cs_status cs_tensor_index_read(cs_config_fault *fault, const char *text, size_t length,
									  bool (*found)(void *context, const char *file),
									  void *context);

#endif

/*
 * network_family.h
 *		The families of sequence networks (recurrent, Transformer): what tells their SQL functions,
 *		which share all code, apart.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_FAMILY_H
#define CREDITSPREAD_POSTGRES_NETWORK_FAMILY_H

#include "lib/stringinfo.h"

#include "numeric/network/sequence_options.h"
#include "postgres/model.h"
#include "postgres/options.h"

typedef struct NetworkFamily
{
	const ModelKind *model;
	const char *fit; /* the names of the SQL functions */
	const char *forecast;
	const char *importance;
	const char *options;
	const OptionSpec *body_specs; /* the options of the body, of a NetworkOptions */
	int body_spec_count;
	const cs_sequence_options *defaults;
	const char *const *preset_names; /* ended by NULL */
	void (*take_preset)(int preset, cs_sequence_options *network);
	/* Appends what the tensors of the body depend on, as messages tell two apart. */
	void (*describe)(StringInfo text, const cs_sequence_options *network, int features);
} NetworkFamily;

extern const NetworkFamily rnn_family;		   /* rnn_options.c */
extern const NetworkFamily transformer_family; /* transformer_options.c */

/*
 * Defines the SQL-callable C functions creditspread_rnn_NAME and creditspread_transformer_NAME as
 * WORK(fcinfo, family).
 */
#define NETWORK_FUNCTION(NAME, WORK)                                                               \
	PG_FUNCTION_INFO_V1(creditspread_rnn_##NAME);                                                  \
	Datum creditspread_rnn_##NAME(PG_FUNCTION_ARGS)                                                \
	{                                                                                              \
		return WORK(fcinfo, &rnn_family);                                                          \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_transformer_##NAME);                                          \
	Datum creditspread_transformer_##NAME(PG_FUNCTION_ARGS)                                        \
	{                                                                                              \
		return WORK(fcinfo, &transformer_family);                                                  \
	}

#endif

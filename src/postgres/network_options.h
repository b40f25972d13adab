/*
 * network_options.h
 *		The options of a fit: what rnn_options(...) and its like build and what a model stores of
 *		it.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_OPTIONS_H
#define CREDITSPREAD_POSTGRES_NETWORK_OPTIONS_H

#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/jsonb.h"

#include "numeric/network/sequence_options.h"
#include "postgres/arguments.h"
#include "postgres/model.h"
#include "postgres/network_family.h"
#include "postgres/relation_graph.h"

/* How a graph-ranking network is trained. */
typedef enum Training
{
	TRAINING_JOINT,
	TRAINING_TWO_STAGE /* first without relations, then what stands above the body */
} Training;

typedef struct NetworkOptions
{
	const NetworkFamily *family;
	cs_sequence_options network;
	char **feature_names; /* NULL = without names */
	int feature_name_count;
	int preset;				 /* -1 = none; only as given */
	const Jsonb *warm_start; /* NULL = none; only as given */
	const Model *start;		 /* the model that it holds */

	/* Of a graph-ranking network */
	Training training;
	char **kinds; /* of the graph's relations, those used; none = all */
	int kind_count;
	const RelationGraph *graph; /* with these kinds only; NULL = none */
} NetworkOptions;

/*
 * The defaults, or those of a preset or of the model of a warm start, changed by what `options`
 * (NULL = none) names; errors as read_options.
 */
extern void network_read_options(const NetworkFamily *family, const Jsonb *options,
								 const char *what, NetworkOptions *result);

/* The options as a model stores them, all of them, an object; errors as read_options. */
extern void network_read_stored_options(const NetworkFamily *family, JsonbValue *options,
										NetworkOptions *result);
extern void network_append_options(StringInfo json, const NetworkOptions *options);

/*
 * Error unless the model of a warm start, if there is one, has the tensors and the members that the
 * options ask for with so many features.
 */
extern void network_check_start(const NetworkOptions *options, int features, const char *what);

/* Feature `feature` (from 0) as messages name it: its name, or features[n]. */
extern char *network_feature_label(const NetworkOptions *options, int feature);

/* Whether no element of an array of features is NULL, NaN or infinite. */
extern bool network_features_sound(ArrayType *array);

/*
 * The elements of an array of features as float8_array_values gives them, but faulty ones are
 * called by their names; `where` (" in row 3", or empty) and `time` (or NULL) tell the row.
 */
extern const double *network_feature_values(ArrayType *array, const NetworkOptions *options,
											const char *where, const TimePoint *time, int *count);

/* Error 22023 when there are names, but not so many as features. */
extern void network_check_feature_names(const NetworkOptions *options, int features,
										const char *what);

/* Offset of a member of the network's options, for tables of options. */
#define NETWORK(name) offsetof(NetworkOptions, network.name)

/* In defaults: the usual patience where there are validation windows, else 0. */
#define PATIENCE_UNSET (-1)

#endif

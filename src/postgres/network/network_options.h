/*
 * network_options.h
 *		The options of networks: what rnn_options(...) and its like build and what a model stores of
 *		it.
 */
#ifndef CREDITSPREAD_POSTGRES_NETWORK_OPTIONS_H
#define CREDITSPREAD_POSTGRES_NETWORK_OPTIONS_H

#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/jsonb.h"

#include "numeric/network/sequence_options.h"
#include "postgres/base/arguments.h"
#include "postgres/base/model.h"
#include "postgres/network/network_family.h"
#include "postgres/graph/relation_graph.h"

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

/* The table of a family's options. */
extern OptionTable network_option_table(const NetworkFamily *family);
extern NetworkOptions network_default_options(const NetworkFamily *family);

/* The name of a choice. */
extern const char *network_choice(const NetworkFamily *family, const char *option, int value);

/* Error 22023 where options contradict each other. */
extern void network_check_options(NetworkOptions *options, const char *what);

/* The options as a model stores them, all of them, an object; errors as read_options. */
extern void network_read_stored_options(const NetworkFamily *family, JsonbValue *options,
										NetworkOptions *result);
extern void network_append_options(StringInfo json, const NetworkOptions *options);

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

#endif

/*
 * lagged_model.h
 *		Forecasts from the last rows by boosted trees, random forests and support vectors: the
 *		types boosted_trees_model, random_forest_model and svr_model, which share all code.
 */
#ifndef CREDITSPREAD_POSTGRES_LAGGED_MODEL_H
#define CREDITSPREAD_POSTGRES_LAGGED_MODEL_H

#include "numeric/tree/lagged.h"
#include "postgres/econometrics/direct.h"

/* What the three families have. */
#define LAGGED_FUNCTIONS(NAME, WORK)                                                               \
	FAMILY_FUNCTION(boosted_trees, NAME, WORK)                                                     \
	FAMILY_FUNCTION(random_forest, NAME, WORK)                                                     \
	FAMILY_FUNCTION(svr, NAME, WORK)

typedef struct LaggedOptions
{
	LinearOptions base;		  /* first, as direct.h wants it */
	cs_lagged_options lagged; /* its `linear` is that of base */
} LaggedOptions;

/* A fitted horizon as it is stored; numbers are the model's. */
typedef struct LaggedHorizon
{
	size_t parts;
	size_t count;
	const float *numbers;
	double shrinkage;
	bool has_interval;
	double lower;
	double upper;
	bool has_gain;
	bool has_shuffled;
	double *gain;	  /* [terms] */
	double *shuffled; /* [terms] */
} LaggedHorizon;

/* A stored model, unpacked. */
typedef struct LaggedModel
{
	LaggedOptions options;
	int features;
	bool *flagged; /* [1 + features] */
	bool *ahead;   /* [1 + features] those known in advance; NULL: none */
	size_t terms;
	cs_lagged_scale scale;
	LaggedHorizon horizon[CS_LINEAR_MAX_HORIZONS];
} LaggedModel;

/* The options that a fit is given; errors as read_options. */
extern void lagged_read_options(const DirectFamily *family, const Jsonb *json, const char *what,
								LaggedOptions *options);

/* A model that grows horizon by horizon. */
typedef struct LaggedBuilder
{
	StringInfoData horizons;
	float *numbers;
	Size count;
	Size capacity;
} LaggedBuilder;

extern void lagged_builder_start(LaggedBuilder *builder);

/* Appends the horizon that has been fitted last. */
extern void lagged_builder_add(LaggedBuilder *builder, const DirectFamily *family,
							   const cs_lagged_fit *fit, int which);

extern Model *lagged_builder_finish(LaggedBuilder *builder, const DirectFamily *family,
									const cs_lagged_fit *fit, const LaggedOptions *options,
									const LinearRows *rows);

/* Unpacks a model, palloc'd in the current context; its numbers are the stored value's. */
extern LaggedModel *lagged_model_unpack(const DirectFamily *family, const Model *model);

/*
 * Term `term` as tables show it: "L1.y" the last change of y or its value, "M20.y" its deviation
 * from a mean, "missing.x".
 */
extern char *lagged_term_text(const LaggedModel *model, size_t term);

#endif

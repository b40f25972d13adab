/*
 * options.h
 *		Options given as a jsonb object, read into a struct by a table that describes them.
 */
#ifndef CREDITSPREAD_POSTGRES_OPTIONS_H
#define CREDITSPREAD_POSTGRES_OPTIONS_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

#include "postgres/compatibility.h"

typedef enum OptionType
{
	OPTION_INT,		  /* int; range [minimum, maximum] */
	OPTION_SEED,	  /* uint64; 0 .. 2^53 - 1 so that JSON keeps it exactly */
	OPTION_DOUBLE,	  /* double; range [minimum, maximum] */
	OPTION_OPTIONAL,  /* the same, or null for none, which is OPTION_NONE */
	OPTION_CHOICE,	  /* int, the index into `choices` */
	OPTION_INT_ARRAY, /* int[capacity] and its length, an int; each in [minimum, maximum] */
	OPTION_INT_LIST,  /* the same, of no elements or more */
	OPTION_TEXT_LIST, /* char **, palloc'd, and its length, an int; of no elements or more */
	OPTION_TEXT,	  /* char *, palloc'd */
	OPTION_BOOL,	  /* bool */
	OPTION_OBJECT	  /* const Jsonb *, an object for the caller to read; never written */
} OptionType;

/* Of an OPTION_OPTIONAL; its range lies at 0 and above. */
#define OPTION_NONE (-1.0)

typedef struct OptionSpec
{
	const char *name;
	OptionType type;
	size_t offset; /* of the member in the target struct */
	double minimum;
	double maximum;
	const char *const *choices; /* OPTION_CHOICE: names, ended by NULL */
	size_t length_offset;		/* arrays: offset of the int that takes the length */
	int capacity;				/* arrays: most elements */
} OptionSpec;

/*
 * Sets the members of `target` that `options` (NULL = none) names; the others keep their defaults.
 * Not an object, an unknown key (the hint lists the known ones), a value of the wrong type or out
 * of its range are error 22023, which name the option, the value and the range.  `what` names the
 * function that owns the options.
 */
extern void read_options(const Jsonb *options, const char *what, const OptionSpec *specs,
						 int spec_count, void *target);

/* Error 22023 unless `options` names every option, as append_options writes them. */
extern void check_all_options(const JsonbContainer *options, const char *what,
							  const OptionSpec *specs, int spec_count);

/* Appends every option as a JSON object, so that read_options gives the same struct again. */
extern void append_options(StringInfo json, const OptionSpec *specs, int spec_count,
						   const void *source);

/* JSON pieces that keep doubles exactly (shortest text that reads back to the same value). */
extern void append_json_double(StringInfo json, double value);
extern void append_json_doubles(StringInfo json, const double *values, int count);

/* The value under `key` of a JSON object; false when there is none. */
extern bool json_field(const JsonbContainer *object, const char *key, JsonbValue *value);

/* The number under `key`; error 22023 naming `what` and the key unless it is a finite number. */
extern double json_double(const JsonbContainer *object, const char *key, const char *what);

/* Exactly `count` finite numbers under `key`, else error 22023. */
extern void json_doubles(const JsonbContainer *object, const char *key, const char *what,
						 double *values, int count);

/* The object under `key`, a binary value; error 22023 unless it is an object. */
extern JsonbValue json_child_object(const JsonbContainer *object, const char *key,
									const char *what);

/* The text under `key`, palloc'd; error 22023 unless it is a text. */
extern char *json_text(const JsonbContainer *object, const char *key, const char *what);

#endif

/*
 * options.h
 *		Options given as a jsonb object, read into a struct by a table that describes them:
 *		options/NAME.def.
 */
#ifndef CREDITSPREAD_POSTGRES_OPTIONS_H
#define CREDITSPREAD_POSTGRES_OPTIONS_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

#include "postgres/base/arguments.h"
#include "postgres/base/compatibility.h"

typedef enum OptionType
{
	OPTION_INT,			/* int; range [minimum, maximum] */
	OPTION_SEED,		/* uint64; 0 .. 2^53 - 1 so that JSON keeps it exactly */
	OPTION_DOUBLE,		/* double; range [minimum, maximum] */
	OPTION_OPTIONAL,	/* the same, or null for none, which is OPTION_NONE */
	OPTION_CHOICE,		/* int, the index into `choices` */
	OPTION_PRESET,		/* the same; never stored */
	OPTION_INT_ARRAY,	/* int[capacity] and its length, an int; each in [minimum, maximum] */
	OPTION_INT_LIST,	/* the same, of no elements or more */
	OPTION_DOUBLE_LIST, /* double[capacity] and its length, an int; each in [minimum, maximum], of
						 * no elements or more; never stored */
	OPTION_TEXT_LIST,	/* char **, palloc'd, and its length, an int; of no elements or more */
	OPTION_TEXT,		/* char *, palloc'd */
	OPTION_BOOL,		/* bool */
	OPTION_FLAG,		/* the same; never stored */
	OPTION_MODEL		/* const Jsonb *, an object for the caller to read; never stored */
} OptionType;

/* Of an OPTION_OPTIONAL; its range lies at 0 and above. */
#define OPTION_NONE (-1.0)

#define OPTION_MAX_FAMILIES 6

typedef struct OptionSpec
{
	const char *member; /* in the target struct; its name, after the last dot, is the option's */
	size_t offset;
	OptionType type;
	double minimum;
	double maximum;
	const char *const *choices;				   /* names, ended by NULL */
	size_t length_offset;					   /* arrays: offset of the int that takes the length */
	int capacity;							   /* arrays: most elements */
	const char *defaults[OPTION_MAX_FAMILIES]; /* NULL: not an option of that family */
} OptionSpec;

/*
 * A row of a table of options, options/NAME.def: all that is said of an option anywhere.  The file
 * is included between the braces of an array of OptionSpec, with OPTIONS_OF the target struct.
 * sql/options.awk makes the SQL function, its comment and the table of the page from the same rows.
 *
 * - member: of the target struct, such as horizon or network.look_back
 * - kind: one of those below, with bounds
 * - value: the default as text, which in parentheses says what the caller does without the option;
 *   where families have different options or defaults, OF(family, "default") for each
 * - help: what it does, for users
 */
#define OPTION(member, kind, value, help)                                                          \
	{#member, offsetof(OPTIONS_OF, member), OPTION_KIND_##kind, {value}},

#define OPTION_KIND_INT(low, high) OPTION_INT, low, high, NULL, 0, 0
#define OPTION_KIND_SEED OPTION_SEED, 0, OPTION_SEED_MAXIMUM, NULL, 0, 0
#define OPTION_KIND_DOUBLE(low, high) OPTION_DOUBLE, low, high, NULL, 0, 0
#define OPTION_KIND_OPTIONAL(low, high) OPTION_OPTIONAL, low, high, NULL, 0, 0
#define OPTION_KIND_BOOL OPTION_BOOL, 0, 0, NULL, 0, 0
#define OPTION_KIND_FLAG OPTION_FLAG, 0, 0, NULL, 0, 0
#define OPTION_KIND_TEXT OPTION_TEXT, 0, 0, NULL, 0, 0
#define OPTION_KIND_MODEL OPTION_MODEL, 0, 0, NULL, 0, 0
#define OPTION_KIND_CHOICE(...) OPTION_CHOICE, 0, 0, (const char *const[]){__VA_ARGS__, NULL}, 0, 0
#define OPTION_KIND_PRESET(...) OPTION_PRESET, 0, 0, (const char *const[]){__VA_ARGS__, NULL}, 0, 0
/* The elements' bounds, the most elements, the member that takes their number. */
#define OPTION_KIND_INT_ARRAY(low, high, most, length)                                             \
	OPTION_INT_ARRAY, low, high, NULL, offsetof(OPTIONS_OF, length), most
#define OPTION_KIND_INT_LIST(low, high, most, length)                                              \
	OPTION_INT_LIST, low, high, NULL, offsetof(OPTIONS_OF, length), most
#define OPTION_KIND_DOUBLE_LIST(low, high, most, length)                                           \
	OPTION_DOUBLE_LIST, low, high, NULL, offsetof(OPTIONS_OF, length), most
#define OPTION_KIND_TEXT_LIST(most, length)                                                        \
	OPTION_TEXT_LIST, 0, 0, NULL, offsetof(OPTIONS_OF, length), most

#define OPTION_SEED_MAXIMUM ((double) (MAX_EXACT_COUNT - 1))

/* The options of one family among those of a table. */
typedef struct OptionTable
{
	const OptionSpec *specs;
	int count;
	int family;
	bool stored; /* without those that are never stored */
} OptionTable;

#define OPTION_TABLE(specs, family)                                                                \
	{                                                                                              \
		specs, lengthof(specs), family, false                                                      \
	}

/*
 * Sets every member of `target` that the table has a default for, and then those that `options`
 * (NULL = none) names.  Not an object, an unknown key (the hint lists the known ones), a value of
 * the wrong type or out of its range are error 22023, which name the option, the value and the
 * range.  `what` names the function that owns the options.
 */
extern void read_options(const Jsonb *options, const char *what, const OptionTable *table,
						 void *target);

/* The two halves of read_options. */
extern void default_options(const OptionTable *table, void *target);
extern void change_options(const Jsonb *options, const char *what, const OptionTable *table,
						   void *target);

/* The row of an option that the table has. */
extern const OptionSpec *option_spec(const OptionTable *table, const char *name);

/* The index of `choice` (not NULL) among those of an option, or -1. */
extern int option_choice(const OptionTable *table, const char *name, const char *choice);

/* Error 22023 unless `options` names every option, as append_options writes them. */
extern void check_all_options(const JsonbContainer *options, const char *what,
							  const OptionTable *table);

/* Appends every option as a JSON object, so that change_options gives the same struct again. */
extern void append_options(StringInfo json, const OptionTable *table, const void *source);

/* JSON pieces that keep doubles exactly (shortest text that reads back to the same value). */
extern void append_json_double(StringInfo json, double value);
extern void append_json_doubles(StringInfo json, const double *values, int count);

/* A time as a JSON string, or a number, the same whatever DateStyle and TimeZone say. */
extern void append_json_time(StringInfo json, TimePoint time);

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

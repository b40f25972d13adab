/*
 * text_argument.h
 *		Texts of the database as numeric/ reads them.
 */
#ifndef CREDITSPREAD_POSTGRES_TEXT_TEXT_ARGUMENT_H
#define CREDITSPREAD_POSTGRES_TEXT_TEXT_ARGUMENT_H

#include "fmgr.h"

#include "numeric/text/normal_text.h"
#include "postgres/base/compatibility.h"

typedef struct NormalText
{
	char *source; /* UTF-8 */
	Size length;
	cs_normal_text text;
	void *block; /* in which the text lies */
} NormalText;

/* palloc'd in the current context; error 22021 where the text is not one of any encoding. */
extern NormalText normal_text_of(const char *text, Size length, const char *what);

extern void normal_text_free(NormalText *text);

#endif

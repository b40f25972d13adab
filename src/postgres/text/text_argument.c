/*
 * text_argument.c
 *		Texts in any encoding of the database, read as characters.
 */
#include "postgres.h"

#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/base/text_encoding.h"
#include "postgres/text/text_argument.h"

NormalText
normal_text_of(const char *text, Size length, const char *what)
{
	NormalText result;
	cs_workspace workspace;
	cs_status status;

	result.source = text_to_utf8(text, length);
	result.length = strlen(result.source);
	cs_workspace_count(&workspace);
	cs_normal_text_create(&result.text, result.length, &workspace);
	result.block = allocate_checked(what, cs_workspace_total(&workspace));
	cs_workspace_initialize(&workspace, result.block, cs_workspace_total(&workspace));
	if (!cs_normal_text_create(&result.text, result.length, &workspace))
		check_status(CS_NO_MEMORY, what);
	status = cs_normal_text_read(&result.text, result.source, result.length);
	if (status == CS_OUT_OF_RANGE)
		ereport(ERROR, (errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
						errmsg("%s: a text of %zu bytes is not valid UTF-8", what, result.length)));
	check_status(status, what);
	return result;
}

void
normal_text_free(NormalText *text)
{
	pfree(text->source);
	pfree(text->block);
}

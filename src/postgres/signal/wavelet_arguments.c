/*
 * wavelet_arguments.c
 *		Checks the arguments wavelet, level and extension, and makes arrays.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/memutils.h"

#include "postgres/base/arguments.h"
#include "postgres/base/notice.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"
#include "postgres/signal/wavelet_arguments.h"

const char *const wavelet_extension_names[] = {"symmetric", "periodization", NULL};

static const cs_wavelet_filter *
filter_argument(const char *what, const char *wavelet)
{
	const cs_wavelet_filter *filter = cs_wavelet_filter_named(wavelet);

	if (filter == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: unknown wavelet \"%s\"", what, wavelet),
						errhint("Known are: db1 to db10, sym4 to sym8, coif1 to coif3.")));
	return filter;
}

WaveletArguments
wavelet_arguments(const char *what, const char *wavelet, int level, const char *extension)
{
	WaveletArguments arguments = {.level = level};

	arguments.filter = filter_argument(what, wavelet);
	arguments.extension = (cs_wavelet_extension) choice_argument(what, "extension", extension,
																 wavelet_extension_names);
	if (level < 1 || level > CS_WAVELET_MAX_LEVEL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s: level is %d, it must be from 1 to %d", what, level,
							   CS_WAVELET_MAX_LEVEL),
						errhint("Level j smooths over about 2^j observations.")));
	return arguments;
}

void
notice_level(const char *what, const WaveletArguments *arguments, Size observations)
{
	int highest = cs_wavelet_highest_level(arguments->filter, observations);

	if (arguments->level > highest && notice_due(NOTICE_WAVELET_LEVEL))
		ereport(NOTICE,
				(errmsg("%s: level %d is above %d, the highest that %zu observations have with %s",
						what, arguments->level, highest, observations, arguments->filter->name),
				 errhint("All of its coefficients see the series continued past its ends.")));
}

cs_wavelet_shape
wavelet_shape(const char *what, const WaveletArguments *arguments, Size observations)
{
	cs_wavelet_shape shape;

	check_status(cs_wavelet_shape_initialize(&shape, arguments->filter, arguments->extension,
											 arguments->level, observations),
				 what);
	return shape;
}

ArrayType *
doubles_array(const char *what, Size count)
{
	Size size = ARR_OVERHEAD_NONULLS(1) + count * sizeof(double);
	ArrayType *array;

	if (!AllocSizeIsValid(size))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%s: the result has %zu elements, an array holds at most %zu", what,
							   count, (MaxAllocSize - ARR_OVERHEAD_NONULLS(1)) / sizeof(double)),
						errhint("Give fewer observations.")));
	array = allocate_checked(what, size);
	memset(array, 0, ARR_OVERHEAD_NONULLS(1));
	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->elemtype = FLOAT8OID;
	ARR_DIMS(array)[0] = count;
	ARR_LBOUND(array)[0] = 1;
	return array;
}

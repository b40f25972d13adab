/*
 * sequence_data.c
 *		Where the series of the rows begin and end.
 */
#include "numeric/network/sequence_data.h"

cs_status
cs_sequence_data_check(const cs_sequence_data *data)
{
	if (data->series_count < 1 || data->series_start[0] != 0)
		return CS_OUT_OF_RANGE;
	for (size_t s = 0; s < data->series_count; s++)
	{
		size_t end = cs_sequence_series_end(data, s);

		if (end < data->series_start[s] || end > data->rows)
			return CS_OUT_OF_RANGE;
	}
	return CS_OK;
}

size_t
cs_sequence_series_end(const cs_sequence_data *data, size_t series)
{
	return series + 1 < data->series_count ? data->series_start[series + 1] : data->rows;
}

size_t
cs_sequence_series_of(const cs_sequence_data *data, size_t row)
{
	size_t low = 0;
	size_t high = data->series_count;

	while (high - low > 1)
	{
		size_t middle = low + (high - low) / 2;

		if (data->series_start[middle] <= row)
			low = middle;
		else
			high = middle;
	}
	return low;
}

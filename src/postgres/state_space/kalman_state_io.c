/*
 * kalman_state_io.c
 *		Text and binary form of kalman_state.
 *
 * Text form: a JSON object of flat arrays, matrices row after row, numbers exact, null where there
 * is no value.  Binary form: the same fields in network byte order.  Both are validated completely.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "postgres/state_space/kalman.h"
#include "postgres/state_space/kalman_state.h"
#include "postgres/base/arguments.h"
#include "postgres/base/options.h"
#include "postgres/base/status.h"

#define WHAT "kalman_state"

_Noreturn static void
report_invalid(int sqlstate, const char *clause)
{
	ereport(ERROR, (errcode(sqlstate), errmsg("invalid kalman_state: %s", clause),
					errhint("Use the value as kalman_state or kalman_update returned it.")));
}

static void
check_sizes(int sqlstate, double states, double observed, double controls)
{
	if (!(states >= 1 && states <= CS_KALMAN_MAX_SIZE && observed >= 1 &&
		  observed <= CS_KALMAN_MAX_SIZE && controls >= 0 && controls <= CS_KALMAN_MAX_SIZE) ||
		states != floor(states) || observed != floor(observed) || controls != floor(controls))
		report_invalid(sqlstate,
					   psprintf("%g states, %g observations and %g controls, the limits are 1 to "
								"%d, 1 to %d and 0 to %d",
								states, observed, controls, CS_KALMAN_MAX_SIZE, CS_KALMAN_MAX_SIZE,
								CS_KALMAN_MAX_SIZE));
}

/* What the parts must be, beyond their sizes. */
static void
check_parts(int sqlstate, KalmanState *s)
{
	const bool old = s->version == KALMAN_STATE_OLDEST;
	const KalmanStatePart covariances[] = {KALMAN_PART_PROCESS, KALMAN_PART_NOISE,
										   KALMAN_PART_UNKNOWN, KALMAN_PART_COVARIANCE};
	const Size squares = (Size) s->states * s->states;

	for (int part = 0; part < KALMAN_PARTS; part++)
	{
		const double *values = kalman_state_part(s, part);

		for (Size i = 0; i < kalman_state_length(s, part); i++)
			if (!isfinite(values[i]) && !(part == KALMAN_PART_ROW && isnan(values[i])))
				report_invalid(sqlstate, psprintf("%s has a value that is not finite",
												  kalman_state_part_name(s, part)));
	}
	for (int i = 0; i < (old ? 4 : 3); i++)
		if (!cs_kalman_is_covariance(
				covariances[i] == KALMAN_PART_NOISE ? s->observed : s->states,
				kalman_state_part(s, covariances[i]) +
					(!old && covariances[i] == KALMAN_PART_UNKNOWN ? squares : 0)))
			report_invalid(sqlstate, psprintf("%s is not a covariance matrix",
											  kalman_state_part_name(s, covariances[i])));
	for (Size i = 0; !old && i < squares; i++)
	{
		Size row = i / s->states;
		Size column = i % s->states;
		double value = kalman_state_part(s, KALMAN_PART_COVARIANCE)[i];

		if (column == row ? value < 0 : column > row && value != 0)
			report_invalid(sqlstate, psprintf("%s is not the factor of a covariance matrix",
											  kalman_state_part_name(s, KALMAN_PART_COVARIANCE)));
	}
	for (int i = 0; i < s->observed; i++)
	{
		const double *row = kalman_state_part(s, KALMAN_PART_OBSERVATION) + i * s->states;
		double sum = 0;

		for (int j = 0; j < s->states; j++)
			sum += fabs(row[j]);
		if (sum == 0)
			report_invalid(sqlstate, psprintf("row %d of observation is all zero", i + 1));
	}
	if (s->rows < 0 || s->observations < 0 || s->observations > s->rows ||
		s->rows > MAX_EXACT_COUNT || !isfinite(s->log_likelihood))
		report_invalid(sqlstate, psprintf("%lld observations in %lld rows, log-likelihood %g",
										  (long long) s->observations, (long long) s->rows,
										  s->log_likelihood));
	if (s->states == 1 && s->observed == 1 && kalman_state_part(s, KALMAN_PART_PROCESS)[0] == 0 &&
		kalman_state_part(s, KALMAN_PART_NOISE)[0] == 0)
		report_invalid(sqlstate, "both variances are 0");
}

/* A double, exactly: the sign of zero would not survive as a number. */
static void
append_exact(StringInfo json, double value)
{
	if (value == 0 && signbit(value))
		appendStringInfoString(json, "\"-0\"");
	else
		append_json_double(json, value);
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_out);
Datum
creditspread_kalman_state_out(PG_FUNCTION_ARGS)
{
	KalmanState *s = kalman_state_copy(fcinfo, 0);
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json,
					 "{\"format\": %d, \"states\": %d, \"observed\": %d, \"controls\": %d, "
					 "\"predicted\": %s, \"rows\": %lld, \"observations\": %lld, "
					 "\"log_likelihood\": ",
					 s->version, s->states, s->observed, s->controls,
					 s->predicted ? "true" : "false", (long long) s->rows,
					 (long long) s->observations);
	append_exact(&json, s->log_likelihood);
	for (int part = 0; part < KALMAN_PARTS; part++)
	{
		const double *values = kalman_state_part(s, part);

		appendStringInfo(&json, ", \"%s\": [", kalman_state_part_name(s, part));
		for (Size i = 0; i < kalman_state_length(s, part); i++)
		{
			if (i > 0)
				appendStringInfoString(&json, ", ");
			append_exact(&json, values[i]);
		}
		appendStringInfoChar(&json, ']');
	}
	appendStringInfoChar(&json, '}');
	PG_RETURN_CSTRING(json.data);
}

/* A number as append_exact wrote it; infinite unless it is one. */
static double
exact_double(const JsonbValue *value)
{
	if (value->type == jbvNull)
		return NAN;
	if (value->type == jbvString && value->val.string.len == 2 &&
		memcmp(value->val.string.val, "-0", 2) == 0)
		return -0.0;
	if (value->type != jbvNumeric)
		return INFINITY;
	return DatumGetFloat8(
		DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));
}

static void
read_part(const JsonbContainer *object, KalmanState *s, KalmanStatePart part)
{
	double *values = kalman_state_part(s, part);
	Size length = kalman_state_length(s, part);
	JsonbValue array;

	if (!json_field(object, kalman_state_part_name(s, part), &array) || array.type != jbvBinary ||
		!JsonContainerIsArray(array.val.binary.data) ||
		JsonContainerSize(array.val.binary.data) != length)
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION,
					   psprintf("\"%s\" must be an array of %zu numbers",
								kalman_state_part_name(s, part), length));
	for (Size i = 0; i < length; i++)
		values[i] = exact_double(getIthJsonbValueFromContainer(array.val.binary.data, i));
}

static int64
json_count(const JsonbContainer *object, const char *key)
{
	double value = json_double(object, key, WHAT);

	if (!(value >= 0 && value <= (double) MAX_EXACT_COUNT) || value != floor(value))
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION,
					   psprintf("\"%s\" is %g, must be a count", key, value));
	return (int64) value;
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_in);
Datum
creditspread_kalman_state_in(PG_FUNCTION_ARGS)
{
	const Jsonb *jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, PG_GETARG_DATUM(0)));
	const JsonbContainer *object = &jsonb->root;
	double version;
	double sizes[3];
	JsonbValue value;
	KalmanState *s;

	if (!JB_ROOT_IS_OBJECT(jsonb) || JsonContainerSize(object) != 8 + KALMAN_PARTS)
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION,
					   psprintf("it must be a JSON object of %d fields", 8 + KALMAN_PARTS));
	version = json_double(object, "format", WHAT);
	if (version != KALMAN_STATE_VERSION && version != KALMAN_STATE_OLDEST)
		report_invalid(
			ERRCODE_INVALID_TEXT_REPRESENTATION,
			psprintf("\"format\" must be %d or %d", KALMAN_STATE_OLDEST, KALMAN_STATE_VERSION));
	sizes[0] = json_double(object, "states", WHAT);
	sizes[1] = json_double(object, "observed", WHAT);
	sizes[2] = json_double(object, "controls", WHAT);
	check_sizes(ERRCODE_INVALID_TEXT_REPRESENTATION, sizes[0], sizes[1], sizes[2]);
	s = kalman_state_new((int) version, (int) sizes[0], (int) sizes[1], (int) sizes[2]);
	if (!json_field(object, "predicted", &value) || value.type != jbvBool)
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION, "\"predicted\" must be true or false");
	s->predicted = value.val.boolean;
	s->rows = json_count(object, "rows");
	s->observations = json_count(object, "observations");
	if (!json_field(object, "log_likelihood", &value))
		report_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION, "\"log_likelihood\" is missing");
	s->log_likelihood = exact_double(&value);
	for (int part = 0; part < KALMAN_PARTS; part++)
		read_part(object, s, part);
	check_parts(ERRCODE_INVALID_TEXT_REPRESENTATION, s);
	PG_RETURN_POINTER(kalman_state_current(s));
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_send);
Datum
creditspread_kalman_state_send(PG_FUNCTION_ARGS)
{
	KalmanState *s = kalman_state_copy(fcinfo, 0);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendbyte(&buffer, s->version);
	pq_sendbyte(&buffer, s->predicted);
	pq_sendbyte(&buffer, s->states);
	pq_sendbyte(&buffer, s->observed);
	pq_sendbyte(&buffer, s->controls);
	pq_sendint64(&buffer, s->rows);
	pq_sendint64(&buffer, s->observations);
	pq_sendfloat8(&buffer, s->log_likelihood);
	for (int part = 0; part < KALMAN_PARTS; part++)
		for (Size i = 0; i < kalman_state_length(s, part); i++)
			pq_sendfloat8(&buffer, kalman_state_part(s, part)[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

PG_FUNCTION_INFO_V1(creditspread_kalman_state_recv);
Datum
creditspread_kalman_state_recv(PG_FUNCTION_ARGS)
{
	StringInfo buffer = (StringInfo) PG_GETARG_POINTER(0);
	int version = pq_getmsgbyte(buffer);
	int predicted = pq_getmsgbyte(buffer);
	int states = pq_getmsgbyte(buffer);
	int observed = pq_getmsgbyte(buffer);
	int controls = pq_getmsgbyte(buffer);
	KalmanState *s;

	if ((version != KALMAN_STATE_VERSION && version != KALMAN_STATE_OLDEST) || predicted > 1)
		report_invalid(ERRCODE_INVALID_BINARY_REPRESENTATION,
					   psprintf("format %d, flag %d", version, predicted));
	check_sizes(ERRCODE_INVALID_BINARY_REPRESENTATION, states, observed, controls);
	s = kalman_state_new(version, states, observed, controls);
	s->predicted = predicted;
	s->rows = pq_getmsgint64(buffer);
	s->observations = pq_getmsgint64(buffer);
	s->log_likelihood = pq_getmsgfloat8(buffer);
	for (int part = 0; part < KALMAN_PARTS; part++)
		for (Size i = 0; i < kalman_state_length(s, part); i++)
		{
			double value = pq_getmsgfloat8(buffer);

			kalman_state_part(s, part)[i] = isnan(value) ? NAN : value; /* there is one NaN */
		}
	check_parts(ERRCODE_INVALID_BINARY_REPRESENTATION, s);
	PG_RETURN_POINTER(kalman_state_current(s));
}

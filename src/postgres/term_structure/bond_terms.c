/*
 * bond_terms.c
 *		The terms of a bond as arguments.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "postgres/base/arguments.h"
#include "postgres/term_structure/bond_terms.h"
#include "postgres/term_structure/curve.h"

/* The arguments, in their order. */
enum
{
	QUOTE_DATE,
	MATURITY_DATE,
	COUPON_RATE,
	FREQUENCY,
	ISSUE_DATE,
	FACE,
	DAY_COUNT,
	TIMES,
	DATED_DATE,
	FIRST_COUPON,
	LAST_COUPON,
	END_OF_MONTH,
	COUPONS,
	EX_DIVIDEND_DAYS,
	BUSINESS_DAY,
	HOLIDAYS,
	REPAYMENT_DATES,
	REPAYMENTS,
	REDEMPTION_DATE,
	REDEMPTION_PRICE
};

#define MAX_EX_DIVIDEND_DAYS 366

typedef struct Choice
{
	const char *name;
	int value;
} Choice;

static const Choice day_counts[] = {{"ACT/ACT", CS_ACT_ACT},
									{"ACT/ACT ICMA", CS_ACT_ACT},
									{"ACT/ACT ISDA", CS_ACT_ACT_ISDA},
									{"30/360", CS_30_360},
									{"30/360 US", CS_30_360},
									{"30/360 BOND BASIS", CS_30_360_BOND},
									{"30E/360", CS_30E_360},
									{"ACT/360", CS_ACT_360},
									{"ACT/365F", CS_ACT_365},
									{"ACT/365.25", CS_ACT_365_25},
									{NULL, 0}};
static const Choice times_choices[] = {{"periods", CS_TIMES_PERIODS},
									   {"day_count", CS_TIMES_DAY_COUNT},
									   {"ACT/365.25", CS_TIMES_ACT_365_25},
									   {"ACT/365F", CS_TIMES_ACT_365},
									   {NULL, 0}};
static const Choice coupons_choices[] = {{"equal", false}, {"day_count", true}, {NULL, 0}};
static const Choice business_days[] = {{"unadjusted", CS_UNADJUSTED},
									   {"following", CS_FOLLOWING},
									   {"modified_following", CS_MODIFIED_FOLLOWING},
									   {"preceding", CS_PRECEDING},
									   {NULL, 0}};

static Datum
term(const BondTerms *terms, int argument)
{
	return terms->fcinfo->args[terms->first + argument].value;
}

static bool
is_null(const BondTerms *terms, int argument)
{
	return terms->fcinfo->args[terms->first + argument].isnull;
}

static int
named_argument(const BondTerms *terms, int argument, const char *name, const Choice *choices)
{
	text *given = DatumGetTextPP(term(terms, argument));
	char *value = text_to_cstring(given);
	StringInfoData known;

	for (const Choice *choice = choices; choice->name != NULL; choice++)
		if (pg_strcasecmp(value, choice->name) == 0)
		{
			pfree(value);
			return choice->value;
		}
	initStringInfo(&known);
	for (const Choice *choice = choices; choice->name != NULL; choice++)
		appendStringInfo(&known, "%s%s", choice == choices ? "" : ", ", choice->name);
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s is \"%s\", must be one of %s", name, value, known.data),
					errhint("The case of letters does not matter.")));
}

cs_date
bond_date(DateADT date, const char *name)
{
	int year, month, day;

	if (DATE_NOT_FINITE(date))
		ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
						errmsg("%s is infinite", name), errhint("A bond has a last day.")));
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return (cs_date){.year = year, .month = month, .day = day};
}

static cs_date
date_argument(const BondTerms *terms, int argument, const char *name)
{
	return bond_date(DatumGetDateADT(term(terms, argument)), name);
}

/* Sets a date that may be left out; returns whether it is there. */
static bool
optional_date(const BondTerms *terms, int argument, const char *name, cs_date *date)
{
	if (is_null(terms, argument))
		return false;
	*date = date_argument(terms, argument, name);
	return true;
}

static char *
date_text(const BondTerms *terms, int argument)
{
	return DatumGetCString(DirectFunctionCall1(date_out, term(terms, argument)));
}

const DateADT *
date_array_values(ArrayType *array, const char *name, int *length)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s has %d dimensions, must have 1", name, ARR_NDIM(array)),
						errhint("Give days as array_agg makes them.")));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s contains NULL", name),
						errhint(LEAVE_ROWS_OUT)));
	*length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (const DateADT *) ARR_DATA_PTR(array);
}

/* Day numbers of a date[], palloc'd. */
static int64_t *
days_argument(const BondTerms *terms, int argument, const char *name, size_t *count)
{
	int n;
	const DateADT *dates = date_array_values(DatumGetArrayTypeP(term(terms, argument)), name, &n);
	int64_t *days = palloc(sizeof(int64_t) * Max(n, 1));

	for (int i = 0; i < n; i++)
		days[i] = cs_day_number(bond_date(dates[i], name));
	*count = n;
	return days;
}

static int
compare_days(const void *left, const void *right)
{
	int64_t a = *(const int64_t *) left;
	int64_t b = *(const int64_t *) right;

	return a < b ? -1 : a > b;
}

static void
read_calendar(BondTerms *terms)
{
	cs_coupon_bond *bond = &terms->bond;
	int64_t *days;

	bond->ex_dividend_days = DatumGetInt32(term(terms, EX_DIVIDEND_DAYS));
	if (bond->ex_dividend_days < 0 || bond->ex_dividend_days > MAX_EX_DIVIDEND_DAYS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("ex_dividend_days is %d, must be from 0 to %d",
							   bond->ex_dividend_days, MAX_EX_DIVIDEND_DAYS),
						errhint("Gilts have 7, in business days: give holidays too.")));
	bond->business_day = named_argument(terms, BUSINESS_DAY, "business_day", business_days);
	bond->has_calendar = !is_null(terms, HOLIDAYS);
	if (!bond->has_calendar)
		return;
	days = days_argument(terms, HOLIDAYS, "holidays", &bond->holidays);
	qsort(days, bond->holidays, sizeof(int64_t), compare_days);
	bond->holiday = days;
}

static void
read_repayments(BondTerms *terms)
{
	cs_coupon_bond *bond = &terms->bond;
	int length;

	if (is_null(terms, REPAYMENT_DATES) != is_null(terms, REPAYMENTS))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s is NULL, but %s is not",
							   is_null(terms, REPAYMENTS) ? "repayments" : "repayment_dates",
							   is_null(terms, REPAYMENTS) ? "repayment_dates" : "repayments"),
						errhint("Give both arrays or none.")));
	if (is_null(terms, REPAYMENTS))
		return;
	bond->repayment_day =
		days_argument(terms, REPAYMENT_DATES, "repayment_dates", &bond->repayments);
	bond->repayment = float8_array_values(DatumGetArrayTypeP(term(terms, REPAYMENTS)), "repayments",
										  NULL, &length);
	if ((size_t) length != bond->repayments)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d repayments have %zu repayment_dates", length, bond->repayments),
						errhint("Give a date for each.")));
	for (int i = 0; i < length; i++)
		if (bond->repayment[i] <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("repayments[%d] is %g, must be positive", i + 1, bond->repayment[i]),
					 errhint("Give the face that is repaid on the day.")));
}

static void
read_dates(BondTerms *terms)
{
	cs_coupon_bond *bond = &terms->bond;

	bond->quote_date = date_argument(terms, QUOTE_DATE, "quote_date");
	bond->maturity_date = date_argument(terms, MATURITY_DATE, "maturity_date");
	bond->has_dated_date = optional_date(terms, ISSUE_DATE, "issue_date", &bond->dated_date);
	if (bond->has_dated_date && cs_day_number(bond->dated_date) > cs_day_number(bond->quote_date))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("issue_date is %s, must not be after quote_date, %s",
							   date_text(terms, ISSUE_DATE), date_text(terms, QUOTE_DATE)),
						errhint("A bond has cash flows and accrues interest from its issue on.")));
	if (optional_date(terms, DATED_DATE, "dated_date", &bond->dated_date))
		bond->has_dated_date = true;
	bond->has_first_coupon =
		optional_date(terms, FIRST_COUPON, "first_coupon", &bond->first_coupon);
	bond->has_last_coupon = optional_date(terms, LAST_COUPON, "last_coupon", &bond->last_coupon);
	bond->end_of_month = DatumGetBool(term(terms, END_OF_MONTH));
}

static void
read_numbers(BondTerms *terms)
{
	cs_coupon_bond *bond = &terms->bond;
	FunctionCallInfo fcinfo = terms->fcinfo;

	bond->coupon_rate = finite_argument(fcinfo, terms->first + COUPON_RATE, "coupon_rate", NULL);
	bond->frequency = DatumGetInt32(term(terms, FREQUENCY));
	bond->face = finite_argument(fcinfo, terms->first + FACE, "face", NULL);
	check_frequency(bond->frequency);
	if (bond->coupon_rate < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("coupon_rate is %g, must not be negative", bond->coupon_rate),
						errhint("Give percent per year.")));
	if (bond->face <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("face is %g, must be positive", bond->face),
						errhint("Give the amount that is repaid at maturity.")));
}

bool
bond_terms(FunctionCallInfo fcinfo, int first, BondTerms *terms)
{
	cs_coupon_bond *bond = &terms->bond;
	bool redeems = PG_NARGS() > first + REDEMPTION_DATE;
	int count = PG_NARGS() - first;

	*terms = (BondTerms){.fcinfo = fcinfo, .first = first};
	for (int argument = 0; argument < count; argument++)
		if (is_null(terms, argument) && argument != ISSUE_DATE && argument != DATED_DATE &&
			argument != FIRST_COUPON && argument != LAST_COUPON && argument != HOLIDAYS &&
			argument != REPAYMENT_DATES && argument != REPAYMENTS && argument != REDEMPTION_DATE)
			return false;
	read_dates(terms);
	read_numbers(terms);
	bond->day_count = named_argument(terms, DAY_COUNT, "day_count", day_counts);
	bond->times = named_argument(terms, TIMES, "times", times_choices);
	bond->coupons_by_day_count = named_argument(terms, COUPONS, "coupons", coupons_choices) != 0;
	read_calendar(terms);
	read_repayments(terms);
	bond->redemption_price = 100;
	if (!redeems)
		return true;
	bond->has_redemption =
		optional_date(terms, REDEMPTION_DATE, "redemption_date", &bond->redemption_date);
	bond->redemption_price =
		finite_argument(fcinfo, first + REDEMPTION_PRICE, "redemption_price", NULL);
	if (bond->redemption_price <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("redemption_price is %g, must be positive", bond->redemption_price),
						errhint("Give percent of the face, without accrued interest.")));
	if (bond->redemption_price != 100 && !bond->has_redemption)
	{
		bond->has_redemption = true;
		bond->redemption_date = bond->maturity_date;
	}
	return true;
}

static void
report_fault(const char *message, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s", message), errhint("%s", hint)));
}

static char *
text_of(cs_date date)
{
	return psprintf("%04d-%02d-%02d", date.year, date.month, date.day);
}

static void
report_limits(const BondTerms *terms, cs_bond_fault fault)
{
	const cs_coupon_bond *bond = &terms->bond;

	if (fault == CS_BOND_TOO_LONG)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a bond from %s to %s with %d coupons a year has more than %d cash "
							   "flows",
							   date_text(terms, QUOTE_DATE), date_text(terms, MATURITY_DATE),
							   bond->frequency, CS_BOND_MAX_CASHFLOWS),
						errhint("Check the maturity date.")));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the coupons of %g percent on %g overflow", bond->coupon_rate, bond->face),
			 errhint("Give percent per year.")));
}

/* Faults of stubs. */
static void
report_stub(const BondTerms *terms, cs_bond_fault fault)
{
	const cs_coupon_bond *bond = &terms->bond;
	char *first = text_of(bond->first_coupon);
	char *maturity = date_text(terms, MATURITY_DATE);

	if (fault == CS_BOND_LAST_COUPON)
		report_fault(psprintf("last_coupon is %s, must be after the dated date and before "
							  "maturity_date, %s",
							  text_of(bond->last_coupon), maturity),
					 "Give the last coupon date before maturity, or leave it out.");
	if (fault == CS_BOND_FIRST_COUPON)
		report_fault(psprintf("first_coupon is %s, must be after the dated date and not after the "
							  "last coupon date",
							  first),
					 "Leave it out where the first coupon date follows from the dated date.");
	if (fault == CS_BOND_FIRST_OFF_SCHEDULE)
		report_fault(psprintf("first_coupon is %s, which is no coupon date of %d coupons a year "
							  "counted back from %s",
							  first, bond->frequency,
							  bond->has_last_coupon ? text_of(bond->last_coupon) : maturity),
					 "Give last_coupon where maturity is no regular coupon date; see end_of_month "
					 "too.");
	if (fault == CS_BOND_START_UNKNOWN)
		report_fault(psprintf("quote_date is %s, before the period of first_coupon, %s",
							  date_text(terms, QUOTE_DATE), first),
					 "Give the dated date, from which the first coupon accrues.");
}

void
bond_schedule(BondTerms *terms)
{
	const cs_coupon_bond *bond = &terms->bond;
	cs_bond_fault fault = cs_bond_schedule_of(bond, &terms->schedule);
	char *quote, *maturity;

	if (fault == CS_BOND_SOUND)
		return;
	quote = date_text(terms, QUOTE_DATE);
	maturity = date_text(terms, MATURITY_DATE);
	report_stub(terms, fault);
	if (fault == CS_BOND_DUE)
		report_fault(psprintf("maturity_date is %s, must be after quote_date, %s", maturity, quote),
					 "Leave bonds out once they are due.");
	if (fault == CS_BOND_NOT_DATED)
		report_fault(psprintf("dated_date is %s, must not be after quote_date, %s",
							  text_of(bond->dated_date), quote),
					 "Interest accrues from the dated date on.");
	if (fault == CS_BOND_REDEMPTION)
		report_fault(psprintf("redemption_date is %s, must be after quote_date, %s, and not after "
							  "maturity_date, %s",
							  text_of(bond->redemption_date), quote, maturity),
					 "Leave calls out that have passed.");
	if (fault == CS_BOND_REPAYMENT)
		report_fault("repayments do not fit the bond",
					 "Give them in order of their dates, which are coupon dates before maturity, "
					 "and in total less than the face.");
	report_limits(terms, fault);
}

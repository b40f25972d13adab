/*
 * sample_bond_market.h
 *		A made-up market of government and corporate bonds whose curves move by known dynamics, for
 *		walking from quotes to curves to forecasts.
 *
 * All curves are Nelson-Siegel curves with decay CS_SAMPLE_DECAY.  With f the factors (level,
 * slope, curvature) of the risk-free curve, b those of a firm's spread curve, in months:
 *
 *		f(t) = m_f + phi_f (f(t-1) - m_f) + e
 *		b(t) = m + phi (b(t-1) - m) + psi (b(t-2) - m) + gamma (f(t-1) - m_f) + e
 *
 * phi_f, phi, psi and gamma being diagonal.  Four macroeconomic variables and four of each firm
 * follow an AR(1) and act on nothing.  The figures need nothing of the machine's library but exp,
 * and quotes are rounded to cents.
 */
#ifndef CREDITSPREAD_NUMERIC_SAMPLE_BOND_MARKET_H
#define CREDITSPREAD_NUMERIC_SAMPLE_BOND_MARKET_H

#include "numeric/base/status.h"
#include "numeric/base/workspace.h"
#include "numeric/term_structure/nelson_siegel.h"

#include <stddef.h>
#include <stdint.h>

#define CS_SAMPLE_DECAY 0.7308
#define CS_SAMPLE_VARIABLES 4

/* Issuer 0 is the government. */
#define CS_SAMPLE_MAX_FIRMS 1000
#define CS_SAMPLE_MAX_MONTHS 1200

/* Months before the first in which bonds were issued already. */
#define CS_SAMPLE_PAST 60

/* The factors and variables of an issuer in a month. */
typedef struct cs_sample_factors
{
	double factor[3];
	double variable[CS_SAMPLE_VARIABLES];
} cs_sample_factors;

typedef struct cs_sample_bond
{
	int issued;			/* month, from -CS_SAMPLE_PAST */
	int years;			/* to maturity at issue */
	int frequency;		/* coupons a year */
	double coupon_rate; /* percent */
} cs_sample_bond;

typedef struct cs_sample_bond_market
{
	size_t firms;
	size_t months;
	uint64_t seed;
	cs_sample_factors *riskfree; /* [CS_SAMPLE_PAST + months] */
	cs_sample_factors *firm;	 /* [CS_SAMPLE_PAST + months] of the firm at hand */
} cs_sample_bond_market;

extern size_t cs_sample_bond_market_size(size_t months);

/* firms 0 .. CS_SAMPLE_MAX_FIRMS, months 1 .. CS_SAMPLE_MAX_MONTHS. */
extern cs_status cs_sample_bond_market_initialize(cs_sample_bond_market *market, uint64_t seed,
												  size_t firms, size_t months,
												  cs_workspace *workspace);

/* Takes up an issuer, 0 .. firms; its factors do not depend on how many there are. */
extern void cs_sample_bond_market_take(cs_sample_bond_market *market, size_t issuer);

/* The factors of the issuer taken up, in month 0 .. months - 1. */
extern const cs_sample_factors *cs_sample_bond_factors(const cs_sample_bond_market *market,
													   size_t issuer, size_t month);

/* Bonds of an issuer that have been issued before a month's end, and bond `number` of them. */
extern size_t cs_sample_bonds(const cs_sample_bond_market *market, size_t issuer);
extern cs_sample_bond cs_sample_bond_of(const cs_sample_bond_market *market, size_t issuer,
										size_t number);

/*
 * The clean price per 100 of a bond of the issuer taken up in a month in which it is outstanding:
 * issued in it or before, and due later.
 */
extern double cs_sample_bond_quote(const cs_sample_bond_market *market, size_t issuer,
								   size_t number, size_t month);

#endif

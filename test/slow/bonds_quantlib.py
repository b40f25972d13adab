#!/usr/bin/python3
"""Prints random bonds of every convention with what QuantLib (Debian's quantlib-python) says of them, as CSV.

    bonds_quantlib.py SEED COUNT

First and last periods are regular, short, or long by up to a period. Coupons and times of conventions other than ICMA
and 30/360 follow the day count, as QuantLib's fixed rate bonds do.
"""
import random
import sys

import QuantLib as ql

FREQUENCIES = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly, 12: ql.Monthly}
CONVENTIONS = {
    "ACT/ACT ICMA": lambda schedule: ql.ActualActual(ql.ActualActual.ISMA, schedule),
    "ACT/ACT ISDA": lambda schedule: ql.ActualActual(ql.ActualActual.ISDA),
    "30/360 US": lambda schedule: ql.Thirty360(ql.Thirty360.USA),
    "30/360 BOND BASIS": lambda schedule: ql.Thirty360(ql.Thirty360.BondBasis),
    "30E/360": lambda schedule: ql.Thirty360(ql.Thirty360.European),
    "ACT/360": lambda schedule: ql.Actual360(),
    "ACT/365F": lambda schedule: ql.Actual365Fixed(),
}


def iso(date):
    return f"{date.year():04d}-{date.month():02d}-{date.dayOfMonth():02d}"


def odd_periods(rng, maturity, frequency):
    """(issue, first coupon, last coupon) of a bond, None where a period is regular: stubs of up to two periods."""
    calendar, months = ql.NullCalendar(), 12 // frequency
    last = first = None
    anchor = maturity
    if rng.random() < 0.3:
        last = anchor = maturity - rng.randint(3, 2 * 30 * months - 3)
    periods = rng.randint(1, 20 * frequency)
    issue = calendar.advance(anchor, -periods * months, ql.Months)
    if rng.random() < 0.5 and periods > 2:
        first = issue
        issue -= rng.randint(3, 2 * 30 * months - 3)
    return issue, first, last


def bond(rng, name):
    frequency = rng.choice(list(FREQUENCIES))
    # at ends of months QuantLib's coupons of 30/360 are not half a year's each: bonds_30_360.py
    day = rng.randint(1, 27) if name.startswith("30") else rng.randint(1, 28)
    maturity = ql.Date(day, rng.randint(1, 12), rng.randint(2026, 2054))
    issue, first, last = odd_periods(rng, maturity, frequency)
    if name == "ACT/ACT ICMA" and last and (first or last.dayOfMonth() > 28):
        return None  # bonds_exact.py says why
    settlement = issue + rng.randint(0, maturity - issue - 1)
    if name.startswith("30"):
        if any(d is not None and d.dayOfMonth() > 27 for d in (issue, last)):
            return None
        if settlement.dayOfMonth() > 27:
            settlement -= 4
        settlement = max(settlement, issue)
    schedule = ql.Schedule(issue, maturity, ql.Period(FREQUENCIES[frequency]), ql.NullCalendar(), ql.Unadjusted,
                           ql.Unadjusted, ql.DateGeneration.Backward, False, first or ql.Date(), last or ql.Date())
    count = CONVENTIONS[name](schedule)
    coupon = rng.choice((rng.randint(1, 48) / 4, rng.randint(500, 9999) / 1000))
    made = ql.FixedRateBond(0, 100, schedule, [coupon / 100], count)
    clean = round(rng.uniform(75, 125), 4)
    ql.Settings.instance().evaluationDate = settlement
    rate_of = made.bondYield(clean, count, ql.Compounded, FREQUENCIES[frequency], settlement, 1e-14, 1000)
    rate = ql.InterestRate(rate_of, count, ql.Compounded, FREQUENCIES[frequency])
    curve = ql.YieldTermStructureHandle(ql.FlatForward(settlement, 0.03, ql.Actual365Fixed(), ql.Continuous))
    spread = ql.BondFunctions.zSpread(made, clean, curve.currentLink(), ql.Actual365Fixed(), ql.Continuous, ql.Annual,
                                      settlement, 1e-13, 1000)
    accrued = made.accruedAmount(settlement)
    return (name, frequency, iso(issue), iso(first) if first else "", iso(last) if last else "", iso(maturity), coupon, iso(settlement), clean + accrued, accrued, 100 * rate_of,
            ql.BondFunctions.duration(made, rate, ql.Duration.Macaulay, settlement),
            ql.BondFunctions.duration(made, rate, ql.Duration.Modified, settlement),
            ql.BondFunctions.convexity(made, rate, settlement), 100 * spread)


def main():
    rng = random.Random(int(sys.argv[1]))
    for name in CONVENTIONS:
        made = failed = 0
        while made < int(sys.argv[2]):
            try:
                row = bond(rng, name)
            except RuntimeError:  # its solvers give up on bonds of a few days
                failed += 1
                if failed > int(sys.argv[2]):
                    raise
                continue
            if row is None:
                continue
            made += 1
            print(",".join(v if isinstance(v, str) else repr(v) for v in row))


main()

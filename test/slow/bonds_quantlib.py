#!/usr/bin/python3
"""Prints random bonds of every convention with what QuantLib (Debian's quantlib-python) says of them, as CSV.

    bonds_quantlib.py SEED COUNT

Dates at ends of February are left out where QuantLib's 30/360 is not the market's; coupons and times of conventions
other than ICMA and 30/360 follow the day count, as QuantLib's fixed rate bonds do.
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


def bond(rng, name):
    months_of_30 = name.startswith("30")
    frequency = rng.choice(list(FREQUENCIES))
    day = rng.randint(1, 27) if months_of_30 else rng.randint(1, 28)
    maturity = ql.Date(day, rng.randint(1, 12), rng.randint(2026, 2054))
    issue = ql.NullCalendar().advance(maturity, -rng.randint(1, 240 // (12 // frequency)) * (12 // frequency), ql.Months)
    if rng.random() < 0.4:
        issue -= rng.randint(1, 25)  # a short first period
    if months_of_30 and (issue.month() == 2 and issue.dayOfMonth() >= 28 or issue.dayOfMonth() == 31):
        issue += 2
    settlement = issue + rng.randint(0, maturity - issue - 1)
    if months_of_30 and settlement.dayOfMonth() >= 30:
        settlement -= 3  # where a first flow has time 0
    settlement = max(settlement, issue)
    schedule = ql.Schedule(issue, maturity, ql.Period(FREQUENCIES[frequency]), ql.NullCalendar(), ql.Unadjusted,
                           ql.Unadjusted, ql.DateGeneration.Backward, False)
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
    return (name, frequency, iso(issue), iso(maturity), coupon, iso(settlement), clean + accrued, accrued, 100 * rate_of,
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
            made += 1
            print(",".join(v if isinstance(v, str) else repr(v) for v in row))


main()

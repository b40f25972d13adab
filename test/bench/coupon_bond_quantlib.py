#!/usr/bin/python3
"""The peer of coupon_bond.sql: QuantLib (Debian's quantlib-python), a fixed rate bond each, in a Python loop. Prints
the processor seconds of 100,000 bonds, from the first 4,000 of the same bonds, the median of 5 runs."""
import json
import statistics
import time

import QuantLib as ql

BONDS, OF = 4000, 100000
COUNT = ql.Thirty360(ql.Thirty360.BondBasis)
START, END = ql.Date(2, 1, 2024), ql.Date(15, 1, 2025)


def measures(n):
    settlement, maturity = START + n * 37 % 300, END + n * 7919 % 10000
    coupon, clean = 1 + n * 13 % 64 / 8, 80 + n * 17 % 4000 / 100
    issue = ql.NullCalendar().advance(maturity, -30, ql.Years)
    schedule = ql.Schedule(issue, maturity, ql.Period(ql.Semiannual), ql.NullCalendar(), ql.Unadjusted, ql.Unadjusted,
                           ql.DateGeneration.Backward, False)
    bond = ql.FixedRateBond(0, 100, schedule, [coupon / 100], COUNT)
    rate = bond.bondYield(clean, COUNT, ql.Compounded, ql.Semiannual, settlement)
    return (bond.accruedAmount(settlement), rate,
            ql.BondFunctions.duration(bond, ql.InterestRate(rate, COUNT, ql.Compounded, ql.Semiannual), ql.Duration.Modified, settlement))


def run():
    start = time.process_time()
    for n in range(1, BONDS + 1):
        measures(n)
    return (time.process_time() - start) * OF / BONDS


print(json.dumps({"name": "QuantLib, Python loop", "seconds": statistics.median(run() for _ in range(5))}))

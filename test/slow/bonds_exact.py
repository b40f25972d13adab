#!/usr/bin/python3
"""Prints random bonds with what the rules say of them in rational numbers, as CSV:

    bonds_exact.py SEED COUNT

what bonds_quantlib.py has no answer for. 30/360 at ends of months, where QuantLib's coupons differ from period to
period; and ACT/ACT of ICMA with odd periods at both ends, which QuantLib 1.29 counts wrongly once the first one is
long (19 days of a year of 366 as 19 / 731), or a last one from the 31st on, whose periods it counts on from the 30th. Interest is that of Mayle (SIA 1993) and of ICMA Rule 251: a regular
coupon is rate / frequency, an odd one the day count's share, and no more than the coupon accrues.
"""
import random
import sys
from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

RULES = ("30/360 US", "30/360 BOND BASIS", "30E/360", "ACT/ACT ICMA")


def is_last(day):
    return day.day == monthrange(day.year, day.month)[1]


def moved(day, months, ends):
    months += 12 * day.year + day.month - 1
    longest = monthrange(months // 12, months % 12 + 1)[1]
    return date(months // 12, months % 12 + 1, longest if ends else min(day.day, longest))


def thirty(rule, ends, start, end):
    d1, d2 = start.day, end.day
    last_of_february = [d.month == 2 and is_last(d) for d in (start, end)]
    if rule == "30E/360":
        d1, d2 = min(d1, 30), min(d2, 30)
    else:
        if rule == "30/360 US" and ends and last_of_february[0]:
            d2 = 30 if last_of_february[1] else d2
            d1 = 30
        if d2 == 31 and d1 >= 30:
            d2 = 30
        d1 = min(d1, 30)
    return Fraction(360 * (end.year - start.year) + 30 * (end.month - start.month) + d2 - d1, 360)


class Bond:
    def __init__(self, rng, rule):
        self.rule, self.frequency = rule, rng.choice((1, 2, 4, 12))
        self.months = 12 // self.frequency
        year, month = rng.randint(2026, 2054), rng.randint(1, 12)
        self.maturity = date(year, month, min(rng.randint(28, 31), monthrange(year, month)[1]))
        self.end_of_month = rng.random() < 0.5
        self.coupon = Fraction(rng.randint(500, 9999), 1000)
        odd = rule == "ACT/ACT ICMA"
        stub = 60 * self.months - 3
        self.last = self.maturity - timedelta(rng.randint(3, stub)) if odd or rng.random() < 0.3 else None
        self.anchor = self.last or self.maturity
        self.ends = self.end_of_month and is_last(self.anchor)
        count = rng.randint(3, 20 * self.frequency)
        self.dates = [self.grid(k) for k in range(count, -1, -1)]
        self.issue, self.first = self.dates[0], None
        if odd or rng.random() < 0.5:
            self.first = self.dates[0]
            self.dates.insert(0, self.first - timedelta(rng.randint(3, stub)))
            self.issue = self.dates[0]
        if self.last:
            self.dates.append(self.maturity)
        self.settlement = self.issue + timedelta(rng.randint(0, (self.maturity - self.issue).days - 1))

    def grid(self, k):
        return moved(self.anchor, -k * self.months, self.ends)

    def years(self, start, end):
        if self.rule != "ACT/ACT ICMA":
            return thirty(self.rule, self.ends, start, end)
        total, k = Fraction(0), 0
        while self.grid(k) < end:
            k -= 1
        while self.grid(k) > start:
            low, high = self.grid(k + 1), self.grid(k)
            total += Fraction(max((min(end, high) - max(start, low)).days, 0), (high - low).days * self.frequency)
            k += 1
        return total

    def period(self, i):
        """Start, end, and years of interest from end to end."""
        start, end = self.dates[i], self.dates[i + 1]
        odd = self.first and i == 0 and start != self.grid_before(end) or self.last and i == len(self.dates) - 2
        return start, end, self.years(start, end) if odd else Fraction(1, self.frequency)

    def grid_before(self, end):
        k = 0
        while self.grid(k) >= end:
            k += 1
        return self.grid(k)

    def flows(self):
        """Interest accrued, and (time, amount) of what is paid."""
        now = max(i for i, day in enumerate(self.dates) if day <= self.settlement)
        start, _, length = self.period(now)
        since = min(self.years(start, self.settlement), length)
        flows, time = [], -since
        for i in range(now, len(self.dates) - 1):
            length = self.period(i)[2]
            time += length
            flows.append((time, self.coupon * length + (100 if i == len(self.dates) - 2 else 0)))
        return self.coupon * since, [flow for flow in flows if flow[1] > 0]


def main():
    rng = random.Random(int(sys.argv[1]))
    for rule in RULES:
        for _ in range(int(sys.argv[2])):
            bond = Bond(rng, rule)
            accrued, flows = bond.flows()
            print(rule, bond.frequency, bond.issue, bond.first or "", bond.last or "", bond.maturity, bond.end_of_month,
                  float(bond.coupon), bond.settlement, repr(float(accrued)),
                  '"{' + ",".join(f"{{{float(t)!r},{float(a)!r}}}" for t, a in flows) + '}"', sep=",")


main()

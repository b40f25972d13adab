#!/usr/bin/python3
"""Hashed texts, pooled mentions, z-scores, permutation tests, measures of classes, and equations 4 to 8 of paper 001 on
made-up scores, by formulas over numpy and the unicodedata of Python: sentiment.h and sentiment.sql.

The hash and what a unit of a text is are as src/numeric/text/hashing.h describes them; permutations are all gone through.
"""
import itertools
import unicodedata

import numpy as np

from form import Set, draws

BUCKETS = 16
MASK = (1 << 64) - 1
WORD, PAIR, PART, TRIPLE = 1, 2, 3, 4


# ---- texts ----

def normal(text):
    characters = []
    for c in text:
        for d in unicodedata.normalize('NFD', c.lower()):
            if unicodedata.category(d) == 'Mn' or (unicodedata.category(d) in ('Cc', 'Cf') and d not in '\t\n\r'):
                continue
            characters.append(d)
    return characters


def kind(c):
    o = ord(c)
    if c in '\t\n\r' or unicodedata.category(c)[0] == 'Z':
        return 'space'
    if 0x4e00 <= o <= 0x9fff or 0x3040 <= o <= 0x30ff and o != 0x30fb:
        return 'ideograph'
    return 'word' if unicodedata.category(c)[0] in 'LNM' else 'sign'


def mix(h, v):
    h = ((h ^ v) * 0x9e3779b97f4a7c15) & MASK
    return h ^ (h >> 32)


def finish(h):
    h = ((h ^ (h >> 30)) * 0xbf58476d1ce4e5b9) & MASK
    h = ((h ^ (h >> 27)) * 0x94d049bb133111eb) & MASK
    return h ^ (h >> 31)


def unit_hash(sort, characters):
    h = mix(sort, len(characters))
    for c in characters:
        h = mix(h, ord('0') if c in '0123456789' else ord(c))
    return finish(h)


def words(characters, start, stop):
    """(from, to, kind) of each word of characters[start:stop]."""
    found, at = [], start
    while at < stop:
        k, end = kind(characters[at]), at + 1
        while k == 'word' and end < stop and kind(characters[end]) == 'word':
            end += 1
        if k != 'space':
            found.append((at, end, k))
        at = end
    return found


def region(characters, start, stop, buckets, half=None, before=False):
    units, last, run, vector = words(characters, start, stop), None, [], np.zeros(buckets)

    def weight(a, b):
        return 1.0 if half is None else 2.0 ** (-(stop - b if before else a - start) / half)

    def add(h, w):
        vector[((h >> 32) * buckets) >> 32] += w if h & 1 else -w

    for n, (a, b, k) in enumerate(units):
        h, w = unit_hash(WORD, characters[a:b]), weight(a, b)
        add(h, w)
        if last is not None:
            add(finish(mix(mix(PAIR, last[0]), h)), w if before else last[1])
        if k == 'word':
            padded = [' '] + characters[a:b] + [' ']
            for size in (3, 4, 5):
                for i in range(len(padded) - size + 1):
                    add(unit_hash(PART, padded[i:i + size]), w)
        # triples of ideographs that are words one after the other
        run = run + [characters[a]] if k == 'ideograph' else []
        if len(run) >= 3:
            add(unit_hash(TRIPLE, run[-3:]), w)
        last = (h, w)
    norm = np.sqrt((vector ** 2).sum())
    return vector / norm if norm > 0 else vector


def boundary(characters, at):
    return at in (0, len(characters)) or kind(characters[at]) != 'word' or kind(characters[at - 1]) != 'word'


def mentions(characters, entity):
    name = normal(entity.strip())
    found, at = [], 0
    while name and at + len(name) <= len(characters):
        stop = at + len(name)
        if characters[at:stop] == name and boundary(characters, at) and boundary(characters, stop):
            found.append((at, stop))
            at = stop
        else:
            at += 1
    return found


def features(text, entity, buckets, window=200, half=30, pooling='mean'):
    characters = normal(text)
    places = mentions(characters, entity)
    if not places:
        return 0, None
    sides = np.array([np.concatenate([region(characters, max(0, a - window), a, buckets, half, True),
                                      region(characters, b, min(len(characters), b + window), buckets, half)])
                      for a, b in places])
    mean, most = sides.mean(0), sides[np.abs(sides).argmax(0), range(2 * buckets)]
    pooled = {'mean': [mean], 'max': [most], 'mean_max': [mean, most]}[pooling]
    return len(places), np.concatenate([region(characters, 0, len(characters), buckets)] + pooled)


TEXTS = ['Redhill Steel fell 12% to 7.5, while Nestlé S.A. rose; redhill steel said: "no comment".',
         '红岭钢铁评级遭下调，而天阙置业（Skygate）利润增长3%。红岭钢铁下跌',
         'Ünal & Söhne A/S: ﬁrst-half ΣΑΣ\tprofit\r\nup\u200b again', 'カタカナと漢字 word １２３', '   ', 'a']
ENTITIES = ['Redhill Steel', 'nestle', 'S.A.', '红岭钢铁', 'Skygate', 'söhne a/s', 'up', '漢字', 'Redhill', 'absent']


# ---- series ----

def zscores(values, days, whole):
    values, days = np.array(values), np.array(days)
    out = []
    for x, d in zip(values, days):
        seen = values if whole else values[days <= d]
        sd = seen.std()
        out.append(float((x - seen.mean()) / sd) if sd > 1e-12 * np.abs(seen).max() else 0.0)
    return out


def exact_p(difference, block, side):
    d = np.array(difference)
    sums = np.add.reduceat(d, np.arange(0, len(d), block))
    seen, slack = sums.sum(), 1e-12 * np.abs(d).sum()
    all_sums = [(np.array(s) * sums).sum() for s in itertools.product((1, -1), repeat=len(sums))]
    count = {'two_sided': sum(abs(s) >= abs(seen) - slack for s in all_sums),
             'less': sum(s <= seen + slack for s in all_sums), 'greater': sum(s >= seen - slack for s in all_sums)}[side]
    return count / len(all_sums)


# ---- equations 4 to 8 on made-up scores ----

def composite(rng):
    days, bonds, industries, topics, texts = 40, 5, 4, 7, 60
    link = rng.randint(0, 2, (industries, topics))
    belongs = [sorted(rng.choice(industries, rng.randint(1, 4), replace=False).tolist()) for _ in range(bonds)]
    firm = [(int(rng.randint(days)), int(rng.randint(bonds)), float(rng.uniform(-1, 1))) for _ in range(texts)]
    vectors = rng.normal(size=(topics, 6)).astype(np.float32)
    told = [(int(rng.randint(days)), rng.normal(size=6).astype(np.float32), float(rng.uniform(-1, 1))) for _ in range(texts)]
    alpha = np.zeros((bonds, days))
    for i in range(bonds):
        for k in range(days):
            s = [x for d, b, x in firm if (d, b) == (k, i)]
            alpha[i, k] = np.mean(s) if s else 0
    raw = np.zeros((industries, days))
    for d, v, s in told:
        c = (vectors.astype(float) @ v.astype(float)) / np.linalg.norm(vectors.astype(float), axis=1) / np.linalg.norm(v.astype(float))
        for n in np.argsort(-c)[:5]:
            if c[n] > 0.1:
                raw[:, d] += c[n] * s * link[:, n]
    whole = (raw - raw.mean()) / raw.std()
    causal = np.array([[((raw[m, k] - raw[:, :k + 1].mean()) / raw[:, :k + 1].std()) if raw[:, :k + 1].std() > 0 else 0.0
                        for k in range(days)] for m in range(industries)])
    result = [[i, k] + [float(alpha[i, k] + np.mean([z[m, k] for m in belongs[i]])) for z in (whole, causal)]
              for i in range(bonds) for k in range(days)]
    return days, belongs, link, vectors, firm, told, result


# ---- writing ----

def c_text(text):
    return ''.join(chr(b) if 32 < b < 127 and chr(b) not in '"\\?' else f'\\{b:03o}' for b in text.encode())


golden = Set("sentiment", "formulas over numpy and unicodedata.")
golden.structs("golden_texts", ["const char *text", f"double vector[{BUCKETS}]"],
               [[c_text(t), region(normal(t), 0, len(normal(t)), BUCKETS)] for t in TEXTS])
golden.structs("golden_entities", ["const char *name"], [[c_text(e)] for e in ENTITIES])
rows = []
for (t, text), (e, entity), (p, pooling) in itertools.product(enumerate(TEXTS), enumerate(ENTITIES), enumerate(('mean', 'max', 'mean_max'))):
    count, vector = features(text, entity, BUCKETS, 25, 30, pooling)
    if count:
        rows.append([t, e, p, count, vector])
golden.structs("golden_mentions", ["int text", "int entity", "int pooling /* mean, max, mean_max */", "int mentions",
                                   f"double vector[{5 * BUCKETS}] /* text, before, after (, before, after) */"], rows)
random = draws(17)
days = sorted(random.randint(0, 12, 40).tolist())
values = np.round(random.normal(1, 3, 40), 3).tolist()
golden.structs("golden_zscores", ["size_t day", "double value", "double expanding", "double whole"],
               list(zip(days, values, zscores(values, days, False), zscores(values, days, True))))
differences = np.round(random.normal(0.3, 1, 13), 3).tolist()
golden.constants("golden_differences", differences)
golden.structs("golden_p_values", ["size_t block_length", "double two_sided", "double less", "double greater"],
               [[b] + [float(exact_p(differences, b, s)) for s in ('two_sided', 'less', 'greater')] for b in (1, 2, 5)])
table = random.randint(0, 30, (3, 3))
precision, recall = np.diag(table) / table.sum(0), np.diag(table) / table.sum(1)
f1 = 2 * np.diag(table) / (table.sum(0) + table.sum(1))
golden.structs("golden_classes", ["int64_t count[9] /* rows actual */", "double accuracy", "double precision", "double recall", "double f1"],
               [[table, np.trace(table) / table.sum(), precision.mean(), recall.mean(), f1.mean()]])

days, belongs, link, vectors, firm, told, result = composite(draws(8))
golden.table("golden_day", "day integer", [[k] for k in range(days)])
golden.table("golden_bond", "bond integer, industries integer[]", [[i, b] for i, b in enumerate(belongs)])
golden.table("golden_topic", "topic text, embedding real[], industries integer[]",
             [[str(n), v, [m for m in range(len(link)) if link[m, n]]] for n, v in enumerate(vectors)])
golden.table("golden_firm", "day integer, bond integer, score float8", firm)
golden.table("golden_told", "day integer, embedding real[], score float8", told)
golden.table("golden_composite", "bond integer, day integer, whole float8, causal float8", result)
golden.write()

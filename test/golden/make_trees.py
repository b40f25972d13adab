#!/usr/bin/python3
"""Trees and support vectors: trees.h.  Debian packages python3-sklearn and python3-xgboost.

Two data sets of 200 x 5, the first 150 rows of each for training: one smooth, one with ties, outliers and a column
that does not vary.  Greedy trees of depth 2 by scikit-learn; XGBoost with the exact method, in single precision, so
that rows are drawn until its 10 rounds have no near ties (an own exhaustive search in double agrees); libsvm through
scikit-learn, inputs and target standardized over the training rows.
"""
import numpy as np
import xgboost
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

from form import Set, draws

ROWS, TRAINING, COLUMNS = 200, 150, 5
BOOSTED = ((3, 0.1, 1.0, 0.0, 1), (2, 0.3, 0.0, 0.0, 1), (4, 0.2, 2.0, 0.5, 5))
VECTORS = ((1.0, 0.1, 0.2), (10.0, 0.1, 0.2))


def smooth():
    random = draws(7)
    x = random.uniform(-2, 2, (ROWS, COLUMNS)).round(4)
    y = np.sin(2 * x[:, 0]) + 0.5 * x[:, 1] * x[:, 2] - 0.7 * x[:, 2] + 0.3 * random.normal(size=ROWS)
    return x, y.round(4)


def rough():
    random = draws(11)
    x = np.column_stack([random.randint(0, 6, ROWS), random.uniform(-1.6, 1.6, ROWS).round(1), random.randint(0, 2, ROWS),
                         random.exponential(2, ROWS).round(3), np.full(ROWS, 1.5)])
    y = 97 + 2 * x[:, 0] * (x[:, 2] - 0.5) + 3 * x[:, 1] + random.standard_t(2, ROWS)
    return x.astype(float), y.round(4)


def grown(x, y, gradient, rows, depth, l2, min_gain, min_rows):
    """The tree of the gradients by exhaustive search: the function of a row that it is."""
    g = gradient[rows].sum()
    leaf = -g / (len(rows) + l2)
    best = (0, None)
    for c in range(COLUMNS if depth > 0 else 0):
        order = rows[np.argsort(x[rows, c], kind="stable")]
        left = np.cumsum(gradient[order])
        for i in range(min_rows - 1, len(rows) - min_rows):
            a, b = x[order[i], c], x[order[i + 1], c]
            gain = left[i] ** 2 / (i + 1 + l2) + (g - left[i]) ** 2 / (len(rows) - i - 1 + l2) - g * g / (len(rows) + l2)
            if a < b and gain > best[0] + 1e-9:
                best = gain, (c, (a + b) / 2)
    if best[1] is None:
        return leaf, None
    c, threshold = best[1]
    sides = [grown(x, y, gradient, rows[side], depth - 1, l2, min_gain, min_rows)
             for side in (x[rows, c] < threshold, x[rows, c] >= threshold)]
    if best[0] < min_gain and sides[0][1] is None and sides[1][1] is None:
        return leaf, None
    return leaf, (c, threshold, sides)


def value(tree, row):
    while tree[1] is not None:
        c, threshold, sides = tree[1]
        tree = sides[0 if row[c] < threshold else 1]
    return tree[0]


def boosted(x, y, depth, rate, l2, min_gain, min_rows, base, rounds):
    matrix = xgboost.DMatrix(x[:TRAINING], label=y[:TRAINING])
    options = {"tree_method": "exact", "max_depth": depth, "eta": rate, "lambda": l2, "gamma": min_gain,
               "min_child_weight": min_rows, "base_score": base, "nthread": 1}
    made = xgboost.train(options, matrix, rounds).predict(xgboost.DMatrix(x[TRAINING:])).astype(float)
    own = np.full(ROWS, base)
    for _ in range(rounds):
        tree = grown(x, y, own - y, np.arange(TRAINING), depth, l2, min_gain, min_rows)
        own += rate * np.array([value(tree, row) for row in x])
    assert np.abs(own[TRAINING:] - made).max() < 1e-5 * np.abs(made).max(), np.abs(own[TRAINING:] - made).max()
    return made


def vectors(x, y, cost, epsilon, gamma):
    mean, deviation = x[:TRAINING].mean(0), x[:TRAINING].std(0)
    z = (x - mean) / np.where(deviation > 0, deviation, 1)
    target = (y - y[:TRAINING].mean()) / y[:TRAINING].std()
    machine = SVR(C=cost, epsilon=epsilon, gamma=gamma, tol=1e-10).fit(z[:TRAINING], target[:TRAINING])
    return z, target, machine.predict(z[TRAINING:])


golden = Set("trees", "scikit-learn, XGBoost, libsvm.")
sets = [smooth(), rough()]
trees, boosts, machines = [], [], []
for which, (x, y) in enumerate(sets):
    for min_rows in (1, 10):
        tree = DecisionTreeRegressor(max_depth=2, min_samples_leaf=min_rows, random_state=0)
        trees.append([which, min_rows, tree.fit(x[:TRAINING], y[:TRAINING]).predict(x)])
    for depth, rate, l2, min_gain, min_rows in BOOSTED:
        for rounds in (1, 10):
            base = float(np.float32(y[:TRAINING].mean()))
            boosts.append([which, depth, rate, l2, min_gain, min_rows, base, rounds,
                           boosted(x, y, depth, rate, l2, min_gain, min_rows, base, rounds)])
    for cost, epsilon, gamma in VECTORS:
        z, target, made = vectors(x, y, cost, epsilon, gamma)
        machines.append([cost, epsilon, gamma, z, target, made])
golden.structs("golden_trees", ["const float *x", "const double *y"], sets)
golden.structs("golden_depth2", ["int data", "int min_rows", "const double *forecast /* [200] */"], trees)
golden.structs("golden_boosted", ["int data", "int depth", "double learning_rate", "double l2", "double min_gain",
                                  "int min_rows", "double base", "int rounds", "const double *forecast /* rows 150 on */"], boosts)
golden.structs("golden_svr", ["double cost", "double epsilon", "double gamma", "const float *x", "const double *y",
                              "const double *forecast /* rows 150 on */"], machines)
golden.write()

#!/usr/bin/python3
"""Principal components by scikit-learn: principal_components.h and principal_components.sql.  Debian package
python3-sklearn.  Variances divide by n - 1; signs of components are arbitrary.
"""
import numpy
from sklearn.decomposition import PCA

from form import Set, draws

ROWS = (40, 12)
MIXED = numpy.diag([3.5, 3.0, 2.5, 1.2, 0.7, 0.3])

golden = Set("principal_components", "scikit-learn.")
cases = []
for k, rows in enumerate(ROWS):
    random = draws(60 + k)
    turn = numpy.linalg.qr(random.normal(size=(6, 6)))[0]
    data = numpy.round(random.normal(size=(rows, 6)) @ MIXED @ turn + random.normal(size=6), 3)
    standardized = (data - data.mean(axis=0)) / data.std(axis=0, ddof=1)
    values = []
    for x in (data, standardized):
        pca = PCA(svd_solver="full")
        scores = pca.fit_transform(x)
        values.append([pca.components_, pca.explained_variance_, pca.explained_variance_ratio_, scores])
    plain, standard = values
    cases.append([data, data.mean(axis=0), *plain, *standard[:2], standard[3]])
golden.structs("golden_components", [
    "size_t rows", "size_t columns", "const double *data", "const double *mean", "const double *components",
    "const double *variance", "const double *ratio", "const double *scores",
    "const double *standardized_components /* of columns divided by their standard deviations */",
    "const double *standardized_variance", "const double *standardized_scores"],
    [[*case[0].shape, *case] for case in cases])
golden.table("golden_row", "sample int, t int, x float8[]",
             [[k, t + 1, x] for k, case in enumerate(cases) for t, x in enumerate(case[0])])
golden.table("golden_components", "sample int, mean float8[], components float8[], variance float8[], ratio float8[],"
             " scores float8[], standardized_components float8[], standardized_variance float8[],"
             " standardized_scores float8[]", [[k, *case[1:]] for k, case in enumerate(cases)])
golden.write()

#!/usr/bin/python3
"""The relational embedding and the ranking loss of Feng et al. (2019), in PyTorch: graph_rank.h.  Debian package
python3-torch.

With a[i, j] the kinds of relation from j to i and phi the leaky rectifier with slope 0.2, the output of i is the sum
over its sources j of e_j times the strength
    EXPLICIT: (e_i . e_j) phi(w . a + b)              IMPLICIT: phi(u . e_i + v . e_j + w . a + b)
    ADDITIVE: phi(u . e_i) + phi(v . e_j) + phi(w . a + b)
over the number of targets of j (SOURCE_DEGREE), or of its softmax over the sources of i (SOFTMAX) or the targets of j
(COLUMN_SOFTMAX, as in the code published with the paper).
The ranking loss is the mean over all ordered pairs of max(0, -(p_i - p_j)(y_i - y_j)), or of pairs of a group only.
"""
import numpy
import torch
from autograd import Drawn, array, gradients

from form import Set, draws

# windows, units, kinds, share of related pairs
SIZES = [(5, 4, 3, 0.4), (7, 3, 6, 0.7)]
CASES = [("EXPLICIT", "SOURCE_DEGREE"), ("EXPLICIT", "COLUMN_SOFTMAX"), ("EXPLICIT", "SOFTMAX"),
         ("IMPLICIT", "SOURCE_DEGREE"), ("ADDITIVE", "COLUMN_SOFTMAX"), ("ADDITIVE", "SOFTMAX")]
ALPHA = 0.7


def related(random, n, kinds, share):
    """Kinds [target, source, kind]; each window is a target and a source."""
    held = (random.uniform(size=(n, n)) < share)[:, :, None] & (random.uniform(size=(n, n, kinds)) < 0.5)
    for i in range(n):
        held[i, (i + 1) % n, i % kinds] = True
    return held


def embedded(form, norm, e, held, w, b, *sides):
    mask = torch.tensor(held.any(2))
    of_kind = torch.tensor(held.astype(float)) @ w + b
    phi = torch.nn.LeakyReLU(0.2)
    if form == "EXPLICIT":
        strength = (e @ e.T) * phi(of_kind)
    else:
        target, source = (e @ sides[0])[:, None], (e @ sides[1])[None, :]
        strength = phi(target + source + of_kind) if form == "IMPLICIT" else phi(target) + phi(source) + phi(of_kind)
    if norm == "SOURCE_DEGREE":
        return torch.where(mask, strength / mask.sum(0).clamp(min=1), torch.zeros(())) @ e
    strength = torch.where(mask, strength, torch.tensor(float("-inf")))
    return torch.softmax(strength, 1 if norm == "SOFTMAX" else 0) @ e


def embedding_case(k, form, norm, n, units, kinds, share):
    random = draws(100 + k)
    held, drawn = related(random, n, kinds, share), Drawn(random)
    e, weight = drawn(n, units), drawn(n, units)
    tensors = [drawn(kinds, size=0.7), drawn(1, size=0.7)]
    tensors += [drawn(units, size=0.7), drawn(units, size=0.7)] if form != "EXPLICIT" else []
    output = embedded(form, norm, e, held, *tensors)
    slope, *slopes = gradients((weight * output).sum(), [e, *tensors])
    start, source, sets = [0], [], []
    for i in range(n):
        for j in numpy.flatnonzero(held[i].any(1)):
            source.append(int(j))
            sets.append(int(sum(1 << int(kind) for kind in numpy.flatnonzero(held[i, j]))))
        start.append(len(source))
    return [f"CS_RELATION_{form}", f"CS_RELATION_{norm}", n, units, kinds, start, source, sets, array(e),
            list(map(array, tensors)), array(output), array(weight), slope, slopes]


def ranking_case(k, n, separate):
    random = draws(200 + k)
    group, drawn = random.randint(0, 3, n), Drawn(random)
    p, y = drawn(n), drawn(n).detach()
    against = torch.relu(-(p[:, None] - p[None, :]) * (y[:, None] - y[None, :]))
    if separate:
        against = against * torch.tensor(group[:, None] == group[None, :])
    squared = ((p - y) ** 2).mean()
    slope, = gradients(squared + ALPHA * against.mean(), [p])
    return [n, separate, ALPHA, float(squared), float(against.mean()), float(against.sum()), group, array(p), array(y),
            slope]


golden = Set("graph_rank", "PyTorch.")
golden.structs("golden_embeddings", [
    "cs_relation_form form", "cs_relation_norm norm", "int windows", "int units", "int kinds",
    "const double *start /* [N + 1] */", "const double *source /* [E] */", "const double *kind_set /* [E] */",
    "const double *input /* (N, H) */",
    "const double *parameters /* w, b and, if the form has them, the weights of target, source */",
    "const double *output /* (N, H), the second half of each row */",
    "const double *loss_weight /* (N, H); the loss is sum(loss_weight * output) */",
    "const double *input_gradient /* (N, H) */", "const double *gradient /* as the parameters */"],
    [embedding_case(10 * s + c, *case, *size) for s, size in enumerate(SIZES) for c, case in enumerate(CASES)],
    tag="golden_embedding")
golden.structs("golden_rankings", [
    "int windows", "bool separate", "double alpha", "double squared_mean", "double ranking",
    "double ranking_sum /* without the divisor */", "const double *group", "const double *output", "const double *target",
    "const double *gradient /* of squared_mean + alpha * ranking */"],
    [ranking_case(2 * n + separate, n, separate) for n in (5, 7) for separate in (False, True)], tag="golden_ranking")
golden.write()

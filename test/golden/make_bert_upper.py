#!/usr/bin/python3
"""Upper layers of encoders of BERT's kind, the features of an entity, and the gradients of their parameters.

By PyTorch in double precision, its functional parts and its automatic derivatives: bert_upper.h.
"""
import math

import numpy as np
import torch

from autograd import Drawn, array, gradients
from form import Set, draws

WIDTH, HIDDEN, LAYERS = 8, 12, 2
CASES = [("gelu", 2, 5, [1, 2], 1e-12), ("gelu_tanh", 4, 9, [0, 4, 8], 1e-5), ("relu", 1, 3, [1], 1e-12), ("gelu", 2, 1, [0], 1e-5)]
ACTIVATIONS = {"gelu": torch.nn.functional.gelu, "relu": torch.relu,
               "gelu_tanh": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))}


def layer_tensors(drawn):
    """In the order of cs_encoder_tensor."""
    return [drawn(3 * WIDTH, WIDTH, size=0.4), drawn(3 * WIDTH, size=0.2), drawn(WIDTH, WIDTH, size=0.4), drawn(WIDTH, size=0.2),
            drawn(HIDDEN, WIDTH, size=0.4), drawn(HIDDEN, size=0.2), drawn(WIDTH, HIDDEN, size=0.4), drawn(WIDTH, size=0.2),
            drawn(WIDTH, size=0.2, about=1.0), drawn(WIDTH, size=0.2), drawn(WIDTH, size=0.2, about=1.0), drawn(WIDTH, size=0.2)]


def layer_output(x, tensors, heads, activation, epsilon):
    in_weight, in_bias, out_weight, out_bias, weight1, bias1, weight2, bias2, norm1, shift1, norm2, shift2 = tensors
    linear, norm = torch.nn.functional.linear, torch.nn.functional.layer_norm
    q, k, v = (part.reshape(len(x), heads, -1).transpose(0, 1) for part in linear(x, in_weight, in_bias).chunk(3, -1))
    context = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(WIDTH / heads), -1) @ v
    x = norm(x + linear(context.transpose(0, 1).reshape(len(x), WIDTH), out_weight, out_bias), (WIDTH,), norm1, shift1, epsilon)
    return norm(x + linear(ACTIVATIONS[activation](linear(x, weight1, bias1)), weight2, bias2), (WIDTH,), norm2, shift2, epsilon)


def main():
    golden = Set("bert_upper", __doc__.split("\n")[0])
    drawn = Drawn(draws(1819))
    rows = []
    for activation, heads, steps, chosen, epsilon in CASES:
        layers = [layer_tensors(drawn) for _ in range(LAYERS)]
        lower = drawn(steps, WIDTH)
        slope = drawn(3 * WIDTH)
        x = lower
        for tensors in layers:
            x = layer_output(x, tensors, heads, activation, epsilon)
        features = torch.cat([x[0], x[chosen].mean(0), x[chosen].max(0).values])
        all_tensors = [t for tensors in layers for t in tensors]
        slopes = gradients((features * slope).sum(), all_tensors)
        rows.append((activation, heads, steps, [int(t in chosen) for t in range(steps)], epsilon, array(lower), array(slope),
                     np.concatenate([array(t).ravel() for t in all_tensors]), array(x), array(features),
                     np.concatenate([g.ravel() for g in slopes])))
    golden.structs("golden_bert_upper", ["const char *activation", "int heads", "int steps /* T */", "const int *chosen /* [T] */", "double epsilon",
                                         "const double *lower /* [T][8] */", "const double *slope /* [24], of the features */",
                                         "const double *parameters /* of two layers */", "const double *hidden /* [T][8] */", "const double *features /* [24] */",
                                         "const double *gradient /* as the parameters */"], rows)
    golden.write()


main()

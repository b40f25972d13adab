#!/usr/bin/python3
"""The Transformer's encoder by PyTorch's TransformerEncoderLayer (norms after the sums, rectified units, no dropout), and
sinusoidal positions by their formula: transformer.h.  Debian package python3-torch.
"""
import numpy
import torch
from autograd import Drawn, array, gradients

from form import Pointers, Set, draws

TENSORS = ("self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias",
           "linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias", "norm1.weight", "norm1.bias",
           "norm2.weight", "norm2.bias")
LAYERS, WIDTH, HEADS, FEED_FORWARD, STEPS, BATCH = 2, 8, 2, 16, 6, 2


def encoder():
    drawn = Drawn(draws(5))
    layers = [torch.nn.TransformerEncoderLayer(WIDTH, HEADS, FEED_FORWARD, 0.0, batch_first=True) for _ in range(LAYERS)]
    tensors = [[dict(layer.named_parameters())[name] for name in TENSORS] for layer in layers]
    for layer in tensors:
        for name, tensor in zip(TENSORS, layer):
            about = 1.0 if name in ("norm1.weight", "norm2.weight") else 0.0
            tensor.data = drawn(*tensor.shape, size=0.35, about=about).detach()
    x, weight = drawn(BATCH, STEPS, WIDTH), drawn(BATCH, STEPS, WIDTH)
    output = x
    for layer in layers:
        output = layer(output)
    slope, *slopes = gradients((weight * output).sum(), [x, *(t for layer in tensors for t in layer)])
    count = len(TENSORS)
    return [LAYERS, WIDTH, HEADS, FEED_FORWARD, STEPS, BATCH, array(x), array(output), array(weight), slope,
            Pointers(Pointers(map(array, layer)) for layer in tensors),
            Pointers(Pointers(slopes[count * k:count * (k + 1)]) for k in range(LAYERS))]


def position(first, end, width):
    """(t, 2 i) is sin(t / 10000^(2 i / width)), (t, 2 i + 1) its cosine."""
    angle = numpy.arange(first, end)[:, None] / 10000 ** (numpy.arange(0, width, 2) / width)
    return [first, end, width, numpy.stack([numpy.sin(angle), numpy.cos(angle)], 2).reshape(end - first, -1)]


golden = Set("transformer", "PyTorch.", "numeric/network/transformer_encoder.h")
golden.structs("golden_encoders", [
    "int layers", "int width", "int heads", "int feed_forward", "int steps", "int batch",
    "const double *input /* (N, T, D) */", "const double *output /* (N, T, D) */",
    "const double *loss_weight /* (N, T, D); the loss is sum(loss_weight * output) */",
    "const double *input_gradient /* (N, T, D) */", "const double *parameter[2][CS_ENCODER_TENSORS]",
    "const double *gradient[2][CS_ENCODER_TENSORS]"], [encoder()], tag="golden_encoder")
golden.structs("golden_positions", [
    "int first", "int end", "int width", "const double *encoding /* (end - first, D) */"],
    [position(0, 6, 8), position(99, 100, 16)], tag="golden_position")
golden.write()

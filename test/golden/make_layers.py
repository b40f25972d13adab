#!/usr/bin/python3
"""Self-attention, switchable normalization and a whole network of both with JANET cells, in PyTorch: layers.h.
Debian package python3-torch.

T steps, N batch, C channels, K outputs.  Attention is softmax(q k' / sqrt(K)) v.  Normalization mixes the means and
the variances (divided by the number) of a channel in time, of all channels, and of the batch, each with weights that
are a softmax, in this order.  The network: [attention], three times normalization and JANET, the last step, a dense
layer of rectified units, one output; the loss is the mean squared error of the whole batch.
"""
import torch
from autograd import Drawn, array, gradients, time_major

from form import Set, draws
from make_networks import janet

EPSILON = 1e-5


def attention(x, q, k, v):
    score = (x @ q.T) @ (x @ k.T).transpose(1, 2) / q.shape[0] ** 0.5
    return torch.softmax(score, 2) @ (x @ v.T)


def moments(x):
    means, variances = [], []
    for dimensions in ((1,), (1, 2), (0, 1)):
        means.append(x.mean(dimensions, keepdim=True))
        variances.append(x.var(dimensions, unbiased=False, keepdim=True))
    return means, variances


def normalized(x, gamma, beta, mean_weight, variance_weight, batch=None):
    means, variances = moments(x)
    if batch is not None:
        means[2], variances[2] = batch
    mean = sum(w * m for w, m in zip(torch.softmax(mean_weight, 0), means))
    variance = sum(w * v for w, v in zip(torch.softmax(variance_weight, 0), variances))
    return gamma * (x - mean) / torch.sqrt(variance + EPSILON) + beta


def attention_case(drawn, steps, batch, channels, outputs):
    x, weight = drawn(batch, steps, channels), drawn(batch, steps, outputs)
    tensors = [drawn(outputs, channels, size=0.6) for _ in range(3)]
    output = attention(x, *tensors)
    slope, *slopes = gradients((weight * output).sum(), [x, *tensors])
    return [steps, batch, channels, outputs, time_major(x), list(map(array, tensors)), time_major(output),
            time_major(weight), time_major(torch.tensor(slope)), slopes, None, None, None]


def norm_case(drawn, steps, batch, channels):
    x, weight = drawn(batch, steps, channels, size=1.3, about=0.4), drawn(batch, steps, channels)
    tensors = [drawn(channels, size=0.3, about=1), drawn(channels, size=0.3), drawn(3), drawn(3)]
    output = normalized(x, *tensors)
    slope, *slopes = gradients((weight * output).sum(), [x, *tensors])
    running = [drawn(channels, size=0.3), drawn(channels, size=0.1, about=1)]
    means, variances = moments(x)
    return [steps, batch, channels, channels, time_major(x), list(map(array, tensors)), time_major(output),
            time_major(weight), time_major(torch.tensor(slope)), slopes, [array(means[2]), array(variances[2])],
            list(map(array, running)), time_major(normalized(x, *tensors, running))]


def network_case(drawn, with_attention):
    steps, batch, columns, units, dense, rate, updates = 5, 6, 3, (4, 3, 2), 3, 0.01, 10
    tensors = [drawn(columns, columns, size=0.6) for _ in range(3)] if with_attention else []
    width = columns
    for n in units:
        tensors += [drawn(width, size=0.3, about=1), drawn(width, size=0.3), drawn(3), drawn(3)]
        tensors += [drawn(2 * n, width, size=0.5), drawn(2 * n, n, size=0.5), drawn(2 * n, size=0.5)]
        width = n
    tensors += [drawn(dense, width, size=0.7), drawn(dense, size=0.5), drawn(1, dense, size=0.7), drawn(1, size=0.5)]
    x, target = drawn(batch, steps, columns), drawn(batch)

    def run():
        left = list(tensors)
        h = attention(x, *(left.pop(0) for _ in range(3))) if with_attention else x
        for n in units:
            h = normalized(h, *(left.pop(0) for _ in range(4)))
            layer, state, outputs = [left.pop(0) for _ in range(3)], torch.zeros(batch, n), []
            for t in range(steps):
                state = janet(h[:, t], state, *layer)
                outputs.append(state)
            h = torch.stack(outputs, 1)
        w1, b1, w2, b2 = left
        return (torch.relu(h[:, -1] @ w1.T + b1) @ w2.T + b2)[:, 0]

    parameters, output = list(map(array, tensors)), array(run())
    slopes, losses = gradients(((run() - target) ** 2).mean(), tensors), []
    adam = torch.optim.Adam(tensors, rate)
    for _ in range(updates):
        loss = ((run() - target) ** 2).mean()
        losses.append(float(loss))
        adam.zero_grad()
        loss.backward()
        adam.step()
    return [with_attention, units, dense, steps, batch, columns, rate, updates, time_major(x), array(target), parameters,
            output, slopes, losses, list(map(array, tensors))]


if __name__ == "__main__":
    golden = Set("layers", "PyTorch.")
    members = [
        "int steps", "int batch", "int channels", "int outputs", "const double *input /* (T, N, C) */",
        "const double *parameters /* of the layer, as its views lay them out */", "const double *output /* (T, N, K) */",
        "const double *loss_weight /* (T, N, K); the loss is sum(loss_weight * output) */", "const double *input_gradient",
        "const double *gradient", "const double *moments /* mean and variance of the batch */",
        "const double *running /* a running mean and variance, */",
        "const double *inference_output /* and the output with these */"]
    golden.structs("golden_attentions", members, [
        attention_case(Drawn(draws(1)), 5, 2, 3, 4), attention_case(Drawn(draws(2)), 4, 1, 6, 6)], tag="golden_layer_case")
    golden.structs("golden_norms", members, [
        norm_case(Drawn(draws(3)), 5, 3, 4), norm_case(Drawn(draws(4)), 4, 2, 3)], tag="golden_layer_case")
    golden.structs("golden_networks", [
        "bool attention", "int units[3]", "int dense", "int steps", "int batch", "int columns", "double learning_rate",
        "int updates", "const double *input /* (T, N, C) */", "const double *target /* (N) */",
        "const double *parameters /* the trained block */", "const double *output /* (N) */",
        "const double *gradient /* of the mean squared error */", "const double *losses /* before each update */",
        "const double *trained /* the block after the updates */"],
        [network_case(Drawn(draws(6)), True), network_case(Drawn(draws(7)), False)], tag="golden_network")
    golden.write()

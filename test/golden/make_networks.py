#!/usr/bin/python3
"""Recurrent cells, optimizers and clipping by PyTorch: networks.h.  Debian package python3-torch.

T steps, N batch, C features, H units, G gates.  LSTM (gates i, f, g, o) and ELMAN are PyTorch's, whose two biases are
summed; JANET (f, c) and GRU (r, z, h; the reset stands before the product, h = (1 - z) h + z n) are written here, and
their gradients are PyTorch's.
"""
import torch
from autograd import Drawn, array, gradients, time_major

from form import Pointers, Set, draws

INPUTS, UNITS, STEPS, BATCH = 3, 4, 5, 2
GATES = {"LSTM": 4, "ELMAN": 1, "JANET": 2, "GRU": 3}


def janet(x, h, w, u, b):
    wf, wc = (w @ x.T).T.chunk(2, 1)
    uf, uc = (u @ h.T).T.chunk(2, 1)
    bf, bc = b.chunk(2)
    forget = torch.sigmoid(wf + uf + bf)
    return forget * h + (1 - forget) * torch.tanh(wc + uc + bc)


def gru(x, h, w, u, b):
    wr, wz, wn = (w @ x.T).T.chunk(3, 1)
    ur, uz, un = u.chunk(3)
    br, bz, bn = b.chunk(3)
    reset, update = torch.sigmoid(wr + h @ ur.T + br), torch.sigmoid(wz + h @ uz.T + bz)
    return (1 - update) * h + update * torch.tanh(wn + (reset * h) @ un.T + bn)


def run(kind, x, layers):
    if kind in ("JANET", "GRU"):
        for w, u, b in layers:
            h, outputs = torch.zeros(len(x), UNITS), []
            for t in range(x.shape[1]):
                h = (janet if kind == "JANET" else gru)(x[:, t], h, w, u, b)
                outputs.append(h)
            x = torch.stack(outputs, 1)
        return x
    rnn = (torch.nn.LSTM if kind == "LSTM" else torch.nn.RNN)(INPUTS, UNITS, len(layers), batch_first=True)
    for k, layer in enumerate(layers):
        getattr(rnn, f"bias_hh_l{k}").data.zero_()
        for i, name in enumerate(("weight_ih", "weight_hh", "bias_ih")):
            parameter = getattr(rnn, f"{name}_l{k}")
            parameter.data = layer[i].detach()
            layer[i] = parameter  # the gradient's
    return rnn(x)[0]


def cells(golden):
    golden.struct("golden_layer", [
        "const double *input_weight /* (G*H, C) */", "const double *recurrent_weight /* (G*H, H) */",
        "const double *bias /* (G*H) */", "const double *input_weight_gradient",
        "const double *recurrent_weight_gradient", "const double *bias_gradient"])
    rows = []
    for depth in (1, 2):
        for k, (kind, gates) in enumerate(GATES.items()):
            drawn = Drawn(draws(10 * depth + k))
            layers = [[drawn(gates * UNITS, UNITS if layer else INPUTS, size=0.4), drawn(gates * UNITS, UNITS, size=0.4),
                       drawn(gates * UNITS, size=0.4)] for layer in range(depth)]
            x, weight = drawn(BATCH, STEPS, INPUTS), drawn(BATCH, STEPS, UNITS)
            output = run(kind, x, layers)
            flat = [tensor for layer in layers for tensor in layer]
            slope, *slopes = gradients((weight * output).sum(), [x, *flat])
            rows.append([f"CS_CELL_{kind}", INPUTS, UNITS, STEPS, BATCH, depth, time_major(x), time_major(output),
                         time_major(weight), time_major(torch.tensor(slope)),
                         Pointers(Pointers([*map(array, layer), *slopes[3 * i:3 * i + 3]])
                                  for i, layer in enumerate(layers))])
    golden.structs("golden_cells", [
        "cs_cell cell", "int inputs", "int units", "int steps", "int batch", "int layers",
        "const double *input /* (T, N, C) */", "const double *output /* (T, N, H) */",
        "const double *loss_weight /* (T, N, H); the loss is sum(loss_weight * output) */",
        "const double *input_gradient /* (T, N, C) */", "golden_layer layer[2]"], rows, tag="golden_cell")


def updated(optimizer, start, slopes):
    trace = []
    for slope in slopes:
        start.grad = slope.clone()
        optimizer.step()
        trace.append(array(start))
    return trace


def optimizers(golden):
    members = ["int count", "int steps", "const double *start /* (count) */", "const double *gradient /* (steps, count) */",
               "const double *trace /* (steps, count): parameters after each step */"]
    rows = []
    for k, (rate, beta1, beta2, epsilon, decay) in enumerate([(0.001, 0.9, 0.999, 1e-8, 0), (0.05, 0.8, 0.99, 1e-6, 0.1)]):
        drawn = Drawn(draws(40 + k))
        start, slopes = drawn(5), drawn(10, 5).detach()
        first = array(start)
        trace = updated(torch.optim.Adam([start], rate, (beta1, beta2), epsilon, decay), start, slopes)
        rows.append([rate, beta1, beta2, epsilon, decay, 5, 10, first, array(slopes), trace])
    golden.structs("golden_adams", ["double learning_rate", "double beta1", "double beta2", "double epsilon",
                                    "double weight_decay", *members], rows, tag="golden_adam")
    rows = []
    for k, (rate, momentum, alpha, epsilon, decay) in enumerate([(1e-4, 0.9, 0.99, 1e-8, 1e-7), (0.01, 0, 0.9, 1e-8, 0)]):
        drawn = Drawn(draws(50 + k))
        start, slopes = drawn(5), drawn(10, 5).detach()
        first = array(start)
        trace = updated(torch.optim.RMSprop([start], rate, alpha, epsilon, decay, momentum), start, slopes)
        rows.append([rate, momentum, alpha, epsilon, decay, 5, 10, first, array(slopes), trace])
    golden.structs("golden_rmsprops", ["double learning_rate", "double momentum", "double alpha", "double epsilon",
                                       "double weight_decay", *members], rows, tag="golden_rmsprop")
    rows = []
    for k, limit in enumerate((1, 0.5)):
        start = Drawn(draws(60 + k))(7, size=2.5)
        start.grad = start.detach().clone()
        norm = float(torch.nn.utils.clip_grad_norm_([start], limit))
        rows.append([limit, norm, 7, array(start), array(start.grad)])
    golden.structs("golden_clips", ["double clip_norm", "double norm", "int count", "const double *gradient",
                                    "const double *clipped"], rows, tag="golden_clip")


if __name__ == "__main__":
    reference = Set("networks", "PyTorch.", "numeric/network/recurrent.h")
    cells(reference)
    optimizers(reference)
    reference.write()

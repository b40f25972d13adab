#!/usr/bin/python3
"""Rewrites the reference values of recurrent cells and optimizers as one C header.

usage: rewrite_networks.py <golden directory> <output directory>

Reads rnn_cells.json and optimizers.json, writes networks.h.  Sequences become time-major (T, N, .);
the gates of a layer are stacked as the library stores them; PyTorch's two biases are summed.
"""
import json
import os
import sys


def flat(values):
    if isinstance(values, list):
        return [x for v in values for x in flat(v)]
    return [values]


def time_major(values):
    return [[row[t] for row in values] for t in range(len(values[0]))]


CELLS = {'lstm': 'LSTM', 'janet': 'JANET', 'gru_paper': 'GRU', 'rnn_tanh': 'ELMAN'}
GATES = {'janet': 'fc', 'gru_paper': 'rzh'}


def layer_tensors(kind, tensors, layer, gradient):
    if kind in GATES:
        return [flat([tensors[f'{name}{gate}_l{layer}'] for gate in GATES[kind]]) for name in 'WUb']
    first = flat(tensors[f'bias_ih_l{layer}'])
    second = flat(tensors[f'bias_hh_l{layer}'])
    bias = first if gradient else [a + b for a, b in zip(first, second)]
    return [flat(tensors[f'weight_ih_l{layer}']), flat(tensors[f'weight_hh_l{layer}']), bias]


class Writer:
    def __init__(self):
        self.arrays = []
        self.count = 0

    def array(self, values):
        name = f'values_{self.count}'
        self.count += 1
        lines = [f'static const double {name}[] = {{']
        values = flat(values)
        for i in range(0, len(values), 4):
            lines.append('\t' + ', '.join(repr(float(v)) for v in values[i:i + 4]) + ',')
        lines.append('};')
        self.arrays.append('\n'.join(lines))
        return name


def cell_row(writer, case):
    kind = case['kind']
    layers = []
    for layer in range(case['layers']):
        tensors = (layer_tensors(kind, case['params'], layer, False)
                   + layer_tensors(kind, case['grad'], layer, True))
        layers.append('{' + ', '.join(writer.array(t) for t in tensors) + '}')
    sequences = [time_major(case[k]) for k in ('x', 'out', 'loss_weight')]
    sequences.append(time_major(case['grad']['x']))
    names = ', '.join(writer.array(s) for s in sequences)
    sizes = ', '.join(str(case[k]) for k in ('input', 'hidden', 'T', 'batch', 'layers'))
    return f'\t{{CS_CELL_{CELLS[kind]}, {sizes}, {names},\n\t {{{", ".join(layers)}}}}},'


def adam_row(writer, case):
    numbers = [case['lr'], case['beta1'], case['beta2'], case['eps'],
               case.get('weight_decay_l2', 0.0)]
    names = ', '.join(writer.array(case[k]) for k in ('x0', 'grads', 'trace'))
    return (f'\t{{{", ".join(repr(float(v)) for v in numbers)}, {len(case["x0"])}, '
            f'{len(case["grads"])}, {names}}},')


HEAD = '''/*
 * networks.h
 *		Reference values of recurrent cells, Adam and gradient clipping, made with PyTorch 1.13.
 *		Written by rewrite_networks.py; T steps, N batch, C features, H units, G gates.
 */
#include "numeric/network/recurrent.h"

typedef struct golden_layer
{
	const double *input_weight;		/* (G*H, C) */
	const double *recurrent_weight; /* (G*H, H) */
	const double *bias;				/* (G*H) */
	const double *input_weight_gradient;
	const double *recurrent_weight_gradient;
	const double *bias_gradient;
} golden_layer;

typedef struct golden_cell
{
	cs_cell cell;
	int inputs;
	int units;
	int steps;
	int batch;
	int layers;
	const double *input;		  /* (T, N, C) */
	const double *output;		  /* (T, N, H) */
	const double *loss_weight;	  /* (T, N, H); the loss is sum(loss_weight * output) */
	const double *input_gradient; /* (T, N, C) */
	golden_layer layer[2];
} golden_cell;

typedef struct golden_adam
{
	double learning_rate;
	double beta1;
	double beta2;
	double epsilon;
	double weight_decay;
	int count;
	int steps;
	const double *start;	/* (count) */
	const double *gradient; /* (steps, count) */
	const double *trace;	/* (steps, count): parameters after each step */
} golden_adam;

typedef struct golden_clip
{
	double clip_norm;
	double norm;
	int count;
	const double *gradient; /* (count) */
	const double *clipped;	/* (count) */
} golden_clip;
'''


def main():
    golden, output = sys.argv[1:3]
    with open(os.path.join(golden, 'rnn_cells.json')) as file:
        cells = json.load(file)['cases']
    with open(os.path.join(golden, 'optimizers.json')) as file:
        optimizers = json.load(file)['cases']
    writer = Writer()
    cell_rows = [cell_row(writer, c) for c in cells if c['kind'] in CELLS]
    adam_rows = [adam_row(writer, c) for c in optimizers if c['optimizer'] == 'adam']
    clip_rows = [f'\t{{{c["max_norm"]}, {c["norm"]!r}, {len(c["grad"])}, '
                 f'{writer.array(c["grad"])}, {writer.array(c["clipped"])}}},'
                 for c in optimizers if c['optimizer'] == 'clip_grad_norm']
    parts = [HEAD] + writer.arrays
    for kind, rows in (('cell', cell_rows), ('adam', adam_rows), ('clip', clip_rows)):
        parts.append(f'static const golden_{kind} golden_{kind}s[] = {{\n' + '\n'.join(rows)
                     + '\n};')
    with open(os.path.join(output, 'networks.h'), 'w') as file:
        file.write('\n\n'.join(parts) + '\n')


if __name__ == '__main__':
    main()

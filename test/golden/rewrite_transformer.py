#!/usr/bin/python3
"""Rewrites the reference values of the Transformer encoder and of RMSprop as C headers.

usage: rewrite_transformer.py <golden directory> <output directory>

Reads transformer.json and optimizers.json, writes transformer.h (of the encoders the one with two
layers, of the longer position table its last row) and rmsprop.h.
"""
import json
import os
import sys

TENSORS = ('self_attn.in_proj_weight', 'self_attn.in_proj_bias', 'self_attn.out_proj.weight',
           'self_attn.out_proj.bias', 'linear1.weight', 'linear1.bias', 'linear2.weight',
           'linear2.bias', 'norm1.weight', 'norm1.bias', 'norm2.weight', 'norm2.bias')


def flat(values):
    if isinstance(values, list):
        return [x for v in values for x in flat(v)]
    return [values]


class Writer:
    def __init__(self, prefix):
        self.prefix = prefix
        self.arrays = []

    def array(self, values):
        name = f'{self.prefix}_{len(self.arrays)}'
        values = [f'{float(v):.9g}' for v in flat(values)]
        values = [v if '.' in v or 'e' in v else v + '.0' for v in values]
        lines = [f'static const double {name}[] = {{']
        lines += ['\t' + ', '.join(values[i:i + 8]) + ',' for i in range(0, len(values), 8)]
        self.arrays.append('\n'.join(lines + ['};']))
        return name


def encoder_row(writer, case):
    sizes = ', '.join(str(case[k]) for k in ('layers', 'd', 'heads', 'ff', 'T', 'B'))
    names = [writer.array(case[k]) for k in ('x', 'out', 'loss_weight')]
    names.append(writer.array(case['grad']['x']))
    sides = []
    for side in ('params', 'grad'):
        layers = ['{' + ', '.join(writer.array(case[side][f'layers.{layer}.{tensor}'])
                                  for tensor in TENSORS) + '}' for layer in range(case['layers'])]
        sides.append('{' + ',\n\t  '.join(layers) + '}')
    return f'\t{{{sizes}, {", ".join(names)},\n\t {sides[0]},\n\t {sides[1]}}},'


def rmsprop_row(writer, case):
    numbers = [case[k] for k in ('lr', 'momentum', 'alpha', 'eps', 'weight_decay_l2')]
    names = ', '.join(writer.array(case[k]) for k in ('x0', 'grads', 'trace'))
    return (f'\t{{{", ".join(repr(float(v)) for v in numbers)}, {len(case["x0"])}, '
            f'{len(case["grads"])}, {names}}},')


def position_row(writer, case):
    first = 0 if case['T'] < 10 else case['T'] - 1
    return f'\t{{{first}, {case["T"]}, {case["d"]}, {writer.array(case["out"][first:])}}},'


ENCODER_HEAD = '''/*
 * transformer.h
 *		Reference values of the Transformer encoder and of sinusoidal positions, made with
 *		PyTorch 1.13.  Written by rewrite_transformer.py; N batch, T steps, D features.
 */
#include "numeric/network/transformer_encoder.h"

typedef struct golden_encoder
{
	int layers;
	int width;
	int heads;
	int feed_forward;
	int steps;
	int batch;
	const double *input;		  /* (N, T, D) */
	const double *output;		  /* (N, T, D) */
	const double *loss_weight;	  /* (N, T, D); the loss is sum(loss_weight * output) */
	const double *input_gradient; /* (N, T, D) */
	const double *parameter[2][CS_ENCODER_TENSORS];
	const double *gradient[2][CS_ENCODER_TENSORS];
} golden_encoder;

typedef struct golden_position
{
	int first;
	int end;
	int width;
	const double *encoding; /* (end - first, D) */
} golden_position;
'''

RMSPROP_HEAD = '''/*
 * rmsprop.h
 *		Reference values of RMSprop, made with PyTorch 1.13.  Written by rewrite_transformer.py.
 */
typedef struct golden_rmsprop
{
	double learning_rate;
	double momentum;
	double alpha;
	double epsilon;
	double weight_decay;
	int count;
	int steps;
	const double *start;	/* (count) */
	const double *gradient; /* (steps, count) */
	const double *trace;	/* (steps, count): parameters after each step */
} golden_rmsprop;
'''


def read(golden, name):
    with open(os.path.join(golden, name)) as file:
        return json.load(file)['cases']


def write(output, name, head, writer, tables):
    parts = [head.rstrip('\n')] + writer.arrays
    parts += [f'static const golden_{kind} golden_{kind}s[] = {{\n' + '\n'.join(rows) + '\n};'
              for kind, rows in tables.items()]
    with open(os.path.join(output, name), 'w') as file:
        file.write('\n\n'.join(parts) + '\n')


def main():
    golden, output = sys.argv[1:3]
    cases = read(golden, 'transformer.json')
    writer = Writer('encoder_values')
    write(output, 'transformer.h', ENCODER_HEAD, writer, {
        'encoder': [encoder_row(writer, c) for c in cases
                    if c.get('layers') == 2 and c['activation'] == 'relu' and not c['norm_first']],
        'position': [position_row(writer, c) for c in cases
                     if c.get('kind') == 'sinusoidal_position']})
    writer = Writer('rmsprop_values')
    write(output, 'rmsprop.h', RMSPROP_HEAD, writer, {
        'rmsprop': [rmsprop_row(writer, c) for c in read(golden, 'optimizers.json')
                    if c['optimizer'] == 'rmsprop']})


if __name__ == '__main__':
    main()

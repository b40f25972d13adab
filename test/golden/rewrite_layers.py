#!/usr/bin/python3
"""Rewrites the reference values of self-attention, switchable normalization and whole networks as
one C header.

usage: rewrite_layers.py <golden directory> <output directory>

Reads attention.json, switchnorm.json and dgrnn_small.json, writes layers.h.  Sequences become
time-major (T, N, .); the tensors of a layer or a network lie one after the other, as in the
library's parameter block.
"""
import json
import os
import sys

from rewrite_networks import Writer, flat, time_major

HEAD = '''/*
 * layers.h
 *		Reference values of self-attention, switchable normalization (both computed apart from the
 *		library, in double precision) and paper 003's network on a small scale (PyTorch 1.13).
 *		Written by rewrite_layers.py; T steps, N batch, C channels, K outputs.
 */

typedef struct golden_layer_case
{
	int steps;
	int batch;
	int channels;
	int outputs;
	const double *input;	  /* (T, N, C) */
	const double *parameters; /* of the layer, as its views lay them out */
	const double *output;	  /* (T, N, K) */
	const double *loss_weight; /* (T, N, K); the loss is sum(loss_weight * output) */
	const double *input_gradient;
	const double *gradient;
	const double *moments;			/* mean and variance of the batch */
	const double *running;			/* a running mean and variance, */
	const double *inference_output; /* and the output with these */
} golden_layer_case;

typedef struct golden_network
{
	bool attention;
	int units[3];
	int dense;
	int steps;
	int batch;
	int columns;
	double learning_rate;
	int updates;
	const double *input;	  /* (T, N, C) */
	const double *target;	  /* (N) */
	const double *parameters; /* the trained block */
	const double *output;	  /* (N) */
	const double *gradient;	  /* of the mean squared error */
	const double *losses;	  /* before each update */
	const double *trained;	  /* the block after the updates */
} golden_network;
'''


def attention_row(writer, case):
    tensors = ('Wq', 'Wk', 'Wv')
    arrays = [time_major(case['x']), [case[t] for t in tensors], time_major(case['out']),
              time_major(case['loss_weight']), time_major(case['grad']['x']),
              [case['grad'][t] for t in tensors]]
    names = ', '.join(writer.array(a) for a in arrays)
    return f'\t{{{case["N"]}, {case["B"]}, {case["C"]}, {case["d"]}, {names}, NULL, NULL, NULL}},'


def norm_row(writer, case):
    tensors = ('gamma', 'beta', 'mean_weight', 'var_weight')
    arrays = [time_major(case['x']), [case[t] for t in tensors], time_major(case['out_train']),
              time_major(case['loss_weight']), time_major(case['grad']['x']),
              [case['grad'][t] for t in tensors], [case['batch_mean'], case['batch_var']],
              [case['running_mean'], case['running_var']], time_major(case['out_eval'])]
    names = ', '.join(writer.array(a) for a in arrays)
    return f'\t{{{case["T"]}, {case["B"]}, {case["C"]}, {case["C"]}, {names}}},'


def block(tensors, attention):
    names = ['sam_q', 'sam_k', 'sam_v'] if attention else []
    order = []
    for layer in range(3):
        names += [f'sn{layer}_{t}' for t in ('gamma', 'beta', 'mw', 'vw')]
        names += [(f'j{layer}_{t}f', f'j{layer}_{t}c') for t in 'WUb']
    names += ['d1_W', 'd1_b', 'd2_W', 'd2_b']
    for name in names:
        order += [tensors[n] for n in (name if isinstance(name, tuple) else (name,))]
    return order


def network_row(writer, case):
    attention = case['sam'] == 'scaled_dot'
    arrays = [time_major(case['X']), case['Y'], block(case['params'], attention), case['out'],
              block(case['grad'], attention), case['adam_loss_before_each_step'],
              block(case['params_after_10'], attention)]
    names = ', '.join(writer.array(a) for a in arrays)
    units = ', '.join(str(u) for u in case['hidden'])
    return (f'\t{{{str(attention).lower()}, {{{units}}}, {case["dense1"]}, {case["T"]}, {case["N"]}, '
            f'{case["F"]}, {case["adam_lr"]}, {len(case["adam_loss_before_each_step"])}, {names}}},')


def cases(golden, name):
    with open(os.path.join(golden, name)) as file:
        return json.load(file)['cases']


def main():
    golden, output = sys.argv[1:3]
    writer = Writer()
    attention = [attention_row(writer, c) for c in cases(golden, 'attention.json')
                 if c['kind'] == 'sam' and c['score'] == 'scaled_dot']
    norms = [norm_row(writer, c) for c in cases(golden, 'switchnorm.json')
             if c['instance_var_ddof'] == 0]
    networks = [network_row(writer, c) for c in cases(golden, 'dgrnn_small.json')]
    parts = [HEAD] + writer.arrays
    for kind, name, rows in (('layer_case', 'attentions', attention),
                             ('layer_case', 'norms', norms), ('network', 'networks', networks)):
        parts.append(f'static const golden_{kind} golden_{name}[] = {{\n' + '\n'.join(rows)
                     + '\n};')
    with open(os.path.join(output, 'layers.h'), 'w') as file:
        file.write('\n\n'.join(parts) + '\n')


if __name__ == '__main__':
    main()

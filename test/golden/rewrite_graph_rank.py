#!/usr/bin/python3
"""Rewrites the reference values of the relational embedding and the ranking loss as one C header.

usage: rewrite_graph_rank.py <golden directory> <output directory>

Reads graph_rank.json, writes graph_rank.h.  Relations become the pairs of each target, ascending
by source: the degree cases hold rel[source][target], the softmax cases rel[target][source].
"""
import json
import os
import sys

from rewrite_networks import Writer

HEAD = '''/*
 * graph_rank.h
 *		Reference values of the relational embedding and the ranking loss, computed apart from the
 *		library, in double precision.  Written by rewrite_graph_rank.py; N windows, H units, K
 *		kinds, E pairs.
 */

typedef struct golden_embedding
{
	cs_relation_form form;
	cs_relation_norm norm;
	int windows;
	int units;
	int kinds;
	const double *start;			 /* [N + 1] */
	const double *source;			 /* [E] */
	const double *kind_set;			 /* [E] */
	const double *input;			 /* (N, H) */
	const double *parameters;		 /* w, b and, if the form has them, the weights of target, source */
	const double *output;			 /* (N, H), the second half of each row */
	const double *loss_weight;		 /* (N, H); the loss is sum(loss_weight * output) */
	const double *input_gradient;	 /* (N, H) */
	const double *gradient;			 /* as the parameters */
} golden_embedding;

/* squared_mean + alpha * ranking, and its gradient. */
typedef struct golden_ranking
{
	int windows;
	bool separate;
	double alpha;
	double squared_mean;
	double ranking;
	double ranking_sum; /* without the divisor */
	const double *group;
	const double *output;
	const double *target;
	const double *gradient;
} golden_ranking;
'''

FORMS = {('explicit', False): 'EXPLICIT', ('explicit', True): 'EXPLICIT',
         ('implicit', False): 'IMPLICIT', ('implicit', True): 'ADDITIVE'}
NORMS = {'paper_degree': 'SOURCE_DEGREE', 'row_softmax': 'SOFTMAX', 'code_softmax': 'COLUMN_SOFTMAX'}


def pairs(case):
    start, source, kinds = [0], [], []
    for i in range(case['S']):
        for j in range(case['S']):
            held = case['rel'][j][i] if case['norm'] == 'paper_degree' else case['rel'][i][j]
            if any(held):
                source.append(j)
                kinds.append(sum(1 << k for k, a in enumerate(held) if a))
        start.append(len(source))
    return [start, source, kinds]


def tensors(values):
    names = [n for n in ('w_i', 'w_j', 'w_row', 'w_col') if n in values]
    return [values[n] for n in ['w_rel', 'b_rel'] + names]


def embedding_row(writer, case):
    softmax = case['norm'] != 'paper_degree'
    arrays = pairs(case) + [case['e'], tensors(case['params']), case['out'], case['loss_weight'],
                            case['grad']['e'], tensors(case['grad'])]
    names = ', '.join(writer.array(a) for a in arrays)
    return (f'\t{{CS_RELATION_{FORMS[case["form"], softmax]}, CS_RELATION_{NORMS[case["norm"]]}, '
            f'{case["S"]}, {case["H"]}, {case["K"]}, {names}}},')


def ranking_row(writer, case):
    mean = case['mean']
    names = ', '.join(writer.array(a) for a in (case['group'], case['pred'], case['truth'],
                                                mean['grad']))
    return (f'\t{{{len(case["pred"])}, {str(case["pairs"] == "group").lower()}, {case["alpha"]!r}, '
            f'{mean["reg"]!r}, {mean["rank"]!r}, {case["sum"]["rank"]!r}, {names}}},')


def main():
    golden, output = sys.argv[1:3]
    writer = Writer()
    with open(os.path.join(golden, 'graph_rank.json')) as file:
        cases = json.load(file)['cases']
    embeddings = [embedding_row(writer, c) for c in cases if c['kind'] == 'tgc']
    rankings = [ranking_row(writer, c) for c in cases if c['kind'] == 'rank_loss']
    parts = [HEAD] + writer.arrays
    for kind, rows in (('embedding', embeddings), ('ranking', rankings)):
        parts.append(f'static const golden_{kind} golden_{kind}s[] = {{\n' + '\n'.join(rows) + '\n};')
    with open(os.path.join(output, 'graph_rank.h'), 'w') as file:
        file.write('\n\n'.join(parts) + '\n')


if __name__ == '__main__':
    main()

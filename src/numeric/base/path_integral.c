/*
 * path_integral.c
 *		Integrated gradients, piece by piece.
 */
#include "numeric/base/path_integral.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "numeric/base/poll.h"

/* Halvings of the way, and pieces after which none is halved any more. */
#define MOST_HALVINGS 28
#define MOST_PIECES 2048

/* What a piece may differ from its halves by: this part of the accuracy, or as much of it as the
 * piece is of the way, or so many roundings. */
#define SHARE_OF_PIECE (1.0 / 64)
#define ROUNDINGS 4

const double cs_gauss_node[CS_GAUSS_NODES] = {
	0.0052995325041750337, 0.027712488463383712, 0.067184398806084128, 0.12229779582249848,
	0.19106187779867813,   0.27099161117138631,	 0.35919822461037054,  0.45249374508118128,
	0.54750625491881872,   0.64080177538962946,	 0.72900838882861369,  0.80893812220132187,
	0.87770220417750152,   0.93281560119391587,	 0.97228751153661629,  0.99470046749582497};

const double cs_gauss_weight[CS_GAUSS_NODES] = {
	0.013576229705877047, 0.031126761969323946, 0.047579255841246392, 0.062314485627766936,
	0.074797994408288366, 0.084578259697501269, 0.091301707522461794, 0.094725305227534248,
	0.094725305227534248, 0.091301707522461794, 0.084578259697501269, 0.074797994408288366,
	0.062314485627766936, 0.047579255841246392, 0.031126761969323946, 0.013576229705877047};

/* A part of the way, from t = from on. */
typedef struct piece_of_path
{
	double from;
	double length;
	int halvings;
} piece_of_path;

/* Adds the contributions of a part of the way to sum[]. */
static void
add_piece(const cs_path *path, double from, double length, double *sum)
{
	double t[CS_GAUSS_NODES];
	double weight[CS_GAUSS_NODES];

	for (int q = 0; q < CS_GAUSS_NODES; q++)
	{
		t[q] = from + length * cs_gauss_node[q];
		weight[q] = length * cs_gauss_weight[q];
	}
	path->add_slopes(path->of, t, weight, CS_GAUSS_NODES, sum);
}

/* Adds the halves of a piece to sum[] if they do; else false, and nothing is added. */
static bool
add_halves(const cs_path *path, const piece_of_path *at, double accuracy, bool last,
		   double *scratch, double *sum)
{
	size_t dimensions = path->dimensions;
	double *whole = scratch;
	double *halves = scratch + dimensions;
	double half = at->length / 2;
	double size = 0;
	double difference = 0;
	double least;

	memset(scratch, 0, 2 * dimensions * sizeof(double));
	add_piece(path, at->from, at->length, whole);
	add_piece(path, at->from, half, halves);
	add_piece(path, at->from + half, half, halves);
	for (size_t d = 0; d < dimensions; d++)
	{
		size += fabs(halves[d]);
		difference += fabs(whole[d] - halves[d]);
	}
	least = fmax(accuracy * fmax(SHARE_OF_PIECE, at->length), ROUNDINGS * path->rounding * size);
	/* what is not a number is not halved either */
	if (difference > least && !last)
		return false;
	for (size_t d = 0; d < dimensions; d++)
		sum[d] += halves[d];
	cs_work(6 * dimensions);
	return true;
}

void
cs_path_integrate(const cs_path *path, double accuracy, double *scratch, double *sum)
{
	piece_of_path waiting[MOST_HALVINGS + 2] = {{.length = 1}};
	int open = 1;
	int pieces = 1;

	memset(sum, 0, path->dimensions * sizeof(double));
	while (open > 0)
	{
		piece_of_path at = waiting[--open];
		bool last = at.halvings == MOST_HALVINGS || pieces == MOST_PIECES;

		if (add_halves(path, &at, accuracy, last, scratch, sum))
			continue;
		at.length /= 2;
		at.halvings++;
		pieces++;
		waiting[open++] = (piece_of_path){at.from + at.length, at.length, at.halvings};
		waiting[open++] = at;
	}
}

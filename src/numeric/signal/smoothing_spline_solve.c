/*
 * smoothing_spline_solve.c
 *		Givens rotations of banded rows, and the central bands of an inverse.
 */
#include "numeric/signal/smoothing_spline_solve.h"

#include "numeric/base/poll.h"
#include "numeric/base/vector_math_inline.h"

/* Multiply-adds of a point of a lane. */
#define ROTATE_WORK 60
#define SUBSTITUTE_WORK 20

#define BLOCK 1024 /* points between two polls at most */

/* The rows of u[i-1] and u[i], which point i is to complete; the second has no `next` yet. */
typedef struct active
{
	double diagonal[2][CS_SPLINE_LANES];
	double next[CS_SPLINE_LANES];
	double rhs[2][CS_SPLINE_LANES];
} active;

/* What goes on from point to point downwards. */
typedef struct carry
{
	double bands[3][CS_SPLINE_LANES]; /* of the inverse at (k, k), (k, k+1), (k+1, k+1) */
	double u[2][CS_SPLINE_LANES];	  /* of the last two points */
	double flow[CS_SPLINE_LANES];	  /* slope of u behind them */
	double rate[CS_SPLINE_LANES];
	double squares[CS_SPLINE_LANES];
	double parameters[CS_SPLINE_LANES];
	double freedom[CS_SPLINE_LANES];
} carry;

void
cs_spline_lanes_lay_out(cs_spline_lanes *at, size_t points, int lanes, cs_workspace *workspace)
{
	double **arrays[] = {&at->value, &at->distance, &at->rate,	   &at->inner,		&at->weight,
						 &at->next,	 &at->inverse,	&at->row_next, &at->row_second, &at->u};

	at->points = points;
	at->lanes = lanes;
	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++)
		*arrays[i] = cs_workspace_take(workspace, points, (size_t) lanes * sizeof(double));
}

void
cs_spline_lanes_clear(cs_spline_lanes *at)
{
	double *const arrays[] = {at->value, at->distance, at->rate,	 at->inner,		 at->weight,
							  at->next,	 at->inverse,  at->row_next, at->row_second, at->u};
	size_t count = at->points * (size_t) at->lanes;

	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++)
		for (size_t k = 0; k < count;)
			for (size_t end = cs_block_end(k, count, 1); k < end; k++)
				arrays[i][k] = 0;
	for (int lane = 0; lane < at->lanes; lane++)
		at->alpha[lane] = 1;
}

/* A rotation of a row of some weight whose element is to vanish under a diagonal. */
typedef struct rotation
{
	double kept, taken;
	double weight; /* of what is left of the row */
} rotation;

CS_INLINE rotation
rotate(double diagonal, double weight, double element, double inverse)
{
	rotation turn = {.kept = diagonal * inverse, .taken = weight * element * inverse};

	turn.weight = weight * turn.kept;
	return turn;
}

/*
 * Two rotations under one diagonal, one after the other, with one division.  The diagonal and its
 * inverse become those afterwards.
 */
CS_INLINE void
rotate_twice(rotation *turns, double *diagonal, double weight_0, double element_0, double weight_1,
			 double element_1, double *inverse)
{
	double between = *diagonal + weight_0 * element_0 * element_0;
	double after = between + weight_1 * element_1 * element_1;
	double over = 1 / (between * after);

	turns[0] = rotate(*diagonal, weight_0, element_0, after * over);
	turns[1] = rotate(between, weight_1, element_1, between * over);
	*diagonal = after;
	*inverse = between * over;
}

/* The lanes of a point, of the one before and of the one after. */
typedef struct place
{
	const double *value, *distance, *rate, *inner;
	const double *rate_before, *distance_before, *inner_before, *weight_before, *next_before;
	const double *inner_after;
} place;

/* As locals, which nothing that is written can change. */
CS_INLINE place
place_of(const cs_spline_lanes *at, size_t i, int lanes)
{
	static const double none[CS_SPLINE_LANES];
	size_t here = i * (size_t) lanes;
	size_t before = i > 0 ? here - (size_t) lanes : here;

	return (place){.value = at->value + here,
				   .distance = at->distance + here,
				   .rate = at->rate + here,
				   .inner = at->inner + here,
				   .rate_before = i > 0 ? at->rate + before : none,
				   .distance_before = i > 0 ? at->distance + before : none,
				   .inner_before = at->inner + before,
				   .weight_before = at->weight + before,
				   .next_before = at->next + before,
				   .inner_after = i + 1 < at->points ? at->inner + here + lanes : none};
}

/* Rows i-1 and i of the triangle in a lane, which point i is to complete and to begin. */
typedef struct pair
{
	double diagonal_0, next_0, rhs_0;
	double diagonal_1, rhs_1;
} pair;

/*
 * Row i takes up what is left of the residual, second u[i] + third u[i+1] = value, and of the
 * penalty, pull u[i] - second_0 u[i+1] = -rhs_0; row i+1, which `inner` says is there, begins with
 * the rest.
 */
CS_INLINE pair
rotate_below(pair rows, const rotation *above, double second, double third, double value,
			 double pull, double second_0, double inner, double distance)
{
	rotation turns[2], turn;
	double ignored;

	rotate_twice(turns, &rows.diagonal_1, above[0].weight, second, above[1].weight, pull, &ignored);
	double next = turns[0].taken * third;
	double rest = value - second * rows.rhs_1;
	double rhs = turns[0].kept * rows.rhs_1 + turns[0].taken * value;
	double diagonal = turns[0].weight * third * third + (1 - inner);
	double last = -second_0 - pull * next;
	double total = diagonal + turns[1].weight * last * last;

	turn = rotate(diagonal, turns[1].weight, last, 1 / total);
	return (pair){.diagonal_0 = rows.diagonal_1,
				  .next_0 = turns[1].kept * next - turns[1].taken * second_0,
				  .rhs_0 = turns[1].kept * rhs - turns[1].taken * rows.rhs_0,
				  .diagonal_1 = total,
				  .rhs_1 = turn.kept * (inner * rest * distance) +
						   turn.taken * (-rows.rhs_0 - pull * rhs)};
}

/*
 * Point i is the last whose residual contains u[i-1], so row i-1 of the triangle is complete after
 * it.  u has no elements at both ends: their rows are 1 u = 0, and nothing is rotated into them.
 */
CS_INLINE void
rotate_point(const cs_spline_lanes *lanes_at, active *active, size_t i, int lanes,
			 const double *over)
{
	const place at = place_of(lanes_at, i, lanes);
	size_t before = (i - 1) * (size_t) lanes;
	double *const inverses = lanes_at->inverse + before;
	double *const nexts = lanes_at->row_next + before;
	double *const seconds = lanes_at->row_second + before;
	double *const u = lanes_at->u + before;

	CS_INDEPENDENT
	for (int l = 0; l < lanes; l++)
	{
		pair rows = {active->diagonal[0][l], active->next[l], active->rhs[0][l],
					 active->diagonal[1][l], active->rhs[1][l]};
		double value = at.value[l];
		double pull = at.next_before[l];
		double first = at.inner_before[l] * at.rate_before[l];
		double second = -at.inner[l] * (at.rate_before[l] + at.rate[l]);
		double third = at.inner_after[l] * at.rate[l];
		double inverse, left_second, left_value, second_0;
		rotation turns[2];

		/* the residual, first u[i-1] + second u[i] + third u[i+1], and the penalty u[i-1] + pull
		 * u[i] */
		rotate_twice(turns, &rows.diagonal_0, 1, first, at.weight_before[l] * over[l], 1, &inverse);
		left_second = second - first * rows.next_0;
		rows.next_0 = turns[0].kept * rows.next_0 + turns[0].taken * second;
		second_0 = turns[0].taken * third;
		left_value = value - first * rows.rhs_0;
		rows.rhs_0 = turns[0].kept * rows.rhs_0 + turns[0].taken * value;
		inverses[l] = at.inner_before[l] * inverse;
		nexts[l] = turns[1].kept * rows.next_0 + turns[1].taken * pull;
		seconds[l] = turns[1].kept * second_0;
		u[l] = turns[1].kept * rows.rhs_0;

		rows = rotate_below(rows, turns, left_second, third, left_value, pull - rows.next_0,
							second_0, at.inner_after[l], at.distance[l]);
		active->diagonal[0][l] = rows.diagonal_0;
		active->next[l] = rows.next_0;
		active->rhs[0][l] = rows.rhs_0;
		active->diagonal[1][l] = rows.diagonal_1;
		active->rhs[1][l] = rows.rhs_1;
	}
}

/*
 * u[k], the residual of point k+1, and what element k gives to the traces, from the bands of the
 * inverse at it and the one after.
 */
CS_INLINE void
substitute_point(const cs_spline_lanes *lanes_at, carry *carry, size_t k, int lanes, bool traces)
{
	const place at = place_of(lanes_at, k, lanes);
	size_t here = k * (size_t) lanes;
	const double *const inverses = lanes_at->inverse + here;
	const double *const nexts = lanes_at->row_next + here;
	const double *const seconds = lanes_at->row_second + here;
	double *const us = lanes_at->u + here;

	CS_INDEPENDENT
	for (int l = 0; l < lanes; l++)
	{
		double next = nexts[l];
		double second = seconds[l];
		double u = us[l] - next * carry->u[0][l] - second * carry->u[1][l];
		double q = at.rate[l];
		double flow = q * (carry->u[0][l] - u);
		double residual = carry->flow[l] - flow;

		us[l] = u;
		carry->u[1][l] = carry->u[0][l];
		carry->u[0][l] = u;
		carry->flow[l] = flow;
		carry->squares[l] += residual * residual;
		if (traces)
		{
			double p = at.rate_before[l];
			double gap = at.distance[l];
			double sum = gap + at.distance_before[l];
			double across = -next * carry->bands[1][l] - second * carry->bands[2][l];
			double side = -next * carry->bands[0][l] - second * carry->bands[1][l];
			double centre = inverses[l] - next * side - second * across;

			carry->bands[2][l] = carry->bands[0][l];
			carry->bands[1][l] = side;
			carry->bands[0][l] = centre;
			carry->parameters[l] += sum * centre + gap * side;
			carry->freedom[l] += (p * p + (p + q) * (p + q) + q * q) * centre -
								 2 * q * (p + 2 * q + carry->rate[l]) * side +
								 2 * q * carry->rate[l] * across;
			carry->rate[l] = q;
		}
	}
}

CS_TARGET_CLONES
static void
rotate_lanes(const cs_spline_lanes *at, active *active, size_t from, size_t to, const double *over)
{
	for (size_t i = from; i < to; i++)
		rotate_point(at, active, i, CS_SPLINE_LANES, over);
}

CS_TARGET_CLONES
static void
substitute_lanes(const cs_spline_lanes *at, carry *carry, size_t from, size_t to, bool traces)
{
	if (traces)
		for (size_t k = to; k-- > from;)
			substitute_point(at, carry, k, CS_SPLINE_LANES, true);
	else
		for (size_t k = to; k-- > from;)
			substitute_point(at, carry, k, CS_SPLINE_LANES, false);
}

static void
rotate_one(const cs_spline_lanes *at, active *active, size_t from, size_t to, const double *over)
{
	for (size_t i = from; i < to; i++)
		rotate_point(at, active, i, 1, over);
}

static void
substitute_one(const cs_spline_lanes *at, carry *carry, size_t from, size_t to, bool traces)
{
	if (traces)
		for (size_t k = to; k-- > from;)
			substitute_point(at, carry, k, 1, true);
	else
		for (size_t k = to; k-- > from;)
			substitute_point(at, carry, k, 1, false);
}

void
cs_spline_lanes_solve(cs_spline_lanes *at, size_t first, bool traces)
{
	active active = {0};
	carry carry = {0};
	double over[CS_SPLINE_LANES] = {0};
	size_t lanes = (size_t) at->lanes;

	for (size_t l = 0; l < lanes; l++)
		over[l] = 1 / at->alpha[l];
	/* the first residual has one element, the last point none */
	for (size_t l = 0; l < lanes; l++)
	{
		size_t here = first * lanes + l;
		size_t last = (at->points - 1) * lanes + l;
		bool present = last > here && at->inner[here + lanes] > 0;
		double diagonal;

		at->inverse[last] = at->row_next[last] = at->row_second[last] = at->u[last] = 0;
		active.diagonal[0][l] = 1;
		diagonal = present ? at->rate[here] * at->rate[here] : 1;
		active.diagonal[1][l] = diagonal;
		/* as rotate_point rounds it where the lane starts later */
		active.rhs[1][l] =
			present ? diagonal * (1 / diagonal) * (at->value[here] * at->distance[here]) : 0;
	}
	for (size_t i = first + 1, end; i < at->points; i = end)
	{
		end = at->points - i < BLOCK ? at->points : i + BLOCK;
		(lanes == 1 ? rotate_one : rotate_lanes)(at, &active, i, end, over);
		cs_work((end - i) * lanes * ROTATE_WORK);
	}
	for (size_t end = at->points, from; end > first; end = from)
	{
		from = end - first < BLOCK ? first : end - BLOCK;
		(lanes == 1 ? substitute_one : substitute_lanes)(at, &carry, from, end, traces);
		cs_work((end - from) * lanes * SUBSTITUTE_WORK);
	}
	for (size_t l = 0; l < lanes; l++)
	{
		at->squares[l] = carry.squares[l] + carry.flow[l] * carry.flow[l];
		at->parameters[l] = carry.parameters[l] / 3 / at->alpha[l];
		at->freedom[l] = carry.freedom[l];
	}
}

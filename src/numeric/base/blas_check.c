/*
 * blas_check.c
 *		Products of random matrices beside plain loops.
 *
 * A sum of k products in single precision is off by at most about k half units of the sum of their
 * sizes (Higham, Accuracy and Stability of Numerical Algorithms, 2002, ch. 3), whatever the order;
 * factors rounded to fewer figures are off by far more.
 */
#include "numeric/base/blas_check.h"

#include <float.h>
#include <math.h>

#include "numeric/base/poll.h"
#include "numeric/base/random.h"

/* Elements between the ends of rows and the next, which belong to nobody. */
#define MARGIN 3
#define FORMS 3
#define MOST_ROWS 97
#define MOST_COLUMNS 131
#define MOST_INNER 107

/* What stands where nothing is to be read, and where nothing is to be written. */
#define STRANGE 1e30f

typedef struct shape
{
	int rows, columns, inner;
} shape;

/* Shapes in layers: rows are windows or steps, the others widths.  The last is the largest. */
static const shape shapes[] = {
	{1, 1, 1},	  {1, 17, 5},	{2, 3, 64},	  {3, 16, 2},
	{4, 4, 4},	  {5, 7, 11},	{7, 1, 33},	  {8, 8, 8},
	{11, 21, 13}, {13, 64, 31}, {16, 16, 16}, {17, 48, 24},
	{21, 21, 16}, {31, 33, 35}, {32, 32, 11}, {32, 63, 64},
	{32, 96, 32}, {33, 65, 17}, {47, 19, 49}, {64, 64, 48},
	{65, 15, 66}, {1, 128, 96}, {96, 1, 64},  {MOST_ROWS, MOST_COLUMNS, MOST_INNER}};

static const enum CBLAS_TRANSPOSE forms[FORMS][2] = {
	{CblasNoTrans, CblasTrans}, {CblasNoTrans, CblasNoTrans}, {CblasTrans, CblasNoTrans}};

typedef struct check
{
	cs_sgemm sgemm;
	cs_random random;
	shape shape;
	bool left_transposed, right_transposed;
	int margin; /* of the rows of all three */
	bool adds;

	double *a;	   /* [rows][inner], numbers of single precision */
	double *b;	   /* [inner][columns] */
	double *exact; /* [rows][columns] of a by b */
	double *size;  /* [rows][columns] the sum of the sizes of the terms */
	float *left;   /* with margins, perhaps transposed */
	float *right;
	float *product;
} check;

static void
lay_out(check *check, cs_workspace *workspace)
{
	size_t left = (size_t) (MOST_ROWS + MARGIN) * (MOST_INNER + MARGIN);
	size_t right = (size_t) (MOST_INNER + MARGIN) * (MOST_COLUMNS + MARGIN);
	size_t product = (size_t) (MOST_ROWS + MARGIN) * (MOST_COLUMNS + MARGIN);

	check->a = cs_workspace_take(workspace, left, sizeof(double));
	check->b = cs_workspace_take(workspace, right, sizeof(double));
	check->exact = cs_workspace_take(workspace, product, sizeof(double));
	check->size = cs_workspace_take(workspace, product, sizeof(double));
	check->left = cs_workspace_take(workspace, left, sizeof(float));
	check->right = cs_workspace_take(workspace, right, sizeof(float));
	check->product = cs_workspace_take(workspace, product, sizeof(float));
}

size_t
cs_blas_check_workspace_size(void)
{
	check check = {0};
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&check, &workspace);
	return cs_workspace_total(&workspace);
}

static void
multiply(check *check)
{
	const shape *s = &check->shape;

	for (int i = 0; i < s->rows * s->inner; i++)
		check->a[i] = cs_random_uniform_float(&check->random, -1.0f, 1.0f);
	for (int i = 0; i < s->inner * s->columns; i++)
		check->b[i] = cs_random_uniform_float(&check->random, -1.0f, 1.0f);
	for (int i = 0; i < s->rows; i++)
	{
		double *restrict exact = check->exact + i * s->columns;
		double *restrict size = check->size + i * s->columns;

		for (int j = 0; j < s->columns; j++)
			exact[j] = size[j] = 0;
		for (int k = 0; k < s->inner; k++)
		{
			double factor = check->a[i * s->inner + k];
			const double *b = check->b + k * s->columns;

			for (int j = 0; j < s->columns; j++)
			{
				exact[j] += factor * b[j];
				size[j] += fabs(factor * b[j]);
			}
		}
	}
	cs_work((size_t) s->rows * s->columns * s->inner);
}

/* Writes (rows, columns), or its transpose, with the margin behind each row. */
static void
write_factor(const check *check, const double *factor, int rows, int columns, bool transposed,
			 float *matrix)
{
	int width = (transposed ? rows : columns) + check->margin;

	for (int i = 0; i < (transposed ? columns : rows) * width; i++)
		matrix[i] = STRANGE;
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < columns; j++)
			matrix[transposed ? j * width + i : i * width + j] = (float) factor[i * columns + j];
}

/* What stands in element (i, j) of the product before. */
static float
before(const check *check, int i, int j)
{
	if (j >= check->shape.columns)
		return STRANGE;
	/* what is set must not be read: memory may hold anything */
	return check->adds ? (float) (i - j) / (float) (i + j + 1) : NAN;
}

/* False with *fault at the first element that is not what it should be. */
static bool
compare(const check *check, cs_blas_fault *fault)
{
	const shape *s = &check->shape;
	const float *product = check->product;
	double tolerance = (s->inner + 1) * (double) FLT_EPSILON;

	for (int i = 0; i < s->rows; i++)
		for (int j = 0; j < s->columns + check->margin; j++, product++)
		{
			double start = check->adds || j >= s->columns ? before(check, i, j) : 0;
			double exact = start;
			double size = fabs(start);

			if (j < s->columns)
			{
				exact += check->exact[i * s->columns + j];
				size += check->size[i * s->columns + j];
			}
			/* not a number is wrong, too */
			if (!(fabs(*product - exact) <= (j < s->columns ? tolerance * size : 0)))
			{
				*fault = (cs_blas_fault){.left_transposed = check->left_transposed,
										 .right_transposed = check->right_transposed,
										 .rows = s->rows,
										 .columns = s->columns,
										 .inner = s->inner,
										 .outside = j >= s->columns,
										 .value = *product,
										 .expected = exact};
				return false;
			}
		}
	return true;
}

static bool
check_product(check *check, cs_blas_fault *fault)
{
	const shape *s = &check->shape;
	int width = s->columns + check->margin;

	write_factor(check, check->a, s->rows, s->inner, check->left_transposed, check->left);
	write_factor(check, check->b, s->inner, s->columns, check->right_transposed, check->right);
	for (int i = 0; i < s->rows; i++)
		for (int j = 0; j < width; j++)
			check->product[i * width + j] = before(check, i, j);
	check->sgemm(CblasRowMajor, check->left_transposed ? CblasTrans : CblasNoTrans,
				 check->right_transposed ? CblasTrans : CblasNoTrans, s->rows, s->columns, s->inner,
				 1.0f, check->left, (check->left_transposed ? s->rows : s->inner) + check->margin,
				 check->right, (check->right_transposed ? s->inner : s->columns) + check->margin,
				 check->adds ? 1.0f : 0.0f, check->product, width);
	cs_work((size_t) s->rows * s->columns * s->inner);
	return compare(check, fault);
}

cs_status
cs_blas_check(cs_sgemm sgemm, cs_workspace *workspace, cs_blas_fault *fault)
{
	check check = {.sgemm = sgemm};

	lay_out(&check, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	cs_random_seed(&check.random, 1);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
	{
		check.shape = shapes[i];
		multiply(&check);
		/* each form of whole and of wider matrices, set and added to */
		for (int form = 0; form < FORMS * 4; form++)
		{
			check.left_transposed = forms[form / 4][0] == CblasTrans;
			check.right_transposed = forms[form / 4][1] == CblasTrans;
			check.margin = form % 4 < 2 ? 0 : MARGIN;
			check.adds = form % 2 == 1;
			if (!check_product(&check, fault))
				return CS_WRONG_PRODUCTS;
		}
	}
	return CS_OK;
}

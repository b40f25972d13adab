/*
 * blas_buffer.c
 *		What happens before the first product of a process: OpenBLAS takes a buffer that it keeps
 *		for life, and shows that it multiplies.
 *
 * Where the system refuses it, OpenBLAS tries again for ever, deaf to cancel and terminate
 * (blas_memory_alloc in its driver/others/memory.c, all versions so far).  So the same memory is
 * asked for first, where a refusal is an error, and given back for OpenBLAS to take at once: from
 * then on it never asks again.
 */
#include "postgres.h"

#include <sys/mman.h>

#include <cblas.h>

#include "numeric/base/blas_check.h"
#include "postgres/base/blas_buffer.h"
#include "postgres/base/settings.h"
#include "postgres/base/status.h"

/*
 * OpenBLAS's BUFFER_SIZE, a constant of its build per processor family: 256 MB on POWER, 128 MB or
 * less elsewhere.
 */
#if defined(__powerpc64__)
#define BUFFER_BYTES ((Size) 256 << 20)
#else
#define BUFFER_BYTES ((Size) 128 << 20)
#endif

/* What its bookkeeping and the rounding to pages may add. */
#define BUFFER_MARGIN ((Size) 1 << 20)

/* A product of this order is above every limit below which OpenBLAS works without its buffer. */
#define FIRST_PRODUCT 128

static bool taken = false;

bool
blas_buffers_available(int count)
{
	Size size = count * BUFFER_BYTES + BUFFER_MARGIN;
	void *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED)
		return false;
	munmap(block, size);
	return true;
}

static void
first_product(void)
{
	int n = FIRST_PRODUCT;
	float *factors = palloc0(sizeof(float) * 3 * n * n);

	/* transposed, with a factor: the direct kernels for plain products take no buffer */
	cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, n, 2.0f, factors, n, factors + n * n,
				n, 0.0f, factors + 2 * n * n, n);
	pfree(factors);
}

/* A core type that every processor of the family is known to run. */
#if defined(__x86_64__)
#define PLAIN_CORE_TYPE "Haswell or Nehalem"
#elif defined(__aarch64__)
#define PLAIN_CORE_TYPE "ARMV8"
#else
#define PLAIN_CORE_TYPE "an older one"
#endif

/* Error 58000 where the kernels that OpenBLAS chose are wrong on this processor. */
static void
check_products(const char *what)
{
	Size size = cs_blas_check_workspace_size();
	void *block = allocate_checked(what, size);
	cs_blas_fault fault;
	cs_workspace workspace;
	cs_status status;

	cs_workspace_initialize(&workspace, block, size);
	status = cs_blas_check(cblas_sgemm, &workspace, &fault);
	if (status == CS_WRONG_PRODUCTS)
		ereport(
			ERROR,
			(errcode(ERRCODE_SYSTEM_ERROR),
			 errmsg("%s: OpenBLAS multiplies wrongly on this processor: (%d, %d)%s by (%d, %d)%s "
					"%s %g where %g is right",
					what, fault.rows, fault.inner, fault.left_transposed ? " transposed" : "",
					fault.inner, fault.columns, fault.right_transposed ? " transposed" : "",
					fault.outside ? "leaves" : "has", fault.value, fault.expected),
			 errhint("It took the processor for %s. Set OPENBLAS_CORETYPE in the server's "
					 "environment to another core type (" PLAIN_CORE_TYPE "), or install another "
					 "version of OpenBLAS.",
					 openblas_get_corename())));
	check_status(status, what);
	pfree(block);
}

Size
blas_buffer_size(void)
{
	return BUFFER_BYTES * openblas_get_num_threads();
}

/*
 * To be called before anything that calls BLAS: error 53200 where the buffer is above
 * creditspread.max_model_memory, or refused by the system, 58000 where products are wrong.
 */
static void
take_blas_buffer(const char *what)
{
	check_memory(what, blas_buffer_size());
	if (taken)
		return;
	if (!blas_buffers_available(1))
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("%s: the system refuses the %zu kB that OpenBLAS needs for its products",
						what, (BUFFER_BYTES + BUFFER_MARGIN) / 1024),
				 errhint("Raise the server's limit of address space (ulimit -v) or of committed "
						 "memory (vm.overcommit_memory, vm.overcommit_ratio).")));
	first_product();
	check_products(what);
	taken = true;
}

void *
allocate_for_network(const char *what, Size bytes)
{
	check_memory(what,
				 bytes > SIZE_MAX - blas_buffer_size() ? SIZE_MAX : bytes + blas_buffer_size());
	take_blas_buffer(what);
	return allocate_checked(what, bytes);
}

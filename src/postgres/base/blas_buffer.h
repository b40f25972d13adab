/*
 * blas_buffer.h
 *		OpenBLAS's buffer, taken before the first product of a process.
 */
#ifndef CREDITSPREAD_POSTGRES_BLAS_BUFFER_H
#define CREDITSPREAD_POSTGRES_BLAS_BUFFER_H

/* What OpenBLAS holds with its present number of threads; counts in max_model_memory. */
extern Size blas_buffer_size(void);

/* Whether the system gives `count` buffers more. */
extern bool blas_buffers_available(int count);

/*
 * allocate_checked of the workspace of a network, together with the buffer that it computes with.
 */
extern void *allocate_for_network(const char *what, Size bytes);

#endif

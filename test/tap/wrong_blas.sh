#!/bin/bash
# A BLAS whose products are wrong on this processor gives an error that names its core type, not forecasts: a
# module loaded first answers cblas_sgemm in its place, with one element of each product wrong.
set -u
. "$CREDITSPREAD_TOP/test/tap/helpers.bash"
export PGDATABASE=wrong_blas

createdb wrong_blas
query -c 'CREATE EXTENSION creditspread' -c 'CREATE TABLE series AS
	SELECT day, sin(day) AS y FROM generate_series(1, 60) AS day' >/dev/null
cat >"$TEST_TMP/wrong_blas.c" <<'END'
#include "postgres.h"
#include "fmgr.h"
PG_MODULE_MAGIC;
extern void cblas_sgemm(int order, int left, int right, int m, int n, int k, float alpha, const float *a, int lda,
						const float *b, int ldb, float beta, float *c, int ldc);
void
cblas_sgemm(int order, int left, int right, int m, int n, int k, float alpha, const float *a, int lda,
			const float *b, int ldb, float beta, float *c, int ldc)
{
	for (int i = 0; i < m; i++)
		for (int j = 0; j < n; j++)
			c[(size_t) i * ldc + j] = 1;
}
END
gcc -shared -fPIC -O1 -I"$("$PG_CONFIG" --includedir-server)" -o "$TEST_TMP/wrong_blas.so" "$TEST_TMP/wrong_blas.c" || exit 1
cp "$TEST_TMP/wrong_blas.so" "$CLUSTER_PGXS_LIB" || exit 1
fit="SELECT rnn_fit(day, y, ARRAY[y], rnn_options(epochs => 1, ensemble => 1)) IS NOT NULL FROM series"

out=$(query -v VERBOSITY=verbose -c "LOAD 'wrong_blas'" -c "$fit" -c "SELECT 'alive'")
like 'a fit is an error that says which product is wrong' \
	'^ERROR: +58000: rnn_fit: OpenBLAS multiplies wrongly on this processor: \([0-9]+, [0-9]+\) by \([0-9]+, [0-9]+\)( transposed)? has 1 where -?[0-9.]+ is right$' "$out"
like 'and names the core type and the way out' '^HINT: +It took the processor for [A-Za-z0-9]+\. Set OPENBLAS_CORETYPE ' "$out"
out=$(query -v ON_ERROR_STOP=0 -c "LOAD 'wrong_blas'" -c "$fit" -c "$fit")
same 'each time' 2 "$(grep -c 'multiplies wrongly' <<<"$out")"
same 'a session with the right one fits' t "$(query -c "$fit")"
echo "1..$number"

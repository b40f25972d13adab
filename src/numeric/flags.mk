# How numeric/ is compiled and what it is linked with; read by the extension's Makefile and by
# test/numeric.mk, so that the tests see the very code that is installed.  $(from) is the folder of the
# sources, with a slash at its end, where they are not built in place.

comma := ,
MULTIARCH := $(shell gcc -print-multiarch 2>/dev/null)
OPENBLAS_SERIAL := $(wildcard /usr/lib/$(MULTIARCH)/openblas-serial/pkgconfig)
find_openblas = PKG_CONFIG_PATH=$(OPENBLAS_SERIAL) pkg-config $(1) openblas 2>/dev/null

# The serial build of OpenBLAS: no library thread ever runs inside a backend.  It comes before GSL,
# so that GSL's BLAS calls are answered by it too.
OPENBLAS_LIBDIR := $(shell $(call find_openblas,--variable=libdir))
NUMERIC_CPPFLAGS := -I$(from)src $(addprefix -I,$(shell $(call find_openblas,--variable=includedir))) \
	$(shell pkg-config --cflags gsl libutf8proc 2>/dev/null)
NUMERIC_LIBS := $(addprefix -L,$(OPENBLAS_LIBDIR)) $(addprefix -Wl$(comma)-rpath$(comma),$(OPENBLAS_LIBDIR)) \
	-lopenblas -lgsl -lutf8proc -lm

# What the compiler $(CC) can do, asked when it is first needed, once.
compiles = $(shell printf '%s\n' '$(1)' | $(CC) -x c -O2 -c -o /dev/null - 2>/dev/null && echo yes)
asked_once = $(eval $(1) := $(2))$($(1))

# Functions for several instruction sets, chosen when the program is loaded: not in GCC before 12, nor where
# the C library cannot choose.  (Clang is left out by vector_math_inline.h.)
clones := __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"))) int f(int x) { return x; }
DISPATCH = $(call asked_once,DISPATCH,$(if $(call compiles,$(clones)),-DCREDITSPREAD_DISPATCH))

# No fused multiply-add behind the formulas' back: the same figures from each compiler and machine.
# The server's -fwrapv would keep the kernels' loops from being vectorized.
NUMERIC_CFLAGS = -ffp-contract=off -fno-wrapv $(DISPATCH)

# Relaxed floating point for networks only, and when compiling only: on a link line it would change
# the floating point state of the whole server.  A GCC that cannot be told where an order must be kept
# (before 12) keeps all.
barrier := double f(double x) { return __builtin_assoc_barrier(x + 1) - x; }
clang := int f(void) { return __clang_major__; }
ORDER = $(call asked_once,ORDER,$(if $(or $(call compiles,$(barrier)),$(call compiles,$(clang))),,-fno-associative-math))
NETWORK_CFLAGS = -O3 -ffast-math -ffp-contract=fast $(ORDER)

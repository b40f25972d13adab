# How numeric/ is compiled and what it is linked with; read by the extension's Makefile and by
# test/numeric.mk, so that the tests see the very code that is installed.

comma := ,
MULTIARCH := $(shell gcc -print-multiarch 2>/dev/null)
OPENBLAS_SERIAL := $(wildcard /usr/lib/$(MULTIARCH)/openblas-serial/pkgconfig)
find_openblas = PKG_CONFIG_PATH=$(OPENBLAS_SERIAL) pkg-config $(1) openblas 2>/dev/null

# The serial build of OpenBLAS: no library thread ever runs inside a backend.  It comes before GSL,
# so that GSL's BLAS calls are answered by it too.
OPENBLAS_LIBDIR := $(shell $(call find_openblas,--variable=libdir))
NUMERIC_CPPFLAGS := -Isrc $(addprefix -I,$(shell $(call find_openblas,--variable=includedir))) \
	$(shell pkg-config --cflags gsl 2>/dev/null)
NUMERIC_LIBS := $(addprefix -L,$(OPENBLAS_LIBDIR)) $(addprefix -Wl$(comma)-rpath$(comma),$(OPENBLAS_LIBDIR)) \
	-lopenblas -lgsl -lm

# No fused multiply-add behind the formulas' back: the same figures from each compiler and machine.
# The server's -fwrapv would keep the kernels' loops from being vectorized.
NUMERIC_CFLAGS := -ffp-contract=off -fno-wrapv

# Relaxed floating point for networks only, and when compiling only: on a link line it would change
# the floating point state of the whole server.
NETWORK_CFLAGS := -O3 -ffast-math -ffp-contract=fast

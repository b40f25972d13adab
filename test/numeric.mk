# The numeric library alone, and the programs that need no server: unit tests and benchmarks.
#
#   make -f test/numeric.mk OUT=build/plain [EXTRA_CFLAGS=...] library | tests | benchmarks
#
# Each test/unit/test_NAME.c becomes OUT/test_NAME.exe, each test/bench/bench_NAME.c OUT/bench_NAME.exe; other
# files of test/unit are linked to every test.  The programs are run from the top of the sources.

include src/numeric/flags.mk

OUT ?= build/plain
CFLAGS = -std=c11 -g -O2 -Wall -Wextra $(NUMERIC_CFLAGS)
DEPFLAGS = -MMD -MP

LIBRARY = $(OUT)/libcreditspread_numeric.a
OBJECTS = $(patsubst src/%.c,$(OUT)/%.o,$(sort $(wildcard src/numeric/*/*.c)))
TESTS = $(patsubst test/unit/%.c,$(OUT)/%.exe,$(sort $(wildcard test/unit/test_*.c)))
TEST_SUPPORT = $(patsubst test/unit/%.c,$(OUT)/unit/%.o, \
	$(filter-out test/unit/test_%,$(sort $(wildcard test/unit/*.c))))
BENCHMARKS = $(patsubst test/bench/%.c,$(OUT)/%.exe,$(sort $(wildcard test/bench/bench_*.c)))
PROGRAM_CPPFLAGS = $(NUMERIC_CPPFLAGS) -Itest -Itest/unit

.PHONY: library tests benchmarks
library: $(LIBRARY)
tests: $(TESTS)
benchmarks: $(BENCHMARKS)

$(OUT)/numeric/network/%.o: FILE_CFLAGS = $(NETWORK_CFLAGS)

$(OUT)/numeric/%.o: src/numeric/%.c src/numeric/flags.mk test/numeric.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FILE_CFLAGS) $(EXTRA_CFLAGS) $(NUMERIC_CPPFLAGS) $(DEPFLAGS) -c -o $@ $<

$(OUT)/unit/%.o: test/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(EXTRA_CFLAGS) $(PROGRAM_CPPFLAGS) $(DEPFLAGS) -c -o $@ $<

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(OUT)/test_%.exe: test/unit/test_%.c $(TEST_SUPPORT) $(LIBRARY)
	$(CC) $(CFLAGS) $(EXTRA_CFLAGS) $(PROGRAM_CPPFLAGS) $(DEPFLAGS) -MF $(@:.exe=.d) -MT $@ -o $@ \
		$< $(TEST_SUPPORT) $(LIBRARY) -lcmocka $(NUMERIC_LIBS)

$(OUT)/bench_%.exe: test/bench/bench_%.c $(LIBRARY)
	$(CC) $(CFLAGS) $(EXTRA_CFLAGS) $(PROGRAM_CPPFLAGS) $(DEPFLAGS) -MF $(@:.exe=.d) -MT $@ -o $@ \
		$< $(LIBRARY) $(NUMERIC_LIBS)

-include $(OBJECTS:.o=.d) $(TESTS:.exe=.d) $(TEST_SUPPORT:.o=.d) $(BENCHMARKS:.exe=.d)

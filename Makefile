# creditspread: build, installation, tests and packaging.
#
#   make               builds the extension                 make unit        unit tests, plain and sanitized
#   make install       installs it (as root)                make lint        style and static analysis
#   make pages         writes the tables of options into docs/
#   make demo          runs the tutorial, DATA=file.csv     make coverage    line coverage, with thresholds
#                      the experiment on that file          make bench       benchmarks, PEERS=folder beside others
#   make test          all tests in a private cluster;      make dist        the release archive
#                      ONLY='emd stl*': those called so
#   make check-all     test, coverage, lint, fuzz, slow     make installcheck   a walk through all on the running server
#
# demo, test and the targets below them install missing Debian packages first: test/packages.debian.

EXTENSION = creditspread
MODULE_big = creditspread

# The folder of the sources, with a slash at its end, when they are built elsewhere: make -f FOLDER/Makefile.
from := $(filter-out ./,$(dir $(firstword $(MAKEFILE_LIST))))
EXTENSION_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(from)creditspread.control)

ifeq ($(origin PG_CONFIG),undefined)
PG_CONFIG := $(patsubst %/lib/pgxs/src/makefiles/pgxs.mk,%/bin/pg_config,$(lastword \
	$(shell ls -d /usr/lib/postgresql/*/lib/pgxs/src/makefiles/pgxs.mk 2>/dev/null | sort -V)))
PG_CONFIG := $(or $(PG_CONFIG),pg_config)
endif
# Before a server is installed there is nothing to hand on: the make after the installation looks again.
ifneq ($(PG_CONFIG),pg_config)
export PG_CONFIG
endif

# `make demo DATA=...` and PGXS's list of files to install share a name.
demo_data := $(if $(filter command,$(firstword $(origin DATA))),$(DATA))
override DATA := $(patsubst $(from)%,%,$(wildcard $(from)sql/creditspread--*.sql))

include $(from)src/numeric/flags.mk

SOURCES := $(sort $(wildcard $(addprefix $(from)src/,creditspread.c numeric/*/*.c postgres/*.c postgres/*/*.c)))
OBJS = $(SOURCES:$(from)src/%.c=build/module/%.o)
SCRIPT = build/creditspread--$(EXTENSION_VERSION).sql
UPGRADES = $(patsubst $(from)sql/%.in,build/%,$(wildcard $(from)sql/creditspread--*--*.sql.in))
DATA_built = $(SCRIPT) $(UPGRADES)
EXTRA_CLEAN = build creditspread-*.zip

PG_CPPFLAGS = $(NUMERIC_CPPFLAGS) -DCREDITSPREAD_VERSION='"$(EXTENSION_VERSION)"'
PG_CFLAGS = -std=c11 -Wno-declaration-after-statement
SHLIB_LINK = $(NUMERIC_LIBS) $(COVERAGE_CFLAGS)

# make installcheck: test/sql/*.sql on the running server, compared with expected/*.out.
REGRESS = $(patsubst $(from)test/sql/%.sql,%,$(sort $(wildcard $(from)test/sql/*.sql)))
REGRESS_OPTS = --inputdir=$(or $(from),./)test --load-extension=creditspread

# Nothing in the SQL-callable functions is small enough to gain from inlining into queries, so no
# LLVM bitcode and no need for clang.
override with_llvm = no

PGXS := $(wildcard $(shell $(PG_CONFIG) --pgxs 2>/dev/null))
ifneq ($(PGXS),)
include $(PGXS)
else
all install clean:
	@echo "PostgreSQL's server headers are missing: run test/packages.sh run as root, install" \
		"the package postgresql-server-dev of your server's version, or set PG_CONFIG" >&2; exit 1
endif

build/module/numeric/%.o: FILE_CFLAGS += -fvisibility=hidden $(NUMERIC_CFLAGS)
build/module/numeric/network/%.o: FILE_CFLAGS += $(NETWORK_CFLAGS)

# Another server, compiler or flags: all is made again.
compiled_for = $(shell $(PG_CONFIG) --version --includedir-server) $(CC) $(CFLAGS) $(CPPFLAGS) $(COVERAGE_CFLAGS)
build/compiled_for: always
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(compiled_for))' >$@.$$PPID
	@cmp -s $@.$$PPID $@ && rm $@.$$PPID || mv $@.$$PPID $@
.PHONY: always

build/module/%.o: $(from)src/%.c $(from)creditspread.control $(from)Makefile $(from)src/numeric/flags.mk build/compiled_for
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FILE_CFLAGS) $(COVERAGE_CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJS:.o=.d)

# The tables of options, and the headers with the constants that their bounds name.
OPTIONS := $(sort $(wildcard $(from)src/*/*/*.h) $(wildcard $(from)src/postgres/options/*.def))

# The prerequisite `sql` notices a part that was added or removed.
$(SCRIPT): $(sort $(wildcard $(from)sql/[0-9]*.sql)) $(OPTIONS) $(from)sql/options.awk $(from)sql/expand.awk $(from)sql $(from)creditspread.control build/compiled_for
	@mkdir -p $(@D)
	{ printf '%s\n' '\echo Use "CREATE EXTENSION creditspread" to load this file. \quit' && \
		awk $(addprefix -f ,$(filter %.awk,$^)) $(filter %.h %.def,$^) $(filter %.sql,$^); } > $@.new
	mv $@.new $@

$(UPGRADES): build/%: $(from)sql/%.in $(SCRIPT) $(from)sql/upgrade.awk
	awk -f $(filter %.awk,$^) $(filter %.sql,$^) $< > $@.new
	mv $@.new $@

# The tables of options in the pages; test/tap/option_tables.sh compares them.
.PHONY: pages
pages: $(OPTIONS) $(from)sql/options.awk $(from)docs/options.awk
	for page in $$(grep -l '^<!-- options ' $(from)docs/*.md); do \
		awk $(addprefix -f ,$(filter %.awk,$^)) $(filter %.h %.def,$^) $$page > $$page.new && mv $$page.new $$page || exit 1; \
	done

# pg_regress looks for expected/ where it runs; the path is absolute so that VPATH does not find the sources'.
installcheck: $(CURDIR)/expected
$(CURDIR)/expected:
	ln -s $(abspath $(from)expected) $@

# From here on: tests.  -j unless the caller chose a number himself.
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: demo test check-all unit lint coverage bench dist

demo:
	@test/packages.sh run
	@$(MAKE) -s $(jobs) all
	@DATA='$(demo_data)' test/demo.sh

test:
	@test/packages.sh run test
	@$(MAKE) -s $(jobs) all
	@test/run.sh $(foreach name,$(ONLY),'$(name)')

check-all:
	@test/packages.sh run test check
	@$(MAKE) -s $(jobs) all
	@test/run.sh --all

unit:
	@test/packages.sh run test
	@test/unit.sh

lint:
	@test/packages.sh run test check
	@test/lint/run.sh

coverage:
	@test/packages.sh run test check
	@test/coverage/run.sh

bench:
	@test/packages.sh run
	@$(MAKE) -s $(jobs) all
	@PEERS='$(PEERS)' test/bench/run.sh

dist:
	@mkdir -p build/dist
	sed 's/@VERSION@/$(EXTENSION_VERSION)/' META.json > build/dist/META.json
	git archive --format=zip --prefix=creditspread-$(EXTENSION_VERSION)/ --add-file=build/dist/META.json \
		-o creditspread-$(EXTENSION_VERSION).zip HEAD -- . ':(exclude)META.json'

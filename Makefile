# Entente. GNU make; see CONTRIBUTING.md.
#
#   make [all]      build/entente and build/libentente.a
#   make check      tests, replay of the fuzz corpora, tests/*.sh
#   make bench      one JSON line per figure
#   make fuzz       libFuzzer on every target (FUZZ_SECONDS each)
#   make docs       pages that are made from tables in the code
#   make lint       formatting, layers, static analysis, manual pages
#   make install    DESTDIR=, PREFIX=/usr/local
#
# SAN=1 adds the address and undefined behaviour sanitizers, CC=clang takes
# the other compiler, WERROR=1 makes warnings fatal. Each configuration has
# its own folder under build/.

VERSION := 0.1.0
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 5
PACKAGES := libsodium libcrypto sqlite3 jansson yaml-0.1 gmp

ifeq ($(origin CC),default)
CC := gcc
endif
flavour := $(filter-out gcc cc,$(notdir $(firstword $(CC))))
ifeq ($(SAN),1)
flavour := $(strip $(flavour) san)
endif
empty :=
BUILD := build$(if $(flavour),/$(subst $(empty) ,-,$(flavour)))

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
ifeq ($(WERROR),1)
WARN += -Werror
endif
CFLAGS ?= -O2 -g
ifeq ($(SAN),1)
HARDEN := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
else
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2
endif
# Asserts stay on: NDEBUG is never defined.
STANDARD := -std=c17 -D_GNU_SOURCE -DENTENTE_VERSION='"$(VERSION)"' -Isrc \
	-pthread $(shell pkg-config --cflags $(PACKAGES))
LIBS := $(shell pkg-config --libs $(PACKAGES)) -pthread -lm
COMPILE = $(CC) $(STANDARD) $(WARN) $(CFLAGS) $(HARDEN) $(CPPFLAGS) -MMD -MP
LINK = $(CC) $(CFLAGS) $(HARDEN) $(LDFLAGS)

SOURCES := $(wildcard src/*/*.c)
HEADERS := $(wildcard src/*/*.h)
CLI := $(filter src/cli/%,$(SOURCES))
LIBRARY := $(filter-out $(CLI),$(SOURCES))
TESTS := $(filter-out tests/corpus_main.c,$(wildcard tests/*.c))
FUZZERS := $(patsubst fuzz/%_fuzz.c,%,$(wildcard fuzz/*_fuzz.c))
BENCHES := $(patsubst bench/%_bench.c,%,$(wildcard bench/*_bench.c))
TOOLS := $(patsubst tools/%.c,$(BUILD)/tools/%,$(wildcard tools/*.c))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
PROGRAM := $(if $(CLI),$(BUILD)/entente)
ARCHIVE := $(BUILD)/libentente.a
REPLAYS := $(FUZZERS:%=$(BUILD)/replay/%)

.PHONY: all built check bench docs fuzz lint install clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM) $(ARCHIVE)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

$(ARCHIVE): $(call objects,$(LIBRARY))
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/entente: $(call objects,$(CLI)) $(ARCHIVE)
	$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/tests: $(call objects,$(TESTS)) $(ARCHIVE)
	$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/replay/%: $(BUILD)/obj/fuzz/%_fuzz.o \
		$(call objects,tests/corpus_main.c) $(ARCHIVE)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/bench/%: $(BUILD)/obj/bench/%_bench.o $(ARCHIVE)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/tools/%: $(BUILD)/obj/tools/%.o $(ARCHIVE)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(LIBS)

built: all $(BUILD)/tests $(REPLAYS) $(TOOLS)

check: built
	@tools/check.sh $(BUILD)

bench: all $(BENCHES:%=$(BUILD)/bench/%)
	@set -e; for name in $(BENCHES); do $(BUILD)/bench/$$name; done

docs: $(BUILD)/tools/acts_reference
	$< >docs/acts.md

# libFuzzer comes with clang. What it finds goes to build/fuzz/found/<name>;
# a seed worth keeping is moved to fuzz/corpus/<name> by hand.
FUZZ_COMPILE = clang $(STANDARD) $(WARN) -O1 -g -fno-omit-frame-pointer \
	-fno-sanitize-recover=all -MMD -MP

build/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_COMPILE) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<

build/fuzz/%: build/fuzz/obj/fuzz/%_fuzz.o \
		$(patsubst %.c,build/fuzz/obj/%.o,$(LIBRARY))
	clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)

fuzz: $(FUZZERS:%=build/fuzz/%)
	@set -e; for name in $(FUZZERS); do \
	    echo "fuzzing $$name for $(FUZZ_SECONDS) seconds"; \
	    mkdir -p build/fuzz/found/$$name; \
	    build/fuzz/$$name -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
	        -timeout=10 -rss_limit_mb=3000 \
	        -artifact_prefix=build/fuzz/$$name- \
	        build/fuzz/found/$$name fuzz/corpus/$$name \
	        >build/fuzz/$$name.log 2>&1 || \
	        { tail -n 40 build/fuzz/$$name.log; exit 1; }; \
	done

lint:
	clang-format --dry-run -Werror $(SOURCES) $(HEADERS) \
	    $(wildcard tests/*.[ch] fuzz/*.c bench/*.c tools/*.c)
	tools/layers.sh
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
	    --enable=warning,portability -Isrc --suppress=missingIncludeSystem \
	    $(SOURCES)
	printf '%s\0' $(SOURCES) | xargs -0 -n 1 -P 2 sh -c \
	    'clang-tidy --quiet "$$0" -- $(subst ','\'',$(STANDARD)) 2>/dev/null'
	set -e; for page in $(wildcard docs/man/*.[1-9]); do \
	    mandoc -Tlint -Wwarning $$page; done

share := $(DESTDIR)$(PREFIX)/share
install: all
	install -D -m 755 $(BUILD)/entente $(DESTDIR)$(PREFIX)/bin/entente
	for page in $(wildcard docs/man/*.[1-9]); do install -D -m 644 \
	    $$page $(share)/man/man$${page##*.}/$${page##*/}; done
	install -D -m 644 tools/completion.bash \
	    $(share)/bash-completion/completions/entente
	for file in $$(find data/rules examples -type f); do install -D -m 644 \
	    $$file $(share)/entente/$${file#data/}; done

clean:
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)

# Builds nway, runs the benchmark and its report, and tests both; `make help` lists the targets.
#
# CFLAGS and LDFLAGS are reserved for the user; required flags are in separate variables.

CC       ?= cc
CFLAGS   ?= -O2 -g
BUILD    ?= build
CONFIG   ?= configs/default.conf
PREFIX   ?= /usr/local
RUNS     ?=
SANITIZE ?=

DEPS      := build-essential pkg-config libgmp-dev libinih-dev libjansson-dev libgsl-dev libhwloc-dev gnuplot-nox \
             libmpfr-dev zlib1g-dev libmd-dev libcurl4-openssl-dev libmicrohttpd-dev libuv1-dev libpcre2-dev \
             gettext hyperfine
DEPS_TEST := $(DEPS) clang libomp-dev libclang-rt-14-dev libcmocka-dev bats jq procps git python3 python3-numpy po4a groff-base \
             g++ gfortran libtbb-dev zsh libbenchmark-tools python3-scipy
DEPS_FULL := $(DEPS_TEST) gcovr clang-tidy cppcheck shellcheck strace chromium
DEPS_BROWSER := chromium nodejs npm
DEPS_PEERS := $(DEPS) g++ libbenchmark-dev jq

STRICT  := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wcast-qual
# Text is cut on purpose where it is for people; gcc warns of every such place, clang does not know the flag.
STRICT  += -Wno-unknown-warning-option -Wno-format-truncation
# Includes name a header by its folder: "base/fault.h" of harness/, "stats/scaling.h" of reports/, "kernel.h" of kernels/.
ROOMS   := -Iharness -Ireports -Ikernels
# The compiler writes each object's dependencies beside it; the end of this file includes them.
NOTE_DEPS = -MMD -MP -MF $(basename $@).d -MT $@
HARDEN  := $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2) -fstack-protector-strong
SANFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# Kernels and variants have their own flags, which machine.json and catalog.json record.
KERNEL_FLAGS ?= -O2 -g
MODULE  := -fPIC -fvisibility=hidden
comma := ,
pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

# Prints a short line for each target; V=1 prints the whole commands.
Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1) $@")

VERSION := 0.2.0$(shell git describe --always --dirty --exclude '*' 2>/dev/null | sed 's/^/-g/')

VARIANT_C := $(filter-out harness/variants/spin.c,$(wildcard harness/variants/*.c))
HARNESS_C := $(filter-out $(VARIANT_C),$(wildcard harness/*/*.c))
REPORTS_C := $(wildcard reports/*/*.c)
KERNEL_C  := $(wildcard kernels/*.c)
LIB_C     := $(wildcard kernels/lib/*.c)
FIXTURE_C := $(wildcard tests/fixtures/*.c)
TEST_C    := $(wildcard tests/unit/*/*.c)

# Texts embedded in a program: page/style.css becomes `const char style_css[]`. Those of nway, then those of nway-report.
SKELETONS := $(wildcard harness/skeletons/*.in)
HARNESS_O := $(HARNESS_C:%.c=$(BUILD)/%.o) $(SKELETONS:%=$(BUILD)/%.o)
EMBEDDED  := reports/page/style.css reports/page/sort.js reports/charts/common.gp configs/notebook/experiments.conf
REPORTS_O := $(REPORTS_C:%.c=$(BUILD)/%.o) $(EMBEDDED:%=$(BUILD)/%.o)
LIB_O     := $(LIB_C:%.c=$(BUILD)/%.o)
KERNELS   := $(KERNEL_C:kernels/%.c=$(BUILD)/kernels/%.built)
VARIANTS  := $(VARIANT_C:harness/variants/%.c=$(BUILD)/variants/%.built)
FIXTURES  := $(FIXTURE_C:tests/fixtures/%.c=$(BUILD)/fixtures/%.built)
TESTS     := $(addprefix $(BUILD)/tests/,$(basename $(notdir $(TEST_C))))
FAKES     := $(patsubst tests/%.c,$(BUILD)/%.so,$(wildcard tests/tools/fake_*.c))
PEERS_O   := $(patsubst %,$(BUILD)/peers/%.o,two_samples trials)

# Catalogs of texts in other languages, where gettext is installed; English needs none.
CATALOGS  := $(if $(shell command -v msgfmt),$(patsubst po/%.po,$(BUILD)/locale/%/LC_MESSAGES/nway.mo,$(wildcard po/*.po)))

# Objects that both programs link.
BASE_O    := $(patsubst %.c,$(BUILD)/%.o,$(wildcard harness/base/*.c harness/options/*.c harness/process/*.c))
HARNESS_LIBS := -linih -ljansson -lhwloc -lpcre2-8 -lpthread -ldl -lm
REPORTS_LIBS := -linih -ljansson -lz -lmd -lgsl -lgslcblas -lpthread -lm

.PHONY: all bench bench-harness bench-precision bench-report report compare deps deps-test deps-browser deps-full deps-peers deps-bench-report test test-full asan tsan format install uninstall
.PHONY: clean
.PHONY: help sample texts modules mutation coverage fuzz soak lint reproducible
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(BUILD)/nway $(BUILD)/nway-report $(KERNELS) $(VARIANTS) $(CATALOGS)

bench: all ## measure CONFIG (configs/default.conf), show the result, write the report
	$(BUILD)/nway run -c $(CONFIG) --second-opinion --report

bench-harness: all $(patsubst %,$(BUILD)/peers/%,judge spin gbench_countdown agree) ## the live trial of nway beside its peers, and ten runs in turn, 40 minutes (docs/trials.md)
	@BUILD=$(BUILD) CC="$(CC)" sh tests/peers/trial.sh
	@BUILD=$(BUILD) sh tests/peers/runs.sh

bench-precision: all $(BUILD)/bench/bare ## the frozen experiment of docs/method.md: how wide its intervals are, and what a bare loop allows, 5 minutes
	@BUILD=$(BUILD) sh tests/bench/precision.sh

bench-report: all ## time the report of a million rows beside pandas and matplotlib, some minutes
	@BUILD=$(BUILD) CC="$(CC)" sh tests/bench/report.sh

report: all ## write the report of RUNS (the latest run)
	$(BUILD)/nway report $(RUNS)

compare: all ## compare RUNS="a b" (the last two) across worker counts
	$(BUILD)/nway compare $(RUNS)

deps: ## install what measuring and reporting need
	@sh harness/install_deps.sh $(DEPS)

deps-test: ## install what the tests need
	@sh harness/install_deps.sh $(DEPS_TEST)

deps-browser: ## install what the tests of reports in a browser need; without it they are skipped
	@command -v chromium >/dev/null && command -v npm >/dev/null || sh harness/install_deps.sh $(DEPS_BROWSER)
	npm ci --ignore-scripts --no-audit --no-fund --prefix tests/browser

deps-full: ## install what `make test-full` needs besides
	@sh harness/install_deps.sh $(DEPS_FULL)

deps-peers: ## install what the live trial needs
	@sh harness/install_deps.sh $(DEPS_PEERS)

deps-bench-report: ## install what bench-report needs
	@sh harness/install_deps.sh $(DEPS) python3-pandas python3-matplotlib jq time

test: ## run all tests (needs deps-test)
	@sh tests/run_all.sh

test-full: ## run all tests, including the slow ones
	@NWAY_FULL=1 sh tests/run_all.sh

# Sanitized programs are built for one test run: -O1 takes two thirds of the time of -O2 and runs as fast under ASan.
QUICK := CFLAGS="-O1 -g1" KERNEL_FLAGS="-O1 -g1"
asan: ## build everything with ASan and UBSan into build/asan
	@$(MAKE) --no-print-directory all fixtures tests BUILD=build/asan SANITIZE=address,undefined $(QUICK)

# Threads are in what measures and in the reader of tables.
tsan: ## build what measures and the reader of tables with clang's TSan, and libomp for Archer, into build/tsan
	@$(MAKE) --no-print-directory build/tsan/nway modules fixtures build/tsan/tests/test_table BUILD=build/tsan CC=clang SANITIZE=thread $(QUICK)

# Files whose unit tests are held to account, each with its tests: parsers, rows, statuses, paired statistics.
HELD := $(addprefix harness/base/,config.c=test_config define.c=test_config decimal.c=test_decimal lines.c=test_lines \
          samples.c=test_samples,test_manifest row_check.c=test_samples manifest.c=test_manifest states.c=test_states \
          params.c=test_params paired.c=test_paired words.c=test_words) \
        $(addprefix reports/data/,table.c=test_table,test_scaling_table table_plain.c=test_table table_each.c=test_table load_samples.c=test_rows,test_load load_group.c=test_rows,test_load \
          load_cells.c=test_rows,test_load load_plan.c=test_rows,test_load \
          load_json.c=test_rows,test_load)
MUTANTS ?= 300
SEED    ?= 1

mutation: all $(BUILD)/libkernels.a $(BUILD)/tools/mutate ## change HELD files in MUTANTS=300 places; their unit tests must notice 80 %
	@BUILD=$(BUILD) CC="$(CC)" sh tests/tools/mutation.sh $(MUTANTS) $(SEED) $(HELD)

coverage: ## lines of HELD files that their unit tests reach, at least 90 %, by gcovr
	@CC="$(CC)" sh tests/tools/coverage.sh $(HELD)

SECONDS ?= 60
fuzz: ## fuzz every reader and escaper for SECONDS=60 each, by clang's libFuzzer
	@$(MAKE) --no-print-directory build/fuzz/fuzz BUILD=build/fuzz CC=clang CFLAGS="-O1 -g" SANITIZE=fuzzer-no-link,address,undefined
	@BUILD=build sh tests/tools/fuzz.sh $(SECONDS) $(TARGETS)

MINUTES ?= 30
soak: all fixtures ## measure under random faults for MINUTES=30; nothing may be lost, doubled or left
	@BUILD=$(BUILD) CC="$(CC)" sh tests/tools/soak.sh $(MINUTES) $(SEED)

lint: ## look for bugs by clang-tidy, cppcheck, gcc -fanalyzer and shellcheck
	@sh tests/tools/lint.sh $(FILES)

reproducible: ## build twice and compare what was built
	@sh tests/tools/reproducible.sh

# The page without the commit that it was made at, so that it changes only where its contents do.
sample: all $(BUILD)/tools/synth_run ## write docs/sample.html and docs/curve.png, the report of a synthetic run and its card
	rm -rf $(BUILD)/sample
	$(BUILD)/tools/synth_run $(BUILD)/sample sample
	$(BUILD)/nway-report report --alone $(BUILD)/sample
	sed -E 's/(nway-report [0-9.]+)-g[0-9a-f]+(-dirty)?\./\1./' $(BUILD)/sample/report/report.html >docs/sample.html
	$(BUILD)/nway-report show --card $(BUILD)/sample >/dev/null
	cp $(BUILD)/sample/report/png/card.png docs/curve.png

texts: ## take new and changed texts into po/*.po and po/course/*.po, to be translated there; write the course in other languages
	@mkdir -p $(BUILD)/po && po/update.sh $(BUILD)/po merge

format: ## format all C sources by .clang-format
	clang-format -i $(wildcard $(foreach at,* */* */*/* */*/*/*,$(at).c $(at).h))

# What users may want to know of an installation: pkg-config --variable=kernelsdir nway.
define PC
prefix=$(PREFIX)
includedir=$${prefix}/include/nway
kernelsdir=$${prefix}/lib/nway/kernels
variantsdir=$${prefix}/lib/nway/variants
configsdir=$${prefix}/share/nway/configs

Name: nway
Description: measures how kernels and programs scale over cores; for building kernels
Version: $(VERSION)
Cflags: -I$${includedir}
endef
export PC

# Files go into a stage first, so that the list of them is complete; uninstall removes what the list says.
STAGE := $(BUILD)/stage$(PREFIX)
LIST  := $(DESTDIR)$(PREFIX)/share/nway/installed
# Guides are installed with the files that they link to, seen from where they lie then.
installed_links = sed 's|](../../tests/fixtures/|](|; s|](../../configs/|](../../../nway/configs/|'
# The list is relative to PREFIX, so that that of a copied installation removes the copy. Older lists have whole paths.
remove_listed = sed -e 's|^$(PREFIX)/||' -e '/^\//d' -e 's|^|$(DESTDIR)$(PREFIX)/|' $(LIST) | tr '\n' '\0' | xargs -0 rm -f

install: all ## install to PREFIX (/usr/local)
	@case '$(PREFIX)$(DESTDIR)' in *[[:space:]]*) echo "PREFIX and DESTDIR take no blanks: '$(DESTDIR)$(PREFIX)'" >&2; exit 1 ;; esac
	rm -rf $(BUILD)/stage
	install -d $(STAGE)/bin $(STAGE)/lib/nway/kernels $(STAGE)/lib/nway/variants $(STAGE)/lib/pkgconfig
	install $(BUILD)/nway $(BUILD)/nway-report $(STAGE)/bin
	install $(wildcard $(BUILD)/kernels/*.so) $(STAGE)/lib/nway/kernels
	install $(wildcard $(BUILD)/variants/*.so) $(STAGE)/lib/nway/variants
	install -d $(STAGE)/include/nway $(STAGE)/share/nway/configs/notebook
	install -m 644 $(wildcard configs/*.conf) $(STAGE)/share/nway/configs
	for file in $(wildcard configs/*/*.py configs/*/*.c); do \
	  install -D -m 644 $$file $(STAGE)/share/nway/$$file || exit 1; done
	for mo in $(CATALOGS:$(BUILD)/locale/%=%); do \
	  install -D -m 644 $(BUILD)/locale/$$mo $(STAGE)/share/locale/$$mo || exit 1; done
	install -m 644 kernels/kernel.h $(STAGE)/include/nway
	install -d $(STAGE)/share/doc/nway/guides/img
	for guide in $(wildcard docs/guides/*.md); do $(installed_links) $$guide >$(STAGE)/share/doc/nway/guides/$${guide##*/} || exit 1; done
	install -m 644 $(wildcard docs/guides/img/*) $(STAGE)/share/doc/nway/guides/img
	install -m 644 tests/fixtures/own_threads.cc tests/fixtures/own_tbb.cc $(STAGE)/share/doc/nway/guides
	install -d $(STAGE)/share/man/man1 $(STAGE)/share/man/man5 $(STAGE)/share/bash-completion/completions $(STAGE)/share/zsh/site-functions
	for page in man=man1/nway.1 man-config=man5/nway-config.5 man-samples=man5/nway-samples.5; do \
	  $(BUILD)/nway help --format $${page%%=*} >$(STAGE)/share/man/$${page#*=} || exit 1; done
	$(BUILD)/nway help --format bash >$(STAGE)/share/bash-completion/completions/nway
	$(BUILD)/nway help --format zsh >$(STAGE)/share/zsh/site-functions/_nway
	echo "$$PC" >$(STAGE)/lib/pkgconfig/nway.pc
	(cd $(STAGE) && find . -type f; echo ./share/nway/installed) | sed 's|^\./||' >$(BUILD)/installed
	mv $(BUILD)/installed $(STAGE)/share/nway/installed
	[ ! -e $(LIST) ] || $(remove_listed)
	mkdir -p $(DESTDIR)/ && cp -R --remove-destination $(BUILD)/stage/. $(DESTDIR)/
	rm -rf $(BUILD)/stage

uninstall: ## remove what install put under PREFIX, and nothing else
	@[ -e $(LIST) ] || { echo "$(LIST) is not there, so nothing of nway is installed here; name the PREFIX of install" >&2; exit 1; }
	$(remove_listed)
	for folder in lib/nway include/nway share/nway share/doc/nway; do \
	  [ ! -d $(DESTDIR)$(PREFIX)/$$folder ] || find $(DESTDIR)$(PREFIX)/$$folder -depth -type d -empty -delete; done

clean: ## remove all built files; keep results
	rm -rf build $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1 \t\2/p' Makefile | expand -t 20
	@echo 'Variables: CONFIG=configs/quick.conf  RUNS="@0 @1"  PREFIX=/usr/local  CC=clang'

# ---- how things are built ----

.PHONY: fixtures tests base
fixtures: $(FIXTURES)
modules: $(KERNELS) $(VARIANTS)
base: $(BUILD)/libbase.a
tests: $(TESTS) $(patsubst %,$(BUILD)/peers/%,judge spin agree) $(BUILD)/bench/bare $(BUILD)/tools/synth_run $(FAKES)

$(BUILD)/nway: $(BUILD)/harness/main.o $(BUILD)/libharness.a
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) -rdynamic -o $@ $< -Wl,--whole-archive $(BUILD)/libharness.a -Wl,--no-whole-archive $(LDFLAGS) $(HARNESS_LIBS)

$(BUILD)/nway-report: $(BUILD)/reports/main.o $(BUILD)/libreports.a $(BASE_O)
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) -o $@ $^ $(LDFLAGS) $(REPORTS_LIBS)

$(BUILD)/locale/%/LC_MESSAGES/nway.mo: po/%.po
	$(call say,text)
	$(Q)mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<

$(BUILD)/libbase.a: $(BASE_O)
$(BUILD)/libharness.a: $(HARNESS_O)
$(BUILD)/libreports.a: $(REPORTS_O)
$(BUILD)/libkernels.a: $(LIB_O)
%.a:
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# Rows and reports contain the version, so objects that print it are rebuilt when it changes.
.PHONY: always
$(BUILD)/version: always
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@
$(patsubst %,$(BUILD)/harness/%.o,main machine/facts_build run/import run/resume_state run/run_state): $(BUILD)/version

$(BUILD)/harness/%.o: harness/%.c
	@mkdir -p $(@D)
	$(call say,cc  )
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(ROOMS) $(HARDEN) $(SANFLAGS) $(NOTE_DEPS) -DNWAY_VERSION='"$(VERSION)"' -c -o $@ $<

# A page allows only the script of this hash.
$(BUILD)/reports/page/html.o: OWN_FLAGS := -DSORT_SHA256='"$(shell sha256sum reports/page/sort.js | cut -c1-64 | tr a-f A-F | basenc --base16 -d | base64)"'
$(BUILD)/reports/page/html.o: reports/page/sort.js

$(BUILD)/reports/%.o: reports/%.c
	@mkdir -p $(@D)
	$(call say,cc  )
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(ROOMS) $(HARDEN) $(SANFLAGS) $(NOTE_DEPS) $(OWN_FLAGS) -DNWAY_VERSION='"$(VERSION)"' -c -o $@ $<

# Embeds the bytes of a file and a NUL; the last section marks the stack as not executable.
$(SKELETONS:%=$(BUILD)/%.o) $(EMBEDDED:%=$(BUILD)/%.o): $(BUILD)/%.o: %
	@mkdir -p $(@D)
	$(call say,text)
	$(Q)name=$(subst .,_,$(notdir $<)); printf '%s\n' '.section .rodata' ".global $$name" ".type $$name, %object" \
	  "$$name:" '.incbin "$<"' '.byte 0' ".size $$name, . - $$name" '.section .note.GNU-stack,"",%progbits' | \
	  $(CC) $(filter -m%,$(CFLAGS)) -x assembler -c -o $@ -

$(BUILD)/kernels/lib/%.o: kernels/lib/%.c
	@mkdir -p $(@D)
	$(call say,cc  )
	$(Q)$(CC) $(KERNEL_FLAGS) $(STRICT) $(SANFLAGS) $(MODULE) $(NOTE_DEPS) -c -o $@ $<

# Builds a module. If a package that it needs (first lines: "needs: gmp mpfr") is missing, the build continues; a .missing
# file keeps the reason, which nway lists. An optional package ("may need: mpfr") is used if present and defines
# NWAY_HAVE_MPFR. $(1) extra flags, $(2) extra inputs.
define module
	@mkdir -p $(@D)
	@rm -f $(@:.built=.so) $(@:.built=.missing)
	@have=; needs=$$(sed -n '1,20s|^/\* needs: \(.*\) \*/$$|\1|p' $<); \
	if [ -n "$$needs" ] && ! pkg-config --exists $$needs; then \
	  echo "not built: pkg-config does not know all of: $$needs" | tee $(@:.built=.missing); \
	else \
	  for may in $$(sed -n '1,20s|^/\* may need: \(.*\) \*/$$|\1|p' $<); do \
	    if pkg-config --exists $$may; then \
	      needs="$$needs $$may"; have="$$have -DNWAY_HAVE_$$(echo $$may | tr a-z- A-Z_)"; \
	    fi; \
	  done; \
	  $(if $(V),set -x;,echo "  cc   $(@:.built=.so)";) \
	  set -- $(CC) $(KERNEL_FLAGS) $(STRICT) $(SANFLAGS) $(MODULE) $(1) $$have; \
	  "$$@" $(ROOMS) $(NOTE_DEPS) -DNWAY_FLAGS="\"$$*$${needs:+; $$needs $$(pkg-config --modversion $$needs | tr '\n' ' ')}\"" -shared -o $(@:.built=.so) $< $(2) \
	    $$([ -z "$$needs" ] || pkg-config --cflags --libs $$needs) $(LDFLAGS) -lm; \
	fi
	@touch $@
endef

$(BUILD)/kernels/%.built: kernels/%.c $(BUILD)/libkernels.a
	$(call module,,$(BUILD)/libkernels.a)

$(BUILD)/fixtures/%.built: tests/fixtures/%.c
	$(call module,$(OPENMP),)

$(BUILD)/variants/omp.built $(BUILD)/fixtures/own_omp.built: OPENMP := -fopenmp
$(BUILD)/variants/%.built: harness/variants/%.c
	$(call module,$(OPENMP),)

# A test program lies in the folder of its room and is built flat, by its name. Tests hand constants to structs that own
# their texts, so they may cast const away.
define test_program
$(BUILD)/tests/$(basename $(notdir $(1))): $(1) $(BUILD)/libharness.a $(BUILD)/libreports.a $(BUILD)/libkernels.a
	@mkdir -p $$(@D)
	$$(call say,link)
	$$(Q)$$(CC) $$(CFLAGS) $$(filter-out -Wcast-qual,$$(STRICT)) $$(ROOMS) -Iharness/variants -Itests $$(SANFLAGS) $$(NOTE_DEPS) -rdynamic -o $$@ $$< $$(PARTS) \
	  $$(BUILD)/libreports.a $$(BUILD)/libharness.a $$(BUILD)/libkernels.a $$(LDFLAGS) -lcmocka -lgmp $$(HARNESS_LIBS) $$(REPORTS_LIBS)
endef
$(foreach source,$(TEST_C),$(eval $(call test_program,$(source))))
# The dependencies of an earlier build name a test that has moved by its old path.
tests/unit/%.c: ;

# The test replaces the allocation functions that the harness calls.
$(BUILD)/tests/test_memory: PARTS := $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc strdup)
# The test counts comparisons.
$(BUILD)/tests/test_plan_index: PARTS := -Wl,--wrap=cell_id_compare
$(BUILD)/tests/test_peers: PARTS := $(PEERS_O)
$(BUILD)/tests/test_peers: $(PEERS_O)
$(BUILD)/tests/test_corpus: PARTS := $(BUILD)/fuzz_table.o
$(BUILD)/tests/test_corpus: $(BUILD)/fuzz_table.o

# Apart from the other targets, since the room data and the room base have a `column` each.
$(BUILD)/fuzz_table.o: tests/fuzz/table_target.c
	@mkdir -p $(@D)
	$(call say,cc  )
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(ROOMS) $(SANFLAGS) $(NOTE_DEPS) -c -o $@ $<

$(BUILD)/tools/mutate: tests/tools/mutate.c harness/base/random.c
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(ROOMS) $(SANFLAGS) -o $@ $^ $(LDFLAGS)

# Neither is sanitized: what fakes a machine is preloaded into programs, sanitized ones too.
$(BUILD)/tools/%.so: tests/tools/%.c
	@mkdir -p $(@D)
	$(call say,cc  )
	$(Q)$(CC) -O2 -Wall -Wextra -Werror -shared -fPIC $(NOTE_DEPS) -o $@ $<

$(BUILD)/tools/synth_run: tests/tools/synth_run.c
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(NOTE_DEPS) -o $@ $< $(LDFLAGS) -lm

$(BUILD)/fuzz: tests/fuzz/fuzz.c tests/fuzz/targets.c tests/fuzz/table_target.c $(BUILD)/libreports.a $(BUILD)/libharness.a
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(ROOMS) -Itests $(SANFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDFLAGS) $(HARNESS_LIBS) $(REPORTS_LIBS)

# ---- the live trial ----

$(BUILD)/peers/%.o: tests/peers/%.c
	@mkdir -p $(@D)
	$(call say,cc  )
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(ROOMS) $(HARDEN) $(SANFLAGS) $(NOTE_DEPS) -c -o $@ $<

$(BUILD)/bench/bare: tests/bench/bare.c $(BASE_O)
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(STRICT) $(ROOMS) $(SANFLAGS) -o $@ $^ $(LDFLAGS) $(HARNESS_LIBS)

$(BUILD)/peers/judge: $(BUILD)/peers/judge.o $(PEERS_O) $(BUILD)/libreports.a $(BASE_O)
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) -o $@ $^ $(LDFLAGS) $(REPORTS_LIBS)

$(BUILD)/peers/agree: $(BUILD)/peers/agree.o $(BUILD)/libreports.a $(BASE_O)
	$(call say,link)
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) -o $@ $^ $(LDFLAGS) $(REPORTS_LIBS)

# Compiled with the same flags as the kernel that nway times, so that the loops are equal.
$(BUILD)/peers/spin: tests/peers/spin.c
	@mkdir -p $(@D)
	$(call say,cc  )
	$(Q)$(CC) $(KERNEL_FLAGS) $(STRICT) -o $@ $< $(LDFLAGS)

$(BUILD)/peers/gbench_countdown: tests/peers/gbench_countdown.cc
	@mkdir -p $(@D)
	$(call say,c++ )
	$(Q)$(CXX) $(KERNEL_FLAGS) -Wall -Wextra -Werror -o $@ $< $(LDFLAGS) -lbenchmark -lpthread

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

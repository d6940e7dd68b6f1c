# Every target installs what it lacks, says what it does, and may be run any number of times.
#
#   make demo         a sample shop with planted troubles, and how ispy finds each (KEEP=1 leaves the shop running)
#   make test         the whole test suite, on every CPython that can be had here (FILTER=… for a part of it)
#   make lint         what formats and warnings are held to
#   make format       lays the sources out as lint wants them
#   make bench        ispy beside its peers, into BENCHMARKS.md
#   make sanitize     the test suite under the thread and the address sanitizer
#   make fuzz         every decoder against arbitrary bytes, SECONDS each (60), or FILTER=… for some of them
#   make ispy         the program alone: release, static, stripped, in .build/ispy
#   make ispyd        the gateway: release, stripped, in .build/ispyd
#   make wheel        the Python package with both programs, in .build/wheel
#   make install      both, with completions, documentation, the service and its examples, below PREFIX
#   make clean        removes what was built; make distclean also what was installed into this checkout

PREFIX ?= /usr/local
DESTDIR ?=
KEEP ?=
FILTER ?=
SECONDS ?= 60

.PHONY: all demo test lint format bench sanitize fuzz ispy ispyd wheel install clean distclean setup

all: ispy

setup:
	@Scripts/setup/interpreters
	@Scripts/setup/servers
	@Scripts/setup/shells
	@Scripts/setup/viewers
	@Scripts/setup/monitoring
	@Scripts/setup/wheel

demo:
	@Scripts/setup/shop
	@Scripts/setup/monitoring
	@Scripts/build-ispy
	@KEEP='$(KEEP)' $(if $(KEEP),,Scripts/contained) Scripts/demo

test: setup
	@Scripts/test '$(FILTER)'

lint:
	@Scripts/setup/lint
	@Scripts/lint

format:
	@Scripts/setup/lint
	@Scripts/lint --fix

bench: setup
	@Scripts/setup/shop
	@Scripts/setup/peers
	@Scripts/build-ispy
	@Scripts/build-ispyd
	@Scripts/build-attacher
	@Scripts/bench

sanitize: setup
	@Scripts/sanitize thread '$(FILTER)'
	@Scripts/sanitize address '$(FILTER)'

fuzz:
	@Scripts/fuzz '$(SECONDS)' $(FILTER)

ispy:
	@Scripts/build-ispy

ispyd:
	@Scripts/build-ispyd

wheel:
	@Scripts/setup/wheel
	@Scripts/build-ispy
	@Scripts/build-ispyd --with-sqlite
	@Scripts/build-wheel

install: ispy ispyd
	@DESTDIR='$(DESTDIR)' Scripts/install '$(DESTDIR)$(PREFIX)'

clean:
	rm -rf .build .build-* Benchmarks/.build

distclean: clean
	rm -rf .cache

# portolan on a fresh machine: `make run` and `make test` do everything. Needs GNU make.

CARGO ?= cargo
CAMPAIGN ?= examples/campaigns/mars_cargo_2033.toml
OUT ?= out/mars_cargo_2033
# What the tests are built with besides the default: nyx-space is the witness of every flight.
FEATURES ?= nyx

.PHONY: run test bench doc check-tools

# The whole chain for one campaign: report, tables and figures in $(OUT).
run: check-tools
	$(CARGO) run --release -- run $(CAMPAIGN) --out $(OUT)

test: check-tools
	$(CARGO) test --release --features "$(FEATURES)"

bench: check-tools
	$(CARGO) bench --features "$(FEATURES)"

doc: check-tools
	$(CARGO) doc --no-deps --release

# A C++ compiler, cmake and libclang (for HiGHS) and cargo: checked, and installed with apt where that is possible.
check-tools:
	@.ci/check-tools

#!/usr/bin/env bats
# Why a way stopped scaling, on machines that are simulated from their physics and share no code with the self-test.

load helpers

@test "causes: the report names what a simulated machine lacks, and \"unknown\" where its run cannot tell" {
  python3 tests/tools/physics.py "$(realpath "$NWAY")-report" 1
}

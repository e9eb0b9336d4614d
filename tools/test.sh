#!/bin/sh
# Run the tests of one of the four commands: test.sh PYTHON TIER [arguments of pytest]
# tests/support/tiers.py says what each holds. COVERAGE=1 measures; `make coverage` reports.
set -u
python=$1
tier=$2
shift 2

# The tests start 200 processes, which would all compile the package again.
unset PYTHONDONTWRITEBYTECODE

# They commit many transactions, each of which waits for the disk; /dev/shm is in memory.
# A container may have only 64 MB of it.
free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "${free:-0}" -gt 2000000 ]; then
    export TMPDIR=/dev/shm
fi

# One worker more than there are processors: tests wait for processes, pages and clocks, and another
# worker can use the processor meanwhile.
export PYTEST_XDIST_AUTO_NUM_WORKERS="${PYTEST_XDIST_AUTO_NUM_WORKERS:-$(($(getconf _NPROCESSORS_ONLN) + 1))}"
if [ "$tier" = all ]; then
    export TESTS_EVERY_CASE=1
fi
if [ -n "${COVERAGE:-}" ] && [ "$tier" = quick ]; then
    "$python" -m coverage erase
fi
# coverage also measures child processes, and so pytest-xdist's workers. A file at a time, because
# its tests share servers, databases and pages.
# shellcheck disable=SC2086  # several arguments or none
exec "$python" ${COVERAGE:+-m coverage run} -m pytest --tier "$tier" -n auto --dist loadfile "$@"

#!/bin/sh
# Run the tests in parallel, then, one after the other, those that must not share the machine
# (marked `serial`). Slow faults (marked `slow`) are left to `make faults`. With COVERAGE=1 the tests
# must reach 99.9 % of the rules, the store, its writers and review; elsewhere coverage is read, not
# enforced. Tests of pages and of the contract are not measured: they repeat in another way what the
# others reach, and measuring doubles the time.
# Usage: test.sh PYTHON [arguments of pytest]
set -u
python=$1
shift

# The tests start 200 processes, which would all compile the package again.
unset PYTHONDONTWRITEBYTECODE

# They commit many transactions, each of which waits for the disk; /dev/shm is in memory.
# A container may have only 64 MB of it.
free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "${free:-0}" -gt 2000000 ]; then
    export TMPDIR=/dev/shm
fi

failed=0
ran=0
# run MEASURE [arguments of pytest]
run() {
    measure=$1
    shift
    # shellcheck disable=SC2086  # several arguments or none
    "$python" $measure -m pytest "$@"
    code=$?
    case $code in
    0) ran=1 ;;
    2) exit 2 ;; # interrupted
    5) ;;        # the arguments select no test of this half
    *) failed=1 ;;
    esac
}

# One worker more than there are processors: tests wait for processes, pages and clocks, and another
# worker can use the processor meanwhile.
export PYTEST_XDIST_AUTO_NUM_WORKERS="${PYTEST_XDIST_AUTO_NUM_WORKERS:-$(($(getconf _NPROCESSORS_ONLN) + 1))}"
# A file at a time, because its tests share servers, databases and pages, in the order of
# tests/support/file_order.py.
parallel="-n auto --dist loadfile --no-loadscope-reorder"
# shellcheck disable=SC2086  # several arguments
if [ -n "${COVERAGE:-}" ]; then
    # coverage also measures child processes, and so pytest-xdist's workers.
    "$python" -m coverage erase
    run "-m coverage run" $parallel -m "not serial and not slow and not browser and not contract" "$@"
    run "" $parallel -m "not serial and (browser or contract)" "$@"
    run "-m coverage run" -n 0 -m serial "$@"
else
    run "" $parallel -m "not serial and not slow" "$@"
    run "" -n 0 -m serial "$@"
fi

if [ "$ran$failed" = 00 ]; then
    echo "no test was run" >&2
    exit 5
fi
if [ -n "${COVERAGE:-}" ]; then
    "$python" -m coverage combine --quiet && "$python" -m coverage report || failed=1
    echo "Of the records, changes, places, hours, the store, its writers and review:"
    rooms=""
    for room in text hours place record change store edit live features/review; do
        rooms="$rooms,directory_api/$room/*"
    done
    "$python" -m coverage report --precision=2 --fail-under=99.9 --include="${rooms#,}" || failed=1
fi
exit $failed

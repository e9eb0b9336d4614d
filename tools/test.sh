#!/bin/sh
# Run the tests in parallel, and then, one by one, those that must not share the machine (marked `serial`).
# With COVERAGE=1 all of them are measured, and together they have to reach every branch.
# Usage: test.sh PYTHON [arguments of pytest]
set -u
python=$1
shift

if [ -n "${COVERAGE:-}" ]; then
    # coverage measures the processes that a measured one starts, so also pytest-xdist's workers.
    "$python" -m coverage erase
    measure="-m coverage run"
else
    measure=""
fi

failed=0
ran=0
run() {
    # shellcheck disable=SC2086  # two words or none
    "$python" $measure -m pytest "$@"
    code=$?
    case $code in
    0) ran=1 ;;
    2) exit 2 ;; # interrupted
    5) ;;        # the arguments name no test of this half
    *) failed=1 ;;
    esac
}

run -n auto --dist worksteal -m "not serial" "$@"
run -n 0 -m serial "$@"

if [ "$ran$failed" = 00 ]; then
    echo "no test was run" >&2
    exit 5
fi
if [ -n "$measure" ]; then
    "$python" -m coverage combine --quiet && "$python" -m coverage report || failed=1
fi
exit $failed

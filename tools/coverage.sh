#!/bin/sh
# Report what the tests have reached: coverage.sh PYTHON
# The folders that decide what is right must reach 99.5 % of lines and branches: damage that only
# timing brings is left. Elsewhere coverage
# is read, not enforced.
set -u
python=$1
"$python" -m coverage combine --quiet || exit 1
"$python" -m coverage report | tail -1
echo "Of the records, changes, places, hours, the store, its writers and review:"
folders=""
for folder in text hours place record change store edit live; do
    folders="$folders,directory_api/$folder/*"
done
"$python" -m coverage report --precision=2 --fail-under=99.5 --include="${folders#,}"

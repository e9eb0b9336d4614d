#!/bin/sh
# Resolve the locked requirements for every supported Python at once: names, versions, hashes and nothing else.
set -eu
for set in requirements.txt requirements-dev.txt; do
    group="--group install"
    [ "$set" = requirements.txt ] || group="$group --group dev --extra gunicorn --extra mcp"
    # shellcheck disable=SC2086
    uv pip compile pyproject.toml $group --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --no-emit-build-options --upgrade --quiet --output-file "$set"
done

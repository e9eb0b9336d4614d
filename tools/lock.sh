#!/bin/sh
# Resolve the locked requirements for all supported Python versions: names, versions and hashes only.
set -eu
for set in requirements.txt requirements-dev.txt requirements-docs.txt deploy/requirements.txt tools/release/requirements.txt; do
    case "$set" in
        requirements.txt) what="pyproject.toml --group install --extra brotli --extra flyer --extra passkeys" ;;
        requirements-dev.txt) what="pyproject.toml --group install --group dev --extra brotli --extra flyer --extra gunicorn --extra mcp --extra passkeys --extra postgres" ;;
        deploy/requirements.txt) what="pyproject.toml --group install --extra brotli --extra flyer --extra passkeys --extra postgres" ;;
        requirements-docs.txt) what="--group docs" ;;
        # What packs has the versions of the tests.
        tools/release/requirements.txt) what="--group install --group release --constraint requirements-dev.txt" ;;
    esac
    # shellcheck disable=SC2086
    uv pip compile $what --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --no-emit-build-options --upgrade --quiet --output-file "$set"
done

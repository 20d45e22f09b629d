#!/usr/bin/env bash
# Builds the site in .docs/html. Started by 'make docs', which has the tools on PATH. A warning is an error.
set -euo pipefail
cd "$(dirname "$0")/../.."
rm -rf .docs/source .docs/html
mkdir -p .docs/source/reference
cp -R docs .docs/source/guides
rm -rf .docs/source/guides/docsite
cp docs/docsite/index.md .docs/source
chmod og-w .docs/source/reference  # antsibull-docs refuses a folder that others could write to
antsibull-docs --config-file docs/docsite/antsibull-docs.cfg collection --cleanup everything --fail-on-error --use-current \
    --squash-hierarchy --dest-dir .docs/source/reference hybrid.jfrog
sphinx-build -q -W --keep-going -j auto -c docs/docsite .docs/source .docs/html

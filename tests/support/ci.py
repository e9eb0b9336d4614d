"""Whether the tests run in CI, which tries everything. Elsewhere some tests try a part of it."""

import os

IN_CI = bool(os.environ.get("CI"))

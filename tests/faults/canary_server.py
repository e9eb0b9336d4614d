"""`python -m tests.faults.canary_server serve`: crashes at some canaries (tests/support/canaries).

A worker inherits what is changed here before the fork.
"""

from directory_api import bootstrap
from directory_api.cli import main
from tests.support.canaries import CanarySnapshot
from tests.support.crashing import live_of

if __name__ == "__main__":
    bootstrap.LiveSnapshot = live_of(CanarySnapshot)  # type: ignore[attr-defined]
    main()

"""`python -m tests.faults.canary_server serve`: crashes at some canaries (tests/support/canaries).

A worker inherits what is changed here before the fork.
"""

from directory_api import bootstrap
from directory_api.cli import main
from tests.support.canaries import CanaryFinder

if __name__ == "__main__":
    bootstrap.Finder = CanaryFinder  # type: ignore[attr-defined]
    main()

"""`python -m tests.support.quick_server serve`: with short limits, so that tests do not wait."""

from directory_api.cli import main, server
from directory_api.server import workers

HUNG_SECONDS = 1.5

if __name__ == "__main__":
    workers.HUNG_SECONDS = HUNG_SECONDS
    workers.UNREAD_SECONDS = 1.0
    server.HEADER_SECONDS = 1.0
    main()

"""Entry point of `python -m directory_api` and of the command `directory-api`."""

from directory_api.interrupts import ending_at_once

with ending_at_once():  # importing takes half a second
    from directory_api.cli import main

if __name__ == "__main__":
    main()

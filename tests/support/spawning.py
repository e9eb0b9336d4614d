"""`python -m tests.support.spawning serve`: workers start as on Python 3.14 and on macOS."""

import multiprocessing

from directory_api.cli import main

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")  # Linux forks until Python 3.13
    main()

"""python -m directory_api"""

from directory_api.cli import main

main()

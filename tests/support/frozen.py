"""The data that the tests run on: records that stay as they are while those in data/ change.

tests/data has records as they were on 1 December 2026, and links to the countries in data/. Only
tests/contract/test_live_data.py reads the records in data/.
"""

from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
CENTRES = DATA / "centres.json"

"""The routes that answer in several formats, and a test for each of the formats."""

import pytest

from directory_api.answer.registry import FORMATS

EACH = pytest.mark.parametrize("wanted", FORMATS, ids=lambda wanted: wanted.name)
PATHS = ("/v1/nearest?postcode=1000&country=BE", "/v1/centres?limit=50", "/v1/centres/surya")

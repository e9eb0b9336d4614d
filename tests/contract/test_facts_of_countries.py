"""No code has facts of a country: they are in data/countries, and the store has the others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import directory_api
from directory_api.config import shipped
from directory_api.countries.known import folders, read

PACKAGE = Path(directory_api.__file__).parent
# The examples of the API's description are real requests to the shipped directory; those of a
# workbook (fields.py), values as people write them.
DESCRIBED = ("bundle.py", "fields.py", "request_fields.py", "routes.py")
# A text for people, in which a country is an example.
EXAMPLE = re.compile(r"\b(such as|[Ff]or example|[Aa]s people|falls back to|GeoNames: NL)\b")
COUNTRIES = [*map(read, folders(shipped("data")))]
CODES = "|".join(each.code for each in COUNTRIES)
NAMES = "|".join(sorted({each.name.removeprefix("the ") for each in COUNTRIES}))
FACT = re.compile(
    rf"(?<![A-Za-z])({CODES})(?![A-Za-z])|{NAMES}|Belg|Statbel|\b078\b|Brussel|Bruxel"
)


def _texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that are no docstrings, with their lines."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.lineno, node.value


def test_no_module_has_facts_of_a_country() -> None:
    """Neither a code nor a name, but as an example for people."""
    assert [
        (path.name, line, text)
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name not in DESCRIBED
        for line, text in _texts(path.read_text(encoding="utf-8"))
        if FACT.search(text) and not EXAMPLE.search(text)
    ] == []


def test_no_script_has_facts_of_a_country() -> None:
    """Comments may have examples."""
    comment = re.compile(r"/\*.*?\*/|(?<![:\"])//[^\n]*", re.DOTALL)
    for path in (PACKAGE / "features/pages/src").glob("*.js"):
        code = comment.sub("", path.read_text(encoding="utf-8"))
        assert (path.name, FACT.findall(code)) == (path.name, [])

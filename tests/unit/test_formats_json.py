"""What the JSON says where there is little to say."""

import pytest

from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.text.translations import ENGLISH, language_name
from directory_api.web.http.problems import problem_of


@pytest.mark.parametrize(
    ("code", "name", "name_en"),
    [
        ("nl", "Nederlands", "Dutch"),
        ("pt-BR", "português (Brasil)", "Portuguese (Brazil)"),
        ("rom", "Romany", "Romany"),
        ("ary", "Moroccan Arabic", "Moroccan Arabic"),
        ("en-x-foo", "en-x-foo", "en-x-foo"),
    ],
)
def test_every_language_has_a_name(code: str, name: str, name_en: str) -> None:
    """A language is named in itself; if CLDR cannot, in English; otherwise by its tag."""
    assert (language_name(code, code), language_name(code, ENGLISH)) == (name, name_en)


def test_a_problem_names_the_cell_of_a_fault() -> None:
    """Sheet, row and column are told where a fault has them, and are absent where it has not."""
    found = [
        Fault("a", pointer="/x", sheet="Centres", row=5, column="id (A)"),
        Fault("b", row=1),
        Fault("c"),
    ]
    problem = problem_of(RecordsInvalid.of(found, "the file"))
    code = {"code": "value_invalid"}
    assert problem.members("")["errors"] == [
        {"pointer": "/x", "sheet": "Centres", "row": 5, "column": "id (A)", "detail": "a", **code},
        {"row": 1, "detail": "b", **code},
        {"detail": "c", **code},
    ]

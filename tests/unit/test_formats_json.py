"""What the JSON says where there is little to say."""

import pytest

from directory_api.answer import as_json, json_pieces
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.web.http.problems import describe
from tests.support import listings
from tests.support.records import shipped_records


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
    (language,) = as_json.languages(1, {code: 1})["languages"]
    assert (language["name"], language["name_en"]) == (name, name_en)


def test_a_problem_names_the_cell_of_a_fault() -> None:
    """Sheet, row and column are told where a fault has them, and are absent where it has not."""
    found = [
        Fault("a", pointer="/x", sheet="Centres", row=5, column="id (A)"),
        Fault("b", row=1),
        Fault("c"),
    ]
    problem = describe(RecordsInvalid.of(found, "the file"))
    code = {"code": "value-invalid"}
    assert problem.members("")["errors"] == [
        {"pointer": "/x", "sheet": "Centres", "row": 5, "column": "id (A)", "detail": "a", **code},
        {"row": 1, "detail": "b", **code},
        {"detail": "c", **code},
    ]


def test_a_centre_has_the_same_json_whether_or_not_an_edition_keeps_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An edition keeps some finished centres, and makes the others again."""
    centres = [
        PublishedCentre(Centre.from_record(record)) for record in shipped_records()["centres"]
    ]
    kept = listings.pieces()
    expected = [as_json.dump(kept.centre(centre)) for centre in centres]
    monkeypatch.setattr(json_pieces, "_MOST_FRAGMENTS", 1)
    few = listings.pieces()
    for _ in range(2):
        assert [as_json.dump(few.centre(centre)) for centre in centres] == expected
    assert few.centre(centres[0]) is few.centre(centres[0])
    assert few.centre(centres[1]) is not few.centre(centres[1])

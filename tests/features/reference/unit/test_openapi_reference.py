"""The texts of the API reference."""

import pytest

from directory_api.features.reference.reference import as_text, constraints, name_of, paragraphs


def test_a_description_becomes_paragraphs_with_code() -> None:
    """Empty lines separate paragraphs, backticks enclose code, and everything is escaped."""
    assert paragraphs("Send `If-Match: *`.\n\nA < B\n") == (
        "<p>Send <code>If-Match: *</code>.</p>\n<p>A &lt; B</p>"
    )


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, []),
        (
            {"type": "integer", "default": 3, "minimum": 1, "maximum": 50},
            ["at least 1", "at most 50", "default 3"],
        ),
        (
            {"type": "string", "format": "date-time", "maxLength": 9},
            ["format date-time", "at most 9 characters"],
        ),
    ],
)
def test_constraints_are_given_in_words(schema: dict[str, object], expected: list[str]) -> None:
    """Each constraint of a schema is a phrase; the type is not one."""
    assert constraints(schema) == expected


def test_a_reference_is_named_by_its_last_part() -> None:
    """The name of a schema follows the last slash."""
    assert name_of("#/components/schemas/CentreDocument") == "CentreDocument"


def test_an_example_is_shown_as_it_is_sent() -> None:
    """Text stays unchanged; everything else is JSON with its own letters."""
    assert as_text("a,b\r\n1,2") == "a,b\r\n1,2"
    assert as_text({"name": "Sürya"}) == '{\n "name": "Sürya"\n}'

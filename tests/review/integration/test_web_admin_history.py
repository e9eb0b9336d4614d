"""Restoring and undoing in the browser, where changes wait."""

from pathlib import Path

from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import create_maintainer_app

NEEDS = ("desk",)


def test_a_known_good_state_is_restored_at_once(tmp_path: Path) -> None:
    """With review on: the page says so before, and another person says afterwards that it is
    right, or undoes it.
    """
    app = create_maintainer_app(tmp_path, review="on")
    anna, bert = signed_in_browser(app, "anna"), signed_in_browser(app, "bert")
    right = app.public()["phones"]
    decisions: tuple[tuple[str, dict[str, str], str], ...] = (
        ("/approve", {}, "you have looked"),
        ("/reject", {"reason": "a call"}, "undone"),
    )
    for number, (decision, typed, note) in zip(("465", "466"), decisions, strict=True):
        app.patch(phones=[{"number": f"+3225116{number}", "kind": "main"}])
        (proposal,) = app.send("GET", "/v1/proposals").get_json()["proposals"]
        bert.send(bert.get(f"/proposals/{proposal['id']}"), "/approve")
        review = anna.send(anna.get("/centres/pag-asa/history"), "/restore/review", to="1")
        assert "these values are known to be good" in review.text
        saved = anna.send(review, "/restore", reason="a wrong number")
        assert saved.path == "/admin/centres/pag-asa"
        assert app.public()["phones"] == right
        (in_force,) = app.send("GET", "/v1/proposals").get_json()["proposals"]
        assert (in_force["in_force"], in_force["expires"]) == (True, None)
        path = f"/proposals/{in_force['id']}"
        assert "is in force, and a second person" in bert.get("/centres/pag-asa").text
        assert "another maintainer must look at it" in anna.get(path).text
        assert "Changes in force, to be checked" in bert.get("/todo").text
        assert note in bert.send(bert.get(path), decision, **typed).text
    assert app.public()["phones"] != right


def test_the_page_says_what_was_not_undone(tmp_path: Path) -> None:
    """A part of the change, or all of it: the entry stays in the list, with a sentence."""
    app = create_maintainer_app(tmp_path, review="on")
    anna, bert = signed_in_browser(app, "anna"), signed_in_browser(app, "bert")
    numbers = [f"+322511646{digit}" for digit in (4, 5, 6)]
    phones = [{"number": number, "kind": "main"} for number in numbers]
    app.patch(phones=phones)
    (proposal,) = app.send("GET", "/v1/proposals").get_json()["proposals"]
    bert.send(bert.get(f"/proposals/{proposal['id']}"), "/approve")
    languages = app.public()["languages"]
    app.patch(phones=phones[:2], languages=[*languages, {"code": "uk"}])
    app.patch(phones=phones[:1])
    first, second = (
        f"/proposals/{each['id']}"
        for each in app.send("GET", "/v1/proposals").get_json()["proposals"]
    )
    page = bert.get(first)
    assert "The record has changed again since." in page.text
    partly = bert.send(page, "/reject", reason="a mistake")
    assert (partly.path, "Only a part of this change was undone" in partly.text) == (
        f"/admin{first}",
        True,
    )
    public = app.public()
    assert (public["languages"], len(public["phones"])) == (languages, 1)
    refused = bert.send(partly, "/reject", reason="a mistake")
    assert (refused.status, "Nothing was undone: the record has other values" in refused.text) == (
        409,
        True,
    )
    assert "The change was undone." in bert.send(bert.get(second), "/reject", reason="x").text
    assert "The change was undone." in bert.send(bert.get(first), "/reject", reason="x").text
    assert [phone["number"] for phone in app.public()["phones"]] == numbers
    assert "/proposals/" not in anna.get("/todo").html

"""Which prints are no longer right: /admin/prints, and `directory-api flyer --check`."""

from pathlib import Path

import pytest

from directory_api.features.flyer.prints import wrong_prints
from tests.support.command_line import RunCommand
from tests.support.html_browser import CENTRE, changed, signed_in_browser
from tests.support.maintainer_app import HIDDEN, MaintainerApp, create_maintainer_app
from tests.support.records import made_up_centre

NEEDS = ("admin",)
OTHER = {"number": "+3225116465", "display": "+32 2 511 64 65", "kind": "main", "hours": "24/7"}
LED = "Flyers that were printed before this change are no longer right."


def _lines(maintainer_app: MaintainerApp) -> list[str]:
    """Return what is wrong, each line with its revisions."""
    return [
        f"{row.revisions}: {difference}"
        for row in wrong_prints(maintainer_app.directory)
        for difference in row.differences
    ]


def test_a_changed_number_is_told_with_the_revisions_that_had_the_old_one(
    maintainer_app: MaintainerApp,
) -> None:
    """From the first with the old number to the last before the change."""
    assert _lines(maintainer_app) == []
    maintainer_app.patch(description={"en": "Not on a flyer."})
    before = int(maintainer_app.revision)
    maintainer_app.patch(phones=[OTHER])
    assert _lines(maintainer_app) == [
        f"Revisions 1 to {before}: PAG-ASA, phone: +32 2 511 64 64 – Day and night – Telephone "
        "duty for emergencies is now +32 2 511 64 65 – Day and night – Telephone duty for "
        "emergencies."
    ]


def test_a_number_that_is_for_emergencies_only_is_told(maintainer_app: MaintainerApp) -> None:
    """The flyer says it, and it follows from the services."""
    maintainer_app.patch(services=["information"])
    (line,) = _lines(maintainer_app)
    assert "Telephone duty for emergencies is now +32 2 511 64 64 – Day and night." in line


def test_a_value_that_came_back_makes_the_first_prints_right_again(
    maintainer_app: MaintainerApp,
) -> None:
    """Only those between are wrong; the newest are first."""
    first = maintainer_app.public()["phones"]
    maintainer_app.patch(phones=[OTHER])
    between = maintainer_app.revision
    maintainer_app.patch(phones=first)
    maintainer_app.patch("/v1/centres/surya", email="hello@asblsurya.be")
    said = _lines(maintainer_app)
    assert len(said) == 2
    assert said[0].startswith(f"Revisions 1 to {int(maintainer_app.revision) - 1}: Sürya, e-mail")
    assert said[1].startswith(f"Revision {between}: PAG-ASA, phone: +32 2 511 64 65")


def test_a_new_and_a_removed_record_are_told(tmp_path: Path) -> None:
    """A print of before lacks the one, or has the other."""
    maintainer_app = create_maintainer_app(tmp_path, more=[made_up_centre(1)])
    (line,) = _lines(maintainer_app)
    assert line.endswith("Centre Énée 1 was not on it.")
    maintainer_app.write("DELETE", "/v1/centres/made-up-001")
    assert [each.partition(": ")[2] for each in _lines(maintainer_app)] == [
        "Centre Énée 1 is not in the directory any more."
    ]


def test_the_street_of_a_hidden_centre_is_not_among_what_differs(tmp_path: Path) -> None:
    """Its move is on no flyer."""
    maintainer_app = create_maintainer_app(tmp_path, more=[HIDDEN])
    address = {**HIDDEN["address"], "street": "Andere straat 8"}
    maintainer_app.patch("/v1/centres/sheltered", address=address)
    assert "straat" not in " ".join(_lines(maintainer_app))


def test_a_helpline_that_is_on_no_flyer_is_not_told(maintainer_app: MaintainerApp) -> None:
    """One of another country."""
    path = "/v1/helplines/nl-comensha"
    etag = maintainer_app.etag(path)
    changed = f"{path}?confirm_number=%2B31334481186"
    answer = maintainer_app.write("PATCH", changed, match=etag, json={"hours": "24/7"})
    assert answer.status_code == 200
    assert _lines(maintainer_app) == []


def test_a_changed_helpline_is_told(maintainer_app: MaintainerApp) -> None:
    """It is on every flyer."""
    path = "/v1/helplines/be-child-focus"
    etag = maintainer_app.etag(path)
    changed = f"{path}?confirm_number=116000"
    maintainer_app.write("PATCH", changed, match=etag, json={"hours": "Mo-Fr 09:00-17:00"})
    (line,) = _lines(maintainer_app)
    said = "hours: Day and night is now Monday – Friday: 09:00 – 17:00."
    assert said in line.replace("\N{THIN SPACE}", " ")


@pytest.mark.parametrize(
    ("tag", "said"), [("nl", "telefoon"), ("fr", "téléphone"), ("de", "Telefon"), ("en", "phone")]
)
def test_the_page_of_maintainers_says_it_in_their_language(
    maintainer_app: MaintainerApp, tag: str, said: str
) -> None:
    """With the number of the directory's revision now."""
    browser = signed_in_browser(maintainer_app, "anna")
    maintainer_app.patch(phones=[OTHER])
    page = browser.get("/prints", headers={"Accept-Language": tag})
    assert f"PAG-ASA, {said}" in page.html
    assert "+32 2 511 64 65" in page.html


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en", "Flyers that were printed before this change are no longer right."),
        ("nl", "Flyers die vóór deze wijziging zijn afgedrukt, kloppen niet meer."),
    ],
)
def test_a_maintainer_who_saves_a_changed_number_is_led_to_the_page(
    maintainer_app: MaintainerApp, tag: str, said: str
) -> None:
    """After a change of what is on a flyer, in the language of the maintainer; and not later."""
    browser = signed_in_browser(maintainer_app, "anna")
    language = {"Accept-Language": tag}
    maintainer_app.patch(phones=[OTHER])
    page = browser.get(f"{CENTRE}?note=saved", headers=language)
    assert said in page.text
    assert "/admin/prints" in page.html.partition(said)[0].rpartition("<p ")[2]
    assert said not in browser.get(CENTRE, headers=language).text
    maintainer_app.patch(description={"en": "Not on a flyer."})
    assert said not in browser.get(f"{CENTRE}?note=saved", headers=language).text


@pytest.mark.needs("review")
def test_a_maintainer_who_approves_a_changed_number_is_led_to_the_page(tmp_path: Path) -> None:
    """Where changes wait for a second person, prints are right until then."""
    maintainer_app = create_maintainer_app(tmp_path, second_look="on")
    anna, bert = (signed_in_browser(maintainer_app, name) for name in ("anna", "bert"))
    review = changed(anna, **{"phones.1.number": "+32 2 511 64 65"})
    waiting = anna.send(review, "/save", reason="Called the new number.")
    assert LED not in waiting.text
    waits = next(link for link in bert.get("/proposals").links if "/proposals/" in link)
    proposal = bert.get(waits.partition("/admin")[2])
    assert LED in bert.send(proposal, "/approve").text
    assert LED not in bert.get("/proposals").text


def test_who_may_not_edit_does_not_see_the_page(maintainer_app: MaintainerApp) -> None:
    """As for the call round, which says what to do next, too."""
    assert signed_in_browser(maintainer_app, "rita").get("/prints").status == 403


def test_the_command_lists_the_same(run_command: RunCommand) -> None:
    """Or says that every print is right."""
    assert "Every print is still right." in run_command("flyer", "--check").output

"""What each output says of one centre, for rules that hold for all of them."""

import json
import re
from collections.abc import Mapping

from flask.testing import FlaskClient

from tests.support.hsds_lists import contents

# The centre that is asked for.
CENTRE = "made-up-001"
NEEDS = ("device", "formats", "hsds", "pages")
_NAME = "Centre Énée 1"
# This has every member of the record, each under its name.
WHOLE = ("one",)
# Cards, with all that can be included.
CARDS = ("centres", "nearest", "geojson")
_PAPER = {
    "print": ("/print", {}),
    "neutral print": ("/print", {"neutral": "on"}),
    "contact": ("/contact", {}),
    "neutral contact": ("/contact", {"neutral": "on"}),
}
# What a visitor reads.
FOR_VISITORS = ("page", *_PAPER)
_FOLDED, _SPACES = "\r\n ", re.compile("[\N{NO-BREAK SPACE}\N{THIN SPACE}]")


def outputs(client: FlaskClient, language: str = "en") -> Mapping[str, str]:
    """Return what each output says of CENTRE, by the name of the output. Of an answer in JSON it is
    the centre, of a table its row, and of a list of other things those that name the centre.
    """

    def asked(path: str) -> str:
        joint = "&" if "?" in path else "?"
        response = client.get(f"{path}{joint}lang={language}")
        assert response.status_code == 200, path
        return response.text

    def sent(path: str, **form: str) -> str:
        response = client.post(path, data={"lang": language, **form})
        assert response.status_code == 200, path
        return response.text

    everything = "include=all"
    nearest = json.loads(asked(f"/v1/nearest?postcode=1000&{everything}"))
    told = {
        "one": _centre([json.loads(asked(f"/v1/centres/{CENTRE}"))]),
        "centres": _centre(json.loads(asked(f"/v1/centres?{everything}"))["centres"]),
        "nearest": _centre(nearest["results"]),
        "bundle": _centre(json.loads(client.get("/v1/bundle").text)["centres"]),
        **{name: asked(f"/v1/centres?format={name}") for name in ("csv", "text", "vcard")},
        "geojson": _named(asked(f"/v1/centres?format=geojson&{everything}"), "features"),
        **{kind: _whole(client, kind) for kind in ("services", "organizations")},
        "page": sent("/", postcode="1000"),
        **{
            name: sent(path, centre=CENTRE, contact=CENTRE, **form)
            for name, (path, form) in _PAPER.items()
        },
    }
    told["csv"] = next(row for row in told["csv"].splitlines() if CENTRE in row)
    told["vcard"] = told["vcard"].split("BEGIN:VCARD")[-1]
    # A card has commas with a backslash.
    return {
        name: _SPACES.sub(" ", text.replace(_FOLDED, "").replace("\\,", ","))
        for name, text in told.items()
    }


def _centre(centres: list[dict[str, object]]) -> str:
    (centre,) = (each for each in centres if each["id"] == CENTRE)
    return json.dumps({**centre, "helplines": None}, ensure_ascii=False)


def _whole(client: FlaskClient, kind: str) -> str:
    (one,) = (each for each in contents(client, kind) if _NAME in each["name"])
    return client.get(f"/hsds/{kind}/{one['id']}").text


def _named(text: str, member: str) -> str:
    each = json.loads(text)[member]
    return json.dumps([one for one in each if _NAME in str(one)], ensure_ascii=False)

"""The device knows which numbers are answered, for every hour of a week."""

import json
from datetime import UTC
from pathlib import Path

from directory_api.features.device.as_bundle import centre as in_bundle
from directory_api.features.device.as_bundle import moment
from directory_api.features.pages.answered_numbers import answered_numbers
from tests.support import node
from tests.support.answered_numbers import CENTRES, HOURS_OF_THE_WEEK, timetable_of_the_week
from tests.support.servers import ROOT

NEEDS = ("device",)
SCRIPT = f"""
import {{ readFileSync }} from "node:fs";
const src = "{(ROOT / "directory_api/features/pages/src").as_uri()}";
const {{ answeredNumbers }} = await import(`${{src}}/hours.js`);
const {{ bundle, centres, moments }} = JSON.parse(readFileSync("input.json", "utf8"));
const numbers = (centre) => moments.map((at) => answeredNumbers(bundle, centre, at).size);
console.log(JSON.stringify(centres.map(numbers)));
"""


def test_the_device_knows_the_same(tmp_path: Path) -> None:
    """From the bundle, without a request."""
    timetable = timetable_of_the_week()
    (tmp_path / "run.mjs").write_text(SCRIPT, encoding="utf-8")
    given = {
        "bundle": {"generated_at": moment(timetable.since), "valid_until": moment(timetable.until)},
        "centres": [in_bundle(centre, timetable, 365) for centre, _ in CENTRES.values()],
        "moments": [at.timestamp() * 1000 for at in HOURS_OF_THE_WEEK],
    }
    (tmp_path / "input.json").write_text(json.dumps(given), encoding="utf-8")
    counted = json.loads(node.output(tmp_path, "node", "run.mjs"))
    for (why, (centre, _)), counts in zip(CENTRES.items(), counted, strict=True):
        expected = [
            len(answered_numbers(centre, timetable, at.astimezone(UTC))) for at in HOURS_OF_THE_WEEK
        ]
        assert counts == expected, why

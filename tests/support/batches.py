"""The answers of a batch as /v1/nearest gives them: its centres, and the helplines in each."""

from collections.abc import Mapping
from typing import Any


def answers_of(batch: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the answers and problems, each as the answer to a POST of its place alone, without
    the point of its place.
    """
    centres = batch["centres"]
    lines = {line["id"]: line for line in batch["helplines"]}
    alone = []
    for number, answer in enumerate(batch["answers"]):
        members = {
            **answer,
            **answer.get("problem", {}),
            "helplines": [lines[identity] for identity in answer["helplines"]],
        }
        members.pop("problem", None)
        if "results" in answer:
            members |= {
                "revision": batch["revision"],
                "results": [{**centres[each["id"]], **each} for each in answer["results"]],
                "attribution": batch["attribution"],
            }
        if "errors" in members:
            members["errors"] = [
                {**fault, "pointer": fault["pointer"].removeprefix(f"/places/{number}")}
                for fault in members["errors"]
            ]
        alone.append(members)
    return alone


def without_point(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as that of a batch has it; a problem as it is."""
    if "place" not in answer:
        return dict(answer)
    point = {"kind", "lat", "lon", "accuracy_m"}
    place = {name: value for name, value in answer["place"].items() if name not in point}
    return {**answer, "place": place}


def as_posted(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a GET as that to the POST: its faults are at the members of a body."""
    if "errors" not in answer:
        return dict(answer)
    faults = [
        {
            "pointer": f"/{fault['parameter']}",
            "detail": fault["detail"],
            "code": fault["code"],
        }
        for fault in answer["errors"]
    ]
    return {**answer, "errors": faults}

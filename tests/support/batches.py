"""The answers of a batch as /v1/nearest gives them: its centres, and the helplines in each."""

from collections.abc import Mapping
from typing import Any


def answers_of(batch: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the answers and problems, each as the answer to a POST of its origin alone."""
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
            for name in {"closest", "preferred"} & answer.keys():
                members[name] = {**answer[name], "centre": centres[answer[name]["centre"]]}
            if "temporarily_closed" in answer:
                members["temporarily_closed"] = [
                    {**hit, "centre": centres[hit["centre"]]}
                    for hit in answer["temporarily_closed"]
                ]
            members |= {
                "revision": batch["revision"],
                "results": [{**hit, "centre": centres[hit["centre"]]} for hit in answer["results"]],
                "responsible": [centres[identity] for identity in answer["responsible"]],
                "attribution": batch["attribution"],
            }
        if "errors" in members:
            members["errors"] = [
                {**fault, "pointer": fault["pointer"].removeprefix(f"/origins/{number}")}
                for fault in members["errors"]
            ]
        alone.append(members)
    return alone


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

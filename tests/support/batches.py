"""The answers of a batch as /v1/nearest gives them: its centres, and the helplines in each."""

from collections.abc import Mapping
from typing import Any


def answers_of(batch: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the answers and problems, each as the answer to its origin alone."""
    centres = batch["centres"]
    alone = []
    for answer in batch["answers"]:
        members = {**answer, "helplines": batch["helplines"]}
        if "results" in answer:
            members |= {
                "revision": batch["revision"],
                "results": [{**hit, "centre": centres[hit["centre"]]} for hit in answer["results"]],
                "responsible": [centres[identity] for identity in answer["responsible"]],
                "attribution": batch["attribution"],
            }
        alone.append(members)
    return alone

"""The tools, as data: description for the model, arguments, request to /v1, and result."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Protocol

from directory_api.features.mcp import text
from directory_api.record.records import SLUG
from directory_api.search.query import FILTERS
from directory_api.web.http.parsing import UNKNOWN_NAME

INSTRUCTIONS = """\
Specialised centres for victims of human trafficking, and the helplines. Use it when a person may \
be exploited, or asks for a person who may be.
- In danger, call 112 (in Europe). Give the helplines first, before anything else, also when a \
tool refuses.
- The person may be watched. Keep it short, ask for no more than a postcode, and never ask for a \
name or a story.
- Never store, repeat or pass on the place that was asked about: not in memory, notes, files, \
searches or other tools.
- Give numbers, addresses and opening hours exactly as in the result. Do not guess what \
is not there.
"""
_FIRST = "Every result, also a refusal, has the helplines: give them first; in danger, call 112. "
_CERTAIN = (
    "When `certain` is false either of the centres in `undecided` could be the closest, since the "
    "places are not known more exactly: name both. When `outside_coverage` is true give `notice` "
    "first. "
)
_PLACE = "Never store the place, and do not repeat it or pass it on to another tool."
# The parameters of /v1/nearest that the tool takes, with a better description for a model or None.
_DESCRIBED: Mapping[str, str | None] = {
    "postcode": "A postcode as people type it: 1000, B-1000, 1000 Brussel; or a town: Gent. "
    "Text, also where it is a number.",
    "country": None,
    "lat": None,
    "lon": None,
    "language": "Only centres that are recorded to speak this language (BCP 47). "
    "It is not the language of the answer.",
    "prefer_language": "The languages of the person (BCP 47) with commas between them. No centre "
    "is left out: `preferred` in the answer is the closest that is recorded to speak one of them.",
    "service": "Only centres that are recorded to offer this service.",
    "audience": "Only centres that are recorded to be for these people.",
    "open_at": "Only centres that are open then: `now`, or an RFC 3339 time with its offset. "
    "Those whose hours are not known are left out, and counted in `hours_unknown`. `open_state` "
    "of a centre is always that of now, not of this time. Without it "
    "each centre is told with whether it is open.",
    "limit": None,
}
# Every filter is among them.
_NEAREST_TAKES = {**_DESCRIBED, **{name: None for name in FILTERS if name not in _DESCRIBED}}
# An unknown argument is sent under this name, so that /v1 reports it with all other faults.
_STRAY = "unknown_argument"


class Api(Protocol):
    """The interface of features/mcp/local_client.py."""

    @property
    def home(self) -> str | None:
        """The directory's own country (ISO 3166-1); None while nothing is served."""

    def ask(
        self, method: str, path: str, given: Mapping[str, Any], caller: Mapping[str, str]
    ) -> tuple[bool, dict[str, Any]]:
        """Return whether the request succeeded, and the answer or the problem."""

    def shapes(self, *names: str) -> dict[str, Any]:
        """Return components of openapi.yaml and all that they refer to, as `$defs`."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `answer` names the component of openapi.yaml that it returns.

    `path` may contain `{id}`, which is taken from the arguments. `takes` are the JSON Schemas of
    the arguments; None means those of /v1/nearest.
    """

    name: str
    title: str
    description: str
    method: str
    path: str
    answer: str
    tell: Callable[[Mapping[str, Any], Mapping[str, Any]], list[str]]
    takes: Mapping[str, Any] | None = None
    required: tuple[str, ...] = ()

    def input_schema(self, api: Api) -> dict[str, Any]:
        """Return the JSON Schema of the arguments."""
        return {
            "type": "object",
            "properties": self._properties(api),
            "required": list(self.required),
            "additionalProperties": False,
        }

    def output_schema(self, api: Api) -> dict[str, Any]:
        """Return the JSON Schema of the structured result.

        That is the answer of /v1 with the helplines, or the problem. The schema includes problems
        because some clients validate a refusal, too, and would drop its helplines.
        """
        shapes = api.shapes(self.answer, "ProblemDocument")
        answer = shapes[self.answer]
        shapes[self.answer] = {
            **answer,
            "properties": {
                **answer["properties"],
                "helplines": shapes["ProblemDocument"]["properties"]["helplines"],
            },
            "required": sorted({*answer["required"], "helplines"}),
        }
        fits = [{"$ref": f"#/$defs/{name}"} for name in (self.answer, "ProblemDocument")]
        return {"type": "object", "anyOf": fits, "$defs": shapes}

    def call(
        self, api: Api, arguments: Mapping[str, Any], caller: Mapping[str, str]
    ) -> tuple[bool, dict[str, Any], str]:
        """Return whether the call succeeded, the JSON of /v1, and the same as plain text.

        The JSON is an answer or a problem, always with the helplines.
        """
        # Models send null for arguments that they omit.
        asked = {name: value for name, value in arguments.items() if value is not None}
        takes = _NEAREST_TAKES if self.takes is None else self.takes
        given = {name if name in takes else _STRAY: value for name, value in asked.items()}
        # Models send 1000 for "1000". A boolean is also an int, hence type().
        if type(given.get("postcode")) is int:
            given["postcode"] = str(given["postcode"])
        path = (
            self.path.format(id=_segment(given.pop("id", None)))
            if "{id}" in self.path
            else self.path
        )
        done, body = api.ask(self.method, path, given, caller)
        if _STRAY in given:
            body["errors"] = [_of_tool(fault, takes) for fault in body["errors"]]
            if len(body["errors"]) == 1:
                body["detail"] = body["errors"][0]["detail"]
        told = body if done and self.tell is text.helplines else text.brief(body, api.home)
        told = text.in_words(told, datetime.now(UTC).date())
        return done, body, "\n".join(self.tell(told, asked) if done else text.problem(told))

    def _properties(self, api: Api) -> dict[str, Any]:
        if self.takes is not None:
            return dict(self.takes)
        known = api.shapes("NearestFields")["NearestFields"]["properties"]
        return {
            name: {**known[name], "description": better or known[name]["description"]}
            for name, better in _NEAREST_TAKES.items()
        }


def _of_tool(fault: dict[str, Any], takes: Iterable[str]) -> dict[str, Any]:
    """Return a fault of /v1 as a fault of the tool.

    An unknown argument is not named, because it may be a place.
    """
    if fault["detail"].startswith(UNKNOWN_NAME):
        return {
            **fault,
            "pointer": "",
            "detail": f"This argument is unknown. The tool takes only: {', '.join(takes)}.",
        }
    return fault


def _segment(value: object) -> str:
    """Return an id as a path segment.

    An invalid id becomes one that no centre has, so that it cannot reach another route.
    """
    return value if isinstance(value, str) and SLUG.fullmatch(value) else "%3F"


TOOLS: Mapping[str, Tool] = MappingProxyType(
    {
        tool.name: tool
        for tool in (
            Tool(
                name="find_nearest_centre",
                title="Find the nearest centre",
                description="The specialised centres for victims of human trafficking that are "
                "closest to a place. Give `postcode` (with `country` where it is not the "
                "directory's own), or `lat` and `lon`, never both. Leave out `language`, "
                "`service`, `audience` and `open_at` unless the person asks for them: they leave "
                "out centres. `prefer_language` leaves out none. When `closest` is in the answer, "
                "it is closer than every result, and a filter left it out: name it, too. "
                f"{_FIRST}{_CERTAIN}A postcode that is refused comes with suggestions. {_PLACE}",
                method="POST",
                path="/v1/nearest",
                answer="NearestDocument",
                tell=text.nearest,
            ),
            Tool(
                name="show_centre",
                title="Show one centre",
                description="Everything that is published of one centre: "
                "phones, address, opening hours, languages, "
                "services. Use it after find_nearest_centre, which gives the ids. "
                "An address that is not there is "
                f"hidden for people's safety: do not look for it. {_FIRST}",
                method="GET",
                path="/v1/centres/{id}",
                answer="CentreDocument",
                tell=text.details,
                takes={
                    "id": {
                        "type": "string",
                        "description": "The centre's id, as find_nearest_centre gives it.",
                    }
                },
                required=("id",),
            ),
            Tool(
                name="list_helplines",
                title="List the helplines",
                description="The numbers to call and the sites to report at, in the order to try "
                "them. Use it first when a person may be in danger or no place is known. In "
                "danger, call 112.",
                method="GET",
                path="/v1/helplines",
                answer="HelplinesDocument",
                tell=text.helplines,
                takes={
                    "country": {
                        "type": "string",
                        "pattern": "^[A-Za-z]{2}$",
                        "description": "Only helplines of this country (ISO 3166-1).",
                    }
                },
            ),
        )
    }
)

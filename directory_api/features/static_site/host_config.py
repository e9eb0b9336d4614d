"""Configuration for web hosts: headers, media types, and responses for missing files.

`nginx.conf` is for nginx, `_headers` for static hosts that read such a file (Cloudflare Pages,
Netlify). Both set the headers of web/http/responses.py. With nginx, the addresses of a server also
work for the static site.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib.resources import files as package_files

from jinja2 import Environment, StrictUndefined

from directory_api.answer.registry import FORMATS, JSON
from directory_api.feature import provided
from directory_api.features.static_site.errors import ServerNeeded
from directory_api.features.static_site.publish import File
from directory_api.features.static_site.routes import LONGEST_PREFIX
from directory_api.live import editions
from directory_api.live.editions import Edition
from directory_api.text import errors
from directory_api.text.translations import languages
from directory_api.web.http import addresses, header_fields, problems

_TEMPLATES = package_files(__package__) / "templates"
# By file extension; a published folder has no others.
_TYPES: Mapping[str, str] = {
    **{each.ending: each.media_type for each in FORMATS},
    "atom": "application/atom+xml",
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "png": "image/png",
    "txt": "text/plain",
    "yaml": "application/yaml",
}
# As in features/device: the bundle and the lists share one rule, and an outdated phone number is
# not shown again.
_CACHE = f"public, max-age={editions.MAX_AGE_SECONDS}, stale-if-error=604800"
_DIRECTORY = {**header_fields.PUBLIC, "Cache-Control": _CACHE}
_PLACE = {**header_fields.PUBLIC, **header_fields.ABOUT_A_PLACE}
_ENDINGS = ", ".join(f".{each.ending}" for each in FORMATS)
# Errors that nginx returns itself.
_STATUSES = (400, 403, 405, 412, 413, 414, 505)
# Errors of nginx in front of a server (deploy/nginx.conf), which serves these files, too.
_FRONT_STATUSES = (429, 431, 503)
# Errors of the directory.
_REFUSALS: Mapping[str, errors.DirectoryError] = {
    "centre-unknown": errors.CentreNotFound("No centre has this id."),
    "postcode-unknown": errors.PostcodeUnknown("There is no such postcode here. Check the digits."),
    "country-unsupported": errors.CountryUnsupported(
        "The directory has no postcodes for this country."
    ),
    "format-refused": errors.FormatRefused(
        f"Accept names no JSON. In a copy as files an address ends in its format: {_ENDINGS}."
    ),
    "server-needed": ServerNeeded(
        "This is a copy of the directory as files: it takes a plain postcode such as 1000, and no "
        "filter, coordinate, "
        "search or page. /v1/bundle.json has all that finds the closest centre on a device."
    ),
}
# The problem of a missing file, by the beginning of its address; the last match applies.
_MISSING = (
    ("(?:v1|hsds)(?:/|$)", "404"),
    ("v1/centres/", "centre-unknown"),
    ("v1/(?:nearest|postcodes)\\b", "postcode-unknown"),
)


def _missing_of_features() -> Iterator[tuple[str, str, errors.DirectoryError]]:
    """Yield the beginnings of addresses, each with the error for a missing file and its name."""
    for missing_files in provided("missing_files"):
        for beginning, error in missing_files().items():
            yield beginning, problems.kind_of(error).name, error


def files(edition: Edition, prefix: str) -> Iterator[File]:
    """Yield the files for the host. `prefix` is the path of the site."""
    lines = edition.helplines.here.brief.all
    every = {**_REFUSALS, **{name: error for _, name, error in _missing_of_features()}}
    for name, refusal in every.items():
        body = problems.describe(refusal).to_json(lines, prefix)
        yield File(f"problems/{name}.{JSON.ending}", problems.PROBLEM_JSON, body)
    yield from errors_of_nginx(edition, prefix)
    for name, template in (("nginx.conf", "nginx.txt"), ("_headers", "headers.txt")):
        yield File(name, "text/plain", _written(template, edition, prefix))


def errors_of_nginx(edition: Edition, prefix: str) -> Iterator[File]:
    """Yield the problem details for the errors that nginx returns itself."""
    lines = edition.helplines.here.brief.all
    for status in (404, *_STATUSES, *_FRONT_STATUSES):
        # Only a server that is away has this one: of the files, none is missing for a time.
        is_away = status == HTTPStatus.SERVICE_UNAVAILABLE
        problem = problems.while_away() if is_away else problems.of_status(status)
        body = problem.to_json(lines, prefix)
        yield File(f"problems/{status}.{JSON.ending}", problems.PROBLEM_JSON, body)


def _choosing_language(path: str) -> Mapping[str, str]:
    """Return the headers of a page, which allow the script in one that is not yet in the visitor's
    language.
    """
    headers, own, name = addresses.of(path).headers, "script-src 'self'", "Content-Security-Policy"
    allowed = " ".join(
        (own, *(each for scripts in provided("static_scripts") for each in scripts()))
    )
    return {**headers, name: headers[name].replace(own, allowed)}


def _written(template: str, edition: Edition, prefix: str) -> bytes:
    text = (_TEMPLATES / template).read_text(encoding="utf-8")
    environment = Environment(  # noqa: S701  # the output is no HTML
        undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True
    )
    return (
        environment.from_string(text)
        .render(
            prefix=prefix,
            types=sorted(_TYPES.items()),
            statuses=_STATUSES,
            missing=(
                *_MISSING,
                *((beginning, name) for beginning, name, _ in _missing_of_features()),
            ),
            longest=LONGEST_PREFIX,
            saved=[(each.name, each.ending, each.filename) for each in FORMATS if each.filename],
            endings=[(each.name, each.ending) for each in FORMATS],
            json=JSON.ending,
            # Browsers send zh-CN or sr; the translations are zh-Hans and sr-Latn.
            languages=[(each.tag.partition("-")[0], each.tag) for each in languages()],
            country=edition.home,
            countries=sorted(edition.snapshot.gazetteer.sizes),
            directory=_DIRECTORY,
            asset={**header_fields.ASSET, "Cache-Control": _CACHE},
            place=_PLACE,
            finder=_choosing_language("/"),
            embed=_choosing_language("/embed"),
            partners=addresses.of("/partners").headers,
            flyers=addresses.of("/flyers").headers,
            page=addresses.of("/docs").headers,
            page_part={**addresses.of("/docs").headers, "Cache-Control": _CACHE},
            problem_type=problems.PROBLEM_JSON,
        )
        .encode()
    )

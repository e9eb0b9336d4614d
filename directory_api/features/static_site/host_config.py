"""Headers of the files for web hosts, and the problem details that a host returns itself.

`headers.conf` is for nginx, with media types that nginx does not know by itself; `_headers` is for
static hosts that read such a file (Cloudflare Pages, Netlify).
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from directory_api.answer.registry import FORMATS, JSON
from directory_api.feature import in_use
from directory_api.features.static_site.publish import File
from directory_api.live import editions
from directory_api.live.editions import Edition
from directory_api.web.http import addresses, header_fields, problems

Headers = Mapping[str, str]

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
_DIRECTORY: Headers = {**header_fields.PUBLIC, "Cache-Control": _CACHE}
_ASSET: Headers = {**header_fields.ASSET, "Cache-Control": _CACHE}
_PLACE: Headers = {**header_fields.PUBLIC, **header_fields.ABOUT_A_PLACE}
# Errors that nginx returns in front of a server (deploy/nginx.conf).
_STATUSES = (400, 403, 404, 405, 412, 413, 414, 429, 431, 503, 505)


def rules() -> Iterator[tuple[str, Headers]]:
    """Yield patterns of paths, each with the headers of its files: a path, or the beginning of one
    with `*` at its end. No file matches two of them.

    Some hosts take .html away from an address; a host may stop reading after a hundred rules.
    """
    finder, embed = _choosing_language("/"), _choosing_language("/embed")
    partners, flyers = (
        addresses.row_of_path("/partners").headers,
        addresses.row_of_path("/flyers").headers,
    )
    pages = addresses.row_of_path("/docs").headers
    for folder, headers in (("/", finder), ("/embed/", embed), ("/partners/", partners)):
        yield folder, headers
        yield f"{folder}index*", headers
    yield "/404*", finder
    yield "/embed/404*", embed
    yield "/embed", embed
    yield "/partners", partners
    for pattern in ("/flyers*", "/f/*"):
        yield pattern, flyers
    for pattern in ("/docs*", "/problems*"):
        yield pattern, pages
    for pattern in ("/openapi*", "/robots.txt", "/hsds*"):
        yield pattern, _DIRECTORY
    yield "/v1.json", _DIRECTORY
    for name in ("bundle", "centres", "changes", "helplines", "sources"):
        yield f"/v1/{name}*", _DIRECTORY
    for pattern in ("/static/*", "/embed/words/*", "/embed/nearest-centre*"):
        yield pattern, _ASSET
    yield "/v1/nearest/*", _PLACE


def files(edition: Edition, prefix: str) -> Iterator[File]:
    """Yield the files for the host. `prefix` is the path of the site."""
    yield from error_files(edition, prefix)
    yield File("headers.conf", "text/plain", _for_nginx(prefix).encode())
    yield File("_headers", "text/plain", _for_static_hosts(prefix).encode())


def error_files(edition: Edition, prefix: str) -> Iterator[File]:
    """Yield the problem details for the errors that nginx returns itself."""
    for status in _STATUSES:
        # Only a server that is away has this one: of the files, none is missing for a time.
        is_away = status == HTTPStatus.SERVICE_UNAVAILABLE
        problem = problems.while_away() if is_away else problems.of_status(status)
        body = problem.to_json(edition.helplines, prefix)
        yield File(f"problems/{status}.{JSON.ending}", problems.PROBLEM_JSON, body)


def _choosing_language(path: str) -> Headers:
    """Return the headers of a page, which allow the script in one that is not yet in the visitor's
    language.
    """
    headers, own, name = (
        addresses.row_of_path(path).headers,
        "script-src 'self'",
        "Content-Security-Policy",
    )
    allowed = " ".join((own, *(each for feature in in_use() for each in feature.static_scripts())))
    return {**headers, name: headers[name].replace(own, allowed)}


def _for_static_hosts(prefix: str) -> str:
    lines = ["# For hosts that read this file (Cloudflare Pages, Netlify). Written by publish."]
    if prefix:
        lines.append(
            f"# The site is below {prefix}: this file belongs into the folder of the whole host."
        )
    for pattern, headers in rules():
        lines += [f"{prefix}{pattern}", *(f"  {name}: {value}" for name, value in headers.items())]
    return "\n".join(lines) + "\n"


def _for_nginx(prefix: str) -> str:
    lines = [
        "# For nginx: include this file in a server { }. Written by publish.",
        "types {",
        *(f"    {media_type} {ending};" for ending, media_type in sorted(_TYPES.items())),
        "}",
    ]
    for pattern, headers in rules():
        begins = pattern.endswith("*")
        lines += [
            f"location {'' if begins else '= '}{prefix}{pattern.removesuffix('*')} {{",
            *(f'    add_header {name} "{value}" always;' for name, value in headers.items()),
            "}",
        ]
    return "\n".join(lines) + "\n"

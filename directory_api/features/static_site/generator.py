"""Generates the static site: the read side of the directory as files.

`routes` lists the responses of a server that become files, and `host_config` writes the
configuration for web hosts.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from werkzeug.test import Client

from directory_api.bootstrap import Directory
from directory_api.features.static_site import host_config, routes
from directory_api.features.static_site.publish import File
from directory_api.text.translations import languages
from directory_api.web.app import create_app
from directory_api.web.http.static_file import StaticFile


class StaticSite:
    """All readable content as files, at one revision and moment (UTC).

    `origin` is the site's future address, such as https://help.example.org, or
    https://example.org/help for a site below a path. Without it, content that must contain the
    address is omitted: the page for partners and the description of HSDS. The files depend on the
    day only and never say that a centre is open now, since they may be read days later. Each file
    is the response of the application to a request within this process.

    With `only_errors` it has only what nginx shows in front of a server when that does not answer.
    """

    def __init__(
        self,
        directory: Directory,
        moment: datetime,
        origin: str | None = None,
        *,
        only_errors: bool = False,
    ) -> None:
        self._edition = directory.editions(lambda: moment, timeless=True).current()
        snapshot = self._edition.snapshot
        # Its address is `origin`, whatever that of the server is.
        settings = replace(directory.settings, rate_limit="", public_url="", url_prefix="")
        directory = replace(directory, settings=settings)
        self._client = Client(
            create_app(directory, lambda: moment, log_requests=False, static_site=True)
        )
        self._origin = origin
        self._prefix = urlsplit(origin or "").path
        self._only_errors = only_errors
        readable = routes.static_files(self._edition, has_origin=origin is not None)
        self._addresses = (*routes.error_pages(), *(() if only_errors else readable))
        self.release = {
            "revision": str(snapshot.revision),
            "made": moment.date().isoformat(),
        }

    def __len__(self) -> int:
        """Return the approximate number of files, for progress display."""
        return len(self._addresses)

    def files(self) -> Iterator[File]:
        """Generate the files one by one."""
        for address in self._addresses:
            yield from self._file(address)
        if self._only_errors:
            yield from host_config.error_files(self._edition, self._prefix)
            return
        yield from routes.all_centres(self._edition, self._prefix)
        yield from host_config.files(self._edition, self._prefix)
        yield from self._nowhere("")
        yield from self._nowhere("embed/")

    def _nowhere(self, folder: str) -> Iterator[File]:
        """The pages for addresses that do not exist, in each language.

        Hosts without a rule for missing files show 404.html. If there is no such file, some hosts
        show the finder for every missing address.
        """
        for tag, ending in (
            ("", "html"),
            *((each.tag, f"{each.tag}.html") for each in languages()),
        ):
            headers = {"Accept": "text/html", "Accept-Language": tag}
            yield File(
                f"{folder}404.{ending}",
                "text/html",
                self._client.get(f"/{folder}nowhere", base_url=self._origin, headers=headers).data,
            )

    def _file(self, address: StaticFile) -> Iterator[File]:
        response = self._client.get(
            address.url, base_url=self._origin, headers={"Accept": address.accept}
        )
        if address.for_devices and response.status_code == HTTPStatus.NOT_FOUND:
            return
        if response.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{address.path}: the server answers {response.status}")
        content = response.get_data()
        if self._origin and address.finish:
            content = address.finish(self._origin, content)
        yield File(address.path, response.mimetype or "", content, address.kept)

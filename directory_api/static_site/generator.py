"""The read side as files: a directory without a server.

`routes` names the answers of a server that become files, `lists` makes those that a server gives in pages, and
`host_config` writes what a web host has to be told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus

from flask import Flask
from werkzeug.test import Client

from directory_api.bootstrap import Directory
from directory_api.formats import as_atom
from directory_api.services import editions
from directory_api.static_site import host_config, lists, routes
from directory_api.static_site.publish import File
from directory_api.static_site.routes import Address
from directory_api.web.app import Feature, create_app
from directory_api.web.i18n.translations import languages


class Still:
    """All that can be read, as files, at one revision and moment (UTC).

    `origin` is where the folder will be, such as https://help.example.org; without one there is nothing that would have
    to say it: no page for partners, and no description of HSDS. Of the clock the files know the day, so nobody is said
    to be open now: they may be read days later. Asked for in the process itself, a file is what a server would answer.
    """

    def __init__(
        self, directory: Directory, moment: datetime, origin: str | None = None, *, features: Sequence[Feature] = ()
    ) -> None:
        finder = directory.finder.still()
        directory = replace(directory, finder=finder, settings=replace(directory.settings, rate_limit=""))
        # The routes themselves, behind the layers that count and log.
        self._client = Client(
            partial(Flask.wsgi_app, create_app(directory, lambda: moment, features=features, still=True))
        )
        self._finder = finder
        self._writer = editions.Writer(finder, lambda: moment)
        self._origin = origin
        self._features = features
        self._addresses = tuple(routes.every(finder, has_origin=origin is not None, features=features))
        self.edition = {"revision": str(finder.snapshot.revision), "made": moment.date().isoformat()}

    def __len__(self) -> int:
        """About how many files there are, for who waits."""
        return len(self._addresses)

    def files(self) -> Iterator[File]:
        """The files, made one by one."""
        yield from map(self._file, self._addresses)
        yield from lists.whole(self._finder, self._writer.current(), self._features)
        yield from host_config.files(self._finder)
        yield from self._nowhere("")
        yield from self._nowhere("embed/")

    def _nowhere(self, folder: str) -> Iterator[File]:
        """What a visitor sees where nothing is, in each language.

        Hosts that have no rule for it show 404.html, and some without one the finder for every address.
        """
        for tag, ending in (("", "html"), *((each.tag, f"{each.tag}.html") for each in languages())):
            asked = {"Accept": "text/html", "Accept-Language": tag}
            yield File(f"{folder}404.{ending}", "text/html", self._client.get(f"/{folder}nowhere", headers=asked).data)

    def _file(self, address: Address) -> File:
        answer = self._client.get(address.url, base_url=self._origin, headers={"Accept": address.accept})
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{address.path}: the server answers {answer.status}")
        content = answer.get_data()
        if self._origin and address.url == as_atom.PATH:
            content = as_atom.at(self._origin, content)
        return File(address.path, answer.mimetype or "", content, address.kept)

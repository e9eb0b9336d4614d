"""HTTP adapter of the geocoder: one host, https, no redirects, limited response size and time."""

from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    getproxies,
)

from geopy.adapters import BaseSyncAdapter

from directory_api.features.desk.geocoding.errors import GeocoderUnavailable
from directory_api.text import strict_json

_LOOPBACK = ("localhost", "127.0.0.1")

Clock = Callable[[], float]


class SingleHostAdapter(BaseSyncAdapter):
    """A geopy adapter that connects to one host only and limits the size of responses.

    Redirects are not followed: the maintainer chose the host for its confidentiality, so the
    address must not be sent to another one. The scheme is https; http is used only for this
    machine, and never through a proxy.
    """

    def __init__(self, host: str, clock: Clock, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._allowed = (scheme_of(host), host)
        self._host = host
        self._clock = clock
        self._opener = OpenerDirector()
        proxy = {scheme: address for scheme, address in getproxies().items() if scheme == "https"}
        # The default opener also supports files, FTP and redirects.
        for handler in (
            ProxyHandler(proxy),
            HTTPHandler(),
            HTTPSHandler(context=ssl_context),
            HTTPErrorProcessor(),
            HTTPDefaultErrorHandler(),
        ):
            self._opener.add_handler(handler)

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Return the parsed response. Raises GeocoderUnavailable, InputInvalid,
        UnicodeDecodeError.
        """
        return strict_json.parse(self.get_text(url, timeout=timeout, headers=headers).encode())

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return the response. `timeout` is in seconds for the whole request. Raises
        GeocoderUnavailable, UnicodeDecodeError.
        """
        request = Request(url, headers=dict(headers))  # noqa: S310  # the scheme is checked below
        if (request.type, request.host) != self._allowed:
            raise GeocoderUnavailable(f"the geocoder asks {self._host} and no other host")
        until = self._clock() + timeout
        try:
            with self._opener.open(request, timeout=timeout) as answer:
                return self._read(answer, until).decode()
        except HTTPError as error:
            error.close()
            raise GeocoderUnavailable(f"{self._host} {_status_reason(error.code)}") from None
        except (OSError, HTTPException) as error:
            # urllib wraps errors before the response, but not errors while reading it.
            if isinstance(getattr(error, "reason", error), TimeoutError):
                raise GeocoderUnavailable(f"{self._host} takes too long; try again later") from None
            raise GeocoderUnavailable(
                f"{self._host} cannot be reached; is this machine online?"
            ) from None

    def _read(self, answer: HTTPResponse, until: float) -> bytes:
        """Read the body. Raises TimeoutError also for a server that keeps sending a few bytes."""
        body = b""
        while part := answer.read1(strict_json.BODY_BYTES):
            body += part
            if len(body) > strict_json.BODY_BYTES:
                raise GeocoderUnavailable(f"{self._host} answers with more than any address needs")
            if self._clock() > until:
                raise TimeoutError
        return body


def _status_reason(status: int) -> str:
    if status == 429:
        return "has been asked too often; wait some minutes, then try again"
    if 300 <= status < 400:
        return "sends on to another address, which is not followed; check DIRECTORY_GEOCODER_HOST"
    return f"answers with status {status}; try again later"


def scheme_of(host: str) -> str:
    """Return https, or http for a service on this machine."""
    return "http" if host.partition(":")[0] in _LOOPBACK else "https"

"""What the parts of a WSGI application pass to each other (PEP 3333)."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# The member of an environment that names the route of a request, once it is known.
ROUTE = "directory.route"
UNMATCHED = "unmatched"

# What start_response gets and returns. The annotations of a function within a function are
# evaluated at each call, and these would take a microsecond.
Headers = list[tuple[str, str]]
Write = Callable[[bytes], object]
# Responds with an error before Flask is entered.
Refuse = Callable[[Exception, "WSGIEnvironment", "StartResponse"], Iterable[bytes]]

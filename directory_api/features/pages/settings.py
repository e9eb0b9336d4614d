"""Where "Leave this page" leads, and who runs the pages."""

import re
from collections.abc import Mapping

from directory_api.config import Setting

# No user:password@, which a browser would show, and no quotes or spaces, which a URL cannot have.
_WEB_PAGE = r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?/[A-Za-z0-9/._~?&=%+-]*"
_HTTPS = re.compile(rf"{_WEB_PAGE}\Z")
_HTTPS_OR_EMPTY = re.compile(rf"({_WEB_PAGE})?\Z")
# One line, without the signs of HTML.
_NAME = re.compile(r"[^<>\x00-\x1f\x7f]{0,80}\Z")

SETTINGS: Mapping[str, Setting] = {
    # The same for all visitors: a URL from a request would be an open redirect.
    "exit_url": Setting(
        "https://www.wikipedia.org/",
        _HTTPS.match,
        "write an https address with a path, for example https://www.wikipedia.org/",
        "The page that *Leave this page* opens. It must reveal nothing.",
    ),
    "operator_name": Setting(
        "",
        _NAME.match,
        "write a name of at most 80 characters in one line, without < and >; "
        "leave it empty for none",
        "The operator of the pages, shown at the foot of each page. Empty: no name.",
    ),
    "operator_url": Setting(
        "",
        _HTTPS_OR_EMPTY.match,
        "write an https address with a path, for example https://example.org/; "
        "leave it empty for none",
        "A web page about them, where visitors can also report mistakes in translations.",
    ),
}

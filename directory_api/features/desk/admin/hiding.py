"""What visitors no longer see when an address is hidden, and where copies of it can still be."""

from collections.abc import Callable, Iterator

from directory_api.change.change import Change
from directory_api.change.warnings import hidden_now
from directory_api.features.desk.admin.point_map import said_distance
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import Point
from directory_api.record.record_value import Record
from directory_api.text.message import Message

# Returns the public form of a record of a kind.
Publish = Callable[[str, Record], Record]
# The times are those of Cache-Control: five minutes of the bundle, seven days of stale-if-error.
COPIES = (
    Message(
        "In browsers, apps and the pages of partners: for five minutes, and for up to seven days "
        "where the directory cannot be reached."
    ),
    Message("On devices that have stored the data and are offline: until they load it again."),
    Message(
        "In published folders and in the files of partners: until they are made again. Publish "
        "the folders again, and ask the partners to load the data again."
    ),
    Message(
        "At search engines and on other web sites: until they read it again. Ask them to remove it."
    ),
    Message(
        "In the history, in downloaded files and in backups: maintainers and operators see it."
    ),
)


def hidden(change: Change, publish: Publish) -> Iterator[Message]:
    """Yield what visitors no longer see; nothing if the change hides nothing of an address."""
    if hidden_now(change) is None or change.before is None or change.after is None:
        return
    old, new = (publish(change.kind, record) for record in (change.before, change.after))
    was, is_now = old["address"], new["address"]
    if "street" in was and "street" not in is_now:
        yield Message("The street and the house number: {street}", street=was["street"])
        yield Message("The link that opens the address on the map of a device")
    if "postcode" in was and "postcode" not in is_now:
        yield Message("The postcode: {postcode}", postcode=was["postcode"])
    if "address" in old.get("temporary", {}) and "address" not in new.get("temporary", {}):
        yield Message("The temporary address, which is removed, too")
    before, after = _point(old), _point(new)
    if before and after is None:
        yield Message("The point on the map: the centre is not on it any more")
    elif before and after and before != after:
        distance = said_distance(geodesic_m(before, after))
        if change.after["address_visibility"] == "hidden":
            yield Message(
                "The exact point: the map shows the middle of the municipality, {distance} away",
                distance=distance,
            )
        else:
            yield Message(
                "The exact point: the map shows the middle of the postcode, {distance} away",
                distance=distance,
            )


def _point(record: Record) -> Point | None:
    location = record.get("location")
    return Point(location["lat"], location["lon"]) if location else None

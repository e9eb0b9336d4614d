"""Every store replaces a country's postcodes as a whole, and reads them only if they changed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from directory_api.change.change import Change
from directory_api.place.postcode import Place
from directory_api.store.sql.store import Store
from tests.support.store_suite import STAMP, OpenStore, addition, place_with_code
from tests.support.whole_store import read_whole


def test_postcodes_that_have_not_changed_are_not_read_again(store: Store) -> None:
    """The caller's own are returned after a change of a record, and after the same table again."""
    places = [place_with_code("1000"), place_with_code("2000")]
    store.append([addition("a", n=1)], STAMP, expected=0, tables={"BE": places})
    known = store.read()
    store.append([Change("centre", "a", {"n": 1}, {"n": 2})], STAMP, expected=1)
    after_an_edit = store.read(known)
    assert after_an_edit.postcodes is known.postcodes
    state = after_an_edit.state
    assert (state.revision, state.contents["centre"]["a"]) == (2, {"n": 2})
    store.append([], STAMP, expected=2, tables={"BE": places[::-1]})
    assert store.read(known).postcodes is known.postcodes
    assert store.read().postcodes == known.postcodes


def test_postcodes_that_have_changed_are_read(store: Store) -> None:
    """One more, one fewer, another name, and another country each count as a change."""
    renamed = replace(place_with_code("1000"), name="Ailleurs")
    tables: list[dict[str, list[Place]]] = [
        {"BE": [place_with_code("1000")]},
        {"BE": [place_with_code("1000"), place_with_code("2000")]},
        {"BE": [place_with_code("2000")]},
        {"BE": [renamed]},
        {"LU": [place_with_code("1111", "LU")]},
        {"BE": [], "LU": []},
    ]
    known = store.read()
    for revision, table in enumerate(tables):
        store.append([], STAMP, expected=revision, tables=table)
        found = store.read(known)
        assert found.postcodes is not known.postcodes
        assert found.postcodes == store.read().postcodes
        known = found
    assert found.postcodes.gazetteer.sizes == {}


def test_postcodes_and_records_are_of_one_revision(open_store: OpenStore, tmp_path: Path) -> None:
    """Whatever a reader knows already, a writer beside it never makes them differ."""
    writer = open_store(tmp_path)
    writer.create()
    done = threading.Event()

    def look() -> int:
        reader, known, looks = open_store(tmp_path), None, 0
        while not done.is_set():
            known = reader.read(known)
            codes = [place.code for place in known.postcodes.gazetteer.all_places()]
            revision = known.state.revision
            assert codes == [str(1000 + revision // 2)] * bool(revision)
            looks += 1
        return looks

    with ThreadPoolExecutor(2) as pool:
        looking = [pool.submit(look) for _ in range(2)]
        for revision in range(1, 21):
            # Every other revision changes the table.
            table = {"BE": [place_with_code(str(1000 + revision // 2))]}
            tables = table if revision == 1 or revision % 2 == 0 else None
            writer.append([addition(f"c{revision}")], STAMP, expected=revision - 1, tables=tables)
        done.set()
        assert all(one.result() for one in looking)


def test_a_postcode_table_is_replaced_whole_and_alone(store: Store) -> None:
    """It replaces the country's earlier table; other countries' stay; every field of a place is
    read back.
    """
    store.append(
        [],
        STAMP,
        expected=0,
        tables={
            "BE": [place_with_code("1000"), place_with_code("2000")],
            "LU": [place_with_code("1111", "LU")],
        },
    )
    assert read_whole(store).places == (
        place_with_code("1000"),
        place_with_code("2000"),
        place_with_code("1111", "LU"),
    )
    store.append([], STAMP, expected=1, tables={"BE": [place_with_code("3000")]})
    assert read_whole(store).places == (
        place_with_code("3000"),
        place_with_code("1111", "LU"),
    )
    store.append([], STAMP, expected=2, tables={"LU": []})
    assert read_whole(store).places == (place_with_code("3000"),)

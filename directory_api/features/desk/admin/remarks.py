"""What was said about a record and waits to be dealt with: on the phone, or by a link."""

from collections.abc import Iterator

from flask import url_for

from directory_api.bootstrap import Directory
from directory_api.change.change import COLLECTIONS
from directory_api.change.confirmation import parsed_record
from directory_api.features.desk.admin.language import speaker
from directory_api.features.desk.call_round.asked import Said, read
from directory_api.features.desk.call_round.sheet import label_of, questions

# What was said, and each part: its label, the text, and the address of its form, if it is known.
Remark = tuple[Said, list[tuple[str, str, str | None]]]


def remarks_about(directory: Directory, kind: str, identity: str) -> Iterator[Remark]:
    """Yield what was said about a record, the oldest first."""
    every = read(directory.writer.store, kind, identity).said
    if not every:
        return
    record, collection = directory.editor.stored(kind, identity).record, COLLECTIONS[kind]
    for said in every:
        forms = {
            asked.key: url_for("admin.edit", collection=collection, id=identity, part=asked.part)
            for asked in questions(parsed_record(kind, record), speaker(said.on))
        }
        yield said, [(label_of(each), text, forms.get(each)) for each, text in said.parts.items()]

"""The operations of /hsds, and the schemas of their answers, derived from shapes.py."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import marshmallow as ma
from marshmallow import validate

from directory_api.features.hsds import shapes
from directory_api.record.record_value import RecordValue
from tools.openapi.described import Described, Operations
from tools.openapi.responses import (
    REVISION,
    HelplineDocument,
    many,
    text,
)

_FIELDS: Mapping[object, type[ma.fields.Field[Any]]] = {
    str: ma.fields.String,
    int: ma.fields.Integer,
    float: ma.fields.Float,
    bool: ma.fields.Boolean,
    shapes.Format("uuid"): ma.fields.UUID,
    shapes.Format("email"): ma.fields.Email,
    shapes.Format("url"): ma.fields.URL,
    shapes.Format("date"): ma.fields.Date,
    shapes.Format("date-time"): ma.fields.DateTime,
}


class AnswerDocument(ma.Schema):
    """The members of every answer beside those of the standard."""

    revision = text(REVISION)
    helplines = many(
        HelplineDocument, "The numbers and sites for help, in the order in which to try them."
    )


@cache
def _schema(shape: type[RecordValue]) -> type[ma.Schema]:
    """Return the schema of a class of shapes.py, which other schemas refer to."""
    name = shape.__name__ if shape.__name__.endswith("Brief") else f"{shape.__name__}Object"
    return _named(ma.Schema.from_dict(_members(shape), name=f"Hsds{name}"), shape.__doc__)


def _document(name: str, shape: type[RecordValue], *always: str) -> type[ma.Schema]:
    """Return the schema of an answer that is one object, with the members that are always there."""
    return _named(AnswerDocument.from_dict(_members(shape, always), name=name), shape.__doc__)


def _page(name: str, shape: type[RecordValue]) -> type[ma.Schema]:
    contents = many(_schema(shape))  # type: ignore[arg-type]  # a class is hashable
    members = {**_members(shapes.Page), "contents": contents}
    return _named(AnswerDocument.from_dict(members, name=name), f"A page of: {shape.__doc__}")


def _named(schema: type[ma.Schema], description: str | None) -> type[ma.Schema]:
    schema.__doc__ = description
    return schema


def _members(
    shape: type[RecordValue], always: Collection[str] = ()
) -> dict[str, ma.fields.Field[Any]]:
    """Return the fields of a shape; those without a default and those in `always` are required."""
    return {
        member.name: _field(
            member.type, required=member.default is MISSING or member.name in always
        )
        for member in fields(shape)  # type: ignore[arg-type]  # each shape is a dataclass
    }


def _field(hint: Any, **options: Any) -> ma.fields.Field[Any]:
    """Return the field for a type. `X | None` is X: an unknown value is an absent member."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        kind, *notes = arguments
        for note in notes:
            if isinstance(note, shapes.Format):
                kind = note
            else:
                options["metadata"] = {"description": note}
        return _field(kind, **options)
    if origin in (UnionType, Union):
        return _field(arguments[0], **options)
    if origin is Literal:
        return ma.fields.String(validate=validate.OneOf(arguments), **options)
    if origin is tuple:
        return ma.fields.List(_field(arguments[0]), **options)
    if origin is Mapping:
        return ma.fields.Dict(keys=_field(arguments[0]), values=_field(arguments[1]), **options)
    if hint in _FIELDS:
        return _FIELDS[hint](**options)
    return ma.fields.Nested(_schema(hint), **options)


HsdsAboutDocument = _document("HsdsAboutDocument", shapes.About)
HsdsServiceDocument = _document("HsdsServiceDocument", shapes.Service, "name", "status")
HsdsOrganizationDocument = _document("HsdsOrganizationDocument", shapes.Organization)
HsdsAtLocationDocument = _document(
    "HsdsAtLocationDocument", shapes.AtLocation, "name", "status", "organization_id"
)
HsdsTaxonomyDocument = _document("HsdsTaxonomyDocument", shapes.Taxonomy)
HsdsTermDocument = _document("HsdsTermDocument", shapes.Term)
HsdsServicesDocument = _page("HsdsServicesDocument", shapes.Service)
HsdsOrganizationsDocument = _page("HsdsOrganizationsDocument", shapes.Organization)
HsdsAtLocationsDocument = _page("HsdsAtLocationsDocument", shapes.AtLocation)
HsdsTaxonomiesDocument = _page("HsdsTaxonomiesDocument", shapes.Taxonomy)
HsdsTermsDocument = _page("HsdsTermsDocument", shapes.Term)

_ID = {
    "id": {
        "description": "The id of the object, as in the list.",
        "schema": {"type": "string", "format": "uuid"},
    }
}
# Of each kind: the name of one, what is said of the list and of one, and their schemas.
_KINDS = {
    "services": (
        "service",
        "List the services: one for each centre, and the helplines",
        "One service with all nested objects, also of a permanently closed centre",
        HsdsServicesDocument,
        HsdsServiceDocument,
    ),
    "organizations": (
        "organization",
        "List the organizations: the centres and the publisher of the directory",
        "One organization with its location and services",
        HsdsOrganizationsDocument,
        HsdsOrganizationDocument,
    ),
    "service_at_locations": (
        "service_at_location",
        "List the services at their locations",
        "One service at its location, with all nested objects",
        HsdsAtLocationsDocument,
        HsdsAtLocationDocument,
    ),
    "taxonomies": (
        "taxonomy",
        "List the taxonomies: services and audiences",
        "One taxonomy",
        HsdsTaxonomiesDocument,
        HsdsTaxonomyDocument,
    ),
    "taxonomy_terms": (
        "taxonomy_term",
        "List the terms of the taxonomies",
        "One term of a taxonomy",
        HsdsTermsDocument,
        HsdsTermDocument,
    ),
}


def _operations() -> Iterator[tuple[tuple[str, str], Described]]:
    yield ("GET", "/hsds"), Described("hsds", "hsds", HsdsAboutDocument)
    for kind, (name, about_list, about_one, page, one) in _KINDS.items():
        yield (
            ("GET", f"/hsds/{kind}"),
            Described("hsds", f"hsds_{kind}", page, summary=about_list, longest=2),
        )
        # openapi.yaml shows one item of each of the lists of a whole object.
        yield (
            ("GET", f"/hsds/{kind}/<id>"),
            Described("hsds", f"hsds_{name}", one, (404,), about_one, longest=1, in_path=_ID),
        )


OPERATIONS: Operations = dict(_operations())

"""KML 2.2 (OGC 07-147r2): a placemark for each helpline without a point, then for each centre."""

from xml.etree import ElementTree

from directory_api.answer.listing import Listing
from directory_api.record.records import text_in

MEDIA_TYPE = "application/vnd.google-earth.kml+xml"


def write(listing: Listing) -> bytes:
    """Return an answer as KML. A centre has the point that is published: of one whose address is
    hidden that is the middle of its municipality.
    """
    root = ElementTree.Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = ElementTree.SubElement(root, "Document")
    for line in listing.helplines.all:
        _placemark(document, text_in(line.name) or line.kind, line.number or line.url or "")
    for result in listing.results:
        centre = result.centre
        phones = ", ".join(phone.number for phone in centre.phones)
        placemark = _placemark(document, centre.name, phones)
        if centre.location:
            point = ElementTree.SubElement(
                ElementTree.SubElement(placemark, "Point"), "coordinates"
            )
            point.text = f"{centre.location.point.lon},{centre.location.point.lat}"
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _placemark(document: ElementTree.Element, name: str, description: str) -> ElementTree.Element:
    placemark = ElementTree.SubElement(document, "Placemark")
    ElementTree.SubElement(placemark, "name").text = name
    ElementTree.SubElement(placemark, "description").text = description
    return placemark

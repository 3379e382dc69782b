"""What a file says of itself becomes the document's title, company, period, … until a person has said otherwise."""

from __future__ import annotations

from dataclasses import asdict, fields

from django.db.models import CharField

from ingest import labels, reports
from ingest.models import Reading
from ingest.segments import Facts
from library.models import Collection, Document, Version
from retrieval import wording

LONGEST = {field.name: field.max_length for field in Document._meta.fields if isinstance(field, CharField)}
NAMES = tuple(field.name for field in fields(Facts))


def apply(document: Document, facts: Facts) -> list[str]:
    """Set the fields of a document as it was before this run, unsaved, and name those that changed.

    Of a part of a report, its cover says whose it is.

    A field is the file's to set while it is empty or still what an earlier version's file said; a field that differs
    was edited by hand and stays.
    """
    facts = reports.with_cover(document, facts)
    read = [reading.facts for reading in Reading.objects.filter(version__document=document)]
    changed = []
    for name in NAMES:
        said, kept = getattr(facts, name), getattr(document, name)
        limit = LONGEST[name]
        by_hand = kept and kept not in [earlier.get(name, "")[:limit] for earlier in read]
        if said and said[:limit] != kept and not by_hand:
            setattr(document, name, said[:limit])
            changed.append(name)
    return changed


def save(version: Version, facts: Facts, embedded_as: Document | None = None, transcript: int | None = None) -> None:
    """In the transaction that saves the version: what it said, and what the document takes from that.

    Where the document is not what the passages were `embedded_as`, somebody has labelled it meanwhile.
    """
    hold(version.document)
    document = Document.objects.get(pk=version.document_id)
    changed = apply(document, facts)
    document.save(update_fields=changed)
    stale = embedded_as is not None and wording.for_index(document, "", "") != wording.for_index(embedded_as, "", "")
    own = asdict(reports.with_cover(document, facts))
    said = {"facts": own, "transcript": transcript, "stale": stale}
    Reading.objects.update_or_create(version=version, defaults=said)
    for part in reports.other_parts(document):
        follow_cover(part)


def hold(document: Document) -> None:
    """Lock the document's row until the transaction ends.

    A cover and its parts may be saved at once: whoever is later sees the other, and no two wait for each other.
    """
    if reports.is_part(document):
        Collection.objects.select_for_update().filter(pk=document.collection_id).first()
    Document.objects.select_for_update().filter(pk=document.pk).first()


def follow_cover(part: Document) -> None:
    """A part that was read before its cover: it is labelled now, and its passages are embedded anew."""
    for reading in Reading.objects.filter(version__in=labels.searched().filter(document=part)):
        facts = reports.with_cover(part, Facts(**reading.facts))
        worded = labels.head(part)
        part.save(update_fields=apply(part, facts))
        reading.facts = asdict(facts)
        reading.stale = reading.stale or labels.head(part) != worded
        reading.save(update_fields=["facts", "stale"])
        if reading.stale:
            labels.enqueue(reading.pk)

"""Filters of the search page with their counts: over documents that were found for this user, and over no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from library import access, period_words
from library.models import Document, User
from retrieval.query import Query

MOST_DOCUMENTS = 2_000
"""Documents that filters narrow a search to, the newest ones where they fit more."""
SHOWN = 6
"""Values of a filter that are in sight; the others are opened."""
TITLES = {
    "collection": _("Collection"),
    "company": _("Company"),
    "period": _("Period"),
    "kind": _("Kind"),
    "language": _("Language"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a filter, with the address of the search that has it turned around."""

    words: str
    address: str
    count: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    title: str
    first: list[Value]
    others: list[Value]


def narrowed(user: User, query: Query) -> list[int] | None:
    """Documents that meet the filters, among those the user may see; None where nothing is filtered by document."""
    rows = access.documents(user).filter(current__isnull=False)
    filters = [(name, query.values(name)) for name in ("document", "company", "period", "kind", "language")]
    if not any(values for _name, values in filters):
        return None
    for name, values in filters:
        rows = _meeting(rows, name, values) if values else rows
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:MOST_DOCUMENTS])


def facets(user: User, query: Query, found: Iterable[Document]) -> list[Facet]:
    """Those with a choice to make. A count leaves the filter's own choice aside: it says what turning it brings."""
    documents = list(found)
    names = _collections(user, query) | {str(d.collection_id): d.collection.name for d in documents}
    made = [_facet(query, name, title, documents, names) for name, title in TITLES.items()]
    return [facet for facet in made if len(facet.first) > 1 or any(value.chosen for value in facet.first)]


def chosen(user: User, query: Query) -> list[Value]:
    """The filters that are set, as far as this user may know what they name."""
    names = _collections(user, query)
    ids = query.ids("document")
    documents = {str(pk): name for pk, name in access.documents(user).filter(pk__in=ids).values_list("pk", "name")}
    known = [(n, v, documents.get(v, "") if n == "document" else words(n, v, names)) for n, v in query.chosen]
    return [Value(said, query.turned(name, value).address, chosen=True) for name, value, said in known if said]


def words(name: str, value: str, collections: dict[str, str]) -> str:
    """A value in the reader's language; "" where it names a collection that the reader does not know."""
    if name == "collection":
        return collections.get(value, "")
    if name == "period":
        return period_words.written(value, "ja" if (get_language() or "").startswith("ja") else "en") or value
    if name == "kind":
        return gettext(value)
    return dict(settings.LANGUAGES).get(value, value) if name == "language" else value


def _meeting(rows: QuerySet[Document], name: str, values: Sequence[str]) -> QuerySet[Document]:
    if name == "document":
        return rows.filter(pk__in=[int(value) for value in values])
    alike = Q()
    for value in values:
        alike |= Q(**{f"{name}__iexact": value})
    return rows.filter(alike)


def _collections(user: User, query: Query) -> dict[str, str]:
    ids = query.ids("collection")
    return {str(pk): name for pk, name in access.collections(user).filter(pk__in=ids).values_list("pk", "name")}


def _facet(query: Query, name: str, title: str, documents: Sequence[Document], collections: dict[str, str]) -> Facet:
    """Companies are written in capitals here and not there; they are one."""
    counts = Counter(_of(document, name).casefold() for document in _meeting_others(query, name, documents))
    spelled = {own.casefold(): own for document in documents if (own := _of(document, name))}
    picked = {value.casefold(): value for value in query.values(name)}
    values = []
    for key in dict.fromkeys([*(key for key in spelled if counts[key]), *picked]):
        said = words(name, spelled.get(key, picked.get(key, "")), collections)
        other = query.turned(name, picked.get(key) or spelled[key])
        if said:
            values.append((key, Value(said, other.address, counts[key], key in picked)))
    if name == "period":
        values.sort(key=lambda pair: pair[0], reverse=True)
    else:
        values.sort(key=lambda pair: (-pair[1].count, pair[0]))
    values.sort(key=lambda pair: not pair[1].chosen)
    shown = [value for _key, value in values]
    return Facet(gettext(title), shown[:SHOWN], shown[SHOWN:])


def _meeting_others(query: Query, name: str, documents: Sequence[Document]) -> list[Document]:
    others = [(other, {v.casefold() for v in query.values(other)}) for other in TITLES if other != name]
    return [d for d in documents if all(not values or _of(d, other).casefold() in values for other, values in others)]


def _of(document: Document, name: str) -> str:
    return str(document.collection_id if name == "collection" else getattr(document, name))

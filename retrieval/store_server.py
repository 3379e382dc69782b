"""A Qdrant server or cluster through `qdrant-client`: one collection a generation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from retrieval.lexical import Sparse
from retrieval.rarity import grained
from retrieval.store import (
    DECIMALS,
    DENSE,
    DOCUMENT,
    PLACE,
    ROWS,
    SCOPE,
    SPARSE,
    VERSION,
    Found,
    IndexAway,
    Point,
    Probe,
    WritableStore,
    search_settled,
)

TIMEOUT_S = 5
UPSERT = 200
PREFIX = "shiori"
ALIAS = PREFIX


class ServerStore:
    """One collection on the server."""

    def __init__(self, client: QdrantClient, name: str) -> None:
        self._client = client
        self._name = name

    def search(self, scopes: frozenset[str], probes: Sequence[Probe]) -> list[list[Found]]:
        if not scopes or not probes:
            return [[] for _ in probes]
        return search_settled(probes, lambda asked: self._asked(scopes, asked))

    def _asked(self, scopes: frozenset[str], probes: Sequence[Probe]) -> list[list[Found]]:
        corpus = _where(scopes)
        requests = [_request(probe, _where(scopes, probe.documents), corpus) for probe in probes]
        answers = self._call("query_batch_points", requests=requests)
        return [[_found(point) for point in answer.points] for answer in answers]

    def count(self, scopes: frozenset[str]) -> int:
        if not scopes:
            return 0
        return int(self._call("count", count_filter=_where(scopes), exact=True).count)

    def upsert(self, points: Sequence[Point]) -> None:
        for at in range(0, len(points), UPSERT):
            self._call("upsert", points=[_point(point) for point in points[at : at + UPSERT]], wait=True)

    def remove(self, version: int) -> None:
        self._call("delete", points_selector=models.FilterSelector(filter=_of_version(version)), wait=True)

    def rescope(self, version: int, scope: str) -> None:
        self._call("set_payload", payload={SCOPE: scope}, points=_of_version(version), wait=True)

    def keep(self) -> None:
        """The server has kept it when it answers."""

    def size(self) -> int:
        return int(self._call("count", exact=True).count)

    def optimise(self) -> None:
        """The server does so by itself."""

    def close(self) -> None:
        """The connection belongs to the shelf."""

    def _call(self, method: str, **arguments: Any) -> Any:
        return called(self._client, method, collection_name=self._name, **arguments)


class ServerShelf:
    """The generations on a server; an alias names the live one."""

    def __init__(self, client: QdrantClient | None = None) -> None:
        self._client = client or _connected()

    def make(self, number: int, dimensions: int) -> WritableStore:
        name = _name(number)
        if called(self._client, "collection_exists", collection_name=name):
            called(self._client, "delete_collection", collection_name=name)
        called(
            self._client,
            "create_collection",
            collection_name=name,
            vectors_config={
                DENSE: models.VectorParams(
                    size=dimensions, distance=models.Distance.DOT, datatype=models.Datatype.FLOAT16
                )
            },
            sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            strict_mode_config=models.StrictModeConfig(
                enabled=True, unindexed_filtering_retrieve=False, unindexed_filtering_update=False
            ),
        )
        if self._remote:
            self._index_payload(name)
        return ServerStore(self._client, name)

    def open(self, number: int) -> WritableStore:
        name = _name(number)
        if not called(self._client, "collection_exists", collection_name=name):
            raise IndexAway(f"The Qdrant server holds no collection {name}.")
        return ServerStore(self._client, name)

    def connect(self, number: int) -> WritableStore:
        return self.open(number)

    def switch(self, number: int) -> None:
        called(
            self._client,
            "update_collection_aliases",
            change_aliases_operations=[
                models.CreateAliasOperation(
                    create_alias=models.CreateAlias(collection_name=_name(number), alias_name=ALIAS)
                )
            ],
        )

    def discard(self, number: int) -> None:
        called(self._client, "delete_collection", collection_name=_name(number))

    def numbers(self) -> list[int]:
        names = [row.name for row in called(self._client, "get_collections").collections]
        return sorted(int(name[len(PREFIX) + 1 :]) for name in names if name.startswith(f"{PREFIX}-"))

    @property
    def _remote(self) -> bool:
        """False for the client's own in-memory mode, where payload indexes have no effect and warn of it."""
        return hasattr(self._client, "_client") and type(self._client._client).__name__ == "QdrantRemote"

    def _index_payload(self, name: str) -> None:
        """Before any point is there, so that the graph takes the filters into account."""
        for field, kind in (
            (SCOPE, models.PayloadSchemaType.KEYWORD),
            (VERSION, models.PayloadSchemaType.INTEGER),
            (DOCUMENT, models.PayloadSchemaType.INTEGER),
        ):
            called(
                self._client,
                "create_payload_index",
                collection_name=name,
                field_name=field,
                field_schema=kind,
                wait=True,
            )


def called(client: QdrantClient, method: str, **arguments: Any) -> Any:
    """One call to the server; whatever goes wrong on the way is one kind of error here."""
    from grpc import RpcError  # type: ignore[import-untyped]

    try:
        return getattr(client, method)(**arguments)
    except (
        RpcError,
        ResponseHandlingException,
        UnexpectedResponse,
        ApiException,
        QdrantException,
        ConnectionError,
    ) as error:
        raise IndexAway(f"The Qdrant server did not do {method}: {error}") from error


def _connected() -> QdrantClient:
    return QdrantClient(
        url=settings.QDRANT_URL, api_key=settings.QDRANT_API_KEY or None, prefer_grpc=True, timeout=TIMEOUT_S
    )


def _name(number: int) -> str:
    return f"{PREFIX}-{number:06}"


def _where(scopes: frozenset[str], documents: tuple[int, ...] = ()) -> models.Filter:
    conditions = [models.FieldCondition(key=SCOPE, match=models.MatchAny(any=sorted(scopes)))]
    if documents:
        conditions.append(models.FieldCondition(key=DOCUMENT, match=models.MatchAny(any=sorted(documents))))
    return models.Filter(must=list(conditions))


def _of_version(version: int) -> models.Filter:
    return models.Filter(must=[models.FieldCondition(key=VERSION, match=models.MatchValue(value=version))])


def _request(probe: Probe, where: models.Filter, corpus: models.Filter) -> models.QueryRequest:
    query: Any
    params = None
    if isinstance(probe.vector, Sparse):
        query, using = _sparse(probe.vector), SPARSE
        # Without a corpus, how rare a word is would be counted in passages that the asker may not see.
        params = models.SearchParams(idf=models.IdfCorpusParams(corpus=corpus))
    else:
        query, using = probe.vector.tolist(), DENSE
    return models.QueryRequest(
        query=query,
        using=using,
        filter=where,
        params=params,
        limit=probe.limit + 1,
        with_payload=[DOCUMENT, PLACE, ROWS],
    )


def _sparse(sparse: Sparse) -> models.SparseVector:
    return models.SparseVector(indices=sparse.ids.tolist(), values=sparse.weights.tolist())


def _point(point: Point) -> models.PointStruct:
    return models.PointStruct(
        id=str(point.id),
        vector={
            DENSE: point.dense.tolist(),
            SPARSE: _sparse(Sparse(point.sparse.ids, grained(point.sparse.weights))),
        },
        payload={
            SCOPE: point.scope,
            VERSION: point.version,
            DOCUMENT: point.document,
            PLACE: point.place,
            ROWS: point.rows,
        },
    )


def _found(point: models.ScoredPoint) -> Found:
    payload = point.payload or {}
    return Found(
        UUID(str(point.id)),
        round(float(point.score), DECIMALS),
        int(payload[DOCUMENT]),
        int(payload[PLACE]),
        str(payload[ROWS]),
    )

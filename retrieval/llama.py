"""Shiori's search for people who build on LlamaIndex: a retriever that is bound to one user.

The rights are the search's own; LlamaIndex sees only what this user may see. Importing this module loads LlamaIndex
(seconds, 100 MB), so nothing of the program does.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from typing import Any

from asgiref.sync import sync_to_async
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from library import locators
from library.models import User
from retrieval import search
from retrieval.search import Hit


class LibraryRetriever(BaseRetriever):
    """The passages that `user` may see, best first, as LlamaIndex's nodes.

    The embedded index must be within reach: call it inside `with retrieval.owner.ensure():`.
    """

    def __init__(self, user: User, *, limit: int = 10, collections: Ids[int] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._user = user
        self._limit = limit
        self._within = collections

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = search.search(self._user, query_bundle.query_str, limit=self._limit, collections=self._within)
        return [_node(hit) for hit in found.hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await sync_to_async(self._retrieve)(query_bundle)


def _node(hit: Hit) -> NodeWithScore:
    """The id is the passage's own; the metadata says where it stands and goes to no model by itself."""
    shown = search.hit_json(hit)
    metadata = {key: shown[key] for key in ("document", "document_id", "version", "collection", "kind", "locator")}
    node = TextNode(
        id_=str(hit.passage.pk),
        text=hit.passage.text,
        metadata={**metadata, "place": locators.label(hit.passage.locator)},
        excluded_embed_metadata_keys=["document_id", "version", "locator"],
        excluded_llm_metadata_keys=["document_id", "version", "locator"],
    )
    return NodeWithScore(node=node, score=hit.score)

"""LlamaIndex gets what its user may see, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from library.models import Collection, User
from retrieval import indexer
from retrieval.store import Shelf
from tests.retrieval.conftest import AddDocument

QUESTION = "What is the mortgage rate?"


def retrieved(user: User) -> dict[str, str]:
    """Text to file name."""
    from retrieval.llama import LibraryRetriever

    found = LibraryRetriever(user, limit=5).retrieve(QUESTION)
    return {node.node.get_content(): node.node.metadata["document"] for node in found}


def test_the_user_bound_to_it_decides(
    edge_index: Shelf, add: AddDocument, retail: Collection, markets: Collection, teller: User, analyst: User
) -> None:
    add(retail, "rates.pdf", "The mortgage rate is 2 percent.")
    add(markets, "desk.pdf", "The mortgage rate hedge is 2 percent.")
    indexer.drain()
    assert retrieved(teller) == {"The mortgage rate is 2 percent.": "rates.pdf"}
    assert set(retrieved(analyst).values()) == {"rates.pdf", "desk.pdf"}


def test_it_hides_from_outsiders(edge_index: Shelf, add: AddDocument, retail: Collection, outsider: User) -> None:
    add(retail, "rates.pdf", "The mortgage rate is 2 percent.")
    indexer.drain()
    assert retrieved(outsider) == {}


def example() -> Any:
    """`ask` as the documentation has it."""
    text = (Path(__file__).parents[2] / "docs" / "llamaindex.md").read_text()
    code = re.search(r"```python\n(.*?)```", text, re.S)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    return names["ask"]


def test_the_example_in_the_documentation_answers_within_rights(
    edge_index: Shelf, add: AddDocument, retail: Collection, markets: Collection, teller: User, analyst: User
) -> None:
    from llama_index.core.llms import MockLLM

    add(retail, "rates.pdf", "The mortgage rate is 2 percent.")
    add(markets, "desk.pdf", "The mortgage rate hedge is 2 percent.")
    indexer.drain()
    ask, echo = example(), MockLLM()  # the model repeats what it was given to read
    answer, places = ask(QUESTION, teller.username, echo)
    assert "mortgage rate is 2 percent" in answer
    assert "hedge" not in answer
    assert places == ["rates.pdf, p. 1"]
    answer, places = ask(QUESTION, analyst.username, echo)
    assert "hedge" in answer
    assert sorted(places) == ["desk.pdf, p. 1", "rates.pdf, p. 1"]

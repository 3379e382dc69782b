"""What is kept of an answer: what was shown, before it is shown; the whole of it, once it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.drafts import Draft
from chat.events import Source
from chat.guards import spending as guard_spending
from chat.models import Citation, Turn
from library import audit


def present(draft: Draft, sources: Sequence[Source]) -> None:
    """Record that these passages are about to be shown. Raises when that cannot be recorded: then nothing is shown."""
    draft.sources = list(sources)
    with transaction.atomic():
        Citation.objects.filter(turn=draft.turn).delete()
        Citation.objects.bulk_create(_citation(draft, source) for source in sources)
        Turn.objects.filter(pk=draft.turn).update(provenance={"documents": sorted(draft.documents)})
        audit.record(
            draft.user,
            "shown",
            turn=str(draft.turn),
            passages=[source.passage for source in sources],
            documents=sorted(draft.documents),
        )


def finish(draft: Draft, state: Turn.State, error: dict[str, object] | None = None) -> None:
    """Save the answer as it stands."""
    bills = draft.bills
    for bill in bills:
        guard_spending.add(draft.user, bill)
    spent = next(iter(bills), None)
    Turn.objects.filter(pk=draft.turn).update(
        answer=draft.text,
        state=state,
        mode=draft.mode,
        refused=draft.refused,
        error=error,
        figures=[asdict(figure) for figure in draft.figures],
        provenance=_provenance(draft),
        model=draft.model,
        input_tokens=spent.tokens_in if spent else None,
        output_tokens=spent.tokens_out if spent else None,
        cost=spent.cost if spent else None,
        currency=spent.currency if spent else "",
        finished=timezone.now(),
    )


def cut_off(turn: UUID) -> bool:
    """Mark a turn whose process is gone; False where it has ended by itself meanwhile."""
    return bool(
        Turn.objects.filter(pk=turn, state=Turn.State.RUNNING).update(
            state=Turn.State.FAILED, error={"code": "cut_off", "partial": False}, finished=timezone.now()
        )
    )


def _citation(draft: Draft, source: Source) -> Citation:
    return Citation(
        turn_id=draft.turn,
        marker=source.marker,
        passage=source.passage,
        document=source.document_id,
        version=source.version,
        locator=source.locator,
        score=source.score,
    )


def _provenance(draft: Draft) -> dict[str, object]:
    passages = [
        {
            "marker": s.marker,
            "passage": s.passage,
            "document": s.document_id,
            "version": s.version,
            "score": round(s.score, 4),
        }
        for s in draft.sources
    ]
    verdicts = Counter(figure.verdict for figure in draft.figures)
    return draft.provenance | {
        "trace": draft.trace,
        "model": draft.model,
        "asked": {
            "language": draft.language,
            "collections": draft.collections,
            "document": draft.document,
            "ignoring": sorted(draft.ignoring),
        },
        "verdicts": dict(verdicts),
        "spent": _spent(draft),
        "documents": sorted(draft.documents),
        "passages": passages,
        "ms": draft.ms,
    }


def _spent(draft: Draft) -> dict[str, object] | None:
    spent = next(iter(draft.bills), None)
    return asdict(spent) | {"cost": str(spent.cost)} if spent else None

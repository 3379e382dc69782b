"""The guard rails around an answer: what may be asked, what a model is given, what leaves the house, what may be spent.

Each decision is recorded with its rule, its verdict and its turn, never with what it was about. The rules themselves
are pure and lie in `chat/guards/`; this is where policies, drafts and the record meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chat.drafts import Draft
from chat.events import Source
from chat.found import Found, about
from chat.guards import policies as guard_policies
from chat.guards import spending as guard_spending
from chat.guards import topics as guard_topics
from chat.guards.directives import ORDERS
from chat.guards.injection import LEFT_OUT, judge, judge_question
from chat.guards.masking import Mask
from chat.guards.policies import Action, Guard, Kind, Policies, Policy
from chat.llm import Message, Model, ModelError
from library import audit
from retrieval.search import Hit


def admit(draft: Draft) -> None:
    """Look at the question and at what its asker has spent, before anything is searched.

    A question over the day's limit is answered without a language model.
    """
    draft.guard = Guard(guard_policies.load())
    for policy, found in _of_question(draft.guard.policies, draft.question):
        stops = {"stops": True} if policy.action == Action.BLOCK else {}
        _decide(draft, policy, found | stops)
    if draft.models and not draft.guard.blocked:
        for policy in guard_spending.exceeded(draft.user, draft.guard.policies):
            _decide(draft, policy, {})
            if policy.action == Action.BLOCK:
                draft.models = []


def screen(draft: Draft, found: Found, hits: Sequence[Hit], *, quoted: bool = False) -> list[Hit]:
    """The passages that may be read on, without orders to the reader and without what nobody sees.

    What is only quoted keeps the tasks that a model might take up: speaker notes are full of them.
    Blocked passages are left out as a whole; what a policy lets stand is told, or only recorded.
    """
    policy = draft.guard.policies[Kind.INJECTION_DOCUMENTS]
    if policy is None:
        return list(hits)
    judged = [(hit, judge(hit.passage.text, about(hit.passage), tasks=not quoted)) for hit in hits]
    struck = [(hit, result) for hit, result in judged if result.findings]
    if struck:
        findings = [finding for _hit, result in struck for finding in result.findings]
        rules, passages = sorted({f.rule for f in findings}), [str(hit.passage.pk) for hit, _result in struck]
        _decide(draft, policy, {"count": len(findings), "rules": rules, "passages": passages})
    if policy.action in (Action.BLOCK, Action.MASK):
        blocked = policy.action == Action.BLOCK
        for hit, result in judged:
            if result.findings or result.text != hit.passage.text:
                found.screened[hit.passage.pk] = "" if blocked and result.findings else result.text
    return [hit for hit in hits if found.text_of(hit.passage)]


def retitled(sources: Sequence[Source]) -> list[Source]:
    """For a model alone: titles and names of files, which may give orders too."""
    return [replace(source, title=_named(source.title), document=_named(source.document)) for source in sources]


def outgoing(draft: Draft, messages: Sequence[Message], model: Model) -> tuple[list[Message], Mask]:
    """What is sent to this model, and what puts the personal data back into its answer.

    Raises `ModelError` where personal data may not leave the house at all.
    """
    policy = draft.guard.policies[Kind.PERSONAL_OUTSIDE]
    if policy is None or not model.outside:
        return list(messages), Mask()
    mask = Mask()
    masked = mask.messages(messages)
    if not mask.counts:
        return list(messages), Mask()
    _decide(draft, policy, {"count": mask.counts.total(), "kinds": dict(mask.counts), "model": model.shown})
    if policy.action == Action.BLOCK:
        raise ModelError("model_personal")
    return (masked, mask) if policy.action == Action.MASK else (list(messages), Mask())


def is_too_long(draft: Draft, written: int) -> bool:
    """Whether a model's answer has just become longer than is allowed; asked at each piece, so no query."""
    policy = draft.guard.policies[Kind.ANSWER_LENGTH]
    known = any(decision["rule"] == Kind.ANSWER_LENGTH for decision in draft.guard.decisions)
    return not known and policy is not None and policy.limit is not None and written > policy.limit


def ends_here(draft: Draft) -> bool:
    """Record that the answer is too long; True where it has to end."""
    policy = draft.guard.policies[Kind.ANSWER_LENGTH]
    if policy is None:
        return False
    _decide(draft, policy, {})
    return policy.action == Action.BLOCK


def _of_question(policies: Policies, question: str) -> list[tuple[Policy, dict[str, Any]]]:
    found: list[tuple[Policy, dict[str, Any]]] = []
    if (policy := policies[Kind.INJECTION_QUESTIONS]) and (rules := judge_question(question)):
        found.append((policy, {"rules": list(rules)}))
    if (policy := policies[Kind.ADVICE]) and guard_topics.asks_advice(question):
        found.append((policy, {}))
    topics = [topic for topic in policies.topics if guard_topics.touches(question, topic.words)]
    return found + [(topic, {"name": topic.name}) for topic in topics]


def _named(name: str) -> str:
    """Only such orders as are orders anywhere: a title has nothing around it that it could belong to."""
    return LEFT_OUT if any(finding.rule in (*ORDERS, "hidden") for finding in judge(name).findings) else name


def _decide(draft: Draft, policy: Policy, found: dict[str, Any]) -> None:
    """Keep the decision with the answer, and put it on the audit, once. Raises when that cannot be written."""
    decision = {"rule": str(policy.kind), "verdict": str(policy.action), **found}
    if decision not in draft.guard.decisions:
        audit.record(draft.user, "guarded", turn=str(draft.turn), **decision)
        draft.guard.decisions.append(decision)
        draft.provenance["guard"] = draft.guard.decisions

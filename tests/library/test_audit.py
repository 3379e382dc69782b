"""The audit keeps its order, notices tampering, and refuses to be changed."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from library import audit
from library.models import AuditEntry, User


def test_entries_form_a_chain(teller: User, capsys: pytest.CaptureFixture[str]) -> None:
    first = audit.record(teller, "signed in")
    second = audit.record(None, "swept", count=3)
    assert second.previous == first.digest
    assert list(audit.broken_links()) == []
    call_command("checkaudit")
    assert capsys.readouterr().out == f"2 entries, each in its place; the last one's digest is {second.digest}.\n"


def test_the_database_refuses_changes(teller: User) -> None:
    entry = audit.record(teller, "signed in")
    for change in (lambda: AuditEntry.objects.update(actor="someone"), lambda: entry.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert AuditEntry.objects.get().actor == "teller"


def test_tampering_breaks_the_chain(teller: User) -> None:
    entries = [audit.record(teller, "asked", turn=n) for n in range(3)]
    with connection.cursor() as cursor:
        postgresql = connection.vendor == "postgresql"
        cursor.execute(
            "DROP TRIGGER audit_append_only ON library_auditentry" if postgresql else "DROP TRIGGER audit_no_update"
        )
        cursor.execute("UPDATE library_auditentry SET actor = 'someone' WHERE id = %s", [entries[1].pk])
    assert list(audit.broken_links()) == [entries[1].pk]
    with pytest.raises(CommandError, match=rf"^1 entries of the audit do not fit the chain: {entries[1].pk}\.$"):
        call_command("checkaudit")

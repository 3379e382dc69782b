"""A process that reads what is queued and ends when nothing is: `python -m ingest.reading`, the command's helper.

It inherits its settings from the command that starts it.
"""

from __future__ import annotations


def main() -> None:
    import django

    django.setup()
    from ingest import claims, tasks
    from library.models import State, Version

    passed: set[int] = set()
    while queued := Version.objects.filter(state=State.QUEUED).exclude(pk__in=passed).order_by("pk").first():
        passed.add(queued.pk)
        if (version := claims.claim(queued.pk)) is not None:
            tasks.attempt(version)


if __name__ == "__main__":
    main()

"""`python -m samples.first_look`: sample people and documents for a first look; done once, greeted every time.

Passwords are made on this machine and lie, with what `make run` prints, in DATA_DIR/first-look.txt for its owner alone.
"""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

import django
from django.conf import settings

FILES = Path(__file__).parent / "files"
COLLECTIONS = {
    "Group results": [
        "hoshino-results-fy2025-en.pdf",
        "hoshino-results-fy2025-ja.pdf",
        "hoshino-investor-meeting-2025.pptx",
        "hoshino-databook-fy2025.xlsx",
    ],
    "Branch handbook": ["branch-fees-2025.pdf"],
}
PEOPLE = {
    "akari": ("research", "朝倉", "あかり"),
    "kenji": ("branch", "三浦", "健司"),
    "admin": ("administration", "", "Admin"),
}
"""Name to department, family name and first name."""
GRANTS = [
    ("Group results", "research", "contributor"),
    ("Branch handbook", "research", "viewer"),
    ("Branch handbook", "branch", "viewer"),
]
HINTS = {
    "akari": "research: may read the results and upload to them",
    "kenji": "branch: may read the branch handbook only",
    "admin": "administration: manages people and rights at /admin/",
}


def main() -> None:
    greeting = settings.DATA_DIR / "first-look.txt"
    if greeting.exists():
        return
    logging.disable(logging.INFO)
    passwords = make_people()
    make_collections()
    greeting.touch(mode=0o600)
    rows = [f"  {name:<7}{password}   {HINTS[name]}" for name, password in passwords.items()]
    greeting.write_text("\n".join(["Sign in as one of these (name, password):", *rows]) + "\n")


def make_people() -> dict[str, str]:
    """Name to password."""
    from django.contrib.auth.models import Group

    from library.models import User

    passwords = {name: "-".join(secrets.token_hex(2) for _ in range(3)) for name in PEOPLE}
    for name, (department, last, first) in PEOPLE.items():
        manages = name == "admin"
        user, _ = User.objects.get_or_create(
            username=name,
            defaults={"last_name": last, "first_name": first, "is_staff": manages, "is_superuser": manages},
        )
        user.set_password(passwords[name])
        user.save()
        user.groups.add(Group.objects.get_or_create(name=department)[0])
    return passwords


def make_collections() -> None:
    """The documents are queued; the worker reads them once it runs."""
    from django.contrib.auth.models import Group

    from ingest import storage
    from library import grants
    from library.models import Collection, Role, User

    uploader = User.objects.get(username="akari")
    for name, files in COLLECTIONS.items():
        collection, _ = Collection.objects.get_or_create(name=name)
        for file in files:
            storage.store(uploader, collection, file, [(FILES / file).read_bytes()])
    for name, group, role in GRANTS:
        grants.give(None, Collection.objects.get(name=name), Group.objects.get(name=group), Role(role))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()

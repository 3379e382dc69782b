"""Finding people, groups, collections and documents by the names that administrators type."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.core.management.base import CommandError

from library.models import Collection, Document, User


def user(name: str) -> User:
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f'There is no user "{name}". `manage.py adduser {name}` makes one.')
    return found


def group(name: str) -> Group:
    found = Group.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f'There is no group "{name}". Groups are made by `manage.py adduser NAME --groups {name}`.')
    return found


def collection(name: str) -> Collection:
    found = Collection.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f'There is no collection "{name}". Uploading to it by `manage.py ingest` makes it.')
    return found


def document(where: Collection, name: str) -> Document:
    found = where.documents.filter(name=name).first()
    if found is None:
        raise CommandError(f'There is no document "{name}" in the collection "{where}".')
    return found

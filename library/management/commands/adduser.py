"""manage.py adduser NAME [--groups A,B] [--admin]"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from library import audit, signin
from library.models import User


class Command(BaseCommand):
    help = "Makes a user and prints a link that signs this user in once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--groups", default="", help="names, separated by commas; new groups are made")
        parser.add_argument("--admin", action="store_true", help="may manage users, groups, collections and grants")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        try:
            UnicodeUsernameValidator()(name)
        except ValidationError:
            raise CommandError(f'"{name}" is no user name: use letters, digits and @ . + - _ only.') from None
        if User.objects.filter(username=name).exists():
            raise CommandError(f'There is a user "{name}" already.')
        groups = [part.strip() for part in options["groups"].split(",") if part.strip()]
        with transaction.atomic():
            user = User.objects.create_user(name, is_staff=options["admin"], is_superuser=options["admin"])
            user.groups.set(Group.objects.get_or_create(name=group)[0] for group in groups)
            audit.record(None, "user made", user=name, groups=groups, admin=options["admin"])
        origin = settings.ORIGINS[0] if settings.ORIGINS else ""
        self.stdout.write(f"{origin}{signin.make_link(user)}")

"""API tokens, stored as hashes, with an expiry date and an optional read-only flag."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager


class ApiTokenManager(AuthTokenManager):
    """Manager for creating tokens; only a token's first characters and its hash are stored."""

    def issue(self, user, *, read_only=False, days=None):
        """Create a token and return it as a string; it cannot be retrieved later.

        It expires after `days` days, or after knox's default period if `days` is None.
        """
        expiry = {} if days is None else {"expiry": timedelta(days=days)}
        _stored, token = self.create(user, read_only=read_only, **expiry)
        return token


class ApiToken(AbstractAuthToken):
    """A user's token for the REST API."""

    read_only = models.BooleanField(_("read only"), default=False)

    objects = ApiTokenManager()

    def __str__(self):
        return f"token {self.token_key} of {self.user}"

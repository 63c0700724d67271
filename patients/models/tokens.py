"""API tokens: stored hashed, expiring, and read-only where they are meant to be."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager


class ApiTokenManager(AuthTokenManager):
    """Makes tokens; the token itself is known only in the answer."""

    def issue(self, user, *, read_only=False, days=None):
        """Return a new token as text, the only time that it is shown; `days` until it ends."""
        expiry = {} if days is None else {"expiry": timedelta(days=days)}
        _stored, token = self.create(user, read_only=read_only, **expiry)
        return token


class ApiToken(AbstractAuthToken):
    """A token of one user for the REST API."""

    read_only = models.BooleanField(_("read only"), default=False)

    objects = ApiTokenManager()

    def __str__(self):
        return f"token {self.token_key} of {self.user}"

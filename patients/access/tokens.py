"""Bearer token authentication for the API, with one query, and read-only tokens."""

from functools import cache
from hmac import compare_digest

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from patients.models import ApiToken
from patients.prepared import Prepared, blank


class BearerAuthentication(TokenAuthentication):
    """Finds the token and its user; the response is the same for every kind of failure."""

    def authenticate_credentials(self, token):
        """Return (user, token); AuthenticationFailed if unknown, expired or the user inactive."""
        found = find_token(token.decode("latin-1"))
        if found is None:
            raise AuthenticationFailed(_("This token is not valid or has expired."))
        return found.user, found


def find_token(text):
    """Return the valid token of an active user, or None."""
    if not text.isascii() or not text.isalnum():
        return None
    digest = hash_token(text)
    key = text[: CONSTANTS.TOKEN_KEY_LENGTH]
    for token in tokens_with_key().ask(token_key=key):
        if compare_digest(digest, token.digest) and is_valid(token):
            return token
    return None


@cache
def tokens_with_key():
    """Return the question for the tokens that begin with a key, and for their users."""
    tokens = ApiToken.objects.filter(token_key=blank(ApiToken, "token_key"))
    return Prepared(tokens.select_related("user"))


def is_valid(token):
    expired = token.expiry is not None and token.expiry <= timezone.now()
    return not expired and token.user.is_active


class TokenAllows(BasePermission):
    """Rejects writes with a read-only token."""

    message = _("This token is read-only.")

    def has_permission(self, request, view):
        return request.method in SAFE_METHODS or not getattr(request.auth, "read_only", False)

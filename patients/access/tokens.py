"""Bearer token authentication for the API, including read-only tokens."""

from hmac import compare_digest

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from patients.models import ApiToken


class BearerAuthentication(TokenAuthentication):
    """Bearer token authentication; every invalid token gets the same response."""

    def authenticate_credentials(self, token):
        """Return (user, token). Raises AuthenticationFailed if the token is not valid."""
        found = find_token(token.decode("latin-1"))
        if found is None:
            raise AuthenticationFailed(
                _("This token is not valid or has expired. Use another token.")
            )
        return found.user, found


def find_token(text):
    """Return the ApiToken for a token string.

    Returns None if the token is invalid or expired, or if its user is inactive.
    """
    if not text.isascii() or not text.isalnum():
        return None
    digest = hash_token(text)
    tokens = ApiToken.objects.filter(token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH])
    for token in tokens.select_related("user"):
        if compare_digest(digest, token.digest) and is_valid(token):
            return token
    return None


def is_valid(token):
    expired = token.expiry is not None and token.expiry <= timezone.now()
    return not expired and token.user.is_active


class TokenAllows(BasePermission):
    """Permission that rejects writes with a read-only token."""

    message = _("This token is read-only. Use a token with write access.")

    def has_permission(self, request, view):
        return request.method in SAFE_METHODS or not getattr(request.auth, "read_only", False)

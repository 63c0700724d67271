"""Sign users out after 15 minutes without a request, and 12 hours after signing in."""

import time

from django.conf import settings
from django.contrib.auth import logout

STARTED, SEEN = "signed_in_at", "seen_at"  # session keys; their values are Unix timestamps
STEP = 60  # seconds between session writes, so that a page with many requests writes only once


def end_old_sessions(get_response):
    """End sessions on the server when they are too old or have been idle for too long."""

    def middleware(request):
        if request.user.is_authenticated:
            check_session_age(request, int(time.time()))
        return get_response(request)

    return middleware


def check_session_age(request, now):
    """If the session has expired, sign the user out; otherwise update it at most once per STEP."""
    session = request.session
    started, seen = session.get(STARTED, now), session.get(SEEN, now)
    if now - seen >= settings.SESSION_IDLE_AGE or now - started >= settings.SESSION_COOKIE_AGE:
        logout(request)
    elif SEEN not in session or now - seen >= STEP:
        session[STARTED], session[SEEN] = started, now

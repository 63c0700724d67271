"""Signing out whoever is away: after 15 idle minutes, and after 12 hours in any case."""

import time

from django.conf import settings
from django.contrib.auth import logout

STARTED, SEEN = "signed_in_at", "seen_at"  # in the session, seconds since 1970
STEP = 60  # seconds; a busy page's many requests write the session once


def end_old_sessions(get_response):
    """Middleware: the session that is too old or too idle ends on the server, for good."""

    def answer(request):
        if request.user.is_authenticated:
            look_at_clock(request, int(time.time()))
        return get_response(request)

    return answer


def look_at_clock(request, now):
    """Sign out, or write down that the user was here."""
    session = request.session
    started, seen = session.get(STARTED, now), session.get(SEEN, now)
    if now - seen >= settings.SESSION_IDLE_AGE or now - started >= settings.SESSION_COOKIE_AGE:
        logout(request)
    elif SEEN not in session or now - seen >= STEP:
        session[STARTED], session[SEEN] = started, now

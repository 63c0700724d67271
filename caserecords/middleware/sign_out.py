"""Sign users out after 15 idle minutes, and after 12 hours in any case."""

import time

from django.conf import settings
from django.contrib.auth import logout

STARTED, SEEN = "signed_in_at", "seen_at"  # session keys; Unix timestamps
STEP = 60  # seconds between session writes, so that a page with many requests writes only once


def end_old_sessions(get_response):
    """End sessions on the server once they are too old or idle for too long."""

    def middleware(request):
        if request.user.is_authenticated:
            check_session_age(request, int(time.time()))
        return get_response(request)

    return middleware


def check_session_age(request, now):
    """Sign the user out if the session has expired, else update its time of last use."""
    session = request.session
    started, seen = session.get(STARTED, now), session.get(SEEN, now)
    if now - seen >= settings.SESSION_IDLE_AGE or now - started >= settings.SESSION_COOKIE_AGE:
        logout(request)
    elif SEEN not in session or now - seen >= STEP:
        session[STARTED], session[SEEN] = started, now

"""Absolute addresses in answers: right behind a proxy, and for a Host header without the port."""

from django.conf import settings

USUAL = {"http": "80", "https": "443"}
FORWARDED = (  # what a proxy adds, one or another
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_VIA",
)


def root(request):
    """Return the address of /dicomweb as the client reaches it, without a slash at the end.

    PUBLIC_URL says it where it is set. Else it is the request's own; a Host header without a port
    gets the port of the socket, unless a proxy stands in front.
    """
    return f"{site(request)}/dicomweb"


def site(request):
    if settings.PUBLIC_URL:
        return settings.PUBLIC_URL.rstrip("/")
    host, scheme = request.get_host(), request.scheme
    port = request.META.get("SERVER_PORT", "")
    behind = settings.BEHIND_TLS or any(name in request.META for name in FORWARDED)
    if has_port(host) or behind or port in ("", USUAL.get(scheme)):
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{port}"


def has_port(host):
    return ":" in host.rpartition("]")[2]


def study(root, uid):
    return f"{root}/studies/{uid}"


def series(root, study_uid, uid):
    return f"{root}/studies/{study_uid}/series/{uid}"


def instance(root, study_uid, series_uid, uid):
    return f"{series(root, study_uid, series_uid)}/instances/{uid}"

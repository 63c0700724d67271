"""Absolute URLs for responses, including behind a proxy or without a port in the Host header."""

from django.conf import settings

USUAL = {"http": "80", "https": "443"}
FORWARDED = (  # headers that proxies add
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_VIA",
)


def root(request):
    """Return the URL of /dicomweb as the client reaches it, without a trailing slash.

    It is based on PUBLIC_URL if that is set, otherwise on the request. If the Host header has no
    port, the server's port is added, unless it is the scheme's usual port or the request came
    through a proxy.
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

"""Keep patient data out of browser and proxy caches."""


def keep_out_of_caches(get_response):
    """Add Cache-Control: no-store to responses without that header (RFC 9111, 5.2.2.5)."""

    def middleware(request):
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware

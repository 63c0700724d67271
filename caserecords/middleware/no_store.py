"""Keep patient data out of browser and proxy caches."""


def keep_out_of_caches(get_response):
    """Send Cache-Control: no-store unless the response sets its own (RFC 9111, 5.2.2.5)."""

    def middleware(request):
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware

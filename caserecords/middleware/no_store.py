"""Pages of patients stay out of every cache: the browser's, and whatever stands in between."""


def keep_out_of_caches(get_response):
    """Middleware: an answer that says nothing else is not stored (RFC 9111, 5.2.2.5)."""

    def answer(request):
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store, private")
        return response

    return answer

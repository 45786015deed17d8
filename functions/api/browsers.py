"""What a browser is told with a page or a file: what the page may do, how long the file keeps."""

_AS_DECLARED = {"X-Content-Type-Options": "nosniff"}


def page_headers(policy: str, cache: str | None = None) -> dict[str, str]:
    """Return the headers of a page that may do what a Content-Security-Policy says."""
    kept = {} if cache is None else {"Cache-Control": cache}
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        **_AS_DECLARED,
        **kept,
    }


def file_headers(cache: str = "public, max-age=3600") -> dict[str, str]:
    """Return the headers of a file that keeps for an hour, or as said."""
    return {"Cache-Control": cache, **_AS_DECLARED}

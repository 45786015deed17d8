import pytest

from shared.domain.servers import ServerAddress, ServerError, ServerKind, base_url


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("http://192.168.1.10:32400", "http://192.168.1.10:32400"),
        ("  https://Media.Example.org/  ", "https://media.example.org"),
        ("https://media.example.org:443/jellyfin/", "https://media.example.org/jellyfin"),
        ("http://media.example.org:80", "http://media.example.org"),
        ("http://[2a02:d500:0:1::5]:8096", "http://[2a02:d500:0:1::5]:8096"),
    ],
)
def test_an_address_is_kept_in_one_way(written: str, kept: str) -> None:
    assert base_url(written) == kept
    assert base_url(kept) == kept


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "begin with http"),
        ("192.168.1.10:32400", "begin with http"),
        ("ftp://media.example.org", "begin with http"),
        ("file:///etc/passwd", "begin with http"),
        ("http://", "names no host"),
        ("http://media.example.org:port", "cannot be read"),
        ("http://media.example.org:99999", "cannot be read"),
        ("http://[::1", "cannot be read"),
        ("http://ada:secret@media.example.org", "own field"),
        ("http://media.example.org/?X-Plex-Token=secret", "before any"),
        ("http://media.example.org/web/#!/home", "before any"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(written: str, why: str) -> None:
    with pytest.raises(ServerError, match=why) as caught:
        base_url(written)
    assert caught.value.is_lasting
    assert "secret" not in caught.value.sentence


def test_a_token_is_never_shown() -> None:
    assert "s3cret" not in repr(ServerAddress(ServerKind.PLEX, "http://a", "s3cret"))

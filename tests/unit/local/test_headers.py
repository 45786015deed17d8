from infra.local.headers import Headers, end_to_end, forwarded


def forward(given: dict[str, str], peer: str = "10.0.0.7") -> Headers:
    return forwarded(given.items(), peer=peer, scheme="http", host="tv.example:8080")


def test_headers_for_one_hop_are_dropped_also_those_that_connection_names() -> None:
    given = [
        ("Connection", "keep-alive, X-Private"),
        ("X-Private", "1"),
        ("Transfer-Encoding", "chunked"),
        ("Accept", "text/html"),
    ]
    assert list(end_to_end(given).items()) == [("Accept", "text/html")]


def test_a_header_that_is_repeated_stays_repeated() -> None:
    given = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    assert end_to_end(given).getall("Set-Cookie") == ["a=1", "b=2"]


def test_the_peer_is_appended_to_those_who_forwarded_before() -> None:
    passed = forward({"X-Forwarded-For": "203.0.113.9"})
    assert passed.getall("X-Forwarded-For") == ["203.0.113.9, 10.0.0.7"]


def test_without_a_proxy_before_the_peer_is_the_only_one() -> None:
    assert forward({})["X-Forwarded-For"] == "10.0.0.7"


def test_a_peer_elsewhere_cannot_choose_protocol_and_host() -> None:
    passed = forward({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})
    assert passed["X-Forwarded-Proto"] == "http"
    assert passed["X-Forwarded-Host"] == "tv.example:8080"


def test_a_proxy_on_this_machine_that_ends_tls_is_believed() -> None:
    passed = forward({"X-Forwarded-Proto": "https"}, peer="127.0.0.1")
    assert passed["X-Forwarded-Proto"] == "https"
    assert passed["X-Forwarded-Host"] == "tv.example:8080"

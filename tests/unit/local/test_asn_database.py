from pathlib import Path
from typing import Any, cast

import maxminddb

from infra.local.asn_database import build

IPV4 = '1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."\n1.0.4.0,1.0.6.255,38803,Gtelecom Pty Ltd\n'
IPV6 = "2001:200::,2001:200:1b9:ffff:ffff:ffff:ffff:ffff,2500,WIDE Project\n"


def test_an_address_of_either_family_is_found_by_its_range_and_a_gap_is_unknown(
    tmp_path: Path,
) -> None:
    sources = [tmp_path / "4.csv", tmp_path / "6.csv"]
    for source, text in zip(sources, (IPV4, IPV6), strict=True):
        source.write_text(text, encoding="utf-8")
    target = tmp_path / "asn.mmdb"
    build(sources, target)
    with cast("Any", maxminddb).open_database(str(target)) as database:  # typed in part only
        assert "ASN" in database.metadata().database_type
        assert database.get("1.0.0.77") == {
            "autonomous_system_number": 13335,
            "autonomous_system_organization": "Cloudflare, Inc.",
        }
        assert database.get("1.0.6.255") is not None  # the range is no single block
        assert database.get("1.0.7.0") is None
        assert database.get("2001:200:1b9::1") is not None
        assert database.get("2001:201::1") is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["4.csv", "6.csv", "asn.mmdb"]

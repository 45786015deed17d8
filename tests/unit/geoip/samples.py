"""Where MaxMind's own test databases would lie, outside the repository."""

from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "maxmind"

CITY = _FOLDER / "GeoLite2-City-Test.mmdb"
ASN = _FOLDER / "GeoLite2-ASN-Test.mmdb"
ANONYMOUS = _FOLDER / "GeoIP2-Anonymous-IP-Test.mmdb"
SAMPLES = (CITY, ASN, ANONYMOUS)

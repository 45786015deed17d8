"""MaxMind's test databases lie beside the repository or nowhere; without them, no such tests."""

from tests.unit.geoip.samples import SAMPLES

collect_ignore = [] if all(path.exists() for path in SAMPLES) else ["test_maxmind_samples.py"]

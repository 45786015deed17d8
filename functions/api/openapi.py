"""The OpenAPI document as it is committed beside this module: ``make openapi`` writes it."""

from pathlib import Path

DOCUMENT_PATH = Path(__file__).with_name("openapi.json")

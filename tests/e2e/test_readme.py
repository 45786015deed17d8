"""The README's requests, as they stand, against the stack as `make run` starts it."""

import json
import re
import subprocess

from infra.local.config import ROOT
from tests.e2e.conftest import Stack

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_requests_of_the_readme_are_answered(stack: Stack) -> None:
    [block] = [b for b in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "curl" in b]
    here = block.replace("localhost:8080", stack.url).replace(".local", str(stack.data_dir))
    key, *requests = here.splitlines()
    assert requests
    for request in requests:
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", f"{key}\n{request}"], capture_output=True, text=True, check=True
        )
        assert "data" in json.loads(done.stdout), request

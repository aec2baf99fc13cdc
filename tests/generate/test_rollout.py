"""The script of a canary, run with a kubectl that only writes down what it is asked, and a Prometheus of our own."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from service_mesh.generate.dialects import Dialect
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest

_PARAMS = {"service": {"namespace": "shop", "name": "cart"}, "weights": [50, 100]}
_STAGES = ["apply -f 00-stable.yaml", "apply -f 01-50-percent.yaml", "apply -f 02-100-percent.yaml"]

Answer = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a canary, and a kubectl beside them that writes a log."""
    result = generate(GenerateRequest("canary", Dialect.ISTIO_SIDECAR, _PARAMS))
    for file in result.files:
        (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    kubectl = tmp_path / "bin" / "kubectl"
    kubectl.write_text('#!/bin/sh\necho "$*" >> "$LOG"\n[ "$*" != "$FAILS" ]\n', encoding="utf-8")
    kubectl.chmod(0o755)
    return tmp_path


def _answered(value: str) -> str:
    result = f'[{{"metric":{{}},"value":[1790000000.5,"{value}"]}}]' if value else "[]"
    return f'{{"status":"success","data":{{"resultType":"vector","result":{result}}}}}'


@contextmanager
def _prometheus(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            (query,) = parse_qs(urlsplit(self.path).query)["query"]
            body = _answered(answer(query)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _rolled_out(folder: Path, *words: str, **settings: str) -> tuple[int, list[str], str]:
    """Exit code, what kubectl was asked, and what was said."""
    log = folder / "log"
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    environment = {"PATH": path, "LOG": str(log), "WAIT_SECONDS": "1", "CHECK_SECONDS": "1", "FAILS": "", **settings}
    command = ["bash", str(folder / "rollout.sh"), *words]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return ran.returncode, log.read_text().splitlines() if log.exists() else [], ran.stdout + ran.stderr


def test_a_version_that_fares_well_gets_everything(folder: Path) -> None:
    with _prometheus(lambda query: "0" if "requests_total" in query else "120.5") as url:
        code, asked, said = _rolled_out(folder, PROMETHEUS_URL=url)
    assert (code, asked) == (0, ["apply -f destination-rule.yaml", *_STAGES])
    assert "0 of the requests fail, 99 % take at most 120.5 ms" in said
    assert said.endswith("done: v2 gets all requests\n")


@pytest.mark.parametrize(
    ("failing", "slow", "said"),
    [
        ("0.05", "100", "0.05 of the requests fail, more than 0.01; going back"),
        ("0", "900", "99 % take up to 900 ms, more than 500; going back"),
        ("", "", "no requests were measured in 1 s; going back"),
        ("NaN", "NaN", "no requests were measured in 1 s; going back"),
    ],
)
def test_a_version_that_fares_badly_or_gets_no_requests_is_taken_back(
    folder: Path, failing: str, slow: str, said: str
) -> None:
    with _prometheus(lambda query: failing if "requests_total" in query else slow) as url:
        code, asked, told = _rolled_out(folder, PROMETHEUS_URL=url)
    assert (code, asked) == (1, ["apply -f destination-rule.yaml", *_STAGES[:2], _STAGES[0]])
    assert said in told


def test_without_an_answer_of_prometheus_nothing_goes_on(folder: Path) -> None:
    code, asked, told = _rolled_out(folder, PROMETHEUS_URL="http://127.0.0.1:1")
    assert (code, asked[-2:]) == (1, [_STAGES[1], _STAGES[0]])
    assert "Prometheus does not answer; going back" in told


def test_a_command_that_fails_ends_it(folder: Path) -> None:
    code, asked, told = _rolled_out(folder, PROMETHEUS_URL="http://127.0.0.1:1", FAILS=_STAGES[0])
    assert (code, asked) == (2, ["apply -f destination-rule.yaml", _STAGES[0]])
    assert "failed; stopped here" in told


def test_a_dry_run_applies_nothing(folder: Path) -> None:
    code, asked, told = _rolled_out(folder, "--dry-run")
    assert (code, asked) == (0, [])
    assert [line for line in told.splitlines() if line.startswith("+ kubectl")][1:] == [
        f"+ kubectl {stage}" for stage in _STAGES
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "PROMETHEUS_URL is not set; nothing was applied"), (("--now",), "unknown argument '--now'")],
)
def test_wrong_use_applies_nothing(folder: Path, words: tuple[str, ...], said: str) -> None:
    code, asked, told = _rolled_out(folder, *words)
    assert (code, asked) == (2, [])
    assert said in told


def test_values_stay_single_words_of_the_shell(tmp_path: Path) -> None:
    params = {**_PARAMS, "canary": {"name": "v2", "labels": {"version": "v2"}}, "max_latency_ms": 700}
    result = generate(GenerateRequest("canary", Dialect.LINKERD, params))
    script = next(file.text for file in result.files if file.name == "rollout.sh")
    assert "readonly MOST_MILLISECONDS=700\n" in script
    (tmp_path / "rollout.sh").write_text(script, encoding="utf-8")
    assert subprocess.run(["bash", "-n", str(tmp_path / "rollout.sh")], check=False).returncode == 0

"""What generating and proving each example of each intent takes: `python -m tools.bench.generation` prints JSON."""

import json
import time

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.registry import load_intents
from service_mesh.operations.generate import generate
from service_mesh.operations.request import GenerateRequest

__all__ = ["measure"]


def measure() -> dict[str, float]:
    """`intent for dialect, example number` -> seconds, the best of three."""
    requests = {
        f"{intent.name} for {dialect}, example {number}": GenerateRequest(intent.name, dialect, example.params)
        for intent in load_intents()
        for dialect in Dialect
        for number, example in enumerate(intent.examples)
    }
    written = {name: request for name, request in requests.items() if generate(request).files}
    return {name: min(_seconds(request) for _ in range(3)) for name, request in written.items()}


def _seconds(request: GenerateRequest) -> float:
    started = time.perf_counter()
    generate(request)
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(measure()))

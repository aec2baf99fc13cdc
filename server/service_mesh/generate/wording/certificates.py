"""Workloads that have to go on calling each other while certificates are replaced."""

from service_mesh.generate.cast import Actor
from service_mesh.generate.questions import CallQuestion

__all__ = ["CLIENT", "SERVER", "call_between"]

CLIENT = Actor("shop", "web")
SERVER = Actor("shop", "cart", services={"cart": 80})


def call_between() -> CallQuestion:
    """Whether one calls the other, encrypted."""
    return CallQuestion(
        why="a call between workloads",
        source=CLIENT.text,
        destination=f"svc:{SERVER.text}:80",
        is_allowed=True,
        is_encrypted=True,
        method="GET",
        path="/",
    )

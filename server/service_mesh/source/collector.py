"""Pauses the cyclic garbage collector while many objects are made that stay: it would walk them again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Run a block without the cyclic collector, which takes a fifth of the time of reading or judging an estate.

    Reference counting goes on, and what is made there holds no cycles, so memory does not grow. Blocks may be nested;
    where the collector was off before, it stays off.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

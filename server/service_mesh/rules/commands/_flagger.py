"""Recognises commands that install Flagger."""

from service_mesh.model.command import Command
from service_mesh.rules.commands._helm import Installing, helm_install

__all__ = ["installing_flagger"]

_CHARTS = frozenset({"flagger/flagger", "oci://ghcr.io/fluxcd/charts/flagger"})


def installing_flagger(command: Command) -> Installing | None:
    """What a command does to Flagger's chart; None for other commands."""
    found = helm_install(command)
    return found if found is not None and found.chart.text in _CHARTS else None

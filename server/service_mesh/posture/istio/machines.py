"""Machines of which nothing tells whether they run a proxy: that clients send them plaintext does not settle it."""

from service_mesh.mesh.selection import entries_of, services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.posture.istio.enrolment import Enrolled, enrolment

__all__ = ["account_of_machine", "unknown_proxy"]


def account_of_machine(machine: Workload) -> str | None:
    """Name of the service account that the proxy of a machine has its identity from; None where it is not told."""
    written = machine.resource.get("spec.serviceAccount") or machine.template.get("serviceAccount")
    return written.text if written is not None and written.text else None


def unknown_proxy(mesh: MeshView, workload: Workload) -> str:
    """What would have to be known to tell whether a machine runs a proxy; empty where that is told.

    Clients take a machine for one of the mesh by its service account or the label `security.istio.io/tlsMode`. Without
    them they send plaintext, though a proxy may be there that registered itself, or was set up by hand, and enforces
    policies. Machines that are known by ServiceEntries outside of the mesh alone are taken to run none.
    (`istio/istio: pilot/pkg/serviceregistry/serviceentry/conversion.go`, getTLSModeFromWorkloadEntry;
    `pilot/pkg/autoregistration/controller.go`, workloadEntryFromGroup)
    """
    return mesh.once(_unknown_proxy, workload)


def _unknown_proxy(mesh: MeshView, workload: Workload) -> str:
    if not workload.is_machine or enrolment(mesh, workload).mode is not Enrolled.NONE:
        return ""
    entries = entries_of(mesh, workload)
    is_outside = entries and all(one.root.text_at("spec.location") != "MESH_INTERNAL" for one in entries)
    if is_outside and not services_of(mesh, workload):
        return ""
    return f"whether '{workload.title}' runs a proxy, as its service account would tell"

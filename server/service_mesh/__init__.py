"""Service-mesh configuration, validated offline: Istio and Gateway API.

The package holds one semantics and several surfaces; `service_mesh.operations` is what the surfaces call.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"

"""Rules about what Kubernetes itself holds and meshes depend on: services, pods and network policies."""

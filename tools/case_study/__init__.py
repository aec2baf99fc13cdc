"""Case study: five guides to service meshes held to a list of their faults that people wrote down before."""

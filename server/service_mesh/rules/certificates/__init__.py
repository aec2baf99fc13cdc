"""Health rules on certificates: how long they last, whether they fit together, in which order they are renewed."""

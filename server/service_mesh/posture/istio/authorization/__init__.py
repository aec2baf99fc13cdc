"""Whether a proxy of Istio lets a request pass: AuthorizationPolicy and RequestAuthentication as they are enforced."""

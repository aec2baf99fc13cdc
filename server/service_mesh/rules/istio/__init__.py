"""Rules about Istio's own API: routes, destination rules, gateways, services of the mesh."""

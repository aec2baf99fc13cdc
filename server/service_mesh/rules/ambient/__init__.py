"""Rules about ambient mode: what ztunnel and waypoints do not do, and who passes them."""

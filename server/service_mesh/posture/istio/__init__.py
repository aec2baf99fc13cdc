"""Istio's posture, sidecar and ambient: every rule that speaks of mTLS or of a policy's effect asks here."""

"""Routes of requests, told once and written for every dialect: VirtualServices, or routes of the Gateway API."""

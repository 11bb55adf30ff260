"""Inbound mapping: Stripe's objects, and the entries that they mean. Pure."""

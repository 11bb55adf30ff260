"""Outbound mapping: snapshots of Odoo documents, and what Stripe is sent for them.

Everything here is pure but :mod:`.snapshot`, which alone reads records.
"""

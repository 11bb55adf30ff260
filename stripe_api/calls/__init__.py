"""The calls that the addon makes, one module per kind of Stripe object."""

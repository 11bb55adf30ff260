"""The wire: the only package that knows the Stripe SDK."""

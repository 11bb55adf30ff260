"""A stand-alone, strict and stateful Stripe for development and tests."""

"""One module per Stripe resource; ``registry`` collects their routes."""

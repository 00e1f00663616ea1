"""Digital-maturity barometers that anyone can rebuild, question and cite."""

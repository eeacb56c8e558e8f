"""The floor of bench/pages: what Django itself costs for a list of 20 contracts and for a login page."""

"""One module a journey: what is due, the list, one contract."""

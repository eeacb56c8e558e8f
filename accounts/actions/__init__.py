"""What happens to accounts: one verb, one transaction, one event each."""

"""What becomes of a payment: started, settled, expired."""

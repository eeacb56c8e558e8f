"""What people type, one module a journey."""

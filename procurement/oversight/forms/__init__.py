"""What people type in oversight."""

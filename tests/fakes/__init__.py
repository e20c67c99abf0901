"""Stand-ins for the outside world, each a real server on loopback."""

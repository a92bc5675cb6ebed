"""How a tester moves the world: the control API."""

"""Energy-based networks: Hopfield networks, Boltzmann machines, deep belief networks."""

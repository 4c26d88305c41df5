"""Networks with an energy: Hopfield networks, Boltzmann machines, deep belief networks."""

"""Training of the network that tells contours from texture."""

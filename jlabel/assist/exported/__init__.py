"""Models that leave a project: one file with the network, its preparation of pictures, its classes and its report."""

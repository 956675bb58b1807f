"""The simulator: one integer kernel that plays every case."""

"""What several suites share: a small network, a mesh on a virtual clock."""

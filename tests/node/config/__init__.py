"""The configuration file: what it means, and what is said when it is wrong."""

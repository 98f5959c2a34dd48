"""The command `bavn` and its subcommands."""

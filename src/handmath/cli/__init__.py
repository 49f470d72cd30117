"""The command line, `handmath`."""

from handmath.cli.app import main as main

"""`python -m handmath.cli`, where `handmath` is not on the path."""

from handmath.cli.app import main

main()

"""`python -m shopkeeper`: the same as the command `shopkeeper`."""

from shopkeeper.cli.main import main

main()

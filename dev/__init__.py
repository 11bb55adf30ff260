"""Set-up of the development environment, demo, tests and checks of the addon.

Run it as `python3 -m dev <command>` from the checkout, or through the Makefile. What
runs before the virtual environment exists uses the standard library only.
"""

#!/usr/bin/env python3
"""Serves a folder on this machine until it is ended, for tests written in C.

Usage: serve.py FOLDER; prints the address, one line.
"""

import signal
import sys

sys.dont_write_bytecode = True  # the sources stay as they are
from web_site import Site

with Site(sys.argv[1]) as site:
    print(site.address(), flush=True)
    signal.sigwait({signal.SIGTERM})

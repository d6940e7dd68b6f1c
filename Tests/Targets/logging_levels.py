"""logging_levels.py: an application with loggers. It answers a line `level NAME` with that logger's own level and with
what it lets through, and takes `set NAME LEVEL`."""

import logging
import os
import sys

import target

target.begin()
logging.basicConfig(level=logging.WARNING, handlers=[logging.NullHandler()])
for name in ["shop", "shop.checkout", "shop.stock"]:
    logging.getLogger(name)
logging.getLogger("shop.stock").setLevel(logging.ERROR)
# What a logger remembers of what it lets through is not to outlive a change.
assert not logging.getLogger("shop.checkout").isEnabledFor(logging.DEBUG)
target.ready()
for line in sys.stdin:
    words = line.split()
    logger = logging.getLogger(words[1])
    if words[0] == "set":
        logger.setLevel(words[2])
    enabled = [level for level in (10, 20, 30, 40) if logger.isEnabledFor(level)]
    print(logging.getLevelName(logger.level), enabled[0] if enabled else 50, flush=True)
os._exit(0)

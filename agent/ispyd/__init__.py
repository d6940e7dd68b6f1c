"""ispyd: looks into live Python web applications in a controlled manner.

An application that loads this package has the agent that is attached to others when it is needed (ispyd.manager).
Nothing happens by importing it.
"""

version = "0.1.0"
version_info = tuple(int(part) for part in version.split("."))

"""Plugins for what an application adds itself. A module declares its commands in `COMMANDS`."""

// IspyCommands

// IspyCommandsTests

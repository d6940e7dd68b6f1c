// ELFTests

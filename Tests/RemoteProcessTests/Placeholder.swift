// RemoteProcessTests

// CPythonTests

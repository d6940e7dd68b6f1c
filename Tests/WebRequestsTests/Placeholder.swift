// WebRequestsTests

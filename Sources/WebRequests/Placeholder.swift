// WebRequests

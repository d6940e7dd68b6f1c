// RedactionTests

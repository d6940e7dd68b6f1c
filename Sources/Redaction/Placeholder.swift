// Redaction

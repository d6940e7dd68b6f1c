/// Words of mappings that describe a value beside them: `{'name': 'password', 'value': 'x'}`.
enum PairNames {
  static let names: Set<String> = [
    "name", "key", "header", "field", "param", "parameter", "variable", "Name", "Key", "id",
  ]
  static let values: Set<String> = ["value", "val", "content", "data", "default", "Value"]

  /// Keys that are shown in a mapping that is secret as a whole, since they are words of structure.
  static let structure: Set<String> = [
    "user", "username", "name", "host", "port", "type", "id", "key", "value", "scheme", "scope", "realm", "default",
    "path",
    "domain", "expires", "database", "url", "email", "login", "account", "region", "method", "enabled", "created_at",
  ]
}

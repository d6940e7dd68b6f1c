/// The plugin `web`: what a process serves.
enum WebPlugin {
  static let commands: [CatalogEntry] = [.requests(ofPlugin: "web")]
}

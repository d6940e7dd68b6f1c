import Catalog

struct Shell {
  let catalog: Catalog
  let line: CommandLineWords
  let output: Output

  func run(_ words: [String]) throws(CommandError) -> Int32 { 0 }
}

import Catalog

/// The scripts that shells load. They ask the program itself, so they never go stale.
enum CompletionScript {
  static let shells = ["bash", "zsh", "fish"]

  static func text(for words: [String]) throws(CommandError) -> String {
    guard words.count == 1, let shell = words.first else {
      throw CommandError(.usage, "name a shell: \(shells.joined(separator: ", "))", hint: "see: ispy help completion")
    }
    switch shell {
    case "bash": return bash
    case "zsh": return zsh
    case "fish": return fish
    default:
      throw CommandError(.usage, "no completion for \(shell)", hint: "there is: \(shells.joined(separator: ", "))")
    }
  }

  private static let bash = """
    # bash completion for ispy
    _ispy() {
      local IFS=$'\\n'
      COMPREPLY=($(ispy __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
    }
    complete -F _ispy ispy

    """

  private static let zsh = """
    #compdef ispy
    _ispy() {
      local -a candidates
      candidates=("${(@f)$(ispy __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
      compadd -a candidates
    }
    if [ "$funcstack[1]" = "_ispy" ]; then _ispy "$@"; else compdef _ispy ispy; fi

    """

  private static let fish = """
    # fish completion for ispy
    function __ispy_complete
      set -l words (commandline -opc) (commandline -ct)
      ispy __complete -- $words[2..-1] 2>/dev/null
    end
    complete -c ispy -f -a '(__ispy_complete)'

    """
}

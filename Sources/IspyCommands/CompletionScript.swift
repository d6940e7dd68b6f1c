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
      # Candidates are lines and may hold spaces; none of them is a pattern.
      mapfile -t COMPREPLY < <(ispy __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    }
    complete -F _ispy ispy

    """

  private static let zsh = """
    #compdef ispy
    _ispy() {
      local -a candidates
      candidates=("${(@f)$(ispy __complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
      # Nothing is one empty line.
      [[ -n $candidates[1] ]] && _describe -V ispy candidates
    }
    # Loaded by compinit from $fpath it is the function itself; by eval or source it has to say what it completes.
    if [[ $funcstack[1] == _ispy ]]; then _ispy "$@"; else compdef _ispy ispy; fi

    """

  private static let fish = """
    # fish completion for ispy
    function __ispy_complete
      set -l words (commandline -opc)
      # The word being written comes as it stands, with its quotes; one that is still open is no word to unescape.
      set -l last (commandline -ct)
      set last (string unescape -- $last; or string replace -r -- '^[\\'"]' '' $last)
      ispy __complete fish $words[2..-1] "$last" 2>/dev/null
    end
    complete -c ispy -f -k -a '(__ispy_complete)'

    """
}

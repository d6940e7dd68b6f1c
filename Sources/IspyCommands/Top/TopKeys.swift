/// The keys of `top`: for the screen's own help, and for `ispy help top`.
enum TopKeys {
  static let all: [(keys: String, meaning: String)] = [
    ("Tab, Shift-Tab", "the next table, the one before"),
    ("f t r w", "functions, threads, requests, workers"),
    ("Left Right, a", "one worker after the other; all of them"),
    ("Up Down PgUp PgDn Home End", "move the selection"),
    ("Enter", "callers, stack, request, or functions of a worker"),
    ("P T M N", "sort by own time or CPU, total, memory, name"),
    ("< > F6, R", "sort by the column beside; turn the order round"),
    ("/ F3, n", "search; the next one that is found"),
    ("\\ F4", "show only rows with these words"),
    ("c", "last interval, smoothed, or since the start"),
    ("m", "count CPU time, all time or GIL time, from now on"),
    ("p Space", "pause: the screen stays, counting goes on"),
    ("s d", "change the interval"),
    ("Ctrl-L, Ctrl-Z", "draw the screen anew; suspend"),
    ("h ? F1", "this help"),
    ("q F10 Ctrl-C", "quit"),
  ]

  /// Whoever knows `top` looks for it.
  static let withoutKill = "There is no k (kill) and no r (renice): ispy reads, and changes nothing."
}

import Glibc
import IspyCommands

exit(IspyProgram.run(Array(CommandLine.arguments.dropFirst())))

import Glibc
import Gateway

exit(await GatewayProgram.run(Array(CommandLine.arguments.dropFirst())))

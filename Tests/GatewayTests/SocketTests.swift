import Foundation
import TestSupport
import Testing

@testable import Gateway

/// What may be waiting where the gateway wants to listen.
@Suite struct SocketTests {
  private func listen(_ path: String) throws(GatewayError) -> Int32 {
    try SocketDirectory(path, group: nil).listen("s.sock")
  }

  @Test func theDirectoryIsItsOwnersAlone() throws {
    try TemporaryDirectory.with { base in
      let descriptor = try listen(base + "/run")
      defer { close(descriptor) }
      var facts = stat()
      #expect(stat(base + "/run", &facts) == 0 && facts.st_mode & 0o777 == 0o700)
      #expect(lstat(base + "/run/s.sock", &facts) == 0 && facts.st_mode & 0o777 == 0o600)
    }
  }

  @Test func aLinkInItsPlaceIsRefused() throws {
    try TemporaryDirectory.with { base in
      mkdir(base + "/elsewhere", 0o700)
      symlink(base + "/elsewhere", base + "/run")
      #expect(throws: GatewayError.self) { try listen(base + "/run") }
    }
  }

  @Test func aParentThatOthersMayWriteToIsRefused() throws {
    try TemporaryDirectory.with { base in
      mkdir(base + "/open", 0o700)
      chmod(base + "/open", 0o777)
      #expect(throws: GatewayError.self) { try listen(base + "/open/run") }
    }
  }

  @Test func anotherUsersDirectoryIsRefused() throws {
    guard geteuid() == 0 else { return }
    try TemporaryDirectory.with { base in
      mkdir(base + "/run", 0o700)
      chown(base + "/run", 65534, 65534)
      #expect(throws: GatewayError.self) { try listen(base + "/run") }
    }
  }

  @Test func aFileInPlaceOfTheSocketIsNotRemoved() throws {
    try TemporaryDirectory.with { base in
      mkdir(base + "/run", 0o700)
      try "keep me".write(toFile: base + "/run/s.sock", atomically: false, encoding: .utf8)
      #expect(throws: GatewayError.self) { try listen(base + "/run") }
      #expect(try String(contentsOfFile: base + "/run/s.sock", encoding: .utf8) == "keep me")
    }
  }

  @Test func theSocketOfADeadGatewayIsReplacedAndThatOfALiveOneIsNot() throws {
    try TemporaryDirectory.with { base in
      let first = try listen(base + "/run")
      #expect(throws: GatewayError.alreadyRunning(path: base + "/run/s.sock")) { try listen(base + "/run") }
      close(first)
      let second = try listen(base + "/run")
      close(second)
    }
  }

  @Test func aNameTooLongForASocketIsSaid() throws {
    try TemporaryDirectory.with { base in
      let name = base + "/" + String(repeating: "x", count: 100)
      #expect(throws: GatewayError.self) { try listen(name) }
    }
  }
}

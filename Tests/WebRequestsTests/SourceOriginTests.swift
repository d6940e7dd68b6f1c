import Testing

@testable import WebRequests

struct SourceOriginTests {
  @Test(arguments: [
    "/usr/lib/python3.11/threading.py", "/root/.pyenv/versions/3.8.18/lib/python3.8/socket.py",
    "/opt/python/lib/python3.13t/asyncio/runners.py", "/usr/lib/python311.zip/os.py",
    "/app/venv/lib/python3.12/site-packages/flask/app.py", "/usr/lib/python3/dist-packages/requests/api.py",
    "/usr/local/lib64/python3.9/json/decoder.py", "<frozen importlib._bootstrap>", "<string>",
  ])
  func pythonAndItsPackagesAreLibrary(file: String) {
    #expect(SourceOrigin().isLibrary(file))
  }

  @Test(arguments: [
    "/app/shop/views.py", "/srv/lib/orders.py", "/home/lib/python3-shop/app.py", "shop/app.py", "app.py",
    "/opt/python3/app.py", "/usr/lib/shop/site.py",
  ])
  func everythingElseIsTheApplications(file: String) {
    #expect(!SourceOrigin().isLibrary(file))
  }

  @Test func aFolderThatHoldsAFrameworkHoldsPackages() {
    var origin = SourceOrigin()
    #expect(!origin.isLibrary("/opt/packages/sqlalchemy/engine/base.py"))
    origin.learn(from: "/opt/packages/flask/app.py")
    #expect(origin.packageFolders == ["/opt/packages"])
    #expect(origin.isLibrary("/opt/packages/sqlalchemy/engine/base.py"))
    #expect(!origin.isLibrary("/opt/packages.py"))
    #expect(!origin.isLibrary("/opt/shop/flask_views.py"))
  }

  @Test func aFolderThatIsKnownAnywayIsNotLearned() {
    var origin = SourceOrigin()
    origin.learn(from: "/app/venv/lib/python3.12/site-packages/gunicorn/workers/sync.py")
    #expect(origin.packageFolders.isEmpty)
  }

  @Test func aFrameworkByARelativeNameTeachesNothing() {
    var origin = SourceOrigin()
    origin.learn(from: "flask/app.py")
    origin.learn(from: "/flask/app.py")
    #expect(origin.packageFolders.isEmpty)
  }
}

package io.clogs.testing;

import io.clogs.Clogs;
import io.clogs.ClogsClient;
import io.clogs.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server in memory; the process's client sends to it meanwhile.
 *
 * <pre>{@code
 * @RegisterExtension static final ClogsExtension clogs = ClogsExtension.inMemory();
 * }</pre>
 *
 * <p>A static one has one client for all tests of the class, so that an application under test may
 * keep it, and each test begins without records. One that is not static has a client for each test.
 */
public final class ClogsExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(10);

  private static final int UNAVAILABLE = 14;

  private final Map<String, String> options = new LinkedHashMap<>();
  private TestServer server;
  private ClogsClient client;
  private ClogsClient before;
  // Test classes that run, one in another; 0 where the extension is of an instance.
  private int classes;

  private ClogsExtension() {}

  public static ClogsExtension inMemory() {
    return new ClogsExtension();
  }

  /** An option by its name and text in docs/sdk-options.md. */
  public ClogsExtension option(String name, String value) {
    options.put(name, value);
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (classes++ == 0) open();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (classes == 0) {
      open();
      return;
    }
    server.fail(0, UNAVAILABLE);
    client.flush(FLUSH_TIMEOUT);
    server.clear();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (classes == 0) close();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (--classes == 0) close();
  }

  private void open() {
    server = new TestServer();
    client = server.client(options);
    before = Clogs.use(client);
  }

  private void close() {
    Clogs.use(before);
    server.hang(false);
    client.close(Duration.ofSeconds(1));
    server.close();
  }

  public ClogsClient client() {
    return client;
  }

  public TestServer server() {
    return server;
  }

  /** What was logged so far, delivered or not. */
  public List<LogRecord> records() {
    client.flush(FLUSH_TIMEOUT);
    final List<LogRecord> records = new ArrayList<>();
    for (String json : server.records()) records.add(new LogRecord(JsonReader.object(json)));
    return records;
  }
}

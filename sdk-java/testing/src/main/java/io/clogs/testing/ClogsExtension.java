package io.clogs.testing;

import io.clogs.Clogs;
import io.clogs.ClogsClient;
import io.clogs.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server in memory for each test; the process's client sends to it meanwhile.
 *
 * <pre>{@code
 * @RegisterExtension static final ClogsExtension clogs = ClogsExtension.inMemory();
 * }</pre>
 */
public final class ClogsExtension implements BeforeEachCallback, AfterEachCallback {
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(10);

  private final Map<String, String> options = new LinkedHashMap<>();
  private TestServer server;
  private ClogsClient client;
  private ClogsClient before;

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
  public void beforeEach(ExtensionContext context) {
    server = new TestServer();
    client = server.client(options);
    before = Clogs.use(client);
  }

  @Override
  public void afterEach(ExtensionContext context) {
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

package io.clogs.bench;

import ch.qos.logback.classic.Logger;
import io.clogs.ClogsClient;
import io.clogs.Stats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Prints a table: CPU nanoseconds and allocated bytes a call, of each way to log. */
public final class Main {
  private static final int CALLS = 100_000; // a round, of all threads together
  private static final int FAILING = 5_000; // the same, with an exception
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern READY = Pattern.compile("ready http=(\\S+) grpc=(\\S+)");
  private static final RuntimeException FAILURE =
      new IllegalStateException("payment failed", new IOException("card refused"));

  private final Path folder = Files.createTempDirectory("clogs-bench-java");
  private Process server;

  private Main() throws IOException {}

  public static void main(String[] arguments) throws Exception {
    final Main main = new Main();
    try {
      main.run();
    } finally {
      main.end();
    }
  }

  private void run() throws Exception {
    final String endpoint = startServer();
    System.out.printf("Java %s, best of 8 rounds; CPU of the calling threads%n",
        Runtime.version().feature());
    System.out.printf("%-36s %17s %17s%n", "", "1 thread", "4 threads");
    System.out.printf("%-36s %8s %8s %8s %8s%n", "call", "ns", "bytes", "ns", "bytes");
    try (ClogsClient client = ClogsClient.builder().endpoint(endpoint).service("bench")
        .queueMaxRecords(1_000_000).queueMaxBytes(1L << 30).build()) {
      compare(client);
      final Stats stats = client.stats();
      System.out.printf("clogs: %,d records submitted, %,d stored, %,d dropped%n",
          stats.submitted(), stats.sent(), stats.dropped());
    }
  }

  private void compare(ClogsClient client) throws Exception {
    final Rivals rivals = new Rivals(2 * CALLS);
    final Runnable delivered = () -> client.flush(LIMIT);
    final Runnable none = () -> { };
    row("clogs, direct", CALLS, i -> client.info("added to cart").with("sku", "abc-123")
        .with("price", 9.5).with("count", i).with("user", "ann").log(), delivered);
    final Logger nothing = rivals.nothing();
    final Logger clogs = rivals.clogs(client);
    final Logger file = rivals.jsonFile(folder.resolve("file.json"));
    final Logger async = rivals.asyncJsonFile(folder.resolve("async.json"));
    final Logger otel = rivals.openTelemetry();
    logback("logback, appender of nothing", nothing, none);
    logback("logback, clogs", clogs, delivered);
    logback("logback, JSON file", file, none);
    logback("logback, Async + JSON file", async, none);
    logback("logback, OpenTelemetry to nowhere", otel, none);
    failing("exception: clogs", clogs, delivered);
    failing("exception: JSON file", file, none);
    failing("exception: Async + JSON file", async, none);
    failing("exception: OpenTelemetry", otel, none);
    for (Logger one : new Logger[] {nothing, clogs, file, async, otel}) {
      one.getLoggerContext().stop();
    }
  }

  private static void logback(String name, Logger logger, Runnable settle) throws Exception {
    row(name, CALLS, i -> logger.atInfo().addKeyValue("sku", "abc-123").addKeyValue("price", 9.5)
        .addKeyValue("count", i).addKeyValue("user", "ann").log("added to cart"), settle);
  }

  private static void failing(String name, Logger logger, Runnable settle) throws Exception {
    row(name, FAILING, i -> logger.error("payment failed", FAILURE), settle);
  }

  private static void row(String name, int calls, Cost.Call call, Runnable settle)
      throws Exception {
    final Cost one = Cost.of(1, calls, call, settle);
    final Cost four = Cost.of(4, calls / 4, call, settle);
    System.out.printf("%-36s %,8d %,8d %,8d %,8d%n", name, one.nanos(), one.bytes(), four.nanos(),
        four.bytes());
  }

  private String startServer() throws IOException {
    server = new ProcessBuilder(System.getenv("CLOGS_BINARY"), "serve", "--data-dir",
        folder.resolve("data").toString(), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    final BufferedReader said = new BufferedReader(
        new InputStreamReader(server.getErrorStream(), StandardCharsets.UTF_8));
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      final Matcher ready = READY.matcher(line);
      if (!ready.find()) continue;
      final Thread reader = new Thread(() -> said.lines().forEach(ignored -> { }), "server-log");
      reader.setDaemon(true);
      reader.start();
      return ready.group(2);
    }
    throw new IOException("the server did not start");
  }

  private void end() throws IOException, InterruptedException {
    if (server != null) {
      server.toHandle().destroy();  // Process.destroy() would close the stream under its reader
      server.waitFor();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}

package io.clogs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The real server binary on free ports, with a folder of its own. */
final class RealServer implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready http=(\\S+) grpc=(\\S+)");

  private final Path folder;
  private final Process process;
  private final String grpc;

  RealServer() throws IOException {
    folder = Files.createTempDirectory("clogs-java");
    process = new ProcessBuilder(System.getProperty("clogs.binary"), "serve", "--data-dir",
        folder.resolve("data").toString(), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0")
        .redirectErrorStream(true).start();
    grpc = address(new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
  }

  private static String address(BufferedReader out) throws IOException {
    final StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      final Matcher ready = READY.matcher(line);
      if (ready.find()) return ready.group(2);
      said.append(line).append('\n');
    }
    throw new IOException("the server ended: " + said);
  }

  static boolean isThere() {
    return !System.getProperty("clogs.binary", "").isEmpty();
  }

  String grpc() {
    return grpc;
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}

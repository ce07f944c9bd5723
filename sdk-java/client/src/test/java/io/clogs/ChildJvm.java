package io.clogs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A main method in a process of its own. */
final class ChildJvm {
  private final String output;
  private final int status;

  private ChildJvm(String output, int status) {
    this.output = output;
    this.status = status;
  }

  /** The class path of this test, as far as it is wanted; both streams are the output. */
  static ChildJvm run(Class<?> main, Predicate<String> classPath, Map<String, String> environment,
      List<String> options, String... arguments) throws IOException, InterruptedException {
    final Path java = Paths.get(System.getProperty("java.home"), "bin", "java");
    final List<String> command = new ArrayList<>(List.of(java.toString()));
    // Newer ones warn on standard error otherwise.
    if (Runtime.version().feature() >= 24) command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.add("-cp");
    command.add(Arrays.stream(System.getProperty("java.class.path").split(":"))
        .filter(classPath).collect(Collectors.joining(":")));
    command.add(main.getName());
    command.addAll(Arrays.asList(arguments));
    final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("CLOGS_"));
    builder.environment().putAll(environment);
    final Process child = builder.start();
    final String said =
        new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new ChildJvm(said, child.waitFor());
  }

  /** The option that names the native library. */
  static String library() {
    return "-Dio.clogs.library=" + System.getProperty("io.clogs.library");
  }

  String output() {
    return output;
  }

  int status() {
    return status;
  }
}

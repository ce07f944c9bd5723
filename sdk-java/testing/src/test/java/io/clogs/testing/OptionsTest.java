package io.clogs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clogs.ClogsClient;
import io.clogs.Level;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every option of core/encode/options.json has its method and its variable. */
class OptionsTest {
  private static final Path TABLE = Path.of("../../core/encode/options.json");

  private static List<Map<?, ?>> options() throws IOException {
    final List<Map<?, ?>> found = new ArrayList<>();
    for (Object one : (List<?>) JsonReader.object(Files.readString(TABLE)).get("options")) {
      found.add((Map<?, ?>) one);
    }
    return found;
  }

  private static String text(Map<?, ?> option, String key) {
    final Object value = option.get(key);
    return value == null ? "" : value.toString();
  }

  private static String camel(String snake) {
    final StringBuilder out = new StringBuilder();
    for (String word : snake.split("_")) {
      out.append(out.length() == 0 ? word
          : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return out.toString();
  }

  /** A value that is not the default, as text. */
  private static String other(Map<?, ?> option) {
    switch (text(option, "kind")) {
      case "flag":
        return Boolean.toString(!Boolean.parseBoolean(text(option, "default")));
      case "integer":
      case "bytes":
      case "duration":
        return Long.toString((Long) option.get("default") + 1);
      case "level":
        return "error";
      case "choice":
        final List<?> choices = (List<?>) option.get("choices");
        return choices.get(choices.size() - 1).equals(option.get("default"))
            ? choices.get(0).toString() : choices.get(choices.size() - 1).toString();
      case "pairs":
        return "a=1,b=2";
      case "texts":
        return "one,two";
      default:
        return "other.example:1";
    }
  }

  private static Object argument(Class<?> type, String text) throws ReflectiveOperationException {
    if (type == boolean.class) return Boolean.valueOf(text);
    if (type == long.class) return Long.valueOf(text);
    if (type == Duration.class) return Duration.ofMillis(Long.parseLong(text));
    if (type == Level.class) return Level.valueOf(text.toUpperCase(Locale.ROOT));
    if (type == String[].class) return text.split(",");
    if (type == Map.class) {
      final Map<String, String> pairs = new LinkedHashMap<>();
      for (String pair : text.split(",")) pairs.put(pair.split("=")[0], pair.split("=")[1]);
      return pairs;
    }
    if (!type.isEnum()) return text;
    return type.getMethod("valueOf", String.class).invoke(null, text.toUpperCase(Locale.ROOT));
  }

  private static String shown(Map<?, ?> option) {
    return Boolean.TRUE.equals(option.get("secret")) ? "(secret)" : other(option);
  }

  @Test
  void eachHasAMethodOfTheBuilderThatSetsIt() throws Exception {
    for (Map<?, ?> option : options()) {
      final String name = text(option, "name");
      final Method setter = Arrays.stream(ClogsClient.Builder.class.getMethods())
          .filter(one -> one.getName().equals(camel(name))).findFirst()
          .orElseThrow(() -> new AssertionError("no method for " + name));
      final ClogsClient.Builder builder = ClogsClient.builder();
      setter.invoke(builder, argument(setter.getParameterTypes()[0], other(option)));
      try (ClogsClient client = builder.build()) {
        assertEquals(shown(option), client.option(name), name);
        assertEquals(List.of(), client.warnings(), name);
      }
    }
  }

  /** Prints every option that it is asked for. */
  static final class Prints {
    private Prints() {}

    public static void main(String[] names) {
      try (ClogsClient client = ClogsClient.builder().build()) {
        for (String name : names) System.out.println(name + "=" + client.option(name));
        for (String warning : client.warnings()) System.out.println("warning " + warning);
      }
    }
  }

  @Test
  void eachHasItsVariable() throws Exception {
    final List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dio.clogs.library=" + System.getProperty("io.clogs.library"), "-cp",
        System.getProperty("java.class.path"), Prints.class.getName()));
    final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (Runtime.version().feature() >= 24) {
      builder.command().add(1, "--enable-native-access=ALL-UNNAMED");
    }
    final StringBuilder wanted = new StringBuilder();
    for (Map<?, ?> option : options()) {
      final String name = text(option, "name");
      builder.command().add(name);
      final String suffix = text(option, "kind").equals("duration") ? "_MS" : "";
      String variable = "CLOGS_" + name.toUpperCase(Locale.ROOT) + suffix;
      String value = other(option);
      if (option.containsKey("env")) {
        variable = text(option, "env");
        value = Boolean.toString(!Boolean.parseBoolean(value));
      }
      builder.environment().put(variable, value);
      wanted.append(name).append('=').append(shown(option)).append('\n');
    }
    final Process child = builder.start();
    final String said =
        new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), said);
    assertEquals(wanted.toString(), said);
    assertTrue(said.contains("enabled=false"), said);
  }
}

package io.clogs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clogs.ClogsClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What GraalVM is told in the client's jar is true. */
class NativeImageTest {
  private static final String FOLDER = "/META-INF/native-image/io.clogs/clogs-client/";
  private static final Map<String, Class<?>> NAMED =
      Map.of("int", int.class, "byte[]", byte[].class);

  private static String file(String name) throws IOException {
    try (InputStream in = ClogsClient.class.getResourceAsStream(FOLDER + name)) {
      assertNotNull(in, name);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<?> list(String name) throws IOException {
    return (List<?>) JsonReader.object("{\"all\":" + file(name) + "}").get("all");
  }

  private static Class<?> named(Object name) {
    try {
      final Class<?> known = NAMED.get(name);
      return known != null ? known : Class.forName(name.toString());
    } catch (ClassNotFoundException gone) {
      throw new AssertionError("no class " + name, gone);
    }
  }

  @Test
  void everyClassAndConstructorThatIsNamedIsThere() throws Exception {
    for (String file : List.of("jni-config.json", "reflect-config.json")) {
      for (Object one : list(file)) {
        final Map<?, ?> entry = (Map<?, ?>) one;
        final Class<?> type = named(entry.get("name"));
        if (!entry.containsKey("methods")) continue;
        for (Object method : (List<?>) entry.get("methods")) {
          final Map<?, ?> member = (Map<?, ?>) method;
          assertEquals("<init>", member.get("name"));
          assertNotNull(type.getDeclaredConstructor(((List<?>) member.get("parameterTypes"))
              .stream().map(NativeImageTest::named).toArray(Class<?>[]::new)));
        }
      }
    }
  }

  @Test
  void everyClassThatTheNativeCodeLooksUpIsNamed() throws Exception {
    final List<String> named = list("jni-config.json").stream()
        .map(one -> ((Map<?, ?>) one).get("name").toString()).collect(Collectors.toList());
    final Matcher found = Pattern.compile("FindClass\\(\"([^\"]+)\"\\)")
        .matcher(Files.readString(Path.of("../native/clogs_jni.cc")));
    int count = 0;
    for (; found.find(); count++) {
      assertTrue(named.contains(found.group(1).replace('/', '.')), found.group(1));
    }
    assertTrue(count >= 4, "the native code is not where it was");
  }

  @Test
  void theLibraryIsAResourceAndLoadedWhereTheImageRuns() throws IOException {
    final Map<?, ?> resources =
        (Map<?, ?>) JsonReader.object(file("resource-config.json")).get("resources");
    final Map<?, ?> include = (Map<?, ?>) ((List<?>) resources.get("includes")).get(0);
    assertTrue(Pattern.matches(include.get("pattern").toString(),
        "io/clogs/natives/linux-x86_64/libclogs_jni.so"));
    final Properties properties = new Properties();
    properties.load(ClogsClient.class.getResourceAsStream(FOLDER + "native-image.properties"));
    final String at = properties.getProperty("Args").replaceAll(".*=", "");
    assertEquals("io.clogs.NativeLibrary", named(at).getName());
  }
}

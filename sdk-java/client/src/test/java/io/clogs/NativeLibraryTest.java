package io.clogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where there is no library for the platform, or a wrong one. */
class NativeLibraryTest {
  /** An application that goes on without it. */
  static final class Application {
    private Application() {}

    public static void main(String[] arguments) {
      try (ClogsClient client = ClogsClient.builder().service("shop").build()) {
        System.out.println("logged " + client.info("added").with("sku", "A-17").log());
        System.out.println("flushed " + client.tryFlush(Duration.ofSeconds(1)));
        System.out.println("submitted " + client.stats().submitted());
        System.out.println("warnings " + client.warnings().size());
        try {
          client.query("{}");
        } catch (ClogsException failed) {
          System.out.println("query " + failed.code());
        }
      }
      ClogsClient.builder().build().close();
      System.out.println("error " + Clogs.loadError().orElseThrow().getMessage());
    }
  }

  private static ChildJvm run(Map<String, String> environment, String... options)
      throws Exception {
    return ChildJvm.run(Application.class, path -> true, environment, List.of(options));
  }

  @Test
  void loggingDoesNothingAndTheMessageNamesThePlatformAndTheJar() throws Exception {
    final ChildJvm child = run(Map.of(), "-Dio.clogs.platform=linux-riscv64");
    assertEquals(0, child.status(), child.output());
    final String output = child.output();
    assertTrue(output.contains("logged false\nflushed FlushResult[delivered=false, remaining=0]\n"
        + "submitted 0\nwarnings 1\nquery 14\n"), output);
    assertTrue(output.contains("error no native library for linux-riscv64"), output);
    assertTrue(output.contains("io.clogs:clogs-natives with classifier linux-riscv64"), output);
    final String line = "clogs: the native library is not loaded, records go nowhere: ";
    assertEquals(2, output.split(line, -1).length, "said once: " + output);
  }

  @Test
  void nothingIsSaidWhereDiagnosticsAreOff() throws Exception {
    final ChildJvm child =
        run(Map.of("CLOGS_DIAGNOSTICS", "off"), "-Dio.clogs.platform=linux-riscv64");
    assertEquals(0, child.status(), child.output());
    assertTrue(!child.output().contains("clogs: the native"), child.output());
  }

  @Test
  void aFileThatIsNoLibraryIsTheSame(@TempDir Path folder) throws Exception {
    final Path file = Files.writeString(folder.resolve("libclogs_jni.so"), "no library");
    final ChildJvm child = run(Map.of(), "-Dio.clogs.library=" + file);
    assertEquals(0, child.status(), child.output());
    assertTrue(child.output().contains("logged false"), child.output());
    assertTrue(child.output().contains("libclogs_jni.so"), child.output());
  }
}

package io.clogs;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Loads the native library once and never throws: {@link #error()} says why it is not there.
 *
 * <p>Tried in order: the file that {@code io.clogs.library} names, {@code java.library.path}, and
 * the library inside the jar of this platform, which is copied once a version into a folder of the
 * user.
 */
final class NativeLibrary {
  private static final AtomicBoolean COMPLAINED = new AtomicBoolean();
  private static final Throwable ERROR = load();

  private NativeLibrary() {}

  static Throwable error() {
    return ERROR;
  }

  /**
   * One line on standard error, the first time: an application that logs into nothing should know.
   * {@code diagnostics} is the option's text, null where the environment decides.
   */
  static void complain(String diagnostics) {
    final String wanted = diagnostics == null ? System.getenv("CLOGS_DIAGNOSTICS") : diagnostics;
    if ("off".equals(wanted) || COMPLAINED.getAndSet(true)) return;
    System.err.println("clogs: " + Clogs.missing());
  }

  private static Throwable load() {
    try {
      final String named = System.getProperty("io.clogs.library");
      if (named != null && !named.isEmpty()) {
        System.load(new File(named).getAbsolutePath());
        return null;
      }
      try {
        System.loadLibrary("clogs_jni");
        return null;
      } catch (UnsatisfiedLinkError notOnPath) {
        return loadFromJar(notOnPath);
      }
    } catch (Throwable failed) {  // also linkage errors: logging must not break the application
      return failed;
    }
  }

  private static Throwable loadFromJar(UnsatisfiedLinkError notOnPath) throws IOException {
    final String platform = platform();
    final String resource =
        "/io/clogs/natives/" + platform + "/" + System.mapLibraryName("clogs_jni");
    try (InputStream in = NativeLibrary.class.getResourceAsStream(resource)) {
      if (in == null) {
        final UnsatisfiedLinkError error = new UnsatisfiedLinkError(
            "no native library for " + platform + ": neither in java.library.path nor as "
                + resource + " in a jar; add the jar io.clogs:clogs-natives with classifier "
                + platform + " (or io.clogs:clogs-native-all), or name a file with "
                + "-Dio.clogs.library");
        error.initCause(notOnPath);
        return error;
      }
      final Path file = extract(in.readAllBytes());
      try {
        System.load(file.toString());
      } catch (UnsatisfiedLinkError failed) {
        final UnsatisfiedLinkError error = new UnsatisfiedLinkError(file + " could not be loaded ("
            + failed.getMessage() + "); if its file system is mounted noexec, name another folder"
            + " with -Dio.clogs.cache");
        error.initCause(failed);
        return error;
      }
    }
    return null;
  }

  /** Named by its content: starts after the first copy nothing, and versions do not meet. */
  private static Path extract(byte[] library) throws IOException {
    final Path folder = cacheFolder();
    makeOwn(folder);
    final Path file = folder.resolve("clogs_jni-" + hash(library) + librarySuffix());
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), library)) return file;
    final Path part = Files.createTempFile(folder, "clogs_jni", ".part");
    try {
      Files.write(part, library);
      if (Files.getFileStore(part).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r-x------"));
      }
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException plain) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(part);
    }
    return file;
  }

  /** A folder that nobody else can put a library into. */
  private static void makeOwn(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (!Files.getFileStore(folder).supportsFileAttributeView("posix")) return;
    final String owner = Files.getOwner(folder).getName();
    if (!owner.equals(System.getProperty("user.name")) && !owner.equals("root")) {
      throw new IOException(
          folder + " belongs to " + owner + "; name another with -Dio.clogs.cache");
    }
    final Set<PosixFilePermission> permissions =
        EnumSet.copyOf(Files.getPosixFilePermissions(folder));
    if (permissions.removeAll(
        Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE))) {
      Files.setPosixFilePermissions(folder, permissions);
    }
  }

  private static Path cacheFolder() {
    final String named = System.getProperty("io.clogs.cache");
    if (named != null && !named.isEmpty()) return Paths.get(named);
    final String xdg = System.getenv("XDG_CACHE_HOME");
    final String home = System.getProperty("user.home", "");
    if (xdg != null && !xdg.isEmpty()) return Paths.get(xdg, "clogs");
    if (!home.isEmpty() && Files.isWritable(Paths.get(home))) {
      return Paths.get(home, ".cache", "clogs");
    }
    return Paths.get(System.getProperty("java.io.tmpdir"),
        "clogs-" + System.getProperty("user.name", "user"));
  }

  private static String librarySuffix() {
    final String name = System.mapLibraryName("x");
    return name.substring(name.lastIndexOf('.'));
  }

  private static String hash(byte[] bytes) {
    try {
      final StringBuilder hex = new StringBuilder();
      for (byte one : MessageDigest.getInstance("SHA-256").digest(bytes)) {
        hex.append(String.format("%02x", one));
      }
      return hex.substring(0, 32);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);  // every Java has it
    }
  }

  /** As the packages are named: {@code linux-x86_64}, {@code linux-aarch64-musl}. */
  static String platform() {
    final String named = System.getProperty("io.clogs.platform");
    if (named != null && !named.isEmpty()) return named;
    final String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    if (arch.equals("amd64")) arch = "x86_64";
    if (arch.equals("arm64")) arch = "aarch64";
    if (os.startsWith("mac")) return "macos-" + arch;
    if (os.startsWith("windows")) return "windows-" + arch;
    return "linux-" + arch + (isMusl() ? "-musl" : "");
  }

  /** Whether the libraries of this very process are musl's. */
  private static boolean isMusl() {
    try (Stream<String> lines = Files.lines(Paths.get("/proc/self/maps"))) {
      return lines.anyMatch(line -> line.contains("ld-musl-"));
    } catch (IOException | RuntimeException unknown) {
      return false;
    }
  }
}

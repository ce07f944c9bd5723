package io.clogs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A Throwable as the map that records have under {@code :exception}. */
final class ExceptionFields {
  private static final int MAX_FRAMES = 100;
  private static final int MAX_CAUSES = 16;

  private ExceptionFields() {}

  static Map<String, Object> of(Throwable thrown) {
    final Map<String, Object> fields = describe(thrown, 0,
        Collections.newSetFromMap(new IdentityHashMap<>()));
    final StringWriter text = new StringWriter(1024);
    try (PrintWriter out = new PrintWriter(text)) {
      thrown.printStackTrace(out);
    } catch (RuntimeException failed) {
      text.write("(the stack trace could not be printed: " + failed.getClass().getName() + ")");
    }
    fields.put("stacktrace", text.toString());
    return fields;
  }

  private static Map<String, Object> describe(Throwable thrown, int depth, Set<Throwable> seen) {
    final Map<String, Object> fields = new LinkedHashMap<>();
    seen.add(thrown);
    fields.put("type", thrown.getClass().getName());
    final String message = messageOf(thrown);
    if (message != null) fields.put("message", message);
    fields.put("frames", frames(thrown.getStackTrace()));
    final Throwable cause = thrown.getCause();
    if (cause != null && depth < MAX_CAUSES && !seen.contains(cause)) {
      fields.put("cause", describe(cause, depth + 1, seen));
    }
    final List<Object> suppressed = new ArrayList<>();
    for (Throwable one : thrown.getSuppressed()) {
      if (depth < MAX_CAUSES && !seen.contains(one)) suppressed.add(describe(one, depth + 1, seen));
    }
    if (!suppressed.isEmpty()) fields.put("suppressed", suppressed);
    return fields;
  }

  private static String messageOf(Throwable thrown) {
    try {
      return thrown.getMessage();
    } catch (RuntimeException failed) {
      return "(no message: " + failed.getClass().getName() + ")";
    }
  }

  private static List<Object> frames(StackTraceElement[] trace) {
    final List<Object> frames = new ArrayList<>();
    for (StackTraceElement element : trace) {
      if (frames.size() == MAX_FRAMES) break;
      final Map<String, Object> frame = new LinkedHashMap<>();
      frame.put("function", element.getClassName() + "." + element.getMethodName());
      if (element.getFileName() != null) frame.put("file", element.getFileName());
      if (element.getLineNumber() >= 0) frame.put("line", element.getLineNumber());
      frames.add(frame);
    }
    return frames;
  }
}

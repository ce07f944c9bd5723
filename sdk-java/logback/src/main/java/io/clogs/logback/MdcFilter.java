package io.clogs.logback;

import io.clogs.RecordBuffer;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which keys of the MDC become fields: all, but the excluded ones; or only the included ones. */
public final class MdcFilter {
  private final Set<String> included = new LinkedHashSet<>();
  private final Set<String> excluded = new LinkedHashSet<>();

  /** {@code *} is every key. */
  public void addInclude(String key) {
    included.add(key.trim());
  }

  public void addExclude(String key) {
    excluded.add(key.trim());
  }

  void write(Map<String, String> mdc, RecordBuffer record) {
    if (mdc == null || mdc.isEmpty() || excluded.contains("*")) return;
    for (Map.Entry<String, String> one : mdc.entrySet()) {
      final String key = one.getKey();
      final boolean wanted =
          included.isEmpty() || included.contains("*") || included.contains(key);
      if (!wanted || excluded.contains(key)) continue;
      record.context(key, one.getValue());
    }
  }
}

package io.clogs.log4j2;

import io.clogs.RecordBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.logging.log4j.util.ReadOnlyStringMap;

/** Which keys of the context map become fields: all but the excluded, or only the included. */
final class ContextFilter {
  private final Set<String> included;
  private final Set<String> excluded;

  /** Keys separated by commas; null: none named. */
  ContextFilter(String includes, String excludes) {
    included = keys(includes);
    excluded = keys(excludes);
  }

  private static Set<String> keys(String list) {
    final Set<String> keys = new LinkedHashSet<>();
    if (list == null) return keys;
    for (String key : list.split(",")) {
      if (!key.isBlank()) keys.add(key.trim());
    }
    return keys;
  }

  void write(ReadOnlyStringMap context, RecordBuffer record) {
    if (context == null || context.isEmpty() || excluded.contains("*")) return;
    context.forEach((key, value) -> {
      if (wants(key)) record.context(key, value);
    });
  }

  private boolean wants(String key) {
    final boolean named = included.isEmpty() || included.contains("*") || included.contains(key);
    return named && !excluded.contains(key);
  }
}

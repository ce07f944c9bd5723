package io.clogs.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Variables of the SDKs that Spring does not relate to their property by itself: {@code
 * CLOGS_FLUSH_INTERVAL_MS} is {@code clogs.flush-interval}, {@code CLOGS_DISABLED} the opposite of
 * {@code clogs.enabled}. So every {@code CLOGS_*} variable beats the properties of files, and the
 * command line and system properties beat it, as Spring orders them.
 */
public final class ClogsVariables implements EnvironmentPostProcessor {
  static final String SOURCE = "clogsVariables";

  @Override
  public void postProcessEnvironment(ConfigurableEnvironment environment,
      SpringApplication application) {
    final MutablePropertySources sources = environment.getPropertySources();
    final String variables = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    final PropertySource<?> source = sources.get(variables);
    if (source == null) return;
    final Map<String, Object> found = properties(source);
    if (!found.isEmpty()) sources.addBefore(variables, new MapPropertySource(SOURCE, found));
  }

  static Map<String, Object> properties(PropertySource<?> variables) {
    final Map<String, Object> found = new LinkedHashMap<>();
    OptionProperties.otherVariables().forEach((variable, property) -> {
      final String value = text(variables, variable);
      if (!value.isEmpty()) found.put("clogs." + property, value);
    });
    switch (text(variables, "CLOGS_DISABLED")) {
      case "1", "true", "yes", "on" -> found.put("clogs.enabled", "false");
      case "0", "false", "no", "off" -> found.put("clogs.enabled", "true");
      default -> { }  // absent, or wrong: the client itself reads it and warns
    }
    return found;
  }

  private static String text(PropertySource<?> variables, String name) {
    final Object value = variables.getProperty(name);
    return value == null ? "" : value.toString();
  }
}

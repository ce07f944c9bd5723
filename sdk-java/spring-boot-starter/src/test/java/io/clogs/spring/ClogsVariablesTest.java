package io.clogs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.clogs.ClogsClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class ClogsVariablesTest {
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(ClogsAutoConfiguration.class)
  static class Application {}

  private static final Map<String, Object> FILE = Map.of("clogs.service", "of-the-file",
      "clogs.flush-interval", "9s", "clogs.enabled", "true", "clogs.on-full", "block");

  /** The properties of a file, then the variables, then the command line. */
  private static ConfigurableApplicationContext started(Map<String, Object> variables,
      String... commandLine) {
    final StandardEnvironment environment = new StandardEnvironment();
    final String source = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    environment.getPropertySources()
        .replace(source, new SystemEnvironmentPropertySource(source, variables) {});
    final SpringApplication application = new SpringApplication(Application.class);
    application.setEnvironment(environment);
    application.setDefaultProperties(FILE);
    application.setWebApplicationType(WebApplicationType.NONE);
    return application.run(commandLine);
  }

  @Test
  void aVariableBeatsTheFileAndTheCommandLineBeatsIt() {
    final Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("CLOGS_SERVICE", "of-the-variable");
    variables.put("CLOGS_ON_FULL", "drop_oldest");
    variables.put("CLOGS_FLUSH_INTERVAL_MS", "250");
    variables.put("CLOGS_HEADERS", "x-tenant=acme,x-b=2");
    variables.put("CLOGS_DISABLED", "1");
    try (ConfigurableApplicationContext context = started(variables, "--clogs.stream=audit")) {
      final ClogsClient client = context.getBean(ClogsClient.class);
      assertThat(client.option("service")).isEqualTo("of-the-variable");
      assertThat(client.option("on_full")).isEqualTo("drop_oldest");
      assertThat(client.option("flush_interval")).isEqualTo("250");
      assertThat(client.option("enabled")).isEqualTo("false");
      assertThat(client.option("headers")).isEqualTo("(secret)");
      assertThat(client.option("stream")).isEqualTo("audit");
    }
    try (ConfigurableApplicationContext context =
        started(variables, "--clogs.service=of-the-line", "--clogs.flush-interval=3s")) {
      final ClogsClient client = context.getBean(ClogsClient.class);
      assertThat(client.option("service")).isEqualTo("of-the-line");
      assertThat(client.option("flush_interval")).isEqualTo("3000");
    }
  }

  @Test
  void withoutVariablesTheFileCounts() {
    try (ConfigurableApplicationContext context =
        started(Map.of(), "--clogs.endpoint=127.0.0.1:1", "--clogs.shutdown-timeout=0")) {
      final ClogsClient client = context.getBean(ClogsClient.class);
      assertThat(client.option("service")).isEqualTo("of-the-file");
      assertThat(client.option("on_full")).isEqualTo("block");
      assertThat(client.option("flush_interval")).isEqualTo("9000");
      assertThat(client.option("enabled")).isEqualTo("true");
    }
  }

  private static MapPropertySource disabled(String value) {
    return new MapPropertySource("variables", Map.of("CLOGS_DISABLED", value));
  }

  @Test
  void everyVariableThatSpringDoesNotRelateIsRelated() {
    final Map<String, String> others = OptionProperties.otherVariables();
    assertThat(others).containsEntry("CLOGS_SHUTDOWN_TIMEOUT_MS", "shutdown-timeout");
    assertThat(others.keySet()).allMatch(name -> name.endsWith("_MS"));
    assertThat(ClogsVariables.properties(disabled("0")))
        .containsEntry("clogs.enabled", "true");
    assertThat(ClogsVariables.properties(disabled("perhaps"))).isEmpty();
  }
}

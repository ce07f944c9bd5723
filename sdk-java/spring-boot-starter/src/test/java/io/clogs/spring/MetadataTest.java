package io.clogs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clogs.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** What an editor offers is what there is. */
class MetadataTest {
  // Of this module: Spring Boot's jars have files of the same name.
  private static final Path FILE =
      Path.of("target/classes/META-INF/spring-configuration-metadata.json");

  static Map<String, JsonNode> offered() throws IOException {
    final JsonNode root = new ObjectMapper().readTree(FILE.toFile());
    final Map<String, JsonNode> found = new LinkedHashMap<>();
    root.get("properties").forEach(one -> found.put(one.get("name").asText(), one));
    return found;
  }

  private static void collect(String prefix, Class<?> type, Set<String> names) {
    for (var property : BeanUtils.getPropertyDescriptors(type)) {
      if (property.getName().equals("class")) continue;
      final String name = prefix + "."
          + property.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      if (property.getPropertyType().getEnclosingClass() == ClogsProperties.class) {
        collect(name, property.getPropertyType(), names);
      } else {
        names.add(name);
      }
    }
  }

  @Test
  void everyPropertyIsOfferedAndNoOther() throws IOException {
    final Set<String> there = new TreeSet<>();
    collect("clogs", ClogsProperties.class, there);
    final Set<String> offered = new TreeSet<>(offered().keySet());
    assertThat(offered.remove("management.health.clogs.enabled")).isTrue();
    assertThat(offered).isEqualTo(there);
    assertThat(offered).allMatch(ConfigurationPropertyName::isValid);
  }

  @Test
  void eachHasATypeThatThereIsAndADefaultOfThatType() throws Exception {
    for (JsonNode one : offered().values()) {
      final String type = one.get("type").asText().replaceAll("<.*", "");
      final Class<?> known = ClassUtils.forName(type, getClass().getClassLoader());
      assertThat(one.get("description").asText()).as(one.toString()).isNotBlank();
      final JsonNode given = one.get("defaultValue");
      if (given == null) continue;
      assertThat(ApplicationConversionService.getSharedInstance().convert(given.asText(), known))
          .as(one.toString()).isNotNull();
    }
  }

  @Test
  void theDefaultsOfTheStarterAreThoseOfItsClasses() throws Exception {
    final BeanWrapper request = new BeanWrapperImpl(new ClogsProperties().getRequest());
    assertThat(request.getPropertyValue("levelOk")).isEqualTo(Level.INFO);
    for (Map.Entry<String, JsonNode> one : offered().entrySet()) {
      if (!one.getKey().startsWith("clogs.request.")) continue;
      final String name = one.getKey().substring("clogs.request.".length());
      final String camel = StringUtils.uncapitalize(Arrays.stream(name.split("-"))
          .map(StringUtils::capitalize).collect(Collectors.joining()));
      final JsonNode given = one.getValue().get("defaultValue");
      if (given == null) continue;
      assertThat(request.getPropertyValue(camel).toString()).isEqualToIgnoringCase(given.asText());
    }
  }
}

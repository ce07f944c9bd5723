package io.clogs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.status.Status;
import io.clogs.ClogsClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * What docs/java.md and the README show compiles, is read by its framework, and is known to Spring.
 */
class GuideTest {
  private static final Path GUIDE = Path.of("../../docs/java.md");
  private static final Path README = Path.of("../README.md");
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);
  private static final String COMMON =
      "import io.clogs.ClogsClient;\nimport java.time.Duration;\nimport java.util.Map;\n"
          + "import org.slf4j.MDC;\n";

  @TempDir Path classes;

  private static List<String> blocks(Path page, String language) throws IOException {
    final List<String> found = new ArrayList<>();
    final Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) if (block.group(1).equals(language)) found.add(block.group(2));
    return found;
  }

  private static Stream<DynamicTest> each(Path page, String language,
      org.junit.jupiter.api.function.ThrowingConsumer<String> check) throws IOException {
    final List<String> blocks = blocks(page, language);
    assertThat(blocks).as(language + " of " + page).isNotEmpty();
    return blocks.stream().map(block ->
        DynamicTest.dynamicTest(block.lines().findFirst().orElse(""), () -> check.accept(block)));
  }

  /** Statements become a method, which has a client unless they make one. */
  private static String unit(String block) {
    final StringBuilder imports = new StringBuilder(COMMON);
    final StringBuilder body = new StringBuilder();
    block.lines().forEach(line ->
        (line.startsWith("import ") ? imports : body).append(line).append('\n'));
    if (Pattern.compile("^class ", Pattern.MULTILINE).matcher(body).find()) {
      return imports + "class Block {}\n" + body;
    }
    final String parameter =
        body.indexOf("ClogsClient client =") >= 0 ? "" : "io.clogs.ClogsClient client";
    return imports + "class Block {\n  void run(" + parameter + ") throws Exception {\n" + body
        + "  }\n}\n";
  }

  private void compile(String block) {
    final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    final String source = unit(block);
    final JavaFileObject file =
        new SimpleJavaFileObject(URI.create("mem:///Block.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreErrors) {
            return source;
          }
        };
    final StringWriter said = new StringWriter();
    final boolean compiled = compiler.getTask(said, null, null, List.of("-d", classes.toString(),
        "-cp", System.getProperty("java.class.path")), null, List.of(file)).call();
    assertThat(compiled).as(source + said).isTrue();
  }

  @TestFactory
  Stream<DynamicTest> theJavaOfTheGuideCompiles() throws IOException {
    return each(GUIDE, "java", this::compile);
  }

  @TestFactory
  Stream<DynamicTest> theJavaOfTheReadmeCompiles() throws IOException {
    return each(README, "java", this::compile);
  }

  private static void parse(String xml) throws Exception {
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(
        new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    if (!xml.contains("io.clogs.logback")) return;
    final LoggerContext context = new LoggerContext();
    final JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    final String whole =
        xml.contains("<configuration>") ? xml : "<configuration>" + xml + "</configuration>";
    configurator.doConfigure(
        new ByteArrayInputStream(whole.getBytes(StandardCharsets.UTF_8)));
    context.stop();
    final List<Status> statuses = context.getStatusManager().getCopyOfStatusList();
    assertThat(statuses).noneMatch(one ->
        one.getLevel() >= Status.WARN && !one.getMessage().contains("not referenced"));
  }

  @TestFactory
  Stream<DynamicTest> theXmlIsReadByLogback() throws IOException {
    return Stream.concat(each(GUIDE, "xml", GuideTest::parse),
        each(README, "xml", GuideTest::parse));
  }

  @TestFactory
  Stream<DynamicTest> thePropertiesAreKnown() throws IOException {
    return each(GUIDE, "properties", block -> {
      final Properties properties = new Properties();
      properties.load(new StringReader(block));
      final String[] pairs = properties.entrySet().stream()
          .map(one -> one.getKey() + "=" + one.getValue()).toArray(String[]::new);
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ClogsAutoConfiguration.class))
          .withPropertyValues(pairs).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(ClogsClient.class).warnings()).isEmpty();
          });
      for (Object name : properties.keySet()) {
        if (name.toString().startsWith("clogs.")) {
          assertThat(MetadataTest.offered()).containsKey(name.toString());
        }
      }
    });
  }
}

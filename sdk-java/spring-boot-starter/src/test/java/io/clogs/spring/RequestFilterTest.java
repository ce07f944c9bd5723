package io.clogs.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.clogs.ClogsClient;
import io.clogs.testing.ClogsExtension;
import io.clogs.testing.LogRecord;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** An application in its container, asked over HTTP. */
class RequestFilterTest {
  private static final Logger LOG = LoggerFactory.getLogger("shop");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @RegisterExtension static final ClogsExtension clogs = ClogsExtension.inMemory();

  private static ServletWebServerApplicationContext context;

  private final HttpClient http = HttpClient.newHttpClient();

  @RestController
  static class Shop {
    @GetMapping("/cart/{sku}")
    String cart(@PathVariable("sku") String sku) {
      LOG.info("viewed {}", sku);
      return "three";
    }

    @GetMapping("/later")
    Callable<String> later() {
      LOG.info("before");
      return () -> "later";
    }

    @GetMapping("/raw")
    void raw(HttpServletRequest request) {
      final AsyncContext async = request.startAsync();
      async.start(async::complete);
    }

    @GetMapping("/broken")
    String broken() {
      throw new IllegalStateException("no stock");
    }

    @GetMapping("/handled")
    String handled() {
      throw new UnsupportedOperationException("not yet");
    }

    @ExceptionHandler(UnsupportedOperationException.class)
    ResponseEntity<String> answer(UnsupportedOperationException failed) {
      return ResponseEntity.status(503).body("later");
    }

    @GetMapping("/health")
    String health() {
      return String.valueOf(MDC.get("request.id"));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Shop.class)
  static class Application {
    @Bean
    RequestFields tenant() {
      return (request, response) -> {
        if (request.getHeader("X-Broken") != null) {
          throw new IllegalStateException("a field's fault");
        }
        final String tenant = request.getHeader("X-Tenant");
        return tenant == null ? Map.of() : Map.of("tenant", tenant);
      };
    }
  }

  @BeforeAll
  static void start() {
    final ApplicationContextInitializer<GenericApplicationContext> withClient =
        made -> made.registerBean(ClogsClient.class, clogs::client);
    context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
        .initializers(withClient)
        .properties("server.port=0", "server.address=127.0.0.1", "clogs.request.skip=/health,/a/**",
            "spring.main.banner-mode=off", "logging.level.root=warn", "logging.level.shop=info",
            "logging.level.org.apache.catalina.core.ContainerBase=off")
        .run();
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private HttpResponse<String> ask(String path, String... headers) throws Exception {
    final HttpRequest.Builder request = HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + context.getWebServer().getPort() + path));
    if (headers.length > 0) request.headers(headers);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The answer may reach its reader before the filter has ended. */
  private List<LogRecord> lines(int count) {
    List<LogRecord> lines = List.of();
    while (lines.size() < count) {
      lines = clogs.records().stream().filter(one -> "clogs.request".equals(one.logger()))
          .collect(Collectors.toList());
    }
    assertThat(lines).hasSize(count);
    return lines;
  }

  private LogRecord logged(String message) {
    return clogs.records().stream().filter(one -> message.equals(one.message())).findFirst()
        .orElseThrow();
  }

  @Test
  void aRequestIsOneRecordAndItsIdIsOnWhatWasLoggedMeanwhile() throws Exception {
    final HttpResponse<String> answer = ask("/cart/A-1?q=1", "X-Request-ID", "id-1", "X-Tenant",
        "acme", "User-Agent", "test", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
    assertThat(answer.headers().firstValue("X-Request-ID")).contains("id-1");
    final LogRecord line = lines(1).get(0);
    assertThat(line.message()).isEqualTo("request finished");
    assertThat(line.level()).isEqualTo("info");
    assertThat(line.fields()).containsEntry("http.request.method", "GET")
        .containsEntry("http.route", "/cart/{sku}").containsEntry("url.path", "/cart/A-1")
        .containsEntry("url.query", "q=1").containsEntry("http.response.status_code", 200L)
        .containsEntry("request.id", "id-1").containsEntry("client.address", "127.0.0.1")
        .containsEntry("user_agent.original", "test").containsEntry("tenant", "acme")
        .containsEntry("trace_id", TRACE).containsEntry("span_id", "00f067aa0ba902b7");
    assertThat((Double) line.get("http.server.duration_ms")).isPositive();
    assertThat(logged("viewed A-1").fields()).containsEntry("request.id", "id-1")
        .containsEntry("http.route", "/cart/{sku}").containsEntry("http.request.method", "GET")
        .containsEntry("trace_id", TRACE);
    assertThat(ask("/health").body()).as("nothing stays bound").isEqualTo("null");
  }

  @Test
  void anIdThatIsNoneIsReplaced() throws Exception {
    final HttpResponse<String> answer = ask("/cart/A-1", "X-Request-ID", "x".repeat(129));
    assertThat(answer.headers().firstValue("X-Request-ID").orElseThrow()).hasSize(36);
  }

  @Test
  void whatIsNotFoundIsAWarning() throws Exception {
    assertThat(ask("/nothing").statusCode()).isEqualTo(404);
    final LogRecord line = lines(1).get(0);
    assertThat(line.level()).isEqualTo("warn");
    assertThat(line.message()).isEqualTo("request finished");
    assertThat(line.get("http.response.status_code")).isEqualTo(404L);
  }

  @Test
  void anExceptionIsOneRecordWithItsCauseAndTheStatusThatTheContainerAnswers() throws Exception {
    assertThat(ask("/broken").statusCode()).isEqualTo(500);
    final LogRecord line = lines(1).get(0);
    assertThat(line.level()).isEqualTo("error");
    assertThat(line.message()).isEqualTo("request failed");
    assertThat(line.get("http.response.status_code")).isEqualTo(500L);
    assertThat(line.get("error.type")).isEqualTo("java.lang.IllegalStateException");
    assertThat(((Map<?, ?>) line.get("exception")).get("message")).isEqualTo("no stock");
  }

  @Test
  void anExceptionThatTheApplicationAnsweredIsShownToo() throws Exception {
    assertThat(ask("/handled").statusCode()).isEqualTo(503);
    final LogRecord line = lines(1).get(0);
    assertThat(line.message()).isEqualTo("request failed");
    assertThat(line.get("http.response.status_code")).isEqualTo(503L);
    assertThat(line.get("error.type")).isEqualTo("java.lang.UnsupportedOperationException");
  }

  @Test
  void anAsynchronousRequestIsOneRecordAtItsRealEnd() throws Exception {
    assertThat(ask("/later", "X-Request-ID", "later").body()).isEqualTo("later");
    assertThat(ask("/raw").statusCode()).isEqualTo(200);
    final List<LogRecord> lines = lines(2);
    assertThat(lines.get(0).fields()).containsEntry("request.id", "later")
        .containsEntry("http.route", "/later").containsEntry("http.response.status_code", 200L);
    assertThat(lines.get(1).get("http.route")).isEqualTo("/raw");
    assertThat(logged("before").get("request.id")).isEqualTo("later");
  }

  @Test
  void skippedPathsHaveNoRecordAndAFaultInAFieldCostsTheFieldOnly() throws Exception {
    ask("/health");
    ask("/a/b/c");
    ask("/cart/B-2", "X-Broken", "yes");
    final LogRecord line = lines(1).get(0);
    assertThat(line.get("url.path")).isEqualTo("/cart/B-2");
    assertThat(line.get("request.fields.error")).asString().contains("a field's fault");
  }
}

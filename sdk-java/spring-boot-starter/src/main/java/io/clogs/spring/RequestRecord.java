package io.clogs.spring;

import io.clogs.ClogsClient;
import io.clogs.Level;
import io.clogs.LogBuilder;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.DisconnectedClientHelper;

/** One request: what is bound while it runs, and its record at its end, written once. */
final class RequestRecord {
  static final String ROUTE = "http.route";

  private static final String HERE = RequestRecord.class.getName();
  // Spring's own attributes, by their names: Spring MVC may not be there.
  private static final String PATTERN =
      "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";
  private static final List<String> HANDLED = List.of(
      "org.springframework.boot.web.servlet.error.DefaultErrorAttributes.ERROR",
      "org.springframework.boot.webmvc.error.DefaultErrorAttributes.ERROR");
  // What is longer, or has other characters, is not taken from a stranger.
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z_.:=/+-]{1,128}");
  private static final Pattern TRACE_PARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}.*");
  private static final double NANOS = 1e6;

  private final ClogsClient client;
  private final ClogsProperties.Request settings;
  private final List<RequestFields> extra;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final String id;
  private final Map<String, String> context = new LinkedHashMap<>();
  private final Map<String, String> before = new LinkedHashMap<>();
  private final long began = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();
  // Written by the thread that has the request; the container hands it over from one to the next.
  private volatile boolean bound;
  private volatile Throwable failure;

  RequestRecord(ClogsClient client, ClogsProperties.Request settings, List<RequestFields> extra,
      HttpServletRequest request, HttpServletResponse response) {
    this.client = client;
    this.settings = settings;
    this.extra = extra;
    this.request = request;
    this.response = response;
    final String given = request.getHeader(settings.getIdHeader());
    id = given != null && ID.matcher(given).matches() ? given : UUID.randomUUID().toString();
    context.put("request.id", id);
    context.put("http.request.method", request.getMethod());
    addTrace();
    request.setAttribute(HERE, this);
  }

  /** That of the sender, unless a tracer of this application has one of its own. */
  private void addTrace() {
    final String parent = request.getHeader("traceparent");
    if (parent == null || MDC.get("traceId") != null || MDC.get("trace_id") != null) return;
    final Matcher ids = TRACE_PARENT.matcher(parent);
    if (!ids.matches()) return;
    context.put("trace_id", ids.group(1));
    context.put("span_id", ids.group(2));
  }

  static RequestRecord of(HttpServletRequest request) {
    return (RequestRecord) request.getAttribute(HERE);
  }

  static boolean isBound(HttpServletRequest request) {
    final RequestRecord record = of(request);
    return record != null && record.bound;
  }

  static String routeOf(HttpServletRequest request) {
    final Object route = request.getAttribute(PATTERN);
    return route == null ? null : route.toString();
  }

  String id() {
    return id;
  }

  void bind() {
    before.clear();
    before.put(ROUTE, MDC.get(ROUTE));
    context.forEach((key, value) -> {
      before.put(key, MDC.get(key));
      MDC.put(key, value);
    });
    bound = true;
  }

  void unbind() {
    bound = false;
    before.forEach((key, value) -> {
      if (value == null) MDC.remove(key);
      else MDC.put(key, value);
    });
  }

  void failed(Throwable thrown) {
    if (failure == null) failure = thrown;
  }

  void end() {
    if (ended.getAndSet(true)) return;
    final Throwable thrown = cause();
    if (thrown != null && DisconnectedClientHelper.isClientDisconnectedException(thrown)) {
      write(settings.getLevelClientError(), "request cancelled", null, null);
      return;
    }
    // Where an exception goes on to the container, that makes the answer, after this.
    final int status = failure == null ? response.getStatus() : Math.max(500, response.getStatus());
    final Throwable shown = status >= 500 ? thrown : null;
    write(settings.levelOf(status), shown == null ? "request finished" : "request failed", status,
        shown);
  }

  /** What went through the filter, or what an exception handler of the application answered. */
  private Throwable cause() {
    if (failure instanceof ServletException && failure.getCause() != null) {
      return failure.getCause();
    }
    if (failure != null) return failure;
    for (String name : HANDLED) {
      final Object handled = request.getAttribute(name);
      if (handled instanceof Throwable) return (Throwable) handled;
    }
    return null;
  }

  private void write(Level level, String message, Integer status, Throwable thrown) {
    if (!client.isEnabled(level)) return;
    final LogBuilder record = client.log(level, message).logger(settings.getLogger())
        .context(context);
    put(record, ROUTE, routeOf(request));
    put(record, "url.path", request.getRequestURI());
    put(record, "url.query", request.getQueryString());
    put(record, "url.scheme", request.getScheme());
    put(record, "client.address", request.getRemoteAddr());
    put(record, "user_agent.original", request.getHeader(HttpHeaders.USER_AGENT));
    put(record, "http.response.status_code", status);
    final String size = response.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (size != null && size.matches("\\d{1,18}")) {
      record.with("http.response.body.size", Long.parseLong(size));
    }
    if (thrown != null) record.with("error.type", thrown.getClass().getName()).with(thrown);
    record.with("http.server.duration_ms", (System.nanoTime() - began) / NANOS);
    for (RequestFields one : extra) addExtra(one, record);
    record.log();
  }

  private void addExtra(RequestFields fields, LogBuilder record) {
    try {
      fields.of(request, response).forEach(record::with);
    } catch (RuntimeException failed) {
      // The application's own fault must not cost the record, and is said in it.
      record.with("request.fields.error", failed.toString());
    }
  }

  private static void put(LogBuilder record, String key, Object value) {
    if (value != null) record.with(key, value);
  }
}

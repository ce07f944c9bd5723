package shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A small shop that logs by SLF4J, as ever. It serves until its input ends. */
public final class Shop {
  private static final Logger LOG = LoggerFactory.getLogger(Shop.class);

  private final Map<String, Integer> stock = new ConcurrentHashMap<>(Map.of("A-1", 3, "B-2", 0));

  public static void main(String[] arguments) throws IOException {
    final int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
    final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    final ExecutorService threads = Executors.newFixedThreadPool(4);
    server.setExecutor(threads);
    server.createContext("/cart/", new Shop()::handle);
    server.start();
    System.out.println("serves 127.0.0.1:" + server.getAddress().getPort());
    while (System.in.read() >= 0) continue;
    server.stop(1);
    threads.shutdown();
    // What was logged is delivered at the end of the process.
  }

  private void handle(HttpExchange exchange) throws IOException {
    final String given = exchange.getRequestHeaders().getFirst("X-Request-ID");
    try (MDC.MDCCloseable id = MDC.putCloseable("request.id",
        given == null ? UUID.randomUUID().toString() : given)) {
      int status;
      try {
        status = add(exchange.getRequestURI().getPath().substring("/cart/".length()));
      } catch (RuntimeException failed) {
        LOG.error("request failed", failed);
        status = 500;
      }
      exchange.sendResponseHeaders(status, -1);
    } finally {
      exchange.close();
    }
  }

  private int add(String sku) {
    if (!stock.containsKey(sku)) {
      LOG.atWarn().addKeyValue("sku", sku).log("no such article {}", sku);
      return 404;
    }
    final int left = stock.merge(sku, -1, Integer::sum);
    if (left < 0) throw new IllegalStateException(sku + " is sold out");
    LOG.atInfo().addKeyValue("sku", sku).addKeyValue("left", left).log("added {}", sku);
    return 201;
  }
}

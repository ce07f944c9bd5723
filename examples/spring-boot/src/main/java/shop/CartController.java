package shop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class CartController {
  private static final Logger LOG = LoggerFactory.getLogger(CartController.class);

  private final Map<String, Integer> stock = new ConcurrentHashMap<>(Map.of("A-1", 3, "B-2", 0));

  @GetMapping("/health")
  String health() {
    return "ok";
  }

  @PostMapping("/cart/{sku}")
  ResponseEntity<Map<String, Object>> add(@PathVariable("sku") String sku) {
    if (!stock.containsKey(sku)) {
      LOG.atWarn().addKeyValue("sku", sku).log("no such article {}", sku);
      return ResponseEntity.notFound().build();
    }
    final int left = stock.merge(sku, -1, Integer::sum);
    if (left < 0) throw new IllegalStateException(sku + " is sold out");
    LOG.atInfo().addKeyValue("sku", sku).addKeyValue("left", left).log("added {}", sku);
    return ResponseEntity.status(HttpStatus.CREATED).body(Map.of("sku", sku, "left", left));
  }
}

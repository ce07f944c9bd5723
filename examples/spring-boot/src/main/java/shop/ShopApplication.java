package shop;

import io.clogs.spring.RequestFields;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A small shop. Its log goes to the server that application.properties names. */
@SpringBootApplication
public class ShopApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(ShopApplication.class, arguments);
  }

  /** Who bought, on the record of each request. */
  @Bean
  RequestFields tenant() {
    return (request, response) -> {
      final String tenant = request.getHeader("X-Tenant");
      return tenant == null ? Map.of() : Map.of("tenant", tenant);
    };
  }
}

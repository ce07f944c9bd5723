import io.clogs.ClogsClient;

/** The quickstart of README.md: the first record of a Java application. */
public class Quickstart {
  public static void main(String[] arguments) {
    try (ClogsClient client = ClogsClient.builder().service("shop").build()) {
      client.info("added").with("sku", "A-17").with("price", 9.5).log();
    }
  }
}

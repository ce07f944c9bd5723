#include "clogs/client.h"

int main() {
  const clogs::Client client;
  client.info("hello").with("n", 1).log();
  return client.close().delivered ? 0 : 1;
}

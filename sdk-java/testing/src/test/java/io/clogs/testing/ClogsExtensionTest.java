package io.clogs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clogs.Clogs;
import io.clogs.ClogsClient;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClogsExtensionTest {
  @RegisterExtension static final ClogsExtension clogs = ClogsExtension.inMemory();

  private static final Set<ClogsClient> OF_TESTS = new HashSet<>();
  private static ClogsClient first;

  @RegisterExtension final ClogsExtension own = ClogsExtension.inMemory().option("service", "mine");

  @BeforeAll
  static void theClientIsThereBeforeTheFirstTest() {
    first = clogs.client();
    assertSame(first, Clogs.client());
  }

  @AfterAll
  static void everyTestHadAClientOfItsOwnAsWell() {
    assertEquals(3, OF_TESTS.size());
  }

  @RepeatedTest(3)
  void eachTestBeginsWithoutRecordsAndWithAServerThatStores() {
    assertSame(first, clogs.client());
    assertTrue(clogs.client().info("one").log());
    assertEquals(1, clogs.records().size());
    assertTrue(own.client().info("another").log());
    assertEquals("mine", own.records().get(0).get("service"));
    assertNotSame(first, own.client());
    OF_TESTS.add(own.client());
    clogs.server().reject(true);
  }

  @Nested
  class InAClassInside {
    @Test
    void theClientIsTheSame() {
      assertSame(first, clogs.client());
      assertTrue(clogs.client().info("inside").log());
      assertEquals(1, clogs.records().size());
    }
  }
}

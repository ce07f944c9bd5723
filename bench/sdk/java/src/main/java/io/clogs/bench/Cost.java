package io.clogs.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;

/** What a call costs the threads that make it: their CPU time and what they allocate. */
final class Cost {
  private static final int ROUNDS = 8;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final double nanos;
  private final double bytes;

  private Cost(double nanos, double bytes) {
    this.nanos = nanos;
    this.bytes = bytes;
  }

  /** One call, of the given number. */
  interface Call {
    void run(int number);
  }

  /**
   * The best of the rounds, after as many to warm up; {@code settle} waits until what a round has
   * begun is over, so that rounds do not meet and no queue is full.
   */
  static Cost of(int threads, int calls, Call call, Runnable settle) throws Exception {
    double nanos = Double.MAX_VALUE;
    double bytes = Double.MAX_VALUE;
    for (int round = 0; round < 2 * ROUNDS; round++) {
      final long[] sums = round(threads, calls, call);
      settle.run();
      if (round < ROUNDS) continue;
      nanos = Math.min(nanos, (double) sums[0] / threads / calls);
      bytes = Math.min(bytes, (double) sums[1] / threads / calls);
    }
    return new Cost(nanos, bytes);
  }

  private static long[] round(int threads, int calls, Call call) throws Exception {
    final CyclicBarrier start = new CyclicBarrier(threads);
    final long[][] costs = new long[threads][];
    final List<Thread> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      final int index = t;
      final Thread thread = new Thread(() -> costs[index] = measured(start, calls, call));
      all.add(thread);
      thread.start();
    }
    final long[] sums = new long[2];
    for (int t = 0; t < threads; t++) {
      all.get(t).join();
      sums[0] += costs[t][0];
      sums[1] += costs[t][1];
    }
    return sums;
  }

  private static long[] measured(CyclicBarrier start, int calls, Call call) {
    try {
      start.await();
    } catch (Exception interrupted) {
      throw new IllegalStateException(interrupted);
    }
    final long allocated = THREADS.getCurrentThreadAllocatedBytes();
    final long began = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < calls; i++) call.run(i);
    final long took = THREADS.getCurrentThreadCpuTime() - began;
    return new long[] {took, THREADS.getCurrentThreadAllocatedBytes() - allocated};
  }

  long nanos() {
    return Math.round(nanos);
  }

  long bytes() {
    return Math.round(bytes);
  }
}

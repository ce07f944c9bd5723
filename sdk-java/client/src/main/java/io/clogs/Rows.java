package io.clogs;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Rows of a query or a live tail, each a JSON object. {@link #close()} from any thread ends it. */
public final class Rows implements Iterator<String>, AutoCloseable {
  private final ClogsClient owner;  // keeps the native client while rows come
  private final Object lock = new Object();
  private long handle;
  private boolean reading;
  private boolean closed;
  private String[] lines = new String[0];
  private int at;
  private boolean ended;

  Rows(ClogsClient owner, long handle) {
    this.owner = owner;
    this.handle = handle;
  }

  @Override
  public boolean hasNext() {
    while (at == lines.length && !ended) {
      if (!fill()) ended = true;
    }
    return at < lines.length;
  }

  private boolean fill() {
    synchronized (lock) {
      if (closed) return false;
      reading = true;
    }
    byte[] more = null;
    try {
      more = Native.next(handle);
    } catch (ClogsException failed) {
      synchronized (lock) {
        if (!closed) throw failed;  // after close() it is no failure
      }
    } finally {
      synchronized (lock) {
        reading = false;
        if (closed) release();
      }
    }
    if (more == null) return false;
    lines = ClogsClient.text(more).split("\n");
    at = 0;
    return true;
  }

  @Override
  public String next() {
    if (!hasNext()) throw new NoSuchElementException();
    return lines[at++];
  }

  /** The rows as a stream; closing it closes them. */
  public Stream<String> stream() {
    return StreamSupport
        .stream(Spliterators.spliteratorUnknownSize(this,
            Spliterator.ORDERED | Spliterator.NONNULL), false)
        .onClose(this::close);
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (closed) return;
      closed = true;
      if (handle != 0) Native.cancel(handle);
      if (!reading) release();
    }
  }

  private void release() {
    if (handle != 0) Native.release(handle);
    handle = 0;
  }

  /** The client that asks. */
  ClogsClient owner() {
    return owner;
  }
}
